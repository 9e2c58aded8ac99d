-- Figures in the terminal: curves in braille (2 x 4 dots a character), images in half blocks of
-- colour; with plain characters where the locale or the terminal has no more.

local colour = require "nnlua.figure.colour"
local layout = require "nnlua.figure.layout"
local text = require "nnlua.text"

-- ------------------------------------------------------------------------- a page of characters

local Page = {}
Page.__index = Page

local function new_page(width, height)
  local page = setmetatable({width = width, height = height, glyphs = {}, styles = {}}, Page)
  for row = 1, height do page.glyphs[row], page.styles[row] = {}, {} end
  return page
end

-- Puts a character at a column and row that count from 0; `style` is an escape sequence.
function Page:put(x, y, glyph, style)
  if x < 0 or x >= self.width or y < 0 or y >= self.height then return end
  self.glyphs[y + 1][x + 1], self.styles[y + 1][x + 1] = glyph, style or ""
end

-- Writes a string; a character of two columns takes the place of the next.
function Page:write(x, y, s, style)
  x = math.floor(x)
  for _, code in utf8.codes(s) do
    local glyph = utf8.char(code)
    self:put(x, y, glyph, style)
    if text.width(glyph) == 2 then self:put(x + 1, y, "", style) end
    x = x + text.width(glyph)
  end
end

-- Centred at x, as far as the page has room.
function Page:write_centred(x, y, s, style)
  local width = text.width(s)
  local at = math.min(x - width / 2 + 0.5, self.width - width)
  self:write(math.max(at, 0), y, s, style)
end

