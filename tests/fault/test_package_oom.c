/* Memory runs out, or libzip fails, at every point of a package's life: each is told with
 * the right code, nothing leaks, and the account of inflated memory is even again. */
#include <torture.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libxml/parser.h>

#include <cvextract/limits.h>

#include "docx/package.h"
#include "docx/rels.h"
#include "docx/ziplib.h"
#include "zipmake.h"

static struct zipmake g_zip;
static char g_path[64];
static const char *g_open_path; /* NULL: from memory */

static const char g_rels[] =
    "<Relationships><Relationship Type=\"http://purl.oclc.org/ooxml/officeDocument/"
    "relationships/officeDocument\" Target=\"word/doc%75ment.xml\"/></Relationships>";

/* All that extraction does with a package. */
static int use(struct cvx_package *package, struct cvx_err *err)
{
    struct cvx_issues issues = {0};
    struct cvx_part part = {0};
    size_t main_part = 4711, n_headers = 0, *headers = NULL;
    int rc = cvx_package_warn_duplicates(package, &issues);

    if (!rc)
        rc = cvx_rels_main_part(package, &main_part, err);
    if (rc) {
        assert_int_equal(main_part, 4711);
        goto out;
    }
    assert_string_equal(cvx_package_name(package, main_part), "word/document.xml");
    rc = cvx_package_read(package, main_part, &part, err);
    assert_int_equal(part.data != NULL, rc == CVX_OK);
    if (rc)
        goto out;
    assert_string_equal(part.data, "<second/>");
    cvx_part_done(&part);
    rc = cvx_rels_header_parts(package, main_part, &headers, &n_headers, err);
    assert_int_equal(n_headers, rc ? 0 : 2);
out:
    cvx_issues_done(&issues);
    cvx_free(headers);
    return rc;
}

static int open_and_use(struct cvx_err *err)
{
    struct cvx_package *package = NULL;
    int rc = g_open_path ? cvx_package_open(g_open_path, &package, err)
                         : cvx_package_open_memory(g_zip.bytes.data, g_zip.bytes.len,
                                                   &package, err);

    assert_int_equal(package != NULL, rc == CVX_OK);
    if (!rc)
        rc = use(package, err);
    cvx_package_close(package);
    return rc;
}

static int body(void)
{
    struct cvx_err err;

    cvx_err_init(&err);
    return open_and_use(&err);
}

static void make(size_t filler)
{
    void *zeros = calloc(1, filler + 1);

    assert_non_null(zeros);
    zipmake_init(&g_zip, NULL, 0);
    zipmake_add(&g_zip,
                &(struct zipmake_part){.name = "filler", .data = zeros, .len = filler});
    zipmake_text(&g_zip, "_rels/.rels", g_rels);
    zipmake_text(&g_zip, "word/header1.xml", "<x/>");
    zipmake_text(&g_zip, "word/document.xml", "<first/>");
    zipmake_text(&g_zip, "word/document.xml", "<second/>");
    zipmake_text(&g_zip, "word/header2.xml", "<x/>");
    zipmake_finish(&g_zip, NULL);
    assert_false(g_zip.bytes.failed);
    free(zeros);
}

static void expect_even_account(void)
{
    alarm(20); /* it would wait for ever */
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX), 0);
    cvx_mem_release(CVX_INFLATED_MAX);
    alarm(0);
}

static void test_memory(void **state)
{
    (void)state;
    make(10);
    torture(body);
    expect_even_account();
    zipmake_done(&g_zip);
}

/* From a file, small and large: other buffers are needed then. */
static void test_memory_file(void **state)
{
    (void)state;
    for (int large = 0; large < 2; large++) {
        make(large ? 5 * CVX_MIB : 10);
        snprintf(g_path, sizeof(g_path), "/tmp/cvx-package-oom-XXXXXX");

        int fd = mkstemp(g_path);

        assert_true(fd >= 0);
        close(fd);
        assert_true(zipmake_save(&g_zip, g_path));
        g_open_path = g_path;
        torture(body);
        g_open_path = NULL;
        unlink(g_path);
        zipmake_done(&g_zip);
    }
    expect_even_account();
}

/* A large part grows in steps; each of them may fail. */
static int grow_body(void)
{
    struct cvx_package *package = NULL;
    struct cvx_part part = {0};
    struct cvx_err err;

    cvx_err_init(&err);
    int rc = cvx_package_open_memory(g_zip.bytes.data, g_zip.bytes.len, &package, &err);

    if (!rc)
        rc = cvx_package_read(package, 0, &part, &err);
    if (!rc)
        assert_int_equal(part.len, 9 * CVX_MIB);
    cvx_part_done(&part);
    cvx_package_close(package);
    return rc;
}

static void test_memory_growth(void **state)
{
    (void)state;
    make(9 * CVX_MIB);
    torture(grow_body);
    expect_even_account();
    zipmake_done(&g_zip);
}

/* Memory runs out while an error is being told: the error is told all the same. */
static void test_memory_in_errors(void **state)
{
    (void)state;
    zipmake_init(&g_zip, NULL, 0);
    zipmake_add(&g_zip, &(struct zipmake_part){.name = "word/document.xml",
                                               .data = "x",
                                               .len = 1,
                                               .lies = ZIPMAKE_CRC});
    zipmake_finish(&g_zip, NULL);
    cvx_mem_fail_at(-1);
    assert_int_equal(grow_body(), CVX_EFORMAT);

    long n = cvx_mem_count();

    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = grow_body();

        cvx_mem_fail_at(-1);
        assert_int_equal(rc, i < n - 1 ? CVX_ENOMEM : CVX_EFORMAT);
    }
    zipmake_done(&g_zip);
}

/* Each libzip call fails in turn with an error of libzip's; a fault of the relationships
 * alone is survived, since there is another way to the main part. */
static void test_libzip(void **state)
{
    static const enum cvx_rc likely[] = {CVX_ENOMEM, CVX_EFORMAT, CVX_EIO};
    long n, failed = 0;
    unsigned seen = 0;

    (void)state;
    make(10);
    cvx_ziplib_fail_at(-1);
    assert_int_equal(body(), CVX_OK);
    n = cvx_ziplib_count();
    assert_true(n > 10);
    for (long i = 0; i < n; i++) {
        struct cvx_err err;

        cvx_err_init(&err);
        cvx_ziplib_fail_at(i);
        int rc = open_and_use(&err);

        cvx_ziplib_fail_at(-1);
        assert_int_equal(err.rc, rc);
        if (rc)
            assert_true(cvx_err_root(&err)[0] != '\0');
        for (size_t k = 0; k < 3; k++)
            seen |= rc == (int)likely[k] ? 1u << k : 0;
        failed += rc != CVX_OK;
    }
    assert_int_equal(seen, 7);       /* all three kinds came up ... */
    assert_int_equal(failed, n - 1); /* ... and only the rels' stat was survived */
    assert_int_equal(body(), CVX_OK);
    expect_even_account();
    zipmake_done(&g_zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),        cmocka_unit_test(test_memory_file),
        cmocka_unit_test(test_memory_growth), cmocka_unit_test(test_memory_in_errors),
        cmocka_unit_test(test_libzip),
    };

    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    xmlCleanupParser();
    return failed;
}
