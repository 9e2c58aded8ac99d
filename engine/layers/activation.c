/* Activations: operations as layers. */
#include "module.h"

#define ACTIVATION(kind, operation, PARAMS, EXTRA, DOC) \
  nn_layer nn__layer_##kind = {                         \
      .name = #kind, .params = PARAMS, .doc = DOC, .extra = EXTRA, .op = &nn__op_##operation};

ACTIVATION(ReLU, relu, "", "", "max(0, input), element by element.")
ACTIVATION(LeakyReLU, leaky_relu, "negative_slope:number=0.01", "negative_slope",
           "input where it is above 0, else negative_slope * input (Maas et al. 2013).")
ACTIVATION(ELU, elu, "alpha:number=1", "alpha",
           "input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).")
ACTIVATION(
    GELU, gelu, "approximate:none|tanh=none", "approximate",
    "input * Phi(input), Phi being the normal distribution function, or its approximation by tanh "
    "(Hendrycks and Gimpel 2016).")
ACTIVATION(SiLU, silu, "", "", "input * sigmoid(input) (Elfwing et al. 2017).")
ACTIVATION(Sigmoid, sigmoid, "", "", "1 / (1 + exp(-input)), from 0 to 1.")
ACTIVATION(Tanh, tanh, "", "", "The hyperbolic tangent, from -1 to 1.")
ACTIVATION(
    Softplus, softplus, "beta:number=1 threshold:number=20", "beta threshold",
    "log(1 + exp(beta * input)) / beta, a smooth relu; input itself where beta * input is above "
    "threshold.")
ACTIVATION(Softmax, softmax, "dim:dim", "dim",
           "exp(input) over its sum along dim: positive numbers whose sum is 1.")
ACTIVATION(
    LogSoftmax, log_softmax, "dim:dim", "dim",
    "The logarithm of softmax along dim, computed without losing what softmax would round to 0.")
