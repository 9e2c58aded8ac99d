/* Uniform numbers become normal ones (G. Box, M. Muller, "A Note on the Generation of Random Normal
 * Deviates", Ann. Math. Statist. 29, 1958):
 *   radius = sqrt(-2 log(1 - u)), angle = 2 pi v, x = radius cos(angle), y = radius sin(angle)
 * In float log, cos and sin are polynomials, for the C library has them one number at a time; all
 * steps are plain loops over the eight pairs of a block, which the compiler makes into vectors. */
#include "kernels/isa.h"

#include "rng.h"

#include <math.h>
#include <string.h>

enum { PAIRS = 8 };

/* log x for normal x in (0, 1]: x = 2^e (1 + f) with 1 + f in [sqrt 1/2, sqrt 2), and
 * log(1 + f) = f - f^2/2 + f^3 q(f), q a minimax polynomial. */
static inline float log_f32(float x) {
  const float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f; /* e * ln2_high is exact */
  const uint32_t sqrt_half = 0x3f3504f3;
  uint32_t bits;
  memcpy(&bits, &x, 4);
  int32_t e = (int32_t)(bits - sqrt_half) >> 23;
  bits -= (uint32_t)e << 23;
  memcpy(&x, &bits, 4);
  float f = x - 1, q = 0.067466430f;
  q = q * f - 0.116756566f;
  q = q * f + 0.118881635f;
  q = q * f - 0.124055885f;
  q = q * f + 0.142195523f;
  q = q * f - 0.166679963f;
  q = q * f + 0.200021192f;
  q = q * f - 0.250000089f;
  q = q * f + 0.333333135f;
  float tail = q * f * f * f - 0.5f * f * f + (float)e * ln2_low;
  return (float)e * ln2_high + (f + tail);
}

/* sin and cos of a in [0, 2 pi]: a = k pi/2 + t with t in [-pi/4, pi/4]; pi/2 in three parts, of
 * which k times the first two is exact. The quadrant k swaps the two and sets their signs. */
static inline void sin_cos_f32(float a, float *sin_a, float *cos_a) {
  int32_t k = (int32_t)(a * 0.636619772f + 0.5f);
  float t = a - (float)k * 0x1.92p+0f;
  t -= (float)k * 0x1.fb4p-12f;
  t -= (float)k * 0x1.4442d2p-24f;
  float z = t * t, s = 2.71830800e-6f, c = 2.47995195e-5f;
  s = s * z - 1.98393347e-4f;
  s = s * z + 0.00833332911f;
  s = s * z - 0.166666672f;
  s = s * z * t + t;
  c = c * z - 0.00138888834f;
  c = c * z + 0.0416666679f;
  c = c * z * z - 0.5f * z + 1;
  float sin_t = k & 1 ? c : s, cos_t = k & 1 ? s : c;
  *sin_a = k & 2 ? -sin_t : sin_t;
  *cos_a = (k + 1) & 2 ? -cos_t : cos_t;
}

static void box_muller_f32(int64_t n, float *x, float mean, float std) {
  for (float *end = x + n; x < end; x += 2 * PAIRS)
    for (int i = 0; i < PAIRS; i++) {
      float radius = sqrtf(-2 * log_f32(1 - x[i])), sine, cosine;
      sin_cos_f32(6.28318531f * x[i + PAIRS], &sine, &cosine);
      x[i] = radius * cosine * std + mean;
      x[i + PAIRS] = radius * sine * std + mean;
    }
}

static void box_muller_f64(int64_t n, double *x, double mean, double std) {
  for (double *end = x + n; x < end; x += 2 * PAIRS)
    for (int i = 0; i < PAIRS; i++) {
      double radius = sqrt(-2 * log(1 - x[i])), angle = 6.28318530717958647692 * x[i + PAIRS];
      x[i] = radius * cos(angle) * std + mean;
      x[i + PAIRS] = radius * sin(angle) * std + mean;
    }
}

const struct nn__normal_kernels NN_KERNEL(normal_kernels) = {box_muller_f32, box_muller_f64};
