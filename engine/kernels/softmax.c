/* Softmax of rows and of columns, see softmax.h. With m the largest x,
 *
 *   softmax(x)[i] = exp(x[i] - m) / sum        sum = sum over k of exp(x[k] - m)
 *   log softmax(x)[i] = x[i] - m - log(sum)
 *
 * and the gradients are y (g - sum(g y)) and g - exp(y) sum(g). Sums of a row run in LANES lanes
 * over BLOCK elements, and from block to block in double. */
#include "softmax.h"

#include "kernels/isa.h"
#include "kernels/vmath.h"

enum {
  LANES = 32,
  BLOCK = 32 * LANES,
  SHORT = 32,                /* rows up to here are turned into columns */
  TILE = NN__SOFTMAX_COLUMNS /* so many at a time */
};

#define SIMD(i, n) _Pragma("omp simd") for (int64_t i = 0; i < (n); i++)

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* The last `rest` of them: with masks all lanes are written, as in reduce.c. */
#if defined(__AVX512F__)
#define REST(T, rest, MERGE, f)               \
  if ((rest) > 0) SIMD(l, LANES) {            \
      T t = lane[l];                          \
      if (l < (rest)) t = MERGE(t, f(k + l)); \
      lane[l] = t;                            \
    }
#else
#define REST(T, rest, MERGE, f) SIMD(l, rest) lane[l] = MERGE(lane[l], f(k + l))
#endif

/* Merges f(i) for i < n into lanes, then the lanes into `result`. */
#define IN_LANES(T, n, START, MERGE, f, result)                                              \
  do {                                                                                       \
    T lane[LANES];                                                                           \
    int64_t k = 0;                                                                           \
    SIMD(l, LANES) lane[l] = START;                                                          \
    for (; k + LANES <= (n); k += LANES) SIMD(l, LANES) lane[l] = MERGE(lane[l], f(k + l));  \
    REST(T, (n)-k, MERGE, f);                                                                \
    for (int w = LANES / 2; w > 0; w /= 2) SIMD(l, w) lane[l] = MERGE(lane[l], lane[l + w]); \
    result = lane[0];                                                                        \
  } while (0)

#define PLUS(a, b) ((a) + (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b)) /* a NaN shows in the sum instead */

/* A sum over a row of n, as double. */
#define ROW_SUM(T, n, f, result)                           \
  double result = 0;                                       \
  for (int64_t from = 0; from < (n); from += BLOCK) {      \
    T part;                                                \
    IN_LANES(T, least(BLOCK, (n)-from), 0, PLUS, f, part); \
    result += part;                                        \
  }

#define X_AT(i) x[i]
#define EXP_KEPT(i) (y[from + (i)] = nn_exp(x[from + (i)] - m))
#define EXP(i) nn_exp(x[from + (i)] - m)
#define PRODUCT(i) (g[from + (i)] * y[from + (i)])
#define GRADIENT(i) g[from + (i)]

#define ROWS(T, tag, name, columns, TERM, FINISH)    \
  static void name(const struct nn__lines *a) {      \
    const int64_t n = a->n;                          \
    if (n <= SHORT) {                                \
      turned_##tag(a, columns);                      \
      return;                                        \
    }                                                \
    for (int64_t r = 0; r < a->lines; r++) {         \
      const T *x = (const T *)a->x + r * n;          \
      T *y = (T *)a->y + r * n, m;                   \
      IN_LANES(T, n, -(T)INFINITY, LARGER, X_AT, m); \
      ROW_SUM(T, n, TERM, sum)                       \
      FINISH                                         \
    }                                                \
  }

#define ROWS_GRADIENT(T, tag, name, columns, TERM, RESULT)                \
  static void name(const struct nn__lines *a) {                           \
    const int64_t n = a->n;                                               \
    if (n <= SHORT) {                                                     \
      turned_##tag(a, columns);                                           \
      return;                                                             \
    }                                                                     \
    for (int64_t r = 0; r < a->lines; r++) {                              \
      const T *g = (const T *)a->x + r * n, *y = (const T *)a->y + r * n; \
      T *gx = (T *)a->gx + r * n;                                         \
      ROW_SUM(T, n, TERM, total)                                          \
      const T sum = (T)total;                                             \
      SIMD(i, n) gx[i] = RESULT;                                          \
    }                                                                     \
  }

#define EACH_ROW \
  for (int64_t i = 0, at = 0; i < a->n; i++, at += a->step) SIMD(j, lines)

