/* Matrix products: C = [C +] A B, with what usually follows a product folded into its stores.
 *
 * They run on kernels of nnlua's own (kernels/gemm.c), but large ones on BLIS (blas.c) where there
 * is no AVX-512. Each element's sum is taken in an order that depends on the sizes and strides
 * alone: the result has the same bits with any number of threads and at any address. */
#ifndef NN_GEMM_H
#define NN_GEMM_H

#include <stdbool.h>
#include <stdint.h>

enum nn__gemm_type { NN_GEMM_F32, NN_GEMM_F64 };

/* Where k is at most this, an element of C is written but once, after its gate has been read. */
enum { NN_GEMM_STEPS = 256 };

/* A is (m, k), B is (k, n), C is (m, n). Strides count elements; for A and B any are allowed, so
 * a transposed, sliced or broadcast (stride 0) matrix needs no copy. C overlaps neither, but may be
 * the gate where k is at most NN_GEMM_STEPS. */
struct nn__gemm {
  enum nn__gemm_type type;
  int64_t m, n, k; /* any may be 0; k = 0 is a sum of nothing, 0 */
  const void *a;
  int64_t a_row, a_col;
  const void *b;
  int64_t b_row, b_col;
  void *c;
  int64_t c_row;    /* C's columns are contiguous */
  bool accumulate;  /* add to what C holds; otherwise C may hold anything, even NaN */
  const void *bias; /* NULL, or n values to add to every row */
  bool relu;        /* then max(0, .), where NaN stays NaN */
  const void *gate; /* NULL, or (m, n): then 0 wherever gate <= 0, which is relu's gradient */
  int64_t gate_row; /* its columns are contiguous */
  int threads;      /* may use up to so many */
  const volatile int *stop; /* NULL, or: return early, C undefined, once this is not 0 */
};

void nn__gemm(const struct nn__gemm *p);

/* The rows i.., columns j.. and steps l.. of a product, as a product: its m, n and k are given.
 * Summands l > 0 accumulate; what follows the sum is left to the part with the last of them. */
struct nn__gemm nn__gemm_part(const struct nn__gemm *p, int64_t i, int64_t m, int64_t j, int64_t n,
                              int64_t l, int64_t k);

/* How the sums are taken, on which their bits depend, and whether of the transposes; see
 * kernels/gemm_real.h. */
enum nn__gemm_way { NN_GEMM_OUTER, NN_GEMM_ROW, NN_GEMM_DOT, NN_GEMM_QUAD, NN_GEMM_WAYS };

struct nn__gemm_plan {
  enum nn__gemm_way way;
  bool flipped;
};

struct nn__perceptron; /* perceptron.h */

/* What an instruction set offers, indexed by nn__gemm_type: `plan` finds the best way for a
 * product; `run` does a product, or a part of the one that was planned for, on this thread;
 * `finish` adds the `count` matrices (m, n) that lie one behind the other at `terms` to C, and does
 * what follows the sum.
 *
 * Those of perceptron.h: `perceptron` makes rows first .. last - 1 of y and h; `perceptron_sums`
 * sets sums to what those rows add to the gradients; `perceptron_finish` makes the gradients of
 * sums, to which it adds more, unless that is NULL. */
struct nn__gemm_kernels {
  struct nn__gemm_plan (*plan[2])(const struct nn__gemm *p);
  void (*run[2])(const struct nn__gemm *p, struct nn__gemm_plan plan);
  void (*finish[2])(const struct nn__gemm *p, const void *terms, int count);
  void (*perceptron[2])(const struct nn__perceptron *p, int64_t first, int64_t last);
  void (*perceptron_sums[2])(const struct nn__perceptron *p, int64_t first, int64_t last,
                             void *sums);
  void (*perceptron_finish[2])(const struct nn__perceptron *p, void *sums, const void *more);
};

#endif
