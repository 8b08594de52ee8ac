/* Outputs whole or not at all: contents, modes, parents, what is refused, sweeping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "store.h"
#include "unprivileged.h"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    assert_int_equal(chdir(g_scratch.root), 0);
    assert_int_equal(chmod(g_scratch.root, 0755), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

static void assert_content(const char *path, const char *want, size_t want_len)
{
    size_t len;
    char *data = scratch_read(&g_scratch, path, &len);

    assert_non_null(data);
    assert_int_equal(len, want_len);
    assert_memory_equal(data, want, len);
    free(data);
}

/* Entries of a folder, "." and ".." aside. */
static size_t count_in(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode;
}

static void test_writes(void **state)
{
    (void)state;
    assert_int_equal(cvx_store_write("plain", "ab\0c", 4, NULL), 0);
    assert_content("plain", "ab\0c", 4);
    assert_int_equal(cvx_store_write("plain", "", 0, NULL), 0);
    assert_content("plain", "", 0);
    assert_int_equal(cvx_store_write("a/b//c/deep.json", "x", 1, NULL), 0);
    assert_content("a/b/c/deep.json", "x", 1);
    assert_int_equal(count_in("a/b/c"), 1);
    assert_int_equal(count_in("."), 2);
}

/* The link goes, what it led to stays. */
static void test_replaces_a_link(void **state)
{
    (void)state;
    scratch_write(&g_scratch, "other", "precious", 8);
    assert_int_equal(symlink("other", "out"), 0);
    assert_int_equal(cvx_store_write("out", "new", 3, NULL), 0);
    assert_true(S_ISREG(mode_of("out")));
    assert_content("other", "precious", 8);
    assert_content("out", "new", 3);
}

static void test_names_of_any_bytes(void **state)
{
    char name[256];

    (void)state;
    memset(name, 0xFF, 255);
    name[255] = '\0';
    assert_int_equal(cvx_store_write(name, "x", 1, NULL), 0);
    assert_content(name, "x", 1);
    assert_int_equal(cvx_store_write("\n\x01/\xC3", "y", 1, NULL), 0);
    assert_content("\n\x01/\xC3", "y", 1);
}

/* The umask is the process's when it first writes: a child of its own for each. */
static void mode_to(int fd, const void *arg)
{
    umask(*(const mode_t *)arg);
    if (cvx_store_write("w/mode", "x", 1, NULL) == CVX_OK)
        dprintf(fd, "%o", (unsigned)(mode_of("w/mode") & 07777));
}

static void test_modes(void **state)
{
    static const struct {
        mode_t mask;
        const char *mode;
    } cases[] = {{022, "644"}, {027, "640"}, {077, "600"}, {0, "666"}, {0777, "0"}};
    char got[64];

    (void)state;
    assert_int_equal(mkdir("w", 0777), 0);
    assert_int_equal(chmod("w", 0777), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unprivileged_run(mode_to, &cases[i].mask, got, sizeof(got));
        assert_string_equal(got, cases[i].mode);
    }
}

static void test_refused(void **state)
{
    char too_long[5000], name_too_long[300];
    const struct {
        const char *path;
        const char *message; /* NULL = begins with "cannot write" */
    } cases[] = {
        {"file/x", "cannot write file/x: Not a directory"},
        {"file/sub/x", "cannot write file/sub/x: Not a directory"},
        {"folder", "cannot write folder: Is a directory"},
        {"dangling/x", "cannot make the folder dangling: No such file or directory"},
        {"fifo", "cannot write fifo: not a regular file"},
        {"to-null", "cannot write to-null: not a regular file"},
        {"", NULL},
        {too_long, NULL},
        {name_too_long, NULL},
    };

    (void)state;
    memset(too_long, '/', sizeof(too_long) - 1);
    too_long[sizeof(too_long) - 1] = '\0';
    memset(name_too_long, 'n', sizeof(name_too_long) - 1);
    name_too_long[sizeof(name_too_long) - 1] = '\0';
    scratch_write(&g_scratch, "file", "keep", 4);
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_int_equal(symlink("nothing", "dangling"), 0);
    assert_int_equal(mkfifo("fifo", 0644), 0);
    assert_int_equal(symlink("/dev/null", "to-null"), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_err err;

        cvx_err_init(&err);
        assert_int_equal(cvx_store_write(cases[i].path, "x", 1, &err), CVX_EIO);
        if (cases[i].message)
            assert_string_equal(cvx_err_root(&err), cases[i].message);
        else
            assert_int_equal(strncmp(cvx_err_root(&err), "cannot write ", 13), 0);
    }
    assert_content("file", "keep", 4);
    assert_true(S_ISFIFO(mode_of("fifo")));
    assert_true(S_ISLNK(mode_of("to-null")));
    assert_int_equal(count_in("."), 5);
    assert_int_equal(count_in("folder"), 0);
}

