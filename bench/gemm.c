/* Matrix products against OpenBLAS (loaded at run time, if there is one), in turn, as medians:
 *
 *   gemm [--about] [--json] [--threads n] [f32|f64|both] nets|forms|small|large|M,N,K[,tt] ...
 *
 * Here tt are two letters, n or t, saying which operand lies transposed. The type holds for the
 * words after it. --about names the kernels of both libraries. */
#include "gemm.h"

#include "peak.h"

#include <blis.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15 };

typedef void sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                   int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef void dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                   int lda, const double *b, int ldb, double beta, double *c, int ldc);

static sgemm *blas_sgemm;
static dgemm *blas_dgemm;
static const char *(*blas_config)(void);
static bool json;
static int threads = 1;
static bool a_transposed, b_transposed; /* strides do not tell, where a size is 1 */
static double log_ratio, peak;
static int rows_printed;

/* It finds its own functions before those of the same names in BLIS, and we find these. */
static void open_blas(void) {
  void *lib = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (!lib) return;
  *(void **)&blas_sgemm = dlsym(lib, "cblas_sgemm");
  *(void **)&blas_dgemm = dlsym(lib, "cblas_dgemm");
  *(void **)&blas_config = dlsym(lib, "openblas_get_config");
  void (*set_threads)(int);
  *(void **)&set_threads = dlsym(lib, "openblas_set_num_threads");
  if (set_threads) set_threads(threads);
}

/* ---- one product ---- */

static void run_ours(const struct nn__gemm *p) { nn__gemm(p); }

static void run_blas(const struct nn__gemm *p) {
  int ta = a_transposed ? 112 : 111, tb = b_transposed ? 112 : 111; /* CblasTrans, NoTrans */
  int lda = (int)(a_transposed ? p->a_col : p->a_row);
  int ldb = (int)(b_transposed ? p->b_col : p->b_row);
  int m = (int)p->m, n = (int)p->n, k = (int)p->k, ldc = (int)p->c_row;
  if (p->type == NN_GEMM_F32)
    blas_sgemm(101, ta, tb, m, n, k, 1, p->a, lda, p->b, ldb, 0, p->c, ldc);
  else
    blas_dgemm(101, ta, tb, m, n, k, 1, p->a, lda, p->b, ldb, 0, p->c, ldc);
}

static double time_of(void (*run)(const struct nn__gemm *), const struct nn__gemm *p, int repeat) {
  double start = now();
  for (int i = 0; i < repeat; i++) run(p);
  return (now() - start) / repeat;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *x) {
  qsort(x, ROUNDS, sizeof(*x), ascending);
  return x[ROUNDS / 2];
}

static void *new_matrix(int64_t n) {
  float *x = aligned_alloc(64, (size_t)(n * 8 + 63) / 64 * 64);
  if (!x) exit(1);
  for (int64_t i = 0; i < 2 * n; i++) x[i] = 1; /* as doubles: 0.0078 */
  return x;
}

static void report(const struct nn__gemm *p, const char *tt, double ours, double blas) {
  double rate = 2e-9 * (double)p->m * (double)p->n * (double)p->k / ours;
  double top = peak * threads / (p->type == NN_GEMM_F32 ? 1 : 2);
  char shape[64];
  snprintf(shape, sizeof(shape), "%dx%d%s %dx%d%s %s", (int)p->m, (int)p->k,
           tt[0] == 't' ? "t" : "", (int)p->k, (int)p->n, tt[1] == 't' ? "t" : "",
           p->type == NN_GEMM_F32 ? "f32" : "f64");
  printf(json ? "{\"shape\":\"%s\",\"us\":%.3f,\"openblas_us\":%.3f,\"ratio\":%.3f,"
                "\"gflops\":%.1f,\"share\":%.3f}\n"
              : "%-26s %11.2f %11.2f %6.2f %8.1f %6.2f\n",
         shape, ours * 1e6, blas * 1e6, blas / ours, rate, rate / top);
  if (blas > 0) log_ratio += log(blas / ours), rows_printed++;
}

