/* What the stand-in model answers: by rules, from the request alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/json.h>

#include "answers.h"
#include "conform.h"
#include "pdf.h"
#include "reply.h"

static const char k_document[] = "Data Engineer\nMira Solberg\nmira@solberg.invalid\n"
                                 "SKILLS\nModelling, Mentoring\nLANGUAGES\nPython; SQL\n"
                                 "OVERVIEW\nBuilds pipelines.\nMends them too.\n"
                                 "PROFESSIONAL EXPERIENCE\n"
                                 "Jan 2020 - Present Fjord Data AS, Lead\n"
                                 "Ran the platform for nine teams.\n"
                                 "\xe2\x80\xa2 Moved 40 jobs\n- Wrote runbooks\n"
                                 "Environment: Airflow, Kafka\n"
                                 "2015 | Harbour Records\nKept the books.\n";

#define CV                                                                               \
    "{\"identity\":{\"title\":\"Data Engineer\",\"full_name\":\"Mira Solberg\","         \
    "\"first_name\":\"Mira\",\"last_name\":\"Solberg\"},\"sidebar\":{\"skills\":["       \
    "\"Modelling\","                                                                     \
    "\"Mentoring\"],\"languages\":[\"Python\",\"SQL\"],\"tools\":[],\"certifications\":" \
    "[]"                                                                                 \
    ","                                                                                  \
    "\"industries\":[],\"spoken_languages\":[],\"academic_background\":[]},"             \
    "\"overview\":"                                                                      \
    "\"Builds pipelines. Mends them too.\",\"experiences\":[{\"heading\":\"Jan 2020 - "  \
    "Present "                                                                           \
    "Fjord Data AS, Lead\",\"description\":\"Ran the platform for nine "                 \
    "teams.\",\"bullets\":"                                                              \
    "[\"Moved 40 jobs\",\"Wrote runbooks\"],\"environment\":[\"Airflow\",\"Kafka\"]},"   \
    "{\"heading\":\"2015 | Harbour Records\",\"description\":\"Kept the "                \
    "books.\",\"bullets\":[],"                                                           \
    "\"environment\":null}]}"

static const char k_cv[] = CV;

static void check_json(struct json_object *made, const char *expected)
{
    assert_string_equal(
        json_object_to_json_string_ext(made, JSON_C_TO_STRING_PLAIN |
                                                 JSON_C_TO_STRING_NOSLASHESCAPE),
        expected);
    json_object_put(made);
}

static void test_extract(void **state)
{
    (void)state;
    check_json(fake_answer_extract(k_document, strlen(k_document)), k_cv);
}

static void test_markdown(void **state)
{
    static const char k_text[] =
        "# Mira Solberg\n**Data Engineer**\n\n## Skills\n- Modelling\n"
        "- Mentoring\n\n## Experience\n### 2019 \xe2\x80\x93 2021 Fjord\n"
        "Did things.\n* One\n";
    struct json_object *made = fake_answer_extract(k_text, strlen(k_text)), *part = NULL;

    (void)state;
    assert_int_equal(json_pointer_get(made, "/identity/full_name", &part), 0);
    assert_string_equal(json_object_get_string(part), "Mira Solberg");
    assert_int_equal(json_pointer_get(made, "/identity/title", &part), 0);
    assert_string_equal(json_object_get_string(part), "Data Engineer");
    assert_int_equal(json_pointer_get(made, "/sidebar/skills/1", &part), 0);
    assert_string_equal(json_object_get_string(part), "Mentoring");
    assert_int_equal(json_pointer_get(made, "/experiences/0/bullets/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "One");
    json_object_put(made);
}

static void test_adjust(void **state)
{
    struct json_object *cv = json_tokener_parse(k_cv), *part = NULL;
    struct json_object *made =
        fake_answer_adjust(cv, "They want mentoring, runbooks, Kafka.");

    (void)state;
    assert_int_equal(json_pointer_get(made, "/sidebar/skills/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "Mentoring");
    assert_int_equal(json_pointer_get(made, "/experiences/0/bullets/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "Wrote runbooks");
    assert_int_equal(json_pointer_get(made, "/experiences/0/environment/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "Kafka");
    /* Nothing came, nothing went: the same lengths. */
    assert_int_equal(strlen(json_object_to_json_string_ext(made, JSON_C_TO_STRING_PLAIN)),
                     strlen(json_object_to_json_string_ext(cv, JSON_C_TO_STRING_PLAIN)));
    json_object_put(made);
    json_object_put(cv);
}

