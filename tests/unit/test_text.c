/* UTF-8 judged, names made printable, the quoted form and its way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/text.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LIT(s) (s), sizeof(s) - 1

static const struct {
    const char *text;
    size_t len, want;
} k_characters[] = {
    {LIT(""), 0},
    {LIT("\0"), 1},
    {LIT("a"), 1},
    {LIT("\x7F"), 1},
    {LIT("\xC2\x80"), 2},
    {LIT("\xDF\xBF"), 2},
    {LIT("\xE0\xA0\x80"), 3},
    {LIT("\xED\x9F\xBF"), 3},
    {LIT("\xEE\x80\x80"), 3},
    {LIT("\xEF\xBF\xBF"), 3},
    {LIT("\xF0\x90\x80\x80"), 4},
    {LIT("\xF4\x8F\xBF\xBF"), 4},
    {LIT("\xC3\xA9x"), 2},
    /* bytes that begin nothing */
    {LIT("\x80"), 0},
    {LIT("\xBF"), 0},
    {LIT("\xF5\x80\x80\x80"), 0},
    {LIT("\xF8\x88\x80\x80\x80"), 0},
    {LIT("\xFE"), 0},
    {LIT("\xFF"), 0},
    /* overlong */
    {LIT("\xC0\x80"), 0},
    {LIT("\xC0\xAF"), 0},
    {LIT("\xC1\xBF"), 0},
    {LIT("\xE0\x80\x80"), 0},
    {LIT("\xE0\x9F\xBF"), 0},
    {LIT("\xF0\x80\x80\x80"), 0},
    {LIT("\xF0\x8F\xBF\xBF"), 0},
    /* surrogates */
    {LIT("\xED\xA0\x80"), 0},
    {LIT("\xED\xAF\xBF"), 0},
    {LIT("\xED\xB0\x80"), 0},
    {LIT("\xED\xBF\xBF"), 0},
    /* over U+10FFFF */
    {LIT("\xF4\x90\x80\x80"), 0},
    {LIT("\xF4\xBF\xBF\xBF"), 0},
    /* cut short, by the end and by another byte */
    {LIT("\xC3"), 0},
    {LIT("\xE2\x82"), 0},
    {LIT("\xF0\x9F\x98"), 0},
    {LIT("\xC3\x28"), 0},
    {LIT("\xC3\xC3"), 0},
    {LIT("\xE2\x28\xAC"), 0},
    {LIT("\xE2\x82\x28"), 0},
    {LIT("\xE2\x82\xC0"), 0},
    {LIT("\xF0\x28\x98\x80"), 0},
    {LIT("\xF0\x9F\x28\x80"), 0},
    {LIT("\xF0\x9F\x98\x28"), 0},
};

static void test_utf8_len(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_characters); i++) {
        size_t len = k_characters[i].len, want = k_characters[i].want;

        assert_int_equal(cvx_text_utf8_len(k_characters[i].text, len), want);
        /* Whole strings agree: one character more than the judged one at most. */
        assert_true(cvx_text_is_utf8(k_characters[i].text, len) ==
                    (want > 0 || len == 0));
    }
}

/* Every code point in its proper form is accepted, and nothing beside these. */
static void test_utf8_all_code_points(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c < 0x120000; c++) {
        char p[4];
        size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        bool valid = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);

        for (size_t i = n - 1; i > 0; i--)
            p[i] = (char)(0x80 | ((c >> (6 * (n - 1 - i))) & 0x3F));
        p[0] = (char)((0xF00u >> n) | (c >> (6 * (n - 1))));
        if (cvx_text_utf8_len(p, n) != (valid ? n : 0))
            fail_msg("U+%04X", (unsigned)c);
        if (cvx_text_utf8_len(p, n - 1) != 0)
            fail_msg("U+%04X cut short", (unsigned)c);
    }
}

static void test_is_utf8(void **state)
{
    (void)state;
    assert_true(cvx_text_is_utf8(LIT("")));
    assert_true(cvx_text_is_utf8(LIT("na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x98\x80")));
    assert_true(cvx_text_is_utf8(LIT("a\0b")));
    assert_false(cvx_text_is_utf8(LIT("na\xC3")));
    assert_false(cvx_text_is_utf8(LIT("abc\xFF"
                                      "def")));
}

