/* The driver of pointwise operations: element types, broadcasting, conversion. */
#include "pointwise.h"

#include <math.h>
#include <string.h>

#include "cpu.h"
#include "shape.h"

NN_ISA_TABLES(struct nn__maps, maps_f32);
NN_ISA_TABLES(struct nn__maps, maps_f64);
NN_ISA_TABLES(struct nn__maps, maps_i64);
NN_ISA_TABLES(struct nn__maps, maps_bool);
NN_ISA_TABLES(struct nn__converts, converts);

static nn__map *find_map(int id, nn_dtype dtype) {
  static const struct nn__maps *const *const maps[] = {[NN_FLOAT32] = maps_f32_by_isa,
                                                       [NN_FLOAT64] = maps_f64_by_isa,
                                                       [NN_INT64] = maps_i64_by_isa,
                                                       [NN_BOOL] = maps_bool_by_isa};
  return maps[dtype][nn__isa()]->map[id];
}

/* -- Element types --------------------------------------------------------------------------- */

/* PyTorch's promotion: tensors with dimensions count first; 0-d tensors, then numbers, only where
 * they are of a higher category (bool, integer, float). */
static int category(nn_dtype dtype) { return dtype == NN_BOOL ? 0 : dtype == NN_INT64 ? 1 : 2; }

static bool is_operand(const nn_param *p) {
  return p->type == NN_P_TENSOR || p->type == NN_P_OPERAND;
}

static nn_dtype number_dtype(const nn_arg *a) {
  return a->kind == NN_FLAG ? NN_BOOL : a->kind == NN_INT ? NN_INT64 : NN_FLOAT32;
}

nn_dtype nn__promoted(const nn__call *c) {
  nn_dtype best[3] = {NN_BOOL, NN_BOOL, NN_BOOL}; /* with dimensions, 0-d, numbers */
  bool any[3] = {false, false, false};
  for (int i = 0; i < c->op->info.nparams; i++) {
    if (!is_operand(&c->op->info.params[i]) || !nn__given(c, i)) continue;
    const nn_arg *a = &c->arg[i];
    int level = a->kind != NN_TENSOR ? 2 : a->v.t->ndim ? 0 : 1;
    nn_dtype dtype = level == 2 ? number_dtype(a) : (nn_dtype)a->v.t->dtype;
    best[level] = any[level] ? nn__promote(best[level], dtype) : dtype;
    any[level] = true;
  }
  nn_dtype result = best[0];
  bool found = any[0];
  for (int level = 1; level < 3; level++) {
    if (!any[level]) continue;
    if (!found || category(best[level]) > category(result)) result = best[level];
    found = true;
  }
  return result;
}

/* The first tensor of a call, where all others have its type and shape and no number changes the
 * type of the result: the common case, in which there is nothing to broadcast or promote. */
static const nn_tensor *likeness(const nn__call *c) {
  const nn_tensor *first = NULL;
  for (int i = 0; i < c->op->info.nparams; i++) {
    const nn_arg *a = &c->arg[i];
    if (a->kind != NN_TENSOR) {
      if (is_operand(&c->op->info.params[i]) && first && !nn_dtype_is_floating(first->dtype))
        return NULL;
    } else if (!first) {
      first = a->v.t;
    } else if (first->dtype != a->v.t->dtype || !nn__same_shape(first, a->v.t)) {
      return NULL;
    }
  }
  return first;
}

/* Whether a number such as a bound is a float; infinite ones, by default, bound nothing. */
static bool has_float(const nn__call *c) {
  for (int i = 0; i < c->op->info.nparams; i++)
    if (c->op->info.params[i].type == NN_P_NUMBER && c->arg[i].kind == NN_NUMBER &&
        isfinite(c->arg[i].v.d))
      return true;
  return false;
}

/* The type that the kernels compute in, where the operands together are of `dtype`. */
static nn_dtype compute_dtype(const nn__call *c, nn_dtype dtype) {
  if (c->op->kind == NN_KIND_FIRST) return (nn_dtype)nn__in(c, 0)->dtype;
  if (nn_dtype_is_floating(dtype)) return dtype;
  bool real = c->op->kind == NN_KIND_FLOAT || (c->op->kind != NN_KIND_REAL && has_float(c));
  return real ? NN_FLOAT32 : dtype;
}

/* Whether any element of an int64 or bool operand is 0. */
static nn_status find_zero(const nn_arg *a, bool *found) {
  nn_tensor *made;
  if (a->kind != NN_TENSOR) {
    *found = nn__value(a) == 0;
    return NN_OK;
  }
  const nn_tensor *t = nn__contiguous(a->v.t, NN_INT64, &made);
  if (!t) return NN_ENOMEM;
  const int64_t *x = (const int64_t *)(const void *)t->data;
  *found = false;
  for (int64_t i = 0; i < t->numel && !*found; i++) *found = x[i] == 0;
  nn_release(made);
  return NN_OK;
}

