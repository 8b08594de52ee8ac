/* Numbers from text and into text, as Python's int(), float() and str(). See value.h.
 *
 * Decimal digits of every script count, white space around is dropped, one underscore may
 * stand between two digits. */
#include "render/jinja/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cvextract/limits.h>

#include "render/jinja/bigint.h"
#include "text/unicode.h"
#include "json/number.h"

/* ---- characters ---- */

#define END '\0'
#define NO_DIGIT 99

/* What is left to read: ASCII, with other scripts' digits turned into ours. */
struct reader {
    const char *p, *end;
};

static void trim(struct reader *in)
{
    size_t len;
    while (in->p < in->end &&
           cvx_unicode_is_space(cvx_unicode_decode(in->p, in->end, &len)))
        in->p += len;
    while (in->end > in->p) {
        const char *last = in->end - 1;
        while (last > in->p && ((unsigned char)*last & 0xc0) == 0x80)
            last--;
        if (!cvx_unicode_is_space(cvx_unicode_decode(last, in->end, &len)))
            break;
        in->end = last;
    }
}

/* Digits of one script stand in a row from 0 to 9, and rows begin where no digit is
 * before them or ten of them are. */
static char ascii_digit(uint32_t c)
{
    uint32_t first = c;
    while (cvx_unicode_is_digit(first - 1))
        first--;
    return (char)('0' + (c - first) % 10);
}

/* The next character, END at the end, '?' for what no number has; *ret_next behind it. */
static char peek(const struct reader *in, const char **ret_next)
{
    size_t len;
    *ret_next = in->p;
    if (in->p == in->end)
        return END;
    uint32_t c = cvx_unicode_decode(in->p, in->end, &len);
    *ret_next = in->p + len;
    if (c == 0 || (c >= 0x80 && !cvx_unicode_is_digit(c)))
        return '?';
    return c < 0x80 ? (char)c : ascii_digit(c);
}

static char peek_at(const struct reader *in)
{
    const char *next;
    return peek(in, &next);
}

static char take(struct reader *in)
{
    return peek(in, &in->p);
}

static bool take_sign(struct reader *in)
{
    char c = peek_at(in);
    if (c == '-' || c == '+')
        (void)take(in);
    return c == '-';
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : NO_DIGIT;
}

/* ---- integers ---- */

/* The base that a prefix such as 0x names, 0 when c names none. */
static int prefix_base(char c)
{
    c = (char)(c | 0x20);
    return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
}

/* Drops a prefix that fits *base, and with base 0 finds the base. *ret_zero: only zeros
 * may follow (a decimal literal that starts with 0). */
static void take_prefix(struct reader *in, int *base, bool *ret_zero)
{
    struct reader ahead = *in;
    *ret_zero = false;
    int named = take(&ahead) == '0' ? prefix_base(peek_at(&ahead)) : 0;
    if (*base == 0 && named == 0) {
        *ret_zero = peek_at(in) == '0';
        *base = 10;
    }
    if (named == 0 || (*base != 0 && *base != named))
        return;
    *base = named;
    (void)take(&ahead);
    if (peek_at(&ahead) == '_')
        (void)take(&ahead);
    *in = ahead;
}

/* All digits that are left, into out; false when they are not a number of this base. */
static bool take_digits(struct reader *in, int base, struct cvx_buf *out)
{
    bool digit = false; /* the last one taken was a digit */
    while (in->p < in->end) {
        char c = take(in);
        if (c == '_' && digit) {
            digit = false;
            continue;
        }
        if (digit_of(c) >= base)
            return false;
        cvx_buf_putc(out, c);
        digit = true;
    }
    return digit;
}

static bool power_of_two(int base)
{
    return (base & (base - 1)) == 0;
}

static int store_digits(struct cvx_rt *rt, const struct cvx_buf *digits, int base,
                        bool negative, struct cvx_value *ret)
{
    mpz_t z;
    if (digits->len > 4 * CVX_TEMPLATE_DIGITS_MAX)
        return cvx_bigint_too_long(rt);
    mpz_init(z);
    (void)mpz_set_str(z, digits->data, base); /* they were checked */
    if (negative)
        mpz_neg(z, z);
    int rc = cvx_bigint_store(rt, z, ret);
    mpz_clear(z);
    return rc;
}

int cvx_numeric_parse_int(struct cvx_rt *rt, const char *text, size_t len, int base,
                          struct cvx_value *ret, bool *ret_ok)
{
    struct reader in = {text, text + len};
    struct cvx_buf digits = CVX_BUF_INIT;
    bool zero;
    *ret_ok = false;
    if (base != 0 && (base < 2 || base > 36))
        return CVX_OK;
    trim(&in);
    bool negative = take_sign(&in);
    take_prefix(&in, &base, &zero);
    bool ok = take_digits(&in, base, &digits);
    int rc = cvx_buf_check(&digits, rt->err);
    if (rc || !ok)
        goto out;
    if (zero && strspn(digits.data, "0") != digits.len)
        goto out;
    if (digits.len > CVX_TEMPLATE_DIGITS_MAX && !power_of_two(base))
        goto out;
    const char *first = digits.data + strspn(digits.data, "0");
    const struct cvx_buf rest = {.data = digits.data + (first - digits.data),
                                 .len = digits.len - (size_t)(first - digits.data)};
    if (rest.len == 0)
        *ret = cvx_value_int(0);
    else
        rc = store_digits(rt, &rest, base, negative, ret);
    *ret_ok = rc == CVX_OK;
out:
    cvx_buf_done(&digits);
    return rc;
}

