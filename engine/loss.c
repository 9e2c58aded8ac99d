/* Cross-entropy's passes, see loss.h. */
#include "loss.h"

#include "cpu.h"
#include "softmax.h"

NN_ISA_TABLES(struct nn__loss_kernels, loss_kernels);

#define SUM_PICKED(T, tag)                                                  \
  static double sum_picked_##tag(const nn_tensor *x, struct nn__labels y) { \
    const T *row = (const T *)(const void *)x->data;                        \
    double sum = 0;                                                         \
    for (int64_t i = 0; i < x->shape[0]; i++)                               \
      sum += row[i * x->shape[1] + y.at[i * y.step] - y.base];              \
    return sum;                                                             \
  }

SUM_PICKED(float, f32)
SUM_PICKED(double, f64)

nn_status nn__softmax_nll(const nn_tensor *x, struct nn__labels y, bool mean, nn_tensor *logs,
                          nn_tensor *loss) {
  const struct nn__loss_kernels *k = loss_kernels_by_isa[nn__isa()];
  int64_t n = x->shape[0], classes = x->shape[1];
  if (classes > NN__FEW_CLASSES)
    NN_TRY(nn__softmax(x, logs, 1, true));
  else
    k->log_softmax[x->dtype](n, classes, x->data, logs->data);
  bool twice = (nn_dtype)x->dtype == NN_FLOAT64;
  double sum = -(twice ? sum_picked_f64(logs, y) : sum_picked_f32(logs, y));
  if (mean) sum /= (double)n;
  if (twice)
    *(double *)(void *)loss->data = sum;
  else
    *(float *)(void *)loss->data = (float)sum;
  return NN_OK;
}

void nn__softmax_nll_gradient(const nn_tensor *logs, struct nn__labels y, double scale,
                              nn_tensor *gx) {
  const struct nn__loss_kernels *k = loss_kernels_by_isa[nn__isa()];
  k->gradient[logs->dtype](logs->shape[0], logs->shape[1], logs->data, y, scale, gx->data);
}
