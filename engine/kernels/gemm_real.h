/* The products of kernels/gemm.c for one `real`: included once for float and once for double.
 *
 *   outer  C += a column of A times a row of B, step by step of k: an element of A is broadcast and
 *          multiplied with vectors of B's columns, which are packed unless they are contiguous.
 *   dot    each element as a dot product, along vectors of k, for few columns: A's rows are
 *          contiguous, and B's columns or else packed to be so.
 *
 * As the transpose of C is B' A', each may exchange the roles of A and B (and of m and n), where
 * that wastes less: (100, 128) (128, 10) fills vectors with 100 columns rather than 10.
 */

enum { F(lanes) = BYTES / sizeof(real) };
#define LANES F(lanes)

typedef real F(vec) __attribute__((vector_size(BYTES)));
typedef lane F(mask) __attribute__((vector_size(BYTES)));
typedef real F(loose) __attribute__((vector_size(BYTES), aligned(sizeof(real)), may_alias));
#define vec F(vec)
#define view F(view)
#define panel F(panel)
#define mask F(mask)

INLINE vec F(load)(const real *p) { return *(const F(loose) *)p; }

/* The same, but not again for each use: gcc would, in tiles of 3 rows, at half of their speed. */
INLINE vec F(load_once)(const real *p) { return *(const volatile F(loose) *)p; }

INLINE void F(store)(real *p, vec x) { *(F(loose) *)p = x; }

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
} view;

static view F(look)(const struct nn__gemm *p, bool flipped) {
  if (flipped)
    return (view){p, true, p->n, p->m, p->k, p->b, p->a, p->b_col, p->b_row, p->a_col, p->a_row};
  return (view){p, false, p->m, p->n, p->k, p->a, p->b, p->a_row, p->a_col, p->b_row, p->b_col};
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

/* to (cols, rows) = [to +] the transpose of from (rows, cols). */
static void F(transpose)(const real *from, int64_t from_row, int64_t rows, int64_t cols, real *to,
                         int64_t to_row, bool add) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    int64_t s = 0;
    for (; s + 4 <= cols; s += 4) {
      real *t = to + s * to_row + r;
      four x[4];
      F(load_transposed)(from + r * from_row + s, from_row, x);
      if (add) FOR(u, 4) x[u] += FOUR(t + u * to_row);
      FOR(u, 4) FOUR(t + u * to_row) = x[u];
    }
    for (; s < cols; s++)
      for (int64_t u = r; u < r + 4; u++)
        F(put_one)(to + s * to_row + u, from[u * from_row + s], add);
  }
  for (; r < rows; r++)
    for (int64_t s = 0; s < cols; s++) F(put_one)(to + s * to_row + r, from[r * from_row + s], add);
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

INLINE void F(finish_four)(const struct nn__gemm *p, int64_t i, int64_t j, const four *sum) {
  four x = *sum;
  real *c = (real *)p->c + i * p->c_row + j;
  if (p->accumulate) x += FOUR(c);
  if (p->bias) x += FOUR((const real *)p->bias + j);
  if (p->relu) x = ZERO_WHERE(x < 0, x);
  if (p->gate) x = ZERO_WHERE(FOUR((const real *)p->gate + i * p->gate_row + j) <= 0, x);
  FOUR(c) = x;
}

/* Rows i.. and columns j.. of C (in `scatter`, the view's) from sums whose rows lie `pitch` apart.
 */
static void F(scatter_rows)(const struct nn__gemm *p, int64_t i, int64_t rows, int64_t j,
                            int64_t cols, const real *sum, int64_t pitch) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t s = 0;
    for (; s + 4 <= cols; s += 4) {
      four x = FOUR(sum + r * pitch + s);
      F(finish_four)(p, i + r, j + s, &x);
    }
    for (; s < cols; s++) F(finish_one)(p, i + r, j + s, sum[r * pitch + s]);
  }
}

