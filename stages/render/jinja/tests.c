/* The tests that stand after `is`. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

/* The one argument of a test; `name` may be "" where Python takes it by place alone. */
static int bind_one(struct cvx_rt *rt, const char *what, const struct cvx_args *args,
                    const char *name, struct cvx_value *ret)
{
    bool given;
    return cvx_args_bind(rt, what, args, &name, 1, 1, ret, &given);
}

/* ---- what a value is ---- */

/* UNDEFINED has every entry that Python looks for, though each fails when it is used. */
static bool is_callable(struct cvx_value value)
{
    return value.kind == CVX_V_UNDEFINED ||
           (value.kind == CVX_V_OBJECT && value.u.object->type->call);
}

static bool is_iterable(struct cvx_value value)
{
    if (value.kind == CVX_V_OBJECT)
        return value.u.object->type->iter != NULL;
    return value.kind != CVX_V_NONE && !cvx_numeric_is(value);
}

static bool is_sequence(struct cvx_value value)
{
    return value.kind == CVX_V_OBJECT ? value.u.object->type->sequence
                                      : is_iterable(value);
}

static int test_defined(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret)
{
    *ret = input.kind != CVX_V_UNDEFINED;
    return cvx_filterkit_bind_none(rt, "test 'defined'", args);
}

static int test_undefined(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_UNDEFINED;
    return cvx_filterkit_bind_none(rt, "test 'undefined'", args);
}

static int test_none(struct cvx_rt *rt, struct cvx_value input,
                     const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_NONE;
    return cvx_filterkit_bind_none(rt, "test 'none'", args);
}

static int test_boolean(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_BOOL;
    return cvx_filterkit_bind_none(rt, "test 'boolean'", args);
}

static int test_true(struct cvx_rt *rt, struct cvx_value input,
                     const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_BOOL && input.u.boolean;
    return cvx_filterkit_bind_none(rt, "test 'true'", args);
}

static int test_false(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_BOOL && !input.u.boolean;
    return cvx_filterkit_bind_none(rt, "test 'false'", args);
}

static int test_integer(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_INT || input.kind == CVX_V_BIG;
    return cvx_filterkit_bind_none(rt, "test 'integer'", args);
}

static int test_float(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_FLOAT;
    return cvx_filterkit_bind_none(rt, "test 'float'", args);
}

static int test_number(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, bool *ret)
{
    *ret = cvx_numeric_is(input);
    return cvx_filterkit_bind_none(rt, "test 'number'", args);
}

static int test_string(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_STR;
    return cvx_filterkit_bind_none(rt, "test 'string'", args);
}

static int test_escaped(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_STR && input.safe;
    return cvx_filterkit_bind_none(rt, "test 'escaped'", args);
}

static int test_mapping(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret)
{
    *ret = input.kind == CVX_V_DICT;
    return cvx_filterkit_bind_none(rt, "test 'mapping'", args);
}

static int test_sequence(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, bool *ret)
{
    *ret = is_sequence(input);
    return cvx_filterkit_bind_none(rt, "test 'sequence'", args);
}

static int test_iterable(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, bool *ret)
{
    *ret = is_iterable(input);
    return cvx_filterkit_bind_none(rt, "test 'iterable'", args);
}

static int test_callable(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, bool *ret)
{
    *ret = is_callable(input);
    return cvx_filterkit_bind_none(rt, "test 'callable'", args);
}

/* ---- text ---- */

static int text_is(struct cvx_rt *rt, struct cvx_value input,
                   const struct cvx_str *method, bool *ret)
{
    struct cvx_value text = {0}, answer = {0};
    int rc = cvx_repr_value(rt, input, &text);
    if (!rc)
        rc = cvx_filterkit_method(rt, text, method, NULL, 0, &answer);
    return rc ? rc : cvx_value_truth(rt, answer, ret);
}

static int test_upper(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, bool *ret)
{
    static const struct cvx_str k_method = CVX_FILTERKIT_TEXT("isupper");
    int rc = cvx_filterkit_bind_none(rt, "test 'upper'", args);
    return rc ? rc : text_is(rt, input, &k_method, ret);
}

static int test_lower(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, bool *ret)
{
    static const struct cvx_str k_method = CVX_FILTERKIT_TEXT("islower");
    int rc = cvx_filterkit_bind_none(rt, "test 'lower'", args);
    return rc ? rc : text_is(rt, input, &k_method, ret);
}

/* ---- numbers ---- */

static int remainder_is(struct cvx_rt *rt, struct cvx_value input, struct cvx_value by,
                        int64_t wanted, bool *ret)
{
    struct cvx_value rest = {0};
    int rc = cvx_operate(rt, CVX_OP_MOD, input, by, &rest);
    return rc ? rc : cvx_compare_equal(rt, rest, cvx_value_int(wanted), ret);
}

