/* Each system call of the store failing in turn, each in several ways: after a failure the
 * path is as it was and no temporary file lies about; after a success the file is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "store.h"

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
    cvx_store_fail_at(-1, 0);
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

static const int k_errnos[] = {EIO,    ENOSPC, EDQUOT, EROFS,  EACCES,  EPERM, ENOMEM,
                               EMFILE, EINTR,  EEXIST, ENOENT, ENOTDIR, ELOOP, 0};

#define N_ERRNOS (sizeof(k_errnos) / sizeof(k_errnos[0]))

static size_t count_in(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    if (!dir)
        return 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static size_t descriptors_open(void)
{
    return count_in("/proc/self/fd");
}

/* What the rest of the program is told about this errno. */
static int rc_for(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return CVX_ENOSPC;
    case ENOMEM:
        return CVX_ENOMEM;
    default:
        return CVX_EIO;
    }
}

static void assert_content(const char *path, const char *want)
{
    char *data = scratch_read(&g_scratch, path, NULL);

    if (!want)
        assert_null(data);
    else
        assert_string_equal(data, want);
    free(data);
}

struct scene {
    const char *folder, *path;
    const char *old; /* content before; NULL = there is none */
    void (*prepare)(const struct scene *scene);
};

static void prepare_old(const struct scene *scene)
{
    scratch_write(&g_scratch, scene->path, scene->old, strlen(scene->old));
}

static void prepare_gone(const struct scene *scene)
{
    unlink(scene->path);
}

static void prepare_no_folder(const struct scene *scene)
{
    unlink(scene->path);
    rmdir(scene->folder);
    rmdir("top");
}

#define NEW_TEXT "the new content, long enough to be written in halves"

/* One write with call `nth` failing. True = it succeeded nevertheless. */
static bool write_once(const struct scene *scene, long nth, int errnum)
{
    struct cvx_err err;
    int rc;

    scene->prepare(scene);
    cvx_err_init(&err);
    cvx_store_fail_at(nth, errnum);
    rc = cvx_store_write(scene->path, NEW_TEXT, strlen(NEW_TEXT), &err);
    cvx_store_fail_at(-1, 0);
    assert_content(scene->path, rc ? scene->old : NEW_TEXT);
    assert_int_equal(count_in(scene->folder), rc == CVX_OK || scene->old ? 1 : 0);
    if (rc) {
        if (rc != rc_for(errnum))
            fail_msg("call %ld, %s: answered %d", nth, strerror(errnum), rc);
        assert_non_null(strstr(cvx_err_root(&err), "top"));
        if (errnum != EEXIST) /* mkdir()'s lie, which stat() finds out */
            assert_non_null(strstr(cvx_err_root(&err), strerror(errnum)));
    }
    return rc == CVX_OK;
}

static void write_torture(const struct scene *scene)
{
    size_t before = descriptors_open();
    long n;

    assert_true(write_once(scene, -1, 0));
    scene->prepare(scene);
    cvx_store_fail_at(-1, 0);
    assert_int_equal(cvx_store_write(scene->path, "x", 1, NULL), 0);
    n = cvx_store_calls();
    assert_true(n >= 6); /* getrandom, open, write, fchmod, close, rename */
    for (long i = 0; i < n; i++) {
        for (size_t k = 0; k < N_ERRNOS; k++) {
            bool done = write_once(scene, i, k_errnos[k]);

            /* These no call may pass over. */
            if (done && (k_errnos[k] == EIO || k_errnos[k] == ENOSPC))
                fail_msg("call %ld: %s went unnoticed", i, strerror(k_errnos[k]));
            if (!done && k_errnos[k] == 0)
                fail_msg("call %ld: a short write was taken for an error", i);
        }
    }
    assert_int_equal(descriptors_open(), before);
}

static void test_write_over(void **state)
{
    static const struct scene scene = {"top", "top/out.json", "the old content",
                                       prepare_old};

    (void)state;
    write_torture(&scene);
}

static void test_write_new(void **state)
{
    static const struct scene scene = {"top", "top/out.json", NULL, prepare_gone};

    (void)state;
    assert_int_equal(cvx_store_make_dirs("top", NULL), 0);
    write_torture(&scene);
}

static void test_write_with_folders(void **state)
{
    static const struct scene scene = {"top/sub", "top/sub/out.json", NULL,
                                       prepare_no_folder};

    (void)state;
    write_torture(&scene);
}

/* Interrupted, or a name that is taken: tried again. */
static void test_second_tries(void **state)
{
    static const struct scene scene = {"top", "top/out.json", "the old content",
                                       prepare_old};
    static const struct {
        long nth;
        int errnum;
    } cases[] = {
        {0, EINTR},               /* getrandom */
        {1, EEXIST},              /* open */
        {1, EINTR},  {1, ENOENT}, /* the folder came and went */
        {2, EINTR},               /* write */
        {2, 0},      {4, EINTR},  /* close: as good as done */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_true(write_once(&scene, cases[i].nth, cases[i].errnum));
}

static void test_make_dirs(void **state)
{
    long n;

    (void)state;
    cvx_store_fail_at(-1, 0);
    assert_int_equal(cvx_store_make_dirs("a/b/c", NULL), 0);
    n = cvx_store_calls();
    assert_true(n >= 5); /* c, b and a refused or made, then b and c */
    for (long i = 0; i < n; i++) {
        for (size_t k = 0; k < N_ERRNOS; k++) {
            struct cvx_err err;
            int rc;

            rmdir("a/b/c");
            rmdir("a/b");
            rmdir("a");
            cvx_err_init(&err);
            cvx_store_fail_at(i, k_errnos[k]);
            rc = cvx_store_make_dirs("a/b/c", &err);
            cvx_store_fail_at(-1, 0);
            if (rc == CVX_OK)
                assert_int_equal(access("a/b/c", F_OK), 0);
            else if (k_errnos[k] != EEXIST) /* a lie that stat() finds out */
                assert_int_equal(rc, rc_for(k_errnos[k]));
            if (k_errnos[k] == EIO || k_errnos[k] == ENOSPC)
                assert_int_not_equal(rc, CVX_OK);
        }
    }
}

static void test_read(void **state)
{
    size_t before = descriptors_open();
    long n;

    (void)state;
    scratch_write(&g_scratch, "top", "0123456789", 10);
    cvx_store_fail_at(-1, 0);

    struct cvx_buf buf = CVX_BUF_INIT;

    assert_int_equal(cvx_store_read("top", 10, &buf, NULL), 0);
    cvx_buf_done(&buf);
    n = cvx_store_calls();
    assert_true(n >= 5); /* stat, open, fstat, read, read */
    for (long i = 0; i < n; i++) {
        for (size_t k = 0; k < N_ERRNOS; k++) {
            struct cvx_err err;
            int rc;

            cvx_err_init(&err);
            cvx_store_fail_at(i, k_errnos[k]);
            rc = cvx_store_read("top", 10, &buf, &err);
            cvx_store_fail_at(-1, 0);
            if (rc) {
                assert_int_equal(rc, rc_for(k_errnos[k]));
                assert_null(buf.data);
                assert_int_not_equal(k_errnos[k], 0);
            } else {
                assert_string_equal(buf.data, "0123456789");
                assert_int_not_equal(k_errnos[k], EIO);
            }
            cvx_buf_done(&buf);
        }
    }
    assert_int_equal(descriptors_open(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_write_over),   TEST(test_write_new), TEST(test_write_with_folders),
        TEST(test_second_tries), TEST(test_make_dirs), TEST(test_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
