/* Memory runs out at every point of every method: the system's, and that which a session may
 * have. */
#include <torture.h>

#include <string.h>

#include "jinja_values.h"
#include "render/jinja/value.h"

#define ARGS_MAX 6
#define STEP ((size_t)16) /* what the heap hands out at least */

struct row {
    const char *name;
    const char *json; /* self, then the arguments */
    const char *result;
};

static const struct row k_rows[] = {
    {"upper", "[\"straße\"]", "'STRASSE'"},
    {"title", "[{\"s\":\"ǆa ΑΣ\"}]", "Markup('ǅa Ας')"},
    {"casefold", "[{\"s\":\"ß\"}]", "'ss'"},
    {"center", "[{\"s\":\"a\"},6,\"é\"]", "Markup('ééaééé')"},
    {"zfill", "[\"-7\",4]", "'-007'"},
    {"expandtabs", "[\"a\\tb\",4]", "'a   b'"},
    {"format", "[\"{}-{:>4}\",\"a\",7]", "'a-   7'"},
    {"format_map", "[\"{a}\",{\"d\":[[\"a\",7]]}]", "'7'"},
    {"find", "[\"éa\",\"a\"]", "1"},
    {"count", "[\"éaa\",\"a\"]", "2"},
    {"endswith", "[\"éa\",{\"t\":[\"x\",\"a\"]}]", "True"},
    {"removeprefix", "[\"éa\",\"é\"]", "'a'"},
    {"replace", "[{\"s\":\"a-b\"},\"-\",\"<\"]", "Markup('a&lt;b')"},
    {"strip", "[\" a \"]", "'a'"},
    {"split", "[{\"s\":\"a b c\"}]", "[Markup('a'), Markup('b'), Markup('c')]"},
    {"rsplit", "[\"a,b,c\",\",\",1]", "['a,b', 'c']"},
    {"splitlines", "[\"a\\nb\",true]", "['a\\n', 'b']"},
    {"rpartition", "[{\"s\":\"a&lt;b\"},\"<\"]",
     "(Markup('a'), Markup('&lt;'), Markup('b'))"},
    {"join", "[{\"s\":\"&\"},[\"<\",1]]", "Markup('&lt;&1')"},
    {"join", "[\"-\",\"éa\"]", "'é-a'"},
    {"escape", "[{\"s\":\"\"},[1]]", "Markup('[1]')"},
    {"unescape", "[{\"s\":\"&lt;\"}]", "'<'"},
    {"striptags", "[{\"s\":\"<b>a</b>\"}]", "'a'"},
    {"encode", "[\"aé\",\"latin-1\"]", "b'a\\xe9'"},
    {"encode", "[\"aé\",\"ascii\",\"xmlcharrefreplace\"]", "b'a&#233;'"},
    {"translate", "[\"abc\",{\"d\":[[97,\"xy\"],[98,null],[99,233]]}]", "'xyé'"},
    {"maketrans", "[\"\",\"ab\",\"cd\",\"e\"]", "{97: 99, 98: 100, 101: None}"},
    {"maketrans", "[\"\",{\"d\":[[\"a\",1]]}]", "{97: 1}"},
    {"decode", "[{\"b\":\"aé\"}]", "'aé'"},
    {"split", "[{\"b\":\"a b\"}]", "[b'a', b'b']"},
    {"join", "[{\"b\":\"-\"},[{\"b\":\"a\"},{\"b\":\"é\"}]]", "b'a-\\xc3\\xa9'"},
    {"find", "[{\"b\":\"abc\"},98]", "1"},
    {"hex", "[{\"b\":\"abc\"},\"-\"]", "'61-62-63'"},
    {"fromhex", "[{\"b\":\"\"},\"61 62\"]", "b'ab'"},
    {"translate", "[{\"b\":\"abc\"},null,{\"b\":\"b\"}]", "b'ac'"},
    {"append", "[[1],2]", "None"},
    {"copy", "[[1,2]]", "[1, 2]"},
    {"extend", "[[1],\"éa\"]", "None"},
    {"insert", "[[1],0,2]", "None"},
    {"count", "[[1,[2],[2]],[2]]", "2"},
    {"index", "[{\"t\":[1,[2]]},[2]]", "1"},
    {"sort", "[[3,1,2]]", "None"},
    {"copy", "[{\"d\":[[\"k\",1]]}]", "{'k': 1}"},
    {"fromkeys", "[{\"d\":[]},\"aé\",1]", "{'a': 1, 'é': 1}"},
    {"items", "[{\"d\":[[\"k\",1]]}]", "dict_items([('k', 1)])"},
    {"popitem", "[{\"d\":[[\"k\",1]]}]", "('k', 1)"},
    {"setdefault", "[{\"d\":[[\"k\",1]]},\"l\",2]", "2"},
    {"update", "[{\"d\":[[\"k\",1]]},[[\"l\",2],[\"m\",3]]]", "None"},
    {"as_integer_ratio", "[0.5]", "(1, 2)"},
    {"as_integer_ratio", "[1e30]", "(1000000000000000019884624838656, 1)"},
    {"hex", "[1.5]", "'0x1.8000000000000p+0'"},
    {"fromhex", "[1.5,\" 1.8 \"]", "1.5"},
    {"to_bytes", "[258,4,\"little\"]", "b'\\x02\\x01\\x00\\x00'"},
    {"from_bytes", "[0,[1,0,0,0,0,0,0,0,0],\"big\"]", "18446744073709551616"},
};

