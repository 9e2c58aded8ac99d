/* Matrix products against OpenBLAS (loaded at run time, if there is one), in turn, as medians:
 *
 *   gemm [--json] [--threads n] nets|small|large|M,N,K[,tt][,f64] ...
 *
 * Here tt are two letters, n or t, saying which operand lies transposed. */
#include "gemm.h"
#include "cpu.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15 };

typedef void sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                   int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef void dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                   int lda, const double *b, int ldb, double beta, double *c, int ldc);

static sgemm *blas_sgemm;
static dgemm *blas_dgemm;
static bool json;
static int threads = 1;
static bool a_transposed, b_transposed; /* strides do not tell, where a size is 1 */
static double log_ratio, peak;
static int rows_printed;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void open_blas(void) {
  void *lib = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!lib) return;
  *(void **)&blas_sgemm = dlsym(lib, "cblas_sgemm");
  *(void **)&blas_dgemm = dlsym(lib, "cblas_dgemm");
  void (*set_threads)(int);
  *(void **)&set_threads = dlsym(lib, "openblas_set_num_threads");
  if (set_threads) set_threads(threads);
}

/* ---- the peak: ten independent chains of multiply-adds in registers ---- */

#define CHAINS(target_name, bytes, name)                                         \
  __attribute__((target(target_name))) static double name(void) {                \
    typedef float vec __attribute__((vector_size(bytes)));                       \
    vec h = {0}, a, b, c, d, e, f, g, i, j, x;                                   \
    h += 0.5f, a = b = c = d = e = f = g = i = j = x = h;                        \
    double start = now();                                                        \
    for (int n = 0; n < 1000000; n++) {                                          \
      a = a * h + h, b = b * h + h, c = c * h + h, d = d * h + h, e = e * h + h; \
      f = f * h + h, g = g * h + h, i = i * h + h, j = j * h + h, x = x * h + h; \
      __asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e));        \
      __asm__ volatile("" : "+x"(f), "+x"(g), "+x"(i), "+x"(j), "+x"(x));        \
    }                                                                            \
    return 20e6 * ((bytes) / 4) / (now() - start) * 1e-9;                        \
  }

#if defined(__x86_64__)
CHAINS("avx512f", 64, chains_v4)
CHAINS("avx2,fma", 32, chains_v3)
CHAINS("sse4.2", 16, chains_v2)
#else
CHAINS("", 16, chains_v2)
#endif

static double measure_peak(void) {
  double best = 0;
  for (int i = 0; i < 20; i++) {
    double rate;
#if defined(__x86_64__)
    rate = nn__isa() == 2 ? chains_v4() : nn__isa() == 1 ? chains_v3() : chains_v2();
#else
    rate = chains_v2();
#endif
    if (rate > best) best = rate;
  }
  return best;
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
  const char *type = p->type == NN_GEMM_F32 ? "f32" : "f64";
  printf(json ? "{\"m\":%d,\"n\":%d,\"k\":%d,\"form\":\"%s\",\"type\":\"%s\",\"us\":%.3f,"
                "\"openblas_us\":%.3f,\"ratio\":%.3f,\"gflops\":%.1f,\"share\":%.3f}\n"
              : "%5d %5d %5d %s %s %11.2f %11.2f %6.2f %8.1f %6.2f\n",
         (int)p->m, (int)p->n, (int)p->k, tt, type, ours * 1e6, blas * 1e6, blas / ours, rate,
         rate / top);
  if (blas > 0) log_ratio += log(blas / ours), rows_printed++;
}

