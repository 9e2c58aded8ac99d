/* Runs a program on a terminal of its own and talks to it: pty COMMAND ARGUMENT… <steps
 *
 * Each line of the steps is `<text`, which waits until the program has printed the text, or
 * `>text`, which types it; escapes are those of C. After the last step the program's end is
 * awaited; `!text` types the text until then, again and again: a second Ctrl-C may come before the
 * first was noticed, and then counts for nothing. Prints all that the program printed, and ends as
 * it did; with 124 when something never came. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, ROOM = 1 << 22 };

static int terminal;
static char output[ROOM];    /* all that was printed */
static size_t size, matched; /* its length, and up to where steps have seen it */

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads what the program prints, for as long as it takes; false at its end. */
static bool read_some(long deadline) {
  struct pollfd ready = {.fd = terminal, .events = POLLIN};
  long left = deadline - now_ms();
  if (left <= 0 || size + 1 >= ROOM) return false;
  if (poll(&ready, 1, (int)left) <= 0) return errno == EINTR;
  ssize_t n = read(terminal, output + size, ROOM - 1 - size);
  if (n <= 0) return false; /* EIO: nobody holds the other end */
  size += (size_t)n;
  return true;
}

/* Whether the text comes; zero bytes in the output would hide it, but programs print none. */
static bool await(const char *text) {
  long deadline = now_ms() + PATIENCE_MS;
  for (;;) {
    output[size] = '\0';
    const char *found = strstr(output + matched, text);
    if (found) {
      matched = (size_t)(found - output) + strlen(text);
      return true;
    }
    if (!read_some(deadline)) return false;
  }
}

static void type(const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    ssize_t n = write(terminal, text, left);
    if (n < 0) return; /* the program has ended; the next step says so */
    text += n;
    left -= (size_t)n;
  }
}

/* Replaces the escapes in a step by what they mean. */
static void unescape(char *text) {
  static const char names[] = "nrte\\", values[] = "\n\r\t\033\\";
  char *to = text;
  while (*text) {
    char c = *text++;
    if (c == '\\' && *text == 'x') {
      char digits[3] = {text[1], text[2], '\0'};
      *to++ = (char)strtol(digits, NULL, 16);
      text += 3;
    } else if (c == '\\' && *text && strchr(names, *text)) {
      *to++ = values[strchr(names, *text++) - names];
    } else {
      *to++ = c;
    }
  }
  *to = '\0';
}

static const char *insisted = ""; /* what is typed until the end */

/* Takes the steps from standard input; whether all that they wait for came. */
static bool follow_steps(void) {
  static char line[1 << 14];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    unescape(line);
    if (line[0] == '!')
      insisted = line + 1;
    else if (line[0] == '>')
      type(line + 1);
    else if (!await(line + 1))
      return false;
  }
  return true;
}

/* Types what is insisted on until the program ends, and keeps its status. */
static bool insist(pid_t child, int *status, long deadline) {
  while (*insisted && now_ms() < deadline) {
    if (waitpid(child, status, WNOHANG) == child) return true;
    type(insisted);
    read_some(now_ms() + 100);
  }
  return false;
}

/* The program's exit code, or 128 and the signal that ended it. */
static int await_end(pid_t child) {
  int status;
  long deadline = now_ms() + PATIENCE_MS;
  bool ended = insist(child, &status, deadline);
  while (read_some(deadline)) continue;
  if (!ended && now_ms() >= deadline) kill(child, SIGKILL);
  if (!ended && waitpid(child, &status, 0) < 0) return 1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  struct winsize window = {.ws_row = 40, .ws_col = 100};
  if (argc < 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  pid_t child = forkpty(&terminal, NULL, NULL, &window);
  if (child < 0) return 2;
  if (child == 0) {
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  bool complete = follow_steps();
  if (!complete) kill(child, SIGKILL);
  int code = await_end(child);
  fwrite(output, 1, size, stdout);
  return complete ? code : 124;
}
