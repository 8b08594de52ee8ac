/* What the language says when it refuses: text, place and code; the limits; and that a
 * session keeps the values, a template nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <pthread.h>

#include <cmocka.h>

#include <cvextract/cv.h>
#include <cvextract/limits.h>

#include "render/jinja/jinja.h"

static const char k_document[] =
    "{\"a\":{\"b\":[{\"c\":1}]},\"l\":[1,2],\"n\":null,\"t\":true,\"s\":\"<x>\"}";

/* ---- faults ---- */

struct fault {
    const char *source;
    int rc;
    size_t offset;
    const char *text; /* the whole of it */
};

static const struct fault k_template_faults[] = {
    {"a {% for x in l %}{{ x }}", CVX_EFORMAT, 2,
     "expected 'else' or 'endfor' for {% for x in l %}, found the end of the template"},
    {"{% if t %}{% endfor %}", CVX_EFORMAT, 10,
     "expected 'elif', 'else' or 'endif' for {% if t %}, found 'endfor'"},
    {"{% if t %}{% else %}{% elif t %}", CVX_EFORMAT, 20,
     "expected 'endif' for {% if t %}, found 'elif'"},
    {"\r\n\r\n{{ a b }}", CVX_EFORMAT, 4, "expected '}}', found 'b'"},
    {"é{{ a b }}", CVX_EFORMAT, 2, "expected '}}', found 'b'"},
    {"x{{ 'abc }}", CVX_EFORMAT, 4, "a text that begins with ' has no end"},
    {"ab{# c", CVX_EFORMAT, 2, "expected '#}', found the end of the template"},
    {"{% raw %}x", CVX_EFORMAT, 0,
     "expected 'endraw' for {% raw %}, found the end of the template"},
    {"x {% foo %}", CVX_EFORMAT, 2, "unknown tag 'foo'"},
    {"x {%p if a %}", CVX_EFORMAT, 2, "unknown tag 'p'"},
    {"{{ t }} {{ l|nofilter }}", CVX_EFORMAT, 8, "there is no filter named 'nofilter'"},
    {"{% for x in l %}{{ x is notest }}{% endfor %}", CVX_EFORMAT, 16,
     "there is no test named 'notest'"},
    {"{% for x l %}{% endfor %}", CVX_EFORMAT, 0, "expected 'in', found 'l'"},
    {"{% set 1 = 2 %}", CVX_EFORMAT, 0, "cannot assign to '1'"},
    {"{{ f(1 2) }}", CVX_EFORMAT, 0, "expected ',' or ')', found '2'"},
    {"{{ (1] }}", CVX_EFORMAT, 5, "expected ')', found ']'"},
    {"{{ 1 is odd is even }}", CVX_EFORMAT, 0,
     "two tests ('is') stand in a row without parentheses"},
    {"{% block a %}{% endblock %}{% block a %}{% endblock %}", CVX_EFORMAT, 27,
     "the block 'a' is defined twice"},
    {"{% for x in l %}{% set loop = 1 %}{% endfor %}", CVX_EFORMAT, 0,
     "'loop' cannot be assigned to within a 'for'"},
    {"{{ '\\ud800' }}", CVX_EFORMAT, 0,
     "SyntaxError: an escape in a text names U+D800, which is no character"},
};

static const struct fault k_document_faults[] = {
    {"x {{ a.zz.b }}", CVX_EFORMAT, 2,
     "UndefinedError: 'a.zz' is undefined, in {{ a.zz.b }}"},
    {"{{ a.b[0].q.r }}", CVX_EFORMAT, 0,
     "UndefinedError: 'a.b[0].q' is undefined, in {{ a.b[0].q.r }}"},
    {"{{ zz() }}", CVX_EFORMAT, 0, "UndefinedError: 'zz' is undefined, in {{ zz() }}"},
    {"{{ (zz or n).foo.bar }}", CVX_EFORMAT, 0,
     "UndefinedError: '(zz or n).foo' is undefined, in {{ (zz or n).foo.bar }}"},
    {"{% if zz.q %}{% endif %}", CVX_EFORMAT, 0,
     "UndefinedError: 'zz' is undefined, in {% if zz.q %}"},
    {"\r\n{% if t %}{{ zz + 1 }}{% endif %}", CVX_EFORMAT, 12,
     "UndefinedError: 'zz' is undefined, in {{ zz + 1 }}"},
    {"{% macro m(q) %}{{ q.b }}{% endmacro %}{% for x in l %}{{ m() }}{% endfor %}",
     CVX_EFORMAT, 16, "UndefinedError: parameter 'q' was not provided, in {{ q.b }}"},
    {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", CVX_EFORMAT, 30,
     "TypeError: the macro 'm' takes at most 1 argument, 2 given, in {{ m(1, 2) }}"},
    {"{% for q, r in [[1, 2], [3]] %}{% endfor %}", CVX_EFORMAT, 0,
     "ValueError: not enough values for 2 names, in {% for q, r in [[1, 2], [3]] %}"},
    {"{% set a.b = 1 %}", CVX_EFORMAT, 0,
     "TemplateRuntimeError: 'a' is no namespace: its attribute 'b' cannot be set, in {% "
     "set a.b = 1 %}"},
    {"{% include 'x' %}", CVX_EFORMAT, 0,
     "TypeError: 'include' needs another template, and there are none to load, in {% "
     "include 'x' %}"},
    {"{{ l|nofilter if t }}", CVX_EFORMAT, 0,
     "TemplateRuntimeError: there is no filter named 'nofilter', in {{ l|nofilter if t "
     "}}"},
    {"{{ joiner() }}", CVX_EFORMAT, 0, NULL},
    {"{{ l.append }}", CVX_EFORMAT, 0, NULL},
    {"{{ t.__class__.x }}", CVX_EFORMAT, 0,
     "UndefinedError: 't.__class__' is undefined, in {{ t.__class__.x }}"},
};

