/* Losses: operations on (input, target) as layers. */
#include "module.h"

#define REDUCTION "reduction:mean|sum|none=mean"
#define LOSS(kind, operation, PARAMS, DOC) \
  nn_layer nn__layer_##kind = {            \
      .name = #kind, .params = PARAMS, .doc = DOC, .ninputs = 2, .op = &nn__op_##operation};

LOSS(MSELoss, mse_loss, REDUCTION, "(input - target)^2.")
LOSS(CrossEntropyLoss, cross_entropy,
     "weight:tensor? ignore_index:int=-100 " REDUCTION " label_smoothing:number=0",
     "-log(softmax(input)[class]): scores (n, classes) against classes (n).")
LOSS(NLLLoss, nll_loss, "weight:tensor? ignore_index:int=-100 " REDUCTION,
     "-input[class]: log-probabilities (n, classes) against classes (n).")
LOSS(BCELoss, binary_cross_entropy, "weight:tensor? " REDUCTION,
     "-(target log(input) + (1 - target) log(1 - input)), for probabilities.")
LOSS(BCEWithLogitsLoss, binary_cross_entropy_with_logits,
     "weight:tensor? " REDUCTION " pos_weight:tensor?",
     "BCELoss of sigmoid(input), computed without overflow.")
LOSS(L1Loss, l1_loss, REDUCTION, "|input - target|.")
LOSS(SmoothL1Loss, smooth_l1_loss, REDUCTION " beta:number=1",
     "(input - target)^2 / (2 beta) below beta, |input - target| - beta / 2 above.")
LOSS(HuberLoss, huber_loss, REDUCTION " delta:number=1",
     "(input - target)^2 / 2 below delta, delta (|input - target| - delta / 2) above.")
LOSS(KLDivLoss, kl_div, "reduction:mean|sum|none|batchmean=mean log_target:bool=false",
     "target (log(target) - input), for log-probabilities in input.")
