/* Sums, products and counts: sum mean prod count_nonzero any all; and what the other operations
 * that fold dimensions share. */
#include "reduce.h"

#include "autograd.h"
#include "pointwise.h"

#define GROUP .group = "reductions"

/* -- Shapes ---------------------------------------------------------------------------------- */

nn_status nn__check_reduce(nn__call *c, int dims, int keepdim, nn_dtype dtype) {
  const nn_tensor *x = nn__in(c, 0);
  unsigned set = ~0u;
  if (dims >= 0) {
    NN_TRY(nn__check_dims(c, dims, x->ndim, &set));
    c->arg[dims] = nn_int(set);
  }
  bool keep = keepdim >= 0 && c->arg[keepdim].v.b;
  nn__meta *m = &c->meta[0];
  m->dtype = dtype;
  m->ndim = 0;
  for (int d = 0; d < x->ndim; d++) {
    bool folds = set >> d & 1;
    if (!folds || keep) m->shape[m->ndim++] = folds ? 1 : x->shape[d];
  }
  return NN_OK;
}

nn_status nn__check_not_empty(nn__call *c, int dims) {
  const nn_tensor *x = nn__in(c, 0);
  const nn__meta *m = &c->meta[0];
  unsigned set = nn__dims(c->arg, dims);
  for (int d = 0; d < m->ndim; d++)
    if (m->shape[d] == 0) return NN_OK;
  for (int d = 0; d < x->ndim; d++)
    if (set >> d & 1 && x->shape[d] == 0)
      return nn__why(c, NN_ESHAPE, "dimension %d has no elements to choose from", d + c->base);
  return NN_OK;
}

/* -- For gradients --------------------------------------------------------------------------- */

nn_tensor *nn__unfold(nn__grad *b, nn_tensor *t, int dims) {
  const nn__input *in = &b->node->in[0];
  unsigned set = nn__dims(b->node->arg, dims);
  int64_t shape[NN_MAX_DIMS];
  if (!t || t->ndim == in->ndim) return t;
  for (int d = 0; d < in->ndim; d++) shape[d] = set >> d & 1 ? 1 : in->shape[d];
  return e_reshape(&b->s, t, in->ndim, shape);
}

nn_tensor *nn__spread(nn__grad *b, nn_tensor *t, int dims) {
  const nn__input *in = &b->node->in[0];
  return e_expand(&b->s, nn__unfold(b, t, dims), in->ndim, in->shape);
}

nn_tensor *nn__sum_dims(nn__grad *b, nn_tensor *x, int dims) {
  unsigned set = nn__dims(b->node->arg, dims);
  int64_t list[NN_MAX_DIMS];
  int n = 0;
  for (int d = 0; d < b->node->in[0].ndim; d++)
    if (set >> d & 1) list[n++] = d;
  return n ? E_RUN(&b->s, sum, nn_t(x), nn_ints(n, list), nn_flag(true)) : x;
}

double nn__fold_count(const nn__grad *b, int dims) {
  const nn__input *in = &b->node->in[0];
  unsigned set = nn__dims(b->node->arg, dims);
  double n = 1;
  for (int d = 0; d < in->ndim; d++)
    if (set >> d & 1) n *= (double)in->shape[d];
  return n;
}

/* -- Forward --------------------------------------------------------------------------------- */

/* Folds argument 0, taken as `dtype`, over the dimensions of argument 1. */
static nn_status fold_as(nn__call *c, nn_dtype dtype, enum nn__fold_id id, nn__finish *f) {
  nn_tensor *made;
  const nn_tensor *x = nn__converted(nn__in(c, 0), dtype, &made);
  if (!x) return NN_ENOMEM;
  struct nn__reduce r = {
      .x = x, .dims = nn__dims(c->arg, 1), .fold = id, .finish = f, .value = c->out[0]};
  nn_status status = nn__reduce(c->ctx, &r);
  nn_release(made);
  return status;
}

static nn_status fold(nn__call *c, enum nn__fold_id id, nn__finish *f) {
  return fold_as(c, (nn_dtype)nn__in(c, 0)->dtype, id, f);
}

/* Whole numbers are summed and multiplied in int64, bools straight from their bytes. */
static nn_dtype total_dtype(const nn__call *c) {
  nn_dtype in = (nn_dtype)nn__in(c, 0)->dtype, out = c->meta[0].dtype;
  return in == NN_BOOL && out == NN_INT64 ? NN_BOOL : out;
}

static nn_status check_total(nn__call *c) {
  nn_dtype in = (nn_dtype)nn__in(c, 0)->dtype, dtype;
  NN_TRY(nn__check_dtype(c, 3, nn_dtype_is_floating(in) ? in : NN_INT64, &dtype));
  return nn__check_reduce(c, 1, 2, dtype);
}

/* -- sum ------------------------------------------------------------------------------------- */

static nn_status forward_sum(nn__call *c) { return fold_as(c, total_dtype(c), NN_FOLD_SUM, NULL); }

static void backward_sum(nn__grad *b) { nn__give(b, 0, nn__spread(b, nn__gout(b, 0), 1)); }

