/* The methods of Python's types: what they give, what they leave behind, what they refuse.
 * Every row was rendered by Jinja2 3.1.2; NULL is where it reports an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jinja_case.h"

/* Case and properties. */
static const struct jinja_case k_case[] = {
    {"{{ s.upper() }} {{ s.title() }} {{ 'straße ﬁ'.upper() }} {{ 'ΑΣ aΣ'.lower() }} {{ "
     "'ÀB cD'.swapcase() }} {{ 'éA'.capitalize() }} {{ 'Straße'.casefold() }}",
     "IT&#39;S &lt;B&gt;ÜNÏ&lt;/B&gt; It&#39;S &lt;B&gt;Ünï&lt;/B&gt; STRASSE FI ας aς "
     "àb Cd Éa strasse"},
    {"{{ ('<a>'|safe).upper() }} {{ ('<A>'|safe).casefold() }} {{ ('<a>'|safe).title() "
     "}}",
     "<A> &lt;a&gt; <A>"},
    {"{{ 'aé'.isalpha() }} {{ 'a1'.isalnum() }} {{ 'é'.isascii() }} {{ ''.isascii() }} "
     "{{ '²'.isdecimal() }} {{ '²'.isdigit() }} {{ '½一'.isnumeric() }} {{ ' "
     "\\u2003'.isspace() }} {{ '\\u00a0'.isprintable() }} {{ '_é1'.isidentifier() }} {{ "
     "'a1'.islower() }} {{ '1'.isupper() }} {{ 'Ab C'.istitle() }}",
     "True True False True False True True True False True True False True"},
    {"{{ 'a'.upper(1) }}", NULL},
    {"{{ 'a'.upper(x=1) }}", NULL},
    {"{{ s.upper.lower() }}", NULL},
};

/* Filling up. */
static const struct jinja_case k_width[] = {
    {"[{{ 'ab'.ljust(5) }}] [{{ 'ab'.rjust(5, '*') }}] [{{ 'ab'.center(5, 'é') }}] [{{ "
     "'abc'.center(6, '*') }}] [{{ 'ab'.center(-3) }}] [{{ 'ab'.center(true) }}]",
     "[ab   ] [***ab] [ééabé] [*abc**] [ab] [ab]"},
    {"[{{ '7'.zfill(3) }}] [{{ '-7'.zfill(4) }}] [{{ '+é'.zfill(4) }}] [{{ ''.zfill(2) "
     "}}]",
     "[007] [-007] [+00é] [00]"},
    {"[{{ 'a\\tb\\n\\tc'.expandtabs(4) }}] [{{ 'a\\tb'.expandtabs() }}] [{{ "
     "'a\\tb'.expandtabs(tabsize=0) }}]",
     "[a   b\n    c] [a       b] [ab]"},
    {"[{{ ('<'|safe).center(4, '*') }}]", "[*<**]"},
    {"{{ ('<'|safe).center(4, '<') }}", NULL},
    {"{{ 'a'.center(5, 'ab') }}", NULL},
    {"{{ 'a'.center(5, '') }}", NULL},
    {"{{ 'a'.center('5') }}", NULL},
    {"{{ 'a'.center(1.0) }}", NULL},
    {"{{ 'a'.center(10 ** 20) }}", NULL},
    {"{{ 'a'.zfill() }}", NULL},
};

