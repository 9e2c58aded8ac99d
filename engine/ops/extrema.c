/* The largest and smallest elements, and where they are: amax amin max min argmax argmin. */
#include "reduce.h"

#include "autograd.h"
#include "pointwise.h"

#define GROUP .group = "reductions"

/* -- Values ---------------------------------------------------------------------------------- */

static nn_status check_some(nn__call *c) {
  NN_TRY(nn__check_reduce(c, 1, 2, (nn_dtype)nn__in(c, 0)->dtype));
  return nn__check_not_empty(c, 1);
}

static nn_status check_all(nn__call *c) {
  NN_TRY(nn__check_reduce(c, -1, -1, (nn_dtype)nn__in(c, 0)->dtype));
  return nn__check_not_empty(c, -1);
}

static nn_status fold(nn__call *c, enum nn__fold_id id, int dims) {
  struct nn__reduce r = {
      .x = nn__in(c, 0), .dims = nn__dims(c->arg, dims), .fold = id, .value = c->out[0]};
  return nn__reduce(c->ctx, &r);
}

static nn_status forward_amax(nn__call *c) { return fold(c, NN_FOLD_MAX, 1); }
static nn_status forward_amin(nn__call *c) { return fold(c, NN_FOLD_MIN, 1); }
static nn_status forward_max(nn__call *c) { return fold(c, NN_FOLD_MAX, -1); }
static nn_status forward_min(nn__call *c) { return fold(c, NN_FOLD_MIN, -1); }

/* Elements that share the extreme share the gradient evenly. Where the extreme is NaN, all that
 * are NaN do. */
static void share(nn__grad *b, int dims) {
  nn__scope *s = &b->s;
  nn_tensor *x = nn__saved(b, 0), *y = nn__unfold(b, nn__saved_out(b, 0), dims);
  nn_tensor *g = nn__unfold(b, nn__gout(b, 0), dims);
  nn_tensor *is_it = e_logical_or(s, e_eq(s, x, y), e_isnan(s, x));
  nn_tensor *ties = nn__sum_dims(b, is_it, dims);
  nn__give(b, 0, e_keep(s, is_it, e_div(s, g, ties)));
}

static void backward_some(nn__grad *b) { share(b, 1); }
static void backward_all(nn__grad *b) { share(b, -1); }

nn_op nn__op_amax = {.name = "amax",
                     .params = "input:tensor dim:dims? keepdim:bool=false",
                     GROUP,
                     .doc = "The largest element, of all or along some dimensions. NaN counts as "
                            "larger than any number; equal ones share the gradient.",
                     .domain = "distinct",
                     .keep = "input out",
                     .check = check_some,
                     .forward = forward_amax,
                     .backward = backward_some};

nn_op nn__op_amin = {.name = "amin",
                     .params = "input:tensor dim:dims? keepdim:bool=false",
                     GROUP,
                     .doc = "The smallest element, of all or along some dimensions. NaN counts as "
                            "smaller than any number; equal ones share the gradient.",
                     .domain = "distinct",
                     .keep = "input out",
                     .check = check_some,
                     .forward = forward_amin,
                     .backward = backward_some};

nn_op nn__op_max = {.name = "max",
                    .params = "input:tensor",
                    GROUP,
                    .doc = "The largest element. With a dimension, max(input, dim, keepdim), the "
                           "largest along it and their indices; with a second tensor, maximum. "
                           "NaN counts as larger than any number.",
                    .domain = "distinct",
                    .keep = "input out",
                    .check = check_all,
                    .forward = forward_max,
                    .backward = backward_all};

nn_op nn__op_min = {.name = "min",
                    .params = "input:tensor",
                    GROUP,
                    .doc = "The smallest element. With a dimension, min(input, dim, keepdim), the "
                           "smallest along it and their indices; with a second tensor, minimum. "
                           "NaN counts as smaller than any number.",
                    .domain = "distinct",
                    .keep = "input out",
                    .check = check_all,
                    .forward = forward_min,
                    .backward = backward_all};

/* -- Values and places ----------------------------------------------------------------------- */

/* The dimension that the bit set at argument 1 stands for. */
static int64_t dim_of(const nn_arg *arg) { return __builtin_ctz(nn__dims(arg, 1)); }

