/* Work for several threads. */
#ifndef NN_THREADS_H
#define NN_THREADS_H

#include <stdbool.h>
#include <stdint.h>

/* Part number i of a piece of work. */
typedef void nn__task(void *work, int64_t i);

/* Runs task(work, i) for all i < parts, on up to `threads` threads of which the caller is one, and
 * returns when all are done. Parts may run at the same time and in any order, so what they are must
 * not depend on the number of threads: then the bits of a result do not either. */
void nn__parallel(int threads, int64_t parts, nn__task *task, void *work);

/* -- For brief work -------------------------------------------------------------------------- */

/* Looks at something that may change, some 50 us, before a thread does something else. */
enum { NN_SPINS = 2000 };

static inline void nn__pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* Whether there is a helper that does not sleep. */
bool nn__helper_is_awake(void);

/* Wakes one, unless another caller has the helpers. It is awake a little later. */
void nn__wake_helper(void);

#endif