static void test_translate(void **state)
{
    struct json_object *cv = json_tokener_parse(k_cv), *part = NULL;
    struct json_object *made = fake_answer_translate(cv, "de");

    (void)state;
    assert_int_equal(json_pointer_get(made, "/identity/title", &part), 0);
    assert_string_equal(json_object_get_string(part), "[de] Data Engineer");
    assert_int_equal(json_pointer_get(made, "/identity/full_name", &part), 0);
    assert_string_equal(json_object_get_string(part), "Mira Solberg");
    assert_int_equal(json_pointer_get(made, "/sidebar/languages/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "Python");
    assert_int_equal(json_pointer_get(made, "/experiences/0/bullets/1", &part), 0);
    assert_string_equal(json_object_get_string(part), "[de] Wrote runbooks");
    json_object_put(made);
    json_object_put(cv);
}

static void test_research(void **state)
{
    static const char k_page[] = "Kestrel Barge Logistics - freight on rivers\nKestrel "
                                 "Barge Logistics moves freight. "
                                 "It runs on Kubernetes. Founded in 1987.\n";
    struct json_object *made = fake_answer_research(k_page, strlen(k_page)), *part = NULL;

    (void)state;
    assert_int_equal(json_pointer_get(made, "/name", &part), 0);
    assert_string_equal(json_object_get_string(part), "Kestrel Barge Logistics");
    assert_int_equal(json_pointer_get(made, "/domains/0", &part), 0);
    assert_string_equal(json_object_get_string(part), "logistics");
    assert_int_equal(json_pointer_get(made, "/technology_signals/0/technology", &part),
                     0);
    assert_string_equal(json_object_get_string(part), "Kubernetes");
    assert_int_equal(json_pointer_get(made, "/founded_year", &part), 0);
    assert_int_equal(json_object_get_int(part), 1987);
    json_object_put(made);
}

static void test_conform(void **state)
{
    struct json_object *schema = json_tokener_parse(
        "{\"type\":\"object\",\"required\":[\"b\",\"a\",\"c\",\"d\",\"e\"],"
        "\"properties\":{"
        "\"b\":{\"type\":\"string\"},\"a\":{\"anyOf\":[{\"anyOf\":[{\"type\":\"array\","
        "\"items\":"
        "{\"type\":\"string\"}},{\"type\":\"null\"}]},{\"type\":\"null\"}]},"
        "\"c\":{\"type\":[\"integer\",\"null\"]},\"d\":{\"enum\":[\"low\",\"high\"]},"
        "\"e\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/properties/b\"}}}}");
    struct json_object *value =
        json_tokener_parse("{\"a\":[\"x\"],\"d\":\"middle\",\"e\":[\"y\",1],\"z\":1}");

    (void)state;
    check_json(fake_conform(value, schema, schema),
               "{\"b\":\"\",\"a\":[\"x\"],\"c\":null,\"d\":\"low\",\"e\":[\"y\",\"\"]}");
    json_object_put(value);
    json_object_put(schema);
}

#define CV_SCHEMA                                                                        \
    "{\"type\":\"object\",\"properties\":{\"identity\":{},\"experiences\":{}}}"

/* Messages are told apart by their first letter: s(ystem), u(ser), a(ssistant). */
static struct json_object *request_of(const char *const *said)
{
    struct json_object *request = json_object_new_object(),
                       *list = json_object_new_array();

    for (; *said; said++) {
        struct json_object *message = json_object_new_object();
        const char *role = **said == 's'   ? "system"
                           : **said == 'u' ? "user"
                                           : "assistant";

        json_object_object_add(message, "role", json_object_new_string(role));
        json_object_object_add(message, "content", json_object_new_string(*said + 2));
        json_object_array_add(list, message);
    }
    json_object_object_add(request, "messages", list);
    return request;
}

static void test_ask(void **state)
{
    static const struct {
        const char *said[6];
        enum fake_job job;
        const char *text;     /* the document, NULL = not looked at */
        const char *language; /* likewise */
    } k_cases[] = {
        {{"s Answer as " CV_SCHEMA,
          "u Between the two lines <<ab12>> is a CV.\n<<ab12>>\nMira\n{ \"experiences\": "
          "no }\n"
          "<<ab12>>\n",
          NULL},
         FAKE_JOB_EXTRACT,
         "Mira\n{ \"experiences\": no }\n",
         NULL},
        /* A repair turn: the document is where it was. */
        {{"s Answer as " CV_SCHEMA, "u <<ab>>\nMira\n<<ab>>\n", "a {\"identity\":{}}",
          "u 'experiences' is missing", NULL},
         FAKE_JOB_EXTRACT,
         "Mira\n",
         NULL},
        {{"s Adjust. Answer as " CV_SCHEMA, "u <<cd>>\n{\"name\":\"Kestrel\"}\n<<cd>>\n",
          "u <<ef>>\n" CV "\n<<ef>>\n", NULL},
         FAKE_JOB_ADJUST,
         NULL,
         NULL},
        {{"s You translate a CV into the language named below.",
          "u Target language: \"German\" (a name or a code).\n",
          "u <<ef>>\n" CV "\n<<ef>>\n", NULL},
         FAKE_JOB_TRANSLATE,
         NULL,
         "de"},
        {{"s Work.",
          "u {\"identity\":{\"full_name\":\"\u27e6T1\u27e7\"},\"experiences\":[]}", NULL},
         FAKE_JOB_TRANSLATE,
         NULL,
         "xx"},
        {{"s Profile: {\"type\":\"object\",\"properties\":{\"domains\":{}}}",
          "u Pages\n<<ab>>\none\n<<ab>>\n<<cd>>\ntwo\n<<cd>>\n", NULL},
         FAKE_JOB_RESEARCH,
         "one\ntwo\n",
         NULL},
        {{"s Sing.", "u a song", NULL}, FAKE_JOB_OTHER, "a song", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++) {
        struct json_object *request = request_of(k_cases[i].said);
        struct fake_ask ask;

        fake_ask_read(request, &ask);
        assert_int_equal(ask.job, k_cases[i].job);
        if (k_cases[i].text)
            assert_string_equal(ask.text.data, k_cases[i].text);
        if (k_cases[i].language)
            assert_string_equal(ask.language, k_cases[i].language);
        fake_ask_done(&ask);
        json_object_put(request);
    }
}

/* The content and finish_reason of a reply. */
static void check_reply(const char *fault, long max_tokens, const char *content,
                        const char *finish)
{
    struct fake_reply reply = {0};
    struct fake_completion c = {.model = "m",
                                .content = "{\"a\":\"b c d e\"}",
                                .content_len = 15,
                                .prompt_bytes = 400,
                                .max_tokens = max_tokens};
    struct json_object *body, *part = NULL;

    if (fault)
        assert_true(fake_fault_parse(fault, &c.fault));
    fake_reply_complete(&reply, &c);
    body = json_tokener_parse(reply.body.data);
    assert_non_null(body);
    assert_int_equal(json_pointer_get(body, "/choices/0/message/content", &part), 0);
    if (content)
        assert_string_equal(json_object_get_string(part), content);
    else
        assert_null(part);
    assert_int_equal(json_pointer_get(body, "/choices/0/finish_reason", &part), 0);
    assert_string_equal(json_object_get_string(part), finish);
    assert_int_equal(json_pointer_get(body, "/usage/prompt_tokens", &part), 0);
    assert_int_equal(json_object_get_int(part), 108);
    json_object_put(body);
    fake_reply_done(&reply);
}

static void test_reply(void **state)
{
    (void)state;
    check_reply(NULL, 0, "{\"a\":\"b c d e\"}", "stop");
    check_reply(NULL, 4, "{\"a\":\"b c d e\"}", "stop");
    check_reply(NULL, 2, "{\"a\":\"b ", "length");
    check_reply("length", 0, "{\"a\":\"b", "length");
    check_reply("fence", 0, "```json\n{\"a\":\"b c d e\"}\n```", "stop");
    check_reply("refusal", 0, NULL, "stop");
    check_reply("empty", 0, "", "stop");
    check_reply("filtered", 0, "{\"a\":\"b", "content_filter");
}

static void test_pdf(void **state)
{
    /* The same page, its stream plain and deflated. */
    static const char *const k_documents[] = {
        "data:application/pdf;base64,"
        "JVBERi0xLjQKMSAwIG9iago8PD4+CnN0cmVhbQpCVCAvRjEgMTIgVGYgKERhdGEgRW5naW"
        "5lZXIpIFRqIDAgLTE0IFRkIChNaXJhIFwoTS5cKSBTb2xiZXJnKSBUaiBFVAplbmRzdHJl"
        "YW0K",
        "data:application/pdf;base64,"
        "JVBERi0xLjQKc3RyZWFtDQp42nMKUdB3M1QwNFIISVPQcEksSVRwzUvPzEtNLdJUCMlSMF"
        "DQNTRRCElR0PDNLEpUiNHw1YvRVAjOz0lKLUoHq3ANAQBz3RLNCmVuZHN0cmVhbQo=",
        "data:application/pdf;base64,AAAA",
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_documents / sizeof *k_documents; i++) {
        struct cvx_buf text = CVX_BUF_INIT;

        fake_pdf_text(k_documents[i], &text);
        assert_string_equal(text.data ? text.data : "",
                            i < 2 ? "Data Engineer\nMira (M.) Solberg\n" : "");
        cvx_buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extract),  cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_adjust),   cmocka_unit_test(test_translate),
        cmocka_unit_test(test_research), cmocka_unit_test(test_conform),
        cmocka_unit_test(test_ask),      cmocka_unit_test(test_reply),
        cmocka_unit_test(test_pdf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
