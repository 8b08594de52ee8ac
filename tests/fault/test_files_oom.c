/* Memory running out at each allocation of discovery, the lists of inputs, the store and the
 * lock: reported as such, nothing leaked (ASan), no descriptor left open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "inputs.h"
#include "lock.h"
#include "scan.h"
#include "scratch.h"
#include "store.h"
#include "torture.h"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    return chdir(g_scratch.root);
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

static size_t descriptors_open(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void torture_tidy(int (*body)(void))
{
    size_t before = descriptors_open();

    torture(body);
    assert_int_equal(descriptors_open(), before);
}

/* Everything that discovery may meet: more files than an array holds at first, more folders
 * than the set does, links, faults, collisions of both kinds, a name for a chunk of its own. */
static void tree_make(void)
{
    char path[300];

    for (int i = 0; i < 70; i++) {
        snprintf(path, sizeof(path), "in/f%02d/g.docx", i);
        scratch_write(&g_scratch, path, "x", 1);
    }
    for (int i = 0; i < 20; i++) {
        snprintf(path, sizeof(path), "links/l%02d", i);
        scratch_write(&g_scratch, "links/there", "x", 1);
        snprintf(path, sizeof(path), "in/link%02d", i);
        assert_int_equal(symlink("../links", path), 0);
    }
    scratch_write(&g_scratch, "in/a.docx", "x", 1);
    scratch_write(&g_scratch, "in/a.txt", "x", 1);
    scratch_write(&g_scratch, "in/a.json/b.docx", "x", 1);
    assert_int_equal(symlink("nothing", "in/dangling.docx"), 0);
    memset(path, 'n', sizeof(path));
    memcpy(path, "in/", 3);
    memcpy(path + 3 + 245, ".docx.docx", 11);
    scratch_write(&g_scratch, path, "x", 1);
    memset(path + 3, 'd', 200);
    memcpy(path + 203, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/x.docx", 50);
    scratch_write(&g_scratch, path, "x", 1);
}

static struct cvx_scan_request request_for(const char *root)
{
    static const char *const k_suffixes[] = {".json"};

    return (struct cvx_scan_request){.root = root,
                                     .pattern = "*",
                                     .target = "out",
                                     .suffixes = k_suffixes,
                                     .n_suffixes = 1};
}

static int scan_tree(void)
{
    struct cvx_scan_request request = request_for("in");
    struct cvx_scan scan;
    int rc = cvx_scan_tree(&request, &scan, NULL);

    if (!rc)
        cvx_scan_done(&scan);
    return rc;
}

static int scan_list(const char *root)
{
    static const char *const paths[] = {"in/a.docx",    "in/a.txt",
                                        "in/f01/",      "in/dangling.docx",
                                        "./in/a.docx",  "links/../in/f02/g.docx",
                                        "in/gone.docx", "in/f03/g.docx"};
    struct cvx_scan_request request = request_for(root);
    struct cvx_scan scan;
    int rc =
        cvx_scan_list(&request, paths, sizeof(paths) / sizeof(paths[0]), &scan, NULL);

    if (rc)
        return rc;

    struct cvx_buf path = CVX_BUF_INIT;

    for (size_t i = 0; !rc && i < scan.count; i++)
        rc = cvx_scan_path(&scan, i, &path, NULL);
    cvx_buf_done(&path);
    cvx_scan_done(&scan);
    return rc;
}

static int scan_list_rooted(void)
{
    return scan_list("in");
}

static int scan_list_free(void)
{
    return scan_list(NULL);
}

static void test_scan(void **state)
{
    (void)state;
    tree_make();
    torture_tidy(scan_tree);
    torture_tidy(scan_list_rooted);
    torture_tidy(scan_list_free);
}

static int inputs_both_ways(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_inputs inputs;
    int rc;

    for (int i = 0; i < 100; i++)
        cvx_inputs_write_line(&buf, i % 2 ? "in/plain.docx" : "in/\n\xFF.docx");
    rc = cvx_buf_check(&buf, NULL);
    if (!rc)
        rc = cvx_inputs_read("list", &inputs, NULL);
    if (!rc)
        cvx_inputs_done(&inputs);
    cvx_buf_done(&buf);
    return rc;
}

static void test_inputs(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (int i = 0; i < 100; i++)
        cvx_inputs_write_line(&buf, i % 2 ? "in/plain.docx" : "in/\n\xFF.docx");
    scratch_write(&g_scratch, "list", buf.data, buf.len);
    cvx_buf_done(&buf);
    torture_tidy(inputs_both_ways);
}

static int store_read(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    int rc = cvx_store_read("file", 100, &buf, NULL);

    cvx_buf_done(&buf);
    return rc;
}

static void test_store(void **state)
{
    (void)state;
    scratch_write(&g_scratch, "file", "content", 7);
    torture_tidy(store_read);
    /* The store writes without memory of its own. */
    cvx_mem_fail_at(0);
    assert_int_equal(cvx_store_write("new/a", "x", 1, NULL), CVX_OK);
    assert_int_equal(cvx_mem_count(), 0);
    cvx_mem_fail_at(-1);
}

/* Sweeping reports nothing: what it could not look at stays for the next time. */
static void test_sweep(void **state)
{
    static const char stale[] = "out/a/b/.cvx-0123456789abcdef.tmp";
    long n;

    (void)state;
    scratch_write(&g_scratch, stale, "x", 1);
    cvx_mem_fail_at(-1);
    assert_int_equal(cvx_store_sweep("out"), 1);
    n = cvx_mem_count();
    assert_true(n > 0);
    for (long i = 0; i < n; i++) {
        scratch_write(&g_scratch, stale, "x", 1);
        cvx_mem_fail_at(i);

        size_t swept = cvx_store_sweep("out");

        cvx_mem_fail_at(-1);
        assert_int_equal(swept + cvx_store_sweep("out"), 1);
    }
}

static int lock_and_release(void)
{
    struct cvx_lock *lock;
    bool unclean;
    int rc = cvx_lock_acquire("target", true, &lock, &unclean, NULL);

    if (!rc)
        cvx_lock_release(lock);
    return rc;
}

static void test_lock(void **state)
{
    (void)state;
    torture_tidy(lock_and_release);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_scan),  TEST(test_inputs), TEST(test_store),
        TEST(test_sweep), TEST(test_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
