/* The catalogue of layers, and what all of them share: forward, the way an error finds its layer,
 * making parameters, the text that print shows. */
#include "module.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static nn_layer *const layers[] = {
#define LAYER(name) &nn__layer_##name,
#include "layers.def"
#undef LAYER
};

enum { LAYERS = sizeof layers / sizeof *layers };

const nn_layer *nn_layer_at(int i) { return i >= 0 && i < LAYERS ? layers[i] : NULL; }

const nn_layer *nn_layer_find(const char *name) {
  for (int i = 0; i < LAYERS; i++)
    if (strcmp(layers[i]->name, name) == 0) return layers[i];
  return NULL;
}

static int param_called(const nn_layer_info *info, const char *name) {
  for (int i = 0; i < info->nparams; i++)
    if (strcmp(info->params[i].name, name) == 0) return i;
  return -1;
}

static void parse(nn_layer *layer) {
  int n;
  nn_param *params = nn_params_create(layer->params, &n);
  layer->info = (nn_layer_info){.name = layer->name,
                                .doc = layer->doc,
                                .params = params,
                                .nparams = n,
                                .ninputs = layer->ninputs ? layer->ninputs : 1};
  if (!layer->op) return;
  const nn_op_info *op = nn_op_describe(layer->op);
  for (int i = 0; i < op->nparams; i++)
    layer->source[i] = (signed char)param_called(&layer->info, op->params[i].name);
}

const nn_layer_info *nn_layer_describe(const nn_layer *layer) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  nn_layer *l = (nn_layer *)layer;
  if (__atomic_load_n(&l->parsed, __ATOMIC_ACQUIRE)) return &l->info;
  pthread_mutex_lock(&lock);
  if (!l->parsed) {
    parse(l);
    __atomic_store_n(&l->parsed, l->info.params != NULL, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&lock);
  return &l->info;
}

const nn_arg *nn_module_config(const nn_module *m, const char *name) {
  int i = m->layer ? param_called(&m->layer->info, name) : -1;
  return i >= 0 && m->config[i].kind != NN_NONE ? &m->config[i] : NULL;
}

/* -- Forward --------------------------------------------------------------------------------- */

static nn_arg op_argument(const nn_module *m, int i) {
  const nn_param *p = &m->layer->op->info.params[i];
  nn_tensor *t = p->type == NN_P_TENSOR ? nn__module_tensor(m, p->name) : NULL;
  int from = m->layer->source[i];
  if (t) return nn_t(t);
  if (strcmp(p->name, "training") == 0) return nn_flag(m->training);
  return from >= 0 && p->type != NN_P_TENSOR ? m->config[from] : nn_none();
}

static nn_tensor *run_op(nn__scope *s, nn_module *m, int n, nn_tensor *const *x) {
  const nn_op *op = m->layer->op;
  nn_arg args[NN__MAX_ARGS];
  nn_tensor *y = NULL;
  for (int i = 0; i < n; i++) args[i] = nn_t(x[i]);
  for (int i = n; i < op->info.nparams; i++) args[i] = op_argument(m, i);
  s->status = nn__run(s->ctx, op, s->ctx->options.base, args, op->info.nparams, &y);
  return s->status == NN_OK ? nn__own(s, y) : NULL;
}

static nn_status run_layer(nn_module *m, int n, nn_tensor *const *inputs, nn_tensor **out) {
  nn__scope s;
  const nn_layer *layer = m->layer;
  if (n != layer->info.ninputs)
    return nn_fail(m->ctx, NN_EARG, "%s: takes %d tensor%s, not %d", m->name, layer->info.ninputs,
                   layer->info.ninputs == 1 ? "" : "s", n);
  nn__scope_open(&s, m->ctx);
  nn_tensor *y = layer->op ? run_op(&s, m, n, inputs) : layer->forward(&s, m, n, inputs);
  nn_status status = nn__scope_close(&s, y);
  if (status == NN_OK)
    *out = y;
  else
    nn_release(y);
  return status;
}

nn_status nn_module_forward(nn_module *m, int n, nn_tensor *const *inputs, nn_tensor **out) {
  if (!m->layer && n != 1)
    return nn_fail(m->ctx, NN_EARG, "%s: takes 1 tensor, not %d", m->name, n);
  nn_module_retain(m); /* a hosted forward may drop what holds it */
  nn_status status =
      m->layer ? run_layer(m, n, inputs, out) : m->host.forward(m->host.self, m, inputs[0], out);
  bool own = m->layer && !m->layer->container;
  if (status != NN_OK && status != NN_ESTOP && own) nn__blame(m);
  nn_module_release(m);
  return status;
}

/* -- Where an error happened ----------------------------------------------------------------- */

