/* The bytes of a request, for each thing a server has shown not to know, and what names it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "openai/body.h"

#define SOURCE                                                                           \
    "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":"         \
    "\"string\",\"minLength\":1},\"b\":{\"type\":\"string\"}}}"
#define STRICT                                                                           \
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"anyOf\":" \
    "[{\"type\":\"string\"},{\"type\":\"null\"}]}},\"required\":[\"a\",\"b\"],"          \
    "\"additionalProperties\":false}"
#define PLAIN                                                                            \
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":"  \
    "\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}"
#define PLAIN_ESCAPED                                                                    \
    "{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{\\\"a\\\":{\\\"type\\\":"          \
    "\\\"string\\\"},\\\"b\\\":{\\\"type\\\":\\\"string\\\"}},\\\"required\\\":"         \
    "[\\\"a\\\"],\\\"additionalProperties\\\":false}"
#define HEAD "{\"model\":\"m-1\",\"messages\":["
#define SYSTEM "{\"role\":\"system\",\"content\":\"Read it.\"}"
#define SYSTEM_TOLD                                                                      \
    "{\"role\":\"system\",\"content\":\"Read it.\\n\\nAnswer with one JSON document "    \
    "that fits the following JSON Schema, and with nothing else:\\n" PLAIN_ESCAPED "\"}"
#define USER "{\"role\":\"user\",\"content\":\"a \\\"CV\\\"\\n\xC3\xA9\\u0001\"}"
#define FORMAT_STRICT                                                                    \
    ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"cv\","   \
    "\"strict\":true,\"schema\":" STRICT "}}"
#define FORMAT_LOOSE                                                                     \
    ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"cv\","   \
    "\"schema\":" PLAIN "}}"
#define FORMAT_OBJECT ",\"response_format\":{\"type\":\"json_object\"}"
#define CAP ",\"max_completion_tokens\":900"
#define TEMPERATURE ",\"temperature\":0.3"
#define EFFORT ",\"reasoning_effort\":\"none\""
#define STORE ",\"store\":false"
#define PROMPT HEAD SYSTEM "," USER "]"
#define PROMPT_TOLD HEAD SYSTEM_TOLD "," USER "]"

struct fixture {
    struct cvx_openai_schema *schema;
    struct cvx_chat chat;
};

static int setup(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    if (cvx_openai_schema_new(SOURCE, strlen(SOURCE), &fixture.schema, NULL))
        return -1;
    cvx_chat_init(&fixture.chat);
    fixture.chat.model = "m-1";
    fixture.chat.schema = fixture.schema;
    fixture.chat.schema_name = "cv";
    fixture.chat.has_temperature = true;
    fixture.chat.temperature = 0.3;
    cvx_buf_puts(cvx_chat_say(&fixture.chat, "system"), "Read it.");
    cvx_buf_puts(cvx_chat_say(&fixture.chat, "user"), "a \"CV\"\n\xC3\xA9\x01");
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    cvx_chat_done(&fixture->chat);
    cvx_openai_schema_free(fixture->schema);
    return 0;
}

static void assert_body(const struct cvx_chat *chat, struct cvx_profile profile,
                        const char *wanted)
{
    struct cvx_buf body = CVX_BUF_INIT;
    assert_int_equal(cvx_openai_body(chat, 900, &profile, &body, NULL), CVX_OK);
    assert_string_equal(body.data, wanted);
    cvx_buf_done(&body);
}

static const struct {
    struct cvx_profile profile;
    const char *wanted;
} k_profiles[] = {
    {{0}, PROMPT FORMAT_STRICT CAP TEMPERATURE EFFORT STORE "}"},
    {{.schema_mode = CVX_MODE_LOOSE},
     PROMPT FORMAT_LOOSE CAP TEMPERATURE EFFORT STORE "}"},
    {{.schema_mode = CVX_MODE_OBJECT},
     PROMPT_TOLD FORMAT_OBJECT CAP TEMPERATURE EFFORT STORE "}"},
    {{.schema_mode = CVX_MODE_PROMPT}, PROMPT_TOLD CAP TEMPERATURE EFFORT STORE "}"},
    {{.drop_temperature = true}, PROMPT FORMAT_STRICT CAP EFFORT STORE "}"},
    {{.drop_effort = true}, PROMPT FORMAT_STRICT CAP TEMPERATURE STORE "}"},
    {{.drop_store = true}, PROMPT FORMAT_STRICT CAP TEMPERATURE EFFORT "}"},
    {{.old_max_tokens = true},
     PROMPT FORMAT_STRICT ",\"max_tokens\":900" TEMPERATURE EFFORT STORE "}"},
    /* no file in it: nothing changes */
    {{.no_files = true}, PROMPT FORMAT_STRICT CAP TEMPERATURE EFFORT STORE "}"},
    {{.schema_mode = CVX_MODE_PROMPT,
      .drop_temperature = true,
      .drop_effort = true,
      .drop_store = true,
      .old_max_tokens = true},
     PROMPT_TOLD ",\"max_tokens\":900}"},
};

