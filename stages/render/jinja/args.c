/* Binding the arguments of a call to parameter names. See value.h. */
#include "render/jinja/value.h"

#include <string.h>

static int too_many(struct cvx_rt *rt, const char *what, size_t most, size_t given)
{
    return cvx_value_fail(rt, "TypeError", "%s takes at most %zu argument%s, %zu given",
                          what, most, most == 1 ? "" : "s", given);
}

/* The place of name among names; n_names when it is none of them. */
static size_t find_name(const struct cvx_str *name, const char *const *names,
                        size_t n_names)
{
    size_t i = 0;
    while (i < n_names && (strlen(names[i]) != name->len ||
                           memcmp(names[i], name->data, name->len) != 0))
        i++;
    return i;
}

static int bind_keyword(struct cvx_rt *rt, const char *what, const struct cvx_kwarg *kw,
                        const char *const *names, size_t n_names, struct cvx_value *ret,
                        bool *given)
{
    size_t i = find_name(kw->name, names, n_names);
    if (i == n_names)
        return cvx_value_fail(rt, "TypeError", "%s has no argument '%s'", what,
                              kw->name->data);
    if (given[i])
        return cvx_value_fail(rt, "TypeError", "%s got its argument '%s' twice", what,
                              names[i]);
    ret[i] = kw->value;
    given[i] = true;
    return CVX_OK;
}

int cvx_args_bind(struct cvx_rt *rt, const char *what, const struct cvx_args *args,
                  const char *const *names, size_t n_names, size_t n_required,
                  struct cvx_value *ret, bool *given)
{
    if (args->n > n_names)
        return too_many(rt, what, n_names, args->n);
    for (size_t i = 0; i < n_names; i++) {
        given[i] = i < args->n;
        ret[i] = given[i] ? args->pos[i] : (struct cvx_value){.kind = CVX_V_UNDEFINED};
    }
    for (size_t i = 0; i < args->n_kw; i++) {
        int rc = bind_keyword(rt, what, &args->kw[i], names, n_names, ret, given);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < n_required; i++)
        if (!given[i])
            return cvx_value_fail(rt, "TypeError", "%s misses its argument '%s'", what,
                                  names[i]);
    return CVX_OK;
}
