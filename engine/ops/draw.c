/* Random numbers in place, and those that depend on a tensor: Bernoulli and multinomial draws. */
#include "draw.h"

#include <math.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* -- In place -------------------------------------------------------------------------------- */

static nn_status target_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_floating(c, 0);
}

static nn_status uniform_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (nn__value(&c->arg[1]) <= nn__value(&c->arg[2])) return NN_OK;
  return nn__why(c, NN_EARG, "from, %g, must not be above to, %g", nn__value(&c->arg[1]),
                 nn__value(&c->arg[2]));
}

static nn_status uniform_forward(nn__call *c) {
  return nn__draw(c->out[0], nn__in(c, 0), nn__stream(c, 3), nn__draw_uniform, &c->arg[1]);
}

static nn_status normal_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (nn__value(&c->arg[2]) >= 0) return NN_OK;
  return nn__why(c, NN_EARG, "std must be 0 or more, not %g", nn__value(&c->arg[2]));
}

static nn_status normal_forward(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  nn__draw_fn *f = x->contiguous ? nn__draw_normal : nn__draw_normal_each;
  return nn__draw(c->out[0], x, nn__stream(c, 3), f, &c->arg[1]);
}

static nn_status exponential_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (nn__value(&c->arg[1]) > 0) return NN_OK;
  return nn__why(c, NN_EARG, "lambd must be above 0, not %g", nn__value(&c->arg[1]));
}

static nn_status draw_exponential(struct nn__rng *r, nn_tensor *t, const nn_arg *number) {
  double lambda = nn__value(number);
  if ((nn_dtype)t->dtype == NN_FLOAT64)
    nn__rng_exponential_f64(r, t->numel, (double *)(void *)t->data, lambda);
  else
    nn__rng_exponential_f32(r, t->numel, (float *)(void *)t->data, lambda);
  return NN_OK;
}

static nn_status exponential_forward(nn__call *c) {
  return nn__draw(c->out[0], nn__in(c, 0), nn__stream(c, 2), draw_exponential, &c->arg[1]);
}

/* A single bound is the upper one. */
static nn_status random_check(nn__call *c) {
  nn_arg *from = &c->arg[1], *to = &c->arg[2];
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  if (from->kind == NN_NONE && to->kind == NN_NONE) return NN_OK;
  if (to->kind == NN_NONE) {
    *to = *from;
    *from = nn_none();
  }
  if (from->kind == NN_NONE) *from = nn_int(0);
  long long low = (long long)from->v.i, high = (long long)to->v.i;
  if (low >= high) return nn__why(c, NN_EARG, "from, %lld, must be below to, %lld", low, high);
  if (c->meta[0].dtype != NN_BOOL || (low >= 0 && high <= 2)) return NN_OK;
  return nn__why(c, NN_EARG, "a bool is 0 or 1, not from %lld to %lld", low, high - 1);
}

static nn_status draw_unbounded(struct nn__rng *r, nn_tensor *t, const nn_arg *number) {
  (void)number;
  switch (t->dtype) {
  case NN_FLOAT32:
    nn__rng_random_f32(r, t->numel, (float *)(void *)t->data);
    break;
  case NN_FLOAT64:
    nn__rng_random_f64(r, t->numel, (double *)(void *)t->data);
    break;
  case NN_INT64:
    nn__rng_random_i64(r, t->numel, (int64_t *)(void *)t->data);
    break;
  default:
    nn__rng_random_bool(r, t->numel, (uint8_t *)t->data);
    break;
  }
  return NN_OK;
}

static nn_status random_forward(nn__call *c) {
  nn__draw_fn *f = nn__given(c, 2) ? nn__draw_integers : draw_unbounded;
  return nn__draw(c->out[0], nn__in(c, 0), nn__stream(c, 3), f, &c->arg[1]);
}

static void forget_backward(nn__grad *b) { nn__give(b, 0, e_mul_n(&b->s, nn__gout(b, 0), 0)); }

#define DRAW(op, PARAMS, DOC, CHECK, FORWARD)                      \
  nn_op nn__op_##op = {.name = #op,                                \
                       .params = PARAMS,                           \
                       .group = "random",                          \
                       .doc = DOC,                                 \
                       .flags = NN_OP_RANDOM | NN_OP_ONLY_INPLACE, \
                       .check = CHECK,                             \
                       .forward = FORWARD,                         \
                       .backward = forget_backward};

DRAW(uniform, "input:tensor from:number=0 to:number=1 generator:generator?",
     "Fills the tensor with uniform random numbers from `from` to `to`.", uniform_check,
     uniform_forward)
