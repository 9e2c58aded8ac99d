-- Elementwise operations, reductions and softmax on 1e2 to 1e7 elements. `moves` counts the arrays
-- that are read or written; `like` is the loop whose bandwidth is the limit once caches are too
-- small (from 1e7 elements).
local nn = require "nnlua"

local works = {}

-- `once` gets a matrix with rows of 100 and another one of its size.
local function add(name, moves, like, once)
  for power = 2, 7 do
    local n = math.tointeger(10 ^ power)
    works[#works + 1] = {
      name = ("%s 1e%d"):format(name, power),
      bytes = power == 7 and 4 * moves * n or nil, like = like,
      make = function()
        local x, y = nn.randn(n // 100, 100), nn.randn(n // 100, 100)
        return function() once(x, y) end
      end,
    }
  end
end

add("x + y", 3, "triad", function(x, y) return x + y end)
add("x * 2", 2, "copy", function(x) return x * 2 end)
add("relu", 2, "copy", function(x) return x:relu() end)
add("exp", 2, "copy", function(x) return x:exp() end)
add("tanh", 2, "copy", function(x) return x:tanh() end)
add("sum", 1, "read", function(x) return x:sum() end)
add("max", 1, "read", function(x) return x:max() end)
add("sum of columns", 1, "read", function(x) return x:sum(1) end)
add("mean of rows", 1, "read", function(x) return x:mean(2) end)
add("softmax of rows", 2, "copy", function(x) return x:softmax(2) end)
return works
