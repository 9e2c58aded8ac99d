/* Products of tensors: from their layouts to the kernels in gemm.h. */
#ifndef NN_PRODUCT_H
#define NN_PRODUCT_H

#include "gemm.h"
#include "op.h"

/* The product of the last two dimensions of a and b into those of y. */
struct nn__gemm nn__product_of(const nn_tensor *a, const nn_tensor *b, const nn_tensor *y);

/* Runs it, on the context's threads; fails only where it was interrupted. */
nn_status nn__run_product(nn_ctx *ctx, nn_dtype dtype, struct nn__gemm *p);

/* Proves that the first two arguments are numbers of one dtype, which becomes the result's. */
nn_status nn__check_product_dtype(nn__call *c);

#endif
