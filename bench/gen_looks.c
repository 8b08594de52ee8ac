/* Owns styles, numbering, web settings, theme and fonts of the generated packages. */
#include "gen_looks.h"

#include <stdio.h>

#include "gen_markup.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NS_A "http://schemas.openxmlformats.org/drawingml/2006/main"

static void put_latent(struct cvx_buf *out)
{
    static const char *const k_tables[] = {
        "Plain Table",    "Grid Table", "List Table",    "Light Grid",
        "Medium Shading", "Dark List",  "Colorful Grid", "Light List"};

    cvx_buf_puts(out, "<w:latentStyles w:defLockedState=\"0\" w:defUIPriority=\"99\" "
                      "w:defSemiHidden=\"0\" w:defUnhideWhenUsed=\"0\" "
                      "w:defQFormat=\"0\" w:count=\"376\">");
    for (unsigned i = 1; i <= 9; i++)
        cvx_buf_printf(out,
                       "<w:lsdException w:name=\"heading %u\" w:uiPriority=\"9\" "
                       "w:qFormat=\"1\"/><w:lsdException w:name=\"toc %u\" "
                       "w:semiHidden=\"1\" w:uiPriority=\"39\" "
                       "w:unhideWhenUsed=\"1\"/>",
                       i, i);
    for (unsigned t = 0; t < COUNT(k_tables); t++)
        for (unsigned i = 1; i <= 7; i++)
            for (unsigned accent = 0; accent <= 6; accent++)
                cvx_buf_printf(out,
                               "<w:lsdException w:name=\"%s %u Accent %u\" "
                               "w:uiPriority=\"%u\"/>",
                               k_tables[t], i, accent, 40 + i);
    cvx_buf_puts(out, "</w:latentStyles>");
}

static void put_style(struct cvx_buf *out, const char *type, const char *id,
                      const char *name, unsigned size)
{
    cvx_buf_printf(
        out,
        "<w:style w:type=\"%s\" w:customStyle=\"1\" w:styleId=\"%s\"><w:name "
        "w:val=\"%s\"/><w:basedOn w:val=\"%s\"/><w:uiPriority w:val=\"1\"/>"
        "<w:qFormat/><w:rsid w:val=\"00CB642C\"/>%s<w:rPr><w:rFonts "
        "w:ascii=\"Carlito\" w:hAnsi=\"Carlito\" w:cs=\"Arial\"/><w:color "
        "w:val=\"156082\"/><w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/></w:rPr>"
        "</w:style>",
        type, id, name, *type == 'p' ? "Normal" : "DefaultParagraphFont",
        *type == 'p' ? "<w:pPr><w:spacing w:before=\"40\" w:after=\"40\"/></w:pPr>" : "",
        size, size);
}

static void put_own_styles(struct cvx_buf *out)
{
    static const char *const k_topics[] = {"Role", "Client", "Period", "Sector",
                                           "Duty", "Result", "Award"};
    char id[48], name[48];

    put_style(out, "character", "JobExperienceTextChar", "Job Experience Text Char", 22);
    for (unsigned t = 0; t < COUNT(k_topics); t++)
        for (unsigned i = 1; i <= 7; i++) {
            snprintf(id, sizeof(id), "Cv%s%u", k_topics[t], i);
            snprintf(name, sizeof(name), "Cv %s %u", k_topics[t], i);
            put_style(out, i % 2 ? "paragraph" : "character", id, name, 16 + 2 * i);
        }
}

void cvx_gen_looks_styles(struct cvx_buf *out, bool own)
{
    cvx_gen_markup_small_root(out, "styles");
    cvx_buf_puts(out,
                 "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts "
                 "w:asciiTheme=\"minorHAnsi\" w:hAnsiTheme=\"minorHAnsi\" "
                 "w:cstheme=\"minorBidi\"/><w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/>"
                 "<w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault><w:pPrDefault>"
                 "<w:pPr><w:spacing w:after=\"120\"/></w:pPr></w:pPrDefault>"
                 "</w:docDefaults>");
    put_latent(out);
    cvx_buf_puts(
        out, "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
             "<w:name w:val=\"Normal\"/><w:qFormat/></w:style><w:style "
             "w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\">"
             "<w:name w:val=\"Default Paragraph Font\"/></w:style><w:style "
             "w:type=\"paragraph\" w:styleId=\"Heading2\"><w:name w:val=\"heading 2\"/>"
             "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:rPr><w:b/></w:rPr></w:style>"
             "<w:style w:type=\"paragraph\" w:styleId=\"ListParagraph\"><w:name "
             "w:val=\"List Paragraph\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>"
             "<w:ind w:left=\"720\"/></w:pPr></w:style><w:style w:type=\"paragraph\" "
             "w:styleId=\"Header\"><w:name w:val=\"header\"/><w:basedOn "
             "w:val=\"Normal\"/></w:style><w:style w:type=\"paragraph\" "
             "w:styleId=\"Footer\"><w:name w:val=\"footer\"/><w:basedOn "
             "w:val=\"Normal\"/></w:style>");
    if (own)
        put_own_styles(out);
    cvx_buf_puts(out, "</w:styles>");
}

