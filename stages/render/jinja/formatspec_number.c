/* Specs on numbers, which are laid out as
 *   blanks, sign, prefix, filling, grouped digits, the rest, blanks.
 * See formatspec.h. */
#include "render/jinja/formatspec_private.h"

#include <ctype.h>
#include <string.h>

#include <cvextract/limits.h>

#include "render/jinja/numtext.h"
#include "render/jinja/pystr.h"

/* ---- the layout of numbers ---- */

struct number {
    char sign; /* '-', or 0 */
    struct cvx_span prefix, digits, rest;
    size_t rest_points;
};

/* How many digits, zeros before them included, fill min_width once they are grouped. */
static size_t digits_for(size_t n, size_t group, size_t min_width)
{
    if (group == 0)
        return n > min_width ? n : min_width;
    size_t fit = min_width - min_width / (group + 1);
    while (fit > 1 && fit - 1 + (fit - 2) / group >= min_width)
        fit--;
    while (fit > 0 && fit + (fit - 1) / group < min_width)
        fit++;
    return n > fit ? n : fit;
}

static void put_grouped(struct cvx_buf *out, struct cvx_span digits, size_t total,
                        size_t group, char sep)
{
    size_t zeros = total - digits.len;
    if (group == 0) {
        cvx_pystr_repeat(out, (struct cvx_span){"0", 1}, zeros);
        cvx_buf_put(out, digits.p, digits.len);
        return;
    }
    for (size_t i = 0; i < total && !out->failed; i++) {
        if (i > 0 && (total - i) % group == 0)
            cvx_buf_putc(out, sep);
        cvx_buf_putc(out, i < zeros ? '0' : digits.p[i - zeros]);
    }
}

static size_t group_size(const struct cvx_formatspec *spec)
{
    bool fours = spec->type == 'b' || spec->type == 'o' || (spec->type | 0x20) == 'x';
    return !spec->group ? 0 : fours ? 4 : 3;
}

static void put_number(struct cvx_buf *out, const struct cvx_formatspec *spec,
                       const struct number *number)
{
    char sign = number->sign ? number->sign : spec->sign == '-' ? '\0' : spec->sign;
    size_t width = spec->width < 0 ? 0 : (size_t)spec->width, group = group_size(spec);
    size_t fixed = (sign != 0) + number->prefix.len + number->rest_points;
    bool zeros = spec->align == '=' && spec->fill.len == 1 && *spec->fill.p == '0';
    size_t inner = zeros && width > fixed ? width - fixed : 0;
    size_t total = number->digits.len;
    if (total > 0)
        total = digits_for(total, group, inner);
    size_t taken = fixed + total + (group && total ? (total - 1) / group : 0);
    size_t missing = width > taken ? width - taken : 0;
    size_t before = spec->align == '>' ? missing : spec->align == '^' ? missing / 2 : 0;
    size_t within = spec->align == '=' ? missing : 0;
    cvx_pystr_repeat(out, spec->fill, before);
    if (sign)
        cvx_buf_putc(out, sign);
    cvx_buf_put(out, number->prefix.p, number->prefix.len);
    cvx_pystr_repeat(out, spec->fill, within);
    put_grouped(out, number->digits, total, group, spec->group);
    cvx_buf_put(out, number->rest.p, number->rest.len);
    cvx_pystr_repeat(out, spec->fill, missing - before - within);
}

/* ---- floats ---- */

/* The digits before the point, and what comes from there on. */
static void split_number(struct cvx_span text, struct number *ret)
{
    *ret = (struct number){.prefix = {"", 0}};
    if (text.len > 0 && *text.p == '-') {
        ret->sign = '-';
        text = (struct cvx_span){text.p + 1, text.len - 1};
    }
    size_t n = 0;
    while (n < text.len && isdigit((unsigned char)text.p[n]))
        n++;
    ret->digits = (struct cvx_span){text.p, n};
    ret->rest = (struct cvx_span){text.p + n, text.len - n};
    ret->rest_points = ret->rest.len;
}

