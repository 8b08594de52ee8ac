/* Values: the heap, text, lists, dicts, passes, arguments, and a document as values.
 * Operators and printing: test_jinja_values_ops.c, test_jinja_values_text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/cv.h>
#include <cvextract/limits.h>

#include "jinja_values.h"
#include "render/jinja/context.h"

static struct jinja_values g_all;

static int open_values(void **state)
{
    (void)state;
    jinja_values_init(&g_all);
    return 0;
}

static int close_values(void **state)
{
    (void)state;
    jinja_values_done(&g_all);
    return 0;
}

static struct cvx_value text(const char *data)
{
    struct cvx_value value = {0};
    assert_int_equal(cvx_value_str(&g_all.rt, data, strlen(data), false, &value), CVX_OK);
    return value;
}

static void assert_prints(struct cvx_value value, const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    assert_int_equal(cvx_repr_repr(&g_all.rt, value, &buf), CVX_OK);
    assert_string_equal(buf.data, want);
    cvx_buf_done(&buf);
}

/* ---- heap ---- */

static void test_heap_aligns(void **state)
{
    (void)state;
    struct cvx_heap *heap = &g_all.heap;
    for (size_t size = 0; size < 40000; size = size * 3 + 1) {
        char *p = cvx_heap_zalloc(heap, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        if (size > 0)
            memset(p, 'x', size);
    }
    assert_string_equal(cvx_heap_copy(heap, "abcd", 3), "abc");
    assert_string_equal(cvx_heap_copy(heap, NULL, 0), "");
}

static void test_heap_limit(void **state)
{
    (void)state;
    struct cvx_heap heap;
    cvx_heap_init(&heap, 1000);
    assert_non_null(cvx_heap_alloc(&heap, 500));
    assert_false(heap.over);
    assert_null(cvx_heap_alloc(&heap, 600));
    assert_true(heap.over);
    /* What fits afterwards does not make it forgotten: callers ask for several pieces and
     * look once. */
    assert_non_null(cvx_heap_alloc(&heap, 100));
    assert_true(heap.over);
    assert_null(cvx_heap_alloc(&heap, SIZE_MAX));
    assert_true(heap.over);
    assert_null(cvx_heap_array(&heap, SIZE_MAX / 2, 4));
    assert_true(heap.over);
    assert_null(cvx_heap_copy(&heap, "", SIZE_MAX));
    cvx_heap_done(&heap);
    assert_int_equal(heap.used, 0);
}

static void test_memory_limit_is_told(void **state)
{
    (void)state;
    struct cvx_value value = {0};
    g_all.heap.max = 1 * CVX_MIB;
    assert_int_equal(cvx_value_list(&g_all.rt, CVX_V_LIST, 100000, &value), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&g_all.err),
                        "the values of the template need more than 1 MiB of memory");
    struct cvx_value pair[2] = {text("abc"), cvx_value_int(1000000000)};
    assert_int_equal(cvx_operate(&g_all.rt, CVX_OP_MUL, pair[0], pair[1], &value),
                     CVX_ELIMIT);
    assert_int_equal(
        cvx_operate(&g_all.rt, CVX_OP_MUL, pair[0], cvx_value_int(INT64_MAX), &value),
        CVX_ELIMIT);
    /* A refused one leaves room for what is small. */
    assert_int_equal(cvx_value_str(&g_all.rt, "abc", 3, false, &value), CVX_OK);
}

/* ---- text, undefined ---- */

static void test_text_counts_points(void **state)
{
    (void)state;
    struct cvx_value value = text("日é😀x");
    assert_int_equal(value.u.str->len, 10);
    assert_int_equal(value.u.str->points, 4);
    assert_int_equal(text("").u.str->points, 0);
    assert_int_equal(cvx_value_str(&g_all.rt, "a\0b", 3, true, &value), CVX_OK);
    assert_true(value.safe);
    assert_memory_equal(value.u.str->data, "a\0b", 4);
}

