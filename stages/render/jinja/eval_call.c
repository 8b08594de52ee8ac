/* Arguments, and what takes them: calls, filters, tests. See eval.h. */
#include "render/jinja/eval.h"

#include <string.h>

struct arguments {
    struct cvx_value *pos;
    struct cvx_kwarg *kw;
    size_t n, n_kw, cap, cap_kw;
};

static int reserve(struct cvx_run *run, struct arguments *args, size_t n, size_t n_kw)
{
    args->cap = n;
    args->cap_kw = n_kw;
    args->pos = n ? cvx_heap_array(run->rt->heap, n, sizeof(*args->pos)) : NULL;
    args->kw = n_kw ? cvx_heap_array(run->rt->heap, n_kw, sizeof(*args->kw)) : NULL;
    if ((n && !args->pos) || (n_kw && !args->kw))
        return cvx_value_no_memory(run->rt);
    return CVX_OK;
}

static int put_keyword(struct cvx_run *run, struct arguments *args,
                       const struct cvx_str *name, struct cvx_value value)
{
    for (size_t i = 0; i < args->n_kw; i++)
        if (args->kw[i].name->len == name->len &&
            memcmp(args->kw[i].name->data, name->data, name->len) == 0)
            return cvx_value_fail(run->rt, "TypeError",
                                  "the argument '%s' is given twice", name->data);
    args->kw[args->n_kw++] = (struct cvx_kwarg){name, value};
    return CVX_OK;
}

/* **rest */
static int put_mapping(struct cvx_run *run, struct arguments *args, struct cvx_value rest)
{
    int rc = CVX_OK;
    for (size_t i = 0; !rc && i < cvx_dict_count(rest.u.dict); i++) {
        const struct cvx_dict_entry *entry = cvx_dict_at(rest.u.dict, i);
        if (entry->key.kind != CVX_V_STR)
            return cvx_value_fail(run->rt, "TypeError",
                                  "names of arguments must be text, not %s",
                                  cvx_value_type(entry->key));
        rc = put_keyword(run, args, entry->key.u.str, entry->value);
    }
    return rc;
}

/* What * and ** stand for. */
static int eval_rest(struct cvx_run *run, const struct cvx_call *call,
                     struct cvx_list **ret_list, struct cvx_value *ret_dict)
{
    struct cvx_value value = {0};
    int rc = CVX_OK;
    if (call->rest) {
        rc = cvx_eval(run, call->rest, &value);
        if (!rc)
            rc = cvx_iter_collect(run->rt, value, ret_list);
    }
    if (rc || !call->rest_kw)
        return rc;
    rc = cvx_eval(run, call->rest_kw, &value);
    if (rc)
        return rc;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(run->rt, value);
    if (value.kind != CVX_V_DICT)
        return cvx_value_fail(run->rt, "TypeError", "** needs a dict, not %s",
                              cvx_value_type(value));
    *ret_dict = value;
    return CVX_OK;
}

static int eval_named(struct cvx_run *run, const struct cvx_call *call,
                      struct arguments *args)
{
    int rc = CVX_OK;
    for (uint32_t i = 0; !rc && i < call->n; i++)
        rc = cvx_eval(run, call->pos[i], &args->pos[args->n++]);
    for (uint32_t i = 0; !rc && i < call->n_kw; i++) {
        struct cvx_value value = {0};
        rc = cvx_eval(run, call->kw[i].value, &value);
        args->kw[args->n_kw++] = (struct cvx_kwarg){call->kw[i].name, value};
    }
    return rc;
}

int cvx_eval_args(struct cvx_run *run, const struct cvx_call *call,
                  const struct cvx_value *caller, struct cvx_args *ret)
{
    static const struct cvx_str k_caller = {.data = "caller", .len = 6, .points = 6};
    if (call->ready && !caller) {
        *ret = *call->ready;
        return CVX_OK;
    }
    struct cvx_list *list = NULL;
    struct cvx_value dict = {0};
    struct arguments args = {0};
    int rc = call->rest || call->rest_kw ? eval_rest(run, call, &list, &dict) : CVX_OK;
    size_t n_dict = dict.kind == CVX_V_DICT ? cvx_dict_count(dict.u.dict) : 0;
    if (!rc)
        rc = reserve(run, &args, call->n + (list ? list->n : 0),
                     call->n_kw + n_dict + (caller != NULL));
    if (!rc)
        rc = eval_named(run, call, &args);
    for (size_t i = 0; !rc && list && i < list->n && args.n < args.cap; i++)
        args.pos[args.n++] = list->items[i];
    if (!rc && caller)
        rc = put_keyword(run, &args, &k_caller, *caller);
    if (!rc && dict.kind == CVX_V_DICT)
        rc = put_mapping(run, &args, dict);
    if (!rc)
        *ret = (struct cvx_args){args.pos, args.n, args.kw, args.n_kw};
    return rc;
}

int cvx_eval_call(struct cvx_run *run, const struct cvx_expr *expr, struct cvx_value *ret)
{
    struct cvx_value callee = {0};
    struct cvx_args args = {0};
    int rc = cvx_eval(run, expr->u.call.base, &callee);
    if (!rc)
        rc = cvx_eval_args(run, expr->u.call.args, NULL, &args);
    return rc ? rc : cvx_access_call(run->rt, callee, &args, ret);
}

static int fail_unknown(struct cvx_run *run, const char *what, const struct cvx_str *name)
{
    return cvx_value_fail(run->rt, "TemplateRuntimeError", "there is no %s named '%s'",
                          what, name->data);
}

int cvx_eval_filter(struct cvx_run *run, const struct cvx_expr *expr,
                    struct cvx_value *ret)
{
    struct cvx_value base = {0};
    struct cvx_args args = {0};
    int rc = cvx_eval(run, expr->u.call.base, &base);
    if (!rc)
        rc = cvx_eval_args(run, expr->u.call.args, NULL, &args);
    if (rc)
        return rc;
    if (!expr->u.call.filter)
        return fail_unknown(run, "filter", expr->u.call.name);
    return expr->u.call.filter(run->rt, base, &args, ret);
}

int cvx_eval_test(struct cvx_run *run, const struct cvx_expr *expr, struct cvx_value *ret)
{
    struct cvx_value base = {0};
    struct cvx_args args = {0};
    bool holds = false;
    int rc = cvx_eval(run, expr->u.call.base, &base);
    if (!rc)
        rc = cvx_eval_args(run, expr->u.call.args, NULL, &args);
    if (rc)
        return rc;
    if (!expr->u.call.test)
        return fail_unknown(run, "test", expr->u.call.name);
    rc = expr->u.call.test(run->rt, base, &args, &holds);
    if (!rc)
        *ret = cvx_value_bool(holds);
    return rc;
}