static void write_brief(const nn_module *m, char *text, size_t size) {
  if (m->layer && m->layer->brief)
    m->layer->brief(m, text, size);
  else
    snprintf(text, size, "%s", m->name);
}

/* How `child` is reached from its parent: "[3]" or ".encoder". */
static int write_step(const nn_module *child, char *text, size_t size) {
  const nn_module *m = child->parent;
  int i = 0;
  while (i < m->count && m->entries[i].module != child) i++;
  if (i == m->count) return 0;
  if (!m->layer) return snprintf(text, size, ".%s", m->entries[i].name);
  return snprintf(text, size, "[%d]", i + m->ctx->options.base);
}

void nn__blame(const nn_module *m) {
  char path[256], brief[96];
  size_t at = sizeof path - 1;
  path[at] = '\0';
  write_brief(m, brief, sizeof brief);
  if (!m->parent) {
    nn__rewrite(m->ctx, "%s, in %s", m->ctx->message, brief);
    return;
  }
  for (; m->parent; m = m->parent) {
    char step[96];
    int n = write_step(m, step, sizeof step);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof step ? (size_t)n : sizeof step - 1;
    if (length > at) break;
    memcpy(path + (at -= length), step, length);
  }
  nn__rewrite(m->ctx, "%s, in model%s (%s)", m->ctx->message, path + at, brief);
}

/* -- For init -------------------------------------------------------------------------------- */

nn_status nn__layer_why(const nn_module *m, const char *format, ...) {
  char why[512];
  va_list args;
  va_start(args, format);
  vsnprintf(why, sizeof why, format, args);
  va_end(args);
  return nn_fail(m->ctx, NN_EARG, "%s: %s", m->name, why);
}

nn_status nn__check_size(const nn_module *m, int i, int64_t least) {
  if (m->config[i].v.i >= least) return NN_OK;
  return nn__layer_why(m, "%s must be %lld or more, not %lld", m->layer->info.params[i].name,
                       (long long)least, (long long)m->config[i].v.i);
}

static nn_status fill_tensor(nn_tensor *t, const nn_op *fill, double a, double b) {
  nn_arg args[] = {nn_t(t), nn_number(a), nn_number(b)};
  if (t->numel == 0) return NN_OK;
  if ((nn_dtype)t->dtype == NN_INT64) args[1] = nn_int((int64_t)a);
  return nn__run_inplace(t->ctx, fill, 0, args, fill == &nn__op_fill ? 2 : 3);
}

nn_status nn__add_tensor(nn_module *m, const char *name, nn_entry_kind kind, nn_dtype dtype,
                         int ndim, const int64_t *shape, const nn_op *fill, double a, double b) {
  nn_tensor *t;
  nn_status status = nn_empty(m->ctx, dtype, ndim, shape, &t);
  if (status != NN_OK) {
    nn__rewrite(m->ctx, "%s: %s", m->name, m->ctx->message);
    return status;
  }
  status = fill_tensor(t, fill, a, b);
  if (status == NN_OK && kind == NN_PARAMETER) status = nn_set_requires_grad(t, true);
  if (status == NN_OK) status = nn_module_set_tensor(m, name, kind, t);
  nn_release(t);
  return status;
}

/* -- What print shows ------------------------------------------------------------------------ */

static void append(char *text, size_t size, const char *more) {
  size_t n = strlen(text);
  if (n < size) snprintf(text + n, size - n, "%s", more);
}

static void append_value(char *text, size_t size, const nn_arg *a) {
  char value[64] = "";
  if (a->kind == NN_INT) snprintf(value, sizeof value, "%lld", (long long)a->v.i);
  if (a->kind == NN_NUMBER) snprintf(value, sizeof value, "%g", a->v.d);
  if (a->kind == NN_FLAG) snprintf(value, sizeof value, "%s", a->v.b ? "true" : "false");
  if (a->kind == NN_STRING) snprintf(value, sizeof value, "%s", a->v.s);
  append(text, size, value);
  for (int i = 0; a->kind == NN_INTS && i < a->n; i++) {
    snprintf(value, sizeof value, "%s%lld", i ? "x" : "", (long long)a->v.is[i]);
    append(text, size, value);
  }
}

char *nn_module_extra(const nn_module *m, char *text, size_t size) {
  const char *at = m->layer && m->layer->extra ? m->layer->extra : "";
  if (size) text[0] = '\0';
  while (*at) {
    char word[64];
    int n = 0, bare = *at == '*';
    sscanf(at, "%63s%n", word, &n);
    const nn_arg *a = nn_module_config(m, word + bare);
    at += n;
    at += *at == ' ';
    if (!a) continue;
    if (text[0]) append(text, size, ", ");
    if (!bare) append(text, size, word), append(text, size, "=");
    append_value(text, size, a);
  }
  return text;
}
