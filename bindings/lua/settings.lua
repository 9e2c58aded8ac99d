-- Named options of a function: the given ones over the defaults, unknown names refused.

local nn = require "nnlua"

-- How many letters differ, roughly: those of `a` that do not follow in `b`, and the lengths.
local function distance(a, b)
  local at, missed = 1, 0
  for letter in a:gmatch(".") do
    local found = b:find(letter, at, true)
    if found then at = found + 1 else missed = missed + 1 end
  end
  return missed + math.abs(#a - #b)
end

local function nearest(name, names)
  local best, least
  for _, known in ipairs(names) do
    local d = distance(name, known)
    if not best or d < least then best, least = known, d end
  end
  return least and least <= 1 + #name // 3 and best
end

local function refuse(what, name, names)
  table.sort(names)
  local near = nearest(tostring(name), names)
  nn._error(("%s: there is no argument %q; %s"):format(what, tostring(name), near
    and "do you mean " .. near .. "?" or "known are " .. table.concat(names, ", ")))
end

--- settings(what, given, types): a copy of the table `given`, after its names and the types of its
-- values were checked: types.title = "string", or "number string" where both will do. Errors name
-- the function `what`.
return function(what, given, types)
  local result = {}
  if given ~= nil and type(given) ~= "table" then
    nn._error(("%s: options come in a table, not as %s"):format(what, nn._describe(given)))
  end
  for name, value in pairs(given or {}) do
    local wanted = types[name]
    if not wanted then
      local names = {}
      for known in pairs(types) do names[#names + 1] = known end
      refuse(what, name, names)
    end
    if wanted ~= "any" and not wanted:find(type(value), 1, true) then
      nn._error(("%s: %s must be a %s, not a %s"):format(what, name, wanted:gsub(" ", " or a "),
        type(value)))
    end
    result[name] = value
  end
  return result
end
