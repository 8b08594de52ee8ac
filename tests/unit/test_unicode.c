/* Characters as Python 3.11 sees them: the digests and the lists come from
 * stages/text/gen_unicode.py and from str.upper and str.lower themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/buf.h>

#include "text/unicode.h"
#include "text/unicode_tables.h"

#define POINTS 0x110000u

typedef void case_change(struct cvx_buf *buf, const char *p, size_t len);

static bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdfff;
}

static size_t encode(uint32_t c, char *ret)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    for (size_t i = len; i-- > 1; c >>= 6)
        ret[i] = (char)(0x80 | (c & 0x3f));
    ret[0] = (char)(lead[len == 1 ? 0 : len] | c);
    return len;
}

static uint64_t fnv(uint64_t digest, const void *data, size_t len)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < len; i++)
        digest = (digest ^ p[i]) * 0x100000001b3u;
    return digest;
}

#define FNV_START 0xcbf29ce484222325u

static void test_decode(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < POINTS; c++) {
        char text[4];
        size_t len;
        if (is_surrogate(c))
            continue;
        size_t want = encode(c, text);
        assert_int_equal(cvx_unicode_decode(text, text + want, &len), c);
        assert_int_equal(len, want);
    }
}

static void test_decode_stays_inside(void **state)
{
    static const char cut[] = {'\xf0'};
    size_t len;

    (void)state;
    (void)cvx_unicode_decode(cut, cut + sizeof(cut), &len);
    assert_int_equal(len, 1);
}

static void test_classes(void **state)
{
    static const struct {
        uint32_t c;
        bool space, digit, word;
    } row[] = {{' ', true, false, false},      {'\t', true, false, false},
               {0x1b, false, false, false},    {0x1c, true, false, false},
               {0x1f, true, false, false},     {'0', false, true, true},
               {'9', false, true, true},       {':', false, false, false},
               {'_', false, false, true},      {'`', false, false, false},
               {'z', false, false, true},      {0x7f, false, false, false},
               {0x85, true, false, false},     {0xa0, true, false, false},
               {0xb2, false, false, true},     {0xbc, false, false, true},
               {0x200b, false, false, false},  {0x2028, true, false, false},
               {0x180e, false, false, false},  {0x3000, true, false, false},
               {0x301, false, false, false},   {0x663, false, true, true},
               {0x2167, false, false, true},   {0x4e00, false, false, true},
               {0x1d7ff, false, true, true},   {0x1d7cd, false, false, false},
               {0x10ffff, false, false, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        assert_int_equal(cvx_unicode_is_space(row[i].c), row[i].space);
        assert_int_equal(cvx_unicode_is_digit(row[i].c), row[i].digit);
        assert_int_equal(cvx_unicode_is_word(row[i].c), row[i].word);
    }
}

static void test_classes_of_every_character(void **state)
{
    uint64_t digest = FNV_START;

    (void)state;
    for (uint32_t c = 0; c < POINTS; c++) {
        if (is_surrogate(c))
            continue;
        unsigned char flags = cvx_unicode_is_space(c) ? CVX_UNICODE_SPACE : 0;
        flags |= cvx_unicode_is_digit(c) ? CVX_UNICODE_DIGIT : 0;
        flags |= cvx_unicode_is_word(c) ? CVX_UNICODE_WORD : 0;
        digest = fnv(digest, &flags, 1);
    }
    assert_true(digest == 0x0d73404fbdfa92d4u);
}

static void test_printable_of_every_character(void **state)
{
    uint64_t digest = FNV_START;

    (void)state;
    for (uint32_t c = 0; c < POINTS; c++) {
        unsigned char hidden = !cvx_unicode_is_printable(c);
        if (!is_surrogate(c))
            digest = fnv(digest, &hidden, 1);
    }
    assert_true(digest == 0x146a268b83d66de5u);
}

static void test_xml_characters(void **state)
{
    static const struct {
        uint32_t first, last;
    } allowed[] = {
        {0x9, 0xa}, {0xd, 0xd}, {0x20, 0xd7ff}, {0xe000, 0xfffd}, {0x10000, 0x10ffff}};

    (void)state;
    for (uint32_t c = 0; c < POINTS + 2; c++) {
        bool want = false;
        for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
            want = want || (c >= allowed[i].first && c <= allowed[i].last);
        assert_int_equal(cvx_unicode_is_xml(c), want);
    }
}

static void test_caseless_letters(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 26; i++) {
        const uint32_t *c = cvx_unicode_tables_caseless[i];
        assert_int_equal(c[0], 'A' + i);
        assert_int_equal(c[1], 'a' + i);
        assert_int_equal(c[2], i == 'i' - 'a'   ? 0x130
                               : i == 'k' - 'a' ? 0x212a
                               : i == 's' - 'a' ? 0x17f
                                                : 0);
        assert_int_equal(c[3], i == 'i' - 'a' ? 0x131 : 0);
    }
}

static void assert_case(case_change *change, const char *from, const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    cvx_buf_puts(&buf, "<");
    change(&buf, from, strlen(from));
    cvx_buf_puts(&buf, ">");
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
    assert_int_equal(buf.len, strlen(want) + 2);
    assert_memory_equal(buf.data + 1, want, strlen(want));
    cvx_buf_done(&buf);
}

static void test_upper(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {"@az[`AZ{09", "@AZ[`AZ{09"},
        {"straße", "STRASSE"},
        {"ﬁﬂﬃ x", "FIFLFFI X"},
        {"\u0149 \u0390 \u0587", "\u02bcN \u0399\u0308\u0301 \u0535\u0552"},
        {"\u017f \u0131 i\u0307", "S I I\u0307"},
        {"οδός", "ΟΔΌΣ"},
        {"ΣΣ", "ΣΣ"},
        {"ᾳ ᾼ ǆ ǅ", "ΑΙ ΑΙ Ǆ Ǆ"},
        {"𐐨 日本", "𐐀 日本"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_case(cvx_unicode_upper, row[i][0], row[i][1]);
}

static void test_lower(void **state)
{
    static const char *const row[][2] = {
        {"", ""},
        {"@AZ[`az{09", "@az[`az{09"},
        {"STRASSE ẞ", "strasse ß"},
        {"\u0130I \u212a \u212b", "i\u0307i k \u00e5"},
        {"Σ", "σ"},
        {"ΣΑΣ ΟΔΟΣ", "σας οδος"},
        {"ΑΣ.", "ας."},
        {"Α.Σ", "α.ς"},
        {"ΑΣ.Α", "ασ.α"},
        {"ΑΣ Α", "ας α"},
        {"ΑΣΣΣ", "ασσς"},
        {"1Σ", "1σ"},
        {"A1Σ", "a1σ"},
        /* The apostrophe and the soft hyphen are passed over ... */
        {"A'Σ", "a'ς"},
        {"AΣ'B", "aσ'b"},
        {"A\u00adΣ\u0301", "a\u00adς\u0301"},
        /* ... and so is what is cased and ignorable at once. */
        {"\u02b0Σ", "\u02b0σ"},
        {"A\u02b0Σ\u0345", "a\u02b0ς\u0345"},
        {"𐐀Σ", "𐐨ς"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_case(cvx_unicode_lower, row[i][0], row[i][1]);
}

