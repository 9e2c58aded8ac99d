/* Dot products, for gemm_real.h: each element of C along vectors of k, for few columns. */

/* x[i] = vectors 2 i and 2 i + 1, each added to itself: half of its lanes to the other half. */
#define FOLD(type, x, n, which)                                                           \
  FOR(pair, (n) / 2) {                                                                    \
    const type y = (type)(x)[2 * pair], z = (type)(x)[2 * pair + 1];                      \
    (x)[pair] = (vec)INTERLEAVE(y, z, which##_LOW) + (vec)INTERLEAVE(y, z, which##_HIGH); \
  }

/* Sums each of n vectors, to[i] = the sum of x[i], by folding them again and again: first inside
 * blocks of 16 bytes, which is cheaper than across them. */
INLINE void F(sum_lanes)(vec *x, int n, real *to) {
  const int single = sizeof(real) == sizeof(float) ? n : 0, twice = single ? n / 2 : n;
  FOLD(floats, x, single, FLOATS)
  FOLD(doubles, x, twice, DOUBLES)
#if defined(__AVX__)
  FOLD(doubles, x, twice / 2, BLOCKS)
#endif
#if defined(__AVX512F__)
  FOLD(doubles, x, twice / 4, BLOCKS)
#endif
  FOR(i, n / LANES) F(store)(to + i * LANES, x[i]);
}

/* For the end of k, which is no whole vector, we take the last whole one that there is, without the
 * elements that have been multiplied already. */
INLINE mask F(keep_last)(int64_t n) {
  static const lane none_then_all[2 * LANES] = {[LANES... 2 * LANES - 1] = -1};
  mask keep;
  memcpy(&keep, none_then_all + n, sizeof(keep));
  return keep;
}

INLINE vec F(load_last)(const real *end, mask keep) {
  return (vec)(keep & (mask)F(load)(end - LANES));
}

/* Dot products of rows i.. of A with columns j.. of B, up to 4 * DOTS of them. */
INLINE void F(dot_tile)(const view *v, int64_t i, int rows, int64_t j, int vecs) {
  const real *a = v->a + i * v->a_row, *b = v->b + j * v->b_col;
  const int64_t k = v->k, full = k - k % LANES;
  vec sum[DOTS * 4], y[4];
  FOR(s, DOTS * 4) sum[s] = (vec){0};
  for (int64_t l = 0; l < full; l += LANES) {
    FOR(s, vecs) y[s] = F(load)(b + s * v->b_col + l);
    FOR(r, rows) {
      vec x = F(load)(a + r * v->a_row + l);
      FOR(s, vecs) sum[r * vecs + s] += x * y[s];
    }
  }
  if (full < k) {
    mask keep = F(keep_last)(k - full);
    FOR(s, vecs) y[s] = F(load_last)(b + s * v->b_col + k, keep);
    FOR(r, rows) {
      vec x = F(load_last)(a + r * v->a_row + k, keep);
      FOR(s, vecs) sum[r * vecs + s] += x * y[s];
    }
  }
  real total[DOTS * 4];
  F(sum_lanes)(sum, DOTS * 4, total);
  F(scatter)(v, i, rows, j, vecs, total, vecs);
}

/* Those in a tile. A single column gets four times the rows, for as many sums of lanes. The
 * answer is how many rows were done. */
static int F(dot_rows)(const view *v, int64_t i, int64_t j) {
  int64_t left = v->m - i, cols = min(4, v->n - j);
  int rows = cols == 1 && left >= 4 * DOTS ? 4 * DOTS : left >= DOTS ? DOTS : 1;
  switch (rows * 4 + cols) {
    CASE(4 + 1, F(dot_tile)(v, i, 1, j, 1))
    CASE(4 + 2, F(dot_tile)(v, i, 1, j, 2))
    CASE(4 + 3, F(dot_tile)(v, i, 1, j, 3))
    CASE(4 + 4, F(dot_tile)(v, i, 1, j, 4))
    CASE(4 * DOTS + 1, F(dot_tile)(v, i, DOTS, j, 1))
    CASE(4 * DOTS + 2, F(dot_tile)(v, i, DOTS, j, 2))
    CASE(4 * DOTS + 3, F(dot_tile)(v, i, DOTS, j, 3))
    CASE(4 * DOTS + 4, F(dot_tile)(v, i, DOTS, j, 4))
    CASE(16 * DOTS + 1, F(dot_tile)(v, i, 4 * DOTS, j, 1))
  }
  return rows;
}

static void F(dot_all)(const view *v) {
  for (int64_t j = 0; j < v->n; j += 4)
    for (int64_t i = 0; i < v->m;) i += F(dot_rows)(v, i, j);
}

static void F(dot)(const view *v) {
  real packed[SCRATCH / sizeof(real)];
  view w = *v;
  if (v->b_row != 1) {
    F(transpose)(v->b, v->b_row, v->k, v->n, packed, v->k);
    w.b = packed, w.b_row = 1, w.b_col = v->k;
  }
  F(dot_all)(&w);
}

/* In how many tiles dot_all does (m, n). */
static int64_t F(dot_tiles)(int64_t m, int64_t n) {
  const int64_t of_four = m / DOTS + m % DOTS;
  if (n % 4 != 1) return ceil_div(n, 4) * of_four;
  return n / 4 * of_four + m / (4 * DOTS) + m % (4 * DOTS) / DOTS + m % DOTS;
}

/* The sum of a vector's lanes counts as 4; a tile has all of them summed, if it is full or not. */
static int64_t F(dot_cost)(const view *v) {
  int64_t pack = v->b_row == 1 ? 0 : v->k * v->n, sums = 4 * DOTS * F(dot_tiles)(v->m, v->n);
  bool possible = v->k >= LANES && v->a_col == 1 && (v->b_row == 1 || v->b_col == 1) &&
                  pack <= SCRATCH / (int64_t)sizeof(real);
  return possible ? v->m * v->n * ceil_div(v->k, LANES) * 5 / 4 + 4 * sums + pack : INT64_MAX;
}
