/* What the files of the `nnlua` program share. */
#ifndef NNLUA_PROGRAM_H
#define NNLUA_PROGRAM_H

#include <lua.h>

/* Calls the function below its n arguments, with a traceback added to an error's message; Ctrl-C
 * raises the error "interrupted!" in it. As lua_pcall, returns LUA_OK or leaves the message. */
int program_call(lua_State *L, int n, int results);

/* Prints the message on top of the stack to standard error, and pops it. */
void program_report(lua_State *L, const char *prefix);

/* One line: which nnlua, which Lua, on what. */
void program_print_version(void);

/* Reads, runs and prints until the end of the input. */
void program_repl(lua_State *L);

/* -- Line editing: readline on a terminal where the build has it ------------------------------ */

typedef enum line_status { LINE_READ, LINE_INTERRUPTED, LINE_END } line_status;

void lineedit_open(void);  /* brings the history of earlier sessions */
void lineedit_close(void); /* keeps it for later ones */

/* Reads a line, without its newline; the caller frees it. The prompt shows on terminals only. */
line_status lineedit_read(const char *prompt, char **line);

/* Adds a chunk of one or more lines to the history, as one entry. */
void lineedit_remember(const char *chunk);

#endif
