/* Whole slices by index: index_select, index_add, index_copy, index_fill, embedding, and what
 * x[index] and x[index] = y are made of. index_select and index_add are each other's gradients. */
#include <stdio.h>
#include <string.h>

#include "autograd.h"
#include "index.h"
#include "shape.h"

/* -- index_select, index_add, index_copy, index_fill: input, dim, index ----------------------- */

static nn_status check_index(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 2);
  NN_TRY(nn__check_is(c, 2, NN_INT64));
  NN_TRY(nn__check_dim(c, 1, x->ndim));
  if (index->ndim > 1)
    return nn__why(c, NN_ESHAPE, "index must have one dimension, not %d", index->ndim);
  if (x->ndim == 0 && index->numel != 1)
    return nn__why(c, NN_ESHAPE, "a scalar takes one index, not %lld", (long long)index->numel);
  int dim = (int)c->arg[1].v.i;
  return nn__check_indices(c, 2, dim, nn__size_along(x, dim), false);
}

/* The places of `t`, and the index with just the dimensions that they need. NULL: no memory. */
static nn_tensor *open_places(const nn__call *c, struct nn__places *p, const nn_tensor *t) {
  const nn_tensor *index = nn__in(c, 2);
  int64_t step = index->ndim ? index->stride[0] : 1;
  nn_tensor *row = nn__new_view(index, t->ndim ? 1 : 0, &index->numel, &step, 0);
  if (row) nn__places_across(p, t, (int)c->arg[1].v.i, row);
  return row;
}

/* Puts `from` into the places of the result, which starts as the input. */
static nn_status put(nn__call *c, const nn_arg *from, bool add, double alpha) {
  struct nn__places p;
  nn_tensor *y = c->out[0];
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  nn_tensor *row = open_places(c, &p, y);
  if (!row) return NN_ENOMEM;
  p.k[3] = alpha;
  nn_status status = nn__scatter(&p, y, row, from, add);
  nn_release(row);
  return status;
}

/* Fails unless argument 3 has the input's dtype and shape, with the index's length for dim. */
static nn_status check_source(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *source = nn__in(c, 3);
  int dim = (int)c->arg[1].v.i, ndim = x->ndim ? x->ndim : 1;
  c->meta[0] = nn__meta_of(x);
  NN_TRY(nn__check_is(c, 3, c->meta[0].dtype));
  bool fits = (source->ndim ? source->ndim : 1) == ndim;
  for (int d = 0; fits && d < ndim; d++)
    fits = nn__size_along(source, d) == (d == dim ? nn__in(c, 2)->numel : nn__size_along(x, d));
  if (fits) return NN_OK;
  return nn__why(c, NN_ESHAPE,
                 "source must have input's sizes, but in dimension %d as many as index has: %lld",
                 dim + c->ctx->options.base, (long long)nn__in(c, 2)->numel);
}

static nn_status select_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  NN_TRY(check_index(c));
  c->meta[0] = nn__meta_of(x);
  if (x->ndim) c->meta[0].shape[c->arg[1].v.i] = nn__in(c, 2)->numel;
  return NN_OK;
}

static nn_status select_forward(nn__call *c) {
  struct nn__places p;
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *row = open_places(c, &p, x);
  if (!row) return NN_ENOMEM;
  nn_status status = nn__gather(&p, c->out[0], x, row);
  nn_release(row);
  return status;
}

static void select_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  nn_tensor *gx = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  E_CHANGE(s, index_add, nn_t(gx), b->node->arg[1], nn_t(nn__saved(b, 2)), nn_t(nn__gout(b, 0)));
  nn__give(b, 0, gx);
}

nn_op nn__op_index_select = {.name = "index_select",
                             .params = "input:tensor dim:dim index:tensor",
                             .group = "indexing",
                             .doc = "The slices of dimension dim that index, an int64 tensor of "
                                    "one dimension, names, in its order.",
                             .keep = "index",
                             .check = select_check,
                             .forward = select_forward,
                             .backward = select_backward};

