"""Full-height sidebar on page one, DrawingML with VML fallback, bullets by style."""
from layouts.common import panel, texts
from ooxml import Boxes, anchor, list_level, p, ppr, rpr, rule, run, section, style
from package import Package

TEAL, PALE, GREY = "1F4E5F", "9FC3CE", "5A6B70"
SIDE = (172, 842)


def headers(person):
    """Header of the first page and of the others."""
    boxes = Boxes()
    name = " ".join(person["name"])
    banner = p(run(person["title"], size=13, color=TEAL, track=20), space=(0, 0))
    banner += p(run(name, size=30, bold=True, color=TEAL), space=(0, 0), line=240)
    side = panel(person["sidebar"], dict(bold=True, size=9.5, color=PALE, track=30),
                 dict(size=9, color="FFFFFF"))
    again = p(run(name, size=13, bold=True, color="FFFFFF"), space=(0, 0))
    first = [boxes.box("first", "Name", (196, 40), (370, 66), banner),
             boxes.box("first", "Sidebar", (0, 0), SIDE, side, TEAL, (20, 110, 12, 10))]
    later = [boxes.box("later", "Sidebar band", (0, 0), SIDE, again, TEAL,
                       (20, 40, 12, 10))]
    return anchor(first, 1600), anchor(later, 0)


def sheet():
    line = rule("bottom", TEAL, 8)
    return (
        style("Section", "Section", ppr(keep_next=True, space=(240, 100), borders=line),
              rpr(bold=True, color=TEAL, size=12, track=30), follow="Normal")
        + style("Post", "Post", ppr(keep_next=True, space=(180, 40)), rpr(bold=True),
                follow="Normal")
        + style("ListBullet", "List Bullet",
                ppr(num=(1, 0), space=(0, 40), contextual=True))
        + style("Gear", "Gear", ppr(space=(60, 80)),
                rpr(italic=True, size=9, color=GREY)))


def content(person):
    body = p(run("OVERVIEW"), style="Section") + texts(person["overview"])
    body += p(run("PROFESSIONAL EXPERIENCE"), style="Section")
    for job in person["jobs"]:
        when, what = job["head"]
        body += p(run(when, color=TEAL), run(f" | {what}"), style="Post")
        body += texts(job["text"]) + texts(job["points"], style="ListBullet")
        body += p(run("Environment: ", bold=True), run(", ".join(job["env"])),
                  style="Gear")
    return body


def write(person, path):
    pkg = Package()
    first, later = (pkg.header(xml) for xml in headers(person))
    foot = pkg.footer(p(run("  ·  ".join(person["contact"]), size=8.5, color=GREY),
                        style="Footer", jc="right"))
    dots = list_level(0, "bullet", "•", 284, bullet_font="Calibri", color=TEAL,
                      style_id="ListBullet")
    pkg.base(sheet(), "Calibri", 10.5, [(1, dots, [])])
    end = section([("first", first), ("default", later)],
                  [("default", foot), ("first", foot)], (1134, 1021, 1134, 3920), True,
                  400)
    pkg.finish(path, content(person), end, person)
