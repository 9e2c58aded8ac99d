/* nn.Function: an operation whose forward and backward are Lua functions.
 *
 * The table given to nn.Function becomes callable. A call makes a context table `ctx`, on which
 * forward may keep values, and tensors by ctx:save_for_backward(…); backward finds those in
 * ctx.saved_tensors. */
#include "nnlua.h"

enum { MOST = 16, MOST_SAVED = 64 }; /* tensors in and out, and saved ones */

/* What the engine's node holds: the context table and the function's table, in the registry. */
struct holder {
  nnlua_state *state;
  lua_State *main; /* for freeing, when no call is running */
  int context, function;
  int argument[MOST]; /* which of the arguments, from 0, each tensor is */
};

static void holder_free(void *self) {
  struct holder *h = self;
  luaL_unref(h->main, LUA_REGISTRYINDEX, h->context);
  luaL_unref(h->main, LUA_REGISTRYINDEX, h->function);
  h->context = h->function = LUA_NOREF;
}

/* The engine frees the node, Lua the holder's memory: it is a userdata kept by the context. */
static struct holder *new_holder(lua_State *L, nnlua_state *s) {
  struct holder *h = lua_newuserdatauv(L, sizeof *h, 0);
  h->state = s;
  h->context = h->function = LUA_NOREF;
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  h->main = lua_tothread(L, -1);
  lua_pop(L, 1);
  return h;
}

/* -- Backward -------------------------------------------------------------------------------- */

/* On the stack: the holder. Calls backward(ctx, gradients…) and checks its results; pushes them
 * all. Runs protected. */
static int call_backward(lua_State *L) {
  struct holder *h = lua_touserdata(L, 1);
  int nout = (int)lua_tointeger(L, 2);
  nn_tensor *const *gout = lua_touserdata(L, 3);
  int nsaved;
  lua_settop(L, 3);
  luaL_checkstack(L, nout + 8, NULL);
  lua_rawgeti(L, LUA_REGISTRYINDEX, h->context);
  lua_getfield(L, 4, "_saved_count");
  nsaved = (int)lua_tointeger(L, -1);
  lua_createtable(L, nsaved, 0);
  for (int i = 0; i < nsaved; i++) {
    nn_tensor *t;
    void **box = nnlua_new_box(L, NNLUA_TENSOR);
    nnlua_check(L, h->state, nn_function_saved(h->state->ctx, i, &t));
    *box = t;
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, 4, "saved_tensors");
  lua_rawgeti(L, LUA_REGISTRYINDEX, h->function);
  lua_getfield(L, -1, "backward");
  lua_pushvalue(L, 4);
  for (int i = 0; i < nout; i++) nnlua_push_tensor(L, gout[i]);
  int base = lua_gettop(L) - nout - 2;
  lua_call(L, nout + 1, LUA_MULTRET);
  lua_pushnil(L);
  lua_setfield(L, 4, "saved_tensors");
  for (int i = base + 1; i <= lua_gettop(L); i++)
    if (!lua_isnil(L, i) && !nnlua_tensor(L, i))
      return nnlua_error(L, "Function: backward must return tensors or nil, not %s",
                         nnlua_describe(L, i));
  return lua_gettop(L) - base;
}

static nn_status backward(void *self, nn_ctx *ctx, int nout, nn_tensor *const *gout, int nin,
                          nn_tensor **gin) {
  struct holder *h = self;
  lua_State *L = h->state->running;
  int top = lua_gettop(L);
  if (!lua_checkstack(L, nin + 8)) return nn_fail(ctx, NN_ENOMEM, "Function: the stack is full");
  lua_pushcfunction(L, call_backward);
  lua_pushlightuserdata(L, h);
  lua_pushinteger(L, nout);
  lua_pushlightuserdata(L, (void *)gout);
  nn_status status = nnlua_callback(L, h->state, 3, LUA_MULTRET);
  int returned = lua_gettop(L) - top;
  for (int i = 0; i < nin && status == NN_OK; i++) {
    int at = h->argument[i];
    nn_tensor *g = at < returned ? nnlua_tensor(L, top + 1 + at) : NULL;
    gin[i] = g ? nn_retain(g) : NULL;
  }
  lua_settop(L, top);
  return status;
}

/* -- Forward --------------------------------------------------------------------------------- */

/* ctx:save_for_backward(…) */
static int save_for_backward(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = lua_gettop(L) - 1;
  lua_createtable(L, n, 0);
  for (int i = 1; i <= n; i++) {
    nnlua_check_tensor(L, i + 1, "save_for_backward", "a saved value");
    lua_pushvalue(L, i + 1);
    lua_rawseti(L, -2, i);
  }
  lua_setfield(L, 1, "_saved");
  return 0;
}

/* Whether any tensor among the arguments 2 … last requires grad. */
static bool wants_grad(lua_State *L, int last) {
  for (int i = 2; i <= last; i++) {
    nn_tensor *t = nnlua_tensor(L, i);
    if (t && nn_requires_grad(t)) return true;
  }
  return false;
}

