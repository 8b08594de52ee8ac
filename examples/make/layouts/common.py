"""What several hand-written layouts share."""
from ooxml import p, run


def texts(lines, **props):
    """One paragraph for each line."""
    return "".join(p(run(line), **props) for line in lines)


def panel(sections, title_look, item_look, joined=None, space=(160, 40)):
    """Sidebar paragraphs: a title, then its items one a line or joined by `joined`."""
    out = ""
    for title, items in sections:
        out += p(run(title, **title_look), space=space)
        lines = [joined.join(items)] if joined else items
        out += "".join(p(run(i, **item_look), space=(0, 30), line=240) for i in lines)
    return out
