/* Optimisers: the catalogue of rules, groups of parameters, the step, the state. */
#include "optim.h"

#include <pthread.h>
#include <string.h>

#include "cpu.h"
#include "module.h"
#include "pointwise.h"
#include "threads.h"

NN_ISA_TABLES(struct nn__optim_kernels, optim_kernels);

typedef struct slot { /* a parameter and its state */
  nn_tensor *t;
  int64_t steps;
  nn_tensor *state[NN__MAX_STATE]; /* contiguous, in the parameter's shape and type */
} slot;

typedef struct group {
  int n;
  slot *slots;
  double option[NN__MAX_OPTIONS];
} group;

struct nn_optimizer {
  nn_ctx *ctx;
  const nn_rule *rule;
  nn_arg defaults[NN__MAX_OPTIONS];
  int n, room;
  group *groups;
};

/* -- The catalogue --------------------------------------------------------------------------- */

static nn_rule *const rules[] = {
#define RULE(name) &nn__rule_##name,
#include "optimizers.def"
#undef RULE
};

enum { RULES = sizeof rules / sizeof *rules };

const nn_rule *nn_rule_at(int i) { return i >= 0 && i < RULES ? rules[i] : NULL; }

const nn_rule *nn_rule_find(const char *name) {
  for (int i = 0; i < RULES; i++)
    if (strcmp(rules[i]->name, name) == 0) return rules[i];
  return NULL;
}

const nn_rule_info *nn_rule_describe(const nn_rule *rule) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  nn_rule *r = (nn_rule *)rule;
  if (__atomic_load_n(&r->parsed, __ATOMIC_ACQUIRE)) return &r->info;
  pthread_mutex_lock(&lock);
  if (!r->parsed) {
    int n;
    nn_param *params = nn_params_create(r->params, &n);
    r->info = (nn_rule_info){.name = r->name, .doc = r->doc, .params = params, .nparams = n};
    __atomic_store_n(&r->parsed, params != NULL, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&lock);
  return &r->info;
}

/* -- Options --------------------------------------------------------------------------------- */

/* All options are 0 or more, but for dampening; the betas are also below 1. */
static nn_status check_option(nn_ctx *ctx, const nn_rule *rule, int i, double value) {
  const char *name = rule->info.params[i].name;
  if (strcmp(name, "dampening") == 0) return NN_OK;
  if (!(value >= 0))
    return nn_fail(ctx, NN_EARG, "%s: %s must be 0 or more, not %g", rule->name, name, value);
  if (strncmp(name, "beta", 4) == 0 && value >= 1)
    return nn_fail(ctx, NN_EARG, "%s: %s must be below 1, not %g", rule->name, name, value);
  return NN_OK;
}

static nn_status check_options(nn_ctx *ctx, const nn_rule *rule, const double *option) {
  for (int i = 0; i < rule->info.nparams; i++) NN_TRY(check_option(ctx, rule, i, option[i]));
  return rule->check ? rule->check(ctx, option) : NN_OK;
}

static void to_numbers(const nn_rule *rule, const nn_arg *args, double *option) {
  for (int i = 0; i < rule->info.nparams; i++) option[i] = nn__value(&args[i]);
}

/* -- Creation and end ------------------------------------------------------------------------ */

nn_status nn_optimizer_create(nn_ctx *ctx, const nn_rule *rule, const nn_arg *options, int n,
                              nn_optimizer **out) {
  const nn_rule_info *info = nn_rule_describe(rule);
  nn_arg bound[NN__MAX_OPTIONS];
  double option[NN__MAX_OPTIONS];
  NN_TRY(nn_bind(ctx, rule->name, info->params, info->nparams, options, n, bound));
  to_numbers(rule, bound, option);
  NN_TRY(check_options(ctx, rule, option));
  nn_optimizer *o = nn__alloc(ctx, sizeof *o);
  if (!o) return nn__no_memory(ctx, sizeof *o);
  *o = (nn_optimizer){.ctx = ctx, .rule = rule};
  memcpy(o->defaults, bound, (size_t)info->nparams * sizeof *bound);
  *out = o;
  return NN_OK;
}

static void free_group(nn_ctx *ctx, group *g) {
  for (int i = 0; i < g->n; i++) {
    nn_release(g->slots[i].t);
    for (int k = 0; k < NN__MAX_STATE; k++) nn_release(g->slots[i].state[k]);
  }
  if (g->slots) nn__free(ctx, g->slots, (size_t)g->n * sizeof *g->slots);
}

void nn_optimizer_release(nn_optimizer *o) {
  if (!o) return;
  for (int i = 0; i < o->n; i++) free_group(o->ctx, &o->groups[i]);
  if (o->groups) nn__free(o->ctx, o->groups, (size_t)o->room * sizeof *o->groups);
  nn__free(o->ctx, o, sizeof *o);
}

const nn_rule *nn_optimizer_rule(const nn_optimizer *o) { return o->rule; }

/* -- Groups ---------------------------------------------------------------------------------- */