int cvx_numeric_print(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    struct cvx_bigint_operand operand;
    (void)rt;
    if (value.kind == CVX_V_FLOAT) {
        char text[CVX_NUMBER_ROOM];
        cvx_repr_double(value.u.real, text, sizeof(text));
        cvx_buf_puts(out, text);
    } else if (value.kind == CVX_V_BIG) {
        mpz_srcptr z = cvx_bigint_read(&operand, value);
        size_t room = mpz_sizeinbase(z, 10) + 2; /* sign and NUL */
        char *to = cvx_buf_room(out, room);
        if (to) {
            (void)mpz_get_str(to, 10, z);
            cvx_buf_trim(out, out->len + strlen(to));
        }
    } else if (value.kind == CVX_V_BOOL) {
        cvx_buf_putc(out, value.u.boolean ? '1' : '0');
    } else {
        cvx_buf_printf(out, "%lld", (long long)value.u.integer);
    }
    return CVX_OK;
}

/* ---- floats ---- */

/* More digits than any double, or the middle between two, has: what follows can only say
 * "and a little more", which one last digit does. */
#define DIGITS_ROOM 800

struct decimal {
    char digits[DIGITS_ROOM + 2]; /* significant ones, "1" for a rest that is not 0 */
    size_t n;
    bool more;
    bool any;    /* a digit was seen at all */
    int64_t exp; /* power of ten of the last digit kept */
};

static void decimal_add(struct decimal *dec, char c, bool behind_point)
{
    dec->any = true;
    if (dec->n == 0 && c == '0') {
        dec->exp -= behind_point;
    } else if (dec->n < DIGITS_ROOM) {
        dec->digits[dec->n++] = c;
        dec->exp -= behind_point;
    } else {
        dec->more = dec->more || c != '0';
        dec->exp += !behind_point;
    }
}

/* A run of digits with single underscores between them; false on a wrong underscore. */
static bool take_run(struct reader *in, struct decimal *dec, bool behind_point)
{
    bool digit = false;
    for (;;) {
        char c = peek_at(in);
        if (c == '_' && digit)
            digit = false;
        else if (c >= '0' && c <= '9')
            digit = true;
        else
            return digit || c != '_';
        (void)take(in);
        if (digit)
            decimal_add(dec, c, behind_point);
        else if (digit_of(peek_at(in)) > 9)
            return false;
    }
}

/* "e-5" with the same underscores; false when no digit follows the e. */
static bool take_exponent(struct reader *in, struct decimal *dec)
{
    struct decimal none = {0};
    int64_t value = 0;
    bool negative = take_sign(in);
    struct reader ahead = *in;
    if (!take_run(&ahead, &none, false) || !none.any)
        return false;
    while (in->p < ahead.p) {
        char c = take(in);
        if (c != '_' && value < 1000000000)
            value = value * 10 + (c - '0');
    }
    dec->exp += negative ? -value : value;
    return true;
}

static bool take_decimal(struct reader *in, struct decimal *dec)
{
    if (!take_run(in, dec, false))
        return false;
    if (peek_at(in) == '.') {
        (void)take(in);
        if (!take_run(in, dec, true))
            return false;
    }
    if (!dec->any)
        return false;
    if ((peek_at(in) | 0x20) != 'e')
        return true;
    (void)take(in);
    return take_exponent(in, dec);
}

static bool is_word(const struct reader *in, const char *word)
{
    size_t len = strlen(word);
    return (size_t)(in->end - in->p) == len && strncasecmp(in->p, word, len) == 0;
}

static bool decimal_value(struct decimal *dec, double *ret)
{
    char text[DIGITS_ROOM + 2 + CVX_NUMBER_ROOM];
    if (dec->more) {
        dec->digits[dec->n++] = '1';
        dec->exp--;
    }
    if (dec->n == 0) {
        *ret = 0;
        return true;
    }
    (void)snprintf(text, sizeof(text), "%.*se%lld", (int)dec->n, dec->digits,
                   (long long)dec->exp);
    return cvx_number_double(text, ret) == CVX_OK;
}

bool cvx_numeric_parse_float(const char *text, size_t len, double *ret)
{
    struct reader in = {text, text + len};
    struct decimal dec = {.n = 0};
    double value;
    trim(&in);
    bool negative = take_sign(&in);
    if (is_word(&in, "inf") || is_word(&in, "infinity"))
        value = INFINITY;
    else if (is_word(&in, "nan"))
        value = NAN;
    else if (!take_decimal(&in, &dec) || in.p != in.end || !decimal_value(&dec, &value))
        return false;
    *ret = negative ? -value : value;
    return true;
}
