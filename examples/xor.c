/* Learns exclusive or with the engine alone: a net of 2 -> 8 -> 1 units, trained by Adam.
 *
 *     cc xor.c -lnnlua -o xor && ./xor
 *
 * Prints the four answers; the exit code is 0 when all of them are right. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn.h"

/* Ends main with the engine's message when a call fails. */
#define TRY(call)                                    \
  do {                                               \
    if ((call) != NN_OK) {                           \
      fprintf(stderr, "xor: %s\n", nn_message(ctx)); \
      return 1;                                      \
    }                                                \
  } while (0)

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static const float inputs[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
static const float answers[4][1] = {{0}, {1}, {1}, {0}};

/* A float32 matrix with the values given. */
static nn_status matrix(nn_ctx *ctx, int64_t rows, int64_t columns, const void *values,
                        nn_tensor **out) {
  nn_status status = nn_empty(ctx, NN_FLOAT32, 2, (int64_t[]){rows, columns}, out);
  if (status == NN_OK) memcpy(nn_data(*out), values, (size_t)(rows * columns) * sizeof(float));
  return status;
}

/* Appends a layer to a Sequential, whose children are named "0", "1" and so on. */
static nn_status append(nn_ctx *ctx, nn_module *model, const char *layer, const nn_arg *args,
                        int n) {
  nn_module *child;
  char name[12];
  nn_status status = nn_module_create(ctx, nn_layer_find(layer), args, n, &child);
  if (status != NN_OK) return status;
  snprintf(name, sizeof name, "%d", nn_module_count(model));
  status = nn_module_set_child(model, name, child);
  nn_module_release(child); /* the model owns it now */
  return status;
}

/* What nn_module_walk calls for each parameter and buffer: collects the parameters. */
struct list {
  int n;
  nn_tensor *t[8];
};

static nn_status collect(void *self, const char *path, nn_entry_kind kind, nn_tensor *t) {
  struct list *list = self;
  (void)path;
  if (kind == NN_PARAMETER && list->n < COUNT(list->t)) list->t[list->n++] = t;
  return NN_OK;
}

int main(void) {
  nn_ctx *ctx;
  nn_tensor *x, *y, *prediction, *loss;
  nn_module *model, *mse;
  nn_optimizer *adam;
  struct list parameters = {0};

  if (nn_ctx_create(NULL, &ctx) != NN_OK) return 1;
  nn_generator_seed(nn_default_generator(ctx), 0);
  TRY(matrix(ctx, 4, 2, inputs, &x));
  TRY(matrix(ctx, 4, 1, answers, &y));

  TRY(nn_module_create(ctx, nn_layer_find("Sequential"), NULL, 0, &model));
  TRY(append(ctx, model, "Linear", (nn_arg[]){nn_int(2), nn_int(8)}, 2));
  TRY(append(ctx, model, "Tanh", NULL, 0));
  TRY(append(ctx, model, "Linear", (nn_arg[]){nn_int(8), nn_int(1)}, 2));
  TRY(nn_module_create(ctx, nn_layer_find("MSELoss"), NULL, 0, &mse));

  TRY(nn_module_walk(model, collect, &parameters));
  TRY(nn_optimizer_create(ctx, nn_rule_find("Adam"), (nn_arg[]){nn_number(0.05)}, 1, &adam));
  TRY(nn_optimizer_add_group(adam, parameters.n, parameters.t, NULL, 0));

  for (int epoch = 0; epoch < 300; epoch++) {
    TRY(nn_module_forward(model, 1, &x, &prediction));
    TRY(nn_module_forward(mse, 2, (nn_tensor *[]){prediction, y}, &loss));
    TRY(nn_optimizer_zero_grad(adam, true));
    TRY(nn_backward(ctx, 1, &loss, NULL, NULL));
    TRY(nn_optimizer_step(adam));
    nn_release(prediction);
    nn_release(loss);
  }

  int right = 0;
  TRY(nn_module_forward(model, 1, &x, &prediction));
  for (int i = 0; i < 4; i++) {
    float found = ((const float *)nn_data(prediction))[i];
    printf("%g xor %g = %6.3f\n", inputs[i][0], inputs[i][1], found);
    right += fabsf(found - answers[i][0]) < 0.1F;
  }

  nn_release(prediction);
  nn_optimizer_release(adam);
  nn_module_release(mse);
  nn_module_release(model);
  nn_release(y);
  nn_release(x);
  nn_ctx_destroy(ctx);
  return right == 4 ? 0 : 1;
}
