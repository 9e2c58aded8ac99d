/* The dispatcher: every call of every operation passes here, in the order
 * bind arguments, check shapes, allocate the results, make the graph node, compute, record. Only
 * the first four can fail on shapes or memory, so a call that fails has changed nothing. */
#include "op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* -- Errors ---------------------------------------------------------------------------------- */

/* Appends to a text of `size` bytes, cutting what does not fit. */
static void append(char *text, size_t size, const char *more, size_t n) {
  size_t used = strlen(text);
  if (n > size - used - 1) n = size - used - 1;
  memcpy(text + used, more, n);
  text[used + n] = '\0';
}

static void append_text(char *text, size_t size, const char *more) {
  append(text, size, more, strlen(more));
}

static void append_shape(char *text, size_t size, const nn_arg *arg) {
  char shape[NN__SHAPE_TEXT];
  append_text(text, size,
              arg->kind == NN_TENSOR ? nn_shape_text(arg->v.t, shape, sizeof shape) : "a number");
}

/* "cannot multiply 2x3 by 4x5", from "multiply $1 by $2". */
static void append_cannot(const nn__call *c, char *text, size_t size) {
  append_text(text, size, "cannot ");
  for (const char *p = c->op->cannot; *p; p++) {
    if (*p == '$')
      append_shape(text, size, &c->arg[*++p - '1']);
    else
      append(text, size, p, 1);
  }
}

/* " (input 2x3, mask 4)" */
static void append_shapes(const nn__call *c, char *text, size_t size) {
  const nn_op_info *info = &c->op->info;
  const char *before = " (";
  for (int i = 0; i < info->nparams; i++) {
    if (c->arg[i].kind != NN_TENSOR) continue;
    append_text(text, size, before);
    append_text(text, size, info->params[i].name);
    append_text(text, size, " ");
    append_shape(text, size, &c->arg[i]);
    before = ", ";
  }
  if (*before == ',') append_text(text, size, ")");
}

nn_status nn__why(const nn__call *c, nn_status status, const char *format, ...) {
  char why[512], text[900];
  va_list args;
  va_start(args, format);
  vsnprintf(why, sizeof why, format, args);
  va_end(args);
  snprintf(text, sizeof text, "%s%s: ", c->op->name, c->inplace ? "_" : "");
  bool cannot = c->op->cannot && status == NN_ESHAPE;
  if (cannot) {
    append_cannot(c, text, sizeof text);
    append_text(text, sizeof text, ": ");
  }
  append_text(text, sizeof text, why);
  if (!cannot) append_shapes(c, text, sizeof text);
  return nn_fail(c->ctx, status, "%s", text);
}

/* -- Helpers for check ----------------------------------------------------------------------- */

static nn_status check_one_dim(const nn__call *c, int64_t *dim, int ndim) {
  int64_t n = ndim ? ndim : 1, d = *dim < 0 ? *dim + n : *dim - c->base;
  if (d < 0 || d >= n)
    return nn__why(c, NN_EARG, "dimension %lld is out of range, which is %d to %lld or -%lld to -1",
                   (long long)*dim, c->base, (long long)n - 1 + c->base, (long long)n);
  *dim = d;
  return NN_OK;
}

nn_status nn__check_dim(nn__call *c, int i, int ndim) {
  return check_one_dim(c, &c->arg[i].v.i, ndim);
}

nn_status nn__check_dims(nn__call *c, int i, int ndim, unsigned *set) {
  nn_arg *a = &c->arg[i];
  const int64_t *given = a->kind == NN_INTS ? a->v.is : &a->v.i;
  int n = a->kind == NN_INTS ? a->n : 1;
  *set = (1u << ndim) - 1;
  if (a->kind == NN_NONE) return NN_OK;
  *set = 0;
  for (int j = 0; j < n; j++) {
    int64_t d = given[j];
    NN_TRY(check_one_dim(c, &d, ndim));
    if (*set & 1u << d)
      return nn__why(c, NN_EARG, "dimension %lld stands twice in the list", (long long)given[j]);
    *set |= 1u << d;
    c->dims[j] = d; /* distinct, so there are at most NN_MAX_DIMS */
  }
  *a = nn_ints(n, c->dims);
  return NN_OK;
}

