/* RMSprop (Tieleman and Hinton 2012), centered as in Graves 2013:
 *   v = alpha v + (1 - alpha) g^2;  p = p - lr g / (sqrt(v) + eps) */
#include "optim.h"

enum { LR, ALPHA, EPS, DECAY, MOMENTUM, CENTERED };

static bool needs(const double *o, int k) {
  return k == 0 || (k == 1 ? o[MOMENTUM] > 0 : o[CENTERED] != 0);
}

static void scalars(const double *o, int64_t step, bool fresh, double *k) {
  (void)step, (void)fresh;
  k[0] = o[DECAY];
  k[1] = o[ALPHA];
  k[2] = 1 - o[ALPHA];
  k[3] = o[EPS];
  k[4] = o[MOMENTUM];
  k[5] = o[LR];
}

nn_rule nn__rule_RMSprop = {
    .name = "RMSprop",
    .params = "lr:number=0.01 alpha:number=0.99 eps:number=1e-8 weight_decay:number=0 "
              "momentum:number=0 centered:bool=false",
    .doc = "Steps over the root of a running mean of squared gradients. p = p - lr g / (sqrt(v) + "
           "eps), where v = alpha v + (1 - alpha) g^2 (Tieleman and Hinton 2012); centered, v less "
           "the square of the mean gradient (Graves 2013).",
    .state = {"square_avg", "momentum_buffer", "grad_avg"},
    .kernel = NN__UPDATE_rmsprop,
    .needs = needs,
    .scalars = scalars,
};
