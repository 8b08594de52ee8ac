/* Expressions to values. See eval.h. */
#include "render/jinja/eval.h"

#include <string.h>

#define STACK_MAX ((size_t)1024 * 1024) /* of the C stack that one rendering may use */
#define CALLS_DEEP_MAX 200u

/* ---- calls ---- */

int cvx_eval_enter(struct cvx_run *run)
{
    const char *here = __builtin_frame_address(0);
    size_t used =
        here < run->stack ? (size_t)(run->stack - here) : (size_t)(here - run->stack);
    if (run->depth == CALLS_DEEP_MAX || used > STACK_MAX)
        return cvx_fail(run->rt->err, CVX_ELIMIT, "calls are nested more than %u deep",
                        run->depth);
    if (run->calls == 0)
        return cvx_fail(run->rt->err, CVX_ELIMIT, "too many calls of macros and blocks");
    run->calls--;
    run->depth++;
    return CVX_OK;
}

void cvx_eval_leave(struct cvx_run *run)
{
    run->depth--;
}

/* ---- names ---- */

struct cvx_value *cvx_eval_slot(const struct cvx_act *act, struct cvx_ref ref)
{
    struct cvx_act *at = (struct cvx_act *)act;
    for (uint32_t i = 0; i < ref.hops; i++)
        at = at->up;
    return &at->slots[ref.slot];
}

/* What no document can be without: the constant part of an expression ends here. */
static int not_constant(struct cvx_run *run)
{
    return cvx_fail(run->rt->err, CVX_EFORMAT, "not a constant");
}

static int eval_name(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    if (run->folding)
        return not_constant(run);
    struct cvx_value value = *cvx_eval_slot(run->act, expr->u.name.ref);
    *ret = value.kind == CVX_V_MISSING ? cvx_eval_undefined(expr->u.name.missing) : value;
    return CVX_OK;
}

/* ---- rows ---- */

static int eval_list(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    enum cvx_value_kind kind = expr->kind == CVX_E_LIST ? CVX_V_LIST : CVX_V_TUPLE;
    struct cvx_value list = {0};
    int rc = cvx_value_list(run->rt, kind, expr->u.row.n, &list);
    for (uint32_t i = 0; !rc && i < expr->u.row.n; i++) {
        struct cvx_value item = {0};
        rc = cvx_eval(run, expr->u.row.items[i], &item);
        if (!rc)
            rc = cvx_list_append(run->rt, list.u.list, item);
    }
    if (!rc)
        *ret = list;
    return rc;
}

static int eval_dict(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    struct cvx_value dict = {0};
    int rc = cvx_dict_new(run->rt, &dict);
    for (uint32_t i = 0; !rc && i < expr->u.row.n; i += 2) {
        struct cvx_value key = {0}, value = {0};
        rc = cvx_eval(run, expr->u.row.items[i], &key);
        if (!rc)
            rc = cvx_eval(run, expr->u.row.items[i + 1], &value);
        if (!rc)
            rc = cvx_dict_put(run->rt, dict.u.dict, key, value);
    }
    if (!rc)
        *ret = dict;
    return rc;
}

static int eval_math(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    struct cvx_value left = {0};
    int rc = cvx_eval(run, expr->u.row.items[0], &left);
    for (uint32_t i = 1; !rc && i < expr->u.row.n; i++) {
        struct cvx_value right = {0};
        rc = cvx_eval(run, expr->u.row.items[i], &right);
        if (!rc)
            rc = cvx_operate(run->rt, (enum cvx_op)expr->u.row.ops[i - 1], left, right,
                             &left);
    }
    if (!rc)
        *ret = left;
    return rc;
}

static int join_plain(struct cvx_run *run, const struct cvx_value *parts, uint32_t n,
                      struct cvx_value *ret)
{
    struct cvx_buf buf = {.max = run->rt->heap->max};
    int rc = CVX_OK;
    cvx_buf_put(&buf, "", 0);
    for (uint32_t i = 0; !rc && i < n; i++)
        rc = cvx_repr_str(run->rt, parts[i], &buf);
    if (!rc)
        rc = cvx_value_str_buf(run->rt, &buf, false, ret);
    cvx_buf_done(&buf);
    return rc;
}

static int eval_concat(struct cvx_run *run, const struct cvx_expr *expr,
                       struct cvx_value *ret)
{
    uint32_t n = expr->u.row.n;
    struct cvx_value *parts = cvx_heap_array(run->rt->heap, n, sizeof(*parts));
    if (!parts)
        return cvx_value_no_memory(run->rt);
    for (uint32_t i = 0; i < n; i++) {
        int rc = cvx_eval(run, expr->u.row.items[i], &parts[i]);
        if (rc)
            return rc;
    }
    return run->folding || expr->plain ? join_plain(run, parts, n, ret)
                                       : cvx_operate_concat(run->rt, parts, n, ret);
}

