/* OLE files: old documents, encrypted ones, and damaged ones of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "docx/ole.h"
#include "docx/package.h"
#include "zipmake.h"

struct ole {
    unsigned char bytes[512 * 4]; /* header, FAT, two directory sectors */
};

static void put32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

static void put_wide(unsigned char *p, const char *text)
{
    for (; *text; text++, p += 2)
        *p = (unsigned char)*text;
}

/* Sector 0 is the FAT; the directory begins in sector 1 and goes on in `next`. */
static void make_ole(struct ole *ole, uint32_t next, const char *stream)
{
    unsigned char *fat = ole->bytes + 512, *dir = fat + 512;

    *ole = (struct ole){.bytes = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}};
    ole->bytes[30] = 9;
    put32(ole->bytes + 48, 1);
    put32(ole->bytes + 76, 0);
    put32(fat + 4, next);
    put32(fat + 8, 0xfffffffe);
    put_wide(dir, "Root Entry");
    put_wide(dir + 512 + 128, stream);
}

static void test_ole(void **state)
{
    static const char old[] = "an old .doc file (OLE), not .docx";
    static const struct {
        uint32_t next;
        const char *stream;
        size_t len;
        const char *text;
    } cases[] = {
        {2, "WordDocument", 2048, old},
        {2, "EncryptedPackage", 2048, "encrypted"},
        {2, "EncryptedPackages", 2048, old},
        {0xfffffffe, "EncryptedPackage", 2048, old}, /* not part of the directory */
        {1, "EncryptedPackage", 2048, old},          /* the chain bites its tail */
        {200, "EncryptedPackage", 2048, old},        /* leads out of the file */
        {0xfffffff0, "EncryptedPackage", 2048, old},
        {2, "EncryptedPackage", 1700, old}, /* cut off */
        {2, "EncryptedPackage", 100, old},
        {2, "EncryptedPackage", 8, old},
        {2, "EncryptedPackage", 7, NULL}, /* not even the magic */
        {2, "EncryptedPackage", 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_archive archive;
        struct cvx_err err;
        struct ole ole;

        make_ole(&ole, cases[i].next, cases[i].stream);
        cvx_archive_borrow(ole.bytes, cases[i].len, &archive);
        cvx_err_init(&err);
        assert_int_equal(cvx_ole_refuse(&archive, &err),
                         cases[i].text ? CVX_EFORMAT : CVX_OK);
        assert_string_equal(cvx_err_root(&err), cases[i].text ? cases[i].text : "");
    }
}

/* An old document may carry a new one in its last bytes; it is refused all the same. */
static void test_ole_with_zip_inside(void **state)
{
    struct cvx_package *package = NULL;
    struct zipmake zip;
    struct cvx_err err;
    struct ole ole;

    (void)state;
    make_ole(&ole, 2, "WordDocument");
    zipmake_init(&zip, ole.bytes, sizeof(ole.bytes));
    zipmake_text(&zip, "word/document.xml", "<x/>");
    zipmake_finish(&zip, NULL);
    assert_int_equal(
        cvx_package_open_memory(zip.bytes.data, zip.bytes.len, &package, &err),
        CVX_EFORMAT);
    assert_string_equal(cvx_err_root(&err), "an old .doc file (OLE), not .docx");
    zipmake_done(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ole),
        cmocka_unit_test(test_ole_with_zip_inside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
