"""Owns random documents: tags in the shapes in which Word leaves them.

Built from productions as the grammar's, but of XML. `[...]` paragraphs get their text cut
into runs at random, with spelling marks, bookmarks and formatting between the pieces.
"""
import os
import tempfile
from xml.sax.saxutils import escape

import package
from grammar import Grammar
from sides import Outcome

RPR = ["", "", "", "<w:rPr><w:b/></w:rPr>", '<w:rPr><w:sz w:val="20"/></w:rPr>',
       '<w:rPr><w:i/><w:color w:val="FF0000"/></w:rPr>']
PPR = ["", "", "", '<w:pPr><w:jc w:val="end"/></w:pPr>',
       "<w:pPr><w:rPr><w:i/></w:rPr></w:pPr>",
       '<w:pPr><w:pStyle w:val="Normal"/><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr>']
BETWEEN = ["", "", "", '<w:proofErr w:type="spellStart"/>',
           '<w:proofErr w:type="gramEnd"/>',
           '<w:bookmarkStart w:id="1" w:name="b"/><w:bookmarkEnd w:id="1"/>',
           "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>", "<!-- {{ s }} -->",
           "<w:lastRenderedPageBreak/>"]
TEXTS = ["a", " b ", "Name: ", "", "x & y", "<tag>", "“quoted”", "}}", "%}", "{ {", "é",
         "#", "{_{ s }_}",
         "{_% x %_}", "&#8216;", " "]

