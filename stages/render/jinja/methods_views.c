/* Methods of objects that Python has as builtin types: ranges, and the views of a dict.
 * See methods.h. */
#include "render/jinja/methods.h"

static int range_count(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    bool within = false;
    int rc = cvx_compare_in(rt, args->pos[0], self, &within);
    (void)m;
    if (!rc)
        *ret = cvx_value_int(within);
    return rc;
}

static int range_index(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    struct cvx_value item = args->pos[0];
    int64_t start, step;
    uint64_t count;
    bool within = false;
    int rc = cvx_compare_in(rt, item, self, &within);
    (void)m;
    if (rc)
        return rc;
    if (!within || !cvx_range_is(self, &start, &step, &count))
        return cvx_value_fail(rt, "ValueError", "index(): the value is not in the range");
    if (item.kind == CVX_V_FLOAT)
        rc = cvx_numeric_from_double(rt, item.u.real, &item);
    int64_t value = item.kind == CVX_V_BOOL ? item.u.boolean : item.u.integer;
    uint64_t way =
        step > 0 ? (uint64_t)value - (uint64_t)start : (uint64_t)start - (uint64_t)value;
    uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    if (!rc)
        *ret = cvx_value_int((int64_t)(way / stride));
    return rc;
}

static int view_isdisjoint(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_iter *iter;
    struct cvx_value item;
    bool more = true, within = false;
    int rc = cvx_iter_new(rt, args->pos[0], &iter);
    (void)m;
    while (!rc && !within) {
        rc = iter->next(rt, iter, &item, &more);
        if (rc || !more)
            break;
        rc = cvx_compare_in(rt, item, self, &within);
    }
    if (!rc)
        *ret = cvx_value_bool(!within);
    return rc;
}

const struct cvx_method cvx_methods_range_table[] = {
    {.name = "count", .fn = range_count, .least = 1, .most = 1},
    {.name = "index", .fn = range_index, .least = 1, .most = 1},
    {.name = NULL},
};

const struct cvx_method cvx_methods_view_table[] = {
    {.name = "isdisjoint", .fn = view_isdisjoint, .least = 1, .most = 1},
    {.name = NULL},
};
