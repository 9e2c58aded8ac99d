/* For tests of threads: who calls them, and on how many processors. */
#ifndef CALLERS_H
#define CALLERS_H

#ifndef _GNU_SOURCE
#error "the processors that a thread may have need _GNU_SOURCE before the first header"
#endif

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

/* Calls what is tested many times, and adds to an int how often that went wrong. */
typedef void *caller(void *failures);

static int on_two_threads(caller *call) {
  int first = 0, second = 0;
  pthread_t other;
  if (pthread_create(&other, NULL, call, &first) != 0) return 1;
  call(&second);
  pthread_join(other, NULL);
  return first + second;
}

static int in_child(caller *call) {
  int failures = 0, status;
  pid_t child = fork();
  if (child == 0) {
    call(&failures);
    _exit(failures != 0);
  }
  return child < 0 || waitpid(child, &status, 0) < 0 || status != 0;
}

/* That this thread may have; 1 where that cannot be known. */
static int processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return 1;
}

#endif
