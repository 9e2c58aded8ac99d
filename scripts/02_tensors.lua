-- The same net in float32 tensors, still with gradients by hand.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500}
nn.manual_seed(options.seed)

local N, D_in, H, D_out = 64, 1000, 100, 10

local x = nn.randn(N, D_in)
local y = nn.randn(N, D_out)

local w1 = nn.randn(D_in, H)
local w2 = nn.randn(H, D_out)

local learning_rate = 1e-6
for epoch = 0, options.epochs - 1 do
  -- Forward: clamp keeps values within bounds, here at 0 or above.
  local h = x:mm(w1)
  local h_relu = h:clamp {min = 0}
  local y_pred = h_relu:mm(w2)

  -- item() takes the number out of a tensor of one element.
  local loss = (y_pred - y):pow(2):sum():item()
  print(("%d\t%.9g"):format(epoch, loss))

  -- Backward: t() transposes, clone() copies.
  local grad_y_pred = 2.0 * (y_pred - y)
  local grad_w2 = h_relu:t():mm(grad_y_pred)
  local grad_h_relu = grad_y_pred:mm(w2.T)
  local grad_h = grad_h_relu:clone()
  grad_h[h:lt(0)] = 0
  local grad_w1 = x:t():mm(grad_h)

  -- A trailing underscore mutates: w1 = w1 - learning_rate * grad_w1, in place.
  w1:sub_(learning_rate * grad_w1)
  w2:sub_(learning_rate * grad_w2)
end
