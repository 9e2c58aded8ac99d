-- The net as a class of its own, for models that are more than a sequence.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500}
nn.manual_seed(options.seed)

local TwoLayerNet = nn.class("TwoLayerNet", nn.Module)

-- The layers; assigned to self, they are registered.
function TwoLayerNet:init(D_in, H, D_out)
  self.linear1 = nn.Linear(D_in, H)
  self.linear2 = nn.Linear(H, D_out)
end

-- What the model computes.
function TwoLayerNet:forward(x)
  local h_relu = self.linear1(x):clamp {min = 0}
  local y_pred = self.linear2(h_relu)
  return y_pred
end

local N, D_in, H, D_out = 64, 1000, 100, 10

local x = nn.randn(N, D_in)
local y = nn.randn(N, D_out)

local model = TwoLayerNet(D_in, H, D_out)

local criterion = nn.MSELoss {reduction = "sum"}
local optimizer = nn.optim.SGD(model:parameters(), {lr = 1e-4})

for epoch = 0, options.epochs - 1 do
  -- Forward.
  local y_pred = model(x)

  local loss = criterion(y_pred, y)
  print(("%d\t%.9g"):format(epoch, loss:item()))

  -- Backward and update.
  optimizer:zero_grad()
  loss:backward()

  optimizer:step()
end
