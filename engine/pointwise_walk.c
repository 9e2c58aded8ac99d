/* The walk of pointwise operations over memory: from several operands with any strides to rows for
 * the kernels, on several threads where that pays. */
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "pointwise.h"
#include "store.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__stores, stores);

enum {
  PARALLEL_FROM = 1 << 16, /* elements */
  CHUNK = 1 << 14,         /* elements in a unit of work */
  TILE_ROWS = 64,          /* the sides of a unit where rows run across those of an operand */
  TILE = 512,
  FAR_FROM = 1 << 20,  /* bytes of a result that is not in the caches, */
  PAST_FROM = 1 << 25, /* or will not be when it is read */
  PIECE = 512,         /* elements of it whose cache lines are fetched at a time, */
  NEAR = 512           /* or bytes that are stored past the caches */
};

/* A nest of loops over several operands, with the dimensions that can be one loop merged. Strides
 * are in bytes, but for `step`, that of the innermost loop, in elements. */
struct walk {
  const nn_ctx *ctx;
  int ndim, count;
  int64_t shape[NN_MAX_DIMS];
  int64_t stride[NN__MAX_OPERANDS][NN_MAX_DIMS];
  int64_t step[NN__MAX_OPERANDS];
  char *const *data;
  const size_t *size;
  nn__map *map;
  const double *k;
  int64_t numel, rows, inner; /* a row is the innermost loop, of `inner` elements */
  int64_t group, cut, cuts;   /* a unit is `cut` elements of each of `group` rows */
  enum { PLAIN, FETCH, PAST } store;
};

/* -- Planning -------------------------------------------------------------------------------- */

static bool merges(const struct walk *w, int d, const int64_t (*stride)[NN_MAX_DIMS], int i,
                   int64_t size) {
  for (int o = 0; o < w->count; o++)
    if (w->stride[o][d] != stride[o][i] * size) return false;
  return true;
}

/* From the first dimension to the last; one whose steps continue the previous one's joins it. */
static void plan_loops(struct walk *w, int ndim, const int64_t *shape,
                       const int64_t (*stride)[NN_MAX_DIMS]) {
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == 1) continue;
    int d = w->ndim - 1;
    bool joins = d >= 0 && merges(w, d, stride, i, shape[i]);
    if (joins)
      w->shape[d] *= shape[i];
    else
      w->shape[d = w->ndim++] = shape[i];
    for (int o = 0; o < w->count; o++) w->stride[o][d] = stride[o][i];
  }
  if (w->ndim > 0) return;
  w->ndim = 1;
  w->shape[0] = 1;
  for (int o = 0; o < w->count; o++) w->stride[o][0] = 1;
}

static int64_t count_elements(int ndim, const int64_t *shape) {
  int64_t numel = 1;
  for (int i = 0; i < ndim; i++) numel *= shape[i];
  return numel;
}

static int64_t result_bytes(const struct walk *w) { return w->numel * (int64_t)w->size[0]; }

/* Whether it is better to store past the caches: where the result is large, one piece, and nobody
 * has loaded its lines to read them. */
static bool goes_past(const struct walk *w) {
  if (result_bytes(w) < PAST_FROM || !nn__stores_past_pay()) return false;
  if (w->ndim > 1 || w->step[0] != 1 || (uintptr_t)w->data[0] % NN_LINE != 0) return false;
  for (int o = 1; o < w->count; o++)
    if (w->data[o] == w->data[0]) return false;
  return true;
}

/* Whether it is better to fetch the result's lines: where two arrays or more are read. */
static bool fetches(const struct walk *w) {
  if (result_bytes(w) < FAR_FROM || w->count < 3) return false;
  for (int o = 0; o < w->count; o++)
    if (w->step[o] != 1) return false;
  return true;
}

static void plan(struct walk *w, int ndim, const int64_t *shape,
                 const int64_t (*stride)[NN_MAX_DIMS]) {
  w->ndim = 0;
  plan_loops(w, ndim, shape, stride);
  w->inner = w->cut = w->shape[w->ndim - 1];
  w->rows = w->group = w->numel / w->inner;
  w->cuts = 1;
  for (int o = 0; o < w->count; o++) {
    w->step[o] = w->stride[o][w->ndim - 1];
    for (int d = 0; d < w->ndim; d++) w->stride[o][d] *= (int64_t)w->size[o];
  }
}

/* Whether the rows run across those of an operand, as in a + a:t(): each of its elements is then on
 * another cache line, which the next rows need again. */
static bool runs_across(const struct walk *w) {
  int d = w->ndim - 1;
  for (int o = 0; d > 0 && o < w->count; o++)
    if (llabs(w->stride[o][d]) > llabs(w->stride[o][d - 1]) && w->stride[o][d - 1] != 0)
      return true;
  return false;
}

/* Whole rows where there are many, pieces of rows where rows are long; or tiles. */
static void plan_units(struct walk *w) {
  bool tiles = runs_across(w);
  w->cut = tiles ? TILE : CHUNK;
  w->group = tiles ? TILE_ROWS : (CHUNK + w->inner - 1) / w->inner;
  w->cuts = (w->inner + w->cut - 1) / w->cut;
}

/* -- Rows ------------------------------------------------------------------------------------ */

static void move(const struct walk *w, int d, int64_t times, char **p) {
  for (int o = 0; o < w->count; o++) p[o] += times * w->stride[o][d];
}

