/* See formatspec.h: what the formats share, reading a spec, its use on text. Numbers are
 * formatspec_number.c's. */
#include "render/jinja/formatspec_private.h"

#include <math.h>
#include <string.h>

#include <cvextract/limits.h>

#include "render/jinja/pystr.h"
#include "text/unicode.h"

/* ---- what the callers share ---- */

int cvx_formatspec_bound(struct cvx_rt *rt, int64_t size)
{
    if (size <= (int64_t)CVX_TEMPLATE_OUTPUT_MAX)
        return CVX_OK;
    return cvx_fail(rt->err, CVX_ELIMIT,
                    "a format that asks for more than %zu MiB of text",
                    (size_t)(CVX_TEMPLATE_OUTPUT_MAX / CVX_MIB));
}

int cvx_formatspec_number(struct cvx_rt *rt, struct cvx_span *p, int64_t *ret)
{
    const char *end = p->p + p->len;
    int64_t n = -1;
    while (p->len > 0) {
        size_t len;
        int digit = cvx_pystr_decimal(cvx_unicode_decode(p->p, end, &len));
        if (digit < 0)
            break;
        if (n > (INT64_MAX - digit) / 10)
            return cvx_value_fail(rt, "ValueError", "a number of too many digits");
        n = (n < 0 ? 0 : n * 10) + digit;
        *p = (struct cvx_span){p->p + len, p->len - len};
    }
    *ret = n;
    return CVX_OK;
}

int cvx_formatspec_double(struct cvx_rt *rt, struct cvx_value value, double *ret)
{
    *ret = cvx_numeric_to_double(value);
    if (value.kind == CVX_V_BIG && isinf(*ret))
        return cvx_value_fail(rt, "OverflowError",
                              "the integer is too large for a float");
    return CVX_OK;
}

int cvx_formatspec_character(struct cvx_rt *rt, struct cvx_value number,
                             struct cvx_buf *out)
{
    int64_t c = 0;
    int rc = cvx_numeric_index(rt, number, &c);
    if (rc)
        return rc;
    if (number.kind == CVX_V_BIG || c < 0 || c > 0x10ffff)
        return cvx_value_fail(rt, "OverflowError",
                              "no character has that number (format 'c')");
    if (c >= 0xd800 && c <= 0xdfff)
        return cvx_value_fail(rt, "ValueError", "a surrogate is no character");
    cvx_pystr_put(out, (uint32_t)c);
    return CVX_OK;
}

int cvx_formatspec_convert(struct cvx_rt *rt, struct cvx_value value, char conversion,
                           struct cvx_buf *out)
{
    if (conversion == 's')
        return cvx_repr_str(rt, value, out);
    if (conversion == 'r')
        return cvx_repr_repr(rt, value, out);
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    int rc = cvx_repr_repr(rt, value, &text);
    if (!rc)
        rc = cvx_buf_check(&text, rt->err);
    if (!rc)
        cvx_pystr_ascii(out, (struct cvx_span){text.data, text.len});
    cvx_buf_done(&text);
    return rc;
}

/* ---- reading a spec ---- */

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

static bool take(struct cvx_span *p, char c)
{
    if (p->len == 0 || *p->p != c)
        return false;
    *p = (struct cvx_span){p->p + 1, p->len - 1};
    return true;
}

static char take_any(struct cvx_span *p, const char *set)
{
    char c = p->len > 0 && *p->p != '\0' && strchr(set, *p->p) ? *p->p : '\0';
    if (c)
        (void)take(p, c);
    return c;
}

/* Fill and alignment; *ret_filled when a fill was given. */
static void read_align(struct cvx_span *p, struct cvx_formatspec *spec, bool *ret_filled)
{
    size_t len = 0;
    if (p->len > 0)
        (void)cvx_unicode_decode(p->p, p->p + p->len, &len);
    *ret_filled = len > 0 && len < p->len && is_align(p->p[len]);
    if (*ret_filled) {
        spec->fill = (struct cvx_span){p->p, len};
        *p = (struct cvx_span){p->p + len, p->len - len};
    }
    char align = take_any(p, "<>=^");
    if (align)
        spec->align = align;
    /* A zero before the width fills, between sign and digits unless told otherwise. */
    spec->sign = take_any(p, " +-");
    spec->no_neg_0 = take(p, 'z');
    spec->alt = take(p, '#');
    if (*ret_filled || !take(p, '0'))
        return;
    spec->fill = (struct cvx_span){"0", 1};
    if (!align && spec->align == '>')
        spec->align = '=';
}

static int read_group(struct cvx_rt *rt, struct cvx_span *p, struct cvx_formatspec *spec)
{
    spec->group = take_any(p, ",_");
    if (spec->group && p->len > 0 && (*p->p == ',' || *p->p == '_') &&
        *p->p != spec->group)
        return cvx_value_fail(rt, "ValueError", "a format with both ',' and '_'");
    return CVX_OK;
}

