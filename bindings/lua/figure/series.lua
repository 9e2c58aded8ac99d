-- From what users give to nn.plot to lists of numbers.

local nn = require "nnlua"

local series = {}

local function is_number_like(v)
  return type(v) == "number" or (nn.is_tensor(v) and v:dim() == 0)
end

local function number_of(v)
  if type(v) == "boolean" then return v and 1 or 0 end
  return v
end

--- series.numbers(what, v): a flat list of numbers from a list, a vector, or a matrix of one
-- column, as models give.
function series.numbers(what, v)
  local list = v
  if nn.is_tensor(v) then
    if v:dim() == 2 and v.shape[2] == 1 then v = v:squeeze(2) end
    if v:dim() ~= 1 then
      nn._error(("plot: %s must have one dimension, but is %s"):format(what, tostring(v.shape)))
    end
    list = v:tolist()
  elseif type(v) ~= "table" then
    nn._error(("plot: %s must be a tensor or a list of numbers, not a %s"):format(what, type(v)))
  end
  local numbers = {}
  for i = 1, #list do
    local item = list[i]
    if nn.is_tensor(item) and item:numel() == 1 then item = item:item() end
    item = number_of(item)
    if type(item) ~= "number" then
      nn._error(("plot: %s[%d] must be a number, not a %s"):format(what, i, type(item)))
    end
    numbers[i] = item + 0.0
  end
  return numbers
end

-- The curves in v, each a list of numbers: one for a list of numbers or a vector, the columns of a
-- matrix, the items of a list of lists or vectors.
local function curves_of(what, v)
  if nn.is_tensor(v) and v:dim() == 2 then v = v:unbind(2) end
  if nn.is_tensor(v) and v:dim() == 0 then
    return {{v:item()}}
  elseif type(v) == "table" and #v > 0 and not is_number_like(v[1]) and type(v[1]) ~= "boolean" then
    local curves = {}
    for i, item in ipairs(v) do
      curves[i] = series.numbers(("%s[%d]"):format(what, i), item)
    end
    return curves
  end
  return {series.numbers(what, v)}
end

local function count_up(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return list
end

--- series.read(x, y): a list of {x=, y=}. One x may serve several curves; without x, numbers are
-- counted from 1.
function series.read(x, y)
  local ys = curves_of("y", y)
  local xs = x ~= nil and curves_of("x", x) or nil
  if xs and #xs ~= 1 and #xs ~= #ys then
    nn._error(("plot: x has %d lists, but y has %d"):format(#xs, #ys))
  end
  local list = {}
  for i, values in ipairs(ys) do
    local at = xs and (xs[i] or xs[1]) or count_up(#values)
    if #at ~= #values then
      nn._error(("plot: x has %d numbers, but y has %d"):format(#at, #values))
    end
    list[i] = {x = at, y = values}
  end
  return list
end

-- Quartiles are taken of so many of the numbers.
local SAMPLE = 10000

-- How many bins NumPy's "auto" rule takes: the more of Sturges' and Freedman and Diaconis'.
local function bin_count(all, low, high)
  local n, sorted = #all, {}
  for i = 1, n, math.max(n // SAMPLE, 1) do sorted[#sorted + 1] = all[i] end
  table.sort(sorted)
  local function quantile(q) return sorted[1 + math.floor(q * (#sorted - 1))] end
  local width = 2 * (quantile(0.75) - quantile(0.25)) / n ^ (1 / 3)
  local count = math.ceil(math.log(n, 2)) + 1
  if width > 0 then count = math.max(count, math.ceil(math.min((high - low) / width, 100))) end
  return count
end

-- Which bin v, from low to high, falls into. The difference of two large numbers may be infinite.
local function bin_of(v, low, high, bins)
  local fraction = (v - low) / (high - low)
  if fraction ~= fraction or high - low == math.huge then
    fraction = (v / 4 - low / 4) / (high / 4 - low / 4)
  end
  return math.min(math.floor(fraction * bins), bins - 1) + 1
end

--- series.histogram(lists, bins): the counts of each list in bins of one width over all; a list of
-- {x = edges, y = counts}.
function series.histogram(lists, bins)
  local all, low, high = {}, math.huge, -math.huge
  for _, list in ipairs(lists) do
    for _, v in ipairs(list) do
      if v > -math.huge and v < math.huge then -- as no NaN is
        all[#all + 1] = v
        low, high = math.min(low, v), math.max(high, v)
      end
    end
  end
  if #all == 0 then low, high = 0.0, 1.0 end
  bins = bins or (#all > 0 and bin_count(all, low, high) or 1)
  if low == high then low, high = low - 0.5, high + 0.5 end
  local edges, result = {}, {}
  for i = 0, bins do edges[i + 1] = low * (1 - i / bins) + high * (i / bins) end
  for k, list in ipairs(lists) do
    local counts = {}
    for i = 1, bins do counts[i] = 0 end
    for _, v in ipairs(list) do
      if v >= low and v <= high then
        local i = bin_of(v, low, high, bins)
        counts[i] = counts[i] + 1
      end
    end
    result[k] = {x = edges, y = counts}
  end
  return result
end

return series