static bool has_param(const nn_optimizer *o, const nn_tensor *t) {
  for (int g = 0; g < o->n; g++)
    for (int i = 0; i < o->groups[g].n; i++)
      if (o->groups[g].slots[i].t == t) return true;
  return false;
}

static nn_status check_params(const nn_optimizer *o, int n, nn_tensor *const *params) {
  const char *name = o->rule->name;
  for (int i = 0; i < n; i++) {
    if (!nn_is_leaf(params[i]))
      return nn_fail(o->ctx, NN_ESTATE, "%s: parameter %d is not a leaf, but computed by %s", name,
                     i + o->ctx->options.base, nn_grad_fn(params[i]));
    if (!nn_dtype_is_floating((nn_dtype)params[i]->dtype))
      return nn_fail(o->ctx, NN_EARG, "%s: parameter %d is %s, but must be floating", name,
                     i + o->ctx->options.base, nn_dtype_name((nn_dtype)params[i]->dtype));
    if (has_param(o, params[i]))
      return nn_fail(o->ctx, NN_EARG, "%s: some parameters appear in more than one parameter group",
                     name);
    for (int j = 0; j < i; j++)
      if (params[i] == params[j])
        return nn_fail(o->ctx, NN_EARG, "%s: some parameters appear twice in a parameter group",
                       name);
  }
  return NN_OK;
}

static bool grow(nn_optimizer *o) {
  int room = o->room ? 2 * o->room : 2;
  group *more = nn__alloc(o->ctx, (size_t)room * sizeof *more);
  if (!more) return false;
  if (o->n) memcpy(more, o->groups, (size_t)o->n * sizeof *more);
  if (o->groups) nn__free(o->ctx, o->groups, (size_t)o->room * sizeof *more);
  o->groups = more;
  o->room = room;
  return true;
}

nn_status nn_optimizer_add_group(nn_optimizer *o, int nparams, nn_tensor *const *params,
                                 const nn_arg *options, int n) {
  const nn_rule_info *info = &o->rule->info;
  nn_arg args[NN__MAX_OPTIONS], bound[NN__MAX_OPTIONS];
  group g = {.n = nparams};
  if (n > info->nparams) n = info->nparams;
  for (int i = 0; i < info->nparams; i++)
    args[i] = i < n && options[i].kind != NN_NONE ? options[i] : o->defaults[i];
  NN_TRY(nn_bind(o->ctx, o->rule->name, info->params, info->nparams, args, info->nparams, bound));
  to_numbers(o->rule, bound, g.option);
  NN_TRY(check_options(o->ctx, o->rule, g.option));
  NN_TRY(check_params(o, nparams, params));
  if (o->n == o->room && !grow(o)) return nn__no_memory(o->ctx, sizeof g);
  size_t bytes = (size_t)nparams * sizeof *g.slots;
  g.slots = nparams ? nn__alloc(o->ctx, bytes) : NULL;
  if (nparams && !g.slots) return nn__no_memory(o->ctx, bytes);
  for (int i = 0; i < nparams; i++) g.slots[i] = (slot){.t = nn_retain(params[i])};
  o->groups[o->n++] = g;
  return NN_OK;
}

int nn_optimizer_group_count(const nn_optimizer *o) { return o->n; }
int nn_optimizer_param_count(const nn_optimizer *o, int g) { return o->groups[g].n; }
nn_tensor *nn_optimizer_param(const nn_optimizer *o, int g, int i) {
  return o->groups[g].slots[i].t;
}

double nn_optimizer_get(const nn_optimizer *o, int g, int i) { return o->groups[g].option[i]; }

nn_status nn_optimizer_set(nn_optimizer *o, int g, int i, double value) {
  NN_TRY(check_option(o->ctx, o->rule, i, value));
  o->groups[g].option[i] = value;
  return NN_OK;
}

/* -- State ----------------------------------------------------------------------------------- */

int64_t nn_optimizer_steps(const nn_optimizer *o, int g, int i) {
  return o->groups[g].slots[i].steps;
}

nn_tensor *nn_optimizer_state(const nn_optimizer *o, int g, int i, int k, const char **name) {
  bool exists = k >= 0 && k < NN__MAX_STATE && o->rule->state[k];
  *name = exists ? o->rule->state[k] : NULL;
  return exists ? o->groups[g].slots[i].state[k] : NULL;
}

static int state_called(const nn_rule *rule, const char *name) {
  for (int k = 0; k < NN__MAX_STATE; k++)
    if (rule->state[k] && strcmp(rule->state[k], name) == 0) return k;
  return -1;
}

nn_status nn_optimizer_set_state(nn_optimizer *o, int g, int i, int64_t steps, const char *name,
                                 nn_tensor *value) {
  slot *s = &o->groups[g].slots[i];
  nn__meta meta = nn__meta_of(s->t);
  nn_tensor *copy = NULL;
  int k = name ? state_called(o->rule, name) : -1;
  if (name && k < 0)
    return nn_fail(o->ctx, NN_EARG, "%s: keeps no state called %s", o->rule->name, name);
  if (value && !nn__same_shape(value, s->t))
    return nn_fail(o->ctx, NN_ESHAPE, "%s: %s must have its parameter's shape", o->rule->name,
                   name ? name : "state");
  if (name && value) {
    if (!(copy = nn__new_tensor(o->ctx, &meta))) return NN_ENOMEM;
    nn_status status = nn__copy_elements(copy, value);
    if (status != NN_OK) {
      nn_release(copy);
      return status;
    }
  }
  if (name) {
    nn_release(s->state[k]);
    s->state[k] = copy;
  }
  s->steps = steps;
  return NN_OK;
}

