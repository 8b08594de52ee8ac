/* Operators, comparisons, slices and access. The right columns are the answers of Python
 * 3.11 and of Jinja's lookups; "!" begins an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "jinja_values.h"

#define TABLE(rows) jinja_values_table(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_integers(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"+", "[true,true]", "2"},
        {"+", "[9223372036854775807,1]", "9223372036854775808"},
        {"-", "[{\"i\":\"9223372036854775808\"},1]", "9223372036854775807"},
        {"*", "[4294967296,4294967296]", "18446744073709551616"},
        {"*", "[-9223372036854775808,-1]", "9223372036854775808"},
        {"/", "[6,3]", "2.0"},
        {"/", "[1,3]", "0.3333333333333333"},
        {"/", "[0,-5]", "-0.0"},
        {"/", "[9007199254740993,1]", "9007199254740992.0"},
        {"/", "[9007199254740993,3]", "3002399751580331.0"},
        {"/", "[1,{\"i\":\"99999999999999999999\"}]", "1e-20"},
        {"//", "[7,2]", "3"},
        {"//", "[-7,2]", "-4"},
        {"//", "[7,-2]", "-4"},
        {"//", "[-9223372036854775808,-1]", "9223372036854775808"},
        {"//", "[{\"i\":\"-99999999999999999999\"},10]", "-10000000000000000000"},
        {"%", "[-7,3]", "2"},
        {"%", "[7,-3]", "-2"},
        {"%", "[-6,3]", "0"},
        {"%", "[-9223372036854775808,-1]", "0"},
        {"%", "[{\"i\":\"-99999999999999999999\"},7]", "6"},
        {"**", "[2,10]", "1024"},
        {"**", "[-2,3]", "-8"},
        {"**", "[10,20]", "100000000000000000000"},
        {"**", "[2,-1]", "0.5"},
        {"**", "[0,0]", "1"},
        {"**", "[-1,{\"i\":\"99999999999999999999\"}]", "-1"},
        {"**", "[1,9223372036854775807]", "1"},
        {"**", "[0,9223372036854775807]", "0"},
        {"**", "[true,true]", "1"},
        {"neg", "[-9223372036854775808]", "9223372036854775808"},
        {"neg", "[{\"i\":\"9223372036854775808\"}]", "-9223372036854775808"},
        {"neg", "[true]", "-1"},
        {"pos", "[true]", "1"},
        {"abs", "[-9223372036854775808]", "9223372036854775808"},
        {"abs", "[false]", "0"},
        {"/", "[1,0]", "!ZeroDivisionError"},
        {"//", "[1,false]", "!ZeroDivisionError"},
        {"%", "[{\"i\":\"99999999999999999999\"},0]", "!ZeroDivisionError"},
        {"**", "[0,-1]", "!ZeroDivisionError"},
        {"**", "[10,4300]", "!an integer of more than 4300 digits"},
        {"**", "[3,9223372036854775807]", "!an integer of more than 4300 digits"},
        {"neg", "[\"a\"]", "!TypeError: - needs a number, not 'str'"},
        {"neg", "[{\"u\":\"zz\"}]", "!UndefinedError: zz"},
        {"abs", "[null]", "!TypeError"},
        {"pos", "[[]]", "!TypeError"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_floats(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"+", "[0.1,0.2]", "0.30000000000000004"},
        {"+", "[1,0.5]", "1.5"},
        {"*", "[1e308,10]", "inf"},
        {"-", "[{\"f\":\"inf\"},{\"f\":\"inf\"}]", "nan"},
        {"/", "[1e-320,1e10]", "0.0"},
        {"//", "[7,2.0]", "3.0"},
        {"//", "[-7.5,2]", "-4.0"},
        {"//", "[-0.0,2]", "-0.0"},
        {"//", "[1,{\"f\":\"-inf\"}]", "-1.0"},
        {"//", "[1.0,0.1]", "9.0"},
        {"%", "[-7.5,2]", "0.5"},
        {"%", "[5,-3.0]", "-1.0"},
        {"%", "[-0.0,3]", "0.0"},
        {"%", "[1,{\"f\":\"-inf\"}]", "-inf"},
        {"%", "[1.0,0.1]", "0.09999999999999995"},
        {"**", "[2.0,-1]", "0.5"},
        {"**", "[{\"f\":\"nan\"},0]", "1.0"},
        {"**", "[{\"f\":\"-inf\"},0.5]", "inf"},
        {"**", "[0,{\"f\":\"-inf\"}]", "inf"},
        {"neg", "[0.0]", "-0.0"},
        {"abs", "[-0.0]", "0.0"},
        {"trunc", "[-2.9]", "-2"},
        {"trunc", "[9223372036854775808.0]", "9223372036854775808"},
        {"trunc", "[1e30]", "1000000000000000019884624838656"},
        {"trunc", "[{\"f\":\"nan\"}]", "!ValueError"},
        {"trunc", "[{\"f\":\"inf\"}]", "!OverflowError"},
        {"/", "[1.0,0]", "!ZeroDivisionError"},
        {"//", "[1,0.0]", "!ZeroDivisionError"},
        {"%", "[1.0,-0.0]", "!ZeroDivisionError"},
        {"**", "[0.0,-1.5]", "!ZeroDivisionError"},
        {"**", "[10.0,400]", "!OverflowError"},
        {"**", "[-8,0.5]", "!ValueError"},
    };
    (void)state;
    TABLE(k_rows);
}

/* 10^400 has no double; neither has what it is divided into. */
static void test_huge_integers(void **state)
{
    static char json[900];
    (void)state;
    const struct {
        const char *op, *head, *tail, *want;
    } k_cases[] = {
        {"+", "[{\"i\":\"1", "\"},0.5]", "!OverflowError"},
        {"/", "[{\"i\":\"1", "\"},2]", "!OverflowError"},
        {"/", "[2,{\"i\":\"1", "\"}]", "0.0"},
        {"==", "[{\"f\":\"inf\"},{\"i\":\"1", "\"}]", "False"},
        {"<", "[{\"i\":\"1", "\"},{\"f\":\"inf\"}]", "True"},
        {">", "[{\"i\":\"-1", "\"},{\"f\":\"-inf\"}]", "True"},
    };
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        size_t at = strlen(k_cases[i].head);
        memcpy(json, k_cases[i].head, at);
        memset(json + at, '0', 400);
        memcpy(json + at + 400, k_cases[i].tail, strlen(k_cases[i].tail) + 1);
        const struct jinja_values_row row = {k_cases[i].op, json, k_cases[i].want};
        jinja_values_table(&row, 1);
    }
}

