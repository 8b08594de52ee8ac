/* Our requests against OpenAI's own description of its API, where that lies beside the
 * checkout: a small validator for the parts of JSON Schema that the description uses for
 * chat completions, and over it every form a request of ours can take. Exit status 77, and a
 * line saying so, without the description. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include <strict_rules.h>

#include "contracts/embedded.h"
#include "openai/body.h"
#include "json/reader.h"

#define SKIPPED 77
#define DESCRIPTION CVX_SOURCE_DIR "/../shared/data/openapi/openai-subset.json"

static struct json_object *g_api;

/* --- the validator --- */

static bool valid(struct json_object *schema, struct json_object *value);

static struct json_object *find_schema(const char *ref)
{
    static const char k_prefix[] = "#/components/schemas/";
    struct json_object *schemas =
        json_object_object_get(json_object_object_get(g_api, "components"), "schemas");
    assert_memory_equal(ref, k_prefix, sizeof(k_prefix) - 1);
    struct json_object *schema =
        json_object_object_get(schemas, ref + sizeof(k_prefix) - 1);
    assert_non_null(schema);
    return schema;
}

static bool type_valid(struct json_object *schema, struct json_object *value)
{
    static const struct {
        const char *name;
        enum json_type type;
    } k_types[] = {
        {"object", json_type_object},   {"array", json_type_array},
        {"string", json_type_string},   {"integer", json_type_int},
        {"boolean", json_type_boolean}, {"null", json_type_null},
    };
    const char *name = json_object_get_string(json_object_object_get(schema, "type"));
    if (!name)
        return true;
    if (strcmp(name, "number") == 0)
        return json_object_is_type(value, json_type_int) ||
               json_object_is_type(value, json_type_double);
    for (size_t i = 0; i < sizeof(k_types) / sizeof(k_types[0]); i++)
        if (strcmp(k_types[i].name, name) == 0)
            return json_object_is_type(value, k_types[i].type);
    fail_msg("the description has a type of its own: %s", name);
    return false;
}

static bool enum_valid(struct json_object *schema, struct json_object *value)
{
    struct json_object *values = json_object_object_get(schema, "enum");
    if (!values)
        return true;
    for (size_t i = 0; i < json_object_array_length(values); i++)
        if (json_object_equal(json_object_array_get_idx(values, i), value))
            return true;
    return false;
}

static double number_or(struct json_object *schema, const char *key, double other)
{
    struct json_object *number = json_object_object_get(schema, key);
    return number ? json_object_get_double(number) : other;
}

static bool size_valid(struct json_object *schema, struct json_object *value)
{
    double size = 0;
    const char *min = "minimum", *max = "maximum";
    if (json_object_is_type(value, json_type_array)) {
        size = (double)json_object_array_length(value);
        min = "minItems";
        max = "maxItems";
    } else if (json_object_is_type(value, json_type_string)) {
        size = json_object_get_string_len(value);
        min = "minLength";
        max = "maxLength";
    } else {
        size = json_object_get_double(value);
    }
    return size >= number_or(schema, min, size) && size <= number_or(schema, max, size);
}

static bool members_valid(struct json_object *schema, struct json_object *value)
{
    struct json_object *properties = json_object_object_get(schema, "properties");
    struct json_object *required = json_object_object_get(schema, "required");
    struct json_object *more = json_object_object_get(schema, "additionalProperties");
    if (!json_object_is_type(value, json_type_object))
        return true;
    for (size_t i = 0; required && i < json_object_array_length(required); i++)
        if (!json_object_object_get_ex(
                value, json_object_get_string(json_object_array_get_idx(required, i)),
                NULL))
            return false;
    json_object_object_foreach(value, key, member)
    {
        struct json_object *own = json_object_object_get(properties, key);
        if (own && !valid(own, member))
            return false;
        if (!own && json_object_is_type(more, json_type_object) && !valid(more, member))
            return false;
        if (!own && json_object_is_type(more, json_type_boolean) &&
            !json_object_get_boolean(more))
            return false;
    }
    return true;
}

