/* Memory runs out at every point of every filter: the system's, and that which a session
 * may have. */
#include <torture.h>

#include <string.h>

#include "jinja_values.h"
#include "render/jinja/value.h"

#define ARGS_MAX 6
#define STEP ((size_t)16) /* what the heap hands out at least */

struct row {
    const char *filter;
    const char
        *json; /* the input, then the arguments; the last may be {"d":[..]} keywords */
    const char *result;
};

static const struct row k_rows[] = {
    {"upper", "[\"straße\"]", "'STRASSE'"},
    {"lower", "[{\"s\":\"ÀB\"}]", "Markup('àb')"},
    {"capitalize", "[\"éA\"]", "'Éa'"},
    {"title", "[\"foo (bar)\"]", "'Foo (Bar)'"},
    {"trim", "[\"xax\",\"x\"]", "'a'"},
    {"replace", "[\"<a>\",{\"s\":\"a\"},\"b\"]", "Markup('&lt;b&gt;')"},
    {"replace", "[1213,1,\"x\"]", "'x2x3'"},
    {"string", "[[1,\"a\"]]", "\"[1, 'a']\""},
    {"truncate", "[\"foo bar baz qux\",9]", "'foo...'"},
    {"center", "[\"hi\",6]", "'  hi  '"},
    {"wordcount", "[[1,2]]", "2"},
    {"format", "[\"%s-%d\",\"a\",7]", "'a-7'"},
    {"wordwrap", "[\"the quick\\nbrown-coloured fox\",8]",
     "'the\\nquick\\nbrown-\\ncoloured\\nfox'"},
    {"indent", "[\"a<\\nb\",{\"s\":\">\"},true]", "Markup('>a&lt;\\n&gt;b')"},
    {"join", "[[\"<\",{\"s\":\"<\"},1],\"&\"]", "Markup('&lt;&amp;<&amp;1')"},
    {"join", "[[[1],[2]],\"-\",0]", "'1-2'"},
    {"default", "[{\"u\":\"x\"},5]", "5"},
    {"length", "[\"añ\"]", "2"},
    {"list", "[\"añb\"]", "['a', 'ñ', 'b']"},
    {"first", "[\"añ\"]", "'a'"},
    {"first", "[[]]", "Undefined"},
    {"last", "[{\"s\":\"añ\"}]", "Markup('ñ')"},
    {"reverse", "[\"añ\"]", "'ña'"},
    {"reverse", "[{\"d\":[[1,2],[3,4]]}]", "[3, 1]"},
    {"random", "[[7]]", "7"},
    {"attr", "[\"a\",\"nothing\"]", "Undefined"},
    {"map", "[[\"a\",\"b\"],\"upper\"]", "['A', 'B']"},
    {"map", "[[1,\"2\"],\"int\",5,16]", "[1, 2]"},
    {"select", "[[1,2,3],\"odd\"]", "[1, 3]"},
    {"reject", "[[1,2,3],\"gt\",2]", "[1, 2]"},
    {"selectattr", "[[[0,1],[2,3]],0]", "[[2, 3]]"},
    {"rejectattr", "[[[0,1],[2,3]],1,\"eq\",3]", "[[0, 1]]"},
    {"unique", "[[\"a\",\"A\",\"é\",\"É\",1,1.0]]", "['a', 'é', 1]"},
    {"batch", "[[1,2,3],2,0]", "[[1, 2], [3, 0]]"},
    {"slice", "[[1,2,3],2,0]", "[[1, 2], [3, 0]]"},
    {"items", "[{\"d\":[[1,2]]}]", "[(1, 2)]"},
    {"sort", "[[\"b\",\"A\",\"É\"],true]", "['É', 'b', 'A']"},
    {"sort", "[[[2,1],[1,2],[1,1]],false,false,\"0,1\"]", "[[1, 1], [1, 2], [2, 1]]"},
    {"groupby", "[[[\"B\",1],[\"b\",2],[\"a\",3]],0]",
     "[('a', [['a', 3]]), ('B', [['B', 1], ['b', 2]])]"},
    {"dictsort", "[{\"d\":[[\"b\",1],[\"A\",2]]}]", "[('A', 2), ('b', 1)]"},
    {"min", "[[\"b\",\"A\"]]", "'A'"},
    {"max", "[[]]", "Undefined"},
    {"sum", "[[[1],[2]],null,[]]", "[1, 2]"},
    {"abs", "[{\"i\":\"-99999999999999999999\"}]", "99999999999999999999"},
    {"int", "[\"99999999999999999999\"]", "99999999999999999999"},
    {"int", "[\"1e30\"]", "1000000000000000019884624838656"},
    {"float", "[\"x\",5]", "5"},
    {"round", "[{\"i\":\"99999999999999999995\"},-1]", "100000000000000000000"},
    {"round", "[7.21,1,\"ceil\"]", "7.3"},
    {"filesizeformat", "[1500]", "'1.5 kB'"},
    {"filesizeformat", "[12]", "'12 Bytes'"},
    {"e", "[\"<\"]", "Markup('&lt;')"},
    {"forceescape", "[{\"s\":\"<\"}]", "Markup('&lt;')"},
    {"safe", "[[\"<\"]]", "Markup(\"['<']\")"},
    {"striptags", "[\"<b>a &amp;  b</b><!-- c -->\"]", "'a & b'"},
    {"xmlattr", "[{\"d\":[[\"a\",\"<\"],[\"b\",1]]}]", "Markup(' a=\"&lt;\" b=\"1\"')"},
    {"urlencode", "[{\"d\":[[\"a b\",[1]]]}]", "'a+b=%5B1%5D'"},
    {"tojson", "[{\"d\":[[\"b\",[1,null]],[\"a\",\"<é\"]]},2]",
     "Markup('{\\n  \"a\": \"\\\\u003c\\\\u00e9\",\\n  \"b\": [\\n    1,\\n    null\\n  "
     "]\\n}')"},
    {"tojson", "[[\"'\"],{\"s\":\" \"}]",
     "Markup('[\\n \\\\u0026#34;\\\\u0026#39;\\\\u0026#34;\\n]')"},
    {"urlize", "[\"(www.example.org/a) b@example.org\",8,true,\"_top\",\"z a\"]",
     "Markup('(<a href=\"https://www.example.org/a\" rel=\"a nofollow noopener z\" "
     "target=\"_top\">www.exam...</a>) <a "
     "href=\"mailto:b@example.org\">b@example.org</a>')"},
    {"urlize", "[\"tel:1\",null,false,null,null,[\"tel:\"]]",
     "Markup('<a href=\"tel:1\" rel=\"noopener\">tel:1</a>')"},
    {"pprint", "[{\"d\":[[2,\"b\"],[1,{\"t\":[{\"b\":\"x\"}]}]]}]",
     "\"{1: (b'x',), 2: 'b'}\""},
    {"pprint",
     "[{\"d\":[[\"k\",[\"some words that are longer than one line of eighty columns can "
     "be, so that they part\",{\"b\":\"sixteen bytes of sixteen bytes of sixteen bytes "
     "of "
     "sixteen bytes of sixteen\"}]]]}]",
     "\"{'k': ['some words that are longer than one line of eighty columns can be, so "
     "'\\n"
     "       'that they part',\\n       b'sixteen bytes of sixteen bytes of sixteen "
     "bytes "
     "of sixteen bytes of '\\n       b'sixteen']}\""},
};