static void measure(int m, int n, int k, const char *tt, enum nn__gemm_type type) {
  struct nn__gemm p = {.type = type, .m = m, .n = n, .k = k, .c_row = n, .threads = threads};
  a_transposed = tt[0] == 't', b_transposed = tt[1] == 't';
  p.a_row = a_transposed ? 1 : k, p.a_col = a_transposed ? m : 1;
  p.b_row = b_transposed ? 1 : n, p.b_col = b_transposed ? k : 1;
  void *a = new_matrix((int64_t)m * k), *b = new_matrix((int64_t)k * n);
  p.a = a, p.b = b, p.c = new_matrix((int64_t)m * n);
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

/* What FizzBuzz (128, 10 -> 100 -> 4) and the two-layer net (64, 1000 -> 100 -> 10) multiply. */
static void measure_nets(void) {
  for (int type = NN_GEMM_F32; type <= NN_GEMM_F64; type++) {
    measure(128, 100, 10, "nt", type);
    measure(128, 4, 100, "nt", type);
    measure(4, 100, 128, "tn", type);
    measure(128, 100, 4, "nn", type);
    measure(100, 10, 128, "tn", type);
    measure(64, 100, 1000, "nn", type);
    measure(64, 10, 100, "nn", type);
    measure(100, 10, 64, "tn", type);
    measure(64, 100, 10, "nt", type);
    measure(1000, 100, 64, "tn", type);
  }
}

static void measure_small(void) {
  static const int sizes[] = {1, 4, 10, 32, 100, 128};
  enum { N = sizeof(sizes) / sizeof(sizes[0]) };
  for (int i = 0; i < N * N * N * 8; i++)
    measure(sizes[i / 8 % N], sizes[i / 8 / N % N], sizes[i / 8 / N / N], forms[i % 4],
            i % 8 < 4 ? NN_GEMM_F32 : NN_GEMM_F64);
}

static void measure_large(void) {
  for (int n = 64; n <= 2048; n *= 2)
    for (int i = 0; i < 8; i++) measure(n, n, n, forms[i % 4], i < 4 ? NN_GEMM_F32 : NN_GEMM_F64);
}

/* The five products of a FizzBuzz step with what is folded into them, on one thread. */
static void measure_step(void) {
  enum { B = 128, I = 10, H = 100, O = 4 };
  float *x = new_matrix(B * I), *w1 = new_matrix(H * I), *b1 = new_matrix(H),
        *h = new_matrix(B * H), *w2 = new_matrix(O * H), *b2 = new_matrix(O),
        *y = new_matrix(B * O), *gh = new_matrix(B * H), *gw1 = new_matrix(H * I),
        *gw2 = new_matrix(O * H);
  const struct nn__gemm step[] = {{.m = B,
                                   .n = H,
                                   .k = I,
                                   .a = x,
                                   .a_row = I,
                                   .a_col = 1,
                                   .b = w1,
                                   .b_row = 1,
                                   .b_col = I,
                                   .c = h,
                                   .c_row = H,
                                   .bias = b1,
                                   .relu = true},
                                  {.m = B,
                                   .n = O,
                                   .k = H,
                                   .a = h,
                                   .a_row = H,
                                   .a_col = 1,
                                   .b = w2,
                                   .b_row = 1,
                                   .b_col = H,
                                   .c = y,
                                   .c_row = O,
                                   .bias = b2},
                                  {.m = O,
                                   .n = H,
                                   .k = B,
                                   .a = y,
                                   .a_row = 1,
                                   .a_col = O,
                                   .b = h,
                                   .b_row = H,
                                   .b_col = 1,
                                   .c = gw2,
                                   .c_row = H},
                                  {.m = B,
                                   .n = H,
                                   .k = O,
                                   .a = y,
                                   .a_row = O,
                                   .a_col = 1,
                                   .b = w2,
                                   .b_row = H,
                                   .b_col = 1,
                                   .c = gh,
                                   .c_row = H,
                                   .gate = h,
                                   .gate_row = H},
                                  {.m = H,
                                   .n = I,
                                   .k = B,
                                   .a = gh,
                                   .a_row = 1,
                                   .a_col = H,
                                   .b = x,
                                   .b_row = I,
                                   .b_col = 1,
                                   .c = gw1,
                                   .c_row = I}};
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

static void measure_word(const char *word) {
  int m, n, k, used = 0;
  if (strcmp(word, "nets") == 0)
    measure_nets();
  else if (strcmp(word, "small") == 0)
    measure_small();
  else if (strcmp(word, "large") == 0)
    measure_large();
  else if (sscanf(word, "%d,%d,%d%n", &m, &n, &k, &used) == 3) {
    const char *rest = word + used;
    measure(m, n, k, strlen(rest) >= 3 && rest[1] != 'f' ? rest + 1 : "nn",
            strstr(rest, "f64") ? NN_GEMM_F64 : NN_GEMM_F32);
  } else
    fprintf(stderr, "gemm: what is %s?\n", word);
}

int main(int argc, char **argv) {
  int first = 1;
  if (first < argc && strcmp(argv[first], "--json") == 0) json = true, first++;
  if (first + 1 < argc && strcmp(argv[first], "--threads") == 0)
    threads = atoi(argv[first + 1]), first += 2;
  open_blas();
  peak = measure_peak();
  if (!json)
    printf("%s, %d thread(s), peak %.0f GFLOP/s a thread in float32\n%5s %5s %5s %s %11s %11s %6s "
           "%8s %6s\n",
           nn__isa_name(), threads, peak, "m", "n", "k", "form   ", "nnlua us", "OpenBLAS", "ratio",
           "GFLOP/s", "share");
  for (int i = first; i < argc; i++) measure_word(argv[i]);
  if (first == argc) measure_nets();
  if (threads == 1) measure_step();
  if (rows_printed && !json)
    printf("geometric mean of the ratios: %.3f over %d\n", exp(log_ratio / rows_printed),
           rows_printed);
}
