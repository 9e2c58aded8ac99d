/* The hand-over of large products to BLIS, of which three habits have to be known:
 *
 * - It aborts the process when its malloc fails, where strides are not those of a matrix, and where
 *   it is asked for its kernels before it has been started.
 * - Version 0.9.0 cannot tell how many units a Xeon has for AVX-512 and falls back to AVX2, and it
 *   does not know Zen 5. Its kernels for AVX-512 reach 63 to 70 % of a Xeon's peak, ours 76 to 82;
 *   those for a Zen 4 80 to 84 %, ours 87: with AVX-512 no product is for BLIS.
 * - Where m, n or k is below a few hundred it multiplies without packing, at 60 GFLOP/s instead of
 *   100 when rows lie 4 KB apart. We take such products ourselves, or hand over parts of larger
 *   ones (gemm.c), each on one thread: so packing is always worth it.
 */
#include "blas.h"

#include "cpu.h"

#include <blis.h>
#include <pthread.h>
#include <stdlib.h>

/* No thread's blocks of packed A and B are larger than this in any of BLIS's kernel families. */
enum { POOL_BYTES = 24 << 20 };

static void start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, bli_init);
}

const char *nn__blas_kernels(void) {
  start();
  return bli_arch_string(bli_arch_query_id());
}

static bool is_matrix(int64_t rows, int64_t cols, int64_t row, int64_t col) {
  return (col == 1 && row >= cols) || (row == 1 && col >= rows);
}

bool nn__blas_takes(const struct nn__gemm *p, int threads) {
  if (nn__isa_has_avx512() || p->gate == p->c || !is_matrix(p->m, p->k, p->a_row, p->a_col) ||
      !is_matrix(p->k, p->n, p->b_row, p->b_col) || !is_matrix(p->m, p->n, p->c_row, 1))
    return false;
  void *probe = malloc((size_t)threads * POOL_BYTES);
  free(probe);
  return probe != NULL;
}

void nn__blas_run(const struct nn__gemm *p) {
  start();
  void *a = (void *)p->a, *b = (void *)p->b;
  rntm_t alone = BLIS_RNTM_INITIALIZER;
  bli_rntm_set_num_threads(1, &alone);
  bli_rntm_disable_l3_sup(&alone); /* "small/unpacked matrices" */
  if (p->type == NN_GEMM_F32) {
    float one = 1, beta = p->accumulate;
    bli_sgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, p->m, p->n, p->k, &one, a, p->a_row,
                 p->a_col, b, p->b_row, p->b_col, &beta, p->c, p->c_row, 1, NULL, &alone);
  } else {
    double one = 1, beta = p->accumulate;
    bli_dgemm_ex(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, p->m, p->n, p->k, &one, a, p->a_row,
                 p->a_col, b, p->b_row, p->b_col, &beta, p->c, p->c_row, 1, NULL, &alone);
  }
}
