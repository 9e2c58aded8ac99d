/* What this machine can do at its best: peak [NAME] THREADS…
 *
 * Prints lines "name threads value": gflops (float32), and read, copy and triad in GB/s over arrays
 * of 40 MB. Bytes count once, as the program sees them: a store that first loads its cache line
 * moves more. So copy and triad are tried with stores past the caches too; the better ones count.
 */
#include "peak.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
typedef __m128 quad;
#define STORE_PAST(p, x) _mm_stream_ps((float *)(p), x)
#define FENCE() _mm_sfence()
#else
typedef float quad __attribute__((vector_size(16)));
#define STORE_PAST(p, x) (*(p) = (x))
#define FENCE() (void)0
#endif

enum { LENGTH = 10000000 / 4, TRIES = 40 };

static quad *x, *y, *z;
static volatile float result;

static void read_all(int threads) {
  float total = 0;
#pragma omp parallel num_threads(threads) reduction(+ : total)
  {
    quad a = {0}, b = {0}, c = {0}, d = {0};
#pragma omp for
    for (int64_t i = 0; i < LENGTH; i += 4) a += x[i], b += x[i + 1], c += x[i + 2], d += x[i + 3];
    quad sum = (a + b) + (c + d);
    total += sum[0] + sum[1] + sum[2] + sum[3];
  }
  result = total;
}

#define LOOP(name, statement)                                            \
  static void name(int threads) {                                        \
    _Pragma("omp parallel num_threads(threads)") {                       \
      _Pragma("omp for") for (int64_t i = 0; i < LENGTH; i++) statement; \
      FENCE();                                                           \
    }                                                                    \
  }

LOOP(copy, z[i] = x[i])
LOOP(copy_past, STORE_PAST(z + i, x[i]))
LOOP(triad, z[i] = x[i] + 3 * y[i])
LOOP(triad_past, STORE_PAST(z + i, x[i] + 3 * y[i]))

static double rate(void (*run)(int threads), int threads, int arrays) {
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    double start = now();
    run(threads);
    double time = now() - start;
    if (time < best) best = time;
  }
  return 1e-9 * arrays * LENGTH * sizeof(quad) / best;
}

static double larger(double a, double b) { return a > b ? a : b; }

static quad *new_array(void) {
  quad *p = aligned_alloc(64, LENGTH * sizeof(quad));
  if (!p) exit(1);
  for (int64_t i = 0; i < LENGTH; i++) p[i] = (quad){1, 1, 1, 1};
  return p;
}

static double peak_read(int n) { return rate(read_all, n, 1); }
static double peak_copy(int n) { return larger(rate(copy, n, 2), rate(copy_past, n, 2)); }
static double peak_triad(int n) { return larger(rate(triad, n, 3), rate(triad_past, n, 3)); }

static const struct {
  const char *name;
  double (*measure)(int threads);
} peaks[] = {
    {"gflops", peak_gflops}, {"read", peak_read}, {"copy", peak_copy}, {"triad", peak_triad}};

/* Those of that name, or all, on so many threads. */
static void print(const char *name, int threads) {
  for (size_t i = 0; i < sizeof(peaks) / sizeof(*peaks); i++)
    if (!name || strcmp(name, peaks[i].name) == 0)
      printf("%s %d %.2f\n", peaks[i].name, threads, peaks[i].measure(threads));
}

int main(int argc, char **argv) {
  const char *name = argc > 1 && atoi(argv[1]) == 0 ? argv[1] : NULL;
  x = new_array(), y = new_array(), z = new_array();
  for (int i = name ? 2 : 1; i < argc; i++) print(name, atoi(argv[i]));
  free(x), free(y), free(z);
}
