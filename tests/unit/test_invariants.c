/* What an adjusted CV must have in common with its input: each rule kept and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "adjust/facts.h"
#include "adjust/invariants.h"
#include "adjust/shape.h"
#include "contracts/embedded.h"
#include "json/reader.h"
#include "json/writer.h"

#define T CVX_INVARIANTS_TAILORED
#define L CVX_INVARIANTS_TRANSLATED

/* A CV in parts, so that a case shows what differs. */
#define CV(title, name, sidebar, overview, jobs)                                         \
    "{\"identity\":{\"title\":\"" title "\",\"full_name\":\"" name                       \
    "\",\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{" sidebar            \
    "},\"overview\":\"" overview "\",\"experiences\":[" jobs "]}"
#define JOB(heading, description, bullets, environment)                                  \
    "{\"heading\":\"" heading "\",\"description\":\"" description                        \
    "\",\"bullets\":[" bullets "],\"environment\":" environment "}"

#define SIDE                                                                             \
    "\"skills\":[\"planning\",\"C++ tuning\"],\"languages\":[\"C++\",\"Go\"],"           \
    "\"tools\":[\"Kafka\"],\"certifications\":[]"
#define OVER "12 years with Postgres, 1,500 users, uptime 99.95 %"
#define J1                                                                               \
    JOB("Jan 2019 - Present | Acme", "Led 3 teams.",                                     \
        "\"cut cost by 40%\",\"wrote docs\"", "[\"Kafka\",\"Linux\"]")
#define J2 JOB("03/2015 \u2013 12/2018 Bolt GmbH", "Did things.", "", "null")
#define J3 JOB("Trainee at Cask", "", "", "[]")
#define WAS CV("Engineer", "Ana Ruiz", SIDE, OVER, J1 "," J2 "," J3)

