-- The commands of a session: ?name, ??words, and words after a colon.

local commands = {}

-- Whatever a program does to its globals, these go on working.
local collectgarbage, error, ipairs, load, loadfile, rawget, require =
  collectgarbage, error, ipairs, load, loadfile, rawget, require
local pack, sort, concat = table.pack, table.sort, table.concat
local stdout, open, getenv = io.stdout, io.open, os.getenv
local min = math.min
local clock = require("nnlua")._clock
local _G = _G

local function say(...) stdout:write(...) end

local function expect(argument, what)
  if argument == "" then error("give " .. what, 0) end
  return argument
end

-- ------------------------------------------------------------------------------------ the manual

local function page(_, name)
  local text, message = require("nnlua.help").page(name)
  if not text then error(message, 0) end
  say(text, text:find("\n$") and "" or "\n")
end

local function search(_, words)
  local text = require("nnlua.help").search(words)
  say(text, text:find("\n$") and "" or "\n")
end

-- ------------------------------------------------------------------------------------ measuring

local units = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}

-- A time in the unit that gives it one to three digits before the point.
local function duration(seconds, unit)
  if not unit then
    unit = units[#units]
    for _, u in ipairs(units) do
      if seconds >= u[1] then
        unit = u
        break
      end
    end
  end
  local number = seconds / unit[1]
  return (number < 1000 and "%.3g" or "%.0f"):format(number), unit[2], unit
end

local function time(repl, code)
  repl.run_code(expect(code, "the code to run"), function(f)
    local start = clock()
    local values = pack(f())
    return values, ("%s %s\n"):format(duration(clock() - start))
  end)
end

local SECONDS, LEAST_BATCH = 0.5, 1e-3

-- Seconds that n runs take.
local function time_batch(f, n)
  local start = clock()
  for _ = 1, n do f() end
  return clock() - start
end

-- How many runs make a batch long enough for the clock.
local function batch_size(f)
  local n = 1
  while time_batch(f, n) < LEAST_BATCH do n = n * 2 end
  return n
end

-- Measures whole batches, so that the clock is read seldom; each gives a time per run.
local function time_repeatedly(repl, code)
  repl.run_code(expect(code, "the code to measure"), function(f)
    local times = {}
    local first = time_batch(f, 1) -- which also warms up
    local n = first < SECONDS and batch_size(f) or 1
    local stop = clock() + SECONDS
    repeat times[#times + 1] = time_batch(f, n) / n until clock() >= stop
    sort(times)
    local count = #times
    local median, unit_name, unit = duration(times[(count + 1) // 2])
    local low, high = times[1 + count // 4], times[count - count // 4]
    return {n = 0}, ("%s %s per run (half of them %s to %s %s; %d runs in all)\n"):format(median,
      unit_name, duration(low, unit):match("%S+"), duration(high, unit):match("%S+"), unit_name,
      n * count)
  end)
end

-- --------------------------------------------------------------------------------------- files

-- A file's name, as users write it: perhaps in quotes, perhaps below ~.
local function path_of(argument)
  local name = expect(argument, "the name of a file"):match([[^(["'])(.*)%1$]])
  local path = name and argument:sub(2, -2) or argument
  return (path:gsub("^~/", (getenv("HOME") or "~") .. "/"))
end

local function run_file(repl, argument)
  local f, message = loadfile(path_of(argument))
  if not f then error(message, 0) end
  repl.show(pack(f()))
end

-- What was entered, as statements: a value that was shown is printed.
local function script_of(entries)
  local lines = {}
  for i, entry in ipairs(entries) do
    local code = entry.code:gsub("%s+$", "")
    if entry.before and (entry.shown or not load(code, "=", "t")) then
      local value = code:sub(#entry.before + 1):gsub("^%s*=?%s*", ""):gsub("%s*;$", "")
      code = entry.before .. "print(" .. value .. ")"
    end
    lines[i] = code .. "\n"
  end
  return concat(lines)
end

local written = {}

local function save(repl, argument)
  local path = path_of(argument)
  local existing = not written[path] and open(path)
  if existing then
    existing:close()
    error(path .. " exists already; choose another name", 0)
  end
  local file, message = open(path, "w")
  if not file then error(message, 0) end
  local count = #repl.session.entries
  file:write(script_of(repl.session.entries))
  file:close()
  written[path] = true
  say(("wrote %s: %d %s\n"):format(path, count, count == 1 and "block" or "blocks"))
end

-- ------------------------------------------------------------------------------------- the list

local list_commands

local function reset(repl)
  repl.reset()
  collectgarbage()
  say("everything is as at the start\n")
end

local table_of_commands = {
  {"?", "NAME", "explains a function, a layer, a topic", page},
  {"??", "WORDS", "searches the manual", search},
  {":doc", "NAME", "the same as ?NAME", page},
  {":time", "CODE", "runs it, and says how long it took", time},
  {":timeit", "CODE", "runs it again and again, and says how long one run takes", time_repeatedly},
  {":load", "FILE", "runs a file", run_file},
  {":save", "FILE", "writes what was entered to a file, as a script", save},
  {":reset", "", "forgets all variables, and modules that were loaded", reset},
  {":quit", "", "leaves (also Ctrl-D)", function() return "leave" end},
  {":help", "", "this list (also : alone)", function() return list_commands() end},
}

local hints = [[

_ is the last result; _3 is what [3] gave (the last three results are kept).
An expression shows its value, unless a semicolon ends it. Enter runs a block when it is
complete; Alt-Enter starts another line in any case, an empty line gives up. Variables that are
to outlive their block are made without `local`.
Tab completes, Up recalls, Ctrl-R searches what was entered, Ctrl-C stops what runs. ?repl says
more, ?help what there is help on.
]]

function list_commands()
  for _, row in ipairs(table_of_commands) do
    say(("%-15s %s\n"):format(row[1] .. (row[1]:find("^:") and " " or "") .. row[2], row[3]))
  end
  say(hints)
end

-- ------------------------------------------------------------------------------------- finding

-- How many letters must be changed, added or left out to make b of a.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local change = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = min(change, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

-- The command that a word means: by its name, or by a beginning that only one has.
local function named(word)
  local found
  for _, row in ipairs(table_of_commands) do
    if row[1] == word then return row[4] end
    if row[1]:sub(1, #word) == word then found = found == nil and row[4] end
  end
  return found or nil
end

local function unknown(word)
  local nearest, least
  for _, row in ipairs(table_of_commands) do
    local d = distance(word, row[1])
    if row[1]:find("^:") and (not least or d < least) then nearest, least = row[1], d end
  end
  error(("there is no command %s; the nearest is %s (: lists them)"):format(word, nearest), 0)
end

-- Words that leave or help elsewhere; here they are variables that nobody has set.
local habits = {quit = ":quit", exit = ":quit", help = ":help"}

-- The text as a command's word and its argument; nil where it is Lua. A label is Lua.
local function split(text)
  local trimmed = text:match("^%s*(.-)%s*$")
  local habit = habits[trimmed:match("^(%a+)%s*%(?%s*%)?$")]
  if habit and rawget(_G, trimmed:match("^%a+")) == nil then return habit, "" end
  if trimmed:find("^::") then return nil end
  local mark, rest = trimmed:match("^(%?%??)%s*(.*)$")
  if mark then return mark, rest end
  return trimmed:match("^(:%a*)%s*(.*)$")
end

--- commands.find(text): the function of the command in the text, and its argument; nil for Lua.
function commands.find(text)
  local word, argument = split(text)
  if not word then return nil end
  if word == ":" or (word:find("^%?") and argument == "") then return list_commands end
  return named(word) or function() return unknown(word) end, argument
end

--- commands.code_of(text): the Lua in the text, which may go on over several lines; nil where there
-- is none.
function commands.code_of(text)
  local word, argument = split(text)
  if not word then return text end
  if word:find("^:time") then return argument end
  return nil
end

--- commands.names(): ":doc", ":help", …
function commands.names()
  local names = {}
  for _, row in ipairs(table_of_commands) do
    if row[1]:find("^:") then names[#names + 1] = row[1] end
  end
  return names
end

return commands
