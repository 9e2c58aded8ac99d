/* The most multiply-adds that a core can do: ten independent chains of them in registers, with the
 * widest vectors that nnlua would use. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

#include "cpu.h"

#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Defines a function that does 20e6 operations in each of `bytes` / 4 lanes of float; the empty
 * assembly keeps the compiler from doing them beforehand. */
#define CHAINS(name, target_name, bytes)                                         \
  __attribute__((target(target_name))) static double name(void) {                \
    typedef float vec __attribute__((vector_size(bytes)));                       \
    vec h = {0}, a, b, c, d, e, f, g, i, j, x;                                   \
    h += 0.5f, a = b = c = d = e = f = g = i = j = x = h;                        \
    for (int n = 0; n < 1000000; n++) {                                          \
      a = a * h + h, b = b * h + h, c = c * h + h, d = d * h + h, e = e * h + h; \
      f = f * h + h, g = g * h + h, i = i * h + h, j = j * h + h, x = x * h + h; \
      __asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e));        \
      __asm__ volatile("" : "+x"(f), "+x"(g), "+x"(i), "+x"(j), "+x"(x));        \
    }                                                                            \
    return 20e6 * ((bytes) / 4);                                                 \
  }

#if defined(__x86_64__)
CHAINS(chains_v2, "sse4.2", 16)
CHAINS(chains_v3, "avx2,fma", 32)
CHAINS(chains_v4, "avx512f", 64)
static double (*const chains_by_isa[])(void) = {chains_v2, chains_v3, chains_v4};
#else
CHAINS(chains_base, "", 16)
static double (*const chains_by_isa[])(void) = {chains_base};
#endif

/* GFLOP/s in float32 on so many threads at once: the best of some runs. */
static double peak_gflops(int threads) {
  double best = 0;
  for (int i = 0; i < 20; i++) {
    double done = 0, start = now();
#pragma omp parallel num_threads(threads) reduction(+ : done)
    done += chains_by_isa[nn__isa()]();
    double rate = 1e-9 * done / (now() - start);
    if (rate > best) best = rate;
  }
  return best;
}

#endif
