/* A whole block of lines edited at once, with GNU readline.
 *
 * Readline's line may hold newlines. Enter puts one in while the block is incomplete and accepts
 * the block when it is complete; Up and Down move between its lines, and at its ends through the
 * history, where it is one entry. */
#ifdef NNLUA_READLINE
#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "lineedit.h"

const char *lineedit_name(void) {
  static char name[32];
  snprintf(name, sizeof name, "readline %s", rl_library_version);
  return name;
}

static const line_hooks *hooks;
static const char *more_prompt;
static char history_path[4096]; /* "" where there is none */

/* -- Drawing --------------------------------------------------------------------------------- */

/* How many newlines stand before an offset of the line. */
static int newlines_before(int offset) {
  int n = 0;
  for (int i = 0; i < offset; i++) n += rl_line_buffer[i] == '\n';
  return n;
}

/* The line with the second prompt after each newline. */
static char *with_prompts(int newlines, int width) {
  char *copy = malloc((size_t)(rl_end + newlines * width + 1)), *to = copy;
  for (int i = 0; copy && i <= rl_end; i++) {
    *to++ = rl_line_buffer[i];
    if (rl_line_buffer[i] != '\n') continue;
    memcpy(to, more_prompt, (size_t)width);
    to += width;
  }
  return copy;
}

/* Readline draws what is in its buffer. While it does, that is a copy with the prompts in it. */
static void draw(void) {
  int newlines = newlines_before(rl_end), width = (int)strlen(more_prompt);
  char *line = rl_line_buffer, *copy = newlines > 0 ? with_prompts(newlines, width) : NULL;
  int point = rl_point, mark = rl_mark, end = rl_end;
  if (copy) {
    rl_point += newlines_before(point) * width;
    if (mark <= end) rl_mark += newlines_before(mark) * width;
    rl_end += newlines * width;
    rl_line_buffer = copy;
  }
  rl_redisplay();
  rl_line_buffer = line;
  rl_point = point, rl_mark = mark, rl_end = end;
  free(copy);
}

/* -- Lines of the block ---------------------------------------------------------------------- */

static int line_start(int offset) {
  while (offset > 0 && rl_line_buffer[offset - 1] != '\n') offset--;
  return offset;
}

static int line_end(int offset) {
  while (offset < rl_end && rl_line_buffer[offset] != '\n') offset++;
  return offset;
}

/* Moves to a line that starts at `start`, into the column that the cursor has. */
static void move_to_line(int start) {
  int column = rl_point - line_start(rl_point), end = line_end(start);
  rl_point = start + column < end ? start + column : end;
  while (rl_point > start && (rl_line_buffer[rl_point] & 0xc0) == 0x80)
    rl_point--; /* inside UTF-8 */
}

static int on_up(int count, int key) {
  int start = line_start(rl_point);
  if (start == 0) return rl_get_previous_history(count, key);
  move_to_line(line_start(start - 1));
  return 0;
}

static int on_down(int count, int key) {
  int end = line_end(rl_point);
  if (end == rl_end) return rl_get_next_history(count, key);
  move_to_line(end + 1);
  return 0;
}

static int on_home(int count, int key) {
  (void)count, (void)key;
  rl_point = line_start(rl_point);
  return 0;
}

static int on_end(int count, int key) {
  (void)count, (void)key;
  rl_point = line_end(rl_point);
  return 0;
}

/* -- Enter ----------------------------------------------------------------------------------- */

static bool is_input_waiting(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, 0) > 0;
}

/* Whether the cursor is on an empty last line: the user wants no more. Where input is waiting
 * already, the line is one of a text that a terminal pastes as if it were typed. */
static bool gives_up(void) {
  int start = line_start(rl_end);
  if (start == 0 || rl_point < start || is_input_waiting()) return false;
  return rl_line_buffer[start + (int)strspn(rl_line_buffer + start, " \t")] == '\0';
}

static int on_enter(int count, int key) {
  if (hooks->is_complete(hooks->of, rl_line_buffer) || gives_up()) return rl_newline(count, key);
  rl_insert_text("\n");
  return 0;
}

static int on_new_line(int count, int key) {
  (void)count, (void)key;
  rl_insert_text("\n");
  return 0;
}

/* -- Tab ------------------------------------------------------------------------------------- */

static void replace_word(int start, const char *word, size_t length) {
  char *text = strndup(word, length);
  if (!text) return;
  rl_begin_undo_group();
  rl_delete_text(start, rl_point);
  rl_point = start;
  rl_insert_text(text);
  rl_end_undo_group();
  free(text);
}

/* Shows the words below the block. */
static void list_words(char **list, int count) {
  int widest = 0, point = rl_point;
  for (int i = 1; i <= count; i++)
    if ((int)strlen(list[i]) > widest) widest = (int)strlen(list[i]);
  rl_point = rl_end;
  draw();
  rl_point = point;
  rl_display_match_list(list, count, widest);
  rl_on_new_line();
  draw();
}

