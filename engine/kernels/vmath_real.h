/* The functions of vmath.h, written once over `real`; vmath.h says what each macro here stands for,
 * and states the errors. No branches, only selects, so that a loop over an array becomes vector
 * code; and integers are unsigned, so that whatever a NaN's bits turn into, nothing is undefined.
 *
 * Two cores serve nearly all: expm1 on [-ln2/2, ln2/2], and log(1+f) on [sqrt(1/2), sqrt(2)].
 * Comparisons are written so that a NaN argument falls through to arithmetic, which keeps it. */

static inline BITS FN(bits)(real x) {
  BITS b;
  memcpy(&b, &x, sizeof b);
  return b;
}

static inline real FN(from_bits)(BITS b) {
  real x;
  memcpy(&x, &b, sizeof x);
  return x;
}

/* a b + c, fused wherever the machine can. Left to the compiler, the vectors of a loop and its tail
 * might be contracted differently, and round differently. */
static inline real FN(mul_add)(real a, real b, real c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return FUSED(a, b, c);
#else
  return a * b + c;
#endif
}

/* c[0] + c[1] x + … + c[n-1] x^(n-1): Horner's rule in x^2, for even and odd powers side by side,
 * since a single chain of dependent steps would mostly wait. n is constant: the loop unrolls away.
 */
static inline real FN(poly)(const real *c, int n, real x) {
  real even = c[n - 2], odd = c[n - 1], square = x * x; /* they swap their names at each step */
#ifndef __clang__ /* which unrolls fully by itself, but with this too late */
#pragma GCC unroll 32
#endif
  for (int i = n - 3; i >= 0; i--) {
    real next = FN(mul_add)(odd, square, c[i]);
    odd = even;
    even = next;
  }
  return FN(mul_add)(odd, x, even);
}

/* expm1(r) for |r| <= ln2/2. */
static inline real FN(expm1_small)(real r) {
  static const real c[] = {EXP_COEFS};
  return FN(mul_add)(r * r, FN(poly)(c, COUNT(c), r), r);
}

/* x / ln2 to the nearest integer, plus ROUND: which pushes the fraction out of the mantissa and
 * leaves the integer in the sum's low bits, with no conversion. */
static inline real FN(rounded)(real x) {
  return FN(mul_add)(x, C(0x1.71547652b82fep+0), ROUND); /* 1/ln2 */
}

/* x = n ln2 + r with |r| <= ln2/2: returns expm1(r), and n + 2 BIAS in *n.
 *
 * n is BIAS + 1 at most (compared as integers, which are ordered even if x is NaN); for larger x, r
 * grows instead, and what is returned, so that e^x overflows as it should. */
static inline real FN(exp_core)(real x, BITS *n) {
  const SIGNED most = (SIGNED)FN(bits)(ROUND + (BIAS + 1));
  SIGNED t = (SIGNED)FN(bits)(FN(rounded)(x));
  t = t < most ? t : most;
  real k = FN(from_bits)((BITS)t) - ROUND;
  *n = (BITS)t - FN(bits)(ROUND) + 2 * BIAS;
  return FN(expm1_small)(FN(mul_add)(-k, LN2_LO, FN(mul_add)(-k, LN2_HI, x)));
}

/* Bounds of arguments. Not const, and `used` as if by others: where the bound is a constant, gcc
 * compares with one copy of it and takes another, which are two or three instructions; the smaller
 * of two values is one. */
static __attribute__((used)) real FN(exp_low) = EXP_LOW;
static __attribute__((used)) real FN(expm1_low) = EXPM1_LOW;
static __attribute__((used)) real FN(tanh_high) = 40;
static __attribute__((used)) real FN(erf_high) = ERF_HIGH;

/* Either bound passes NaN on. */
static inline real FN(at_most)(real x, real bound) { return x > bound ? bound : x; }
static inline real FN(at_least)(real x, real bound) { return x < bound ? bound : x; }

/* e^x = 2^n e^r for EXP_LOW <= x. 2^n may not be a number while the result is one: multiply by two
 * halves of it. */
static inline real FN(exp_inside)(real x) {
  BITS n;
  real q = FN(exp_core)(x, &n);
  BITS half = n >> 1;
  real s = FN(from_bits)(half << MANTISSA);
  return FN(mul_add)(s, q, s) * FN(from_bits)((n - half) << MANTISSA);
}

static inline real FN(exp)(real x) { return FN(exp_inside)(FN(at_least)(x, FN(exp_low))); }

/* e^x - 1 = 2 (2^(n-1) q + (2^(n-1) - 1/2)), for EXPM1_LOW <= x: 2^n may not be a number. */
static inline real FN(expm1_inside)(real x) {
  BITS n;
  real q = FN(exp_core)(x, &n);
  real s = FN(from_bits)((n - BIAS - 1) << MANTISSA);
  return ABS(x) < TINY ? x : 2 * FN(mul_add)(s, q, s - C(0.5));
}

