/* Work for several threads. */
#ifndef NN_THREADS_H
#define NN_THREADS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Part number i of a piece of work. */
typedef void nn__task(void *work, int64_t i);

/* Runs task(work, i) for all i < parts, on up to `threads` threads of which the caller is one, and
 * returns when all are done. Parts may run at the same time and in any order, so what they are must
 * not depend on the number of threads: then the bits of a result do not either. */
void nn__parallel(int threads, int64_t parts, nn__task *task, void *work);

/* -- For brief work -------------------------------------------------------------------------- */

/* Looks at it until it has that value, for some 50 us; whether it has it then. */
bool nn__spin_until(atomic_int *it, int value);

/* Waits for helpers to give it that value; those that have lost their processor have this one
 * meanwhile. */
void nn__wait_for_helpers(atomic_int *it, int value);

/* Whether there is a helper that does not sleep. */
bool nn__helper_is_awake(void);

/* Wakes one, unless another caller has the helpers. It is awake a little later. */
void nn__wake_helper(void);

#endif
