/* Numbers: int64 at its ends, doubles printed as Python's repr prints them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/err.h>

#include "json/number.h"

static void test_int64(void **state)
{
    static const struct {
        const char *text;
        bool fits;
        int64_t value;
    } k_cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"7", true, 7},
        {"-120", true, -120},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"9223372036854775810", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"18446744073709551616", false, 0},
        {"99999999999999999999999999", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        int64_t value = 4711;
        bool fits = cvx_number_int64(k_cases[i].text, strlen(k_cases[i].text), &value);
        if (fits != k_cases[i].fits || value != (fits ? k_cases[i].value : 4711))
            fail_msg("%s: %d, %lld", k_cases[i].text, fits, (long long)value);
    }
}

/* Read as JSON, printed as Python: the second column is Python's own answer. */
static void test_reprs(void **state)
{
    static const struct {
        const char *text, *repr;
    } k_cases[] = {
        {"0.0", "0.0"},
        {"-0.0", "-0.0"},
        {"1.0", "1.0"},
        {"1.10", "1.1"},
        {"-2.5e-1", "-0.25"},
        {"1E5", "100000.0"},
        {"123456789.125", "123456789.125"},
        {"0.1", "0.1"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"0.0001", "0.0001"},
        {"0.00012345", "0.00012345"},
        {"0.00001", "1e-05"},
        {"0.000012345", "1.2345e-05"},
        {"1e15", "1000000000000000.0"},
        {"1e16", "1e+16"},
        {"9999999999999998.0", "9999999999999998.0"},
        {"12345678901234567.0", "1.2345678901234568e+16"},
        {"9007199254740993.0", "9007199254740992.0"},
        {"1e22", "1e+22"},
        {"1e23", "1e+23"},
        {"5e-324", "5e-324"},
        {"4.9406564584124654e-324", "5e-324"},
        {"1e-323", "1e-323"},
        {"2.2250738585072011e-308", "2.225073858507201e-308"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        /* 2**-44: the nearest 16 digits lie outside, the next ones up read back. */
        {"5.6843418860808015e-14", "5.684341886080802e-14"},
        /* 2**-24 and 2**89. */
        {"5.9604644775390625e-8", "5.960464477539063e-08"},
        {"618970019642690137449562112e0", "6.189700196426902e+26"},
        {"1e-400", "0.0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        char text[CVX_NUMBER_ROOM];
        double value = 0;
        assert_int_equal(cvx_number_double(k_cases[i].text, &value), CVX_OK);
        size_t len = cvx_number_print(value, text);
        assert_string_equal(text, k_cases[i].repr);
        assert_int_equal(len, strlen(text));
    }
}

static void test_out_of_range(void **state)
{
    char text[CVX_NUMBER_ROOM];
    double value = 0;
    (void)state;
    assert_int_equal(cvx_number_double("-1e999", &value), CVX_OK);
    assert_true(isinf(value) && value < 0);
    assert_int_equal(cvx_number_print(value, text), 0);
    assert_int_equal(cvx_number_print((double)NAN, text), 0);
}

/* A fixed sequence of 64-bit patterns (splitmix64). */
static uint64_t next_bits(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static size_t count_digits(const char *text)
{
    char digits[CVX_NUMBER_ROOM];
    size_t n = 0, first = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9')
            digits[n++] = *text;
    while (first < n && digits[first] == '0')
        first++;
    while (n > first && digits[n - 1] == '0')
        n--;
    return n - first;
}

/* Reads back exactly, and one digit less, correctly rounded, would not. */
static void check_shortest(double value)
{
    char text[CVX_NUMBER_ROOM], shorter[CVX_NUMBER_ROOM];
    assert_true(cvx_number_print(value, text) > 0);
    double back = strtod(text, NULL);
    if (back != value || signbit(back) != signbit(value))
        fail_msg("%s reads back as another double than %a", text, value);
    size_t digits = count_digits(text);
    if (digits < 2)
        return;
    (void)snprintf(shorter, sizeof(shorter), "%.*e", (int)digits - 2, value);
    if (strtod(shorter, NULL) == value)
        fail_msg("%s would do for %s", shorter, text);
}

static void test_shortest(void **state)
{
    uint64_t seed = 42;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_bits(&seed);
        /* Every fourth one is subnormal. */
        if (i % 4 == 0)
            bits &= 0x800FFFFFFFFFFFFFu;
        double value;
        memcpy(&value, &bits, sizeof(value));
        if (isfinite(value) && value != 0)
            check_shortest(value);
    }
}

static void test_powers_of_two(void **state)
{
    (void)state;
    for (int exp = -1074; exp < 1024; exp++) {
        check_shortest(ldexp(1.0, exp));
        check_shortest(nextafter(ldexp(1.0, exp), INFINITY));
        check_shortest(-nextafter(ldexp(1.0, exp), exp > -1074 ? 0.0 : 1.0));
    }
}

/* The locale of the embedding program must not show. */
static void test_comma_locale(void **state)
{
    static const char *const k_locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                                            "de_DE", "pt_BR.UTF-8"};
    bool found = false;
    (void)state;
    for (size_t i = 0; !found && i < sizeof(k_locales) / sizeof(k_locales[0]); i++)
        found = setlocale(LC_NUMERIC, k_locales[i]) != NULL;
    if (!found)
        skip();
    char text[CVX_NUMBER_ROOM];
    double value = 0;
    int rc = cvx_number_double("1234.5678", &value);
    cvx_number_print(value, text);
    (void)setlocale(LC_NUMERIC, "C");
    assert_int_equal(rc, CVX_OK);
    assert_true(value == 1234.5678);
    assert_string_equal(text, "1234.5678");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_int64),         cmocka_unit_test(test_reprs),
        cmocka_unit_test(test_out_of_range),  cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_powers_of_two), cmocka_unit_test(test_comma_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
