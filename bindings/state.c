/* The module's door: one engine context for each Lua state, errors, callbacks, and the pacing of
 * Lua's collector. */
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "embedded.h"
#include "nnlua.h"
#include "pool.h"

volatile int nnlua_stop;

/* In bytes, see nnlua_pace. */
enum { LEAST_BUDGET = 1 << 20, MOST_BUDGET = 24 << 20, YOUNG_BUDGET = 256 << 10 };

static const char state_key;

static nnlua_state *registered(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &state_key);
  nnlua_state *s = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return s;
}

nnlua_state *nnlua_get(lua_State *L) {
  nnlua_pool *pool = nnlua_pool_of(L);
  nnlua_state *s = pool ? *nnlua_pool_state(pool) : registered(L);
  if (!s->ctx) nnlua_error(L, "nnlua: the Lua state is closing");
  return s;
}

/* Finalizers run in the reverse order of creation at the end of a state: after this one come only
 * those of objects that are older than the module, which may still call it. */
static int state_gc(lua_State *L) {
  nnlua_state *s = lua_touserdata(L, 1);
  if (s->pool) nnlua_release_all(s->pool);
  nn_ctx_destroy(s->ctx);
  s->ctx = NULL;
  return 0;
}

static void new_state(lua_State *L) {
  nnlua_state *s = lua_newuserdatauv(L, sizeof *s, 0);
  memset(s, 0, sizeof *s);
  s->budget = (size_t)2 << 20;
  s->young_budget = YOUNG_BUDGET;
  s->pool = nnlua_pool_of(L);
  if (s->pool) *nnlua_pool_state(s->pool) = s;
  if (nn_ctx_create(&(nn_options){.base = 1, .stop = &nnlua_stop}, &s->ctx) != NN_OK)
    nnlua_error(L, "nnlua: out of memory");
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, state_gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &state_key);
}

/* -- Errors ---------------------------------------------------------------------------------- */

/* Whether the function at a level of the stack is of the Lua half. */
static bool is_lua_half(lua_State *L, lua_Debug *frame) {
  lua_getinfo(L, "S", frame);
  return strncmp(frame->short_src, "[nnlua.", 7) == 0;
}

/* Whether it is of the Lua half, or written in C. */
static bool is_ours(lua_State *L, lua_Debug *frame) {
  return is_lua_half(L, frame) || strcmp(frame->what, "C") == 0;
}

int nnlua_error(lua_State *L, const char *format, ...) {
  lua_Debug frame;
  int level = 1;
  while (lua_getstack(L, level, &frame) && is_ours(L, &frame)) level++;
  luaL_where(L, level);
  va_list args;
  va_start(args, format);
  lua_pushvfstring(L, format, args);
  va_end(args);
  lua_concat(L, 2);
  return lua_error(L);
}

/* Whether the function on top of the stack, which it pops, is nn[name]. */
static bool is_function_of_nn(lua_State *L, const char *name) {
  int top = lua_gettop(L);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  bool is = lua_getfield(L, -1, "nnlua") == LUA_TTABLE;
  if (is) {
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    is = lua_rawequal(L, -1, top);
  }
  lua_settop(L, top - 1);
  return is;
}

const char *nnlua_colon_hint(lua_State *L) {
  lua_Debug frame;
  int level = 0;
  luaL_checkstack(L, 6, NULL);
  while (lua_getstack(L, level + 1, &frame) && is_lua_half(L, &frame)) level++;
  if (!lua_getstack(L, level, &frame)) return "";
  lua_getinfo(L, "n", &frame);
  const char *name = frame.name;
  if (!name || strcmp(frame.namewhat, "field") != 0) return "";
  lua_getinfo(L, "f", &frame);
  if (is_function_of_nn(L, name)) return "";
  return lua_pushfstring(L, "; methods are called with a colon, as x:%s()", name);
}

