/* Methods and attributes of int, bool and float. See methods.h. */
#include "render/jinja/filterkit.h"
#include "render/jinja/methods.h"

#include <math.h>
#include <string.h>

#include "render/jinja/bigint.h"

static int pair_of(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                   struct cvx_value *ret)
{
    struct cvx_value tuple = {0};
    int rc = cvx_value_list(rt, CVX_V_TUPLE, 2, &tuple);
    if (!rc)
        rc = cvx_list_append(rt, tuple.u.list, a);
    if (!rc)
        rc = cvx_list_append(rt, tuple.u.list, b);
    if (!rc)
        *ret = tuple;
    return rc;
}

/* ---- int and bool ---- */

/* real, numerator, conjugate(): the number itself, of a bool its integer. */
static int int_self(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    (void)rt;
    (void)m;
    (void)args;
    *ret = self.kind == CVX_V_BOOL ? cvx_value_int(self.u.boolean) : self;
    return CVX_OK;
}

/* imag, denominator: option is the number. */
static int int_fixed(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    (void)rt;
    (void)self;
    (void)args;
    *ret = cvx_value_int(m->option);
    return CVX_OK;
}

static int int_ratio(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value number = {0};
    (void)int_self(rt, m, self, args, &number);
    return pair_of(rt, number, cvx_value_int(1), ret);
}

static mpz_srcptr magnitude(mpz_t room, mpz_srcptr z)
{
    return mpz_roinit_n(room, mpz_limbs_read(z), (mp_size_t)mpz_size(z));
}

/* bit_length (option 0), bit_count. */
static int int_bits(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_bigint_operand operand;
    mpz_srcptr z = cvx_bigint_read(&operand, self);
    mpz_t room;
    size_t bits = mpz_sgn(z) == 0 ? 0
                  : m->option     ? mpz_popcount(magnitude(room, z))
                                  : mpz_sizeinbase(z, 2);
    (void)rt;
    (void)args;
    *ret = cvx_value_int((int64_t)bits);
    return CVX_OK;
}

/* ---- int to bytes and back ---- */

struct layout {
    bool big;
    bool is_signed;
    int64_t length;
};

static int bind_layout(struct cvx_rt *rt, const struct cvx_method *m,
                       const struct cvx_args *args, struct cvx_value *ret_first,
                       struct layout *ret)
{
    static const char *const k_to[] = {"length", "byteorder", "signed"};
    static const char *const k_from[] = {"bytes", "byteorder", "signed"};
    bool given[3], from = m->option;
    struct cvx_value v[3];
    *ret = (struct layout){.big = true, .length = 1};
    if (args->n > 2)
        return cvx_value_fail(rt, "TypeError",
                              "%s() takes at most 2 arguments, %zu given", m->name,
                              args->n);
    int rc = cvx_args_bind(rt, m->name, args, from ? k_from : k_to, 3, from, v, given);
    if (!rc && given[0] && !from)
        rc = cvx_methods_size(rt, v[0], &ret->length);
    if (!rc && given[2])
        rc = cvx_value_truth(rt, v[2], &ret->is_signed);
    if (!rc && given[1] && v[1].kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "TypeError", "%s(): the byte order must be a str",
                            m->name);
    if (rc)
        return rc;
    if (given[1])
        ret->big = cvx_filterkit_is_text(v[1], "big");
    if (given[1] && !ret->big && !cvx_filterkit_is_text(v[1], "little"))
        return cvx_value_fail(rt, "ValueError", "the byte order is 'little' or 'big'");
    *ret_first = given[0] ? v[0] : cvx_value_none();
    return CVX_OK;
}

/* Whether z fits; a negative one needs as many bits as the one above it, and a sign. Of no
 * bytes at all Python lets 0 and -1 be made. */
static bool fits(mpz_srcptr z, const struct layout *layout)
{
    size_t bits = mpz_sizeinbase(z, 2);
    mpz_t room;
    if (layout->length == 0)
        return mpz_sgn(z) == 0 || mpz_cmp_si(z, -1) == 0;
    if (mpz_sgn(z) < 0 && mpz_popcount(magnitude(room, z)) == 1)
        bits--;
    return (bits + layout->is_signed + 7) / 8 <= (uint64_t)layout->length ||
           mpz_sgn(z) == 0;
}

