/* Walks over the places that an index names, see index.h. Every dimension of such a walk is led
 * either by the tensor's own strides or by the index, whose values the kernels turn into steps. */
#include "index.h"

#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "shape.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__index_kernels, index_kernels);

const struct nn__index_kernels *nn__index_kernels(void) { return index_kernels_by_isa[nn__isa()]; }

const nn_tensor *nn__flat(const nn_tensor *t, const nn__meta *m, nn_tensor **made) {
  bool same = t->contiguous && (nn_dtype)t->dtype == m->dtype && t->ndim == m->ndim;
  *made = NULL;
  if (same && memcmp(t->shape, m->shape, t->ndim * sizeof *t->shape) == 0) return t;
  *made = nn__copied(t, m);
  return *made;
}

/* -- Places ---------------------------------------------------------------------------------- */

/* The step of a dimension. Steps that are never taken may be anything: 0 is safe. */
static int64_t step_of(const nn_tensor *t, int dim) {
  return nn__size_along(t, dim) > 1 ? t->stride[dim] : 0;
}

static void set_rule(struct nn__places *p, int base, int64_t size, int64_t step) {
  p->k[0] = base;
  p->k[1] = (double)size;
  p->k[2] = (double)step;
  p->k[3] = 1;
}

static void add_dim(struct nn__places *p, int64_t size, int64_t stride, int64_t index_stride) {
  p->shape[p->ndim] = size;
  p->stride[p->ndim] = stride;
  p->index_stride[p->ndim++] = index_stride;
}

void nn__places_along(struct nn__places *p, const nn_tensor *t, int dim, const nn_tensor *index) {
  p->ndim = 0;
  p->indexed = 1u << dim;
  for (int d = 0; d < index->ndim; d++)
    add_dim(p, index->shape[d], d == dim ? 0 : t->stride[d], index->stride[d]);
  set_rule(p, t->ctx->options.base, nn__size_along(t, dim), step_of(t, dim));
}

/* The index's dimensions in the place of `taken` dimensions of t. */
static bool splice(struct nn__places *p, const nn_tensor *t, int dim, int taken,
                   const nn_tensor *index) {
  int kept = t->ndim > taken ? t->ndim - taken : 0;
  p->ndim = 0;
  if (kept + index->ndim > NN_MAX_DIMS) return false;
  for (int d = 0; d < dim && d < t->ndim; d++) add_dim(p, t->shape[d], t->stride[d], 0);
  p->indexed = ((1u << index->ndim) - 1) << p->ndim;
  for (int d = 0; d < index->ndim; d++) add_dim(p, index->shape[d], 0, index->stride[d]);
  for (int d = dim + taken; d < t->ndim; d++) add_dim(p, t->shape[d], t->stride[d], 0);
  return true;
}

bool nn__places_across(struct nn__places *p, const nn_tensor *t, int dim, const nn_tensor *index) {
  set_rule(p, t->ctx->options.base, nn__size_along(t, dim), step_of(t, dim));
  return splice(p, t, dim, 1, index);
}

bool nn__places_at(struct nn__places *p, const nn_tensor *t, int dim, int taken,
                   const nn_tensor *steps) {
  set_rule(p, 0, 0, 1);
  return splice(p, t, dim, taken, steps);
}

/* -- Walking --------------------------------------------------------------------------------- */

nn_status nn__gather(struct nn__places *p, nn_tensor *y, const nn_tensor *t,
                     const nn_tensor *index) {
  char *data[] = {y->data, t->data, index->data};
  size_t size = nn_dtype_size((nn_dtype)t->dtype), sizes[] = {size, size, sizeof(int64_t)};
  int64_t stride[3][NN_MAX_DIMS];
  memcpy(stride[0], y->stride, sizeof *stride);
  memcpy(stride[1], p->stride, sizeof *stride);
  memcpy(stride[2], p->index_stride, sizeof *stride);
  return nn__map_over(t->ctx, p->ndim, p->shape, 3, data, (const int64_t(*)[NN_MAX_DIMS])stride,
                      sizes, nn__index_kernels()->gather[t->dtype], p->k);
}

enum { PARALLEL_FROM = 1 << 16 }; /* elements */

/* The longest dimension that the index does not lead, -1 if there is none; *numel: all elements. */
static int longest_own(const struct nn__places *p, int64_t *numel) {
  int longest = -1;
  *numel = 1;
  for (int d = 0; d < p->ndim; d++) {
    *numel *= p->shape[d];
    if (p->indexed >> d & 1) continue;
    if (longest < 0 || p->shape[d] > p->shape[longest]) longest = d;
  }
  return longest;
}

/* A walk over operands 0 to 2, cut into parts along dimension `cut`. */
struct scattering {
  const struct nn__places *p;
  char *const *data;
  const int64_t (*stride)[NN_MAX_DIMS];
  const size_t *size;
  nn__map *map;
  int cut;
  int64_t parts;
};

static void scatter_part(void *scattering, int64_t part) {
  const struct scattering *s = scattering;
  const struct nn__places *p = s->p;
  int64_t shape[NN_MAX_DIMS], size = p->shape[s->cut], first = size * part / s->parts;
  char *at[3];
  memcpy(shape, p->shape, sizeof shape);
  shape[s->cut] = size * (part + 1) / s->parts - first;
  for (int o = 0; o < 3; o++)
    at[o] = s->data[o] + first * s->stride[o][s->cut] * (int64_t)s->size[o];
  nn__map_in_order(p->ndim, shape, 3, at, s->stride, s->size, s->map, p->k);
}

/* Two values for one place differ only in dimensions that the index leads. So each thread takes a
 * part of another one, and goes through it in order: the result is that of one thread. */
