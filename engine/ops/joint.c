/* Several index tensors as one: x[{rows, columns}] names the elements (rows[i], columns[i]). */
#include "autograd.h"
#include "pointwise.h"
#include "shape.h"

static nn_status check_range(const nn__call *c, int i) {
  nn_tensor *made;
  const nn_tensor *index = nn__contiguous(c->arg[0].v.ts[i], NN_INT64, &made);
  if (!index) return NN_ENOMEM;
  const int64_t *x = (const int64_t *)(const void *)index->data;
  int64_t n = index->numel, at = 0, size = c->arg[1].v.is[i], base = c->ctx->options.base;
  while (at < n && x[at] >= (x[at] < 0 ? -size : base) && x[at] < size + base) at++;
  int64_t wrong = at < n ? x[at] : 0;
  nn_release(made);
  if (at == n) return NN_OK;
  return nn__why(c, NN_EARG, "index %lld in tensor %lld is out of range, which is %lld to %lld",
                 (long long)wrong, (long long)(i + base), (long long)base,
                 (long long)(size - 1 + base));
}

static nn_status joint_check(nn__call *c) {
  nn__meta *m = &c->meta[0];
  *m = (nn__meta){.dtype = NN_INT64};
  int n = c->arg[0].n;
  if (n != c->arg[1].n) return nn__why(c, NN_EARG, "%d tensors, but %d sizes", n, c->arg[1].n);
  for (int i = 0; i < n; i++) {
    const nn_tensor *t = c->arg[0].v.ts[i];
    if (t->dtype != NN_INT64)
      return nn__why(c, NN_EARG, "of several tensors all must be int64, not %s",
                     nn_dtype_name((nn_dtype)t->dtype));
    if (!nn__broadcast(&m->ndim, m->shape, t->ndim, t->shape))
      return nn__why(c, NN_ESHAPE, "the shapes of the index tensors do not broadcast");
    NN_TRY(check_range(c, i));
  }
  return NN_OK;
}

/* The places in the dimensions together, counted as in one. */
static nn_status joint_forward(nn__call *c) {
  int64_t *y = (int64_t *)(void *)c->out[0]->data, base = c->ctx->options.base;
  int64_t numel = c->out[0]->numel;
  for (int64_t i = 0; i < numel; i++) y[i] = 0;
  for (int k = 0; k < c->arg[0].n; k++) {
    nn_tensor *index = nn__copied(c->arg[0].v.ts[k], &c->meta[0]);
    if (!index) return NN_ENOMEM;
    const int64_t *x = (const int64_t *)(void *)index->data, size = c->arg[1].v.is[k];
    for (int64_t i = 0; i < numel; i++) y[i] = y[i] * size + (x[i] < 0 ? x[i] + size : x[i] - base);
    nn_release(index);
  }
  for (int64_t i = 0; i < numel; i++) y[i] += base;
  return NN_OK;
}

nn_op nn__op_joint_index = {.name = "joint_index",
                            .params = "indices:tensors sizes:shape",
                            .group = "indexing",
                            .doc =
                                "The places that several index tensors, broadcast, name together "
                                "in dimensions of the sizes given, counted as in one dimension.",
                            .flags = NN_OP_HIDDEN,
                            .check = joint_check,
                            .forward = joint_forward};
