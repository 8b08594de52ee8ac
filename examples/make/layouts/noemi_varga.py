"""Header paragraphs in legacy frames; headings by style; no lists at all."""
from layouts.common import texts
from ooxml import p, ppr, rpr, run, section, style
from package import Package

PLUM = "5B2A4E"
FRAME = ('w:w="2722" w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="page" '
         'w:x="8051" w:y="2381"')


def header(person):
    out = p(run(person["title"], italic=True, size=13, color=PLUM), style="Header",
            jc="center")
    name = run(" ".join(person["name"]), size=30, color=PLUM, small_caps=True, track=40)
    out += p(name, style="Header", jc="center", space=(0, 240))
    for title, items in person["sidebar"]:
        out += p(run(title, size=9, bold=True, color=PLUM, track=20), space=(120, 20),
                 frame=FRAME)
        out += "".join(p(run(i, size=10), space=(0, 20), line=240, frame=FRAME)
                       for i in items)
    return out + p("", style="Header")


def sheet():
    return (
        style("Heading1", "heading 1", ppr(keep_next=True, space=(240, 100), outline=0),
              rpr(size=14, color=PLUM, small_caps=True, track=30), follow="Normal")
        + style("Heading2", "heading 2", ppr(keep_next=True, space=(200, 60), outline=1),
                rpr(italic=True, bold=True, size=11.5), follow="Normal"))


def content(person):
    body = p(run("Overview"), style="Heading1") + texts(person["overview"], jc="both")
    body += p(run("Professional Experience"), style="Heading1")
    for job in person["jobs"]:
        body += p(run(job["head"][1]), style="Heading2") + texts(job["text"], jc="both")
    return body


def write(person, path):
    pkg = Package()
    head = pkg.header(header(person))
    line = run("  ~  ".join(person["contact"]), italic=True, size=10, color=PLUM)
    foot = pkg.footer(p(line, style="Footer", jc="center"))
    pkg.base(sheet(), "Times New Roman", 11.5, line=276)
    end = section([("default", head)], [("default", foot)], (1134, 4309, 1134, 1247))
    pkg.finish(path, content(person), end, person)
