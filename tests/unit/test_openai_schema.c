/* What servers get of our schemas, what becomes of their nulls, and our own check. That the
 * strict form keeps the provider's rules is judged by a rule set of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <json-c/json.h>

#include <strict_rules.h>

#include "contracts/embedded.h"
#include "openai/schema.h"
#include "json/reader.h"
#include "json/writer.h"

#define CLOSED "\"additionalProperties\":false"
#define STRING "{\"type\":\"string\"}"
#define NULLABLE(X) "{\"anyOf\":[" X ",{\"type\":\"null\"}]}"

static const struct {
    const char *source, *strict, *plain;
} k_forms[] = {
    {"{\"type\":\"object\",\"properties\":{}}",
     "{\"type\":\"object\",\"properties\":{},\"required\":[]," CLOSED "}",
     "{\"type\":\"object\",\"properties\":{},\"required\":[]," CLOSED "}"},
    /* optional becomes required and nullable */
    {"{\"type\":\"object\",\"properties\":{\"a\":" STRING ",\"b\":" STRING
     "},\"required\":[\"b\"]}",
     "{\"type\":\"object\",\"properties\":{\"a\":" NULLABLE(
         STRING) ",\"b\":" STRING "},\"required\":[\"a\",\"b\"]," CLOSED "}",
     "{\"type\":\"object\",\"properties\":{\"a\":" STRING ",\"b\":" STRING
     "},\"required\":[\"b\"]," CLOSED "}"},
    /* a null union becomes anyOf, once, whether optional or not */
    {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"null\",\"array\"],"
     "\"description\":\"d\",\"items\":" STRING "}}}",
     "{\"type\":\"object\",\"properties\":{\"a\":" NULLABLE(
         "{\"type\":\"array\",\"description\":\"d\",\"items\":" STRING
         "}") "},\"required\":[\"a\"]," CLOSED "}",
     "{\"type\":\"object\",\"properties\":{\"a\":" NULLABLE(
         "{\"type\":\"array\",\"description\":\"d\",\"items\":" STRING
         "}") "},\"required\":[]," CLOSED "}"},
    /* an enum loses its null to the union */
    {"{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":["
     "\"string\",\"null\"],\"enum\":[\"x\",null,\"y\"]}}}",
     "{\"type\":\"object\",\"properties\":{\"a\":" NULLABLE(
         "{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}") "},\"required\":[\"a\"]," CLOSED
                                                         "}",
     "{\"type\":\"object\",\"properties\":{\"a\":" NULLABLE(
         "{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}") "},\"required\":[\"a\"]," CLOSED
                                                         "}"},
    /* notes and unsupported rules go, supported ones stay; known formats only */
    {"{\"$schema\":\"s\",\"title\":\"t\",\"description\":\"d\",\"type\":\"object\","
     "\"required\":[\"u\",\"m\",\"s\",\"n\",\"l\"],\"properties\":{\"u\":{\"type\":"
     "\"string\",\"format\":\"uri\"},\"m\":{\"type\":\"string\",\"format\":\"email\"},"
     "\"s\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":9,\"default\":\"\"},"
     "\"n\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1.5},\"l\":{\"type\":"
     "\"array\",\"minItems\":1,\"uniqueItems\":true,\"items\":{\"type\":\"integer\"}}}}",
     "{\"type\":\"object\",\"description\":\"d\",\"properties\":{\"u\":" STRING
     ",\"m\":{\"type\":\"string\",\"format\":\"email\"},\"s\":" STRING
     ",\"n\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1.5},\"l\":{\"type\":"
     "\"array\",\"minItems\":1,\"items\":{\"type\":\"integer\"}}},\"required\":[\"u\","
     "\"m\",\"s\",\"n\",\"l\"]," CLOSED "}",
     "{\"type\":\"object\",\"description\":\"d\",\"properties\":{\"u\":" STRING
     ",\"m\":{\"type\":\"string\",\"format\":\"email\"},\"s\":" STRING
     ",\"n\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1.5},\"l\":{\"type\":"
     "\"array\",\"minItems\":1,\"items\":{\"type\":\"integer\"}}},\"required\":[\"u\","
     "\"m\",\"s\",\"n\",\"l\"]," CLOSED "}"},
};

