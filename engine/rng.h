/* PyTorch's CPU random stream: the same seed gives the same numbers.
 *
 * Uniform numbers, integers, permutations and Bernoulli draws agree to the bit; normal and
 * exponential ones, which go through log, cos and sin, to a few units in the last place. Each
 * comment says which words of the Mersenne Twister a call uses, since all later calls depend on it:
 * a "word" is 32 bits, a "long" two words. None of these functions can fail or allocate. */
#ifndef NN_RNG_H
#define NN_RNG_H

#include <stdbool.h>
#include <stdint.h>

enum { NN__RNG_WORDS = 624 };

/* The whole state: copy the struct to save it, copy it back to restore it. */
struct nn__rng {
  uint32_t words[NN__RNG_WORDS]; /* MT19937 */
  int used;                      /* how many of them are drawn; all: twist before the next */
  bool has_normal;               /* a small normal draw left the second number of its last pair */
  double normal;                 /* that number, before mean and std */
  uint64_t seed;                 /* as given: torch.initial_seed */
};

/* torch.manual_seed: restarts the stream and drops a number left over. The low 32 bits decide the
 * stream; a negative seed converts to uint64_t as C does. */
void nn__rng_seed(struct nn__rng *r, uint64_t seed);

/* tensor.uniform_(from, to): a word (float, 24 bits of it) or a long (double, 53) a number.
 * Rounding may give `to` itself, as in PyTorch. */
void nn__rng_uniform_f32(struct nn__rng *r, int64_t n, float *x, double from, double to);
void nn__rng_uniform_f64(struct nn__rng *r, int64_t n, double *x, double from, double to);

/* tensor.normal_(mean, std) of a contiguous tensor. Below 16 elements: two longs a pair, the second
 * of the pair kept for the next small call of either type. From 16: a word (float) or a long
 * (double) a number, and 16 more if n is no multiple of 16; what a small call left stays. Of a
 * tensor that is not contiguous: as for few numbers, however many there are. */
void nn__rng_normal_f32(struct nn__rng *r, int64_t n, float *x, double mean, double std);
void nn__rng_normal_f64(struct nn__rng *r, int64_t n, double *x, double mean, double std);
void nn__rng_normal_each_f32(struct nn__rng *r, int64_t n, float *x, double mean, double std);
void nn__rng_normal_each_f64(struct nn__rng *r, int64_t n, double *x, double mean, double std);

/* tensor.exponential_(lambda), in double from a long a number for either type. */
void nn__rng_exponential_f32(struct nn__rng *r, int64_t n, float *x, double lambda);
void nn__rng_exponential_f64(struct nn__rng *r, int64_t n, double *x, double lambda);

/* torch.randint(low, high): low <= x < high, so low < high is needed. A word a number, a long where
 * high - low >= 2^32. */
void nn__rng_randint(struct nn__rng *r, int64_t n, int64_t *x, int64_t low, int64_t high);

/* torch.randperm(n): 0 to n-1 in random order, from n-1 words. */
void nn__rng_randperm(struct nn__rng *r, int64_t n, int64_t *x);

/* tensor.bernoulli_(p): 1 with probability p, else 0; a long a number, whatever p and the tensor's
 * type. Dropout(p) draws bernoulli(1 - p), and nothing at all for p = 0, p = 1 or in evaluation. */
void nn__rng_bernoulli(struct nn__rng *r, int64_t n, uint8_t *x, double p);

/* torch.bernoulli(p): each element has its own probability; a word (float) or a long (double) a
 * number. x may be p. */
void nn__rng_bernoulli_each_f32(struct nn__rng *r, int64_t n, const float *p, float *x);
void nn__rng_bernoulli_each_f64(struct nn__rng *r, int64_t n, const double *p, double *x);

/* tensor.random_() of floating numbers: whole numbers from 0 up to what the type still holds one by
 * one; a word (float) or a long (double) a number. Of integers, the same up to the largest. */
void nn__rng_random_f32(struct nn__rng *r, int64_t n, float *x);
void nn__rng_random_f64(struct nn__rng *r, int64_t n, double *x);
void nn__rng_random_i64(struct nn__rng *r, int64_t n, int64_t *x);
void nn__rng_random_bool(struct nn__rng *r, int64_t n, uint8_t *x);

/* torch.multinomial(p, k, replacement=True) of one row: k indices from 0 to n-1 into x, drawn with
 * the weights p (not negative, finite, their sum positive; they need not sum to 1). `scratch` has
 * room for n numbers. For a matrix, call it row by row. Uses k longs. */
void nn__rng_multinomial_f32(struct nn__rng *r, int64_t n, const float *p, float *scratch,
                             int64_t k, int64_t *x);
void nn__rng_multinomial_f64(struct nn__rng *r, int64_t n, const double *p, double *scratch,
                             int64_t k, int64_t *x);

/* The same without replacement, k <= n: a race. A runner of speed p takes the time t / p, with t
 * drawn from exponential_(1), and wins with probability p / sum(p); who comes in next is again so
 * among the rest. `t` is overwritten. Of two that tie PyTorch leaves the order open; here the
 * smaller index is first. */
void nn__rng_race_f32(int64_t n, const float *p, float *t, int64_t k, int64_t *x);
void nn__rng_race_f64(int64_t n, const double *p, double *t, int64_t k, int64_t *x);

/* Uniform numbers in [0, 1) become normal ones, in place, by blocks of 16: in each, the first eight
 * give the radii and the last eight the angles of Box and Muller's pairs. n is a multiple of 16. */
struct nn__normal_kernels {
  void (*box_muller_f32)(int64_t n, float *x, float mean, float std);
  void (*box_muller_f64)(int64_t n, double *x, double mean, double std);
};

#endif
