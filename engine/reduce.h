/* Reductions: folding the elements of some dimensions into one accumulator for each output.
 *
 * An accumulator is one to three cells of 8 bytes, so that sums of float32 are taken in double and
 * those of bool in int64. A fold knows how to take in elements (in the rows of a matrix, or in its
 * columns, whatever suits the memory) and how to merge two accumulators; the driver in reduce.c
 * cuts the work into pieces whose size follows from the shape alone, so the bits of a result do
 * not depend on the number of threads. */
#ifndef NN_REDUCE_H
#define NN_REDUCE_H

#include "op.h"

typedef union nn__cell {
  double f;
  int64_t i;
} nn__cell;

enum nn__fold_id {
  NN_FOLD_SUM,
  NN_FOLD_PROD,
  NN_FOLD_MAX, /* NaN, where there is one */
  NN_FOLD_MIN,
  NN_FOLD_COUNT,   /* of elements that are not 0 */
  NN_FOLD_ABS,     /* sum of |x| */
  NN_FOLD_SQUARES, /* sum of x^2 */
  NN_FOLD_POWERS,  /* sum of |x|^p */
  NN_FOLD_MAX_ABS,
  NN_FOLD_MIN_ABS,
  NN_FOLD_MOMENTS,   /* count, mean, sum of squared deviations from it */
  NN_FOLD_LOGSUMEXP, /* maximum m, sum of exp(x - m) */
  NN_FOLD_ARGMAX,    /* the maximum, its first index (-1: none yet) */
  NN_FOLD_ARGMIN,
  NN_FOLD_IDS
};

enum { NN__MAX_CELLS = 3, NN__TILE = 1024 /* accumulators side by side, at most */ };

/* A matrix as a fold sees it: x[i * row_step + j], i < m, j < n. */
struct nn__matrix {
  int64_t m, n, row_step;
  const void *x;
  int64_t at; /* the index of its first row (columns) or column (rows) in the dimension */
  double p;   /* the exponent, for NN_FOLD_POWERS */
};

struct nn__fold {
  int cells;
  bool ordered; /* counts elements, so they must come in their order */
  nn__cell start[NN__MAX_CELLS];
  void (*rows)(const struct nn__matrix *a, nn__cell *acc);    /* acc[i] takes in row i */
  void (*columns)(const struct nn__matrix *a, nn__cell *acc); /* acc[j] takes in column j <= TILE */
  void (*merge)(int64_t n, nn__cell *acc, const nn__cell *next); /* of elements that come after */
};

struct nn__folds {
  struct nn__fold fold[NN_FOLD_IDS][NN_DTYPE_COUNT]; /* no cells: there is none for the type */
  void (*divide)(int64_t n, nn__cell *acc, double by);
};

struct nn__reduce;

/* Makes results of n accumulators, each in its first cell, as a double. */
typedef void nn__finish(const struct nn__reduce *r, int64_t n, nn__cell *acc);

/* Divides them by the number of elements that each has taken in. */
nn__finish nn__finish_mean;

/* One reduction. The results are contiguous, in the order of the dimensions that stay. */
struct nn__reduce {
  const nn_tensor *x;
  unsigned dims; /* bit d: dimension d is folded */
  enum nn__fold_id fold;
  double p;                 /* the exponent; what `finish` makes of it */
  double count;             /* set by nn__reduce: elements for each output */
  nn__finish *finish;       /* NULL: the first cell is the result */
  nn_tensor *value, *index; /* results, either may be NULL */
  int base;                 /* what `index` counts from */
};

/* NN_ENOMEM or NN_ESTOP on failure. */
nn_status nn__reduce(nn_ctx *ctx, struct nn__reduce *r);

/* -- For the operations ---------------------------------------------------------------------- */

/* Reads the arguments `dims` (its place becomes the bit set, an int) and `keepdim`, and sets the
 * shape of the first result, of element type `dtype`. An argument below 0 is not there: all
 * dimensions, none kept. */
nn_status nn__check_reduce(nn__call *c, int dims, int keepdim, nn_dtype dtype);

/* Fails where a dimension to be folded has no element while there are results to compute. */
nn_status nn__check_not_empty(nn__call *c, int dims);

/* The bit set that nn__check_reduce has left at argument `dims`. */
static inline unsigned nn__dims(const nn_arg *arg, int dims) {
  return dims < 0 ? ~0u : (unsigned)arg[dims].v.i;
}

/* For backward, where argument 0 was folded over argument `dims`: `t`, of the shape of the result,
 * with the folded dimensions back as 1; the same repeated to the shape of argument 0; `x` summed
 * over the dimensions, which stay as 1; how many elements each result was made from. */
nn_tensor *nn__unfold(nn__grad *b, nn_tensor *t, int dims);
nn_tensor *nn__spread(nn__grad *b, nn_tensor *t, int dims);
nn_tensor *nn__sum_dims(nn__grad *b, nn_tensor *x, int dims);
double nn__fold_count(const nn__grad *b, int dims);

#endif
