/* Values as text and back: repr, str, escaping, int() and float() of text. The right
 * columns are Python 3.11's own answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>

#include "jinja_values.h"

#define TABLE(rows) jinja_values_table(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_repr(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"repr", "[null]", "None"},
        {"repr", "[true]", "True"},
        {"repr", "[{\"f\":\"nan\"}]", "nan"},
        {"repr", "[{\"f\":\"-nan\"}]", "nan"},
        {"repr", "[{\"f\":\"-inf\"}]", "-inf"},
        {"repr", "[1e16]", "1e+16"},
        {"repr", "[5e15]", "5000000000000000.0"},
        {"repr", "[1e-5]", "1e-05"},
        {"repr", "[-0.0]", "-0.0"},
        {"repr", "[-9223372036854775808]", "-9223372036854775808"},
        {"repr", "[{\"i\":\"-9223372036854775809\"}]", "-9223372036854775809"},
        {"repr", "[\"\"]", "''"},
        {"repr", "[\"it's\"]", "\"it's\""},
        {"repr", "[\"q\\\"\"]", "'q\"'"},
        {"repr", "[\"it's \\\"x\\\"\"]", "'it\\'s \"x\"'"},
        {"repr", "[\"\\n\\r\\t\\\\\\u0007\\u007f\"]", "'\\n\\r\\t\\\\\\x07\\x7f'"},
        {"repr", "[\"\\u00a0\\u00ad\\u00e9\\u0378\"]", "'\\xa0\\xadé\\u0378'"},
        {"repr", "[\"\\u200b\\u2028\\ufeff\\ue000\"]", "'\\u200b\\u2028\\ufeff\\ue000'"},
        {"repr", "[\"\\ud83d\\ude00\\udb40\\udc01\"]", "'😀\\U000e0001'"},
        {"repr", "[{\"s\":\"<b>\"}]", "Markup('<b>')"},
        {"repr", "[{\"b\":\"a'\\u00e9\\n\"}]", "b\"a'\\xc3\\xa9\\n\""},
        {"repr", "[{\"u\":\"\"}]", "Undefined"},
        {"repr", "[[]]", "[]"},
        {"repr", "[{\"t\":[]}]", "()"},
        {"repr", "[{\"t\":[1]}]", "(1,)"},
        {"repr", "[{\"t\":[1,\"a\"]}]", "(1, 'a')"},
        {"repr", "[{\"d\":[]}]", "{}"},
        {"repr", "[{\"d\":[[1,null],[\"a\",[{\"u\":\"\"}]]]}]",
         "{1: None, 'a': [Undefined]}"},
        {"repr", "[{\"r\":[2]}]", "range(0, 2)"},
        {"repr", "[{\"r\":[1,2,3]}]", "range(1, 2, 3)"},
        {"repr", "[{\"keys\":{\"d\":[[\"b\",1]]}}]", "dict_keys(['b'])"},
        {"repr", "[{\"values\":{\"d\":[[\"b\",\"x\"]]}}]", "dict_values(['x'])"},
        {"repr", "[{\"items\":{\"d\":[[\"b\",1]]}}]", "dict_items([('b', 1)])"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_str_and_escape(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"str", "[null]", "'None'"},
        {"str", "[{\"u\":\"\"}]", "''"},
        {"str", "[\"a\"]", "'a'"},
        {"str", "[{\"s\":\"a\"}]", "Markup('a')"},
        {"str", "[[\"a\"]]", "\"['a']\""},
        {"str", "[{\"b\":\"a\"}]", "\"b'a'\""},
        {"escape", "[\"&<>'\\\"?\"]", "Markup('&amp;&lt;&gt;&#39;&#34;?')"},
        {"escape", "[{\"s\":\"<\"}]", "Markup('<')"},
        {"escape", "[\"\"]", "Markup('')"},
        {"escape", "[{\"u\":\"\"}]", "Markup('')"},
        {"escape", "[1.5]", "Markup('1.5')"},
        {"escape", "[[\"<é\"]]", "Markup('[&#39;&lt;é&#39;]')"},
        {"escape", "[[{\"s\":\"<\"}]]", "Markup('[Markup(&#39;&lt;&#39;)]')"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_parse_int(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"int", "[\"12\",10]", "12"},
        {"int", "[\" -12\\n\",10]", "-12"},
        {"int", "[\"\\u00a0+7\\u2003\",10]", "7"},
        {"int", "[\"1_000\",10]", "1000"},
        {"int", "[\"007\",10]", "7"},
        {"int", "[\"٣६𝟗\",10]", "369"},
        {"int", "[\"ff\",16]", "255"},
        {"int", "[\"0xFf\",16]", "255"},
        {"int", "[\"0x_f\",16]", "15"},
        {"int", "[\"0b1\",16]", "177"},
        {"int", "[\"-0o17\",8]", "-15"},
        {"int", "[\"0b101\",0]", "5"},
        {"int", "[\"10\",0]", "10"},
        {"int", "[\"00\",0]", "0"},
        {"int", "[\"Zz\",36]", "1295"},
        {"int", "[\"9223372036854775808\",10]", "9223372036854775808"},
        {"int", "[\"-9223372036854775808\",10]", "-9223372036854775808"},
        {"int", "[\"010\",0]", "!no"},
        {"int", "[\"\",10]", "!no"},
        {"int", "[\"-\",10]", "!no"},
        {"int", "[\"- 1\",10]", "!no"},
        {"int", "[\"1_\",10]", "!no"},
        {"int", "[\"_1\",10]", "!no"},
        {"int", "[\"1__0\",10]", "!no"},
        {"int", "[\"0x\",16]", "!no"},
        {"int", "[\"0x1\",10]", "!no"},
        {"int", "[\"1.0\",10]", "!no"},
        {"int", "[\"1\\u0000\",10]", "!no"},
        {"int", "[\"12\",2]", "!no"},
        {"int", "[\"1\",1]", "!no"},
        {"int", "[\"1\",37]", "!no"},
        {"int", "[\"½\",10]", "!no"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_parse_float(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"float", "[\"1.50\"]", "1.5"},
        {"float", "[\" -.5e1 \"]", "-5.0"},
        {"float", "[\"5.\"]", "5.0"},
        {"float", "[\"1_0.0_1E1_0\"]", "100100000000.0"},
        {"float", "[\"٣.٥\"]", "3.5"},
        {"float", "[\"-InFinity\"]", "-inf"},
        {"float", "[\"nAn\"]", "nan"},
        {"float", "[\"1e400\"]", "inf"},
        {"float", "[\"-1e-400\"]", "-0.0"},
        {"float", "[\"9007199254740993\"]", "9007199254740992.0"},
        {"float", "[\"9007199254740993.00000000000000000001\"]", "9007199254740994.0"},
        {"float", "[\"2.2250738585072011e-308\"]", "2.225073858507201e-308"},
        {"float", "[\"0.000000000000000000000000000000000001\"]", "1e-36"},
        {"float", "[\"\"]", "!no"},
        {"float", "[\".\"]", "!no"},
        {"float", "[\"e5\"]", "!no"},
        {"float", "[\"1e\"]", "!no"},
        {"float", "[\"1e+_1\"]", "!no"},
        {"float", "[\"1_.5\"]", "!no"},
        {"float", "[\"1._5\"]", "!no"},
        {"float", "[\"0x1p3\"]", "!no"},
        {"float", "[\"in_f\"]", "!no"},
        {"float", "[\"1 2\"]", "!no"},
        {"float", "[\"1.5\\u0000\"]", "!no"},
    };
    (void)state;
    TABLE(k_rows);
}

/* "[\"" unit * n "\"" tail: long numbers of one kind of digit. */
static const char *long_number(const char *head, char digit, size_t n, const char *tail)
{
    static char json[12000];
    size_t at = strlen(head);
    assert_true(at + n + strlen(tail) < sizeof(json));
    memcpy(json, head, at);
    memset(json + at, digit, n);
    memcpy(json + at + n, tail, strlen(tail) + 1);
    return json;
}

