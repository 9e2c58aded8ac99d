/* The catalogue in Lua: every operation as a function nn.f(x), a method x:f(), and where it has
 * one the form that mutates, x:f_(). One C function serves them all. */
#include <string.h>

#include "nnlua.h"

static const nn_op *op_of(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(1)); }

/* Reads the arguments of x:f(…), where x is not the first of f's parameters. */
static void read_as_method(lua_State *L, const nn_op_info *info, nnlua_args *args) {
  nn_param params[NNLUA_MAX_ARGS];
  int self = info->self;
  memcpy(params, info->params, (size_t)info->nparams * sizeof *params);
  memmove(params + 1, params, (size_t)self * sizeof *params);
  params[0] = info->params[self];
  nnlua_read_args(L, 1, info->name, params, info->nparams, false, args);
  nn_arg object = args->arg[0];
  memmove(args->arg, args->arg + 1, (size_t)self * sizeof object);
  args->arg[self] = object;
}

/* Makes boxes, runs, returns. */
static int run_with(lua_State *L, const nn_op *op, const nnlua_args *args) {
  nnlua_state *s = nnlua_get(L);
  const nn_op_info *info = nn_op_describe(op);
  nn_tensor *out[4];
  void **box[4];
  nnlua_pace(L, s);
  for (int i = 0; i < info->nout; i++) box[i] = nnlua_new_box(L, NNLUA_TENSOR);
  s->running = L;
  nnlua_check(L, s, nn_run(s->ctx, op, args->arg, info->nparams, out));
  for (int i = 0; i < info->nout; i++) *box[i] = out[i];
  if (args->requires_grad) nnlua_check(L, s, nn_set_requires_grad(out[0], true));
  return info->nout;
}

static int run(lua_State *L, const nn_op *op) {
  const nn_op_info *info = nn_op_describe(op);
  nnlua_args args;
  bool factory = info->flags & NN_OP_FACTORY;
  nnlua_read_args(L, 1, info->name, info->params, info->nparams, factory, &args);
  return run_with(L, op, &args);
}

static int call(lua_State *L) { return run(L, op_of(L)); }

static int call_method(lua_State *L) {
  nnlua_args args;
  read_as_method(L, nn_op_describe(op_of(L)), &args);
  return run_with(L, op_of(L), &args);
}

static int call_inplace(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  const nn_op_info *info = nn_op_describe(op_of(L));
  nnlua_args args;
  const char *name = lua_tostring(L, lua_upvalueindex(2));
  nnlua_read_args(L, 1, name, info->params, info->nparams, false, &args);
  s->running = L;
  nnlua_pace(L, s);
  nnlua_check(L, s, nn_run_inplace(s->ctx, op_of(L), args.arg, info->nparams));
  lua_settop(L, 1);
  return 1;
}

/* -- Operations that are several ------------------------------------------------------------- */

static bool has_key(lua_State *L, int index, const char *key) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  lua_pushstring(L, key);
  bool has = lua_rawget(L, index) != LUA_TNIL;
  lua_pop(L, 1);
  return has;
}

/* max(x), max(x, dim, keepdim) with indices, max(a, b): upvalues 1, 2 and 3. */
static int call_extreme(lua_State *L) {
  int last = lua_gettop(L), which = 1;
  if (last > 1 && (nnlua_tensor(L, 2) || has_key(L, last, "other")))
    which = 3;
  else if (last > 1 && (lua_type(L, 2) == LUA_TNUMBER || has_key(L, last, "dim")))
    which = 2;
  return run(L, lua_touserdata(L, lua_upvalueindex(which)));
}

static void push_op(lua_State *L, const nn_op *op, lua_CFunction f) {
  lua_pushlightuserdata(L, (void *)op);
  lua_pushcclosure(L, f, 1);
}

/* The form that mutates, whose name is on top of the stack: upvalue 2. */
static void push_inplace(lua_State *L, const nn_op *op) {
  int name = lua_gettop(L);
  lua_pushlightuserdata(L, (void *)op);
  lua_pushvalue(L, name);
  lua_pushcclosure(L, call_inplace, 2);
}

static void push_extreme(lua_State *L, const char *all, const char *dim, const char *pair) {
  lua_pushlightuserdata(L, (void *)nn_op_find(all));
  lua_pushlightuserdata(L, (void *)nn_op_find(dim));
  lua_pushlightuserdata(L, (void *)nn_op_find(pair));
  lua_pushcclosure(L, call_extreme, 3);
}

/* -- Operators ------------------------------------------------------------------------------- */

/* Replaces the number at index 1 by a tensor of no dimensions, of the dtype of `x` where it can be.
 */
static void make_tensor(lua_State *L, nnlua_state *s, nn_tensor *x) {
  nn_tensor *out;
  bool real = nn_dtype_is_floating(nn_dtype_of(x)), whole = lua_isinteger(L, 1);
  const char *dtype = real ? nn_dtype_name(nn_dtype_of(x)) : whole ? "int64" : "float32";
  nn_arg args[] = {nn_ints(0, NULL), nn_number(lua_tonumber(L, 1)), nn_string(dtype)};
  if (whole) args[1] = nn_int(lua_tointeger(L, 1));
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nnlua_run(s, "full", 3, args, &out));
  *box = out;
  lua_replace(L, 1);
}

