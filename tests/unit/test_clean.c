/* Tidied text: tables of cases, then every short text against the rules written out
 * naively, one pass over code points for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/buf.h>

#include "text/clean.h"
#include "text/unicode.h"

typedef void tidy_fn(struct cvx_buf *buf, struct cvx_span text);

static struct cvx_span span(const char *text)
{
    return (struct cvx_span){text, strlen(text)};
}

static void assert_tidy(tidy_fn *tidy, const char *from, const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    /* What stands before is not touched, blanks at its end neither. */
    cvx_buf_puts(&buf, "< ");
    tidy(&buf, span(from));
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
    assert_memory_equal(buf.data, "< ", 2);
    assert_string_equal(buf.data + 2, want);
    cvx_buf_done(&buf);
}

static void test_strip(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {" ", ""},
        {"a", "a"},
        {" a b ", "a b"},
        {"\t\n\v\f\r\x1c\x1d\x1e\x1f a\x1f\x1c\r ", "a"},
        {"\xc2\x85\u00a0\u1680\u2000\u200a\u2028\u2029é\u202f\u205f\u3000", "é"},
        {"\u200b a \u200b", "\u200b a \u200b"},
        {"\u3000\u3000", ""},
        {"\x1b x \x7f", "\x1b x \x7f"},
        {" 日本 ", "日本"},
        {" \U0001f600 ", "\U0001f600"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct cvx_span got = cvx_clean_strip(span(row[i][0]));
        assert_int_equal(got.len, strlen(row[i][1]));
        assert_memory_equal(got.p, row[i][1], got.len);
    }
}