/* The cache lines of the result's next n elements, which are loaded before they can be written to.
 * The hardware foresees that late, where it has other arrays to follow. */
static void fetch(const struct walk *w, const char *result, int64_t n) {
  for (int64_t at = 0; at < n * (int64_t)w->size[0]; at += NN_LINE)
    __builtin_prefetch(result + at, 1);
}

static void run_fetching(const struct walk *w, int64_t n, char *const *from) {
  char *p[NN__MAX_OPERANDS];
  for (int o = 0; o < w->count; o++) p[o] = from[o];
  for (int64_t left = n, now; left > 0; left -= now) {
    now = left < PIECE ? left : PIECE;
    fetch(w, p[0] + PIECE * w->size[0], left - now < PIECE ? left - now : PIECE);
    w->map(now, p, w->step, w->k);
    move(w, w->ndim - 1, now, p);
  }
}

/* In bytes. Where two arrays or more are read, smaller pieces leave memory more even work. */
static int64_t past_piece(const struct walk *w) {
  int arrays = 0;
  for (int o = 1; o < w->count; o++) arrays += w->step[o] != 0;
  return arrays < 2 ? NEAR : NEAR / 4;
}

/* The lines of a result that is stored past the caches need not be loaded, which is a fourth of all
 * that x + y moves. Each piece is made in the nearest cache, so that no kernel need know of it. */
static void run_past(const struct walk *w, int64_t n, char *const *from) {
  _Alignas(NN_LINE) char near[NEAR];
  char *p[NN__MAX_OPERANDS], *to = from[0];
  const int64_t size = (int64_t)w->size[0], most = past_piece(w) / size;
  for (int o = 0; o < w->count; o++) p[o] = from[o];
  for (int64_t left = n, now; left > 0; left -= now, to += now * size) {
    now = left < most ? left : most;
    p[0] = near;
    w->map(now, p, w->step, w->k);
    stores_by_isa[nn__isa()]->past(to, near, (size_t)(now * size));
    move(w, w->ndim - 1, now, p);
  }
}

static void run_row(const struct walk *w, int64_t n, char *const *from) {
  if (w->store == PAST)
    run_past(w, n, from);
  else if (w->store == FETCH)
    run_fetching(w, n, from);
  else
    w->map(n, from, w->step, w->k);
}

/* Elements from … to - 1 of rows first … last - 1. */
static void walk_rows(const struct walk *w, int64_t first, int64_t last, int64_t from, int64_t to) {
  char *p[NN__MAX_OPERANDS];
  int64_t at[NN_MAX_DIMS], rest = first;
  for (int o = 0; o < w->count; o++) p[o] = w->data[o];
  move(w, w->ndim - 1, from, p);
  for (int d = w->ndim - 2; d >= 0; d--) {
    at[d] = rest % w->shape[d];
    rest /= w->shape[d];
    move(w, d, at[d], p);
  }
  for (int64_t row = first; row < last; row++) {
    run_row(w, to - from, p);
    for (int d = w->ndim - 2; d >= 0; d--) { /* to the next row */
      move(w, d, 1, p);
      if (++at[d] < w->shape[d]) break;
      move(w, d, -at[d], p);
      at[d] = 0;
    }
  }
}

/* Between two units a thread looks at the stop flag. */
static void walk_unit(void *walk, int64_t unit) {
  const struct walk *w = walk;
  if (nn__stopped(w->ctx)) return;
  int64_t first = unit / w->cuts * w->group, from = unit % w->cuts * w->cut;
  int64_t last = first + w->group, to = from + w->cut;
  walk_rows(w, first, last < w->rows ? last : w->rows, from, to < w->inner ? to : w->inner);
}

void nn__map_in_order(int ndim, const int64_t *shape, int count, char *const *data,
                      const int64_t (*stride)[NN_MAX_DIMS], const size_t *size, nn__map *map,
                      const double *k) {
  struct walk w = {.count = count, .data = data, .size = size, .map = map, .k = k};
  w.numel = count_elements(ndim, shape);
  if (w.numel == 0) return;
  plan(&w, ndim, shape, stride);
  walk_rows(&w, 0, w.rows, 0, w.inner);
}

nn_status nn__map_over(nn_ctx *ctx, int ndim, const int64_t *shape, int count, char *const *data,
                       const int64_t (*stride)[NN_MAX_DIMS], const size_t *size, nn__map *map,
                       const double *k) {
  struct walk w = {.ctx = ctx, .count = count, .data = data, .size = size, .map = map, .k = k};
  w.numel = count_elements(ndim, shape);
  if (w.numel == 0) return NN_OK;
  plan(&w, ndim, shape, stride);
  w.store = goes_past(&w) ? PAST : fetches(&w) ? FETCH : PLAIN;
  if (w.numel <= CHUNK && !runs_across(&w)) {
    walk_rows(&w, 0, w.rows, 0, w.inner);
    return NN_OK;
  }
  plan_units(&w);
  nn__parallel(w.numel < PARALLEL_FROM ? 1 : ctx->threads,
               w.cuts * ((w.rows + w.group - 1) / w.group), walk_unit, &w);
  return nn__stopped(ctx) ? nn_fail(ctx, NN_ESTOP, "interrupted") : NN_OK;
}
