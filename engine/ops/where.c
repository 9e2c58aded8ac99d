/* Choosing by mask: where, masked_fill, masked_select, masked_scatter, nonzero. */
#include "autograd.h"
#include "index.h"
#include "shape.h"

/* Sets meta[0]'s shape to what all tensors among the arguments broadcast to. */
static nn_status check_broadcast(nn__call *c) {
  nn__meta *m = &c->meta[0];
  m->ndim = 0;
  for (int i = 0; i < c->op->info.nparams; i++) {
    const nn_arg *a = &c->arg[i];
    if (a->kind != NN_TENSOR) continue;
    if (!nn__broadcast(&m->ndim, m->shape, a->v.t->ndim, a->v.t->shape))
      return nn__why(c, NN_ESHAPE,
                     "the shapes do not broadcast: from the last dimension on, sizes must be equal "
                     "or 1");
  }
  return NN_OK;
}

/* out = mask ? a : b, where mask, a and b are arguments. */
static nn_status choose(nn__call *c, int mask, int a, int b) {
  struct nn__operands o;
  nn_dtype dtype = c->meta[0].dtype;
  nn__open_operands(c, &o);
  nn_status status = nn__add_operand(c, &o, &c->arg[mask], NN_BOOL);
  if (status == NN_OK) status = nn__add_operand(c, &o, &c->arg[a], dtype);
  if (status == NN_OK) status = nn__add_operand(c, &o, &c->arg[b], dtype);
  return nn__map_operands(c, &o, status, nn__index_kernels()->where[dtype], NULL);
}

/* -- where ----------------------------------------------------------------------------------- */

static nn_status where_check(nn__call *c) {
  NN_TRY(nn__check_is(c, 0, NN_BOOL));
  c->meta[0].dtype = nn__promoted(c); /* bool, the least of types, does not raise it */
  return check_broadcast(c);
}

static nn_status where_forward(nn__call *c) { return choose(c, 0, 1, 2); }

static void where_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0), *mask = nn__saved(b, 0);
  if (nn__wants(b, 1)) nn__give(b, 1, e_keep(s, mask, g));
  if (nn__wants(b, 2)) nn__give(b, 2, e_masked_fill(s, g, mask, 0));
}

nn_op nn__op_where = {.name = "where",
                      .params = "condition:tensor input:operand other:operand",
                      .group = "indexing",
                      .doc =
                          "input where condition (bool) is true, else other, element by element, "
                          "with broadcasting.",
                      .keep = "condition",
                      .flags = NN_OP_FUNCTION,
                      .check = where_check,
                      .forward = where_forward,
                      .backward = where_backward};

/* -- masked_fill ----------------------------------------------------------------------------- */

static nn_status fill_check(nn__call *c) {
  NN_TRY(nn__check_is(c, 1, NN_BOOL));
  c->meta[0].dtype = nn_dtype_of(nn__in(c, 0));
  NN_TRY(nn__check_scalar(c, 2, c->meta[0].dtype));
  return check_broadcast(c);
}

static nn_status fill_forward(nn__call *c) { return choose(c, 1, 2, 0); }

static void fill_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0), *mask = nn__saved(b, 1);
  if (nn__wants(b, 0)) nn__give(b, 0, e_masked_fill(s, g, mask, 0));
  if (nn__wants(b, 2)) nn__give(b, 2, e_keep(s, mask, g));
}

nn_op nn__op_masked_fill = {.name = "masked_fill",
                            .params = "input:tensor mask:tensor value:operand",
                            .group = "indexing",
                            .doc = "input with value, a number or a tensor of no dimensions, where "
                                   "mask (bool) is true, with broadcasting.",
                            .keep = "mask",
                            .flags = NN_OP_INPLACE,
                            .kind = NN_KIND_ANY,
                            .check = fill_check,
                            .forward = fill_forward,
                            .backward = fill_backward};
