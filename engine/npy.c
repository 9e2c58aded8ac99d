/* .npy files: one tensor, in NumPy's own format (numpy.lib.format). They start with
 *
 *     \x93NUMPY, two bytes of version, the header's length (2 bytes; 4 from version 2.0 on)
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 *
 * where the header is a Python literal, padded with spaces to a multiple of 64 bytes in all and
 * ended by a line feed. The elements follow. */
#include <ctype.h>
#include <string.h>

#include "file.h"
#include "shape.h"

static const char magic[] = "\x93NUMPY";

enum {
  MAGIC = sizeof magic - 1,
  ALIGNMENT = 64,
  LONGEST = 1 << 16, /* bytes of a header; NumPy's own have a few hundred at most */
  GROWTH = 21        /* digits that NumPy reserves for the first size to grow in place */
};

/* -- Writing --------------------------------------------------------------------------------- */

/* "(2, 3)"; one size alone is "(2,)". Returns where the text ends. */
static char *write_shape(char *at, const nn_tensor *t) {
  *at++ = '(';
  for (int i = 0; i < t->ndim; i++)
    at += sprintf(at, "%s%lld", i ? ", " : "", (long long)t->shape[i]);
  if (t->ndim == 1) *at++ = ',';
  *at++ = ')';
  return at;
}

/* Everything before the elements; returns its length. */
static size_t write_header(char *text, const nn_tensor *t) {
  const nn__stored *type = nn__stored_as((nn_dtype)t->dtype);
  char *start = text + MAGIC + 4, *at = start;
  memcpy(text, magic, MAGIC);
  at += sprintf(at,
                "{'descr': '%c%s', 'fortran_order': False, 'shape': ", type->size == 1 ? '|' : '<',
                type->npy);
  at = write_shape(at, t);
  at += sprintf(at, ", }");
  if (t->ndim)
    at += sprintf(at, "%*s", GROWTH - snprintf(NULL, 0, "%lld", (long long)*t->shape), "");
  size_t length = (size_t)(at - text) + 1;
  at += sprintf(at, "%*s\n", (int)(ALIGNMENT - length % ALIGNMENT), "");
  uint16_t bytes = (uint16_t)(at - start);
  text[MAGIC] = 1;
  text[MAGIC + 1] = 0;
  text[MAGIC + 2] = (char)(bytes & 0xff);
  text[MAGIC + 3] = (char)(bytes >> 8);
  return (size_t)(at - text);
}

nn_status nn_save_npy(nn_ctx *ctx, const char *path, nn_tensor *t) {
  char header[256 + NN__SHAPE_TEXT];
  nn__file f;
  NN_TRY(nn__file_create(ctx, path, &f));
  nn_status status = nn__file_write(&f, header, write_header(header, t));
  if (status == NN_OK) status = nn__file_write_elements(&f, t);
  return nn__file_close(&f, status);
}

/* -- Reading the header ---------------------------------------------------------------------- */

struct header {
  const char *at;
  const nn__stored *type;
  char descr[32];
  bool fortran, has_fortran, has_shape;
  nn__meta meta;
};

/* Takes `token` after spaces; false where something else stands there. */
static bool take(struct header *h, const char *token) {
  while (isspace((unsigned char)*h->at)) h->at++;
  size_t n = strlen(token);
  if (strncmp(h->at, token, n) != 0) return false;
  h->at += n;
  return true;
}

/* A string in either kind of quotes, without escapes. */
static bool take_string(struct header *h, char *text, size_t size) {
  if (!take(h, "'") && !take(h, "\"")) return false;
  char quote = h->at[-1];
  size_t n = strcspn(h->at, quote == '\'' ? "'\\" : "\"\\");
  if (h->at[n] != quote || n >= size) return false;
  memcpy(text, h->at, n);
  text[n] = '\0';
  h->at += n + 1;
  return true;
}

/* A size; Python 2 wrote an L after it. */
static bool take_size(struct header *h, int64_t *size) {
  while (isspace((unsigned char)*h->at)) h->at++;
  if (!isdigit((unsigned char)*h->at)) return false;
  *size = 0;
  for (; isdigit((unsigned char)*h->at); h->at++)
    if (__builtin_mul_overflow(*size, 10, size) ||
        __builtin_add_overflow(*size, *h->at - '0', size))
      return false;
  if (*h->at == 'L') h->at++;
  return true;
}

static bool take_shape(struct header *h) {
  if (!take(h, "(")) return false;
  for (h->meta.ndim = 0; !take(h, ")"); h->meta.ndim++) {
    if (h->meta.ndim == NN_MAX_DIMS || !take_size(h, &h->meta.shape[h->meta.ndim])) return false;
    if (!take(h, ",")) {
      h->meta.ndim++;
      return take(h, ")");
    }
  }
  return true;
}

