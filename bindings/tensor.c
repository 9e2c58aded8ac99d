/* The tensor userdata: fields, methods that are no operations, conversion to Lua values. */
#include <string.h>

#include "nnlua.h"

static nn_tensor *self(lua_State *L, const char *what) {
  return nnlua_check_tensor(L, 1, what, "self");
}

/* -- Values ---------------------------------------------------------------------------------- */

static void push_element(lua_State *L, nn_dtype dtype, const char *p) {
  switch (dtype) {
  case NN_FLOAT32:
    lua_pushnumber(L, (lua_Number) * (const float *)(const void *)p);
    break;
  case NN_FLOAT64:
    lua_pushnumber(L, *(const double *)(const void *)p);
    break;
  case NN_INT64:
    lua_pushinteger(L, *(const int64_t *)(const void *)p);
    break;
  default:
    lua_pushboolean(L, *(const uint8_t *)p);
    break;
  }
}

static int item(lua_State *L) {
  nn_tensor *t = self(L, "item");
  double ignored;
  if (nn_numel(t) != 1) nnlua_check(L, nnlua_get(L), nn_item(t, &ignored));
  push_element(L, nn_dtype_of(t), nn_data(t));
  return 1;
}

static void push_list(lua_State *L, const nn_tensor *t, int dim, const char *p) {
  if (dim == nn_ndim(t)) {
    push_element(L, nn_dtype_of(t), p);
    return;
  }
  int64_t n = nn_shape(t)[dim];
  int64_t step = nn_stride(t)[dim] * (int64_t)nn_dtype_size(nn_dtype_of(t));
  luaL_checkstack(L, 4, "tolist");
  lua_createtable(L, n < 1 << 24 ? (int)n : 0, 0);
  for (int64_t i = 0; i < n; i++) {
    push_list(L, t, dim + 1, p + i * step);
    lua_rawseti(L, -2, i + 1);
  }
}

static int tolist(lua_State *L) {
  nn_tensor *t = self(L, "tolist");
  push_list(L, t, 0, nn_data(t));
  return 1;
}

/* -- Shape ----------------------------------------------------------------------------------- */

static const char shape_key;

static void push_shape(lua_State *L, const nn_tensor *t) {
  int n = nn_ndim(t);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushinteger(L, nn_shape(t)[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_rawgetp(L, LUA_REGISTRYINDEX, &shape_key);
  lua_setmetatable(L, -2);
}

static int shape_tostring(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 1);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 1; i <= n; i++) {
    if (i > 1) luaL_addchar(&b, 'x');
    lua_rawgeti(L, 1, i);
    luaL_tolstring(L, -1, NULL);
    lua_remove(L, -2);
    luaL_addvalue(&b);
  }
  if (n == 0) luaL_addstring(&b, "scalar");
  luaL_pushresult(&b);
  return 1;
}

static int shape_eq(lua_State *L) {
  bool same = lua_istable(L, 1) && lua_istable(L, 2) && lua_rawlen(L, 1) == lua_rawlen(L, 2);
  for (int i = 1; same && i <= (int)lua_rawlen(L, 1); i++) {
    lua_rawgeti(L, 1, i);
    lua_rawgeti(L, 2, i);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
  }
  lua_pushboolean(L, same);
  return 1;
}

/* Sizes from the end, by numbers below 0. */
static int shape_index(lua_State *L) {
  lua_settop(L, 2);
  if (!lua_istable(L, 1) || !lua_isinteger(L, 2)) return 0;
  lua_Integer i = lua_tointeger(L, 2), n = (lua_Integer)lua_rawlen(L, 1);
  if (i == 0) return nnlua_error(L, "shape: dimensions count from 1, or from the end by -1");
  if (i > 0 || i < -n) return 0;
  lua_rawgeti(L, 1, n + i + 1);
  return 1;
}

static int shape_concat(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  luaL_tolstring(L, 2, NULL);
  lua_concat(L, 2);
  return 1;
}

