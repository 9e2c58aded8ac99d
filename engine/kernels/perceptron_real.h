/* Two linear layers with a relu between them, and their gradient (perceptron.h), for gemm_real.h:
 * some rows of the batch at a time, with a tile of the hidden layer in registers. */

/* What the tiles share. The rows of these matrices are `pitch` elements long and begin with a cache
 * line; what lies behind the hidden layer's columns is 0 in weights, and elsewhere, as in h, may be
 * anything. */
typedef struct {
  const struct nn__perceptron *p;
  int64_t pitch, last;        /* `last`: the column where the last vector begins */
  int64_t panels, vecs, wide; /* of hidden columns: each of `vecs` vectors, `wide` of one more */
  real *w1, *b1, *w2;         /* (in, pitch), the transpose, (1, pitch) and (out, pitch) */
  real *gw1, *gb1, *gw2;      /* the same, of their gradients */
} F(net);
#define net F(net)

static net F(new_net)(const struct nn__perceptron *p) {
  const int64_t vectors = ceil_div(p->hidden, LANES);
  net t = {.p = p, .pitch = nn__perceptron_pitch(p->type, p->hidden)};
  t.last = (vectors - 1) * LANES, t.panels = ceil_div(vectors, VECS);
  t.vecs = vectors / t.panels, t.wide = vectors % t.panels;
  return t;
}

static void F(clear)(real *to, int64_t n) {
  for (int64_t s = 0; s < n; s += LANES) F(store)(to + s, (vec){0});
}

/* Zeros behind what is then put into the hidden layer's columns. */
static void F(clear_ends)(const net *t, real *to, int64_t rows) {
  for (int64_t r = 0; r < rows; r++) F(store)(to + r * t->pitch + t->last, (vec){0});
}

static void F(copy_w2)(const net *t) {
  const struct nn__perceptron *p = t->p;
  F(clear_ends)(t, t->w2, p->out);
  F(gather)(p->w2, p->hidden, 1, p->out, p->hidden, t->w2, t->pitch);
}

/* Runs `tile` on every panel; HALF is the first half of its last vector. */
#define EACH_PANEL(rows, tile, ...)                                         \
  for (int64_t q = 0, j = 0; q < t->panels; q++) {                          \
    const int64_t vecs = t->vecs + (q < t->wide);                           \
    switch (vecs + F(ends_by_half)(vecs, t->p->hidden - j) * VECS) {        \
      CASE(1, F(tile)(t, __VA_ARGS__, j, rows, 1, WHOLE))                   \
      CASE(2, F(tile)(t, __VA_ARGS__, j, rows, 2, WHOLE))                   \
      CASE(3, F(tile)(t, __VA_ARGS__, j, rows, 3, WHOLE))                   \
      CASE(4, if (VECS >= 4) F(tile)(t, __VA_ARGS__, j, rows, 4, WHOLE))    \
      CASE(VECS + 3, if (HALVES) F(tile)(t, __VA_ARGS__, j, rows, 3, HALF)) \
      CASE(VECS + 4, if (HALVES) F(tile)(t, __VA_ARGS__, j, rows, 4, HALF)) \
    }                                                                       \
    j += vecs * LANES;                                                      \
  }

/* tile += the products of each row's element at x with the vectors at w, for `count` of either. */
INLINE void F(add_products)(const real *x, int64_t x_row, int64_t count, const real *w,
                            int64_t pitch, vec tile[PAIR_ROWS][VECS], int rows, int vecs,
                            enum end end) {
  const int full = end == HALF ? vecs - 1 : vecs;
  half rest[PAIR_ROWS];
  FOR(r, rows) rest[r] = NARROW(tile[r][vecs - 1]);
  TWICE
  for (const real *last = x + count; x < last; x++, w += pitch) {
    vec v[VECS];
    half y = {0};
    FOR(s, full) v[s] = F(load_once)(w + s * LANES);
    if (end == HALF) y = F(load_half)(w + full * LANES);
    F(multiply)(x, x_row, v, y, rows, vecs, end, tile, rest);
  }
  if (end == HALF) FOR(r, rows) tile[r][full] = WIDEN(rest[r]);
}

/* ---- forward ---- */

/* Of row i and those below, the hidden layer's columns j.., and what they add to `sums`, which has
 * `rows` vectors for each column of y. What a NaN or infinity makes of the columns behind the
 * hidden layer's must not get into them. */