/* C (m, n) = A B on one thread, in float; A, or B, lies transposed where its letter in tt is t. */
static struct nn__gemm product(int m, int n, int k, const char *tt, void *a, void *b, void *c) {
  bool at = tt[0] == 't', bt = tt[1] == 't';
  return (struct nn__gemm){.m = m,
                           .n = n,
                           .k = k,
                           .a = a,
                           .a_row = at ? 1 : k,
                           .a_col = at ? m : 1,
                           .b = b,
                           .b_row = bt ? 1 : n,
                           .b_col = bt ? k : 1,
                           .c = c,
                           .c_row = n};
}

static void measure(int m, int n, int k, const char *tt, enum nn__gemm_type type) {
  void *a = new_matrix((int64_t)m * k), *b = new_matrix((int64_t)k * n);
  struct nn__gemm p = product(m, n, k, tt, a, b, new_matrix((int64_t)m * n));
  p.type = type, p.threads = threads;
  a_transposed = tt[0] == 't', b_transposed = tt[1] == 't';
  time_of(run_ours, &p, 1);
  int repeat = 1 + (int)(1e-3 / (time_of(run_ours, &p, 2) + 1e-9));
  double ours[ROUNDS], blas[ROUNDS] = {0};
  for (int i = 0; i < ROUNDS; i++) {
    ours[i] = time_of(run_ours, &p, repeat);
    if (blas_sgemm && blas_dgemm) blas[i] = time_of(run_blas, &p, repeat);
  }
  report(&p, tt, median(ours), median(blas));
  free(a), free(b), free(p.c);
}

/* ---- sets of products ---- */

static const char *const forms[] = {"nn", "nt", "tn", "tt"};
static enum nn__gemm_type first_type = NN_GEMM_F32, last_type = NN_GEMM_F64;

#define EACH_TYPE(t) (enum nn__gemm_type t = first_type; t <= last_type; t++)

/* What FizzBuzz (128, 10 -> 100 -> 4) and the two-layer net (64, 1000 -> 100 -> 10) multiply, as it
 * lies in them. */
static const struct {
  int m, n, k;
  const char *form;
} nets[] = {
    {128, 100, 10, "nt"}, {128, 4, 100, "nt"},   {4, 100, 128, "tn"}, {128, 100, 4, "nn"},
    {100, 10, 128, "tn"}, {64, 100, 1000, "nn"}, {64, 10, 100, "nn"}, {100, 10, 64, "tn"},
    {64, 100, 10, "nt"},  {1000, 100, 64, "tn"},
};
enum { NETS = sizeof(nets) / sizeof(nets[0]) };

static void measure_nets(void) {
  for
    EACH_TYPE(t)
  for (int i = 0; i < NETS; i++) measure(nets[i].m, nets[i].n, nets[i].k, nets[i].form, t);
}

static void measure_forms(void) {
  for
    EACH_TYPE(t)
  for (int i = 0; i < NETS * 4; i++)
    measure(nets[i / 4].m, nets[i / 4].n, nets[i / 4].k, forms[i % 4], t);
}

static void measure_small(void) {
  static const int sizes[] = {1, 4, 10, 32, 100, 128};
  enum { N = sizeof(sizes) / sizeof(sizes[0]) };
  for
    EACH_TYPE(t)
  for (int i = 0; i < N * N * N * 4; i++)
    measure(sizes[i / 4 % N], sizes[i / 4 / N % N], sizes[i / 4 / N / N], forms[i % 4], t);
}

static void measure_large(void) {
  for
    EACH_TYPE(t)
  for (int n = 64; n <= 2048; n *= 2)
    for (int i = 0; i < 4; i++) measure(n, n, n, forms[i], t);
}