static int compare_two(struct cvx_run *run, enum cvx_compare op, struct cvx_value a,
                       struct cvx_value b, bool *ret)
{
    static const enum cvx_order k_orders[] = {[CVX_C_LT] = CVX_LT,
                                              [CVX_C_LE] = CVX_LE,
                                              [CVX_C_GT] = CVX_GT,
                                              [CVX_C_GE] = CVX_GE};
    int rc = CVX_OK;
    if (op == CVX_C_EQ || op == CVX_C_NE)
        rc = cvx_compare_equal(run->rt, a, b, ret);
    else if (op == CVX_C_IN || op == CVX_C_NOT_IN)
        rc = cvx_compare_in(run->rt, a, b, ret);
    else
        return cvx_compare_order(run->rt, k_orders[op], a, b, ret);
    if (!rc && (op == CVX_C_NE || op == CVX_C_NOT_IN))
        *ret = !*ret;
    return rc;
}

static int eval_compare(struct cvx_run *run, const struct cvx_expr *expr,
                        struct cvx_value *ret)
{
    struct cvx_value left = {0};
    bool holds = true;
    int rc = cvx_eval(run, expr->u.row.items[0], &left);
    for (uint32_t i = 1; !rc && holds && i < expr->u.row.n; i++) {
        struct cvx_value right = {0};
        rc = cvx_eval(run, expr->u.row.items[i], &right);
        if (!rc)
            rc = compare_two(run, (enum cvx_compare)expr->u.row.ops[i - 1], left, right,
                             &holds);
        left = right;
    }
    if (!rc)
        *ret = cvx_value_bool(holds);
    return rc;
}

/* The operand that decides. */
static int eval_logic(struct cvx_run *run, const struct cvx_expr *expr,
                      struct cvx_value *ret)
{
    bool stops_at = expr->kind == CVX_E_OR;
    struct cvx_value value = {0};
    int rc = CVX_OK;
    for (uint32_t i = 0; !rc && i < expr->u.row.n; i++) {
        bool truth = false;
        rc = cvx_eval(run, expr->u.row.items[i], &value);
        if (!rc && i + 1 < expr->u.row.n)
            rc = cvx_value_truth(run->rt, value, &truth);
        if (i + 1 < expr->u.row.n && truth == stops_at)
            break;
    }
    if (!rc)
        *ret = value;
    return rc;
}

/* ---- one operand ---- */

int cvx_eval_truth(struct cvx_run *run, const struct cvx_expr *expr, bool *ret)
{
    struct cvx_value value = {0};
    int rc = cvx_eval(run, expr, &value);
    return rc ? rc : cvx_value_truth(run->rt, value, ret);
}

static int eval_not(struct cvx_run *run, const struct cvx_expr *expr,
                    struct cvx_value *ret)
{
    bool truth = false;
    int rc = cvx_eval_truth(run, expr->u.operand, &truth);
    if (!rc)
        *ret = cvx_value_bool(!truth);
    return rc;
}

static int eval_signed(struct cvx_run *run, const struct cvx_expr *expr,
                       struct cvx_value *ret)
{
    bool minus = expr->kind == CVX_E_NEG;
    struct cvx_value value = {0};
    int rc = cvx_eval(run, expr->u.operand, &value);
    if (rc)
        return rc;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(run->rt, value);
    if (!cvx_numeric_is(value))
        return cvx_value_fail(run->rt, "TypeError", "'%c' before a value of type %s",
                              minus ? '-' : '+', cvx_value_type(value));
    if (minus)
        return cvx_numeric_negate(run->rt, value, ret);
    *ret = value.kind == CVX_V_BOOL ? cvx_value_int(value.u.boolean) : value;
    return CVX_OK;
}

static int eval_cond(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    static const struct cvx_str k_text = {
        .data = "the inline 'if' is false and has no 'else'", .len = 42, .points = 42};
    bool truth = false;
    int rc = cvx_eval_truth(run, expr->u.cond.test, &truth);
    if (rc)
        return rc;
    const struct cvx_expr *chosen = truth ? expr->u.cond.yes : expr->u.cond.no;
    if (chosen)
        return cvx_eval(run, chosen, ret);
    if (run->folding)
        return not_constant(run);
    *ret = cvx_eval_undefined(&k_text);
    return CVX_OK;
}

/* ---- reaching in ---- */

/* A dict's item by a text, which is by far the most frequent case. */
static void dict_item(const struct cvx_expr *expr, struct cvx_value dict,
                      const struct cvx_str *key, struct cvx_value *ret)
{
    const struct cvx_value *found = cvx_dict_get(dict.u.dict, key->data, key->len);
    *ret = found ? *found : cvx_eval_undefined(expr->u.reach.missing);
}

