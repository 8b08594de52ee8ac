/* See numtext.h.
 *
 * A double has at most 1,074 digits behind its point and 767 that count: a longer
 * precision only adds zeros, so that all the rest fits a buffer of fixed size. The
 * program stays in the locale "C" for numbers, where printf writes a point. */
#include "render/jinja/numtext.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/number.h"

#define FIXED_MAX ((size_t)1080)
#define DIGITS_MAX ((size_t)780)
/* 309 digits, the point, those behind it, NUL, with some to spare. */
#define ROOM (FIXED_MAX + 320)

static size_t at_most(size_t n, size_t max)
{
    return n < max ? n : max;
}

static void put_zeros(struct cvx_buf *out, size_t n)
{
    char *room = cvx_buf_room(out, n);
    if (!room)
        return;
    if (n > 0)
        memset(room, '0', n);
    cvx_buf_trim(out, out->len + n);
}

/* ---- doubles: each writes a finite value that is not negative ---- */

static void put_exponent(struct cvx_buf *out, char type, int exponent)
{
    cvx_buf_printf(out, "%c%+03d", isupper((unsigned char)type) ? 'E' : 'e', exponent);
}

static void put_fixed(struct cvx_buf *out, double value, size_t precision, bool alt)
{
    char text[ROOM];
    size_t kept = at_most(precision, FIXED_MAX);
    (void)snprintf(text, sizeof(text), alt ? "%#.*f" : "%.*f", (int)kept, value);
    cvx_buf_puts(out, text);
    put_zeros(out, precision - kept);
}

/* value's first `kept` digits, without a point, into ret; the power of ten of the first
 * one. */
static int digits_of(double value, size_t kept, char ret[ROOM])
{
    char text[ROOM];
    (void)snprintf(text, sizeof(text), "%.*e", (int)kept - 1, value);
    char *e = strchr(text, 'e');
    ret[0] = text[0];
    if (kept > 1)
        memcpy(ret + 1, text + 2, kept - 1);
    ret[kept] = '\0';
    return e ? (int)strtol(e + 1, NULL, 10) : 0;
}

static void put_scientific(struct cvx_buf *out, double value, char type, size_t precision,
                           bool alt)
{
    char digits[ROOM];
    size_t kept = at_most(precision, DIGITS_MAX);
    int exponent = digits_of(value, kept + 1, digits);
    cvx_buf_putc(out, digits[0]);
    if (precision > 0 || alt)
        cvx_buf_putc(out, '.');
    cvx_buf_puts(out, digits + 1);
    put_zeros(out, precision - kept);
    put_exponent(out, type, exponent);
}

/* n digits and then `zeros` more, with the point behind the first `whole` of them, which
 * may be less than none or more than all. */
static void put_pointed(struct cvx_buf *out, const char *digits, size_t n, size_t zeros,
                        int whole, unsigned flags)
{
    size_t before = whole > 0 ? at_most((size_t)whole, n) : 0;
    if (whole <= 0)
        cvx_buf_putc(out, '0');
    cvx_buf_put(out, digits, before);
    if (whole > 0)
        put_zeros(out, (size_t)whole - before);
    bool rest = before < n || zeros > 0;
    if (rest || flags & (CVX_NUMTEXT_ALT | CVX_NUMTEXT_DOT_0))
        cvx_buf_putc(out, '.');
    if (whole < 0)
        put_zeros(out, (size_t)-whole);
    cvx_buf_put(out, digits + before, n - before);
    put_zeros(out, zeros);
    if (!rest && flags & CVX_NUMTEXT_DOT_0)
        cvx_buf_putc(out, '0');
}

static void put_general(struct cvx_buf *out, double value, char type, size_t precision,
                        unsigned flags)
{
    char digits[ROOM];
    bool alt = flags & CVX_NUMTEXT_ALT;
    if (precision == 0)
        precision = 1;
    size_t n = at_most(precision, DIGITS_MAX), zeros = alt ? precision - n : 0;
    int exponent = digits_of(value, n, digits);
    while (!alt && n > 1 && digits[n - 1] == '0')
        n--;
    /* ".0" needs a place of its own among the digits asked for. */
    size_t fits = precision - (flags & CVX_NUMTEXT_DOT_0 ? 1 : 0);
    if (exponent >= -4 && (exponent < 0 || (size_t)exponent < fits)) {
        put_pointed(out, digits, n, zeros, exponent + 1, flags);
        return;
    }
    cvx_buf_putc(out, digits[0]);
    if (n + zeros > 1 || alt)
        cvx_buf_putc(out, '.');
    cvx_buf_put(out, digits + 1, n - 1);
    put_zeros(out, zeros);
    put_exponent(out, type, exponent);
}

