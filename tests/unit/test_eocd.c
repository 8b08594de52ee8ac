/* The end record: which one is chosen, what of it is refused, and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/limits.h>

#include "docx/eocd.h"
#include "zipmake.h"

static int read_eocd(const struct zipmake *zip, struct cvx_eocd *ret, struct cvx_err *err)
{
    struct cvx_archive archive;

    assert_false(zip->bytes.failed);
    cvx_archive_borrow(zip->bytes.data, zip->bytes.len, &archive);
    cvx_err_init(err);
    return cvx_eocd_read(&archive, ret, err);
}

static void expect_text(const struct zipmake *zip, int rc, const char *text)
{
    struct cvx_eocd eocd = {.entries = 4711};
    struct cvx_err err;
    char got[1024];

    assert_int_equal(read_eocd(zip, &eocd, &err), rc);
    assert_string_equal(cvx_err_text(&err, got, sizeof(got)), text);
    assert_int_equal(err.rc, rc);
    assert_int_equal(eocd.entries, 4711); /* untouched */
}

static void make(struct zipmake *zip, const char *prefix, const struct zipmake_end *end)
{
    zipmake_init(zip, prefix, strlen(prefix));
    zipmake_text(zip, "a.xml", "<a/>");
    zipmake_text(zip, "b.xml", "<b/>");
    zipmake_finish(zip, end);
}

/* What must be accepted, and where base and directory are found then. */
static void test_accepts(void **state)
{
    static const char comment[] = "a comment with PK\5\6 in it, which is no end record";
    static const struct {
        const char *prefix;
        struct zipmake_end end;
        size_t behind; /* zeros after the end */
        bool lone;
    } cases[] = {
        {"", {0}, 0, true},
        {"", {.comment = comment, .comment_len = sizeof(comment)}, 0, true},
        {"", {.comment = comment, .comment_len = sizeof(comment)}, 77, true},
        {"", {0}, 1000, true},
        {"junk before", {0}, 0, true},
        {"junk before", {.comment = "x", .comment_len = 1}, 0, true},
        {"", {.gap = 5}, 0, true},
        {"", {.zip64 = true}, 0, true},
        {"junk before", {.zip64 = true}, 0, true},
        {"",
         {.zip64 = true, .comment = comment, .comment_len = sizeof(comment)},
         3,
         true},
        {"", {.lies = ZIPMAKE_ENTRIES, .says_entries = 7}, 0, true},
        {"", {.lies = ZIPMAKE_ENTRIES, .says_entries = 0}, 0, true},
        {"PK\5\6 before", {0}, 0, true}, /* before base: libzip never sees it */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_eocd eocd;
        struct cvx_err err;
        struct zipmake zip;

        make(&zip, cases[i].prefix, &cases[i].end);
        for (size_t k = 0; k < cases[i].behind; k++)
            cvx_buf_putc(&zip.bytes, '\0');
        assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
        assert_int_equal(eocd.base, strlen(cases[i].prefix));
        assert_int_equal(eocd.entries, 2);
        assert_int_equal(eocd.dir_size, zip.dir.len);
        assert_memory_equal(zip.bytes.data + eocd.base + eocd.dir, zip.dir.data,
                            zip.dir.len);
        assert_int_equal(eocd.lone, cases[i].lone);
        zipmake_done(&zip);
    }
}

static void test_empty_archive(void **state)
{
    struct cvx_eocd eocd;
    struct cvx_err err;
    struct zipmake zip;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_finish(&zip, NULL);
    assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
    assert_int_equal(eocd.entries, 0);
    assert_true(eocd.lone);
    zipmake_done(&zip);
}

static void test_no_archive(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *text;
    } cases[] = {
        {"", 0, "not a zip archive: the file is empty"},
        {"x", 1, "not a zip archive: it has no end record"},
        {"Dear Sir or Madam, no zip archive is this", 41,
         "not a zip archive: it has no end record"},
        {"PK\3\4 and then nothing more of it", 32,
         "not a zip archive: its end is missing"},
        {"PK\5\6", 4, "not a zip archive: it has no end record"},
        {"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 21,
         "not a zip archive: it has no end record"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct zipmake zip;

        zipmake_init(&zip, cases[i].bytes, cases[i].len);
        expect_text(&zip, CVX_EFORMAT, cases[i].text);
        zipmake_done(&zip);
    }
}

