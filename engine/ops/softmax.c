/* softmax and log_softmax along any dimension, with fused gradients. */
#include "softmax.h"

#include "autograd.h"
#include "cpu.h"
#include "pointwise.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__softmax_kernels, softmax_kernels);

enum {
  UNIT = 1 << 12,          /* elements that a unit of work should have */
  PARALLEL_FROM = 1 << 14, /* elements */
  BATCH = 1 << 23          /* elements between two looks at the stop flag */
};

/* -- The walk -------------------------------------------------------------------------------- */

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* A tensor as (outer, n, inner): rows where inner is 1, else columns. A unit is a few lines. */
struct plan {
  const void *x; /* as in struct nn__lines */
  void *y, *gx;
  nn__softmax_kernel *kernel;
  size_t size;             /* of an element */
  int64_t n, inner, total; /* total: lines along which units are cut, for each outer or in all */
  int64_t lines, cuts, units, done;
};

static struct plan plan_for(const nn_tensor *x, int64_t dim, nn__softmax_kernel *rows,
                            nn__softmax_kernel *columns) {
  int64_t outer = 1;
  struct plan p = {.size = nn_dtype_size((nn_dtype)x->dtype), .n = 1, .inner = 1};
  for (int64_t d = 0; d < x->ndim; d++)
    if (d < dim)
      outer *= x->shape[d];
    else if (d == dim)
      p.n = x->shape[d];
    else
      p.inner *= x->shape[d];
  bool in_rows = p.inner == 1;
  p.kernel = in_rows ? rows : columns;
  p.total = in_rows ? outer : p.inner;
  p.lines = in_rows ? UNIT / p.n + 1 : NN__SOFTMAX_COLUMNS;
  p.cuts = (p.total + p.lines - 1) / p.lines;
  p.units = in_rows ? p.cuts : outer * p.cuts;
  return p;
}

static void run_unit(const struct plan *p, int64_t unit) {
  int64_t first = unit % p->cuts * p->lines;
  int64_t at = p->inner == 1 ? first * p->n : unit / p->cuts * p->n * p->inner + first;
  int64_t bytes = at * (int64_t)p->size;
  struct nn__lines a = {.lines = least(p->lines, p->total - first),
                        .n = p->n,
                        .step = p->inner,
                        .x = (const char *)p->x + bytes,
                        .y = (char *)p->y + bytes,
                        .gx = p->gx ? (char *)p->gx + bytes : NULL};
  p->kernel(&a);
}

static void run_next(void *plan, int64_t i) {
  const struct plan *p = plan;
  run_unit(p, p->done + i);
}

static nn_status run(nn_ctx *ctx, struct plan *p, int64_t numel) {
  int threads = numel >= PARALLEL_FROM ? ctx->threads : 1;
  int64_t batch = (int64_t)((double)BATCH / (double)numel * (double)p->units) + 1;
  for (; p->done < p->units; p->done += batch) {
    if (nn__stopped(ctx)) return nn_fail(ctx, NN_ESTOP, "softmax: interrupted");
    nn__parallel(threads, least(batch, p->units - p->done), run_next, p);
  }
  return NN_OK;
}

nn_status nn__softmax(const nn_tensor *x, nn_tensor *y, int64_t dim, bool log) {
  const struct nn__softmax_kernels *k = softmax_kernels_by_isa[nn__isa()];
  if (x->numel == 0) return NN_OK;
  struct plan p = plan_for(x, dim, k->rows[log][x->dtype], k->columns[log][x->dtype]);
  p.x = x->data, p.y = y->data;
  return run(x->ctx, &p, x->numel);
}

nn_status nn__softmax_gradient(const nn_tensor *y, const nn_tensor *g, nn_tensor *gx, int64_t dim,
                               bool log) {
  const struct nn__softmax_kernels *k = softmax_kernels_by_isa[nn__isa()];
  if (y->numel == 0) return NN_OK;
  struct plan p =
      plan_for(y, dim, k->rows_gradient[log][y->dtype], k->columns_gradient[log][y->dtype]);
  p.x = g->data, p.y = y->data, p.gx = gx->data;
  return run(y->ctx, &p, y->numel);
}

/* -- The operations -------------------------------------------------------------------------- */

static nn_status check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  nn_dtype dtype = (nn_dtype)x->dtype;
  if (!nn__given(c, 2)) NN_TRY(nn__check_floating(c, 0));
  NN_TRY(nn__check_dtype(c, 2, dtype, &dtype));
  if (!nn_dtype_is_floating(dtype))
    return nn__why(c, NN_EARG, "dtype is %s, but must be float32 or float64", nn_dtype_name(dtype));
  c->meta[0] = nn__meta_of(x);
  c->meta[0].dtype = dtype;
  return nn__check_dim(c, 1, x->ndim);
}

/* An input laid out otherwise is copied to the result first, and worked on there. */
static nn_status forward(nn__call *c, bool log) {
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *y = c->out[0];
  if (!x->contiguous || x->dtype != y->dtype) {
    NN_TRY(nn__copy_elements(y, x));
    x = y;
  }
  return nn__softmax(x, y, c->arg[1].v.i, log);
}

static nn_status forward_softmax(nn__call *c) { return forward(c, false); }
static nn_status forward_log_softmax(nn__call *c) { return forward(c, true); }

static void backward_fused(nn__grad *b, bool log) {
  nn__scope *s = &b->s;
  nn_tensor *y = nn__saved_out(b, 0), *g = e_contiguous(s, nn__gout(b, 0));
  if (!y || !g) return;
  nn__meta m = nn__meta_of(y);
  nn_tensor *gx = nn__own(s, nn__new_tensor(s->ctx, &m));
  if (!gx) return;
  s->status = nn__softmax_gradient(y, g, gx, b->node->arg[1].v.i, log);
  nn__give(b, 0, gx);
}

static void backward_softmax(nn__grad *b) {
  nn__scope *s = &b->s;
  if (!b->again) {
    backward_fused(b, false);
    return;
  }
  nn_tensor *y = nn__saved_out(b, 0), *g = nn__gout(b, 0);
  nn_tensor *sum = e_sum(s, e_mul(s, g, y), b->node->arg[1].v.i, true);
  nn__give(b, 0, e_mul(s, y, e_sub(s, g, sum)));
}

static void backward_log_softmax(nn__grad *b) {
  nn__scope *s = &b->s;
  if (!b->again) {
    backward_fused(b, true);
    return;
  }
  nn_tensor *y = nn__saved_out(b, 0), *g = nn__gout(b, 0);
  nn_tensor *sum = e_sum(s, g, b->node->arg[1].v.i, true);
  nn__give(b, 0, e_sub(s, g, e_mul(s, e_exp(s, y), sum)));
}

nn_op nn__op_softmax = {.name = "softmax",
                        .params = "input:tensor dim:dim dtype:dtype?",
                        .group = "activations",
                        .doc = "exp(input) / sum(exp(input)) along a dimension: numbers between 0 "
                               "and 1 that add up to 1.",
                        .keep = "out",
                        .check = check,
                        .forward = forward_softmax,
                        .backward = backward_softmax};

nn_op nn__op_log_softmax = {.name = "log_softmax",
                            .params = "input:tensor dim:dim dtype:dtype?",
                            .group = "activations",
                            .doc = "The logarithm of softmax along a dimension, computed without "
                                   "losing what softmax would round to 0.",
                            .keep = "out",
                            .check = check,
                            .forward = forward_log_softmax,
                            .backward = backward_log_softmax};