static void test_equality(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"==", "[1,1.0]", "True"},
        {"==", "[true,1]", "True"},
        {"==", "[9007199254740993,9007199254740992.0]", "False"},
        {"==", "[{\"i\":\"18446744073709551616\"},18446744073709551616.0]", "True"},
        {"==", "[{\"f\":\"nan\"},{\"f\":\"nan\"}]", "False"},
        {"==", "[[{\"f\":\"nan\"}],[{\"f\":\"nan\"}]]", "True"},
        {"==", "[\"1\",1]", "False"},
        {"==", "[\"a\",{\"s\":\"a\"}]", "True"},
        {"==", "[\"a\",{\"b\":\"a\"}]", "False"},
        {"==", "[null,false]", "False"},
        {"==", "[{\"u\":\"a\"},{\"u\":\"b\"}]", "True"},
        {"==", "[{\"u\":\"a\"},null]", "False"},
        {"==", "[{\"u\":\"a\"},\"\"]", "False"},
        {"==", "[[1,[2]],[1.0,[2]]]", "True"},
        {"==", "[[1],[1,2]]", "False"},
        {"==", "[[1],{\"t\":[1]}]", "False"},
        {"==", "[{\"d\":[[1,2],[\"a\",3]]},{\"d\":[[\"a\",3],[1.0,2]]}]", "True"},
        {"==", "[{\"d\":[[1,2]]},{\"d\":[[1,3]]}]", "False"},
        {"==", "[{\"d\":[[1,2]]},{\"d\":[[2,2]]}]", "False"},
        {"==", "[{\"r\":[3]},{\"r\":[0,3]}]", "True"},
        {"==", "[{\"r\":[0]},{\"r\":[9,2]}]", "True"},
        {"==", "[{\"r\":[0,3,2]},{\"r\":[0,4,2]}]", "True"},
        {"==", "[{\"r\":[0,3,2]},{\"r\":[0,3]}]", "False"},
        {"==", "[{\"r\":[3]},[0,1,2]]", "False"},
        {"==", "[{\"keys\":{\"d\":[[1,2],[3,4]]}},{\"keys\":{\"d\":[[3,0],[1,0]]}}]",
         "True"},
        {"==", "[{\"items\":{\"d\":[[1,2]]}},{\"items\":{\"d\":[[1,3]]}}]", "False"},
        {"==", "[{\"values\":{\"d\":[]}},{\"values\":{\"d\":[]}}]", "False"},
        {"same", "[1,true]", "False"},
        {"same", "[1,1]", "True"},
        {"same", "[0.0,-0.0]", "False"},
        {"same", "[[],[]]", "False"},
        {"same", "[null,null]", "True"},
        {"same", "[\"a\",{\"s\":\"a\"}]", "False"},
        {"same", "[{\"i\":\"99999999999999999999\"},{\"i\":\"99999999999999999999\"}]",
         "True"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_order(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"<", "[1,2.5]", "True"},
        {"<=", "[2,2.0]", "True"},
        {">", "[9007199254740993,9007199254740992.0]", "True"},
        {"<", "[9223372036854775807,9223372036854775808.0]", "True"},
        {"<", "[-3,-2.5]", "True"},
        {">", "[-2,-2.5]", "True"},
        {">=", "[{\"f\":\"nan\"},1]", "False"},
        {"<", "[1,{\"f\":\"nan\"}]", "False"},
        {"<", "[\"Z\",\"a\"]", "True"},
        {"<", "[\"a\",\"a\\u0000\"]", "True"},
        {"<", "[\"\\uffee\",\"\\ud83d\\ude00\"]", "True"},
        {"<", "[{\"b\":\"a\"},{\"b\":\"b\"}]", "True"},
        {"<", "[[1,2],[1,3]]", "True"},
        {"<", "[[1],[1,null]]", "True"},
        {">=", "[{\"t\":[2]},{\"t\":[1,\"x\"]}]", "True"},
        {"<", "[[1,\"a\"],[1,2]]", "!TypeError: 'str' < 'int' has no meaning"},
        {"<", "[1,\"a\"]", "!TypeError"},
        {"<", "[null,null]", "!TypeError"},
        {">", "[{\"d\":[]},{\"d\":[]}]", "!TypeError"},
        {"<", "[[],{\"t\":[]}]", "!TypeError"},
        {">", "[{\"u\":\"zz is gone\"},1]", "!UndefinedError: zz is gone"},
        {"<=", "[1,{\"u\":\"zz\"}]", "!UndefinedError: zz"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_in(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"in", "[\"b\",\"abc\"]", "True"},
        {"in", "[\"\",\"\"]", "True"},
        {"in", "[\"x\",\"\"]", "False"},
        {"in", "[1,\"a1\"]", "!TypeError: 'int' cannot be part of 'str'"},
        {"in", "[{\"u\":\"\"},\"a\"]", "!TypeError"},
        {"in", "[97,{\"b\":\"abc\"}]", "True"},
        {"in", "[300,{\"b\":\"abc\"}]", "!ValueError"},
        {"in", "[{\"b\":\"bc\"},{\"b\":\"abc\"}]", "True"},
        {"in", "[3,[3,1,2]]", "True"},
        {"in", "[1.0,{\"t\":[true]}]", "True"},
        {"in", "[{\"f\":\"nan\"},[{\"f\":\"nan\"}]]", "True"},
        {"in", "[\"k\",{\"d\":[[\"k\",1]]}]", "True"},
        {"in", "[1,{\"d\":[[\"k\",1]]}]", "False"},
        {"in", "[[],{\"d\":[]}]", "!TypeError: 'list' cannot be a key"},
        {"in", "[1,{\"u\":\"\"}]", "False"},
        {"in", "[4,{\"r\":[0,10,2]}]", "True"},
        {"in", "[4.0,{\"r\":[0,10,2]}]", "True"},
        {"in", "[4.5,{\"r\":[0,10]}]", "False"},
        {"in", "[\"4\",{\"r\":[0,10]}]", "False"},
        {"in", "[10,{\"r\":[10,0,-5]}]", "True"},
        {"in", "[0,{\"r\":[10,0,-5]}]", "False"},
        {"in", "[{\"i\":\"99999999999999999999\"},{\"r\":[9]}]", "False"},
        {"in", "[1,{\"values\":{\"d\":[[\"k\",1]]}}]", "True"},
        {"in", "[{\"t\":[\"k\",1]},{\"items\":{\"d\":[[\"k\",1]]}}]", "True"},
        {"in", "[{\"t\":[\"k\",2]},{\"items\":{\"d\":[[\"k\",1]]}}]", "False"},
        {"in", "[\"k\",{\"items\":{\"d\":[[\"k\",1]]}}]", "False"},
        {"in", "[1,null]", "!TypeError"},
        {"in", "[1,5]", "!TypeError"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_equal_hashes_alike(void **state)
{
    static const char *const k_rows[] = {
        "[1,1.0]",
        "[true,1]",
        "[0.0,-0.0]",
        "[-9223372036854775808,-9223372036854775808.0]",
        "[{\"i\":\"9223372036854775808\"},9223372036854775808.0]",
        "[{\"i\":\"100000000000000000000\"},1e20]",
        "[\"a\",{\"s\":\"a\"}]",
        "[{\"t\":[1,\"x\"]},{\"t\":[1.0,\"x\"]}]",
        "[{\"u\":\"a\"},{\"u\":\"b\"}]",
        "[{\"r\":[3]},{\"r\":[0,3]}]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_rows) / sizeof(k_rows[0]); i++) {
        struct jinja_values all;
        struct cvx_value pair[2];
        uint64_t first, second;
        size_t n;
        bool equal = false;
        jinja_values_init(&all);
        assert_int_equal(jinja_values_read(&all, k_rows[i], pair, 2, &n), CVX_OK);
        assert_int_equal(cvx_compare_equal(&all.rt, pair[0], pair[1], &equal), CVX_OK);
        assert_int_equal(cvx_compare_hash(&all.rt, pair[0], &first), CVX_OK);
        assert_int_equal(cvx_compare_hash(&all.rt, pair[1], &second), CVX_OK);
        if (!equal || first != second)
            fail_msg("%s: %d %llx %llx", k_rows[i], equal, (unsigned long long)first,
                     (unsigned long long)second);
        jinja_values_done(&all);
    }
}

static void test_join_and_repeat(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"+", "[\"ab\",\"é\"]", "'abé'"},
        {"+", "[{\"s\":\"<\"},\"<\"]", "Markup('<&lt;')"},
        {"+", "[\"<\",{\"s\":\"<\"}]", "Markup('&lt;<')"},
        {"+", "[{\"b\":\"a\"},{\"b\":\"b\"}]", "b'ab'"},
        {"+", "[[1],[2]]", "[1, 2]"},
        {"+", "[{\"t\":[1]},{\"t\":[]}]", "(1,)"},
        {"*", "[\"ab\",2]", "'abab'"},
        {"*", "[true,\"ab\"]", "'ab'"},
        {"*", "[\"ab\",-3]", "''"},
        {"*", "[{\"s\":\"<\"},2]", "Markup('<<')"},
        {"*", "[[1,2],2]", "[1, 2, 1, 2]"},
        {"*", "[0,{\"t\":[1]}]", "()"},
        {"*", "[[],9223372036854775807]", "[]"},
        {"~", "[1,\"a\",null]", "'1aNone'"},
        {"~", "[{\"u\":\"\"},\"a\"]", "'a'"},
        {"~", "[\"<\",{\"s\":\"<\"},[\"<\"]]", "Markup('&lt;<[&#39;&lt;&#39;]')"},
        {"+", "[\"a\",1]", "!TypeError: 'str' + 'int' has no meaning"},
        {"+", "[[1],{\"t\":[1]}]", "!TypeError"},
        {"+", "[{\"d\":[]},{\"d\":[]}]", "!TypeError"},
        {"+", "[\"a\",{\"b\":\"a\"}]", "!TypeError"},
        {"-", "[\"a\",\"a\"]", "!TypeError"},
        {"*", "[\"a\",1.0]", "!TypeError"},
        {"*", "[\"a\",\"a\"]", "!TypeError"},
        {"*", "[\"a\",{\"i\":\"99999999999999999999\"}]", "!OverflowError"},
        {"*", "[\"aa\",9223372036854775807]", "!the values of the template need more"},
        {"*", "[[1],9223372036854775807]", "!the values of the template need more"},
        {"**", "[[1],2]", "!TypeError"},
        {"+", "[{\"u\":\"zz\"},1]", "!UndefinedError: zz"},
        {"+", "[\"a\",{\"u\":\"zz\"}]", "!UndefinedError: zz"},
        {"%", "[{\"u\":\"zz\"},\"a\"]", "!UndefinedError: zz"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_slices(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"slice", "[\"abcdef\",1,4,null]", "'bcd'"},
        {"slice", "[\"aé日😀b\",1,-1,null]", "'é日😀'"},
        {"slice", "[\"aé日😀b\",null,null,-1]", "'b😀日éa'"},
        {"slice", "[\"aé日😀b\",-2,null,-2]", "'😀é'"},
        {"slice", "[\"aé日😀b\",null,null,3]", "'a😀'"},
        {"slice", "[\"abc\",-100,100,null]", "'abc'"},
        {"slice", "[\"abc\",100,-100,-1]", "'cba'"},
        {"slice", "[\"abc\",2,1,null]", "''"},
        {"slice", "[\"\",null,null,-1]", "''"},
        {"slice", "[{\"s\":\"<b>\"},1,null,null]", "Markup('b>')"},
        {"slice", "[{\"b\":\"aé\"},null,null,-1]", "b'\\xa9\\xc3a'"},
        {"slice", "[[1,2,3],null,null,2]", "[1, 3]"},
        {"slice", "[[1,2,3],true,null,null]", "[2, 3]"},
        {"slice", "[{\"t\":[1,2,3]},null,-1,null]", "(1, 2)"},
        {"slice", "[[1,2,3],null,null,{\"i\":\"99999999999999999999\"}]", "[1]"},
        {"slice", "[[1,2,3],null,null,{\"i\":\"-99999999999999999999\"}]", "[3]"},
        {"slice", "[[1,2,3],null,null,-9223372036854775808]", "[3]"},
        {"slice", "[[1,2,3],{\"i\":\"-99999999999999999999\"},1,null]", "[1]"},
        {"slice", "[{\"r\":[10]},2,8,3]", "range(2, 8, 3)"},
        {"slice", "[{\"r\":[10]},null,null,-1]", "range(9, -1, -1)"},
        {"slice", "[[1],null,null,0]", "!ValueError: the step of a slice is 0"},
        {"slice", "[[1],\"0\",null,null]", "!TypeError: a slice bound is 'str'"},
        {"slice", "[[1],null,1.0,null]", "!TypeError"},
        {"slice", "[[1],null,{\"u\":\"zz\"},null]", "!TypeError"},
        {"slice", "[{\"d\":[]},null,null,null]", "!TypeError: 'dict'"},
        {"slice", "[null,null,null,null]", "!TypeError: 'NoneType'"},
        {"slice", "[{\"u\":\"zz\"},null,null,null]", "!UndefinedError: zz"},
    };
    (void)state;
    TABLE(k_rows);
}

static void test_access(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"item", "[[1,2],1]", "2"},
        {"item", "[[1,2],-2]", "1"},
        {"item", "[[1,2],true]", "2"},
        {"item", "[[1,2],2]", "Undefined"},
        {"item", "[[1,2],-3]", "Undefined"},
        {"item", "[[1,2],{\"i\":\"-99999999999999999999\"}]", "Undefined"},
        {"item", "[[1,2],1.0]", "Undefined"},
        {"item", "[[1,2],\"zz\"]", "Undefined"},
        {"item", "[{\"t\":[1,2]},0]", "1"},
        {"item", "[\"aé日\",1]", "'é'"},
        {"item", "[\"aé日\",-1]", "'日'"},
        {"item", "[{\"s\":\"a<\"},1]", "Markup('<')"},
        {"item", "[{\"b\":\"a\"},0]", "97"},
        {"item", "[{\"d\":[[\"k\",1],[2,3]]},\"k\"]", "1"},
        {"item", "[{\"d\":[[\"k\",1],[2,3]]},2.0]", "3"},
        {"item", "[{\"d\":[[\"k\",1]]},[]]", "Undefined"},
        {"item", "[{\"r\":[3,9]},-1]", "8"},
        {"item", "[{\"r\":[3,9]},6]", "Undefined"},
        {"item", "[null,\"x\"]", "Undefined"},
        {"item", "[7,0]", "Undefined"},
        {"item", "[{\"u\":\"zz\"},0]", "!UndefinedError: zz"},
        {"dot", "[{\"d\":[[\"k\",1]]},\"k\"]", "1"},
        {"dot", "[{\"d\":[[\"__class__\",1]]},\"__class__\"]", "1"},
        {"dot", "[{\"d\":[]},\"__class__\"]", "Undefined"},
        {"dot", "[{\"r\":[3,9]},\"stop\"]", "9"},
        {"dot", "[{\"r\":[3,9]},\"start\"]", "3"},
        {"dot", "[{\"r\":[3,9,2]},\"step\"]", "2"},
        {"dot", "[null,\"k\"]", "Undefined"},
        {"dot", "[{\"u\":\"zz\"},\"k\"]", "!UndefinedError: zz"},
        {"path", "[{\"d\":[[\"a\",[{\"d\":[[\"b\",5]]}]]]},\"a.0.b\"]", "5"},
        {"path", "[[[1,2]],\"0.1\"]", "2"},
        {"path", "[[[1,2]],0]", "[1, 2]"},
        {"path", "[[7],\"٠\"]", "7"},
        {"path", "[[1],null]", "[1]"},
        {"path", "[{\"d\":[[\"\",4]]},\"\"]", "4"},
        {"path", "[{\"d\":[]},\"a\"]", "Undefined"},
        {"path", "[{\"d\":[]},\"a\",\"-\"]", "'-'"},
        {"path", "[{\"d\":[]},\"a\",null]", "Undefined"},
        {"path", "[{\"d\":[]},\"a.0\",\"xy\"]", "'x'"},
        {"path", "[{\"d\":[]},\"a.b\"]", "!UndefinedError: there is no 'a' in this dict"},
    };
    (void)state;
    TABLE(k_rows);
}

