/* The main part and its header parts: which entries are taken, whatever the relationships
 * say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "docx/rels.h"
#include "zipmake.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define BEGIN                                                                            \
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"                  \
    "<Relationships "                                                                    \
    "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define END "</Relationships>"
#define TRANSITIONAL                                                                     \
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"        \
    "officeDocument\""
#define STRICT                                                                           \
    "Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument\""
#define MAIN(target) "<Relationship Id=\"r1\" " TRANSITIONAL " Target=\"" target "\"/>"
#define PROPERTIES                                                                       \
    "<Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/package/2006/"     \
    "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"

static struct cvx_package *open_zip(struct zipmake *zip)
{
    struct cvx_package *package = NULL;
    struct cvx_err err;

    zipmake_finish(zip, NULL);
    assert_int_equal(
        cvx_package_open_memory(zip->bytes.data, zip->bytes.len, &package, &err), CVX_OK);
    return package;
}

/* The names in the package, one a part. */
static const char *const names[] = {
    "[Content_Types].xml", "docProps/core.xml",    "word/document.xml",
    "word/document2.xml",  "Word/Mixed.xml",       "main.xml",
    "odd folder/x.xml",    "w%C3%B6rd/%20raw.xml", "w\303\266rd/x.xml",
    "word/a/b.xml",        "word/same.xml",        "word/SAME.xml",
};

