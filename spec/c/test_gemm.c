/* Matrix products against plain loops in long double: every transposition, broadcasts and strides,
 * what follows the sum, NaN, k = 0, threads, the stop flag. Prints a line; 0 when all is well. */
#include "gemm.h"
#include "threads.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static int pace = 1; /* of every how many cases one is run */

static void check(bool ok, const char *what, const struct nn__gemm *p) {
  ok ? passed++ : failed++;
  if (!ok && failed <= 10)
    printf("FAILED %s: %s m %d n %d k %d, A %d %d, B %d %d, C %d\n", what,
           p->type ? "float64" : "float32", (int)p->m, (int)p->n, (int)p->k, (int)p->a_row,
           (int)p->a_col, (int)p->b_row, (int)p->b_col, (int)p->c_row);
}

static uint64_t state = 42;

static int64_t random_below(int64_t n) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((state >> 33) % (uint64_t)n);
}

static bool chance(int percent) { return random_below(100) < percent; }

/* Arrays end where their allocation ends, so that a sanitizer sees the first element too many;
 * `shift` moves their start off alignment. */
struct array {
  char *block;
  void *data;
  int64_t length;
};

static size_t size_of(enum nn__gemm_type type) {
  return type == NN_GEMM_F32 ? sizeof(float) : sizeof(double);
}

static double get(enum nn__gemm_type type, const void *data, int64_t i) {
  return type == NN_GEMM_F32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
}

static void set(enum nn__gemm_type type, void *data, int64_t i, double x) {
  if (type == NN_GEMM_F32)
    ((float *)data)[i] = (float)x;
  else
    ((double *)data)[i] = x;
}

static struct array new_array(enum nn__gemm_type type, int64_t length, int64_t shift) {
  struct array x = {malloc((size_t)(length + shift) * size_of(type)), NULL, length};
  if (!x.block) abort();
  x.data = x.block + (size_t)shift * size_of(type);
  for (int64_t i = 0; i < length; i++)
    set(type, x.data, i, (double)random_below(2001) / 1000.0 - 1);
  return x;
}

static struct array copy_array(enum nn__gemm_type type, const struct array *x, int64_t shift) {
  struct array y = new_array(type, x->length, shift);
  memcpy(y.data, x->data, (size_t)x->length * size_of(type));
  return y;
}

/* Strides for (rows, cols): row-major, transposed, sliced, broadcast; returns the length. */
static int64_t choose_strides(int64_t rows, int64_t cols, int kind, int64_t *row, int64_t *col) {
  int64_t gap = chance(50) ? 0 : 1 + random_below(20);
  switch (kind) {
  case 0:
    *row = cols + gap, *col = 1;
    break;
  case 1:
    *row = 1, *col = rows + gap;
    break;
  case 2:
    *col = 2 + random_below(3), *row = *col * cols + gap;
    break;
  case 3:
    *row = 0, *col = 1;
    break;
  default:
    *row = 1 + random_below(3), *col = 0;
    break;
  }
  return rows == 0 || cols == 0 ? 0 : (rows - 1) * *row + (cols - 1) * *col + 1;
}

struct product {
  struct nn__gemm p;
  struct array a, b, c, bias, gate;
};

static struct product new_product(enum nn__gemm_type type, int64_t m, int64_t n, int64_t k,
                                  int a_kind, int b_kind) {
  struct product x = {.p = {.type = type, .m = m, .n = n, .k = k, .threads = 1}};
  struct nn__gemm *p = &x.p;
  x.a = new_array(type, choose_strides(m, k, a_kind, &p->a_row, &p->a_col), random_below(3));
  x.b = new_array(type, choose_strides(k, n, b_kind, &p->b_row, &p->b_col), random_below(3));
  p->c_row = n + (chance(50) ? 0 : random_below(9));
  p->gate_row = n + (chance(50) ? 0 : random_below(9));
  x.c = new_array(type, m && n ? (m - 1) * p->c_row + n : 0, random_below(3));
  x.gate = new_array(type, m && n ? (m - 1) * p->gate_row + n : 0, random_below(3));
  x.bias = new_array(type, n, random_below(3));
  p->a = x.a.data, p->b = x.b.data, p->c = x.c.data;
  p->accumulate = chance(40);
  p->relu = chance(30);
  if (chance(40)) p->bias = x.bias.data;
  if (chance(30)) p->gate = x.gate.data;
  return x;
}

static void free_product(struct product *x) {
  free(x->a.block), free(x->b.block), free(x->c.block), free(x->bias.block), free(x->gate.block);
}

static bool same_value(double got, double want, double bound) {
  return isnan(want) ? isnan(got) : fabs(got - want) <= bound || got == want;
}

