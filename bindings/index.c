/* x[key] and x[key] = value.
 *
 * A key is a number, a mask, a tensor of indices, or a list with one entry for each dimension:
 * a number selects, {a, b, step} keeps a range, {} keeps all, a tensor picks. Several tensors pick
 * together: {rows, columns} names the elements (rows[i], columns[i]). */
#include "nnlua.h"

/* A key being applied: the tensor so far, and the dimension that the next entry is about. In an
 * assignment, a mask or tensor of indices gives no view, so it waits for the value. */
struct cursor {
  lua_State *L;
  nnlua_state *s;
  nn_tensor *x;    /* borrowed from its box, */
  int box;         /* which stands here on the stack */
  int64_t dim;     /* from 1 */
  int64_t dropped; /* how many dimensions before it are gone */
  bool assigning;
  nn_tensor *picked; /* what waits, NULL for nothing; borrowed from the key */
  int64_t picked_dim;
  int several; /* how many tensors wait to pick together */
  nn_tensor *key[NN_MAX_DIMS];
  int64_t key_dim[NN_MAX_DIMS];
};

/* Runs an operation; its result, in a box pushed on the stack, becomes the cursor's tensor. */
static void step(struct cursor *c, const char *op, int n, const nn_arg *args) {
  nn_tensor *out;
  luaL_checkstack(c->L, 4, NULL);
  void **box = nnlua_new_box(c->L, NNLUA_TENSOR);
  nnlua_check(c->L, c->s, nnlua_run(c->s, op, n, args, &out));
  *box = out;
  c->x = out;
  c->box = lua_gettop(c->L);
}

static lua_Integer check_int(lua_State *L, int index, const char *what) {
  int whole = 0;
  lua_Integer i = 0;
  if (lua_type(L, index) == LUA_TNUMBER) i = lua_tointegerx(L, index, &whole);
  if (!whole)
    nnlua_error(L, "index: %s must be an integer, not %s", what, nnlua_describe(L, index));
  return i;
}

static void check_room(const struct cursor *c) {
  char shape[200];
  if (c->dim <= nn_ndim(c->x)) return;
  nnlua_error(c->L, "index: too many indices for a tensor of %s",
              nn_shape_text(nnlua_tensor(c->L, 1), shape, sizeof shape));
}

/* Position `index` of the current dimension, which goes. */
static void select_one(struct cursor *c, int index) {
  lua_Integer i = check_int(c->L, index, "an index");
  check_room(c);
  int64_t size = nn_shape(c->x)[c->dim - 1];
  if (i == 0 || i > size || i < -size)
    nnlua_error(c->L, "index: index %I is out of range for dimension %d, of size %I%s", i,
                (int)(c->dim + c->dropped), (lua_Integer)size,
                i == 0 ? "; indices count from 1" : "");
  step(c, "select", 3, (nn_arg[]){nn_t(c->x), nn_int(c->dim), nn_int(i)});
  c->dropped++;
}

/* The range {first, last, step} at `index`; an empty table keeps the dimension. */
static void slice(struct cursor *c, int index) {
  lua_State *L = c->L;
  lua_Integer bound[3] = {1, -1, 1};
  int n = (int)lua_rawlen(L, index);
  if (n > 3) nnlua_error(L, "index: a range is {first, last} or {first, last, step}");
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, index, i + 1);
    bound[i] = check_int(L, -1, "the end of a range");
  }
  lua_pop(L, n);
  if (n == 1) bound[1] = bound[0];
  check_room(c);
  if (n > 0)
    step(c, "slice", 5,
         (nn_arg[]){nn_t(c->x), nn_int(c->dim), nn_int(bound[0]), nn_int(bound[1]),
                    nn_int(bound[2])});
  c->dim++;
}

/* The places that a mask or a tensor of indices names, in the place of the dimension (a mask: of
 * the dimensions) it is about. */
static void pick(struct cursor *c, nn_tensor *key) {
  nn_dtype dtype = nn_dtype_of(key);
  if (dtype != NN_INT64 && dtype != NN_BOOL)
    nnlua_error(c->L, "index: a tensor of indices must be int64 or bool, not %s",
                nn_dtype_name(dtype));
  check_room(c);
  if (c->assigning) {
    c->picked = key;
    c->picked_dim = c->dim;
    c->dim += dtype == NN_BOOL ? nn_ndim(key) : 1;
    return;
  }
  step(c, "index", 3, (nn_arg[]){nn_t(c->x), nn_t(key), nn_int(c->dim)});
  c->dim += dtype == NN_BOOL ? 1 : nn_ndim(key);
}

/* Puts the dimensions that several tensors are about next to each other: where they are not, in
 * front, as PyTorch does. */
static void gather_dims(struct cursor *c) {
  int64_t order[NN_MAX_DIMS], n = c->several;
  if (c->key_dim[n - 1] - c->key_dim[0] == n - 1) return;
  for (int i = 0; i < c->several; i++) order[i] = c->key_dim[i];
  for (int64_t d = 1, k = 0; d <= nn_ndim(c->x); d++) {
    if (k < c->several && c->key_dim[k] == d)
      k++;
    else
      order[n++] = d;
  }
  step(c, "permute", 2, (nn_arg[]){nn_t(c->x), nn_ints((int)n, order)});
  for (int i = 0; i < c->several; i++) c->key_dim[i] = i + 1;
}