/* A result that is an argument, or already has a history, becomes a tensor of its own. */
static nn_tensor *fresh_result(lua_State *L, nnlua_state *s, int index) {
  nn_tensor *out, *t = nnlua_check_tensor(L, index, "Function", "what forward returns");
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nnlua_run(s, "detach", 1, (nn_arg[]){nn_t(t)}, &out));
  *box = out;
  lua_replace(L, index);
  return out;
}

/* The call being recorded: arguments 2 … last, the context table, results behind it. */
struct recording {
  int last, context, nin, nout, nsaved;
  nn_tensor *in[MOST], *out[MOST], *saved[MOST_SAVED];
};

static void gather_inputs(lua_State *L, struct recording *r, struct holder *h) {
  for (int i = 2; i <= r->last; i++) {
    nn_tensor *t = nnlua_tensor(L, i);
    if (!t) continue;
    if (r->nin == MOST) nnlua_error(L, "Function: takes at most %d tensors", MOST);
    h->argument[r->nin] = i - 2;
    r->in[r->nin++] = t;
  }
}

static void gather_saved(lua_State *L, struct recording *r) {
  if (lua_getfield(L, r->context, "_saved") == LUA_TTABLE) {
    r->nsaved = (int)lua_rawlen(L, -1);
    if (r->nsaved > MOST_SAVED) nnlua_error(L, "Function: saves at most %d tensors", MOST_SAVED);
    for (int i = 0; i < r->nsaved; i++) {
      lua_rawgeti(L, -1, i + 1);
      r->saved[i] = nnlua_tensor(L, -1);
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

/* A result that was saved is saved as the fresh tensor that it becomes. */
static void gather_outputs(lua_State *L, nnlua_state *s, struct recording *r) {
  if (r->nout > MOST) nnlua_error(L, "Function: returns at most %d tensors", MOST);
  for (int i = 0; i < r->nout; i++) {
    nn_tensor *before = nnlua_tensor(L, r->context + 1 + i);
    r->out[i] = fresh_result(L, s, r->context + 1 + i);
    for (int k = 0; k < r->nsaved; k++)
      if (r->saved[k] == before) r->saved[k] = r->out[i];
  }
}

/* Ties the results to a node that will call backward. */
static void record(lua_State *L, nnlua_state *s, struct recording *r, struct holder *h) {
  gather_inputs(L, r, h);
  gather_saved(L, r);
  gather_outputs(L, s, r);
  lua_pushinteger(L, r->nsaved);
  lua_setfield(L, r->context, "_saved_count");
  lua_pushvalue(L, r->context);
  h->context = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, 1);
  h->function = luaL_ref(L, LUA_REGISTRYINDEX);
  nn_function f = {"FunctionBackward", backward, holder_free, h};
  nn_status status = nn_record(s->ctx, &f, r->nin, r->in, r->nout, r->out, r->nsaved, r->saved);
  if (status != NN_OK) holder_free(h);
  nnlua_check(L, s, status);
  lua_pushnil(L);
  lua_setfield(L, r->context, "_saved");
}

/* Pushes the context of a call. */
static struct holder *push_context(lua_State *L, nnlua_state *s) {
  lua_createtable(L, 0, 4);
  lua_pushcfunction(L, save_for_backward);
  lua_setfield(L, -2, "save_for_backward");
  struct holder *h = new_holder(L, s);
  lua_setfield(L, -2, "_holder");
  return h;
}

/* f(…): forward without recording, then one node for the whole call. */
static int call(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  struct recording r = {.last = lua_gettop(L)};
  nnlua_pace(L, s);
  luaL_checkstack(L, 2 * r.last + 16, NULL);
  bool wanted = nn_is_grad_enabled(s->ctx) && wants_grad(L, r.last);
  struct holder *h = push_context(L, s);
  r.context = lua_gettop(L);
  lua_getfield(L, LUA_REGISTRYINDEX, "nnlua.no_grad");
  lua_getfield(L, 1, "forward");
  lua_pushvalue(L, r.context);
  for (int i = 2; i <= r.last; i++) lua_pushvalue(L, i);
  lua_call(L, r.last + 1, LUA_MULTRET);
  r.nout = lua_gettop(L) - r.context;
  luaL_checkstack(L, 8, NULL);
  if (wanted) record(L, s, &r, h);
  return r.nout;
}

static int new_function(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  static const char *const names[] = {"forward", "backward"};
  for (int i = 0; i < 2; i++)
    if (lua_getfield(L, 1, names[i]) != LUA_TFUNCTION)
      return nnlua_error(L, "Function: %s must be a function, not %s", names[i],
                         nnlua_describe(L, -1));
  lua_settop(L, 1);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, call);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, 1);
  return 1;
}

void nnlua_open_function(lua_State *L) {
  lua_getfield(L, -1, "no_grad");
  lua_setfield(L, LUA_REGISTRYINDEX, "nnlua.no_grad");
  lua_pushcfunction(L, new_function);
  lua_setfield(L, -2, "Function");
}
