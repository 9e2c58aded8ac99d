/* Graph nodes: making one for a call, what it saves, and its end. The pass over them is in
 * backward.c. */
#include "autograd.h"

#include <string.h>

#include "pointwise.h"
#include "shape.h"

/* -- Making a node --------------------------------------------------------------------------- */

/* How many tensors an argument holds, and its j-th. */
static int tensor_count(const nn_arg *a) {
  return a->kind == NN_TENSOR ? 1 : a->kind == NN_TENSORS ? a->n : 0;
}

static nn_tensor *tensor_at(const nn_arg *a, int j) {
  return a->kind == NN_TENSOR ? a->v.t : a->v.ts[j];
}

static bool argument_wants(const nn_arg *a) {
  if (a->kind == NN_TENSOR) return nn__wants_grad(a->v.t);
  for (int j = 0; j < tensor_count(a); j++)
    if (nn__wants_grad(tensor_at(a, j))) return true;
  return false;
}

static bool is_wanted(const nn__call *c) {
  if (!c->ctx->grad_enabled || !c->op->backward) return false;
  for (int i = 0; i < c->op->info.nparams; i++)
    if (argument_wants(&c->arg[i])) return true;
  return false;
}

nn_node *nn__new_node(nn_ctx *ctx, int nin, int nout, int narg, size_t nints, int64_t **ints) {
  size_t in = sizeof(nn_node), out = in + (size_t)nin * sizeof(nn__input);
  size_t arg = out + (size_t)nout * sizeof(nn__output);
  size_t tail = arg + (size_t)narg * sizeof(nn_arg);
  size_t bytes = tail + nints * sizeof(int64_t);
  char *block = nn__alloc(ctx, bytes);
  if (!block) {
    nn__no_memory(ctx, bytes);
    return NULL;
  }
  memset(block, 0, arg);
  nn_node *node = (nn_node *)(void *)block;
  node->refs = 1;
  node->bytes = bytes;
  node->nin = nin;
  node->nout = nout;
  node->narg = narg;
  node->in = (nn__input *)(void *)(block + in);
  node->out = (nn__output *)(void *)(block + out);
  node->arg = (nn_arg *)(void *)(block + arg);
  *ints = (int64_t *)(void *)(block + tail);
  return node;
}

/* A node as large as a call needs. */
static nn_node *node_for(const nn__call *c, int64_t **ints) {
  int nin = 0, narg = c->op->info.nparams;
  size_t nints = 0; /* for shapes and lists of ints */
  for (int i = 0; i < narg; i++) {
    const nn_arg *a = &c->arg[i];
    nin += tensor_count(a);
    for (int j = 0; j < tensor_count(a); j++) nints += nn__layout_ints(tensor_at(a, j));
    if (a->kind == NN_INTS) nints += (size_t)a->n;
  }
  return nn__new_node(c->ctx, nin, c->op->info.nout, narg, nints, ints);
}

/* A view whose base was changed through another view has to be found again in the base's new
 * history: it becomes as_strided(base). */
static nn_status refresh_view(nn_tensor *t) {
  nn_tensor *base = t->base;
  int64_t offset = (t->data - base->data) / (int64_t)nn_dtype_size((nn_dtype)t->dtype);
  nn__call c = {.ctx = t->ctx, .op = nn__op_ready(&nn__op_as_strided)};
  c.arg[0] = nn_t(base);
  c.arg[1] = nn_ints(t->ndim, t->shape);
  c.arg[2] = nn_ints(t->ndim, t->stride);
  c.arg[3] = nn_int(offset);
  nn_node *node;
  t->base_rebased = base->rebased;
  NN_TRY(nn__make_node(&c, &node));
  if (!node) return NN_OK;
  nn__set_node(t, node, 0);
  nn__release_node(t->ctx, node);
  return NN_OK;
}

