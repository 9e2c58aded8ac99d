/* Files that are read whole or not at all and replaced in one step; the element types in them. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  CHUNK = 1 << 14, /* bytes converted or gathered at a time */
  PIECE = 1 << 22  /* bytes read between two looks at the stop flag */
};

nn_status nn__file_fail(nn__file *f, const char *format, ...) {
  char why[512];
  va_list args;
  va_start(args, format);
  vsnprintf(why, sizeof why, format, args);
  va_end(args);
  return nn_fail(f->ctx, NN_EIO, "%s: %s: %s", f->verb, f->path, why);
}

/* -- Opening and closing --------------------------------------------------------------------- */

/* Without O_NONBLOCK, opening a pipe would wait for a writer. */
nn_status nn__file_open(nn_ctx *ctx, const char *path, nn__file *f) {
  *f = (nn__file){.ctx = ctx, .verb = "load", .path = path};
  int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return nn__file_fail(f, "%s", strerror(errno));
  struct stat about;
  if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    close(descriptor);
    return nn__file_fail(f, "it is not a regular file");
  }
  f->size = (uint64_t)about.st_size;
  f->stream = fdopen(descriptor, "rb");
  if (f->stream) return NN_OK;
  close(descriptor);
  return nn__file_fail(f, "%s", strerror(errno));
}

/* Where a symbolic link leads in the end, whether or not a file is there; `target` has room for a
 * path. */
static bool follow_links(const char *path, char *target) {
  char link[PATH_MAX];
  if (strlen(path) >= PATH_MAX) return false;
  strcpy(target, path);
  for (int i = 0; i < 40; i++) {
    ssize_t n = readlink(target, link, sizeof link - 1);
    if (n < 0) return true;
    link[n] = '\0';
    char *name = strrchr(target, '/');
    size_t folder = link[0] != '/' && name ? (size_t)(name + 1 - target) : 0;
    if (folder + (size_t)n >= PATH_MAX) break;
    strcpy(target + folder, link);
  }
  return false;
}

/* The mode of the file that is to be replaced; fails where it cannot or may not be. */
static nn_status check_target(nn__file *f, mode_t *mode) {
  struct stat about;
  *mode = 0;
  if (stat(f->target, &about) != 0) return NN_OK;
  if (!S_ISREG(about.st_mode)) return nn__file_fail(f, "it is not a regular file");
  if (access(f->target, W_OK) != 0) return nn__file_fail(f, "%s", strerror(errno));
  *mode = about.st_mode & 07777;
  return NN_OK;
}

/* The temporary file lies beside its goal, since rename cannot cross file systems. O_EXCL skips
 * the names that others are using. */
