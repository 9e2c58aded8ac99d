/* Losses. Each compares an input with a target of its shape (the ones for classes: with a class
 * for each row) and reduces the result: to its mean, its sum, or not at all. */
#include <math.h>

#include "autograd.h"
#include "loss.h"
#include "pointwise.h"
#include "shape.h"

#define REDUCTION "reduction:mean|sum|none=mean"

enum { MEAN, SUM, NONE };

static nn_tensor *reduced(nn__scope *s, nn_tensor *x, int reduction) {
  if (reduction == NONE) return x;
  return reduction == SUM ? e_sum_all(s, x) : E_RUN(s, mean, nn_t(x));
}

/* -- Losses between numbers ------------------------------------------------------------------ */

static nn_status check_pair(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  if (!nn__same_shape(x, y)) return nn__why(c, NN_ESHAPE, "the target must have the input's shape");
  for (int i = 0; i < 2; i++) NN_TRY(nn__check_floating(c, i));
  return NN_OK;
}

#define LOSS(op, PARAMS, DOMAIN, DOC, CHECK, COMPOSE)               \
  nn_op nn__op_##op = {.name = #op,                                 \
                       .params = PARAMS,                            \
                       .group = "losses",                           \
                       .doc = DOC,                                  \
                       .domain = DOMAIN,                            \
                       .cannot = "compare input $1 with target $2", \
                       .flags = NN_OP_FUNCTION,                     \
                       .check = CHECK,                              \
                       .compose = COMPOSE};

static nn_tensor *mse_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *d = e_sub(s, nn__in(c, 0), nn__in(c, 1));
  return reduced(s, e_square(s, d), nn__choice(c, 2));
}

LOSS(mse_loss, "input:tensor target:tensor " REDUCTION, "any",
     "The squared error, (input - target)^2, of numbers and targets in one shape.", check_pair,
     mse_compose)

static nn_tensor *l1_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *d = e_sub(s, nn__in(c, 0), nn__in(c, 1));
  return reduced(s, e_abs(s, d), nn__choice(c, 2));
}

LOSS(l1_loss, "input:tensor target:tensor " REDUCTION, "distinct",
     "The absolute error, |input - target|, of numbers and targets in one shape.", check_pair,
     l1_compose)

/* Where |d| < edge: d^2 / 2, else edge * (|d| - edge / 2); all of it times `scale`. */
static nn_tensor *rounded_abs(nn__scope *s, const nn__call *c, double edge, double scale) {
  nn_tensor *d = e_abs(s, e_sub(s, nn__in(c, 0), nn__in(c, 1)));
  nn_tensor *inner = e_mul_n(s, e_square(s, d), 0.5 * scale);
  nn_tensor *outer = e_mul_n(s, e_add_n(s, d, -0.5 * edge), edge * scale);
  return reduced(s, e_where(s, e_lt_n(s, d, edge), inner, outer), nn__choice(c, 2));
}

static nn_status check_edge(nn__call *c) {
  double edge = nn__value(&c->arg[3]);
  bool may_be_zero = c->op == &nn__op_smooth_l1_loss;
  if (!(edge > 0) && !(may_be_zero && edge == 0))
    return nn__why(c, NN_EARG, "%s must be above 0, not %g", c->op->info.params[3].name, edge);
  return check_pair(c);
}

static nn_tensor *smooth_l1_compose(nn__scope *s, const nn__call *c) {
  double beta = nn__value(&c->arg[3]);
  return beta == 0 ? l1_compose(s, c) : rounded_abs(s, c, beta, 1 / beta);
}

LOSS(smooth_l1_loss, "input:tensor target:tensor " REDUCTION " beta:number=1", "distinct",
     "The absolute error, rounded off near 0: with d = |input - target|, d^2 / (2 beta) where d is "
     "below beta, else d - beta / 2 (Girshick 2015).",
     check_edge, smooth_l1_compose)

static nn_tensor *huber_compose(nn__scope *s, const nn__call *c) {
  return rounded_abs(s, c, nn__value(&c->arg[3]), 1);
}

LOSS(huber_loss, "input:tensor target:tensor " REDUCTION " delta:number=1", "distinct",
     "The squared error near 0, the absolute one farther off: with d = |input - target|, d^2 / 2 "
     "where d is below delta, else delta * (d - delta / 2) (Huber 1964).",
     check_edge, huber_compose)

