/* Slices, value[start:stop:step], as Python cuts them. See value.h. */
#include "render/jinja/value.h"

#include <string.h>

#include <cvextract/limits.h>

#include "text/unicode.h"

/* Which places are taken: `count` of them, from start on, each step further, none of them
 * at or beyond stop. */
struct cut {
    int64_t start, stop, step;
    size_t count;
};

static int bound_value(struct cvx_rt *rt, struct cvx_value bound, int64_t absent,
                       int64_t *ret)
{
    *ret = absent;
    if (bound.kind == CVX_V_NONE)
        return CVX_OK;
    if (!cvx_numeric_is_integer(bound))
        return cvx_value_fail(rt, "TypeError", "a slice bound is '%s', no integer",
                              cvx_value_type(bound));
    return cvx_numeric_index(rt, bound, ret);
}

/* Into [low, high], what is negative counted from the end. */
static int64_t settle(int64_t bound, int64_t n, int64_t low, int64_t high)
{
    if (bound < 0)
        bound = bound < -n ? low : bound + n;
    return bound < low ? low : bound > high ? high : bound;
}

/* An absent bound is INT64_MIN or INT64_MAX, whichever lies beyond its end: settle() then
 * brings it there. */
static int make_cut(struct cvx_rt *rt, size_t length, struct cvx_value start,
                    struct cvx_value stop, struct cvx_value step, struct cut *ret)
{
    int64_t n = (int64_t)length, from = 0, to = 0, by = 1;
    int rc = bound_value(rt, step, 1, &by);
    if (rc)
        return rc;
    if (by == 0)
        return cvx_value_fail(rt, "ValueError", "the step of a slice is 0");
    rc = bound_value(rt, start, by < 0 ? INT64_MAX : INT64_MIN, &from);
    if (!rc)
        rc = bound_value(rt, stop, by < 0 ? INT64_MIN : INT64_MAX, &to);
    if (rc)
        return rc;
    if (by == INT64_MIN)
        by++;
    int64_t low = by < 0 ? -1 : 0, high = by < 0 ? n - 1 : n;
    from = settle(from, n, low, high);
    to = settle(to, n, low, high);
    int64_t way = by < 0 ? from - to : to - from, stride = by < 0 ? -by : by;
    *ret = (struct cut){from, to, by, way > 0 ? (size_t)((way - 1) / stride + 1) : 0};
    return CVX_OK;
}

static int cut_list(struct cvx_rt *rt, struct cvx_value value, struct cut cut,
                    struct cvx_value *ret)
{
    struct cvx_value made = {0};
    int rc = cvx_value_list(rt, value.kind, cut.count, &made);
    if (rc)
        return rc;
    int64_t at = cut.start;
    for (size_t i = 0; i < cut.count; i++) {
        made.u.list->items[i] = value.u.list->items[at];
        if (i + 1 < cut.count)
            at += cut.step;
    }
    made.u.list->n = cut.count;
    *ret = made;
    return CVX_OK;
}

/* n characters forward, or back. */
static const char *walk(const char *p, int64_t n)
{
    for (; n > 0; n--)
        do
            p++;
        while (((unsigned char)*p & 0xc0) == 0x80);
    for (; n < 0; n++)
        do
            p--;
        while (((unsigned char)*p & 0xc0) == 0x80);
    return p;
}

static int cut_points(struct cvx_rt *rt, struct cvx_value value, struct cut cut,
                      struct cvx_value *ret)
{
    const struct cvx_str *str = value.u.str;
    const char *end = str->data + str->len;
    bool ascii = str->points == str->len || value.kind == CVX_V_BYTES;
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    const char *p = str->data;
    cvx_buf_put(&buf, "", 0);
    if (cut.count > 0)
        p = ascii ? p + cut.start : walk(p, cut.start);
    if (cut.step == 1 && cut.count > 0) {
        const char *last = ascii ? p + cut.count : walk(p, (int64_t)cut.count);
        cvx_buf_put(&buf, p, (size_t)(last - p));
        cut.count = 0;
    }
    for (size_t i = 0; i < cut.count; i++) {
        size_t len = 1;
        if (!ascii)
            (void)cvx_unicode_decode(p, end, &len);
        cvx_buf_put(&buf, p, len);
        if (i + 1 < cut.count)
            p = ascii ? p + cut.step : walk(p, cut.step);
    }
    int rc = cvx_value_str_buf(rt, &buf, value.safe, ret);
    if (!rc)
        ret->kind = value.kind;
    cvx_buf_done(&buf);
    return rc;
}

static int cut_range(struct cvx_rt *rt, struct cvx_value value, struct cvx_value start,
                     struct cvx_value stop, struct cvx_value step, struct cvx_value *ret)
{
    int64_t first = 0, stride = 0;
    uint64_t count = 0;
    struct cut cut = {0};
    if (!cvx_range_is(value, &first, &stride, &count))
        return cvx_value_fail(rt, "TypeError", "'%s' cannot be sliced",
                              cvx_value_type(value));
    if (count > INT64_MAX / 2 || step.kind == CVX_V_BIG)
        return cvx_fail(rt->err, CVX_ELIMIT, "a slice of a range, of too large numbers");
    int rc = make_cut(rt, (size_t)count, start, stop, step, &cut);
    if (rc)
        return rc;
    int64_t by, from, to;
    if (__builtin_mul_overflow(stride, cut.step, &by) ||
        __builtin_mul_overflow(stride, cut.start, &from) ||
        __builtin_add_overflow(first, from, &from) ||
        __builtin_mul_overflow(stride, cut.stop, &to) ||
        __builtin_add_overflow(first, to, &to))
        return cvx_fail(rt->err, CVX_ELIMIT, "a slice of a range, of too large numbers");
    return cvx_range_new(rt, from, to, by, ret);
}

int cvx_access_slice(struct cvx_rt *rt, struct cvx_value value, struct cvx_value start,
                     struct cvx_value stop, struct cvx_value step, struct cvx_value *ret)
{
    struct cut cut = {0};
    bool text = value.kind == CVX_V_STR || value.kind == CVX_V_BYTES;
    bool list = value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE;
    size_t n = 0;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    if (!text && !list)
        return cut_range(rt, value, start, stop, step, ret);
    int rc = cvx_value_length(rt, value, &n);
    if (!rc)
        rc = make_cut(rt, n, start, stop, step, &cut);
    if (rc)
        return rc;
    return text ? cut_points(rt, value, cut, ret) : cut_list(rt, value, cut, ret);
}
