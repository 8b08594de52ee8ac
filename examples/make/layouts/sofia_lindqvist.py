"""LibreOffice: header table on page one, another header after it; numbered lists."""
import odf
from odf import bullets, heading, items, letters, look, para, span, style

SEA, FOAM = "#14546b", "#e3f0f2"
WIDTHS = (8.6, 8.4)


def head_table(person):
    who = para("Who", person["title"]) + para("Name", " ".join(person["name"]))
    blocks = [para("HeadTitle", t) + para("HeadItems", ", ".join(e))
              for t, e in person["sidebar"]]
    rows = [(who, "".join(blocks[:2])), ("".join(blocks[2:4]), "".join(blocks[4:]))]
    return odf.grid("Head", WIDTHS, rows, "HeadCell")


def sheet():
    return (
        style("Section", look(fo_margin_top="0.45cm", fo_margin_bottom="0.15cm",
                              fo_keep_with_next="always"), letters(14, SEA, italic=True))
        + style("Post", look(fo_margin_top="0.3cm", fo_margin_bottom="0.08cm",
                             fo_keep_with_next="always"))
        + style("Point", look(fo_margin_bottom="0.06cm"))
        + style("Who", look(fo_margin_bottom="0cm"), letters(12, SEA, italic=True))
        + style("Name", look(fo_margin_bottom="0.1cm", fo_line_height="95%"),
                letters(25, SEA, True))
        + style("HeadTitle", look(fo_margin_top="0.12cm", fo_margin_bottom="0cm"),
                letters(8.5, SEA, True, track=1))
        + style("HeadItems", look(fo_margin_bottom="0.05cm"), letters(9.5))
        + style("Later", look(fo_text_align="end"), letters(9.5, SEA))
        + style("Small", look(fo_text_align="center"), letters(9.5, SEA))
        + bullets("Dives", "", SEA, "0.6cm", numbered=True))


def automatic():
    tinted = look(fo_background_color=FOAM, fo_padding="0.25cm", fo_border="none")
    return (style("Strong", "", letters(bold=True), "", "text")
            + style("Tint", "", letters(color=SEA, bold=True), "", "text")
            + odf.grid_styles("Head", WIDTHS, "HeadCell", tinted))


def content(person):
    body = heading("Section", 1, "Overview")
    body += "".join(para("Standard", t) for t in person["overview"])
    body += heading("Section", 1, "Professional Experience")
    for job in person["jobs"]:
        when, what = job["head"]
        body += para("Post", span(when, "Tint"), span(f", {what}", "Strong"))
        body += "".join(para("Standard", t) for t in job["text"])
        body += items("Dives", "Point", job["points"])
        body += para("Standard", span("Environment:", "Tint"),
                     " " + ", ".join(job["env"]))
    return body


def source(person):
    later = para("Later", person["title"] + "\n" + " ".join(person["name"]))
    foot = para("Small", "  ~  ".join(person["contact"]))
    first = head_table(person) + para("Later")
    master = (f"<style:header>{later}</style:header>"
              f"<style:header-first>{first}</style:header-first>"
              f"<style:footer>{foot}</style:footer>"
              f"<style:footer-first>{foot}</style:footer-first>")
    page = look(fo_margin_top="1.4cm", fo_margin_bottom="1.2cm", fo_margin_left="2cm",
                fo_margin_right="2cm")
    text = odf.document(person, sheet(), automatic(), master, content(person), page,
                        look(fo_min_height="0.6cm", fo_margin_bottom="0.2cm"),
                        look(fo_min_height="0.8cm"), "sv", "SE", "Times New Roman", 11.5)
    return text, ".fodt"