/* The five products of a FizzBuzz step with what is folded into them, on one thread. */
static void measure_step(void) {
  enum { B = 128, I = 10, H = 100, O = 4 };
  float *x = new_matrix(B * I), *w1 = new_matrix(H * I), *b1 = new_matrix(H),
        *h = new_matrix(B * H), *w2 = new_matrix(O * H), *b2 = new_matrix(O),
        *y = new_matrix(B * O), *gh = new_matrix(B * H), *gw1 = new_matrix(H * I),
        *gw2 = new_matrix(O * H);
  struct nn__gemm step[] = {product(B, H, I, "nt", x, w1, h), product(B, O, H, "nt", h, w2, y),
                            product(O, H, B, "tn", y, h, gw2), product(B, H, O, "nn", y, w2, gh),
                            product(H, I, B, "tn", gh, x, gw1)};
  step[0].bias = b1, step[0].relu = true;
  step[1].bias = b2;
  step[3].gate = h, step[3].gate_row = H;
  double times[6][ROUNDS];
  for (int r = 0; r < ROUNDS; r++) {
    for (int i = 0; i < 5; i++) times[i][r] = time_of(nn__gemm, &step[i], 500);
    double start = now();
    for (int i = 0; i < 500 * 5; i++) nn__gemm(&step[i % 5]);
    times[5][r] = (now() - start) / 500;
  }
  printf(json ? "{\"fizzbuzz_us\":[" : "FizzBuzz step's products, with bias, relu and gate, us:");
  for (int i = 0; i < 6; i++)
    printf(json ? "%s%.3f" : "%s%.2f",
           json && i ? ","
           : i == 5  ? "  together "
                     : " ",
           1e6 * median(times[i]));
  puts(json ? "]}" : "");
  free(x), free(w1), free(b1), free(h), free(w2);
  free(b2), free(y), free(gh), free(gw1), free(gw2);
}

/* One word of the command line; whether it is known. */
static bool measure_word(const char *word) {
  static const struct {
    const char *name;
    void (*measure)(void);
  } sets[] = {{"nets", measure_nets},
              {"forms", measure_forms},
              {"small", measure_small},
              {"large", measure_large},
              {"step", measure_step}};
  static const char *const types[] = {"f32", "f64"};
  for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
    if (strcmp(word, sets[i].name) == 0) return sets[i].measure(), true;
  for (int i = 0; i < 2; i++)
    if (strcmp(word, types[i]) == 0) return first_type = last_type = i, true;
  int m, n, k;
  char form[3] = "nn";
  if (sscanf(word, "%d,%d,%d,%2[nt]", &m, &n, &k, form) < 3) return false;
  for
    EACH_TYPE(t) measure(m, n, k, form, t);
  return true;
}

/* The kernels that BLIS has chosen once it has had something to do, and those of OpenBLAS. */
static int about(void) {
  enum { N = 512 };
  struct nn__gemm p = {.type = NN_GEMM_F32, .m = N, .n = N, .k = N, .threads = 1};
  p.a = new_matrix(N * N), p.b = new_matrix(N * N), p.c = new_matrix(N * N);
  p.a_row = p.b_row = p.c_row = N, p.a_col = p.b_col = 1;
  nn__gemm(&p);
  printf("BLIS %s\n", bli_arch_string(bli_arch_query_id()));
  if (blas_config) printf("%s\n", blas_config());
  return 0;
}

int main(int argc, char **argv) {
  int first = 1;
  bool asked = first < argc && strcmp(argv[first], "--about") == 0;
  if (first < argc && strcmp(argv[first], "--json") == 0) json = true, first++;
  if (first + 1 < argc && strcmp(argv[first], "--threads") == 0)
    threads = atoi(argv[first + 1]), first += 2;
  open_blas();
  if (asked) return about();
  peak = peak_gflops(1);
  if (!json)
    printf("%s, %d thread(s), peak %.0f GFLOP/s a thread in float32\n%-26s %11s %11s %6s %8s %6s\n",
           nn__isa_name(), threads, peak, "shape", "nnlua us", "OpenBLAS", "ratio", "GFLOP/s",
           "share");
  for (int i = first; i < argc; i++)
    if (!measure_word(argv[i])) return fprintf(stderr, "gemm: what is %s?\n", argv[i]), 2;
  if (rows_printed && !json)
    printf("geometric mean of the ratios: %.3f over %d\n", exp(log_ratio / rows_printed),
           rows_printed);
}