DRAW(normal, "input:tensor mean:number=0 std:number=1 generator:generator?",
     "Fills the tensor with normal random numbers.", normal_check, normal_forward)
DRAW(exponential, "input:tensor lambd:number=1 generator:generator?",
     "Fills the tensor with random numbers of the exponential distribution.", exponential_check,
     exponential_forward)
DRAW(random, "input:tensor from:int? to:int? generator:generator?",
     "Fills the tensor with random integers from `from` (included, 0) to `to` (excluded); of one "
     "number, it is `to`; of none, all that the dtype holds one by one are possible.",
     random_check, random_forward)

/* -- Bernoulli ------------------------------------------------------------------------------- */

static nn_status check_broadcast(const nn__call *c, const nn_tensor *p) {
  const nn__meta *m = &c->meta[0];
  if (nn__broadcasts_to(m->ndim, m->shape, p->ndim, p->shape)) return NN_OK;
  return nn__why(c, NN_ESHAPE, "p does not broadcast to the tensor");
}

/* Whose elements are the probabilities: p, or where it is left out, input; NULL for a number p. */
static const nn_tensor *probabilities(const nn__call *c) {
  if (!nn__given(c, 1)) return nn__in(c, 0);
  return c->arg[1].kind == NN_TENSOR ? nn__in(c, 1) : NULL;
}

static nn_status probability_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  const nn_tensor *each = probabilities(c);
  if (each) {
    NN_TRY(check_broadcast(c, each));
    return nn__check_floating(c, nn__given(c, 1) ? 1 : 0);
  }
  double p = nn__value(&c->arg[1]);
  if (p >= 0 && p <= 1) return NN_OK;
  return nn__why(c, NN_EARG, "p must be a probability, from 0 to 1, not %g", p);
}

/* One draw for each probability, in their order. */
static nn_status draw_each(nn__call *c, const nn_tensor *p) {
  nn_tensor *out = c->out[0];
  struct nn__rng *r = nn__stream(c, 2);
  nn__meta m = nn__meta_of(out);
  m.dtype = (nn_dtype)p->dtype;
  nn_tensor *each = nn__new_tensor(c->ctx, &m);
  if (!each) return NN_ENOMEM;
  nn_status status = nn__copy_elements(each, p);
  if (status == NN_OK && m.dtype == NN_FLOAT64)
    nn__rng_bernoulli_each_f64(r, each->numel, (double *)(void *)each->data,
                               (double *)(void *)each->data);
  else if (status == NN_OK)
    nn__rng_bernoulli_each_f32(r, each->numel, (float *)(void *)each->data,
                               (float *)(void *)each->data);
  if (status == NN_OK) status = nn__copy_elements(out, each);
  nn_release(each);
  return status;
}

static nn_status fill_bernoulli(struct nn__rng *r, nn_tensor *t, const nn_arg *p) {
  nn__rng_bernoulli(r, t->numel, (uint8_t *)t->data, nn__value(p));
  return NN_OK;
}

static nn_status draw_bernoulli(struct nn__rng *r, nn_tensor *t, const nn_arg *p) {
  return nn__draw_as(NN_BOOL, fill_bernoulli, r, t, p);
}

/* Out of place PyTorch draws in the order of the dimensions. */
static nn_status bernoulli_forward(nn__call *c) {
  const nn_tensor *each = probabilities(c), *x = c->inplace ? nn__in(c, 0) : c->out[0];
  if (each) return draw_each(c, each);
  return nn__draw(c->out[0], x, nn__stream(c, 2), draw_bernoulli, &c->arg[1]);
}

nn_op nn__op_bernoulli = {.name = "bernoulli",
                          .params = "input:tensor p:operand? generator:generator?",
                          .group = "random",
                          .doc = "0 or 1 for each element: 1 with probability p, a number or a "
                                 "tensor of one for each; where p is left out, with the element "
                                 "itself as the probability.",
                          .domain = "unit",
                          .flags = NN_OP_RANDOM | NN_OP_INPLACE,
                          .check = probability_check,
                          .forward = bernoulli_forward,
                          .backward = forget_backward};

static nn_status mask_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return NN_OK;
}

static nn_status mask_forward(nn__call *c) {
  return nn__draw(c->out[0], nn__in(c, 0), nn__stream(c, 2), draw_bernoulli, &c->arg[1]);
}

nn_op nn__op_dropout_mask = {.name = "dropout_mask",
                             .params = "input:tensor p:number generator:generator?",
                             .group = "random",
                             .doc = "1 with probability p, else 0, in the shape of input and the "
                                    "order of its memory: what dropout keeps.",
                             .flags = NN_OP_RANDOM | NN_OP_HIDDEN,
                             .check = mask_check,
                             .forward = mask_forward};

