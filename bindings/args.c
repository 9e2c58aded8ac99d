/* Arguments from Lua: by position in PyTorch's order, or by name in a trailing table. */
#include <string.h>

#include "nnlua.h"

/* What one reading is about. */
struct reader {
  lua_State *L;
  const char *what;
  const nn_param *params;
  int n;
  bool factory;
  nnlua_args *out;
};

const char *nnlua_describe(lua_State *L, int index) {
  nn_tensor *t = nnlua_tensor(L, index);
  char shape[200];
  if (t) {
    bool scalar = nn_ndim(t) == 0;
    nn_shape_text(t, shape, sizeof shape);
    return lua_pushfstring(L, scalar ? "a %s tensor" : "a tensor of %s", shape);
  }
  static const char *const boxes[] = {[NNLUA_MODULE] = "a module",
                                      [NNLUA_OPTIMIZER] = "an optimiser",
                                      [NNLUA_GENERATOR] = "a generator"};
  for (int kind = NNLUA_MODULE; kind <= NNLUA_GENERATOR; kind++)
    if (nnlua_test(L, index, (nnlua_kind)kind)) return lua_pushstring(L, boxes[kind]);
  switch (lua_type(L, index)) {
  case LUA_TNONE:
  case LUA_TNIL:
    return lua_pushliteral(L, "nil");
  case LUA_TNUMBER:
  case LUA_TBOOLEAN:
    return luaL_tolstring(L, index, NULL);
  case LUA_TSTRING:
    return lua_pushfstring(L, "\"%s\"", lua_tostring(L, index));
  default:
    return lua_pushfstring(L, "a %s", luaL_typename(L, index));
  }
}

static void complain(struct reader *r, const nn_param *p, int index) {
  const char *given = nnlua_describe(r->L, index), *hint = "";
  if (p == r->params && p->type == NN_P_TENSOR) hint = nnlua_colon_hint(r->L);
  nnlua_error(r->L, "%s: %s must be %s, not %s%s", r->what, p->name, nn_type_text(p->type), given,
              hint);
}

/* -- Lists ----------------------------------------------------------------------------------- */

static void add_int(struct reader *r, const nn_param *p, int index) {
  lua_State *L = r->L;
  int whole;
  lua_Integer i = lua_tointegerx(L, index, &whole);
  if (!whole || lua_type(L, index) != LUA_TNUMBER)
    nnlua_error(L, "%s: %s must hold integers, not %s", r->what, p->name, nnlua_describe(L, index));
  if (r->out->nints == NNLUA_MAX_INTS)
    nnlua_error(L, "%s: %s holds more than %d numbers", r->what, p->name, NNLUA_MAX_INTS);
  r->out->ints[r->out->nints++] = i;
}

/* The array part of the table at `index`. */
static nn_arg read_int_list(struct reader *r, const nn_param *p, int index) {
  lua_State *L = r->L;
  int first = r->out->nints, n = (int)lua_rawlen(L, index);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, index, i);
    add_int(r, p, lua_gettop(L));
    lua_pop(L, 1);
  }
  return nn_ints(n, r->out->ints + first);
}

static nn_arg read_tensor_list(struct reader *r, const nn_param *p, int index) {
  lua_State *L = r->L;
  lua_Unsigned n = lua_rawlen(L, index);
  nn_tensor **list = r->out->list;
  if (n > 1000000) nnlua_error(L, "%s: %s holds too many tensors", r->what, p->name);
  if (n > NNLUA_MAX_LIST) { /* stays on the stack for the rest of the call */
    luaL_checkstack(L, 4, NULL);
    list = lua_newuserdatauv(L, n * sizeof *list, 0);
  }
  for (lua_Unsigned i = 1; i <= n; i++) {
    lua_rawgeti(L, index, (lua_Integer)i);
    list[i - 1] = nnlua_tensor(L, -1);
    if (!list[i - 1])
      nnlua_error(L, "%s: %s[%d] must be a tensor, not %s", r->what, p->name, (int)i,
                  nnlua_describe(L, -1));
    lua_pop(L, 1);
  }
  return nn_ts((int)n, list);
}

