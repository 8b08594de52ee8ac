/* Memory runs out at every point of the JSON half and of the verifiers over it, json-c's
 * constructors included (json/jsonc.h). */
#include <torture.h>

#include <string.h>

#include <cvextract/cv.h>
#include <cvextract/issues.h>

#include "contracts/embedded.h"
#include "stages.h"
#include "verify/schema.h"

/* Breaks the schema and the completeness check wherever it can. */
static const char k_text[] =
    "{\"identity\":{\"title\":\"\",\"first_name\":\"a\\u00e9\\n\",\"middle\":1},"
    "\"sidebar\":{\"tools\":[\"x\",1]},\"extra\":[true,false,null,-1.5e3,{}],"
    "\"number\":123456789012345678901234567890,\"overview\":7,"
    "\"experiences\":[{\"bullets\":[],\"environment\":\"e\",\"more\":[[]]},5]}";

static int parse_body(void)
{
    struct cvx_cv *cv = NULL;
    int rc = cvx_cv_parse(k_text, sizeof(k_text) - 1, &cv, NULL);
    if (rc)
        assert_null(cv);
    cvx_cv_free(cv);
    return rc;
}

static int print_body(void)
{
    struct cvx_cv *cv = NULL;
    struct cvx_buf buf = CVX_BUF_INIT;
    int rc = cvx_cv_parse(k_text, sizeof(k_text) - 1, &cv, NULL);
    if (!rc)
        rc = cvx_cv_print(cv, &buf, NULL);
    cvx_buf_done(&buf);
    cvx_cv_free(cv);
    return rc;
}

static int copy_body(void)
{
    struct cvx_cv *cv = NULL, *copy = NULL;
    int rc = cvx_cv_parse(k_text, sizeof(k_text) - 1, &cv, NULL);
    if (!rc)
        rc = cvx_cv_copy(cv, &copy, NULL);
    cvx_cv_free(copy);
    cvx_cv_free(cv);
    return rc;
}

static int schema_body(void)
{
    struct cvx_schema *schema = NULL;
    int rc = cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len, &schema,
                              NULL);
    if (rc)
        assert_null(schema);
    cvx_schema_free(schema);
    return rc;
}

static int schema_verifier_body(void)
{
    struct cvx_task task = {0};
    int rc = cvx_cv_schema_verifier.prepare(&task).rc;
    task.state = task.made_state;
    if (!rc)
        rc = cvx_cv_parse(k_text, sizeof(k_text) - 1, &task.input, NULL);
    if (!rc)
        rc = cvx_cv_schema_verifier.run(&task);
    if (!rc)
        assert_int_equal(task.issues.errors, 13);
    cvx_issues_done(&task.issues);
    cvx_cv_free(task.input);
    cvx_cv_schema_verifier.close(task.state);
    return rc;
}

static int extract_verifier_body(void)
{
    struct cvx_task task = {0};
    int rc = cvx_cv_parse(k_text, sizeof(k_text) - 1, &task.input, NULL);
    if (!rc)
        rc = cvx_default_extract_verifier.run(&task);
    if (!rc)
        assert_int_equal(task.issues.count, 4);
    cvx_issues_done(&task.issues);
    cvx_cv_free(task.input);
    return rc;
}

static void test_parse(void **state)
{
    (void)state;
    torture(parse_body);
}

static void test_print(void **state)
{
    (void)state;
    torture(print_body);
}

static void test_copy(void **state)
{
    (void)state;
    torture(copy_body);
}

static void test_schema(void **state)
{
    (void)state;
    torture(schema_body);
}

static void test_schema_verifier(void **state)
{
    (void)state;
    torture(schema_verifier_body);
}

static void test_extract_verifier(void **state)
{
    (void)state;
    torture(extract_verifier_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_schema_verifier),
        cmocka_unit_test(test_extract_verifier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