static void assert_form(const char *source, bool strict, const char *wanted)
{
    struct cvx_buf form = CVX_BUF_INIT;
    assert_int_equal(
        cvx_openai_schema_derive(source, strlen(source), strict, &form, NULL), CVX_OK);
    assert_string_equal(form.data, wanted);
    cvx_buf_done(&form);
}

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_forms) / sizeof(k_forms[0]); i++) {
        assert_form(k_forms[i].source, true, k_forms[i].strict);
        assert_form(k_forms[i].source, false, k_forms[i].plain);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *source, *root, *top;
    } k_cases[] = {
        {"[]", "a schema must be an object", NULL},
        {"{\"type\":\"array\",\"items\":" STRING "}", "the root must be an object", NULL},
        {"{\"type\":[\"object\",\"null\"],\"properties\":{}}",
         "the root must be an object", NULL},
        {"{\"type\":\"object\"}", "an object of open-ended keys", NULL},
        {"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}",
         "an object of open-ended keys", NULL},
        {"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":" STRING "}",
         "an object of open-ended keys", NULL},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\"}}}",
         "an object of open-ended keys", "property 'a'"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}}}",
         "an array without items", "property 'a'"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"number\"]}}"
         "}",
         "a schema needs one type, null aside", "property 'a'"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}}}",
         "a schema needs one type, null aside", "property 'a'"},
        {"{\"type\":\"object\",\"properties\":{},\"allOf\":[]}",
         "the keyword 'allOf' has no form for a server", NULL},
        {"{\"type\":\"object\",\"properties\":{},\"patternProperties\":{}}",
         "the keyword 'patternProperties' has no form for a server", NULL},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":1}}}",
         "a schema must be an object", "property 'a'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_buf form = CVX_BUF_INIT;
        struct cvx_err err;
        cvx_err_init(&err);
        assert_int_equal(cvx_openai_schema_derive(k_cases[i].source,
                                                  strlen(k_cases[i].source), true, &form,
                                                  &err),
                         CVX_EFORMAT);
        assert_string_equal(cvx_err_root(&err), k_cases[i].root);
        if (k_cases[i].top)
            assert_string_equal(cvx_err_top(&err), k_cases[i].top);
        cvx_buf_done(&form);
    }
}

static struct json_object *parse(const char *text)
{
    struct json_object *root = NULL;
    assert_int_equal(cvx_reader_parse(text, strlen(text), &root, NULL), CVX_OK);
    return root;
}

/* --- the provider's rules --- */

static void assert_keeps_rules(const char *source, size_t len)
{
    struct cvx_buf form = CVX_BUF_INIT;
    assert_int_equal(cvx_openai_schema_derive(source, len, true, &form, NULL), CVX_OK);
    struct json_object *schema = parse(form.data);
    const char *broken = strict_rules_broken(schema);
    if (broken)
        fail_msg("%s: %s", form.data, broken);
    json_object_put(schema);
    cvx_buf_done(&form);
}

static void test_keeps_rules(void **state)
{
    (void)state;
    assert_keeps_rules(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len);
    assert_keeps_rules(cvx_embedded_research_schema, cvx_embedded_research_schema_len);
    for (size_t i = 0; i < sizeof(k_forms) / sizeof(k_forms[0]); i++)
        assert_keeps_rules(k_forms[i].source, strlen(k_forms[i].source));
}

