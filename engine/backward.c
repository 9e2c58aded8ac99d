/* The backward pass: reverse-mode automatic differentiation over the graph of nodes.
 *
 * The pass first counts, for every node that can be reached, how many edges lead to it; then it
 * runs each node once all of those have delivered, so that a gradient is complete before it is
 * passed on. Both walks keep their work-list inside the nodes: the length of a chain costs heap,
 * not stack. */
#include <string.h>

#include "autograd.h"
#include "shape.h"

/* One running pass. */
struct pass {
  nn_ctx *ctx;
  uint64_t number;
  const nn_backward_options *options;
  nn_node *ready; /* nodes whose gradients are complete */
  nn_node *seen;  /* all nodes of this pass */
  bool capturing; /* for nn_gradients: leaves keep their .grad */
  int ninputs;
  nn_tensor *const *inputs;
  nn_tensor **captured;
};

/* -- Counting -------------------------------------------------------------------------------- */

/* The pass owns what it has seen. A node has room for one pass; the backward of a nn_function may
 * start another, but not over nodes of the one that waits for it. */
static nn_status see(struct pass *p, nn_node *node, nn_node **stack) {
  if (node->pass == p->number) return NN_OK;
  if (node->pass)
    return nn_fail(p->ctx, NN_ESTATE,
                   "backward: inside a backward, the graph that it runs over cannot be "
                   "differentiated again (%s); compute anew what is needed",
                   nn_node_name(node));
  node->refs++;
  node->pass = p->number;
  node->pending = 0;
  node->seen = p->seen;
  p->seen = node;
  node->link = *stack;
  *stack = node;
  return NN_OK;
}

static nn_status count_edges(struct pass *p, nn_node *root) {
  nn_node *stack = NULL;
  NN_TRY(see(p, root, &stack));
  while (stack) {
    nn_node *node = stack;
    stack = node->link;
    for (int i = 0; i < node->nin; i++) {
      nn_node *to = node->in[i].node;
      if (!to) continue;
      NN_TRY(see(p, to, &stack));
      to->pending++;
    }
  }
  return NN_OK;
}

/* -- Delivering ------------------------------------------------------------------------------ */

/* *sum += g, where *sum may be NULL. Takes over one reference to g. Reuses the sum's memory when
 * nobody else can see it. */
static nn_status add_gradient(struct pass *p, nn_tensor **sum, nn_tensor *g) {
  if (!*sum) {
    *sum = g;
    return NN_OK;
  }
  nn_arg args[] = {nn_t(*sum), nn_t(g)};
  nn_tensor *total = NULL;
  nn_status status;
  bool alone = (*sum)->refs == 1 && (*sum)->storage->refs == 1 && !p->options->create_graph &&
               !nn__overlaps_itself(*sum);
  if (alone) {
    status = nn__run_inplace(p->ctx, &nn__op_add, 0, args, 2);
  } else {
    status = nn__run(p->ctx, &nn__op_add, 0, args, 2, &total);
    if (status == NN_OK) {
      nn_release(*sum);
      *sum = total;
    }
  }
  nn_release(g);
  return status;
}

/* A gradient that becomes .grad must be a tensor of its own: nobody may see it change. */
static nn_status make_private(struct pass *p, nn_tensor **g) {
  nn_tensor *t = *g;
  if (t->contiguous && (p->options->create_graph || (t->refs == 1 && t->storage->refs == 1)))
    return NN_OK;
  nn_tensor *copy;
  NN_TRY(nn__run(p->ctx, &nn__op_clone, 0, (nn_arg[]){nn_t(t)}, 1, &copy));
  nn_release(t);
  *g = copy;
  return NN_OK;
}

/* A leaf may have been converted since it was used. */
static nn_status match_dtype(struct pass *p, const nn_tensor *leaf, nn_tensor **g) {
  nn_tensor *converted;
  nn_arg args[] = {nn_t(*g), nn_string(nn_dtype_name((nn_dtype)leaf->dtype))};
  if (leaf->dtype == (*g)->dtype) return NN_OK;
  NN_TRY(nn__run(p->ctx, &nn__op_convert, 0, args, 2, &converted));
  nn_release(*g);
  *g = converted;
  return NN_OK;
}

/* The first of the inputs of nn_gradients that is this tensor; -1: none is. */
static int input_called(const struct pass *p, const nn_tensor *t) {
  for (int i = 0; i < p->ninputs; i++)
    if (p->inputs[i] == t) return i;
  return -1;
}

/* Takes over one reference to g. */
static nn_status capture_leaf(struct pass *p, const nn_tensor *leaf, nn_tensor *g) {
  int i = input_called(p, leaf);
  if (i >= 0) return add_gradient(p, &p->captured[i], g);
  nn_release(g);
  return NN_OK;
}

