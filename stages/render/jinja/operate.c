/* The operators on all kinds: numbers go on to numeric.c, text and lists are joined and
 * repeated here. See value.h. */
#include "render/jinja/value.h"

#include <string.h>

#include <cvextract/limits.h>

static const char *const k_names[] = {
    [CVX_OP_ADD] = "+",       [CVX_OP_SUB] = "-", [CVX_OP_MUL] = "*", [CVX_OP_DIV] = "/",
    [CVX_OP_FLOORDIV] = "//", [CVX_OP_MOD] = "%", [CVX_OP_POW] = "**"};

static int mismatch(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a,
                    struct cvx_value b)
{
    if (a.kind == CVX_V_UNDEFINED || b.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, a.kind == CVX_V_UNDEFINED ? a : b);
    return cvx_value_fail(rt, "TypeError", "'%s' %s '%s' has no meaning",
                          cvx_value_type(a), k_names[op], cvx_value_type(b));
}

/* A new text of len bytes, which the caller writes where the pointer says; NULL, and *ret
 * is untouched, when there is no room. */
static char *text_room(struct cvx_rt *rt, struct cvx_value like, size_t len,
                       size_t points, struct cvx_value *ret)
{
    struct cvx_str *str =
        len < rt->heap->max ? cvx_heap_alloc(rt->heap, sizeof(*str) + len + 1) : NULL;
    if (!str) {
        rt->heap->over = rt->heap->over || len >= rt->heap->max;
        return NULL;
    }
    char *data = (char *)(str + 1);
    data[len] = '\0';
    *str = (struct cvx_str){data, len, points};
    *ret = (struct cvx_value){.kind = like.kind, .safe = like.safe, .u.str = str};
    return data;
}

static int add_text(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                    struct cvx_value *ret)
{
    if (a.safe != b.safe) {
        int rc = cvx_repr_escape(rt, a.safe ? b : a, a.safe ? &b : &a);
        if (rc)
            return rc;
    }
    const struct cvx_str *left = a.u.str, *right = b.u.str;
    char *data =
        text_room(rt, a, left->len + right->len, left->points + right->points, ret);
    if (!data)
        return cvx_value_no_memory(rt);
    memcpy(data, left->data, left->len);
    memcpy(data + left->len, right->data, right->len);
    return CVX_OK;
}

static int add_lists(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                     struct cvx_value *ret)
{
    const struct cvx_list *left = a.u.list, *right = b.u.list;
    struct cvx_value made = {0};
    int rc = cvx_value_list(rt, a.kind, left->n + right->n, &made);
    if (rc)
        return rc;
    struct cvx_value *to = made.u.list->items;
    if (left->n > 0)
        memcpy(to, left->items, left->n * sizeof(*to));
    if (right->n > 0)
        memcpy(to + left->n, right->items, right->n * sizeof(*to));
    made.u.list->n = left->n + right->n;
    *ret = made;
    return CVX_OK;
}

/* How often: none for a negative number; false when that many items of this size are more
 * than the heap may ever hold. */
static bool repeat_count(struct cvx_rt *rt, int64_t times, size_t bytes, size_t *ret)
{
    *ret = times > 0 && bytes > 0 ? (size_t)times : 0;
    rt->heap->over = *ret > 0 && *ret > rt->heap->max / bytes;
    return !rt->heap->over;
}

static int repeat_text(struct cvx_rt *rt, struct cvx_value a, int64_t times,
                       struct cvx_value *ret)
{
    const struct cvx_str *str = a.u.str;
    size_t n;
    if (!repeat_count(rt, times, str->len, &n))
        return cvx_value_no_memory(rt);
    char *data = text_room(rt, a, str->len * n, str->points * n, ret);
    if (!data)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < n; i++)
        memcpy(data + i * str->len, str->data, str->len);
    return CVX_OK;
}

static int repeat_list(struct cvx_rt *rt, struct cvx_value a, int64_t times,
                       struct cvx_value *ret)
{
    const struct cvx_list *list = a.u.list;
    struct cvx_value made = {0};
    size_t n;
    if (!repeat_count(rt, times, list->n * sizeof(*list->items), &n))
        return cvx_value_no_memory(rt);
    int rc = cvx_value_list(rt, a.kind, list->n * n, &made);
    if (rc)
        return rc;
    for (size_t i = 0; i < n; i++)
        memcpy(made.u.list->items + i * list->n, list->items,
               list->n * sizeof(*list->items));
    made.u.list->n = list->n * n;
    *ret = made;
    return CVX_OK;
}

static bool is_text(struct cvx_value value)
{
    return value.kind == CVX_V_STR || value.kind == CVX_V_BYTES;
}

static bool is_sequence(struct cvx_value value)
{
    return is_text(value) || value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE;
}

static int repeat(struct cvx_rt *rt, struct cvx_value a, struct cvx_value times,
                  struct cvx_value *ret)
{
    int64_t n = 0;
    if (times.kind == CVX_V_BIG)
        return cvx_value_fail(rt, "OverflowError", "repeated more than 2^63 times");
    (void)cvx_numeric_index(rt, times, &n); /* of an integer it cannot fail */
    return is_text(a) ? repeat_text(rt, a, n, ret) : repeat_list(rt, a, n, ret);
}

int cvx_operate(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a, struct cvx_value b,
                struct cvx_value *ret)
{
    if (cvx_numeric_is(a) && cvx_numeric_is(b))
        return cvx_numeric_op(rt, op, a, b, ret);
    if (op == CVX_OP_MOD && a.kind == CVX_V_STR)
        return cvx_percent_format(rt, a, b, ret);
    if (op == CVX_OP_ADD && a.kind == b.kind && is_sequence(a))
        return is_text(a) ? add_text(rt, a, b, ret) : add_lists(rt, a, b, ret);
    if (op == CVX_OP_MUL && is_sequence(a) && cvx_numeric_is_integer(b))
        return repeat(rt, a, b, ret);
    if (op == CVX_OP_MUL && is_sequence(b) && cvx_numeric_is_integer(a))
        return repeat(rt, b, a, ret);
    return mismatch(rt, op, a, b);
}

int cvx_operate_concat(struct cvx_rt *rt, const struct cvx_value *parts, size_t n,
                       struct cvx_value *ret)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    bool safe = false;
    int rc = CVX_OK;
    cvx_buf_put(&buf, "", 0);
    for (size_t i = 0; i < n; i++)
        safe = safe || (parts[i].kind == CVX_V_STR && parts[i].safe);
    for (size_t i = 0; i < n && !rc; i++)
        rc = safe ? cvx_repr_print(rt, parts[i], &buf) : cvx_repr_str(rt, parts[i], &buf);
    if (!rc)
        rc = cvx_value_str_buf(rt, &buf, safe, ret);
    cvx_buf_done(&buf);
    return rc;
}