-- A row without the spaces at its end, each style written where it begins.
local function row_text(glyphs, styles, width)
  local parts, style, last = {}, "", 0
  for x = width, 1, -1 do
    if glyphs[x] then
      last = x
      break
    end
  end
  for x = 1, last do
    local own = styles[x] or ""
    if own ~= style then
      parts[#parts + 1] = style ~= "" and "\27[0m" .. own or own
      style = own
    end
    parts[#parts + 1] = glyphs[x] or " "
  end
  if style ~= "" then parts[#parts + 1] = "\27[0m" end
  return table.concat(parts)
end

function Page:text()
  local lines = {}
  for y = 1, self.height do lines[y] = row_text(self.glyphs[y], self.styles[y], self.width) end
  while lines[#lines] == "" do lines[#lines] = nil end
  return table.concat(lines, "\n")
end

-- ---------------------------------------------------------------------------- dots in characters

-- How the dots of a character make its glyph: columns, rows, and a function of their bits.
local braille_bits = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

local styles = {
  braille = {across = 2, down = 4, bit = function(x, y) return braille_bits[x + 1][y + 1] end,
    glyph = function(bits) return utf8.char(0x2800 + bits) end},
  ascii = {across = 1, down = 2, bit = function(_, y) return y + 1 end,
    glyph = function(bits) return ({"'", ".", ":"})[bits] end},
  letters = {across = 1, down = 1, bit = function() return 1 end,
    glyph = function(_, curve) return ("*o+x#@%&"):sub((curve - 1) % 8 + 1):sub(1, 1) end},
}

-- Dots in a frame of the page; the curve drawn last gives a character its colour.
local Dots = {}
Dots.__index = Dots

local function new_dots(frame, style)
  return setmetatable({frame = frame, style = style, bits = {}, curves = {},
    across = frame.w * style.across, down = frame.h * style.down}, Dots)
end

-- Sets the dot at a place on the page, which may lie between characters.
function Dots:set(x, y, curve)
  local f, style = self.frame, self.style
  local column, row = (x - f.x) * style.across // 1 | 0, (y - f.y) * style.down // 1 | 0
  if column == self.across then column = column - 1 end -- the far edges belong to the frame
  if row == self.down then row = row - 1 end
  if column < 0 or column >= self.across or row < 0 or row >= self.down then return end
  local cell = row // style.down * f.w + column // style.across
  local bit = style.bit(column % style.across, row % style.down)
  if self.curves[cell] ~= curve then
    self.curves[cell] = curve
    if style.down == 1 then self.bits[cell] = nil end
  end
  self.bits[cell] = (self.bits[cell] or 0) | bit
end

function Dots:line(x1, y1, x2, y2, curve)
  local style = self.style
  local steps = math.ceil(math.max(math.abs(x2 - x1) * style.across,
    math.abs(y2 - y1) * style.down, 1))
  for i = 0, steps do
    local t = i / steps
    self:set(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, curve)
  end
end

function Dots:put_on(page, style_of)
  local f = self.frame
  for cell, bits in pairs(self.bits) do
    local curve = self.curves[cell]
    page:put(f.x + cell % f.w, f.y + cell // f.w, self.style.glyph(bits, curve), style_of(curve))
  end
end

-- ------------------------------------------------------------------------------------- marks

local mark_dots = {}

-- A point between gaps becomes a small square, which can be seen.
function mark_dots.line(dots, mark)
  for _, points in ipairs(mark.paths) do
    local x, y, reach = points[1], points[2], #points == 2 and 0.25 or 0
    for _, at in ipairs {{-1, -0.5}, {-1, 0.5}, {1, -0.5}, {1, 0.5}} do
      dots:set(x + at[1] * reach, y + at[2] * reach, mark.curve)
    end
    for i = 3, #points, 2 do
      dots:line(points[i - 2], points[i - 1], points[i], points[i + 1], mark.curve)
    end
  end
end

function mark_dots.points(dots, mark)
  local points = mark.points
  for i = 1, #points, 2 do dots:set(points[i], points[i + 1], mark.curve) end
end

-- A bar as vertical lines; wide ones have a gap of one dot between them.
function mark_dots.bars(dots, mark)
  local unit = 1 / dots.style.across
  for _, bar in ipairs(mark.bars) do
    local gap = bar.w > 4 and unit or 0
    for x = bar.x, bar.x + bar.w - gap - unit / 2, unit do
      dots:line(x, bar.y, x, bar.y + bar.h, mark.curve)
    end
  end
end

local function dot_style(scene, options)
  if #scene.marks > 1 and options.colours == 0 then return styles.letters end
  return options.unicode and styles.braille or styles.ascii
end

local function draw_curves(page, scene, options)
  local dots = new_dots(scene.frame, dot_style(scene, options))
  for _, mark in ipairs(scene.marks) do mark_dots[mark.kind](dots, mark) end
  dots:put_on(page, function(curve)
    return options.colours > 0 and colour.curve_escape(curve, options.colours) or ""
  end)
  return dots.style
end

-- ------------------------------------------------------------------------------------- images

local unicode_shades, ascii_shades = {" ", "░", "▒", "▓", "█"}, {" ", ".", ":", "+", "#", "@"}

local function shade(c, unicode)
  local shades = unicode and unicode_shades or ascii_shades
  return shades[math.min(math.floor(colour.brightness(c) * #shades), #shades - 1) + 1]
end

-- Two colours in one character, above and below; without colour, a shade for each.
local function draw_image(page, image, frame, options)
  local halves = options.colours >= 256 and options.unicode
  local rows = math.ceil(frame.h * (halves and 2 or 1) - 1e-9)
  local sample = image:sample(rows, frame.w)
  for r = 1, rows, halves and 2 or 1 do
    for c, upper in ipairs(sample[r]) do
      local y = frame.y + (halves and (r - 1) // 2 or r - 1)
      if halves then
        local lower = sample[r + 1] and sample[r + 1][c]
        local style = colour.escape(upper, options.colours)
          .. (lower and colour.escape(lower, options.colours, true) or "")
        page:put(frame.x + c - 1, y, "▀", style)
      elseif options.colours >= 256 then
        page:put(frame.x + c - 1, y, " ", colour.escape(upper, options.colours, true))
      else
        page:put(frame.x + c - 1, y, shade(upper, options.unicode))
      end
    end
  end
end

-- The scale of colours, at the right: the greatest number above, the least below.
local function draw_colour_bar(page, image, frame, options)
  local x = frame.x + frame.w + 2
  local bar = {x = x, y = frame.y, w = 2, h = frame.h}
  local scale = {rows = 64, columns = 1, sample = function(_, rows, columns)
    local result = {}
    for r = 1, rows do
      local c = image:colour_of(image.high + (image.low - image.high) * (r - 0.5) / rows)
      result[r] = {}
      for k = 1, columns do result[r][k] = c end
    end
    return result
  end}
  draw_image(page, scale, bar, options)
  page:write(x + 3, frame.y, ("%.4g"):format(image.high))
  page:write(x + 3, frame.y + math.ceil(frame.h) - 1, ("%.4g"):format(image.low))
end

-- ------------------------------------------------------------------------------------- frame

local unicode_frame = {side = "│", tick = "┤", corner = "└", below = "─", below_tick = "┬"}
local ascii_frame = {side = "|", tick = "+", corner = "+", below = "-", below_tick = "+"}

local function draw_frame(page, scene, options)
  local f, g = scene.frame, options.unicode and unicode_frame or ascii_frame
  local height = math.ceil(f.h - 1e-9)
  local bottom = f.y + height
  for y = f.y, bottom - 1 do page:put(f.x - 1, y, g.side) end
  page:put(f.x - 1, bottom, g.corner)
  for x = f.x, f.x + f.w - 1 do page:put(x, bottom, g.below) end
  for _, tick in ipairs(scene.yticks) do
    local y = f.y + math.min(math.floor(tick.at * f.h), height - 1)
    page:put(f.x - 1, y, g.tick)
    page:write(f.x - 2 - text.width(tick.label), y, tick.label)
  end
  for _, tick in ipairs(scene.xticks) do
    local x = f.x + math.min(math.floor(tick.at * f.w), f.w - 1)
    page:put(x, bottom, g.below_tick)
    page:write_centred(x, bottom + 1, tick.label)
  end
  return bottom + 2
end

-- The title and the vertical axis' label above the frame, the legend between, the rest below.
local function draw_texts(page, scene, options, below, style)
  local f, y = scene.frame, 0
  local middle = f.x + f.w // 2
  if scene.title then
    page:write_centred(middle, y, scene.title, options.colours > 0 and "\27[1m" or "")
    y = y + 1
  end
  for _, row in ipairs(scene.legend) do
    for _, entry in ipairs(row) do
      local glyph = style.down == 1 and style.glyph(1, entry.curve)
        or options.unicode and "━━" or "--"
      page:write(f.x + entry.x, y, glyph, options.colours > 0
        and colour.curve_escape(entry.curve, options.colours) or "")
      page:write(f.x + entry.x + 3, y, entry.label)
    end
    y = y + 1
  end
  if scene.ylabel then
    page:write(math.max(f.x - 1 - text.width(scene.ylabel), 0), y, scene.ylabel)
  end
  if scene.xlabel then
    page:write_centred(middle, below, scene.xlabel)
    below = below + 1
  end
  if scene.note then page:write(f.x, below, scene.note) end
end

-- ---------------------------------------------------------------------------------- the whole

--- draw(figure, options): a string. options: width and height in characters, colours (0: none),
-- unicode.
return function(figure, options)
  local medium = {width = options.width, height = options.height, glyph = 1, line = 1,
    column = options.unicode and 0.5 or 1, left = 2, below = 1, edge = 0, right = 3, title = 1,
    bar = 12, unicode = options.unicode, aspect = 2}
  local scene = layout.new(figure, medium)
  local f = scene.frame
  f.w, f.h = math.max(math.floor(f.w), 1), math.max(f.h, 0.5)
  local page = new_page(options.width, options.height)
  local below = draw_frame(page, scene, options)
  local style
  if figure.image then
    draw_image(page, figure.image, f, options)
    if figure.image.low then draw_colour_bar(page, figure.image, f, options) end
  else
    style = draw_curves(page, scene, options)
  end
  draw_texts(page, scene, options, below, style)
  return page:text()
end
