/* The graph that operations leave behind, and the backward pass over it.
 *
 * A node stands for one call of a differentiable operation. Its inputs lead to the nodes that
 * computed them, or to leaves; nothing leads from inputs to outputs, so there are no cycles, and
 * a graph dies with the last tensor that refers to it. */
#ifndef NN_AUTOGRAD_H
#define NN_AUTOGRAD_H

#include "expr.h"

/* One tensor that went into the call. */
typedef struct nn__input {
  nn_node *node;   /* what computed it, as output `slot`: gradients go there, */
  nn_tensor *leaf; /* or to this leaf, or (both NULL) nowhere */
  int slot;
  uint32_t version;     /* of `saved`, when it was saved */
  nn_tensor *saved;     /* the tensor itself where backward reads it, else NULL */
  const int64_t *shape; /* ndim sizes; behind them ndim strides, where it is not contiguous */
  uint8_t dtype, ndim;
  bool contiguous;
} nn__input;

/* A result that backward reads. It is an alias without history: the result itself owns the node,
 * and a node that owned its result would never die. */
typedef struct nn__output {
  nn_tensor *saved;
  uint32_t version;
  nn_tensor *gradient; /* what has arrived so far, during a backward pass */
  nn_tensor *watcher;  /* the result itself, not retained, where it wants its .grad */
  bool gated;          /* `gradient` is 0 already wherever the result is not above 0 */
} nn__output;

struct nn_node {
  int refs;
  int nin, nout, narg;
  int nsaved;      /* of a function: saved tensors, in `in` behind the inputs */
  size_t bytes;    /* of the block it lies in, with its arrays */
  const nn_op *op; /* NULL where `function` is set */
  nn_function *function;
  bool spent;    /* a backward pass has freed what was saved */
  int pending;   /* nodes that have not yet sent their gradient, in this pass */
  uint64_t pass; /* the running pass that has seen it; 0: none has */
  nn_node *link; /* in the pass's work-list, or the list of dead nodes */
  nn_node *seen; /* in the pass's list of all its nodes */
  nn__input *in;
  nn__output *out;
  nn_arg *arg; /* the call's arguments; tensors among them are in `in` instead */
};

enum { NN__MAX_FUNCTION = 16 }; /* results of a nn_function, at most */

/* What `backward` of an operation sees. */
struct nn__grad {
  nn__scope s; /* where its expressions live */
  nn_node *node;
  bool again;      /* the gradients themselves are recorded (create_graph) */
  bool capturing;  /* the gradients of results are wanted too (nn_gradients) */
  bool last;       /* what was saved is freed afterwards */
  nn_tensor **gin; /* results, one for each input; borrowed from the scope */
};

static inline bool nn__leads_anywhere(const nn__input *in) { return in->node || in->leaf; }

/* Makes the node for a call, before its forward runs. *out is NULL where no input asks for it. */
nn_status nn__make_node(const nn__call *c, nn_node **out);

/* A node of `nin` inputs and `nout` results, with `narg` arguments and room for `nints` ints. */
nn_node *nn__new_node(nn_ctx *ctx, int nin, int nout, int narg, size_t nints, int64_t **ints);

/* How many ints a node keeps of the layout of an input. */
static inline size_t nn__layout_ints(const nn_tensor *t) {
  return t->contiguous ? t->ndim : 2 * (size_t)t->ndim;
}

/* What a node keeps of a tensor that its backward reads. NULL: no memory. */
nn_tensor *nn__save_tensor(nn_tensor *t);

/* Makes `in` the way from a call back to `t`; `keep`: saves t for backward. */
nn_status nn__connect(nn__input *in, nn_tensor *t, bool keep, int64_t **ints);

/* Fails unless a saved tensor still has the version it was saved at. */
nn_status nn__check_version(nn_ctx *ctx, const nn_node *node, const nn_tensor *t, uint32_t version);

/* Makes t the result number `slot` of the node (which gets an owner more). */
void nn__set_node(nn_tensor *t, nn_node *node, int slot);

/* Saves result number `slot` for backward. */
nn_status nn__save_output(nn_node *node, int slot, const nn_tensor *t);

/* Whether a view's base has another node than when the view's own was made. */
static inline bool nn__is_behind(const nn_tensor *t) {
  return t->base && t->base_rebased != t->base->rebased;
}

/* Whether a call on `t` has to be recorded, as far as `t` goes. */
static inline bool nn__wants_grad(const nn_tensor *t) {
  return t->node || t->requires_grad || (nn__is_behind(t) && t->base->node);
}

/* Finds a view that is behind again in the history of its base. */
nn_status nn__follow_base(nn_tensor *t);

/* After `view` was changed in place by the call recorded as its node: makes its base, too, a
 * result of that call. */
nn_status nn__rebase(nn_tensor *view);

void nn__release_node(nn_ctx *ctx, nn_node *node);
void nn__free_dead_node(nn_ctx *ctx);
void nn__free_saved(nn_node *node);
void nn__drain(nn_ctx *ctx);

/* -- For backward functions ------------------------------------------------------------------ */

/* The gradient of result number `slot`; zeros where none arrived. */
nn_tensor *nn__gout(nn__grad *b, int slot);

/* Argument i as it was saved (a number as a 0-d tensor); result `slot` as it was saved. Fails the
 * scope where it was changed in place since. */
nn_tensor *nn__saved(nn__grad *b, int i);
nn_tensor *nn__saved_out(nn__grad *b, int slot);

/* Which input argument i is (the first, for a list). */
int nn__input_of(const nn_node *node, int i);

/* Whether the gradient of argument i is wanted. */
bool nn__wants(const nn__grad *b, int i);

/* Whoever computes the gradient of a relu's result can zero it where that result is 0 in the same
 * pass over memory: nn__take_gate gives the result of the gated operation that input i came from,
 * if its gradient comes from this node alone and is to be seen by nobody else; else NULL. By
 * asking, one promises to do it. */
const nn_tensor *nn__take_gate(nn__grad *b, int i);

/* A tensor for the gradient of input i: a new one, or where `gate` (from nn__take_gate, or NULL)
 * has been read for the last time, one in its place, which is still in the caches. */
nn_tensor *nn__gradient_for(nn__grad *b, int i, const nn_tensor *gate);

/* The gradient of a gated operation's result, zeroed where the result is not above 0. */
nn_tensor *nn__gated(nn__grad *b);

/* The gradient of argument i is `gx`: summed to its shape where it was broadcast. */
void nn__give(nn__grad *b, int i, nn_tensor *gx);

#endif