static inline real FN(expm1)(real x) { return FN(expm1_inside)(FN(at_least)(x, FN(expm1_low))); }

/* log(u) + lost for normal u = 2^k (1 + f), and k more factors of 2. With s = f / (2 + f),
 * log(1 + f) = 2 atanh(s), and 2s = f - s f, so log(1 + f) = f - s (f - R(s^2)) where
 * R(z) = 2 z/3 + 2 z^2/5 + … */
static inline real FN(log_core)(real u, real k, real lost) {
  static const real c[] = {LOG_COEFS};
  BITS sqrt_half = FN(bits)(C(0x1.6a09e667f3bcdp-1)), one = FN(bits)(1);
  BITS b = FN(bits)(u) + (one - sqrt_half); /* its exponent is k, its mantissa counts from there */
  BITS mantissa = b & (((BITS)1 << MANTISSA) - 1);
  real f = FN(from_bits)(mantissa + sqrt_half) - 1;
  k += FN(from_bits)(FN(bits)(INTEGER) | (b >> MANTISSA)) - (INTEGER + BIAS);
  real s = f / (2 + f), z = s * s;
  real low = FN(mul_add)(k, LN2_LO, lost);
  real rest = FN(mul_add)(s, FN(mul_add)(-z, FN(poly)(c, COUNT(c), z), f), -low);
  return FN(mul_add)(k, LN2_HI, f - rest);
}

/* log where its argument is no positive number: log(Inf) = Inf, log(0) = -Inf, else NaN. */
static inline real FN(log_domain)(real u, real y) {
  real outside = u == 0 ? -(real)INFINITY : (real)NAN;
  real positive = u < (real)INFINITY ? y : u;
  return u > 0 ? positive : outside;
}

static inline real FN(log)(real x) {
  int denormal = x < SMALLEST;
  real u = denormal ? x / TINY : x, k = denormal ? TINY_LOG2 : 0;
  return FN(log_domain)(x, FN(log_core)(u, k, 0));
}

/* For finite x > -1. u = 1 + x loses x - (u - 1), which adds that / u to the logarithm. */
static inline real FN(log1p_inside)(real x) {
  real u = 1 + x;
  real y = FN(log_core)(u, 0, (x - (u - 1)) / u);
  return ABS(x) < TINY ? x : y;
}

static inline real FN(log1p)(real x) { return FN(log_domain)(1 + x, FN(log1p_inside)(x)); }

/* tanh |x| = t / (t + 2) with t = expm1(2 |x|) = 2^n expm1(r) + (2^n - 1), which keeps small x;
 * from |x| = 20 on it is 1. One part of ln2 is enough: where n times its error counts, the result
 * is nearly 1. */
static inline real FN(tanh)(real x) {
  real a = FN(at_most)(2 * ABS(x), FN(tanh_high));
  real n = FN(rounded)(a);
  real q = FN(expm1_small)(FN(mul_add)(ROUND - n, C(0x1.62e42fefa39efp-1), a)); /* ln2 */
  real s = FN(from_bits)((FN(bits)(n) - FN(bits)(ROUND) + BIAS) << MANTISSA);
  real t = FN(mul_add)(s, q, s - 1);
  return COPYSIGN(t / (t + 2), x);
}

/* exp(-|x|), which cannot overflow */
static inline real FN(exp_minus_abs)(real x) {
  return FN(exp_inside)(FN(at_least)(-ABS(x), FN(exp_low)));
}

/* 1 / (1 + exp(-x)), with both sides of the fraction times exp(x) where x < 0 */
static inline real FN(sigmoid)(real x) {
  real e = FN(exp_minus_abs)(x);
  return (x < 0 ? e : 1) / (1 + e);
}

/* log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)) */
static inline real FN(softplus)(real x) {
  return (x > 0 ? x : 0) + FN(log1p_inside)(FN(exp_minus_abs)(x));
}

/* erf x = -expm1(-x (1 + R(x))) for x >= 0, where R(x) = -log(erfc x) / x - 1 is so smooth that one
 * polynomial does, the more as its error matters less and less when x grows. */
static inline real FN(erf)(real x) {
  static const real c[] = {ERF_COEFS};
  real a = FN(at_most)(ABS(x), FN(erf_high));
  real y = FN(expm1_inside)(-FN(mul_add)(a, FN(poly)(c, COUNT(c), a), a));
  return COPYSIGN(y, x);
}

#undef real
#undef BITS
#undef SIGNED
#undef FN
#undef C
#undef ABS
#undef COPYSIGN
#undef FUSED
#undef MANTISSA
#undef BIAS
#undef ROUND
#undef INTEGER
#undef LN2_HI
#undef LN2_LO
#undef SMALLEST
#undef TINY
#undef TINY_LOG2
#undef EXP_LOW
#undef EXPM1_LOW
#undef ERF_HIGH
#undef EXP_COEFS
#undef LOG_COEFS
#undef ERF_COEFS
