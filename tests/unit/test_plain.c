/* Bodies that need no tree: which they are, and that a tree would change nothing in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "docx/xmltree.h"
#include "render/plain.h"
#include "render/tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define D "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define BODY(x) "<w:body xmlns:w=\"" W "\" xmlns:wp=\"" D "\">" x "</w:body>"
#define COL "<w:gridCol w:w=\"10\"/>"
#define TBL(cols, rows) "<w:tbl><w:tblGrid>" cols "</w:tblGrid>" rows "</w:tbl>"
#define ROW(x) "<w:tr>" x "</w:tr>"
#define TC "<w:tc/>"
#define SPAN(v) "<w:tc><w:tcPr><w:gridSpan w:val=\"" v "\"/></w:tcPr></w:tc>"

/* The text as a tree writes it, fixed before if `fix`. */
static void by_tree(const char *text, bool fix, struct cvx_buf *ret)
{
    xmlDocPtr doc = NULL;
    struct cvx_err err;

    cvx_err_init(&err);
    assert_int_equal(cvx_xmltree_strict(text, strlen(text), &doc, &err), CVX_OK);
    if (fix)
        assert_int_equal(cvx_tables_fix(xmlDocGetRootElement(doc), &err), CVX_OK);
    cvx_xmltree_put(ret, doc, xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
}

static void test_plain(void **state)
{
    static const struct {
        const char *text;
        bool plain;
        size_t ids;
    } examples[] = {
        {BODY("text <w:p/> &amp; <!-- c --><?pi?>"), true, 0},
        {BODY("a & b"), false, 0},
        {BODY("<w:p>"), false, 0},
        {BODY("&nbsp;"), false, 0},
        {BODY("\x01"), false, 0},
        {BODY("") "tail", false, 0},
        {"text", false, 0},
        {"", false, 0},
        {BODY("<x:y/>"), false, 0},
        {BODY("<w:p xmlns:x=\"a&amp;b\"/>"), false, 0},
        {BODY(TBL(COL COL, ROW(TC TC) ROW(TC))), true, 0},
        {BODY(TBL(COL COL, ROW(TC TC TC))), false, 0},
        {BODY(TBL(COL COL, ROW(TC))), false, 0},
        {BODY(TBL(COL COL, "")), false, 0},
        {BODY(TBL("", "")), true, 0},
        {BODY("<w:tbl/>"), false, 0},
        {BODY(TBL(COL COL COL, ROW(SPAN("2") TC))), true, 0},
        {BODY(TBL(COL COL COL, ROW(SPAN("3")))), true, 0},
        {BODY(TBL(COL COL COL, ROW(SPAN("0") TC TC TC))), false, 0},
        {BODY(TBL(COL, ROW(SPAN("x")))), false, 0},
        {BODY(TBL(COL, ROW(SPAN(" 1")))), false, 0},
        {BODY(TBL(COL, ROW("<w:tc><w:tcPr/><w:tcPr><w:gridSpan w:val=\"9\"/></w:tcPr>"
                           "</w:tc>"))),
         true, 0},
        {BODY(TBL(COL "<w:x>" COL "</w:x>", ROW(TC "<w:sdt>" TC "</w:sdt>"))), true, 0},
        {BODY(TBL(COL, ROW("<w:tc>" TBL(COL, ROW(TC)) "</w:tc>"))), true, 0},
        {BODY(TBL(COL, ROW("<w:tc>" TBL(COL COL, ROW(TC TC)) "</w:tc>"))), false, 0},
        {BODY(TBL(COL COL, ROW("<w:tc>" TBL(COL COL, ROW(TC TC)) "</w:tc>"))), true, 0},
        {BODY("<wp:docPr id=\"1\"/><w:p><wp:docPr a=\"b\" id=\"\"/></w:p>"), true, 2},
        {BODY("<wp:docPr/>"), false, 0},
        {BODY("<wp:docPr w:id=\"1\"/>"), false, 0},
        {BODY("<wp:docPr id=\"&#49;\"/>"), false, 0},
        {BODY("<docPr id=\"1\"/>"), true, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct cvx_span xml = {examples[i].text, strlen(examples[i].text)};
        struct cvx_buf ids = CVX_BUF_INIT, tree = CVX_BUF_INIT, again = CVX_BUF_INIT;
        struct cvx_err err;
        bool plain = !examples[i].plain;

        assert_int_equal(cvx_plain_is(xml, &plain, &ids, &err), CVX_OK);
        if (plain != examples[i].plain)
            fail_msg("%s: plain is %d", examples[i].text, plain);
        if (plain) {
            assert_int_equal(ids.len / sizeof(struct cvx_plain_id), examples[i].ids);
            by_tree(examples[i].text, true, &tree);
            by_tree(examples[i].text, false, &again);
            if (examples[i].ids == 0)
                assert_string_equal(tree.data, again.data);
        }
        cvx_buf_done(&ids);
        cvx_buf_done(&tree);
        cvx_buf_done(&again);
    }
}

/* The places of numbers far behind in a long text, past what the parser has let go. */
static void test_places(void **state)
{
    struct cvx_buf text = CVX_BUF_INIT, ids = CVX_BUF_INIT;
    const struct cvx_plain_id *id;
    struct cvx_err err;
    bool plain = false;

    (void)state;
    cvx_buf_puts(&text, "<w:body xmlns:w=\"" W "\" xmlns:wp=\"" D "\">");
    for (int i = 0; i < 500; i++) {
        for (int k = 0; k < 50; k++)
            cvx_buf_puts(&text, "<w:p>some text é &amp; more</w:p>");
        cvx_buf_printf(&text, "<wp:docPr name=\"é\" id=\"n%d\"/>", i);
    }
    cvx_buf_puts(&text, "</w:body>");
    assert_int_equal(
        cvx_plain_is((struct cvx_span){text.data, text.len}, &plain, &ids, &err), CVX_OK);
    assert_true(plain);
    assert_int_equal(ids.len, 500 * sizeof(*id));
    id = (const void *)ids.data;
    for (int i = 0; i < 500; i++) {
        char want[16];

        snprintf(want, sizeof(want), "n%d", i);
        assert_int_equal(id[i].len, strlen(want));
        assert_memory_equal(text.data + id[i].at, want, id[i].len);
    }
    cvx_buf_done(&text);
    cvx_buf_done(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