static void test_text_of_a_buffer(void **state)
{
    (void)state;
    struct cvx_value value = {0};
    struct cvx_buf buf = {.max = 4};
    cvx_buf_puts(&buf, "abcd");
    assert_int_equal(cvx_value_str_buf(&g_all.rt, &buf, false, &value), CVX_OK);
    assert_string_equal(value.u.str->data, "abcd");
    cvx_buf_putc(&buf, 'e');
    assert_int_equal(cvx_value_str_buf(&g_all.rt, &buf, false, &value), CVX_ELIMIT);
    cvx_buf_done(&buf);
}

static void test_undefined_tells_why(void **state)
{
    (void)state;
    struct cvx_value value = {0};
    char path[2 * CVX_ERR_TEXT];
    assert_int_equal(cvx_value_undefined(&g_all.rt, &value, "'%s' is %d", "zz", 7),
                     CVX_OK);
    assert_int_equal(cvx_value_fail_undefined(&g_all.rt, value), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&g_all.err), "UndefinedError: 'zz' is 7");
    value.u.str = NULL;
    assert_int_equal(cvx_value_fail_undefined(&g_all.rt, value), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&g_all.err), "UndefinedError: a value is undefined");
    memset(path, 'p', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(cvx_value_undefined(&g_all.rt, &value, "%s", path), CVX_OK);
    assert_true(value.u.str->len >= CVX_ERR_TEXT - 4);
}

static void test_undefined_cuts_between_characters(void **state)
{
    (void)state;
    struct cvx_value value = {0};
    char path[2 * CVX_ERR_TEXT];
    for (size_t shift = 0; shift < 2; shift++) {
        path[0] = 'a';
        for (size_t i = shift; i + 2 < sizeof(path); i += 2)
            memcpy(path + i, "é", 3);
        assert_int_equal(cvx_value_undefined(&g_all.rt, &value, "%s", path), CVX_OK);
        const struct cvx_str *str = value.u.str;
        assert_int_equal((unsigned char)str->data[str->len - 1], 0xa9);
    }
}

/* ---- lists ---- */

static void test_list_changes(void **state)
{
    (void)state;
    struct cvx_value list = {0};
    assert_int_equal(cvx_value_list(&g_all.rt, CVX_V_LIST, 0, &list), CVX_OK);
    for (int i = 0; i < 6; i++)
        assert_int_equal(cvx_list_append(&g_all.rt, list.u.list, cvx_value_int(i)), 0);
    assert_int_equal(cvx_list_insert(&g_all.rt, list.u.list, 0, cvx_value_int(9)), 0);
    assert_int_equal(cvx_list_insert(&g_all.rt, list.u.list, 7, cvx_value_int(8)), 0);
    assert_int_equal(cvx_list_insert(&g_all.rt, list.u.list, 3, cvx_value_none()), 0);
    assert_prints(list, "[9, 0, 1, None, 2, 3, 4, 5, 8]");
    cvx_list_remove(list.u.list, 8);
    cvx_list_remove(list.u.list, 3);
    cvx_list_remove(list.u.list, 0);
    assert_prints(list, "[0, 1, 2, 3, 4, 5]");
}

/* ---- dicts ---- */

static void put(struct cvx_value dict, struct cvx_value key, int value)
{
    assert_int_equal(cvx_dict_put(&g_all.rt, dict.u.dict, key, cvx_value_int(value)),
                     CVX_OK);
}

static bool drop(struct cvx_value dict, struct cvx_value key)
{
    bool found = false;
    assert_int_equal(cvx_dict_remove(&g_all.rt, dict.u.dict, key, &found), CVX_OK);
    return found;
}

static struct cvx_value new_dict(void)
{
    struct cvx_value dict = {0};
    assert_int_equal(cvx_dict_new(&g_all.rt, &dict), CVX_OK);
    return dict;
}

