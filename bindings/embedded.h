/* The files inside the binary: each bindings/lua/NAME.lua under its module name "nnlua.NAME"
 * (folders joined by dots), each docs/help/NAME.md as "help/NAME". The build writes the table; a
 * row without a name ends it. Sources end in a zero byte that `size` does not count. */
#ifndef NNLUA_EMBEDDED_H
#define NNLUA_EMBEDDED_H

#include <stddef.h>

struct nnlua_embedded {
  const char *name;
  const char *source;
  size_t size;
};

extern const struct nnlua_embedded nnlua_embedded[];

#endif
