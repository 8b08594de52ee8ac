/* JSON as reports write it: the form, and values that JSON has no form for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include <report/json_out.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void assert_text(struct cvx_buf *buf, const char *want)
{
    assert_int_equal(cvx_buf_check(buf, NULL), CVX_OK);
    assert_string_equal(buf->data, want);
    cvx_buf_done(buf);
}

static void test_form(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_json_out json = {.buf = &buf};

    (void)state;
    cvx_json_out_open(&json, NULL);
    cvx_json_out_open(&json, "empty");
    cvx_json_out_close(&json);
    cvx_json_out_open(&json, "full");
    cvx_json_out_null(&json, "a");
    cvx_json_out_bool(&json, "b", true);
    cvx_json_out_bool(&json, "c", false);
    cvx_json_out_open(&json, "deep");
    cvx_json_out_size(&json, "d", SIZE_MAX);
    cvx_json_out_close(&json);
    cvx_json_out_close(&json);
    cvx_json_out_text(&json, "e", "ü");
    cvx_json_out_close(&json);
    assert_text(&buf, "{\n"
                      "  \"empty\": {},\n"
                      "  \"full\": {\n"
                      "    \"a\": null,\n"
                      "    \"b\": true,\n"
                      "    \"c\": false,\n"
                      "    \"deep\": {\n"
                      "      \"d\": 18446744073709551615\n"
                      "    }\n"
                      "  },\n"
                      "  \"e\": \"ü\"\n"
                      "}");
}

static void test_numbers(void **state)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {0, "0.0"},         {-0.5, "-0.5"},
        {1, "1.0"},         {100, "100.0"},
        {12.25, "12.25"},   {1.0 / 3, "0.333333"},
        {0.0000004, "0.0"}, {1e15, "1000000000000000.0"},
        {INFINITY, "null"}, {-INFINITY, "null"},
        {NAN, "null"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_json_out json = {.buf = &buf};

        cvx_json_out_number(&json, NULL, cases[i].value);
        assert_text(&buf, cases[i].want);
    }
    struct cvx_json_out json = {.buf = &buf};

    cvx_json_out_number(&json, NULL, -DBL_MAX);
    assert_int_equal(buf.len, 1 + 309 + 2);
    cvx_buf_done(&buf);
}

static void test_texts(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "\"\""},
        {"a \"b\" \\c/", "\"a \\\"b\\\" \\\\c/\""},
        {"two\nlines\x1b\x7f", "\"two\\\\nlines\\\\x1b\\\\x7f\""},
        {"\xff\xe2\x80\xae", "\"\\\\xff\\\\u202e\""},
        {"日本", "\"日本\""},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_json_out json = {.buf = &buf};

        cvx_json_out_text(&json, NULL, cases[i].text);
        assert_text(&buf, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
