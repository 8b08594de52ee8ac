/* Arithmetic on bool, int and float as Python does it. See value.h. Integers are tried in
 * 64 bits first, and go through GMP when that overflows. */
#include "render/jinja/value.h"

#include <math.h>

#include <cvextract/limits.h>

#include "render/jinja/bigint.h"

/* Bits of 10^4300: a power that would have more is not computed. */
#define BITS_MAX 14285.0

static const char *const k_names[] = {
    [CVX_OP_ADD] = "+",       [CVX_OP_SUB] = "-", [CVX_OP_MUL] = "*", [CVX_OP_DIV] = "/",
    [CVX_OP_FLOORDIV] = "//", [CVX_OP_MOD] = "%", [CVX_OP_POW] = "**"};

bool cvx_numeric_is_integer(struct cvx_value value)
{
    return value.kind == CVX_V_BOOL || value.kind == CVX_V_INT || value.kind == CVX_V_BIG;
}

bool cvx_numeric_is(struct cvx_value value)
{
    return value.kind == CVX_V_FLOAT || cvx_numeric_is_integer(value);
}

static int by_zero(struct cvx_rt *rt, enum cvx_op op)
{
    return cvx_value_fail(rt, "ZeroDivisionError", "the right side of %s is 0",
                          k_names[op]);
}

double cvx_numeric_to_double(struct cvx_value value)
{
    struct cvx_bigint_operand operand;
    if (value.kind == CVX_V_FLOAT)
        return value.u.real;
    if (value.kind == CVX_V_BIG)
        return cvx_bigint_double(cvx_bigint_read(&operand, value));
    return value.kind == CVX_V_BOOL ? value.u.boolean : (double)value.u.integer;
}

static int operand_double(struct cvx_rt *rt, struct cvx_value value, double *ret)
{
    double d = cvx_numeric_to_double(value);
    if (value.kind == CVX_V_BIG && isinf(d))
        return cvx_value_fail(rt, "OverflowError", "an integer is too large for a float");
    *ret = d;
    return CVX_OK;
}

/* ---- floats ---- */

/* Quotient rounded down, remainder with the sign of b. */
static void float_divmod(double a, double b, double *ret_quotient, double *ret_rest)
{
    double rest = fmod(a, b), quotient = (a - rest) / b;
    if (rest == 0) {
        rest = copysign(0, b);
    } else if ((b < 0) != (rest < 0)) {
        rest += b;
        quotient -= 1;
    }
    /* The division above may be off by the last bit: it is an integer that is meant. */
    double whole = floor(quotient);
    if (quotient == 0)
        whole = copysign(0, a / b);
    else if (quotient - whole > 0.5)
        whole += 1;
    *ret_quotient = whole;
    *ret_rest = rest;
}

static int float_pow(struct cvx_rt *rt, double a, double b, struct cvx_value *ret)
{
    if (a == 0 && b < 0 && isfinite(b))
        return cvx_value_fail(rt, "ZeroDivisionError", "0.0 to a negative power");
    if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b))
        return cvx_value_fail(rt, "ValueError",
                              "a negative number to a fractional power");
    double value = pow(a, b);
    if (isinf(value) && isfinite(a) && isfinite(b))
        return cvx_value_fail(rt, "OverflowError", "a power is too large for a float");
    *ret = cvx_value_float(value);
    return CVX_OK;
}

static int float_op(struct cvx_rt *rt, enum cvx_op op, double a, double b,
                    struct cvx_value *ret)
{
    double quotient = 0, rest = 0;
    if (op == CVX_OP_POW)
        return float_pow(rt, a, b, ret);
    if (op == CVX_OP_DIV || op == CVX_OP_FLOORDIV || op == CVX_OP_MOD) {
        if (b == 0)
            return by_zero(rt, op);
        if (op != CVX_OP_DIV)
            float_divmod(a, b, &quotient, &rest);
    }
    double value = op == CVX_OP_ADD        ? a + b
                   : op == CVX_OP_SUB      ? a - b
                   : op == CVX_OP_MUL      ? a * b
                   : op == CVX_OP_DIV      ? a / b
                   : op == CVX_OP_FLOORDIV ? quotient
                                           : rest;
    *ret = cvx_value_float(value);
    return CVX_OK;
}

