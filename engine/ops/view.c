/* Views: other layouts of the same elements. None of these copies (reshape does where it must);
 * the gradient of a view is the gradient seen through the opposite view. */
#include <string.h>

#include "autograd.h"
#include "shape.h"

static int64_t saved_int(const nn__grad *b, int i) { return b->node->arg[i].v.i; }

static const nn__input *input_of(const nn__grad *b) { return &b->node->in[0]; }

/* Starts the result's layout as a copy of the input's. */
static void start_from(nn__call *c, const nn_tensor *x, int64_t *stride) {
  c->meta[0] = nn__meta_of(x);
  memcpy(stride, x->stride, sizeof x->stride);
}

/* -- view, reshape, flatten ------------------------------------------------------------------ */

/* Reads argument 1 as the shape to give to `x`; one size may be -1 and follows from the others. */
static nn_status check_new_shape(nn__call *c, const nn_tensor *x) {
  const nn_arg *a = &c->arg[1];
  nn__meta *m = &c->meta[0];
  int64_t rest = 1, unknown = -1;
  char text[NN__SHAPE_TEXT];
  if (a->n > NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions, not %d", NN_MAX_DIMS, a->n);
  m->ndim = a->n;
  for (int i = 0; i < a->n; i++) {
    int64_t size = m->shape[i] = a->v.is[i];
    if (size < -1 || (size == -1 && unknown >= 0))
      return nn__why(c, NN_ESHAPE,
                     size < -1 ? "a size cannot be negative: %lld" : "only one size can be %lld",
                     (long long)size);
    if (size == -1)
      unknown = i;
    else if (__builtin_mul_overflow(rest, size, &rest))
      rest = INT64_MAX;
  }
  bool divides = unknown < 0 ? rest == x->numel : rest != 0 && x->numel % rest == 0;
  if (!divides)
    return nn__why(c, NN_ESHAPE, "%lld elements do not fit into %s", (long long)x->numel,
                   nn__shape_text(m->ndim, m->shape, text, sizeof text));
  if (unknown >= 0) m->shape[unknown] = x->numel / rest;
  return NN_OK;
}

static nn_status view_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  NN_TRY(check_new_shape(c, x));
  if (!nn__view_strides(x->ndim, x->shape, x->stride, c->meta[0].ndim, c->meta[0].shape, stride))
    return nn__why(c, NN_ESHAPE, "the elements do not lie in memory in this order; use reshape");
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

static void reshape_back(nn__grad *b) {
  nn__give(b, 0, e_reshape(&b->s, nn__gout(b, 0), input_of(b)->ndim, input_of(b)->shape));
}

nn_op nn__op_view = {.name = "view",
                     .params = "input:tensor shape:shape",
                     .group = "views",
                     .doc = "The same elements in another shape, without a copy. One size may be "
                            "-1 and follows from the others.",
                     .flags = NN_OP_VIEW | NN_OP_METHOD,
                     .check = view_check,
                     .backward = reshape_back};

static nn_status reshape_check(nn__call *c) { return check_new_shape(c, nn__in(c, 0)); }

static nn_tensor *reshape_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  const nn__meta *m = &c->meta[0];
  int64_t stride[NN_MAX_DIMS];
  if (!nn__view_strides(x->ndim, x->shape, x->stride, m->ndim, m->shape, stride))
    x = e_contiguous(s, x);
  return E_RUN(s, view, nn_t(x), nn_ints(m->ndim, m->shape));
}

nn_op nn__op_reshape = {.name = "reshape",
                        .params = "input:tensor shape:shape",
                        .group = "views",
                        .doc = "The same elements in another shape: a view where the layout "
                               "allows, else a copy. One size may be -1.",
                        .check = reshape_check,
                        .compose = reshape_compose};

static nn_status flatten_check(nn__call *c) {
  int ndim = nn__in(c, 0)->ndim;
  if (!nn__given(c, 1)) c->arg[1] = nn_int(c->base);
  NN_TRY(nn__check_dim(c, 1, ndim));
  NN_TRY(nn__check_dim(c, 2, ndim));
  if (c->arg[1].v.i > c->arg[2].v.i)
    return nn__why(c, NN_EARG, "start_dim cannot come after end_dim");
  return NN_OK;
}