static void test_dict_keeps_order(void **state)
{
    (void)state;
    struct cvx_value dict = new_dict();
    put(dict, text("b"), 1);
    put(dict, text("a"), 2);
    put(dict, cvx_value_int(1), 3);
    put(dict, text("b"), 4);
    put(dict, cvx_value_float(1.0), 5);
    put(dict, cvx_value_bool(true), 6);
    put(dict, cvx_value_none(), 7);
    assert_prints(dict, "{'b': 4, 'a': 2, 1: 6, None: 7}");
    assert_true(drop(dict, text("a")));
    assert_false(drop(dict, text("a")));
    put(dict, text("a"), 8);
    assert_prints(dict, "{'b': 4, 1: 6, None: 7, 'a': 8}");
    assert_int_equal(cvx_dict_get(dict.u.dict, "a", 1)->u.integer, 8);
    assert_null(cvx_dict_get(dict.u.dict, "ab", 2));
    size_t version = cvx_dict_version(dict.u.dict);
    put(dict, text("a"), 9);
    assert_int_equal(cvx_dict_version(dict.u.dict), version);
    cvx_dict_clear(dict.u.dict);
    assert_true(cvx_dict_version(dict.u.dict) != version);
    assert_prints(dict, "{}");
}

static void test_dict_refuses_keys(void **state)
{
    (void)state;
    struct cvx_value dict = new_dict(), list = {0};
    const struct cvx_value *found = NULL;
    assert_int_equal(cvx_value_list(&g_all.rt, CVX_V_LIST, 0, &list), CVX_OK);
    assert_int_equal(cvx_dict_put(&g_all.rt, dict.u.dict, list, list), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&g_all.err), "TypeError: 'list' cannot be a key");
    assert_int_equal(cvx_dict_find(&g_all.rt, dict.u.dict, dict, &found), CVX_EFORMAT);
}

/* What a plain array of the same keys would do, over thousands of random steps. */
#define MODEL_KEYS 700

struct model {
    int keys[MODEL_KEYS * 2], values[MODEL_KEYS * 2];
    size_t n;
};

static size_t model_find(const struct model *model, int key)
{
    size_t i = 0;
    while (i < model->n && model->keys[i] != key)
        i++;
    return i;
}

static void model_put(struct model *model, int key, int value)
{
    size_t i = model_find(model, key);
    model->keys[i] = key;
    model->values[i] = value;
    model->n += i == model->n;
}

static bool model_drop(struct model *model, int key)
{
    size_t i = model_find(model, key);
    if (i == model->n)
        return false;
    model->n--;
    for (; i < model->n; i++) {
        model->keys[i] = model->keys[i + 1];
        model->values[i] = model->values[i + 1];
    }
    return true;
}

static struct cvx_value key_of(int i)
{
    char name[20];
    if (i % 3 == 0)
        return cvx_value_int(i);
    (void)snprintf(name, sizeof(name), "key %d", i);
    return text(name);
}

static void assert_like(struct cvx_value dict, const struct model *model)
{
    assert_int_equal(cvx_dict_count(dict.u.dict), model->n);
    for (size_t i = 0; i < model->n; i++) {
        struct cvx_value key = key_of(model->keys[i]);
        const struct cvx_dict_entry *entry = cvx_dict_at(dict.u.dict, i);
        assert_true(cvx_compare_same(entry->key, key));
        assert_int_equal(entry->value.u.integer, model->values[i]);
        const struct cvx_value *found = NULL;
        assert_int_equal(cvx_dict_find(&g_all.rt, dict.u.dict, key, &found), CVX_OK);
        assert_ptr_equal(found, &entry->value);
    }
}

static void test_dict_against_model(void **state)
{
    (void)state;
    static struct model model;
    struct cvx_value dict = new_dict();
    uint32_t random = 12345;
    model.n = 0;
    for (int step = 0; step < 12000; step++) {
        random = random * 1664525u + 1013904223u;
        int key = (int)(random >> 8) % MODEL_KEYS;
        /* Phases that grow and phases that shrink it. */
        bool add = (random >> 4) % 8 < (step / 1500 % 2 ? 2u : 6u);
        if (add) {
            put(dict, key_of(key), step);
            model_put(&model, key, step);
        } else {
            assert_int_equal(drop(dict, key_of(key)), model_drop(&model, key));
        }
        if (step % 500 == 0)
            assert_like(dict, &model);
    }
    assert_like(dict, &model);
    while (model.n > 0) {
        size_t at = model.n % 2 ? model.n - 1 : 0;
        assert_true(drop(dict, key_of(model.keys[at])));
        assert_true(model_drop(&model, model.keys[at]));
    }
    assert_like(dict, &model);
}

