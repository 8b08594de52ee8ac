"""Owns the WordprocessingML vocabulary: each function returns a piece of XML text.

Lengths are twips (1/20 pt) in paragraphs, tables and sections, points in fonts and text
boxes. Children are written in the order that the schema asks for.
"""
from xml.sax.saxutils import escape, quoteattr

DECL = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TRANSITIONAL = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
STRICT = {
    "w": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "r": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
EMU_PER_PT = 12700


def root(tag, body, names=TRANSITIONAL, attrs=""):
    """A whole part: declaration and root element with every prefix that may occur."""
    used = "".join(f" xmlns:{k}={quoteattr(u)}" for k, u in names.items())
    return f"{DECL}<w:{tag}{used}{attrs}>{body}</w:{tag}>"


def rpr(
    font=None,
    east=None,
    bold=False,
    italic=False,
    caps=False,
    small_caps=False,
    color=None,
    track=None,
    size=None,
    rtl=False,
    lang=None,
    style=None,
    hidden=False,
):
    """Run properties; `track` is the letter spacing in twips, `size` is in points."""
    out = []
    if style:
        out.append(f'<w:rStyle w:val="{style}"/>')
    if font or east:
        latin = f' w:ascii="{font}" w:hAnsi="{font}"' if font else ""
        asian = f' w:eastAsia="{east}"' if east else ""
        out.append(f"<w:rFonts{latin}{asian}" + (f' w:cs="{font}"/>' if font else "/>"))
    if bold:
        out.append("<w:b/><w:bCs/>")
    if italic:
        out.append("<w:i/><w:iCs/>")
    if caps:
        out.append("<w:caps/>")
    if small_caps:
        out.append("<w:smallCaps/>")
    if hidden:
        out.append("<w:vanish/>")
    if color:
        out.append(f'<w:color w:val="{color}"/>')
    if track:
        out.append(f'<w:spacing w:val="{track}"/>')
    if size:
        half = round(size * 2)
        out.append(f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>')
    if rtl:
        out.append("<w:rtl/>")
    if lang:
        out.append(f'<w:lang w:val="{lang}"/>')
    return f"<w:rPr>{''.join(out)}</w:rPr>" if out else ""


SPECIAL = {"\n": "<w:br/>", "\t": "<w:tab/>", "\u2011": "<w:noBreakHyphen/>"}


def run(text, **fmt):
    """One run; line feed, tab and U+2011 become elements, as Word writes them."""
    out, plain = [], ""

    def flush():
        if plain:
            out.append(f'<w:t xml:space="preserve">{escape(plain)}</w:t>')

    for ch in text:
        if ch in SPECIAL:
            flush()
            plain = ""
            out.append(SPECIAL[ch])
        else:
            plain += ch
    flush()
    return f"<w:r>{rpr(**fmt)}{''.join(out)}</w:r>"


def rule(side, color, size=6, space=1):
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def ppr(
    style=None,
    keep_next=False,
    keep_lines=False,
    frame="",
    num=None,
    borders="",
    shade=None,
    tabs=(),
    bidi=False,
    space=None,
    line=None,
    exact=False,
    indent="",
    contextual=False,
    jc=None,
    outline=None,
):
    """Paragraph properties; space=(before, after), num=(list id, level).

    line: 240ths of a line, or twips when `exact`.
    """
    out = []
    if style:
        out.append(f'<w:pStyle w:val="{style}"/>')
    if keep_next:
        out.append("<w:keepNext/>")
    if keep_lines:
        out.append("<w:keepLines/>")
    if frame:
        out.append(f"<w:framePr {frame}/>")
    if num:
        out.append(
            f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
        )
    if borders:
        out.append(f"<w:pBdr>{borders}</w:pBdr>")
    if shade:
        out.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>')
    if tabs:
        stops = "".join(f'<w:tab w:val="{kind}" w:pos="{pos}"/>' for kind, pos in tabs)
        out.append(f"<w:tabs>{stops}</w:tabs>")
    if bidi:
        out.append("<w:bidi/>")
    if space or line:
        before_after = f' w:before="{space[0]}" w:after="{space[1]}"' if space else ""
        kind = "exact" if exact else "auto"
        height = f' w:line="{line}" w:lineRule="{kind}"' if line else ""
        out.append(f"<w:spacing{before_after}{height}/>")
    if indent:
        out.append(f"<w:ind {indent}/>")
    if contextual:
        out.append("<w:contextualSpacing/>")
    if jc:
        out.append(f'<w:jc w:val="{jc}"/>')
    if outline is not None:
        out.append(f'<w:outlineLvl w:val="{outline}"/>')
    return f"<w:pPr>{''.join(out)}</w:pPr>" if out else ""


def p(*runs, **props):
    """One paragraph; plain strings become unformatted runs."""
    text = "".join(r if r.startswith("<") else run(r) for r in runs if r)
    return f"<w:p>{ppr(**props)}{text}</w:p>"


def style(
    ident, name, ppr_xml="", rpr_xml="", based="Normal", follow=None, kind="paragraph"
):
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{follow}"/>' if follow else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{ident}"><w:name w:val="{name}"/>'
        f"{parent}{after}<w:qFormat/>{ppr_xml}{rpr_xml}</w:style>"
    )


def styles(
    extra,
    font,
    size,
    east=None,
    lang="en-GB",
    east_lang="ja-JP",
    color=None,
    space=(0, 80),
    line=259,
    names=TRANSITIONAL,
):
    """The styles part: document defaults, basic styles and the layout's own."""
    asian = east or font
    tint = f'<w:color w:val="{color}"/>' if color else ""
    half = round(size * 2)
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{asian}" '
        f'w:cs="{font}"/>'
        f'{tint}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        f'<w:lang w:val="{lang}" w:eastAsia="{east_lang}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f'<w:spacing w:before="{space[0]}" w:after="{space[1]}" w:line="{line}" '
        'w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    basics = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/>'
        "<w:semiHidden/><w:unhideWhenUsed/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/>{0}<w:bottom w:w="0" w:type="dxa"/>{1}'
        "</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList">'
        '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        "<w:unhideWhenUsed/></w:style>"
    )
    start, end = ("start", "end") if names is STRICT else ("left", "right")
    basics = basics.format(
        f'<w:{start} w:w="108" w:type="dxa"/>', f'<w:{end} w:w="108" w:type="dxa"/>'
    )
    head = style("Header", "header", ppr(space=(0, 0), line=240))
    foot = style("Footer", "footer", ppr(space=(0, 0), line=240))
    return root("styles", defaults + basics + head + foot + extra, names)


