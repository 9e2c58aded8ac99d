/* What a user sees of automatic differentiation on a tensor, and functions differentiated by
 * their authors. */

#include "autograd.h"
#include "shape.h"

bool nn_requires_grad(const nn_tensor *t) { return nn__wants_grad(t); }
bool nn_is_parameter(const nn_tensor *t) { return t->is_parameter; }
void nn_mark_parameter(nn_tensor *t) { t->is_parameter = true; }
bool nn_is_leaf(const nn_tensor *t) { return !t->node; }
nn_tensor *nn_grad(const nn_tensor *t) { return t->grad; }
const char *nn_grad_fn(const nn_tensor *t) { return t->node ? nn_node_name(t->node) : NULL; }

nn_status nn_set_requires_grad(nn_tensor *t, bool requires_grad) {
  if (t->node) {
    if (requires_grad) return NN_OK;
    return nn_fail(t->ctx, NN_ESTATE,
                   "requires_grad: you can only change requires_grad flags of leaf variables; use "
                   "detach() for a copy of a result that does not require grad");
  }
  if (requires_grad && !nn_dtype_is_floating((nn_dtype)t->dtype))
    return nn_fail(t->ctx, NN_EARG,
                   "requires_grad: only tensors of floating point dtype can require gradients, not "
                   "%s",
                   nn_dtype_name((nn_dtype)t->dtype));
  t->requires_grad = requires_grad;
  return NN_OK;
}

nn_status nn_retain_grad(nn_tensor *t) {
  if (!nn__wants_grad(t))
    return nn_fail(t->ctx, NN_ESTATE, "retain_grad: the tensor does not require grad");
  if (!t->node) return NN_OK;
  t->retains_grad = true;
  t->node->out[t->slot].watcher = t;
  return NN_OK;
}

nn_status nn_set_grad(nn_tensor *t, nn_tensor *grad) {
  char a[NN__SHAPE_TEXT], b[NN__SHAPE_TEXT];
  if (grad && !nn__same_shape(grad, t))
    return nn_fail(t->ctx, NN_ESHAPE, "grad: a gradient of %s does not fit a tensor of %s",
                   nn_shape_text(grad, a, sizeof a), nn_shape_text(t, b, sizeof b));
  if (grad && grad->dtype != t->dtype)
    return nn_fail(t->ctx, NN_EARG, "grad: a gradient of %s does not fit a tensor of %s",
                   nn_dtype_name((nn_dtype)grad->dtype), nn_dtype_name((nn_dtype)t->dtype));
  if (grad) nn_retain(grad);
  nn_release(t->grad);
  t->grad = grad;
  return NN_OK;
}

/* -- Functions differentiated by their authors ----------------------------------------------- */

/* Saved tensors take the place of arguments: entry i of `arg` is none for one that lies among the
 * inputs, or the number of the output that it is: of that, an alias is kept. */
static nn_status save(nn_node *node, int i, nn_tensor *t, nn_tensor *const *outputs) {
  nn__input *in = &node->in[node->nin + i];
  for (int k = 0; k < node->nout; k++) {
    if (outputs[k] != t) continue;
    node->arg[i] = nn_int(k);
    return node->out[k].saved ? NN_OK : nn__save_output(node, k, t);
  }
  in->saved = nn__save_tensor(t);
  in->version = t->storage->version;
  return in->saved ? NN_OK : NN_ENOMEM;
}

/* Gives the node what it needs; the outputs do not know it yet. */
static nn_status fill_node(nn_ctx *ctx, nn_node *node, const nn_function *function,
                           nn_tensor *const *inputs, nn_tensor *const *outputs,
                           nn_tensor *const *saved, int64_t *ints) {
  for (int i = 0; i < node->nin; i++) NN_TRY(nn__connect(&node->in[i], inputs[i], false, &ints));
  for (int i = 0; i < node->nsaved; i++) NN_TRY(save(node, i, saved[i], outputs));
  node->function = nn__alloc(ctx, sizeof *node->function);
  if (!node->function) return nn__no_memory(ctx, sizeof *node->function);
  *node->function = *function;
  return NN_OK;
}

nn_status nn_record(nn_ctx *ctx, const nn_function *function, int nin, nn_tensor *const *inputs,
                    int nout, nn_tensor *const *outputs, int nsaved, nn_tensor *const *saved) {
  if (nout > NN__MAX_FUNCTION)
    return nn_fail(ctx, NN_EARG, "Function: at most %d results, not %d", NN__MAX_FUNCTION, nout);
  size_t nints = 0;
  int64_t *ints;
  for (int i = 0; i < nin; i++) nints += nn__layout_ints(inputs[i]);
  nn_node *node = nn__new_node(ctx, nin + nsaved, nout, nsaved, nints, &ints);
  if (!node) return NN_ENOMEM;
  node->nin = nin; /* no gradient flows to the saved ones behind them */
  node->nsaved = nsaved;
  for (int i = 0; i < nsaved; i++) node->arg[i] = nn_none();
  nn_status status = fill_node(ctx, node, function, inputs, outputs, saved, ints);
  for (int k = 0; status == NN_OK && k < nout; k++)
    if (nn_dtype_is_floating((nn_dtype)outputs[k]->dtype)) nn__set_node(outputs[k], node, k);
  nn__release_node(ctx, node);
  return status;
}

nn_status nn_function_saved(nn_ctx *ctx, int i, nn_tensor **out) {
  nn_node *node = ctx->running;
  if (!node || i < 0 || i >= node->narg)
    return nn_fail(ctx, NN_ESTATE, "Function: there is no saved tensor %d here",
                   i + ctx->options.base);
  if (node->arg[i].kind != NN_INT) {
    const nn__input *in = &node->in[node->nin + i];
    NN_TRY(nn__check_version(ctx, node, in->saved, in->version));
    *out = nn_retain(in->saved);
    return NN_OK;
  }
  int slot = (int)node->arg[i].v.i;
  const nn__output *result = &node->out[slot];
  NN_TRY(nn__check_version(ctx, node, result->saved, result->version));
  nn_tensor *alias = nn__new_alias(result->saved);
  if (!alias) return NN_ENOMEM;
  nn__set_node(alias, node, slot);
  *out = alias;
  return NN_OK;
}
