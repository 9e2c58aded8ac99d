/* nn.h - the nnlua engine: tensors, automatic differentiation, layers, optimisers, files.
 *
 * This is the engine's only public header, and its manual. A program needs nothing else:
 *
 *     nn_ctx *ctx;
 *     if (nn_ctx_create(NULL, &ctx) != NN_OK) return 1;
 *     nn_tensor *x, *y;
 *     nn_arg args[] = {nn_ints(2, (int64_t[]){2, 3})};
 *     nn_run(ctx, nn_op_find("randn"), args, 1, &x);       // x = randn(2, 3)
 *     nn_run(ctx, nn_op_find("relu"), (nn_arg[]){nn_t(x)}, 1, &y);
 *     nn_release(x), nn_release(y), nn_ctx_destroy(ctx);
 *
 * Four rules hold everywhere.
 * - Status. A function that can fail returns a status and writes its results, through pointers,
 *   on success only. nn_message() then tells what went wrong, in a sentence with the shapes.
 *   The engine never prints, exits, aborts or longjmps.
 * - Ownership. What comes out through `**out` belongs to the caller, who releases it once.
 *   Arguments are borrowed: the engine retains what it needs beyond the call.
 * - Counting. Dimensions, indices and class labels count from options.base (0, or 1 as in Lua);
 *   negative dimensions and indices count from the end. State-dict names always count from 0.
 * - Threads. A context and all that was made in it belong to one thread at a time; inside, the
 *   engine uses as many threads as nn_set_num_threads allows. */
#ifndef NN_H
#define NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NN_VERSION "0.1.0"
#define NN_MAX_DIMS 8 /* dimensions of a tensor, at most */

#if defined(__GNUC__)
#define NN_API __attribute__((visibility("default")))
#define NN_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define NN_API
#define NN_PRINTF(text, first)
#endif

typedef struct nn_ctx nn_ctx;             /* everything hangs on a context */
typedef struct nn_tensor nn_tensor;       /* an n-dimensional array, perhaps with a gradient */
typedef struct nn_op nn_op;               /* an operation of the catalogue, e.g. "matmul" */
typedef struct nn_generator nn_generator; /* a stream of random numbers */
typedef struct nn_layer nn_layer;         /* a kind of layer of the catalogue, e.g. "Linear" */
typedef struct nn_module nn_module;       /* a layer or a model: parameters and a forward */
typedef struct nn_rule nn_rule;           /* a kind of optimiser of the catalogue, e.g. "Adam" */
typedef struct nn_optimizer nn_optimizer; /* an optimiser at work on some parameters */

/* -- Status ---------------------------------------------------------------------------------- */

#define NN_STATUSES(X)                             \
  X(NN_OK, "success")                              \
  X(NN_ENOMEM, "out of memory")                    \
  X(NN_EARG, "an argument does not fit")           \
  X(NN_ESHAPE, "shapes do not fit")                \
  X(NN_ESTATE, "not possible in this state")       \
  X(NN_EIO, "a file could not be read or written") \
  X(NN_ESTOP, "interrupted")                       \
  X(NN_EHOST, "a callback failed")

typedef enum nn_status {
#define NN_STATUS_ENUM(name, text) name,
  NN_STATUSES(NN_STATUS_ENUM)
#undef NN_STATUS_ENUM
} nn_status;

/* A status in words, e.g. "out of memory". Static memory. */
NN_API const char *nn_status_text(nn_status status);

/* What went wrong in the last call that failed, e.g. "mm: cannot multiply 2x3 by 4x5: …".
 * Valid until the next failure in this context. */
NN_API const char *nn_message(const nn_ctx *ctx);

/* Fails on behalf of a callback: sets the message, returns `status`. */
NN_API nn_status nn_fail(nn_ctx *ctx, nn_status status, const char *format, ...) NN_PRINTF(3, 4);

/* -- Context --------------------------------------------------------------------------------- */

typedef struct nn_options {
  int base;                 /* what counting starts from: 0 or 1 */
  const volatile int *stop; /* when not NULL: nonzero makes running work return NN_ESTOP */
} nn_options;

