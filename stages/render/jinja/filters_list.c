/* The filters on sequences as wholes: join, first, last, length, list, reverse, random,
 * default, attr. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

static const struct cvx_str k_nothing = CVX_FILTERKIT_TEXT("");

static int filter_default(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"default_value", false, CVX_FILTERKIT_STR(&k_nothing)},
        {"boolean", false, CVX_FILTERKIT_BOOL(false)},
    };
    struct cvx_value v[2];
    bool use = input.kind == CVX_V_UNDEFINED, by_truth = false, truth = true;
    int rc = cvx_filterkit_bind(rt, "filter 'default'", args, k_params, 2, v);
    if (!rc && !use)
        rc = cvx_value_truth(rt, v[1], &by_truth);
    if (!rc && by_truth)
        rc = cvx_value_truth(rt, input, &truth);
    if (!rc)
        *ret = use || !truth ? v[0] : input;
    return rc;
}

static int filter_attr(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"name", true, CVX_FILTERKIT_NONE},
    };
    struct cvx_value name;
    bool found = false;
    int rc = cvx_filterkit_bind(rt, "filter 'attr'", args, k_params, 1, &name);
    if (!rc && name.kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "TypeError", "filter 'attr' takes a name, not a '%s'",
                            cvx_value_type(name));
    if (!rc && input.kind == CVX_V_UNDEFINED)
        rc = cvx_value_fail_undefined(rt, input);
    if (!rc)
        rc = cvx_access_attr(rt, input, name.u.str, ret, &found);
    if (rc || found)
        return rc;
    return cvx_value_undefined(rt, ret, "'%s' has no attribute '%s'",
                               cvx_value_type(input), name.u.str->data);
}

static int filter_length(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    size_t n;
    int rc = cvx_filterkit_bind_none(rt, "filter 'length'", args);
    if (!rc)
        rc = cvx_value_length(rt, input, &n);
    if (!rc)
        *ret = cvx_value_int((int64_t)n);
    return rc;
}

static int filter_list(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_list *list = NULL;
    int rc = cvx_filterkit_bind_none(rt, "filter 'list'", args);
    if (!rc)
        rc = cvx_iter_collect(rt, input, &list);
    if (!rc)
        *ret = (struct cvx_value){.kind = CVX_V_LIST, .u.list = list};
    return rc;
}

static int filter_first(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_iter *iter = NULL;
    bool more = false;
    int rc = cvx_filterkit_bind_none(rt, "filter 'first'", args);
    if (!rc)
        rc = cvx_iter_new(rt, input, &iter);
    if (!rc)
        rc = iter->next(rt, iter, ret, &more);
    if (rc || more)
        return rc;
    return cvx_value_undefined(rt, ret, "the first of an empty sequence is undefined");
}

/* What Python's reversed() takes: what has places, dicts, and the views of dicts. */
static bool is_reversible(struct cvx_value value)
{
    int64_t start, step;
    uint64_t count;
    if (value.kind == CVX_V_OBJECT)
        return cvx_range_is(value, &start, &step, &count) ||
               strncmp(value.u.object->type->name, "dict_", 5) == 0;
    return value.kind == CVX_V_UNDEFINED || value.kind == CVX_V_STR ||
           value.kind == CVX_V_BYTES || value.kind == CVX_V_LIST ||
           value.kind == CVX_V_TUPLE || value.kind == CVX_V_DICT;
}

static int filter_last(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_list *list = NULL;
    int rc = cvx_filterkit_bind_none(rt, "filter 'last'", args);
    if (!rc && !is_reversible(input))
        rc = cvx_value_fail(rt, "TypeError", "'%s' cannot be read backwards",
                            cvx_value_type(input));
    if (!rc && (input.kind == CVX_V_LIST || input.kind == CVX_V_TUPLE))
        list = input.u.list;
    else if (!rc)
        rc = cvx_iter_collect(rt, input, &list);
    if (rc)
        return rc;
    if (list->n == 0)
        return cvx_value_undefined(rt, ret, "the last of an empty sequence is undefined");
    *ret = list->items[list->n - 1];
    /* By its place: unlike a pass over the text, that keeps it safe. */
    ret->safe = ret->safe || cvx_filterkit_is_safe(input);
    return CVX_OK;
}

/* ---- reverse ---- */

struct backward {
    struct cvx_iter iter;
    const struct cvx_list *list;
    size_t left;
};

static int backward_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                         bool *ret_more)
{
    struct backward *it = (struct backward *)self;
    /* A list may have become shorter meanwhile: then there is nothing more. */
    *ret_more = it->left > 0 && it->left <= it->list->n;
    if (!*ret_more) {
        it->left = 0;
        return CVX_OK;
    }
    *ret = it->list->items[--it->left];
    return cvx_value_spend(rt);
}

