/* Tensors: making, sharing and releasing them, and what can be asked of one. */
#include "tensor.h"

#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

static nn__storage *new_storage(nn_ctx *ctx, size_t bytes) {
  nn__storage *s = nn__alloc(ctx, sizeof *s + bytes);
  if (!s) {
    nn__no_memory(ctx, bytes);
    return NULL;
  }
  s->refs = 1;
  s->version = 0;
  s->bytes = bytes;
  return s;
}

static void release_storage(nn_ctx *ctx, nn__storage *s) {
  if (--s->refs == 0) nn__free(ctx, s, sizeof *s + s->bytes);
}

/* A tensor without a storage. */
static nn_tensor *new_header(nn_ctx *ctx, nn_dtype dtype, int ndim) {
  nn_tensor *t = nn__alloc(ctx, sizeof *t);
  if (!t) {
    nn__no_memory(ctx, sizeof *t);
    return NULL;
  }
  memset(t, 0, offsetof(nn_tensor, shape));
  t->ctx = ctx;
  t->refs = 1;
  t->dtype = (uint8_t)dtype;
  t->ndim = (uint8_t)ndim;
  return t;
}

nn_tensor *nn__new_tensor(nn_ctx *ctx, const nn__meta *meta) {
  int64_t numel;
  if (!nn__count(meta->ndim, meta->shape, nn_dtype_size(meta->dtype), &numel)) {
    nn__no_memory(ctx, SIZE_MAX);
    return NULL;
  }
  nn_tensor *t = new_header(ctx, meta->dtype, meta->ndim);
  if (!t) return NULL;
  t->storage = new_storage(ctx, (size_t)numel * nn_dtype_size(meta->dtype));
  if (!t->storage) {
    nn__free(ctx, t, sizeof *t);
    return NULL;
  }
  t->data = (char *)(t->storage + 1);
  t->numel = numel;
  t->contiguous = true;
  for (int i = 0; i < meta->ndim; i++) t->shape[i] = meta->shape[i];
  nn__contiguous_strides(t->ndim, t->shape, t->stride);
  return t;
}

nn_tensor *nn__new_view(const nn_tensor *x, int ndim, const int64_t *shape, const int64_t *stride,
                        int64_t offset) {
  nn_tensor *t = new_header(x->ctx, (nn_dtype)x->dtype, ndim);
  if (!t) return NULL;
  t->storage = x->storage;
  t->storage->refs++;
  t->data = x->data + offset * (int64_t)nn_dtype_size((nn_dtype)x->dtype);
  t->numel = 1;
  for (int i = 0; i < ndim; i++) {
    t->shape[i] = shape[i];
    t->stride[i] = stride[i];
    t->numel *= shape[i];
  }
  t->contiguous = nn__strides_are_contiguous(ndim, shape, stride);
  return t;
}

nn_tensor *nn__new_alias(const nn_tensor *t) {
  return nn__new_view(t, t->ndim, t->shape, t->stride, 0);
}

void nn__fill(nn_tensor *t, double value) {
  float *f32 = (float *)(void *)t->data;
  double *f64 = (double *)(void *)t->data;
  bool twice = (nn_dtype)t->dtype == NN_FLOAT64;
  for (int64_t i = 0; i < t->numel; i++)
    if (twice)
      f64[i] = value;
    else
      f32[i] = (float)value;
}

bool nn__fits_storage(const nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                      int64_t offset) {
  int64_t size = (int64_t)nn_dtype_size((nn_dtype)t->dtype);
  int64_t start = (t->data - (char *)(t->storage + 1)) / size + offset;
  int64_t limit = (int64_t)t->storage->bytes / size;
  int64_t first = start, last = start;
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == 0) return start >= 0 && start <= limit;
    int64_t reach;
    if (__builtin_mul_overflow(shape[i] - 1, stride[i], &reach)) return false;
    if (__builtin_add_overflow(reach < 0 ? first : last, reach, reach < 0 ? &first : &last))
      return false;
  }
  return first >= 0 && last < limit;
}

bool nn__overlaps_itself(const nn_tensor *t) {
  for (int i = 0; i < t->ndim; i++)
    if (t->shape[i] > 1 && t->stride[i] == 0) return true;
  return false;
}

nn_status nn_empty(nn_ctx *ctx, nn_dtype dtype, int ndim, const int64_t *shape, nn_tensor **out) {
  if (ndim > NN_MAX_DIMS)
    return nn_fail(ctx, NN_ESHAPE, "a tensor has at most %d dimensions, not %d", NN_MAX_DIMS, ndim);
  nn__meta meta = {.dtype = dtype, .ndim = ndim};
  for (int i = 0; i < ndim; i++) {
    if (shape[i] < 0)
      return nn_fail(ctx, NN_ESHAPE, "a size cannot be negative: %lld", (long long)shape[i]);
    meta.shape[i] = shape[i];
  }
  nn_tensor *t = nn__new_tensor(ctx, &meta);
  if (!t) return NN_ENOMEM;
  *out = t;
  return NN_OK;
}

