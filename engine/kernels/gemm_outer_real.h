/* Outer products, for gemm_real.h: an element of A is broadcast and multiplied with vectors of B's
 * columns, for a tile of C that stays in registers meanwhile. */

/* Rows of A times up to VECS vectors of columns of B. The last vector begins at column `last`, so
 * that it ends where the panel ends and may overlap the one before it: its lanes are computed
 * twice, to the same bits, and no column outside is touched. HALF is the second half of it. A
 * packed panel has whole vectors, one behind the other. */
typedef struct {
  const real *a; /* (rows, k) */
  int64_t rows, k, a_row, a_col;
  const real *b; /* (k, cols), its columns contiguous */
  int64_t b_row, cols, last;
  int64_t b_last;             /* where the last vector lies in a row of b */
  const struct nn__gemm *out; /* row 0 of a, column 0 of b are its row 0, */
  int64_t j;                  /* and its column j */
  bool single;                /* a has one row, and the product has no more */
} panel;

/* Of the vector at p, what `end` says. */
INLINE vec F(get)(const panel *t, const real *p, enum end end) {
  return end == WHOLE ? F(load)(p) : F(load_part)(p, end == HALF ? LANES / 2 : t->cols);
}

INLINE void F(set)(const panel *t, real *p, vec x, enum end end) {
  if (end == WHOLE)
    F(store)(p, x);
  else
    F(store_part)(p, end == HALF ? LANES / 2 : t->cols, x);
}

/* Of vector s in a row: where it begins, and what is done of it. */
#define COLUMN(s) ((s) < vecs - 1 ? (s)*LANES : end == HALF ? t->last + LANES / 2 : t->last)
#define END(s) ((s) < vecs - 1 ? WHOLE : end)
#define EACH FOR(r, rows) FOR(s, vecs)

/* Row after row of a tile, where `at` points to the row's first column. */
#define EACH_ROW(at, row, ...)  \
  {                             \
    __typeof__(at) row_of = at; \
    FOR(r, rows) {              \
      FOR(s, vecs) __VA_ARGS__; \
      row_of += row;            \
      FORGET(row_of);           \
    }                           \
  }

/* Each step is done to the whole tile before the next one, hence C is read before an overlapping
 * vector of it is written. */
INLINE void F(put)(const panel *t, const struct nn__gemm *p, int64_t i, int rows, int vecs,
                   enum end end, vec x[MOST_ROWS][VECS]) {
  const int64_t c_row = p->c_row, gate_row = p->gate_row;
  const real *bias = p->bias, *gate = (const real *)p->gate + i * gate_row + t->j;
  real *c = (real *)p->c + i * c_row + t->j;
  if (p->accumulate) EACH_ROW(c, c_row, x[r][s] += F(get)(t, row_of + COLUMN(s), END(s)))
  if (bias) EACH x[r][s] += F(get)(t, bias + t->j + COLUMN(s), END(s));
  if (p->relu) EACH x[r][s] = RELU(x[r][s]);
  if (p->gate)
    EACH_ROW(gate, gate_row,
             x[r][s] = ZERO_WHERE(F(get)(t, row_of + COLUMN(s), END(s)) <= 0, x[r][s]))
  EACH_ROW(c, c_row, F(set)(t, row_of + COLUMN(s), x[r][s], END(s)))
}

/* A row of b: all its vectors, or but the last one, if half of that will do. */
INLINE void F(load_row)(const panel *t, const real *b, int vecs, enum end end, vec x[VECS]) {
  FOR(s, vecs - 1) x[s] = F(load_once)(b + s * LANES);
  if (end == PART && MASKS)
    x[0] = F(load_part)(b, t->cols);
  else if (end != HALF)
    x[vecs - 1] = F(load_once)(b + t->b_last);
}

/* sum += an element of each row of a, times all of a row of b: of its last vector perhaps but the
 * half y, which goes to `rest`. */
INLINE void F(multiply)(const real *a, int64_t a_row, const vec x[VECS], half y, int rows, int vecs,
                        enum end end, vec sum[][VECS], half rest[]) {
  const int full = end == HALF ? vecs - 1 : vecs;
  FOR(r, rows) {
    const vec e = F(spread)(a[r * a_row]);
    FOR(s, full) sum[r][s] += e * x[s];
    if (end == HALF) rest[r] += NARROW(e) * y;
  }
}