void nnlua_check(lua_State *L, nnlua_state *s, nn_status status) {
  if (status == NN_OK) return;
  if (status == NN_ESTOP || nnlua_stop) { /* scratch that was not filled looks like no memory */
    nnlua_stop = 0;
    nnlua_error(L, "interrupted!");
  }
  nnlua_error(L, "%s", nn_message(s->ctx));
}

static int to_text(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

/* The error's value may have a __tostring, which may raise an error itself. */
nn_status nnlua_callback(lua_State *L, nnlua_state *s, int n, int results) {
  if (lua_pcall(L, n, results, 0) == LUA_OK) return NN_OK;
  lua_pushcfunction(L, to_text);
  lua_insert(L, -2);
  lua_pcall(L, 1, 1, 0);
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  nn_fail(s->ctx, NN_EHOST, "%s", text ? text : "an error that cannot be shown");
  lua_pop(L, 1);
  return nnlua_stop ? NN_ESTOP : NN_EHOST;
}

/* -- Pacing ---------------------------------------------------------------------------------- */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A full collection: everything that is garbage goes. The budget grows while collections take more
 * than 1/32 of the time, and shrinks while they are cheap. */
static void collect_all(lua_State *L, nnlua_state *s) {
  double start = now();
  lua_gc(L, LUA_GCCOLLECT);
  if (s->pool) nnlua_release_dead(s->pool);
  double end = now(), cost = end - start, elapsed = end - s->collected_at;
  s->collected_at = end;
  s->live_before = nn_get_memory_stats(s->ctx).live;
  if (cost > elapsed / 32 && s->budget < MOST_BUDGET)
    s->budget *= 2;
  else if (cost < elapsed / 256 && s->budget > LEAST_BUDGET)
    s->budget /= 2;
  if (s->budget > MOST_BUDGET) s->budget = MOST_BUDGET;
}

/* A young collection: what has died since the last one goes, so that the next results lie where
 * these were, in the caches. Needs the pool: finalizers would wait for a second collection. */
static void collect_young(lua_State *L, nnlua_state *s) {
  lua_gc(L, LUA_GCSTEP, 0);
  nnlua_release_dead(s->pool);
}

/* Unless nearly all of what is young has died, the next young collection is put off: what survives
 * two of them counts as old and stays, and there may be a large table to walk that tensors go into.
 * `live` bytes were alive before a collection of either kind. */
static void pace_young(nnlua_state *s, size_t live) {
  size_t grown = live - s->young_before;
  s->young_before = nn_get_memory_stats(s->ctx).live;
  if (live - s->young_before < grown / 8 * 7 && s->young_budget < MOST_BUDGET)
    s->young_budget *= 2;
  else if (s->young_budget > YOUNG_BUDGET)
    s->young_budget /= 2;
}

/* Whenever the bytes alive have grown by the budget since the last full collection, that much may
 * be garbage. */
void nnlua_pace(lua_State *L, nnlua_state *s) {
  if (s->pool) nnlua_release_dead(s->pool);
  size_t live = nn_get_memory_stats(s->ctx).live;
  if (live < s->live_before) s->live_before = live;
  if (live < s->young_before) s->young_before = live;
  if (live - s->live_before >= s->budget)
    collect_all(L, s);
  else if (s->pool && live - s->young_before >= s->young_budget)
    collect_young(L, s);
  else
    return;
  pace_young(s, live);
}

/* -- Running operations by name -------------------------------------------------------------- */

nn_status nnlua_run(nnlua_state *s, const char *op, int n, const nn_arg *args, nn_tensor **out) {
  return nn_run(s->ctx, nn_op_find(op), args, n, out);
}

nn_status nnlua_run_inplace(nnlua_state *s, const char *op, int n, const nn_arg *args) {
  return nn_run_inplace(s->ctx, nn_op_find(op), args, n);
}

/* -- The module ------------------------------------------------------------------------------ */

static int set_num_threads(lua_State *L) {
  lua_Integer n = luaL_checkinteger(L, 1);
  luaL_argcheck(L, n >= 1 && n <= 1024, 1, "expects 1 to 1024 threads");
  nn_set_num_threads(nnlua_get(L)->ctx, (int)n);
  return 0;
}

static int get_num_threads(lua_State *L) {
  lua_pushinteger(L, nn_get_num_threads(nnlua_get(L)->ctx));
  return 1;
}

/* {live, peak, cached, blocks, calls}: what the engine has allocated, in bytes and pieces. */
static int memory_stats(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  if (s->pool) nnlua_release_dead(s->pool);
  nn_memory_stats m = nn_get_memory_stats(s->ctx);
  lua_createtable(L, 0, 5);
#define FIELD(name) lua_pushinteger(L, (lua_Integer)m.name), lua_setfield(L, -2, #name)
  FIELD(live), FIELD(peak), FIELD(cached), FIELD(blocks), FIELD(calls);
#undef FIELD
  return 1;
}

/* Lets the k-th allocation from here on fail, for tests. */
static int fail_allocation(lua_State *L) {
  nn_fail_allocation(nnlua_get(L)->ctx, (uint64_t)luaL_checkinteger(L, 1));
  return 0;
}

static int build_info(lua_State *L) {
  lua_pushstring(L, nn_build_info());
  return 1;
}

/* Pushes the chunk of an embedded module of the Lua half. */
static void load_embedded(lua_State *L, const char *name) {
  const struct nnlua_embedded *e = nnlua_embedded;
  while (e->name && strcmp(e->name, name) != 0) e++;
  if (!e->name) nnlua_error(L, "nnlua: there is no embedded module '%s'", name);
  const char *chunk = lua_pushfstring(L, "=[%s]", name);
  if (luaL_loadbufferx(L, e->source, e->size, chunk, "t") != LUA_OK) lua_error(L);
  lua_remove(L, -2);
}

/* What `require` calls for a module of the Lua half. */
static int open_embedded(lua_State *L) {
  load_embedded(L, luaL_checkstring(L, 1));
  lua_call(L, 0, 1);
  return 1;
}

static void preload_embedded(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const struct nnlua_embedded *e = nnlua_embedded; e->name; e++) {
    if (strncmp(e->name, "nnlua.", 6) != 0) continue;
    lua_pushcfunction(L, open_embedded);
    lua_setfield(L, -2, e->name);
  }
  lua_pop(L, 1);
}

