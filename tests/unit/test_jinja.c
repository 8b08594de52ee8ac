/* The language through whole templates: the examples of the specification, and what each tag
 * does beyond them. Every row was rendered by Jinja2 3.1.2; NULL is where it reports an
 * error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <cvextract/cv.h>

#include "render/jinja/jinja.h"

struct case_row {
    const char *source;
    const char *text; /* NULL: an error */
};

/* The document of the specification's examples. */
static const char k_examples_document[] =
    "{\"s\": \"it's <b>Ünï</b>\", \"i\": 7, \"f\": 2.5, \"n\": null, \"t\": true, \"e"
    "\": \"\", \"l\": [3, 1, 2], \"w\": [\"b\", \"A\", \"c\"], \"d\": {\"b\": 1, \"A"
    "\": null}, \"g\": {\"items\": 5, \"x\": {\"y\": [10]}}, \"p\": [{\"n\": \"bob\","
    " \"a\": 3}, {\"n\": \"Al\", \"a\": 1}, {\"n\": \"cy\", \"a\": 3}]}";

/* That and more, of the other rows. */
static const char k_document[] =
    "{\"s\": \"it's <b>Ünï</b>\", \"i\": 7, \"f\": 2.5, \"n\": null, \"t\": true, \"e"
    "\": \"\", \"l\": [3, 1, 2], \"w\": [\"b\", \"A\", \"c\"], \"d\": {\"b\": 1, \"A"
    "\": null}, \"g\": {\"items\": 5, \"x\": {\"y\": [10]}}, \"p\": [{\"n\": \"bob\","
    " \"a\": 3}, {\"n\": \"Al\", \"a\": 1}, {\"n\": \"cy\", \"a\": 3}], \"x\": 41, \""
    "v\": \"<\", \"tree\": [{\"n\": 1, \"c\": [{\"n\": 2, \"c\": []}, {\"n\": 3, \"c"
    "\": [{\"n\": 4, \"c\": []}]}]}, {\"n\": 5, \"c\": []}]}";

/* ---- the examples: texts as they are seen, not escaped ---- */

