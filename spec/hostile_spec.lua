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

-- An argument that fits, for a parameter of the catalogue.
local function fitting(p)
  local makers = {
    tensor = function()
      if p.name == "mask" or p.name == "condition" then return real(2, 3):gt(0) end
      if p.name == "index" or p.name == "indices" then return int {{1, 2, 1}, {2, 1, 1}} end
      return real(2, 3)
    end,
    tensors = function() return {real(2, 3), real(2, 3)} end,
    operand = function() return real(2, 3) end,
    number = function() return 0.5 end,
    int = function() return 1 end,
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
    local good = {}
    for i, p in ipairs(op.params) do good[i] = fitting(p) end
    local methods = nn.Tensor._methods
    local f = (op.fn and nn[op.name]) or (op.method and methods[op.name])
    if f then
      it(op.name, function() attack(op.name, f, good, op.name) end)
    end
    if methods[op.name .. "_"] and op.inplace then
      it(op.name .. "_", function()
        attack(op.name .. "_", methods[op.name .. "_"], good, op.name)
      end)
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