/* t gets the elements of `made`. Its version grows, so that a backward that saved it notices. */
static void take_elements(nn_tensor *t, nn_tensor *made) {
  made->storage->version = t->storage->version + 1;
  release_storage(t->ctx, t->storage);
  t->storage = made->storage;
  t->storage->refs++;
  t->data = made->data;
  t->dtype = made->dtype;
  t->contiguous = true;
  for (int i = 0; i < t->ndim; i++) t->stride[i] = made->stride[i];
  nn_release(t->base);
  t->base = NULL;
}

static nn_status copy_as(nn_dtype dtype, const nn_tensor *t, nn_tensor **out) {
  nn__meta meta = nn__meta_of(t);
  meta.dtype = dtype;
  *out = nn__copied(t, &meta);
  return *out ? NN_OK : NN_ENOMEM;
}

nn_status nn_convert(nn_tensor *t, nn_dtype dtype) {
  nn_tensor *made, *grad = NULL;
  if (t->node)
    return nn_fail(t->ctx, NN_ESTATE,
                   "to: only a leaf can be converted in place, not a result of %s",
                   nn_node_name(t->node));
  if (t->requires_grad && !nn_dtype_is_floating(dtype))
    return nn_fail(t->ctx, NN_EARG, "to: a tensor that requires grad is floating, so not %s",
                   nn_dtype_name(dtype));
  if (t->dtype == dtype) return NN_OK;
  if (t->grad) NN_TRY(copy_as(dtype, t->grad, &grad));
  nn_status status = copy_as(dtype, t, &made);
  if (status != NN_OK) {
    nn_release(grad);
    return status;
  }
  take_elements(t, made);
  nn_release(made);
  nn_release(t->grad);
  t->grad = grad;
  return NN_OK;
}

nn_tensor *nn_retain(nn_tensor *t) {
  t->refs++;
  return t;
}

static void free_tensor(nn_ctx *ctx, nn_tensor *t) {
  if (t->retains_grad) t->node->out[t->slot].watcher = NULL;
  nn_release(t->grad);
  nn_release(t->base);
  if (t->node) nn__release_node(ctx, t->node);
  release_storage(ctx, t->storage);
  nn__free(ctx, t, sizeof *t);
}

/* Frees what is on the work-lists until nothing more dies. Tensors and nodes own each other in
 * chains as long as a training run; following them by recursion would exhaust the stack. */
void nn__drain(nn_ctx *ctx) {
  if (ctx->draining) return;
  ctx->draining = true;
  while (ctx->dead_tensors || ctx->dead_nodes) {
    nn_tensor *t = ctx->dead_tensors;
    if (t) {
      ctx->dead_tensors = t->next;
      free_tensor(ctx, t);
    } else {
      nn__free_dead_node(ctx);
    }
  }
  ctx->draining = false;
}

/* Whether nothing can die with the tensor but its storage. */
static bool stands_alone(const nn_tensor *t) { return !t->node && !t->grad && !t->base; }

void nn_release(nn_tensor *t) {
  if (!t || --t->refs > 0) return;
  nn_ctx *ctx = t->ctx;
  if (stands_alone(t)) {
    free_tensor(ctx, t);
    return;
  }
  t->next = ctx->dead_tensors;
  ctx->dead_tensors = t;
  nn__drain(ctx);
}

nn_ctx *nn_context(const nn_tensor *t) { return t->ctx; }
nn_dtype nn_dtype_of(const nn_tensor *t) { return (nn_dtype)t->dtype; }
int nn_ndim(const nn_tensor *t) { return t->ndim; }
const int64_t *nn_shape(const nn_tensor *t) { return t->shape; }
const int64_t *nn_stride(const nn_tensor *t) { return t->stride; }
int64_t nn_numel(const nn_tensor *t) { return t->numel; }
bool nn_is_contiguous(const nn_tensor *t) { return t->contiguous; }
void *nn_data(const nn_tensor *t) { return t->data; }

bool nn_is_same(const nn_tensor *a, const nn_tensor *b) {
  if (a->data != b->data || a->dtype != b->dtype || !nn__same_shape(a, b)) return false;
  return memcmp(a->stride, b->stride, (size_t)a->ndim * sizeof *a->stride) == 0;
}

nn_status nn_item(const nn_tensor *t, double *value) {
  if (t->numel != 1) {
    char text[NN__SHAPE_TEXT];
    return nn_fail(t->ctx, NN_ESHAPE, "item: a tensor of %s has %lld elements, not one",
                   nn_shape_text(t, text, sizeof text), (long long)t->numel);
  }
  switch (t->dtype) {
#define READ(id, name, type)                               \
  case id:                                                 \
    *value = (double)*(const type *)(const void *)t->data; \
    break;
    NN_DTYPES(READ)
#undef READ
  }
  return NN_OK;
}

char *nn_shape_text(const nn_tensor *t, char *text, size_t size) {
  return nn__shape_text(t->ndim, t->shape, text, size);
}