/* Creates a context; `options` may be NULL for the defaults (base 0). */
NN_API nn_status nn_ctx_create(const nn_options *options, nn_ctx **out);

/* Ends a context. Everything made in it must have been released before. NULL is allowed. */
NN_API void nn_ctx_destroy(nn_ctx *ctx);

/* How many threads one operation may use. Starts from OMP_NUM_THREADS, or the number of CPUs.
 * The same seed gives the same bits at every number of threads. */
NN_API void nn_set_num_threads(nn_ctx *ctx, int n);
NN_API int nn_get_num_threads(const nn_ctx *ctx);

/* Whether operations record themselves for nn_backward. Returns what it was before. */
NN_API bool nn_set_grad_enabled(nn_ctx *ctx, bool enabled);
NN_API bool nn_is_grad_enabled(const nn_ctx *ctx);

/* What the build and the machine are, e.g. "BLIS 0.9.0, x86-64-v4". Static memory. */
NN_API const char *nn_build_info(void);

/* -- Memory ---------------------------------------------------------------------------------- */

typedef struct nn_memory_stats {
  size_t live;         /* bytes in use: tensors, graph nodes, layers, all */
  size_t blocks;       /* how many pieces they are in */
  size_t peak;         /* the most `live` has been */
  size_t cached;       /* freed bytes kept for the next request */
  uint64_t calls;      /* allocations so far, served from the cache or not */
  uint64_t handed_out; /* bytes of all allocations so far */
} nn_memory_stats;

NN_API nn_memory_stats nn_get_memory_stats(const nn_ctx *ctx);

/* Makes the k-th allocation from here on fail once (k from 1), for tests; 0 takes it back. */
NN_API void nn_fail_allocation(nn_ctx *ctx, uint64_t k);

/* Gives cached memory back to the system. */
NN_API void nn_trim_memory(nn_ctx *ctx);

/* -- Element types --------------------------------------------------------------------------- */

#define NN_DTYPES(X)             \
  X(NN_FLOAT32, float32, float)  \
  X(NN_FLOAT64, float64, double) \
  X(NN_INT64, int64, int64_t)    \
  X(NN_BOOL, bool, uint8_t)

typedef enum nn_dtype {
#define NN_DTYPE_ENUM(id, name, type) id,
  NN_DTYPES(NN_DTYPE_ENUM)
#undef NN_DTYPE_ENUM
      NN_DTYPE_COUNT
} nn_dtype;

NN_API const char *nn_dtype_name(nn_dtype dtype);                  /* "float32" */
NN_API size_t nn_dtype_size(nn_dtype dtype);                       /* bytes an element */
NN_API bool nn_dtype_from_name(const char *name, nn_dtype *dtype); /* false: no such type */
NN_API bool nn_dtype_is_floating(nn_dtype dtype);

/* -- Arguments ------------------------------------------------------------------------------- */

/* What an argument holds. NN_NONE stands for one that is left out. */
typedef enum nn_kind {
  NN_NONE,
  NN_TENSOR,
  NN_TENSORS,
  NN_NUMBER,
  NN_INT,
  NN_INTS,
  NN_FLAG,
  NN_STRING,
  NN_GENERATOR
} nn_kind;

typedef struct nn_arg {
  nn_kind kind;
  int n; /* how many tensors or ints */
  union {
    nn_tensor *t;
    nn_tensor *const *ts;
    double d;
    int64_t i;
    const int64_t *is;
    bool b;
    const char *s;
    nn_generator *g;
  } v;
} nn_arg;

