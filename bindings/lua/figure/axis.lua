-- An axis: from numbers to places between 0 and 1, and back for its ticks.

local ticks = require "nnlua.figure.ticks"

local axis = {}
axis.__index = axis

local HUGE, LEAST_EXPONENT, FAR = 1e300, -300, 10 -- beyond, numbers and places are clipped

local INFINITY = math.huge

-- The least and greatest of the numbers that an axis can show; nil where there are none.
local function range_of(lists, log)
  local low, high, above = INFINITY, -INFINITY, log and 0 or -INFINITY
  for _, list in ipairs(lists) do
    for _, v in ipairs(list) do
      if v > above and v < INFINITY then -- as no NaN is
        if v < low then low = v end
        if v > high then high = v end
      end
    end
  end
  if low > high then return nil end
  local least = log and 1 / HUGE or -HUGE
  return math.max(low, least), math.max(math.min(high, HUGE), least)
end

-- Makes room around a range without extent, and a margin around others.
local function widen(low, high, margin)
  local size = math.max(math.abs(low), math.abs(high))
  if high - low <= 1e-12 * size or high - low < 1e-290 then
    local room = size > 1e-280 and 0.1 * size or 1
    return low - room, high + room
  end
  return low - margin * (high - low), high + margin * (high - low)
end

local function log10(v) return math.log(v, 10) end

--- axis.new(lists, options): an axis for the numbers in the lists. Options: log; whole (ticks at
-- whole numbers); margin (a fraction of the range, at both ends); from (a number that it starts
-- at); inverted; limits = {low, high}.
function axis.new(lists, options)
  local log = options.log
  local low, high = range_of(lists, log)
  if not low then low, high = log and 1 or 0, log and 10 or 1 end
  if options.from then low = options.from end
  local a, b = low, high
  if log then a, b = log10(low), log10(high) end
  a, b = widen(a, b, options.margin or 0)
  if options.from then a = options.from end
  local limits = options.limits
  if limits then a, b = limits[1], limits[2] end
  if limits and log then a, b = log10(a), log10(b) end
  if log then a, b = math.max(a, LEAST_EXPONENT), math.min(b, -LEAST_EXPONENT) end
  return setmetatable({a = a, b = b, log = log, whole = options.whole,
    inverted = options.inverted}, axis)
end

--- axis:place(v): 0 at the low end, 1 at the high one; nil for NaN, and for what a logarithm has no
-- place for.
function axis:place(v)
  if v ~= v or (self.log and v <= 0) then return nil end
  local at = ((self.log and log10(v) or v) - self.a) / (self.b - self.a)
  if self.inverted then at = 1 - at end
  return math.min(math.max(at, -FAR), 1 + FAR)
end

-- Ticks with their places.
local function placed(self, list)
  for _, tick in ipairs(list) do tick.at = self:place(tick.value) end
  return list
end

--- axis:ticks(most, fits, unicode): ticks with names, so many that fits(list) accepts them; and the
-- places of those without.
function axis:ticks(most, fits, unicode)
  local options = {whole = self.whole, unicode = unicode}
  local low, high, make = self.a, self.b, ticks.linear
  if self.log then low, high, make = 10.0 ^ self.a, 10.0 ^ self.b, ticks.log end
  local list, minor
  for count = math.max(most, 1), 1, -1 do
    list, minor = make(low, high, count, options)
    if fits(placed(self, list)) then break end
  end
  for i, value in ipairs(minor) do minor[i] = self:place(value) end
  return list, minor
end

return axis
