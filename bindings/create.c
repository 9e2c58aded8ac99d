/* Tensors from Lua values, generators and the seed. */
#include <string.h>

#include "nnlua.h"

/* -- nn.tensor ------------------------------------------------------------------------------- */

/* A nest of lists being read. */
struct nest {
  lua_State *L;
  int ndim;
  int64_t shape[NN_MAX_DIMS];
  nn_dtype dtype;
  bool known; /* whether dtype is */
  char *at;   /* where the next element goes */
};

/* Follows the first elements down to a number or boolean. */
static void measure(struct nest *n) {
  lua_State *L = n->L;
  int top = lua_gettop(L);
  while (lua_type(L, -1) == LUA_TTABLE) {
    if (n->ndim == NN_MAX_DIMS)
      nnlua_error(L, "tensor: the lists are nested deeper than %d", NN_MAX_DIMS);
    int64_t size = n->shape[n->ndim++] = (int64_t)lua_rawlen(L, -1);
    if (size == 0) {
      lua_pushnil(L);
      if (lua_next(L, -2))
        nnlua_error(L, "tensor: expects a list, but this table has the key %s",
                    nnlua_describe(L, -2));
      break;
    }
    lua_rawgeti(L, -1, 1);
  }
  if (!n->known) n->dtype = lua_type(L, -1) == LUA_TBOOLEAN ? NN_BOOL : NN_FLOAT32;
  lua_settop(L, top);
}

static void put(struct nest *n) {
  lua_State *L = n->L;
  int type = lua_type(L, -1);
  if (type != LUA_TNUMBER && type != LUA_TBOOLEAN)
    nnlua_error(L, "tensor: expects numbers or booleans, not %s", nnlua_describe(L, -1));
  if (type == LUA_TBOOLEAN && !n->known && n->dtype != NN_BOOL)
    nnlua_error(L, "tensor: a list holds numbers or booleans, not both");
  if (type == LUA_TNUMBER && !n->known && n->dtype == NN_BOOL)
    nnlua_error(L, "tensor: a list holds numbers or booleans, not both");
  bool truth = type == LUA_TBOOLEAN && lua_toboolean(L, -1);
  lua_Number d = type == LUA_TBOOLEAN ? truth : lua_tonumber(L, -1);
  switch (n->dtype) {
  case NN_FLOAT32:
    *(float *)(void *)n->at = (float)d;
    break;
  case NN_FLOAT64:
    *(double *)(void *)n->at = d;
    break;
  case NN_BOOL:
    *(uint8_t *)n->at = d != 0;
    break;
  default:
    if (!lua_isinteger(L, -1) && !(d >= -0x1p63 && d < 0x1p63))
      nnlua_error(L, "tensor: %s does not fit into int64", nnlua_describe(L, -1));
    *(int64_t *)(void *)n->at = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : (int64_t)d;
  }
  n->at += nn_dtype_size(n->dtype);
}

static void fill(struct nest *n, int dim) {
  lua_State *L = n->L;
  if (dim == n->ndim) {
    put(n);
    return;
  }
  if (lua_type(L, -1) != LUA_TTABLE)
    nnlua_error(L,
                "tensor: the lists are not nested evenly: %s stands where a list of %d is expected",
                nnlua_describe(L, -1), (int)n->shape[dim]);
  int64_t size = (int64_t)lua_rawlen(L, -1);
  if (size != n->shape[dim])
    nnlua_error(L, "tensor: the lists are not of one length: one has %d elements, the first has %d",
                (int)size, (int)n->shape[dim]);
  luaL_checkstack(L, 4, "tensor");
  for (int64_t i = 1; i <= size; i++) {
    lua_rawgeti(L, -1, i);
    fill(n, dim + 1);
    lua_pop(L, 1);
  }
}

static bool is_options(lua_State *L, int index) {
  static const char *const names[] = {"dtype", "requires_grad"};
  for (int i = 0; i < 2; i++) {
    lua_pushstring(L, names[i]);
    bool found = lua_rawget(L, index) != LUA_TNIL;
    lua_pop(L, 1);
    if (found) return true;
  }
  return false;
}

/* The dtype and requires_grad named in the table at `options`; its array part may be the data. */
static bool read_options(lua_State *L, int options, bool also_data, struct nest *n) {
  bool requires_grad = false;
  for (lua_pushnil(L); lua_next(L, options); lua_pop(L, 1)) {
    if (also_data && lua_type(L, -2) != LUA_TSTRING) continue;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    if (strcmp(name, "requires_grad") == 0) {
      requires_grad = lua_toboolean(L, -1);
    } else if (strcmp(name, "dtype") != 0) {
      nnlua_error(L, "tensor: there is no argument %s; dtype and requires_grad are the ones",
                  nnlua_describe(L, -2));
    } else {
      n->known =
          lua_type(L, -1) == LUA_TSTRING && nn_dtype_from_name(lua_tostring(L, -1), &n->dtype);
      if (!n->known)
        nnlua_error(L,
                    "tensor: there is no dtype %s: float32, float64, int64 and bool are the ones",
                    nnlua_describe(L, -1));
    }
  }
  return requires_grad;
}

