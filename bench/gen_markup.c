/* Owns runs, revision marks and the namespaces of the generated parts. */
#include "gen_markup.h"

#include <string.h>

static const struct {
    const char *prefix, *uri;
} k_namespaces[] = {
    {"wpc", "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"},
    {"cx", "http://schemas.microsoft.com/office/drawing/2014/chartex"},
    {"cx1", "http://schemas.microsoft.com/office/drawing/2015/9/8/chartex"},
    {"cx2", "http://schemas.microsoft.com/office/drawing/2015/10/21/chartex"},
    {"cx3", "http://schemas.microsoft.com/office/drawing/2016/5/9/chartex"},
    {"cx4", "http://schemas.microsoft.com/office/drawing/2016/5/10/chartex"},
    {"cx5", "http://schemas.microsoft.com/office/drawing/2016/5/11/chartex"},
    {"cx6", "http://schemas.microsoft.com/office/drawing/2016/5/12/chartex"},
    {"cx7", "http://schemas.microsoft.com/office/drawing/2016/5/13/chartex"},
    {"cx8", "http://schemas.microsoft.com/office/drawing/2016/5/14/chartex"},
    {"aink", "http://schemas.microsoft.com/office/drawing/2016/ink"},
    {"am3d", "http://schemas.microsoft.com/office/drawing/2017/model3d"},
    {"oel", "http://schemas.microsoft.com/office/2019/extlst"},
    {"m", "http://schemas.openxmlformats.org/officeDocument/2006/math"},
    {"wp14", "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"},
    {"wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
    {"wpg", "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"},
    {"wpi", "http://schemas.microsoft.com/office/word/2010/wordprocessingInk"},
    {"wne", "http://schemas.microsoft.com/office/word/2006/wordml"},
    {"wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"},
    /* From here on also in a small part. */
    {"mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"},
    {"o", "urn:schemas-microsoft-com:office:office"},
    {"r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
    {"v", "urn:schemas-microsoft-com:vml"},
    {"w10", "urn:schemas-microsoft-com:office:word"},
    {"w", CVX_GEN_W},
    {"w14", "http://schemas.microsoft.com/office/word/2010/wordml"},
    {"w15", "http://schemas.microsoft.com/office/word/2012/wordml"},
    {"w16cex", "http://schemas.microsoft.com/office/word/2018/wordml/cex"},
    {"w16cid", "http://schemas.microsoft.com/office/word/2016/wordml/cid"},
    {"w16", "http://schemas.microsoft.com/office/word/2018/wordml"},
    {"w16du", "http://schemas.microsoft.com/office/word/2023/wordml/word16du"},
    {"w16sdtdh", "http://schemas.microsoft.com/office/word/2020/wordml/sdtdatahash"},
    {"w16sdtfl", "http://schemas.microsoft.com/office/word/2024/wordml/sdtformatlock"},
    {"w16se", "http://schemas.microsoft.com/office/word/2015/wordml/symex"},
};
#define NAMESPACES (sizeof(k_namespaces) / sizeof(k_namespaces[0]))
#define SMALL_FROM 20u

static void put_root(struct cvx_buf *out, const char *element, size_t from,
                     const char *ignorable)
{
    cvx_buf_puts(out, CVX_GEN_DECLARATION);
    cvx_buf_printf(out, "<w:%s", element);
    for (size_t i = from; i < NAMESPACES; i++)
        cvx_buf_printf(out, " xmlns:%s=\"%s\"", k_namespaces[i].prefix,
                       k_namespaces[i].uri);
    cvx_buf_printf(out,
                   " mc:Ignorable=\"w14 w15 w16se w16cid w16 w16cex w16sdtdh w16sdtfl "
                   "w16du%s\">",
                   ignorable);
}

void cvx_gen_markup_root(struct cvx_buf *out, const char *element)
{
    put_root(out, element, 0, " wp14");
}

void cvx_gen_markup_small_root(struct cvx_buf *out, const char *element)
{
    put_root(out, element, SMALL_FROM, "");
}

void cvx_gen_markup_init(struct cvx_gen_markup *markup, struct cvx_buf *out,
                         struct cvx_gen_text *text)
{
    markup->out = out;
    markup->text = text;
    for (unsigned i = 0; i < CVX_GEN_RSIDS; i++)
        markup->rsids[i] = cvx_gen_text_below(text, 0x1000000);
}

static unsigned some_rsid(struct cvx_gen_markup *markup)
{
    return markup->rsids[cvx_gen_text_below(markup->text, CVX_GEN_RSIDS)];
}

void cvx_gen_markup_id(struct cvx_gen_markup *markup)
{
    cvx_buf_printf(markup->out, "%08X", 1 + cvx_gen_text_below(markup->text, 0x7ffffffe));
}

void cvx_gen_markup_open(struct cvx_gen_markup *markup, const char *ppr, const char *rpr)
{
    struct cvx_buf *out = markup->out;

    cvx_buf_puts(out, "<w:p w14:paraId=\"");
    cvx_gen_markup_id(markup);
    cvx_buf_printf(out, "\" w14:textId=\"77777777\" w:rsidR=\"%08X\"", some_rsid(markup));
    if (cvx_gen_text_below(markup->text, 2))
        cvx_buf_printf(out, " w:rsidRPr=\"%08X\"", some_rsid(markup));
    cvx_buf_printf(out, " w:rsidRDefault=\"%08X\"", some_rsid(markup));
    cvx_buf_printf(out, " w:rsidP=\"%08X\">", some_rsid(markup));
    if (*ppr || *rpr)
        cvx_buf_printf(out, "<w:pPr>%s%s%s%s</w:pPr>", ppr, *rpr ? "<w:rPr>" : "", rpr,
                       *rpr ? "</w:rPr>" : "");
}

void cvx_gen_markup_close(struct cvx_gen_markup *markup)
{
    cvx_buf_puts(markup->out, "</w:p>");
}

static void open_run(struct cvx_gen_markup *markup, const char *rpr)
{
    if (cvx_gen_text_below(markup->text, 3))
        cvx_buf_printf(markup->out, "<w:r w:rsidRPr=\"%08X\">", some_rsid(markup));
    else
        cvx_buf_puts(markup->out, "<w:r>");
    if (*rpr)
        cvx_buf_printf(markup->out, "<w:rPr>%s</w:rPr>", rpr);
}

void cvx_gen_markup_run(struct cvx_gen_markup *markup, const char *rpr, const char *raw)
{
    open_run(markup, rpr);
    cvx_buf_puts(markup->out, raw);
    cvx_buf_puts(markup->out, "</w:r>");
}

static void put_text(struct cvx_gen_markup *markup, const char *rpr, const char *text,
                     size_t len)
{
    struct cvx_buf *out = markup->out;
    int spaced = len > 0 && (text[0] == ' ' || text[len - 1] == ' ');

    open_run(markup, rpr);
    cvx_buf_puts(out, spaced ? "<w:t xml:space=\"preserve\">" : "<w:t>");
    for (size_t i = 0; i < len; i++)
        if (text[i] == '&')
            cvx_buf_puts(out, "&amp;");
        else
            cvx_buf_putc(out, text[i]);
    cvx_buf_puts(out, "</w:t></w:r>");
}

/* Where the piece that begins at text ends: behind a blank, near `wanted` bytes. */
static size_t cut(const char *text, size_t len, size_t wanted)
{
    while (wanted < len && text[wanted - 1] != ' ')
        wanted++;
    return wanted < len ? wanted : len;
}

void cvx_gen_markup_runs(struct cvx_gen_markup *markup, const char *rpr, const char *text,
                         unsigned pieces)
{
    size_t left = strlen(text);
    size_t piece = left / pieces + 1;

    for (unsigned i = 0; left > 0; i++) {
        size_t len = cut(text, left, piece);
        /* Every other piece is a word that the spelling checker did not know. */
        if (i % 2 == 1)
            cvx_buf_puts(markup->out, "<w:proofErr w:type=\"spellStart\"/>");
        put_text(markup, rpr, text, len);
        if (i % 2 == 1)
            cvx_buf_puts(markup->out, "<w:proofErr w:type=\"spellEnd\"/>");
        text += len;
        left -= len;
    }
}
