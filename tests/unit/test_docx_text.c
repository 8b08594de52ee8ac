/* DOCX files read out as text: order of parts, lines, tables, each text once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>

#include "docx/wordml.h"
#include "input/docx_text.h"
#include "scratch.h"
#include "zipmake.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define MC "http://schemas.openxmlformats.org/markup-compatibility/2006"
#define STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define IN(ns, inner) "<w:x xmlns:w='" ns "' xmlns:mc='" MC "'>" inner "</w:x>"
#define BODY(inner) IN(W, "<w:body>" inner "</w:body>")
#define T(text) "<w:r><w:t>" text "</w:t></w:r>"
#define P(inner) "<w:p>" inner "</w:p>"
#define LINE(text) P(T(text))
#define ITEM(text) P("<w:pPr><w:numPr/></w:pPr>" T(text))
#define STYLED(style, text) P("<w:pPr><w:pStyle w:val='" style "'/></w:pPr>" T(text))
#define CELL(inner) "<w:tc>" inner "</w:tc>"
#define ROW(inner) "<w:tr>" inner "</w:tr>"
#define TABLE(inner) "<w:tbl>" inner "</w:tbl>"
#define BOX(inner) "<w:drawing><w:txbxContent>" inner "</w:txbxContent></w:drawing>"
#define CHOICES(inner) "<mc:AlternateContent>" inner "</mc:AlternateContent>"
#define CHOICE(inner) "<mc:Choice>" inner "</mc:Choice>"
#define FALLBACK(inner) "<mc:Fallback>" inner "</mc:Fallback>"
#define BOTH(inner) CHOICES(CHOICE(BOX(inner)) FALLBACK(BOX(inner)))

static const struct {
    const char *part, *text;
} k_parts[] = {
    {BODY(""), ""},
    {BODY(LINE("a") LINE("") LINE("b") LINE("  ")), "a\nb\n"},
    {IN(STRICT, "<w:body>" LINE("a") "</w:body>"), "a\n"},
    {BODY(P(T("a") "<w:r><w:br/></w:r>" T("b") "<w:r><w:tab/></w:r>" T("  c"))),
     "a\nb c\n"},
    /* lists */
    {BODY(ITEM("a") STYLED("ListParagraph", "b") STYLED("MyBullets", "c")
              STYLED("Heading1", "d")),
     "- a\n- b\n- c\nd\n"},
    {BODY(P("<w:pPr><w:numPr/></w:pPr>" T("a") "<w:br/>" T("b"))), "- a\nb\n"},
    /* tables */
    {BODY(LINE("x") TABLE(ROW(CELL(LINE("a")) CELL(LINE("b")) CELL(LINE("c")))
                              ROW(CELL(LINE("d")) CELL(LINE("e")))) LINE("y")),
     "x\na | b | c\nd | e\ny\n"},
    {BODY(TABLE(ROW(CELL(LINE("")) CELL(LINE("b"))) ROW(CELL(LINE("c")) CELL(LINE(""))))
              LINE("y")),
     "b\nc\ny\n"},
    {BODY(TABLE(ROW(CELL(LINE("Skills") LINE("C")) CELL(LINE("Jobs") LINE("Cook"))))),
     "Skills\nC\nJobs\nCook\n"},
    {BODY(TABLE(ROW(CELL(LINE("2019")) CELL(LINE("Cook") ITEM("soup")) CELL(LINE("z"))))),
     "2019 | Cook\n- soup\nz\n"},
    {BODY(TABLE(ROW(CELL(P(T("a") "<w:br/>" T("b"))) CELL(LINE("c"))))), "a\nb\nc\n"},
    /* two tables in a row; one within a cell */
    {BODY(TABLE(ROW(CELL(LINE("a")))) TABLE(ROW(CELL(LINE("b"))))), "a\nb\n"},
    {BODY(TABLE(ROW(CELL(LINE("a") TABLE(ROW(CELL(LINE("b")) CELL(LINE("c")))))
                        CELL(LINE("d"))))),
     "a\nb | c | d\n"},
    /* text boxes come once, behind the line that they are anchored in */
    {BODY(P(T("be") BOX(LINE("box") LINE("two")) T("fore")) LINE("after")),
     "before\nbox\ntwo\nafter\n"},
    {BODY(P(T("a") BOTH(LINE("x") LINE("x")) T("b"))), "ab\nx\nx\n"},
    {BODY(P(BOTH(P(T("x") BOTH(P(T("y") BOTH(LINE("z")))))))), "x\ny\nz\n"},
    /* of alternatives the first that has text */
    {BODY(P(CHOICES(CHOICE("<w:drawing/>") FALLBACK(T("x"))))), "x\n"},
    {BODY(P(
         CHOICES(CHOICE("<w:drawing/>") CHOICE(T("x")) CHOICE(T("y")) FALLBACK(T("z"))))),
     "x\n"},
    {BODY(P(T("a") CHOICES(CHOICE(T("x")) FALLBACK(T("y"))) T("b")
                CHOICES(CHOICE(T("x")) FALLBACK(T("y"))) T("c"))),
     "axbxc\n"},
    {BODY(CHOICES(CHOICE(LINE("x")) FALLBACK(LINE("x"))) LINE("y")), "x\ny\n"},
    /* a branch that stands nowhere is an element like any other */
    {BODY(P(T("a") FALLBACK(T("b")))), "ab\n"},
    /* what was moved, deleted, or is no text */
    {BODY(P("<w:moveFrom>" T("m") "</w:moveFrom>" T("a"))
              P("<w:moveTo>" T("m") "</w:moveTo>")),
     "a\nm\n"},
    {BODY(P("<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:instrText>no"
            "</w:instrText>" T("a"))),
     "a\n"},
    {BODY(LINE("a&#x7;&#xA0;b&#xAD;c")), "a b-c\n"},
    /* broken off within a branch, within a row */
    {"<w:x xmlns:w='" W "'><w:body><w:tbl><w:tr><w:tc><w:p><w:t>a</w:t></w:p></w:tc>"
     "<w:tc><w:p><w:t>b",
     "a | b\n"},
};

