/* Text as Python's str: cutting, filling up, and every character's case and properties. The
 * digests are FNV-1a over what Python 3.11 answers for all characters in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/jinja/pystr.h"

#define POINTS 0x110000u
#define FNV_START 0xcbf29ce484222325u

static struct cvx_span span(const char *text)
{
    return (struct cvx_span){text, strlen(text)};
}

static uint64_t fnv(uint64_t digest, const void *data, size_t len)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < len; i++)
        digest = (digest ^ p[i]) * 0x100000001b3u;
    return digest;
}

static bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdfff;
}

/* The buffer's text is `want`; emptied. */
static void assert_text(struct cvx_buf *buf, const char *want)
{
    assert_int_equal(cvx_buf_check(buf, NULL), CVX_OK);
    assert_string_equal(buf->data ? buf->data : "", want);
    cvx_buf_clear(buf);
}

/* ---- every character ---- */

static uint64_t digest_of_predicate(cvx_pystr_is_fn *is)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    uint64_t digest = FNV_START;
    for (uint32_t c = 0; c < POINTS; c++) {
        if (is_surrogate(c))
            continue;
        cvx_buf_clear(&buf);
        cvx_pystr_put(&buf, c);
        unsigned char answer = is((struct cvx_span){buf.data, buf.len});
        digest = fnv(digest, &answer, 1);
    }
    cvx_buf_done(&buf);
    return digest;
}