/* _error(message): an error of the Lua half, with the line of the user's script. */
static int raise_error(lua_State *L) { return nnlua_error(L, "%s", luaL_checkstring(L, 1)); }

static const luaL_Reg functions[] = {{"set_num_threads", set_num_threads},
                                     {"get_num_threads", get_num_threads},
                                     {"memory_stats", memory_stats},
                                     {"_fail_allocation", fail_allocation},
                                     {"_build_info", build_info},
                                     {"_error", raise_error},
                                     {NULL, NULL}};

/* Runs the Lua half's nnlua.init on the finished C module. */
static void open_lua_half(lua_State *L) {
  load_embedded(L, "nnlua.init");
  lua_pushvalue(L, -2);
  lua_call(L, 1, 0);
}

int luaopen_nnlua(lua_State *L) {
  luaL_checkversion(L);
  lua_gc(L, LUA_GCGEN, 0, 0);
  new_state(L);
  luaL_newlib(L, functions);
  lua_pushliteral(L, NN_VERSION);
  lua_setfield(L, -2, "version");
  nnlua_open_tensor(L);
  nnlua_open_ops(L);
  nnlua_open_catalogue(L);
  nnlua_open_declare(L);
  nnlua_open_create(L);
  nnlua_open_autograd(L);
  nnlua_open_function(L);
  nnlua_open_module(L);
  nnlua_open_optim(L);
  nnlua_open_file(L);
  nnlua_open_directory(L);
  nnlua_open_graph(L);
  nnlua_open_terminal(L);
  nnlua_open_png(L);
  preload_embedded(L);
  open_lua_half(L);
  return 1;
}
