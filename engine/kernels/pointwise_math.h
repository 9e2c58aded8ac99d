/* What the rows of pointwise.def call, for each element type T: t_add(a, b) and so on. Integers
 * wrap around, as in PyTorch; bools add as `or` and multiply as `and`. NaN passes through. */
#ifndef NN_POINTWISE_MATH_H
#define NN_POINTWISE_MATH_H

#include <math.h>
#include <stdint.h>

#include "kernels/vmath.h"

/* t_add and the like for float, double, int64_t and uint8_t. */
#define NN_T(name, x) \
  _Generic((x), float : name##_f32, double : name##_f64, int64_t : name##_i64, uint8_t : name##_u8)
#define NN_N(name, x) _Generic((x), float : name##_f32, double : name##_f64, int64_t : name##_i64)

#define t_add(a, b) NN_T(add, (a))((a), (b))
#define t_sub(a, b) NN_N(sub, (a))((a), (b))
#define t_mul(a, b) NN_T(mul, (a))((a), (b))
#define t_neg(x) NN_N(neg, (x))(x)
#define t_abs(x) NN_T(abs, (x))(x)
#define t_relu(x) NN_N(relu, (x))(x)
#define t_clamp(x, low, high) NN_N(clamp, (x))((x), (low), (high))
#define t_max(a, b) NN_T(max, (a))((a), (b))
#define t_min(a, b) NN_T(min, (a))((a), (b))
#define t_pow(a, b) NN_N(pow, (a))((a), (b))
#define t_remainder(a, b) NN_N(remainder, (a))((a), (b))
#define t_fmod(a, b) NN_N(fmod, (a))((a), (b))
#define t_floor_divide(a, b) NN_N(floor_divide, (a))((a), (b))
#define t_sqrt(x) _Generic((x), float : sqrt_f32, double : sqrt_f64)(x)
#define t_isnan(x) NN_T(isnan, (x))(x)
#define t_isinf(x) NN_T(isinf, (x))(x)
#define t_sign(x) NN_T(sign, (x))(x)
#define t_floor(x) NN_N(floor, (x))(x)
#define t_ceil(x) NN_N(ceil, (x))(x)
#define t_round(x) NN_N(round, (x))(x)
#define t_trunc(x) NN_N(trunc, (x))(x)
#define t_tan(x) _Generic((x), float : tanf, double : tan)(x)
#define t_asin(x) _Generic((x), float : asinf, double : asin)(x)
#define t_acos(x) _Generic((x), float : acosf, double : acos)(x)
#define t_atan(x) _Generic((x), float : atanf, double : atan)(x)
#define t_atan2(a, b) _Generic((a), float : atan2f, double : atan2)((a), (b))
#define t_not(x) _Generic((x), int64_t : not_i64, uint8_t : not_u8)(x)

/* A floating type. `x < 0` and the like are false for NaN. min and max give it where either is: the
 * first choice is the machine's own, which takes a where either is NaN; the second waits for b
 * alone, so that in a row of them each waits for little of the one before. */
#define NN_FLOAT_MATH(T, tag, f)                                                \
  static inline T add_##tag(T a, T b) { return a + b; }                         \
  static inline T sub_##tag(T a, T b) { return a - b; }                         \
  static inline T mul_##tag(T a, T b) { return a * b; }                         \
  static inline T neg_##tag(T x) { return -x; }                                 \
  static inline T abs_##tag(T x) { return fabs##f(x); }                         \
  static inline T sqrt_##tag(T x) { return sqrt##f(x); }                        \
  static inline T sign_##tag(T x) { return (T)((x > 0) - (x < 0)); }            \
  static inline T relu_##tag(T x) { return x <= 0 ? 0 : x; }                    \
  static inline T max_##tag(T a, T b) {                                         \
    T larger = b > a ? b : a;                                                   \
    return b != b ? b : larger;                                                 \
  }                                                                             \
  static inline T min_##tag(T a, T b) {                                         \
    T smaller = b < a ? b : a;                                                  \
    return b != b ? b : smaller;                                                \
  }                                                                             \
  static inline T clamp_##tag(T x, T low, T high) {                             \
    T y = x < low ? low : x;                                                    \
    return y > high ? high : y;                                                 \
  }                                                                             \
  static inline T pow_##tag(T a, T b) {                                         \
    return b == 2 ? a * a : b == 1 ? a : b == 3 ? a * a * a : pow##f(a, b);     \
  }                                                                             \
  static inline T fmod_##tag(T a, T b) { return fmod##f(a, b); }                \
  static inline T remainder_##tag(T a, T b) {                                   \
    T r = fmod##f(a, b);                                                        \
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;                            \
  }                                                                             \
  static inline T floor_divide_##tag(T a, T b) {                                \
    return b == 0 ? a / b : floor##f((a - remainder_##tag(a, b)) / b + (T)0.5); \
  }                                                                             \
  static inline T floor_##tag(T x) { return floor##f(x); }                      \
  static inline T ceil_##tag(T x) { return ceil##f(x); }                        \
  static inline T round_##tag(T x) { return rint##f(x); }                       \
  static inline T trunc_##tag(T x) { return trunc##f(x); }                      \
  static inline int isinf_##tag(T x) { return fabs##f(x) == (T)INFINITY; }      \
  static inline int isnan_##tag(T x) { return x != x; }

