/* Parts read into paragraphs: what each rule of "Text of a paragraph" (20-extraction.md)
 * gives, that broken parts give what a tree gives, that nothing outside is read, and
 * every limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/limits.h>

#include "docx/wordml.h"
#include "wordml_tree.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define DOC(inner) "<w:document xmlns:w='" W "' xmlns:v='urn:v'>" inner "</w:document>"
#define BODY(inner) DOC("<w:body>" inner "</w:body>")
#define P(inner) "<w:p>" inner "</w:p>"
#define T(text) "<w:r><w:t>" text "</w:t></w:r>"

/* Reads a part; the paragraphs as lines of tree_put_paragraph(). */
static int read_lines(const char *data, size_t len, struct cvx_buf *lines,
                      struct cvx_err *err)
{
    struct cvx_paragraphs paragraphs = {0};
    int rc = cvx_wordml_read(data, len, &paragraphs, err);

    if (rc) {
        assert_null(paragraphs.items);
        return rc;
    }
    for (size_t i = 0; i < paragraphs.count; i++) {
        const struct cvx_paragraph *p = &paragraphs.items[i];
        struct cvx_span text = cvx_paragraphs_text(&paragraphs, p);
        assert_true(cvx_text_is_utf8(text.p, text.len));
        tree_put_paragraph(lines, text.p, text.len, cvx_paragraphs_style(&paragraphs, p),
                           p->numbered, p->in_body, p->in_textbox);
    }
    cvx_paragraphs_done(&paragraphs);
    return CVX_OK;
}

static void expect_lines(const char *part, const char *expected)
{
    struct cvx_buf lines = CVX_BUF_INIT;
    struct cvx_err err;

    assert_int_equal(read_lines(part, strlen(part), &lines, &err), CVX_OK);
    assert_string_equal(lines.data ? lines.data : "", expected);
    cvx_buf_done(&lines);
}

