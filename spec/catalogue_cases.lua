-- Inputs for the operations whose arguments cannot be guessed from their signature. A case is
-- {function of the inputs, list of inputs}; `real` makes an input to differentiate by, from a
-- domain (see spec/catalogue_spec.lua), the others are passed as they are. An operation may have
-- several cases, and `false` stands for a gradient that cannot be checked by differences.
local nn = require "nnlua"

local function int(list) return nn.tensor(list, {dtype = "int64"}) end
local function mask(list) return nn.tensor(list):gt(0) end

local half = mask {{1, 0, 1}, {0, 1, 1}}
local picks = int {{2, 1, 2}, {1, 1, 2}}

return function(real)
  local x, y = real({2, 3}), real({2, 3})
  local cases = {}

  -- Functions of one tensor, by the text of their further arguments.
  local function unary(name, input, ...)
    local list = {}
    for i, arguments in ipairs {...} do
      list[i] = {function(t) return t[name](t, table.unpack(arguments)) end, {input}}
    end
    cases[name] = list
  end
  unary("clamp", x, {{min = -0.45, max = 0.55}}, {{min = 0.05}}, {{max = 0.05}})
  unary("leaky_relu", real({2, 3}, "nonzero"), {}, {0.3})
  unary("elu", real({2, 3}, "nonzero"), {}, {1.7})
  unary("softplus", x, {}, {2, 1.3})
  unary("gelu", x, {}, {"tanh"})
  unary("contiguous", x, {})
  unary("to", x, {"float64"})
  unary("view", x, {3, 2}, {-1})
  unary("reshape", x, {3, 2}, {-1})
  unary("flatten", real({2, 3, 2}), {}, {2}, {{start_dim = 1, end_dim = 2}})
  unary("transpose", real({2, 3, 2}), {1, 3}, {-1, 2})
  unary("permute", real({2, 3, 2}), {3, 1, 2})
  unary("squeeze", real({2, 1, 3, 1}), {}, {2}, {{2, -1}})
  unary("unsqueeze", x, {1}, {-1})
  unary("expand", real({2, 1}), {2, 3}, {4, 2, 3}, {-1, 3})
  unary("narrow", x, {2, 2, 2})
  unary("select", x, {2, 1}, {1, -1})
  unary("as_strided", real({6}), {{2, 3}, {3, 1}}, {{2, 2}, {3, 1}, 1})
  unary("repeat", x, {2, 1}, {2, 1, 2})
  unary("tile", x, {2}, {2, 2})
  unary("repeat_interleave", x, {2}, {2, 1}, {{repeats = 3, dim = 2}})
  unary("flip", x, {1}, {1, 2})
  unary("roll", x, {1}, {1, 2}, {{2, 1}, {1, 2}})
  unary("tril", real({3, 3}), {}, {1}, {-1})
  unary("triu", real({3, 3}), {}, {1}, {-1})
  unary("diagonal", real({3, 4}), {}, {1}, {{offset = -1}})
  unary("diag", real({3, 3}), {}, {1})
  unary("trace", real({3, 4}), {})
  unary("sum", x, {}, {1}, {2, true}, {{1, 2}})
  unary("mean", x, {}, {1}, {2, true}, {{1, 2}})
  unary("prod", real({2, 3}, "nonzero"), {}, {1}, {2, true})
  unary("var", x, {}, {1}, {2, false}, {{dim = 2, keepdim = true}}, {{correction = 0}})
  unary("std", x, {}, {2}, {2, false}, {{dim = 2, keepdim = true}})
  unary("norm", real({2, 3}, "distinct"), {}, {1}, {3, 2}, {math.huge}, {2, 1, true})
  unary("logsumexp", x, {1}, {2, true}, {{1, 2}})
  unary("cumsum", x, {1}, {2})
  unary("cumprod", real({2, 3}, "nonzero"), {1}, {2})
  unary("softmax", x, {1}, {-1})
  unary("log_softmax", x, {1}, {-1})
  local apart = real({3, 4}, "distinct")
  unary("amax", apart, {}, {1}, {2, true}, {{1, 2}})
  unary("amin", apart, {}, {1}, {2, true}, {{1, 2}})
  unary("max", apart, {}, {1}, {2, true})
  unary("min", apart, {}, {1}, {2, true})
  unary("sort", apart, {}, {1}, {{dim = 2, descending = true}})
  unary("topk", apart, {2}, {2, 1}, {{k = 3, largest = false}})

  local function case(name, f, ...)
    cases[name] = cases[name] or {}
    table.insert(cases[name], {f, {...}})
  end
  case("mm", nn.mm, x, real({3, 4}))
  case("bmm", nn.bmm, real({2, 2, 3}), real({2, 3, 2}))
  case("matmul", nn.matmul, x, real({3, 4}))
  case("matmul", nn.matmul, real({3}), real({3}))
  case("matmul", nn.matmul, x, real({3}))
  case("matmul", nn.matmul, real({2}), x)
  case("matmul", nn.matmul, real({2, 1, 2, 3}), real({2, 3, 2}))
  case("dot", nn.dot, real({4}), real({4}))
  case("mv", nn.mv, x, real({3}))
  case("outer", nn.outer, real({2}), real({3}))
  case("addmm", nn.addmm, real({2, 4}), x, real({3, 4}))
  case("addmm", function(a, b, c) return nn.addmm(a, b, c, {beta = 0.5, alpha = 2}) end,
    real({4}), x, real({3, 4}))
  case("linear", nn.linear, x, real({4, 3}), real({4}))
  case("linear", nn.linear, x, real({4, 3}))
  case("linear", nn.linear, real({2, 2, 3}), real({4, 3}), real({4}))
  case("dropout", function(a)
    nn.manual_seed(7)
    return a:dropout(0.5)
  end, x)
  case("bernoulli", function(a)
    nn.manual_seed(7)
    return a:bernoulli(0.5) + a * 0
  end, x)
  case("layer_norm", function(a, w, b) return nn.layer_norm(a, {3}, w, b) end, x, real({3}),
    real({3}))
  case("layer_norm", function(a) return nn.layer_norm(a, {2, 3}) end, real({2, 2, 3}))
  case("batch_norm", function(a, w, b)
    return nn.batch_norm(a, {weight = w, bias = b, training = true})
  end, real({4, 3}), real({3}), real({3}))
  case("batch_norm", function(a, w, b)
    local mean, var = nn.zeros(3, {dtype = "float64"}), nn.full({3}, 2, {dtype = "float64"})
    return nn.batch_norm(a, mean, var, w, b)
  end, real({4, 3}), real({3}), real({3}))

  -- Losses, with every reduction.
  for _, reduction in ipairs {"mean", "sum", "none"} do
    local options = {reduction = reduction}
    for name, domain in pairs {
      mse_loss = "any", l1_loss = "distinct", smooth_l1_loss = "distinct",
      huber_loss = "distinct", kl_div = "unit", binary_cross_entropy = "unit",
      binary_cross_entropy_with_logits = "any",
    } do
      local both = real({4, 3}, domain)
      case(name, function(z) return nn[name](z[{{1, 2}}], z[{{3, 4}}], options) end, both)
    end
    local target = int {3, 1}
    case("cross_entropy", function(z) return nn.cross_entropy(z, target, options) end, x)
    case("cross_entropy", function(z)
      local weight = nn.tensor({0.5, 1, 2}, {dtype = "float64"})
      return nn.cross_entropy(z, target,
        {reduction = reduction, weight = weight, label_smoothing = 0.1})
    end, x)
    case("nll_loss", function(z) return nn.nll_loss(z, target, options) end, x)
  end

  case("where", function(a, b) return nn.where(half, a, b) end, x, y)
  case("where", function(a, b) return nn.where(half, a, b) end, real({3}), real({2, 1}))
  case("masked_fill", function(a) return a:masked_fill(half, 2) end, x)
  case("masked_fill", function(a, v) return a:masked_fill(half, v) end, x, real({}))
  case("masked_select", function(a) return a:masked_select(half) end, x)
  case("masked_scatter", function(a, s) return a:masked_scatter(half, s) end, x, real({4}))
  case("gather", function(a) return a:gather(1, picks) end, x)
  case("take_along_dim", function(a) return a:take_along_dim(picks, 1) end, x)
  local places = int {{1, 2, 3}, {3, 1, 2}}
  case("scatter", function(a, s) return a:scatter(2, places, s) end, x, y)
  case("scatter", function(a) return a:scatter(2, places, 1.5) end, x)
  case("scatter_add", function(a, s) return a:scatter_add(1, picks, s) end, x, y)
  case("index_select", function(a) return a:index_select(2, int {3, 1, 1}) end, x)
  case("index_add", function(a, s) return a:index_add(2, int {3, 1, 1}, s, 2) end, x, y)
  case("index_copy", function(a, s) return a:index_copy(2, int {3, 1}, s) end, x, real({2, 2}))
  case("index_fill", function(a) return a:index_fill(2, int {3, 1}, 2) end, x)
  case("index_fill", function(a, v) return a:index_fill(2, int {3, 1}, v) end, x, real({}))
  case("embedding", function(w) return nn.embedding(int {{1, 3}, {3, 2}}, w) end, real({4, 2}))
  case("cat", function(a, b) return nn.cat({a, b}, 2) end, x, real({2, 1}))
  case("stack", function(a, b) return nn.stack({a, b}, 2) end, x, y)
  case("fill", function(a, v) return a:fill(v) end, x, real({}))

  -- Operations with steps, away from them.
  local steps = nn.tensor({1.3, 2.4, 0.7}, {dtype = "float64"})
  case("remainder", function(a) return a:remainder(steps) end, real({2, 3}, "steps"))
  case("fmod", function(a) return a:fmod(steps) end, real({2, 3}, "steps"))
  case("floor_divide", function(a) return a:floor_divide(steps) end, real({2, 3}, "steps"))
  return cases
end
