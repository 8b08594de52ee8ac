/* Owns the list of a package's parts: types, links, notes, glossary, properties and the
 * data of add-ins, in the sizes that Word gives them. */
#include "gen_parts.h"

#include <stdio.h>

#include "gen_looks.h"
#include "gen_markup.h"

#define CT "application/vnd.openxmlformats-officedocument."
#define OFFICE_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE_REL "http://schemas.openxmlformats.org/package/2006/relationships"
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct cvx_buf *part(struct cvx_gen_parts *parts, const char *name)
{
    struct cvx_gen_part *made = &parts->items[parts->count++];

    snprintf(made->name, sizeof(made->name), "%s", name);
    return &made->bytes;
}

static void put_types(struct cvx_gen_parts *parts)
{
    static const struct {
        const char *name, *type;
    } k_types[] = {
        {"word/document.xml", CT "wordprocessingml.document.main+xml"},
        {"customXml/itemProps1.xml", CT "customXmlProperties+xml"},
        {"customXml/itemProps2.xml", CT "customXmlProperties+xml"},
        {"customXml/itemProps3.xml", CT "customXmlProperties+xml"},
        {"customXml/itemProps4.xml", CT "customXmlProperties+xml"},
        {"word/numbering.xml", CT "wordprocessingml.numbering+xml"},
        {"word/styles.xml", CT "wordprocessingml.styles+xml"},
        {"word/settings.xml", CT "wordprocessingml.settings+xml"},
        {"word/webSettings.xml", CT "wordprocessingml.webSettings+xml"},
        {"word/footnotes.xml", CT "wordprocessingml.footnotes+xml"},
        {"word/endnotes.xml", CT "wordprocessingml.endnotes+xml"},
        {"word/header1.xml", CT "wordprocessingml.header+xml"},
        {"word/footer1.xml", CT "wordprocessingml.footer+xml"},
        {"word/fontTable.xml", CT "wordprocessingml.fontTable+xml"},
        {"word/glossary/document.xml", CT "wordprocessingml.document.glossary+xml"},
        {"word/glossary/styles.xml", CT "wordprocessingml.styles+xml"},
        {"word/glossary/settings.xml", CT "wordprocessingml.settings+xml"},
        {"word/glossary/webSettings.xml", CT "wordprocessingml.webSettings+xml"},
        {"word/glossary/fontTable.xml", CT "wordprocessingml.fontTable+xml"},
        {"word/theme/theme1.xml", CT "theme+xml"},
        {"docProps/core.xml",
         "application/vnd.openxmlformats-package.core-properties+xml"},
        {"docProps/app.xml", CT "extended-properties+xml"},
        {"docProps/custom.xml", CT "custom-properties+xml"},
    };
    struct cvx_buf *out = part(parts, "[Content_Types].xml");

    cvx_buf_puts(out, CVX_GEN_DECLARATION
                 "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                 "content-types\"><Default Extension=\"rels\" ContentType=\"application/"
                 "vnd.openxmlformats-package.relationships+xml\"/><Default "
                 "Extension=\"xml\" ContentType=\"application/xml\"/>");
    for (size_t i = 0; i < COUNT(k_types); i++)
        cvx_buf_printf(out, "<Override PartName=\"/%s\" ContentType=\"%s\"/>",
                       k_types[i].name, k_types[i].type);
    cvx_buf_puts(out, "</Types>");
}

struct link {
    unsigned id;
    const char *type, *target;
};

static void put_links(struct cvx_gen_parts *parts, const char *name,
                      const struct link *links, size_t count)
{
    struct cvx_buf *out = part(parts, name);

    cvx_buf_puts(out, CVX_GEN_DECLARATION "<Relationships xmlns=\"" PACKAGE_REL "\">");
    for (size_t i = 0; i < count; i++)
        cvx_buf_printf(out, "<Relationship Id=\"rId%u\" Type=\"%s\" Target=\"%s\"/>",
                       links[i].id, links[i].type, links[i].target);
    cvx_buf_puts(out, "</Relationships>");
}

