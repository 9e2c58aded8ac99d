/* Cross-entropy's loops, for float and double:
 * log_softmax(x)[j] = x[j] - m - log(sum over k of exp(x[k] - m)), where m is the largest x[k]. */
#include "loss.h"

#include <math.h>

#include "kernels/isa.h"
#include "kernels/vmath.h"

enum { ROWS = 64, BLOCK = ROWS * NN__FEW_CLASSES };

#define SIMD(i, n) _Pragma("omp simd") for (int i = 0; i < (n); i++)
#define INLINE static inline __attribute__((always_inline))

#define KNOWN(number, run) \
  case number:             \
    run;                   \
    break;

#define DEFINE(T, tag)                                                                             \
  /* Up to ROWS rows at a time. A row fills no vector, but exp and log go over the elements of all \
   * rows as one line; for the rest it matters that the number of classes is known. */             \
  INLINE void log_softmax_block_##tag(int rows, int classes, const T *restrict x, T *restrict y) { \
    T e[BLOCK], by[ROWS];                                                                          \
    for (int r = 0, i = 0; r < rows; r++, i += classes) {                                          \
      T m = x[i];                                                                                  \
      for (int j = 1; j < classes; j++) m = x[i + j] > m ? x[i + j] : m;                           \
      for (int j = 0; j < classes; j++) y[i + j] = x[i + j] - m;                                   \
    }                                                                                              \
    SIMD(i, rows *classes) e[i] = nn_exp(y[i]);                                                    \
    for (int r = 0, i = 0; r < rows; r++) {                                                        \
      T sum = 0;                                                                                   \
      for (int j = 0; j < classes; j++) sum += e[i++];                                             \
      by[r] = sum;                                                                                 \
    }                                                                                              \
    SIMD(r, rows) by[r] = nn_log(by[r]);                                                           \
    for (int r = 0, i = 0; r < rows; r++)                                                          \
      for (int j = 0; j < classes; j++) y[i++] -= by[r];                                           \
  }                                                                                                \
                                                                                                   \
  static void log_softmax_##tag(int64_t n, int64_t classes, const void *from, void *to) {          \
    const T *x = from;                                                                             \
    T *y = to;                                                                                     \
    for (; n > 0; n -= ROWS, x += ROWS * classes, y += ROWS * classes) {                           \
      int rows = n < ROWS ? (int)n : ROWS;                                                         \
      switch (classes) {                                                                           \
        KNOWN(2, log_softmax_block_##tag(rows, 2, x, y))                                           \
        KNOWN(3, log_softmax_block_##tag(rows, 3, x, y))                                           \
        KNOWN(4, log_softmax_block_##tag(rows, 4, x, y))                                           \
        KNOWN(10, log_softmax_block_##tag(rows, 10, x, y))                                         \
      default:                                                                                     \
        log_softmax_block_##tag(rows, (int)classes, x, y);                                         \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  static void gradient_##tag(int64_t n, int64_t classes, const void *from, struct nn__labels y,    \
                             double scale, void *to) {                                             \
    const T *logs = from, by = (T)scale;                                                           \
    T *gx = to;                                                                                    \
    for (int64_t i = 0; i < n * classes; i++) gx[i] = by * nn_exp(logs[i]);                        \
    for (int64_t i = 0; i < n; i++) gx[i * classes + y.at[i * y.step] - y.base] -= by;             \
  }

DEFINE(float, f32)
DEFINE(double, f64)

const struct nn__loss_kernels NN_KERNEL(loss_kernels) = {{log_softmax_f32, log_softmax_f64},
                                                         {gradient_f32, gradient_f64}};