static void test_predicates_of_every_character(void **state)
{
    static const struct {
        cvx_pystr_is_fn *is;
        uint64_t digest;
    } row[] = {
        {cvx_pystr_is_alpha, 0x4ed4e0fed479eab9},
        {cvx_pystr_is_alnum, 0x1c3aa2e3e41d524a},
        {cvx_pystr_is_ascii, 0xc652c20d188fd3a5},
        {cvx_pystr_is_decimal, 0xa391a4f4115f88e9},
        {cvx_pystr_is_digit, 0xcc9c4363d4a5da5},
        {cvx_pystr_is_numeric, 0xf9edf4ab6aa9f8d1},
        {cvx_pystr_is_space, 0x7bb07f364b66b908},
        {cvx_pystr_is_printable, 0x149ea8f30823f59},
        {cvx_pystr_is_identifier, 0xb1c1cc11d0936f0e},
        {cvx_pystr_is_lower, 0xe5a49ef797d1560},
        {cvx_pystr_is_upper, 0x2be58002d0ed51a4},
        {cvx_pystr_is_title, 0xaecbbcb69c667fdd},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        if (digest_of_predicate(row[i].is) != row[i].digest)
            fail_msg("predicate %zu", i);
}

/* With an "a" in front and a "b" behind when `within`. */
static uint64_t digest_of_mapping(cvx_pystr_map_fn *map, bool within)
{
    struct cvx_buf from = CVX_BUF_INIT, to = CVX_BUF_INIT;
    uint64_t digest = FNV_START;
    for (uint32_t c = 0; c < POINTS; c++) {
        if (is_surrogate(c))
            continue;
        cvx_buf_clear(&from);
        cvx_buf_clear(&to);
        cvx_buf_puts(&from, within ? "a" : "");
        cvx_pystr_put(&from, c);
        cvx_buf_puts(&from, within ? "b" : "");
        map(&to, (struct cvx_span){from.data, from.len});
        digest = fnv(digest, to.data, to.len + 1);
    }
    cvx_buf_done(&from);
    cvx_buf_done(&to);
    return digest;
}

static void test_mappings_of_every_character(void **state)
{
    (void)state;
    assert_true(digest_of_mapping(cvx_pystr_title, false) == 0x2e893beb27691899);
    assert_true(digest_of_mapping(cvx_pystr_capitalize, false) == 0x2e893beb27691899);
    assert_true(digest_of_mapping(cvx_pystr_swapcase, false) == 0x9a6d9f3594b22ddb);
    assert_true(digest_of_mapping(cvx_pystr_casefold, false) == 0x59f7f69a7b6d94dc);
    assert_true(digest_of_mapping(cvx_pystr_title, true) == 0x447f486cce36188);
}

static void test_mappings(void **state)
{
    static const struct {
        cvx_pystr_map_fn *map;
        const char *from, *to;
    } row[] = {
        {cvx_pystr_title, "it's a DAY-off x2y", "It'S A Day-Off X2Y"},
        {cvx_pystr_title, "ΟΔΟΣ ΣΑΣ Σ", "Οδος Σας Σ"},
        {cvx_pystr_title, "ǆa ﬁsh ßa", "ǅa Fish Ssa"},
        {cvx_pystr_capitalize, "ΟΔΟΣ", "Οδος"},
        {cvx_pystr_capitalize, "aΣ", "Aς"},
        {cvx_pystr_capitalize, "ÉCOLE Haute", "École haute"},
        {cvx_pystr_swapcase, "aBcΣ ß ǅ", "AbCς SS ǅ"},
        {cvx_pystr_casefold, "Straße ΟΔΟΣ ﬃ", "strasse οδοσ ffi"},
        {cvx_pystr_upper, "straße", "STRASSE"},
        {cvx_pystr_lower, "ΑΣ", "ας"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        row[i].map(&buf, span(row[i].from));
        assert_text(&buf, row[i].to);
    }
    cvx_buf_done(&buf);
}

static void test_predicates_of_texts(void **state)
{
    (void)state;
    assert_false(cvx_pystr_is_alpha(span("")));
    assert_true(cvx_pystr_is_ascii(span("")));
    assert_true(cvx_pystr_is_printable(span("")));
    assert_false(cvx_pystr_is_identifier(span("1a")));
    assert_true(cvx_pystr_is_identifier(span("_é1")));
    assert_true(cvx_pystr_is_lower(span("a1 b")));
    assert_false(cvx_pystr_is_lower(span("12")));
    assert_false(cvx_pystr_is_upper(span("A ǅ")));
    assert_true(cvx_pystr_is_title(span("Ab Cd 1E")));
    assert_false(cvx_pystr_is_title(span("AB")));
    assert_false(cvx_pystr_is_title(span("a")));
    assert_int_equal(cvx_pystr_decimal('7'), 7);
    assert_int_equal(cvx_pystr_decimal(0x663), 3);
    assert_int_equal(cvx_pystr_decimal(0xb2), -1);
}

/* ---- places ---- */

static void test_points(void **state)
{
    (void)state;
    assert_int_equal(cvx_pystr_points(span("aé日😀")), 4);
    assert_int_equal(cvx_pystr_offset(span("aé日😀"), 0), 0);
    assert_int_equal(cvx_pystr_offset(span("aé日😀"), 3), 6);
    assert_int_equal(cvx_pystr_offset(span("aé日😀"), 9), 10);
}

static void test_find(void **state)
{
    static const struct {
        const char *text, *needle;
        size_t first, last, count;
    } row[] = {
        {"abab", "ab", 0, 2, 2}, {"aaaa", "aa", 0, 2, 2},
        {"é日é", "é", 0, 5, 2},  {"abc", "", 0, 3, 4},
        {"", "", 0, 0, 1},       {"ab", "abc", CVX_PYSTR_NONE, CVX_PYSTR_NONE, 0},
        {"xaby", "b", 2, 2, 1},  {"aab", "ab", 1, 1, 1},
        {"baa", "ba", 0, 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct cvx_span s = span(row[i].text), needle = span(row[i].needle);
        assert_true(cvx_pystr_find(s, needle) == row[i].first);
        assert_true(cvx_pystr_rfind(s, needle) == row[i].last);
        assert_int_equal(cvx_pystr_count(s, needle), row[i].count);
    }
    assert_true(cvx_pystr_starts(span("ab"), span("")));
    assert_true(cvx_pystr_ends(span("ab"), span("b")));
    assert_false(cvx_pystr_starts(span("ab"), span("abc")));
    assert_false(cvx_pystr_ends(span("ab"), span("a")));
}

static void test_replace(void **state)
{
    static const struct {
        const char *text, *old, *new;
        size_t most;
        const char *want;
    } row[] = {
        {"abab", "b", "xy", SIZE_MAX, "axyaxy"},
        {"abab", "b", "", 1, "aab"},
        {"é日", "", "-", SIZE_MAX, "-é-日-"},
        {"é日", "", "-", 2, "-é-日"},
        {"é日", "", "-", 1, "-é日"},
        {"", "", "-", SIZE_MAX, "-"},
        {"", "", "-", 0, ""},
        {"aaa", "aa", "b", SIZE_MAX, "ba"},
        {"abc", "b", "x", 0, "abc"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        cvx_pystr_replace(&buf, span(row[i].text), span(row[i].old), span(row[i].new),
                          row[i].most);
        assert_text(&buf, row[i].want);
    }
    cvx_buf_done(&buf);
}

/* ---- cutting ---- */

static void assert_span(struct cvx_span s, const char *want)
{
    assert_int_equal(s.len, strlen(want));
    assert_memory_equal(s.p, want, s.len);
}

static void test_strip(void **state)
{
    struct cvx_span set = span("éx");
    unsigned both = CVX_PYSTR_LEFT | CVX_PYSTR_RIGHT;

    (void)state;
    assert_span(cvx_pystr_strip(span("\u00a0\x1c a \u2003"), NULL, both), "a");
    assert_span(cvx_pystr_strip(span(" a "), NULL, CVX_PYSTR_LEFT), "a ");
    assert_span(cvx_pystr_strip(span(" a "), NULL, CVX_PYSTR_RIGHT), " a");
    assert_span(cvx_pystr_strip(span("xéaéxè"), &set, both), "aéxè");
    assert_span(cvx_pystr_strip(span("xéx"), &set, both), "");
}

/* Pieces joined by '|'. */
static void test_split(void **state)
{
    static const struct {
        const char *text, *sep;
        size_t most;
        bool right;
        const char *want;
    } row[] = {
        {" a  b\u2003c ", NULL, SIZE_MAX, false, "a|b|c|"},
        {" a  b c ", NULL, 1, false, "a|b c |"},
        {" a  b c ", NULL, 1, true, "c| a  b|"},
        {" a ", NULL, 0, true, " a|"},
        {"  ", NULL, SIZE_MAX, false, ""},
        {"a,b,,c", ",", SIZE_MAX, false, "a|b||c|"},
        {"a,b,,c", ",", 1, false, "a|b,,c|"},
        {"a,b,,c", ",", 2, true, "c||a,b|"},
        {"", ",", SIZE_MAX, false, "|"},
        {",", ",", SIZE_MAX, true, "||"},
        {"é日é", "日", SIZE_MAX, false, "é|é|"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct cvx_span sep = span(row[i].sep ? row[i].sep : ""), piece;
        struct cvx_pystr_cut cut = {.rest = span(row[i].text),
                                    .sep = row[i].sep ? &sep : NULL,
                                    .left = row[i].most,
                                    .right = row[i].right};
        while (cvx_pystr_cut_next(&cut, &piece)) {
            cvx_buf_put(&buf, piece.p, piece.len);
            cvx_buf_putc(&buf, '|');
        }
        assert_text(&buf, row[i].want);
    }
    cvx_buf_done(&buf);
}

static void test_lines(void **state)
{
    struct cvx_span rest = span("a\r\nb\n\r\u2028c\x1d"), line;
    static const char *const bare[] = {"a", "b", "", "", "c"};
    static const char *const kept[] = {"a\r\n", "b\n", "\r", "\u2028", "c\x1d"};

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_true(cvx_pystr_line_next(&rest, false, &line));
        assert_span(line, bare[i]);
    }
    assert_false(cvx_pystr_line_next(&rest, false, &line));
    rest = span("a\r\nb\n\r\u2028c\x1d");
    for (size_t i = 0; i < 5; i++) {
        assert_true(cvx_pystr_line_next(&rest, true, &line));
        assert_span(line, kept[i]);
    }
    assert_false(cvx_pystr_line_next(&rest, true, &line));
}

/* ---- filling up ---- */

static void test_pad(void **state)
{
    static const struct {
        const char *text, *fill;
        size_t width;
        char align;
        const char *want;
    } row[] = {
        {"ab", " ", 5, '<', "ab   "}, {"ab", "é", 4, '>', "ééab"},
        {"ab", "*", 5, '^', "**ab*"}, {"abc", "*", 6, '^', "*abc**"},
        {"日", "*", 2, '^', "日*"},   {"", "*", 1, '^', "*"},
        {"abc", "*", 2, '<', "abc"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        cvx_pystr_pad(&buf, span(row[i].text), row[i].width, span(row[i].fill),
                      row[i].align);
        assert_text(&buf, row[i].want);
    }
    cvx_pystr_zfill(&buf, span("-7"), 4);
    assert_text(&buf, "-007");
    cvx_pystr_zfill(&buf, span("é"), 3);
    assert_text(&buf, "00é");
    cvx_pystr_expandtabs(&buf, span("a\té\t\n\tb\r\t"), 4);
    assert_text(&buf, "a   é   \n    b\r    ");
    cvx_pystr_expandtabs(&buf, span("a\tb"), 0);
    assert_text(&buf, "ab");
    cvx_buf_done(&buf);
}

static void test_pad_over_all_bounds(void **state)
{
    struct cvx_buf buf = {.max = 100};

    (void)state;
    cvx_pystr_pad(&buf, span("a"), SIZE_MAX, span("日"), '<');
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ELIMIT);
    cvx_buf_clear(&buf);
    cvx_pystr_expandtabs(&buf, span("\t"), 101);
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ELIMIT);
    cvx_buf_done(&buf);
}

static void test_ascii(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    cvx_pystr_ascii(&buf, span("aé日😀'"));
    assert_text(&buf, "a\\xe9\\u65e5\\U0001f600'");
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predicates_of_every_character),
        cmocka_unit_test(test_mappings_of_every_character),
        cmocka_unit_test(test_mappings),
        cmocka_unit_test(test_predicates_of_texts),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_strip),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_pad),
        cmocka_unit_test(test_pad_over_all_bounds),
        cmocka_unit_test(test_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
