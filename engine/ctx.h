/* The context behind nn_ctx, and the two things every engine file needs of it: memory and a way
 * to fail. */
#ifndef NN_CTX_H
#define NN_CTX_H

#include "nn.h"

/* Sizes are rounded up to classes: multiples of 64 bytes up to 1 KB, above that eight steps to
 * each power of two. A class keeps a list of its free blocks. */
enum { NN_SMALL_CLASSES = 16, NN_SIZE_CLASSES = NN_SMALL_CLASSES + 8 * 40 };

struct nn__memory {
  nn_memory_stats stats; /* but for what is cached: held - live */
  size_t held;           /* bytes that the system has given, and not got back */
  uint64_t fail_at;      /* the value of stats.calls at which to fail; 0: never */
  void *free_blocks[NN_SIZE_CLASSES];
};

struct nn_ctx {
  nn_options options;
  struct nn__memory memory;
  int threads;
  bool grad_enabled;
  nn_tensor *dead_tensors; /* work-list of nn_release, so that long chains need no stack */
  nn_node *dead_nodes;
  bool draining;
  uint64_t passes;  /* backward passes so far */
  nn_node *running; /* the node whose backward runs, for nn_function_saved */
  nn_generator *generator;
  char message[1024];
};

/* Memory aligned to 64 bytes, not initialised; NULL when there is none. nn__free takes the size
 * asked for; NULL is allowed. */
void *nn__alloc(nn_ctx *ctx, size_t bytes);
void nn__free(nn_ctx *ctx, void *block, size_t bytes);

/* Sets the message "out of memory (… bytes)" and returns NN_ENOMEM. */
nn_status nn__no_memory(nn_ctx *ctx, size_t bytes);

/* Replaces the message by `format`, in which a %s may stand for the old one. */
void nn__rewrite(nn_ctx *ctx, const char *format, ...) NN_PRINTF(2, 3);

static inline bool nn__stopped(const nn_ctx *ctx) {
  return ctx->options.stop && *ctx->options.stop;
}

/* Returns early from a function that returns a status. */
#define NN_TRY(call)                      \
  do {                                    \
    nn_status nn_try_ = (call);           \
    if (nn_try_ != NN_OK) return nn_try_; \
  } while (0)

#endif
