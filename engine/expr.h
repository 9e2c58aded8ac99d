/* Operations as expressions, for the code that computes with tensors rather than elements:
 * gradients, derived operations, layers.
 *
 *     nn_tensor *gx = e_mul(s, g, e_n_sub(s, 1, e_mul(s, y, y))); // of tanh
 *
 * A scope `s` owns every tensor made in it and releases them all when it closes. Once an
 * expression fails, the scope remembers the status, and every later one does nothing and returns
 * NULL; so a chain is checked once, at its end. */
#ifndef NN_EXPR_H
#define NN_EXPR_H

#include "op.h"

enum { NN__SCOPE_FEW = 24 };

struct nn__scope {
  nn_ctx *ctx;
  nn_status status;
  int n, room;
  nn_tensor **own;
  nn_tensor *few[NN__SCOPE_FEW]; /* enough for nearly all; more are allocated */
};

void nn__scope_open(nn__scope *s, nn_ctx *ctx);

/* Releases what the scope owns, except that `keep` (may be NULL) gets an owner more first.
 * Returns the scope's status. */
nn_status nn__scope_close(nn__scope *s, nn_tensor *keep);

/* Hands `t` (one reference) to the scope. Returns t; on failure releases it and returns NULL. */
nn_tensor *nn__own(nn__scope *s, nn_tensor *t);

/* Runs an operation; its int arguments count from 0. Returns the first result, NULL on failure;
 * `out` (may be NULL) receives all of them. */
nn_tensor *nn__eval(nn__scope *s, const nn_op *op, int n, const nn_arg *args, nn_tensor **out);

/* Runs the form that mutates its first argument. */
void nn__eval_inplace(nn__scope *s, const nn_op *op, int n, const nn_arg *args);

/* The tensor of a call's argument; for a number, a 0-d tensor that gives way to other dtypes. */
nn_tensor *nn__operand(nn__scope *s, const nn_arg *arg);

#define E_RUN(s, name, ...)                                                     \
  nn__eval(s, &nn__op_##name, sizeof((nn_arg[]){__VA_ARGS__}) / sizeof(nn_arg), \
           (nn_arg[]){__VA_ARGS__}, NULL)

/* The same for the form that mutates its first argument. */
#define E_CHANGE(s, name, ...)                                                          \
  nn__eval_inplace(s, &nn__op_##name, sizeof((nn_arg[]){__VA_ARGS__}) / sizeof(nn_arg), \
                   (nn_arg[]){__VA_ARGS__})

#define E_UNARY(name) \
  static inline nn_tensor *e_##name(nn__scope *s, nn_tensor *x) { return E_RUN(s, name, nn_t(x)); }
#define E_BINARY(name)                                                          \
  static inline nn_tensor *e_##name(nn__scope *s, nn_tensor *a, nn_tensor *b) { \
    return E_RUN(s, name, nn_t(a), nn_t(b));                                    \
  }                                                                             \
  static inline nn_tensor *e_##name##_n(nn__scope *s, nn_tensor *a, double b) { \
    return E_RUN(s, name, nn_t(a), nn_number(b));                               \
  }

/* clang-format off */
E_UNARY(neg) E_UNARY(exp) E_UNARY(log) E_UNARY(rsqrt) E_UNARY(sin) E_UNARY(cos) E_UNARY(tanh)
E_UNARY(sigmoid) E_UNARY(sign) E_UNARY(square) E_UNARY(abs) E_UNARY(clone) E_UNARY(contiguous)
E_UNARY(logical_not) E_UNARY(t) E_UNARY(zeros_like) E_UNARY(ones_like) E_UNARY(isnan) E_UNARY(erf)
E_BINARY(add) E_BINARY(sub) E_BINARY(mul) E_BINARY(div) E_BINARY(pow)
E_BINARY(eq) E_BINARY(ne) E_BINARY(lt) E_BINARY(le) E_BINARY(gt) E_BINARY(ge)
E_BINARY(maximum) E_BINARY(minimum) E_BINARY(logical_and) E_BINARY(logical_or)