static nn_tensor *flatten_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  int64_t shape[NN_MAX_DIMS], product = 1, first = c->arg[1].v.i, last = c->arg[2].v.i;
  int n = 0;
  for (int64_t i = 0; i < x->ndim; i++) {
    if (i < first || i > last)
      shape[n++] = x->shape[i];
    else
      product *= x->shape[i];
    if (i == last) shape[n++] = product;
  }
  if (x->ndim == 0) shape[n++] = 1;
  return e_reshape(s, x, n, shape);
}

nn_op nn__op_flatten = {.name = "flatten",
                        .params = "input:tensor start_dim:dim? end_dim:dim=-1",
                        .group = "views",
                        .doc = "The dimensions from start_dim (the first) to end_dim (the last) "
                               "as one.",
                        .check = flatten_check,
                        .compose = flatten_compose};

/* -- t, transpose, permute ------------------------------------------------------------------- */

static nn_status transpose_to(nn__call *c, int64_t a, int64_t b) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  start_from(c, x, stride);
  if (x->ndim) {
    c->meta[0].shape[a] = x->shape[b];
    c->meta[0].shape[b] = x->shape[a];
    stride[a] = x->stride[b];
    stride[b] = x->stride[a];
  }
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

static nn_status t_check(nn__call *c) {
  int ndim = nn__in(c, 0)->ndim;
  if (ndim > 2)
    return nn__why(c, NN_ESHAPE, "expects at most 2 dimensions, not %d; use transpose", ndim);
  return transpose_to(c, 0, ndim == 2 ? 1 : 0);
}

static void t_backward(nn__grad *b) { nn__give(b, 0, e_t(&b->s, nn__gout(b, 0))); }

nn_op nn__op_t = {.name = "t",
                  .params = "input:tensor",
                  .group = "views",
                  .doc = "The transpose of a matrix, as a view.",
                  .flags = NN_OP_VIEW,
                  .check = t_check,
                  .backward = t_backward};

static nn_status transpose_check(nn__call *c) {
  NN_TRY(nn__check_dim(c, 1, nn__in(c, 0)->ndim));
  NN_TRY(nn__check_dim(c, 2, nn__in(c, 0)->ndim));
  return transpose_to(c, c->arg[1].v.i, c->arg[2].v.i);
}

static void transpose_backward(nn__grad *b) {
  nn__give(b, 0, e_transpose(&b->s, nn__gout(b, 0), saved_int(b, 1), saved_int(b, 2)));
}

nn_op nn__op_transpose = {.name = "transpose",
                          .params = "input:tensor dim0:dim dim1:dim",
                          .group = "views",
                          .doc = "The tensor with two dimensions exchanged, as a view.",
                          .flags = NN_OP_VIEW,
                          .check = transpose_check,
                          .backward = transpose_backward};

static nn_status permute_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  unsigned set;
  NN_TRY(nn__check_dims(c, 1, x->ndim, &set));
  int n = c->arg[1].n;
  if (n != x->ndim)
    return nn__why(c, NN_ESHAPE, "%d dimensions are named, but there are %d", n, x->ndim);
  start_from(c, x, stride);
  for (int i = 0; i < n; i++) {
    c->meta[0].shape[i] = x->shape[c->dims[i]];
    stride[i] = x->stride[c->dims[i]];
  }
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

static void permute_backward(nn__grad *b) {
  const nn_arg *dims = &b->node->arg[1];
  int64_t back[NN_MAX_DIMS];
  for (int i = 0; i < dims->n; i++) back[dims->v.is[i]] = i;
  nn__give(b, 0, E_RUN(&b->s, permute, nn_t(nn__gout(b, 0)), nn_ints(dims->n, back)));
}

nn_op nn__op_permute = {.name = "permute",
                        .params = "input:tensor dims:dims",
                        .group = "views",
                        .doc = "The tensor with its dimensions in the order of dims, as a view.",
                        .flags = NN_OP_VIEW,
                        .check = permute_check,
                        .backward = permute_backward};

/* -- squeeze, unsqueeze ---------------------------------------------------------------------- */

static nn_status squeeze_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  unsigned set;
  NN_TRY(nn__check_dims(c, 1, x->ndim, &set));
  int n = 0;
  for (int i = 0; i < x->ndim; i++) {
    if (x->shape[i] == 1 && set >> i & 1) continue;
    c->meta[0].shape[n] = x->shape[i];
    stride[n++] = x->stride[i];
  }
  c->meta[0].ndim = n;
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