/* Pushes a converted copy of a tensor, without its history. */
static nn_tensor *copy_tensor(lua_State *L, nnlua_state *s, nn_tensor *from, nn_dtype dtype) {
  nn_tensor *out;
  nn_arg args[] = {nn_t(from), nn_string(nn_dtype_name(dtype))};
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  bool before = nn_set_grad_enabled(s->ctx, false);
  nn_status status = nnlua_run(s, "convert", 2, args, &out);
  nn_set_grad_enabled(s->ctx, before);
  nnlua_check(L, s, status);
  return *box = out;
}

/* Pushes a tensor of the number, boolean or nest of lists that is argument 1. */
static nn_tensor *read_nest(lua_State *L, nnlua_state *s, struct nest *n) {
  nn_tensor *out;
  lua_pushvalue(L, 1);
  measure(n);
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nn_empty(s->ctx, n->dtype, n->ndim, n->shape, &out));
  *box = out;
  lua_pushvalue(L, 1);
  n->at = nn_data(out);
  fill(n, 0);
  lua_pop(L, 1);
  return out;
}

/* nn.tensor(x, {dtype=, requires_grad=}); as nn.tensor{{1, 2}, dtype=…} too. */
static int tensor(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  struct nest n = {.L = L};
  nn_tensor *source = nnlua_tensor(L, 1), *out;
  int options = lua_istable(L, 2) ? 2 : lua_istable(L, 1) && is_options(L, 1) ? 1 : 0;
  if (lua_isnoneornil(L, 1))
    return nnlua_error(L, "tensor: expects a number, boolean or list, not nil");
  if (lua_gettop(L) > 2 || (!options && !lua_isnoneornil(L, 2)))
    return nnlua_error(L,
                       "tensor: expects the data and a table of options; %s does not fit: "
                       "numbers go into a list, nn.tensor{1, 2}",
                       nnlua_describe(L, options ? 3 : 2));
  bool requires_grad = options && read_options(L, options, options == 1, &n);
  nnlua_pace(L, s);
  if (source)
    out = copy_tensor(L, s, source, n.known ? n.dtype : nn_dtype_of(source));
  else
    out = read_nest(L, s, &n);
  if (requires_grad) nnlua_check(L, s, nn_set_requires_grad(out, true));
  return 1;
}

/* -- Random streams -------------------------------------------------------------------------- */

static uint64_t check_seed(lua_State *L, int index, const char *what) {
  int whole;
  lua_Integer seed = lua_tointegerx(L, index, &whole);
  if (!whole || lua_type(L, index) != LUA_TNUMBER)
    nnlua_error(L, "%s: the seed must be an integer, not %s", what, nnlua_describe(L, index));
  return (uint64_t)seed;
}

static int manual_seed(lua_State *L) {
  nn_generator_seed(nn_default_generator(nnlua_get(L)->ctx), check_seed(L, 1, "manual_seed"));
  return 0;
}

static int initial_seed(lua_State *L) {
  lua_pushinteger(L,
                  (lua_Integer)nn_generator_initial_seed(nn_default_generator(nnlua_get(L)->ctx)));
  return 1;
}

static int new_generator(lua_State *L) {
  nnlua_state *s = nnlua_get(L);
  nn_generator *g;
  void **box = nnlua_new_box(L, NNLUA_GENERATOR);
  nnlua_check(L, s, nn_generator_create(s->ctx, &g));
  *box = g;
  return 1;
}

static nn_generator *check_generator(lua_State *L) {
  nn_generator *g = nnlua_test(L, 1, NNLUA_GENERATOR);
  if (!g) nnlua_error(L, "expects a generator, not %s", nnlua_describe(L, 1));
  return g;
}

/* nn.get_rng_state(): a generator that stands where the default one does. */
static int get_rng_state(lua_State *L) {
  new_generator(L);
  nn_generator_copy(nnlua_test(L, -1, NNLUA_GENERATOR), nn_default_generator(nnlua_get(L)->ctx));
  return 1;
}

/* nn.set_rng_state(g): the default generator goes on from where g is. */
static int set_rng_state(lua_State *L) {
  nn_generator_copy(nn_default_generator(nnlua_get(L)->ctx), check_generator(L));
  return 0;
}

static int generator_seed(lua_State *L) {
  nn_generator_seed(check_generator(L), check_seed(L, 2, "manual_seed"));
  lua_settop(L, 1);
  return 1;
}

static int generator_initial_seed(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)nn_generator_initial_seed(check_generator(L)));
  return 1;
}

static const luaL_Reg functions[] = {{"tensor", tensor},
                                     {"manual_seed", manual_seed},
                                     {"initial_seed", initial_seed},
                                     {"Generator", new_generator},
                                     {"get_rng_state", get_rng_state},
                                     {"set_rng_state", set_rng_state},
                                     {NULL, NULL}};

static const luaL_Reg generator_methods[] = {
    {"manual_seed", generator_seed}, {"initial_seed", generator_initial_seed}, {NULL, NULL}};

void nnlua_open_create(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
  nnlua_new_metatable(L, NNLUA_GENERATOR, generator_methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "nnlua.Generator");
  lua_setfield(L, -2, "__name");
  lua_pop(L, 1);
}
