/* Which instruction set to run: chosen once, at the first question. */
#ifndef NN_CPU_H
#define NN_CPU_H

#include <stdbool.h>

/* The index of the best instruction set this CPU runs, into a table made by NN_ISA_TABLES.
 * The environment variable NNLUA_ISA (v2, v3, v4) lowers the choice; it cannot raise it. */
int nn__isa(void);

/* Its name: "v2", "v3", "v4" or "base". */
const char *nn__isa_name(void);

bool nn__isa_has_avx512(void);

/* Whether a large result is better stored past the caches: on AMD's processors since Zen 3. (On
 * Xeons little could be gained.) */
bool nn__stores_past_pay(void);

/* NN_ISA_TABLES(struct nn__gemm_kernels, gemm_kernels) declares the variants of that table and an
 * array `gemm_kernels_by_isa` of pointers to them; index it with nn__isa(). */
#if defined(__x86_64__)
#define NN_ISA_TABLES(type, name)                                      \
  extern const type nn__##name##_v2, nn__##name##_v3, nn__##name##_v4; \
  static const type *const name##_by_isa[] = {&nn__##name##_v2, &nn__##name##_v3, &nn__##name##_v4}
#else
#define NN_ISA_TABLES(type, name)      \
  extern const type nn__##name##_base; \
  static const type *const name##_by_isa[] = {&nn__##name##_base}
#endif

#endif
