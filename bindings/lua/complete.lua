-- Completion: what may stand at the cursor. It never runs anything of the user's (nnlua.infer).
local nn = require "nnlua"
local commands = require "nnlua.repl_commands"
local infer = require "nnlua.infer"
local pages = require "nnlua.pages"
local scan = require "nnlua.scan"

local complete = {}

-- Whatever a program does to its globals, these go on working.
local getmetatable, package = require "debug".getmetatable, require "package"
local ipairs, next, pcall, type = ipairs, next, pcall, type
local sort, preload, loaded = require "table".sort, package.preload, package.loaded
local globals = _G

-- -------------------------------------------------------------------------------------- lists

-- The words of a set that begin with `word`, sorted; in any case of letters where none does. Those
-- with an underscore in front are for words that have one.
local function matching(set, word)
  local list, other = {}, {}
  for name in next, set do
    local hidden = name:sub(1, 1) == "_" and word:sub(1, 1) ~= "_"
    if not hidden and name:sub(1, #word) == word then list[#list + 1] = name end
    if not hidden and name:sub(1, #word):lower() == word:lower() then other[#other + 1] = name end
  end
  if #list == 0 then list = other end
  sort(list)
  return list
end

local function is_name(text)
  return text:find("^[%a_][%w_]*$") ~= nil and not scan.keywords[text]
end

local function members(known, methods_only)
  local set = {}
  infer.each_member(known, function(name, value)
    local callable = type(value) == "function"
      or type(value) == "table" and infer.field(getmetatable(value), "__call")
    if is_name(name) and (callable or not methods_only) then set[name] = true end
  end)
  return set
end

-- Globals, keywords, and the names in the buffer.
local function words(tokens)
  local set = {}
  infer.each_key(globals, function(name) set[name] = is_name(name) or nil end)
  for keyword in next, scan.keywords do set[keyword] = true end
  for i, token in ipairs(tokens) do
    local before = tokens[i - 1] and tokens[i - 1].text
    if token.kind == "name" and before ~= "." and before ~= ":" then set[token.text] = true end
  end
  return set
end

-- The innermost bracket that is open, and how many commas have followed it.
local function enclosing(tokens)
  local depth, commas = 0, 0
  for i = #tokens, 1, -1 do
    local text = tokens[i].kind == "op" and tokens[i].text or ""
    if infer.opening[text] then depth = depth + 1 end
    if text == "," and depth == 0 then commas = commas + 1 end
    if text == "(" or text == "[" or text == "{" then
      if depth == 0 then return i, commas end
      depth = depth - 1
    end
  end
end

local function first_of(list, n)
  local part = {}
  for i = 1, n do part[i] = list[i] end
  return part
end

-- The call in whose table of named arguments the tokens end: what is known of the function, and how
-- many arguments stand before the table.
local function named_call(tokens)
  local brace = enclosing(tokens)
  if not brace or tokens[brace].text ~= "{" then return end
  if infer.ends_prefix(tokens, brace - 1) then
    return infer.evaluate(tokens, brace - 1), 0, brace
  end
  local paren, commas = enclosing(first_of(tokens, brace - 1))
  local text = paren and tokens[paren].text
  if text ~= "(" or not infer.ends_prefix(tokens, paren - 1) then return end
  local before = tokens[brace - 1].text
  if before == "(" or before == "," then return infer.evaluate(tokens, paren - 1), commas, brace end
end

-- Calls f(parameter) for those that may be given by name after `skip` others.
local function each_named(known, skip, f)
  for _, item in ipairs(known.path and pages.forms()[known.path] or {}) do
    for i, p in ipairs(item.form.params or {}) do
      for _, q in ipairs(p.named or {}) do f(q) end
      if not p.named and not item.entry.positional and p.name ~= "..." and i > skip then f(p) end
    end
  end
end

-- The names of arguments that can stand here; nil where none can.
local function argument_names(tokens)
  local known, skip, brace = named_call(tokens)
  local last = tokens[#tokens].text
  if not known or last ~= "{" and last ~= "," then return nil end
  local set = {}
  each_named(known, skip, function(p) set[p.name] = true end)
  for i = brace, #tokens - 1 do
    if tokens[i].kind == "name" and tokens[i + 1].text == "=" then set[tokens[i].text] = nil end
  end
  return next(set) and set
end

-- ------------------------------------------------------------------------------------- strings

-- The strings that the argument named before the cursor takes: {reduction = "…
local function choices(tokens)
  local n = #tokens
  local known, skip = named_call(tokens)
  local set = {}
  if not known or n < 2 or tokens[n].text ~= "=" then return nil end
  each_named(known, skip, function(p)
    if p.name == tokens[n - 1].text then
      for choice in p.type:gmatch('"([^"]+)"') do set[choice] = true end
    end
  end)
  return next(set) and set
end

local function files(path)
  local folder = path:match("^.*/") or ""
  local set = {}
  for _, name in ipairs(nn._directory(folder == "" and "." or folder) or {}) do
    if name:sub(1, 1) ~= "." or path:sub(#folder + 1, #folder + 1) == "." then
      set[folder .. name] = true
    end
  end
  return set
end

-- The modules that `require` finds.
local function modules(word)
  local set = {}
  for _, t in ipairs {preload, loaded} do
    infer.each_key(t, function(name) set[name] = not name:find("^nnlua%.") or nil end)
  end
  local parent = word:match("^.*%.") or ""
  local search_path = infer.field(globals.package, "path")
  for folder, ending in (type(search_path) == "string" and search_path or "")
    :gmatch("([^;?]*)%?([^;?]*)") do
    local place = folder .. parent:gsub("%.", "/")
    for _, name in ipairs(nn._directory(place == "" and "." or place) or {}) do
      local module = name:sub(1, -#ending - 1)
      local fits = ending:find("^%.") and name == module .. ending and is_name(module)
      if fits then set[parent .. module] = true end
    end
  end
  return set
end

-- The keys of a table that are strings: t["…
local function string_keys(tokens)
  local set = {}
  infer.each_member(infer.evaluate(tokens, #tokens - 1), function(name) set[name] = true end)
  return set
end

local function in_string(tokens, word)
  local last = tokens[#tokens] or {}
  local before = tokens[#tokens - 1] or {}
  if last.text == "require" or last.text == "(" and before.text == "require" then
    return modules(word)
  elseif last.text == "[" and infer.ends_prefix(tokens, #tokens - 1) then
    return string_keys(tokens)
  end
  return choices(tokens) or files(word)
end

-- ------------------------------------------------------------------------------------ commands

local function help_names(word)
  local set, all = {}, pages.all()
  for name in next, all.topics do set[name] = true end
  for name in next, pages.forms() do
    local short = name:match("[%w_]+$")
    set[word:find("[%.:]") and name or short] = true
  end
  for _, group in ipairs(all.groups) do set[group.name] = true end
  return set
end

-- For a line that is a command: where its word begins, and the set; nil for Lua.
local function in_command(text)
  local at, word = text:match("^%s*()(:%a*)$")
  if at then
    local set = {}
    for _, name in ipairs(commands.names()) do set[name] = true end
    return at, set, word
  end
  at, word = text:match("^%s*%?%??%s*()([%w_%.:]*)$")
  if not at then at, word = text:match("^%s*:doc%s+()([%w_%.:]*)$") end
  if at then return at, help_names(word), word end
  at, word = text:match("^%s*:load%s+()(%S*)$")
  if not at then at, word = text:match("^%s*:save%s+()(%S*)$") end
  if at then return at, files(word), word end
end

-- ------------------------------------------------------------------------------------- public

-- Words that a new name follows.
local declares = {["local"] = true, ["function"] = true, ["for"] = true, ["goto"] = true}

local function find(text)
  local at, set, word = in_command(text)
  if at then return at, matching(set, word) end
  local offset = #(text:match("^%s*:%a+%s+") or "") -- :time CODE
  local tokens, state, from = scan.tokens(text:sub(offset + 1))
  if state == "string" then
    word = text:sub(offset + from + 1)
    return offset + from + 1, matching(in_string(tokens, word), word)
  elseif state == "comment" then
    return #text + 1, {}
  end
  local last = tokens[#tokens]
  local is_word = last and offset + last.to == #text
    and (last.kind == "name" or last.kind == "keyword")
  word = is_word and last.text or ""
  if is_word then tokens[#tokens] = nil end
  at, last = #text + 1 - #word, tokens[#tokens] or {}
  if last.text == "." or last.text == ":" then
    local known = infer.evaluate(tokens, #tokens - 1)
    return at, matching(members(known, last.text == ":"), word)
  elseif declares[last.text] or last.kind == "number" and last.to + offset == #text then
    return at, {}
  end
  local names = last.text and argument_names(tokens)
  local list = names and matching(names, word) or {}
  if #list > 0 or names and word == "" then return at, list end
  return at, matching(words(tokens), word)
end

--- For the buffer up to the cursor: the byte, from 1, where the word to replace begins, and the
-- words that may replace it, sorted.
function complete.candidates(text)
  local good, start, list = pcall(find, text)
  if not good then return #text + 1, {} end
  return start, list
end

--- How the object that an expression gives is written in signatures: "x", "model"; or nil. Of a
-- module or an optimiser also its name.
function complete.class_of(expression)
  local good, class, name = pcall(function()
    local tokens = scan.tokens(expression)
    return infer.object_of(infer.evaluate(tokens, #tokens))
  end)
  if good then return class, name end
end

return complete
