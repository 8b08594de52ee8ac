/* repr() of a str, as Python 3.11 writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "text/quoted.h"

#define TEXT(s) s, sizeof(s) - 1

static const struct {
    const char *text;
    size_t len;
    const char *repr;
} k_cases[] = {
    {TEXT(""), "''"},
    {TEXT("plain"), "'plain'"},
    {TEXT("it's"), "\"it's\""},
    {TEXT("a \"q\""), "'a \"q\"'"},
    {TEXT("it's \"q\""), "'it\\'s \"q\"'"},
    {TEXT("back\\slash"), "'back\\\\slash'"},
    {TEXT("\n\r\t"), "'\\n\\r\\t'"},
    {TEXT("\0\a\x1b\x7f"), "'\\x00\\x07\\x1b\\x7f'"},
    {TEXT("\xc2\x85\u00a0\u00ad\u00e9"), "'\\x85\\xa0\\xad\u00e9'"},
    {TEXT("\u200b\u2028\u3000\ue000\ufeff"), "'\\u200b\\u2028\\u3000\\ue000\\ufeff'"},
    {TEXT("\U0001f600\U000e0001\U0010ffff"), "'\U0001f600\\U000e0001\\U0010ffff'"},
    {TEXT("e\u0301 \u0378"), "'e\u0301 \\u0378'"},
};

static void test_cases(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        cvx_buf_clear(&buf);
        cvx_quoted_put(&buf, k_cases[i].text, k_cases[i].len);
        assert_string_equal(buf.data, k_cases[i].repr);
        assert_int_equal(buf.len, strlen(k_cases[i].repr));
    }
    cvx_buf_done(&buf);
}

static void test_latches(void **state)
{
    struct cvx_buf buf = {.max = 4};

    (void)state;
    cvx_quoted_put(&buf, "\n\n", 2);
    assert_true(buf.failed);
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_latches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
