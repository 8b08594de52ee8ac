"""Owns the random template language: expressions, statements and the contexts for them.

A production is text in which `<name>` stands for a random production of that name,
so that
the tables below read like templates. Everything comes from one random.Random: the same seed
gives the same cases. Sizes are bounded: only SMALL numbers reach what repeats or pads.
"""
import re

NAMES = {
    "str": ["s", "e", "u", "m"],
    "int": ["i", "j", "z", "big"],
    "float": ["f", "h"],
    "none": ["n"],
    "bool": ["t", "no"],
    "ints": ["l", "q"],
    "strs": ["w", "ws"],
    "dict": ["d", "g"],
    "people": ["p", "pp"],
    "loose": ["x", "y", "k", "v", "zz", "a", "b", "loop", "items"],
}

LITERALS = {
    "SMALL": "0 1 2 3 4 5 7 9 -1 -2 -5 12".split(),
    "INT": "0 1 -1 7 42 1_000 0x1f 0b101 0o17 99999999999999999999 255 3 10".split(),
    "FLOAT": "1.5 0.5 2.0 -0.0 1e16 1e-5 2.675 0.1 3.14159 1e3 12345678.9 1.5e300".split(),
    "STR": [
        "''", "'a'", '"b"', "'abc'", "'Hello World'", "'a,b,,c'", "'  x y  '", "'x-y_z'",
        r"'it\'s'", '"it\'s"', r"'a\nb'", r"'\t'", "'<b>&'", "'straße'", "'İıſ'", "'日é😀'",
        r"'\u00e9\x41'", "'42'", "' 12 '", "'1.5'", "'0x1F'", "'-7'", "'ΑΣΣ σ'", "'ǆ ﬁ'",
        "'one two three four five six'", "'foo-bar baz'", "'%s'", "'{}'", "'True'",
        "'inf'",
        r"'a\r\nb\x0bc\u2028d'", "'A' 'b'", r"'\\'", "'q\"r'", "'á'",
    ],
    "CHARS": ["'a'", "'xyz'", "' '", "','", "'-'", "'b '", "''", "'é'", "none"],
    "ATTR": ["'n'", "'a'", "'q'", "'d.x'", "'t.0'", "'n,a'", "0", "'t.1'"],
    "KEY": ["'a'", "'b'", "'x'", "'items'", "'n'", "1", "0", "none", "''", "true", "1.0"],
    "FILTER0": """upper lower title capitalize trim length count string list first last
        reverse e escape forceescape safe striptags wordcount int float abs round sort
        unique max min sum join tojson urlencode filesizeformat items dictsort center
        indent pprint urlize d default select reject truncate wordwrap xmlattr""".split(),
    "TEST0": """defined undefined none boolean true false integer float number string
        mapping sequence iterable callable odd even upper lower escaped""".split(),
    "TEST1": """eq equalto ne lt lessthan le gt greaterthan ge in sameas divisibleby
        == != < <= > >=""".split(),
    "CMP": ["==", "!=", "<", "<=", ">", ">=", "in", "not in"],
    "ARITH": ["+", "-", "*", "/", "//", "%"],
    "SPEC": "'%d' '%s' '%r' '%5s' '%-5s|' '%05.1f' '%x' '%+d' '%c' '%e' '%g' '%%' '%.2f' "
            "'%#o' '%i' '%5.3s' '% d' '%X' '%a'".split(" "),
    "FIELD": "'{}' '{0}' '{:>5}' '{:05d}' '{:.2f}' '{:,}' '{!r}' '{:^7}' '{:<4}|' '{:x}' "
             "'{:#b}' '{:+}' '{:e}' '{:%}' '{:_}' '{0}{0}' '{{}}' '{:*^9}' '{:.3}' "
             "'{:d}' '{:c}' '{!s:>4}' '{:g}' '{:n}' '{:08.3f}' '{:=+6}'".split(" "),
}

