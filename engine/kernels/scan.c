/* Running sums and products, see scan.h; those of float32 are kept in double. */
#include "scan.h"

#include "kernels/isa.h"
#include "kernels/pointwise_math.h"

enum { SIDE_BY_SIDE = 8 };

#define INLINE static inline __attribute__((always_inline))

/* One step for `n` lines: a[j] takes in element j, `line` further on each. */
#define STEP(T, A, n, NEXT)                               \
  _Pragma("omp simd") for (int64_t j = 0; j < (n); j++) { \
    const T x = xs[j * line], f = fs[j * line];           \
    const A old = a[j], next = NEXT;                      \
    (void)f;                                              \
    ys[j * line] = (T)(exclusive ? old : next);           \
    a[j] = next;                                          \
  }

/* Lines next to each other advance together, as vectors; distant ones a few at a time, so that
 * their chains of dependent steps overlap. */
#define SCAN(name, T, A, START, NEXT)                                                          \
  INLINE void name##_lines(const struct nn__scan *s, int64_t first, int64_t n, int64_t line) { \
    const T *xs = (const T *)s->x + first * line;                                              \
    const T *fs = (const T *)(s->factor ? s->factor : s->x) + first * line;                    \
    T *ys = (T *)s->y + first * line;                                                          \
    const bool exclusive = s->exclusive;                                                       \
    A a[NN__SCAN_LINES];                                                                       \
    for (int64_t j = 0; j < n; j++) a[j] = START;                                              \
    for (int64_t i = 0; i < s->m; i++, xs += s->step, fs += s->step, ys += s->step)            \
      STEP(T, A, n, NEXT)                                                                      \
  }                                                                                            \
  static void name(const struct nn__scan *s) {                                                 \
    int64_t j = 0;                                                                             \
    if (s->line == 1) {                                                                        \
      name##_lines(s, 0, s->lines, 1);                                                         \
      return;                                                                                  \
    }                                                                                          \
    for (; j + SIDE_BY_SIDE <= s->lines; j += SIDE_BY_SIDE)                                    \
      name##_lines(s, j, SIDE_BY_SIDE, s->line);                                               \
    for (; j < s->lines; j++) name##_lines(s, j, 1, s->line);                                  \
  }

SCAN(sum_f32, float, double, 0, old + x)
SCAN(sum_f64, double, double, 0, old + x)
SCAN(sum_i64, int64_t, int64_t, 0, add_i64(old, x))
SCAN(prod_f32, float, double, 1, old *x)
SCAN(prod_f64, double, double, 1, old *x)
SCAN(prod_i64, int64_t, int64_t, 1, mul_i64(old, x))
SCAN(linear_f32, float, double, 0, old *f + x)
SCAN(linear_f64, double, double, 0, old *f + x)
SCAN(shift_f32, float, float, 0, x)
SCAN(shift_f64, double, double, 0, x)

extern const struct nn__scans NN_KERNEL(scans);
const struct nn__scans NN_KERNEL(scans) = {{
    [NN_SCAN_SUM] = {sum_f32, sum_f64, sum_i64},
    [NN_SCAN_PROD] = {prod_f32, prod_f64, prod_i64},
    [NN_SCAN_LINEAR] = {linear_f32, linear_f64},
    [NN_SCAN_SHIFT] = {shift_f32, shift_f64},
}};
