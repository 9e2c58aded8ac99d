-- nn.Function: operations whose gradients their authors give.
local nn = require "nnlua"

local function leaf(list) return nn.tensor(list, {requires_grad = true, dtype = "float64"}) end
local function is(expected, x) assert.same(expected, x:tolist()) end
local function raises(text, f, ...)
  local good, message = pcall(f, ...)
  assert.is_false(good)
  assert.truthy(message:find(text, 1, true), ("'%s' is not in: %s"):format(text, message))
end

describe("nn.Function", function()
  local relu = nn.Function {
    forward = function(ctx, x)
      ctx:save_for_backward(x)
      return x:clamp {min = 0}
    end,
    backward = function(ctx, g)
      local x = ctx.saved_tensors[1]
      local gx = g:clone()
      gx[x:lt(0)] = 0
      return gx
    end,
  }

  it("runs forward and backward of the user", function()
    local x = leaf {-1, 2}
    local y = relu(x)
    is({0, 2}, y);
    (y * 3):sum():backward()
    is({0, 3}, x.grad)
    assert.is_true(nn.gradcheck(relu, {leaf {-1.5, 2.5}}))
  end)

  it("passes errors on, with their text", function()
    local bad = nn.Function {
      forward = function(_, x) return x * 1 end,
      backward = function() error "no way back" end,
    }
    raises("no way back", function() bad(leaf {1}):sum():backward() end)
  end)

  it("counts the gradients as the arguments, tensors or not", function()
    local scale = nn.Function {
      forward = function(ctx, factor, x)
        ctx.factor = factor
        return x * factor
      end,
      backward = function(ctx, g) return nil, g * ctx.factor end,
    }
    local x = leaf {1, 2}
    scale(4, x):sum():backward()
    is({4, 4}, x.grad)
  end)

  it("sums gradients that arguments broadcast to, and refuses other shapes", function()
    local function gradient(g)
      local x = nn.ones(3, {requires_grad = true})
      local f = nn.Function {
        forward = function(_, x_in) return x_in * 1 end,
        backward = function() return g end,
      }
      f(x):sum():backward()
      return x.grad
    end
    is({4, 4, 4}, gradient(nn.ones(4, 3)))
    assert.equal("float32", gradient(nn.ones(3, {dtype = "int64"})).dtype)
    raises("a gradient of 5 does not fit an argument of 3", gradient, nn.ones(5))
    raises("a gradient of scalar does not fit an argument of 3", gradient, nn.tensor(1))
  end)

  it("checks what it is made of", function()
    raises("backward must be a function", function()
      nn.Function {forward = function() end}
    end)
  end)

  it("survives an error that cannot be shown", function()
    local value = setmetatable({}, {__tostring = function() error "nor this" end})
    local bad = nn.Function {
      forward = function(_, x) return x * 1 end,
      backward = function() error(value) end,
    }
    raises("nor this", function() bad(leaf {1}):sum():backward() end)
    assert.is_true(nn.is_grad_enabled())
    local x = leaf {1}
    x:sum():backward()
    is({1}, x.grad)
  end)

  it("returns as many tensors as it may", function()
    local many = nn.Function {
      forward = function(_, x)
        local list = {}
        for i = 1, 16 do list[i] = x * i end
        return table.unpack(list)
      end,
      backward = function(_, ...)
        local sum = 0
        for i = 1, select("#", ...) do sum = sum + i * select(i, ...) end
        return sum
      end,
    }
    local x = leaf {1, 2}
    nn.stack({many(x)}):sum():backward()
    is({136, 136}, x.grad)
  end)
end)

describe("a backward inside a backward", function()
  -- The identity, whose backward does something more.
  local function passing(also)
    return nn.Function {
      forward = function(ctx, x)
        ctx:save_for_backward(x)
        return x * 1
      end,
      backward = function(ctx, g)
        nn.enable_grad(function() also(ctx.saved_tensors[1]) end)
        return g
      end,
    }
  end

  it("may ask for the gradient of the same leaf", function()
    local w, inner = leaf {2, 3}, nil
    local f = passing(function() inner = nn.grad((w * 5):sum(), {w})[1] end)
    is({1, 1}, nn.grad(f(w):sum(), {w})[1])
    is({5, 5}, inner)
  end)

  it("may run again and again over a graph of its own", function()
    local w = leaf {2, 3}
    local sum = (w * w):sum()
    local f = passing(function() sum:backward(nil, {retain_graph = true}) end)
    f(f(w * 1)):sum():backward()
    is({9, 13}, w.grad)
  end)

  it("cannot run over the graph that waits for it", function()
    local w = leaf {2, 3}
    local f = passing(function(saved) saved:sum():backward() end)
    local y = w * w
    raises("compute anew", function() f(y):sum():backward() end)
    assert.is_nil(w.grad)
    y:sum():backward()
    is({4, 6}, w.grad)
  end)
end)
