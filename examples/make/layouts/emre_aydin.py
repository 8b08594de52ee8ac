"""Strict Open XML; the sidebar is a table in the header of the first page."""
from layouts.common import texts
from ooxml import (STRICT, cell, list_level, p, page_field, ppr, row, rpr, rule, run,
                   section, style, table)
from package import Package

RUST, PAPER = "B4511E", "F3EFEB"
COLUMN = 3288


def block(title, items):
    text = p(run(title, bold=True, size=8, color=RUST, track=30), space=(80, 20))
    return text + "".join(p(run(i, size=8.5), space=(0, 0), line=252) for i in items)


def head_table(person):
    who = p(run(person["title"], size=12, color="FFFFFF", track=20), space=(120, 0))
    who += p(run(" ".join(person["name"]), size=26, bold=True, color="FFFFFF"),
             space=(0, 120), line=240)
    rows = [row(cell(3 * COLUMN, who, RUST, span=3))]
    parts = person["sidebar"]
    for group in (parts[:3], parts[3:6]):
        rows.append(row(*(cell(COLUMN, block(*part), PAPER) for part in group)))
    rows.append(row(cell(3 * COLUMN, block(*parts[6]), PAPER, span=3)))
    return table((COLUMN,) * 3, rows, margins=(0, 142, 40, 100), names=STRICT)


def sheet():
    return (
        style("Heading1", "heading 1", ppr(keep_next=True, space=(200, 80), outline=0),
              rpr(bold=True, color=RUST, size=11, caps=True, track=40), follow="Normal")
        + style("Heading2", "heading 2", ppr(keep_next=True, space=(160, 40), outline=1),
                rpr(bold=True, size=9.5), follow="Normal"))


def content(person):
    body = p(run("Overview"), style="Heading1") + texts(person["overview"])
    body += p(run("Professional Experience"), style="Heading1")
    for job in person["jobs"]:
        when, what = job["head"]
        body += p(run(when, color=RUST), run("\t" + what), style="Heading2",
                  tabs=[("start", 2268)])
        body += texts(job["text"]) + texts(job["points"], num=(1, 0), space=(0, 40))
        body += p(run("Environment: ", bold=True, size=8.5, color=RUST),
                  run(", ".join(job["env"]), size=8.5), space=(60, 80))
    return body


def write(person, path):
    pkg = Package(names=STRICT)
    first = pkg.header(head_table(person) + p("", style="Header", space=(0, 60)))
    name = run(" ".join(person["name"]), color=RUST, bold=True, size=9)
    later = pkg.header(p(name, style="Header", jc="end", borders=rule("bottom", RUST, 4)))
    grey = dict(size=8, color="666666")
    foot = pkg.footer(p(run("   |   ".join(person["contact"]) + "\t", **grey),
                        page_field(**grey), style="Footer", tabs=[("end", 9865)]))
    dots = list_level(0, "bullet", "•", 284, color=RUST, side="start")
    pkg.base(sheet(), "Arial", 9.5, [(1, dots, [])], line=264)
    end = section([("first", first), ("default", later)],
                  [("first", foot), ("default", foot)], (1021, 1021, 1021, 1021), True)
    pkg.finish(path, content(person), end, person, ' w:conformance="strict"')
