-- nn.options: a script's options from its command line.

-- "batch_size" is written --batch-size.
local function flag_of(name) return "--" .. name:gsub("_", "-") end

local function usage(defaults, names)
  local lines = {("usage: nnlua %s [options]"):format(arg and arg[0] or "script.lua")}
  for _, name in ipairs(names) do
    local value = defaults[name]
    local kind = type(value) == "boolean" and "" or " " .. type(value):upper()
    lines[#lines + 1] = ("  %-28s %s"):format(flag_of(name) .. kind,
      value == "" and "" or "(default " .. tostring(value) .. ")")
  end
  return table.concat(lines, "\n")
end

-- A message on standard error and exit code 2, as command-line programs do.
local function fail(message)
  io.stderr:write((arg and arg[0] or "nnlua"), ": ", message, "\n")
  os.exit(2, true)
end

local function nearest(flag, names)
  for _, name in ipairs(names) do
    local known = flag_of(name)
    if known:sub(1, #flag) == flag or flag:sub(1, #known) == known then return known end
  end
  for _, name in ipairs(names) do
    if flag_of(name):sub(3, 3) == flag:sub(3, 3) then return flag_of(name) end
  end
end

-- The text of an option as a value of the type of its default.
local function convert(flag, text, default)
  if type(default) ~= "number" then return text end
  local value = tonumber(text)
  if math.type(default) == "integer" then value = value and math.tointeger(value) end
  if not value then
    fail(("%s expects %s, not %q"):format(flag,
      math.type(default) == "integer" and "an integer" or "a number", text))
  end
  return value
end

--- nn.options{seed = 0, epochs = 500}: the table with the values given as --seed 3 or --epochs=10
-- in their places. --help prints the options; an unknown one ends the script with code 2. A
-- boolean option takes no value: --verbose, --no-verbose.
local function options(defaults)
  if type(defaults) ~= "table" then
    error(("options: expects a table of defaults, not a %s"):format(type(defaults)), 2)
  end
  local values, names, flags = {}, {}, {}
  for name, value in pairs(defaults) do
    values[name] = value
    names[#names + 1] = name
    flags[flag_of(name)] = name
  end
  table.sort(names)
  local i, given = 1, arg or {}
  while given[i] do
    local flag, text = given[i]:match("^(%-%-[%w%-_]+)=(.*)$")
    flag = (flag or given[i]):gsub("_", "-")
    if flag == "--help" or flag == "-h" then
      print(usage(defaults, names))
      os.exit(0, true)
    end
    local negated = flags[(flag:gsub("^%-%-no%-", "--"))]
    local name = flags[flag]
    if name and type(defaults[name]) == "boolean" then
      values[name] = text == nil or text == "true"
    elseif name then
      if not text then
        i = i + 1
        text = given[i] or fail(flag .. " expects a value")
      end
      values[name] = convert(flag, text, defaults[name])
    elseif negated and type(defaults[negated]) == "boolean" then
      values[negated] = false
    else
      local near = nearest(flag, names)
      fail(("unknown option %s%s"):format(given[i], near and "; do you mean " .. near .. "?" or ""))
    end
    i = i + 1
  end
  return values
end

return function(nn) nn.options = options end
