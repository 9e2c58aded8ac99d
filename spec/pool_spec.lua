-- Tensors end when Lua frees their boxes: by the program's own allocator, and by finalizers in an
-- interpreter that loads nnlua as a module.
local nn = require "nnlua"

local program = os.getenv("NNLUA") or "build/nnlua"
local module = (os.getenv("NNLUA_BUILD") or "build") .. "/?.so"

local function output(command)
  local pipe <close> = io.popen(command .. " 2>&1; echo $?")
  return pipe:read("a")
end

local function blocks()
  collectgarbage()
  collectgarbage()
  return nn.memory_stats().blocks
end

describe("a tensor's box", function()
  it("takes the tensor with it", function()
    local before = blocks()
    do
      local list = {}
      for i = 1, 1000 do list[i] = nn.zeros(10) end
      assert.equal(before + 2 * #list, blocks())
    end
    assert.equal(before, blocks())
  end)

  it("takes a graph with it, and the functions in it", function()
    local f = nn.Function {
      forward = function(ctx, x) ctx:save_for_backward(x) return x * 2 end,
      backward = function(_, g) return g * 2 end,
    }
    local x = nn.ones(3, {requires_grad = true})
    local before = blocks()
    local y = x
    for _ = 1, 100 do y = f(y) end
    assert.is_true(blocks() > before)
    y = nil
    assert.equal(before, blocks())
    assert.is_nil(y)
  end)

  it("may lie in a coroutine that is never resumed", function()
    local before = blocks()
    local thread = coroutine.create(function()
      local t = nn.zeros(5)
      coroutine.yield()
      return t
    end)
    coroutine.resume(thread)
    assert.is_true(blocks() > before)
    thread = nil
    assert.equal(before, blocks())
    assert.is_nil(thread)
  end)
end)

describe("the end of a state", function()
  local chunk = [[
    local nn = require "nnlua"
    local f = nn.Function {
      forward = function(ctx, x) ctx:save_for_backward(x) return x * 2 end,
      backward = function(ctx, g) return g * 2 end,
    }
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    kept = f(model(nn.ones(2, 3)))
    setmetatable({}, {__gc = function() late = kept + 1 end})
    for i = 1, 1000 do local _ = kept * i end
  ]]
  it("finds tensors, graphs and functions alive, in the program", function()
    assert.equal("0\n", output(("%s -e '%s'"):format(program, chunk)))
  end)
  if not os.getenv("NNLUA_INSTRUMENTED") then
    it("finds them alive in another interpreter", function()
      assert.equal("0\n", output(("LUA_CPATH='%s' lua5.4 -e '%s'"):format(module, chunk)))
    end)
  end
end)

describe("warnings of the program", function()
  it("are off, and on after -W", function()
    assert.equal("0\n", output(program .. [[ -e 'warn("not", " seen")']]))
    assert.equal("Lua warning: seen\n0\n", output(program .. [[ -W -e 'warn("se", "en")']]))
    assert.equal("0\n", output(program .. [[ -W -e 'warn("@off") warn("no")']]))
  end)
end)
