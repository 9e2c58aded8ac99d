/* Stochastic gradient descent, with momentum (Sutskever et al. 2013):
 *   d = g + weight_decay p;  b = momentum b + (1 - dampening) d  (b = d at first)
 *   p = p - lr b,  or with nesterov  p - lr (d + momentum b) */
#include "optim.h"

enum { LR, MOMENTUM, DAMPENING, DECAY, NESTEROV, MAXIMIZE };

static nn_status check(nn_ctx *ctx, const double *o) {
  if (!o[NESTEROV] || (o[MOMENTUM] > 0 && o[DAMPENING] == 0)) return NN_OK;
  return nn_fail(ctx, NN_EARG, "SGD: nesterov needs a momentum above 0 and no dampening");
}

static bool needs(const double *o, int k) { return k == 0 && o[MOMENTUM] != 0; }

static void scalars(const double *o, int64_t step, bool fresh, double *k) {
  (void)step;
  k[0] = o[DECAY];
  k[1] = o[MOMENTUM];
  k[2] = 1 - o[DAMPENING];
  k[3] = o[NESTEROV];
  k[4] = -o[LR];
  k[5] = fresh;
  k[6] = o[MAXIMIZE];
}

nn_rule nn__rule_SGD = {
    .name = "SGD",
    .params = "lr:number=0.001 momentum:number=0 dampening:number=0 weight_decay:number=0 "
              "nesterov:bool=false maximize:bool=false",
    .doc = "Stochastic gradient descent, with momentum. p = p - lr g; with momentum, p = p - lr b, "
           "where b = momentum b + (1 - dampening) g (Sutskever et al. 2013).",
    .state = {"momentum_buffer"},
    .kernel = NN__UPDATE_sgd,
    .check = check,
    .needs = needs,
    .scalars = scalars,
};