static void test_cut(void **state)
{
    static const struct {
        const char *text;
        size_t len, max, want;
    } cases[] = {
        {LIT("abc"), 3, 3},
        {LIT("abc"), 9, 3},
        {LIT("abc"), 2, 2},
        {LIT("abc"), 0, 0},
        {LIT("a\xC3\xA9"), 3, 3},
        {LIT("a\xC3\xA9"), 2, 1},
        {LIT("a\xE2\x82\xAC"), 3, 1},
        {LIT("a\xE2\x82\xAC"), 2, 1},
        {LIT("a\xF0\x9F\x98\x80z"), 5, 5},
        {LIT("a\xF0\x9F\x98\x80z"), 4, 1},
        {LIT("a\xF0\x9F\x98\x80z"), 3, 1},
        {LIT("a\xF0\x9F\x98\x80z"), 2, 1},
        {LIT("\xF0\x9F\x98\x80"), 1, 0},
        /* bytes that are no characters do not hold the cut back */
        {LIT("\x80\x80\x80\x80"), 2, 2},
        {LIT("\xFF\xFF\xFF"), 2, 2},
        {LIT("\xC3\xC3\xC3"), 2, 2},
        {LIT("\xF0\x9F\x98x"), 3, 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(cvx_text_cut(cases[i].text, cases[i].len, cases[i].max),
                         cases[i].want);
}

static void test_printable(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } cases[] = {
        {LIT(""), ""},
        {LIT("plain 'text' \"quoted\" back\\slash"),
         "plain 'text' \"quoted\" back\\slash"},
        {LIT("J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80 \xD7\xA9"),
         "J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80 \xD7\xA9"},
        {LIT("a\nb\tc\rd"), "a\\nb\\tc\\rd"},
        {LIT("\x1b[31mred"), "\\x1b[31mred"},
        {LIT("\0\x01\x07\x08\x1f\x7f"), "\\x00\\x01\\x07\\x08\\x1f\\x7f"},
        {LIT("\xC2\x80|\xC2\x9B|\xC2\x9F|\xC2\xA0"), "\\u0080|\\u009b|\\u009f|\xC2\xA0"},
        {LIT("\xE2\x80\xA8|\xE2\x80\xA9"), "\\u2028|\\u2029"},
        {LIT("\xE2\x80\xAA|\xE2\x80\xAE|\xE2\x80\xAF"), "\\u202a|\\u202e|\xE2\x80\xAF"},
        {LIT("\xE2\x81\xA5|\xE2\x81\xA6|\xE2\x81\xA9|\xE2\x81\xAA"),
         "\xE2\x81\xA5|\\u2066|\\u2069|\xE2\x81\xAA"},
        {LIT("\xE2\x80\x8D|\xE2\x80\x8E|\xE2\x80\x8F|\xE2\x80\x90|\xD8\x9C"),
         "\xE2\x80\x8D|\\u200e|\\u200f|\xE2\x80\x90|\\u061c"},
        {LIT("caf\xE9 \xFF\x9B"), "caf\\xe9 \\xff\\x9b"},
        {LIT("\xE2\x82"), "\\xe2\\x82"},
        {LIT("\xED\xA0\x80"), "\\xed\\xa0\\x80"},
        {LIT("\xC0\x8A"), "\\xc0\\x8a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_buf_puts(&buf, ">");
        cvx_text_printable(&buf, cases[i].text, cases[i].len);
        assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
        assert_string_equal(buf.data + 1, cases[i].want);
        cvx_buf_done(&buf);
    }
}

static void test_quote(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } cases[] = {
        {LIT(""), "\"\""},
        {LIT("a b.docx"), "\"a b.docx\""},
        {LIT("say \"hi\" \\o/"), "\"say \\\"hi\\\" \\\\o/\""},
        {LIT("a\nb\x01"
             "7"),
         "\"a\\012b\\0017\""},
        {LIT("J\xC3\xBCrgen"), "\"J\xC3\xBCrgen\""},
        {LIT("caf\xE9s"), "\"caf\\351s\""},
        {LIT("x\xE2\x80\xAEy"), "\"x\\342\\200\\256y\""},
        {LIT("\xC2\x9B\xC3\xA9"), "\"\\302\\233\xC3\xA9\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_text_quote(&buf, cases[i].text, cases[i].len);
        assert_string_equal(buf.data, cases[i].want);
        cvx_buf_done(&buf);
    }
}

static const struct {
    const char *text;
    size_t len;
    const char *want; /* NULL = refused */
} k_literals[] = {
    {LIT("\"\""), ""},
    {LIT("\"abc\""), "abc"},
    {LIT("\"tab\there\""), "tab\there"},
    {LIT("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\\?\""), "\a\b\f\n\r\t\v\\\"'?"},
    {LIT("\"\\1\\12\\1234\\377\""), "\1\n\1234\377"},
    {LIT("\"\\18\""), "\1"
                      "8"},
    {LIT("\"\\x41\\x4a\\x4B\\xA\""), "AJK\n"},
    {LIT("\"\\x41g\""), "Ag"},
    {LIT("\"\\x00041\""), "A"},
    {LIT("\"\xC3\xA9\xFF\""), "\xC3\xA9\xFF"},
    {LIT(""), NULL},
    {LIT("\""), NULL},
    {LIT("abc"), NULL},
    {LIT("\"abc"), NULL},
    {LIT("abc\""), NULL},
    {LIT("'abc'"), NULL},
    {LIT(" \"abc\""), NULL},
    {LIT("\"abc\" "), NULL},
    {LIT("\"a\"b\""), NULL},
    {LIT("\"a\" \"b\""), NULL},
    {LIT("\"abc\\\""), NULL},
    {LIT("\"a\nb\""), NULL},
    {LIT("\"\\q\""), NULL},
    {LIT("\"\\8\""), NULL},
    {LIT("\"\\u0041\""), NULL},
    {LIT("\"\\400\""), NULL},
    {LIT("\"\\x\""), NULL},
    {LIT("\"\\xg\""), NULL},
    {LIT("\"\\x100\""), NULL},
    /* a NUL in each of its forms */
    {LIT("\"a\0b\""), NULL},
    {LIT("\"\\\0\""), NULL},
    {LIT("\"\\0\""), NULL},
    {LIT("\"\\000\""), NULL},
    {LIT("\"\\x00\""), NULL},
};

static void test_unquote(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_literals); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;
        struct cvx_err err;

        cvx_err_init(&err);
        cvx_buf_puts(&buf, ">");

        int rc = cvx_text_unquote(&buf, k_literals[i].text, k_literals[i].len, &err);

        assert_int_equal(rc, k_literals[i].want ? CVX_OK : CVX_EFORMAT);
        assert_int_equal(err.rc, rc);
        /* What was there before stays, on failure nothing is added. */
        assert_int_equal(buf.data[0], '>');
        assert_string_equal(buf.data + 1, k_literals[i].want ? k_literals[i].want : "");
        cvx_buf_done(&buf);
    }
}

