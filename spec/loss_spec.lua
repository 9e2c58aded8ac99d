-- Losses: what they refuse. Their numbers are held to PyTorch's in spec/golden, their gradients to
-- differences.
local nn = require "nnlua"

describe("binary_cross_entropy", function()
  for _, dtype in ipairs {"float32", "float64"} do
    it("refuses what is no probability, of " .. dtype, function()
      local target = nn.tensor({0, 1}, {dtype = dtype})
      for value, text in pairs {[1.5] = "1%.5", [-1] = "%-1", [math.huge] = "inf"} do
        local input = nn.tensor({0.5, value}, {dtype = dtype})
        assert.error_matches(function() nn.binary_cross_entropy(input, target) end,
          "the input holds " .. text .. ", but must be probabilities")
      end
      local fine = nn.tensor({0, 1}, {dtype = dtype})
      assert.equal(0, nn.binary_cross_entropy(fine, target):item())
    end)
  end
end)