static inline nn_arg nn_none(void) { return (nn_arg){.kind = NN_NONE}; }
static inline nn_arg nn_t(nn_tensor *t) { return (nn_arg){.kind = NN_TENSOR, .v.t = t}; }
static inline nn_arg nn_ts(int n, nn_tensor *const *ts) {
  return (nn_arg){.kind = NN_TENSORS, .n = n, .v.ts = ts};
}
static inline nn_arg nn_number(double d) { return (nn_arg){.kind = NN_NUMBER, .v.d = d}; }
static inline nn_arg nn_int(int64_t i) { return (nn_arg){.kind = NN_INT, .v.i = i}; }
static inline nn_arg nn_ints(int n, const int64_t *is) {
  return (nn_arg){.kind = NN_INTS, .n = n, .v.is = is};
}
static inline nn_arg nn_flag(bool b) { return (nn_arg){.kind = NN_FLAG, .v.b = b}; }
static inline nn_arg nn_string(const char *s) { return (nn_arg){.kind = NN_STRING, .v.s = s}; }

/* What a parameter of an operation, layer or optimiser accepts. `dim`, `dims` and `index` are
 * ints that count from options.base; a dtype is passed as the string of its name. */
#define NN_TYPES(X)                                      \
  X(NN_P_TENSOR, tensor, "a tensor")                     \
  X(NN_P_TENSORS, tensors, "a list of tensors")          \
  X(NN_P_OPERAND, operand, "a tensor or a number")       \
  X(NN_P_NUMBER, number, "a number")                     \
  X(NN_P_INT, int, "an integer")                         \
  X(NN_P_BOOL, bool, "a boolean")                        \
  X(NN_P_INTS, ints, "an integer or a list of them")     \
  X(NN_P_DIM, dim, "a dimension")                        \
  X(NN_P_DIMS, dims, "a dimension or a list of them")    \
  X(NN_P_INDEX, index, "an index")                       \
  X(NN_P_SHAPE, shape, "sizes")                          \
  X(NN_P_DTYPE, dtype, "a dtype")                        \
  X(NN_P_CHOICE, choice, "a name")                       \
  X(NN_P_NUMBERS, numbers, "a number or a list of them") \
  X(NN_P_GENERATOR, generator, "a generator")

typedef enum nn_type {
#define NN_TYPE_ENUM(id, name, text) id,
  NN_TYPES(NN_TYPE_ENUM)
#undef NN_TYPE_ENUM
} nn_type;

NN_API const char *nn_type_name(nn_type type); /* "dims" */
NN_API const char *nn_type_text(nn_type type); /* "a dimension or a list of them" */

typedef struct nn_param {
  const char *name;    /* "keepdim" */
  nn_type type;        /* NN_P_BOOL */
  bool optional;       /* may be left out */
  bool off;            /* false may stand for none: "momentum:number?=0.1" */
  nn_arg value;        /* its default, NN_NONE where there is none */
  const char *choices; /* "mean|sum|none" for NN_P_CHOICE, else NULL */
  const char *text;    /* the declaration itself: "keepdim:bool=false" */
} nn_param;

/* Reads the declaration of a function that the host adds, "x:tensor size:shape? std:number=1", as
 * those of the catalogue are; *n is how many. NULL: out of memory. */
NN_API nn_param *nn_params_create(const char *text, int *n);
NN_API void nn_params_free(nn_param *params);

/* Copies n arguments over the defaults of the params to `bound`, and checks their kinds. `what`,
 * the function's name, starts the message of an error. */
NN_API nn_status nn_bind(nn_ctx *ctx, const char *what, const nn_param *params, int nparams,
                         const nn_arg *args, int n, nn_arg *bound);

/* -- Operations ------------------------------------------------------------------------------ */

typedef enum nn_op_flags {
  NN_OP_INPLACE = 1,      /* has a form that mutates its first tensor, named with a `_` */
  NN_OP_ONLY_INPLACE = 2, /* has only that form */
  NN_OP_FACTORY = 4,      /* makes a tensor from none; takes dtype and requires_grad */
  NN_OP_FUNCTION = 8,     /* is not offered as a method */
  NN_OP_METHOD = 16,      /* is not offered as a function */
  NN_OP_DIFFERENTIABLE = 32,
  NN_OP_ONCE = 64,    /* its gradient has no gradient of its own */
  NN_OP_VIEW = 128,   /* its result shares the input's storage */
  NN_OP_RANDOM = 256, /* draws random numbers */
  NN_OP_HIDDEN = 512  /* serves other operations; not offered to users */
} nn_op_flags;

