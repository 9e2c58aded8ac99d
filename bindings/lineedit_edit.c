/* Line by line with libedit, through its header for readline's users: editing, a history, and the
 * completion of words. */
#ifdef NNLUA_EDIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

#include "lineedit.h"

const char *lineedit_name(void) { return "libedit"; }

static const line_hooks *hooks;
static char history_path[4096];

static line_status read_edited(const char *prompt, char **line) {
  *line = readline(prompt);
  if (lineedit_interrupted) {
    free(*line);
    puts("^C");
    return LINE_INTERRUPTED;
  }
  if (!*line) putchar('\n');
  return *line ? LINE_READ : LINE_END;
}

/* What libedit calls at Tab for the word `text`, which starts at `start` in its line. */
static char **complete_word(const char *text, int start, int end) {
  size_t word = 0;
  (void)text;
  rl_attempted_completion_over = 1; /* rather than names of files */
  char *before = strndup(rl_line_buffer, (size_t)end);
  char **list = before ? hooks->candidates(hooks->of, before, &word) : NULL;
  free(before);
  if (!list || !list[1] || (int)word != start) {
    for (char **w = list ? list + 1 : NULL; w && *w; w++) free(*w);
    free(list);
    return NULL;
  }
  list[0] = strndup(list[1], lineedit_common_length(list));
  return list;
}

line_status lineedit_edit_block(const char *prompt, const char *more, char **block) {
  return lineedit_read_lines(read_edited, hooks, true, prompt, more, block);
}

/* Its files are not readline's, hence the other name. */
void lineedit_start_editor(const line_hooks *of) {
  hooks = of;
  rl_readline_name = "nnlua";
  rl_attempted_completion_function = complete_word;
  rl_basic_word_break_characters = " \t\n\"\\'><=;|&{}()[],+-*/%^#~?";
  rl_completion_append_character = '\0';
  using_history();
  stifle_history(LINEEDIT_ENTRIES);
  if (lineedit_find_history("history.edit", history_path, sizeof history_path))
    read_history(history_path);
  else
    history_path[0] = '\0';
}

void lineedit_add_entry(const char *block) {
  add_history(block);
  if (history_path[0]) write_history(history_path);
}

#else
typedef int lineedit_edit_is_not_used; /* ISO C wants a declaration in every file */
#endif
