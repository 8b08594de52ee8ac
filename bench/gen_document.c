/* Owns the markup around the person's text: body, header, properties, settings. */
#include "gen_document.h"

#include <stdio.h>

#define FONT "<w:rFonts w:ascii=\"Carlito\" w:hAnsi=\"Carlito\" w:cs=\"Arial\"/>"
#define BODY_INDENT "<w:ind w:left=\"3686\" w:right=\"424\"/><w:jc w:val=\"both\"/>"
#define BODY FONT "<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>"
#define SECTION FONT "<w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>"
#define JOB "<w:rStyle w:val=\"JobExperienceTextChar\"/>"
#define BULLET                                                                           \
    "<w:pStyle w:val=\"ListParagraph\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId "         \
    "w:val=\"8\"/></w:numPr><w:ind w:right=\"424\"/><w:jc w:val=\"both\"/>"
#define TABS                                                                             \
    "<w:tabs><w:tab w:val=\"left\" w:pos=\"3686\"/><w:tab w:val=\"right\" "              \
    "w:pos=\"10206\"/></w:tabs>"

#define NAME                                                                             \
    FONT "<w:b/><w:bCs/><w:color w:val=\"8A1538\"/><w:kern w:val=\"24\"/>"               \
         "<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/>"
#define SIDE_TITLE                                                                       \
    FONT "<w:b/><w:bCs/><w:color w:val=\"156082\" w:themeColor=\"accent1\"/>"            \
         "<w:kern w:val=\"24\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"
#define SIDE_GRADIENT                                                                    \
    SIDE_TITLE                                                                           \
    "<w14:textFill><w14:gradFill><w14:gsLst><w14:gs w14:pos=\"0\"><w14:srgbClr "         \
    "w14:val=\"156082\"/></w14:gs><w14:gs w14:pos=\"100000\"><w14:srgbClr "              \
    "w14:val=\"8A1538\"/></w14:gs></w14:gsLst><w14:lin w14:ang=\"5400000\" "             \
    "w14:scaled=\"0\"/></w14:gradFill></w14:textFill>"
#define SIDE_TEXT                                                                        \
    FONT "<w:color w:val=\"000000\" w:themeColor=\"text1\"/><w:kern w:val=\"24\"/>"      \
         "<w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/>"
#define SIDE_SPACING "<w:spacing w:line=\"192\" w:lineRule=\"auto\"/>"

static void paragraph(struct cvx_gen_markup *markup, const char *ppr, const char *rpr,
                      const char *text, unsigned pieces)
{
    cvx_gen_markup_open(markup, ppr, rpr);
    cvx_gen_markup_runs(markup, rpr, text, pieces);
    cvx_gen_markup_close(markup);
}

/* A content control around one paragraph, as templates hold their titles. */
static void control(struct cvx_gen_markup *markup, const char *ppr, const char *rpr,
                    const char *text)
{
    struct cvx_buf *out = markup->out;

    cvx_buf_printf(out,
                   "<w:sdt><w:sdtPr><w:rPr>%s</w:rPr><w:id w:val=\"%u\"/><w:lock "
                   "w:val=\"sdtContentLocked\"/><w:placeholder><w:docPart w:val=\"",
                   rpr, 1 + cvx_gen_text_below(markup->text, 0x7ffffffe));
    for (int i = 0; i < 4; i++)
        cvx_gen_markup_id(markup);
    cvx_buf_puts(out, "\"/></w:placeholder></w:sdtPr><w:sdtContent>");
    paragraph(markup, ppr, rpr, text, 1);
    cvx_buf_puts(out, "</w:sdtContent></w:sdt>");
}