INLINE void F(tile)(const panel *t, const struct nn__gemm *p, int64_t i, int rows, int vecs,
                    enum end end) {
  const int64_t a_row = t->a_row, a_col = t->a_col, b_row = t->b_row, k = t->k;
  const real *a = t->a + i * a_row, *b = t->b;
  vec sum[MOST_ROWS][VECS];
  half rest[MOST_ROWS];
  EACH sum[r][s] = (vec){0};
  FOR(r, rows) rest[r] = (half){0};
  if (k >= SHALLOW) {
    const real *c = (const real *)p->c + i * p->c_row + t->j;
    EACH __builtin_prefetch(c + r * p->c_row + COLUMN(s), 1);
  }
  TWICE
  for (int64_t l = 0; l < k; l++, a += a_col, b += b_row) {
    vec x[VECS];
    F(load_row)(t, b, vecs, end, x);
    half y = {0};
    if (end == HALF) y = F(load_half)(b + t->b_last + LANES / 2);
    F(multiply)(a, a_row, x, y, rows, vecs, end, sum, rest);
  }
  if (end == HALF) FOR(r, rows) sum[r][vecs - 1] = WIDEN(rest[r]);
  F(put)(t, p, i, rows, vecs, end, sum);
}

/* The row of a product that has no other, as four sums of every fourth step: one alone would wait
 * for each addition to end. */
INLINE void F(single_row)(const panel *t, int vecs, enum end end) {
  const panel u = *t;
  const int rows = 4;
  const real *a = u.a, *b = u.b;
  vec sum[MOST_ROWS][VECS], x[VECS];
  int64_t l = 0;
  EACH sum[r][s] = (vec){0};
  for (; l + rows <= u.k; l += rows, a += rows * u.a_col) FOR(r, rows) {
      F(load_row)(&u, b, vecs, end, x);
      FOR(s, vecs) sum[r][s] += a[r * u.a_col] * x[s];
      b += u.b_row;
    }
  for (; l < u.k; l++, a += u.a_col, b += u.b_row) {
    F(load_row)(&u, b, vecs, end, x);
    FOR(s, vecs) sum[0][s] += a[0] * x[s];
  }
  FOR(s, vecs) sum[0][s] = (sum[0][s] + sum[1][s]) + (sum[2][s] + sum[3][s]);
  F(put)(&u, t->out, 0, 1, vecs, end, sum);
}

/* So many tiles from row i on. What they need is copied, since a store might change it elsewhere,
 * as far as the compiler knows: it would be loaded again for each tile. */
INLINE void F(stack)(const panel *t, int64_t i, int64_t tiles, int rows, int vecs, enum end end) {
  const panel u = *t;
  const struct nn__gemm p = *t->out;
  for (; tiles > 0; tiles--, i += rows) F(tile)(&u, &p, i, rows, vecs, end);
}

/* The rows of a tile of so many vectors. */
INLINE int F(most_rows)(int vecs) { return vecs == 1 ? MOST_ROWS : ROWS; }

#define TILES_OF(n) CASE(n, if (n <= F(most_rows)(vecs)) F(stack)(t, i, tiles, n, vecs, end))

INLINE void F(stack_of)(const panel *t, int64_t i, int64_t tiles, int64_t rows, int vecs,
                        enum end end) {
  switch (rows) {
    TILES_OF(1)
    TILES_OF(2)
    TILES_OF(3)
    TILES_OF(4)
    TILES_OF(5)
    TILES_OF(6)
  }
}

#undef TILES_OF

/* Tiles as even in height as can be: a tile of one or two rows would wait for its loads of B. */
INLINE void F(tiles)(const panel *t, int vecs, enum end end) {
  if (t->single) {
    F(single_row)(t, vecs, end == HALF ? WHOLE : end);
    return;
  }
  const int64_t most = t->k < SHALLOW ? SHALLOW_ROWS : F(most_rows)(vecs);
  const int64_t tiles = ceil_div(t->rows, most);
  const int64_t rows = t->rows / tiles, higher = t->rows % tiles;
  if (higher) F(stack_of)(t, 0, higher, rows + 1, vecs, end);
  F(stack_of)(t, higher * (rows + 1), tiles - higher, rows, vecs, end);
}