static void put_level(struct cvx_buf *out, unsigned level)
{
    static const char *const k_bullets[] = {"•", "◦", "▪"};

    cvx_buf_printf(
        out,
        "<w:lvl w:ilvl=\"%u\" w:tplc=\"08090%03u\"><w:start w:val=\"1\"/>"
        "<w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"%s\"/><w:lvlJc "
        "w:val=\"left\"/><w:pPr><w:ind w:left=\"%u\" w:hanging=\"360\"/></w:pPr>"
        "<w:rPr><w:rFonts w:ascii=\"Carlito\" w:hAnsi=\"Carlito\" "
        "w:hint=\"default\"/></w:rPr></w:lvl>",
        level, level, k_bullets[level % 3], 4406 + 720 * level);
}

void cvx_gen_looks_numbering(struct cvx_buf *out)
{
    enum { LISTS = 21 };

    cvx_gen_markup_root(out, "numbering");
    for (unsigned i = 0; i < LISTS; i++) {
        cvx_buf_printf(out,
                       "<w:abstractNum w:abstractNumId=\"%u\" "
                       "w15:restartNumberingAfterBreak=\"0\"><w:nsid "
                       "w:val=\"%08X\"/><w:multiLevelType "
                       "w:val=\"hybridMultilevel\"/><w:tmpl w:val=\"%08X\"/>",
                       i, 0x01234567u + i, 0x0B0B0000u + i);
        for (unsigned level = 0; level < 9; level++)
            put_level(out, level);
        cvx_buf_puts(out, "</w:abstractNum>");
    }
    for (unsigned i = 0; i < LISTS; i++)
        cvx_buf_printf(out,
                       "<w:num w:numId=\"%u\" w16cid:durableId=\"%u\">"
                       "<w:abstractNumId w:val=\"%u\"/></w:num>",
                       i + 1, 1000000 + i, i);
    cvx_buf_puts(out, "</w:numbering>");
}

void cvx_gen_looks_web(struct cvx_buf *out)
{
    static const char *const k_sides[] = {"top", "left", "bottom", "right"};

    cvx_gen_markup_small_root(out, "webSettings");
    cvx_buf_puts(out, "<w:divs>");
    for (unsigned i = 0; i < 258; i++) {
        cvx_buf_printf(out,
                       "<w:div w:id=\"%u\"><w:bodyDiv w:val=\"1\"/><w:marLeft "
                       "w:val=\"0\"/><w:marRight w:val=\"0\"/><w:marTop w:val=\"0\"/>"
                       "<w:marBottom w:val=\"0\"/><w:divBdr>",
                       2897133 + 7919 * i);
        for (unsigned side = 0; side < 4; side++)
            cvx_buf_printf(out,
                           "<w:%s w:val=\"none\" w:sz=\"0\" w:space=\"0\" "
                           "w:color=\"auto\"/>",
                           k_sides[side]);
        cvx_buf_puts(out, "</w:divBdr></w:div>");
    }
    cvx_buf_puts(out, "</w:divs><w:optimizeForBrowser/><w:allowPNG/></w:webSettings>");
}

static void put_colours(struct cvx_buf *out)
{
    static const char *const k_names[] = {"dk2",     "lt2",     "accent1", "accent2",
                                          "accent3", "accent4", "accent5", "accent6",
                                          "hlink",   "folHlink"};

    cvx_buf_puts(out, "<a:clrScheme name=\"Bench\"><a:dk1><a:sysClr val=\"windowText\" "
                      "lastClr=\"000000\"/></a:dk1><a:lt1><a:sysClr val=\"window\" "
                      "lastClr=\"FFFFFF\"/></a:lt1>");
    for (unsigned i = 0; i < COUNT(k_names); i++)
        cvx_buf_printf(out, "<a:%s><a:srgbClr val=\"%06X\"/></a:%s>", k_names[i],
                       0x156082u + 0x0B0D07u * i, k_names[i]);
    cvx_buf_puts(out, "</a:clrScheme>");
}

