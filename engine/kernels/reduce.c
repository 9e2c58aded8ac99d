/* The folds of reduce.h for every element type.
 *
 * What the lanes of a block or slab hold is added to an accumulator in double. So float32 loses
 * about as little as pairwise summation would, at the speed of memory. */
#include <math.h>

#include "kernels/isa.h"
#include "kernels/pointwise_math.h"
#include "kernels/reduce_loops.h"

/* -- Folds of one cell ----------------------------------------------------------------------- */

#define FOLD(name, T, L, A, cell, START, MAP, MERGE)                         \
  BLOCK_OF(name, T, L, START, MAP, MERGE)                                    \
  GROUP_OF(name, T, L, START, MAP, MERGE)                                    \
  SLAB_OF(name, T, L, START, MAP, MERGE)                                     \
  static void name##_rows(const struct nn__matrix *a, nn__cell *acc) {       \
    int64_t i = 0;                                                           \
    for (int64_t m; a->n < SHORT && i < a->m; i += m) {                      \
      L y[GROUP] ALIGNED;                                                    \
      m = least(GROUP, a->m - i);                                            \
      name##_group(a, i, m, y);                                              \
      EACH(r, m) acc[i + r].cell = MERGE(acc[i + r].cell, (A)y[r]);          \
    }                                                                        \
    for (; i < a->m; i++)                                                    \
      for (int64_t j = 0; j < a->n; j += BLOCK) {                            \
        const T *x = (const T *)a->x + i * a->row_step + j;                  \
        A part = (A)name##_block(least(BLOCK, a->n - j), x, a->p);           \
        acc[i].cell = MERGE(acc[i].cell, part);                              \
      }                                                                      \
  }                                                                          \
  static void name##_columns(const struct nn__matrix *a, nn__cell *acc) {    \
    L y[NN__TILE] ALIGNED;                                                   \
    for (int64_t i = 0; i < a->m; i += DEPTH) {                              \
      name##_slab(a, i, least(DEPTH, a->m - i), y);                          \
      EACH(j, a->n) acc[j].cell = MERGE(acc[j].cell, (A)y[j]);               \
    }                                                                        \
  }                                                                          \
  static void name##_merge(int64_t n, nn__cell *acc, const nn__cell *next) { \
    EACH(j, n) acc[j].cell = MERGE(acc[j].cell, next[j].cell);               \
  }

#define PLUS(a, b) ((a) + (b))

FOLD(sum_f32, float, float, double, f, 0, x, PLUS)
FOLD(sum_f64, double, double, double, f, 0, x, PLUS)
FOLD(sum_i64, int64_t, int64_t, int64_t, i, 0, x, add_i64)

FOLD(prod_f32, float, double, double, f, 1, x, mul_f64)
FOLD(prod_f64, double, double, double, f, 1, x, mul_f64)
FOLD(prod_i64, int64_t, int64_t, int64_t, i, 1, x, mul_i64)

FOLD(max_f32, float, float, double, f, -INFINITY, x, t_max)
FOLD(max_f64, double, double, double, f, -INFINITY, x, t_max)
FOLD(max_i64, int64_t, int64_t, int64_t, i, INT64_MIN, x, t_max)
FOLD(max_u8, uint8_t, uint8_t, int64_t, i, 0, x, t_max)

FOLD(min_f32, float, float, double, f, INFINITY, x, t_min)
FOLD(min_f64, double, double, double, f, INFINITY, x, t_min)
FOLD(min_i64, int64_t, int64_t, int64_t, i, INT64_MAX, x, t_min)
FOLD(min_u8, uint8_t, uint8_t, int64_t, i, 1, x, t_min)

FOLD(count_f32, float, int32_t, int64_t, i, 0, x != 0, PLUS)
FOLD(count_f64, double, int32_t, int64_t, i, 0, x != 0, PLUS)
FOLD(count_i64, int64_t, int32_t, int64_t, i, 0, x != 0, PLUS)
FOLD(count_u8, uint8_t, int32_t, int64_t, i, 0, x != 0, PLUS)

