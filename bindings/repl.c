/* The read-eval-print loop: a line is tried as an expression first, continued while it is an
 * unfinished chunk, run, and its values are shown. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "nnlua.h"
#include "program.h"

/* -- Reading --------------------------------------------------------------------------------- */

/* The global `name` where a program has set it, else the usual prompt. */
static line_status push_line(lua_State *L, const char *name, const char *usual) {
  char *line;
  lua_getglobal(L, name);
  const char *prompt = lua_isnil(L, -1) ? usual : luaL_tolstring(L, -1, NULL);
  int top = lua_gettop(L) - (lua_isnil(L, -1) ? 1 : 2);
  line_status status = lineedit_read(prompt, &line);
  lua_settop(L, top);
  if (status != LINE_READ) return status;
  lua_pushstring(L, line);
  free(line);
  return LINE_READ;
}

/* The length of a chunk without spaces and one semicolon at its end. */
static size_t without_semicolon(const char *chunk, bool *quiet) {
  size_t n = strlen(chunk);
  while (n > 0 && isspace((unsigned char)chunk[n - 1])) n--;
  *quiet = n > 0 && chunk[n - 1] == ';';
  return *quiet ? n - 1 : n;
}

/* Compiles the chunk at -1 as an expression, and leaves the function above it if it is one. */
static bool load_expression(lua_State *L, bool *quiet) {
  const char *chunk = lua_tostring(L, -1);
  size_t n = without_semicolon(chunk, quiet);
  if (n > 0 && chunk[0] == '=') chunk++, n--;
  lua_pushliteral(L, "return ");
  lua_pushlstring(L, chunk, n);
  lua_concat(L, 2);
  size_t size;
  const char *code = lua_tolstring(L, -1, &size);
  int status = luaL_loadbufferx(L, code, size, "=stdin", "t");
  lua_remove(L, -2);
  if (status == LUA_OK) return true;
  lua_pop(L, 1);
  return false;
}

/* Whether the syntax error at -1 says only that the chunk goes on. */
static bool is_unfinished(lua_State *L, int status) {
  static const char mark[] = "<eof>";
  size_t n, m = sizeof mark - 1;
  const char *message = lua_tolstring(L, -1, &n);
  return status == LUA_ERRSYNTAX && n >= m && strcmp(message + n - m, mark) == 0;
}

/* Compiles the chunk at -1 as statements, reading on while it is unfinished. Leaves the whole
 * chunk, and above it the function or an error's message. */
static line_status load_statements(lua_State *L, int *status) {
  for (;;) {
    size_t size;
    const char *code = lua_tolstring(L, -1, &size);
    *status = luaL_loadbufferx(L, code, size, "=stdin", "t");
    if (!is_unfinished(L, *status)) return LINE_READ;
    line_status line = push_line(L, "_PROMPT2", ">> ");
    if (line == LINE_END) return LINE_READ; /* the error says what is missing */
    lua_remove(L, line == LINE_READ ? -2 : -1);
    if (line == LINE_INTERRUPTED) return line;
    lua_pushliteral(L, "\n");
    lua_insert(L, -2);
    lua_concat(L, 3);
  }
}

/* -- Printing -------------------------------------------------------------------------------- */

/* Argument 1 as the REPL shows it. */
static int show(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua.format");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "value");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

/* Shows the values from `first` to the top, a line each. */
static void print_values(lua_State *L, int first) {
  int last = lua_gettop(L);
  luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
  for (int i = first; i <= last; i++) {
    lua_pushcfunction(L, show);
    lua_pushvalue(L, i);
    if (program_call(L, 1, 1) != LUA_OK) {
      program_report(L, "");
      continue;
    }
    size_t n;
    const char *text = luaL_tolstring(L, -1, &n);
    fwrite(text, 1, n, stdout);
    putchar('\n');
    lua_pop(L, 2);
  }
  fflush(stdout);
}

/* Prints an error without the frame that is the program's own. */
static void report(lua_State *L) {
  static const char own[] = "\n\t[C]: in ?";
  size_t n, m = sizeof own - 1;
  const char *message = lua_tolstring(L, -1, &n);
  if (message && n > m && strcmp(message + n - m, own) == 0) {
    lua_pushlstring(L, message, n - m);
    lua_remove(L, -2);
  }
  program_report(L, "");
}

/* Runs the function on top of the stack. Its first value becomes `_`. */
static void run(lua_State *L, bool quiet) {
  int first = lua_gettop(L);
  if (program_call(L, 0, LUA_MULTRET) != LUA_OK) {
    report(L);
    return;
  }
  if (lua_gettop(L) < first) return;
  lua_pushglobaltable(L);
  lua_pushvalue(L, first);
  lua_setfield(L, -2, "_");
  lua_pop(L, 1);
  if (!quiet) print_values(L, first);
}

/* -- The loop -------------------------------------------------------------------------------- */

/* One turn; LINE_END at the end of the input. */
static line_status turn(lua_State *L) {
  bool quiet = false;
  int status = LUA_OK;
  line_status line = push_line(L, "_PROMPT", "> ");
  if (line == LINE_READ && !load_expression(L, &quiet)) {
    quiet = false;
    line = load_statements(L, &status);
  }
  if (line != LINE_READ) return line;
  lineedit_remember(lua_tostring(L, -2));
  if (status == LUA_OK)
    run(L, quiet);
  else
    program_report(L, "");
  return LINE_READ;
}

void program_repl(lua_State *L) {
  lineedit_open();
  do lua_settop(L, 0);
  while (turn(L) != LINE_END);
  lineedit_close();
  fflush(stdout);
}
