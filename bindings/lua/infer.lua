-- What is known of an expression without running it, for completion and help.
--
-- A chain such as `model[1].weight` is followed by raw access, through metatables whose __index is
-- a table; tensors, modules and optimisers are known; what a call gives is known from the types in
-- the signatures (nnlua.pages). What is known of an expression is a table with any of
--   value   the value itself          type   as in signatures: "Tensor", "Module[]"
--   path    its name in the signatures: "nn.optim", "x:sum"
local nn = require "nnlua"
local pages = require "nnlua.pages"

local infer = {}

-- Whatever a program does to its globals, these go on working.
local debug, math = require "debug", require "math"
local getmetatable, getuservalue = debug.getmetatable, debug.getuservalue
local ipairs, next, rawget, tonumber, type = ipairs, next, rawget, tonumber, type
local tointeger, globals = math.tointeger, _G

-- ------------------------------------------------------------------------------------- classes

-- How an object of each class is written in signatures.
local objects = pages.variables

local class_names = {
  ["nnlua.Tensor"] = "Tensor", ["nnlua.Module"] = "Module", ["nnlua.Optimizer"] = "Optimizer",
  ["nnlua.Generator"] = "Generator",
}

-- Stands for a function that signatures alone tell of.
local function some_function() end

function infer.field(t, key)
  if type(t) == "table" then return rawget(t, key) end
end

-- The class of a value or of a type; "string" for strings.
local function class_of(known)
  local value = known.value
  if type(value) == "userdata" then
    return class_names[infer.field(getmetatable(value), "__name")]
  end
  if type(value) == "string" then return "string" end
  local first = known.type and known.type:match("^([%a]+)%??$")
    or known.type and known.type:match("^([%a]+)|")
  return (objects[first] or first == "string") and first or nil
end

-- Calls f(name, value) for the string keys of a table and of the tables behind it.
function infer.each_key(t, f)
  for _ = 1, 32 do
    if type(t) ~= "table" then return end
    for key, value in next, t do
      if type(key) == "string" then f(key, value) end
    end
    t = infer.field(getmetatable(t), "__index")
  end
end

local function find_key(t, wanted)
  for _ = 1, 32 do
    if type(t) ~= "table" then return end
    local value = rawget(t, wanted)
    if value ~= nil then return value end
    t = infer.field(getmetatable(t), "__index")
  end
end

-- What Lua keeps on a module or an optimiser, and for an object of a class by nn.class, the class.
local function fields_of(object)
  local fields, class = getuservalue(object, 1), nil
  for key, value in next, type(fields) == "table" and fields or {} do
    if type(key) == "userdata" then class = value end
  end
  return fields, class
end

local methods = {
  Tensor = nn.Tensor._methods, Module = nn._module_methods, Optimizer = nn._optimizer_methods,
}

