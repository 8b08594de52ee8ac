/* The cleaning pass: each of its steps, and texts made to take long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/search.h"
#include "render/tags.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define P(x) "<w:p><w:r><w:t>" x "</w:t></w:r></w:p>"
#define S(x) "<w:p><w:r><w:t xml:space=\"preserve\">" x "</w:t></w:r></w:p>"
#define PRESERVE "<w:t xml:space=\"preserve\">"

struct example {
    const char *text, *clean;
};

/* Without the line feeds before paragraphs, which the last test is about. */
static void clean(const char *in, size_t len, struct cvx_buf *ret)
{
    struct cvx_edit_text text;

    cvx_edit_text_init(&text, (struct cvx_span){in, len});
    cvx_tags_clean(&text);
    assert_false(text.text.failed);
    assert_null(text.fault);
    for (size_t i = 0; i < text.text.len; i++) {
        struct cvx_span span = cvx_edit_text_span(&text);

        if (span.p[i] == '\n' &&
            (cvx_search_at(span, i, "\n<w:p ") || cvx_search_at(span, i, "\n<w:p>")))
            continue;
        cvx_buf_putc(ret, span.p[i]);
    }
    cvx_buf_put(ret, "", 0);
    cvx_edit_text_done(&text);
}

static void run(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct cvx_buf got = CVX_BUF_INIT;

        clean(examples[i].text, strlen(examples[i].text), &got);
        if (strcmp(got.data, examples[i].clean) != 0)
            fail_msg("%s\n  gave   %s\n  wanted %s", examples[i].text, got.data,
                     examples[i].clean);
        cvx_buf_done(&got);
    }
}