/* What integers, unlike floating numbers, have no result for. */
static nn_status check_integers(const nn__call *c) {
  const nn_arg *other = &c->arg[1];
  bool zero = false;
  for (int i = 0; i < c->meta[0].ndim; i++)
    if (c->meta[0].shape[i] == 0) return NN_OK;
  if (c->op->kind == NN_KIND_POWER && other->kind != NN_TENSOR && nn__value(other) < 0)
    return nn__why(c, NN_EARG, "integers to negative powers are no integers: convert to float32");
  if (c->op->kind == NN_KIND_DIVIDE) NN_TRY(find_zero(other, &zero));
  if (!zero) return NN_OK;
  return nn__why(c, NN_EARG, "other holds a 0, and integers cannot be divided by that");
}

nn_status nn__check_broadcast(nn__call *c, int n) {
  nn__meta *m = &c->meta[0];
  m->ndim = 0;
  for (int i = 0; i < n; i++) {
    const nn_arg *a = &c->arg[i];
    if (a->kind != NN_TENSOR) continue;
    if (!nn__broadcast(&m->ndim, m->shape, a->v.t->ndim, a->v.t->shape))
      return nn__why(c, NN_ESHAPE,
                     "the shapes do not broadcast: from the last dimension on, sizes must be equal "
                     "or 1");
  }
  return NN_OK;
}

nn_status nn__check_pointwise(nn__call *c) {
  const nn_tensor *like = likeness(c);
  if (like) {
    c->meta[0] = nn__meta_of(like);
  } else {
    NN_TRY(nn__check_broadcast(c, c->op->info.nparams));
    c->meta[0].dtype = nn__promoted(c);
  }
  nn_dtype dtype = compute_dtype(c, c->meta[0].dtype);
  if (!find_map(c->op->map, dtype))
    return nn__why(c, NN_EARG, "is not defined for %s", nn_dtype_name(dtype));
  bool special = c->op->kind == NN_KIND_DIVIDE || c->op->kind == NN_KIND_POWER;
  if (special && dtype == NN_INT64) NN_TRY(check_integers(c));
  c->dtype = dtype;
  c->meta[0].dtype = c->op->kind == NN_KIND_COMPARE ? NN_BOOL : dtype;
  return NN_OK;
}

/* -- Conversion ------------------------------------------------------------------------------ */

static nn_status copy_into(nn_tensor *to, const nn_tensor *from, nn__map *map) {
  int64_t stride[2][NN_MAX_DIMS];
  memcpy(stride[0], to->stride, sizeof stride[0]);
  nn__broadcast_strides(to->ndim, to->shape, from->ndim, from->shape, from->stride, stride[1]);
  size_t size[] = {nn_dtype_size((nn_dtype)to->dtype), nn_dtype_size((nn_dtype)from->dtype)};
  char *data[] = {to->data, from->data};
  return nn__map_over(to->ctx, to->ndim, to->shape, 2, data, (const int64_t(*)[NN_MAX_DIMS])stride,
                      size, map, NULL);
}

nn_status nn__copy_elements(nn_tensor *to, const nn_tensor *from) {
  nn__map *map = converts_by_isa[nn__isa()]->convert[from->dtype][to->dtype];
  if (nn_is_same(to, from)) return NN_OK;
  if (to->storage != from->storage) return copy_into(to, from, map);
  nn__meta m = nn__meta_of(from); /* the two may overlap: by way of a copy */
  nn_tensor *copy = nn__new_tensor(to->ctx, &m);
  if (!copy) return NN_ENOMEM;
  nn_status status =
      copy_into(copy, from, converts_by_isa[nn__isa()]->convert[from->dtype][from->dtype]);
  if (status == NN_OK) status = copy_into(to, copy, map);
  nn_release(copy);
  return status;
}

nn_tensor *nn__copied(const nn_tensor *t, const nn__meta *m) {
  nn_tensor *copy = nn__new_tensor(t->ctx, m);
  if (!copy || nn__copy_elements(copy, t) == NN_OK) return copy;
  nn_release(copy);
  return NULL;
}

const nn_tensor *nn__contiguous(const nn_tensor *t, nn_dtype dtype, nn_tensor **made) {
  *made = NULL;
  if (t->contiguous && (nn_dtype)t->dtype == dtype) return t;
  nn__meta m = nn__meta_of(t);
  m.dtype = dtype;
  *made = nn__copied(t, &m);
  return *made;
}

