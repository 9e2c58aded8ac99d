/* The choice of cross_entropy's kernel, see loss.h. */
#include "loss.h"

#include "cpu.h"

NN_ISA_TABLES(struct nn__loss_kernels, loss_kernels);

void nn__softmax_nll(nn_dtype dtype, int64_t n, int64_t classes, void *x, const int64_t *label,
                     int64_t step, int base, bool mean, void *loss) {
  const struct nn__loss_kernels *k = loss_kernels_by_isa[nn__isa()];
  double sum = dtype == NN_FLOAT64 ? k->forward_f64(n, classes, x, label, step, base)
                                   : k->forward_f32(n, classes, x, label, step, base);
  if (mean) sum /= (double)n;
  if (dtype == NN_FLOAT64)
    *(double *)loss = sum;
  else
    *(float *)loss = (float)sum;
}

void nn__softmax_nll_gradient(nn_dtype dtype, int64_t n, int64_t classes, const void *logs,
                              const int64_t *label, int64_t step, int base, double scale,
                              void *gx) {
  const struct nn__loss_kernels *k = loss_kernels_by_isa[nn__isa()];
  if (dtype == NN_FLOAT64)
    k->backward_f64(n, classes, logs, label, step, base, scale, gx);
  else
    k->backward_f32(n, classes, logs, label, step, base, scale, gx);
}
