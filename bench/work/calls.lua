-- What a small operation costs, called from Lua. A step does `per` of them.
local nn = require "nnlua"

local function scalar(value, requires_grad)
  return nn.tensor(value, {requires_grad = requires_grad})
end

local THOUSAND, MILLION = 1000, 1000000

return {
  {name = "add of two numbers (0-d)", per = THOUSAND,
    make = function()
      local a, b = scalar(1, false), scalar(2, false)
      return function()
        for _ = 1, THOUSAND do local _ = a + b end
      end
    end},
  {name = "add of two numbers, recorded", per = THOUSAND,
    make = function()
      local a, b = scalar(1, true), scalar(2, false)
      return function()
        for _ = 1, THOUSAND do local _ = a + b end
      end
    end},
  {name = "add of two numbers, and backward", per = THOUSAND,
    make = function()
      local a, b = scalar(1, true), scalar(2, false)
      return function()
        for _ = 1, THOUSAND do (a + b):backward() end
      end
    end},
  {name = "chain of 1e6 numbers, and backward, each", per = MILLION, slow = true, rounds = 3,
    make = function()
      local x = scalar(1, true)
      return function()
        local y = x
        for _ = 1, MILLION // 2 do y = y * x + x end
        y:backward()
        x.grad = nil
      end
    end},
}
