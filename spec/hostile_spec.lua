-- Every public function and method, with values that make no sense at each place: all ends in
-- success or in a Lua error, whose message for operations names the operation. What would end in
-- a signal ends this spec too.
local nn = require "nnlua"

local function real(...) return nn.randn({...}) end
local function int(list) return nn.tensor(list, {dtype = "int64"}) end

-- Made anew for every call, so that no call sees what another one did.
local hostile = {
  {"nil", function() return nil end},
  {"true", function() return true end},
  {'"x"', function() return "x" end},
  {"{}", function() return {} end},
  {"{{}}", function() return {{}} end},
  {"NaN", function() return 0 / 0 end},
  {"inf", function() return math.huge end},
  {"2.5", function() return 2.5 end},
  {"0", function() return 0 end},
  {"-1", function() return -1 end},
  {"7", function() return 7 end},
  {"mininteger", function() return math.mininteger end},
  {"maxinteger", function() return math.maxinteger end},
  {"2^53", function() return 1 << 53 end},
  {"{mininteger, 2^53}", function() return {math.mininteger, 1 << 53} end},
  {"{0, -1}", function() return {0, -1} end},
  {"{nonsense = 1}", function() return {nonsense = 1} end},
  {"an empty tensor", function() return nn.zeros(0) end},
  {"a 3x0 tensor", function() return nn.zeros(3, 0) end},
  {"a scalar tensor", function() return nn.tensor(1.5) end},
  {"a 5x7 tensor", function() return real(5, 7) end},
  {"a 1x1x1x1x1x1x1x1 tensor", function() return real(1, 1, 1, 1, 1, 1, 1, 1) end},
  {"a bool tensor", function() return real(2, 3):gt(0) end},
  {"an int64 tensor", function() return int {{0, -9, 1 << 53}, {math.mininteger, 4, 1}} end},
  {"an expanded tensor", function() return nn.zeros(1, 3):expand(2, 3) end},
  {"a leaf", function() return real(2, 3):requires_grad_() end},
  {"a module", function() return nn.Linear(3, 2) end},
  {"a generator", function() return nn.Generator() end},
  {"a file", function() return io.stdout end},
  {"a function", function() return type end},
}

-- Tensors that the arguments around a hostile one are.
local usual = {
  float32 = function() return real(2, 3) end,
  float64 = function() return real(3, 2):double():t() end,
  int64 = function() return int {{0, -9, 1}, {math.mininteger, 4, 1}} end,
  bool = function() return nn.tensor {{true, false, true}, {false, false, true}} end,
  ["a leaf"] = function() return real(2, 3):requires_grad_() end,
  ["a vector"] = function() return real(3) end,
  ["a scalar"] = function() return nn.tensor(2) end,
  ["no elements"] = function() return nn.zeros(2, 0) end,
}

-- An argument that fits, for a parameter of the catalogue.
local function fitting(p, tensor)
  local makers = {
    tensor = function()
      if p.name == "mask" or p.name == "condition" then return real(2, 3):gt(0) end
      if p.name == "index" or p.name == "indices" then return int {{1, 2, 1}, {2, 1, 1}} end
      return tensor()
    end,
    tensors = function() return {tensor(), tensor()} end,
    operand = function() return tensor() end,
    number = function() return 0.5 end,
    int = function() return 1 end,
    ints = function() return {1} end,
    bool = function() return true end,
    dim = function() return 1 end,
    dims = function() return {1} end,
    index = function() return 1 end,
    shape = function() return {2, 3} end,
    dtype = function() return "float64" end,
    choice = function() return p.choices:match("^[^|]*") end,
    numbers = function() return 1 end,
    generator = function() return nn.Generator() end,
  }
  return makers[p.type]
end

-- Calls f with the values that the makers make; returns what went wrong, if it did.
local function attempt(f, makers, n, expected)
  local arguments = {}
  for i = 1, n do arguments[i] = makers[i]() end
  local results = table.pack(pcall(f, table.unpack(arguments, 1, n)))
  nn.set_grad_enabled(true)
  if results[1] then return nil end
  local message = results[2]
  if type(message) ~= "string" then return "the error is a " .. type(message) end
  if message:find("^%[nnlua%.[%w_.]+%]:%d+: ") then return "an error of Lua's: " .. message end
  if expected and not message:find(expected, 1, true) then
    return ("the error does not name %s: %s"):format(expected, message)
  end
  return nil
end

