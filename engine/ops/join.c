/* Tensors made of tensors: cat and stack, repetition, and the same elements in another order. */
#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* The dimension in argument i; the first where it is left out. */
static nn_status check_dim_or_first(nn__call *c, int i, int ndim) {
  if (!nn__given(c, i)) c->arg[i] = nn_int(c->base);
  return nn__check_dim(c, i, ndim);
}

/* -- cat ------------------------------------------------------------------------------------- */

/* An empty tensor of one dimension fits to everything, as in PyTorch. */
static bool is_nothing(int ndim, const int64_t *shape) { return ndim == 1 && shape[0] == 0; }

/* The first tensor that is not nothing, whose shape the others must have. */
static const nn_tensor *find_model(const nn_arg *list) {
  for (int j = 0; j < list->n; j++)
    if (!is_nothing(list->v.ts[j]->ndim, list->v.ts[j]->shape)) return list->v.ts[j];
  return list->v.ts[0];
}

static nn_status check_list(const nn__call *c) {
  return c->arg[0].n ? NN_OK : nn__why(c, NN_EARG, "expects at least one tensor");
}

static nn_status complain(const nn__call *c, int j, const nn_tensor *t, const nn_tensor *model,
                          const char *where) {
  char a[NN__SHAPE_TEXT], b[NN__SHAPE_TEXT];
  return nn__why(c, NN_ESHAPE, "tensors[%d] is %s, which does not fit %s%s",
                 j + c->ctx->options.base, nn_shape_text(t, a, sizeof a),
                 nn_shape_text(model, b, sizeof b), where);
}

static nn_status cat_check(nn__call *c) {
  const nn_arg *list = &c->arg[0];
  NN_TRY(check_list(c));
  const nn_tensor *model = find_model(list);
  if (model->ndim == 0)
    return nn__why(c, NN_ESHAPE, "scalars have no dimension to join; use stack");
  NN_TRY(check_dim_or_first(c, 1, model->ndim));
  int dim = (int)c->arg[1].v.i;
  nn__meta m = nn__meta_of(model);
  m.dtype = nn_dtype_of(list->v.ts[0]);
  m.shape[dim] = 0;
  for (int j = 0; j < list->n; j++) {
    const nn_tensor *t = list->v.ts[j];
    m.dtype = nn__promote(m.dtype, (nn_dtype)t->dtype);
    if (is_nothing(t->ndim, t->shape)) continue;
    bool fits = t->ndim == m.ndim;
    for (int d = 0; fits && d < m.ndim; d++) fits = d == dim || t->shape[d] == m.shape[d];
    if (!fits)
      return complain(c, j, t, model, ": sizes must be equal but for the dimension joined");
    if (__builtin_add_overflow(m.shape[dim], t->shape[dim], &m.shape[dim]))
      return nn__why(c, NN_ESHAPE, "the result would not fit into memory");
  }
  c->meta[0] = m;
  return NN_OK;
}

/* Copies t to where the layout begins `offset` elements into y. */
static nn_status place(nn_tensor *y, const nn_tensor *t, const int64_t *stride, int64_t offset) {
  if (t->numel == 0) return NN_OK;
  nn_tensor *part = nn__new_view(y, t->ndim, t->shape, stride, offset);
  if (!part) return NN_ENOMEM;
  nn_status status = nn__copy_elements(part, t);
  nn_release(part);
  return status;
}

static nn_status cat_forward(nn__call *c) {
  nn_tensor *y = c->out[0];
  int64_t dim = c->arg[1].v.i, at = 0;
  for (int j = 0; j < c->arg[0].n; j++) {
    const nn_tensor *t = c->arg[0].v.ts[j];
    if (is_nothing(t->ndim, t->shape)) continue;
    NN_TRY(place(y, t, y->stride, at * y->stride[dim]));
    at += t->shape[dim];
  }
  return NN_OK;
}

static void give_to(nn__grad *b, int j, nn_tensor *gx) {
  const nn__input *in = &b->node->in[j];
  b->gin[j] = gx && gx->dtype != in->dtype ? e_to(&b->s, gx, (nn_dtype)in->dtype) : gx;
}

