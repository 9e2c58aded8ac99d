/* Losses: operations on (input, target) as layers. */
#include "module.h"

#define REDUCTION "reduction:mean|sum|none=mean"
#define LOSS(kind, operation, PARAMS, DOC) \
  nn_layer nn__layer_##kind = {            \
      .name = #kind, .params = PARAMS, .doc = DOC, .ninputs = 2, .op = &nn__op_##operation};

LOSS(MSELoss, mse_loss, REDUCTION, "The squared error, (input - target)^2.")
LOSS(CrossEntropyLoss, cross_entropy,
     "weight:tensor? ignore_index:int=-100 " REDUCTION " label_smoothing:number=0",
     "The cross-entropy of scores (n, classes) and classes (n): -log(softmax(input)[class]). The "
     "classes are int64 and count from 1; probabilities (n, classes) serve too.")
LOSS(NLLLoss, nll_loss, "weight:tensor? ignore_index:int=-100 " REDUCTION,
     "The negative log-likelihood of log-probabilities (n, classes) and classes (n): "
     "-input[class]. Classes count from 1.")
LOSS(BCELoss, binary_cross_entropy, "weight:tensor? " REDUCTION,
     "The cross-entropy of probabilities: -(target log(input) + (1 - target) log(1 - input)).")
LOSS(BCEWithLogitsLoss, binary_cross_entropy_with_logits,
     "weight:tensor? " REDUCTION " pos_weight:tensor?",
     "BCELoss of sigmoid(input), computed without overflow.")
LOSS(L1Loss, l1_loss, REDUCTION, "The absolute error, |input - target|.")
LOSS(SmoothL1Loss, smooth_l1_loss, REDUCTION " beta:number=1",
     "The absolute error, rounded off near 0: with d = |input - target|, d^2 / (2 beta) where d is "
     "below beta, else d - beta / 2 (Girshick 2015).")
LOSS(HuberLoss, huber_loss, REDUCTION " delta:number=1",
     "The squared error near 0, the absolute one farther off: with d = |input - target|, d^2 / 2 "
     "where d is below delta, else delta * (d - delta / 2) (Huber 1964).")
LOSS(KLDivLoss, kl_div, "reduction:mean|sum|none|batchmean=mean log_target:bool=false",
     "The Kullback-Leibler divergence: target (log(target) - input), for log-probabilities in "
     "input; with log_target, in target too. \"batchmean\" divides by the rows, as its definition "
     "has it.")
