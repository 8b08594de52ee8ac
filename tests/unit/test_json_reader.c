/* The reader: what it takes and what becomes of it, what it refuses and with which words,
 * its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/cv.h>
#include <cvextract/limits.h>
#include <cvextract/mem.h>

/* A literal that may hold NULs. */
#define TEXT(s) (s), sizeof(s) - 1

/* Parses; on success appends the printed form. */
static int parse(const char *data, size_t len, struct cvx_buf *ret, struct cvx_err *err)
{
    struct cvx_cv *cv = NULL;
    cvx_err_init(err);
    int rc = cvx_cv_parse(data, len, &cv, err);
    if (rc) {
        assert_null(cv);
        assert_int_equal(err->rc, rc);
        return rc;
    }
    assert_int_equal(cvx_cv_print(cv, ret, err), CVX_OK);
    cvx_cv_free(cv);
    return CVX_OK;
}

static const struct {
    const char *data;
    size_t len;
    const char *printed;
} k_accepted[] = {
    {TEXT("null"), "null"},
    {TEXT(" \t\r\ntrue\n"), "true"},
    {TEXT("false"), "false"},
    {TEXT("\"\""), "\"\""},
    {TEXT("{}"), "{}"},
    {TEXT("[ ]"), "[]"},
    {TEXT("[[], {}]"), "[\n  [],\n  {}\n]"},
    {TEXT("{\"b\":1,\"a\":[2,null]}"),
     "{\n  \"b\": 1,\n  \"a\": [\n    2,\n    null\n  ]\n}"},
    /* of equal keys the last value, at the first one's place */
    {TEXT("{\"a\":1,\"b\":2,\"\\u0061\":{\"c\":3}}"),
     "{\n  \"a\": {\n    \"c\": 3\n  },\n  \"b\": 2\n}"},
    {TEXT("{\"\":0}"), "{\n  \"\": 0\n}"},
    /* a byte order mark at the start, and one that is a character */
    {TEXT("\xEF\xBB\xBF[1]"), "[\n  1\n]"},
    {TEXT("\"\xEF\xBB\xBF\""), "\"\xEF\xBB\xBF\""},
    /* escapes */
    {TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {TEXT("\"\\u0000\\u001f\\u007f\""), "\"\\u0000\\u001f\x7f\""},
    {TEXT("\"\\u00E9\\u20ac\\uD83D\\ude00 \\ud7ff\\ue000\""),
     "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 \xED\x9F\xBF\xEE\x80\x80\""},
    {TEXT("\"a\\nb\\nc and more\""), "\"a\\nb\\nc and more\""},
    {TEXT("\"\xE4\xB8\xAD\xE2\x80\xA8\""), "\"\xE4\xB8\xAD\xE2\x80\xA8\""},
    {TEXT("{\"k\\n\\u00e9y\":\"v\\t\"}"), "{\n  \"k\\n\xC3\xA9y\": \"v\\t\"\n}"},
    /* numbers */
    {TEXT("-0"), "0"},
    {TEXT("-0.0"), "-0.0"},
    {TEXT("1.10"), "1.1"},
    {TEXT("1E5"), "100000.0"},
    {TEXT("1e+16"), "1e+16"},
    {TEXT("0e999"), "0.0"},
    {TEXT("9223372036854775807"), "9223372036854775807"},
    {TEXT("-9223372036854775808"), "-9223372036854775808"},
    {TEXT("9223372036854775808"), "9223372036854775808"},
    {TEXT("18446744073709551615"), "18446744073709551615"},
    {TEXT("-123456789012345678901234567890123"), "-123456789012345678901234567890123"},
};

static void test_accepts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_accepted) / sizeof(k_accepted[0]); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;
        struct cvx_err err;
        if (parse(k_accepted[i].data, k_accepted[i].len, &buf, &err))
            fail_msg("%s: %s", k_accepted[i].data, cvx_err_root(&err));
        assert_string_equal(buf.data, k_accepted[i].printed);
        cvx_buf_done(&buf);
    }
}

