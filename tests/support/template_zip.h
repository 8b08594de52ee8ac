/* Small Word templates for tests, and what becomes of them. Asserts on failure of what is
 * not under test. Thread: the test's. */
#ifndef TEST_TEMPLATE_ZIP_H
#define TEST_TEMPLATE_ZIP_H

#include <string.h>

#include "scratch.h"
#include "zipmake.h"

#define TZ_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define TZ_WP "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define TZ_R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define TZ_CP "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
#define TZ_DC "http://purl.org/dc/elements/1.1/"
#define TZ_NS " xmlns:w=\"" TZ_W "\" xmlns:wp=\"" TZ_WP "\""
#define TZ_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define TZ_CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"
#define TZ_CORE_REL                                                                      \
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"             \
    "core-properties"
#define TZ_P(x) "<w:p><w:r><w:t>" x "</w:t></w:r></w:p>"
#define TZ_S(x) "<w:p><w:r><w:t xml:space=\"preserve\">" x "</w:t></w:r></w:p>"

/* What a test wants of a template; NULL: the usual. */
struct template_zip {
    const char *body;      /* within w:body */
    const char *document;  /* the whole main part instead */
    const char *header;    /* within w:hdr; NULL: there is none */
    const char *footnotes; /* within w:footnotes; likewise */
    const char *core;      /* within cp:coreProperties */
    bool no_core;
    bool no_rels_type;
    const char *types;           /* more content types */
    const char *rels;            /* more of the package's relationships */
    const char *document_rels;   /* more of the document's */
    const char *styles;          /* the part */
    struct zipmake_part more[4]; /* more parts */
};

static inline void template_zip_types(const struct template_zip *t, struct cvx_buf *out)
{
    cvx_buf_puts(
        out,
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        "<Override PartName=\"/word/document.xml\" ContentType=\"" TZ_TYPE
        "document.main+xml\"/>"
        "<Override PartName=\"/word/styles.xml\" ContentType=\"" TZ_TYPE "styles+xml\"/>"
        "<Override PartName=\"/word/header1.xml\" ContentType=\"" TZ_TYPE "header+xml\"/>"
        "<Override PartName=\"/word/footnotes.xml\" ContentType=\"" TZ_TYPE
        "footnotes+xml\"/>");
    if (!t->no_rels_type)
        cvx_buf_puts(out, "<Default Extension=\"rels\" ContentType=\"application/"
                          "vnd.openxmlformats-package.relationships+xml\"/>");
    if (!t->no_core)
        cvx_buf_puts(out, "<Override PartName=\"/docProps/core.xml\" "
                          "ContentType=\"" TZ_CORE_TYPE "\"/>");
    cvx_buf_puts(out, t->types ? t->types : "");
    cvx_buf_puts(out, "</Types>");
}

static inline void template_zip_rels(const struct template_zip *t, bool of_document,
                                     struct cvx_buf *out)
{
    const char *more = of_document ? t->document_rels : t->rels;

    cvx_buf_puts(out, "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/"
                      "2006/relationships\">");
    if (!of_document)
        cvx_buf_puts(out, "<Relationship Id=\"rId1\" Type=\"" TZ_R
                          "/officeDocument\" Target=\"word/document.xml\"/>");
    else
        cvx_buf_puts(out, "<Relationship Id=\"rId1\" Type=\"" TZ_R
                          "/styles\" Target=\"styles.xml\"/>");
    if (!of_document && !t->no_core)
        cvx_buf_puts(out, "<Relationship Id=\"rId2\" Type=\"" TZ_CORE_REL
                          "\" Target=\"docProps/core.xml\"/>");
    if (of_document && t->header)
        cvx_buf_puts(out, "<Relationship Id=\"rId2\" Type=\"" TZ_R
                          "/header\" Target=\"header1.xml\"/>");
    if (of_document && t->footnotes)
        cvx_buf_puts(out, "<Relationship Id=\"rId3\" Type=\"" TZ_R
                          "/footnotes\" Target=\"footnotes.xml\"/>");
    cvx_buf_puts(out, more ? more : "");
    cvx_buf_puts(out, "</Relationships>");
}

static inline void template_zip_add(struct zipmake *zip, const char *name,
                                    struct cvx_buf *text, const char *end)
{
    cvx_buf_puts(text, end);
    zipmake_text(zip, name, text->data);
    cvx_buf_done(text);
}

/* The archive; zipmake_done() it. */
static inline void template_zip_make(const struct template_zip *t, struct zipmake *zip)
{
    struct cvx_buf text = CVX_BUF_INIT;

    zipmake_init(zip, NULL, 0);
    template_zip_types(t, &text);
    template_zip_add(zip, "[Content_Types].xml", &text, "");
    template_zip_rels(t, false, &text);
    template_zip_add(zip, "_rels/.rels", &text, "");
    cvx_buf_puts(&text, t->document ? t->document : "<w:document" TZ_NS "><w:body>");
    cvx_buf_puts(&text, !t->document && t->body ? t->body : "");
    template_zip_add(zip, "word/document.xml", &text,
                     t->document ? "" : "</w:body></w:document>");
    template_zip_rels(t, true, &text);
    template_zip_add(zip, "word/_rels/document.xml.rels", &text, "");
    cvx_buf_puts(&text, t->styles ? t->styles : "<w:styles" TZ_NS "> <w:a/> </w:styles>");
    template_zip_add(zip, "word/styles.xml", &text, "");
    if (t->header) {
        cvx_buf_printf(&text, "<w:hdr" TZ_NS ">%s", t->header);
        template_zip_add(zip, "word/header1.xml", &text, "</w:hdr>");
    }
    if (t->footnotes) {
        cvx_buf_printf(&text, "<w:footnotes" TZ_NS ">%s", t->footnotes);
        template_zip_add(zip, "word/footnotes.xml", &text, "</w:footnotes>");
    }
    if (!t->no_core) {
        cvx_buf_printf(
            &text, "<cp:coreProperties xmlns:cp=\"" TZ_CP "\" xmlns:dc=\"" TZ_DC "\">%s",
            t->core ? t->core : "");
        template_zip_add(zip, "docProps/core.xml", &text, "</cp:coreProperties>");
    }
    for (size_t i = 0; i < 4 && t->more[i].name; i++)
        zipmake_add(zip, &t->more[i]);
    zipmake_finish(zip, NULL);
}

/* Writes it to a file of the scratch folder. */
static inline const char *template_zip_write(const struct template_zip *t,
                                             const struct scratch *scratch, char *path,
                                             size_t size)
{
    struct zipmake zip;

    template_zip_make(t, &zip);
    scratch_write(scratch, "t.docx", zip.bytes.data, zip.bytes.len);
    zipmake_done(&zip);
    return scratch_path(scratch, "t.docx", path, size);
}

#endif
