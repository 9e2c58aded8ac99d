/* The products of kernels/gemm.c for one `real`: included once for float and once for double.
 *
 *   outer   C += a column of A times a row of B, step by step of k (gemm_outer_real.h); B is packed
 *           where its columns are not contiguous, or many rows share it.
 *   blocks  the same for large matrices, with B packed whole and A some rows at a time.
 *   dot     each element as a dot product, along vectors of k, for few columns (gemm_dot_real.h):
 *           A's rows are contiguous, and B's columns or else packed to be so.
 *
 * As the transpose of C is B' A', outer and dot may exchange the roles of A and B (and of m and n),
 * where that wastes less: (100, 128) (128, 10) fills vectors with 100 columns rather than 10.
 */

enum { F(lanes) = BYTES / sizeof(real) };
#define LANES F(lanes)

typedef real F(vec) __attribute__((vector_size(BYTES)));
typedef lane F(mask) __attribute__((vector_size(BYTES)));
typedef real F(loose) __attribute__((vector_size(BYTES), aligned(sizeof(real)), may_alias));
typedef real F(half) __attribute__((vector_size(BYTES / 2)));
typedef real F(loose_half)
    __attribute__((vector_size(BYTES / 2), aligned(sizeof(real)), may_alias));
#define vec F(vec)
#define half F(half)
#define view F(view)
#define panel F(panel)
#define mask F(mask)

INLINE vec F(load)(const real *p) { return *(const F(loose) *)p; }

/* The same, but not again for each use: gcc would, in tiles of 3 rows, at half of their speed. */
INLINE vec F(load_once)(const real *p) { return *(const volatile F(loose) *)p; }

/* x in every lane: as a vector, so that gcc loads it as that. For a vector and its half it would
 * load x alone and spread it twice, on a unit that multiplies. */
INLINE vec F(spread)(real x) { return x - (vec){0}; }

INLINE half F(load_half)(const real *p) { return *(const volatile F(loose_half) *)p; }

INLINE void F(store)(real *p, vec x) { *(F(loose) *)p = x; }

INLINE void F(store_half)(real *p, half x) { *(F(loose_half) *)p = x; }

#if MASKS
INLINE vec F(load_part)(const real *p, int64_t n) { return LOAD_MASKED(FIRST(n), p); }

INLINE void F(store_part)(real *p, int64_t n, vec x) { STORE_MASKED(p, FIRST(n), x); }
#else
INLINE vec F(load_part)(const real *p, int64_t n) {
  vec x = {0};
  memcpy(&x, p, (size_t)n * sizeof(real));
  return x;
}

INLINE void F(store_part)(real *p, int64_t n, vec x) { memcpy(p, &x, (size_t)n * sizeof(real)); }
#endif

/* A product as a kernel sees it; flipped, it is that of the transposes. */
typedef struct {
  const struct nn__gemm *p;
  bool flipped;
  int64_t m, n, k;
  const real *a, *b;
  int64_t a_row, a_col, b_row, b_col;
  bool single; /* outer: m is 1, and not just in this part */
} view;

static view F(look)(const struct nn__gemm *p, bool flipped) {
  view v = {p, flipped, p->m, p->n, p->k, .a = p->a, .b = p->b};
  v.a_row = p->a_row, v.a_col = p->a_col, v.b_row = p->b_row, v.b_col = p->b_col;
  if (!flipped) return v;
  v.m = p->n, v.n = p->m, v.a = p->b, v.b = p->a;
  v.a_row = p->b_col, v.a_col = p->b_row, v.b_row = p->a_col, v.b_col = p->a_row;
  return v;
}

/* ---- four by four ---- */

typedef real F(four) __attribute__((vector_size(4 * sizeof(real))));
typedef real F(loose_four)
    __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));
#define four F(four)

/* The four elements at p. */
#define FOUR(p) (*(F(loose_four) *)(p))

/* x = the transpose of 4 x 4 elements. Half a cycle an element; one by one it takes two or three,
 * which would be a third of the time of small products. */
