/* Storage and tensors: a storage is a counted block of elements; a tensor is a layout (shape,
 * strides) on a storage, and a place in the autograd graph. Many tensors may share a storage. */
#ifndef NN_TENSOR_H
#define NN_TENSOR_H

#include "ctx.h"

/* The elements follow the header in the same block, aligned to 64 bytes. */
typedef struct nn__storage {
  _Alignas(64) int refs;
  uint32_t version; /* grows with each change in place, so that backward notices */
  size_t bytes;
} nn__storage;

struct nn_tensor {
  nn_ctx *ctx;
  int refs;
  uint8_t dtype;
  uint8_t ndim;
  bool requires_grad; /* a leaf whose gradient is wanted */
  bool retains_grad;  /* not a leaf, but keeps .grad all the same */
  bool contiguous;
  bool is_parameter; /* modules register it when it is assigned to them */
  nn__storage *storage;
  char *data;
  int64_t numel;
  nn_node *node; /* what computed it, as its output number `slot`; NULL for a leaf */
  int slot;
  uint32_t rebased;      /* how often a change in place gave it another node */
  uint32_t base_rebased; /* for a view: base->rebased when `node` was made */
  nn_tensor *base;       /* for a view made with grad enabled: the tensor it looks at */
  nn_tensor *grad;
  nn_tensor *next; /* in the context's list of dead tensors */
  int64_t shape[NN_MAX_DIMS];
  int64_t stride[NN_MAX_DIMS];
};

/* A shape and an element type, before there is a tensor. */
typedef struct nn__meta {
  nn_dtype dtype;
  int ndim;
  int64_t shape[NN_MAX_DIMS];
} nn__meta;

/* A new contiguous tensor; NULL (with the message set) when there is no memory. */
nn_tensor *nn__new_tensor(nn_ctx *ctx, const nn__meta *meta);

/* A new layout on the storage of `t`, `offset` elements on; no part of the graph. NULL: no memory.
 */
nn_tensor *nn__new_view(const nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                        int64_t offset);

/* The same layout on the same storage, without a history. NULL: no memory. */
nn_tensor *nn__new_alias(const nn_tensor *t);

/* Sets all elements of a contiguous floating tensor. */
void nn__fill(nn_tensor *t, double value);

/* Whether a layout of positive sizes stays inside the storage of `t`. */
bool nn__fits_storage(const nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                      int64_t offset);

/* Whether two elements of `t` share a place, as after expand. */
bool nn__overlaps_itself(const nn_tensor *t);

static inline nn__meta nn__meta_of(const nn_tensor *t) {
  nn__meta meta = {.dtype = (nn_dtype)t->dtype, .ndim = t->ndim};
  for (int i = 0; i < t->ndim; i++) meta.shape[i] = t->shape[i];
  return meta;
}

static inline bool nn__same_shape(const nn_tensor *a, const nn_tensor *b) {
  if (a->ndim != b->ndim) return false;
  for (int i = 0; i < a->ndim; i++)
    if (a->shape[i] != b->shape[i]) return false;
  return true;
}

#endif