static const struct case_row k_examples[] = {
    {"{% for x in w %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% end"
     "for %}",
     "1b,2A,3c"},
    {"{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %"
     "}",
     "1/2:3 2/2:2 "},
    {"{% for x in zz %}a{% else %}none{% endfor %}", "none"},
    {"{% for x in n %}a{% endfor %}", NULL},
    {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "b=1;A=None;"},
    {"{% for x in w %}[{{ loop.previtem }}|{{ loop.nextitem }}|{{ loop.revindex }}|{{"
     " loop.cycle('o','e') }}]{% endfor %}",
     "[|A|3|o][b|c|2|e][A||1|o]"},
    {"{% set k = 0 %}{% for x in l %}{% set k = k + x %}{% endfor %}{{ k }}", "0"},
    {"{% set q = namespace(k=0) %}{% for x in l %}{% set q.k = q.k + x %}{% endfor %}"
     "{{ q.k }}",
     "6"},
    {"{% set b %}<i>{{ s }}{% endset %}{{ b }} {{ b|length }}", "<i>it's <b>Ünï</b> 34"},
    {"{% if t %}{% set y = 3 %}{% endif %}{{ y }}", "3"},
    {"{% macro m(a, b='d') %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m('<', b=2) }"
     "} [{{ m() }}]",
     "1-d <-2 [-d]"},
    {"{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", NULL},
    {"{% macro w2(h) %}({{ h }}:{{ caller(5) }}){% endmacro %}{% call(z) w2('H') %}b{"
     "{ z }}{% endcall %}",
     "(H:b5)"},
    {"{% filter upper %}a{{ i }}{% endfilter %}", "A7"},
    {"a  {{- i -}}  b", "a7b"},
    {"a {%- if t %} b {%- endif %} c", "a b c"},
    {"{% raw %}{{ x }}{% endraw %}", "{{ x }}"},
    {"x{# {{ #}y", "xy"},
    {"{% if zz %}T{% elif i > 5 %}E{% else %}F{% endif %}", "E"},
    {"{% if i %}", NULL},
    {"{% foo %}", NULL},
    {"{{ i", NULL},
    {"{% with a = 1, b = i %}{{ a + b }}{% endwith %}[{{ a }}]", "8[]"},
    {"{% for x in [] %}{{ x|nofilter }}{% endfor %}", NULL},
    {"{% if not t %}{{ x|nofilter }}{% endif %}ok", "ok"},
    {"{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 6 / "
     "3 }} {{ 7 // 2.0 }}",
     "64 4 3 -4 2 2.0 3.0"},
    {"{{ 1 ~ 2 + 3 }}", NULL},
    {"{{ 'a' ~ 2 * 3 }}", "a6"},
    {"{{ n }} {{ t }} {{ f }} {{ 1.0 }} {{ 10 ** 20 }} {{ 1e16 }} {{ 1e-5 }} {{ 0.1 +"
     " 0.2 }} {{ 5e15 }}",
     "None True 2.5 1.0 100000000000000000000 1e+16 1e-05 0.30000000000000004 5000000"
     "000000000.0"},
    {"{{ w }} {{ d }} {{ (1,) }} {{ [\"it's\", 'q\"', \"\\x07\\u200b\\u00a0é\\n\"] }}",
     "['b', 'A', 'c'] {'b': 1, 'A': None} (1,) [\"it's\", 'q\"', '\\x07\\u200b\\xa0é"
     "\\n']"},
    {"{{ [zz] }}", "[Undefined]"},
    {"{{ s }}", "it's <b>Ünï</b>"},
    {"{{ s|safe ~ '<' }}", "it's <b>Ünï</b><"},
    {"{{ s|e|length }} {{ s|length }} {{ (s|e) is escaped }}", "31 15 True"},
    {"{{ 1 < 2 < 3 }} {{ 3 in l }} {{ 'x' not in 'abc' }} {{ 1 == 1.0 }} {{ '1' == 1 "
     "}} {{ not i == 7 }} {{ [1, 2] < [1, 3] }}",
     "True True True True False False True"},
    {"{{ 1 < 'a' }}", NULL},
    {"{{ e or 'x' }} {{ n and 1 }} {{ 0 or e or n }} {{ i and 'y' }} [{{ 1 if e }}] {"
     "{ 'a' if t else 'b' }} {{ 3 + 4 is odd }}",
     "x None None y [] a 3"},
    {"{{ g.x.y[0] }} {{ g['items'] }} {{ l[-1] }} {{ l[1:] }} {{ s[:4] }} {{ w[::-1] "
     "}} [{{ l[9] }}] [{{ d.zz }}] [{{ n.x }}] {{ g.x.y.0 }}",
     "10 5 2 [1, 2] it's ['c', 'A', 'b'] [] [] [] 10"},
    {"{{ zz.x }}", NULL},
    {"{{ d.zz.x }}", NULL},
    {"{{ zz + 1 }}", NULL},
    {"{{ zz > 1 }}", NULL},
    {"{{ zz() }}", NULL},
    {"[{{ zz ~ 'a' }}{{ zz|upper }}{{ zz|length }}]", "[a0]"},
    {"{% for x in g.items %}{% endfor %}", NULL},
    {"{{ zz is defined }} {{ d.zz is defined }} {{ n is defined }} {{ n is none }} {{"
     " zz == yy }} {{ zz == n }}",
     "False False True True True False"},
    {"{{ i is odd }} {{ 9 is divisibleby 3 }} {{ t is integer }} {{ t is number }} {{"
     " s is sequence }} {{ d is mapping }} {{ 'A' is upper }} {{ '1' is upper }} {{ 1"
     " is true }}",
     "True True False True True True True False False"},
    {"{{ '%s|%05.2f|%-4s|%+d' % ('a', 3.14159, 'b', 5) }} {{ 'ab' * 2 }} {{ l + [9] }"
     "} {{ 1, 2 }} {{ {'a': [1]}.a[0] }}",
     "a|03.14|b   |+5 abab [3, 1, 2, 9] (1, 2) 1"},
    {"{{ a && b }}", NULL},
    {"{{ l|join(', ') }} {{ p|join('/', attribute='n') }} {{ [n, t, 1.5]|join('-') }}"
     " {{ 'abc'|join('.') }}",
     "3, 1, 2 bob/Al/cy None-True-1.5 a.b.c"},
    {"{{ n|join }}", NULL},
    {"{{ ['<']|join('&') }}", "<"},
    {"{{ zz|default('x') }} {{ n|default('x') }} {{ n|default('x', true) }} [{{ e|d('"
     "x') }}] {{ 0|d(5, boolean=true) }}",
     "x None x [] 5"},
    {"{{ zz.a|default('x') }}", NULL},
    {"{{ s|upper }} {{ s|title }} {{ s|capitalize }} {{ 'straße'|upper }} {{ n|upper "
     "}} {{ s.title() }}",
     "IT'S <B>ÜNÏ</B> It's <B>ünï</b> It's <b>ünï</b> STRASSE NONE It'S <B>Ünï</B>"},
    {"[{{ '  a b '|trim }}] {{ 'aXbX'|replace('X', '-') }} {{ 'aXbX'|replace('X', '-'"
     ", 1) }} {{ l|length }} {{ '日é😀'|length }} {{ w|first }}{{ w|last }} {{ 'ab'|rev"
     "erse }} {{ l|reverse|list }}",
     "[a b] a-b- a-bX 3 3 bc ba [2, 1, 3]"},
    {"{{ w|sort }} {{ w|sort(true) }} {{ ['b', 'a', 'B', 'A']|sort(case_sensitive=tru"
     "e) }} {{ p|sort(attribute='a,n')|map(attribute='n')|join(',') }} {{ ['a', 'A', "
     "1, 1.0]|unique|list }}",
     "['A', 'b', 'c'] ['c', 'b', 'A'] ['A', 'B', 'a', 'b'] Al,bob,cy ['a', 1]"},
    {"{{ p|map(attribute='n')|join }} {{ p|map(attribute='q', default='-')|join }} {{"
     " w|map('upper')|list }} {{ l|select('odd')|list }} {{ l|reject('gt', 1)|list }}"
     " {{ p|selectattr('a', 'eq', 3)|map(attribute='n')|list }} {{ [0, 1, e]|select|l"
     "ist }}",
     "bobAlcy --- ['B', 'A', 'C'] [3, 1] [1] ['bob', 'cy'] [1]"},
    {"{% for k, m in p|groupby('a') %}{{ k }}:{{ m|map(attribute='n')|join('+') }} {%"
     " endfor %}",
     "1:Al 3:bob+cy "},
    {"{{ d|dictsort }} {{ d|items|list }} {{ d|list }}",
     "[('A', None), ('b', 1)] [('b', 1), ('A', None)] ['b', 'A']"},
    {"{{ [1,2,3,4,5]|batch(2, 0)|list }} {{ [1,2,3,4,5]|slice(3)|list }} {{ [1,2,3,4]"
     "|slice(3, 'x')|list }} {{ l|sum }} {{ p|sum(attribute='a') }} {{ w|min }} {{ l|"
     "max }} [{{ []|max }}]",
     "[[1, 2], [3, 4], [5, 0]] [[1, 2], [3, 4], [5]] [[1, 2], [3, 'x'], [4, 'x']] 6 7"
     " A 3 []"},
    {"{{ 2.5|round }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ 42|round }} {{ 7.21|rou"
     "nd(1, 'ceil') }} {{ '12.7'|int }} {{ 'x'|int(9) }} {{ n|int }} {{ '1.50'|float "
     "}} {{ 'x'|float }} {{ -3|abs }}",
     "2.0 4.0 2.67 42 7.3 12 9 0 1.5 0.0 3"},
    {"{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }} {"
     "{ 'foo bar baz qux'|truncate(11) }} {{ 'foo bar baz qux'|truncate(8, false, '',"
     " 0) }}",
     "foo... foo ba... foo bar baz qux foo bar"},
    {"{{ 'the quick brown fox'|wordwrap(10) }} {{ 'a\\nb'|indent(2) }} [{{ 'hi'|cente"
     "r(5) }}] {{ \"l'an two-3\"|wordcount }}",
     "the quick\nbrown fox a\n  b [  hi ] 4"},
    {"{{ '<p>a &amp; b</p>  c'|striptags }}", "a & b c"},
    {"{{ {'b': [1, n, t], 'a': '<é'}|tojson }} {{ '%.1f %s'|format(2.25, 'x') }} {{ '"
     "a b/é'|urlencode }} {{ 1500|filesizeformat }}",
     "{\"a\": \"\\u003c\\u00e9\", \"b\": [1, null, true]} 2.2 x a%20b/%C3%A9 1.5 kB"},
    {"{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} {{"
     " ', '.join(w) }} {{ 'x-y'.replace('-', '+') }} {{ s.startswith(\"it\") }} {{ 'a"
     "bc'.find('z') }}",
     "['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b,c'] b, A, c x+y True -1"},
    {"{{ d.get('b') }} {{ d.get('zz') }} {{ d.get('zz', 5) }} {{ d.keys()|list }} {{ "
     "d.items()|list }} {{ '{:>4}|{:.1f}|{}'.format('a', 2.25, n) }} {{ '7'.zfill(3) "
     "}} {{ d.values() }}",
     "1 None 5 ['b', 'A'] [('b', 1), ('A', None)]    a|2.2|None 007 dict_values([1, N"
     "one])"},
    {"{% set _ = l.append(4) %}{{ l }} {{ l.pop() }} {{ l }} {{ l.reverse() }}{{ l }}",
     "[3, 1, 2, 4] 4 [3, 1, 2] None[2, 1, 3]"},
    {"{{ 'a'.nometh() }}", NULL},
    {"[{{ 'a'.nometh }}]", "[]"},
    {"{{ n or [] }} {{ (n or [])|join(',') }}{{ n|default([], true)|length }} {{ n is"
     " none }} {{ [n]|select|list }}",
     "[] 0 True []"},
    {"{{ n|length }}", NULL},
};

