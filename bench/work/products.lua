-- mm, called from Lua: at the shapes of FizzBuzz and the two-layer net, and squares on one thread
-- and two. The operands lie as the nets have them: `t` after a shape is a transposed matrix.
local nn = require "nnlua"

-- A matrix (rows, cols); by way of its transpose where that is asked for.
local function matrix(rows, cols, transposed)
  return transposed and nn.randn(cols, rows):t() or nn.randn(rows, cols)
end

local works = {}

local function add(m, k, n, form, threads)
  local a_t, b_t = form:sub(1, 1) == "t", form:sub(2, 2) == "t"
  local name = ("mm %dx%d%s %dx%d%s"):format(m, k, a_t and "t" or "", k, n, b_t and "t" or "")
  works[#works + 1] = {
    name = threads and ("%s, %d thread%s"):format(name, threads, threads > 1 and "s" or "") or name,
    flops = 2 * m * k * n, threads = threads, cores = threads or 1,
    make = function()
      local a, b = matrix(m, k, a_t), matrix(k, n, b_t)
      return function() local _ = a:mm(b) end
    end,
  }
end

add(128, 10, 100, "nt")
add(128, 100, 4, "nt")
add(4, 128, 100, "tn")
add(128, 4, 100, "nn")
add(100, 128, 10, "tn")
add(64, 1000, 100, "nn")
add(64, 100, 10, "nn")
add(100, 64, 10, "tn")
add(64, 10, 100, "nt")
add(1000, 64, 100, "tn")
for power = 6, 11 do
  local n = 1 << power
  for threads = 1, 2 do add(n, n, n, "nn", threads) end
end
return works