nn_op nn__op_squeeze = {.name = "squeeze",
                        .params = "input:tensor dim:dims?",
                        .group = "views",
                        .doc = "The tensor without its dimensions of size 1, or without those "
                               "among dim, as a view.",
                        .flags = NN_OP_VIEW,
                        .check = squeeze_check,
                        .backward = reshape_back};

static nn_status unsqueeze_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  if (x->ndim == NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions", NN_MAX_DIMS);
  NN_TRY(nn__check_dim(c, 1, x->ndim + 1));
  int at = (int)c->arg[1].v.i;
  c->meta[0].ndim = x->ndim + 1;
  for (int i = 0; i <= x->ndim; i++) {
    int from = i < at ? i : i - 1;
    c->meta[0].shape[i] = i == at ? 1 : x->shape[from];
    stride[i] = i != at ? x->stride[from] : at < x->ndim ? x->shape[at] * x->stride[at] : 1;
  }
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

nn_op nn__op_unsqueeze = {.name = "unsqueeze",
                          .params = "input:tensor dim:dim",
                          .group = "views",
                          .doc = "The tensor with a dimension of size 1 put in at dim, as a view.",
                          .flags = NN_OP_VIEW,
                          .check = unsqueeze_check,
                          .backward = reshape_back};

/* -- expand ---------------------------------------------------------------------------------- */

static nn_status expand_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  const nn_arg *a = &c->arg[1];
  int64_t stride[NN_MAX_DIMS];
  char text[NN__SHAPE_TEXT];
  int added = a->n - x->ndim;
  if (a->n > NN_MAX_DIMS || added < 0)
    return nn__why(c, NN_ESHAPE, "%d sizes are given for a tensor of %d dimensions", a->n, x->ndim);
  c->meta[0].ndim = a->n;
  for (int i = 0; i < a->n; i++) {
    int64_t old = i < added ? 1 : x->shape[i - added], size = a->v.is[i];
    bool keeps = size == -1 && i >= added;
    if (!keeps && (size < 0 || (old != size && old != 1)))
      return nn__why(c, NN_ESHAPE, "cannot become %s: only sizes of 1 can grow",
                     nn__shape_text(a->n, a->v.is, text, sizeof text));
    c->meta[0].shape[i] = keeps ? old : size;
  }
  int64_t numel;
  if (!nn__count(a->n, c->meta[0].shape, 1, &numel))
    return nn__why(c, NN_ESHAPE, "cannot become %s: there are too many elements to count",
                   nn__shape_text(a->n, c->meta[0].shape, text, sizeof text));
  nn__broadcast_strides(a->n, c->meta[0].shape, x->ndim, x->shape, x->stride, stride);
  nn__make_view(c, x, stride, 0);
  return NN_OK;
}

static void pass_backward(nn__grad *b) { nn__give(b, 0, nn__gout(b, 0)); }

nn_op nn__op_expand = {.name = "expand",
                       .params = "input:tensor size:shape",
                       .group = "views",
                       .doc = "The tensor repeated along dimensions of size 1 to the sizes given "
                              "(-1 keeps one), as a view that costs no memory.",
                       .flags = NN_OP_VIEW | NN_OP_METHOD,
                       .check = expand_check,
                       .backward = pass_backward};

/* -- narrow, select, slice ------------------------------------------------------------------- */

/* Gives the gradient of a piece: zeros, with g in the place of the piece. */
static void give_piece(nn__grad *b, int64_t dim, int64_t start, int64_t step, nn_tensor *g) {
  nn__scope *s = &b->s;
  const nn__input *in = input_of(b);
  int64_t stride[NN_MAX_DIMS];
  if (!g) return;
  nn__contiguous_strides(in->ndim, in->shape, stride);
  int64_t offset = start * stride[dim];
  stride[dim] *= step;
  nn_tensor *zeros = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  nn__give(b, 0,
           E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(g), nn_ints(g->ndim, g->shape),
                 nn_ints(g->ndim, stride), nn_int(offset)));
}

