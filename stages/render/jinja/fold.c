/* Computing constants. See fold.h. */
#include "render/jinja/fold.h"

#include <string.h>

#include <cvextract/limits.h>

#include "render/jinja/eval.h"

#define FOLD_HEAP (4 * CVX_MIB) /* a larger constant is computed when it is needed */
#define FOLD_ROUNDS ((size_t)10000)
#define FOLD_TEXT CVX_MIB

/* ---- what is constant ---- */

static bool child_constant(void *arg, struct cvx_expr *child)
{
    (void)arg;
    return child->constant;
}

/* Filters that get at the context: jinja2 never computes them early. */
static bool takes_context(const struct cvx_str *name)
{
    static const char *const k_names[] = {"map",    "select",     "reject",
                                          "random", "selectattr", "rejectattr"};
    for (size_t i = 0; i < sizeof(k_names) / sizeof(k_names[0]); i++)
        if (strcmp(name->data, k_names[i]) == 0)
            return true;
    return false;
}

static bool may_be_constant(const struct cvx_fold *fold, const struct cvx_expr *expr)
{
    switch ((enum cvx_expr_kind)expr->kind) {
    case CVX_E_NAME:
    case CVX_E_CALL:
    case CVX_E_INPUT:
        return false;
    case CVX_E_FILTER:
        if (fold->dynamic || !expr->u.call.filter || takes_context(expr->u.call.name))
            return false;
        break;
    case CVX_E_TEST:
        if (fold->dynamic || !expr->u.call.test)
            return false;
        break;
    case CVX_E_AND:
    case CVX_E_OR:
    case CVX_E_COMPARE: /* what comes first may decide alone: computing tells */
        return expr->u.row.items[0]->constant;
    case CVX_E_COND:
        return expr->u.cond.test->constant;
    default:
        break;
    }
    return cvx_ast_each(expr, child_constant, NULL);
}

/* ---- keeping a value ---- */

static bool can_keep(struct cvx_value value)
{
    bool ok = value.kind != CVX_V_UNDEFINED && value.kind != CVX_V_OBJECT &&
              value.kind != CVX_V_BYTES && !value.named;
    bool row = value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE;
    for (size_t i = 0; ok && row && i < value.u.list->n; i++)
        ok = can_keep(value.u.list->items[i]);
    for (size_t i = 0; ok && value.kind == CVX_V_DICT && i < cvx_dict_count(value.u.dict);
         i++)
        ok = can_keep(cvx_dict_at(value.u.dict, i)->key) &&
             can_keep(cvx_dict_at(value.u.dict, i)->value);
    return ok;
}

static int keep_big(struct cvx_rt *rt, struct cvx_value *value)
{
    size_t size = sizeof(struct cvx_bigint) +
                  (size_t)value->u.big->n * sizeof(value->u.big->limbs[0]);
    struct cvx_bigint *big = cvx_heap_alloc(rt->heap, size);
    if (!big)
        return cvx_value_no_memory(rt);
    memcpy(big, value->u.big, size);
    value->u.big = big;
    return CVX_OK;
}

static bool is_container(struct cvx_value value)
{
    return value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE ||
           value.kind == CVX_V_DICT;
}

/* A tuple without containers in it is a constant like any other. */
static bool is_flat_tuple(struct cvx_value value)
{
    bool flat = value.kind == CVX_V_TUPLE;
    for (size_t i = 0; flat && i < value.u.list->n; i++)
        flat = !is_container(value.u.list->items[i]);
    return flat;
}

static int keep_scalar(struct cvx_rt *rt, struct cvx_value *value)
{
    if (value->kind == CVX_V_STR)
        return cvx_value_str(rt, value->u.str->data, value->u.str->len, value->safe,
                             value);
    return value->kind == CVX_V_BIG ? keep_big(rt, value) : CVX_OK;
}

static int keep_tuple(struct cvx_rt *rt, struct cvx_value *value)
{
    const struct cvx_list *from = value->u.list;
    struct cvx_value tuple = {0};
    int rc = cvx_value_list(rt, CVX_V_TUPLE, from->n, &tuple);
    for (size_t i = 0; !rc && i < from->n; i++) {
        struct cvx_value item = from->items[i];
        rc = keep_scalar(rt, &item);
        if (!rc)
            rc = cvx_list_append(rt, tuple.u.list, item);
    }
    if (!rc)
        *value = tuple;
    return rc;
}

static int keep(struct cvx_rt *rt, struct cvx_value value, struct cvx_expr *ret);

