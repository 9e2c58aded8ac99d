/* sort, argsort and topk along a dimension.
 *
 * Every element becomes an unsigned key whose order is the order wanted: a float's bits, turned
 * over where it is negative, with -0 as 0 and NaN above all; all bits turned over to sort
 * downwards. So one stable radix sort, digit by digit from the lowest, serves all types both ways,
 * and a selection of the k first finds the k-th key digit by digit from the highest. */
#include <string.h>

#include "autograd.h"
#include "pointwise.h"
#include "threads.h"

struct item {
  uint64_t key;
  int64_t index;
};

enum {
  DIGITS = 256,
  FEW = 40,
  RUN = 64,
  BATCH = 1 << 20 /* elements between two looks at the stop flag */
};

/* -- Keys ------------------------------------------------------------------------------------ */

static uint64_t key_float32(const void *x, int64_t i) {
  float value = ((const float *)x)[i];
  uint32_t u;
  if (value != value) return UINT32_MAX;
  value = value == 0 ? 0 : value;
  memcpy(&u, &value, sizeof u);
  return u >> 31 ? ~u : u | 1u << 31;
}

static uint64_t key_float64(const void *x, int64_t i) {
  double value = ((const double *)x)[i];
  uint64_t u;
  if (value != value) return UINT64_MAX;
  value = value == 0 ? 0 : value;
  memcpy(&u, &value, sizeof u);
  return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

static uint64_t key_int64(const void *x, int64_t i) {
  return (uint64_t)((const int64_t *)x)[i] ^ (uint64_t)1 << 63;
}

static uint64_t key_bool(const void *x, int64_t i) { return ((const uint8_t *)x)[i]; }

/* The keys of n elements, each `step` after the one before. */
#define KEYS(name)                                                                                 \
  static void keys_##name(const void *x, int64_t step, int64_t n, uint64_t turn, uint64_t *keys) { \
    for (int64_t i = 0; i < n; i++) keys[i] = key_##name(x, i * step) ^ turn;                      \
  }

KEYS(float32)
KEYS(float64)
KEYS(int64)
KEYS(bool)

static void (*const keys_of[])(const void *x, int64_t step, int64_t n, uint64_t turn,
                               uint64_t *keys) = {keys_float32, keys_float64, keys_int64,
                                                  keys_bool};

/* One sorting: n elements of each line, of which the first k are wanted. */
struct sorting {
  nn_ctx *ctx;
  const nn_tensor *x;       /* contiguous: (outer, n, inner) */
  nn_tensor *value, *index; /* (outer, k, inner); value may be NULL */
  int64_t n, k, inner;
  bool down, in_order;
  int bytes;                  /* of a key */
  int64_t first, last, parts; /* the lines of a batch, and into how many parts it is cut */
  struct item *room;          /* for 2 n items in each part */
};

/* The keys of elements i … of a line that begins at x, at most RUN of them; returns how many. */
static int64_t read_keys(const struct sorting *s, const char *x, int64_t i, uint64_t *keys) {
  size_t size = nn_dtype_size((nn_dtype)s->x->dtype);
  uint64_t turn = s->down ? UINT64_MAX >> (64 - 8 * s->bytes) : 0;
  int64_t n = s->n - i < RUN ? s->n - i : RUN;
  keys_of[s->x->dtype](x + i * s->inner * (int64_t)size, s->inner, n, turn, keys);
  return n;
}

static void make_items(const struct sorting *s, const char *x, struct item *a) {
  uint64_t keys[RUN];
  for (int64_t i = 0, n; i < s->n; i += n) {
    n = read_keys(s, x, i, keys);
    for (int64_t j = 0; j < n; j++) a[i + j] = (struct item){keys[j], i + j};
  }
}

/* -- Sorting --------------------------------------------------------------------------------- */

static void insertion_sort(struct item *a, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    struct item it = a[i];
    int64_t j = i;
    for (; j > 0 && a[j - 1].key > it.key; j--) a[j] = a[j - 1];
    a[j] = it;
  }
}

static unsigned digit(uint64_t key, int byte) { return (unsigned)(key >> 8 * byte) % DIGITS; }

/* Counts every digit of every key. */
static void count_digits(const struct item *a, int64_t n, int bytes, int64_t (*count)[DIGITS]) {
  memset(count, 0, (size_t)bytes * sizeof *count);
  for (int64_t i = 0; i < n; i++)
    for (int b = 0; b < bytes; b++) count[b][digit(a[i].key, b)]++;
}

/* Sorts a, with room for as many items behind it; returns where the result is. */
static struct item *radix_sort(const struct sorting *s, struct item *a, struct item *room,
                               int64_t n) {
  int64_t count[8][DIGITS];
  if (n <= FEW) {
    insertion_sort(a, n);
    return a;
  }
  count_digits(a, n, s->bytes, count);
  for (int b = 0; b < s->bytes; b++) {
    int64_t *at = count[b], sum = 0;
    if (at[digit(a[0].key, b)] == n) continue; /* all have the same */
    for (int d = 0; d < DIGITS; d++) {
      int64_t here = at[d];
      at[d] = sum;
      sum += here;
    }
    for (int64_t i = 0; i < n; i++) {
      if (i % BATCH == 0 && nn__stopped(s->ctx)) return a;
      room[at[digit(a[i].key, b)]++] = a[i];
    }
    struct item *sorted = room;
    room = a;
    a = sorted;
  }
  return a;
}

