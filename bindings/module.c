/* Layers and models in Lua: calling them, their fields, and what the Lua half builds on. */
#include "module.h"

#include <string.h>

/* -- Calling --------------------------------------------------------------------------------- */

static bool push_class_member(lua_State *L, int index, const char *name) {
  lua_getiuservalue(L, index, 1);
  bool found = lua_istable(L, -1) && lua_rawgetp(L, -1, nnlua_class_key) == LUA_TTABLE;
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
      return nnlua_error(L, "%s: the %s must be a tensor, not %s%s", name,
                         i == 0 ? "input" : "target", nnlua_describe(L, i + 2),
                         nnlua_test(L, i + 2, NNLUA_MODULE)
                             ? "; layers are called with a dot, as self.layer(x)"
                             : "");
  }
  nnlua_pace(L, s);
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  lua_State *before = s->running;
  s->running = L;
  nn_status status = nn_module_forward(m, n, inputs, &out);
  s->running = before;
  nnlua_check(L, s, status);
  *box = out;
  return 1;
}

static int call(lua_State *L) {
  nn_module *m = nnlua_check_module(L, 1, "forward");
  if (nn_module_layer(m)) return call_layer(L, m);
  if (!push_class_member(L, 1, "forward"))
    return nnlua_error(L, "%s: the class has no forward", nn_module_name(m));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* -- Fields ---------------------------------------------------------------------------------- */

static void push_entry(lua_State *L, const nn_entry *e) {
  if (e->kind == NN_CHILD)
    nnlua_push_module(L, e->module);
  else
    nnlua_push_tensor(L, e->tensor);
}

static int index_child(lua_State *L, nn_module *m) {
  lua_Integer i = lua_tointeger(L, 2), n = nn_module_count(m);
  lua_Integer at = i < 0 ? n + i : i - 1;
  if (lua_isinteger(L, 2) && i == 0)
    return nnlua_error(L, "%s: modules count from 1, or from the end by -1", nn_module_name(m));
  if (!lua_isinteger(L, 2) || at < 0 || at >= n || nn_module_entry(m, (int)at).kind != NN_CHILD) {
    lua_pushnil(L);
    return 1;
  }
  nnlua_push_module(L, nn_module_entry(m, (int)at).module);
  return 1;
}

/* In this order: a registered entry, a field, the class, the layer's arguments, the methods that
 * every module has (upvalue 1). */
static int on_index(lua_State *L) {
  nn_module *m = nnlua_check_module(L, 1, "index");
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
    nnlua_push_arg(L, a);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  return 1;
}

/* -- Assignment ------------------------------------------------------------------------------ */

/* m[name] = the value at 3. */
struct assignment {
  nn_module *m;
  const char *name;
  nn_module *child; /* the value, where it is a module, */
  nn_tensor *t;     /* or a tensor */
  bool known;       /* whether there is an entry of that name */
  nn_entry entry;
};

/* Each of these knows one case; it says whether it was that, and has then done it. */
typedef bool assign_fn(lua_State *L, nnlua_state *s, const struct assignment *a);

static bool assign_child(lua_State *L, nnlua_state *s, const struct assignment *a) {
  if (!a->child) return false;
  nnlua_check(L, s, nn_module_set_child(a->m, a->name, a->child));
  nnlua_keep_box(L, 1, a->name, 3);
  return true;
}

static bool assign_parameter(lua_State *L, nnlua_state *s, const struct assignment *a) {
  if (!a->t || !nn_is_parameter(a->t)) return false;
  nnlua_check(L, s, nn_module_set_tensor(a->m, a->name, NN_PARAMETER, a->t));
  return true;
}

static bool refuse_no_parameter(lua_State *L, nnlua_state *s, const struct assignment *a) {
  (void)s;
  if (!a->known || a->entry.kind != NN_PARAMETER || lua_isnil(L, 3)) return false;
  return nnlua_error(L,
                     "%s: %s is a parameter, and can be set to one made by nn.Parameter, or to "
                     "nil, but not to %s",
                     nn_module_name(a->m), a->name, nnlua_describe(L, 3));
}

/* A parameter or buffer keeps its place; nil empties it. */
static bool assign_tensor(lua_State *L, nnlua_state *s, const struct assignment *a) {
  if (!a->known || a->entry.kind == NN_CHILD) return false;
  if (!a->t && !lua_isnil(L, 3))
    return nnlua_error(L, "%s: %s is a buffer, and can be set to a tensor or nil, but not to %s",
                       nn_module_name(a->m), a->name, nnlua_describe(L, 3));
  nnlua_check(L, s, nn_module_set_tensor(a->m, a->name, a->entry.kind, a->t));
  return true;
}

static bool assign_training(lua_State *L, nnlua_state *s, const struct assignment *a) {
  (void)s;
  if (strcmp(a->name, "training") != 0) return false;
  nn_module_set_training(a->m, lua_toboolean(L, 3));
  return true;
}

/* Anything else is a field, and takes the place of a child. */
static bool assign_field(lua_State *L, nnlua_state *s, const struct assignment *a) {
  (void)s;
  if (a->known) nn_module_remove(a->m, a->name);
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, -3);
  return true;
}