PRODUCTIONS = {
    "any": ["<str>"] * 4 + ["<int>"] * 3 + ["<float>", "<bool>", "<list>", "<list>",
            "<dict>", "<none>", "<loose>", "<choice>", "<path>", "<path>", "<tuple>"],
    "choice": [
        "<any> if <bool> else <any>", "<any> if <bool>", "<any> or <any>",
        "<any> and <any>", "(<any>)", "<any>|default(<any>)", "<any>|d(<any>, true)",
        "<any> ~ <any>", "<any>|<FILTER0>", "<list>|<FILTER0>", "<str>|<FILTER0>",
        "<int>|<FILTER0>", "<dict>|<FILTER0>", "<any>|attr('upper')()",
        "<any>|<FILTER0>|<FILTER0>", "<any> <ARITH> <any>", "-<any>", "+<any>",
    ],
    "none": ["none", "<n:none>", "None"],
    "tuple": ["(<any>,)", "(<any>, <any>)", "()", "<any>, <any>"],
    "bool": [
        "true", "false", "True", "<n:bool>", "not <any>", "<int> <CMP> <int>",
        "<any> == <any>", "<any> != <any>", "<str> <CMP> <str>", "<any> <CMP> <any>",
        "<any> is <TEST0>", "<any> is not <TEST0>", "<str> is <TEST0>",
        "<loose> is <TEST0>",
        "<int> is <TEST1> <INT>", "<any> is <TEST1>(<any>)",
        "<int> is divisibleby(<INT>)",
        "<any> is in <list>", "<any> in <list>", "<str> in <str>", "<KEY> in <dict>",
        "<int> < <int> <= <int>", "<str>.startswith(<str>)",
        "<str>.endswith((<str>, 'c'))",
        "<str>.isdigit()", "<str>.isalpha()", "<str>.isalnum()", "<str>.isspace()",
        "<str>.isupper()", "<str>.islower()", "<str>.istitle()", "<bool> and <bool>",
        "<bool> or not <bool>", "<any> is sameas <any>", "'join' is filter",
        "'odd' is test", "<str>.isdecimal()", "<str>.isnumeric()", "<str>.isidentifier()",
        "<str>.isprintable()", "<str>.isascii()", "<float> <CMP> <int>",
    ],
    "int": [
        "<INT>", "<INT>", "<SMALL>", "<n:int>", "<n:int>", "<int> + <int>",
        "<int> - <int>",
        "<int> * <int>", "<int> // <int>", "<int> % <int>", "<SMALL> ** <SMALL>",
        "-<int>", "<int>|abs", "<any>|length", "<list>|length", "<str>|int",
        "<any>|int(<any>)", "<str>|int(<SMALL>, 16)", "<str>|int(base=8)", "<ints>|sum",
        "<ints>|max", "<ints>|first", "<str>|wordcount", "<str>.find(<str>)",
        "<str>.rfind(<str>)", "<str>.count(<str>)", "<str>.index('a')",
        "<list>.count(<any>)",
        "<ints>[<SMALL>]", "<float>|int", "<ints>|min", "<ints>|sum(start=<int>)",
        "<people>|sum(attribute='a')", "<bool> + <bool>", "<int>.bit_length()",
        "<int>|round(-1)", "<str>.find(<str>, <SMALL>, <SMALL>)",
    ],
    "float": [
        "<FLOAT>", "<FLOAT>", "<n:float>", "<int> / <int>", "<float> * <int>",
        "<float> + <float>", "<float> // <int>", "<float> % <float>", "<float>|round",
        "<float>|round(<SMALL>)", "<float>|round(<SMALL>, 'ceil')",
        "<float>|round(2, 'floor')", "<str>|float", "<any>|float(<FLOAT>)", "<float>|abs",
        "-<float>", "<SMALL> ** -2", "<float> ** <SMALL>", "<float>.is_integer()",
        "<int>|float", "<float> - <int>",
    ],
    "str": [
        "<STR>", "<STR>", "<STR>", "<n:str>", "<n:str>", "<str>|upper", "<str>|lower",
        "<str>|title", "<str>|capitalize", "<str>|trim", "<str>|trim(<CHARS>)",
        "<str>|replace(<str>, <str>)", "<str>|replace(<STR>, <STR>, <SMALL>)",
        "<any>|string", "<str>|reverse", "<str>|e", "<str>|safe", "<str>|forceescape",
        "<str>|striptags", "<str>|truncate(<SMALL>)",
        "<str>|truncate(<SMALL>, true, <STR>)",
        "<str>|truncate(9, leeway=<SMALL>)", "<str>|wordwrap(<SMALL>)",
        "<str>|wordwrap(5, <bool>, '/', <bool>)", "<str>|indent(<SMALL>)",
        "<str>|indent(2, true, <bool>)", "<str>|indent('> ', first=true)",
        "<str>|center(<SMALL>)", "<any>|tojson", "<any>|tojson(2)", "<str>|urlencode",
        "<int>|filesizeformat", "<int>|filesizeformat(true)", "<SPEC>|format(<any>)",
        "<SPEC> % <any>", "<SPEC> % (<any>,)", "<FIELD>.format(<any>)",
        "'%s-%s' % (<any>, <any>)", "'%(a)s' % <dict>", "'{a}{b}'.format(**<dict>)",
        "'{a[0]}'.format(a=<list>)", "<str> ~ <any>", "<str> + <str>", "<str> * <SMALL>",
        "<list>|join", "<list>|join(<str>)", "<people>|join(<str>, attribute=<ATTR>)",
        "<str>.upper()", "<str>.lower()", "<str>.title()", "<str>.capitalize()",
        "<str>.swapcase()", "<str>.casefold()", "<str>.strip()", "<str>.strip(<CHARS>)",
        "<str>.lstrip(<CHARS>)", "<str>.rstrip(<CHARS>)", "<str>.replace(<str>, <str>)",
        "<str>.replace(<STR>, <STR>, <SMALL>)", "<STR>.join(<strs>)",
        "<str>.zfill(<SMALL>)",
        "<str>.ljust(<SMALL>, '*')", "<str>.rjust(<SMALL>)", "<str>.center(<SMALL>, '·')",
        "<str>[<SMALL>]", "<str>[<SMALL>:]", "<str>[:<SMALL>]", "<str>[::-1]",
        "<str>[<SMALL>:<SMALL>:<SMALL>]", "<str>.expandtabs(<SMALL>)",
        "<str>.removeprefix(<str>)", "<str>.removesuffix('c')", "<strs>|first",
        "<strs>|last", "<strs>|min", "<strs>|max", "<str>|urlize", "<any>|pprint",
        "<dict>|xmlattr", "<str>|first", "<str>|last", "<any>|e", "<str>|default(<str>)",
        "<any>|string|safe", "<str>.format(<any>, <any>)", "<str> % <any>",
        "<str>.translate({97: 'X', 98: none})", "<str>.encode()",
        "<str>.encode().decode()",
    ],
    "ints": ["<n:ints>", "<n:ints>", "[<int>, <int>, <int>]", "[]", "range(<SMALL>)|list",
             "range(<SMALL>, <SMALL>, 2)|list", "<ints>[1:]", "<ints>|sort",
             "<ints>|select('odd')|list", "<ints>|reject('gt', <int>)|list",
             "<ints>|reverse|list", "<ints> + <ints>", "<ints>|map('abs')|list",
             "<people>|map(attribute='a')|list", "<ints>|unique|list", "range(<SMALL>)"],
    "strs": ["<n:strs>", "<n:strs>", "[<str>, <str>]", "<str>.split()",
             "<str>.split(',')",
             "<str>.split(<STR>, <SMALL>)", "<str>.rsplit(<STR>, 1)",
             "<str>.splitlines()",
             "<str>.splitlines(true)", "<str>.partition(<STR>)", "<str>.rpartition('-')",
             "<str>|list", "<strs>|sort", "<strs>|sort(true, true)",
             "<strs>|map('upper')|list", "<strs>|unique|list",
             "<strs>|unique(case_sensitive=true)|list", "<dict>|list",
             "<strs>|map('replace', <STR>, <STR>)|list", "<strs>|select|list",
             "<people>|map(attribute='n')|list", "<strs>|select('in', <list>)|list"],
    "list": [
        "<ints>", "<strs>", "<people>", "[<any>]", "[<any>, <any>]", "<tuple>",
        "<list>|batch(2)|list", "<list>|batch(<SMALL>, <any>)|list",
        "<list>|slice(2)|list", "<list>|slice(<SMALL>, <any>)|map('list')|list",
        "<list>|sort", "<list>|unique|list", "<list>|list", "<list>[<SMALL>:<SMALL>]",
        "<list>[::<SMALL>]", "<dict>|dictsort", "<dict>|dictsort(by='value')",
        "<dict>|dictsort(true, 'key', true)", "<dict>|items|list", "<dict>.items()|list",
        "<dict>.keys()|list", "<dict>.values()|list", "<dict>.items()", "<dict>.keys()",
        "<dict>.values()", "<list> * <SMALL>", "<list>|map(<STR>)|list",
        "<list>|map('string')|list", "<list>|map('default', 'x')|list",
        "<list>|select('string')|list", "<list>|reject('none')|list",
        "<list>|map('join', '-')|list", "<list>|map('<FILTER0>')|list", "<list> + <list>",
        "<people>|groupby('a')|list",
        "<people>|groupby('q', default=<any>)|map('first')|list",
        "<list>|map(attribute='0')|list", "<list>|select('<TEST0>')|list",
        "<list>|reject('<TEST1>', <any>)|list", "<list>.copy()", "<any>|list",
    ],
    "people": [
        "<n:people>", "<n:people>", "<people>|sort(attribute=<ATTR>)",
        "<people>|sort(attribute='a,n', reverse=true)", "<people>|selectattr('a')|list",
        "<people>|selectattr(<ATTR>, '<TEST0>')|list",
        "<people>|rejectattr('a', 'gt', 1)|list",
        "<people>|selectattr('n', '<TEST1>', <str>)|list",
        "<people>|unique(attribute='a')|list",
        "<people>|map(attribute=<ATTR>, default=<any>)|list", "<people>[:2]",
        "[{'n': <str>, 'a': <int>}, {'n': <str>, 'a': <int>}]",
        "<people>|rejectattr('q')|list",
        "<people>|groupby('n', case_sensitive=true)|map('last')|list",
    ],
    "dict": ["<n:dict>", "<n:dict>", "<n:dict>", "{}", "{<KEY>: <any>}",
             "dict(a=<any>, b=<int>)",
             "{'a': <any>, 'b': <any>}", "<people>|first", "<dict>.copy()",
             "<people>[<SMALL>]",
             "dict([('a', <any>)])", "dict(<dict>, x=<any>)"],
    "path": [
        "<dict>.a", "<dict>['b']", "<dict>.get(<KEY>)", "<dict>.get(<KEY>, <any>)",
        "<dict>[<KEY>]", "g.x.y", "g.x.y[0]", "g['items']", "g.x.y.0", "p[0].n",
        "p.0.d.x",
        "<list>[<SMALL>]", "<list>|first", "<list>|last", "<list>|max", "<list>|min",
        "<list>|sum", "<any>.real", "<people>[0].n", "<people>|map(attribute='n')|first",
        "<list>.0", "<any>[<any>]", "<any>.n", "<dict>.pop('a')", "<list>.pop()",
        "<dict>.setdefault('k', <any>)", "<list>.append(<any>)", "<list>.index(<any>)",
        "<people>|max(attribute='a')", "<people>|min(attribute='n')", "<loose>.x",
        "<list>[<any>:<any>]", "<any>.zz", "<any>.zz.a", "<list>.extend(<list>)",
        "<list>.insert(<SMALL>, <any>)", "<list>.reverse()", "<dict>.update(a=<any>)",
    ],
}