static void put_double(const struct cvx_formatspec *spec, double value,
                       struct cvx_buf *out)
{
    unsigned flags =
        (spec->alt ? CVX_NUMTEXT_ALT : 0) | (spec->no_neg_0 ? CVX_NUMTEXT_NO_NEG_0 : 0);
    size_t precision = spec->precision < 0 ? 6 : (size_t)spec->precision;
    char type = (char)spec->type;
    if (type == 0) {
        type = spec->precision < 0 ? 'r' : 'g';
        flags |= CVX_NUMTEXT_DOT_0;
    } else if (type == 'n') {
        type = 'g';
    } else if (type == '%') {
        type = 'f';
        value *= 100;
    }
    cvx_numtext_double(out, value, type, precision, flags);
    if (spec->type == '%')
        cvx_buf_putc(out, '%');
}

static int apply_double(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                        struct cvx_value value, struct cvx_buf *out)
{
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct number number;
    double real = 0;
    if (spec->type > 0x7f || (spec->type && !strchr("eEfFgGn%", (char)spec->type)))
        return cvx_formatspec_wrong_type(rt, spec, value);
    int rc = cvx_formatspec_bound(rt, spec->precision);
    if (!rc)
        rc = cvx_formatspec_double(rt, value, &real);
    if (rc)
        return rc;
    put_double(spec, real, &text);
    rc = cvx_buf_check(&text, rt->err);
    if (!rc) {
        split_number((struct cvx_span){text.data, text.len}, &number);
        put_number(out, spec, &number);
    }
    cvx_buf_done(&text);
    return rc;
}

/* ---- integers ---- */

static int check_integer(struct cvx_rt *rt, const struct cvx_formatspec *spec)
{
    if (spec->precision >= 0)
        return cvx_formatspec_refuse(rt, "a precision", "an integer");
    if (spec->no_neg_0)
        return cvx_formatspec_refuse(rt, "'z'", "an integer");
    if (spec->type == 'c' && spec->sign)
        return cvx_formatspec_refuse(rt, "a sign", "the format 'c'");
    if (spec->type == 'c' && spec->alt)
        return cvx_formatspec_refuse(rt, "'#'", "the format 'c'");
    return CVX_OK;
}

static int apply_character(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                           struct cvx_value value, struct cvx_buf *out)
{
    struct cvx_buf c = CVX_BUF_INIT;
    int rc = cvx_formatspec_character(rt, value, &c);
    if (!rc)
        rc = cvx_buf_check(&c, rt->err);
    if (!rc) {
        struct number number = {.prefix = {"", 0}, .digits = {"", 0}};
        number.rest = (struct cvx_span){c.data, c.len};
        number.rest_points = 1;
        put_number(out, spec, &number);
    }
    cvx_buf_done(&c);
    return rc;
}

static int apply_digits(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                        struct cvx_value value, struct cvx_buf *out)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct number number = {.prefix = {"", 0}, .rest = {"", 0}};
    char type = (char)spec->type, prefix[2] = {'0', type};
    int base = cvx_numtext_typed(&text, value, type);
    int rc = cvx_buf_check(&text, rt->err);
    if (!rc) {
        if (spec->alt && base != 10)
            number.prefix = (struct cvx_span){prefix, 2};
        number.sign = cvx_numtext_is_negative(value) ? '-' : '\0';
        number.digits = (struct cvx_span){text.data, text.len};
        put_number(out, spec, &number);
    }
    cvx_buf_done(&text);
    return rc;
}

static int apply_integer(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                         struct cvx_value value, struct cvx_buf *out)
{
    if (spec->type && spec->type < 0x80 && strchr("eEfFgG%", (char)spec->type))
        return apply_double(rt, spec, value, out);
    if (!spec->type || spec->type > 0x7f || !strchr("bcdoxXn", (char)spec->type))
        return cvx_formatspec_wrong_type(rt, spec, value);
    int rc = check_integer(rt, spec);
    if (rc)
        return rc;
    return spec->type == 'c' ? apply_character(rt, spec, value, out)
                             : apply_digits(rt, spec, value, out);
}

int cvx_formatspec_put_number(struct cvx_rt *rt, struct cvx_value value,
                              struct cvx_span p, struct cvx_buf *out)
{
    bool integer = cvx_numeric_is_integer(value);
    struct cvx_formatspec spec = {.align = '>', .type = integer ? 'd' : 0};
    int rc = cvx_formatspec_read(rt, p, &spec);
    if (rc)
        return rc;
    return integer ? apply_integer(rt, &spec, value, out)
                   : apply_double(rt, &spec, value, out);
}