/* The digest of the changed texts head + c + tail, a NUL after each, over all
 * characters. */
static uint64_t case_digest(case_change *change, const char *head, const char *tail)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    uint64_t digest = FNV_START;

    for (uint32_t c = 0; c < POINTS; c++) {
        char text[16] = {0};
        if (is_surrogate(c))
            continue;
        size_t len = strlen(head);
        memcpy(text, head, len);
        len += encode(c, text + len);
        memcpy(text + len, tail, strlen(tail));
        cvx_buf_clear(&buf);
        change(&buf, text, len + strlen(tail));
        assert_false(buf.failed);
        digest = fnv(digest, buf.data, buf.len + 1);
    }
    cvx_buf_done(&buf);
    return digest;
}

static void test_case_of_every_character(void **state)
{
    (void)state;
    assert_true(case_digest(cvx_unicode_upper, "", "") == 0x4d01f625ce40b230u);
    assert_true(case_digest(cvx_unicode_lower, "", "") == 0xde73778c0d8d4c9cu);
}

static void test_sigma_beside_every_character(void **state)
{
    (void)state;
    assert_true(case_digest(cvx_unicode_lower, "A", "Σ") == 0xfa94e718f2cadfb7u);
    assert_true(case_digest(cvx_unicode_lower, "AΣ", "B") == 0x2890bbbfeb2ffbd9u);
}

/* Long runs are handed on in pieces, which must not show: every offset of the cuts. */
static void test_long_runs(void **state)
{
    static const struct {
        const char *head, *from, *to;
    } row[] = {{"", "ä", "Ä"},
               {"", "\u0390", "\u0399\u0308\u0301"},
               {"é", "\u1e96", "H\u0331"},
               {"", "𐐨", "𐐀"},
               {"é", "𐐨", "𐐀"},
               {"ééé", "日", "日"}};

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct cvx_buf text = CVX_BUF_INIT;
        struct cvx_buf want = CVX_BUF_INIT;
        struct cvx_buf got = CVX_BUF_INIT;
        cvx_buf_puts(&text, row[i].head);
        cvx_unicode_upper(&want, row[i].head, strlen(row[i].head));
        for (int n = 0; n < 300; n++) {
            cvx_buf_puts(&text, row[i].from);
            cvx_buf_puts(&want, row[i].to);
            cvx_buf_clear(&got);
            cvx_unicode_upper(&got, text.data, text.len);
            assert_int_equal(got.len, want.len);
            assert_memory_equal(got.data, want.data, want.len);
        }
        cvx_buf_done(&text);
        cvx_buf_done(&want);
        cvx_buf_done(&got);
    }
}

static void test_limit_latches(void **state)
{
    struct cvx_buf buf = {.max = 5};

    (void)state;
    cvx_unicode_upper(&buf, "ßß", 4);
    assert_false(buf.failed);
    cvx_unicode_upper(&buf, "ß", 2);
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ELIMIT);
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_decode_stays_inside),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_classes_of_every_character),
        cmocka_unit_test(test_printable_of_every_character),
        cmocka_unit_test(test_xml_characters),
        cmocka_unit_test(test_caseless_letters),
        cmocka_unit_test(test_upper),
        cmocka_unit_test(test_lower),
        cmocka_unit_test(test_case_of_every_character),
        cmocka_unit_test(test_sigma_beside_every_character),
        cmocka_unit_test(test_long_runs),
        cmocka_unit_test(test_limit_latches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
