/* Templates as a whole: which parts are rendered, what they become, what is left alone, and
 * how faults are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <cvextract/cv.h>
#include <cvextract/limits.h>

#include "docx/package.h"
#include "docx_check.h"
#include "render/template.h"
#include "template_zip.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define P TZ_P
#define S TZ_S
#define DECLARED "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

static int load(const struct template_zip *zip, struct cvx_template **ret,
                struct cvx_err *err)
{
    char path[512];

    cvx_err_init(err);
    return cvx_template_load(template_zip_write(zip, &g_scratch, path, sizeof(path)), ret,
                             err);
}

static int render_with(const struct cvx_template *made, const char *json,
                       struct cvx_buf *ret, struct cvx_err *err)
{
    struct cvx_cv *cv = NULL;
    int rc;

    assert_int_equal(cvx_cv_parse(json, strlen(json), &cv, err), CVX_OK);
    rc = cvx_template_render(made, cv, ret, err);
    cvx_cv_free(cv);
    return rc;
}

/* Loads, renders, checks that the document is in order. */
static int render(const struct template_zip *zip, const char *json, struct cvx_buf *ret,
                  struct cvx_err *err)
{
    struct cvx_template *made = NULL;
    struct cvx_buf why = CVX_BUF_INIT;
    int rc = load(zip, &made, err);

    if (!rc)
        rc = render_with(made, json, ret, err);
    cvx_template_free(made);
    if (!rc && !docx_check(ret->data, ret->len, &why))
        fail_msg("the document is not in order: %s", why.data);
    return rc;
}

/* A part of a package; the caller frees it. NULL when it is not there. */
static char *part_of(const struct cvx_buf *docx, const char *name)
{
    struct cvx_package *package = NULL;
    struct cvx_part part = {0};
    struct cvx_err err;
    char *copy = NULL;
    long i;

    assert_int_equal(cvx_package_open_memory(docx->data, docx->len, &package, &err),
                     CVX_OK);
    i = cvx_package_find(package, name);
    if (i >= 0) {
        assert_int_equal(cvx_package_read(package, (size_t)i, &part, &err), CVX_OK);
        copy = strdup(part.data);
        cvx_part_done(&part);
    }
    cvx_package_close(package);
    return copy;
}

static void expect_part(const struct cvx_buf *docx, const char *name, const char *want)
{
    char *got = part_of(docx, name);

    if (!want) {
        assert_null(got);
        return;
    }
    assert_non_null(got);
    assert_string_equal(got, want);
    free(got);
}

static void expect_body(const struct template_zip *zip, const char *json,
                        const char *want)
{
    static const char begin[] = DECLARED "<w:document" TZ_NS "><w:body>";
    static const char end[] = "</w:body></w:document>";
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;
    char text[1024], *got;

    if (render(zip, json, &docx, &err))
        fail_msg("%s: %s", zip->body, cvx_err_text(&err, text, sizeof(text)));
    got = part_of(&docx, "word/document.xml");
    assert_non_null(got);
    assert_memory_equal(got, begin, sizeof(begin) - 1);
    got[strlen(got) - (sizeof(end) - 1)] = '\0';
    if (strcmp(got + sizeof(begin) - 1, want) != 0)
        fail_msg("%s with %s\n  gave   %s\n  wanted %s", zip->body, json,
                 got + sizeof(begin) - 1, want);
    free(got);
    cvx_buf_done(&docx);
}

#define TBL(grid, rows) "<w:tbl><w:tblGrid>" grid "</w:tblGrid>" rows "</w:tbl>"
#define COL(w) "<w:gridCol w:w=\"" w "\"/>"
#define R(x) "<w:r>" x "</w:r>"