/* Lines: numbered, in a body, in a text box, [style] text. */
static const struct {
    const char *part, *expected;
} k_parts[] = {
    {BODY(""), ""},
    {BODY(P("")), ""},
    {BODY(P(T("one")) P(T("two"))), "010 [] one\n010 [] two\n"},
    {DOC(P(T("outside"))), "000 [] outside\n"},
    {DOC("<w:body/>" P(T("a")) "<w:body>" P(T("b")) "</w:body>"), "000 [] a\n010 [] b\n"},
    /* the other namespace, another prefix, none */
    {"<x:d xmlns:x='" STRICT "'><x:body><x:p><x:t>s</x:t></x:p></x:body></x:d>",
     "010 [] s\n"},
    {"<d xmlns='" W "'><body><p><pPr><pStyle val='n'/></pPr><t>q</t></p></body></d>",
     "010 [] q\n"},
    {"<w:d xmlns:w='urn:w'><w:body><w:p><w:t>q</w:t></w:p></w:body></w:d>", ""},
    /* what adds text, by local name in whatever namespace */
    {BODY(P("<w:t>a</w:t><w:br/><w:cr/><w:tab/><w:noBreakHyphen/><w:softHyphen/>")),
     "010 [] a\\n\\n\\t--\n"},
    {BODY(P("<t>a</t><m:t xmlns:m='urn:m'>b</m:t><br/>")), "010 [] ab\\n\n"},
    {BODY(P("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>" T("x"))), "010 [] \\tx\n"},
    {BODY(P("<w:delText>d</w:delText><w:instrText>i</w:instrText>bare")), ""},
    {BODY("<w:t>no paragraph</w:t><w:br/>"), ""},
    /* own text: no child's, none behind a child */
    {BODY(P("<w:t>a<w:b>c</w:b>d</w:t>")), "010 [] a\n"},
    {BODY(P("<w:t>a<w:t>c</w:t>d</w:t>")), "010 [] ac\n"},
    {BODY(P("<w:t>a<!-- x -->b<?p q?>c<![CDATA[<d>]]>e</w:t>")), "010 [] abc<d>e\n"},
    {BODY(P("<w:t>&amp;&#x2022;&lt;&none;</w:t>")), "010 [] &•<\n"},
    /* an undeclared prefix adds nothing, its children count */
    {BODY(P("<q:t>n</q:t><q:r><w:t>y</w:t></q:r>")), "010 [] y\n"},
    {"<w:body><w:p><w:t>n</w:t></w:p></w:body>", ""},
    {BODY(P("<w:pPr><q:pStyle w:val='n'/></w:pPr>" T("x"))), "010 [] x\n"},
    /* nesting */
    {BODY(P(T("a") "<w:txbxContent>" P(T("b")) "</w:txbxContent>" T("c"))),
     "010 [] abc\n011 [] b\n"},
    {DOC("<w:txbxContent>" P(T("a") P(T("b"))) "</w:txbxContent>"),
     "001 [] ab\n001 [] b\n"},
    /* style: the first below any w:pPr, its own namespace's val */
    {BODY(P("<w:pPr><w:pStyle w:val='A'/><w:pStyle w:val='B'/></w:pPr>" T("x"))),
     "010 [A] x\n"},
    {BODY(P("<w:pPr><w:pStyle/><w:pStyle w:val='B'/></w:pPr>" T("x"))), "010 [] x\n"},
    {BODY(P("<w:pPr><w:pStyle val='A'/></w:pPr>" T("x"))), "010 [] x\n"},
    {BODY(P("<w:pStyle w:val='A'/><w:numPr/>" T("x"))), "010 [] x\n"},
    {BODY(P("<w:pPr><x><w:pStyle w:val='A'/><w:numPr/></x></w:pPr>" T("x"))),
     "010 [] x\n"},
    {BODY(P("<x><w:pPr><w:pStyle w:val='A'/><w:numPr/></w:pPr></x>" T("x"))),
     "110 [A] x\n"},
    {BODY(P("<w:pPr><w:pPrChange><w:pPr><w:pStyle w:val='A'/></w:pPr></w:pPrChange>"
            "<w:pStyle w:val='B'/></w:pPr>" T("x"))),
     "010 [A] x\n"},
    {BODY(P("<w:pPr><w:pStyle w:val='A&lt;&#233;'/></w:pPr>" T("x"))), "010 [A<é] x\n"},
    /* what is below a nested paragraph is below the outer one, text or no text */
    {BODY(P(T("a") P("<w:pPr><w:pStyle w:val='A'/><w:numPr/></w:pPr>"))), "110 [A] a\n"},
    {BODY(P(P("<w:pPr><w:pStyle w:val='A'/></w:pPr>" T("b")) "<w:pPr><w:pStyle "
                                                             "w:val='B'/></w:pPr>")),
     "010 [A] b\n010 [A] b\n"},
    {BODY(
         P("<w:pPr><w:pStyle w:val='B'/></w:pPr>" P("<w:pPr><w:numPr/></w:pPr>" T("b")))),
     "110 [B] b\n110 [] b\n"},
    /* open at the end */
    {"<w:document xmlns:w='" W "'><w:body><w:p><w:t>cut", "010 [] cut\n"},
    /* a start tag broken off ends its element there */
    {BODY(P("<w:t<w:t>a</w:t>b")), "010 [] a\n"},
    {BODY(P(T("a")) "</w:wrong>" P(T("b"))), "010 [] a\n000 [] b\n"},
};

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_parts); i++)
        expect_lines(k_parts[i].part, k_parts[i].expected);
}

#define ENTITIES                                                                         \
    "<!DOCTYPE d [<!ENTITY e 'ent'><!ENTITY m '<w:t>mark</w:t>'>"                        \
    "<!ENTITY p '<w:p><w:t>lost</w:t></w:p>'>"                                           \
    "<!ENTITY own \"<w:p xmlns:w='" W "'><w:pPr><w:pStyle w:val='S'/><w:numPr/></w:pPr>" \
    "<w:t>own &e;</w:t>&p;</w:p>\">"                                                     \
    "<!ENTITY deep \"<w:x xmlns:w='" W "'>&p;<w:p><w:t>d</w:t></w:p></w:x>\">"           \
    "<!ENTITY bad '<w:t>half</w:t><w:br/><w:t>'><!ENTITY loop 'l&loop;'>"                \
    "<!ENTITY amp2 'a&#38;amp;b'>]>"