/* -- Multinomial ----------------------------------------------------------------------------- */

/* Whether n weights are finite, none is negative, and some is above 0. */
static bool are_weights(const nn_tensor *p, int64_t from, int64_t n) {
  double sum = 0;
  bool good = true;
  for (int64_t i = from; i < from + n; i++) {
    double w = (nn_dtype)p->dtype == NN_FLOAT64 ? ((const double *)(const void *)p->data)[i]
                                                : ((const float *)(const void *)p->data)[i];
    good &= w >= 0 && w < INFINITY;
    sum += w;
  }
  return good && sum > 0;
}

static nn_status check_weights(nn__call *c, int64_t rows, int64_t n) {
  nn_tensor *made;
  const nn_tensor *p = nn__contiguous(nn__in(c, 0), (nn_dtype)nn__in(c, 0)->dtype, &made);
  if (!p) return NN_ENOMEM;
  int64_t row = 0;
  while (row < rows && are_weights(p, row * n, n)) row++;
  nn_release(made);
  if (row == rows) return NN_OK;
  return nn__why(c, NN_EARG,
                 "weights must be finite, 0 or more, and not all 0; those of row %lld are not",
                 (long long)row + c->base);
}

static nn_status multinomial_check(nn__call *c) {
  const nn_tensor *p = nn__in(c, 0);
  int64_t k = c->arg[1].v.i;
  NN_TRY(nn__check_floating(c, 0));
  if (p->ndim != 1 && p->ndim != 2)
    return nn__why(c, NN_ESHAPE, "input must have 1 or 2 dimensions, not %d", p->ndim);
  int64_t n = p->shape[p->ndim - 1], rows = p->ndim == 2 ? p->shape[0] : 1;
  if (k < 1) return nn__why(c, NN_EARG, "num_samples must be 1 or more, not %lld", (long long)k);
  if (k > n && (n == 0 || !c->arg[2].v.b))
    return nn__why(c, NN_EARG,
                   "cannot draw %lld of %lld without replacement; give replacement=true to draw "
                   "the same one again",
                   (long long)k, (long long)n);
  c->meta[0] = (nn__meta){.dtype = NN_INT64, .ndim = p->ndim, .shape = {rows}};
  c->meta[0].shape[p->ndim - 1] = k;
  return check_weights(c, rows, n);
}

/* One row: `t` holds times for a race, or room. */
static void choose(nn__call *c, const nn_tensor *p, nn_tensor *t, int64_t row, bool race) {
  struct nn__rng *r = nn__stream(c, 3);
  int64_t n = p->shape[p->ndim - 1], k = c->arg[1].v.i, at = row * n;
  int64_t *x = (int64_t *)(void *)c->out[0]->data + row * k;
  if ((nn_dtype)p->dtype == NN_FLOAT64) {
    const double *w = (const double *)(const void *)p->data + at;
    double *room = (double *)(void *)t->data + at;
    if (race)
      nn__rng_race_f64(n, w, room, k, x);
    else
      nn__rng_multinomial_f64(r, n, w, room, k, x);
  } else {
    const float *w = (const float *)(const void *)p->data + at;
    float *room = (float *)(void *)t->data + at;
    if (race)
      nn__rng_race_f32(n, w, room, k, x);
    else
      nn__rng_multinomial_f32(r, n, w, room, k, x);
  }
  for (int64_t i = 0; i < k; i++) x[i] += c->ctx->options.base;
}

static nn_status multinomial_forward(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *made;
  nn__meta m = nn__meta_of(x);
  nn_arg one = nn_int(1);
  bool race = !c->arg[2].v.b;
  const nn_tensor *p = nn__contiguous(x, m.dtype, &made);
  nn_tensor *t = p ? nn__new_tensor(c->ctx, &m) : NULL;
  nn_status status = t ? NN_OK : NN_ENOMEM;
  if (t && race) status = nn__draw(t, x, nn__stream(c, 3), draw_exponential, &one);
  if (status == NN_OK)
    for (int64_t row = 0; row < (x->ndim == 2 ? x->shape[0] : 1); row++) choose(c, p, t, row, race);
  nn_release(made);
  nn_release(t);
  return status;
}

nn_op nn__op_multinomial = {
    .name = "multinomial",
    .params = "input:tensor num_samples:int replacement:bool=false generator:generator?",
    .group = "random",
    .doc = "Indices drawn at random, each with the probability of its weight in input: num_samples "
           "of them for a vector, or for each row of a matrix. Weights need not sum to 1. Without "
           "replacement no index comes twice.",
    .flags = NN_OP_RANDOM,
    .check = multinomial_check,
    .forward = multinomial_forward};
