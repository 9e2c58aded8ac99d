/* nn._catalogue(what): the operations, layers or optimisers as data, for the specs and for the tool
 * that writes the reference pages. Nothing is described twice: all of it is what the engine says.
 * nn._embedded(name): the pages of help inside the binary. */
#include <string.h>

#include "embedded.h"
#include "nnlua.h"

static void set_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value); /* nil for NULL */
  lua_setfield(L, -2, key);
}

static void set_bool(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void push_params(lua_State *L, const nn_param *params, int n) {
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_createtable(L, 0, 5);
    set_string(L, "name", params[i].name);
    set_string(L, "type", nn_type_name(params[i].type));
    set_string(L, "choices", params[i].choices);
    set_string(L, "text", params[i].text);
    set_bool(L, "optional", params[i].optional);
    lua_rawseti(L, -2, i + 1);
  }
}

/* `method` and `fn` say how an operation is offered: as x:name(…), as nn.name(…). */
static void push_op(lua_State *L, const nn_op_info *info) {
  unsigned flags = info->flags;
  bool offered = !(flags & (NN_OP_HIDDEN | NN_OP_ONLY_INPLACE));
  const nn_param *self = info->nparams > 0 ? &info->params[info->self] : NULL;
  bool takes_tensor = self && (self->type == NN_P_TENSOR || info->self > 0);
  lua_createtable(L, 0, 15);
  set_string(L, "name", info->name);
  set_string(L, "key", info->key);
  set_string(L, "group", info->group);
  set_string(L, "doc", info->doc);
  set_string(L, "domain", info->domain);
  lua_pushinteger(L, info->nout);
  lua_setfield(L, -2, "nout");
  lua_pushinteger(L, info->self + 1);
  lua_setfield(L, -2, "self");
  push_params(L, info->params, info->nparams);
  lua_setfield(L, -2, "params");
  set_bool(L, "inplace", flags & (NN_OP_INPLACE | NN_OP_ONLY_INPLACE));
  set_bool(L, "only_inplace", flags & NN_OP_ONLY_INPLACE);
  set_bool(L, "factory", flags & NN_OP_FACTORY);
  set_bool(L, "differentiable", flags & NN_OP_DIFFERENTIABLE);
  set_bool(L, "once", flags & NN_OP_ONCE);
  set_bool(L, "view", flags & NN_OP_VIEW);
  set_bool(L, "random", flags & NN_OP_RANDOM);
  set_bool(L, "hidden", flags & NN_OP_HIDDEN);
  set_bool(L, "method", offered && takes_tensor && !(flags & NN_OP_FUNCTION));
  set_bool(L, "fn", offered && !(flags & NN_OP_METHOD));
}

/* A layer or an optimiser. */
static void push_made(lua_State *L, const char *name, const char *doc, const nn_param *params,
                      int n) {
  lua_createtable(L, 0, 3);
  set_string(L, "name", name);
  set_string(L, "doc", doc);
  push_params(L, params, n);
  lua_setfield(L, -2, "params");
}

static bool push_layer(lua_State *L, int i) {
  if (!nn_layer_at(i)) return false;
  const nn_layer_info *info = nn_layer_describe(nn_layer_at(i));
  push_made(L, info->name, info->doc, info->params, info->nparams);
  return true;
}

static bool push_rule(lua_State *L, int i) {
  if (!nn_rule_at(i)) return false;
  const nn_rule_info *info = nn_rule_describe(nn_rule_at(i));
  push_made(L, info->name, info->doc, info->params, info->nparams);
  return true;
}

static bool push_operation(lua_State *L, int i) {
  if (!nn_op_at(i)) return false;
  push_op(L, nn_op_describe(nn_op_at(i)));
  return true;
}

static int catalogue(lua_State *L) {
  static const char *const kinds[] = {"operations", "layers", "optimizers", NULL};
  static bool (*const push[])(lua_State *, int) = {push_operation, push_layer, push_rule};
  int kind = luaL_checkoption(L, 1, "operations", kinds);
  lua_newtable(L);
  for (int i = 0; push[kind](L, i); i++) lua_rawseti(L, -2, i + 1);
  return 1;
}

static int embedded_names(lua_State *L) {
  lua_newtable(L);
  for (int i = 0; nnlua_embedded[i].name; i++) {
    lua_pushstring(L, nnlua_embedded[i].name);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* Without a name, the list of the names there are. */
static int embedded(lua_State *L) {
  if (lua_isnoneornil(L, 1)) return embedded_names(L);
  const struct nnlua_embedded *e = nnlua_embedded;
  const char *name = luaL_checkstring(L, 1);
  while (e->name && strcmp(e->name, name) != 0) e++;
  if (!e->name) return 0;
  lua_pushlstring(L, e->source, e->size);
  return 1;
}

void nnlua_open_catalogue(lua_State *L) {
  lua_pushcfunction(L, catalogue);
  lua_setfield(L, -2, "_catalogue");
  lua_pushcfunction(L, embedded);
  lua_setfield(L, -2, "_embedded");
}
