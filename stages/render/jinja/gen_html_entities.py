#!/usr/bin/env python3
"""Writes html_entities.c: the named references of HTML 5, as Python's html.entities lists
them.

Run by hand:  python3 gen_html_entities.py > html_entities.c
"""

from html.entities import html5


def literal(text):
    out = []
    for byte in text.encode("utf-8"):
        c = chr(byte)
        plain = 32 <= byte < 127 and c not in '"\\?'
        out.append(c if plain else "\\%03o" % byte)
    return '"%s"' % "".join(out)


names = sorted(name[:-1] for name in html5 if name.endswith(";"))
for name in html5:
    assert name.endswith(";") or html5[name] == html5[name + ";"]

print("""/* Made by gen_html_entities.py; do not edit. Read-only, any thread. */
#include "render/jinja/html_entities.h"

/* clang-format off */

const struct cvx_html_entity cvx_html_entities_table[] = {""")
for name in names:
    bare = "true" if name in html5 else "false"
    print('    {"%s", %s, %s},' % (name, literal(html5[name + ";"]), bare))
print("""};

const size_t cvx_html_entities_count =
    sizeof(cvx_html_entities_table) / sizeof(cvx_html_entities_table[0]);""")
