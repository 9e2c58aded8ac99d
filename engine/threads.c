/* The threads that help a caller with its work: a pool for the whole process.
 *
 * The caller never waits for a helper to begin, only for those that have begun to end: it opens the
 * door, takes parts itself until there are none left, and closes the door. A helper that comes too
 * late finds it closed, and one that loses its processor to another program gets the caller's. So
 * on a busy machine, where a helper may wait milliseconds for a processor, two threads are not
 * slower than one. (OpenMP's barriers wait for every thread, and spin while they do, on the very
 * processor that the late one needs.)
 *
 * Each thread begins with parts of its own, the same ones at the same work, so that it finds them
 * in its caches; then it takes what the others have left. */
#define _GNU_SOURCE /* the processor of a thread, and those that it may have */
#include "threads.h"

#include "pair.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum {
  MAX_THREADS = 256,
  OPEN = 1 << 16, /* in the door, beside the number of helpers inside */
  SPINS = 2000    /* looks at something that may change, some 50 us, before a thread sleeps */
};

/* The parts that one thread begins with: next … last - 1 are still to be done. */
struct share {
  _Alignas(64) atomic_llong next; /* on a cache line of its own */
  int64_t last;
};

static struct {
  pthread_mutex_t owner; /* held by the caller whose work it is */
  atomic_int threads;    /* how many share the work, or did last */
  nn__task *task;
  void *work;
  struct share share[MAX_THREADS];

  _Alignas(64) atomic_int door;
  atomic_uint calls;   /* for help, so far */
  pthread_mutex_t bed; /* guards what follows */
  pthread_cond_t bell;
  atomic_int asleep;
  atomic_int helpers; /* that exist */
  pthread_t helper[MAX_THREADS];
  atomic_bool works[MAX_THREADS]; /* each of them, or looks for work */
  atomic_int avoided;             /* the processor that helpers leave to the caller */
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER,
          .bed = PTHREAD_MUTEX_INITIALIZER,
          .bell = PTHREAD_COND_INITIALIZER,
          .avoided = -1};

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

bool nn__spin_until(atomic_int *it, int value) {
  for (int i = 0; i < SPINS && atomic_load(it) != value; i++) pause_briefly();
  return atomic_load(it) == value;
}

/* -- Working --------------------------------------------------------------------------------- */

static void work_from(int place) {
  for (int k = 0; k < pool.threads; k++) {
    struct share *s = &pool.share[(place + k) % pool.threads];
    for (int64_t i; (i = atomic_fetch_add(&s->next, 1)) < s->last;) pool.task(pool.work, i);
  }
}

/* The place of a helper that has come in, from 1; 0: the door is closed, or all places taken. */
static int enter(void) {
  int door = atomic_load(&pool.door);
  while (door & OPEN && door - OPEN < pool.threads - 1)
    if (atomic_compare_exchange_weak(&pool.door, &door, door + 1)) return door - OPEN + 1;
  return 0;
}

/* -- Helpers --------------------------------------------------------------------------------- */

static void sleep_until_called(unsigned seen) {
  pthread_mutex_lock(&pool.bed);
  atomic_fetch_add(&pool.asleep, 1);
  while (atomic_load(&pool.calls) == seen) pthread_cond_wait(&pool.bell, &pool.bed);
  atomic_fetch_sub(&pool.asleep, 1);
  pthread_mutex_unlock(&pool.bed);
}

/* Whether there was work to do, of a call later than those seen. */
static bool answer_call(unsigned *seen) {
  int place;
  if (atomic_load(&pool.calls) == *seen) return false;
  *seen = atomic_load(&pool.calls);
  if (!(place = enter())) return false;
  work_from(place);
  atomic_fetch_sub(&pool.door, 1);
  return true;
}

static void *help(void *its_works) {
  atomic_bool *works = its_works;
  unsigned seen = 0;
  atomic_store(works, true);
  for (int idle = 0;;) {
    if (nn__help_pair() || answer_call(&seen)) {
      idle = 0;
    } else if (idle++ < SPINS) {
      pause_briefly();
    } else {
      atomic_store(works, false);
      sleep_until_called(seen);
      atomic_store(works, true);
      idle = 0;
    }
  }
  return NULL;
}

/* After fork, the child has none of its parent's helpers. */
static void forget_helpers(void) {
  pthread_mutex_init(&pool.owner, NULL);
  pthread_mutex_init(&pool.bed, NULL);
  pthread_cond_init(&pool.bell, NULL);
  atomic_store(&pool.door, 0);
  atomic_store(&pool.calls, 0);
  atomic_store(&pool.asleep, 0);
  atomic_store(&pool.helpers, 0);
  nn__forget_pair();
}

static void watch_forks(void) { pthread_atfork(NULL, NULL, forget_helpers); }

