/* Activations: operations as layers. */
#include "module.h"

#define ACTIVATION(kind, operation, PARAMS, EXTRA, DOC) \
  nn_layer nn__layer_##kind = {                         \
      .name = #kind, .params = PARAMS, .doc = DOC, .extra = EXTRA, .op = &nn__op_##operation};

ACTIVATION(ReLU, relu, "", "", "max(0, input).")
ACTIVATION(LeakyReLU, leaky_relu, "negative_slope:number=0.01", "negative_slope",
           "input where it is above 0, else negative_slope * input.")
ACTIVATION(ELU, elu, "alpha:number=1", "alpha",
           "input where it is above 0, else alpha * (exp(input) - 1).")
ACTIVATION(GELU, gelu, "approximate:none|tanh=none", "approximate",
           "input * Phi(input), Phi being the normal distribution function.")
ACTIVATION(SiLU, silu, "", "", "input * sigmoid(input).")
ACTIVATION(Sigmoid, sigmoid, "", "", "1 / (1 + exp(-input)).")
ACTIVATION(Tanh, tanh, "", "", "The hyperbolic tangent.")
ACTIVATION(Softplus, softplus, "beta:number=1 threshold:number=20", "beta threshold",
           "log(1 + exp(beta * input)) / beta.")
ACTIVATION(Softmax, softmax, "dim:dim", "dim",
           "exp(input) over its sum along dim: positive numbers whose sum is 1.")
ACTIVATION(LogSoftmax, log_softmax, "dim:dim", "dim", "The logarithm of softmax.")
