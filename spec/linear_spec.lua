-- linear's gradient runs outside the expression language where nobody differentiates it again, and
-- takes relu's gradient along. It must be what the expressions give.
local nn = require "nnlua"

local function layers()
  nn.manual_seed(3)
  return nn.Linear(5, 7), nn.Linear(7, 4)
end

local function same(run, inputs)
  local captured = nn.grad(run(), inputs) -- never through the gate
  local composed = nn.grad(run(), inputs, {create_graph = true})
  for _, leaf in ipairs(inputs) do leaf.grad = nil end
  run():backward()
  for i, leaf in ipairs(inputs) do
    for _, g in ipairs {captured[i], leaf.grad} do
      assert.is_true(nn.allclose(g, composed[i], {rtol = 1e-5, atol = 1e-6}), "gradient " .. i)
    end
  end
end

describe("the fused gradient of linear", function()
  local shapes = {
    vector = function() return nn.randn(5) end,
    matrix = function() return nn.randn(6, 5) end,
    batch = function() return nn.randn(2, 3, 5) end,
    transposed = function() return nn.randn(5, 6):t() end,
    sliced = function() return nn.randn(6, 10)[{{}, {1, 10, 2}}] end,
    permuted = function() return nn.randn(5, 3, 2):permute(3, 2, 1) end,
    empty = function() return nn.randn(0, 5) end,
    long = function() return nn.randn(600, 5) end,
  }
  for name, make in pairs(shapes) do
    it("equals the composed one for a " .. name .. " input", function()
      local a, b = layers()
      local x = make():requires_grad_()
      local model = nn.Sequential(a, nn.ReLU(), b)
      same(function() return model(x):square():sum() end,
        {x, a.weight, a.bias, b.weight, b.bias})
    end)
  end

  it("equals it after relu as an operation of its own", function()
    local a, b = layers()
    local x = nn.randn(6, 5, {requires_grad = true})
    same(function() return b(a(x):relu()):square():sum() end, {x, a.weight, a.bias, b.weight})
  end)
end)

describe("relu's gradient inside the product", function()
  -- The gradients of a's parameters and of h, the relu's result, by backward.
  local function backward(use)
    local a, b = layers()
    local x = nn.randn(6, 5)
    local h = a(x):relu()
    h:retain_grad()
    use(h, b):backward()
    return a.weight.grad, h.grad
  end

  it("leaves the gradient of the result itself alone", function()
    local _, g = backward(function(h, b) return b(h):sum() end)
    local _, b = layers()
    assert.is_true(nn.allclose(g, nn.ones(6, 4):mm(b.weight:detach())))
  end)

  it("waits for all that the result goes into", function()
    local function twice(h, b) return b(h):sum() + (h * 3):sum() end
    local watched = backward(twice)
    local a, b = layers()
    local x = nn.randn(6, 5)
    local h = a(x):relu()
    twice(h, b):backward()
    assert.is_true(nn.allclose(a.weight.grad, watched))
    same(function() return twice(a(x):relu(), b) end, {a.weight, a.bias})
  end)

  it("holds for a result that goes into two layers", function()
    local a, b = layers()
    local x = nn.randn(6, 5)
    same(function() local h = a(x):relu() return (b(h) * b(h)):sum() end, {a.weight, b.weight})
  end)

  it("is taken anew in each pass over a graph that is kept", function()
    local a, b = layers()
    local h = a(nn.randn(6, 5)):relu()
    local loss = b(h):sum()
    loss:backward{retain_graph = true}
    local once = a.weight.grad:clone()
    loss:backward()
    assert.is_true(nn.allclose(a.weight.grad, once * 2))
  end)

  it("leaves a result alone that somebody holds, whole or in part", function()
    local a, b = layers()
    for _, hold in ipairs {function(h) return h end, function(h) return h[1] end} do
      local h = a(nn.randn(6, 5)):relu()
      local before, loss, held = h:clone(), b(h):square():sum(), hold(h)
      h = nil -- luacheck: ignore
      collectgarbage()
      loss:backward()
      assert.is_true(nn.equal(held, hold(before)))
    end
  end)

  it("holds for layers too wide to be summed at once", function()
    local a, b = nn.Linear(5, 7), nn.Linear(7, 700)
    local model = nn.Sequential(a, nn.ReLU(), b)
    local x = nn.randn(6, 5)
    same(function() return model(x):square():mean() end, {a.weight, a.bias, b.weight, b.bias})
  end)

  it("lets NaN through, as PyTorch does", function()
    local x = nn.tensor({0 / 0, -1, 2}, {requires_grad = true})
    x:relu():backward(nn.tensor{5, 5, 5})
    assert.same({5, 0, 5}, x.grad:tolist())
  end)

  it("notices a result that was changed in place", function()
    local a, b = layers()
    local h = a(nn.randn(6, 5)):relu()
    local loss = b(h):sum()
    nn.no_grad(function() h:add_(1) end)
    assert.has_error(function() loss:backward() end)
  end)
end)

describe("a product's gradient", function()
  local function operands()
    nn.manual_seed(5)
    return nn.randn(3, 4, {requires_grad = true}), nn.randn(4, 4, {requires_grad = true})
  end

  it("is added to the one that is there", function()
    local a, b = operands()
    same(function() return a:mm(b):relu():mm(b):square():sum() end, {a, b})
    local once = b.grad:clone()
    local held = b.grad
    a:mm(b):relu():mm(b):square():sum():backward()
    assert.is_true(nn.allclose(b.grad, once * 2))
    assert.is_true(nn.equal(held, b.grad))
  end)

  it("is added to one that lies in columns, or is a part of the product", function()
    local a, b = operands()
    a:mm(b):sum():backward()
    local plain = b.grad
    for _, start in ipairs {nn.ones(4, 4):t(), nn.randn(8, 4)[{{1, -1, 2}}], nn.randn(4, 4)} do
      local before = start:clone()
      b.grad = start
      a:mm(b):sum():backward()
      assert.is_true(nn.allclose(b.grad, before + plain))
    end
    -- Large enough for a part to be written before another one is read.
    local c, g = nn.zeros(100, 100, {requires_grad = true}), nn.randn(100, 100)
    local before = g:clone()
    c.grad = g
    c:mm(g):sum():backward()
    assert.is_true(nn.allclose(c.grad, before + nn.ones(100, 100):mm(before:t()), {atol = 1e-4}))
  end)

  it("tells those who saved the gradient that it has changed", function()
    local a, b = operands()
    a:mm(b):sum():backward()
    local c = nn.ones(4, 4, {requires_grad = true})
    local loss = (c * b.grad):sum()
    a:mm(b):sum():backward()
    assert.has_error(function() loss:backward() end)
  end)
end)
