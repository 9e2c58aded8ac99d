/* Matrix products. Transposes and slices go in as strides, never as copies. */
#include <string.h>

#include "autograd.h"
#include "product.h"
#include "shape.h"

/* -- Running a product ----------------------------------------------------------------------- */

/* PyTorch multiplies int64 matrices too; nobody needs them fast. */
static void product_i64(const struct nn__gemm *p) {
  const int64_t *a = p->a, *b = p->b;
  int64_t *y = p->c;
  for (int64_t i = 0; i < p->m; i++)
    for (int64_t j = 0; j < p->n; j++) {
      uint64_t sum = 0;
      for (int64_t l = 0; l < p->k; l++)
        sum += (uint64_t)a[i * p->a_row + l * p->a_col] * (uint64_t)b[l * p->b_row + j * p->b_col];
      y[i * p->c_row + j] = (int64_t)sum;
    }
}

nn_status nn__run_product(nn_ctx *ctx, nn_dtype dtype, struct nn__gemm *p) {
  p->type = dtype == NN_FLOAT64 ? NN_GEMM_F64 : NN_GEMM_F32;
  p->threads = ctx->threads;
  p->stop = ctx->options.stop;
  if (dtype == NN_INT64)
    product_i64(p);
  else
    nn__gemm(p);
  return nn__stopped(ctx) ? nn_fail(ctx, NN_ESTOP, "a product was interrupted") : NN_OK;
}

struct nn__factor nn__factor_of(const nn_tensor *t) {
  int i = t->ndim - 2, j = t->ndim - 1;
  return (struct nn__factor){t, t->data, t->shape[i], t->shape[j], t->stride[i], t->stride[j]};
}

struct nn__gemm nn__product(struct nn__factor a, struct nn__factor b, void *c) {
  return (struct nn__gemm){.m = a.m,
                           .n = b.n,
                           .k = a.n,
                           .a = a.data,
                           .a_row = a.row,
                           .a_col = a.col,
                           .b = b.data,
                           .b_row = b.row,
                           .b_col = b.col,
                           .c = c,
                           .c_row = b.n};
}

/* The gradient that a leaf has already, where a product of x and y can be added to it in place. */
static nn_tensor *sum_so_far(const nn__grad *b, const nn__input *in, const struct nn__factor *x,
                             const struct nn__factor *y) {
  nn_tensor *g = in->leaf && !b->capturing ? in->leaf->grad : NULL;
  if (!g || g->node || !g->contiguous || g->dtype != in->dtype) return NULL;
  bool read = (x->of && x->of->storage == g->storage) || (y->of && y->of->storage == g->storage);
  return read ? NULL : g;
}

void nn__give_product(nn__grad *b, int i, struct nn__factor x, struct nn__factor y) {
  nn_tensor *sum = sum_so_far(b, &b->node->in[nn__input_of(b->node, i)], &x, &y);
  const nn_tensor *gate = i == 0 ? nn__take_gate(b, 0) : NULL;
  nn_tensor *gx = sum ? sum : nn__gradient_for(b, i, x.n <= NN_GEMM_STEPS ? gate : NULL);
  if (!gx) return;
  struct nn__gemm p = nn__product(x, y, gx->data);
  p.accumulate = sum != NULL;
  if (gate) p.gate = gate->data, p.gate_row = y.n;
  b->s.status = nn__run_product(b->s.ctx, (nn_dtype)gx->dtype, &p);
  if (sum)
    sum->storage->version++;
  else
    nn__give(b, i, gx);
}

nn_status nn__check_product_dtype(nn__call *c) {
  nn_dtype a = nn_dtype_of(nn__in(c, 0)), b = nn_dtype_of(nn__in(c, 1));
  if (a != b)
    return nn__why(c, NN_EARG, "expects both of one dtype, not %s and %s", nn_dtype_name(a),
                   nn_dtype_name(b));
  if (a == NN_BOOL) return nn__why(c, NN_EARG, "is not defined for bool");
  c->meta[0].dtype = a;
  return NN_OK;
}

/* -- mm, bmm --------------------------------------------------------------------------------- */

static nn_status check_ndim(const nn__call *c, int ndim) {
  for (int i = 0; i < 2; i++)
    if (nn__in(c, i)->ndim != ndim)
      return nn__why(c, NN_ESHAPE, "%s must have %d dimensions, not %d", c->op->info.params[i].name,
                     ndim, nn__in(c, i)->ndim);
  return NN_OK;
}

