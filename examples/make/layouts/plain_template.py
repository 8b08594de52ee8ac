"""Template: one dark colour, a narrow column of lists beside the text, real headings.

What it makes can be read back by the default extractor without a difference.
"""
from layouts.template_parts import (
    NAME,
    SECTIONS,
    bullets,
    description,
    environment,
    name,
    overview,
    sidebar,
    tag,
)
from ooxml import Boxes, anchor, list_level, p, page_field, ppr, rpr, rule, run, section
from ooxml import style
from package import Package

INK, GREY, HAIR = "222222", "6B6B6B", "BDBDBD"


def headers():
    """Header of the first page and of the others."""
    boxes = Boxes()
    banner = (
        tag("if identity")
        + p(run("{{ identity.title }}"), style="Role")
        + name("Name", "LongName")
        + tag("endif")
    )
    lists = sidebar(SECTIONS, "SideTitle", "SideItem")
    again = tag("if identity") + p(run("{{ identity.full_name }}"), style="SideItem")
    again += tag("endif")
    line = p("", space=(0, 0), line=240)
    first = [
        boxes.box("first", "Name", (212, 42), (335, 82), banner),
        boxes.box("first", "Lists", (48, 46), (132, 760), lists),
        boxes.box("first", "Rule", (194, 48), (0.75, 746), line, HAIR),
    ]
    later = [
        boxes.box("later", "Name again", (48, 46), (132, 60), again),
        boxes.box("later", "Rule again", (194, 48), (0.75, 746), line, HAIR),
    ]
    return anchor(first, 1300), anchor(later, 0)


def sheet():
    tight = ppr(space=(0, 0), line=240)
    return (
        style(
            "Heading1",
            "heading 1",
            ppr(
                keep_next=True,
                space=(240, 100),
                borders=rule("bottom", HAIR, 6, 2),
                outline=0,
            ),
            rpr(bold=True, size=11, track=40),
            follow="Normal",
        )
        + style(
            "Heading2",
            "heading 2",
            ppr(keep_next=True, keep_lines=True, space=(180, 40), outline=1),
            rpr(bold=True, size=10.5),
            follow="Normal",
        )
        + style("Name", "Name", tight, rpr(bold=True, size=24))
        + style("LongName", "Long name", tight, rpr(bold=True, size=17))
        + style("Role", "Role", tight, rpr(size=12, color=GREY, track=10))
        + style(
            "SideTitle",
            "Side title",
            ppr(keep_next=True, space=(160, 30), line=240),
            rpr(bold=True, size=8.5, track=20),
            follow="SideItem",
        )
        + style(
            "SideItem", "Side item", ppr(space=(0, 24), line=240), rpr(size=9, color=INK)
        )
        + style(
            "ListBullet",
            "List Bullet",
            ppr(num=(1, 0), space=(0, 40), contextual=True),
        )
        + style(
            "Environment", "Environment", ppr(space=(60, 80)), rpr(size=9, color=GREY)
        )
    )


def body():
    return (
        overview("Heading1", "Normal")
        + tag("if experiences")
        + p(run("PROFESSIONAL EXPERIENCE"), style="Heading1")
        + tag("for job in experiences")
        + p(run("{{ job.heading }}"), style="Heading2")
        + description("Normal")
        + bullets("ListBullet")
        + environment("Environment", bold=True)
        + tag("endfor")
        + tag("endif")
    )


def write(path):
    pkg = Package()
    first, later = (pkg.header(xml) for xml in headers())
    look = {"size": 8.5, "color": GREY}
    foot = pkg.footer(
        p(
            run("{% if identity %}{{ identity.full_name }}  ·  {% endif %}", **look),
            page_field(**look),
            style="Footer",
            jc="right",
        )
    )
    dots = list_level(
        0, "bullet", "•", 255, 255, bullet_font="Calibri", style_id="ListBullet"
    )
    pkg.base(sheet(), "Calibri", 10, [(1, dots, [])], color=INK)
    end = section(
        [("first", first), ("default", later)],
        [("default", foot), ("first", foot)],
        (1021, 964, 1021, 4252),
        True,
        400,
        480,
    )
    pkg.finish(path, body(), end, {"name": [NAME]})