static const struct {
    const char *data;
    size_t len;
    const char *says;
} k_refused[] = {
    {TEXT(""), "line 1, column 1: expected a value, found the end of the text"},
    {TEXT("\xEF\xBB\xBF"),
     "line 1, column 1: expected a value, found the end of the text"},
    {TEXT("[\n 1,\n]"), "line 3, column 1: expected a value, found ']'"},
    {TEXT("[1 2]"), "line 1, column 4: expected ',' or ']', found a number"},
    {TEXT("[1"), "line 1, column 3: expected ',' or ']', found the end of the text"},
    {TEXT("[1}"), "line 1, column 3: expected ',' or ']', found '}'"},
    {TEXT("[,1]"), "line 1, column 2: expected a value, found ','"},
    {TEXT("]"), "line 1, column 1: expected a value, found ']'"},
    {TEXT("{\"a\" 1}"), "line 1, column 6: expected ':', found a number"},
    {TEXT("{\"a\":}"), "line 1, column 6: expected a value, found '}'"},
    {TEXT("{\"a\":1,}"), "line 1, column 8: expected a key, found '}'"},
    {TEXT("{1:2}"), "line 1, column 2: expected a key or '}', found a number"},
    {TEXT("{\"a\":1 \"b\":2}"), "line 1, column 8: expected ',' or '}', found a string"},
    {TEXT("{\"a\":1]"), "line 1, column 7: expected ',' or '}', found ']'"},
    {TEXT("{} x"), "line 1, column 4: 'x' is no JSON value (did you mean a string in "
                   "double quotes?)"},
    {TEXT("1 2"),
     "line 1, column 3: expected nothing more after the value, found a number"},
    {TEXT("1\0"), "line 1, column 2: unexpected character (byte 0x00)"},
    {TEXT("'a'"), "line 1, column 1: unexpected ''' (strings stand in double quotes)"},
    {TEXT("/* c */ 1"), "line 1, column 1: unexpected '/' (JSON has no comments)"},
    {TEXT("+1"), "line 1, column 1: unexpected '+' (a number does not begin with '+')"},
    {TEXT(".5"), "line 1, column 1: unexpected '.' (a number begins with a digit)"},
    {TEXT("#"), "line 1, column 1: unexpected '#'"},
    {TEXT("01"), "line 1, column 1: a number must not begin with a needless 0"},
    {TEXT("-012.5"), "line 1, column 2: a number must not begin with a needless 0"},
    {TEXT("-"), "line 1, column 2: a number needs a digit after '-'"},
    {TEXT("1."), "line 1, column 3: a number needs a digit after its point"},
    {TEXT("1e+"), "line 1, column 4: a number needs a digit in its exponent"},
    {TEXT("[1e999]"), "line 1, column 2: this number is too large"},
    {TEXT("-Infinity"), "line 1, column 1: -Infinity is no JSON number"},
    {TEXT("NaN"), "line 1, column 1: 'NaN' is no JSON value (did you mean a string in "
                  "double quotes?)"},
    {TEXT("True"), "line 1, column 1: 'True' is no JSON value (did you mean a string in "
                   "double quotes?)"},
    {TEXT("nul"), "line 1, column 1: 'nul' is no JSON value (did you mean a string in "
                  "double quotes?)"},
    {TEXT("[\"abc]"), "line 1, column 2: this string has no end"},
    {TEXT("\"a\\"), "line 1, column 3: a backslash in a string must begin one of \\\" "
                    "\\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"},
    {TEXT("\"\\x41\""), "line 1, column 2: a backslash in a string must begin one of "
                        "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"},
    {TEXT("\"\\u12g4\""),
     "line 1, column 2: \\u must be followed by four hexadecimal digits"},
    {TEXT("\"\\ud800\""), "line 1, column 2: \\ud800 is half of a surrogate pair and "
                          "stands for no character"},
    {TEXT("\"\\ud800\\u0041\""), "line 1, column 2: \\ud800 is half of a surrogate pair "
                                 "and stands for no character"},
    {TEXT("\"x\\uDE00\""), "line 1, column 3: \\ude00 is half of a surrogate pair and "
                           "stands for no character"},
    {TEXT("\"\xC3\xA9\n\""),
     "line 1, column 3: a string must not hold a raw control character (0x0a)"},
    {TEXT("\"\0\""),
     "line 1, column 2: a string must not hold a raw control character (0x00)"},
    {TEXT("\"\xFF\""), "line 1, column 2: not UTF-8 (byte 0xff)"},
    {TEXT("\"\xED\xA0\x80\""), "line 1, column 2: not UTF-8 (byte 0xed)"},
    {TEXT("\"\xC0\xAF\""), "line 1, column 2: not UTF-8 (byte 0xc0)"},
    {TEXT("\"\xE2\x82"), "line 1, column 2: not UTF-8 (byte 0xe2)"},
    {TEXT("\xFF\xFE"), "line 1, column 1: not UTF-8 (byte 0xff)"},
    {TEXT("[\xC2\xA0]"), "line 1, column 2: unexpected character (byte 0xc2)"},
    {TEXT("{\"a\\u0000b\":1}"), "line 1, column 2: a key must not hold \\u0000"},
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_refused) / sizeof(k_refused[0]); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;
        struct cvx_err err;
        int rc = parse(k_refused[i].data, k_refused[i].len, &buf, &err);
        if (rc != CVX_EFORMAT)
            fail_msg("case %zu (%s): %d", i, k_refused[i].data, rc);
        assert_string_equal(cvx_err_root(&err), k_refused[i].says);
        cvx_buf_done(&buf);
    }
}