static void job(struct cvx_gen_markup *markup, const struct cvx_gen_job *job, unsigned at)
{
    struct cvx_buf *out = markup->out;

    cvx_gen_markup_open(markup, "<w:pStyle w:val=\"Heading2\"/>" TABS BODY_INDENT, JOB);
    cvx_buf_printf(out, "<w:bookmarkStart w:id=\"%u\" w:name=\"_Hlk%u\"/>", at,
                   1000000 + cvx_gen_text_below(markup->text, 9000000));
    cvx_gen_markup_run(markup, JOB, at ? "<w:lastRenderedPageBreak/>" : "<w:tab/>");
    cvx_gen_markup_runs(markup, JOB, job->heading, 2);
    cvx_buf_printf(out, "<w:bookmarkEnd w:id=\"%u\"/>", at);
    cvx_gen_markup_close(markup);
    paragraph(markup, BODY_INDENT, JOB, job->description, 2);
    for (unsigned i = 0; i < job->n_bullets; i++)
        paragraph(markup, BULLET, JOB, job->bullets[i],
                  1 + cvx_gen_text_below(markup->text, 2));
    cvx_gen_markup_open(markup, BODY_INDENT, JOB);
    cvx_gen_markup_runs(markup, JOB "<w:b/>", "Environment: ", 1);
    cvx_gen_markup_runs(markup, JOB, job->environment, 2);
    cvx_gen_markup_close(markup);
}

void cvx_gen_document_body(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv)
{
    struct cvx_buf *out = markup->out;

    cvx_gen_markup_root(out, "document");
    cvx_buf_puts(out, "<w:background w:color=\"E8F0F4\" w:themeColor=\"accent1\" "
                      "w:themeTint=\"33\"/><w:body>");
    control(markup, BODY_INDENT, SECTION, "OVERVIEW.");
    paragraph(markup, BODY_INDENT, BODY, cv->overview, 5);
    paragraph(markup, BODY_INDENT, BODY, "", 1);
    control(markup, BODY_INDENT, SECTION, "PROFESSIONAL EXPERIENCE.");
    for (unsigned i = 0; i < cv->n_jobs; i++)
        job(markup, &cv->jobs[i], i);
    cvx_buf_puts(
        out, "<w:sectPr w:rsidR=\"0054251E\" w:rsidSect=\"00CB642C\"><w:headerReference "
             "w:type=\"default\" r:id=\"rId11\"/><w:footerReference w:type=\"default\" "
             "r:id=\"rId12\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar "
             "w:top=\"2835\" w:right=\"720\" w:bottom=\"720\" w:left=\"720\" "
             "w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/><w:cols "
             "w:space=\"708\"/><w:docGrid w:linePitch=\"360\"/></w:sectPr></w:body>"
             "</w:document>");
}

static void name_box(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv)
{
    const char *lines[] = {cv->title, cv->first, cv->last};
    char rpr[512];

    for (unsigned i = 0; i < 3; i++) {
        snprintf(rpr, sizeof(rpr), NAME, i ? 64u : 36u, i ? 64u : 36u);
        paragraph(markup, SIDE_SPACING, rpr, lines[i], 1);
    }
}

static void side_box(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv)
{
    for (unsigned i = 0; i < CVX_GEN_SECTIONS; i++) {
        control(markup, SIDE_SPACING "<w:textAlignment w:val=\"baseline\"/>",
                i ? SIDE_TITLE : SIDE_GRADIENT, cvx_gen_text_sections[i]);
        paragraph(markup, SIDE_SPACING, SIDE_TEXT, cv->sidebar[i], 3);
    }
}

/* What an older Word needs to know of a shape, in base64: noise here. */
static void old_data(struct cvx_gen_markup *markup)
{
    static const char k_digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (unsigned i = 0; i < 1760; i++) {
        cvx_buf_putc(markup->out, k_digits[cvx_gen_text_below(markup->text, 64)]);
        if (i % 76 == 75)
            cvx_buf_puts(markup->out, "&#xA;");
    }
}

struct box {
    unsigned id, width, height; /* in English metric units */
    const char *name;
    void (*contents)(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv);
};

