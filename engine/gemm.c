/* Matrix products: who does them, and in which parts. */
#include "gemm.h"

#include "blas.h"
#include "cpu.h"
#include "threads.h"

#include <stddef.h>

NN_ISA_TABLES(struct nn__gemm_kernels, gemm_kernels);

/* In multiplications: products that are not worth sharing out, some 40 us (a thread wakes up in 2
 * or more); the bounds of a part's size, up to 0.1 ms on our kernels and 5 (in double, 10) in BLIS,
 * which is the faster one from BLAS_FROM. */
enum {
  SHARED_FROM = 1 << 21,
  OWN_PART_MIN = 1 << 20,
  OWN_PART_MAX = 1 << 22,
  BLAS_FROM = 1 << 27,
  BLAS_PART_MIN = 1 << 26,
  BLAS_PART_MAX = 1 << 28,
};

/* Columns that our kernels pack at once, and steps that are taken at once in large products. */
enum { PANEL = 64, STEPS = 1024 };

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

static const void *at(const struct nn__gemm *p, const void *base, int64_t offset) {
  size_t size = p->type == NN_GEMM_F32 ? sizeof(float) : sizeof(double);
  return base ? (const char *)base + offset * (int64_t)size : NULL;
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

/* A product is cut into parts by its sizes alone: whichever threads take them, the bits are the
 * same. Between two parts a thread looks at the stop flag. */
struct parts {
  const struct nn__gemm *whole;
  int64_t m, n, k; /* sizes of a part; those at the end may be smaller */
  bool blas;       /* who does them */
};

/* BLIS packs the rows and columns of each part, hence squares; our kernels but the columns, hence
 * as many rows as possible. */
static struct parts cut(const struct nn__gemm *p, int64_t limit, bool squares) {
  struct parts s = {p, p->m, p->n, p->k, squares};
  const int64_t per_step = limit / min(p->k, STEPS);
  while (s.m * s.n > per_step && max(s.m, s.n) > PANEL)
    if (s.n > PANEL && (s.n >= s.m || (!squares && s.n > 2 * PANEL)))
      s.n = half(s.n, PANEL);
    else
      s.m = half(s.m, 16);
  s.k = min(p->k, max(STEPS, limit / (s.m * s.n)));
  return s;
}

/* The part of C with number q, in steps along k. */
static void run_part(void *parts, int64_t q) {
  const struct parts *s = parts;
  const struct nn__gemm *p = s->whole;
  const struct nn__gemm_kernels *kernels = gemm_kernels_by_isa[nn__isa()];
  int64_t across = ceil_div(p->n, s->n), i = q / across * s->m, j = q % across * s->n;
  for (int64_t l = 0; l < p->k && !(p->stop && *p->stop); l += s->k) {
    struct nn__gemm part =
        nn__gemm_part(p, i, min(s->m, p->m - i), j, min(s->n, p->n - j), l, min(s->k, p->k - l));
    if (s->blas) {
      nn__blas_run(&part);
      kernels->finish[p->type](&part);
    } else {
      kernels->run[p->type](&part);
    }
  }
}

void nn__gemm(const struct nn__gemm *p) {
  if (p->m == 0 || p->n == 0) return;
  const int64_t work = p->m * p->n * p->k;
  const int max_threads = p->threads > 1 ? p->threads : 1;
  if (work < SHARED_FROM) {
    gemm_kernels_by_isa[nn__isa()]->run[p->type](p);
    return;
  }
  bool blas = work >= BLAS_FROM && nn__blas_takes(p, max_threads);
  int64_t limit = blas ? clamp(work / 4, BLAS_PART_MIN, BLAS_PART_MAX)
                       : clamp(work / 8, OWN_PART_MIN, OWN_PART_MAX);
  struct parts s = cut(p, limit, blas);
  int64_t parts = ceil_div(p->m, s.m) * ceil_div(p->n, s.n);
  nn__parallel(max_threads, parts, run_part, &s);
}