INLINE void F(forward_tile)(const net *t, int64_t i, real *sums, int64_t j, int rows, int vecs,
                            enum end end) {
  const struct nn__perceptron *p = t->p;
  const int64_t pitch = t->pitch, out = p->out;
  const int64_t behind = j + vecs * LANES - p->hidden;
  const real *x = (const real *)p->x + i * p->x_row, *w2 = t->w2 + j;
  real *h = (real *)p->h + i * pitch + j;
  vec tile[PAIR_ROWS][VECS], w[VECS];
  FOR(s, vecs) w[s] = F(load)(t->b1 + j + s * LANES);
  EACH tile[r][s] = w[s];
  F(add_products)(x, p->x_row, p->in, t->w1 + j, pitch, tile, rows, vecs, end);
  EACH tile[r][s] = RELU(tile[r][s]);
  EACH_ROW(h, pitch, F(store)(row_of + s * LANES, tile[r][s]))
  if (behind > 0) {
    const mask none = F(keep_last)(behind);
    FOR(r, rows) tile[r][vecs - 1] = ZERO_WHERE(none, tile[r][vecs - 1]);
  }
  for (int64_t o = 0; o < out; o++, w2 += pitch, sums += rows * LANES) {
    FOR(s, vecs) w[s] = F(load_once)(w2 + s * LANES);
    FOR(r, rows) {
      vec sum = j ? F(load)(sums + r * LANES) : (vec){0};
      FOR(s, vecs) sum += tile[r][s] * w[s];
      F(store)(sums + r * LANES, sum);
    }
  }
}

/* Four columns of y at a time, of which the last may not be there. */
INLINE void F(put_rows)(const struct nn__perceptron *p, int64_t i, const real *sums, int rows) {
  const real *b2 = p->b2;
  real *y = (real *)p->y + i * p->out, total[4 * PAIR_ROWS];
  for (int64_t o = 0; o < p->out; o += 4, sums += 4 * rows * LANES) {
    vec x[4 * PAIR_ROWS];
    FOR(q, 4)
    FOR(r, PAIR_ROWS) x[r * 4 + q] = r < rows ? F(load)(sums + (q * rows + r) * LANES) : (vec){0};
    F(sum_lanes)(x, 4 * PAIR_ROWS, total);
    if (o + 4 <= p->out) {
      const four bias = FOUR(b2 + o);
      FOR(r, rows) FOUR(y + r * p->out + o) = FOUR(total + 4 * r) + bias;
    } else {
      for (int64_t q = 0; o + q < p->out; q++)
        FOR(r, rows) y[r * p->out + o + q] = total[4 * r + q] + b2[o + q];
    }
  }
}

INLINE void F(forward_rows)(const net *t, int64_t i, real *sums, int rows) {
  EACH_PANEL(rows, forward_tile, i, sums)
  F(put_rows)(t->p, i, sums, rows);
}

static void F(perceptron)(const struct nn__perceptron *p, int64_t first, int64_t last) {
  _Alignas(BYTES) real scratch[NN_PERCEPTRON_BYTES / sizeof(real)];
  _Alignas(BYTES) real sums[NN_PERCEPTRON_OUT * PAIR_ROWS * LANES];
  net t = F(new_net)(p);
  t.b1 = scratch, t.w1 = t.b1 + t.pitch, t.w2 = t.w1 + p->in * t.pitch;
  F(clear_ends)(&t, t.b1, 1 + p->in);
  F(gather)(p->b1, p->hidden, 1, 1, p->hidden, t.b1, t.pitch);
  F(transpose)(p->w1, p->in, p->hidden, p->in, t.w1, t.pitch);
  F(copy_w2)(&t);
  F(clear)(sums, round_up(p->out, 4) * PAIR_ROWS * LANES);
  if (last - first < PAIR_ROWS)
    for (int64_t i = first; i < last; i++) F(forward_rows)(&t, i, sums, 1);
  else
    for (int64_t i = first; i < last; i = F(next_four)(i, last))
      F(forward_rows)(&t, i, sums, PAIR_ROWS);
}

/* ---- the gradient ---- */