/* ---- the rest: texts as they are put out ---- */

static const struct case_row k_lexing[] = {
    {"a{#", "a"},
    {"a{% raw %}", "a"},
    {"{%- raw %}a{% endraw -%} b", "ab"},
    {"x {% raw -%} {{ a }} {%- endraw %} y", "x {{ a }} y"},
    {"{% raw %}{% raw %}{% endraw %}", "{% raw %}"},
    {"a\n", "a"},
    {"a\n\n", "a\n"},
    {"\r\na\r\rb\r\n", "\na\n\nb"},
    {"{{ 'a\r\nb' }}", "a\nb"},
    {"{{+1}} {{ x +}}", NULL},
    {"a {%+ if t +%} b {%- endif -%} c", "a  bc"},
    {"{{ 1 -}} {# x +#} b {#- y -#} c", "1 bc"},
    {"{# {{ #}{# a", NULL},
    {"{{ 'a\\\nb' }}{{ '\\x41\\u00e9\\U0001F600\\101\\777' }}|{{ '\\q\\é' }}|{{ '\\N{"
     "BULLET}' }}",
     "abAé😀Aǿ|\\q\\xe9|•"},
    {"{{ '\\x4' }}", NULL},
    {"{{ '\\u12' }}", NULL},
    {"{{ '\\U00110000' }}", NULL},
    {"{{ '\\N{NO SUCH NAME}' }}", NULL},
    {"{{ '\\a\\b\\f\\n\\r\\t\\v\\\\\\'' }}", "\007\010\014\n\r\t\013\\&#39;"},
    {"{{ 'a' 'b' \"c\" }}", "abc"},
    {"{{ 'a }}", NULL},
    {"{{ 1_0 }} {{ 1_0.5_0 }} {{ 0x_f }} {{ 0XfF }} {{ 0b11 }} {{ 0o17 }} {{ 00 }} {{"
     " 1E3 }} {{ 1e-2 }}",
     "10 10.5 15 255 3 15 0 1000.0 0.01"},
    {"{{ 012 }}", NULL},
    {"{{ 1__0 }}", NULL},
    {"{{ 1_ }}", NULL},
    {"{{ 1.e3 }}", ""},
    {"{{ 1if 2 }}{{ [3,4].0 }}{{ 'abc'.0x1 }}", "13b"},
    {"{{ é }}{{ 日本 }}{{ 'x'.é }}", ""},
    {"{{ ²a }}", NULL},
    {"{{ á }}", ""},
    {"{{ x;y }}", NULL},
    {"{{ a && b }}", NULL},
    {"{{ a ! b }}", NULL},
    {"{{ $ }}", NULL},
    {"{{ {'a':{'b':1}}}}", "{&#39;a&#39;: {&#39;b&#39;: 1}}"},
    {"{{ '}}' }}{{ \"%}\" }}{{ '{{' }}", "}}%}{{"},
    {"{{ ) }}", NULL},
    {"{{ (] }}", NULL},
    {"{{ (1 }}", NULL},
    {"{{", NULL},
    {"{%", NULL},
    {"{%%}", NULL},
    {"{% %}", NULL},
    {"{% 1 %}", NULL},
    {"{{ }}", NULL},
    {"{{ x\n}}", "41"},
    {"{% raw %}{% endraw", NULL},
    {"{{ 1e999 }}{{ -1e999 }}", "inf-inf"},
};