static void write_to(int fd, const void *arg)
{
    struct cvx_err err;

    cvx_err_init(&err);
    int rc = cvx_store_write(arg, "x", 1, &err);

    dprintf(fd, "%s: %s", cvx_rc_name((enum cvx_rc)rc), cvx_err_root(&err));
}

static void test_permissions(void **state)
{
    char got[1024];

    (void)state;
    assert_int_equal(mkdir("closed", 0755), 0);
    assert_int_equal(mkdir("closed/open", 0777), 0);
    assert_int_equal(chmod("closed/open", 0777), 0);
    assert_int_equal(chmod("closed", 0555), 0);
    unprivileged_run(write_to, "closed/x", got, sizeof(got));
    assert_string_equal(got, "io: cannot write closed/x: Permission denied");
    unprivileged_run(write_to, "closed/sub/x", got, sizeof(got));
    assert_string_equal(got, "io: cannot make the folder closed/sub: Permission denied");
    /* Folders that are there need no right to be made. */
    unprivileged_run(write_to, "closed/open/a/b", got, sizeof(got));
    assert_string_equal(got, "ok: ");
    assert_content("closed/open/a/b", "x", 1);
    assert_int_equal(chmod("closed", 0755), 0);
}

static void test_make_dirs(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    assert_int_equal(cvx_store_make_dirs("a/b/c", NULL), 0);
    assert_int_equal(cvx_store_make_dirs("a/b/c/", NULL), 0);
    assert_int_equal(cvx_store_make_dirs("a//x///y//", NULL), 0);
    assert_int_equal(cvx_store_make_dirs("./p/../q", NULL), 0);
    assert_int_equal(cvx_store_make_dirs(".", NULL), 0);
    assert_int_equal(cvx_store_make_dirs("/", NULL), 0);
    assert_int_equal(cvx_store_make_dirs(g_scratch.root, NULL), 0);
    assert_true(S_ISDIR(mode_of("a/b/c")));
    assert_true(S_ISDIR(mode_of("a/x/y")));
    assert_true(S_ISDIR(mode_of("q")));
    assert_int_equal(symlink("a", "link"), 0);
    assert_int_equal(cvx_store_make_dirs("link/new", NULL), 0);
    assert_true(S_ISDIR(mode_of("a/new")));

    scratch_write(&g_scratch, "file", "x", 1);
    assert_int_equal(cvx_store_make_dirs("file", &err), CVX_EIO);
    assert_string_equal(cvx_err_root(&err),
                        "cannot make the folder file: Not a directory");
    assert_int_equal(cvx_store_make_dirs("file/x/y", &err), CVX_EIO);
    assert_int_equal(cvx_store_make_dirs("", &err), CVX_EIO);
    assert_string_equal(cvx_err_root(&err),
                        "cannot make the folder : No such file or directory");
}

static void test_reads(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    char big[5000];

    (void)state;
    memset(big, 'b', sizeof(big));
    scratch_write(&g_scratch, "big", big, sizeof(big));
    scratch_write(&g_scratch, "empty", "", 0);
    assert_int_equal(cvx_store_read("big", sizeof(big), &buf, NULL), 0);
    assert_int_equal(buf.len, sizeof(big));
    assert_memory_equal(buf.data, big, sizeof(big));
    assert_int_equal(buf.data[buf.len], '\0');
    cvx_buf_done(&buf);
    assert_int_equal(cvx_store_read("empty", 0, &buf, NULL), 0);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
    cvx_buf_done(&buf);
    /* A file that has no size of its own until it is read. */
    assert_int_equal(cvx_store_read("/proc/self/status", 65536, &buf, NULL), 0);
    assert_true(buf.len > 100);
    cvx_buf_done(&buf);
}

