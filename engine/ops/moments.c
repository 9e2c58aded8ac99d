/* Spread and size: var std norm, and the logarithm of a sum of exponentials. */
#include <math.h>

#include "autograd.h"
#include "pointwise.h"
#include "reduce.h"

#define GROUP .group = "reductions"

/* -- var, std -------------------------------------------------------------------------------- */

enum { UNBIASED = 2, KEEPDIM, CORRECTION }; /* arguments of var and std */

static nn_status check_var(nn__call *c) {
  NN_TRY(nn__check_floating(c, 0));
  if (nn__given(c, UNBIASED) && nn__given(c, CORRECTION))
    return nn__why(c, NN_EARG, "takes either unbiased or correction, not both");
  return nn__check_reduce(c, 1, KEEPDIM, (nn_dtype)nn__in(c, 0)->dtype);
}

/* What is taken off the count that the sum of squared deviations is divided by. */
static double correction(const nn_arg *arg) {
  if (arg[CORRECTION].kind != NN_NONE) return nn__value(&arg[CORRECTION]);
  return arg[UNBIASED].kind == NN_NONE || arg[UNBIASED].v.b;
}

/* r->p is the correction. */
static void finish_var(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  for (; n > 0; n--, acc += 3) acc[0].f = acc[2].f / fmax(r->count - r->p, 0);
}

static void finish_std(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  finish_var(r, n, acc);
  for (; n > 0; n--, acc += 3) acc[0].f = sqrt(acc[0].f);
}

static nn_status fold_moments(nn__call *c, nn__finish *finish) {
  struct nn__reduce r = {.x = nn__in(c, 0),
                         .dims = nn__dims(c->arg, 1),
                         .fold = NN_FOLD_MOMENTS,
                         .p = correction(c->arg),
                         .finish = finish,
                         .value = c->out[0]};
  return nn__reduce(c->ctx, &r);
}

static nn_status forward_var(nn__call *c) { return fold_moments(c, finish_var); }
static nn_status forward_std(nn__call *c) { return fold_moments(c, finish_std); }

/* var = sum (x - mean)^2 / (n - correction): gx = 2 g (x - mean) / (n - correction). The mean's own
 * share vanishes, as the deviations from it add up to 0. */
static void give_var(nn__grad *b, nn_tensor *g) {
  nn__scope *s = &b->s;
  nn_tensor *x = nn__saved(b, 0);
  double n = nn__fold_count(b, 1), free = fmax(n - correction(b->node->arg), 0);
  nn_tensor *mean = e_mul_n(s, nn__sum_dims(b, x, 1), 1 / n);
  nn__give(b, 0, e_mul(s, e_mul_n(s, g, 2 / free), e_sub(s, x, mean)));
}

static void backward_var(nn__grad *b) { give_var(b, nn__unfold(b, nn__gout(b, 0), 1)); }

/* d sqrt(v) = dv / (2 sqrt(v)), taken as 0 where all elements are equal. */
static void backward_std(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *y = nn__unfold(b, nn__saved_out(b, 0), 1), *g = nn__unfold(b, nn__gout(b, 0), 1);
  nn_tensor *flat = e_eq_n(s, y, 0);
  g = e_div(s, g, e_mul_n(s, e_masked_fill(s, y, flat, 1), 2));
  give_var(b, e_masked_fill(s, g, flat, 0));
}

#define VAR_PARAMS "input:tensor dim:dims? unbiased:bool? keepdim:bool=false correction:number?"
#define VAR_DOC                                                                                  \
  " The squared deviations from the mean are divided by their count less the correction, which " \
  "is 1 unless given (0 for unbiased=false)."

nn_op nn__op_var = {.name = "var",
                    .params = VAR_PARAMS,
                    GROUP,
                    .doc =
                        "The variance of all elements, or of those along some dimensions." VAR_DOC,
                    .keep = "input",
                    .check = check_var,
                    .forward = forward_var,
                    .backward = backward_var};

nn_op nn__op_std = {.name = "std",
                    .params = VAR_PARAMS,
                    GROUP,
                    .doc = "The standard deviation, the square root of var." VAR_DOC,
                    .keep = "input out",
                    .check = check_var,
                    .forward = forward_std,
                    .backward = backward_std};

/* -- norm ------------------------------------------------------------------------------------ */

enum { P = 1, NORM_DIM, NORM_KEEPDIM, NORM_DTYPE }; /* arguments of norm */

static nn_status check_norm(nn__call *c) {
  nn_dtype dtype = (nn_dtype)nn__in(c, 0)->dtype;
  if (!nn__given(c, NORM_DTYPE)) NN_TRY(nn__check_floating(c, 0));
  NN_TRY(nn__check_dtype(c, NORM_DTYPE, dtype, &dtype));
  if (!nn_dtype_is_floating(dtype))
    return nn__why(c, NN_EARG, "dtype is %s, but must be float32 or float64", nn_dtype_name(dtype));
  NN_TRY(nn__check_reduce(c, NORM_DIM, NORM_KEEPDIM, dtype));
  return isinf(nn__value(&c->arg[P])) ? nn__check_not_empty(c, NORM_DIM) : NN_OK;
}