typedef struct nn_op_info {
  const char *name;
  const char *key;    /* its own for nn_op_find: max along a dimension, a "max", is "max_dim" */
  const char *doc;    /* one paragraph; its first sentence stands alone */
  const char *group;  /* "reductions": the heading it is listed under */
  const char *domain; /* where tests may draw its inputs from, see docs/design.md */
  const nn_param *params;
  int nparams;
  int nout;       /* how many tensors it returns */
  int self;       /* which parameter, from 0, the object of a method is; mostly the first */
  unsigned flags; /* of nn_op_flags */
} nn_op_info;

/* The catalogue: the i-th operation from 0, NULL past the end; one by key, NULL if unknown. */
NN_API const nn_op *nn_op_at(int i);
NN_API const nn_op *nn_op_find(const char *key);
NN_API const nn_op_info *nn_op_describe(const nn_op *op);

/* Runs an operation on `n` arguments, in the order of its parameters; trailing ones may be left
 * out. Writes `nout` tensors to `out`. NN_EARG, NN_ESHAPE, NN_ENOMEM, NN_ESTATE, NN_ESTOP. */
NN_API nn_status nn_run(nn_ctx *ctx, const nn_op *op, const nn_arg *args, int n, nn_tensor **out);

/* Runs the form that mutates its first tensor argument (`add_`). */
NN_API nn_status nn_run_inplace(nn_ctx *ctx, const nn_op *op, const nn_arg *args, int n);

/* -- Tensors --------------------------------------------------------------------------------- */

/* Makes a tensor whose elements are not initialised; fill nn_data() before use. */
NN_API nn_status nn_empty(nn_ctx *ctx, nn_dtype dtype, int ndim, const int64_t *shape,
                          nn_tensor **out);

/* Gives a leaf, in place, elements of another type, and its gradient too. Views of it keep the old
 * elements. NN_ESTATE where it is not a leaf. */
NN_API nn_status nn_convert(nn_tensor *t, nn_dtype dtype);

NN_API nn_tensor *nn_retain(nn_tensor *t); /* one owner more; returns t */
NN_API void nn_release(nn_tensor *t);      /* one owner less; NULL is allowed */

NN_API nn_ctx *nn_context(const nn_tensor *t);
NN_API nn_dtype nn_dtype_of(const nn_tensor *t);
NN_API int nn_ndim(const nn_tensor *t);
NN_API const int64_t *nn_shape(const nn_tensor *t);  /* ndim sizes */
NN_API const int64_t *nn_stride(const nn_tensor *t); /* ndim steps, in elements */
NN_API int64_t nn_numel(const nn_tensor *t);
NN_API bool nn_is_contiguous(const nn_tensor *t);
NN_API void *nn_data(const nn_tensor *t);                       /* the first element */
NN_API bool nn_is_same(const nn_tensor *a, const nn_tensor *b); /* one storage, one layout */

/* The only element, converted. NN_ESHAPE where there is not exactly one. */
NN_API nn_status nn_item(const nn_tensor *t, double *value);

/* A tensor on the same elements with another layout: for indexing. `offset` counts elements from
 * the first one of `t`. The layout must lie inside the storage (NN_ESHAPE). Differentiable. */
NN_API nn_status nn_view(nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                         int64_t offset, nn_tensor **out);

/* "2x3", or "scalar" for no dimensions; into `text`, at most `size` bytes. Returns text. */
NN_API char *nn_shape_text(const nn_tensor *t, char *text, size_t size);

/* -- Automatic differentiation --------------------------------------------------------------- */

/* Whether a gradient flows to it: to a leaf that was marked, or to what was computed from one. */
NN_API bool nn_requires_grad(const nn_tensor *t);
NN_API bool nn_is_leaf(const nn_tensor *t);

/* Marks a leaf as one whose gradient is wanted, or not. NN_EARG on integers; NN_ESTATE where a
 * result is to be one that is not. */
NN_API nn_status nn_set_requires_grad(nn_tensor *t, bool requires_grad);

/* Whether a tensor was marked as a parameter: a leaf that a module registers when it is assigned.
 */