FOLD(abs_f32, float, double, double, f, 0, fabsf(x), PLUS)
FOLD(abs_f64, double, double, double, f, 0, fabs(x), PLUS)
FOLD(squares_f32, float, double, double, f, 0, (double)x *x, PLUS)
FOLD(squares_f64, double, double, double, f, 0, x *x, PLUS)
FOLD(powers_f32, float, double, double, f, 0, pow(fabsf(x), p), PLUS)
FOLD(powers_f64, double, double, double, f, 0, pow(fabs(x), p), PLUS)
FOLD(max_abs_f32, float, float, double, f, 0, fabsf(x), t_max)
FOLD(max_abs_f64, double, double, double, f, 0, fabs(x), t_max)
FOLD(min_abs_f32, float, float, double, f, INFINITY, fabsf(x), t_min)
FOLD(min_abs_f64, double, double, double, f, INFINITY, fabs(x), t_min)

/* -- Moments --------------------------------------------------------------------------------- */

/* Two runs of numbers as one (Chan, Golub, LeVeque 1979): with d the difference of the means,
 * mean += d nb / n and squares += squares_b + d^2 na nb / n. */
INLINE void merge_moments(nn__cell *a, double nb, double mean, double squares) {
  double na = a[0].f, n = na + nb;
  if (nb == 0) return;
  if (na == 0) {
    a[0].f = nb, a[1].f = mean, a[2].f = squares;
    return;
  }
  double d = mean - a[1].f;
  a[0].f = n;
  a[1].f += d * (nb / n);
  a[2].f += squares + d * d * (na * nb / n);
}

static void moments_merge(int64_t n, nn__cell *acc, const nn__cell *next) {
  for (int64_t j = 0; j < n; j++, acc += 3, next += 3)
    merge_moments(acc, next[0].f, next[1].f, next[2].f);
}

/* Blocks and slabs are read twice, the second time from the caches: first for the mean, then for
 * the deviations from it. */
