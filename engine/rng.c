/* PyTorch's CPU random stream: the Mersenne Twister and what is drawn from it.
 *
 * M. Matsumoto, T. Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform
 * Pseudo-Random Number Generator", ACM TOMACS 8 (1998). The draws of real numbers, written once for
 * float and double, are in rng_real.h. */
#include "rng.h"

#include "cpu.h"

#include <math.h>

NN_ISA_TABLES(struct nn__normal_kernels, normal_kernels);

enum { SHIFT = 397 };

static const double PI = 3.14159265358979323846;

/* --- the generator ------------------------------------------------------------------------ */

void nn__rng_seed(struct nn__rng *r, uint64_t seed) {
  uint32_t word = (uint32_t)seed;
  for (uint32_t i = 0; i < NN__RNG_WORDS; i++) {
    r->words[i] = word;
    word = 1812433253u * (word ^ word >> 30) + i + 1;
  }
  r->used = NN__RNG_WORDS;
  r->has_normal = false;
  r->normal = 0;
  r->seed = seed;
}

/* One step of the recurrence: the top bit of `a` and the rest of `b`, times the twist matrix. */
static inline uint32_t mix(uint32_t a, uint32_t b) {
  uint32_t y = (a & 0x80000000u) | (b & 0x7fffffffu);
  return y >> 1 ^ (-(y & 1) & 0x9908b0dfu);
}

/* The next 624 words, in place. Two loops rather than one with `% 624`: they vectorise. */
static void twist(struct nn__rng *r) {
  uint32_t *w = r->words;
  const int rest = NN__RNG_WORDS - SHIFT;
  for (int i = 0; i < rest; i++) w[i] = w[i + SHIFT] ^ mix(w[i], w[i + 1]);
  for (int i = rest; i < NN__RNG_WORDS - 1; i++) w[i] = w[i - rest] ^ mix(w[i], w[i + 1]);
  w[NN__RNG_WORDS - 1] = w[SHIFT - 1] ^ mix(w[NN__RNG_WORDS - 1], w[0]);
  r->used = 0;
}

static inline uint32_t next_word(struct nn__rng *r) {
  if (r->used == NN__RNG_WORDS) twist(r);
  uint32_t y = r->words[r->used++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

static inline uint64_t next_long(struct nn__rng *r) {
  uint64_t high = next_word(r); /* a statement of its own: the first word is the high one */
  return high << 32 | next_word(r);
}

/* In [0, 1), from the low 24 bits of a word or 53 bits of a long: as many as a float or a double
 * holds, so every value is exact. */
static inline float uniform_f32(struct nn__rng *r) {
  return (float)(next_word(r) & 0xffffffu) * 0x1p-24f;
}

static inline double uniform_f64(struct nn__rng *r) {
  return (double)(next_long(r) & 0x1fffffffffffffu) * 0x1p-53;
}

/* Box and Muller's pair from two longs, one number at a time: for few numbers, in double. */
static double small_normal(struct nn__rng *r) {
  r->has_normal = !r->has_normal;
  if (!r->has_normal) return r->normal;
  double angle = 2 * PI * uniform_f64(r), radius = sqrt(-2 * log(1 - uniform_f64(r)));
  r->normal = radius * sin(angle);
  return radius * cos(angle);
}

/* --- integers ------------------------------------------------------------------------------ */

void nn__rng_randint(struct nn__rng *r, int64_t n, int64_t *x, int64_t low, int64_t high) {
  uint64_t range = (uint64_t)high - (uint64_t)low;
  if (range >> 32)
    for (int64_t i = 0; i < n; i++) x[i] = (int64_t)((uint64_t)low + next_long(r) % range);
  else
    for (int64_t i = 0; i < n; i++) x[i] = low + next_word(r) % (uint32_t)range;
}

void nn__rng_randperm(struct nn__rng *r, int64_t n, int64_t *x) {
  for (int64_t i = 0; i < n; i++) x[i] = i;
  for (int64_t i = 0; i < n - 1; i++) {
    int64_t other = i + next_word(r) % (n - i), kept = x[i];
    x[i] = x[other];
    x[other] = kept;
  }
}

void nn__rng_bernoulli(struct nn__rng *r, int64_t n, uint8_t *x, double p) {
  for (int64_t i = 0; i < n; i++) x[i] = uniform_f64(r) < p;
}

void nn__rng_random_f32(struct nn__rng *r, int64_t n, float *x) {
  for (int64_t i = 0; i < n; i++) x[i] = (float)(next_word(r) % ((1u << 24) + 1));
}

void nn__rng_random_f64(struct nn__rng *r, int64_t n, double *x) {
  for (int64_t i = 0; i < n; i++) x[i] = (double)(next_long(r) % (((uint64_t)1 << 53) + 1));
}

void nn__rng_random_i64(struct nn__rng *r, int64_t n, int64_t *x) {
  for (int64_t i = 0; i < n; i++) x[i] = (int64_t)(next_long(r) & INT64_MAX);
}

void nn__rng_random_bool(struct nn__rng *r, int64_t n, uint8_t *x) {
  for (int64_t i = 0; i < n; i++) x[i] = next_word(r) & 1;
}

/* --- real numbers -------------------------------------------------------------------------- */

#define real float
#define REAL(name) name##_f32
#include "rng_real.h"
#undef real
#undef REAL

#define real double
#define REAL(name) name##_f64
#include "rng_real.h"
#undef real
#undef REAL