static void drawing(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv,
                    const struct box *box)
{
    struct cvx_buf *out = markup->out;

    cvx_buf_printf(
        out,
        "<mc:Choice Requires=\"wps\"><w:drawing><wp:anchor distT=\"0\" distB=\"0\" "
        "distL=\"114300\" distR=\"114300\" simplePos=\"0\" relativeHeight=\"25165%u\" "
        "behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\" "
        "wp14:anchorId=\"0C43122%u\" wp14:editId=\"041CB4F2\"><wp:simplePos x=\"0\" "
        "y=\"0\"/><wp:positionH relativeFrom=\"column\"><wp:posOffset>%u</wp:posOffset>"
        "</wp:positionH><wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>%u"
        "</wp:posOffset></wp:positionV><wp:extent cx=\"%u\" cy=\"%u\"/><wp:effectExtent "
        "l=\"0\" t=\"0\" r=\"0\" b=\"0\"/><wp:wrapNone/><wp:docPr id=\"%u\" name=\"%s\">"
        "<a:extLst xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">"
        "<a:ext uri=\"{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}\"><a16:creationId "
        "xmlns:a16=\"http://schemas.microsoft.com/office/drawing/2014/main\" "
        "id=\"{9AD484E0-9956-6405-DEC2-31CD2F28146%u}\"/></a:ext></a:extLst></wp:docPr>",
        8240 + box->id, box->id, 20000 * box->id, box->id == 1 ? 96216 : 1900000,
        box->width, box->height, 50 + box->id, box->name, box->id);
    cvx_buf_printf(
        out,
        "<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a=\"http://schemas."
        "openxmlformats.org/drawingml/2006/main\"/></wp:cNvGraphicFramePr><a:graphic "
        "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">"
        "<a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/"
        "wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"><a:spLocks/>"
        "</wps:cNvSpPr><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%u\" "
        "cy=\"%u\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>"
        "</wps:spPr><wps:txbx><w:txbxContent>",
        box->width, box->height);
    box->contents(markup, cv);
    cvx_buf_puts(out, "</w:txbxContent></wps:txbx><wps:bodyPr lIns=\"0\" tIns=\"0\" "
                      "rIns=\"0\" bIns=\"0\"><a:normAutofit/></wps:bodyPr></wps:wsp>"
                      "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>");
}

static void picture(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv,
                    const struct box *box)
{
    struct cvx_buf *out = markup->out;

    cvx_buf_printf(
        out,
        "<mc:Fallback><w:pict><v:shapetype w14:anchorId=\"0C43122%u\" "
        "id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
        "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path "
        "gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype><v:shape "
        "id=\"%s\" o:spid=\"_x0000_s102%u\" type=\"#_x0000_t202\" "
        "style=\"position:absolute;margin-left:19.75pt;margin-top:7.6pt;width:%upt;"
        "height:%upt;z-index:25165%u;visibility:visible;mso-wrap-style:square;"
        "mso-wrap-distance-left:9pt;mso-wrap-distance-top:0;mso-wrap-distance-right:9pt;"
        "mso-wrap-distance-bottom:0;mso-position-horizontal:absolute;"
        "mso-position-horizontal-relative:text;mso-position-vertical:absolute;"
        "mso-position-vertical-relative:text;v-text-anchor:top\" o:gfxdata=\"",
        box->id, box->name, box->id, box->width / 12700, box->height / 12700,
        8240 + box->id);
    old_data(markup);
    cvx_buf_puts(out, "\" filled=\"f\" stroked=\"f\"><v:textbox inset=\"0,0,0,0\">"
                      "<w:txbxContent>");
    box->contents(markup, cv);
    cvx_buf_puts(out, "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>");
}

void cvx_gen_document_header(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv)
{
    static const char k_style[] = "<w:pStyle w:val=\"Header\"/>";
    static const struct box k_boxes[] = {
        {1, 6269355, 1439545, "Name Placeholder 1", name_box},
        {2, 2060575, 7200000, "Sidebar Placeholder 2", side_box},
    };
    struct cvx_buf *out = markup->out;

    cvx_gen_markup_root(out, "hdr");
    for (unsigned i = 0; i < 2; i++) {
        cvx_gen_markup_open(markup, k_style, "");
        cvx_gen_markup_close(markup);
        cvx_gen_markup_open(markup, k_style, "");
        cvx_buf_puts(out, "<w:r><w:rPr><w:noProof/></w:rPr><mc:AlternateContent>");
        drawing(markup, cv, &k_boxes[i]);
        picture(markup, cv, &k_boxes[i]);
        cvx_buf_puts(out, "</mc:AlternateContent></w:r>");
        cvx_gen_markup_close(markup);
    }
    for (unsigned i = 0; i < 6; i++) {
        cvx_gen_markup_open(markup, k_style, "");
        cvx_gen_markup_close(markup);
    }
    cvx_buf_puts(out, "</w:hdr>");
}