#define MOMENTS(name, T)                                                                          \
  BLOCK_OF(name##_total, T, double, 0, x, PLUS)                                                   \
  BLOCK_OF(name##_deviation, T, double, 0, (x - p) * (x - p), PLUS)                               \
  SLAB_OF(name##_total, T, double, 0, x, PLUS)                                                    \
  static void name##_rows(const struct nn__matrix *a, nn__cell *acc) {                            \
    for (int64_t i = 0; i < a->m; i++)                                                            \
      for (int64_t j = 0; j < a->n; j += BLOCK) {                                                 \
        const T *x = (const T *)a->x + i * a->row_step + j;                                       \
        int64_t n = least(BLOCK, a->n - j);                                                       \
        double mean = name##_total_block(n, x, 0) / (double)n;                                    \
        merge_moments(acc + 3 * i, (double)n, mean, name##_deviation_block(n, x, mean));          \
      }                                                                                           \
  }                                                                                               \
  static void name##_columns(const struct nn__matrix *a, nn__cell *acc) {                         \
    double mean[NN__TILE] ALIGNED, squares[NN__TILE] ALIGNED;                                     \
    const int64_t n = a->n;                                                                       \
    for (int64_t i = 0; i < a->m; i += DEPTH) {                                                   \
      int64_t m = least(DEPTH, a->m - i);                                                         \
      name##_total_slab(a, i, m, mean);                                                           \
      EACH(j, n) mean[j] /= (double)m, squares[j] = 0;                                            \
      for (int64_t r = i; r < i + m; r++) {                                                       \
        const T *x = (const T *)a->x + r * a->row_step;                                           \
        EACH(j, n) squares[j] += (x[j] - mean[j]) * (x[j] - mean[j]);                             \
      }                                                                                           \
      for (int64_t j = 0; j < n; j++) merge_moments(acc + 3 * j, (double)m, mean[j], squares[j]); \
    }                                                                                             \
  }

MOMENTS(moments_f32, float)
MOMENTS(moments_f64, double)

/* -- log(sum(exp)) --------------------------------------------------------------------------- */

/* What is taken off the arguments of exp: the maximum, unless it is infinite. */
#define SHIFT(m) ((m) - (m) == 0 ? (m) : (m) != (m) ? (m) : 0)

/* With m the larger maximum, sum = sum_a exp(m_a - m) + sum_b exp(m_b - m). */
INLINE void merge_exps(nn__cell *a, double max, double sum) {
  double m = t_max(a[0].f, max), shift = SHIFT(m);
  double old = a[1].f == 0 ? 0 : a[1].f * nn_exp(SHIFT(a[0].f) - shift);
  a[1].f = old + (sum == 0 ? 0 : sum * nn_exp(SHIFT(max) - shift));
  a[0].f = m;
}

static void logsumexp_merge(int64_t n, nn__cell *acc, const nn__cell *next) {
  for (int64_t j = 0; j < n; j++, acc += 2, next += 2) merge_exps(acc, next[0].f, next[1].f);
}

#define LOGSUMEXP(name, T, max)                                              \
  BLOCK_OF(name##_exps, T, T, 0, nn_exp(x - (T)p), PLUS)                     \
  static void name##_rows(const struct nn__matrix *a, nn__cell *acc) {       \
    for (int64_t i = 0; i < a->m; i++)                                       \
      for (int64_t j = 0; j < a->n; j += BLOCK) {                            \
        const T *x = (const T *)a->x + i * a->row_step + j;                  \
        int64_t n = least(BLOCK, a->n - j);                                  \
        T m = max##_block(n, x, 0);                                          \
        merge_exps(acc + 2 * i, m, name##_exps_block(n, x, SHIFT(m)));       \
      }                                                                      \
  }                                                                          \
  static void name##_columns(const struct nn__matrix *a, nn__cell *acc) {    \
    T m[NN__TILE] ALIGNED, shift[NN__TILE] ALIGNED, sum[NN__TILE] ALIGNED;   \
    const int64_t n = a->n;                                                  \
    for (int64_t i = 0; i < a->m; i += DEPTH) {                              \
      int64_t depth = least(DEPTH, a->m - i);                                \
      max##_slab(a, i, depth, m);                                            \
      EACH(j, n) shift[j] = SHIFT(m[j]), sum[j] = 0;                         \
      for (int64_t r = i; r < i + depth; r++) {                              \
        const T *x = (const T *)a->x + r * a->row_step;                      \
        EACH(j, n) sum[j] += nn_exp(x[j] - shift[j]);                        \
      }                                                                      \
      for (int64_t j = 0; j < n; j++) merge_exps(acc + 2 * j, m[j], sum[j]); \
    }                                                                        \
  }

LOGSUMEXP(logsumexp_f32, float, max_f32)
LOGSUMEXP(logsumexp_f64, double, max_f64)

/* -- The place of the maximum or minimum ----------------------------------------------------- */

/* Whether x takes the place of y, which stands earlier; NaN takes that of any number. */
#define ABOVE(x, y) (((x) > (y)) | (((x) != (x)) & ((y) == (y))))
#define BELOW(x, y) (((x) < (y)) | (((x) != (x)) & ((y) == (y))))

/* The place of `extreme` (or of NaN, where it is that) in x, where it is. A stride is searched to
 * its end, by vectors: to guess where to stop takes longer. */
#define FIND(name, T)                                                       \
  static int64_t find_##name(int64_t n, const T *x, T extreme) {            \
    enum { stride = 64 };                                                   \
    for (int64_t k = 0; k < n; k += stride) {                               \
      const int m = (int)least(stride, n - k);                              \
      int at = stride;                                                      \
      _Pragma("omp simd reduction(min : at)") for (int l = 0; l < m; l++) { \
        const int found = (x[k + l] == extreme) | (x[k + l] != x[k + l]);   \
        const int here = found ? l : stride;                                \
        at = here < at ? here : at;                                         \
      }                                                                     \
      if (at < stride) return k + at;                                       \
    }                                                                       \
    return n;                                                               \
  }

FIND(f32, float)
FIND(f64, double)
FIND(i64, int64_t)
FIND(u8, uint8_t)

/* A block is searched for the place only where its extreme is better than what was known, which
 * happens less and less often. */
#define ARG(name, best, tag, T, A, I, cell, BETTER)                                            \
  INLINE void name##_##tag##_take(nn__cell *a, A x, int64_t index) {                           \
    if (a[1].i >= 0 && !BETTER(x, a[0].cell)) return;                                          \
    a[0].cell = x;                                                                             \
    a[1].i = index;                                                                            \
  }                                                                                            \
  INLINE void name##_##tag##_look(nn__cell *y, int64_t n, const T *x, T extreme, int64_t at) { \
    if (y[1].i >= 0 && !BETTER(extreme, y[0].cell)) return;                                    \
    name##_##tag##_take(y, (A)extreme, at + find_##tag(n, x, extreme));                        \
  }                                                                                            \
  static void name##_##tag##_rows(const struct nn__matrix *a, nn__cell *acc) {                 \
    const T *x = (const T *)a->x;                                                              \
    int64_t i = 0;                                                                             \
    for (int64_t m; a->n < SHORT && i < a->m; i += m) {                                        \
      T y[GROUP] ALIGNED;                                                                      \
      m = least(GROUP, a->m - i);                                                              \
      best##_##tag##_group(a, i, m, y);                                                        \
      for (int64_t r = 0; r < m; r++)                                                          \
        name##_##tag##_look(acc + 2 * (i + r), a->n, x + (i + r) * a->row_step, y[r], a->at);  \
    }                                                                                          \
    for (; i < a->m; i++)                                                                      \
      for (int64_t j = 0; j < a->n; j += BLOCK) {                                              \
        const T *at = x + i * a->row_step + j;                                                 \
        int64_t n = least(BLOCK, a->n - j);                                                    \
        name##_##tag##_look(acc + 2 * i, n, at, best##_##tag##_block(n, at, 0), a->at + j);    \
      }                                                                                        \
  }                                                                                            \
  static void name##_##tag##_columns(const struct nn__matrix *a, nn__cell *acc) {              \
    T y[NN__TILE] ALIGNED;                                                                     \
    I place[NN__TILE] ALIGNED;                                                                 \
    const int64_t n = a->n;                                                                    \
    for (int64_t i = 0; i < a->m; i += DEPTH) {                                                \
      const T *xs = (const T *)a->x + i * a->row_step;                                         \
      EACH(j, n) y[j] = xs[j], place[j] = 0;                                                   \
      for (int64_t r = 1; r < DEPTH && i + r < a->m; r++) {                                    \
        xs += a->row_step;                                                                     \
        EACH(j, n) {                                                                           \
          const T x = xs[j], old = y[j];                                                       \
          place[j] = BETTER(x, old) ? (I)r : place[j];                                         \
          y[j] = BETTER(x, old) ? x : old;                                                     \
        }                                                                                      \
      }                                                                                        \
      for (int64_t j = 0; j < n; j++)                                                          \
        name##_##tag##_take(acc + 2 * j, (A)y[j], a->at + i + place[j]);                       \
    }                                                                                          \
  }                                                                                            \
  static void name##_##tag##_merge(int64_t n, nn__cell *acc, const nn__cell *next) {           \
    for (int64_t j = 0; j < n; j++, acc += 2, next += 2)                                       \
      if (next[1].i >= 0) name##_##tag##_take(acc, next[0].cell, next[1].i);                   \
  }

