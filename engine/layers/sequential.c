/* A chain of layers. It is made empty; its children, named "0", "1" and so on, are set later. Where
 * one operation can stand for some of them, it does. */
#include <string.h>

#include "module.h"
#include "product.h"

static nn_module *child(const nn_module *m, int i) {
  return i < m->count ? m->entries[i].module : NULL;
}

static bool is_a(const nn_module *m, const nn_layer *layer) { return m && m->layer == layer; }

/* Whether child i is a linear layer whose weight and bias (or NULL) are these. */
static bool is_linear(const nn_module *m, int i, nn_tensor **weight, nn_tensor **bias) {
  const nn_module *at = child(m, i);
  if (!is_a(at, &nn__layer_Linear)) return false;
  *weight = nn__module_tensor(at, "weight");
  *bias = nn__module_tensor(at, "bias");
  return *weight;
}

static bool is_relu(const nn_module *m, int i) { return is_a(child(m, i), &nn__layer_ReLU); }

/* The result of an operation that stands for children, of which `first` is the first. Its errors
 * are those of a linear layer: the user knows nothing of others. */
static nn_tensor *run_as(nn__scope *s, const nn_module *first, const nn_op *op, int n,
                         const nn_arg *args) {
  nn_tensor *y = nn__eval(s, op, n, args, NULL);
  if (y || s->status == NN_ESTOP) return y;
  const char *message = s->ctx->message;
  size_t name = strlen(op->name);
  if (strncmp(message, op->name, name) == 0 && message[name] == ':')
    nn__rewrite(s->ctx, "linear%s", message + name);
  nn__blame(first);
  return NULL;
}

/* Runs the children from number *i on for which one operation stands; the last of them becomes *i.
 * False: there is none. */
static bool run_together(nn__scope *s, const nn_module *m, int *i, nn_tensor **x) {
  const nn_module *first = child(m, *i);
  nn_tensor *t[] = {*x, NULL, NULL, NULL, NULL};
  if (!is_linear(m, *i, &t[1], &t[2]) || !is_relu(m, *i + 1)) return false;
  bool two = is_linear(m, *i + 2, &t[3], &t[4]) && !is_relu(m, *i + 3) && t[2] && t[4];
  nn_arg args[] = {nn_t(t[0]), nn_t(t[1]), t[2] ? nn_t(t[2]) : nn_none(), nn_t(t[3]), nn_t(t[4])};
  if (two && nn__takes_perceptron(t)) {
    *x = run_as(s, first, &nn__op_perceptron, 5, args);
    *i += 2;
  } else {
    *x = run_as(s, first, &nn__op_linear_relu, 3, args);
    *i += 1;
  }
  return true;
}

static nn_tensor *forward(nn__scope *s, nn_module *m, int n, nn_tensor *const *inputs) {
  (void)n;
  nn_tensor *x = inputs[0], *y = NULL;
  for (int i = 0; x && i < m->count; i++) {
    if (!child(m, i) || run_together(s, m, &i, &x)) continue;
    s->status = nn_module_forward(child(m, i), 1, &x, &y);
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
