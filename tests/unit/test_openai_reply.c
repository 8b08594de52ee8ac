/* 2xx answers: what counts as the document, what each other answer is called, and tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <json-c/json.h>

#include <chat_drive.h>

#include "openai/reply.h"
#include "json/writer.h"

struct outcome {
    enum cvx_verdict verdict;
    struct cvx_usage usage;
    struct cvx_buf document, text;
    struct cvx_err err;
};

static void judge(const char *body, size_t len, struct outcome *ret)
{
    struct cvx_reply reply = {.status = 200};
    struct json_object *root = NULL;
    memset(ret, 0, sizeof(*ret));
    cvx_buf_put(&reply.body, body, len);
    ret->verdict =
        cvx_openai_reply(&reply, 300, &root, &ret->text, &ret->usage, &ret->err);
    assert_int_equal(root != NULL, ret->verdict == CVX_VERDICT_ACCEPTED);
    if (root)
        assert_int_equal(cvx_writer_print(root, &ret->document, NULL), CVX_OK);
    json_object_put(root);
    cvx_buf_done(&reply.body);
}

static void outcome_done(struct outcome *outcome)
{
    cvx_buf_done(&outcome->document);
    cvx_buf_done(&outcome->text);
}

/* --- what the model wrote --- */

static const struct {
    const char *content, *finish;
    enum cvx_verdict verdict;
    const char *says; /* the document, or the message */
} k_contents[] = {
    {"{\"a\":1}", "stop", CVX_VERDICT_ACCEPTED, "{\n  \"a\": 1\n}"},
    {"{}", NULL, CVX_VERDICT_ACCEPTED, "{}"},
    {" \r\n\t{}\n", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"```json\n{}\n```", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"```\n{}\n```\nI hope this helps.", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"```json\n{}", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"```{}```", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"<think>maybe {\"b\":2}?</think>\n{}", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"<think></think>```json\n{}\n```", NULL, CVX_VERDICT_ACCEPTED, "{}"},
    {"Here it is:\n```json\n{}\n```", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"Of course! {} Done.", "stop", CVX_VERDICT_ACCEPTED, "{}"},
    {"{\"a\":\"```\\n</think>\"}", "stop", CVX_VERDICT_ACCEPTED,
     "{\n  \"a\": \"```\\n</think>\"\n}"},
    {"{\"a\":\"\\u00e9\\u0000\"}", "stop", CVX_VERDICT_ACCEPTED,
     "{\n  \"a\": \"\xC3\xA9\\u0000\"\n}"},
    {"I cannot do that.", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: no JSON document in it"},
    {"<think>hm {}", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: no JSON document in it"},
    {"```", "stop", CVX_VERDICT_REPAIR, "the answer is not JSON: no JSON document in it"},
    {"}{", "stop", CVX_VERDICT_REPAIR, "the answer is not JSON: no JSON document in it"},
    {"[{}]", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: the JSON in it is no object"},
    {"null", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: the JSON in it is no object"},
    {"{\"a\":1,}", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: line 1, column 8: expected a key, found '}'"},
    {"x {\"a\":'1'} y", "stop", CVX_VERDICT_REPAIR,
     "the answer is not JSON: line 1, column 6: unexpected ''' (strings "
     "stand in double quotes)"},
    {"{\"a\":1", NULL, CVX_VERDICT_FAILED,
     "the answer is not JSON and does not say how it ended: no JSON document in it"},
    {"{\"a\":1", "length", CVX_VERDICT_LONGER, "the answer was cut by its cap"},
    {"", "length", CVX_VERDICT_LONGER, "the answer was cut by its cap"},
    {"{}", "content_filter", CVX_VERDICT_FAILED,
     "the provider's content filter cut the answer"},
    {"{}", "tool_calls", CVX_VERDICT_FAILED,
     "the answer ended with finish_reason: tool_calls"},
    {"{}", "\x1b[1m", CVX_VERDICT_FAILED,
     "the answer ended with finish_reason: \\x1b[1m"},
    {"", "stop", CVX_VERDICT_FAILED, "the answer is empty"},
    {" \n", "stop", CVX_VERDICT_FAILED, "the answer is empty"},
};

static void test_contents(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_contents) / sizeof(k_contents[0]); i++) {
        struct outcome outcome;
        struct cvx_buf body = CVX_BUF_INIT;
        chat_completion(&body, k_contents[i].content, k_contents[i].finish);
        judge(body.data, body.len, &outcome);
        const char *says =
            outcome.document.data ? outcome.document.data : cvx_err_top(&outcome.err);
        if (outcome.verdict != k_contents[i].verdict ||
            strcmp(says, k_contents[i].says) != 0)
            fail_msg("%s: verdict %d, \"%s\"", k_contents[i].content, outcome.verdict,
                     says);
        /* the model's own words, for the repair turn */
        assert_int_equal(outcome.text.len, strlen(k_contents[i].content));
        assert_int_equal(outcome.usage.in, 100);
        assert_int_equal(outcome.usage.out, 20);
        assert_false(outcome.usage.estimated);
        cvx_buf_done(&body);
        outcome_done(&outcome);
    }
}

/* --- the frame around it --- */

#define CHOICE(rest) "{\"choices\":[{" rest "}]}"
#define STOP ",\"finish_reason\":\"stop\""

static const struct {
    const char *body;
    enum cvx_verdict verdict;
    const char *says;
} k_bodies[] = {
    {"", CVX_VERDICT_FAILED, "the server answered nothing"},
    {"<html></html>", CVX_VERDICT_FAILED, "the server answered HTML instead of JSON"},
    {"{\"choices\":[{\"mess", CVX_VERDICT_FAILED,
     "the server's answer is not JSON: line 1, column 14: this string has no end"},
    {"[]", CVX_VERDICT_FAILED, "the answer is no chat completion"},
    {"null", CVX_VERDICT_FAILED, "the answer is no chat completion"},
    {"{}", CVX_VERDICT_FAILED, "the answer has no choices"},
    {"{\"choices\":{}}", CVX_VERDICT_FAILED, "the answer has no choices"},
    {"{\"choices\":[]}", CVX_VERDICT_FAILED, "the answer has no choices"},
    {"{\"choices\":[],\"error\":{\"message\":\"upstream died\",\"code\":502}}",
     CVX_VERDICT_FAILED, "the server answered with an error: upstream died"},
    {"{\"choices\":[1]}", CVX_VERDICT_FAILED, "the answer is empty"},
    {CHOICE("\"message\":null" STOP), CVX_VERDICT_FAILED, "the answer is empty"},
    {CHOICE("\"message\":{\"content\":null}" STOP), CVX_VERDICT_FAILED,
     "the answer is empty"},
    {CHOICE("\"message\":{\"content\":7}" STOP), CVX_VERDICT_FAILED,
     "the answer is empty"},
    {CHOICE("\"message\":{\"content\":null,\"reasoning\":\"hm\"}" STOP),
     CVX_VERDICT_FAILED, "the answer is empty"},
    {CHOICE("\"message\":{\"content\":null,\"refusal\":\"I can't\\nhelp\"}" STOP),
     CVX_VERDICT_FAILED, "the model refused: I can't\\nhelp"},
    {CHOICE("\"message\":{\"content\":\"{}\",\"refusal\":\"No.\"}" STOP),
     CVX_VERDICT_FAILED, "the model refused: No."},
    {CHOICE("\"message\":{\"content\":null,\"refusal\":\"\"}" STOP), CVX_VERDICT_FAILED,
     "the model refused"},
    /* a field that is always there says nothing */
    {CHOICE("\"message\":{\"content\":\"{}\",\"refusal\":\"\"}" STOP),
     CVX_VERDICT_ACCEPTED, "{}"},
    {CHOICE("\"message\":{\"content\":\"{}\"},\"finish_reason\":null"),
     CVX_VERDICT_ACCEPTED, "{}"},
    {CHOICE("\"message\":{\"content\":\"no\"},\"finish_reason\":null"),
     CVX_VERDICT_FAILED,
     "the answer is not JSON and does not say how it ended: no JSON document in it"},
    /* content in parts */
    {CHOICE("\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\":\"},"
            "{\"type\":\"text\",\"text\":\"1}\"}]}" STOP),
     CVX_VERDICT_ACCEPTED, "{\n  \"a\": 1\n}"},
    {CHOICE(
         "\"message\":{\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}" STOP),
     CVX_VERDICT_FAILED, "the model refused: No."},
    {CHOICE("\"message\":{\"content\":[]}" STOP), CVX_VERDICT_FAILED,
     "the answer is empty"},
    /* the first choice counts */
    {"{\"choices\":[{\"message\":{\"content\":\"{}\"}" STOP "},{\"message\":{\"content\":"
     "\"x\"}}]}",
     CVX_VERDICT_ACCEPTED, "{}"},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_bodies) / sizeof(k_bodies[0]); i++) {
        struct outcome outcome;
        judge(k_bodies[i].body, strlen(k_bodies[i].body), &outcome);
        const char *says =
            outcome.document.data ? outcome.document.data : cvx_err_top(&outcome.err);
        if (outcome.verdict != k_bodies[i].verdict || strcmp(says, k_bodies[i].says) != 0)
            fail_msg("%s: verdict %d, \"%s\"", k_bodies[i].body, outcome.verdict, says);
        assert_true(outcome.usage.estimated);
        outcome_done(&outcome);
    }
}

/* --- tokens --- */

#define BODY(usage)                                                                      \
    "{\"choices\":[{\"message\":{\"content\":\"{\\\"a\\\": 12345}\"}" STOP "}]" usage "}"

static const struct {
    const char *body;
    struct cvx_usage usage;
} k_usages[] = {
    {BODY(",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13,"
          "\"prompt_tokens_details\":{\"cached_tokens\":8,\"audio_tokens\":0},"
          "\"completion_tokens_details\":{\"reasoning_tokens\":0}}"),
     {9, 4, 8, false}},
    {BODY(",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,"
          "\"prompt_tokens_details\":null}"),
     {9, 4, 0, false}},
    {BODY(",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,"
          "\"prompt_tokens_details\":{\"cached_tokens\":99}}"),
     {9, 4, 9, false}},
    {BODY(""), {101, 5, 0, true}},
    {BODY(",\"usage\":null"), {101, 5, 0, true}},
    {BODY(",\"usage\":{\"prompt_tokens\":9}"), {9, 5, 0, true}},
    {BODY(",\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":\"4\"}"),
     {101, 5, 0, true}},
    {BODY(",\"usage\":{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":4}"),
     {101, 4, 0, true}},
};

static void test_usage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_usages) / sizeof(k_usages[0]); i++) {
        struct outcome outcome;
        judge(k_usages[i].body, strlen(k_usages[i].body), &outcome);
        assert_int_equal(outcome.verdict, CVX_VERDICT_ACCEPTED);
        assert_int_equal(outcome.usage.in, k_usages[i].usage.in);
        assert_int_equal(outcome.usage.out, k_usages[i].usage.out);
        assert_int_equal(outcome.usage.cached, k_usages[i].usage.cached);
        assert_int_equal(outcome.usage.estimated, k_usages[i].usage.estimated);
        outcome_done(&outcome);
    }
}