/* Taking out the last, or the first, one by one is not quadratic: 200,000 steps of either
 * end well within the test's time. */
static void test_dict_drains_fast(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    for (int front = 0; front < 2; front++) {
        struct cvx_value dict = new_dict();
        for (int i = 0; i < COUNT; i++)
            put(dict, cvx_value_int(i), i);
        for (int i = 0; i < COUNT; i++) {
            size_t at = front ? 0 : cvx_dict_count(dict.u.dict) - 1;
            assert_true(drop(dict, cvx_dict_at(dict.u.dict, at)->key));
        }
        assert_int_equal(cvx_dict_count(dict.u.dict), 0);
    }
}

/* ---- passes ---- */

static void test_passes(void **state)
{
    static const struct jinja_values_row k_rows[] = {
        {"list", "[\"a日\\u0000\"]", "['a', '日', '\\x00']"},
        {"list", "[{\"s\":\"<b\"}]", "['<', 'b']"},
        {"list", "[{\"b\":\"a\\u00e9\"}]", "[97, 195, 169]"},
        {"list", "[{\"t\":[1,[2]]}]", "[1, [2]]"},
        {"list", "[{\"d\":[[\"k\",1],[2,3]]}]", "['k', 2]"},
        {"list", "[{\"u\":\"\"}]", "[]"},
        {"list", "[{\"r\":[3]}]", "[0, 1, 2]"},
        {"list", "[{\"r\":[5,0,-2]}]", "[5, 3, 1]"},
        {"list", "[{\"r\":[5,6,-2]}]", "[]"},
        {"list", "[{\"items\":{\"d\":[[\"k\",1],[2,3]]}}]", "[('k', 1), (2, 3)]"},
        {"list", "[{\"values\":{\"d\":[[\"k\",1],[2,3]]}}]", "[1, 3]"},
        {"list", "[null]", "!TypeError: 'NoneType' cannot be iterated over"},
        {"list", "[7]", "!TypeError: 'int'"},
        {"len", "[{\"r\":[0,10,3]}]", "4"},
        {"len", "[{\"keys\":{\"d\":[[\"k\",1],[2,3]]}}]", "2"},
        {"len", "[{\"u\":\"\"}]", "0"},
        {"len", "[\"日本\"]", "2"},
        {"len", "[{\"b\":\"日本\"}]", "6"},
        {"len", "[5]", "!TypeError: 'int' has no length"},
        {"len", "[{\"r\":[-9223372036854775807,9223372036854775807]}]", "!OverflowError"},
        {"bool", "[{\"r\":[0]}]", "False"},
        {"bool", "[{\"values\":{\"d\":[]}}]", "False"},
        {"bool", "[{\"items\":{\"d\":[[1,2]]}}]", "True"},
        {"bool", "[{\"u\":\"\"}]", "False"},
        {"bool", "[{\"f\":\"-0.0\"}]", "False"},
        {"bool", "[{\"f\":\"nan\"}]", "True"},
        {"bool", "[\"0\"]", "True"},
        {"bool", "[[0]]", "True"},
        {"bool", "[{\"i\":\"99999999999999999999\"}]", "True"},
        {"bool", "[null]", "False"},
    };
    (void)state;
    jinja_values_table(k_rows, sizeof(k_rows) / sizeof(k_rows[0]));
}

static int step_int(struct cvx_iter *iter, int64_t *ret, bool *ret_more)
{
    struct cvx_value value = {0};
    int rc = iter->next(&g_all.rt, iter, &value, ret_more);
    *ret = value.u.integer;
    return rc;
}