#define ARGS(name, best, BETTER)                             \
  ARG(name, best, f32, float, double, int32_t, f, BETTER)    \
  ARG(name, best, f64, double, double, int64_t, f, BETTER)   \
  ARG(name, best, i64, int64_t, int64_t, int64_t, i, BETTER) \
  ARG(name, best, u8, uint8_t, int64_t, uint8_t, i, BETTER)

ARGS(argmax, max, ABOVE)
ARGS(argmin, min, BELOW)

/* -- Means ----------------------------------------------------------------------------------- */

static void divide(int64_t n, nn__cell *acc, double by) { EACH(j, n) acc[j].f /= by; }

/* -- The table ------------------------------------------------------------------------------- */

#define F(value)   \
  {                \
    { .f = value } \
  }
#define I(value)   \
  {                \
    { .i = value } \
  }
#define NOWHERE           \
  {                       \
    {.i = 0}, { .i = -1 } \
  }
#define ROW(name, n, first) \
  { n, false, first, name##_rows, name##_columns, name##_merge }
#define REAL(name, first) \
  [NN_FLOAT32] = ROW(name##_f32, 1, F(first)), [NN_FLOAT64] = ROW(name##_f64, 1, F(first))
#define PLACE(name) \
  { 2, true, NOWHERE, name##_rows, name##_columns, name##_merge }
#define PLACES(name) \
  { PLACE(name##_f32), PLACE(name##_f64), PLACE(name##_i64), PLACE(name##_u8) }
#define SHARED(name, n, first)                                                           \
  {                                                                                      \
    [NN_FLOAT32] = {n, false, first, name##_f32_rows, name##_f32_columns, name##_merge}, \
    [NN_FLOAT64] = {                                                                     \
      n,                                                                                 \
      false,                                                                             \
      first,                                                                             \
      name##_f64_rows,                                                                   \
      name##_f64_columns,                                                                \
      name##_merge                                                                       \
    }                                                                                    \
  }
#define NOTHING                    \
  {                                \
    {.f = 0}, {.f = 0}, { .f = 0 } \
  }
#define NO_EXPS                  \
  {                              \
    {.f = -INFINITY}, { .f = 0 } \
  }

/* Of bools, the sum is how many are true, and the product the least. */
const struct nn__folds NN_KERNEL(folds) = {
    .divide = divide,
    .fold = {
        [NN_FOLD_SUM] =
            {REAL(sum, 0), [NN_INT64] = ROW(sum_i64, 1, I(0)), [NN_BOOL] = ROW(count_u8, 1, I(0))},
        [NN_FOLD_PROD] =
            {REAL(prod, 1), [NN_INT64] = ROW(prod_i64, 1, I(1)), [NN_BOOL] = ROW(min_u8, 1, I(1))},
        [NN_FOLD_MAX] = {REAL(max, -INFINITY), [NN_INT64] = ROW(max_i64, 1, I(INT64_MIN)),
                         [NN_BOOL] = ROW(max_u8, 1, I(0))},
        [NN_FOLD_MIN] = {REAL(min, INFINITY), [NN_INT64] = ROW(min_i64, 1, I(INT64_MAX)),
                         [NN_BOOL] = ROW(min_u8, 1, I(1))},
        [NN_FOLD_COUNT] = {ROW(count_f32, 1, I(0)), ROW(count_f64, 1, I(0)),
                           ROW(count_i64, 1, I(0)), ROW(count_u8, 1, I(0))},
        [NN_FOLD_ABS] = {REAL(abs, 0)},
        [NN_FOLD_SQUARES] = {REAL(squares, 0)},
        [NN_FOLD_POWERS] = {REAL(powers, 0)},
        [NN_FOLD_MAX_ABS] = {REAL(max_abs, 0)},
        [NN_FOLD_MIN_ABS] = {REAL(min_abs, INFINITY)},
        [NN_FOLD_MOMENTS] = SHARED(moments, 3, NOTHING),
        [NN_FOLD_LOGSUMEXP] = SHARED(logsumexp, 2, NO_EXPS),
        [NN_FOLD_ARGMAX] = PLACES(argmax),
        [NN_FOLD_ARGMIN] = PLACES(argmin),
    }};