/* Gives the source, argument 3, what arrived at its places, times alpha. */
static void give_source(nn__grad *b, const nn_arg *alpha) {
  nn__scope *s = &b->s;
  const nn__input *source = &b->node->in[2];
  nn_tensor *gx =
      E_RUN(s, index_select, nn_t(nn__gout(b, 0)), b->node->arg[1], nn_t(nn__saved(b, 2)));
  if (alpha && nn__value(alpha) != 1) gx = e_mul_n(s, gx, nn__value(alpha));
  nn__give(b, 3, e_reshape(s, gx, source->ndim, source->shape));
}

/* The gradient of an input whose places were overwritten. */
static void give_rest(nn__grad *b) {
  nn__give(b, 0,
           E_RUN(&b->s, index_fill, nn_t(nn__gout(b, 0)), b->node->arg[1], nn_t(nn__saved(b, 2)),
                 nn_number(0)));
}

static nn_status add_check(nn__call *c) {
  NN_TRY(check_index(c));
  NN_TRY(nn__check_scalar(c, 4, nn_dtype_of(nn__in(c, 0))));
  return check_source(c);
}

static nn_status add_forward(nn__call *c) {
  double alpha = nn__value(&c->arg[4]);
  bool is_bool = c->out[0]->dtype == NN_BOOL;
  return put(c, &c->arg[3], true, is_bool ? alpha != 0 : alpha);
}

static void add_backward(nn__grad *b) {
  if (nn__wants(b, 0)) nn__give(b, 0, nn__gout(b, 0));
  if (nn__wants(b, 3)) give_source(b, &b->node->arg[4]);
}

nn_op nn__op_index_add = {.name = "index_add",
                          .params =
                              "input:tensor dim:dim index:tensor source:tensor alpha:number=1",
                          .group = "indexing",
                          .doc = "input with alpha times the slices of source added to those of "
                                 "dimension dim that index names.",
                          .keep = "index",
                          .flags = NN_OP_INPLACE,
                          .kind = NN_KIND_PLACES,
                          .check = add_check,
                          .forward = add_forward,
                          .backward = add_backward};

static nn_status copy_check(nn__call *c) {
  NN_TRY(check_index(c));
  return check_source(c);
}

static nn_status put_third(nn__call *c) { return put(c, &c->arg[3], false, 1); }

static void copy_backward(nn__grad *b) {
  if (nn__wants(b, 0)) give_rest(b);
  if (nn__wants(b, 3)) give_source(b, NULL);
}

nn_op nn__op_index_copy = {.name = "index_copy",
                           .params = "input:tensor dim:dim index:tensor source:tensor",
                           .group = "indexing",
                           .doc = "input with the slices of source in the place of those of "
                                  "dimension dim that index names; the last counts where index "
                                  "names one twice.",
                           .keep = "index",
                           .flags = NN_OP_INPLACE,
                           .kind = NN_KIND_PLACES,
                           .check = copy_check,
                           .forward = put_third,
                           .backward = copy_backward};

static nn_status fill_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  NN_TRY(check_index(c));
  return nn__check_scalar(c, 3, c->meta[0].dtype);
}

/* The value has the gradients of all places, each once, however often the index names it. */
static void fill_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0);
  if (nn__wants(b, 0)) give_rest(b);
  if (!g || !nn__wants(b, 3)) return;
  nn_tensor *none = e_full(s, NN_BOOL, g->ndim, g->shape, 0);
  nn_tensor *filled =
      E_RUN(s, index_fill, nn_t(none), b->node->arg[1], nn_t(nn__saved(b, 2)), nn_flag(true));
  nn__give(b, 3, e_keep(s, filled, g));
}

