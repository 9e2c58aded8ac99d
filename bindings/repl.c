/* The session's C side: reads blocks of lines, hands them to the Lua module nnlua.repl, and shows
 * the errors that come back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

#include "nnlua.h"
#include "program.h"

static const char session_key;

/* Pushes a function of nnlua.repl. */
static void push_function(lua_State *L, const char *name) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &session_key);
  lua_getfield(L, -1, name);
  lua_remove(L, -2);
}

/* -- What the Lua side is offered ------------------------------------------------------------ */

static bool wants_colours(void) {
  const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
  return isatty(STDERR_FILENO) && !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
}

/* repl.open{colours =}. Runs protected. */
static int open_session(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua.repl");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "open");
  lua_createtable(L, 0, 1);
  lua_pushboolean(L, wants_colours());
  lua_setfield(L, -2, "colours");
  lua_call(L, 1, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &session_key);
  return 0;
}

/* -- What the line editor asks --------------------------------------------------------------- */

static bool is_complete(void *of, const char *block) {
  lua_State *L = of;
  push_function(L, "is_complete");
  lua_pushstring(L, block);
  bool complete = lua_pcall(L, 1, 1, 0) != LUA_OK || lua_toboolean(L, -1);
  lua_pop(L, 1);
  return complete;
}

/* The strings of the table on top of the stack, as line_hooks.candidates returns them. */
static char **copy_list(lua_State *L) {
  size_t n = lua_rawlen(L, -1), count = 1;
  char **list = calloc(n + 2, sizeof *list);
  for (size_t i = 1; list && i <= n; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i);
    const char *word = lua_tostring(L, -1);
    if (word && (list[count] = strdup(word))) count++;
    lua_pop(L, 1);
  }
  return list;
}

static char **candidates(void *of, const char *before, size_t *start) {
  lua_State *L = of;
  char **list = NULL;
  int top = lua_gettop(L);
  push_function(L, "candidates");
  lua_pushstring(L, before);
  if (lua_pcall(L, 1, 2, 0) == LUA_OK && lua_istable(L, -1) && lua_rawlen(L, -1) > 0) {
    lua_Integer first = lua_tointeger(L, -2);
    *start = first < 1 ? 0 : (size_t)first - 1;
    if (*start <= strlen(before)) list = copy_list(L);
  }
  lua_settop(L, top);
  return list;
}

/* -- The loop -------------------------------------------------------------------------------- */

/* Shows the error value on top of the stack, and pops it. */
static void report(lua_State *L) {
  fflush(stdout);
  push_function(L, "report");
  lua_pushvalue(L, -2);
  program_traceback(L);
  if (lua_pcall(L, 2, 1, 0) == LUA_OK) {
    fputs(lua_tostring(L, -1), stderr);
    lua_pop(L, 2);
  } else { /* the error is one of showing: memory, say */
    lua_pop(L, 1);
    program_report(L);
  }
}

/* Pushes the two prompts. */
static void push_prompts(lua_State *L) {
  push_function(L, "prompts");
  if (program_call(L, 0, 2) == LUA_OK && lua_isstring(L, -1) && lua_isstring(L, -2)) return;
  lua_pop(L, 1);
  lua_pushliteral(L, "> ");
  lua_pushliteral(L, ">> ");
}

/* Runs a block; returns whether it asks to leave. */
static bool run(lua_State *L, const char *block) {
  push_function(L, "run");
  lua_pushstring(L, block);
  bool leave = false;
  if (program_call(L, 1, 1) == LUA_OK) {
    leave = lua_toboolean(L, -1);
    lua_pop(L, 1);
  } else {
    report(L);
  }
  fflush(stdout);
  return leave;
}

/* One turn; whether there is to be another. */
static bool turn(lua_State *L) {
  char *block;
  int top = lua_gettop(L);
  push_prompts(L);
  line_status status = lineedit_read(lua_tostring(L, -2), lua_tostring(L, -1), &block);
  lua_settop(L, top);
  if (status != LINE_READ) return status == LINE_INTERRUPTED;
  lineedit_remember(block);
  bool leave = run(L, block);
  free(block);
  return !leave;
}

void program_repl(lua_State *L) {
  lua_pushcfunction(L, open_session);
  lua_call(L, 0, 0);
  interrupt_set_session(true);
  lineedit_open(&(line_hooks){is_complete, candidates, L});
  while (turn(L)) continue;
  interrupt_set_session(false);
  fflush(stdout);
}
