"""Owns small packages around random parts, and the comparison of rendered ones.

A case is one text: body, header, footer and title, parted by MARK, so that it can be cut
like any other text.
"""
import io
import re
import zipfile

MARK = "\x1e"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/"
CORE = PKG + "metadata/core-properties"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml."
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{DOC}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
DECL = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{DECL}<Types xmlns="{PKG}content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MIME}document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{MIME}styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{MIME}header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{MIME}footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType='
    '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
ROOT_RELS = (
    f'{DECL}<Relationships xmlns="{PKG}relationships">'
    f'<Relationship Id="rId1" Type="{DOC}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PKG}relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
DOC_RELS = (
    f'{DECL}<Relationships xmlns="{PKG}relationships">'
    f'<Relationship Id="rId1" Type="{DOC}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{DOC}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId3" Type="{DOC}/footer" Target="footer1.xml"/></Relationships>'
)
STYLES = (
    f'{DECL}<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" '
    'w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
)
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
    '<w:footerReference w:type="default" r:id="rId3"/></w:sectPr>'
)


def build(case):
    """The package's bytes."""
    body, header, footer, title = (case.split(MARK) + [""] * 3)[:4]
    core = (
        f'{DECL}<cp:coreProperties xmlns:cp="{CORE}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title>'
        "</cp:coreProperties>"
    )
    files = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT_RELS),
        ("word/document.xml",
        f"{DECL}<w:document {NAMES}><w:body>{body}{SECTION}</w:body>"
                              "</w:document>"),
        ("word/_rels/document.xml.rels", DOC_RELS),
        ("word/styles.xml", STYLES),
        ("word/header1.xml", f"{DECL}<w:hdr {NAMES}>{header or '<w:p/>'}</w:hdr>"),
        ("word/footer1.xml", f"{DECL}<w:ftr {NAMES}>{footer or '<w:p/>'}</w:ftr>"),
        ("docProps/core.xml", core),
    ]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as out:
        for name, text in files:
            out.writestr(name, text.encode("utf-8", "surrogatepass"))
    return made.getvalue()


def canonical(data):
    """A tree of one XML part that is equal for equal XML: no prefixes, no comments."""
    from lxml import etree
    parser = etree.XMLParser(resolve_entities=False, remove_comments=True, huge_tree=True)

    def walk(element):
        if not isinstance(element.tag, str):
            return ("?", element.text or "")
        inner = [element.text or ""]
        for child in element:
            inner += [walk(child), child.tail or ""]
        leaf = len(inner) == 1
        inner = [i for i in inner if not isinstance(i, str) or (i if leaf else i.strip())]
        return (element.tag, tuple(sorted(element.attrib.items())), tuple(inner))

    return walk(etree.fromstring(data, parser))


def readable(data):
    """canonical(), None for what is no XML."""
    from lxml import etree
    try:
        return canonical(data)
    except etree.XMLSyntaxError:
        return None


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        return names, {name: package.read(name) for name in names}


def core(tree):
    """Core properties in any order, without the time of the last change."""
    kept = [c for c in tree[2] if not isinstance(c,
            str) and not c[0].endswith("}modified")]
    return (tree[0], tuple(sorted(map(repr, kept))))


def differences(theirs, ours):
    """What differs between two rendered packages, as a list of short texts."""
    found = []
    their_names, their_parts = parts(theirs)
    our_names, our_parts = parts(ours)
    if len(set(our_names)) != len(our_names):
        found.append("duplicate members")
    if set(our_names) != set(their_names):
        found.append(f"members {sorted(set(our_names) ^ set(their_names))}")
    for name in sorted(set(our_names) & set(their_names)):
        if name.endswith(".rels") or name == "[Content_Types].xml":
            continue
        a, b = readable(their_parts[name]), readable(our_parts[name])
        if b is None:
            found.append(f"{name} is no XML")
        if a is None or b is None:
            continue  # docxtpl writes "--" in comments and the like: no XML to compare with
        if name == "docProps/core.xml":
            a, b = core(a), core(b)
        if a != b:
            found.append(name)
    return found


def excerpt(data, name):
    """A part's text for people: the namespace declarations left out."""
    _, all_parts = parts(data)
    text = all_parts.get(name, b"").decode("utf-8", "replace")
    return re.sub(r' xmlns:\w+="[^"]*"', "", text.split("?>", 1)[-1])
