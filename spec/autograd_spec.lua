-- Automatic differentiation as a user meets it.
local nn = require "nnlua"

local function leaf(list) return nn.tensor(list, {requires_grad = true, dtype = "float64"}) end
local function is(expected, x) assert.same(expected, x:tolist()) end
local function raises(text, f, ...)
  local good, message = pcall(f, ...)
  assert.is_false(good)
  assert.truthy(message:find(text, 1, true), ("'%s' is not in: %s"):format(text, message))
end

describe("backward", function()
  it("accumulates into leaves", function()
    local x = leaf {1, 2}
    assert.is_nil(x.grad);
    (x * x):sum():backward()
    is({2, 4}, x.grad)
    x:sum():backward()
    is({3, 5}, x.grad)
    x.grad:zero_()
    is({0, 0}, x.grad)
    x.grad = nil
    assert.is_nil(x.grad)
    x:sum():backward()
    is({1, 1}, x.grad)
  end)

  it("knows its own options", function()
    local x = leaf {1, 2}
    x:backward {gradient = nn.ones(2, {dtype = "float64"})}
    is({1, 1}, x.grad)
    raises('backward: there is no argument "grad_outputs"; gradient, ', function()
      x:backward {grad_outputs = 1}
    end)
    raises('grad: there is no argument "gradient"; grad_outputs, ', function()
      nn.grad(x, {x}, {gradient = 1})
    end)
  end)

  it("adds up all the ways from one tensor to the result", function()
    local x = leaf {1, 2}
    local y = x * 3
    local loss = y:sum() + y:sum() + (y * y):sum()
    loss:backward()
    is({24, 42}, x.grad)
  end)

  it("takes a gradient for results that are no scalars", function()
    local x = leaf {1, 2}
    local gradient = nn.tensor({1, 10}, {dtype = "float64"})
    local y = x * x
    y:backward(gradient)
    is({2, 40}, x.grad)
    raises("only for scalar outputs", function() (x * 2):backward() end)
    raises("the gradient is 3", function() (x * 2):backward(nn.zeros(3)) end)
  end)

  it("runs once, unless the graph is retained", function()
    local x = leaf {3}
    local y = (x * x):sum()
    y:backward {retain_graph = true}
    y:backward()
    is({12}, x.grad)
    raises("a second time", function() y:backward() end)
    raises("retain_graph=true", function() y:backward() end)
  end)

  it("refuses what does not require grad", function()
    raises("does not require grad", function() nn.ones(1):backward() end)
    raises("requires_grad", function() nn.tensor({1}, {dtype = "int64", requires_grad = true}) end)
  end)

  it("suggests the names of options", function()
    raises('no argument "retain"', function() leaf({1}):sum():backward {retain = true} end)
  end)

  it("gives each gradient memory of its own", function()
    local x, y = leaf {1, 2}, leaf {3, 4}
    local z = x + y
    z:sum():backward()
    x.grad:fill_(7)
    is({1, 1}, y.grad)
  end)

  it("sums over broadcast dimensions", function()
    local x, b = leaf {{1, 2}, {3, 4}}, leaf {1, 1};
    (x + b):sum():backward()
    is({2, 2}, b.grad)
  end)
end)

describe("no_grad", function()
  it("runs a function and returns what it returns", function()
    local x = leaf {1}
    local a, b = nn.no_grad(function()
      assert.is_false(nn.is_grad_enabled())
      return x * 2, "more"
    end)
    assert.is_false(a.requires_grad)
    assert.equal("more", b)
    assert.is_true(nn.is_grad_enabled())
  end)

  it("ends with a block, and with an error", function()
    do
      local _ <close> = nn.no_grad()
      assert.is_false(nn.is_grad_enabled())
      nn.enable_grad(function() assert.is_true(nn.is_grad_enabled()) end)
      assert.is_false(nn.is_grad_enabled())
    end
    assert.is_true(nn.is_grad_enabled())
    assert.is_false(pcall(nn.no_grad, function() error "out" end))
    assert.is_true(nn.is_grad_enabled())
    assert.is_false(pcall(function()
      local _ <close> = nn.no_grad()
      error "out"
    end))
    assert.is_true(nn.is_grad_enabled())
  end)

  it("lets leaves change in place", function()
    local x = leaf {1, 2}
    x:sum():backward()
    nn.no_grad(function() x:sub_(x.grad, {alpha = 0.5}) end)
    is({0.5, 1.5}, x)
    assert.is_true(x.requires_grad and x.is_leaf)
  end)
end)