static const struct {
    const char *part, *expected;
} k_entities[] = {
    {ENTITIES BODY(P(T("1&e;2"))), "010 [] 1ent2\n"},
    {ENTITIES BODY(P("&m;&m;")), "010 [] markmark\n"},
    {ENTITIES BODY(P(T("&amp2;"))), "010 [] a&b\n"},
    {ENTITIES BODY(P("<w:pPr><w:pStyle w:val='x&e;y'/></w:pPr>" T("t"))),
     "010 [xenty] t\n"},
    /* within an entity only its own declarations of namespaces count */
    {ENTITIES BODY("&p;" P("&p;")), "010 [] lost\n"},
    {ENTITIES BODY("&own;&own;"), "110 [S] own entlost\n110 [S] own entlost\n"},
    {ENTITIES BODY("&deep;"), "010 [] d\n"},
    /* one that is not well-formed leaves nothing, and none is expanded after it */
    {ENTITIES BODY(P(T("a&e;") "&bad;" T("b&e;"))), "010 [] aentb\n"},
    {ENTITIES BODY("&own;&bad;&own;"), "110 [S] own entlost\n"},
    /* nor after any other fault, libxml2's own five included */
    {ENTITIES BODY(P(T("a&e;&none;b&e;&amp;"))), "010 [] aentb\n"},
    /* one that holds itself ends the document */
    {ENTITIES BODY(P(T("a")) P(T("b&loop;c"))
                       P(T("something behind it that makes the part long enough"))),
     "010 [] a\n010 [] b\n"},
    /* the first declaration counts */
    {"<!DOCTYPE d [<!ENTITY e 'x'><!ENTITY e 'y'>]>" BODY(P(T("&e;"))), "010 [] x\n"},
    /* defaults of attributes */
    {"<!DOCTYPE d [<!ATTLIST w:pStyle w:val CDATA 'dflt'>]>" BODY(
         P("<w:pPr><w:pStyle/></w:pPr>" T("t"))),
     "010 [dflt] t\n"},
    {"<!DOCTYPE d [<!ATTLIST w:p xmlns:w CDATA '" W "'>]><w:p><w:t>x</w:t></w:p>",
     "000 [] x\n"},
    /* parameter entities are not read */
    {"<!DOCTYPE d [<!ENTITY % p \"<!ENTITY e 'x'>\">%p;]>" BODY(P(T("1&e;2"))),
     "010 [] 12\n"},
};

static void test_entities(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_entities); i++)
        expect_lines(k_entities[i].part, k_entities[i].expected);
}

static void expect_same_as_tree(const char *data, size_t len)
{
    struct cvx_buf lines = CVX_BUF_INIT, tree = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = read_lines(data, len, &lines, &err);
    bool rooted = tree_read(data, len, &tree, NULL);
    bool same = lines.len == tree.len &&
                (lines.len == 0 || memcmp(lines.data, tree.data, lines.len) == 0);

    if (rc != CVX_ELIMIT && ((rc == CVX_OK) != rooted || !same))
        fail_msg("a part of %zu bytes: %d, a tree %s\n%.*s\n--- walked\n%s\n--- tree\n%s",
                 len, rc, rooted ? "is left" : "is not", (int)len, data,
                 lines.data ? lines.data : "", tree.data ? tree.data : "");
    cvx_buf_done(&lines);
    cvx_buf_done(&tree);
}

/* Pieces of a part that has everything in it. */
#define RICH_TABS                                                                        \
    "<w:p><w:pPr><w:pStyle w:val='H&e;1'/><w:tabs><w:tab w:val='l'/></w:tabs></w:pPr>"   \
    "<w:r><w:t>One &amp; två</w:t><w:br/><w:noBreakHyphen/>"                            \
    "<w:t xml:space='preserve'> x &e;</w:t></w:r>&m;</w:p>"
#define RICH_BOX                                                                         \
    "<v:box><w:txbxContent><w:p><w:pPr><w:pStyle w:val='L'/></w:pPr>"                    \
    "<w:t>in &#x2022; box</w:t></w:p><w:p><w:t>two</w:t></w:p></w:txbxContent></v:box>"
#define RICH_LIST                                                                        \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/></w:numPr></w:pPr>"                         \
    "<w:r><w:t>bul<!-- c -->let<?pi x?>s<![CDATA[c<d]]></w:t></w:r>" RICH_BOX            \
    "<q:t>n</q:t></w:p>"