/* Finding and replacing. */
static const struct jinja_case k_search[] = {
    {"{{ 'abcabc'.find('c') }} {{ 'abcabc'.rfind('c') }} {{ 'abc'.find('z') }} {{ "
     "'é日é'.find('é', 1) }} {{ 'é日é'.rfind('é', 0, 2) }} {{ 'abc'.find('c', -1) }} {{ "
     "'abc'.find('', 3) }} {{ 'abc'.find('', 4) }} {{ 'abc'.find('a', none, none) }}",
     "2 5 -1 2 0 2 3 -1 0"},
    {"{{ 'abc'.index('c') }} {{ 'abca'.rindex('a') }} {{ 'abcabc'.count('bc') }} {{ "
     "'aaa'.count('aa') }} {{ 'é日'.count('') }} {{ 'abc'.count('', 4) }} {{ "
     "'abc'.count('c', 0, 10 ** 20) }}",
     "2 3 2 1 3 0 1"},
    {"{{ 'abc'.index('z') }}", NULL},
    {"{{ 'abc'.find(1) }}", NULL},
    {"{{ 'abc'.find('a', '0') }}", NULL},
    {"{{ s.startswith('it') }} {{ s.endswith(('x', '/b>')) }} {{ s.startswith(()) }} {{ "
     "'abc'.startswith('bc', 1) }} {{ 'abc'.endswith('b', 0, 2) }} {{ ''.startswith('', "
     "1) }}",
     "True True False True True False"},
    {"{{ 'abc'.startswith(['a']) }}", NULL},
    {"{{ 'abc'.startswith(('a', 1)) }}|{{ 'abc'.startswith(('a', 1), 0) }}", "True|True"},
    {"{{ 'abc'.startswith(('x', 1)) }}", NULL},
    {"{{ 'abc'.removeprefix('ab') }} {{ 'abc'.removesuffix('bc') }} {{ "
     "'abc'.removeprefix('x') }} [{{ ('<b'|safe).removeprefix('<') }}]",
     "c a abc [b]"},
    {"{{ 'aXbX'.replace('X', '-') }} {{ 'aXbX'.replace('X', '-', 1) }} {{ "
     "'é日'.replace('', '.') }} {{ 'aa'.replace('a', 'b', -1) }} {{ 'aa'.replace('a', "
     "'b', 0) }} {{ ('<a>'|safe).replace('a', '<') }} {{ '<a>'.replace('a', '<'|safe) }}",
     "a-b- a-bX .é.日. bb aa <&lt;> &lt;&lt;&gt;"},
    {"{{ 'a'.replace('a', 1) }}", NULL},
    {"{{ 'a'.replace('a', zz) }}", NULL},
    {"{{ 'a'.replace('a', 'b', count=1) }}", NULL},
};

