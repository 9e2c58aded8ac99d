/* Choosing by mask: where, masked_fill, masked_select, masked_scatter, nonzero. */
#include <string.h>

#include "autograd.h"
#include "index.h"
#include "shape.h"

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
  return nn__check_broadcast(c, 3);
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
                      .self = 1,
                      .check = where_check,
                      .forward = where_forward,
                      .backward = where_backward};

/* -- masked_fill ----------------------------------------------------------------------------- */

static nn_status fill_check(nn__call *c) {
  NN_TRY(nn__check_is(c, 1, NN_BOOL));
  c->meta[0].dtype = nn_dtype_of(nn__in(c, 0));
  NN_TRY(nn__check_scalar(c, 2, c->meta[0].dtype));
  return nn__check_broadcast(c, 2);
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

/* -- masked_select, masked_scatter, nonzero -------------------------------------------------- */

/* How many elements of a contiguous mask are true. */
static int64_t count_true(const nn_tensor *mask) {
  const uint8_t *m = (const uint8_t *)mask->data;
  int64_t count = 0;
  for (int64_t i = 0; i < mask->numel; i++) count += m[i] != 0;
  return count;
}

/* How many elements of argument i are not zero. */
static nn_status count_nonzero(const nn__call *c, int i, int64_t *count) {
  nn_tensor *made;
  nn__meta m = nn__meta_of(nn__in(c, i));
  m.dtype = NN_BOOL;
  const nn_tensor *mask = nn__flat(nn__in(c, i), &m, &made);
  if (!mask) return NN_ENOMEM;
  *count = count_true(mask);
  nn_release(made);
  return NN_OK;
}

/* Sets *count to the number of elements that the mask, argument 1, chooses from meta[0]'s shape. */
static nn_status count_chosen(nn__call *c, int64_t *count) {
  int64_t numel, mask_numel = nn__in(c, 1)->numel;
  NN_TRY(nn__check_broadcast(c, 2));
  NN_TRY(count_nonzero(c, 1, count));
  if (!nn__count(c->meta[0].ndim, c->meta[0].shape, 1, &numel))
    return nn__why(c, NN_ESHAPE, "the broadcast result would not fit into memory");
  if (mask_numel) *count *= numel / mask_numel;
  return NN_OK;
}

static nn_status select_check(nn__call *c) {
  int64_t count;
  NN_TRY(nn__check_is(c, 1, NN_BOOL));
  NN_TRY(count_chosen(c, &count));
  c->meta[0] = (nn__meta){.dtype = nn_dtype_of(nn__in(c, 0)), .ndim = 1, .shape = {count}};
  return NN_OK;
}

/* For one element type: takes the chosen ones out of x, or puts x into the chosen ones. There are
 * no branches on the mask, which would be guesses; past the last chosen one, nothing is touched. */
#define TAKE(id, name, T)                                                                          \
  case id:                                                                                         \
    for (int64_t i = 0; next < count; next += m[i++] != 0) ((T *)to)[next] = ((const T *)from)[i]; \
    break;
#define PUT(id, name, T)                                                  \
  case id:                                                                \
    for (int64_t i = 0; next < count; next += m[i++] != 0)                \
      ((T *)to)[i] = m[i] ? ((const T *)from)[next] : ((const T *)to)[i]; \
    break;

static void take(nn_tensor *y, const nn_tensor *x, const nn_tensor *mask) {
  const uint8_t *m = (const uint8_t *)mask->data;
  const void *from = x->data;
  void *to = y->data;
  int64_t next = 0, count = count_true(mask);
  switch ((nn_dtype)y->dtype) {
    NN_DTYPES(TAKE)
  default:
    break;
  }
}

static void put(nn_tensor *y, const nn_tensor *x, const nn_tensor *mask) {
  const uint8_t *m = (const uint8_t *)mask->data;
  const void *from = x->data;
  void *to = y->data;
  int64_t next = 0, count = count_true(mask);
  switch ((nn_dtype)y->dtype) {
    NN_DTYPES(PUT)
  default:
    break;
  }
}

static nn_status select_forward(nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *mask = nn__in(c, 1), *made_x, *made_mask = NULL;
  nn__meta m = nn__meta_of(x);
  nn__broadcast(&m.ndim, m.shape, mask->ndim, mask->shape);
  const nn_tensor *flat_x = nn__flat(x, &m, &made_x), *flat_mask = NULL;
  m.dtype = NN_BOOL;
  if (flat_x) flat_mask = nn__flat(mask, &m, &made_mask);
  if (flat_mask) take(c->out[0], flat_x, flat_mask);
  nn_release(made_x);
  nn_release(made_mask);
  return flat_mask ? NN_OK : NN_ENOMEM;
}

static void select_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  const nn__input *x = &b->node->in[0], *m = &b->node->in[1];
  int64_t shape[NN_MAX_DIMS];
  int ndim = x->ndim;
  memcpy(shape, x->shape, (size_t)ndim * sizeof *shape);
  nn__broadcast(&ndim, shape, m->ndim, m->shape);
  nn_tensor *zeros = e_full(s, (nn_dtype)x->dtype, ndim, shape, 0);
  nn__give(b, 0,
           E_RUN(s, masked_scatter, nn_t(zeros), nn_t(nn__saved(b, 1)), nn_t(nn__gout(b, 0))));
}

nn_op nn__op_masked_select = {.name = "masked_select",
                              .params = "input:tensor mask:tensor",
                              .group = "indexing",
                              .doc = "The elements of input for which mask (bool) is true, in one "
                                     "dimension, with broadcasting.",
                              .keep = "mask",
                              .check = select_check,
                              .forward = select_forward,
                              .backward = select_backward};