static void test_main_part(void **state)
{
    static const struct {
        const char *rels; /* NULL: there are none */
        const char *found;
    } cases[] = {
        {NULL, "word/document.xml"},
        {"", "word/document.xml"},
        {BEGIN END, "word/document.xml"},
        {BEGIN PROPERTIES END, "word/document.xml"},
        {BEGIN MAIN("word/document2.xml") END, "word/document2.xml"},
        {BEGIN PROPERTIES MAIN("word/document2.xml") PROPERTIES END,
         "word/document2.xml"},
        {BEGIN "<Relationship Id=\"x\" " STRICT " Target=\"word/document2.xml\"/>" END,
         "word/document2.xml"},
        /* the first one counts, in the order of the document */
        {BEGIN MAIN("main.xml") MAIN("word/document2.xml") END, "main.xml"},
        {BEGIN MAIN("nowhere.xml") MAIN("word/document2.xml") END, "word/document.xml"},
        {BEGIN "<Relationship " TRANSITIONAL
               " TargetMode=\"External\" Target=\"main.xml\"/>" MAIN("word/document2.xml")
                   END,
         "word/document2.xml"},
        {BEGIN "<Relationship " TRANSITIONAL
               " TargetMode=\"Internal\" Target=\"main.xml\"/>" END,
         "main.xml"},
        /* ways to write a target */
        {BEGIN MAIN("/word/document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("./word/document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("../word/document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("../../../word/document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("word/../word/./document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("word/a/../../main.xml") END, "main.xml"},
        {BEGIN MAIN("word//document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("word/document2.xml#here") END, "word/document2.xml"},
        {BEGIN MAIN("word/document2.xml?x=y") END, "word/document2.xml"},
        {BEGIN MAIN("word/a/b.xml") END, "word/a/b.xml"},
        {BEGIN MAIN("odd%20folder/x.xml") END, "odd folder/x.xml"},
        {BEGIN MAIN("odd folder/x.xml") END, "odd folder/x.xml"},
        {BEGIN MAIN("w%C3%B6rd/%20raw.xml") END, "w%C3%B6rd/%20raw.xml"},
        {BEGIN MAIN("w%c3%b6rd/x.xml") END, "w\303\266rd/x.xml"},
        {BEGIN MAIN("w\303\266rd/x.xml") END, "w\303\266rd/x.xml"},
        {BEGIN MAIN("word%2Fdocument2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("x/%2e%2e/word/document2.xml") END, "word/document2.xml"},
        {BEGIN MAIN("&#119;ord/document2&#46;xml") END, "word/document2.xml"},
        /* any case, but exactly before that */
        {BEGIN MAIN("WORD/DOCUMENT2.XML") END, "word/document2.xml"},
        {BEGIN MAIN("word/mixed.xml") END, "Word/Mixed.xml"},
        {BEGIN MAIN("word/same.xml") END, "word/same.xml"},
        {BEGIN MAIN("word/Same.xml") END, "word/SAME.xml"},
        {BEGIN MAIN("W%C3%B6rd/X.xml") END, "w\303\266rd/x.xml"},
        /* targets that name nothing */
        {BEGIN MAIN("") END, "word/document.xml"},
        {BEGIN MAIN("/") END, "word/document.xml"},
        {BEGIN MAIN("..") END, "word/document.xml"},
        {BEGIN MAIN("%") END, "word/document.xml"},
        {BEGIN MAIN("main.xml%00.txt") END, "word/document.xml"},
        {BEGIN MAIN("main.xml%0") END, "word/document.xml"},
        {BEGIN MAIN("http://example.com/word/document2.xml") END, "word/document.xml"},
        {BEGIN "<Relationship " TRANSITIONAL "/>" END, "word/document.xml"},
        /* no relationship of this kind */
        {BEGIN "<Relationship Type=\"x\" Target=\"main.xml\"/>" END, "word/document.xml"},
        {BEGIN "<Relationship Target=\"main.xml\"/>" END, "word/document.xml"},
        {BEGIN "<x:Relationship xmlns:x=\"y\" x:Type=\"/relationships/officeDocument\" "
               "Target=\"main.xml\"/>" END,
         "word/document.xml"},
        {BEGIN "<!-- " MAIN("main.xml") " -->" END, "word/document.xml"},
        {BEGIN "<Other " TRANSITIONAL " Target=\"main.xml\"/>" END, "word/document.xml"},
        /* broken: what recovery keeps counts */
        {BEGIN "<Relationship " TRANSITIONAL " Target=\"main.xml\"/><", "main.xml"},
        {BEGIN "&nosuch; & <x y=z/>" MAIN("main.xml") END, "main.xml"},
        {BEGIN "<Relationship " TRANSITIONAL " Target=\"main.x", "word/document.xml"},
        {"not XML at all", "word/document.xml"},
        {"\xff\xfe<", "word/document.xml"},
        {"<?xml version='1.0' encoding='no-such'?><Relationships/>", "word/document.xml"},
        /* no entity is anything, and none is read */
        {"<!DOCTYPE R [<!ENTITY m \"main.xml\">]><R>" MAIN("&m;") "</R>",
         "word/document.xml"},
        {"<!DOCTYPE R SYSTEM \"file:///etc/passwd\" [<!ENTITY m SYSTEM "
         "\"file:///etc/passwd\"><!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>"
         "<R>&m;" MAIN("main.xml") "</R>",
         "main.xml"},
        {"<!DOCTYPE R [<!ATTLIST Relationship Target CDATA \"main.xml\">]><R>"
         "<Relationship " TRANSITIONAL "/></R>",
         "main.xml"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_package *package;
        struct zipmake zip;
        struct cvx_err err;
        size_t found = 4711;

        zipmake_init(&zip, NULL, 0);
        for (size_t k = 0; k < COUNT(names); k++)
            zipmake_text(&zip, names[k], "<x/>");
        if (cases[i].rels)
            zipmake_text(&zip, "_rels/.rels", cases[i].rels);
        package = open_zip(&zip);
        assert_int_equal(cvx_rels_main_part(package, &found, &err), CVX_OK);
        if (strcmp(cvx_package_name(package, found), cases[i].found) != 0)
            fail_msg("case %zu (%s): %s", i, cases[i].rels ? cases[i].rels : "none",
                     cvx_package_name(package, found));
        cvx_package_close(package);
        zipmake_done(&zip);
    }
}

/* UTF-16 relationships are XML like any others. */
static void test_utf16(void **state)
{
    static const char text[] = "<R><Relationship Type='/relationships/officeDocument' "
                               "Target='main.xml'/></R>";
    char wide[2 + 2 * sizeof(text)] = {'\xff', '\xfe'};
    struct cvx_package *package;
    struct zipmake zip;
    struct cvx_err err;
    size_t found = 4711;

    (void)state;
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        wide[2 + 2 * i] = text[i];
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip, &(struct zipmake_part){
                          .name = "_rels/.rels", .data = wide, .len = 2 * sizeof(text)});
    zipmake_text(&zip, "main.xml", "<x/>");
    package = open_zip(&zip);
    assert_int_equal(cvx_rels_main_part(package, &found, &err), CVX_OK);
    assert_int_equal(found, 1);
    cvx_package_close(package);
    zipmake_done(&zip);
}

static void test_no_main_part(void **state)
{
    static const struct {
        struct zipmake_part rels;
        int rc;
        const char *text;
    } cases[] = {
        {{.name = "other.xml"}, CVX_EFORMAT, "no main document part"},
        {{.name = "_rels/.rels", .data = "<x/>", .len = 4},
         CVX_EFORMAT,
         "no main document part"},
        {{.name = "_rels/.rels", .data = "<x/>", .len = 4, .lies = ZIPMAKE_CRC},
         CVX_EFORMAT,
         "no main document part: part _rels/.rels is damaged: its checksum is wrong"},
        {{.name = "_rels/.rels", .data = "<x/>", .len = 4, .flags = 1},
         CVX_EFORMAT,
         "no main document part: encrypted: part _rels/.rels needs a password"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_package *package;
        struct zipmake zip;
        struct cvx_err err;
        size_t found = 4711;
        char text[1024];

        zipmake_init(&zip, NULL, 0);
        zipmake_add(&zip, &cases[i].rels);
        zipmake_text(&zip, "word/Document.xml", "<x/>");
        package = open_zip(&zip);
        cvx_err_init(&err);
        assert_int_equal(cvx_rels_main_part(package, &found, &err), cases[i].rc);
        assert_string_equal(cvx_err_text(&err, text, sizeof(text)), cases[i].text);
        assert_int_equal(found, 4711);
        cvx_package_close(package);
        zipmake_done(&zip);
    }
}

/* Unreadable relationships do not matter where the usual part is there; a bomb does. */
static void test_damaged_rels(void **state)
{
    static char zeros[2 * 1024 * 1024];
    const struct zipmake_part damaged = {
        .name = "_rels/.rels", .data = "<x/>", .len = 4, .lies = ZIPMAKE_CRC};
    const struct zipmake_part bomb = {
        .name = "_rels/.rels", .data = zeros, .len = sizeof(zeros), .deflate = true};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct cvx_package *package;
        struct zipmake zip;
        struct cvx_err err;
        size_t found = 4711;

        zipmake_init(&zip, NULL, 0);
        zipmake_add(&zip, i == 0 ? &damaged : &bomb);
        zipmake_text(&zip, "word/document.xml", "<x/>");
        package = open_zip(&zip);
        assert_int_equal(cvx_rels_main_part(package, &found, &err),
                         i == 0 ? CVX_OK : CVX_ELIMIT);
        assert_int_equal(found, i == 0 ? 1 : 4711);
        cvx_package_close(package);
        zipmake_done(&zip);
    }
}

/* A file that, were it read, would give the relationship its target. */
static void test_external_never_read(void **state)
{
    static const char canary[] = "<!ATTLIST Relationship Target CDATA \"main.xml\">";
    static const char *const formats[] = {
        "<!DOCTYPE R SYSTEM \"%s\"><R><Relationship " TRANSITIONAL "/></R>",
        "<!DOCTYPE R [<!ENTITY %% p SYSTEM \"%s\"> %%p;]><R><Relationship " TRANSITIONAL
        "/></R>",
    };
    const char *tmp = getenv("TMPDIR");
    char path[128], rels[1024];
    FILE *file;
    int fd;

    (void)state;
    snprintf(path, sizeof(path), "%s/cvx-canary-XXXXXX",
             tmp && strlen(tmp) < 64 ? tmp : "/tmp");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    file = fdopen(fd, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(canary, 1, strlen(canary), file), strlen(canary));
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i <= COUNT(formats); i++) {
        struct cvx_package *package;
        struct zipmake zip;
        struct cvx_err err;
        size_t found = 4711;

        /* The last round shows that the canary would sing. */
        if (i < COUNT(formats))
            snprintf(rels, sizeof(rels), formats[i], path);
        else
            snprintf(rels, sizeof(rels),
                     "<!DOCTYPE R [%s]><R><Relationship " TRANSITIONAL "/></R>", canary);
        zipmake_init(&zip, NULL, 0);
        zipmake_text(&zip, "_rels/.rels", rels);
        zipmake_text(&zip, "word/document.xml", "<x/>");
        zipmake_text(&zip, "main.xml", "<x/>");
        package = open_zip(&zip);
        assert_int_equal(cvx_rels_main_part(package, &found, &err), CVX_OK);
        assert_int_equal(found, i < COUNT(formats) ? 1 : 2);
        cvx_package_close(package);
        zipmake_done(&zip);
    }
    unlink(path);
}

/* Long and deep relationships end, and soon. */
static void test_large_rels(void **state)
{
    struct cvx_buf rels = CVX_BUF_INIT;

    (void)state;
    for (int deep = 0; deep < 2; deep++) {
        struct cvx_package *package;
        struct zipmake zip;
        struct cvx_err err;
        size_t found = 4711;

        cvx_buf_clear(&rels);
        cvx_buf_puts(&rels, BEGIN);
        for (int i = 0; i < 20000; i++)
            cvx_buf_printf(&rels, deep ? "<a%d>" : "<Relationship Id='r%d'/>", i);
        cvx_buf_puts(&rels, MAIN("main.xml"));
        assert_false(rels.failed);
        zipmake_init(&zip, NULL, 0);
        zipmake_text(&zip, "_rels/.rels", rels.data);
        zipmake_text(&zip, "word/document.xml", "<x/>");
        zipmake_text(&zip, "main.xml", "<x/>");
        package = open_zip(&zip);
        assert_int_equal(cvx_rels_main_part(package, &found, &err), CVX_OK);
        assert_int_equal(found, deep ? 1 : 2); /* libxml2 stops at depth 256 */
        cvx_package_close(package);
        zipmake_done(&zip);
    }
    cvx_buf_done(&rels);
}

static void expect_headers(const char *main_part, const char *const *parts,
                           size_t n_parts, const char *want)
{
    struct cvx_buf got = CVX_BUF_INIT;
    struct cvx_package *package;
    size_t *headers = NULL, count = 4711;
    struct zipmake zip;
    struct cvx_err err;

    zipmake_init(&zip, NULL, 0);
    for (size_t i = 0; i < n_parts; i++)
        zipmake_text(&zip, parts[i], "<x/>");
    zipmake_text(&zip, main_part, "<x/>");
    package = open_zip(&zip);
    assert_int_equal(cvx_rels_header_parts(package,
                                           (size_t)cvx_package_find(package, main_part),
                                           &headers, &count, &err),
                     CVX_OK);
    assert_int_equal(headers == NULL, count == 0);
    cvx_buf_puts(&got, "");
    for (size_t i = 0; i < count; i++)
        cvx_buf_printf(&got, "%s%s", i > 0 ? " " : "",
                       cvx_package_name(package, headers[i]));
    assert_string_equal(got.data, want);
    cvx_buf_done(&got);
    cvx_free(headers);
    cvx_package_close(package);
    zipmake_done(&zip);
}

static void test_header_parts(void **state)
{
    static const char *const parts[] = {
        "word/header2.xml",      "word/header10.xml", "word/header1.xml",
        "word/header1.xml",      "word/header.xml",   "word/header",
        "word/headerxml",        "word/Header3.xml",  "word/myheader4.xml",
        "word/sub/header5.xml",  "header6.xml",       "word2/header7.xml",
        "word/header8.xml.rels", "word/footer9.xml",  "word/header\303\251.xml",
        "word/header/x.xml",     "wordheader11.xml",  "word/header12.XML"};

    (void)state;
    expect_headers("word/document.xml", parts, COUNT(parts),
                   "word/header.xml word/header1.xml word/header10.xml word/header2.xml "
                   "word/header\303\251.xml");
    expect_headers("main.xml", parts, COUNT(parts), "header6.xml");
    expect_headers("word/sub/x.xml", parts, COUNT(parts), "word/sub/header5.xml");
    expect_headers("elsewhere/x.xml", parts, COUNT(parts), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_part),           cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_external_never_read), cmocka_unit_test(test_no_main_part),
        cmocka_unit_test(test_damaged_rels),        cmocka_unit_test(test_large_rels),
        cmocka_unit_test(test_header_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
