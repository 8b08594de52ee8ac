"""LibreOffice: two text frames in the header, bullets by a list style."""
import odf
from odf import bullets, heading, items, letters, look, para, style

CRUST, FLOUR = "#8a4b16", "#f6ead9"


def header(person):
    side = ""
    for title, entries in person["sidebar"]:
        side += para("PanelHead", title) + "".join(para("PanelItem", e) for e in entries)
    name = para("NameTitle", person["title"]) + para("NameBig", " ".join(person["name"]))
    head = para("Holder")
    head += para("Holder", odf.frame("NameBox", "Name", (0, 0), (21, 3.2), name))
    return head + para("Holder",
                       odf.frame("PanelBox", "Panel", (0, 3.2), (5.6, 26.5), side))


def body_styles():
    line = f"1pt solid {CRUST}"
    return (
        style("Section", look(fo_margin_top="0.45cm", fo_margin_bottom="0.15cm",
                              fo_keep_with_next="always", fo_border_bottom=line),
              letters(12, CRUST, True, track=1))
        + style("Post", look(fo_margin_top="0.3cm", fo_margin_bottom="0.05cm",
                             fo_keep_with_next="always"), letters(bold=True))
        + style("Point", look(fo_margin_bottom="0.06cm"))
        + style("Gear", look(fo_margin_top="0.05cm"),
                letters(9.5, "#6b5a48", italic=True)))


def header_styles():
    name = look(fo_margin_bottom="0cm", fo_margin_left="5.8cm")
    return (
        style("Holder", look(fo_margin_bottom="0cm", fo_line_height="0.15cm"))
        + style("PanelHead", look(fo_margin_top="0.35cm", fo_margin_bottom="0.05cm"),
                letters(9, CRUST, True, track=1))
        + style("PanelItem", look(fo_margin_bottom="0.03cm"), letters(9.5, "#3a2c1e"))
        + style("NameTitle", name, letters(12, "#f3d9b5", track=1))
        + style("NameBig", name, letters(27, "#ffffff", True)))


def content(person):
    body = heading("Section", 1, "Overview")
    body += "".join(para("Standard", t) for t in person["overview"])
    body += heading("Section", 1, "Professional Experience")
    for job in person["jobs"]:
        body += para("Post", " | ".join(job["head"]))
        body += "".join(para("Standard", t) for t in job["text"])
        body += items("Crumbs", "Point", job["points"])
        body += para("Gear", "Environment: " + ", ".join(job["env"]))
    return body


def source(person):
    frames = odf.frame_style("NameBox", CRUST, "0.6cm")
    frames += odf.frame_style("PanelBox", FLOUR, "0.6cm")
    foot = para("Gear", "   ·   ".join(person["contact"]))
    master = f"<style:header>{header(person)}</style:header>"
    master += f"<style:footer>{foot}</style:footer>"
    sheet = body_styles() + header_styles() + bullets("Crumbs", "•", CRUST)
    page = look(fo_margin_top="0.8cm", fo_margin_bottom="1.2cm", fo_margin_left="6.4cm",
                fo_margin_right="1.8cm")
    text = odf.document(person, sheet, frames, master, content(person), page,
                        look(fo_min_height="2.6cm", fo_margin_bottom="0.3cm"),
                        look(fo_min_height="0.8cm"), "de", "DE", "Calibri", 10.5)
    return text, ".fodt"
