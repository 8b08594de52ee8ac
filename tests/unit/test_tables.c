/* Table grids that are made to fit, and drawings that are numbered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

#include <cvextract/buf.h>
#include <cvextract/limits.h>

#include "docx/xmltree.h"
#include "render/tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define D "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define BODY(x) "<w:body xmlns:w=\"" W "\" xmlns:wp=\"" D "\">" x "</w:body>"
#define GRID(x) "<w:tblGrid>" x "</w:tblGrid>"
#define COL(v) "<w:gridCol w:w=\"" v "\"/>"
#define ROW(x) "<w:tr>" x "</w:tr>"
#define TC "<w:tc/>"
#define SPAN(v) "<w:tc><w:tcPr><w:gridSpan w:val=\"" v "\"/></w:tcPr></w:tc>"
#define TBL(grid, rows) "<w:tbl>" grid rows "</w:tbl>"

/* The fixed text, or the error's. */
static int fix(const char *text, struct cvx_buf *ret)
{
    xmlDocPtr doc = NULL;
    struct cvx_err err;
    int rc;

    cvx_err_init(&err);
    assert_int_equal(cvx_xmltree_recover(text, strlen(text), &doc, &err), CVX_OK);
    rc = cvx_tables_fix(xmlDocGetRootElement(doc), &err);
    if (rc)
        cvx_buf_puts(ret, cvx_err_root(&err));
    else
        cvx_xmltree_put(ret, doc, xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
    return rc;
}

static void test_fix(void **state)
{
    static const struct {
        const char *text, *fixed; /* NULL: as it was */
    } examples[] = {
        {BODY(TBL(GRID(COL("10") COL("20")), ROW(TC TC))), NULL},
        /* More cells than columns: the width is shared out in proportion. */
        {BODY(TBL(GRID(COL("10") COL("20")), ROW(TC TC TC))),
         BODY(TBL(GRID(COL("6") COL("13") COL("10")), ROW(TC TC TC)))},
        {BODY(TBL(GRID(COL("1000")), ROW(TC) ROW(TC TC TC))),
         BODY(TBL(GRID(COL("333") COL("333") COL("333")), ROW(TC) ROW(TC TC TC)))},
        {BODY(TBL(GRID(COL("99999999999999999999") COL("20")), ROW(TC TC TC))),
         BODY(TBL(GRID(COL("66666666666666663936") COL("13") COL("33333333333333331968")),
                  ROW(TC TC TC)))},
        {BODY(TBL(GRID(COL(" 1_0 ") COL("2e1")), ROW(TC TC TC))),
         BODY(TBL(GRID(COL("6") COL("13") COL("10")), ROW(TC TC TC)))},
        /* Without a width there is nothing to share. */
        {BODY(TBL(GRID("<w:gridCol/><w:gridCol/>"), ROW(TC TC TC))), NULL},
        {BODY(TBL(GRID(COL("0")), ROW(TC TC))), NULL},
        {BODY(TBL(GRID(COL("nan") COL("5")), ROW(TC TC TC))), NULL},
        {BODY(TBL(GRID(""), ROW(TC))), NULL},
        /* Fewer: the last ones go, and their width is shared out. */
        {BODY(TBL(GRID(COL("10") COL("20") COL("30")), ROW(TC))),
         BODY(TBL(GRID(COL("60")), ROW(TC)))},
        {BODY(TBL(GRID(COL("10") COL("3.5") COL("20")), ROW(TC TC))),
         BODY(TBL(GRID(COL("20") COL("13")), ROW(TC TC)))},
        {BODY(TBL(GRID(COL("10") COL("20") COL("30")), ROW(SPAN("2")))),
         BODY(TBL(GRID(COL("25") COL("35")), ROW(SPAN("2"))))},
        {BODY(TBL(GRID(COL("10") COL("20")), ROW(""))),
         BODY(TBL("<w:tblGrid/>", "<w:tr/>"))},
        {BODY(TBL(GRID(COL("10") COL("20")), ROW(SPAN("-1") TC))),
         BODY(TBL("<w:tblGrid/>", ROW(SPAN("-1") TC)))},
        /* Rows of nested tables count for those around them. */
        {BODY(TBL(GRID(COL("60")),
                  ROW("<w:tc>" TBL(GRID(COL("4") COL("4")), ROW(TC TC)) "</w:tc>"))),
         BODY(TBL(GRID(COL("30") COL("30")),
                  ROW("<w:tc>" TBL(GRID(COL("4") COL("4")), ROW(TC TC)) "</w:tc>")))},
        {BODY(ROW(TC TC)), NULL},
        {BODY("<wp:docPr id=\"7\" name=\"a\"/><w:p><wp:docPr/></w:p>"),
         BODY("<wp:docPr id=\"1001\" name=\"a\"/><w:p><wp:docPr id=\"1002\"/></w:p>")},
        /* Hyphens that no comment may hold. */
        {BODY("<!-- a --b- c --><w:p/><!---->"), BODY("<!-- a  -b- c --><w:p/><!---->")},
        {BODY("<w:p><!-- a-b - c --></w:p>"), NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const char *want = examples[i].fixed ? examples[i].fixed : examples[i].text;
        struct cvx_buf got = CVX_BUF_INIT, plain = CVX_BUF_INIT;
        xmlDocPtr doc = xmlReadMemory(want, (int)strlen(want), NULL, NULL, 0);

        cvx_xmltree_put(&plain, doc, xmlDocGetRootElement(doc));
        xmlFreeDoc(doc);
        assert_int_equal(fix(examples[i].text, &got), CVX_OK);
        assert_string_equal(got.data, plain.data);
        cvx_buf_done(&got);
        cvx_buf_done(&plain);
    }
}

static void test_faults(void **state)
{
    static const struct {
        const char *text, *error;
    } examples[] = {
        {BODY("<w:tbl/>"), "a table has no w:tblGrid"},
        {BODY(TBL(GRID(COL("x")), ROW(TC TC))),
         "a table column's width is no number: \"x\""},
        {BODY(TBL(GRID(COL("1") "<w:gridCol/>"), ROW(TC TC TC))),
         "a table column's width has no value"},
        {BODY(TBL(GRID(COL("1") "<w:gridCol/>"), ROW(TC))),
         "a table column's width has no value"},
        {BODY(TBL(GRID(COL("1") COL("inf")), ROW(TC))),
         "a table column's width is not finite"},
        {BODY(TBL(GRID(COL("1")), ROW(SPAN("1.5")))),
         "a cell's gridSpan is no number: \"1.5\""},
        {BODY(TBL(GRID(COL("1")), ROW("<w:tc><w:tcPr><w:gridSpan/></w:tcPr></w:tc>"))),
         "a cell's gridSpan has no value"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct cvx_buf got = CVX_BUF_INIT;

        assert_int_equal(fix(examples[i].text, &got), CVX_EFORMAT);
        assert_string_equal(got.data, examples[i].error);
        cvx_buf_done(&got);
    }
}

/* Elements as deep as the limit, and one more. */
static void test_depth(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct cvx_buf text = CVX_BUF_INIT, got = CVX_BUF_INIT;

        for (size_t i = 0; i < CVX_XML_DEPTH_MAX + over; i++)
            cvx_buf_puts(&text, "<a>");
        for (size_t i = 0; i < CVX_XML_DEPTH_MAX + over; i++)
            cvx_buf_puts(&text, "</a>");
        assert_int_equal(fix(text.data, &got), over ? CVX_ELIMIT : CVX_OK);
        cvx_buf_done(&text);
        cvx_buf_done(&got);
    }
}

/* Tables nested in tables, each with rows: not all rows for each of them. */
static void test_hostile(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT, got = CVX_BUF_INIT;
    const size_t depth = 100, rows = 2000;

    (void)state;
    cvx_buf_puts(&text, "<w:body xmlns:w=\"" W "\">");
    for (size_t i = 0; i < depth; i++)
        cvx_buf_puts(&text, "<w:tbl><w:tblGrid/><w:tr><w:tc>");
    for (size_t i = 0; i < rows; i++)
        cvx_buf_puts(&text, "<w:tr><w:tc/><w:tc/></w:tr>");
    for (size_t i = 0; i < depth; i++)
        cvx_buf_puts(&text, "</w:tc></w:tr></w:tbl>");
    cvx_buf_puts(&text, "</w:body>");
    assert_int_equal(fix(text.data, &got), CVX_OK);
    cvx_buf_done(&text);
    cvx_buf_done(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fix),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