/* -- The step -------------------------------------------------------------------------------- */

/* Makes the state that is missing, and converts what was made before its parameter was. */
static nn_status make_state(nn_optimizer *o, slot *s, const double *option, bool *fresh) {
  nn__meta meta = nn__meta_of(s->t);
  for (int k = 0; k < NN__MAX_STATE; k++) {
    if (s->state[k]) NN_TRY(nn_convert(s->state[k], meta.dtype));
    if (!o->rule->state[k] || s->state[k] || !o->rule->needs(option, k)) continue;
    if (!(s->state[k] = nn__new_tensor(o->ctx, &meta))) return NN_ENOMEM;
    nn__fill(s->state[k], o->rule->initial ? option[o->rule->initial] : 0);
    if (k == 0) *fresh = true;
  }
  return NN_OK;
}

static nn_tensor *contiguous_copy(nn_tensor *t) {
  nn__meta meta = nn__meta_of(t);
  return nn__copied(t, &meta);
}

typedef void update_kernel(const struct nn__update *);

static update_kernel *find_kernel(const nn_rule *rule, nn_dtype dtype) {
  return optim_kernels_by_isa[nn__isa()]->update[rule->kernel][dtype == NN_FLOAT64];
}

/* Elements `at` … `at + n - 1` of an update. */
static struct nn__update part_of(const struct nn__update *u, int64_t at, int64_t n, int64_t size) {
  struct nn__update part = *u;
  part.n = n;
  part.p = (char *)u->p + at * size;
  part.g = (const char *)u->g + at * size;
  for (int k = 0; k < NN__MAX_STATE; k++)
    part.state[k] = u->state[k] ? (char *)u->state[k] + at * size : NULL;
  return part;
}

enum { CHUNK = 1 << 15 }; /* elements */

struct chunks {
  update_kernel *kernel;
  const struct nn__update *whole;
  int64_t size; /* of an element */
};

static void run_chunk(void *chunks, int64_t c) {
  const struct chunks *all = chunks;
  int64_t at = c * CHUNK, left = all->whole->n - at;
  struct nn__update part = part_of(all->whole, at, left < CHUNK ? left : CHUNK, all->size);
  all->kernel(&part);
}

/* Large updates are shared out in chunks. Each element is computed alone, so that any number of
 * threads gives the same bits. */
static void run(const nn_ctx *ctx, const nn_rule *rule, nn_dtype dtype,
                const struct nn__update *u) {
  struct chunks all = {find_kernel(rule, dtype), u, (int64_t)nn_dtype_size(dtype)};
  int64_t count = (u->n + CHUNK - 1) / CHUNK;
  if (count <= 2 || ctx->threads == 1)
    all.kernel(u);
  else
    nn__parallel(ctx->threads, count, run_chunk, &all);
}

/* On contiguous copies, where parameter or gradient are not contiguous themselves. */
static nn_status update_slot(nn_optimizer *o, slot *s, const double *option) {
  nn_tensor *t = s->t, *grad = t->grad, *p = nn_retain(t), *g = nn_retain(grad);
  bool fresh = false;
  if (!t->contiguous) nn_release(p), p = contiguous_copy(t);
  if (!grad->contiguous) nn_release(g), g = contiguous_copy(grad);
  nn_status status = p && g ? make_state(o, s, option, &fresh) : NN_ENOMEM;
  if (status == NN_OK) {
    struct nn__update u = {.n = t->numel, .p = p->data, .g = g->data};
    o->rule->scalars(option, s->steps + 1, fresh, u.k);
    for (int k = 0; k < NN__MAX_STATE; k++)
      u.state[k] = s->state[k] && o->rule->needs(option, k) ? s->state[k]->data : NULL;
    run(o->ctx, o->rule, (nn_dtype)t->dtype, &u);
    if (p != t) status = nn__copy_elements(t, p);
    s->steps++;
    t->storage->version++;
  }
  nn_release(p);
  nn_release(g);
  return status;
}

nn_status nn_optimizer_step(nn_optimizer *o) {
  for (int g = 0; g < o->n; g++) {
    group *at = &o->groups[g];
    if (o->rule->check) NN_TRY(o->rule->check(o->ctx, at->option));
    for (int i = 0; i < at->n; i++)
      if (at->slots[i].t->grad) NN_TRY(update_slot(o, &at->slots[i], at->option));
  }
  return NN_OK;
}

nn_status nn_optimizer_zero_grad(nn_optimizer *o, bool set_to_none) {
  for (int g = 0; g < o->n; g++)
    for (int i = 0; i < o->groups[g].n; i++)
      NN_TRY(nn__zero_grad(o->groups[g].slots[i].t, set_to_none));
  return NN_OK;
}