def list_level(
    level,
    fmt,
    text,
    indent,
    hanging=284,
    bullet_font=None,
    color=None,
    style_id=None,
    side="left",
):
    """One level of an abstract list; a bullet names the font that holds its sign."""
    look = rpr(font=bullet_font, color=color)
    owner = f'<w:pStyle w:val="{style_id}"/>' if style_id else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>{owner}'
        f'<w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:{side}="{indent}" w:hanging="{hanging}"/></w:pPr>{look}</w:lvl>'
    )


def numbering(lists, names=TRANSITIONAL):
    """lists: (list id, XML of its levels, ids of further lists that restart it)."""
    shapes, uses = [], []
    for ident, levels, restarts in lists:
        shapes.append(
            f'<w:abstractNum w:abstractNumId="{ident}">'
            f'<w:nsid w:val="4A{ident:02X}51C7"/>'
            f'<w:multiLevelType w:val="hybridMultilevel"/>'
            f'<w:tmpl w:val="7B{ident:02X}90E2"/>{levels}</w:abstractNum>'
        )
        uses.append(
            f'<w:num w:numId="{ident}"><w:abstractNumId w:val="{ident}"/></w:num>'
        )
        uses += [
            f'<w:num w:numId="{n}"><w:abstractNumId w:val="{ident}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
            "</w:num>"
            for n in restarts
        ]
    return root("numbering", "".join(shapes) + "".join(uses), names)


def table(widths, rows, borders="", indent=0, margins=None, names=TRANSITIONAL):
    """rows: XML of <w:tr>; margins: (top, start, bottom, end) of all cells."""
    start, end = ("start", "end") if names is STRICT else ("left", "right")
    edge = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    pad = ""
    if margins:
        pairs = zip(("top", start, "bottom", end), margins)
        pad = "".join(f'<w:{side} w:w="{n}" w:type="dxa"/>' for side, n in pairs)
        pad = f"<w:tblCellMar>{pad}</w:tblCellMar>"
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{indent}" w:type="dxa"/>{edge}<w:tblLayout w:type="fixed"/>{pad}'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(*cells, keep=True):
    props = "<w:trPr><w:cantSplit/></w:trPr>" if keep else ""
    return f"<w:tr>{props}{''.join(cells)}</w:tr>"


def cell(width, content, shade=None, borders="", span=None, valign=None):
    out = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span:
        out += f'<w:gridSpan w:val="{span}"/>'
    if borders:
        out += f"<w:tcBorders>{borders}</w:tcBorders>"
    if shade:
        out += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
    if valign:
        out += f'<w:vAlign w:val="{valign}"/>'
    return f"<w:tc><w:tcPr>{out}</w:tcPr>{content}</w:tc>"