static void test_long_integers(void **state)
{
    (void)state;
    const struct {
        const char *head;
        char digit;
        size_t n;
        const char *tail, *want;
    } k_cases[] = {
        {"[\"", '0', 4299, "7\",10]", "7"},
        {"[\"", '0', 4300, "7\",10]", "!no"},
        {"[\"", '1', 4301, "\",10]", "!no"},
        {"[\"0x", '0', 6000, "f\",16]", "15"},
        {"[\"0x", 'f', 3600, "\",16]", "!an integer of more than 4300 digits"},
        {"[\"0x", 'f', 9000, "\",0]", "!an integer of more than 4300 digits"},
        {"[\"0b", '0', 9000, "\",0]", "0"},
    };
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        const struct jinja_values_row row = {
            "int",
            long_number(k_cases[i].head, k_cases[i].digit, k_cases[i].n, k_cases[i].tail),
            k_cases[i].want};
        jinja_values_table(&row, 1);
    }
    const struct jinja_values_row halves[] = {
        {"float", long_number("[\"9007199254740993.", '0', 900, "1\"]"),
         "9007199254740994.0"},
    };
    TABLE(halves);
    const struct jinja_values_row shifted[] = {
        {"float", long_number("[\"25", '0', 5000, "e-5001\"]"), "2.5"},
    };
    TABLE(shifted);
    char want[4400];
    const struct jinja_values_row same = {"int", long_number("[\"", '9', 4300, "\",10]"),
                                          want};
    memset(want, '9', 4300);
    want[4300] = '\0';
    jinja_values_table(&same, 1);
}

