"""Right-hand panel on each page, DrawingML alone, East Asian fonts, numPr bullets."""
from layouts.common import panel, texts
from ooxml import Boxes, anchor, list_level, p, ppr, rpr, run, section, style
from package import Package

INK, BLUE, MIST, GREY = "222B38", "2F5D8C", "EAF0F6", "5A6B80"


def header(person):
    boxes = Boxes()
    side = panel(person["sidebar"], dict(bold=True, size=8.5, color=BLUE, track=40),
                 dict(size=9, color=INK))
    name = p(run(person["title"], size=11.5, color=BLUE), space=(0, 40))
    name += p(run(" ".join(person["name"]), size=28, bold=True, color=INK), space=(0, 0),
              line=240)
    return anchor([
        boxes.box("only", "名前", (54, 44), (340, 68), name, style_of="drawing"),
        boxes.box("only", "サイドバー", (415, 0), (180.3, 842), side, MIST,
                  (18, 48, 14, 10), style_of="drawing")], 1700)


def sheet():
    return (
        style("Section", "Section", ppr(keep_next=True, space=(200, 80)),
              rpr(bold=True, color="FFFFFF", size=10, track=40), follow="Normal")
        + style("Post", "Post", ppr(keep_next=True, space=(160, 60)),
                rpr(bold=True, color=BLUE), follow="Normal"))


def content(person):
    title = dict(style="Section", shade=BLUE, indent='w:left="0"')
    body = p(run("　".join(person["contact"]), size=9, color=GREY), space=(0, 120))
    body += p(run("OVERVIEW"), **title) + texts(person["overview"])
    body += p(run("PROFESSIONAL EXPERIENCE"), **title)
    for job in person["jobs"]:
        body += p(run(" ".join(job["head"])), style="Post")
        body += texts(job["text"], jc="both")
        body += texts(job["points"], num=(1, 0), space=(0, 40))
        body += p(run("Environment: " + ", ".join(job["env"]), size=9, color=GREY))
    return body


def write(person, path):
    pkg = Package()
    head = pkg.header(header(person))
    squares = list_level(0, "bullet", "■", 340, 340, color=BLUE)
    pkg.base(sheet(), "Calibri", 10, [(1, squares, [])], ["Yu Gothic"], east="Yu Gothic",
             lang="en-US", line=288)
    end = section([("default", head)], (), (1134, 3960, 1021, 1080), header=400)
    pkg.finish(path, content(person), end, person)
