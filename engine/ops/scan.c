/* Running sums and products: cumsum cumprod, and the linear recurrence that the gradient of
 * cumprod is. */
#include "scan.h"

#include "autograd.h"
#include "cpu.h"
#include "pointwise.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__scans, scans);

enum { PARALLEL_FROM = 1 << 16, BATCH = 1 << 24 /* elements between two looks at the stop flag */ };

/* -- Forward --------------------------------------------------------------------------------- */

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* x is (outer, m, inner); a unit is a few lines: along `inner`, or several of `outer` where that
 * is 1. */
struct layout {
  int64_t outer, m, inner;
  int64_t lines, units_per_outer, units, done;
  const struct nn__scan *whole;
  enum nn__scan_id id;
  nn_dtype dtype;
};

static struct layout layout_of(const nn_tensor *x, int64_t dim) {
  struct layout l = {.outer = 1, .m = x->ndim ? x->shape[dim] : 1, .inner = 1};
  for (int64_t d = 0; d < x->ndim; d++)
    if (d < dim)
      l.outer *= x->shape[d];
    else if (d > dim)
      l.inner *= x->shape[d];
  if (l.inner == 1) { /* m = 1: the lines are one line's elements */
    l.lines = least(l.outer, 64);
    l.units = (l.outer + l.lines - 1) / l.lines;
  } else {
    l.lines = least(l.inner, NN__SCAN_LINES);
    l.units_per_outer = (l.inner + l.lines - 1) / l.lines;
    l.units = l.outer * l.units_per_outer;
  }
  return l;
}

static void run_next(void *layout, int64_t i) {
  const struct layout *l = layout;
  struct nn__scan s = *l->whole;
  int64_t unit = l->done + i, at, first;
  s.m = l->m;
  if (l->inner == 1) {
    first = unit * l->lines;
    at = first * l->m;
    s.lines = least(l->lines, l->outer - first);
    s.line = l->m;
    s.step = 1;
  } else {
    first = unit % l->units_per_outer * l->lines;
    at = unit / l->units_per_outer * l->m * l->inner + first;
    s.lines = least(l->lines, l->inner - first);
    s.line = 1;
    s.step = l->inner;
  }
  if (l->whole->step < 0) {
    at += (s.m - 1) * s.step;
    s.step = -s.step;
  }
  size_t size = nn_dtype_size(l->dtype);
  s.x = (const char *)s.x + at * (int64_t)size;
  if (s.factor) s.factor = (const char *)s.factor + at * (int64_t)size;
  s.y = (char *)s.y + at * (int64_t)size;
  scans_by_isa[nn__isa()]->scan[l->id][l->dtype](&s);
}

/* Scans contiguous tensors along `dim`. */
static nn_status scan(nn__call *c, enum nn__scan_id id, const nn_tensor *x, const nn_tensor *factor,
                      int64_t dim, bool exclusive, bool reverse) {
  nn_tensor *y = c->out[0];
  if (y->numel == 0) return NN_OK;
  struct layout l = layout_of(y, dim);
  struct nn__scan whole = {.x = x->data,
                           .factor = factor ? factor->data : NULL,
                           .y = y->data,
                           .exclusive = exclusive,
                           .step = reverse ? -1 : 1};
  int threads = y->numel >= PARALLEL_FROM ? c->ctx->threads : 1;
  int64_t batch = (int64_t)((double)BATCH / (double)y->numel * (double)l.units) + 1;
  l.whole = &whole;
  l.id = id;
  l.dtype = (nn_dtype)y->dtype;
  for (; l.done < l.units; l.done += batch) {
    if (nn__stopped(c->ctx)) return nn_fail(c->ctx, NN_ESTOP, "%s: interrupted", c->op->name);
    nn__parallel(threads, least(batch, l.units - l.done), run_next, &l);
  }
  return NN_OK;
}

/* -- cumsum, cumprod ------------------------------------------------------------------------- */

