/* What an operation is, and what its parts see of a call.
 *
 * A descriptor (nn_op) stands under its kernels in ops/. It says everything there is to know of
 * the operation; the dispatcher in op.c, the bindings, the reference and the catalogue-driven
 * specs all read it. There are two kinds:
 * - primitive: `check` proves the arguments and sets the result's shape, `forward` computes it,
 *   `backward` gives the gradients, written with other operations (expr.h);
 * - derived: `compose` computes it from other operations, whose gradients then do the rest. */
#ifndef NN_OP_H
#define NN_OP_H

#include "tensor.h"

enum { NN__MAX_ARGS = 12, NN__MAX_OUT = 3 };

/* One running call. */
typedef struct nn__call {
  nn_ctx *ctx;
  const nn_op *op;
  int base;                         /* what int arguments count from */
  nn_arg arg[NN__MAX_ARGS];         /* all of them; check normalises dims to count from 0 */
  nn__meta meta[NN__MAX_OUT];       /* set by check: what to allocate */
  nn_tensor *out[NN__MAX_OUT];      /* the results, allocated before forward */
  const nn_tensor *view_of;         /* set by check through nn__make_view, */
  int64_t view_stride[NN_MAX_DIMS]; /* where out[0] is a view with the shape of meta[0] */
  int64_t view_offset;
  int64_t dims[NN_MAX_DIMS]; /* a list of dimensions, counting from 0, see nn__check_dims */
  nn_dtype dtype;            /* what a pointwise operation computes in, see nn__check_pointwise */
  bool inplace;
} nn__call;

typedef struct nn__scope nn__scope;
typedef struct nn__grad nn__grad;

struct nn_op {
  const char *name;
  const char *key;    /* NULL: the name, which is no other's */
  const char *params; /* "input:tensor dim:dims? keepdim:bool=false" */
  const char *group;  /* the heading in the reference */
  const char *doc;    /* formula, shapes, errors */
  const char *domain; /* for the specs, see docs/design.md */
  const char *cannot; /* for errors: "multiply $1 by $2" */
  const char *keep;   /* what backward reads: arguments, "out" for the last result; "gate": relu */
  unsigned flags;
  int nout; /* 0 means 1 */
  int self; /* which parameter a method's object is: of x:where(condition, y) the second */
  int map;  /* pointwise operations: the kernel, see pointwise.h */
  int kind; /* and how their element type follows from the arguments' */
  nn_status (*check)(nn__call *c);
  nn_status (*forward)(nn__call *c);
  nn_tensor *(*compose)(nn__scope *s, const nn__call *c);
  void (*backward)(nn__grad *b);
  nn_op_info info;           /* parsed from the above at first use */
  const char *backward_name; /* "MulBackward" */
  unsigned keep_args;        /* bit i: argument i, from `keep` */
  bool keep_out;
  bool gated; /* backward begins with nn__gated, see autograd.h */
  bool parsed;
};

/* Every operation is a variable nn__op_<name>, e.g. nn__op_add. */
#define OP(name) extern nn_op nn__op_##name;
#include "ops.def"
#undef OP

/* Fails the call: "mm: cannot multiply 2x3 by 4x5: <why>". */
nn_status nn__why(const nn__call *c, nn_status status, const char *format, ...) NN_PRINTF(3, 4);

/* -- For check ------------------------------------------------------------------------------- */

static inline nn_tensor *nn__in(const nn__call *c, int i) { return c->arg[i].v.t; }

static inline bool nn__given(const nn__call *c, int i) { return c->arg[i].kind != NN_NONE; }

/* An int or number argument as a double. */
static inline double nn__value(const nn_arg *a) {
  return a->kind == NN_INT ? (double)a->v.i : a->kind == NN_FLAG ? (double)a->v.b : a->v.d;
}

/* Turns argument i, a dimension of a tensor of `ndim` dimensions, into 0 … ndim - 1. A 0-d tensor
 * takes the dimensions of a 1-d one. */
nn_status nn__check_dim(nn__call *c, int i, int ndim);

/* Turns argument i, a dimension or a list of them, into a list that counts from 0, and reads it as
 * a bit set; where it is left out, the set holds all. At most one argument of an operation. */
nn_status nn__check_dims(nn__call *c, int i, int ndim, unsigned *set);

/* Turns argument i, an index into a dimension `dim` (from 0) of `size`, into 0 … size - 1. */
nn_status nn__check_index(nn__call *c, int i, int dim, int64_t size);

/* Copies the sizes of argument i into meta[0]'s shape. */
nn_status nn__check_shape(nn__call *c, int i);

/* Reads argument i, the name of a dtype; `otherwise` where it is left out. */
nn_status nn__check_dtype(nn__call *c, int i, nn_dtype otherwise, nn_dtype *dtype);

/* Fails unless argument i is floating, or has the dtype given. */
nn_status nn__check_floating(const nn__call *c, int i);
nn_status nn__check_is(const nn__call *c, int i, nn_dtype dtype);

/* Makes the result a view of `t` with the shape in meta[0]. */
void nn__make_view(nn__call *c, const nn_tensor *t, const int64_t *stride, int64_t offset);

/* Which of the choices of argument i it is, from 0: "mean|sum|none". */
int nn__choice(const nn__call *c, int i);

/* -- For the dispatcher's neighbours --------------------------------------------------------- */

/* nn_run with int arguments that count from `base`; nn_run uses the context's base. */
nn_status nn__run(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n,
                  nn_tensor **out);
nn_status nn__run_inplace(nn_ctx *ctx, const nn_op *op, int base, const nn_arg *args, int n);

/* Parses a descriptor's text at first use; see catalogue.c. */
void nn__op_parse(nn_op *op);

static inline nn_op *nn__op_ready(const nn_op *op) {
  nn_op *o = (nn_op *)op;
  if (!__atomic_load_n(&o->parsed, __ATOMIC_ACQUIRE)) nn__op_parse(o);
  return o;
}

#endif