/* Dimension `dim` from `start`, `size` elements, every step-th. */
static void make_piece(nn__call *c, int dim, int64_t start, int64_t size, int64_t step) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  start_from(c, x, stride);
  c->meta[0].shape[dim] = size;
  int64_t offset = start * stride[dim];
  stride[dim] *= step;
  nn__make_view(c, x, stride, size ? offset : 0);
}

static nn_status check_has_dims(const nn__call *c) {
  return nn__in(c, 0)->ndim ? NN_OK : nn__why(c, NN_ESHAPE, "a scalar has no dimension to index");
}

static nn_status narrow_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  NN_TRY(check_has_dims(c));
  NN_TRY(nn__check_dim(c, 1, x->ndim));
  int dim = (int)c->arg[1].v.i;
  int64_t size = x->shape[dim], given = c->arg[2].v.i, length = c->arg[3].v.i;
  int64_t start = given < 0 ? given + size : given - c->base;
  if (start < 0 || length < 0 || start > size || length > size - start)
    return nn__why(c, NN_EARG, "start %lld and length %lld do not fit dimension %d, of size %lld",
                   (long long)given, (long long)length, dim + c->base, (long long)size);
  c->arg[2].v.i = start;
  make_piece(c, dim, start, length, 1);
  return NN_OK;
}

static void narrow_backward(nn__grad *b) {
  give_piece(b, saved_int(b, 1), saved_int(b, 2), 1, nn__gout(b, 0));
}

nn_op nn__op_narrow = {.name = "narrow",
                       .params = "input:tensor dim:dim start:index length:int",
                       .group = "views",
                       .doc = "`length` places of dimension dim, from start on, as a view.",
                       .flags = NN_OP_VIEW,
                       .check = narrow_check,
                       .backward = narrow_backward};

static nn_status select_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS];
  NN_TRY(check_has_dims(c));
  NN_TRY(nn__check_dim(c, 1, x->ndim));
  int dim = (int)c->arg[1].v.i, n = 0;
  NN_TRY(nn__check_index(c, 2, dim, x->shape[dim]));
  for (int i = 0; i < x->ndim; i++) {
    if (i == dim) continue;
    c->meta[0].shape[n] = x->shape[i];
    stride[n++] = x->stride[i];
  }
  c->meta[0].ndim = n;
  nn__make_view(c, x, stride, c->arg[2].v.i * x->stride[dim]);
  return NN_OK;
}

static void select_backward(nn__grad *b) {
  int64_t dim = saved_int(b, 1);
  give_piece(b, dim, saved_int(b, 2), 1, e_unsqueeze(&b->s, nn__gout(b, 0), dim));
}

nn_op nn__op_select = {.name = "select",
                       .params = "input:tensor dim:dim index:index",
                       .group = "views",
                       .doc = "Place `index` of dimension dim, which disappears, as a view.",
                       .flags = NN_OP_VIEW,
                       .check = select_check,
                       .backward = select_backward};

/* Both ends count, and are clamped to what exists, as in string.sub. */
static nn_status slice_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  NN_TRY(check_has_dims(c));
  NN_TRY(nn__check_dim(c, 1, x->ndim));
  int dim = (int)c->arg[1].v.i;
  int64_t size = x->shape[dim], step = c->arg[4].v.i;
  int64_t first = c->arg[2].v.i, last = c->arg[3].v.i;
  if (step < 1)
    return nn__why(c, NN_EARG, "the step must be at least 1, not %lld", (long long)step);
  first = first < 0 ? first + size : first - c->base;
  last = last < 0 ? last + size : last - c->base;
  if (first < 0) first = 0;
  if (last >= size) last = size - 1;
  int64_t count = last >= first ? (last - first) / step + 1 : 0;
  if (count == 0) first = 0;
  c->arg[2].v.i = first;
  make_piece(c, dim, first, count, count > 1 ? step : 1);
  return NN_OK;
}

static void slice_backward(nn__grad *b) {
  give_piece(b, saved_int(b, 1), saved_int(b, 2), saved_int(b, 4), nn__gout(b, 0));
}

nn_op nn__op_slice = {.name = "slice",
                      .params = "input:tensor dim:dim first:int last:int step:int=1",
                      .group = "views",
                      .doc = "Places first to last of dimension dim, both ends included and "
                             "clamped to what exists, every step-th, as a view.",
                      .flags = NN_OP_VIEW | NN_OP_HIDDEN,
                      .check = slice_check,
                      .backward = slice_backward};
