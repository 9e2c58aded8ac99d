/* Copies with conversion between any two element types: one kernel for each pair. */
#include "kernels/isa.h"
#include "pointwise.h"

#define TO_BOOL(x) ((x) != 0)
#define TO_NUMBER(x) (x)

/* A float that no int64 can hold converts to the least one, as x86's instruction does; C leaves it
 * open. */
#define TO_INT(x) ((x) >= -0x1p63 && (x) < 0x1p63 ? (int64_t)(x) : INT64_MIN)

#define CONVERT(from, to, A, B, convert)                                                          \
  static void from##_to_##to(int64_t n, char *const *p, const int64_t *stride, const double *k) { \
    B *y = (B *)(void *)p[0];                                                                     \
    const A *x = (const A *)(void *)p[1];                                                         \
    const int64_t sy = stride[0], sx = stride[1];                                                 \
    (void)k;                                                                                      \
    if (sy == 1 && sx == 1) {                                                                     \
      _Pragma("omp simd") for (int64_t i = 0; i < n; i++) y[i] = (B)convert(x[i]);                \
    } else {                                                                                      \
      for (int64_t i = 0; i < n; i++) y[i * sy] = (B)convert(x[i * sx]);                          \
    }                                                                                             \
  }

#define FROM(from, A, to_int)                  \
  CONVERT(from, float32, A, float, TO_NUMBER)  \
  CONVERT(from, float64, A, double, TO_NUMBER) \
  CONVERT(from, int64, A, int64_t, to_int)     \
  CONVERT(from, truth, A, uint8_t, TO_BOOL)

FROM(float32, float, TO_INT)
FROM(float64, double, TO_INT)
FROM(int64, int64_t, TO_NUMBER)
FROM(truth, uint8_t, TO_NUMBER)

#define ROW(from) \
  { from##_to_float32, from##_to_float64, from##_to_int64, from##_to_truth }

const struct nn__converts NN_KERNEL(converts) = {
    {ROW(float32), ROW(float64), ROW(int64), ROW(truth)}};
