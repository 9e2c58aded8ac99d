/* What a program takes from its start to its end: launch N COMMAND [ARGUMENT…]
 *
 * Runs the command N times without its output and prints the median of the seconds and the largest
 * resident set in bytes. This program is small, since a child's maximum begins with its parent's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The seconds of one run, or -1 when it failed. */
static double run(char **command, long *kilobytes) {
  double start = now();
  pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execvp(command[0], command);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) return -1;
  if (usage.ru_maxrss > *kilobytes) *kilobytes = usage.ru_maxrss;
  return now() - start;
}

int main(int argc, char **argv) {
  int n = argc > 2 ? atoi(argv[1]) : 0;
  if (n < 1 || n > RUNS_MAX) return fputs("usage: launch N COMMAND [ARGUMENT...]\n", stderr), 2;
  double seconds[RUNS_MAX];
  long kilobytes = 0;
  for (int i = 0; i < n; i++)
    if ((seconds[i] = run(argv + 2, &kilobytes)) < 0)
      return fprintf(stderr, "launch: %s failed\n", argv[2]), 1;
  qsort(seconds, (size_t)n, sizeof(*seconds), ascending);
  printf("%.9f %ld\n", seconds[n / 2], kilobytes * 1024);
}
