-- Colours, as 0xRRGGBB: for curves, for the numbers of an image, and for terminals.

local colour = {}

-- Okabe and Ito's palette, which people who see fewer colours can tell apart too.
local palette = {0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0x000000, 0xB8A800}

-- The same on terminals, whose background may be dark or light, and as one of eight.
local bright = {0x2E9BE6, 0xE69F00, 0x00B080, 0xE06020, 0xD080B0, 0x70C0F0, 0x909090, 0xC0B000}
local of_eight = {94, 33, 32, 31, 35, 36, 37, 93}

colour.count = #palette -- curves that differ in colour

function colour.of_curve(i) return palette[(i - 1) % #palette + 1] end

local function channels(c) return c >> 16 & 255, c >> 8 & 255, c & 255 end

local function join(r, g, b) return r << 16 | g << 8 | b end

-- -------------------------------------------------------------------------------- colour maps

local maps = {
  -- Nine of the 256 colours of viridis, by Smith and van der Walt.
  viridis = {0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30,
    0xFDE725},
  gray = {0x000000, 0xFFFFFF},
}
colour.maps = maps
local MISSING = 0xC8C8C8 -- for NaN

--- colour.of_number(map, t): the colour at t, from 0 to 1.
function colour.of_number(map, t)
  if t ~= t then return MISSING end
  local stops = maps[map]
  local at = math.min(math.max(t, 0), 1) * (#stops - 1)
  local i = math.min(math.floor(at), #stops - 2)
  local f = at - i
  local r1, g1, b1 = channels(stops[i + 1])
  local r2, g2, b2 = channels(stops[i + 2])
  local function mix(a, b) return math.floor(a + (b - a) * f + 0.5) end
  return join(mix(r1, r2), mix(g1, g2), mix(b1, b2))
end

--- colour.of_rgb(r, g, b): of three numbers from 0 to 1.
function colour.of_rgb(r, g, b)
  local function byte(v)
    return v == v and math.floor(math.min(math.max(v, 0), 1) * 255 + 0.5) or 0
  end
  return join(byte(r), byte(g), byte(b))
end

--- colour.brightness(c): from 0 to 1.
function colour.brightness(c)
  local r, g, b = channels(c)
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255
end

-- ---------------------------------------------------------------------------------- terminals

-- The nearest of xterm's 6x6x6 cube and 24 greys.
local function of_256(c)
  local r, g, b = channels(c)
  if math.max(r, g, b) - math.min(r, g, b) < 8 then
    local grey = (r - 8 + 5) // 10
    return grey < 0 and 16 or grey > 23 and 231 or 232 + grey
  end
  local function level(v) return v < 48 and 0 or v < 115 and 1 or (v - 35) // 40 end
  return 16 + 36 * level(r) + 6 * level(g) + level(b)
end

--- colour.escape(c, depth, back): what sets a terminal of so many colours to a colour (for the
-- background, with `back`).
function colour.escape(c, depth, back)
  local kind = back and 48 or 38
  if depth > 256 then return ("\27[%d;2;%d;%d;%dm"):format(kind, channels(c)) end
  return ("\27[%d;5;%dm"):format(kind, of_256(c))
end

--- colour.curve_escape(i, depth): the same for curve number i.
function colour.curve_escape(i, depth)
  local k = (i - 1) % #bright + 1
  if depth < 256 then return ("\27[%dm"):format(of_eight[k]) end
  return colour.escape(bright[k], depth)
end

return colour
