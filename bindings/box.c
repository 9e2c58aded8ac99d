/* Boxes: userdata that own one engine object each. */
#include "nnlua.h"
#include "pool.h"

static const uint64_t magic = 0x6e6e6c75612e626f;

void *nnlua_test(lua_State *L, int index, nnlua_kind kind) {
  struct nnlua_box *b = lua_touserdata(L, index);
  if (!b || lua_rawlen(L, index) != sizeof *b || b->magic != magic + kind) return NULL;
  return b->object;
}

void **nnlua_new_box(lua_State *L, nnlua_kind kind) {
  nnlua_state *s = nnlua_get(L);
  struct nnlua_box *b =
      lua_newuserdatauv(L, sizeof *b, kind == NNLUA_MODULE || kind == NNLUA_OPTIMIZER ? 1 : 0);
  b->magic = magic + kind;
  b->object = NULL;
  if (kind == NNLUA_TENSOR && s->pool) nnlua_mark_box(b);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->metatable[kind]);
  lua_setmetatable(L, -2);
  return &b->object;
}

void nnlua_push_tensor(lua_State *L, nn_tensor *t) {
  if (!t) {
    lua_pushnil(L);
    return;
  }
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  *box = nn_retain(t);
}

nn_tensor *nnlua_check_tensor(lua_State *L, int index, const char *what, const char *name) {
  nn_tensor *t = nnlua_tensor(L, index);
  if (t) return t;
  const char *given = nnlua_describe(L, index); /* first, since each pushes what it returns */
  const char *hint = index == 1 ? nnlua_colon_hint(L) : "";
  nnlua_error(L, "%s: %s must be a tensor, not %s%s", what, name, given, hint);
  return NULL;
}

static void release(nnlua_kind kind, void *object) {
  switch (kind) {
  case NNLUA_TENSOR:
    nn_release(object);
    break;
  case NNLUA_MODULE:
    nn_module_release(object);
    break;
  case NNLUA_OPTIMIZER:
    nn_optimizer_release(object);
    break;
  case NNLUA_GENERATOR:
    nn_generator_release(object);
    break;
  }
}

static int box_gc(lua_State *L) {
  struct nnlua_box *b = lua_touserdata(L, 1);
  if (!b || lua_rawlen(L, 1) != sizeof *b || b->magic < magic || b->magic > magic + 3) return 0;
  void *object = b->object;
  b->object = NULL;
  release((nnlua_kind)(b->magic - magic), object);
  return 0;
}

int nnlua_format(lua_State *L, const char *what) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua.format");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, what);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

void nnlua_new_metatable(lua_State *L, nnlua_kind kind, const luaL_Reg *methods) {
  nnlua_state *s = nnlua_get(L);
  lua_createtable(L, 0, 32);
  luaL_setfuncs(L, methods, 0);
  if (kind != NNLUA_TENSOR || !s->pool) {
    lua_pushcfunction(L, box_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_pushvalue(L, -1);
  s->metatable[kind] = luaL_ref(L, LUA_REGISTRYINDEX);
}