INLINE void F(load_transposed)(const real *p, int64_t row, four x[4]) {
  four a = FOUR(p), b = FOUR(p + row);
  four c = FOUR(p + 2 * row), d = FOUR(p + 3 * row);
  four ab = INTERLEAVE(a, b, 0, 4, 1, 5), cd = INTERLEAVE(c, d, 0, 4, 1, 5);
  x[0] = INTERLEAVE(ab, cd, 0, 1, 4, 5), x[1] = INTERLEAVE(ab, cd, 2, 3, 6, 7);
  ab = INTERLEAVE(a, b, 2, 6, 3, 7), cd = INTERLEAVE(c, d, 2, 6, 3, 7);
  x[2] = INTERLEAVE(ab, cd, 0, 1, 4, 5), x[3] = INTERLEAVE(ab, cd, 2, 3, 6, 7);
}

INLINE void F(put_one)(real *to, real x, bool add) { *to = add ? *to + x : x; }

/* Where the next four of n begin, at the latest the last four, some of them for the second time. */
INLINE int64_t F(next_four)(int64_t i, int64_t n) { return i + 4 < n && i + 8 > n ? n - 4 : i + 4; }

/* to (cols, rows) = the transpose of from (rows, cols), four by four. Rows of `to` are filled one
 * after the other: their cache lines are written once. */
static void F(transpose_fours)(const real *from, int64_t from_row, int64_t rows, int64_t cols,
                               real *to, int64_t to_row) {
  for (int64_t s = 0; s < cols; s = F(next_four)(s, cols))
    for (int64_t r = 0; r < rows; r = F(next_four)(r, rows)) {
      four x[4];
      F(load_transposed)(from + r * from_row + s, from_row, x);
      FOR(u, 4) FOUR(to + (s + u) * to_row + r) = x[u];
    }
}

static void F(transpose)(const real *from, int64_t from_row, int64_t rows, int64_t cols, real *to,
                         int64_t to_row) {
  if (rows >= 4 && cols >= 4) {
    F(transpose_fours)(from, from_row, rows, cols, to, to_row);
    return;
  }
  for (int64_t s = 0; s < cols; s++)
    for (int64_t r = 0; r < rows; r++) to[s * to_row + r] = from[r * from_row + s];
}

/* ---- what follows the sum ---- */

INLINE void F(finish_one)(const struct nn__gemm *p, int64_t i, int64_t j, real x) {
  real *c = (real *)p->c + i * p->c_row + j;
  if (p->accumulate) x += *c;
  if (p->bias) x += ((const real *)p->bias)[j];
  if (p->relu && x < 0) x = 0;
  if (p->gate && ((const real *)p->gate)[i * p->gate_row + j] <= 0) x = 0;
  *c = x;
}

/* Columns j to j + 3 of rows i.. of C, from sums whose rows lie `pitch` apart. All that is needed
 * is loaded before the loop: a store might change it, as far as the compiler knows. */
INLINE void F(finish_fours)(const struct nn__gemm *p, int64_t i, int64_t rows, int64_t j,
                            const real *sum, int64_t pitch) {
  const int64_t c_row = p->c_row, gate_row = p->gate_row;
  const bool accumulate = p->accumulate, biased = p->bias, relu = p->relu, gated = p->gate;
  four bias = {0};
  if (biased) bias = FOUR((const real *)p->bias + j);
  const real *gate = gated ? (const real *)p->gate + i * gate_row + j : sum;
  real *c = (real *)p->c + i * c_row + j;
  for (; rows > 0; rows--, sum += pitch, c += c_row, gate += gate_row) {
    four x = FOUR(sum);
    if (accumulate) x += FOUR(c);
    if (biased) x += bias;
    if (relu) x = ZERO_WHERE(x < 0, x);
    if (gated) x = ZERO_WHERE(FOUR(gate) <= 0, x);
    FOUR(c) = x;
  }
}

/* The same for any number of columns. */
static void F(scatter_rows)(const struct nn__gemm *p, int64_t i, int64_t rows, int64_t j,
                            int64_t cols, const real *sum, int64_t pitch) {
  int64_t s = 0;
  for (; s + 4 <= cols; s += 4) F(finish_fours)(p, i, rows, j + s, sum + s, pitch);
  for (; s < cols; s++)
    for (int64_t r = 0; r < rows; r++) F(finish_one)(p, i + r, j + s, sum[r * pitch + s]);
}