static const struct {
    unsigned checks;
    const char *answer, *says; /* says: all violations, joined */
} k_cases[] = {
    {T, WAS, ""},
    {L, WAS, ""},
    /* identity */
    {T, CV("Chief", "Ana Ruiz", SIDE, OVER, J1 "," J2 "," J3),
     "identity.title must not change"},
    {L, CV("Ingeniera", "Ana Ruiz", SIDE, OVER, J1 "," J2 "," J3), ""},
    {L, CV("Engineer", "Anna Ruiz", SIDE, OVER, J1 "," J2 "," J3),
     "identity.full_name must not change"},
    {T, CV("", "", SIDE, OVER, J1 "," J2 "," J3),
     "identity.title must not change, identity.full_name must not change"},
    /* experiences: number, order */
    {T, CV("Engineer", "Ana Ruiz", SIDE, OVER, J1 "," J2),
     "experiences must be 3 as before, in the same order, not 2"},
    {L, CV("Engineer", "Ana Ruiz", SIDE, OVER, J1 "," J2 "," J3 "," J3),
     "experiences must be 3 as before, in the same order, not 4"},
    {T & ~(CVX_INVARIANT_DIGITS | CVX_INVARIANT_DATES),
     CV("Engineer", "Ana Ruiz", SIDE, OVER, J2 "," J1 "," J3),
     "experiences[0] has the heading of experiences[1]: their order must not change, "
     "experiences[1] has the heading of experiences[0]: their order must not change"},
    /* headings: digits, whatever script; date ranges to the byte */
    {L,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        JOB("Januar \u0662\u0660\u0661\u0669 bis heute | Acme", "x", "\"y\",\"z\"",
            "[\"Kafka\",\"Linux\"]") "," J2 "," J3),
     ""},
    {L,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        JOB("1/2019 bis heute | Acme", "x", "\"y\",\"z\"",
            "[\"Kafka\",\"Linux\"]") "," J2 "," J3),
     "experiences[0].heading must keep its digits, all of them, in their order"},
    {T,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        JOB("Acme | Jan 2019 - Present", "Led 3 teams.", "", "[]") "," J2 "," J3),
     ""},
    {T,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        JOB("Jan 2019 \u2013 Present | Acme", "Led 3 teams.", "", "[]") "," J2 "," J3),
     "experiences[0].heading must keep its date range 'Jan 2019 - Present' as written"},
    {T,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        J1 "," J2 "," JOB("Now - then: Trainee at Cask", "", "", "[]")),
     ""},
    {CVX_INVARIANT_DATES,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        J1 "," J2 "," JOB("2001 - 2002 Trainee at Cask", "", "", "[]")),
     "experiences[2].heading must not have a date range that it had not"},
    /* items: moved, of another list, out of the text in another case; not invented */
    {T,
     CV("Engineer", "Ana Ruiz",
        "\"skills\":[\"C++ tuning\",\"postgres\",\"wrote  docs\",\"Linux\"]", OVER,
        J1 "," J2 "," J3),
     ""},
    {T,
     CV("Engineer", "Ana Ruiz", "\"tools\":[\"Kafka\",\"Rust\"]", OVER, J1 "," J2 "," J3),
     "sidebar.tools[1] 'Rust' is not in the CV that was given"},
    {T,
     CV("Engineer", "Ana Ruiz", "\"languages\":[\"C\",\"Post\"]", OVER, J1 "," J2 "," J3),
     "sidebar.languages[0] 'C' is not in the CV that was given, sidebar.languages[1] "
     "'Post' "
     "is not in the CV that was given"},
    {T, CV("Engineer", "Ana Ruiz", "\"tools\":[\"\"]", OVER, J1 "," J2 "," J3),
     "sidebar.tools[0] '' is not in the CV that was given"},
    {T,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        J1 "," J2 "," JOB("Trainee at Cask", "", "", "[\"Oracle\"]")),
     "experiences[2].environment[0] 'Oracle' is not in the CV that was given"},
    /* numbers */
    {T, CV("Engineer", "Ana Ruiz", SIDE, "99.95% for 1500 users; 12", J1 "," J2 "," J3),
     ""},
    {T, CV("Engineer", "Ana Ruiz", SIDE, "15 years", J1 "," J2 "," J3),
     "overview has the number 15, which the CV that was given has not"},
    {T,
     CV("Engineer", "Ana Ruiz", SIDE, OVER,
        JOB("Jan 2019 - Present | Acme", "Led 30 teams.", "\"cut cost by 40,5%\"",
            "[]") "," J2 "," J3),
     "experiences[0].description has the number 30, which the CV that was given has not, "
     "experiences[0].bullets[0] has the number 40.5, which the CV that was given has "
     "not"},
    /* a translation keeps terms and lengths */
    {L,
     CV("Engineer", "Ana Ruiz",
        "\"skills\":[\"a\",\"b\"],\"languages\":[\"Go\",\"C++\"],\"tools\":[\"Kafka\"]",
        OVER, J1 "," J2 "," J3),
     "sidebar.languages must not change"},
    {L,
     CV("Engineer", "Ana Ruiz",
        "\"skills\":[\"a\"],\"languages\":[\"C++\",\"Go\"],\"tools\":[\"Kafka\"],"
        "\"industries\":[\"x\"]",
        OVER, J1 "," J2 "," J3),
     "sidebar.skills must have 2 items as before, not 1, sidebar.industries must have 0 "
     "items as before, not 1"},
    {L,
     CV(" ", "Ana Ruiz",
        "\"skills\":[\"a\",\" \"],\"languages\":[\"C++\",\"Go\"],\"tools\":[\"Kafka\"]",
        "", JOB("Jan 2019 - Present | Acme", "", "\"x\"", "[\"Kafka\"]") "," J2 "," J3),
     "sidebar.skills[1] must not become empty, identity.title must not become empty, "
     "overview must not become empty, experiences[0].environment must not change, "
     "experiences[0].description must not become empty, experiences[0].bullets must have "
     "2 "
     "items as before, not 1, experiences[0].environment must have 2 items as before, "
     "not "
     "1"},
};