/* What is only shown may hold what Python reads beyond JSON; all else is as strict. */
static void test_python(void **state)
{
    static const struct {
        const char *data;
        size_t len;
        bool taken;
    } k_cases[] = {
        {TEXT("[NaN, Infinity,-Infinity,1e999,-1e999,1]"), true},
        {TEXT("NaN"), true},
        {TEXT("{\"a\":-Infinity}"), true},
        {TEXT("nan"), false},
        {TEXT("NaNs"), false},
        {TEXT("-NaN"), false},
        {TEXT("Infinity1"), false},
        {TEXT("-Infinit"), false},
        {TEXT("- Infinity"), false},
        {TEXT("+Infinity"), false},
        {TEXT("inf"), false},
        {TEXT("\"\\ud800\""), false},
        {TEXT("[01]"), false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;
        struct cvx_cv *cv = NULL;
        struct cvx_err err;
        int rc = cvx_cv_parse_python(k_cases[i].data, k_cases[i].len, &cv, &err);
        if (rc != (k_cases[i].taken ? CVX_OK : CVX_EFORMAT))
            fail_msg("case %zu (%s): %d", i, k_cases[i].data, rc);
        /* There is no JSON for them, so they cannot be written. */
        if (!rc)
            assert_int_equal(cvx_cv_print(cv, &buf, &err), CVX_EINTERNAL);
        cvx_buf_done(&buf);
        cvx_cv_free(cv);
    }
}

/* A repeated piece between two ends. */
static void fill(struct cvx_buf *buf, const char *begin, const char *piece, size_t count,
                 const char *end)
{
    cvx_buf_puts(buf, begin);
    for (size_t i = 0; i < count; i++)
        cvx_buf_puts(buf, piece);
    cvx_buf_puts(buf, end);
    assert_int_equal(cvx_buf_check(buf, NULL), CVX_OK);
}

static void assert_limit(const struct cvx_buf *text, const char *says)
{
    struct cvx_buf printed = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = parse(text->data, text->len, &printed, &err);
    assert_int_equal(rc, says ? CVX_ELIMIT : CVX_OK);
    if (says)
        assert_string_equal(cvx_err_root(&err), says);
    cvx_buf_done(&printed);
}

static void test_depth(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT;
    (void)state;
    fill(&text, "", "[", CVX_JSON_DEPTH_MAX, "7");
    fill(&text, "", "]", CVX_JSON_DEPTH_MAX, "");
    assert_limit(&text, NULL);
    cvx_buf_clear(&text);
    fill(&text, "", "{\"a\":", CVX_JSON_DEPTH_MAX, "[");
    assert_limit(&text, "line 1, column 321: JSON nested 65 deep (limit 64)");
    cvx_buf_done(&text);
}

static void test_values(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT;
    (void)state;
    fill(&text, "[1", ",1", CVX_JSON_VALUES_MAX - 2, "]");
    assert_limit(&text, NULL);
    cvx_buf_clear(&text);
    fill(&text, "[1", ",1", CVX_JSON_VALUES_MAX - 1, "]");
    assert_limit(&text, "line 1, column 2000000: JSON of 1000001 or more values (limit "
                        "1000000)");
    cvx_buf_done(&text);
}

static void test_size(void **state)
{
    struct cvx_cv *cv = NULL;
    struct cvx_err err;
    char *text = cvx_alloc(CVX_JSON_MAX + 1);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', CVX_JSON_MAX + 1);
    text[0] = text[CVX_JSON_MAX - 1] = '"';
    assert_int_equal(cvx_cv_parse(text, CVX_JSON_MAX, &cv, &err), CVX_OK);
    cvx_cv_free(cv);
    cvx_err_init(&err);
    assert_int_equal(cvx_cv_parse(text, CVX_JSON_MAX + 1, &cv, &err), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&err), "JSON of 67108865 bytes (limit 67108864)");
    cvx_free(text);
}

/* Every beginning of a text is read within its bounds (the sanitizer watches) and none but
 * the whole is taken. */
static void test_beginnings(void **state)
{
    static const char k_text[] =
        "{\"a\": [1, -2.5e+3, true, null, \"\\u00e9\\ud83d\\ude00\xC3\xA9\"], \"b\": {}}";
    (void)state;
    for (size_t len = 0; len < sizeof(k_text); len++) {
        /* On the heap, without a NUL, so that one byte too far is seen. */
        char *piece = cvx_alloc(len);
        struct cvx_buf printed = CVX_BUF_INIT;
        struct cvx_err err;
        assert_non_null(piece);
        memcpy(piece, k_text, len);
        int rc = parse(piece, len, &printed, &err);
        assert_int_equal(rc, len == sizeof(k_text) - 1 ? CVX_OK : CVX_EFORMAT);
        cvx_buf_done(&printed);
        cvx_free(piece);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts),    cmocka_unit_test(test_python),
        cmocka_unit_test(test_refuses),    cmocka_unit_test(test_depth),
        cmocka_unit_test(test_values),     cmocka_unit_test(test_size),
        cmocka_unit_test(test_beginnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
