/* Along one dimension, an index for each element: gather, scatter, scatter_add, take_along_dim,
 * one_hot.
 *
 *     y[i][j] = x[index[i][j]][j]     gather, for dimension 0 of two
 *     y[index[i][j]][j] = x[i][j]     scatter; scatter_add adds
 *
 * gather and scatter_add are each other's gradients. */
#include <stdio.h>
#include <string.h>

#include "autograd.h"
#include "index.h"
#include "shape.h"

/* -- Checks ---------------------------------------------------------------------------------- */

static int at_least_1(int ndim) { return ndim ? ndim : 1; }

/* Fails unless `small` reaches nowhere beyond `large`, but for dimension `except`. */
static nn_status check_inside(const nn__call *c, const nn_tensor *small, const nn_tensor *large,
                              int except, const char *name) {
  if (at_least_1(small->ndim) != at_least_1(large->ndim))
    return nn__why(c, NN_ESHAPE, "index and %s must have the same number of dimensions", name);
  for (int d = 0; d < small->ndim; d++)
    if (d != except && small->shape[d] > nn__size_along(large, d))
      return nn__why(c, NN_ESHAPE, "index reaches beyond %s in dimension %d: %lld > %lld", name,
                     d + c->ctx->options.base, (long long)small->shape[d],
                     (long long)nn__size_along(large, d));
  return NN_OK;
}

/* Proves input, dim and index, arguments 0 to 2. */
static nn_status check_index(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 2);
  NN_TRY(nn__check_is(c, 2, NN_INT64));
  NN_TRY(nn__check_dim(c, 1, x->ndim));
  if (index->numel == 0) return NN_OK; /* of whatever shape, as in PyTorch */
  int dim = (int)c->arg[1].v.i;
  NN_TRY(check_inside(c, index, x, dim, "input"));
  return nn__check_indices(c, 2, dim, nn__size_along(x, dim), false);
}

/* -- gather ---------------------------------------------------------------------------------- */

static nn_status gather_check(nn__call *c) {
  NN_TRY(check_index(c));
  c->meta[0] = nn__meta_of(nn__in(c, 2));
  c->meta[0].dtype = nn_dtype_of(nn__in(c, 0));
  return NN_OK;
}

static nn_status gather_forward(nn__call *c) {
  struct nn__places p;
  const nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 2);
  if (index->numel == 0) return NN_OK;
  nn__places_along(&p, x, (int)c->arg[1].v.i, index);
  return nn__gather(&p, c->out[0], x, index);
}

static void gather_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  nn_tensor *gx = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  E_CHANGE(s, scatter_add, nn_t(gx), b->node->arg[1], nn_t(nn__saved(b, 2)), nn_t(nn__gout(b, 0)));
  nn__give(b, 0, gx);
}

nn_op nn__op_gather = {.name = "gather",
                       .params = "input:tensor dim:dim index:tensor",
                       .group = "indexing",
                       .doc = "Takes elements along dimension dim: in two dimensions, for the "
                              "first, y[i][j] = input[index[i][j]][j]. The result has the shape of "
                              "index (int64), which may be smaller than input elsewhere.",
                       .keep = "index",
                       .check = gather_check,
                       .forward = gather_forward,
                       .backward = gather_backward};

/* -- scatter, scatter_add -------------------------------------------------------------------- */

/* The source may be larger than the index, whose shape is what counts. */
static nn_status scatter_from(nn__call *c, const nn_arg *source, bool add) {
  struct nn__places p;
  nn_tensor *y = c->out[0], *index = nn__in(c, 2), *part = NULL;
  nn_arg from = *source;
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  if (index->numel == 0) return NN_OK;
  if (from.kind == NN_TENSOR && from.v.t->ndim == index->ndim) {
    part = nn__new_view(from.v.t, index->ndim, index->shape, from.v.t->stride, 0);
    if (!part) return NN_ENOMEM;
    from = nn_t(part);
  }
  nn__places_along(&p, y, (int)c->arg[1].v.i, index);
  nn_status status = nn__scatter(&p, y, index, &from, add);
  nn_release(part);
  return status;
}

static nn_status check_source(nn__call *c) {
  NN_TRY(nn__check_is(c, 3, nn_dtype_of(nn__in(c, 0))));
  if (nn__in(c, 2)->numel == 0) return NN_OK;
  return check_inside(c, nn__in(c, 2), nn__in(c, 3), -1, "src");
}

