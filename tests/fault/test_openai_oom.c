/* Memory runs out at every point of schemas, requests and answers. Where only a message
 * would be longer with it, the outcome is the same without; anything else is CVX_ENOMEM. */
#include <torture.h>

#include <string.h>

#include <json-c/json.h>

#include <chat_drive.h>

#include "contracts/embedded.h"
#include "openai/body.h"
#include "openai/reply.h"

static int schema_body(void)
{
    struct cvx_openai_schema *schema = NULL;
    int rc = cvx_openai_schema_new(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                   &schema, NULL);
    if (rc)
        assert_null(schema);
    cvx_openai_schema_free(schema);
    return rc;
}

static int profile_schema_body(void)
{
    struct cvx_openai_schema *schema = NULL;
    int rc = cvx_openai_schema_new(cvx_embedded_research_schema,
                                   cvx_embedded_research_schema_len, &schema, NULL);
    cvx_openai_schema_free(schema);
    return rc;
}

/* --- a chat of one request, described in the open --- */

static struct cvx_openai_schema *g_schema; /* made once, undisturbed */

static int setup(void **state)
{
    (void)state;
    cvx_mem_fail_at(-1);
    return cvx_openai_schema_new(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                 &g_schema, NULL);
}

static int teardown(void **state)
{
    (void)state;
    cvx_openai_schema_free(g_schema);
    return 0;
}

static void fill(struct cvx_chat *chat)
{
    chat->model = "m";
    chat->schema = g_schema;
    chat->schema_name = "cv";
    cvx_buf_puts(cvx_chat_say(chat, "system"), "Read it.");
    cvx_chat_quote(cvx_chat_say(chat, "user"), "the CV", "Ana", 3);
}

/* Failing texts latch in the buffers of the chat, which its job checks. */
static int filled(const struct cvx_chat *chat)
{
    for (size_t i = 0; i < chat->n_messages; i++)
        if (cvx_buf_check(&chat->messages[i].text, NULL))
            return CVX_ENOMEM;
    return CVX_OK;
}

static int request_body(void)
{
    static const enum cvx_schema_mode k_modes[] = {CVX_MODE_STRICT, CVX_MODE_LOOSE,
                                                   CVX_MODE_OBJECT, CVX_MODE_PROMPT};
    struct cvx_chat chat;
    struct cvx_hash key;
    struct cvx_buf body = CVX_BUF_INIT;
    cvx_chat_init(&chat);
    fill(&chat);
    int rc = filled(&chat);
    for (size_t i = 0; !rc && i < sizeof(k_modes) / sizeof(k_modes[0]); i++) {
        struct cvx_profile profile = {.schema_mode = k_modes[i]};
        rc = cvx_openai_body(&chat, 100, &profile, &body, NULL);
    }
    cvx_buf_done(&body);
    if (!rc)
        rc = cvx_openai_key(&chat, 100, &key, &body, NULL);
    cvx_buf_done(&body);
    cvx_chat_done(&chat);
    return rc;
}

static void test_strict_bodies(void **state)
{
    (void)state;
    torture(schema_body);
    torture(profile_schema_body);
    torture(request_body);
}

/* --- where the outcome may be the same --- */

/* The body answers each failing allocation with CVX_ENOMEM or as if nothing had been. */
static void torture_outcome(int (*body)(void))
{
    cvx_mem_fail_at(-1);
    int wanted = body();
    long n = cvx_mem_count();
    long told = 0;
    assert_true(n > 0);
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = body();
        cvx_mem_fail_at(-1);
        told += rc == CVX_ENOMEM;
        if (rc != CVX_ENOMEM && rc != wanted)
            fail_msg("allocation %ld of %ld failed, the answer was %d", i, n, rc);
    }
    assert_true(told > 0);
    assert_int_equal(body(), wanted);
}