def section(
    header_ids=(),
    footer_ids=(),
    margins=(1134, 1134, 1134, 1134),
    title_page=False,
    header=567,
    footer=567,
):
    """A4 section; *_ids: (kind, relationship id), margins: top, right, bottom, left."""
    refs = "".join(f'<w:headerReference w:type="{k}" r:id="{i}"/>' for k, i in header_ids)
    refs += "".join(
        f'<w:footerReference w:type="{k}" r:id="{i}"/>' for k, i in footer_ids
    )
    top, right, bottom, left = margins
    title = "<w:titlePg/>" if title_page else ""
    return (
        f'<w:sectPr>{refs}<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" '
        f'w:header="{header}" w:footer="{footer}" w:gutter="0"/>'
        f'<w:cols w:space="708"/>{title}</w:sectPr>'
    )


def page_field(**fmt):
    """The current page number as a complex field."""
    mark = '<w:r>{0}<w:fldChar w:fldCharType="{1}"/></w:r>'
    look = rpr(**fmt)
    return (
        mark.format(look, "begin")
        + f'<w:r>{look}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        + mark.format(look, "separate")
        + run("1", **fmt)
        + mark.format(look, "end")
    )


def control(ident, tag, content):
    """A block-level content control around whole paragraphs."""
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(tag)}/>"
        f"<w:tag w:val={quoteattr(tag)}/>"
        f'<w:id w:val="{ident}"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
    )


SHAPETYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


class Boxes:
    """Text boxes of one document: hands out ids that are unique over all its parts."""

    def __init__(self):
        self.count = 0
        self.typed = set()

    def box(
        self,
        part,
        name,
        at,
        size,
        content,
        fill=None,
        inset=(0, 0, 0, 0),
        style_of="both",
    ):
        """A run with a box at a place on the page, all in points.

        style_of: "both" (DrawingML with a VML fallback), "drawing" or "vml" alone.
        """
        self.count += 1
        spec = (self.count, name, at, size, content, fill, inset)
        if style_of == "drawing":
            return f"<w:r>{drawing_box(*spec)}</w:r>"
        kind = "" if part in self.typed else SHAPETYPE
        self.typed.add(part)
        if style_of == "vml":
            return f"<w:r>{vml_box(kind, *spec)}</w:r>"
        return (
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
            f"{drawing_box(*spec)}</mc:Choice><mc:Fallback>{vml_box(kind, *spec)}"
            "</mc:Fallback></mc:AlternateContent></w:r>"
        )


def drawing_box(ident, name, at, size, content, fill, inset):
    x, y, cx, cy = (round(n * EMU_PER_PT) for n in (*at, *size))
    left, top, right, bottom = (round(n * EMU_PER_PT) for n in inset)
    paint = (
        f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    )
    return (
        '<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        f'relativeHeight="{251658240 + ident}" behindDoc="0" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset>'
        "</wp:positionH>"
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset>'
        "</wp:positionV>"
        f'<wp:extent cx="{cx}" cy="{cy}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        '<wp:wrapSquare wrapText="bothSides"/>'
        f'<wp:docPr id="{ident}" name={quoteattr(name)}/>'
        "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData "
        f'uri="{TRANSITIONAL["wps"]}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{paint}<a:ln><a:noFill/></a:ln>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"
        f'<wps:bodyPr rot="0" vert="horz" wrap="square" lIns="{left}" tIns="{top}" '
        f'rIns="{right}" bIns="{bottom}" anchor="t" anchorCtr="0"><a:noAutofit/>'
        "</wps:bodyPr>"
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )


def anchor(boxes, after):
    """Header paragraphs, five points high each: an empty one, then one a box.

    `after` is the room left below them. The empty one and the square wrapping of the
    boxes are there for LibreOffice 7.4, which otherwise draws the text of some boxes at
    the corner of the page.
    """
    room = [0] * len(boxes) + [after]
    return "".join(
        p(b, style="Header", line=100, exact=True, space=(0, n))
        for b, n in zip(["", *boxes], room)
    )


def vml_box(kind, ident, name, at, size, content, fill, inset):
    paint = f'fillcolor="#{fill.lower()}"' if fill else 'filled="f"'
    pads = ",".join(f"{n}pt" for n in inset)
    return (
        f'<w:pict>{kind}<v:shape id={quoteattr(name)} o:spid="_x0000_s{1025 + ident}" '
        'type="#_x0000_t202" style="position:absolute;'
        f"margin-left:{at[0]}pt;margin-top:{at[1]}pt;"
        f"width:{size[0]}pt;height:{size[1]}pt;"
        f"z-index:{251658240 + ident};mso-position-horizontal-relative:page;"
        f'mso-position-vertical-relative:page" {paint} stroked="f">'
        f'<v:textbox inset="{pads}"><w:txbxContent>{content}</w:txbxContent></v:textbox>'
        "</v:shape></w:pict>"
    )
