"""Owns the Rich Text vocabulary: pieces of RTF and the whole document, all in ASCII."""


def escape(words):
    """Characters outside ASCII become \\uN with one replacement character."""
    out = ""
    for ch in words:
        if ch in "\\{}":
            out += "\\" + ch
        elif ch == "\n":
            out += "\\line "
        elif ord(ch) < 128:
            out += ch
        else:
            units = ch.encode("utf-16-le")
            for n in range(0, len(units), 2):
                unit = int.from_bytes(units[n : n + 2], "little", signed=True)
                out += f"\\u{unit}?"
    return out


def run(words, bold=False, size=None, color=None):
    marks = "\\b" if bold else ""
    marks += f"\\fs{round(size * 2)}" if size else ""
    marks += f"\\cf{color}" if color else ""
    return "{" + (marks + " " if marks else "") + escape(words) + "}"


def para(
    *pieces, before=0, after=0, keep=False, rule=False, center=False, bar=False, **look
):
    inner = "".join(x if x.startswith("{") else run(x, **look) for x in pieces)
    marks = f"\\pard\\plain\\f0\\fs21\\sb{before}\\sa{after}\\sl264\\slmult1"
    marks += "\\keepn" if keep else ""
    marks += "\\qc" if center else ""
    marks += "\\brdrb\\brdrs\\brdrw15\\brsp40\\brdrcf2" if rule else ""
    for side in "lr" if bar else "":
        marks += f"\\brdr{side}\\brdrs\\brdrw90\\brsp100\\brdrcf2"
    return f"{marks} {inner}\\par\n"


def bullet(words):
    return (
        "\\pard\\plain\\f0\\fs21\\ls1\\ilvl0\\fi-284\\li284\\sa40\\sl264\\slmult1 "
        f"{run(words)}\\par\n"
    )


LISTS = (
    "{\\*\\listtable{\\list\\listtemplateid11{\\listlevel\\levelnfc23\\leveljc0"
    "\\levelfollow0\\levelstartat1{\\leveltext\\'01\\u8226?;}{\\levelnumbers;}"
    "\\fi-284\\li284}\\listid101}}\n"
    "{\\*\\listoverridetable{\\listoverride\\listid101\\listoverridecount0\\ls1}}\n"
)


def document(head, foot, body, font, size, title, colors):
    inks = "".join(f"\\red{r}\\green{g}\\blue{b};" for r, g, b in colors)
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0{{\\fonttbl{{\\f0\\fswiss {font};}}}}\n"
        f"{{\\colortbl;{inks}}}\n{LISTS}{{\\info{{\\title {escape(title)}}}}}\n"
        f"\\paperw11906\\paperh16838\\margl1134\\margr1134\\margt1134\\margb1021"
        f"\\headery567\\footery454\\deflang1058\\fs{round(size * 2)}\n"
        f"{{\\header {head}}}\n{{\\footer {foot}}}\n{body}}}\n"
    )