BLOCKS = {
    "block": ["<para>"] * 8 + ["<loop>", "<loop>", "<if>", "<table>", "<table>", "<box>",
              "<odd>", "<block><block>", "<block><block>"],
    "loop": ["[{%p for x in <list> %}]<block>[{{ x }}][{%p endfor %}]",
             "[{%p for x in <list> %}][{{ loop.index }}: {{ x }}][{%p endfor %}]",
             "[{%p for x in <people> %}][{{ x.n }}][{%p for y in x.t %}][- {{ y }}][{%p endfor %}]"
             "[{%p endfor %}]",
             "[{% for x in <list> %}{{ x }}][b{% endfor %}]",
             "[lost {%p for x in <list> %} lost][{{ x }}][lost {%p endfor %}]"],
    "if": ["[{%p if <bool> %}]<block>[{%p endif %}]",
           "[{%p if <bool> %}]<block>[{%p else %}]<block>[{%p endif %}]",
           "[a {% if <bool> %}b][c{% else %}d][e{% endif %} f]",
           "[{%p if <bool> %}][1][{%p elif <bool> %}][2][{%p endif %}]",
           "[a{% if <bool> -%}][b{%- endif %}]", "[a][b {%- if <bool> %}c{% endif %}]",
           "[{%- if <bool> -%}][b{%- endif -%}][c]"],
    "table": ["<w:tbl><w:tblPr/><grid><row></w:tbl>", "<w:tbl><grid><row><row></w:tbl>",
              "<w:tbl><grid><trloop></w:tbl>", "<w:tbl><grid><row><trloop><row></w:tbl>",
              "<w:tbl><grid><w:tr><w:trPr><w:tblHeader/></w:trPr><tcloop></w:tr><trloop></w:tbl>",
              "<w:tbl><grid><w:tr><vmcell></w:tr></w:tbl>",
              "<w:tbl><grid><spanning></w:tbl>"],
    "grid": ['<w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>',
             '<w:tblGrid><w:gridCol w:w="500"/><w:gridCol w:w="733"/></w:tblGrid>',
             '<w:tblGrid><w:gridCol w:w="50"/><w:gridCol w:w="71"/><w:gridCol w:w="60"/>'
             '<w:gridCol w:w="91"/></w:tblGrid>', '<w:tblGrid/>',
             '<w:tblGrid><w:gridCol/><w:gridCol w:w="7"/></w:tblGrid>'],
    "row": ["<w:tr><cell></w:tr>", "<w:tr><cell><cell></w:tr>",
            "<w:tr><cell><cell><cell></w:tr>",
            "<w:tr><w:trPr/><cell><cell></w:tr>", "<w:tr><tcloop></w:tr>"],
    "trloop": ["<w:tr><w:tc>[{%tr for x in <list> %}]</w:tc></w:tr><row>"
               "<w:tr><w:tc>[{%tr endfor %}]</w:tc></w:tr>",
               "<w:tr><w:tc>[{%tr for x in <people> %}]</w:tc><w:tc>[lost]</w:tc></w:tr>"
               "<w:tr><w:tc>[{{ x.n }}]</w:tc><w:tc>[{{ x.a }}]</w:tc></w:tr>"
               "<w:tr><w:tc>[{%tr endfor %}]</w:tc></w:tr>",
               "<w:tr><w:tc>[{%tr if <bool> %}]</w:tc></w:tr><row><w:tr><w:tc>[{%tr endif %}]"
               "</w:tc></w:tr>", "<w:tr><w:tc>[{#tr gone #}]</w:tc></w:tr>",
               "<w:tr><w:tc>[{%tr for x in <list> %}]</w:tc></w:tr><w:tr><vmcell><cell></w:tr>"
               "<w:tr><w:tc>[{%tr endfor %}]</w:tc></w:tr>"],
    "tcloop": ["<w:tc>[{%tc for x in <list> %}]</w:tc><w:tc><tcpr>[{{ x }}]</w:tc>"
               "<w:tc>[{%tc endfor %}]</w:tc>",
               "<w:tc>[{%tc for x in <list> %}]</w:tc><hmcell><w:tc>[{%tc endfor %}]</w:tc>",
               "<w:tc>[{%tc if <bool> %}]</w:tc><cell><w:tc>[{%tc endif %}]</w:tc>"],
    "tcpr": ["", '<w:tcPr><w:tcW w:w="5" w:type="dxa"/></w:tcPr>', "<w:tcPr/>",
             '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>',
             '<w:tcPr><w:shd w:val="clear" w:fill="00FF00"/></w:tcPr>'],
    "cell": ["<w:tc><tcpr>[<words>]</w:tc>", "<w:tc><tcpr><para><para></w:tc>",
             "<w:tc><tcpr><w:p/></w:tc>",
             "<w:tc><tcpr>[{% cellbg <str> %}<words>]</w:tc>",
             "<w:tc><tcpr><block></w:tc>",
             "<w:tc><tcpr>[{% colspan <SMALL> %}<words>]</w:tc>",
             "<w:tc><tcpr><table><w:p/></w:tc>",
             "<w:tc><tcpr>[{% cellbg loop.cycle('F00', '0F0') %}][{% colspan 2 %}]</w:tc>"],
    "vmcell": ["<w:tc><tcpr>[{% vm %}<words>]</w:tc>",
               "<w:tc><tcpr>[<words>{% vm %}]</w:tc>"],
    "hmcell": ["<w:tc><tcpr>[{% hm %}<words>]</w:tc>",
               "<w:tc><tcpr>[<words>{% hm %}]</w:tc>"],
    "spanning": ['<w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>[a]</w:tc><cell></w:tr><row>'],
    "box": [
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        '<wp:docPr id="7" name="B"/><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>'
        "<block></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent><block>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t><words></w:t></w:r></w:p>",
        "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent><para></w:txbxContent></v:textbox>"
        '</v:shape></w:pict></w:r></w:p>',
        '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="3" name="{{ <str> }}"/>'
        "</wp:inline></w:drawing></w:r></w:p>",
    ],
    "odd": ["[a {{r <str> }} b]", "[a {%r if <bool> %} b {%r endif %} c]",
            "[x{{p <str> }}]",
            "[{#p gone #}]", "[a{# <words> #}b]", "[{% raw %}{{ x }}{% endraw %}]",
            "[{%p <str> %}]", "[{%p if <bool> %}{%p endif %}]", "[{{ “a” ~ ‘b’ }}]",
            "[{{ <str>|safe }}]", "[{{ m|safe }}<words>]", "[{{ raw|safe }}]<para>",
            "[{% set <var> = <any> %}]<para>", "[{%p set x = <any> %}][{{ x }}]",
            "[{% macro mm(a) %}{{ a }}!{% endmacro %}{{ mm(<any>) }}]",
            '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>{{ <str> }}</w:t></w:r></w:hyperlink></w:p>',
            '<w:p><w:r><w:instrText xml:space="preserve"> REF {{ <int> }} </w:instrText></w:r></w:p>',
            "<w:sdt><w:sdtPr/><w:sdtContent><para></w:sdtContent></w:sdt>",
            "<w:p><w:r><w:delText>{{ <any> }}</w:delText></w:r></w:p>", "<w:p/>",
            "<w:p><w:r><w:t> </w:t></w:r></w:p>",
            "<w:p>\n  <w:r>\n <w:t>x</w:t></w:r></w:p>",
            "<?pi {{ i }}?>", "<!-- {% if %} -->", "[{{ ctl }}]",
            "[{{ <any> }}{{ ctl }}]",
            "<w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr><w:r><w:rPr><w:b/></w:rPr>"
            "<w:t>{{ ctl }}</w:t></w:r></w:p>",
            "[{{ x }}", "[{% if %}]", "[{{ a && b }}]", "[{{ 'a & b' }}]",
            "[{{ 1 < 2 }}{{ 3 > 2 }}]",
            "[{ { x }}]", "[{%if <bool>%}y{%endif%}]", "[{%p\xa0if 1 %}]",
            "[{%tr if 1 %}]",
            "[{{- <any> -}} b]", "[a {{- <any> -}}]", "[{%r\tif 1 %}x{%r endif %}]",
            "[{%p if 1 %}][{{ '}' }}][{%p endif %}]", "[{%p if '%' %}][x][{%p endif %}]"],
    "para": ["[<words>]"] * 6 + ["[<words> {{ <any> }}]"] * 3 + ["[{{ <any> }}{{ <any> }}]"],
    "words": ["<text>", "<text>{{ <any> }}", "{{ <any> }}<text>",
              "{% if <bool> %}<text>{% endif %}",
              "<text>{{ <loose> }}<text>",
              "{% for x in <list> %}{{ x }}<text>{% endfor %}"],
}
SHALLOW = {"words": ["w", "{{ x }}"], "tcpr": [""], "grid": BLOCKS["grid"],
           "row": ["<w:tr><w:tc>[c]</w:tc></w:tr>"], "cell": ["<w:tc>[{{ x }}]</w:tc>"],
           "trloop": ["<w:tr/>"], "tcloop": ["<w:tc>[a]</w:tc><w:tc/>"],
           "vmcell": ["<w:tc>[v]</w:tc>"], "hmcell": ["<w:tc>[h]</w:tc>"],
           "spanning": ["<w:tr><w:tc>[s]</w:tc></w:tr>"]}