static void cat_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0);
  int64_t dim = b->node->arg[1].v.i, at = 0;
  for (int j = 0; j < b->node->nin; j++) {
    const nn__input *in = &b->node->in[j];
    bool nothing = is_nothing(in->ndim, in->shape);
    int64_t size = nothing ? 0 : in->shape[dim];
    if (nn__leads_anywhere(in))
      give_to(b, j,
              nothing ? e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0)
                      : E_RUN(s, narrow, nn_t(g), nn_int(dim), nn_int(at), nn_int(size)));
    at += size;
  }
}

nn_op nn__op_cat = {.name = "cat",
                    .params = "tensors:tensors dim:dim?",
                    .group = "joining",
                    .doc = "The tensors one after another along dimension dim (the first), in "
                           "their promoted dtype. Elsewhere their sizes must be equal.",
                    .flags = NN_OP_FUNCTION,
                    .check = cat_check,
                    .forward = cat_forward,
                    .backward = cat_backward};

/* -- stack ----------------------------------------------------------------------------------- */

static nn_status stack_check(nn__call *c) {
  const nn_arg *list = &c->arg[0];
  NN_TRY(check_list(c));
  const nn_tensor *model = list->v.ts[0];
  nn__meta *m = &c->meta[0];
  if (model->ndim == NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions", NN_MAX_DIMS);
  NN_TRY(check_dim_or_first(c, 1, model->ndim + 1));
  *m = nn__meta_of(model);
  for (int j = 0; j < list->n; j++) {
    const nn_tensor *t = list->v.ts[j];
    m->dtype = nn__promote(m->dtype, (nn_dtype)t->dtype);
    if (!nn__same_shape(t, model)) return complain(c, j, t, model, ": all sizes must be equal");
  }
  int64_t dim = c->arg[1].v.i;
  for (int64_t d = m->ndim++; d > dim; d--) m->shape[d] = m->shape[d - 1];
  m->shape[dim] = list->n;
  return NN_OK;
}

static nn_status stack_forward(nn__call *c) {
  nn_tensor *y = c->out[0];
  int64_t dim = c->arg[1].v.i, stride[NN_MAX_DIMS];
  for (int d = 0, n = 0; d < y->ndim; d++)
    if (d != dim) stride[n++] = y->stride[d];
  for (int j = 0; j < c->arg[0].n; j++)
    NN_TRY(place(y, c->arg[0].v.ts[j], stride, j * y->stride[dim]));
  return NN_OK;
}

static void stack_backward(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0);
  for (int j = 0; j < b->node->nin; j++)
    if (nn__leads_anywhere(&b->node->in[j]))
      give_to(b, j, E_RUN(&b->s, select, nn_t(g), b->node->arg[1], nn_int(j)));
}

nn_op nn__op_stack = {.name = "stack",
                      .params = "tensors:tensors dim:dim?",
                      .group = "joining",
                      .doc = "The tensors, all of one shape, along a dimension dim (the first) "
                             "that is put in, in their promoted dtype.",
                      .flags = NN_OP_FUNCTION,
                      .check = stack_check,
                      .forward = stack_forward,
                      .backward = stack_backward};

/* -- repeat, tile, repeat_interleave --------------------------------------------------------- */

/* `t` with each block of `inner` elements `times` times in a row, in a new shape. */
static nn_tensor *repeat_blocks(nn__scope *s, nn_tensor *t, int64_t inner, int64_t times, int ndim,
                                const int64_t *shape) {
  if (!t) return NULL;
  int64_t one = inner ? t->numel / inner : 0;
  t = e_reshape(s, t, 3, (int64_t[]){one, 1, inner});
  t = e_expand(s, t, 3, (int64_t[]){one, times, inner});
  return e_reshape(s, t, ndim, shape);
}

static nn_status check_fits(const nn__call *c) {
  const nn__meta *m = &c->meta[0];
  int64_t numel;
  if (nn__count(m->ndim, m->shape, nn_dtype_size(NN_FLOAT64), &numel)) return NN_OK;
  return nn__why(c, NN_ESHAPE, "the result would not fit into memory");
}