static nn_status check_inner(const nn__call *c, int64_t columns, int64_t rows) {
  if (columns == rows) return NN_OK;
  return nn__why(c, NN_ESHAPE,
                 "the columns of the first (%lld) must equal the rows of the second (%lld)",
                 (long long)columns, (long long)rows);
}

static nn_status mm_check(nn__call *c) {
  const nn_tensor *a = nn__in(c, 0), *b = nn__in(c, 1);
  NN_TRY(check_ndim(c, 2));
  NN_TRY(check_inner(c, a->shape[1], b->shape[0]));
  c->meta[0] = (nn__meta){.ndim = 2, .shape = {a->shape[0], b->shape[1]}};
  return nn__check_product_dtype(c);
}

static nn_status mm_forward(nn__call *c) {
  struct nn__gemm p =
      nn__product(nn__factor_of(nn__in(c, 0)), nn__factor_of(nn__in(c, 1)), c->out[0]->data);
  return nn__run_product(c->ctx, c->meta[0].dtype, &p);
}

/* Y = A B: gA = gY B^T, gB = A^T gY. */
static void give_composed(nn__grad *b, nn_tensor *g) {
  nn__scope *s = &b->s;
  if (nn__wants(b, 0)) nn__give(b, 0, e_mm(s, g, e_t(s, nn__saved(b, 1))));
  if (nn__wants(b, 1)) nn__give(b, 1, e_mm(s, e_t(s, nn__saved(b, 0)), g));
}

/* The same as products alone. */
static void give_fused(nn__grad *b, const nn_tensor *g) {
  nn_tensor *x = nn__saved(b, 0), *y = nn__saved(b, 1);
  if (!x || !y) return;
  struct nn__factor gy = nn__factor_of(g);
  if (nn__wants(b, 1)) nn__give_product(b, 1, nn__turned(nn__factor_of(x)), gy);
  if (nn__wants(b, 0)) nn__give_product(b, 0, gy, nn__turned(nn__factor_of(y)));
}

static void mm_backward(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0);
  if (b->again)
    give_composed(b, g);
  else if (g)
    give_fused(b, g);
}

nn_op nn__op_mm = {.name = "mm",
                   .params = "input:tensor mat2:tensor",
                   .group = "products",
                   .doc = "The product of two matrices: (m, k) times (k, n) is (m, n).",
                   .cannot = "multiply $1 by $2",
                   .keep = "input mat2",
                   .check = mm_check,
                   .forward = mm_forward,
                   .backward = mm_backward};

static nn_status bmm_check(nn__call *c) {
  const nn_tensor *a = nn__in(c, 0), *b = nn__in(c, 1);
  NN_TRY(check_ndim(c, 3));
  if (a->shape[0] != b->shape[0])
    return nn__why(c, NN_ESHAPE, "there are %lld matrices in the first, but %lld in the second",
                   (long long)a->shape[0], (long long)b->shape[0]);
  NN_TRY(check_inner(c, a->shape[2], b->shape[1]));
  c->meta[0] = (nn__meta){.ndim = 3, .shape = {a->shape[0], a->shape[1], b->shape[2]}};
  return nn__check_product_dtype(c);
}

static nn_status bmm_forward(nn__call *c) {
  const nn_tensor *a = nn__in(c, 0), *b = nn__in(c, 1);
  nn_dtype dtype = c->meta[0].dtype;
  int64_t size = (int64_t)nn_dtype_size(dtype);
  for (int64_t i = 0; i < a->shape[0]; i++) {
    struct nn__factor x = nn__factor_of(a), y = nn__factor_of(b);
    x.data += i * a->stride[0] * size;
    y.data += i * b->stride[0] * size;
    struct nn__gemm p = nn__product(x, y, c->out[0]->data + i * c->out[0]->stride[0] * size);
    NN_TRY(nn__run_product(c->ctx, dtype, &p));
  }
  return NN_OK;
}

static nn_tensor *e_bmm(nn__scope *s, nn_tensor *a, nn_tensor *b) {
  return E_RUN(s, bmm, nn_t(a), nn_t(b));
}

static void bmm_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0);
  if (nn__wants(b, 0)) nn__give(b, 0, e_bmm(s, g, e_transpose(s, nn__saved(b, 1), -2, -1)));
  if (nn__wants(b, 1)) nn__give(b, 1, e_bmm(s, e_transpose(s, nn__saved(b, 0), -2, -1), g));
}

