/* Linked into every C test: skips it, with exit code 77, where NNLUA_ISA asks for an instruction
 * set that this CPU lacks. It runs before main, which may be compiled for that very set. */
#include "cpu.h"

#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void skip_without_isa(void) {
  const char *wish = getenv("NNLUA_ISA");
  if (wish && strcmp(wish, nn__isa_name()) != 0) _Exit(77);
}
