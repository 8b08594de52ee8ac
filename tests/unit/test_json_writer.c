/* The writer over trees that a reader cannot make, and documents as objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <cvextract/limits.h>

#include "json/cv_json.h"
#include "json/jsonc.h"
#include "json/writer.h"

/* Prints a new tree and gives it up. */
static int print(struct json_object *root, struct cvx_buf *buf, struct cvx_err *err)
{
    cvx_err_init(err);
    int rc = cvx_writer_print(root, buf, err);
    json_object_put(root);
    return rc;
}

static void assert_printed(struct json_object *root, const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    assert_int_equal(print(root, &buf, &err), CVX_OK);
    assert_string_equal(buf.data, want);
    cvx_buf_done(&buf);
}

static void test_scalars(void **state)
{
    (void)state;
    assert_printed(NULL, "null");
    assert_printed(cvx_jsonc_boolean(true), "true");
    assert_printed(cvx_jsonc_boolean(false), "false");
    assert_printed(cvx_jsonc_integer(INT64_MIN), "-9223372036854775808");
    assert_printed(cvx_jsonc_integer(INT64_MAX), "9223372036854775807");
    assert_printed(json_object_new_uint64(UINT64_MAX), "18446744073709551615");
    assert_printed(cvx_jsonc_double(0.1), "0.1");
    assert_printed(cvx_jsonc_double(1e300), "1e+300");
    assert_printed(cvx_jsonc_long_integer("100000000000000000000", 1e20),
                   "100000000000000000000");
    assert_printed(cvx_jsonc_string("", 0), "\"\"");
}

/* Every byte below 0x80 in one string, and text around what is escaped. */
static void test_escapes(void **state)
{
    static const char *const k_short[] = {[8] = "\\b", "\\t", "\\n", [12] = "\\f", "\\r"};
    struct cvx_buf want = CVX_BUF_INIT;
    char all[0x80];
    (void)state;
    cvx_buf_putc(&want, '"');
    for (int c = 0; c < 0x80; c++) {
        all[c] = (char)c;
        if (c <= 13 && k_short[c])
            cvx_buf_puts(&want, k_short[c]);
        else if (c < 0x20)
            cvx_buf_printf(&want, "\\u%04x", (unsigned)c);
        else if (c == '"' || c == '\\')
            cvx_buf_printf(&want, "\\%c", c);
        else
            cvx_buf_putc(&want, (char)c);
    }
    cvx_buf_putc(&want, '"');
    assert_printed(cvx_jsonc_string(all, sizeof(all)), want.data);
    cvx_buf_done(&want);
    assert_printed(cvx_jsonc_string("\xC3\xA9/\"\xE2\x80\xA8", 7),
                   "\"\xC3\xA9/\\\"\xE2\x80\xA8\"");
}

static void test_layout(void **state)
{
    struct json_object *root = cvx_jsonc_object(), *list = cvx_jsonc_array();
    (void)state;
    assert_int_equal(cvx_jsonc_append(list, NULL), CVX_OK);
    assert_int_equal(cvx_jsonc_append(list, cvx_jsonc_array()), CVX_OK);
    assert_int_equal(cvx_jsonc_append(list, cvx_jsonc_object()), CVX_OK);
    assert_int_equal(cvx_jsonc_put(root, "a \"b\"", list), CVX_OK);
    assert_int_equal(cvx_jsonc_put(root, "", cvx_jsonc_integer(1)), CVX_OK);
    assert_int_equal(cvx_jsonc_put(root, "z", NULL), CVX_OK);
    assert_printed(root, "{\n"
                         "  \"a \\\"b\\\"\": [\n"
                         "    null,\n"
                         "    [],\n"
                         "    {}\n"
                         "  ],\n"
                         "  \"\": 1,\n"
                         "  \"z\": null\n"
                         "}");
}

/* What was in the buffer before stays in front. */
static void test_appends(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    (void)state;
    cvx_buf_puts(&buf, "> ");
    assert_int_equal(print(cvx_jsonc_integer(5), &buf, &err), CVX_OK);
    assert_string_equal(buf.data, "> 5");
    cvx_buf_done(&buf);
}

static struct json_object *nested(size_t depth)
{
    struct json_object *root = cvx_jsonc_integer(1);
    for (size_t i = 0; i < depth; i++) {
        struct json_object *outer = cvx_jsonc_array();
        assert_int_equal(cvx_jsonc_append(outer, root), CVX_OK);
        root = outer;
    }
    return root;
}

static void test_faults(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT, small = {.max = 10};
    struct cvx_err err;
    (void)state;
    assert_int_equal(print(nested(CVX_JSON_DEPTH_MAX), &buf, &err), CVX_OK);
    assert_int_equal(print(nested(CVX_JSON_DEPTH_MAX + 1), &buf, &err), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&err), "JSON nested 65 deep (limit 64)");
    assert_int_equal(print(cvx_jsonc_double((double)INFINITY), &buf, &err),
                     CVX_EINTERNAL);
    assert_int_equal(print(nested(5), &small, &err), CVX_ELIMIT);
    cvx_buf_done(&buf);
    cvx_buf_done(&small);
}

/* A copy prints the same and shares nothing. */
static void test_copy(void **state)
{
    static const char k_text[] = "{\"a\":[1,2.50,\"x\\u0000y\",null,true,{}],"
                                 "\"b\":123456789012345678901234567890,\"c\":{\"d\":[]}}";
    struct cvx_cv *cv = NULL, *copy = NULL;
    struct cvx_buf first = CVX_BUF_INIT, second = CVX_BUF_INIT;
    (void)state;
    assert_int_equal(cvx_cv_parse(k_text, sizeof(k_text) - 1, &cv, NULL), CVX_OK);
    assert_int_equal(cvx_cv_copy(cv, &copy, NULL), CVX_OK);
    assert_int_equal(cvx_cv_print(cv, &first, NULL), CVX_OK);
    json_object_object_del(cvx_cv_root(cv), "a");
    cvx_cv_free(cv);
    assert_int_equal(cvx_cv_print(copy, &second, NULL), CVX_OK);
    assert_string_equal(second.data, first.data);
    cvx_cv_free(copy);
    cvx_buf_done(&first);
    cvx_buf_done(&second);
}

static void test_copy_of_null(void **state)
{
    struct cvx_cv *cv = NULL, *copy = NULL;
    (void)state;
    assert_int_equal(cvx_cv_parse("null", 4, &cv, NULL), CVX_OK);
    assert_int_equal(cvx_cv_copy(cv, &copy, NULL), CVX_OK);
    assert_null(cvx_cv_root(copy));
    cvx_cv_free(cv);
    cvx_cv_free(copy);
    cvx_cv_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scalars),      cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_layout),       cmocka_unit_test(test_appends),
        cmocka_unit_test(test_faults),       cmocka_unit_test(test_copy),
        cmocka_unit_test(test_copy_of_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
