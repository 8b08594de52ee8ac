"""Old-style VML boxes without DrawingML; the experience is a table of two columns."""
from layouts.common import panel, texts
from ooxml import (Boxes, anchor, cell, list_level, p, page_field, ppr, row, rpr, rule,
                   run, section, style, table)
from package import Package

WINE, CREAM, SAND, BROWN = "7B1E2B", "FBF6EE", "F0D9B5", "6B5B4B"


def header(person):
    boxes = Boxes()
    banner = p(run(person["title"], size=12, color=SAND, caps=True, track=60),
               jc="center", space=(0, 0))
    banner += p(run(" ".join(person["name"]), size=28, bold=True, color="FFFFFF"),
                jc="center", space=(0, 0), line=240)
    left, right = (panel(rows, dict(bold=True, size=8.5, color=WINE, track=30),
                         dict(size=9), ", ", (60, 10))
                   for rows in (person["sidebar"][:4], person["sidebar"][4:]))
    pad = (10, 6, 8, 4)
    return anchor([
        boxes.box("first", "Banner", (0, 0), (595.3, 92), banner, WINE, (10, 22, 10, 6),
                  "vml"),
        boxes.box("first", "Left", (51, 100), (252, 150), left, CREAM, pad, "vml"),
        boxes.box("first", "Right", (303, 100), (241, 150), right, CREAM, pad, "vml")],
        4440)


def sheet():
    return (
        style("Course", "Course", ppr(keep_next=True, space=(160, 100)),
              rpr(bold=True, color=WINE, size=12, track=40), follow="Normal")
        + style("BulletPoint", "Bullet Point", ppr(num=(3, 0), space=(0, 40))))


def posts(jobs):
    widths = (2438, 7427)
    rows = []
    for job in jobs:
        when, what = job["head"]
        head = p(run(when, bold=True, color=WINE), run(f" | {what}", bold=True),
                 space=(60, 60))
        text = texts(job["text"], space=(60, 60))
        text += texts(job["points"], style="BulletPoint")
        text += p(run("Environment: " + ", ".join(job["env"]), italic=True, size=9.5))
        rows.append(row(cell(widths[0], head), cell(widths[1], text)))
    lines = rule("top", WINE, 4, 0) + rule("bottom", WINE, 4, 0)
    lines += rule("insideH", "D9C7B0", 4, 0)
    return table(widths, rows, lines, margins=(40, 85, 40, 85))


def write(person, path):
    pkg = Package()
    first = pkg.header(header(person))
    later = pkg.header(p("", style="Header"))
    words = " – ".join(person["contact"]) + " – page "
    small = dict(size=8.5, color=BROWN)
    foot = pkg.footer(p(run(words, **small), page_field(**small), style="Footer",
                        jc="center"))
    squares = list_level(0, "bullet", "▪", 284, style_id="BulletPoint", color=WINE)
    pkg.base(sheet(), "Calibri", 10.5, [(3, squares, [])])
    body = p(run("Overview:"), style="Course") + texts(person["overview"])
    body += p(run("Professional Experience:"), style="Course") + posts(person["jobs"])
    body += p("", space=(0, 0))
    end = section([("first", first), ("default", later)],
                  [("first", foot), ("default", foot)], (1021, 1021, 1021, 1021), True,
                  400, 454)
    pkg.finish(path, body, end, person)