nn_tensor **nnlua_check_tensors(lua_State *L, int index, const char *what, const char *name,
                                const char *expected, int *n) {
  nn_tensor *one = nnlua_tensor(L, index);
  if (!one && !lua_istable(L, index))
    nnlua_error(L, "%s: %s must be %s, not %s", what, name, expected, nnlua_describe(L, index));
  *n = one ? 1 : (int)lua_rawlen(L, index);
  nn_tensor **list = lua_newuserdatauv(L, ((size_t)*n + 1) * sizeof *list, 0);
  if (one) list[0] = one;
  for (int i = 0; !one && i < *n; i++) {
    lua_rawgeti(L, index, i + 1);
    list[i] = nnlua_tensor(L, -1);
    if (!list[i])
      nnlua_error(L, "%s: %s[%d] must be a tensor, not %s", what, name, i + 1,
                  nnlua_describe(L, -1));
    lua_pop(L, 1);
  }
  return list;
}

/* -- Single values --------------------------------------------------------------------------- */

/* A reader for each type of parameter: the value at `index`, or none where it does not fit. */
typedef nn_arg reader_fn(struct reader *r, const nn_param *p, int index);

static nn_arg read_number(struct reader *r, const nn_param *p, int index) {
  lua_State *L = r->L;
  (void)p;
  if (lua_type(L, index) != LUA_TNUMBER) return nn_none();
  return lua_isinteger(L, index) ? nn_int(lua_tointeger(L, index))
                                 : nn_number(lua_tonumber(L, index));
}

static nn_arg read_int(struct reader *r, const nn_param *p, int index) {
  int whole;
  (void)p;
  if (lua_type(r->L, index) != LUA_TNUMBER) return nn_none();
  lua_Integer i = lua_tointegerx(r->L, index, &whole);
  return whole ? nn_int(i) : nn_none();
}

static nn_arg read_bool(struct reader *r, const nn_param *p, int index) {
  (void)p;
  return lua_isboolean(r->L, index) ? nn_flag(lua_toboolean(r->L, index)) : nn_none();
}

static nn_arg read_string(struct reader *r, const nn_param *p, int index) {
  (void)p;
  return lua_type(r->L, index) == LUA_TSTRING ? nn_string(lua_tostring(r->L, index)) : nn_none();
}

static nn_arg read_tensor(struct reader *r, const nn_param *p, int index) {
  (void)p;
  nn_tensor *t = nnlua_tensor(r->L, index);
  return t ? nn_t(t) : nn_none();
}

static nn_arg read_operand(struct reader *r, const nn_param *p, int index) {
  if (lua_type(r->L, index) == LUA_TNUMBER) return read_number(r, p, index);
  return lua_isboolean(r->L, index) ? read_bool(r, p, index) : read_tensor(r, p, index);
}

static nn_arg read_tensors(struct reader *r, const nn_param *p, int index) {
  return lua_istable(r->L, index) ? read_tensor_list(r, p, index) : nn_none();
}

/* A number alone is itself where it may be an index, and a list of one where it is a size. */
static nn_arg read_ints(struct reader *r, const nn_param *p, int index) {
  return lua_istable(r->L, index) ? read_int_list(r, p, index) : read_int(r, p, index);
}

static nn_arg read_shape(struct reader *r, const nn_param *p, int index) {
  int first = r->out->nints;
  if (lua_istable(r->L, index)) return read_int_list(r, p, index);
  if (lua_type(r->L, index) != LUA_TNUMBER) return nn_none();
  add_int(r, p, index);
  return nn_ints(1, r->out->ints + first);
}

static nn_arg read_generator(struct reader *r, const nn_param *p, int index) {
  (void)p;
  nn_generator *g = nnlua_test(r->L, index, NNLUA_GENERATOR);
  return g ? (nn_arg){.kind = NN_GENERATOR, .v.g = g} : nn_none();
}

