/* Adam (Kingma and Ba 2014), amsgrad (Reddi et al. 2018) and AdamW (Loshchilov and Hutter 2017):
 *   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
 *   p = p - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
 * Adam adds weight_decay p to g; AdamW first takes lr weight_decay p from p. */
#include <math.h>

#include "optim.h"

enum { LR, BETA1, BETA2, EPS, DECAY, AMSGRAD, MAXIMIZE };

static bool needs(const double *o, int k) { return k < 2 || o[AMSGRAD] != 0; }

static void adam_scalars(const double *o, int64_t step, bool fresh, double *k) {
  (void)fresh;
  k[0] = o[DECAY];
  k[1] = o[BETA1];
  k[2] = o[BETA2];
  k[3] = 1 - o[BETA1];
  k[4] = 1 - o[BETA2];
  k[5] = o[LR] / (1 - pow(o[BETA1], (double)step));
  k[6] = sqrt(1 - pow(o[BETA2], (double)step));
  k[7] = o[EPS];
  k[8] = 1;
  k[9] = o[MAXIMIZE];
}

static void adamw_scalars(const double *o, int64_t step, bool fresh, double *k) {
  adam_scalars(o, step, fresh, k);
  k[0] = 0;
  k[8] = 1 - o[LR] * o[DECAY];
}

#define ADAM(kind, DECAY_DEFAULT, SCALARS, DOC)                                                 \
  nn_rule nn__rule_##kind = {                                                                   \
      .name = #kind,                                                                            \
      .params = "lr:number=0.001 beta1:number=0.9 beta2:number=0.999 eps:number=1e-8 "          \
                "weight_decay:number=" DECAY_DEFAULT " amsgrad:bool=false maximize:bool=false", \
      .doc = DOC,                                                                               \
      .state = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"},                                     \
      .kernel = NN__UPDATE_adam,                                                                \
      .needs = needs,                                                                           \
      .scalars = SCALARS,                                                                       \
  };

ADAM(Adam, "0", adam_scalars,
     "Steps by running means of the gradient and its square. p = p - lr m / (sqrt(v) + eps), where "
     "m and v are running means of g and g^2, by beta1 and beta2, corrected for their start at 0 "
     "(Kingma and Ba 2014); amsgrad takes the largest v so far (Reddi et al. 2018).")
ADAM(AdamW, "0.01", adamw_scalars,
     "Adam with a weight decay apart from the gradient: p = (1 - lr weight_decay) p at each step "
     "(Loshchilov and Hutter 2017).")
