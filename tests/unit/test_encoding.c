/* Bytes of unknown encodings: what they are taken for, and what is dropped of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <cvextract/text.h>

#include "input/encoding.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(text) text, sizeof(text) - 1

static void test_decode(void **state)
{
    static const struct {
        const char *data;
        size_t len;
        const char *charset, *text, *name;
    } cases[] = {
        {BYTES(""), NULL, "", "UTF-8"},
        {BYTES("plain"), NULL, "plain", "UTF-8"},
        {BYTES("gr\xc3\xb6\xc3\x9f"), NULL, "gr\u00f6\u00df", "UTF-8"},
        /* what the carrier says does not count against the bytes */
        {BYTES("gr\xc3\xb6"), "iso-8859-15", "gr\u00f6", "UTF-8"},
        /* marks are no text; behind one of UTF-8 broken bytes are shown as such */
        {BYTES("\xef\xbb\xbf"
               "a"),
         NULL, "a", "UTF-8"},
        {BYTES("\xef\xbb\xbf"), NULL, "", "UTF-8"},
        {BYTES("\xef\xbb\xbf"
               "\xc3\xb6\xe9t\xe9"),
         NULL, "\u00f6\ufffdt\ufffd", "UTF-8"},
        {BYTES("\xff\xfe"
               "a\0\xf6\0\x3d\xd8\x00\xde"),
         NULL, "a\u00f6\U0001F600", "UTF-16LE"},
        {BYTES("\xfe\xff"
               "\0a\0\xf6"),
         NULL, "a\u00f6", "UTF-16BE"},
        {BYTES("\xff\xfe"), NULL, "", "UTF-16LE"},
        /* half of a pair, half of a unit: what follows keeps its place */
        {BYTES("\xff\xfe"
               "\x3d\xd8"
               "a\0b\0"),
         NULL, "ab", "UTF-16LE"},
        {BYTES("\xff\xfe"
               "a\0b"),
         NULL, "a", "UTF-16LE"},
        {BYTES("\xfe\xff"
               "\xd8\x3d"),
         NULL, "", "UTF-16BE"},
        /* everything else is Windows-1252; five of its bytes stand for nothing */
        {BYTES("caf\xe9 \x80 \x93q\x94"), NULL, "caf\u00e9 \u20ac \u201cq\u201d",
         "WINDOWS-1252"},
        {BYTES("a\x81\x8d\x8f\x90\x9d\xe9"), NULL, "a\u00e9", "WINDOWS-1252"},
        {BYTES("half \xc3"), "UTF-8", "half \u00c3", "WINDOWS-1252"},
        {BYTES("\x93\x8c\x8b\x9e"), "shift_jis", "\u6771\u4eac", "shift_jis"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf text = CVX_BUF_INIT;
        const char *name = NULL;
        struct cvx_err err;
        assert_int_equal(cvx_encoding_decode(cases[i].data, cases[i].len,
                                             cases[i].charset, &text, &name, &err),
                         CVX_OK);
        if (strcmp(text.len ? text.data : "", cases[i].text) != 0)
            fail_msg("%zu: '%s'", i, text.data);
        assert_string_equal(name, cases[i].name);
        cvx_buf_done(&text);
    }
}

static void test_unknown(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_err err;
    (void)state;
    assert_int_equal(cvx_encoding_decode("\xe9", 1, "no-such", &text, NULL, &err),
                     CVX_EFORMAT);
    assert_non_null(strstr(cvx_err_top(&err), "no-such"));
    assert_false(cvx_encoding_is_known("no-such"));
    assert_true(cvx_encoding_is_known("iso-8859-2"));
    cvx_buf_done(&text);
}

/* Any bytes at all, more than the converter takes at once: the result is sound. */
static void test_any_bytes(void **state)
{
    static char data[70001];
    unsigned seed = 7;
    (void)state;
    for (size_t i = 0; i < sizeof(data); i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (char)(seed >> 24);
    }
    static const char *const marks[] = {"", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"};
    for (size_t i = 0; i < COUNT(marks); i++) {
        struct cvx_buf text = CVX_BUF_INIT, tidy = CVX_BUF_INIT;
        memcpy(data, marks[i], strlen(marks[i]));
        assert_int_equal(cvx_encoding_decode(data, sizeof(data), NULL, &text, NULL, NULL),
                         CVX_OK);
        assert_true(text.len > 10000);
        assert_true(cvx_text_is_utf8(text.data, text.len));
        cvx_encoding_tidy(text.data, text.len, &tidy);
        assert_true(cvx_text_is_utf8(tidy.data, tidy.len));
        assert_int_equal(cvx_encoding_controls(tidy.data, tidy.len), 0);
        assert_null(memchr(tidy.data, 0, tidy.len));
        cvx_buf_done(&text);
        cvx_buf_done(&tidy);
    }
}

static void test_tidy(void **state)
{
    static const struct {
        const char *data;
        size_t len;
        const char *text;
        size_t controls;
    } cases[] = {
        {BYTES(""), "", 0},
        {BYTES("a\tb\nc"), "a\tb\nc", 0},
        {BYTES("a\r\nb\rc\r\r\nd"), "a\nb\nc\n\nd", 0},
        {BYTES("a\vb\fc\xc2\x85"
               "d\u2028e\u2029f"),
         "a\nb\nc\nd\ne\nf", 0},
        {BYTES("a\0b\x01\x7f\xc2\x9b"
               "c"),
         "abc", 4},
        {BYTES("\x1b[31mred"), "[31mred", 0},
        {BYTES("\ufeff"
               "a\ufeff"),
         "a", 0},
        {BYTES("\u00e4\u200b\u6771"), "\u00e4\u200b\u6771", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf text = CVX_BUF_INIT;
        cvx_encoding_tidy(cases[i].data, cases[i].len, &text);
        if (strcmp(text.data ? text.data : "", cases[i].text) != 0)
            fail_msg("%zu: '%s'", i, text.data);
        assert_int_equal(strlen(cases[i].text), text.len);
        assert_int_equal(cvx_encoding_controls(cases[i].data, cases[i].len),
                         cases[i].controls);
        cvx_buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_tidy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
