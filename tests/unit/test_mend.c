/* The mending of rendered text: escapes, and characters that break lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/mend.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT "<w:t xml:space=\"preserve\">"
#define PPR "<w:pPr><w:jc/></w:pPr>"
#define RPR "<w:rPr><w:b/></w:rPr>"
#define PAGE "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"

struct example {
    const char *text, *mended;
};

static void run(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct cvx_buf text = CVX_BUF_INIT;

        cvx_buf_puts(&text, examples[i].text);
        cvx_mend_text(&text);
        assert_false(text.failed);
        if (strcmp(text.data, examples[i].mended) != 0)
            fail_msg("%s\n  gave   %s\n  wanted %s", examples[i].text, text.data,
                     examples[i].mended);
        assert_int_equal(text.len, strlen(examples[i].mended));
        cvx_buf_done(&text);
    }
}

static void test_escapes(void **state)
{
    static const struct example examples[] = {
        {"", ""},
        {"a{b}c%d_e", "a{b}c%d_e"},
        {"{_{ x }_}{_% y %_}", "{{ x }}{% y %}"},
        {"{_{_{", "{{_{"},
        {"{_{_% %_}_}", "{{% %}}"}, /* one after the other, each on what is left */
        {"{_", "{_"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_lines(void **state)
{
    static const struct example examples[] = {
        {"\n<w:p>a\n<w:p b>", "<w:p>a<w:p b>"},
        {"\n\n<w:p>", "\n<w:p>"},
        {"\n<w:pPr>", "\n<w:pPr>"},
        {"a\n", "a\n"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_breaks(void **state)
{
    static const struct example examples[] = {
        {"<w:p><w:r><w:t>a\nb</w:t></w:r></w:p>",
         "<w:p><w:r><w:t>a</w:t><w:br/>" TEXT "b</w:t></w:r></w:p>"},
        {"<w:p>" PPR "<w:r>" RPR "<w:t>a\tb</w:t></w:r></w:p>",
         "<w:p>" PPR "<w:r>" RPR "<w:t>a</w:t></w:r><w:r>" RPR
         "<w:tab/></w:r><w:r>" RPR TEXT "b</w:t></w:r></w:p>"},
        {"<w:p>" PPR "<w:r>" RPR "<w:t>a\ab</w:t></w:r></w:p>",
         "<w:p>" PPR "<w:r>" RPR "<w:t>a</w:t></w:r></w:p><w:p>" PPR "<w:r>" RPR TEXT
         "b</w:t></w:r></w:p>"},
        {"<w:p>" PPR "<w:r><w:t>a\fb</w:t></w:r></w:p>",
         "<w:p>" PPR "<w:r><w:t>a</w:t></w:r></w:p>" PAGE "<w:p>" PPR "<w:r>" TEXT
         "b</w:t></w:r></w:p>"},
        /* Not in other texts, nor outside of a paragraph. */
        {"<w:p><w:r><w:instrText>a\n\t</w:instrText></w:r></w:p>",
         "<w:p><w:r><w:instrText>a\n\t</w:instrText></w:r></w:p>"},
        {"<w:r><w:t>a\n</w:t></w:r>", "<w:r><w:t>a\n</w:t></w:r>"},
        {"<w:p><w:t>a\n</w:t></w:p>", "<w:p><w:t>a\n</w:t></w:p>"},
        /* The properties of the paragraph mark are those of the first run. */
        {"<w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr><w:r>" RPR
         "<w:t>a\tb</w:t></w:r></w:p>",
         "<w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr><w:r>" RPR
         "<w:t>a</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:tab/></w:r>"
         "<w:r><w:rPr><w:i/></w:rPr>" TEXT "b</w:t></w:r></w:p>"},
        /* Behind a text box, the paragraph around it is over. */
        {"<w:p><w:r><w:t><w:p><w:r><w:t>a</w:t></w:r></w:p></w:t></w:r>"
         "<w:r><w:t>b\n</w:t></w:r></w:p>",
         "<w:p><w:r><w:t><w:p><w:r><w:t>a</w:t></w:r></w:p></w:t></w:r>"
         "<w:r><w:t>b\n</w:t></w:r></w:p>"},
        /* Properties on several lines are not seen. */
        {"<w:p><w:r><w:rPr>\n<w:b/></w:rPr><w:t>a\tb</w:t></w:r></w:p>",
         "<w:p><w:r><w:rPr>\n<w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:tab/></"
         "w:r><w:r>" TEXT "b</w:t></w:r></w:p>"},
        {"<w:p><w:r><w:t>\n\t\n</w:t></w:r></w:p>",
         "<w:p><w:r><w:t></w:t><w:br/>" TEXT "</w:t></w:r><w:r><w:tab/></w:r><w:r>" TEXT
         "</w:t><w:br/>" TEXT "</w:t></w:r></w:p>"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

/* A limit on the text holds for what the breaks add, too. */
static void test_limit(void **state)
{
    struct cvx_buf text = {.max = 2000};

    (void)state;
    cvx_buf_puts(&text, "<w:p><w:r><w:t>");
    for (int i = 0; i < 100; i++)
        cvx_buf_putc(&text, '\n');
    cvx_buf_puts(&text, "</w:t></w:r></w:p>");
    assert_false(text.failed);
    cvx_mend_text(&text);
    assert_true(text.failed);
    assert_true(text.over);
    cvx_buf_done(&text);
}

static void test_hostile(void **state)
{
    static const char *const units[] = {
        "\n",      "\n<w:p>",   "{_{",       "{_",
        "<w:p",    "<w:p>\n",   "<w:p><w:r", "<w:p><w:r>\n",
        "<w:pPr>", "<w:pPr>\n", "<w:rPr>\n", "</w:p>\n",
        "<w:r>\n", "<w:t>\n",   "<w:t\n",    "<w:p>\n</w:p>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        struct cvx_buf text = CVX_BUF_INIT;

        cvx_buf_puts(&text, "<w:p><w:r><w:t>");
        while (text.len < 200000)
            cvx_buf_puts(&text, units[i]);
        cvx_buf_puts(&text, "</w:t></w:r></w:p>");
        cvx_mend_text(&text);
        assert_false(text.failed);
        cvx_buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes), cmocka_unit_test(test_lines),
        cmocka_unit_test(test_breaks),  cmocka_unit_test(test_limit),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
