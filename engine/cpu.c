#include "cpu.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

static const char *const names[] = {"v2", "v3", "v4"};

static int best_isa(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 2;
  if (__builtin_cpu_supports("x86-64-v3")) return 1;
  return 0;
}

int nn__cpu_has_skx(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

#else

static const char *const names[] = {"base"};

static int best_isa(void) { return 0; }

int nn__cpu_has_skx(void) { return 0; }

#endif

static int choose(void) {
  int best = best_isa();
  const char *wish = getenv("NNLUA_ISA");
  for (int i = 0; wish && i < best; i++)
    if (strcmp(wish, names[i]) == 0) return i;
  return best;
}

int nn__isa(void) {
  static int chosen = -1; /* a race writes the same value twice */
  if (chosen < 0) chosen = choose();
  return chosen;
}

const char *nn__isa_name(void) { return names[nn__isa()]; }
