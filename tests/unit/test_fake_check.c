/* The stand-in server's judgement of requests, and its error bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/json.h>

#include "check.h"
#include "models.h"

#define USER "{\"role\":\"user\",\"content\":\"json please\"}"
#define WITH(more) "{\"model\":\"m\",\"messages\":[" USER "]," more "}"
#define MESSAGE(message) "{\"model\":\"m\",\"messages\":[" message "]}"
#define PART(part) MESSAGE("{\"role\":\"user\",\"content\":[" part "]}")
#define FORMAT(format) WITH("\"response_format\":" format)

struct refused {
    const char *request, *param, *code; /* NULL param: it is taken */
};

static void check(const char *quirks, enum fake_dialect dialect, const struct refused *c)
{
    struct fake_models models = {0};
    struct fake_refusal r = {0};
    struct json_object *request = json_tokener_parse(c->request);

    assert_non_null(request);
    assert_true(fake_models_add(&models, quirks));
    bool good = fake_check_request(request, fake_models_find(&models, "m"), dialect, &r);
    json_object_put(request);
    if (good != (c->param == NULL))
        fail_msg("%s: %s", c->request, good ? "was taken" : r.message);
    if (good)
        return;
    assert_int_equal(r.status, 400);
    assert_string_equal(r.param, c->param);
    assert_string_equal(r.code, c->code);
}