/* The gradient of what went into the places: g at the index, 0 in the rest of a larger source. */
static void give_source(nn__grad *b, nn_tensor *g) {
  nn__scope *s = &b->s;
  const nn__input *source = &b->node->in[2];
  nn_tensor *gx = E_RUN(s, gather, nn_t(g), b->node->arg[1], nn_t(nn__saved(b, 2)));
  if (!gx) return;
  bool whole = gx->ndim == source->ndim;
  for (int d = 0; whole && d < gx->ndim; d++) whole = gx->shape[d] == source->shape[d];
  if (!whole) {
    int64_t stride[NN_MAX_DIMS];
    nn__contiguous_strides(source->ndim, source->shape, stride);
    nn_tensor *zeros = e_full(s, (nn_dtype)source->dtype, source->ndim, source->shape, 0);
    if (source->ndim == 0) gx = e_reshape(s, gx, 0, NULL);
    gx = E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(gx), nn_ints(gx->ndim, gx->shape),
               nn_ints(gx->ndim, stride));
  }
  nn__give(b, 3, gx);
}

static const nn_arg *scatter_source(const nn__call *c) {
  return nn__given(c, 3) ? &c->arg[3] : &c->arg[4];
}

static nn_status scatter_check(nn__call *c) {
  NN_TRY(check_index(c));
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  if (nn__given(c, 3) == nn__given(c, 4))
    return nn__why(c, NN_EARG, "takes either src or value: what to put in");
  if (scatter_source(c)->kind == NN_TENSOR) return check_source(c);
  return nn__check_scalar(c, nn__given(c, 3) ? 3 : 4, c->meta[0].dtype);
}

static nn_status scatter_forward(nn__call *c) { return scatter_from(c, scatter_source(c), false); }

static void scatter_backward(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0);
  if (nn__wants(b, 0))
    nn__give(b, 0,
             E_RUN(&b->s, scatter, nn_t(g), b->node->arg[1], nn_t(nn__saved(b, 2)), nn_number(0)));
  if (nn__wants(b, 3)) give_source(b, g);
}

nn_op nn__op_scatter = {.name = "scatter",
                        .params = "input:tensor dim:dim index:tensor src:operand? value:number?",
                        .group = "indexing",
                        .doc = "input with elements of src, or value, put in along dimension dim: "
                               "in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. "
                               "Where an index occurs twice, the last one counts in the result, "
                               "and both in the gradient.",
                        .keep = "index",
                        .flags = NN_OP_INPLACE,
                        .kind = NN_KIND_PLACES,
                        .check = scatter_check,
                        .forward = scatter_forward,
                        .backward = scatter_backward};

static nn_status add_check(nn__call *c) {
  NN_TRY(check_index(c));
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return check_source(c);
}

static nn_status add_forward(nn__call *c) { return scatter_from(c, &c->arg[3], true); }

static void add_backward(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0);
  if (nn__wants(b, 0)) nn__give(b, 0, g);
  if (nn__wants(b, 3)) give_source(b, g);
}

nn_op nn__op_scatter_add = {.name = "scatter_add",
                            .params = "input:tensor dim:dim index:tensor src:tensor",
                            .group = "indexing",
                            .doc = "input with the elements of src added along dimension dim: in "
                                   "two dimensions, for the first, y[index[i][j]][j] += src[i][j].",
                            .keep = "index",
                            .flags = NN_OP_INPLACE,
                            .kind = NN_KIND_PLACES,
                            .check = add_check,
                            .forward = add_forward,
                            .backward = add_backward};

/* -- take_along_dim -------------------------------------------------------------------------- */

/* Without dim, both are read in one dimension. */
static nn_status take_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 1);
  if (!nn__given(c, 2)) return nn__check_indices(c, 1, 0, x->numel, false);
  NN_TRY(nn__check_dim(c, 2, x->ndim));
  int dim = (int)c->arg[2].v.i;
  if (x->ndim != index->ndim || x->ndim == 0)
    return nn__why(c, NN_ESHAPE, "input and indices must have the same number of dimensions");
  for (int d = 0; d < x->ndim; d++)
    if (d != dim && x->shape[d] != index->shape[d] && x->shape[d] != 1 && index->shape[d] != 1)
      return nn__why(c, NN_ESHAPE, "the sizes must be equal or 1 in all dimensions but %d",
                     dim + c->ctx->options.base);
  return nn__check_indices(c, 1, dim, x->shape[dim], false);
}

