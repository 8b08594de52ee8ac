/* See bigint.h. */
#include "render/jinja/bigint.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <cvextract/limits.h>

/* 10^4300 has 14,285 bits: fewer are surely below it, more surely not. */
#define BITS_EDGE ((size_t)14285)

int cvx_bigint_too_long(struct cvx_rt *rt)
{
    return cvx_fail(rt->err, CVX_ELIMIT, "an integer of more than %zu digits",
                    CVX_TEMPLATE_DIGITS_MAX);
}

mpz_srcptr cvx_bigint_read(struct cvx_bigint_operand *operand, struct cvx_value value)
{
    if (value.kind == CVX_V_BIG) {
        const struct cvx_bigint *big = value.u.big;
        return mpz_roinit_n(operand->z, big->limbs, big->sign < 0 ? -big->n : big->n);
    }
    int64_t i = value.kind == CVX_V_BOOL ? value.u.boolean : value.u.integer;
    operand->limb = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    return mpz_roinit_n(operand->z, &operand->limb, i < 0 ? -1 : i > 0);
}

static bool fits_int64(mpz_srcptr z, int64_t *ret)
{
    uint64_t magnitude = mpz_getlimbn(z, 0);
    bool negative = mpz_sgn(z) < 0;
    if (mpz_size(z) > 1 || magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = (int64_t)(negative ? 0 - magnitude : magnitude);
    return true;
}

static bool too_long(mpz_srcptr z)
{
    size_t bits = mpz_sizeinbase(z, 2);
    if (bits != BITS_EDGE)
        return bits > BITS_EDGE;
    mpz_t edge;
    mpz_init(edge);
    mpz_ui_pow_ui(edge, 10, CVX_TEMPLATE_DIGITS_MAX);
    bool over = mpz_cmpabs(z, edge) >= 0;
    mpz_clear(edge);
    return over;
}

int cvx_bigint_store(struct cvx_rt *rt, mpz_srcptr z, struct cvx_value *ret)
{
    int64_t small;
    if (fits_int64(z, &small)) {
        *ret = cvx_value_int(small);
        return CVX_OK;
    }
    if (too_long(z))
        return cvx_bigint_too_long(rt);
    size_t n = mpz_size(z);
    struct cvx_bigint *big =
        cvx_heap_alloc(rt->heap, sizeof(*big) + n * sizeof(big->limbs[0]));
    if (!big)
        return cvx_value_no_memory(rt);
    big->sign = mpz_sgn(z);
    big->n = (mp_size_t)n;
    memcpy(big->limbs, mpz_limbs_read(z), n * sizeof(big->limbs[0]));
    *ret = (struct cvx_value){.kind = CVX_V_BIG, .u.big = big};
    return CVX_OK;
}

/* q * 2^exp as a double, rounded half to even; q has its highest or second highest bit
 * set, and its lowest bit stands for all that was cut off below it. */
static double round_scaled(uint64_t q, long exp)
{
    int bits = q >> 63 ? 64 : 63;
    /* Below the normal doubles fewer digits are left, down to none. */
    long keep = DBL_MANT_DIG, top = exp + bits; /* value < 2^top */
    if (top < DBL_MIN_EXP)
        keep -= DBL_MIN_EXP - top;
    if (keep < 0)
        return 0;
    if (top > DBL_MAX_EXP)
        return INFINITY;
    int drop = bits - (int)keep; /* 10 to 64 */
    uint64_t kept = drop == 64 ? 0 : q >> drop;
    uint64_t rest = drop == 64 ? q : q & (((uint64_t)1 << drop) - 1);
    uint64_t half = (uint64_t)1 << (drop - 1);
    if (rest > half || (rest == half && (kept & 1)))
        kept++;
    return ldexp((double)kept, (int)(exp + drop));
}

double cvx_bigint_quotient(mpz_srcptr a, mpz_srcptr b)
{
    if (mpz_sgn(a) == 0)
        return mpz_sgn(b) < 0 ? -0.0 : 0.0;
    mpz_t num, den, rest;
    mpz_inits(num, den, rest, (mpz_ptr)NULL);
    mpz_abs(num, a);
    mpz_abs(den, b);
    /* Scaled so that the quotient has 63 or 64 bits. */
    long shift = 63 - ((long)mpz_sizeinbase(num, 2) - (long)mpz_sizeinbase(den, 2));
    if (shift > 0)
        mpz_mul_2exp(num, num, (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(den, den, (mp_bitcnt_t)-shift);
    mpz_tdiv_qr(num, rest, num, den);
    uint64_t q = mpz_getlimbn(num, 0) | (mpz_sgn(rest) != 0);
    mpz_clears(num, den, rest, (mpz_ptr)NULL);

    double value = round_scaled(q, -shift);
    return (mpz_sgn(a) < 0) != (mpz_sgn(b) < 0) ? -value : value;
}

double cvx_bigint_double(mpz_srcptr z)
{
    struct cvx_bigint_operand one;
    return cvx_bigint_quotient(z, cvx_bigint_read(&one, cvx_value_int(1)));
}
