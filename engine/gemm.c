/* Matrix products: who does them, and in which parts. */
#include "gemm.h"

#include "blas.h"
#include "cpu.h"
#include "threads.h"

#include <stdlib.h>

NN_ISA_TABLES(struct nn__gemm_kernels, gemm_kernels);

/* In multiplications, as which an element that is moved counts for MOVED: from where on a product
 * is shared out if a helper is awake, and if not (then the call takes 8 us or more); from where on
 * BLIS is asked; the bounds of a part's size, at most a few ms of work, or 10 where a thread has no
 * others to share with. */
enum {
  MOVED = 5,
  BRIEF_FROM = 1 << 20,
  SHARED_FROM = 1 << 21,
  PART_MIN = 1 << 19,
  PART_MAX = 1 << 28,
  PART_ALONE = 1 << 30,
  BLAS_FROM = 1 << 27,
  BLAS_PART_MIN = 1 << 26,
};

enum {
  PANEL = 64,          /* columns that our kernels take at once */
  FEW_ROWS = 16,       /* that a part should about have at least, */
  EVEN_ROWS = 4,       /* and a multiple of so many */
  SIDE = 256,          /* from this size on it is worth packing both operands */
  STEPS = 1024,        /* a part has a multiple of so many, for the same bits in any part, */
  DOT_STEPS = 1 << 16, /* or in dot products, whose bits depend on it, so many */
};

/* A deep product has contiguous rows of B, DEEP steps or more, and DEEPER times as many as C has
 * rows or columns unless its rows are FEW_ROWS at most, and a C of no more than SMALL_C elements;
 * it is done in SLICES. */
enum { SLICES = 4, DEEP = 512, DEEPER = 4, SMALL_C = 1 << 14 };

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

static int64_t size_of(enum nn__gemm_type type) {
  return type == NN_GEMM_F32 ? sizeof(float) : sizeof(double);
}

static const void *at(const struct nn__gemm *p, const void *base, int64_t offset) {
  return base ? (const char *)base + offset * size_of(p->type) : NULL;
}

struct nn__gemm nn__gemm_part(const struct nn__gemm *p, int64_t i, int64_t m, int64_t j, int64_t n,
                              int64_t l, int64_t k) {
  struct nn__gemm q = *p;
  bool last = l + k >= p->k;
  q.m = m, q.n = n, q.k = k;
  q.a = at(p, p->a, i * p->a_row + l * p->a_col);
  q.b = at(p, p->b, l * p->b_row + j * p->b_col);
  q.c = (void *)at(p, p->c, i * p->c_row + j);
  q.accumulate = p->accumulate || l > 0;
  q.bias = last ? at(p, p->bias, j) : NULL;
  q.gate = last ? at(p, p->gate, i * p->gate_row + j) : NULL;
  q.relu = last && p->relu;
  return q;
}

static int64_t clamp(int64_t a, int64_t low, int64_t high) { return max(low, min(a, high)); }

static int64_t half(int64_t a, int64_t multiple) { return round_up(ceil_div(a, 2), multiple); }

struct parts {
  const struct nn__gemm *whole;
  const struct nn__gemm_kernels *kernels;
  int64_t m, n; /* sizes of a part; those at the end may be smaller */
  struct nn__gemm_plan plan;
  bool blas; /* who does them */
};

static int64_t count_parts(const struct parts *s) {
  return ceil_div(s->whole->m, s->m) * ceil_div(s->whole->n, s->n);
}

/* The next cut goes across the rows, or else the columns. Where both are packed, squares are best.
 * Otherwise two threads had better not write to the same rows, whose cache lines they would contend
 * for; but where the columns have to be packed, as many rows as possible should share that. */
static bool cuts_rows(int64_t rows, int64_t cols, bool packs_cols, bool squares) {
  if (cols <= PANEL) return true;
  if (squares) return rows > cols;
  return packs_cols ? rows > cols && cols <= 2 * PANEL : rows > 2 * FEW_ROWS;
}

/* Parts of no more than `most` elements, if that leaves more than a panel, and enough of them for
 * the threads, where those may have a say. In a flipped product rows and columns exchange their
 * roles. */
static void cut(struct parts *s, int64_t most, int threads, bool squares) {
  const struct nn__gemm *p = s->whole;
  const bool flipped = s->plan.flipped && !s->blas;
  const bool packs_cols = (flipped ? p->a_row : p->b_col) != 1;
  int64_t *rows = flipped ? &s->n : &s->m, *cols = flipped ? &s->m : &s->n;
  while (*rows > PANEL || *cols > PANEL ? s->m * s->n > most
                                        : *rows > 2 * FEW_ROWS && count_parts(s) < threads)
    if (cuts_rows(*rows, *cols, packs_cols, squares))
      *rows = half(*rows, EVEN_ROWS);
    else
      *cols = half(*cols, PANEL);
}

static int64_t steps_at_once(const struct parts *s) {
  if (s->plan.way != NN_GEMM_OUTER && s->plan.way != NN_GEMM_ROW) return DOT_STEPS;
  return max(STEPS, PART_MAX / (s->m * s->n) / STEPS * STEPS);
}