/* leaf.grad += g, in place unless that is to be recorded. */
static nn_status add_to_grad(struct pass *p, nn_tensor *leaf, nn_tensor *g) {
  if (nn__overlaps_itself(leaf->grad)) NN_TRY(make_private(p, &leaf->grad));
  return nn__run_inplace(p->ctx, &nn__op_add, 0, (nn_arg[]){nn_t(leaf->grad), nn_t(g)}, 2);
}

/* Adds to a leaf's gradient; takes over one reference to g. */
static nn_status accumulate(struct pass *p, nn_tensor *leaf, nn_tensor *g) {
  nn_status status = match_dtype(p, leaf, &g);
  if (status == NN_OK && p->capturing) return capture_leaf(p, leaf, g);
  if (status == NN_OK && !leaf->grad) status = make_private(p, &g);
  bool in_place = leaf->grad && !p->options->create_graph;
  if (status == NN_OK && !in_place) return add_gradient(p, &leaf->grad, g);
  if (status == NN_OK) status = add_to_grad(p, leaf, g);
  nn_release(g);
  return status;
}

static void arrive(struct pass *p, nn_node *node) {
  if (--node->pending > 0) return;
  node->link = p->ready;
  p->ready = node;
}

/* Sends gin[i] (a reference each, NULL for none) along the node's edges, and tells each that this
 * node is done. */
static nn_status deliver(struct pass *p, nn_node *node, nn_tensor **gin) {
  nn_status status = NN_OK;
  for (int i = 0; i < node->nin; i++) {
    nn__input *in = &node->in[i];
    nn_tensor *g = gin[i];
    gin[i] = NULL;
    if (g && status == NN_OK && in->node)
      status = add_gradient(p, &in->node->out[in->slot].gradient, g);
    else if (g && status == NN_OK && in->leaf)
      status = accumulate(p, in->leaf, g);
    else
      nn_release(g);
    if (in->node) arrive(p, in->node);
  }
  return status;
}

/* -- Running one node ------------------------------------------------------------------------ */

static nn_status check_not_spent(nn_ctx *ctx, const nn_node *node) {
  if (!node->spent) return NN_OK;
  return nn_fail(ctx, NN_ESTATE,
                 "%s: trying to backward through the graph a second time: what it needs has been "
                 "freed; give retain_graph=true to the first backward",
                 nn_node_name(node));
}

static bool keeps_graph(const struct pass *p) {
  return p->options->retain_graph || p->options->create_graph;
}

static nn_status call_op(struct pass *p, nn_node *node, nn_tensor **gin) {
  nn__grad b = {.node = node, .gin = gin};
  b.again = p->options->create_graph;
  b.capturing = p->capturing;
  b.last = !keeps_graph(p);
  nn__scope_open(&b.s, p->ctx);
  node->op->backward(&b);
  for (int i = 0; i < node->nin; i++) {
    if (b.s.status != NN_OK) gin[i] = NULL;
    if (gin[i]) nn_retain(gin[i]);
  }
  return nn__scope_close(&b.s, NULL);
}

/* Whether tensors of the input's shape broadcast to the gradient's. */
static bool broadcasts_to(const nn__input *in, const nn_tensor *g) {
  int added = g->ndim - in->ndim;
  for (int i = 0; i < in->ndim && added >= 0; i++)
    if (in->shape[i] != 1 && in->shape[i] != g->shape[added + i]) return false;
  return added >= 0;
}

/* Replaces the gradient of input i, made by a function's author, by one of the input's shape and
 * dtype: one that the input broadcasts to is summed, as for operations. */
static nn_status fit_gradient(struct pass *p, const nn_node *node, int i, nn_tensor **gradient) {
  const nn__input *in = &node->in[i];
  char a[NN__SHAPE_TEXT], b[NN__SHAPE_TEXT];
  if (!broadcasts_to(in, *gradient))
    return nn_fail(p->ctx, NN_ESHAPE, "%s: a gradient of %s does not fit an argument of %s",
                   nn_node_name(node), nn_shape_text(*gradient, a, sizeof a),
                   nn__shape_text(in->ndim, in->shape, b, sizeof b));
  nn__scope s;
  nn__scope_open(&s, p->ctx);
  nn_tensor *g = e_sum_to(&s, *gradient, in->ndim, in->shape);
  if (g && g->dtype != in->dtype) g = e_to(&s, g, (nn_dtype)in->dtype);
  if (s.status == NN_OK && g != *gradient) {
    nn_release(*gradient);
    *gradient = nn_retain(g);
  }
  return nn__scope_close(&s, NULL);
}

