/* Placeholders: what is hidden, how it comes back, what is noticed when it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <json-c/json.h>

#include "adjust/protect.h"
#include "adjust/protect_private.h"
#include "json/reader.h"

#define O "\u27e6"
#define C "\u27e7"

static struct json_object *parse(const char *text)
{
    struct json_object *root = NULL;
    struct cvx_err err;

    if (cvx_reader_parse(text, strlen(text), &root, &err))
        fail_msg("%s: %s", text, cvx_err_root(&err));
    return root;
}

static const char *text_of(struct json_object *value)
{
    return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                     JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void test_addresses(void **state)
{
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"", ""},
        {"write to ana.ruiz+cv@example.co.uk.", "ana.ruiz+cv@example.co.uk "},
        {"(see https://example.org/a?b=c#d), or www.example.org!",
         "https://example.org/a?b=c#d www.example.org "},
        {"github.com/ana, linkedin.com/in/ana-ruiz",
         "github.com/ana linkedin.com/in/ana-ruiz "},
        {"ends here.Next one", ""},
        {"and/or e.g. TCP/IP, 24/7, 1.5/2", ""},
        {"@home a@b x@y.z HTTP://", ""},
        {"<mailto:ana@example.org>", "mailto:ana@example.org "},
        {"M\u00fcller\u00a0ana@example.org\uff0chttps://example.org/gr\u00f6\u00dfe",
         "ana@example.org https://example.org/gr\u00f6\u00dfe "},
        {"Node.js/Express", "Node.js/Express "},
        {"a..b.com/x", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_span rest = {cases[i].text, strlen(cases[i].text)}, address;
        struct cvx_buf found = CVX_BUF_INIT;

        cvx_buf_puts(&found, "");
        while (cvx_protect_address_next(&rest, &address)) {
            cvx_buf_put(&found, address.p, address.len);
            cvx_buf_putc(&found, ' ');
        }
        assert_string_equal(found.data ? found.data : "", cases[i].found);
        cvx_buf_done(&found);
    }
}

/* Terms are numbered in the order of their bytes. */
#define CV(overview)                                                                     \
    "{\"identity\":{\"title\":\"C++ lead\",\"full_name\":\"Ana Ruiz\","                  \
    "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{\"skills\":[\"Go to "   \
    "market\"],\"languages\":[\"C\",\"C++\",\"Go\"],\"tools\":[\"SQL Server\",\"\"]},"   \
    "\"overview\":\"" overview "\",\"experiences\":[{\"heading\":\"h\","                 \
    "\"description\":\"\",\"bullets\":[],\"environment\":[\"SQL\"]},{\"heading\":\"i\"," \
    "\"description\":\"Go\",\"environment\":null}]}"
/* 0 Ana, 1 Ana Ruiz, 2 C, 3 C++, 4 Go, 5 Ruiz, 6 SQL, 7 SQL Server */
#define SENT(overview)                                                                   \
    "{\"identity\":{\"title\":\"" O "T3" C " lead\",\"full_name\":\"" O "T1" C           \
    "\",\"first_name\":\"" O "T0" C "\",\"last_name\":\"" O "T5" C                       \
    "\"},\"sidebar\":{\"skills\":[\"" O "T4" C " to market\"],\"languages\":[\"" O       \
    "T2" C "\",\"" O "T3" C "\",\"" O "T4" C "\"],\"tools\":[\"" O "T7" C                \
    "\",\"\"]},\"overview\":\"" overview "\",\"experiences\":[{\"heading\":\"h\","       \
    "\"description\":\"\",\"bullets\":[],\"environment\":[\"" O "T6" C                   \
    "\"]},{\"heading\":\"i\",\"description\":\"" O "T4" C "\",\"environment\":null}]}"

