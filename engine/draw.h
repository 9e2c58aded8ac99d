/* Drawing tensors of random numbers as PyTorch does: what the operations on them share. */
#ifndef NN_DRAW_H
#define NN_DRAW_H

#include "op.h"
#include "rng.h"

/* Fills a contiguous tensor with draws that one or two numbers describe, mostly bounds. */
typedef nn_status nn__draw_fn(struct nn__rng *r, nn_tensor *t, const nn_arg *number);

/* Of floating tensors: from number[0] to number[1]; of mean number[0] and deviation number[1], as
 * for a tensor that is contiguous, and as for one that is not. Of any tensor: integers from
 * number[0] up to, but not including, number[1]. */
nn__draw_fn nn__draw_uniform, nn__draw_normal, nn__draw_normal_each, nn__draw_integers;

/* Draws into `out` in the order in which the elements of x lie in memory. */
nn_status nn__draw(nn_tensor *out, const nn_tensor *x, struct nn__rng *r, nn__draw_fn *f,
                   const nn_arg *number);

/* Runs `fill` on a tensor of dtype, and converts what it drew to that of t. */
nn_status nn__draw_as(nn_dtype dtype, nn__draw_fn *fill, struct nn__rng *r, nn_tensor *t,
                      const nn_arg *number);

/* The stream of the generator that is argument i, or of the context's. */
struct nn__rng *nn__stream(const nn__call *c, int i);

#endif
