-- Tensor functions that are compositions of operations or return lists.

return function(nn, methods)
  local declare, raise = nn._declare, nn._error
  local define = {}

  local read_unbind = declare("unbind", "input:tensor dim:dim=1")

  -- The dimension of x that `dim` names, from 1.
  local function dimension(what, x, dim)
    local n = x:dim()
    if dim == 0 or dim > n or dim < -n then
      raise(("%s: dimension %d is out of range for a tensor of %s"):format(what, dim,
        tostring(x.shape)))
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
      if size < 1 then raise(("split: split_size must be 1 or more, not %d"):format(size)) end
      return even_pieces(x, size, dim)
    end
    local sum = 0
    for _, n in ipairs(size) do
      if n < 0 then raise(("split: a size cannot be negative: %d"):format(n)) end
      sum = sum + n
    end
    if sum ~= total then
      raise(("split: the sizes sum to %d, but dimension %d is %d"):format(sum, dim, total))
    end
    return pieces(x, size, dim)
  end

  local read_chunk = declare("chunk", "input:tensor chunks:int dim:dim=1")

  -- At most n pieces of one size along a dimension; the last may be smaller.
  function define.chunk(...)
    local x, n, dim = read_chunk(...)
    dim = dimension("chunk", x, dim)
    if n < 1 then raise(("chunk: chunks must be 1 or more, not %d"):format(n)) end
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
      if not size then raise("normal: size is missing: mean and std are numbers") end
      return nn.empty(size, {dtype = dtype}):normal_(mean, std, options)
    elseif size then
      raise("normal: size is given, but mean or std is a tensor, which has one")
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

  local to = methods.to
  for name, dtype in pairs {float = "float32", double = "float64", long = "int64", bool = "bool"} do
    methods[name] = function(x) return (to(x, dtype)) end -- no tail call: errors name the method
  end

  -- Methods that take what they need from another tensor.
  local function define_as(name, method, of)
    local read = declare(name, "input:tensor other:tensor")
    methods[name] = function(...)
      local x, y = read(...)
      return methods[method](x, y[of])
    end
  end
  define_as("view_as", "view", "shape")
  define_as("reshape_as", "reshape", "shape")
  define_as("expand_as", "expand", "shape")
  define_as("type_as", "to", "dtype")

  -- A leaf without history on the same elements, in place.
  local read_detach = declare("detach_", "input:tensor")
  function methods.detach_(...)
    local x = read_detach(...)
    if not x.is_leaf then
      raise("detach_: only a leaf can be detached in place; use detach()")
    end
    return x:requires_grad_(false)
  end
end
