/* The filters that compare items: sort, groupby, dictsort, min, max. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

#include "render/jinja/filtersort.h"

static const struct cvx_str k_key = CVX_FILTERKIT_TEXT("key");

static int new_items(struct cvx_rt *rt, size_t n, struct cvx_filtersort_item **ret)
{
    *ret = cvx_heap_array(rt->heap, n, sizeof(**ret));
    return *ret ? CVX_OK : cvx_value_no_memory(rt);
}

static int items_list(struct cvx_rt *rt, const struct cvx_filtersort_item *items,
                      size_t n, struct cvx_value *ret)
{
    int rc = cvx_value_list(rt, CVX_V_LIST, n, ret);
    for (size_t i = 0; i < n && !rc; i++)
        rc = cvx_list_append(rt, ret->u.list, items[i].value);
    return rc;
}

/* ---- sort ---- */

/* The attributes an item is sorted by: "a,b.c" are two. */
struct sort_keys {
    struct cvx_filterkit_key *keys;
    size_t n;
};

static int sort_keys_of(struct cvx_rt *rt, struct cvx_value attribute, bool fold,
                        struct sort_keys *ret)
{
    const struct cvx_str *text = attribute.kind == CVX_V_STR ? attribute.u.str : NULL;
    size_t n = 1;
    for (size_t i = 0; text && i < text->len; i++)
        n += text->data[i] == ',';
    ret->n = n;
    ret->keys = cvx_heap_array(rt->heap, n, sizeof(*ret->keys));
    if (!ret->keys)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < n; i++)
        ret->keys[i] = (struct cvx_filterkit_key){attribute, NULL, fold};
    if (n == 1)
        return CVX_OK;

    const char *p = text->data, *end = p + text->len;
    int rc = CVX_OK;
    for (size_t i = 0; i < n && !rc; i++) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        rc = cvx_value_str(rt, p, (size_t)(stop - p), false, &ret->keys[i].attribute);
        p = stop + 1;
    }
    return rc;
}

/* As lists of Python compare: the first that are not equal decide. */
static int less_keys(struct cvx_rt *rt, const void *ctx,
                     const struct cvx_filtersort_item *a,
                     const struct cvx_filtersort_item *b, bool *ret)
{
    const struct sort_keys *keys = ctx;
    for (size_t i = 0; i < keys->n; i++) {
        bool equal = cvx_compare_same(a->keys[i], b->keys[i]);
        int rc = equal ? CVX_OK : cvx_compare_equal(rt, a->keys[i], b->keys[i], &equal);
        if (rc)
            return rc;
        if (!equal)
            return cvx_compare_order(rt, CVX_LT, a->keys[i], b->keys[i], ret);
    }
    *ret = false;
    return CVX_OK;
}

static int sort_list(struct cvx_rt *rt, const struct cvx_list *list,
                     const struct sort_keys *keys, bool reverse, struct cvx_value *ret)
{
    struct cvx_filtersort_item *items = NULL;
    size_t n = list->n;
    int rc = new_items(rt, n, &items);
    for (size_t i = 0; i < n && !rc; i++) {
        struct cvx_value *made = cvx_heap_array(rt->heap, keys->n, sizeof(*made));
        if (!made)
            return cvx_value_no_memory(rt);
        items[i] = (struct cvx_filtersort_item){made, list->items[i]};
        for (size_t k = 0; k < keys->n && !rc; k++)
            rc = cvx_filterkit_key_of(rt, &keys->keys[k], list->items[i], &made[k]);
    }
    if (!rc)
        rc = cvx_filtersort_run(rt, items, n, reverse, less_keys, keys);
    return rc ? rc : items_list(rt, items, n, ret);
}

