/* Packages as graphs: types, relationships, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "docx/opc.h"
#include "zipmake.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TYPES(x)                                                                         \
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" x   \
    "</Types>"
#define RELS(x)                                                                          \
    "<Relationships "                                                                    \
    "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" x          \
    "</Relationships>"
#define REL(id, type, target)                                                            \
    "<Relationship Id=\"" id "\" Type=\"" type "\" Target=\"" target "\"/>"
#define EXTERNAL                                                                         \
    "<Relationship Id=\"e\" Type=\"x\" Target=\"http://a/\" TargetMode=\"External\"/>"
#define XML "<Default Extension=\"xml\" ContentType=\"plain\"/>"

struct part {
    const char *name, *text;
};

static struct zipmake g_zip;
static struct cvx_package *g_package;

static int load(const struct part *parts, size_t n, struct cvx_opc **ret,
                struct cvx_err *err)
{
    cvx_err_init(err);
    zipmake_init(&g_zip, NULL, 0);
    for (size_t i = 0; i < n && parts[i].name; i++)
        zipmake_text(&g_zip, parts[i].name, parts[i].text);
    zipmake_finish(&g_zip, NULL);
    assert_false(g_zip.bytes.failed);
    assert_int_equal(
        cvx_package_open_memory(g_zip.bytes.data, g_zip.bytes.len, &g_package, err),
        CVX_OK);
    return cvx_opc_load(g_package, ret, err);
}

static void unload(struct cvx_opc *opc)
{
    cvx_opc_free(opc);
    cvx_package_close(g_package);
    zipmake_done(&g_zip);
}

static const char *type(const struct cvx_opc *opc, const char *name)
{
    long i = cvx_package_find(g_package, name);

    assert_true(i >= 0);
    return cvx_opc_type(opc, (size_t)i);
}

static void test_graph(void **state)
{
    static const struct part parts[] = {
        {"[Content_Types].xml",
         TYPES(XML "<Override PartName=\"/word/A.XML\" ContentType=\"first\"/>"
                   "<Override PartName=\"/Word/a.xml\" ContentType=\"last\"/>"
                   "<x:Override xmlns:x=\"other\" PartName=\"/word/a.xml\"/>"
                   "<Default Extension=\"PNG\" ContentType=\"picture\"/>")},
        {"_rels/.rels", RELS(REL("r1", "main", "word/a.xml") EXTERNAL)},
        {"word/a.xml", "<a/>"},
        {"word/_rels/a.xml.rels",
         RELS(REL("r1", "image", "../media/./b.png") REL("r2", "sub", "/word/x/c.xml")
                  REL("r3", "self", "a.xml") REL("r4", "image", "../../../media/b.png"))},
        {"media/b.png", "png"},
        {"word/x/c.xml", "<c/>"},
        {"word/x/_rels/c.xml.rels", RELS("<!-- none -->")},
        {"orphan.xml", "<o/>"},
    };
    struct cvx_opc *opc = NULL;
    struct cvx_err err;
    struct cvx_opc_rel rel;
    size_t found = 0;

    (void)state;
    assert_int_equal(load(parts, COUNT(parts), &opc, &err), CVX_OK);
    assert_string_equal(type(opc, "word/a.xml"), "last");
    assert_string_equal(type(opc, "media/b.png"), "picture");
    assert_string_equal(type(opc, "word/x/c.xml"), "plain");
    assert_null(type(opc, "orphan.xml"));
    assert_true(cvx_opc_reached(opc, 2));
    assert_false(cvx_opc_reached(opc, 7));
    assert_true(cvx_opc_is_empty_rels(opc, 6));
    assert_false(cvx_opc_is_empty_rels(opc, 3));
    assert_int_equal(cvx_opc_rel_count(opc), 6);
    rel = cvx_opc_rel(opc, 1);
    assert_true(rel.external);
    assert_string_equal(rel.id, "e");
    rel = cvx_opc_rel(opc, 3);
    assert_int_equal(rel.from, 2);
    assert_int_equal(rel.to, 5);
    assert_string_equal(rel.type, "sub");
    assert_int_equal(cvx_opc_find(opc, CVX_OPC_ROOT, "main", &found, &err), CVX_OK);
    assert_int_equal(found, 0);
    assert_int_equal(cvx_opc_find(opc, CVX_OPC_ROOT, "sub", &found, &err), CVX_OK);
    assert_int_equal(found, CVX_OPC_ROOT);
    assert_int_equal(cvx_opc_find(opc, 2, "image", &found, &err), CVX_EFORMAT);
    unload(opc);
}

static void test_faults(void **state)
{
    static const struct {
        struct part parts[4];
        const char *error;
    } examples[] = {
        {{{"a.xml", ""}}, "no [Content_Types].xml"},
        {{{"[Content_Types].xml", "<a"}},
         "[Content_Types].xml cannot be read: not well-formed XML: Couldn't find end of "
         "Start Tag a line 1 (line 1)"},
        {{{"[Content_Types].xml", "<Types/>"}},
         "[Content_Types].xml is no list of Types"},
        {{{"[Content_Types].xml", TYPES("<Override PartName=\"/a\"/>")}},
         "[Content_Types].xml: a Override has no ContentType"},
        {{{"[Content_Types].xml", TYPES(XML)}, {"_rels/.rels", "<x/>"}},
         "_rels/.rels is no list of Relationships"},
        {{{"[Content_Types].xml", TYPES(XML)}, {"_rels/.rels", RELS(REL("a", "b", "c"))}},
         "_rels/.rels names a part that is not there: c"},
        {{{"[Content_Types].xml", TYPES(XML)}, {"_rels/.rels", RELS(REL("a", "b", ""))}},
         "_rels/.rels names a part that is not there: "},
        {{{"[Content_Types].xml", TYPES(XML)},
          {"_rels/.rels", RELS("<Relationship Id=\"a\" Target=\"b\"/>")}},
         "_rels/.rels: a Relationship has no Type"},
        {{{"[Content_Types].xml", TYPES(XML)},
          {"_rels/.rels", RELS(REL("a", "b", "c.bin"))},
          {"c.bin", "x"}},
         "part c.bin has no content type"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct cvx_opc *opc = NULL;
        struct cvx_err err;
        char text[512];

        assert_int_equal(load(examples[i].parts, 4, &opc, &err), CVX_EFORMAT);
        assert_string_equal(cvx_err_text(&err, text, sizeof(text)), examples[i].error);
        assert_null(opc);
        unload(opc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graph),
        cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