/* The (i, j) of the product, from C as it was; *bound is how far rounding may lead. */
static double expect(const struct nn__gemm *p, double c, int64_t i, int64_t j, double *bound) {
  long double sum = 0, size = 0;
  for (int64_t l = 0; l < p->k; l++) {
    long double x = (long double)get(p->type, p->a, i * p->a_row + l * p->a_col) *
                    get(p->type, p->b, l * p->b_row + j * p->b_col);
    sum += x, size += fabsl(x);
  }
  if (p->accumulate) sum += c, size += fabsl((long double)c);
  if (p->bias) sum += get(p->type, p->bias, j), size += 1;
  if (p->relu && sum < 0) sum = 0;
  if (p->gate && get(p->type, p->gate, i * p->gate_row + j) <= 0) sum = 0;
  double epsilon = p->type == NN_GEMM_F32 ? 1.2e-7 : 2.3e-16;
  *bound = (double)size * epsilon * (4 + sqrt((double)p->k));
  return (double)sum;
}

/* Whether C is what it should be inside, and what it was between its rows. */
static bool is_right(const struct nn__gemm *p, const struct array *before) {
  for (int64_t at = 0; at < before->length; at++) {
    int64_t i = at / p->c_row, j = at % p->c_row;
    double c = get(p->type, before->data, at), got = get(p->type, p->c, at), bound = 0;
    double want = j < p->n ? expect(p, c, i, j, &bound) : c;
    if (!same_value(got, want, bound)) return false;
  }
  return true;
}

static void check_product(enum nn__gemm_type type, int64_t m, int64_t n, int64_t k, int a_kind,
                          int b_kind) {
  struct product x = new_product(type, m, n, k, a_kind, b_kind);
  struct array before = copy_array(type, &x.c, 0);
  if (!x.p.accumulate && chance(50)) /* what C held must not matter */
    for (int64_t i = 0; i < m; i++)
      for (int64_t j = 0; j < n; j++) set(type, x.p.c, i * x.p.c_row + j, NAN);
  nn__gemm(&x.p);
  check(is_right(&x.p, &before), "product", &x.p);
  free(before.block);
  free_product(&x);
}

/* Sizes about the edges of vectors and tiles, now and then longer. */
static int64_t random_size(void) {
  if (chance(5)) return random_below(3);
  if (chance(15)) return 1 + random_below(600);
  return 1 + random_below(chance(50) ? 20 : 130);
}

static void test_random(void) {
  for (int i = 0; i < 6000; i += pace) {
    int64_t m = random_size(), n = random_size(), k = random_size();
    while (m * n * k > 1 << 20) m = (m + 1) / 2, n = (n + 1) / 2, k = (k + 1) / 2;
    int a_kind = chance(70) ? (int)random_below(2) : (int)random_below(5);
    int b_kind = chance(70) ? (int)random_below(2) : (int)random_below(5);
    if (a_kind == 4 && b_kind == 3) b_kind = 0; /* else every rounding would go the same way */
    check_product(i % 2 ? NN_GEMM_F32 : NN_GEMM_F64, m, n, k, a_kind, b_kind);
  }
}

/* The products of the nets that nnlua is measured with, in every transposition. */
static void test_nets(void) {
  static const int sizes[][3] = {{128, 100, 10}, {128, 4, 100},   {4, 100, 128}, {128, 100, 4},
                                 {100, 10, 128}, {64, 100, 1000}, {64, 10, 100}, {1, 500, 300},
                                 {500, 1, 300},  {3, 3, 5000}};
  for (int i = 0; i < (int)(sizeof(sizes) / sizeof(sizes[0])); i++)
    for (int kinds = 0; kinds < 8; kinds += pace)
      check_product(kinds & 4 ? NN_GEMM_F64 : NN_GEMM_F32, sizes[i][0], sizes[i][1], sizes[i][2],
                    kinds & 1, kinds >> 1 & 1);
}

/* Large enough for BLIS, for several parts, and for a sum in several parts. */
static void test_large(void) {
  static const int sizes[][3] = {{300, 310, 290}, {257, 1100, 70},  {20, 30, 60000},
                                 {700, 90, 400},  {1030, 17, 2000}, {6, 6, (1 << 16) + 3}};
  for (int i = 0; i < (int)(sizeof(sizes) / sizeof(sizes[0])); i++)
    for (int kinds = 0; kinds < 4; kinds += pace)
      check_product((i + kinds) % 2 ? NN_GEMM_F64 : NN_GEMM_F32, sizes[i][0], sizes[i][1],
                    sizes[i][2], kinds & 1, kinds >> 1);
  check_product(NN_GEMM_F32, 260, 270, 280, 3, 0);
  check_product(NN_GEMM_F64, 260, 270, 280, 2, 4);
  check_product(NN_GEMM_F32, 700, 800, 0, 0, 0);
  check_product(NN_GEMM_F64, 700, 800, 1, 0, 1);
}

