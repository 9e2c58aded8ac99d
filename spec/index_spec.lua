-- x[key] and x[key] = value: counting from 1, ranges, masks, tensors of indices.
local nn = require "nnlua"

local function int(list) return nn.tensor(list, {dtype = "int64"}) end
local function grid() return nn.range(1, 12):reshape(3, 4) end
local function raises(text, f, ...)
  local good, message = pcall(f, ...)
  assert.is_false(good)
  assert.truthy(message:find(text, 1, true), ("'%s' is not in: %s"):format(text, message))
end
local function is(expected, x) assert.same(expected, x:tolist()) end

describe("x[key]", function()
  it("selects, from 1 or from the end", function()
    is({1, 2, 3, 4}, grid()[1])
    is({9, 10, 11, 12}, grid()[-1])
    is({9, 10, 11, 12}, grid()[3])
    is(7, grid()[2][3])
    is(7, grid()[{2, 3}])
    is(12, grid()[{-1, -1}])
  end)

  it("names an index that is out of range, with the dimension and its size", function()
    for _, i in ipairs {0, 4, -4, math.mininteger, 1 << 53} do
      raises(("index %d is out of range for dimension 1, of size 3"):format(i),
        function() return grid()[i] end)
    end
    raises("of size 3; indices count from 1", function() return grid()[0] end)
    raises("index 5 is out of range for dimension 2, of size 4",
      function() return grid()[{1, 5}] end)
    raises("must be an integer, not 1.5", function() return grid()[1.5] end)
    raises("2 indices for a tensor of 4; a range is written x[{{first, last}}]",
      function() return grid()[1][{1, 2}] end)
    raises("3 indices", function() return grid()[{1, 1, 1}] end)
  end)

  it("keeps ranges, both ends included", function()
    is({{1, 2, 3, 4}, {5, 6, 7, 8}}, grid()[{{1, 2}}])
    is({{6, 7}, {10, 11}}, grid()[{{2, -1}, {2, 3}}])
    is({{6, 7}}, grid()[{{2, -2}, {2, 3}}])
    is({2, 6, 10}, grid()[{{}, 2}])
    is({{2}, {6}, {10}}, grid()[{{}, {2}}])
    is({{1, 3}, {5, 7}, {9, 11}}, grid()[{{}, {1, -1, 2}}])
    is({{1, 2, 3, 4}}, grid()[{{1, 1}}])
  end)

  it("clamps the ends of ranges to what exists, as string.sub does", function()
    is({{5, 6, 7, 8}, {9, 10, 11, 12}}, grid()[{{2, 128}}])
    is({{1, 2, 3, 4}}, grid()[{{-100, 1}}])
    is({{1, 2, 3, 4}}, grid()[{{0, 1}}])
    assert.equal("0x4", tostring(grid()[{{3, 2}}].shape))
    assert.equal("0x4", tostring(grid()[{{4, 9}}].shape))
    assert.equal("3x4", tostring(grid()[{{math.mininteger, math.maxinteger}}].shape))
  end)

  it("takes masks", function()
    local x = nn.tensor {{1, -2}, {-3, 4}}
    is({-2, -3}, x[x:lt(0)])
    is({{-3, 4}}, x[nn.tensor {false, true}])
    is({}, x[x:gt(9)])
    is({1, 4}, x[~x:lt(0)])
    is({4}, x[x:gt(0) & x:ge(2)])
    raises("index", function() return x[nn.tensor {true, false, true}] end)
  end)

  it("takes tensors of indices, from 1 or from the end", function()
    is({{9, 10, 11, 12}, {1, 2, 3, 4}}, grid()[int {3, 1}])
    is({{9, 10, 11, 12}}, grid()[int {-1}])
    is({{4, 1}, {8, 5}, {12, 9}}, grid()[{{}, int {4, 1}}])
    raises("index", function() return grid()[int {0}] end)
    raises("index", function() return grid()[int {4}] end)
    raises("must be int64 or bool, not float32", function() return grid()[nn.tensor {1}] end)
  end)

  it("refuses Lua booleans, and says what to write", function()
    raises("write x:lt(0)", function() return grid()[true] end)
    raises("write x:lt(0)", function() grid()[false] = 1 end)
  end)

  it("gives views", function()
    local x = grid()
    x[2]:fill_(0)
    x[{{}, {1, 2}}]:zero_()
    is({{0, 0, 3, 4}, {0, 0, 0, 0}, {0, 0, 11, 12}}, x)
  end)
end)

