"""Name after the last section, one word a line; breaks inside paragraphs."""
from layouts.common import panel, texts
from ooxml import Boxes, anchor, list_level, p, ppr, rpr, rule, run, section, style
from package import Package

SLATE, STONE, OCHRE = "3B4148", "E9E4DA", "7A5C2E"


def header(person):
    boxes = Boxes()
    side = panel(person["sidebar"], dict(bold=True, size=9, color=OCHRE, track=30),
                 dict(size=9.5, color=SLATE), space=(130, 30))
    name = p(run(person["title"], italic=True, size=14, color=OCHRE), space=(0, 20))
    name += "".join(p(run(n, size=34, bold=True, color=SLATE), space=(0, 0), line=204)
                    for n in person["name"])
    return anchor([
        boxes.box("only", "Panel", (0, 0), (165, 842), side, STONE, (24, 44, 10, 10)),
        boxes.box("only", "Who", (196, 42), (350, 104), name)], 2350)


def sheet():
    line = rule("top", OCHRE, 12, 4)
    return (
        style("Band", "Band", ppr(keep_next=True, space=(200, 100), borders=line),
              rpr(bold=True, color=SLATE, size=12), follow="Normal")
        + style("ListParagraph", "List Paragraph",
                ppr(indent='w:left="340"', contextual=True)))


def content(person):
    body = p(run("Overview"), style="Band") + texts(person["overview"])
    body += p(run("Professional Experience"), style="Band")
    for job in person["jobs"]:
        when, what = job["head"]
        body += p(run(f"{when} {what}", bold=True), run("\n" + "\n".join(job["text"])),
                  keep_lines=True, space=(140, 60))
        body += texts(job["points"], style="ListParagraph", num=(1, 0), space=(0, 40))
        if job["env"]:
            body += p(run("Environment: " + ", ".join(job["env"]), italic=True))
    return body


def write(person, path):
    pkg = Package()
    head = pkg.header(header(person))
    foot = pkg.footer(p(run("   /   ".join(person["contact"]), size=9, color=OCHRE),
                        style="Footer"))
    dashes = list_level(0, "bullet", "–", 340, 227)
    pkg.base(sheet(), "Times New Roman", 11, [(1, dashes, [])], color="222222", line=252)
    end = section([("default", head)], [("default", foot)], (1021, 1021, 1021, 3920),
                  header=400)
    pkg.finish(path, content(person), end, person)
