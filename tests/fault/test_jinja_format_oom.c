/* Memory runs out at every point of formatting. Each body fills the heap's blocks first,
 * so that the small pieces ask for memory too. */
#include <torture.h>

#include "jinja_values.h"

static const struct jinja_values_row k_rows[] = {
    {"%", "[\"%s|%r|%a|%5c\",{\"t\":[[1,\"b\"],\"é\",\"é\",65]}]",
     "\"[1, 'b']|'é'|'\\\\xe9'|    A\""},
    {"%", "[{\"s\":\"%s|%r|%.2s\"},{\"t\":[\"<\",[\"<\"],\"abc\"]}]",
     "Markup('&lt;|[&#39;&lt;&#39;]|ab')"},
    {"%",
     "[\"%(a)40d "
     "%(b).70f\",{\"d\":[[\"a\",{\"i\":\"99999999999999999999\"}],[\"b\",0.5]]}]",
     "'                    99999999999999999999 "
     "0.5000000000000000000000000000000000000000000000000000000000000000000000'"},
    {"%", "[{\"s\":\"%d %f %#x\"},{\"t\":[\"12\",\"1.5\"]}]",
     "!TypeError: the operator %: not enough arguments for the format"},
    {"format", "[\"{} {0[a][0]!r:>{w}}\",[1],[]]",
     "!ValueError: str.format: numbered fields mixed with ones that are not"},
    {"format", "[\"{0[a][0]!a:>{w}} {0}\",[{\"d\":[[\"a\",[\"é\"]]]}],[[\"w\",8]]]",
     "\"  '\\\\xe9' {'a': ['é']}\""},
    {"format", "[{\"s\":\"{}{:>{}}{}\"},[\"<\",\"é\",70,{\"s\":\"<\"}],[]]",
     "Markup('&lt;                                                                     "
     "é<')"},
    {"format",
     "[\"{:40,} {:030b} {:c} {:%}\",[{\"i\":\"99999999999999999999\"},5,65,0.5],[]]",
     "'              99,999,999,999,999,999,999 000000000000000000000000000101 A "
     "50.000000%'"},
    {"format_map", "[\"{a:s}\",{\"d\":[[\"a\",{\"s\":\"<\"}]]}]", "Markup('<')"},
    {"format", "[\"{:q}\",[1],[]]", "!ValueError: the format 'q' is not one for 'int'"},
};

/* What torture() runs next: it takes no argument. */
static struct {
    const struct jinja_values_row *row;
    size_t fill;
} g_case;

/* An expected fault counts as success: it is no lack of memory. */
static int row_body(void)
{
    struct jinja_values all;
    char text[2000];
    jinja_values_init(&all);
    bool filled = cvx_heap_alloc(&all.heap, g_case.fill) != NULL;
    int rc = filled ? jinja_values_run(&all, g_case.row, text, sizeof(text))
                    : cvx_value_no_memory(&all.rt);
    if (rc != CVX_ENOMEM) {
        assert_string_equal(text, g_case.row->result);
        rc = CVX_OK;
    }
    assert_int_equal(all.rt.depth, 0);
    jinja_values_done(&all);
    return rc;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
