-- Runs pieces of Lua in the program under test, in a pipe or on a terminal of its own.
local program = {}

-- $NNLUA, or whichever interpreter runs Busted.
local function find_program()
  local first = 0
  while arg and arg[first - 1] do first = first - 1 end
  return os.getenv("NNLUA") or (arg and arg[first]) or "nnlua"
end

program.path = find_program()

function program.quote(s) return "'" .. s:gsub("'", "'\\''") .. "'" end

local plain = "env -u LUA_INIT -u LUA_INIT_5_4 -u NO_COLOR -u COLORTERM LC_ALL=C.UTF-8 "
  .. "TERM=xterm-256color OMP_NUM_THREADS=1 "

local function capture(command)
  local pipe = assert(io.popen(command))
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  return output, code
end

local function with_file(content, f)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(content)
  file:close()
  local output, code = f(name)
  os.remove(name)
  return output, code
end

--- program.run(code, environment, arguments): what it prints to both outputs, and its exit code.
function program.run(code, environment, arguments)
  return with_file(code, function(name)
    return capture(("%s %s %s %s %s 2>&1 </dev/null"):format(plain, environment or "",
      program.quote(program.path), name, arguments or ""))
  end)
end

--- program.has_terminal: whether script(1) is here to lend one.
program.has_terminal = os.execute("script -qec true /dev/null </dev/null >/dev/null 2>&1") == true

--- program.on_terminal(code, environment, redirection): the same on a terminal of 80 columns, which
-- ends its lines with "\r\n".
function program.on_terminal(code, environment, redirection)
  return with_file(code, function(name)
    local command = ("%s %s %s %s %s"):format(plain, environment or "",
      program.quote(program.path), name, redirection or "")
    return capture("script -qec " .. program.quote(command) .. " /dev/null </dev/null 2>&1")
  end)
end

--- program.screen(output): the lines that a terminal shows in the end, of output that uses carriage
-- returns, "erase to the end of the line" and "up".
function program.screen(output)
  local rows, row, column = {{}}, 1, 1
  local i = 1
  while i <= #output do
    local up, after = output:match("^\27%[(%d*)A()", i)
    local code = output:match("^[\0-\x7f\xc2-\xfd][\x80-\xbf]*", i) or output:sub(i, i)
    if up then
      row, i = row - (tonumber(up) or 1), after
    elseif output:find("^\27%[K", i) then
      for c = #rows[row], column, -1 do rows[row][c] = nil end
      i = i + 3
    elseif output:find("^\27%[[%d;]*m", i) then
      i = select(2, output:find("^\27%[[%d;]*m", i)) + 1
    else
      if code == "\r" then
        column = 1
      elseif code == "\n" then
        row = row + 1
        rows[row] = rows[row] or {}
      else
        for c = #rows[row] + 1, column - 1 do rows[row][c] = " " end
        rows[row][column], column = code, column + 1
      end
      i = i + #code
    end
  end
  for r, cells in ipairs(rows) do rows[r] = table.concat(cells) end
  return rows
end

return program
