-- Text on terminals: how wide it is, whether it may go beyond ASCII, whether it may have colour.

local nn = require "nnlua"

local text = {}

--- text.has_unicode(): whether the locale says UTF-8. The first of these variables that is set
-- counts.
function text.has_unicode()
  for _, name in ipairs {"LC_ALL", "LC_CTYPE", "LANG"} do
    local value = os.getenv(name)
    if value and value ~= "" then return value:lower():find("utf%-?8") ~= nil end
  end
  return false
end

--- text.colours(): how many colours standard output shows: 2^24, 256, 8, or 0 where there is no
-- terminal or NO_COLOR (https://no-color.org) asks for none.
function text.colours()
  local term = os.getenv("TERM") or "dumb"
  if (os.getenv("NO_COLOR") or "") ~= "" or term == "dumb" or not nn.is_terminal() then return 0 end
  local direct = os.getenv("COLORTERM")
  if direct == "truecolor" or direct == "24bit" then return 1 << 24 end
  return term:find("256color") and 256 or 8
end

-- The first and last characters of those that take two columns: East Asian scripts, emoji.
local wide = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
  {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}}

local function columns_of(code)
  if code < 0x1100 then return 1 end
  for _, range in ipairs(wide) do
    if code >= range[1] and code <= range[2] then return 2 end
  end
  return 1
end

--- text.clean(s): on one line, without control characters, and valid UTF-8.
function text.clean(s)
  s = tostring(s):gsub("%c", " ")
  return utf8.len(s) and s or (s:gsub("[\x80-\xff]", "?"))
end

--- text.width(s): how many columns it takes.
function text.width(s)
  if not utf8.len(s) then return #s end
  local width = 0
  for _, code in utf8.codes(s) do width = width + columns_of(code) end
  return width
end

--- text.cut(s, columns): its beginning, as far as it fits.
function text.cut(s, columns)
  if not utf8.len(s) then return s:sub(1, columns) end
  local width = 0
  for at, code in utf8.codes(s) do
    width = width + columns_of(code)
    if width > columns then return s:sub(1, at - 1) end
  end
  return s
end

return text
