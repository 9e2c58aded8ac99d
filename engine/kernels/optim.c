/* The update rules, one pass over the elements each: p is the parameter, g its gradient, k the
 * numbers that the rule's `scalars` (in optim/) computes. Conditions on k do not change within a
 * loop; the compiler moves them out. Where state may be missing, each case has a loop of its own:
 * a masked load from nowhere is allowed, but takes hundreds of cycles. */
#include "optim.h"

#include <math.h>

#include "kernels/isa.h"

#define SQRT(x) _Generic((x), float : sqrtf, double : sqrt)(x)

/* The gradient, turned round to maximise, with weight decay. */
#define GRADIENT(i) ((turn ? -g[i] : g[i]) + (decay != 0 ? decay * p[i] : 0))

#define INLINE static inline __attribute__((always_inline))

#define DEFINE(T, tag)                                                                           \
  /* k: decay, momentum, 1 - dampening, nesterov, -lr, first step, maximize */                   \
  static void sgd_##tag(const struct nn__update *u) {                                            \
    T *__restrict p = u->p, *__restrict b = u->state[0];                                         \
    const T *__restrict g = u->g;                                                                \
    const T decay = (T)u->k[0], momentum = (T)u->k[1], share = (T)u->k[2], step = (T)u->k[4];    \
    const int nesterov = u->k[3] != 0, first = u->k[5] != 0, turn = u->k[6] != 0;                \
    if (!b) {                                                                                    \
      for (int64_t i = 0; i < u->n; i++) p[i] += step * GRADIENT(i);                             \
      return;                                                                                    \
    }                                                                                            \
    for (int64_t i = 0; i < u->n; i++) {                                                         \
      T d = GRADIENT(i);                                                                         \
      b[i] = first ? d : momentum * b[i] + share * d;                                            \
      p[i] += step * (nesterov ? d + momentum * b[i] : b[i]);                                    \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  /* k: decay, alpha, 1 - alpha, eps, momentum, lr; state: square_avg, momentum_buffer, grad_avg \
   */                                                                                            \
  INLINE void rmsprop_case_##tag(const struct nn__update *u, bool buffered, bool centered) {     \
    T *__restrict p = u->p, *__restrict v = u->state[0], *__restrict b = u->state[1];            \
    T *__restrict m = u->state[2];                                                               \
    const T *__restrict g = u->g;                                                                \
    const T decay = (T)u->k[0], alpha = (T)u->k[1], share = (T)u->k[2], eps = (T)u->k[3];        \
    const T momentum = (T)u->k[4], lr = (T)u->k[5];                                              \
    const int turn = 0;                                                                          \
    for (int64_t i = 0; i < u->n; i++) {                                                         \
      T d = GRADIENT(i), square = v[i] = alpha * v[i] + share * d * d;                           \
      if (centered) {                                                                            \
        m[i] = alpha * m[i] + share * d;                                                         \
        square -= m[i] * m[i];                                                                   \
      }                                                                                          \
      T root = SQRT(square) + eps;                                                               \
      if (buffered) {                                                                            \
        b[i] = momentum * b[i] + d / root;                                                       \
        p[i] -= lr * b[i];                                                                       \
      } else                                                                                     \
        p[i] -= lr * d / root;                                                                   \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  static void rmsprop_##tag(const struct nn__update *u) {                                        \
    if (u->state[1] && u->state[2])                                                              \
      rmsprop_case_##tag(u, true, true);                                                         \
    else if (u->state[1])                                                                        \
      rmsprop_case_##tag(u, true, false);                                                        \
    else if (u->state[2])                                                                        \
      rmsprop_case_##tag(u, false, true);                                                        \
    else                                                                                         \
      rmsprop_case_##tag(u, false, false);                                                       \
  }                                                                                              \
                                                                                                 \
  /* k: decay, beta1, beta2, 1 - beta1, 1 - beta2, lr / (1 - beta1^t), sqrt(1 - beta2^t), eps,   \
   * what p is multiplied by first, maximize */                                                  \
  INLINE void adam_case_##tag(const struct nn__update *u, bool amsgrad) {                        \
    T *__restrict p = u->p, *__restrict m = u->state[0], *__restrict v = u->state[1];            \
    T *__restrict top = u->state[2];                                                             \
    const T *__restrict g = u->g;                                                                \
    const T decay = (T)u->k[0], keep = (T)u->k[8];                                               \
    const T beta1 = (T)u->k[1], beta2 = (T)u->k[2], share1 = (T)u->k[3], share2 = (T)u->k[4];    \
    const T step = (T)u->k[5], root = (T)u->k[6], eps = (T)u->k[7];                              \
    const int turn = u->k[9] != 0;                                                               \
    for (int64_t i = 0; i < u->n; i++) {                                                         \
      p[i] *= keep;                                                                              \
      T d = GRADIENT(i);                                                                         \
      m[i] = beta1 * m[i] + share1 * d;                                                          \
      T square = v[i] = beta2 * v[i] + share2 * d * d;                                           \
      if (amsgrad) square = top[i] = top[i] > square || top[i] != top[i] ? top[i] : square;      \
      p[i] -= step * m[i] / (SQRT(square) / root + eps);                                         \
    }                                                                                            \
  }                                                                                              \
                                                                                                 \
  static void adam_##tag(const struct nn__update *u) {                                           \
    if (u->state[2])                                                                             \
      adam_case_##tag(u, true);                                                                  \
    else                                                                                         \
      adam_case_##tag(u, false);                                                                 \
  }                                                                                              \
                                                                                                 \
  /* k: decay, lr of this step, eps */                                                           \
  static void adagrad_##tag(const struct nn__update *u) {                                        \
    T *__restrict p = u->p, *__restrict sum = u->state[0];                                       \
    const T *__restrict g = u->g;                                                                \
    const T decay = (T)u->k[0], lr = (T)u->k[1], eps = (T)u->k[2];                               \
    const int turn = 0;                                                                          \
    for (int64_t i = 0; i < u->n; i++) {                                                         \
      T d = GRADIENT(i);                                                                         \
      sum[i] += d * d;                                                                           \
      p[i] -= lr * d / (SQRT(sum[i]) + eps);                                                     \
    }                                                                                            \
  }

DEFINE(float, f32)
DEFINE(double, f64)

#define ROW(name) {name##_f32, name##_f64},
const struct nn__optim_kernels NN_KERNEL(optim_kernels) = {{NN__UPDATES(ROW)}};
