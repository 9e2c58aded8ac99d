/* Tensors of random numbers, and generators, the streams they come from. */
#include "autograd.h"
#include "pointwise.h"
#include "rng.h"

struct nn_generator {
  nn_ctx *ctx;
  struct nn__rng rng;
};

/* What PyTorch starts from where nobody seeds. */
static const uint64_t default_seed = 67280421310721;

nn_status nn_generator_create(nn_ctx *ctx, nn_generator **out) {
  nn_generator *g = nn__alloc(ctx, sizeof *g);
  if (!g) return nn__no_memory(ctx, sizeof *g);
  g->ctx = ctx;
  nn__rng_seed(&g->rng, default_seed);
  *out = g;
  return NN_OK;
}

void nn_generator_release(nn_generator *g) {
  if (g) nn__free(g->ctx, g, sizeof *g);
}

nn_generator *nn_default_generator(nn_ctx *ctx) { return ctx->generator; }
void nn_generator_seed(nn_generator *g, uint64_t seed) { nn__rng_seed(&g->rng, seed); }
uint64_t nn_generator_initial_seed(const nn_generator *g) { return g->rng.seed; }

/* The generator among a call's arguments (its last but `after`), or the context's. */
static struct nn__rng *stream(const nn__call *c, int i) {
  return nn__given(c, i) ? &c->arg[i].v.g->rng : &c->ctx->generator->rng;
}

/* -- Tensors of given sizes ------------------------------------------------------------------ */

static nn_status real_check(nn__call *c) {
  NN_TRY(nn__check_shape(c, 0));
  NN_TRY(nn__check_dtype(c, 1, NN_FLOAT32, &c->meta[0].dtype));
  if (nn_dtype_is_floating(c->meta[0].dtype)) return NN_OK;
  return nn__why(c, NN_EARG, "is not defined for %s", nn_dtype_name(c->meta[0].dtype));
}

static void draw_uniform(struct nn__rng *r, nn_tensor *t, double from, double to) {
  if ((nn_dtype)t->dtype == NN_FLOAT64)
    nn__rng_uniform_f64(r, t->numel, (double *)(void *)t->data, from, to);
  else
    nn__rng_uniform_f32(r, t->numel, (float *)(void *)t->data, from, to);
}

static void draw_normal(struct nn__rng *r, nn_tensor *t, double mean, double std) {
  if ((nn_dtype)t->dtype == NN_FLOAT64)
    nn__rng_normal_f64(r, t->numel, (double *)(void *)t->data, mean, std);
  else
    nn__rng_normal_f32(r, t->numel, (float *)(void *)t->data, mean, std);
}

static nn_status rand_forward(nn__call *c) {
  draw_uniform(stream(c, 2), c->out[0], 0, 1);
  return NN_OK;
}

static nn_status randn_forward(nn__call *c) {
  draw_normal(stream(c, 2), c->out[0], 0, 1);
  return NN_OK;
}

#define RANDOM(op, PARAMS, FLAGS, DOC, CHECK, FORWARD)  \
  nn_op nn__op_##op = {.name = #op,                     \
                       .params = PARAMS,                \
                       .group = "random",               \
                       .doc = DOC,                      \
                       .flags = NN_OP_RANDOM | (FLAGS), \
                       .check = CHECK,                  \
                       .forward = FORWARD};

RANDOM(rand, "size:shape dtype:dtype? generator:generator?", NN_OP_FACTORY | NN_OP_FUNCTION,
       "Uniform random numbers from 0 (included) to 1 (excluded).", real_check, rand_forward)
RANDOM(randn, "size:shape dtype:dtype? generator:generator?", NN_OP_FACTORY | NN_OP_FUNCTION,
       "Random numbers of the normal distribution of mean 0 and variance 1.", real_check,
       randn_forward)

static nn_status like_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  NN_TRY(nn__check_dtype(c, 1, c->meta[0].dtype, &c->meta[0].dtype));
  if (nn_dtype_is_floating(c->meta[0].dtype)) return NN_OK;
  return nn__why(c, NN_EARG, "is not defined for %s", nn_dtype_name(c->meta[0].dtype));
}

RANDOM(rand_like, "input:tensor dtype:dtype? generator:generator?", NN_OP_FACTORY,
       "rand in the shape and dtype of input.", like_check, rand_forward)
RANDOM(randn_like, "input:tensor dtype:dtype? generator:generator?", NN_OP_FACTORY,
       "randn in the shape and dtype of input.", like_check, randn_forward)

/* -- Integers -------------------------------------------------------------------------------- */

