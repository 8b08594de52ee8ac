"""Owns the Open Packaging side: parts, relationships, content types and the zip itself.

The zip is written with one fixed time stamp and one fixed order, so that the same parts
always give the same bytes.
"""
import posixpath
import zipfile
from xml.sax.saxutils import escape, quoteattr

from ooxml import DECL, STRICT, TRANSITIONAL, numbering, root, styles

STAMP = (2024, 1, 15, 9, 0, 0)
WHEN = "2024-01-15T09:00:00Z"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml."
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/"
FAMILIES = {
    "Calibri": "swiss",
    "Arial": "swiss",
    "Times New Roman": "roman",
    "Courier New": "modern",
    "Yu Gothic": "swiss",
}


def settings(language, even_and_odd=False, names=TRANSITIONAL):
    odd = "<w:evenAndOddHeaders/>" if even_and_odd else ""
    mode = (
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    return root(
        "settings",
        (
            f'<w:zoom w:percent="100"/><w:defaultTabStop w:val="708"/>{odd}'
            f'<w:characterSpacingControl w:val="doNotCompress"/>{mode}'
            f'<w:themeFontLang w:val="{language}"/><w:decimalSymbol w:val="."/>'
            '<w:listSeparator w:val=","/>'
        ),
        names,
    )


def font_table(fonts, names=TRANSITIONAL):
    each = "".join(
        f'<w:font w:name="{f}"><w:family w:val="{FAMILIES[f]}"/></w:font>' for f in fonts
    )
    return root("fonts", each, names)


class Package:
    """Collects the parts of one document; `main` is the path of the main part."""

    def __init__(self, main="word/document.xml", names=TRANSITIONAL):
        self.main = main
        self.names = names
        self.folder = posixpath.dirname(main)
        self.parts = []
        self.links = []

    def add(self, kind, name, xml):
        """Adds a part beside the main part and returns the id of its relationship."""
        self.parts.append((f"{self.folder}/{name}", kind, xml))
        return self.link(kind, name)

    def link(self, kind, target, external=False):
        ident = f"rId{len(self.links) + 1}"
        self.links.append((ident, f"{self.names['r']}/{kind}", target, external))
        return ident

    def header(self, xml):
        """Adds the next header part (header1.xml, header2.xml, ...); returns its id."""
        return self.numbered("header", "hdr", xml)

    def footer(self, xml):
        return self.numbered("footer", "ftr", xml)

    def numbered(self, kind, tag, xml):
        number = 1 + sum(known == kind for _, known, _ in self.parts)
        return self.add(kind, f"{kind}{number}.xml", root(tag, xml, self.names))

    def base(self, extra, font, size, lists=(), fonts=(), even_and_odd=False, **options):
        """Adds styles, numbering (where there are lists), settings and the font table."""
        options.setdefault("lang", "en-GB")
        sheet = styles(extra, font, size, names=self.names, **options)
        self.add("styles", "styles.xml", sheet)
        if lists:
            self.add("numbering", "numbering.xml", numbering(lists, self.names))
        rules = settings(options["lang"], even_and_odd, self.names)
        self.add("settings", "settings.xml", rules)
        self.add("fontTable", "fontTable.xml", font_table([font, *fonts], self.names))

    def finish(self, path, body, end, person, attrs=""):
        """Writes the package with `body` and the section `end` as its main part."""
        inside = f"<w:body>{body}{end}</w:body>"
        self.write(path, root("document", inside, self.names, attrs), person)

    def write(self, path, document, person):
        types = [(f"/{self.main}", MIME + "document.main+xml")]
        types += [(f"/{name}", f"{MIME}{kind}+xml") for name, kind, _ in self.parts]
        types.append(
            (
                "/docProps/core.xml",
                "application/vnd.openxmlformats-package.core-properties+xml",
            )
        )
        types.append(
            (
                "/docProps/app.xml",
                "application/vnd.openxmlformats-officedocument."
                "extended-properties+xml",
            )
        )
        own = f"{self.folder}/_rels/{posixpath.basename(self.main)}.rels"
        files = [
            ("[Content_Types].xml", content_types(types)),
            ("_rels/.rels", self.package_links()),
            (self.main, document),
            (own, links_part(self.links)),
        ]
        files += [(name, xml) for name, _, xml in self.parts]
        files += [
            ("docProps/core.xml", core(person)),
            ("docProps/app.xml", app(self.names)),
        ]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for name, xml in files:
                info = zipfile.ZipInfo(name, STAMP)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 0
                info.external_attr = 0
                out.writestr(info, xml.encode("utf-8"))

    def package_links(self):
        doc = self.names["r"]
        more = "extendedProperties" if self.names is STRICT else "extended-properties"
        core_kind = f"{PKG}relationships/metadata/core-properties"
        return links_part(
            [
                ("rId1", f"{doc}/officeDocument", self.main, False),
                ("rId2", core_kind, "docProps/core.xml", False),
                ("rId3", f"{doc}/{more}", "docProps/app.xml", False),
            ]
        )


def content_types(overrides):
    each = "".join(
        f"<Override PartName={quoteattr(name)} ContentType={quoteattr(mime)}/>"
        for name, mime in overrides
    )
    return (
        f'{DECL}<Types xmlns="{PKG}content-types">'
        f'<Default Extension="rels" ContentType="{RELS_MIME}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    )


RELS_MIME = "application/vnd.openxmlformats-package.relationships+xml"


def links_part(links):
    each = ""
    for ident, kind, target, external in links:
        mode = ' TargetMode="External"' if external else ""
        each += (
            f'<Relationship Id="{ident}" Type="{kind}" '
            f"Target={quoteattr(target)}{mode}/>"
        )
    return f'{DECL}<Relationships xmlns="{RELS}">{each}</Relationships>'


def core(person):
    who = escape(" ".join(person["name"]))
    return (
        f'{DECL}<cp:coreProperties xmlns:cp="{PKG}metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{who}</dc:title><dc:creator>{who}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{WHEN}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{WHEN}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def app(names):
    uri = (
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"
        if names is STRICT
        else "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    )
    return (
        f'{DECL}<Properties xmlns="{uri}"><Application>cvextract examples</Application>'
        "</Properties>"
    )
