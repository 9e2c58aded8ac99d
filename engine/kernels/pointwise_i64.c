/* Pointwise kernels for int64, see pointwise_loops.h. */
#define T int64_t
#define TABLE maps_i64
#define t_from(d) number_i64(d)

#define IF_SAME(code) code
#define PICK_SAME(f) f
#define IF_ANY(code) code
#define PICK_ANY(f) f
#define IF_FLOAT(code)
#define PICK_FLOAT(f) NULL
#define IF_REAL(code)
#define PICK_REAL(f) NULL
#define IF_BITS(code) code
#define PICK_BITS(f) f
#define IF_COMPARE(code) code
#define PICK_COMPARE(f) f

#include "kernels/pointwise_loops.h"
