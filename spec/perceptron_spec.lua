-- Sequential runs Linear, ReLU, Linear as one operation where they are small. It must give what
-- they give one by one.
local nn = require "nnlua"

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
    {1, 1, 1}, {2, 5, 1}, {3, 16, 2}, {10, 17, 3}, {10, 100, 4}, {7, 33, 5}, {1, 64, 9},
    {4, 113, 10}, {9, 250, 2}, {30, 40, 16}, {2, 1000, 1},
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

  it("have the same bits with and without a helper for the second half of the batch", function()
    for _, batch in ipairs {64, 131} do
      local model, x = two(10, 100, 4), nn.randn(batch, 10)
      local threads = nn.get_num_threads()
      nn.set_num_threads(1)
      local want = run(together, model, x)
      nn.set_num_threads(2)
      for _ = 1, 300 do
        for i, t in ipairs(run(together, model, x)) do
          assert.is_true(nn.equal(t, want[i]), ("batch of %d, tensor %d"):format(batch, i))
        end
      end
      nn.set_num_threads(threads)
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

  it("do not mind a bias that was", function()
    for layer = 1, 3, 2 do
      local model, x = two(3, 5, 2), nn.randn(4, 3)
      local want = nn.grad(apart(model, x):sum(), model:parameters())
      local loss = model(x):sum()
      nn.no_grad(function() model[layer].bias:add_(1) end)
      loss:backward()
      local got = {}
      for i, p in ipairs(model:parameters()) do got[i] = p.grad end
      alike(got, want, 1e-6, "bias of layer " .. layer)
    end
  end)

  it("fail as the first of them would", function()
    local ok, message = pcall(two(3, 5, 2), nn.randn(4, 7))
    assert.is_false(ok)
    assert.matches("linear: cannot apply weight 5x3 to input 4x7", message, 1, true)
    assert.matches("in model[1] (Linear 3 -> 5)", message, 1, true)
  end)
end)