/* The rule set refuses what it should: our own sources as they stand among them. */
static void test_rules_bite(void **state)
{
    static const struct {
        const char *schema, *broken;
    } k_cases[] = {
        {cvx_embedded_cv_schema, "a keyword that is not supported here"},
        {"{\"type\":\"array\",\"items\":" STRING "}", "a root that is no object"},
        {"{\"type\":\"object\",\"properties\":{},\"required\":[]}",
         "an object that is not closed"},
        {"{\"type\":\"object\",\"properties\":{\"a\":" STRING "},\"required\":[]," CLOSED
         "}",
         "a property that is not required"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"format\":"
         "\"uri\"}},\"required\":[\"a\"]," CLOSED "}",
         "a format that is not supported"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\","
         "\"minLength\":1}},\"required\":[\"a\"]," CLOSED "}",
         "a keyword that is not supported here"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}},"
         "\"required\":[\"a\"]," CLOSED "}",
         "a schema that is no object"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"text\"}]}},"
         "\"required\":[\"a\"]," CLOSED "}",
         "a type that is none"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct json_object *schema = parse(k_cases[i].schema);
        const char *broken = strict_rules_broken(schema);
        assert_non_null(broken);
        assert_string_equal(broken, k_cases[i].broken);
        json_object_put(schema);
    }
}

/* Ten levels are what strict mode takes; the eleventh is refused. */
static void test_levels(void **state)
{
    (void)state;
    for (size_t levels = 10; levels <= 11; levels++) {
        struct cvx_buf source = CVX_BUF_INIT, form = CVX_BUF_INIT;
        cvx_buf_puts(&source, "{\"type\":\"object\",\"properties\":{\"a\":");
        for (size_t i = 2; i < levels; i++)
            cvx_buf_puts(&source, "{\"type\":\"array\",\"items\":");
        cvx_buf_puts(&source, STRING);
        for (size_t i = 2; i < levels; i++)
            cvx_buf_putc(&source, '}');
        cvx_buf_puts(&source, "}}");
        assert_int_equal(
            cvx_openai_schema_derive(source.data, source.len, true, &form, NULL),
            levels == 10 ? CVX_OK : CVX_EFORMAT);
        cvx_buf_done(&source);
        cvx_buf_done(&form);
    }
}

/* --- answers --- */

static struct cvx_openai_schema *make(const char *text, size_t len)
{
    struct cvx_openai_schema *schema = NULL;
    struct cvx_err err;
    cvx_err_init(&err);
    if (cvx_openai_schema_new(text, len, &schema, &err))
        fail_msg("%s", cvx_err_root(&err));
    return schema;
}

#define IDENTITY                                                                         \
    "\"identity\":{\"title\":\"Baker\",\"full_name\":\"Ana Ruiz\","                      \
    "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"}"

static void test_cv_answers(void **state)
{
    static const struct {
        const char *answer, *says;
    } k_cases[] = {
        {"{" IDENTITY
         ",\"sidebar\":{\"tools\":null,\"skills\":[\"a\"]},\"overview\":\"\","
         "\"experiences\":[{\"heading\":\"h\",\"description\":\"\",\"bullets\":null,"
         "\"environment\":null}]}",
         ""},
        /* what the document does not tell is empty: the verifier's affair */
        {"{\"identity\":{\"title\":\"\",\"full_name\":\"\",\"first_name\":\"\","
         "\"last_name\":\"\"},\"sidebar\":{},\"overview\":\"\",\"experiences\":[]}",
         ""},
        {"{" IDENTITY ",\"sidebar\":null,\"overview\":null,\"experiences\":[{\"heading\":"
         "null,\"description\":1,\"bullets\":\"x\",\"extra\":1}]}",
         "errors: sidebar must be an object, overview must be a string, "
         "experiences[0].heading must be a string, experiences[0].description must be a "
         "string, experiences[0].bullets must be an array, unknown field: "
         "experiences[0].extra"},
        {"{" IDENTITY ",\"sidebar\":{},\"overview\":\"\"}",
         "errors: missing required field: experiences"},
    };
    struct cvx_openai_schema *schema =
        make(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len);
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct json_object *answer = parse(k_cases[i].answer);
        struct cvx_issues issues = {0};
        struct cvx_buf says = CVX_BUF_INIT;
        cvx_openai_schema_relax(schema, answer);
        assert_int_equal(cvx_openai_schema_check(schema, answer, &issues, NULL), CVX_OK);
        cvx_issues_print(&issues, &says);
        assert_string_equal(says.data ? says.data : "", k_cases[i].says);
        cvx_buf_done(&says);
        cvx_issues_done(&issues);
        json_object_put(answer);
    }
    cvx_openai_schema_free(schema);
    cvx_openai_schema_free(NULL);
}