describe("changes in place", function()
  it("are refused on leaves that require grad, and on their views", function()
    local x = leaf {1, 2}
    raises("leaf", function() x:add_(1) end)
    raises("leaf", function() x[1] = 3 end)
    raises("leaf", function() x:view(2, 1):zero_() end)
    is({1, 2}, x)
  end)

  it("of what backward needs are noticed", function()
    local x = leaf {1, 2}
    local y = x:exp()
    local z = (y * y):sum()
    y:add_(1)
    raises("modified by an inplace", function() z:backward() end)
  end)

  it("of what backward does not need are fine", function()
    local x = leaf {1, 2}
    local y = x * 3
    y:add_(1)
    y:mul_(2)
    y:sum():backward()
    is({6, 6}, x.grad)
  end)

  it("reach through views", function()
    local y = leaf {5, 6}
    local x = nn.zeros(2, 2, {dtype = "float64"})
    x[{{}, 1}] = y
    is({{5, 0}, {6, 0}}, x)
    assert.is_true(x.requires_grad);
    (x * x):sum():backward()
    is({10, 12}, y.grad)
  end)

  it("cut off what they overwrite", function()
    local x, y = leaf {{1, 2}, {3, 4}}, leaf {7, 8}
    local z = x * 1
    z[{{}, 2}] = y
    z[{1, 1}] = 0;
    (z * z):sum():backward()
    is({{0, 0}, {6, 0}}, x.grad)
    is({14, 16}, y.grad)
  end)

  it("leave backward what the tensor was before", function()
    -- PyTorch's gradients for w.
    for change, want in pairs {
      ["mul_(w)"] = {function(a, w) a:mul_(w) end, {1, 3, 4}},
      ["pow_(2)"] = {function(a) a:pow_(2) end, {1, 3, 4}},
      ["log_()"] = {function(a) a:log_() end, {2, 0.6667, 0.5}},
      ["div_(w)"] = {function(a, w) a:div_(w) end, {0, 0, 0}},
      ["clamp_()"] = {function(a) a:clamp_(0.1, 1.5) end, {1, 1, 0}},
    } do
      local w = nn.tensor({0.5, 1.5, 2}, {requires_grad = true})
      local a = w * 1
      want[1](a, w)
      a:sum():backward()
      assert.is_true(nn.allclose(nn.tensor(want[2]), w.grad, {rtol = 1e-3}), change)
    end
  end)

  it("through masks and indices are differentiable", function()
    local x, y = leaf {1, -2, 3}, leaf {5}
    local z = x * 1
    z[x:lt(0)] = 0
    z[nn.tensor({3}, {dtype = "int64"})] = y;
    (z * z):sum():backward()
    is({2, 0, 0}, x.grad)
    is({10}, y.grad)
    local w, v = leaf {{1, 2, 3}, {4, 5, 6}}, leaf {{1}, {2}}
    local u = w * 1
    u[{{}, nn.tensor({2}, {dtype = "int64"})}] = v;
    (u * u):sum():backward()
    is({{2, 0, 6}, {8, 0, 12}}, w.grad)
    is({{2}, {4}}, v.grad)
  end)

  it("to a base are seen by a view's gradient", function()
    local x = leaf {1, 2}
    local y = x * 2
    local view = y[{{1, 1}}]
    y:mul_(5)
    is({10}, view)
    view:sum():backward()
    is({10, 0}, x.grad)
  end)
end)

describe("views made before a change", function()
  it("of a base without history are part of the new one", function()
    local w = leaf {3, 4}
    local x = nn.zeros(2, {dtype = "float64"})
    local view = x[{{1, 2}}]
    x[{{1, 2}}] = w
    assert.is_true(view.requires_grad);
    (view * view):sum():backward()
    is({6, 8}, w.grad)
  end)

  it("are roots of the new one", function()
    local w = leaf {3, 4}
    local x = w * 1
    local view = x[2]
    x:mul_(10)
    view:backward()
    is({0, 10}, w.grad)
  end)
end)

