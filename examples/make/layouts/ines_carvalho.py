"""Main part under a name of its own; header of plain paragraphs with line breaks."""
from layouts.common import texts
from ooxml import list_level, p, ppr, rpr, rule, run, section, style
from package import Package

GREEN, GREY, MONO = "1B7F5C", "555555", "Courier New"


def header(person):
    out = p(run(person["title"], color=GREEN, font=MONO, size=9), style="Header",
            space=(0, 20))
    out += p(run(" ".join(person["name"]), bold=True, size=24), style="Header",
             space=(0, 100), borders=rule("bottom", GREEN, 12, 6))
    for head, items in person["sidebar"]:
        out += p(run(head, bold=True, color=GREEN, font=MONO, size=8),
                 run("\n" + " | ".join(items), size=8.5), style="Header", space=(30, 30))
    return out + p("", style="Header", borders=rule("bottom", GREEN, 4, 1))


def sheet():
    return (
        style("Mark", "Mark", ppr(keep_next=True, space=(200, 80)),
              rpr(font=MONO, bold=True, color=GREEN, size=11), follow="Normal")
        + style("Role", "Role", ppr(keep_next=True, space=(140, 40)), rpr(bold=True),
                follow="Normal")
        + style("Stack", "Stack", ppr(space=(60, 60)),
                rpr(font=MONO, size=8.5, color=GREY)))


def content(person, link):
    place, mail = person["contact"]
    body = p(run(place + "  ", color=GREY),
             f'<w:hyperlink r:id="{link}">{run(mail, color=GREEN)}</w:hyperlink>',
             space=(80, 80))
    body += p(run("OVERVIEW"), style="Mark") + texts(person["overview"])
    body += p(run("PROFESSIONAL EXPERIENCE"), style="Mark")
    for number, job in enumerate(person["jobs"], 1):
        body += p(run(" · ".join(job["head"])), style="Role") + texts(job["text"])
        body += texts(job["points"], num=(number, 0), space=(0, 40))
        body += p(run("Environment: " + ", ".join(job["env"])), style="Stack")
    return body


def write(person, path):
    pkg = Package(main="content/resume.xml")
    first = pkg.header(header(person))
    name = run(" ".join(person["name"]), bold=True, size=9, color=GREEN)
    later = pkg.header(p(name, style="Header", jc="right"))
    figures = list_level(0, "decimal", "%1.", 340, 340, color=GREEN)
    pkg.base(sheet(), "Calibri", 10.5, [(1, figures, [2, 3, 4])], [MONO])
    link = pkg.link("hyperlink", f"mailto:{person['contact'][1]}", external=True)
    end = section([("first", first), ("default", later)], (),
                  (1134, 1247, 1021, 1247), True)
    pkg.finish(path, content(person, link), end, person)
