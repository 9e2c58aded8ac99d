/* Stores past the caches (kernels/store.c). */
#ifndef NN_STORE_H
#define NN_STORE_H

#include <stddef.h>

enum { NN_LINE = 64 }; /* bytes of a cache line */

/* What an instruction set offers: `past` copies bytes to the lines from `line` on; `from` is
 * aligned as a line is. Other threads see them after the next atomic exchange, or the like. */
struct nn__stores {
  void (*past)(void *line, const void *from, size_t bytes);
};

#endif