static const struct row *g_row;
static size_t g_fill;  /* bytes of the heap's block that are gone before */
static size_t g_limit; /* bytes the heap may hand out beyond that; 0: as many as ever */

static int apply(struct jinja_values *all, struct cvx_buf *out)
{
    struct cvx_value v[ARGS_MAX], method = {0}, result = {0};
    struct cvx_str name = {g_row->name, strlen(g_row->name), strlen(g_row->name)};
    size_t n = 0;
    bool found = false;
    int rc = jinja_values_read(all, g_row->json, v, ARGS_MAX, &n);
    if (!rc && !cvx_heap_alloc(&all->heap, g_fill))
        rc = cvx_value_no_memory(&all->rt);
    if (rc)
        return rc;
    if (g_limit > 0)
        all->heap.max = all->heap.used + g_limit;
    rc = cvx_methods_find(&all->rt, v[0], &name, &method, &found);
    if (rc)
        return rc;
    assert_true(found);
    struct cvx_args args = {.pos = v + 1, .n = n - 1};
    rc = cvx_access_call(&all->rt, method, &args, &result);
    if (!rc)
        rc = cvx_repr_repr(&all->rt, result, out);
    return rc ? rc : cvx_buf_check(out, &all->err);
}

static int body(void)
{
    struct jinja_values all;
    struct cvx_buf out = CVX_BUF_INIT;
    jinja_values_init(&all);
    int rc = apply(&all, &out);
    if (!rc && strcmp(out.data, g_row->result) != 0)
        fail_msg("%s %s: %s", g_row->name, g_row->json, out.data);
    assert_int_equal(all.rt.depth, 0);
    cvx_buf_done(&out);
    jinja_values_done(&all);
    return rc;
}

static void test_memory(void **state)
{
    (void)state;
    g_limit = 0;
    for (size_t i = 0; i < sizeof(k_rows) / sizeof(k_rows[0]); i++) {
        g_row = &k_rows[i];
        /* The first block is of 8 KiB: what is left of it moves through the method. */
        for (g_fill = 6400; g_fill < 8000; g_fill += 160)
            torture(body);
    }
}

/* Each limit is refused as one, up to the first that is enough. */
static void test_limit(void **state)
{
    (void)state;
    g_fill = 0;
    for (size_t i = 0; i < sizeof(k_rows) / sizeof(k_rows[0]); i++) {
        int rc = CVX_ELIMIT;
        g_row = &k_rows[i];
        for (g_limit = STEP; g_limit < 100000 && rc; g_limit += STEP) {
            rc = body();
            if (rc && rc != CVX_ELIMIT)
                fail_msg("%s: %d", g_row->name, rc);
        }
        assert_int_equal(rc, CVX_OK);
    }
}

/* A list that a failing key function leaves is whole again. */
static void test_sort_puts_back(void **state)
{
    struct cvx_str name = {"sort", 4, 4}, upper = {"upper", 5, 5}, key = {"key", 3, 3};
    struct cvx_value v[2], method = {0}, result = {0};
    struct jinja_values all;
    size_t n;
    bool found;

    (void)state;
    jinja_values_init(&all);
    assert_int_equal(jinja_values_read(&all, "[[3,1,2],\"x\"]", v, 2, &n), CVX_OK);
    struct cvx_kwarg kw = {&key, v[1]};
    assert_int_equal(cvx_methods_find(&all.rt, v[1], &upper, &kw.value, &found), CVX_OK);
    assert_int_equal(cvx_methods_find(&all.rt, v[0], &name, &method, &found), CVX_OK);
    struct cvx_args args = {.kw = &kw, .n_kw = 1};
    assert_int_equal(cvx_access_call(&all.rt, method, &args, &result), CVX_EFORMAT);
    assert_int_equal(v[0].u.list->n, 3);
    assert_int_equal(v[0].u.list->items[2].u.integer, 2);
    jinja_values_done(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_sort_puts_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