describe("views made before a change of a base that is not contiguous", function()
  local function range(first, last, ...)
    return nn.range(first, last, {dtype = "float64"}):reshape(...)
  end
  -- PyTorch's gradients: of a change of the base as seen by two views, of a change of one view as
  -- seen by the base, and by the other view.
  local bases = {
    ["a transposed tensor"] = {
      function() return range(1, 6, 2, 3):t():detach() end,
      {{3, 0}, {240, 200}, {2025, 0}}, {24, 1500}, {24, 0},
    },
    ["two of four columns"] = {
      function() return range(1, 12, 3, 4)[{{}, {2, 3}}]:detach() end,
      {{24, 0}, {6048, 392}, {75000, 0}}, {648, 4116}, {648, 0},
    },
    ["a slice of three dimensions"] = {
      function() return range(1, 24, 2, 3, 4)[{{}, {}, 2}]:t():detach() end,
      {{24, 0}, {6048, 2592}, {75000, 0}}, {648, 69984}, {648, 0},
    },
  }
  local function weights()
    return nn.tensor({{1, 2}, {3, 4}, {5, 6}}, {dtype = "float64", requires_grad = true})
  end
  local function same(expected, x) assert.is_true(nn.allclose(nn.tensor(expected):double(), x)) end

  for name, row in pairs(bases) do
    local make, by_base, by_view, by_other = table.unpack(row)
    it("get their gradients: " .. name, function()
      local w, base = weights(), make()
      local second, column = base[2], base[{{}, 1}]
      base:mul_(w);
      ((second ^ 2):sum() + (column ^ 3):sum()):backward()
      same(by_base, w.grad)

      w, base = weights(), make()
      second, column = base[2], base[{{}, 1}]
      second:mul_(w[1]);
      (base ^ 3):sum():backward({retain_graph = true})
      same(by_view, w.grad[1])
      w.grad = nil;
      (column ^ 3):sum():backward()
      same(by_other, w.grad[1])
    end)
  end

  it("go through gradcheck twice", function()
    local function changed(w)
      local base = range(1, 6, 2, 3):t():detach()
      local old = base[2]
      base:mul_(w)
      old:mul_(w[1])
      return (base ^ 3):sum() + (old ^ 2):sum()
    end
    assert.is_true(nn.gradcheck(changed, {weights()}))
    assert.is_true(nn.gradgradcheck(changed, {weights()}))
  end)
end)

describe("the gradient of as_strided", function()
  local function of(x, f)
    local y = f(x);
    (y * y):sum():backward()
    return x.grad:tolist()
  end

  it("adds up where elements occur twice", function()
    local x = nn.range(1.0, 6):requires_grad_()
    assert.same({2.0, 8.0, 18.0, 24.0, 20.0, 12.0},
      of(x, function(t) return t:as_strided({4, 3}, {1, 1}) end))
  end)

  it("goes back through a layout that is not contiguous", function()
    local x = nn.range(1.0, 6):reshape(2, 3):t():detach():requires_grad_()
    assert.same({{0.0, 8.0}, {4.0, 10.0}, {6.0, 0.0}},
      of(x, function(t) return t:as_strided({2, 2}, {2, 1}, 1) end))
  end)

  it("is shared by elements in one place", function()
    local x = nn.range(1.0, 3):requires_grad_()
    assert.same({2.0, 4.0, 6.0},
      of(x, function(t) return t:expand(2, 3):as_strided({3}, {1}) end))
  end)

  it("leaves out what lies beside its input", function()
    local all = nn.range(1.0, 6)
    local x = all[{{2, 3}}]:detach():requires_grad_()
    assert.same({4.0, 6.0}, of(x, function(t) return t:as_strided({4}, {1}) end))
  end)

  it("passes gradcheck and gradgradcheck", function()
    local x = nn.randn(2, 3, {dtype = "float64", requires_grad = true})
    local function f(t) return t:t():as_strided({4, 2}, {1, 2}) end
    assert.is_true(nn.gradcheck(f, {x}))
    assert.is_true(nn.gradgradcheck(f, {x}))
  end)
end)

