/* Adagrad (Duchi et al. 2011):
 *   s = s + g^2;  p = p - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps) */
#include "optim.h"

enum { LR, LR_DECAY, DECAY, INITIAL, EPS };

static bool needs(const double *o, int k) {
  (void)o;
  return k == 0;
}

static void scalars(const double *o, int64_t step, bool fresh, double *k) {
  (void)fresh;
  k[0] = o[DECAY];
  k[1] = o[LR] / (1 + (double)(step - 1) * o[LR_DECAY]);
  k[2] = o[EPS];
}

nn_rule nn__rule_Adagrad = {
    .name = "Adagrad",
    .params = "lr:number=0.01 lr_decay:number=0 weight_decay:number=0 "
              "initial_accumulator_value:number=0 eps:number=1e-10",
    .doc =
        "Steps over the root of the sum of all squared gradients. p = p - lr g / (sqrt(s) + eps), "
        "where s is the sum of all g^2 so far (Duchi et al. 2011).",
    .state = {"sum"},
    .kernel = NN__UPDATE_adagrad,
    .needs = needs,
    .scalars = scalars,
    .initial = INITIAL,
};
