/* Answers that are not 2xx, in every dialect: what becomes of the call, of the server's
 * profile, of the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "openai/reply.h"

#define E(message, type, param, code)                                                    \
    "{\"error\":{\"message\":\"" message "\",\"type\":" type ",\"param\":" param         \
    ",\"code\":" code "}}"
#define IRE "\"invalid_request_error\""

static enum cvx_verdict classify(int status, const char *body, const char *name,
                                 const char *value, struct cvx_profile *profile,
                                 struct cvx_err *err)
{
    struct cvx_header header = {name, value};
    struct cvx_reply reply = {
        .status = status, .headers = &header, .n_headers = name ? 1 : 0};
    cvx_buf_puts(&reply.body, body);
    cvx_err_init(err);
    enum cvx_verdict verdict = cvx_openai_classify(&reply, profile, err);
    cvx_buf_done(&reply.body);
    return verdict;
}

static const struct {
    int status;
    const char *body;
    enum cvx_verdict verdict;
    enum cvx_rc rc;
    const char *says; /* the whole text */
} k_cases[] = {
    /* --- nothing will work --- */
    {401, E("Incorrect API key provided", IRE, "null", "\"invalid_api_key\""),
     CVX_VERDICT_STOP, CVX_EDENIED,
     "the server refused the key: Incorrect API key provided"},
    {401, "", CVX_VERDICT_STOP, CVX_EDENIED, "the server refused the key"},
    {400, E("API key not valid", IRE, "null", "\"invalid_api_key\""), CVX_VERDICT_STOP,
     CVX_EDENIED, "the server refused the key: API key not valid"},
    {401, "{\"statusCode\":401,\"message\":\"Access denied\"}", CVX_VERDICT_STOP,
     CVX_EDENIED, "the server refused the key: Access denied"},
    {404, E("The model `x` does not exist", IRE, "null", "\"model_not_found\""),
     CVX_VERDICT_STOP, CVX_EDENIED,
     "the server knows no such model: The model `x` does not exist"},
    {403, E("Project has no access to model x", IRE, "null", "\"model_not_found\""),
     CVX_VERDICT_STOP, CVX_EDENIED,
     "the server knows no such model: Project has no access to model x"},
    {404, E("The model `x` does not exist.", "\"NotFoundError\"", "null", "404"),
     CVX_VERDICT_STOP, CVX_EDENIED,
     "the server knows no such model: The model `x` does not exist."}, /* vLLM */
    {404, "{\"error\":\"model 'x' not found, try pulling it first\"}", CVX_VERDICT_STOP,
     CVX_EDENIED,
     "the server knows no such model: model 'x' not found, try pulling it first"},
    {404,
     "{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"It is not there.\"}}",
     CVX_VERDICT_STOP, CVX_EDENIED,
     "the server knows no such model: It is not there."}, /* Azure */
    {404, "{\"error\":{\"code\":\"404\",\"message\":\"Resource not found\"}}",
     CVX_VERDICT_STOP, CVX_EDENIED,
     "nothing at this address (HTTP 404): Resource not found"},
    {404, "{\"detail\":\"Not Found\"}", CVX_VERDICT_STOP, CVX_EDENIED,
     "nothing at this address (HTTP 404): Not Found"},
    {404, "<html><body>our model of service</body></html>", CVX_VERDICT_STOP, CVX_EDENIED,
     "nothing at this address (HTTP 404): the server answered HTML instead of JSON"},
    {404, "404 page not found", CVX_VERDICT_STOP, CVX_EDENIED,
     "nothing at this address (HTTP 404): 404 page not found"},
    {403,
     E("Country not supported", "\"request_forbidden\"", "null",
       "\"unsupported_country_region_territory\""),
     CVX_VERDICT_STOP, CVX_EDENIED, "the server refused access: Country not supported"},
    {308, "", CVX_VERDICT_STOP, CVX_EDENIED,
     "the server has moved to another address, which is not followed"},
    {429,
     E("You exceeded your current quota", "\"insufficient_quota\"", "null",
       "\"insufficient_quota\""),
     CVX_VERDICT_STOP, CVX_EQUOTA,
     "the quota is exhausted: You exceeded your current quota"},
    {429, E("q", "\"insufficient_quota\"", "null", "\"credit_balance_exhausted\""),
     CVX_VERDICT_STOP, CVX_EQUOTA, "the quota is exhausted: q"},
    {429, E("q", "null", "null", "\"credit_balance_exhausted\""), CVX_VERDICT_STOP,
     CVX_EQUOTA, "the quota is exhausted: q"},
    {429, E("q", "null", "null", "\"organization_spend_limit_exceeded\""),
     CVX_VERDICT_STOP, CVX_EQUOTA, "the quota is exhausted: q"},
    {429, E("q", "null", "null", "\"project_spend_limit_exceeded\""), CVX_VERDICT_STOP,
     CVX_EQUOTA, "the quota is exhausted: q"},
    {429, E("q", "null", "null", "\"organization_usage_limit_exceeded\""),
     CVX_VERDICT_STOP, CVX_EQUOTA, "the quota is exhausted: q"},
    {400, E("q", "\"budget_exceeded\"", "null", "\"400\""), CVX_VERDICT_STOP, CVX_EQUOTA,
     "the quota is exhausted: q"}, /* LiteLLM */
    {402, "{\"error\":{\"message\":\"Insufficient Balance\"}}", CVX_VERDICT_STOP,
     CVX_EQUOTA, "the quota is exhausted: Insufficient Balance"},
    /* --- the same again may work --- */
    {429, E("Rate limit reached", "\"tokens\"", "null", "\"rate_limit_exceeded\""),
     CVX_VERDICT_RETRY, CVX_EIO, "HTTP 429: Rate limit reached"},
    {429, E("Slow down", "\"rate_limit_error\"", "null", "\"slow_down\""),
     CVX_VERDICT_RETRY, CVX_EIO, "HTTP 429: Slow down"},
    {429, E("busy", "\"throttling_error\"", "\"None\"", "\"429\""), CVX_VERDICT_RETRY,
     CVX_EIO, "HTTP 429: busy"},
    {429, "", CVX_VERDICT_RETRY, CVX_EIO, "HTTP 429"},
    {408, "", CVX_VERDICT_RETRY, CVX_EIO, "HTTP 408"},
    {409, "", CVX_VERDICT_RETRY, CVX_EIO, "HTTP 409"},
    {500, E("oops", "\"server_error\"", "null", "null"), CVX_VERDICT_RETRY, CVX_EIO,
     "HTTP 500: oops"},
    {502, "<html><h1>502 Bad Gateway</h1></html>", CVX_VERDICT_RETRY, CVX_EIO,
     "HTTP 502: the server answered HTML instead of JSON"},
    {502, "  <!DOCTYPE html>", CVX_VERDICT_RETRY, CVX_EIO,
     "HTTP 502: the server answered HTML instead of JSON"},
    {503,
     "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":"
     "\"unavailable_error\"}}",
     CVX_VERDICT_RETRY, CVX_EIO, "HTTP 503: Loading model"}, /* llama.cpp */
    {503, "{\"error\":\"server busy, please try again\"}", CVX_VERDICT_RETRY, CVX_EIO,
     "HTTP 503: server busy, please try again"}, /* Ollama */
    {504, "upstream\x1b[2J timed out\r\n", CVX_VERDICT_RETRY, CVX_EIO,
     "HTTP 504: upstream\\x1b[2J timed out\\r\\n"},
    {520, "", CVX_VERDICT_RETRY, CVX_EIO, "HTTP 520"},
    {530, "", CVX_VERDICT_RETRY, CVX_EIO, "HTTP 530"},
    /* --- this call is lost --- */
    {519, "", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 519"},
    {531, "", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 531"},
    {501,
     "{\"error\":{\"code\":501,\"message\":\"no\",\"type\":\"not_supported_error\"}}",
     CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 501: no"},
    {302, "", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 302"},
    {403, "<html>Request blocked</html>", CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 403: the server answered HTML instead of JSON"},
    {422, "{\"detail\":[{\"loc\":[\"body\",\"temperature\"],\"msg\":\"too hot\"}]}",
     CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 422: too hot"},
    {429,
     E("Request too large for gpt-x on tokens per min (TPM): Limit 10, Requested 12",
       "\"tokens\"", "null", "\"rate_limit_exceeded\""),
     CVX_VERDICT_FAILED, CVX_ELIMIT,
     "one request is larger than the limit per minute: Request too large for gpt-x on "
     "tokens per min (TPM): Limit 10, Requested 12"},
    {400,
     E("This model's maximum context length is 10 tokens", IRE, "\"messages\"",
       "\"context_length_exceeded\""),
     CVX_VERDICT_FAILED, CVX_ELIMIT,
     "too long for the model: This model's maximum context length is 10 tokens"},
    {400,
     E("This model's maximum context length is 10 tokens", "\"BadRequestError\"", "null",
       "400"),
     CVX_VERDICT_FAILED, CVX_ELIMIT,
     "too long for the model: This model's maximum context length is 10 tokens"},
    {400,
     "{\"object\":\"error\",\"message\":\"maximum context length is 10\",\"type\":"
     "\"BadRequestError\",\"param\":null,\"code\":400}",
     CVX_VERDICT_FAILED, CVX_ELIMIT,
     "too long for the model: maximum context length is 10"}, /* old vLLM */
    {400,
     "{\"error\":{\"code\":400,\"message\":\"too many\",\"type\":"
     "\"exceed_context_size_error\",\"n_prompt_tokens\":9,\"n_ctx\":8}}",
     CVX_VERDICT_FAILED, CVX_ELIMIT, "too long for the model: too many"},
    {400,
     "{\"error\":{\"message\":\"filtered\",\"type\":null,\"param\":\"prompt\","
     "\"code\":\"content_filter\",\"status\":400}}",
     CVX_VERDICT_FAILED, CVX_EFORMAT,
     "the provider's content filter refused the text: filtered"}, /* Azure */
    {400, E("Invalid 'messages'", IRE, "\"messages\"", "\"invalid_value\""),
     CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 400: Invalid 'messages'"},
    /* the user's own value is wrong: to drop it would hide that */
    {400,
     E("Invalid 'temperature': decimal above maximum value. Expected <= 2", IRE,
       "\"temperature\"", "\"decimal_above_max_value\""),
     CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 400: Invalid 'temperature': decimal above maximum value. Expected <= 2"},
    {400,
     E("max_completion_tokens is too large: 99999. This model supports at most 16384",
       IRE, "\"max_completion_tokens\"", "\"invalid_value\""),
     CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 400: max_completion_tokens is too large: 99999. This model supports at most "
     "16384"},
    /* words that only look like a parameter */
    {400,
     E("Unsupported region: restore your storefront, temperatures vary", IRE, "null",
       "null"),
     CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 400: Unsupported region: restore your storefront, temperatures vary"},
    /* a document that cannot be read says nothing about other documents */
    {400,
     E("Invalid file data: got unsupported MIME type", IRE,
       "\"messages[1].content[1].file.file_data\"", "\"invalid_value\""),
     CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 400: Invalid file data: got unsupported MIME type"},
    /* odd bodies */
    {400, "[{\"error\":{\"message\":\"in a list\"}}]", CVX_VERDICT_FAILED, CVX_EFORMAT,
     "HTTP 400: in a list"},
    {400, "{\"error\":{\"message\":{\"a\":1},\"code\":[1],\"type\":2}}",
     CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 400"},
    {400, "\"text\"", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 400: \"text\""},
    {400, "{\"error\":null}", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 400"},
    {418, "\xff\xfe", CVX_VERDICT_FAILED, CVX_EFORMAT, "HTTP 418: \\xff\\xfe"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_profile profile = {.generation = 7};
        struct cvx_err err;
        enum cvx_verdict verdict =
            classify(k_cases[i].status, k_cases[i].body, NULL, NULL, &profile, &err);
        if (verdict != k_cases[i].verdict || err.rc != k_cases[i].rc ||
            strcmp(cvx_err_top(&err), k_cases[i].says) != 0)
            fail_msg("%d %s: verdict %d, rc %d, \"%s\"", k_cases[i].status,
                     k_cases[i].body, verdict, err.rc, cvx_err_top(&err));
        assert_int_equal(profile.generation, 7);
    }
}

/* The header overrules the status, not a reason that no retry cures. */
static void test_should_retry(void **state)
{
    static const struct {
        int status;
        const char *value, *body;
        enum cvx_verdict verdict;
    } k_headers[] = {
        {500, "false", "", CVX_VERDICT_FAILED},
        {429, "False", "", CVX_VERDICT_FAILED},
        {400, "true", "", CVX_VERDICT_RETRY},
        {422, "TRUE", "", CVX_VERDICT_RETRY},
        {500, "maybe", "", CVX_VERDICT_RETRY},
        {401, "true", "", CVX_VERDICT_STOP},
        {429, "true", E("q", "\"insufficient_quota\"", "null", "null"), CVX_VERDICT_STOP},
        {400, "true", E("x", "null", "null", "\"context_length_exceeded\""),
         CVX_VERDICT_FAILED},
        {400, "false", E("no", IRE, "\"store\"", "\"unknown_parameter\""),
         CVX_VERDICT_ADAPT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_headers) / sizeof(k_headers[0]); i++) {
        struct cvx_profile profile = {0};
        struct cvx_err err;
        assert_int_equal(classify(k_headers[i].status, k_headers[i].body,
                                  "X-Should-Retry", k_headers[i].value, &profile, &err),
                         k_headers[i].verdict);
    }
}

static void test_html_by_type(void **state)
{
    struct cvx_profile profile = {0};
    struct cvx_err err;
    (void)state;
    assert_int_equal(
        classify(405, "Sorry", "Content-Type", "text/html; charset=x", &profile, &err),
        CVX_VERDICT_FAILED);
    assert_string_equal(cvx_err_top(&err),
                        "HTTP 405: the server answered HTML instead of JSON");
}

/* --- step-downs --- */

static const struct {
    const char *body;
    struct cvx_profile after;
} k_steps[] = {
    {E("Invalid schema for response_format 'cv': no", IRE, "\"response_format\"", "null"),
     {.schema_mode = CVX_MODE_LOOSE}},
    {E("no", IRE, "\"response_format.json_schema.schema\"", "\"invalid_value\""),
     {.schema_mode = CVX_MODE_LOOSE}},
    {E("response_format value as json_schema is enabled only for newer versions", "null",
       "null", "\"BadRequest\""),
     {.schema_mode = CVX_MODE_LOOSE}}, /* Azure, old API versions */
    {E("This model does not support structured outputs", IRE, "null", "400"),
     {.schema_mode = CVX_MODE_LOOSE}},
    {"{\"error\":{\"code\":400,\"message\":\"Either \\\"json_schema\\\" or "
     "\\\"grammar\\\"\",\"type\":\"invalid_request_error\"}}",
     {.schema_mode = CVX_MODE_LOOSE}}, /* llama.cpp */
    {E("Unsupported value: 'temperature' does not support 0.5 with this model. Only the "
       "default (1) value is supported.",
       IRE, "\"temperature\"", "\"unsupported_value\""),
     {.drop_temperature = true}},
    {E("Unsupported parameter: 'temperature'", IRE, "null", "null"),
     {.drop_temperature = true}},
    {E("Invalid value: 'none'. Supported values are: 'low' and 'high'.", IRE,
       "\"reasoning_effort\"", "\"invalid_value\""),
     {.drop_effort = true}},
    {E("Unrecognized request argument supplied: reasoning_effort", IRE, "null", "null"),
     {.drop_effort = true}},
    {E("litellm.UnsupportedParamsError: openai does not support parameters: "
       "['reasoning_effort'], for model=x",
       "\"None\"", "\"None\"", "\"400\""),
     {.drop_effort = true}}, /* LiteLLM */
    {E("Unknown parameter: 'store'.", IRE, "\"store\"", "\"unknown_parameter\""),
     {.drop_store = true}},
    {E("Additional properties are not allowed ('store' was unexpected)", IRE, "null",
       "null"),
     {.drop_store = true}},
    {E("Unrecognized request argument supplied: max_completion_tokens", IRE, "null",
       "null"),
     {.old_max_tokens = true}},
    {E("Unsupported parameter", IRE, "\"max_completion_tokens\"",
       "\"unsupported_parameter\""),
     {.old_max_tokens = true}},
    {E("invalid message format", IRE, "null", "null"), {.no_files = true}}, /* Ollama */
    {E("Unknown part type: file", "\"BadRequestError\"", "null", "400"),
     {.no_files = true}}, /* vLLM */
    {E("unsupported content[].type", IRE, "null", "400"), {.no_files = true}},
    {E("Invalid value: 'file'. Supported values are: 'text' and 'image_url'.", IRE,
       "\"messages[1].content[1].type\"", "\"invalid_value\""),
     {.no_files = true}},
};

static void assert_profile(const struct cvx_profile *have, const struct cvx_profile *want)
{
    assert_int_equal(have->generation, want->generation);
    assert_int_equal(have->schema_mode, want->schema_mode);
    assert_int_equal(have->drop_temperature, want->drop_temperature);
    assert_int_equal(have->drop_effort, want->drop_effort);
    assert_int_equal(have->drop_store, want->drop_store);
    assert_int_equal(have->old_max_tokens, want->old_max_tokens);
    assert_int_equal(have->no_files, want->no_files);
}

/* Each changes one thing, once: the same complaint about a request without it is final (the
 * schema has three steps). */
static void test_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_steps) / sizeof(k_steps[0]); i++) {
        struct cvx_profile profile = {0}, want = k_steps[i].after;
        struct cvx_err err;
        want.generation = 1;
        if (classify(400, k_steps[i].body, NULL, NULL, &profile, &err) !=
            CVX_VERDICT_ADAPT)
            fail_msg("%s", k_steps[i].body);
        assert_true(strncmp(cvx_err_top(&err), "the ", 4) == 0);
        assert_profile(&profile, &want);
        for (;
             want.schema_mode > CVX_MODE_STRICT && want.schema_mode < CVX_MODE_PROMPT;) {
            assert_int_equal(classify(400, k_steps[i].body, NULL, NULL, &profile, &err),
                             CVX_VERDICT_ADAPT);
            want.schema_mode++;
            want.generation++;
            assert_profile(&profile, &want);
        }
        assert_int_equal(classify(400, k_steps[i].body, NULL, NULL, &profile, &err),
                         CVX_VERDICT_FAILED);
        assert_profile(&profile, &want);
    }
}

/* Only a 400 is about the form of a request. */
static void test_steps_need_400(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_steps) / sizeof(k_steps[0]); i++) {
        struct cvx_profile profile = {0}, want = {0};
        struct cvx_err err;
        assert_int_equal(classify(500, k_steps[i].body, NULL, NULL, &profile, &err),
                         CVX_VERDICT_RETRY);
        assert_profile(&profile, &want);
    }
}

/* A long text is cut between characters. */
static void test_long_text(void **state)
{
    struct cvx_profile profile = {0};
    struct cvx_err err;
    struct cvx_buf body = CVX_BUF_INIT;
    (void)state;
    cvx_buf_puts(&body, "{\"error\":\"x");
    for (size_t i = 0; i < 1000; i++)
        cvx_buf_puts(&body, "\xE2\x82\xAC");
    cvx_buf_puts(&body, "\"}");
    assert_int_equal(classify(500, body.data, NULL, NULL, &profile, &err),
                     CVX_VERDICT_RETRY);
    size_t len = strlen(cvx_err_top(&err));
    assert_in_range(len, 200, 260);
    assert_string_equal(cvx_err_top(&err) + len - 6, "\xE2\x82\xAC...");
    cvx_buf_done(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),          cmocka_unit_test(test_should_retry),
        cmocka_unit_test(test_html_by_type),   cmocka_unit_test(test_steps),
        cmocka_unit_test(test_steps_need_400), cmocka_unit_test(test_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
