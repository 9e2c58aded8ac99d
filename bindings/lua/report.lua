-- Errors as the program shows them: the message, the line of source that it speaks of, and who
-- called it.

local report = {}

-- A program may change the library's tables; what shows its errors must go on working.
local ipairs, tonumber, type, utf8_len = ipairs, tonumber, type, utf8.len
local concat, open = table.concat, io.open

-- ---------------------------------------------------------------------------------- the source

-- The text that "file:12: …" speaks of; `sources` holds texts by the names of their chunks.
local function line_of(sources, chunk, number)
  local text = sources[chunk]
  if not text then
    local file = open(chunk)
    text = file and file:read("a")
    if file then file:close() end
  end
  if not text then return nil end
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    number = number - 1
    if number == 0 then return line end
  end
end

-- Where in the line the thing stands that the message quotes, or the operation that it begins with,
-- if it stands there once.
local function find_subject(line, message)
  local name = message:match(".*'([^']+)'") or message:match("^([%w_]+): ")
  if not name then return nil end
  local pattern = name:gsub("%W", "%%%0")
  if name:match("^[%a_][%w_]*$") then pattern = "%f[%w_]" .. pattern .. "%f[^%w_]" end
  local first, last = line:find(pattern)
  if not first or line:find(pattern, last + 1) then return nil end
  return first, last
end

-- Carets below the bytes first … last of a line, with the line's own tabs before them.
local function carets(line, first, last)
  local before, marked = line:sub(1, first - 1), line:sub(first, last)
  local gap = before:gsub("[^\t\128-\191]", " "):gsub("[\128-\191]", "")
  return gap .. ("^"):rep(utf8_len(marked) or #marked)
end

-- --------------------------------------------------------------------------------------- hints

-- What people write who come from Python: how the message reads, what the line holds, what Lua
-- writes instead.
local hints = {
  {"near '!'", "!=", "unequal is written ~="},
  {"near '[%+%-%*/]'", "[%+%-%*/]=", "x += y is written x = x + y"},
  {"near '%*'", "%*%*", "a power is written x ^ 2"},
  {"near '@'", "", "a product of matrices is written x:mm(y)"},
  {"expected near ':'", "%[[^%]]*:", "a range is written x[{{1, 3}}], both ends included"},
  {"symbol near '%['", "%[", "a list is written {1, 2, 3}"},
  {"']' expected near ','", "", "several indices go into a table: x[{1, 2}]"},
  {"expected near '='", "%(.*=", "arguments by name go into a table: f(x, {dim = 1})"},
  {"near ','", "%(%(", "sizes stand as they are, nn.zeros(3, 4), or in a list, nn.zeros{3, 4}"},
  {"near", "^%s*import ", "nn is there from the start; other modules by require"},
  {"near", "^%s*from .* import ", "nn is there from the start; other modules by require"},
  {"near", "^%s*def ", "a function is written function f(x) ... end"},
  {"near", "^%s*with .*no_grad", "such a block is do local _ <close> = nn.no_grad() ... end"},
  {"near", "^%s*elif ", "elif is written elseif ... then"},
  {"global 'len'", "", "the length of x is #x"},
  {"near '.*'$", ":%s*$", "blocks are written for ... do ... end, if ... then ... end"},
  {"table value %(for iterator", "", "a list is walked by for i, value in ipairs(list) do"},
  {"global 'self'%)", "", "methods are defined with a colon, as function Net:forward(x)"},
  {"local 'self'%)", "", "methods are called with a colon, as x:f()"},
  {"field 'apply'", "", "what nn.Function makes is called itself: f(x)"},
  {"global 'torch'", "", "nn holds what torch does"},
}

-- A line that says how Lua writes what the message and the line of source are about.
local function hint_on(message, line)
  for _, row in ipairs(hints) do
    if message:find(row[1]) and line:find(row[2]) then return "hint: " .. row[3] .. "\n" end
  end
  return nil
end

-- ------------------------------------------------------------------------------------- excerpt

--- report.excerpt(message, sources): the line of source that the message names, with its number
-- and a mark, and a hint; nil where there is neither. Of several lines (an error that came out of a
-- coroutine has two) the last is where it began.
function report.excerpt(message, sources)
  local chunk, number, rest = message:match("^([^\n]-):(%d+): (.*)")
  local inner = chunk and report.excerpt(rest, sources)
  if inner then return inner end
  if not chunk then return nil end
  local line = line_of(sources or {}, chunk, tonumber(number)) or ""
  local hint = hint_on(rest, line)
  if not line:find("%S") then return hint end
  local margin = (" "):rep(#number)
  local shown = ("> %s | %s\n"):format(number, line)
  local first, last = find_subject(line, rest)
  if first then shown = shown .. ("  %s | %s\n"):format(margin, carets(line, first, last)) end
  return shown .. (hint or "")
end

-- ----------------------------------------------------------------------------------- the callers

-- What the program itself puts on the stack, or what says nothing of where the error is.
local function is_noise(frame)
  return frame:find("^%[nnlua%.") or frame:find("^%[C%]: in function '[%w_.]*error'")
    or frame == "[C]: in function 'assert'" or frame == "[C]: in ?"
end

-- The user's frames of Lua's traceback, down to where the session begins, and how many of them are
-- in Lua.
local function user_frames(traceback)
  local frames, in_lua = {}, 0
  for frame in traceback:gmatch("\n\t([^\n]*)") do
    if frame:find("^%[nnlua%.repl") then break end
    if not is_noise(frame) then
      frames[#frames + 1] = frame
      local is_hidden = frame == "(...tail calls...)" and in_lua == 0 -- the library's
      if not is_hidden and not frame:find("^%[C%]") then in_lua = in_lua + 1 end
    end
  end
  local last = frames[#frames] -- what was entered, whatever the session calls it
  if last then frames[#frames] = last:gsub(": in .*", ": in main chunk") end
  return frames, in_lua
end

-- ----------------------------------------------------------------------------------- the whole

local red, plain = "\27[1;31m", "\27[0m"

local function message_of(value)
  if type(value) == "string" then return value end
  return require("nnlua.format").value(value)
end

--- report.text(value, traceback, {sources=, colours=}): an error of a session, for its user.
function report.text(value, traceback, options)
  local message = message_of(value)
  local interrupted = message:find("interrupted!$")
  local lines = {(interrupted and "" or "error: ") .. message .. "\n"}
  if options.colours then
    lines[1] = lines[1]:gsub("^error:", red .. "%0" .. plain)
      :gsub("interrupted!", red .. "%0" .. plain)
  end
  lines[2] = report.excerpt(message, options.sources) or ""
  local frames, in_lua = user_frames(traceback)
  if in_lua > 1 then
    lines[3] = "stack traceback:\n"
    for _, frame in ipairs(frames) do lines[#lines + 1] = "  " .. frame .. "\n" end
  end
  return concat(lines)
end

return report
