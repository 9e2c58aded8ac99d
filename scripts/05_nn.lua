-- The net from ready-made layers.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500}
nn.manual_seed(options.seed)

local N, D_in, H, D_out = 64, 1000, 100, 10

local x = nn.randn(N, D_in)
local y = nn.randn(N, D_out)

local model = nn.Sequential(
  nn.Linear(D_in, H),
  nn.ReLU(),
  nn.Linear(H, D_out)
)

-- Weights of spread 1, as in the stages before.
nn.init.normal_(model[1].weight)
nn.init.normal_(model[3].weight)

local loss_fn = nn.MSELoss {reduction = "sum"}
local learning_rate = 1e-6

for epoch = 0, options.epochs - 1 do
  -- Forward.
  local y_pred = model(x)

  local loss = loss_fn(y_pred, y)
  print(("%d\t%.9g"):format(epoch, loss:item()))

  -- Backward: gradients of all the model's parameters.
  model:zero_grad()
  loss:backward()

  -- Update.
  nn.no_grad(function()
    for _, param in ipairs(model:parameters()) do
      param:sub_(learning_rate * param.grad)
    end
  end)
end