static const struct fault k_limits[] = {
    {"{% for x in range(2000000) %}{% endfor %}", CVX_ELIMIT, 0, NULL},
    {"{% for x in range(2000) %}{% for y in range(2000) %}{% endfor %}{% endfor %}",
     CVX_ELIMIT, 26, NULL},
    {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", CVX_ELIMIT, 15, NULL},
    {"{% macro m() %}{{ m() ~ 1 }}{% endmacro %}{{ m() }}", CVX_ELIMIT, 15, NULL},
    {"{% macro m() %}{{ caller() }}{% endmacro %}{% macro q() %}{% call m() %}{{ q() "
     "}}{% endcall %}{% endmacro %}{{ q() }}",
     CVX_ELIMIT, 15, NULL},
    {"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", CVX_ELIMIT, 28, NULL},
    {"{% block b %}{{ self.b() }}{% endblock %}", CVX_ELIMIT, 13, NULL},
    {"{% macro m(k) %}{% if k %}{{ m(k - 1) }}{{ m(k - 1) }}{% endif %}{% endmacro %}{{ "
     "m(40) }}",
     CVX_ELIMIT, 26, NULL},
    {"{{ 'a' * 1000000000 }}", CVX_ELIMIT, 0, NULL},
    {"{% set ns = namespace(s='aaaaaaaaaa') %}{% for x in range(100) %}{% set ns.s = "
     "ns.s "
     "~ ns.s %}{% endfor %}",
     CVX_ELIMIT, 65, NULL},
};

static int attempt(const struct fault *row, bool *ret_parsed, size_t *ret_offset,
                   struct cvx_err *err)
{
    struct cvx_cv *cv = NULL;
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_session *session = NULL;
    struct cvx_jinja_place place = {.offset = SIZE_MAX};
    struct cvx_buf out = CVX_BUF_INIT;
    cvx_buf_puts(&out, "kept");
    assert_int_equal(cvx_cv_parse(k_document, strlen(k_document), &cv, err), CVX_OK);
    assert_int_equal(cvx_jinja_open(cv, &session, err), CVX_OK);
    int rc = cvx_jinja_parse(row->source, strlen(row->source), &jinja, &place, err);
    *ret_parsed = rc == CVX_OK;
    if (!rc)
        rc = cvx_jinja_render(jinja, session, &out, &place, err);
    if (rc)
        assert_string_equal(out.data, "kept");
    *ret_offset = place.offset;
    cvx_buf_done(&out);
    cvx_jinja_free(jinja);
    cvx_jinja_close(session);
    cvx_cv_free(cv);
    return rc;
}

static void check(const struct fault *rows, size_t n, bool parsed)
{
    for (size_t i = 0; i < n; i++) {
        struct cvx_err err;
        bool was_parsed = false;
        size_t offset = 0;
        int rc = attempt(&rows[i], &was_parsed, &offset, &err);
        if (rc != rows[i].rc || was_parsed != parsed)
            fail_msg("%s: %d", rows[i].source, rc);
        if (rows[i].text)
            assert_string_equal(cvx_err_root(&err), rows[i].text);
        if (offset != rows[i].offset)
            fail_msg("%s: at %zu, not %zu", rows[i].source, offset, rows[i].offset);
    }
}

static void faults_of_the_template(void **state)
{
    (void)state;
    check(k_template_faults, sizeof(k_template_faults) / sizeof(k_template_faults[0]),
          false);
}

static void faults_of_the_document(void **state)
{
    (void)state;
    check(k_document_faults, sizeof(k_document_faults) / sizeof(k_document_faults[0]),
          true);
}

static void limits(void **state)
{
    (void)state;
    check(k_limits, sizeof(k_limits) / sizeof(k_limits[0]), true);
}

/* ---- nesting ---- */

static int parse_repeated(const char *open, const char *middle, const char *close,
                          size_t n)
{
    struct cvx_buf source = CVX_BUF_INIT;
    struct cvx_jinja *jinja = NULL;
    for (size_t i = 0; i < n; i++)
        cvx_buf_puts(&source, open);
    cvx_buf_puts(&source, middle);
    for (size_t i = 0; i < n; i++)
        cvx_buf_puts(&source, close);
    int rc = cvx_jinja_parse(source.data, source.len, &jinja, NULL, NULL);
    cvx_buf_done(&source);
    cvx_jinja_free(jinja);
    return rc;
}

static void nesting(void **state)
{
    (void)state;
    assert_int_equal(parse_repeated("{% if t %}", "", "{% endif %}", 100), CVX_OK);
    assert_int_equal(parse_repeated("{% if t %}", "", "{% endif %}", 200), CVX_ELIMIT);
    assert_int_equal(parse_repeated("{% if t %}", "", "", 100000), CVX_ELIMIT);
    assert_int_equal(parse_repeated("{{ ", "1 }}", "", 1), CVX_OK);
    const char *const k_opens[][2] = {{"(", ")"},   {"[", "]"},          {"-", ""},
                                      {"not ", ""}, {"a[", "]"},         {"f(", ")"},
                                      {"{1:", "}"}, {"1 if 1 else ", ""}};
    for (size_t i = 0; i < sizeof(k_opens) / sizeof(k_opens[0]); i++)
        for (size_t n = 70; n < 100000; n *= 30) {
            struct cvx_buf source = CVX_BUF_INIT;
            struct cvx_jinja *jinja = NULL;
            cvx_buf_puts(&source, "{{ ");
            for (size_t k = 0; k < n; k++)
                cvx_buf_puts(&source, k_opens[i][0]);
            cvx_buf_puts(&source, "1");
            for (size_t k = 0; k < n; k++)
                cvx_buf_puts(&source, k_opens[i][1]);
            cvx_buf_puts(&source, " }}");
            int rc = cvx_jinja_parse(source.data, source.len, &jinja, NULL, NULL);
            if (n == 70)
                assert_int_equal(rc, CVX_OK);
            else
                assert_true(rc == CVX_ELIMIT || rc == CVX_EFORMAT);
            cvx_buf_done(&source);
            cvx_jinja_free(jinja);
        }
}

/* Long rows are not deep: sums, 'or', '~', filters side by side. */
static void long_rows(void **state)
{
    (void)state;
    const char *const k_rows[] = {" + 1", " or 0", " ~ 'a'", " and 1", " < 2", " * 1"};
    for (size_t i = 0; i < sizeof(k_rows) / sizeof(k_rows[0]); i++) {
        struct cvx_buf source = CVX_BUF_INIT;
        struct cvx_jinja *jinja = NULL;
        cvx_buf_puts(&source, "{{ 1");
        for (size_t k = 0; k < 5000; k++)
            cvx_buf_puts(&source, k_rows[i]);
        cvx_buf_puts(&source, " }}");
        assert_int_equal(cvx_jinja_parse(source.data, source.len, &jinja, NULL, NULL),
                         CVX_OK);
        cvx_buf_done(&source);
        cvx_jinja_free(jinja);
    }
}

/* ---- sessions ---- */

static struct cvx_jinja_session *open_session(const char *document)
{
    struct cvx_cv *cv = NULL;
    struct cvx_jinja_session *session = NULL;
    assert_int_equal(cvx_cv_parse(document, strlen(document), &cv, NULL), CVX_OK);
    assert_int_equal(cvx_jinja_open(cv, &session, NULL), CVX_OK);
    cvx_cv_free(cv);
    return session;
}

static struct cvx_jinja *parse(const char *source)
{
    struct cvx_jinja *jinja = NULL;
    assert_int_equal(cvx_jinja_parse(source, strlen(source), &jinja, NULL, NULL), CVX_OK);
    return jinja;
}

static void values_are_of_the_session_and_names_of_the_template(void **state)
{
    (void)state;
    struct cvx_jinja_session *session = open_session(k_document);
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_jinja *first = parse("{% set q = 1 %}{% set _ = l.append('<') %}");
    struct cvx_jinja *second = parse("[{{ q }}]{{ l|length }}{{ l[2] }}");
    assert_int_equal(cvx_jinja_render(first, session, &out, NULL, NULL), CVX_OK);
    assert_int_equal(cvx_jinja_render(second, session, &out, NULL, NULL), CVX_OK);
    assert_string_equal(out.data, "[]3&lt;");
    cvx_buf_done(&out);
    cvx_jinja_close(session);
    cvx_jinja_free(first);
    cvx_jinja_free(second);
}

static void rounds_are_of_the_session(void **state)
{
    (void)state;
    struct cvx_jinja_session *session = open_session("{}");
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_jinja *jinja = parse("{% for x in range(400000) %}{% endfor %}");
    struct cvx_jinja *plain = parse("x");
    assert_int_equal(cvx_jinja_render(jinja, session, &out, NULL, NULL), CVX_OK);
    assert_int_equal(cvx_jinja_render(jinja, session, &out, NULL, NULL), CVX_OK);
    assert_int_equal(cvx_jinja_render(jinja, session, &out, NULL, NULL), CVX_ELIMIT);
    assert_int_equal(cvx_jinja_render(plain, session, &out, NULL, NULL), CVX_OK);
    assert_string_equal(out.data, "x");
    cvx_buf_done(&out);
    cvx_jinja_close(session);
    cvx_jinja_free(jinja);
    cvx_jinja_free(plain);
}

static void output_is_bounded(void **state)
{
    (void)state;
    struct cvx_jinja_session *session = open_session("{}");
    struct cvx_buf out = {.max = 100};
    struct cvx_jinja *many = parse("{% for x in range(1000000) %}xxxxx{% endfor %}");
    struct cvx_jinja *few = parse("{% for x in range(20) %}xxxxx{% endfor %}");
    assert_int_equal(cvx_jinja_render(many, session, &out, NULL, NULL), CVX_ELIMIT);
    cvx_buf_done(&out);
    out.max = 100;
    assert_int_equal(cvx_jinja_render(few, session, &out, NULL, NULL), CVX_OK);
    assert_int_equal(out.len, 100);
    assert_int_equal(out.max, 100);
    cvx_buf_done(&out);
    cvx_jinja_close(session);
    cvx_jinja_free(many);
    cvx_jinja_free(few);
}

static void documents_are_objects(void **state)
{
    (void)state;
    const char *const k_others[] = {"[]", "[{}]", "1", "\"a\"", "null", "true"};
    for (size_t i = 0; i < sizeof(k_others) / sizeof(k_others[0]); i++) {
        struct cvx_cv *cv = NULL;
        struct cvx_jinja_session *session = NULL;
        if (cvx_cv_parse(k_others[i], strlen(k_others[i]), &cv, NULL) == CVX_OK) {
            assert_int_equal(cvx_jinja_open(cv, &session, NULL), CVX_EFORMAT);
            assert_null(session);
        }
        cvx_cv_free(cv);
    }
}

static void destructors_take_null(void **state)
{
    (void)state;
    cvx_jinja_free(NULL);
    cvx_jinja_close(NULL);
}

/* ---- one template, several threads ---- */

struct worker {
    const struct cvx_jinja *jinja;
    struct cvx_jinja_session *session;
    struct cvx_buf out;
    int rc;
};

static void *work(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < 50 && !worker->rc; i++) {
        cvx_buf_clear(&worker->out);
        worker->rc =
            cvx_jinja_render(worker->jinja, worker->session, &worker->out, NULL, NULL);
    }
    return NULL;
}

