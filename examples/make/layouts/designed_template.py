"""Template: two columns, a dark banner, a tinted panel, and a table row for each post.

Shows what a template may do beyond plain text: loops over rows and columns,
cells that take
their shade from the data, lists in a table inside a text box.
"""
from layouts.template_parts import (
    NAME,
    SECTIONS,
    bullets,
    description,
    environment,
    mark,
    name,
    overview,
    sidebar,
    tag,
)
from ooxml import Boxes, anchor, cell, list_level, p, page_field, ppr, row, rpr, rule
from ooxml import run, section, style, table
from package import Package

NAVY, RUST, SAND, INK = "1D2B3E", "B4532A", "F4EFE7", "2B2B2B"
PEACH, SOFT = "EDBFA3", "6A6459"
PANEL = 176  # width of the panel in points
LEFT, WIDE = 48, 317  # the text column: where it begins, how wide it is
SPOKEN = ("SPOKEN LANGUAGES", "spoken_languages")


def band(boxes, part, height, content, inset):
    return boxes.box(part, "Banner", (0, 0), (595.3, height), content, NAVY, inset)


def spoken():
    """Spoken languages as a table with a coloured dot before each."""
    rows = (
        row(cell(200, tag_row("for item in sidebar.spoken_languages")))
        + row(
            cell(200, p(run("●", color=RUST), style="Dot")),
            cell(2600, p(mark(9), run("{{ item }}"), style="PanelItem")),
        )
        + row(cell(200, tag_row("endfor")))
    )
    return (
        tag("if sidebar and sidebar.spoken_languages")
        + p(run("SPOKEN LANGUAGES", color=RUST), style="PanelTitle")
        + table([200, 2600], [rows], margins=(0, 0, 0, 60))
        + p("", style="Gap")
        + tag("endif")
    )


def tag_row(text):
    return p(run("{%tr " + text + " %}"))


def headers():
    """Header of the first page and of the others."""
    boxes = Boxes()
    banner = (
        tag("if identity")
        + p(run("{{ identity.title }}", color=PEACH), style="Role")
        + name("Name", "LongName", color="FFFFFF")
        + tag("endif")
    )
    panel = sidebar(SECTIONS[:4], "PanelTitle", "PanelItem", color=RUST)
    panel += spoken()
    rest = [s for s in SECTIONS[4:] if s != SPOKEN]
    panel += sidebar(rest, "PanelTitle", "PanelItem", 5, color=RUST)
    again = tag("if identity") + p(
        run("{{ identity.full_name }}", color="FFFFFF"), style="Again"
    )
    again += tag("endif")
    blank = p("", space=(0, 0), line=240)
    at = 595.3 - PANEL
    first = [
        band(boxes, "first", 104, banner, (LEFT, 26, 30, 8)),
        boxes.box(
            "first", "Panel", (at, 104), (PANEL, 738), panel, SAND, (16, 14, 14, 10)
        ),
    ]
    later = [
        band(boxes, "later", 40, again, (LEFT, 13, 30, 4)),
        boxes.box("later", "Panel again", (at, 40), (PANEL, 802), blank, SAND),
    ]
    return anchor(first, 1560), anchor(later, 300)


