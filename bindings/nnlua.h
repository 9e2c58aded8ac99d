/* What the files of the Lua side share: one engine context for each Lua state, boxes (userdata that
 * own an engine object), arguments from Lua, errors to Lua. */
#ifndef NNLUA_H
#define NNLUA_H

#include <lauxlib.h>
#include <lua.h>

#include "nn.h"

/* Set by a signal handler; running engine calls then return NN_ESTOP. */
extern volatile int nnlua_stop;

typedef enum nnlua_kind { NNLUA_TENSOR, NNLUA_MODULE, NNLUA_OPTIMIZER, NNLUA_GENERATOR } nnlua_kind;
enum { NNLUA_KINDS = NNLUA_GENERATOR + 1 };

typedef struct nnlua_state {
  nn_ctx *ctx;
  int metatable[NNLUA_KINDS]; /* of boxes, references in the registry */
  lua_State *running;         /* the thread that called the engine, for callbacks */
  size_t budget;              /* see nnlua_pace */
  size_t young_budget;        /* the same, for young collections */
  size_t young_before;        /* bytes alive after the last collection of any kind */
  size_t live_before;         /* bytes alive after the last full collection */
  double collected_at;        /* when that was, in seconds of processor time */
  struct nnlua_pool *pool;    /* see pool.h; NULL outside the program */
} nnlua_state;

/* The state that belongs to L, or an error where L is closing and has none any more. */
nnlua_state *nnlua_get(lua_State *L);

int luaopen_nnlua(lua_State *L);

/* -- Boxes ----------------------------------------------------------------------------------- */

/* What a userdata holds that owns an engine object. The magic word tells it from any other,
 * whatever its metatable. */
struct nnlua_box {
  uint64_t magic;
  void *object;
};

/* The object in the box at `index`; NULL where there is no box of that kind, or an empty one. A
 * user may put any metatable on any userdata, so the box itself says what it is. */
void *nnlua_test(lua_State *L, int index, nnlua_kind kind);
static inline nn_tensor *nnlua_tensor(lua_State *L, int index) {
  return nnlua_test(L, index, NNLUA_TENSOR);
}

/* Pushes an empty box. Made before the engine is asked for the object, so that nothing can fail
 * between receiving it and owning it. */
void **nnlua_new_box(lua_State *L, nnlua_kind kind);

/* Pushes a box with a new reference to the tensor; nil for NULL. */
void nnlua_push_tensor(lua_State *L, nn_tensor *t);

/* The tensor argument `index` of the function `what`, or an error. */
nn_tensor *nnlua_check_tensor(lua_State *L, int index, const char *what, const char *name);

/* Returns, as __tostring does, what the Lua half's nnlua.format makes of argument 1: `what` names
 * the function. */
int nnlua_format(lua_State *L, const char *what);

/* Pushes the metatable of a kind, new, with these functions in it. */
void nnlua_new_metatable(lua_State *L, nnlua_kind kind, const luaL_Reg *methods);

/* -- Errors and collection ------------------------------------------------------------------- */

/* What to add to an error about the object of a method that was called with a dot, as Python does;
 * else "". */
const char *nnlua_colon_hint(lua_State *L);

/* luaL_error, but with the line of the user's script where the Lua half stands in between. */
int nnlua_error(lua_State *L, const char *format, ...);

/* Raises the engine's message where the status is not NN_OK. */
void nnlua_check(lua_State *L, nnlua_state *s, nn_status status);

/* Lua does not see how large tensors are: collects when enough memory may be garbage. To be called
 * before the engine is asked for a tensor, which then gets the memory that the last one had, and
 * before its box is made: what two collections find alive is old to Lua, and one more may find it
 * in a register that has not been used again since. */
void nnlua_pace(lua_State *L, nnlua_state *s);

/* Calls a function on the stack (below its n arguments) on behalf of the engine. A Lua error
 * becomes NN_EHOST with its message. */
nn_status nnlua_callback(lua_State *L, nnlua_state *s, int n, int results);

/* -- Arguments ------------------------------------------------------------------------------- */

enum { NNLUA_MAX_ARGS = 12, NNLUA_MAX_INTS = 64, NNLUA_MAX_LIST = 64 };

typedef struct nnlua_args {
  nn_arg arg[NNLUA_MAX_ARGS];
  int nints, nlist;
  int64_t ints[NNLUA_MAX_INTS];
  nn_tensor *list[NNLUA_MAX_LIST];
  bool requires_grad; /* for factories: the keyword of that name */
} nnlua_args;

/* Reads the Lua arguments from `first` on: by position, then by name in a trailing table. Raises
 * an error that starts with `what` on anything that does not fit. */
void nnlua_read_args(lua_State *L, int first, const char *what, const nn_param *params, int n,
                     bool factory, nnlua_args *out);

/* The tensor, or list of tensors, at `index`, in memory that stays on the stack. `name` is what the
 * function `what` calls it, `expected` what an error asks for: "a list of tensors". */
nn_tensor **nnlua_check_tensors(lua_State *L, int index, const char *what, const char *name,
                                const char *expected, int *n);

/* Whether gradients are to be dropped: argument 2, by position or by name, of the zero_grad of
 * modules and optimisers. */
bool nnlua_opt_set_to_none(lua_State *L);

/* Pushes the value of an argument; nil for none. */
void nnlua_push_arg(lua_State *L, const nn_arg *a);

/* A value in words, for errors: "a string", "2.5", "a tensor of 2x3". */
const char *nnlua_describe(lua_State *L, int index);

/* The known name nearest to `name`, or NULL where none is near. `next` gives the i-th, NULL past
 * the end. */
const char *nnlua_nearest(const char *name, const char *(*next)(const void *of, int i),
                          const void *of);

/* -- What each file adds to the module table on top of the stack ----------------------------- */

void nnlua_open_ops(lua_State *L);
void nnlua_open_tensor(lua_State *L);
void nnlua_open_catalogue(lua_State *L);
void nnlua_open_declare(lua_State *L);
void nnlua_open_create(lua_State *L);
void nnlua_open_autograd(lua_State *L);
void nnlua_open_function(lua_State *L);
void nnlua_open_module(lua_State *L);
void nnlua_open_optim(lua_State *L);
void nnlua_open_file(lua_State *L);
void nnlua_open_directory(lua_State *L);
void nnlua_open_graph(lua_State *L);
void nnlua_open_terminal(lua_State *L);
void nnlua_open_png(lua_State *L);

/* x[k] and x[k] = v, for keys that are not names: the tensor is argument 1, the key 2. */
int nnlua_index(lua_State *L, nnlua_state *s, nn_tensor *x);
int nnlua_newindex(lua_State *L, nnlua_state *s, nn_tensor *x);

/* Runs an operation by name. */
nn_status nnlua_run(nnlua_state *s, const char *op, int n, const nn_arg *args, nn_tensor **out);
nn_status nnlua_run_inplace(nnlua_state *s, const char *op, int n, const nn_arg *args);

#endif
