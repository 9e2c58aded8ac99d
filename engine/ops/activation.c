/* Activations that are no single pointwise expression: gelu and dropout. */

#include "expr.h"

/* -- gelu ------------------------------------------------------------------------------------ */

/* 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
static nn_tensor *gelu_tanh(nn__scope *s, nn_tensor *x) {
  const double root = 0.79788456080286535588;
  nn_tensor *cube = e_mul(s, e_mul(s, x, x), x);
  nn_tensor *inner = e_mul_n(s, e_add(s, x, e_mul_n(s, cube, 0.044715)), root);
  return e_mul(s, e_mul_n(s, x, 0.5), e_add_n(s, e_tanh(s, inner), 1));
}

static nn_status gelu_check(nn__call *c) { return nn__check_floating(c, 0); }

static nn_tensor *gelu_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  return nn__choice(c, 1) ? gelu_tanh(s, x) : E_RUN(s, gelu_erf, nn_t(x));
}

nn_op nn__op_gelu = {.name = "gelu",
                     .params = "input:tensor approximate:none|tanh=none",
                     .group = "activations",
                     .doc =
                         "input * Phi(input), Phi being the normal distribution function, or its "
                         "approximation by tanh (Hendrycks and Gimpel 2016).",
                     .check = gelu_check,
                     .compose = gelu_compose};

/* -- dropout --------------------------------------------------------------------------------- */

static nn_status dropout_check(nn__call *c) {
  double p = nn__value(&c->arg[1]);
  if (!(p >= 0 && p <= 1))
    return nn__why(c, NN_EARG, "p must be a probability, from 0 to 1, not %g", p);
  return nn__check_floating(c, 0);
}

/* Draws as PyTorch does, so nothing at all where nothing is left to chance. */
static nn_tensor *dropout_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  double p = nn__value(&c->arg[1]);
  if (p == 0 || !c->arg[2].v.b || !x->numel) return e_mul_n(s, x, 1);
  if (p == 1) return e_mul_n(s, x, 0);
  nn_tensor *mask = E_RUN(s, dropout_mask, nn_t(x), nn_number(1 - p), c->arg[3]);
  return e_mul(s, x, e_div_n(s, mask, 1 - p));
}

nn_op nn__op_dropout = {.name = "dropout",
                        .params = "input:tensor p:number=0.5 training:bool=true "
                                  "generator:generator?",
                        .group = "activations",
                        .doc = "Each element is 0 with probability p, else input / (1 - p) "
                               "(Srivastava et al. 2014); input itself where training is false.",
                        .flags = NN_OP_RANDOM,
                        .check = dropout_check,
                        .compose = dropout_compose};