/* to (count, vecs) += the outer products of each row's `count` factors with the row of the tile. */
INLINE void F(add_outer)(const real *factor, int64_t row, int64_t count, vec tile[PAIR_ROWS][VECS],
                         real *to, int64_t pitch, int rows, int vecs, enum end end) {
  const int full = end == HALF ? vecs - 1 : vecs;
  for (const real *last = factor + count; factor < last; factor++, to += pitch) {
    vec sum[VECS];
    half rest = {0};
    FOR(s, full) sum[s] = F(load)(to + s * LANES);
    if (end == HALF) rest = F(load_half)(to + full * LANES);
    FOR(r, rows) {
      const vec e = F(spread)(factor[r * row]);
      FOR(s, full) sum[s] += e * tile[r][s];
      if (end == HALF) rest += NARROW(e) * NARROW(tile[r][full]);
    }
    FOR(s, full) F(store)(to + s * LANES, sum[s]);
    if (end == HALF) F(store_half)(to + full * LANES, rest);
  }
}

/* What rows i.. and the hidden layer's columns j.. add to the sums. */
INLINE void F(gradient_tile)(const net *t, int64_t i, int64_t j, int rows, int vecs, enum end end) {
  const struct nn__perceptron *p = t->p;
  const int64_t pitch = t->pitch, out = p->out;
  const real *gy = (const real *)p->gy + i * out, *h = (const real *)p->h + i * pitch + j;
  const real *x = (const real *)p->x + i * p->x_row;
  vec tile[PAIR_ROWS][VECS];
  EACH tile[r][s] = F(load)(h + r * pitch + s * LANES);
  F(add_outer)(gy, out, out, tile, t->gw2 + j, pitch, rows, vecs, end);
  EACH tile[r][s] = (vec){0};
  F(add_products)(gy, out, out, t->w2 + j, pitch, tile, rows, vecs, end);
  EACH_ROW(h, pitch, tile[r][s] = ZERO_WHERE_ZERO(F(load)(row_of + s * LANES), tile[r][s]))
  FOR(s, vecs) {
    vec sum = F(load)(t->gb1 + j + s * LANES);
    FOR(r, rows) sum += tile[r][s];
    F(store)(t->gb1 + j + s * LANES, sum);
  }
  F(add_outer)(x, p->x_row, p->in, tile, t->gw1 + j, pitch, rows, vecs, end);
}

INLINE void F(gradient_rows)(const net *t, int64_t i, int rows) {
  EACH_PANEL(rows, gradient_tile, i)
}

/* The sums of gy's columns, as a product with ones. */
static void F(put_gb2)(const struct nn__perceptron *p) {
  static const real one = 1;
  struct nn__gemm sums = {.type = p->type, .m = 1, .n = p->out, .k = p->batch, .a = &one};
  sums.b = p->gy, sums.b_row = p->out, sums.b_col = 1;
  sums.c = p->gb2, sums.c_row = p->out;
  F(run)(&sums, (struct nn__gemm_plan){NN_GEMM_ROW, false});
}

static net F(net_with_sums)(const struct nn__perceptron *p, void *sums) {
  net t = F(new_net)(p);
  t.gw2 = sums, t.gb1 = t.gw2 + p->out * t.pitch, t.gw1 = t.gb1 + t.pitch;
  return t;
}

static void F(perceptron_sums)(const struct nn__perceptron *p, int64_t first, int64_t last,
                               void *sums) {
  _Alignas(BYTES) real scratch[NN_PERCEPTRON_BYTES / sizeof(real)];
  net t = F(net_with_sums)(p, sums);
  t.w2 = scratch;
  F(copy_w2)(&t);
  F(clear)(sums, nn__perceptron_sums_length(p));
  int64_t i = first;
  for (; i + PAIR_ROWS <= last; i += PAIR_ROWS) F(gradient_rows)(&t, i, PAIR_ROWS);
  for (; i < last; i++) F(gradient_rows)(&t, i, 1);
}

static void F(perceptron_finish)(const struct nn__perceptron *p, void *sums, const void *more) {
  const net t = F(net_with_sums)(p, sums);
  const int64_t n = p->hidden, count = more ? nn__perceptron_sums_length(p) : 0;
  for (int64_t s = 0; s < count; s += LANES)
    F(store)(t.gw2 + s, F(load)(t.gw2 + s) + F(load)((const real *)more + s));
  if (p->gw1) F(transpose)(t.gw1, t.pitch, p->in, n, p->gw1, p->in);
  if (p->gb1) F(gather)(t.gb1, t.pitch, 1, 1, n, p->gb1, n);
  if (p->gw2) F(gather)(t.gw2, t.pitch, 1, p->out, n, p->gw2, n);
  if (p->gb2) F(put_gb2)(p);
}

#undef EACH_PANEL
#undef net