NN_API bool nn_is_parameter(const nn_tensor *t);
NN_API void nn_mark_parameter(nn_tensor *t);

/* Keeps the gradient of a tensor that is not a leaf, too. */
NN_API nn_status nn_retain_grad(nn_tensor *t);

/* The accumulated gradient, borrowed; NULL where there is none. */
NN_API nn_tensor *nn_grad(const nn_tensor *t);

/* Replaces it (NULL drops it). Its shape and dtype must be those of `t`. */
NN_API nn_status nn_set_grad(nn_tensor *t, nn_tensor *grad);

/* What computed `t`, e.g. "AddBackward", NULL for a leaf. Static memory. */
NN_API const char *nn_grad_fn(const nn_tensor *t);

typedef struct nn_backward_options {
  bool retain_graph; /* keep what backward needs, so that it can run again */
  bool create_graph; /* record the backward pass itself, for gradients of gradients */
  bool allow_unused; /* nn_gradients: NULL for an input that the roots do not depend on */
} nn_backward_options;

/* Adds to .grad of every leaf below `roots` the gradient of the roots, each weighted by
 * gradients[i] (NULL, or one that is NULL: 1, for a root of one element). `options` may be NULL. */
NN_API nn_status nn_backward(nn_ctx *ctx, int n, nn_tensor *const *roots,
                             nn_tensor *const *gradients, const nn_backward_options *options);

/* Returns the gradients for `inputs` instead, and leaves every .grad alone. */
NN_API nn_status nn_gradients(nn_ctx *ctx, int n, nn_tensor *const *roots,
                              nn_tensor *const *gradients, int ninputs, nn_tensor *const *inputs,
                              const nn_backward_options *options, nn_tensor **out);

/* A function differentiated by its author. `backward` receives the gradients of the outputs
 * (NULL where none arrived) and writes new references to those of the inputs (NULL for none), of
 * the inputs' shapes or of shapes that these broadcast to; `free` runs when the graph node dies. */
typedef struct nn_function {
  const char *name;
  nn_status (*backward)(void *self, nn_ctx *ctx, int nout, nn_tensor *const *gout, int nin,
                        nn_tensor **gin);
  void (*free)(void *self);
  void *self;
} nn_function;

/* Records `outputs` (fresh tensors, computed without grad) as computed from `inputs` by
 * `function`; `saved` tensors (inputs, outputs or others) are kept for backward, and come back
 * through nn_function_saved. Takes over function->self on success. */
NN_API nn_status nn_record(nn_ctx *ctx, const nn_function *function, int nin,
                           nn_tensor *const *inputs, int nout, nn_tensor *const *outputs,
                           int nsaved, nn_tensor *const *saved);

/* During a nn_function's backward: a new reference to its i-th saved tensor, from 0. NN_ESTATE
 * where it was changed in place since. */
NN_API nn_status nn_function_saved(nn_ctx *ctx, int i, nn_tensor **out);

/* The graph node behind a tensor, for walking (nn_node_* borrow; valid while the tensor lives).
 * NULL for a leaf. */
typedef struct nn_node nn_node;
NN_API const nn_node *nn_node_of(const nn_tensor *t);
NN_API const char *nn_node_name(const nn_node *node);
NN_API int nn_node_input_count(const nn_node *node);
NN_API const nn_node *nn_node_input(const nn_node *node, int i); /* NULL: a leaf, or none */
NN_API nn_tensor *nn_node_leaf(const nn_node *node, int i);      /* borrowed; NULL: not a leaf */

/* -- Random numbers -------------------------------------------------------------------------- */

/* A stream of its own; every operation that draws takes one, or uses the context's. */
NN_API nn_status nn_generator_create(nn_ctx *ctx, nn_generator **out);
NN_API void nn_generator_release(nn_generator *g);
NN_API nn_generator *nn_default_generator(nn_ctx *ctx); /* borrowed */

/* Starts a stream over: the CPU stream of torch.manual_seed(seed). */
NN_API void nn_generator_seed(nn_generator *g, uint64_t seed);
NN_API uint64_t nn_generator_initial_seed(const nn_generator *g);

