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
  nnlua_pace(L, s);
  nnlua_check(L, s, nn_backward(s->ctx, 1, &root, &gradient, &options));
  return 0;
}

static nn_tensor **check_tensors(lua_State *L, int index, const char *name, int *n) {
  return nnlua_check_tensors(L, index, "grad", name, "a tensor or a list of tensors", n);
}

/* The weights of the outputs, where the table of options has them; else NULL. */
static nn_tensor **check_grad_outputs(lua_State *L, int noutputs) {
  int n;
  if (!lua_istable(L, 3) || lua_getfield(L, 3, "grad_outputs") == LUA_TNIL) return NULL;
  nn_tensor **list = check_tensors(L, lua_gettop(L), "grad_outputs", &n);
  if (n != noutputs) nnlua_error(L, "grad: %d outputs, but %d grad_outputs", noutputs, n);
  return list;
}

/* Pushes a list of n empty boxes. */
static void push_boxes(lua_State *L, int n) {
  lua_createtable(L, n, 0);
  for (int i = 1; i <= n; i++) {
    nnlua_new_box(L, NNLUA_TENSOR);
    lua_rawseti(L, -2, i);
  }
}

/* Puts the tensors into the boxes of the list on top of the stack, false in the place of none. */
static void fill_boxes(lua_State *L, int n, nn_tensor *const *tensors) {
  for (int i = 1; i <= n; i++) { /* first all: what follows may raise */
    lua_rawgeti(L, -1, i);
    struct nnlua_box *box = lua_touserdata(L, -1);
    box->object = tensors[i - 1];
    lua_pop(L, 1);
  }
  for (int i = 1; i <= n; i++) {
    if (tensors[i - 1]) continue;
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, i);
  }
}

/* nn.grad(outputs, inputs, {grad_outputs=, create_graph=, …}): a gradient for each input; one input
 * given as a tensor gives one. */
static int grad(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  int noutputs, ninputs;
  lua_settop(L, 3);
  nn_backward_options options = read_options(L, 3, "grad", "grad_outputs");
  nn_tensor **outputs = check_tensors(L, 1, "outputs", &noutputs);
  nn_tensor **inputs = check_tensors(L, 2, "inputs", &ninputs);
  nn_tensor **weights = check_grad_outputs(L, noutputs);
  nn_tensor **out = lua_newuserdatauv(L, ((size_t)ninputs + 1) * sizeof *out, 0);
  nnlua_pace(L, s);
  push_boxes(L, ninputs);
  s->running = L;
  nnlua_check(L, s,
              nn_gradients(s->ctx, noutputs, outputs, weights, ninputs, inputs, &options, out));
  fill_boxes(L, ninputs, out);
  if (nnlua_tensor(L, 2)) lua_rawgeti(L, -1, 1);
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