/* -- Selecting ------------------------------------------------------------------------------- */

/* The k-th smallest key, k > 0; *left: how many of those equal to it are among the first k. */
static uint64_t kth_key(const struct sorting *s, const struct item *a, int64_t k, int64_t *left) {
  uint64_t prefix = 0, mask = 0;
  for (int b = s->bytes - 1; b >= 0; b--) {
    int64_t count[DIGITS] = {0};
    unsigned d = 0;
    for (int64_t i = 0; i < s->n; i++)
      if ((a[i].key & mask) == prefix) count[digit(a[i].key, b)]++;
    for (; k > count[d]; d++) k -= count[d];
    prefix |= (uint64_t)d << 8 * b;
    mask |= (uint64_t)(DIGITS - 1) << 8 * b;
  }
  *left = k;
  return prefix;
}

/* Moves the k smallest items to the front, in the order they were in. */
static void select_first(const struct sorting *s, struct item *a) {
  int64_t left, kept = 0;
  if (s->k == 0 || s->k == s->n) return;
  uint64_t last = kth_key(s, a, s->k, &left);
  for (int64_t i = 0; kept < s->k; i++)
    if (a[i].key < last || (a[i].key == last && left-- > 0)) a[kept++] = a[i];
}

/* Puts an item in its place among n sorted ones, after those equal to it; there is room. */
static void insert(struct item *a, int64_t n, struct item it) {
  for (; n > 0 && a[n - 1].key > it.key; n--) a[n] = a[n - 1];
  a[n] = it;
}

/* The k first items of a line, sorted, where k is small: most elements come after all of them. */
static void find_few(const struct sorting *s, const char *x, struct item *a) {
  uint64_t keys[RUN];
  int64_t kept = 0;
  for (int64_t i = 0, n; i < s->n; i += n) {
    n = read_keys(s, x, i, keys);
    for (int64_t j = 0; j < n; j++) {
      if (kept == s->k && keys[j] >= a[kept - 1].key) continue;
      if (kept < s->k) kept++;
      insert(a, kept - 1, (struct item){keys[j], i + j});
    }
  }
}

/* -- Lines ----------------------------------------------------------------------------------- */

static void write_line(const struct sorting *s, int64_t at, const char *x, const struct item *a) {
  size_t size = nn_dtype_size((nn_dtype)s->x->dtype);
  int64_t *index = (int64_t *)(void *)s->index->data + at, base = s->ctx->options.base;
  char *value = s->value ? s->value->data + at * (int64_t)size : NULL;
  for (int64_t i = 0; i < s->k; i++) {
    index[i * s->inner] = a[i].index + base;
    if (value)
      memcpy(value + i * s->inner * (int64_t)size, x + a[i].index * s->inner * (int64_t)size, size);
  }
}

/* Line `line`, with room for 2 n items. */
static void sort_line(const struct sorting *s, int64_t line, struct item *room) {
  int64_t outer = line / s->inner, inner = line % s->inner;
  int64_t from = outer * s->n * s->inner + inner;
  const char *x = s->x->data + from * (int64_t)nn_dtype_size((nn_dtype)s->x->dtype);
  if (0 < s->k && s->k < s->n && s->k <= FEW) {
    find_few(s, x, room);
  } else {
    make_items(s, x, room);
    if (s->k < s->n) select_first(s, room);
    if (s->in_order) room = radix_sort(s, room, room + s->n, s->k);
  }
  if (nn__stopped(s->ctx)) return;
  write_line(s, outer * s->k * s->inner + inner, x, room);
}

/* Part t of a batch: every so manieth line from `first` on. */
static void sort_part(void *sorting, int64_t t) {
  const struct sorting *s = sorting;
  struct item *room = s->room + t * 2 * s->n;
  for (int64_t line = s->first + t; line < s->last; line += s->parts) sort_line(s, line, room);
}

static nn_status sort_lines(struct sorting *s, int64_t lines) {
  int threads = lines < s->ctx->threads ? (int)lines : s->ctx->threads;
  if (s->x->numel < 1 << 13) threads = 1;
  size_t each = 2 * (size_t)s->n * sizeof(struct item), bytes = (size_t)threads * each;
  s->parts = threads;
  s->room = nn__alloc(s->ctx, bytes);
  if (!s->room) return nn__no_memory(s->ctx, bytes);
  int64_t batch = (BATCH / s->n + 1) * threads;
  for (; s->first < lines && !nn__stopped(s->ctx); s->first += batch) {
    s->last = s->first + batch < lines ? s->first + batch : lines;
    nn__parallel(threads, s->parts, sort_part, s);
  }
  nn__free(s->ctx, s->room, bytes);
  return nn__stopped(s->ctx) ? nn_fail(s->ctx, NN_ESTOP, "sort: interrupted") : NN_OK;
}