/* -- Losses between probabilities ------------------------------------------------------------ */

static nn_status check_probabilities(nn__call *c) {
  nn_tensor *made;
  double bad = 0;
  NN_TRY(check_pair(c));
  const nn_tensor *p = nn__contiguous(nn__in(c, 0), NN_FLOAT64, &made);
  if (!p) return NN_ENOMEM;
  const double *value = (const double *)(const void *)p->data;
  int64_t i = 0;
  while (i < p->numel && value[i] >= 0 && value[i] <= 1) i++;
  bool good = i == p->numel;
  if (!good) bad = value[i];
  nn_release(made);
  if (good) return NN_OK;
  return nn__why(c, NN_EARG, "the input holds %g, but must be probabilities, from 0 to 1", bad);
}

/* log(x), but at least -100, as PyTorch has it, so that the loss stays finite. */
static nn_tensor *bounded_log(nn__scope *s, nn_tensor *x) {
  return E_RUN(s, clamp, nn_t(e_log(s, x)), nn_number(-100));
}

static nn_tensor *bce_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  nn_tensor *yes = e_mul(s, y, bounded_log(s, x));
  nn_tensor *no = e_mul(s, e_n_sub(s, 1, y), bounded_log(s, e_n_sub(s, 1, x)));
  nn_tensor *loss = e_neg(s, e_add(s, yes, no));
  if (nn__given(c, 3)) loss = e_mul(s, loss, nn__in(c, 3));
  return reduced(s, loss, nn__choice(c, 2));
}

LOSS(binary_cross_entropy, "input:tensor target:tensor " REDUCTION " weight:tensor?", "unit",
     "The cross-entropy of probabilities from 0 to 1: -(target log(input) + (1 - target) "
     "log(1 - input)), in one shape. Logarithms below -100 count as -100.",
     check_probabilities, bce_compose)

/* (1 - y) x + (1 + (w - 1) y) softplus(-x), where w is the weight of positives. */
static nn_tensor *bce_logits_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  nn_tensor *tail = E_RUN(s, softplus, nn_t(e_neg(s, x)));
  if (nn__given(c, 4))
    tail = e_mul(s, e_add_n(s, e_mul(s, e_add_n(s, nn__in(c, 4), -1), y), 1), tail);
  nn_tensor *loss = e_add(s, e_mul(s, e_n_sub(s, 1, y), x), tail);
  if (nn__given(c, 3)) loss = e_mul(s, loss, nn__in(c, 3));
  return reduced(s, loss, nn__choice(c, 2));
}

LOSS(binary_cross_entropy_with_logits,
     "input:tensor target:tensor " REDUCTION " weight:tensor? pos_weight:tensor?", "any",
     "binary_cross_entropy of sigmoid(input), computed without overflow. pos_weight multiplies the "
     "part of the positive targets.",
     check_pair, bce_logits_compose)

/* y (log y - x), which is 0 at y = 0; where the target is in logs, exp(y) (y - x). */
static nn_tensor *kl_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1), *loss;
  if (c->arg[3].v.b) {
    loss = e_mul(s, e_exp(s, y), e_sub(s, y, x));
  } else {
    nn_tensor *positive = e_gt_n(s, y, 0);
    nn_tensor *safe = e_where(s, positive, y, e_full(s, (nn_dtype)y->dtype, 0, NULL, 1));
    nn_tensor *entropy = e_keep(s, positive, e_mul(s, y, e_log(s, safe)));
    loss = e_sub(s, entropy, e_mul(s, y, x));
  }
  int reduction = nn__choice(c, 2);
  if (reduction < 3) return reduced(s, loss, reduction);
  const nn_tensor *input = nn__in(c, 0);
  double batch = input->ndim ? (double)input->shape[0] : 1;
  return e_div_n(s, e_sum_all(s, loss), batch);
}

LOSS(kl_div,
     "input:tensor target:tensor reduction:mean|sum|none|batchmean=mean log_target:bool=false",
     "unit",
     "The Kullback-Leibler divergence of target from exp(input): target (log(target) - input), for "
     "log-probabilities input. With log_target, target holds logarithms too.",
     check_pair, kl_compose)

/* -- Losses for classes ---------------------------------------------------------------------- */

/* Fails unless argument 1 has the shape of argument 0, (n, classes, …) or (classes), less that of
 * the classes. */
