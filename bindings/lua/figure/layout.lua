-- Where everything in a figure goes. The back ends only draw what this file places.
--
-- A layout is made for a *medium*, whose units are pixels or a terminal's characters:
--     width, height       of the whole
--     glyph, line         the width of a character, the distance between lines of text
--     column              what curves are thinned to
--     left, below         room between a tick's name and the frame
--     edge, right         room around all, and more of it at the right
--     title               lines that a title takes
--     bar                 width of a colour bar and its numbers
--     side_label          whether the vertical label is turned and stands at the side
--     centred             whether an image that is narrower stands in the middle
--     unicode             whether names may use more than ASCII
--     aspect              how often a unit of height fits into the width that looks the same

local axis = require "nnlua.figure.axis"
local curve = require "nnlua.figure.curve"
local text = require "nnlua.text"

local layout = {}

-- ------------------------------------------------------------------------------------- axes

local function has_only_whole(lists)
  for _, list in ipairs(lists) do
    for _, v in ipairs(list) do
      if v ~= v // 1 then return false end
    end
  end
  return true
end

-- How many numbers an axis leaves out, in words; nil where there are none.
local function left_out(lists, log)
  local infinite, negative, missing = 0, 0, 0
  for _, list in ipairs(lists) do
    for _, v in ipairs(list) do
      if v ~= v then
        missing = missing + 1
      elseif math.abs(v) == math.huge then
        infinite = infinite + 1
      elseif log and v <= 0 then
        negative = negative + 1
      end
    end
  end
  local parts = {}
  local function add(n, what) if n > 0 then parts[#parts + 1] = n .. " " .. what end end
  add(negative, "left out (not above 0)")
  add(missing, "NaN")
  add(infinite, "infinite")
  return #parts > 0 and table.concat(parts, ", ") or nil
end

local function lists_of(figure, name)
  local lists = {}
  for i, s in ipairs(figure.series) do lists[i] = s[name] end
  return lists
end

-- The kind of the i-th curve: a list may stop short, and the rest are lines.
local function kind_of(figure, i)
  if type(figure.kind) ~= "table" then return figure.kind end
  return figure.kind[i] or "line"
end

local function has_points(figure)
  for i in ipairs(figure.series) do
    if kind_of(figure, i) == "scatter" then return true end
  end
  return false
end

local function curve_axes(figure)
  local xs, ys = lists_of(figure, "x"), lists_of(figure, "y")
  local margin = has_points(figure) and 0.04 or 0
  local bars = figure.kind == "hist"
  local x = axis.new(xs, {log = figure.logx, margin = margin, limits = figure.xlim,
    whole = not bars and has_only_whole(xs)})
  local y = axis.new(ys, {log = figure.logy, margin = 0.05, limits = figure.ylim,
    whole = bars, from = bars and not figure.logy and 0 or nil})
  return x, y, left_out(bars and figure.values or ys, not bars and figure.logy)
end

local function image_axes(figure)
  local image = figure.image
  local x = axis.new({{0.5, image.columns + 0.5}}, {whole = true})
  local y = axis.new({{0.5, image.rows + 0.5}}, {whole = true, inverted = true})
  return x, y, image.note
end

-- ---------------------------------------------------------------------------------- the frame

-- The size of an image's frame: its elements square where that leaves both sides long enough, and
-- of a whole number of units where they are large.
local function image_frame(image, medium, w, h)
  local scale = math.min(w / image.columns, h * medium.aspect / image.rows)
  if scale >= 2 then scale = scale // 1 end
  local wide, high = image.columns * scale, image.rows * scale / medium.aspect
  if wide < w / 6 then wide = w / 6 end
  if high < h / 6 then high = h / 6 end
  return wide, high
end

local function widest(ticks)
  local width = 0
  for _, tick in ipairs(ticks) do width = math.max(width, text.width(tick.label)) end
  return width
end

-- Whether the names of ticks along a length have room beside each other.
local function have_room(ticks, length, glyph)
  for i = 2, #ticks do
    local a, b = ticks[i - 1], ticks[i]
    local need = ((text.width(a.label) + text.width(b.label)) / 2 + 2) * glyph
    if math.abs(b.at - a.at) * length < need then return false end
  end
  return true
end

local function have_height(ticks, length, line)
  for i = 2, #ticks do
    if math.abs(ticks[i].at - ticks[i - 1].at) * length < 1.5 * line then return false end
  end
  return true
end

-- The legend as rows of {label=, curve=, x=}, as many to a row as fit.
local function legend_rows(figure, medium, width)
  local rows, x = {}, 0
  for i, label in ipairs(figure.labels or {}) do
    local need = (text.width(label) + 5) * medium.glyph
    if #rows == 0 or x + need > width then
      rows[#rows + 1], x = {}, 0
    end
    local row = rows[#rows]
    row[#row + 1] = {label = label, curve = i, x = x}
    x = x + need
  end
  return rows
end

-- Lines of text above the frame and below, as numbers of lines.
local function text_lines(figure, medium, note, legend)
  local above = (figure.title and medium.title or 0) + #legend
  if figure.ylabel and not medium.side_label then above = above + 1 end
  local below = 1 + (figure.xlabel and 1 or 0) + (note and 1 or 0)
  return above, below
end

local function flip(places)
  for i, at in ipairs(places) do places[i] = 1 - at end
  return places
end

-- Fills scene.frame, the ticks, and what surrounds them.
local function place_frame(scene, figure, medium, x, y)
  local glyph, line = medium.glyph, medium.line
  local legend = legend_rows(figure, medium, medium.width - 12 * glyph)
  local above, below = text_lines(figure, medium, scene.note, legend)
  local top = above * line + medium.edge
  local bar = figure.image and figure.image.low and medium.bar or 0
  local height = medium.height - top - below * line - medium.below - medium.edge
  local yticks, yminor = y:ticks(height / line / 2.5 // 1, function(list)
    return have_height(list, height, line)
  end, medium.unicode)
  local left = widest(yticks) * glyph + medium.left + medium.edge
  if figure.ylabel and medium.side_label then left = left + 1.5 * line end
  local width = medium.width - left - bar - medium.edge - medium.right
  local frame = {x = left, y = top, w = width, h = height}
  if figure.image then
    frame.w, frame.h = image_frame(figure.image, medium, width, height)
    scene.shift = medium.centred and (width - frame.w) // 2 or 0
    frame.x = frame.x + scene.shift
  end
  local xticks, xminor = x:ticks(frame.w / glyph / 8 // 1, function(list)
    return have_room(list, frame.w, glyph)
  end, medium.unicode)
  scene.frame, scene.legend = frame, legend
  scene.xticks, scene.xminor = xticks, xminor
  scene.yticks, scene.yminor = yticks, flip(yminor)
  for _, tick in ipairs(yticks) do tick.at = 1 - tick.at end
end

-- ------------------------------------------------------------------------------------ marks

-- What places the i-th point of a series in the frame; nil where it has no place.
local function placer(s, x, y, frame)
  local xs, ys = s.x, s.y
  return function(i)
    local across, up = x:place(xs[i]), y:place(ys[i])
    if not across or not up then return nil end
    return frame.x + across * frame.w, frame.y + (1 - up) * frame.h
  end
end

local function bars_of(s, x, y, frame)
  local bars = {}
  for i, count in ipairs(s.y) do
    local from, to, up = x:place(s.x[i]), x:place(s.x[i + 1]), y:place(count)
    if from and to and up and up > 0 then
      bars[#bars + 1] = {x = frame.x + from * frame.w, y = frame.y + (1 - up) * frame.h,
        w = (to - from) * frame.w, h = up * frame.h}
    end
  end
  return bars
end

local function mark_of(figure, s, i, medium, x, y, frame)
  if figure.kind == "hist" then
    return {kind = "bars", curve = i, bars = bars_of(s, x, y, frame)}
  end
  local place = placer(s, x, y, frame)
  if kind_of(figure, i) == "scatter" then
    return {kind = "points", curve = i, points = curve.points(#s.y, place, medium.column / 2)}
  end
  return {kind = "line", curve = i, paths = curve.paths(#s.y, place, medium.column)}
end

--- layout.new(figure, medium): the scene: frame {x, y, w, h}; shift, how far it was moved to be
-- centred; xticks and yticks {at =, label =},
-- with `at` from 0 to 1 from the left and from the top; xminor and yminor, places; legend; title,
-- xlabel, ylabel, note; marks, each {kind = "line" | "points" | "bars" | "image", …}.
function layout.new(figure, medium)
  local x, y, note = (figure.image and image_axes or curve_axes)(figure)
  local scene = {width = medium.width, height = medium.height, title = figure.title, note = note,
    xlabel = figure.xlabel, ylabel = figure.ylabel, shift = 0, marks = {}}
  place_frame(scene, figure, medium, x, y)
  if figure.image then scene.marks[1] = {kind = "image", image = figure.image} end
  for i, s in ipairs(figure.series or {}) do
    scene.marks[i] = mark_of(figure, s, i, medium, x, y, scene.frame)
  end
  return scene
end

return layout
