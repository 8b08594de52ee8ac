/* The filters on numbers: abs, int, float, sum, filesizeformat; round has a file of its
 * own. See value.h. */
#include "render/jinja/filterkit.h"

#include <math.h>

static int filter_abs(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'abs'", args);
    if (rc)
        return rc;
    if (input.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, input);
    if (!cvx_numeric_is(input))
        return cvx_value_fail(rt, "TypeError", "filter 'abs' takes a number, not a '%s'",
                              cvx_value_type(input));
    return cvx_numeric_abs(rt, input, ret);
}

/* ---- float ---- */

/* float(value): *ret_ok false where Python raises what the filters catch. */
static int to_float(struct cvx_rt *rt, struct cvx_value value, double *ret, bool *ret_ok)
{
    *ret_ok = true;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    if (value.kind == CVX_V_STR || value.kind == CVX_V_BYTES) {
        *ret_ok = cvx_numeric_parse_float(value.u.str->data, value.u.str->len, ret);
        return CVX_OK;
    }
    *ret_ok = cvx_numeric_is(value);
    if (*ret_ok)
        *ret = cvx_numeric_to_double(value);
    if (*ret_ok && value.kind == CVX_V_BIG && isinf(*ret))
        return cvx_value_fail(rt, "OverflowError",
                              "the integer is too large for a float");
    return CVX_OK;
}

static int filter_float(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"default", false, {.kind = CVX_V_FLOAT, .u.real = 0.0}},
    };
    struct cvx_value dflt;
    double value = 0;
    bool ok = false;
    int rc = cvx_filterkit_bind(rt, "filter 'float'", args, k_params, 1, &dflt);
    if (!rc)
        rc = to_float(rt, input, &value, &ok);
    if (!rc)
        *ret = ok ? cvx_value_float(value) : dflt;
    return rc;
}

/* ---- int ---- */

/* int(value), and int(text, base): *ret_ok false where Python raises what the filter
 * catches. */
static int to_int(struct cvx_rt *rt, struct cvx_value value, struct cvx_value base,
                  struct cvx_value *ret, bool *ret_ok)
{
    int64_t number = 10;
    *ret_ok = true;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    if (value.kind == CVX_V_BOOL) {
        *ret = cvx_value_int(value.u.boolean);
        return CVX_OK;
    }
    if (value.kind == CVX_V_INT || value.kind == CVX_V_BIG) {
        *ret = value;
        return CVX_OK;
    }
    *ret_ok = value.kind == CVX_V_FLOAT && !isnan(value.u.real);
    if (value.kind != CVX_V_STR && value.kind != CVX_V_BYTES)
        return *ret_ok ? cvx_numeric_from_double(rt, value.u.real, ret) : CVX_OK;

    int rc = CVX_OK;
    if (value.kind == CVX_V_STR) {
        if (!cvx_numeric_is_integer(base))
            return CVX_OK;
        rc = cvx_numeric_index(rt, base, &number);
    }
    if (!rc && (number == 0 || (number >= 2 && number <= 36)))
        rc = cvx_numeric_parse_int(rt, value.u.str->data, value.u.str->len, (int)number,
                                   ret, ret_ok);
    return rc;
}

static int filter_int(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"default", false, CVX_FILTERKIT_INT(0)},
        {"base", false, CVX_FILTERKIT_INT(10)},
    };
    struct cvx_value v[2], made = {0};
    double value = 0;
    bool ok = false;
    int rc = cvx_filterkit_bind(rt, "filter 'int'", args, k_params, 2, v);
    if (!rc)
        rc = to_int(rt, input, v[1], &made, &ok);
    if (!rc && !ok) {
        rc = to_float(rt, input, &value, &ok);
        ok = ok && !isnan(value);
        if (!rc && ok)
            rc = cvx_numeric_from_double(rt, value, &made);
    }
    if (!rc)
        *ret = ok ? made : v[0];
    return rc;
}

/* ---- sum ---- */

