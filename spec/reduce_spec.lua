-- Reductions against loops in Lua, for rows of many lengths: each length ends differently in the
-- kernels.
local nn = require "nnlua"

describe("reductions of rows", function()
  -- What a loop over the row gives: the sum, the extremes and where they stand first.
  local function by_hand(row)
    local sum, most, least, at_most, at_least = 0, row[1], row[1], 1, 1
    for i, x in ipairs(row) do
      sum = sum + x
      if x > most then most, at_most = x, i end
      if x < least then least, at_least = x, i end
    end
    return {sum = sum, amax = most, amin = least, argmax = at_most, argmin = at_least}
  end

  for _, dtype in ipairs {"float32", "float64", "int64"} do
    it("are those of each row, for " .. dtype, function()
      for _, columns in ipairs {16, 17, 31, 64, 100, 511, 600} do
        for _, rows in ipairs {1, 2, 15, 16, 17, 40} do
          local x = nn.randint(-40, 40, {rows, columns}):to(dtype)
          local got = {}
          for _, name in ipairs {"sum", "amax", "amin", "argmax", "argmin"} do
            got[name] = x[name](x, 2):tolist()
          end
          for r, row in ipairs(x:tolist()) do
            for name, value in pairs(by_hand(row)) do
              assert.equal(value, got[name][r], ("%s, %d x %d"):format(name, rows, columns))
            end
          end
        end
      end
    end)
  end

  for _, dtype in ipairs {"float32", "float64"} do
    it("have the mean of each row and column, for " .. dtype, function()
      for _, columns in ipairs {16, 17, 100, 600} do
        for _, rows in ipairs {1, 2, 7, 8, 9, 17, 40} do
          local x = nn.randint(-40, 40, {rows, columns}):to(dtype)
          for dim, count in ipairs {rows, columns} do
            local sums, got = x:sum(dim):tolist(), x:mean(dim):tolist()
            for i, sum in ipairs(sums) do
              local want = nn.tensor(sum / count, {dtype = dtype}):item()
              assert.equal(want, got[i], ("%d x %d, dimension %d"):format(rows, columns, dim))
            end
          end
        end
      end
    end)
  end

  it("hold NaN where a row does", function()
    for _, columns in ipairs {16, 20, 100} do
      for place = 1, columns do
        local x = nn.randn(3, columns)
        x[{2, place}] = 0 / 0
        for _, name in ipairs {"sum", "amax", "amin"} do
          local y = x[name](x, 2):tolist()
          assert.is_true(y[2] ~= y[2] and y[1] == y[1] and y[3] == y[3], name)
        end
        assert.equal(place, x:argmax(2)[2]:item())
      end
    end
  end)
end)

describe("max and min along a dimension", function()
  it("go by the names that they were called by", function()
    local x = nn.randn(2, 3, {requires_grad = true})
    for _, name in ipairs {"max", "min"} do
      local fine, message = pcall(x[name], x, 3)
      assert.is_false(fine)
      assert.matches(": " .. name .. ": dimension 3 is out of range", message, 1, true)
      local title = name:gsub("^%l", string.upper)
      assert.matches(("<%sBackward>"):format(title), tostring(x[name](x, 1)), 1, true)
    end
  end)
end)
