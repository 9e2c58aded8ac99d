/* Reads the REPL's lines: with GNU readline and a history on a terminal, plainly elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

static volatile sig_atomic_t interrupted;

static void note_interrupt(int sig) {
  (void)sig;
  interrupted = 1;
}

/* Ctrl-C makes the waiting read return, rather than being resumed. */
static void catch_interrupts(struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_interrupt;
  sigemptyset(&action.sa_mask);
  interrupted = 0;
  sigaction(SIGINT, &action, before);
}

static line_status read_plainly(const char *prompt, char **line) {
  size_t room = 0;
  *line = NULL;
  if (isatty(STDIN_FILENO)) fputs(prompt, stdout);
  fflush(stdout);
  ssize_t length = getline(line, &room, stdin);
  if (length >= 0) {
    if (length > 0 && (*line)[length - 1] == '\n') (*line)[length - 1] = '\0';
    return LINE_READ;
  }
  free(*line);
  clearerr(stdin);
  return interrupted ? LINE_INTERRUPTED : LINE_END;
}

#ifdef NNLUA_READLINE
#include <poll.h>
#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_ENTRIES = 5000 };

static char *read_line; /* what the callback got; NULL for the end */
static bool is_read;

static void on_line(char *line) {
  read_line = line;
  is_read = true;
  rl_callback_handler_remove();
}

/* Gives up the line that was being typed. */
static void abandon_line(void) {
  rl_callback_sigcleanup();
  rl_replace_line("", 0);
  rl_callback_handler_remove();
  fputs("^C\n", stdout);
}

static line_status edit_line(const char *prompt, char **line) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  is_read = false;
  rl_callback_handler_install(prompt, on_line);
  while (!is_read) {
    int ready = poll(&input, 1, -1);
    if (ready > 0)
      rl_callback_read_char();
    else if (ready < 0 && errno != EINTR)
      on_line(NULL);
    rl_check_signals();
    if (interrupted && !is_read) {
      abandon_line();
      return LINE_INTERRUPTED;
    }
  }
  if (!read_line) putchar('\n');
  *line = read_line;
  return read_line ? LINE_READ : LINE_END;
}

/* Makes the folder and those above it. */
static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
}

/* Writes the path of the history file, which only its owner may read. */
static bool find_history(char *path, size_t size) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  int length;
  if (state && state[0] == '/')
    length = snprintf(path, size, "%s/nnlua/history", state);
  else if (home)
    length = snprintf(path, size, "%s/.local/state/nnlua/history", home);
  else
    return false;
  if (length < 0 || (size_t)length >= size) return false;
  make_folders(path);
  int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return false;
  fchmod(file, 0600);
  close(file);
  return true;
}

void lineedit_open(void) {
  char path[4096];
  if (!isatty(STDIN_FILENO)) return;
  rl_readline_name = "nnlua";
  rl_bind_key('\t', rl_insert);
  using_history();
  stifle_history(HISTORY_ENTRIES);
  history_comment_char = '#'; /* with times between entries, an entry may have several lines */
  history_write_timestamps = 1;
  if (find_history(path, sizeof path)) read_history(path);
}

void lineedit_close(void) {
  char path[4096];
  if (isatty(STDIN_FILENO) && find_history(path, sizeof path)) write_history(path);
}

void lineedit_remember(const char *chunk) {
  if (!isatty(STDIN_FILENO) || !chunk[0]) return;
  const HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : 0;
  if (!last || strcmp(last->line, chunk) != 0) add_history(chunk);
}

#else

static line_status edit_line(const char *prompt, char **line) { return read_plainly(prompt, line); }
void lineedit_open(void) {}
void lineedit_close(void) {}
void lineedit_remember(const char *chunk) { (void)chunk; }

#endif

line_status lineedit_read(const char *prompt, char **line) {
  struct sigaction before;
  catch_interrupts(&before);
  line_status status = isatty(STDIN_FILENO) ? edit_line(prompt, line) : read_plainly(prompt, line);
  sigaction(SIGINT, &before, NULL);
  return status;
}
