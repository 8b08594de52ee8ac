"""Owns the flat OpenDocument vocabulary: pieces of XML text and the whole document.

LibreOffice reads the result and writes the .docx, so that the package, its styles and its
numbering are of LibreOffice's making.
"""
from xml.sax.saxutils import escape, quoteattr

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def attributes(pairs):
    """Keyword names to attributes: fo_margin_top becomes fo:margin-top."""
    return "".join(
        f' {k.replace("_", ":", 1).replace("_", "-")}={quoteattr(v)}'
        for k, v in pairs.items()
    )


def text(words):
    """Text with tabs and line feeds as elements."""
    return escape(words).replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")


def span(words, style):
    return f'<text:span text:style-name="{style}">{text(words)}</text:span>'


def para(style, *pieces):
    inner = "".join(x if x.startswith("<") else text(x) for x in pieces)
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def heading(style, level, words):
    return (
        f'<text:h text:style-name="{style}" text:outline-level="{level}">'
        f"{text(words)}</text:h>"
    )


def items(list_style, para_style, entries):
    each = "".join(
        f"<text:list-item>{para(para_style, e)}</text:list-item>" for e in entries
    )
    return f'<text:list text:style-name="{list_style}">{each}</text:list>'


def style(name, paragraph="", letters="", parent="Standard", family="paragraph"):
    above = f' style:parent-style-name="{parent}"' if parent else ""
    body = f"<style:paragraph-properties{paragraph}/>" if paragraph else ""
    body += f"<style:text-properties{letters}/>" if letters else ""
    named = f'style:name="{name}" style:family="{family}"{above}'
    return f"<style:style {named}>{body}</style:style>"


def look(**pairs):
    return attributes(pairs)


def letters(size=None, color=None, bold=False, italic=False, font=None, track=None):
    """Text properties, set for Western, East Asian and complex scripts alike."""
    out = {}
    for kind in ("", "-asian", "-complex"):
        if font:
            out[f"style_font_name{kind}"] = font
        if size:
            out[
                f"fo_font_size{kind}" if not kind else f"style_font_size{kind}"
            ] = f"{size}pt"
        if bold:
            out[
                f"fo_font_weight{kind}" if not kind else f"style_font_weight{kind}"
            ] = "bold"
        if italic:
            out[
                f"fo_font_style{kind}" if not kind else f"style_font_style{kind}"
            ] = "italic"
    if color:
        out["fo_color"] = color
    if track:
        out["fo_letter_spacing"] = f"{track}pt"
    return attributes(out)


def bullets(name, sign, color, indent="0.5cm", numbered=False):
    """A list style of one level: a sign, or numbers followed by a dot."""
    ink = f"<style:text-properties{attributes(dict(fo_color=color))}/>"
    place = (
        "<style:list-level-properties text:list-level-position-and-space-mode="
        '"label-alignment"><style:list-level-label-alignment '
        f'text:label-followed-by="listtab" fo:text-indent="-{indent}" '
        f'fo:margin-left="{indent}" text:list-tab-stop-position="{indent}"/>'
        "</style:list-level-properties>"
    )
    if numbered:
        level = (
            '<text:list-level-style-number text:level="1" style:num-format="1" '
            f'style:num-suffix=".">{place}{ink}</text:list-level-style-number>'
        )
    else:
        level = (
            f'<text:list-level-style-bullet text:level="1" text:bullet-char="{sign}">'
            f"{place}{ink}</text:list-level-style-bullet>"
        )
    return f'<text:list-style style:name="{name}">{level}</text:list-style>'


def frame_style(name, fill, padding):
    paint = f'draw:fill="solid" draw:fill-color="{fill}" fo:background-color="{fill}"'
    return (
        f'<style:style style:name="{name}" style:family="graphic" '
        'style:parent-style-name="Frame"><style:graphic-properties style:wrap="parallel" '
        'style:vertical-pos="from-top" style:vertical-rel="page" '
        'style:horizontal-pos="from-left" style:horizontal-rel="page" '
        f'fo:border="none" fo:padding="{padding}" {paint}/></style:style>'
    )


def frame(style_name, name, at, size, content):
    """A text frame anchored to its paragraph, placed on the page in centimetres."""
    return (
        f'<draw:frame draw:style-name="{style_name}" draw:name="{name}" '
        f'text:anchor-type="paragraph" svg:x="{at[0]}cm" svg:y="{at[1]}cm" '
        f'svg:width="{size[0]}cm" svg:height="{size[1]}cm" draw:z-index="0">'
        f"<draw:text-box>{content}</draw:text-box></draw:frame>"
    )


def grid(name, widths, rows, cell_style):
    """A table of the given column widths in centimetres; rows of cell contents."""
    columns = "".join(
        f'<table:table-column table:style-name="{name}.{n}"/>' for n in range(len(widths))
    )
    each = ""
    for cells in rows:
        inner = "".join(
            f'<table:table-cell table:style-name="{cell_style}" '
            f'office:value-type="string">{c}</table:table-cell>'
            for c in cells
        )
        each += f"<table:table-row>{inner}</table:table-row>"
    return (
        f'<table:table table:name="{name}" table:style-name="{name}">{columns}{each}'
        "</table:table>"
    )


def grid_styles(name, widths, cell_style, cell_look, writing="lr-tb"):
    out = (
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties style:width="{sum(widths):.2f}cm" '
        f'table:align="margins" style:writing-mode="{writing}"/></style:style>'
    )
    for n, width in enumerate(widths):
        out += (
            f'<style:style style:name="{name}.{n}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}cm"/>'
            "</style:style>"
        )
    return out + (
        f'<style:style style:name="{cell_style}" style:family="table-cell">'
        f"<style:table-cell-properties{cell_look}/></style:style>"
    )


def document(
    person,
    styles,
    automatic,
    master,
    body,
    page,
    header,
    footer="",
    language="en",
    country="GB",
    font="Liberation Sans",
    size=10.5,
    writing="lr-tb",
):
    """The whole flat file; page, header and footer are attribute strings."""
    used = "".join(f' xmlns:{k}="{u}"' for k, u in NAMES.items())
    who = escape(" ".join(person["name"]))
    foot = (
        (
            f"<style:footer-style><style:header-footer-properties{footer}/>"
            "</style:footer-style>"
        )
        if footer
        else ""
    )
    scripts = (
        f' fo:language="{language}" fo:country="{country}" '
        f'style:language-complex="{language if writing == "rl-tb" else "none"}" '
        f'style:country-complex="{country if writing == "rl-tb" else "none"}"'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document{used} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:meta><dc:title>{who}</dc:title><meta:initial-creator>{who}"
        "</meta:initial-creator></office:meta>"
        f'<office:font-face-decls><style:font-face style:name="{font}" '
        f'svg:font-family="&apos;{font}&apos;"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="paragraph">'
        f'<style:paragraph-properties style:writing-mode="{writing}"/>'
        f"<style:text-properties{letters(size=size, font=font)}{scripts}/>"
        '</style:default-style><style:style style:name="Frame" style:family="graphic"/>'
        '<style:style style:name="Standard" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-top="0cm" fo:margin-bottom="0.12cm" '
        f'fo:line-height="112%"/></style:style>{styles}</office:styles>'
        '<office:automatic-styles><style:page-layout style:name="Page">'
        f'<style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
        f'style:writing-mode="{writing}"{page}/>'
        f"<style:header-style><style:header-footer-properties{header}/>"
        "</style:header-style>"
        f"{foot}</style:page-layout>{automatic}</office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="Page">{master}</style:master-page>'
        "</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body>"
        "</office:document>\n"
    )