static void expect_missing(const char *json, const char *want)
{
    struct jinja_values all;
    struct cvx_value args[2], value = {0};
    size_t n;
    jinja_values_init(&all);
    assert_int_equal(jinja_values_read(&all, json, args, 2, &n), CVX_OK);
    assert_int_equal(cvx_access_item(&all.rt, args[0], args[1], &value), CVX_OK);
    assert_int_equal(value.kind, CVX_V_UNDEFINED);
    assert_string_equal(value.u.str->data, want);
    jinja_values_done(&all);
}

static void test_what_is_missing(void **state)
{
    (void)state;
    expect_missing("[{\"d\":[]},\"zz\"]", "there is no 'zz' in this dict");
    expect_missing("[[1],9]", "there is no element 9 in this list");
    expect_missing("[\"ab\",1.5]", "there is no element under a float in this str");
}

static void test_named_tuple(void **state)
{
    (void)state;
    struct jinja_values all;
    struct cvx_value pair = {0}, value = {0};
    static const struct cvx_str k_grouper = {"grouper", 7, 7}, k_list = {"list", 4, 4};
    bool found = false;
    jinja_values_init(&all);
    assert_int_equal(cvx_value_list(&all.rt, CVX_V_TUPLE, 2, &pair), CVX_OK);
    pair.u.list->items[0] = cvx_value_int(1);
    pair.u.list->items[1] = cvx_value_int(2);
    pair.u.list->n = 2;
    assert_int_equal(cvx_access_attr(&all.rt, pair, &k_grouper, &value, &found), 0);
    assert_false(found);
    pair.named = true;
    assert_int_equal(cvx_access_attr(&all.rt, pair, &k_grouper, &value, &found), 0);
    assert_true(found && value.u.integer == 1);
    assert_int_equal(cvx_access_dot(&all.rt, pair, &k_list, &value), CVX_OK);
    assert_int_equal(value.u.integer, 2);
    jinja_values_done(&all);
}