/* What the strict reader refuses is asked for again, with the reader's own words. */
static void test_reader_limits(void **state)
{
    struct outcome outcome;
    struct cvx_buf content = CVX_BUF_INIT, body = CVX_BUF_INIT;
    (void)state;
    cvx_buf_puts(&content, "{\"a\":");
    for (size_t i = 0; i < 70; i++)
        cvx_buf_putc(&content, '[');
    for (size_t i = 0; i < 70; i++)
        cvx_buf_putc(&content, ']');
    cvx_buf_putc(&content, '}');
    chat_completion(&body, content.data, "stop");
    judge(body.data, body.len, &outcome);
    assert_int_equal(outcome.verdict, CVX_VERDICT_REPAIR);
    assert_non_null(strstr(cvx_err_top(&outcome.err), "JSON nested 65 deep (limit 64)"));
    outcome_done(&outcome);
    cvx_buf_done(&body);
    cvx_buf_done(&content);
    static const char k_half[] =
        CHOICE("\"message\":{\"content\":\"{\\\"a\\\":\\\"\\\\ud83d\\\"}\"}" STOP);
    judge(k_half, sizeof(k_half) - 1, &outcome);
    assert_int_equal(outcome.verdict, CVX_VERDICT_REPAIR);
    outcome_done(&outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_reader_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
