-- nnlua as a module of an interpreter that is not its own, in a world that others have set up.
local module = (os.getenv("NNLUA_BUILD") or "build") .. "/?.so"
local instrumented = os.getenv("NNLUA_INSTRUMENTED") -- its libraries fit no other program
local stock = (os.execute("lua5.4 -v >/dev/null 2>&1") and not instrumented) and it or pending

local function sh(command)
  local pipe <close> = io.popen(command .. " 2>&1; echo $?")
  return pipe:read("a")
end

-- What a stock Lua prints for a piece of code, and its exit code; `environment` goes before.
local function run(code, environment)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(code):close()
  local output = sh(("%s LUA_CPATH='%s' lua5.4 %s"):format(environment or "", module, name))
  os.remove(name)
  return output
end

-- A folder with a locale that has a decimal comma; nil where none can be made.
local function make_locale()
  local folder = sh("mktemp -d"):match("[^\n]+")
  sh(("localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8'"):format(folder))
  return folder
end

describe("in a stock Lua", function()
  stock("finalizers older than the module get an error from it, at the end", function()
    local output = run [[
      witness = setmetatable({}, {__gc = function()
        print((select(2, pcall(nn.zeros, 2)):gsub(".*nnlua: ", "")))
        print((select(2, pcall(nn.manual_seed, 0)):gsub(".*nnlua: ", "")))
        print((pcall(function() return kept + 1 end)))
      end})
      nn = require "nnlua"
      kept = nn.zeros(2)]]
    assert.equal(([[
the Lua state is closing
the Lua state is closing
false
0
]]), output)
  end)

  stock("a decimal comma changes no default", function()
    local folder = make_locale()
    local output = run([[
      local found = os.setlocale("de_DE.UTF-8")
      local nn = require "nnlua"
      local parameters = {nn.zeros(1, {requires_grad = true})}
      local group = nn.optim.Adam(parameters).param_groups[1]
      os.setlocale("C")
      print(found)
      print(nn.Dropout().p, group.lr, group.beta2, group.eps)]], "LOCPATH=" .. folder)
    sh(("rm -r '%s'"):format(folder))
    if output:find("^nil") then return end -- no such locale here
    assert.equal("de_DE.UTF-8\n0.5\t0.001\t0.999\t1e-08\n0\n", output)
  end)
end)