#define RICH_REST "&own;&deep;<w:p><w:r><w:t>a]]b<w:b/>c</w:t></w:r></w:p>"

static const char k_rich[] = ENTITIES BODY(RICH_TABS RICH_LIST RICH_REST);

static void test_truncated_everywhere(void **state)
{
    (void)state;
    for (size_t len = 1; len < sizeof(k_rich); len++)
        expect_same_as_tree(k_rich, len);
}

static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33);
}

/* Cuts, doubles, replaces or inserts something at one place; data has room for 64 more.
 */
static void mutate(char *data, size_t *len, uint64_t *seed)
{
    static const char *const piece[] = {
        "<",      ">",        "</",        "/>",       "&",         "&e;",    "&bad;",
        "&m;",    "&own;",    "'",         "\"",       "<w:p>",     "</w:p>", "<w:t>",
        "</w:t>", "<t>",      "<w:body>",  "<w:pPr>",  "</w:pPr>",  "<!--",   "-->",
        "<?x",    "?>",       "<![CDATA[", "]]>",      "=",         "\xc3",   "\xff",
        "w:",     "xmlns:w=", "<w:numPr/", "&#x2014;", "<!ENTITY ", "]>",     "%",
        "&loop;", "&#233;",   "\x01",      "<w:p",
    };
    size_t at = next_random(seed) % (*len + 1);
    size_t n = next_random(seed) % 16;
    const char *insert;

    switch (next_random(seed) % 4) {
    case 0:
        n = n > *len - at ? *len - at : n;
        memmove(data + at, data + at + n, *len - at - n);
        *len -= n;
        break;
    case 1:
        if (at < *len)
            data[at] = (char)next_random(seed);
        break;
    default:
        insert = piece[next_random(seed) % COUNT(piece)];
        n = strlen(insert);
        memmove(data + at + n, data + at, *len - at);
        memcpy(data + at, insert, n);
        *len += n;
        break;
    }
}

static void test_mutated(void **state)
{
    uint64_t seed = 20;
    (void)state;

    for (int i = 0; i < 6000; i++) {
        char data[sizeof(k_rich) + 512];
        size_t len = sizeof(k_rich) - 1;
        memcpy(data, k_rich, len);
        for (unsigned n = 1 + next_random(&seed) % 6; n > 0; n--)
            mutate(data, &len, &seed);
        expect_same_as_tree(data, len);
    }
}

static const struct {
    const char *name;
    const char *part;
    size_t len;
    const char *text;
} k_encodings[] = {
#define ENCODED(name, part, text)                                                        \
    {                                                                                    \
        name, part, sizeof(part) - 1, text                                               \
    }
    ENCODED("latin1", "<?xml version='1.0' encoding='ISO-8859-1'?>" BODY(P(T("caf\xe9"))),
            "café"),
    ENCODED("koi8-r", "<?xml version='1.0' encoding='KOI8-R'?>" BODY(P(T("\xc4\xc1"))),
            "да"),
    ENCODED("windows-1252",
            "<?xml version='1.0' encoding='windows-1252'?>" BODY(P(T("\x80"))), "€"),
    ENCODED("bom", "\xef\xbb\xbf" BODY(P(T("\xc3\xa9"))), "é"),
    /* Bytes that are no UTF-8 count as Latin-1, and so do those after them. */
    ENCODED("broken", BODY(P(T("a\xe9z \xc3\xa9 &#233;"))), "aéz é é"),
#undef ENCODED
};

static void test_encodings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_encodings); i++) {
        struct cvx_paragraphs paragraphs = {0};
        struct cvx_err err;
        assert_int_equal(
            cvx_wordml_read(k_encodings[i].part, k_encodings[i].len, &paragraphs, &err),
            CVX_OK);
        assert_int_equal(paragraphs.count, 1);
        struct cvx_span text = cvx_paragraphs_text(&paragraphs, paragraphs.items);
        assert_int_equal(text.len, strlen(k_encodings[i].text));
        assert_memory_equal(text.p, k_encodings[i].text, text.len);
        cvx_paragraphs_done(&paragraphs);
    }
}