/* Signals are the caller's. Where there are no more threads to be had, those that exist do. */
static void hire(int helpers) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  sigset_t all, before;
  pthread_t id;
  if (pool.helpers >= helpers) return;
  pthread_once(&once, watch_forks);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.helpers < helpers &&
         pthread_create(&id, NULL, help, &pool.works[pool.helpers]) == 0) {
    pthread_detach(id);
    pool.helper[pool.helpers] = id;
    pool.helpers++; /* from here on other callers see it */
    pool.avoided = -1;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A helper that wakes up on the caller's own processor waits there for the caller's slice to end,
 * while another processor idles. (Linux does wake it there where the other one was busy a moment
 * ago, and then takes tens of milliseconds to move it.) Where there is one alone, they share it. */
static void keep_clear_of_caller(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  int here = sched_getcpu();
  if (here == pool.avoided || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  pool.avoided = CPU_COUNT(&allowed) > 1 ? here : -1;
  if (pool.avoided == here) CPU_CLR(here, &allowed);
  for (int i = 0; i < pool.helpers; i++)
    pthread_setaffinity_np(pool.helper[i], sizeof allowed, &allowed);
#endif
}

#if defined(__linux__)

/* The time that a helper has had on a processor, in nanoseconds; -1: it does no work. */
static int64_t clock_of(int helper) {
  clockid_t id;
  struct timespec t;
  if (!atomic_load(&pool.works[helper])) return -1;
  if (pthread_getcpuclockid(pool.helper[helper], &id) != 0 || clock_gettime(id, &t) != 0) return -1;
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Looks at it for some 50 us. If that is not enough, the helpers at work whose clocks stood still
 * meanwhile are moved to the caller's processor. */
static bool spin_and_move(atomic_int *it, int value) {
  int64_t clock[MAX_THREADS];
  const int helpers = pool.helpers;
  cpu_set_t here;
  for (int i = 0; i < helpers; i++) clock[i] = clock_of(i);
  if (nn__spin_until(it, value)) return true;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  for (int i = 0; i < helpers; i++)
    if (clock[i] >= 0 && clock_of(i) == clock[i]) {
      pthread_setaffinity_np(pool.helper[i], sizeof here, &here);
      pool.avoided = -1;
    }
  return false;
}

#else

static bool spin_and_move(atomic_int *it, int value) { return nn__spin_until(it, value); }

#endif

/* A helper whose processor is another program's would get it back after milliseconds. It leaves the
 * caller's at once, or with the next call of the one who owns the pool. */
void nn__wait_for_helpers(atomic_int *it, int value) {
  while (!spin_and_move(it, value)) sched_yield();
  if (pthread_mutex_trylock(&pool.owner) != 0) return;
  keep_clear_of_caller();
  pthread_mutex_unlock(&pool.owner);
}

bool nn__helper_is_awake(void) { return atomic_load(&pool.helpers) > atomic_load(&pool.asleep); }

void nn__wake_helper(void) {
  if (pthread_mutex_trylock(&pool.owner) != 0) return;
  hire(1);
  keep_clear_of_caller();
  pthread_mutex_lock(&pool.bed);
  atomic_fetch_add(&pool.calls, 1);
  pthread_cond_signal(&pool.bell);
  pthread_mutex_unlock(&pool.bed);
  pthread_mutex_unlock(&pool.owner);
}

/* -- The caller ------------------------------------------------------------------------------ */

static void call_helpers(void) {
  atomic_store(&pool.door, OPEN);
  atomic_fetch_add(&pool.calls, 1);
  if (atomic_load(&pool.asleep) == 0) return;
  pthread_mutex_lock(&pool.bed);
  pthread_cond_broadcast(&pool.bell);
  pthread_mutex_unlock(&pool.bed);
}

/* Whoever is inside ends its last part. */
static void close_door(void) {
  atomic_fetch_sub(&pool.door, OPEN);
  if (!nn__spin_until(&pool.door, 0)) nn__wait_for_helpers(&pool.door, 0);
}

static void share_out(int threads, int64_t parts, nn__task *task, void *work) {
  pool.threads = threads;
  pool.task = task;
  pool.work = work;
  for (int t = 0; t < threads; t++) {
    atomic_store(&pool.share[t].next, parts * t / threads);
    pool.share[t].last = parts * (t + 1) / threads;
  }
  hire(threads - 1);
  keep_clear_of_caller();
  call_helpers();
  work_from(0);
  close_door();
}

void nn__parallel(int threads, int64_t parts, nn__task *task, void *work) {
  if (threads > MAX_THREADS) threads = MAX_THREADS;
  if (threads > parts) threads = (int)parts;
  if (threads > 1 && pthread_mutex_trylock(&pool.owner) == 0) {
    share_out(threads, parts, task, work);
    pthread_mutex_unlock(&pool.owner);
    return;
  }
  for (int64_t i = 0; i < parts; i++) task(work, i); /* alone, or another context has the helpers */
}