static void put_theme_fonts(struct cvx_buf *out, const char *which)
{
    static const char *const k_scripts[] = {
        "Jpan", "Hang", "Hans", "Hant", "Arab", "Hebr", "Thai", "Ethi", "Beng", "Gujr",
        "Khmr", "Knda", "Guru", "Cans", "Cher", "Yiii", "Tibt", "Thaa", "Deva", "Telu",
        "Taml", "Syrc", "Orya", "Mlym", "Laoo", "Sinh", "Mong", "Viet", "Uigh", "Geor"};

    cvx_buf_printf(out,
                   "<a:%sFont><a:latin typeface=\"Carlito\" "
                   "panose=\"020B0004020202020204\"/><a:ea typeface=\"\"/><a:cs "
                   "typeface=\"\"/>",
                   which);
    for (unsigned i = 0; i < COUNT(k_scripts); i++)
        cvx_buf_printf(out, "<a:font script=\"%s\" typeface=\"Noto Sans %s\"/>",
                       k_scripts[i], k_scripts[i]);
    cvx_buf_printf(out, "</a:%sFont>", which);
}

static void put_formats(struct cvx_buf *out)
{
    static const char k_fill[] =
        "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>";

    cvx_buf_puts(out, "<a:fmtScheme name=\"Bench\"><a:fillStyleLst>");
    for (unsigned i = 0; i < 3; i++)
        cvx_buf_puts(out, k_fill);
    cvx_buf_puts(out, "</a:fillStyleLst><a:lnStyleLst>");
    for (unsigned i = 1; i <= 3; i++)
        cvx_buf_printf(out,
                       "<a:ln w=\"%u\" cap=\"flat\" cmpd=\"sng\" algn=\"ctr\">%s"
                       "<a:prstDash val=\"solid\"/><a:miter lim=\"800000\"/></a:ln>",
                       6350 * i, k_fill);
    cvx_buf_puts(out, "</a:lnStyleLst><a:effectStyleLst>");
    for (unsigned i = 0; i < 3; i++)
        cvx_buf_puts(out, "<a:effectStyle><a:effectLst/></a:effectStyle>");
    cvx_buf_puts(out, "</a:effectStyleLst><a:bgFillStyleLst>");
    for (unsigned i = 0; i < 3; i++)
        cvx_buf_puts(out, k_fill);
    cvx_buf_puts(out, "</a:bgFillStyleLst></a:fmtScheme>");
}

void cvx_gen_looks_theme(struct cvx_buf *out)
{
    cvx_buf_puts(out, CVX_GEN_DECLARATION "<a:theme xmlns:a=\"" NS_A
                                          "\" name=\"Bench Theme\"><a:themeElements>");
    put_colours(out);
    cvx_buf_puts(out, "<a:fontScheme name=\"Bench\">");
    put_theme_fonts(out, "major");
    put_theme_fonts(out, "minor");
    cvx_buf_puts(out, "</a:fontScheme>");
    put_formats(out);
    cvx_buf_puts(out, "</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/>"
                      "</a:theme>");
}

void cvx_gen_looks_fonts(struct cvx_buf *out)
{
    static const char *const k_fonts[] = {"Carlito", "Arial",     "Liberation Serif",
                                          "Symbol",  "Noto Sans", "Courier New",
                                          "Caladea"};

    cvx_gen_markup_small_root(out, "fonts");
    for (unsigned i = 0; i < COUNT(k_fonts); i++)
        cvx_buf_printf(out,
                       "<w:font w:name=\"%s\"><w:panose1 w:val=\"020B0604020202020204\"/>"
                       "<w:charset w:val=\"00\"/><w:family w:val=\"swiss\"/><w:pitch "
                       "w:val=\"variable\"/><w:sig w:usb0=\"E0002EFF\" "
                       "w:usb1=\"C000785B\" w:usb2=\"00000009\" w:usb3=\"00000000\" "
                       "w:csb0=\"000001FF\" w:csb1=\"00000000\"/></w:font>",
                       k_fonts[i]);
    cvx_buf_puts(out, "</w:fonts>");
}
