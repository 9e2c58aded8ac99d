/* Optimisers in Lua. What PyTorch does with dictionaries (param_groups, state) is built in the Lua
 * half on the few accessors here. */
#include <string.h>

#include "nnlua.h"

static nn_optimizer *check(lua_State *L, const char *what) {
  nn_optimizer *o = nnlua_test(L, 1, NNLUA_OPTIMIZER);
  if (o) return o;
  const char *given = nnlua_describe(L, 1), *hint = nnlua_colon_hint(L);
  nnlua_error(L, "%s: expects an optimiser, not %s%s", what, given, hint);
  return NULL;
}

static const nn_rule_info *info_of(const nn_optimizer *o) {
  return nn_rule_describe(nn_optimizer_rule(o));
}

static nn_tensor **check_params(lua_State *L, int index, const char *what, int *n) {
  return nnlua_check_tensors(L, index, what, "params",
                             "a list of tensors, as model:parameters() gives", n);
}

/* _new_optimizer(rule): then the options, as arguments or named. */
static int new_optimizer(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  const nn_rule *rule = nn_rule_find(luaL_checkstring(L, 1));
  if (!rule) return nnlua_error(L, "optim: there is no optimiser \"%s\"", lua_tostring(L, 1));
  const nn_rule_info *info = nn_rule_describe(rule);
  nnlua_args args;
  nn_optimizer *o;
  nnlua_read_args(L, 2, info->name, info->params, info->nparams, false, &args);
  void **box = nnlua_new_box(L, NNLUA_OPTIMIZER);
  nnlua_check(L, s, nn_optimizer_create(s->ctx, rule, args.arg, info->nparams, &o));
  *box = o;
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  return 1;
}

/* o:_add_group(params, options) */
static int add_group(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_optimizer *o = check(L, "add_param_group");
  const nn_rule_info *info = info_of(o);
  nnlua_args args;
  int n;
  lua_settop(L, 3);
  nnlua_read_args(L, 3, info->name, info->params, info->nparams, false, &args);
  nn_tensor **params = check_params(L, 2, info->name, &n);
  nnlua_check(L, s, nn_optimizer_add_group(o, n, params, args.arg, info->nparams));
  return 0;
}

static int check_group(lua_State *L, const nn_optimizer *o) {
  lua_Integer g = luaL_checkinteger(L, 2);
  if (g < 1 || g > nn_optimizer_group_count(o))
    nnlua_error(L, "optim: there is no parameter group %d", (int)g);
  return (int)g - 1;
}

/* The option named at `index`; -1 where there is none. */
static int find_option(lua_State *L, const nn_optimizer *o, int index) {
  const nn_rule_info *info = info_of(o);
  const char *name = luaL_checkstring(L, index);
  for (int i = 0; i < info->nparams; i++)
    if (strcmp(info->params[i].name, name) == 0) return i;
  return -1;
}

/* o:_get(group, name): nil where there is no such option. */
static int get(lua_State *L) {
  nn_optimizer *o = check(L, "param_groups");
  int g = check_group(L, o), i = find_option(L, o, 3);
  if (i < 0) return 0;
  double value = nn_optimizer_get(o, g, i);
  if (info_of(o)->params[i].type == NN_P_BOOL)
    lua_pushboolean(L, value != 0);
  else
    lua_pushnumber(L, value);
  return 1;
}

/* o:_set(group, name, value): false where there is no such option. */
static int set(lua_State *L) {
  nn_optimizer *o = check(L, "param_groups");
  int g = check_group(L, o), i = find_option(L, o, 3);
  if (i >= 0) {
    bool flag = lua_isboolean(L, 4);
    if (!flag && lua_type(L, 4) != LUA_TNUMBER)
      return nnlua_error(L, "%s: %s must be a number, not %s", info_of(o)->name, lua_tostring(L, 3),
                         nnlua_describe(L, 4));
    double value = flag ? lua_toboolean(L, 4) : lua_tonumber(L, 4);
    nnlua_check(L, nnlua_get(L), nn_optimizer_set(o, g, i, value));
  }
  lua_pushboolean(L, i >= 0);
  return 1;
}

static int group_count(lua_State *L) {
  lua_pushinteger(L, nn_optimizer_group_count(check(L, "param_groups")));
  return 1;
}

