-- nn.summary: layers, shapes, parameters and work of models, which stay as they are.
local nn = require "nnlua"

local function rows_of(summary)
  local list = {}
  for i, row in ipairs(summary.rows) do
    list[i] = {row.path, row.kind, table.concat(row.shapes, " "), row.parameters}
  end
  return list
end

describe("the summary of a model", function()
  it("lists the layers of a Sequential", function()
    local model = nn.Sequential(nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 4, {bias = false}))
    local summary = nn.summary(model, {128, 10})
    assert.same({
      {"", "Sequential", "128x4", 0}, {"0", "Linear", "128x100", 1100},
      {"1", "ReLU", "128x100", 0}, {"2", "Linear", "128x4", 400},
    }, rows_of(summary))
    assert.equal(1500, summary.parameters)
    assert.equal(1500, summary.trainable)
    assert.equal(128 * 100 * 10 + 128 * 4 * 100, summary.multiply_adds)
    assert.equal(4 * 1280, summary.input_size)
    assert.equal(4 * (12800 + 12800 + 512), summary.output_size)
    assert.equal(6000, summary.parameter_size)
  end)

  it("follows a forward in Lua, through nested modules, in the order of the calls", function()
    local Net = nn.class("Net")
    function Net:init()
      self.second = nn.Linear(8, 2)
      self.first = nn.Sequential(nn.Embedding(20, 8), nn.Tanh())
      self.idle = nn.Linear(3, 3)
    end
    function Net:forward(x, y) return self.second:forward(self.first(x)), y end
    local summary = nn.summary(Net(), {{5}, {5, 3}}, {dtype = {"int64", "float32"}})
    assert.same({
      {"", "Net", "5x2 5x3", 0}, {"first", "Sequential", "5x8", 0},
      {"first.0", "Embedding", "5x8", 160}, {"first.1", "Tanh", "5x8", 0},
      {"second", "Linear", "5x2", 18},
    }, rows_of(summary))
    assert.same({"idle"}, summary.unused)
    assert.equal(5 * 16, summary.multiply_adds)
    assert.equal(160 + 18 + 12, summary.parameters)
  end)

  it("counts a layer that runs twice once, but its work twice", function()
    local Twice = nn.class("Twice")
    function Twice:init() self.layer = nn.Linear(4, 4) end
    function Twice:forward(x) return self.layer(self.layer(x)) end
    local summary = nn.summary(Twice(), {1, 4})
    assert.equal(20, summary.parameters)
    assert.equal(32, summary.multiply_adds)
    assert.truthy(tostring(summary):find("shared", 1, true))
  end)

  it("takes tensors, and frozen parameters for what they are", function()
    local model = nn.Linear(3, 2)
    model.weight:requires_grad_(false)
    local summary = nn.summary(model, nn.zeros(7, 3))
    assert.equal(8, summary.parameters)
    assert.equal(2, summary.trainable)
    assert.equal("7x2", summary.rows[1].shapes[1])
  end)

  it("prints as a table", function()
    local text = tostring(nn.summary(nn.Sequential(nn.Linear(10, 100), nn.ReLU()), {128, 10}))
    local lines = {}
    for line in text:gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal("Layer        Output   Parameters  Multiply-adds", lines[1])
    assert.equal("  0: Linear  128x100       1,100        128,000", lines[4])
    assert.equal("Parameters: 1,100, of which 1,100 are trained", lines[7])
    assert.equal("Memory: input 5.1 kB, outputs of layers 102.4 kB, parameters 4.4 kB", lines[9])
  end)
end)

describe("a model that was summarised", function()
  it("keeps its modes, statistics, gradients and the random stream", function()
    local model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.ReLU())
    model[2]:eval()
    local mean, calls = model[2].running_mean:clone(), getmetatable(model).__call
    nn.manual_seed(5)
    local expected = nn.rand(3)
    nn.manual_seed(5)
    nn.summary(model, {6, 4})
    assert.is_true(nn.equal(expected, nn.rand(3)))
    assert.is_true(model.training and model[3].training)
    assert.is_false(model[2].training)
    assert.is_true(nn.equal(mean, model[2].running_mean))
    assert.is_nil(model[1].weight.grad)
    assert.is_true(nn.is_grad_enabled())
    assert.equal(calls, getmetatable(model).__call)
  end)

  it("does so after an error too", function()
    local model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5))
    local calls, forward = getmetatable(model).__call, nn._module_methods.forward
    assert.error_matches(function() nn.summary(model, {6, 5}) end, "in model%[1%]")
    assert.is_true(model.training and nn.is_grad_enabled())
    assert.equal(calls, getmetatable(model).__call)
    assert.equal(forward, nn._module_methods.forward)
    assert.same({2, 4}, {table.unpack(model(nn.ones(2, 4)).shape)})
  end)

  it("draws from the stream in a forward without moving it", function()
    local Noise = nn.class("Noise")
    function Noise.forward(_, x) return x + nn.rand(2) end
    local state = nn.get_rng_state()
    nn.summary(Noise(), {2})
    local after = nn.rand(4)
    nn.set_rng_state(state)
    assert.is_true(nn.equal(after, nn.rand(4)))
  end)
end)

describe("summary", function()
  it("refuses what is no model and no shape", function()
    assert.error_matches(function() nn.summary(3, {2}) end, "expects a module, not a number")
    assert.error_matches(function() nn.summary(nn.Linear(1, 1)) end, "the input .* is missing")
    assert.error_matches(function() nn.summary(nn.Linear(1, 1), "x") end, "the shape of an input")
    assert.error_matches(function() nn.summary(nn.Linear(1, 1), {1}, {type = 1}) end,
      "do you mean dtype?")
  end)
end)