CONTROLS = ["a\nb", "a\tb", "a\x07b", "a\x0cb", "\n", "a\n\tb\x07c\x0cd", "a\r\nb",
            "a\x01b", "\t\t", "a b",
            "a\x0b\x1fb", "\ufffe", "\x00", "l1\nl2\nl3"]
RAW = ["</w:t></w:r><w:r><w:t>", "<w:br/>", "&bogus;", "& <", "</w:p><w:p>", "<b>",
       "&#65;", "<w:t>x", "</w:t>",
       "<w:r><w:t>y</w:t></w:r>", "<!-- c -->", "]]>", "<w:p/>", "{{ s }}", "&lt;"]


class Shapes(Grammar):
    """The grammar, with documents around its expressions."""

    def hole(self, names, kind, depth):
        if kind in BLOCKS and not names:
            if depth <= 0:
                return self.random.choice(SHALLOW.get(kind, ["[{{ x }}]", "[a]", "[b]"]))
            return self.expand(self.random.choice(BLOCKS[kind]), depth - 1)
        if kind == "text" and not names:
            return self.random.choice(TEXTS)
        if kind in ("any", "str", "int", "bool", "list", "people"):
            depth = min(depth, self.random.choice([1, 1, 2, 3]))
        return super().hole(names, kind, depth)

    def story(self, depth):
        """XML for a body, header or footer."""
        marked = self.expand("<block>", depth)
        return self.paragraphs(marked)

    def paragraphs(self, marked):
        """Every [text] becomes a paragraph; brackets inside tags are expressions'."""
        out, inside, depth, at = [], None, 0, 0
        while at < len(marked):
            two, one = marked[at:at + 2], marked[at]
            if inside is None:
                if one == "[":
                    inside = []
                else:
                    out.append(one)
                at += 1
                continue
            if two in ("{{", "{%", "{#"):
                depth += 1
            elif two in ("}}", "%}", "#}") and depth:
                depth -= 1
                inside.append(two)
                at += 2
                continue
            if one == "]" and depth <= 0:
                out.append(self.paragraph("".join(inside)))
                inside, depth = None, 0
            else:
                inside.append(one)
            at += 1
        if inside is not None:
            out.append(self.paragraph("".join(inside)))
        return "".join(out)

    def paragraph(self, text):
        pick, chance = self.random.choice, self.random.random
        cuts = 0 if chance() < 0.5 else self.random.randint(1, 4)
        places = sorted(self.random.randrange(len(text) + 1) for _ in range(cuts))
        pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)])]
        if chance() < 0.15:
            pieces = [p.replace("'", pick("‘’")) for p in pieces]
        if chance() < 0.1:
            pieces = [p.replace('"', pick("“”")) for p in pieces]
        out = []
        look = pick(RPR)
        for piece in pieces:
            space = pick(["", "", ' xml:space="preserve"'])
            out.append(f"<w:r>{look}<w:t{space}>{escape(piece)}</w:t></w:r>{pick(BETWEEN)}")
            look = pick([look, pick(RPR)])
        return f"<w:p>{pick(PPR)}{''.join(out)}</w:p>"

    def document(self):
        """A case: see package.py. Mostly a body; sometimes header, footer, title."""
        chance = self.random.random
        body = "".join(self.story(self.random.randint(2, 5))
                       for _ in range(self.random.randint(1, 3)))
        header = self.story(4) if chance() < 0.25 else ""
        footer = self.story(3) if chance() < 0.1 else ""
        title = escape("{{ " + self.expression(2) + " }}") if chance() < 0.15 else ""
        case = package.MARK.join([body, header, footer, title])
        if chance() < 0.08:
            case = self.broken(case)
        return "".join(c for c in case if c >= " " or c in "\n\t\r" or c == package.MARK)

    def context(self):
        made = super().context()
        made["ctl"] = self.random.choice(CONTROLS)
        made["raw"] = self.random.choice(RAW)
        made["x"] = self.word()
        if self.random.random() < 0.3:
            made["s"] = self.random.choice(CONTROLS + RAW)
        return made