static void F(scatter)(const view *v, int64_t i, int64_t rows, int64_t j, int64_t cols,
                       const real *sum, int64_t pitch) {
  const struct nn__gemm *p = v->p;
  if (!v->flipped) {
    F(scatter_rows)(p, i, rows, j, cols, sum, pitch);
  } else if (!p->bias && !p->relu && !p->gate) {
    real *c = (real *)p->c + j * p->c_row + i;
    F(transpose)(sum, pitch, rows, cols, c, p->c_row, p->accumulate);
  } else {
    real turned[CHUNK * VECS * LANES];
    F(transpose)(sum, pitch, rows, cols, turned, rows, false);
    F(scatter_rows)(p, j, cols, i, rows, turned, rows);
  }
}

static void F(finish)(const struct nn__gemm *p) {
  const real *bias = p->bias;
  for (int64_t i = 0; i < p->m; i++) {
    real *c = (real *)p->c + i * p->c_row;
    const real *gate = p->gate ? (const real *)p->gate + i * p->gate_row : NULL;
    if (bias)
      for (int64_t j = 0; j < p->n; j++) c[j] += bias[j];
    if (p->relu)
      for (int64_t j = 0; j < p->n; j++) c[j] = c[j] < 0 ? 0 : c[j];
    if (gate)
      for (int64_t j = 0; j < p->n; j++) c[j] = gate[j] <= 0 ? 0 : c[j];
  }
}

/* ---- outer ---- */

/* Up to VECS vectors of columns of the view, from column j. The last of them begins at column
 * `last` of the panel, so that it ends where the panel ends and may overlap the one before it: its
 * lanes are computed twice, to the same bits, and no column outside is touched. */
typedef struct {
  const view *v;
  const real *b; /* (k, cols), its columns contiguous */
  int64_t b_row, cols, last;
  const struct nn__gemm *out; /* where sums go, row i of the view's C to its row 0 */
  int64_t i, rows, j;         /* which rows are to be done; column j of `out` is the first */
} panel;

/* What is less than a vector wide is not whole: it is loaded and stored in part. */
INLINE vec F(get)(const panel *t, const real *p, bool whole) {
  return whole ? F(load)(p) : F(load_part)(p, t->cols);
}

INLINE void F(set)(const panel *t, real *p, vec x, bool whole) {
  if (whole)
    F(store)(p, x);
  else
    F(store_part)(p, t->cols, x);
}

#define COLUMN(s) ((s) < vecs - 1 ? (s)*LANES : t->last)
#define EACH FOR(r, rows) FOR(s, vecs)

/* Each step is done to the whole tile before the next one, hence C is read before an overlapping
 * vector of it is written. */
INLINE void F(put)(const panel *t, int64_t i, int rows, int vecs, bool whole, vec x[ROWS][VECS]) {
  const struct nn__gemm *p = t->out;
  const real *bias = p->bias, *gate = p->gate;
  const int64_t c_row = p->c_row, gate_row = p->gate_row;
  real *c = (real *)p->c + i * c_row + t->j;
  if (p->accumulate) EACH x[r][s] += F(get)(t, c + r * c_row + COLUMN(s), whole);
  if (bias) EACH x[r][s] += F(get)(t, bias + t->j + COLUMN(s), whole);
  if (p->relu) EACH x[r][s] = ZERO_WHERE(x[r][s] < 0, x[r][s]);
  if (gate) {
    gate += i * gate_row + t->j;
    EACH x[r][s] = ZERO_WHERE(F(get)(t, gate + r * gate_row + COLUMN(s), whole) <= 0, x[r][s]);
  }
  EACH F(set)(t, c + r * c_row + COLUMN(s), x[r][s], whole);
}

