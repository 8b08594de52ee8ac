/* HTML and plain text as an extraction reads them: lines, marks, encodings, what is refused.
 * What pages of the web need beyond that is in test_page_text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <cvextract/limits.h>

#include "input/collect.h"
#include "input/html.h"
#include "input/text_input.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(text) text, sizeof(text) - 1
#define PLAIN CVX_TEXT_INPUT_PLAIN
#define HTML CVX_TEXT_INPUT_HTML

static const struct {
    enum cvx_text_input_kind kind;
    const char *data;
    size_t len;
    const char *text; /* or, beginning with '!', what is wrong with it */
} k_inputs[] = {
    {PLAIN, BYTES("Ana\r\n\r\n  - one\ttwo\x02\n"), "Ana\n\n  - one\ttwo\n"},
    {PLAIN, BYTES("caf\xe9"), "caf\u00e9"},
    {PLAIN,
     BYTES("\xff\xfe"
           "A\0n\0a\0"),
     "Ana"},
    {PLAIN, BYTES("# Ana <b>Ruiz</b>\n* x"), "# Ana <b>Ruiz</b>\n* x"},
    {PLAIN, BYTES(""), ""},
    {PLAIN, BYTES("%PDF-1.7 ..."), "!a PDF file, not text"},
    {PLAIN, BYTES("PK\3\4 ..."), "!a zip archive (perhaps a .docx), not text"},
    {PLAIN, BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
     "!an old Office file (OLE), not text"},
    {PLAIN, BYTES("{\\rtf1 Ana}"), "!an RTF file, not text"},
    {PLAIN, BYTES("\x89PNG\r\n"), "!a picture, not text"},
    /* UTF-16 that does not say so */
    {PLAIN, BYTES("A\0n\0a\0"),
     "!binary data, not text (3 control characters in 6 bytes)"},
    {HTML, BYTES("%PDF-1.7 ..."), "!a PDF file, not text"},
    {HTML, BYTES("<p>a\0b"), "!binary data, not HTML"},
    {HTML, BYTES("<p>One  two\n three<p>four<br>five"), "One two three\nfour\nfive\n"},
    {HTML, BYTES("<nav>home</nav><h1>Ana</h1>"), "home\nAna\n"},
    {HTML, BYTES("<ul><li>a<li><p>b</p><p>c</p><li><ol><li>d</ol></ul>e"),
     "- a\n- b\nc\n- d\ne\n"},
    {HTML, BYTES("<ul><li></ul>x"), "x\n"},
    {HTML, BYTES("<pre>a\n  b  c\n\nd</pre>e\nf"), "a\nb c\nd\ne f\n"},
    {HTML, BYTES("<table><tr><td>a<td>b<tr><td>c</table>"), "a\nb\nc\n"},
    {HTML, BYTES("<script>no</script><style>no</style><p hidden>no</p>yes"), "yes\n"},
    {HTML, BYTES("<meta charset=iso-8859-2><p>\xb3"), "\u0142\n"},
    {HTML, BYTES("<p>caf\xe9 \x80"), "caf\u00e9 \u20ac\n"},
    {HTML, BYTES("\xff\xfe<\0p\0>\0\xf6\0"), "\u00f6\n"},
    {HTML, BYTES("\xef\xbb\xbf<p>\xc3\xb6"), "\u00f6\n"},
    {HTML, BYTES("<p>a&#1;b&#x9b;c\x02"), "abc\n"},
    {HTML, BYTES("no tags"), "no tags\n"},
    {HTML, BYTES(""), ""},
};

static void test_inputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_inputs); i++) {
        struct cvx_buf text = CVX_BUF_INIT;
        struct cvx_err err;
        const char *wanted = k_inputs[i].text;
        int rc = cvx_text_input_from(k_inputs[i].data, k_inputs[i].len, k_inputs[i].kind,
                                     &text, &err);
        if (wanted[0] == '!') {
            assert_int_equal(rc, CVX_EFORMAT);
            assert_string_equal(cvx_err_top(&err), wanted + 1);
        } else {
            assert_int_equal(rc, CVX_OK);
            if (strcmp(text.len ? text.data : "", wanted) != 0)
                fail_msg("%zu: wanted '%s', found '%s'", i, wanted, text.data);
        }
        cvx_buf_done(&text);
    }
}

static void test_kinds(void **state)
{
    static const struct {
        const char *path;
        enum cvx_text_input_kind kind;
    } cases[] = {
        {"a/b.docx", CVX_TEXT_INPUT_DOCX},
        {"B.DOCX", CVX_TEXT_INPUT_DOCX},
        {"x.txt", PLAIN},
        {"x.Text", PLAIN},
        {"x.md", PLAIN},
        {"x.markdown", PLAIN},
        {"x.html", HTML},
        {"x.HTM", HTML},
        {"x.xhtml", HTML},
        {"x.pdf", CVX_TEXT_INPUT_PDF},
        {"x.doc", CVX_TEXT_INPUT_OTHER},
        {"docx", CVX_TEXT_INPUT_OTHER},
        {"", CVX_TEXT_INPUT_OTHER},
        {"x.txt/y", CVX_TEXT_INPUT_OTHER},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(cvx_text_input_kind_of(cases[i].path), cases[i].kind);
}

static void test_too_little(void **state)
{
    static const struct {
        const char *text;
        size_t letters; /* 40: enough */
    } cases[] = {
        {"", 0},
        {" \n\t 2019 - 2020, +49 123 456 789 ______________________________", 0},
        {"Ana Ruiz\n2019 - 2020 | Cook", 11},
        {"abcdefghij abcdefghij abcdefghij abcdefghi", 39},
        {"abcdefghij abcdefghij abcdefghij abcdefghij", 40},
        {"\u6771\u4eac\u6771\u4eac", 4},
    };
    struct cvx_err err;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf says = CVX_BUF_INIT;
        int rc = cvx_text_input_check(cases[i].text, strlen(cases[i].text), &err);
        assert_int_equal(rc, cases[i].letters < 40 ? CVX_EFORMAT : CVX_OK);
        cvx_buf_printf(&says, "too little text (%zu characters) to be a CV",
                       cases[i].letters);
        if (rc)
            assert_string_equal(cvx_err_top(&err), says.data);
        cvx_buf_done(&says);
    }
}