static void test_pass_meets_changes(void **state)
{
    (void)state;
    struct cvx_value list = {0}, dict = new_dict();
    struct cvx_iter *iter = NULL;
    int64_t got;
    bool more;
    assert_int_equal(cvx_value_list(&g_all.rt, CVX_V_LIST, 0, &list), CVX_OK);
    assert_int_equal(cvx_list_append(&g_all.rt, list.u.list, cvx_value_int(1)), CVX_OK);
    assert_int_equal(cvx_iter_new(&g_all.rt, list, &iter), CVX_OK);
    assert_int_equal(step_int(iter, &got, &more), CVX_OK);
    assert_int_equal(cvx_list_append(&g_all.rt, list.u.list, cvx_value_int(2)), CVX_OK);
    assert_int_equal(step_int(iter, &got, &more), CVX_OK);
    assert_true(more && got == 2);
    assert_int_equal(step_int(iter, &got, &more), CVX_OK);
    assert_false(more);

    put(dict, cvx_value_int(1), 1);
    put(dict, cvx_value_int(2), 1);
    assert_int_equal(cvx_iter_new(&g_all.rt, dict, &iter), CVX_OK);
    assert_int_equal(step_int(iter, &got, &more), CVX_OK);
    put(dict, cvx_value_int(1), 5); /* a new value under an old key is no change */
    assert_int_equal(step_int(iter, &got, &more), CVX_OK);
    assert_true(more && got == 2);
    assert_true(drop(dict, cvx_value_int(1)));
    assert_int_equal(step_int(iter, &got, &more), CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&g_all.err),
                        "RuntimeError: a dict changed while it was walked");
}

static void test_views_are_live(void **state)
{
    (void)state;
    struct cvx_value dict = new_dict(), view = {0};
    assert_int_equal(cvx_iter_view(&g_all.rt, dict.u.dict, CVX_VIEW_ITEMS, &view),
                     CVX_OK);
    assert_prints(view, "dict_items([])");
    put(dict, text("a"), 1);
    assert_prints(view, "dict_items([('a', 1)])");
    assert_string_equal(cvx_value_type(view), "dict_items");
}

static void test_generator_is_used_up(void **state)
{
    (void)state;
    struct cvx_value list = {0}, generator = {0};
    struct cvx_iter *iter = NULL;
    struct cvx_list *all = NULL;
    struct cvx_buf buf = CVX_BUF_INIT;
    size_t n;
    bool yes = false;
    assert_int_equal(cvx_value_list(&g_all.rt, CVX_V_LIST, 0, &list), CVX_OK);
    for (int i = 1; i <= 4; i++)
        assert_int_equal(cvx_list_append(&g_all.rt, list.u.list, cvx_value_int(i)), 0);
    assert_int_equal(cvx_iter_new(&g_all.rt, list, &iter), CVX_OK);
    assert_int_equal(cvx_iter_object(&g_all.rt, iter, &generator), CVX_OK);
    assert_int_equal(cvx_value_truth(&g_all.rt, generator, &yes), CVX_OK);
    assert_true(yes);
    assert_int_equal(cvx_value_length(&g_all.rt, generator, &n), CVX_EFORMAT);
    assert_int_equal(cvx_repr_repr(&g_all.rt, generator, &buf), CVX_EFORMAT);
    cvx_buf_done(&buf);
    /* A search walks as far as it must, and what it walked over is gone. */
    assert_int_equal(cvx_compare_in(&g_all.rt, cvx_value_int(2), generator, &yes), 0);
    assert_true(yes);
    assert_int_equal(cvx_iter_collect(&g_all.rt, generator, &all), CVX_OK);
    assert_int_equal(all->n, 2);
    assert_int_equal(all->items[0].u.integer, 3);
    assert_int_equal(cvx_iter_collect(&g_all.rt, generator, &all), CVX_OK);
    assert_int_equal(all->n, 0);
}

