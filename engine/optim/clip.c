/* Keeping gradients within bounds. */
#include <math.h>

#include "expr.h"

static double norm_of(nn__scope *s, nn_tensor *g, double p) {
  double norm = 0;
  nn_tensor *t = E_RUN(s, norm, nn_t(g), nn_number(p));
  if (t) s->status = nn_item(t, &norm);
  return norm;
}

/* Adds the norm of one more tensor to what `total` is of the p-norm of all. */
static double gather(double total, double norm, double p) {
  if (isnan(norm) || isnan(total)) return NAN;
  if (p == INFINITY) return fmax(total, norm);
  return total + (p == 0 ? norm != 0 : pow(norm, p));
}

static double finish(double total, double p) {
  return p == INFINITY || p == 0 ? total : pow(total, 1 / p);
}

static nn_status close_scope(nn__scope *s, bool grad_enabled) {
  nn_set_grad_enabled(s->ctx, grad_enabled);
  return nn__scope_close(s, NULL);
}

nn_status nn_clip_grad_norm(nn_ctx *ctx, int n, nn_tensor *const *params, double max_norm,
                            double norm_type, double *norm) {
  nn__scope s;
  double total = 0;
  bool before = nn_set_grad_enabled(ctx, false);
  nn__scope_open(&s, ctx);
  for (int i = 0; i < n && s.status == NN_OK; i++)
    if (params[i]->grad) total = gather(total, norm_of(&s, params[i]->grad, norm_type), norm_type);
  total = finish(total, norm_type);
  double scale = max_norm / (total + 1e-6);
  for (int i = 0; i < n && !(scale >= 1); i++)
    if (params[i]->grad) E_CHANGE(&s, mul, nn_t(params[i]->grad), nn_number(scale));
  nn_status status = close_scope(&s, before);
  if (status == NN_OK) *norm = total;
  return status;
}

nn_status nn_clip_grad_value(nn_ctx *ctx, int n, nn_tensor *const *params, double limit) {
  nn__scope s;
  bool before = nn_set_grad_enabled(ctx, false);
  nn__scope_open(&s, ctx);
  for (int i = 0; i < n; i++)
    if (params[i]->grad)
      E_CHANGE(&s, clamp, nn_t(params[i]->grad), nn_number(-limit), nn_number(limit));
  return close_scope(&s, before);
}