/* The value at `index` as an operand. */
static nn_arg read_operand(lua_State *L, const nn_op *op, int index) {
  nn_tensor *t = nnlua_tensor(L, index);
  if (t) return nn_t(t);
  if (index == 2 && lua_type(L, 2) == LUA_TBOOLEAN) return nn_flag(lua_toboolean(L, 2));
  if (index == 1 || lua_type(L, 2) != LUA_TNUMBER)
    nnlua_error(L, "%s: cannot combine a tensor with %s", nn_op_describe(op)->name,
                nnlua_describe(L, index));
  return lua_isinteger(L, 2) ? nn_int(lua_tointeger(L, 2)) : nn_number(lua_tonumber(L, 2));
}

/* Operator functions have two upvalues: the operation, and the one with its arguments exchanged,
 * for a number on the left (NULL where there is none). */
static int call_operator(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  const nn_op *op = op_of(L), *swapped = lua_touserdata(L, lua_upvalueindex(2));
  nn_tensor *out;
  if (lua_type(L, 1) != LUA_TUSERDATA) {
    if (swapped) {
      op = swapped;
      lua_insert(L, 1);
    } else if (lua_type(L, 1) == LUA_TNUMBER && nnlua_tensor(L, 2)) {
      make_tensor(L, s, nnlua_tensor(L, 2));
    }
  }
  nn_arg args[] = {read_operand(L, op, 1), read_operand(L, op, 2)};
  nnlua_pace(L, s);
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nn_run(s->ctx, op, args, 2, &out));
  *box = out;
  return 1;
}

static int call_unary_operator(lua_State *L) {
  lua_settop(L, 1);
  return run(L, op_of(L));
}

static int no_order(lua_State *L) {
  return nnlua_error(L,
                     "a tensor cannot be compared with <, <=, > or >=, which give one boolean in "
                     "Lua; write x:lt(y), x:le(y), x:gt(y) or x:ge(y) for a tensor of them");
}

static const struct {
  const char *event, *op, *swapped;
} operators[] = {
    {"__add", "add", "add"},
    {"__sub", "sub", "rsub"},
    {"__mul", "mul", "mul"},
    {"__div", "div", "rdiv"},
    {"__pow", "pow", NULL},
    {"__mod", "remainder", NULL},
    {"__idiv", "floor_divide", NULL},
    {"__band", "bitwise_and", "bitwise_and"},
    {"__bor", "bitwise_or", "bitwise_or"},
    {"__bxor", "bitwise_xor", "bitwise_xor"},
};

/* Adds the operators to the metatable on top of the stack. */
static void set_operators(lua_State *L) {
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
    lua_pushlightuserdata(L, (void *)nn_op_find(operators[i].op));
    const char *swapped = operators[i].swapped;
    lua_pushlightuserdata(L, swapped ? (void *)nn_op_find(swapped) : NULL);
    lua_pushcclosure(L, call_operator, 2);
    lua_setfield(L, -2, operators[i].event);
  }
  push_op(L, nn_op_find("neg"), call_unary_operator);
  lua_setfield(L, -2, "__unm");
  push_op(L, nn_op_find("bitwise_not"), call_unary_operator);
  lua_setfield(L, -2, "__bnot");
  lua_pushcfunction(L, no_order);
  lua_setfield(L, -2, "__lt");
  lua_pushcfunction(L, no_order);
  lua_setfield(L, -2, "__le");
}

/* -- Opening --------------------------------------------------------------------------------- */

static bool is_method(const nn_op_info *info) {
  if (info->flags & NN_OP_FUNCTION || info->nparams == 0) return false;
  return info->self > 0 || info->params[0].type == NN_P_TENSOR;
}

/* On the stack: the module, the tensor metatable, its methods. */
static void add_op(lua_State *L, const nn_op *op) {
  const nn_op_info *info = nn_op_describe(op);
  if (info->flags & NN_OP_HIDDEN) return;
  if (info->flags & (NN_OP_INPLACE | NN_OP_ONLY_INPLACE)) {
    const char *name = lua_pushfstring(L, "%s_", info->name);
    push_inplace(L, op);
    lua_setfield(L, -3, name);
    lua_pop(L, 1);
  }
  if (info->flags & NN_OP_ONLY_INPLACE) return;
  if (is_method(info)) {
    push_op(L, op, info->self ? call_method : call);
    lua_setfield(L, -2, info->name);
  }
  if (!(info->flags & NN_OP_METHOD)) {
    push_op(L, op, call);
    lua_setfield(L, -4, info->name);
  }
}

static void add_extreme(lua_State *L, const char *name, const char *dim, const char *pair) {
  push_extreme(L, name, dim, pair);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, name);
  lua_setfield(L, -4, name);
}

void nnlua_open_ops(lua_State *L) {
  const nn_op *op;
  lua_getfield(L, -1, "Tensor");
  lua_getfield(L, -1, "_methods");
  for (int i = 0; (op = nn_op_at(i)); i++) add_op(L, op);
  add_extreme(L, "max", "max_dim", "maximum");
  add_extreme(L, "min", "min_dim", "minimum");
  lua_pushvalue(L, -2);
  set_operators(L);
  lua_pop(L, 3);
}