static int test_odd(struct cvx_rt *rt, struct cvx_value input,
                    const struct cvx_args *args, bool *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "test 'odd'", args);
    return rc ? rc : remainder_is(rt, input, cvx_value_int(2), 1, ret);
}

static int test_even(struct cvx_rt *rt, struct cvx_value input,
                     const struct cvx_args *args, bool *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "test 'even'", args);
    return rc ? rc : remainder_is(rt, input, cvx_value_int(2), 0, ret);
}

static int test_divisibleby(struct cvx_rt *rt, struct cvx_value input,
                            const struct cvx_args *args, bool *ret)
{
    struct cvx_value num;
    int rc = bind_one(rt, "test 'divisibleby'", args, "num", &num);
    return rc ? rc : remainder_is(rt, input, num, 0, ret);
}

/* ---- comparisons ---- */

static int test_eq(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'eq'", args, "", &other);
    return rc ? rc : cvx_compare_equal(rt, input, other, ret);
}

static int test_ne(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    bool equal = false;
    int rc = bind_one(rt, "test 'ne'", args, "", &other);
    if (!rc)
        rc = cvx_compare_equal(rt, input, other, &equal);
    *ret = !equal;
    return rc;
}

static int test_lt(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'lt'", args, "", &other);
    return rc ? rc : cvx_compare_order(rt, CVX_LT, input, other, ret);
}

static int test_le(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'le'", args, "", &other);
    return rc ? rc : cvx_compare_order(rt, CVX_LE, input, other, ret);
}

static int test_gt(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'gt'", args, "", &other);
    return rc ? rc : cvx_compare_order(rt, CVX_GT, input, other, ret);
}

static int test_ge(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'ge'", args, "", &other);
    return rc ? rc : cvx_compare_order(rt, CVX_GE, input, other, ret);
}

static int test_in(struct cvx_rt *rt, struct cvx_value input, const struct cvx_args *args,
                   bool *ret)
{
    struct cvx_value seq;
    int rc = bind_one(rt, "test 'in'", args, "seq", &seq);
    return rc ? rc : cvx_compare_in(rt, input, seq, ret);
}

static int test_sameas(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, bool *ret)
{
    struct cvx_value other;
    int rc = bind_one(rt, "test 'sameas'", args, "other", &other);
    if (!rc)
        *ret = cvx_compare_same(input, other);
    return rc;
}

/* ---- names of filters and tests ---- */

/* Whether the value can be a name at all: what is no key of a dict is a fault. */
static int name_of(struct cvx_rt *rt, struct cvx_value value, const struct cvx_str **ret)
{
    uint64_t hash;
    *ret = value.kind == CVX_V_STR ? value.u.str : NULL;
    return cvx_compare_hash(rt, value, &hash);
}

static int test_filter(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, bool *ret)
{
    const struct cvx_str *name = NULL;
    int rc = cvx_filterkit_bind_none(rt, "test 'filter'", args);
    if (!rc)
        rc = name_of(rt, input, &name);
    *ret = !rc && name && cvx_filters_find(name->data, name->len);
    return rc;
}

static int test_test(struct cvx_rt *rt, struct cvx_value input,
                     const struct cvx_args *args, bool *ret)
{
    const struct cvx_str *name = NULL;
    int rc = cvx_filterkit_bind_none(rt, "test 'test'", args);
    if (!rc)
        rc = name_of(rt, input, &name);
    *ret = !rc && name && cvx_tests_find(name->data, name->len);
    return rc;
}

static const struct {
    const char *name;
    cvx_test_fn *fn;
} k_tests[] = {
    {"defined", test_defined},
    {"undefined", test_undefined},
    {"none", test_none},
    {"boolean", test_boolean},
    {"true", test_true},
    {"false", test_false},
    {"integer", test_integer},
    {"float", test_float},
    {"number", test_number},
    {"string", test_string},
    {"escaped", test_escaped},
    {"mapping", test_mapping},
    {"sequence", test_sequence},
    {"iterable", test_iterable},
    {"callable", test_callable},
    {"upper", test_upper},
    {"lower", test_lower},
    {"odd", test_odd},
    {"even", test_even},
    {"divisibleby", test_divisibleby},
    {"eq", test_eq},
    {"equalto", test_eq},
    {"==", test_eq},
    {"ne", test_ne},
    {"!=", test_ne},
    {"lt", test_lt},
    {"lessthan", test_lt},
    {"<", test_lt},
    {"le", test_le},
    {"<=", test_le},
    {"gt", test_gt},
    {"greaterthan", test_gt},
    {">", test_gt},
    {"ge", test_ge},
    {">=", test_ge},
    {"in", test_in},
    {"sameas", test_sameas},
    {"filter", test_filter},
    {"test", test_test},
};

cvx_test_fn *cvx_tests_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(k_tests) / sizeof(k_tests[0]); i++)
        if (strlen(k_tests[i].name) == len && memcmp(k_tests[i].name, name, len) == 0)
            return k_tests[i].fn;
    return NULL;
}