static int answer_call(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    (void)self;
    *ret = cvx_value_int((int64_t)(args->n * 100 + rt->depth));
    return CVX_OK;
}

static void test_call(void **state)
{
    static const struct cvx_object_type k_type = {.name = "thing", .call = answer_call};
    struct cvx_object object = {&k_type};
    struct cvx_value arg = cvx_value_int(1), value = {0};
    const struct cvx_args args = {.pos = &arg, .n = 1};
    struct jinja_values all;
    (void)state;
    jinja_values_init(&all);
    assert_int_equal(cvx_access_call(&all.rt, cvx_value_object(&object), &args, &value),
                     CVX_OK);
    assert_int_equal(value.u.integer, 101);
    assert_int_equal(all.rt.depth, 0);
    assert_int_equal(cvx_access_call(&all.rt, arg, &args, &value), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&all.err), "TypeError: 'int' cannot be called");
    assert_int_equal(cvx_value_undefined(&all.rt, &value, "zz"), CVX_OK);
    assert_int_equal(cvx_access_call(&all.rt, value, &args, &value), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&all.err), "UndefinedError: zz");
    jinja_values_done(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_huge_integers),
        cmocka_unit_test(test_equality),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_in),
        cmocka_unit_test(test_equal_hashes_alike),
        cmocka_unit_test(test_join_and_repeat),
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_what_is_missing),
        cmocka_unit_test(test_named_tuple),
        cmocka_unit_test(test_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