static void test_utf16(void **state)
{
    static const char part[] = BODY(P(T("pair: ")));
    (void)state;

    for (int big = 0; big < 2; big++) {
        struct cvx_buf wide = CVX_BUF_INIT, lines = CVX_BUF_INIT;
        struct cvx_err err;
        cvx_buf_put(&wide, big ? "\xfe\xff" : "\xff\xfe", 2);
        for (size_t i = 0; i < sizeof(part) - 1; i++) {
            char unit[2] = {part[i], 0};
            if (part[i] == ':' && part[i + 1] == ' ')
                cvx_buf_put(&wide, big ? "\xd8\x3d\xde\x00" : "\x3d\xd8\x00\xde", 4);
            if (big) {
                unit[0] = 0;
                unit[1] = part[i];
            }
            cvx_buf_put(&wide, unit, 2);
        }
        assert_int_equal(read_lines(wide.data, wide.len, &lines, &err), CVX_OK);
        assert_string_equal(lines.data, "010 [] pair😀: \n");
        cvx_buf_done(&lines);
        for (size_t len = 2; len < wide.len; len += 7)
            expect_same_as_tree(wide.data, len);
        cvx_buf_done(&wide);
    }
}

static void test_unreadable(void **state)
{
    static const char *const part[] = {
        "",
        " ",
        "text",
        "<",
        "<!-- only -->",
        "<?xml version='1.0'?>",
        "\xff\xfe",
        "&a;",
        "<?xml version='1.0' encoding='no-such-encoding'?><a/>",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(part); i++) {
        struct cvx_buf lines = CVX_BUF_INIT;
        struct cvx_err err;
        int rc = read_lines(part[i], strlen(part[i]), &lines, &err);
        if (rc != CVX_EFORMAT)
            fail_msg("'%s': %d", part[i], rc);
        assert_string_equal(cvx_err_root(&err), "not readable XML");
        cvx_buf_done(&lines);
    }
}

/* Nothing of what libxml2 has to say reaches standard error, whoever raises it. */
static void test_silence(void **state)
{
    static const char *const part[] = {
        "<a",
        "<a>&b;</c>",
        "<?xml version='1.0' encoding='UTF-16'?><a>\xd8\xd8</a>",
        "<?xml version='1.0' encoding='EUC-JP'?><a>\xff\xff\xff\xff</a>",
        "<!DOCTYPE a SYSTEM 'no-such-file' [<!ENTITY x SYSTEM 'nor-this'>]><a>&x;</a>",
    };
    char name[] = "/tmp/cvx-wordml-XXXXXX";
    int fd = mkstemp(name);
    int saved = dup(STDERR_FILENO);
    (void)state;

    assert_true(fd >= 0 && saved >= 0);
    (void)unlink(name);
    (void)fflush(stderr);
    (void)dup2(fd, STDERR_FILENO);
    for (size_t i = 0; i < COUNT(part); i++) {
        struct cvx_paragraphs paragraphs = {0};
        (void)cvx_wordml_read(part[i], strlen(part[i]), &paragraphs, NULL);
        cvx_paragraphs_done(&paragraphs);
    }
    (void)fflush(stderr);
    (void)dup2(saved, STDERR_FILENO);
    off_t written = lseek(fd, 0, SEEK_END);
    (void)close(saved);
    (void)close(fd);
    assert_int_equal(written, 0);
}