static nn_status call_function(struct pass *p, nn_node *node, nn_tensor **gin) {
  nn_function *f = node->function;
  nn_tensor *gout[NN__MAX_FUNCTION];
  for (int i = 0; i < node->nout; i++) gout[i] = node->out[i].gradient;
  nn_node *before = p->ctx->running;
  p->ctx->running = node;
  nn_status status = f->backward(f->self, p->ctx, node->nout, gout, node->nin, gin);
  p->ctx->running = before;
  for (int i = 0; i < node->nin && status == NN_OK; i++)
    if (gin[i]) status = fit_gradient(p, node, i, &gin[i]);
  for (int i = 0; i < node->nin && status != NN_OK; i++) {
    nn_release(gin[i]);
    gin[i] = NULL;
  }
  return status;
}

static bool has_gradient(const nn_node *node) {
  for (int i = 0; i < node->nout; i++)
    if (node->out[i].gradient) return true;
  return false;
}

static void drop_gradients(nn_node *node) {
  for (int i = 0; i < node->nout; i++) {
    nn_release(node->out[i].gradient);
    node->out[i].gradient = NULL;
    node->out[i].gated = false;
  }
}

/* Keeps the gradients of results that somebody asked for. */
static nn_status capture(struct pass *p, const nn_node *node) {
  for (int i = 0; i < p->ninputs; i++) {
    nn_tensor *x = p->inputs[i];
    if (x->node != node || !node->out[x->slot].gradient) continue;
    NN_TRY(add_gradient(p, &p->captured[i], nn_retain(node->out[x->slot].gradient)));
  }
  return NN_OK;
}

/* Leaves are not the only ones that may have a .grad, see nn_retain_grad. */
static nn_status inform_watchers(struct pass *p, const nn_node *node) {
  for (int i = 0; i < node->nout; i++) {
    nn_tensor *t = node->out[i].watcher, *g = node->out[i].gradient;
    if (!t || !g || p->capturing) continue;
    nn_tensor *copy;
    NN_TRY(nn__run(p->ctx, &nn__op_clone, 0, (nn_arg[]){nn_t(g)}, 1, &copy));
    NN_TRY(add_gradient(p, &t->grad, copy));
  }
  return NN_OK;
}

static nn_status run_node(struct pass *p, nn_node *node) {
  nn_tensor *few[8] = {NULL}, **gin = few;
  size_t bytes = (size_t)node->nin * sizeof *gin;
  if (node->nin > 8) {
    if (!(gin = nn__alloc(p->ctx, bytes))) return nn__no_memory(p->ctx, bytes);
    memset(gin, 0, bytes);
  }
  nn_status status = NN_OK;
  if (p->ninputs) status = capture(p, node);
  if (status == NN_OK) status = inform_watchers(p, node);
  if (status == NN_OK && has_gradient(node)) {
    status = check_not_spent(p->ctx, node);
    if (status == NN_OK) status = node->op ? call_op(p, node, gin) : call_function(p, node, gin);
    if (status == NN_OK && !keeps_graph(p)) nn__free_saved(node);
  }
  drop_gradients(node);
  nn_status sent = deliver(p, node, gin);
  if (gin != few) nn__free(p->ctx, gin, bytes);
  return status != NN_OK ? status : sent;
}

static nn_status run_all(struct pass *p) {
  while (p->ready) {
    nn_node *node = p->ready;
    p->ready = node->link;
    if (nn__stopped(p->ctx)) return nn_fail(p->ctx, NN_ESTOP, "backward: interrupted");
    NN_TRY(run_node(p, node));
  }
  return NN_OK;
}

/* -- Starting -------------------------------------------------------------------------------- */

static nn_status check_root(nn_ctx *ctx, const nn_tensor *root, const nn_tensor *gradient) {
  char a[NN__SHAPE_TEXT], b[NN__SHAPE_TEXT];
  if (!nn__wants_grad(root))
    return nn_fail(ctx, NN_ESTATE,
                   "backward: the tensor does not require grad and was not computed "
                   "from one that does");
  if (!gradient && root->numel != 1)
    return nn_fail(ctx, NN_ESHAPE,
                   "backward: grad can be implicitly created only for scalar outputs, not for a "
                   "tensor of %s; pass a gradient of that shape",
                   nn_shape_text(root, a, sizeof a));
  if (gradient && !nn__same_shape(root, gradient))
    return nn_fail(ctx, NN_ESHAPE, "backward: the gradient is %s, but the tensor %s",
                   nn_shape_text(gradient, a, sizeof a), nn_shape_text(root, b, sizeof b));
  if (gradient && gradient->dtype != root->dtype)
    return nn_fail(ctx, NN_EARG, "backward: the gradient is %s, but the tensor %s",
                   nn_dtype_name((nn_dtype)gradient->dtype), nn_dtype_name((nn_dtype)root->dtype));
  return NN_OK;
}

