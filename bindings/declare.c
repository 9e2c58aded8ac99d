/* Functions of the Lua half that read their arguments as the catalogue's operations do: by position
 * or by name, with defaults, and with the same errors. */
#include "nnlua.h"

/* A declaration, kept by the functions that use it. */
struct signature {
  int n;
  nn_param *params;
};

static int signature_gc(lua_State *L) {
  struct signature *g = lua_touserdata(L, 1);
  nn_params_free(g->params);
  g->params = NULL;
  return 0;
}

static void push_list(lua_State *L, const nn_arg *a) {
  lua_createtable(L, a->n, 0);
  for (int i = 0; i < a->n; i++) {
    if (a->kind == NN_TENSORS)
      nnlua_push_tensor(L, a->v.ts[i]);
    else
      lua_pushinteger(L, a->v.is[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

void nnlua_push_arg(lua_State *L, const nn_arg *a) {
  switch (a->kind) {
  case NN_INT:
    lua_pushinteger(L, a->v.i);
    break;
  case NN_NUMBER:
    lua_pushnumber(L, a->v.d);
    break;
  case NN_FLAG:
    lua_pushboolean(L, a->v.b);
    break;
  case NN_STRING:
    lua_pushstring(L, a->v.s);
    break;
  case NN_TENSOR:
    nnlua_push_tensor(L, a->v.t);
    break;
  case NN_TENSORS:
  case NN_INTS:
    push_list(L, a);
    break;
  default:
    lua_pushnil(L);
    break;
  }
}

/* A generator goes back as the very box that came, which owns it. */
static void push_generator(lua_State *L, int last, const nn_arg *a) {
  for (int i = 1; i <= last; i++) {
    if (lua_istable(L, i))
      lua_getfield(L, i, "generator");
    else
      lua_pushvalue(L, i);
    if (nnlua_test(L, -1, NNLUA_GENERATOR) == a->v.g) return;
    lua_pop(L, 1);
  }
  lua_pushnil(L);
}

/* Upvalues: the function's name, its signature. Returns a value for each parameter, nil for what is
 * left out. */
static int read_declared(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  const char *what = lua_tostring(L, lua_upvalueindex(1));
  const struct signature *g = lua_touserdata(L, lua_upvalueindex(2));
  nn_arg bound[NNLUA_MAX_ARGS];
  nnlua_args args;
  int last = lua_gettop(L);
  nnlua_read_args(L, 1, what, g->params, g->n, false, &args);
  nnlua_check(L, s, nn_bind(s->ctx, what, g->params, g->n, args.arg, g->n, bound));
  luaL_checkstack(L, g->n + 4, NULL);
  for (int i = 0; i < g->n; i++) {
    if (bound[i].kind == NN_GENERATOR)
      push_generator(L, last, &bound[i]);
    else
      nnlua_push_arg(L, &bound[i]);
  }
  return g->n;
}

/* nn._declare(name, "input:tensor dim:dim=1"): a function that reads the arguments of such a call
 * and returns their values. */
static int declare(lua_State *L) {
  luaL_checkstring(L, 1);
  const char *text = luaL_checkstring(L, 2);
  lua_settop(L, 2);
  struct signature *g = lua_newuserdatauv(L, sizeof *g, 0);
  *g = (struct signature){0, NULL};
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, signature_gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  g->params = nn_params_create(text, &g->n);
  if (!g->params || g->n > NNLUA_MAX_ARGS) return nnlua_error(L, "_declare: cannot read %s", text);
  lua_pushvalue(L, 1);
  lua_insert(L, -2);
  lua_pushcclosure(L, read_declared, 2);
  return 1;
}

/* nn._describe(value): in words, for errors. */
static int describe(lua_State *L) {
  lua_settop(L, 1);
  nnlua_describe(L, 1);
  return 1;
}

/* nn._colon_hint(): for the method that calls it. */
static int colon_hint(lua_State *L) {
  lua_pushstring(L, nnlua_colon_hint(L));
  return 1;
}

/* nn._kind(value): what a box holds, nil for anything else. */
static int kind(lua_State *L) {
  static const char *const names[] = {"tensor", "module", "optimizer", "generator"};
  for (int i = 0; i < 4; i++)
    if (nnlua_test(L, 1, (nnlua_kind)i)) {
      lua_pushstring(L, names[i]);
      return 1;
    }
  return 0;
}

static const luaL_Reg functions[] = {{"_declare", declare},
                                     {"_describe", describe},
                                     {"_colon_hint", colon_hint},
                                     {"_kind", kind},
                                     {NULL, NULL}};

void nnlua_open_declare(lua_State *L) { luaL_setfuncs(L, functions, 0); }
