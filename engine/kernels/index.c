/* Choosing elements by mask and by index, for every element type; see index.h. */
#include <string.h>

#include "index.h"
#include "kernels/isa.h"

/* From an index value to a place. */
struct rule {
  int64_t base, size, step;
};

static inline struct rule rule_from(const double *k) {
  return (struct rule){(int64_t)k[0], (int64_t)k[1], (int64_t)k[2]};
}

static inline int64_t place(int64_t v, struct rule r) {
  return (v < 0 ? v + r.size : v - r.base) * r.step;
}

static bool are_inside(int64_t n, const int64_t *v, int64_t low, int64_t base, int64_t last) {
  int64_t outside = 0;
#pragma omp simd reduction(| : outside)
  for (int64_t i = 0; i < n; i++) {
    const int64_t least = v[i] < 0 ? low : base;
    outside |= (int64_t)(v[i] < least) | (int64_t)(v[i] > last);
  }
  return !outside;
}

#define T float
#define NAME(kernel) kernel##_float32
#define ADD(a, b) ((a) + (b))
#define TIMES(alpha, x) ((alpha) * (x))
#include "kernels/index_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(kernel) kernel##_float64
#include "kernels/index_loops.h"
#undef T
#undef NAME
#undef ADD
#undef TIMES

/* int64 wraps around. */
#define T int64_t
#define NAME(kernel) kernel##_int64
#define ADD(a, b) ((int64_t)((uint64_t)(a) + (uint64_t)(b)))
#define TIMES(alpha, x) ((int64_t)((uint64_t)(alpha) * (uint64_t)(x)))
#include "kernels/index_loops.h"
#undef T
#undef NAME
#undef ADD
#undef TIMES

#define T uint8_t
#define NAME(kernel) kernel##_bool
#define ADD(a, b) ((uint8_t)((a) | (b)))
#define TIMES(alpha, x) ((uint8_t)((alpha) & (x)))
#include "kernels/index_loops.h"

#define ROW(kernel) \
  { kernel##_float32, kernel##_float64, kernel##_int64, kernel##_bool }

const struct nn__index_kernels NN_KERNEL(index_kernels) = {.where = ROW(where),
                                                           .gather = ROW(gather),
                                                           .scatter = ROW(scatter),
                                                           .scatter_add = ROW(scatter_add),
                                                           .are_inside = are_inside};
