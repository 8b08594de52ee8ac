/* See jinja_values.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/cv.h>
#include <cvextract/limits.h>

#include "jinja_values.h"
#include "render/jinja/context.h"

#define ARGS_MAX 6

void jinja_values_init(struct jinja_values *all)
{
    *all = (struct jinja_values){.rt = {.rounds = CVX_TEMPLATE_ROUNDS_MAX}};
    cvx_heap_init(&all->heap, CVX_TEMPLATE_MEMORY_MAX);
    cvx_err_init(&all->err);
    all->rt.heap = &all->heap;
    all->rt.err = &all->err;
}

void jinja_values_done(struct jinja_values *all)
{
    cvx_heap_done(&all->heap);
}

/* ---- reading ---- */

static int build(struct cvx_rt *rt, struct cvx_value json, struct cvx_value *ret);

static int build_list(struct cvx_rt *rt, struct cvx_value json, enum cvx_value_kind kind,
                      struct cvx_value *ret)
{
    int rc = CVX_OK;
    for (size_t i = 0; i < json.u.list->n && !rc; i++)
        rc = build(rt, json.u.list->items[i], &json.u.list->items[i]);
    json.kind = (uint8_t)kind;
    *ret = json;
    return rc;
}

static int build_dict(struct cvx_rt *rt, const struct cvx_list *pairs,
                      struct cvx_value *ret)
{
    int rc = cvx_dict_new(rt, ret);
    for (size_t i = 0; i < pairs->n && !rc; i++) {
        struct cvx_value pair = {0};
        rc = build_list(rt, pairs->items[i], CVX_V_LIST, &pair);
        if (!rc)
            rc = cvx_dict_put(rt, ret->u.dict, pair.u.list->items[0],
                              pair.u.list->items[1]);
    }
    return rc;
}

static int build_view(struct cvx_rt *rt, struct cvx_value json, enum cvx_view view,
                      struct cvx_value *ret)
{
    struct cvx_value dict = {0};
    int rc = build(rt, json, &dict);
    return rc ? rc : cvx_iter_view(rt, dict.u.dict, view, ret);
}

static int build_text(struct cvx_rt *rt, const char *name, struct cvx_value json,
                      struct cvx_value *ret)
{
    const struct cvx_str *str = json.u.str;
    bool ok = true;
    int rc = CVX_OK;
    if (strcmp(name, "f") == 0) {
        double real = 0;
        ok = cvx_numeric_parse_float(str->data, str->len, &real);
        *ret = cvx_value_float(real);
    } else if (strcmp(name, "i") == 0) {
        rc = cvx_numeric_parse_int(rt, str->data, str->len, 10, ret, &ok);
    } else if (strcmp(name, "u") == 0) {
        rc = cvx_value_undefined(rt, ret, "%s", str->data);
    } else {
        *ret = json;
        ret->safe = strcmp(name, "s") == 0;
        ret->kind = ret->safe ? CVX_V_STR : CVX_V_BYTES;
    }
    return rc || ok ? rc : CVX_EINTERNAL;
}

static int build(struct cvx_rt *rt, struct cvx_value json, struct cvx_value *ret)
{
    if (json.kind == CVX_V_LIST)
        return build_list(rt, json, CVX_V_LIST, ret);
    *ret = json;
    if (json.kind != CVX_V_DICT)
        return CVX_OK;
    const struct cvx_dict_entry only = *cvx_dict_at(json.u.dict, 0);
    const char *name = only.key.u.str->data;
    if (only.value.kind == CVX_V_STR)
        return build_text(rt, name, only.value, ret);
    if (strcmp(name, "t") == 0)
        return build_list(rt, only.value, CVX_V_TUPLE, ret);
    if (strcmp(name, "d") == 0)
        return build_dict(rt, only.value.u.list, ret);
    if (strcmp(name, "r") == 0) {
        const struct cvx_list *list = only.value.u.list;
        return cvx_iter_range(rt, &(struct cvx_args){.pos = list->items, .n = list->n},
                              ret);
    }
    return build_view(rt, only.value,
                      strcmp(name, "keys") == 0     ? CVX_VIEW_KEYS
                      : strcmp(name, "values") == 0 ? CVX_VIEW_VALUES
                                                    : CVX_VIEW_ITEMS,
                      ret);
}

