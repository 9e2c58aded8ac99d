/* Normalisation over features (layer_norm, Ba et al. 2016) and over a batch (batch_norm, Ioffe and
 * Szegedy 2015): (input - mean) / sqrt(var + eps) * weight + bias. */
#include "expr.h"

/* (x - mean) / sqrt(var + eps), with the statistics over `dims`; `var` is the biased one. */
static nn_tensor *normalise(nn__scope *s, nn_tensor *x, int n, const int64_t *dims, double eps,
                            nn_tensor **mean, nn_tensor **var) {
  *mean = E_RUN(s, mean, nn_t(x), nn_ints(n, dims), nn_flag(true));
  nn_tensor *d = e_sub(s, x, *mean);
  *var = E_RUN(s, mean, nn_t(e_square(s, d)), nn_ints(n, dims), nn_flag(true));
  return e_mul(s, d, e_rsqrt(s, e_add_n(s, *var, eps)));
}

static nn_tensor *scaled(nn__scope *s, nn_tensor *y, nn_tensor *weight, nn_tensor *bias) {
  if (weight) y = e_mul(s, y, weight);
  return bias ? e_add(s, y, bias) : y;
}

static nn_tensor *optional(const nn__call *c, int i) {
  return nn__given(c, i) ? nn__in(c, i) : NULL;
}

/* -- layer_norm ------------------------------------------------------------------------------ */

static bool ends_in(const nn_tensor *t, int n, const int64_t *shape) {
  if (n > t->ndim) return false;
  for (int i = 0; i < n; i++)
    if (t->shape[t->ndim - n + i] != shape[i]) return false;
  return true;
}

static nn_status layer_norm_check(nn__call *c) {
  const nn_arg *shape = &c->arg[1];
  if (shape->n < 1 || !ends_in(nn__in(c, 0), shape->n, shape->v.is))
    return nn__why(c, NN_ESHAPE, "the input's last dimensions must be normalized_shape");
  for (int i = 2; i < 4; i++)
    if (nn__given(c, i) &&
        (nn__in(c, i)->ndim != shape->n || !ends_in(nn__in(c, i), shape->n, shape->v.is)))
      return nn__why(c, NN_ESHAPE, "weight and bias must have the shape normalized_shape");
  return nn__check_floating(c, 0);
}

static nn_tensor *layer_norm_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *mean, *var;
  int64_t dims[NN_MAX_DIMS];
  int n = c->arg[1].n;
  for (int i = 0; i < n; i++) dims[i] = nn__in(c, 0)->ndim - n + i;
  nn_tensor *y = normalise(s, nn__in(c, 0), n, dims, nn__value(&c->arg[4]), &mean, &var);
  return scaled(s, y, optional(c, 2), optional(c, 3));
}

nn_op nn__op_layer_norm = {
    .name = "layer_norm",
    .params = "input:tensor normalized_shape:shape weight:tensor? bias:tensor? eps:number=1e-5",
    .group = "normalisation",
    .doc = "(input - mean) / sqrt(var + eps) * weight + bias, the mean and variance being those of "
           "the last dimensions, whose sizes are normalized_shape (Ba et al. 2016).",
    .cannot = "normalise input $1",
    .flags = NN_OP_FUNCTION,
    .check = layer_norm_check,
    .compose = layer_norm_compose};

/* -- batch_norm ------------------------------------------------------------------------------ */

/* How many elements each channel, the second dimension, has. */
static int64_t per_channel(const nn_tensor *x) {
  int64_t n = x->shape[0];
  for (int i = 2; i < x->ndim; i++) n *= x->shape[i];
  return n;
}

static nn_status batch_norm_check(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  bool training = c->arg[5].v.b;
  if (x->ndim < 2)
    return nn__why(c, NN_ESHAPE, "the input must have 2 dimensions or more: batch x channels");
  for (int i = 1; i < 5; i++)
    if (nn__given(c, i) && (nn__in(c, i)->ndim != 1 || nn__in(c, i)->shape[0] != x->shape[1]))
      return nn__why(c, NN_ESHAPE, "%s must have %lld elements, one for each channel",
                     c->op->info.params[i].name, (long long)x->shape[1]);
  if (!training && !(nn__given(c, 1) && nn__given(c, 2)))
    return nn__why(c, NN_EARG, "running_mean and running_var are needed unless training");
  if (training && per_channel(x) == 1)
    return nn__why(c, NN_ESHAPE, "training needs more than 1 value for each channel");
  return nn__check_floating(c, 0);
}

/* A vector of channels as 1 x channels x 1 …, to go with x. */
static nn_tensor *as_channels(nn__scope *s, nn_tensor *v, const nn_tensor *x) {
  int64_t shape[NN_MAX_DIMS];
  for (int i = 0; i < x->ndim; i++) shape[i] = i == 1 ? x->shape[1] : 1;
  return v ? e_reshape(s, v, x->ndim, shape) : NULL;
}

/* running = (1 - momentum) running + momentum now */
static void follow(nn__scope *s, nn_tensor *running, nn_tensor *now, double momentum) {
  if (!running || !now) return;
  bool before = nn_set_grad_enabled(s->ctx, false);
  nn_tensor *flat = e_to(s, e_reshape(s, now, 1, running->shape), (nn_dtype)running->dtype);
  E_CHANGE(s, mul, nn_t(running), nn_number(1 - momentum));
  E_CHANGE(s, add, nn_t(running), nn_t(flat), nn_number(momentum));
  nn_set_grad_enabled(s->ctx, before);
}

static nn_tensor *by_batch(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *mean, *var;
  int64_t dims[NN_MAX_DIMS] = {0};
  int n = 1;
  for (int i = 2; i < x->ndim; i++) dims[n++] = i;
  nn_tensor *y = normalise(s, x, n, dims, nn__value(&c->arg[7]), &mean, &var);
  double count = (double)per_channel(x), momentum = nn__value(&c->arg[6]);
  follow(s, optional(c, 1), mean ? e_detach(s, mean) : NULL, momentum);
  follow(s, optional(c, 2), var ? e_mul_n(s, e_detach(s, var), count / (count - 1)) : NULL,
         momentum);
  return y;
}

static nn_tensor *by_running(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *mean = as_channels(s, nn__in(c, 1), x);
  nn_tensor *var = as_channels(s, nn__in(c, 2), x);
  return e_mul(s, e_sub(s, x, mean), e_rsqrt(s, e_add_n(s, var, nn__value(&c->arg[7]))));
}

static nn_tensor *batch_norm_compose(nn__scope *s, const nn__call *c) {
  nn_tensor *x = nn__in(c, 0), *y = c->arg[5].v.b ? by_batch(s, c) : by_running(s, c);
  return scaled(s, y, as_channels(s, optional(c, 3), x), as_channels(s, optional(c, 4), x));
}

nn_op nn__op_batch_norm = {
    .name = "batch_norm",
    .params = "input:tensor running_mean:tensor? running_var:tensor? weight:tensor? bias:tensor? "
              "training:bool=false momentum:number=0.1 eps:number=1e-5",
    .group = "normalisation",
    .doc = "(input - mean) / sqrt(var + eps) * weight + bias for each channel, the second "
           "dimension. In training, mean and variance are the batch's, and the running ones move "
           "towards them by momentum; otherwise they are the running ones (Ioffe and Szegedy "
           "2015).",
    .cannot = "normalise input $1",
    .flags = NN_OP_FUNCTION,
    .check = batch_norm_check,
    .compose = batch_norm_compose};