static int mixed_op(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a,
                    struct cvx_value b, struct cvx_value *ret)
{
    double x = 0, y = 0;
    int rc = operand_double(rt, a, &x);
    if (!rc)
        rc = operand_double(rt, b, &y);
    return rc ? rc : float_op(rt, op, x, y, ret);
}

/* ---- integers ---- */

/* False: the result does not fit, or is no integer. b is not 0 where it divides. */
static bool small_op(enum cvx_op op, int64_t a, int64_t b, int64_t *ret)
{
    switch (op) {
    case CVX_OP_ADD:
        return !__builtin_add_overflow(a, b, ret);
    case CVX_OP_SUB:
        return !__builtin_sub_overflow(a, b, ret);
    case CVX_OP_MUL:
        return !__builtin_mul_overflow(a, b, ret);
    case CVX_OP_FLOORDIV:
        if (b == -1)
            return !__builtin_sub_overflow((int64_t)0, a, ret);
        *ret = a / b - (a % b != 0 && (a < 0) != (b < 0));
        return true;
    case CVX_OP_MOD:
        /* -1 divides everything; the machine traps on the smallest number. */
        *ret = b == -1 ? 0 : a % b;
        if (*ret != 0 && (a < 0) != (b < 0))
            *ret += b;
        return true;
    case CVX_OP_DIV:
    case CVX_OP_POW:
        break;
    }
    return false;
}

static int big_power(struct cvx_rt *rt, mpz_ptr result, mpz_srcptr a, mpz_srcptr b)
{
    if (mpz_cmpabs_ui(a, 1) <= 0) {
        /* 0, 1 and -1 stay small whatever the exponent: only its parity counts. */
        bool odd = mpz_odd_p(b);
        mpz_set_si(result, mpz_sgn(b) == 0 ? 1 : odd ? mpz_sgn(a) : mpz_sgn(a) != 0);
        return CVX_OK;
    }
    double bits = (double)(mpz_sizeinbase(a, 2) - 1) * cvx_bigint_double(b);
    if (bits > BITS_MAX)
        return cvx_bigint_too_long(rt);
    mpz_pow_ui(result, a, mpz_get_ui(b));
    return CVX_OK;
}

static int big_op(struct cvx_rt *rt, enum cvx_op op, mpz_srcptr a, mpz_srcptr b,
                  struct cvx_value *ret)
{
    mpz_t result;
    int rc = CVX_OK;
    mpz_init(result);
    if (op == CVX_OP_ADD)
        mpz_add(result, a, b);
    else if (op == CVX_OP_SUB)
        mpz_sub(result, a, b);
    else if (op == CVX_OP_MUL)
        mpz_mul(result, a, b);
    else if (op == CVX_OP_FLOORDIV)
        mpz_fdiv_q(result, a, b);
    else if (op == CVX_OP_MOD)
        mpz_fdiv_r(result, a, b);
    else
        rc = big_power(rt, result, a, b);
    if (!rc)
        rc = cvx_bigint_store(rt, result, ret);
    mpz_clear(result);
    return rc;
}

static int true_division(struct cvx_rt *rt, mpz_srcptr a, mpz_srcptr b,
                         struct cvx_value *ret)
{
    double value = cvx_bigint_quotient(a, b);
    if (isinf(value))
        return cvx_value_fail(rt, "OverflowError", "a quotient is too large for a float");
    *ret = cvx_value_float(value);
    return CVX_OK;
}