/* Cutting and joining. */
static const struct jinja_case k_cut[] = {
    {"[{{ '  a '.strip() }}] [{{ '  a '.lstrip() }}] [{{ '  a '.rstrip() }}] [{{ "
     "'xayx'.strip('xy') }}] [{{ '\\u2003a\\x1c'.strip(none) }}] [{{ "
     "('&lt;a'|safe).strip('<') }}]",
     "[a] [a ] [  a] [a] [a] [a]"},
    {"{{ 'a'.strip(1) }}", NULL},
    {"{{ 'a,b,,c'.split(',') }} {{ ' a  b\\u2003c '.split() }} {{ 'a,b,c'.split(',', 1) "
     "}} {{ ' a b  c '.split(none, 1) }} {{ 'a b c'.rsplit(maxsplit=1) }} {{ "
     "'a,b,c'.rsplit(',', 1) }} {{ ''.split(',') }} {{ ''.split() }} {{ "
     "'a,b'.split(sep=',', maxsplit=0) }} {{ ('a<b'|safe).split('<') }}",
     "[&#39;a&#39;, &#39;b&#39;, &#39;&#39;, &#39;c&#39;] [&#39;a&#39;, &#39;b&#39;, "
     "&#39;c&#39;] [&#39;a&#39;, &#39;b,c&#39;] [&#39;a&#39;, &#39;b  c &#39;] [&#39;a "
     "b&#39;, &#39;c&#39;] [&#39;a,b&#39;, &#39;c&#39;] [&#39;&#39;] [] [&#39;a,b&#39;] "
     "[Markup(&#39;a&#39;), Markup(&#39;b&#39;)]"},
    {"{{ 'a'.split('') }}", NULL},
    {"{{ 'a'.split(1) }}", NULL},
    {"{{ 'a'.split(',', 1.5) }}", NULL},
    {"{{ 'a'.split(',', sep=',') }}", NULL},
    {"{{ 'a\\nb\\r\\nc\\u2028d\\x0b'.splitlines() }} {{ 'a\\nb\\r\\n'.splitlines(true) "
     "}} {{ 'a\\n'.splitlines(keepends=1) }} {{ ''.splitlines() }}",
     "[&#39;a&#39;, &#39;b&#39;, &#39;c&#39;, &#39;d&#39;] [&#39;a\\n&#39;, "
     "&#39;b\\r\\n&#39;] [&#39;a\\n&#39;] []"},
    {"{{ 'a'.splitlines('x') }}", NULL},
    {"{{ 'a-b-c'.partition('-') }} {{ 'a-b-c'.rpartition('-') }} {{ 'abc'.partition('-') "
     "}} {{ 'abc'.rpartition('-') }} {{ ('a&lt;b'|safe).partition('<') }} {{ "
     "('a5b'|safe).partition(5) }}",
     "(&#39;a&#39;, &#39;-&#39;, &#39;b-c&#39;) (&#39;a-b&#39;, &#39;-&#39;, "
     "&#39;c&#39;) (&#39;abc&#39;, &#39;&#39;, &#39;&#39;) (&#39;&#39;, &#39;&#39;, "
     "&#39;abc&#39;) (Markup(&#39;a&#39;), Markup(&#39;&amp;lt;&#39;), "
     "Markup(&#39;b&#39;)) (Markup(&#39;a&#39;), Markup(&#39;5&#39;), "
     "Markup(&#39;b&#39;))"},
    {"{{ 'a-b'.partition('-'|safe) }} {{ 'ab'.partition('-'|safe) }} {{ "
     "'a<b'.rpartition('<'|safe) }}",
     "(&#39;a&#39;, Markup(&#39;-&#39;), &#39;b&#39;) (&#39;ab&#39;, &#39;&#39;, "
     "&#39;&#39;) (&#39;a&#39;, Markup(&#39;&lt;&#39;), &#39;b&#39;)"},
    {"{{ 'a'.partition('') }}", NULL},
    {"{{ 'a'.partition(5) }}", NULL},
    {"{{ ', '.join(w) }} {{ '-'.join('aé日') }} {{ '-'.join(d) }} [{{ '-'.join(zz) }}] "
     "[{{ ''.join([]) }}] {{ ('<'|safe).join([1, '<', '<'|safe]) }} {{ "
     "'<'.join(['a'|safe, 'b']) }}",
     "b, A, c, a a-é-日 b-A [] [] 1<&lt;<< a&lt;b"},
    {"{{ '-'.join([1]) }}", NULL},
    {"{{ '-'.join(5) }}", NULL},
    {"{{ '-'.join(none) }}", NULL},
    {"{{ ('x'|safe).escape('<') }} {{ ('&lt;&eacute;'|safe).unescape() }} {{ ('<b>a "
     "&amp; b</b>'|safe).striptags() }}",
     "&lt; &lt;é a &amp; b"},
    {"{{ s.striptags() }}", NULL},
};

