-- How bars look and where they stand: lines of text, the terminal's cursor, other output around.
--
-- On a terminal, bars that are alive stand one below the other, and the cursor rests in the line of
-- the first. While there are some, `print` writes above them.

local nn = require "nnlua"
local text = require "nnlua.text"

local screen = {}

-- The lines of bars that are alive, from the outermost: {text =, stays =}. They do not lead to the
-- bars, so that a bar which is forgotten is collected, and closed by that.
local shown = {}
local plain_print -- the global print, while another one stands in for it

function screen.is_terminal()
  return nn.is_terminal(io.stderr) and os.getenv("TERM") ~= "dumb"
end

-- ---------------------------------------------------------------------------------- one line

-- 75 seconds as "01:15".
local function duration(seconds)
  local s = seconds // 1 | 0
  if s >= 3600 then return ("%d:%02d:%02d"):format(s // 3600, s // 60 % 60, s % 60) end
  return ("%02d:%02d"):format(s // 60, s % 60)
end

-- 31.2 in a second, or so many seconds for each.
local function rate_text(bar, elapsed)
  local rate = elapsed > 0 and bar.n / elapsed or 0
  if rate == 0 then return "?" .. bar.unit .. "/s" end
  if rate < 1 then return ("%.2fs/%s"):format(1 / rate, bar.unit) end
  return ("%.2f%s/s"):format(rate, bar.unit)
end

local function value_text(v)
  if nn.is_tensor(v) then v = v:numel() == 1 and v:item() or v.shape end
  return math.type(v) == "float" and ("%.3g"):format(v) or text.clean(v)
end

-- A count: whole, as a rule.
local function count_text(n)
  return math.tointeger(n) and ("%d"):format(n) or ("%.2f"):format(n)
end

-- ", loss=0.31": by name, in alphabetical order.
local function values_text(values)
  local names, parts = {}, {}
  for name in pairs(values or {}) do names[#names + 1] = tostring(name) end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = (", %s=%s"):format(name, value_text(values[name])) end
  return table.concat(parts)
end

local eighths = {[0] = "", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

-- A bar of `width` columns, filled to `fraction`.
local function bar_text(fraction, width)
  local parts = text.has_unicode() and 8 or 10
  local filled = math.min(math.max(fraction, 0), 1) * width * parts // 1 | 0
  local whole, rest = filled // parts, filled % parts
  local full, last = "█", eighths[rest]
  if parts == 10 then full, last = "#", rest > 0 and tostring(rest) or "" end
  local empty = width - whole - (rest > 0 and 1 or 0)
  return full:rep(whole) .. last .. (" "):rep(empty)
end

--- screen.line(bar, elapsed, columns): the bar as a line of at most so many columns.
function screen.line(bar, elapsed, columns)
  local head = bar.desc and text.clean(bar.desc) .. ": " or ""
  local rate, values = rate_text(bar, elapsed), values_text(bar.values)
  if not bar.total then
    return text.cut(("%s%s%s [%s, %s%s]"):format(head, count_text(bar.n), bar.unit,
      duration(elapsed), rate, values), columns)
  end
  local fraction = bar.total > 0 and bar.n / bar.total or 1
  local left = bar.n > 0 and duration((bar.total - bar.n) * elapsed / bar.n) or "?"
  head = ("%s%3d%%|"):format(head, fraction * 100 // 1 | 0)
  local tail = ("| %s/%s [%s<%s, %s%s]"):format(count_text(bar.n), count_text(bar.total),
    duration(elapsed), left, rate, values)
  local room = columns - text.width(head) - text.width(tail)
  return text.cut(head .. bar_text(fraction, math.max(room, 0)) .. tail, columns)
end

-- ---------------------------------------------------------------------------------- terminal

local function write(...)
  io.stderr:write(...)
  io.stderr:flush()
end

-- The last column stays free: some terminals would go to the next line.
local function own_line(bar, elapsed)
  local columns = nn._terminal_size(2) or 80
  return screen.line(bar, elapsed, math.max(columns - 1, 10))
end

local function place_of(line)
  for i, other in ipairs(shown) do
    if other == line then return i end
  end
end

-- Replaces line number i and comes back to the first.
local function write_at(i, content)
  write(("\n"):rep(i - 1), "\r", content, "\27[K", i > 1 and ("\27[%dA"):format(i - 1) or "")
end

local function clear_all()
  for i = #shown, 1, -1 do write_at(i, "") end
  write("\r")
end

local function draw_all()
  for i, line in ipairs(shown) do write_at(i, line.text) end
end

-- Prints above the bars. They come back at once, unless the loop prints more often than it draws.
local function print_above(...)
  clear_all()
  plain_print(...)
  io.stdout:flush()
  local now = nn._clock()
  if now - (screen.printed_at or 0) > 0.1 then draw_all() end
  screen.printed_at = now
end

local function take_print()
  if plain_print or not nn.is_terminal(io.stdout) then return end
  plain_print = _G.print
  _G.print = print_above
end

local function give_print_back()
  if plain_print and _G.print == print_above then _G.print = plain_print end
  plain_print = nil
end

-- ---------------------------------------------------------------------------------- for bars

--- screen.add(bar): a new bar. It will stay when it is finished, unless it says otherwise or stands
-- inside another one.
function screen.add(bar)
  local stays = bar.leave
  if stays == nil then stays = #shown == 0 end
  bar.line = {text = "", stays = stays}
  shown[#shown + 1] = bar.line
  if not screen.is_terminal() then return end
  take_print()
  screen.show(bar, 0)
end

--- screen.show(bar, elapsed): draws it in its place; without a terminal, writes a line.
function screen.show(bar, elapsed)
  bar.line.text = own_line(bar, elapsed)
  if screen.is_terminal() then
    write_at(place_of(bar.line), bar.line.text)
  else
    write(bar.line.text, "\n")
  end
end

--- screen.finish(bar, elapsed): leaves its last state above the bars that remain, or clears it.
function screen.finish(bar, elapsed)
  local terminal = screen.is_terminal()
  if terminal then clear_all() end
  table.remove(shown, place_of(bar.line))
  if bar.line.stays then write(own_line(bar, elapsed), "\n") end
  if terminal then draw_all() end
  if #shown == 0 then give_print_back() end
end

return screen
