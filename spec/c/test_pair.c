/* Pairs: each half is done once, whoever does it, also when two callers have pairs at the same time
 * and in the child of a fork; and a helper does take halves. */
#define _GNU_SOURCE /* the processors that a thread may have */
#include "pair.h"

#include "callers.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { PAIRS = 20000, SECONDS = 20 };

struct work {
  pthread_t caller;
  atomic_int times[2]; /* each half was done */
  atomic_bool helped;
};

static void count(void *work, int first, int last) {
  struct work *w = work;
  if (!pthread_equal(pthread_self(), w->caller)) atomic_store(&w->helped, true);
  for (int i = first; i < last; i++) atomic_fetch_add(&w->times[i], 1);
  for (volatile int i = 0; i < 1000; i = i + 1) continue; /* as long as a helper takes to notice */
}

/* Whether the halves were not done exactly once; *helped, if a helper did one. */
static bool wrong(int threads, bool *helped) {
  struct work w = {.caller = pthread_self()};
  nn__pair(threads, count, &w);
  if (atomic_load(&w.helped)) *helped = true;
  return atomic_load(&w.times[0]) != 1 || atomic_load(&w.times[1]) != 1;
}

static void *call(void *failures) {
  bool helped;
  for (int i = 0; i < PAIRS; i++) *(int *)failures += wrong(1 + i % 4, &helped);
  return NULL;
}

static int helped_alone(void) {
  bool helped = false;
  int failures = 0;
  for (int i = 0; i < PAIRS; i++) failures += wrong(1, &helped);
  return failures + helped;
}

/* On a busy machine a helper may be long in coming, but each round tries it. */
static int not_helped(void) {
  bool helped = processors() < 2;
  const time_t began = time(NULL);
  int failures = 0;
  while (!helped && time(NULL) - began < SECONDS) failures += wrong(2, &helped);
  return failures + !helped;
}

int main(void) {
  const int alone = helped_alone(), unhelped = not_helped();
  const int two = on_two_threads(call), child = in_child(call);
  printf("%d %d %d %d\n", alone, unhelped, two, child);
  return alone || unhelped || two || child;
}