nn_op nn__op_bmm = {.name = "bmm",
                    .params = "input:tensor mat2:tensor",
                    .group = "products",
                    .doc = "The products of two batches of matrices: (b, m, k) times (b, k, n) is "
                           "(b, m, n).",
                    .cannot = "multiply $1 by $2",
                    .keep = "input mat2",
                    .check = bmm_check,
                    .forward = bmm_forward,
                    .backward = bmm_backward};

/* -- matmul ---------------------------------------------------------------------------------- */

static nn_status matmul_check(nn__call *c) {
  const nn_tensor *a = nn__in(c, 0), *b = nn__in(c, 1);
  nn__meta *m = &c->meta[0];
  if (!a->ndim || !b->ndim) return nn__why(c, NN_ESHAPE, "a scalar is no matrix; use * instead");
  NN_TRY(check_inner(c, a->shape[a->ndim - 1], b->shape[b->ndim > 1 ? b->ndim - 2 : 0]));
  m->ndim = a->ndim > 2 ? a->ndim - 2 : 0;
  memcpy(m->shape, a->shape, (size_t)m->ndim * sizeof *m->shape);
  int more = b->ndim > 2 ? b->ndim - 2 : 0;
  if (!nn__broadcast(&m->ndim, m->shape, more, b->shape))
    return nn__why(c, NN_ESHAPE, "the dimensions before the last two do not broadcast");
  if (m->ndim + 2 > NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions", NN_MAX_DIMS);
  return nn__check_product_dtype(c);
}

/* (batch, rows, columns) of x, its batch dimensions broadcast to those of `m`. */
static nn_tensor *as_batch(nn__scope *s, nn_tensor *x, const nn__meta *m, int64_t batch) {
  int64_t shape[NN_MAX_DIMS];
  int n = m->ndim;
  memcpy(shape, m->shape, (size_t)n * sizeof *shape);
  shape[n] = x->shape[x->ndim - 2];
  shape[n + 1] = x->shape[x->ndim - 1];
  nn_tensor *wide = e_expand(s, x, n + 2, shape);
  return e_reshape(s, wide, 3, (int64_t[]){batch, shape[n], shape[n + 1]});
}

static nn_tensor *batched(nn__scope *s, nn_tensor *a, nn_tensor *b, const nn__meta *m) {
  int64_t batch = 1, shape[NN_MAX_DIMS];
  for (int i = 0; i < m->ndim; i++) batch *= shape[i] = m->shape[i];
  shape[m->ndim] = a->shape[a->ndim - 2];
  shape[m->ndim + 1] = b->shape[b->ndim - 1];
  nn_tensor *y = e_bmm(s, as_batch(s, a, m, batch), as_batch(s, b, m, batch));
  return e_reshape(s, y, m->ndim + 2, shape);
}

/* (…, k) times one matrix (k, n): all rows of the batch as one matrix. */
static nn_tensor *times_matrix(nn__scope *s, nn_tensor *a, nn_tensor *b) {
  int64_t shape[NN_MAX_DIMS], rows = 1, columns = a->shape[a->ndim - 1];
  if (a->ndim == 2) return e_mm(s, a, b);
  for (int i = 0; i < a->ndim - 1; i++) rows *= shape[i] = a->shape[i];
  shape[a->ndim - 1] = b->shape[1];
  nn_tensor *y = e_mm(s, e_reshape(s, a, 2, (int64_t[]){rows, columns}), b);
  return e_reshape(s, y, a->ndim, shape);
}

static nn_tensor *matmul_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *a = nn__in(c, 0), *b = nn__in(c, 1);
  bool row = a->ndim == 1, column = b->ndim == 1;
  if (row) a = e_unsqueeze(s, a, 0);
  if (column) b = e_unsqueeze(s, b, 1);
  if (!a || !b) return NULL;
  nn_tensor *y = b->ndim == 2 ? times_matrix(s, a, b) : batched(s, a, b, &c->meta[0]);
  if (column) y = E_RUN(s, squeeze, nn_t(y), nn_int(-1));
  if (row) y = E_RUN(s, squeeze, nn_t(y), nn_int(column ? -1 : -2));
  return y;
}

nn_op nn__op_matmul = {.name = "matmul",
                       .params = "input:tensor other:tensor",
                       .group = "products",
                       .doc = "The matrix product: of two vectors a number, of matrices a matrix, "
                              "of more dimensions a batch of matrices, with broadcasting.",
                       .cannot = "multiply $1 by $2",
                       .check = matmul_check,
                       .compose = matmul_compose};

