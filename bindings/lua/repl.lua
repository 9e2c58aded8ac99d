-- A session: compiles what was entered, runs it, shows and keeps its results. The program's C side
-- reads blocks of lines and catches errors; commands are in nnlua.repl_commands.
--
-- Each block of Lua has a number, which the prompt shows. "[3]" is also the name of its chunk in
-- error messages, and _3 holds its result.

local commands = require "nnlua.repl_commands"

local repl = {}

-- Whatever a program does to its globals, the session goes on.
local error, ipairs, load, next, rawequal, rawget, rawset, require, tostring, type =
  error, ipairs, load, next, rawequal, rawget, rawset, require, tostring, type
local pack, remove = table.pack, table.remove
local stdout, stderr = io.stdout, io.stderr
local _G, loaded = _G, package.loaded

local KEPT = 3 -- results by number; more would keep large tensors alive

local session -- what :reset makes anew

local function new_session()
  session = {number = 1, sources = {}, entries = {}, results = {}, locals = {}}
  repl.session = session
end

-- ---------------------------------------------------------------------------------- compiling

-- The text without a semicolon at its end, and whether there was one.
local function split_semicolon(text)
  local body = text:match("^(.-);%s*$")
  return body or text, body ~= nil
end

-- An error at the first word of the statements says no more than that they are none.
local function choose_error(as_expression, as_statements, text)
  local near = as_statements:match("unexpected symbol near '(.*)'$")
  local first = text:match("^%s*(.*)")
  return near and first:sub(1, #near) == near and as_expression or as_statements
end

-- Statements and, behind the last semicolon or end of a line, an expression: what is pasted often
-- ends so. A name there cannot continue a complete statement, so a call there shows its value, too.
-- Returns the function and the statements.
local function load_with_value(text, name, only_names)
  local before, last = text:match("^(.*[\n;])%s*(%S.-)%s*$")
  if not before or only_names and not last:find("^[%a_]") or not load(before, name, "t") then
    return nil
  end
  return load(before .. "return " .. last .. "\n", name, "t"), before
end

-- The text as a function: of an expression where it is one, else of statements. Also whether it is
-- to show nothing, and the part before the expression whose value it shows, nil where there is
-- none. On failure nil, a message, and whether the text is only unfinished. A string in quotes ends
-- with its line, which Lua sees where the line has an end.
local function compile(text, name)
  local body, quiet = split_semicolon(text)
  body = body:gsub("^%s*=", "", 1)
  local f, as_expression = load("return " .. body .. "\n", name, "t")
  if f then return f, quiet, "" end
  local before
  f, before = load_with_value(body, name, true)
  if f then return f, quiet, before end
  local g, as_statements = load(text .. "\n", name, "t")
  if g then return g, false, nil end
  f, before = load_with_value(body, name, false)
  if f then return f, quiet, before end
  local goes_on = as_statements:find("<eof>$") or (not quiet and as_expression:find("<eof>$"))
  return nil, choose_error(as_expression, as_statements, text), goes_on and true or false
end

--- repl.is_complete(text): whether Enter should run the text rather than continue it.
function repl.is_complete(text)
  local code = commands.code_of(text)
  if not code then return true end
  local f, _, unfinished = compile(code, "=")
  return f ~= nil or not unfinished
end

-- ------------------------------------------------------------------------------------ locals

-- A block's locals end with it, which surprises whoever pastes a script line by line.
local notice = "note: '%s' was a local variable of [%d] and ended with it;"
  .. " without `local`, a variable stays\n"

local function note_locals(text, number)
  for names in text:gmatch("%f[%w_]local%s+([%a_][%w_%s,<>]*)") do
    for name in names:gsub("<.->", ""):gmatch("[%a_][%w_]*") do session.locals[name] = number end
  end
  for name in text:gmatch("%f[%w_]local%s+function%s+([%a_][%w_]*)") do
    session.locals[name] = number
  end
end

-- Once in a session, when a name is used that was local to an earlier block.
local function warn_of_locals(text)
  if repl.has_warned or next(session.locals) == nil then return end
  for before, name in text:gmatch("([.:]?)%f[%w_]([%a_][%w_]*)") do
    local number = before == "" and session.locals[name]
    local is_made_here = number and (text:find("%f[%w_]" .. name .. "%s*=[^=]")
      or text:find("local[%w_%s,]*%f[%w_]" .. name))
    if number and rawget(_G, name) == nil and not is_made_here then
      repl.has_warned = true
      stderr:write(notice:format(name, number))
      return
    end
  end
end

local python_names = {True = "true", False = "false", None = "nil"}

-- An unknown name is nil, so that {requires_grad = True} would say nothing.
local function warn_of_python(text)
  local tokens = require("nnlua.scan").tokens(text)
  for i, token in ipairs(tokens) do
    local meant = token.kind == "name" and python_names[token.text]
    local is_set = tokens[i + 1] and tokens[i + 1].text == "="
    if meant and not is_set and rawget(_G, token.text) == nil then
      stderr:write(("note: '%s' is an unknown name, and so nil; Lua writes %s\n"):format(token.text,
        meant))
    end
  end
end

-- ------------------------------------------------------------------------------------- results

-- Sets _ and _3, and lets go of the result that is too old, unless its name means another thing.
local function keep(value, number)
  local results = session.results
  rawset(_G, "_", value)
  if value == nil then return end
  rawset(_G, "_" .. number, value)
  results[#results + 1] = {name = "_" .. number, value = value}
  if #results <= KEPT then return end
  local oldest = remove(results, 1)
  if rawequal(rawget(_G, oldest.name), oldest.value) then rawset(_G, oldest.name, nil) end
end

--- repl.show(values): prints values, a line each.
function repl.show(values)
  local value_string = require("nnlua.format").value
  for i = 1, values.n do stdout:write(value_string(values[i]), "\n") end
end

-- ------------------------------------------------------------------------------------- running

--- repl.run_code(code, run): compiles code as the next numbered block and runs it by
-- run(f), which returns packed values; shows and keeps those.
function repl.run_code(code, run)
  local number = session.number
  session.number = number + 1
  local name = ("[%d]"):format(number)
  session.sources[name] = code
  local f, quiet, before = compile(code, "=" .. name)
  if not f then error(quiet, 0) end
  warn_of_locals(code)
  warn_of_python(code)
  note_locals(code, number)
  local values, after = run(f)
  session.entries[#session.entries + 1] = {code = code, before = before,
    shown = values.n > 0 and not quiet}
  if values.n > 0 then keep(values[1], number) end
  if not quiet then repl.show(values) end
  if after then stdout:write(after) end
end

local function plainly(f) return pack(f()) end

--- repl.run(text): runs a block; true when it asks to leave.
function repl.run(text)
  if not text:find("%S") then return false end
  local command, argument = commands.find(text)
  if command then return command(repl, argument) == "leave" end
  repl.run_code(text, plainly)
  return false
end

-- --------------------------------------------------------------------------- what the C side asks

local function global_prompt(name)
  local prompt = rawget(_G, name)
  return prompt ~= nil and tostring(prompt) or nil
end

--- repl.prompts(): the first line's and that of the lines which continue it.
function repl.prompts()
  local first = ("[%d]> "):format(session.number)
  return global_prompt("_PROMPT") or first,
    global_prompt("_PROMPT2") or (" "):rep(#first - 4) .. "..> "
end

--- repl.report(value, traceback): the text that shows an error.
function repl.report(value, traceback)
  return require("nnlua.report").text(value, traceback,
    {sources = session.sources, colours = repl.host.colours})
end

function repl.candidates(text) return require("nnlua.complete").candidates(text) end

-- ------------------------------------------------------------------------------------- starting

local function copy(t)
  local c = {}
  for key, value in next, t do c[key] = value end
  return c
end

local function restore(t, before)
  for key in next, t do
    if before[key] == nil then rawset(t, key, nil) end
  end
  for key, value in next, before do rawset(t, key, value) end
end

local globals_before, loaded_before

--- repl.reset(): the globals, and the modules that are loaded, become what they were at the start.
function repl.reset()
  local own = {}
  for name, module in next, loaded do
    if type(name) == "string" and name:find("^nnlua") then own[name] = module end
  end
  restore(_G, globals_before)
  restore(loaded, loaded_before)
  for name, module in next, own do loaded[name] = module end
  new_session()
end

--- repl.open(host): begins the session; host is what the C side offers.
function repl.open(host)
  repl.host = host
  globals_before, loaded_before = copy(_G), copy(loaded)
  new_session()
  return repl
end

return repl
