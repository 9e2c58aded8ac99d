/* Quads, for gemm_real.h: dot products of many rows with few columns. A vector holds four steps of
 * k for each of GROUPS columns, and is multiplied with four elements of a row of A, repeated. */

#ifdef REPEAT

enum { F(groups) = LANES / 4 };
#define GROUPS F(groups)
#define MOST_QUADS 3
#define QUAD_ROWS 8

/* ---- B as quads: (k / 4, quads, GROUPS, 4), filled up with zeros ---- */

/* Four columns from c on, steps l.. of them, where to[g] is the place of column c + g. */
INLINE void F(pack_four)(const view *v, int64_t l, int64_t c, real *const to[4]) {
  const real *b = v->b + l * v->b_row + c * v->b_col;
  if (v->b_col == 1 && c + 4 <= v->n && l + 4 <= v->k) {
    four x[4];
    F(load_transposed)(b, v->b_row, x);
    FOR(g, 4) FOUR(to[g]) = x[g];
    return;
  }
  for (int64_t g = 0; g < 4 && c + g < v->n; g++, b += v->b_col) {
    if (v->b_row == 1 && l + 4 <= v->k)
      FOUR(to[g]) = FOUR(b);
    else
      for (int64_t u = 0; u < 4 && l + u < v->k; u++) to[g][u] = b[u * v->b_row];
  }
}

static void F(pack_quads)(const view *v, int64_t quads, real *to) {
  const int64_t pitch = 4 * quads * GROUPS;
  memset(to, 0, (size_t)(ceil_div(v->k, 4) * pitch) * sizeof(real));
  for (int64_t l = 0; l < v->k; l += 4, to += pitch)
    for (int64_t c = 0; c < v->n; c += 4) {
      real *const group = to + 4 * c, *const groups[] = {group, group + 4, group + 8, group + 12};
      F(pack_four)(v, l, c, groups);
    }
}

/* ---- tiles ---- */

/* Steps l.. of k, whose quads of B lie at b. */
INLINE void F(quad_step)(vec *sum, const real *const *a, int64_t l, const real *b, int rows,
                         int quads) {
  vec y[MOST_QUADS];
  FOR(q, quads) y[q] = F(load_once)(b + q * LANES);
  FOR(r, rows) {
    vec x = REPEAT(a[r] + l);
    FOR(q, quads) sum[r * quads + q] += x * y[q];
  }
}

/* Rows i.. of A with all columns; rows that A lacks are its last one again, and not stored. */
INLINE void F(quad_tile)(const view *v, const real *b, int64_t i, int rows, int quads) {
  const int64_t k = v->k, left = v->m - i;
  const real *a[QUAD_ROWS];
  vec sum[QUAD_ROWS * MOST_QUADS];
  int64_t l = 0;
  FOR(r, rows) a[r] = v->a + (i + min(r, left - 1)) * v->a_row;
  FOR(s, rows * quads) sum[s] = (vec){0};
  for (; l + 4 <= k; l += 4, b += quads * LANES) F(quad_step)(sum, a, l, b, rows, quads);
  if (l < k) {
    real last[QUAD_ROWS][4] = {{0}};
    FOR(r, rows) a[r] = memcpy(last[r], a[r] + l, (size_t)(k - l) * sizeof(real));
    F(quad_step)(sum, a, 0, b, rows, quads);
  }
  FOLD(vec, sum, rows * quads, PAIRS)
  FOLD(vec, sum, rows * quads / 2, PAIRS)
  real total[QUAD_ROWS * MOST_QUADS * GROUPS];
  FOR(s, rows * quads / 4) F(store)(total + s * LANES, sum[s]);
  F(scatter)(v, i, min(rows, left), 0, v->n, total, quads * GROUPS);
}

static void F(quad)(const view *v) {
  _Alignas(BYTES) real b[SCRATCH / sizeof(real)];
  const int64_t quads = ceil_div(v->n, GROUPS);
  F(pack_quads)(v, quads, b);
  for (int64_t i = 0; i < v->m; i += quads == 1 ? QUAD_ROWS : QUAD_ROWS / 2) switch (quads) {
      CASE(1, F(quad_tile)(v, b, i, QUAD_ROWS, 1))
      CASE(2, F(quad_tile)(v, b, i, QUAD_ROWS / 2, 2))
      CASE(3, F(quad_tile)(v, b, i, QUAD_ROWS / 2, 3))
    }
}

/* A step counts as 3 halves where there is but one quad for the elements that it repeats; the end
 * of a row as 3, and 5 for each quad, and 30 where k is no multiple of 4; an element of B that is
 * packed as 3 halves. */
static int64_t F(quad_cost)(const view *v) {
  int64_t quads = ceil_div(v->n, GROUPS), steps = ceil_div(v->k, 4);
  int64_t row = steps * max(2 * quads, 3) / 2 + 5 * quads + 3 + (v->k % 4 ? 30 : 0);
  bool possible = v->a_col == 1 && quads <= MOST_QUADS &&
                  steps * quads * LANES <= SCRATCH / (int64_t)sizeof(real);
  return possible ? v->m * row + v->k * v->n * 3 / 2 : INT64_MAX;
}

#undef GROUPS

#else /* a vector has no room for them */

static void F(quad)(const view *v) { (void)v; }

static int64_t F(quad_cost)(const view *v) {
  (void)v;
  return INT64_MAX;
}

#endif
