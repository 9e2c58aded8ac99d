/* Shapes and element types: arithmetic on them, with no tensor in sight. */
#ifndef NN_SHAPE_H
#define NN_SHAPE_H

#include "nn.h"

enum { NN__SHAPE_TEXT = NN_MAX_DIMS * 21 };

/* Whether two elements of the layout may share a place: false is certain. */
bool nn__may_overlap(int ndim, const int64_t *shape, const int64_t *stride);

/* The number of elements; false where they would not fit into memory. */
bool nn__count(int ndim, const int64_t *shape, size_t element, int64_t *numel);

void nn__contiguous_strides(int ndim, const int64_t *shape, int64_t *stride);
bool nn__strides_are_contiguous(int ndim, const int64_t *shape, const int64_t *stride);

/* "2x3"; "scalar" for no dimensions. */
char *nn__shape_text(int ndim, const int64_t *shape, char *text, size_t size);

/* Widens (*ndim, shape) to what it and (other_ndim, other) broadcast to; false where they do not:
 * aligned at the last dimension, sizes must be equal or 1. */
bool nn__broadcast(int *ndim, int64_t *shape, int other_ndim, const int64_t *other);

/* Whether (ndim, shape) broadcasts to just (to_ndim, to). */
bool nn__broadcasts_to(int to_ndim, const int64_t *to, int ndim, const int64_t *shape);

/* The strides with which a tensor is read as if it had the (larger) shape: 0 where it repeats. */
void nn__broadcast_strides(int ndim, const int64_t *shape, int from_ndim, const int64_t *from_shape,
                           const int64_t *from_stride, int64_t *stride);

/* Strides for `shape` on elements laid out as (old_ndim, old_shape, old_stride), of as many
 * elements; false where that needs a copy. */
bool nn__view_strides(int old_ndim, const int64_t *old_shape, const int64_t *old_stride, int ndim,
                      const int64_t *shape, int64_t *stride);

/* The smaller type that holds both, in the order bool, int64, float32, float64. */
nn_dtype nn__promote(nn_dtype a, nn_dtype b);

#endif