static void put_all_links(struct cvx_gen_parts *parts)
{
    static const struct link k_package[] = {
        {3, OFFICE_REL "extended-properties", "docProps/app.xml"},
        {2,
         "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
         "core-properties",
         "docProps/core.xml"},
        {1, OFFICE_REL "officeDocument", "word/document.xml"},
        {4, OFFICE_REL "custom-properties", "docProps/custom.xml"},
    };
    static const struct link k_document[] = {
        {8, OFFICE_REL "webSettings", "webSettings.xml"},
        {13, OFFICE_REL "fontTable", "fontTable.xml"},
        {3, OFFICE_REL "customXml", "../customXml/item3.xml"},
        {7, OFFICE_REL "settings", "settings.xml"},
        {12, OFFICE_REL "footer", "footer1.xml"},
        {2, OFFICE_REL "customXml", "../customXml/item2.xml"},
        {1, OFFICE_REL "customXml", "../customXml/item1.xml"},
        {6, OFFICE_REL "styles", "styles.xml"},
        {11, OFFICE_REL "header", "header1.xml"},
        {5, OFFICE_REL "numbering", "numbering.xml"},
        {15, OFFICE_REL "theme", "theme/theme1.xml"},
        {10, OFFICE_REL "endnotes", "endnotes.xml"},
        {4, OFFICE_REL "customXml", "../customXml/item4.xml"},
        {9, OFFICE_REL "footnotes", "footnotes.xml"},
        {14, OFFICE_REL "glossaryDocument", "glossary/document.xml"},
    };
    static const struct link k_glossary[] = {
        {3, OFFICE_REL "webSettings", "webSettings.xml"},
        {2, OFFICE_REL "settings", "settings.xml"},
        {1, OFFICE_REL "styles", "styles.xml"},
        {4, OFFICE_REL "fontTable", "fontTable.xml"},
    };

    put_links(parts, "_rels/.rels", k_package, COUNT(k_package));
    put_links(parts, "word/_rels/document.xml.rels", k_document, COUNT(k_document));
    put_links(parts, "word/_rels/settings.xml.rels", NULL, 0);
    put_links(parts, "word/glossary/_rels/document.xml.rels", k_glossary,
              COUNT(k_glossary));
}

/* Data of add-ins: four items with their properties and links. */
static void put_custom(struct cvx_gen_parts *parts)
{
    char name[48], target[32];

    for (unsigned i = 1; i <= 4; i++) {
        snprintf(name, sizeof(name), "customXml/item%u.xml", i);
        struct cvx_buf *out = part(parts, name);
        cvx_buf_printf(out, "<b:record xmlns:b=\"urn:example:cv-bench:record%u\">", i);
        for (unsigned k = 0; k < (i == 3 ? 120 : 3); k++)
            cvx_buf_printf(out,
                           "<b:field name=\"field%u\" type=\"text\">value %u</b:field>",
                           k, k * i);
        cvx_buf_puts(out, "</b:record>");
        snprintf(name, sizeof(name), "customXml/itemProps%u.xml", i);
        cvx_buf_printf(part(parts, name),
                       CVX_GEN_DECLARATION
                       "<ds:datastoreItem ds:itemID=\"{7A1B8C5D-0000-4000-8000-"
                       "00000000000%u}\" xmlns:ds=\"http://schemas.openxmlformats.org/"
                       "officeDocument/2006/customXml\"><ds:schemaRefs><ds:schemaRef "
                       "ds:uri=\"urn:example:cv-bench:record%u\"/></ds:schemaRefs>"
                       "</ds:datastoreItem>",
                       i, i);
        snprintf(name, sizeof(name), "customXml/_rels/item%u.xml.rels", i);
        snprintf(target, sizeof(target), "itemProps%u.xml", i);
        put_links(parts, name, &(struct link){1, OFFICE_REL "customXmlProps", target}, 1);
    }
}

static void put_properties(struct cvx_gen_parts *parts)
{
    struct cvx_buf *out = part(parts, "docProps/app.xml");

    cvx_buf_puts(
        out, CVX_GEN_DECLARATION
        "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/"
        "2006/extended-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/"
        "officeDocument/2006/docPropsVTypes\"><Template>cv-layout.dotm</Template>"
        "<TotalTime>12</TotalTime><Pages>2</Pages><Words>412</Words><Characters>"
        "2351</Characters><Application>Microsoft Office Word</Application>"
        "<DocSecurity>0</DocSecurity><Lines>19</Lines><Paragraphs>5</Paragraphs>"
        "<ScaleCrop>false</ScaleCrop><Company></Company><LinksUpToDate>false"
        "</LinksUpToDate><SharedDoc>false</SharedDoc><AppVersion>16.0000"
        "</AppVersion></Properties>");
    out = part(parts, "docProps/custom.xml");
    cvx_buf_puts(out, CVX_GEN_DECLARATION
                 "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/"
                 "2006/custom-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/"
                 "officeDocument/2006/docPropsVTypes\">");
    for (unsigned i = 2; i < 16; i++)
        cvx_buf_printf(out,
                       "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" "
                       "pid=\"%u\" name=\"BenchLabel%u\"><vt:lpwstr>label %u</vt:lpwstr>"
                       "</property>",
                       i, i, i * 7);
    cvx_buf_puts(out, "</Properties>");
}

