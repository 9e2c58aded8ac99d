/* Elementary functions for kernels: static inline C without branches, so that gcc and clang turn a
 * loop of them over an array into vector code of whatever instruction set is being compiled. (libm
 * costs a call per element.) The same argument gives the same bits at every place in an array.
 *
 * Include this before `real` is defined. nn_exp(x) and so on choose by type between nn_exp_f32 and
 * nn_exp_f64. Zeros, infinities, NaN, denormals, overflow and underflow come out as in libm; errno
 * and the exception flags are not kept. Largest errors in ULP, on every instruction set, held by
 * spec/c/test_vmath.c:
 *
 *          exp  expm1  log  log1p  tanh  sigmoid  softplus  erf  sin  cos
 *   float  1.2  2.0    1.0  1.2    3.0   2.5      2.0       2.5  2.0  2.0
 *   double 1.2  2.5    1.0  1.2    3.0   2.5      2.0       3.0  (libm's)
 *
 * The coefficients are minimax polynomials by Sollya's fpminimax and remez (relative error), for
 *   EXP  (expm1(r) - r) / r^2 on |r| <= ln2/2
 *   LOG  (log((1+s)/(1-s)) - 2s) / s^3 in s^2, |s| <= 3 - sqrt(8)
 *   ERF  -log(erfc x)/x - 1 on [0, ERF_HIGH], weighted by x erfc(x) / erf(x), its share in erf
 *   sine, cosine  (sin r - r) / r^3 and (cos r - 1) / r^2, in r^2, |r| <= pi/4 */
#ifndef NN_KERNELS_VMATH_H
#define NN_KERNELS_VMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* What vmath_real.h needs to know of a type:
 *   C(x)            the constant x, rounded to it
 *   MANTISSA, BIAS  of its format
 *   ROUND, INTEGER  what added to a (signed, non-negative) number leaves an integer in its low bits
 *   LN2_HI, LN2_LO  ln2 in two parts, the first so short that its product with an exponent is exact
 *   SMALLEST        the smallest normal number
 *   TINY            2^TINY_LOG2, below which x^2 is nothing next to x
 *   EXP_LOW, EXPM1_LOW   below these, exp gives 0, expm1 -1
 *   ERF_HIGH        from there, erf is 1 */
#define real float
#define BITS uint32_t
#define SIGNED int32_t
#define FN(name) nn_##name##_f32
#define C(x) x##f
#define ABS fabsf
#define COPYSIGN copysignf
#define FUSED fmaf
#define MANTISSA 23
#define BIAS 127
#define ROUND 0x1.8p23f
#define INTEGER 0x1p23f
#define LN2_HI 0x1.62e4p-1f
#define LN2_LO 0x1.7f7d1cp-20f
#define SMALLEST 0x1p-126f
#define TINY 0x1p-25f
#define TINY_LOG2 -25
#define EXP_LOW -104
#define EXPM1_LOW -18
#define ERF_HIGH 4
#define EXP_COEFS 0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555718p-5f, 0x1.1227b8p-7f, 0x1.6b7182p-10f
#define LOG_COEFS 0x1.55557ap-1f, 0x1.995ec6p-2f, 0x1.31e364p-2f
#define ERF_COEFS                                                                    \
  0x1.06eba8p-3f, 0x1.45f2fap-1f, 0x1.a4fa5ep-4f, -0x1.39cdc6p-6f, -0x1.505fbep-13f, \
      0x1.b5004ap-10f, -0x1.4bc9e4p-11f, 0x1.ed6c48p-14f, -0x1.3696a6p-17f
#include "vmath_real.h"

#define real double
#define BITS uint64_t
#define SIGNED int64_t
#define FN(name) nn_##name##_f64
#define C(x) x
#define ABS fabs
#define COPYSIGN copysign
#define FUSED fma
#define MANTISSA 52
#define BIAS 1023
#define ROUND 0x1.8p52
#define INTEGER 0x1p52
#define LN2_HI 0x1.62e42fefa38p-1
#define LN2_LO 0x1.ef35793c7673p-45
#define SMALLEST 0x1p-1022
#define TINY 0x1p-54
#define TINY_LOG2 -54
#define EXP_LOW -746
#define EXPM1_LOW -38
#define ERF_HIGH 6
#define EXP_COEFS                                                                                 \
  0x1.0000000000005p-1, 0x1.555555555553ap-3, 0x1.55555555520e5p-5, 0x1.1111111118c58p-7,         \
      0x1.6c16c17f3e4e3p-10, 0x1.a01a01768e126p-13, 0x1.a019a66922029p-16, 0x1.71de84037392cp-19, \
      0x1.28a2cf34e6293p-22, 0x1.ae7313d6bf67p-26
#define LOG_COEFS                                                                         \
  0x1.5555555555593p-1, 0x1.999999997f9d5p-2, 0x1.249249422e16ap-2, 0x1.c71c51d340c33p-3, \
      0x1.74664ae762abdp-3, 0x1.39a06f2a26d83p-3, 0x1.2f1344d3003e9p-3