enum { DIM = 1, DTYPE, EXCLUSIVE, REVERSE }; /* arguments */

static nn_status check_scan(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  bool real = nn_dtype_is_floating((nn_dtype)x->dtype);
  nn_dtype dtype;
  NN_TRY(nn__check_dim(c, DIM, x->ndim));
  NN_TRY(nn__check_dtype(c, DTYPE, real ? (nn_dtype)x->dtype : NN_INT64, &dtype));
  if (dtype == NN_BOOL) return nn__why(c, NN_EARG, "dtype is bool, which has no running totals");
  c->meta[0] = nn__meta_of(x);
  c->meta[0].dtype = dtype;
  return NN_OK;
}

/* What is not laid out like the result is copied there first, and scanned in place. */
static nn_status forward_scan(nn__call *c, enum nn__scan_id id) {
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *y = c->out[0];
  if (!x->contiguous || x->dtype != y->dtype) {
    NN_TRY(nn__copy_elements(y, x));
    x = y;
  }
  return scan(c, id, x, NULL, c->arg[DIM].v.i, c->arg[EXCLUSIVE].v.b, c->arg[REVERSE].v.b);
}

static nn_status forward_cumsum(nn__call *c) { return forward_scan(c, NN_SCAN_SUM); }
static nn_status forward_cumprod(nn__call *c) { return forward_scan(c, NN_SCAN_PROD); }

static nn_tensor *e_scan(nn__scope *s, const nn_op *op, nn_tensor *x, int64_t dim, bool exclusive,
                         bool reverse) {
  nn_arg args[] = {nn_t(x), nn_int(dim), nn_none(), nn_flag(exclusive), nn_flag(reverse)};
  return nn__eval(s, op, 5, args, NULL);
}

/* An element is in all sums after its own. */
static void backward_cumsum(nn__grad *b) {
  const nn_arg *arg = b->node->arg;
  nn__give(b, 0,
           e_scan(&b->s, &nn__op_cumsum, nn__gout(b, 0), arg[DIM].v.i, arg[EXCLUSIVE].v.b,
                  !arg[REVERSE].v.b));
}

/* x moved on by one element along dim. */
static nn_tensor *e_shift(nn__scope *s, nn_tensor *x, int64_t dim, bool reverse) {
  return E_RUN(s, shift, nn_t(x), nn_int(dim), nn_flag(reverse));
}

static nn_tensor *e_linear(nn__scope *s, nn_tensor *x, nn_tensor *factor, int64_t dim,
                           bool reverse) {
  return E_RUN(s, linear_scan, nn_t(x), nn_t(factor), nn_int(dim), nn_flag(reverse));
}

/* With P[i] the product of all elements before i, the gradient is P[i] T[i], where
 * T[i] = g[i] + x[i+1] T[i+1] gathers what comes after: no division, so zeros do no harm. */
static void backward_cumprod(nn__grad *b) {
  nn__scope *s = &b->s;
  int64_t dim = b->node->arg[DIM].v.i;
  bool exclusive = b->node->arg[EXCLUSIVE].v.b, reverse = b->node->arg[REVERSE].v.b;
  nn_tensor *x = nn__saved(b, 0), *g = nn__gout(b, 0);
  if (g) x = e_to(s, x, (nn_dtype)g->dtype);
  nn_tensor *before = e_scan(s, &nn__op_cumprod, x, dim, true, reverse);
  if (exclusive) g = e_shift(s, g, dim, !reverse);
  nn_tensor *after = e_linear(s, g, e_shift(s, x, dim, !reverse), dim, !reverse);
  nn__give(b, 0, e_mul(s, before, after));
}

#define PARAMS "input:tensor dim:dim dtype:dtype? exclusive:bool=false reverse:bool=false"
#define MORE                                                                                   \
  " Whole numbers and bools give int64. exclusive leaves each element out of its own result; " \
  "reverse starts from the end."

