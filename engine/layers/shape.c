/* Layers that look up, reshape or pass on. */
#include "module.h"

/* Row padding_idx starts as zeros, and gets no gradient. */
static nn_status zero_row(nn_module *m, int64_t row, int64_t rows) {
  int base = m->ctx->options.base;
  int64_t i = row < 0 ? row + rows : row - base, dim = nn__module_tensor(m, "weight")->shape[1];
  if (i < 0 || i >= rows)
    return nn__layer_why(m, "padding_idx is %lld, but rows count from %d to %lld", (long long)row,
                         base, (long long)(rows - 1 + base));
  float *w = (float *)nn_data(nn__module_tensor(m, "weight")) + i * dim;
  for (int64_t j = 0; j < dim; j++) w[j] = 0;
  return NN_OK;
}

static nn_status embedding_init(nn_module *m) {
  NN_TRY(nn__check_size(m, 0, 0));
  NN_TRY(nn__check_size(m, 1, 0));
  int64_t shape[] = {m->config[0].v.i, m->config[1].v.i};
  NN_TRY(nn__add_tensor(m, "weight", NN_PARAMETER, NN_FLOAT32, 2, shape, &nn__op_normal, 0, 1));
  return m->config[2].kind == NN_INT ? zero_row(m, m->config[2].v.i, shape[0]) : NN_OK;
}

nn_layer nn__layer_Embedding = {
    .name = "Embedding",
    .params = "num_embeddings:int embedding_dim:int padding_idx:index?",
    .doc = "A table of num_embeddings rows, looked up by index: an int64 tensor of any shape gives "
           "that shape x embedding_dim. Rows start normal; row padding_idx starts at 0 and stays.",
    .extra = "*num_embeddings *embedding_dim padding_idx",
    .op = &nn__op_embedding,
    .init = embedding_init,
};

/* All but the first dimension, which is the batch. */
static nn_status flatten_init(nn_module *m) {
  if (m->config[0].kind == NN_NONE) m->config[0] = nn_int(1 + m->ctx->options.base);
  return NN_OK;
}

nn_layer nn__layer_Flatten = {
    .name = "Flatten",
    .params = "start_dim:dim? end_dim:dim=-1",
    .doc = "The dimensions from start_dim (the second, unless given) to end_dim (the last) as one.",
    .extra = "start_dim end_dim",
    .op = &nn__op_flatten,
    .init = flatten_init,
};

static nn_tensor *identity_forward(nn__scope *s, nn_module *m, int n, nn_tensor *const *x) {
  (void)s, (void)m, (void)n;
  return x[0];
}

nn_layer nn__layer_Identity = {
    .name = "Identity", .params = "", .doc = "The input itself.", .forward = identity_forward};
