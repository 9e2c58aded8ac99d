/* Copies: clone, contiguous, to, detach, copy_. */
#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

static nn_status same_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return NN_OK;
}

static nn_status copy_first(nn__call *c) { return nn__copy_elements(c->out[0], nn__in(c, 0)); }

static void pass_backward(nn__grad *b) { nn__give(b, 0, nn__gout(b, 0)); }

nn_op nn__op_clone = {.name = "clone",
                      .params = "input:tensor",
                      .group = "copies",
                      .doc = "A copy with its own memory; gradients flow through it.",
                      .check = same_check,
                      .forward = copy_first,
                      .backward = pass_backward};

static nn_tensor *contiguous_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  return x->contiguous ? x : e_clone(s, x);
}

nn_op nn__op_contiguous = {.name = "contiguous",
                           .params = "input:tensor",
                           .group = "copies",
                           .doc = "The tensor itself where its elements lie in memory in order, "
                                  "else a copy whose elements do.",
                           .flags = NN_OP_METHOD,
                           .compose = contiguous_compose};

static nn_status convert_check(nn__call *c) {
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  return nn__check_dtype(c, 1, c->meta[0].dtype, &c->meta[0].dtype);
}

nn_op nn__op_convert = {.name = "convert",
                        .params = "input:tensor dtype:dtype",
                        .group = "copies",
                        .doc = "A copy converted to dtype.",
                        .flags = NN_OP_HIDDEN,
                        .check = convert_check,
                        .forward = copy_first,
                        .backward = pass_backward};

static nn_tensor *to_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0);
  bool same = c->meta[0].dtype == (nn_dtype)x->dtype;
  return same ? x : E_RUN(s, convert, nn_t(x), c->arg[1]);
}

nn_op nn__op_to = {.name = "to",
                   .params = "input:tensor dtype:dtype",
                   .group = "copies",
                   .doc = "The tensor converted to dtype; itself where it has it already.",
                   .flags = NN_OP_METHOD,
                   .check = convert_check,
                   .compose = to_compose};

static nn_status alias_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  c->meta[0] = nn__meta_of(x);
  nn__make_view(c, x, x->stride, 0);
  return NN_OK;
}

nn_op nn__op_detach = {.name = "detach",
                       .params = "input:tensor",
                       .group = "copies",
                       .doc = "The same elements without their history: no gradient flows back.",
                       .check = alias_check};

/* The source broadcasts to the target, whose shape and dtype stay. */
static nn_status copy_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *source = nn__in(c, 1);
  c->meta[0] = nn__meta_of(x);
  if (nn__broadcasts_to(x->ndim, x->shape, source->ndim, source->shape)) return NN_OK;
  return nn__why(c, NN_ESHAPE, "src does not broadcast to the tensor");
}

static nn_status copy_second(nn__call *c) { return nn__copy_elements(c->out[0], nn__in(c, 1)); }

static void copy_backward(nn__grad *b) {
  if (nn__wants(b, 0)) nn__give(b, 0, e_mul_n(&b->s, nn__gout(b, 0), 0));
  if (nn__wants(b, 1)) nn__give(b, 1, nn__gout(b, 0));
}

nn_op nn__op_copy = {.name = "copy",
                     .params = "input:tensor src:tensor",
                     .group = "copies",
                     .doc = "Puts the elements of src, broadcast and converted, into the tensor.",
                     .flags = NN_OP_ONLY_INPLACE,
                     .kind = NN_KIND_PLACES,
                     .check = copy_check,
                     .forward = copy_second,
                     .backward = copy_backward};
