/* range(): integers at equal steps, never laid out in memory. See value.h.
 *
 * Bounds are 64 bits; Python's are not, but no template has rounds to walk further. */
#include "render/jinja/value.h"

#include <string.h>

struct range {
    struct cvx_object object;
    int64_t start, stop, step;
    uint64_t count;
};

/* start + i * step, computed where it cannot overflow: the result itself fits. */
static int64_t range_at(const struct range *range, uint64_t i)
{
    return (int64_t)((uint64_t)range->start + i * (uint64_t)range->step);
}

struct range_iter {
    struct cvx_iter iter;
    const struct range *range;
    uint64_t at;
};

static int range_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                      bool *ret_more)
{
    struct range_iter *it = (struct range_iter *)self;
    *ret_more = it->at < it->range->count;
    if (!*ret_more)
        return CVX_OK;
    *ret = cvx_value_int(range_at(it->range, it->at++));
    return cvx_value_spend(rt);
}

static int range_iter(struct cvx_rt *rt, struct cvx_object *self, struct cvx_iter **ret)
{
    struct range_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    *it = (struct range_iter){{range_next}, (const struct range *)self, 0};
    *ret = &it->iter;
    return CVX_OK;
}

static int range_length(struct cvx_rt *rt, struct cvx_object *self, size_t *ret)
{
    uint64_t count = ((const struct range *)self)->count;
    if (count > INT64_MAX)
        return cvx_value_fail(rt, "OverflowError", "a range has too many numbers");
    *ret = (size_t)count;
    return CVX_OK;
}

static int range_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    const struct range *range = (const struct range *)self;
    (void)rt;
    cvx_buf_printf(out, "range(%lld, %lld", (long long)range->start,
                   (long long)range->stop);
    if (range->step != 1)
        cvx_buf_printf(out, ", %lld", (long long)range->step);
    cvx_buf_putc(out, ')');
    return CVX_OK;
}

static bool range_holds(const struct range *range, int64_t value)
{
    if (range->count == 0)
        return false;
    bool up = range->step > 0;
    if (up ? value < range->start : value > range->start)
        return false;
    uint64_t way = up ? (uint64_t)value - (uint64_t)range->start
                      : (uint64_t)range->start - (uint64_t)value;
    uint64_t step = up ? (uint64_t)range->step : 0 - (uint64_t)range->step;
    return way % step == 0 && way / step < range->count;
}

static int range_contains(struct cvx_rt *rt, struct cvx_object *self,
                          struct cvx_value item, bool *ret)
{
    const struct range *range = (const struct range *)self;
    struct cvx_value whole = item;
    (void)rt;
    *ret = false;
    if (item.kind == CVX_V_BOOL)
        whole = cvx_value_int(item.u.boolean);
    /* The bounds are the doubles that a 64-bit integer can equal. */
    if (item.kind == CVX_V_FLOAT && item.u.real >= -0x1p63 && item.u.real < 0x1p63)
        whole = cvx_value_int((int64_t)item.u.real);
    if (whole.kind == CVX_V_INT && cvx_numeric_compare(whole, item) == 0)
        *ret = range_holds(range, whole.u.integer);
    return CVX_OK;
}

static int range_item(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value key,
                      struct cvx_value *ret, bool *ret_found)
{
    const struct range *range = (const struct range *)self;
    int64_t at;
    *ret_found = false;
    if (!cvx_numeric_is_integer(key))
        return CVX_OK;
    int rc = cvx_numeric_index(rt, key, &at);
    if (rc)
        return rc;
    uint64_t i = at < 0 ? range->count + (uint64_t)at : (uint64_t)at;
    if (i >= range->count)
        return CVX_OK;
    *ret = cvx_value_int(range_at(range, i));
    *ret_found = true;
    return CVX_OK;
}

static int range_attr(struct cvx_rt *rt, struct cvx_object *self,
                      const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    const struct range *range = (const struct range *)self;
    (void)rt;
    *ret_found = true;
    if (strcmp(name->data, "start") == 0)
        *ret = cvx_value_int(range->start);
    else if (strcmp(name->data, "stop") == 0)
        *ret = cvx_value_int(range->stop);
    else if (strcmp(name->data, "step") == 0)
        *ret = cvx_value_int(range->step);
    else
        *ret_found = false;
    return CVX_OK;
}

static int range_equal(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value other,
                       bool *ret);

static const struct cvx_object_type k_range = {
    .name = "range",
    .attr = range_attr,
    .item = range_item,
    .iter = range_iter,
    .length = range_length,
    .print = range_print,
    .contains = range_contains,
    .equal = range_equal,
    .sequence = true,
};

/* As the sequences they are. */
static int range_equal(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value other,
                       bool *ret)
{
    const struct range *a = (const struct range *)self;
    int64_t start, step;
    uint64_t count;
    (void)rt;
    *ret = cvx_range_is(other, &start, &step, &count) && a->count == count &&
           (count == 0 || (a->start == start && (count == 1 || a->step == step)));
    return CVX_OK;
}

bool cvx_range_is(struct cvx_value value, int64_t *ret_start, int64_t *ret_step,
                  uint64_t *ret_count)
{
    if (value.kind != CVX_V_OBJECT || value.u.object->type != &k_range)
        return false;
    const struct range *range = (const struct range *)value.u.object;
    *ret_start = range->start;
    *ret_step = range->step;
    *ret_count = range->count;
    return true;
}

int cvx_range_new(struct cvx_rt *rt, int64_t start, int64_t stop, int64_t step,
                  struct cvx_value *ret)
{
    uint64_t way = 0, stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    if (step == 0)
        return cvx_value_fail(rt, "ValueError", "the step of range() is 0");
    struct range *made = cvx_heap_alloc(rt->heap, sizeof(*made));
    if (!made)
        return cvx_value_no_memory(rt);
    if (step > 0 && stop > start)
        way = (uint64_t)stop - (uint64_t)start;
    if (step < 0 && stop < start)
        way = (uint64_t)start - (uint64_t)stop;
    *made =
        (struct range){{&k_range}, start, stop, step, way ? (way - 1) / stride + 1 : 0};
    *ret = cvx_value_object(&made->object);
    return CVX_OK;
}

int cvx_iter_range(struct cvx_rt *rt, const struct cvx_args *args, struct cvx_value *ret)
{
    int64_t bounds[3] = {0, 0, 1};
    if (args->n_kw > 0 || args->n < 1 || args->n > 3)
        return cvx_value_fail(rt, "TypeError",
                              "range() takes one to three integers and no names");
    for (size_t i = 0; i < args->n; i++) {
        if (args->pos[i].kind == CVX_V_BIG)
            return cvx_fail(rt->err, CVX_ELIMIT, "range(): a bound of more than 64 bits");
        int rc = cvx_numeric_index(rt, args->pos[i], &bounds[args->n == 1 ? 1 : i]);
        if (rc)
            return rc;
    }
    return cvx_range_new(rt, bounds[0], bounds[1], bounds[2], ret);
}
