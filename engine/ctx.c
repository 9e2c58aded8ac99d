/* Contexts: creation and end, messages, threads. */
#include "ctx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"

enum { MOST_THREADS = 1024 };

static int default_threads(void) {
  const char *wish = getenv("OMP_NUM_THREADS"); /* the usual name, though OpenMP is not used */
  long n = wish ? strtol(wish, NULL, 10) : 0;
  if (n < 1) n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (int)n;
}

nn_status nn_ctx_create(const nn_options *options, nn_ctx **out) {
  nn_ctx *ctx = calloc(1, sizeof *ctx);
  if (!ctx) return NN_ENOMEM;
  if (options) ctx->options = *options;
  ctx->threads = default_threads();
  ctx->grad_enabled = true;
  nn_status status = nn_generator_create(ctx, &ctx->generator);
  if (status != NN_OK) {
    free(ctx);
    return status;
  }
  *out = ctx;
  return NN_OK;
}

void nn_ctx_destroy(nn_ctx *ctx) {
  if (!ctx) return;
  nn_generator_release(ctx->generator);
  nn_trim_memory(ctx);
  free(ctx);
}

const char *nn_status_text(nn_status status) {
  static const char *const texts[] = {
#define STATUS_TEXT(name, text) text,
      NN_STATUSES(STATUS_TEXT)
#undef STATUS_TEXT
  };
  return (size_t)status < sizeof texts / sizeof *texts ? texts[status] : "unknown status";
}

const char *nn_message(const nn_ctx *ctx) { return ctx->message; }

nn_status nn_fail(nn_ctx *ctx, nn_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(ctx->message, sizeof ctx->message, format, args);
  va_end(args);
  return status;
}

void nn__rewrite(nn_ctx *ctx, const char *format, ...) {
  char text[sizeof ctx->message]; /* the old message may be among the arguments */
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  memcpy(ctx->message, text, sizeof text);
}

nn_status nn__no_memory(nn_ctx *ctx, size_t bytes) {
  if (bytes == SIZE_MAX) return nn_fail(ctx, NN_ENOMEM, "out of memory: the tensor is too large");
  return nn_fail(ctx, NN_ENOMEM, "out of memory (%zu bytes asked for)", bytes);
}

void nn_set_num_threads(nn_ctx *ctx, int n) {
  ctx->threads = n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : n;
}

int nn_get_num_threads(const nn_ctx *ctx) { return ctx->threads; }

bool nn_set_grad_enabled(nn_ctx *ctx, bool enabled) {
  bool before = ctx->grad_enabled;
  ctx->grad_enabled = enabled;
  return before;
}

bool nn_is_grad_enabled(const nn_ctx *ctx) { return ctx->grad_enabled; }