/* A row of n items, of a dict its keys and values in turn. */
static int keep_row(struct cvx_rt *rt, struct cvx_value value, enum cvx_expr_kind kind,
                    size_t n, struct cvx_expr *ret)
{
    struct cvx_expr **items = cvx_heap_array(rt->heap, n, sizeof(struct cvx_expr *));
    struct cvx_expr *exprs = cvx_heap_array(rt->heap, n, sizeof(*exprs));
    int rc = CVX_OK;
    if (!items || !exprs)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; !rc && i < n; i++) {
        struct cvx_value item;
        if (kind == CVX_E_DICT) {
            const struct cvx_dict_entry *entry = cvx_dict_at(value.u.dict, i / 2);
            item = i % 2 ? entry->value : entry->key;
        } else {
            item = value.u.list->items[i];
        }
        exprs[i] = *ret;
        items[i] = &exprs[i];
        rc = keep(rt, item, &exprs[i]);
    }
    if (rc)
        return rc;
    ret->kind = (uint8_t)kind;
    ret->u.row.items = items;
    ret->u.row.ops = NULL;
    ret->u.row.n = (uint32_t)n;
    return CVX_OK;
}

/* Makes ret stand for the value: a constant, or, as lists and dicts can be changed, what
 * makes a new one each time. Strings and numbers go into the tree's heap. */
static int keep(struct cvx_rt *rt, struct cvx_value value, struct cvx_expr *ret)
{
    bool flat = is_flat_tuple(value);
    if (value.kind == CVX_V_DICT)
        return keep_row(rt, value, CVX_E_DICT, 2 * cvx_dict_count(value.u.dict), ret);
    if (is_container(value) && !flat)
        return keep_row(rt, value, value.kind == CVX_V_LIST ? CVX_E_LIST : CVX_E_TUPLE,
                        value.u.list->n, ret);
    int rc = flat ? keep_tuple(rt, &value) : keep_scalar(rt, &value);
    if (!rc) {
        ret->kind = CVX_E_CONST;
        ret->u.value = value;
    }
    return rc;
}

/* ---- computing ---- */

struct bench {
    struct cvx_heap heap;
    struct cvx_err err;
    struct cvx_rt rt;
    struct cvx_run run;
};

static void bench_open(struct bench *b, const struct cvx_fold *fold)
{
    *b = (struct bench){0};
    cvx_heap_init(&b->heap, FOLD_HEAP);
    b->rt = (struct cvx_rt){.heap = &b->heap,
                            .err = &b->err,
                            .rounds = FOLD_ROUNDS,
                            .no_escape = !fold->autoescape,
                            .eval = &b->run};
    b->run = (struct cvx_run){.rt = &b->rt, .folding = true};
    b->run.stack = (const char *)__builtin_frame_address(0);
}

/* Whatever else fails is left for when it is executed; but memory is memory. */
static int bench_close(struct bench *b, const struct cvx_fold *fold, int rc)
{
    cvx_heap_done(&b->heap);
    if (rc != CVX_ENOMEM)
        return CVX_OK;
    return cvx_fail(fold->rt->err, CVX_ENOMEM, "%s", cvx_err_root(&b->err));
}

int cvx_fold_expr(const struct cvx_fold *fold, struct cvx_expr *expr)
{
    struct bench b;
    struct cvx_value value = {0};
    expr->constant = may_be_constant(fold, expr);
    if (!expr->constant || expr->kind == CVX_E_CONST || expr->kind == CVX_E_LIST ||
        expr->kind == CVX_E_DICT)
        return CVX_OK;

    bench_open(&b, fold);
    int rc = cvx_eval(&b.run, expr, &value);
    expr->constant = rc == CVX_OK;
    int kept_rc = !rc && can_keep(value) ? keep(fold->rt, value, expr) : CVX_OK;
    rc = bench_close(&b, fold, rc);
    return kept_rc ? kept_rc : rc;
}

int cvx_fold_print(const struct cvx_fold *fold, const struct cvx_expr *expr,
                   struct cvx_value *ret, bool *ret_done)
{
    struct bench b;
    struct cvx_value value = {0};
    struct cvx_buf buf = {.max = FOLD_TEXT};
    *ret_done = false;
    if (!expr->constant)
        return CVX_OK;

    bench_open(&b, fold);
    cvx_buf_put(&buf, "", 0);
    int rc = cvx_eval(&b.run, expr, &value);
    if (!rc)
        rc = fold->autoescape ? cvx_repr_print(&b.rt, value, &buf)
                              : cvx_repr_str(&b.rt, value, &buf);
    if (!rc)
        rc = cvx_buf_check(&buf, &b.err);
    *ret_done = !rc;
    rc = bench_close(&b, fold, rc);
    if (*ret_done)
        rc = cvx_value_str(fold->rt, buf.data, buf.len, true, ret);
    cvx_buf_done(&buf);
    return rc;
}

int cvx_fold_truth(const struct cvx_fold *fold, const struct cvx_expr *expr, bool *ret,
                   bool *ret_known)
{
    struct bench b;
    *ret_known = false;
    if (!expr->constant)
        return CVX_OK;
    bench_open(&b, fold);
    int rc = cvx_eval_truth(&b.run, expr, ret);
    *ret_known = !rc;
    return bench_close(&b, fold, rc);
}