/* `t` with its sizes of 1 grown to those of `other`, but for dimension dim. */
static nn_tensor *grow(nn__scope *s, nn_tensor *t, const nn_tensor *other, int dim) {
  int64_t shape[NN_MAX_DIMS];
  for (int d = 0; d < t->ndim; d++)
    shape[d] = d != dim && t->shape[d] == 1 ? other->shape[d] : t->shape[d];
  return e_expand(s, t, t->ndim, shape);
}

static nn_tensor *take_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *index = nn__in(c, 1);
  int dim = nn__given(c, 2) ? (int)c->arg[2].v.i : 0;
  if (!nn__given(c, 2)) {
    x = e_reshape(s, x, 1, &x->numel);
    index = e_reshape(s, index, 1, &index->numel);
  } else {
    nn_tensor *narrow = x;
    x = grow(s, x, index, dim);
    index = grow(s, index, narrow, dim);
  }
  return E_RUN(s, gather, nn_t(x), nn_int(dim), nn_t(index));
}

nn_op nn__op_take_along_dim = {
    .name = "take_along_dim",
    .params = "input:tensor indices:tensor dim:dim?",
    .group = "indexing",
    .doc = "gather with broadcasting in all dimensions but dim; without dim, input and indices are "
           "read in one dimension. Serves what argsort and argmax return.",
    .check = take_check,
    .compose = take_compose};

/* -- one_hot --------------------------------------------------------------------------------- */

static int64_t largest(const nn_tensor *flat) {
  const int64_t *v = (const int64_t *)(const void *)flat->data;
  int64_t most = v[0];
  for (int64_t i = 1; i < flat->numel; i++)
    if (v[i] > most) most = v[i];
  return most;
}

/* Sets num_classes, argument 1, to the number that the largest class asks for. */
static nn_status count_classes(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int base = c->ctx->options.base;
  char expected[64];
  nn_tensor *made;
  if (x->numel == 0)
    return nn__why(c, NN_EARG, "an empty tensor does not tell the number of classes");
  snprintf(expected, sizeof expected, "classes count from %d", base);
  NN_TRY(nn__check_values(c, 0, 0, (int64_t)1 << 48, expected));
  nn__meta m = nn__meta_of(x);
  const nn_tensor *flat = nn__flat(x, &m, &made);
  if (!flat) return NN_ENOMEM;
  c->arg[1] = nn_int(largest(flat) - base + 1);
  nn_release(made);
  return NN_OK;
}

static nn_status one_hot_check(nn__call *c) {
  nn__meta *m = &c->meta[0];
  int base = c->ctx->options.base;
  char expected[80];
  *m = nn__meta_of(nn__in(c, 0));
  NN_TRY(nn__check_is(c, 0, NN_INT64));
  if (m->ndim == NN_MAX_DIMS)
    return nn__why(c, NN_ESHAPE, "a tensor has at most %d dimensions", NN_MAX_DIMS);
  if (c->arg[1].v.i == -1) NN_TRY(count_classes(c));
  int64_t n = c->arg[1].v.i, last = n - 1 + base;
  if (n < 1)
    return nn__why(c, NN_EARG, "num_classes must be at least 1, or -1 to be found, not %lld",
                   (long long)n);
  m->shape[m->ndim++] = n;
  snprintf(expected, sizeof expected, "classes count from %d to %lld", base, (long long)last);
  return nn__check_values(c, 0, 0, last, expected);
}

static nn_status one_hot_forward(nn__call *c) {
  nn_tensor *y = c->out[0], *made;
  nn__meta m = nn__meta_of(nn__in(c, 0));
  const nn_tensor *flat = nn__flat(nn__in(c, 0), &m, &made);
  if (!flat) return NN_ENOMEM;
  const int64_t *v = (const int64_t *)(const void *)flat->data;
  int64_t *to = (int64_t *)(void *)y->data, n = c->arg[1].v.i;
  memset(to, 0, (size_t)y->numel * sizeof *to);
  for (int64_t i = 0; i < flat->numel; i++) to[i * n + v[i] - c->ctx->options.base] = 1;
  nn_release(made);
  return NN_OK;
}

nn_op nn__op_one_hot = {.name = "one_hot",
                        .params = "input:tensor num_classes:int=-1",
                        .group = "indexing",
                        .doc =
                            "For each class in input (int64) a row of num_classes zeros with a 1 "
                            "in the place of the class; -1 finds the number from the largest.",
                        .flags = NN_OP_FUNCTION,
                        .check = one_hot_check,
                        .forward = one_hot_forward};
