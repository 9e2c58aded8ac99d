/* The catalogue of operations: the list, look-up by name, and the parsing of descriptors, which
 * are written as text ("input:tensor dim:dims? keepdim:bool=false") because that is how people
 * read them. */
#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"

static nn_op *const catalogue[] = {
#define OP(name) &nn__op_##name,
#include "ops.def"
#undef OP
};

enum { OP_COUNT = sizeof catalogue / sizeof *catalogue };

const nn_op *nn_op_at(int i) { return i >= 0 && i < OP_COUNT ? catalogue[i] : NULL; }

/* Keys to places in the catalogue, by open addressing; -1 where a slot is free. */
enum { SLOTS = 1024 };
_Static_assert(OP_COUNT < SLOTS / 2, "the table of keys is too full");
static int16_t slots[SLOTS];

static unsigned hash(const char *key) {
  unsigned h = 2166136261u; /* FNV-1a */
  for (; *key; key++) h = (h ^ (unsigned char)*key) * 16777619u;
  return h % SLOTS;
}

static const char *key_of(const nn_op *op) { return op->key ? op->key : op->name; }

static void fill_slots(void) {
  memset(slots, -1, sizeof slots);
  for (int i = 0; i < OP_COUNT; i++) {
    unsigned at = hash(key_of(catalogue[i]));
    while (slots[at] >= 0) at = (at + 1) % SLOTS;
    slots[at] = (int16_t)i;
  }
}

const nn_op *nn_op_find(const char *key) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, fill_slots);
  for (unsigned at = hash(key); slots[at] >= 0; at = (at + 1) % SLOTS)
    if (strcmp(key_of(catalogue[slots[at]]), key) == 0) return catalogue[slots[at]];
  return NULL;
}

const nn_op_info *nn_op_describe(const nn_op *op) { return &nn__op_ready(op)->info; }

/* -- Types ----------------------------------------------------------------------------------- */

static const struct {
  const char *name, *text;
} types[] = {
#define TYPE_ROW(id, name, text) {#name, text},
    NN_TYPES(TYPE_ROW)
#undef TYPE_ROW
};

const char *nn_type_name(nn_type type) { return types[type].name; }
const char *nn_type_text(nn_type type) { return types[type].text; }

static nn_type type_from(const char *name) {
  if (strchr(name, '|')) return NN_P_CHOICE;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i].name, name) == 0) return (nn_type)i;
  return NN_P_TENSOR;
}

/* -- Parsing --------------------------------------------------------------------------------- */

/* A decimal number, with a point whatever the locale has. The powers of ten up to 22 are exact, so
 * is a number of few digits. */
static double read_number(const char *text) {
  double sign = *text == '-' ? -1 : 1, digits = 0, power = 1;
  int exponent = 0;
  bool fraction = false;
  if (*text == '-') text++;
  if (strcmp(text, "inf") == 0) return sign * INFINITY;
  for (; *text && *text != 'e'; text++) {
    if (*text == '.') {
      fraction = true;
      continue;
    }
    digits = 10 * digits + (*text - '0');
    exponent -= fraction;
  }
  if (*text == 'e') exponent += (int)strtol(text + 1, NULL, 10);
  for (int i = abs(exponent); i > 0; i--) power *= 10;
  return sign * (exponent < 0 ? digits / power : digits * power);
}

static nn_arg default_value(nn_type type, const char *text) {
  if (strcmp(text, "none") == 0 && type != NN_P_CHOICE) return nn_none();
  switch (type) {
  case NN_P_BOOL:
    return nn_flag(strcmp(text, "true") == 0);
  case NN_P_INT:
  case NN_P_INTS:
  case NN_P_DIM:
  case NN_P_DIMS:
  case NN_P_INDEX:
    return nn_int(strtoll(text, NULL, 10));
  case NN_P_CHOICE:
  case NN_P_DTYPE:
    return nn_string(text);
  default:
    if (strcspn(text, ".einf") == strlen(text)) return nn_int(strtoll(text, NULL, 10));
    return nn_number(read_number(text));
  }
}

/* Cuts "name:type?=default" apart in place. */
static void parse_param(char *text, nn_param *p) {
  char *type = strchr(text, ':'), *value = strchr(text, '=');
  *type++ = '\0';
  if (value) *value++ = '\0';
  size_t length = strlen(type);
  p->name = text;
  p->optional = value != NULL;
  if (length && type[length - 1] == '?') {
    type[length - 1] = '\0';
    p->optional = true;
    p->off = value != NULL;
  }
  p->type = type_from(type);
  p->choices = p->type == NN_P_CHOICE ? type : NULL;
  p->value = value ? default_value(p->type, value) : nn_none();
}

static int count_words(const char *text) {
  int n = 0;
  for (; *text; text++) n += *text != ' ' && (text[1] == ' ' || text[1] == '\0');
  return n;
}

nn_param *nn_params_create(const char *text, int *count) {
  int n = count_words(text);
  size_t size = strlen(text) + 1;
  nn_param *params = calloc(1, (size_t)n * sizeof *params + 2 * size);
  *count = params ? n : 0;
  if (!params) return NULL;
  char *cut = (char *)(params + n), *whole = cut + size, *rest = NULL, *rest_whole = NULL;
  memcpy(cut, text, size);
  memcpy(whole, text, size);
  for (int i = 0; i < n; i++) {
    char *word = strtok_r(i ? NULL : cut, " ", &rest);
    params[i].text = strtok_r(i ? NULL : whole, " ", &rest_whole);
    parse_param(word, &params[i]);
  }
  return params;
}

