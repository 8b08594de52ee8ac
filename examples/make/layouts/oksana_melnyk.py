"""LibreOffice from RTF: centred header paragraphs between two bars, RTF's list table."""
from rtf import bullet, document, para, run

STEEL, HEAT = 1, 2
INKS = [(38, 57, 77), (196, 84, 26)]


def header(person):
    barred = dict(center=True, bar=True)
    head = para(person["title"], size=12, color=HEAT, **barred)
    head += para(" ".join(person["name"]), size=26, bold=True, color=STEEL, **barred)
    for title, entries in person["sidebar"]:
        head += para(title, bold=True, size=8, color=HEAT, before=50, **barred)
        head += para("; ".join(entries), size=9.5, color=STEEL, **barred)
    return head + para("", size=6)


def content(person):
    title = dict(size=13, bold=True, color=STEEL, after=80, rule=True)
    body = para("OVERVIEW", before=120, **title)
    body += "".join(para(t, after=80) for t in person["overview"])
    body += para("PROFESSIONAL EXPERIENCE", before=200, **title)
    for job in person["jobs"]:
        when, what = job["head"]
        body += para(run(when, bold=True, color=HEAT), run(f" – {what}", bold=True),
                     before=160, after=40, keep=True)
        body += "".join(para(t, after=60) for t in job["text"])
        body += "".join(bullet(t) for t in job["points"])
        body += para(run("Environment: ", bold=True, size=9.5),
                     run(", ".join(job["env"]), size=9.5), before=40, after=80)
    return body


def source(person):
    foot = para("  |  ".join(person["contact"]), size=9, color=STEEL, center=True)
    name = " ".join(person["name"])
    text = document(header(person), foot, content(person), "Arial", 10.5, name, INKS)
    return text, ".rtf"
