/* The filters that take a sequence apart, as generators: batch, slice, unique, items. See
 * value.h. */
#include "render/jinja/filterkit.h"

#include "render/jinja/lazy.h"

/* ---- batch ---- */

struct batch {
    struct cvx_lazy lazy;
    struct cvx_value size, fill;
    struct cvx_value held; /* the item that did not go into the chunk before */
    bool holds;
};

static int is_full(struct cvx_rt *rt, const struct batch *batch,
                   const struct cvx_list *chunk, bool *ret)
{
    return cvx_compare_equal(rt, cvx_value_int((int64_t)chunk->n), batch->size, ret);
}

/* The last chunk made as long as the others. */
static int fill_up(struct cvx_rt *rt, const struct batch *batch, struct cvx_list *chunk)
{
    int64_t size = 0;
    bool less = false;
    if (batch->fill.kind == CVX_V_NONE)
        return CVX_OK;
    int rc = cvx_compare_order(rt, CVX_LT, cvx_value_int((int64_t)chunk->n), batch->size,
                               &less);
    if (rc || !less)
        return rc;
    rc = cvx_numeric_index(rt, batch->size, &size);
    while (!rc && (int64_t)chunk->n < size)
        rc = cvx_list_append(rt, chunk, batch->fill);
    return rc;
}

static int batch_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                      bool *ret_more)
{
    struct batch *batch = (struct batch *)lazy;
    struct cvx_value chunk = {0}, item = {0};
    bool more = true, full = false;
    int rc = cvx_value_list(rt, CVX_V_LIST, 0, &chunk);
    if (!rc && batch->holds)
        rc = cvx_list_append(rt, chunk.u.list, batch->held);
    batch->holds = false;
    while (!rc && !batch->holds) {
        rc = cvx_lazy_take(rt, lazy, &item, &more);
        if (rc || !more)
            break;
        rc = is_full(rt, batch, chunk.u.list, &full);
        if (!rc && full) {
            batch->held = item;
            batch->holds = true;
        } else if (!rc) {
            rc = cvx_list_append(rt, chunk.u.list, item);
        }
    }
    if (!rc && !more && chunk.u.list->n > 0)
        rc = fill_up(rt, batch, chunk.u.list);
    if (rc)
        return rc;
    *ret_more = batch->holds || chunk.u.list->n > 0;
    if (*ret_more)
        *ret = chunk;
    return CVX_OK;
}

static int filter_batch(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"linecount", true, CVX_FILTERKIT_NONE},
        {"fill_with", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[2];
    struct cvx_lazy *lazy = NULL;
    int rc = cvx_filterkit_bind(rt, "filter 'batch'", args, k_params, 2, v);
    if (!rc)
        rc = cvx_lazy_new(rt, sizeof(struct batch), input, cvx_lazy_open, batch_step,
                          &lazy, ret);
    if (rc)
        return rc;
    ((struct batch *)lazy)->size = v[0];
    ((struct batch *)lazy)->fill = v[1];
    return CVX_OK;
}

/* ---- slice ---- */

struct slices {
    struct cvx_lazy lazy;
    struct cvx_value count, fill;
    const struct cvx_list *list;
    int64_t n, at;
    size_t offset;
};

static int slices_start(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    struct slices *slices = (struct slices *)lazy;
    struct cvx_list *list = NULL;
    int rc = cvx_iter_collect(rt, lazy->input, &list);
    if (!rc && slices->count.kind == CVX_V_UNDEFINED)
        rc = cvx_value_fail_undefined(rt, slices->count);
    if (!rc)
        rc = cvx_numeric_index(rt, slices->count, &slices->n);
    if (!rc && slices->n == 0)
        rc = cvx_value_fail(rt, "ZeroDivisionError", "filter 'slice' into 0 slices");
    slices->list = list;
    return rc;
}