void cvx_gen_document_core(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv)
{
    cvx_buf_printf(
        markup->out,
        CVX_GEN_DECLARATION
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/"
        "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:dcmitype=\"http://purl.org/dc/"
        "dcmitype/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>"
        "%s</dc:title><dc:creator>%s %s</dc:creator><cp:lastModifiedBy>%s %s"
        "</cp:lastModifiedBy><cp:revision>%u</cp:revision><dcterms:created "
        "xsi:type=\"dcterms:W3CDTF\">2024-03-01T08:00:00Z</dcterms:created>"
        "<dcterms:modified xsi:type=\"dcterms:W3CDTF\">2024-03-02T09:30:00Z"
        "</dcterms:modified></cp:coreProperties>",
        cv->title, cv->first, cv->last, cv->first, cv->last,
        1 + cvx_gen_text_below(markup->text, 40));
}

void cvx_gen_document_settings(struct cvx_gen_markup *markup)
{
    static const char *const k_compat[] = {
        "overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures",
        "doNotFlipMirrorIndents", "differentiateMultirowTableHeaders"};
    struct cvx_buf *out = markup->out;

    cvx_gen_markup_small_root(out, "settings");
    cvx_buf_puts(out,
                 "<w:zoom w:percent=\"100\"/><w:displayBackgroundShape/><w:proofState "
                 "w:spelling=\"clean\" w:grammar=\"clean\"/><w:defaultTabStop "
                 "w:val=\"720\"/><w:characterSpacingControl "
                 "w:val=\"doNotCompress\"/><w:footnotePr><w:footnote w:id=\"-1\"/>"
                 "<w:footnote w:id=\"0\"/></w:footnotePr><w:endnotePr><w:endnote "
                 "w:id=\"-1\"/><w:endnote w:id=\"0\"/></w:endnotePr><w:compat>"
                 "<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://"
                 "schemas.microsoft.com/office/word\" w:val=\"15\"/>");
    for (unsigned i = 0; i < 4; i++)
        cvx_buf_printf(out,
                       "<w:compatSetting w:name=\"%s\" w:uri=\"http://schemas."
                       "microsoft.com/office/word\" w:val=\"1\"/>",
                       k_compat[i]);
    cvx_buf_printf(out, "</w:compat><w:rsids><w:rsidRoot w:val=\"%08X\"/>",
                   markup->rsids[0]);
    for (unsigned i = 0; i < 240; i++)
        cvx_buf_printf(out, "<w:rsid w:val=\"%08X\"/>",
                       i < CVX_GEN_RSIDS ? markup->rsids[i]
                                         : cvx_gen_text_below(markup->text, 0x1000000));
    cvx_buf_puts(out,
                 "</w:rsids><w:themeFontLang w:val=\"en-GB\"/><w:clrSchemeMapping "
                 "w:bg1=\"light1\" w:t1=\"dark1\" w:bg2=\"light2\" w:t2=\"dark2\" "
                 "w:accent1=\"accent1\" w:accent2=\"accent2\" w:accent3=\"accent3\" "
                 "w:accent4=\"accent4\" w:accent5=\"accent5\" w:accent6=\"accent6\" "
                 "w:hyperlink=\"hyperlink\" w:followedHyperlink=\"followedHyperlink\"/>"
                 "<w:decimalSymbol w:val=\".\"/><w:listSeparator w:val=\",\"/>"
                 "</w:settings>");
}
