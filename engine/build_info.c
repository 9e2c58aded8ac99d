/* What the build and the machine are, for `nnlua --version` and reports of faults. */
#include <blis.h>
#include <stdio.h>
#include <string.h>

#include "blas.h"
#include "cpu.h"
#include "nn.h"

#if defined(__x86_64__)
#include <cpuid.h>

/* The processor's name, from three leaves of 16 bytes each; "" where it keeps none. */
static void write_cpu_name(char name[49]) {
  unsigned registers[12] = {0};
  for (unsigned i = 0; i < 3; i++) {
    unsigned *r = registers + 4 * i;
    if (!__get_cpuid(0x80000002 + i, r, r + 1, r + 2, r + 3)) registers[0] = 0;
  }
  memcpy(name, registers, 48);
  name[48] = '\0';
}

#define MACHINE "x86-64-"
#else
static void write_cpu_name(char name[49]) { name[0] = '\0'; }
#define MACHINE ""
#endif

const char *nn_build_info(void) {
  static char text[160]; /* a race writes the same text twice */
  char cpu[49];
  write_cpu_name(cpu);
  size_t spaces = strspn(cpu, " "); /* which pad some names */
  snprintf(text, sizeof text, "BLIS %s for %s; %s%s" MACHINE "%s", bli_info_get_version_str(),
           nn__blas_kernels(), cpu + spaces, cpu[spaces] ? ", " : "", nn__isa_name());
  return text;
}
