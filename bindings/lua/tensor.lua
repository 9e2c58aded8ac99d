-- Tensor functions that are compositions of operations or return lists.

return function(nn, methods)
  local declare = nn._declare
  local define = {}

  local read_unbind = declare("unbind", "input:tensor dim:dim=1")

  -- The dimension of x that `dim` names, from 1.
  local function dimension(what, x, dim)
    local n = x:dim()
    if dim == 0 or dim > n or dim < -n then
      error(("%s: dimension %d is out of range for a tensor of %s"):format(what, dim,
        tostring(x.shape)), 3)
    end
    return dim > 0 and dim or n + dim + 1
  end

  -- The slices of a dimension, one by one.
  function define.unbind(...)
    local x, dim = read_unbind(...)
    dim = dimension("unbind", x, dim)
    local parts = {}
    for i = 1, x.shape[dim] do parts[i] = x:select(dim, i) end
    return parts
  end

  -- Pieces of the sizes given along a dimension.
  local function pieces(x, sizes, dim)
    local parts, start = {}, 1
    for i, n in ipairs(sizes) do
      parts[i] = x:narrow(dim, start, n)
      start = start + n
    end
    return parts
  end

  -- As many pieces of one size as it takes; the last may be smaller, and there is at least one.
  local function even_pieces(x, size, dim)
    local left, sizes = x.shape[dim], {}
    repeat
      sizes[#sizes + 1] = math.min(size, left)
      left = left - size
    until left <= 0
    return pieces(x, sizes, dim)
  end

  local read_split = declare("split", "input:tensor split_size:ints dim:dim=1")

  -- Pieces of `size` (a number, or a list of them) along a dimension; the last may be smaller.
  function define.split(...)
    local x, size, dim = read_split(...)
    dim = dimension("split", x, dim)
    local total = x.shape[dim]
    if type(size) == "number" then
      if size < 1 then error(("split: split_size must be 1 or more, not %d"):format(size), 2) end
      return even_pieces(x, size, dim)
    end
    local sum = 0
    for _, n in ipairs(size) do
      if n < 0 then error(("split: a size cannot be negative: %d"):format(n), 2) end
      sum = sum + n
    end
    if sum ~= total then
      error(("split: the sizes sum to %d, but dimension %d is %d"):format(sum, dim, total), 2)
    end
    return pieces(x, size, dim)
  end

  local read_chunk = declare("chunk", "input:tensor chunks:int dim:dim=1")

  -- At most n pieces of one size along a dimension; the last may be smaller.
  function define.chunk(...)
    local x, n, dim = read_chunk(...)
    dim = dimension("chunk", x, dim)
    if n < 1 then error(("chunk: chunks must be 1 or more, not %d"):format(n), 2) end
    return even_pieces(x, math.max(1, (x.shape[dim] - 1) // n + 1), dim)
  end

  local read_allclose = declare("allclose",
    "input:tensor other:tensor rtol:number=1e-5 atol:number=1e-8 equal_nan:bool=false")

  -- Whether all elements are close: |a - b| <= atol + rtol |b|.
  function define.allclose(...)
    local a, b, rtol, atol, equal_nan = read_allclose(...)
    return nn.no_grad(function()
      local near = (a - b):abs():le(b:abs() * rtol + atol) | a:eq(b)
      if equal_nan then near = near | (a:isnan() & b:isnan()) end
      return near:all():item()
    end)
  end

  local read_equal = declare("equal", "input:tensor other:tensor")

  -- Whether shapes and all elements are equal.
  function define.equal(...)
    local a, b = read_equal(...)
    return a.shape == b.shape and a:eq(b):all():item()
  end

  for name, f in pairs(define) do
    nn[name] = f
    methods[name] = f
  end

  local read_normal = declare("normal",
    "mean:operand std:operand=1 size:shape? dtype:dtype? generator:generator?")

  --- nn.normal(mean, std, size): normal random numbers. Where mean or std is a tensor, it has one
  -- for each result, and size is left out.
  function nn.normal(...)
    local mean, std, size, dtype, generator = read_normal(...)
    local options = {generator = generator}
    local means, stds = nn.is_tensor(mean), nn.is_tensor(std)
    if not means and not stds then
      if not size then error("normal: size is missing: mean and std are numbers", 2) end
      return nn.empty(size, {dtype = dtype}):normal_(mean, std, options)
    elseif size then
      error("normal: size is given, but mean or std is a tensor, which has one", 2)
    end
    local like = means and stds and mean + std or means and mean or std
    local drawn = nn.empty_like(like:detach(), {dtype = dtype})
    if means and not stds then return drawn:normal_(0, std, options):add(mean) end
    return drawn:normal_(0, 1, options) * std + mean
  end

  -- Of a condition alone: where it is true, one tensor of indices for each dimension.
  local where = nn.where
  function nn.where(condition, ...)
    if select("#", ...) > 0 or not nn.is_tensor(condition) then return where(condition, ...) end
    if condition:dim() == 0 then condition = condition:reshape(1) end
    return table.unpack(define.unbind(condition:nonzero(), 2))
  end

  function nn.is_tensor(x) return getmetatable(x) == nn.Tensor end

  function methods.float(x) return x:to("float32") end
  function methods.double(x) return x:to("float64") end
  function methods.long(x) return x:to("int64") end
  function methods.bool(x) return x:to("bool") end
  function methods.view_as(x, y) return x:view(y.shape) end
  function methods.reshape_as(x, y) return x:reshape(y.shape) end
  function methods.expand_as(x, y) return x:expand(y.shape) end
  function methods.type_as(x, y) return x:to(y.dtype) end

  -- A leaf without history on the same elements, in place.
  function methods.detach_(x)
    if not x.is_leaf then
      error("detach_: only a leaf can be detached in place; use detach()", 2)
    end
    return x:requires_grad_(false)
  end
end