static void put_shortest(struct cvx_buf *out, double value, bool alt)
{
    char text[CVX_NUMBER_ROOM];
    (void)cvx_number_print(value, text);
    const char *e = strchr(text, 'e');
    size_t mantissa = e ? (size_t)(e - text) : strlen(text);
    cvx_buf_put(out, text, mantissa);
    if (alt && !memchr(text, '.', mantissa))
        cvx_buf_putc(out, '.');
    cvx_buf_puts(out, text + mantissa);
}

static void put_finite(struct cvx_buf *out, double value, char type, size_t precision,
                       unsigned flags)
{
    bool alt = flags & CVX_NUMTEXT_ALT;
    switch (tolower((unsigned char)type)) {
    case 'f':
        put_fixed(out, value, precision, alt);
        break;
    case 'e':
        put_scientific(out, value, type, precision, alt);
        break;
    case 'g':
        put_general(out, value, type, precision, flags);
        break;
    default:
        put_shortest(out, value, alt);
    }
}

/* Whether what is printed of it is nothing but zeros; only 'f' makes zeros of a value
 * that is none. */
static bool rounds_to_zero(double value, char type, size_t precision)
{
    char text[ROOM];
    if (value == 0 || tolower((unsigned char)type) != 'f')
        return value == 0;
    (void)snprintf(text, sizeof(text), "%.*f", (int)at_most(precision, FIXED_MAX), value);
    return strspn(text, "-0.") == strlen(text);
}

void cvx_numtext_double(struct cvx_buf *out, double value, char type, size_t precision,
                        unsigned flags)
{
    bool upper = isupper((unsigned char)type) != 0;
    if (isnan(value)) {
        cvx_buf_puts(out, upper ? "NAN" : "nan");
        return;
    }
    bool minus = signbit(value) != 0;
    if (minus && flags & CVX_NUMTEXT_NO_NEG_0 && rounds_to_zero(value, type, precision))
        minus = false;
    if (minus)
        cvx_buf_putc(out, '-');
    if (isinf(value))
        cvx_buf_puts(out, upper ? "INF" : "inf");
    else
        put_finite(out, fabs(value), type, precision, flags);
}

/* ---- integers ---- */

bool cvx_numtext_is_negative(struct cvx_value value)
{
    return value.kind == CVX_V_BIG ? value.u.big->sign < 0
                                   : value.kind == CVX_V_INT && value.u.integer < 0;
}

static void put_small(struct cvx_buf *out, uint64_t magnitude, unsigned base)
{
    char text[64], *p = text + sizeof(text);
    do {
        *--p = "0123456789abcdef"[magnitude % base];
        magnitude /= base;
    } while (magnitude > 0);
    cvx_buf_put(out, p, (size_t)(text + sizeof(text) - p));
}

void cvx_numtext_digits(struct cvx_buf *out, struct cvx_value value, int base)
{
    if (value.kind != CVX_V_BIG) {
        int64_t i = value.kind == CVX_V_BOOL ? value.u.boolean : value.u.integer;
        put_small(out, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, (unsigned)base);
        return;
    }
    mpz_t magnitude;
    const struct cvx_bigint *big = value.u.big;
    mpz_srcptr z = mpz_roinit_n(magnitude, big->limbs, big->n);
    size_t room = mpz_sizeinbase(z, base) + 2; /* a sign, NUL */
    char *to = cvx_buf_room(out, room);
    if (to) {
        (void)mpz_get_str(to, base, z);
        cvx_buf_trim(out, out->len + strlen(to));
    }
}

int cvx_numtext_typed(struct cvx_buf *out, struct cvx_value value, char type)
{
    bool hex = type == 'x' || type == 'X';
    int base = hex ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 10;
    size_t from = out->len;
    cvx_numtext_digits(out, value, base);
    for (size_t i = from; type == 'X' && i < out->len; i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'f')
            out->data[i] = (char)(out->data[i] - 'a' + 'A');
    return base;
}
