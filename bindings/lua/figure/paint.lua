-- A figure as a list of drawing commands in pixels, which svg.lua writes and cairo draws:
--     {kind = "path", points = {x, y, …}, stroke =, width =, dash =}
--     {kind = "rect", x =, y =, w =, h =, fill =, alpha =}
--     {kind = "disc", x =, y =, r =, fill =, alpha =}
--     {kind = "image", x =, y =, w =, h =, rows = {{colour, …}, …}}
--     {kind = "text", x =, y =, text =, size =, anchor =, fill =, bold =, turned =}
--     {kind = "clip", x =, y =, w =, h =} … {kind = "unclip"}
-- Colours are 0xRRGGBB. `anchor` is 0, 0.5 or 1: which end of the text stands at x.

local colour = require "nnlua.figure.colour"
local layout = require "nnlua.figure.layout"

local SIZE, SMALL, LARGE = 13, 11, 16 -- of letters
local INK, GREY, GRID = 0x222222, 0x777777, 0xE4E4E4
local CURVE_WIDTH, BAR_WIDTH = 1.8, 16

local function medium_of(width, height)
  return {width = width, height = height, glyph = 7.3, line = 18, column = 1, left = 9, below = 7,
    edge = 10, right = 26, title = 1.5, bar = 80, side_label = true, centred = true,
    unicode = true, aspect = 1}
end

-- ------------------------------------------------------------------------------------- marks

local draw = {}

-- A point between gaps has no line, and becomes a dot.
function draw.line(add, mark)
  local stroke = colour.of_curve(mark.curve)
  local dash = mark.curve > colour.count and 6 or nil
  for _, points in ipairs(mark.paths) do
    if #points == 2 then
      add {kind = "disc", x = points[1], y = points[2], r = 3, fill = stroke}
    else
      add {kind = "path", points = points, stroke = stroke, width = CURVE_WIDTH, dash = dash}
    end
  end
end

function draw.points(add, mark)
  local fill, points = colour.of_curve(mark.curve), mark.points
  for i = 1, #points, 2 do
    add {kind = "disc", x = points[i], y = points[i + 1], r = 3, fill = fill, alpha = 0.7}
  end
end

function draw.bars(add, mark, scene)
  local fill, alpha = colour.of_curve(mark.curve), #scene.marks > 1 and 0.6 or 1
  for _, bar in ipairs(mark.bars) do
    local gap = bar.w > 4 and 1 or 0
    add {kind = "rect", x = bar.x, y = bar.y, w = bar.w - gap, h = bar.h, fill = fill,
      alpha = alpha}
  end
end

function draw.image(add, mark, scene, most)
  local image, f = mark.image, scene.frame
  local rows = image:sample(math.min(image.rows, most), math.min(image.columns, most))
  add {kind = "image", x = f.x, y = f.y, w = f.w, h = f.h, rows = rows}
end

-- The scale of an image's colours, at its right.
local function add_colour_bar(add, image, frame)
  local x, steps = frame.x + frame.w + 20, 64
  for i = 1, steps do
    local v = image.high + (image.low - image.high) * (i - 0.5) / steps
    add {kind = "rect", x = x, y = frame.y + (i - 1) * frame.h / steps, w = BAR_WIDTH,
      h = frame.h / steps + 0.5, fill = image:colour_of(v)}
  end
  for i, v in ipairs {image.high, (image.high + image.low) / 2, image.low} do
    add {kind = "text", x = x + BAR_WIDTH + 5, y = frame.y + (i - 1) / 2 * frame.h + 4,
      text = ("%.4g"):format(v), size = SMALL, anchor = 0, fill = INK}
  end
end

-- ------------------------------------------------------------------------------------- frame

local function add_line(add, x1, y1, x2, y2, stroke)
  add {kind = "path", points = {x1, y1, x2, y2}, stroke = stroke, width = 1}
end

-- Lines of one pixel lie between pixels.
local function sharp(v) return math.floor(v) + 0.5 end

