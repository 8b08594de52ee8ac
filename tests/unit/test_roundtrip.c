/* roundtrip-verifier: what it reads back, where it keeps it, what it says of documents that
 * cannot be read. The rules of the comparison: test_differences.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <cvextract/mem.h>

#include "roundtrip_case.h"

#define KEPT "out/verification_structured_data/sub/x.y_NEW.json"

static char *verdict(struct rt_case *c)
{
    struct cvx_buf says = CVX_BUF_INIT;
    struct cvx_task task;

    assert_int_equal(rt_run(c, &task), CVX_OK);
    cvx_issues_print(&task.issues, &says);
    cvx_buf_put(&says, "", 0);
    stage_task_done(&task);
    return says.data;
}

static void assert_verdict(struct rt_case *c, const char *want)
{
    char *says = verdict(c);

    assert_string_equal(says, want);
    cvx_free(says);
}

/* No difference that counts; what was read lies where the input's layout says. */
static void test_same(void **state)
{
    struct rt_case c;
    size_t len = 0;
    char *kept;

    (void)state;
    assert_int_equal(rt_make(&c, RT_DATA("Ana Ruiz")), CVX_OK);
    rt_document(&c, RT_DOCUMENT, RT_HEADER);
    assert_verdict(&c, "");
    kept = scratch_read(&c.scratch, KEPT, &len);
    assert_non_null(kept);
    assert_true(len > 0);
    assert_non_null(strstr(kept, "\"full_name\": \"Ana Ruiz\""));
    free(kept);
    rt_done(&c);
}

/* Differences are errors, and what was read is kept all the more. */
static void test_different(void **state)
{
    struct rt_case c;
    size_t len = 0;
    char *kept;

    (void)state;
    assert_int_equal(rt_make(&c, RT_DATA("Eva Ruiz")), CVX_OK);
    rt_document(&c, RT_DOCUMENT, RT_HEADER);
    assert_verdict(
        &c, "errors: value mismatch at identity.full_name: 'eva ruiz' vs 'ana ruiz'");
    kept = scratch_read(&c.scratch, KEPT, &len);
    assert_non_null(kept);
    free(kept);
    rt_done(&c);
}

/* The extractor's warnings are not the verifier's. */
static void test_warnings_are_ignored(void **state)
{
    struct zipmake zip;
    struct rt_case c;

    (void)state;
    assert_int_equal(rt_make(&c, RT_DATA("Ana Ruiz")), CVX_OK);
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", RT_DOCUMENT);
    zipmake_text(&zip, "word/header1.xml", RT_HEADER);
    zipmake_text(&zip, "word/header2.xml", "");
    zipmake_finish(&zip, NULL);
    scratch_write(&c.scratch, "made/x_NEW.docx", zip.bytes.data, zip.bytes.len);
    zipmake_done(&zip);
    assert_verdict(&c, "");
    rt_done(&c);
}

static void test_unreadable(void **state)
{
    struct rt_case c;

    (void)state;
    assert_int_equal(rt_make(&c, RT_DATA("Ana Ruiz")), CVX_OK);
    rt_document(&c, NULL, RT_HEADER);
    assert_verdict(&c, "errors: re-extraction failed: no main document part");
    scratch_write(&c.scratch, "made/x_NEW.docx", "PK", 2);
    assert_verdict(&c, "errors: re-extraction failed: not a zip archive");
    rt_done(&c);
}

/* What was read cannot be kept: a fault, not a verdict. */
static void test_not_kept(void **state)
{
    struct rt_case c;
    struct cvx_task task;

    (void)state;
    assert_int_equal(rt_make(&c, RT_DATA("Ana Ruiz")), CVX_OK);
    rt_document(&c, RT_DOCUMENT, RT_HEADER);
    scratch_write(&c.scratch, "out", "a file", 6);
    assert_int_equal(rt_run(&c, &task), CVX_EIO);
    assert_int_equal(task.err.rc, CVX_EIO);
    assert_int_equal(task.issues.count, 0);
    stage_task_done(&task);
    rt_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_different),
        cmocka_unit_test(test_warnings_are_ignored),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
