/* Memory: one place that counts every byte, can be told to fail, and keeps freed blocks for the
 * next request of their size class. A training step asks for the same sizes over and over, so it
 * soon runs on cached blocks alone. What is kept and what is alive together never exceed what was
 * once alive, or KEEP: so the process grows no larger than it had to be. */
#include "ctx.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, SMALL = NN_SMALL_CLASSES * ALIGNMENT, HUGE_PAGE = 1 << 21 };

#if defined(__SANITIZE_ADDRESS__)
#define CACHES 0 /* a cached block would hide a use after free */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CACHES 0
#endif
#endif
#ifndef CACHES
#define CACHES 1
#endif

static const size_t KEEP = (size_t)40 << 20;

/* Above SMALL the class is made of the exponent and the three bits below the leading one, after
 * rounding those up. */
static int large_class(size_t bytes, size_t *rounded) {
  int exponent = 63 - __builtin_clzll(bytes - 1);
  size_t step = (size_t)1 << (exponent - 3);
  size_t steps = (bytes + step - 1) / step; /* 9 to 16 eighths of 2^exponent */
  *rounded = steps * step;
  return NN_SMALL_CLASSES + 8 * (exponent - 10) + (int)steps - 9;
}

/* The class of a size; *rounded is the size of its blocks. */
static inline int class_of(size_t bytes, size_t *rounded) {
  if (bytes > SMALL) return large_class(bytes, rounded);
  size_t steps = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT : 1;
  *rounded = steps * ALIGNMENT;
  return (int)steps - 1;
}

/* Large blocks lie on huge pages where the system has them: a first touch then costs one fault
 * for 2 MB instead of 512. */
static void *from_system(size_t size) {
  if (size < HUGE_PAGE) return aligned_alloc(ALIGNMENT, size);
  size_t whole = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  void *block = aligned_alloc(HUGE_PAGE, whole);
  if (block) madvise(block, whole, MADV_HUGEPAGE);
  return block;
}

/* The size of the blocks of a class: the inverse of class_of. */
static size_t size_of(int class) {
  if (class < NN_SMALL_CLASSES) return (size_t)(class + 1) * ALIGNMENT;
  int above = class - NN_SMALL_CLASSES;
  return (size_t)(above % 8 + 9) << (above / 8 + 10 - 3);
}

/* Gives cached blocks back to the system, the largest first, until it has given at most `most`
 * bytes, or none is left. */
static void shrink(struct nn__memory *m, size_t most) {
  for (int i = NN_SIZE_CLASSES - 1; i >= 0 && m->held > most; i--)
    while (m->free_blocks[i] && m->held > most) {
      void *block = m->free_blocks[i];
      m->free_blocks[i] = *(void **)block;
      m->held -= size_of(i);
      free(block);
    }
}

void nn_trim_memory(nn_ctx *ctx) { shrink(&ctx->memory, 0); }

/* How many bytes may be held. */
static size_t bound(const struct nn__memory *m) {
  return m->stats.peak > KEEP ? m->stats.peak : KEEP;
}

/* A block where none is cached. Apart, so that the usual way has no registers to save. */
static __attribute__((noinline)) void *new_block(struct nn__memory *m, size_t size) {
  size_t most = bound(m);
  shrink(m, most > size ? most - size : 0);
  void *block = from_system(size);
  if (!block) {
    shrink(m, 0);
    block = from_system(size);
  }
  if (block) m->held += size;
  return block;
}

void *nn__alloc(nn_ctx *ctx, size_t bytes) {
  struct nn__memory *m = &ctx->memory;
  if (++m->stats.calls == m->fail_at || bytes > (size_t)1 << 46) return NULL;
  size_t size;
  int class = class_of(bytes, &size);
  void *block = m->free_blocks[class];
  if (block)
    m->free_blocks[class] = *(void **)block;
  else if (!(block = new_block(m, size)))
    return NULL;
  m->stats.live += size;
  m->stats.blocks++;
  m->stats.handed_out += size;
  if (m->stats.live > m->stats.peak) m->stats.peak = m->stats.live;
  return block;
}

void nn__free(nn_ctx *ctx, void *block, size_t bytes) {
  if (!block) return;
  struct nn__memory *m = &ctx->memory;
  size_t size;
  int class = class_of(bytes, &size);
  m->stats.live -= size;
  m->stats.blocks--;
  if (!CACHES || m->held > bound(m)) {
    m->held -= size;
    free(block);
    return;
  }
  *(void **)block = m->free_blocks[class];
  m->free_blocks[class] = block;
}

nn_memory_stats nn_get_memory_stats(const nn_ctx *ctx) {
  nn_memory_stats stats = ctx->memory.stats;
  stats.cached = ctx->memory.held - stats.live;
  return stats;
}

void nn_fail_allocation(nn_ctx *ctx, uint64_t k) {
  ctx->memory.fail_at = k ? ctx->memory.stats.calls + k : 0;
}
