/* Matrices by their diagonals: tril, triu, diagonal, diag, trace. Diagonal k of a matrix holds
 * the elements (i, i + k). */
#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* Diagonals beyond the corners are all alike; a smaller number is safe to count with. */
static int64_t clamp_diagonal(int64_t k, int64_t rows, int64_t columns) {
  return k < -rows ? -rows : k > columns ? columns : k;
}

/* -- tril, triu ------------------------------------------------------------------------------ */

static nn_status triangle_check(nn__call *c) {
  nn__meta *m = &c->meta[0];
  *m = nn__meta_of(nn__in(c, 0));
  if (m->ndim < 2) return nn__why(c, NN_ESHAPE, "expects at least two dimensions, not %d", m->ndim);
  c->arg[1].v.i = clamp_diagonal(c->arg[1].v.i, m->shape[m->ndim - 2], m->shape[m->ndim - 1]);
  return NN_OK;
}

static int64_t within(int64_t x, int64_t n) { return x < 0 ? 0 : x > n ? n : x; }

/* A copy of the input, then zeros in each row: up to diagonal k where `upper`, else from behind it
 * on. */
static nn_status fill_triangle(nn__call *c, bool upper) {
  nn_tensor *y = c->out[0];
  int64_t columns = y->shape[y->ndim - 1], rows = y->shape[y->ndim - 2], k = c->arg[1].v.i;
  size_t size = nn_dtype_size((nn_dtype)y->dtype);
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  for (int64_t r = 0; columns && r < y->numel / columns; r++) {
    int64_t first = within(r % rows + k + !upper, columns);
    int64_t from = upper ? 0 : first, to = upper ? first : columns;
    memset(y->data + (r * columns + from) * (int64_t)size, 0, (size_t)(to - from) * size);
  }
  return NN_OK;
}

static nn_status tril_forward(nn__call *c) { return fill_triangle(c, false); }

static nn_status triu_forward(nn__call *c) { return fill_triangle(c, true); }

static void tril_backward(nn__grad *b) {
  nn__give(b, 0, E_RUN(&b->s, tril, nn_t(nn__gout(b, 0)), b->node->arg[1]));
}

static void triu_backward(nn__grad *b) {
  nn__give(b, 0, E_RUN(&b->s, triu, nn_t(nn__gout(b, 0)), b->node->arg[1]));
}

nn_op nn__op_tril = {.name = "tril",
                     .params = "input:tensor diagonal:int=0",
                     .group = "matrices",
                     .doc = "The matrix, or each of a batch of matrices, with zeros above diagonal "
                            "number `diagonal`: 0 is the main one, 1 the one above it.",
                     .flags = NN_OP_INPLACE,
                     .check = triangle_check,
                     .forward = tril_forward,
                     .backward = tril_backward};

nn_op nn__op_triu = {.name = "triu",
                     .params = "input:tensor diagonal:int=0",
                     .group = "matrices",
                     .doc = "The matrix, or each of a batch of matrices, with zeros below diagonal "
                            "number `diagonal`: 0 is the main one, 1 the one above it.",
                     .flags = NN_OP_INPLACE,
                     .check = triangle_check,
                     .forward = triu_forward,
                     .backward = triu_backward};

/* -- diagonal -------------------------------------------------------------------------------- */

/* The layout of the diagonal of a tensor: what it starts from, and how long it is. */
static void find_diagonal(const int64_t *shape, const int64_t *stride, int64_t dim1, int64_t dim2,
                          int64_t k, int64_t *length, int64_t *offset) {
  int64_t rows = shape[dim1] - (k < 0 ? -k : 0), columns = shape[dim2] - (k > 0 ? k : 0);
  *length = rows < columns ? rows : columns;
  *offset = *length == 0 ? 0 : k < 0 ? -k * stride[dim1] : k * stride[dim2];
}

/* Puts the diagonal's length and step behind the other dimensions. Returns how many there are. */
static int lay_out(int ndim, const int64_t *from, int64_t dim1, int64_t dim2, int64_t last,
                   int64_t *to) {
  int n = 0;
  for (int d = 0; d < ndim; d++)
    if (d != dim1 && d != dim2) to[n++] = from[d];
  to[n++] = last;
  return n;
}