/* Dimension argument 2, from 1 or from the end; or the whole shape. */
static int size(lua_State *L) {
  nn_tensor *t = self(L, "size");
  if (lua_isnoneornil(L, 2)) {
    push_shape(L, t);
    return 1;
  }
  int whole;
  lua_Integer d = lua_tointegerx(L, 2, &whole), n = nn_ndim(t);
  if (!whole || d == 0 || d > n || d < -n)
    return nnlua_error(L, "size: %s is no dimension of %s%s", nnlua_describe(L, 2),
                       nnlua_describe(L, 1), whole && d == 0 ? "; they count from 1" : "");
  lua_pushinteger(L, nn_shape(t)[d > 0 ? d - 1 : n + d]);
  return 1;
}

static int dim(lua_State *L) {
  lua_pushinteger(L, nn_ndim(self(L, "dim")));
  return 1;
}

static int numel(lua_State *L) {
  lua_pushinteger(L, nn_numel(self(L, "numel")));
  return 1;
}

static int stride(lua_State *L) {
  nn_tensor *t = self(L, "stride");
  lua_createtable(L, nn_ndim(t), 0);
  for (int i = 0; i < nn_ndim(t); i++) {
    lua_pushinteger(L, nn_stride(t)[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int is_contiguous(lua_State *L) {
  lua_pushboolean(L, nn_is_contiguous(self(L, "is_contiguous")));
  return 1;
}

static int length(lua_State *L) {
  nn_tensor *t = self(L, "#");
  if (nn_ndim(t) == 0) return nnlua_error(L, "#: a scalar tensor has no length");
  lua_pushinteger(L, nn_shape(t)[0]);
  return 1;
}

/* -- Gradients ------------------------------------------------------------------------------- */

static int requires_grad_(lua_State *L) {
  nn_tensor *t = self(L, "requires_grad_");
  bool wanted = lua_isnone(L, 2) || lua_toboolean(L, 2);
  nnlua_check(L, nnlua_get(L), nn_set_requires_grad(t, wanted));
  lua_settop(L, 1);
  return 1;
}

static int retain_grad(lua_State *L) {
  nnlua_check(L, nnlua_get(L), nn_retain_grad(self(L, "retain_grad")));
  return 0;
}

static int same(lua_State *L) {
  nn_tensor *a = nnlua_tensor(L, 1), *b = nnlua_tensor(L, 2);
  lua_pushboolean(L, a && b && a == b);
  return 1;
}

static int tostring(lua_State *L) {
  self(L, "tostring");
  return nnlua_format(L, "tensor");
}

/* -- Fields and keys ------------------------------------------------------------------------- */

enum field { SHAPE = 1, DTYPE, REQUIRES_GRAD, IS_LEAF, GRAD, GRAD_FN, NDIM, TRANSPOSED };

static const struct {
  const char *name;
  enum field field;
} fields[] = {{"shape", SHAPE},     {"dtype", DTYPE}, {"requires_grad", REQUIRES_GRAD},
              {"is_leaf", IS_LEAF}, {"grad", GRAD},   {"grad_fn", GRAD_FN},
              {"ndim", NDIM},       {"T", TRANSPOSED}};

static int transposed(lua_State *L, nnlua_state *s, nn_tensor *t) {
  int64_t order[NN_MAX_DIMS];
  int n = nn_ndim(t);
  nn_tensor *out;
  for (int i = 0; i < n; i++) order[i] = n - i;
  void **box = nnlua_new_box(L, NNLUA_TENSOR);
  nnlua_check(L, s, nnlua_run(s, "permute", 2, (nn_arg[]){nn_t(t), nn_ints(n, order)}, &out));
  *box = out;
  return 1;
}

static int push_field(lua_State *L, nn_tensor *t, enum field field) {
  switch (field) {
  case SHAPE:
    push_shape(L, t);
    break;
  case DTYPE:
    lua_pushstring(L, nn_dtype_name(nn_dtype_of(t)));
    break;
  case REQUIRES_GRAD:
    lua_pushboolean(L, nn_requires_grad(t));
    break;
  case IS_LEAF:
    lua_pushboolean(L, nn_is_leaf(t));
    break;
  case GRAD:
    nnlua_push_tensor(L, nn_grad(t));
    break;
  case GRAD_FN:
    lua_pushstring(L, nn_grad_fn(t));
    break;
  case NDIM:
    lua_pushinteger(L, nn_ndim(t));
    break;
  case TRANSPOSED:
    return transposed(L, nnlua_get(L), t);
  }
  return 1;
}

static const char *next_method(const void *of, int i) {
  lua_State *L = (lua_State *)of;
  lua_pushnil(L);
  for (int k = 0; lua_next(L, lua_upvalueindex(1)); k++) {
    lua_pop(L, 1);
    if (k < i) continue;
    const char *name = lua_tostring(L, -1);
    lua_pop(L, 1);
    return name;
  }
  return NULL;
}

/* Upvalue 1: methods, and the numbers of fields, by name. */
static int on_index(lua_State *L) {
  nn_tensor *t = nnlua_check_tensor(L, 1, "index", "self");
  if (lua_type(L, 2) != LUA_TSTRING) return nnlua_index(L, nnlua_get(L), t);
  lua_pushvalue(L, 2);
  int type = lua_rawget(L, lua_upvalueindex(1));
  if (type == LUA_TFUNCTION) return 1;
  if (type == LUA_TNUMBER) return push_field(L, t, (enum field)lua_tointeger(L, -1));
  const char *name = lua_tostring(L, 2), *near = nnlua_nearest(name, next_method, L);
  if (near) return nnlua_error(L, "a tensor has no '%s'; do you mean '%s'?", name, near);
  return nnlua_error(L, "a tensor has no '%s'", name);
}

static int set_field(lua_State *L, nn_tensor *t) {
  nnlua_state *s = nnlua_get(L);
  const char *name = lua_tostring(L, 2);
  if (strcmp(name, "grad") == 0) {
    nn_tensor *g = lua_isnil(L, 3) ? NULL : nnlua_check_tensor(L, 3, "grad", "the gradient");
    nnlua_check(L, s, nn_set_grad(t, g));
    return 0;
  }
  if (strcmp(name, "requires_grad") == 0) {
    luaL_checktype(L, 3, LUA_TBOOLEAN);
    nnlua_check(L, s, nn_set_requires_grad(t, lua_toboolean(L, 3)));
    return 0;
  }
  return nnlua_error(L, "a tensor's '%s' cannot be set; grad and requires_grad can", name);
}

static int on_newindex(lua_State *L) {
  nn_tensor *t = nnlua_check_tensor(L, 1, "index", "self");
  if (lua_type(L, 2) == LUA_TSTRING) return set_field(L, t);
  return nnlua_newindex(L, nnlua_get(L), t);
}

static const luaL_Reg metamethods[] = {
    {"__len", length}, {"__eq", same}, {"__tostring", tostring}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"item", item},
                                   {"tolist", tolist},
                                   {"size", size},
                                   {"dim", dim},
                                   {"numel", numel},
                                   {"nelement", numel},
                                   {"stride", stride},
                                   {"is_contiguous", is_contiguous},
                                   {"requires_grad_", requires_grad_},
                                   {"retain_grad", retain_grad},
                                   {NULL, NULL}};

static const luaL_Reg shape_metamethods[] = {{"__tostring", shape_tostring},
                                             {"__index", shape_index},
                                             {"__eq", shape_eq},
                                             {"__concat", shape_concat},
                                             {NULL, NULL}};

/* Leaves nn.Tensor, the metatable, in the module, with its methods in `_methods`. */
void nnlua_open_tensor(lua_State *L) {
  luaL_newlib(L, shape_metamethods);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &shape_key);
  nnlua_new_metatable(L, NNLUA_TENSOR, metamethods);
  lua_pushliteral(L, "nnlua.Tensor");
  lua_setfield(L, -2, "__name");
  luaL_newlib(L, methods);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    lua_pushinteger(L, fields[i].field);
    lua_setfield(L, -2, fields[i].name);
  }
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, on_index, 1);
  lua_setfield(L, -3, "__index");
  lua_pushcfunction(L, on_newindex);
  lua_setfield(L, -3, "__newindex");
  lua_setfield(L, -2, "_methods");
  lua_setfield(L, -2, "Tensor");
}
