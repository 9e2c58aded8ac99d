/* Linear, ReLU, Linear as one operation, for the small nets that begin with them. */
#include "perceptron.h"

#include "autograd.h"
#include "cpu.h"
#include "ctx.h"
#include "pair.h"
#include "product.h"

NN_ISA_TABLES(struct nn__gemm_kernels, gemm_kernels);

enum { X, W1, B1, W2, B2, TENSORS };

/* Multiplications from which on a helper is worth calling, and the most in one pass: more are
 * better shared out in products. */
enum { LARGE = 1 << 16, MOST = 1 << 20 };

static enum nn__gemm_type type_of(const nn_tensor *x) {
  return x->dtype == NN_FLOAT64 ? NN_GEMM_F64 : NN_GEMM_F32;
}

static bool is_vector(const nn_tensor *t, int64_t n) { return t->ndim == 1 && t->shape[0] == n; }

/* Whether these are two layers, one on the other, and laid out as the kernel wants them. */
static bool are_layers(nn_tensor *const t[TENSORS]) {
  const nn_tensor *x = t[X], *w1 = t[W1], *w2 = t[W2];
  if (x->ndim != 2 || w1->ndim != 2 || w2->ndim != 2 || x->shape[1] != w1->shape[1] ||
      w2->shape[1] != w1->shape[0] || !is_vector(t[B1], w1->shape[0]) ||
      !is_vector(t[B2], w2->shape[0]) || !nn_dtype_is_floating((nn_dtype)x->dtype))
    return false;
  for (int i = W1; i < TENSORS; i++)
    if (!t[i]->contiguous || t[i]->dtype != x->dtype) return false;
  return x->stride[1] == 1 && w1->shape[0] > 0 && w2->shape[0] > 0;
}

/* Whether one pass pays: where the hidden layer is the largest, and all fits the nearest cache. */
static bool are_small(nn_tensor *const t[TENSORS]) {
  const int64_t in = t[W1]->shape[1], hidden = t[W1]->shape[0], out = t[W2]->shape[0];
  const int64_t row =
      nn__perceptron_pitch(type_of(t[X]), hidden) * (int64_t)nn_dtype_size((nn_dtype)t[X]->dtype);
  return in <= hidden && out <= NN_PERCEPTRON_OUT &&
         (in + 2 * out + 1) * row <= NN_PERCEPTRON_BYTES &&
         t[X]->shape[0] * hidden * (in + out + 1) <= MOST;
}

bool nn__takes_perceptron(nn_tensor *const t[TENSORS]) {
  return are_layers(t) && are_small(t) && !nn__wants_grad(t[X]);
}

/* The second result is h. */
static nn_status check(nn__call *c) {
  nn_tensor *t[TENSORS];
  for (int i = 0; i < TENSORS; i++) t[i] = nn__in(c, i);
  if (!are_layers(t) || !are_small(t))
    return nn__why(c, NN_ESHAPE, "these are no two small layers, one on the other");
  const nn_dtype dtype = (nn_dtype)t[X]->dtype;
  const int64_t batch = t[X]->shape[0];
  const int64_t pitch = nn__perceptron_pitch(type_of(t[X]), t[W1]->shape[0]);
  c->meta[0] = (nn__meta){.dtype = dtype, .ndim = 2, .shape = {batch, t[W2]->shape[0]}};
  c->meta[1] = (nn__meta){.dtype = dtype, .ndim = 2, .shape = {batch, pitch}};
  return NN_OK;
}

/* What forward and the gradient have in common. */
static struct nn__perceptron layers_of(const nn_tensor *x, const nn_tensor *w2) {
  return (struct nn__perceptron){.type = type_of(x),
                                 .batch = x->shape[0],
                                 .in = x->shape[1],
                                 .hidden = w2->shape[1],
                                 .out = w2->shape[0],
                                 .x = x->data,
                                 .x_row = x->stride[0],
                                 .w2 = w2->data};
}

/* -- In two halves --------------------------------------------------------------------------- */

static bool is_large(const struct nn__perceptron *p) {
  return p->batch * p->hidden * (p->in + p->out + 1) >= LARGE;
}

/* The row where a half begins, 0 or 1, or where the last one ends. */
static int64_t start(const struct nn__perceptron *p, int half) {
  return half < 2 ? half * (p->batch / 8 * 4) : p->batch;
}

static void run_forward(void *work, int first, int last) {
  const struct nn__perceptron *p = work;
  gemm_kernels_by_isa[nn__isa()]->perceptron[p->type](p, start(p, first), start(p, last));
}