static int64_t small_value(struct cvx_value value)
{
    return value.kind == CVX_V_BOOL ? value.u.boolean : value.u.integer;
}

static int int_op(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a,
                  struct cvx_value b, struct cvx_value *ret)
{
    bool divides = op == CVX_OP_DIV || op == CVX_OP_FLOORDIV || op == CVX_OP_MOD;
    struct cvx_bigint_operand left, right;
    int64_t small;
    if (divides && b.kind != CVX_V_BIG && small_value(b) == 0)
        return by_zero(rt, op);
    if (a.kind != CVX_V_BIG && b.kind != CVX_V_BIG &&
        small_op(op, small_value(a), small_value(b), &small)) {
        *ret = cvx_value_int(small);
        return CVX_OK;
    }
    mpz_srcptr x = cvx_bigint_read(&left, a), y = cvx_bigint_read(&right, b);
    if (op == CVX_OP_DIV)
        return true_division(rt, x, y, ret);
    if (op == CVX_OP_POW && mpz_sgn(y) < 0)
        return mixed_op(rt, op, a, b, ret);
    return big_op(rt, op, x, y, ret);
}

int cvx_numeric_op(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a,
                   struct cvx_value b, struct cvx_value *ret)
{
    if (a.kind == CVX_V_FLOAT || b.kind == CVX_V_FLOAT)
        return mixed_op(rt, op, a, b, ret);
    return int_op(rt, op, a, b, ret);
}

static int no_number(struct cvx_rt *rt, const char *what, struct cvx_value value)
{
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    return cvx_value_fail(rt, "TypeError", "%s needs a number, not '%s'", what,
                          cvx_value_type(value));
}

int cvx_numeric_negate(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret)
{
    if (!cvx_numeric_is(a))
        return no_number(rt, "-", a);
    if (a.kind == CVX_V_FLOAT) {
        *ret = cvx_value_float(-a.u.real);
        return CVX_OK;
    }
    return int_op(rt, CVX_OP_SUB, cvx_value_int(0), a, ret);
}

int cvx_numeric_plus(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret)
{
    if (!cvx_numeric_is(a))
        return no_number(rt, "+", a);
    *ret = a.kind == CVX_V_BOOL ? cvx_value_int(a.u.boolean) : a;
    return CVX_OK;
}

int cvx_numeric_abs(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret)
{
    if (!cvx_numeric_is(a))
        return no_number(rt, "abs", a);
    if (a.kind == CVX_V_FLOAT) {
        *ret = cvx_value_float(fabs(a.u.real));
        return CVX_OK;
    }
    bool negative = a.kind == CVX_V_BIG ? a.u.big->sign < 0 : small_value(a) < 0;
    return negative ? cvx_numeric_negate(rt, a, ret) : cvx_numeric_plus(rt, a, ret);
}

int cvx_numeric_from_double(struct cvx_rt *rt, double value, struct cvx_value *ret)
{
    if (isnan(value))
        return cvx_value_fail(rt, "ValueError", "nan has no integer");
    if (isinf(value))
        return cvx_value_fail(rt, "OverflowError", "infinity has no integer");
    if (value >= -0x1p63 && value < 0x1p63) {
        *ret = cvx_value_int((int64_t)value);
        return CVX_OK;
    }
    mpz_t z;
    mpz_init_set_d(z, value);
    int rc = cvx_bigint_store(rt, z, ret);
    mpz_clear(z);
    return rc;
}

int cvx_numeric_index(struct cvx_rt *rt, struct cvx_value value, int64_t *ret)
{
    if (value.kind == CVX_V_BIG)
        *ret = value.u.big->sign < 0 ? INT64_MIN : INT64_MAX;
    else if (cvx_numeric_is_integer(value))
        *ret = small_value(value);
    else if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    else
        return cvx_value_fail(rt, "TypeError", "'%s' where an integer is needed",
                              cvx_value_type(value));
    return CVX_OK;
}
