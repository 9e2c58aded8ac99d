-- Drawing commands (see paint.lua) as SVG 1.1.

local function escape(s)
  return (s:gsub("[&<>\"]", {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}))
end

-- A coordinate to a hundredth of a pixel, without zeros at its end.
local function number(v)
  local s = ("%.2f"):format(v):gsub("%.?0+$", "")
  return s == "-0" and "0" or s
end

local function hex(c) return ("#%06x"):format(c) end

local anchors = {[0] = "start", [0.5] = "middle", [1] = "end"}

local write = {}

function write.path(c)
  local parts = {}
  for i = 1, #c.points, 2 do
    parts[#parts + 1] = number(c.points[i]) .. "," .. number(c.points[i + 1])
  end
  local dash = c.dash and (' stroke-dasharray="%d"'):format(c.dash) or ""
  return ('<polyline points="%s" fill="none" stroke="%s" stroke-width="%s"'
    .. ' stroke-linejoin="round"%s/>'):format(table.concat(parts, " "), hex(c.stroke),
    number(c.width), dash)
end

local function opacity(c)
  return c.alpha and (' fill-opacity="%s"'):format(number(c.alpha)) or ""
end

function write.rect(c)
  return ('<rect x="%s" y="%s" width="%s" height="%s" fill="%s"%s/>'):format(number(c.x),
    number(c.y), number(c.w), number(c.h), hex(c.fill), opacity(c))
end

function write.disc(c)
  return ('<circle cx="%s" cy="%s" r="%s" fill="%s"%s/>'):format(number(c.x), number(c.y),
    number(c.r), hex(c.fill), opacity(c))
end

-- Rectangles for the runs of one colour in each row.
function write.image(c)
  local lines, h = {}, c.h / #c.rows
  for r, row in ipairs(c.rows) do
    local w, start = c.w / #row, 1
    for i = 1, #row do
      if row[i + 1] ~= row[i] then
        lines[#lines + 1] = write.rect {x = c.x + (start - 1) * w, y = c.y + (r - 1) * h,
          w = (i - start + 1) * w, h = h, fill = row[i]}
        start = i + 1
      end
    end
  end
  return table.concat(lines, "\n")
end

function write.text(c)
  local more = c.bold and ' font-weight="bold"' or ""
  if c.turned then
    more = more .. (' transform="rotate(-90 %s %s)"'):format(number(c.x), number(c.y))
  end
  return ('<text x="%s" y="%s" font-size="%d" text-anchor="%s" fill="%s"%s>%s</text>'):format(
    number(c.x), number(c.y), c.size, anchors[c.anchor], hex(c.fill), more, escape(c.text))
end

function write.clip(c)
  return ('<clipPath id="frame"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>\n'
    .. '<g clip-path="url(#frame)" shape-rendering="%s">'):format(number(c.x), number(c.y),
    number(c.w), number(c.h), c.sharp and "crispEdges" or "auto")
end

function write.unclip() return "</g>" end

--- svg(commands, width, height): the text of a file.
return function(commands, width, height)
  local lines = {('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
    .. 'viewBox="0 0 %d %d" font-family="sans-serif">'):format(width, height, width, height)}
  for _, command in ipairs(commands) do lines[#lines + 1] = write[command.kind](command) end
  lines[#lines + 1] = "</svg>\n"
  return table.concat(lines, "\n")
end