/* ---- containers that hold themselves, or are deep, or unfold without end ---- */

static struct cvx_value new_list(struct jinja_values *all)
{
    struct cvx_value list = {0};
    assert_int_equal(cvx_value_list(&all->rt, CVX_V_LIST, 0, &list), CVX_OK);
    return list;
}

static void add(struct jinja_values *all, struct cvx_value list, struct cvx_value item)
{
    assert_int_equal(cvx_list_append(&all->rt, list.u.list, item), CVX_OK);
}

static void test_self_containing(void **state)
{
    (void)state;
    struct jinja_values all;
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_value dict = {0}, view = {0};
    jinja_values_init(&all);
    struct cvx_value list = new_list(&all);
    struct cvx_value tuple = list;
    tuple.kind = CVX_V_TUPLE;
    assert_int_equal(cvx_dict_new(&all.rt, &dict), CVX_OK);
    assert_int_equal(cvx_iter_view(&all.rt, dict.u.dict, CVX_VIEW_VALUES, &view), 0);
    add(&all, list, cvx_value_int(1));
    add(&all, list, list);
    add(&all, list, dict);
    assert_int_equal(cvx_dict_put(&all.rt, dict.u.dict, cvx_value_int(2), dict), 0);
    assert_int_equal(cvx_dict_put(&all.rt, dict.u.dict, cvx_value_int(3), list), 0);
    assert_int_equal(cvx_repr_repr(&all.rt, list, &buf), CVX_OK);
    assert_string_equal(buf.data, "[1, [...], {2: {...}, 3: [...]}]");
    cvx_buf_clear(&buf);
    assert_int_equal(cvx_repr_repr(&all.rt, tuple, &buf), CVX_OK);
    assert_string_equal(buf.data, "(1, [...], {2: {...}, 3: [...]})");
    assert_null(all.rt.printing);

    /* A view has no name for itself: it ends at the depth. */
    assert_int_equal(cvx_dict_put(&all.rt, dict.u.dict, cvx_value_int(2), view), 0);
    assert_int_equal(cvx_repr_repr(&all.rt, view, &buf), CVX_ELIMIT);
    assert_int_equal(all.rt.depth, 0);
    cvx_buf_done(&buf);
    jinja_values_done(&all);
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    struct jinja_values all;
    struct cvx_buf buf = CVX_BUF_INIT;
    bool yes;
    jinja_values_init(&all);
    struct cvx_value inner = new_list(&all), other = new_list(&all);
    for (int i = 1; i < CVX_TEMPLATE_DEPTH_MAX + 1; i++) {
        if (i == CVX_TEMPLATE_DEPTH_MAX)
            assert_int_equal(cvx_repr_repr(&all.rt, inner, &buf), CVX_OK);
        struct cvx_value outer = new_list(&all), beside = new_list(&all);
        add(&all, outer, inner);
        add(&all, beside, other);
        inner = outer;
        other = beside;
    }
    assert_int_equal(cvx_repr_repr(&all.rt, inner, &buf), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&all.err),
                        "values or calls nested more than 128 deep");
    assert_int_equal(cvx_compare_equal(&all.rt, inner, other, &yes), CVX_ELIMIT);
    assert_int_equal(all.rt.depth, 0);
    cvx_buf_done(&buf);
    jinja_values_done(&all);
}

/* 2^50 small lists when printed or compared: both end at a budget. */
static void test_shared_parts_are_bounded(void **state)
{
    (void)state;
    struct jinja_values all;
    struct cvx_buf buf = {.max = 1 * CVX_MIB};
    bool yes;
    jinja_values_init(&all);
    struct cvx_value a = new_list(&all), b = new_list(&all);
    for (int i = 0; i < 50; i++) {
        struct cvx_value outer = new_list(&all), beside = new_list(&all);
        add(&all, outer, a);
        add(&all, outer, a);
        add(&all, beside, b);
        add(&all, beside, b);
        a = outer;
        b = beside;
    }
    assert_int_equal(cvx_repr_repr(&all.rt, a, &buf), CVX_ELIMIT);
    assert_int_equal(cvx_compare_equal(&all.rt, a, b, &yes), CVX_ELIMIT);
    assert_int_equal(all.rt.rounds, 0);
    cvx_buf_done(&buf);
    jinja_values_done(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repr),
        cmocka_unit_test(test_str_and_escape),
        cmocka_unit_test(test_parse_int),
        cmocka_unit_test(test_parse_float),
        cmocka_unit_test(test_long_integers),
        cmocka_unit_test(test_self_containing),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_shared_parts_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