static reader_fn *const readers[] = {
    [NN_P_TENSOR] = read_tensor, [NN_P_TENSORS] = read_tensors, [NN_P_OPERAND] = read_operand,
    [NN_P_NUMBER] = read_number, [NN_P_INT] = read_int,         [NN_P_BOOL] = read_bool,
    [NN_P_INTS] = read_ints,     [NN_P_DIM] = read_int,         [NN_P_DIMS] = read_ints,
    [NN_P_INDEX] = read_int,     [NN_P_SHAPE] = read_shape,     [NN_P_DTYPE] = read_string,
    [NN_P_CHOICE] = read_string, [NN_P_NUMBERS] = read_number,  [NN_P_GENERATOR] = read_generator};

/* The value at `index` as parameter p; none for nil. */
static nn_arg read_value(struct reader *r, const nn_param *p, int index) {
  if (lua_isnil(r->L, index)) return nn_none();
  nn_arg value = readers[p->type](r, p, index);
  if (value.kind != NN_NONE) return value;
  bool off = p->off && lua_isboolean(r->L, index) && !lua_toboolean(r->L, index);
  if (!off) complain(r, p, index);
  return nn_flag(false);
}

bool nnlua_opt_set_to_none(lua_State *L) {
  lua_settop(L, 2);
  if (lua_istable(L, 2))
    lua_getfield(L, 2, "set_to_none");
  else
    lua_pushvalue(L, 2);
  return lua_isnoneornil(L, -1) || lua_toboolean(L, -1);
}

/* -- Keywords -------------------------------------------------------------------------------- */

static int least_of(int a, int b) { return a < b ? a : b; }

/* How many letters differ; two neighbours exchanged count as one difference (the distance of
 * Damerau and Levenshtein, restricted). */
static int distance(const char *a, const char *b) {
  enum { LONGEST = 32 };
  int n = (int)strlen(b), rows[3][LONGEST + 1], *before = rows[0], *row = rows[1], *next = rows[2];
  if (n > LONGEST || strlen(a) > LONGEST) return LONGEST;
  for (int j = 0; j <= n; j++) row[j] = j;
  for (int i = 0; a[i]; i++) {
    next[0] = i + 1;
    for (int j = 0; j < n; j++) {
      next[j + 1] = least_of(row[j] + (a[i] != b[j]), least_of(next[j], row[j + 1]) + 1);
      bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) next[j + 1] = least_of(next[j + 1], before[j - 1] + 1);
    }
    int *free_row = before;
    before = row, row = next, next = free_row;
  }
  return row[n];
}

const char *nnlua_nearest(const char *name, const char *(*next)(const void *of, int i),
                          const void *of) {
  const char *best = NULL, *known;
  int least = (int)strlen(name) / 3 + 1;
  if (least < 2) least = 2;
  for (int i = 0; (known = next(of, i)); i++) {
    int d = distance(name, known);
    size_t shorter = strlen(name) < strlen(known) ? strlen(name) : strlen(known);
    bool starts = shorter > 2 && strncmp(name, known, shorter) == 0;
    if (starts) d = 0;
    if (d < least) {
      least = d;
      best = known;
    }
  }
  return best;
}

static const char *next_param(const void *of, int i) {
  const struct reader *r = of;
  if (i < r->n) return r->params[i].name;
  return r->factory && i == r->n ? "requires_grad" : NULL;
}

/* Pushes the parameters' names. */
static const char *list_params(struct reader *r) {
  luaL_Buffer b;
  const char *name;
  luaL_buffinit(r->L, &b);
  for (int i = 0; (name = next_param(r, i)); i++) {
    if (i > 0) luaL_addstring(&b, ", ");
    luaL_addstring(&b, name);
  }
  luaL_pushresult(&b);
  return lua_tostring(r->L, -1);
}

static void read_keyword(struct reader *r, int key, int value) {
  lua_State *L = r->L;
  const char *name = lua_tostring(L, key);
  for (int i = 0; i < r->n; i++) {
    if (strcmp(r->params[i].name, name) != 0) continue;
    if (r->out->arg[i].kind != NN_NONE)
      nnlua_error(L, "%s: %s is given twice, by position and by name", r->what, name);
    r->out->arg[i] = read_value(r, &r->params[i], value);
    return;
  }
  if (r->factory && strcmp(name, "requires_grad") == 0) {
    if (!lua_isboolean(L, value))
      nnlua_error(L, "%s: requires_grad must be a boolean, not %s", r->what,
                  nnlua_describe(L, value));
    r->out->requires_grad = lua_toboolean(L, value);
    return;
  }
  const char *near = nnlua_nearest(name, next_param, r);
  if (near)
    nnlua_error(L, "%s: there is no argument \"%s\"; do you mean \"%s\"?", r->what, name, near);
  nnlua_error(L, "%s: there is no argument \"%s\"; known are %s", r->what, name, list_params(r));
}