/* Rows i.. and columns j.. of the view's C. */
static void F(scatter)(const view *v, int64_t i, int64_t rows, int64_t j, int64_t cols,
                       const real *sum, int64_t pitch) {
  if (!v->flipped) {
    F(scatter_rows)(v->p, i, rows, j, cols, sum, pitch);
    return;
  }
  const struct nn__gemm *p = v->p;
  if (!p->accumulate && !p->bias && !p->relu && !p->gate) {
    F(transpose)(sum, pitch, rows, cols, (real *)p->c + j * p->c_row + i, p->c_row);
    return;
  }
  real turned[CHUNK * VECS * LANES];
  F(transpose)(sum, pitch, rows, cols, turned, rows);
  F(scatter_rows)(p, j, cols, i, rows, turned, rows);
}

static void F(finish)(const struct nn__gemm *p, const void *terms, int count) {
  const real *bias = p->bias;
  for (int64_t i = 0; i < p->m; i++) {
    real *c = (real *)p->c + i * p->c_row;
    const real *gate = p->gate ? (const real *)p->gate + i * p->gate_row : NULL;
    for (int q = 0; q < count; q++) {
      const real *term = (const real *)terms + (q * p->m + i) * p->n;
      for (int64_t j = 0; j < p->n; j++) c[j] += term[j];
    }
    if (bias)
      for (int64_t j = 0; j < p->n; j++) c[j] += bias[j];
    if (p->relu)
      for (int64_t j = 0; j < p->n; j++) c[j] = c[j] < 0 ? 0 : c[j];
    if (gate)
      for (int64_t j = 0; j < p->n; j++) c[j] = gate[j] <= 0 ? 0 : c[j];
  }
}

#include "kernels/gemm_dot_real.h"
#include "kernels/gemm_outer_real.h"
#include "kernels/gemm_quad_real.h"

/* ---- the choice ---- */

/* Of costs in vectors multiplied and added, as they were measured. A load counts as one, so does an
 * element that is packed or scattered. */
typedef int64_t F(cost)(const view *v);
static F(cost) *const F(costs)[] = {[NN_GEMM_OUTER] = F(outer_cost),
                                    [NN_GEMM_ROW] = F(row_cost),
                                    [NN_GEMM_DOT] = F(dot_cost),
                                    [NN_GEMM_QUAD] = F(quad_cost)};

static struct nn__gemm_plan F(plan)(const struct nn__gemm *p) {
  struct nn__gemm_plan best = {NN_GEMM_OUTER, false};
  int64_t least = INT64_MAX;
  for (int flipped = 0; flipped < 2; flipped++) {
    view v = F(look)(p, flipped);
    for (int way = 0; way < NN_GEMM_WAYS; way++) {
      int64_t cost = F(costs)[way](&v);
      if (cost < least) least = cost, best = (struct nn__gemm_plan){way, flipped};
    }
  }
  return best;
}

/* In as many steps as B's panels have room for; a product of none is zero. */
static void F(run_steps)(const struct nn__gemm *p, struct nn__gemm_plan plan) {
  real *scratch = F(new_scratch)(p);
  const bool whole = p->k <= STEPS;
  struct nn__gemm part;
  for (int64_t l = 0; l < max(p->k, 1); l += STEPS) {
    if (!whole) part = nn__gemm_part(p, 0, p->m, 0, p->n, l, min(STEPS, p->k - l));
    view v = F(look)(whole ? p : &part, plan.flipped && !scratch);
    v.single = plan.way == NN_GEMM_ROW;
    if (scratch)
      F(blocks)(&v, scratch);
    else
      F(outer)(&v);
  }
  free(scratch);
}

/* Dot products are not possible where less than a vector is left, at the end of a long k. */
static void F(run)(const struct nn__gemm *p, struct nn__gemm_plan plan) {
  static void (*const ways[NN_GEMM_WAYS])(const view *) = {
      [NN_GEMM_DOT] = F(dot), [NN_GEMM_QUAD] = F(quad)};
  view v = F(look)(p, plan.flipped);
  if (ways[plan.way] && F(costs)[plan.way](&v) < INT64_MAX)
    ways[plan.way](&v);
  else
    F(run_steps)(p, plan);
}

#include "kernels/perceptron_real.h"

#undef LANES
#undef vec
#undef half
#undef mask
#undef four
#undef FOUR
#undef view
#undef panel
#undef COLUMN
#undef END
#undef EACH
