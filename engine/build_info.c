/* What the build and the machine are, for `nnlua --version` and reports of faults. */
#include <blis.h>
#include <stdio.h>

#include "cpu.h"
#include "nn.h"

#if defined(__x86_64__)
#define MACHINE "x86-64-"
#else
#define MACHINE ""
#endif

const char *nn_build_info(void) {
  static char text[64]; /* a race writes the same text twice */
  snprintf(text, sizeof text, "BLIS %s, " MACHINE "%s", bli_info_get_version_str(), nn__isa_name());
  return text;
}