static nn_status scatter_check(nn__call *c) {
  int64_t count;
  const nn_tensor *source = nn__in(c, 2);
  NN_TRY(nn__check_is(c, 1, NN_BOOL));
  NN_TRY(nn__check_is(c, 2, nn_dtype_of(nn__in(c, 0))));
  c->meta[0] = nn__meta_of(nn__in(c, 0));
  NN_TRY(count_chosen(c, &count));
  if (count > source->numel)
    return nn__why(c, NN_ESHAPE, "mask is true for %lld elements, but source has only %lld",
                   (long long)count, (long long)source->numel);
  return NN_OK;
}

static nn_status scatter_forward(nn__call *c) {
  nn_tensor *y = c->out[0], *source = nn__in(c, 2), *made_source, *made_mask = NULL;
  nn__meta m = nn__meta_of(source), mask_meta = nn__meta_of(y);
  mask_meta.dtype = NN_BOOL;
  NN_TRY(nn__copy_elements(y, nn__in(c, 0)));
  const nn_tensor *flat_source = nn__flat(source, &m, &made_source), *flat_mask = NULL;
  if (flat_source) flat_mask = nn__flat(nn__in(c, 1), &mask_meta, &made_mask);
  if (flat_mask) put(y, flat_source, flat_mask);
  nn_release(made_source);
  nn_release(made_mask);
  return flat_mask ? NN_OK : NN_ENOMEM;
}

/* Elements of source that found no place have a gradient of 0. */
static void scatter_backward(nn__grad *b) {
  nn__scope *s = &b->s;
  nn_tensor *g = nn__gout(b, 0), *mask = nn__saved(b, 1);
  if (nn__wants(b, 0)) nn__give(b, 0, e_masked_fill(s, g, mask, 0));
  if (!nn__wants(b, 2)) return;
  const nn__input *source = &b->node->in[2];
  nn_tensor *taken = E_RUN(s, masked_select, nn_t(g), nn_t(mask));
  if (!taken) return;
  int64_t numel = 1, one = 1;
  for (int i = 0; i < source->ndim; i++) numel *= source->shape[i];
  nn_tensor *zeros = e_full(s, (nn_dtype)source->dtype, 1, &numel, 0);
  nn_tensor *all = E_RUN(s, as_strided_scatter, nn_t(zeros), nn_t(taken), nn_ints(1, &taken->numel),
                         nn_ints(1, &one));
  nn__give(b, 2, e_reshape(s, all, source->ndim, source->shape));
}

nn_op nn__op_masked_scatter = {.name = "masked_scatter",
                               .params = "input:tensor mask:tensor source:tensor",
                               .group = "indexing",
                               .doc = "input with the elements of source, in their order, where "
                                      "mask (bool) is true, with broadcasting.",
                               .keep = "mask",
                               .flags = NN_OP_INPLACE,
                               .check = scatter_check,
                               .forward = scatter_forward,
                               .backward = scatter_backward};

static nn_status nonzero_check(nn__call *c) {
  int64_t count;
  NN_TRY(count_nonzero(c, 0, &count));
  c->meta[0] = (nn__meta){.dtype = NN_INT64, .ndim = 2, .shape = {count, nn__in(c, 0)->ndim}};
  return NN_OK;
}

/* Moves on to the next row of a shape, the last but one dimension fastest; counts from base. */
static void advance(int ndim, const int64_t *shape, int base, int64_t *place) {
  for (int d = ndim - 2; d >= 0; d--) {
    if (++place[d] < shape[d] + base) return;
    place[d] = base;
  }
}

/* Writes the places of the true elements of a row of n. Returns where the next ones go. In one
 * dimension there is no branch on the mask, which would be a guess; `end` is behind the last. */
static int64_t *write_places(int64_t n, const uint8_t *mask, int ndim, int64_t *place, int base,
                             int64_t *to, const int64_t *end) {
  if (ndim == 1) {
    for (int64_t i = 0; to < end; to += mask[i++] != 0) *to = i + base;
    return to;
  }
  for (int64_t i = 0; i < n; i++) {
    if (!mask[i]) continue;
    if (ndim) place[ndim - 1] = i + base;
    for (int d = 0; d < ndim; d++) *to++ = place[d];
  }
  return to;
}

static nn_status nonzero_forward(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  nn_tensor *made;
  int base = c->ctx->options.base;
  nn__meta m = nn__meta_of(x);
  m.dtype = NN_BOOL;
  const nn_tensor *mask = nn__flat(x, &m, &made);
  if (!mask) return NN_ENOMEM;
  int64_t place[NN_MAX_DIMS], *to = (int64_t *)(void *)c->out[0]->data;
  int64_t row = x->ndim ? x->shape[x->ndim - 1] : 1;
  const int64_t *end = to + c->out[0]->numel;
  for (int d = 0; d < x->ndim; d++) place[d] = base;
  for (int64_t i = 0; i < mask->numel; i += row) {
    to = write_places(row, (const uint8_t *)mask->data + i, x->ndim, place, base, to, end);
    advance(x->ndim, x->shape, base, place);
  }
  nn_release(made);
  return NN_OK;
}

nn_op nn__op_nonzero = {.name = "nonzero",
                        .params = "input:tensor",
                        .group = "indexing",
                        .doc = "The indices of the elements that are not zero, one row for each, "
                               "one column for each dimension, int64.",
                        .check = nonzero_check,
                        .forward = nonzero_forward};