static struct json_object *parse(const char *text)
{
    struct json_object *root = NULL;
    struct cvx_err err;

    if (cvx_reader_parse(text, strlen(text), &root, &err))
        fail_msg("%s: %s", text, cvx_err_root(&err));
    return root;
}

static void check(const struct cvx_patterns *patterns, unsigned checks, const char *was,
                  const char *is, const char *says)
{
    struct json_object *input = parse(was), *answer = parse(is);
    struct cvx_issues violations = {0};
    struct cvx_buf told = CVX_BUF_INIT;
    struct cvx_err err;

    assert_int_equal(
        cvx_invariants_check(checks, patterns, input, answer, &violations, &err), CVX_OK);
    cvx_issues_print(&violations, &told);
    const char *text = told.len ? told.data + strlen("errors: ") : "";

    if (strcmp(text, says) != 0)
        fail_msg("%s\nwanted: %s\nfound:  %s", is, says, text);
    assert_int_equal(violations.errors, violations.count);
    cvx_buf_done(&told);
    cvx_issues_done(&violations);
    json_object_put(input);
    json_object_put(answer);
}

static void test_rules(void **state)
{
    struct cvx_patterns *patterns = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_patterns_new(&patterns, &err), CVX_OK);
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++)
        check(patterns, k_cases[i].checks, WAS, k_cases[i].answer, k_cases[i].says);
    cvx_patterns_free(patterns);
}

/* Hundreds of violations are told as twenty and a number; of thousands of unknown items few
 * are looked for. */
static void test_many(void **state)
{
    struct cvx_buf answer = CVX_BUF_INIT, says = CVX_BUF_INIT;
    struct cvx_patterns *patterns = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_patterns_new(&patterns, &err), CVX_OK);
    cvx_buf_puts(&answer,
                 "{\"identity\":{\"title\":\"Engineer\",\"full_name\":\"Ana Ruiz\","
                 "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{"
                 "\"tools\":[\"q0\"");
    for (int i = 1; i < 3000; i++)
        cvx_buf_printf(&answer, ",\"q%d\"", i);
    cvx_buf_puts(&answer, "]},\"overview\":\"\",\"experiences\":[" J1 "," J2 "," J3 "]}");
    for (int i = 0; i < CVX_INVARIANTS_TOLD_MAX; i++)
        cvx_buf_printf(&says, "sidebar.tools[%d] 'q%d' is not in the CV that was given, ",
                       i, i);
    cvx_buf_printf(&says, "and %d more",
                   CVX_INVARIANTS_SEARCHES_MAX - CVX_INVARIANTS_TOLD_MAX + 1);
    check(patterns, T, WAS, answer.data, says.data);
    cvx_buf_done(&answer);
    cvx_buf_done(&says);
    cvx_patterns_free(patterns);
}

/* What is asked of the order is not asked of two headings that are alike. */
static void test_equal_headings(void **state)
{
    (void)state;
#define TWO JOB("Work", "a", "", "null") "," JOB("Work", "b", "", "null")
    check(NULL, CVX_INVARIANT_EXPERIENCES, CV("t", "n", "", "", TWO),
          CV("t", "n", "", "", TWO), "");
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text, *numbers;
    } cases[] = {
        {"", ""},
        {"none", ""},
        {"a1b22", "1 22 "},
        {"1,000 and 1.000.000", "1000 1000000 "},
        {"1.5 1,5 0.25 12.345,6", "1.5 1.5 0.25 12.345.6 "},
        {"2019-2020, 3.", "2019 2020 3 "},
        {"\u0661\u0662\u0663 \uff11\uff10%", "123 10 "},
        {"v1.2.3 1,,2", "1.2.3 1 2 "},
        {"1111111111111111111111111111111111111111111111111111111111111111111111111",
         "111111111111111111111111111111111111111111111111111111111111111 "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_span rest = {cases[i].text, strlen(cases[i].text)};
        struct cvx_buf found = CVX_BUF_INIT;
        char number[CVX_FACTS_NUMBER_ROOM];

        cvx_buf_puts(&found, "");
        while (cvx_facts_next_number(&rest, number))
            cvx_buf_printf(&found, "%s ", number);
        assert_string_equal(found.data ? found.data : "", cases[i].numbers);
        cvx_buf_done(&found);
    }
}