nn_status nn__check_index(nn__call *c, int i, int dim, int64_t size) {
  int64_t given = c->arg[i].v.i, index = given < 0 ? given + size : given - c->base;
  if (index < 0 || index >= size)
    return nn__why(c, NN_EARG, "index %lld is out of range for dimension %d, of size %lld",
                   (long long)given, dim + c->base, (long long)size);
  c->arg[i].v.i = index;
  return NN_OK;
}

nn_status nn__check_shape(nn__call *c, int i) {
  const nn_arg *a = &c->arg[i];
  if (a->n > NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions, not %d", NN_MAX_DIMS, a->n);
  c->meta[0].ndim = a->n;
  for (int j = 0; j < a->n; j++) {
    if (a->v.is[j] < 0)
      return nn__why(c, NN_ESHAPE, "a size cannot be negative: %lld", (long long)a->v.is[j]);
    c->meta[0].shape[j] = a->v.is[j];
  }
  return NN_OK;
}

nn_status nn__check_dtype(nn__call *c, int i, nn_dtype otherwise, nn_dtype *dtype) {
  *dtype = otherwise;
  if (nn__given(c, i)) nn_dtype_from_name(c->arg[i].v.s, dtype);
  return NN_OK;
}

nn_status nn__check_floating(const nn__call *c, int i) {
  nn_dtype dtype = nn_dtype_of(nn__in(c, i));
  if (nn_dtype_is_floating(dtype)) return NN_OK;
  return nn__why(c, NN_EARG, "%s is %s, but must be float32 or float64", c->op->info.params[i].name,
                 nn_dtype_name(dtype));
}

nn_status nn__check_is(const nn__call *c, int i, nn_dtype dtype) {
  nn_dtype actual = nn_dtype_of(nn__in(c, i));
  if (actual == dtype) return NN_OK;
  return nn__why(c, NN_EARG, "%s is %s, but must be %s", c->op->info.params[i].name,
                 nn_dtype_name(actual), nn_dtype_name(dtype));
}

void nn__make_view(nn__call *c, const nn_tensor *t, const int64_t *stride, int64_t offset) {
  c->view_of = t;
  c->view_offset = offset;
  c->meta[0].dtype = (nn_dtype)t->dtype;
  for (int i = 0; i < c->meta[0].ndim; i++) c->view_stride[i] = stride[i];
}

int nn__choice(const nn__call *c, int i) {
  const char *at = c->op->info.params[i].choices, *word = c->arg[i].v.s;
  size_t n = strlen(word);
  for (int k = 0;; k++) {
    if (strncmp(at, word, n) == 0 && (at[n] == '|' || at[n] == '\0')) return k;
    at = strchr(at, '|') + 1; /* the binding has proven that it is among them */
  }
}

/* -- Running --------------------------------------------------------------------------------- */

static void drop_results(nn__call *c, int nout) {
  for (int i = 0; i < nout; i++) {
    nn_release(c->out[i]);
    c->out[i] = NULL;
  }
}

static nn_status make_results(nn__call *c, int nout) {
  for (int i = 0; i < nout; i++) c->out[i] = NULL;
  for (int i = 0; i < nout; i++) {
    const nn__meta *m = &c->meta[i];
    c->out[i] = c->view_of
                    ? nn__new_view(c->view_of, m->ndim, m->shape, c->view_stride, c->view_offset)
                    : nn__new_tensor(c->ctx, m);
    if (!c->out[i]) {
      drop_results(c, nout);
      nn__rewrite(c->ctx, "%s: %s", c->op->name, c->ctx->message);
      return NN_ENOMEM;
    }
  }
  return NN_OK;
}

/* Ties the results to the node; the node's own reference goes to them. */
static nn_status record(nn__call *c, nn_node *node, int nout) {
  if (!node) return NN_OK;
  nn_status status = NN_OK;
  for (int i = 0; i < nout; i++) {
    if (nn_dtype_is_floating((nn_dtype)c->out[i]->dtype)) nn__set_node(c->out[i], node, i);
    if (c->op->keep_out && i == nout - 1) status = nn__save_output(node, i, c->out[i]);
  }
  nn__release_node(c->ctx, node);
  return status;
}

/* A view without a gradient is detached on purpose. */
static void remember_base(nn__call *c) {
  if (!c->view_of || !c->ctx->grad_enabled || !c->op->backward) return;
  nn_tensor *of = (nn_tensor *)c->view_of;
  nn_tensor *base = of->base ? of->base : of;
  c->out[0]->base = nn_retain(base);
  c->out[0]->base_rebased = base->rebased;
}

static nn_status run_primitive(nn__call *c, int nout) {
  nn_node *node;
  NN_TRY(make_results(c, nout));
  nn_status status = nn__make_node(c, &node);
  if (status == NN_OK && c->op->forward) status = c->op->forward(c);
  if (status == NN_OK) {
    remember_base(c);
    status = record(c, node, nout);
  } else if (node) {
    nn__release_node(c->ctx, node);
  }
  if (status != NN_OK) drop_results(c, nout);
  return status;
}

/* The message of a part that failed speaks of the operation that the user called. */
static void name_derived(const nn__call *c) {
  size_t n = strlen(c->op->name);
  const char *message = c->ctx->message;
  if (strncmp(message, c->op->name, n) == 0 && message[n] == ':') return;
  nn__rewrite(c->ctx, "%s: %s", c->op->name, message);
}

static nn_status run_derived(nn__call *c, int nout) {
  nn__scope s;
  nn__scope_open(&s, c->ctx);
  for (int i = 0; i < nout; i++) c->out[i] = NULL;
  nn_tensor *result = c->op->compose(&s, c);
  if (s.status == NN_OK)
    for (int i = 0; i < nout; i++) {
      if (i == 0) c->out[0] = result;
      nn_retain(c->out[i]);
    }
  nn_status status = nn__scope_close(&s, NULL);
  if (status != NN_OK) name_derived(c);
  return status;
}

/* Everything up to and including the check. */
static nn_status start(nn__call *c, nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args,
                       int n) {
  const nn_op_info *info = nn_op_describe(op);
  c->ctx = ctx;
  c->op = op;
  c->base = base;
  c->view_of = NULL;
  if (nn__stopped(ctx)) return nn_fail(ctx, NN_ESTOP, "%s: interrupted", op->name);
  NN_TRY(nn_bind(ctx, op->name, info->params, info->nparams, args, n, c->arg));
  return op->check ? op->check(c) : NN_OK;
}

/* Scratch that was not filled, since the work was stopped, looks like no memory. */
static nn_status why_failed(const nn_ctx *ctx, nn_status status) {
  return status == NN_ENOMEM && nn__stopped(ctx) ? NN_ESTOP : status;
}

static nn_status run(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n,
                     nn_tensor **out) {
  nn__call c;
  c.inplace = false;
  NN_TRY(start(&c, ctx, op, base, args, n));
  int nout = op->info.nout;
  NN_TRY(op->compose ? run_derived(&c, nout) : run_primitive(&c, nout));
  for (int i = 0; i < nout; i++) out[i] = c.out[i];
  return NN_OK;
}

nn_status nn__run(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n,
                  nn_tensor **out) {
  return why_failed(ctx, run(ctx, op, base, args, n, out));
}

nn_status nn_run(nn_ctx *ctx, const nn_op *op, const nn_arg *args, int n, nn_tensor **out) {
  return nn__run(ctx, op, ctx->options.base, args, n, out);
}

/* -- Running in place ------------------------------------------------------------------------ */

static nn_status check_target(const nn__call *c, nn_tensor *x) {
  if (nn__overlaps_itself(x))
    return nn__why(c, NN_ESTATE,
                   "several elements of the tensor share one place in memory, "
                   "as after expand; clone it first");
  if (!c->ctx->grad_enabled) return NN_OK;
  if (x->requires_grad && !x->node)
    return nn__why(c, NN_ESTATE,
                   "a leaf Variable that requires grad is being used in an in-place "
                   "operation; wrap it in nn.no_grad, or use a copy");
  if (x->base && x->base->requires_grad && !x->base->node)
    return nn__why(c, NN_ESTATE,
                   "a view of a leaf Variable that requires grad is being used in "
                   "an in-place operation; wrap it in nn.no_grad, or use a copy");
  return NN_OK;
}

static nn_status check_result_fits(const nn__call *c, const nn_tensor *x, const nn__meta *m) {
  char have[NN__SHAPE_TEXT], want[NN__SHAPE_TEXT];
  bool same = m->ndim == x->ndim;
  for (int i = 0; same && i < m->ndim; i++) same = m->shape[i] == x->shape[i];
  if (!same)
    return nn__why(c, NN_ESHAPE, "the result is %s, which does not fit into a tensor of %s",
                   nn__shape_text(m->ndim, m->shape, want, sizeof want),
                   nn_shape_text(x, have, sizeof have));
  nn_dtype to = (nn_dtype)x->dtype;
  bool fits = m->dtype == to || nn_dtype_is_floating(to) ||
              (!nn_dtype_is_floating(m->dtype) && to == NN_INT64);
  if (!fits)
    return nn__why(c, NN_EARG, "the result is %s, which cannot be put into a tensor of %s",
                   nn_dtype_name(m->dtype), nn_dtype_name(to));
  return NN_OK;
}

/* Whether the kernel may write straight into x: it must read each element before it writes it,
 * so no other argument may see the same storage in another layout, or at all where elements are
 * written out of order. */
static bool can_write_into(const nn__call *c, const nn_tensor *x) {
  if (c->op->kind == 0 || c->meta[0].dtype != (nn_dtype)x->dtype) return false;
  for (int i = 1; i < c->op->info.nparams; i++) {
    const nn_arg *a = &c->arg[i];
    if (a->kind != NN_TENSOR || a->v.t->storage != x->storage) continue;
    if (c->op->kind == NN_KIND_PLACES || !nn_is_same(a->v.t, x)) return false;
  }
  return true;
}

static nn_status compute_into(nn__call *c, nn_tensor *x) {
  if (can_write_into(c, x)) {
    c->out[0] = x;
    return c->op->forward(c);
  }
  NN_TRY(make_results(c, 1));
  nn_tensor *result = c->out[0];
  nn_status status = c->op->forward(c);
  if (status == NN_OK) status = nn__copy_elements(x, result);
  nn_release(result);
  return status;
}

/* A derived operation, or one without a gradient, whose result then cuts off what was before:
 * computed apart, then copied. */
static nn_status run_by_copy(nn__call *c, nn_tensor *x) {
  NN_TRY(c->op->compose ? run_derived(c, 1) : run_primitive(c, 1));
  nn_tensor *result = c->out[0];
  nn__meta m = nn__meta_of(result);
  nn_status status = check_result_fits(c, x, &m);
  if (status == NN_OK)
    status = nn__run_inplace(c->ctx, &nn__op_copy, 0, (nn_arg[]){nn_t(x), nn_t(result)}, 2);
  nn_release(result);
  return status;
}

/* x becomes a result of the node that was made from what it was. */
static nn_status record_into(nn__call *c, nn_tensor *x, nn_node *node) {
  x->storage->version++;
  if (!node) return NN_OK;
  nn__set_node(x, node, 0);
  nn_status status = c->op->keep_out ? nn__save_output(node, 0, x) : NN_OK;
  nn__release_node(c->ctx, node);
  if (!x->base) x->rebased++; /* its views have to follow */
  return status == NN_OK && x->base ? nn__rebase(x) : status;
}

static nn_status run_inplace(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n) {
  nn__call c;
  nn_node *node;
  c.inplace = true;
  NN_TRY(start(&c, ctx, op, base, args, n));
  if (!(op->flags & (NN_OP_INPLACE | NN_OP_ONLY_INPLACE)))
    return nn_fail(ctx, NN_EARG, "%s: has no form that works in place", op->name);
  nn_tensor *x = nn__in(&c, 0);
  NN_TRY(check_target(&c, x));
  bool cuts_off = !op->backward && ctx->grad_enabled && nn__wants_grad(x);
  if (op->compose || cuts_off) return run_by_copy(&c, x);
  NN_TRY(check_result_fits(&c, x, &c.meta[0]));
  NN_TRY(nn__make_node(&c, &node));
  nn_status status = compute_into(&c, x);
  if (status == NN_OK) return record_into(&c, x, node);
  if (node) nn__release_node(ctx, node);
  return status;
}

nn_status nn__run_inplace(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n) {
  return why_failed(ctx, run_inplace(ctx, op, base, args, n));
}

nn_status nn_run_inplace(nn_ctx *ctx, const nn_op *op, const nn_arg *args, int n) {
  return nn__run_inplace(ctx, op, ctx->options.base, args, n);
}