static nn_status forward(nn__call *c) {
  struct nn__perceptron p = layers_of(nn__in(c, X), nn__in(c, W2));
  p.w1 = nn__in(c, W1)->data;
  p.b1 = nn__in(c, B1)->data;
  p.b2 = nn__in(c, B2)->data;
  p.h = c->out[1]->data;
  p.y = c->out[0]->data;
  nn__pair(is_large(&p) ? c->ctx->threads : 1, run_forward, &p);
  return NN_OK;
}

/* -- The gradient ---------------------------------------------------------------------------- */

/* Y = relu(X W1^T + b1) W2^T + b2, as expressions of X and the parameters. */
static void give_composed(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0), *x = nn__saved(b, X), *w1 = nn__saved(b, W1);
  nn_tensor *b1 = nn__saved(b, B1), *w2 = nn__saved(b, W2);
  nn_tensor *h = E_RUN(s, linear_relu, nn_t(x), nn_t(w1), nn_t(b1));
  nn_tensor *gh = E_RUN(s, relu_gradient, nn_t(e_mm(s, g, w2)), nn_t(h));
  if (nn__wants(b, X)) nn__give(b, X, e_mm(s, gh, w1));
  if (nn__wants(b, W1)) nn__give(b, W1, e_mm(s, e_t(s, gh), x));
  if (nn__wants(b, B1)) nn__give(b, B1, e_sum(s, gh, 0, false));
  if (nn__wants(b, W2)) nn__give(b, W2, e_mm(s, e_t(s, g), h));
  if (nn__wants(b, B2)) nn__give(b, B2, e_sum(s, g, 0, false));
}

/* The sums of each half of the rows. */
struct halves {
  struct nn__perceptron p;
  _Alignas(64) char sums[2][NN_PERCEPTRON_BYTES];
};

static void run_sums(void *work, int first, int last) {
  struct halves *w = work;
  const struct nn__perceptron *p = &w->p;
  for (int i = first; i < last; i++)
    gemm_kernels_by_isa[nn__isa()]->perceptron_sums[p->type](p, start(p, i), start(p, i + 1),
                                                             w->sums[i]);
}

/* The sums of a large batch are always taken in halves, so that their bits are the same. */
static void run_gradient(nn_ctx *ctx, const struct nn__perceptron *p) {
  const struct nn__gemm_kernels *k = gemm_kernels_by_isa[nn__isa()];
  struct halves w;
  w.p = *p;
  if (is_large(p))
    nn__pair(ctx->threads, run_sums, &w);
  else
    k->perceptron_sums[p->type](p, 0, p->batch, w.sums[0]);
  k->perceptron_finish[p->type](p, w.sums[0], is_large(p) ? w.sums[1] : NULL);
}

/* The gradients of the parameters, in one pass. */
static void give_fused(nn__grad *b) {
  const nn_tensor *g = e_contiguous(&b->s, nn__gout(b, 0)), *h = nn__saved_out(b, 1);
  const nn_tensor *x = nn__saved(b, X), *w2 = nn__saved(b, W2);
  nn_tensor *gradient[TENSORS] = {NULL};
  void *data[TENSORS] = {NULL};
  if (!g || !h || !x || !w2) return;
  for (int i = W1; i < TENSORS; i++) {
    if (!nn__wants(b, i)) continue;
    if (!(gradient[i] = nn__gradient_for(b, i, NULL))) return;
    data[i] = gradient[i]->data;
  }
  struct nn__perceptron p = layers_of(x, w2);
  p.h = h->data;
  p.gy = g->data;
  p.gw1 = data[W1];
  p.gb1 = data[B1];
  p.gw2 = data[W2];
  p.gb2 = data[B2];
  run_gradient(b->s.ctx, &p);
  for (int i = W1; i < TENSORS; i++) nn__give(b, i, gradient[i]);
}

static void backward(nn__grad *b) {
  if (b->again || nn__wants(b, X))
    give_composed(b);
  else
    give_fused(b);
}

nn_op nn__op_perceptron = {
    .name = "perceptron",
    .params = "input:tensor weight1:tensor bias1:tensor weight2:tensor bias2:tensor",
    .group = "products",
    .doc = "linear(linear_relu(input, weight1, bias1), weight2, bias2) of small layers, and the "
           "hidden layer, for backward.",
    .keep = "input weight1 bias1 weight2 out",
    .flags = NN_OP_HIDDEN,
    .nout = 2,
    .check = check,
    .forward = forward,
    .backward = backward};
