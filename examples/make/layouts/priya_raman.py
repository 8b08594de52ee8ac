"""Three header parts; content controls in a header table; numbered list by style."""
from layouts.common import texts
from ooxml import (cell, control, list_level, p, ppr, row, rpr, run, section, style,
                   table)
from package import Package

NAVY, SKY = "1D3C6E", "DCE8F7"
COLUMN = 4819


def head_table(person):
    """Left column: who and two sections; right column: the rest, each in a control."""
    blocks = []
    for number, (title, items) in enumerate(person["sidebar"], 1):
        text = p(run(title.title() + ":"), style="Corner")
        text += p(run(" • ".join(items)), style="Shelf")
        blocks.append(control(730100 + number, title.title(), text))
    who = p(run(person["title"], size=12, color=NAVY), space=(100, 0))
    who += p(run(" ".join(person["name"]), size=26, bold=True, color=NAVY), space=(0, 60),
             line=240)
    only = row(cell(COLUMN, who + "".join(blocks[:2]), SKY),
               cell(COLUMN, "".join(blocks[2:]), SKY))
    return table((COLUMN, COLUMN), [only], margins=(40, 170, 80, 140))


def sheet():
    return (
        style("Board", "Board", ppr(keep_next=True, space=(200, 80), shade=SKY),
              rpr(bold=True, color=NAVY, size=12), follow="Normal")
        + style("Corner", "Corner", ppr(space=(60, 0)),
                rpr(bold=True, color=NAVY, size=9.5))
        + style("Shelf", "Shelf", ppr(space=(0, 20), line=240), rpr(size=9.5))
        + style("ListNumber", "List Number", ppr(num=(1, 0), space=(0, 40))))


def content(person):
    body = p(run("  /  ".join(person["contact"]), size=9.5, color=NAVY), jc="right")
    body += p(run("Overview."), style="Board") + texts(person["overview"])
    body += p(run("Professional Experience."), style="Board")
    for number, job in enumerate(person["jobs"], 1):
        when, what = job["head"]
        body += p(run(when, bold=True, color=NAVY), run(":  "), run(what, bold=True),
                  keep_next=True, space=(160, 40))
        body += texts(job["text"])
        restart = (number, 0) if number > 1 else None
        body += texts(job["points"], style="ListNumber", num=restart)
        body += p(run("Environment : ", italic=True),
                  run(", ".join(job["env"]), italic=True))
    return body


def write(person, path):
    pkg = Package()
    name = run(" ".join(person["name"]), size=9, bold=True, color=NAVY)
    first = pkg.header(head_table(person) + p("", style="Header", space=(0, 60)))
    even = pkg.header(p(name, style="Header", jc="left"))
    odd = pkg.header(p(name, style="Header", jc="right"))
    letters = list_level(0, "lowerLetter", "%1)", 340, 340, color=NAVY,
                         style_id="ListNumber")
    pkg.base(sheet(), "Calibri", 11, [(1, letters, [2, 3, 4, 5])], even_and_odd=True)
    end = section([("first", first), ("default", odd), ("even", even)], (),
                  (1134, 1134, 1021, 1134), True)
    pkg.finish(path, content(person), end, person)
