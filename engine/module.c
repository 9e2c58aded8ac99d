/* Modules: creation and end, entries, the tree they form. */
#include "module.h"

#include <string.h>

static void *copy_bytes(nn_ctx *ctx, const void *from, size_t bytes) {
  void *copy = nn__alloc(ctx, bytes);
  return copy ? memcpy(copy, from, bytes) : NULL;
}

static char *copy_text(nn_ctx *ctx, const char *text) {
  return copy_bytes(ctx, text, strlen(text) + 1);
}

static void free_text(nn_ctx *ctx, const char *text) {
  if (text) nn__free(ctx, (char *)text, strlen(text) + 1);
}

/* -- Creation and end ------------------------------------------------------------------------ */

static nn_status new_module(nn_ctx *ctx, const char *name, nn_module **out) {
  nn_module *m = nn__alloc(ctx, sizeof *m);
  if (!m) return nn__no_memory(ctx, sizeof *m);
  *m = (nn_module){.ctx = ctx, .refs = 1, .training = true};
  m->name = copy_text(ctx, name);
  if (!m->name) {
    nn__free(ctx, m, sizeof *m);
    return nn__no_memory(ctx, strlen(name));
  }
  *out = m;
  return NN_OK;
}

/* Makes `a` independent of the caller's memory. A tensor becomes a buffer instead. */
static nn_status keep_arg(nn_module *m, const nn_param *p, nn_arg *a) {
  if (p->type == NN_P_TENSOR) {
    nn_tensor *t = a->kind == NN_TENSOR ? a->v.t : NULL;
    *a = nn_none();
    return nn_module_set_tensor(m, p->name, NN_BUFFER, t);
  }
  bool copied = true;
  size_t bytes = (size_t)a->n * sizeof *a->v.is;
  if (a->kind == NN_STRING) copied = (a->v.s = copy_text(m->ctx, a->v.s));
  if (a->kind == NN_INTS && a->n > 0) copied = (a->v.is = copy_bytes(m->ctx, a->v.is, bytes));
  if (copied) return NN_OK;
  *a = nn_none();
  return nn__no_memory(m->ctx, bytes);
}

static nn_status keep_args(nn_module *m, const nn_arg *bound) {
  const nn_layer_info *info = &m->layer->info;
  size_t bytes = (size_t)info->nparams * sizeof *m->config;
  if (!bytes) return NN_OK;
  m->config = nn__alloc(m->ctx, bytes);
  if (!m->config) return nn__no_memory(m->ctx, bytes);
  for (int i = 0; i < info->nparams; i++) m->config[i] = nn_none();
  for (int i = 0; i < info->nparams; i++) {
    m->config[i] = bound[i];
    nn_status status = keep_arg(m, &info->params[i], &m->config[i]);
    if (status != NN_OK) return status;
  }
  return NN_OK;
}

nn_status nn_module_create(nn_ctx *ctx, const nn_layer *layer, const nn_arg *args, int n,
                           nn_module **out) {
  const nn_layer_info *info = nn_layer_describe(layer);
  nn_arg bound[NN__MAX_ARGS];
  nn_module *m = NULL;
  NN_TRY(nn_bind(ctx, info->name, info->params, info->nparams, args, n, bound));
  NN_TRY(new_module(ctx, info->name, &m));
  m->layer = layer;
  nn_status status = keep_args(m, bound);
  if (status == NN_OK && layer->init) status = layer->init(m);
  if (status == NN_OK)
    *out = m;
  else
    nn_module_release(m);
  return status;
}

nn_status nn_module_create_hosted(nn_ctx *ctx, const char *name, const nn_host *host,
                                  nn_module **out) {
  NN_TRY(new_module(ctx, name, out));
  (*out)->host = *host;
  return NN_OK;
}

nn_module *nn_module_retain(nn_module *m) {
  m->refs++;
  return m;
}

static void drop_entry(nn_module *m, nn_entry *e) {
  nn_release(e->tensor);
  if (e->module && e->module->parent == m) e->module->parent = NULL;
  nn_module_release(e->module);
  e->tensor = NULL;
  e->module = NULL;
}

static void free_config(nn_module *m) {
  if (!m->config) return;
  for (int i = 0; i < m->layer->info.nparams; i++) {
    const nn_arg *a = &m->config[i];
    if (a->kind == NN_STRING) free_text(m->ctx, a->v.s);
    if (a->kind == NN_INTS && a->n > 0)
      nn__free(m->ctx, (int64_t *)a->v.is, (size_t)a->n * sizeof *a->v.is);
  }
  nn__free(m->ctx, m->config, (size_t)m->layer->info.nparams * sizeof *m->config);
}

void nn_module_release(nn_module *m) {
  if (!m || --m->refs > 0) return;
  for (int i = 0; i < m->count; i++) {
    drop_entry(m, &m->entries[i]);
    free_text(m->ctx, m->entries[i].name);
  }
  if (m->entries) nn__free(m->ctx, m->entries, (size_t)m->room * sizeof *m->entries);
  free_config(m);
  if (m->host.free) m->host.free(m->host.self);
  free_text(m->ctx, m->name);
  nn__free(m->ctx, m, sizeof *m);
}

