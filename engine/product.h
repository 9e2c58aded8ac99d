/* Products of tensors: from their layouts to the kernels in gemm.h. */
#ifndef NN_PRODUCT_H
#define NN_PRODUCT_H

#include "gemm.h"
#include "op.h"

/* A matrix in memory, (m, n), to be multiplied. */
struct nn__factor {
  const nn_tensor *of; /* whose elements these are; NULL: nobody's */
  char *data;
  int64_t m, n, row, col; /* sizes and strides */
};

/* The last two dimensions of t, of its first matrix where it is a batch. */
struct nn__factor nn__factor_of(const nn_tensor *t);

static inline struct nn__factor nn__turned(struct nn__factor a) {
  return (struct nn__factor){a.of, a.data, a.n, a.m, a.col, a.row};
}

/* C = A B, with C's rows one after the other. */
struct nn__gemm nn__product(struct nn__factor a, struct nn__factor b, void *c);

/* Runs it, on the context's threads; fails only where it was interrupted. */
nn_status nn__run_product(nn_ctx *ctx, nn_dtype dtype, struct nn__gemm *p);

/* The gradient of argument i is A B, of its element type, where no graph of that is wanted. A
 * leaf's grows in place. Argument 0 comes last: where it is a relu's result, its gradient passes
 * the relu in the same pass over memory, and may take the place of that result. */
void nn__give_product(nn__grad *b, int i, struct nn__factor x, struct nn__factor y);

/* Whether `perceptron` takes these, an input and the weights and biases of two layers, and is the
 * better way. */
bool nn__takes_perceptron(nn_tensor *const t[5]);

/* Proves that the first two arguments are numbers of one dtype, which becomes the result's. */
nn_status nn__check_product_dtype(nn__call *c);

#endif