TEXTS = ["", " ", "x", "-", " a ", "\n", " \n ", "\t", "<i>", "&", "}", "{", "%", "T\n",
         "é",
         "\n\n", "#", "'"]
BLOCKS = ["<stmt>"] * 5 + ["<print>"] * 8 + ["<text>"] * 3 + ["<block><block>"] * 5
STATEMENTS = {
    "var": ["x", "y", "k", "v", "a", "b"],
    "target": ["<var>", "<var>", "<var>", "x, y", "(k, v)", "x, (y, k)"],
    "print": ["{{ <any> }}"] * 6 + ["{{<any>}}", "{{ <var> }}", "{{ <var> }}",
              "[{{ <str> }}]"],
    "loopvar": ["loop.index", "loop.index0", "loop.first", "loop.last", "loop.length",
                "loop.revindex", "loop.revindex0", "loop.previtem", "loop.nextitem",
                "loop.cycle('a', <any>)", "loop.changed(<var>)", "loop.depth",
                "loop.depth0",
                "loop.parent", "loop"],
    "looped": ["<block>", "{{ <loopvar> }}:{{ <var> }}", "{{ <var> }},<block>",
               "{% if <loopvar> %}<block>{% endif %}", "{% set <var> = <any> %}<block>",
               "{% set ns.c = ns.c + 1 %}"],
    "stmt": [
        "{% for <var> in <list> %}<looped>{% endfor %}",
        "{% for <var> in <list> %}<looped>{% endfor %}",
        "{% for <target> in <list> %}<looped>{% else %}<block>{% endfor %}",
        "{% for k, v in <dict>.items() %}<looped>{% endfor %}",
        "{% for <var> in <list> if <bool> %}<looped>{% endfor %}",
        "{% for <var> in <any> if <var> %}<looped>{% else %}none{% endfor %}",
        "{% for x in <people> %}{{ x.n }}{% for y in x.t %}<looped>{% endfor %}{% endfor %}",
        "{% for k, v in <people>|groupby('a') %}{{ k }}:<looped>{% endfor %}",
        "{% for x in [[1, [2]], [3]] recursive %}{{ loop.depth }}"
        "{% if x is iterable %}{{ loop(x) }}{% else %}{{ x }}{% endif %}{% endfor %}",
        "{% if <any> %}<block>{% endif %}",
        "{% if <bool> %}<block>{% else %}<block>{% endif %}",
        "{% if <bool> %}<block>{% elif <any> %}<block>{% else %}<block>{% endif %}",
        "{% set <var> = <any> %}", "{% set <var> = <any> %}<block>{{ <var> }}",
        "{% set x, y = <list> %}{{ x }}{{ y }}",
        "{% set <var> %}<block>{% endset %}{{ <var> }}",
        "{% set <var> | upper %}<block>{% endset %}{{ <var> }}",
        "{% with <var> = <any> %}<block>{{ <var> }}{% endwith %}",
        "{% with x = <any>, y = x %}<block>{{ x }}{{ y }}{% endwith %}<block>",
        "{% macro <mac>(<pars>) %}<macbody>{% endmacro %}<calls>",
        "{% macro <mac>(<pars>) %}<macbody>{{ caller() }}{% endmacro %}"
        "{% call <mac>(<args>) %}<block>{% endcall %}",
        "{% macro <mac>(<pars>) %}{{ caller(<any>) }}{% endmacro %}"
        "{% call(b) <mac>(<args>) %}<block>{{ b }}{% endcall %}",
        "{% filter <filt> %}<block>{% endfilter %}", "{# <text> #}", "{# {{ #}",
        "{% raw %}{{ <text> {% x %}{% endraw %}",
        "{% autoescape false %}<block>{% endautoescape %}",
        "{% autoescape <bool> %}{{ <str> }}{% endautoescape %}",
        "{% set ns = namespace(c=0, a=<any>) %}{% for x in <list> %}{% set ns.c = ns.c + 1 %}"
        "{% set ns.a = x %}{% endfor %}{{ ns.c }}{{ ns.a }}",
        "{% set cy = cycler('a', <any>) %}{{ cy.next() }}{{ cy.next() }}{{ cy.current }}",
        "{% set j2 = joiner(<STR>) %}{% for x in <list> %}{{ j2() }}{{ x }}{% endfor %}",
        "{% block <blk> %}<block>{% endblock %}",
        "{% block <blk> %}<block>{% endblock %}{{ self.<blk>() }}",
        "{% if <bool> %}{{ <any>|nofilter }}{% endif %}",
        "{% for x in <list> %}{% if loop.index > 1 %}, {% endif %}{{ x }}{% endfor %}",
    ],
    "mac": ["m1", "m2", "m3"],
    "blk": ["b1", "b2", "b3", "b4", "b5"],
    "pars": ["", "a", "a, b", "a, b=<any>", "a=1, b=a", "x, y=<any>, k=none"],
    "macbody": ["<block>", "{{ a }}<block>", "{{ a }}-{{ b }}",
                "{{ varargs }}{{ kwargs }}",
                "{{ a }}{{ varargs|length }}", "{% if a %}<block>{% endif %}"],
    "args": ["", "<any>", "<any>, <any>", "<any>, b=<any>", "a=<any>", "*<list>",
             "<any>, *<list>", "**<dict>", "<any>, zz=1"],
    "calls": ["{{ <mac>(<args>) }}"] * 3 + ["{{ <mac>(<args>) }}<block>{{ <mac>(<args>) }}",
              "{{ <mac>(<args>)|upper }}", "{{ <mac>.name }}{{ <mac>.arguments }}"],
    "filt": ["upper", "e", "trim", "replace('a', 'b')", "title|e", "indent(2)", "length"],
}
HOLE = re.compile(r"<(n:)?(\w+)>")


