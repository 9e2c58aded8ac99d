/* The kernels of index.h for one element type: the including file defines T, the type, ADD(a, b),
 * its sum, TIMES(alpha, x) and NAME(kernel). */

static inline void NAME(where_steps)(int64_t n, char *const *p, int64_t sy, int64_t sm, int64_t sa,
                                     int64_t sb) {
  T *y = (T *)(void *)p[0];
  const uint8_t *mask = (const uint8_t *)p[1];
  const T *as = (const T *)(void *)p[2], *bs = (const T *)(void *)p[3];
#pragma omp simd
  for (int64_t i = 0; i < n; i++) {
    const T a = as[i * sa], b = bs[i * sb]; /* both are read, so that there is no branch */
    y[i * sy] = mask[i * sm] ? a : b;
  }
}

static void NAME(where)(int64_t n, char *const *p, const int64_t *s, const double *k) {
  (void)k;
  bool even = s[0] == 1 && s[1] == 1;
  if (even && s[2] == 1 && s[3] == 1)
    NAME(where_steps)(n, p, 1, 1, 1, 1);
  else if (even && s[2] == 1 && s[3] == 0)
    NAME(where_steps)(n, p, 1, 1, 1, 0);
  else if (even && s[2] == 0 && s[3] == 1)
    NAME(where_steps)(n, p, 1, 1, 0, 1);
  else
    NAME(where_steps)(n, p, s[0], s[1], s[2], s[3]);
}

static inline void NAME(copy)(int64_t n, T *y, int64_t sy, const T *x, int64_t sx) {
  if (sy == 1 && sx == 1)
    memcpy(y, x, (size_t)n * sizeof *y);
  else if (sy == 1 && sx == 0) {
    const T value = *x;
    for (int64_t i = 0; i < n; i++) y[i] = value;
  } else
    for (int64_t i = 0; i < n; i++) y[i * sy] = x[i * sx];
}

/* A row of neighbours. Their places are steps from the first, which most often is all there is to
 * reckon: without the multiplication, it takes half the time. */
static inline void NAME(gather_row)(int64_t n, T *y, const T *x, int64_t sx, const int64_t *index,
                                    struct rule r) {
  for (int64_t i = 0; i < n; i++) y[i] = x[i * sx + place(index[i], r)];
}

/* Where the index does not move, one place serves the whole row. */
static void NAME(gather)(int64_t n, char *const *p, const int64_t *s, const double *k) {
  T *y = (T *)(void *)p[0];
  const T *x = (const T *)(void *)p[1];
  const int64_t *index = (const int64_t *)(void *)p[2], sx = s[1];
  const struct rule r = rule_from(k);
  if (s[2] == 0)
    NAME(copy)(n, y, s[0], x + place(index[0], r), sx);
  else if (s[0] == 1 && s[2] == 1 && sx == 0 && r.step == 1)
    NAME(gather_row)(n, y, x, 0, index, (struct rule){r.base, r.size, 1});
  else if (s[0] == 1 && s[2] == 1)
    NAME(gather_row)(n, y, x, sx, index, r);
  else
    for (int64_t i = 0; i < n; i++) y[i * s[0]] = x[i * sx + place(index[i * s[2]], r)];
}

/* The same for what is written; y[place] = x, or y[place] += alpha x. */
static inline void NAME(scatter_row)(int64_t n, T *y, const int64_t *index, const T *x, int64_t sx,
                                     struct rule r) {
  for (int64_t i = 0; i < n; i++) y[place(index[i], r)] = x[i * sx];
}

static inline void NAME(scatter_add_row)(int64_t n, T *y, const int64_t *index, const T *x, T alpha,
                                         struct rule r) {
  (void)alpha;
  for (int64_t i = 0; i < n; i++) {
    T *at = y + place(index[i], r);
    *at = ADD(*at, TIMES(alpha, x[i]));
  }
}

static void NAME(scatter)(int64_t n, char *const *p, const int64_t *s, const double *k) {
  T *y = (T *)(void *)p[0];
  const int64_t *index = (const int64_t *)(void *)p[1];
  const T *x = (const T *)(void *)p[2];
  const struct rule r = rule_from(k);
  if (s[1] == 0)
    NAME(copy)(n, y + place(index[0], r), s[0], x, s[2]);
  else if (s[0] == 0 && s[1] == 1 && r.step == 1)
    NAME(scatter_row)(n, y, index, x, s[2], (struct rule){r.base, r.size, 1});
  else
    for (int64_t i = 0; i < n; i++) y[i * s[0] + place(index[i * s[1]], r)] = x[i * s[2]];
}

static void NAME(add_row)(int64_t n, T *y, const T *x, T alpha) {
  (void)alpha;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] = ADD(y[i], TIMES(alpha, x[i]));
}

static void NAME(scatter_add)(int64_t n, char *const *p, const int64_t *s, const double *k) {
  T *y = (T *)(void *)p[0];
  const int64_t *index = (const int64_t *)(void *)p[1];
  const T *x = (const T *)(void *)p[2], alpha = (T)k[3];
  const struct rule r = rule_from(k);
  if (s[1] == 0 && s[0] == 1 && s[2] == 1) {
    NAME(add_row)(n, y + place(index[0], r), x, alpha);
    return;
  }
  if (s[0] == 0 && s[1] == 1 && s[2] == 1 && r.step == 1) {
    NAME(scatter_add_row)(n, y, index, x, alpha, (struct rule){r.base, r.size, 1});
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    T *at = y + i * s[0] + place(index[i * s[1]], r);
    *at = ADD(*at, TIMES(alpha, x[i * s[2]]));
  }
}