/* size * times; a product too large for int64 fits nowhere, and check_fits says so. */
static nn_status check_product(const nn__call *c, int64_t size, int64_t times, int64_t *product) {
  if (times < 0) return nn__why(c, NN_EARG, "cannot repeat %lld times", (long long)times);
  if (__builtin_mul_overflow(size, times, product)) *product = INT64_MAX;
  return NN_OK;
}

/* Sets meta[0] to the shape of x, with 1s in front up to before + n dimensions, of which the last n
 * repeat times[i] times. */
static nn_status check_times(nn__call *c, int before, int n, const int64_t *times) {
  const nn_tensor *x = nn__in(c, 0);
  nn__meta *m = &c->meta[0];
  if (before + n > NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions, not %d", NN_MAX_DIMS, n);
  *m = nn__meta_of(x);
  m->ndim = before + n;
  for (int d = 0; d < m->ndim; d++) {
    int from = d - (m->ndim - x->ndim);
    int64_t size = from < 0 ? 1 : x->shape[from], k = d < before ? 1 : times[d - before];
    NN_TRY(check_product(c, size, k, &m->shape[d]));
  }
  return check_fits(c);
}

/* Dimension after dimension, the last first, so that the blocks copied grow. */
static nn_tensor *repeat_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = x;
  const nn__meta *m = &c->meta[0];
  int64_t shape[NN_MAX_DIMS], inner = 1;
  int added = m->ndim - x->ndim;
  for (int d = 0; d < m->ndim; d++) shape[d] = d < added ? 1 : x->shape[d - added];
  for (int d = m->ndim - 1; d >= 0; d--) {
    int64_t size = shape[d];
    inner *= size;
    if (size == m->shape[d]) continue;
    shape[d] = m->shape[d];
    y = repeat_blocks(s, y, inner, size ? shape[d] / size : 0, m->ndim, shape);
    inner = size ? inner / size * shape[d] : 0;
  }
  return y == x ? e_reshape(s, e_clone(s, x), m->ndim, m->shape) : y;
}

static nn_status repeat_check(nn__call *c) {
  const nn_arg *sizes = &c->arg[1];
  if (sizes->n < nn__in(c, 0)->ndim)
    return nn__why(c, NN_ESHAPE, "expects a number for each dimension, at least %d, not %d",
                   nn__in(c, 0)->ndim, sizes->n);
  return check_times(c, 0, sizes->n, sizes->v.is);
}

/* Hidden, since `x:repeat(…)` cannot be written in Lua, where the word is reserved: tile serves. */
nn_op nn__op_repeat = {.name = "repeat",
                       .params = "input:tensor sizes:shape",
                       .group = "joining",
                       .doc = "input laid side by side sizes[i] times in each dimension; more "
                              "sizes than dimensions add dimensions in front.",
                       .flags = NN_OP_METHOD | NN_OP_HIDDEN,
                       .check = repeat_check,
                       .compose = repeat_compose};

static nn_status tile_check(nn__call *c) {
  int ndim = nn__in(c, 0)->ndim, n = c->arg[1].n;
  return check_times(c, n < ndim ? ndim - n : 0, n, c->arg[1].v.is);
}

nn_op nn__op_tile = {.name = "tile",
                     .params = "input:tensor dims:shape",
                     .group = "joining",
                     .doc = "repeat, where dims may name fewer numbers than there are dimensions: "
                            "those of the last ones.",
                     .check = tile_check,
                     .compose = repeat_compose};

static nn_status interleave_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t *size;
  nn__meta *m = &c->meta[0];
  *m = nn__meta_of(x);
  if (nn__given(c, 2)) NN_TRY(nn__check_dim(c, 2, x->ndim));
  if (!nn__given(c, 2) || x->ndim == 0) {
    c->arg[2] = nn_none();
    m->ndim = 1;
    m->shape[0] = x->numel;
  }
  size = &m->shape[nn__given(c, 2) ? c->arg[2].v.i : 0];
  NN_TRY(check_product(c, *size, c->arg[1].v.i, size));
  return check_fits(c);
}

static nn_tensor *interleave_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  const nn__meta *m = &c->meta[0];
  int64_t inner = 1;
  if (nn__given(c, 2))
    for (int64_t d = c->arg[2].v.i + 1; d < x->ndim; d++) inner *= x->shape[d];
  if (c->arg[1].v.i == 1) return e_reshape(s, e_clone(s, x), m->ndim, m->shape);
  return repeat_blocks(s, x, inner, c->arg[1].v.i, m->ndim, m->shape);
}

