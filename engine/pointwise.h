/* Pointwise operations: y[i] = f(a[i], b[i], …) with broadcasting. pointwise.def holds one row for
 * each; the kernels (kernels/pointwise_*.c) and the descriptors (ops/pointwise.c) are made from it.
 */
#ifndef NN_POINTWISE_H
#define NN_POINTWISE_H

#include "op.h"

/* How the result's element type follows from the arguments', and which kernels there are. */
enum nn__kind {
  NN_KIND_NONE,    /* not a pointwise operation */
  NN_KIND_SAME,    /* the promoted type; float32, float64, int64 */
  NN_KIND_ANY,     /* the promoted type, bool too */
  NN_KIND_FIRST,   /* the type of the first argument */
  NN_KIND_FLOAT,   /* the promoted type, integers become float32 */
  NN_KIND_BITS,    /* int64 and bool */
  NN_KIND_DIVIDE,  /* as SAME; dividing integers by 0 is an error */
  NN_KIND_POWER,   /* as SAME; an integer to a negative number is an error */
  NN_KIND_COMPARE, /* bool, from the promoted type */
  NN_KIND_REAL,    /* float32 and float64 alone: others are an error */
  NN_KIND_PLACES,  /* not pointwise, but writes straight into the target of a change in place */
};

enum nn__map_id {
#define MAP1(name, ...) NN_MAP_##name,
#define MAP2(name, ...) NN_MAP_##name,
#include "pointwise.def"
#undef MAP1
#undef MAP2
  NN_MAP_COUNT
};

/* Computes n elements: p[0] is the result, p[1] … the arguments, each with a stride in elements;
 * k holds the operation's numbers. */
typedef void nn__map(int64_t n, char *const *p, const int64_t *stride, const double *k);

struct nn__maps {
  nn__map *map[NN_MAP_COUNT]; /* NULL where there is no kernel for the element type */
};

/* convert[a][b] copies elements of type a into elements of type b. */
struct nn__converts {
  nn__map *convert[NN_DTYPE_COUNT][NN_DTYPE_COUNT];
};

enum { NN__MAX_OPERANDS = 4 };

/* Walks `count` operands of element sizes size[] together over a shape, the last dimension inside
 * `map`; on several threads where the work is worth it. `map` writes each element of operand 0 it
 * is given, and no other. NN_ESTOP when the caller's flag ended it early. */
nn_status nn__map_over(nn_ctx *ctx, int ndim, const int64_t *shape, int count, char *const *data,
                       const int64_t (*stride)[NN_MAX_DIMS], const size_t *size, nn__map *map,
                       const double *k);

/* The same on one thread, element after element: for maps that write to a place more than once. */
void nn__map_in_order(int ndim, const int64_t *shape, int count, char *const *data,
                      const int64_t (*stride)[NN_MAX_DIMS], const size_t *size, nn__map *map,
                      const double *k);

/* One element of any type. */
union nn__element {
  float f32;
  double f64;
  int64_t i64;
  uint8_t u8;
};

/* A number argument as an element of that type. */
void nn__set_element(union nn__element *e, const nn_arg *a, nn_dtype dtype);

/* Everything that one call hands to nn__map_over; operand 0 is the result. */
struct nn__operands {
  int count;
  char *data[NN__MAX_OPERANDS];
  int64_t stride[NN__MAX_OPERANDS][NN_MAX_DIMS];
  size_t size[NN__MAX_OPERANDS];
  union nn__element number[NN__MAX_OPERANDS]; /* the place of an operand that is a number */
  nn_tensor *made[NN__MAX_OPERANDS];          /* converted copies, to release */
};

/* Starts with the result; adds an argument, broadcast to it and converted; runs `map` over all of
 * them if `status` is NN_OK, and releases the copies. The last returns the status. */
void nn__open_operands(const nn__call *c, struct nn__operands *o);
nn_status nn__add_operand(const nn__call *c, struct nn__operands *o, const nn_arg *a,
                          nn_dtype dtype);
nn_status nn__map_operands(nn__call *c, struct nn__operands *o, nn_status status, nn__map *map,
                           const double *k);

/* Sets meta[0]'s shape to what the tensors among the first n arguments broadcast to. */
nn_status nn__check_broadcast(nn__call *c, int n);

/* The check and forward of every pointwise operation. */
nn_status nn__check_pointwise(nn__call *c);
nn_status nn__forward_pointwise(nn__call *c);

/* The element type that the arguments of a call are computed in. */
nn_dtype nn__promoted(const nn__call *c);

/* Copies the elements of `from` (broadcast, converted) into those of `to`. */
nn_status nn__copy_elements(nn_tensor *to, const nn_tensor *from);

/* A new tensor m with the elements of t; NULL where there is no memory or the work was stopped. */
nn_tensor *nn__copied(const nn_tensor *t, const nn__meta *m);

/* `t` itself, or a converted copy of it (*made) where its type differs; NULL as above. */
const nn_tensor *nn__converted(const nn_tensor *t, nn_dtype dtype, nn_tensor **made);

/* The same, with the elements next to each other in their order. */
const nn_tensor *nn__contiguous(const nn_tensor *t, nn_dtype dtype, nn_tensor **made);

#endif
