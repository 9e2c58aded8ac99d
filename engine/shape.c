/* Shapes and element types, see shape.h. */
#include "shape.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  size_t size;
} dtypes[] = {
#define DTYPE_ROW(id, name, type) {#name, sizeof(type)},
    NN_DTYPES(DTYPE_ROW)
#undef DTYPE_ROW
};

const char *nn_dtype_name(nn_dtype dtype) { return dtypes[dtype].name; }
size_t nn_dtype_size(nn_dtype dtype) { return dtypes[dtype].size; }
bool nn_dtype_is_floating(nn_dtype dtype) { return dtype == NN_FLOAT32 || dtype == NN_FLOAT64; }

bool nn_dtype_from_name(const char *name, nn_dtype *dtype) {
  for (int i = 0; i < NN_DTYPE_COUNT; i++)
    if (strcmp(name, dtypes[i].name) == 0) {
      *dtype = (nn_dtype)i;
      return true;
    }
  return false;
}

nn_dtype nn__promote(nn_dtype a, nn_dtype b) {
  static const uint8_t rank[] = {[NN_BOOL] = 0, [NN_INT64] = 1, [NN_FLOAT32] = 2, [NN_FLOAT64] = 3};
  return rank[a] >= rank[b] ? a : b;
}

bool nn__count(int ndim, const int64_t *shape, size_t element, int64_t *numel) {
  int64_t n = 1, bytes;
  bool empty = false;
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == 0)
      empty = true;
    else if (__builtin_mul_overflow(n, shape[i], &n))
      return false;
  }
  *numel = empty ? 0 : n;
  return !__builtin_mul_overflow(n, (int64_t)element, &bytes);
}

void nn__contiguous_strides(int ndim, const int64_t *shape, int64_t *stride) {
  int64_t step = 1;
  for (int i = ndim - 1; i >= 0; i--) {
    stride[i] = step;
    if (shape[i] > 1) step *= shape[i];
  }
}

bool nn__strides_are_contiguous(int ndim, const int64_t *shape, const int64_t *stride) {
  int64_t step = 1;
  for (int i = ndim - 1; i >= 0; i--) {
    if (shape[i] == 0) return true;
    if (shape[i] == 1) continue;
    if (stride[i] != step) return false;
    step *= shape[i];
  }
  return true;
}

char *nn__shape_text(int ndim, const int64_t *shape, char *text, size_t size) {
  if (ndim == 0) snprintf(text, size, "scalar");
  size_t used = 0;
  for (int i = 0; i < ndim && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%lld", i ? "x" : "", (long long)shape[i]);
  return text;
}

bool nn__broadcast(int *ndim, int64_t *shape, int other_ndim, const int64_t *other) {
  int wide = *ndim > other_ndim ? *ndim : other_ndim;
  for (int i = 1; i <= wide; i++) { /* from the last dimension to the first */
    int64_t a = i <= *ndim ? shape[*ndim - i] : 1;
    int64_t b = i <= other_ndim ? other[other_ndim - i] : 1;
    if (a != b && a != 1 && b != 1) return false;
  }
  int64_t result[NN_MAX_DIMS];
  for (int i = 1; i <= wide; i++) {
    int64_t a = i <= *ndim ? shape[*ndim - i] : 1;
    int64_t b = i <= other_ndim ? other[other_ndim - i] : 1;
    result[wide - i] = a == 1 ? b : a;
  }
  memcpy(shape, result, (size_t)wide * sizeof *shape);
  *ndim = wide;
  return true;
}

bool nn__broadcasts_to(int to_ndim, const int64_t *to, int ndim, const int64_t *shape) {
  if (ndim > to_ndim) return false;
  for (int i = 1; i <= ndim; i++)
    if (shape[ndim - i] != 1 && shape[ndim - i] != to[to_ndim - i]) return false;
  return true;
}

void nn__broadcast_strides(int ndim, const int64_t *shape, int from_ndim, const int64_t *from_shape,
                           const int64_t *from_stride, int64_t *stride) {
  int added = ndim - from_ndim;
  for (int i = 0; i < ndim; i++) {
    int j = i - added;
    bool repeats = j < 0 || (from_shape[j] == 1 && shape[i] != 1);
    stride[i] = repeats ? 0 : from_stride[j];
  }
}

/* Walks both shapes from the last dimension, matching groups of equal element counts; inside a
 * group the old layout must be one even run, which the new sizes then divide. */
bool nn__view_strides(int old_ndim, const int64_t *old_shape, const int64_t *old_stride, int ndim,
                      const int64_t *shape, int64_t *stride) {
  int64_t numel = 1;
  for (int i = 0; i < ndim; i++) numel *= shape[i];
  if (numel == 0 || old_ndim == 0) {
    nn__contiguous_strides(ndim, shape, stride);
    return true;
  }
  int d = ndim - 1;
  int64_t run = 1, taken = 1, step = old_stride[old_ndim - 1];
  for (int o = old_ndim - 1; o >= 0; o--) {
    run *= old_shape[o];
    bool group_ends = o == 0 || (old_shape[o - 1] != 1 && old_stride[o - 1] != run * step);
    if (!group_ends) continue;
    while (d >= 0 && (taken < run || shape[d] == 1)) {
      stride[d] = taken * step;
      taken *= shape[d--];
    }
    if (taken != run) return false;
    if (o > 0) step = old_stride[o - 1];
    run = taken = 1;
  }
  return d < 0;
}

/* They cannot, where each dimension steps over all that those of smaller steps reach. */
bool nn__may_overlap(int ndim, const int64_t *shape, const int64_t *stride) {
  int64_t step[NN_MAX_DIMS], size[NN_MAX_DIMS], reach = 0;
  int n = 0;
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == 0) return false;
    if (shape[i] == 1) continue;
    int at = n++;
    int64_t each = stride[i] < 0 ? -stride[i] : stride[i];
    for (; at > 0 && step[at - 1] > each; at--) {
      step[at] = step[at - 1];
      size[at] = size[at - 1];
    }
    step[at] = each;
    size[at] = shape[i];
  }
  for (int i = 0; i < n; i++) {
    if (step[i] <= reach) return true;
    reach += (size[i] - 1) * step[i];
  }
  return false;
}