nn_op nn__op_repeat_interleave = {.name = "repeat_interleave",
                                  .params = "input:tensor repeats:int dim:dim?",
                                  .group = "joining",
                                  .doc = "Each place of dimension dim `repeats` times in a row; "
                                         "without dim, of input read in one dimension.",
                                  .check = interleave_check,
                                  .compose = interleave_compose};

/* -- flip, roll ------------------------------------------------------------------------------ */

static nn_status flip_check(nn__call *c) {
  unsigned set;
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_dims(c, 1, nn__in(c, 0)->ndim, &set);
}

/* A copy of the view that runs backwards. */
static nn_status flip_forward(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t stride[NN_MAX_DIMS], offset = 0;
  if (x->numel == 0) return NN_OK;
  memcpy(stride, x->stride, sizeof stride);
  for (int i = 0; x->ndim && i < c->arg[1].n; i++) {
    int64_t d = c->arg[1].v.is[i];
    offset += (x->shape[d] - 1) * stride[d];
    stride[d] = -stride[d];
  }
  nn_tensor *back = nn__new_view(x, x->ndim, x->shape, stride, offset);
  if (!back) return NN_ENOMEM;
  nn_status status = nn__copy_elements(c->out[0], back);
  nn_release(back);
  return status;
}

static void flip_backward(nn__grad *b) {
  nn__give(b, 0, E_RUN(&b->s, flip, nn_t(nn__gout(b, 0)), b->node->arg[1]));
}

nn_op nn__op_flip = {.name = "flip",
                     .params = "input:tensor dims:dims",
                     .group = "joining",
                     .doc = "A copy of input with the order of the elements reversed along dims.",
                     .check = flip_check,
                     .forward = flip_forward,
                     .backward = flip_backward};

static int count_of(const nn_arg *a) { return a->kind == NN_INTS ? a->n : a->kind == NN_INT; }

static int64_t shift_at(const nn_arg *a, int i) { return a->kind == NN_INTS ? a->v.is[i] : a->v.i; }

static nn_status roll_check(nn__call *c) {
  unsigned set;
  int shifts = count_of(&c->arg[1]);
  NN_TRY(nn__check_dims(c, 2, nn__in(c, 0)->ndim, &set));
  int dims = nn__given(c, 2) ? c->arg[2].n : 1;
  if (shifts == dims) return NN_OK;
  return nn__why(c, NN_EARG, "expects a shift for each of dims: %d, not %d", dims, shifts);
}

/* x[n - k …] before x[… n - k] */
static nn_tensor *roll_one(nn__scope *s, nn_tensor *x, int64_t dim, int64_t shift) {
  if (!x || x->numel == 0) return x;
  int64_t n = x->shape[dim], k = (shift % n + n) % n;
  nn_tensor *parts[] = {E_RUN(s, narrow, nn_t(x), nn_int(dim), nn_int(n - k), nn_int(k)),
                        E_RUN(s, narrow, nn_t(x), nn_int(dim), nn_int(0), nn_int(n - k))};
  return E_RUN(s, cat, nn_ts(2, parts), nn_int(dim));
}

static nn_tensor *roll_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = x;
  if (x->ndim == 0) return e_clone(s, x);
  if (!nn__given(c, 2)) {
    y = roll_one(s, e_reshape(s, x, 1, &x->numel), 0, shift_at(&c->arg[1], 0));
    return e_reshape(s, y, x->ndim, x->shape);
  }
  for (int i = 0; i < c->arg[2].n; i++)
    y = roll_one(s, y, c->arg[2].v.is[i], shift_at(&c->arg[1], i));
  return y == x ? e_clone(s, x) : y;
}

nn_op nn__op_roll = {.name = "roll",
                     .params = "input:tensor shifts:dims dims:dims?",
                     .group = "joining",
                     .doc = "The elements moved by shifts, a number for each of dims; what leaves "
                            "at the end returns at the start. Without dims, input is rolled as "
                            "one row.",
                     .check = roll_check,
                     .compose = roll_compose};