/* The other reading of the same part stays as it was. */
static void check_default(const char *part)
{
    struct cvx_paragraphs all = {0};
    assert_int_equal(cvx_wordml_read(part, strlen(part), &all, NULL), CVX_OK);
    for (size_t i = 0; i < all.count; i++)
        assert_false(all.items[i].row || all.items[i].cell || all.items[i].in_cell);
    cvx_paragraphs_done(&all);
}

static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_parts); i++) {
        struct cvx_paragraphs paragraphs = {0};
        struct cvx_buf text = CVX_BUF_INIT;
        struct cvx_err err;
        const char *part = k_parts[i].part;
        assert_int_equal(cvx_wordml_read_once(part, strlen(part), &paragraphs, &err),
                         CVX_OK);
        assert_int_equal(cvx_docx_text_lines(&paragraphs, &text, &err), CVX_OK);
        if (strcmp(text.len ? text.data : "", k_parts[i].text) != 0)
            fail_msg("%s\nwanted: %s\nfound: %s", part, k_parts[i].text, text.data);
        cvx_paragraphs_done(&paragraphs);
        cvx_buf_done(&text);
        check_default(part);
    }
}

/* ---- packages ---- */

static struct scratch g_scratch;

static int set_up(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    cvx_wordml_init();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

struct part {
    const char *name, *text;
};

static const char *save(const struct part *parts, size_t count)
{
    static char path[512];
    struct zipmake zip;
    zipmake_init(&zip, NULL, 0);
    for (size_t i = 0; i < count && parts[i].name; i++)
        zipmake_text(&zip, parts[i].name, parts[i].text);
    zipmake_finish(&zip, NULL);
    scratch_path(&g_scratch, "x.docx", path, sizeof(path));
    assert_true(zipmake_save(&zip, path));
    zipmake_done(&zip);
    return path;
}

static const struct {
    struct part parts[8];
    const char *text, *fails, *issues;
} k_packages[] = {
    {{{"word/document.xml", BODY(LINE("a"))}}, "a\n", NULL, ""},
    {{{"word/footnotes.xml", IN(W, LINE("note"))},
      {"word/endnotes.xml", IN(W, LINE("end"))},
      {"word/footer1.xml", IN(W, LINE("foot"))},
      {"word/document.xml", BODY(LINE("body") LINE("body2"))},
      {"word/header2.xml", IN(W, LINE("head2"))},
      {"word/header1.xml", IN(W, LINE("head1") LINE("x"))},
      {"word/comments.xml", IN(W, LINE("no"))}},
     "head1\nx\n\nhead2\n\nbody\nbody2\n\nnote\n\nend\n\nfoot\n",
     NULL,
     ""},
    /* equal headers once, empty ones never */
    {{{"word/header1.xml", IN(W, "")},
      {"word/header2.xml", IN(W, LINE("Ana"))},
      {"word/header3.xml", IN(W, P(T("An") T("a")))},
      {"word/header4.xml", IN(W, LINE("Ana") LINE("2"))},
      {"word/footer1.xml", IN(W, LINE("Ana"))},
      {"word/document.xml", BODY(LINE("Ana"))}},
     "Ana\n\nAna\n2\n\nAna\n",
     NULL,
     ""},
    {{{"word/header1.xml", ""},
      {"word/footer1.xml", "no markup"},
      {"word/document.xml", BODY(LINE("a"))}},
     "a\n",
     NULL,
     "warnings: header part unreadable: word/header1.xml, "
     "footer part unreadable: word/footer1.xml"},
    {{{"_rels/.rels", "<Relationships><Relationship Id='r' Type='http://x/relationships/"
                      "officeDocument' Target='/odd/main.xml'/></Relationships>"},
      {"odd/main.xml", BODY(LINE("right"))},
      {"odd/header1.xml", IN(W, LINE("head"))},
      {"word/header1.xml", IN(W, LINE("wrong"))}},
     "head\n\nright\n",
     NULL,
     ""},
    {{{"word/document.xml", BODY(LINE("old"))}, {"word/document.xml", BODY(LINE("new"))}},
     "new\n",
     NULL,
     "warnings: duplicate part: word/document.xml (the last one counts)"},
    {{{"word/document.xml", "text"}}, NULL, "main document part is not readable XML", ""},
    {{{"word/other.xml", BODY(LINE("a"))}}, NULL, "no main document part", ""},
};

static void test_packages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_packages); i++) {
        struct cvx_buf text = CVX_BUF_INIT, said = CVX_BUF_INIT;
        struct cvx_issues issues = {0};
        struct cvx_err err;
        const char *path = save(k_packages[i].parts, COUNT(k_packages[i].parts));
        int rc = cvx_docx_text_read(path, &text, &issues, &err);
        if (k_packages[i].fails) {
            assert_int_equal(rc, CVX_EFORMAT);
            assert_string_equal(cvx_err_top(&err), k_packages[i].fails);
        } else {
            assert_int_equal(rc, CVX_OK);
            if (strcmp(text.data, k_packages[i].text) != 0)
                fail_msg("%zu: %s", i, text.data);
        }
        cvx_issues_print(&issues, &said);
        assert_string_equal(said.len ? said.data : "", k_packages[i].issues);
        cvx_issues_done(&issues);
        cvx_buf_done(&said);
        cvx_buf_done(&text);
    }
}