/* c - x */
static inline nn_tensor *e_n_sub(nn__scope *s, double c, nn_tensor *x) {
  return e_add_n(s, e_neg(s, x), c);
}
/* clang-format on */

static inline nn_tensor *e_matmul(nn__scope *s, nn_tensor *a, nn_tensor *b) {
  return E_RUN(s, matmul, nn_t(a), nn_t(b));
}

static inline nn_tensor *e_mm(nn__scope *s, nn_tensor *a, nn_tensor *b) {
  return E_RUN(s, mm, nn_t(a), nn_t(b));
}

static inline nn_tensor *e_where(nn__scope *s, nn_tensor *mask, nn_tensor *a, nn_tensor *b) {
  return E_RUN(s, where, nn_t(mask), nn_t(a), nn_t(b));
}

/* x where the mask is true, else 0 */
static inline nn_tensor *e_keep(nn__scope *s, nn_tensor *mask, nn_tensor *x) {
  return E_RUN(s, where, nn_t(mask), nn_t(x), nn_number(0));
}

static inline nn_tensor *e_masked_fill(nn__scope *s, nn_tensor *x, nn_tensor *mask, double value) {
  return E_RUN(s, masked_fill, nn_t(x), nn_t(mask), nn_number(value));
}

static inline nn_tensor *e_sum_all(nn__scope *s, nn_tensor *x) { return E_RUN(s, sum, nn_t(x)); }

static inline nn_tensor *e_sum(nn__scope *s, nn_tensor *x, int64_t dim, bool keepdim) {
  return E_RUN(s, sum, nn_t(x), nn_ints(1, &dim), nn_flag(keepdim));
}

static inline nn_tensor *e_unsqueeze(nn__scope *s, nn_tensor *x, int64_t dim) {
  return E_RUN(s, unsqueeze, nn_t(x), nn_int(dim));
}

static inline nn_tensor *e_transpose(nn__scope *s, nn_tensor *x, int64_t dim0, int64_t dim1) {
  return E_RUN(s, transpose, nn_t(x), nn_int(dim0), nn_int(dim1));
}

static inline nn_tensor *e_reshape(nn__scope *s, nn_tensor *x, int ndim, const int64_t *shape) {
  return E_RUN(s, reshape, nn_t(x), nn_ints(ndim, shape));
}

static inline nn_tensor *e_expand(nn__scope *s, nn_tensor *x, int ndim, const int64_t *shape) {
  return E_RUN(s, expand, nn_t(x), nn_ints(ndim, shape));
}

static inline nn_tensor *e_to(nn__scope *s, nn_tensor *x, nn_dtype dtype) {
  return E_RUN(s, to, nn_t(x), nn_string(nn_dtype_name(dtype)));
}

/* g where `all` is true, half of it where `half` is, else 0 */
nn_tensor *e_half_where(nn__scope *s, nn_tensor *g, nn_tensor *all, nn_tensor *half);

/* The gradients of y = x^p by x and by p, with g that of y. Where x or p are 0 their limits. */
nn_tensor *e_pow_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x, nn_tensor *p);
nn_tensor *e_exponent_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x, nn_tensor *p,
                               nn_tensor *y);

/* The gradients of silu and of gelu, with g the gradient of their results. */
nn_tensor *e_silu_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x);
nn_tensor *e_gelu_gradient(nn__scope *s, nn_tensor *g, nn_tensor *x);

/* A tensor of one value repeated. */
nn_tensor *e_full(nn__scope *s, nn_dtype dtype, int ndim, const int64_t *shape, double value);

/* `x` summed over the dimensions in which `shape` was broadcast to its shape. */
nn_tensor *e_sum_to(nn__scope *s, nn_tensor *x, int ndim, const int64_t *shape);

/* x without its history. */
nn_tensor *e_detach(nn__scope *s, nn_tensor *x);

#endif
