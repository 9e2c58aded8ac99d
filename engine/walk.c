/* Walks over all tensors of a model: its parameters and buffers by path, and their gradients. */
#include <string.h>

#include "module.h"

/* What the walk has seen: a module or tensor that is shared counts once. */
typedef struct walk {
  nn_ctx *ctx;
  nn_visit visit;
  void *self;
  const void **seen;
  int n, room;
} walk;

static nn_status remember(walk *w, const void *what, bool *known) {
  for (int i = 0; i < w->n && !*known; i++) *known = w->seen[i] == what;
  if (*known) return NN_OK;
  if (w->n == w->room) {
    int room = w->room ? 2 * w->room : 32;
    const void **more = nn__alloc(w->ctx, (size_t)room * sizeof *more);
    if (!more) return nn__no_memory(w->ctx, (size_t)room * sizeof *more);
    if (w->n) memcpy(more, w->seen, (size_t)w->n * sizeof *more);
    if (w->seen) nn__free(w->ctx, w->seen, (size_t)w->room * sizeof *more);
    w->seen = more;
    w->room = room;
  }
  w->seen[w->n++] = what;
  return NN_OK;
}

static nn_status walk_module(walk *w, nn_module *m, const char *path);

static nn_status walk_entry(walk *w, const nn_entry *e, const char *path) {
  bool known = false;
  if (e->kind == NN_CHILD) return e->module ? walk_module(w, e->module, path) : NN_OK;
  if (!e->tensor) return NN_OK;
  NN_TRY(remember(w, e->tensor, &known));
  return known ? NN_OK : w->visit(w->self, path, e->kind, e->tensor);
}

/* Parameters come before buffers, and those before children. */
static nn_status walk_kind(walk *w, nn_module *m, nn_entry_kind kind, const char *path) {
  nn_status status = NN_OK;
  size_t before = strlen(path);
  for (int i = 0; i < m->count && status == NN_OK; i++) {
    const nn_entry *e = &m->entries[i];
    if (e->kind != kind) continue;
    size_t bytes = before + strlen(e->name) + 2;
    char *below = nn__alloc(w->ctx, bytes);
    if (!below) return nn__no_memory(w->ctx, bytes);
    memcpy(below, path, before);
    if (before) below[before] = '.';
    strcpy(below + before + (before ? 1 : 0), e->name);
    status = walk_entry(w, e, below);
    nn__free(w->ctx, below, bytes);
  }
  return status;
}

static nn_status walk_module(walk *w, nn_module *m, const char *path) {
  bool known = false;
  NN_TRY(remember(w, m, &known));
  if (known) return NN_OK;
  for (int kind = NN_PARAMETER; kind <= NN_CHILD; kind++)
    NN_TRY(walk_kind(w, m, (nn_entry_kind)kind, path));
  return NN_OK;
}

nn_status nn_module_walk(nn_module *m, nn_visit visit, void *self) {
  walk w = {.ctx = m->ctx, .visit = visit, .self = self};
  nn_status status = walk_module(&w, m, "");
  if (w.seen) nn__free(m->ctx, w.seen, (size_t)w.room * sizeof *w.seen);
  return status;
}

static nn_status convert_visit(void *self, const char *path, nn_entry_kind kind, nn_tensor *t) {
  (void)path, (void)kind;
  return nn_dtype_is_floating(nn_dtype_of(t)) ? nn_convert(t, *(nn_dtype *)self) : NN_OK;
}

nn_status nn_module_to(nn_module *m, nn_dtype dtype) {
  if (!nn_dtype_is_floating(dtype))
    return nn_fail(m->ctx, NN_EARG, "to: a model is float32 or float64, not %s",
                   nn_dtype_name(dtype));
  return nn_module_walk(m, convert_visit, &dtype);
}

/* -- Gradients ------------------------------------------------------------------------------- */

/* Zeros go into the same tensor, since others may hold it; a gradient with a history is replaced.
 */
static nn_status fill_with_zeros(nn_tensor *t) {
  nn_tensor *zeros = t->grad;
  nn_arg args[] = {nn_t(zeros), nn_number(0)};
  if (!zeros->node && !zeros->requires_grad)
    return nn__run_inplace(t->ctx, &nn__op_fill, 0, args, 2);
  NN_TRY(nn__run(t->ctx, &nn__op_zeros_like, 0, args, 1, &zeros));
  nn_status status = nn_set_grad(t, zeros);
  nn_release(zeros);
  return status;
}

nn_status nn__zero_grad(nn_tensor *t, bool set_to_none) {
  if (!t->grad) return NN_OK;
  if (set_to_none) return nn_set_grad(t, NULL);
  bool before = nn_set_grad_enabled(t->ctx, false);
  nn_status status = fill_with_zeros(t);
  nn_set_grad_enabled(t->ctx, before);
  return status;
}

static nn_status zero_visit(void *self, const char *path, nn_entry_kind kind, nn_tensor *t) {
  (void)path;
  return kind == NN_PARAMETER ? nn__zero_grad(t, *(bool *)self) : NN_OK;
}

nn_status nn_module_zero_grad(nn_module *m, bool set_to_none) {
  return nn_module_walk(m, zero_visit, &set_to_none);
}
