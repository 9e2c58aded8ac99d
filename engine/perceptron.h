/* Two small linear layers with a relu between them, and their gradient, each in one pass over the
 * batch:
 *
 *     h = relu(x W1^T + b1)      (batch, hidden)
 *     y = h W2^T + b2            (batch, out)
 *
 * A part of the hidden layer's gradient stays in registers until it has gone into those of W1 and
 * b1. Products of their own would take longer to load and store it than to compute. */
#ifndef NN_PERCEPTRON_H
#define NN_PERCEPTRON_H

#include "gemm.h"

/* The most bytes of weights and gradients, which are to stay in the nearest cache beside some rows
 * of the batch. */
enum { NN_PERCEPTRON_BYTES = 1 << 15 };

/* The most columns of y. */
enum { NN_PERCEPTRON_OUT = 32 };

/* Matrices lie row after row, but for x and h, whose rows are x_row and nn__perceptron_pitch apart.
 */
struct nn__perceptron {
  enum nn__gemm_type type;
  int64_t batch, in, hidden, out; /* hidden: 1 or more */
  const void *x;                  /* (batch, in) */
  int64_t x_row;
  const void *w1, *b1;         /* (hidden, in), (hidden) */
  const void *w2, *b2;         /* (out, hidden), (out) */
  void *h, *y;                 /* (batch, hidden), (batch, out) */
  const void *gy;              /* (batch, out): the gradient of y */
  void *gw1, *gb1, *gw2, *gb2; /* those of the parameters; NULL: not wanted */
};

/* A row of h has room for a whole number of vectors, of any instruction set. */
static inline int64_t nn__perceptron_pitch(enum nn__gemm_type type, int64_t hidden) {
  const int64_t lanes = type == NN_GEMM_F32 ? 16 : 8;
  return (hidden + lanes - 1) / lanes * lanes;
}

/* The number of elements of the sums over rows of which gw1, gb1 and gw2 are made. */
static inline int64_t nn__perceptron_sums_length(const struct nn__perceptron *p) {
  return (p->in + 1 + p->out) * nn__perceptron_pitch(p->type, p->hidden);
}

#endif
