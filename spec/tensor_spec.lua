-- Tensors as the contract describes them: making, counting, keywords, dtypes, values, errors.
local nn = require "nnlua"

local function int(list) return nn.tensor(list, {dtype = "int64"}) end
local function is(expected, x) assert.same(expected, x:tolist()) end
local function raises(text, f, ...)
  local good, message = pcall(f, ...)
  assert.is_false(good)
  assert.truthy(message:find(text, 1, true), ("'%s' is not in: %s"):format(text, message))
end

describe("nn.tensor", function()
  it("makes float32 of numbers, whole or not, and bool of booleans", function()
    assert.equal("float32", nn.tensor(1).dtype)
    assert.equal("float32", nn.tensor({1, 2.5}).dtype)
    assert.equal("bool", nn.tensor({true, false}).dtype)
    assert.equal("int64", int({1}).dtype)
    assert.equal("float64", nn.tensor({1}, {dtype = "float64"}).dtype)
  end)

  it("reads nested lists", function()
    assert.equal("2x3", tostring(nn.tensor({{1, 2, 3}, {4, 5, 6}}).shape))
    assert.equal("0", tostring(nn.tensor({}).shape))
    raises("not of one length", function() nn.tensor {{1, 2}, {3}} end)
    raises("not nested evenly", function() nn.tensor {{1, 2}, 3} end)
    raises("numbers or booleans", function() nn.tensor {1, true} end)
    raises("numbers or booleans", function() nn.tensor {"x"} end)
  end)

  it("copies a tensor", function()
    local x = nn.ones(2)
    nn.tensor(x):fill_(5)
    is({1, 1}, x)
  end)
end)

describe("factories", function()
  it("take sizes one by one, or as a list", function()
    for _, x in ipairs {nn.zeros(2, 3), nn.zeros {2, 3}, nn.zeros {size = {2, 3}}} do
      assert.equal("2x3", tostring(x.shape))
    end
    local y = nn.randn(2, 3, {dtype = "float64", requires_grad = true})
    assert.equal("float64", y.dtype)
    assert.is_true(y.requires_grad)
  end)

  it("count as they say", function()
    is({0, 2, 4, 6, 8}, nn.arange(0, 10, 2))
    is({0, 1, 2}, nn.arange(3))
    is({1, 2, 3}, nn.range(1, 3))
    is({0, 0.25, 0.5, 0.75, 1}, nn.linspace(0, 1, 5))
    assert.equal("int64", nn.arange(3).dtype)
    assert.equal("int64", nn.range(1, 3).dtype)
    assert.equal("float32", nn.arange(3.0).dtype)
    assert.equal("float32", nn.arange(0, 1, 0.5).dtype)
    local order = nn.randperm(8):sort()
    is({1, 2, 3, 4, 5, 6, 7, 8}, order)
  end)

  it("fill", function()
    is({{7, 7}}, nn.full({1, 2}, 7))
    is({{1, 0}, {0, 1}}, nn.eye(2))
    is({0, 0}, nn.zeros_like(nn.ones(2)))
    is({9, 9}, nn.full_like(nn.ones(2), 9))
  end)
end)

