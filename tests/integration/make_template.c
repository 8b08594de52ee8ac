/* Writes a Word template, or what is nearly one.
 *
 *   make_template PATH BODY [KIND [ARGUMENT]]
 *
 * BODY is the markup of the body ('{{ x }}' alone is put into a paragraph). KIND: plain;
 * header (ARGUMENT: the markup of a header); twice (the main part is there twice); nomain
 * (no main document part); notype (its content type is another); target (a relationship
 * leads nowhere); styles (ARGUMENT: so many bytes of styles); prefix (the namespace's prefix
 * is not w). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zipmake.h"

#define NS(p)                                                                            \
    "xmlns:" p "=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PKG "http://schemas.openxmlformats.org/package/2006/"
#define WML "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char *g_kind, *g_argument;

static int is(const char *kind)
{
    return strcmp(g_kind, kind) == 0;
}

static void put_types(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text, "<Types xmlns=\"" PKG "content-types\">"
                        "<Default Extension=\"rels\" ContentType=\"application/"
                        "vnd.openxmlformats-package.relationships+xml\"/>"
                        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    cvx_buf_printf(&text,
                   "<Override PartName=\"/word/document.xml\" ContentType=\"" WML
                   "%s+xml\"/>",
                   is("notype") ? "template.main" : "document.main");
    if (is("header"))
        cvx_buf_puts(&text, "<Override PartName=\"/word/header1.xml\" ContentType=\"" WML
                            "header+xml\"/>");
    if (is("styles"))
        cvx_buf_puts(&text, "<Override PartName=\"/word/styles.xml\" ContentType=\"" WML
                            "styles+xml\"/>");
    cvx_buf_puts(&text, "</Types>");
    zipmake_text(zip, "[Content_Types].xml", text.data);
    cvx_buf_done(&text);
}

static void put_rel(struct cvx_buf *text, const char *id, const char *type,
                    const char *target)
{
    cvx_buf_printf(text, "<Relationship Id=\"%s\" Type=\"" REL "%s\" Target=\"%s\"/>", id,
                   type, target);
}

static void put_rels(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text, "<Relationships xmlns=\"" PKG "relationships\">");
    put_rel(&text, "rId1", "officeDocument", "word/document.xml");
    cvx_buf_puts(&text, "</Relationships>");
    zipmake_text(zip, "_rels/.rels", text.data);
    cvx_buf_clear(&text);
    cvx_buf_puts(&text, "<Relationships xmlns=\"" PKG "relationships\">");
    if (is("header"))
        put_rel(&text, "rId1", "header", "header1.xml");
    if (is("styles"))
        put_rel(&text, "rId2", "styles", "styles.xml");
    if (is("target"))
        put_rel(&text, "rId3", "image", "media/nowhere.png");
    cvx_buf_puts(&text, "</Relationships>");
    zipmake_text(zip, "word/_rels/document.xml.rels", text.data);
    cvx_buf_done(&text);
}

static void put_document(struct zipmake *zip, const char *body)
{
    const char *p = is("prefix") ? "word" : "w";
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_printf(&text, "<%s:document %s><%s:body>", p,
                   is("prefix") ? NS("word") : NS("w"), p);
    if (body[0] == '<')
        cvx_buf_puts(&text, body);
    else
        cvx_buf_printf(&text, "<%s:p><%s:r><%s:t>%s</%s:t></%s:r></%s:p>", p, p, p, body,
                       p, p, p);
    cvx_buf_printf(&text, "</%s:body></%s:document>", p, p);
    zipmake_text(zip, "word/document.xml", text.data);
    cvx_buf_done(&text);
}

static void put_header(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_printf(&text, "<w:hdr %s>%s</w:hdr>", NS("w"), g_argument);
    zipmake_text(zip, "word/header1.xml", text.data);
    cvx_buf_done(&text);
}

static void put_styles(struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;
    size_t size = (size_t)strtoul(g_argument, NULL, 10);

    cvx_buf_printf(&text, "<w:styles %s>", NS("w"));
    for (unsigned i = 0; text.len < size; i++)
        cvx_buf_printf(&text,
                       "<w:style w:type=\"paragraph\" w:styleId=\"s%u\"><w:name "
                       "w:val=\"Invented %u\"/><w:rPr><w:sz w:val=\"%u\"/></w:rPr>"
                       "</w:style>",
                       i, i * 2654435761u % 100000, i % 96 + 4);
    cvx_buf_puts(&text, "</w:styles>");
    zipmake_text(zip, "word/styles.xml", text.data);
    cvx_buf_done(&text);
}

int main(int argc, char **argv)
{
    struct zipmake zip;
    int saved;

    if (argc < 3 || argc > 5) {
        fprintf(stderr, "usage: make_template PATH BODY [KIND [ARGUMENT]]\n");
        return 2;
    }
    g_kind = argc > 3 ? argv[3] : "plain";
    g_argument = argc > 4 ? argv[4] : "";
    zipmake_init(&zip, NULL, 0);
    put_types(&zip);
    put_rels(&zip);
    if (!is("nomain"))
        put_document(&zip, argv[2]);
    if (is("twice"))
        put_document(&zip, argv[2]);
    if (is("header"))
        put_header(&zip);
    if (is("styles"))
        put_styles(&zip);
    zipmake_finish(&zip, NULL);
    saved = zipmake_save(&zip, argv[1]);
    zipmake_done(&zip);
    return saved ? 0 : 1;
}