static int open_temporary(nn__file *f) {
  for (int attempt = 0; attempt < 1000; attempt++) {
    snprintf(f->temporary, sizeof f->temporary, "%s.%ld-%d.tmp", f->target, (long)getpid(),
             attempt);
    int descriptor = open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

nn_status nn__file_create(nn_ctx *ctx, const char *path, nn__file *f) {
  mode_t mode;
  *f = (nn__file){.ctx = ctx, .verb = "save", .path = path, .writing = true};
  if (!follow_links(path, f->target)) return nn__file_fail(f, "the path is too long, or a cycle");
  NN_TRY(check_target(f, &mode));
  int descriptor = open_temporary(f);
  bool good = descriptor >= 0 && (mode == 0 || fchmod(descriptor, mode) == 0);
  if (good && (f->stream = fdopen(descriptor, "wb"))) return NN_OK;
  nn_status status = nn__file_fail(f, "%s", strerror(errno));
  if (descriptor >= 0) {
    close(descriptor);
    unlink(f->temporary);
  }
  return status;
}

/* The data must be on the disk before the name is, or a power cut could leave an empty file. */
static nn_status finish_writing(nn__file *f, nn_status status) {
  if (status == NN_OK && (fflush(f->stream) != 0 || fsync(fileno(f->stream)) != 0))
    status = nn__file_fail(f, "%s", strerror(errno));
  if (fclose(f->stream) != 0 && status == NN_OK) status = nn__file_fail(f, "%s", strerror(errno));
  if (status == NN_OK && rename(f->temporary, f->target) != 0)
    status = nn__file_fail(f, "%s", strerror(errno));
  if (status != NN_OK) unlink(f->temporary);
  return status;
}

nn_status nn__file_close(nn__file *f, nn_status status) {
  if (f->writing) return finish_writing(f, status);
  fclose(f->stream);
  return status;
}

/* -- Bytes ----------------------------------------------------------------------------------- */

nn_status nn__file_read(nn__file *f, void *bytes, size_t n) {
  if (fread(bytes, 1, n, f->stream) == n) return NN_OK;
  return nn__file_fail(f, "%s", ferror(f->stream) ? strerror(errno) : "it ends too early");
}

nn_status nn__file_write(nn__file *f, const void *bytes, size_t n) {
  if (fwrite(bytes, 1, n, f->stream) == n) return NN_OK;
  return nn__file_fail(f, "%s", strerror(errno));
}

void nn__little_endian(void *bytes, size_t size, size_t n) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  unsigned char *p = bytes;
  for (size_t i = 0; i < n; i++, p += size)
    for (size_t a = 0, b = size - 1; a < b; a++, b--) {
      unsigned char byte = p[a];
      p[a] = p[b];
      p[b] = byte;
    }
#else
  (void)bytes, (void)size, (void)n;
#endif
}

/* -- Element types --------------------------------------------------------------------------- */

#define WIDEN(name, from_type, to_type, value)                 \
  static void name(const void *from, void *to, size_t n) {     \
    for (size_t i = 0; i < n; i++) {                           \
      from_type x;                                             \
      memcpy(&x, (const char *)from + i * sizeof x, sizeof x); \
      ((to_type *)to)[i] = value;                              \
    }                                                          \
  }

static float float_of_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* A half has 5 bits of exponent (bias 15) and 10 of fraction; a float 8 (bias 127) and 23. Moved
 * into place as they are, they make a float that is 2^112 too small, subnormal ones included. */
static float float_of_half(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = (uint32_t)(half & 0x7fff) << 13;
  if (rest >= 0x1f << 23) return float_of_bits(sign | 0x7f800000 | rest); /* infinite or NaN */
  float x = float_of_bits(rest) * 0x1p112f;
  return sign ? -x : x;
}

WIDEN(widen_bool, uint8_t, uint8_t, x != 0) /* a bool holds 0 or 1, whatever the file says */
WIDEN(widen_u8, uint8_t, int64_t, x)
WIDEN(widen_i8, int8_t, int64_t, x)
WIDEN(widen_u16, uint16_t, int64_t, x)
WIDEN(widen_i16, int16_t, int64_t, x)
WIDEN(widen_u32, uint32_t, int64_t, x)
WIDEN(widen_i32, int32_t, int64_t, x)
WIDEN(widen_f16, uint16_t, float, float_of_half(x))
WIDEN(widen_bf16, uint16_t, float, float_of_bits((uint32_t)x << 16))

/* The engine's own types first, in the order of nn_dtype. */
static const nn__stored stored[] = {
    {"F32", "f4", 4, NN_FLOAT32, NULL},      {"F64", "f8", 8, NN_FLOAT64, NULL},
    {"I64", "i8", 8, NN_INT64, NULL},        {"BOOL", "b1", 1, NN_BOOL, widen_bool},
    {"F16", "f2", 2, NN_FLOAT32, widen_f16}, {"BF16", NULL, 2, NN_FLOAT32, widen_bf16},
    {"U8", "u1", 1, NN_INT64, widen_u8},     {"I8", "i1", 1, NN_INT64, widen_i8},
    {"U16", "u2", 2, NN_INT64, widen_u16},   {"I16", "i2", 2, NN_INT64, widen_i16},
    {"U32", "u4", 4, NN_INT64, widen_u32},   {"I32", "i4", 4, NN_INT64, widen_i32},
};
enum { STORED = sizeof stored / sizeof *stored };

const nn__stored *nn__stored_as(nn_dtype dtype) { return &stored[dtype]; }

const nn__stored *nn__stored_by_safetensors(const char *name) {
  for (int i = 0; i < STORED; i++)
    if (strcmp(name, stored[i].safetensors) == 0) return &stored[i];
  return NULL;
}

/* The byte order is '<' for little-endian; single bytes have none, which is '|'. */
const nn__stored *nn__stored_by_npy(const char *name) {
  for (int i = 0; i < STORED; i++)
    if (stored[i].npy && name[0] == (stored[i].size == 1 ? '|' : '<') &&
        strcmp(name + 1, stored[i].npy) == 0)
      return &stored[i];
  return NULL;
}

/* -- Elements -------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static nn_status read_widened(nn__file *f, const nn__stored *type, char *to, size_t n) {
  char chunk[CHUNK];
  size_t element = nn_dtype_size(type->dtype);
  while (n) {
    if (nn__stopped(f->ctx)) return NN_ESTOP;
    size_t some = least(n, CHUNK / type->size);
    NN_TRY(nn__file_read(f, chunk, some * type->size));
    nn__little_endian(chunk, type->size, some);
    type->widen(chunk, to, some);
    to += some * element;
    n -= some;
  }
  return NN_OK;
}

nn_status nn__file_read_elements(nn__file *f, const nn__stored *type, nn_tensor *t) {
  size_t n = (size_t)t->numel;
  char *to = t->data;
  if (type->widen) return read_widened(f, type, to, n);
  for (size_t some; n; n -= some) {
    if (nn__stopped(f->ctx)) return NN_ESTOP;
    some = least(n, PIECE / type->size);
    NN_TRY(nn__file_read(f, to, some * type->size));
    nn__little_endian(to, type->size, some);
    to += some * type->size;
  }
  return NN_OK;
}

/* Moves `index` on by one element, as an odometer does, and returns where that element is. */
static const char *step(const nn_tensor *t, int64_t *index, const char *at, int64_t size) {
  for (int d = t->ndim - 1; d >= 0; d--) {
    at += t->stride[d] * size;
    if (++index[d] < t->shape[d]) break;
    at -= index[d] * t->stride[d] * size;
    index[d] = 0;
  }
  return at;
}

nn_status nn__file_write_elements(nn__file *f, const nn_tensor *t) {
  char chunk[CHUNK];
  size_t size = nn_dtype_size((nn_dtype)t->dtype), left = (size_t)t->numel;
  const char *at = t->data;
  int64_t index[NN_MAX_DIMS] = {0};
  while (left) {
    if (nn__stopped(f->ctx)) return NN_ESTOP;
    size_t some = least(left, CHUNK / size);
    if (t->contiguous) {
      memcpy(chunk, at, some * size);
      at += some * size;
    } else {
      for (size_t i = 0; i < some; i++, at = step(t, index, at, (int64_t)size))
        memcpy(chunk + i * size, at, size);
    }
    nn__little_endian(chunk, size, some);
    NN_TRY(nn__file_write(f, chunk, some * size));
    left -= some;
  }
  return NN_OK;
}
