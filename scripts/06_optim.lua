-- The net with an optimiser, which updates the weights: try --optimizer Adam --lr 1e-3.
local nn = require "nnlua"
local options = nn.options {seed = 0, epochs = 500, optimizer = "SGD", lr = 1e-6}
nn.manual_seed(options.seed)

local N, D_in, H, D_out = 64, 1000, 100, 10

local x = nn.randn(N, D_in)
local y = nn.randn(N, D_out)

local model = nn.Sequential(
  nn.Linear(D_in, H),
  nn.ReLU(),
  nn.Linear(H, D_out)
)

nn.init.normal_(model[1].weight)
nn.init.normal_(model[3].weight)

-- The optimiser by its name, in any case.
local make_optimizer
for name, make in pairs(nn.optim) do
  if name:lower() == options.optimizer:lower() then make_optimizer = make end
end
if type(make_optimizer) ~= "function" then
  error("there is no optimizer " .. options.optimizer
    .. "; SGD, RMSprop, Adam, AdamW and Adagrad are the ones")
end

local loss_fn = nn.MSELoss {reduction = "sum"}
local optimizer = make_optimizer(model:parameters(), {lr = options.lr})

for epoch = 0, options.epochs - 1 do
  -- Forward.
  local y_pred = model(x)

  local loss = loss_fn(y_pred, y)
  print(("%d\t%.9g"):format(epoch, loss:item()))

  -- Backward.
  optimizer:zero_grad()
  loss:backward()

  -- Update: one call.
  optimizer:step()
end
