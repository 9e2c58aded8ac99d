-- The examples of CONTRIBUTING.md are the sources themselves, word for word.

-- Without what differs between a page and a macro: the ends of lines and the width of spaces.
local function bare(text) return (text:gsub("\\\n", "\n"):gsub("%s+", " ")) end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

local sources = {}
local list = io.popen("find engine spec -name '*.c' -o -name '*.def' -o -name '*cases.lua'")
for path in list:lines() do sources[#sources + 1] = bare(read(path)) end
list:close()

local function is_found(example)
  for _, source in ipairs(sources) do
    if source:find(example, 1, true) then return true end
  end
  return false
end

describe("CONTRIBUTING.md", function()
  local page = read("CONTRIBUTING.md"):gsub("\n````.-\n````", "") -- how a page is written
  for language, example in page:gmatch("\n```(%a+)\n(.-\n)```") do
    it(("shows %s as it is: %s"):format(language, example:match("^[^\n]*")), function()
      for part in (example .. "\n"):gmatch("(.-\n)\n") do -- comments may stand between the parts
        assert.truthy(is_found(bare(part)), part)
      end
    end)
  end
end)