static assign_fn *const cases[] = {assign_child,  assign_parameter, refuse_no_parameter,
                                   assign_tensor, assign_training,  assign_field};

static int on_newindex(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  struct assignment a = {.m = nnlua_check_module(L, 1, "index")};
  if (lua_type(L, 2) != LUA_TSTRING)
    return nnlua_error(L, "%s: a field's name must be a string, not %s", nn_module_name(a.m),
                       nnlua_describe(L, 2));
  a.name = lua_tostring(L, 2);
  a.child = nnlua_test(L, 3, NNLUA_MODULE);
  a.t = nnlua_tensor(L, 3);
  a.known = nn_module_find(a.m, a.name, &a.entry);
  for (int i = 0; !cases[i](L, s, &a);) i++;
  return 0;
}

/* -- What the Lua half builds on ------------------------------------------------------------- */

/* _entries(): a list of {name, kind, value}. */
static int entries(lua_State *L) {
  static const char *const kinds[] = {"parameter", "buffer", "child"};
  nn_module *m = nnlua_check_module(L, 1, "_entries");
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

/* What is wanted of a walk; the list of it is on top of L. */
struct collection {
  lua_State *L;
  nnlua_state *s;
  nn_entry_kind kind;
  bool all;
};

/* append(list, path, tensor), the last two as bare pointers: may raise "not enough memory". */
static int append(lua_State *L) {
  lua_createtable(L, 2, 0);
  lua_pushstring(L, lua_touserdata(L, 2));
  lua_rawseti(L, -2, 1);
  nnlua_push_tensor(L, lua_touserdata(L, 3));
  lua_rawseti(L, -2, 2);
  lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
  return 0;
}

/* Called by the engine, through which no Lua error may pass. */
static nn_status visit(void *self, const char *path, nn_entry_kind kind, nn_tensor *t) {
  struct collection *c = self;
  if (!c->all && c->kind != kind) return NN_OK;
  lua_pushcfunction(c->L, append);
  lua_pushvalue(c->L, -2);
  lua_pushlightuserdata(c->L, (void *)path);
  lua_pushlightuserdata(c->L, t);
  return nnlua_callback(c->L, c->s, 3, 0);
}

/* _walk(kind): a list of {path, tensor}, of parameters, buffers, or both. */
static int walk(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_module *m = nnlua_check_module(L, 1, "parameters");
  const char *kind = luaL_optstring(L, 2, "all");
  struct collection c = {L, s, strcmp(kind, "buffer") == 0 ? NN_BUFFER : NN_PARAMETER,
                         strcmp(kind, "all") == 0};
  lua_newtable(L);
  nnlua_check(L, s, nn_module_walk(m, visit, &c));
  return 1;
}

static int name(lua_State *L) {
  lua_pushstring(L, nn_module_name(nnlua_check_module(L, 1, "_name")));
  return 1;
}

static int extra(lua_State *L) {
  char text[512];
  lua_pushstring(L, nn_module_extra(nnlua_check_module(L, 1, "_extra"), text, sizeof text));
  return 1;
}

/* _to(dtype) */
static int to(lua_State *L) {
  nn_dtype dtype;
  nn_module *m = nnlua_check_module(L, 1, "to");
  if (nn_dtype_from_name(luaL_checkstring(L, 2), &dtype))
    nnlua_check(L, nnlua_get(L), nn_module_to(m, dtype));
  return 0;
}

static int zero_grad(lua_State *L) {
  nn_module *m = nnlua_check_module(L, 1, "zero_grad");
  nnlua_check(L, nnlua_get(L), nn_module_zero_grad(m, nnlua_opt_set_to_none(L)));
  return 0;
}

static int set_mode(lua_State *L, bool training) {
  nn_module_set_training(nnlua_check_module(L, 1, training ? "train" : "eval"), training);
  lua_settop(L, 1);
  return 1;
}

static int train(lua_State *L) { return set_mode(L, lua_isnoneornil(L, 2) || lua_toboolean(L, 2)); }

static int eval(lua_State *L) { return set_mode(L, false); }

static int register_tensor(lua_State *L, nn_entry_kind kind, const char *what) {
  nn_module *m = nnlua_check_module(L, 1, what);
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
  nn_module *m = nnlua_check_module(L, 1, "#");
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
  nnlua_check_module(L, 1, "tostring");
  return nnlua_format(L, "module");
}

static const luaL_Reg metamethods[] = {
    {"__call", call},         {"__len", length},           {"__eq", same},
    {"__tostring", tostring}, {"__newindex", on_newindex}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"_entries", entries},
                                   {"_walk", walk},
                                   {"_name", name},
                                   {"_extra", extra},
                                   {"_to", to},
                                   {"forward", call},
                                   {"zero_grad", zero_grad},
                                   {"train", train},
                                   {"eval", eval},
                                   {"register_buffer", register_buffer},
                                   {"register_parameter", register_parameter},
                                   {NULL, NULL}};

/* Leaves what all modules can do in `_module_methods`. */
void nnlua_open_module(lua_State *L) {
  nnlua_open_constructors(L);
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
