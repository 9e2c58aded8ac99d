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

describe("nn.Function", function()
  local relu = nn.Function {
    forward = function(ctx, x)
      ctx:save_for_backward(x)
      return x:clamp {min = 0}
    end,
    backward = function(ctx, g)
      local x = ctx.saved_tensors[1]
      local gx = g:clone()
      gx[x:lt(0)] = 0
      return gx
    end,
  }

  it("runs forward and backward of the user", function()
    local x = leaf {-1, 2}
    local y = relu(x)
    is({0, 2}, y);
    (y * 3):sum():backward()
    is({0, 3}, x.grad)
    assert.is_true(nn.gradcheck(relu, {leaf {-1.5, 2.5}}))
  end)

  it("passes errors on, with their text", function()
    local bad = nn.Function {
      forward = function(_, x) return x * 1 end,
      backward = function() error "no way back" end,
    }
    raises("no way back", function() bad(leaf {1}):sum():backward() end)
  end)

  it("checks what it is made of", function()
    raises("backward must be a function", function()
      nn.Function {forward = function() end}
    end)
  end)
end)

describe("nn.gradcheck", function()
  it("finds a wrong gradient", function()
    local wrong = nn.Function {
      forward = function(_, x) return x * 2 end,
      backward = function(_, g) return g * 3 end,
    }
    raises("input 1, element 1", function() nn.gradcheck(wrong, {leaf {1, 2}}) end)
    local good, text = nn.gradcheck(wrong, {leaf {1}}, {raise = false})
    assert.is_false(good)
    assert.truthy(text:find("differences", 1, true))
  end)
end)