/* Puts the root's own gradient where it starts. */
static nn_status seed(struct pass *p, nn_tensor *root, nn_tensor *gradient) {
  nn__meta m = nn__meta_of(root);
  nn_tensor *g = gradient ? nn_retain(gradient) : nn__new_tensor(p->ctx, &m);
  if (!g) return NN_ENOMEM;
  if (!gradient) nn__fill(g, 1); /* one element: check_root has seen to that */
  if (root->node) return add_gradient(p, &root->node->out[root->slot].gradient, g);
  return accumulate(p, root, g);
}

static nn_status start(struct pass *p, int n, nn_tensor *const *roots,
                       nn_tensor *const *gradients) {
  for (int i = 0; i < n; i++) {
    NN_TRY(check_root(p->ctx, roots[i], gradients ? gradients[i] : NULL));
    NN_TRY(nn__follow_base(roots[i]));
    if (roots[i]->node) NN_TRY(count_edges(p, roots[i]->node));
  }
  for (int i = 0; i < n; i++) NN_TRY(seed(p, roots[i], gradients ? gradients[i] : NULL));
  for (int i = 0; i < n; i++) {
    nn_node *node = roots[i]->node;
    if (!node || node->pending != 0) continue;
    node->pending = 1; /* so that a root given twice starts once */
    arrive(p, node);
    node->pending = -1;
  }
  return NN_OK;
}

/* Gives up what the pass has seen; gradients are left in it where something has failed. */
static void leave_nodes(struct pass *p, bool failed) {
  for (nn_node *node = p->seen, *next; node; node = next) {
    next = node->seen;
    node->pass = 0;
    if (failed) drop_gradients(node);
    nn__release_node(p->ctx, node);
  }
}

static nn_status run_pass(struct pass *p, int n, nn_tensor *const *roots,
                          nn_tensor *const *gradients) {
  nn_ctx *ctx = p->ctx;
  bool before = nn_set_grad_enabled(ctx, p->options->create_graph);
  for (int i = 0; i < n; i++) nn_retain(roots[i]);
  p->number = ++ctx->passes;
  nn_status status = start(p, n, roots, gradients);
  if (status == NN_OK) status = run_all(p);
  leave_nodes(p, status != NN_OK);
  for (int i = 0; i < n; i++) nn_release(roots[i]);
  nn_set_grad_enabled(ctx, before);
  return status;
}

static const nn_backward_options defaults = {0};

nn_status nn_backward(nn_ctx *ctx, int n, nn_tensor *const *roots, nn_tensor *const *gradients,
                      const nn_backward_options *options) {
  struct pass p = {.ctx = ctx, .options = options ? options : &defaults};
  return run_pass(&p, n, roots, gradients);
}

/* -- nn_gradients ---------------------------------------------------------------------------- */

static nn_status check_captured(nn_ctx *ctx, int n, nn_tensor *const *captured, bool allow_unused) {
  for (int i = 0; i < n && !allow_unused; i++)
    if (!captured[i])
      return nn_fail(ctx, NN_ESTATE,
                     "grad: input %d was not used in computing the result; set allow_unused=true "
                     "to get none for it",
                     i + ctx->options.base);
  return NN_OK;
}

nn_status nn_gradients(nn_ctx *ctx, int n, nn_tensor *const *roots, nn_tensor *const *gradients,
                       int ninputs, nn_tensor *const *inputs, const nn_backward_options *options,
                       nn_tensor **out) {
  struct pass p = {.ctx = ctx,
                   .options = options ? options : &defaults,
                   .capturing = true,
                   .ninputs = ninputs,
                   .inputs = inputs,
                   .captured = out};
  for (int i = 0; i < ninputs; i++) {
    out[i] = NULL;
    if (!nn__wants_grad(inputs[i]))
      return nn_fail(ctx, NN_ESTATE, "grad: input %d does not require grad", i + ctx->options.base);
  }
  nn_status status = run_pass(&p, n, roots, gradients);
  for (int i = 0; i < ninputs; i++) { /* a leaf that is asked for twice */
    nn_tensor *first = out[input_called(&p, inputs[i])];
    if (!out[i] && first) out[i] = nn_retain(first);
  }
  if (status == NN_OK) status = check_captured(ctx, ninputs, out, p.options->allow_unused);
  if (status == NN_OK) return NN_OK;
  for (int i = 0; i < ninputs; i++) {
    nn_release(out[i]);
    out[i] = NULL;
  }
  return status;
}