static int eval_dot(struct cvx_run *run, const struct cvx_expr *expr,
                    struct cvx_value *ret)
{
    struct cvx_value base = {0};
    int rc = cvx_eval(run, expr->u.reach.base, &base);
    if (rc)
        return rc;
    if (base.kind == CVX_V_DICT && !expr->u.reach.method) {
        dict_item(expr, base, expr->u.reach.name, ret);
        return CVX_OK;
    }
    rc = cvx_access_dot(run->rt, base, expr->u.reach.name, ret);
    if (!rc && ret->kind == CVX_V_UNDEFINED)
        *ret = cvx_eval_undefined(expr->u.reach.missing);
    return rc;
}

static int eval_item(struct cvx_run *run, const struct cvx_expr *expr,
                     struct cvx_value *ret)
{
    struct cvx_value base = {0}, key = {0};
    int rc = cvx_eval(run, expr->u.reach.base, &base);
    if (!rc)
        rc = cvx_eval(run, expr->u.reach.key, &key);
    if (rc)
        return rc;
    rc = cvx_access_item(run->rt, base, key, ret);
    if (!rc && ret->kind == CVX_V_UNDEFINED && expr->u.reach.missing)
        *ret = cvx_eval_undefined(expr->u.reach.missing);
    return rc;
}

static int eval_bound(struct cvx_run *run, const struct cvx_expr *expr,
                      struct cvx_value *ret)
{
    *ret = cvx_value_none();
    return expr ? cvx_eval(run, expr, ret) : CVX_OK;
}

static int eval_slice(struct cvx_run *run, const struct cvx_expr *expr,
                      struct cvx_value *ret)
{
    struct cvx_value base = {0}, start = {0}, stop = {0}, step = {0};
    int rc = cvx_eval(run, expr->u.slice.base, &base);
    if (!rc)
        rc = eval_bound(run, expr->u.slice.start, &start);
    if (!rc)
        rc = eval_bound(run, expr->u.slice.stop, &stop);
    if (!rc)
        rc = eval_bound(run, expr->u.slice.step, &step);
    if (rc)
        return rc;
    rc = cvx_access_slice(run->rt, base, start, stop, step, ret);
    if (rc == CVX_EFORMAT && run->folding && base.kind != CVX_V_UNDEFINED &&
        strncmp(cvx_err_root(run->rt->err), "ValueError", 10) != 0) {
        *ret = cvx_eval_undefined(NULL);
        return CVX_OK;
    }
    return rc;
}

/* ---- all ---- */

static int eval_function(struct cvx_run *run, const struct cvx_expr *expr,
                         struct cvx_value *ret)
{
    if (run->folding && !expr->constant)
        return not_constant(run);
    if (expr->kind == CVX_E_CALL)
        return cvx_eval_call(run, expr, ret);
    return expr->kind == CVX_E_FILTER ? cvx_eval_filter(run, expr, ret)
                                      : cvx_eval_test(run, expr, ret);
}

int cvx_eval(struct cvx_run *run, const struct cvx_expr *expr, struct cvx_value *ret)
{
    switch ((enum cvx_expr_kind)expr->kind) {
    case CVX_E_CONST:
        *ret = expr->u.value;
        return CVX_OK;
    case CVX_E_NAME:
        return eval_name(run, expr, ret);
    case CVX_E_INPUT:
        *ret = run->input;
        return run->folding ? not_constant(run) : CVX_OK;
    case CVX_E_TUPLE:
    case CVX_E_LIST:
        return eval_list(run, expr, ret);
    case CVX_E_DICT:
        return eval_dict(run, expr, ret);
    case CVX_E_MATH:
        return eval_math(run, expr, ret);
    case CVX_E_CONCAT:
        return eval_concat(run, expr, ret);
    case CVX_E_COMPARE:
        return eval_compare(run, expr, ret);
    case CVX_E_AND:
    case CVX_E_OR:
        return eval_logic(run, expr, ret);
    case CVX_E_NOT:
        return eval_not(run, expr, ret);
    case CVX_E_NEG:
    case CVX_E_POS:
        return eval_signed(run, expr, ret);
    case CVX_E_COND:
        return eval_cond(run, expr, ret);
    case CVX_E_DOT:
        return eval_dot(run, expr, ret);
    case CVX_E_ITEM:
        return eval_item(run, expr, ret);
    case CVX_E_SLICE:
        return eval_slice(run, expr, ret);
    case CVX_E_CALL:
    case CVX_E_FILTER:
    case CVX_E_TEST:
        return eval_function(run, expr, ret);
    }
    return cvx_fail(run->rt->err, CVX_EINTERNAL, "an expression of unknown kind");
}
