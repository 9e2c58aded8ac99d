/* Tests kernels/vmath.h, compiled as the kernels are, once per instruction set: the errors it
 * states (against libm in a wider type, over sampled bit patterns, ranges and special values), and
 * that an argument gives the same bits inside a vector and in the tail of a loop. */
#include "kernels/vmath.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 1021 }; /* odd: loops have tails */

/* How many arguments to sample from each range, and as bit patterns of a float. */
static int64_t near = 1 << 18, patterns = 1 << 22;

/* name, largest error in ULP (float, double), range where it is neither 0, 1 nor Inf */
#define FUNCTIONS(F)              \
  F(exp, 1.2, 1.2, -746, 710)     \
  F(expm1, 2.0, 2.5, -40, 710)    \
  F(log, 1.0, 1.0, 0, 1e4)        \
  F(log1p, 1.2, 1.2, -1, 1e4)     \
  F(tanh, 3.0, 3.0, -20, 20)      \
  F(sigmoid, 2.5, 2.5, -746, 40)  \
  F(softplus, 2.0, 2.0, -746, 40) \
  F(erf, 2.5, 3.0, -6.5, 6.5)     \
  F(sin, 2.0, 1.0, -1e4, 1e4)     \
  F(cos, 2.0, 1.0, -1e4, 1e4)

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }
static long double sigmoidl(long double x) { return 1 / (1 + expl(-x)); }
static long double softplusl(long double x) { return fmaxl(x, 0) + log1pl(expl(-fabsl(x))); }

#define LOOPS(name, ...)                                                                           \
  static __attribute__((noinline)) void name##_f32(int n, const float *x, float *__restrict y) {   \
    for (int i = 0; i < n; i++) y[i] = nn_##name(x[i]);                                            \
  }                                                                                                \
  static __attribute__((noinline)) void name##_f64(int n, const double *x, double *__restrict y) { \
    for (int i = 0; i < n; i++) y[i] = nn_##name(x[i]);                                            \
  }
FUNCTIONS(LOOPS)

static const struct function {
  const char *name;
  double bound_f32, bound_f64, low, high;
  void (*f32)(int, const float *, float *);
  void (*f64)(int, const double *, double *);
  double (*wide_f32)(double);
  long double (*wide_f64)(long double);
} functions[] = {
#define ROW(name, b32, b64, low, high) \
  {#name, b32, b64, low, high, name##_f32, name##_f64, name, name##l},
    FUNCTIONS(ROW)};

/* Ends of the formats, and of where results are normal or finite; a float near a multiple of pi/2.
 */
// clang-format off
static const double specials[] = {
    0, INFINITY, FLT_MIN, FLT_MAX, FLT_EPSILON, 0x1p-149, 0x1.fffffcp-127, DBL_MIN, DBL_MAX,
    DBL_EPSILON, 0x1p-1074, 0x1p-1060, 0x1p-54, 0x1p-25, 0x1p24, 0x1p53, 0.5, 1, 2, 4, 6, 20,
    88.7228317, 88.7228394, 87.3365, 103.28, 103.972084,
    709.78271289, 709.78271290, 708.3964, 744.44, 745.1332, 745.1333,
    1.5707963267948966, 0.78539816339744831, 16367173.0 * 0x1p72,
};
// clang-format on
enum { SPECIALS = sizeof specials / sizeof *specials };

static int passed, failed;

static void check(int ok, const char *name, const char *what, double x) {
  if (ok)
    passed++;
  else if (failed++ < 20)
    printf("FAIL %s: %s at %a\n", name, what, x);
}

static uint64_t random_bits(void) { /* G. Steele and others' SplitMix64 */
  static uint64_t state;
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

/* |got - want| in units of want's last place in a format of so many digits and least exponent;
 * overflow counts as 2^top. Infinite when only one is NaN or a zero has the wrong sign. */
static double error(long double got, long double want, int digits, int least, int top) {
  if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : INFINITY;
  if ((got == 0 || want == 0) && signbit(got) != signbit(want)) return INFINITY;
  long double most = ldexpl(1, top);
  got = fminl(fmaxl(got, -most), most);
  want = fminl(fmaxl(want, -most), most);
  int e = ilogbl(fabsl(want) < most ? want : most / 2);
  if (want == 0 || e < least - 1) e = least - 1;
  return (double)fabsl(ldexpl(got - want, digits - 1 - e));
}

/* The k-th argument: special values and their negatives, bit patterns, [-2, 3], [low, high]. */
static double argument(const struct function *f, int64_t k, int is_float) {
  if (k < 2 * SPECIALS) return k % 2 ? -specials[k / 2] : specials[k / 2];
  if (k == 2 * SPECIALS) return NAN;
  double unit = (double)(random_bits() >> 11) * 0x1p-53;
  int64_t i = k - 2 * SPECIALS;
  if (i < near) return -2 + 5 * unit;
  if (i < 2 * near) return f->low + (f->high - f->low) * unit;
  if (!is_float) return nn_from_bits_f64(random_bits());
  return nn_from_bits_f32((uint32_t)((i - 2 * near) * (((int64_t)1 << 32) / patterns)) +
                          (uint32_t)(random_bits() & 1023));
}

#define TEST(T, real, DIGITS, LEAST, TOP, COUNT)                                         \
  static void test_##T(const struct function *f) {                                       \
    static real x[CHUNK], y[CHUNK];                                                      \
    double worst = 0, at = 0, moved = NAN;                                               \
    int64_t total = 2 * SPECIALS + 2 * near + COUNT;                                     \
    for (int64_t done = 0; done < total; done += CHUNK) {                                \
      for (int i = 0; i < CHUNK; i++)                                                    \
        x[i] = (real)argument(f, done + i, sizeof(real) == sizeof(float));               \
      f->T(CHUNK, x, y);                                                                 \
      for (int i = 0; i < CHUNK; i++) {                                                  \
        real alone;                                                                      \
        f->T(1, x + i, &alone);                                                          \
        if (memcmp(&alone, y + i, sizeof alone) != 0 && !(isnan(alone) && isnan(y[i])))  \
          moved = x[i];                                                                  \
        double e = error(y[i], f->wide_##T(x[i]), DIGITS, LEAST, TOP);                   \
        if (e > worst) worst = e, at = x[i];                                             \
      }                                                                                  \
    }                                                                                    \
    printf("%-8s " #T "  %.3f of %.1f ULP at %.9g\n", f->name, worst, f->bound_##T, at); \
    check(worst <= f->bound_##T, f->name, "too large an error in " #T, at);              \
    check(isnan(moved), f->name, "other bits in the tail in " #T, moved);                \
  }
TEST(f32, float, FLT_MANT_DIG, FLT_MIN_EXP, FLT_MAX_EXP, patterns)
TEST(f64, double, DBL_MANT_DIG, DBL_MIN_EXP, DBL_MAX_EXP, near)

int main(void) {
  if (getenv("NNLUA_INSTRUMENTED")) near /= 16, patterns /= 16; /* which looks at the code */
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    test_f32(&functions[i]);
    test_f64(&functions[i]);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
