/* .safetensors files: named tensors, in the format of the safetensors package. They are
 *
 *     8 bytes: the length of the header, little-endian
 *     {"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},…}   padded with spaces to 8
 *     the elements, one tensor after the other
 *
 * An entry "__metadata__" holds remarks and no tensor. Offsets count from the end of the header;
 * the tensors lie close together and fill the file, in order of their offsets. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "shape.h"

enum {
  ALIGNMENT = 8,
  LONGEST = 100000000 /* bytes of a header, as the package limits it */
};

static const char metadata[] = "__metadata__";

typedef struct entry {
  const char *name;
  const nn__stored *type;
  nn_tensor *tensor;   /* when saving */
  nn__meta meta;       /* when loading */
  uint64_t begin, end; /* of its elements, from the end of the header */
} entry;

static int by_name(const void *a, const void *b) {
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

/* Fails where two of the entries, sorted by name, have the same one. */
static nn_status check_unique(nn__file *f, const entry *entries, int n) {
  for (int i = 1; i < n; i++)
    if (strcmp(entries[i - 1].name, entries[i].name) == 0)
      return nn__file_fail(f, "two tensors have the name \"%.200s\"", entries[i].name);
  return NN_OK;
}

/* -- Saving ---------------------------------------------------------------------------------- */

/* The package's order: the types with I64, F64, F32, BOOL in turn, which keeps every element
 * aligned, and by name within a type. */
static int by_type(const void *a, const void *b) {
  static const int rank[] = {[NN_INT64] = 0, [NN_FLOAT64] = 1, [NN_FLOAT32] = 2, [NN_BOOL] = 3};
  int x = rank[((const entry *)a)->type->dtype], y = rank[((const entry *)b)->type->dtype];
  return x != y ? x - y : by_name(a, b);
}

/* The length of the UTF-8 sequence at `s`; 0 where there is none (RFC 3629). */
static int utf8_length(const unsigned char *s) {
  if (s[0] < 0x80) return 1;
  int n = s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : 4;
  if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
  for (int i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80) return 0;
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)) return 0;
  if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)) return 0;
  return n;
}

static nn_status check_name(nn__file *f, const char *name) {
  if (strcmp(name, metadata) == 0)
    return nn__file_fail(f, "a tensor cannot have the name \"%s\"", metadata);
  for (const unsigned char *s = (const unsigned char *)name; *s;) {
    int n = utf8_length(s);
    if (n == 0) return nn__file_fail(f, "the name \"%.200s\" is not UTF-8", name);
    s += n;
  }
  return NN_OK;
}

/* cJSON's own numbers are doubles, and lose digits. */
static bool add_number(cJSON *array, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  cJSON *number = cJSON_CreateRaw(text);
  if (number && cJSON_AddItemToArray(array, number)) return true;
  cJSON_Delete(number);
  return false;
}

static bool describe(cJSON *header, const entry *e) {
  cJSON *object = cJSON_AddObjectToObject(header, e->name);
  if (!cJSON_AddStringToObject(object, "dtype", e->type->safetensors)) return false;
  cJSON *shape = cJSON_AddArrayToObject(object, "shape");
  for (int i = 0; i < e->tensor->ndim; i++)
    if (!add_number(shape, (uint64_t)e->tensor->shape[i])) return false;
  cJSON *offsets = cJSON_AddArrayToObject(object, "data_offsets");
  return shape && add_number(offsets, e->begin) && add_number(offsets, e->end);
}

/* The header as text, to be freed with cJSON_free; NULL: no memory. */
static char *header_text(const entry *entries, int n) {
  cJSON *header = cJSON_CreateObject();
  bool complete = header != NULL;
  for (int i = 0; i < n && complete; i++) complete = describe(header, &entries[i]);
  char *text = complete ? cJSON_PrintUnformatted(header) : NULL;
  cJSON_Delete(header);
  return text;
}

static nn_status write_header(nn__file *f, const entry *entries, int n) {
  char *text = header_text(entries, n);
  if (!text) return nn_fail(f->ctx, NN_ENOMEM, "out of memory (for the header of %s)", f->path);
  size_t length = strlen(text), padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
  uint64_t whole = length + padding;
  nn_status status = NN_OK;
  if (whole > LONGEST)
    status = nn__file_fail(f, "there are too many tensors, or their names are too long");
  nn__little_endian(&whole, sizeof whole, 1);
  if (status == NN_OK) status = nn__file_write(f, &whole, sizeof whole);
  if (status == NN_OK) status = nn__file_write(f, text, length);
  if (status == NN_OK) status = nn__file_write(f, "        ", padding);
  cJSON_free(text);
  return status;
}