-- Every hostile value at every place, the others fitting; with the arguments after it, and
-- without.
local function attack(name, f, good, expected)
  for place = 1, #good do
    for _, value in ipairs(hostile) do
      local makers = {table.unpack(good)}
      makers[place] = value[2]
      for _, n in ipairs {place, #good} do
        local wrong = attempt(f, makers, n, expected)
        if wrong then
          error(("%s with %s as argument %d: %s"):format(name, value[1], place, wrong), 0)
        end
      end
    end
  end
  -- All hostile at once, by a fixed sequence.
  local state = 1
  for _ = 1, 20 do
    local makers = {}
    for place = 1, #good do
      state = (state * 1103515245 + 12345) % (1 << 31)
      makers[place] = hostile[(state >> 8) % #hostile + 1][2]
    end
    local wrong = attempt(f, makers, #good, expected)
    if wrong then error(name .. " with hostile values: " .. wrong, 0) end
  end
  -- By name, and one argument too many.
  local extra = {table.unpack(good)}
  extra[#extra + 1] = function() return {no_such_name = 1} end
  extra[#extra + 1] = function() return {} end
  extra[#extra + 1] = function() return "more" end
  for n = 0, #extra do
    local wrong = attempt(f, extra, n, expected)
    if wrong then error(("%s with %d arguments: %s"):format(name, n, wrong), 0) end
  end
end

describe("hostile values for the operation", function()
  for _, op in ipairs(nn._catalogue()) do
    local methods = nn.Tensor._methods
    local f = (op.fn and nn[op.name]) or (op.method and methods[op.name])
    local in_place = op.inplace and methods[op.name .. "_"]
    local makes = {}
    for what, tensor in pairs(op.params[1].type:find("^tensor") and usual or {x = usual.float32}) do
      makes[what] = {}
      for i, p in ipairs(op.params) do makes[what][i] = fitting(p, tensor) end
    end
    for what, good in pairs(makes) do
      if f then
        it(("%s of %s"):format(op.name, what), function() attack(op.name, f, good, op.name) end)
      end
      if in_place then
        it(("%s_ of %s"):format(op.name, what), function()
          attack(op.name .. "_", in_place, good, op.name)
        end)
      end
    end
  end
end)

-- What has effects beyond its result, leaves the process, or serves the specs.
local skipped = {
  set_num_threads = true, options = true, save = true, load = true, gradcheck = true,
  gradgradcheck = true, class = true, help = true,
}

local function any_argument() return real(2, 3) end

local function attack_table(prefix, functions, known, first)
  for name, f in pairs(functions) do
    local callable = type(f) == "function"
    if callable and name:sub(1, 1) ~= "_" and not skipped[name] and not known[name] then
      it(prefix .. name, function()
        local good = {first or any_argument, function() return 1 end, function() return 2 end}
        attack(prefix .. name, f, good)
      end)
    end
  end
end

local operations = {}
for _, op in ipairs(nn._catalogue()) do
  operations[op.name] = true
  operations[op.name .. "_"] = true
end

describe("hostile values for the function", function()
  attack_table("nn.", nn, operations)
  attack_table("nn.init.", nn.init, {})
  attack_table("nn.optim.", nn.optim, {}, function() return {real(2, 3):requires_grad_()} end)
  attack_table("nn.utils.", nn.utils, {}, function() return {real(2, 3):requires_grad_()} end)
  it("nn.load", function()
    attack("nn.load", nn.load, {function() return "/nowhere/x.npy" end}, "load")
  end)
  it("nn.save", function()
    local file = function() return "/nowhere/x.npy" end
    attack("nn.save", function(x) return nn.save(file(), x) end, {any_argument}, "save")
  end)
  it("nn.set_num_threads", function()
    local threads = nn.get_num_threads()
    for _, n in ipairs {0, -1, 1025} do
      assert.error_matches(function() nn.set_num_threads(n) end,
        "bad argument #1 to 'set_num_threads' (expects 1 to 1024 threads)", 1, true)
    end
    assert.equal(threads, nn.get_num_threads())
  end)
end)

describe("hostile values for the method", function()
  attack_table("x:", nn.Tensor._methods, operations)
end)

describe("hostile keys", function()
  it("read", function()
    attack("x[key]", function(x, key) return x[key] end,
      {function() return real(4, 3) end, function() return 1 end})
    attack("x[{key, key}]", function(a, b) return real(4, 3)[{a, b}] end,
      {function() return 1 end, function() return {1, 2} end})
    attack("x[{{a, b, c}}]", function(a, b, c) return real(4, 3)[{{a, b, c}}] end,
      {function() return 1 end, function() return -1 end, function() return 1 end})
  end)

  it("assigned", function()
    attack("x[key] = v", function(x, key, v) x[key] = v end,
      {function() return real(4, 3) end, function() return 1 end, function() return 2 end})
    attack("x[{key, key}] = v", function(a, b, v) real(4, 3)[{a, b}] = v end,
      {function() return 1 end, function() return {1, 2} end, function() return 2 end})
    for _, field in ipairs {"grad", "requires_grad", "shape", "dtype", "nonsense"} do
      attack("x." .. field, function(v) real(2, 3)[field] = v end, {function() return nil end})
    end
  end)
end)

describe("hostile operands", function()
  local operators = {
    ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
    ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end,
    ["^"] = function(a, b) return a ^ b end, ["%"] = function(a, b) return a % b end,
    ["//"] = function(a, b) return a // b end, ["&"] = function(a, b) return a & b end,
    ["|"] = function(a, b) return a | b end, ["~"] = function(a, b) return a ~ b end,
    ["=="] = function(a, b) return a == b end, ["<"] = function(a, b) return a < b end,
    [".."] = function(a, b) return a .. b end, ["#"] = function(a) return #a end,
    ["unary -"] = function(a) return -a end, ["unary ~"] = function(a) return ~a end,
    ["tostring"] = tostring,
  }
  for name, f in pairs(operators) do
    it(name, function() attack(name, f, {any_argument, any_argument}) end)
  end
end)

-- For what is made of options: each of them hostile, by name and by position.
local function attack_options(name, make, names)
  for _, option in ipairs(names) do
    for _, value in ipairs(hostile) do
      local wrong = attempt(function() return make {[option] = value[2]()} end, {}, 0)
      if wrong then error(("%s{%s = %s}: %s"):format(name, option, value[1], wrong), 0) end
    end
  end
  attack(name, make, {function() return nil end, function() return nil end})
end

describe("hostile values for the schedule", function()
  local function optimizer() return nn.optim.SGD({real(2):requires_grad_()}, {lr = 0.1}) end
  local schedules = {
    StepLR = {"step_size", "gamma"}, MultiStepLR = {"milestones", "gamma"},
    ExponentialLR = {"gamma"}, LambdaLR = {"lr_lambda"}, CosineAnnealingLR = {"T_max", "eta_min"},
    OneCycleLR = {"max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start",
      "anneal_strategy", "cycle_momentum", "base_momentum", "max_momentum", "div_factor",
      "final_div_factor", "three_phase"},
    ReduceLROnPlateau = {"mode", "factor", "patience", "threshold", "threshold_mode", "cooldown",
      "min_lr", "eps"},
  }
  local fitting_options = {
    StepLR = {step_size = 2}, MultiStepLR = {milestones = {1}}, ExponentialLR = {gamma = 0.5},
    LambdaLR = {lr_lambda = function() return 1 end}, CosineAnnealingLR = {T_max = 3},
    OneCycleLR = {max_lr = 1, total_steps = 9}, ReduceLROnPlateau = {},
  }
  for name, names in pairs(schedules) do
    it(name, function()
      local class = nn.optim.lr_scheduler[name]
      attack_options(name, function(options, more)
        local all = options
        if type(options) == "table" and next(options) then
          all = {}
          for key, value in pairs(fitting_options[name]) do all[key] = value end
          for key, value in pairs(options) do all[key] = value end
        end
        local schedule = class(optimizer(), all, more)
        for _ = 1, 3 do schedule:step(0.5) end
        schedule:load_state_dict(schedule:state_dict())
      end, names)
      attack(name, class, {optimizer, function() return 1 end})
      attack(name .. ":step", function(a)
        return class(optimizer(), fitting_options[name]):step(a)
      end, {function() return 1 end})
      attack(name .. ":load_state_dict", function(a)
        return class(optimizer(), fitting_options[name]):load_state_dict(a)
      end, {function() return {} end})
    end)
  end
end)

describe("hostile values for the optimiser", function()
  for _, rule in ipairs {"SGD", "RMSprop", "Adam", "AdamW", "Adagrad"} do
    it(rule, function()
      local names = {"betas"}
      for _, info in ipairs(nn._catalogue("optimizers")) do
        local params = info.name == rule and info.params or {}
        for _, p in ipairs(params) do names[#names + 1] = p.name end
      end
      attack_options(rule, function(options, more)
        local w = real(2):requires_grad_()
        w.grad = real(2)
        nn.optim[rule]({w}, options, more):step()
      end, names)
      local function optimizer() return nn.optim[rule]({real(2):requires_grad_()}) end
      for _, method in ipairs {"step", "zero_grad", "add_param_group", "load_state_dict"} do
        attack(method, function(a, b) return optimizer()[method](optimizer(), a, b) end,
          {function() return {} end, function() return 1 end})
        attack(method .. " of none", optimizer()[method], {any_argument, any_argument})
      end
      attack("param_groups", function(k, v) optimizer().param_groups[1][k] = v end,
        {function() return "lr" end, function() return 1 end})
      attack("betas", function(v) optimizer().param_groups[1].betas = v end,
        {function() return {0.9, 0.99} end})
    end)
  end
end)

-- luacheck: push ignore 121 122
describe("hostile values for nn.options", function()
  it("and for the command line", function()
    local exit, stderr, given = os.exit, io.stderr, arg
    os.exit = function() error("exit") end
    io.stderr = {write = function() end}
    local good, message = pcall(function()
      for _, value in ipairs(hostile) do
        arg = {}
        attempt(nn.options, {value[2]}, 1)
        attempt(nn.options, {function() return {x = value[2]()} end}, 1)
        for _, text in ipairs {"--x", "--x=", "--x=1e999", "--no-x", "--", "-", "", "--=3", "x"} do
          arg = {text, tostring(value[2]())}
          attempt(nn.options, {function() return {x = 1, y = true, z = "s"} end}, 1)
        end
      end
    end)
    os.exit, io.stderr, arg = exit, stderr, given
    assert(good, message)
  end)
end)
-- luacheck: pop

describe("hostile values for nn.class and modules", function()
  it("nn.class", function()
    attack("nn.class", nn.class, {function() return "Net" end, function() return nn.Module end})
  end)

  it("methods of modules", function()
    local Net = nn.class("Net", nn.Module)
    function Net:init(x) self.x = x end
    function Net.forward(_, x) return x end
    for name, method in pairs(nn._module_methods) do
      if name:sub(1, 1) ~= "_" then
        attack(name, function(a, b)
          return method(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)), a, b)
        end, {any_argument, any_argument})
        attack(name, function(a, b) return method(Net(1), a, b) end, {any_argument, any_argument})
        attack(name .. " of none", method, {any_argument, any_argument})
      end
    end
    attack("Net", Net, {any_argument, any_argument})
    attack("Net()", Net(), {any_argument, any_argument})
    attack("a field", function(k, v) Net()[k] = v end, {function() return "x" end, any_argument})
    attack("a field of a layer", function(k, v) nn.BatchNorm1d(2)[k] = v end,
      {function() return "weight" end, any_argument})
    attack("ModuleList", nn.ModuleList, {function() return {nn.ReLU()} end})
    attack("nn.Function", nn.Function, {function() return {forward = print, backward = print} end})
  end)
end)

describe("hostile values for the constructor", function()
  for _, layer in ipairs(nn._catalogue("layers")) do
    it(layer.name, function()
      local good, names = {}, {}
      for i, p in ipairs(layer.params) do
        good[i], names[i] = fitting(p, usual.float32), p.name
      end
      attack(layer.name, nn[layer.name], good, layer.name)
      attack_options(layer.name, nn[layer.name], names)
    end)
  end
end)

describe("hostile values for a layer", function()
  local layers = {
    nn.Linear(3, 2), nn.Bilinear(3, 3, 2), nn.ReLU(), nn.Dropout(0.5), nn.BatchNorm1d(3),
    nn.LayerNorm(3), nn.Embedding(4, 2), nn.Flatten(), nn.Softmax(1), nn.MSELoss(),
    nn.CrossEntropyLoss(), nn.NLLLoss(), nn.BCELoss(), nn.Sequential(nn.Linear(3, 2), nn.ReLU()),
  }
  for i, layer in ipairs(layers) do
    it(("number %d"):format(i), function()
      attack(tostring(layer), layer, {any_argument, any_argument})
      for _, method in ipairs {
        "parameters", "named_parameters", "zero_grad", "train", "eval", "state_dict",
        "load_state_dict", "forward",
      } do
        attack(method, function(a, b) return layer[method](layer, a, b) end,
          {any_argument, any_argument})
        attack(method .. " of no module", layer[method] or error, {any_argument, any_argument})
      end
    end)
  end
end)