static void test_normalise(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {"  a  b\tc  ", "a  b\tc"},
        {"a\u00a0b", "a b"},
        {"\u00a0a\u00a0", "a"},
        {"co\u00adoperate", "co-operate"},
        {"\u00ad", "-"},
        {"a\r\nb\rc\n\rd", "a\nb\nc\n\nd"},
        /* Line ends are folded before anything is dropped. */
        {"a\r\x01\nb", "a\n\nb"},
        {"\r\na\r\n", "a"},
        /* White space that XML forbids goes without leaving a blank. */
        {"a\vb\fc\x1c"
         "d\x1f"
         "e",
         "abcde"},
        {"\x01 \x02 a \x03 \x04", "a"},
        {"a\ufffe\uffff\x1b", "a"},
        {"a\xc2\x85\u2028\u2003b", "a\xc2\x85\u2028\u2003b"},
        {"\u2028a\u2003", "a"},
        {"\x7f\ufdd0\ufeff", "\x7f\ufdd0\ufeff"},
        {"\u00a9\u00ae \u2014 \uffee", "\u00a9\u00ae \u2014 \uffee"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_tidy(cvx_clean_normalise, row[i][0], row[i][1]);
}

static void test_clean(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {" \r\n\t ", ""},
        {"a b", "a b"},
        {"a  b\t\tc", "a b c"},
        {" a\u00a0\u2003\u3000b\r\n\r\nc\xc2\x85", "a b c"},
        {"a \x01 b", "a b"},
        {"a\vb", "ab"},
        {"a \v", "a"},
        {"a \u00ad b", "a - b"},
        {"\u00ad\u00ad", "--"},
        {"één  twee – drie", "één twee – drie"},
        {"日本\u3000語 ", "日本 語"},
        {"\u200b a", "\u200b a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_tidy(cvx_clean, row[i][0], row[i][1]);
}

static void test_comparable(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {" ., ", ""},
        {"C++, C#", "c c"},
        {"Hello,World!", "hello world"},
        {"(snake_case)  2½", "snake_case 2½"},
        {"a\vb\u00ad c", "ab c"},
        {"ÉCOLE «Σ» ΟΔΟΣ", "école σ οδος"},
        /* Combining marks are no word characters, also those that lower-casing makes. */
        {"e\u0301t", "e t"},
        {"İx", "i x"},
        {"東京、大阪", "東京 大阪"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_tidy(cvx_clean_comparable, row[i][0], row[i][1]);
}

/* A text as code points, for the rules written out. */
struct points {
    uint32_t c[64];
    size_t len;
};

static struct points decode(const char *text, size_t len)
{
    struct points points = {.len = 0};

    for (size_t i = 0, n; i < len; i += n)
        points.c[points.len++] = cvx_unicode_decode(text + i, text + len, &n);
    return points;
}

static void strip_points(struct points *points)
{
    size_t first = 0;

    while (points->len && cvx_unicode_is_space(points->c[points->len - 1]))
        points->len--;
    while (first < points->len && cvx_unicode_is_space(points->c[first]))
        first++;
    points->len -= first;
    memmove(points->c, points->c + first, points->len * sizeof(points->c[0]));
}

static void normalise_points(struct points *points)
{
    size_t n = 0;

    for (size_t i = 0; i < points->len; i++) {
        uint32_t c = points->c[i];
        if (c == '\r' && i + 1 < points->len && points->c[i + 1] == '\n')
            continue;
        points->c[n++] = c == 0xa0 ? ' ' : c == 0xad ? '-' : c == '\r' ? '\n' : c;
    }
    points->len = n;
    n = 0;
    for (size_t i = 0; i < points->len; i++)
        if (cvx_unicode_is_xml(points->c[i]))
            points->c[n++] = points->c[i];
    points->len = n;
    strip_points(points);
}

static void clean_points(struct points *points)
{
    size_t n = 0;

    normalise_points(points);
    for (size_t i = 0; i < points->len; i++) {
        bool blank = cvx_unicode_is_space(points->c[i]);
        if (!blank || !cvx_unicode_is_space(points->c[i - 1]))
            points->c[n++] = blank ? ' ' : points->c[i];
    }
    points->len = n;
}

static void assert_points(const struct cvx_buf *buf, const struct points *want)
{
    struct points got = decode(buf->data, buf->len);

    assert_int_equal(got.len, want->len);
    assert_memory_equal(got.c, want->c, want->len * sizeof(want->c[0]));
}

static void assert_as_the_rules(struct cvx_buf *buf, struct cvx_span text)
{
    struct points points = decode(text.p, text.len);

    cvx_buf_clear(buf);
    cvx_clean_normalise(buf, text);
    normalise_points(&points);
    assert_points(buf, &points);

    points = decode(text.p, text.len);
    cvx_buf_clear(buf);
    cvx_clean(buf, text);
    clean_points(&points);
    assert_points(buf, &points);

    points = decode(text.p, text.len);
    text = cvx_clean_strip(text);
    cvx_buf_clear(buf);
    cvx_buf_put(buf, text.p, text.len);
    strip_points(&points);
    assert_points(buf, &points);
}

#define PIECES 10
#define PIECES_MAX 5

/* Every text of up to five pieces, one of each fate and of each length among them. */
static void test_every_short_text(void **state)
{
    static const char *const piece[PIECES] = {
        "a", " ", "\r", "\n", "\u00a0", "\u00ad", "\v", "\u2003", "\uffff", "–"};
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_buf buf = CVX_BUF_INIT;
    unsigned count = 1;

    (void)state;
    for (int len = 0; len <= PIECES_MAX; len++, count *= PIECES) {
        for (unsigned i = 0; i < count; i++) {
            unsigned left = i;
            cvx_buf_clear(&text);
            for (int k = 0; k < len; k++, left /= PIECES)
                cvx_buf_puts(&text, piece[left % PIECES]);
            assert_as_the_rules(&buf, (struct cvx_span){text.data, text.len});
        }
    }
    cvx_buf_done(&text);
    cvx_buf_done(&buf);
}

static void put_char(struct cvx_buf *buf, uint32_t c)
{
    if (c < 0x80) {
        cvx_buf_putc(buf, (char)c);
    } else if (c < 0x800) {
        cvx_buf_putc(buf, (char)(0xc0 | c >> 6));
        cvx_buf_putc(buf, (char)(0x80 | (c & 0x3f)));
    } else {
        cvx_buf_putc(buf, (char)(c < 0x10000 ? 0xe0 | c >> 12 : 0xf0 | c >> 18));
        if (c >= 0x10000)
            cvx_buf_putc(buf, (char)(0x80 | (c >> 12 & 0x3f)));
        cvx_buf_putc(buf, (char)(0x80 | (c >> 6 & 0x3f)));
        cvx_buf_putc(buf, (char)(0x80 | (c & 0x3f)));
    }
}

static void test_every_character(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        cvx_buf_clear(&text);
        for (int i = 0; i < 4; i++) {
            put_char(&text, c);
            cvx_buf_putc(&text, "a b"[i % 3]);
        }
        put_char(&text, c);
        assert_as_the_rules(&buf, (struct cvx_span){text.data, text.len});
    }
    cvx_buf_done(&text);
    cvx_buf_done(&buf);
}

static void test_limit_latches(void **state)
{
    static tidy_fn *const tidy[] = {cvx_clean_normalise, cvx_clean, cvx_clean_comparable};

    (void)state;
    for (size_t i = 0; i < sizeof(tidy) / sizeof(tidy[0]); i++) {
        struct cvx_buf buf = {.max = 3};
        tidy[i](&buf, span(" abc"));
        assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
        assert_string_equal(buf.data, "abc");
        tidy[i](&buf, span("\u00a0 d\u2003"));
        assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ELIMIT);
        cvx_buf_done(&buf);
    }
}

static void test_no_text(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_span none = {NULL, 0};

    (void)state;
    cvx_clean_normalise(&buf, none);
    cvx_clean(&buf, none);
    cvx_clean_comparable(&buf, none);
    assert_int_equal(cvx_clean_strip(none).len, 0);
    assert_int_equal(buf.len, 0);
    assert_false(buf.failed);
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strip),
        cmocka_unit_test(test_normalise),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_comparable),
        cmocka_unit_test(test_every_short_text),
        cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_limit_latches),
        cmocka_unit_test(test_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