static int load(struct jinja_values *all, const char *json, struct cvx_value *ret)
{
    char text[20000];
    struct cvx_cv *cv = NULL;
    int n = snprintf(text, sizeof(text), "{\"all\":%s}", json);
    int rc = cvx_cv_parse(text, (size_t)n, &cv, &all->err);
    if (!rc)
        rc = cvx_context_load(&all->rt, cv, ret);
    cvx_cv_free(cv);
    return rc;
}

int jinja_values_read(struct jinja_values *all, const char *json, struct cvx_value *ret,
                      size_t max, size_t *ret_n)
{
    struct cvx_value root = {0}, made = {0};
    int rc = load(all, json, &root);
    if (!rc)
        rc = build(&all->rt, *cvx_dict_get(root.u.dict, "all", 3), &made);
    if (rc)
        return rc;
    *ret_n = made.u.list->n < max ? made.u.list->n : max;
    for (size_t i = 0; i < *ret_n; i++)
        ret[i] = made.u.list->items[i];
    return CVX_OK;
}

/* ---- operations by name ---- */

static int place(const char *op, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(op, names[i]) == 0)
            return (int)i;
    return -1;
}

static int as_bool(int rc, bool value, struct cvx_value *ret)
{
    *ret = cvx_value_bool(value);
    return rc;
}

/* [format, places, [[name, value] ..]] */
static int run_format(struct cvx_rt *rt, const struct cvx_value *a, struct cvx_value *ret)
{
    struct cvx_kwarg kw[ARGS_MAX];
    struct cvx_args args = {a[1].u.list->items, a[1].u.list->n, kw, a[2].u.list->n};
    if (args.n_kw > ARGS_MAX)
        return CVX_EINTERNAL;
    for (size_t i = 0; i < args.n_kw; i++) {
        const struct cvx_value *pair = a[2].u.list->items[i].u.list->items;
        kw[i] = (struct cvx_kwarg){pair[0].u.str, pair[1]};
    }
    return cvx_strformat(rt, a[0], &args, ret);
}

/* Of two values, and of more. -1 when op is none of these. */
static int run_many(struct cvx_rt *rt, const char *op, const struct cvx_value *a,
                    size_t n, struct cvx_value *ret)
{
    static const char *const k_ops[] = {"+", "-", "*", "/", "//", "%", "**"};
    static const char *const k_orders[] = {"<", "<=", ">", ">="};
    int op_at = place(op, k_ops, 7), order_at = place(op, k_orders, 4), rc;
    bool yes = false;
    if (op_at >= 0)
        return cvx_operate(rt, (enum cvx_op)op_at, a[0], a[1], ret);
    if (order_at >= 0) {
        rc = cvx_compare_order(rt, (enum cvx_order)order_at, a[0], a[1], &yes);
        return as_bool(rc, yes, ret);
    }
    if (strcmp(op, "==") == 0) {
        rc = cvx_compare_equal(rt, a[0], a[1], &yes);
        return as_bool(rc, yes, ret);
    }
    if (strcmp(op, "in") == 0) {
        rc = cvx_compare_in(rt, a[0], a[1], &yes);
        return as_bool(rc, yes, ret);
    }
    if (strcmp(op, "same") == 0)
        return as_bool(CVX_OK, cvx_compare_same(a[0], a[1]), ret);
    if (strcmp(op, "~") == 0)
        return cvx_operate_concat(rt, a, n, ret);
    if (strcmp(op, "slice") == 0)
        return cvx_access_slice(rt, a[0], a[1], a[2], a[3], ret);
    if (strcmp(op, "item") == 0)
        return cvx_access_item(rt, a[0], a[1], ret);
    if (strcmp(op, "dot") == 0)
        return cvx_access_dot(rt, a[0], a[1].u.str, ret);
    if (strcmp(op, "format") == 0)
        return run_format(rt, a, ret);
    if (strcmp(op, "format_map") == 0)
        return cvx_strformat_map(rt, a[0], a[1], ret);
    if (strcmp(op, "path") == 0)
        return cvx_access_path(rt, a[0], a[1], n > 2 ? &a[2] : NULL, ret);
    return 1;
}