nn_status nn__follow_base(nn_tensor *t) {
  if (!nn__is_behind(t)) return NN_OK;
  bool before = nn_set_grad_enabled(t->ctx, true);
  nn_status status = refresh_view(t);
  nn_set_grad_enabled(t->ctx, before);
  return status;
}

/* A leaf that requires grad is saved as it is. Any other tensor may become, by a change in place, a
 * result of the very node that saved it, or of one behind that; owning each other, they would never
 * die. So an alias is saved, with the history that the tensor has. */
nn_tensor *nn__save_tensor(nn_tensor *t) {
  if (t->requires_grad && !t->node) return nn_retain(t);
  nn_tensor *alias = nn__new_alias(t);
  if (alias && t->node) nn__set_node(alias, t->node, t->slot);
  return alias;
}

nn_status nn__connect(nn__input *in, nn_tensor *t, bool keep, int64_t **ints) {
  NN_TRY(nn__follow_base(t));
  if (t->node) {
    in->node = t->node;
    in->slot = t->slot;
    t->node->refs++;
  } else if (t->requires_grad) {
    in->leaf = nn_retain(t);
  }
  if (keep && !(in->saved = nn__save_tensor(t))) return NN_ENOMEM;
  in->version = t->storage->version;
  in->dtype = t->dtype;
  in->ndim = t->ndim;
  in->contiguous = t->contiguous;
  in->shape = memcpy(*ints, t->shape, t->ndim * sizeof *t->shape);
  if (!t->contiguous) memcpy(*ints + t->ndim, t->stride, t->ndim * sizeof *t->stride);
  *ints += nn__layout_ints(t);
  return NN_OK;
}

/* Copies an argument; tensors are in the inputs, lists of ints move into the node. */
static void copy_arg(nn_arg *to, const nn_arg *from, int64_t **ints) {
  *to = *from;
  if (from->kind == NN_TENSOR) to->v.t = NULL;
  if (from->kind == NN_TENSORS) to->v.ts = NULL;
  if (from->kind == NN_INTS && from->n) {
    to->v.is = memcpy(*ints, from->v.is, (size_t)from->n * sizeof **ints);
    *ints += from->n;
  }
}

/* The target of a call in place is saved as it was before. */
static nn_status keep_target(nn__input *in) {
  if (!in->saved) return NN_OK;
  nn__meta meta = nn__meta_of(in->saved);
  nn_tensor *copy = nn__new_tensor(in->saved->ctx, &meta);
  if (!copy) return NN_ENOMEM;
  nn_status status = nn__copy_elements(copy, in->saved);
  if (in->node) nn__set_node(copy, in->node, in->slot);
  nn_release(in->saved);
  in->saved = copy;
  in->version = 0;
  return status;
}

nn_status nn__make_node(const nn__call *c, nn_node **out) {
  *out = NULL;
  if (!is_wanted(c)) return NN_OK;
  int64_t *ints;
  nn_node *node = node_for(c, &ints);
  if (!node) return NN_ENOMEM;
  node->op = c->op;
  nn_status status = NN_OK;
  nn__input *in = node->in;
  for (int i = 0; i < node->narg; i++) {
    for (int j = 0; j < tensor_count(&c->arg[i]) && status == NN_OK; j++)
      status = nn__connect(in++, tensor_at(&c->arg[i], j), c->op->keep_args >> i & 1, &ints);
    copy_arg(&node->arg[i], &c->arg[i], &ints);
  }
  if (status == NN_OK && c->inplace) status = keep_target(&node->in[0]);
  if (status != NN_OK) {
    nn__release_node(c->ctx, node);
    return status;
  }
  *out = node;
  return NN_OK;
}

void nn__set_node(nn_tensor *t, nn_node *node, int slot) {
  nn_node *before = t->node;
  node->refs++;
  if (t->retains_grad) {
    before->out[t->slot].watcher = NULL;
    node->out[slot].watcher = t;
  }
  t->node = node;
  t->slot = slot;
  t->requires_grad = false;
  if (before) nn__release_node(t->ctx, before);
}