/* For panels of so many vectors. */
static void F(tiles_part)(const panel *t) { F(tiles)(t, 1, PART); }
static void F(tiles_1)(const panel *t) { F(tiles)(t, 1, WHOLE); }
static void F(tiles_2)(const panel *t) { F(tiles)(t, 2, WHOLE); }
static void F(tiles_3)(const panel *t) { F(tiles)(t, 3, WHOLE); }
static void F(tiles_4)(const panel *t) { F(tiles)(t, VECS, WHOLE); }
static void F(tiles_3_half)(const panel *t) { F(tiles)(t, 3, HALF); }
static void F(tiles_4_half)(const panel *t) { F(tiles)(t, VECS, HALF); }

/* Whether half of the last vector will do for so many columns in a panel of `vecs`. Panels of two
 * wait for their loads, and would not be faster. */
INLINE bool F(ends_by_half)(int64_t vecs, int64_t cols) {
  return HALVES && vecs >= 3 && vecs * LANES - cols >= LANES / 2;
}

static void F(tiles_all)(const panel *t) {
  static void (*const tiles[])(const panel *) = {F(tiles_part), F(tiles_1), F(tiles_2), F(tiles_3),
                                                 F(tiles_4)};
  static void (*const halved[])(const panel *) = {
      [3] = HALVES ? F(tiles_3_half) : NULL, [4] = HALVES ? F(tiles_4_half) : NULL};
  const int64_t vecs = t->cols < LANES ? 0 : ceil_div(t->cols, LANES);
  if (F(ends_by_half)(vecs, t->cols))
    halved[vecs](t);
  else
    tiles[vecs](t);
}

/* to (rows, cols) = from, with contiguous rows. */
static void F(gather)(const real *from, int64_t row, int64_t col, int64_t rows, int64_t cols,
                      real *to, int64_t to_row) {
  if (col == 1 && cols >= LANES) {
    for (int64_t r = 0; r < rows; r++) {
      for (int64_t s = 0; s < cols - LANES; s += LANES)
        F(store)(to + r * to_row + s, F(load)(from + r * row + s));
      F(store)(to + r * to_row + cols - LANES, F(load)(from + r * row + cols - LANES));
    }
  } else if (row == 1) {
    F(transpose)(from, col, cols, rows, to, to_row);
  } else {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t s = 0; s < cols; s++) to[r * to_row + s] = from[r * row + s * col];
  }
}

static bool F(must_pack)(const view *v) { return v->b_col != 1 || (v->n < LANES && !MASKS); }

/* Panels that many rows share are packed in any case: their vectors then lie on cache lines of
 * their own, and those do not compete for a few places in the cache. */
static bool F(should_pack)(const view *v) {
  const int64_t rows = v->k >= DEEP ? DEEP_ROWS : BLOCK_ROWS;
  return F(must_pack)(v) || (v->m >= rows && v->n >= LANES);
}

/* Panel number q, from column *j on. The panels are as even in width as can be: five vectors are
 * 3 + 2, not 4 + 1. With VECS >= 3 a panel of one vector is all there is, hence two never overlap.
 */
static panel F(next_panel)(const view *v, int64_t q, int64_t *j) {
  int64_t vectors = ceil_div(v->n, LANES), panels = ceil_div(vectors, VECS);
  int64_t vecs = vectors / panels + (q < vectors % panels), cols = min(vecs * LANES, v->n - *j);
  int64_t last = max(cols - LANES, 0);
  panel t = {v->a, v->m, v->k, v->a_row, v->a_col, v->b + *j * v->b_col, v->b_row, cols,
             last, last, v->p, *j,       v->single};
  *j += cols;
  return t;
}

/* The panel with b at `to`, where it is packed, or is to be. */
static panel F(packed)(panel t, const real *to) {
  t.b_last = (ceil_div(t.cols, LANES) - 1) * LANES;
  t.b = to, t.b_row = t.b_last + LANES;
  return t;
}