/* The text of an undefined value, which is what an error would show. */
static int run_why(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret)
{
    const struct cvx_str *why = value.kind == CVX_V_UNDEFINED ? value.u.str : NULL;
    return why ? cvx_value_str(rt, why->data, why->len, false, ret) : CVX_EINTERNAL;
}

static int run_parse(struct cvx_rt *rt, const char *op, const struct cvx_value *a,
                     struct cvx_value *ret)
{
    const struct cvx_str *str = a[0].u.str;
    bool ok = false;
    double real = 0;
    int rc = CVX_OK;
    if (strcmp(op, "int") == 0) {
        rc =
            cvx_numeric_parse_int(rt, str->data, str->len, (int)a[1].u.integer, ret, &ok);
    } else {
        ok = cvx_numeric_parse_float(str->data, str->len, &real);
        *ret = cvx_value_float(real);
    }
    return rc || ok ? rc : cvx_value_fail(rt, "no", "number");
}

static int run_list(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret)
{
    ret->kind = CVX_V_LIST;
    return cvx_iter_collect(rt, value, &ret->u.list);
}

static int run_length(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret)
{
    size_t n = 0;
    int rc = cvx_value_length(rt, value, &n);
    *ret = cvx_value_int((int64_t)n);
    return rc;
}

static int run_one(struct cvx_rt *rt, const char *op, const struct cvx_value *a,
                   struct cvx_value *ret)
{
    bool yes = false;
    *ret = a[0];
    if (strcmp(op, "repr") == 0)
        return CVX_OK;
    if (strcmp(op, "str") == 0)
        return cvx_repr_value(rt, a[0], ret);
    if (strcmp(op, "escape") == 0)
        return cvx_repr_escape(rt, a[0], ret);
    if (strcmp(op, "neg") == 0)
        return cvx_numeric_negate(rt, a[0], ret);
    if (strcmp(op, "pos") == 0)
        return cvx_numeric_plus(rt, a[0], ret);
    if (strcmp(op, "abs") == 0)
        return cvx_numeric_abs(rt, a[0], ret);
    if (strcmp(op, "bool") == 0) {
        int rc = cvx_value_truth(rt, a[0], &yes);
        return as_bool(rc, yes, ret);
    }
    if (strcmp(op, "len") == 0)
        return run_length(rt, a[0], ret);
    if (strcmp(op, "list") == 0)
        return run_list(rt, a[0], ret);
    if (strcmp(op, "trunc") == 0)
        return cvx_numeric_from_double(rt, a[0].u.real, ret);
    if (strcmp(op, "why") == 0)
        return run_why(rt, a[0], ret);
    return run_parse(rt, op, a, ret);
}

int jinja_values_run(struct jinja_values *all, const struct jinja_values_row *row,
                     char *ret, size_t size)
{
    struct cvx_value args[ARGS_MAX], result = {0};
    struct cvx_buf buf = CVX_BUF_INIT;
    size_t n = 0;
    int rc = jinja_values_read(all, row->json, args, ARGS_MAX, &n);
    if (!rc) {
        rc = run_many(&all->rt, row->op, args, n, &result);
        if (rc > 0)
            rc = run_one(&all->rt, row->op, args, &result);
    }
    if (!rc)
        rc = cvx_repr_repr(&all->rt, result, &buf);
    if (!rc)
        rc = cvx_buf_check(&buf, &all->err);
    (void)snprintf(ret, size, "%s%s", rc ? "!" : "",
                   rc ? cvx_err_root(&all->err) : buf.data);
    cvx_buf_done(&buf);
    return rc;
}

void jinja_values_table(const struct jinja_values_row *rows, size_t n)
{
    size_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        struct jinja_values all;
        char text[16000];
        const char *want = rows[i].result;
        jinja_values_init(&all);
        (void)jinja_values_run(&all, &rows[i], text, sizeof(text));
        bool fine = *want == '!' ? strncmp(text, want, strlen(want)) == 0
                                 : strcmp(text, want) == 0;
        fine = fine && all.rt.depth == 0 && !all.rt.printing;
        if (!fine) {
            bad++;
            print_error("%s %s\n  wanted %s\n  got    %s\n", rows[i].op, rows[i].json,
                        want, text);
        }
        jinja_values_done(&all);
    }
    if (bad > 0)
        fail_msg("%zu of %zu rows", bad, n);
}
