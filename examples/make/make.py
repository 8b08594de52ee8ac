#!/usr/bin/env python3
"""Makes the example CVs in ../cvs from the people in people/, and ../templates.

    python3 make.py [--out DIR] [--no-office] [NAME...]

The hand-written packages come out the same byte for byte each time. Those that
LibreOffice writes (soffice on the PATH; left out with --no-office) hold the same text
each time, but carry the time of the run and the version of the program. NAME is the stem
of a file in people/, or that of a template; without one,
all are made. DIR takes the place
of the folder above: it will hold cvs/ and templates/.
"""
import argparse
import importlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # no cache folders in the source tree

import office

HERE = pathlib.Path(__file__).resolve().parent
HAND = "package written here"
OFFICE = "written by LibreOffice"
EXAMPLES = [
    ("jana-koehler", "berlin/jana-koehler.docx", HAND),
    ("emre-aydin", "berlin/emre-aydin.docx", HAND),
    ("matthias-gross", "berlin/matthias-groß.docx", OFFICE),
    ("ines-carvalho", "lisbon/Inês Carvalho.docx", HAND),
    ("rui-figueiredo", "lisbon/rui-figueiredo.docx", HAND),
    ("layla-haddad", "amman/layla-haddad.docx", OFFICE),
    ("tanaka-yui", "田中結衣.docx", HAND),
    ("owen-pritchard", "owen-pritchard.docx", HAND),
    ("noemi-varga", "noemi-varga.docx", HAND),
    ("priya-raman", "priya-raman.docx", HAND),
    ("sofia-lindqvist", "sofia-lindqvist.docx", OFFICE),
    ("oksana-melnyk", "oksana-melnyk.docx", OFFICE),
]
TEMPLATES = ["plain", "designed"]


def make_template(name, target):
    layout = importlib.import_module(f"layouts.{name}_template")
    target.parent.mkdir(parents=True, exist_ok=True)
    layout.write(target)


def make(name, target, producer):
    layout = importlib.import_module("layouts." + name.replace("-", "_"))
    person = json.loads((HERE / "people" / f"{name}.json").read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    if producer is HAND:
        layout.write(person, target)
    else:
        office.convert(*layout.source(person), target)


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--out", type=pathlib.Path, default=HERE.parent)
    words.add_argument("--no-office", action="store_true")
    words.add_argument("names", nargs="*", metavar="NAME")
    options = words.parse_args()
    known = {name for name, *_ in EXAMPLES} | set(TEMPLATES)
    unknown = set(options.names) - known
    if unknown:
        words.error(f"no such name: {', '.join(sorted(unknown))}")
    wanted = set(options.names) or known
    for name in TEMPLATES:
        if name in wanted:
            make_template(name, options.out / "templates" / f"{name}.docx")
            print(f"templates/{name}.docx: {HAND}")
    for name, path, producer in EXAMPLES:
        if name not in wanted:
            continue
        if options.no_office and producer is OFFICE:
            continue
        make(name, options.out / "cvs" / path, producer)
        print(f"cvs/{path}: {producer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