nn_op nn__op_cumsum = {.name = "cumsum",
                       .params = PARAMS,
                       .group = "reductions",
                       .doc = "The running sum along a dimension." MORE,
                       .flags = NN_OP_INPLACE,
                       .check = check_scan,
                       .forward = forward_cumsum,
                       .backward = backward_cumsum};

nn_op nn__op_cumprod = {.name = "cumprod",
                        .params = PARAMS,
                        .group = "reductions",
                        .doc = "The running product along a dimension." MORE,
                        .keep = "input",
                        .flags = NN_OP_INPLACE,
                        .check = check_scan,
                        .forward = forward_cumprod,
                        .backward = backward_cumprod};

/* -- shift, linear_scan ---------------------------------------------------------------------- */

static nn_status check_shift(nn__call *c) {
  NN_TRY(nn__check_floating(c, 0));
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_dim(c, 1, nn__in(c, 0)->ndim);
}

static nn_status forward_shift(nn__call *c) {
  NN_TRY(nn__copy_elements(c->out[0], nn__in(c, 0)));
  return scan(c, NN_SCAN_SHIFT, c->out[0], NULL, c->arg[1].v.i, true, c->arg[2].v.b);
}

static void backward_shift(nn__grad *b) {
  const nn_arg *arg = b->node->arg;
  nn__give(b, 0, e_shift(&b->s, nn__gout(b, 0), arg[1].v.i, !arg[2].v.b));
}

nn_op nn__op_shift = {.name = "shift",
                      .params = "input:tensor dim:dim reverse:bool=false",
                      .group = "reductions",
                      .doc = "The elements moved on by one along a dimension, after a 0; with "
                             "reverse, moved back, before a 0.",
                      .flags = NN_OP_HIDDEN,
                      .check = check_shift,
                      .forward = forward_shift,
                      .backward = backward_shift};

static nn_status check_linear(nn__call *c) {
  NN_TRY(nn__check_floating(c, 0));
  NN_TRY(nn__check_is(c, 1, (nn_dtype)nn__in(c, 0)->dtype));
  if (!nn__same_shape(nn__in(c, 0), nn__in(c, 1)))
    return nn__why(c, NN_ESHAPE, "the shapes must be equal");
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_dim(c, 2, nn__in(c, 0)->ndim);
}

static nn_status forward_linear(nn__call *c) {
  nn_tensor *y = c->out[0], *made;
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  const nn_tensor *f = nn__contiguous(nn__in(c, 1), (nn_dtype)y->dtype, &made);
  if (!f) return NN_ENOMEM;
  nn_status status = scan(c, NN_SCAN_LINEAR, y, f, c->arg[2].v.i, false, c->arg[3].v.b);
  nn_release(made);
  return status;
}

/* The gradient runs the other way: T[i] = g[i] + f[i+1] T[i+1]; that of f[i] is T[i] y[i-1]. */
static void backward_linear(nn__grad *b) {
  nn__scope *s = &b->s;
  int64_t dim = b->node->arg[2].v.i;
  bool reverse = b->node->arg[3].v.b;
  nn_tensor *f = e_shift(s, nn__saved(b, 1), dim, !reverse);
  nn_tensor *t = e_linear(s, nn__gout(b, 0), f, dim, !reverse);
  nn__give(b, 0, t);
  nn__give(b, 1, e_mul(s, t, e_shift(s, nn__saved_out(b, 0), dim, reverse)));
}

nn_op nn__op_linear_scan = {
    .name = "linear_scan",
    .params = "input:tensor factor:tensor dim:dim reverse:bool=false",
    .group = "reductions",
    .doc = "The recurrence y[i] = y[i-1] * factor[i] + input[i] along a dimension.",
    .keep = "factor out",
    .flags = NN_OP_HIDDEN,
    .check = check_linear,
    .forward = forward_linear,
    .backward = backward_linear};