local function add_grid(add, scene)
  local f = scene.frame
  for _, tick in ipairs(scene.yticks) do
    local y = sharp(f.y + tick.at * f.h)
    add_line(add, f.x, y, f.x + f.w, y, GRID)
  end
  for _, tick in ipairs(scene.xticks) do
    local x = sharp(f.x + tick.at * f.w)
    add_line(add, x, f.y, x, f.y + f.h, GRID)
  end
end

local function add_ticks(add, scene)
  local f = scene.frame
  local left, bottom = sharp(f.x), sharp(f.y + f.h)
  for _, at in ipairs(scene.yminor) do
    local y = sharp(f.y + at * f.h)
    add_line(add, left - 3, y, left, y, INK)
  end
  for _, at in ipairs(scene.xminor) do
    local x = sharp(f.x + at * f.w)
    add_line(add, x, bottom, x, bottom + 3, INK)
  end
  for _, tick in ipairs(scene.yticks) do
    local y = sharp(f.y + tick.at * f.h)
    add_line(add, left - 5, y, left, y, INK)
    add {kind = "text", x = f.x - 8, y = y + 4, text = tick.label, size = SIZE, anchor = 1,
      fill = INK}
  end
  for _, tick in ipairs(scene.xticks) do
    local x = sharp(f.x + tick.at * f.w)
    add_line(add, x, bottom, x, bottom + 5, INK)
    add {kind = "text", x = x, y = bottom + 19, text = tick.label, size = SIZE, anchor = 0.5,
      fill = INK}
  end
  add_line(add, left, f.y, left, bottom, INK)
  add_line(add, left, bottom, f.x + f.w, bottom, INK)
end

local function add_legend(add, scene, line)
  local f = scene.frame
  for i, row in ipairs(scene.legend) do
    local y = f.y - (#scene.legend - i) * line - 8
    for _, entry in ipairs(row) do
      local x, stroke = f.x + entry.x, colour.of_curve(entry.curve)
      add {kind = "path", points = {x, y - 4, x + 18, y - 4}, stroke = stroke, width = 3,
        dash = entry.curve > colour.count and 6 or nil}
      add {kind = "text", x = x + 24, y = y, text = entry.label, size = SIZE, anchor = 0,
        fill = INK}
    end
  end
end

local function add_labels(add, scene, medium)
  local f, line = scene.frame, medium.line
  local middle, y = f.x + f.w / 2, f.y + f.h + medium.below + line
  if scene.title then
    add {kind = "text", x = middle, y = medium.edge + LARGE, text = scene.title, size = LARGE,
      anchor = 0.5, fill = INK, bold = true}
  end
  if scene.xlabel then
    y = y + line
    add {kind = "text", x = middle, y = y, text = scene.xlabel, size = SIZE, anchor = 0.5,
      fill = INK}
  end
  if scene.note then
    add {kind = "text", x = f.x + f.w, y = y + line, text = scene.note, size = SMALL, anchor = 1,
      fill = GREY}
  end
  if scene.ylabel then
    add {kind = "text", x = medium.edge + SIZE + scene.shift, y = f.y + f.h / 2,
      text = scene.ylabel, size = SIZE, anchor = 0.5, fill = INK, turned = true}
  end
end

-- ---------------------------------------------------------------------------------- the whole

--- paint(figure, width, height, most): the commands; of an image, at most `most` rows and columns
-- are told apart.
return function(figure, width, height, most)
  local medium, commands = medium_of(width, height), {}
  local scene = layout.new(figure, medium)
  local function add(command) commands[#commands + 1] = command end
  local f = scene.frame
  add {kind = "rect", x = 0, y = 0, w = width, h = height, fill = 0xFFFFFF}
  if not figure.image then add_grid(add, scene) end
  add {kind = "clip", x = f.x - 3, y = f.y - 3, w = f.w + 6, h = f.h + 6,
    sharp = figure.image ~= nil or figure.kind == "hist"}
  for _, mark in ipairs(scene.marks) do draw[mark.kind](add, mark, scene, most) end
  add {kind = "unclip"}
  add_ticks(add, scene)
  add_legend(add, scene, medium.line)
  add_labels(add, scene, medium)
  if figure.image and figure.image.low then add_colour_bar(add, figure.image, f) end
  return commands
end
