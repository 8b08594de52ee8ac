/* Where packages come from: files that are none, files too large, files that change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/archive.h"

static char g_dir[64];
static char g_path[96]; /* a file in it */

static int setup(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    snprintf(g_dir, sizeof(g_dir), "%s/cvx-package-XXXXXX",
             tmp && strlen(tmp) < 32 ? tmp : "/tmp");
    if (!mkdtemp(g_dir))
        return -1;
    snprintf(g_path, sizeof(g_path), "%s/x.docx", g_dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(g_path);
    return rmdir(g_dir);
}

static size_t open_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t n = 0;

    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static void write_file(const void *bytes, size_t len)
{
    FILE *file = fopen(g_path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* Opening g_path fails so, and nothing stays open. */
static void expect_open_fails(int rc, const char *text)
{
    struct cvx_archive archive = {.size = 4711};
    size_t before = open_descriptors();
    struct cvx_err err;
    char told[1024];

    cvx_err_init(&err);
    assert_int_equal(cvx_archive_open(g_path, &archive, &err), rc);
    assert_string_equal(cvx_err_text(&err, told, sizeof(told)), text);
    assert_int_equal(err.rc, rc);
    assert_int_equal(archive.size, 4711); /* untouched */
    assert_int_equal(open_descriptors(), before);
}

static void test_open_odd_files(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    (void)state;
    expect_open_fails(CVX_EIO, "cannot open the file: No such file or directory");

    assert_int_equal(mkdir(g_path, 0700), 0);
    expect_open_fails(CVX_EFORMAT, "not a regular file");
    rmdir(g_path);

    assert_int_equal(mkfifo(g_path, 0600), 0); /* nobody ever writes to it */
    expect_open_fails(CVX_EFORMAT, "not a regular file");
    unlink(g_path);

    assert_int_equal(symlink("/dev/zero", g_path), 0);
    expect_open_fails(CVX_EFORMAT, "not a regular file");
    unlink(g_path);

    assert_int_equal(symlink("nowhere", g_path), 0);
    expect_open_fails(CVX_EIO, "cannot open the file: No such file or directory");
    unlink(g_path);

    assert_int_equal(symlink("x.docx", g_path), 0);
    expect_open_fails(CVX_EIO, "cannot open the file: Too many levels of symbolic links");
    unlink(g_path);

    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", g_path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    expect_open_fails(CVX_EIO, "cannot open the file: No such device or address");
    close(fd);
    unlink(g_path);
}

static void test_open_unreadable(void **state)
{
    bool root = geteuid() == 0;

    (void)state;
    write_file("x", 1);
    assert_int_equal(chmod(g_path, 0), 0);
    assert_int_equal(chmod(g_dir, 0711), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    expect_open_fails(CVX_EIO, "cannot open the file: Permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    unlink(g_path);
}

static void test_open_sizes(void **state)
{
    (void)state;
    write_file("", 0);
    assert_int_equal(truncate(g_path, (off_t)CVX_PACKAGE_MAX + 1), 0);
    expect_open_fails(CVX_ELIMIT, "the file has 536870913 bytes, the limit is 536870912");
    unlink(g_path);
}

/* Up to 4 MiB are in memory and the file is closed; the others come from the descriptor, by
 * whatever name it may be known now. */
static void test_bytes(void **state)
{
    static const size_t sizes[] = {0, 1, 4 * CVX_MIB, 4 * CVX_MIB + 1};
    char *data = malloc(4 * CVX_MIB + 1);

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i <= 4 * CVX_MIB; i++)
        data[i] = (char)(i * 7 >> 3);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t size = sizes[i], before = open_descriptors();
        const unsigned char *map = NULL;
        void *scratch = NULL;
        struct cvx_archive archive;
        struct cvx_err err;

        write_file(data, size);
        assert_int_equal(cvx_archive_open(g_path, &archive, &err), CVX_OK);
        unlink(g_path);
        assert_int_equal(archive.size, size);
        assert_int_equal(archive.data != NULL, size <= 4 * CVX_MIB);
        assert_int_equal(open_descriptors(), before + (size > 4 * CVX_MIB));
        assert_int_equal(
            cvx_archive_map(&archive, size / 3, size - size / 3, &map, &scratch, &err),
            CVX_OK);
        assert_memory_equal(map, data + size / 3, size - size / 3);
        assert_int_equal(scratch != NULL, size > 4 * CVX_MIB);
        cvx_free(scratch);
        cvx_archive_done(&archive);
        assert_int_equal(open_descriptors(), before);
    }
    free(data);
    cvx_archive_done(NULL);
}

static void test_file_shrinks(void **state)
{
    unsigned char bytes[8];
    struct cvx_archive archive;
    struct cvx_err err;

    (void)state;
    write_file("", 0);
    assert_int_equal(truncate(g_path, 5 * (off_t)CVX_MIB), 0);
    assert_int_equal(cvx_archive_open(g_path, &archive, &err), CVX_OK);
    assert_int_equal(truncate(g_path, 100), 0);
    assert_int_equal(cvx_archive_copy(&archive, 92, bytes, 8, &err), CVX_OK);
    assert_int_equal(cvx_archive_copy(&archive, 93, bytes, 8, &err), CVX_EIO);
    assert_string_equal(cvx_err_root(&err), "the file changed while it was being read");
    cvx_archive_done(&archive);
    unlink(g_path);
}

/* Files of the kernel's are regular, have no size, and yet have bytes. */
static void test_file_grows(void **state)
{
    struct cvx_archive archive;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_archive_open("/proc/self/status", &archive, &err), CVX_EIO);
    assert_string_equal(cvx_err_root(&err), "the file changed while it was being read");
}

static void test_numbers(void **state)
{
    static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 7, 0xff};

    (void)state;
    assert_int_equal(cvx_archive_le16(bytes + 6), 0xff07);
    assert_int_equal(cvx_archive_le32(bytes + 4), 0xff070605);
    assert_true(cvx_archive_le64(bytes) == 0xff07060504030201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_odd_files), cmocka_unit_test(test_open_unreadable),
        cmocka_unit_test(test_open_sizes),     cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_file_shrinks),   cmocka_unit_test(test_file_grows),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