#define COLUMNS(T, name, PART, SUMMED, RESULT)                         \
  static void name(const struct nn__lines *a) {                        \
    const int64_t lines = a->lines;                                    \
    const T *x = (const T *)a->x;                                      \
    T *y = (T *)a->y, m[NN__SOFTMAX_COLUMNS], by[NN__SOFTMAX_COLUMNS]; \
    double sum[NN__SOFTMAX_COLUMNS];                                   \
    SIMD(j, lines) m[j] = -(T)INFINITY, sum[j] = 0;                    \
    EACH_ROW m[j] = LARGER(m[j], x[at + j]);                           \
    EACH_ROW {                                                         \
      const T e = nn_exp(x[at + j] - m[j]);                            \
      PART;                                                            \
      sum[j] += e;                                                     \
    }                                                                  \
    SIMD(j, lines) by[j] = (T)(SUMMED);                                \
    EACH_ROW y[at + j] = RESULT;                                       \
  }

#define COLUMNS_GRADIENT(T, name, TERM, RESULT)         \
  static void name(const struct nn__lines *a) {         \
    const int64_t lines = a->lines;                     \
    const T *g = (const T *)a->x, *y = (const T *)a->y; \
    T *gx = (T *)a->gx;                                 \
    double sum[NN__SOFTMAX_COLUMNS];                    \
    SIMD(j, lines) sum[j] = 0;                          \
    EACH_ROW sum[j] += TERM;                            \
    EACH_ROW gx[at + j] = RESULT;                       \
  }

/* Short rows would leave most of a vector idle: they are turned into columns, and back. */
#define TURNED(T, tag)                                                              \
  static void turn_##tag(int64_t rows, int64_t n, const T *x, T *y) {               \
    for (int64_t i = 0; i < n; i++)                                                 \
      for (int64_t r = 0; r < rows; r++) y[i * TILE + r] = x[r * n + i];            \
  }                                                                                 \
  static void turn_back_##tag(int64_t rows, int64_t n, const T *x, T *y) {          \
    for (int64_t r = 0; r < rows; r++)                                              \
      for (int64_t i = 0; i < n; i++) y[r * n + i] = x[i * TILE + r];               \
  }                                                                                 \
  static void turned_##tag(const struct nn__lines *a, nn__softmax_kernel *kernel) { \
    T x[SHORT * TILE], y[SHORT * TILE];                                             \
    for (int64_t r = 0; r < a->lines; r += TILE) {                                  \
      const int64_t at = r * a->n, rows = least(TILE, a->lines - r);                \
      struct nn__lines tile = {rows, a->n, TILE, x, y, x};                          \
      turn_##tag(rows, a->n, (const T *)a->x + at, x);                              \
      if (a->gx) turn_##tag(rows, a->n, (const T *)a->y + at, y);                   \
      kernel(&tile);                                                                \
      turn_back_##tag(rows, a->n, a->gx ? x : y, (T *)(a->gx ? a->gx : a->y) + at); \
    }                                                                               \
  }

#define FINISH_SOFTMAX(T)    \
  const T by = (T)(1 / sum); \
  SIMD(i, n) y[i] *= by;
#define FINISH_LOG(T)          \
  const T by = (T)nn_log(sum); \
  SIMD(i, n) y[i] = x[i] - m - by;

#define KERNELS(T, tag)                                                                            \
  TURNED(T, tag)                                                                                   \
  COLUMNS(T, columns_##tag, y[at + j] = e, 1 / sum[j], y[at + j] * by[j])                          \
  COLUMNS(T, columns_log_##tag, (void)e, nn_log(sum[j]), x[at + j] - m[j] - by[j])                 \
  COLUMNS_GRADIENT(T, columns_gradient_##tag, g[at + j] * y[at + j],                               \
                   y[at + j] * (g[at + j] - (T)sum[j]))                                            \
  COLUMNS_GRADIENT(T, columns_log_gradient_##tag, g[at + j],                                       \
                   g[at + j] - nn_exp(y[at + j]) * (T)sum[j])                                      \
  ROWS(T, tag, rows_##tag, columns_##tag, EXP_KEPT, FINISH_SOFTMAX(T))                             \
  ROWS(T, tag, rows_log_##tag, columns_log_##tag, EXP, FINISH_LOG(T))                              \
  ROWS_GRADIENT(T, tag, rows_gradient_##tag, columns_gradient_##tag, PRODUCT, y[i] * (g[i] - sum)) \
  ROWS_GRADIENT(T, tag, rows_log_gradient_##tag, columns_log_gradient_##tag, GRADIENT,             \
                g[i] - nn_exp(y[i]) * sum)

KERNELS(float, f32)
KERNELS(double, f64)

extern const struct nn__softmax_kernels NN_KERNEL(softmax_kernels);
const struct nn__softmax_kernels NN_KERNEL(softmax_kernels) = {
    .rows = {{rows_f32, rows_f64}, {rows_log_f32, rows_log_f64}},
    .columns = {{columns_f32, columns_f64}, {columns_log_f32, columns_log_f64}},
    .rows_gradient = {{rows_gradient_f32, rows_gradient_f64},
                      {rows_log_gradient_f32, rows_log_gradient_f64}},
    .columns_gradient = {{columns_gradient_f32, columns_gradient_f64},
                         {columns_log_gradient_f32, columns_log_gradient_f64}}};
