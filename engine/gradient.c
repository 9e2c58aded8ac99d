/* What a user sees of automatic differentiation on a tensor, and functions differentiated by
 * their authors. */
#include <string.h>

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

/* Saved tensors take the place of arguments: entry i of `arg` holds one, or the number of the
 * output that it is. */
static bool save(nn_node *node, int i, nn_tensor *t, int nout, nn_tensor *const *outputs) {
  for (int k = 0; k < nout; k++)
    if (outputs[k] == t) {
      node->arg[i] = nn_int(k);
      return node->out[k].saved || nn__save_output(node, k, t) == NN_OK;
    }
  return true;
}

nn_status nn_record(nn_ctx *ctx, const nn_function *function, int nin, nn_tensor *const *inputs,
                    int nout, nn_tensor *const *outputs, int nsaved, nn_tensor *const *saved) {
  if (nout > NN__MAX_FUNCTION)
    return nn_fail(ctx, NN_EARG, "Function: at most %d results, not %d", NN__MAX_FUNCTION, nout);
  size_t nints = 0;
  int total = nin + nsaved; /* saved tensors are inputs that no gradient flows to */
  for (int i = 0; i < total; i++) nints += nn__layout_ints(i < nin ? inputs[i] : saved[i - nin]);
  int64_t *ints;
  nn_node *node = nn__new_node(ctx, total, nout, nsaved, nints, &ints);
  if (!node) return NN_ENOMEM;
  nn_status status = NN_OK;
  for (int i = 0; i < nin && status == NN_OK; i++)
    status = nn__connect(&node->in[i], inputs[i], false, &ints);
  node->nin = nin;
  node->nsaved = nsaved;
  for (int i = 0; i < nsaved; i++) node->arg[i] = nn_none();
  for (int i = 0; i < nsaved && status == NN_OK; i++) {
    nn__input *in = &node->in[nin + i];
    if (!save(node, i, saved[i], nout, outputs)) status = NN_ENOMEM;
    if (node->arg[i].kind == NN_INT) continue;
    if (!(in->saved = nn__save_tensor(saved[i]))) status = NN_ENOMEM;
    in->version = saved[i]->storage->version;
  }
  node->function = status == NN_OK ? nn__alloc(ctx, sizeof *node->function) : NULL;
  if (!node->function) {
    nn__release_node(ctx, node);
    return status != NN_OK ? status : nn__no_memory(ctx, sizeof *node->function);
  }
  *node->function = *function;
  for (int k = 0; k < nout; k++)
    if (nn_dtype_is_floating((nn_dtype)outputs[k]->dtype)) nn__set_node(outputs[k], node, k);
  nn__release_node(ctx, node);
  return NN_OK;
}

nn_status nn_function_saved(nn_ctx *ctx, int i, nn_tensor **out) {
  nn_node *node = ctx->running;
  if (!node || i < 0 || i >= node->narg)
    return nn_fail(ctx, NN_ESTATE, "Function: there is no saved tensor %d here",
                   i + ctx->options.base);
  bool is_output = node->arg[i].kind == NN_INT;
  nn_tensor *t;
  uint32_t version;
  if (is_output) {
    t = node->out[node->arg[i].v.i].saved;
    version = node->out[node->arg[i].v.i].version;
  } else {
    t = node->in[node->nin + i].saved;
    version = node->in[node->nin + i].version;
  }
  NN_TRY(nn__check_version(ctx, node, t, version));
  if (!is_output) {
    *out = nn_retain(t);
    return NN_OK;
  }
  nn_tensor *alias = nn__new_alias(t);
  if (!alias) return NN_ENOMEM;
  nn__set_node(alias, node, (int)node->arg[i].v.i);
  *out = alias;
  return NN_OK;
}
