/* Tensors from nothing: constants, ranges, and tensors shaped like another. */
#include <math.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* The dtype of argument i and the shape of argument 0. */
static nn_status check_new(nn__call *c, int i, nn_dtype otherwise) {
  NN_TRY(nn__check_shape(c, 0));
  return nn__check_dtype(c, i, otherwise, &c->meta[0].dtype);
}

/* A number as an int64; the least one for those that it cannot hold, as processors convert. */
static int64_t whole(const nn_arg *value) {
  double d = nn__value(value);
  if (value->kind == NN_INT) return value->v.i;
  return d >= -0x1p63 && d < 0x1p63 ? (int64_t)d : INT64_MIN;
}

/* A number as one of the tensor's dtype, so that filling computes in that. */
static nn_arg as_dtype(const nn_arg *value, nn_dtype dtype) {
  double d = nn__value(value);
  if (dtype == NN_BOOL) return nn_flag(d != 0);
  return dtype == NN_INT64 ? nn_int(whole(value)) : nn_number(d);
}

/* Sets every element, the value converted to the tensor's dtype. */
static nn_status fill_with(nn_tensor *t, const nn_arg *value) {
  if (value->kind == NN_TENSOR) return nn__copy_elements(t, value->v.t);
  nn__call c = {.ctx = t->ctx, .op = nn__op_ready(&nn__op_fill), .dtype = (nn_dtype)t->dtype};
  c.arg[0] = nn_t(t);
  c.arg[1] = as_dtype(value, (nn_dtype)t->dtype);
  c.out[0] = t;
  return nn__forward_pointwise(&c);
}

static nn_status fill_zero(nn__call *c) {
  nn_arg value = nn_int(0);
  return fill_with(c->out[0], &value);
}

static nn_status fill_one(nn__call *c) {
  nn_arg value = nn_int(1);
  return fill_with(c->out[0], &value);
}

static nn_status fill_second(nn__call *c) { return fill_with(c->out[0], &c->arg[1]); }

static nn_status float_check(nn__call *c) { return check_new(c, 1, NN_FLOAT32); }

#define FACTORY(op, PARAMS, DOC, CHECK, FORWARD)                \
  nn_op nn__op_##op = {.name = #op,                             \
                       .params = PARAMS,                        \
                       .group = "creation",                     \
                       .doc = DOC,                              \
                       .flags = NN_OP_FACTORY | NN_OP_FUNCTION, \
                       .check = CHECK,                          \
                       .forward = FORWARD};

FACTORY(zeros, "size:shape dtype:dtype?", "A tensor of zeros.", float_check, fill_zero)
FACTORY(ones, "size:shape dtype:dtype?", "A tensor of ones.", float_check, fill_one)
FACTORY(empty, "size:shape dtype:dtype?", "A tensor of zeros, for elements that are set later.",
        float_check, fill_zero)

static nn_status check_value(const nn__call *c) {
  if (c->arg[1].kind != NN_TENSOR || nn__in(c, 1)->numel == 1) return NN_OK;
  return nn__why(c, NN_ESHAPE, "fill_value must be a number or a tensor of one element");
}

/* As in PyTorch, the number decides: booleans give bool, everything else a float32 unless a whole
 * number was asked for by dtype. */
static nn_status full_check(nn__call *c) {
  NN_TRY(check_value(c));
  return check_new(c, 2, c->arg[1].kind == NN_FLAG ? NN_BOOL : NN_FLOAT32);
}

FACTORY(full, "size:shape fill_value:operand dtype:dtype?",
        "A tensor of one value, float32 unless dtype says otherwise.", full_check, fill_second)

static nn_status zero_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return NN_OK;
}

static void zero_backward(nn__grad *b) { nn__give(b, 0, e_zeros_like(&b->s, nn__gout(b, 0))); }

nn_op nn__op_zero = {.name = "zero",
                     .params = "input:tensor",
                     .group = "creation",
                     .doc = "Sets every element to 0.",
                     .flags = NN_OP_ONLY_INPLACE,
                     .kind = NN_KIND_ANY, /* it may write straight into the tensor */
                     .check = zero_check,
                     .forward = fill_zero,
                     .backward = zero_backward};

/* -- Like another tensor --------------------------------------------------------------------- */

static nn_status like_check(nn__call *c) {
  if (c->op->info.nparams == 3) NN_TRY(check_value(c));
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_dtype(c, c->op->info.nparams - 1, c->meta[0].dtype, &c->meta[0].dtype);
}

#define LIKE(op, PARAMS, DOC, FORWARD)         \
  nn_op nn__op_##op = {.name = #op,            \
                       .params = PARAMS,       \
                       .group = "creation",    \
                       .doc = DOC,             \
                       .flags = NN_OP_FACTORY, \
                       .check = like_check,    \
                       .forward = FORWARD};

LIKE(zeros_like, "input:tensor dtype:dtype?", "Zeros in the shape and dtype of input.", fill_zero)
LIKE(ones_like, "input:tensor dtype:dtype?", "Ones in the shape and dtype of input.", fill_one)
LIKE(empty_like, "input:tensor dtype:dtype?", "Zeros in the shape and dtype of input.", fill_zero)
LIKE(full_like, "input:tensor fill_value:operand dtype:dtype?",
     "One value in the shape and dtype of input.", fill_second)

/* -- Ranges ---------------------------------------------------------------------------------- */