nn_op nn__op_index_fill = {.name = "index_fill",
                           .params = "input:tensor dim:dim index:tensor value:operand",
                           .group = "indexing",
                           .doc = "input with value, a number or a tensor of no dimensions, in the "
                                  "slices of dimension dim that index names.",
                           .keep = "index",
                           .flags = NN_OP_INPLACE,
                           .kind = NN_KIND_PLACES,
                           .check = fill_check,
                           .forward = put_third,
                           .backward = fill_backward};

/* -- embedding ------------------------------------------------------------------------------- */

static nn_status check_rows(const nn__call *c, int64_t rows) {
  int base = c->ctx->options.base;
  int64_t last = rows - 1 + base;
  char expected[80] = "weight has no rows";
  if (rows)
    snprintf(expected, sizeof expected, "weight has rows from %d to %lld", base, (long long)last);
  return nn__check_values(c, 0, 0, last, expected);
}

static nn_status embedding_check(nn__call *c) {
  const nn_tensor *input = nn__in(c, 0), *weight = nn__in(c, 1);
  nn__meta *m = &c->meta[0];
  NN_TRY(nn__check_is(c, 0, NN_INT64));
  if (weight->ndim != 2 || input->ndim == NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "weight must have two dimensions, and input less than %d",
                   NN_MAX_DIMS);
  if (nn__given(c, 2)) NN_TRY(nn__check_index(c, 2, 0, weight->shape[0]));
  *m = nn__meta_of(input);
  m->dtype = nn_dtype_of(weight);
  m->shape[m->ndim++] = weight->shape[1];
  return check_rows(c, weight->shape[0]);
}

static nn_status embedding_forward(nn__call *c) {
  struct nn__places p;
  nn__places_across(&p, nn__in(c, 1), 0, nn__in(c, 0));
  return nn__gather(&p, c->out[0], nn__in(c, 1), nn__in(c, 0));
}

static void embedding_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *w = &b->node->in[1];
  const nn_arg *padding = &b->node->arg[2];
  nn_tensor *gw = e_full(s, (nn_dtype)w->dtype, w->ndim, w->shape, 0);
  E_CHANGE(s, index_put, nn_t(gw), nn_t(nn__saved(b, 0)), nn_t(nn__gout(b, 0)), nn_flag(true));
  if (padding->kind == NN_INT) {
    int64_t one = 1;
    double row = (double)(padding->v.i + s->ctx->options.base);
    nn_tensor *rows = e_full(s, NN_INT64, 1, &one, row);
    E_CHANGE(s, index_fill, nn_t(gw), nn_int(0), nn_t(rows), nn_number(0));
  }
  nn__give(b, 1, gw);
}

nn_op nn__op_embedding = {.name = "embedding",
                          .params = "input:tensor weight:tensor padding_idx:index?",
                          .group = "indexing",
                          .doc = "The rows of weight (n x d) that input (int64, of any shape) "
                                 "names: a result of input's shape x d. Row padding_idx gets no "
                                 "gradient.",
                          .keep = "input",
                          .flags = NN_OP_FUNCTION,
                          .check = embedding_check,
                          .forward = embedding_forward,
                          .backward = embedding_backward};

/* -- x[index], x[index] = y ------------------------------------------------------------------ */

enum { PUT_DIM = 4, INDEX_DIM = 2 }; /* which argument dim is */

static bool is_mask(const nn_tensor *index) { return index->dtype == NN_BOOL; }

/* How many dimensions of the tensor the index stands for. */
static int taken_by(const nn_tensor *index) { return is_mask(index) ? index->ndim : 1; }

/* The true elements of a mask over the dimensions of t from `dim` on: writes to steps (may be NULL)
 * how far each lies from the first element there, in memory. Returns how many there are. */
static int64_t list_true(const nn_tensor *flat, const nn_tensor *t, int dim, int64_t *steps) {
  int64_t at[NN_MAX_DIMS] = {0}, count = 0, step = 0;
  for (int64_t i = 0; i < flat->numel; i++) {
    if (flat->data[i]) {
      if (steps) steps[count] = step;
      count++;
    }
    for (int d = flat->ndim - 1; d >= 0; d--) {
      step += t->stride[dim + d];
      if (++at[d] < flat->shape[d]) break;
      step -= flat->shape[d] * t->stride[dim + d];
      at[d] = 0;
    }
  }
  return count;
}

