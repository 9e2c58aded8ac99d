-- A two-layer ReLU net, y_pred = relu(x w1) w2, with gradients by hand, in float64 as NumPy.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500}
nn.manual_seed(options.seed)

-- Samples, and the sizes of the input, hidden and output layers.
local N, D_in, H, D_out = 64, 1000, 100, 10
local float64 = {dtype = "float64"}

-- Random training data.
local x = nn.randn(N, D_in, float64)
local y = nn.randn(N, D_out, float64)

-- Random weights.
local w1 = nn.randn(D_in, H, float64)
local w2 = nn.randn(H, D_out, float64)

local learning_rate = 1e-6
for epoch = 0, options.epochs - 1 do
  -- Forward.
  local h = x:mm(w1)
  local h_relu = nn.maximum(h, 0)
  local y_pred = h_relu:mm(w2)

  -- The loss.
  local loss = (y_pred - y):square():sum():item()
  print(("%d\t%.17g"):format(epoch, loss))

  -- Backward: the gradient of w2,
  local grad_y_pred = 2.0 * (y_pred - y)
  local grad_w2 = h_relu.T:mm(grad_y_pred)
  -- and of w1, through relu, which passes nothing where h was negative.
  local grad_h_relu = grad_y_pred:mm(w2.T)
  local grad_h = grad_h_relu:clone()
  grad_h[h:lt(0)] = 0
  local grad_w1 = x.T:mm(grad_h)

  -- Update.
  w1:sub_(learning_rate * grad_w1)
  w2:sub_(learning_rate * grad_w2)
end
