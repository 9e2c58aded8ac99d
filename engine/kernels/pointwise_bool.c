/* Pointwise kernels for bool, see pointwise_loops.h. */
#define T uint8_t
#define TABLE maps_bool
#define t_from(d) number_u8(d)

#define IF_SAME(code)
#define PICK_SAME(f) NULL
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