static void a_template_is_shared(void **state)
{
    (void)state;
    static const char k_source[] =
        "{% macro m(q, r='<') %}{{ q }}{{ r }}{{ [q, 'é']|join(', ') }}{% endmacro %}{% "
        "for "
        "x in l %}{{ m(x) }}{{ m(x, s) }}{{ loop.index }}{{ 'a' ~ 1.5 }}{{ (1, 'b') }}{% "
        "endfor %}{{ {'k': [1]} }}{{ a.b[0].c }}";
    struct cvx_jinja *jinja = parse(k_source);
    struct worker workers[3] = {{0}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        workers[i] = (struct worker){.jinja = jinja, .session = open_session(k_document)};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(workers[i].rc, CVX_OK);
        assert_string_equal(workers[i].out.data,
                            "1&lt;1, é1&lt;x&gt;1, é1a1.5(1, &#39;b&#39;)2&lt;2, "
                            "é2&lt;x&gt;2, é2a1.5(1, &#39;b&#39;){&#39;k&#39;: [1]}1");
        cvx_buf_done(&workers[i].out);
        cvx_jinja_close(workers[i].session);
    }
    cvx_jinja_free(jinja);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_the_template),
        cmocka_unit_test(faults_of_the_document),
        cmocka_unit_test(limits),
        cmocka_unit_test(nesting),
        cmocka_unit_test(long_rows),
        cmocka_unit_test(values_are_of_the_session_and_names_of_the_template),
        cmocka_unit_test(rounds_are_of_the_session),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(documents_are_objects),
        cmocka_unit_test(destructors_take_null),
        cmocka_unit_test(a_template_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
