-- Images: a tensor's numbers as colours, at the resolution of what shows them.

local nn = require "nnlua"
local colour = require "nnlua.figure.colour"

local image = {}
image.__index = image

-- Whether a shape has its 1 or 3 channels first (as PyTorch has them), last (as Matplotlib), or
-- none.
local function channels_of(t)
  if t:dim() == 2 then return 1, t end
  if t:dim() == 3 then
    for _, dim in ipairs {1, 3} do
      local n = t.shape[dim]
      if n == 1 or n == 3 then return n, dim == 1 and t or t:permute(3, 1, 2) end
    end
  end
  nn._error(("imshow: expects a matrix, or 1 or 3 of them for the channels, but the tensor is %s")
    :format(tostring(t.shape)))
end

-- Calls f(v) for each number in the rows.
local function each(rows, f)
  for _, row in ipairs(rows) do
    for _, v in ipairs(row) do f(v) end
  end
end

-- The least and greatest finite number, and how many are not finite.
local function range_of(rows)
  local low, high, odd = math.huge, -math.huge, 0
  each(rows, function(v)
    if v ~= v or math.abs(v) == math.huge then
      odd = odd + 1
    else
      if v < low then low = v end
      if v > high then high = v end
    end
  end)
  if low > high then low, high = 0, 1 end
  return low, high, odd
end

-- The numbers of a tensor as rows; booleans as 0 and 1.
local function rows_of(t) return (t.dtype == "bool" and t:to("float32") or t):tolist() end

--- image.new(t, options): of a tensor of (rows, columns), whose numbers become colours of the map
-- options.cmap from vmin to vmax, or of three such channels, red, green and blue, from 0 to 1 (from
-- 0 to 255 for int64).
function image.new(t, options)
  local n, planes = channels_of(t)
  if t:numel() == 0 then nn._error("imshow: the tensor is empty") end
  if t:dim() == 2 then planes = t:unsqueeze(1) end
  local self = setmetatable({rows = planes.shape[2], columns = planes.shape[3], planes = {}}, image)
  for i = 1, n do self.planes[i] = rows_of(planes[i]) end
  if n == 3 then
    self.unit = t.dtype == "int64" and 255 or 1
    return self
  end
  local low, high, odd = range_of(self.planes[1])
  self.map = options.cmap or "viridis"
  self.low, self.high = options.vmin or low, options.vmax or high
  self.note = odd > 0 and odd .. " not finite" or nil
  return self
end

-- The first and last of n elements that cell i of `cells` covers.
local function span(i, cells, n)
  if cells >= n then
    local k = math.floor((i - 0.5) * n / cells) + 1
    return k, k
  end
  return math.floor((i - 1) * n / cells) + 1, math.max(math.floor(i * n / cells), 1)
end

-- The mean of the elements in rows r1 to r2 and columns c1 to c2.
local function mean(plane, r1, r2, c1, c2)
  local sum = 0
  for r = r1, r2 do
    local row = plane[r]
    for c = c1, c2 do sum = sum + row[c] end
  end
  return sum / ((r2 - r1 + 1) * (c2 - c1 + 1))
end

-- Calls f(plane's mean, r, c) for each cell of `rows` x `columns`.
local function resample(self, plane, rows, columns, f)
  local first, last = {}, {}
  for c = 1, columns do first[c], last[c] = span(c, columns, self.columns) end
  for r = 1, rows do
    local r1, r2 = span(r, rows, self.rows)
    for c = 1, columns do f(mean(plane, r1, r2, first[c], last[c]), r, c) end
  end
end

--- image:colour_of(v): of a number, by the map; in between when all are equal.
function image:colour_of(v)
  local t = self.high > self.low and (v - self.low) / (self.high - self.low) or v == v and 0.5 or v
  return colour.of_number(self.map, t)
end

-- A list of `n` lists.
local function lists(n)
  local result = {}
  for i = 1, n do result[i] = {} end
  return result
end

--- image:sample(rows, columns): colours for so many rows and columns.
function image:sample(rows, columns)
  local result = lists(rows)
  if #self.planes == 1 then
    resample(self, self.planes[1], rows, columns, function(v, r, c)
      result[r][c] = self:colour_of(v)
    end)
    return result
  end
  local channels = {lists(rows), lists(rows), lists(rows)}
  for k, plane in ipairs(self.planes) do
    resample(self, plane, rows, columns, function(v, r, c) channels[k][r][c] = v / self.unit end)
  end
  for r = 1, rows do
    local red, green, blue = channels[1][r], channels[2][r], channels[3][r]
    for c = 1, columns do result[r][c] = colour.of_rgb(red[c], green[c], blue[c]) end
  end
  return result
end

return image