/* %s: the canary file's name. */
static const char *const k_canaries[] = {
    "<!DOCTYPE d [<!ENTITY x SYSTEM 'file://%s'>]>" BODY(P(T("a&x;b"))),
    "<!DOCTYPE d [<!ENTITY x SYSTEM '%s'>]>" BODY(P(T("a&x;&x;b"))),
    "<!DOCTYPE d [<!ENTITY x PUBLIC 'p' '%s'>]>" BODY(P(T("ab"))) "&x;",
    "<!DOCTYPE d [<!ENTITY x SYSTEM '%s'><!ENTITY x 'ok'>]>" BODY(P(T("a&x;b"))),
    "<!DOCTYPE d [<!ENTITY x SYSTEM '%s'><!ENTITY y '&x;'>]>" BODY(P(T("a&y;b"))),
    "<!DOCTYPE d [<!ENTITY x SYSTEM '%s' NDATA n>]>" BODY(P(T("a&x;b"))),
    "<!DOCTYPE d [<!ENTITY x SYSTEM '%s'>]>" BODY(
        P("<w:pPr><w:pStyle w:val='&x;'/></w:pPr>" T("ab"))),
    "<!DOCTYPE d [<!ENTITY %% x SYSTEM '%s'>%%x;]>" BODY(P(T("a&z;b"))),
    "<!DOCTYPE d [<!ENTITY %% x SYSTEM '%s'><!ENTITY y '%%x;'>]>" BODY(P(T("a&y;b"))),
    "<!DOCTYPE d SYSTEM '%s'>" BODY(P(T("a&z;b"))),
    "<?xml version='1.0' standalone='no'?><!DOCTYPE d PUBLIC 'p' '%s'>" BODY(
        P(T("a&z;b"))),
    "<?xml-stylesheet href='%s'?>" BODY(
        P(T("ab")) "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' parse='text' "
                   "href='x'/>"),
};

static void test_canary(void **state)
{
    char name[] = "/tmp/cvx-wordml-XXXXXX";
    int fd = mkstemp(name);
    static const char canary[] = "<!ENTITY z 'CANARY'>CANARY";
    (void)state;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, canary, sizeof(canary) - 1), sizeof(canary) - 1);
    (void)close(fd);
    for (size_t i = 0; i < COUNT(k_canaries); i++) {
        struct cvx_buf part = CVX_BUF_INIT, lines = CVX_BUF_INIT;
        struct cvx_err err;
        const char *rest = strstr(k_canaries[i], "%s") + 2;
        /* The formats are the table's; %% stands for one. */
        for (const char *p = k_canaries[i]; *p; p++) {
            if (p == rest - 2)
                cvx_buf_puts(&part, name);
            if (p == rest - 2 || (p[0] == '%' && p[1] == '%'))
                p++;
            if (p != rest - 1)
                cvx_buf_putc(&part, *p);
        }
        assert_int_equal(read_lines(part.data, part.len, &lines, &err), CVX_OK);
        if (strncmp(lines.data, "010 [] ab", 9) != 0)
            fail_msg("canary %zu: %s", i, lines.data);
        cvx_buf_done(&part);
        cvx_buf_done(&lines);
    }
    (void)unlink(name);
}

static void put_times(struct cvx_buf *buf, const char *text, size_t n)
{
    for (size_t len = strlen(text); n > 0; n--)
        cvx_buf_put(buf, text, len);
}

/* Reads and frees the part; limit: a piece of the error's text, NULL = it must be read.
 */
static void expect_limit(struct cvx_buf *part, const char *limit)
{
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_err err;

    assert_false(part->failed);
    cvx_err_init(&err);
    int rc = cvx_wordml_read(part->data, part->len, &paragraphs, &err);
    if (rc != (limit ? CVX_ELIMIT : CVX_OK))
        fail_msg("%s: %d, %s", limit ? limit : "within the limit", rc,
                 cvx_err_root(&err));
    if (limit && !strstr(cvx_err_root(&err), limit))
        fail_msg("'%s' is not in '%s'", limit, cvx_err_root(&err));
    cvx_paragraphs_done(&paragraphs);
    cvx_buf_done(part);
}

static void limit_depth(size_t depth, const char *limit)
{
    struct cvx_buf part = CVX_BUF_INIT;
    put_times(&part, "<a>", depth);
    put_times(&part, "</a>", depth);
    expect_limit(&part, limit);
}

static void limit_paragraph(size_t len, const char *limit)
{
    struct cvx_buf part = CVX_BUF_INIT;
    cvx_buf_puts(&part, "<w:p xmlns:w='" W "'>");
    put_times(&part, "<t>0123456789abcdef</t>", len / 16);
    cvx_buf_puts(&part, "</w:p>");
    expect_limit(&part, limit);
}

/* The same text counts for every paragraph that it is nested in. */
static void limit_text(size_t nested, const char *limit)
{
    struct cvx_buf part = CVX_BUF_INIT;
    cvx_buf_puts(&part, "<w:d xmlns:w='" W "'>");
    put_times(&part, "<w:p>", nested);
    cvx_buf_puts(&part, "<t>");
    put_times(&part, "0123456789abcdef", CVX_MIB / 16);
    cvx_buf_puts(&part, "</t>");
    put_times(&part, "</w:p>", nested);
    cvx_buf_puts(&part, "</w:d>");
    expect_limit(&part, limit);
}