static int filter_sort(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"reverse", false, CVX_FILTERKIT_BOOL(false)},
        {"case_sensitive", false, CVX_FILTERKIT_BOOL(false)},
        {"attribute", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[3];
    struct cvx_list *list = NULL;
    struct sort_keys keys = {0};
    bool exact = false, reverse = false;
    int rc = cvx_filterkit_bind(rt, "filter 'sort'", args, k_params, 3, v);
    if (!rc)
        rc = cvx_iter_collect(rt, input, &list);
    if (!rc)
        rc = cvx_value_truth(rt, v[1], &exact);
    if (!rc)
        rc = cvx_filterkit_reverse(rt, v[0], &reverse);
    if (!rc)
        rc = sort_keys_of(rt, v[2], !exact, &keys);
    return rc ? rc : sort_list(rt, list, &keys, reverse, ret);
}

/* ---- groupby ---- */

/* The items with one key each. */
static int keyed_items(struct cvx_rt *rt, const struct cvx_list *list,
                       const struct cvx_filterkit_key *key,
                       struct cvx_filtersort_item **ret)
{
    struct cvx_filtersort_item *items = NULL;
    int rc = new_items(rt, list->n, &items);
    struct cvx_value *keys = rc ? NULL : cvx_heap_array(rt->heap, list->n, sizeof(*keys));
    if (!rc && !keys)
        rc = cvx_value_no_memory(rt);
    for (size_t i = 0; i < list->n && !rc; i++) {
        items[i] = (struct cvx_filtersort_item){&keys[i], list->items[i]};
        rc = cvx_filterkit_key_of(rt, key, list->items[i], &keys[i]);
    }
    if (!rc)
        *ret = items;
    return rc;
}

/* How many from the first on have its key. */
static int group_size(struct cvx_rt *rt, const struct cvx_filtersort_item *items,
                      size_t n, size_t *ret)
{
    size_t size = 1;
    for (; size < n; size++) {
        bool equal = cvx_compare_same(items[0].keys[0], items[size].keys[0]);
        int rc =
            equal ? CVX_OK
                  : cvx_compare_equal(rt, items[0].keys[0], items[size].keys[0], &equal);
        if (rc)
            return rc;
        if (!equal)
            break;
    }
    *ret = size;
    return CVX_OK;
}

/* (grouper, list): the grouper as its first member spells it. */
static int group_tuple(struct cvx_rt *rt, const struct cvx_filtersort_item *items,
                       size_t n, const struct cvx_filterkit_key *key,
                       struct cvx_value *ret)
{
    struct cvx_filterkit_key exact = *key;
    struct cvx_value grouper = {0}, members = {0}, pair = {0};
    exact.fold = false;
    int rc = cvx_filterkit_key_of(rt, &exact, items[0].value, &grouper);
    if (!rc)
        rc = items_list(rt, items, n, &members);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_TUPLE, 2, &pair);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, grouper);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, members);
    if (rc)
        return rc;
    pair.named = true;
    *ret = pair;
    return CVX_OK;
}

static int filter_groupby(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"attribute", true, CVX_FILTERKIT_NONE},
        {"default", false, CVX_FILTERKIT_NONE},
        {"case_sensitive", false, CVX_FILTERKIT_BOOL(false)},
    };
    struct cvx_value v[3], groups = {0}, group = {0};
    struct cvx_list *list = NULL;
    struct cvx_filtersort_item *items = NULL;
    bool exact = false;
    int rc = cvx_filterkit_bind(rt, "filter 'groupby'", args, k_params, 3, v);
    if (!rc)
        rc = cvx_value_truth(rt, v[2], &exact);
    struct cvx_filterkit_key key = {v[0], v[1].kind == CVX_V_NONE ? NULL : &v[1], !exact};
    if (!rc)
        rc = cvx_iter_collect(rt, input, &list);
    if (!rc)
        rc = keyed_items(rt, list, &key, &items);
    if (!rc)
        rc = cvx_filtersort_run(rt, items, list->n, false, cvx_filtersort_less_key, NULL);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, 0, &groups);
    size_t size = 0;
    for (size_t at = 0; !rc && at < list->n; at += size) {
        rc = group_size(rt, items + at, list->n - at, &size);
        if (!rc)
            rc = group_tuple(rt, items + at, size, &key, &group);
        if (!rc)
            rc = cvx_list_append(rt, groups.u.list, group);
    }
    if (!rc)
        *ret = groups;
    return rc;
}

/* ---- dictsort ---- */

