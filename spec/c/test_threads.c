/* The pool of threads: every part is done once, whoever calls, also at the same time as another
 * caller, and in the child of a fork; a helper may have any processor but the caller's, and that
 * one alone where it runs on no other while the caller waits. */
#define _GNU_SOURCE /* the processors that a thread may have */
#include "threads.h"

#include "callers.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
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

#if defined(__linux__)

struct move {
  pthread_t from;    /* the caller, */
  atomic_int caller; /* its processor, which it keeps; -1: it has not begun */
  atomic_int moved;  /* -1: the helper has not begun */
};

/* Up to some seconds. */
static void wait_while_negative(atomic_int *it) {
  for (int i = 0; i < 5000 && atomic_load(it) < 0; i++) usleep(1000);
}

/* The helper's part sleeps until the helper may have the caller's processor alone, for some seconds
 * at most, and notes whether it may. The caller's ends once that has begun. */
static void sleep_until_moved(void *move, int64_t i) {
  struct move *m = move;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (i == 0) {
    CPU_SET(sched_getcpu(), &set);
    sched_setaffinity(0, sizeof set, &set);
    atomic_store(&m->caller, sched_getcpu());
    wait_while_negative(&m->moved);
    return;
  }
  if (pthread_equal(pthread_self(), m->from)) return; /* no helper has come */
  wait_while_negative(&m->caller);
  atomic_store(&m->moved, 0);
  for (int tries = 0; tries < 5000 && !atomic_load(&m->moved); tries++) {
    usleep(1000);
    sched_getaffinity(0, sizeof set, &set);
    atomic_store(&m->moved, CPU_COUNT(&set) == 1 && CPU_ISSET(atomic_load(&m->caller), &set));
  }
}

static int not_moved_to_caller(void) {
  struct move m = {pthread_self(), -1, -1};
  cpu_set_t before;
  if (processors() < 2 || sched_getaffinity(0, sizeof before, &before) != 0) return 0;
  nn__parallel(2, 2, sleep_until_moved, &m);
  sched_setaffinity(0, sizeof before, &before);
  return atomic_load(&m.moved) != 1;
}

#else

static int not_moved_to_caller(void) { return 0; }

#endif

int main(void) {
  int alone = 0, unclear = not_clear_of_caller(), unmoved = not_moved_to_caller();
  call(&alone);
  const int two = on_two_threads(call), child = in_child(call);
  printf("%d %d %d %d %d\n", unclear, unmoved, alone, two, child);
  return unclear || unmoved || alone || two || child;
}