static nn_status check_rows(const nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  if (x->ndim < 1 || y->ndim != x->ndim - 1)
    return nn__why(c, NN_ESHAPE,
                   "the target must have one dimension fewer: a class for each row of the input");
  for (int i = 0; i < y->ndim; i++) {
    int64_t rows = x->shape[i ? i + 1 : 0];
    if (rows != y->shape[i])
      return nn__why(c, NN_ESHAPE, "there are %lld rows, but %lld targets", (long long)rows,
                     (long long)y->shape[i]);
  }
  return NN_OK;
}

/* The number of the first label that is neither a class nor to be ignored; how many there are
 * where all are good. */
static int64_t find_bad_label(const nn_tensor *flat, int base, int64_t classes, int64_t ignore) {
  const int64_t *label = (const int64_t *)(const void *)flat->data;
  int64_t i = 0;
  while (i < flat->numel && (label[i] == ignore || (label[i] >= base && label[i] - base < classes)))
    i++;
  return i;
}

/* Fails unless argument 1 holds classes for the rows of argument 0. */
static nn_status check_classes(const nn__call *c, int64_t ignore) {
  const nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  int base = c->ctx->options.base;
  nn_tensor *made;
  NN_TRY(check_rows(c));
  NN_TRY(nn__check_is(c, 1, NN_INT64));
  int64_t classes = x->shape[x->ndim > 1];
  const nn_tensor *flat = nn__contiguous(y, NN_INT64, &made);
  if (!flat) return NN_ENOMEM;
  int64_t bad = find_bad_label(flat, base, classes, ignore);
  int64_t value = bad < y->numel ? ((const int64_t *)(const void *)flat->data)[bad] : 0;
  nn_release(made);
  if (bad == y->numel) return NN_OK;
  return nn_fail(c->ctx, NN_EARG, "%s: target[%lld] is %lld, but classes count from %d to %lld",
                 c->op->name, (long long)bad + base, (long long)value, base,
                 (long long)classes - 1 + base);
}

/* The hot case of cross_entropy: (n, classes) with one class a row, no weights. Its second result,
 * the log-probabilities, is for backward. */
static nn_status softmax_nll_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  c->meta[1] = nn__meta_of(x);
  c->meta[0] = (nn__meta){.dtype = (nn_dtype)x->dtype};
  return NN_OK;
}

static struct nn__labels labels_of(const nn_tensor *y) {
  return (struct nn__labels){(const int64_t *)(const void *)y->data, y->stride[0],
                             y->ctx->options.base};
}

static nn_status softmax_nll_forward(nn__call *c) {
  nn_tensor *made;
  const nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  if (!(x = nn__contiguous(x, (nn_dtype)x->dtype, &made))) return NN_ENOMEM;
  nn_status status = nn__softmax_nll(x, labels_of(y), c->arg[2].v.b, c->out[1], c->out[0]);
  nn_release(made);
  return status;
}

/* g (softmax(x) - one_hot(y)), divided by n for the mean: in one pass over the saved logs. */
static nn_tensor *fused_gradient(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0), *y = nn__saved(b, 1), *logs = nn__saved_out(b, 1);
  double scale;
  if (!g || !y || !logs || nn_item(g, &scale) != NN_OK) return NULL;
  nn__meta m = nn__meta_of(logs);
  nn_tensor *gx = nn__own(&b->s, nn__new_tensor(b->s.ctx, &m));
  if (!gx) return NULL;
  if (b->node->arg[2].v.b) scale /= (double)m.shape[0];
  nn__softmax_nll_gradient(logs, labels_of(y), scale, gx);
  return gx;
}

/* The same as expressions, for gradients of gradients. */
static nn_tensor *composed_gradient(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *x = nn__saved(b, 0), *y = nn__saved(b, 1), *g = nn__gout(b, 0);
  if (!x || !y || !g) return NULL;
  if (b->node->arg[2].v.b) g = e_div_n(s, g, (double)x->shape[0]);
  nn_tensor *index = e_unsqueeze(s, y, 1);
  nn_tensor *hits = E_RUN(s, scatter, nn_t(e_zeros_like(s, e_detach(s, x))), nn_int(1), nn_t(index),
                          nn_number(1));
  nn_tensor *softmax = E_RUN(s, softmax, nn_t(x), nn_int(1));
  return e_mul(s, g, e_sub(s, softmax, hits));
}

