/* Whoever stops an operation is told so, whatever the operation was about to do. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "nn.h"

enum { N = 1500, ROUNDS = 40, STEP_US = 100 };

static volatile int stop;

static void *stop_later(void *delay) {
  usleep(*(unsigned *)delay);
  stop = 1;
  return NULL;
}

/* exp of a transposed int64 matrix: first converted and copied, then computed. */
static nn_status run_stopped(nn_ctx *ctx, nn_tensor *x, unsigned delay) {
  pthread_t thread;
  nn_tensor *y;
  stop = 0;
  if (pthread_create(&thread, NULL, stop_later, &delay) != 0) return NN_OK;
  nn_status status = nn_run(ctx, nn_op_find("exp"), (nn_arg[]){nn_t(x)}, 1, &y);
  pthread_join(thread, NULL);
  if (status == NN_OK) nn_release(y);
  return status;
}

int main(void) {
  nn_ctx *ctx;
  nn_tensor *x, *turned;
  nn_arg ones[] = {nn_ints(2, (int64_t[]){N, N}), nn_string("int64")};
  int wrong = 0;
  if (nn_ctx_create(&(nn_options){.stop = &stop}, &ctx) != NN_OK) return 1;
  if (nn_run(ctx, nn_op_find("ones"), ones, 2, &x) != NN_OK) return 1;
  if (nn_run(ctx, nn_op_find("t"), (nn_arg[]){nn_t(x)}, 1, &turned) != NN_OK) return 1;
  for (unsigned k = 0; k < ROUNDS; k++) {
    nn_status status = run_stopped(ctx, turned, k * STEP_US);
    if (status == NN_OK || status == NN_ESTOP) continue;
    printf("stopped after %u us: %s\n", k * STEP_US, nn_status_text(status));
    wrong++;
  }
  nn_release(turned);
  nn_release(x);
  nn_ctx_destroy(ctx);
  return wrong > 0;
}
