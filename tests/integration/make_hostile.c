/* Writes one file that no word processor would write.
 *
 *   make_hostile KIND PATH [ARGUMENT] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zipmake.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define DOCUMENT(body) "<w:document " W "><w:body>" body "</w:body></w:document>"
#define CV_OVERVIEW P("OVERVIEW") P("Ten years of invented work.")
#define CV_WORK P("PROFESSIONAL EXPERIENCE") P("2019 - Present Engineer")
#define CV_DETAILS P("Kept a model railway on time.") P("Environment: C, make")
#define CV_BODY CV_OVERVIEW CV_WORK CV_DETAILS
#define CV_NAME P("Engineer") P("Ada Beispiel")
#define CV_SKILLS P("LANGUAGES") P("C") P("TOOLS") P("make") P("INDUSTRIES") P("Rail")
#define CV_SCHOOL P("SPOKEN LANGUAGES") P("German") P("ACADEMIC BACKGROUND") P("MSc")
#define CV_HEADER "<w:hdr " W ">" CV_NAME CV_SKILLS CV_SCHOOL "</w:hdr>"

static const char *g_argument;

static void put_document(struct zipmake *zip, const char *text)
{
    zipmake_text(zip, "word/document.xml", text);
}

static void put_cv(struct zipmake *zip)
{
    put_document(zip, DOCUMENT(CV_BODY));
    zipmake_text(zip, "word/header1.xml", CV_HEADER);
}

static void put_repeated(struct cvx_buf *buf, const char *text, size_t times)
{
    while (times-- > 0)
        cvx_buf_puts(buf, text);
}

static size_t argument_number(void)
{
    return (size_t)strtoul(g_argument, NULL, 10);
}

static void make_plain(struct zipmake *zip)
{
    put_cv(zip);
}

/* A directory of names that lead out of the folder, besides the CV. */
static void make_outside(struct zipmake *zip)
{
    put_cv(zip);
    zipmake_text(zip, "../../outside.txt", "escaped");
    zipmake_text(zip, "word/../../../outside.txt", "escaped");
    zipmake_text(zip, g_argument, "escaped");
}

static void make_no_document(struct zipmake *zip)
{
    zipmake_text(zip, "word/header1.xml", CV_HEADER);
}

static void make_bad_xml(struct zipmake *zip)
{
    put_document(zip, "no markup at all");
    zipmake_text(zip, "word/header1.xml", CV_HEADER);
}

static void make_encrypted(struct zipmake *zip)
{
    const struct zipmake_part part = {
        .name = "word/document.xml", .data = "secret", .len = 6, .flags = 1};

    zipmake_add(zip, &part);
}

static void make_method(struct zipmake *zip)
{
    const struct zipmake_part part = {.name = "word/document.xml",
                                      .data = "packed somehow",
                                      .len = 14,
                                      .lies = ZIPMAKE_METHOD,
                                      .says_method = 97};

    zipmake_add(zip, &part);
}

static void make_header_empty(struct zipmake *zip)
{
    put_cv(zip);
    zipmake_text(zip, "word/header2.xml", "");
}

/* A part whose name would recolour a terminal and set its title; it gets into a message. */
static void make_part_name(struct zipmake *zip)
{
    put_cv(zip);
    zipmake_text(zip, "word/header\033[31m\033]0;owned\a.xml", "");
}

/* Blanks by the MiB: the argument. */
static void make_bomb(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;
    size_t len = argument_number() << 20;
    char *room = cvx_buf_room(&text, len);

    if (!room)
        abort();
    memset(room, ' ', len);
    text.len = len;
    cvx_buf_trim(&text, len);
    put_document(zip, text.data);
    cvx_buf_done(&text);
}

static void make_entries(struct zipmake *zip)
{
    char name[64];

    put_cv(zip);
    for (size_t i = 0, n = argument_number(); i < n; i++) {
        const struct zipmake_part part = {.name = name};

        (void)snprintf(name, sizeof(name), "word/media/image%zu.png", i);
        zipmake_add(zip, &part);
    }
}