nn_op nn__op_sum = {.name = "sum",
                    .params = "input:tensor dim:dims? keepdim:bool=false dtype:dtype?",
                    GROUP,
                    .doc = "The sum of all elements, or of those along some dimensions. Whole "
                           "numbers and bools give int64; of no elements it is 0.",
                    .check = check_total,
                    .forward = forward_sum,
                    .backward = backward_sum};

/* -- mean ------------------------------------------------------------------------------------ */

static nn_status check_mean(nn__call *c) {
  nn_dtype dtype = (nn_dtype)nn__in(c, 0)->dtype;
  if (nn__given(c, 3))
    NN_TRY(nn__check_dtype(c, 3, dtype, &dtype));
  else
    NN_TRY(nn__check_floating(c, 0));
  if (!nn_dtype_is_floating(dtype))
    return nn__why(c, NN_EARG, "dtype is %s, but must be float32 or float64", nn_dtype_name(dtype));
  return nn__check_reduce(c, 1, 2, dtype);
}

static nn_status forward_mean(nn__call *c) {
  return fold_as(c, c->meta[0].dtype, NN_FOLD_SUM, nn__finish_mean);
}

static void backward_mean(nn__grad *b) {
  nn_tensor *g = e_mul_n(&b->s, nn__gout(b, 0), 1 / nn__fold_count(b, 1));
  nn__give(b, 0, nn__spread(b, g, 1));
}

nn_op nn__op_mean = {.name = "mean",
                     .params = "input:tensor dim:dims? keepdim:bool=false dtype:dtype?",
                     GROUP,
                     .doc = "The mean of all elements, or of those along some dimensions. The "
                            "input must be floating, or dtype say in what to compute; of no "
                            "elements it is NaN.",
                     .check = check_mean,
                     .forward = forward_mean,
                     .backward = backward_mean};

/* -- prod ------------------------------------------------------------------------------------ */

static nn_status forward_prod(nn__call *c) {
  return fold_as(c, total_dtype(c), NN_FOLD_PROD, NULL);
}

/* The gradient of an element is the product of all others: those before it times those after it,
 * which is right with zeros among them. */
static void backward_prod(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  unsigned set = nn__dims(b->node->arg, 1);
  bool whole = nn__fold_count(b, 1) == nn__fold_count(b, -1);
  int64_t numel = (int64_t)nn__fold_count(b, -1);
  nn_tensor *x = nn__saved(b, 0);
  nn_arg dim = nn_int(whole ? 0 : __builtin_ctz(set)), yes = nn_flag(true), no = nn_flag(false);
  if (whole) x = e_reshape(s, x, 1, &numel);
  nn_tensor *before = E_RUN(s, cumprod, nn_t(x), dim, nn_none(), yes, no);
  nn_tensor *after = E_RUN(s, cumprod, nn_t(x), dim, nn_none(), yes, yes);
  nn_tensor *others = e_reshape(s, e_mul(s, before, after), in->ndim, in->shape);
  nn__give(b, 0, e_mul(s, nn__unfold(b, nn__gout(b, 0), 1), others));
}

nn_op nn__op_prod = {.name = "prod",
                     .params = "input:tensor dim:dim? keepdim:bool=false dtype:dtype?",
                     GROUP,
                     .doc = "The product of all elements, or of those along one dimension. Whole "
                            "numbers and bools give int64; of no elements it is 1.",
                     .keep = "input",
                     .check = check_total,
                     .forward = forward_prod,
                     .backward = backward_prod};

/* -- Counts ---------------------------------------------------------------------------------- */

static nn_status check_count(nn__call *c) { return nn__check_reduce(c, 1, -1, NN_INT64); }
static nn_status check_truth(nn__call *c) { return nn__check_reduce(c, 1, 2, NN_BOOL); }

static void finish_any(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  (void)r;
  for (int64_t j = 0; j < n; j++) acc[j].f = acc[j].i > 0;
}

static void finish_all(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  for (int64_t j = 0; j < n; j++) acc[j].f = (double)acc[j].i == r->count;
}

static nn_status forward_count(nn__call *c) { return fold(c, NN_FOLD_COUNT, NULL); }
static nn_status forward_any(nn__call *c) { return fold(c, NN_FOLD_COUNT, finish_any); }
static nn_status forward_all(nn__call *c) { return fold(c, NN_FOLD_COUNT, finish_all); }

nn_op nn__op_count_nonzero = {.name = "count_nonzero",
                              .params = "input:tensor dim:dims?",
                              GROUP,
                              .doc = "How many elements are not 0, as int64.",
                              .check = check_count,
                              .forward = forward_count};

nn_op nn__op_any = {.name = "any",
                    .params = "input:tensor dim:dims? keepdim:bool=false",
                    GROUP,
                    .doc = "Whether any element is not 0, as bool. Of no elements it is false.",
                    .check = check_truth,
                    .forward = forward_any};

nn_op nn__op_all = {.name = "all",
                    .params = "input:tensor dim:dims? keepdim:bool=false",
                    GROUP,
                    .doc = "Whether all elements are not 0, as bool. Of no elements it is true.",
                    .check = check_truth,
                    .forward = forward_all};