INLINE void F(tile)(const panel *t, int64_t i, int rows, int vecs, bool whole) {
  const int64_t a_row = t->v->a_row, a_col = t->v->a_col, b_row = t->b_row, k = t->v->k;
  const real *a = t->v->a + (t->i + i) * a_row, *b = t->b;
  vec sum[ROWS][VECS];
  EACH sum[r][s] = (vec){0};
  for (int64_t l = 0; l < k; l++, a += a_col, b += b_row) {
    vec x[VECS];
    if (whole || !MASKS)
      FOR(s, vecs) x[s] = F(load_once)(b + COLUMN(s));
    else
      x[0] = F(load_part)(b, t->cols);
    EACH sum[r][s] += a[r * a_row] * x[s];
  }
  F(put)(t, i, rows, vecs, whole, sum);
}

/* Ten rows are 3 + 3 + 4: a tile of one or two would wait for its loads of B. */
INLINE void F(tiles)(const panel *t, int vecs, bool whole) {
  for (int64_t i = 0, rows; i < t->rows; i += rows) {
    int64_t left = t->rows - i, rest = left % ROWS;
    rows = min(left, rest == 0 || rest == ROWS - 1 ? ROWS : ROWS - 1);
    switch (rows) {
      CASE(1, F(tile)(t, i, 1, vecs, whole))
      CASE(2, F(tile)(t, i, 2, vecs, whole))
      CASE(3, F(tile)(t, i, 3, vecs, whole))
      CASE(4, F(tile)(t, i, 4, vecs, whole))
    }
  }
}

/* For panels of so many vectors; 0 for less than one. */
static void F(tiles_0)(const panel *t) { F(tiles)(t, 1, false); }
static void F(tiles_1)(const panel *t) { F(tiles)(t, 1, true); }
static void F(tiles_2)(const panel *t) { F(tiles)(t, 2, true); }
static void F(tiles_3)(const panel *t) { F(tiles)(t, 3, true); }
static void F(tiles_4)(const panel *t) { F(tiles)(t, VECS, true); }

static void F(tiles_all)(const panel *t) {
  static void (*const tiles[])(const panel *) = {F(tiles_0), F(tiles_1), F(tiles_2), F(tiles_3),
                                                 F(tiles_4)};
  tiles[t->cols < LANES ? 0 : ceil_div(t->cols, LANES)](t);
}

/* Copies the columns j.. of B. Where they are less than a vector it is filled up with what follows
 * in B, or with zeros; no result depends on that. */
static void F(pack)(const view *v, int64_t j, int64_t cols, real *to, int64_t pitch) {
  const real *b = v->b + j * v->b_col;
  int64_t l = 0;
  if (v->b_col == 1)
    for (; l < v->k && (v->k - 1 - l) * v->b_row + cols >= LANES; l++)
      F(store)(to + l * pitch, F(load)(b + l * v->b_row));
  if (v->b_row == 1) {
    for (; l < v->k; l++) F(store)(to + l * pitch, (vec){0});
    F(transpose)(b, v->b_col, cols, v->k, to, pitch, false);
  } else {
    for (; l < v->k; l++) {
      F(store)(to + l * pitch, (vec){0});
      for (int64_t s = 0; s < cols; s++) to[l * pitch + s] = b[l * v->b_row + s * v->b_col];
    }
  }
}

static bool F(must_pack)(const view *v) { return v->b_col != 1 || (v->n < LANES && !MASKS); }

/* A flipped panel, whose sums are scattered some rows at a time. */
static void F(flipped_panel)(panel *t, int64_t j) {
  real sum[CHUNK * VECS * LANES];
  const int64_t pitch = VECS * LANES, m = t->v->m;
  const struct nn__gemm out = {.c = sum, .c_row = pitch};
  t->out = &out, t->j = 0;
  for (t->i = 0; t->i < m; t->i += CHUNK) {
    t->rows = min(CHUNK, m - t->i);
    F(tiles_all)(t);
    F(scatter)(t->v, t->i, t->rows, j, t->cols, sum, pitch);
  }
}

/* The panels are as even in width as can be: five vectors are 3 + 2, not 4 + 1. With VECS >= 3 a
 * panel of one vector is all there is, hence two panels never overlap. */
