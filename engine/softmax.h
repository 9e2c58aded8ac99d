/* Softmax, its logarithm and their gradients along a dimension, for contiguous tensors. */
#ifndef NN_SOFTMAX_H
#define NN_SOFTMAX_H

#include "tensor.h"

enum { NN__SOFTMAX_COLUMNS = 128 /* at most, in one call */ };

/* `lines` lines of n elements. Rows lie one after the other; of columns, element i of line j is
 * x[i * step + j]. */
struct nn__lines {
  int64_t lines, n, step;
  const void *x; /* forward: the input (which may be y); gradient: that of the result */
  void *y;       /* forward: the result */
  void *gx;      /* gradient: of the input */
};

typedef void nn__softmax_kernel(const struct nn__lines *a);

/* [0] softmax, [1] its logarithm */
struct nn__softmax_kernels {
  nn__softmax_kernel *rows[2][2], *columns[2][2]; /* of float32, float64 */
  nn__softmax_kernel *rows_gradient[2][2], *columns_gradient[2][2];
};

/* y = softmax(x) along `dim`, or its logarithm; both contiguous and of one floating type. NN_ESTOP
 * on failure. */
nn_status nn__softmax(const nn_tensor *x, nn_tensor *y, int64_t dim, bool log);

/* gx, from the result y and its gradient g. */
nn_status nn__softmax_gradient(const nn_tensor *y, const nn_tensor *g, nn_tensor *gx, int64_t dim,
                               bool log);

#endif
