/* The order of numbers, exact between integers and floats. See value.h. */
#include "render/jinja/value.h"

#include <math.h>

#include "render/jinja/bigint.h"

static int order(bool less, bool greater)
{
    return greater - less;
}

/* An int64_t against a double that is no nan. */
static int small_real(int64_t i, double d)
{
    if (d >= 0x1p63)
        return -1;
    if (d < -0x1p63)
        return 1;
    int64_t whole = (int64_t)d; /* towards zero */
    double part = d - (double)whole;
    if (i != whole)
        return order(i<whole, i> whole);
    return order(part > 0, part < 0);
}

static int int_real(struct cvx_value a, double d)
{
    struct cvx_bigint_operand operand;
    if (a.kind != CVX_V_BIG)
        return small_real(a.kind == CVX_V_BOOL ? a.u.boolean : a.u.integer, d);
    int sign = mpz_cmp_d(cvx_bigint_read(&operand, a), d);
    return order(sign<0, sign> 0);
}

int cvx_numeric_compare(struct cvx_value a, struct cvx_value b)
{
    struct cvx_bigint_operand left, right;
    bool a_real = a.kind == CVX_V_FLOAT, b_real = b.kind == CVX_V_FLOAT;
    if ((a_real && isnan(a.u.real)) || (b_real && isnan(b.u.real)))
        return 2;
    if (a_real && b_real)
        return order(a.u.real<b.u.real, a.u.real> b.u.real);
    if (a_real)
        return -int_real(b, a.u.real);
    if (b_real)
        return int_real(a, b.u.real);
    if (a.kind == CVX_V_INT && b.kind == CVX_V_INT)
        return order(a.u.integer<b.u.integer, a.u.integer> b.u.integer);
    int sign = mpz_cmp(cvx_bigint_read(&left, a), cvx_bigint_read(&right, b));
    return order(sign<0, sign> 0);
}