static int slices_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                       bool *ret_more)
{
    struct slices *slices = (struct slices *)lazy;
    const struct cvx_list *list = slices->list;
    struct cvx_value made = {0};
    *ret_more = slices->at < slices->n;
    if (!*ret_more)
        return CVX_OK;
    /* The first so many slices have one item more than the others. */
    size_t n = (size_t)slices->n, longer = list->n % n;
    bool more = (size_t)slices->at < longer;
    size_t size = list->n / n + more;
    int rc = cvx_value_spend(rt);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, size + 1, &made);
    for (size_t i = 0; i < size && !rc; i++)
        rc = cvx_list_append(rt, made.u.list, list->items[slices->offset + i]);
    if (!rc && slices->fill.kind != CVX_V_NONE && !more)
        rc = cvx_list_append(rt, made.u.list, slices->fill);
    if (rc)
        return rc;
    slices->offset += size;
    slices->at++;
    *ret = made;
    return CVX_OK;
}

static int filter_slice(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"slices", true, CVX_FILTERKIT_NONE},
        {"fill_with", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[2];
    struct cvx_lazy *lazy = NULL;
    int rc = cvx_filterkit_bind(rt, "filter 'slice'", args, k_params, 2, v);
    if (!rc)
        rc = cvx_lazy_new(rt, sizeof(struct slices), input, slices_start, slices_step,
                          &lazy, ret);
    if (rc)
        return rc;
    ((struct slices *)lazy)->count = v[0];
    ((struct slices *)lazy)->fill = v[1];
    return CVX_OK;
}

/* ---- unique ---- */

struct unique {
    struct cvx_lazy lazy;
    struct cvx_value exact;
    struct cvx_filterkit_key key;
    struct cvx_value seen; /* a dict */
};

static int unique_start(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    struct unique *unique = (struct unique *)lazy;
    bool exact = false;
    int rc = cvx_value_truth(rt, unique->exact, &exact);
    unique->key.fold = !exact;
    if (!rc)
        rc = cvx_dict_new(rt, &unique->seen);
    return rc ? rc : cvx_lazy_open(rt, lazy);
}

static int unique_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                       bool *ret_more)
{
    struct unique *unique = (struct unique *)lazy;
    struct cvx_dict *seen = unique->seen.u.dict;
    struct cvx_value item = {0}, key = {0};
    size_t known = cvx_dict_count(seen);
    int rc = CVX_OK;
    while (!rc && cvx_dict_count(seen) == known) {
        rc = cvx_lazy_take(rt, lazy, &item, ret_more);
        if (rc || !*ret_more)
            return rc;
        rc = cvx_filterkit_key_of(rt, &unique->key, item, &key);
        if (!rc)
            rc = cvx_dict_put(rt, seen, key, cvx_value_none());
    }
    if (!rc)
        *ret = item;
    return rc;
}

static int filter_unique(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"case_sensitive", false, CVX_FILTERKIT_BOOL(false)},
        {"attribute", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[2];
    struct cvx_lazy *lazy = NULL;
    int rc = cvx_filterkit_bind(rt, "filter 'unique'", args, k_params, 2, v);
    if (!rc)
        rc = cvx_lazy_new(rt, sizeof(struct unique), input, unique_start, unique_step,
                          &lazy, ret);
    if (rc)
        return rc;
    ((struct unique *)lazy)->exact = v[0];
    ((struct unique *)lazy)->key.attribute = v[1];
    return CVX_OK;
}

/* ---- items ---- */

static int items_start(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    struct cvx_value pairs = {0};
    lazy->done = lazy->input.kind == CVX_V_UNDEFINED;
    if (lazy->done)
        return CVX_OK;
    if (lazy->input.kind != CVX_V_DICT)
        return cvx_value_fail(rt, "TypeError",
                              "filter 'items' takes a mapping, not a '%s'",
                              cvx_value_type(lazy->input));
    int rc = cvx_iter_view(rt, lazy->input.u.dict, CVX_VIEW_ITEMS, &pairs);
    return rc ? rc : cvx_iter_new(rt, pairs, &lazy->source);
}

static int filter_items(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_lazy *lazy = NULL;
    int rc = cvx_filterkit_bind_none(rt, "filter 'items'", args);
    return rc ? rc
              : cvx_lazy_new(rt, sizeof(*lazy), input, items_start, cvx_lazy_take, &lazy,
                             ret);
}

const struct cvx_filterkit_entry cvx_filters_chunk_table[] = {
    {"unique", filter_unique},
    {"batch", filter_batch},
    {"slice", filter_slice},
    {"items", filter_items},
    {NULL, NULL},
};
