/* The loops behind cross_entropy with one class a row. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "tensor.h"

enum { NN__FEW_CLASSES = 32 };

/* Labels are `step` elements apart, and count from `base`. */
struct nn__labels {
  const int64_t *at;
  int64_t step;
  int base;
};

/* logs = log_softmax(x), (n, classes); *loss = the sum (or mean) of -logs[i][label[i]]. All but the
 * labels are contiguous. */
nn_status nn__softmax_nll(const nn_tensor *x, struct nn__labels y, bool mean, nn_tensor *logs,
                          nn_tensor *loss);

/* gx = scale (exp(logs) - one_hot(label)) */
void nn__softmax_nll_gradient(const nn_tensor *logs, struct nn__labels y, double scale,
                              nn_tensor *gx);

/* For float32 and float64; log_softmax is for few classes. */
struct nn__loss_kernels {
  void (*log_softmax[2])(int64_t n, int64_t classes, const void *x, void *y);
  void (*gradient[2])(int64_t n, int64_t classes, const void *logs, struct nn__labels y,
                      double scale, void *gx);
};

#endif
