---@meta nnlua
-- Written by tools/docs from the catalogue.

---@class nnlua
local nn = {}
nn.optim = {}

---@class nnlua.Generator
---@class nnlua.Module
---@class nnlua.Optimizer

---@class nnlua.Tensor
---@field shape integer[]
---@field dtype string
---@field requires_grad boolean
---@field is_leaf boolean
---@field grad nnlua.Tensor?
---@field grad_fn string?
local Tensor = {}

---input + alpha * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function nn.add(input, other, alpha) end

---input + alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:add(other, alpha) end

---input + alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:add_(other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function nn.sub(input, other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:sub(other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:sub_(other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function nn.rsub(input, other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:rsub(other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
function Tensor:rsub_(other, alpha) end

---input * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.mul(input, other) end

---input * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:mul(other) end

---input * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:mul_(other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.div(input, other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:div(other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:div_(other) end

---other / input, element by element: 1 / x.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.rdiv(input, other) end

---other / input, element by element: 1 / x.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:rdiv(other) end

---other / input, element by element: 1 / x.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:rdiv_(other) end

----input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.neg(input) end

----input.
---@return nnlua.Tensor
function Tensor:neg() end

----input.
---@return nnlua.Tensor
function Tensor:neg_() end

---The absolute value.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.abs(input) end

---The absolute value.
---@return nnlua.Tensor
function Tensor:abs() end

---The absolute value.
---@return nnlua.Tensor
function Tensor:abs_() end

---e to the power of input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.exp(input) end

---e to the power of input.
---@return nnlua.Tensor
function Tensor:exp() end

---e to the power of input.
---@return nnlua.Tensor
function Tensor:exp_() end

---The natural logarithm.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log(input) end

---The natural logarithm.
---@return nnlua.Tensor
function Tensor:log() end

---The natural logarithm.
---@return nnlua.Tensor
function Tensor:log_() end

---The square root; NaN below 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sqrt(input) end

---The square root; NaN below 0.
---@return nnlua.Tensor
function Tensor:sqrt() end

---The square root; NaN below 0.
---@return nnlua.Tensor
function Tensor:sqrt_() end

---The hyperbolic tangent.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.tanh(input) end

---The hyperbolic tangent.
---@return nnlua.Tensor
function Tensor:tanh() end

---The hyperbolic tangent.
---@return nnlua.Tensor
function Tensor:tanh_() end

---max(0, input); NaN stays NaN.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.relu(input) end

---max(0, input); NaN stays NaN.
---@return nnlua.Tensor
function Tensor:relu() end

---max(0, input); NaN stays NaN.
---@return nnlua.Tensor
function Tensor:relu_() end

---0 where other is 0 or less, else input: the gradient of relu.
---@param input nnlua.Tensor
---@param other nnlua.Tensor
---@return nnlua.Tensor
function nn.relu_gradient(input, other) end

---0 where other is 0 or less, else input: the gradient of relu.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:relu_gradient(other) end

---0 where other is 0 or less, else input: the gradient of relu.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:relu_gradient_(other) end

---input * input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.square(input) end

---input * input.
---@return nnlua.Tensor
function Tensor:square() end

---input * input.
---@return nnlua.Tensor
function Tensor:square_() end

----1, 0 or 1, as input is negative, 0 or positive.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sign(input) end

----1, 0 or 1, as input is negative, 0 or positive.
---@return nnlua.Tensor
function Tensor:sign() end

----1, 0 or 1, as input is negative, 0 or positive.
---@return nnlua.Tensor
function Tensor:sign_() end

---input, but at least min and at most max. The gradient passes where input is within.
---@param input nnlua.Tensor
---@param min? number
---@param max? number
---@return nnlua.Tensor
function nn.clamp(input, min, max) end

---input, but at least min and at most max. The gradient passes where input is within.
---@param min? number
---@param max? number
---@return nnlua.Tensor
function Tensor:clamp(min, max) end

---input, but at least min and at most max. The gradient passes where input is within.
---@param min? number
---@param max? number
---@return nnlua.Tensor
function Tensor:clamp_(min, max) end

---1 / input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.reciprocal(input) end

---1 / input.
---@return nnlua.Tensor
function Tensor:reciprocal() end

---1 / input.
---@return nnlua.Tensor
function Tensor:reciprocal_() end

---1 / sqrt(input).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.rsqrt(input) end

---1 / sqrt(input).
---@return nnlua.Tensor
function Tensor:rsqrt() end

---1 / sqrt(input).
---@return nnlua.Tensor
function Tensor:rsqrt_() end

---The sine of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sin(input) end

---The sine of an angle in radians.
---@return nnlua.Tensor
function Tensor:sin() end

---The sine of an angle in radians.
---@return nnlua.Tensor
function Tensor:sin_() end

---The cosine of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.cos(input) end

---The cosine of an angle in radians.
---@return nnlua.Tensor
function Tensor:cos() end

---The cosine of an angle in radians.
---@return nnlua.Tensor
function Tensor:cos_() end

---1 / (1 + exp(-input)).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sigmoid(input) end

---1 / (1 + exp(-input)).
---@return nnlua.Tensor
function Tensor:sigmoid() end

---1 / (1 + exp(-input)).
---@return nnlua.Tensor
function Tensor:sigmoid_() end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.erf(input) end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@return nnlua.Tensor
function Tensor:erf() end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@return nnlua.Tensor
function Tensor:erf_() end

---input to the power of exponent, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.pow(input, exponent) end

---input to the power of exponent, element by element, with broadcasting.
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:pow(exponent) end

---input to the power of exponent, element by element, with broadcasting.
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:pow_(exponent) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.maximum(input, other) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:maximum(other) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:maximum_(other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.minimum(input, other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:minimum(other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:minimum_(other) end

---Sets every element to value.
---@param input nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.fill(input, value) end

---Sets every element to value.
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fill(value) end

---Sets every element to value.
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fill_(value) end

---exp(input) - 1, exact near 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.expm1(input) end

---exp(input) - 1, exact near 0.
---@return nnlua.Tensor
function Tensor:expm1() end

---exp(input) - 1, exact near 0.
---@return nnlua.Tensor
function Tensor:expm1_() end

---log(1 + input), exact near 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log1p(input) end

---log(1 + input), exact near 0.
---@return nnlua.Tensor
function Tensor:log1p() end

---log(1 + input), exact near 0.
---@return nnlua.Tensor
function Tensor:log1p_() end

---The logarithm to base 2.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log2(input) end

---The logarithm to base 2.
---@return nnlua.Tensor
function Tensor:log2() end

---The logarithm to base 2.
---@return nnlua.Tensor
function Tensor:log2_() end

---The logarithm to base 10.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log10(input) end

---The logarithm to base 10.
---@return nnlua.Tensor
function Tensor:log10() end

---The logarithm to base 10.
---@return nnlua.Tensor
function Tensor:log10_() end

---The tangent of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.tan(input) end

---The tangent of an angle in radians.
---@return nnlua.Tensor
function Tensor:tan() end

---The tangent of an angle in radians.
---@return nnlua.Tensor
function Tensor:tan_() end

---The angle whose sine is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.asin(input) end

---The angle whose sine is input.
---@return nnlua.Tensor
function Tensor:asin() end

---The angle whose sine is input.
---@return nnlua.Tensor
function Tensor:asin_() end

---The angle whose cosine is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.acos(input) end

---The angle whose cosine is input.
---@return nnlua.Tensor
function Tensor:acos() end

---The angle whose cosine is input.
---@return nnlua.Tensor
function Tensor:acos_() end

---The angle whose tangent is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.atan(input) end

---The angle whose tangent is input.
---@return nnlua.Tensor
function Tensor:atan() end

---The angle whose tangent is input.
---@return nnlua.Tensor
function Tensor:atan_() end

---The largest whole number not above input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.floor(input) end

---The largest whole number not above input.
---@return nnlua.Tensor
function Tensor:floor() end

---The largest whole number not above input.
---@return nnlua.Tensor
function Tensor:floor_() end

---The smallest whole number not below input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.ceil(input) end

---The smallest whole number not below input.
---@return nnlua.Tensor
function Tensor:ceil() end

---The smallest whole number not below input.
---@return nnlua.Tensor
function Tensor:ceil_() end

---The nearest whole number; halves go to the even one.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.round(input) end

---The nearest whole number; halves go to the even one.
---@return nnlua.Tensor
function Tensor:round() end

---The nearest whole number; halves go to the even one.
---@return nnlua.Tensor
function Tensor:round_() end

---The whole part.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.trunc(input) end

---The whole part.
---@return nnlua.Tensor
function Tensor:trunc() end

---The whole part.
---@return nnlua.Tensor
function Tensor:trunc_() end

---input where it is above 0, else negative_slope * input.
---@param input nnlua.Tensor
---@param negative_slope? number
---@return nnlua.Tensor
function nn.leaky_relu(input, negative_slope) end

---input where it is above 0, else negative_slope * input.
---@param negative_slope? number
---@return nnlua.Tensor
function Tensor:leaky_relu(negative_slope) end

---input where it is above 0, else negative_slope * input.
---@param negative_slope? number
---@return nnlua.Tensor
function Tensor:leaky_relu_(negative_slope) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param input nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
function nn.elu(input, alpha) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param alpha? number
---@return nnlua.Tensor
function Tensor:elu(alpha) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param alpha? number
---@return nnlua.Tensor
function Tensor:elu_(alpha) end

---input * sigmoid(input) (Elfwing et al. 2017).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.silu(input) end

---input * sigmoid(input) (Elfwing et al. 2017).
---@return nnlua.Tensor
function Tensor:silu() end

---input * sigmoid(input) (Elfwing et al. 2017).
---@return nnlua.Tensor
function Tensor:silu_() end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param input nnlua.Tensor
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
function nn.softplus(input, beta, threshold) end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
function Tensor:softplus(beta, threshold) end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
function Tensor:softplus_(beta, threshold) end

---log(sigmoid(input)), without overflow.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.logsigmoid(input) end

---log(sigmoid(input)), without overflow.
---@return nnlua.Tensor
function Tensor:logsigmoid() end

---log(sigmoid(input)), without overflow.
---@return nnlua.Tensor
function Tensor:logsigmoid_() end

---input * Phi(input), Phi being the normal distribution function (Hendrycks and Gimpel 2016).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.gelu_erf(input) end

---input * Phi(input), Phi being the normal distribution function (Hendrycks and Gimpel 2016).
---@return nnlua.Tensor
function Tensor:gelu_erf() end

---input * Phi(input), Phi being the normal distribution function (Hendrycks and Gimpel 2016).
---@return nnlua.Tensor
function Tensor:gelu_erf_() end

---What is left of input after division by other, with the sign of other, as Lua's %.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.remainder(input, other) end

---What is left of input after division by other, with the sign of other, as Lua's %.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:remainder(other) end

---What is left of input after division by other, with the sign of other, as Lua's %.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:remainder_(other) end

---What is left of input after division by other, with the sign of input.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.fmod(input, other) end

---What is left of input after division by other, with the sign of input.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fmod(other) end

---What is left of input after division by other, with the sign of input.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fmod_(other) end

---input / other rounded down, as Lua's //.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.floor_divide(input, other) end

---input / other rounded down, as Lua's //.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:floor_divide(other) end

---input / other rounded down, as Lua's //.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:floor_divide_(other) end

---The angle of the point (other, input), in radians.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.atan2(input, other) end

---The angle of the point (other, input), in radians.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:atan2(other) end

---The angle of the point (other, input), in radians.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:atan2_(other) end

---Where input = other.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.eq(input, other) end

---Where input = other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:eq(other) end

---Where input = other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:eq_(other) end

---Where input < other.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.lt(input, other) end

---Where input < other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:lt(other) end

---Where input < other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:lt_(other) end

---Where input and other differ.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.ne(input, other) end

---Where input and other differ.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ne(other) end

---Where input and other differ.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ne_(other) end

---Where input <= other.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.le(input, other) end

---Where input <= other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:le(other) end

---Where input <= other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:le_(other) end

---Where input > other.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.gt(input, other) end

---Where input > other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:gt(other) end

---Where input > other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:gt_(other) end

---Where input >= other.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.ge(input, other) end

---Where input >= other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ge(other) end

---Where input >= other.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ge_(other) end

---Where both are not 0.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_and(input, other) end

---Where both are not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_and(other) end

---Where both are not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_and_(other) end

---Where at least one is not 0.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_or(input, other) end

---Where at least one is not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_or(other) end

---Where at least one is not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_or_(other) end

---Where exactly one is not 0.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_xor(input, other) end

---Where exactly one is not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_xor(other) end

---Where exactly one is not 0.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_xor_(other) end

---Where input is 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.logical_not(input) end

---Where input is 0.
---@return nnlua.Tensor
function Tensor:logical_not() end

---Where input is 0.
---@return nnlua.Tensor
function Tensor:logical_not_() end

---Where input is not a number.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isnan(input) end

---Where input is not a number.
---@return nnlua.Tensor
function Tensor:isnan() end

---Where input is not a number.
---@return nnlua.Tensor
function Tensor:isnan_() end

---Where input is infinite.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isinf(input) end

---Where input is infinite.
---@return nnlua.Tensor
function Tensor:isinf() end

---Where input is infinite.
---@return nnlua.Tensor
function Tensor:isinf_() end

---Where input is neither infinite nor NaN.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isfinite(input) end

---Where input is neither infinite nor NaN.
---@return nnlua.Tensor
function Tensor:isfinite() end

---Where input is neither infinite nor NaN.
---@return nnlua.Tensor
function Tensor:isfinite_() end

---The bits set in both.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_and(input, other) end

---The bits set in both.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_and(other) end

---The bits set in both.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_and_(other) end

---The bits set in either.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_or(input, other) end

---The bits set in either.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_or(other) end

---The bits set in either.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_or_(other) end

---The bits set in one of them.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_xor(input, other) end

---The bits set in one of them.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_xor(other) end

---The bits set in one of them.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_xor_(other) end

---Every bit reversed; for bool, not.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.bitwise_not(input) end

---Every bit reversed; for bool, not.
---@return nnlua.Tensor
function Tensor:bitwise_not() end

---Every bit reversed; for bool, not.
---@return nnlua.Tensor
function Tensor:bitwise_not_() end

---A tensor of zeros.
---@param size integer|integer[]
---@param dtype? string
---@return nnlua.Tensor
function nn.zeros(size, dtype) end

---A tensor of ones.
---@param size integer|integer[]
---@param dtype? string
---@return nnlua.Tensor
function nn.ones(size, dtype) end

---A tensor of zeros, for elements that are set later.
---@param size integer|integer[]
---@param dtype? string
---@return nnlua.Tensor
function nn.empty(size, dtype) end

---A tensor of one value, float32 unless dtype says otherwise.
---@param size integer|integer[]
---@param fill_value nnlua.Tensor|number|boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.full(size, fill_value, dtype) end

---start, start + step, … up to but not including end; arange(n) is 0 … n - 1. int64 when all its numbers are integers, else float32.
---@param start number
---@param end_? number
---@param step? number
---@param dtype? string
---@return nnlua.Tensor
function nn.arange(start, end_, step, dtype) end

---start, start + step, … up to and including end, as Lua's for counts. int64 when all its numbers are integers, else float32.
---@param start number
---@param end_ number
---@param step? number
---@param dtype? string
---@return nnlua.Tensor
function nn.range(start, end_, step, dtype) end

---`steps` numbers at even distances, from start to end, both included.
---@param start number
---@param end_ number
---@param steps integer
---@param dtype? string
---@return nnlua.Tensor
function nn.linspace(start, end_, steps, dtype) end

---The identity matrix, n by m (n).
---@param n integer
---@param m? integer
---@param dtype? string
---@return nnlua.Tensor
function nn.eye(n, m, dtype) end

---Zeros in the shape and dtype of input.
---@param input nnlua.Tensor
---@param dtype? string
---@return nnlua.Tensor
function nn.zeros_like(input, dtype) end

---Zeros in the shape and dtype of input.
---@param dtype? string
---@return nnlua.Tensor
function Tensor:zeros_like(dtype) end

---Ones in the shape and dtype of input.
---@param input nnlua.Tensor
---@param dtype? string
---@return nnlua.Tensor
function nn.ones_like(input, dtype) end

---Ones in the shape and dtype of input.
---@param dtype? string
---@return nnlua.Tensor
function Tensor:ones_like(dtype) end

---Zeros in the shape and dtype of input.
---@param input nnlua.Tensor
---@param dtype? string
---@return nnlua.Tensor
function nn.empty_like(input, dtype) end

---Zeros in the shape and dtype of input.
---@param dtype? string
---@return nnlua.Tensor
function Tensor:empty_like(dtype) end

---One value in the shape and dtype of input.
---@param input nnlua.Tensor
---@param fill_value nnlua.Tensor|number|boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.full_like(input, fill_value, dtype) end

---One value in the shape and dtype of input.
---@param fill_value nnlua.Tensor|number|boolean
---@param dtype? string
---@return nnlua.Tensor
function Tensor:full_like(fill_value, dtype) end

---Sets every element to 0.
---@return nnlua.Tensor
function Tensor:zero_() end

---Uniform random numbers from 0 (included) to 1 (excluded).
---@param size integer|integer[]
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.rand(size, dtype, generator) end

---Random numbers of the normal distribution of mean 0 and variance 1.
---@param size integer|integer[]
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.randn(size, dtype, generator) end

---rand in the shape and dtype of input.
---@param input nnlua.Tensor
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.rand_like(input, dtype, generator) end

---rand in the shape and dtype of input.
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:rand_like(dtype, generator) end

---randn in the shape and dtype of input.
---@param input nnlua.Tensor
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.randn_like(input, dtype, generator) end

---randn in the shape and dtype of input.
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:randn_like(dtype, generator) end

---Random integers from low (included) to high (excluded), int64 by default.
---@param low integer
---@param high integer
---@param size integer|integer[]
---@param dtype? string
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.randint(low, high, size, dtype, generator) end

---The numbers of n places in random order: indices that shuffle.
---@param n integer
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.randperm(n, generator) end

---Fills the tensor with uniform random numbers from `from` to `to`.
---@param from? number
---@param to? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:uniform_(from, to, generator) end

---Fills the tensor with normal random numbers.
---@param mean? number
---@param std? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:normal_(mean, std, generator) end

---Fills the tensor with random numbers of the exponential distribution.
---@param lambd? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:exponential_(lambd, generator) end

---0 or 1 for each element: 1 with probability p, or, where p is left out, with the element itself as the probability.
---@param input nnlua.Tensor
---@param p? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.bernoulli(input, p, generator) end

---0 or 1 for each element: 1 with probability p, or, where p is left out, with the element itself as the probability.
---@param p? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:bernoulli(p, generator) end

---0 or 1 for each element: 1 with probability p, or, where p is left out, with the element itself as the probability.
---@param p? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:bernoulli_(p, generator) end

---A copy with its own memory; gradients flow through it.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.clone(input) end

---A copy with its own memory; gradients flow through it.
---@return nnlua.Tensor
function Tensor:clone() end

---The tensor itself where its elements lie in memory in order, else a copy whose elements do.
---@return nnlua.Tensor
function Tensor:contiguous() end

---The tensor converted to dtype; itself where it has it already.
---@param dtype string
---@return nnlua.Tensor
function Tensor:to(dtype) end

---The same elements without their history: no gradient flows back.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.detach(input) end

---The same elements without their history: no gradient flows back.
---@return nnlua.Tensor
function Tensor:detach() end

---Puts the elements of src, broadcast and converted, into the tensor.
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:copy_(src) end

---The same elements in another shape, without a copy. One size may be -1 and follows from the others.
---@param shape integer|integer[]
---@return nnlua.Tensor
function Tensor:view(shape) end

---The same elements in another shape: a view where the layout allows, else a copy. One size may be -1.
---@param input nnlua.Tensor
---@param shape integer|integer[]
---@return nnlua.Tensor
function nn.reshape(input, shape) end

---The same elements in another shape: a view where the layout allows, else a copy. One size may be -1.
---@param shape integer|integer[]
---@return nnlua.Tensor
function Tensor:reshape(shape) end

---The dimensions from start_dim (the first) to end_dim (the last) as one.
---@param input nnlua.Tensor
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Tensor
function nn.flatten(input, start_dim, end_dim) end

---The dimensions from start_dim (the first) to end_dim (the last) as one.
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Tensor
function Tensor:flatten(start_dim, end_dim) end

---The transpose of a matrix, as a view.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.t(input) end

---The transpose of a matrix, as a view.
---@return nnlua.Tensor
function Tensor:t() end

---The tensor with two dimensions exchanged, as a view.
---@param input nnlua.Tensor
---@param dim0 integer
---@param dim1 integer
---@return nnlua.Tensor
function nn.transpose(input, dim0, dim1) end

---The tensor with two dimensions exchanged, as a view.
---@param dim0 integer
---@param dim1 integer
---@return nnlua.Tensor
function Tensor:transpose(dim0, dim1) end

---The tensor with its dimensions in the order of dims, as a view.
---@param input nnlua.Tensor
---@param dims integer|integer[]
---@return nnlua.Tensor
function nn.permute(input, dims) end

---The tensor with its dimensions in the order of dims, as a view.
---@param dims integer|integer[]
---@return nnlua.Tensor
function Tensor:permute(dims) end

---The tensor without its dimensions of size 1, or without those among dim, as a view.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@return nnlua.Tensor
function nn.squeeze(input, dim) end

---The tensor without its dimensions of size 1, or without those among dim, as a view.
---@param dim? integer|integer[]
---@return nnlua.Tensor
function Tensor:squeeze(dim) end

---The tensor with a dimension of size 1 put in at dim, as a view.
---@param input nnlua.Tensor
---@param dim integer
---@return nnlua.Tensor
function nn.unsqueeze(input, dim) end

---The tensor with a dimension of size 1 put in at dim, as a view.
---@param dim integer
---@return nnlua.Tensor
function Tensor:unsqueeze(dim) end

---The tensor repeated along dimensions of size 1 to the sizes given (-1 keeps one), as a view that costs no memory.
---@param size integer|integer[]
---@return nnlua.Tensor
function Tensor:expand(size) end

---`length` places of dimension dim, from start on, as a view.
---@param input nnlua.Tensor
---@param dim integer
---@param start integer
---@param length integer
---@return nnlua.Tensor
function nn.narrow(input, dim, start, length) end

---`length` places of dimension dim, from start on, as a view.
---@param dim integer
---@param start integer
---@param length integer
---@return nnlua.Tensor
function Tensor:narrow(dim, start, length) end

---Place `index` of dimension dim, which disappears, as a view.
---@param input nnlua.Tensor
---@param dim integer
---@param index integer
---@return nnlua.Tensor
function nn.select(input, dim, index) end

---Place `index` of dimension dim, which disappears, as a view.
---@param dim integer
---@param index integer
---@return nnlua.Tensor
function Tensor:select(dim, index) end

---Places first to last of dimension dim, both ends included and clamped to what exists, every step-th, as a view.
---@param dim integer
---@param first integer
---@param last integer
---@param step? integer
---@return nnlua.Tensor
function Tensor:slice(dim, first, last, step) end

---A view with the sizes and strides given, starting storage_offset elements after the first. Its gradient takes input to be contiguous and no element to occur twice.
---@param input nnlua.Tensor
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
function nn.as_strided(input, size, stride, storage_offset) end

---A view with the sizes and strides given, starting storage_offset elements after the first. Its gradient takes input to be contiguous and no element to occur twice.
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
function Tensor:as_strided(size, stride, storage_offset) end

---A copy of input in which the elements that as_strided would show are those of src.
---@param input nnlua.Tensor
---@param src nnlua.Tensor
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
function nn.as_strided_scatter(input, src, size, stride, storage_offset) end

---A copy of input in which the elements that as_strided would show are those of src.
---@param src nnlua.Tensor
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
function Tensor:as_strided_scatter(src, size, stride, storage_offset) end

---The product of two matrices: (m, k) times (k, n) is (m, n).
---@param input nnlua.Tensor
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function nn.mm(input, mat2) end

---The product of two matrices: (m, k) times (k, n) is (m, n).
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:mm(mat2) end

---The products of two batches of matrices: (b, m, k) times (b, k, n) is (b, m, n).
---@param input nnlua.Tensor
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function nn.bmm(input, mat2) end

---The products of two batches of matrices: (b, m, k) times (b, k, n) is (b, m, n).
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:bmm(mat2) end

---The matrix product: of two vectors a number, of matrices a matrix, of more dimensions a batch of matrices, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor
---@return nnlua.Tensor
function nn.matmul(input, other) end

---The matrix product: of two vectors a number, of matrices a matrix, of more dimensions a batch of matrices, with broadcasting.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:matmul(other) end

---The sum of the products of two vectors' elements.
---@param input nnlua.Tensor
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function nn.dot(input, tensor) end

---The sum of the products of two vectors' elements.
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function Tensor:dot(tensor) end

---A matrix times a vector: (m, k) times (k) is (m).
---@param input nnlua.Tensor
---@param vec nnlua.Tensor
---@return nnlua.Tensor
function nn.mv(input, vec) end

---A matrix times a vector: (m, k) times (k) is (m).
---@param vec nnlua.Tensor
---@return nnlua.Tensor
function Tensor:mv(vec) end

---All products of an element of one vector with one of the other: (m) and (n) give (m, n).
---@param input nnlua.Tensor
---@param vec2 nnlua.Tensor
---@return nnlua.Tensor
function nn.outer(input, vec2) end

---All products of an element of one vector with one of the other: (m) and (n) give (m, n).
---@param vec2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:outer(vec2) end

---beta * input + alpha * (mat1 mm mat2).
---@param input nnlua.Tensor
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
function nn.addmm(input, mat1, mat2, beta, alpha) end

---beta * input + alpha * (mat1 mm mat2).
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
function Tensor:addmm(mat1, mat2, beta, alpha) end

---beta * input + alpha * (mat1 mm mat2).
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
function Tensor:addmm_(mat1, mat2, beta, alpha) end

---input weight^T + bias: (…, in) with weight (out, in) and bias (out) gives (…, out).
---@param input nnlua.Tensor
---@param weight nnlua.Tensor
---@param bias? nnlua.Tensor
---@return nnlua.Tensor
function nn.linear(input, weight, bias) end

---input weight^T + bias: (…, in) with weight (out, in) and bias (out) gives (…, out).
---@param weight nnlua.Tensor
---@param bias? nnlua.Tensor
---@return nnlua.Tensor
function Tensor:linear(weight, bias) end

----log(softmax(input)[class]) for each row of scores (n, classes) and its class in target (n); the target may also be probabilities in the input's shape.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param label_smoothing? number
---@return nnlua.Tensor
function nn.cross_entropy(input, target, reduction, weight, ignore_index, label_smoothing) end

----input[class] for each row of log-probabilities (n, classes) and its class in target (n).
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@return nnlua.Tensor
function nn.nll_loss(input, target, reduction, weight, ignore_index) end

---(input - target)^2.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@return nnlua.Tensor
function nn.mse_loss(input, target, reduction) end

---|input - target|.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@return nnlua.Tensor
function nn.l1_loss(input, target, reduction) end

---(input - target)^2 / (2 beta) where the distance is below beta, else |input - target| - beta / 2.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param beta? number
---@return nnlua.Tensor
function nn.smooth_l1_loss(input, target, reduction, beta) end

---(input - target)^2 / 2 where the distance is below delta, else delta * (|input - target| - delta / 2).
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param delta? number
---@return nnlua.Tensor
function nn.huber_loss(input, target, reduction, delta) end

----(target log(input) + (1 - target) log(1 - input)), for probabilities.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param weight? nnlua.Tensor
---@return nnlua.Tensor
function nn.binary_cross_entropy(input, target, reduction, weight) end

---binary_cross_entropy of sigmoid(input), computed without overflow.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param weight? nnlua.Tensor
---@param pos_weight? nnlua.Tensor
---@return nnlua.Tensor
function nn.binary_cross_entropy_with_logits(input, target, reduction, weight, pos_weight) end

---target (log(target) - input), for log-probabilities input and probabilities target.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? string
---@param log_target? boolean
---@return nnlua.Tensor
function nn.kl_div(input, target, reduction, log_target) end

---input * Phi(input), Phi being the normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
---@param input nnlua.Tensor
---@param approximate? string
---@return nnlua.Tensor
function nn.gelu(input, approximate) end

---input * Phi(input), Phi being the normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
---@param approximate? string
---@return nnlua.Tensor
function Tensor:gelu(approximate) end

---Each element is 0 with probability p, else input / (1 - p) (Srivastava et al. 2014); input itself where training is false.
---@param input nnlua.Tensor
---@param p? number
---@param training? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function nn.dropout(input, p, training, generator) end

---Each element is 0 with probability p, else input / (1 - p) (Srivastava et al. 2014); input itself where training is false.
---@param p? number
---@param training? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
function Tensor:dropout(p, training, generator) end

---(input - mean) / sqrt(var + eps) * weight + bias, the mean and variance being those of the last dimensions, whose sizes are normalized_shape (Ba et al. 2016).
---@param input nnlua.Tensor
---@param normalized_shape integer|integer[]
---@param weight? nnlua.Tensor
---@param bias? nnlua.Tensor
---@param eps? number
---@return nnlua.Tensor
function nn.layer_norm(input, normalized_shape, weight, bias, eps) end

---(input - mean) / sqrt(var + eps) * weight + bias for each channel, the second dimension. In training, mean and variance are the batch's, and the running ones move towards them by momentum; otherwise they are the running ones (Ioffe and Szegedy 2015).
---@param input nnlua.Tensor
---@param running_mean? nnlua.Tensor
---@param running_var? nnlua.Tensor
---@param weight? nnlua.Tensor
---@param bias? nnlua.Tensor
---@param training? boolean
---@param momentum? number
---@param eps? number
---@return nnlua.Tensor
function nn.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps) end

---input where condition (bool) is true, else other, element by element, with broadcasting.
---@param condition nnlua.Tensor
---@param input nnlua.Tensor|number|boolean
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.where(condition, input, other) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.masked_fill(input, mask, value) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:masked_fill(mask, value) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:masked_fill_(mask, value) end

---The elements of input for which mask (bool) is true, in one dimension, with broadcasting.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@return nnlua.Tensor
function nn.masked_select(input, mask) end

---The elements of input for which mask (bool) is true, in one dimension, with broadcasting.
---@param mask nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_select(mask) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function nn.masked_scatter(input, mask, source) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_scatter(mask, source) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_scatter_(mask, source) end

---The indices of the elements that are not zero, one row for each, one column for each dimension, int64.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.nonzero(input) end

---The indices of the elements that are not zero, one row for each, one column for each dimension, int64.
---@return nnlua.Tensor
function Tensor:nonzero() end

---Takes elements along dimension dim: in two dimensions, for the first, y[i][j] = input[index[i][j]][j]. The result has the shape of index (int64), which may be smaller than input elsewhere.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function nn.gather(input, dim, index) end

---Takes elements along dimension dim: in two dimensions, for the first, y[i][j] = input[index[i][j]][j]. The result has the shape of index (int64), which may be smaller than input elsewhere.
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function Tensor:gather(dim, index) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
function nn.scatter(input, dim, index, src, value) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
function Tensor:scatter(dim, index, src, value) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
function Tensor:scatter_(dim, index, src, value) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function nn.scatter_add(input, dim, index, src) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:scatter_add(dim, index, src) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:scatter_add_(dim, index, src) end

---gather with broadcasting in all dimensions but dim; without dim, input and indices are read in one dimension. Serves what argsort and argmax return.
---@param input nnlua.Tensor
---@param indices nnlua.Tensor
---@param dim? integer
---@return nnlua.Tensor
function nn.take_along_dim(input, indices, dim) end

---gather with broadcasting in all dimensions but dim; without dim, input and indices are read in one dimension. Serves what argsort and argmax return.
---@param indices nnlua.Tensor
---@param dim? integer
---@return nnlua.Tensor
function Tensor:take_along_dim(indices, dim) end

---For each class in input (int64) a row of num_classes zeros with a 1 in the place of the class; -1 finds the number from the largest.
---@param input nnlua.Tensor
---@param num_classes? integer
---@return nnlua.Tensor
function nn.one_hot(input, num_classes) end

---The slices of dimension dim that index, an int64 tensor of one dimension, names, in its order.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function nn.index_select(input, dim, index) end

---The slices of dimension dim that index, an int64 tensor of one dimension, names, in its order.
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_select(dim, index) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
function nn.index_add(input, dim, index, source, alpha) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
function Tensor:index_add(dim, index, source, alpha) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
function Tensor:index_add_(dim, index, source, alpha) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function nn.index_copy(input, dim, index, source) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_copy(dim, index, source) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_copy_(dim, index, source) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.index_fill(input, dim, index, value) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:index_fill(dim, index, value) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:index_fill_(dim, index, value) end

---The rows of weight (n x d) that input (int64, of any shape) names: a result of input's shape x d. Row padding_idx gets no gradient.
---@param input nnlua.Tensor
---@param weight nnlua.Tensor
---@param padding_idx? integer
---@return nnlua.Tensor
function nn.embedding(input, weight, padding_idx) end

---The tensors one after another along dimension dim (the first), in their promoted dtype. Elsewhere their sizes must be equal.
---@param tensors nnlua.Tensor[]
---@param dim? integer
---@return nnlua.Tensor
function nn.cat(tensors, dim) end

---The tensors, all of one shape, along a dimension dim (the first) that is put in, in their promoted dtype.
---@param tensors nnlua.Tensor[]
---@param dim? integer
---@return nnlua.Tensor
function nn.stack(tensors, dim) end

---repeat, where dims may name fewer numbers than there are dimensions: those of the last ones.
---@param input nnlua.Tensor
---@param dims integer|integer[]
---@return nnlua.Tensor
function nn.tile(input, dims) end

---repeat, where dims may name fewer numbers than there are dimensions: those of the last ones.
---@param dims integer|integer[]
---@return nnlua.Tensor
function Tensor:tile(dims) end

---Each place of dimension dim `repeats` times in a row; without dim, of input read in one dimension.
---@param input nnlua.Tensor
---@param repeats integer
---@param dim? integer
---@return nnlua.Tensor
function nn.repeat_interleave(input, repeats, dim) end

---Each place of dimension dim `repeats` times in a row; without dim, of input read in one dimension.
---@param repeats integer
---@param dim? integer
---@return nnlua.Tensor
function Tensor:repeat_interleave(repeats, dim) end

---A copy of input with the order of the elements reversed along dims.
---@param input nnlua.Tensor
---@param dims integer|integer[]
---@return nnlua.Tensor
function nn.flip(input, dims) end

---A copy of input with the order of the elements reversed along dims.
---@param dims integer|integer[]
---@return nnlua.Tensor
function Tensor:flip(dims) end

---The elements moved by shifts, a number for each of dims; what leaves at the end returns at the start. Without dims, input is rolled as one row.
---@param input nnlua.Tensor
---@param shifts integer|integer[]
---@param dims? integer|integer[]
---@return nnlua.Tensor
function nn.roll(input, shifts, dims) end

---The elements moved by shifts, a number for each of dims; what leaves at the end returns at the start. Without dims, input is rolled as one row.
---@param shifts integer|integer[]
---@param dims? integer|integer[]
---@return nnlua.Tensor
function Tensor:roll(shifts, dims) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
function nn.tril(input, diagonal) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
function Tensor:tril(diagonal) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
function Tensor:tril_(diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
function nn.triu(input, diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
function Tensor:triu(diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
function Tensor:triu_(diagonal) end

---Diagonal number `offset` of the matrices in dimensions dim1 and dim2 (the first two), as the last dimension of a view.
---@param input nnlua.Tensor
---@param offset? integer
---@param dim1? integer
---@param dim2? integer
---@return nnlua.Tensor
function nn.diagonal(input, offset, dim1, dim2) end

---Diagonal number `offset` of the matrices in dimensions dim1 and dim2 (the first two), as the last dimension of a view.
---@param offset? integer
---@param dim1? integer
---@param dim2? integer
---@return nnlua.Tensor
function Tensor:diagonal(offset, dim1, dim2) end

---From one dimension, the matrix with input on diagonal number `diagonal`; from a matrix, a copy of that diagonal.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
function nn.diag(input, diagonal) end

---From one dimension, the matrix with input on diagonal number `diagonal`; from a matrix, a copy of that diagonal.
---@param diagonal? integer
---@return nnlua.Tensor
function Tensor:diag(diagonal) end

---The sum of all elements, or of those along some dimensions. Whole numbers and bools give int64; of no elements it is 0.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.sum(input, dim, keepdim, dtype) end

---The sum of all elements, or of those along some dimensions. Whole numbers and bools give int64; of no elements it is 0.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function Tensor:sum(dim, keepdim, dtype) end

---The mean of all elements, or of those along some dimensions. The input must be floating, or dtype say in what to compute; of no elements it is NaN.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.mean(input, dim, keepdim, dtype) end

---The mean of all elements, or of those along some dimensions. The input must be floating, or dtype say in what to compute; of no elements it is NaN.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function Tensor:mean(dim, keepdim, dtype) end

---The product of all elements, or of those along one dimension. Whole numbers and bools give int64; of no elements it is 1.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.prod(input, dim, keepdim, dtype) end

---The product of all elements, or of those along one dimension. Whole numbers and bools give int64; of no elements it is 1.
---@param dim? integer
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function Tensor:prod(dim, keepdim, dtype) end

---How many elements are not 0, as int64.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@return nnlua.Tensor
function nn.count_nonzero(input, dim) end

---How many elements are not 0, as int64.
---@param dim? integer|integer[]
---@return nnlua.Tensor
function Tensor:count_nonzero(dim) end

---Whether any element is not 0, as bool. Of no elements it is false.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.any(input, dim, keepdim) end

---Whether any element is not 0, as bool. Of no elements it is false.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:any(dim, keepdim) end

---Whether all elements are not 0, as bool. Of no elements it is true.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.all(input, dim, keepdim) end

---Whether all elements are not 0, as bool. Of no elements it is true.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:all(dim, keepdim) end

---The largest element, of all or along some dimensions. NaN counts as larger than any number; equal ones share the gradient.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.amax(input, dim, keepdim) end

---The largest element, of all or along some dimensions. NaN counts as larger than any number; equal ones share the gradient.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:amax(dim, keepdim) end

---The smallest element, of all or along some dimensions. NaN counts as smaller than any number; equal ones share the gradient.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.amin(input, dim, keepdim) end

---The smallest element, of all or along some dimensions. NaN counts as smaller than any number; equal ones share the gradient.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:amin(dim, keepdim) end

---The largest element. With a dimension, max(input, dim, keepdim), the largest along it and their indices; with a second tensor, maximum. NaN counts as larger than any number.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.max(input) end

---The largest element. With a dimension, max(input, dim, keepdim), the largest along it and their indices; with a second tensor, maximum. NaN counts as larger than any number.
---@return nnlua.Tensor
function Tensor:max() end

---The smallest element. With a dimension, min(input, dim, keepdim), the smallest along it and their indices; with a second tensor, minimum. NaN counts as smaller than any number.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.min(input) end

---The smallest element. With a dimension, min(input, dim, keepdim), the smallest along it and their indices; with a second tensor, minimum. NaN counts as smaller than any number.
---@return nnlua.Tensor
function Tensor:min() end

---The index of the largest element along a dimension, the first of several; without one, counted through all elements.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.argmax(input, dim, keepdim) end

---The index of the largest element along a dimension, the first of several; without one, counted through all elements.
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:argmax(dim, keepdim) end

---The index of the smallest element along a dimension, the first of several; without one, counted through all elements.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.argmin(input, dim, keepdim) end

---The index of the smallest element along a dimension, the first of several; without one, counted through all elements.
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:argmin(dim, keepdim) end

---The variance of all elements, or of those along some dimensions. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
function nn.var(input, dim, unbiased, keepdim, correction) end

---The variance of all elements, or of those along some dimensions. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
function Tensor:var(dim, unbiased, keepdim, correction) end

---The standard deviation, the square root of var. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
function nn.std(input, dim, unbiased, keepdim, correction) end

---The standard deviation, the square root of var. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
function Tensor:std(dim, unbiased, keepdim, correction) end

---The p-norm (sum |input|^p)^(1/p) of all elements, or of those along some dimensions. For p = inf it is the largest |input|, for -inf the smallest, for 0 how many are not 0. The gradient at 0 is 0.
---@param input nnlua.Tensor
---@param p? number
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function nn.norm(input, p, dim, keepdim, dtype) end

---The p-norm (sum |input|^p)^(1/p) of all elements, or of those along some dimensions. For p = inf it is the largest |input|, for -inf the smallest, for 0 how many are not 0. The gradient at 0 is 0.
---@param p? number
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? string
---@return nnlua.Tensor
function Tensor:norm(p, dim, keepdim, dtype) end

---log(sum(exp(input))) along some dimensions, computed so that exp does not overflow.
---@param input nnlua.Tensor
---@param dim integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function nn.logsumexp(input, dim, keepdim) end

---log(sum(exp(input))) along some dimensions, computed so that exp does not overflow.
---@param dim integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
function Tensor:logsumexp(dim, keepdim) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function nn.cumsum(input, dim, dtype, exclusive, reverse) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function Tensor:cumsum(dim, dtype, exclusive, reverse) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function Tensor:cumsum_(dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function nn.cumprod(input, dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function Tensor:cumprod(dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? string
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
function Tensor:cumprod_(dim, dtype, exclusive, reverse) end

---exp(input) / sum(exp(input)) along a dimension: numbers between 0 and 1 that add up to 1.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? string
---@return nnlua.Tensor
function nn.softmax(input, dim, dtype) end

---exp(input) / sum(exp(input)) along a dimension: numbers between 0 and 1 that add up to 1.
---@param dim integer
---@param dtype? string
---@return nnlua.Tensor
function Tensor:softmax(dim, dtype) end

---The logarithm of softmax along a dimension, computed without losing what softmax would round to 0.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? string
---@return nnlua.Tensor
function nn.log_softmax(input, dim, dtype) end

---The logarithm of softmax along a dimension, computed without losing what softmax would round to 0.
---@param dim integer
---@param dtype? string
---@return nnlua.Tensor
function Tensor:log_softmax(dim, dtype) end

---The elements in order along a dimension, and where they were. Equal ones always keep their order; NaN counts as the largest.
---@param input nnlua.Tensor
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor, nnlua.Tensor
function nn.sort(input, dim, descending, stable) end

---The elements in order along a dimension, and where they were. Equal ones always keep their order; NaN counts as the largest.
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor, nnlua.Tensor
function Tensor:sort(dim, descending, stable) end

---The indices that put the elements in order along a dimension: the second result of sort.
---@param input nnlua.Tensor
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
function nn.argsort(input, dim, descending, stable) end

---The indices that put the elements in order along a dimension: the second result of sort.
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
function Tensor:argsort(dim, descending, stable) end

---The k largest (or smallest) elements along a dimension, and their indices, in order unless sorted is false. Of equal ones, the first are taken; NaN counts as the largest.
---@param input nnlua.Tensor
---@param k integer
---@param dim? integer
---@param largest? boolean
---@param sorted? boolean
---@return nnlua.Tensor, nnlua.Tensor
function nn.topk(input, k, dim, largest, sorted) end

---The k largest (or smallest) elements along a dimension, and their indices, in order unless sorted is false. Of equal ones, the first are taken; NaN counts as the largest.
---@param k integer
---@param dim? integer
---@param largest? boolean
---@param sorted? boolean
---@return nnlua.Tensor, nnlua.Tensor
function Tensor:topk(k, dim, largest, sorted) end

---input weight^T + bias: (…, in_features) gives (…, out_features).
---@param in_features integer
---@param out_features integer
---@param bias? boolean
---@return nnlua.Module
function nn.Linear(in_features, out_features, bias) end

---input1^T W input2 + bias, for each output: (…, in1_features) and (…, in2_features) give (…, out_features).
---@param in1_features integer
---@param in2_features integer
---@param out_features integer
---@param bias? boolean
---@return nnlua.Module
function nn.Bilinear(in1_features, in2_features, out_features, bias) end

---max(0, input).
---@return nnlua.Module
function nn.ReLU() end

---input where it is above 0, else negative_slope * input.
---@param negative_slope? number
---@return nnlua.Module
function nn.LeakyReLU(negative_slope) end

---input where it is above 0, else alpha * (exp(input) - 1).
---@param alpha? number
---@return nnlua.Module
function nn.ELU(alpha) end

---input * Phi(input), Phi being the normal distribution function.
---@param approximate? string
---@return nnlua.Module
function nn.GELU(approximate) end

---input * sigmoid(input).
---@return nnlua.Module
function nn.SiLU() end

---1 / (1 + exp(-input)).
---@return nnlua.Module
function nn.Sigmoid() end

---The hyperbolic tangent.
---@return nnlua.Module
function nn.Tanh() end

---log(1 + exp(beta * input)) / beta.
---@param beta? number
---@param threshold? number
---@return nnlua.Module
function nn.Softplus(beta, threshold) end

---exp(input) over its sum along dim: positive numbers whose sum is 1.
---@param dim integer
---@return nnlua.Module
function nn.Softmax(dim) end

---The logarithm of softmax.
---@param dim integer
---@return nnlua.Module
function nn.LogSoftmax(dim) end

---In training, each element is 0 with probability p, else input / (1 - p).
---@param p? number
---@return nnlua.Module
function nn.Dropout(p) end

---(input - mean) / sqrt(var + eps) * weight + bias for each feature, the second of 2 or 3 dimensions; the mean and variance are the batch's in training, else running ones.
---@param num_features integer
---@param eps? number
---@param momentum? number
---@param affine? boolean
---@param track_running_stats? boolean
---@return nnlua.Module
function nn.BatchNorm1d(num_features, eps, momentum, affine, track_running_stats) end

---(input - mean) / sqrt(var + eps) * weight + bias over the last dimensions.
---@param normalized_shape integer|integer[]
---@param eps? number
---@param elementwise_affine? boolean
---@return nnlua.Module
function nn.LayerNorm(normalized_shape, eps, elementwise_affine) end

---A table of num_embeddings rows, looked up by index: an int64 tensor of any shape gives that shape x embedding_dim.
---@param num_embeddings integer
---@param embedding_dim integer
---@param padding_idx? integer
---@return nnlua.Module
function nn.Embedding(num_embeddings, embedding_dim, padding_idx) end

---The dimensions from start_dim (the second, unless given) to end_dim (the last) as one.
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Module
function nn.Flatten(start_dim, end_dim) end

---input itself.
---@return nnlua.Module
function nn.Identity() end

---Layers one after the other, each taking the result of the one before.
---@return nnlua.Module
function nn.Sequential() end

---(input - target)^2.
---@param reduction? string
---@return nnlua.Module
function nn.MSELoss(reduction) end

----log(softmax(input)[class]): scores (n, classes) against classes (n).
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param reduction? string
---@param label_smoothing? number
---@return nnlua.Module
function nn.CrossEntropyLoss(weight, ignore_index, reduction, label_smoothing) end

----input[class]: log-probabilities (n, classes) against classes (n).
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param reduction? string
---@return nnlua.Module
function nn.NLLLoss(weight, ignore_index, reduction) end

----(target log(input) + (1 - target) log(1 - input)), for probabilities.
---@param weight? nnlua.Tensor
---@param reduction? string
---@return nnlua.Module
function nn.BCELoss(weight, reduction) end

---BCELoss of sigmoid(input), computed without overflow.
---@param weight? nnlua.Tensor
---@param reduction? string
---@param pos_weight? nnlua.Tensor
---@return nnlua.Module
function nn.BCEWithLogitsLoss(weight, reduction, pos_weight) end

---|input - target|.
---@param reduction? string
---@return nnlua.Module
function nn.L1Loss(reduction) end

---(input - target)^2 / (2 beta) below beta, |input - target| - beta / 2 above.
---@param reduction? string
---@param beta? number
---@return nnlua.Module
function nn.SmoothL1Loss(reduction, beta) end

---(input - target)^2 / 2 below delta, delta (|input - target| - delta / 2) above.
---@param reduction? string
---@param delta? number
---@return nnlua.Module
function nn.HuberLoss(reduction, delta) end

---target (log(target) - input), for log-probabilities in input.
---@param reduction? string
---@param log_target? boolean
---@return nnlua.Module
function nn.KLDivLoss(reduction, log_target) end

---Stochastic gradient descent: p = p - lr g; with momentum, p = p - lr b, where b = momentum b + (1 - dampening) g (Sutskever et al. 2013).
---@param params nnlua.Tensor[]
---@param lr? number
---@param momentum? number
---@param dampening? number
---@param weight_decay? number
---@param nesterov? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
function nn.optim.SGD(params, lr, momentum, dampening, weight_decay, nesterov, maximize) end

---p = p - lr g / (sqrt(v) + eps), where v = alpha v + (1 - alpha) g^2 (Tieleman and Hinton 2012); centered, v less the square of the mean gradient (Graves 2013).
---@param params nnlua.Tensor[]
---@param lr? number
---@param alpha? number
---@param eps? number
---@param weight_decay? number
---@param momentum? number
---@param centered? boolean
---@return nnlua.Optimizer
function nn.optim.RMSprop(params, lr, alpha, eps, weight_decay, momentum, centered) end

---p = p - lr m / (sqrt(v) + eps), where m and v are running means of g and g^2, corrected for their start at 0 (Kingma and Ba 2014).
---@param params nnlua.Tensor[]
---@param lr? number
---@param beta1? number
---@param beta2? number
---@param eps? number
---@param weight_decay? number
---@param amsgrad? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
function nn.optim.Adam(params, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) end

---Adam whose weight decay is apart from the gradient: p = (1 - lr weight_decay) p at each step (Loshchilov and Hutter 2017).
---@param params nnlua.Tensor[]
---@param lr? number
---@param beta1? number
---@param beta2? number
---@param eps? number
---@param weight_decay? number
---@param amsgrad? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
function nn.optim.AdamW(params, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) end

---p = p - lr g / (sqrt(s) + eps), where s is the sum of all g^2 so far (Duchi et al. 2011).
---@param params nnlua.Tensor[]
---@param lr? number
---@param lr_decay? number
---@param weight_decay? number
---@param initial_accumulator_value? number
---@param eps? number
---@return nnlua.Optimizer
function nn.optim.Adagrad(params, lr, lr_decay, weight_decay, initial_accumulator_value, eps) end

return nn