static void test_reads_refused(void **state)
{
    static const struct {
        const char *path;
        size_t max;
        int rc;
        const char *message;
    } cases[] = {
        {"ten", 9, CVX_ELIMIT, "ten: 10 bytes, limit 9"},
        {"/proc/self/status", 9, CVX_ELIMIT, NULL},
        {"missing", 9, CVX_EIO, "cannot read missing: No such file or directory"},
        {".", 9, CVX_EIO, "cannot read .: Is a directory"},
        {"fifo", 9, CVX_EIO, "cannot read fifo: not a regular file"},
        {"/dev/null", 9, CVX_EIO, "cannot read /dev/null: not a regular file"},
    };

    (void)state;
    scratch_write(&g_scratch, "ten", "0123456789", 10);
    assert_int_equal(mkfifo("fifo", 0644), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_buf buf = {.len = 77};
        struct cvx_err err;

        cvx_err_init(&err);
        assert_int_equal(cvx_store_read(cases[i].path, cases[i].max, &buf, &err),
                         cases[i].rc);
        if (cases[i].message)
            assert_string_equal(cvx_err_root(&err), cases[i].message);
        assert_int_equal(buf.len, 77);
    }
}

static void test_sweep(void **state)
{
    static const char *const keep[] = {
        "out/a.json",
        "out/.cvx-0123456789abcde.tmp",   /* a digit short */
        "out/.cvx-0123456789abcdef.tmpx", /* not ours */
        "out/.cvx-0123456789ABCDEF.tmp",
        "out/x.cvx-0123456789abcdef.tmp",
        "out/.cvx-0123456789abcdef.json",
        "else/.cvx-0123456789abcdef.tmp",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
        scratch_write(&g_scratch, keep[i], "x", 1);
    scratch_write(&g_scratch, "out/.cvx-0123456789abcdef.tmp", "x", 1);
    scratch_write(&g_scratch, "out/a/b/.cvx-ffffffffffffffff.tmp", "x", 1);
    scratch_write(&g_scratch, "out/.cvextract/.cvx-0000000000000000.tmp", "x", 1);
    assert_int_equal(mkdir("out/.cvx-1111111111111111.tmp", 0755), 0);
    assert_int_equal(symlink("../else", "out/link"), 0);
    assert_int_equal(
        symlink("../else/.cvx-0123456789abcdef.tmp", "out/.cvx-2222222222222222.tmp"), 0);
    assert_int_equal(cvx_store_sweep("out"), 3);
    for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
        assert_int_equal(access(keep[i], F_OK), 0);
    assert_int_equal(access("out/.cvx-0123456789abcdef.tmp", F_OK), -1);
    assert_int_equal(cvx_store_sweep("out"), 0);
    assert_int_equal(cvx_store_sweep("missing"), 0);
}

/* What one worker leaves behind: how many of its writes failed. */
struct writer {
    pthread_t thread;
    int number;
    int failed;
};

static void *writer_run(void *arg)
{
    struct writer *writer = arg;
    char path[64], text[64];

    for (int i = 0; i < 100; i++) {
        snprintf(path, sizeof(path), "shared/%d/%d/f.json", i % 10, i);
        snprintf(text, sizeof(text), "%0*d", 40, writer->number);
        if (cvx_store_write(path, text, 40, NULL) != CVX_OK)
            writer->failed++;
    }
    return NULL;
}

/* Folders made, and the same files written, by several threads at once. */
static void test_threads(void **state)
{
    struct writer writers[4] = {
        {.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&writers[i].thread, NULL, writer_run, &writers[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(writers[i].thread, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(writers[i].failed, 0);
    for (int i = 0; i < 100; i++) {
        char path[64];
        size_t len;

        snprintf(path, sizeof(path), "shared/%d/%d", i % 10, i);
        assert_int_equal(count_in(path), 1);
        snprintf(path, sizeof(path), "shared/%d/%d/f.json", i % 10, i);
        char *data = scratch_read(&g_scratch, path, &len);

        assert_non_null(data);
        assert_int_equal(len, 40);
        free(data);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_modes), /* before this process has asked for its own umask */
        TEST(test_writes),  TEST(test_replaces_a_link), TEST(test_names_of_any_bytes),
        TEST(test_refused), TEST(test_permissions),     TEST(test_make_dirs),
        TEST(test_reads),   TEST(test_reads_refused),   TEST(test_sweep),
        TEST(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
