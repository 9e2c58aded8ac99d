-- Completion: what may stand at the cursor, and that looking it up runs nothing of the user's.
local nn = require "nnlua"
local complete = require "nnlua.complete"

-- The words for a text, whose last word must be the one that is replaced.
local function candidates(text)
  local start, list = complete.candidates(text)
  assert.equal("number", type(start))
  local word = text:sub(start)
  for i, name in ipairs(list) do
    assert.equal(word:lower(), name:sub(1, #word):lower())
    if i > 1 then assert.is_true(list[i - 1] < name, name .. " is not in order") end
  end
  return list, start
end

local function offers(text, ...)
  local set = {}
  for _, name in ipairs(candidates(text)) do set[name] = true end
  for _, name in ipairs {...} do assert.is_true(set[name], text .. " does not offer " .. name) end
  return set
end

local function refuses(text, ...)
  local set = offers(text)
  for _, name in ipairs {...} do assert.is_nil(set[name], text .. " offers " .. name) end
end

-- Globals of the session, removed afterwards.
local function set_globals(values)
  for name, value in pairs(values) do rawset(_G, name, value) end
end

describe("completion", function()
  local Net = nn.class("Net", nn.Module)
  function Net:init()
    self.first = nn.Linear(2, 3)
    self.size = 3
  end
  function Net:forward(x) return self.first(x) end

  local session

  setup(function()
    local weights = nn.zeros(2, 3)
    local model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    session = {
      weights = weights, model = model, net = Net(), Net = Net, s = "text",
      optimizer = nn.optim.SGD(model:parameters(), {lr = 0.1}),
      session_optimizer = nn.optim.SGD(model:parameters(), {lr = 0.1}),
      settings = {learning = {rate = 1, ["two words"] = 2}, limit = 3, _private = 4},
      child = setmetatable({own = 1}, {__index = {inherited = print}}),
      evil = setmetatable({plain = 1}, {__index = function() error("was called") end,
        __pairs = function() error("was called") end}),
      log = io.stdout, nn = nn,
    }
    session.schedule = nn.optim.lr_scheduler.StepLR(session.optimizer, 1)
    set_globals(session)
  end)

  teardown(function()
    for name in pairs(session) do rawset(_G, name, nil) end
  end)

  it("finds globals, keywords and words of the buffer", function()
    offers("pri", "print")
    offers("wei", "weights")
    offers("x = wei", "weights")
    offers("loc", "local")
    offers("local weird = 1\nprint(wei", "weights", "weird")
    assert.same({}, candidates("local we"))
    local list, start = candidates("print(string")
    assert.same({"string"}, list)
    assert.equal(7, start)
  end)

  it("finds the fields of tables, by raw access", function()
    assert.same({"learning", "limit"}, candidates("settings."))
    assert.same({"limit"}, candidates("y = settings.li"))
    assert.same({"rate"}, candidates("settings.learning."))
    assert.same({"_private"}, candidates("settings._"))
    assert.same({"rate", "two words"}, candidates("settings.learning[\""))
    offers("string.for", "format")
    assert.same({"inherited", "own"}, candidates("child."))
    assert.same({"inherited"}, candidates("child:"))
    assert.same({"plain"}, candidates("evil."))
    assert.same({}, candidates("evil.absent."))
    assert.same({}, candidates("absent."))
  end)

  it("finds what is public in the module, loaded or not", function()
    offers("nn.", "zeros", "Linear", "optim", "init", "options", "gradcheck", "no_grad")
    refuses("nn.", "linear_relu", "_catalogue")
    offers("nn.optim.", "SGD", "AdamW", "lr_scheduler")
    offers("nn.optim.lr_scheduler.", "StepLR", "OneCycleLR")
    offers("nn.init.kai", "kaiming_normal_", "kaiming_uniform_")
    assert.same({"Linear"}, candidates("nn.Linea"))
  end)

  it("finds methods and fields of tensors", function()
    offers("weights:", "sum", "add_", "backward", "tolist")
    refuses("weights:", "shape", "zeros", "linear_relu")
    offers("weights.", "shape", "grad", "T", "sum")
    assert.same({"sum"}, candidates("weights:sum"))
    offers("weights[1]:", "sum")
    offers("weights.T:tra", "transpose")
  end)

  it("finds members of modules", function()
    offers("model:", "parameters", "state_dict", "append")
    offers("model[1].", "weight", "bias", "in_features", "training", "forward")
    offers("model[1].weight:", "sum")
    offers("net.", "first", "size", "forward", "training")
    offers("net.first.wei", "weight")
    offers("Net:", "parameters", "forward")
  end)

  it("finds members of optimisers, schedules, files and strings", function()
    offers("optimizer:", "step", "zero_grad", "state_dict")
    offers("optimizer.", "param_groups")
    offers("schedule:", "step", "get_last_lr", "state_dict")
    offers("s:", "upper", "format")
    offers("(\"x\"):", "rep")
    offers("log:", "write", "close")
  end)

  it("knows what calls of the library give", function()
    offers("nn.zeros(2, 3):", "sum")
    offers("weights:sum(1):re", "relu", "reshape")
    offers("weights:relu():t().", "shape")
    offers("nn.Linear(2, 3).", "training", "parameters")
    offers("nn.Sequential(nn.ReLU()):", "append")
    offers("model(weights):", "sum")
    offers("model:parameters()[1]:", "sum")
    offers("nn.optim.SGD(x, {lr = 1}):", "step")
    offers("Net():", "parameters")
    offers("nn.Generator():", "manual_seed")
    assert.same({}, candidates("print(1):"))
  end)

  it("finds names of arguments inside of a call's braces", function()
    assert.same({"dim", "dtype", "keepdim"}, candidates("weights:sum{"))
    assert.same({"dtype", "keepdim"}, candidates("weights:sum(1, {"))
    assert.same({"keepdim"}, candidates("weights:sum{dim = 1, kee"))
    refuses("weights:sum{dim = 1, ", "dim")
    offers("nn.optim.SGD(model:parameters(), {", "lr", "momentum", "nesterov")
    refuses("nn.optim.SGD(model:parameters(), {", "params")
    offers("nn.zeros(2, 3, {", "dtype", "requires_grad")
    offers("nn.MSELoss{", "reduction")
    offers("nn.optim.lr_scheduler.StepLR(optimizer, {", "step_size", "gamma")
    offers("nn.gradcheck(f, {x}, {", "eps", "raise")
    offers("model:load_state_dict(d, {", "strict")
    offers("nn.MSELoss{reduction = wei", "weights")
    offers("t = {wei", "weights")
    offers("weights:sum{dim = 1}:", "relu")
  end)

  it("finds the strings that an argument takes", function()
    assert.same({"mean", "none", "sum"}, candidates("nn.MSELoss{reduction = \""))
    assert.same({"float32", "float64"}, candidates("nn.zeros(2, {dtype = 'float"))
  end)

  it("finds files in strings", function()
    offers("io.open(\"", "engine/", "README.md")
    local list, start = candidates("dofile(\"engine/nn.")
    assert.same({"engine/nn.h"}, list)
    assert.equal(9, start)
    assert.same({}, candidates("dofile(\"no/such/folder/"))
  end)

  it("finds modules after require", function()
    offers("require \"", "nnlua", "string")
    refuses("require \"", "nnlua.format")
    offers("require(\"spec.", "spec.catalogue_cases")
  end)

  it("finds commands and names to ask about", function()
    offers(":", ":quit", ":help", ":timeit")
    assert.same({":time", ":timeit"}, candidates(":ti"))
    offers(":time weights:su", "sum")
    offers("?sof", "softmax", "softplus")
    offers("?nn.optim.S", "nn.optim.SGD")
    offers("? x:su", "x:sum")
    offers(":doc Lin", "Linear")
    offers(":load eng", "engine/")
  end)

  it("offers nothing in comments, after numbers and where a name is new", function()
    assert.same({}, candidates("-- wei"))
    assert.same({}, candidates("--[[ wei"))
    assert.same({}, candidates("[[wei"))
    assert.same({}, candidates("x = 12"))
    assert.same({}, candidates("function wei"))
    offers("x = 1 -- one\nwei", "weights")
    offers("x = [[one\n]] .. wei", "weights")
  end)

  it("never raises, whatever the text", function()
    local pieces = {"weights", ".", ":", "(", ")", "{", "}", "[", "]", "\"", "'", "--", "[[", "=",
      ",", " ", "\n", "nn", "optim", "1", "sum", "\\", "\0", "é", "function", "?", "model", "evil",
      "..."}
    local seed = 7
    for _ = 1, 3000 do
      local text = {}
      for i = 1, 12 do
        seed = (seed * 1103515245 + 12345) % 2147483648
        text[i] = pieces[seed // 65536 % #pieces + 1]
      end
      local start, list = complete.candidates(table.concat(text))
      assert.is_true(math.type(start) == "integer" and type(list) == "table")
    end
  end)

  it("tells help what an expression gives", function()
    assert.equal("x", complete.class_of("weights"))
    assert.equal("model", complete.class_of("net.first"))
    assert.equal("optimizer", complete.class_of("optimizer"))
    assert.is_nil(complete.class_of("settings"))
    local help = require "nnlua.help"
    assert.equal(help.page("model:zero_grad"), help.page("net:zero_grad"))
    assert.equal(help.page("optimizer:zero_grad"), help.page("nn.Optimizer.zero_grad"))
    assert.equal(help.page("nn.Linear"), help.page("model[1]"))
    assert.equal(help.page("nn.optim.SGD"), help.page("session_optimizer"))
    assert.equal(help.page("models"), help.page("net"))
    assert.equal(help.page("tensors"), help.page("weights"))
  end)
end)