static nn_status diagonal_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS], length, offset;
  if (x->ndim < 2) return nn__why(c, NN_ESHAPE, "expects at least two dimensions, not %d", x->ndim);
  if (!nn__given(c, 2)) c->arg[2] = nn_int(c->base);
  if (!nn__given(c, 3)) c->arg[3] = nn_int(c->base + 1);
  NN_TRY(nn__check_dim(c, 2, x->ndim));
  NN_TRY(nn__check_dim(c, 3, x->ndim));
  int64_t dim1 = c->arg[2].v.i, dim2 = c->arg[3].v.i;
  if (dim1 == dim2) return nn__why(c, NN_EARG, "dim1 and dim2 must differ");
  c->arg[1].v.i = clamp_diagonal(c->arg[1].v.i, x->shape[dim1], x->shape[dim2]);
  find_diagonal(x->shape, x->stride, dim1, dim2, c->arg[1].v.i, &length, &offset);
  c->meta[0].ndim = lay_out(x->ndim, x->shape, dim1, dim2, length, c->meta[0].shape);
  lay_out(x->ndim, x->stride, dim1, dim2, x->stride[dim1] + x->stride[dim2], stride);
  nn__make_view(c, x, stride, offset);
  return NN_OK;
}

static void diagonal_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  const nn_arg *arg = b->node->arg;
  int64_t full[NN_MAX_DIMS], stride[NN_MAX_DIMS], length, offset;
  int64_t dim1 = arg[2].v.i, dim2 = arg[3].v.i;
  nn_tensor *g = nn__gout(b, 0);
  if (!g) return;
  nn__contiguous_strides(in->ndim, in->shape, full);
  find_diagonal(in->shape, full, dim1, dim2, arg[1].v.i, &length, &offset);
  lay_out(in->ndim, full, dim1, dim2, full[dim1] + full[dim2], stride);
  nn_tensor *zeros = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  nn__give(b, 0,
           E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(g), nn_ints(g->ndim, g->shape),
                 nn_ints(g->ndim, stride), nn_int(offset)));
}

nn_op nn__op_diagonal = {.name = "diagonal",
                         .params = "input:tensor offset:int=0 dim1:dim? dim2:dim?",
                         .group = "matrices",
                         .doc = "Diagonal number `offset` of the matrices in dimensions dim1 and "
                                "dim2 (the first two), as the last dimension of a view.",
                         .flags = NN_OP_VIEW,
                         .check = diagonal_check,
                         .backward = diagonal_backward};

/* -- diag ------------------------------------------------------------------------------------ */

static nn_status diag_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t k = c->arg[1].v.i, limit = (int64_t)1 << 31;
  if (x->ndim != 1 && x->ndim != 2)
    return nn__why(c, NN_ESHAPE, "expects one or two dimensions, not %d", x->ndim);
  if (x->ndim == 1 && (k < -limit || k > limit || x->numel > limit))
    return nn__why(c, NN_EARG, "a matrix with diagonal %lld would not fit into memory",
                   (long long)k);
  return NN_OK;
}

static nn_tensor *diag_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  int64_t k = c->arg[1].v.i;
  if (x->ndim == 2) return e_clone(s, E_RUN(s, diagonal, nn_t(x), c->arg[1]));
  int64_t n = x->numel + (k < 0 ? -k : k), step = n + 1, offset = k < 0 ? -k * n : k;
  nn_tensor *zeros = e_full(s, (nn_dtype)x->dtype, 2, (int64_t[]){n, n}, 0);
  return E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(x), nn_ints(1, &x->numel),
               nn_ints(1, &step), nn_int(x->numel ? offset : 0));
}

nn_op nn__op_diag = {.name = "diag",
                     .params = "input:tensor diagonal:int=0",
                     .group = "matrices",
                     .doc = "From one dimension, the matrix with input on diagonal number "
                            "`diagonal`; from a matrix, a copy of that diagonal.",
                     .check = diag_check,
                     .compose = diag_compose};

/* -- trace ----------------------------------------------------------------------------------- */

static nn_status trace_check(nn__call *c) {
  int ndim = nn__in(c, 0)->ndim;
  return ndim == 2 ? NN_OK : nn__why(c, NN_ESHAPE, "expects a matrix, not %d dimensions", ndim);
}

static nn_tensor *trace_compose(nn__scope *s, const nn__call *c) {
  return e_sum_all(s, E_RUN(s, diagonal, nn_t(nn__in(c, 0))));
}

nn_op nn__op_trace = {.name = "trace",
                      .params = "input:tensor",
                      .group = "matrices",
                      .doc = "The sum of a matrix's diagonal.",
                      .check = trace_check,
                      .compose = trace_compose};