static bool items_valid(struct json_object *schema, struct json_object *value)
{
    struct json_object *items = json_object_object_get(schema, "items");
    if (!items || !json_object_is_type(value, json_type_array))
        return true;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!valid(items, json_object_array_get_idx(value, i)))
            return false;
    return true;
}

static size_t count_valid(struct json_object *branches, struct json_object *value)
{
    size_t count = 0;
    for (size_t i = 0; i < json_object_array_length(branches); i++)
        count += valid(json_object_array_get_idx(branches, i), value);
    return count;
}

static bool branches_valid(struct json_object *schema, struct json_object *value)
{
    struct json_object *all = json_object_object_get(schema, "allOf");
    struct json_object *any = json_object_object_get(schema, "anyOf");
    struct json_object *one = json_object_object_get(schema, "oneOf");
    return (!all || count_valid(all, value) == json_object_array_length(all)) &&
           (!any || count_valid(any, value) > 0) &&
           (!one || count_valid(one, value) == 1);
}

static bool valid(struct json_object *schema, struct json_object *value)
{
    const char *ref = json_object_get_string(json_object_object_get(schema, "$ref"));
    if (ref)
        return valid(find_schema(ref), value);
    return type_valid(schema, value) && enum_valid(schema, value) &&
           size_valid(schema, value) && members_valid(schema, value) &&
           items_valid(schema, value) && branches_valid(schema, value);
}

/* Whether the description names this member at all: the server refuses others. */
static bool names_member(struct json_object *schema, const char *key)
{
    const char *ref = json_object_get_string(json_object_object_get(schema, "$ref"));
    struct json_object *all = json_object_object_get(schema, "allOf");
    if (ref)
        return names_member(find_schema(ref), key);
    for (size_t i = 0; all && i < json_object_array_length(all); i++)
        if (names_member(json_object_array_get_idx(all, i), key))
            return true;
    return json_object_object_get_ex(json_object_object_get(schema, "properties"), key,
                                     NULL);
}

/* --- what is validated --- */

static struct json_object *request_schema(void)
{
    static const char *const k_path[] = {
        "paths",   "/v1/chat/completions", "post",  "requestBody",
        "content", "application/json",     "schema"};
    struct json_object *at = g_api;
    for (size_t i = 0; i < sizeof(k_path) / sizeof(k_path[0]); i++)
        at = json_object_object_get(at, k_path[i]);
    assert_non_null(at);
    return at;
}

static struct json_object *parse(const char *text, size_t len)
{
    struct json_object *root = NULL;
    assert_int_equal(cvx_reader_parse(text, len, &root, NULL), CVX_OK);
    return root;
}

/* The validator can say no. */
static void test_validator_bites(void **state)
{
    static const struct {
        const char *body;
        bool valid;
    } k_cases[] = {
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", true},
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", false},
        {"{\"model\":\"m\",\"messages\":[]}", false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"you\",\"content\":\"x\"}]}", false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}", false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[]}]}", false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
         "\"file\",\"file\":7}]}]}",
         false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
         "\"temperature\":3}",
         false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
         "\"reasoning_effort\":\"some\"}",
         false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
         "\"response_format\":{\"type\":\"json_schema\",\"schema\":{}}}",
         false},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
         "\"max_completion_tokens\":\"9\"}",
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct json_object *body = parse(k_cases[i].body, strlen(k_cases[i].body));
        if (valid(request_schema(), body) != k_cases[i].valid)
            fail_msg("%s", k_cases[i].body);
        json_object_put(body);
    }
    assert_false(names_member(request_schema(), "max_output_tokens"));
}