static void turn_round(unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        unsigned char other = bytes[n - 1 - i];
        bytes[n - 1 - i] = bytes[i];
        bytes[i] = other;
    }
}

/* The two's complement of n bytes, lowest first. */
static void complement(unsigned char *bytes, size_t n)
{
    unsigned carry = 1;
    for (size_t i = 0; i < n; i++) {
        carry += (unsigned char)~bytes[i];
        bytes[i] = (unsigned char)carry;
        carry >>= 8;
    }
}

static int int_to_bytes(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_bigint_operand operand;
    struct cvx_value first = {0};
    struct layout layout;
    int rc = bind_layout(rt, m, args, &first, &layout);
    if (rc)
        return rc;
    mpz_srcptr z = cvx_bigint_read(&operand, self);
    if (layout.length < 0)
        return cvx_value_fail(rt, "ValueError", "to_bytes(): the length is negative");
    if ((mpz_sgn(z) < 0 && !layout.is_signed) || !fits(z, &layout))
        return cvx_value_fail(rt, "OverflowError",
                              "to_bytes(): the integer does not fit");

    size_t n = (size_t)layout.length;
    unsigned char *bytes = cvx_heap_zalloc(rt->heap, n + 1);
    if (!bytes)
        return cvx_value_no_memory(rt);
    if (n > 0)
        mpz_export(bytes, NULL, -1, 1, 0, 0, z);
    if (mpz_sgn(z) < 0)
        complement(bytes, n);
    if (layout.big)
        turn_round(bytes, n);
    return cvx_methods_bytes(rt, bytes, n, ret);
}

static int bytes_of(struct cvx_rt *rt, struct cvx_value value, unsigned char **ret,
                    size_t *ret_n)
{
    struct cvx_list *items;
    if (value.kind == CVX_V_STR)
        return cvx_value_fail(rt, "TypeError", "from_bytes() needs bytes, not 'str'");
    int rc = cvx_iter_collect(rt, value, &items);
    if (rc)
        return rc;
    unsigned char *bytes = cvx_heap_zalloc(rt->heap, items->n + 1);
    if (!bytes)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; !rc && i < items->n; i++) {
        int64_t byte;
        rc = cvx_numeric_index(rt, items->items[i], &byte);
        if (!rc && (byte < 0 || byte > 255))
            rc = cvx_value_fail(rt, "ValueError", "a byte must be in range(0, 256)");
        if (!rc)
            bytes[i] = (unsigned char)byte;
    }
    if (!rc) {
        *ret = bytes;
        *ret_n = items->n;
    }
    return rc;
}

static int int_from_bytes(struct cvx_rt *rt, const struct cvx_method *m,
                          struct cvx_value self, const struct cvx_args *args,
                          struct cvx_value *ret)
{
    struct cvx_value first = {0};
    struct layout layout;
    unsigned char *bytes = NULL;
    size_t n = 0;
    (void)self;
    int rc = bind_layout(rt, m, args, &first, &layout);
    if (!rc)
        rc = bytes_of(rt, first, &bytes, &n);
    if (rc)
        return rc;
    if (layout.big)
        turn_round(bytes, n);
    bool negative = layout.is_signed && n > 0 && (bytes[n - 1] & 0x80);
    if (negative)
        complement(bytes, n);
    while (n > 0 && bytes[n - 1] == 0)
        n--;
    /* GMP's memory has no bound of its own: more digits than a value may have are refused
     * before it sees them. */
    if (n > 2048)
        return cvx_bigint_too_long(rt);

    mpz_t z;
    mpz_init(z);
    mpz_import(z, n, -1, 1, 0, 0, bytes);
    if (negative)
        mpz_neg(z, z);
    rc = cvx_bigint_store(rt, z, ret);
    mpz_clear(z);
    return rc;
}

