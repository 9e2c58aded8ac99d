/* The loops of the folds in kernels/reduce.c: over blocks of a row, groups of short rows and slabs
 * of columns. Each macro defines a function for elements of type T and lanes of type L, in which
 * MAP, an expression of x and p, takes in an element, and MERGE merges two lanes; START changes
 * nothing when merged.
 *
 * Sums run in LANES lanes side by side, which the compiler turns into vectors, over BLOCK elements
 * of a row or DEPTH rows of some columns. In SHORT rows, merging many lanes would take longer than
 * filling them: FEW_LANES do. */
#ifndef NN_KERNELS_REDUCE_LOOPS_H
#define NN_KERNELS_REDUCE_LOOPS_H

#include "reduce.h"

enum { LANES = 256, FEW_LANES = 64 /* bytes */, SHORT = 512, BLOCK = 2048, DEPTH = 32, GROUP = 16 };

#define INLINE static inline __attribute__((always_inline))
#define EACH(l, n) _Pragma("omp simd") for (int64_t l = 0; l < (n); l++)
#define ALIGNED __attribute__((aligned(64)))
#define UNROLL _Pragma("GCC unroll 8")

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* t takes in one element. */
#define TAKE(T, L, MAP, MERGE, t, element) \
  {                                        \
    const T x = element;                   \
    t = MERGE(t, (L)(MAP));                \
  }

/* The last n elements, fewer than lanes. With masks all lanes are written, as they are read next:
 * to read what was written in two pieces takes longer than the sum of a short row. */
#if defined(__AVX512F__)
#define REST(T, L, MAP, MERGE, lanes)          \
  EACH(l, lanes) {                             \
    L t = a[l];                                \
    if (l < n) TAKE(T, L, MAP, MERGE, t, v[l]) \
    a[l] = t;                                  \
  }
#else
#define REST(T, L, MAP, MERGE, lanes) EACH(l, n) TAKE(T, L, MAP, MERGE, a[l], v[l])
#endif

/* Merges lanes until so many are left. */
#define HALVE(MERGE, lanes, left) \
  UNROLL for (int w = lanes / 2; w >= left; w /= 2) EACH(l, w) a[l] = MERGE(a[l], a[l + w]);

/* Folds the elements from v to `end`, whole lanes, and n more into lanes, from START, and these
 * into the first `left` of them. */
#define FILL_LANES(T, L, START, MAP, MERGE, lanes, left) \
  EACH(l, lanes) a[l] = START;                           \
  for (; v < end; v += lanes) EACH(l, lanes)             \
  TAKE(T, L, MAP, MERGE, a[l], v[l])                     \
  if (n > 0) REST(T, L, MAP, MERGE, lanes)               \
  HALVE(MERGE, lanes, left)

/* name_block(n, v, p): at most BLOCK elements. */
#define LANES_OF(name, BYTES, T, L, START, MAP, MERGE) \
  static L name(int64_t n, const T *v, double p) {     \
    enum { lanes = BYTES / sizeof(L) };                \
    const T *end = v + (n - n % lanes);                \
    L a[lanes] ALIGNED;                                \
    (void)p;                                           \
    n %= lanes;                                        \
    FILL_LANES(T, L, START, MAP, MERGE, lanes, 1)      \
    return a[0];                                       \
  }

#define BLOCK_OF(name, T, L, START, MAP, MERGE)                      \
  LANES_OF(name##_long, LANES, T, L, START, MAP, MERGE)              \
  LANES_OF(name##_short, FEW_LANES, T, L, START, MAP, MERGE)         \
  INLINE L name##_block(int64_t n, const T *v, double p) {           \
    return n < SHORT ? name##_short(n, v, p) : name##_long(n, v, p); \
  }

/* With AVX-512, FEW_LANES are one register. As a value they stay in it between the loops over a
 * row; as an array they would go through memory each time. (What is converted on its way is done by
 * halves of registers.) */
#if defined(__AVX512F__)
#define IN_REGISTER(T, L) (sizeof(T) == sizeof(L))
#else
#define IN_REGISTER(T, L) false
#endif

/* name_take(few, n, v, p): the lanes with n more elements taken in, at most one each. */
#define FEW_OF(name, T, L, START, MAP, MERGE)                                      \
  typedef L name##_few __attribute__((vector_size(FEW_LANES), may_alias));         \
  INLINE name##_few name##_take(name##_few few, int64_t n, const T *v, double p) { \
    enum { lanes = FEW_LANES / sizeof(L) };                                        \
    L a[lanes] ALIGNED;                                                            \
    (void)p;                                                                       \
    *(name##_few *)a = few;                                                        \
    if (n == lanes) {                                                              \
      EACH(l, lanes) TAKE(T, L, MAP, MERGE, a[l], v[l])                            \
    } else {                                                                       \
      REST(T, L, MAP, MERGE, lanes)                                                \
    }                                                                              \
    return *(name##_few *)a;                                                       \
  }

/* name_group(a, i, m, y): SHORT rows i … i + m - 1 of a matrix, at most GROUP, each into one y.
 * When four lanes are left of each, those of all rows are merged side by side. */
#define GROUP_OF(name, T, L, START, MAP, MERGE)                                           \
  FEW_OF(name, T, L, START, MAP, MERGE)                                                   \
  static void name##_group(const struct nn__matrix *matrix, int64_t i, int64_t m, L *y) { \
    enum { lanes = FEW_LANES / sizeof(L) };                                               \
    const int64_t n = matrix->n % lanes, whole = matrix->n - n;                           \
    const double p = matrix->p;                                                           \
    L a[lanes] ALIGNED, left[GROUP][4] ALIGNED, lane[4][GROUP] ALIGNED;                   \
    (void)p;                                                                              \
    for (int64_t r = 0; r < m; r++) {                                                     \
      const T *v = (const T *)matrix->x + (i + r) * matrix->row_step, *end = v + whole;   \
      if (IN_REGISTER(T, L)) {                                                            \
        name##_few few = (name##_few){0} + (L)(START);                                    \
        for (; v < end; v += lanes) few = name##_take(few, lanes, v, p);                  \
        if (n > 0) few = name##_take(few, n, v, p);                                       \
        *(name##_few *)a = few;                                                           \
        HALVE(MERGE, lanes, 4)                                                            \
      } else {                                                                            \
        FILL_LANES(T, L, START, MAP, MERGE, lanes, 4)                                     \
      }                                                                                   \
      UNROLL for (int l = 0; l < 4; l++) left[r][l] = a[l];                               \
    }                                                                                     \
    EACH(r, GROUP) UNROLL for (int l = 0; l < 4; l++) lane[l][r] = left[r][l];            \
    EACH(r, m) lane[0][r] = MERGE(lane[0][r], lane[2][r]);                                \
    EACH(r, m) lane[1][r] = MERGE(lane[1][r], lane[3][r]);                                \
    EACH(r, m) y[r] = MERGE(lane[0][r], lane[1][r]);                                      \
  }

/* name_slab(a, i, m, y): rows i … i + m - 1 of a matrix, column j into y[j]. */
#define SLAB_OF(name, T, L, START, MAP, MERGE)                                         \
  static void name##_slab(const struct nn__matrix *a, int64_t i, int64_t m, L *y) {    \
    const T *v = (const T *)a->x + i * a->row_step;                                    \
    const int64_t n = a->n;                                                            \
    const double p = a->p;                                                             \
    (void)p;                                                                           \
    EACH(j, n) y[j] = START;                                                           \
    for (; m > 0; m--, v += a->row_step) EACH(j, n) TAKE(T, L, MAP, MERGE, y[j], v[j]) \
  }

#endif
