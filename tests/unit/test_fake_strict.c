/* The stand-in server's rules for strict schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <json-c/json.h>

#include <cvextract/buf.h>

#include "strict.h"

#define OBJECT(properties, required)                                                     \
    "{\"type\":\"object\",\"properties\":{" properties "},\"required\":[" required       \
    "],\"additionalProperties\":false}"

static void check(const char *text, const char *why)
{
    char said[FAKE_STRICT_TEXT] = "";
    struct json_object *schema = json_tokener_parse(text);

    assert_non_null(schema);
    bool good = fake_strict_check(schema, said);
    json_object_put(schema);
    if (good != (why == NULL))
        fail_msg("%s: %s", text, good ? "was taken" : said);
    if (why)
        assert_non_null(strstr(said, why));
}

static void test_rules(void **state)
{
    static const struct {
        const char *schema, *why;
    } k_cases[] = {
        {OBJECT("\"a\":{\"type\":\"string\"}", "\"a\""), NULL},
        {OBJECT("", ""), NULL},
        {OBJECT("\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "\"a\""),
         NULL},
        {OBJECT("\"a\":{\"type\":[\"string\",\"null\"]}", "\"a\""), NULL},
        {OBJECT(
             "\"a\":{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":1}",
             "\"a\""),
         NULL},
        {OBJECT("\"a\":{\"$ref\":\"#\"}", "\"a\""), NULL},
        {OBJECT("\"a\":{\"type\":\"string\",\"format\":\"date\"}", "\"a\""), NULL},
        {OBJECT("\"a\":{\"enum\":[\"x\",\"y\"]}", "\"a\""), NULL},
        {"{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "type: \"object\""},
        {"{\"anyOf\":[{\"type\":\"object\"}]}", "top level"},
        {"{\"type\":\"object\",\"properties\":{},\"required\":[]}",
         "additionalProperties"},
        {"{\"type\":\"object\",\"properties\":{},\"required\":[],"
         "\"additionalProperties\":true}",
         "additionalProperties"},
        {"{\"type\":\"object\",\"properties\":{},\"required\":[],"
         "\"additionalProperties\":{\"type\":\"string\"}}",
         "additionalProperties"},
        {"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}",
         "required"},
        {OBJECT("\"a\":{\"type\":\"string\"}", ""), "Missing 'a'"},
        {OBJECT("", "\"b\""), "extra key 'b'"},
        {OBJECT("\"a\":{\"type\":\"string\",\"minLength\":1}", "\"a\""), "'minLength'"},
        {OBJECT("\"a\":{\"type\":\"string\",\"maxLength\":1}", "\"a\""), "'maxLength'"},
        {OBJECT("\"a\":{\"type\":\"string\",\"default\":\"\"}", "\"a\""), "'default'"},
        {OBJECT("\"a\":{\"allOf\":[]}", "\"a\""), "'allOf'"},
        {OBJECT("\"a\":{\"not\":{}}", "\"a\""), "'not'"},
        {OBJECT("\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
                "\"uniqueItems\":true}",
                "\"a\""),
         "'uniqueItems'"},
        {OBJECT("\"a\":{\"type\":\"string\",\"format\":\"uri\"}", "\"a\""), "'uri'"},
        {OBJECT("\"a\":{\"type\":\"array\"}", "\"a\""), "'items'"},
        {OBJECT("\"a\":{}", "\"a\""), "'type'"},
        {OBJECT("\"a\":{\"type\":\"text\"}", "\"a\""), "'text'"},
        {OBJECT("\"a\":{\"$ref\":\"#/$defs/none\"}", "\"a\""), "leads nowhere"},
        {OBJECT("\"a\":{\"$ref\":\"#\",\"description\":\"x\"}", "\"a\""), "$ref"},
        {OBJECT("\"a\":true", "\"a\""), "must be an object"},
        {OBJECT("\"a\":" OBJECT("\"b\":{\"type\":\"string\"}", ""), "\"a\""),
         "'properties', 'a'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++)
        check(k_cases[i].schema, k_cases[i].why);
}

/* Objects within objects, `levels` in all. */
static void check_depth(int levels, const char *why)
{
    struct cvx_buf text = CVX_BUF_INIT;

    for (int i = 1; i < levels; i++)
        cvx_buf_puts(&text, "{\"type\":\"object\",\"required\":[\"a\"],"
                            "\"additionalProperties\":false,\"properties\":{\"a\":");
    cvx_buf_puts(&text, OBJECT("", ""));
    for (int i = 1; i < levels; i++)
        cvx_buf_puts(&text, "}}");
    check(text.data, why);
    cvx_buf_done(&text);
}

static void test_depth(void **state)
{
    (void)state;
    check_depth(10, NULL);
    check_depth(11, "10 levels");
}

/* A schema of so many properties. */
static void check_properties(int count, const char *why)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text,
                 "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[");
    for (int i = 0; i < count; i++)
        cvx_buf_printf(&text, "%s\"p%d\"", i ? "," : "", i);
    cvx_buf_puts(&text, "],\"properties\":{");
    for (int i = 0; i < count; i++)
        cvx_buf_printf(&text, "%s\"p%d\":{\"type\":\"null\"}", i ? "," : "", i);
    cvx_buf_puts(&text, "}}");
    check(text.data, why);
    cvx_buf_done(&text);
}

static void test_sizes(void **state)
{
    (void)state;
    check_properties(200, NULL);
    check_properties(5001, "5000 properties");
}

/* An enum of so many values of so many characters. */
static void check_enum(int count, int chars, const char *why)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text,
                 "{\"type\":\"object\",\"additionalProperties\":false,\"required\":"
                 "[\"a\"],\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[");
    for (int i = 0; i < count; i++)
        cvx_buf_printf(&text, "%s\"%0*d\"", i ? "," : "", chars, i);
    cvx_buf_puts(&text, "]}}}");
    check(text.data, why);
    cvx_buf_done(&text);
}

static void test_enums(void **state)
{
    (void)state;
    check_enum(1000, 4, NULL);
    check_enum(1001, 4, "1000 enum values");
    check_enum(250, 100, NULL);
    check_enum(251, 100, "15000 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_enums),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
