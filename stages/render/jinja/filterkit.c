/* What the filters share: arguments, method calls, keys of items. See filterkit.h. */
#include "render/jinja/filterkit.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "text/unicode.h"

int cvx_filterkit_bind(struct cvx_rt *rt, const char *what, const struct cvx_args *args,
                       const struct cvx_filterkit_param *params, size_t n,
                       struct cvx_value *ret)
{
    const char *names[CVX_FILTERKIT_PARAMS_MAX] = {0};
    bool given[CVX_FILTERKIT_PARAMS_MAX];
    size_t required = 0;
    assert(n <= CVX_FILTERKIT_PARAMS_MAX);
    for (size_t i = 0; i < n; i++) {
        names[i] = params[i].name;
        required += params[i].required;
    }
    int rc = cvx_args_bind(rt, what, args, names, n, required, ret, given);
    if (rc)
        return rc;
    for (size_t i = 0; i < n; i++)
        if (!given[i])
            ret[i] = params[i].value;
    return CVX_OK;
}

int cvx_filterkit_bind_none(struct cvx_rt *rt, const char *what,
                            const struct cvx_args *args)
{
    return cvx_args_bind(rt, what, args, NULL, 0, 0, NULL, NULL);
}

int cvx_filterkit_finish(struct cvx_rt *rt, int rc, struct cvx_buf *buf, bool safe,
                         struct cvx_value *ret)
{
    if (!rc)
        rc = cvx_value_str_buf(rt, buf, safe, ret);
    cvx_buf_done(buf);
    return rc;
}

int cvx_filterkit_method(struct cvx_rt *rt, struct cvx_value self,
                         const struct cvx_str *name, const struct cvx_value *pos,
                         size_t n, struct cvx_value *ret)
{
    struct cvx_value method = {0};
    bool found = false;
    int rc = self.kind == CVX_V_UNDEFINED
                 ? cvx_value_fail_undefined(rt, self)
                 : cvx_access_attr(rt, self, name, &method, &found);
    if (rc)
        return rc;
    if (!found)
        return cvx_value_fail(rt, "AttributeError", "'%s' has no method '%s'",
                              cvx_value_type(self), name->data);
    return cvx_access_call(rt, method, &(struct cvx_args){.pos = pos, .n = n}, ret);
}

int cvx_filterkit_reverse(struct cvx_rt *rt, struct cvx_value value, bool *ret)
{
    int64_t number = 0;
    int rc = cvx_numeric_index(rt, value, &number);
    if (!rc && (number < INT_MIN || number > INT_MAX))
        rc = cvx_value_fail(rt, "OverflowError", "the argument 'reverse' is too large");
    if (!rc)
        *ret = number != 0;
    return rc;
}

int cvx_filterkit_unpack2(struct cvx_rt *rt, struct cvx_value pair,
                          struct cvx_value ret[2])
{
    struct cvx_list *list = NULL;
    /* Iterating over nothing would be an empty list, whose count is the fault shown. */
    int rc = cvx_iter_collect(rt, pair, &list);
    if (rc)
        return rc;
    if (list->n != 2)
        return cvx_value_fail(rt, "ValueError", "a pair was expected, not %zu values",
                              list->n);
    ret[0] = list->items[0];
    ret[1] = list->items[1];
    return CVX_OK;
}

static int fold_text(struct cvx_rt *rt, struct cvx_value *value)
{
    const struct cvx_str *str = value->u.str;
    bool upper = str->len != str->points;
    for (size_t i = 0; i < str->len && !upper; i++)
        upper = str->data[i] >= 'A' && str->data[i] <= 'Z';
    if (!upper)
        return CVX_OK;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_unicode_lower(&buf, str->data, str->len);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, value->safe, value);
}

int cvx_filterkit_key_of(struct cvx_rt *rt, const struct cvx_filterkit_key *key,
                         struct cvx_value item, struct cvx_value *ret)
{
    struct cvx_value value = item;
    int rc = CVX_OK;
    if (key->attribute.kind != CVX_V_NONE)
        rc = cvx_access_path(rt, item, key->attribute, key->dflt, &value);
    if (!rc && key->fold && value.kind == CVX_V_STR)
        rc = fold_text(rt, &value);
    if (!rc)
        *ret = value;
    return rc;
}