class Grammar:
    """One stream of random templates."""

    def __init__(self, random):
        self.random = random

    def expand(self, text, depth):
        return HOLE.sub(lambda hole: self.hole(hole.group(1), hole.group(2), depth), text)

    def hole(self, names, kind, depth):
        pick = self.random.choice
        if names:
            return pick(NAMES[kind])
        if kind in LITERALS:
            return pick(LITERALS[kind])
        if kind == "loose":
            return pick(NAMES["loose"])
        if kind == "text":
            return pick(TEXTS)
        if kind == "block":
            return self.block(depth - 1)
        if kind in STATEMENTS:
            return self.expand(pick(STATEMENTS[kind]), depth - 1)
        return self.operand(kind, depth - 1)

    def operand(self, kind, depth):
        """An expression of about this kind; shallow ones are names and literals."""
        if depth <= 0:
            return self.leaf(kind)
        made = self.expand(self.random.choice(PRODUCTIONS[kind]), depth)
        bare = re.fullmatch(r"-?[\w.]+|'[^']*'|\[.*\]|\(.*\)", made)
        if bare or self.random.random() < 0.35:
            return made
        return f"({made})"

    def leaf(self, kind):
        pick = self.random.choice
        if kind in ("any", "choice", "path", "list", "tuple"):
            kind = pick(["str", "int", "float", "ints", "strs", "dict", "people", "bool",
                         "none", "loose", "str", "int"])
        if kind in ("str", "int", "float") and self.random.random() < 0.5:
            return pick(LITERALS[kind.upper()])
        return pick(NAMES[kind])

    def expression(self, depth=3):
        return self.operand("any", depth)

    def block(self, depth):
        if depth <= 0:
            return self.random.choice(["{{ " + self.operand("any", 1) + " }}", "x", " "])
        return self.expand(self.random.choice(BLOCKS), depth)

    def template(self):
        """A whole template: mostly right, sometimes broken on purpose."""
        chance = self.random.random
        if chance() < 0.5:
            text = "{{ " + self.expression(self.random.randint(1, 4)) + " }}"
        else:
            count = self.random.randint(1, 3)
            text = "".join(self.block(self.random.randint(2, 5)) for _ in range(count))
        if chance() < 0.25:
            text = self.trimmed(text)
        if chance() < 0.12:
            text = self.broken(text)
        return text

    def trimmed(self, text):
        """Whitespace control on some of the tags."""
        def mark(match):
            sign = self.random.choice(["", "", "-", "-", "+"])
            if match.group(0) in ("{{", "}}", "#}", "%}") and sign == "+":
                sign = "-" if self.random.random() < 0.8 else sign
            opening = match.group(0)[0] == "{"
            return match.group(0) + sign if opening else sign + match.group(0)
        return re.sub(r"\{\{|\{%|\{#|(?<!\})\}\}(?!\})|%\}|#\}", mark, text)

    def broken(self, text):
        """One small accident: a piece lost, doubled, swapped or put in."""
        pieces = re.findall(r"\w+|\s+|[^\w\s]", text)
        if not pieces:
            return text
        at = self.random.randrange(len(pieces))
        what = self.random.randrange(5)
        if what == 0:
            del pieces[at]
        elif what == 1:
            pieces.insert(at, pieces[at])
        elif what == 2:
            other = self.random.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif what == 3:
            pieces[at] = self.random.choice(
                ["(", ")", "|", ".", ",", "{%", "%}", "}}", "'", "[", "&", "!", "=", ":",
                 "is", "not", "if", "for", "in", "end", "endif", "set", "$", "\\", "-"])
        else:
            del pieces[at:]
        return "".join(pieces)

    # ---- contexts -----------------------------------------------------------------------

    def word(self):
        return self.random.choice([
            "a", "b", "Bob", "it's <b>Ünï</b>", "", " pad ", "x,y", "a&b", "ZÜRICH", "ß",
            "日本", "line\nbreak", "tab\there", "3", "-4.5", "😀", "\u00a0nbsp", "q\"q", "İ",
            "one two  three", "www.example.org", "%d", "{0}", "a-b", "\u200b", "none",
            "10",
        ])

    def number(self):
        return self.random.choice([0, 1, 2, 3, 7, -1, -3, 10, 42, 100, 2**31, 2**63 - 1])

    def value(self, depth=2):
        pick = self.random.randrange(8 if depth > 0 else 6)
        if pick < 2:
            return self.word()
        if pick == 2:
            return self.number()
        if pick == 3:
            return self.random.choice([0.5, -1.25, 1e16, 1e-7, 3.0, 2.5])
        if pick == 4:
            return self.random.choice([True, False])
        if pick == 5:
            return None
        if pick == 6:
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        return {self.word(): self.value(depth - 1) for _ in range(self.random.randrange(3))}

    def person(self):
        some = {"n": self.word(), "a": self.number(), "d": {"x": self.value(1)},
                "t": [self.value(1), self.value(1)]}
        for key in ("q", "n", "a", "t"):
            if self.random.random() < 0.12:
                some[key] = self.value(1)
        return some

    def context(self):
        several = self.random.randrange
        made = {
            "s": self.word(), "e": "", "u": self.word(), "m": "<i>&amp;</i>",
            "i": self.number(), "j": self.number(), "z": 0, "big": 10**25,
            "f": self.random.choice([2.5, 0.1, -7.0, 1e22]), "h": 0.5, "n": None,
            "t": True,
            "no": False,
            "l": [self.number() for _ in range(several(5))], "q": [3, 1, 2],
            "w": [self.word() for _ in range(several(5))], "ws": ["b", "A", "c", "a"],
            "d": {"b": 1, "A": None, "a": self.value(1)},
            "g": {"items": 5, "x": {"y": [10, self.value(1)]}, "a": self.word()},
            "p": [self.person() for _ in range(several(4))],
            "pp": [{"n": "bob", "a": 3, "t": [1]}, {"n": "Al", "a": 1, "t": []},
                   {"n": "cy", "a": 3, "t": ["x", "y"]}],
        }
        if self.random.random() < 0.15:
            made[self.random.choice(list(made))] = self.value()
        return made