const nn_tensor *nn__converted(const nn_tensor *t, nn_dtype dtype, nn_tensor **made) {
  *made = NULL;
  return (nn_dtype)t->dtype == dtype ? t : nn__contiguous(t, dtype, made);
}

/* -- Forward --------------------------------------------------------------------------------- */

void nn__set_element(union nn__element *e, const nn_arg *a, nn_dtype dtype) {
  double d = nn__value(a);
  switch (dtype) {
  case NN_FLOAT32:
    e->f32 = (float)d;
    break;
  case NN_FLOAT64:
    e->f64 = d;
    break;
  case NN_INT64:
    e->i64 = a->kind == NN_INT ? a->v.i : d >= -0x1p63 && d < 0x1p63 ? (int64_t)d : INT64_MIN;
    break;
  default:
    e->u8 = d != 0;
    break;
  }
}

void nn__open_operands(const nn__call *c, struct nn__operands *o) {
  const nn_tensor *out = c->out[0];
  o->count = 1;
  o->data[0] = out->data;
  o->size[0] = nn_dtype_size((nn_dtype)out->dtype);
  memcpy(o->stride[0], out->stride, sizeof out->stride);
}

nn_status nn__add_operand(const nn__call *c, struct nn__operands *o, const nn_arg *a,
                          nn_dtype dtype) {
  int i = o->count;
  const nn_tensor *out = c->out[0];
  o->size[i] = nn_dtype_size(dtype);
  o->made[i] = NULL;
  if (a->kind != NN_TENSOR) {
    nn__set_element(&o->number[i], a, dtype);
    o->data[i] = (char *)&o->number[i];
    memset(o->stride[i], 0, sizeof o->stride[i]);
  } else {
    const nn_tensor *t = nn__converted(a->v.t, dtype, &o->made[i]);
    if (!t) return NN_ENOMEM;
    o->data[i] = t->data;
    nn__broadcast_strides(out->ndim, out->shape, t->ndim, t->shape, t->stride, o->stride[i]);
  }
  o->count++;
  return NN_OK;
}

nn_status nn__map_operands(nn__call *c, struct nn__operands *o, nn_status status, nn__map *map,
                           const double *k) {
  const nn_tensor *out = c->out[0];
  if (status == NN_OK)
    status = nn__map_over(c->ctx, out->ndim, out->shape, o->count, o->data,
                          (const int64_t(*)[NN_MAX_DIMS])o->stride, o->size, map, k);
  for (int i = 1; i < o->count; i++) nn_release(o->made[i]);
  return status;
}

enum { LARGE = 1 << 14 /* elements: planning the walk costs nothing beside it */ };

/* Runs the kernel over all elements at once, where they lie in the same order everywhere and are
 * not too many, and says so. */
static bool run_flat(const nn__call *c, nn__map *map, const double *k) {
  const nn_tensor *out = c->out[0];
  char *data[NN__MAX_OPERANDS] = {out->data};
  int64_t step[NN__MAX_OPERANDS] = {1};
  union nn__element number[NN__MAX_OPERANDS];
  int n = 1;
  if (!out->contiguous || out->numel >= LARGE) return false;
  for (int i = 0; i < c->op->info.nparams; i++) {
    const nn_arg *a = &c->arg[i];
    if (a->kind == NN_TENSOR) {
      const nn_tensor *t = a->v.t;
      if (!t->contiguous || (nn_dtype)t->dtype != c->dtype || !nn__same_shape(t, out)) return false;
      step[n] = 1;
      data[n++] = t->data;
    } else if (is_operand(&c->op->info.params[i])) {
      nn__set_element(&number[n], a, c->dtype);
      step[n] = 0;
      data[n] = (char *)&number[n];
      n++;
    }
  }
  map(out->numel, data, step, k);
  return true;
}

static nn_status run_general(nn__call *c, nn__map *map, const double *k) {
  struct nn__operands o;
  nn_status status = NN_OK;
  nn__open_operands(c, &o);
  for (int i = 0; i < c->op->info.nparams && status == NN_OK; i++)
    if (is_operand(&c->op->info.params[i])) status = nn__add_operand(c, &o, &c->arg[i], c->dtype);
  return nn__map_operands(c, &o, status, map, k);
}

nn_status nn__forward_pointwise(nn__call *c) {
  double k[NN__MAX_ARGS];
  nn__map *map = find_map(c->op->map, c->dtype);
  for (int i = 0, n = 0; i < c->op->info.nparams; i++)
    if (!is_operand(&c->op->info.params[i])) k[n++] = nn__value(&c->arg[i]);
  return run_flat(c, map, k) ? NN_OK : run_general(c, map, k);
}
