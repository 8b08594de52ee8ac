/* The filters: their arguments, what stays safe, undefined values, errors. Every row
 * was rendered by Jinja2 3.1.2; NULL is where it reports an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jinja_case.h"

static const struct jinja_case k_text[] = {
    {"{{ s|upper }} {{ s|lower }} {{ 'straße ﬁ'|upper }} {{ n|upper }} {{ zz|upper }}.",
     "IT&#39;S &lt;B&gt;ÜNÏ&lt;/B&gt; it&#39;s &lt;b&gt;ünï&lt;/b&gt; STRASSE FI NONE ."},
    {"{{ ('<'|e)|upper }} {{ s|e|lower }}", "&LT; it&#39;s &lt;b&gt;ünï&lt;/b&gt;"},
    {"{{ 'ΑΣ aΣ'|lower }} {{ 'ÀB'|capitalize }} {{ 'ßa'|capitalize }} {{ 'ǆx'|capitalize "
     "}}",
     "ας aς Àb Ssa ǅx"},
    {"{{ s|title }} {{ 'foo-bar (baz) [q] {w} <e> x_y'|title }} {{ 'ΑΣ ΣΑΣ'|title }} {{ "
     "'ßa ǆa'|title }} {{ 12|title }}",
     "It&#39;s &lt;B&gt;ünï&lt;/b&gt; Foo-Bar (Baz) [Q] {W} &lt;E&gt; X_y Ασ Σας SSa Ǆa "
     "12"},
    {"{{ ('a<b'|e)|title }}", "A&amp;lt;b"},
    {"[{{ '  a b '|trim }}] [{{ 'xxaxx'|trim('x') }}] [{{ '\\u00a0a\\u2003'|trim }}] [{{ "
     "n|trim('N') }}] [{{ ('<a<'|e)|trim('<') }}] [{{ 'a'|trim(none) }}]",
     "[a b] [a] [a] [one] [a] [a]"},
    {"{{ 'a'|trim(1) }}", NULL},
    {"{{ 'a'|trim(zz) }}", NULL},
    {"{{ 'aXbX'|replace('X', '-') }} {{ 'aXbX'|replace('X', '-', 1) }} {{ "
     "'ab'|replace('', '.') }} {{ 1213|replace(1, 'x') }} {{ 'aXa'|replace('X', '-', "
     "count=none) }}",
     "a-b- a-bX .a.b. x2x3 a-a"},
    {"{{ ('<a>'|safe)|replace('<', '[') }} {{ '<a>'|replace('<', '&'|safe) }} {{ "
     "'<a>'|replace('a'|safe, 'b') }} {{ ('a<'|safe)|replace('a', '<') }}",
     "<a> &a&gt; &lt;b&gt; &lt;<"},
    {"{{ 'a'|replace('a') }}", NULL},
    {"{{ 'a'|replace('a', 'b', 'c') }}", NULL},
    {"{{ 'a'|replace('a', 'b', 1.0) }}", NULL},
    {"[{{ 'hi'|center(5) }}] [{{ 'hi'|center(6) }}] [{{ 'hi'|center(7) }}] [{{ "
     "'hii'|center(6) }}] [{{ 5|center(3) }}] [{{ 'abc'|center(-1) }}]",
     "[  hi ] [  hi  ] [   hi  ] [ hii  ] [ 5 ] [abc]"},
    {"{{ 'a'|center|length }} {{ 'x'|center('5') }}", NULL},
    {"{{ \"l'an two-3 é_x\"|wordcount }} {{ ''|wordcount }} {{ 12.5|wordcount }} {{ "
     "zz|wordcount }}",
     "5 0 2 0"},
    {"{{ s|string }} {{ l|string|length }} {{ n|string }} {{ (s|e|string) is escaped }} "
     "{{ zz|string }}.",
     "it&#39;s &lt;b&gt;Ünï&lt;/b&gt; 9 None True ."},
    {"{{ '%.1f %s'|format(2.25, 'x') }} {{ '%(a)s-%(b)05d'|format(a='<', b=7) }} {{ "
     "('<%s>'|safe)|format('<') }} {{ '100%%'|format }}",
     "2.2 x &lt;-00007 <&lt;> 100%"},
    {"{{ '%s'|format }}", NULL},
    {"{{ '%s'|format(1, a=2) }}", NULL},
    {"{{ '%s'|format(1, 2) }}", NULL},
    {"{{ 'x'|upper(1) }}", NULL},
    {"{{ 'x'|lower(s=1) }}", NULL},
    {"{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }} {{ "
     "'foo bar baz qux'|truncate(11) }} {{ 'foo bar baz qux'|truncate(8, false, '', 0) "
     "}}",
     "foo... foo ba... foo bar baz qux foo bar"},
    {"{{ 'foo bar baz qux'|truncate(10, leeway=4) }} {{ 'foobarbazqux'|truncate(6, "
     "leeway=0) }} {{ 'äöü äöü'|truncate(5, true, '…', 0) }} {{ "
     "'日本語日本語'|truncate(4, true, leeway=0) }}",
     "foo... foo... äöü … 日..."},
    {"{{ ('a &amp; b c d'|safe)|truncate(5, true, '<', 0) }} {{ 'a < b c d "
     "e'|truncate(9, end='&hellip;'|safe, leeway=0) }}",
     "a &a&lt; a&hellip;"},
    {"{{ 'abcdefghij'|truncate(2) }}", NULL},
    {"{{ 'abc'|truncate(5.5) }} {{ zz|truncate }} {{ l|truncate }} {{ d|truncate(9) }}",
     "abc  [3, 1, 2] {&#39;b&#39;: 1, &#39;A&#39;: None}"},
    {"{{ 'abcdefghij'|truncate(5.5, leeway=0) }}", NULL},
    {"{{ 'abc'|truncate('3') }}", NULL},
    {"{{ 'abc'|truncate(3, leeway=-1) }}", NULL},
    {"{{ i|truncate }}", NULL},
    {"{{ [1, 2, 3, 4]|truncate(3, true, [9], 0) }}", "[1, 2, 9]"},
    {"{{ [1, 2, 3, 4]|truncate(3, leeway=0) }}", NULL},
};

static const struct jinja_case k_lines[] = {
    {"{{ 'the quick brown fox'|wordwrap(10) }}", "the quick\nbrown fox"},
    {"{{ 'a\\n\\nb c\\n'|wordwrap(3) }}|{{ ''|wordwrap }}|{{ '   a   b'|wordwrap(3) "
     "}}|{{ 'a    '|wordwrap(3) }}",
     "a\n\nb c||a\nb|a"},
    {"{{ 'supercalifragilistic'|wordwrap(6) }}|{{ 'supercalifragilistic x'|wordwrap(6, "
     "false) }}|{{ 'semi-long-words here'|wordwrap(7) }}|{{ "
     "'semi-long-words'|wordwrap(5, break_on_hyphens=false) }}",
     "superc\nalifra\ngilist\nic|supercalifragilistic\nx|semi-\nlong-\nwords\nhere|semi-"
     "\nlong-\nwords"},
    {"{{ 'well-known e-mail x-1 1-x a--b -- --opt foo---bar'|wordwrap(4, false) }}",
     "well-\nknown\ne-mail\nx-1\n1-x\na--b\n--\n--opt\nfoo\n---\nbar"},
    {"{{ 'a b c d'|wordwrap(3, wrapstring=' <br> ') }}|{{ 'a < b'|wordwrap(2, "
     "wrapstring='<br>'|safe) }}",
     "a b &lt;br&gt; c d|a<br>&lt;<br>b"},
    {"{{ ('a &amp; b'|safe)|wordwrap(3) }}", "a &amp;\namp\n; b"},
    {"{{ 'tab\\there and\\x0bthere'|wordwrap(5) }}|{{ 'a\\u00a0b c'|wordwrap(3) }}|{{ "
     "'é-é éé-éé'|wordwrap(3) }}",
     "tab\nhere\nand\nthere|a\302\240b\nc|é-é\néé-\néé"},
    {"{{ '--a--b'|wordwrap(3) }}|{{ 'aaaa-bbbb'|wordwrap(6) }}|{{ '----aaaa'|wordwrap(3) "
     "}}|{{ 'aaa    bbbbbb'|wordwrap(4) }}",
     "--a\n--b|aaaa-\nbbbb|---\n-aa\naa|aaa\nbbbb\nbb"},
    {"{{ 'a'|wordwrap(0) }}", NULL},
    {"{{ ''|wordwrap(0) }}.", "."},
    {"{{ 'a'|wordwrap(-1) }}", NULL},
    {"{{ 'a b'|wordwrap('2') }}", NULL},
    {"{{ 'ab cd'|wordwrap(2.0) }}|{{ 'ab'|wordwrap(true) }}", "ab\ncd|a\nb"},
    {"{{ 'abc'|wordwrap(2.0) }}", NULL},
    {"{{ 'abc'|wordwrap(0.5) }}", "a\nb\nc"},
    {"{{ 'a'|wordwrap(none) }}", NULL},
    {"{{ 'a'|wordwrap(wrapstring=1) }}", NULL},
    {"{{ i|wordwrap }}", NULL},
    {"{{ zz|wordwrap }}", NULL},
    {"{{ 'a\\nb'|indent(2) }}|{{ 'a\\n\\nb'|indent }}|{{ 'a\\n\\nb'|indent(2, true, "
     "true) }}|{{ 'a\\nb\\n'|indent('> ', true) }}|{{ ''|indent(2, true) }}|{{ "
     "'a\\r\\nb'|indent(1) }}",
     "a\n  b|a\n\n    b|  a\n  \n  b|&gt; a\n&gt; b\n|  |a\n b"},
    {"{{ ('<\\n&'|safe)|indent('<') }}|{{ 'a<\\nb<'|indent('>'|safe) }}|{{ "
     "'a<\\nb<'|indent('>'|safe, true) }}|{{ 'a<\\nb<'|indent('>'|safe, blank=true) "
     "}}|{{ 'a<\\nb<'|indent('>'|safe, true, true) }}",
     "<\n<&|a&lt;\n&gt;b&amp;lt;|>a&lt;\n&gt;b&amp;lt;|a&lt;\n>b&lt;|>a&lt;\n>b&lt;"},
    {"{{ 'a\\nb'|indent(-1) }}|{{ 'a\\nb'|indent(true) }}", "a\nb|a\n b"},
    {"{{ 'a'|indent(1.5) }}", NULL},
    {"{{ 'a'|indent(none) }}", NULL},
    {"{{ n|indent }}", NULL},
    {"{{ zz|indent }}", NULL},
    {"{{ l|indent }}", NULL},
};

static const struct jinja_case k_list[] = {
    {"{{ l|join(', ') }} {{ p|join('/', attribute='n') }} {{ [n, t, 1.5]|join('-') }} {{ "
     "'abc'|join('.') }} {{ d|join }} {{ zz|join('x') }}. {{ []|join('<') }}",
     "3, 1, 2 bob/Al/cy None-True-1.5 a.b.c bA . "},
    {"{{ ['<', 'b'|safe]|join('&') }} {{ ['<']|join('&'|safe) }} {{ ['<', '>']|join('&') "
     "}} {{ ([['<'], '<'|safe])|join }}",
     "&lt;&amp;b &lt; &lt;&amp;&gt; [&#39;&lt;&#39;]<"},
    {"{% autoescape false %}{{ ['<', '>'|safe]|join('&') }}{{ '<'|replace('<', '>'|safe) "
     "}}{% endautoescape %}",
     "<&>>"},
    {"{{ n|join }}", NULL},
    {"{{ 5|join }}", NULL},
    {"{{ p|join(attribute='zz.y') }}", NULL},
    {"{{ p|join(attribute='zz') }}.{{ [l, w]|join(',', attribute=0) }}", ".3,b"},
    {"{{ zz|default('x') }} {{ n|default('x') }} {{ n|default('x', true) }} [{{ e|d('x') "
     "}}] {{ 0|d(5, boolean=true) }} {{ d.zz|d }}. {{ zz|d(default_value=3) }}",
     "x None x [] 5 . 3"},
    {"{{ zz.a|default('x') }}", NULL},
    {"{{ l|length }} {{ 'é😀'|count }} {{ d|length }} {{ zz|length }} {{ range(5)|length "
     "}} {{ d.keys()|length }}",
     "3 2 2 0 5 2"},
    {"{{ n|length }}", NULL},
    {"{{ (l|map('string'))|length }}", NULL},
    {"{{ l|first }} {{ w|last }} {{ 'añ'|last }} {{ d|first }} {{ d|last }} {{ "
     "range(4)|last }} [{{ []|first }}{{ ''|last }}{{ zz|first }}{{ zz|last }}] {{ "
     "d.values()|last }} {{ ([3]|map('string'))|first }}",
     "3 a ñ b A 3 [] None 3"},
    {"{{ (l|map('string'))|last }}", NULL},
    {"{{ n|first }}", NULL},
    {"{{ ('<'|safe)|last is escaped }} {{ ('<'|safe)|first is escaped }}", "True False"},
    {"{{ 'ab'|reverse }} {{ l|reverse|list }} {{ d|reverse|list }} {{ "
     "range(3)|reverse|list }} {{ (l|map('string'))|reverse }} {{ zz|reverse|list }} {{ "
     "(1, 2)|reverse|join }} {{ ('<a'|safe)|reverse }}",
     "ba [2, 1, 3] [&#39;A&#39;, &#39;b&#39;] [2, 1, 0] [&#39;2&#39;, &#39;1&#39;, "
     "&#39;3&#39;] [] 21 a<"},
    {"{{ n|reverse }}", NULL},
    {"{{ 'añ'|list }} {{ d|list }} {{ (1, n)|list }} {{ zz|list }} {{ ('<'|safe)|list }}",
     "[&#39;a&#39;, &#39;ñ&#39;] [&#39;b&#39;, &#39;A&#39;] [1, None] [] "
     "[&#39;&lt;&#39;]"},
    {"{{ 5|list }}", NULL},
    {"{{ [7]|random }} [{{ []|random }}] {{ 'a'|random }} {{ [1, 2, 3]|random in [1, 2, "
     "3] }} {{ {0: 'x'}|random }}",
     "7 [] a True x"},
    {"{{ {1: 'x'}|random }}", NULL},
    {"{{ n|random }}", NULL},
    {"{{ d|attr('b') }}. {{ 'a'|attr('zz') }}. {{ d|attr('items') is callable }} {% for "
     "g in p|groupby('a') %}{{ g|attr('grouper') }}{% endfor %}",
     ". . True 13"},
    {"{{ zz|attr('b') }}", NULL},
    {"{{ d|attr(1) }}", NULL},
    {"{{ [1, 2, 3, 4, 5]|batch(2, 0)|list }} {{ [1, 2, 3]|batch(2)|list }} {{ [1, "
     "2]|batch(2, 'x')|list }} {{ []|batch(2, 0)|list }} {{ [1, 2]|batch(0)|list }} {{ "
     "[1]|batch(-1)|list }} {{ 'abc'|batch(2.0)|list }} {{ [1]|batch('x')|list }}",
     "[[1, 2], [3, 4], [5, 0]] [[1, 2], [3]] [[1, 2]] [] [[], [1, 2]] [[1]] "
     "[[&#39;a&#39;, &#39;b&#39;], [&#39;c&#39;]] [[1]]"},
    {"{{ [1]|batch('x', 0)|list }}", NULL},
    {"{{ [1]|batch(2.5, 0)|list }}", NULL},
    {"{{ n|batch(2)|list }}", NULL},
    {"{{ [1, 2, 3, 4, 5]|slice(3)|list }} {{ [1, 2, 3, 4]|slice(3, 'x')|list }} {{ [1, "
     "2]|slice(2, 0)|list }} {{ []|slice(2)|list }} {{ [1]|slice(-2)|list }} {{ "
     "'abcd'|slice(3)|map('join')|list }}",
     "[[1, 2], [3, 4], [5]] [[1, 2], [3, &#39;x&#39;], [4, &#39;x&#39;]] [[1, 0], [2, "
     "0]] [[], []] [] [&#39;ab&#39;, &#39;c&#39;, &#39;d&#39;]"},
    {"{{ [1]|slice(0)|list }}", NULL},
    {"{{ [1]|slice(2.0)|list }}", NULL},
    {"{{ [1]|slice }}", NULL},
    {"{{ d|items|list }} {{ zz|items|list }} {% for k, v in d|items %}{{ k }}={{ v }};{% "
     "endfor %}",
     "[(&#39;b&#39;, 1), (&#39;A&#39;, None)] [] b=1;A=None;"},
    {"{{ l|items|list }}", NULL},
    {"{% set g = n|items %}ok", "ok"},
    {"{{ [1, 1.0, true, 'a', 'A', n, zz, n]|unique|list }} {{ 'aAbB'|unique(true)|join "
     "}} {{ p|unique(attribute='a')|map(attribute='n')|list }} {{ "
     "p|unique(attribute='x.y')|list|length if false }}",
     "[1, &#39;a&#39;, None, Undefined] aAbB [&#39;bob&#39;, &#39;Al&#39;] "},
    {"{{ [[1]]|unique|list }}", NULL},
};

static const struct jinja_case k_sort[] = {
    {"{{ w|sort }} {{ w|sort(true) }} {{ w|sort(case_sensitive=true) }} {{ ['b', 'a', "
     "'B', 'A']|sort }} {{ ['b', 'a', 'B', 'A']|sort(reverse=true) }}",
     "[&#39;A&#39;, &#39;a&#39;, &#39;b&#39;, &#39;c&#39;] [&#39;c&#39;, &#39;b&#39;, "
     "&#39;A&#39;, &#39;a&#39;] [&#39;A&#39;, &#39;a&#39;, &#39;b&#39;, &#39;c&#39;] "
     "[&#39;a&#39;, &#39;A&#39;, &#39;b&#39;, &#39;B&#39;] [&#39;b&#39;, &#39;B&#39;, "
     "&#39;a&#39;, &#39;A&#39;]"},
    {"{{ p|sort(attribute='a,n')|map(attribute='n')|join(',') }} {{ "
     "p|sort(attribute='n')|map(attribute='n')|join(',') }} {{ "
     "p|sort(attribute='a')|map(attribute='n')|join(',') }} {{ p|sort(true, "
     "attribute='a')|map(attribute='n')|join(',') }}",
     "Al,bob,cy Al,bob,cy Al,bob,cy bob,cy,Al"},
    {"{{ [[2, 'b'], [1, 'c'], [2, 'a']]|sort(attribute='0,1') }} {{ [[2, 'b'], [1, "
     "'c']]|sort(attribute=1) }} {{ [(1, 2), (1, 1)]|sort }} {{ d|sort }} {{ 'bca'|sort "
     "}} {{ zz|sort }} {{ [n, n]|sort }} {{ [zz, zz]|sort|length }}",
     "[[1, &#39;c&#39;], [2, &#39;a&#39;], [2, &#39;b&#39;]] [[2, &#39;b&#39;], [1, "
     "&#39;c&#39;]] [(1, 1), (1, 2)] [&#39;A&#39;, &#39;b&#39;] [&#39;a&#39;, "
     "&#39;b&#39;, &#39;c&#39;] [] [None, None] 2"},
    {"{{ [3, 1.5, true, 10 ** 20]|sort }} {{ range(70)|reverse|sort|join(',') }} {{ "
     "(range(100)|map('string')|sort)[:5] }}",
     "[True, 1.5, 3, 100000000000000000000] "
     "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,"
     "31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,"
     "58,59,60,61,62,63,64,65,66,67,68,69 [&#39;0&#39;, &#39;1&#39;, &#39;10&#39;, "
     "&#39;11&#39;, &#39;12&#39;]"},
    {"{{ [1, 'a']|sort }}", NULL},
    {"{{ [1, n]|sort }}", NULL},
    {"{{ [{}, {'a': 1}]|sort }}", NULL},
    {"{{ [1, zz]|sort }}", NULL},
    {"{{ p|sort(attribute='x.y') }}", NULL},
    {"{{ l|sort(reverse='x') }}", NULL},
    {"{{ l|sort(none) }}", NULL},
    {"{{ l|sort(10 ** 12) }}", NULL},
    {"{{ 5|sort }}", NULL},
    {"{% for k, m in p|groupby('a') %}{{ k }}:{{ m|map(attribute='n')|join('+') }} {% "
     "endfor %}{% for g in p|groupby('n') %}{{ g.grouper }}{{ g.list|length }}{{ g[0] }} "
     "{% endfor %}",
     "1:Al 3:bob+cy Al1Al bob1bob cy1cy "},
    {"{{ ['b', 'A', 'a', 'B']|groupby(none) }} {{ ['b', 'A', 'a', 'B']|groupby(none, "
     "case_sensitive=true) }} {{ [{}, {'k': 2}, {'k': 1}]|groupby('k', default=1) }} {{ "
     "[]|groupby('x') }} {{ zz|groupby('x') }}",
     "[(&#39;A&#39;, [&#39;A&#39;, &#39;a&#39;]), (&#39;b&#39;, [&#39;b&#39;, "
     "&#39;B&#39;])] [(&#39;A&#39;, [&#39;A&#39;]), (&#39;B&#39;, [&#39;B&#39;]), "
     "(&#39;a&#39;, [&#39;a&#39;]), (&#39;b&#39;, [&#39;b&#39;])] [(1, [{}, "
     "{&#39;k&#39;: 1}]), (2, [{&#39;k&#39;: 2}])] [] []"},
    {"{{ [{'a': {'b': 1}}, {'a': {'b': 0}}]|groupby('a.b') }} {{ [[2, 'x'], [1, "
     "'y']]|groupby(0) }}",
     "[(0, [{&#39;a&#39;: {&#39;b&#39;: 0}}]), (1, [{&#39;a&#39;: {&#39;b&#39;: 1}}])] "
     "[(1, [[1, &#39;y&#39;]]), (2, [[2, &#39;x&#39;]])]"},
    {"{{ p|groupby('x.y') }}", NULL},
    {"{{ [{'k': 1}, {}]|groupby('k') }}", NULL},
    {"{{ p|groupby }}", NULL},
    {"{{ d|dictsort }} {{ {'b': 1, 'a': 2, 'C': 0}|dictsort }} {{ {'b': 1, 'a': 2, 'C': "
     "0}|dictsort(true) }} {{ {'b': 1, 'a': 2, 'C': 0}|dictsort(false, 'value') }} {{ "
     "{'b': 1, 'a': 2}|dictsort(reverse=true) }} {{ {}|dictsort }}",
     "[(&#39;A&#39;, None), (&#39;b&#39;, 1)] [(&#39;a&#39;, 2), (&#39;b&#39;, 1), "
     "(&#39;C&#39;, 0)] [(&#39;C&#39;, 0), (&#39;a&#39;, 2), (&#39;b&#39;, 1)] "
     "[(&#39;C&#39;, 0), (&#39;b&#39;, 1), (&#39;a&#39;, 2)] [(&#39;b&#39;, 1), "
     "(&#39;a&#39;, 2)] []"},
    {"{{ {1: 2, 'a': 3}|dictsort }}", NULL},
    {"{{ d|dictsort(by='value') }}", NULL},
    {"{{ d|dictsort(by='x') }}", NULL},
    {"{{ l|dictsort }}", NULL},
    {"{{ zz|dictsort }}", NULL},
    {"{{ w|min }} {{ l|max }} [{{ []|max }}{{ zz|min }}] {{ w|max(true) }} {{ "
     "w|min(case_sensitive=true) }} {{ (p|max(attribute='a')).n }} {{ "
     "(p|min(attribute='n')).n }} {{ [1, 1.0]|max }} {{ [1.0, 1]|min }} {{ 'hello'|max "
     "}} {{ d|min }}",
     "A 3 [] c A bob Al 1 1.0 o A"},
    {"{{ [1, 'a']|min }}", NULL},
    {"{{ [n, n]|max }}", NULL},
    {"{{ [zz]|max }}. {{ [n]|min }}", ". None"},
    {"{{ 5|max }}", NULL},
    {"{{ l|sum }} {{ p|sum(attribute='a') }} {{ l|sum(start=10) }} {{ []|sum }} {{ [0.1, "
     "0.2, 0.3]|sum }} {{ [[1], [2]]|sum(start=[]) }} {{ [10 ** 20, 1]|sum }} {{ zz|sum "
     "}} {{ d.values()|reject('none')|sum }} {{ [true, true]|sum }}",
     "6 7 16 0 0.6000000000000001 [1, 2] 100000000000000000001 0 1 2"},
    {"{{ w|sum }}", NULL},
    {"{{ []|sum(start='a') }}", NULL},
    {"{{ [zz]|sum }}", NULL},
    {"{{ n|sum }}", NULL},
};

static const struct jinja_case k_lazy[] = {
    {"{{ p|map(attribute='n')|join }} {{ p|map(attribute='q', default='-')|join }} {{ "
     "w|map('upper')|list }} {{ ['1', 'x']|map('int', 5)|list }} {{ ['1', "
     "'x']|map('int', default=7)|list }} {{ [l, [9]]|map('first')|list }}",
     "bobAlcy --- [&#39;B&#39;, &#39;A&#39;, &#39;C&#39;, &#39;A&#39;] [1, 5] [1, 7] [3, "
     "9]"},
    {"{{ p|map(attribute='x.y', default='?')|join(',') }} {{ p|map(attribute='zz')|list "
     "}} {{ [[1, 2], [3, 4]]|map(attribute=1)|list }} {{ [l]|map(attribute='0')|list }} "
     "{{ [{}]|map(attribute='a.b', default={'b': 3})|list }} {{ "
     "w|map(attribute=none)|list }}",
     "Q,?,p [Undefined, Undefined, Undefined] [2, 4] [3] [3] [&#39;b&#39;, &#39;A&#39;, "
     "&#39;c&#39;, &#39;a&#39;]"},
    {"{{ []|map('nofilter')|list }} {{ n|map|list }} {{ zz|map('x')|list }} {{ "
     "0|map|list }} {{ (w|map('nofilter')) is defined }}",
     "[] [] [] [] True"},
    {"{{ w|map('nofilter')|list }}", NULL},
    {"{{ w|map|list }}", NULL},
    {"{{ w|map(foo=1)|list }}", NULL},
    {"{{ w|map(attribute='a', foo=1)|list }}", NULL},
    {"{{ w|map(attribute='a', default=1, x=2)|list }}", NULL},
    {"{{ w|map('upper', 1)|list }}", NULL},
    {"{{ w|map(3)|list }}", NULL},
    {"{{ w|map(context=1) }}", NULL},
    {"{{ 5|map('upper')|list }}", NULL},
    {"{{ p|map(attribute='x.y')|list }}", NULL},
    {"{{ l|select('odd')|list }} {{ l|select('gt', 1)|list }} {{ l|reject('gt', 1)|list "
     "}} {{ [0, 1, e, 'x', n, []]|select|list }} {{ [0, 1, e, n]|reject|list }} {{ "
     "w|select('in', ['b', 'c'])|join }} {{ 'aBc'|select('upper')|join }} {{ "
     "l|select('==', 2)|list }}",
     "[3, 1] [3, 2] [1] [1, &#39;x&#39;] [0, &#39;&#39;, None] bc B [2]"},
    {"{{ p|selectattr('a', 'eq', 3)|map(attribute='n')|list }} {{ "
     "p|selectattr('a')|list|length }} {{ p|rejectattr('a', 'eq', "
     "3)|map(attribute='n')|list }} {{ p|selectattr('x')|map(attribute='n')|list }} {{ "
     "p|rejectattr('x')|map(attribute='n')|list }} {{ p|selectattr('q', "
     "'undefined')|list|length }} {{ [[0, 1], [1, 0]]|selectattr(0)|list }} {{ "
     "p|selectattr('x', 'defined')|selectattr('x.y', 'upper')|map(attribute='n')|list }}",
     "[&#39;bob&#39;, &#39;cy&#39;] 3 [&#39;Al&#39;] [&#39;bob&#39;, &#39;cy&#39;] "
     "[&#39;Al&#39;] 3 [[1, 0]] [&#39;bob&#39;]"},
    {"{{ []|select('notest')|list }} {{ zz|select|list }} {{ n|reject|list }} {{ "
     "l|select(foo=1)|list }}",
     "[] [] [] [3, 1, 2]"},
    {"{{ l|select('notest')|list }}", NULL},
    {"{{ l|select('gt')|list }}", NULL},
    {"{{ l|select('odd', 1)|list }}", NULL},
    {"{{ l|select('gt', 'a')|list }}", NULL},
    {"{{ p|selectattr|list }}", NULL},
    {"{{ []|selectattr|list }}", "[]"},
    {"{{ p|selectattr('x.y')|list }}", NULL},
    {"{{ 5|select|list }}", NULL},
    {"{{ l|select(value=1) }}", NULL},
    {"{% for x in l|map('string') if x != '1' %}{{ x }}{{ loop.last }}{% endfor %} {% "
     "set g = l|map('string') %}{{ g|first }}{{ g|join }}{{ g|list }} {{ "
     "(l|select('odd')) is iterable }} {{ (l|map('x')) is sequence }} {{ "
     "l|map('string')|map('int')|map('float')|sum }}",
     "3False2True 312[] True False 6.0"},
    {"{{ l|map('string') }}", NULL},
    {"{{ l|select }}", NULL},
    {"{{ [1]|batch(1) }}", NULL},
    {"{{ 'x'|list|unique }}", NULL},
};

static const struct jinja_case k_number[] = {
    {"{{ 2.5|round }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ 42|round }} {{ "
     "7.21|round(1, 'ceil') }} {{ 7.29|round(1, 'floor') }} {{ -2.5|round }} {{ "
     "0.5|round }} {{ 1.5|round(none) }} {{ true|round }} {{ 1e300|round(2) }} {{ "
     "2.5|round(400) }}",
     "2.0 4.0 2.67 42 7.3 7.2 -2.0 0.0 2 1 1e+300 2.5"},
    {"{{ 15|round(-1) }} {{ 25|round(-1) }} {{ -25|round(-1) }} {{ 26|round(-1) }} {{ "
     "5|round(-5) }} {{ 1250.0|round(-2) }} {{ 1350.5|round(-2) }} {{ (10 ** 30 + "
     "5)|round(-1) }} {{ 123.456|round(-2) }} {{ 5|round(1, 'ceil') }} {{ "
     "5|round(method='floor') }} {{ 17|round(-1, 'ceil') }} {{ -0.4|round }}",
     "20 20 -20 30 0 1200.0 1400.0 1000000000000000000000000000000 100.0 5.0 5.0 20.0 "
     "-0.0"},
    {"{{ 1.7e308|round(-308) }}", NULL},
    {"{{ 'a'|round }}", NULL},
    {"{{ n|round }}", NULL},
    {"{{ zz|round }}", NULL},
    {"{{ 2.5|round(1.5) }}", NULL},
    {"{{ 2.5|round(0, 'up') }}", NULL},
    {"{{ 'a'|round(1, 'ceil') }}", NULL},
    {"{{ 1e999|round(0, 'ceil') }}", NULL},
    {"{{ '12.7'|int }} {{ 'x'|int(9) }} {{ n|int }} {{ ' 42 '|int }} {{ '-7'|int }} {{ "
     "'1_000'|int }} {{ 3.99|int }} {{ -3.99|int }} {{ true|int }} {{ l|int(5) }} {{ "
     "'1e3'|int }} {{ 'nan'|int(3) }} {{ '٣'|int }} {{ ''|int }} {{ "
     "'10000000000000000000000'|int }} {{ 1e22|int }}",
     "12 9 0 42 -7 1000 3 -3 1 5 1000 3 3 0 10000000000000000000000 "
     "10000000000000000000000"},
    {"{{ 'ff'|int(base=16) }} {{ '0x1f'|int(base=16) }} {{ '0x1f'|int(base=0) }} {{ "
     "'0x1f'|int }} {{ '11'|int(0, 2) }} {{ '9'|int(7, 8) }} {{ 'z'|int(base=36) }} {{ "
     "'5'|int(base=99) }} {{ '5'|int(base='x') }} {{ 5|int(base='x') }} {{ "
     "'x'|int(default=n) }}",
     "255 31 31 0 3 9 35 5 5 5 None"},
    {"{{ zz|int }}", NULL},
    {"{{ '1e999'|int }}", NULL},
    {"{{ '1.50'|float }} {{ 'x'|float }} {{ n|float }} {{ 3|float }} {{ ' 1e3 '|float }} "
     "{{ 'inf'|float }} {{ '-nan'|float }} {{ '1_0'|float }} {{ true|float }} {{ "
     "l|float(n) }} {{ 'x'|float(default='y') }}",
     "1.5 0.0 0.0 3.0 1000.0 inf nan 10.0 1.0 None y"},
    {"{{ zz|float }}", NULL},
    {"{{ (10 ** 400)|float }}", NULL},
    {"{{ -3|abs }} {{ -2.5|abs }} {{ true|abs }} {{ -(10 ** 20)|abs }}",
     "3 2.5 1 100000000000000000000"},
    {"{{ 'a'|abs }}", NULL},
    {"{{ zz|abs }}", NULL},
    {"{{ 0|filesizeformat }} {{ 1|filesizeformat }} {{ 999|filesizeformat }} {{ "
     "1500|filesizeformat }} {{ 1000000|filesizeformat }} {{ 1e24|filesizeformat }} {{ "
     "1e30|filesizeformat }} {{ 1024|filesizeformat(true) }} {{ "
     "1023|filesizeformat(binary=true) }} {{ 3.7|filesizeformat }} {{ "
     "-5000|filesizeformat }} {{ '1234567'|filesizeformat }} {{ 'nan'|filesizeformat }} "
     "{{ 1250|filesizeformat }}",
     "0 Bytes 1 Byte 999 Bytes 1.5 kB 1.0 MB 1000.0 ZB 1000000.0 YB 1.0 KiB 1023 Bytes 3 "
     "Bytes -5000 Bytes 1.2 MB nan YB 1.2 kB"},
    {"{{ 'x'|filesizeformat }}", NULL},
    {"{{ n|filesizeformat }}", NULL},
    {"{{ zz|filesizeformat }}", NULL},
};

static const struct jinja_case k_markup[] = {
    {"{{ s|e }} {{ s|escape|e }} {{ n|e }} {{ zz|e }}. {{ (s|e)|forceescape }} {{ "
     "('<'|safe)|forceescape }} {{ 5|forceescape is escaped }} {{ ['<']|e }}",
     "it&#39;s &lt;b&gt;Ünï&lt;/b&gt; it&#39;s &lt;b&gt;Ünï&lt;/b&gt; None . "
     "it&amp;#39;s &amp;lt;b&amp;gt;Ünï&amp;lt;/b&amp;gt; &lt; True [&#39;&lt;&#39;]"},
    {"{{ s|safe }} {{ n|safe }} {{ zz|safe is escaped }} {{ ['<']|safe }}",
     "it's <b>Ünï</b> None True ['<']"},
    {"{{ '<p>a &amp; b</p>  c'|striptags }} {{ '<!-- a\\n> b --><i\\n>x</i>'|striptags "
     "}} {{ '<a<b>c>d'|striptags }} {{ '<'|striptags }} {{ '<!-- x>y'|striptags }} {{ "
     "('<b>&lt;</b>'|safe)|striptags }} {{ ('<b>x'|e)|striptags }} {{ 5|striptags }} {{ "
     "zz|striptags }}.",
     "a &amp; b c x c&gt;d &lt; y &lt; &lt;b&gt;x 5 ."},
    {"{{ "
     "'&lt;&#65;&#x42;&notit;&amp;&bogus;&eacute&#128;&#0;&#x110000;&#11;&NotEqualTilde;'"
     "|striptags }}",
     "&lt;AB¬it;&amp;&amp;bogus;é€��≂̸"},
    {"{{ {'a': 1, 'b': n, 'c': zz, 'd': '<\"', 'e': 'x'|safe}|xmlattr }} {{ {'a': "
     "1}|xmlattr(false) }} [{{ {}|xmlattr }}] {{ {'a': n}|xmlattr }} {{ {'é<': "
     "true}|xmlattr }}",
     " a=\"1\" d=\"&lt;&#34;\" e=\"x\" a=\"1\" []   é&lt;=\"True\""},
    {"{{ {'a b': 1}|xmlattr }}", NULL},
    {"{{ {'a=': 1}|xmlattr }}", NULL},
    {"{{ {1: 1}|xmlattr }}", NULL},
    {"{{ l|xmlattr }}", NULL},
    {"{{ zz|xmlattr }}", NULL},
    {"{{ 'a b/é&'|urlencode }} {{ {'a b': 'c/d', 'é': n}|urlencode }} {{ [('a', 1), "
     "['b', '~']]|urlencode }} {{ ['ab', {'x': 1, 'y': 2}]|urlencode }} {{ 5|urlencode "
     "}} {{ n|urlencode }} {{ zz|urlencode }}. {{ ('<'|safe)|urlencode }}",
     "a%20b/%C3%A9%26 a+b=c%2Fd&amp;%C3%A9=None a=1&amp;b=~ a=b&amp;x=y 5 None . %3C"},
    {"{{ [1]|urlencode }}", NULL},
    {"{{ ['abc']|urlencode }}", NULL},
    {"{{ {'b': [1, n, t, 1.5, 10 ** 20], 'a': '<é&\\'\"\\\\\\n\\x07😀'}|tojson }} {{ "
     "{}|tojson }} {{ [[], (1,)]|tojson }} {{ ('<'|safe)|tojson }} {{ {2: 1, 1: n, 1.5: "
     "t}|tojson }} {{ {none: 1}|tojson }} {{ {true: 1}|tojson }}",
     "{\"a\": \"\\u003c\\u00e9\\u0026\\u0027\\\"\\\\\\n\\u0007\\ud83d\\ude00\", \"b\": "
     "[1, null, true, 1.5, 100000000000000000000]} {} [[], [1]] \"\\u003c\" {\"1\": "
     "null, \"1.5\": true, \"2\": 1} {\"null\": 1} {\"true\": 1}"},
    {"{{ {'a': [1, {'b': []}], 'c': {}}|tojson(2) }} {{ [1]|tojson(indent='<') }} {{ [1, "
     "[2]]|tojson(0) }} {{ [1]|tojson(true) }} {{ ['\"']|tojson('&'|safe) }} {{ "
     "'a'|tojson(2.5) }} {{ ([1]|tojson) is escaped }}",
     "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n} "
     "[\n\\u003c1\n] [\n1,\n[\n2\n]\n] [\n 1\n] "
     "[\n\\u0026\\u0026#34;\\\\u0026#34;\\u0026#34;\n] \"a\" True"},
    {"{{ zz|tojson }}", NULL},
    {"{{ [zz]|tojson }}", NULL},
    {"{{ range(3)|tojson }}", NULL},
    {"{{ {'a': 1, 2: 3}|tojson }}", NULL},
    {"{{ {(1, 2): 3}|tojson }}", NULL},
    {"{{ [1]|tojson(2.5) }}", NULL},
    {"{{ [1]|tojson(zz) }}", NULL},
    {"{{ {'b': 1, 'a': [n, 'x']}|pprint }} {{ [zz]|pprint }} {{ 'it\\'s'|pprint }} {{ "
     "('x'|safe)|pprint }} {{ {2: 1, 'a': 2, n: 3, 1.5: 4}|pprint }} {{ (1,)|pprint }} "
     "{{ p|groupby('a')|first|pprint }}",
     "{&#39;a&#39;: [None, &#39;x&#39;], &#39;b&#39;: 1} [Undefined] &#34;it&#39;s&#34; "
     "Markup(&#39;x&#39;) {None: 3, 1.5: 4, 2: 1, &#39;a&#39;: 2} (1,) (1, "
     "[{&#39;n&#39;: &#39;Al&#39;, &#39;a&#39;: 1}])"},
    {"{{ range(40)|list|pprint }}",
     "[0,\n 1,\n 2,\n 3,\n 4,\n 5,\n 6,\n 7,\n 8,\n 9,\n 10,\n 11,\n 12,\n 13,\n 14,\n "
     "15,\n 16,\n 17,\n 18,\n 19,\n 20,\n 21,\n 22,\n 23,\n 24,\n 25,\n 26,\n 27,\n "
     "28,\n 29,\n 30,\n 31,\n 32,\n 33,\n 34,\n 35,\n 36,\n 37,\n 38,\n 39]"},
    {"{{ {'key': ['some words of text ' * 6, 1], 'other': {'a': 'x' * 30, 'b': 'y' * "
     "40}, 'tuple': ('a' * 50, 'b' * 30)}|pprint }}",
     "{&#39;key&#39;: [&#39;some words of text some words of text some words of text "
     "some words &#39;\n         &#39;of text some words of text some words of text "
     "&#39;,\n         1],\n &#39;other&#39;: {&#39;a&#39;: "
     "&#39;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx&#39;,\n           &#39;b&#39;: "
     "&#39;yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy&#39;},\n &#39;tuple&#39;: "
     "(&#39;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&#39;,\n           "
     "&#39;bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb&#39;)}"},
    {"{{ ('some words of text ' * 6)|pprint }}",
     "(&#39;some words of text some words of text some words of text some words of text "
     "&#39;\n &#39;some words of text some words of text &#39;)"},
    {"{{ ('line one\\nline two\\n' * 4)|pprint }}",
     "(&#39;line one\\n&#39;\n &#39;line two\\n&#39;\n &#39;line one\\n&#39;\n &#39;line "
     "two\\n&#39;\n &#39;line one\\n&#39;\n &#39;line two\\n&#39;\n &#39;line "
     "one\\n&#39;\n &#39;line two\\n&#39;)"},
    {"{{ (['x'] * 3 + [('a' * 76,)])|pprint }}",
     "[&#39;x&#39;,\n &#39;x&#39;,\n &#39;x&#39;,\n "
     "(&#39;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&"
     "#39;,)]"},
    {"{{ (l|map('string'))|pprint }}", NULL},
};

static const struct jinja_case k_urlize[] = {
    {"{{ 'see http://example.org/a?b=c&d, or (www.example.com).'|urlize }}",
     "see <a href=\"http://example.org/a?b=c&amp;d\" "
     "rel=\"noopener\">http://example.org/a?b=c&amp;d</a>, or (<a "
     "href=\"https://www.example.com\" rel=\"noopener\">www.example.com</a>)."},
    {"{{ 'example.org example.de sub.example.net/x foo.info:80/ a.org -x.com'|urlize }}",
     "<a href=\"https://example.org\" rel=\"noopener\">example.org</a> example.de <a "
     "href=\"https://sub.example.net/x\" rel=\"noopener\">sub.example.net/x</a> <a "
     "href=\"https://foo.info:80/\" rel=\"noopener\">foo.info:80/</a> a.org <a "
     "href=\"https://-x.com\" rel=\"noopener\">-x.com</a>"},
    {"{{ 'mail a@b.de, mailto:x@y.org <z@w.co.uk> a@b @c.de www.x@y.de a:b@c.de'|urlize "
     "}}",
     "mail <a href=\"mailto:a@b.de\">a@b.de</a>, <a href=\"mailto:x@y.org\">x@y.org</a> "
     "&lt;<a href=\"mailto:z@w.co.uk\">z@w.co.uk</a>&gt; a@b @c.de www.x@y.de a:b@c.de"},
    {"{{ 'https://x.yz http://[::1]:80/ https://127.0.0.1/x http://localhost "
     "https://xn--p1ai HTTP://A.DE ftp://x.org'|urlize }}",
     "<a href=\"https://x.yz\" rel=\"noopener\">https://x.yz</a> <a "
     "href=\"http://[::1]:80/\" rel=\"noopener\">http://[::1]:80/</a> <a "
     "href=\"https://127.0.0.1/x\" rel=\"noopener\">https://127.0.0.1/x</a> <a "
     "href=\"http://localhost\" rel=\"noopener\">http://localhost</a> <a "
     "href=\"https://xn--p1ai\" rel=\"noopener\">https://xn--p1ai</a> <a "
     "href=\"https://HTTP://A.DE\" rel=\"noopener\">HTTP://A.DE</a> ftp://x.org"},
    {"{{ 'http://example.org/(a) (http://example.org/(a)) <http://example.org> "
     "\"http://example.org\"'|urlize }}",
     "<a href=\"http://example.org/(a)\" rel=\"noopener\">http://example.org/(a)</a> (<a "
     "href=\"http://example.org/(a)\" rel=\"noopener\">http://example.org/(a)</a>) "
     "&lt;<a href=\"http://example.org\" rel=\"noopener\">http://example.org</a>&gt; "
     "&#34;http://example.org&#34;"},
    {"{{ 'http://example.org/averylongpath'|urlize(20) }} {{ "
     "'http://example.org'|urlize(50) }} {{ 'http://example.org'|urlize(-3) }}",
     "<a href=\"http://example.org/averylongpath\" "
     "rel=\"noopener\">http://example.org/a...</a> <a href=\"http://example.org\" "
     "rel=\"noopener\">http://example.org</a> <a href=\"http://example.org\" "
     "rel=\"noopener\">http://example....</a>"},
    {"{{ 'www.a.de'|urlize(nofollow=true) }} {{ 'www.a.de'|urlize(target='_<x>') }} {{ "
     "'www.a.de'|urlize(rel='me noopener a<') }} {{ 'www.a.de'|urlize(none, true, "
     "'_blank', 'x') }}",
     "<a href=\"https://www.a.de\" rel=\"nofollow noopener\">www.a.de</a> <a "
     "href=\"https://www.a.de\" rel=\"noopener\" target=\"_&lt;x&gt;\">www.a.de</a> <a "
     "href=\"https://www.a.de\" rel=\"a&lt; me noopener\">www.a.de</a> <a "
     "href=\"https://www.a.de\" rel=\"nofollow noopener x\" "
     "target=\"_blank\">www.a.de</a>"},
    {"{{ 'tel:123 foo://x tel: x'|urlize(extra_schemes=['tel:', 'foo://']) }} {{ "
     "'a'|urlize(extra_schemes=[]) }}",
     "<a href=\"tel:123\" rel=\"noopener\">tel:123</a> <a href=\"foo://x\" "
     "rel=\"noopener\">foo://x</a> tel: x a"},
    {"{{ ('http://a.de/<b>'|safe)|urlize }} {{ ('x'|urlize) is escaped }} {{ n|urlize }} "
     "{{ zz|urlize }}. {{ ['a.org']|urlize }}",
     "<a href=\"http://a.de/<b>\" rel=\"noopener\">http://a.de/<b></a> True None . "
     "[&#39;a.org&#39;]"},
    {"{% autoescape false %}{{ ('www.a.de <'|urlize) is escaped }}{% endautoescape %}",
     "False"},
    {"{{ 'a'|urlize(extra_schemes=['x']) }}", NULL},
    {"{{ 'a'|urlize(extra_schemes=['x:']) }}", NULL},
    {"{{ 'a'|urlize(extra_schemes=[1]) }}", NULL},
    {"{{ 'a'|urlize(extra_schemes=5) }}", NULL},
    {"{{ 'a'|urlize(rel=5) }}", NULL},
    {"{{ 'www.a.de'|urlize('x') }}", NULL},
    {"{{ 'a'|urlize('x') }}", "a"},
};

static void test_text(void **state)
{
    (void)state;
    jinja_cases_run(k_text, sizeof(k_text) / sizeof(k_text[0]));
}

static void test_lines(void **state)
{
    (void)state;
    jinja_cases_run(k_lines, sizeof(k_lines) / sizeof(k_lines[0]));
}

static void test_list(void **state)
{
    (void)state;
    jinja_cases_run(k_list, sizeof(k_list) / sizeof(k_list[0]));
}

static void test_sort(void **state)
{
    (void)state;
    jinja_cases_run(k_sort, sizeof(k_sort) / sizeof(k_sort[0]));
}

static void test_lazy(void **state)
{
    (void)state;
    jinja_cases_run(k_lazy, sizeof(k_lazy) / sizeof(k_lazy[0]));
}

static void test_number(void **state)
{
    (void)state;
    jinja_cases_run(k_number, sizeof(k_number) / sizeof(k_number[0]));
}

static void test_markup(void **state)
{
    (void)state;
    jinja_cases_run(k_markup, sizeof(k_markup) / sizeof(k_markup[0]));
}

static void test_urlize(void **state)
{
    (void)state;
    jinja_cases_run(k_urlize, sizeof(k_urlize) / sizeof(k_urlize[0]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),   cmocka_unit_test(test_lines),
        cmocka_unit_test(test_list),   cmocka_unit_test(test_sort),
        cmocka_unit_test(test_lazy),   cmocka_unit_test(test_number),
        cmocka_unit_test(test_markup), cmocka_unit_test(test_urlize),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