static void softmax_nll_backward(nn__grad *b) {
  nn__give(b, 0, b->again ? composed_gradient(b) : fused_gradient(b));
}

nn_op nn__op_softmax_nll = {.name = "softmax_nll",
                            .params = "input:tensor target:tensor mean:bool=true",
                            .group = "losses",
                            .doc = "The hot case of cross_entropy.",
                            .keep = "input target out",
                            .flags = NN_OP_HIDDEN,
                            .nout = 2,
                            .check = softmax_nll_check,
                            .forward = softmax_nll_forward,
                            .backward = softmax_nll_backward};

/* What the rows of a loss over classes share. */
struct rows {
  nn_tensor *logs, *target; /* the target with ignored rows set to the first class */
  nn_tensor *counts;        /* 1 for a row, 0 for an ignored one */
  nn_tensor *weight;        /* the class's weight for a row, 0 for an ignored one */
};

static struct rows rows_of(nn__scope *s, nn_tensor *logs, nn_tensor *y, const nn_arg *weight,
                           int64_t ignore) {
  struct rows r = {.logs = logs};
  nn_tensor *counts = E_RUN(s, ne, nn_t(y), nn_int(ignore));
  r.target = E_RUN(s, where, nn_t(counts), nn_t(y), nn_int(s->ctx->options.base));
  r.counts = r.weight = logs ? e_to(s, counts, (nn_dtype)logs->dtype) : NULL;
  if (weight->kind != NN_TENSOR) return r;
  nn_tensor *flat = e_reshape(s, r.target, 1, (int64_t[]){-1});
  nn_tensor *each = E_RUN(s, index_select, *weight, nn_int(0), nn_t(flat));
  r.weight = e_mul(s, r.counts, e_reshape(s, each, y->ndim, y->shape));
  return r;
}

/* The mean of a loss over classes divides by the rows' weights, not by their number. */
static nn_tensor *reduced_rows(nn__scope *s, nn_tensor *loss, const struct rows *r, int reduction) {
  if (reduction != MEAN) return reduced(s, loss, reduction);
  return e_div(s, e_sum_all(s, loss), e_sum_all(s, r->weight));
}

/* -w[y] x[y] for each row */
static nn_tensor *hard_rows(nn__scope *s, const struct rows *r) {
  if (!r->logs) return NULL;
  int dim = r->logs->ndim > 1;
  nn_tensor *index = e_unsqueeze(s, r->target, dim);
  nn_tensor *picked = E_RUN(s, gather, nn_t(r->logs), nn_int(dim), nn_t(index));
  return e_neg(s, e_mul(s, E_RUN(s, squeeze, nn_t(picked), nn_int(dim)), r->weight));
}

static nn_status check_weight(const nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  if (!nn__given(c, 3)) return NN_OK;
  const nn_tensor *w = nn__in(c, 3);
  int64_t classes = x->shape[x->ndim > 1];
  if (w->ndim == 1 && w->shape[0] == classes && w->dtype == x->dtype) return NN_OK;
  return nn__why(c, NN_ESHAPE, "weight must have %lld elements of %s, one a class",
                 (long long)classes, nn_dtype_name((nn_dtype)x->dtype));
}

static nn_status nll_check(nn__call *c) {
  NN_TRY(nn__check_floating(c, 0));
  NN_TRY(check_classes(c, c->arg[4].v.i));
  return check_weight(c);
}

static nn_tensor *nll_compose(nn__scope *s, const nn__call *c) {
  struct rows r = rows_of(s, nn__in(c, 0), nn__in(c, 1), &c->arg[3], c->arg[4].v.i);
  return reduced_rows(s, hard_rows(s, &r), &r, nn__choice(c, 2));
}

LOSS(
    nll_loss, "input:tensor target:tensor " REDUCTION " weight:tensor? ignore_index:int=-100",
    "any",
    "The negative log-likelihood: -input[class] for each row of log-probabilities (n, classes) and "
    "its class in target (n), counting from 1. weight has a factor for each class; a target of "
    "ignore_index does not count.",
    nll_check, nll_compose)

