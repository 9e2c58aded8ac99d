/* Draws of real numbers, for rng.c, which includes this file once for float and once for double:
 * `real` is the type and REAL(name) adds its suffix. */

/* As a + x (b - a): rounded once, for PyTorch's compilers contract it to a fused multiply-add. For
 * float that is done in double, where the product is exact. */
void REAL(nn__rng_uniform)(struct nn__rng *r, int64_t n, real *x, double from, double to) {
  real a = (real)from, length = (real)to - a;
  if (a == 0 && length == 1)
    for (int64_t i = 0; i < n; i++) x[i] = REAL(uniform)(r);
  else
    for (int64_t i = 0; i < n; i++) x[i] = (real)fma(REAL(uniform)(r), length, a);
}

static void REAL(normal_blocks)(struct nn__rng *r, int64_t n, real *x, double mean, double std) {
  for (int64_t i = 0; i < n; i++) x[i] = REAL(uniform)(r);
  normal_kernels_by_isa[nn__isa()]->REAL(box_muller)(n, x, (real)mean, (real)std);
}

void REAL(nn__rng_normal_each)(struct nn__rng *r, int64_t n, real *x, double mean, double std) {
  for (int64_t i = 0; i < n; i++) x[i] = (real)fma(small_normal(r), std, mean);
}

/* Whole blocks of 16, in pieces that stay in the first-level cache. PyTorch draws a number for each
 * element of the tail too, and then makes the last 16 elements anew from 16 more. */
void REAL(nn__rng_normal)(struct nn__rng *r, int64_t n, real *x, double mean, double std) {
  const int64_t piece = 1024, tail = n % 16, whole = n - tail;
  if (n < 16) {
    REAL(nn__rng_normal_each)(r, n, x, mean, std);
    return;
  }
  for (int64_t i = 0; i < whole; i += piece)
    REAL(normal_blocks)(r, whole - i < piece ? whole - i : piece, x + i, mean, std);
  if (tail == 0) return;
  for (int64_t i = 0; i < tail; i++) REAL(uniform)(r);
  REAL(normal_blocks)(r, 16, x + n - 16, mean, std);
}

void REAL(nn__rng_exponential)(struct nn__rng *r, int64_t n, real *x, double lambda) {
  for (int64_t i = 0; i < n; i++) x[i] = (real)(-1 / lambda * log(1 - uniform_f64(r)));
}

void REAL(nn__rng_bernoulli_each)(struct nn__rng *r, int64_t n, const real *p, real *x) {
  for (int64_t i = 0; i < n; i++) x[i] = REAL(uniform)(r) < p[i];
}

/* --- multinomial --------------------------------------------------------------------------- */

/* Searches the cumulative distribution for each number. */
void REAL(nn__rng_multinomial)(struct nn__rng *r, int64_t n, const real *p, real *sums, int64_t k,
                               int64_t *x) {
  real sum = 0;
  for (int64_t i = 0; i < n; i++) sums[i] = sum += p[i];
  for (int64_t i = 0; i < n; i++) sums[i] /= sum;
  sums[n - 1] = 1; /* whatever the rounding */
  for (int64_t i = 0; i < k; i++) {
    double u = uniform_f64(r);
    int64_t low = 0, high = n;
    while (low < high) {
      int64_t middle = low + (high - low) / 2;
      if (sums[middle] < u)
        low = middle + 1;
      else
        high = middle;
    }
    x[i] = low;
  }
}

/* Whether index a comes before index b: larger score first, then smaller index. */
static bool REAL(ranks_before)(const real *score, int64_t a, int64_t b) {
  return score[a] > score[b] || (score[a] == score[b] && a < b);
}

/* Restores the heap of k indices, the last in rank at its root, after x[i] has changed. */
static void REAL(sift_down)(const real *score, int64_t k, int64_t *x, int64_t i) {
  int64_t moved = x[i];
  for (int64_t child; (child = 2 * i + 1) < k; i = child) {
    if (child + 1 < k && REAL(ranks_before)(score, x[child], x[child + 1])) child++;
    if (!REAL(ranks_before)(score, moved, x[child])) break;
    x[i] = x[child];
  }
  x[i] = moved;
}

/* The indices of the k largest of n scores, in rank. */
static void REAL(top)(int64_t n, const real *score, int64_t k, int64_t *x) {
  for (int64_t i = 0; i < k; i++) x[i] = i;
  for (int64_t i = k / 2 - 1; i >= 0; i--) REAL(sift_down)(score, k, x, i);
  for (int64_t i = k; i < n; i++) {
    if (!REAL(ranks_before)(score, i, x[0])) continue;
    x[0] = i;
    REAL(sift_down)(score, k, x, 0);
  }
  for (int64_t last = k - 1; last > 0; last--) {
    int64_t lowest = x[0];
    x[0] = x[last];
    x[last] = lowest;
    REAL(sift_down)(score, last, x, 0);
  }
}

void REAL(nn__rng_race)(int64_t n, const real *p, real *t, int64_t k, int64_t *x) {
  if (k < 1) return;
  for (int64_t i = 0; i < n; i++) t[i] = p[i] / t[i];
  REAL(top)(n, t, k, x);
}
