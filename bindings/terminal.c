/* What bars and figures need to know of the world: terminals, their size, and the time. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "nnlua.h"

/* nn.is_terminal(file): whether a file, by default standard output, is a terminal. */
static int is_terminal(lua_State *L) {
  FILE *file = stdout;
  if (!lua_isnoneornil(L, 1)) {
    luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
    bool open = lua_rawlen(L, 1) >= sizeof *stream && stream->closef;
    if (!open) return nnlua_error(L, "is_terminal: the file is closed");
    file = stream->f;
  }
  lua_pushboolean(L, isatty(fileno(file)));
  return 1;
}

/* _terminal_size(descriptor): columns and rows; nothing where it is no terminal or has no size. */
static int terminal_size(lua_State *L) {
  struct winsize size;
  int descriptor = (int)luaL_checkinteger(L, 1);
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  lua_pushinteger(L, size.ws_col);
  lua_pushinteger(L, size.ws_row);
  return 2;
}

/* _clock(): seconds that pass even while the program sleeps; where they start means nothing. */
static int monotonic_clock(lua_State *L) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  lua_pushnumber(L, (lua_Number)t.tv_sec + 1e-9 * (lua_Number)t.tv_nsec);
  return 1;
}

static const luaL_Reg functions[] = {{"is_terminal", is_terminal},
                                     {"_terminal_size", terminal_size},
                                     {"_clock", monotonic_clock},
                                     {NULL, NULL}};

void nnlua_open_terminal(lua_State *L) { luaL_setfuncs(L, functions, 0); }