#define ERF_COEFS                                                                                  \
  0x1.06eba8214db66p-3, 0x1.45f306dc9c993p-1, 0x1.a4f4e2a19398ap-4, -0x1.396685884a64cp-6,         \
      -0x1.b6b6d58cba37dp-13, 0x1.bca6c3077774cp-10, -0x1.35682a32441fap-11,                       \
      0x1.b374ca7b8effcp-16, 0x1.0da6dd42f2ee4p-14, -0x1.ebf798c066c64p-16, 0x1.7740c9629aa1ap-19, \
      0x1.de71fa147ad2ep-19, -0x1.461f6d556a273p-19, 0x1.ca5612045ac3p-21, -0x1.75dcf8f4ef1e8p-23, \
      0x1.1f9a31202b5d6p-27, 0x1.0b6cdd35a8eb5p-27, -0x1.b165302abc2ebp-29, 0x1.7677cc81e1a2ep-31, \
      -0x1.a3fa0d6827a0fp-34, 0x1.32e11471cdc62p-37, -0x1.0bb576a3aa71bp-41, 0x1.a9338830c7df4p-47
#include "vmath_real.h"

/* --- sine and cosine ----------------------------------------------------------------------- */

/* r and the return value n such that x = (4 i + n) pi/2 + r for an integer i, |r| <= pi/4, for
 * all finite x >= 0; r is good for x >= 1/2 (M. Payne, R. Hanek, "Radian reduction for
 * trigonometric functions", SIGNUM Newsletter 18, 1983). x = m 2^(e - 150), so m times 96 bits of
 * 2/pi, the first of which weighs 2^(151 - e), gives x / (pi/2) modulo 4 in 64 bits: two
 * of an integer, and a fraction. (double) of an integer of 64 bits is slow before AVX-512, so its
 * halves are converted by hand. */
static inline uint32_t nn_reduce_f32(float x, float *r) {
  static const uint64_t two_over_pi[] = {
      /* at [i], the 64 bits that begin with the one that weighs 2^(159 - 32 i) */
      0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000,
      0x00000000a2f9836e, 0xa2f9836e4e441529, 0x4e441529fc2757d1, 0xfc2757d1f534ddc0,
      0xf534ddc0db629599, 0xdb6295993c439041, 0x3c439041fe5163ab,
  };
  uint64_t b = nn_bits_f32(x), m = (b & 0x7fffff) | 0x800000;
  uint64_t offset = (b >> 23) + 8, shift = offset & 31;
  int64_t i = (int64_t)(offset >> 5);
  uint64_t high = two_over_pi[i] << shift | two_over_pi[i + 1] << shift >> 32;
  uint64_t turns = m * high + (m * (two_over_pi[i + 2] << shift >> 32) >> 32);
  uint64_t fraction = (turns << 2) ^ (uint64_t)1 << 63; /* in [-1/2, 1/2), plus 1/2 */
  const uint64_t integer = 0x4330000000000000;          /* 2^52, whose last bit weighs 1 */
  double upper = nn_from_bits_f64(integer | fraction >> 32) - (0x1p52 + 0x1p31);
  double lower = nn_from_bits_f64(integer | (fraction & 0xffffffff)) - 0x1p52;
  *r = (float)((upper * 0x1p32 + lower) * (0x1.921fb54442d18p0 * 0x1p-64));
  return (uint32_t)((turns + ((uint64_t)1 << 61)) >> 62);
}

/* sin(|x| + shift pi/2): polynomials for the sine and the cosine of r, one of which is chosen. */
static inline float nn_sin_shifted_f32(float x, uint32_t shift) {
  float a = fabsf(x), r;
  uint32_t n = nn_reduce_f32(a, &r) + shift;
  r = a < 0.5f ? a : r;
  static const float sine[] = {-0x1.555546p-3f, 0x1.110776p-7f, -0x1.9952dap-13f};
  static const float cosine[] = {-0.5f, 0x1.55554ap-5f, -0x1.6c0c28p-10f, 0x1.99e818p-16f};
  float z = r * r;
  float s = nn_mul_add_f32(r * z, nn_poly_f32(sine, COUNT(sine), z), r);
  float c = nn_mul_add_f32(z, nn_poly_f32(cosine, COUNT(cosine), z), 1);
  float y = n & 1 ? c : s;
  y = n & 2 ? -y : y;
  return a < INFINITY ? y : NAN;
}

static inline float nn_cos_f32(float x) { return nn_sin_shifted_f32(x, 1); }
static inline float nn_sin_f32(float x) {
  float y = nn_sin_shifted_f32(x, 0);
  return nn_bits_f32(x) >> 31 ? -y : y;
}

static inline double nn_sin_f64(double x) { return sin(x); }
static inline double nn_cos_f64(double x) { return cos(x); }

/* --- by type ------------------------------------------------------------------------------- */

#define NN_BY_TYPE(name, x) _Generic((x), float : nn_##name##_f32, double : nn_##name##_f64)(x)
#define nn_exp(x) NN_BY_TYPE(exp, x)
#define nn_expm1(x) NN_BY_TYPE(expm1, x)
#define nn_log(x) NN_BY_TYPE(log, x)
#define nn_log1p(x) NN_BY_TYPE(log1p, x)
#define nn_tanh(x) NN_BY_TYPE(tanh, x)
#define nn_sigmoid(x) NN_BY_TYPE(sigmoid, x)
#define nn_softplus(x) NN_BY_TYPE(softplus, x)
#define nn_erf(x) NN_BY_TYPE(erf, x)
#define nn_sin(x) NN_BY_TYPE(sin, x)
#define nn_cos(x) NN_BY_TYPE(cos, x)

#undef COUNT

#endif
