-- Where an axis has its ticks, and what they are called: steps of 1, 2 or 5 times a power of ten,
-- on a logarithmic axis decades. Numbers far from 1 share a power of ten.

local ticks = {}

local superscripts = {["-"] = "⁻", ["0"] = "⁰", ["1"] = "¹", ["2"] = "²", ["3"] = "³", ["4"] = "⁴",
  ["5"] = "⁵", ["6"] = "⁶", ["7"] = "⁷", ["8"] = "⁸", ["9"] = "⁹"}

local function exponent_of(x) return math.floor(math.log(x, 10) + 1e-9) | 0 end

-- mantissa × 10^exponent; the mantissa is a string, or nil for 1.
local function power_text(mantissa, exponent, unicode)
  if not unicode then return ("%se%d"):format(mantissa or "1", exponent) end
  local power = "10" .. tostring(exponent):gsub(".", superscripts)
  return mantissa and mantissa .. "×" .. power or power
end

-- ------------------------------------------------------------------------------------ linear

-- The least of 1, 2, 5 times a power of ten that is not below x.
local function nice_step(x)
  local power = 10.0 ^ exponent_of(x)
  for _, factor in ipairs {1, 2, 5} do
    if factor * power >= x * (1 - 1e-9) then return factor * power end
  end
  return 10 * power
end

-- Names for multiples of `step`: plain from 0.001 to 999999, else with one power of ten for all.
local function name_multiples(list, step, unicode)
  local most = 0
  for _, tick in ipairs(list) do most = math.max(most, math.abs(tick.value)) end
  local shared = most > 0 and (most >= 1e6 or most < 1e-3) and exponent_of(most) or 0
  local pattern = ("%%.%df"):format(math.min(math.max(shared - exponent_of(step), 0), 15))
  for _, tick in ipairs(list) do
    local mantissa = pattern:format(tick.value / 10.0 ^ shared)
    tick.label = tick.value == 0 and "0"
      or shared ~= 0 and power_text(mantissa, shared, unicode) or mantissa
  end
end

--- ticks.linear(low, high, count, options): at most about `count` ticks between low and high, as a
-- list of {value=, label=}. options.whole keeps to whole numbers.
function ticks.linear(low, high, count, options)
  local step = nice_step((high - low) / math.max(count, 1))
  if options.whole then step = math.max(step, 1.0) end
  local list = {}
  for k = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) do
    list[#list + 1] = {value = k * step}
  end
  name_multiples(list, step, options.unicode)
  return list, {}
end

-- -------------------------------------------------------------------------------- logarithmic

-- "0.001", "20", or with a power of ten where that is longer.
local function log_name(factor, exponent, plain, unicode)
  if plain then
    local pattern = ("%%.%df"):format(math.max(-exponent, 0))
    return pattern:format(factor * 10.0 ^ exponent)
  end
  return power_text(factor > 1 and tostring(factor) or nil, exponent, unicode)
end

-- Ticks at these factors of each power of ten.
local function decades(first, last, factors, inside, options)
  local plain, list = first >= -3 and last <= 4, {}
  for exponent = first, last do
    for _, factor in ipairs(factors) do
      local value = factor * 10.0 ^ exponent
      if inside(value) then
        list[#list + 1] = {value = value, label = log_name(factor, exponent, plain,
          options.unicode)}
      end
    end
  end
  return list
end

-- Every second, third … one, so that at most `count` remain; the others go to `minor`.
local function thin(list, count, minor)
  local stride, kept = math.ceil(#list / math.max(count, 2)), {}
  for i, tick in ipairs(list) do
    if (i - 1) % stride == 0 then kept[#kept + 1] = tick else minor[#minor + 1] = tick.value end
  end
  return kept
end

local function append_values(list, values)
  for _, tick in ipairs(list) do values[#values + 1] = tick.value end
end

--- ticks.log(low, high, count, options): ticks at decades, every second, third … one where there
-- are too many; where there are few at 1, 2 and 5 in each, and where even those are too few, as on
-- a linear axis. Also a list of values for ticks without a name.
function ticks.log(low, high, count, options)
  local function inside(value) return value >= low * (1 - 1e-9) and value <= high * (1 + 1e-9) end
  local first, last = exponent_of(low), exponent_of(high)
  local list, minor = decades(first, last, {1}, inside, options), {}
  if #list <= math.max(count, 2) then
    append_values(decades(first, last, {2, 3, 4, 5, 6, 7, 8, 9}, inside, options), minor)
  end
  if #list < 3 then
    local more = decades(first, last, {1, 2, 5}, inside, options)
    if #list < 2 or #more <= count then list = more end
  end
  if #list < 2 then return ticks.linear(low, high, count, options) end
  return thin(list, count, minor), minor
end

return ticks