NN_FLOAT_MATH(float, f32, f)
NN_FLOAT_MATH(double, f64, )

static inline int64_t add_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t sub_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
static inline int64_t mul_i64(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }
static inline int64_t neg_i64(int64_t x) { return (int64_t)(0 - (uint64_t)x); }
static inline int64_t abs_i64(int64_t x) { return x < 0 ? neg_i64(x) : x; }
static inline int64_t sign_i64(int64_t x) { return (x > 0) - (x < 0); }
static inline int64_t relu_i64(int64_t x) { return x < 0 ? 0 : x; }
static inline int64_t max_i64(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t min_i64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t clamp_i64(int64_t x, int64_t low, int64_t high) {
  return min_i64(max_i64(x, low), high);
}

/* By repeated squaring; to a negative power only 1 and -1 are integers. */
static inline int64_t pow_i64(int64_t a, int64_t b) {
  int64_t y = 1;
  if (b < 0) return a == 1 ? 1 : a != -1 ? 0 : b & 1 ? -1 : 1;
  for (; b > 0; b >>= 1) {
    if (b & 1) y = mul_i64(y, a);
    a = mul_i64(a, a);
  }
  return y;
}

/* Division by -1 apart: the least integer has no negative. b is not 0 (checked before). */
static inline int64_t fmod_i64(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }
static inline int64_t remainder_i64(int64_t a, int64_t b) {
  int64_t r = fmod_i64(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
static inline int64_t floor_divide_i64(int64_t a, int64_t b) {
  if (b == -1) return neg_i64(a);
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
static inline int64_t floor_i64(int64_t x) { return x; }
static inline int64_t ceil_i64(int64_t x) { return x; }
static inline int64_t round_i64(int64_t x) { return x; }
static inline int64_t trunc_i64(int64_t x) { return x; }
static inline int isnan_i64(int64_t x) { return (void)x, 0; }
static inline int isinf_i64(int64_t x) { return (void)x, 0; }
static inline int64_t not_i64(int64_t x) { return ~x; }

static inline uint8_t add_u8(uint8_t a, uint8_t b) { return a | b; }
static inline uint8_t mul_u8(uint8_t a, uint8_t b) { return a & b; }
static inline uint8_t max_u8(uint8_t a, uint8_t b) { return a | b; }
static inline uint8_t min_u8(uint8_t a, uint8_t b) { return a & b; }
static inline uint8_t abs_u8(uint8_t x) { return x; }
static inline uint8_t sign_u8(uint8_t x) { return x; }
static inline int isnan_u8(uint8_t x) { return (void)x, 0; }
static inline int isinf_u8(uint8_t x) { return (void)x, 0; }
static inline uint8_t not_u8(uint8_t x) { return !x; }

/* A number among the arguments, in the element type; out of range it becomes the nearest. */
static inline float number_f32(double d) { return (float)d; }
static inline double number_f64(double d) { return d; }
static inline int64_t number_i64(double d) {
  if (d >= 0x1p63) return INT64_MAX;
  return d > -0x1p63 ? (int64_t)d : INT64_MIN;
}
static inline uint8_t number_u8(double d) { return d != 0; }

#endif