const char *nn_module_name(const nn_module *m) { return m->name; }
const nn_layer *nn_module_layer(const nn_module *m) { return m->layer; }

/* -- Entries --------------------------------------------------------------------------------- */

int nn_module_count(const nn_module *m) { return m->count; }
nn_entry nn_module_entry(const nn_module *m, int i) { return m->entries[i]; }

static nn_entry *find(const nn_module *m, const char *name) {
  for (int i = 0; i < m->count; i++)
    if (strcmp(m->entries[i].name, name) == 0) return &m->entries[i];
  return NULL;
}

bool nn_module_find(const nn_module *m, const char *name, nn_entry *entry) {
  const nn_entry *e = find(m, name);
  if (e) *entry = *e;
  return e != NULL;
}

nn_tensor *nn__module_tensor(const nn_module *m, const char *name) {
  const nn_entry *e = find(m, name);
  return e ? e->tensor : NULL;
}

static bool grow(nn_module *m) {
  int room = m->room ? 2 * m->room : 4;
  nn_entry *more = nn__alloc(m->ctx, (size_t)room * sizeof *more);
  if (!more) return false;
  if (m->count) memcpy(more, m->entries, (size_t)m->count * sizeof *more);
  if (m->entries) nn__free(m->ctx, m->entries, (size_t)m->room * sizeof *more);
  m->entries = more;
  m->room = room;
  return true;
}

/* The entry of that name, made empty at the end where there is none; NULL: no memory. */
static nn_entry *claim(nn_module *m, const char *name) {
  nn_entry *e = find(m, name);
  if (e) return e;
  if (m->count == m->room && !grow(m)) return NULL;
  char *copy = copy_text(m->ctx, name);
  if (!copy) return NULL;
  m->entries[m->count] = (nn_entry){.name = copy};
  return &m->entries[m->count++];
}

nn_status nn_module_set_tensor(nn_module *m, const char *name, nn_entry_kind kind, nn_tensor *t) {
  nn_entry *e = claim(m, name);
  if (!e) return nn__no_memory(m->ctx, sizeof *e);
  if (t) nn_retain(t);
  drop_entry(m, e);
  e->kind = kind;
  e->tensor = t;
  return NN_OK;
}

/* Marks m and all below; returns whether `wanted` is among them. */
static bool mark(nn_module *m, const nn_module *wanted) {
  bool found = m == wanted;
  if (m->marked) return false;
  m->marked = true;
  for (int i = 0; i < m->count; i++)
    if (m->entries[i].module && mark(m->entries[i].module, wanted)) found = true;
  return found;
}

static void unmark(nn_module *m) {
  if (!m->marked) return;
  m->marked = false;
  for (int i = 0; i < m->count; i++)
    if (m->entries[i].module) unmark(m->entries[i].module);
}

static bool contains(nn_module *m, const nn_module *wanted) {
  bool found = mark(m, wanted);
  unmark(m);
  return found;
}

static int depth(const nn_module *m) {
  int n = 0;
  for (; m->parent; m = m->parent) n++;
  return n;
}

nn_status nn_module_set_child(nn_module *m, const char *name, nn_module *child) {
  if (contains(child, m)) return nn_fail(m->ctx, NN_ESTATE, "%s: cannot contain itself", m->name);
  if (depth(m) + child->height >= NN__MAX_NESTING)
    return nn_fail(m->ctx, NN_ESTATE, "%s: models may be nested at most %d deep", m->name,
                   NN__MAX_NESTING);
  nn_entry *e = claim(m, name);
  if (!e) return nn__no_memory(m->ctx, sizeof *e);
  nn_module_retain(child);
  drop_entry(m, e);
  e->kind = NN_CHILD;
  e->module = child;
  child->parent = m;
  int height = child->height;
  for (nn_module *up = m; up && up->height <= height; up = up->parent) up->height = ++height;
  return NN_OK;
}

void nn_module_remove(nn_module *m, const char *name) {
  nn_entry *e = find(m, name);
  if (!e) return;
  free_text(m->ctx, e->name);
  drop_entry(m, e);
  int behind = m->count - (int)(e - m->entries) - 1;
  memmove(e, e + 1, (size_t)behind * sizeof *e);
  m->count--;
}

/* -- Training or evaluation ------------------------------------------------------------------ */

bool nn_module_is_training(const nn_module *m) { return m->training; }

static void set_marked_training(nn_module *m, bool training) {
  if (!m->marked) return;
  m->marked = false;
  m->training = training;
  for (int i = 0; i < m->count; i++)
    if (m->entries[i].module) set_marked_training(m->entries[i].module, training);
}

void nn_module_set_training(nn_module *m, bool training) {
  mark(m, NULL);
  set_marked_training(m, training);
}