static void assert_strict_schema(struct json_object *body)
{
    struct json_object *format = json_object_object_get(body, "response_format");
    struct json_object *inner = json_object_object_get(format, "json_schema");
    if (!json_object_get_boolean(json_object_object_get(inner, "strict")))
        return;
    const char *broken = strict_rules_broken(json_object_object_get(inner, "schema"));
    if (broken)
        fail_msg("%s", broken);
}

static void assert_request(const struct cvx_chat *chat, const struct cvx_profile *profile)
{
    struct cvx_buf text = CVX_BUF_INIT;
    assert_int_equal(cvx_openai_body(chat, 4096, profile, &text, NULL), CVX_OK);
    struct json_object *body = parse(text.data, text.len);
    if (!valid(request_schema(), body))
        fail_msg("%s", text.data);
    json_object_object_foreach(body, key, value)
    {
        assert_non_null(value); /* fields not set are left out */
        assert_true(names_member(request_schema(), key));
    }
    assert_strict_schema(body);
    json_object_put(body);
    cvx_buf_done(&text);
}

/* Every profile there can be, 64 of them. */
static void assert_all_profiles(const struct cvx_chat *chat)
{
    for (unsigned bits = 0; bits < 64; bits++) {
        struct cvx_profile profile = {
            .schema_mode = (enum cvx_schema_mode)(bits & 3u),
            .drop_temperature = bits & 4u,
            .drop_effort = bits & 8u,
            .drop_store = bits & 16u,
            .old_max_tokens = bits & 32u,
        };
        assert_request(chat, &profile);
    }
}

static void assert_chats(const char *source, size_t len, const char *name)
{
    struct cvx_openai_schema *schema = NULL;
    struct cvx_chat chat;
    assert_int_equal(cvx_openai_schema_new(source, len, &schema, NULL), CVX_OK);
    cvx_chat_init(&chat);
    chat.model = CVX_CHAT_MODEL_DEFAULT;
    chat.schema = schema;
    chat.schema_name = name;
    chat.has_temperature = true;
    chat.temperature = 0;
    cvx_buf_puts(cvx_chat_say(&chat, "system"), "Read it.");
    cvx_chat_quote(cvx_chat_say(&chat, "user"), "the document", "Ana \x01 \xC3\xA9", 8);
    assert_all_profiles(&chat);
    /* a repair turn */
    cvx_buf_puts(cvx_chat_say(&chat, "assistant"), "{}");
    cvx_buf_puts(cvx_chat_say(&chat, "user"), "Again.");
    assert_all_profiles(&chat);
    cvx_buf_puts(&chat.messages[1].file_name, "ana.pdf");
    cvx_buf_puts(&chat.messages[1].file_data, "data:application/pdf;base64,AAAA");
    assert_all_profiles(&chat);
    cvx_chat_done(&chat);
    cvx_openai_schema_free(schema);
}

static void test_requests(void **state)
{
    (void)state;
    assert_chats(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len, "cv");
    assert_chats(cvx_embedded_research_schema, cvx_embedded_research_schema_len,
                 "company_profile");
}

static struct json_object *read_description(void)
{
    struct json_object *root = NULL;
    FILE *file = fopen(DESCRIPTION, "rb");
    struct cvx_buf text = CVX_BUF_INIT;
    char block[65536];
    size_t n;
    if (!file)
        return NULL;
    while ((n = fread(block, 1, sizeof(block), file)) > 0)
        cvx_buf_put(&text, block, n);
    fclose(file);
    struct cvx_err err;
    cvx_err_init(&err);
    if (cvx_reader_parse(text.data, text.len, &root, &err))
        print_message("%s: %s\n", DESCRIPTION, cvx_err_root(&err));
    cvx_buf_done(&text);
    return root;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validator_bites),
        cmocka_unit_test(test_requests),
    };
    if (access(DESCRIPTION, R_OK) != 0) {
        print_message("SKIP: no description of the API at %s\n", DESCRIPTION);
        return SKIPPED;
    }
    g_api = read_description();
    int failed = g_api ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    json_object_put(g_api);
    return failed;
}
