/* Line by line with libedit, through its header for readline's users: editing and a history. */
#ifdef NNLUA_EDIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <editline/readline.h>

#include "lineedit.h"

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

line_status lineedit_edit_block(const char *prompt, const char *more, char **block) {
  return lineedit_read_lines(read_edited, hooks, true, prompt, more, block);
}

/* Its files are not readline's, hence the other name. */
void lineedit_start_editor(const line_hooks *of) {
  hooks = of;
  rl_readline_name = "nnlua";
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
