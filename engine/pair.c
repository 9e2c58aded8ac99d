/* Pairs of halves, see pair.h.
 *
 * Pairs come in rounds. Each begins with a trial: TRIES pairs are done with a helper, and TRIES
 * alone. What took less time is the way of the rest of the round. A helper that has just woken up
 * is slow, so the first rounds without one are short; the longer it is of no use, the longer they
 * get. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include "pair.h"

#include "threads.h"

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum {
  TRIES = 8,   /* take less time than a helper stays awake */
  WARM_UP = 2, /* pairs with it before those that count, to fill its caches */
  ROUND = 2048,
  SHORT_ROUND = 128,
  LONG_ROUND = 8192,
  PATIENCE = 256, /* pairs of a trial that no helper took part in, before it is given up */
  NAP = 64,       /* such pairs from one time that a helper is woken to the next */
  REGRET = 20,    /* rounds last so many times as long as the wait that ended the last one */
  TYPICAL = 3000  /* nanoseconds from one pair to the next */
};

/* What has become of the second half. */
enum offer { FREE, HELD, OPEN, TAKEN, DONE };

static struct {
  _Alignas(64) atomic_int offer; /* unless it is FREE, all the rest belongs to one caller */
  nn__halves *task;
  void *work;

  _Alignas(64) int64_t left; /* pairs of this round, after its trial */
  bool together;             /* the way of this round */
  int64_t next_alone;        /* pairs of the next round without a helper */
  int shared, alone;         /* pairs of this trial */
  int64_t time_shared, time_alone;
  int missed; /* pairs of this trial, or its round, that no helper took part in */
} pair = {.next_alone = SHORT_ROUND, .shared = -WARM_UP};

bool nn__help_pair(void) {
  int open = OPEN;
  if (atomic_load(&pair.offer) != OPEN) return false;
  if (!atomic_compare_exchange_strong(&pair.offer, &open, TAKEN)) return false;
  pair.task(pair.work, 1, 2);
  atomic_store(&pair.offer, DONE);
  return true;
}

void nn__forget_pair(void) { atomic_store(&pair.offer, FREE); }

static int64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void begin_round(bool together, int64_t pairs) {
  pair.together = together;
  pair.left = pairs;
  pair.shared = -WARM_UP;
  pair.alone = 0;
  pair.time_shared = pair.time_alone = 0;
  pair.missed = 0;
}

/* -- Together -------------------------------------------------------------------------------- */

/* The helper has lost its processor. */
static void wait_long(void) {
  const int64_t began = nanoseconds();
  nn__wait_for_helpers(&pair.offer, DONE);
  begin_round(false, SHORT_ROUND + REGRET * (nanoseconds() - began) / TYPICAL);
}

/* Whether a helper took the second half, while the first one was done here. */
static bool share(nn__halves *task, void *work) {
  int open = OPEN;
  pair.task = task;
  pair.work = work;
  atomic_store(&pair.offer, OPEN);
  task(work, 0, 1);
  if (atomic_compare_exchange_strong(&pair.offer, &open, HELD)) {
    task(work, 1, 2);
    return false;
  }
  if (!nn__spin_until(&pair.offer, DONE)) wait_long();
  return true;
}

/* Whether a helper took part. */
static bool run_together(nn__halves *task, void *work) {
  bool shared = false;
  if (nn__helper_is_awake()) {
    shared = share(task, work);
  } else {
    if (pair.missed % NAP == 0) nn__wake_helper();
    task(work, 0, 2);
  }
  pair.missed += !shared;
  return shared;
}

/* -- Rounds ---------------------------------------------------------------------------------- */

/* A gain of less than an eighth is not worth a processor. */
static void decide(void) {
  const bool faster = pair.alone == TRIES && pair.time_shared < pair.time_alone / 8 * 7;
  begin_round(faster, faster ? ROUND : pair.next_alone);
  if (faster)
    pair.next_alone = SHORT_ROUND;
  else if (pair.next_alone < LONG_ROUND)
    pair.next_alone *= 2;
}

static void try_out(nn__halves *task, void *work) {
  const bool alone = pair.shared == TRIES;
  const int64_t began = nanoseconds();
  const bool shared = !alone && run_together(task, work);
  if (alone) task(work, 0, 2);
  if (pair.left > 0) return; /* a long wait has ended the trial */
  const int64_t time = nanoseconds() - began;
  if (alone) {
    pair.alone++;
    pair.time_alone += time;
  } else if (shared) {
    pair.shared++;
    if (pair.shared > 0) pair.time_shared += time;
  }
  if (pair.alone == TRIES || pair.missed >= PATIENCE) decide();
}

static void run_round(nn__halves *task, void *work) {
  if (pair.left == 0) {
    try_out(task, work);
    return;
  }
  if (--pair.left == 0) pair.missed = 0; /* the next trial begins */
  if (pair.together)
    run_together(task, work);
  else
    task(work, 0, 2);
}

void nn__pair(int threads, nn__halves *task, void *work) {
  int free = FREE;
  if (threads > 1 && atomic_compare_exchange_strong(&pair.offer, &free, HELD)) {
    run_round(task, work);
    atomic_store(&pair.offer, FREE);
  } else {
    task(work, 0, 2); /* alone, or another caller has the pair */
  }
}