static int dictsort_place(struct cvx_rt *rt, struct cvx_value by, size_t *ret)
{
    bool key = cvx_filterkit_is_text(by, "key");
    if (!key && !cvx_filterkit_is_text(by, "value"))
        return cvx_value_fail(rt, "FilterArgumentError",
                              "filter 'dictsort' sorts by 'key' or by 'value'");
    *ret = key ? 0 : 1;
    return CVX_OK;
}

static int filter_dictsort(struct cvx_rt *rt, struct cvx_value input,
                           const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"case_sensitive", false, CVX_FILTERKIT_BOOL(false)},
        {"by", false, CVX_FILTERKIT_STR(&k_key)},
        {"reverse", false, CVX_FILTERKIT_BOOL(false)},
    };
    struct cvx_value v[3], pairs = {0};
    struct cvx_list *list = NULL;
    struct cvx_filtersort_item *items = NULL;
    bool exact = false, reverse = false;
    size_t place = 0;
    int rc = cvx_filterkit_bind(rt, "filter 'dictsort'", args, k_params, 3, v);
    if (!rc)
        rc = dictsort_place(rt, v[1], &place);
    if (!rc && input.kind == CVX_V_UNDEFINED)
        rc = cvx_value_fail_undefined(rt, input);
    if (!rc && input.kind != CVX_V_DICT)
        rc = cvx_value_fail(rt, "AttributeError", "'%s' is no dict",
                            cvx_value_type(input));
    if (!rc)
        rc = cvx_iter_view(rt, input.u.dict, CVX_VIEW_ITEMS, &pairs);
    if (!rc)
        rc = cvx_value_truth(rt, v[0], &exact);
    if (!rc)
        rc = cvx_filterkit_reverse(rt, v[2], &reverse);
    if (!rc)
        rc = cvx_iter_collect(rt, pairs, &list);
    struct cvx_filterkit_key key = {cvx_value_int((int64_t)place), NULL, !exact};
    if (!rc)
        rc = keyed_items(rt, list, &key, &items);
    if (!rc)
        rc = cvx_filtersort_run(rt, items, list->n, reverse, cvx_filtersort_less_key,
                                NULL);
    return rc ? rc : items_list(rt, items, list->n, ret);
}

/* ---- min, max ---- */

static int extreme(struct cvx_rt *rt, const char *what, enum cvx_order order,
                   struct cvx_value input, const struct cvx_args *args,
                   struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"case_sensitive", false, CVX_FILTERKIT_BOOL(false)},
        {"attribute", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[2], best = {0}, best_key = {0}, item = {0}, key = {0};
    struct cvx_iter *iter = NULL;
    bool exact = false, more = true, better = true, any = false;
    int rc = cvx_filterkit_bind(rt, what, args, k_params, 2, v);
    if (!rc)
        rc = cvx_value_truth(rt, v[0], &exact);
    if (!rc)
        rc = cvx_iter_new(rt, input, &iter);
    struct cvx_filterkit_key of = {v[1], NULL, !exact};
    while (!rc) {
        rc = iter->next(rt, iter, &item, &more);
        if (rc || !more)
            break;
        rc = cvx_filterkit_key_of(rt, &of, item, &key);
        if (!rc && any)
            rc = cvx_compare_order(rt, order, key, best_key, &better);
        if (better) {
            best = item;
            best_key = key;
        }
        any = true;
    }
    if (rc)
        return rc;
    if (!any)
        return cvx_value_undefined(rt, ret, "the %s of an empty sequence is undefined",
                                   order == CVX_LT ? "least" : "greatest");
    *ret = best;
    return CVX_OK;
}

static int filter_min(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    return extreme(rt, "filter 'min'", CVX_LT, input, args, ret);
}

static int filter_max(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    return extreme(rt, "filter 'max'", CVX_GT, input, args, ret);
}

const struct cvx_filterkit_entry cvx_filters_sort_table[] = {
    {"sort", filter_sort}, {"groupby", filter_groupby}, {"dictsort", filter_dictsort},
    {"min", filter_min},   {"max", filter_max},         {NULL, NULL},
};