static nn_status cross_entropy_check(nn__call *c) {
  double smoothing = nn__value(&c->arg[5]);
  if (!(smoothing >= 0 && smoothing <= 1))
    return nn__why(c, NN_EARG, "label_smoothing must be from 0 to 1, not %g", smoothing);
  NN_TRY(nn__check_floating(c, 0));
  const nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  if (nn_dtype_is_floating((nn_dtype)y->dtype) && y->ndim != x->ndim)
    return nn__why(c, NN_EARG,
                   "the target is %s: classes must be int64, and probabilities must have the "
                   "input's shape",
                   nn_dtype_name((nn_dtype)y->dtype));
  if (nn_dtype_is_floating((nn_dtype)y->dtype)) return check_pair(c);
  NN_TRY(check_classes(c, c->arg[4].v.i));
  return check_weight(c);
}

static bool is_plain(const nn__call *c) {
  const nn_tensor *y = nn__in(c, 1);
  bool weighted = nn__given(c, 3) || nn__value(&c->arg[5]) != 0 || nn__choice(c, 2) == NONE;
  if (weighted || nn__in(c, 0)->ndim != 2 || y->numel == 0) return false;
  const char *at = y->data;
  for (int64_t i = 0; i < y->numel; i++, at += y->stride[0] * (int64_t)sizeof(int64_t))
    if (*(const int64_t *)(const void *)at == c->arg[4].v.i) return false;
  return true;
}

/* -sum over the classes of w[class] x, for each row */
static nn_tensor *class_sums(nn__scope *s, const nn__call *c, nn_tensor *x) {
  if (!x) return NULL;
  int dim = x->ndim > 1;
  if (nn__given(c, 3)) {
    int64_t shape[NN_MAX_DIMS];
    for (int i = 0; i < x->ndim; i++) shape[i] = i == dim ? x->shape[dim] : 1;
    x = e_mul(s, x, e_reshape(s, nn__in(c, 3), x->ndim, shape));
  }
  return e_neg(s, e_sum(s, x, dim, false));
}

/* The target as probabilities of the classes. */
static nn_tensor *soft_cross_entropy(nn__scope *s, const nn__call *c, nn_tensor *logs) {
  nn_tensor *target = nn__in(c, 1);
  int dim = logs->ndim > 1, reduction = nn__choice(c, 2);
  double smoothing = nn__value(&c->arg[5]), classes = (double)logs->shape[dim];
  if (smoothing > 0) target = e_add_n(s, e_mul_n(s, target, 1 - smoothing), smoothing / classes);
  nn_tensor *loss = class_sums(s, c, e_mul(s, logs, target));
  if (reduction != MEAN) return reduced(s, loss, reduction);
  return e_div_n(s, e_sum_all(s, loss), logs->ndim > 1 ? (double)logs->numel / classes : 1);
}

static nn_tensor *cross_entropy_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = nn__in(c, 1);
  int64_t dim = x->ndim > 1;
  double smoothing = nn__value(&c->arg[5]);
  bool soft = nn_dtype_is_floating((nn_dtype)y->dtype);
  if (!soft && is_plain(c))
    return E_RUN(s, softmax_nll, nn_t(x), nn_t(y), nn_flag(nn__choice(c, 2) == MEAN));
  nn_tensor *logs = E_RUN(s, log_softmax, nn_t(x), nn_int(dim));
  if (!logs) return NULL;
  if (soft) return soft_cross_entropy(s, c, logs);
  struct rows r = rows_of(s, logs, y, &c->arg[3], c->arg[4].v.i);
  nn_tensor *loss = hard_rows(s, &r);
  if (smoothing > 0) {
    nn_tensor *smooth = e_mul(s, class_sums(s, c, logs), r.counts);
    loss = e_add(s, e_mul_n(s, loss, 1 - smoothing),
                 e_mul_n(s, smooth, smoothing / (double)logs->shape[dim]));
  }
  return reduced_rows(s, loss, &r, nn__choice(c, 2));
}

LOSS(cross_entropy,
     "input:tensor target:tensor " REDUCTION
     " weight:tensor? ignore_index:int=-100 label_smoothing:number=0",
     "any",
     "The cross-entropy of scores and classes: -log(softmax(input)[class]) for each row of input "
     "(n, classes) and its class in target (n), int64 and counting from 1; the target may also be "
     "probabilities in the input's shape. weight has a factor for each class; a target of "
     "ignore_index does not count; label_smoothing gives that share of each target to all classes "
     "alike (Szegedy et al. 2016).",
     cross_entropy_check, cross_entropy_compose)
