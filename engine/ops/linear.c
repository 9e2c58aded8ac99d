/* The linear layer as an operation: y = x W^T + b, with relu where asked. Bias and relu are folded
 * into the product's stores, and so is relu's gradient on the way back. */
#include "autograd.h"
#include "pointwise.h"
#include "product.h"
#include "shape.h"

/* input (…, in), weight (out, in), bias (out): (…, out) */
static nn_status linear_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *w = nn__in(c, 1), *b = nn__given(c, 2) ? nn__in(c, 2) : NULL;
  if (!x->ndim || w->ndim != 2)
    return nn__why(c, NN_ESHAPE, "the input needs at least 1 dimension, the weight 2");
  if (x->shape[x->ndim - 1] != w->shape[1])
    return nn__why(c, NN_ESHAPE, "the input's last dimension is %lld, but the layer takes %lld",
                   (long long)x->shape[x->ndim - 1], (long long)w->shape[1]);
  if (b && (b->ndim != 1 || b->shape[0] != w->shape[0]))
    return nn__why(c, NN_ESHAPE, "the bias must have %lld elements", (long long)w->shape[0]);
  NN_TRY(nn__check_product_dtype(c));
  if (b && b->dtype != x->dtype)
    return nn__why(c, NN_EARG, "the bias is %s, but the input %s",
                   nn_dtype_name((nn_dtype)b->dtype), nn_dtype_name((nn_dtype)x->dtype));
  nn_dtype dtype = c->meta[0].dtype;
  c->meta[0] = nn__meta_of(x);
  c->meta[0].dtype = dtype;
  c->meta[0].shape[x->ndim - 1] = w->shape[0];
  return nn__check_floating(c, 0);
}

/* `t`, (…, n), as the rows of a matrix; false: its leading dimensions are no evenly spaced one. */
static bool as_rows(const nn_tensor *t, struct nn__factor *r) {
  int last = t->ndim - 1;
  int64_t n = t->shape[last], m = 1, stride[2] = {t->stride[last] * n, t->stride[last]};
  for (int i = 0; i < last; i++) m *= t->shape[i];
  bool even =
      t->ndim < 3 || nn__view_strides(t->ndim, t->shape, t->stride, 2, (int64_t[]){m, n}, stride);
  if (t->ndim == 2) stride[0] = t->stride[0];
  *r = (struct nn__factor){t, t->data, m, n, stride[0], stride[1]};
  return even;
}

/* The same, of a contiguous copy (*made) where need be; false: no memory. */
static bool make_rows(const nn_tensor *t, struct nn__factor *r, nn_tensor **made) {
  *made = NULL;
  if (as_rows(t, r)) return true;
  const nn_tensor *copy = nn__contiguous(t, (nn_dtype)t->dtype, made);
  return copy && as_rows(copy, r);
}

static nn_status run_linear(nn__call *c, bool relu) {
  const nn_tensor *w = nn__in(c, 1), *y = c->out[0], *bias = nn__given(c, 2) ? nn__in(c, 2) : NULL;
  nn_tensor *copy, *bias_copy = NULL;
  struct nn__factor x;
  bool ok = make_rows(nn__in(c, 0), &x, &copy);
  if (ok && bias) ok = (bias = nn__contiguous(bias, (nn_dtype)bias->dtype, &bias_copy));
  nn_status status = NN_ENOMEM;
  if (ok) {
    struct nn__gemm p = nn__product(x, nn__turned(nn__factor_of(w)), y->data);
    p.bias = bias ? bias->data : NULL;
    p.relu = relu;
    status = nn__run_product(c->ctx, (nn_dtype)y->dtype, &p);
  }
  nn_release(copy);
  nn_release(bias_copy);
  return status;
}

static nn_status linear_forward(nn__call *c) { return run_linear(c, false); }
static nn_status linear_relu_forward(nn__call *c) { return run_linear(c, true); }

/* -- The gradient ---------------------------------------------------------------------------- */

/* x (…, d) as (rows, d) */
static nn_tensor *rows_of(nn__scope *s, nn_tensor *x) {
  if (!x || x->ndim == 2) return x;
  int64_t d = x->shape[x->ndim - 1];
  return e_reshape(s, x, 2, (int64_t[]){d ? x->numel / d : 0, d});
}

/* Y = X W^T + b: gX = gY W, gW = gY^T X, gb = the sum of gY's rows. */
static void give_composed(nn__grad *b, nn_tensor *g) {
  nn__scope *s = &b->s;
  const nn__input *x = &b->node->in[0];
  nn_tensor *rows = rows_of(s, g);
  if (nn__wants(b, 0)) {
    nn_tensor *gx = e_mm(s, rows, nn__saved(b, 1));
    nn__give(b, 0, x->ndim == 2 ? gx : e_reshape(s, gx, x->ndim, x->shape));
  }
  if (nn__wants(b, 1)) nn__give(b, 1, e_mm(s, e_t(s, rows), rows_of(s, nn__saved(b, 0))));
  if (nn__wants(b, 2)) nn__give(b, 2, e_sum(s, rows, 0, false));
}

/* (1, n), all of it the same one. */
static struct nn__factor ones_of(nn_dtype dtype, int64_t n) {
  static float one_f32 = 1;
  static double one_f64 = 1;
  char *data = dtype == NN_FLOAT64 ? (char *)&one_f64 : (char *)&one_f32;
  return (struct nn__factor){NULL, data, 1, n, 0, 0};
}

/* The same without operations in between: no views, no nodes, and the sum of gY's rows as a product
 * with ones. */
static void give_fused(nn__grad *b, struct nn__factor x, const nn_tensor *w, struct nn__factor gy) {
  if (nn__wants(b, 1)) nn__give_product(b, 1, nn__turned(gy), x);
  if (nn__wants(b, 2)) nn__give_product(b, 2, ones_of((nn_dtype)w->dtype, gy.m), gy);
  if (nn__wants(b, 0)) nn__give_product(b, 0, gy, nn__factor_of(w));
}

static void give_linear(nn__grad *b, nn_tensor *g) {
  struct nn__factor gy, input;
  nn_tensor *x = nn__saved(b, 0), *w = nn__saved(b, 1);
  if (!x || !w || !g) return;
  if (b->again || !as_rows(g, &gy) || !as_rows(x, &input))
    give_composed(b, g);
  else
    give_fused(b, input, w, gy);
}

static void linear_backward(nn__grad *b) { give_linear(b, nn__gout(b, 0)); }
static void linear_relu_backward(nn__grad *b) { give_linear(b, nn__gated(b)); }

nn_op nn__op_linear = {.name = "linear",
                       .params = "input:tensor weight:tensor bias:tensor?",
                       .group = "products",
                       .doc = "input weight^T + bias: (…, in) with weight (out, in) and bias (out) "
                              "gives (…, out).",
                       .cannot = "apply weight $2 to input $1",
                       .keep = "input weight",
                       .check = linear_check,
                       .forward = linear_forward,
                       .backward = linear_backward};

nn_op nn__op_linear_relu = {.name = "linear_relu",
                            .params = "input:tensor weight:tensor bias:tensor?",
                            .group = "products",
                            .doc = "relu(linear(input, weight, bias)) in one pass.",
                            .cannot = "apply weight $2 to input $1",
                            .keep = "input weight out gate",
                            .flags = NN_OP_HIDDEN,
                            .check = linear_check,
                            .forward = linear_relu_forward,
                            .backward = linear_relu_backward};