static nn_status write_all(nn__file *f, entry *entries, int n) {
  qsort(entries, (size_t)n, sizeof *entries, by_name);
  NN_TRY(check_unique(f, entries, n));
  qsort(entries, (size_t)n, sizeof *entries, by_type);
  uint64_t end = 0;
  for (int i = 0; i < n; i++) {
    NN_TRY(check_name(f, entries[i].name));
    entries[i].begin = end;
    entries[i].end = end += (uint64_t)entries[i].tensor->numel * entries[i].type->size;
  }
  NN_TRY(write_header(f, entries, n));
  for (int i = 0; i < n; i++) NN_TRY(nn__file_write_elements(f, entries[i].tensor));
  return NN_OK;
}

nn_status nn_save_safetensors(nn_ctx *ctx, const char *path, int n, const char *const *names,
                              nn_tensor *const *tensors) {
  size_t bytes = (size_t)n * sizeof(entry);
  entry *entries = nn__alloc(ctx, bytes);
  if (!entries) return nn__no_memory(ctx, bytes);
  for (int i = 0; i < n; i++)
    entries[i] = (entry){
        .name = names[i], .type = nn__stored_as((nn_dtype)tensors[i]->dtype), .tensor = tensors[i]};
  nn__file f;
  nn_status status = nn__file_create(ctx, path, &f);
  if (status == NN_OK) status = nn__file_close(&f, write_all(&f, entries, n));
  nn__free(ctx, entries, bytes);
  return status;
}

/* -- Loading: the header --------------------------------------------------------------------- */

/* A whole number up to 2^53: beyond, cJSON's doubles are not exact. */
static bool get_number(const cJSON *item, uint64_t *value) {
  double d = cJSON_IsNumber(item) ? item->valuedouble : -1;
  if (!(d >= 0 && d <= 0x1p53) || d != (double)(uint64_t)d) return false;
  *value = (uint64_t)d;
  return true;
}

static nn_status get_shape(nn__file *f, const cJSON *shape, entry *e) {
  if (!cJSON_IsArray(shape)) return nn__file_fail(f, "tensor \"%.200s\" has no shape", e->name);
  const cJSON *item;
  cJSON_ArrayForEach(item, shape) {
    uint64_t size;
    if (e->meta.ndim == NN_MAX_DIMS)
      return nn__file_fail(f, "tensor \"%.200s\" has more than %d dimensions", e->name,
                           NN_MAX_DIMS);
    if (!get_number(item, &size))
      return nn__file_fail(f, "a size of tensor \"%.200s\" is no whole number from 0 to 2^53",
                           e->name);
    e->meta.shape[e->meta.ndim++] = (int64_t)size;
  }
  return NN_OK;
}

static nn_status get_entry(nn__file *f, const cJSON *item, entry *e) {
  *e = (entry){.name = item->string};
  const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "dtype"));
  if (!type) return nn__file_fail(f, "tensor \"%.200s\" has no dtype", e->name);
  e->type = nn__stored_by_safetensors(type);
  if (!e->type)
    return nn__file_fail(f, "tensor \"%.200s\" is of dtype %.20s, which is not supported", e->name,
                         type);
  e->meta.dtype = e->type->dtype;
  NN_TRY(get_shape(f, cJSON_GetObjectItemCaseSensitive(item, "shape"), e));
  const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(item, "data_offsets");
  if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
      !get_number(cJSON_GetArrayItem(offsets, 0), &e->begin) ||
      !get_number(cJSON_GetArrayItem(offsets, 1), &e->end))
    return nn__file_fail(f, "tensor \"%.200s\" has no data_offsets of two whole numbers", e->name);
  return NN_OK;
}

/* Whether an entry's elements take exactly the bytes from begin to end. */
static nn_status check_bytes(nn__file *f, const entry *e) {
  int64_t numel;
  char shape[NN__SHAPE_TEXT];
  nn__shape_text(e->meta.ndim, e->meta.shape, shape, sizeof shape);
  if (!nn__count(e->meta.ndim, e->meta.shape, nn_dtype_size(e->meta.dtype), &numel))
    return nn__file_fail(f, "tensor \"%.200s\" of %s is too large", e->name, shape);
  uint64_t need = (uint64_t)numel * e->type->size;
  if (e->end >= e->begin && e->end - e->begin == need) return NN_OK;
  return nn__file_fail(
      f, "tensor \"%.200s\" of %s takes %llu bytes, but its data_offsets are %llu and %llu",
      e->name, shape, (unsigned long long)need, (unsigned long long)e->begin,
      (unsigned long long)e->end);
}

