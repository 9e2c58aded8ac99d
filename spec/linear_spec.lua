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

describe("two small layers with a relu between them", function()
  local function two(inputs, hidden, outputs, dtype)
    nn.manual_seed(5)
    local model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))
    return model:to(dtype or "float32")
  end

  local function apart(model, x) return model[3](model[1](x):relu()) end

  -- The result and all gradients, with rows of y weighted differently.
  local function run(forward, model, x)
    model:zero_grad()
    local y = forward(model, x)
    y:mul(nn.arange(y:numel()):view(y:size()):to(y.dtype):add(0.5):sin()):sum():backward()
    local all = {y:detach()}
    for _, p in ipairs(model:parameters()) do all[#all + 1] = p.grad:clone() end
    return all
  end

  local function together(model, x) return model(x) end

  local function alike(a, b, tolerance, what)
    for i = 1, #a do
      local close = nn.allclose(a[i], b[i], {rtol = tolerance, atol = tolerance, equal_nan = true})
      assert.is_true(close, what .. ", tensor " .. i)
    end
  end

  local sizes = {
    {1, 1, 1}, {2, 5, 1}, {3, 16, 2}, {10, 17, 3}, {10, 100, 4}, {7, 33, 5}, {1, 64, 9}, {4, 113, 10},
    {9, 250, 2}, {30, 40, 16}, {2, 1000, 1},
  }
  for _, size in ipairs(sizes) do
    it(("of %d -> %d -> %d give what they give apart"):format(table.unpack(size)), function()
      for _, dtype in ipairs {"float32", "float64"} do
        local model = two(size[1], size[2], size[3], dtype)
        for _, batch in ipairs {1, 2, 3, 4, 5, 31, 128} do
          local x = nn.randn(batch, size[1], {dtype = dtype})
          alike(run(together, model, x), run(apart, model, x), dtype == "float32" and 1e-4 or 1e-12,
            dtype .. ", batch of " .. batch)
        end
      end
    end)
  end

  it("are one operation, unless they are large or their input wants a gradient", function()
    local x = nn.randn(5, 10)
    local function name(model, input) return model(input).grad_fn end
    assert.equal("PerceptronBackward", name(two(10, 20, 3), x))
    assert.equal("LinearBackward", name(two(10, 20, 3), nn.randn(5, 10, {requires_grad = true})))
    assert.equal("LinearBackward", name(two(10, 3000, 3), x))
    assert.equal("LinearBackward", name(two(10, 20, 3), nn.randn(5, 1, 10)))
    assert.equal("LinearBackward", name(two(10, 20, 3), nn.randn(40000, 10)))
    local without = nn.Sequential(nn.Linear(10, 20, {bias = false}), nn.ReLU(), nn.Linear(20, 3))
    assert.equal("LinearBackward", name(without, x))
    local more = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 3), nn.ReLU())
    assert.equal("LinearReluBackward", name(more, x))
  end)

  it("take a slice, a transpose and no rows at all", function()
    local model = two(6, 20, 3)
    for _, x in ipairs {nn.randn(9, 6)[{{3, 7}}], nn.randn(9, 8)[{{}, {2, 7}}], nn.randn(6, 9):t(),
      nn.randn(3, 6)[{{1, 0}}]} do
      alike(run(together, model, x), run(apart, model, x), 1e-5, tostring(x:size()))
    end
  end)

  it("keep infinities and NaN where they are", function()
    local model = two(3, 20, 2)
    for _, value in ipairs {math.huge, -math.huge, 0 / 0} do
      local x = nn.randn(6, 3)
      x[{2, 1}] = value
      alike(run(together, model, x), run(apart, model, x), 1e-5, tostring(value))
    end
    nn.no_grad(function() model[1].weight:abs_():neg_() end)
    local x = nn.ones(1, 3)
    x[{1, 1}] = math.huge
    assert.is_true(nn.equal(model(x)[1], model[3].bias), "relu(-inf) is 0")
  end)

  it("add to gradients that are there, and run backward twice", function()
    local model, x = two(6, 20, 3), nn.randn(9, 6)
    local once = run(together, model, x)
    model:zero_grad()
    local loss = model(x):sum()
    loss:backward {retain_graph = true}
    loss:backward()
    local twice = {}
    for i, p in ipairs(model:parameters()) do twice[i] = p.grad end
    model:zero_grad()
    apart(model, x):sum():backward()
    for i, p in ipairs(model:parameters()) do
      assert.is_true(nn.allclose(twice[i], p.grad * 2, {rtol = 1e-5, atol = 1e-5}), "tensor " .. i)
    end
    assert.equal(5, #once)
  end)

  it("give only the gradients that are wanted", function()
    for frozen = 1, 4 do
      local model, x = two(6, 20, 3), nn.randn(9, 6)
      model:parameters()[frozen]:requires_grad_(false)
      model(x):sum():backward()
      local got = {}
      for i, p in ipairs(model:parameters()) do got[i] = p.grad end
      assert.is_nil(got[frozen])
      model:zero_grad()
      apart(model, x):sum():backward()
      for i, p in ipairs(model:parameters()) do
        if i ~= frozen then assert.is_true(nn.allclose(got[i], p.grad, {atol = 1e-5})) end
      end
    end
  end)

  it("can be differentiated twice", function()
    local model, x = two(3, 5, 2, "float64"), nn.randn(4, 3, {dtype = "float64"})
    local function squares(forward)
      local parameters = model:parameters()
      local first = nn.grad(forward(model, x):square():sum(), parameters, {create_graph = true})
      local total = nn.zeros(1, {dtype = "float64"})
      for _, g in ipairs(first) do total = total + g:square():sum() end
      return nn.grad(total:sum(), parameters)
    end
    alike(squares(together), squares(apart), 1e-10, "second derivatives")
  end)

  it("notice a weight that was changed before backward", function()
    local model, x = two(3, 5, 2), nn.randn(4, 3)
    local loss = model(x):sum()
    nn.no_grad(function() model[3].weight:mul_(2) end)
    local ok, message = pcall(loss.backward, loss)
    assert.is_false(ok)
    assert.matches("modified by an inplace operation", message, 1, true)
  end)

  it("fail as the first of them would", function()
    local ok, message = pcall(two(3, 5, 2), nn.randn(4, 7))
    assert.is_false(ok)
    assert.matches("linear: cannot apply weight 5x3 to input 4x7", message, 1, true)
    assert.matches("in model[1] (Linear 3 -> 5)", message, 1, true)
  end)
end)