static nn_tensor *pair_compose(nn__scope *s, const nn__call *c) {
  return e_matmul(s, nn__in(c, 0), nn__in(c, 1));
}

/* -- Products of vectors --------------------------------------------------------------------- */

static nn_status check_ndims(const nn__call *c, int first, int second) {
  if (nn__in(c, 0)->ndim == first && nn__in(c, 1)->ndim == second) return NN_OK;
  return nn__why(c, NN_ESHAPE, "expects %d and %d dimensions, not %d and %d", first, second,
                 nn__in(c, 0)->ndim, nn__in(c, 1)->ndim);
}

static nn_status dot_check(nn__call *c) {
  NN_TRY(check_ndims(c, 1, 1));
  NN_TRY(nn__check_product_dtype(c));
  if (nn__in(c, 0)->shape[0] == nn__in(c, 1)->shape[0]) return NN_OK;
  return nn__why(c, NN_ESHAPE, "the vectors must be of one length");
}

static nn_status mv_check(nn__call *c) {
  NN_TRY(check_ndims(c, 2, 1));
  NN_TRY(nn__check_product_dtype(c));
  return check_inner(c, nn__in(c, 0)->shape[1], nn__in(c, 1)->shape[0]);
}

static nn_status outer_check(nn__call *c) { return check_ndims(c, 1, 1); }

static nn_tensor *outer_compose(nn__scope *s, const nn__call *c) {
  return e_mul(s, e_unsqueeze(s, nn__in(c, 0), 1), nn__in(c, 1));
}

#define VECTORS(op, PARAMS, DOC, COMPOSE)             \
  nn_op nn__op_##op = {.name = #op,                   \
                       .params = PARAMS,              \
                       .group = "products",           \
                       .doc = DOC,                    \
                       .cannot = "multiply $1 by $2", \
                       .check = op##_check,           \
                       .compose = COMPOSE};

VECTORS(dot, "input:tensor tensor:tensor", "The sum of the products of two vectors' elements.",
        pair_compose)
VECTORS(mv, "input:tensor vec:tensor", "A matrix times a vector: (m, k) times (k) is (m).",
        pair_compose)
VECTORS(outer, "input:tensor vec2:tensor",
        "All products of an element of one vector with one of the other: (m) and (n) give (m, n).",
        outer_compose)

/* -- addmm ----------------------------------------------------------------------------------- */

static nn_status addmm_check(nn__call *c) {
  const nn_tensor *a = nn__in(c, 1), *b = nn__in(c, 2);
  if (a->ndim != 2 || b->ndim != 2)
    return nn__why(c, NN_ESHAPE, "mat1 and mat2 must have 2 dimensions");
  NN_TRY(check_inner(c, a->shape[1], b->shape[0]));
  int ndim = 2;
  int64_t shape[NN_MAX_DIMS] = {a->shape[0], b->shape[1]};
  const nn_tensor *x = nn__in(c, 0);
  bool fits = nn__broadcast(&ndim, shape, x->ndim, x->shape) && ndim == 2 &&
              shape[0] == a->shape[0] && shape[1] == b->shape[1];
  if (fits) return NN_OK;
  char text[NN__SHAPE_TEXT];
  return nn__why(c, NN_ESHAPE, "input, %s, does not broadcast to the product's %lldx%lld",
                 nn_shape_text(x, text, sizeof text), (long long)a->shape[0],
                 (long long)b->shape[1]);
}

static nn_tensor *scaled(nn__scope *s, nn_tensor *x, const nn_arg *by) {
  return nn__value(by) == 1 ? x : E_RUN(s, mul, nn_t(x), *by);
}

static nn_tensor *addmm_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *product = scaled(s, e_mm(s, nn__in(c, 1), nn__in(c, 2)), &c->arg[4]);
  if (nn__value(&c->arg[3]) == 0) return product; /* whatever input holds, be it NaN */
  return e_add(s, scaled(s, nn__in(c, 0), &c->arg[3]), product);
}

nn_op nn__op_addmm = {.name = "addmm",
                      .params = "input:tensor mat1:tensor mat2:tensor beta:number=1 alpha:number=1",
                      .group = "products",
                      .doc = "beta * input + alpha * (mat1 mm mat2): (m, k) times (k, n), and an "
                             "input that broadcasts to "
                             "(m, n).",
                      .cannot = "multiply $2 by $3",
                      .flags = NN_OP_INPLACE,
                      .check = addmm_check,
                      .compose = addmm_compose};
