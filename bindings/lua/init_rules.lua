-- nn.init: the rules for first values of parameters, in place and without gradients.

return function(nn)
  local init = {}
  nn.init = init

  -- What a nonlinearity does to the spread of its input, which the weights before it make up for.
  local gains = {
    linear = function() return 1 end,
    sigmoid = function() return 1 end,
    tanh = function() return 5 / 3 end,
    relu = function() return math.sqrt(2) end,
    leaky_relu = function(slope) return math.sqrt(2 / (1 + (slope or 0.01) ^ 2)) end,
    selu = function() return 3 / 4 end,
  }

  function init.calculate_gain(nonlinearity, param)
    local gain = gains[nonlinearity]
    if not gain then
      error(("calculate_gain: there is no nonlinearity %q"):format(tostring(nonlinearity)), 2)
    end
    return gain(param)
  end

  local function check(what, t)
    if getmetatable(t) ~= nn.Tensor then
      error(("init.%s: expects a tensor, not a %s"):format(what, type(t)), 3)
    end
  end

  -- How many numbers flow into one output, and out of one input, of a weight (out, in, …).
  local function fans(what, t)
    check(what, t)
    if t:dim() < 2 then
      error(("init.%s: the tensor needs at least 2 dimensions, not %d"):format(what, t:dim()), 3)
    end
    local field = 1
    for i = 3, t:dim() do field = field * t.shape[i] end
    return t.shape[2] * field, t.shape[1] * field
  end

  local function filled(t, fill)
    nn.no_grad(fill)
    return t
  end

  -- Options by position or by name.
  local function options(first, second, names, defaults)
    local given = first
    if type(first) ~= "table" then given = {[names[1]] = first, [names[2] or ""] = second} end
    for name in pairs(given) do
      if name ~= names[1] and name ~= names[2] and name ~= names[3] then
        error(("init: there is no argument %q"):format(tostring(name)), 3)
      end
    end
    local values = {}
    for i, name in ipairs(names) do
      values[i] = given[name]
      if values[i] == nil then values[i] = defaults[i] end
    end
    return table.unpack(values, 1, #names)
  end

  function init.uniform_(t, a, b)
    check("uniform_", t)
    local low, high = options(a, b, {"a", "b"}, {0, 1})
    return filled(t, function() t:uniform_(low, high) end)
  end

  function init.normal_(t, mean, std)
    check("normal_", t)
    local m, s = options(mean, std, {"mean", "std"}, {0, 1})
    return filled(t, function() t:normal_(m, s) end)
  end

  function init.constant_(t, value)
    check("constant_", t)
    return filled(t, function() t:fill_(value) end)
  end

  function init.zeros_(t) return init.constant_(t, 0) end
  function init.ones_(t) return init.constant_(t, 1) end

  function init.eye_(t)
    check("eye_", t)
    if t:dim() ~= 2 then error("init.eye_: the tensor needs 2 dimensions", 2) end
    return filled(t, function() t:copy_(nn.eye(t.shape[1], t.shape[2])) end)
  end

  --- Glorot and Bengio 2010: the variance 2 / (fan_in + fan_out) keeps signals and gradients even.
  function init.xavier_uniform_(t, gain)
    local fan_in, fan_out = fans("xavier_uniform_", t)
    local g = options(gain, nil, {"gain"}, {1})
    local bound = math.sqrt(3) * (g * math.sqrt(2 / (fan_in + fan_out)))
    return filled(t, function() t:uniform_(-bound, bound) end)
  end

  function init.xavier_normal_(t, gain)
    local fan_in, fan_out = fans("xavier_normal_", t)
    local g = options(gain, nil, {"gain"}, {1})
    return filled(t, function() t:normal_(0, g * math.sqrt(2 / (fan_in + fan_out))) end)
  end

  -- The standard deviation of He et al. 2015.
  local function kaiming_std(what, t, first, second)
    local fan_in, fan_out = fans(what, t)
    local a, mode, nonlinearity = options(first, second, {"a", "mode", "nonlinearity"},
      {0, "fan_in", "leaky_relu"})
    if mode ~= "fan_in" and mode ~= "fan_out" then
      error(("init.%s: mode is %q, but must be fan_in or fan_out"):format(what, tostring(mode)), 3)
    end
    local fan = mode == "fan_in" and fan_in or fan_out
    return init.calculate_gain(nonlinearity, a) / math.sqrt(fan)
  end

  function init.kaiming_uniform_(t, a, mode)
    local bound = math.sqrt(3) * kaiming_std("kaiming_uniform_", t, a, mode)
    return filled(t, function() t:uniform_(-bound, bound) end)
  end

  function init.kaiming_normal_(t, a, mode)
    local std = kaiming_std("kaiming_normal_", t, a, mode)
    return filled(t, function() t:normal_(0, std) end)
  end

  -- Makes the rows of m (rows <= columns) orthonormal, by Gram and Schmidt's process done twice.
  local function orthonormalise(m)
    for i = 1, m.shape[1] do
      local row = m[i]
      for _ = 1, 2 do
        if i > 1 then
          local before = m[{{1, i - 1}}]
          row:sub_(before:t():mv(before:mv(row)))
        end
      end
      row:div_(row:norm())
    end
  end

  --- Saxe et al. 2013: a random matrix with orthonormal rows or columns, whichever are fewer.
  function init.orthogonal_(t, gain)
    local fan_in, fan_out = fans("orthogonal_", t)
    local g = options(gain, nil, {"gain"}, {1})
    local rows = t.shape[1]
    local columns = t:numel() // math.max(rows, 1)
    assert(fan_in and fan_out)
    return filled(t, function()
      local wide = rows <= columns
      local m = nn.randn(wide and rows or columns, wide and columns or rows, {dtype = t.dtype})
      orthonormalise(m)
      t:copy_(((wide and m or m:t()) * g):reshape(t.shape))
    end)
  end
end
