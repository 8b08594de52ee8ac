/* The schema file as a structure, and cv-schema-verifier's words for every way to break it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/cv.h>

#include "contracts/embedded.h"
#include "stages.h"
#include "verify/schema.h"

#define IDENTITY                                                                         \
    "\"identity\":{\"title\":\"Baker\",\"full_name\":\"Ana Ruiz\","                      \
    "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"}"
#define REST "\"sidebar\":{},\"overview\":\"\",\"experiences\":[]"

/* What the verifier says about a document. */
static void verify(void *state, const char *text, struct cvx_buf *ret)
{
    struct cvx_task task = {.state = state};
    struct cvx_err err;
    if (cvx_cv_parse(text, strlen(text), &task.input, &err))
        fail_msg("%s: %s", text, cvx_err_root(&err));
    assert_int_equal(cvx_cv_schema_verifier.run(&task), CVX_OK);
    assert_int_equal(task.issues.errors, task.issues.count);
    cvx_issues_print(&task.issues, ret);
    cvx_issues_done(&task.issues);
    cvx_cv_free(task.input);
}

static int prepare(void **state)
{
    struct cvx_task task = {0};
    struct cvx_next next = cvx_cv_schema_verifier.prepare(&task);
    *state = task.made_state;
    return next.wait == CVX_WAIT_NONE ? next.rc : -1;
}

static int close_state(void **state)
{
    cvx_cv_schema_verifier.close(*state);
    return 0;
}

static const struct {
    const char *text, *says;
} k_verdicts[] = {
    {"{" IDENTITY "," REST "}", ""},
    /* the order of a document's own keys does not matter */
    {"{" REST "," IDENTITY "}", ""},
    {"[]", "errors: document must be an object"},
    {"null", "errors: document must be an object"},
    {"{}", "errors: missing required field: identity, missing required field: sidebar, "
           "missing required field: overview, missing required field: experiences"},
    {"{\"experiences\":{}," IDENTITY "}",
     "errors: missing required field: sidebar, missing required field: overview, "
     "experiences must be an array"},
    /* identity */
    {"{\"identity\":null," REST "}", "errors: identity must be an object"},
    {"{\"identity\":[]," REST "}", "errors: identity must be an object"},
    {"{\"identity\":{}," REST "}", "errors: identity missing required field: title, "
                                   "identity missing required field: "
                                   "full_name, identity missing required field: "
                                   "first_name, identity missing required "
                                   "field: last_name"},
    {"{\"identity\":{\"title\":\"\",\"first_name\":7,\"last_name\":null}," REST "}",
     "errors: identity.title must be a non-empty string, identity missing required "
     "field: full_name, identity.first_name must be a non-empty string, "
     "identity.last_name must be a non-empty string"},
    /* empty means exactly empty */
    {"{\"identity\":{\"title\":\" \",\"full_name\":\"\\u00a0\",\"first_name\":\".\","
     "\"last_name\":\"\\u0000\"}," REST "}",
     ""},
    /* sidebar and overview */
    {"{" IDENTITY ",\"sidebar\":[],\"overview\":null,\"experiences\":[]}",
     "errors: sidebar must be an object, overview must be a string"},
    {"{" IDENTITY ",\"sidebar\":{\"tools\":null,\"skills\":[\"a\",1,2],\"languages\":[]},"
     "\"overview\":\"\",\"experiences\":[]}",
     "errors: sidebar.skills items must be strings, sidebar.tools must be an array"},
    /* experiences */
    {"{" IDENTITY ",\"sidebar\":{},\"overview\":\"\",\"experiences\":["
     "{\"heading\":\"h\",\"description\":\"\"},3,"
     "{\"description\":[],\"bullets\":{},\"environment\":\"x\"},"
     "{\"heading\":null,\"description\":\"d\",\"bullets\":[null],\"environment\":[[]]"
     "},"
     "{\"heading\":\"h\",\"description\":\"d\",\"bullets\":[],\"environment\":null},"
     "{\"heading\":\"h\",\"description\":\"d\",\"bullets\":null}]}",
     "errors: experiences[1] must be an object, "
     "experiences[2] missing required field: heading, "
     "experiences[2].description must be a string, "
     "experiences[2].bullets must be an array, "
     "experiences[2].environment must be an array or null, "
     "experiences[3].heading must be a string, "
     "experiences[3].bullets items must be strings, "
     "experiences[3].environment items must be strings, "
     "experiences[5].bullets must be an array"},
    /* unknown fields come last, the root's first */
    {"{\"zeta\":1,\"experiences\":[{\"heading\":\"h\",\"description\":\"d\"},"
     "{\"x\":1,\"heading\":1,\"description\":\"d\",\"y\\n\":null}],\"alpha\":{\"b\":"
     "1},"
     "\"sidebar\":{\"hobbies\":[]},\"overview\":\"\",\"identity\":{\"title\":\"t\","
     "\"full_name\":\"f\",\"first_name\":\"f\",\"middle_name\":\"m\",\"last_name\":"
     "\"l\"}}",
     "errors: experiences[1].heading must be a string, unknown field: zeta, unknown "
     "field: alpha, unknown field: identity.middle_name, unknown field: "
     "sidebar.hobbies, "
     "unknown field: experiences[1].x, unknown field: experiences[1].y\\n"},
};

