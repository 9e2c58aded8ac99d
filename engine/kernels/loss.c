/* Rows of log-softmax with the loss of their classes, for float and double:
 * log_softmax(x)[j] = x[j] - m - log(sum over k of exp(x[k] - m)), where m is the largest x[k]. */
#include "loss.h"

#include "kernels/isa.h"
#include "kernels/vmath.h"

#define DEFINE(T, tag)                                                                        \
  static double forward_##tag(int64_t n, int64_t classes, T *x, const int64_t *label,         \
                              int64_t step, int base) {                                       \
    double loss = 0;                                                                          \
    for (int64_t i = 0; i < n; i++, x += classes) {                                           \
      T m = x[0], sum = 0;                                                                    \
      for (int64_t j = 1; j < classes; j++) m = x[j] > m ? x[j] : m;                          \
      for (int64_t j = 0; j < classes; j++) sum += nn_exp(x[j] - m);                          \
      T shift = m + nn_log(sum);                                                              \
      for (int64_t j = 0; j < classes; j++) x[j] -= shift;                                    \
      loss -= x[label[i * step] - base];                                                      \
    }                                                                                         \
    return loss;                                                                              \
  }                                                                                           \
                                                                                              \
  static void backward_##tag(int64_t n, int64_t classes, const T *logs, const int64_t *label, \
                             int64_t step, int base, double scale, T *gx) {                   \
    T by = (T)scale;                                                                          \
    for (int64_t i = 0; i < n * classes; i++) gx[i] = by * nn_exp(logs[i]);                   \
    for (int64_t i = 0; i < n; i++) gx[i * classes + label[i * step] - base] -= by;           \
  }

DEFINE(float, f32)
DEFINE(double, f64)

const struct nn__loss_kernels NN_KERNEL(loss_kernels) = {forward_f32, forward_f64, backward_f32,
                                                         backward_f64};