static int read_html(const struct cvx_buf *html, struct cvx_buf *text,
                     struct cvx_err *err)
{
    return cvx_text_input_from(html->data, html->len, HTML, text, err);
}

/* What costs too much ends the file, with the limit's name; nothing is cut in silence. */
static void test_limits(void **state)
{
    struct cvx_buf html = CVX_BUF_INIT, text = CVX_BUF_INIT;
    struct cvx_err err;
    (void)state;
    for (int i = 0; i < 100000; i++)
        cvx_buf_puts(&html, "<div>");
    cvx_buf_puts(&html, "deep");
    assert_int_equal(read_html(&html, &text, &err), CVX_ELIMIT);
    assert_non_null(strstr(cvx_err_top(&err), "nested over 512 deep"));

    cvx_buf_clear(&html);
    cvx_buf_puts(&html, "<p");
    for (int i = 0; i < 5000; i++)
        cvx_buf_printf(&html, " a%d=%d", i, i);
    cvx_buf_puts(&html,
                 ">x</p><p>and what follows, over more than one piece of input</p>");
    for (int i = 0; i < 5000; i++)
        cvx_buf_puts(&html, "<p>more");
    assert_int_equal(read_html(&html, &text, &err), CVX_ELIMIT);
    assert_non_null(strstr(cvx_err_top(&err), "1024 attributes"));

    cvx_buf_clear(&html);
    for (size_t i = 0; i < CVX_TEXT_MAX / 10 + 10; i++)
        cvx_buf_puts(&html, "<p>123456789");
    assert_int_equal(read_html(&html, &text, &err), CVX_ELIMIT);
    assert_non_null(strstr(cvx_err_top(&err), "1048576"));
    assert_int_equal(text.len, 0);

    assert_int_equal(cvx_text_input_from(html.data, CVX_TEXT_MAX + 1, PLAIN, &text, &err),
                     CVX_ELIMIT);
    assert_string_equal(
        cvx_err_top(&err),
        "the document has 1048577 bytes of text or more, the limit is 1048576");
    cvx_buf_done(&html);
    cvx_buf_done(&text);
}

struct links {
    struct cvx_buf said;
    int rc;
};

static int on_link(void *user, const char *base, const char *href, struct cvx_span words)
{
    struct links *links = user;
    cvx_buf_printf(&links->said, "[%s] %s (%.*s)\n", base, href, (int)words.len, words.p);
    return links->rc;
}

static void test_links(void **state)
{
    static const char data[] = "<base href=x><base href=http://b/><a href=' /a '>A <b>b"
                               "</b></a><a name=n>c</a><a href=d>d<a href=e>e";
    struct links links = {.rc = CVX_OK};
    struct cvx_html_source source = {.data = data,
                                     .len = sizeof(data) - 1,
                                     .max_chars = 4,
                                     .on_link = on_link,
                                     .user = &links};
    struct cvx_html_text text = {0};
    struct cvx_err err;
    (void)state;
    assert_int_equal(cvx_html_read(&source, &text, &err), CVX_OK);
    assert_string_equal(links.said.data,
                        "[http://b/]  /a  (A b)\n[http://b/] d (d)\n[http://b/] e (e)\n");
    assert_string_equal(text.text.data, "A bc\n");
    assert_true(text.cut);
    assert_false(text.ended);
    cvx_buf_done(&text.text);
    links.rc = CVX_ENOMEM;
    text = (struct cvx_html_text){0};
    assert_int_equal(cvx_html_read(&source, &text, &err), CVX_ENOMEM);
    assert_null(text.text.data);
    cvx_buf_done(&links.said);
}

static void test_collect(void **state)
{
    static char wide[CVX_COLLECT_LINE_MAX];
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_collect collect = {.text = &text, .max_chars = 8};
    (void)state;
    memset(wide, 'x', sizeof(wide));
    cvx_collect_end(&collect, true, "- "); /* nothing in it */
    cvx_collect_add(&collect, " \t ", 3);
    cvx_collect_end(&collect, true, "- ");
    cvx_collect_add(&collect, "a\xff\xc3\xb6 ", 5);
    cvx_collect_add(&collect, " b", 2);
    cvx_collect_end(&collect, false, "- ");
    assert_string_equal(text.data, "- a\u00f6 b\n");
    assert_int_equal(collect.chars, 4);
    assert_int_equal(collect.own_chars, 0);
    assert_false(collect.cut);
    cvx_collect_add(&collect, "c", 1);
    cvx_collect_add(&collect, wide, sizeof(wide)); /* too much for one line */
    assert_true(collect.cut);
    cvx_collect_add(&collect, "defgh", 5);
    cvx_collect_end(&collect, true, NULL);
    assert_string_equal(text.data, "- a\u00f6 b\ncdef\n");
    assert_int_equal(collect.own_chars, 4);
    cvx_collect_add(&collect, "i", 1);
    cvx_collect_end(&collect, true, NULL);
    assert_string_equal(text.data, "- a\u00f6 b\ncdef\n");
    cvx_buf_done(&collect.line);
    cvx_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs),     cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_too_little), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_links),      cmocka_unit_test(test_collect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