static int params(lua_State *L) {
  nn_optimizer *o = check(L, "params");
  int g = check_group(L, o), n = nn_optimizer_param_count(o, g);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    nnlua_push_tensor(L, nn_optimizer_param(o, g, i));
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* _option_names(): in the order of the rule. */
static int option_names(lua_State *L) {
  const nn_rule_info *info = info_of(check(L, "param_groups"));
  lua_createtable(L, info->nparams, 0);
  for (int i = 0; i < info->nparams; i++) {
    lua_pushstring(L, info->params[i].name);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int step(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_optimizer *o = check(L, "step");
  nnlua_pace(L, s);
  nnlua_check(L, s, nn_optimizer_step(o));
  return 0;
}

static int zero_grad(lua_State *L) {
  nn_optimizer *o = check(L, "zero_grad");
  nnlua_check(L, nnlua_get(L), nn_optimizer_zero_grad(o, nnlua_opt_set_to_none(L)));
  return 0;
}

static int rule_name(lua_State *L) {
  lua_pushstring(L, info_of(check(L, "name"))->name);
  return 1;
}

/* o:_state(group, i): a table of the parameter's state, with `step`; nil where it has none. */
static int state(lua_State *L) {
  nn_optimizer *o = check(L, "state_dict");
  int g = check_group(L, o), i = (int)luaL_checkinteger(L, 3) - 1;
  if (i < 0 || i >= nn_optimizer_param_count(o, g)) return 0;
  int64_t steps = nn_optimizer_steps(o, g, i);
  if (steps == 0) return 0;
  lua_newtable(L);
  lua_pushinteger(L, steps);
  lua_setfield(L, -2, "step");
  const char *name;
  for (int k = 0; k < 8; k++) {
    name = NULL;
    nn_tensor *t = nn_optimizer_state(o, g, i, k, &name);
    if (!name) break;
    if (!t) continue;
    nnlua_push_tensor(L, t);
    lua_setfield(L, -2, name);
  }
  return 1;
}

/* o:_set_state(group, i, steps, name, tensor) */
static int set_state(lua_State *L) {
  nn_optimizer *o = check(L, "load_state_dict");
  int g = check_group(L, o), i = (int)luaL_checkinteger(L, 3) - 1;
  if (i < 0 || i >= nn_optimizer_param_count(o, g))
    return nnlua_error(L, "load_state_dict: there is no parameter %d", i + 1);
  nn_tensor *t = lua_isnil(L, 6) ? NULL : nnlua_check_tensor(L, 6, "load_state_dict", "a state");
  const char *name = luaL_optstring(L, 5, NULL);
  nnlua_check(L, nnlua_get(L), nn_optimizer_set_state(o, g, i, luaL_checkinteger(L, 4), name, t));
  return 0;
}

/* -- Clipping -------------------------------------------------------------------------------- */

static int clip_grad_norm(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  double norm, kind = luaL_optnumber(L, 3, 2);
  int n;
  luaL_checknumber(L, 2);
  nn_tensor **list = check_params(L, 1, "clip_grad_norm_", &n);
  nnlua_check(L, s, nn_clip_grad_norm(s->ctx, n, list, lua_tonumber(L, 2), kind, &norm));
  lua_pushnumber(L, norm);
  return 1;
}

static int clip_grad_value(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  int n;
  luaL_checknumber(L, 2);
  nn_tensor **list = check_params(L, 1, "clip_grad_value_", &n);
  nnlua_check(L, s, nn_clip_grad_value(s->ctx, n, list, lua_tonumber(L, 2)));
  return 0;
}

/* Fields live in the user value; methods are upvalue 1. */
static int on_index(lua_State *L) {
  check(L, "index");
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  if (lua_istable(L, -2) && lua_rawget(L, -2) != LUA_TNIL) return 1;
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  return 1;
}

static int on_newindex(lua_State *L) {
  check(L, "index");
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, -3);
  return 0;
}

static int tostring(lua_State *L) {
  check(L, "tostring");
  return nnlua_format(L, "optimizer");
}

static const luaL_Reg metamethods[] = {
    {"__newindex", on_newindex}, {"__tostring", tostring}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"step", step},
                                   {"zero_grad", zero_grad},
                                   {"_add_group", add_group},
                                   {"_get", get},
                                   {"_set", set},
                                   {"_group_count", group_count},
                                   {"_params", params},
                                   {"_option_names", option_names},
                                   {"_name", rule_name},
                                   {"_state", state},
                                   {"_set_state", set_state},
                                   {NULL, NULL}};

void nnlua_open_optim(lua_State *L) {
  const nn_rule *rule;
  lua_newtable(L);
  for (int i = 0; (rule = nn_rule_at(i)); i++) {
    lua_pushstring(L, nn_rule_describe(rule)->name);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "_rules");
  lua_pushcfunction(L, new_optimizer);
  lua_setfield(L, -2, "_new_optimizer");
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, clip_grad_norm);
  lua_setfield(L, -2, "clip_grad_norm_");
  lua_pushcfunction(L, clip_grad_value);
  lua_setfield(L, -2, "clip_grad_value_");
  lua_setfield(L, -2, "utils");
  nnlua_new_metatable(L, NNLUA_OPTIMIZER, metamethods);
  lua_pushliteral(L, "nnlua.Optimizer");
  lua_setfield(L, -2, "__name");
  luaL_newlib(L, methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -4, "_optimizer_methods");
  lua_pushcclosure(L, on_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
