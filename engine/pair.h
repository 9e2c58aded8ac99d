/* Work of a few microseconds in two halves, for two threads.
 *
 * To call a helper that sleeps would take longer than such work. One that is awake takes a half at
 * once, and is so for some time after its last one. Whether two threads are then faster depends on
 * how long a cache line takes from one processor to the other, and on what else the machine has to
 * do: so it is tried, again and again. */
#ifndef NN_PAIR_H
#define NN_PAIR_H

#include <stdbool.h>

/* Halves first .. last - 1, of 0 and 1, of a piece of work. */
typedef void nn__halves(void *work, int first, int last);

/* Runs both halves, at the same time where that is faster and `threads` is 2 or more. What they are
 * must not depend on it, as with nn__parallel. */
void nn__pair(int threads, nn__halves *task, void *work);

/* For helpers: does the half that waits for one; whether there was one. */
bool nn__help_pair(void);

/* In the child of a fork, where there is no helper. */
void nn__forget_pair(void);

#endif