/* Less than a vector is filled up with zeros; no result depends on that. */
static void F(pack)(const panel *t, int64_t col, const panel *to) {
  real *b = (real *)to->b;
  const int64_t whole = to->b_last, pitch = to->b_row;
  if (t->cols < LANES)
    for (int64_t l = 0; l < t->k; l++) F(store)(b + l * pitch, (vec){0});
  if (whole) F(gather)(t->b, t->b_row, col, t->k, whole, b, pitch);
  F(gather)(t->b + t->last * col, t->b_row, col, t->k, t->cols - t->last, b + whole, pitch);
}

/* A flipped panel, whose sums are scattered some rows at a time. */
static void F(flipped_panel)(const view *v, panel *t) {
  real sum[CHUNK * VECS * LANES];
  const int64_t pitch = VECS * LANES, j = t->j;
  const struct nn__gemm out = {.c = sum, .c_row = pitch};
  t->out = &out, t->j = 0;
  for (int64_t i = 0; i < v->m; i += CHUNK) {
    t->a = v->a + i * v->a_row, t->rows = min(CHUNK, v->m - i);
    F(tiles_all)(t);
    F(scatter)(v, i, t->rows, j, t->cols, sum, pitch);
  }
}

static void F(outer)(const view *v) {
  _Alignas(BYTES) real scratch[SCRATCH / sizeof(real)];
  for (int64_t q = 0, j = 0; j < v->n; q++) {
    panel t = F(next_panel)(v, q, &j);
    if (F(should_pack)(v)) {
      panel packed = F(packed)(t, scratch);
      F(pack)(&t, v->b_col, &packed);
      t = packed;
    }
    if (v->flipped)
      F(flipped_panel)(v, &t);
    else
      F(tiles_all)(&t);
  }
}

/* A tile of one vector takes half as long again, since it loads more than it multiplies. */
static int64_t F(outer_cost)(const view *v) {
  int64_t vecs = ceil_div(v->n, LANES), cost = (v->m + 1) * v->k * max(2 * vecs, 3) / 2;
  if (F(must_pack)(v)) cost += v->k * v->n;
  if (v->flipped) cost += v->m * v->n;
  return cost;
}

/* The same for a single row. */
static int64_t F(row_cost)(const view *v) { return v->m == 1 ? F(outer_cost)(v) - 1 : INT64_MAX; }

/* ---- blocks ---- */

/* Packs all of B, and some rows of A at a time, so that their cache lines are not in each other's
 * way (Goto and van de Geijn 2008). */
static void F(blocks)(const view *v, real *scratch) {
  const int64_t pitch = STEPS + LANES;
  for (int64_t i = 0; i < v->m; i += BLOCK_ROWS) {
    const int64_t rows = min(BLOCK_ROWS, v->m - i);
    const struct nn__gemm out = nn__gemm_part(v->p, i, rows, 0, v->n, 0, v->k);
    real *b = scratch + BLOCK_ROWS * pitch;
    F(gather)(v->a + i * v->a_row, v->a_row, v->a_col, rows, v->k, scratch, pitch);
    for (int64_t q = 0, j = 0; j < v->n; q++) {
      panel t = F(next_panel)(v, q, &j), packed = F(packed)(t, b);
      if (i == 0) F(pack)(&t, v->b_col, &packed);
      packed.a = scratch, packed.a_row = pitch, packed.a_col = 1;
      packed.rows = rows, packed.out = &out;
      F(tiles_all)(&packed);
      b += packed.b_row * v->k;
    }
  }
}

/* NULL: the product is too small for blocks, or there is no memory. */
static real *F(new_scratch)(const struct nn__gemm *p) {
  if (p->m < BLOCK_ROWS || p->n < 2 * VECS * LANES || p->k < 2 * VECS * LANES) return NULL;
  int64_t a = BLOCK_ROWS * (STEPS + LANES), b = round_up(p->n, LANES) * STEPS;
  return aligned_alloc(BYTES, (size_t)(a + b) * sizeof(real));
}