static void test_hidden(void **state)
{
    static const struct {
        const char *overview, *sent;
    } cases[] = {
        {"", ""},
        {"Ana Ruiz knows SQL Server, SQL and C.",
         O "T1" C " knows " O "T7" C ", " O "T6" C " and " O "T2" C "."},
        {"Anas C++17 Goes C# SQLite", "Anas C++17 Goes C# SQLite"},
        {"go c ANA", "go c ANA"},
        {"\u6771\u4eac\u3067Go\u3092", "\u6771\u4eac\u3067" O "T4" C "\u3092"},
        {"(Go)-C/C++", "(" O "T4" C ")-" O "T2" C "/" O "T3" C},
        {"Ana Ruizova", O "T0" C " Ruizova"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_buf was = CVX_BUF_INIT, sent = CVX_BUF_INIT;
        struct json_object *cv = parse(CV("\u2020")), *wanted = parse(SENT("\u2020"));
        struct cvx_protect *protect = NULL;
        struct cvx_err err;

        json_object_object_add(cv, "overview", json_object_new_string(cases[i].overview));
        json_object_object_add(wanted, "overview", json_object_new_string(cases[i].sent));
        assert_int_equal(cvx_protect_new(cv, &protect, &err), CVX_OK);
        assert_string_equal(text_of(cvx_protect_tree(protect)), text_of(wanted));
        cvx_protect_free(protect);
        json_object_put(cv);
        json_object_put(wanted);
        cvx_buf_done(&was);
        cvx_buf_done(&sent);
    }
}

/* Addresses are terms, whole. */
static void test_hidden_address(void **state)
{
    struct json_object *cv = parse(CV("at ana@example.org, https://example.org/ana."));
    struct cvx_protect *protect = NULL;
    struct json_object *overview;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_protect_new(cv, &protect, &err), CVX_OK);
    overview = json_object_object_get(cvx_protect_tree(protect), "overview");
    assert_string_equal(json_object_get_string(overview),
                        "at " O "T8" C ", " O "T9" C ".");
    cvx_protect_free(protect);
    json_object_put(cv);
}

/* The mark does not occur in the text, whatever the text holds. */
static void test_mark(void **state)
{
    struct json_object *cv = parse(CV("Go " O "T4" C " " O "TT9" C));
    struct cvx_protect *protect = NULL;
    struct json_object *ret = NULL;
    struct cvx_issues violations = {0};
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_protect_new(cv, &protect, &err), CVX_OK);
    assert_string_equal(json_object_get_string(json_object_object_get(
                            cvx_protect_tree(protect), "overview")),
                        O "TTT4" C " " O "T4" C " " O "TT9" C);
    assert_int_equal(
        cvx_protect_restore(protect, cvx_protect_tree(protect), &ret, &violations, &err),
        CVX_OK);
    assert_int_equal(violations.count, 0);
    assert_true(json_object_equal(ret, cv));
    json_object_put(ret);
    cvx_protect_free(protect);
    json_object_put(cv);
}

#define TEXT "Ana Ruiz likes Go, and Go likes C"
#define TEXT_SENT O "T1" C " likes " O "T4" C ", and " O "T4" C " likes " O "T2" C

static const struct {
    const char *overview, *restored, *says;
} k_back[] = {
    {TEXT_SENT, TEXT, ""},
    {"A " O "T2" C " gusta " O "T4" C O "T4" C ": " O "T1" C, "A C gusta GoGo: Ana Ruiz",
     ""},
    {O "T1" C " " O "T4" C " " O "T2" C, NULL,
     "overview has lost the placeholder " O "T4" C},
    {"Ana Ruiz likes Go, and Go likes C", NULL,
     "overview has lost the placeholder " O "T1" C
     ", overview has lost the placeholder " O "T4" C
     ", overview has lost the placeholder " O "T2" C},
    {TEXT_SENT " " O "T2" C, NULL,
     "overview has more often than it was sent the placeholder " O "T2" C},
    {TEXT_SENT " " O "T6" C, NULL,
     "overview has more often than it was sent the placeholder " O "T6" C},
    {TEXT_SENT " " O "T99" C, NULL, "overview has a placeholder that was not sent"},
    {TEXT_SENT " " O "T04" C " " O "T C", NULL,
     "overview has a placeholder that was not sent"},
    {O "T1" C " likes " O "T4" C ", and " O "T4" C " likes " O "T 2" C, NULL,
     "overview has lost the placeholder " O "T2" C
     ", overview has a placeholder that was not sent"},
};