static const struct row *g_row;
static size_t g_fill;  /* bytes of the heap's block that are gone before */
static size_t g_limit; /* bytes the heap may hand out beyond that; 0: as many as ever */

static int finish(struct jinja_values *all, struct cvx_value *value)
{
    struct cvx_list *list = NULL;
    if (value->kind != CVX_V_OBJECT)
        return CVX_OK;
    int rc = cvx_iter_collect(&all->rt, *value, &list);
    if (!rc)
        *value = (struct cvx_value){.kind = CVX_V_LIST, .u.list = list};
    return rc;
}

static int apply(struct jinja_values *all, struct cvx_buf *out)
{
    struct cvx_value v[ARGS_MAX], result = {0};
    size_t n = 0;
    int rc = jinja_values_read(all, g_row->json, v, ARGS_MAX, &n);
    if (!rc && !cvx_heap_alloc(&all->heap, g_fill))
        rc = cvx_value_no_memory(&all->rt);
    if (rc)
        return rc;
    if (g_limit > 0)
        all->heap.max = all->heap.used + g_limit;
    cvx_filter_fn *filter = cvx_filters_find(g_row->filter, strlen(g_row->filter));
    struct cvx_args args = {.pos = v + 1, .n = n - 1};
    rc = filter(&all->rt, v[0], &args, &result);
    if (!rc)
        rc = finish(all, &result);
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
        fail_msg("%s %s: %s", g_row->filter, g_row->json, out.data);
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
        /* The first block is of 8 KiB: what is left of it moves through the filter. */
        for (g_fill = 5600; g_fill < 8000; g_fill += 240)
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
                fail_msg("%s: %d", g_row->filter, rc);
        }
        assert_int_equal(rc, CVX_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