static nn_status randint_check(nn__call *c) {
  int64_t low = c->arg[0].v.i, high = c->arg[1].v.i;
  if (c->arg[2].n > NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions", NN_MAX_DIMS);
  if (low >= high)
    return nn__why(c, NN_EARG, "low, %lld, must be below high, %lld", (long long)low,
                   (long long)high);
  NN_TRY(nn__check_shape(c, 2));
  return nn__check_dtype(c, 3, NN_INT64, &c->meta[0].dtype);
}

static nn_status randint_forward(nn__call *c) {
  nn__meta m = c->meta[0];
  m.dtype = NN_INT64;
  nn_tensor *whole = nn__new_tensor(c->ctx, &m);
  if (!whole) return NN_ENOMEM;
  nn__rng_randint(stream(c, 4), whole->numel, (int64_t *)(void *)whole->data, c->arg[0].v.i,
                  c->arg[1].v.i);
  nn_status status = nn__copy_elements(c->out[0], whole);
  nn_release(whole);
  return status;
}

RANDOM(randint, "low:int high:int size:shape dtype:dtype? generator:generator?",
       NN_OP_FACTORY | NN_OP_FUNCTION,
       "Random integers from low (included) to high (excluded), int64 by default.", randint_check,
       randint_forward)

static nn_status randperm_check(nn__call *c) {
  if (c->arg[0].v.i < 0 || c->arg[0].v.i > (int64_t)1 << 40)
    return nn__why(c, NN_EARG, "n must be 0 or more, not %lld", (long long)c->arg[0].v.i);
  c->meta[0] = (nn__meta){.dtype = NN_INT64, .ndim = 1, .shape = {c->arg[0].v.i}};
  return NN_OK;
}

static nn_status randperm_forward(nn__call *c) {
  int64_t *x = (int64_t *)(void *)c->out[0]->data, n = c->out[0]->numel;
  nn__rng_randperm(stream(c, 1), n, x);
  for (int64_t i = 0; i < n; i++) x[i] += c->ctx->options.base;
  return NN_OK;
}

RANDOM(randperm, "n:int generator:generator?", NN_OP_FACTORY | NN_OP_FUNCTION,
       "The numbers of n places in random order: indices that shuffle.", randperm_check,
       randperm_forward)

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
  draw_uniform(stream(c, 3), c->out[0], nn__value(&c->arg[1]), nn__value(&c->arg[2]));
  return NN_OK;
}

static nn_status normal_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (nn__value(&c->arg[2]) >= 0) return NN_OK;
  return nn__why(c, NN_EARG, "std must be 0 or more, not %g", nn__value(&c->arg[2]));
}

static nn_status normal_forward(nn__call *c) {
  draw_normal(stream(c, 3), c->out[0], nn__value(&c->arg[1]), nn__value(&c->arg[2]));
  return NN_OK;
}

static nn_status exponential_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (nn__value(&c->arg[1]) > 0) return NN_OK;
  return nn__why(c, NN_EARG, "lambd must be above 0, not %g", nn__value(&c->arg[1]));
}

static nn_status exponential_forward(nn__call *c) {
  nn_tensor *t = c->out[0];
  double lambda = nn__value(&c->arg[1]);
  if ((nn_dtype)t->dtype == NN_FLOAT64)
    nn__rng_exponential_f64(stream(c, 2), t->numel, (double *)(void *)t->data, lambda);
  else
    nn__rng_exponential_f32(stream(c, 2), t->numel, (float *)(void *)t->data, lambda);
  return NN_OK;
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

/* -- Bernoulli ------------------------------------------------------------------------------- */

static nn_status probability_check(nn__call *c) {
  NN_TRY(target_check(c));
  if (!nn__given(c, 1)) return NN_OK;
  double p = nn__value(&c->arg[1]);
  if (p >= 0 && p <= 1) return NN_OK;
  return nn__why(c, NN_EARG, "p must be a probability, from 0 to 1, not %g", p);
}

static nn_status draw_each(nn__call *c) {
  nn_tensor *out = c->out[0];
  struct nn__rng *r = stream(c, 2);
  NN_TRY(nn__copy_elements(out, nn__in(c, 0)));
  if ((nn_dtype)out->dtype == NN_FLOAT64) {
    double *x = (double *)(void *)out->data;
    nn__rng_bernoulli_each_f64(r, out->numel, x, x);
  } else {
    float *x = (float *)(void *)out->data;
    nn__rng_bernoulli_each_f32(r, out->numel, x, x);
  }
  return NN_OK;
}

static nn_status draw_all(nn__call *c) {
  nn__meta m = c->meta[0];
  m.dtype = NN_BOOL;
  nn_tensor *drawn = nn__new_tensor(c->ctx, &m);
  if (!drawn) return NN_ENOMEM;
  nn__rng_bernoulli(stream(c, 2), drawn->numel, (uint8_t *)drawn->data, nn__value(&c->arg[1]));
  nn_status status = nn__copy_elements(c->out[0], drawn);
  nn_release(drawn);
  return status;
}

static nn_status bernoulli_forward(nn__call *c) {
  return nn__given(c, 1) ? draw_all(c) : draw_each(c);
}

nn_op nn__op_bernoulli = {.name = "bernoulli",
                          .params = "input:tensor p:number? generator:generator?",
                          .group = "random",
                          .doc = "0 or 1 for each element: 1 with probability p, or, where p is "
                                 "left out, with the element itself as the probability.",
                          .domain = "unit",
                          .flags = NN_OP_RANDOM | NN_OP_INPLACE,
                          .check = probability_check,
                          .forward = bernoulli_forward};