static nn_status check_pair(nn__call *c) {
  NN_TRY(check_some(c));
  c->meta[1] = c->meta[0];
  c->meta[1].dtype = NN_INT64;
  return NN_OK;
}

static nn_status fold_pair(nn__call *c, enum nn__fold_id id) {
  struct nn__reduce r = {.x = nn__in(c, 0),
                         .dims = nn__dims(c->arg, 1),
                         .fold = id,
                         .value = c->out[0],
                         .index = c->out[1],
                         .base = c->ctx->options.base};
  return nn__reduce(c->ctx, &r);
}

static nn_status forward_max_dim(nn__call *c) { return fold_pair(c, NN_FOLD_ARGMAX); }
static nn_status forward_min_dim(nn__call *c) { return fold_pair(c, NN_FOLD_ARGMIN); }

/* The gradient goes to the elements chosen. */
static void backward_pair(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  nn_tensor *g = nn__unfold(b, nn__gout(b, 0), 1), *index = nn__unfold(b, nn__saved_out(b, 1), 1);
  nn_tensor *zeros = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  nn__give(b, 0,
           E_RUN(s, scatter, nn_t(zeros), nn_int(dim_of(b->node->arg)), nn_t(index), nn_t(g)));
}

nn_op nn__op_max_dim = {.name = "max",
                        .key = "max_dim",
                        .params = "input:tensor dim:dim keepdim:bool=false",
                        GROUP,
                        .doc = "The largest elements along a dimension, and their indices (the "
                               "first, where several are equal).",
                        .domain = "distinct",
                        .keep = "out",
                        .flags = NN_OP_HIDDEN,
                        .nout = 2,
                        .check = check_pair,
                        .forward = forward_max_dim,
                        .backward = backward_pair};

nn_op nn__op_min_dim = {.name = "min",
                        .key = "min_dim",
                        .params = "input:tensor dim:dim keepdim:bool=false",
                        GROUP,
                        .doc = "The smallest elements along a dimension, and their indices (the "
                               "first, where several are equal).",
                        .domain = "distinct",
                        .keep = "out",
                        .flags = NN_OP_HIDDEN,
                        .nout = 2,
                        .check = check_pair,
                        .forward = forward_min_dim,
                        .backward = backward_pair};

/* -- Places ---------------------------------------------------------------------------------- */

static nn_status check_place(nn__call *c) {
  bool whole = !nn__given(c, 1);
  NN_TRY(nn__check_reduce(c, 1, 2, NN_INT64));
  NN_TRY(nn__check_not_empty(c, 1));
  if (whole) c->arg[1] = nn_none();
  return NN_OK;
}

/* Without a dimension, the index counts through all elements, in the order of the dimensions. */
static nn_status fold_place(nn__call *c, enum nn__fold_id id) {
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *made = NULL;
  bool whole = !nn__given(c, 1);
  if (whole) x = nn__contiguous(x, (nn_dtype)x->dtype, &made);
  if (!x) return NN_ENOMEM;
  struct nn__reduce r = {.x = x,
                         .dims = whole ? ~0u : nn__dims(c->arg, 1),
                         .fold = id,
                         .index = c->out[0],
                         .base = c->ctx->options.base};
  nn_status status = nn__reduce(c->ctx, &r);
  nn_release(made);
  return status;
}

static nn_status forward_argmax(nn__call *c) { return fold_place(c, NN_FOLD_ARGMAX); }
static nn_status forward_argmin(nn__call *c) { return fold_place(c, NN_FOLD_ARGMIN); }

nn_op nn__op_argmax = {.name = "argmax",
                       .params = "input:tensor dim:dim? keepdim:bool=false",
                       GROUP,
                       .doc = "The index of the largest element along a dimension, the first of "
                              "several; without one, counted through all elements.",
                       .domain = "distinct",
                       .check = check_place,
                       .forward = forward_argmax};

nn_op nn__op_argmin = {.name = "argmin",
                       .params = "input:tensor dim:dim? keepdim:bool=false",
                       GROUP,
                       .doc = "The index of the smallest element along a dimension, the first of "
                              "several; without one, counted through all elements.",
                       .domain = "distinct",
                       .check = check_place,
                       .forward = forward_argmin};
