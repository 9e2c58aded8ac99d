-- Layers and models: what is converted, counted and printed.
local nn = require "nnlua"

local function raises(text, f, ...)
  local good, message = pcall(f, ...)
  assert.is_false(good)
  assert.truthy(message:find(text, 1, true), ("'%s' is not in: %s"):format(text, message))
end

describe("model[i]", function()
  it("is a child, from 1 or from the end", function()
    local model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    assert.equal(2, model[1].in_features)
    assert.equal(model[2], model[-1])
    assert.is_nil(model[3])
    raises("Sequential: modules count from 1", function() return model[0] end)
  end)
end)

describe("a class", function()
  it("says what is wrong in its functions", function()
    local Net = nn.class("Net")
    function Net:init() self.layer = nn.Linear(2, 1) end
    function Net:forward(x) return self:layer(x) end
    raises("not a module; layers are called with a dot, as self.layer(x)", Net(), nn.ones(1, 2))
    local Other = nn.class("Other")
    function Other:__init() self.layer = nn.Linear(2, 1) end
    raises("Other: the function that makes an object is called init", Other)
    raises("linear: expects both of one dtype, not float64 and float32", nn.Linear(2, 1),
      nn.ones(1, 2, {dtype = "float64"}))
  end)
end)

describe("Module:to", function()
  it("converts parameters, buffers and gradients in place", function()
    local model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    local weight = model[1].weight
    model(nn.ones(4, 2)):sum():backward()
    local before = weight:detach():clone()
    assert.equal(model, model:double())
    assert.equal(weight, model[1].weight)
    assert.equal("float64", weight.dtype)
    assert.equal("float64", weight.grad.dtype)
    assert.is_true(weight.requires_grad)
    assert.is_true(nn.equal(before:double(), weight:detach()))
    assert.equal("float64", model[2].running_var.dtype)
    assert.equal("int64", model[2].num_batches_tracked.dtype)
    assert.equal("float64", model(nn.ones(4, 2):double()).dtype)
    model:to {dtype = "float32"}
    assert.equal("float32", weight.grad.dtype)
    assert.equal("float32", model:float()(nn.ones(4, 2)).dtype)
  end)

  it("says what it takes", function()
    local model = nn.Linear(2, 3)
    raises("to: a model is float32 or float64, not int64", model.to, model, "int64")
    raises('to: there is no dtype "half"', model.to, model, "half")
    raises("to: dtype is missing", model.to, model)
  end)

  it("between forward and backward is an error, or gives gradients of the new type", function()
    local layer, x = nn.Linear(2, 3), nn.ones(4, 2, {requires_grad = true})
    local loss = layer(x):sum()
    layer:double()
    raises("modified by an inplace operation", loss.backward, loss)
    local w = nn.ones(2, {requires_grad = true})
    local holder = nn.class("Holder")()
    holder.w = nn.Parameter(w)
    loss = (holder.w + 1):sum()
    holder:double()
    loss:backward()
    assert.equal("float64", holder.w.grad.dtype)
  end)
end)

describe("BatchNorm1d with momentum=false", function()
  it("keeps the means over all batches, as PyTorch's with None", function()
    local layer = nn.BatchNorm1d(2, {momentum = false})
    assert.equal("BatchNorm1d(2, eps=1e-05, momentum=false, affine=true, "
      .. "track_running_stats=true)", tostring(layer))
    for i = 1, 3 do layer(nn.arange(8.0):reshape(4, 2) * i) end
    assert.same({6.0, 8.0}, layer.running_mean:tolist())
    assert.is_true(nn.allclose(nn.tensor {31.1111, 31.1111}, layer.running_var, {rtol = 1e-5}))
    assert.is_false(layer.momentum)
    raises("BatchNorm1d: momentum must be a number, not true", nn.BatchNorm1d, 2, 1e-5, true)
    raises("BatchNorm1d: eps must be a number, not false", nn.BatchNorm1d, 2, false)
  end)
end)

describe("fields of a module", function()
  it("keep their kinds", function()
    local layer = nn.BatchNorm1d(2)
    raises("weight is a parameter", function() layer.weight = nn.ones(2) end)
    raises("running_mean is a buffer, and can be set to a tensor or nil, but not to 3",
      function() layer.running_mean = 3 end)
    layer.running_mean = nn.ones(2)
    assert.same({1.0, 1.0}, layer.running_mean:tolist())
    layer.weight = nil
    assert.is_nil(layer.weight)
    layer.weight = nn.Parameter(nn.ones(2))
    assert.equal(2, #layer:parameters())
    layer.child = nn.ReLU()
    layer.child = "a field"
    assert.equal("a field", layer.child)
    assert.equal(0, #layer:children())
  end)
end)
