/* What the files of the `nnlua` program share. */
#ifndef NNLUA_PROGRAM_H
#define NNLUA_PROGRAM_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* -- main.c: running Lua, and saying what went wrong ----------------------------------------- */

/* Calls the function below its n arguments; Ctrl-C raises the error "interrupted!" in it. As
 * lua_pcall, returns LUA_OK or leaves the error's value; program_traceback tells where it was. */
int program_call(lua_State *L, int n, int results);

/* Pushes the traceback of the last error that ended a program_call. */
void program_traceback(lua_State *L);

/* Prints the error value on top of the stack to standard error, with its traceback, as `lua` does,
 * and pops it. */
void program_report(lua_State *L);

/* One line: which nnlua, which Lua, on what. */
void program_print_version(void);

/* -- interrupt.c: Ctrl-C --------------------------------------------------------------------- */

/* Replaces the functions of Lua's library that an interruption must pass through. */
void interrupt_open(lua_State *L);

/* In between, Ctrl-C stops L and whatever coroutine it runs. The end is told how the call ended. */
void interrupt_begin(lua_State *L);
void interrupt_end(lua_State *L, bool failed);

/* A session survives a Ctrl-C that comes when nothing runs, and a second one. */
void interrupt_set_session(bool is_session);

/* Whether the call that ended last failed by an interruption. */
bool interrupt_was_last(void);

/* Ends the process as the signal would have, for the parent to see. */
void interrupt_die(void);

/* -- repl.c ---------------------------------------------------------------------------------- */

/* Reads, runs and prints until the end of the input. */
void program_repl(lua_State *L);

/* -- lineedit*.c: reading blocks of lines ---------------------------------------------------- */

typedef enum line_status { LINE_READ, LINE_INTERRUPTED, LINE_END } line_status;

/* What the line editor asks of the language. */
typedef struct line_hooks {
  bool (*is_complete)(void *of, const char *block);

  /* The words that could stand where the one before the cursor does, as malloc'ed strings in a
   * malloc'ed list from index 1 on, ended by NULL; index 0 is the caller's. `start` is the offset
   * of the word. NULL where there is nothing to offer. */
  char **(*candidates)(void *of, const char *before, size_t *start);
  void *of;
} line_hooks;

/* The editor that the build chose: "readline 8.2", "libedit", or "no line editor". */
const char *lineedit_name(void);

void lineedit_open(const line_hooks *hooks); /* brings the history of earlier sessions */

/* Reads lines until they are a complete block; the caller frees it. Prompts show on terminals
 * only: the second one before each line but the first. */
line_status lineedit_read(const char *prompt, const char *more, char **block);

/* Adds a block to the history, as one entry. */
void lineedit_remember(const char *block);

#endif
