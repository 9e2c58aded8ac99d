/* What the file formats share: files that are read whole or not at all and replaced in one step,
 * and the element types that stand in them. */
#ifndef NN_FILE_H
#define NN_FILE_H

#include <limits.h>
#include <stdio.h>

#include "tensor.h"

typedef struct nn__file {
  nn_ctx *ctx;
  const char *verb; /* "load" or "save": what messages start with */
  const char *path;
  FILE *stream;
  uint64_t size; /* when reading: bytes in the file */
  bool writing;
  char target[PATH_MAX];         /* when writing: where the links of `path` lead, */
  char temporary[PATH_MAX + 32]; /* and the name until the file is complete */
} nn__file;

/* Opens a file to read. */
nn_status nn__file_open(nn_ctx *ctx, const char *path, nn__file *f);

/* Starts a file that will take the place of `path`, or of the file that it links to, with the mode
 * of that. */
nn_status nn__file_create(nn_ctx *ctx, const char *path, nn__file *f);

/* Closes either. Where `status` (which it returns, if nothing else goes wrong) is NN_OK, the
 * written file replaces `path`; otherwise nothing of it remains. */
nn_status nn__file_close(nn__file *f, nn_status status);

/* Reads or writes exactly that many bytes. */
nn_status nn__file_read(nn__file *f, void *bytes, size_t n);
nn_status nn__file_write(nn__file *f, const void *bytes, size_t n);

/* Fails with NN_EIO and "load: model.npy: why". */
nn_status nn__file_fail(nn__file *f, const char *format, ...) NN_PRINTF(2, 3);

/* An element type as files know it. Those that the engine lacks are read as a wider one. */
typedef struct nn__stored {
  const char *safetensors; /* "F32" */
  const char *npy;         /* "f4", without the byte order; NULL where NumPy has none */
  size_t size;             /* bytes an element, in the file */
  nn_dtype dtype;          /* of the tensor */
  void (*widen)(const void *from, void *to, size_t n); /* NULL: the bytes are the element */
} nn__stored;

const nn__stored *nn__stored_as(nn_dtype dtype);
const nn__stored *nn__stored_by_safetensors(const char *name);
const nn__stored *nn__stored_by_npy(const char *name); /* with the byte order: "<f4", "|b1" */

/* Reads all elements of a new (contiguous) tensor; writes those of any tensor, row by row. */
nn_status nn__file_read_elements(nn__file *f, const nn__stored *type, nn_tensor *t);
nn_status nn__file_write_elements(nn__file *f, const nn_tensor *t);

/* Turns a number around between the machine's byte order and the files', little-endian. */
void nn__little_endian(void *bytes, size_t size, size_t n);

#endif