static void complete_word(char **list, int start) {
  int count = 0;
  while (list[count + 1]) count++;
  size_t common = lineedit_common_length(list);
  if (count == 1 || (int)common > rl_point - start)
    replace_word(start, list[1], common);
  else
    list_words(list, count);
}

static int on_tab(int count, int key) {
  (void)count, (void)key;
  int start = line_start(rl_point);
  if ((int)strspn(rl_line_buffer + start, " \t") >= rl_point - start) {
    rl_insert_text("  "); /* before a line's first word it indents */
    return 0;
  }
  size_t word = 0;
  char *before = strndup(rl_line_buffer, (size_t)rl_point);
  char **list = before ? hooks->candidates(hooks->of, before, &word) : NULL;
  if (list && list[1])
    complete_word(list, (int)word);
  else
    rl_ding();
  for (char **w = list ? list + 1 : NULL; w && *w; w++) free(*w);
  free(list);
  free(before);
  return 0;
}

/* -- Reading --------------------------------------------------------------------------------- */

/* From 8.2 on readline ends the prompt's line itself, but only where it brackets pastes. */
static void end_last_line(void) {
  const char *brackets = rl_variable_value("enable-bracketed-paste");
  if (rl_readline_version < 0x0802 || !brackets || strcmp(brackets, "on") != 0) putchar('\n');
}

static char *accepted; /* what the callback got; NULL for the end */
static bool is_accepted;

static void on_accept(char *line) {
  accepted = line;
  is_accepted = true;
  rl_callback_handler_remove();
}

/* Gives up the block that was being typed. */
static void abandon(void) {
  rl_callback_sigcleanup();
  rl_point = rl_end;
  draw();
  fputs("^C", stdout);
  rl_replace_line("", 0);
  rl_callback_handler_remove();
  putchar('\n');
  fflush(stdout);
}

static void without_blank_end(char *text) {
  size_t n = strlen(text);
  while (n > 0 && isspace((unsigned char)text[n - 1])) n--;
  text[n] = '\0';
}

line_status lineedit_edit_block(const char *prompt, const char *more, char **block) {
  more_prompt = more;
  is_accepted = false;
  rl_callback_handler_install(prompt, on_accept);
  while (!is_accepted) {
    if (lineedit_await_input()) rl_callback_read_char();
    rl_check_signals();
    if (lineedit_interrupted && !is_accepted) {
      abandon();
      return LINE_INTERRUPTED;
    }
  }
  *block = accepted;
  if (accepted)
    without_blank_end(accepted);
  else
    end_last_line();
  return accepted ? LINE_READ : LINE_END;
}

/* -- Starting -------------------------------------------------------------------------------- */

static const struct {
  const char *keys;
  rl_command_func_t *function;
} bindings[] = {
    {"\r", on_enter},   {"\n", on_enter},   {"\\e\r", on_new_line}, {"\\e\n", on_new_line},
    {"\t", on_tab},     {"\\e[A", on_up},   {"\\eOA", on_up},       {"\\e[B", on_down},
    {"\\eOB", on_down}, {"\\C-p", on_up},   {"\\C-n", on_down},     {"\\C-a", on_home},
    {"\\e[H", on_home}, {"\\eOH", on_home}, {"\\e[1~", on_home},    {"\\C-e", on_end},
    {"\\e[F", on_end},  {"\\eOF", on_end},  {"\\e[4~", on_end},     {NULL, NULL},
};

static void bind_keys(void) {
  for (int i = 0; bindings[i].keys; i++) {
    rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].function, emacs_standard_keymap);
    rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].function, vi_insertion_keymap);
  }
}

/* Each entry is appended to the file when it is made, so that a session that dies loses none and
 * two sessions do not overwrite each other's. Times between the entries let them have newlines. */
static void open_history(void) {
  history_comment_char = '#';
  history_write_timestamps = 1;
  using_history();
  stifle_history(LINEEDIT_ENTRIES);
  if (!lineedit_find_history("history", history_path, sizeof history_path)) {
    history_path[0] = '\0';
    return;
  }
  read_history(history_path);
  if (history_is_stifled() && history_length >= LINEEDIT_ENTRIES) write_history(history_path);
}

void lineedit_start_editor(const line_hooks *of) {
  hooks = of;
  more_prompt = "";
  rl_readline_name = "nnlua";
  rl_initialize();
  rl_redisplay_function = draw; /* before, it would take the terminal for one without cursor keys */
  bind_keys();
  open_history();
}

void lineedit_add_entry(const char *block) {
  const HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : 0;
  if (last && strcmp(last->line, block) == 0) return;
  add_history(block);
  if (history_path[0]) append_history(1, history_path);
}

#else
typedef int lineedit_readline_is_not_used; /* ISO C wants a declaration in every file */
#endif