/* A NaN or infinity in A or B reaches its row or column, through relu too. */
static void test_nan(void) {
  for (int i = 0; i < 300; i++) {
    struct product x =
        new_product(i % 2 ? NN_GEMM_F32 : NN_GEMM_F64, 1 + random_below(40), 1 + random_below(40),
                    1 + random_below(70), i >> 1 & 1, i >> 2 & 1);
    struct array *to = chance(50) ? &x.a : &x.b, before = copy_array(x.p.type, &x.c, 0);
    set(x.p.type, to->data, random_below(to->length), chance(50) ? NAN : INFINITY);
    nn__gemm(&x.p);
    check(is_right(&x.p, &before), "NaN", &x.p);
    free(before.block);
    free_product(&x);
  }
}

/* Brief products are shared out where a helper is awake. */
static void wake_helper(void) {
  nn__wake_helper();
  for (int i = 0; i < 100000 && !nn__helper_is_awake(); i++) sched_yield();
}

/* The same bits on any number of threads, wherever the arrays lie. */
static void check_bits(int64_t m, int64_t n, int64_t k, int kinds) {
  struct product x =
      new_product(kinds & 4 ? NN_GEMM_F64 : NN_GEMM_F32, m, n, k, kinds & 1, kinds >> 1 & 1);
  struct nn__gemm p = x.p;
  enum nn__gemm_type type = p.type;
  struct array c = copy_array(type, &x.c, 3);
  nn__gemm(&x.p);
  for (int threads = 1; threads <= 5; threads += 1 + (threads > 2)) {
    struct array a = copy_array(type, &x.a, threads), b = copy_array(type, &x.b, threads + 4);
    struct array d = copy_array(type, &c, threads % 3);
    p.a = a.data, p.b = b.data, p.c = d.data, p.threads = threads;
    if (threads > 1) wake_helper();
    nn__gemm(&p);
    check(memcmp(d.data, x.c.data, (size_t)d.length * size_of(type)) == 0, "bits", &p);
    free(a.block), free(b.block), free(d.block);
  }
  free(c.block);
  free_product(&x);
}

static void test_bits(void) {
  for (int kinds = 0; kinds < 8; kinds += pace) {
    check_bits(128, 100, 10, kinds);
    check_bits(100, 10, 128, kinds);
    check_bits(64, 100, 1000, kinds);
    check_bits(333, 444, 555, kinds);
    check_bits(2100, 40, 300, kinds);
    check_bits(161, 65, 300, kinds);
    check_bits(257, 129, 200, kinds);
    check_bits(40, 2100, 300, kinds);
    check_bits(1, 3000, 2000, kinds);
    check_bits(1, 512, 784, kinds);
    check_bits(700, 801, 1, kinds);
    check_bits(1, 512, 512, kinds); /* brief */
    check_bits(512, 512, 1, kinds);
    check_bits(100, 100, 110, kinds);
    check_bits(24, 16, 3000, kinds);
    check_bits(3, 400, 600, kinds); /* deep, with few rows */
    check_bits(6, 6, (1 << 16) + 3, kinds);
    check_bits(2, 2, 70000, kinds); /* brief */
    check_bits(100, 100, 5000, kinds);
    if (kinds < 4) check_bits(64, 60, 70333, kinds); /* BLIS's, where there is no AVX-512 */
  }
}

/* C in the place of its gate has the bits of C elsewhere. */
static void test_gate_in_place(void) {
  for (int i = 0; i < 200; i++) {
    int64_t m = random_size(), n = random_size(), k = 1 + random_below(NN_GEMM_STEPS);
    struct product x = new_product(i % 2 ? NN_GEMM_F32 : NN_GEMM_F64, m, n, k, i >> 1 & 1, i & 1);
    struct array gate = copy_array(x.p.type, &x.c, 0), c = copy_array(x.p.type, &x.c, 0);
    x.p.accumulate = false;
    x.p.gate = gate.data, x.p.gate_row = x.p.c_row;
    nn__gemm(&x.p);
    struct nn__gemm p = x.p;
    p.gate = p.c = c.data;
    nn__gemm(&p);
    check(memcmp(c.data, x.c.data, (size_t)c.length * size_of(p.type)) == 0, "gate in place", &p);
    free(gate.block), free(c.block);
    free_product(&x);
  }
}

static void test_stop(void) {
  const volatile int stop = 1;
  struct product x = new_product(NN_GEMM_F32, 900, 900, 900, 0, 0);
  struct array before = copy_array(NN_GEMM_F32, &x.c, 0);
  x.p.stop = &stop;
  nn__gemm(&x.p);
  check(memcmp(before.data, x.c.data, (size_t)before.length * sizeof(float)) == 0, "stop", &x.p);
  free(before.block);
  free_product(&x);
}

int main(void) {
  if (getenv("NNLUA_INSTRUMENTED")) pace = 3; /* each case is ten times slower */
  test_random();
  test_nets();
  test_large();
  test_nan();
  test_bits();
  test_gate_in_place();
  test_stop();
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