static const struct case_row k_parsing[] = {
    {"{{ a b }}", NULL},
    {"{{ a, }}{{ (), }}{{ () }}", "(Undefined,)((),)()"},
    {"{{ , }}", NULL},
    {"{{ (,) }}", NULL},
    {"{{ [1,,2] }}", NULL},
    {"{{ [1,2,] }}{{ {1:2,} }}{{ (1,) }}", "[1, 2]{1: 2}(1,)"},
    {"{{ {,} }}", NULL},
    {"{{ {'a' 1} }}", NULL},
    {"{{ [1 2] }}", NULL},
    {"{{ x[1,] }}", NULL},
    {"{{ d[1,2] }}{{ x[] }}", ""},
    {"{{ x[1:2,3] }}", NULL},
    {"{{ x[,] }}", NULL},
    {"{{ 'abc'[1:2:] }}{{ 'abc'[::] }}{{ 'abc'[:] }}{{ 'abcd'[::-2] }}{{ 'abc'[-2:] }"
     "}",
     "babcabcdbbc"},
    {"{{ 'abc'[1:2:3:4] }}", NULL},
    {"{{ x.'a' }}", NULL},
    {"{{ x. }}", NULL},
    {"{{ .x }}", NULL},
    {"{{ f(*a,*b) }}", NULL},
    {"{{ f(*a, b) }}", NULL},
    {"{{ f(**a, b=1) }}", NULL},
    {"{{ f(a=1, 2) }}", NULL},
    {"{{ f(,) }}", NULL},
    {"{{ f(a=1,a=2) }}", NULL},
    {"{{ dict(if=1,if=2) }}", "{&#39;if&#39;: 2}"},
    {"{{ dict(a=1,) }}{{ dict(**{'a':1}) }}{{ dict(*[[('a',1)]]) }}{{ range(*[1,3])|l"
     "ist }}",
     "{&#39;a&#39;: 1}{&#39;a&#39;: 1}{&#39;a&#39;: 1}[1, 2]"},
    {"{{ dict(a=1,**{'a':1}) }}", NULL},
    {"{{ dict(**5) }}", NULL},
    {"{{ dict(**zz) }}", NULL},
    {"{{ dict(**{1:2}) }}", NULL},
    {"{{ range(*5) }}", NULL},
    {"{{ a if b else }}", NULL},
    {"{{ a if }}", NULL},
    {"{{ not }}", NULL},
    {"{{ a not b }}", NULL},
    {"{{ 1 not in [2] not in [3] }}{{ 1 < 2 > 1 == 1 }}", "TrueTrue"},
    {"{{ not not 1 }}{{ not 1 in [1] }}{{ - - 1 }}{{ -+-2 }}{{ +true }}", "TrueFalse121"},
    {"{{ x is defined and 1 }}{{ x is not defined or 2 }}{{ x is defined() }}", "12True"},
    {"{{ x is defined if true }}", NULL},
    {"{{ 1 is odd is even }}", NULL},
    {"{{ x is not not defined }}", NULL},
    {"{{ x is 1 }}", NULL},
    {"{{ x|1 }}", NULL},
    {"{{ x| }}", NULL},
    {"{{ 3 is divisibleby(3)|string ~ 'a' }}", "Truea"},
    {"{{ 1 if 0 if 1 }}|{{ 1 if 1 else 2 if 1 else 3 }}|{{ (1 if 0) is defined }}",
     "|1|False"},
    {"{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2 ** -1 }} {{ 10 - 2 - 3 }} {{ 2 * 3 % 4 }} "
     "{{ 1 ~ 2 * 3 }} {{ -3|abs }} {{ 'a' ~ 1 ~ none }}",
     "64 4 0.5 5 2 16 3 a1None"},
    {"{{ 1 or zz.a }}{{ 0 and zz.a }}{{ '' or none or 0 }}{{ 1 and 'x' and [] }}",
     "100[]"},
    {"{{ true.x }}{{ none.y }}{{ 1.5.z }}{{ True and False }}{{ None }}", "FalseNone"},
    {"{{ if }}{{ in }}", ""},
    {"{{ x.true }}{{ dict(true=1) }}{{ x.if }}", "{&#39;true&#39;: 1}"},
};

static const struct case_row k_statements[] = {
    {"{% foo %}", NULL},
    {"{% break %}", NULL},
    {"{% do x %}", NULL},
    {"{% else %}", NULL},
    {"{% endfor %}", NULL},
    {"{% if t %}{% endfor %}", NULL},
    {"{% if t %}", NULL},
    {"{% if t %}{% else %}{% else %}{% endif %}", NULL},
    {"{% if t %}{% else %}{% elif t %}{% endif %}", NULL},
    {"{% if %}{% endif %}", NULL},
    {"{% if t: %}a{% endif %}{% if e, n %}b{% endif %}", "ab"},
    {"{% if a if b else c %}{% endif %}", NULL},
    {"{% if e %}1{% elif n %}2{% elif t %}3{% elif zz.q.r %}4{% else %}5{% endif %}",
     "3"},
    {"{% for x in l: %}{{ x }}{% endfor %}", "312"},
    {"{% for x in 1,2 %}{{ x }}{% endfor %}", "12"},
    {"{% for x, in [[1]] %}{% endfor %}", NULL},
    {"{% for x %}{% endfor %}", NULL},
    {"{% for a.b in l %}{% endfor %}", NULL},
    {"{% for true in l %}{% endfor %}", NULL},
    {"{% for 1 in l %}{% endfor %}", NULL},
    {"{% for in in [1] %}{{ in }}{% endfor %}", "1"},
    {"{% for (a, (b, c)), i in [((1, (2, 3)), 4)] %}{{ a }}{{ b }}{{ c }}{{ i }}{% en"
     "dfor %}",
     "1234"},
    {"{% for a, b in [(1,)] %}{% endfor %}", NULL},
    {"{% for a, b in [(1,2,3)] %}{% endfor %}", NULL},
    {"{% for a, b in [1] %}{% endfor %}", NULL},
    {"{% for a, b in ['xy', {'p':1,'q':2}] %}{{ a }}{{ b }}{% endfor %}", "xypq"},
    {"{% for a in t %}{% endfor %}", NULL},
    {"{% for x in l if x if t %}{{ x }}{% endfor %}", "312"},
    {"{% for x in [1] recursive if x %}{% endfor %}", NULL},
    {"{% for x in [1, 2] if x > 1 recursive %}{{ x }}{{ loop.length }}{% endfor %}",
     "21"},
    {"{% for x in l %}{% for x in x %}{% endfor %}{% endfor %}", NULL},
    {"{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, (x, y)) = 3, (4, 5) %}{{ c }}{{ x"
     " }}{{ y }}",
     "12345"},
    {"{% set a = 1, 2 %}{{ a }}{% set () = [] %}", "(1, 2)"},
    {"{% set a, b = 1 %}", NULL},
    {"{% set a, b = zz %}", NULL},
    {"{% set a, = [1] %}", NULL},
    {"{% set 'a' = 1 %}", NULL},
    {"{% set a[0] = 1 %}", NULL},
    {"{% set a.b.c = 1 %}", NULL},
    {"{% set a.b = 1 %}", NULL},
    {"{% set zz.b = 1 %}", NULL},
    {"{% set a = %}", NULL},
    {"{% set true = 1 %}", NULL},
    {"{% set x %}<{{ v }}{% endset %}{{ x }}{{ x|length }}", "<&lt;5"},
    {"{% set x | length %}abc{% endset %}{{ x + 'd' }}", "3d"},
    {"{% set x | default(1) | e %}<{% endset %}{{ x }}", "<"},
    {"{% set x | replace('a', q) %}abca{% endset %}{{ x }}", NULL},
    {"{% set a, b %}xy{% endset %}{{ a }}{{ b }}", "xy"},
    {"{% set ns = namespace() %}{% set ns.q %}z{% endset %}{{ ns.q }}", "z"},
    {"{% set x = 1 %}{% endset %}", NULL},
    {"{% with a %}{% endwith %}", NULL},
    {"{% with a=1 b=2 %}{% endwith %}", NULL},
    {"{% with a=1, %}{% endwith %}", NULL},
    {"{% with %}{% set q = 1 %}{{ q }}{% endwith %}[{{ q }}]", "1[]"},
    {"{% with (a,b)=(1,2) %}{{ b }}{% endwith %}", "2"},
    {"{% with x = 1, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}", "14141"},
    {"{% filter upper|lower %}Ab{{ v }}{% endfilter %}", "ab&lt;"},
    {"{% filter length %}abc{% endfilter %}", NULL},
    {"{% filter %}{% endfilter %}", NULL},
    {"{% filter upper.x %}{% endfilter %}", NULL},
    {"{% filter replace('b', x) %}abc{% endfilter %}", "a41c"},
    {"{% print 1, v %}{% print %}", "1&lt;"},
    {"{% print 1 2 %}", NULL},
    {"{% include 'a' %}", NULL},
    {"{% if e %}{% include 'a' ignore missing with context %}{% endif %}ok", "ok"},
    {"{% import 'a' as b %}", NULL},
    {"{% if e %}{% import 'a' as b without context %}{% from 'a' import b, c as d %}{"
     "% endif %}[{{ b }}]",
     "[]"},
    {"{% from 'a' import _b %}", NULL},
    {"{% from 'a' import b, %}", NULL},
    {"{% import 'a' as true %}", NULL},
    {"{% extends 'a' %}", NULL},
    {"{% if e %}{% extends 'a' %}{% endif %}ok", "ok"},
    {"{% for x in [] %}{% extends 'a' %}{% endfor %}", NULL},
    {"{% for x in [] %}{{ x|nofilter }}{% endfor %}", NULL},
    {"{% if e %}{% for x in [] %}{{ x|nofilter }}{% endfor %}{% endif %}", NULL},
    {"{% if e %}{{ x is notest }}{% endif %}{{ x|nofilter if e }}ok", "ok"},
    {"{{ x|nofilter if t }}", NULL},
    {"{% if x is notest %}{% endif %}", NULL},
};