/* Bytes and tables. */
static const struct jinja_case k_codec[] = {
    {"{{ 'aé日'.encode() }} {{ 'aé'.encode('latin-1') }} {{ 'é'.encode('ascii', "
     "'ignore') }} {{ 'é日'.encode('ascii', errors='xmlcharrefreplace') }} {{ "
     "'é'.encode('ascii', 'backslashreplace') }} {{ '日'.encode('latin1', 'replace') }} "
     "{{ 'a😀'.encode('utf-16') }} {{ 'a'.encode('UTF_32_BE') }}",
     "b&#39;a\\xc3\\xa9\\xe6\\x97\\xa5&#39; b&#39;a\\xe9&#39; b&#39;&#39; "
     "b&#39;&amp;#233;&amp;#26085;&#39; b&#39;\\\\xe9&#39; b&#39;?&#39; "
     "b&#39;\\xff\\xfea\\x00=\\xd8\\x00\\xde&#39; b&#39;\\x00\\x00\\x00a&#39;"},
    {"{{ 'é'.encode('ascii') }}", NULL},
    {"{{ 'a'.encode('nope') }}", NULL},
    {"{{ 'aé'.encode().decode() }} {{ 'aé'.encode('utf-16').decode('utf-16') }} {{ "
     "'é'.encode('latin-1').decode('utf-8', 'replace') }} {{ "
     "'é'.encode().decode('ascii', 'ignore') }}",
     "aé aé � "},
    {"{{ 'é'.encode('latin-1').decode() }}", NULL},
    {"{{ 'aé'.encode().hex() }} {{ 'abc'.encode().hex(':') }} {{ "
     "'abcde'.encode().hex('-', 2) }} {{ 'abcde'.encode().hex('-', -2) }} {{ "
     "'a'.encode().fromhex('61 62') }}",
     "61c3a9 61:62:63 61-6263-6465 6162-6364-65 b&#39;ab&#39;"},
    {"{{ 'a b'.encode().split() }} {{ 'ab'.encode().upper() }} {{ 'é'.encode().upper() "
     "}} {{ 'ab'.encode().find(98) }} {{ 'ab'.encode().replace('a'.encode(), "
     "'é'.encode()) }} {{ '-'.encode().join(['a'.encode(), 'b'.encode()]) }} {{ "
     "'a\\x0bb\\nc'.encode().splitlines() }} {{ '\\x1ca '.encode().strip() }}",
     "[b&#39;a&#39;, b&#39;b&#39;] b&#39;AB&#39; b&#39;\\xc3\\xa9&#39; 1 "
     "b&#39;\\xc3\\xa9b&#39; b&#39;a-b&#39; [b&#39;a\\x0bb&#39;, b&#39;c&#39;] "
     "b&#39;\\x1ca&#39;"},
    {"{{ 'ab'.encode().find('a') }}", NULL},
    {"{{ 'abc'.translate({97: 'xy', 98: none, 99: 233}) }} {{ "
     "'abc'.translate('a'.maketrans('ab', 'xy', 'c')) }} {{ 'a'.maketrans({'a': 1, 5: "
     "'x'}) }} {{ 'a'.translate([]) }}",
     "xyé xy {97: 1, 5: &#39;x&#39;} a"},
    {"{{ 'a'.translate(5) }}", NULL},
    {"{{ 'a'.maketrans('a', 'bc') }}", NULL},
    {"{{ 'a'.maketrans({'ab': 1}) }}", NULL},
};

/* Lists and tuples: what they give, and what they leave. */
static const struct jinja_case k_list[] = {
    {"{{ l.append(4) }} {{ l }} {{ l.pop() }} {{ l }} {{ l.pop(0) }} {{ l }} {{ "
     "l.insert(1, 'x') }} {{ l }} {{ l.insert(-9, 'y') }} {{ l }}",
     "None [3, 1, 2, 4] 4 [3, 1, 2] 3 [1, 2] None [1, &#39;x&#39;, 2] None [&#39;y&#39;, "
     "1, &#39;x&#39;, 2]"},
    {"{{ l.extend('aé') }} {{ l }} {{ l.extend(l) }} {{ l }} {{ l.clear() }} {{ l }}",
     "None [3, 1, 2, &#39;a&#39;, &#39;é&#39;] None [3, 1, 2, &#39;a&#39;, &#39;é&#39;, "
     "3, 1, 2, &#39;a&#39;, &#39;é&#39;] None []"},
    {"{{ l.remove(1) }} {{ l }} {{ l.reverse() }}{{ l }} {{ l.index(2) }} {{ [1, true, "
     "1.0].count(1) }} {{ l.copy() }} {{ [5, 6, 5].index(5, 1) }} {{ [5, 6, 5].index(5, "
     "-1) }}",
     "None [3, 2] None[2, 3] 0 3 [2, 3] 2 2"},
    {"{{ l.sort() }} {{ l }} {{ l.sort(reverse=true) }} {{ l }} {{ w.sort() }} {{ w }} "
     "{{ w.sort(key=none, reverse=1) }} {{ w }}",
     "None [1, 2, 3] None [3, 2, 1] None [&#39;A&#39;, &#39;a&#39;, &#39;b&#39;, "
     "&#39;c&#39;] None [&#39;c&#39;, &#39;b&#39;, &#39;a&#39;, &#39;A&#39;]"},
    {"{{ l.sort(key=[2, 3, 1].index) }} {{ l }}", "None [2, 3, 1]"},
    {"{{ [1, 'a'].sort() }}", NULL},
    {"{{ l.sort(true) }}", NULL},
    {"{{ l.sort(key='a') }}", NULL},
    {"{{ [].pop() }}", NULL},
    {"{{ l.pop(3) }}", NULL},
    {"{{ l.pop('0') }}", NULL},
    {"{{ l.remove(9) }}", NULL},
    {"{{ l.index(9) }}", NULL},
    {"{{ l.append() }}", NULL},
    {"{{ l.extend(5) }}", NULL},
    {"{{ (1, 2, 1).count(1) }} {{ (1, 2).index(2) }}", "2 1"},
    {"{{ (1, 2).append(3) }}", NULL},
};