static int reverse_lazily(struct cvx_rt *rt, const struct cvx_list *list,
                          struct cvx_value *ret)
{
    struct backward *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    *it = (struct backward){{backward_next}, list, list->n};
    return cvx_iter_object(rt, &it->iter, ret);
}

static void turn_round(struct cvx_list *list)
{
    for (size_t i = 0; i < list->n / 2; i++) {
        struct cvx_value item = list->items[i];
        list->items[i] = list->items[list->n - 1 - i];
        list->items[list->n - 1 - i] = item;
    }
}

static int filter_reverse(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_list *list = NULL;
    int rc = cvx_filterkit_bind_none(rt, "filter 'reverse'", args);
    if (rc)
        return rc;
    if (input.kind == CVX_V_STR)
        return cvx_access_slice(rt, input, cvx_value_none(), cvx_value_none(),
                                cvx_value_int(-1), ret);
    if (input.kind == CVX_V_LIST || input.kind == CVX_V_TUPLE)
        return reverse_lazily(rt, input.u.list, ret);
    rc = cvx_iter_collect(rt, input, &list);
    if (rc)
        return rc;
    if (is_reversible(input))
        return reverse_lazily(rt, list, ret);
    turn_round(list);
    *ret = (struct cvx_value){.kind = CVX_V_LIST, .u.list = list};
    return CVX_OK;
}

/* ---- random ---- */

/* The next number of a row that the seed begins (splitmix64). */
static uint64_t next_random(struct cvx_rt *rt)
{
    rt->seed += 0x9e3779b97f4a7c15u;
    uint64_t z = rt->seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int filter_random(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    size_t n;
    int rc = cvx_filterkit_bind_none(rt, "filter 'random'", args);
    if (!rc)
        rc = cvx_value_length(rt, input, &n);
    if (rc)
        return rc;
    if (n == 0)
        return cvx_value_undefined(rt, ret, "one of an empty sequence is undefined");

    struct cvx_value at = cvx_value_int((int64_t)(next_random(rt) % n));
    const struct cvx_value *found = NULL;
    bool places = input.kind == CVX_V_OBJECT ? input.u.object->type->sequence
                                             : input.kind != CVX_V_DICT;
    if (places)
        return cvx_access_item(rt, input, at, ret);
    if (input.kind == CVX_V_DICT)
        rc = cvx_dict_find(rt, input.u.dict, at, &found);
    if (rc)
        return rc;
    if (!found)
        return cvx_value_fail(rt, "TypeError", "'%s' has no places to choose from",
                              cvx_value_type(input));
    *ret = *found;
    return CVX_OK;
}

/* ---- join ---- */

/* The items to be joined: by the attribute, when there is one. */
static int join_items(struct cvx_rt *rt, struct cvx_value input,
                      struct cvx_value attribute, struct cvx_list **ret)
{
    struct cvx_filterkit_key key = {.attribute = attribute};
    struct cvx_list *list = NULL;
    bool plain = attribute.kind == CVX_V_NONE;
    if (plain && (input.kind == CVX_V_LIST || input.kind == CVX_V_TUPLE)) {
        *ret = input.u.list;
        return CVX_OK;
    }
    int rc = cvx_iter_collect(rt, input, &list);
    for (size_t i = 0; !rc && !plain && i < list->n; i++)
        rc = cvx_filterkit_key_of(rt, &key, list->items[i], &list->items[i]);
    if (!rc)
        *ret = list;
    return rc;
}

static int filter_join(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"d", false, CVX_FILTERKIT_STR(&k_nothing)},
        {"attribute", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[2];
    struct cvx_list *list = NULL;
    int rc = cvx_filterkit_bind(rt, "filter 'join'", args, k_params, 2, v);
    if (!rc)
        rc = join_items(rt, input, v[1], &list);
    if (rc)
        return rc;

    /* One safe string among them makes the whole safe, and the others are escaped. */
    bool safe = cvx_filterkit_is_safe(v[0]);
    for (size_t i = 0; i < list->n && !safe; i++)
        safe = cvx_filterkit_is_safe(list->items[i]);
    safe = safe && !rt->no_escape;

    struct cvx_buf buf = cvx_filterkit_buf(rt);
    int (*put)(struct cvx_rt *, struct cvx_value, struct cvx_buf *) =
        safe ? cvx_repr_print : cvx_repr_str;
    for (size_t i = 0; i < list->n && !rc; i++) {
        if (i > 0)
            rc = put(rt, v[0], &buf);
        if (!rc)
            rc = put(rt, list->items[i], &buf);
    }
    return cvx_filterkit_finish(rt, rc, &buf, safe, ret);
}

const struct cvx_filterkit_entry cvx_filters_list_table[] = {
    {"join", filter_join},     {"default", filter_default}, {"d", filter_default},
    {"length", filter_length}, {"count", filter_length},    {"list", filter_list},
    {"first", filter_first},   {"last", filter_last},       {"reverse", filter_reverse},
    {"random", filter_random}, {"attr", filter_attr},       {NULL, NULL},
};