/* Empty tensors share their offset with the one behind them. */
static int by_offset(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  return x->end != y->end ? (x->end < y->end ? -1 : 1) : by_name(a, b);
}

/* Whether the entries fill the `size` bytes after the header; sorts them by offset. Sizes are all
 * checked before the first tensor is made: so a file cannot ask for more memory than it has. */
static nn_status check_layout(nn__file *f, entry *entries, int n, uint64_t size) {
  qsort(entries, (size_t)n, sizeof *entries, by_name);
  NN_TRY(check_unique(f, entries, n));
  qsort(entries, (size_t)n, sizeof *entries, by_offset);
  uint64_t end = 0;
  for (int i = 0; i < n; i++) {
    NN_TRY(check_bytes(f, &entries[i]));
    if (entries[i].begin != end)
      return nn__file_fail(f, "tensor \"%.200s\" begins at byte %llu, where %llu is expected",
                           entries[i].name, (unsigned long long)entries[i].begin,
                           (unsigned long long)end);
    end = entries[i].end;
  }
  if (end == size) return NN_OK;
  return nn__file_fail(f, "its tensors take %llu bytes, but there are %llu",
                       (unsigned long long)end, (unsigned long long)size);
}

/* -- Loading --------------------------------------------------------------------------------- */

typedef nn_status visitor(void *self, const char *name, nn_tensor *t);

static nn_status read_tensors(nn__file *f, const entry *entries, int n, visitor *each, void *self) {
  for (int i = 0; i < n; i++) {
    nn_tensor *t = nn__new_tensor(f->ctx, &entries[i].meta);
    if (!t) return NN_ENOMEM;
    nn_status status = nn__file_read_elements(f, entries[i].type, t);
    if (status == NN_OK) status = each(self, entries[i].name, t);
    nn_release(t);
    NN_TRY(status);
  }
  return NN_OK;
}

static nn_status get_entries(nn__file *f, const cJSON *header, entry *entries, int *n) {
  const cJSON *item;
  cJSON_ArrayForEach(item, header) {
    if (strcmp(item->string, metadata) == 0) continue;
    NN_TRY(get_entry(f, item, &entries[*n]));
    ++*n;
  }
  return NN_OK;
}

static nn_status load_all(nn__file *f, const cJSON *header, uint64_t size, visitor *each,
                          void *self) {
  size_t bytes = (size_t)cJSON_GetArraySize(header) * sizeof(entry);
  entry *entries = nn__alloc(f->ctx, bytes);
  if (!entries) return nn__no_memory(f->ctx, bytes);
  int n = 0;
  nn_status status = get_entries(f, header, entries, &n);
  if (status == NN_OK) status = check_layout(f, entries, n, size);
  if (status == NN_OK) status = read_tensors(f, entries, n, each, self);
  nn__free(f->ctx, entries, bytes);
  return status;
}

/* Parses a header and loads what it describes. Nothing but spaces may follow the JSON. */
static nn_status load_described(nn__file *f, const char *text, size_t length, visitor *each,
                                void *self) {
  const char *end = text;
  cJSON *header = cJSON_ParseWithLengthOpts(text, length, &end, false);
  nn_status status;
  if (!cJSON_IsObject(header) || strspn(end, " \t\r\n") != strlen(end))
    status = nn__file_fail(f, "its header is not a JSON object");
  else
    status = load_all(f, header, f->size - sizeof(uint64_t) - length, each, self);
  cJSON_Delete(header);
  return status;
}

static nn_status load(nn__file *f, visitor *each, void *self) {
  uint64_t length;
  if (f->size < sizeof length) return nn__file_fail(f, "it ends too early");
  NN_TRY(nn__file_read(f, &length, sizeof length));
  nn__little_endian(&length, sizeof length, 1);
  if (length > LONGEST || length > f->size - sizeof length)
    return nn__file_fail(f, "its header of %llu bytes is too long", (unsigned long long)length);
  char *text = nn__alloc(f->ctx, length + 1);
  if (!text) return nn__no_memory(f->ctx, length + 1);
  text[length] = '\0';
  nn_status status = nn__file_read(f, text, length);
  if (status == NN_OK) status = load_described(f, text, length, each, self);
  nn__free(f->ctx, text, length + 1);
  return status;
}

nn_status nn_load_safetensors(nn_ctx *ctx, const char *path, visitor *each, void *self) {
  nn__file f;
  NN_TRY(nn__file_open(ctx, path, &f));
  return nn__file_close(&f, load(&f, each, self));
}
