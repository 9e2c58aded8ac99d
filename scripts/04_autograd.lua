-- The net again; the gradients come from the recorded graph.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500}
nn.manual_seed(options.seed)

local N, D_in, H, D_out = 64, 1000, 100, 10

local x = nn.randn(N, D_in)
local y = nn.randn(N, D_out)

-- requires_grad: keep the gradients of these.
local w1 = nn.randn(D_in, H, {requires_grad = true})
local w2 = nn.randn(H, D_out, {requires_grad = true})

local learning_rate = 1e-6
for epoch = 0, options.epochs - 1 do
  -- Forward, in one line.
  local y_pred = x:mm(w1):clamp {min = 0}:mm(w2)

  local loss = (y_pred - y):pow(2):sum()
  print(("%d\t%.9g"):format(epoch, loss:item()))

  -- Backward, in one call.
  loss:backward()

  -- The update is no part of the graph, so recording is off.
  nn.no_grad(function()
    w1:sub_(learning_rate * w1.grad)
    w2:sub_(learning_rate * w2.grad)

    -- Gradients accumulate; each epoch starts from zero.
    w1.grad:zero_()
    w2.grad:zero_()
  end)
end
