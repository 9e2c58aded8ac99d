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

/* -- Gradients ------------------------------------------------------------------------------- */

/* Input and view are two layouts of one stretch of memory, and the view may show elements that lie
 * between those of input. So gradients go by way of that stretch, as a tensor: the places of one
 * layout are filled, those of the other read. Offsets count from input's first element. */
typedef struct layout {
  int ndim;
  const int64_t *shape, *stride;
  int64_t offset;
} layout;

typedef struct stretch {
  int64_t first, last;
  layout in, view;
  int64_t strides[NN_MAX_DIMS]; /* of a contiguous input */
  bool whole;                   /* it is input itself, which is contiguous */
} stretch;

static void cover(stretch *m, const layout *l) {
  int64_t first = l->offset, last = l->offset;
  for (int i = 0; i < l->ndim; i++) {
    if (l->shape[i] == 0) return;
    int64_t reach = (l->shape[i] - 1) * l->stride[i];
    *(reach < 0 ? &first : &last) += reach;
  }
  if (first < m->first) m->first = first;
  if (last > m->last) m->last = last;
}

/* The stretch of a node's input, and of the view that its arguments from `arg` on describe. */
static void find_stretch(stretch *m, const nn__input *in, const nn_arg *arg) {
  m->first = 0;
  m->last = -1;
  m->in = (layout){in->ndim, in->shape, in->shape + in->ndim, 0};
  m->view = (layout){arg[0].n, arg[0].v.is, arg[1].v.is, arg[2].v.i};
  if (in->contiguous) {
    nn__contiguous_strides(in->ndim, in->shape, m->strides);
    m->in.stride = m->strides;
  }
  cover(m, &m->in);
  int64_t last = m->last;
  cover(m, &m->view);
  m->whole = in->contiguous && m->first == 0 && m->last == last;
}

static nn_tensor *zero_stretch(nn__scope *s, const stretch *m, nn_dtype dtype) {
  int64_t size = m->last - m->first + 1;
  return m->whole ? e_full(s, dtype, m->in.ndim, m->in.shape, 0) : e_full(s, dtype, 1, &size, 0);
}

static nn_tensor *read_layout(nn__scope *s, const stretch *m, const layout *l, nn_tensor *memory) {
  return E_RUN(s, as_strided, nn_t(memory), nn_ints(l->ndim, l->shape), nn_ints(l->ndim, l->stride),
               nn_int(l->offset - m->first));
}

static nn_tensor *replace_layout(nn__scope *s, const stretch *m, const layout *l, nn_tensor *memory,
                                 nn_tensor *x) {
  return E_RUN(s, as_strided_scatter, nn_t(memory), nn_t(x), nn_ints(l->ndim, l->shape),
               nn_ints(l->ndim, l->stride), nn_int(l->offset - m->first));
}

/* Zeros, with x added at the places of the layout: summed, where places coincide. */
static nn_tensor *spread_layout(nn__scope *s, const stretch *m, const layout *l, nn_tensor *x) {
  if (s->status != NN_OK) return NULL;
  nn_tensor *memory = zero_stretch(s, m, (nn_dtype)x->dtype);
  if (!nn__may_overlap(l->ndim, l->shape, l->stride)) return replace_layout(s, m, l, memory, x);
  int64_t base = s->ctx->options.base, size = m->last - m->first + 1, all = -1;
  nn_tensor *numbers = E_RUN(s, arange, nn_int(base), nn_int(base + size));
  nn_tensor *places = e_reshape(s, read_layout(s, m, l, numbers), 1, &all);
  nn_tensor *flat = e_reshape(s, memory, 1, &all);
  return E_RUN(s, index_add, nn_t(flat), nn_int(0), nn_t(places), nn_t(e_reshape(s, x, 1, &all)));
}

/* What has gathered in memory belongs in equal parts to the elements of input that share a place.
 */
static nn_tensor *share_evenly(nn__scope *s, const stretch *m, nn_tensor *memory) {
  if (s->status != NN_OK || !nn__may_overlap(m->in.ndim, m->in.shape, m->in.stride)) return memory;
  nn_tensor *ones = e_full(s, (nn_dtype)memory->dtype, m->in.ndim, m->in.shape, 1);
  return e_div(s, memory, e_maximum_n(s, spread_layout(s, m, &m->in, ones), 1));
}

static void as_strided_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  stretch m;
  find_stretch(&m, in, &b->node->arg[1]);
  nn_tensor *memory = spread_layout(s, &m, &m.view, nn__gout(b, 0));
  if (m.whole)
    nn__give(b, 0, e_reshape(s, memory, in->ndim, in->shape));
  else
    nn__give(b, 0, read_layout(s, &m, &m.in, share_evenly(s, &m, memory)));
}

nn_op nn__op_as_strided = {
    .name = "as_strided",
    .params = "input:tensor size:shape stride:shape storage_offset:int=0",
    .group = "views",
    .doc = "A view with the sizes and strides given, starting storage_offset elements after the "
           "first.",
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
  const nn__input *source = &b->node->in[1];
  nn_tensor *g = nn__gout(b, 0);
  stretch m;
  find_stretch(&m, &b->node->in[0], &b->node->arg[2]);
  nn_tensor *memory = m.whole ? e_contiguous(s, g) : spread_layout(s, &m, &m.in, g);
  if (nn__wants(b, 0)) {
    nn_tensor *zeros = e_full(s, (nn_dtype)source->dtype, source->ndim, source->shape, 0);
    nn_tensor *kept = replace_layout(s, &m, &m.view, memory, zeros);
    nn__give(b, 0, m.whole ? kept : read_layout(s, &m, &m.in, kept));
  }
  if (nn__wants(b, 1)) nn__give(b, 1, read_layout(s, &m, &m.view, memory));
}

nn_op nn__op_as_strided_scatter = {
    .name = "as_strided_scatter",
    .params = "input:tensor src:tensor size:shape stride:shape storage_offset:int=0",
    .group = "views",
    .doc = "A copy of input in which the elements that as_strided would show are those of src.",
    .flags = NN_OP_HIDDEN,
    .check = scatter_check,
    .forward = scatter_forward,
    .backward = scatter_backward};

nn_status nn_view(nn_tensor *t, int ndim, const int64_t *shape, const int64_t *stride,
                  int64_t offset, nn_tensor **out) {
  nn_arg args[] = {nn_t(t), nn_ints(ndim, shape), nn_ints(ndim, stride), nn_int(offset)};
  return nn__run(t->ctx, &nn__op_as_strided, 0, args, 4, out);
}