static bool take_entry(struct header *h) {
  char key[32];
  if (!take_string(h, key, sizeof key) || !take(h, ":")) return false;
  if (strcmp(key, "descr") == 0) return take_string(h, h->descr, sizeof h->descr);
  if (strcmp(key, "shape") == 0) return h->has_shape = take_shape(h);
  if (strcmp(key, "fortran_order") != 0) return false;
  h->fortran = take(h, "True");
  return h->has_fortran = h->fortran || take(h, "False");
}

static bool take_header(struct header *h) {
  if (!take(h, "{")) return false;
  while (!take(h, "}")) {
    if (!take_entry(h)) return false;
    if (take(h, ",")) continue;
    if (!take(h, "}")) return false;
    break;
  }
  return h->descr[0] && h->has_fortran && h->has_shape && take(h, "") && *h->at == '\0';
}

/* The length of the header from what stands before it. */
static nn_status read_length(nn__file *f, uint32_t *length) {
  unsigned char start[MAGIC + 2], count[4] = {0};
  if (f->size < sizeof start) return nn__file_fail(f, "it is no .npy file");
  NN_TRY(nn__file_read(f, start, sizeof start));
  if (memcmp(start, magic, MAGIC) != 0) return nn__file_fail(f, "it is no .npy file");
  if (start[MAGIC] < 1 || start[MAGIC] > 3)
    return nn__file_fail(f, "version %d.%d of the format is unknown", start[MAGIC],
                         start[MAGIC + 1]);
  NN_TRY(nn__file_read(f, count, start[MAGIC] == 1 ? 2 : 4));
  *length =
      count[0] | (uint32_t)count[1] << 8 | (uint32_t)count[2] << 16 | (uint32_t)count[3] << 24;
  if (*length >= LONGEST)
    return nn__file_fail(f, "its header of %lu bytes is too long", (unsigned long)*length);
  return NN_OK;
}

static nn_status read_header(nn__file *f, struct header *h) {
  uint32_t length = 0;
  NN_TRY(read_length(f, &length));
  char *text = nn__alloc(f->ctx, (size_t)length + 1);
  if (!text) return nn__no_memory(f->ctx, (size_t)length + 1);
  nn_status status = nn__file_read(f, text, length);
  text[length] = '\0';
  *h = (struct header){.at = text};
  if (status == NN_OK && !take_header(h))
    status = nn__file_fail(f, "its header cannot be understood");
  nn__free(f->ctx, text, (size_t)length + 1);
  return status;
}

/* -- Reading --------------------------------------------------------------------------------- */

/* Whether the file holds as many elements as the header says, before memory is asked for. */
static nn_status check_header(nn__file *f, struct header *h) {
  h->type = nn__stored_by_npy(h->descr);
  if (!h->type) return nn__file_fail(f, "elements of type '%s' are not supported", h->descr);
  h->meta.dtype = h->type->dtype;
  char shape[NN__SHAPE_TEXT];
  nn__shape_text(h->meta.ndim, h->meta.shape, shape, sizeof shape);
  int64_t numel;
  if (!nn__count(h->meta.ndim, h->meta.shape, nn_dtype_size(h->meta.dtype), &numel))
    return nn__file_fail(f, "its shape %s is too large", shape);
  uint64_t left = f->size - (uint64_t)ftello(f->stream), need = (uint64_t)numel * h->type->size;
  if (left != need)
    return nn__file_fail(f, "its shape %s takes %llu bytes, but there are %llu", shape,
                         (unsigned long long)need, (unsigned long long)left);
  return NN_OK;
}

static void reverse(int n, int64_t *sizes) {
  for (int a = 0, b = n - 1; a < b; a++, b--) {
    int64_t size = sizes[a];
    sizes[a] = sizes[b];
    sizes[b] = size;
  }
}

/* Fortran's order is the usual one of the transposed tensor. */
static nn_status read_tensor(nn__file *f, struct header *h, nn_tensor **out) {
  if (h->fortran) reverse(h->meta.ndim, h->meta.shape);
  nn_tensor *t = nn__new_tensor(f->ctx, &h->meta);
  if (!t) return NN_ENOMEM;
  nn_status status = nn__file_read_elements(f, h->type, t);
  if (status == NN_OK && h->fortran) {
    int64_t stride[NN_MAX_DIMS];
    memcpy(stride, t->stride, sizeof stride);
    reverse(t->ndim, stride);
    reverse(t->ndim, h->meta.shape);
    *out = nn__new_view(t, t->ndim, h->meta.shape, stride, 0);
    if (!*out) status = NN_ENOMEM;
  }
  if (status == NN_OK && !h->fortran) *out = nn_retain(t);
  nn_release(t);
  return status;
}

nn_status nn_load_npy(nn_ctx *ctx, const char *path, nn_tensor **out) {
  nn__file f;
  struct header h;
  nn_tensor *t = NULL;
  NN_TRY(nn__file_open(ctx, path, &f));
  nn_status status = read_header(&f, &h);
  if (status == NN_OK) status = check_header(&f, &h);
  if (status == NN_OK) status = read_tensor(&f, &h, &t);
  if (status == NN_OK) *out = t;
  return nn__file_close(&f, status);
}