static void test_limits(void **state)
{
    (void)state;
    limit_depth(CVX_XML_DEPTH_MAX, NULL);
    limit_depth(CVX_XML_DEPTH_MAX + 1, "nested 513 deep or more, the limit is 512");
    limit_depth(200000, "nested 513 deep or more");
    limit_paragraph(CVX_PARAGRAPH_MAX, NULL);
    limit_paragraph(CVX_PARAGRAPH_MAX + 16, "a paragraph has 16777232 bytes");
    limit_text(64, NULL);
    limit_text(65, "the paragraphs have 68157440 bytes of text, the limit is 67108864");
}

/* A part of exactly `size` bytes with one entity of `len` bytes, referenced `content`
 * times in text and `attribute` times in attributes. */
static void limit_entity(size_t size, size_t len, size_t content, size_t attribute,
                         const char *limit)
{
    struct cvx_buf part = CVX_BUF_INIT;
    cvx_buf_puts(&part, "<!DOCTYPE a [<!ENTITY e '");
    put_times(&part, "x", len);
    cvx_buf_puts(&part, "'>]><a><b c='");
    put_times(&part, "&e;", attribute);
    cvx_buf_puts(&part, "'/>");
    put_times(&part, "&e;", content);
    assert_true(part.len + 4 <= size);
    put_times(&part, " ", size - part.len - 4);
    cvx_buf_puts(&part, "</a>");
    expect_limit(&part, limit);
}

static void test_entity_limits(void **state)
{
    (void)state;
    /* ten times the part, to the byte, references of both kinds in one budget */
    limit_entity(10000, 5000, 20, 0, NULL);
    limit_entity(10000, 5000, 0, 20, NULL);
    limit_entity(10000, 5000, 10, 10, NULL);
    limit_entity(10000, 5000, 11, 10, "entities expand to: 105000, the limit is 100000");
    limit_entity(10000, 5000, 0, 21, "entities expand to: 105000");
    limit_entity(10000, 5000, 21, 0, "entities expand to: 105000");
    limit_entity(10009, 5000, 21, 0, "the limit is 100090");
    /* 16 MiB */
    limit_entity(3 * CVX_MIB, CVX_MIB, 16, 0, NULL);
    limit_entity(3 * CVX_MIB, CVX_MIB, 8, 9, "the limit is 16777216");
}

static void test_entity_bombs(void **state)
{
    struct cvx_buf part = CVX_BUF_INIT;
    (void)state;

    /* a billion laughs, in content and in an attribute */
    for (int attribute = 0; attribute < 2; attribute++) {
        cvx_buf_puts(&part, "<!DOCTYPE a [<!ENTITY a0 'ha'>");
        for (int i = 1; i <= 9; i++) {
            cvx_buf_printf(&part, "<!ENTITY a%d '", i);
            for (int k = 0; k < 10; k++)
                cvx_buf_printf(&part, "&a%d;", i - 1);
            cvx_buf_puts(&part, "'>");
        }
        cvx_buf_puts(&part, attribute ? "]><a b='&a9;'/>" : "]><a>&a9;</a>");
        expect_limit(&part, "bytes that entities expand to");
    }
    /* copied at each of a thousand levels */
    cvx_buf_puts(&part, "<!DOCTYPE a [<!ENTITY a0 '");
    put_times(&part, "x", CVX_MIB);
    cvx_buf_puts(&part, "'>");
    for (int i = 1; i < 1000; i++)
        cvx_buf_printf(&part, "<!ENTITY a%d '&a%d;'>", i, i - 1);
    cvx_buf_puts(&part, "]><a b='&a999;&a999;&a999;'/>");
    expect_limit(&part, "bytes copied for nested entities");
    /* very many of nothing */
    cvx_buf_puts(&part, "<!DOCTYPE a [<!ENTITY e ''>]><a b='");
    put_times(&part, "&e;", CVX_XML_ENTITY_REFS_MAX + 1);
    cvx_buf_puts(&part, "'/>");
    expect_limit(&part, "references to entities: 1000001, the limit is 1000000");
}