describe("counting", function()
  it("starts at 1 for dimensions", function()
    local x = nn.tensor {{1, 2, 3}, {4, 5, 6}}
    is({5, 7, 9}, x:sum(1))
    is({6, 15}, x:sum(2))
    is({6, 15}, x:sum(-1))
    is({{6}, {15}}, x:sum(2, true))
    is({{6}, {15}}, x:sum {dim = 2, keepdim = true})
    is({{6}, {15}}, x:sum(2, {keepdim = true}))
    assert.equal(3, x:size(2))
    assert.equal(2, x:size(-2))
    raises("out of range", function() x:sum(0) end)
    raises("out of range, which is 1 to 2", function() x:sum(3) end)
    raises("size", function() x:size(0) end)
  end)

  it("starts at 1 for indices that come back", function()
    local names = {"a", "b", "c"}
    local x = nn.tensor {1, 9, 3}
    assert.equal("b", names[x:argmax():item()])
    local values, indices = x:max(1)
    assert.equal(9, values:item())
    assert.equal(2, indices:item())
    is({2, 3}, (select(2, x:topk(2))))
    is({1, 3, 2}, (select(2, x:sort())))
    is({1, 3, 2}, x:argsort())
    is({{1}, {3}}, nn.tensor({5, 0, 5}):nonzero())
  end)

  it("starts at 1 for classes", function()
    raises("cross_entropy: target[3] is 0, but classes count from 1 to 4", function()
      nn.cross_entropy(nn.zeros(3, 4), int {1, 4, 0})
    end)
    raises("classes count from 1 to 4", function()
      nn.cross_entropy(nn.zeros(1, 4), int {5})
    end)
  end)

  it("is Lua's length for #", function()
    assert.equal(4, #nn.zeros(4, 2))
    assert.equal(0, #nn.zeros(0))
    raises("no length", function() return #nn.tensor(1) end)
  end)
end)

describe("a trailing underscore", function()
  it("mutates, and nothing else does", function()
    local a, b = nn.tensor {1, 2}, nn.tensor {10, 20}
    is({11, 22}, a:add(b))
    is({11, 22}, a + b)
    is({1, 2}, a)
    assert.is_true(a:add_(b) == a)
    is({11, 22}, a)
    a:clamp_ {max = 15}
    is({11, 15}, a)
    a:zero_()
    is({0, 0}, a)
  end)
end)

describe("operators", function()
  it("work element by element, with broadcasting", function()
    local a, b = nn.tensor {{1, 2}, {3, 4}}, nn.tensor {10, 20}
    is({{11, 22}, {13, 24}}, a + b)
    is({{-9, -18}, {-7, -16}}, a - b)
    is({{10, 40}, {30, 80}}, a * b)
    is({{10, 10}, {5, 5}}, b / nn.tensor {{1, 2}, {2, 4}})
    is({{1, 4}, {9, 16}}, a ^ 2)
    is({{-1, -2}, {-3, -4}}, -a)
    is({{1, 0}, {1, 0}}, a % 2)
    is({{0, 1}, {1, 2}}, a // 2)
  end)

  it("take numbers on both sides", function()
    local a = nn.tensor {1, 2, 4}
    is({9, 8, 6}, 10 - a)
    is({4, 2, 1}, 4 / a)
    is({2, 4, 16}, 2 ^ a)
    is({3, 4, 6}, 2 + a)
    is({2, 4, 8}, 2 * a)
  end)

  it("combine masks", function()
    local x = nn.tensor {1, 2, 3}
    is({false, true, false}, x:gt(1) & x:lt(3))
    is({true, false, true}, x:eq(1) | x:eq(3))
    is({false, true, true}, ~x:eq(1))
    assert.equal("bool", x:ge(2).dtype)
  end)

  it("compare by methods; < says what to write", function()
    local x = nn.zeros(2)
    for _, f in ipairs {
      function() return x < 0 end, function() return 0 < x end, function() return x >= x end,
    } do
      raises("write x:lt(y), x:le(y), x:gt(y) or x:ge(y)", f)
    end
    assert.is_false(x == nn.zeros(2))
    assert.is_true(x == x)
  end)

  it("say which shapes do not fit", function()
    raises("add: the shapes do not broadcast", function() return nn.zeros(2, 3) + nn.zeros(4) end)
    raises("input 2x3, other 4", function() return nn.zeros(2, 3) + nn.zeros(4) end)
    raises("cannot combine a tensor with", function() return nn.zeros(2) + "x" end)
    raises("mm: cannot multiply 2x3 by 4x5: the columns of the first (3) must equal the rows of "
      .. "the second (4)", function() return nn.zeros(2, 3):mm(nn.zeros(4, 5)) end)
  end)
end)

describe("names of arguments", function()
  it("are suggested", function()
    local x = nn.zeros(2, 3)
    raises('sum: there is no argument "dmi"; do you mean "dim"?', function() x:sum {dmi = 1} end)
    raises('do you mean "dtype"?', function() nn.zeros(2, {dtyp = "float64"}) end)
    raises('do you mean "requires_grad"?', function() nn.zeros(2, {require_grad = true}) end)
    raises("twice", function() x:sum(1, {dim = 1}) end)
    raises("a tensor has no 'shpae'; do you mean 'shape'?", function() return x.shpae end)
    raises('there is no dtype "float65"', function() nn.zeros(2, {dtype = "float65"}) end)
    raises("takes 1 argument, but 1 is one more", function() x:relu(1) end)
    raises("2 does not fit: numbers go into a list", function() nn.tensor(1, 2, 3) end)
    raises("a tensor has no 'cuda'", function() x:cuda() end)
    raises("known are input, dim, keepdim, dtype", function() x:sum {axis = 1} end)
    raises("cannot be set", function() x.shape = 1 end)
  end)

  it("come with a hint where a method was called with a dot", function()
    local x, model = nn.zeros(2, 3), nn.Linear(2, 1)
    local optimizer = nn.optim.SGD(model:parameters())
    raises("not nil; methods are called with a colon, as x:sum()", function() x.sum() end)
    raises("not 1; methods are called with a colon, as x:squeeze()", function() x.squeeze(1) end)
    raises("as x:backward()", function() x.backward() end)
    raises("as x:item()", function() x.item() end)
    raises("as x:float()", function() x.float() end)
    raises("as x:parameters()", function() model.parameters() end)
    raises("as x:state_dict()", function() model.state_dict() end)
    raises("as x:eval()", function() model.eval() end)
    raises("as x:step()", function() optimizer.step() end)
    for _, f in ipairs {function() nn.sqrt(4) end, function() x:mm(4) end} do
      assert.is_nil(select(2, pcall(f)):find("colon"))
    end
  end)

  it("of nn are known", function()
    assert.is_nil(nn.Conv9d)
    raises("dtypes are strings", function() return nn.zeros(2, {dtype = nn.int64}) end)
  end)

  it("come with the script's line", function()
    local line = debug.getinfo(1, "l").currentline + 1
    raises("tensor_spec.lua:" .. line .. ":", function() return nn.zeros(2):mm(nn.zeros(3)) end)
  end)
end)

describe("dtypes", function()
  it("are promoted as in PyTorch", function()
    local f, d = nn.ones(2), nn.ones(2, {dtype = "float64"})
    local i, b = int {1, 2}, nn.tensor {true, false}
    assert.equal("float64", (f + d).dtype)
    assert.equal("float32", (i + f).dtype)
    assert.equal("int64", (i + b).dtype)
    assert.equal("float32", (b * f).dtype)
    assert.equal("int64", (i + 1).dtype)
    assert.equal("float32", (i + 1.5).dtype)
    assert.equal("float32", (i / i).dtype)
    assert.equal("float32", (f + nn.tensor(1, {dtype = "float64"})).dtype)
    assert.equal("int64", b:sum().dtype)
    assert.equal("int64", i:sum().dtype)
    assert.equal("float32", f:to("float32").dtype)
  end)

  it("come back as Lua's integers, floats and booleans", function()
    assert.equal("integer", math.type(int({1}):tolist()[1]))
    assert.equal("integer", math.type(int(3):item()))
    assert.equal("float", math.type(nn.tensor({1}):tolist()[1]))
    assert.equal("float", math.type(nn.tensor(1, {dtype = "float64"}):item()))
    assert.equal(true, nn.tensor(true):item())
    is({{true}, {false}}, nn.tensor {{true}, {false}})
    assert.equal(math.mininteger, int(math.mininteger):item())
    raises("item: a tensor of 2x3 has 6 elements", function() nn.zeros(2, 3):item() end)
  end)

  it("convert", function()
    is({1, -1}, nn.tensor({1.9, -1.9}):to("int64"))
    is({true, false}, nn.tensor({2, 0}):to("bool"))
    assert.equal("float64", nn.ones(1):double().dtype)
  end)
end)

describe("views", function()
  it("share storage", function()
    local x = nn.zeros(2, 3)
    x:t():fill_(1)
    x:view(6):narrow(1, 1, 2):zero_()
    is({{0, 0, 1}, {1, 1, 1}}, x)
    is({1, 1}, x:select(2, 3))
    is({{0, 1}, {0, 1}, {1, 1}}, x:transpose(1, 2))
    is({{0, 1}, {0, 1}, {1, 1}}, x.T)
    assert.equal("2x1x3", tostring(x:unsqueeze(2).shape))
    assert.equal("3x2", tostring(x:permute(2, 1).shape))
    assert.equal("3x2", tostring(x:reshape(3, -1).shape))
    assert.equal("4x2x3", tostring(x:expand(4, -1, -1).shape))
    raises("view", function() x:t():view(6) end)
    raises("reshape: 6 elements do not fit into 4x2", function() x:reshape(4, 2) end)
  end)

  it("have a shape that compares and counts", function()
    local shape = nn.zeros(2, 3).shape
    assert.equal(2, #shape)
    assert.equal(3, shape[2])
    assert.equal(3, shape[-1])
    assert.is_nil(shape[3])
    raises("dimensions count from 1", function() return shape[0] end)
    assert.is_true(shape == nn.ones(2, 3).shape)
    assert.is_false(shape == nn.ones(3, 2).shape)
    assert.equal(6, nn.zeros(2, 3):numel())
    assert.equal(2, nn.zeros(2, 3):dim())
  end)
end)

describe("where", function()
  local mask, x = nn.tensor {true, false, true}, nn.tensor {1, 2, 3}

  it("is a method of its input, as in PyTorch", function()
    is({1, 9, 3}, x:where(mask, 9))
    is({1, 0.5, 3}, x:where {condition = mask, other = nn.tensor(0.5)})
    is({1, 9, 3}, nn.where(mask, x, 9))
    raises("where: condition must be a tensor, not 1", x.where, x, 1, 2)
    raises("where: condition is float32", x.where, x, x, 2)
  end)

  it("gives the places of what is true, of a condition alone", function()
    local rows, columns = nn.where(nn.tensor {{false, true}, {true, true}})
    is({1, 2, 2}, rows)
    is({2, 1, 2}, columns)
    is({1}, (nn.where(nn.tensor(true))))
    is({}, (nn.where(nn.tensor {false})))
  end)
end)

describe("what serves the engine alone", function()
  it("is not offered", function()
    local x = nn.ones(2)
    for _, name in ipairs {"relu_gradient", "gelu_erf", "rdiv", "as_strided_scatter", "slice"} do
      assert.is_nil(rawget(nn, name))
      raises(("a tensor has no '%s'"):format(name), function() return x[name] end)
    end
  end)
end)

describe("integers", function()
  it("are not divided by 0", function()
    local x = int {5, -5}
    for _, name in ipairs {"floor_divide", "remainder", "fmod"} do
      raises(name .. ": other holds a 0, and integers cannot be divided by that", nn[name], x, 0)
      raises(name, nn[name], x, int {1, 0})
      raises(name, nn[name], x, nn.tensor {true, false})
      assert.same({0}, nn[name](nn.zeros(0):long(), int {0}).shape)
    end
    raises("remainder: other holds a 0", function() return x % 0 end)
    is({math.huge, -math.huge}, x // 0.0)
    is({math.mininteger}, nn.floor_divide(int {math.mininteger}, -1))
    is({0}, int {math.mininteger} % -1)
  end)

  it("have negative powers where those are integers", function()
    is({0, 1, -1, 1}, int {2, 1, -1, -1} ^ int {-1, -5, -3, -2})
    raises("integers to negative powers are no integers", function() return int {2} ^ -1 end)
  end)

  it("become float32 by bounds that are floats", function()
    local x = int {-2, 0, 3}
    assert.same({-0.5, 0.0, 1.5}, x:clamp(-0.5, 1.5):tolist())
    assert.equal("int64", x:clamp(-1, 1).dtype)
    assert.equal("int64", x:clamp {min = 0}.dtype)
  end)

  it("take the whole part of what fills them", function()
    is({2, 2}, int({1, 1}):fill_(2.75))
    local x, mask = int {1, 2, 3}, nn.tensor {true, false}
    x[2] = 7.5
    is({1, 7, 3}, x)
    mask[1] = 0
    is({false, false}, mask)
    assert.equal("bool", mask:sign().dtype)
  end)
end)

describe("products", function()
  it("broadcast the input of addmm to the product, and no further", function()
    local a, b = nn.ones(3, 2), nn.ones(2, 1)
    raises("addmm: cannot multiply 3x2 by 2x1: input, 2, does not broadcast to the product's 3x1",
      nn.addmm, nn.ones(2), a, b)
    is({{2}, {2}, {2}}, nn.addmm(nn.full({1}, 0 / 0), a, b, {beta = 0}))
  end)

  it("promote the factors of outer", function()
    assert.equal("float64", nn.outer(int {1, 2}, nn.ones(3):double()).dtype)
  end)
end)

describe("conversions", function()
  it("have methods", function()
    local x = nn.tensor {0, 1.5}
    assert.equal("float64", x:double().dtype)
    assert.equal("float32", x:double():float().dtype)
    is({0, 1}, x:long())
    is({false, true}, x:bool())
    assert.equal("int64", x:type_as(int {1}).dtype)
  end)
end)

describe("splitting", function()
  it("takes a size, or a list of sizes", function()
    local function sizes(parts)
      local list = {}
      for i, part in ipairs(parts) do list[i] = part:size(1) end
      return list
    end
    local x = nn.arange(5)
    assert.same({2, 2, 1}, sizes(x:split(2)))
    assert.same({1, 4}, sizes(x:split {1, 4}))
    assert.same({1, 0, 4}, sizes(nn.split(x, {split_size = {1, 0, 4}, dim = -1})))
    assert.same({2, 2, 1}, sizes(x:chunk(3)))
    assert.same({0}, sizes(nn.zeros(0):split(2)))
    assert.equal(5, #x:unbind())
    raises("split: split_size must be 1 or more, not 0", x.split, x, 0)
    raises("split: split_size must be an integer or a list of them, not 1.5", x.split, x, 1.5)
    raises("split: the sizes sum to 4, but dimension 1 is 5", x.split, x, {1, 3})
    raises("split: dimension 2 is out of range", x.split, x, 1, 2)
    raises("chunk: chunks must be 1 or more", x.chunk, x, 0)
  end)
end)

describe("expand", function()
  it("refuses more elements than can be counted", function()
    local ok, message = pcall(function() return nn.ones(1, 1):expand(1 << 62, 1 << 62) end)
    assert.is_false(ok)
    assert.matches("expand: cannot become", message, 1, true)
  end)
end)

describe("operations on many numbers", function()
  local functions = {
    add = function(a, b) return a + b end, mul = function(a, b) return a * b end,
    lt = function(a, b) return a:lt(b) end, maximum = function(a, b) return a:maximum(b) end,
    double = function(a) return a * 2 end, negate = function(a) return -a end,
  }

  -- Numbers that are not converted: a conversion would itself be such an operation.
  local function draw(dtype, n)
    if dtype == "int64" then return nn.randint(-9, 9, {n}) end
    return nn.randn(n, {dtype = dtype})
  end

  local function check(dtype, n)
    local x, y = draw(dtype, n), draw(dtype, n)
    for name, f in pairs(functions) do
      local all = f(x, y)
      for _, range in ipairs {{1, 700}, {16000, 17000}, {524000, 525300}, {n - 900, n}} do
        local part = {range}
        assert.is_true(nn.equal(all[part], f(x[part], y[part])), name)
      end
    end
    local before = x:clone()
    x:add_(y)
    assert.is_true(nn.equal(x, before + y))
    x[{{2, n}}]:copy_(y[{{1, n - 1}}])
    assert.is_true(nn.equal(x[{{2, n}}], y[{{1, n - 1}}]))
  end

  for _, dtype in ipairs {"float32", "float64", "int64"} do
    it("give what they give for few, for " .. dtype, function() check(dtype, 1200007) end)
  end

  it("do so for results of 32 MB and more", function()
    check("float32", 8400007)
    check("float64", 4200005)
  end)
end)
