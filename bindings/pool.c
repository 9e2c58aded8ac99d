/* Memory for the Lua state of the program: small blocks from chunks of 64 KB, with a list of free
 * ones for each size. It is there for tensors' boxes, which live shortly and are many. A finalizer
 * would cost each of them as much as the operation that made it, and a second collection; here,
 * the allocator sees Lua free a box, and keeps it for nnlua_release_dead.
 *
 * Tensors cannot be released at once: Lua is in the middle of a collection then, and the end of a
 * graph's node may call it (see holder_free). */
#include "pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16, GRAIN = 16, LARGEST = 256, CLASSES = LARGEST / GRAIN };

/* A chunk is aligned to its size, so that a block leads to it. */
struct chunk {
  struct chunk *next;
  uint8_t *end;                       /* blocks up to here have been in use */
  uint64_t boxes[CHUNK / GRAIN / 64]; /* bit i: the object at grain i is a box */
};

/* A block that is free, or dead. */
struct block {
  struct block *next;
};

struct nnlua_pool {
  struct block *free[CLASSES];
  struct chunk *chunks; /* the first has room */
  struct block *dead;   /* boxes that Lua has freed */
  size_t box_block;     /* the size of a block that holds a box */
  nnlua_state *state;
  bool warns, continues; /* warnings: whether they show; whether the next piece goes on */
};

static int class_of(size_t size) { return (int)((size - 1) / GRAIN); }

static struct chunk *chunk_of(const void *p) {
  return (struct chunk *)((uintptr_t)p & ~(uintptr_t)(CHUNK - 1));
}

static bool add_chunk(nnlua_pool *pool) {
  struct chunk *c = aligned_alloc(CHUNK, CHUNK);
  if (!c) return false;
  memset(c, 0, sizeof *c);
  c->end = (uint8_t *)c + (sizeof *c + GRAIN - 1) / GRAIN * GRAIN;
  c->next = pool->chunks;
  pool->chunks = c;
  return true;
}

static void *take(nnlua_pool *pool, size_t size) {
  int class = class_of(size);
  struct block *b = pool->free[class];
  if (b) {
    pool->free[class] = b->next;
    return b;
  }
  size = (size_t)(class + 1) * GRAIN;
  struct chunk *c = pool->chunks;
  if (!c || c->end + size > (uint8_t *)c + CHUNK) {
    if (!add_chunk(pool)) return NULL;
    c = pool->chunks;
  }
  b = (struct block *)(void *)c->end;
  c->end += size;
  return b;
}

/* -- Boxes ----------------------------------------------------------------------------------- */

/* The word and the bit for a box. */
static uint64_t *find_bit(const void *box, uint64_t *bit) {
  size_t grain = ((uintptr_t)box & (CHUNK - 1)) / GRAIN;
  *bit = (uint64_t)1 << grain % 64;
  return &chunk_of(box)->boxes[grain / 64];
}

void nnlua_mark_box(struct nnlua_box *box) {
  uint64_t bit, *word = find_bit(box, &bit);
  *word |= bit;
}

/* A userdata's bytes are the end of its block. */
static struct nnlua_box *box_in(void *block, size_t size) {
  return (struct nnlua_box *)(void *)((char *)block + size - sizeof(struct nnlua_box));
}

/* Whether Lua frees a box here, which then waits for its release. */
static bool bury(nnlua_pool *pool, struct block *b, size_t size) {
  if (size < sizeof(struct nnlua_box)) return false;
  uint64_t bit, *word = find_bit(box_in(b, size), &bit);
  if (!(*word & bit)) return false;
  *word &= ~bit;
  pool->box_block = size;
  b->next = pool->dead;
  pool->dead = b;
  return true;
}

static void give_back(nnlua_pool *pool, struct block *b, size_t size) {
  int class = class_of(size);
  b->next = pool->free[class];
  pool->free[class] = b;
}

void nnlua_release_dead(nnlua_pool *pool) {
  while (pool->dead) {
    struct block *b = pool->dead;
    pool->dead = b->next;
    nn_release(box_in(b, pool->box_block)->object);
    give_back(pool, b, pool->box_block);
  }
}

static void release_in(struct chunk *c) {
  for (size_t i = 0; i < CHUNK / GRAIN; i++) {
    if (!(c->boxes[i / 64] >> i % 64 & 1)) continue;
    struct nnlua_box *box = (struct nnlua_box *)(void *)((char *)c + i * GRAIN);
    c->boxes[i / 64] &= ~((uint64_t)1 << i % 64);
    nn_release(box->object);
    box->object = NULL;
  }
}

void nnlua_release_all(nnlua_pool *pool) {
  nnlua_release_dead(pool);
  for (struct chunk *c = pool->chunks; c; c = c->next) release_in(c);
}

/* -- Lua's allocator ------------------------------------------------------------------------- */

static void release_block(nnlua_pool *pool, void *block, size_t size) {
  if (size > LARGEST)
    free(block);
  else if (!bury(pool, block, size))
    give_back(pool, block, size);
}

static void *allocate(nnlua_pool *pool, size_t size) {
  return size > LARGEST ? malloc(size) : take(pool, size);
}

static void *resize(nnlua_pool *pool, void *block, size_t before, size_t size) {
  if (before > LARGEST && size > LARGEST) return realloc(block, size);
  if (before <= LARGEST && size <= LARGEST && class_of(before) == class_of(size)) return block;
  void *copy = allocate(pool, size);
  if (!copy) return NULL;
  memcpy(copy, block, before < size ? before : size);
  release_block(pool, block, before);
  return copy;
}

/* A lua_Alloc. For a new block, `before` is the kind of object. */
static void *run(void *ud, void *block, size_t before, size_t size) {
  nnlua_pool *pool = ud;
  if (block && before == 0) block = NULL; /* an empty array */
  if (size == 0) {
    if (block) release_block(pool, block, before);
    return NULL;
  }
  return block ? resize(pool, block, before, size) : allocate(pool, size);
}

nnlua_pool *nnlua_pool_of(lua_State *L) {
  void *pool;
  return lua_getallocf(L, &pool) == run ? pool : NULL;
}

nnlua_state **nnlua_pool_state(nnlua_pool *pool) { return &pool->state; }

/* -- The state ------------------------------------------------------------------------------- */

/* As lauxlib's: off until "@on", then to standard error. */
static void warn(void *ud, const char *message, int continues) {
  nnlua_pool *pool = ud;
  if (!pool->continues && !continues && message[0] == '@') {
    if (strcmp(message, "@on") == 0) pool->warns = true;
    if (strcmp(message, "@off") == 0) pool->warns = false;
    return;
  }
  if (pool->warns)
    fprintf(stderr, "%s%s%s", pool->continues ? "" : "Lua warning: ", message,
            continues ? "" : "\n");
  pool->continues = continues;
}

lua_State *nnlua_newstate(void) {
  nnlua_pool *pool = calloc(1, sizeof *pool);
  lua_State *L = pool ? lua_newstate(run, pool) : NULL;
  if (L)
    lua_setwarnf(L, warn, pool);
  else
    free(pool);
  return L;
}

void nnlua_close(lua_State *L) {
  nnlua_pool *pool = nnlua_pool_of(L);
  lua_close(L);
  for (struct chunk *c = pool->chunks, *next; c; c = next) {
    next = c->next;
    free(c);
  }
  free(pool);
}