/* A part, some steps at a time: between them a thread looks at the stop flag. */
static void run_in_steps(const struct parts *s, const struct nn__gemm *p) {
  const int64_t steps = steps_at_once(s);
  for (int64_t l = 0; l < p->k && !(p->stop && *p->stop); l += steps) {
    struct nn__gemm part = nn__gemm_part(p, 0, p->m, 0, p->n, l, min(steps, p->k - l));
    if (s->blas) {
      nn__blas_run(&part);
      s->kernels->finish[p->type](&part, NULL, 0);
    } else {
      s->kernels->run[p->type](&part, s->plan);
    }
  }
}

/* The part of C with number q. */
static void run_part(void *parts, int64_t q) {
  const struct parts *s = parts;
  const struct nn__gemm *p = s->whole;
  int64_t across = ceil_div(p->n, s->n), i = q / across * s->m, j = q % across * s->n;
  struct nn__gemm part = nn__gemm_part(p, i, min(s->m, p->m - i), j, min(s->n, p->n - j), 0, p->k);
  run_in_steps(s, &part);
}

static int64_t work_of(const struct nn__gemm *p) {
  return p->m * p->n * p->k + MOVED * (p->m * p->k + p->k * p->n + p->m * p->n);
}

/* The most elements of C that a part should have. BLIS's sums depend on the sizes of a part, hence
 * those on the product alone. Ours do not, so a single thread is given parts as large as can be. */
static int64_t most_elements(const struct nn__gemm *p, bool blas, int threads) {
  const int64_t elements = p->m * p->n, steps = min(p->k, STEPS);
  if (blas) return clamp(elements * p->k / 4, BLAS_PART_MIN, PART_MAX) / steps;
  if (threads == 1) return PART_ALONE / steps;
  return min(elements / clamp(work_of(p) / PART_MIN, 1, 2 * threads), PART_MAX / steps);
}

static void run_parts(struct parts *s, int threads) {
  const struct nn__gemm *p = s->whole;
  s->blas = p->m * p->n * p->k >= BLAS_FROM && nn__blas_takes(p, threads);
  const bool packs = s->blas || min(min(p->m, p->n), p->k) >= SIDE;
  cut(s, most_elements(p, s->blas, threads), s->blas ? 1 : threads, packs);
  nn__parallel(threads, count_parts(s), run_part, s);
}

/* ---- deep products ---- */

/* A product with few results and many steps, in slices of steps whose sums are then added: each
 * thread needs but some rows of B, and they may be what it has written itself (to a weight). */
struct slices {
  const struct parts *of;
  int64_t k;     /* steps of a slice */
  char *results; /* of the second slice and those that follow; C gets the first */
};

static bool is_deep(const struct nn__gemm *p) {
  return p->b_col == 1 && p->k >= DEEP && p->m * p->n <= SMALL_C &&
         (p->m <= FEW_ROWS || p->k >= DEEPER * max(p->m, p->n));
}

static void run_slice(void *slices, int64_t q) {
  const struct slices *s = slices;
  const struct nn__gemm *p = s->of->whole;
  struct nn__gemm part = nn__gemm_part(p, 0, p->m, 0, p->n, q * s->k, min(s->k, p->k - q * s->k));
  part.bias = part.gate = NULL;
  part.relu = false;
  if (q > 0) {
    part.accumulate = false;
    part.c = s->results + (q - 1) * p->m * p->n * size_of(p->type);
    part.c_row = p->n;
  }
  run_in_steps(s->of, &part);
}

/* False: there is no memory. */
static bool run_slices(const struct parts *parts, int threads) {
  const struct nn__gemm *p = parts->whole;
  struct slices s = {parts, ceil_div(p->k, SLICES), NULL};
  s.results = malloc((size_t)((SLICES - 1) * p->m * p->n * size_of(p->type)));
  if (!s.results) return false;
  nn__parallel(threads, SLICES, run_slice, &s);
  if (!(p->stop && *p->stop)) parts->kernels->finish[p->type](p, s.results, SLICES - 1);
  free(s.results);
  return true;
}

void nn__gemm(const struct nn__gemm *p) {
  if (p->m == 0 || p->n == 0) return;
  const struct nn__gemm_kernels *kernels = gemm_kernels_by_isa[nn__isa()];
  struct parts s = {p, kernels, p->m, p->n, kernels->plan[p->type](p), false};
  const int64_t work = p->k > 0 ? work_of(p) : 0;
  int threads = p->threads > 1 ? p->threads : 1;
  /* A helper that sleeps is woken for large products alone. */
  if (work < SHARED_FROM && (work < BRIEF_FROM || !nn__helper_is_awake())) threads = 1;
  if (work >= BRIEF_FROM && is_deep(p) && run_slices(&s, threads)) return;
  if (work < SHARED_FROM && threads == 1 && p->k <= DOT_STEPS)
    kernels->run[p->type](p, s.plan);
  else
    run_parts(&s, threads);
}
