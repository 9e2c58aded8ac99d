/* Layers and models. A layer kind (nn_layer) is declared once, in layers/, and listed in
 * layers.def: its constructor's parameters, how it makes its tensors, and its forward. Most name
 * an operation instead of a forward: it then runs on the inputs, with each further parameter of
 * the operation taken from the module: a tensor or a constructor argument of the same name, or the
 * training flag. */
#ifndef NN_MODULE_H
#define NN_MODULE_H

#include "expr.h"

enum { NN__MAX_NESTING = 200 };

struct nn_layer {
  const char *name;
  const char *params; /* of the constructor: "in_features:int out_features:int bias:bool=true" */
  const char *doc;
  const char *extra; /* the parameters that print shows; `*` before one: without its name */
  int ninputs;       /* 0 means 1 */
  bool container;    /* its children's errors are not its own */
  const nn_op *op;
  nn_status (*init)(nn_module *m); /* checks the arguments, makes the tensors; may be NULL */
  nn_tensor *(*forward)(nn__scope *s, nn_module *m, int n, nn_tensor *const *x);
  void (*brief)(const nn_module *m, char *text, size_t size); /* "Linear 100 -> 4" */
  nn_layer_info info;               /* parsed from the above at first use */
  signed char source[NN__MAX_ARGS]; /* for each parameter of op: the constructor's, or -1 */
  bool parsed;
};

struct nn_module {
  nn_ctx *ctx;
  int refs;
  const nn_layer *layer; /* NULL: hosted */
  char *name;
  bool training;
  bool marked;       /* seen by the running walk */
  int height;        /* levels of children below, at most */
  nn_module *parent; /* where it was last made a child; not retained */
  int count, room;
  nn_entry *entries;
  nn_arg *config; /* the constructor's arguments; strings and ints are copies */
  nn_host host;
};

/* Every kind is a variable nn__layer_<name>. */
#define LAYER(name) extern nn_layer nn__layer_##name;
#include "layers.def"
#undef LAYER

/* Adds a new tensor of its own, drawn or filled by `fill` with the numbers a and b: uniform from a
 * to b, normal of mean a and deviation b, or fill with a. */
nn_status nn__add_tensor(nn_module *m, const char *name, nn_entry_kind kind, nn_dtype dtype,
                         int ndim, const int64_t *shape, const nn_op *fill, double a, double b);

/* Fails unless argument i is a size. */
nn_status nn__check_size(const nn_module *m, int i, int64_t least);

/* Fails with "Linear: …". */
nn_status nn__layer_why(const nn_module *m, const char *format, ...) NN_PRINTF(2, 3);

/* The tensor of that name; NULL where there is none. */
nn_tensor *nn__module_tensor(const nn_module *m, const char *name);

/* Appends to the message where the layer that failed stands: ", in model[3] (Linear 10 -> 4)". */
void nn__blame(const nn_module *m);

/* Drops a gradient, or fills it with zeros. */
nn_status nn__zero_grad(nn_tensor *t, bool set_to_none);

#endif
