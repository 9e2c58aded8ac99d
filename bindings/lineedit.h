/* What the line editor's files share. The editor of a terminal is lineedit_readline.c or
 * lineedit_edit.c, as the build chose; without one, and elsewhere, lines are read plainly. */
#ifndef NNLUA_LINEEDIT_H
#define NNLUA_LINEEDIT_H

#include <signal.h>

#include "program.h"

/* Set by Ctrl-C while a line is awaited. */
extern volatile sig_atomic_t lineedit_interrupted;

/* Waits for the terminal or for a signal, Ctrl-C included even where it came just before; returns
 * whether there is something to read (the end too, or a failure, which reading will tell). */
bool lineedit_await_input(void);

typedef line_status line_reader(const char *prompt, char **line);

/* Reads line by line until they are a complete block. With `gives_up`, an empty line ends it too:
 * what is missing is then an error to be shown. */
line_status lineedit_read_lines(line_reader *read, const line_hooks *hooks, bool gives_up,
                                const char *prompt, const char *more, char **block);

/* How many bytes the candidates list[1 …] have in common at their start. */
size_t lineedit_common_length(char **list);

/* Writes the path of the history file of that name, which only its owner may read. */
bool lineedit_find_history(const char *name, char *path, size_t size);

enum { LINEEDIT_ENTRIES = 5000 };

/* The terminal's editor, which may be "none": then lineedit_edit_block is never called. */
void lineedit_start_editor(const line_hooks *hooks);
line_status lineedit_edit_block(const char *prompt, const char *more, char **block);
void lineedit_add_entry(const char *block);

#endif
