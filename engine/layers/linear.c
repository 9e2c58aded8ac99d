/* Linear and bilinear maps. */
#include <math.h>
#include <stdio.h>

#include "module.h"

/* The weight is drawn as kaiming_uniform_ with a = sqrt(5) draws it (He et al. 2015), in PyTorch's
 * order of operations; the bias from -1/sqrt(in) to 1/sqrt(in). */
static nn_status linear_init(nn_module *m) {
  NN_TRY(nn__check_size(m, 0, 0));
  NN_TRY(nn__check_size(m, 1, 0));
  int64_t in = m->config[0].v.i, out = m->config[1].v.i;
  double a = sqrt(5.0), root = sqrt((double)in);
  double weight = in ? sqrt(3.0) * (sqrt(2.0 / (1 + a * a)) / root) : 0, bias = in ? 1 / root : 0;
  NN_TRY(nn__add_tensor(m, "weight", NN_PARAMETER, NN_FLOAT32, 2, (int64_t[]){out, in},
                        &nn__op_uniform, -weight, weight));
  if (!m->config[2].v.b) return nn_module_set_tensor(m, "bias", NN_PARAMETER, NULL);
  return nn__add_tensor(m, "bias", NN_PARAMETER, NN_FLOAT32, 1, &out, &nn__op_uniform, -bias, bias);
}

static void linear_brief(const nn_module *m, char *text, size_t size) {
  snprintf(text, size, "Linear %lld -> %lld", (long long)m->config[0].v.i,
           (long long)m->config[1].v.i);
}

nn_layer nn__layer_Linear = {
    .name = "Linear",
    .params = "in_features:int out_features:int bias:bool=true",
    .doc =
        "input weight^T + bias: (…, in_features) gives (…, out_features). weight is (out_features, "
        "in_features); both start uniform, within 1 / sqrt(in_features) of 0.",
    .extra = "in_features out_features bias",
    .op = &nn__op_linear,
    .init = linear_init,
    .brief = linear_brief,
};

static nn_status bilinear_init(nn_module *m) {
  for (int i = 0; i < 3; i++) NN_TRY(nn__check_size(m, i, i == 0));
  int64_t in1 = m->config[0].v.i, in2 = m->config[1].v.i, out = m->config[2].v.i;
  double bound = 1 / sqrt((double)in1);
  NN_TRY(nn__add_tensor(m, "weight", NN_PARAMETER, NN_FLOAT32, 3, (int64_t[]){out, in1, in2},
                        &nn__op_uniform, -bound, bound));
  if (!m->config[3].v.b) return nn_module_set_tensor(m, "bias", NN_PARAMETER, NULL);
  return nn__add_tensor(m, "bias", NN_PARAMETER, NN_FLOAT32, 1, &out, &nn__op_uniform, -bound,
                        bound);
}

static nn_status check_bilinear(const nn_module *m, const nn_tensor *w, nn_tensor *const *x) {
  if (!w || w->ndim != 3) return nn__layer_why(m, "the weight must have 3 dimensions");
  bool fits = x[0]->ndim > 0 && x[0]->ndim == x[1]->ndim;
  for (int i = 0; fits && i < x[0]->ndim - 1; i++) fits = x[0]->shape[i] == x[1]->shape[i];
  if (!fits) return nn__layer_why(m, "the inputs must agree in all dimensions but the last");
  for (int i = 0; i < 2; i++)
    if (x[i]->shape[x[i]->ndim - 1] != w->shape[i + 1])
      return nn__layer_why(m, "the last dimension of input %d is %lld, but the layer takes %lld",
                           i + 1, (long long)x[i]->shape[x[i]->ndim - 1],
                           (long long)w->shape[i + 1]);
  return NN_OK;
}

/* y[n, o] = sum over j of (x1[n] W[o])[j] x2[n, j], as one product with all of W, (in1, out in2).
 */
static nn_tensor *bilinear_forward(nn__scope *s, nn_module *m, int n, nn_tensor *const *x) {
  (void)n;
  nn_tensor *w = nn__module_tensor(m, "weight"), *bias = nn__module_tensor(m, "bias");
  if ((s->status = check_bilinear(m, w, x)) != NN_OK) return NULL;
  int64_t out = w->shape[0], in1 = w->shape[1], in2 = w->shape[2], rows = 1, shape[NN_MAX_DIMS];
  int last = x[0]->ndim - 1;
  for (int i = 0; i < last; i++) rows *= shape[i] = x[0]->shape[i];
  shape[last] = out;
  nn_tensor *all = e_reshape(s, e_transpose(s, w, 0, 1), 2, (int64_t[]){in1, out * in2});
  nn_tensor *x1 = e_reshape(s, x[0], 2, (int64_t[]){rows, in1});
  nn_tensor *x2 = e_reshape(s, x[1], 3, (int64_t[]){rows, 1, in2});
  nn_tensor *part = e_reshape(s, e_matmul(s, x1, all), 3, (int64_t[]){rows, out, in2});
  nn_tensor *y = e_reshape(s, e_sum(s, e_mul(s, part, x2), 2, false), last + 1, shape);
  return bias ? e_add(s, y, bias) : y;
}

nn_layer nn__layer_Bilinear = {
    .name = "Bilinear",
    .params = "in1_features:int in2_features:int out_features:int bias:bool=true",
    .doc = "input1^T W input2 + bias, for each output: (…, in1_features) and (…, in2_features) "
           "give (…, out_features).",
    .extra = "in1_features in2_features out_features bias",
    .ninputs = 2,
    .init = bilinear_init,
    .forward = bilinear_forward,
};
