"""Owns the differences that are meant: each one a line of 40-render.md's opening list.

excuse() is asked about every case in which the two sides differ, and names the reason, or
gives None: then it is a finding.
"""
import re

# Texts of Python's own that nobody can want in a document: they hold addresses, or are the
# names of implementation classes.
LEFTOVER = re.compile(
    r"(&lt;|<)(generator object|bound method|built-in method|function |class |Macro |"
    r"filter object|map object|Cycler|Joiner|Namespace|LoopContext|AsyncLoop|jinja2\.|"
    r"BlockReference|TemplateReference|Context |module|list_iterator|Joiner|"
    r"dict_\w+iterator|range_iterator|Block |method |\w+_?iterator|itertools|"
    r"reversed|zip|enumerate|\w+\.\w+[\w.]* object at)| at 0x[0-9a-f]{6,}")
LIMITS = re.compile(r"limit|at most|too (deep|many|large|long)|more than|exceed", re.I)


def excuse(template, oracle, ours):
    """oracle, ours: Outcome with text already decoded."""
    if oracle.kind == "slow" or "MemoryError" in oracle.text[:40]:
        return "the oracle gave up"
    if re.search(r"\bdict\[", oracle.text):
        return "Python's own leftovers are errors"  # dict["x"] is a type of its own
    if "sameas" in template:
        return "which equal numbers are one object is CPython's own affair"
    if oracle.kind == "ok" and ours.kind == "error":
        if LEFTOVER.search(oracle.text) or "cannot be printed" in ours.text:
            return "Python's own leftovers are errors"
        if "to a fractional power" in ours.text:
            return "complex numbers"
        if re.search(r"'dict_\w+' has no meaning", ours.text):
            return "sets"
        if "__" in template:
            return "dunder attributes"
        if "a backslash in a colspan or cellbg tag" in ours.text:
            return "a backslash in a colspan or cellbg tag"
        if LIMITS.search(ours.text):
            return "a limit of ours"
    if oracle.kind == "error" and ours.kind == "ok":
        if "bad escape" in oracle.text:
            return "a backslash in a colspan or cellbg tag"
        if "RecursionError" in oracle.text:
            return "deeper than Python goes"
        if re.search(r"NameError: name '(inf|nan)'", oracle.text):
            return "a constant that Jinja cannot write down"
    return None