nn_status nn__save_output(nn_node *node, int slot, const nn_tensor *t) {
  nn__output *out = &node->out[slot];
  out->saved = nn__new_alias(t);
  out->version = t->storage->version;
  return out->saved ? NN_OK : NN_ENOMEM;
}

/* base := as_strided_scatter(base, view), as far as the graph goes: the elements are shared. */
nn_status nn__rebase(nn_tensor *view) {
  nn_tensor *base = view->base;
  int64_t offset = (view->data - base->data) / (int64_t)nn_dtype_size((nn_dtype)view->dtype);
  nn__call c = {.ctx = view->ctx, .op = nn__op_ready(&nn__op_as_strided_scatter)};
  c.arg[0] = nn_t(base);
  c.arg[1] = nn_t(view);
  c.arg[2] = nn_ints(view->ndim, view->shape);
  c.arg[3] = nn_ints(view->ndim, view->stride);
  c.arg[4] = nn_int(offset);
  nn_node *node;
  view->base_rebased = base->rebased; /* its own node is up to date */
  NN_TRY(nn__make_node(&c, &node));
  if (!node) return NN_OK;
  nn__set_node(base, node, 0);
  nn__release_node(view->ctx, node);
  base->rebased++;
  return refresh_view(view);
}

/* -- The end of a node ----------------------------------------------------------------------- */

void nn__release_node(nn_ctx *ctx, nn_node *node) {
  if (--node->refs > 0) return;
  node->link = ctx->dead_nodes;
  ctx->dead_nodes = node;
  nn__drain(ctx);
}

void nn__free_saved(nn_node *node) {
  for (int i = 0; i < node->nin + node->nsaved; i++) {
    nn_release(node->in[i].saved);
    node->in[i].saved = NULL;
  }
  for (int i = 0; i < node->nout; i++) {
    nn_release(node->out[i].saved);
    node->out[i].saved = NULL;
  }
  node->spent = true;
}

static void free_function(nn_ctx *ctx, nn_function *f) {
  if (f->free) f->free(f->self);
  nn__free(ctx, f, sizeof *f);
}

void nn__free_dead_node(nn_ctx *ctx) {
  nn_node *node = ctx->dead_nodes;
  ctx->dead_nodes = node->link;
  nn__free_saved(node);
  for (int i = 0; i < node->nin; i++) {
    if (node->in[i].node) nn__release_node(ctx, node->in[i].node);
    nn_release(node->in[i].leaf);
  }
  if (node->function) free_function(ctx, node->function);
  nn__free(ctx, node, node->bytes);
}

/* -- For backward functions ------------------------------------------------------------------ */

int nn__input_of(const nn_node *node, int i) {
  int at = 0;
  for (int k = 0; k < i; k++) at += tensor_count(&node->arg[k]);
  return at;
}

bool nn__wants(const nn__grad *b, int i) {
  return b->node->arg[i].kind == NN_TENSOR &&
         nn__leads_anywhere(&b->node->in[nn__input_of(b->node, i)]);
}

nn_tensor *nn__gout(nn__grad *b, int slot) {
  nn__output *out = &b->node->out[slot];
  if (out->gradient) return out->gradient;
  nn_tensor *like = out->saved;
  return like ? e_zeros_like(&b->s, like) : NULL;
}

nn_status nn__check_version(nn_ctx *ctx, const nn_node *node, const nn_tensor *t,
                            uint32_t version) {
  char shape[NN__SHAPE_TEXT];
  if (t->storage->version == version) return NN_OK;
  return nn_fail(ctx, NN_ESTATE,
                 "%s: one of the variables needed for gradient computation has been modified by an "
                 "inplace operation: a tensor of %s is at version %u, but backward needs version "
                 "%u",
                 nn_node_name(node), nn_shape_text(t, shape, sizeof shape), t->storage->version,
                 version);
}