static void test_rounds_run_out(void **state)
{
    (void)state;
    struct cvx_value args[2] = {cvx_value_int(0), cvx_value_int(1000000000)};
    struct cvx_value range = {0};
    struct cvx_list *all = NULL;
    g_all.rt.rounds = 1000;
    assert_int_equal(
        cvx_iter_range(&g_all.rt, &(struct cvx_args){.pos = args, .n = 2}, &range),
        CVX_OK);
    assert_int_equal(cvx_iter_collect(&g_all.rt, range, &all), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&g_all.err),
                        "loops: more than 1000000 rounds in all");
    assert_null(all);
}

static void test_range_arguments(void **state)
{
    static const struct {
        const char *json, *want;
    } k_cases[] = {
        {"[3]", "range(0, 3)"},
        {"[1,3]", "range(1, 3)"},
        {"[1,9,2]", "range(1, 9, 2)"},
        {"[true]", "range(0, 1)"},
        {"[]", "!TypeError"},
        {"[1,2,3,4]", "!TypeError"},
        {"[1,2,0]", "!ValueError"},
        {"[1.0]", "!TypeError: 'float'"},
        {"[\"1\"]", "!TypeError"},
        {"[{\"u\":\"zz\"}]", "!UndefinedError: zz"},
        {"[{\"i\":\"99999999999999999999\"}]", "!range(): a bound"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_value args[4], range = {0};
        size_t n = 0;
        assert_int_equal(jinja_values_read(&g_all, k_cases[i].json, args, 4, &n), CVX_OK);
        int rc =
            cvx_iter_range(&g_all.rt, &(struct cvx_args){.pos = args, .n = n}, &range);
        if (k_cases[i].want[0] != '!') {
            assert_int_equal(rc, CVX_OK);
            assert_prints(range, k_cases[i].want);
            continue;
        }
        assert_int_not_equal(rc, CVX_OK);
        assert_memory_equal(cvx_err_root(&g_all.err), k_cases[i].want + 1,
                            strlen(k_cases[i].want + 1));
    }
}

/* ---- arguments ---- */

static void test_args_bind(void **state)
{
    static const char *const k_names[] = {"width", "first", "blank"};
    static const struct {
        size_t n;
        const char *kw[2];
        const char *want; /* error, or NULL */
        bool given[3];
    } k_cases[] = {
        {1, {NULL, NULL}, NULL, {true, false, false}},
        {3, {NULL, NULL}, NULL, {true, true, true}},
        {1, {"blank", NULL}, NULL, {true, false, true}},
        {0, {"first", "width"}, NULL, {true, true, false}},
        {0, {NULL, NULL}, "f misses its argument 'width'", {false}},
        {4, {NULL, NULL}, "f takes at most 3 arguments, 4 given", {false}},
        {1, {"width", NULL}, "f got its argument 'width' twice", {false}},
        {1, {"first", "first"}, "f got its argument 'first' twice", {false}},
        {1, {"firs", NULL}, "f has no argument 'firs'", {false}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        const struct cvx_value pos[4] = {cvx_value_int(1), cvx_value_int(1),
                                         cvx_value_int(1), cvx_value_int(1)};
        struct cvx_kwarg kw[2];
        struct cvx_args args = {.pos = pos, .n = k_cases[i].n, .kw = kw};
        struct cvx_value ret[3];
        bool given[3];
        for (; args.n_kw < 2 && k_cases[i].kw[args.n_kw]; args.n_kw++)
            kw[args.n_kw] = (struct cvx_kwarg){text(k_cases[i].kw[args.n_kw]).u.str,
                                               cvx_value_int(2)};
        int rc = cvx_args_bind(&g_all.rt, "f", &args, k_names, 3, 1, ret, given);
        if (k_cases[i].want) {
            assert_int_equal(rc, CVX_EFORMAT);
            assert_non_null(strstr(cvx_err_root(&g_all.err), k_cases[i].want));
            continue;
        }
        assert_int_equal(rc, CVX_OK);
        for (size_t j = 0; j < 3; j++) {
            assert_int_equal(given[j], k_cases[i].given[j]);
            assert_int_equal(ret[j].kind, given[j] ? CVX_V_INT : CVX_V_UNDEFINED);
            if (given[j])
                assert_int_equal(ret[j].u.integer, j < k_cases[i].n ? 1 : 2);
        }
    }
}

/* ---- the document ---- */

static int load(const char *json, struct cvx_value *ret)
{
    struct cvx_cv *cv = NULL;
    assert_int_equal(cvx_cv_parse(json, strlen(json), &cv, &g_all.err), CVX_OK);
    int rc = cvx_context_load(&g_all.rt, cv, ret);
    cvx_cv_free(cv);
    return rc;
}

static void test_context(void **state)
{
    (void)state;
    struct cvx_value root = {0};
    assert_int_equal(
        load("{\"b\":1,\"a\":[null,true,-7,1.0,1e2,12345678901234567890123],"
             "\"b\":{\"x\":\"\\u00e9\\u0000\"},\"m\":9223372036854775807,"
             "\"l\":-9223372036854775808,\"n\":9223372036854775808,\"z\":[],\"y\":{}}",
             &root),
        CVX_OK);
    assert_prints(root, "{'b': {'x': 'é\\x00'}, "
                        "'a': [None, True, -7, 1.0, 100.0, 12345678901234567890123], "
                        "'m': 9223372036854775807, 'l': -9223372036854775808, "
                        "'n': 9223372036854775808, 'z': [], 'y': {}}");
    const struct cvx_value *n = cvx_dict_get(root.u.dict, "n", 1);
    const struct cvx_value *m = cvx_dict_get(root.u.dict, "m", 1);
    assert_int_equal(n->kind, CVX_V_BIG);
    assert_int_equal(m->kind, CVX_V_INT);
    assert_int_equal(g_all.rt.depth, 0);
}

static void test_context_must_be_object(void **state)
{
    static const char *const k_cases[][2] = {
        {"[]", "the data for a template is a JSON array, not an object"},
        {"null", "the data for a template is a JSON null, not an object"},
        {"\"{}\"", "the data for a template is a JSON string, not an object"},
        {"7", "the data for a template is a JSON int, not an object"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        struct cvx_value root = {0};
        assert_int_equal(load(k_cases[i][0], &root), CVX_EFORMAT);
        assert_string_equal(cvx_err_root(&g_all.err), k_cases[i][1]);
    }
}

static void test_context_limits(void **state)
{
    (void)state;
    static char json[5000];
    struct cvx_value root = {0};
    (void)snprintf(json, sizeof(json), "{\"n\":%04300d}", 0);
    memset(json + 5, '9', 4300);
    assert_int_equal(load(json, &root), CVX_OK);
    (void)snprintf(json, sizeof(json), "{\"n\":%04301d}", 0);
    memset(json + 5, '9', 4301);
    assert_int_equal(load(json, &root), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&g_all.err), "an integer of more than 4300 digits");
}

int main(void)
{
#define VALUES_TEST(f) cmocka_unit_test_setup_teardown(f, open_values, close_values)
    const struct CMUnitTest tests[] = {
        VALUES_TEST(test_heap_aligns),
        VALUES_TEST(test_heap_limit),
        VALUES_TEST(test_memory_limit_is_told),
        VALUES_TEST(test_text_counts_points),
        VALUES_TEST(test_text_of_a_buffer),
        VALUES_TEST(test_undefined_tells_why),
        VALUES_TEST(test_undefined_cuts_between_characters),
        VALUES_TEST(test_list_changes),
        VALUES_TEST(test_dict_keeps_order),
        VALUES_TEST(test_dict_refuses_keys),
        VALUES_TEST(test_dict_against_model),
        VALUES_TEST(test_dict_drains_fast),
        VALUES_TEST(test_passes),
        VALUES_TEST(test_pass_meets_changes),
        VALUES_TEST(test_views_are_live),
        VALUES_TEST(test_generator_is_used_up),
        VALUES_TEST(test_rounds_run_out),
        VALUES_TEST(test_range_arguments),
        VALUES_TEST(test_args_bind),
        VALUES_TEST(test_context),
        VALUES_TEST(test_context_must_be_object),
        VALUES_TEST(test_context_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
