/* Archives that are written: what a reader makes of them, and that nothing in them depends on
 * when or where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/limits.h>

#include "docx/package.h"
#include "docx/zipwrite.h"
#include "zipmake.h"

static void expect_part(struct cvx_package *package, const char *name, const char *text)
{
    long i = cvx_package_find(package, name);
    struct cvx_part part = {0};
    struct cvx_err err;

    assert_true(i >= 0);
    assert_int_equal(cvx_package_read(package, (size_t)i, &part, &err), CVX_OK);
    assert_string_equal(part.data, text);
    cvx_part_done(&part);
}

static void write_all(struct cvx_packed *taken, struct cvx_buf *out)
{
    struct cvx_deflater *deflater = NULL;
    struct cvx_packed packed = {0}, empty = {0};
    struct cvx_zipwrite zip;
    struct cvx_err err;

    assert_int_equal(cvx_deflater_new(&deflater, &err), CVX_OK);
    assert_int_equal(cvx_deflater_pack(deflater, "hello hello hello", 17, &packed, &err),
                     CVX_OK);
    assert_int_equal(packed.method, 8);
    assert_int_equal(cvx_deflater_pack(deflater, "", 0, &empty, &err), CVX_OK);
    cvx_zipwrite_begin(&zip, out);
    cvx_zipwrite_add(&zip, "a.xml", &packed);
    cvx_zipwrite_add(&zip, "\xc3\xa9/b", &empty);
    cvx_zipwrite_add(&zip, "taken", taken);
    assert_int_equal(cvx_zipwrite_finish(&zip, &err), CVX_OK);
    cvx_zipwrite_done(&zip);
    cvx_packed_done(&packed);
    cvx_packed_done(&empty);
    cvx_deflater_free(deflater);
}

static void test_write(void **state)
{
    struct cvx_buf out = CVX_BUF_INIT, again = CVX_BUF_INIT;
    struct cvx_package *package = NULL;
    struct cvx_packed taken = {0};
    struct zipmake zip;
    struct cvx_err err;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip, &(struct zipmake_part){.name = "s", .data = "stored", .len = 6});
    zipmake_finish(&zip, NULL);
    assert_int_equal(
        cvx_package_open_memory(zip.bytes.data, zip.bytes.len, &package, &err), CVX_OK);
    assert_int_equal(cvx_package_read_packed(package, 0, &taken, &err), CVX_OK);
    assert_int_equal(taken.method, 0);
    assert_int_equal(taken.data.len, 6);
    cvx_package_close(package);
    zipmake_done(&zip);

    write_all(&taken, &out);
    write_all(&taken, &again);
    assert_int_equal(out.len, again.len);
    assert_memory_equal(out.data, again.data, out.len);
    assert_memory_equal(out.data + 10, "\0\0\x21\0", 4); /* 1980-01-01 00:00 */
    assert_int_equal(cvx_package_open_memory(out.data, out.len, &package, &err), CVX_OK);
    assert_int_equal(cvx_package_count(package), 3);
    assert_string_equal(cvx_package_name(package, 1), "\xc3\xa9/b");
    expect_part(package, "a.xml", "hello hello hello");
    expect_part(package, "\xc3\xa9/b", "");
    expect_part(package, "taken", "stored");
    cvx_package_close(package);
    cvx_packed_done(&taken);
    cvx_buf_done(&out);
    cvx_buf_done(&again);
}

/* Entries that share their data could be taken over for ever. */
static void test_overlap(void **state)
{
    struct cvx_package *package = NULL;
    struct cvx_packed packed = {0};
    struct zipmake zip;
    struct cvx_err err;
    int rc = CVX_OK;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip,
                &(struct zipmake_part){.name = "0", .data = "stored text", .len = 11});
    for (size_t i = 1; i < 50; i++)
        zipmake_add(&zip, &(struct zipmake_part){.name = "1", .same_as = 1});
    zipmake_finish(&zip, NULL);
    assert_int_equal(
        cvx_package_open_memory(zip.bytes.data, zip.bytes.len, &package, &err), CVX_OK);
    for (size_t i = 0; !rc && i < 10000; i++) {
        rc = cvx_package_read_packed(package, 0, &packed, &err);
        if (!rc)
            cvx_packed_done(&packed);
    }
    assert_int_equal(rc, CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&err), "part 0 is damaged: it overlaps with others");
    cvx_package_close(package);
    zipmake_done(&zip);
}

static void test_limit(void **state)
{
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_packed packed = {0};
    struct cvx_zipwrite zip;
    struct cvx_err err;

    (void)state;
    cvx_zipwrite_begin(&zip, &out);
    out.max = 60;
    cvx_zipwrite_add(&zip, "name", &packed);
    assert_int_equal(cvx_zipwrite_finish(&zip, &err), CVX_ELIMIT);
    cvx_zipwrite_done(&zip);
    cvx_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