static void test_refuses(void **state)
{
    static const struct {
        struct zipmake_end end;
        int rc;
        const char *text;
    } cases[] = {
        {{.disk = 1, .dir_disk = 0},
         CVX_EFORMAT,
         "the zip archive is split over several disks (this one is 1, the directory "
         "begins "
         "on 0)"},
        {{.disk = 2, .dir_disk = 2},
         CVX_EFORMAT,
         "the zip archive is split over several disks (this one is 2, the directory "
         "begins "
         "on 2)"},
        {{.zip64 = true, .disks64 = 3},
         CVX_EFORMAT,
         "the zip archive is split over several disks (this one is 0, the directory "
         "begins "
         "on 0)"},
        {{.zip64 = true, .lost64 = true},
         CVX_EFORMAT,
         "not a zip archive: its ZIP64 end record is missing"},
        {{.lies = ZIPMAKE_ENTRIES, .says_entries = 10001},
         CVX_ELIMIT,
         "the package has 10001 entries, the limit is 10000"},
        {{.zip64 = true, .lies = ZIPMAKE_ENTRIES, .says_entries = UINT64_MAX},
         CVX_ELIMIT,
         "the package has 18446744073709551615 entries, the limit is 10000"},
        {{.lies = ZIPMAKE_DIR_AT, .says_dir_at = 1000000},
         CVX_EFORMAT,
         "not a zip archive: its directory (102 bytes at 1000000) lies outside the file "
         "of "
         "206 bytes"},
        {{.lies = ZIPMAKE_DIR_SIZE, .says_dir_size = 1000000},
         CVX_EFORMAT,
         "not a zip archive: its directory (1000000 bytes at 82) lies outside the file "
         "of "
         "206 bytes"},
        {{.zip64 = true,
          .lies = ZIPMAKE_DIR_SIZE | ZIPMAKE_DIR_AT,
          .says_dir_size = UINT64_MAX,
          .says_dir_at = UINT64_MAX},
         CVX_EFORMAT,
         "not a zip archive: its directory (18446744073709551615 bytes at "
         "18446744073709551615) lies outside the file of 282 bytes"},
        {{.lies = ZIPMAKE_DIR_SIZE, .says_dir_size = 50},
         CVX_EFORMAT,
         "not a zip archive: its directory is damaged at entry 1"},
        {{.gap = 50, .lies = ZIPMAKE_DIR_SIZE, .says_dir_size = 152},
         CVX_EFORMAT,
         "not a zip archive: its directory is damaged at entry 3"},
        {{.lies = ZIPMAKE_DIR_AT | ZIPMAKE_DIR_SIZE,
          .says_dir_at = 3,
          .says_dir_size = 3},
         CVX_EFORMAT,
         "not a zip archive: its directory is not where the end record says"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct zipmake zip;

        make(&zip, "", &cases[i].end);
        expect_text(&zip, cases[i].rc, cases[i].text);
        zipmake_done(&zip);
    }
}

/* The record counts one entry, the directory has 10,001: counted before libzip counts. */
static void test_counts_entries(void **state)
{
    const struct zipmake_end end = {.lies = ZIPMAKE_ENTRIES, .says_entries = 1};
    struct zipmake_part part = {.name = "x"};

    (void)state;
    for (size_t n = CVX_PACKAGE_ENTRIES_MAX; n <= CVX_PACKAGE_ENTRIES_MAX + 1; n++) {
        struct cvx_eocd eocd;
        struct cvx_err err;
        struct zipmake zip;

        zipmake_init(&zip, NULL, 0);
        for (size_t i = 0; i < n; i++) {
            part.same_as = i > 0;
            zipmake_add(&zip, &part);
        }
        zipmake_finish(&zip, &end);
        if (n > CVX_PACKAGE_ENTRIES_MAX) {
            expect_text(&zip, CVX_ELIMIT,
                        "the package has 10001 entries or more, the limit is 10000");
        } else {
            assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
            assert_int_equal(eocd.entries, n);
        }
        zipmake_done(&zip);
    }
}

/* A directory of a little under and over 4 MiB, by comments of 65,535 bytes. */
static void test_directory_limit(void **state)
{
    char *comment = calloc(1, 65535);

    (void)state;
    assert_non_null(comment);
    for (size_t n = 63; n <= 64; n++) {
        struct zipmake_part part = {.name = "x", .comment = comment};
        struct cvx_eocd eocd;
        struct cvx_err err;
        struct zipmake zip;

        part.comment_len = 65535;
        zipmake_init(&zip, NULL, 0);
        for (size_t i = 0; i < n; i++) {
            part.same_as = i > 0;
            zipmake_add(&zip, &part);
        }
        zipmake_finish(&zip, NULL);
        if (n == 63)
            assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
        else
            expect_text(
                &zip, CVX_ELIMIT,
                "the package's directory has 4197248 bytes, the limit is 4194304");
        zipmake_done(&zip);
    }
    free(comment);
}

/* Of several end records the last usable one is chosen. */
static void test_last_record_counts(void **state)
{
    struct zipmake inner, zip;
    struct cvx_eocd eocd;
    struct cvx_err err;

    (void)state;
    zipmake_init(&inner, NULL, 0);
    zipmake_text(&inner, "inner.xml", "<a/>");
    zipmake_finish(&inner, NULL);

    /* A whole archive in a comment: it is the last, with the outer one as its prefix. */
    make(&zip, "",
         &(struct zipmake_end){.comment = inner.bytes.data,
                               .comment_len = inner.bytes.len});
    assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
    assert_int_equal(eocd.entries, 1);
    assert_int_equal(eocd.base, zip.bytes.len - inner.bytes.len);
    zipmake_done(&zip);

    /* A stored archive within a part is not, but libzip must not meet it. */
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip, &(struct zipmake_part){.name = "x.zip",
                                             .data = inner.bytes.data,
                                             .len = inner.bytes.len});
    zipmake_finish(&zip, NULL);
    assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
    assert_int_equal(eocd.entries, 1);
    assert_int_equal(eocd.base, 0);
    assert_false(eocd.lone);
    zipmake_done(&zip);
    zipmake_done(&inner);
}

