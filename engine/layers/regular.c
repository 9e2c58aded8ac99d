/* Layers that regularise: dropout and normalisation. */
#include "module.h"

static nn_status dropout_init(nn_module *m) {
  double p = nn__value(&m->config[0]);
  return p >= 0 && p <= 1 ? NN_OK
                          : nn__layer_why(m, "p must be a probability, from 0 to 1, not %g", p);
}

nn_layer nn__layer_Dropout = {
    .name = "Dropout",
    .params = "p:number=0.5",
    .doc =
        "In training, each element is 0 with probability p, else input / (1 - p); in evaluation, "
        "input itself (Srivastava et al. 2014).",
    .extra = "p",
    .op = &nn__op_dropout,
    .init = dropout_init,
};

/* -- LayerNorm ------------------------------------------------------------------------------- */

static nn_status layer_norm_init(nn_module *m) {
  const nn_arg *shape = &m->config[0];
  if (!m->config[2].v.b) {
    NN_TRY(nn_module_set_tensor(m, "weight", NN_PARAMETER, NULL));
    return nn_module_set_tensor(m, "bias", NN_PARAMETER, NULL);
  }
  NN_TRY(nn__add_tensor(m, "weight", NN_PARAMETER, NN_FLOAT32, shape->n, shape->v.is, &nn__op_fill,
                        1, 0));
  return nn__add_tensor(m, "bias", NN_PARAMETER, NN_FLOAT32, shape->n, shape->v.is, &nn__op_fill, 0,
                        0);
}

nn_layer nn__layer_LayerNorm = {
    .name = "LayerNorm",
    .params = "normalized_shape:shape eps:number=1e-5 elementwise_affine:bool=true",
    .doc = "(input - mean) / sqrt(var + eps) * weight + bias, the mean and variance being those of "
           "the last dimensions, whose sizes are normalized_shape (Ba et al. 2016).",
    .extra = "*normalized_shape eps elementwise_affine",
    .op = &nn__op_layer_norm,
    .init = layer_norm_init,
};

/* -- BatchNorm1d ----------------------------------------------------------------------------- */

enum { FEATURES, EPS, MOMENTUM, AFFINE, TRACK };

static nn_status add_channels(nn_module *m, const char *name, nn_entry_kind kind, double value,
                              bool wanted) {
  if (!wanted) return nn_module_set_tensor(m, name, kind, NULL);
  return nn__add_tensor(m, name, kind, NN_FLOAT32, 1, &m->config[FEATURES].v.i, &nn__op_fill, value,
                        0);
}

static nn_status batch_norm_init(nn_module *m) {
  bool affine = m->config[AFFINE].v.b, track = m->config[TRACK].v.b;
  NN_TRY(nn__check_size(m, FEATURES, 0));
  NN_TRY(add_channels(m, "weight", NN_PARAMETER, 1, affine));
  NN_TRY(add_channels(m, "bias", NN_PARAMETER, 0, affine));
  NN_TRY(add_channels(m, "running_mean", NN_BUFFER, 0, track));
  NN_TRY(add_channels(m, "running_var", NN_BUFFER, 1, track));
  if (!track) return nn_module_set_tensor(m, "num_batches_tracked", NN_BUFFER, NULL);
  return nn__add_tensor(m, "num_batches_tracked", NN_BUFFER, NN_INT64, 0, NULL, &nn__op_fill, 0, 0);
}

/* Counts the batch; returns how far the running statistics move towards it: momentum, or where that
 * is off, so far that they become the means over all batches. */
static double count_batch(nn__scope *s, nn_module *m) {
  nn_tensor *count = nn__module_tensor(m, "num_batches_tracked");
  double batches = 1;
  if (count) E_CHANGE(s, add, nn_t(count), nn_int(1));
  if (m->config[MOMENTUM].kind != NN_FLAG) return nn__value(&m->config[MOMENTUM]);
  if (count && s->status == NN_OK) s->status = nn_item(count, &batches);
  return 1 / batches;
}

static nn_arg tensor_or_none(const nn_module *m, const char *name) {
  nn_tensor *t = nn__module_tensor(m, name);
  return t ? nn_t(t) : nn_none();
}

static nn_tensor *batch_norm_forward(nn__scope *s, nn_module *m, int n, nn_tensor *const *x) {
  (void)n;
  int64_t features = m->config[FEATURES].v.i;
  if (x[0]->ndim < 2 || x[0]->ndim > 3 || x[0]->shape[1] != features) {
    s->status = nn__layer_why(m, "the input must have 2 or 3 dimensions, the second of size %lld",
                              (long long)features);
    return NULL;
  }
  nn_arg mean = tensor_or_none(m, "running_mean"), var = tensor_or_none(m, "running_var");
  bool by_batch = m->training || mean.kind == NN_NONE || var.kind == NN_NONE;
  double momentum = m->training ? count_batch(s, m) : 0;
  return E_RUN(s, batch_norm, nn_t(x[0]), mean, var, tensor_or_none(m, "weight"),
               tensor_or_none(m, "bias"), nn_flag(by_batch), nn_number(momentum),
               nn_number(nn__value(&m->config[EPS])));
}

nn_layer nn__layer_BatchNorm1d = {
    .name = "BatchNorm1d",
    .params = "num_features:int eps:number=1e-5 momentum:number?=0.1 affine:bool=true "
              "track_running_stats:bool=true",
    .doc =
        "(input - mean) / sqrt(var + eps) * weight + bias for each feature, the second of 2 or 3 "
        "dimensions; the mean and variance are the batch's in training, else running ones, which "
        "move towards each batch's by momentum, or with momentum=false are the means over all "
        "batches.",
    .extra = "*num_features eps momentum affine track_running_stats",
    .init = batch_norm_init,
    .forward = batch_norm_forward,
};
