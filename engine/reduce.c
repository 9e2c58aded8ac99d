/* The driver of reductions: from a tensor with any strides to rows or columns for the folds of
 * kernels/reduce.c, on several threads where that pays.
 *
 * The dimensions are sorted into two nests of loops, over those that stay and those that are
 * folded, neighbours merged. The innermost of either gives the matrix that a fold sees:
 *
 *   rows      the folded dimension is contiguous: each output folds a row
 *   columns   the one that stays is contiguous: a tile of outputs takes in row after row
 *
 * Where neither is, the elements are gathered first. A unit of work is a tile of outputs and a
 * chunk of what is folded; with more than one chunk, the units' accumulators are merged in order.
 */
#include "reduce.h"

#include <string.h>

#include "cpu.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__folds, folds);

enum {
  SHORT = 16,              /* rows below this are better taken as columns */
  UNIT = 1 << 15,          /* elements that a unit should have */
  UNITS = 64,              /* units there should be before chunks are cut */
  PARALLEL_FROM = 1 << 16, /* elements */
  BATCH = 1 << 25,         /* elements between two looks at the stop flag */
  ROWS = 32,               /* rows that columns should come in multiples of */
  WIDE = 256,              /* columns that narrow matrices are widened to */
  GATHER = 1 << 12         /* elements gathered at a time, at least a tile */
};

struct loop {
  int64_t size, step, out; /* out: the step in the results */
};

/* A nest of loops, the innermost last. */
struct nest {
  int n;
  struct loop loop[NN_MAX_DIMS + 1];
};