/* Optional nulls go, unless our schema has null itself; required ones stay to be found. */
static void test_relax(void **state)
{
    struct cvx_openai_schema *schema =
        make(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len);
    struct json_object *answer =
        parse("{\"overview\":null,\"sidebar\":{\"tools\":null,\"skills\":[null]},"
              "\"experiences\":[{\"bullets\":null,\"environment\":null,\"other\":null},"
              "null],\"more\":null}");
    struct cvx_buf text = CVX_BUF_INIT;
    (void)state;
    cvx_openai_schema_relax(schema, answer);
    struct json_object *wanted =
        parse("{\"overview\":null,\"sidebar\":{\"skills\":[null]},\"experiences\":[{"
              "\"environment\":null,\"other\":null},null],\"more\":null}");
    assert_true(json_object_equal(answer, wanted));
    json_object_put(wanted);
    json_object_put(answer);
    answer = parse("[null]");
    cvx_openai_schema_relax(schema, answer);
    cvx_openai_schema_relax(schema, NULL);
    assert_int_equal(cvx_writer_print(answer, &text, NULL), CVX_OK);
    json_object_put(answer);
    cvx_buf_done(&text);
    cvx_openai_schema_free(schema);
}

static void test_profile(void **state)
{
    static const struct {
        const char *answer, *says;
    } k_cases[] = {
        {"{\"name\":\"Acme\",\"domains\":[]}", ""},
        {"{\"domains\":[\"x\"]}", "errors: missing required field: name"},
        {"{\"name\":\"Acme\",\"domains\":[],\"founded_year\":1901.0,\"employees\":0,"
         "\"technology_signals\":[{\"technology\":\"SQL\",\"interest\":\"high\","
         "\"confidence\":0.5,\"category\":null}]}",
         ""},
        {"{\"name\":\"Acme\",\"domains\":[],\"founded_year\":190.5,\"employees\":-1,"
         "\"technology_signals\":[{\"technology\":\"SQL\",\"interest\":\"huge\","
         "\"confidence\":1.1}]}",
         "errors: technology_signals[0].interest must be one of low, medium, high, "
         "technology_signals[0].confidence must be a number from 0 up to 1, "
         "founded_year must be a whole number from 1000 up to 2999, "
         "employees must be a whole number from 0"},
    };
    struct cvx_openai_schema *schema =
        make(cvx_embedded_research_schema, cvx_embedded_research_schema_len);
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct json_object *answer = parse(k_cases[i].answer);
        struct cvx_issues issues = {0};
        struct cvx_buf says = CVX_BUF_INIT;
        cvx_openai_schema_relax(schema, answer);
        assert_int_equal(cvx_openai_schema_check(schema, answer, &issues, NULL), CVX_OK);
        cvx_issues_print(&issues, &says);
        assert_string_equal(says.data ? says.data : "", k_cases[i].says);
        cvx_buf_done(&says);
        cvx_issues_done(&issues);
        json_object_put(answer);
    }
    cvx_openai_schema_free(schema);
}

/* Both halves must take a schema: the one that checks and the one that tells servers. */
static void test_new_refuses(void **state)
{
    /* No concatenation in it: a comma left out would go unseen. */
    static const char k_format[] = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
                                   "\"string\",\"format\":\"email\"}}}";
    static const char k_open[] =
        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}";
    static const char *const k_cases[] = {"{", k_format, k_open};
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_openai_schema *schema = NULL;
        struct cvx_err err;
        cvx_err_init(&err);
        assert_int_equal(
            cvx_openai_schema_new(k_cases[i], strlen(k_cases[i]), &schema, &err),
            CVX_EFORMAT);
        assert_null(schema);
        assert_true(*cvx_err_root(&err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_levels),      cmocka_unit_test(test_keeps_rules),
        cmocka_unit_test(test_rules_bite),  cmocka_unit_test(test_cv_answers),
        cmocka_unit_test(test_relax),       cmocka_unit_test(test_profile),
        cmocka_unit_test(test_new_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
