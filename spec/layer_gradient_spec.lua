-- The gradients of every layer and loss against central differences, by input and by parameters.
local nn = require "nnlua"

local function real(...)
  return nn.randn({...}, {dtype = "float64", requires_grad = true})
end

-- The layer with float64 in place of its parameters; the list of those.
local function double(layer)
  local list = {}
  for name, p in pairs(layer:state_dict()) do
    if layer[name].requires_grad then
      layer[name] = nn.Parameter(p:detach():to("float64"))
      list[#list + 1] = layer[name]
    end
  end
  return layer, list
end

local function check(layer, ...)
  local inputs, n = {...}, select("#", ...)
  local _, parameters = double(layer)
  table.move(parameters, 1, #parameters, n + 1, inputs)
  local function f(...) return layer(table.unpack({...}, 1, n)) end
  assert.is_true(nn.gradcheck(f, inputs))
  assert.is_true(nn.gradgradcheck(f, inputs))
end

describe("gradcheck of the layer", function()
  nn.manual_seed(5)
  for name, make in pairs {
    ReLU = nn.ReLU, LeakyReLU = nn.LeakyReLU, ELU = nn.ELU, GELU = nn.GELU, SiLU = nn.SiLU,
    Sigmoid = nn.Sigmoid, Tanh = nn.Tanh, Softplus = nn.Softplus, Identity = nn.Identity,
    Flatten = nn.Flatten,
  } do
    it(name, function() check(make(), real(3, 4)) end)
  end
  it("Softmax", function() check(nn.Softmax(2), real(3, 4)) end)
  it("LogSoftmax", function() check(nn.LogSoftmax(2), real(3, 4)) end)
  it("Linear", function()
    check(nn.Linear(4, 2), real(3, 4))
    check(nn.Linear(4, 2, {bias = false}), real(3, 4))
  end)
  it("Bilinear", function() check(nn.Bilinear(3, 4, 2), real(5, 3), real(5, 4)) end)
  it("LayerNorm", function() check(nn.LayerNorm(4), real(3, 4)) end)
  it("BatchNorm1d", function()
    check(nn.BatchNorm1d(3), real(4, 3))
    check(nn.BatchNorm1d(3):eval(), real(4, 3))
  end)
  it("Embedding", function()
    local layer, parameters = double(nn.Embedding(4, 2))
    local picks = nn.tensor({1, 3, 3}, {dtype = "int64"})
    assert.is_true(nn.gradcheck(function() return layer(picks) end, parameters))
  end)
end)

describe("gradcheck of the loss", function()
  local target = nn.randn({3, 4}, {dtype = "float64"})
  local classes = nn.tensor({2, 4, 1}, {dtype = "int64"})
  for name, wanted in pairs {
    MSELoss = target, L1Loss = target, SmoothL1Loss = target, HuberLoss = target,
    KLDivLoss = target:softmax(2), BCEWithLogitsLoss = target:sigmoid(),
    CrossEntropyLoss = classes, NLLLoss = classes,
  } do
    it(name, function() check(nn[name](), real(3, 4), wanted) end)
  end
  it("BCELoss", function()
    local loss = nn.BCELoss()
    local function f(x) return loss(x:sigmoid(), target:sigmoid()) end
    assert.is_true(nn.gradcheck(f, {real(3, 4)}))
    assert.is_true(nn.gradgradcheck(f, {real(3, 4)}))
  end)
end)
