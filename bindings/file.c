/* nn.save and nn.load: what a file holds follows from the ending of its name. */
#include <string.h>

#include "nnlua.h"

/* -- .npy: one tensor ------------------------------------------------------------------------ */

static int save_npy(lua_State *L, nnlua_state *s, const char *path) {
  nn_tensor *t = nnlua_tensor(L, 2);
  if (!t) return nnlua_error(L, "save: a .npy file holds one tensor, not %s", nnlua_describe(L, 2));
  nnlua_check(L, s, nn_save_npy(s->ctx, path, t));
  return 0;
}

static int load_npy(lua_State *L, nnlua_state *s, const char *path) {
  nn_tensor *t;
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nn_load_npy(s->ctx, path, &t));
  *box = t;
  return 1;
}

/* -- .safetensors: a state dict -------------------------------------------------------------- */

/* Sets copy[key] = value, the two values on top of the stack, which stay. */
static void copy_entry(lua_State *L, int copy) {
  if (lua_type(L, -2) != LUA_TSTRING)
    nnlua_error(L, "save: a state dict's keys are names, not %s", nnlua_describe(L, -2));
  const char *name = lua_tostring(L, -2);
  if (strlen(name) != lua_rawlen(L, -2))
    nnlua_error(L, "save: the state dict's entry \"%s…\" has a zero byte in its name", name);
  if (!nnlua_tensor(L, -1))
    nnlua_error(L, "save: the state dict's entry \"%s\" is %s, not a tensor", name,
                nnlua_describe(L, -1));
  lua_pushvalue(L, -2);
  lua_pushvalue(L, -2);
  lua_rawset(L, copy);
}

/* Pushes a plain table of the entries of the one at `index`, which a table that keeps an order
 * offers through __pairs. */
static void push_copy(lua_State *L, int index) {
  lua_newtable(L);
  int copy = lua_gettop(L);
  if (luaL_getmetafield(L, index, "__pairs") == LUA_TNIL) {
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) copy_entry(L, copy);
    return;
  }
  lua_pushvalue(L, index);
  lua_call(L, 1, 3); /* the iterator, what it iterates over, the key to start after */
  for (;;) {
    lua_pushvalue(L, copy + 1);
    lua_pushvalue(L, copy + 2);
    lua_pushvalue(L, copy + 3);
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) break;
    copy_entry(L, copy);
    lua_pop(L, 1);
    lua_replace(L, copy + 3);
  }
  lua_settop(L, copy);
}

/* The names and tensors borrow from the copy, whose strings and boxes no one else can remove. */
static int save_safetensors(lua_State *L, nnlua_state *s, const char *path) {
  if (!lua_istable(L, 2))
    return nnlua_error(L, "save: a .safetensors file holds a table of tensors by name%s, not %s",
                       nnlua_test(L, 2, NNLUA_MODULE) ? ", as model:state_dict() gives" : "",
                       nnlua_describe(L, 2));
  push_copy(L, 2);
  int copy = lua_gettop(L);
  size_t count = 0;
  for (lua_pushnil(L); lua_next(L, copy); lua_pop(L, 1)) count++;
  const char **names = lua_newuserdatauv(L, count * sizeof *names + 1, 0);
  nn_tensor **tensors = lua_newuserdatauv(L, count * sizeof *tensors + 1, 0);
  int n = 0;
  for (lua_pushnil(L); lua_next(L, copy); lua_pop(L, 1), n++) {
    names[n] = lua_tostring(L, -2);
    tensors[n] = nnlua_tensor(L, -1);
  }
  nnlua_check(L, s, nn_save_safetensors(s->ctx, path, n, names, tensors));
  return 0;
}

/* add(table, name, tensor), the last two as bare pointers: may raise "not enough memory". */
static int add_entry(lua_State *L) {
  nnlua_push_tensor(L, lua_touserdata(L, 3));
  lua_setfield(L, 1, lua_touserdata(L, 2));
  return 0;
}

/* Called by the engine, through which no Lua error may pass; what is pushed here takes no memory.
 */
static nn_status add_protected(void *self, const char *name, nn_tensor *t) {
  lua_State *L = self;
  nnlua_state *s = nnlua_get(L);
  lua_pushcfunction(L, add_entry);
  lua_pushvalue(L, -2);
  lua_pushlightuserdata(L, (void *)name);
  lua_pushlightuserdata(L, t);
  return nnlua_callback(L, s, 3, 0);
}

static int load_safetensors(lua_State *L, nnlua_state *s, const char *path) {
  luaL_checkstack(L, LUA_MINSTACK, "load");
  lua_newtable(L);
  nnlua_check(L, s, nn_load_safetensors(s->ctx, path, add_protected, L));
  return 1;
}

/* -- The two functions ----------------------------------------------------------------------- */

typedef struct format {
  const char *ending;
  int (*save)(lua_State *L, nnlua_state *s, const char *path); /* the value is argument 2 */
  int (*load)(lua_State *L, nnlua_state *s, const char *path);
} format;

static const format formats[] = {{".safetensors", save_safetensors, load_safetensors},
                                 {".npy", save_npy, load_npy}};

/* The path, argument 1, and the format that its ending names. */
static const format *check_path(lua_State *L, const char *what, const char **path) {
  if (lua_type(L, 1) != LUA_TSTRING)
    nnlua_error(L, "%s: the file's name must be a string, not %s", what, nnlua_describe(L, 1));
  size_t length;
  *path = lua_tolstring(L, 1, &length);
  if (strlen(*path) != length) nnlua_error(L, "%s: the file's name has a zero byte in it", what);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    size_t n = strlen(formats[i].ending);
    if (length > n && strcmp(*path + length - n, formats[i].ending) == 0) return &formats[i];
  }
  nnlua_error(L, "%s: the file's name must end in .safetensors or .npy, but it is \"%s\"", what,
              *path);
  return NULL;
}

static int save(lua_State *L) {
  const char *path;
  lua_settop(L, 2);
  return check_path(L, "save", &path)->save(L, nnlua_get(L), path);
}

static int load(lua_State *L) {
  const char *path;
  nnlua_state *s = nnlua_get(L);
  lua_settop(L, 1);
  nnlua_pace(L, s);
  return check_path(L, "load", &path)->load(L, s, path);
}

static const luaL_Reg functions[] = {{"save", save}, {"load", load}, {NULL, NULL}};

void nnlua_open_file(lua_State *L) { luaL_setfuncs(L, functions, 0); }
