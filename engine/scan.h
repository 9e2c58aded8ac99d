/* Running folds along a dimension: each element becomes the sum or product of those up to it. */
#ifndef NN_SCAN_H
#define NN_SCAN_H

#include "nn.h"

enum nn__scan_id {
  NN_SCAN_SUM,    /* y[i] = y[i-1] + x[i] */
  NN_SCAN_PROD,   /* y[i] = y[i-1] * x[i] */
  NN_SCAN_LINEAR, /* y[i] = y[i-1] * factor[i] + x[i] */
  NN_SCAN_SHIFT,  /* y[i] = x[i]; exclusive, y[i] = x[i-1] */
  NN_SCAN_IDS
};

enum { NN__SCAN_LINES = 256 /* at most, in one call */ };

/* `lines` scans of m elements: element i of line j is x[i * step + j * line]; y lies alike, and may
 * be x. step < 0 scans from the end. Exclusive: y[i] is what y[i-1] would be. */
struct nn__scan {
  int64_t m, step, lines, line;
  const void *x, *factor;
  void *y;
  bool exclusive;
};

struct nn__scans {
  void (*scan[NN_SCAN_IDS][NN_DTYPE_COUNT])(const struct nn__scan *s); /* none for bool */
};

#endif
