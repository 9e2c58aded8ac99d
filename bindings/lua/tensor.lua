-- Tensor functions that are compositions of operations or return lists.

return function(nn, methods)
  -- The dimension of x that `dim` names, from 1.
  local function dimension(what, x, dim)
    local n = x:dim()
    if math.type(dim) ~= "integer" or dim == 0 or dim > n or dim < -n then
      error(("%s: dimension %s is out of range for a tensor of %s"):format(what, tostring(dim),
        tostring(x.shape)), 3)
    end
    return dim > 0 and dim or n + dim + 1
  end

  local function check_tensor(what, x)
    if getmetatable(x) ~= nn.Tensor then
      error(("%s: input must be a tensor, not %s"):format(what, type(x)), 3)
    end
  end

  -- Arguments by position or in a trailing table of names.
  local function named(given, first, default, ...)
    if type(given) ~= "table" then return given, first end
    local values = {}
    for i, name in ipairs {...} do values[i] = given[name] end
    return values[1], values[2] or default
  end

  local define = {}

  -- The slices of a dimension, one by one.
  function define.unbind(x, dim)
    check_tensor("unbind", x)
    dim = dimension("unbind", x, named(dim, nil, nil, "dim") or 1)
    local parts = {}
    for i = 1, x.shape[dim] do parts[i] = x:select(dim, i) end
    return parts
  end

  -- Pieces of `size` (a number, or a list of them) along a dimension; the last may be smaller.
  function define.split(x, size, dim)
    check_tensor("split", x)
    dim = dimension("split", x, named(dim, nil, nil, "dim") or 1)
    local total, parts, start = x.shape[dim], {}, 1
    local sizes = type(size) == "table" and size or nil
    if not sizes and (math.type(size) ~= "integer" or size < 1) then
      error(("split: the size must be 1 or more, not %s"):format(tostring(size)), 2)
    end
    if sizes then
      local sum = 0
      for _, n in ipairs(sizes) do sum = sum + n end
      if sum ~= total then
        error(("split: the sizes sum to %s, but dimension %d is %d"):format(sum, dim, total), 2)
      end
    end
    repeat
      local n = sizes and sizes[#parts + 1] or math.min(size, total - start + 1)
      if not n then break end
      parts[#parts + 1] = x:narrow(dim, start, n)
      start = start + n
    until start > total and not (sizes and sizes[#parts + 1])
    return parts
  end

  -- At most n pieces of one size along a dimension; the last may be smaller.
  function define.chunk(x, n, dim)
    check_tensor("chunk", x)
    dim = dimension("chunk", x, named(dim, nil, nil, "dim") or 1)
    if math.type(n) ~= "integer" or n < 1 then
      error(("chunk: the number of chunks must be 1 or more, not %s"):format(tostring(n)), 2)
    end
    return define.split(x, math.max(1, (x.shape[dim] + n - 1) // n), dim)
  end

  -- Whether all elements are close: |a - b| <= atol + rtol |b|.
  function define.allclose(a, b, options)
    check_tensor("allclose", a)
    check_tensor("allclose", b)
    options = options or {}
    local rtol, atol = options.rtol or 1e-5, options.atol or 1e-8
    return nn.no_grad(function()
      local near = (a - b):abs():le(b:abs() * rtol + atol) | a:eq(b)
      if options.equal_nan then near = near | (a:isnan() & b:isnan()) end
      return near:all():item()
    end)
  end

  -- Whether shapes and all elements are equal.
  function define.equal(a, b)
    check_tensor("equal", a)
    check_tensor("equal", b)
    return a.shape == b.shape and a:eq(b):all():item()
  end

  for name, f in pairs(define) do
    nn[name] = f
    methods[name] = f
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
