/* Views by strides, and their opposite: what in-place changes through views are made of (see
 * nn__rebase), and what the gradients of pieces are. */
#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

/* Reads size, stride and storage offset from argument i on into the call's view of `x`. */
static nn_status check_layout(nn__call *c, int i, const nn_tensor *x) {
  const nn_arg *stride = &c->arg[i + 1];
  NN_TRY(nn__check_shape(c, i));
  if (stride->n != c->meta[0].ndim)
    return nn__why(c, NN_ESHAPE, "%d sizes, but %d strides", c->meta[0].ndim, stride->n);
  int64_t numel;
  bool counts = nn__count(c->meta[0].ndim, c->meta[0].shape, 1, &numel);
  if (counts && numel == 0) {
    c->arg[i + 2].v.i = 0; /* no element reaches outside, wherever it would be */
    return NN_OK;
  }
  if (!counts || !nn__fits_storage(x, stride->n, c->meta[0].shape, stride->v.is, c->arg[i + 2].v.i))
    return nn__why(c, NN_ESHAPE, "the layout reaches outside the tensor's memory");
  return NN_OK;
}

static nn_status as_strided_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  NN_TRY(check_layout(c, 1, x));
  nn__make_view(c, x, c->arg[2].v.is, c->arg[3].v.i);
  return NN_OK;
}

static void as_strided_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  const nn_arg *arg = b->node->arg;
  nn_tensor *zeros = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  nn__give(b, 0,
           E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(nn__gout(b, 0)), arg[1], arg[2], arg[3]));
}

nn_op nn__op_as_strided = {
    .name = "as_strided",
    .params = "input:tensor size:shape stride:shape storage_offset:int=0",
    .group = "views",
    .doc = "A view with the sizes and strides given, starting storage_offset elements after the "
           "first. Its gradient takes input to be contiguous and no element to occur twice.",
    .flags = NN_OP_VIEW,
    .check = as_strided_check,
    .backward = as_strided_backward};

static nn_status scatter_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0), *source = nn__in(c, 1);
  char text[NN__SHAPE_TEXT];
  if (!x->contiguous) return nn__why(c, NN_ESTATE, "input must be contiguous");
  NN_TRY(check_layout(c, 2, x));
  bool fits = source->ndim == c->meta[0].ndim;
  for (int i = 0; fits && i < source->ndim; i++) fits = source->shape[i] == c->meta[0].shape[i];
  if (!fits)
    return nn__why(c, NN_ESHAPE, "src must be %s",
                   nn__shape_text(c->meta[0].ndim, c->meta[0].shape, text, sizeof text));
  c->meta[0] = nn__meta_of(x);
  return NN_OK;
}

static nn_status scatter_forward(nn__call *c) {
  const nn_arg *size = &c->arg[2], *stride = &c->arg[3];
  NN_TRY(nn__copy_elements(c->out[0], nn__in(c, 0)));
  nn_tensor *place = nn__new_view(c->out[0], size->n, size->v.is, stride->v.is, c->arg[4].v.i);
  if (!place) return NN_ENOMEM;
  nn_status status = nn__copy_elements(place, nn__in(c, 1));
  nn_release(place);
  return status;
}

static void scatter_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn_arg *arg = b->node->arg;
  const nn__input *source = &b->node->in[1];
  nn_tensor *g = e_contiguous(s, nn__gout(b, 0));
  if (nn__wants(b, 0)) {
    nn_tensor *zeros = e_full(s, (nn_dtype)source->dtype, source->ndim, source->shape, 0);
    nn__give(b, 0, E_RUN(s, as_strided_scatter, nn_t(g), nn_t(zeros), arg[2], arg[3], arg[4]));
  }
  if (nn__wants(b, 1)) nn__give(b, 1, E_RUN(s, as_strided, nn_t(g), arg[2], arg[3], arg[4]));
}

nn_op nn__op_as_strided_scatter = {
    .name = "as_strided_scatter",
    .params = "input:tensor src:tensor size:shape stride:shape storage_offset:int=0",
    .group = "views",
    .doc = "A copy of input in which the elements that as_strided would show are those of src.",
    .check = scatter_check,
    .forward = scatter_forward,
    .backward = scatter_backward};

nn_status nn_view(nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                  int64_t offset, nn_tensor **out) {
  nn_arg args[] = {nn_t(t), nn_ints(ndim, shape), nn_ints(ndim, stride), nn_int(offset)};
  return nn__run(t->ctx, &nn__op_as_strided, 0, args, 4, out);
}
