/* "%d", "%x", "%f" and their like. See percent_private.h. */
#include "render/jinja/percent_private.h"

#include <cvextract/limits.h>

#include "render/jinja/formatspec.h"
#include "render/jinja/numtext.h"
#include "render/jinja/pystr.h"

static int refuse(struct cvx_percent_job *job, const struct cvx_percent_field *field,
                  struct cvx_value value)
{
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(job->rt, value);
    return cvx_value_fail(job->rt, "TypeError",
                          "the operator %%: '%%%c' cannot take '%s'", field->type,
                          cvx_value_type(value));
}

static bool is_text(struct cvx_value value)
{
    return value.kind == CVX_V_STR || value.kind == CVX_V_BYTES;
}

/* What int() and float() read in a string; of bytes they take ASCII alone. */
static int parse_text(struct cvx_percent_job *job, struct cvx_value value, bool integer,
                      struct cvx_value *ret)
{
    const struct cvx_str *str = value.u.str;
    double real = 0;
    bool ok = value.kind == CVX_V_STR ||
              cvx_pystr_is_ascii((struct cvx_span){str->data, str->len});
    int rc = CVX_OK;
    if (ok && integer) {
        rc = cvx_numeric_parse_int(job->rt, str->data, str->len, 10, ret, &ok);
    } else if (ok) {
        ok = cvx_numeric_parse_float(str->data, str->len, &real);
        *ret = cvx_value_float(real);
    }
    if (!rc && !ok)
        rc = cvx_percent_fail_value(job, "a text that is no number");
    return rc;
}

static int to_integer(struct cvx_percent_job *job, const struct cvx_percent_field *field,
                      struct cvx_value value, struct cvx_value *ret)
{
    bool decimal = field->type == 'd' || field->type == 'i' || field->type == 'u';
    if (!decimal && (job->safe || !cvx_numeric_is_integer(value)))
        return refuse(job, field, value);
    if (value.kind == CVX_V_FLOAT)
        return cvx_numeric_from_double(job->rt, value.u.real, ret);
    if (job->safe && is_text(value))
        return parse_text(job, value, true, ret);
    if (!cvx_numeric_is(value))
        return refuse(job, field, value);
    *ret = value;
    return CVX_OK;
}

int cvx_percent_put_integer(struct cvx_percent_job *job,
                            const struct cvx_percent_field *field, struct cvx_value value)
{
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    char type = field->type;
    struct cvx_percent_piece piece = {.prefix = {'0', type}, .number = true};
    int rc = to_integer(job, field, value, &value);
    if (!rc)
        rc = cvx_formatspec_bound(job->rt, field->precision);
    if (rc)
        return rc;
    int base = cvx_numtext_typed(&text, value, type);
    rc = cvx_buf_check(&text, job->rt->err);
    if (!rc) {
        piece.sign = cvx_numtext_is_negative(value) ? '-' : '\0';
        if (field->precision > (int64_t)text.len)
            piece.zeros = (size_t)field->precision - text.len;
        piece.prefix_len = field->flags & CVX_PERCENT_ALT && base != 10 ? 2 : 0;
        piece.body = (struct cvx_span){text.data, text.len};
        cvx_percent_put_piece(job, field, &piece);
    }
    cvx_buf_done(&text);
    return rc;
}

static int to_double(struct cvx_percent_job *job, const struct cvx_percent_field *field,
                     struct cvx_value value, double *ret)
{
    if (job->safe && is_text(value)) {
        int rc = parse_text(job, value, false, &value);
        if (rc)
            return rc;
    }
    if (!cvx_numeric_is(value))
        return refuse(job, field, value);
    return cvx_formatspec_double(job->rt, value, ret);
}

int cvx_percent_put_double(struct cvx_percent_job *job,
                           const struct cvx_percent_field *field, struct cvx_value value)
{
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct cvx_percent_piece piece = {.number = true};
    double real = 0;
    int rc = to_double(job, field, value, &real);
    if (!rc)
        rc = cvx_formatspec_bound(job->rt, field->precision);
    if (rc)
        return rc;
    cvx_numtext_double(&text, real, field->type,
                       field->precision < 0 ? 6 : (size_t)field->precision,
                       field->flags & CVX_PERCENT_ALT ? CVX_NUMTEXT_ALT : 0);
    rc = cvx_buf_check(&text, job->rt->err);
    if (!rc) {
        bool minus = text.data[0] == '-';
        piece.sign = minus ? '-' : '\0';
        piece.body = (struct cvx_span){text.data + minus, text.len - minus};
        cvx_percent_put_piece(job, field, &piece);
    }
    cvx_buf_done(&text);
    return rc;
}
