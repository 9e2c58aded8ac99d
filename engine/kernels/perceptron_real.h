/* The gradient of two linear layers with a relu between them (perceptron.h), for gemm_real.h: some
 * rows of the batch at a time, with a tile of the hidden layer in registers. */

/* What the tiles share. The rows of these matrices are `pitch` elements long and begin with a cache
 * line; what lies behind the hidden layer's columns in them, and in h, may be anything. */
typedef struct {
  const struct nn__perceptron *p;
  int64_t pitch;
  int64_t panels, vecs, wide; /* of hidden columns: each of `vecs` vectors, `wide` of one more */
  real *w2, *gw2;             /* (out, pitch) */
  real *gw1, *gb1;            /* (in, pitch), the transpose, and (1, pitch) */
} F(net);
#define net F(net)

/* to (count, vecs) += the outer products of each row's `count` factors with the row of the tile. */
INLINE void F(add_outer)(const real *factor, int64_t row, int64_t count, vec tile[PAIR_ROWS][VECS],
                         real *to, int64_t pitch, int rows, int vecs) {
  for (const real *end = factor + count; factor < end; factor++, to += pitch) {
    vec sum[VECS];
    FOR(s, vecs) sum[s] = F(load)(to + s * LANES);
    EACH sum[s] += factor[r * row] * tile[r][s];
    FOR(s, vecs) F(store)(to + s * LANES, sum[s]);
  }
}

/* What rows i.. and the hidden layer's columns j.. add to the gradients. */
INLINE void F(gradient_tile)(const net *t, int64_t i, int64_t j, int rows, int vecs) {
  const struct nn__perceptron *p = t->p;
  const int64_t pitch = t->pitch, out = p->out;
  const real *gy = (const real *)p->gy + i * out, *h = (const real *)p->h + i * pitch + j;
  const real *w2 = t->w2 + j, *x = (const real *)p->x + i * p->x_row;
  vec tile[PAIR_ROWS][VECS], w[VECS];
  EACH tile[r][s] = F(load)(h + r * pitch + s * LANES);
  F(add_outer)(gy, out, out, tile, t->gw2 + j, pitch, rows, vecs);
  EACH tile[r][s] = (vec){0};
  for (int64_t o = 0; o < out; o++, w2 += pitch) {
    FOR(s, vecs) w[s] = F(load_once)(w2 + s * LANES);
    EACH tile[r][s] += gy[r * out + o] * w[s];
  }
  EACH_ROW(h, pitch, tile[r][s] = ZERO_WHERE(F(load)(row_of + s * LANES) <= 0, tile[r][s]))
  FOR(s, vecs) {
    vec sum = F(load)(t->gb1 + j + s * LANES);
    FOR(r, rows) sum += tile[r][s];
    F(store)(t->gb1 + j + s * LANES, sum);
  }
  F(add_outer)(x, p->x_row, p->in, tile, t->gw1 + j, pitch, rows, vecs);
}

INLINE void F(gradient_rows)(const net *t, int64_t i, int rows) {
  for (int64_t q = 0, j = 0; q < t->panels; q++) {
    const int64_t vecs = t->vecs + (q < t->wide);
    switch (vecs) {
      CASE(1, F(gradient_tile)(t, i, j, rows, 1))
      CASE(2, F(gradient_tile)(t, i, j, rows, 2))
      CASE(3, F(gradient_tile)(t, i, j, rows, 3))
#if defined(__AVX512F__)
      CASE(4, F(gradient_tile)(t, i, j, rows, 4))
#endif
    }
    j += vecs * LANES;
  }
}

/* Lays out `scratch`, all zeros, and copies w2 to it. */
static net F(new_net)(const struct nn__perceptron *p, real *scratch) {
  const int64_t pitch = nn__perceptron_pitch(p->type, p->hidden), vectors = pitch / LANES;
  net t = {.p = p, .pitch = pitch, .panels = ceil_div(vectors, VECS)};
  t.vecs = vectors / t.panels, t.wide = vectors % t.panels;
  t.w2 = scratch, t.gw2 = t.w2 + p->out * pitch;
  t.gb1 = t.gw2 + p->out * pitch, t.gw1 = t.gb1 + pitch;
  for (int64_t s = 0; s < (2 * p->out + 1 + p->in) * pitch; s += LANES)
    F(store)(scratch + s, (vec){0});
  for (int64_t o = 0; o < p->out; o++)
    memcpy(t.w2 + o * pitch, (const real *)p->w2 + o * p->hidden, (size_t)p->hidden * sizeof(real));
  return t;
}

/* The sums of gy's columns, as a product with ones. */
static void F(put_gb2)(const struct nn__perceptron *p) {
  static const real one = 1;
  struct nn__gemm sums = {.type = p->type, .m = 1, .n = p->out, .k = p->batch, .a = &one};
  sums.b = p->gy, sums.b_row = p->out, sums.b_col = 1;
  sums.c = p->gb2, sums.c_row = p->out;
  F(run)(&sums, F(plan)(&sums));
}

static void F(put_gradients)(const net *t) {
  const struct nn__perceptron *p = t->p;
  const size_t row = (size_t)p->hidden * sizeof(real);
  if (p->gw1) F(transpose)(t->gw1, t->pitch, p->in, p->hidden, p->gw1, p->in);
  if (p->gb1) memcpy(p->gb1, t->gb1, row);
  for (int64_t o = 0; p->gw2 && o < p->out; o++)
    memcpy((real *)p->gw2 + o * p->hidden, t->gw2 + o * t->pitch, row);
  if (p->gb2) F(put_gb2)(p);
}

static void F(perceptron_gradient)(const struct nn__perceptron *p) {
  _Alignas(BYTES) real scratch[NN_PERCEPTRON_BYTES / sizeof(real)];
  net t = F(new_net)(p, scratch);
  int64_t i = 0;
  for (; i + PAIR_ROWS <= p->batch; i += PAIR_ROWS) F(gradient_rows)(&t, i, PAIR_ROWS);
  for (; i < p->batch; i++) F(gradient_rows)(&t, i, 1);
  F(put_gradients)(&t);
}

#undef net