/* ---- float ---- */

static int float_self(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    (void)rt;
    (void)m;
    (void)args;
    *ret = self;
    return CVX_OK;
}

static int float_imag(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    (void)rt;
    (void)m;
    (void)self;
    (void)args;
    *ret = cvx_value_float(0);
    return CVX_OK;
}

static int float_is_integer(struct cvx_rt *rt, const struct cvx_method *m,
                            struct cvx_value self, const struct cvx_args *args,
                            struct cvx_value *ret)
{
    double d = self.u.real;
    (void)rt;
    (void)m;
    (void)args;
    *ret = cvx_value_bool(isfinite(d) && floor(d) == d);
    return CVX_OK;
}

static int float_ratio(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    struct cvx_value top = {0}, bottom = {0};
    int exponent;
    mpz_t a, b;
    (void)m;
    (void)args;
    if (!isfinite(self.u.real))
        return cvx_value_fail(rt, isnan(self.u.real) ? "ValueError" : "OverflowError",
                              "this float is no ratio of integers");
    double mantissa = frexp(self.u.real, &exponent);
    for (int i = 0; i < 64 && floor(mantissa) != mantissa; i++) {
        mantissa *= 2;
        exponent--;
    }
    mpz_init_set_d(a, mantissa);
    mpz_init_set_ui(b, 1);
    if (exponent > 0)
        mpz_mul_2exp(a, a, (mp_bitcnt_t)exponent);
    else if (mantissa != 0)
        mpz_mul_2exp(b, b, (mp_bitcnt_t)-exponent);
    int rc = cvx_bigint_store(rt, a, &top);
    if (!rc)
        rc = cvx_bigint_store(rt, b, &bottom);
    mpz_clear(a);
    mpz_clear(b);
    return rc ? rc : pair_of(rt, top, bottom, ret);
}

/* 1 and 13 hexadecimal digits; 0 for zero and the denormal ones. */
static int float_hex(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    double d = self.u.real;
    uint64_t bits;
    (void)m;
    (void)args;
    memcpy(&bits, &d, sizeof(bits));
    uint64_t fraction = bits & 0xfffffffffffff;
    int exponent = (int)(bits >> 52 & 0x7ff);
    if (signbit(d) && !isnan(d))
        cvx_buf_putc(&buf, '-');
    if (!isfinite(d))
        cvx_buf_puts(&buf, isnan(d) ? "nan" : "inf");
    else if (d == 0)
        cvx_buf_puts(&buf, "0x0.0p+0");
    else
        cvx_buf_printf(&buf, "0x%d.%013llxp%+d", exponent > 0,
                       (unsigned long long)fraction, exponent ? exponent - 1023 : -1022);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

const struct cvx_method cvx_methods_int_table[] = {
    {.name = "real", .fn = int_self, .attribute = true},
    {.name = "imag", .fn = int_fixed, .attribute = true, .option = 0},
    {.name = "numerator", .fn = int_self, .attribute = true},
    {.name = "denominator", .fn = int_fixed, .attribute = true, .option = 1},
    {.name = "conjugate", .fn = int_self},
    {.name = "as_integer_ratio", .fn = int_ratio},
    {.name = "bit_length", .fn = int_bits},
    {.name = "bit_count", .fn = int_bits, .option = 1},
    {.name = "to_bytes", .fn = int_to_bytes, .keywords = true},
    {.name = "from_bytes", .fn = int_from_bytes, .keywords = true, .option = 1},
    {.name = NULL},
};

const struct cvx_method cvx_methods_float_table[] = {
    {.name = "real", .fn = float_self, .attribute = true},
    {.name = "imag", .fn = float_imag, .attribute = true},
    {.name = "conjugate", .fn = float_self},
    {.name = "is_integer", .fn = float_is_integer},
    {.name = "as_integer_ratio", .fn = float_ratio},
    {.name = "hex", .fn = float_hex},
    {.name = "fromhex", .fn = cvx_methods_fromhex, .least = 1, .most = 1},
    {.name = NULL},
};