/* Makes one dimension of those, and one tensor of indices, which is left in a box on the stack. */
static nn_tensor *join_keys(struct cursor *c) {
  nn_tensor *joint;
  int64_t sizes[NN_MAX_DIMS];
  int n = 0, first = (int)c->key_dim[0] - 1, last = first + c->several;
  const int64_t *shape = nn_shape(c->x);
  luaL_checkstack(c->L, 4, NULL);
  void **box = nnlua_new_box(c->L, NNLUA_TENSOR);
  nn_arg args[] = {nn_ts(c->several, c->key), nn_ints(c->several, shape + first)};
  nnlua_check(c->L, c->s, nnlua_run(c->s, "joint_index", 2, args, &joint));
  *box = joint;
  for (int d = 0; d < nn_ndim(c->x); d++) {
    if (d > first && d < last)
      sizes[n - 1] *= shape[d];
    else
      sizes[n++] = shape[d];
  }
  step(c, c->assigning ? "view" : "reshape", 2, (nn_arg[]){nn_t(c->x), nn_ints(n, sizes)});
  return joint;
}

static void pick_together(struct cursor *c) {
  gather_dims(c);
  nn_tensor *joint = join_keys(c);
  c->dim = c->key_dim[0];
  pick(c, joint);
}

/* One of several tensors: it waits for the others. */
static void note_key(struct cursor *c, nn_tensor *key) {
  if (nn_dtype_of(key) != NN_INT64)
    nnlua_error(c->L,
                "index: of several tensors all must be int64, not %s; nn.where(mask) gives "
                "the indices of a mask",
                nn_dtype_name(nn_dtype_of(key)));
  check_room(c);
  c->key[c->several] = key;
  c->key_dim[c->several++] = c->dim++;
}

static void apply_entry(struct cursor *c, int index, bool together) {
  nn_tensor *key = nnlua_tensor(c->L, index);
  if (key && together)
    note_key(c, key);
  else if (key)
    pick(c, key);
  else if (lua_type(c->L, index) == LUA_TTABLE)
    slice(c, index);
  else
    select_one(c, index);
}

static int count_tensors(lua_State *L, int index, int n) {
  int count = 0;
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, index, i);
    count += nnlua_tensor(L, -1) != NULL;
    lua_pop(L, 1);
  }
  return count;
}

static void apply_list(struct cursor *c, int index) {
  lua_State *L = c->L;
  int n = (int)lua_rawlen(L, index);
  if (n > nn_ndim(c->x))
    nnlua_error(L, "index: %d indices for %s; a range is written x[{{first, last}}]", n,
                nnlua_describe(L, 1));
  bool together = n > 1 && count_tensors(L, index, n) > 1;
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, index, i);
    apply_entry(c, lua_gettop(L), together);
  }
  if (together) pick_together(c);
}

/* -- x[key] ---------------------------------------------------------------------------------- */

/* The key at `index`. */
static void apply(struct cursor *c, int index) {
  lua_State *L = c->L;
  nn_tensor *key = nnlua_tensor(L, index);
  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
    select_one(c, index);
    return;
  case LUA_TTABLE:
    apply_list(c, index);
    return;
  case LUA_TBOOLEAN:
    nnlua_error(L,
                "index: a Lua boolean is no mask: `x < 0` gives one boolean for the whole tensor; "
                "write x:lt(0)");
    return;
  default:
    if (!key) nnlua_error(L, "index: a tensor cannot be indexed with %s", nnlua_describe(L, index));
    pick(c, key);
  }
}

int nnlua_index(lua_State *L, nnlua_state *s, nn_tensor *x) {
  struct cursor c = {.L = L, .s = s, .x = x, .box = 1, .dim = 1};
  lua_settop(L, 2);
  nnlua_pace(L, s);
  apply(&c, 2);
  lua_pushvalue(L, c.box);
  return 1;
}

/* -- x[key] = value -------------------------------------------------------------------------- */

static nn_arg read_value(lua_State *L, int index) {
  nn_tensor *t = nnlua_tensor(L, index);
  if (t) return nn_t(t);
  if (lua_type(L, index) == LUA_TBOOLEAN) return nn_flag(lua_toboolean(L, index));
  if (lua_isinteger(L, index)) return nn_int(lua_tointeger(L, index));
  if (lua_type(L, index) == LUA_TNUMBER) return nn_number(lua_tonumber(L, index));
  nnlua_error(L,
              "index: a tensor's elements can be set to a number, a boolean or a tensor, not to %s",
              nnlua_describe(L, index));
  return nn_none();
}

static nn_status assign(const struct cursor *c, nn_arg value) {
  nn_arg args[] = {nn_t(c->x), value};
  nn_arg put[] = {nn_t(c->x), nn_none(), value, nn_flag(false), nn_int(c->picked_dim)};
  if (!c->picked)
    return nnlua_run_inplace(c->s, value.kind == NN_TENSOR ? "copy" : "fill", 2, args);
  put[1] = nn_t(c->picked);
  return nnlua_run_inplace(c->s, "index_put", 5, put);
}

int nnlua_newindex(lua_State *L, nnlua_state *s, nn_tensor *x) {
  struct cursor c = {.L = L, .s = s, .x = x, .dim = 1, .assigning = true};
  nn_tensor *key = nnlua_tensor(L, 2);
  lua_settop(L, 3);
  nn_arg value = read_value(L, 3);
  nnlua_pace(L, s);
  bool whole = key && nn_dtype_of(key) == NN_BOOL && nn_ndim(key) == nn_ndim(x);
  bool single = value.kind != NN_TENSOR || nn_ndim(value.v.t) == 0;
  if (whole && single) {
    nn_arg args[] = {nn_t(x), nn_t(key), value};
    nnlua_check(L, s, nnlua_run_inplace(s, "masked_fill", 3, args));
  } else {
    apply(&c, 2);
    nnlua_check(L, s, assign(&c, value));
  }
  return 0;
}