/* What list_true finds, as an int64 tensor. NULL: no memory. */
static nn_tensor *steps_of(const nn_tensor *mask, const nn_tensor *t, int dim) {
  nn_tensor *made, *steps = NULL;
  nn__meta m = nn__meta_of(mask);
  const nn_tensor *flat = nn__flat(mask, &m, &made);
  if (!flat) return NULL;
  m = (nn__meta){.dtype = NN_INT64, .ndim = 1, .shape = {list_true(flat, t, dim, NULL)}};
  steps = nn__new_tensor(t->ctx, &m);
  if (steps) list_true(flat, t, dim, (int64_t *)(void *)steps->data);
  nn_release(made);
  return steps;
}

static nn_status check_mask(const nn__call *c, const nn_tensor *x, int dim, const nn_tensor *mask) {
  if (dim + mask->ndim > x->ndim)
    return nn__why(c, NN_ESHAPE, "the mask has %d dimensions, but the tensor only %d there",
                   mask->ndim, x->ndim - dim);
  for (int d = 0; d < mask->ndim; d++)
    if (mask->shape[d] != x->shape[dim + d])
      return nn__why(c, NN_ESHAPE, "the mask's size is %lld in dimension %d, but the tensor's %lld",
                     (long long)mask->shape[d], d + c->ctx->options.base,
                     (long long)x->shape[dim + d]);
  return NN_OK;
}

/* The walk of an index over `t`, and the tensor that leads it (one reference). */
static nn_status open_index(const nn__call *c, struct nn__places *p, const nn_tensor *t, int dim,
                            nn_tensor **leader) {
  nn_tensor *index = nn__in(c, 1);
  nn_tensor *lead = is_mask(index) ? steps_of(index, t, dim) : nn_retain(index);
  if (!lead) return NN_ENOMEM;
  bool fits = is_mask(index) ? nn__places_at(p, t, dim, taken_by(index), lead)
                             : nn__places_across(p, t, dim, lead);
  if (!fits) {
    nn_release(lead);
    return nn__why(c, NN_ESHAPE, "the result would have more than %d dimensions", NN_MAX_DIMS);
  }
  *leader = lead;
  return NN_OK;
}

/* Proves the index, argument 1; meta[0] becomes what it shows of the input. */
static nn_status check_places(nn__call *c, int dim_arg) {
  struct nn__places p;
  nn_tensor *leader;
  const nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 1);
  if (!nn__given(c, dim_arg)) c->arg[dim_arg] = nn_int(c->base);
  NN_TRY(nn__check_dim(c, dim_arg, x->ndim));
  int dim = (int)c->arg[dim_arg].v.i;
  if (nn_dtype_is_floating((nn_dtype)index->dtype))
    return nn__why(c, NN_EARG, "index is %s, but must be int64 or bool",
                   nn_dtype_name((nn_dtype)index->dtype));
  if (is_mask(index)) {
    NN_TRY(check_mask(c, x, dim, index));
  } else if (x->ndim == 0) {
    return nn__why(c, NN_ESHAPE, "a scalar has no dimension to index");
  } else {
    NN_TRY(nn__check_indices(c, 1, dim, x->shape[dim], true));
  }
  NN_TRY(open_index(c, &p, x, dim, &leader));
  nn_release(leader);
  c->meta[0] = (nn__meta){.dtype = nn_dtype_of(x), .ndim = p.ndim};
  memcpy(c->meta[0].shape, p.shape, sizeof p.shape);
  return NN_OK;
}

static nn_status index_check(nn__call *c) { return check_places(c, INDEX_DIM); }