-- Calls f(name, value) for the members of an expression's value, as far as they are known. For
-- those that signatures alone know of, the value is the kind: a function, or not.
function infer.each_member(known, f)
  local class, value = class_of(known), known.value
  if class == "string" then
    infer.each_key(infer.field(getmetatable(""), "__index"), f)
  elseif class == "Module" and value ~= nil then
    for _, entry in ipairs(methods.Module._entries(value)) do f(entry[1], entry[3]) end
    local fields, user_class = fields_of(value)
    infer.each_key(fields, f)
    infer.each_key(user_class, f)
    for _, item in ipairs(pages.forms()["nn." .. methods.Module._name(value)] or {}) do
      for _, p in ipairs(item.form.params) do f(p.name, false) end
    end
  elseif class == "Optimizer" and value ~= nil then
    infer.each_key(fields_of(value), f)
  elseif type(value) == "userdata" and not class then
    infer.each_key(infer.field(getmetatable(value), "__index"), f)
  elseif type(value) == "table" then
    infer.each_key(value, f)
  end
  infer.each_key(methods[class], f)
  local prefix = objects[class] or known.path
  for name, items in next, prefix and pages.forms() or {} do
    local rest = name:sub(#prefix + 2):match("^([%w_]+)")
    if name:sub(1, #prefix) == prefix and name:find("^[%.:]", #prefix + 1) and rest then
      f(rest, items[1].form.params and some_function)
    end
  end
end

-- ---------------------------------------------------------------------------------- expressions

-- What is known of the member `name` of an expression.
local function member(known, name, separator)
  local class, value, result = class_of(known), known.value, nil
  if class == "Module" and value ~= nil then
    for _, entry in ipairs(methods.Module._entries(value)) do
      if entry[1] == name then result = entry[3] end
    end
    local fields, user_class = fields_of(value)
    if result == nil then result = find_key(fields, name) end
    if result == nil then result = find_key(user_class, name) end
  elseif class == "Optimizer" and value ~= nil then
    result = find_key((fields_of(value)), name)
  elseif type(value) == "table" then
    result = find_key(value, name)
  end
  local prefix = objects[class] or known.path
  local path = prefix and prefix .. (objects[class] and separator or ".") .. name
  local form = path and pages.forms()[path]
  return {value = result, path = path, type = form and not form[1].form.params
    and form[1].form.returns[1] or nil}
end

local function element(known, number)
  local class, value = class_of(known), known.value
  if class == "Tensor" then return {type = "Tensor"} end
  if class == "Module" then
    local count = 0
    for _, entry in ipairs(value ~= nil and methods.Module._entries(value) or {}) do
      count = count + (entry[2] == "child" and 1 or 0)
      if count == number then return {value = entry[3]} end
    end
    return {type = "Module"}
  end
  if type(value) == "table" then return {value = rawget(value, number)} end
  return {type = known.type and known.type:match("^(%a+)%[%]")}
end

-- What a call gives, from the signatures; objects of classes, and what modules give.
local function result_of(known)
  local form = known.path and pages.forms()[known.path]
  if form and form[1].form.params then return {type = form[1].form.returns[1]} end
  if class_of(known) == "Module" then return {type = "Tensor"} end
  if type(known.value) == "table" and find_key(known.value, "__name") then
    return {type = "Module"}
  end
  return {}
end

local function global(name)
  local value = find_key(globals, name)
  if value == nn or name == "nn" and value == nil then return {value = nn, path = "nn"} end
  return {value = value}
end

infer.opening = {[")"] = "(", ["]"] = "[", ["}"] = "{"}

-- The place of the bracket that the one at `i` closes.
local function opened(tokens, i)
  local depth, close = 0, tokens[i].text
  for k = i, 1, -1 do
    if tokens[k].text == close then depth = depth + 1 end
    if tokens[k].text == infer.opening[close] then depth = depth - 1 end
    if depth == 0 then return k end
  end
end

-- Whether an expression that can be called or indexed ends at token i.
function infer.ends_prefix(tokens, i)
  local token = tokens[i]
  return token and (token.kind == "name" or token.kind == "string" or token.text == ")"
    or token.text == "]" or token.text == "}")
end

-- What is known of the expression that ends at token i.
function infer.evaluate(tokens, i)
  local token = tokens[i]
  if not token then return {} end
  local before = tokens[i - 1] and tokens[i - 1].text
  if token.kind == "name" then
    if before ~= "." and before ~= ":" then return global(token.text) end
    return member(infer.evaluate(tokens, i - 2), token.text, before)
  elseif token.kind == "string" then
    if infer.ends_prefix(tokens, i - 1) then return result_of(infer.evaluate(tokens, i - 1)) end
    return {value = token.text}
  elseif not infer.opening[token.text] then
    return {}
  end
  local from = opened(tokens, i)
  local is_suffix = from and infer.ends_prefix(tokens, from - 1)
  if is_suffix and token.text == "]" then
    local key = from == i - 2 and tokens[i - 1] or {}
    local known = infer.evaluate(tokens, from - 1)
    if key.kind == "string" then return member(known, key.text:sub(2, -2), ".") end
    return element(known, key.kind == "number" and tointeger(tonumber(key.text)))
  elseif is_suffix then
    return result_of(infer.evaluate(tokens, from - 1))
  end
  return from and token.text == ")" and infer.evaluate(tokens, i - 1) or {}
end

--- infer.object_of(known): how its object is written in signatures: "x", "model"; or nil. Of a
-- module or an optimiser also its name: "Linear", "SGD".
function infer.object_of(known)
  local class, value = class_of(known), known.value
  local name_of = value ~= nil and methods[class] and methods[class]._name
  return objects[class], name_of and name_of(value)
end

return infer
