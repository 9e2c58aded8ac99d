/* The descriptors of the pointwise operations, made from the rows of pointwise.def. */
#include "pointwise.h"

#include <math.h>

#include "autograd.h"

/* The names that a row's gradient may use. Saved tensors are fetched only where they are used. */
#define G nn__gout(b, 0)
#define X nn__saved(b, 0)
#define A nn__saved(b, 0)
#define B nn__saved(b, 1)
#define Y nn__saved_out(b, 0)
#define N(i) nn__value(&b->node->arg[i])
#define NONE NULL

/* Comparisons and operations on bits have no gradient; nor have their rows. */
#define GRADIENT_SAME(f) f
#define GRADIENT_ANY(f) f
#define GRADIENT_FIRST(f) f
#define GRADIENT_DIVIDE(f) f
#define GRADIENT_POWER(f) f
#define GRADIENT_FLOAT(f) f
#define GRADIENT_REAL(f) f
#define GRADIENT_BITS(f)
#define GRADIENT_COMPARE(f)

#define BACKWARD1(name, gradient)            \
  static void name##_backward(nn__grad *b) { \
    nn__scope *s = &b->s;                    \
    (void)s;                                 \
    nn__give(b, 0, gradient);                \
  }
#define BACKWARD2(name, gradient_a, gradient_b)      \
  static void name##_backward(nn__grad *b) {         \
    nn__scope *s = &b->s;                            \
    (void)s;                                         \
    if (nn__wants(b, 0)) nn__give(b, 0, gradient_a); \
    if (nn__wants(b, 1)) nn__give(b, 1, gradient_b); \
  }

#define MAP1(name, kind, params, keep, domain, doc, expression, gradient) \
  GRADIENT_##kind(BACKWARD1(name, gradient))
#define MAP2(name, kind, params, keep, domain, doc, expression, gradient_a, gradient_b) \
  GRADIENT_##kind(BACKWARD2(name, gradient_a, gradient_b))
#include "pointwise.def"
#undef MAP1
#undef MAP2

#define DESCRIPTOR(op, KIND, PARAMS, KEEP, DOMAIN, DOC, FLAGS) \
  nn_op nn__op_##op = {.name = #op,                            \
                       .params = PARAMS,                       \
                       .group = "pointwise",                   \
                       .doc = DOC,                             \
                       .domain = DOMAIN,                       \
                       .cannot = NULL,                         \
                       .keep = KEEP,                           \
                       .flags = FLAGS,                         \
                       .map = NN_MAP_##op,                     \
                       .kind = NN_KIND_##KIND,                 \
                       .check = nn__check_pointwise,           \
                       .forward = nn__forward_pointwise,       \
                       GRADIENT_##KIND(.backward = op##_backward)};

#define MAP1(name, kind, params, keep, domain, doc, expression, gradient) \
  DESCRIPTOR(name, kind, params, keep, domain, doc, NN_OP_INPLACE)
#define MAP2(name, kind, params, keep, domain, doc, expression, gradient_a, gradient_b) \
  DESCRIPTOR(name, kind, params, keep, domain, doc, NN_OP_INPLACE)
#define INNER1(name, kind, params, keep, domain, doc, expression, gradient) \
  DESCRIPTOR(name, kind, params, keep, domain, doc, NN_OP_HIDDEN)
#define INNER2(name, kind, params, keep, domain, doc, expression, gradient_a, gradient_b) \
  DESCRIPTOR(name, kind, params, keep, domain, doc, NN_OP_HIDDEN)
#include "pointwise.def"