static void scatter_over(nn_ctx *ctx, struct scattering *s) {
  int64_t numel;
  s->cut = longest_own(s->p, &numel);
  s->parts = ctx->threads;
  if (numel < PARALLEL_FROM || s->cut < 0 || s->p->shape[s->cut] < s->parts)
    nn__map_in_order(s->p->ndim, s->p->shape, 3, s->data, s->stride, s->size, s->map, s->p->k);
  else
    nn__parallel(ctx->threads, s->parts, scatter_part, s);
}

nn_status nn__scatter(struct nn__places *p, nn_tensor *t, const nn_tensor *index, const nn_arg *x,
                      bool add) {
  nn_dtype dtype = (nn_dtype)t->dtype;
  const struct nn__index_kernels *kernels = nn__index_kernels();
  size_t size = nn_dtype_size(dtype), sizes[] = {size, sizeof(int64_t), size};
  nn_tensor *made = NULL;
  union nn__element number;
  int64_t stride[3][NN_MAX_DIMS] = {{0}};
  char *data[] = {t->data, index->data, (char *)&number};
  memcpy(stride[0], p->stride, sizeof *stride);
  memcpy(stride[1], p->index_stride, sizeof *stride);
  if (x->kind == NN_TENSOR) {
    const nn_tensor *from = nn__converted(x->v.t, dtype, &made);
    if (!from) return NN_ENOMEM;
    data[2] = from->data;
    nn__broadcast_strides(p->ndim, p->shape, from->ndim, from->shape, from->stride, stride[2]);
  } else {
    nn__set_element(&number, x, dtype);
  }
  struct scattering s = {.p = p,
                         .data = data,
                         .stride = (const int64_t(*)[NN_MAX_DIMS])stride,
                         .size = sizes,
                         .map = add ? kernels->scatter_add[dtype] : kernels->scatter[dtype]};
  scatter_over(t->ctx, &s);
  nn_release(made);
  return NN_OK;
}

/* -- For check ------------------------------------------------------------------------------- */

nn_status nn__check_scalar(const nn__call *c, int i, nn_dtype dtype) {
  const nn_arg *a = &c->arg[i];
  const char *name = c->op->info.params[i].name;
  double value = 0;
  if (a->kind == NN_NONE) return nn__why(c, NN_EARG, "%s is missing: a number or a tensor", name);
  if (a->kind == NN_TENSOR && a->v.t->ndim != 0)
    return nn__why(c, NN_ESHAPE, "%s must be a number or a tensor of no dimensions, not of %d",
                   name, a->v.t->ndim);
  bool whole =
      a->kind == NN_TENSOR ? !nn_dtype_is_floating((nn_dtype)a->v.t->dtype) : a->kind != NN_NUMBER;
  if (whole || dtype != NN_INT64) return NN_OK;
  if (a->kind == NN_TENSOR)
    nn_item(a->v.t, &value);
  else
    value = a->v.d;
  if (value >= -0x1p63 && value < 0x1p63) return NN_OK;
  return nn__why(c, NN_EARG, "%s is %g, which int64 cannot hold", name, value);
}

/* "[2,3]": where element number `at` is in a shape, counting from base; "" for no dimensions. */
static void position_text(const nn_tensor *t, int64_t at, char *text, size_t size) {
  int64_t coordinate[NN_MAX_DIMS];
  for (int d = t->ndim - 1; d >= 0; d--) {
    coordinate[d] = at % t->shape[d] + t->ctx->options.base;
    at /= t->shape[d];
  }
  size_t used = 0;
  text[0] = '\0';
  for (int d = 0; d < t->ndim && used < size; d++)
    used += (size_t)snprintf(text + used, size - used, "%s%lld%s", d ? "," : "[",
                             (long long)coordinate[d], d == t->ndim - 1 ? "]" : "");
}

/* The number of the first value that is not among low … -1 or base … last, -1 if there is none. */
static int64_t find_outside(const nn_tensor *flat, int64_t low, int64_t base, int64_t last) {
  const int64_t *v = (const int64_t *)(const void *)flat->data;
  if (nn__index_kernels()->are_inside(flat->numel, v, low, base, last)) return -1;
  int64_t at = 0;
  while (v[at] >= (v[at] < 0 ? low : base) && v[at] <= last) at++;
  return at;
}

nn_status nn__check_values(const nn__call *c, int i, int64_t low, int64_t last,
                           const char *expected) {
  char text[NN__SHAPE_TEXT];
  NN_TRY(nn__check_is(c, i, NN_INT64));
  const nn_tensor *t = nn__in(c, i);
  nn_tensor *made;
  nn__meta m = nn__meta_of(t);
  const nn_tensor *flat = nn__flat(t, &m, &made);
  if (!flat) return NN_ENOMEM;
  int64_t at = find_outside(flat, low, c->ctx->options.base, last);
  int64_t value = at < 0 ? 0 : ((const int64_t *)(const void *)flat->data)[at];
  nn_release(made);
  if (at < 0) return NN_OK;
  position_text(t, at, text, sizeof text);
  return nn__why(c, NN_EARG, "%s%s is %lld, but %s", c->op->info.params[i].name, text,
                 (long long)value, expected);
}

nn_status nn__check_indices(const nn__call *c, int i, int dim, int64_t size, bool wraps) {
  int base = c->ctx->options.base;
  int64_t last = size - 1 + base;
  char text[160], wrapped[64] = "";
  if (wraps) snprintf(wrapped, sizeof wrapped, ", or from -1 to -%lld", (long long)size);
  if (size == 0)
    snprintf(text, sizeof text, "dimension %d is empty", dim + base);
  else
    snprintf(text, sizeof text, "dimension %d has indices from %d to %lld%s", dim + base, base,
             (long long)last, wrapped);
  return nn__check_values(c, i, wraps ? -size : 0, last, text);
}