static int judge_text(int status, const char *text)
{
    static char data[512]; /* no allocation of the test's own */
    struct cvx_reply reply = {.status = status};
    struct cvx_profile profile = {0};
    struct json_object *root = NULL;
    struct cvx_usage usage;
    struct cvx_buf said = CVX_BUF_INIT;
    struct cvx_err err;
    cvx_err_init(&err);
    strncpy(data, text, sizeof(data) - 1);
    reply.body.data = data;
    reply.body.len = strlen(data);
    if (status == 200) {
        enum cvx_verdict verdict =
            cvx_openai_reply(&reply, 10, &root, &said, &usage, &err);
        assert_int_equal(verdict == CVX_VERDICT_ACCEPTED, root != NULL);
    } else {
        cvx_openai_classify(&reply, &profile, &err);
    }
    json_object_put(root);
    cvx_buf_done(&said);
    return root ? CVX_OK : (int)err.rc;
}

static int accepted_body(void)
{
    return judge_text(200, "{\"choices\":[{\"message\":{\"content\":\"Here: {\\\"a\\\":"
                           "[1,2.5,\\\"\\\\n\\\"]}\"},\"finish_reason\":\"stop\"}]}");
}

static int parts_body(void)
{
    return judge_text(200, "{\"choices\":[{\"message\":{\"content\":[{\"text\":\"{}\"}]},"
                           "\"finish_reason\":\"stop\"}]}");
}

static int words_body(void)
{
    return judge_text(200, "{\"choices\":[{\"message\":{\"content\":\"no {'\"},"
                           "\"finish_reason\":\"stop\"}]}");
}

static int refused_body(void)
{
    return judge_text(200, "{\"choices\":[{\"message\":{\"refusal\":\"No.\"}}]}");
}

static int stray_body(void)
{
    return judge_text(200, "{\"error\":{\"message\":\"m\"}}");
}

static int denied_body(void)
{
    return judge_text(401, "{\"error\":{\"message\":\"m\",\"code\":1}}");
}

static int adapted_body(void)
{
    return judge_text(400, "{\"error\":{\"message\":\"m\",\"param\":\"store\"}}");
}

static void test_replies(void **state)
{
    (void)state;
    torture_outcome(accepted_body);
    torture_outcome(parts_body);
    torture_outcome(words_body);
    torture_outcome(refused_body);
    torture_outcome(stray_body);
    torture_outcome(denied_body);
    torture_outcome(adapted_body);
}

/* --- a whole chat with a repair turn --- */

static int describe(struct cvx_task *task)
{
    fill(task->data);
    return CVX_OK;
}

static int check(struct cvx_task *task, struct json_object *answer,
                 struct cvx_issues *violations)
{
    (void)task;
    (void)answer;
    (void)violations;
    return CVX_OK;
}

#define COMPLETION(content)                                                              \
    "{\"choices\":[{\"message\":{\"content\":\"" content "\"},\"finish_reason\":"        \
    "\"stop\"}]}"
#define CV                                                                               \
    "{\\\"identity\\\":{\\\"title\\\":\\\"\\\",\\\"full_name\\\":\\\"\\\","              \
    "\\\"first_name\\\":\\\"\\\",\\\"last_name\\\":\\\"\\\"},\\\"sidebar\\\":{},"        \
    "\\\"overview\\\":\\\"\\\",\\\"experiences\\\":[]}"

static int talk(const char *first, const char *second)
{
    struct cvx_task task = {0};
    struct cvx_chat chat;
    struct chat_drive drive = {.answers = {{200, first}, {200, second}}};
    cvx_err_init(&task.err);
    cvx_chat_init(&chat);
    chat.check = check;
    task.data = &chat;
    int rc = chat_drive(&drive, &chat, &task, describe);
    chat_drive_done(&drive);
    cvx_chat_done(&chat);
    return rc;
}

static int repaired_body(void)
{
    return talk(COMPLETION("{\\\"overview\\\":1}"), COMPLETION(CV));
}

static int words_then_repaired_body(void)
{
    return talk(COMPLETION("Well"), COMPLETION(CV));
}

static int broken_twice_body(void)
{
    return talk(COMPLETION("{}"), COMPLETION("{}"));
}

static void test_chats(void **state)
{
    (void)state;
    assert_int_equal(repaired_body(), CVX_OK);
    assert_int_equal(words_then_repaired_body(), CVX_OK);
    assert_int_equal(broken_twice_body(), CVX_EFORMAT);
    torture_outcome(repaired_body);
    torture_outcome(words_then_repaired_body);
    torture_outcome(broken_twice_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict_bodies),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_chats),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
