"""LibreOffice: right to left throughout; header of plain paragraphs."""
import odf
from odf import bullets, items, letters, look, para, style

SAND, DEEP = "#c08a3e", "#2b3a42"


def header(person):
    head = para("Who", person["title"]) + para("Name", " ".join(person["name"]))
    for title, entries in person["sidebar"]:
        head += para("HeadTitle", title) + para("HeadItems", " • ".join(entries))
    return head


def sheet():
    line = f"1.5pt solid {SAND}"
    return (
        style("Section", look(fo_margin_top="0.4cm", fo_margin_bottom="0.15cm",
                              fo_keep_with_next="always", fo_border_bottom=line),
              letters(13, DEEP, True))
        + style("Post", look(fo_margin_top="0.3cm", fo_margin_bottom="0.05cm",
                             fo_keep_with_next="always"), letters(11.5, SAND, True))
        + style("Point", look(fo_margin_bottom="0.05cm"))
        + style("Gear", "", letters(10, "#666666"))
        + style("Who", look(fo_margin_bottom="0cm"), letters(14, SAND))
        + style("Name", look(fo_margin_bottom="0.2cm"), letters(28, DEEP, True))
        + style("HeadTitle", look(fo_margin_top="0.08cm", fo_margin_bottom="0cm"),
                letters(8, SAND, True, track=1))
        + style("HeadItems", look(fo_margin_bottom="0cm"), letters(9.5, DEEP))
        + bullets("Stones", "•", SAND))


def content(person):
    body = para("Section", "OVERVIEW")
    body += "".join(para("Standard", t) for t in person["overview"])
    body += para("Section", "PROFESSIONAL EXPERIENCE")
    for job in person["jobs"]:
        body += para("Post", " | ".join(job["head"]))
        body += "".join(para("Standard", t) for t in job["text"])
        body += items("Stones", "Point", job["points"])
        body += para("Gear", "Environment: " + ", ".join(job["env"]))
    return body


def source(person):
    foot = para("Gear", "  –  ".join(person["contact"]))
    master = f"<style:header>{header(person)}</style:header>"
    master += f"<style:footer>{foot}</style:footer>"
    page = look(fo_margin_top="1.3cm", fo_margin_bottom="1.2cm", fo_margin_left="2.1cm",
                fo_margin_right="2.1cm")
    text = odf.document(person, sheet(), "", master, content(person), page,
                        look(fo_min_height="2cm", fo_margin_bottom="0.4cm"),
                        look(fo_min_height="0.8cm"), "ar", "JO", "Arial", 11.5, "rl-tb")
    return text, ".fodt"
