/* The filter round: half to even on the exact binary value, as Python's round(), or up or
 * down. See value.h. */
#include "render/jinja/filterkit.h"

#include <math.h>
#include <stdio.h>

#include <cvextract/limits.h>

#include "render/jinja/bigint.h"

/* Beyond these a double is not changed, or is rounded to 0. */
#define PLACES_MAX 323
#define PLACES_MIN (-308)
#define DIGITS_MAX 310 /* of a double, before its point */

static const struct cvx_str k_common = CVX_FILTERKIT_TEXT("common");

/* number rounded to a multiple of 10^places, half to even; above_half: a fraction that
 * was cut off makes it more than it says. */
static void round_integer(mpz_ptr number, unsigned long places, bool above_half)
{
    mpz_t power, rest;
    int sign = mpz_sgn(number);
    mpz_init(power);
    mpz_init(rest);
    mpz_ui_pow_ui(power, 10, places);
    mpz_abs(number, number);
    mpz_tdiv_qr(number, rest, number, power);
    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmp(rest, power);
    if (half > 0 || (half == 0 && (above_half || mpz_odd_p(number))))
        mpz_add_ui(number, number, 1);
    mpz_mul(number, number, power);
    if (sign < 0)
        mpz_neg(number, number);
    mpz_clear(rest);
    mpz_clear(power);
}

static int round_int(struct cvx_rt *rt, struct cvx_value value, int64_t places,
                     struct cvx_value *ret)
{
    struct cvx_bigint_operand operand;
    mpz_t number;
    if (places < -(int64_t)CVX_TEMPLATE_DIGITS_MAX) {
        *ret = cvx_value_int(0); /* every integer has fewer digits */
        return CVX_OK;
    }
    mpz_init_set(number, cvx_bigint_read(&operand, value));
    if (places < 0)
        round_integer(number, (unsigned long)-places, false);
    int rc = cvx_bigint_store(rt, number, ret);
    mpz_clear(number);
    return rc;
}

/* To a whole number of tens, hundreds ... */
static double round_tens(double value, unsigned long places)
{
    mpz_t number;
    double whole = trunc(value);
    mpz_init_set_d(number, whole);
    round_integer(number, places, whole != value);
    double made = cvx_bigint_double(number);
    mpz_clear(number);
    return copysign(made, value);
}

static int round_float(struct cvx_rt *rt, double value, int64_t places,
                       struct cvx_value *ret)
{
    char text[DIGITS_MAX + PLACES_MAX + 4];
    double made = value;
    if (places < PLACES_MIN) {
        made = 0.0 * value;
    } else if (isfinite(value) && places < 0) {
        made = round_tens(value, (unsigned long)-places);
    } else if (isfinite(value) && places <= PLACES_MAX) {
        /* printf knows all digits of a double, and rounds them half to even. */
        int len = snprintf(text, sizeof(text), "%.*f", (int)places, value);
        if (len > places && places > 0)
            text[len - places - 1] = '.'; /* whatever the locale */
        if (len > 0)
            (void)cvx_numeric_parse_float(text, (size_t)len, &made);
    }
    if (isinf(made) && isfinite(value))
        return cvx_value_fail(rt, "OverflowError",
                              "filter 'round': the result is too large");
    *ret = cvx_value_float(made);
    return CVX_OK;
}

static int round_common(struct cvx_rt *rt, struct cvx_value value,
                        struct cvx_value precision, struct cvx_value *ret)
{
    int64_t places = 0;
    if (!cvx_numeric_is(value))
        return cvx_value_fail(rt, "TypeError",
                              "filter 'round' takes a number, not a '%s'",
                              cvx_value_type(value));
    bool to_int = precision.kind == CVX_V_NONE;
    if (to_int && value.kind == CVX_V_FLOAT)
        return cvx_numeric_from_double(rt, rint(value.u.real), ret);
    int rc = to_int ? CVX_OK : cvx_numeric_index(rt, precision, &places);
    if (rc)
        return rc;
    return value.kind == CVX_V_FLOAT ? round_float(rt, value.u.real, places, ret)
                                     : round_int(rt, value, places, ret);
}

/* value * 10^precision taken up or down to an integer, and divided again. */
static int round_directed(struct cvx_rt *rt, struct cvx_value value,
                          struct cvx_value precision, bool up, struct cvx_value *ret)
{
    struct cvx_value power = {0}, scaled = {0};
    int rc = cvx_operate(rt, CVX_OP_POW, cvx_value_int(10), precision, &power);
    if (!rc)
        rc = cvx_operate(rt, CVX_OP_MUL, value, power, &scaled);
    if (!rc && scaled.kind == CVX_V_FLOAT)
        rc = cvx_numeric_from_double(rt, up ? ceil(scaled.u.real) : floor(scaled.u.real),
                                     &scaled);
    return rc ? rc : cvx_operate(rt, CVX_OP_DIV, scaled, power, ret);
}

static int filter_round(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"precision", false, CVX_FILTERKIT_INT(0)},
        {"method", false, CVX_FILTERKIT_STR(&k_common)},
    };
    struct cvx_value v[2];
    int rc = cvx_filterkit_bind(rt, "filter 'round'", args, k_params, 2, v);
    if (rc)
        return rc;
    if (input.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, input);
    if (!cvx_numeric_is(input))
        return cvx_value_fail(rt, "TypeError",
                              "filter 'round' takes a number, not a '%s'",
                              cvx_value_type(input));
    if (cvx_filterkit_is_text(v[1], "common"))
        return round_common(rt, input, v[0], ret);
    bool up = cvx_filterkit_is_text(v[1], "ceil");
    if (!up && !cvx_filterkit_is_text(v[1], "floor"))
        return cvx_value_fail(
            rt, "FilterArgumentError",
            "filter 'round': the method is 'common', 'ceil' or 'floor'");
    return round_directed(rt, input, v[0], up, ret);
}

const struct cvx_filterkit_entry cvx_filters_round_table[] = {
    {"round", filter_round},
    {NULL, NULL},
};
