/* The pool of threads: every part is done once, whoever calls, also at the same time as another
 * caller, and in the child of a fork; a helper may have any processor but the caller's. */
#define _GNU_SOURCE /* the processors that a thread may have */
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1000, ROUNDS = 2000 };

struct work {
  atomic_int times[MOST]; /* each part was done */
};

static void count(void *work, int64_t i) {
  struct work *w = work;
  atomic_fetch_add(&w->times[i], 1);
}

/* How many parts were not done exactly once. */
static int wrong(int threads, int parts) {
  struct work *w = calloc(1, sizeof *w);
  if (!w) return 1;
  nn__parallel(threads, parts, count, w);
  int n = 0;
  for (int i = 0; i < MOST; i++) n += atomic_load(&w->times[i]) != (i < parts);
  free(w);
  return n;
}

static void *call(void *failures) {
  for (int i = 0; i < ROUNDS; i++) *(int *)failures += wrong(1 + i % 5, i % 7 ? i % 11 : i % MOST);
  return NULL;
}

static int in_child(void) {
  int failures = 0, status;
  pid_t child = fork();
  if (child == 0) {
    call(&failures);
    _exit(failures != 0);
  }
  return child < 0 || waitpid(child, &status, 0) < 0 || status != 0;
}

#if defined(__linux__)

static int processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

/* The caller waits in its part for the helper's, which notes its number of processors. */
static void note_processors(void *noted, int64_t i) {
  atomic_int *n = noted;
  if (i == 1) atomic_store(n, processors());
  while (atomic_load(n) < 0) sched_yield();
}

static int not_clear_of_caller(void) {
  atomic_int noted = -1;
  int all = processors();
  nn__parallel(2, 2, note_processors, &noted);
  return all > 1 && atomic_load(&noted) != all - 1;
}

#else

static int not_clear_of_caller(void) { return 0; }

#endif

int main(void) {
  int alone = 0, first = 0, second = 0, child, unclear = not_clear_of_caller();
  pthread_t other;
  call(&alone);
  pthread_create(&other, NULL, call, &first);
  call(&second);
  pthread_join(other, NULL);
  child = in_child();
  printf("%d %d %d %d %d\n", unclear, alone, first, second, child);
  return unclear || alone || first || second || child;
}