/* t, or NULL and a failed scope where it is not what it was. */
static nn_tensor *unchanged(nn__grad *b, nn_tensor *t, uint32_t version) {
  if (!t || b->s.status != NN_OK) return NULL;
  b->s.status = nn__check_version(b->s.ctx, b->node, t, version);
  return b->s.status == NN_OK ? t : NULL;
}

nn_tensor *nn__saved(nn__grad *b, int i) {
  const nn_arg *a = &b->node->arg[i];
  if (a->kind != NN_TENSOR) return nn__operand(&b->s, a);
  const nn__input *in = &b->node->in[nn__input_of(b->node, i)];
  return unchanged(b, in->saved, in->version);
}

nn_tensor *nn__saved_out(nn__grad *b, int slot) {
  nn__output *out = &b->node->out[slot];
  nn_tensor *saved = unchanged(b, out->saved, out->version);
  if (!saved || !b->again || !nn_dtype_is_floating((nn_dtype)saved->dtype)) return saved;
  nn_tensor *t = nn__own(&b->s, nn__new_alias(saved));
  if (t) nn__set_node(t, b->node, slot);
  return t;
}

const nn_tensor *nn__take_gate(nn__grad *b, int i) {
  const nn__input *in = &b->node->in[nn__input_of(b->node, i)];
  nn_node *node = in->node;
  if (!node || !node->op || !node->op->gated || b->again || b->capturing) return NULL;
  nn__output *out = &node->out[in->slot];
  bool alone = node->pending == 1 && !out->gradient && !out->watcher;
  const nn_tensor *y = out->saved;
  if (!alone || !y || !y->contiguous || y->storage->version != out->version) return NULL;
  out->gated = true;
  return y;
}

/* Whether nothing owns the gate's elements but its own node and this one. */
static bool dies_here(const nn__grad *b, int i, const nn_tensor *gate) {
  const nn_tensor *saved = b->node->in[nn__input_of(b->node, i)].saved;
  int owners = 1 + (saved && saved->storage == gate->storage);
  return b->last && gate->storage->refs == owners;
}

/* Should backward fail later and be tried again, the version tells that the gate is gone. */
nn_tensor *nn__gradient_for(nn__grad *b, int i, const nn_tensor *gate) {
  const nn__input *in = &b->node->in[nn__input_of(b->node, i)];
  if (gate && dies_here(b, i, gate)) {
    gate->storage->version++;
    return nn__own(&b->s, nn__new_alias(gate));
  }
  nn__meta m = {.dtype = (nn_dtype)in->dtype, .ndim = in->ndim};
  for (int d = 0; d < m.ndim; d++) m.shape[d] = in->shape[d];
  return nn__own(&b->s, nn__new_tensor(b->s.ctx, &m));
}

nn_tensor *nn__gated(nn__grad *b) {
  nn_tensor *g = nn__gout(b, 0);
  if (b->node->out[0].gated) return g;
  nn_tensor *y = nn__saved_out(b, 0);
  return g && y ? E_RUN(&b->s, relu_gradient, nn_t(g), nn_t(y)) : NULL;
}

void nn__give(nn__grad *b, int i, nn_tensor *gx) {
  if (!gx) return;
  int at = nn__input_of(b->node, i);
  const nn__input *in = &b->node->in[at];
  gx = e_sum_to(&b->s, gx, in->ndim, in->shape);
  if (gx && gx->dtype != in->dtype) gx = e_to(&b->s, gx, (nn_dtype)in->dtype);
  b->gin[at] = gx;
}

/* -- Walking --------------------------------------------------------------------------------- */

const char *nn_node_name(const nn_node *node) {
  return node->function ? node->function->name : node->op->backward_name;
}

const nn_node *nn_node_of(const nn_tensor *t) { return t->node; }
int nn_node_input_count(const nn_node *node) { return node->nin; }
const nn_node *nn_node_input(const nn_node *node, int i) { return node->in[i].node; }
nn_tensor *nn_node_leaf(const nn_node *node, int i) { return node->in[i].leaf; }
