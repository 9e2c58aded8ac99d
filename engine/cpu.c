/* The instruction set to run, from what the processor says and the environment wishes. */
#include "cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

static const char *const names[] = {"v2", "v3", "v4"};

/* Clang 14 knows the levels by no name, so by the features that tell them apart. */
static int best_isa(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
      !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2"))
    return 0;
  bool v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512cd");
  return v4 ? 2 : 1;
}

/* AMD's Zen 3 and Zen 4 are one family; what it made since has AVX-512, as Zen 4. */
bool nn__stores_past_pay(void) {
  return __builtin_cpu_is("amdfam19h") || (__builtin_cpu_is("amd") && best_isa() == 2);
}

#else

static const char *const names[] = {"base"};

static int best_isa(void) { return 0; }

bool nn__stores_past_pay(void) { return false; }

#endif

static int choose(void) {
  int best = best_isa();
  const char *wish = getenv("NNLUA_ISA");
  for (int i = 0; wish && i < best; i++)
    if (strcmp(wish, names[i]) == 0) return i;
  return best;
}

int nn__isa(void) {
  static atomic_int chosen = -1; /* two threads at once would write the same */
  int isa = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (isa >= 0) return isa;
  isa = choose();
  atomic_store_explicit(&chosen, isa, memory_order_relaxed);
  return isa;
}

const char *nn__isa_name(void) { return names[nn__isa()]; }

bool nn__isa_has_avx512(void) { return strcmp(nn__isa_name(), "v4") == 0; }
