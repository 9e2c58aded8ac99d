/* Reads the session's blocks: with an editor and a history on a terminal, plainly elsewhere. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "lineedit.h"

volatile sig_atomic_t lineedit_interrupted;

static line_hooks hooks;
static bool on_terminal, with_editor;

/* -- Ctrl-C ---------------------------------------------------------------------------------- */

static void note_interrupt(int sig) {
  (void)sig;
  lineedit_interrupted = 1;
}

/* Ctrl-C makes the waiting read return, rather than being resumed. */
static void catch_interrupts(struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_interrupt;
  sigemptyset(&action.sa_mask);
  lineedit_interrupted = 0;
  sigaction(SIGINT, &action, before);
}

/* The signal is let in only while waiting: none falls between the look at the flag and the wait. */
bool lineedit_await_input(void) {
  sigset_t interrupt, before;
  fd_set input;
  int ready = 0;
  FD_ZERO(&input);
  FD_SET(STDIN_FILENO, &input);
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, &before);
  if (!lineedit_interrupted) ready = pselect(STDIN_FILENO + 1, &input, NULL, NULL, NULL, &before);
  bool by_signal = lineedit_interrupted || (ready < 0 && errno == EINTR);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return !by_signal;
}

/* -- Lines ----------------------------------------------------------------------------------- */

static line_status read_plainly(const char *prompt, char **line) {
  size_t room = 0;
  *line = NULL;
  if (on_terminal) fputs(prompt, stdout);
  fflush(stdout);
  while (on_terminal && !lineedit_interrupted && !lineedit_await_input()) continue;
  ssize_t length = lineedit_interrupted ? -1 : getline(line, &room, stdin);
  if (length >= 0) {
    if (length > 0 && (*line)[length - 1] == '\n') (*line)[length - 1] = '\0';
    return LINE_READ;
  }
  free(*line);
  clearerr(stdin);
  if (on_terminal) putchar('\n'); /* the prompt's line ends */
  return lineedit_interrupted ? LINE_INTERRUPTED : LINE_END;
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\r\n")] == '\0'; }

/* Appends a line to a block, either of which may be NULL; frees the line. NULL where memory ends.
 */
static char *append_line(char *block, char *line) {
  if (!block) return line;
  size_t n = strlen(block), m = strlen(line);
  char *longer = realloc(block, n + m + 2);
  if (longer) {
    longer[n] = '\n';
    memcpy(longer + n + 1, line, m + 1);
  } else {
    free(block);
  }
  free(line);
  return longer;
}

line_status lineedit_read_lines(line_reader *read, const line_hooks *ask, bool gives_up,
                                const char *prompt, const char *more, char **block) {
  char *text = NULL, *line;
  for (;;) {
    line_status status = read(text ? more : prompt, &line);
    if (status == LINE_END && text) break; /* running it says what is missing */
    if (status != LINE_READ) {
      free(text);
      return status;
    }
    bool enough = gives_up && text && is_blank(line);
    text = append_line(text, line);
    if (!text) return LINE_END;
    if (enough || ask->is_complete(ask->of, text)) break;
  }
  *block = text;
  return LINE_READ;
}

size_t lineedit_common_length(char **list) {
  size_t n = strlen(list[1]);
  for (char **word = list + 2; *word; word++) {
    size_t same = 0;
    while (same < n && (*word)[same] == list[1][same]) same++;
    n = same;
  }
  while (n > 0 && (list[1][n] & 0xc0) == 0x80) n--;
  return n;
}

/* -- The session's door ---------------------------------------------------------------------- */

#if !defined(NNLUA_READLINE) && !defined(NNLUA_EDIT)

static const bool has_editor = false;
const char *lineedit_name(void) { return "no line editor"; }
void lineedit_start_editor(const line_hooks *ask) { (void)ask; }
void lineedit_add_entry(const char *block) { (void)block; }
line_status lineedit_edit_block(const char *prompt, const char *more, char **block) {
  (void)prompt, (void)more, (void)block;
  return LINE_END;
}

#else

static const bool has_editor = true;

#endif

/* The terminal's characters are those of the locale; where nobody has said one, UTF-8. */
static void choose_characters(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  bool is_said = false;
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    is_said |= value && value[0];
  }
  setlocale(LC_CTYPE, is_said ? "" : "C.UTF-8");
}

void lineedit_open(const line_hooks *of) {
  const char *term = getenv("TERM");
  hooks = *of;
  on_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  with_editor = has_editor && on_terminal && term && strcmp(term, "dumb") != 0;
  if (!with_editor) return;
  choose_characters();
  lineedit_start_editor(&hooks);
}

line_status lineedit_read(const char *prompt, const char *more, char **block) {
  struct sigaction before;
  catch_interrupts(&before);
  line_status status =
      with_editor ? lineedit_edit_block(prompt, more, block)
                  : lineedit_read_lines(read_plainly, &hooks, on_terminal, prompt, more, block);
  sigaction(SIGINT, &before, NULL);
  return status;
}

void lineedit_remember(const char *block) {
  if (with_editor && !is_blank(block)) lineedit_add_entry(block);
}
