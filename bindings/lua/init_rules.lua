-- nn.init: the rules for first values of parameters, in place and without gradients.

return function(nn)
  local declare, raise = nn._declare, nn._error
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

  local read_gain = declare("calculate_gain",
    "nonlinearity:linear|sigmoid|tanh|relu|leaky_relu|selu param:number?")

  function init.calculate_gain(...)
    local nonlinearity, param = read_gain(...)
    return gains[nonlinearity](param)
  end

  local function check_matrix(what, t)
    if t:dim() < 2 then
      raise(("init.%s: the tensor needs at least 2 dimensions, not %d"):format(what, t:dim()))
    end
  end

  -- How many numbers flow into one output, and out of one input, of a weight (out, in, …).
  local function fans(what, t)
    check_matrix(what, t)
    local field = 1
    for i = 3, t:dim() do field = field * t.shape[i] end
    return t.shape[2] * field, t.shape[1] * field
  end

  -- Defines init.name; `fill` gets the arguments that the declaration lists, without gradients.
  local function define(name, params, fill)
    local read = declare("init." .. name, "tensor:tensor " .. params)
    local function run(t, ...)
      fill(t, ...)
      return t
    end
    init[name] = function(...) return nn.no_grad(run, read(...)) end
  end

  define("uniform_", "a:number=0 b:number=1", function(t, a, b) t:uniform_(a, b) end)
  define("normal_", "mean:number=0 std:number=1", function(t, mean, std) t:normal_(mean, std) end)
  define("constant_", "val:number", function(t, value) t:fill_(value) end)
  define("zeros_", "", function(t) t:fill_(0) end)
  define("ones_", "", function(t) t:fill_(1) end)

  define("eye_", "", function(t)
    if t:dim() ~= 2 then raise("init.eye_: the tensor needs 2 dimensions") end
    t:copy_(nn.eye(t.shape[1], t.shape[2]))
  end)

  -- Glorot and Bengio 2010: the variance 2 / (fan_in + fan_out) keeps signals and gradients even.
  local function xavier_std(what, t, gain)
    local fan_in, fan_out = fans(what, t)
    return gain * math.sqrt(2 / (fan_in + fan_out))
  end

  define("xavier_uniform_", "gain:number=1", function(t, gain)
    local bound = math.sqrt(3) * xavier_std("xavier_uniform_", t, gain)
    t:uniform_(-bound, bound)
  end)

  define("xavier_normal_", "gain:number=1", function(t, gain)
    t:normal_(0, xavier_std("xavier_normal_", t, gain))
  end)

  -- The standard deviation of He et al. 2015.
  local function kaiming_std(what, t, a, mode, nonlinearity)
    local fan_in, fan_out = fans(what, t)
    local fan = mode == "fan_in" and fan_in or fan_out
    return init.calculate_gain(nonlinearity, a) / math.sqrt(fan)
  end

  local KAIMING = "a:number=0 mode:fan_in|fan_out=fan_in "
    .. "nonlinearity:linear|sigmoid|tanh|relu|leaky_relu|selu=leaky_relu"

  define("kaiming_uniform_", KAIMING, function(t, ...)
    local bound = math.sqrt(3) * kaiming_std("kaiming_uniform_", t, ...)
    t:uniform_(-bound, bound)
  end)

  define("kaiming_normal_", KAIMING, function(t, ...)
    t:normal_(0, kaiming_std("kaiming_normal_", t, ...))
  end)

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

  -- Saxe et al. 2013: a random matrix with orthonormal rows or columns, whichever are fewer.
  define("orthogonal_", "gain:number=1", function(t, gain)
    check_matrix("orthogonal_", t)
    local rows = t.shape[1]
    local columns = t:numel() // math.max(rows, 1)
    local wide = rows <= columns
    local m = nn.randn(wide and rows or columns, wide and columns or rows, {dtype = t.dtype})
    orthonormalise(m)
    t:copy_(((wide and m or m:t()) * gain):reshape(t.shape))
  end)
end