void nn_params_free(nn_param *params) { free(params); }

/* Whether `word` is one of the words of `text`. */
static bool has_word(const char *text, const char *word) {
  size_t n = strlen(word);
  for (const char *at = text; (at = strstr(at, word)); at += n)
    if ((at == text || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
  return false;
}

/* "log_softmax" becomes "LogSoftmaxBackward". Belongs to the catalogue, like the params. */
static const char *backward_name(const char *name) {
  char *text = malloc(strlen(name) + sizeof "Backward"), *to = text;
  if (!text) return name;
  for (const char *from = name; *from; from++) {
    bool starts_word = from == name || from[-1] == '_';
    if (*from != '_') *to++ = starts_word ? (char)toupper((unsigned char)*from) : *from;
  }
  strcpy(to, "Backward");
  return text;
}

static void parse(nn_op *op) {
  int n;
  nn_param *params = nn_params_create(op->params, &n); /* never freed: the catalogue's */
  const char *keep = op->keep ? op->keep : "";
  for (int i = 0; i < n; i++)
    if (has_word(keep, params[i].name)) op->keep_args |= 1u << i;
  op->keep_out = has_word(keep, "out");
  op->gated = has_word(keep, "gate");
  op->backward_name = op->backward ? backward_name(op->name) : op->name;
  unsigned flags = op->flags;
  if (op->backward || op->compose) flags |= NN_OP_DIFFERENTIABLE;
  op->info = (nn_op_info){.name = op->name,
                          .key = key_of(op),
                          .doc = op->doc,
                          .group = op->group,
                          .domain = op->domain ? op->domain : "any",
                          .params = params,
                          .nparams = n,
                          .nout = op->nout ? op->nout : 1,
                          .self = op->self,
                          .flags = flags};
}

void nn__op_parse(nn_op *op) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  if (!op->parsed) {
    parse(op);
    __atomic_store_n(&op->parsed, op->info.params != NULL, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&lock);
}

/* -- Binding arguments ----------------------------------------------------------------------- */

static bool is_choice(const char *choices, const char *word) {
  size_t n = strlen(word);
  for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
    if (n > 0 && strncmp(at, word, n) == 0 && (at[n] == '|' || at[n] == '\0')) return true;
  return false;
}

/* The kinds of arguments that serve each type of parameter, as bits. */
#define KIND(kind) (1u << NN_##kind)
static const unsigned kinds_for[] = {
    [NN_P_TENSOR] = KIND(TENSOR),
    [NN_P_TENSORS] = KIND(TENSORS),
    [NN_P_OPERAND] = KIND(TENSOR) | KIND(INT) | KIND(NUMBER) | KIND(FLAG),
    [NN_P_NUMBER] = KIND(INT) | KIND(NUMBER),
    [NN_P_INT] = KIND(INT),
    [NN_P_DIM] = KIND(INT),
    [NN_P_INDEX] = KIND(INT),
    [NN_P_BOOL] = KIND(FLAG),
    [NN_P_INTS] = KIND(INT) | KIND(INTS),
    [NN_P_DIMS] = KIND(INT) | KIND(INTS),
    [NN_P_SHAPE] = KIND(INTS),
    [NN_P_DTYPE] = KIND(STRING),
    [NN_P_CHOICE] = KIND(STRING),
    [NN_P_NUMBERS] = KIND(INT) | KIND(NUMBER),
    [NN_P_GENERATOR] = KIND(GENERATOR),
};

static bool accepts(const nn_param *p, const nn_arg *a) {
  nn_dtype dtype;
  if (p->off && a->kind == NN_FLAG && !a->v.b) return true;
  if (!(kinds_for[p->type] >> a->kind & 1)) return false;
  if (a->kind != NN_STRING) return true;
  return p->type == NN_P_DTYPE ? nn_dtype_from_name(a->v.s, &dtype) : is_choice(p->choices, a->v.s);
}

static nn_status complain(nn_ctx *ctx, const char *what, const nn_param *p, const nn_arg *a) {
  if (a->kind == NN_NONE)
    return nn_fail(ctx, NN_EARG, "%s: %s is missing: %s", what, p->name, nn_type_text(p->type));
  if (a->kind == NN_STRING && p->type == NN_P_CHOICE)
    return nn_fail(ctx, NN_EARG, "%s: %s is \"%s\", but must be one of %s", what, p->name, a->v.s,
                   p->choices);
  if (a->kind == NN_STRING && p->type == NN_P_DTYPE)
    return nn_fail(ctx, NN_EARG,
                   "%s: there is no dtype \"%s\": float32, float64, int64 and bool are the ones",
                   what, a->v.s);
  return nn_fail(ctx, NN_EARG, "%s: %s must be %s", what, p->name, nn_type_text(p->type));
}

nn_status nn_bind(nn_ctx *ctx, const char *what, const nn_param *params, int nparams,
                  const nn_arg *args, int n, nn_arg *bound) {
  if (!params) return nn_fail(ctx, NN_ENOMEM, "%s: out of memory", what);
  if (n > nparams) return nn_fail(ctx, NN_EARG, "%s: takes %d arguments, not %d", what, nparams, n);
  for (int i = 0; i < nparams; i++) {
    const nn_param *p = &params[i];
    bool given = i < n && args[i].kind != NN_NONE;
    bound[i] = given ? args[i] : p->value;
    if (given ? !accepts(p, &bound[i]) : !p->optional) return complain(ctx, what, p, &bound[i]);
  }
  return NN_OK;
}