static const struct case_row k_loops[] = {
    {"{% for x in 'aé' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop."
     "revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ "
     "loop.depth0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.zz }};{% endfor %}",
     "1021TrueFalse210é;2110FalseTrue210a;"},
    {"{% for x in l %}{{ loop }}{{ loop|length }}{% endfor %}",
     "&lt;LoopContext 1/3&gt;3&lt;LoopContext 2/3&gt;3&lt;LoopContext 3/3&gt;3"},
    {"{% for x in [1,1,2] %}{{ loop.changed(x) }}{{ loop.changed(x, 1) }}{{ loop.cycl"
     "e('a', 'b') }}{% endfor %}",
     "TrueTrueaTrueTruebTrueTruea"},
    {"{% for x in l %}{{ loop.cycle() }}{% endfor %}", NULL},
    {"{% for x in l %}{{ loop([1]) }}{% endfor %}", NULL},
    {"{% for x in l %}{{ loop() }}{% endfor %}", NULL},
    {"{% for x in tree recursive %}{{ x.n }}{{ loop.depth }}{{ loop.index }}{{ loop.l"
     "ength }}({{ loop(x.c) }}){% else %}-{% endfor %}",
     "1112(2212(-)3222(4311(-)))5122(-)"},
    {"{% for x in tree if x.n != 3 recursive %}{{ x.n }}[{{ loop(x.c) }}]{% endfor %}",
     "1[2[]]5[]"},
    {"{% for x in tree recursive %}{{ '<' }}{{ loop(x.c) ~ '<' }}{% endfor %}",
     "&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;"},
    {"{% for x in [1,2,3] %}{{ x }}{% for y in loop %}{{ y }}{% endfor %}{% endfor %}",
     "1(2, &lt;LoopContext 2/3&gt;)(3, &lt;LoopContext 3/3&gt;)"},
    {"{% set a = [1,2] %}{% for x in a %}{{ x }}{% if x == 1 %}{{ a.append(9) }}{% en"
     "dif %}{{ loop.length }}{% endfor %}",
     "1None32393"},
    {"{% for x in [1,2]|map('string') %}{{ loop.length }}{{ loop.revindex }}{{ loop.l"
     "ast }}{% endfor %}",
     "22False21True"},
    {"{% for x in l if loop.index %}{% endfor %}", NULL},
    {"{% for x in l %}{% for y in l if loop.index == 1 %}{{ x }}{{ y }}{% endfor %}{%"
     " endfor %}",
     "333132"},
    {"{% for x in l %}{% for y in w %}{{ loop.index }}{% else %}{{ loop.index }}{% en"
     "dfor %}{% for y in [] %}{% else %}e{{ loop.index }}{% endfor %}{% endfor %}",
     "123e1123e2123e3"},
    {"{% for x in [] %}{% else %}{% set q = 1 %}{{ q }}{{ loop }}{% endfor %}[{{ q }}"
     "]",
     "1[]"},
    {"{% for loop in l %}{% endfor %}", NULL},
    {"{% for x in l %}{% set loop = 1 %}{% endfor %}", NULL},
    {"{% set loop = 1 %}{{ loop }}{% for x in [1] %}{{ loop.index }}{% endfor %}{{ lo"
     "op }}",
     "111"},
    {"{% for x in l %}{% with loop = 5 %}{{ loop }}{% endwith %}{{ loop is defined }}"
     "{% endfor %}",
     "5False5False5False"},
    {"{% for x in l %}{% macro m() %}{{ loop.index }}{% endmacro %}{{ m() }}{% endfor"
     " %}",
     "123"},
    {"{% set a = [] %}{% for i in [1,2] %}{% set _ = a.append(loop) %}{% endfor %}{{ "
     "a[0].index }}{{ a }}",
     "2[&lt;LoopContext 2/2&gt;, &lt;LoopContext 2/2&gt;]"},
    {"{% for x in range(3) %}{{ loop.nextitem is defined }}{{ loop.previtem is define"
     "d }}{% endfor %}",
     "TrueFalseTrueTrueFalseTrue"},
    {"{% for x in n %}{% endfor %}", NULL},
    {"{% for x in 5 %}{% endfor %}", NULL},
    {"{% for x in d %}{{ x }}{% else %}no{% endfor %}{% for x in zz %}{% else %}no{% "
     "endfor %}",
     "bAno"},
};

