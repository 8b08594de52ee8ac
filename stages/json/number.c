/* JSON numbers: text to int64 and double, double to the shortest text. See number.h.
 *
 * The shortest digits are found by trying 15, 16 and 17 of them: any decimal of at most 15
 * digits survives the way through a normal double, so if 15 digits do not read back, fewer
 * cannot; and 17 always do. Subnormal doubles carry fewer digits, so there every count is
 * tried. */
#include "json/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/err.h>

enum { DIGITS_MAX = 17, EXP_LOW = -4, EXP_HIGH = 16 };

/* value = 0.d1d2d3... * 10^(exp + 1), digits without trailing zeros. */
struct decimal {
    char digits[DIGITS_MAX + 1];
    int count;
    int exp;
};

bool cvx_number_int64(const char *text, size_t len, int64_t *ret)
{
    bool negative = len > 0 && text[0] == '-';
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t value = 0;
    for (size_t i = negative ? 1 : 0; i < len; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    /* The negation is done unsigned, where it is defined for the smallest value too. */
    *ret = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

int cvx_number_double(const char *text, double *ret)
{
    /* strtod() obeys LC_NUMERIC, which belongs to the embedding program. glibc hands out
     * its constant "C" locale here without allocating. */
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0)
        return CVX_ENOMEM;
    *ret = strtod_l(text, NULL, c_locale);
    freelocale(c_locale);
    return CVX_OK;
}

/* The decimal as "123e-5": without a point it reads the same in every locale. */
static bool reads_back(const struct decimal *dec, double value)
{
    char text[CVX_NUMBER_ROOM];
    (void)snprintf(text, sizeof(text), "%.*se%d", dec->count, dec->digits,
                   dec->exp - dec->count + 1);
    return strtod(text, NULL) == value;
}

/* value, finite and over zero, correctly rounded to `count` digits. */
static void round_to(double value, int count, struct decimal *ret)
{
    char text[CVX_NUMBER_ROOM];
    (void)snprintf(text, sizeof(text), "%.*e", count - 1, value);
    const char *p = text;
    ret->count = 0;
    /* Whatever stands between the digits is the locale's decimal point. */
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            ret->digits[ret->count++] = *p;
    ret->exp = (int)strtol(p + 1, NULL, 10);
}

/* The next decimal above of the same length. */
static void step_up(struct decimal *dec)
{
    int i = dec->count - 1;
    while (i >= 0 && dec->digits[i] == '9')
        dec->digits[i--] = '0';
    if (i >= 0) {
        dec->digits[i]++;
        return;
    }
    dec->digits[0] = '1';
    dec->exp++;
}

/* Whether some decimal of `count` digits reads back as value; the nearest one if so. */
static bool try_digits(double value, int count, struct decimal *ret)
{
    round_to(value, count, ret);
    if (reads_back(ret, value))
        return true;
    int exp2;
    if (frexp(value, &exp2) != 0.5)
        return false;
    /* Below a power of two doubles are twice as dense as above it: the nearest decimal may
     * fall outside the narrow side while the next one up lies within the wide one. */
    step_up(ret);
    return reads_back(ret, value);
}

static void shortest(double value, struct decimal *ret)
{
    int count = value < DBL_MIN ? 1 : 15;
    while (count < DIGITS_MAX && !try_digits(value, count, ret))
        count++;
    if (count == DIGITS_MAX)
        round_to(value, count, ret);
    while (ret->count > 1 && ret->digits[ret->count - 1] == '0')
        ret->count--;
}

static size_t put_zeros(char *to, int count)
{
    if (count <= 0)
        return 0;
    memset(to, '0', (size_t)count);
    return (size_t)count;
}

static size_t put_digits(char *to, const struct decimal *dec, int from, int end)
{
    if (end > dec->count)
        end = dec->count;
    if (from >= end)
        return 0;
    memcpy(to, dec->digits + from, (size_t)(end - from));
    return (size_t)(end - from);
}

static size_t put_scientific(char *to, const struct decimal *dec)
{
    size_t len = put_digits(to, dec, 0, 1);
    if (dec->count > 1)
        to[len++] = '.';
    len += put_digits(to + len, dec, 1, dec->count);
    len += (size_t)snprintf(to + len, 8, "e%+03d", dec->exp);
    return len;
}

static size_t put_fixed(char *to, const struct decimal *dec)
{
    size_t len = 0;
    int whole = dec->exp + 1; /* digits before the point */
    if (whole <= 0)
        to[len++] = '0';
    len += put_digits(to + len, dec, 0, whole);
    len += put_zeros(to + len, whole - dec->count);
    to[len++] = '.';
    len += put_zeros(to + len, -whole);
    if (whole < dec->count)
        len += put_digits(to + len, dec, whole < 0 ? 0 : whole, dec->count);
    else
        to[len++] = '0';
    return len;
}

size_t cvx_number_print(double value, char ret[CVX_NUMBER_ROOM])
{
    if (!isfinite(value))
        return 0;
    size_t len = 0;
    struct decimal dec = {.digits = "0", .count = 1, .exp = 0};
    if (signbit(value))
        ret[len++] = '-';
    if (value != 0)
        shortest(fabs(value), &dec);
    if (dec.exp < EXP_LOW || dec.exp >= EXP_HIGH)
        len += put_scientific(ret + len, &dec);
    else
        len += put_fixed(ret + len, &dec);
    ret[len] = '\0';
    return len;
}