/* The argument is a file whose text must stay where it is. */
static void make_entities(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_printf(&text,
                   "<!DOCTYPE w:document SYSTEM \"file://%s\" [\n"
                   "<!ENTITY %% all SYSTEM \"file://%s\">\n%%all;\n"
                   "<!ENTITY one SYSTEM \"file://%s\">\n"
                   "<!ENTITY two SYSTEM \"%s\">\n"
                   "<!ENTITY three \"<w:t>&one;</w:t>\">]>\n",
                   g_argument, g_argument, g_argument, g_argument);
    cvx_buf_puts(&text, DOCUMENT(P("OVERVIEW") P("Seen: &one; &two; &three;")
                                     P("PROFESSIONAL EXPERIENCE") P("2019 - Now &one;")
                                         P("Environment: &two;, C")));
    put_document(zip, text.data);
    cvx_buf_done(&text);
    zipmake_text(zip, "word/header1.xml", CV_HEADER);
    zipmake_text(zip, "word/_rels/document.xml.rels",
                 "<Relationships><Relationship Id=\"r\" TargetMode=\"External\" "
                 "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                 "relationships/attachedTemplate\" Target=\"http://192.0.2.1/x.dotm\"/>"
                 "</Relationships>");
}

static void make_laughs(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text, "<!DOCTYPE x [<!ENTITY l0 \"laugh\">");
    for (int i = 1; i < 12; i++) {
        cvx_buf_printf(&text, "<!ENTITY l%d \"", i);
        for (int k = 0; k < 10; k++)
            cvx_buf_printf(&text, "&l%d;", i - 1);
        cvx_buf_puts(&text, "\">");
    }
    cvx_buf_puts(&text, "]>" DOCUMENT(P("&l11;")));
    put_document(zip, text.data);
    cvx_buf_done(&text);
}

/* As many elements inside each other as the argument says. */
static void make_deep(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;
    size_t n = argument_number();

    cvx_buf_puts(&text, "<w:document " W "><w:body>");
    put_repeated(&text, "<w:tbl>", n);
    put_repeated(&text, "</w:tbl>", n);
    cvx_buf_puts(&text, "</w:body></w:document>");
    put_document(zip, text.data);
    cvx_buf_done(&text);
}

/* An honest CV of about as many MiB as the argument says, stored, so that it takes time. */
static void make_large(struct zipmake *zip)
{
    static const char line[] = P("A line of a very long story, which goes on and on.");
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text, "<w:document " W "><w:body>" CV_BODY);
    put_repeated(&text, line, (argument_number() << 20) / sizeof(line));
    cvx_buf_puts(&text, "</w:body></w:document>");
    const struct zipmake_part part = {
        .name = "word/document.xml", .data = text.data, .len = text.len};

    zipmake_add(zip, &part);
    cvx_buf_done(&text);
    zipmake_text(zip, "word/header1.xml", CV_HEADER);
}

/* No zip: what an old Word wrote begins like this. */
static void make_ole(struct zipmake *zip)
{
    static const unsigned char magic[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};

    cvx_buf_put(&zip->bytes, magic, sizeof(magic));
    for (int i = 0; i < 4096; i++)
        cvx_buf_putc(&zip->bytes, '\0');
}

static const struct {
    const char *kind;
    void (*make)(struct zipmake *zip);
    bool needs_argument, is_zip;
} k_kinds[] = {
    {"plain", make_plain, false, true},
    {"outside", make_outside, true, true},
    {"no-document", make_no_document, false, true},
    {"bad-xml", make_bad_xml, false, true},
    {"encrypted", make_encrypted, false, true},
    {"method", make_method, false, true},
    {"header-empty", make_header_empty, false, true},
    {"part-name", make_part_name, false, true},
    {"bomb", make_bomb, true, true},
    {"entries", make_entries, true, true},
    {"entities", make_entities, true, true},
    {"laughs", make_laughs, false, true},
    {"deep", make_deep, true, true},
    {"large", make_large, true, true},
    {"ole", make_ole, false, false},
};

int main(int argc, char **argv)
{
    struct zipmake zip;
    bool saved = false;

    if (argc != 3 && argc != 4)
        return 2;
    g_argument = argv[3];
    for (size_t i = 0; i < sizeof(k_kinds) / sizeof(k_kinds[0]); i++) {
        if (strcmp(argv[1], k_kinds[i].kind) != 0)
            continue;
        if (k_kinds[i].needs_argument && !g_argument)
            return 2;
        zipmake_init(&zip, NULL, 0);
        k_kinds[i].make(&zip);
        if (k_kinds[i].is_zip)
            zipmake_finish(&zip, NULL);
        saved = zipmake_save(&zip, argv[2]);
        zipmake_done(&zip);
        if (!saved)
            perror(argv[2]);
        return saved ? 0 : 1;
    }
    fprintf(stderr, "make_hostile: no kind '%s'\n", argv[1]);
    return 2;
}
