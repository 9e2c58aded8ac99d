/* The module `clock` of the benchmarks' Lua side: clock() is the time in seconds, from any start.
 */
#include <time.h>

#include <lauxlib.h>

int luaopen_clock(lua_State *L);

static int clock_now(lua_State *L) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  lua_pushnumber(L, (double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
  return 1;
}

int luaopen_clock(lua_State *L) {
  lua_pushcfunction(L, clock_now);
  return 1;
}
