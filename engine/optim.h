/* Optimisers. A kind (nn_rule) is declared once, in optim/, and listed in optimizers.def: its
 * options, the tensors it keeps for each parameter, and how its options become the few numbers of
 * its kernel, which makes one pass over parameter, gradient and state. The order of operations is
 * PyTorch 1.13's: scalars in double, elements in their own type. */
#ifndef NN_OPTIM_H
#define NN_OPTIM_H

#include "op.h"

enum { NN__MAX_OPTIONS = 10, NN__MAX_STATE = 3, NN__MAX_SCALARS = 10 };

/* What a kernel works on. A state tensor that the options do not ask for is NULL. */
struct nn__update {
  int64_t n;
  void *p;
  const void *g;
  void *state[NN__MAX_STATE];
  double k[NN__MAX_SCALARS];
};

#define NN__UPDATES(X) X(sgd) X(rmsprop) X(adam) X(adagrad)

enum nn__update_id {
#define NN__UPDATE_ID(name) NN__UPDATE_##name,
  NN__UPDATES(NN__UPDATE_ID)
#undef NN__UPDATE_ID
      NN__UPDATE_IDS
};

/* One kernel for each rule, for float and for double. */
struct nn__optim_kernels {
  void (*update[NN__UPDATE_IDS][2])(const struct nn__update *u);
};

struct nn_rule {
  const char *name;
  const char *params; /* "lr:number=0.001 …": numbers and booleans */
  const char *doc;
  const char *state[NN__MAX_STATE]; /* names, as in PyTorch's state */
  enum nn__update_id kernel;

  /* Fails where options do not go together; may be NULL. */
  nn_status (*check)(nn_ctx *ctx, const double *option);

  /* Whether state k is needed. */
  bool (*needs)(const double *option, int k);

  /* The kernel's numbers at the parameter's `step`-th step, from 1. `fresh`: state 0 was made just
   * now. */
  void (*scalars)(const double *option, int64_t step, bool fresh, double *k);

  int initial;       /* the option that state starts from; 0: from zeros */
  nn_rule_info info; /* parsed from the above at first use */
  bool parsed;
};

/* Every kind is a variable nn__rule_<name>. */
#define RULE(name) extern nn_rule nn__rule_##name;
#include "optimizers.def"
#undef RULE

#endif