static void test_profiles(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof(k_profiles) / sizeof(k_profiles[0]); i++) {
        assert_body(&fixture->chat, k_profiles[i].profile, k_profiles[i].wanted);
        assert_body(&fixture->chat, k_profiles[i].profile, k_profiles[i].wanted);
    }
}

/* What the user did not set is not sent. */
static void test_no_temperature(void **state)
{
    struct fixture *fixture = *state;
    fixture->chat.has_temperature = false;
    assert_body(&fixture->chat, (struct cvx_profile){0},
                PROMPT FORMAT_STRICT CAP EFFORT STORE "}");
}

/* Without a system message the first one carries the schema. */
static void test_no_system(void **state)
{
    struct fixture *fixture = *state;
    struct cvx_buf body = CVX_BUF_INIT;
    struct cvx_profile profile = {.schema_mode = CVX_MODE_PROMPT};
    fixture->chat.messages[0].role = "user";
    assert_int_equal(cvx_openai_body(&fixture->chat, 1, &profile, &body, NULL), CVX_OK);
    assert_non_null(
        strstr(body.data, "{\"role\":\"user\",\"content\":\"Read it.\\n\\nAnswer "));
    assert_null(strstr(body.data, "\\u0001\\n\\nAnswer "));
    cvx_buf_done(&body);
}

static void test_file(void **state)
{
    struct fixture *fixture = *state;
    struct cvx_chat_message *message = &fixture->chat.messages[1];
    struct cvx_buf body = CVX_BUF_INIT;
    struct cvx_profile profile = {.no_files = true};
    struct cvx_err err;
    cvx_buf_puts(&message->file_name, "ana.pdf");
    cvx_buf_puts(&message->file_data, "data:application/pdf;base64,AAAA");
    assert_body(&fixture->chat, (struct cvx_profile){0},
                HEAD SYSTEM
                ",{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a "
                "\\\"CV\\\"\\n\xC3\xA9\\u0001\"},{\"type\":\"file\",\"file\":{"
                "\"filename\":\"ana.pdf\",\"file_data\":\"data:application/pdf;base64,"
                "AAAA\"}}]}]" FORMAT_STRICT CAP TEMPERATURE EFFORT STORE "}");
    assert_int_equal(cvx_openai_body(&fixture->chat, 1, &profile, &body, &err),
                     CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&err), "the server takes no PDF files");
    cvx_buf_done(&body);
    /* a name that is no text is not sent */
    cvx_buf_clear(&message->file_name);
    cvx_buf_puts(&message->file_name, "\xFF.pdf");
    assert_int_equal(
        cvx_openai_body(&fixture->chat, 1, &(struct cvx_profile){0}, &body, &err),
        CVX_OK);
    assert_non_null(strstr(body.data, "\"filename\":\"document.pdf\""));
    cvx_buf_done(&body);
}

/* With the bytes, when they are those of the request. */
static int make_key(const struct cvx_chat *chat, size_t max_output, struct cvx_hash *ret)
{
    struct cvx_buf made = CVX_BUF_INIT, body = CVX_BUF_INIT;
    int rc = cvx_openai_key(chat, max_output, ret, &made, NULL);
    if (chat->messages[1].file_data.len > 0) {
        assert_null(made.data);
    } else {
        assert_int_equal(
            cvx_openai_body(chat, max_output, &(struct cvx_profile){0}, &body, NULL),
            CVX_OK);
        assert_string_equal(made.data, body.data);
        assert_int_equal(made.len, body.len);
    }
    cvx_buf_done(&made);
    cvx_buf_done(&body);
    return rc;
}

/* Whatever makes another request of it makes another key; asking again does not. */
static void test_key(void **state)
{
    struct fixture *fixture = *state;
    struct cvx_chat *chat = &fixture->chat;
    struct cvx_hash keys[8];
    size_t n = 0;
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    assert_int_equal(make_key(chat, 901, &keys[n++]), CVX_OK);
    chat->model = "m-2";
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    chat->model = "m-1";
    chat->temperature = 0.4;
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    chat->has_temperature = false;
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    cvx_buf_puts(&chat->messages[1].file_data, "data:application/pdf;base64,AAAA");
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    cvx_buf_putc(&chat->messages[1].file_data, 'A');
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    cvx_buf_putc(&chat->messages[1].text, '.');
    assert_int_equal(make_key(chat, 900, &keys[n++]), CVX_OK);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&keys[i], &keys[j], sizeof(keys[i]));
    struct cvx_hash again;
    assert_int_equal(make_key(chat, 900, &again), CVX_OK);
    assert_memory_equal(&again, &keys[n - 1], sizeof(again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_profiles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_temperature, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_system, setup, teardown),
        cmocka_unit_test_setup_teardown(test_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_key, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
