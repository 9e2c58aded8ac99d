-- Automatic differentiation of y = w x + b.
local nn = require "nnlua"

local x = nn.tensor(1., {requires_grad = true})
local w = nn.tensor(2., {requires_grad = true})
local b = nn.tensor(3., {requires_grad = true})

local y = w * x + b

y:backward() -- one call computes every gradient

print(w.grad) -- dy/dw = x = 1
print(b.grad) -- dy/db = 1
print(x.grad) -- dy/dx = w = 2
