/* Tensors of random numbers, and generators, the streams they come from. */
#include "draw.h"
#include "pointwise.h"

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
void nn_generator_copy(nn_generator *to, const nn_generator *from) { to->rng = from->rng; }

struct nn__rng *nn__stream(const nn__call *c, int i) {
  return nn__given(c, i) ? &c->arg[i].v.g->rng : &c->ctx->generator->rng;
}

/* -- Tensors of given sizes ------------------------------------------------------------------ */

static nn_status real_check(nn__call *c) {
  NN_TRY(nn__check_shape(c, 0));
  NN_TRY(nn__check_dtype(c, 1, NN_FLOAT32, &c->meta[0].dtype));
  if (nn_dtype_is_floating(c->meta[0].dtype)) return NN_OK;
  return nn__why(c, NN_EARG, "is not defined for %s", nn_dtype_name(c->meta[0].dtype));
}

#define DRAW_REAL(name)                                                              \
  nn_status nn__draw_##name(struct nn__rng *r, nn_tensor *t, const nn_arg *number) { \
    double a = nn__value(&number[0]), b = nn__value(&number[1]);                     \
    if ((nn_dtype)t->dtype == NN_FLOAT64)                                            \
      nn__rng_##name##_f64(r, t->numel, (double *)(void *)t->data, a, b);            \
    else                                                                             \
      nn__rng_##name##_f32(r, t->numel, (float *)(void *)t->data, a, b);             \
    return NN_OK;                                                                    \
  }

DRAW_REAL(uniform)
DRAW_REAL(normal)
DRAW_REAL(normal_each)

static const nn_arg zero_to_one[] = {{.kind = NN_INT, .v.i = 0}, {.kind = NN_INT, .v.i = 1}};

/* Lists the dimensions of x as its elements lie in memory, the largest step first; whether that is
 * another order than their own. */
static bool list_dims(const nn_tensor *x, int *order) {
  bool moved = false;
  for (int i = 0; i < x->ndim; i++) {
    int at = i;
    for (; at > 0 && x->stride[order[at - 1]] < x->stride[i]; at--) order[at] = order[at - 1];
    order[at] = i;
    moved |= at < i && x->shape[i] > 1;
  }
  return moved;
}

nn_status nn__draw(nn_tensor *out, const nn_tensor *x, struct nn__rng *r, nn__draw_fn *f,
                   const nn_arg *number) {
  int order[NN_MAX_DIMS];
  int64_t stride[NN_MAX_DIMS];
  if (!list_dims(x, order)) return f(r, out, number);
  nn__meta m = {.dtype = (nn_dtype)out->dtype, .ndim = out->ndim};
  for (int i = 0; i < m.ndim; i++) {
    m.shape[i] = out->shape[order[i]];
    stride[i] = out->stride[order[i]];
  }
  nn_tensor *drawn = nn__new_tensor(out->ctx, &m);
  nn_tensor *place = drawn ? nn__new_view(out, m.ndim, m.shape, stride, 0) : NULL;
  nn_status status = place ? f(r, drawn, number) : NN_ENOMEM;
  if (status == NN_OK) status = nn__copy_elements(place, drawn);
  nn_release(drawn);
  nn_release(place);
  return status;
}

static nn_status rand_forward(nn__call *c) {
  return nn__draw_uniform(nn__stream(c, 2), c->out[0], zero_to_one);
}

static nn_status randn_forward(nn__call *c) {
  return nn__draw_normal(nn__stream(c, 2), c->out[0], zero_to_one);
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

static nn_status rand_like_forward(nn__call *c) {
  return nn__draw(c->out[0], nn__in(c, 0), nn__stream(c, 2), nn__draw_uniform, zero_to_one);
}

static nn_status randn_like_forward(nn__call *c) {
  int order[NN_MAX_DIMS];
  const nn_tensor *x = nn__in(c, 0);
  nn__draw_fn *f = list_dims(x, order) ? nn__draw_normal_each : nn__draw_normal;
  return nn__draw(c->out[0], x, nn__stream(c, 2), f, zero_to_one);
}

RANDOM(rand_like, "input:tensor dtype:dtype? generator:generator?", NN_OP_FACTORY,
       "rand in the shape and dtype of input.", like_check, rand_like_forward)
RANDOM(randn_like, "input:tensor dtype:dtype? generator:generator?", NN_OP_FACTORY,
       "randn in the shape and dtype of input.", like_check, randn_like_forward)

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

nn_status nn__draw_as(nn_dtype dtype, nn__draw_fn *fill, struct nn__rng *r, nn_tensor *t,
                      const nn_arg *number) {
  nn__meta m = nn__meta_of(t);
  if (m.dtype == dtype) return fill(r, t, number);
  m.dtype = dtype;
  nn_tensor *drawn = nn__new_tensor(t->ctx, &m);
  if (!drawn) return NN_ENOMEM;
  nn_status status = fill(r, drawn, number);
  if (status == NN_OK) status = nn__copy_elements(t, drawn);
  nn_release(drawn);
  return status;
}

static nn_status fill_integers(struct nn__rng *r, nn_tensor *t, const nn_arg *number) {
  nn__rng_randint(r, t->numel, (int64_t *)(void *)t->data, number[0].v.i, number[1].v.i);
  return NN_OK;
}

nn_status nn__draw_integers(struct nn__rng *r, nn_tensor *t, const nn_arg *number) {
  return nn__draw_as(NN_INT64, fill_integers, r, t, number);
}

static nn_status randint_forward(nn__call *c) {
  return nn__draw_integers(nn__stream(c, 4), c->out[0], &c->arg[0]);
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
  nn__rng_randperm(nn__stream(c, 1), n, x);
  for (int64_t i = 0; i < n; i++) x[i] += c->ctx->options.base;
  return NN_OK;
}

RANDOM(randperm, "n:int generator:generator?", NN_OP_FACTORY | NN_OP_FUNCTION,
       "The numbers of n places in random order: indices that shuffle.", randperm_check,
       randperm_forward)