static int filter_sum(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"attribute", false, CVX_FILTERKIT_NONE},
        {"start", false, CVX_FILTERKIT_INT(0)},
    };
    struct cvx_value v[2], item = {0};
    struct cvx_iter *iter = NULL;
    bool more = true;
    int rc = cvx_filterkit_bind(rt, "filter 'sum'", args, k_params, 2, v);
    struct cvx_filterkit_key key = {.attribute = v[0]};
    if (!rc)
        rc = cvx_iter_new(rt, input, &iter);
    if (!rc && (v[1].kind == CVX_V_STR || v[1].kind == CVX_V_BYTES))
        rc = cvx_value_fail(rt, "TypeError", "filter 'sum' does not add up text");
    while (!rc) {
        rc = iter->next(rt, iter, &item, &more);
        if (rc || !more)
            break;
        rc = cvx_filterkit_key_of(rt, &key, item, &item);
        if (!rc)
            rc = cvx_operate(rt, CVX_OP_ADD, v[1], item, &v[1]);
    }
    if (!rc)
        *ret = v[1];
    return rc;
}

/* ---- filesizeformat ---- */

struct size_unit {
    long double unit; /* the first number of bytes that is too large for it; exact */
    const char *name;
};

static const struct size_unit k_decimal[] = {
    {1e6L, "kB"},  {1e9L, "MB"},  {1e12L, "GB"}, {1e15L, "TB"},
    {1e18L, "PB"}, {1e21L, "EB"}, {1e24L, "ZB"}, {1e27L, "YB"},
};
static const struct size_unit k_binary[] = {
    {0x1p20L, "KiB"}, {0x1p30L, "MiB"}, {0x1p40L, "GiB"}, {0x1p50L, "TiB"},
    {0x1p60L, "PiB"}, {0x1p70L, "EiB"}, {0x1p80L, "ZiB"}, {0x1p90L, "YiB"},
};
#define UNITS (sizeof(k_decimal) / sizeof(k_decimal[0]))

/* Up to `base` bytes are counted. */
static int put_bytes(struct cvx_rt *rt, double bytes, struct cvx_buf *buf)
{
    struct cvx_value whole = {0};
    if (bytes == 1) {
        cvx_buf_puts(buf, "1 Byte");
        return CVX_OK;
    }
    int rc = cvx_numeric_from_double(rt, bytes, &whole);
    if (!rc)
        rc = cvx_numeric_print(rt, whole, buf);
    cvx_buf_puts(buf, " Bytes");
    return rc;
}

static void put_units(double bytes, bool binary, struct cvx_buf *buf)
{
    const struct size_unit *units = binary ? k_binary : k_decimal;
    size_t at = 0;
    while (at < UNITS - 1 && !((long double)bytes < units[at].unit))
        at++;
    double value = (binary ? 1024.0 : 1000.0) * bytes / (double)units[at].unit;
    if (isnan(value))
        cvx_buf_puts(buf, "nan");
    else
        cvx_buf_printf(buf, "%.1f", value);
    cvx_buf_printf(buf, " %s", units[at].name);
}

static int filter_filesizeformat(struct cvx_rt *rt, struct cvx_value input,
                                 const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"binary", false, CVX_FILTERKIT_BOOL(false)},
    };
    struct cvx_value v;
    double bytes = 0;
    bool ok = false, binary = false;
    int rc = cvx_filterkit_bind(rt, "filter 'filesizeformat'", args, k_params, 1, &v);
    if (!rc)
        rc = to_float(rt, input, &bytes, &ok);
    if (!rc && !ok)
        rc = cvx_value_fail(rt, "ValueError", "filter 'filesizeformat' takes a number");
    if (!rc)
        rc = cvx_value_truth(rt, v, &binary);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    if (bytes < (binary ? 1024 : 1000))
        rc = put_bytes(rt, bytes, &buf);
    else
        put_units(bytes, binary, &buf);
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

const struct cvx_filterkit_entry cvx_filters_number_table[] = {
    {"int", filter_int},
    {"float", filter_float},
    {"abs", filter_abs},
    {"sum", filter_sum},
    {"filesizeformat", filter_filesizeformat},
    {NULL, NULL},
};
