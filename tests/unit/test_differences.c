/* The comparison of the round trip: every rule, its words and their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "verify/differences.h"
#include "json/cv_json.h"

#define JOB(rest) "{\"experiences\":[{" rest "}]}"
#define SIDE(rest) "{\"sidebar\":{\"tools\":" rest "}}"
#define ENV(rest) JOB("\"environment\":" rest)
#define TEN(x) x x x x x x x x x x

static const struct {
    const char *was, *now, *says;
} k_cases[] = {
    /* nothing differs */
    {"{}", "{}", ""},
    {"null", "null", ""},
    {"{\"a\":[1,\"x\",null,true,{\"b\":2.5}]}",
     "{\"a\":[1.0,\"X.\",null,true,{\"b\":2.5}]}", ""},

    /* types */
    {"{}", "[]", "type mismatch at <root>: object vs array"},
    {"{\"a\":[]}", "{\"a\":null}", "type mismatch at a: array vs null"},
    {"{\"a\":\"1\",\"b\":true}", "{\"a\":1,\"b\":0.5}",
     "type mismatch at a: string vs number, type mismatch at b: boolean vs number"},
    {"{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":\"\"}}",
     "type mismatch at a.b: object vs string"},
    {"{\"a\":[1,[2]]}", "{\"a\":[1,[null]]}", "type mismatch at a[1][0]: number vs null"},

    /* keys on one side; an empty list there counts as none, null does not */
    {"{\"k\":1}", "{}", "missing key in new at <root>.k"},
    {"{}", "{\"k\":1}", "extra key in new at <root>.k"},
    {"{\"k\":[],\"m\":[]}", "{\"n\":[]}", ""},
    {"{\"k\":null}", "{\"n\":{}}",
     "missing key in new at <root>.k, extra key in new at <root>.n"},
    {JOB("\"k\":\"\""), JOB(""), "missing key in new at experiences[0].k"},
    {"{\"sidebar\":{\"tools\":[\"a\"]}}", "{\"sidebar\":{}}",
     "missing key in new at sidebar.tools"},
    /* missing, then extra, then common keys, each sorted; depth first */
    {"{\"z\":1,\"c\":{\"y\":1,\"x\":\"p\"},\"b\":1,\"a\":2}",
     "{\"b\":2,\"d\":1,\"c\":{\"x\":\"q\",\"w\":1},\"A\":0}",
     "missing key in new at <root>.a, missing key in new at <root>.z, "
     "extra key in new at <root>.A, extra key in new at <root>.d, "
     "value mismatch at b: 1 vs 2, missing key in new at c.y, extra key in new at c.w, "
     "value mismatch at c.x: 'p' vs 'q'"},

    /* strings: case, blanks, punctuation do not count; letters, digits and _ do */
    {"{\"a\":\"  R&D\\u00a0Lead, (EU) \"}", "{\"a\":\"r d lead eu\"}", ""},
    {"{\"a\":\"C++\"}", "{\"a\":\"C#\"}", ""},
    {"{\"a\":\"snake_case\"}", "{\"a\":\"snake case\"}",
     "value mismatch at a: 'snake_case' vs 'snake case'"},
    {"{\"a\":\"Stra\u00dfe \u00c9t\u00e9\"}", "{\"a\":\"strasse \u00e9t\u00e9\"}",
     "value mismatch at a: 'stra\u00dfe \u00e9t\u00e9' vs 'strasse \u00e9t\u00e9'"},
    {"{\"a\":\"...\"}", "{\"a\":\"\"}", ""},
    {"{\"a\":\"x\"}", "{\"a\":\"--\"}", "value mismatch at a: 'x' vs ''"},
    {"{\"a\":\"e\\u0301\"}", "{\"a\":\"e \"}", ""},

    /* anything else by value */
    {"{\"a\":1,\"b\":1e2,\"c\":0.1,\"d\":-0.0}",
     "{\"a\":1.0,\"b\":100,\"c\":1e-1,\"d\":0}", ""},
    {"{\"a\":1,\"b\":true,\"c\":2.5}", "{\"a\":2,\"b\":false,\"c\":1e-7}",
     "value mismatch at a: 1 vs 2, value mismatch at b: True vs False, "
     "value mismatch at c: 2.5 vs 1e-07"},
    {"{\"a\":123456789012345678901234567890,\"b\":100000000000000000000}",
     "{\"a\":123456789012345678901234567891,\"b\":1e20}",
     "value mismatch at a: 123456789012345678901234567890 vs "
     "123456789012345678901234567891"},
    {"{\"a\":9007199254740993}", "{\"a\":9007199254740992.0}",
     "value mismatch at a: 9007199254740993 vs 9007199254740992.0"},
    {"{\"a\":NaN,\"b\":Infinity}", "{\"a\":NaN,\"b\":-Infinity}",
     "value mismatch at a: nan vs nan, value mismatch at b: inf vs -inf"},

    /* lists: length, else item by item */
    {"{\"a\":[1,2,3]}", "{\"a\":[1,2]}", "list length mismatch at a: 3 vs 2"},
    {"{\"a\":[\"x\",\"y\"]}", "{\"a\":[\"y\",\"x\"]}",
     "value mismatch at a[0]: 'x' vs 'y', value mismatch at a[1]: 'y' vs 'x'"},
    {JOB("\"bullets\":[\"a\",\"b\",\"c\"]"), JOB("\"bullets\":[\"a\",\"b\",\"d!\"]"),
     "value mismatch at experiences[0].bullets[2]: 'c' vs 'd'"},
    {JOB("\"bullets\":[\"a\",\"b\"]"), JOB("\"bullets\":[\"a, b\"]"),
     "list length mismatch at experiences[0].bullets: 2 vs 1"},

    /* environment: split, cleaned, lower-cased, sorted; punctuation counts */
    {ENV("[\"C++, Go\",\"SQL\"]"), ENV("[\"sql \\u00b7 go;  c++\"]"), ""},
    {ENV("[\"a - b\\u2022c\",\"\"]"), ENV("[\"c\",\"B\",\"a\"]"), ""},
    {ENV("[\"a-b\"]"), ENV("[\"a\",\"b\"]"),
     "environment mismatch at experiences[0].environment: ['a-b'] vs ['a', 'b']"},
    {ENV("[\"C++\",\"C#\"]"), ENV("[\"C\"]"),
     "environment mismatch at experiences[0].environment: ['c#', 'c++'] vs ['c']"},
    {ENV("[\"a\",\"a\"]"), ENV("[\"a\"]"),
     "environment mismatch at experiences[0].environment: ['a', 'a'] vs ['a']"},
    {ENV("[\"it's\",\"\\\"q\\\"'\\\\\",\"z\\u200bz\\ue000\"]"), ENV("[]"),
     "environment mismatch at experiences[0].environment: "
     "['\"q\"\\'\\\\', \"it's\", 'z\\u200bz\\ue000'] vs []"},
    {ENV("null"), ENV("[]"),
     "type mismatch at experiences[0].environment: null vs array"},
    {"{\"environment\":[\"A\"]}", "{\"environment\":[\" a,\"]}", ""},
    {"{\"x\":{\"my_environment\":[\"A;\"]}}", "{\"x\":{\"my_environment\":[\"b\"]}}",
     "value mismatch at x.my_environment[0]: 'a' vs 'b'"},
    {ENV("[\"a\",1]"), ENV("[\"a\",2]"),
     "value mismatch at experiences[0].environment[1]: 1 vs 2"},

    /* lists of strings under sidebar: split, comparable, sorted, duplicates kept */
    {SIDE("[\"C++, Go;SQL\"]"), SIDE("[\"sql\",\"c#\",\"GO\"]"), ""},
    {SIDE("[\"a\\u00b7b\",\"\\u2022\"]"), SIDE("[\"B\",\"A\"]"), ""},
    {SIDE("[\"a - b\"]"), SIDE("[\"a\",\"b\"]"),
     "list mismatch at sidebar.tools: ['a b'] vs ['a', 'b']"},
    {SIDE("[\"x\",\"x\"]"), SIDE("[\"x\"]"),
     "list mismatch at sidebar.tools: ['x', 'x'] vs ['x']"},
    {SIDE("[]"), SIDE("[\"B\",\"A\"]"),
     "list mismatch at sidebar.tools: [] vs ['a', 'b']"},
    {SIDE("{\"k\":[\"b\",\"a\"]}"), SIDE("{\"k\":[\"a;b\"]}"), ""},
    {SIDE("[1]"), SIDE("[\"1\"]"), "type mismatch at sidebar.tools[0]: number vs string"},
    {"{\"sidebars\":[\"a\",\"b\"]}", "{\"sidebars\":[\"a,b\"]}",
     "list length mismatch at sidebars: 2 vs 1"},

    /* bullets that became part of the description */
    {JOB("\"description\":\"Did it. Built X, and Y!\",\"bullets\":[]"),
     JOB("\"description\":\"Did it.\",\"bullets\":[\"Built x and y\",\"did IT\"]"), ""},
    {JOB("\"description\":\"Did it.\",\"bullets\":[\"Built X\"]"),
     JOB("\"description\":\"Did it. built x\",\"bullets\":null"), ""},
    {JOB("\"description\":\"d\",\"bullets\":[\"Built X\"]"),
     JOB("\"description\":\"d built x\""), ""},
    {JOB("\"description\":\"built x\""), JOB("\"bullets\":[\"x\"]"), ""},
    {JOB("\"description\":\"d\",\"bullets\":[]"),
     JOB("\"description\":\"e\",\"bullets\":[\"x\"]"),
     "list length mismatch at experiences[0].bullets: 0 vs 1, "
     "value mismatch at experiences[0].description: 'd' vs 'e'"},
    {JOB("\"description\":\"x y\",\"bullets\":null"),
     JOB("\"description\":\"\",\"bullets\":[\"x\",\"z\"]"),
     "type mismatch at experiences[0].bullets: null vs array, "
     "value mismatch at experiences[0].description: 'x y' vs ''"},
    /* neither, or both: nothing is special */
    {JOB("\"description\":\"x\",\"bullets\":[\"x\"]"),
     JOB("\"description\":\"y\",\"bullets\":[\"x\"]"),
     "value mismatch at experiences[0].description: 'x' vs 'y'"},
    {JOB("\"bullets\":[]"), JOB("\"bullets\":null"),
     "type mismatch at experiences[0].bullets: array vs null"},
    {JOB("\"bullets\":null"), JOB(""), "missing key in new at experiences[0].bullets"},
    {JOB("\"description\":\"1\""), JOB("\"description\":\"2\",\"bullets\":[1]"),
     "extra key in new at experiences[0].bullets, "
     "value mismatch at experiences[0].description: '1' vs '2'"},
    /* and only for experiences */
    {"{\"x\":[{\"description\":\"b\",\"bullets\":[]}]}",
     "{\"x\":[{\"description\":\"\",\"bullets\":[\"b\"]}]}",
     "list length mismatch at x[0].bullets: 0 vs 1, "
     "value mismatch at x[0].description: 'b' vs ''"},

    /* ten, and how many more */
    {"{\"a\":[" TEN("1,") "1]}", "{\"a\":[" TEN("2,") "1]}",
     "value mismatch at a[0]: 1 vs 2, value mismatch at a[1]: 1 vs 2, "
     "value mismatch at a[2]: 1 vs 2, value mismatch at a[3]: 1 vs 2, "
     "value mismatch at a[4]: 1 vs 2, value mismatch at a[5]: 1 vs 2, "
     "value mismatch at a[6]: 1 vs 2, value mismatch at a[7]: 1 vs 2, "
     "value mismatch at a[8]: 1 vs 2, value mismatch at a[9]: 1 vs 2"},
    {"{\"a\":1,\"b\":[" TEN("1,") "1]}", "{\"c\":1,\"b\":[" TEN("\"\",") "[]]}",
     "missing key in new at <root>.a, extra key in new at <root>.c, "
     "type mismatch at b[0]: number vs string, type mismatch at b[1]: number vs string, "
     "type mismatch at b[2]: number vs string, type mismatch at b[3]: number vs string, "
     "type mismatch at b[4]: number vs string, type mismatch at b[5]: number vs string, "
     "type mismatch at b[6]: number vs string, type mismatch at b[7]: number vs string, "
     "and 3 more"},
};