class Docx:
    """The mode of render.py for whole documents."""

    def __init__(self, probe):
        from sides import Oracle
        self.probe, self.oracle = probe, Oracle()
        self.folder = tempfile.TemporaryDirectory(prefix="soak-render-")
        self.path = os.path.join(self.folder.name, "template.docx")

    def make(self, chance):
        shapes = Shapes(chance)
        return shapes.document(), shapes.context()

    def sides(self, case, context):
        data = package.build(case)
        with open(self.path, "wb") as out:
            out.write(data)
        return self.oracle.docx(data, context), self.probe.ask(self.path, context)

    def differ(self, oracle, ours):
        if ours.kind in ("crash", "slow"):
            return f"the program: {ours.kind}"
        if oracle.kind != ours.kind:
            return f"docxtpl: {oracle.kind}, here: {ours.kind}"
        if oracle.kind == "ok":
            found = package.differences(oracle.text, ours.text)
            return f"differs: {', '.join(found)}" if found else None
        return None

    def source(self, case):
        return case

    def shown(self, outcome):
        """The rendered parts as text."""
        if not isinstance(outcome.text, bytes):
            return outcome
        if outcome.kind != "ok":
            return Outcome(outcome.kind, outcome.text.decode("utf-8", "replace"))
        names = ["word/document.xml", "word/header1.xml", "word/footer1.xml",
                 "docProps/core.xml"]
        text = "\n".join(package.excerpt(outcome.text, name) for name in names)
        return Outcome(outcome.kind, text)

    def shrink(self, case, fails):
        """Drops whole parts, then elements, before the text is cut."""
        from lxml import etree
        stories = case.split(package.MARK)
        for number in range(len(stories)):
            rest = [*stories[:number], "", *stories[number + 1:]]
            if stories[number] and fails(package.MARK.join(rest)):
                stories = rest
        for number, story in enumerate(stories[:3]):
            stories[number] = self.thinned(etree, story, lambda text, n=number: fails(
                package.MARK.join([*stories[:n], text, *stories[n + 1:]])))
        return package.MARK.join(stories)

    @staticmethod
    def thinned(etree, story, fails):
        """The story without every element that may go, or with its children in its place."""
        def parse(text):
            return etree.fromstring(f"<x {package.NAMES}>{text}</x>")

        def text_of(root):
            whole = etree.tostring(root, encoding="unicode")
            return whole[whole.index(">") + 1:whole.rindex("<")] if "</x>" in whole else ""
        try:
            root = parse(story)
        except etree.XMLSyntaxError:
            return story
        number = 1
        while number < sum(1 for _ in root.iter()):
            trial = parse(text_of(root))
            element = list(trial.iter())[number]
            parent = element.getparent()
            if element.tail:
                before = element.getprevious()
                if before is not None:
                    before.tail = (before.tail or "") + element.tail
                else:
                    parent.text = (parent.text or "") + element.tail
            parent.remove(element)
            if fails(text_of(trial)):
                root = trial
            else:
                number += 1
        return text_of(root)
