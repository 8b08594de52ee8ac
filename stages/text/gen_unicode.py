#!/usr/bin/env python3
"""Writes unicode_tables.c from what Python 3.11 (Unicode 14) itself answers.

Run by hand:  python3 gen_unicode.py > unicode_tables.c
              python3 gen_unicode.py --digests    (the constants of tests/unit/test_unicode.c)

Every table is found by asking (str methods, re matches), never by reading a property list, so
that the C side follows Python also where Python departs from Unicode's own definitions.
"""

import re
import string
import sys
import unicodedata

POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]

# The order is that of the bits in cvx_unicode_tables_ascii.
SPACE, DIGIT, WORD = 1, 2, 4


def is_space(c):
    return chr(c).isspace()


def is_digit(c):
    return re.match(r"\d", chr(c)) is not None


def is_word(c):
    return chr(c).isalnum() or c == 0x5F


def is_hidden(c):
    """What repr() escapes."""
    return not chr(c).isprintable()


def ends_word(c):
    """Cased, and not passed over, in the rule for the final sigma."""
    return (chr(c) + "\u03a3").lower().endswith("\u03c2")


def is_passed_over(c):
    """Case-ignorable in the rule for the final sigma."""
    seen_through = ("a" + chr(c) + "\u03a3").lower().endswith("\u03c2")
    return seen_through and not ends_word(c)


def ranges(test):
    """The characters that pass the test, as [first, last] pairs in order."""
    found = []
    for c in POINTS:
        if not test(c):
            continue
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def caseless(letter):
    """What re.IGNORECASE takes for an ASCII letter."""
    pattern = re.compile(letter, re.IGNORECASE)
    return [c for c in POINTS if pattern.match(chr(c))]


def write_rows(cells, per_row):
    for i in range(0, len(cells), per_row):
        print("    " + " ".join(cells[i : i + per_row]))


def write_ranges(name, test):
    found = ranges(test)
    print(f"\nconst struct cvx_unicode_range cvx_unicode_tables_{name}[] = {{")
    write_rows([f"{{0x{a:x}, 0x{b:x}}}," for a, b in found], 4)
    print("};")
    print(f"const size_t cvx_unicode_tables_{name}_count = {len(found)};")


def write_ascii():
    bits = []
    for c in range(128):
        bits.append(SPACE * is_space(c) | DIGIT * is_digit(c) | WORD * is_word(c))
    print("\nconst unsigned char cvx_unicode_tables_ascii[128] = {")
    write_rows([f"{b}," for b in bits], 16)
    print("};")


def write_caseless():
    print("\nconst uint32_t cvx_unicode_tables_caseless[26][CVX_UNICODE_CASELESS_MAX] = {")
    for letter in string.ascii_lowercase:
        print("    {" + ", ".join(f"0x{c:x}" for c in caseless(letter)) + "},")
    print("};")


def write_tables():
    print("/* Made by gen_unicode.py; do not edit. Unicode " + unicodedata.unidata_version)
    print(" * as Python " + sys.version.split()[0] + " answers. Read-only, any thread. */")
    print('#include "text/unicode_tables.h"')
    print("\n/* clang-format off */")
    write_ascii()
    write_caseless()
    write_ranges("space", is_space)
    write_ranges("digit", is_digit)
    write_ranges("word", is_word)
    write_ranges("hidden", is_hidden)
    write_ranges("cased", ends_word)
    write_ranges("ignorable", is_passed_over)


def fnv(data, digest=0xCBF29CE484222325):
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest


def write_digests():
    """FNV-1a over every character, in order: what a table-driven test cannot spell out."""
    flags = bytes(
        SPACE * is_space(c) | DIGIT * is_digit(c) | WORD * is_word(c) for c in POINTS
    )
    hidden = bytes(is_hidden(c) for c in POINTS)
    upper = "".join(chr(c).upper() + "\0" for c in POINTS)
    lower = "".join(chr(c).lower() + "\0" for c in POINTS)
    before = "".join(("A" + chr(c) + "\u03a3").lower() + "\0" for c in POINTS)
    after = "".join(("A\u03a3" + chr(c) + "B").lower() + "\0" for c in POINTS)
    print(f"flags {fnv(flags):#018x}")
    print(f"hidden {fnv(hidden):#018x}")
    for name, text in [("upper", upper), ("lower", lower)]:
        print(f"{name} {fnv(text.encode()):#018x}")
    for name, text in [("sigma after", before), ("sigma before", after)]:
        print(f"{name} {fnv(text.encode()):#018x}")


if __name__ == "__main__":
    if not unicodedata.unidata_version.startswith("14."):
        sys.exit("this needs Python with Unicode 14 (3.11)")
    if sys.argv[1:] == ["--digests"]:
        write_digests()
    else:
        write_tables()