static nn_status index_forward(nn__call *c) {
  struct nn__places p;
  nn_tensor *leader, *x = nn__in(c, 0);
  NN_TRY(open_index(c, &p, x, (int)c->arg[INDEX_DIM].v.i, &leader));
  nn_status status = nn__gather(&p, c->out[0], x, leader);
  nn_release(leader);
  return status;
}

static void index_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  nn_tensor *gx = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  E_CHANGE(s, index_put, nn_t(gx), nn_t(nn__saved(b, 1)), nn_t(nn__gout(b, 0)), nn_flag(true),
           b->node->arg[INDEX_DIM]);
  nn__give(b, 0, gx);
}

nn_op nn__op_index = {.name = "index",
                      .params = "input:tensor index:tensor dim:dim?",
                      .group = "indexing",
                      .doc = "x[index]: for int64, the slices of dimension dim (the first) that "
                             "index names, with the dimensions of index in its place; for bool, a "
                             "mask over the dimensions from dim on, those where it is true. "
                             "Negative indices count from the end.",
                      .keep = "index",
                      .flags = NN_OP_HIDDEN,
                      .check = index_check,
                      .forward = index_forward,
                      .backward = index_backward};

/* The values broadcast to the places; dimensions of size 1 before those are allowed. */
static nn_status put_check(nn__call *c) {
  NN_TRY(check_places(c, PUT_DIM));
  nn__meta places = c->meta[0], m = places;
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  if (c->arg[2].kind != NN_TENSOR) return nn__check_scalar(c, 2, c->meta[0].dtype);
  const nn_tensor *values = nn__in(c, 2);
  char text[NN__SHAPE_TEXT];
  bool fits = nn__broadcast(&m.ndim, m.shape, values->ndim, values->shape);
  int added = m.ndim - places.ndim;
  for (int d = 0; fits && d < m.ndim; d++)
    fits = m.shape[d] == (d < added ? 1 : places.shape[d - added]);
  if (fits) return NN_OK;
  return nn__why(c, NN_ESHAPE, "values do not broadcast to what the index names: %s",
                 nn__shape_text(places.ndim, places.shape, text, sizeof text));
}

static nn_status put_forward(nn__call *c) {
  struct nn__places p;
  nn_tensor *leader, *y = c->out[0];
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  NN_TRY(open_index(c, &p, y, (int)c->arg[PUT_DIM].v.i, &leader));
  nn_status status = nn__scatter(&p, y, leader, &c->arg[2], c->arg[3].v.b);
  nn_release(leader);
  return status;
}

static void put_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn_arg *dim = &b->node->arg[PUT_DIM];
  nn_tensor *g = nn__gout(b, 0), *index = nn__saved(b, 1);
  if (nn__wants(b, 0) && b->node->arg[3].v.b)
    nn__give(b, 0, g);
  else if (nn__wants(b, 0))
    nn__give(b, 0, E_RUN(s, index_put, nn_t(g), nn_t(index), nn_number(0), nn_flag(false), *dim));
  if (!nn__wants(b, 2)) return;
  const nn__input *in = &b->node->in[2];
  nn_tensor *gx = E_RUN(s, index, nn_t(g), nn_t(index), *dim);
  int extra = gx && in->ndim > gx->ndim ? in->ndim - gx->ndim : 0;
  gx = e_sum_to(s, gx, in->ndim - extra, in->shape + extra);
  nn__give(b, 2, e_reshape(s, gx, in->ndim, in->shape));
}

nn_op nn__op_index_put = {.name = "index_put",
                          .params = "input:tensor index:tensor values:operand "
                                    "accumulate:bool=false dim:dim?",
                          .group = "indexing",
                          .doc = "x[index] = values: input with values, broadcast and converted, "
                                 "in the places that index names (see index), or added to them.",
                          .keep = "index",
                          .flags = NN_OP_INPLACE | NN_OP_HIDDEN,
                          .kind = NN_KIND_PLACES,
                          .check = put_check,
                          .forward = put_forward,
                          .backward = put_backward};
