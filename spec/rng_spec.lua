-- The random stream, number for number that of PyTorch (spec/golden/rng.lua).
local nn = require "nnlua"
local golden = dofile "spec/golden/rng.lua"

local double = {dtype = "float64"}
local NORMAL_TOLERANCE = 1e-6

-- Compares with a golden {shape, values}; a tolerance of 0 asks for the same bits.
local function check(name, got, want, tolerance, offset)
  local shape, values = got.shape, got:reshape(-1):tolist()
  assert.equal(#want.shape, got:dim(), name)
  for d, n in ipairs(want.shape) do assert.equal(n, shape[d], name) end
  for i, expected in ipairs(want.values) do
    local error = math.abs(values[i] - expected - (offset or 0))
    local close = error <= tolerance * math.max(1, math.abs(expected))
    assert.truthy(close, ("%s[%d] is %.17g, not %.17g"):format(name, i, values[i], expected))
  end
end

local function case(name, make, tolerance, offset)
  it("gives PyTorch's " .. name, function()
    nn.manual_seed(golden.seed)
    check(name, make(), golden[name], tolerance or 0, offset)
  end)
end

-- Several draws from one stream: each row is {make, tolerance, offset}.
local function in_a_row(name, rows)
  it("gives PyTorch's " .. name, function()
    nn.manual_seed(golden.seed)
    for i, row in ipairs(rows) do
      check(name .. ", " .. i, row[1](), golden[name][i], row[2] or 0, row[3])
    end
  end)
end

local function rand(n, options)
  return {function() return nn.rand(n, options) end}
end

local function randn(n, options)
  return {function() return nn.randn(n, options) end, NORMAL_TOLERANCE}
end

describe("uniform and normal numbers", function()
  for _, n in ipairs {1, 5, 15, 16, 17, 33, 100} do
    case(("rand(%d)"):format(n), function() return nn.rand(n) end)
    case(("rand(%d) float64"):format(n), function() return nn.rand(n, double) end)
    case(("randn(%d)"):format(n), function() return nn.randn(n) end, NORMAL_TOLERANCE)
    case(("randn(%d) float64"):format(n), function() return nn.randn(n, double) end,
      NORMAL_TOLERANCE)
  end
  case("last 40 of randn(1000)", function() return nn.randn(1000)[{{-40, -1}}] end,
    NORMAL_TOLERANCE)
end)

describe("whole numbers", function()
  for name, range in pairs {
    ["randint(0,10,{20})"] = {0, 10, 20},
    ["randint(-5,1000000,{20})"] = {-5, 1000000, 20},
    ["randint(0,4294967295,{5})"] = {0, 4294967295, 5},
    ["randint(0,4294967296,{5})"] = {0, 4294967296, 5},
    ["randint(-1000000000000,1000000000000,{5})"] = {-10 ^ 12 // 1 | 0, 10 ^ 12 // 1 | 0, 5},
  } do
    case(name, function() return nn.randint(range[1], range[2], {range[3]}) end)
  end
  for _, n in ipairs {1, 2, 10, 50} do
    case(("randperm(%d), from 0"):format(n), function() return nn.randperm(n) end, 0, 1)
  end
end)

describe("filling in place", function()
  for _, dtype in ipairs {"float32", "float64"} do
    local suffix = dtype == "float64" and " float64" or ""
    local function empty(n) return nn.zeros(n, {dtype = dtype}) end
    case("uniform_(-2,3) of 20" .. suffix, function() return empty(20):uniform_(-2, 3) end)
    case("normal_(1,0.5) of 7" .. suffix, function() return empty(7):normal_(1, 0.5) end,
      NORMAL_TOLERANCE)
    case("normal_(1,0.5) of 40" .. suffix, function() return empty(40):normal_(1, 0.5) end,
      NORMAL_TOLERANCE)
    case("bernoulli_(0.3) of 40" .. suffix, function() return empty(40):bernoulli_(0.3) end)
    case("bernoulli({0,0.25,0.5,0.75,1,0.125,0.875,0.375})" .. suffix, function()
      local weights = {0, 0.25, 0.5, 0.75, 1, 0.125, 0.875, 0.375}
      return nn.bernoulli(nn.tensor(weights, {dtype = dtype}))
    end)
  end
  case("uniform_(0.1,0.9) of 20", function() return nn.zeros(20):uniform_(0.1, 0.9) end)
  case("exponential_(3) of 20", function() return nn.zeros(20):exponential_(3) end,
    NORMAL_TOLERANCE)
end)

describe("dropout", function()
  case("dropout(0.25) of 40 ones", function() return nn.dropout(nn.ones(40), 0.25) end)
  in_a_row("dropout(0) dropout(1) of 3 ones, rand(1) in a row", {
    {function() return nn.dropout(nn.ones(3), 0.0) end},
    {function() return nn.dropout(nn.ones(3), 1.0) end},
    rand(1),
  })
end)

describe("multinomial", function()
  local weights = {1, 2, 3, 4}
  local function draw(...)
    local given, arguments = ..., {select(2, ...)}
    return {function() return nn.multinomial(nn.tensor(given), table.unpack(arguments)) end, 0, 1}
  end
  in_a_row("multinomial({1,2,3,4},20,true) rand(1), from 0 in a row",
    {draw(weights, 20, true), rand(1)})
  in_a_row("multinomial({1,2,3,4},3) rand(1), from 0 in a row", {draw(weights, 3), rand(1)})
  in_a_row("multinomial({1,2,3,4},1,true) rand(1), from 0 in a row",
    {draw(weights, 1, true), rand(1)})
  case("multinomial({{1,2,3,4},{4,3,2,1}},2), from 0",
    draw({weights, {4, 3, 2, 1}}, 2)[1], 0, 1)
  case("multinomial of a transposed 4x3, 2, from 0", function()
    return nn.arange(1, 13):float():reshape(4, 3):t():multinomial(2)
  end, 0, 1)

  it("takes a generator of its own", function()
    local g = nn.Generator():manual_seed(golden.seed)
    local got = nn.multinomial(nn.tensor(weights), {num_samples = 3, generator = g})
    check("multinomial", got, golden["multinomial({1,2,3,4},3) rand(1), from 0 in a row"][1], 0, 1)
  end)

  it("says what does not fit", function()
    for message, call in pairs {
      ["multinomial: cannot draw 5 of 4 without replacement"] = {nn.tensor(weights), 5},
      ["multinomial: num_samples must be 1 or more, not 0"] = {nn.tensor(weights), 0},
      ["weights must be finite, 0 or more, and not all 0; those of row 2 are not"] =
        {nn.tensor {{1, 2}, {0, 0}}, 1},
      ["those of row 1 are not"] = {nn.tensor {1, -1}, 1},
      ["multinomial: input is int64"] = {nn.tensor({1, 2}, {dtype = "int64"}), 1},
      ["multinomial: input must have 1 or 2 dimensions, not 0"] = {nn.tensor(1), 1},
    } do
      assert.error_matches(function() nn.multinomial(table.unpack(call)) end, message, 1, true)
    end
  end)
end)

describe("a tensor that is not contiguous", function()
  local function turned(dtype) return nn.zeros(5, 4, {dtype = dtype}):t() end
  case("uniform_ of a transposed 5x4", function() return turned():uniform_() end)
  case("normal_ of a transposed 5x4", function() return turned():normal_() end, NORMAL_TOLERANCE)
  case("normal_ of 4 of 6 columns", function()
    return nn.zeros(5, 6)[{{}, {2, 5}}]:normal_()
  end, NORMAL_TOLERANCE)
  case("exponential_ of a transposed 5x4", function() return turned():exponential_() end,
    NORMAL_TOLERANCE)
  case("bernoulli_(0.5) of a transposed 5x4", function() return turned():bernoulli_(0.5) end)
  case("bernoulli(0.5) of a transposed 5x4", function() return turned():bernoulli(0.5) end)
  case("random_(100) of a transposed 5x4", function() return turned("int64"):random_(100) end)
  case("randn_like a transposed 5x4", function() return nn.randn_like(turned()) end,
    NORMAL_TOLERANCE)
  case("rand_like a transposed 5x4", function() return nn.rand_like(turned()) end)
  case("dropout(0.5) of a transposed 5x4", function() return nn.dropout(turned() + 1, 0.5) end)
end)

describe("whole numbers and probabilities in place", function()
  for _, dtype in ipairs {"float32", "float64", "int64", "bool"} do
    in_a_row(("random_() of 5 %s, rand(1) in a row"):format(dtype),
      {{function() return nn.zeros(5, {dtype = dtype}):random_():to("float64") end}, rand(1)})
  end
  case("random_(-3,7) of 9", function() return nn.zeros(9):random_(-3, 7) end)
  case("random_(-2^62,2^62) of 5 int64", function()
    return nn.zeros(5, {dtype = "int64"}):random_(-1 << 62, 1 << 62)
  end)
  case("bernoulli_(0.5) of 9 int64", function()
    return nn.zeros(9, {dtype = "int64"}):bernoulli_(0.5)
  end)
  for _, dtype in ipairs {"float32", "float64"} do
    case("bernoulli_(weights) of 2x3" .. (dtype == "float64" and " float64" or ""), function()
      return nn.zeros(2, 3):bernoulli_(nn.tensor({0.1, 0.5, 0.9}, {dtype = dtype}))
    end)
  end

  it("leave no gradient to what they draw over", function()
    local x = nn.ones(4, {requires_grad = true})
    local y = x * 2
    y:bernoulli_(0.5):sum():backward()
    assert.same({0.0, 0.0, 0.0, 0.0}, x.grad:tolist())
  end)
end)

describe("nn.normal", function()
  local means, stds = nn.tensor {{1}, {2}}, nn.tensor {1, 2, 3}
  case("normal(means, stds)", function() return nn.normal(means, stds) end, NORMAL_TOLERANCE)
  case("normal(means, 2)", function() return nn.normal(means, 2) end, NORMAL_TOLERANCE)
  case("normal(1.5, stds)", function() return nn.normal(1.5, stds) end, NORMAL_TOLERANCE)
  case("normal(1.5, 2, {3})", function() return nn.normal(1.5, 2, {3}) end, NORMAL_TOLERANCE)
  case("normal(1.5, 2, {3})", function() return nn.normal {mean = 1.5, std = 2, size = {3}} end,
    NORMAL_TOLERANCE)
end)

describe("initial weights", function()
  for name, tolerance in pairs {
    kaiming_uniform_ = 0, kaiming_normal_ = NORMAL_TOLERANCE,
    xavier_uniform_ = 0, xavier_normal_ = NORMAL_TOLERANCE,
  } do
    case(name .. " 4x6", function()
      local w = nn.zeros(4, 6)
      nn.init[name](w)
      return w
    end, tolerance)
  end
  case("Linear(10,7) weight", function() return nn.Linear(10, 7).weight end)
  case("Linear(10,7) bias", function() return nn.Linear(10, 7).bias end)
end)

describe("the state of the stream", function()
  in_a_row("randn(3) randn(20) rand(2) in a row", {randn(3), randn(20), rand(2)})
  in_a_row("randn(3) randn(2) float64 randn(16) randint(0,10,{3}) randn(2) rand(2) in a row", {
    randn(3), randn(2, double), randn(16),
    {function() return nn.randint(0, 10, {3}) end}, randn(2), rand(2),
  })
  in_a_row("randn(0) randn(1) randn(0) randn(1) randn(1) in a row", {
    randn(0), randn(1), randn(0), randn(1), randn(1),
  })
  in_a_row("randn(17) rand(1) in a row", {randn(17), rand(1)})
  in_a_row("randperm(10) rand(1) in a row", {
    {function() return nn.randperm(10) end, 0, 1}, rand(1),
  })
  in_a_row("rand(313) float64 rand(1) in a row", {rand(313, double), rand(1)})

  it("forgets a number left over when seeded", function()
    nn.manual_seed(golden.seed + 1)
    nn.randn(1)
    nn.manual_seed(golden.seed)
    check("randn(2)", nn.randn(2), golden["randn(2) after a number left over"], NORMAL_TOLERANCE)
  end)

  for seed, want in pairs(golden["other seeds"]) do
    it("is PyTorch's for seed " .. seed, function()
      nn.manual_seed(seed)
      check("rand(3)", nn.rand(3), want["rand(3)"], 0)
      check("randn(3)", nn.randn(3), want["then randn(3)"], NORMAL_TOLERANCE)
    end)
  end
end)