/* Puts a stream where another one is: to go on from there, or to come back to it. */
NN_API void nn_generator_copy(nn_generator *to, const nn_generator *from);

/* -- Layers and models ----------------------------------------------------------------------- */

typedef struct nn_layer_info {
  const char *name; /* "Linear" */
  const char *doc;
  const nn_param *params; /* of its constructor */
  int nparams;
  int ninputs; /* tensors that forward takes: 1, for losses 2 */
} nn_layer_info;

NN_API const nn_layer *nn_layer_at(int i); /* NULL past the end */
NN_API const nn_layer *nn_layer_find(const char *name);
NN_API const nn_layer_info *nn_layer_describe(const nn_layer *layer);

/* Makes a layer; its parameters are initialised as PyTorch does, from the default generator. */
NN_API nn_status nn_module_create(nn_ctx *ctx, const nn_layer *layer, const nn_arg *args, int n,
                                  nn_module **out);

/* A model whose forward is the host's: it runs when the model stands inside a Sequential. `free`
 * runs when the module dies. */
typedef struct nn_host {
  nn_status (*forward)(void *self, nn_module *module, nn_tensor *x, nn_tensor **out);
  void (*free)(void *self);
  void *self;
} nn_host;
NN_API nn_status nn_module_create_hosted(nn_ctx *ctx, const char *name, const nn_host *host,
                                         nn_module **out);

NN_API nn_module *nn_module_retain(nn_module *m);
NN_API void nn_module_release(nn_module *m);

NN_API const char *nn_module_name(const nn_module *m);      /* "Linear" */
NN_API const nn_layer *nn_module_layer(const nn_module *m); /* NULL: hosted */

/* What print shows between the parentheses: "in_features=10, out_features=4, bias=true". */
NN_API char *nn_module_extra(const nn_module *m, char *text, size_t size);

/* An argument that the layer was made with, by name: NULL where there is none. */
NN_API const nn_arg *nn_module_config(const nn_module *m, const char *name);

/* Runs forward on n tensors. An error carries the path to the layer that failed, e.g.
 * "…, in model[3] (Linear 100 -> 4)". */
NN_API nn_status nn_module_forward(nn_module *m, int n, nn_tensor *const *inputs, nn_tensor **out);

/* The entries of a module in the order of assignment. */
typedef enum nn_entry_kind { NN_PARAMETER, NN_BUFFER, NN_CHILD } nn_entry_kind;
typedef struct nn_entry {
  const char *name;
  nn_entry_kind kind;
  nn_tensor *tensor; /* of a parameter or buffer; borrowed; NULL: registered, but absent */
  nn_module *module; /* of a child; borrowed */
} nn_entry;
NN_API int nn_module_count(const nn_module *m);
NN_API nn_entry nn_module_entry(const nn_module *m, int i);
NN_API bool nn_module_find(const nn_module *m, const char *name, nn_entry *entry);

/* Sets or replaces an entry; a NULL tensor keeps the name, without a value. NN_ESTATE where a child
 * would contain its parent. */
NN_API nn_status nn_module_set_tensor(nn_module *m, const char *name, nn_entry_kind kind,
                                      nn_tensor *t);
NN_API nn_status nn_module_set_child(nn_module *m, const char *name, nn_module *child);
NN_API void nn_module_remove(nn_module *m, const char *name);

/* Calls visit for every parameter and/or buffer below m, each tensor once, by its path
 * ("0.weight"); stops at the first status that is not NN_OK and returns it. */
typedef nn_status (*nn_visit)(void *self, const char *path, nn_entry_kind kind, nn_tensor *t);
NN_API nn_status nn_module_walk(nn_module *m, nn_visit visit, void *self);

NN_API bool nn_module_is_training(const nn_module *m);
NN_API void nn_module_set_training(nn_module *m, bool training); /* and all below it */

/* Converts, in place, all floating parameters and buffers below m, and their gradients. */
NN_API nn_status nn_module_to(nn_module *m, nn_dtype dtype);