describe("a change in place without a gradient", function()
  it("cuts off what was before", function()
    local w = nn.ones(3, {requires_grad = true})
    local x = w * 2
    x:eq_(2)
    assert.same({1.0, 1.0, 1.0}, x:tolist())
    x:sum():backward()
    assert.same({0.0, 0.0, 0.0}, w.grad:tolist())
  end)
end)

describe("the gradient of a power", function()
  it("is the limit where base or exponent are 0", function()
    local x = nn.tensor({0, 0, 0, 2}, {requires_grad = true})
    local p = nn.tensor({0, 1, 2, 0}, {requires_grad = true})
    x:pow(p):sum():backward()
    assert.same({0.0, 1.0, 0.0, 0.0}, x.grad:tolist())
    assert.is_true(nn.allclose(nn.tensor {0, 0, 0, math.log(2)}, p.grad))
    local exponent = nn.tensor({1.5}, {requires_grad = true})
    nn.tensor({false, true}):pow(exponent):sum():backward()
    assert.same({0.0}, exponent.grad:tolist())
  end)

  it("of atan2 takes booleans for numbers", function()
    local x = nn.tensor({1.0, 2.0}, {requires_grad = true})
    nn.tensor({true, false}):atan2(x):sum():backward()
    assert.is_true(nn.allclose(nn.tensor {-0.5, 0}, x.grad))
  end)
end)

describe("detach", function()
  it("shares elements, not history", function()
    local x = leaf {1, 2}
    local y = (x * 2):detach()
    assert.is_false(y.requires_grad)
    assert.is_true(y.is_leaf)
    assert.is_nil(y.grad_fn)
    local z = x:detach()
    z:fill_(9)
    is({9, 9}, x)
  end)
end)

describe("fields", function()
  it("tell leaves from results", function()
    local x = leaf {1}
    local y = x * 2
    assert.is_true(x.is_leaf and x.requires_grad)
    assert.is_true(not y.is_leaf and y.requires_grad)
    assert.equal("MulBackward", y.grad_fn)
    assert.is_nil(x.grad_fn)
  end)

  it("check a gradient that is assigned", function()
    local x = leaf {1, 2}
    x.grad = nn.tensor({3, 4}, {dtype = "float64"})
    x:sum():backward()
    is({4, 5}, x.grad)
    assert.is_false(pcall(function() x.grad = nn.zeros(3, {dtype = "float64"}) end))
    assert.is_false(pcall(function() x.grad = nn.zeros(2) end))
    assert.is_false(pcall(function() x.grad = 3 end))
  end)

  it("keep a result's gradient where it is asked for", function()
    local x = leaf {1, 2}
    local y = x * 2
    y:retain_grad();
    (y * y):sum():backward()
    is({4, 8}, y.grad)
  end)
end)

describe("nn.grad", function()
  it("returns gradients and leaves .grad alone", function()
    local x, w = leaf {2}, leaf {3}
    local gx, gw = table.unpack(nn.grad((x * x * w):sum(), {x, w}))
    is({12}, gx)
    is({4}, gw)
    assert.is_nil(x.grad)
    is({4}, nn.grad((x * x):sum(), x))
  end)

  it("goes through its own gradient with create_graph", function()
    local x = leaf {2}
    local g = nn.grad((x ^ 3):sum(), x, {create_graph = true})
    is({12}, g)
    local h = nn.grad(g:sum(), x, {create_graph = true})
    is({12}, h)
    is({6}, nn.grad(h:sum(), x))
  end)

  it("takes results as inputs", function()
    local x = leaf {2}
    local y = x * 3
    is({12}, nn.grad((y * y):sum(), y))
  end)

  it("says which input was not used, or gives false for it", function()
    local x, other = leaf {2}, leaf {3}
    raises("input 2 was not used", function() nn.grad(x:sum(), {x, other}) end)
    local list = nn.grad(x:sum(), {x, other}, {allow_unused = true})
    is({1}, list[1])
    assert.is_false(list[2])
  end)

  it("weighs by grad_outputs", function()
    local x = leaf {2, 3}
    local weights = nn.tensor({1, 10}, {dtype = "float64"})
    is({4, 60}, nn.grad(x * x, x, {grad_outputs = weights}))
  end)
end)
