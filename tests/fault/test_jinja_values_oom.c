/* Memory runs out at every point of making, comparing, joining and printing values. Each
 * body fills the heap's blocks first, so that the small pieces ask for memory too. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/cv.h>

#include "jinja_values.h"
#include "render/jinja/context.h"

/* As much as makes the next pieces need new blocks, at a place that `fill` moves. */
static int fill_block(struct jinja_values *all, size_t fill)
{
    return cvx_heap_alloc(&all->heap, fill) ? CVX_OK : cvx_value_no_memory(&all->rt);
}

static int run_row(const struct jinja_values_row *row, size_t fill)
{
    struct jinja_values all;
    char text[2000];
    jinja_values_init(&all);
    int rc = fill_block(&all, fill);
    if (!rc)
        rc = jinja_values_run(&all, row, text, sizeof(text));
    if (!rc)
        assert_string_equal(text, row->result);
    assert_int_equal(all.rt.depth, 0);
    assert_null(all.rt.printing);
    jinja_values_done(&all);
    return rc;
}

static const struct jinja_values_row k_rows[] = {
    {"+", "[\"ab\",{\"s\":\"<\"}]", "Markup('ab<')"},
    {"+", "[[1,2],[3]]", "[1, 2, 3]"},
    {"*", "[\"ab\",3]", "'ababab'"},
    {"*", "[[1],3]", "[1, 1, 1]"},
    {"*", "[4294967296,4294967296]", "18446744073709551616"},
    {"**", "[10,20]", "100000000000000000000"},
    {"~", "[\"<\",{\"s\":\"<\"},1,[\"<\"]]", "Markup('&lt;<1[&#39;&lt;&#39;]')"},
    {"slice", "[\"aé日😀b\",null,null,-1]", "'b😀日éa'"},
    {"slice", "[[1,2,3],1,null,null]", "[2, 3]"},
    {"slice", "[{\"r\":[9]},1,null,null]", "range(1, 9)"},
    {"item", "[\"aé日\",1]", "'é'"},
    {"item", "[[1],4]", "Undefined"},
    {"path", "[{\"d\":[[\"a\",[5]]]},\"a.0\"]", "5"},
    {"list", "[\"aé日\"]", "['a', 'é', '日']"},
    {"list", "[{\"items\":{\"d\":[[\"k\",1],[2,3]]}}]", "[('k', 1), (2, 3)]"},
    {"list", "[{\"r\":[6]}]", "[0, 1, 2, 3, 4, 5]"},
    {"str", "[{\"values\":{\"d\":[[\"k\",1]]}}]", "'dict_values([1])'"},
    {"escape", "[[\"<\"]]", "Markup('[&#39;&lt;&#39;]')"},
    {"in", "[\"c\",{\"items\":{\"d\":[[\"k\",1]]}}]", "False"},
    {"in", "[\"c\",\"abc\"]", "True"},
    {"==", "[{\"d\":[[1,[2]]]},{\"d\":[[1.0,[2]]]}]", "True"},
    {"int", "[\" 99999999999999999999 \",10]", "99999999999999999999"},
    {"trunc", "[1e30]", "1000000000000000019884624838656"},
    {"repr", "[{\"d\":[[1,2],[2,2],[3,2],[4,2],[5,2],[6,2],[7,2],[8,2],[9,2]]}]",
     "{1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 2}"},
};

/* What torture() runs next: it takes no argument. */
static struct {
    const struct jinja_values_row *row;
    size_t fill;
} g_case;

static int row_body(void)
{
    return run_row(g_case.row, g_case.fill);
}

/* Blocks are 8 KiB at first: a piece more or less moves their edge through the row. */
static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_rows) / sizeof(k_rows[0]); i++)
        for (size_t fill = 6400; fill < 8200; fill += 112) {
            g_case.row = &k_rows[i];
            g_case.fill = fill;
            torture(row_body);
        }
}

/* A document and a dict that grow through many blocks. */
static int document_body(void)
{
    static char json[60000];
    struct jinja_values all;
    struct cvx_cv *cv = NULL;
    struct cvx_value root = {0};
    size_t at = 0;
    json[at++] = '{';
    for (int i = 0; i < 600; i++)
        at += (size_t)snprintf(json + at, sizeof(json) - at,
                               "\"key %d\":[\"text\",%d,{}],", i, i);
    memcpy(json + at, "\"end\":1}", 9);
    jinja_values_init(&all);
    int rc = cvx_cv_parse(json, at + 8, &cv, &all.err);
    if (!rc)
        rc = cvx_context_load(&all.rt, cv, &root);
    if (!rc)
        assert_int_equal(cvx_dict_count(root.u.dict), 601);
    cvx_cv_free(cv);
    jinja_values_done(&all);
    return rc;
}

static void test_document(void **state)
{
    (void)state;
    torture(document_body);
}

static int changes_body(void)
{
    struct jinja_values all;
    struct cvx_value list = {0}, undefined = {0};
    jinja_values_init(&all);
    int rc = cvx_value_list(&all.rt, CVX_V_LIST, 0, &list);
    for (int i = 0; i < 3000 && !rc; i++)
        rc = i % 2 ? cvx_list_append(&all.rt, list.u.list, cvx_value_int(i))
                   : cvx_list_insert(&all.rt, list.u.list, 0, cvx_value_int(i));
    for (int i = 0; i < 300 && !rc; i++)
        rc = cvx_value_undefined(&all.rt, &undefined, "'%d' is missing", i);
    if (!rc)
        assert_int_equal(list.u.list->n, 3000);
    jinja_values_done(&all);
    return rc;
}

static void test_changes(void **state)
{
    (void)state;
    torture(changes_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