static void test_bodies(void **state)
{
    static const struct {
        const char *body, *json, *made;
    } examples[] = {
        {"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Hi {</w:t></w:r><w:proofErr w:type=\"a\"/>"
         "<w:r><w:t>{ v</w:t></w:r><w:r><w:t> "
         "}</w:t></w:r><w:r><w:t>}!</w:t></w:r></w:p>",
         "{\"v\": \"A&B\"}",
         "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Hi "
         "A&amp;B!</w:t></w:r></w:p>"},
        {P("{%p for x in l %}") P("- {{ x }}") P("{%p endfor %}") P("end"),
         "{\"l\": [1, 2]}", S("- 1") S("- 2") P("end")},
        {P("lost {%p if c %} lost") P("yes") P("{%p else %}") P("no") P("{%p endif %}"),
         "{\"c\": false}", P("no")},
        {P("a{{p v }}") P("b"), "{\"v\": \"<x>\"}", "&lt;x&gt;" P("b")},
        {P("a {{r v }} b"), "{\"v\": \"V\"}",
         "<w:p><w:r><w:t xml:space=\"preserve\">a </w:t></w:r>V<w:r>"
         "<w:t xml:space=\"preserve\"> b</w:t></w:r></w:p>"},
        {P("Z") P("lost {%- if c %}B{% endif %}") P("C"), "{\"c\": 1}", P("ZB") P("C")},
        {P("A{% if c -%}") P("B{% endif %}") P("C"), "{\"c\": 1}", S("AB") P("C")},
        {P("A {{- v -}} B"), "{\"v\": \"x\"}", S("AxB")},
        {P("{{ “a” ~ ‘b’ }} “c”"), "{}", S("ab “c”")},
        {P("{{ \"a &amp; b\" }} {% if v &gt; 1 %}y{% endif %}"), "{\"v\": 2}",
         S("a &amp;amp; b y")},
        {P("a{# x {{ y #}b") P("{#p gone #}"), "{}", P("ab")},
        {P("{_{ x }_} {_% y %_} {{ v }}"), "{\"v\": \"{_{\"}", S("{{ x }} {% y %} {{")},
        {TBL(COL("90"),
             "<w:tr><w:tc>" P("{%tc for x in l %}") "</w:tc><w:tc>" P(
                 "{{ x }}") "</w:tc><w:tc>" P("{%tc endfor %}") "</w:tc></w:tr>"),
         "{\"l\": [1, 2]}",
         TBL(COL("45") COL("45"),
             "<w:tr><w:tc>" S("1") "</w:tc><w:tc>" S("2") "</w:tc></w:tr>")},
        {TBL(COL("60") COL("31"), "<w:tr><w:tc>" P("a") "</w:tc></w:tr>"), "{}",
         TBL(COL("91"), "<w:tr><w:tc>" P("a") "</w:tc></w:tr>")},
        {P("{{ v }}"), "{\"v\": \"a\\nb\\tc\"}",
         "<w:p><w:r><w:t xml:space=\"preserve\">a</w:t><w:br/>"
         "<w:t xml:space=\"preserve\">b</w:t></w:r><w:r><w:tab/></w:r>"
         "<w:r><w:t xml:space=\"preserve\">c</w:t></w:r></w:p>"},
        {P("{{ v|safe }}"), "{\"v\": \"a & b\"}", S("a  b")},
        /* Values stay text, whatever they look like. */
        {P("{{ v }}"), "{\"v\": \"</w:t>{{ v }}{% if %}<w:p>&amp;\"}",
         S("&lt;/w:t&gt;{{ v }}{% if %}&lt;w:p&gt;&amp;amp;")},
        {P("{{ v }}") P("x"), "{\"v\": \"a\\u0001b\"}", S("ab") P("x")},
        {P("{{ v }}") P("lost"), "{\"v\": \"a\\u0000b\"}", S("a")},
        {"<w:p><wp:docPr id=\"3\"/></w:p><w:p><wp:docPr id=\"3\"/></w:p>", "{}",
         "<w:p><wp:docPr id=\"1001\"/></w:p><w:p><wp:docPr id=\"1002\"/></w:p>"},
        {"<w:p a=\"{{ v }}\"><!-- {{ v }} --></w:p>", "{\"v\": \"x\"}",
         "<w:p a=\"x\"><!-- x --></w:p>"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++)
        expect_body(&(struct template_zip){.body = examples[i].body}, examples[i].json,
                    examples[i].made);
}

/* The text right behind the body goes with it; what else is in the document stays. */
static void test_surroundings(void **state)
{
    const struct template_zip zip = {
        .document =
            "<?xml version=\"1.0\"?><!-- lost --><w:document" TZ_NS
            " xmlns:a=\"b\"><w:bg a:x=\"&quot;é\"/> <!-- kept -->"
            "<w:body>" P("{{ v }}") "</w:body>text<w:z/></w:document><!-- lost -->"};
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;

    (void)state;
    assert_int_equal(render(&zip, "{\"v\": 1}", &docx, &err), CVX_OK);
    expect_part(&docx, "word/document.xml",
                DECLARED "<w:document" TZ_NS " xmlns:a=\"b\"><w:bg a:x=\"&quot;&#xE9;\"/>"
                         "<!-- kept --><w:body>" S("1") "</w:body><w:z/></w:document>");
    cvx_buf_done(&docx);
}

static void test_parts(void **state)
{
    const struct template_zip zip = {
        .body = P("{% set v = 5 %}{{ v }}"),
        .header = P("h {{ v }}"),
        .footnotes = "<w:footnote>" P("n {{ v }}") "</w:footnote>",
        .core =
            "<dc:title>{{ v }} {{ 1 > 0 }}</dc:title><cp:keywords>{{ v }}</cp:keywords>"
            "<dc:subject><b/>x</dc:subject>",
    };
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;

    (void)state;
    assert_int_equal(render(&zip, "{\"v\": \"R&D\"}", &docx, &err), CVX_OK);
    expect_part(&docx, "word/document.xml",
                DECLARED "<w:document" TZ_NS "><w:body>" S("5") "</w:body></w:document>");
    expect_part(&docx, "word/header1.xml",
                DECLARED "<w:hdr" TZ_NS ">" S("h R&amp;D") "</w:hdr>");
    expect_part(&docx, "word/footnotes.xml",
                DECLARED "<w:footnotes" TZ_NS
                         "><w:footnote>" S("n R&amp;D") "</w:footnote></w:footnotes>");
    expect_part(
        &docx, "docProps/core.xml",
        DECLARED
        "<cp:coreProperties xmlns:cp=\"" TZ_CP "\" xmlns:dc=\"" TZ_DC
        "\"><dc:title>R&amp;amp;D True</dc:title><cp:keywords>{{ v }}</cp:keywords>"
        "<dc:subject><b/>x</dc:subject><dc:creator></dc:creator>"
        "<dc:description></dc:description><dc:identifier></dc:identifier>"
        "<dc:language></dc:language></cp:coreProperties>");
    cvx_buf_done(&docx);
}

/* Bytes that the template has compressed are found in the document as they were. */
static void expect_taken_over(const struct zipmake *zip, size_t i,
                              const struct cvx_buf *docx)
{
    const struct zipmake_placed *placed = &zip->placed[i];
    const char *local = zip->bytes.data + placed->at;
    size_t name = (unsigned char)local[26], extra = (unsigned char)local[28];

    assert_true(placed->packed > 0);
    assert_non_null(
        memmem(docx->data, docx->len, local + 30 + name + extra, (size_t)placed->packed));
}

static void test_kept(void **state)
{
    const struct template_zip zip = {
        .body = P("{{ v }}"),
        .footnotes = "<w:footnote>  <w:p/></w:footnote>",
        .more = {{.name = "orphan.xml", .data = "<{{ v }}", .len = 8},
                 {.name = "folder/", .data = "", .len = 0},
                 {.name = "word/_rels/styles.xml.rels",
                  .data = "<Relationships xmlns=\"http://schemas.openxmlformats.org/"
                          "package/2006/relationships\"/>",
                  .len = 80,
                  .level = 0}},
    };
    struct template_zip fixed = zip;
    struct cvx_buf docx = CVX_BUF_INIT, again = CVX_BUF_INIT;
    struct cvx_template *made = NULL;
    struct zipmake archive;
    struct cvx_err err;

    (void)state;
    fixed.more[2].len = strlen(fixed.more[2].data);
    assert_int_equal(load(&fixed, &made, &err), CVX_OK);
    assert_int_equal(render_with(made, "{\"v\": 1}", &docx, &err), CVX_OK);
    assert_int_equal(render_with(made, "{\"v\": 1}", &again, &err), CVX_OK);
    assert_int_equal(docx.len, again.len);
    assert_memory_equal(docx.data, again.data, docx.len);
    cvx_template_free(made);
    template_zip_make(&fixed, &archive);
    expect_taken_over(&archive, 0, &docx); /* types */
    expect_taken_over(&archive, 4, &docx); /* styles */
    expect_taken_over(&archive, 5, &docx); /* notes without tags */
    zipmake_done(&archive);
    expect_part(&docx, "orphan.xml", "<{{ v }}");
    expect_part(&docx, "folder/", NULL);
    expect_part(&docx, "word/_rels/styles.xml.rels", NULL);
    cvx_buf_done(&docx);
    cvx_buf_done(&again);
}

static void test_no_core(void **state)
{
    const struct template_zip zip = {
        .body = P("{{ v }}"),
        .no_core = true,
        .rels = "<Relationship Id=\"rId3\" "
                "Type=\"x\" Target=\"http://a/\" TargetMode=\"External\"/>"};
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;
    char *text;

    (void)state;
    assert_int_equal(render(&zip, "{\"v\": 1}", &docx, &err), CVX_OK);
    text = part_of(&docx, "docProps/core.xml");
    assert_non_null(strstr(text, "<dc:title>Word Document</dc:title>"));
    assert_non_null(strstr(text, "<dc:subject></dc:subject>"));
    free(text);
    text = part_of(&docx, "_rels/.rels");
    assert_non_null(strstr(text, "Id=\"rId2\" Type=\"" TZ_CORE_REL
                                 "\" Target=\"docProps/core.xml\""));
    free(text);
    text = part_of(&docx, "[Content_Types].xml");
    assert_non_null(strstr(text, "PartName=\"/docProps/core.xml\" "
                                 "ContentType=\"" TZ_CORE_TYPE "\""));
    free(text);
    cvx_buf_done(&docx);
}

/* The type of relationships is told where the template does not. */
static void test_no_rels_type(void **state)
{
    const struct template_zip zip = {.body = P("{{ v }}"), .no_rels_type = true};
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;
    char *text;

    (void)state;
    assert_int_equal(render(&zip, "{\"v\": 1}", &docx, &err), CVX_OK);
    text = part_of(&docx, "[Content_Types].xml");
    assert_non_null(strstr(text, "<Default Extension=\"rels\" ContentType=\"application/"
                                 "vnd.openxmlformats-package.relationships+xml\"/>"));
    free(text);
    cvx_buf_done(&docx);
}

static void test_prefix(void **state)
{
    const struct template_zip zip = {
        .document =
            "<x:document xmlns:x=\"" TZ_W "\"><x:body x:a=\"1\"><x:p><x:r><x:t>"
            "{%p if v %}</x:t></x:r></x:p><x:p><x:r><x:t>{{ v }}</x:t></x:r></x:p>"
            "<x:p><x:r><x:t>{%p endif %}</x:t></x:r></x:p></x:body></x:document>"};
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;

    (void)state;
    assert_int_equal(render(&zip, "{\"v\": 1}", &docx, &err), CVX_OK);
    expect_part(&docx, "word/document.xml",
                DECLARED "<w:document xmlns:w=\"" TZ_W
                         "\"><w:body w:a=\"1\">" S("1") "</w:body></w:document>");
    cvx_buf_done(&docx);
}

static void test_load_faults(void **state)
{
    static const struct {
        struct template_zip zip;
        const char *error;
    } examples[] = {
        {{.body = P("a") P("Dear {% foo %}!")},
         "word/document.xml, paragraph \"Dear {% foo %}!\": unknown tag 'foo'"},
        {{.header = P("{{ v")}, "word/header1.xml, paragraph \"{{ v\": "},
        {{.core = "<dc:title>{{ v|nofilter }}</dc:title>"},
         "docProps/core.xml, title \"{{ v|nofilter }}\": "},
        {{.header = "<w:p>"},
         "word/header1.xml: not well-formed XML: Opening and ending tag "
         "mismatch: p line 1 and hdr (line 1)"},
        {{.styles = "<w:styles>"}, "word/styles.xml: not well-formed XML: "},
        {{.document = "<w:document" TZ_NS "/>"},
         "word/document.xml: there is no w:body in it"},
        {{.document = "<!DOCTYPE a [<!ENTITY e \"E\">]><w:document" TZ_NS
                      "><w:x>&e;</w:x><w:body/></w:document>"},
         "word/document.xml: not well-formed XML: Entity 'e' not defined (line 2)"},
        {{.document = "<x:document xmlns:x=\"" TZ_W
                      "\"><x:body xmlns:w=\"other\"/></x:document>"},
         "word/document.xml: it binds Word's namespace to the prefix \"x\"; tags need "
         "\"w\""},
        {{.body = "<w:p xmlns:a=\"b&amp;c\"/>"},
         "word/document.xml: a namespace has a name with '&', '<' or '\"' in it"},
        {{.more = {{.name = "word/styles.xml", .data = "x", .len = 1}}},
         "duplicate part: word/styles.xml (the last one counts)"},
        {{.document_rels = "<Relationship Id=\"a\" Type=\"b\" Target=\"no.xml\"/>"},
         "word/_rels/document.xml.rels names a part that is not there: no.xml"},
        {{.document_rels = "<Relationship Id=\"a\" Type=\"" TZ_R
                           "/header\" Target=\"x\" TargetMode=\"External\"/>"},
         "a header, footer or note of the document is elsewhere"},
        {{.rels = "<Relationship Id=\"a\" Type=\"" TZ_R
                  "/officeDocument\" Target=\"word/styles.xml\"/>"},
         "several relationships of type " TZ_R "/officeDocument"},
        {{.types = "<Override PartName=\"/word/document.xml\" ContentType=\"text/x\"/>"},
         "not a Word document (.docx): its main part has the type text/x"},
        {{.body = "<w:tc><w:tcPr/>{% colspan \"\\q\" %}" P("x") "</w:tc>"},
         "word/document.xml, paragraph \"x\": a backslash in a colspan or cellbg tag"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct cvx_template *made = NULL;
        struct cvx_err err;
        char text[1024];
        size_t len = strlen(examples[i].error);

        assert_int_equal(load(&examples[i].zip, &made, &err), CVX_EFORMAT);
        assert_null(made);
        cvx_err_text(&err, text, sizeof(text));
        if (strncmp(text, examples[i].error, len) != 0)
            fail_msg("told    %s\n  wanted %s", text, examples[i].error);
    }
}

static void test_render_faults(void **state)
{
    static const char *const json =
        "{\"v\": \"x\", \"bad\": \"<w:p>\", \"n\": null, "
        "\"control\": \"a\\u0001\", \"long\": \""
        "0123456789012345678901234567890123456789012345678901234"
        "0123456789012345678901234567890123456789012345678901234"
        "0123456789012345678901234567890123456789012345678901234"
        "0123456789012345678901234567890123456789012345678901234"
        "0123456789012345678901234567890123456789012345678901234"
        "\"}";
    static const struct {
        struct template_zip zip;
        const char *error;
    } examples[] = {
        {{.body = P("a") P("Dear {{ v }} {{ zz.x }}!")},
         "word/document.xml, paragraph \"Dear {{ v }} {{ zz.x }}!\": "},
        {{.body = P("lost {%p for x in n %}") P("{%p endfor %}")},
         "word/document.xml, paragraph \"lost {%p for x in n %}\": "},
        {{.header = P("{{ bad|safe }}")},
         "word/header1.xml: not well-formed XML: Opening and ending tag mismatch: "},
        {{.header = P("{{ control }}")}, "word/header1.xml: not well-formed XML: "},
        {{.core = "<dc:title>{{ long }}</dc:title>"},
         "docProps/core.xml, title \"{{ long }}\": the value has 275 characters, the "
         "limit "
         "of the format is 255"},
        {{.core = "<dc:creator>{{ control }}</dc:creator>"},
         "docProps/core.xml, creator \"{{ control }}\": the value holds U+0001, which "
         "XML "
         "does not allow"},
        {{.body = "<w:tbl>{{ v }}</w:tbl>"},
         "word/document.xml: a table has no w:tblGrid"},
        {{.body =
              "{% for i in range(600) %}<w:a>{% endfor %}"}, /* needs no parser's help */
         "word/document.xml: not well-formed XML: "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct cvx_buf docx = CVX_BUF_INIT;
        struct cvx_err err;
        char text[1024];

        assert_int_equal(render(&examples[i].zip, json, &docx, &err), CVX_EFORMAT);
        cvx_err_text(&err, text, sizeof(text));
        if (strncmp(text, examples[i].error, strlen(examples[i].error)) != 0)
            fail_msg("told    %s\n  wanted %s", text, examples[i].error);
        assert_int_equal(docx.len, 0);
        cvx_buf_done(&docx);
    }
}

static void test_limits(void **state)
{
    static const struct {
        const char *body, *error;
    } examples[] = {
        {"{% for i in range(600) %}{{ '&lt;w:a>'|safe }}{% endfor %}",
         "word/document.xml: elements nested deeper than the limit of 512"},
        {"{% set x = '&lt;w:a/>'|safe * 100000 %}{% for i in range(41) %}{{ x }}{% "
         "endfor %}",
         "word/document.xml: 4100002 XML tags in one part, the limit is 4000000"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct template_zip zip = {.body = examples[i].body};
        struct cvx_buf docx = CVX_BUF_INIT;
        struct cvx_err err;
        char text[1024];

        assert_int_equal(render(&zip, "{}", &docx, &err), CVX_ELIMIT);
        assert_string_equal(cvx_err_text(&err, text, sizeof(text)), examples[i].error);
        cvx_buf_done(&docx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),        cmocka_unit_test(test_surroundings),
        cmocka_unit_test(test_parts),         cmocka_unit_test(test_kept),
        cmocka_unit_test(test_no_core),       cmocka_unit_test(test_no_rels_type),
        cmocka_unit_test(test_prefix),        cmocka_unit_test(test_load_faults),
        cmocka_unit_test(test_render_faults), cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