/* Every key of the table but its array part. */
static void read_keywords(struct reader *r, int index) {
  lua_State *L = r->L;
  lua_Integer n = (lua_Integer)lua_rawlen(L, index);
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= n) continue;
    if (lua_type(L, -2) != LUA_TSTRING)
      nnlua_error(L, "%s: an argument's name must be a string, not %s", r->what,
                  nnlua_describe(L, -2));
    read_keyword(r, lua_gettop(L) - 1, lua_gettop(L));
  }
}

static bool has_names(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
    if (lua_type(L, -2) == LUA_TSTRING) {
      lua_pop(L, 2);
      return true;
    }
  return false;
}

static bool is_empty_table(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  lua_pushnil(L);
  if (!lua_next(L, index)) return true;
  lua_pop(L, 2);
  return false;
}

/* -- Positions ------------------------------------------------------------------------------- */

static bool takes_list(const nn_param *p) {
  return p->type == NN_P_SHAPE || p->type == NN_P_DIMS || p->type == NN_P_INTS ||
         p->type == NN_P_TENSORS;
}

/* Sizes, and trailing dimensions, may stand as several arguments: x:view(2, 3), x:permute(2, 1).
 * Returns how many it took. */
static int read_run(struct reader *r, int i, int index, int last) {
  const nn_param *p = &r->params[i];
  int first = r->out->nints, taken = 0;
  while (index + taken <= last && lua_type(r->L, index + taken) == LUA_TNUMBER)
    add_int(r, p, index + taken++);
  r->out->arg[i] = nn_ints(taken, r->out->ints + first);
  return taken;
}

static bool is_run(const struct reader *r, int i, int index) {
  nn_type type = r->params[i].type;
  bool may = type == NN_P_SHAPE || (type == NN_P_DIMS && i == r->n - 1);
  return may && lua_type(r->L, index) == LUA_TNUMBER;
}

static void read_positions(struct reader *r, int first, int last) {
  int i = 0, index = first;
  while (index <= last) {
    if (i == r->n)
      nnlua_error(r->L, "%s: takes %d argument%s, but %s is one more", r->what, r->n,
                  r->n == 1 ? "" : "s", nnlua_describe(r->L, index));
    if (is_run(r, i, index)) {
      index += read_run(r, i, index, last);
    } else {
      r->out->arg[i] = read_value(r, &r->params[i], index++);
    }
    i++;
  }
}

void nnlua_read_args(lua_State *L, int first, const char *what, const nn_param *params, int n,
                     bool factory, nnlua_args *out) {
  struct reader r = {L, what, params, n, factory, out};
  int last = lua_gettop(L), names = 0;
  out->nints = 0;
  out->requires_grad = false;
  for (int i = 0; i < n; i++) out->arg[i].kind = NN_NONE;
  luaL_checkstack(L, 8, NULL);
  if (last >= first && has_names(L, last)) names = last;
  bool list_too =
      names && lua_rawlen(L, names) > 0 && last - first < n && takes_list(&params[last - first]);
  if (names && !list_too && lua_rawlen(L, names) > 0)
    nnlua_error(L, "%s: a table of named arguments cannot hold other values", what);
  if (!names && last >= first && is_empty_table(L, last) &&
      !(last - first < n && takes_list(&params[last - first])))
    names = last;
  read_positions(&r, first, names && !list_too ? last - 1 : last);
  if (names) read_keywords(&r, names);
  if (n > 0 && params->type == NN_P_TENSOR && !params->optional && out->arg[0].kind == NN_NONE)
    complain(&r, params, last + 1);
}
