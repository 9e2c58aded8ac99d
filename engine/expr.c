/* Scopes and the few expressions that are more than one operation, see expr.h. */
#include "expr.h"

#include <math.h>
#include <string.h>

void nn__scope_open(nn__scope *s, nn_ctx *ctx) {
  s->ctx = ctx;
  s->status = NN_OK;
  s->n = 0;
  s->room = NN__SCOPE_FEW;
  s->own = s->few;
}

nn_status nn__scope_close(nn__scope *s, nn_tensor *keep) {
  if (keep) nn_retain(keep);
  for (int i = 0; i < s->n; i++) nn_release(s->own[i]);
  if (s->own != s->few) nn__free(s->ctx, s->own, (size_t)s->room * sizeof *s->own);
  return s->status;
}

static bool grow(nn__scope *s) {
  size_t bytes = (size_t)s->room * sizeof *s->own;
  nn_tensor **more = nn__alloc(s->ctx, 2 * bytes);
  if (!more) return false;
  memcpy(more, s->own, bytes);
  if (s->own != s->few) nn__free(s->ctx, s->own, bytes);
  s->own = more;
  s->room *= 2;
  return true;
}

nn_tensor *nn__own(nn__scope *s, nn_tensor *t) {
  if (!t) {
    if (s->status == NN_OK) s->status = NN_ENOMEM;
    return NULL;
  }
  if (s->n == s->room && !grow(s)) {
    nn_release(t);
    s->status = nn__no_memory(s->ctx, sizeof *s->own);
    return NULL;
  }
  return s->own[s->n++] = t;
}

/* An expression that failed is a NULL tensor: what uses it must not run. */
static bool is_usable(const nn__scope *s, int n, const nn_arg *args) {
  if (s->status != NN_OK) return false;
  for (int i = 0; i < n; i++)
    if (args[i].kind == NN_TENSOR && !args[i].v.t) return false;
  return true;
}

nn_tensor *nn__eval(nn__scope *s, const nn_op *op, int n, const nn_arg *args, nn_tensor **out) {
  nn_tensor *made[NN__MAX_OUT] = {NULL};
  if (!is_usable(s, n, args)) return NULL;
  s->status = nn__run(s->ctx, op, 0, args, n, made);
  if (s->status != NN_OK) return NULL;
  int nout = op->info.nout;
  for (int i = 0; i < nout; i++) made[i] = nn__own(s, made[i]);
  if (out) memcpy(out, made, (size_t)nout * sizeof *out);
  return made[0];
}

void nn__eval_inplace(nn__scope *s, const nn_op *op, int n, const nn_arg *args) {
  if (is_usable(s, n, args)) s->status = nn__run_inplace(s->ctx, op, 0, args, n);
}

nn_tensor *nn__operand(nn__scope *s, const nn_arg *arg) {
  if (arg->kind == NN_TENSOR) return arg->v.t;
  nn_dtype dtype = arg->kind == NN_INT ? NN_INT64 : NN_FLOAT64;
  return e_full(s, dtype, 0, NULL, nn__value(arg));
}

nn_tensor *e_full(nn__scope *s, nn_dtype dtype, int ndim, const int64_t *shape, double value) {
  nn_arg args[] = {nn_ints(ndim, shape), nn_number(value), nn_string(nn_dtype_name(dtype))};
  return nn__eval(s, &nn__op_full, 3, args, NULL);
}

nn_tensor *e_half_where(nn__scope *s, nn_tensor *g, nn_tensor *all, nn_tensor *half) {
  if (!g) return NULL;
  nn_tensor *weight = e_add(s, all, e_mul_n(s, half, 0.5));
  return e_mul(s, g, weight);
}

/* p x^(p - 1); x^0 is 1 everywhere */
nn_tensor *e_pow_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x, nn_tensor *p) {
  double only = 0;
  nn_tensor *gx = e_mul(s, g, e_mul(s, p, e_pow(s, x, e_add_n(s, p, -1))));
  if (gx && p->numel == 1 && nn_item(p, &only) == NN_OK && only != 0) return gx;
  return e_keep(s, e_ne_n(s, p, 0), gx);
}

/* y log x; 0^p is 0 everywhere from p = 0 up */
nn_tensor *e_exponent_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x, nn_tensor *p,
                               nn_tensor *y) {
  nn_tensor *zero = e_logical_and(s, e_eq_n(s, x, 0), e_ge_n(s, p, 0));
  return e_keep(s, e_logical_not(s, zero), e_mul(s, g, e_mul(s, y, e_log(s, x))));
}

/* s (1 + x (1 - s)), where s = sigmoid(x) */
nn_tensor *e_silu_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x) {
  nn_tensor *y = e_sigmoid(s, x);
  nn_tensor *slope = e_mul(s, y, e_add_n(s, e_mul(s, x, e_n_sub(s, 1, y)), 1));
  return e_mul(s, g, slope);
}

/* Phi(x) + x phi(x), where phi(x) = exp(-x^2 / 2) / sqrt(2 pi) is Phi's derivative */
nn_tensor *e_gelu_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x) {
  nn_tensor *Phi = e_mul_n(s, e_add_n(s, e_erf(s, e_mul_n(s, x, M_SQRT1_2)), 1), 0.5);
  nn_tensor *phi =
      e_mul_n(s, e_exp(s, e_mul_n(s, e_square(s, x), -0.5)), M_2_SQRTPI * M_SQRT1_2 / 2);
  return e_mul(s, g, e_add(s, Phi, e_mul(s, x, phi)));
}

nn_tensor *e_sum_to(nn__scope *s, nn_tensor *x, int ndim, const int64_t *shape) {
  if (!x) return NULL;
  int64_t dims[NN_MAX_DIMS];
  int n = 0, added = x->ndim - ndim;
  for (int i = 0; i < x->ndim; i++)
    if (i < added || (shape[i - added] == 1 && x->shape[i] != 1)) dims[n++] = i;
  if (n == 0) return x;
  nn_tensor *sum = E_RUN(s, sum, nn_t(x), nn_ints(n, dims), nn_flag(true));
  return added ? e_reshape(s, sum, ndim, shape) : sum;
}

nn_tensor *e_detach(nn__scope *s, nn_tensor *x) { return x ? nn__own(s, nn__new_alias(x)) : NULL; }
