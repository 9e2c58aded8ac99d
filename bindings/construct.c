/* Making modules: layers, Sequential, objects of classes, parameters; and the boxes they are in. */
#include <stdio.h>

#include "module.h"

const char nnlua_class_key[1];
static const char boxes_key;

nn_module *nnlua_check_module(lua_State *L, int index, const char *what) {
  nn_module *m = nnlua_test(L, index, NNLUA_MODULE);
  if (m) return m;
  const char *given = nnlua_describe(L, index), *hint = index == 1 ? nnlua_colon_hint(L) : "";
  nnlua_error(L, "%s: expects a module, not %s%s", what, given, hint);
  return NULL;
}

/* -- Boxes of modules ------------------------------------------------------------------------ */

/* Remembers the box on top of the stack by its module, weakly. */
static void remember_box(lua_State *L, nn_module *m) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &boxes_key);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, m);
  lua_pop(L, 1);
}

void nnlua_push_module(lua_State *L, nn_module *m) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &boxes_key);
  if (lua_rawgetp(L, -1, m) != LUA_TNIL) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 2);
  void **box = nnlua_new_box(L, NNLUA_MODULE);
  *box = nn_module_retain(m);
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  remember_box(L, m);
}

void nnlua_keep_box(lua_State *L, int parent, const char *name, int child) {
  lua_getiuservalue(L, parent, 1);
  lua_pushvalue(L, child);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

/* -- Constructors ---------------------------------------------------------------------------- */

/* Puts the modules at `first` … `last` into the Sequential at `parent`, named from 0. */
static void add_children(lua_State *L, nnlua_state *s, int parent, int first, int last) {
  nn_module *m = nnlua_test(L, parent, NNLUA_MODULE);
  char name[16];
  for (int i = first; i <= last; i++) {
    nn_module *child = nnlua_test(L, i, NNLUA_MODULE);
    if (!child)
      nnlua_error(L, "Sequential: child %d must be a module, not %s", i - first + 1,
                  nnlua_describe(L, i));
    snprintf(name, sizeof name, "%d", nn_module_count(m));
    nnlua_check(L, s, nn_module_set_child(m, name, child));
    nnlua_keep_box(L, parent, name, i);
  }
}

/* Spreads a list given instead of several arguments: nn.Sequential{a, b}. */
static void spread_list(lua_State *L) {
  if (lua_gettop(L) != 1 || !lua_istable(L, 1)) return;
  int n = (int)lua_rawlen(L, 1);
  luaL_checkstack(L, n + 8, "Sequential");
  for (int i = 1; i <= n; i++) lua_rawgeti(L, 1, i);
  lua_remove(L, 1);
}

static int finish_box(lua_State *L, void **box, nn_module *m) {
  *box = m;
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  remember_box(L, m);
  return 1;
}

static int new_sequential(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_module *m;
  spread_list(L);
  int n = lua_gettop(L);
  luaL_checkstack(L, 8, NULL);
  void **box = nnlua_new_box(L, NNLUA_MODULE);
  nnlua_check(L, s, nn_module_create(s->ctx, nn_layer_find("Sequential"), NULL, 0, &m));
  finish_box(L, box, m);
  add_children(L, s, n + 1, 1, n);
  return 1;
}

/* Upvalue 1: the layer. */
static int new_layer(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  const nn_layer *layer = lua_touserdata(L, lua_upvalueindex(1));
  const nn_layer_info *info = nn_layer_describe(layer);
  nnlua_args args;
  nn_module *m;
  nnlua_read_args(L, 1, info->name, info->params, info->nparams, false, &args);
  nnlua_pace(L, s);
  void **box = nnlua_new_box(L, NNLUA_MODULE);
  nnlua_check(L, s, nn_module_create(s->ctx, layer, args.arg, info->nparams, &m));
  return finish_box(L, box, m);
}

/* The forward of an object of a class, when a Sequential calls it. */
static nn_status hosted_forward(void *self, nn_module *m, nn_tensor *x, nn_tensor **out) {
  nnlua_state *s = self;
  lua_State *L = s->running;
  if (!lua_checkstack(L, 8)) return nn_fail(s->ctx, NN_ENOMEM, "forward: the stack is full");
  nnlua_push_module(L, m);
  nnlua_push_tensor(L, x);
  nn_status status = nnlua_callback(L, s, 1, 1);
  if (status != NN_OK) return status;
  nn_tensor *y = nnlua_tensor(L, -1);
  if (y)
    *out = nn_retain(y);
  else
    status = nn_fail(s->ctx, NN_EHOST, "%s: forward must return a tensor, not %s",
                     nn_module_name(m), nnlua_describe(L, -1));
  lua_settop(L, y ? -2 : -3);
  return status;
}

/* _new_object(class): an object without entries, of a class with __name. */
static int new_object(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_module *m;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, "__name");
  const char *name = luaL_checkstring(L, 2);
  nn_host host = {.forward = hosted_forward, .self = s};
  void **box = nnlua_new_box(L, NNLUA_MODULE);
  nnlua_check(L, s, nn_module_create_hosted(s->ctx, name, &host, &m));
  finish_box(L, box, m);
  lua_getiuservalue(L, -1, 1);
  lua_pushvalue(L, 1);
  lua_rawsetp(L, -2, nnlua_class_key);
  lua_pop(L, 1);
  return 1;
}

/* nn.Parameter(t): a leaf on the same elements that requires grad and that modules register. */
static int parameter(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_tensor *t = nnlua_check_tensor(L, 1, "Parameter", "data"), *out;
  bool wanted = true;
  if (lua_istable(L, 2)) {
    lua_getfield(L, 2, "requires_grad");
    wanted = lua_isnil(L, -1) || lua_toboolean(L, -1);
  } else if (lua_isboolean(L, 2)) {
    wanted = lua_toboolean(L, 2);
  }
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nnlua_run(s, "detach", 1, (nn_arg[]){nn_t(t)}, &out));
  *box = out;
  nn_mark_parameter(out);
  if (wanted) nnlua_check(L, s, nn_set_requires_grad(out, true));
  return 1;
}

/* Leaves the constructors in the module table. */
void nnlua_open_constructors(lua_State *L) {
  const nn_layer *layer;
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &boxes_key);
  for (int i = 0; (layer = nn_layer_at(i)); i++) {
    lua_pushlightuserdata(L, (void *)layer);
    lua_pushcclosure(L, new_layer, 1);
    lua_setfield(L, -2, nn_layer_describe(layer)->name);
  }
  lua_pushcfunction(L, new_sequential);
  lua_setfield(L, -2, "Sequential");
  lua_pushcfunction(L, parameter);
  lua_setfield(L, -2, "Parameter");
  lua_pushcfunction(L, new_object);
  lua_setfield(L, -2, "_new_object");
}