/* Dicts. */
static const struct jinja_case k_dict[] = {
    {"{{ d.get('b') }} {{ d.get('zz') }} {{ d.get('zz', 5) }} {{ d.get('A', 5) }} {{ "
     "d.keys() }} {{ d.values() }} {{ d.items() }} {{ d.keys()|list }}",
     "1 None 5 None dict_keys([&#39;b&#39;, &#39;A&#39;]) dict_values([1, None]) "
     "dict_items([(&#39;b&#39;, 1), (&#39;A&#39;, None)]) [&#39;b&#39;, &#39;A&#39;]"},
    {"{{ d.pop('b') }} {{ d }} {{ d.pop('b', 7) }} {{ d.setdefault('q', 1) }} {{ "
     "d.setdefault('q', 2) }} {{ d }} {{ d.popitem() }} {{ d }} {{ d.copy() }} {{ "
     "d.clear() }} {{ d }}",
     "1 {&#39;A&#39;: None} 7 1 1 {&#39;A&#39;: None, &#39;q&#39;: 1} (&#39;q&#39;, 1) "
     "{&#39;A&#39;: None} {&#39;A&#39;: None} None {}"},
    {"{{ d.update({'b': 2, 'x': 3}) }} {{ d }} {{ d.update([('y', 1), 'zw'], k=2) }} {{ "
     "d }} {{ d.update() }} {{ d.fromkeys('ab', 0) }} {{ d.fromkeys([1]) }}",
     "None {&#39;b&#39;: 2, &#39;A&#39;: None, &#39;x&#39;: 3} None {&#39;b&#39;: 2, "
     "&#39;A&#39;: None, &#39;x&#39;: 3, &#39;y&#39;: 1, &#39;z&#39;: &#39;w&#39;, "
     "&#39;k&#39;: 2} None {&#39;a&#39;: 0, &#39;b&#39;: 0} {1: None}"},
    {"{{ d.pop('zz') }}", NULL},
    {"{{ {}.popitem() }}", NULL},
    {"{{ d.get([]) }}", NULL},
    {"{{ d.get() }}", NULL},
    {"{{ d.get('b', default=1) }}", NULL},
    {"{{ d.update(5) }}", NULL},
    {"{{ d.update([1]) }}", NULL},
    {"{{ d.update(['abc']) }}", NULL},
    {"{{ d.update(zz) }}", NULL},
    {"{{ {}.pop([], 1) }} {{ d.keys().isdisjoint(['b']) }} {{ d.items().isdisjoint([1]) "
     "}}",
     "1 False True"},
    {"{{ d.values().isdisjoint([1]) }}", NULL},
    {"{{ {'items': 1}.items() }} {{ {'items': 1}['items'] }}",
     "dict_items([(&#39;items&#39;, 1)]) 1"},
};