static void test_has_text(void **state)
{
    static const struct {
        const char *text;
        bool has;
    } cases[] = {
        {"Kafka", true},        {"kafka", true},
        {"afka", false},        {"Kafk", false},
        {"asp.net", true},      {".net", false},
        {"ASP", true},          {"C#", true},
        {"C", false},           {"apache  kafka", true},
        {"Kafka Node", false},  {"Node.js", true},
        {"\u6771\u4eac", true}, {"Python", true},
        {" ", false},           {"xx", true},
        {"x", false},
    };
    struct json_object *cv =
        parse("{\"a\":[\"Apache\\u00a0Kafka\",\"Node.js\",\"ASP.NET, C#\"],"
              "\"b\":\"\u6771\u4eacPython\u3092 xxx xx\"}");
    struct cvx_facts *facts = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_facts_new(cv, &facts, &err), CVX_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_span text = {cases[i].text, strlen(cases[i].text)};
        bool has = !cases[i].has;

        assert_int_equal(cvx_facts_has_text(facts, text, &has, &err), CVX_OK);
        if (has != cases[i].has)
            fail_msg("'%s'", cases[i].text);
    }
    static const struct {
        const char *item;
        bool has;
    } items[] = {{"Node.js", true}, {"node.js", false}};
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        struct cvx_span item = {items[i].item, strlen(items[i].item)};
        bool has = !items[i].has;

        assert_int_equal(cvx_facts_has_item(facts, item, &has, &err), CVX_OK);
        assert_int_equal(has, items[i].has);
    }
    cvx_facts_free(facts);
    json_object_put(cv);
}

/* An answer in our form: the schema's order, the input's ways to say "none". */
static void test_shape(void **state)
{
    static const char *const input =
        "{\"identity\":{},\"sidebar\":{\"skills\":[\"a\"],\"tools\":[]},\"overview\":"
        "\"\","
        "\"experiences\":[{\"heading\":\"h\",\"description\":\"d\",\"bullets\":[],"
        "\"environment\":null},{\"heading\":\"i\",\"description\":\"\"}]}";
    static const char *const answer =
        "{\"experiences\":[{\"environment\":[],\"description\":\"e\",\"heading\":\"h\"},"
        "{\"bullets\":[],\"environment\":[\"x\"],\"heading\":\"i\",\"description\":\"\"}]"
        ","
        "\"overview\":\"o\",\"sidebar\":{\"languages\":[],\"skills\":[\"b\"]},"
        "\"identity\":{}}";
    static const char *const made =
        "{ \"identity\": { }, \"sidebar\": { \"skills\": [ \"b\" ], \"tools\": [ ] }, "
        "\"overview\": \"o\", \"experiences\": [ { \"heading\": \"h\", \"description\": "
        "\"e\", \"bullets\": [ ], \"environment\": null }, { \"heading\": \"i\", "
        "\"description\": \"\", \"environment\": [ \"x\" ] } ] }";
    struct json_object *was = parse(input), *is = parse(answer), *ret = NULL;
    struct cvx_schema *schema = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                      &schema, &err),
                     CVX_OK);
    assert_int_equal(cvx_shape_like(schema, was, is, &ret, &err), CVX_OK);
    assert_string_equal(json_object_to_json_string_ext(ret, JSON_C_TO_STRING_SPACED),
                        made);
    json_object_put(ret);
    json_object_put(was);
    json_object_put(is);
    cvx_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_many),
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_equal_headings),
        cmocka_unit_test(test_has_text), cmocka_unit_test(test_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
