-- nn.gradcheck, which most other specs of gradients lean on: that it finds what is wrong.
local nn = require "nnlua"

local function leaf(list) return nn.tensor(list, {requires_grad = true, dtype = "float64"}) end

describe("nn.gradcheck", function()
  it("finds a wrong gradient", function()
    local wrong = nn.Function {
      forward = function(_, x) return x * 2 end,
      backward = function(_, g) return g * 3 end,
    }
    assert.error_matches(function() nn.gradcheck(wrong, {leaf {1, 2}}) end,
      "input 1, element 1")
    local good, text = nn.gradcheck(wrong, {leaf {1}}, {raise = false})
    assert.is_false(good)
    assert.truthy(text:find("differences", 1, true))
  end)

  it("says what it cannot check", function()
    local function same(x) return x end
    assert.error_matches(function() nn.gradcheck(same) end,
      "gradcheck: inputs must be a tensor or a list of them, not nil")
    assert.error_matches(function() nn.gradcheck(same, nn.ones(2)) end, "no input requires grad")
    assert.error_matches(function() nn.gradgradcheck(same, 1) end,
      "gradgradcheck: inputs must be a tensor")
    local x = nn.ones(2, {requires_grad = true})
    assert.error_matches(function() nn.gradcheck(same, {x}) end, "differences need float64")
    assert.error_matches(function() nn.gradcheck(same, {leaf {{1, 2}, {3, 4}}:t()}) end,
      "input 1 must be contiguous")
  end)
end)
