/* Layers and models in Lua.
 *
 * A module is a userdata around the engine's nn_module. Its user value is a table of what Lua keeps
 * on it: plain fields, the boxes of its children (so that a child keeps its own fields as long as
 * its parent lives), and for an object of a class made by nn.class, the class. */
#include <stdio.h>
#include <string.h>

#include "nnlua.h"

static const char class_key, boxes_key;

static nn_module *check_module(lua_State *L, int index, const char *what) {
  nn_module *m = nnlua_test(L, index, NNLUA_MODULE);
  if (!m) nnlua_error(L, "%s: expects a module, not %s", what, nnlua_describe(L, index));
  return m;
}

/* -- Boxes of modules ------------------------------------------------------------------------ */

/* Remembers the box on top of the stack by its module, weakly. */
static void remember_box(lua_State *L, nn_module *m) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &boxes_key);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, m);
  lua_pop(L, 1);
}

/* Pushes the box of a module: the one it has, else a new one. */
static void push_module(lua_State *L, nn_module *m) {
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

/* Keeps the child's box (at `child`) among the fields of the parent's (at `parent`). */
static void keep_box(lua_State *L, int parent, const char *name, int child) {
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
    keep_box(L, parent, name, i);
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
  void **box = nnlua_new_box(L, NNLUA_MODULE);
  nnlua_check(L, s, nn_module_create(s->ctx, layer, args.arg, info->nparams, &m));
  nnlua_pace(L, s);
  return finish_box(L, box, m);
}

/* The forward of an object of a class, when a Sequential calls it. */
static nn_status hosted_forward(void *self, nn_module *m, nn_tensor *x, nn_tensor **out) {
  nnlua_state *s = self;
  lua_State *L = s->running;
  if (!lua_checkstack(L, 8)) return nn_fail(s->ctx, NN_ENOMEM, "forward: the stack is full");
  push_module(L, m);
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
  lua_rawsetp(L, -2, &class_key);
  lua_pop(L, 1);
  return 1;
}

/* -- Calling --------------------------------------------------------------------------------- */

static bool push_class_member(lua_State *L, int index, const char *name) {
  lua_getiuservalue(L, index, 1);
  bool found = lua_istable(L, -1) && lua_rawgetp(L, -1, &class_key) == LUA_TTABLE;
  if (found) {
    lua_getfield(L, -1, name);
    lua_replace(L, -3);
    lua_pop(L, 1);
    if (!lua_isnil(L, -1)) return true;
    lua_pop(L, 1);
    return false;
  }
  lua_pop(L, lua_istable(L, -1) ? 1 : 2);
  return false;
}

static int call_layer(lua_State *L, nn_module *m) {
  nnlua_state *s = nnlua_get(L);
  nn_tensor *inputs[4], *out;
  int n = lua_gettop(L) - 1;
  const char *name = nn_module_name(m);
  if (n > 4) return nnlua_error(L, "%s: takes tensors, but %d arguments are given", name, n);
  for (int i = 0; i < n; i++) {
    inputs[i] = nnlua_tensor(L, i + 2);
    if (!inputs[i])
      return nnlua_error(L, "%s: the %s must be a tensor, not %s", name,
                         i == 0 ? "input" : "target", nnlua_describe(L, i + 2));
  }
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  lua_State *before = s->running;
  s->running = L;
  nn_status status = nn_module_forward(m, n, inputs, &out);
  s->running = before;
  nnlua_check(L, s, status);
  *box = out;
  nnlua_pace(L, s);
  return 1;
}

static int call(lua_State *L) {
  nn_module *m = check_module(L, 1, "forward");
  if (nn_module_layer(m)) return call_layer(L, m);
  if (!push_class_member(L, 1, "forward"))
    return nnlua_error(L, "%s: the class has no forward", nn_module_name(m));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* -- Fields ---------------------------------------------------------------------------------- */

static void push_arg(lua_State *L, const nn_arg *a) {
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
  default:
    lua_pushnil(L);
    break;
  }
}

static void push_entry(lua_State *L, const nn_entry *e) {
  if (e->kind == NN_CHILD)
    push_module(L, e->module);
  else
    nnlua_push_tensor(L, e->tensor);
}

static int index_child(lua_State *L, nn_module *m) {
  lua_Integer i = lua_tointeger(L, 2), n = nn_module_count(m);
  lua_Integer at = i < 0 ? n + i : i - 1;
  if (!lua_isinteger(L, 2) || at < 0 || at >= n || nn_module_entry(m, (int)at).kind != NN_CHILD) {
    lua_pushnil(L);
    return 1;
  }
  push_module(L, nn_module_entry(m, (int)at).module);
  return 1;
}

/* In this order: a registered entry, a field, the class, the layer's arguments, the methods that
 * every module has (upvalue 1). */
static int on_index(lua_State *L) {
  nn_module *m = check_module(L, 1, "index");
  nn_entry e;
  if (lua_type(L, 2) != LUA_TSTRING) return index_child(L, m);
  const char *name = lua_tostring(L, 2);
  if (nn_module_find(m, name, &e)) {
    push_entry(L, &e);
    return 1;
  }
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  if (lua_istable(L, -2) && lua_rawget(L, -2) != LUA_TNIL) return 1;
  lua_settop(L, 2);
  if (push_class_member(L, 1, name)) return 1;
  if (strcmp(name, "training") == 0) {
    lua_pushboolean(L, nn_module_is_training(m));
    return 1;
  }
  const nn_arg *a = nn_module_config(m, name);
  if (a && a->kind != NN_NONE) {
    push_arg(L, a);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  return 1;
}

/* Assignment registers modules and parameters, updates registered entries, and keeps anything else
 * as a field. */
static int on_newindex(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_module *m = check_module(L, 1, "index");
  nn_module *child = nnlua_test(L, 3, NNLUA_MODULE);
  nn_tensor *t = nnlua_tensor(L, 3);
  nn_entry e;
  if (lua_type(L, 2) != LUA_TSTRING)
    return nnlua_error(L, "%s: a field's name must be a string, not %s", nn_module_name(m),
                       nnlua_describe(L, 2));
  const char *name = lua_tostring(L, 2);
  bool known = nn_module_find(m, name, &e);
  if (child) {
    nnlua_check(L, s, nn_module_set_child(m, name, child));
    keep_box(L, 1, name, 3);
    return 0;
  }
  if (t && nn_is_parameter(t)) {
    nnlua_check(L, s, nn_module_set_tensor(m, name, NN_PARAMETER, t));
    return 0;
  }
  if (known && e.kind == NN_PARAMETER && !lua_isnil(L, 3))
    return nnlua_error(L,
                       "%s: %s is a parameter, and can be set to one made by nn.Parameter, or to "
                       "nil, but not to %s",
                       nn_module_name(m), name, nnlua_describe(L, 3));
  if (known && e.kind == NN_CHILD) {
    nn_module_remove(m, name);
  } else if (known) {
    nnlua_check(L, s, nn_module_set_tensor(m, name, e.kind, t));
    return 0;
  }
  if (strcmp(name, "training") == 0) {
    nn_module_set_training(m, lua_toboolean(L, 3));
    return 0;
  }
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, -3);
  return 0;
}

/* -- What the Lua half builds on ------------------------------------------------------------- */

/* _entries(): a list of {name, kind, value}. */
static int entries(lua_State *L) {
  static const char *const kinds[] = {"parameter", "buffer", "child"};
  nn_module *m = check_module(L, 1, "_entries");
  int n = nn_module_count(m);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    nn_entry e = nn_module_entry(m, i);
    lua_createtable(L, 3, 0);
    lua_pushstring(L, e.name);
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, kinds[e.kind]);
    lua_rawseti(L, -2, 2);
    push_entry(L, &e);
    lua_rawseti(L, -2, 3);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

struct collection {
  lua_State *L;
  int n;
  nn_entry_kind kind;
  bool all;
};

/* Inside the engine: may not raise. The table's memory was reserved by luaL_checkstack alone, so
 * the work is done protected, in `walk`. */
static int count_one(nn_entry_kind wanted, bool all, nn_entry_kind kind) {
  return all || wanted == kind;
}

static nn_status visit(void *self, const char *path, nn_entry_kind kind, nn_tensor *t) {
  struct collection *c = self;
  if (!count_one(c->kind, c->all, kind)) return NN_OK;
  lua_createtable(c->L, 3, 0);
  lua_pushstring(c->L, path);
  lua_rawseti(c->L, -2, 1);
  nnlua_push_tensor(c->L, t);
  lua_rawseti(c->L, -2, 2);
  lua_rawseti(c->L, -2, ++c->n);
  return NN_OK;
}

/* _walk(kind): a list of {path, tensor}, of parameters, buffers, or both. The engine's walk holds
 * nothing that a Lua error would leak. */
static int walk(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_module *m = check_module(L, 1, "parameters");
  const char *kind = luaL_optstring(L, 2, "all");
  struct collection c = {L, 0, strcmp(kind, "buffer") == 0 ? NN_BUFFER : NN_PARAMETER,
                         strcmp(kind, "all") == 0};
  lua_newtable(L);
  nnlua_check(L, s, nn_module_walk(m, visit, &c));
  return 1;
}

static int name(lua_State *L) {
  lua_pushstring(L, nn_module_name(check_module(L, 1, "_name")));
  return 1;
}

static int extra(lua_State *L) {
  char text[512];
  lua_pushstring(L, nn_module_extra(check_module(L, 1, "_extra"), text, sizeof text));
  return 1;
}

static int zero_grad(lua_State *L) {
  nn_module *m = check_module(L, 1, "zero_grad");
  bool to_none = true;
  if (lua_istable(L, 2)) {
    lua_getfield(L, 2, "set_to_none");
    to_none = lua_isnil(L, -1) || lua_toboolean(L, -1);
  } else if (!lua_isnoneornil(L, 2)) {
    to_none = lua_toboolean(L, 2);
  }
  nnlua_check(L, nnlua_get(L), nn_module_zero_grad(m, to_none));
  return 0;
}

static int set_mode(lua_State *L, bool training) {
  nn_module_set_training(check_module(L, 1, training ? "train" : "eval"), training);
  lua_settop(L, 1);
  return 1;
}

static int train(lua_State *L) { return set_mode(L, lua_isnoneornil(L, 2) || lua_toboolean(L, 2)); }

static int eval(lua_State *L) { return set_mode(L, false); }

static int register_tensor(lua_State *L, nn_entry_kind kind, const char *what) {
  nn_module *m = check_module(L, 1, what);
  const char *name = luaL_checkstring(L, 2);
  nn_tensor *t = lua_isnoneornil(L, 3) ? NULL : nnlua_check_tensor(L, 3, what, name);
  nnlua_check(L, nnlua_get(L), nn_module_set_tensor(m, name, kind, t));
  return 0;
}

static int register_buffer(lua_State *L) {
  return register_tensor(L, NN_BUFFER, "register_buffer");
}
static int register_parameter(lua_State *L) {
  return register_tensor(L, NN_PARAMETER, "register_parameter");
}

static int length(lua_State *L) {
  nn_module *m = check_module(L, 1, "#");
  int n = 0;
  for (int i = 0; i < nn_module_count(m); i++) n += nn_module_entry(m, i).kind == NN_CHILD;
  lua_pushinteger(L, n);
  return 1;
}

static int same(lua_State *L) {
  void *a = nnlua_test(L, 1, NNLUA_MODULE), *b = nnlua_test(L, 2, NNLUA_MODULE);
  lua_pushboolean(L, a && a == b);
  return 1;
}

static int tostring(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua.format");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "module");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
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

static const luaL_Reg metamethods[] = {
    {"__call", call},         {"__len", length},           {"__eq", same},
    {"__tostring", tostring}, {"__newindex", on_newindex}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"_entries", entries},
                                   {"_walk", walk},
                                   {"_name", name},
                                   {"_extra", extra},
                                   {"forward", call},
                                   {"zero_grad", zero_grad},
                                   {"train", train},
                                   {"eval", eval},
                                   {"register_buffer", register_buffer},
                                   {"register_parameter", register_parameter},
                                   {NULL, NULL}};

/* Leaves the constructors in the module, and what all modules can do in `_module_methods`. */
void nnlua_open_module(lua_State *L) {
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
  nnlua_new_metatable(L, NNLUA_MODULE, metamethods);
  lua_pushliteral(L, "nnlua.Module");
  lua_setfield(L, -2, "__name");
  luaL_newlib(L, methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -4, "_module_methods");
  lua_pushcclosure(L, on_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