static struct cvx_cv *read_json(const char *text)
{
    struct cvx_cv *cv = NULL;
    struct cvx_err err;

    if (cvx_cv_parse_python(text, strlen(text), &cv, &err))
        fail_msg("%s: %s", text, cvx_err_root(&err));
    return cv;
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_cv *was = read_json(k_cases[i].was), *now = read_json(k_cases[i].now);
        struct cvx_buf says = CVX_BUF_INIT;
        struct cvx_issues issues = {0};
        struct cvx_err err;

        assert_int_equal(
            cvx_differences_find(cvx_cv_root(was), cvx_cv_root(now), &issues, &err),
            CVX_OK);
        assert_int_equal(issues.errors, issues.count);
        for (size_t k = 0; k < issues.count; k++) {
            cvx_buf_puts(&says, k > 0 ? ", " : "");
            cvx_buf_puts(&says, issues.items[k].text);
        }
        if (strcmp(says.data ? says.data : "", k_cases[i].says) != 0)
            fail_msg("%s / %s:\n%s\nnot\n%s", k_cases[i].was, k_cases[i].now, says.data,
                     k_cases[i].says);
        cvx_buf_done(&says);
        cvx_issues_done(&issues);
        cvx_cv_free(was);
        cvx_cv_free(now);
    }
}

/* Two equal documents never differ, whatever the rules. */
static void test_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_cv *was = read_json(k_cases[i].was), *now = read_json(k_cases[i].was);
        struct cvx_issues issues = {0};
        struct cvx_err err;

        if (strstr(k_cases[i].was, "NaN") == NULL) {
            assert_int_equal(
                cvx_differences_find(cvx_cv_root(was), cvx_cv_root(now), &issues, &err),
                CVX_OK);
            assert_int_equal(issues.count, 0);
        }
        cvx_issues_done(&issues);
        cvx_cv_free(was);
        cvx_cv_free(now);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
