/* Matrix products on one thread, for small and skinny shapes: gemm_real.h, for float and double.
 * Here is what they need to know of the machine. */
#include "kernels/isa.h"

#include "gemm.h"
#include "perceptron.h"

#include <stdlib.h>
#include <string.h>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#pragma GCC diagnostic ignored "-Wpsabi" /* no vector leaves this file */

/* A vector is as wide as a register. A tile of C is kept in registers while its sums are taken:
 * ROWS x VECS vectors, which leaves some for a row of B and one for an element of A. A tile of one
 * vector has more rows, or else it would wait for its additions. Where k is SHALLOW, tiles of 4
 * rows are 10 to 20 % faster than those of 6: fewer stores at once. Dot products are taken of DOTS
 * rows with 4 columns. DEEP_ROWS: see DEEP. */
#if defined(__AVX512F__)
enum { BYTES = 64, ROWS = 6, VECS = 4, DOTS = 4, DEEP_ROWS = 96 };
#elif defined(__AVX__)
enum { BYTES = 32, ROWS = 4, VECS = 3, DOTS = 2, DEEP_ROWS = 40 };
#else
enum { BYTES = 16, ROWS = 4, VECS = 3, DOTS = 2, DEEP_ROWS = 96 };
#endif
enum { MOST_ROWS = 6, SHALLOW = 32, SHALLOW_ROWS = 4 };

/* So many steps of k are taken at a time, that the vectors of B they need (at most 64 KB) stay in
 * the caches and fit on the stack. */
enum { STEPS = NN_GEMM_STEPS, SCRATCH = BYTES * VECS * STEPS };

/* Where B is worth packing whole: rows of A that are packed with it at a time. So many make it
 * worth packing a panel of B; where that has DEEP steps, DEEP_ROWS do: with AVX2 it would not fit
 * the first cache unpacked, as parts of its cache lines are other panels'. */
enum { BLOCK_ROWS = 96, DEEP = STEPS / 2 };

/* So many rows of sums wait, at most 16 KB, to be scattered. */
enum { CHUNK = 64 };

/* Rows of the batch in a tile of the hidden layer, in perceptron_real.h. */
enum { PAIR_ROWS = 4 };

/* Vectors loaded or stored in part: with masks (64 x 100 x 10 in 1.9 us), or else by memcpy. */
#if defined(__AVX512F__)
#define MASKS 1
#define FIRST(n) ((1u << (n)) - 1)
#define LOAD_MASKED_F32(first, p) _mm512_maskz_loadu_ps((__mmask16)(first), p)
#define LOAD_MASKED_F64(first, p) _mm512_maskz_loadu_pd((__mmask8)(first), p)
#define STORE_MASKED_F32(p, first, x) _mm512_mask_storeu_ps(p, (__mmask16)(first), x)
#define STORE_MASKED_F64(p, first, x) _mm512_mask_storeu_pd(p, (__mmask8)(first), x)
#else
#define MASKS 0
#endif

/* Whether the last vector of a panel is done by half, where that will do: a Zen 4 multiplies two
 * halves in the time of one vector. NARROW is the first half of a vector, WIDEN a vector with such
 * a half; its other one may be anything. */
#if defined(__AVX512F__)
#define HALVES 1
#define WIDEN_F32(x) ((vec)_mm512_castps256_ps512((__m256)(x)))
#define WIDEN_F64(x) ((vec)_mm512_castpd256_pd512((__m256d)(x)))
#define NARROW_F32(x) ((half)_mm512_castps512_ps256((__m512)(x)))
#define NARROW_F64(x) ((half)_mm512_castpd512_pd256((__m512d)(x)))
#else
#define HALVES 0
#define WIDEN_F32(x) ((vec){0})
#define WIDEN_F64 WIDEN_F32
#define NARROW_F32(x) ((half){0})
#define NARROW_F64 NARROW_F32
#endif

/* What is done of the last vector of a panel: all of it, half, or what is less than a vector and
 * all there is. */
enum end { WHOLE, HALF, PART };

/* The four elements at p repeated in a vector, where it holds eight or more. */
#if defined(__AVX512F__)
#define REPEAT_F32(p) ((vec)_mm512_broadcast_f32x4(_mm_loadu_ps(p)))
#define REPEAT_F64(p) ((vec)_mm512_broadcast_f64x4(_mm256_loadu_pd(p)))
#elif defined(__AVX__)
#define REPEAT_F32(p) ((vec)_mm256_broadcast_ps((const __m128 *)(p)))
#endif

/* For sums of lanes: of two vectors, in each block of 16 bytes, the first and the second half of
 * the elements; and the even and the odd blocks. For quads, the even and the odd lanes. */
