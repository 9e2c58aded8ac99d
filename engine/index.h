/* Choosing elements by mask and by index: what where, masked_fill, gather, scatter, index_select
 * and their like share.
 *
 * An index tensor's values count from the context's base; negative ones count from the end where
 * the operation's check lets them through. */
#ifndef NN_INDEX_H
#define NN_INDEX_H

#include "pointwise.h"

/* By element type. The numbers k of the last three are base, size and step: index value v stands
 * for the place (v < 0 ? v + size : v - base) * step. */
struct nn__index_kernels {
  nn__map *where[NN_DTYPE_COUNT];       /* y = mask ? a : b, for the operands y, mask, a, b */
  nn__map *gather[NN_DTYPE_COUNT];      /* y = x[place of index], for y, x, index */
  nn__map *scatter[NN_DTYPE_COUNT];     /* y[place of index] = x, for y, index, x */
  nn__map *scatter_add[NN_DTYPE_COUNT]; /* y[place of index] += alpha * x; alpha is k[3] */

  /* Whether all of n index values are among low … -1 or base … last. */
  bool (*are_inside)(int64_t n, const int64_t *v, int64_t low, int64_t base, int64_t last);
};

const struct nn__index_kernels *nn__index_kernels(void);

/* The elements of `t` as a contiguous tensor of `m`'s dtype and (broadcast) shape: t itself where
 * it is one, else a copy, *made. NULL: no memory. */
const nn_tensor *nn__flat(const nn_tensor *t, const nn__meta *m, nn_tensor **made);

/* The size of a dimension; a 0-d tensor is read as if it had one of size 1. */
static inline int64_t nn__size_along(const nn_tensor *t, int dim) {
  return t->ndim ? t->shape[dim] : 1;
}

/* Fails unless argument i is a number or a 0-d tensor that converts to `dtype`. */
nn_status nn__check_scalar(const nn__call *c, int i, nn_dtype dtype);

/* -- Walks over places ----------------------------------------------------------------------- */

/* A walk over `shape` in which a tensor is visited at the places that an index names. */
struct nn__places {
  int ndim;
  int64_t shape[NN_MAX_DIMS];
  int64_t stride[NN_MAX_DIMS];       /* of the tensor; 0 where the index leads */
  int64_t index_stride[NN_MAX_DIMS]; /* 0 where the tensor's own strides lead */
  unsigned indexed;                  /* bit d: dimension d is led by the index */
  double k[4];                       /* base, size, step, alpha */
};

/* Along one dimension `dim` of t, for an index with as many dimensions as t: gather's way. */
void nn__places_along(struct nn__places *p, const nn_tensor *t, int dim, const nn_tensor *index);

/* With the index's dimensions in the place of dimension `dim` of t: index_select's way. False
 * where that makes too many dimensions. */
bool nn__places_across(struct nn__places *p, const nn_tensor *t, int dim, const nn_tensor *index);

/* The same, where the index holds steps in memory, counting from 0, from the first element of
 * dimensions dim to dim + taken - 1, which it replaces. */
bool nn__places_at(struct nn__places *p, const nn_tensor *t, int dim, int taken,
                   const nn_tensor *steps);

/* y[…] = t[places]; y has the walk's shape. */
nn_status nn__gather(struct nn__places *p, nn_tensor *y, const nn_tensor *t,
                     const nn_tensor *index);

/* t[places] = x, or += alpha * x where `add`; x, an argument, broadcasts to the walk's shape and
 * converts to t's dtype. In order, so that the last of several values for a place wins. */
nn_status nn__scatter(struct nn__places *p, nn_tensor *t, const nn_tensor *index, const nn_arg *x,
                      bool add);

/* -- For check ------------------------------------------------------------------------------- */

/* Fails unless every value of argument i, an int64 tensor, is an index into dimension `dim`, of
 * `size`; `wraps`: negative ones count from the end. */
nn_status nn__check_indices(const nn__call *c, int i, int dim, int64_t size, bool wraps);

/* Fails unless every value of argument i, an int64 tensor, is among low … -1 or base … last:
 * "target[3] is 0, but <expected>". */
nn_status nn__check_values(const nn__call *c, int i, int64_t low, int64_t last,
                           const char *expected);

#endif