static void put_notes(struct cvx_gen_parts *parts)
{
    static const char *const k_kinds[] = {"footnote", "endnote"};
    char name[48], element[16];

    for (unsigned i = 0; i < 2; i++) {
        snprintf(name, sizeof(name), "word/%ss.xml", k_kinds[i]);
        snprintf(element, sizeof(element), "%ss", k_kinds[i]);
        struct cvx_buf *out = part(parts, name);
        cvx_gen_markup_root(out, element);
        for (int id = -1; id < 1; id++)
            cvx_buf_printf(out,
                           "<w:%s w:type=\"%s\" w:id=\"%d\"><w:p><w:r><w:%s/></w:r>"
                           "</w:p></w:%s>",
                           k_kinds[i], id ? "separator" : "continuationSeparator", id,
                           id ? "separator" : "continuationSeparator", k_kinds[i]);
        cvx_buf_printf(out, "</w:%s>", element);
    }
    struct cvx_buf *out = part(parts, "word/footer1.xml");
    cvx_gen_markup_root(out, "ftr");
    cvx_buf_puts(out, "<w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr></w:p></w:ftr>");
}

static void put_glossary(struct cvx_gen_parts *parts)
{
    struct cvx_buf *out = part(parts, "word/glossary/document.xml");

    cvx_gen_markup_root(out, "glossaryDocument");
    cvx_buf_puts(out, "<w:docParts>");
    for (unsigned i = 0; i < 3; i++)
        cvx_buf_printf(out,
                       "<w:docPart><w:docPartPr><w:name w:val=\"Placeholder%u\"/>"
                       "<w:category><w:name w:val=\"General\"/><w:gallery "
                       "w:val=\"placeholder\"/></w:category><w:types><w:type "
                       "w:val=\"bbPlcHdr\"/></w:types><w:behaviors><w:behavior "
                       "w:val=\"content\"/></w:behaviors><w:guid "
                       "w:val=\"{2B82F93A-0231-4B46-8FCE-98AB5EE5000%u}\"/></w:docPartPr>"
                       "<w:docPartBody><w:p><w:r><w:t>Enter the text of field %u here."
                       "</w:t></w:r></w:p></w:docPartBody></w:docPart>",
                       i, i, i);
    cvx_buf_puts(out, "</w:docParts></w:glossaryDocument>");
    out = part(parts, "word/glossary/settings.xml");
    cvx_gen_markup_small_root(out, "settings");
    cvx_buf_puts(out,
                 "<w:view w:val=\"normal\"/><w:defaultTabStop w:val=\"720\"/>"
                 "<w:characterSpacingControl w:val=\"doNotCompress\"/></w:settings>");
    out = part(parts, "word/glossary/webSettings.xml");
    cvx_gen_markup_small_root(out, "webSettings");
    cvx_buf_puts(out, "<w:optimizeForBrowser/><w:allowPNG/></w:webSettings>");
}

int cvx_gen_parts_make(struct cvx_gen_parts *ret, struct cvx_err *err)
{
    *ret = (struct cvx_gen_parts){0};
    put_types(ret);
    put_all_links(ret);
    put_notes(ret);
    cvx_gen_looks_theme(part(ret, "word/theme/theme1.xml"));
    cvx_gen_looks_fonts(part(ret, "word/fontTable.xml"));
    cvx_gen_looks_fonts(part(ret, "word/glossary/fontTable.xml"));
    cvx_gen_looks_numbering(part(ret, "word/numbering.xml"));
    cvx_gen_looks_styles(part(ret, "word/styles.xml"), true);
    cvx_gen_looks_styles(part(ret, "word/glossary/styles.xml"), false);
    cvx_gen_looks_web(part(ret, "word/webSettings.xml"));
    put_glossary(ret);
    put_custom(ret);
    put_properties(ret);
    for (size_t i = 0; i < ret->count; i++)
        if (cvx_buf_check(&ret->items[i].bytes, err))
            return cvx_wrap(err, "part '%s'", ret->items[i].name);
    return CVX_OK;
}

void cvx_gen_parts_done(struct cvx_gen_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        cvx_buf_done(&parts->items[i].bytes);
    parts->count = 0;
}