static void expect_failure(const char *path, int rc, const char *says)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_issues issues = {0};
    struct cvx_err err;
    int got = cvx_docx_text_read(path, &text, &issues, &err);
    if (got != rc || !strstr(cvx_err_top(&err), says))
        fail_msg("%d, %s", got, cvx_err_top(&err));
    cvx_issues_done(&issues);
    cvx_buf_done(&text);
}

static void test_hostile(void **state)
{
    struct cvx_buf part = CVX_BUF_INIT;
    char path[512];
    (void)state;
    scratch_path(&g_scratch, "text.docx", path, sizeof(path));
    scratch_write(&g_scratch, "text.docx", "text", 4);
    expect_failure(path, CVX_EFORMAT, "not a zip archive");

    /* more text than is ever sent, in one part and over many */
    cvx_buf_puts(&part, "<w:x xmlns:w='" W "'>");
    for (size_t i = 0; i < CVX_TEXT_MAX / 20 / 3 * 2; i++)
        cvx_buf_printf(&part, "<w:p><w:t>%019zu</w:t></w:p>", i * 7919);
    struct part two[] = {{"word/document.xml", part.data},
                         {"word/header1.xml", part.data}};
    expect_failure(save(two, 2), CVX_ELIMIT, "the limit is 1048576");

    cvx_buf_clear(&part);
    for (size_t i = 0; i <= CVX_XML_DEPTH_MAX; i++)
        cvx_buf_puts(&part, "<a>");
    struct part deep[] = {{"word/document.xml", BODY(LINE("a"))},
                          {"word/footer1.xml", part.data}};
    expect_failure(save(deep, 2), CVX_ELIMIT,
                   "part 'word/footer1.xml': XML elements are nested 513 deep");
    cvx_buf_done(&part);
}

/* Boxes in boxes, each in two alternatives: 2^40 texts for a reader that takes both. */
static void test_nested_choices(void **state)
{
    enum { LEVELS = 40 };
    struct cvx_buf part = CVX_BUF_INIT, text = CVX_BUF_INIT;
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_err err;
    (void)state;
    cvx_buf_puts(&part, "<w:x xmlns:w='" W "'>");
    for (int i = 0; i < LEVELS; i++)
        cvx_buf_printf(&part,
                       "<w:p><w:t>%d</w:t><AlternateContent><Choice><w:t>c</w:t>"
                       "</Choice><Fallback><w:t>f</w:t></Fallback>"
                       "</AlternateContent><w:txbxContent>",
                       i);
    for (int i = 0; i < LEVELS; i++)
        cvx_buf_puts(&part, "</w:txbxContent></w:p>");
    cvx_buf_puts(&part, "</w:x>");
    assert_int_equal(cvx_wordml_read_once(part.data, part.len, &paragraphs, &err),
                     CVX_OK);
    assert_int_equal(paragraphs.count, LEVELS);
    assert_int_equal(cvx_docx_text_lines(&paragraphs, &text, &err), CVX_OK);
    assert_null(strchr(text.data, 'f'));
    assert_non_null(strstr(text.data, "0c\n1c\n"));
    assert_non_null(strstr(text.data, "\n39c\n"));
    cvx_paragraphs_done(&paragraphs);
    cvx_buf_done(&part);
    cvx_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_packages),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_nested_choices),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