static void test_verdicts(void **state)
{
    for (size_t i = 0; i < sizeof(k_verdicts) / sizeof(k_verdicts[0]); i++) {
        struct cvx_buf says = CVX_BUF_INIT;
        verify(*state, k_verdicts[i].text, &says);
        assert_string_equal(says.data ? says.data : "", k_verdicts[i].says);
        cvx_buf_done(&says);
    }
}

static void test_descriptor(void **state)
{
    const struct cvx_stage *stage = &cvx_cv_schema_verifier;
    (void)state;
    assert_int_equal(stage->contract, CVX_STAGE_CONTRACT);
    assert_int_equal(stage->kind, CVX_VERIFIER);
    assert_string_equal(stage->name, "cv-schema-verifier");
    assert_int_equal(stage->default_after,
                     CVX_AFTER(CVX_EXTRACTOR) | CVX_AFTER(CVX_ADJUSTER));
}

static void assert_fields(const struct cvx_schema *schema, const char *const *names,
                          size_t count, size_t required)
{
    assert_int_equal(schema->types, CVX_SCHEMA_OBJECT);
    assert_true(schema->closed);
    assert_int_equal(schema->n_fields, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(schema->fields[i].name, names[i]);
        assert_int_equal(schema->fields[i].required, i < required);
    }
}

/* The format, as 20-extraction.md gives it, stands in the embedded file. */
static void test_embedded(void **state)
{
    static const char *const k_root[] = {"identity", "sidebar", "overview",
                                         "experiences"};
    static const char *const k_identity[] = {"title", "full_name", "first_name",
                                             "last_name"};
    static const char *const k_sidebar[] = {
        "skills",           "languages",          "tools", "certifications", "industries",
        "spoken_languages", "academic_background"};
    static const char *const k_experience[] = {"heading", "description", "bullets",
                                               "environment"};
    struct cvx_schema *schema = NULL;
    (void)state;
    assert_int_equal(cvx_embedded_cv_schema_len, strlen(cvx_embedded_cv_schema));
    assert_int_equal(cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                      &schema, NULL),
                     CVX_OK);
    assert_fields(schema, k_root, 4, 4);
    assert_fields(cvx_schema_find(schema, "identity")->schema, k_identity, 4, 4);
    assert_fields(cvx_schema_find(schema, "sidebar")->schema, k_sidebar, 7, 0);
    const struct cvx_schema *experiences = cvx_schema_find(schema, "experiences")->schema;
    assert_int_equal(experiences->types, CVX_SCHEMA_ARRAY);
    assert_fields(experiences->items, k_experience, 4, 2);
    assert_int_equal(experiences->items->fields[3].schema->types,
                     CVX_SCHEMA_ARRAY | CVX_SCHEMA_NULL);
    assert_null(cvx_schema_find(schema, "title"));
    cvx_schema_free(schema);
    cvx_schema_free(NULL);
}

static void test_bad_schemas(void **state)
{
    static const struct {
        const char *text, *says;
    } k_cases[] = {
        {"{", "line 1, column 2: expected a key or '}', found the end of the text"},
        {"[]", "a schema must be an object"},
        {"{}", "unsupported schema type ''"},
        {"{\"type\":\"any\"}", "unsupported schema type 'any'"},
        {"{\"type\":[]}", "'type' names no type"},
        {"{\"type\":[\"string\",1]}", "unsupported schema type ''"},
        {"{\"type\":\"string\",\"pattern\":\"x\"}",
         "unsupported schema keyword 'pattern'"},
        {"{\"type\":\"string\",\"minLength\":-1}", "'minLength' must be a number from 0"},
        {"{\"type\":\"string\",\"minLength\":\"1\"}",
         "'minLength' must be a number from 0"},
        {"{\"type\":\"number\",\"minimum\":\"0\"}", "'minimum' must be a number"},
        {"{\"type\":\"number\",\"maximum\":null}", "'maximum' must be a number"},
        {"{\"type\":\"array\",\"minItems\":1.5}", "'minItems' must be a number from 0"},
        {"{\"type\":\"array\",\"maxItems\":-1}", "'maxItems' must be a number from 0"},
        {"{\"type\":\"string\",\"enum\":[]}",
         "'enum' must be a list of strings, for a string"},
        {"{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",null]}",
         "'enum' must be a list of strings, for a string"},
        {"{\"type\":\"string\",\"enum\":[\"a\",1]}", "'enum' must hold strings"},
        {"{\"type\":\"object\",\"properties\":[]}", "'properties' must be an object"},
        {"{\"type\":\"object\",\"required\":{}}", "'required' must be an array"},
        {"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}},"
         "\"required\":[\"b\"]}",
         "'required' names no property: 'b'"},
        {"{\"type\":\"object\",\"additionalProperties\":{}}",
         "'additionalProperties' must be true or false"},
        {"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"a\":1}}}",
         "a schema must be an object"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_schema *schema = NULL;
        struct cvx_err err;
        cvx_err_init(&err);
        assert_int_equal(
            cvx_schema_parse(k_cases[i].text, strlen(k_cases[i].text), &schema, &err),
            CVX_EFORMAT);
        assert_null(schema);
        assert_string_equal(cvx_err_root(&err), k_cases[i].says);
    }
}

