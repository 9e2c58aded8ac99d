/* The hand-over of large products to BLIS. */
#ifndef NN_BLAS_H
#define NN_BLAS_H

#include "gemm.h"

/* Whether BLIS can take this product, on that many threads at once, without a risk. */
bool nn__blas_takes(const struct nn__gemm *p, int threads);

/* The product on this thread alone, without what follows the sum. */
void nn__blas_run(const struct nn__gemm *p);

/* The name of the kernels that BLIS runs: "skx", "haswell", … */
const char *nn__blas_kernels(void);

#endif