static void test_attribute_limits(void **state)
{
    struct cvx_buf part = CVX_BUF_INIT;
    (void)state;

    for (size_t over = 0; over < 2; over++) {
        cvx_buf_puts(&part, "<a");
        for (size_t i = 0; i < CVX_XML_ATTRIBUTES_MAX + over; i++)
            cvx_buf_printf(&part, i % 2 ? " a%zu=''" : " xmlns:a%zu='u'", i);
        cvx_buf_puts(&part, "/>");
        expect_limit(&part,
                     over ? "attributes of one element: 1025, the limit is 1024" : NULL);
        cvx_buf_puts(&part, "<a b='");
        put_times(&part, "0123456789abcdef", CVX_ATTRIBUTES_MAX / 16 + over);
        cvx_buf_puts(&part, "'/>");
        expect_limit(&part, over ? "bytes of attributes of one element: 16777232" : NULL);
    }
    for (size_t over = 0; over < 2; over++) {
        for (size_t i = 0; i < CVX_XML_NAMESPACES_MAX / 16 + over; i++) {
            cvx_buf_puts(&part, "<b");
            for (size_t k = 0; k < 16; k++)
                cvx_buf_printf(&part, " xmlns:a%zu='u'", k);
            cvx_buf_puts(&part, ">");
        }
        expect_limit(&part, over ? "namespaces declared at once: 4112" : NULL);
    }
    /* a hundred thousand different names in one tag, where the parser is quadratic */
    cvx_buf_puts(&part, "<a");
    for (size_t i = 0; i < 100000; i++)
        cvx_buf_printf(&part, " a%zx=''", i);
    cvx_buf_puts(&part, "/>");
    expect_limit(&part, "bytes kept for names");
}

/* The same is true of the lists in a document type, before any event. */
static void test_attribute_list_limit(void **state)
{
    struct cvx_buf part = CVX_BUF_INIT;
    (void)state;

    for (int over = 0; over < 2; over++) {
        cvx_buf_puts(&part, "<!DOCTYPE a [<!ATTLIST a b (x");
        for (size_t i = 0; i < 3000; i++)
            cvx_buf_printf(&part, "|y%zu", i);
        cvx_buf_puts(&part, ") 'x'>]><a>");
        put_times(&part, " ", over ? CVX_XML_ATTLIST_MAX : 0);
        cvx_buf_puts(&part, "</a>");
        expect_limit(&part, over ? "attribute-list declarations" : NULL);
    }
    cvx_buf_puts(&part, "<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE a><a>");
    put_times(&part, " ", CVX_XML_ATTLIST_MAX);
    cvx_buf_puts(&part, "</a>");
    expect_limit(&part, "attribute-list declarations");
}

/* Ten megabytes of this would take minutes if any of it were quadratic. */
static void test_linear(void **state)
{
    static const char *const piece[] = {
        "<w:p><w:pPr><w:numPr/></w:pPr><w:t>a</w:t></w:p>",
        "<w:p/>",
        "<w:t>",
        "</w:x>",
        "<q:x q:y=''/>",
        "&#1;",
        "<a b='1' b='2'/>",
        "\x01",
        "]]>",
    };
    (void)state;

    for (size_t i = 0; i < COUNT(piece); i++) {
        struct cvx_buf part = CVX_BUF_INIT;
        struct cvx_paragraphs paragraphs = {0};
        struct cvx_err err;
        cvx_buf_puts(&part, "<w:d xmlns:w='" W "'><w:body>");
        put_times(&part, piece[i], CVX_MIB / strlen(piece[i]));
        int rc = cvx_wordml_read(part.data, part.len, &paragraphs, &err);
        assert_true(rc == CVX_OK || rc == CVX_ELIMIT);
        cvx_paragraphs_done(&paragraphs);
        cvx_buf_done(&part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_truncated_everywhere),
        cmocka_unit_test(test_mutated),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_canary),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_entity_limits),
        cmocka_unit_test(test_entity_bombs),
        cmocka_unit_test(test_attribute_limits),
        cmocka_unit_test(test_attribute_list_limit),
        cmocka_unit_test(test_linear),
    };
    cvx_wordml_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