def sheet():
    tight = ppr(space=(0, 0), line=240)
    line = rule("bottom", RUST, 8, 2)
    return (
        style(
            "Heading1",
            "heading 1",
            ppr(keep_next=True, space=(200, 100), borders=line, outline=0),
            rpr(bold=True, color=NAVY, size=11.5, track=30),
            follow="Normal",
        )
        + style(
            "Heading2",
            "heading 2",
            ppr(keep_next=True, keep_lines=True, space=(40, 40), line=240, outline=1),
            rpr(bold=True, color=NAVY, size=10),
            follow="Normal",
        )
        + style("Name", "Name", tight, rpr(bold=True, color="FFFFFF", size=28))
        + style("LongName", "Long name", tight, rpr(bold=True, color="FFFFFF", size=20))
        + style(
            "Role",
            "Role",
            ppr(space=(0, 20), line=240),
            rpr(color=PEACH, size=12.5, track=20),
        )
        + style("Again", "Again", tight, rpr(bold=True, color="FFFFFF", size=11))
        + style(
            "PanelTitle",
            "Panel title",
            ppr(keep_next=True, space=(150, 40), line=240),
            rpr(bold=True, color=RUST, size=8.5, track=24),
            follow="PanelItem",
        )
        + style(
            "PanelItem",
            "Panel item",
            ppr(space=(0, 24), line=240),
            rpr(size=9, color=INK),
        )
        + style("Dot", "Dot", ppr(space=(20, 0), line=240), rpr(size=6, color=RUST))
        + style("Gap", "Gap", ppr(space=(0, 0), line=20, exact=True), rpr(size=1))
        + style("Chip", "Chip", ppr(space=(30, 30), line=240, jc="center"),
                rpr(bold=True, color="FFFFFF", size=8.5))
        + style(
            "ListBullet",
            "List Bullet",
            ppr(num=(1, 0), space=(0, 40), contextual=True),
        )
        + style(
            "Environment",
            "Environment",
            ppr(space=(60, 120)),
            rpr(italic=True, size=9, color=SOFT),
        )
    )


def chips():
    """Up to four skills on coloured cells, as many columns as there are skills."""
    shade = "{% cellbg loop.cycle('" + NAVY + "', '" + RUST + "') %}"
    cells = (
        cell(1500, p(run("{%tc for skill in sidebar.skills[:4] %}")))
        + cell(1500, p(run(shade), run("{{ skill }}"), style="Chip"), valign="center")
        + cell(1500, p(run("{%tc endfor %}")))
    )
    edges = "".join(rule(side, "FFFFFF", 24, 0) for side in ("left", "right", "insideV"))
    return (
        tag("if sidebar and sidebar.skills")
        + table([WIDE * 20], [row(cells)], borders=edges, margins=(20, 40, 20, 40))
        .replace('<w:tblLayout w:type="fixed"/>', "")
        + tag("endif")
    )


def posts():
    """Two rows a post: a shaded one with its heading, one with the rest that may break."""
    bar, text = 110, WIDE * 20 - 110
    shade = "{% cellbg loop.cycle('" + RUST + "', '" + NAVY + "') %}"
    rows = (
        row(cell(bar, p(run("{%tr for job in experiences %}"))))
        + row(
            cell(bar, p(run(shade), style="Gap")),
            cell(text, p(run("{{ job.heading }}"), style="Heading2"), shade=SAND),
        )
        + row(
            cell(bar, p("", style="Gap")),
            cell(
                text,
                description("Normal")
                + bullets("ListBullet")
                + environment("Environment", bold=True)
                + p("", style="Gap"),
            ),
            keep=False,
        )
        + row(cell(bar, p(run("{%tr endfor %}"))))
    )
    return (
        tag("if experiences")
        + p(run("PROFESSIONAL EXPERIENCE"), style="Heading1")
        + table([bar, text], [rows], margins=(20, 100, 20, 0))
        + tag("endif")
    )


def write(path):
    pkg = Package()
    first, later = (pkg.header(xml) for xml in headers())
    look = {"size": 8.5, "color": SOFT}
    foot = pkg.footer(
        p(
            run("{% if identity %}{{ identity.full_name }}  |  {% endif %}", **look),
            page_field(**look),
            style="Footer",
        )
    )
    dots = list_level(
        0, "bullet", "▪", 227, 227, bullet_font="Calibri", color=RUST,
        style_id="ListBullet",
    )
    pkg.base(sheet(), "Calibri", 10, [(1, dots, [])], color=INK)
    right = round((PANEL + 54) * 20)
    end = section(
        [("first", first), ("default", later)],
        [("default", foot), ("first", foot)],
        (1134, right, 1021, LEFT * 20),
        True,
        400,
        480,
    )
    content = chips() + overview("Heading1", "Normal") + posts() + p("", style="Gap")
    pkg.finish(path, content, end, {"name": [NAME]})
