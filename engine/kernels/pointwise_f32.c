/* Pointwise kernels for float32, see pointwise_loops.h. */
#define T float
#define TABLE maps_f32
#define t_from(d) number_f32(d)

#define IF_SAME(code) code
#define PICK_SAME(f) f
#define IF_ANY(code) code
#define PICK_ANY(f) f
#define IF_FLOAT(code) code
#define PICK_FLOAT(f) f
#define IF_REAL(code) code
#define PICK_REAL(f) f
#define IF_BITS(code)
#define PICK_BITS(f) NULL
#define IF_COMPARE(code) code
#define PICK_COMPARE(f) f

#include "kernels/pointwise_loops.h"
