-- Steps of training, as the scripts do them, and MLPs. `flops` is the arithmetic of the products
-- in one step; `cores` says whose peak to compare with, where work is too small for all of them.
local nn = require "nnlua"

local N, D_in, H, D_out = 64, 1000, 100, 10
-- Two products forward; for each weight one backward, and one more for the hidden layer.
local two_layer_flops = 2 * N * (2 * D_in * H + 3 * H * D_out)

local function mlp(optimizer_name, options, batch)
  local model = nn.Sequential(
    nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
  local x, y = nn.randn(batch, 784), nn.randint(1, 11, {batch})
  local loss_fn = nn.CrossEntropyLoss()
  local optimizer = nn.optim[optimizer_name](model:parameters(), options)
  return function()
    local loss = loss_fn(model(x), y)
    optimizer:zero_grad()
    loss:backward()
    optimizer:step()
  end
end

local function mlp_flops(batch)
  return 2 * batch * (2 * 784 * 512 + 3 * (512 * 512 + 512 * 10))
end

return {
  {name = "FizzBuzz step", flops = 2 * 128 * (2 * 10 * 100 + 3 * 100 * 4), cores = 1,
    make = function()
      local trX, trY = nn.rand(923, 10):round(), nn.randint(1, 5, {923})
      local model = nn.Sequential(nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 4))
      local loss_fn = nn.CrossEntropyLoss()
      local optimizer = nn.optim.SGD(model:parameters(), {lr = 0.05})
      local start = 1
      return function()
        local range = {{start, start + 127}}
        local loss = loss_fn(model(trX[range]), trY[range])
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
        start = start == 1 and 129 or 1
      end
    end},

  {name = "two-layer net, tensors", flops = two_layer_flops,
    make = function()
      local x, y = nn.randn(N, D_in), nn.randn(N, D_out)
      local w1, w2 = nn.randn(D_in, H), nn.randn(H, D_out)
      return function()
        local h = x:mm(w1)
        local h_relu = h:clamp {min = 0}
        local y_pred = h_relu:mm(w2)
        local _ = (y_pred - y):pow(2):sum():item()
        local grad_y_pred = 2.0 * (y_pred - y)
        local grad_w2 = h_relu:t():mm(grad_y_pred)
        local grad_h_relu = grad_y_pred:mm(w2.T)
        local grad_h = grad_h_relu:clone()
        grad_h[h:lt(0)] = 0
        local grad_w1 = x:t():mm(grad_h)
        w1:sub_(1e-6 * grad_w1)
        w2:sub_(1e-6 * grad_w2)
      end
    end},

  {name = "two-layer net, autograd", flops = two_layer_flops,
    make = function()
      local x, y = nn.randn(N, D_in), nn.randn(N, D_out)
      local w1 = nn.randn(D_in, H, {requires_grad = true})
      local w2 = nn.randn(H, D_out, {requires_grad = true})
      return function()
        local loss = (x:mm(w1):clamp {min = 0}:mm(w2) - y):pow(2):sum()
        local _ = loss:item()
        loss:backward()
        nn.no_grad(function()
          w1:sub_(1e-6 * w1.grad)
          w2:sub_(1e-6 * w2.grad)
          w1.grad:zero_()
          w2.grad:zero_()
        end)
      end
    end},

  {name = "two-layer net, nn and SGD", flops = two_layer_flops,
    make = function()
      local x, y = nn.randn(N, D_in), nn.randn(N, D_out)
      local model = nn.Sequential(nn.Linear(D_in, H), nn.ReLU(), nn.Linear(H, D_out))
      local loss_fn = nn.MSELoss {reduction = "sum"}
      local optimizer = nn.optim.SGD(model:parameters(), {lr = 1e-6})
      return function()
        local loss = loss_fn(model(x), y)
        local _ = loss:item()
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
      end
    end},

  {name = "MLP 784-512-512-10, batch 256, Adam", flops = mlp_flops(256),
    make = function() return mlp("Adam", {lr = 1e-3}, 256) end},
  {name = "MLP, batch 1, SGD", make = function() return mlp("SGD", {lr = 1e-3}, 1) end},
  {name = "MLP, batch 1, forward", make = function()
    local model = nn.Sequential(
      nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    local x = nn.randn(1, 784)
    return function() nn.no_grad(function() return model(x) end) end
  end},
}