describe("x[key] = value", function()
  it("sets elements, rows and ranges", function()
    local x = grid()
    x[1] = 0
    x[{2, -1}] = 50
    x[{{3}, {1, 2}}] = -1
    is({{0, 0, 0, 0}, {5, 6, 7, 50}, {-1, -1, 11, 12}}, x)
    x[{{}, 1}] = int {7, 8, 9}
    is({7, 8, 9}, x[{{}, 1}])
    x[2] = x[3]
    is({9, -1, 11, 12}, x[2])
  end)

  it("sets what a mask names", function()
    local x = nn.tensor {1, -2, -3}
    x[x:lt(0)] = 0
    is({1, 0, 0}, x)
    x[x:eq(0)] = nn.tensor {5, 6}
    is({1, 5, 6}, x)
  end)

  it("sets what indices name", function()
    local x = nn.zeros(4)
    x[int {4, 1}] = nn.tensor {1, 2}
    is({2, 0, 0, 1}, x)
    x[int {-2}] = 9
    is({2, 0, 9, 1}, x)
  end)

  it("sets what a mask or indices name inside a list", function()
    local x = grid()
    x[{{}, int {1, 3}}] = 0
    is({{0, 2, 0, 4}, {0, 6, 0, 8}, {0, 10, 0, 12}}, x)
  end)

  it("refuses what does not fit", function()
    raises("index 4 is out of range", function() grid()[4] = 0 end)
    raises("copy_", function() grid()[1] = nn.zeros(3) end)
    raises('not to "x"', function() nn.zeros(3)[1] = "x" end)
    raises("not to a table", function() nn.zeros(3)[1] = {1} end)
    raises("must be int64, not bool", function()
      grid()[{nn.tensor {true, false, true}, int {2}}] = 0
    end)
    raises("index", function() grid()[int {9}] = 1 end)
  end)
end)

describe("a list that ends with an empty range", function()
  it("gives the tensor that the entries before it chose", function()
    local x = nn.range(1, 6):reshape(2, 3)
    assert.same({4, 5, 6}, x[{2, {}}]:tolist())
    assert.same({{4, 5, 6}, {1, 2, 3}}, x[{int {2, 1}, {}}]:tolist())
    assert.same({{4, 5, 6}}, x[{{2, 2}, {}}]:tolist())
    assert.same(x:tolist(), x[{{}, {}}]:tolist())
  end)
end)

describe("several tensors in a list", function()
  local x = nn.range(1, 24):reshape(2, 3, 4)

  it("pick together, as in PyTorch", function()
    assert.same({1, 14, 7}, x[{int {1, 2, 1}, int {1, 1, 2}, int {1, 2, 3}}]:tolist())
    assert.same({{1, 2, 3, 4}, {21, 22, 23, 24}}, x[{int {1, -1}, int {1, 3}}]:tolist())
    assert.same({{1, 4}, {5, 8}}, x[{1, int {{1}, {2}}, int {1, 4}}]:tolist())
    assert.same({{2, 12}, {14, 24}}, x[{{}, int {1, 3}, int {2, 4}}]:tolist())
    -- Not next to each other: their dimensions come first.
    assert.same({{1, 5, 9}, {16, 20, 24}}, x[{int {1, 2}, {}, int {1, 4}}]:tolist())
    local logits = nn.randn(3, 4)
    local classes = int {2, 4, 1}
    assert.is_true(nn.equal(logits:gather(2, classes:unsqueeze(2)):squeeze(),
      logits[{nn.range(1, 3), classes}]))
  end)

  it("are assigned to", function()
    local y = nn.zeros(2, 3)
    y[{int {1, 2}, int {3, 1}}] = nn.tensor {5, 6}
    assert.same({{0, 0, 5}, {6, 0, 0}}, y:tolist())
    y[{int {1, 2}, int {3, 1}}] = 0
    assert.equal(0, y:sum():item())
  end)

  it("have gradients", function()
    local z = nn.randn(2, 3, 4, {dtype = "float64", requires_grad = true})
    local function f(t) return t[{int {1, 2, 1}, {}, int {4, 1, 4}}] end
    assert.is_true(nn.gradcheck(f, {z}))
    assert.is_true(nn.gradgradcheck(f, {z}))
    assert.is_true(nn.gradcheck(function(t)
      local u = t * 1
      u[{int {1, 2}, int {3, 1}}] = t[{{}, 1}] * 2
      return u
    end, {z}))
  end)

  it("say what does not fit", function()
    for message, key in pairs {
      ["index 4 in tensor 2 is out of range, which is 1 to 3"] = {int {1}, int {4}},
      ["index 0 in tensor 1 is out of range"] = {int {0}, int {1}},
      ["the shapes of the index tensors do not broadcast"] = {int {1, 2}, int {1, 2, 3}},
      ["of several tensors all must be int64, not bool"] = {nn.tensor {true, false}, int {1}},
    } do
      assert.error_matches(function() return x[key] end, message, 1, true)
    end
  end)
end)
