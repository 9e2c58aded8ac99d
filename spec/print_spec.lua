-- print(x): what PyTorch prints, with Lua's words for true and for dtypes.
local nn = require "nnlua"

local function shows(expected, x) assert.equal(expected, tostring(x)) end

describe("print", function()
  it("shows tensors of no dimensions", function()
    shows("tensor(1.5000)", nn.tensor(1.5))
    shows("tensor(7)", nn.tensor(7, {dtype = "int64"}))
    shows("tensor(true)", nn.tensor(true))
    shows("tensor(0.1000, dtype=float64)", nn.tensor(0.1, {dtype = "float64"}))
  end)

  it("shows whole floats with a point", function()
    shows("tensor([1., 2., 3.])", nn.tensor {1, 2, 3})
    shows("tensor([1., 2.], dtype=float64)", nn.tensor({1, 2}, {dtype = "float64"}))
    shows("tensor([nan, inf, -inf, 1.])", nn.tensor {0 / 0, math.huge, -math.huge, 1})
  end)

  it("aligns columns", function()
    shows("tensor([[ 1.5000, -2.0000],\n        [ 3.0000,  4.0000]])",
      nn.tensor {{1.5, -2}, {3, 4}})
    shows("tensor([[100,   2],\n        [ -3,   4]])",
      nn.tensor({{100, 2}, {-3, 4}}, {dtype = "int64"}))
    shows("tensor([ true, false])", nn.tensor {true, false})
  end)

  it("turns to exponents where numbers are far apart", function()
    shows("tensor([1.0000e-05, 1.0000e+00])", nn.tensor {1e-5, 1})
    shows("tensor([1.0000e+10, 1.0000e+00])", nn.tensor {1e10, 1})
    shows("tensor([1.0005e+03, 1.0000e-03])", nn.tensor {1000.5, 0.001})
    shows("tensor([1.2346e+08, 1.0000e+00])", nn.tensor {123456789, 1})
  end)

  it("shows empty tensors", function()
    shows("tensor([])", nn.zeros(0))
    shows("tensor([], size=(3, 0))", nn.zeros(3, 0))
  end)

  it("shows three dimensions with an empty line between", function()
    shows("tensor([[[1., 1.],\n         [1., 1.]],\n\n        [[1., 1.],\n         [1., 1.]]])",
      nn.ones(2, 2, 2))
  end)

  it("breaks long lines", function()
    shows("tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n" ..
      "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n" ..
      "        28., 29.])", nn.arange(30):to("float32"))
  end)

  it("summarises long tensors", function()
    shows("tensor([   0,    1,    2,  ..., 1997, 1998, 1999])", nn.arange(2000))
    shows([=[
tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 2.7000e+01, 2.8000e+01,
         2.9000e+01],
        [3.0000e+01, 3.1000e+01, 3.2000e+01,  ..., 5.7000e+01, 5.8000e+01,
         5.9000e+01],
        [6.0000e+01, 6.1000e+01, 6.2000e+01,  ..., 8.7000e+01, 8.8000e+01,
         8.9000e+01],
        ...,
        [1.1100e+03, 1.1110e+03, 1.1120e+03,  ..., 1.1370e+03, 1.1380e+03,
         1.1390e+03],
        [1.1400e+03, 1.1410e+03, 1.1420e+03,  ..., 1.1670e+03, 1.1680e+03,
         1.1690e+03],
        [1.1700e+03, 1.1710e+03, 1.1720e+03,  ..., 1.1970e+03, 1.1980e+03,
         1.1990e+03]])]=], nn.arange(1200):reshape(40, 30):to("float32"))
  end)

  it("says what takes part in gradients", function()
    local x = nn.tensor({1, 2}, {requires_grad = true})
    shows("tensor([1., 2.], requires_grad=true)", x)
    shows("tensor([2., 4.], grad_fn=<MulBackward>)", x * 2)
    shows("tensor(3., grad_fn=<SumBackward>)", x:sum())
    shows("tensor([1., 2.])", x:detach())
  end)

  it("shows shapes with an x", function()
    assert.equal("64x1000", tostring(nn.zeros(64, 1000).shape))
    assert.equal("3", tostring(nn.zeros(3).shape))
    assert.equal("scalar", tostring(nn.tensor(1).shape))
    assert.equal("a 2x3", "a " .. nn.zeros(2, 3).shape)
  end)
end)
