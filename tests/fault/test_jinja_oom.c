/* Memory runs out at every point of parsing a template and rendering it. */
#include <torture.h>

#include <string.h>

#include <cvextract/cv.h>

#include "render/jinja/jinja.h"

static const char k_document[] = "{\"l\":[3,1,2],\"d\":{\"b\":1},\"s\":\"a<b\",\"n\":"
                                 "null,\"big\":123456789012345678901,"
                                 "\"tree\":[{\"n\":1,\"c\":[{\"n\":2,\"c\":[]}]}]}";

/* Every tag and every kind of expression once. */
static const char k_source[] =
    "\r\n{# c #}{% raw %}{{ x }}{% endraw %}"
    "{% set ns = namespace(k=1) %}{% set a, (b, c) = 1, (2.5, 'x\\u00e9' 'y') %}"
    "{% set ns.k = ns.k + 1 %}{% set t %}<{{ s }}{% endset %}{% set u | e %}<{% endset %}"
    "{% macro m(p, q='z', r=q) %}{{ p }}{{ q ~ r }}{{ varargs }}{{ kwargs }}{% endmacro "
    "%}"
    "{% macro w() %}({{ caller(1) }}){% endmacro %}"
    "{{ m(1) }}{{ m(1, 2, 3, 4, k=5) ~ s }}{{ m(*l, **d) }}{% call(v) w() %}{{ v }}{% "
    "endcall %}"
    "{% for x in l if x > 1 %}{{ loop.index }}{{ loop.length }}{{ loop.cycle('a', x) "
    "}}{{ "
    "loop.changed(x) }}{{ loop.nextitem }}{% set y = x %}{% else %}none{% endfor %}"
    "{% for x in tree recursive %}{{ x.n }}{{ loop(x.c) }}{% else %}-{% endfor %}"
    "{% for x in [] %}{% else %}{{ x }}{% endfor %}"
    "{% if n %}{% set z = 1 %}{% elif l %}{{ z }}{% else %}{{ zz }}{% endif %}"
    "{% with f = l[1:], g = d['b'] %}{{ f }}{{ g }}{{ -g }}{{ +g }}{% endwith %}"
    "{% filter replace('q', s) %}q{% endfilter %}{% autoescape n %}{{ s ~ 1 }}{% "
    "endautoescape %}{% print s, 1 %}"
    "{% block bl scoped %}{{ self.other() }}{{ super }}{% endblock %}"
    "{% block other %}o{% endblock %}"
    "{{ [1, s, {'k': (1, n)}] }}{{ 1 < 2 < 3 and not n or l }}{{ 1 if n }}{{ 'a' if l "
    "else 'b' }}{{ big * big - 7 // 2 ** 3 % 5 }}{{ l is iterable }}{{ 3 in l }}{{ "
    "l|join(s) }}{{ '1' * 3 }}{{ (1, 'k') }}"
    "{% set cy = cycler(1, 2) %}{{ cy.next() }}{{ cy.current }}{% set j = joiner() %}{{ "
    "j() }}{{ j() }}{{ range(3)|list }}{{ dict([('a', 1)], b=2) }}{{ ns }}{{ loop }}{{ "
    "lipsum(1, false, 1, 2)|length }}{{ m }}{{ m.arguments }}"
    "{% if n %}{% include 'x' %}{% from 'x' import y %}{% endif %}\r\n";

static int parse_body(void)
{
    struct cvx_jinja *jinja = NULL;
    int rc = cvx_jinja_parse(k_source, sizeof(k_source) - 1, &jinja, NULL, NULL);
    if (rc)
        assert_null(jinja);
    cvx_jinja_free(jinja);
    return rc;
}

static int render_body(void)
{
    struct cvx_cv *cv = NULL;
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_session *session = NULL;
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = cvx_cv_parse(k_document, sizeof(k_document) - 1, &cv, &err);
    if (!rc)
        rc = cvx_jinja_open(cv, &session, &err);
    if (!rc)
        rc = cvx_jinja_parse(k_source, sizeof(k_source) - 1, &jinja, NULL, &err);
    if (!rc)
        rc = cvx_jinja_render(jinja, session, &out, NULL, &err);
    cvx_buf_done(&out);
    cvx_jinja_free(jinja);
    cvx_jinja_close(session);
    cvx_cv_free(cv);
    return rc;
}

static void parsing(void **state)
{
    (void)state;
    torture(parse_body);
}

static void rendering(void **state)
{
    (void)state;
    torture(render_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing),
        cmocka_unit_test(rendering),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
