/* A chain of layers. It is made empty; its children, named "0", "1" and so on, are set later. */
#include <string.h>

#include "module.h"

static nn_module *child(const nn_module *m, int i) {
  return i < m->count ? m->entries[i].module : NULL;
}

static bool is_a(const nn_module *m, const nn_layer *layer) { return m && m->layer == layer; }

/* relu(linear(x)) in one pass over the elements. */
static nn_tensor *linear_relu(nn__scope *s, nn_module *m, nn_tensor *x) {
  nn_tensor *w = nn__module_tensor(m, "weight"), *b = nn__module_tensor(m, "bias");
  nn_tensor *y = E_RUN(s, linear_relu, nn_t(x), nn_t(w), b ? nn_t(b) : nn_none());
  if (y || s->status == NN_ESTOP) return y;
  const char *message = m->ctx->message; /* the user wrote Linear, and knows no linear_relu */
  if (strncmp(message, "linear_relu:", 12) == 0) nn__rewrite(m->ctx, "linear%s", message + 11);
  nn__blame(m);
  return NULL;
}

static nn_tensor *forward(nn__scope *s, nn_module *m, int n, nn_tensor *const *inputs) {
  (void)n;
  nn_tensor *x = inputs[0], *y = NULL;
  for (int i = 0; x && i < m->count; i++) {
    nn_module *at = child(m, i);
    if (!at) continue;
    if (is_a(at, &nn__layer_Linear) && is_a(child(m, i + 1), &nn__layer_ReLU) &&
        nn__module_tensor(at, "weight")) {
      x = linear_relu(s, at, x);
      i++;
      continue;
    }
    s->status = nn_module_forward(at, 1, &x, &y);
    x = s->status == NN_OK ? nn__own(s, y) : NULL;
  }
  return x;
}

nn_layer nn__layer_Sequential = {
    .name = "Sequential",
    .params = "",
    .doc = "Layers one after the other, each taking the result of the one before.",
    .container = true,
    .forward = forward,
};