static void test_join(void **state)
{
    static const struct example examples[] = {
        {"", ""},
        {P("plain { } % #"), P("plain { } % #")},
        {"{<a/>{ v }<b></b>}", "{{ v }}"},
        {"{<a/><b/>% x %<c/>}", "{% x %}"},
        {"{<a/># x #<c/>}", "{# x #}"},
        {"{<a/>x", "{<a/>x"},
        {"}<a/>}", "}}"},
        {"%<a/>x", "%<a/>x"},
        {"{<a{<b>{", "{{"}, /* a tag ends at the first '>' */
        {"{<a", "{<a"},
        {"{<a/><b", "{<a/><b"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_strip(void **state)
{
    static const struct example examples[] = {
        {"<w:t>{{ a</w:t></w:r><w:r><w:rPr/><w:t>b }}</w:t>", PRESERVE "{{ ab }}</w:t>"},
        {"<w:t>{% a</w:t><x/><w:t xml:space=\"preserve\"> b %}</w:t>",
         PRESERVE "{% a b %}</w:t>"},
        {"<w:t>{# a</w:t><w:tab/><w:t>b #}</w:t>", "<w:t>{# ab #}</w:t>"},
        {"{{ a</w:t><w:tbl><w:t>b</w:t>c<w:t>}}", "{{ ab}}"},
        {"{{ a</w:t></w:p>", "{{ a</w:t></w:p>"},        /* nothing to go to */
        {"{{ a</w:t>}}<w:t>", "{{ a</w:t>}}<w:t>"},      /* not within */
        {"{{ never</w:t><w:t>closed", "{{ neverclosed"}, /* to the end */
        {"{{ a }}</w:t><w:t>{{ b }}", "{{ a }}</w:t>" PRESERVE "{{ b }}"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

#define GRID(v) "<w:gridSpan w:val=\"" v "\"/>"
#define SHADE(v) "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"" v "\"/>"

static void test_cell(void **state)
{
    static const struct example examples[] = {
        {"<w:tc><w:tcPr><w:tcW/></w:tcPr>" P("{% colspan n %}A") "</w:tc>",
         "<w:tc><w:tcPr>" GRID("{{n }}") "<w:tcW/></w:tcPr>" P("A") "</w:tc>"},
        {"<w:tc><w:tcPr>" GRID("2") GRID("3") "</w:tcPr>{%colspan n%}</w:tc>",
         "<w:tc><w:tcPr>" GRID("{{n}}") GRID("3") "</w:tcPr></w:tc>"},
        {"<w:tc>" P("{% colspan n %}") "</w:tc>", "<w:tc><w:p></w:p></w:tc>"},
        {"<w:tc><w:tcPr/>{% colspan n %}</w:tc>",
         "<w:tc><w:tcPr/>" GRID("{{n }}") "</w:tc>"},
        {"<w:tc><w:tcPr><w:shd w:fill=\"a\"/></w:tcPr>{% cellbg c %}</w:tc>",
         "<w:tc><w:tcPr>" SHADE("{{c }}") "</w:tcPr></w:tc>"},
        /* The last tag of the cell counts. */
        {"<w:tc><w:tcPr>{% colspan a%}{% colspan b%}</w:tc>",
         "<w:tc><w:tcPr>" GRID("{{b}}") "{% colspan a%}</w:tc>"},
        {"<w:tc><w:tc><w:tcPr>{% colspan a%}</w:tc>",
         "<w:tc><w:tc><w:tcPr>" GRID("{{a}}") "</w:tc>"},
        {"<w:tc><w:tcPr>{% colspan \"\\n\"%}</w:tc>",
         "<w:tc><w:tcPr>" GRID("{{\"\n\"}}") "</w:tc>"},
        {"<w:tc><w:tcPr>{% colspana%}</w:tc>", "<w:tc><w:tcPr>{% colspana%}</w:tc>"},
        {"<w:tc><w:tcPr>{% colspan a", "<w:tc><w:tcPr>{% colspan a"},
        {"<w:tcPr>{% colspan a %}</w:tc>", "<w:tcPr>{% colspan a %}</w:tc>"},
        {"<w:tc>{% colspan a %}<w:r><w:t></w:t></w:r><w:r><w:t>x</w:t></w:r></w:tc>",
         "<w:tc><w:r><w:t>x</w:t></w:r></w:tc>"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_backslash(void **state)
{
    static const char in[] = "ab<w:tc><w:tcPr>{% colspan a\\q %}</w:tc>";
    struct cvx_edit_text text;

    (void)state;
    cvx_edit_text_init(&text, (struct cvx_span){in, sizeof(in) - 1});
    cvx_tags_clean(&text);
    assert_string_equal(text.fault, "a backslash in a colspan or cellbg tag");
    assert_in_range(text.fault_at, 2, sizeof(in));
    cvx_edit_text_done(&text);
}

static void test_preserve(void **state)
{
    static const struct example examples[] = {
        {P("a {{ b }} "), S("a {{ b }} ")},
        {P("{% if a %}"), S("{% if a %}")},
        {P("{# a #}"), P("{# a #}")},
        {P("a") P("{{ b }}"), P("a") S("{{ b }}")},
        {"<w:t>a</w:t>" PRESERVE "{{ b }}</w:t>",
         PRESERVE "a</w:t>" PRESERVE "{{ b }}</w:t>"},
        {"<w:t w:x=\"1\">{{ b }}", "<w:t w:x=\"1\">{{ b }}"},
        {P("{{ b "), P("{{ b ")},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_isolate(void **state)
{
    static const struct example examples[] = {
        {P("a {{r v }} b"), "<w:p><w:r>" PRESERVE "a </w:t></w:r>{{ v }}<w:r>" PRESERVE
                            " b</w:t></w:r></w:p>"},
        {"{%r if x %}", "</w:t></w:r>{% if x %}<w:r>" PRESERVE},
        {"{{r\xc2\xa0x }}",
         "</w:t></w:r><w:r>" PRESERVE "{{r\xc2\xa0x }}</w:t></w:r><w:r>" PRESERVE},
        {"{{rx }}{{ r x }}", "{{rx }}{{ r x }}"},
        {"{{r x", "{{r x"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_trim(void **state)
{
    static const struct example examples[] = {
        {"<w:t>Z</w:t></w:r><w:r><w:t>lost {%- if c %}", "<w:t>Z{% if c %}"},
        {"no text {%- if c %}", "no text {%- if c %}"},
        {"</w:t>{%- a %}{%- b %}", "{% a %}{%- b %}"},
        {"{% if c -%}lost</w:t></w:r><w:r><w:t>B", "{% if c %}B"},
        {"{% a -%}<w:tab/>x<w:t>B", "{% a %}x<w:t>B"},
        {"{% a -%} {{ b }}<w:t>B", "{% a -%} {{ b }}<w:t>B"},
        {"{% a -%} {% b -%}<w:t>B", "{% a -%} {% b %}B"},
        {"{{- a -}}</w:t><w:t>", "{{- a -}}</w:t><w:t>"},
        {"{% a -%}", "{% a -%}"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_lift(void **state)
{
    static const struct example examples[] = {
        {P("a") P("lost {%p if x %} lost") P("b"), P("a") "{% if x %}" P("b")},
        {P("{{p x }}"), "{{ x }}"},
        {"<w:p a=\"b\">{%p x %}</w:p>", "{% x %}"},
        {"<w:tr><w:tc>" P("{%tr for x in y %}") "</w:tc></w:tr>", "{% for x in y %}"},
        {"<w:tr><w:tc>" P("{%tc x %}") "</w:tc><w:tc/></w:tr>",
         "<w:tr>{% x %}<w:tc/></w:tr>"},
        /* Of several in one paragraph the last one counts. */
        {P("{%p a %}{%p b %}"), "{% b %}"},
        {S("{% p a %}{%pa %}{%p- a %}"), S("{% p a %}{%pa %}{%p- a %}")},
        {S("{%p a % b %}"), S("{%p a % b %}")},
        {"<w:pPr>{%p a %}</w:pPr></w:p>", "<w:pPr>{%p a %}</w:pPr></w:p>"},
        {"<w:p>{%p a %}", "<w:p>{%p a %}"},
        {P("a{#p gone #}b"), "{# gone #}"},
        {"<w:tr>{#tr gone #}</w:tr>", "{# gone #}"},
        {P("{#r no #}"), P("{#r no #}")},
        {P("{#p a } #}"), P("{#p a } #}")},
        /* A nested paragraph is the one. */
        {"<w:p>a<w:p>{%p x %}</w:p>b</w:p>", "<w:p>a{% x %}b</w:p>"},
        {"<w:p>{%p x %}<w:p>a</w:p>b</w:p>", "{% x %}b</w:p>"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

#define MERGE                                                                            \
    "<w:vMerge w:val=\"{% if loop.first %}restart{% else %}continue{% endif %}\"/>"

static void test_merge(void **state)
{
    static const struct example examples[] = {
        {"<w:tc><w:tcPr></w:tcPr>" P("a{% vm %}b") "</w:tc>",
         "<w:tc><w:tcPr>" MERGE
         "</w:tcPr>" S("{% if loop.first %}ab{% endif %}") "</w:tc>"},
        {"<w:tc>" P("a{% vm %}b") "</w:tc>", "<w:tc>" S("a{% vm %}b") "</w:tc>"},
        {"<w:tc><w:tcPr></w:tcPr>" P("a{% hm %}b") "</w:tc>",
         "{% if loop.first %}<w:tc><w:tcPr>" GRID("{{ loop.length }}") "</w:tcPr>" S(
             "ab") "</w:tc>{% endif %}"},
        {"<w:tc><w:tcPr>" GRID("3") "</w:tcPr>" P("a{%hm%}") "</w:tc>",
         "{% if loop.first %}<w:tc><w:tcPr>" GRID("{{ 3 * loop.length }}") "</w:tcPr>" S(
             "a") "</w:tc>{% endif %}"},
        {"<w:tc>" P("a{% hm %}b") "</w:tc>",
         "{% if loop.first %}<w:tc>" S("a{% hm %}b") "</w:tc>{% endif %}"},
        {P("{% vm %}{% hm %}"), S("{% vm %}{% hm %}")},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_unescape(void **state)
{
    static const struct example examples[] = {
        {"{{ a &lt; b &gt; c &amp; d }} &lt;", "{{ a < b > c &amp; d }} &lt;"},
        {"{% “a” ‘b’ &#8216; &#8217; %} “c”", "{% \"a\" 'b' ' &#8217; %} “c”"},
        {"{# &lt; #}", "{# &lt; #}"},
        {"{{ a\n&lt; }}", "{{ a\n&lt; }}"}, /* one line alone */
        {"{{}} &lt; {{ x }}", "{{}} < {{ x }}"},
        {"{{{ &lt; }}", "{{{ < }}"},
        {"{{ &lt; %}&lt;", "{{ < %}&lt;"},
        {"{{ &lt;", "{{ &lt;"},
    };

    (void)state;
    run(examples, COUNT(examples));
}

static void test_lines(void **state)
{
    static const char in[] = "<w:p>a<w:pPr/></w:p><w:p b=\"\"/><w:p/>";
    struct cvx_edit_text text;

    (void)state;
    cvx_edit_text_init(&text, (struct cvx_span){in, sizeof(in) - 1});
    cvx_tags_clean(&text);
    assert_string_equal(text.text.data, "\n<w:p>a<w:pPr/></w:p>\n<w:p b=\"\"/><w:p/>");
    cvx_edit_text_done(&text);
}

/* Each of these would take minutes if some step looked at the rest of the text for every
 * place in it. */
static void test_hostile(void **state)
{
    static const char *const units[] = {
        "{<",
        "{<a",
        "{<a>{<b",
        "{<><",
        "%<a>",
        "{{",
        "{%",
        "{{ ",
        "{{ \n",
        "{%p ",
        "{{p ",
        "{{r ",
        "{%r ",
        "{#p ",
        "{%-",
        "-%}",
        "</w:t>",
        "<w:t>",
        "<w:t ",
        "<w:t>{{",
        "<w:p>",
        "<w:p>{%p a",
        "<w:p>{%p a%}",
        "<w:tc>",
        "<w:tc>{% colspan a",
        "<w:tc>{% colspan a%}",
        "<w:tc>{% vm %}",
        "<w:tc>{% hm %}",
        "</w:tcPr><w:t",
        "{% vm %}",
        "{% hm %}",
        "<w:tcPr",
        "<w:gridSpan",
        "{%          ",
        "{% colspan    ",
        "</w:t>{{",
        "{{</w:t>",
        "{{</w:t><w:t ",
        "<w:tr>{%tr %",
        "{%%}",
        "{{}}",
        "{{}}\n",
        "<w:r><w:t></w:t>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        struct cvx_buf in = CVX_BUF_INIT, out = CVX_BUF_INIT;

        while (in.len < 100000)
            cvx_buf_puts(&in, units[i]);
        clean(in.data, in.len, &out);
        cvx_buf_done(&out);
        cvx_buf_puts(&in, "</w:t></w:tc></w:p></w:tr></w:r>%}}}#}><w:t>");
        clean(in.data, in.len, &out);
        cvx_buf_done(&out);
        cvx_buf_done(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),     cmocka_unit_test(test_strip),
        cmocka_unit_test(test_cell),     cmocka_unit_test(test_backslash),
        cmocka_unit_test(test_preserve), cmocka_unit_test(test_isolate),
        cmocka_unit_test(test_trim),     cmocka_unit_test(test_lift),
        cmocka_unit_test(test_merge),    cmocka_unit_test(test_unescape),
        cmocka_unit_test(test_lines),    cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
