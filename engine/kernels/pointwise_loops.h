/* The pointwise kernels for one element type: the including file defines T, the type, and which
 * kinds of rows it takes: IF_SAME(code), IF_FLOAT(code) and so on are the code or nothing; then
 * PICK_SAME(f) and so on the function or NULL. TABLE is the name of the table. */
#include <math.h>

#include "kernels/isa.h"
#include "kernels/pointwise_math.h"
#include "pointwise.h"

#define K(i) t_from(number[i])

/* Every loop body is one expression without branches, so that the compiler makes vectors of it;
 * `omp simd` says that a result may lie on an argument, but only element on element. */
#define LOOP(i) _Pragma("omp simd") for (int64_t i = 0; i < n; i++)

#define DEFINE1(name, R, expression)                                                               \
  static void name##_map(int64_t n, char *const *p, const int64_t *stride, const double *number) { \
    R *y = (R *)(void *)p[0];                                                                      \
    const T *xs = (const T *)(void *)p[1];                                                         \
    const int64_t sy = stride[0], sx = stride[1];                                                  \
    (void)number;                                                                                  \
    if (sy == 1 && sx == 1) LOOP(i) {                                                              \
        const T x = xs[i];                                                                         \
        y[i] = (R)(expression);                                                                    \
      }                                                                                            \
    else                                                                                           \
      for (int64_t i = 0; i < n; i++) {                                                            \
        const T x = xs[i * sx];                                                                    \
        y[i * sy] = (R)(expression);                                                               \
      }                                                                                            \
  }

/* A row need not use both a and b. */
#define PAIR(first, second)      \
  const T a = first, b = second; \
  (void)a, (void)b

#define DEFINE2(name, R, expression)                                                               \
  static void name##_map(int64_t n, char *const *p, const int64_t *stride, const double *number) { \
    R *y = (R *)(void *)p[0];                                                                      \
    const T *as = (const T *)(void *)p[1], *bs = (const T *)(void *)p[2];                          \
    const int64_t sy = stride[0], sa = stride[1], sb = stride[2];                                  \
    (void)number;                                                                                  \
    if (sy == 1 && sa == 1 && sb == 1) LOOP(i) {                                                   \
        PAIR(as[i], bs[i]);                                                                        \
        y[i] = (R)(expression);                                                                    \
      }                                                                                            \
    else if (sy == 1 && sa == 1 && sb == 0) {                                                      \
      const T last = bs[0];                                                                        \
      LOOP(i) {                                                                                    \
        PAIR(as[i], last);                                                                         \
        y[i] = (R)(expression);                                                                    \
      }                                                                                            \
    } else                                                                                         \
      for (int64_t i = 0; i < n; i++) {                                                            \
        PAIR(as[i * sa], bs[i * sb]);                                                              \
        y[i * sy] = (R)(expression);                                                               \
      }                                                                                            \
  }

/* Kinds that differ in their check or type alone. */
#define IF_FIRST IF_ANY
#define PICK_FIRST PICK_ANY
#define IF_DIVIDE IF_SAME
#define PICK_DIVIDE PICK_SAME
#define IF_POWER IF_SAME
#define PICK_POWER PICK_SAME

/* The element type of the result. */
#define RESULT_SAME T
#define RESULT_FIRST T
#define RESULT_DIVIDE T
#define RESULT_POWER T
#define RESULT_ANY T
#define RESULT_FLOAT T
#define RESULT_REAL T
#define RESULT_BITS T
#define RESULT_COMPARE uint8_t

#define MAP1(name, kind, params, keep, domain, doc, expression, gradient) \
  IF_##kind(DEFINE1(name, RESULT_##kind, expression))
#define MAP2(name, kind, params, keep, domain, doc, expression, gradient_a, gradient_b) \
  IF_##kind(DEFINE2(name, RESULT_##kind, expression))
#include "pointwise.def"
#undef MAP1
#undef MAP2

const struct nn__maps NN_KERNEL(TABLE) = {{
#define MAP1(name, kind, ...) PICK_##kind(name##_map),
#define MAP2(name, kind, ...) PICK_##kind(name##_map),
#include "pointwise.def"
#undef MAP1
#undef MAP2
}};