#if defined(__AVX512F__)
#define FLOATS_LOW 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define FLOATS_HIGH 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#define DOUBLES_LOW 0, 8, 2, 10, 4, 12, 6, 14
#define DOUBLES_HIGH 1, 9, 3, 11, 5, 13, 7, 15
#define BLOCKS_LOW 0, 1, 4, 5, 8, 9, 12, 13
#define BLOCKS_HIGH 2, 3, 6, 7, 10, 11, 14, 15
#define PAIRS_LOW_F32 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define PAIRS_HIGH_F32 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define PAIRS_LOW_F64 0, 2, 4, 6, 8, 10, 12, 14
#define PAIRS_HIGH_F64 1, 3, 5, 7, 9, 11, 13, 15
#elif defined(__AVX__)
#define FLOATS_LOW 0, 8, 1, 9, 4, 12, 5, 13
#define FLOATS_HIGH 2, 10, 3, 11, 6, 14, 7, 15
#define DOUBLES_LOW 0, 4, 2, 6
#define DOUBLES_HIGH 1, 5, 3, 7
#define BLOCKS_LOW 0, 1, 4, 5
#define BLOCKS_HIGH 2, 3, 6, 7
#define PAIRS_LOW_F32 0, 2, 4, 6, 8, 10, 12, 14
#define PAIRS_HIGH_F32 1, 3, 5, 7, 9, 11, 13, 15
#else
#define FLOATS_LOW 0, 4, 1, 5
#define FLOATS_HIGH 2, 6, 3, 7
#define DOUBLES_LOW 0, 2
#define DOUBLES_HIGH 1, 3
#endif

#define INLINE static inline __attribute__((always_inline))
#define INTERLEAVE(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)

#define ZERO_WHERE(where, x) ((__typeof__(x))(~(where) & (__typeof__(where))(x)))

/* x, but 0 where h is 0, for h that is 0, positive or NaN. With AVX-512 a comparison takes the
 * place of a multiplication, on the Zen 4; negating and shifting as integers does not. */
#if defined(__AVX512F__)
#define ZERO_WHERE_ZERO(h, x) \
  ((vec)(-((mask)(h)&ABSOLUTE) >> (8 * (int)sizeof(real) - 1) & (mask)(x)))
#else
#define ZERO_WHERE_ZERO(h, x) ZERO_WHERE((h) <= 0, x)
#endif

/* max(0, x), where NaN stays NaN: of the instruction for maxima, the second argument. */
#if defined(__AVX512F__)
#define RELU_F32(x) ((vec)_mm512_max_ps(_mm512_setzero_ps(), (__m512)(x)))
#define RELU_F64(x) ((vec)_mm512_max_pd(_mm512_setzero_pd(), (__m512d)(x)))
#elif defined(__AVX__)
#define RELU_F32(x) ((vec)_mm256_max_ps(_mm256_setzero_ps(), (__m256)(x)))
#define RELU_F64(x) ((vec)_mm256_max_pd(_mm256_setzero_pd(), (__m256d)(x)))
#else
#define RELU_F32(x) ZERO_WHERE((x) < 0, x)
#define RELU_F64 RELU_F32
#endif

/* A loop that must be unrolled, for arrays of vectors to become registers. */
#if defined(__clang__)
#define FOR(i, n) _Pragma("clang loop unroll(full)") for (int i = 0; i < (n); i++)
#else
#define FOR(i, n) _Pragma("GCC unroll 16") for (int i = 0; i < (n); i++)
#endif

/* Before a loop whose counting would take a fifth of its instructions. (With sanitizers, compiling
 * it would take minutes.) */
#if defined(__SANITIZE_ADDRESS__)
#define TWICE
#elif defined(__clang__)
#define TWICE _Pragma("clang loop unroll_count(2)")
#else
#define TWICE _Pragma("GCC unroll 2")
#endif

/* The compiler would keep a pointer for each row of a tile, most of them in memory. */
#define FORGET(pointer) __asm__("" : "+r"(pointer))

/* A case of a switch that makes sizes constant. */
#define CASE(value, run) \
  case value:            \
    run;                 \
    break;

typedef float floats __attribute__((vector_size(BYTES)));
typedef double doubles __attribute__((vector_size(BYTES)));

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

#define real float
#define lane int32_t
#define ABSOLUTE INT32_MAX
#ifdef REPEAT_F32
#define REPEAT REPEAT_F32
#define PAIRS_LOW PAIRS_LOW_F32
#define PAIRS_HIGH PAIRS_HIGH_F32
#endif
#define RELU RELU_F32
#define WIDEN WIDEN_F32
#define NARROW NARROW_F32
#define LOAD_MASKED LOAD_MASKED_F32
#define STORE_MASKED STORE_MASKED_F32
#define F(name) name##_f32
#include "kernels/gemm_real.h"
#undef real
#undef lane
#undef ABSOLUTE
#undef REPEAT
#undef PAIRS_LOW
#undef PAIRS_HIGH
#undef RELU
#undef WIDEN
#undef NARROW
#undef LOAD_MASKED
#undef STORE_MASKED
#undef F

#define real double
#define lane int64_t
#define ABSOLUTE INT64_MAX
#ifdef REPEAT_F64
#define REPEAT REPEAT_F64
#define PAIRS_LOW PAIRS_LOW_F64
#define PAIRS_HIGH PAIRS_HIGH_F64
#endif
#define RELU RELU_F64
#define WIDEN WIDEN_F64
#define NARROW NARROW_F64
#define LOAD_MASKED LOAD_MASKED_F64
#define STORE_MASKED STORE_MASKED_F64
#define F(name) name##_f64
#include "kernels/gemm_real.h"

extern const struct nn__gemm_kernels NN_KERNEL(gemm_kernels);
const struct nn__gemm_kernels NN_KERNEL(gemm_kernels) = {
    .plan = {plan_f32, plan_f64},
    .run = {run_f32, run_f64},
    .finish = {finish_f32, finish_f64},
    .perceptron = {perceptron_f32, perceptron_f64},
    .perceptron_sums = {perceptron_sums_f32, perceptron_sums_f64},
    .perceptron_finish = {perceptron_finish_f32, perceptron_finish_f64},
};