static int read_precision(struct cvx_rt *rt, struct cvx_span *p,
                          struct cvx_formatspec *spec)
{
    if (!take(p, '.'))
        return CVX_OK;
    int rc = cvx_formatspec_number(rt, p, &spec->precision);
    if (!rc && spec->precision < 0)
        rc = cvx_value_fail(rt, "ValueError", "a format without a precision after '.'");
    return rc;
}

static int read_type(struct cvx_rt *rt, struct cvx_span p, struct cvx_formatspec *spec)
{
    size_t len = 0;
    if (p.len > 0)
        spec->type = cvx_unicode_decode(p.p, p.p + p.len, &len);
    if (len < p.len)
        return cvx_value_fail(rt, "ValueError", "a wrong format: '%.*s' is left over",
                              (int)(p.len < 40 ? p.len : 40), p.p);
    const char *allowed = spec->group == '_' ? "defgEG%FboxX" : "defgEG%F";
    if (spec->group && spec->type != 0 &&
        (spec->type > 0x7f || !strchr(allowed, (char)spec->type)))
        return cvx_value_fail(rt, "ValueError", "'%c' cannot group this type",
                              spec->group);
    return CVX_OK;
}

/* spec comes with the defaults of the kind. */
int cvx_formatspec_read(struct cvx_rt *rt, struct cvx_span p, struct cvx_formatspec *spec)
{
    bool filled;
    spec->fill = (struct cvx_span){" ", 1};
    spec->width = spec->precision = -1;
    read_align(&p, spec, &filled);
    int rc = cvx_formatspec_number(rt, &p, &spec->width);
    if (!rc)
        rc = read_group(rt, &p, spec);
    if (!rc)
        rc = read_precision(rt, &p, spec);
    if (!rc)
        rc = read_type(rt, p, spec);
    return rc ? rc : cvx_formatspec_bound(rt, spec->width);
}

int cvx_formatspec_wrong_type(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                              struct cvx_value value)
{
    if (spec->type > 0x20 && spec->type < 0x7f)
        return cvx_value_fail(rt, "ValueError", "the format '%c' is not one for '%s'",
                              (int)spec->type, cvx_value_type(value));
    return cvx_value_fail(rt, "ValueError", "the format U+%04X is not one for '%s'",
                          (unsigned)spec->type, cvx_value_type(value));
}

/* ---- text ---- */

int cvx_formatspec_refuse(struct cvx_rt *rt, const char *what, const char *kind)
{
    return cvx_value_fail(rt, "ValueError", "%s has no meaning for %s", what, kind);
}

static int check_text(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                      struct cvx_value value)
{
    if (spec->type != 's')
        return cvx_formatspec_wrong_type(rt, spec, value);
    if (spec->sign)
        return cvx_formatspec_refuse(rt, "a sign", "text");
    if (spec->no_neg_0)
        return cvx_formatspec_refuse(rt, "'z'", "text");
    if (spec->alt)
        return cvx_formatspec_refuse(rt, "'#'", "text");
    return spec->align == '=' ? cvx_formatspec_refuse(rt, "the alignment '='", "text")
                              : CVX_OK;
}

static void put_padded(struct cvx_buf *out, const struct cvx_formatspec *spec,
                       struct cvx_span text, size_t points)
{
    size_t width = spec->width < 0 ? 0 : (size_t)spec->width;
    size_t missing = width > points ? width - points : 0;
    size_t before = spec->align == '>' ? missing : spec->align == '^' ? missing / 2 : 0;
    cvx_pystr_repeat(out, spec->fill, before);
    cvx_buf_put(out, text.p, text.len);
    cvx_pystr_repeat(out, spec->fill, missing - before);
}

static int apply_text(struct cvx_rt *rt, struct cvx_value value, struct cvx_span p,
                      struct cvx_buf *out)
{
    struct cvx_formatspec spec = {.align = '<', .type = 's'};
    struct cvx_span text = {value.u.str->data, value.u.str->len};
    size_t points = value.u.str->points;
    int rc = cvx_formatspec_read(rt, p, &spec);
    if (!rc)
        rc = check_text(rt, &spec, value);
    if (rc)
        return rc;
    if (spec.precision >= 0 && (size_t)spec.precision < points) {
        points = (size_t)spec.precision;
        text.len = cvx_pystr_offset(text, points);
    }
    put_padded(out, &spec, text, points);
    return CVX_OK;
}

int cvx_formatspec_apply(struct cvx_rt *rt, struct cvx_value value, struct cvx_span spec,
                         struct cvx_buf *out)
{
    if (spec.len == 0)
        return cvx_repr_str(rt, value, out);
    if (value.kind == CVX_V_STR)
        return apply_text(rt, value, spec, out);
    if (cvx_numeric_is(value))
        return cvx_formatspec_put_number(rt, value, spec, out);
    return cvx_value_fail(rt, "TypeError", "'%s' has no formats: '%.*s'",
                          cvx_value_type(value), (int)(spec.len < 40 ? spec.len : 40),
                          spec.p);
}
