/* Automatic differentiation in Lua: backward, nn.grad, nn.no_grad. */
#include <string.h>

#include "nnlua.h"

/* Reads retain_graph, create_graph and allow_unused from the table at `index`, where there is one;
 * `gradient` is the name in it that the caller reads. */
static nn_backward_options read_options(lua_State *L, int index, const char *what,
                                        const char *gradient) {
  static const char *const names[] = {"retain_graph", "create_graph", "allow_unused"};
  nn_backward_options options = {0};
  bool *const flags[] = {&options.retain_graph, &options.create_graph, &options.allow_unused};
  if (lua_isnoneornil(L, index)) return options;
  if (!lua_istable(L, index))
    nnlua_error(L, "%s: expects a table of options, not %s", what, nnlua_describe(L, index));
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    int i = 0;
    if (strcmp(name, gradient) == 0) continue;
    while (i < 3 && strcmp(names[i], name) != 0) i++;
    if (i == 3)
      nnlua_error(L,
                  "%s: there is no argument \"%s\"; %s, retain_graph, create_graph and "
                  "allow_unused are the ones",
                  what, name, gradient);
    *flags[i] = lua_toboolean(L, -1);
  }
  return options;
}

/* loss:backward(gradient, {retain_graph=, create_graph=}) */
static int backward(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_tensor *root = nnlua_check_tensor(L, 1, "backward", "self"), *gradient = NULL;
  lua_settop(L, 3);
  int options_at = lua_istable(L, 2) ? 2 : 3;
  nn_backward_options options = read_options(L, options_at, "backward", "gradient");
  if (options_at == 2) {
    lua_getfield(L, 2, "gradient");
    if (!lua_isnil(L, -1)) gradient = nnlua_check_tensor(L, -1, "backward", "gradient");
  } else if (!lua_isnil(L, 2)) {
    gradient = nnlua_check_tensor(L, 2, "backward", "gradient");
  }
  s->running = L;
  nnlua_check(L, s, nn_backward(s->ctx, 1, &root, &gradient, &options));
  nnlua_pace(L, s);
  return 0;
}

/* A tensor, or a list of them, into memory that stays on the stack. */
static nn_tensor **read_tensors(lua_State *L, int index, const char *what, const char *name,
                                int *n) {
  nn_tensor *one = nnlua_tensor(L, index);
  if (!one && !lua_istable(L, index))
    nnlua_error(L, "%s: %s must be a tensor or a list of tensors, not %s", what, name,
                nnlua_describe(L, index));
  *n = one ? 1 : (int)lua_rawlen(L, index);
  nn_tensor **list = lua_newuserdatauv(L, ((size_t)*n + 1) * sizeof *list, 0);
  if (one) list[0] = one;
  for (int i = 0; !one && i < *n; i++) {
    lua_rawgeti(L, index, i + 1);
    list[i] = nnlua_check_tensor(L, -1, what, name);
    lua_pop(L, 1);
  }
  return list;
}

/* nn.grad(outputs, inputs, {grad_outputs=, create_graph=, …}): a gradient for each input; one input
 * given as a tensor gives one. */
static int grad(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  int nroots, ninputs, ngradients;
  lua_settop(L, 3);
  nn_backward_options options = read_options(L, 3, "grad", "grad_outputs");
  nn_tensor **roots = read_tensors(L, 1, "grad", "outputs", &nroots), **gradients = NULL;
  nn_tensor **inputs = read_tensors(L, 2, "grad", "inputs", &ninputs);
  if (lua_istable(L, 3)) {
    lua_getfield(L, 3, "grad_outputs");
    if (!lua_isnil(L, -1)) {
      gradients = read_tensors(L, lua_gettop(L), "grad", "grad_outputs", &ngradients);
      if (ngradients != nroots)
        return nnlua_error(L, "grad: %d outputs, but %d grad_outputs", nroots, ngradients);
    }
  }
  nn_tensor **out = lua_newuserdatauv(L, ((size_t)ninputs + 1) * sizeof *out, 0);
  lua_createtable(L, ninputs, 0);
  int list = lua_gettop(L);
  for (int i = 1; i <= ninputs; i++) {
    nnlua_new_box(L, NNLUA_TENSOR);
    lua_rawseti(L, list, i);
  }
  s->running = L;
  nnlua_check(L, s, nn_gradients(s->ctx, nroots, roots, gradients, ninputs, inputs, &options, out));
  for (int i = 1; i <= ninputs; i++) {
    lua_rawgeti(L, list, i);
    struct nnlua_box *box = lua_touserdata(L, -1);
    box->object = out[i - 1];
    lua_pop(L, 1);
    if (out[i - 1]) continue;
    lua_pushboolean(L, 0);
    lua_rawseti(L, list, i);
  }
  nnlua_pace(L, s);
  if (nnlua_tensor(L, 2)) lua_rawgeti(L, list, 1);
  return 1;
}

/* -- Modes ----------------------------------------------------------------------------------- */

static const char guard_key;

/* A value to close: puts the mode back that it holds. */
static int guard_close(lua_State *L) {
  bool *before = lua_touserdata(L, 1);
  if (before) nn_set_grad_enabled(nnlua_get(L)->ctx, *before);
  return 0;
}

static int guard_tostring(lua_State *L) {
  lua_pushliteral(L,
                  "a value to close: `local _ <close> = nn.no_grad()` ends with its block; until "
                  "it is closed, the mode stays");
  return 1;
}

static void push_guard(lua_State *L, bool enabled) {
  bool *before = lua_newuserdatauv(L, sizeof *before, 0);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &guard_key);
  lua_setmetatable(L, -2);
  *before = nn_set_grad_enabled(nnlua_get(L)->ctx, enabled);
}

/* f(…) with the mode set, or a guard for a block. */
static int with_mode(lua_State *L, bool enabled) {
  if (lua_isnone(L, 1)) {
    push_guard(L, enabled);
    return 1;
  }
  luaL_checktype(L, 1, LUA_TFUNCTION);
  push_guard(L, enabled);
  lua_insert(L, 1);
  lua_toclose(L, 1);
  lua_call(L, lua_gettop(L) - 2, LUA_MULTRET);
  return lua_gettop(L) - 1;
}

static int no_grad(lua_State *L) { return with_mode(L, false); }
static int enable_grad(lua_State *L) { return with_mode(L, true); }

static int is_grad_enabled(lua_State *L) {
  lua_pushboolean(L, nn_is_grad_enabled(nnlua_get(L)->ctx));
  return 1;
}

static int set_grad_enabled(lua_State *L) {
  luaL_checktype(L, 1, LUA_TBOOLEAN);
  nn_set_grad_enabled(nnlua_get(L)->ctx, lua_toboolean(L, 1));
  return 0;
}

static const luaL_Reg functions[] = {{"grad", grad},
                                     {"no_grad", no_grad},
                                     {"enable_grad", enable_grad},
                                     {"is_grad_enabled", is_grad_enabled},
                                     {"set_grad_enabled", set_grad_enabled},
                                     {NULL, NULL}};

static const luaL_Reg guard_metamethods[] = {
    {"__close", guard_close}, {"__tostring", guard_tostring}, {NULL, NULL}};

void nnlua_open_autograd(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
  lua_getfield(L, -1, "Tensor");
  lua_getfield(L, -1, "_methods");
  lua_pushcfunction(L, backward);
  lua_setfield(L, -2, "backward");
  lua_pop(L, 2);
  luaL_newlib(L, guard_metamethods);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &guard_key);
}
