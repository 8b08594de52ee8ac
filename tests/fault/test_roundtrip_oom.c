/* Memory runs out at every point of a round trip: the file fails with CVX_ENOMEM, nothing
 * leaks, and no verdict is made of it. */
#include <torture.h>

#include <string.h>

#include "roundtrip_case.h"
#include "verify/differences.h"
#include "json/cv_json.h"

static struct rt_case g_case;
static struct cvx_cv *g_was, *g_now;

static int run_body(void)
{
    struct cvx_task task;
    int rc = rt_run(&g_case, &task);

    assert_int_equal(rc, task.err.rc);
    assert_true(rc || task.issues.count == 1);
    stage_task_done(&task);
    return rc;
}

static int compare_body(void)
{
    struct cvx_issues issues = {0};
    struct cvx_err err;
    int rc = cvx_differences_find(cvx_cv_root(g_was), cvx_cv_root(g_now), &issues, &err);

    cvx_issues_done(&issues);
    return rc;
}

static int unreadable_body(void)
{
    struct cvx_task task;
    int rc = rt_run(&g_case, &task);

    stage_task_done(&task);
    return rc;
}

static void test_run(void **state)
{
    (void)state;
    assert_int_equal(rt_make(&g_case, RT_DATA("Eva Ruiz")), CVX_OK);
    rt_document(&g_case, RT_DOCUMENT, RT_HEADER);
    torture(run_body);
    rt_document(&g_case, NULL, NULL);
    torture(unreadable_body);
    rt_done(&g_case);
}

static void parse(const char *text, struct cvx_cv **ret)
{
    struct cvx_err err;

    assert_int_equal(cvx_cv_parse(text, strlen(text), ret, &err), CVX_OK);
}

/* Every kind of difference, and more of them than are told. */
static void test_compare(void **state)
{
    (void)state;
    parse("{\"a\":1,\"b\":2.5,\"c\":true,\"d\":\"x'\",\"e\":[],\"f\":{\"g\":1},"
          "\"long\":123456789012345678901,\"list\":[1,2],"
          "\"sidebar\":{\"t\":[\"a,b\",\"c\"]},\"experiences\":[{\"environment\":[\"q\"],"
          "\"description\":\"x\",\"bullets\":[]},{\"description\":\"y z\"}],\"z\":1}",
          &g_was);
    parse("{\"a\":2,\"b\":3.5,\"c\":false,\"d\":\"y\",\"e\":null,\"f\":{},\"h\":1,"
          "\"long\":123456789012345678902,\"list\":[1],"
          "\"sidebar\":{\"t\":[\"d\"]},\"experiences\":[{\"environment\":[\"r - s\"],"
          "\"description\":\"\",\"bullets\":[\"x\"]},{\"bullets\":[\"z\"]}]}",
          &g_now);
    torture(compare_body);
    cvx_cv_free(g_was);
    cvx_cv_free(g_now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