struct plan {
  const struct nn__reduce *r;
  const struct nn__fold *fold;
  size_t size; /* of an element */
  bool columns;
  struct nest kept, folded;    /* the outer loops */
  struct loop out, in;         /* the innermost ones */
  int64_t tile, tiles, groups; /* outputs of a unit, tiles along `out`, runs of the outer loops */
  int64_t cut, cuts, segments; /* the same for what is folded: pieces of `in` */
  int64_t per_chunk, chunks;   /* segments of a unit */
  int64_t done;                /* units and chunks */
  char *partial;               /* the accumulators of each; NULL: one chunk, which stores results */
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* -- Planning -------------------------------------------------------------------------------- */

/* Inserts a loop by its step, the largest outside; equal ones in their order. */
static void add_loop(struct nest *nest, struct loop loop) {
  int i = nest->n++;
  for (; i > 0 && nest->loop[i - 1].step <= loop.step; i--) nest->loop[i] = nest->loop[i - 1];
  nest->loop[i] = loop;
}

/* Makes one of two loops where the inner one leads on to the next step of the outer one. */
static void merge_loops(struct nest *nest) {
  int n = 0;
  for (int i = 0; i < nest->n; i++) {
    struct loop l = nest->loop[i], *outer = n ? &nest->loop[n - 1] : NULL;
    bool joins = outer && outer->step == l.step * l.size && outer->out == l.out * l.size;
    if (joins)
      *outer = (struct loop){outer->size * l.size, l.step, l.out};
    else
      nest->loop[n++] = l;
  }
  nest->n = n;
}

static struct loop take_innermost(struct nest *nest) {
  return nest->n ? nest->loop[--nest->n] : (struct loop){1, 1, 1};
}

static int64_t count(const struct nest *nest) {
  int64_t n = 1;
  for (int i = 0; i < nest->n; i++) n *= nest->loop[i].size;
  return n;
}

static void plan_loops(struct plan *p) {
  const nn_tensor *x = p->r->x;
  int64_t out = 1;
  for (int d = x->ndim - 1; d >= 0; d--) {
    bool folds = p->r->dims >> d & 1;
    if (x->shape[d] > 1)
      add_loop(folds ? &p->folded : &p->kept,
               (struct loop){x->shape[d], x->stride[d], folds ? 0 : out});
    if (!folds) out *= x->shape[d];
  }
  merge_loops(&p->kept);
  merge_loops(&p->folded);
  p->out = take_innermost(&p->kept);
  p->in = take_innermost(&p->folded);
}

/* All sizes follow from the shape, never from the number of threads. */
static void plan_units(struct plan *p) {
  int64_t m = p->out.size, n = p->in.size;
  bool brief = n < SHORT && m > n;
  p->columns = m > 1 && (brief || p->out.step < p->in.step);
  p->groups = count(&p->kept);
  int64_t folded = n * count(&p->folded);
  p->tile = p->columns ? least(m, NN__TILE) : least(m, most(1, least(NN__TILE, UNIT / folded)));
  p->tiles = ceil_div(m, p->tile);
  p->cut = p->columns ? ceil_div(UNIT / p->tile, ROWS) * ROWS : UNIT;
  p->cuts = ceil_div(n, p->cut);
  p->segments = p->cuts * count(&p->folded);
  int64_t units = p->groups * p->tiles;
  int64_t chunks = units >= UNITS ? 1 : most(1, least(UNITS / units, folded * p->tile / UNIT));
  p->per_chunk = ceil_div(p->segments, least(chunks, p->segments));
  p->chunks = ceil_div(p->segments, p->per_chunk);
}

/* -- One unit -------------------------------------------------------------------------------- */

/* Where run number i of the nest begins: in the elements, and in the results. */
static int64_t offset(const struct nest *nest, int64_t i, int64_t *out) {
  int64_t at = 0;
  for (int d = nest->n - 1; d >= 0; d--) {
    const struct loop *l = &nest->loop[d];
    at += i % l->size * l->step;
    *out += i % l->size * l->out;
    i /= l->size;
  }
  return at;
}

/* One cell each is told apart here and below, as the compiler can make vectors of that. */
static void start(const struct nn__fold *fold, int64_t n, nn__cell *acc) {
  const nn__cell first = fold->start[0];
  if (fold->cells == 1)
    for (int64_t j = 0; j < n; j++) acc[j] = first;
  else
    for (int64_t j = 0; j < n; j++)
      for (int c = 0; c < fold->cells; c++) *acc++ = fold->start[c];
}

/* Rows of few columns: several rows are taken as one wide row, and its columns merged. */
static void fold_narrow(const struct nn__fold *fold, const struct nn__matrix *a, size_t size,
                        nn__cell *acc) {
  nn__cell wide[WIDE * NN__MAX_CELLS];
  int64_t times = WIDE / a->n;
  struct nn__matrix b = *a;
  b.m = a->m / times;
  b.n = b.row_step = a->n * times;
  start(fold, b.n, wide);
  fold->columns(&b, wide);
  for (int64_t i = 0; i < times; i++) fold->merge(a->n, acc, wide + i * a->n * fold->cells);
  b = *a;
  b.m = a->m % times;
  b.x = (const char *)a->x + (a->m - b.m) * a->n * (int64_t)size;
  fold->columns(&b, acc);
}

static void fold_contiguous(const struct plan *p, const struct nn__matrix *a, nn__cell *acc) {
  bool narrow = a->row_step == a->n && a->n <= WIDE / 4 && a->m > WIDE / a->n;
  if (!p->columns)
    p->fold->rows(a, acc);
  else if (narrow && !p->fold->ordered)
    fold_narrow(p->fold, a, p->size, acc);
  else
    p->fold->columns(a, acc);
}

#define GATHER_AS(T)              \
  for (int64_t i = 0; i < m; i++) \
    for (int64_t j = 0; j < n; j++) ((T *)to)[i * n + j] = ((const T *)x)[i * row_step + j * step];

/* Copies x[i * row_step + j * step] to places next to each other. */
static void gather(size_t size, int64_t m, int64_t n, const void *x, int64_t row_step, int64_t step,
                   void *to) {
  if (size == 8)
    GATHER_AS(uint64_t)
  else if (size == 4)
    GATHER_AS(uint32_t)
  else
    GATHER_AS(uint8_t)
}

/* The same by way of a buffer: pieces of rows, or whole rows of columns. */
static void fold_gathered(const struct plan *p, const struct nn__matrix *a, int64_t step,
                          nn__cell *acc) {
  uint64_t buffer[GATHER];
  int64_t cols = least(a->n, GATHER), rows = p->columns ? least(a->m, GATHER / cols) : 1;
  for (int64_t i = 0; i < a->m; i += rows)
    for (int64_t j = 0; j < a->n; j += cols) {
      struct nn__matrix b = {.m = least(rows, a->m - i), .n = least(cols, a->n - j), .x = buffer};
      const char *x = (const char *)a->x + (i * a->row_step + j * step) * (int64_t)p->size;
      gather(p->size, b.m, b.n, x, a->row_step, step, buffer);
      b.row_step = b.n;
      b.at = a->at + (p->columns ? i : j);
      b.p = a->p;
      fold_contiguous(p, &b, p->columns ? acc : acc + i * p->fold->cells);
    }
}

/* Folds segment s into the accumulators of the outputs that begin at element x. */
static void fold_segment(const struct plan *p, const char *x, int64_t n, int64_t s, nn__cell *acc) {
  int64_t ignored = 0, from = s % p->cuts * p->cut;
  int64_t at = offset(&p->folded, s / p->cuts, &ignored) + from * p->in.step;
  int64_t length = least(p->cut, p->in.size - from), step = p->in.step;
  struct nn__matrix a = {n, length, p->out.step, x + at * (int64_t)p->size, from, p->r->p};
  if (p->columns) {
    a.m = length, a.n = n, a.row_step = p->in.step;
    step = p->out.step;
  }
  if (step == 1 || a.n == 1)
    fold_contiguous(p, &a, acc);
  else
    fold_gathered(p, &a, step, acc);
}

/* -- Results --------------------------------------------------------------------------------- */

void nn__finish_mean(const struct nn__reduce *r, int64_t n, nn__cell *acc) {
  folds_by_isa[nn__isa()]->divide(n, acc, r->count);
}

#define STORE_AS(T, first)                                                      \
  {                                                                             \
    T *to = (T *)(void *)y->data + at;                                          \
    if (cells == 1 && step == 1)                                                \
      for (int64_t j = 0; j < n; j++) to[j] = (T)(acc[j].first);                \
    else                                                                        \
      for (int64_t j = 0; j < n; j++) to[j * step] = (T)(acc[j * cells].first); \
  }                                                                             \
  break

/* Results `at`, at + step … from n accumulators. */
static void store_values(const struct nn__reduce *r, int cells, int64_t n, const nn__cell *acc,
                         int64_t at, int64_t step) {
  nn_tensor *y = r->value;
  switch ((nn_dtype)y->dtype) {
  case NN_FLOAT32:
    STORE_AS(float, f);
  case NN_FLOAT64:
    STORE_AS(double, f);
  case NN_INT64:
    STORE_AS(int64_t, i);
  default:
    STORE_AS(uint8_t, i != 0);
  }
}

static void store(const struct plan *p, int64_t n, nn__cell *acc, int64_t at) {
  const struct nn__reduce *r = p->r;
  int cells = p->fold->cells;
  if (r->finish) r->finish(r, n, acc);
  if (r->value) store_values(r, cells, n, acc, at, p->out.out);
  if (!r->index) return;
  int64_t *y = (int64_t *)(void *)r->index->data + at;
  for (int64_t j = 0; j < n; j++) y[j * p->out.out] = acc[j * cells + 1].i + r->base;
}

/* -- The work -------------------------------------------------------------------------------- */

/* The outputs of a unit: *n of them, the first at *out; its elements begin at the result. */
static const char *locate(const struct plan *p, int64_t unit, int64_t *n, int64_t *out) {
  int64_t first = unit % p->tiles * p->tile;
  *n = least(p->tile, p->out.size - first);
  *out = first * p->out.out;
  int64_t at = offset(&p->kept, unit / p->tiles, out) + first * p->out.step;
  return p->r->x->data + at * (int64_t)p->size;
}

static size_t unit_bytes(const struct plan *p) {
  return (size_t)p->tile * (size_t)p->fold->cells * sizeof(nn__cell);
}

/* Runs a unit's chunk; leaves the accumulators in `partial`, or stores the results. */
static void run_unit(const struct plan *p, int64_t unit, int64_t chunk, nn__cell *partial) {
  nn__cell here[NN__TILE * NN__MAX_CELLS], *acc = partial ? partial : here;
  int64_t n, out, last = least((chunk + 1) * p->per_chunk, p->segments);
  const char *x = locate(p, unit, &n, &out);
  start(p->fold, n, acc);
  for (int64_t s = chunk * p->per_chunk; s < last; s++) fold_segment(p, x, n, s, acc);
  if (!partial) store(p, n, acc, out);
}

static void merge_chunks(const struct plan *p, int64_t units) {
  size_t bytes = unit_bytes(p);
  for (int64_t unit = 0; unit < units; unit++) {
    nn__cell *acc = (nn__cell *)(void *)(p->partial + (size_t)(unit * p->chunks) * bytes);
    int64_t n, out;
    locate(p, unit, &n, &out);
    for (int64_t k = 1; k < p->chunks; k++)
      p->fold->merge(n, acc, (nn__cell *)(void *)((char *)acc + (size_t)k * bytes));
    store(p, n, acc, out);
  }
}

/* Unit and chunk number done + i, counted through. */
static void run_next(void *plan, int64_t i) {
  const struct plan *p = plan;
  i += p->done;
  void *acc = p->partial ? p->partial + (size_t)i * unit_bytes(p) : NULL;
  run_unit(p, i / p->chunks, i % p->chunks, acc);
}

static nn_status run_units(nn_ctx *ctx, struct plan *p, int64_t units) {
  int64_t total = units * p->chunks, elements = p->r->x->numel;
  int threads = elements >= PARALLEL_FROM ? ctx->threads : 1;
  int64_t batch = most(1, (int64_t)((double)BATCH / (double)elements * (double)total));
  for (; p->done < total; p->done += batch) {
    if (nn__stopped(ctx)) return nn_fail(ctx, NN_ESTOP, "interrupted");
    nn__parallel(threads, least(batch, total - p->done), run_next, p);
  }
  return NN_OK;
}

/* No element to fold: every result is what the accumulator starts from. */
static void store_empty(struct plan *p) {
  const nn_tensor *y = p->r->value ? p->r->value : p->r->index;
  p->out.out = 1;
  for (int64_t i = 0; i < y->numel; i++) {
    nn__cell acc[NN__MAX_CELLS];
    start(p->fold, 1, acc);
    store(p, 1, acc, i);
  }
}

nn_status nn__reduce(nn_ctx *ctx, struct nn__reduce *r) {
  const nn_tensor *y = r->value ? r->value : r->index;
  struct plan p = {.r = r,
                   .fold = &folds_by_isa[nn__isa()]->fold[r->fold][r->x->dtype],
                   .size = nn_dtype_size((nn_dtype)r->x->dtype)};
  if (y->numel == 0) return NN_OK;
  r->count = (double)(r->x->numel / y->numel);
  if (r->x->numel == 0) {
    store_empty(&p);
    return NN_OK;
  }
  plan_loops(&p);
  plan_units(&p);
  int64_t units = p.groups * p.tiles;
  size_t bytes = p.chunks > 1 ? (size_t)(units * p.chunks) * unit_bytes(&p) : 0;
  p.partial = bytes ? nn__alloc(ctx, bytes) : NULL;
  if (bytes && !p.partial) return nn__no_memory(ctx, bytes);
  nn_status status = run_units(ctx, &p, units);
  if (status == NN_OK && p.partial) merge_chunks(&p, units);
  nn__free(ctx, p.partial, bytes);
  return status;
}