/* The element i of start, start + step, … */
static void set_step(nn_tensor *t, int64_t i, const nn_arg *start, const nn_arg *step) {
  if ((nn_dtype)t->dtype == NN_INT64) {
    uint64_t first = (uint64_t)whole(start), each = (uint64_t)whole(step);
    ((int64_t *)(void *)t->data)[i] = (int64_t)(first + (uint64_t)i * each);
    return;
  }
  double value = nn__value(start) + (double)i * nn__value(step);
  if ((nn_dtype)t->dtype == NN_FLOAT64)
    ((double *)(void *)t->data)[i] = value;
  else
    ((float *)(void *)t->data)[i] = (float)value;
}

static nn_status range_forward(nn__call *c) {
  for (int64_t i = 0; i < c->out[0]->numel; i++) set_step(c->out[0], i, &c->arg[0], &c->arg[2]);
  return NN_OK;
}

/* Sets the shape of a range of `count` elements, int64 where all its numbers are. */
static nn_status check_range(nn__call *c, double count) {
  bool whole = c->arg[0].kind == NN_INT && c->arg[1].kind == NN_INT && c->arg[2].kind == NN_INT;
  if (!(count >= 0 && count < 0x1p48))
    return nn__why(c, NN_EARG,
                   "%g to %g by %g is no range: the step must lead from the first to "
                   "the last in finitely many steps",
                   nn__value(&c->arg[0]), nn__value(&c->arg[1]), nn__value(&c->arg[2]));
  c->meta[0].ndim = 1;
  c->meta[0].shape[0] = (int64_t)count;
  NN_TRY(nn__check_dtype(c, 3, whole ? NN_INT64 : NN_FLOAT32, &c->meta[0].dtype));
  if (c->meta[0].dtype == NN_BOOL) return nn__why(c, NN_EARG, "is not defined for bool");
  return NN_OK;
}

/* arange(end) counts from 0. */
static nn_status arange_check(nn__call *c) {
  if (!nn__given(c, 1)) {
    c->arg[1] = c->arg[0];
    c->arg[0] = nn_int(0);
  }
  double step = nn__value(&c->arg[2]);
  double count = ceil((nn__value(&c->arg[1]) - nn__value(&c->arg[0])) / step);
  return check_range(c, step == 0 ? -1 : count < 0 && count > -1 ? 0 : count);
}

FACTORY(arange, "start:number end:number? step:number=1 dtype:dtype?",
        "start, start + step, … up to but not including end; arange(n) is 0 … n - 1. int64 when "
        "all its numbers are integers, else float32.",
        arange_check, range_forward)

static nn_status range_check(nn__call *c) {
  double step = nn__value(&c->arg[2]);
  double span = (nn__value(&c->arg[1]) - nn__value(&c->arg[0])) / step;
  return check_range(c, step == 0 ? NAN : span < 0 && span >= -1 ? 0 : floor(span) + 1);
}

FACTORY(range, "start:number end:number step:number=1 dtype:dtype?",
        "start, start + step, … up to and including end, as Lua's for counts. int64 when all its "
        "numbers are integers, else float32.",
        range_check, range_forward)

static nn_status linspace_check(nn__call *c) {
  if (c->arg[2].v.i < 0 || c->arg[2].v.i > (int64_t)1 << 48)
    return nn__why(c, NN_EARG, "steps must be 0 or more, not %lld", (long long)c->arg[2].v.i);
  c->meta[0].ndim = 1;
  c->meta[0].shape[0] = c->arg[2].v.i;
  NN_TRY(nn__check_dtype(c, 3, NN_FLOAT32, &c->meta[0].dtype));
  if (c->meta[0].dtype == NN_BOOL) return nn__why(c, NN_EARG, "is not defined for bool");
  return NN_OK;
}

/* From both ends towards the middle, so that both ends are exact. */
static nn_status linspace_forward(nn__call *c) {
  int64_t n = c->out[0]->numel;
  double start = nn__value(&c->arg[0]), end = nn__value(&c->arg[1]);
  double step = n > 1 ? (end - start) / (double)(n - 1) : 0;
  nn_arg none = nn_int(0);
  for (int64_t i = 0; i < n; i++) {
    bool first_half = i < (n + 1) / 2;
    nn_arg value =
        nn_number(first_half ? start + step * (double)i : end - step * (double)(n - 1 - i));
    set_step(c->out[0], i, &value, &none);
  }
  return NN_OK;
}

FACTORY(linspace, "start:number end:number steps:int dtype:dtype?",
        "`steps` numbers at even distances, from start to end, both included.", linspace_check,
        linspace_forward)

static nn_status eye_check(nn__call *c) {
  nn__meta *m = &c->meta[0];
  if (!nn__given(c, 1)) c->arg[1] = c->arg[0];
  m->ndim = 2;
  for (int i = 0; i < 2; i++)
    if ((m->shape[i] = c->arg[i].v.i) < 0)
      return nn__why(c, NN_ESHAPE, "a size cannot be negative: %lld", (long long)m->shape[i]);
  return nn__check_dtype(c, 2, NN_FLOAT32, &m->dtype);
}

static nn_status eye_forward(nn__call *c) {
  nn_tensor *t = c->out[0];
  int64_t n = t->shape[0] < t->shape[1] ? t->shape[0] : t->shape[1], step = t->shape[1] + 1;
  NN_TRY(fill_zero(c));
  nn_tensor *diagonal = nn__new_view(t, 1, &n, &step, 0);
  if (!diagonal) return NN_ENOMEM;
  nn_arg one = nn_int(1);
  nn_status status = fill_with(diagonal, &one);
  nn_release(diagonal);
  return status;
}

FACTORY(eye, "n:int m:int? dtype:dtype?", "The identity matrix, n by m (n).", eye_check,
        eye_forward)