/* Sorts argument 0 along `dim`, the first `k` of it. */
static nn_status sort_along(nn__call *c, int64_t dim, bool down, bool in_order, nn_tensor *value,
                            nn_tensor *index) {
  nn_tensor *made;
  const nn_tensor *in = nn__in(c, 0);
  if (index->numel == 0) return NN_OK;
  const nn_tensor *x = nn__contiguous(in, (nn_dtype)in->dtype, &made);
  if (!x) return NN_ENOMEM;
  struct sorting s = {.ctx = c->ctx, .x = x, .value = value, .index = index, .n = 1, .k = 1};
  s.inner = 1;
  s.down = down;
  s.in_order = in_order;
  s.bytes = (int)nn_dtype_size((nn_dtype)x->dtype);
  if (x->ndim) s.n = x->shape[dim], s.k = index->shape[dim];
  for (int64_t d = dim + 1; d < x->ndim; d++) s.inner *= x->shape[d];
  nn_status status = sort_lines(&s, x->numel / s.n);
  nn_release(made);
  return status;
}

/* -- The operations -------------------------------------------------------------------------- */

static void backward_chosen(nn__grad *b, int64_t dim) {
  nn__scope *s = &b->s;
  const nn__input *in = &b->node->in[0];
  nn_tensor *zeros = e_full(s, (nn_dtype)in->dtype, in->ndim, in->shape, 0);
  nn__give(
      b, 0,
      E_RUN(s, scatter, nn_t(zeros), nn_int(dim), nn_t(nn__saved_out(b, 1)), nn_t(nn__gout(b, 0))));
}

static nn_status check_sort(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  c->meta[0] = c->meta[1] = nn__meta_of(x);
  c->meta[1].dtype = NN_INT64;
  return nn__check_dim(c, 1, x->ndim);
}

static nn_status forward_sort(nn__call *c) {
  return sort_along(c, c->arg[1].v.i, c->arg[2].v.b, true, c->out[0], c->out[1]);
}

static void backward_sort(nn__grad *b) { backward_chosen(b, b->node->arg[1].v.i); }

#define PARAMS "input:tensor dim:dim=-1 descending:bool=false stable:bool=false"

nn_op nn__op_sort = {.name = "sort",
                     .params = PARAMS,
                     .group = "sorting",
                     .doc = "The elements in order along a dimension, and where they were. Equal "
                            "ones always keep their order; NaN counts as the largest.",
                     .domain = "distinct",
                     .keep = "out",
                     .nout = 2,
                     .check = check_sort,
                     .forward = forward_sort,
                     .backward = backward_sort};

static nn_status check_argsort(nn__call *c) {
  NN_TRY(check_sort(c));
  c->meta[0].dtype = NN_INT64;
  return NN_OK;
}

static nn_status forward_argsort(nn__call *c) {
  return sort_along(c, c->arg[1].v.i, c->arg[2].v.b, true, NULL, c->out[0]);
}

nn_op nn__op_argsort = {.name = "argsort",
                        .params = PARAMS,
                        .group = "sorting",
                        .doc = "The indices that put the elements in order along a dimension: the "
                               "second result of sort.",
                        .domain = "distinct",
                        .check = check_argsort,
                        .forward = forward_argsort};

static nn_status check_topk(nn__call *c) {
  const nn_tensor *x = nn__in(c, 0);
  int64_t k = c->arg[1].v.i;
  NN_TRY(nn__check_dim(c, 2, x->ndim));
  int64_t dim = c->arg[2].v.i, n = x->ndim ? x->shape[dim] : 1;
  if (k < 0 || k > n || (x->ndim == 0 && k != 1))
    return nn__why(c, NN_ESHAPE, "k is %lld, but dimension %lld has %lld elements", (long long)k,
                   (long long)dim + c->base, (long long)n);
  c->meta[0] = nn__meta_of(x);
  if (x->ndim) c->meta[0].shape[dim] = k;
  c->meta[1] = c->meta[0];
  c->meta[1].dtype = NN_INT64;
  return NN_OK;
}

static nn_status forward_topk(nn__call *c) {
  return sort_along(c, c->arg[2].v.i, c->arg[3].v.b, c->arg[4].v.b, c->out[0], c->out[1]);
}

static void backward_topk(nn__grad *b) { backward_chosen(b, b->node->arg[2].v.i); }

nn_op nn__op_topk = {
    .name = "topk",
    .params = "input:tensor k:int dim:dim=-1 largest:bool=true sorted:bool=true",
    .group = "sorting",
    .doc = "The k largest (or smallest) elements along a dimension, and their indices, in order "
           "unless sorted is false. Of equal ones, the first are taken; NaN counts as the largest.",
    .domain = "distinct",
    .keep = "out",
    .nout = 2,
    .check = check_topk,
    .forward = forward_topk,
    .backward = backward_topk};