/* Drops all gradients below m, or fills them with zeros. */
NN_API nn_status nn_module_zero_grad(nn_module *m, bool set_to_none);

/* -- Optimisers ------------------------------------------------------------------------------ */

typedef struct nn_rule_info {
  const char *name;       /* "SGD" */
  const char *doc;        /* the update as a formula, and its paper */
  const nn_param *params; /* numbers and booleans: "lr:number=0.001 momentum:number=0" */
  int nparams;
} nn_rule_info;

NN_API const nn_rule *nn_rule_at(int i); /* NULL past the end */
NN_API const nn_rule *nn_rule_find(const char *name);
NN_API const nn_rule_info *nn_rule_describe(const nn_rule *rule);

/* An optimiser without parameters; groups bring them. `options` are its defaults. */
NN_API nn_status nn_optimizer_create(nn_ctx *ctx, const nn_rule *rule, const nn_arg *options, int n,
                                     nn_optimizer **out);
NN_API void nn_optimizer_release(nn_optimizer *o);
NN_API const nn_rule *nn_optimizer_rule(const nn_optimizer *o);

/* Adds a group of parameters (leaves that require grad; each in one group only); options left out
 * are the optimiser's defaults. */
NN_API nn_status nn_optimizer_add_group(nn_optimizer *o, int nparams, nn_tensor *const *params,
                                        const nn_arg *options, int n);
NN_API int nn_optimizer_group_count(const nn_optimizer *o);
NN_API int nn_optimizer_param_count(const nn_optimizer *o, int group);
NN_API nn_tensor *nn_optimizer_param(const nn_optimizer *o, int group, int i); /* borrowed */

/* Option i of a group (a number, or 0 and 1 for a boolean), in the order of the rule's params.
 * Setting checks its range (NN_EARG). */
NN_API double nn_optimizer_get(const nn_optimizer *o, int group, int i);
NN_API nn_status nn_optimizer_set(nn_optimizer *o, int group, int i, double value);

/* Updates every parameter that has a gradient. */
NN_API nn_status nn_optimizer_step(nn_optimizer *o);
NN_API nn_status nn_optimizer_zero_grad(nn_optimizer *o, bool set_to_none);

/* The state of a parameter, for saving: its step count, and its k-th tensor with its name
 * ("exp_avg"); NULL where there is none (yet). Setting copies. */
NN_API int64_t nn_optimizer_steps(const nn_optimizer *o, int group, int i);
NN_API nn_tensor *nn_optimizer_state(const nn_optimizer *o, int group, int i, int k,
                                     const char **name);
NN_API nn_status nn_optimizer_set_state(nn_optimizer *o, int group, int i, int64_t steps,
                                        const char *name, nn_tensor *value);

/* Scales all gradients of the tensors so that their p-norm together is at most max_norm
 * (clip_grad_norm_); *norm is what it was. Clamps them to [-limit, limit]. */
NN_API nn_status nn_clip_grad_norm(nn_ctx *ctx, int n, nn_tensor *const *params, double max_norm,
                                   double norm_type, double *norm);
NN_API nn_status nn_clip_grad_value(nn_ctx *ctx, int n, nn_tensor *const *params, double limit);

/* -- Files ----------------------------------------------------------------------------------- */

/* Writes named tensors as a .safetensors file; reads one. nn_load_file calls `each` with every
 * name and a tensor that it may retain. Loading never runs code. NN_EIO names the file and why. */
NN_API nn_status nn_save_safetensors(nn_ctx *ctx, const char *path, int n, const char *const *names,
                                     nn_tensor *const *tensors);
NN_API nn_status nn_load_safetensors(nn_ctx *ctx, const char *path,
                                     nn_status (*each)(void *self, const char *name, nn_tensor *t),
                                     void *self);

/* One tensor as a .npy file (NumPy's format, version 1.0). */
NN_API nn_status nn_save_npy(nn_ctx *ctx, const char *path, nn_tensor *t);
NN_API nn_status nn_load_npy(nn_ctx *ctx, const char *path, nn_tensor **out);

#ifdef __cplusplus
}
#endif
#endif