static const struct case_row k_scopes[] = {
    {"{{ x }}{% set x = 1 %}{{ x }}", "411"},
    {"{% set x = x + 1 %}{{ x }}", "42"},
    {"{% for i in [1,2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "41141241"},
    {"{% for x in [1] %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}", "241"},
    {"{% if e %}{% set x = 1 %}{% endif %}{{ x }}", "41"},
    {"{% if t %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}", "1"},
    {"{% if e %}{% set q = 1 %}{% elif e %}{% set q = 2 %}{% endif %}{{ q }}", ""},
    {"{% if e %}{{ x }}{% set x = 1 %}{% elif t %}{% set x = 2 %}{% else %}{% set x ="
     " 3 %}{% endif %}{{ x }}",
     "2"},
    {"{% for i in l %}{% if i == 1 %}{% set x = i %}{% endif %}{{ x }}{% endfor %}",
     "41141"},
    {"{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% set x = 2 %}{{ m() }}", "2"},
    {"{% macro m() %}{{ s|length }}{{ x }}{% endmacro %}{% for x in [1] %}{{ m() }}{%"
     " endfor %}",
     "1541"},
    {"{% for x in [1,2] %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}{{"
     " m }}",
     "12"},
    {"{% set ns = namespace() %}{% for x in [1] %}{% macro m() %}[{{ q }}]{% endmacro"
     " %}{% set ns.m = m %}{% set q = 3 %}{{ ns.m() }}{% endfor %}{{ ns.m() }}",
     "[3][]"},
    {"{{ m() }}{% macro m() %}{% endmacro %}", NULL},
    {"{% macro m() %}{{ m2() }}{% endmacro %}{% macro m2() %}2{% endmacro %}{{ m() }}",
     "2"},
    {"{% macro m(k) %}{{ k }}{{ m(k - 1) if k }}{% endmacro %}{{ m(3) }}", "3210"},
    {"{% filter e %}{% set q = 1 %}{{ q }}{% endfilter %}[{{ q }}]", "1[]"},
    {"{% autoescape true %}{% set q = 1 %}{{ q }}{% endautoescape %}[{{ q }}]", "1[]"},
    {"{% set q %}{% set y = 1 %}{{ y }}{% endset %}{{ q }}[{{ y }}]", "1[]"},
    {"{% set range = 5 %}{{ range }}{% set self = 1 %}{{ self }}", "51"},
    {"{% macro m() %}{% set x = 3 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}", "341"},
    {"{% block b %}{% set x = 3 %}{{ x }}{% endblock %}{{ x }}", "341"},
    {"{% set q = 1 %}{% block b %}{{ q }}{% set q = 2 %}{{ q }}{% endblock %}{{ q }}{"
     "% set q = 3 %}{{ self.b() }}",
     "12132"},
    {"{% for i in [1,2] %}{% block b scoped %}{{ i }}{{ loop.index }}{% endblock %}{%"
     " endfor %}",
     "1122"},
    {"{% for i in [1,2] %}{% block b %}{{ i }}{{ loop }}|{% endblock %}{% endfor %}",
     "7|7|"},
    {"{% with q = 1 %}{% block b scoped %}{{ q }}{% block c %}{{ q }}{% endblock %}{%"
     " endblock %}{% endwith %}",
     "11"},
    {"{% block b %}{% endblock %}{% block b %}{% endblock %}", NULL},
    {"{% block a-b %}{% endblock %}", NULL},
    {"{% block a %}x{% endblock a %}{{ self.a() }}{{ self.a.name }}{{ self.b }}[{{ se"
     "lf }}]",
     "xxa[&lt;TemplateReference None&gt;]"},
    {"{% block a %}{% endblock b %}", NULL},
    {"{% block a required %}{% endblock %}", NULL},
    {"{% block a required %}x{% endblock %}", NULL},
    {"{% block a scoped required %} {% endblock %}", NULL},
    {"{% block a %}[{{ super }}]{{ super() }}{% endblock %}", NULL},
    {"{{ super }}{{ self is defined }}", "True"},
};

static const struct case_row k_macros[] = {
    {"{% macro m(a, b='d', c=b) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m("
     "1, 2) }} {{ m(b=3) }} {{ m(c=1, a=2) }}",
     "1dd 122 33 2d1"},
    {"{% macro m(b=a, a=1) %}[{{ a }}{{ b }}]{% endmacro %}{{ m() }}", "[1]"},
    {"{% macro m(a) %}{{ a.q }}{% endmacro %}{{ m() }}", NULL},
    {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", NULL},
    {"{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", NULL},
    {"{% macro m(a) %}{% endmacro %}{{ m(1, a=1) }}", NULL},
    {"{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, k='<') }}{"
     "{ m() }}",
     "(2, 3){&#39;k&#39;: &#39;&lt;&#39;}(){}"},
    {"{% macro m(varargs) %}{{ varargs }}{% endmacro %}{{ m(1) }}", "1"},
    {"{% macro m(a, a) %}{% endmacro %}", NULL},
    {"{% macro m(a=1, b) %}{% endmacro %}", NULL},
    {"{% macro m(a,) %}{% endmacro %}", NULL},
    {"{% macro m %}{% endmacro %}", NULL},
    {"{% macro true() %}{% endmacro %}", NULL},
    {"{% macro m(true) %}{% endmacro %}", NULL},
    {"{% macro m() %}{% endmacro m %}", NULL},
    {"{% macro m(a, b) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.caller }}{{ "
     "m.catch_kwargs }}{{ m.catch_varargs }}{{ m.explicit_caller }}[{{ m.zz }}]{{ m }"
     "}",
     "m(&#39;a&#39;, &#39;b&#39;)FalseFalseFalseFalse[]&lt;Macro &#39;m&#39;&gt;"},
    {"{% macro m(a) %}<{{ a }}{% endmacro %}{{ m('<') }}{{ m('<') ~ '<' }}{{ m('<')|l"
     "ength }}{{ [m('<')] }}",
     "<&lt;<&lt;&lt;5[Markup(&#39;&lt;&amp;lt;&#39;)]"},
    {"{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}<{{ v }}{% endcall %}",
     "<&lt;"},
    {"{% macro m() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b, c=a) m() %}{{ a "
     "}}{{ b }}{{ c }}{% endcall %}",
     "121"},
    {"{% macro m() %}{{ caller }}{{ caller is callable }}{% endmacro %}[{{ m() }}]{% "
     "call m() %}{% endcall %}",
     "[True]&lt;Macro anonymous&gt;True"},
    {"{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", NULL},
    {"{% macro m() %}a{% endmacro %}{% call m() %}{% endcall %}", NULL},
    {"{% macro m(caller) %}{{ caller }}{% endmacro %}", NULL},
    {"{% macro m(a, caller=none) %}{{ caller is none }}{% endmacro %}{{ m(1) }}{% cal"
     "l m(1) %}{% endcall %}",
     "TrueFalse"},
    {"{% macro m() %}{{ caller() }}{% endmacro %}{% call m(caller=1) %}{% endcall %}",
     NULL},
    {"{% call m %}{% endcall %}", NULL},
    {"{% call zz() %}{% endcall %}", NULL},
    {"{% call m()|upper %}{% endcall %}", NULL},
    {"{% call range(3) %}{% endcall %}", NULL},
    {"{% call '<{}>'.format(1) %}{% endcall %}", "<1>"},
    {"{% call(x) joiner() %}{% endcall %}", NULL},
    {"{% macro m() %}{% call m2() %}1{{ caller() }}{% endcall %}{% endmacro %}{% macr"
     "o m2() %}({{ caller() }}){% endmacro %}{% call m() %}2{% endcall %}",
     NULL},
    {"{% macro m() %}{% if t %}{{ caller() }}{% endif %}{% set caller = 1 %}{{ caller"
     " }}{% endmacro %}{% call m() %}x{% endcall %}",
     "x1"},
};

static const struct case_row k_escaping[] = {
    {"{{ v }}{{ '<' }}{{ v|safe }}{{ ('<'|e) ~ '<' }}{{ (v|e) ~ '<' }}{{ v ~ ('<'|saf"
     "e) }}",
     "&lt;&lt;<&amp;lt;&lt;&lt;&lt;&lt;<"},
    {"{% autoescape false %}{{ v }}{{ '<' }}{{ v|e }}{{ [v]|join('<') }}{% set q = '<"
     "' %}{{ q }}{% set y %}<{% endset %}{{ y ~ ('<'|safe) }}{% endautoescape %}",
     "<<&lt;<<<<"},
    {"{% autoescape e %}{{ '<' }}{{ v }}{{ v ~ '<' }}{% endautoescape %}", "&lt;<<<"},
    {"{% autoescape t %}{{ v }}{{ ('<'|safe) ~ v }}{% set z %}<{% endset %}{{ z }}{% "
     "endautoescape %}",
     "&lt;&lt;&lt;<"},
    {"{% macro m() %}<{{ v }}{% endmacro %}{% autoescape false %}{{ m() }}{{ m() ~ '<"
     "' }}{% endautoescape %}{{ m() ~ '<' }}",
     "<&lt;<&lt;<<&lt;&lt;"},
    {"{% autoescape false %}{% macro m() %}<{{ '<' }}{{ v }}{% endmacro %}{{ m() }}{%"
     " endautoescape %}",
     "<<<"},
    {"{% autoescape false %}{% block b %}{{ v }}{{ v ~ ('<'|safe) }}{% endblock %}{{ "
     "self.b() }}{% endautoescape %}",
     "&lt;&lt;<&lt;&lt;<"},
    {"{% autoescape false %}{% for x in tree recursive %}<{{ v }}{{ loop(x.c) }}{% en"
     "dfor %}{% endautoescape %}",
     "<<<<<<<<<<"},
    {"{% autoescape %}{% endautoescape %}", NULL},
    {"{% autoescape false %}{% filter e %}<{% endfilter %}{% filter string %}<{{ v }}"
     "{% endfilter %}{% endautoescape %}{% filter string %}<{{ v }}{% endfilter %}",
     "&lt;<<<&lt;"},
    {"{{ [v, v|e] }}{{ {v: v|safe} }}{{ (v|e,) }}",
     "[&#39;&lt;&#39;, Markup(&#39;&amp;lt;&#39;)]{&#39;&lt;&#39;: Markup(&#39;&lt;&#"
     "39;)}(Markup(&#39;&amp;lt;&#39;),)"},
};

static const struct case_row k_globals[] = {
    {"{{ range(3) }}{{ range(1, 4)|list }}{{ range(5, 1, -2)|list }}{{ range }}",
     "range(0, 3)[1, 2, 3][5, 3]&lt;class &#39;range&#39;&gt;"},
    {"{{ dict() }}{{ dict(a=1) }}{{ dict({'b': 2}, a=1) }}{{ dict([('x', 1), 'yz']) }"
     "}",
     "{}{&#39;a&#39;: 1}{&#39;b&#39;: 2, &#39;a&#39;: 1}{&#39;x&#39;: 1, &#39;y&#39;:"
     " &#39;z&#39;}"},
    {"{{ dict(1) }}", NULL},
    {"{{ dict(1, 2) }}", NULL},
    {"{{ dict([[1]]) }}", NULL},
    {"{{ dict(zz) }}", NULL},
    {"{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.cu"
     "rrent }}{{ c.reset() }}{{ c.current }}{{ c.items }}{{ c.pos }}[{{ c.zz }}]",
     "ababNonea(&#39;a&#39;, &#39;b&#39;)0[]"},
    {"{{ cycler() }}", NULL},
    {"{% set j = joiner() %}[{{ j() }}{{ j() }}{{ j() }}]{% set j = joiner('<') %}{{ "
     "j() }}{{ j() }}{{ j.sep }}{{ j.used }}",
     "[, , ]&lt;&lt;True"},
    {"{{ joiner(1, 2) }}", NULL},
    {"{% set q = namespace(a=1) %}{{ q.a }}{{ q['a'] }}{{ q }}[{{ q.zz }}]{% set q.b "
     "= '<' %}{{ q.b }}{{ q == q }}",
     "11&lt;Namespace {&#39;a&#39;: 1}&gt;[]&lt;True"},
    {"{{ namespace({'a': 1}, b=2).a }}{{ namespace([('x', 1)]).x }}", "11"},
    {"{{ namespace(1) }}", NULL},
    {"{{ lipsum(2, false, 1, 2)|length > 3 }}{{ lipsum(n=0) }}{{ lipsum(1)|string|fir"
     "st }}",
     "True&lt;"},
    {"{{ cycler }}{{ joiner }}{{ namespace }}{{ dict }}",
     "&lt;class &#39;jinja2.utils.Cycler&#39;&gt;&lt;class &#39;jinja2.utils.Joiner&#"
     "39;&gt;&lt;class &#39;jinja2.utils.Namespace&#39;&gt;&lt;class &#39;dict&#39;&g"
     "t;"},
};

static const struct case_row k_constants[] = {
    {"{{ 5[1:2] }}", ""},
    {"{{ i[1:2] }}", NULL},
    {"{{ 1/0 if e }}ok", "ok"},
    {"{{ 1/0 }}", NULL},
    {"{{ [1, '<'] }}{{ {'a': 1}.a }}{{ {}.a }}{{ 'abc'|upper|length + 1 }}",
     "[1, &#39;&lt;&#39;]14"},
    {"{{ ('<'|e ~ '<')|e }}{{ (('<'|safe) ~ v) }}", "&amp;lt;&lt;<&lt;"},
    {"{% for x in [1,2] %}{% set a = [] %}{{ a.append(x) }}{{ a }}{% endfor %}",
     "None[1]None[2]"},
    {"{{ [1,2]|map('upper')|join }}{{ [3,1]|sort|first }}{{ 'a' in {'a': 1} }}{{ 2 is"
     " odd }}",
     "121TrueFalse"},
};

/* ---- running them ---- */

static int render(const char *document, const char *source, struct cvx_buf *out,
                  struct cvx_err *err)
{
    struct cvx_cv *cv = NULL;
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_session *session = NULL;
    int rc = cvx_cv_parse(document, strlen(document), &cv, err);
    if (!rc)
        rc = cvx_jinja_open(cv, &session, err);
    if (!rc)
        rc = cvx_jinja_parse(source, strlen(source), &jinja, NULL, err);
    if (!rc)
        rc = cvx_jinja_render(jinja, session, out, NULL, err);
    cvx_jinja_free(jinja);
    cvx_jinja_close(session);
    cvx_cv_free(cv);
    return rc;
}

/* Undoes the five escapes, once. */
static void unescape(struct cvx_buf *buf)
{
    static const struct {
        const char *text;
        char c;
    } k_escapes[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#39;", '\''}, {"&#34;", '"'}};
    size_t n = 0;
    for (size_t i = 0; i < buf->len; n++) {
        size_t used = 1;
        char c = buf->data[i];
        for (size_t k = 0; k < sizeof(k_escapes) / sizeof(k_escapes[0]); k++)
            if (strncmp(buf->data + i, k_escapes[k].text, strlen(k_escapes[k].text)) ==
                0) {
                used = strlen(k_escapes[k].text);
                c = k_escapes[k].c;
            }
        buf->data[n] = c;
        i += used;
    }
    cvx_buf_trim(buf, n);
}

static void check(const char *document, const struct case_row *row, bool seen)
{
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = render(document, row->source, &out, &err);
    if (!rc && seen)
        unescape(&out);
    if (rc && (row->text || rc != CVX_EFORMAT))
        fail_msg("%s: %d, %s", row->source, rc, cvx_err_root(&err));
    if (!rc && !row->text)
        fail_msg("%s: no error, but \"%s\"", row->source, out.data);
    if (!rc && (out.len != strlen(row->text) || strcmp(out.data, row->text) != 0))
        fail_msg("%s: \"%s\", not \"%s\"", row->source, out.data, row->text);
    cvx_buf_done(&out);
}

static void run_rows(const struct case_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(k_document, &rows[i], false);
}

#define RUN(rows) run_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_examples) / sizeof(k_examples[0]); i++)
        check(k_examples_document, &k_examples[i], true);
}

static void lexing(void **state)
{
    (void)state;
    RUN(k_lexing);
}

static void parsing(void **state)
{
    (void)state;
    RUN(k_parsing);
}

static void statements(void **state)
{
    (void)state;
    RUN(k_statements);
}

static void loops(void **state)
{
    (void)state;
    RUN(k_loops);
}

static void scopes(void **state)
{
    (void)state;
    RUN(k_scopes);
}

static void macros(void **state)
{
    (void)state;
    RUN(k_macros);
}

static void escaping(void **state)
{
    (void)state;
    RUN(k_escaping);
}

static void globals(void **state)
{
    (void)state;
    RUN(k_globals);
}

static void constants(void **state)
{
    (void)state;
    RUN(k_constants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples), cmocka_unit_test(lexing),
        cmocka_unit_test(parsing),  cmocka_unit_test(statements),
        cmocka_unit_test(loops),    cmocka_unit_test(scopes),
        cmocka_unit_test(macros),   cmocka_unit_test(escaping),
        cmocka_unit_test(globals),  cmocka_unit_test(constants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