static void back(const char *overview, const char *restored, const char *says)
{
    struct json_object *cv = parse(CV(TEXT)), *answer = parse(SENT("\u2020")),
                       *ret = NULL;
    struct cvx_protect *protect = NULL;
    struct cvx_issues violations = {0};
    struct cvx_buf told = CVX_BUF_INIT;
    struct cvx_err err;

    json_object_object_add(answer, "overview", json_object_new_string(overview));
    assert_int_equal(cvx_protect_new(cv, &protect, &err), CVX_OK);
    assert_int_equal(cvx_protect_restore(protect, answer, &ret, &violations, &err),
                     CVX_OK);
    cvx_issues_print(&violations, &told);
    assert_string_equal(told.len ? told.data + strlen("errors: ") : "", says);
    if (restored) {
        json_object_object_add(cv, "overview", json_object_new_string(restored));
        assert_string_equal(text_of(ret), text_of(cv));
    }
    cvx_buf_done(&told);
    cvx_issues_done(&violations);
    json_object_put(ret);
    cvx_protect_free(protect);
    json_object_put(cv);
    json_object_put(answer);
}

static void test_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_back) / sizeof(k_back[0]); i++)
        back(k_back[i].overview, k_back[i].restored, k_back[i].says);
}

/* Whatever the answer has in the fields that are wholly protected, they are the CV's; lists
 * of other lengths are left for the check of lengths. */
static void test_set_back(void **state)
{
    struct json_object *cv = parse(CV("x"));
    struct json_object *answer =
        parse("{\"identity\":{\"title\":\"" O "T3" C " Leiterin\",\"full_name\":\"Eva\","
              "\"first_name\":\"\",\"last_name\":\"" O "T77" C
              "\"},\"sidebar\":{\"skills\":[\"" O "T4" C
              " a\",\"b\"],\"languages\":[\"Deutsch\"]},\"overview\":\"y\","
              "\"experiences\":[{\"heading\":\"H\",\"description\":\"\",\"bullets\":[],"
              "\"environment\":[\"Rost\"]},{\"heading\":\"I\",\"description\":\"" O "T4" C
              "\"},{\"heading\":\"J\",\"description\":\"\",\"environment\":[\"q\"]}]}");
    struct json_object *ret = NULL;
    struct cvx_protect *protect = NULL;
    struct cvx_issues violations = {0};
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_protect_new(cv, &protect, &err), CVX_OK);
    assert_int_equal(cvx_protect_restore(protect, answer, &ret, &violations, &err),
                     CVX_OK);
    assert_int_equal(violations.count, 0);
    assert_string_equal(
        text_of(ret),
        "{\"identity\":{\"title\":\"C++ Leiterin\",\"full_name\":\"Ana Ruiz\","
        "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{\"skills\":[\"Go "
        "a\","
        "\"b\"],\"languages\":[\"C\",\"C++\",\"Go\"],\"tools\":[\"SQL Server\",\"\"]},"
        "\"overview\":\"y\",\"experiences\":[{\"heading\":\"H\",\"description\":\"\","
        "\"bullets\":[],\"environment\":[\"SQL\"]},{\"heading\":\"I\",\"description\":"
        "\"Go\",\"environment\":null},{\"heading\":\"J\",\"description\":\"\","
        "\"environment\":[\"q\"]}]}");
    json_object_put(ret);
    cvx_protect_free(protect);
    json_object_put(cv);
    json_object_put(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),      cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_hidden_address), cmocka_unit_test(test_mark),
        cmocka_unit_test(test_back),           cmocka_unit_test(test_set_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
