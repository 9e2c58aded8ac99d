/* The fused kernel behind cross_entropy: log-softmax and the loss in one pass over the rows. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "nn.h"

/* x, (n, classes), becomes its log-softmax; *loss the sum (or mean) of -x[i][label[i]]. Labels are
 * `step` elements apart and count from `base`. */
void nn__softmax_nll(nn_dtype dtype, int64_t n, int64_t classes, void *x, const int64_t *label,
                     int64_t step, int base, bool mean, void *loss);

/* gx = scale (exp(logs) - one_hot(label)) */
void nn__softmax_nll_gradient(nn_dtype dtype, int64_t n, int64_t classes, const void *logs,
                              const int64_t *label, int64_t step, int base, double scale, void *gx);

struct nn__loss_kernels {
  double (*forward_f32)(int64_t n, int64_t classes, float *x, const int64_t *label, int64_t step,
                        int base);
  double (*forward_f64)(int64_t n, int64_t classes, double *x, const int64_t *label, int64_t step,
                        int base);
  void (*backward_f32)(int64_t n, int64_t classes, const float *logs, const int64_t *label,
                       int64_t step, int base, double scale, float *gx);
  void (*backward_f64)(int64_t n, int64_t classes, const double *logs, const int64_t *label,
                       int64_t step, int base, double scale, double *gx);
};

#endif