static void F(outer)(const view *v) {
  real packed[SCRATCH / sizeof(real)];
  int64_t vectors = ceil_div(v->n, LANES), panels = ceil_div(vectors, VECS);
  panel t = {.v = v, .b_row = v->b_row, .out = v->p};
  for (int64_t q = 0, j = 0; q < panels; q++, j += t.cols) {
    int64_t vecs = vectors / panels + (q < vectors % panels);
    t.cols = min(vecs * LANES, v->n - j), t.last = max(t.cols - LANES, 0);
    t.b = v->b + j;
    if (F(must_pack)(v)) {
      F(pack)(v, j, t.cols, packed, vecs * LANES);
      t.b = packed, t.b_row = vecs * LANES;
    }
    if (v->flipped) {
      F(flipped_panel)(&t, j);
    } else {
      t.rows = v->m, t.j = j;
      F(tiles_all)(&t);
    }
  }
}

/* ---- dot ---- */

INLINE void F(add_pairs)(vec *x, int n) {
  FOR(i, n / 2) {
    vec y = x[2 * i], z = x[2 * i + 1];
    x[i] = INTERLEAVE(y, z, PICK(EVENS)) + INTERLEAVE(y, z, PICK(ODDS));
  }
}

/* Sums each of n vectors, by adding pairs of lanes again and again: to[i] = the sum of x[i]. */
INLINE void F(sum_lanes)(vec *x, int n, real *to) {
  F(add_pairs)(x, n);
  if (LANES > 2) F(add_pairs)(x, n / 2);
  if (LANES > 4) F(add_pairs)(x, n / 4);
  if (LANES > 8) F(add_pairs)(x, n / 8);
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
    F(transpose)(v->b, v->b_row, v->k, v->n, packed, v->k, false);
    w.b = packed, w.b_row = 1, w.b_col = v->k;
  }
  F(dot_all)(&w);
}

/* ---- the choice ---- */

/* Costs in vectors multiplied and added. A load counts as one, so does an element that is packed or
 * scattered; a dot product adds 4 for the sum of its lanes. */
static int64_t F(outer_cost)(const view *v) {
  int64_t cost = (v->m + 1) * v->k * ceil_div(v->n, LANES);
  if (F(must_pack)(v)) cost += v->k * v->n;
  if (v->flipped) cost += v->m * v->n;
  return cost;
}

static int64_t F(dot_cost)(const view *v) {
  int64_t pack = v->b_row == 1 ? 0 : v->k * v->n;
  bool possible = v->k >= LANES && v->a_col == 1 && (v->b_row == 1 || v->b_col == 1) &&
                  pack <= SCRATCH / (int64_t)sizeof(real);
  return possible ? v->m * v->n * (ceil_div(v->k, LANES) * 5 / 4 + 4) + pack : INT64_MAX;
}

static void F(run)(const struct nn__gemm *p) {
  view plain = F(look)(p, false), flipped = F(look)(p, true);
  int64_t outer = F(outer_cost)(&plain), outer_flipped = F(outer_cost)(&flipped);
  int64_t dot = F(dot_cost)(&plain), dot_flipped = F(dot_cost)(&flipped);
  if (min(dot, dot_flipped) < min(outer, outer_flipped)) {
    F(dot)(dot <= dot_flipped ? &plain : &flipped);
  } else if (p->k <= STEPS) {
    F(outer)(outer <= outer_flipped ? &plain : &flipped);
  } else {
    for (int64_t l = 0; l < p->k; l += STEPS) {
      struct nn__gemm part = nn__gemm_part(p, 0, p->m, 0, p->n, l, min(STEPS, p->k - l));
      view v = F(look)(&part, outer_flipped < outer);
      F(outer)(&v);
    }
  }
}

#undef LANES
#undef vec
#undef mask
#undef four
#undef FOUR
#undef view
#undef panel
#undef COLUMN
#undef EACH