/* Numbers. */
static const struct jinja_case k_number[] = {
    {"{{ i.real }} {{ i.imag }} {{ i.numerator }} {{ i.denominator }} {{ t.real }} {{ "
     "i.conjugate() }} {{ i.as_integer_ratio() }} {{ i.bit_length() }} {{ "
     "(0).bit_length() }} {{ (-8).bit_count() }} {{ (10 ** 20).bit_length() }}",
     "7 0 7 1 1 7 (7, 1) 3 0 1 67"},
    {"{{ (258).to_bytes(2, 'big') }} {{ (258).to_bytes(4, 'little') }} {{ "
     "(-2).to_bytes(2, 'big', signed=true) }} {{ (5).to_bytes() }} {{ (0).to_bytes(0, "
     "'big') }} {{ i.from_bytes([1, 2], 'big') }} {{ i.from_bytes('ÿ'.encode('latin-1'), "
     "'big', signed=true) }}",
     "b&#39;\\x01\\x02&#39; b&#39;\\x02\\x01\\x00\\x00&#39; b&#39;\\xff\\xfe&#39; "
     "b&#39;\\x05&#39; b&#39;&#39; 258 -1"},
    {"{{ (256).to_bytes(1, 'big') }}", NULL},
    {"{{ (-1).to_bytes(1, 'big') }}", NULL},
    {"{{ (1).to_bytes(1, 'middle') }}", NULL},
    {"{{ f.real }} {{ f.imag }} {{ f.conjugate() }} {{ f.is_integer() }} {{ "
     "(2.0).is_integer() }} {{ f.as_integer_ratio() }} {{ (-0.1).as_integer_ratio() }} "
     "{{ (1e30).as_integer_ratio() }} {{ (0.1).hex() }} {{ (-0.0).hex() }} {{ "
     "(5e-324).hex() }}",
     "2.5 0.0 2.5 False True (5, 2) (-3602879701896397, 36028797018963968) "
     "(1000000000000000019884624838656, 1) 0x1.999999999999ap-4 -0x0.0p+0 "
     "0x0.0000000000001p-1022"},
    {"{{ f.fromhex('0x1.8p3') }} {{ f.fromhex(' -1.8 ') }} {{ f.fromhex('inf') }} {{ "
     "f.fromhex('0x1p-1074') }}",
     "12.0 -1.5 inf 5e-324"},
    {"{{ f.fromhex('0x') }}", NULL},
    {"{{ f.fromhex('0x1p1024') }}", NULL},
    {"{{ range(9, 0, -2).index(3) }} {{ range(3).index(2.0) }} {{ range(3).count(true) "
     "}} {{ range(3).count('a') }}",
     "3 2 1 0"},
    {"{{ range(3).index(3) }}", NULL},
    {"{{ s.upper == s.upper }} {{ s.upper == s.lower }} {{ s.upper == 1 }}",
     "True False False"},
    {"{{ i.bit_length(1) }}", NULL},
    {"[{{ n.real }}] [{{ i.zz }}] [{{ 'a'.nometh }}]", "[] [] []"},
    {"{{ 'a'.nometh() }}", NULL},
};

/* The formats, as methods. */
static const struct jinja_case k_format[] = {
    {"{{ '{:>4}|{:.1f}|{}'.format('a', 2.25, n) }} {{ '{x}{0[1]}'.format(l, x='<') }} {{ "
     "'{b}'.format_map(d) }}",
     "   a|2.2|None &lt;1 1"},
    {"{{ ('<{}>'|safe).format('<') }} {{ ('<{b}>'|safe).format_map({'b': '<'}) }}",
     "<&lt;> &lt;&lt;&gt;"},
    {"{{ '{'.format() }}", NULL},
    {"{{ '{}'.format() }}", NULL},
};

static void test_case(void **state)
{
    (void)state;
    jinja_cases_run(k_case, sizeof(k_case) / sizeof(k_case[0]));
}

static void test_width(void **state)
{
    (void)state;
    jinja_cases_run(k_width, sizeof(k_width) / sizeof(k_width[0]));
}

static void test_search(void **state)
{
    (void)state;
    jinja_cases_run(k_search, sizeof(k_search) / sizeof(k_search[0]));
}

static void test_cut(void **state)
{
    (void)state;
    jinja_cases_run(k_cut, sizeof(k_cut) / sizeof(k_cut[0]));
}

static void test_codec(void **state)
{
    (void)state;
    jinja_cases_run(k_codec, sizeof(k_codec) / sizeof(k_codec[0]));
}

static void test_list(void **state)
{
    (void)state;
    jinja_cases_run(k_list, sizeof(k_list) / sizeof(k_list[0]));
}

static void test_dict(void **state)
{
    (void)state;
    jinja_cases_run(k_dict, sizeof(k_dict) / sizeof(k_dict[0]));
}

static void test_number(void **state)
{
    (void)state;
    jinja_cases_run(k_number, sizeof(k_number) / sizeof(k_number[0]));
}

static void test_format(void **state)
{
    (void)state;
    jinja_cases_run(k_format, sizeof(k_format) / sizeof(k_format[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case),   cmocka_unit_test(test_width),
        cmocka_unit_test(test_search), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_codec),  cmocka_unit_test(test_list),
        cmocka_unit_test(test_dict),   cmocka_unit_test(test_number),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