static void test_fields(void **state)
{
    static const struct refused k_cases[] = {
        {MESSAGE(USER), NULL, NULL},
        {WITH("\"store\":false,\"temperature\":0.5,\"reasoning_effort\":\"none\","
              "\"max_completion_tokens\":100,\"seed\":7,\"n\":1"),
         NULL, NULL},
        {"{\"model\":\"m\"}", "messages", "missing_required_parameter"},
        {WITH("\"foo\":1"), "foo", "unknown_parameter"},
        {WITH("\"temperature\":\"hot\""), "temperature", "invalid_type"},
        {WITH("\"temperature\":2.5"), "temperature", "decimal_above_max_value"},
        {WITH("\"temperature\":-1"), "temperature", "decimal_below_min_value"},
        {WITH("\"max_completion_tokens\":1.5"), "max_completion_tokens", "invalid_type"},
        {WITH("\"max_completion_tokens\":0"), "max_completion_tokens",
         "integer_below_min_value"},
        {WITH("\"max_completion_tokens\":200000"), "max_completion_tokens",
         "invalid_value"},
        {WITH("\"max_completion_tokens\":5,\"max_tokens\":5"), "max_tokens",
         "invalid_parameter_combination"},
        {WITH("\"reasoning_effort\":\"lots\""), "reasoning_effort", "invalid_value"},
        {WITH("\"store\":\"no\""), "store", "invalid_type"},
        {WITH("\"stream\":true"), "stream", "unsupported_value"},
        {WITH("\"metadata\":{\"a\":1}"), "metadata", "invalid_type"},
        {WITH("\"response_format\":null"), "response_format", "invalid_type"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++)
        check("m", FAKE_OPENAI, &k_cases[i]);
}

static void test_messages(void **state)
{
    static const struct refused k_cases[] = {
        {MESSAGE(""), "messages", "empty_array"},
        {MESSAGE("{\"content\":\"x\"}"), "messages[0].role",
         "missing_required_parameter"},
        {MESSAGE("{\"role\":\"boss\",\"content\":\"x\"}"), "messages[0].role",
         "invalid_value"},
        {MESSAGE(USER ",{\"role\":\"user\"}"), "messages[1].content", "invalid_type"},
        {MESSAGE("{\"role\":\"user\",\"content\":\"x\",\"mood\":1}"), "messages[0].mood",
         "unknown_parameter"},
        {MESSAGE("{\"role\":\"developer\",\"content\":\"x\"}"), NULL, NULL},
        {PART(""), "messages[0].content", "empty_array"},
        {PART("{\"type\":\"text\",\"text\":\"x\"}"), NULL, NULL},
        {PART("{\"text\":\"x\"}"), "messages[0].content[0]",
         "missing_required_parameter"},
        {PART("{\"type\":\"sound\"}"), "messages[0].content[0]", "invalid_value"},
        {PART("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":"
              "\"data:application/pdf;base64,JVBERg==\"}}"),
         NULL, NULL},
        {PART("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":"
              "\"data:application/pdf;base64,JVBERg=\"}}"),
         "messages[0].content[0].file", "invalid_base64"},
        {PART("{\"type\":\"file\",\"file\":{\"filename\":\"a.txt\",\"file_data\":"
              "\"data:text/plain;base64,JVBERg==\"}}"),
         "messages[0].content[0].file", "invalid_value"},
        {PART("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\"}}"),
         "messages[0].content[0].file", "missing_required_parameter"},
        {PART("{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,"
              "JVBERg==\"}}"),
         "messages[0].content[0].file", "missing_required_parameter"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++)
        check("m", FAKE_OPENAI, &k_cases[i]);
}

static const char k_strict[] =
    "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"cv\","
    "\"strict\":true,\"schema\":{\"type\":\"object\","
    "\"properties\":{},\"required\":[],"
    "\"additionalProperties\":false}}}";

static void test_format(void **state)
{
    static const struct refused k_cases[] = {
        {FORMAT("{\"type\":\"text\"}"), NULL, NULL},
        {FORMAT("{\"type\":\"json_object\"}"), NULL, NULL},
        {FORMAT("{}"), "response_format.type", "missing_required_parameter"},
        {FORMAT("{\"type\":\"xml\"}"), "response_format.type", "invalid_value"},
        {FORMAT("{\"type\":\"json_schema\"}"), "response_format.json_schema",
         "missing_required_parameter"},
        {FORMAT(
             "{\"type\":\"json_schema\",\"schema\":{},\"json_schema\":{\"name\":\"a\"}}"),
         "response_format.schema", "unknown_parameter"},
        {FORMAT("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}"),
         "response_format.json_schema.name", "missing_required_parameter"},
        {FORMAT("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\"}}"),
         "response_format.json_schema.name", "invalid_value"},
        {FORMAT(
             "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{}}}"),
         NULL, NULL},
        {FORMAT(
             "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,"
             "\"schema\":{\"type\":\"object\"}}}"),
         "response_format", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++)
        check("m", FAKE_OPENAI, &k_cases[i]);
    check(
        "m", FAKE_OPENAI,
        &(struct refused){"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
                          "\"x\"}],\"response_format\":{\"type\":\"json_object\"}}",
                          "messages", ""});
}

static void test_quirks(void **state)
{
    char strict[1024];
    static const struct {
        const char *quirks;
        struct refused c;
    } k_cases[] = {
        {"m:noeffort",
         {WITH("\"reasoning_effort\":\"none\""), "reasoning_effort",
          "unsupported_parameter"}},
        {"m:nonone",
         {WITH("\"reasoning_effort\":\"none\""), "reasoning_effort",
          "unsupported_value"}},
        {"m:nonone", {WITH("\"reasoning_effort\":\"low\""), NULL, NULL}},
        {"m:notemp", {WITH("\"temperature\":0.5"), "temperature", "unsupported_value"}},
        {"m:notemp", {WITH("\"temperature\":1"), NULL, NULL}},
        {"m:nostore", {WITH("\"store\":false"), "store", "unsupported_parameter"}},
        {"m:oldmax",
         {WITH("\"max_completion_tokens\":5"), "max_completion_tokens",
          "unsupported_parameter"}},
        {"m:newmax", {WITH("\"max_tokens\":5"), "max_tokens", "unsupported_parameter"}},
        {"m:nojson", {FORMAT("{\"type\":\"json_object\"}"), "response_format", ""}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++)
        check(k_cases[i].quirks, FAKE_OPENAI, &k_cases[i].c);
    int n = snprintf(strict, sizeof strict, WITH("\"response_format\":%s"), k_strict);
    assert_true(n > 0 && (size_t)n < sizeof strict);
    check("m", FAKE_OPENAI, &(struct refused){strict, NULL, NULL});
    check("m:nostrict", FAKE_OPENAI, &(struct refused){strict, "response_format", ""});
    check("m:noschema", FAKE_OPENAI, &(struct refused){strict, "response_format", ""});
}

static void test_dialects(void **state)
{
    static const char k_file[] =
        PART("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\","
             "\"file_data\":\"data:application/pdf;base64,JVBERg==\"}}");

    (void)state;
    check("m", FAKE_VLLM, &(struct refused){WITH("\"foo\":1"), NULL, NULL});
    check("m", FAKE_OLLAMA, &(struct refused){WITH("\"foo\":1"), NULL, NULL});
    check("m", FAKE_LITELLM,
          &(struct refused){WITH("\"foo\":1"), "foo", "unknown_parameter"});
    check("m", FAKE_OLLAMA, &(struct refused){FORMAT("{\"type\":\"xml\"}"), NULL, NULL});
    check("m", FAKE_OLLAMA, &(struct refused){k_file, "", ""});
    check("m", FAKE_AZURE, &(struct refused){k_file, NULL, NULL});
}

static void test_bodies(void **state)
{
    static const struct {
        enum fake_dialect dialect;
        const char *body;
    } k_cases[] = {
        {FAKE_OPENAI,
         "{\"error\":{\"message\":\"no \\\"x\\\"\",\"type\":\"t\",\"param\":null,"
         "\"code\":\"c\"}}"},
        {FAKE_VLLM,
         "{\"error\":{\"message\":\"no \\\"x\\\"\",\"type\":\"BadRequestError\","
         "\"param\":null,\"code\":429}}"},
        {FAKE_VLLM_OLD, "{\"object\":\"error\",\"message\":\"no \\\"x\\\"\",\"type\":"
                        "\"BadRequestError\",\"param\":null,\"code\":429}"},
        {FAKE_AZURE, "{\"error\":{\"message\":\"no \\\"x\\\"\",\"code\":\"c\"}}"},
        {FAKE_LLAMACPP, "{\"error\":{\"code\":429,\"message\":\"no \\\"x\\\"\",\"type\":"
                        "\"invalid_request_error\"}}"},
        {FAKE_OLLAMA, "{\"error\":{\"message\":\"no \\\"x\\\"\",\"type\":\"api_error\","
                      "\"param\":null,\"code\":null}}"},
        {FAKE_LITELLM,
         "{\"error\":{\"message\":\"litellm.RateLimitError: OpenAIException - no "
         "\\\"x\\\"\",\"type\":\"throttling_error\",\"param\":null,"
         "\"code\":\"429\"}}"},
    };
    struct fake_refusal r;

    (void)state;
    fake_refuse(&r, 429, "t", NULL, "c", "no \"%s\"", "x");
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++) {
        struct cvx_buf body = CVX_BUF_INIT;

        fake_refusal_body(&r, k_cases[i].dialect, &body);
        assert_string_equal(body.data, k_cases[i].body);
        cvx_buf_done(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),   cmocka_unit_test(test_messages),
        cmocka_unit_test(test_format),   cmocka_unit_test(test_quirks),
        cmocka_unit_test(test_dialects), cmocka_unit_test(test_bodies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