static void test_unquote_over_the_limit(void **state)
{
    struct cvx_buf buf = {.max = 3};

    (void)state;
    assert_int_equal(cvx_text_unquote(&buf, LIT("\"abcd\""), NULL), CVX_ELIMIT);
    assert_int_equal(buf.len, 0);
    cvx_buf_done(&buf);
}

static void assert_round_trip(const char *p, size_t len)
{
    struct cvx_buf quoted = CVX_BUF_INIT, back = CVX_BUF_INIT;

    cvx_text_quote(&quoted, p, len);
    assert_true(cvx_text_is_utf8(quoted.data, quoted.len));
    assert_null(memchr(quoted.data, '\n', quoted.len));
    assert_int_equal(cvx_text_unquote(&back, quoted.data, quoted.len, NULL), CVX_OK);
    assert_int_equal(back.len, len);
    if (len > 0)
        assert_memory_equal(back.data, p, len);
    cvx_buf_done(&quoted);
    cvx_buf_done(&back);
}

/* The same numbers in each run: a failure can be repeated. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void test_round_trip(void **state)
{
    char p[3] = {0};
    uint32_t seed = 2026;

    (void)state;
    assert_round_trip("", 0);
    for (int a = 1; a < 256; a++) {
        for (int b = 1; b < 256; b++) { /* each byte before each: digits after octals */
            p[0] = (char)a;
            p[1] = (char)b;
            assert_round_trip(p, 2);
        }
    }
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t len = next_random(&seed) % sizeof(bytes);

        for (size_t i = 0; i < len; i++) {
            uint32_t r = next_random(&seed);
            /* Half of them from what decides most: leads, tails, escapes, digits. */
            static const char hard[] =
                "\xC2\xC3\xE2\xED\xF0\xF4\x80\x8F\x9F\xBF\\\"0178\n";

            bytes[i] = r & 0x100 ? hard[r % (sizeof(hard) - 1)] : (char)(r % 255 + 1);
        }
        assert_round_trip(bytes, len);
    }
}

/* Whatever comes in, nothing that acts on a terminal comes out. */
static void test_printable_is_safe(void **state)
{
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct cvx_buf once = CVX_BUF_INIT, twice = CVX_BUF_INIT;
        char bytes[48];

        for (size_t i = 0; i < sizeof(bytes); i++) {
            uint32_t r = next_random(&seed);
            static const char hard[] = "\xC2\xE2\x80\x81\x8E\x9B\xA8\xAE\x1b\n";

            bytes[i] = r & 0x100 ? hard[r % (sizeof(hard) - 1)] : (char)r;
        }
        cvx_text_printable(&once, bytes, sizeof(bytes));
        assert_true(cvx_text_is_utf8(once.data, once.len));
        for (size_t i = 0; i < once.len; i++)
            assert_true((unsigned char)once.data[i] >= 0x20 && once.data[i] != 0x7F);
        cvx_text_printable(&twice, once.data, once.len); /* nothing is left to escape */
        assert_string_equal(once.data, twice.data);
        cvx_buf_done(&once);
        cvx_buf_done(&twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_len),   cmocka_unit_test(test_utf8_all_code_points),
        cmocka_unit_test(test_is_utf8),    cmocka_unit_test(test_cut),
        cmocka_unit_test(test_printable),  cmocka_unit_test(test_quote),
        cmocka_unit_test(test_unquote),    cmocka_unit_test(test_unquote_over_the_limit),
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_printable_is_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