/* A ZIP64 locator at the directory's end, within the last entry's comment. */
static void test_locator_in_directory(void **state)
{
    struct zipmake zip;
    struct cvx_eocd eocd;
    struct cvx_err err;
    static const char locator[20] = "PK\6\7";

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip, &(struct zipmake_part){.name = "x",
                                             .comment = locator,
                                             .comment_len = sizeof(locator)});
    zipmake_finish(&zip, NULL);
    assert_int_equal(read_eocd(&zip, &eocd, &err), CVX_OK);
    assert_false(eocd.lone);
    zipmake_done(&zip);
}

/* 64 KiB of nothing but end records end in one error, quickly. */
static void test_many_records(void **state)
{
    struct zipmake zip;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    for (int i = 0; i < 16384; i++)
        cvx_buf_put(&zip.bytes, "PK\5\6", 4);
    expect_text(&zip, CVX_EFORMAT,
                "the zip archive is split over several disks (this one is 19280, the "
                "directory begins on 1541)");
    zipmake_done(&zip);
}

static void test_write(void **state)
{
    const struct cvx_eocd eocd = {
        .dir = 0x01020304, .dir_size = 0x50607, .entries = 0x809};
    unsigned char bytes[CVX_EOCD_SIZE];
    static const unsigned char want[CVX_EOCD_SIZE] = {
        'P', 'K', 5, 6, 0, 0, 0, 0, 9, 8, 9, 8, 7, 6, 5, 0, 4, 3, 2, 1, 0, 0};

    (void)state;
    cvx_eocd_write(&eocd, bytes);
    assert_memory_equal(bytes, want, sizeof(want));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts),
        cmocka_unit_test(test_empty_archive),
        cmocka_unit_test(test_no_archive),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_counts_entries),
        cmocka_unit_test(test_directory_limit),
        cmocka_unit_test(test_last_record_counts),
        cmocka_unit_test(test_locator_in_directory),
        cmocka_unit_test(test_many_records),
        cmocka_unit_test(test_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