/* A schema need not close an object, nor say what a list holds. */
static void test_open_schema(void **state)
{
    static const char k_text[] =
        "{\"required\":[\"a\"],\"type\":\"object\",\"additionalProperties\":true,"
        "\"properties\":{\"a\":{\"type\":\"array\"},\"b\":{\"type\":[\"null\",\"string\"]"
        ","
        "\"minLength\":3}}}";
    struct cvx_schema *schema = NULL;
    struct cvx_buf says = CVX_BUF_INIT;
    (void)state;
    assert_int_equal(cvx_schema_parse(k_text, strlen(k_text), &schema, NULL), CVX_OK);
    verify(schema, "{\"a\":[1,{}],\"b\":\"\xC3\xA9\xC3\xA9\xC3\xA9\",\"c\":1}", &says);
    assert_int_equal(says.len, 0);
    verify(schema, "{\"a\":[],\"b\":\"\xC3\xA9\xC3\xA9\"}", &says);
    assert_string_equal(says.data, "errors: b must be a non-empty string or null");
    cvx_buf_done(&says);
    cvx_schema_free(schema);
}

/* Numbers, choices and counts, in words. */
static void test_limits(void **state)
{
    static const char k_text[] =
        "{\"type\":\"object\",\"properties\":{"
        "\"n\":{\"type\":\"number\",\"minimum\":-0.5,\"maximum\":2},"
        "\"i\":{\"type\":[\"integer\",\"null\"],\"maximum\":9},"
        "\"b\":{\"type\":\"boolean\"},"
        "\"e\":{\"type\":\"string\",\"enum\":[\"x\",\"y z\"]},"
        "\"l\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{\"type\":"
        "\"string\",\"enum\":[\"x\"]}}}}";
    static const struct {
        const char *text, *says;
    } k_cases[] = {
        {"{\"n\":-0.5,\"i\":9,\"b\":false,\"e\":\"y z\",\"l\":[\"x\"]}", ""},
        {"{\"n\":2,\"i\":null,\"l\":[\"x\",\"x\"]}", ""},
        {"{\"i\":-3.0}", ""},
        {"{\"i\":-123456789012345678901234567890}", ""},
        {"{\"i\":123456789012345678901234567890}",
         "errors: i must be a whole number up to 9 or null"},
        {"{\"i\":0.5}", "errors: i must be a whole number up to 9 or null"},
        {"{\"n\":-0.6}", "errors: n must be a number from -0.5 up to 2"},
        {"{\"n\":2.001}", "errors: n must be a number from -0.5 up to 2"},
        {"{\"n\":\"1\",\"b\":0}",
         "errors: n must be a number from -0.5 up to 2, b must be true or false"},
        {"{\"e\":\"y\"}", "errors: e must be one of x, y z"},
        {"{\"e\":\"x\\u0000\"}", "errors: e must be one of x, y z"},
        {"{\"l\":[]}", "errors: l must be an array from 1 up to 2 items long"},
        {"{\"l\":[\"x\",\"x\",\"x\"]}",
         "errors: l must be an array from 1 up to 2 items long"},
        {"{\"l\":[\"q\"]}", "errors: l items must be one of x"},
    };
    struct cvx_schema *schema = NULL;
    (void)state;
    assert_int_equal(cvx_schema_parse(k_text, strlen(k_text), &schema, NULL), CVX_OK);
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_buf says = CVX_BUF_INIT;
        verify(schema, k_cases[i].text, &says);
        assert_string_equal(says.data ? says.data : "", k_cases[i].says);
        cvx_buf_done(&says);
    }
    cvx_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_verdicts, prepare, close_state),
        cmocka_unit_test(test_descriptor),
        cmocka_unit_test(test_embedded),
        cmocka_unit_test(test_bad_schemas),
        cmocka_unit_test(test_open_schema),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