static void finish_count(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  (void)r;
  for (int64_t j = 0; j < n; j++) acc[j].f = (double)acc[j].i;
}

static void finish_root(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  for (int64_t j = 0; j < n; j++) acc[j].f = r->p == 2 ? sqrt(acc[j].f) : pow(acc[j].f, 1 / r->p);
}

static enum nn__fold_id fold_for(double p) {
  if (isinf(p)) return p > 0 ? NN_FOLD_MAX_ABS : NN_FOLD_MIN_ABS;
  return p == 0 ? NN_FOLD_COUNT : p == 1 ? NN_FOLD_ABS : p == 2 ? NN_FOLD_SQUARES : NN_FOLD_POWERS;
}

static nn_status forward_norm(nn__call *c) {
  nn_tensor *made;
  const nn_tensor *x = nn__converted(nn__in(c, 0), c->meta[0].dtype, &made);
  if (!x) return NN_ENOMEM;
  struct nn__reduce r = {.x = x, .dims = nn__dims(c->arg, NORM_DIM), .value = c->out[0]};
  r.p = nn__value(&c->arg[P]);
  r.fold = fold_for(r.p);
  if (r.p == 0)
    r.finish = finish_count;
  else if (r.p != 1 && !isinf(r.p))
    r.finish = finish_root;
  nn_status status = nn__reduce(c->ctx, &r);
  nn_release(made);
  return status;
}

/* x, but 1 where it is 0. */
static nn_tensor *without_zeros(nn__scope *s, nn_tensor *x) {
  return e_masked_fill(s, x, e_eq_n(s, x, 0), 1);
}

/* d |x|_p = sign(x) (|x| / |x|_p)^(p-1): 0 at 0. Of the maximum norm, equal elements share. */
static void backward_norm(nn__grad *b) {
  nn__scope *s = &b->s;
  double p = nn__value(&b->node->arg[P]);
  nn_tensor *x = nn__saved(b, 0), *y = nn__unfold(b, nn__saved_out(b, 0), NORM_DIM);
  nn_tensor *g = nn__unfold(b, nn__gout(b, 0), NORM_DIM);
  nn_tensor *sign = e_sign(s, x);
  if (p == 0) {
    nn__give(b, 0, e_zeros_like(s, x));
  } else if (p == 1) {
    nn__give(b, 0, e_mul(s, sign, g));
  } else if (p == 2) {
    nn__give(b, 0, e_mul(s, x, e_div(s, g, without_zeros(s, y))));
  } else if (isinf(p)) {
    nn_tensor *is_it = e_eq(s, e_abs(s, x), y), *ties = nn__sum_dims(b, is_it, NORM_DIM);
    nn__give(b, 0, e_mul(s, sign, e_keep(s, is_it, e_div(s, g, ties))));
  } else {
    nn_tensor *ratio = e_div(s, without_zeros(s, e_abs(s, x)), without_zeros(s, y));
    nn__give(b, 0, e_mul(s, e_mul(s, sign, g), e_pow_n(s, ratio, p - 1)));
  }
}

nn_op nn__op_norm = {
    .name = "norm",
    .params = "input:tensor p:number=2 dim:dims? keepdim:bool=false dtype:dtype?",
    GROUP,
    .doc = "The p-norm (sum |input|^p)^(1/p) of all elements, or of those along some dimensions. "
           "For p = inf it is the largest |input|, for -inf the smallest, for 0 how many are not "
           "0. The gradient at 0 is 0.",
    .domain = "distinct",
    .keep = "input out",
    .check = check_norm,
    .forward = forward_norm,
    .backward = backward_norm};

/* -- logsumexp ------------------------------------------------------------------------------- */

static nn_status check_logsumexp(nn__call *c) {
  NN_TRY(nn__check_floating(c, 0));
  return nn__check_reduce(c, 1, 2, (nn_dtype)nn__in(c, 0)->dtype);
}

static void finish_log(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  (void)r;
  for (; n > 0; n--, acc += 2) acc[0].f = log(acc[1].f) + (isinf(acc[0].f) ? 0 : acc[0].f);
}

static nn_status forward_logsumexp(nn__call *c) {
  struct nn__reduce r = {.x = nn__in(c, 0),
                         .dims = nn__dims(c->arg, 1),
                         .fold = NN_FOLD_LOGSUMEXP,
                         .finish = finish_log,
                         .value = c->out[0]};
  return nn__reduce(c->ctx, &r);
}

static void backward_logsumexp(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *y = nn__unfold(b, nn__saved_out(b, 0), 1), *g = nn__unfold(b, nn__gout(b, 0), 1);
  nn__give(b, 0, e_mul(s, g, e_exp(s, e_sub(s, nn__saved(b, 0), y))));
}

nn_op nn__op_logsumexp = {.name = "logsumexp",
                          .params = "input:tensor dim:dims keepdim:bool=false",
                          GROUP,
                          .doc = "log(sum(exp(input))) along some dimensions, computed so that "
                                 "exp does not overflow.",
                          .keep = "input out",
                          .check = check_logsumexp,
                          .forward = forward_logsumexp,
                          .backward = backward_logsumexp};
