-- Every differentiable operation of the catalogue against central differences: plain, through a
-- transposed input, and with broadcasting where it has two operands; then the gradient's gradient.
local nn = require "nnlua"
local make_cases = require "spec.catalogue_cases"

-- What the domains mean; each element of a tensor is drawn by one.
local domains = {
  any = function(t) return t end,
  positive = function(t) return t:abs():clamp {min = 0, max = 2} + 0.2 end,
  nonzero = function(t) return t:sign() * (t:abs() + 0.15) end,
  unit = function(t) return t:sigmoid() * 0.8 + 0.1 end,
  -- Values apart from one another, and from 0.
  distinct = function(t)
    local order = nn.randperm(math.max(t:numel(), 1))[{{1, t:numel()}}]:to("float64")
    return (order * 0.31 - 0.31 * t:numel() / 2 - 0.1):reshape(t.shape)
  end,
  -- Away from the multiples of 1.3, 2.4 and 0.7.
  steps = function(t)
    return nn.tensor({{1.7, 2.9, 0.9}, {0.6, 5.3, 1.7}}, {dtype = "float64"}) + t * 0
  end,
}

local function real(shape, domain)
  local x = nn.randn(shape, {dtype = "float64"})
  local make = domains[domain or "any"] or domains.any
  return make(x):detach():requires_grad_(true)
end

-- The functions that cases can be guessed for take tensors and operands alone.
local function guess(op)
  local tensors = 0
  for _, p in ipairs(op.params) do
    if not p.optional then
      if p.type ~= "tensor" and p.type ~= "operand" then return nil end
      tensors = tensors + 1
    end
  end
  local f = nn[op.name] or nn.Tensor._methods[op.name]
  local list = {}
  local function input(shape) return real(shape, op.domain) end
  if tensors == 1 then
    list[1] = {f, {input({2, 3})}}
    list[2] = {f, {input({})}}
  elseif tensors == 2 then
    list[1] = {f, {input({2, 3}), input({2, 3})}}
    list[2] = {f, {input({2, 3}), input({3})}}
    list[3] = {f, {input({3, 1}), input({1, 2})}}
    if op.params[2].type == "operand" then
      list[4] = {function(x) return f(x, 1.5) end, {input({2, 3})}}
      if op.domain == "positive" or op.domain == "nonzero" then
        list[5] = {function(x) return f(x, 2) end, {input({2, 3})}}
      end
    end
  else
    return nil
  end
  return list
end

-- The same function of the transposes of its inputs, which are the same tensors again.
local function through_transposes(f, inputs)
  local stored, seen = {}, false
  for i, x in ipairs(inputs) do
    if nn.is_tensor(x) and x:dim() > 1 and x.requires_grad then
      stored[i] = x:detach():transpose(1, -1):contiguous():requires_grad_(true)
      seen = true
    else
      stored[i] = x
    end
  end
  local function transposed(...)
    local arguments = {...}
    for i, x in ipairs(arguments) do
      if stored[i] ~= inputs[i] then arguments[i] = x:transpose(1, -1) end
    end
    return f(table.unpack(arguments))
  end
  return seen and transposed, stored
end

-- Views that need their input to be contiguous.
local contiguous_only = {view = true, as_strided = true, as_strided_scatter = true}

local cases

describe("every differentiable operation", function()
  nn.manual_seed(3)
  cases = make_cases(real)
  for _, op in ipairs(nn._catalogue()) do
    if op.differentiable and (op.fn or op.method) then
      local list = cases[op.name] or guess(op)
      it(op.name .. " passes gradcheck", function()
        assert(list, op.name .. " needs a case in spec/catalogue_cases.lua")
        for number, case in ipairs(list) do
          local f, inputs = table.unpack(case)
          local good, why = pcall(nn.gradcheck, f, inputs)
          assert(good, ("case %d: %s"):format(number, why))
          local transposed, stored = through_transposes(f, inputs)
          if transposed and not contiguous_only[op.name] then
            good, why = pcall(nn.gradcheck, transposed, stored)
            assert(good, ("case %d, transposed: %s"):format(number, why))
          end
        end
      end)
      if op.once then
        pending(op.name .. " passes gradgradcheck: its gradient is declared first-order only")
      else
        it(op.name .. " passes gradgradcheck", function()
          for number, case in ipairs(list or {}) do
            local good, why = pcall(nn.gradgradcheck, case[1], case[2])
            assert(good, ("case %d: %s"):format(number, why))
          end
        end)
      end
    end
  end
end)

describe("the cases", function()
  it("belong to operations of the catalogue", function()
    local known = {}
    for _, op in ipairs(nn._catalogue()) do known[op.name] = true end
    for name in pairs(cases) do assert.is_true(known[name], name) end
  end)
end)
