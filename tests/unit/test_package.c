/* Packages: what opens, what is read out of them, and every way in which they fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/package.h"
#include "zipmake.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

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

static struct cvx_package *open_zip(const struct zipmake *zip)
{
    struct cvx_package *package = NULL;
    struct cvx_err err;
    char text[1024];

    cvx_err_init(&err);
    assert_false(zip->bytes.failed);
    if (cvx_package_open_memory(zip->bytes.data, zip->bytes.len, &package, &err))
        fail_msg("%s", cvx_err_text(&err, text, sizeof(text)));
    return package;
}

static void expect_err(const struct cvx_err *err, int got, int rc, const char *text)
{
    char told[1024];

    assert_string_equal(cvx_err_text(err, told, sizeof(told)), text);
    assert_int_equal(got, rc);
    assert_int_equal(err->rc, rc);
}

static void expect_read_fails(struct cvx_package *package, const char *name, int rc,
                              const char *text)
{
    struct cvx_part part = {.len = 4711};
    long i = cvx_package_find(package, name);
    struct cvx_err err;

    cvx_err_init(&err);
    assert_true(i >= 0);
    expect_err(&err, cvx_package_read(package, (size_t)i, &part, &err), rc, text);
    assert_int_equal(part.len, 4711); /* untouched */
}

static void expect_read(struct cvx_package *package, const char *name, const void *data,
                        size_t len)
{
    long i = cvx_package_find(package, name);
    struct cvx_part part = {0};
    struct cvx_err err;
    char text[1024];

    cvx_err_init(&err);
    assert_true(i >= 0);
    if (cvx_package_read(package, (size_t)i, &part, &err))
        fail_msg("%s", cvx_err_text(&err, text, sizeof(text)));
    assert_int_equal(part.len, len);
    assert_memory_equal(part.data, data, len);
    assert_int_equal(part.data[len], '\0');
    assert_true(part.reserved >= len);
    cvx_part_done(&part);
    assert_null(part.data);
}

static void test_open_memory_limit(void **state)
{
    struct cvx_package *package = NULL;
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    expect_err(&err, cvx_package_open_memory("", CVX_PACKAGE_MAX + 1, &package, &err),
               CVX_ELIMIT, "the file has 536870913 bytes, the limit is 536870912");
    assert_null(package);
}

/* Reading. */

/* Bytes that deflate to about the half. */
static char *make_data(size_t len)
{
    char *data = malloc(len + 1);
    uint32_t x = 1;

    assert_non_null(data);
    for (size_t i = 0; i < len; i++) {
        x = x * 1664525 + 1013904223;
        data[i] = (char)('a' + (x >> 28));
    }
    return data;
}

static void test_read(void **state)
{
    static const size_t sizes[] = {0,           1,           100,
                                   65536,       CVX_MIB - 1, CVX_MIB,
                                   CVX_MIB + 1, 4 * CVX_MIB, 9 * CVX_MIB + 5};
    char *data = make_data(9 * CVX_MIB + 5);
    char name[32];

    (void)state;
    for (unsigned kind = 0; kind < 8; kind += kind & 1 ? 1 : 3) {
        struct cvx_package *package;
        struct zipmake zip;

        zipmake_init(&zip, "prefix", kind & 4 ? 6 : 0);
        for (size_t i = 0; i < COUNT(sizes); i++) {
            struct zipmake_part part = {.name = name,
                                        .data = data,
                                        .len = sizes[i],
                                        .deflate = (kind & 1) != 0,
                                        .level = 1,
                                        .zip64 = (kind & 2) != 0};

            snprintf(name, sizeof(name), "part%zu", i);
            zipmake_add(&zip, &part);
        }
        zipmake_finish(&zip, &(struct zipmake_end){.zip64 = (kind & 2) != 0});
        package = open_zip(&zip);
        for (size_t i = 0; i < COUNT(sizes); i++) {
            snprintf(name, sizeof(name), "part%zu", i);
            assert_int_equal(cvx_package_find(package, name), i);
            expect_read(package, name, data, sizes[i]);
        }
        cvx_package_close(package);
        zipmake_done(&zip);
    }
    free(data);
}

/* The same from files: a small one is closed when it is open, a large one is not. */
static void test_read_file(void **state)
{
    static const size_t fillers[] = {100, 5 * CVX_MIB};
    char *data = make_data(5 * CVX_MIB);

    (void)state;
    for (size_t i = 0; i < COUNT(fillers); i++) {
        struct zipmake_part filler = {.name = "filler", .data = data};
        size_t before = open_descriptors();
        struct cvx_package *package = NULL;
        struct zipmake zip;
        struct cvx_err err;

        filler.len = fillers[i];
        zipmake_init(&zip, "before", 6);
        zipmake_text(&zip, "first.xml", "<first/>");
        zipmake_add(&zip, &filler);
        zipmake_text(&zip, "last.xml", "<last/>");
        zipmake_finish(&zip, NULL);
        assert_true(zipmake_save(&zip, g_path));
        assert_int_equal(cvx_package_open(g_path, &package, &err), CVX_OK);
        assert_int_equal(open_descriptors(), before + (i == 1));
        unlink(g_path); /* the name is never used again */
        expect_read(package, "last.xml", "<last/>", 7);
        expect_read(package, "filler", data, filler.len);
        expect_read(package, "first.xml", "<first/>", 8);
        cvx_package_close(package);
        assert_int_equal(open_descriptors(), before);
        zipmake_done(&zip);
    }
    free(data);
}

/* A large file that shrinks while it is open. */
static void test_file_changes(void **state)
{
    char *data = make_data(5 * CVX_MIB);
    struct zipmake_part filler = {.name = "filler", .data = data, .len = 5 * CVX_MIB};
    struct cvx_package *package = NULL;
    struct zipmake zip;
    struct cvx_err err;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "first.xml", "<first/>");
    zipmake_add(&zip, &filler);
    zipmake_finish(&zip, NULL);
    assert_true(zipmake_save(&zip, g_path));
    assert_int_equal(cvx_package_open(g_path, &package, &err), CVX_OK);
    assert_int_equal(truncate(g_path, 3 * (off_t)CVX_MIB), 0);
    expect_read(package, "first.xml", "<first/>", 8);
    expect_read_fails(package, "filler", CVX_EIO,
                      "the file changed while it was being read");
    cvx_package_close(package);
    zipmake_done(&zip);
    free(data);
    unlink(g_path);
}

/* Another archive stored within, where libzip looks for end records, and a ZIP64 locator
 * where it looks for one: neither is taken for this archive's. */
static void test_hidden_records(void **state)
{
    static const char locator[20] = "PK\6\7";
    struct cvx_package *package;
    struct zipmake inner, zip;

    (void)state;
    zipmake_init(&inner, NULL, 0);
    zipmake_text(&inner, "word/document.xml", "<inner/>");
    zipmake_finish(&inner, NULL);

    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", "<outer/>");
    zipmake_add(&zip, &(struct zipmake_part){.name = "word/embeddings/x.docx",
                                             .data = inner.bytes.data,
                                             .len = inner.bytes.len,
                                             .comment = locator,
                                             .comment_len = sizeof(locator)});
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    assert_int_equal(cvx_package_count(package), 2);
    expect_read(package, "word/document.xml", "<outer/>", 8);
    expect_read(package, "word/embeddings/x.docx", inner.bytes.data, inner.bytes.len);
    cvx_package_close(package);
    zipmake_done(&zip);
    zipmake_done(&inner);
}

static void test_end_record_variants(void **state)
{
    static const struct zipmake_end ends[] = {
        {.comment = "hello", .comment_len = 5},
        {.gap = 9},
        {.lies = ZIPMAKE_ENTRIES, .says_entries = 1},
        {.lies = ZIPMAKE_ENTRIES, .says_entries = 9},
        {.zip64 = true, .comment = "hello", .comment_len = 5},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct cvx_package *package;
        struct zipmake zip;

        zipmake_init(&zip, NULL, 0);
        zipmake_text(&zip, "a", "first");
        zipmake_text(&zip, "b", "second");
        zipmake_finish(&zip, &ends[i]);
        package = open_zip(&zip);
        assert_int_equal(cvx_package_count(package), 2);
        expect_read(package, "b", "second", 6);
        cvx_package_close(package);
        zipmake_done(&zip);
    }
}

static void test_empty_archive(void **state)
{
    struct cvx_package *package;
    struct zipmake zip;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    assert_int_equal(cvx_package_count(package), 0);
    assert_int_equal(cvx_package_find(package, ""), -1);
    cvx_package_close(package);
    zipmake_done(&zip);
    cvx_package_close(NULL);
    cvx_part_done(NULL);
}

/* Names. */

static void test_duplicates(void **state)
{
    static const struct {
        const char *name, *text;
    } parts[] = {{"b", "b 1"}, {"a", "a 1"}, {"b", "b 2"}, {"c", "c 1"},
                 {"a", "a 2"}, {"b", "b 3"}, {"d", "d 1"}};
    static const char *const order[] = {"c", "a", "b", "d"};
    static const char *const texts[] = {"c 1", "a 2", "b 3", "d 1"};
    struct cvx_issues issues = {0};
    struct cvx_package *package;
    struct zipmake zip;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    for (size_t i = 0; i < COUNT(parts); i++)
        zipmake_text(&zip, parts[i].name, parts[i].text);
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    assert_int_equal(cvx_package_count(package), COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_string_equal(cvx_package_name(package, i), order[i]);
        assert_int_equal(cvx_package_find(package, order[i]), i);
        expect_read(package, order[i], texts[i], 3);
    }
    assert_int_equal(cvx_package_warn_duplicates(package, &issues), CVX_OK);
    assert_int_equal(issues.count, 2);
    assert_int_equal(issues.errors, 0);
    assert_string_equal(issues.items[0].text, "duplicate part: a (the last one counts)");
    assert_string_equal(issues.items[1].text, "duplicate part: b (the last one counts)");
    cvx_issues_done(&issues);
    cvx_package_close(package);
    zipmake_done(&zip);
}

/* Bytes as stored; never a path; shown escaped. */
static void test_names(void **state)
{
    static const struct zipmake_part parts[] = {
        {.name = "../../etc/passwd", .data = "1", .len = 1},
        {.name = "/word/document.xml", .data = "2", .len = 1},
        {.name = "w\303\266rd.xml", .data = "3", .len = 1, .flags = 0x800},
        {.name = "w\224rd.xml", .data = "4", .len = 1},
        {.name = "a name", .data = "5", .len = 1},
        {.name = "", .data = "6", .len = 1},
        {.name = "a\033[31m\n", .data = "7", .len = 1, .lies = ZIPMAKE_CRC},
    };
    struct cvx_package *package;
    struct zipmake zip;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    for (size_t i = 0; i < COUNT(parts); i++)
        zipmake_add(&zip, &parts[i]);
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    assert_int_equal(cvx_package_count(package), COUNT(parts));
    for (size_t i = 0; i + 1 < COUNT(parts); i++)
        expect_read(package, parts[i].name, parts[i].data, 1);
    assert_int_equal(cvx_package_find(package, "word/document.xml"), -1);
    assert_int_equal(cvx_package_find(package, "WORD.XML"), -1);
    assert_int_equal(cvx_package_find(package, "zzz"), -1);
    expect_read_fails(package, parts[6].name, CVX_EFORMAT,
                      "part a\\x1b[31m\\n is damaged: its checksum is wrong");
    cvx_package_close(package);
    zipmake_done(&zip);
}

/* A name too long to show is cut; the reason stays. */
static void test_long_name(void **state)
{
    struct zipmake_part part = {.data = "x", .len = 1, .lies = ZIPMAKE_CRC};
    char name[1001], text[256];
    struct cvx_package *package;
    struct zipmake zip;

    (void)state;
    memset(name, '\1', sizeof(name));
    name[1000] = '\0';
    part.name = name;
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip, &part);
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    snprintf(text, sizeof(text), "part ");
    for (int i = 0; i < 30; i++)
        memcpy(text + 5 + 4 * i, "\\x01", 5);
    memcpy(text + 125, " is damaged: its checksum is wrong", 35);
    expect_read_fails(package, name, CVX_EFORMAT, text);
    cvx_package_close(package);
    zipmake_done(&zip);
}

static void test_many_entries(void **state)
{
    struct cvx_package *package;
    struct zipmake zip;
    char name[32];

    (void)state;
    zipmake_init(&zip, NULL, 0);
    for (size_t i = 0; i < CVX_PACKAGE_ENTRIES_MAX; i++) {
        snprintf(name, sizeof(name), "word/header%zu.xml", i);
        zipmake_add(&zip, &(struct zipmake_part){
                              .name = name, .data = "x", .len = 1, .same_as = i > 0});
    }
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    assert_int_equal(cvx_package_count(package), CVX_PACKAGE_ENTRIES_MAX);
    for (size_t i = 0; i < CVX_PACKAGE_ENTRIES_MAX; i++) {
        snprintf(name, sizeof(name), "word/header%zu.xml", i);
        assert_int_equal(cvx_package_find(package, name), i);
    }
    cvx_package_close(package);
    zipmake_done(&zip);
}

/* Damage. */

static void test_damaged_parts(void **state)
{
    static const char text[] = "some text, some text, some text, some text, some text";
#define DEFLATED .name = "x.xml", .data = text, .len = 53, .deflate = true
#define STORED .name = "x.xml", .data = text, .len = 53
    static const struct {
        struct zipmake_part part;
        const char *text;
    } cases[] = {
        {{DEFLATED, .lies = ZIPMAKE_CRC, .says_crc = 1},
         "part x.xml is damaged: its checksum is wrong"},
        {{STORED, .lies = ZIPMAKE_CRC, .says_crc = 1},
         "part x.xml is damaged: its checksum is wrong"},
        {{DEFLATED, .lies = ZIPMAKE_SIZE, .says_size = 52},
         "part x.xml is damaged: it is larger than its header says (52 bytes)"},
        {{DEFLATED, .lies = ZIPMAKE_SIZE, .says_size = 0},
         "part x.xml is damaged: it is larger than its header says (0 bytes)"},
        {{STORED, .lies = ZIPMAKE_SIZE, .says_size = 52},
         "part x.xml is damaged: it is larger than its header says (52 bytes)"},
        {{STORED, .lies = ZIPMAKE_SIZE, .says_size = 54},
         "part x.xml is damaged: its size is not what the directory says"},
        {{DEFLATED, .lies = ZIPMAKE_SIZE, .says_size = 54},
         "part x.xml is damaged: it ends after 53 of 54 bytes"},
        {{DEFLATED, .lies = ZIPMAKE_SIZE, .says_size = 0xfffffffe},
         "part x.xml is damaged: it ends after 53 of 4294967294 bytes"},
        {{DEFLATED, .zip64 = true, .lies = ZIPMAKE_SIZE, .says_size = 1ULL << 62},
         "part x.xml is damaged: it ends after 53 of 4611686018427387904 bytes"},
        {{DEFLATED, .lies = ZIPMAKE_PACKED, .says_packed = 0},
         "part x.xml is damaged: it ends after 0 of 53 bytes"},
        {{STORED, .lies = ZIPMAKE_PACKED, .says_packed = 40},
         "part x.xml is damaged: its checksum is wrong"},
        {{STORED, .lies = ZIPMAKE_PACKED | ZIPMAKE_SIZE, .says_packed = 500,
          .says_size = 500},
         "part x.xml is damaged: its data is not where the directory says"},
        {{DEFLATED, .lies = ZIPMAKE_OFFSET, .says_offset = 1},
         "part x.xml is damaged: its data is not where the directory says"},
        {{DEFLATED, .lies = ZIPMAKE_OFFSET, .says_offset = 100000},
         "part x.xml is damaged: its data is not where the directory says"},
        {{STORED, .raw_deflated = true},
         "part x.xml is damaged: its compressed data is broken"},
        {{DEFLATED, .lies = ZIPMAKE_METHOD, .says_method = 97},
         "part x.xml is compressed by method 97, which is not supported"},
        {{DEFLATED, .lies = ZIPMAKE_METHOD, .says_method = 1},
         "part x.xml is compressed by method 1, which is not supported"},
        {{DEFLATED, .flags = 1}, "encrypted: part x.xml needs a password"},
        {{STORED, .flags = 0x41}, "encrypted: part x.xml needs a password"},
        {{STORED, .flags = 1, .extra = "\1\x99\7\0\2\0AE\3\10\0", /* WinZip's AES-256 */
          .extra_len = 11, .lies = ZIPMAKE_METHOD, .says_method = 99},
         "encrypted: part x.xml needs a password"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_package *package;
        struct zipmake zip;

        zipmake_init(&zip, NULL, 0);
        zipmake_add(&zip, &cases[i].part);
        zipmake_text(&zip, "good.xml", "<good/>");
        zipmake_finish(&zip, NULL);
        package = open_zip(&zip);
        expect_read_fails(package, "x.xml", CVX_EFORMAT, cases[i].text);
        expect_read(package, "good.xml", "<good/>", 7); /* one part, not the package */
        cvx_package_close(package);
        zipmake_done(&zip);
    }
}

/* Every truncation of an archive fails cleanly or reads rightly. */
static void test_truncated(void **state)
{
    struct zipmake zip;
    size_t opened = 0;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "a.xml", "<a/>");
    zipmake_text(&zip, "b.xml", "<b/>");
    zipmake_finish(&zip, &(struct zipmake_end){.comment = "four", .comment_len = 4});
    for (size_t len = 0; len <= zip.bytes.len; len++) {
        char *copy = cvx_memdup(zip.bytes.data, len);
        struct cvx_package *package = NULL;
        struct cvx_err err;

        assert_non_null(copy);
        cvx_err_init(&err);
        if (cvx_package_open_memory(copy, len, &package, &err) == CVX_OK) {
            expect_read(package, "b.xml", "<b/>", 4);
            cvx_package_close(package);
            opened++;
        } else {
            assert_int_equal(err.rc, CVX_EFORMAT);
        }
        cvx_free(copy);
    }
    assert_int_equal(opened, 5); /* the comment may be short */
    zipmake_done(&zip);
}

static void test_directory_damage(void **state)
{
    static const char text[] = "not a zip archive: its directory is damaged (";
    struct cvx_package *package = NULL;
    struct zipmake zip;
    struct cvx_err err;
    char got[1024];

    (void)state;
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip,
                &(struct zipmake_part){.name = "\377", .flags = 0x800}); /* not UTF-8 */
    zipmake_finish(&zip, NULL);
    cvx_err_init(&err);
    assert_int_equal(
        cvx_package_open_memory(zip.bytes.data, zip.bytes.len, &package, &err),
        CVX_EFORMAT);
    cvx_err_text(&err, got, sizeof(got));
    assert_memory_equal(got, text, strlen(text));
    zipmake_done(&zip);
}

/* Limits. */

static void test_ratio(void **state)
{
    const size_t zeros_len = 4 * CVX_MIB, noise_len = 64 * CVX_KIB;
    char *zeros = calloc(1, zeros_len), *mixed = calloc(1, zeros_len);
    struct cvx_package *package;
    struct zipmake zip;
    uint32_t x = 1;

    (void)state;
    assert_non_null(zeros);
    assert_non_null(mixed);
    /* At the end, so that the ratio looks bad until it is reached. */
    for (size_t i = zeros_len - noise_len; i < zeros_len; i++) {
        x = x * 1664525 + 1013904223;
        mixed[i] = (char)(x >> 24);
    }
    zipmake_init(&zip, NULL, 0);
    zipmake_add(&zip,
                &(struct zipmake_part){
                    .name = "small", .data = zeros, .len = CVX_MIB, .deflate = true});
    zipmake_add(&zip,
                &(struct zipmake_part){
                    .name = "bomb", .data = zeros, .len = CVX_MIB + 1, .deflate = true});
    zipmake_add(&zip,
                &(struct zipmake_part){
                    .name = "mixed", .data = mixed, .len = zeros_len, .deflate = true});
    /* Says that it is compressed less than it is. */
    zipmake_add(&zip, &(struct zipmake_part){.name = "liar",
                                             .data = zeros,
                                             .len = zeros_len,
                                             .deflate = true,
                                             .lies = ZIPMAKE_PACKED,
                                             .says_packed = 30000});
    zipmake_text(&zip, "after", "more than enough bytes for the lie to point at");
    zipmake_add(&zip, &(struct zipmake_part){.name = "filler",
                                             .data = mixed + zeros_len - noise_len,
                                             .len = 40000});
    zipmake_finish(&zip, NULL);
    package = open_zip(&zip);
    expect_read(package, "small", zeros, CVX_MIB);
    expect_read_fails(
        package, "bomb", CVX_ELIMIT,
        "part bomb inflates from 1033 bytes to 1048577 or more, the limit is 200:1");
    expect_read(package, "mixed", mixed, zeros_len);
    /* What was really read for it is its 4 KiB and what came with the last 8 KiB. */
    expect_read_fails(
        package, "liar", CVX_ELIMIT,
        "part liar inflates from 8192 bytes to 4194304 or more, the limit is 200:1");
    cvx_package_close(package);
    zipmake_done(&zip);
    free(zeros);
    free(mixed);
}

/* A deflate stream of `mibs` MiB, every one of which takes some 5.5 KiB: below the ratio. */
struct stream {
    char *data;
    size_t len;
    uint32_t crc;
};

static void make_stream(struct stream *ret, size_t mibs)
{
    unsigned char *plain = calloc(1, CVX_MIB), *block = malloc(CVX_MIB);
    z_stream z = {.next_in = plain, .avail_in = CVX_MIB};
    size_t len;
    uint32_t x = 1;

    assert_non_null(plain);
    assert_non_null(block);
    for (size_t i = 0; i < 4500; i++) {
        x = x * 1664525 + 1013904223;
        plain[i] = (unsigned char)(x >> 24);
    }
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = block;
    z.avail_out = CVX_MIB;
    /* The block neither ends the stream nor looks back beyond itself. */
    assert_int_equal(deflate(&z, Z_FULL_FLUSH), Z_OK);
    len = CVX_MIB - z.avail_out;
    deflateEnd(&z);
    ret->data = malloc(mibs * len + 2);
    assert_non_null(ret->data);
    ret->crc = 0;
    for (size_t i = 0; i < mibs; i++) {
        memcpy(ret->data + i * len, block, len);
        ret->crc = (uint32_t)crc32(ret->crc, plain, CVX_MIB);
    }
    memcpy(ret->data + mibs * len, "\3\0", 2); /* an empty last block */
    ret->len = mibs * len + 2;
    free(plain);
    free(block);
}

static void add_stream(struct zipmake *zip, const char *name, const struct stream *stream,
                       uint64_t says_size)
{
    zipmake_add(zip, &(struct zipmake_part){.name = name,
                                            .data = stream->data,
                                            .len = stream->len,
                                            .raw_deflated = true,
                                            .lies = ZIPMAKE_SIZE | ZIPMAKE_CRC,
                                            .says_size = says_size,
                                            .says_crc = stream->crc});
}

/* Entries over the same bytes are charged each time, whatever the size of the file. */
static void test_size_limits(void **state)
{
    struct cvx_package *package;
    struct cvx_part part = {0};
    struct stream stream;
    struct zipmake zip;
    struct cvx_err err;

    (void)state;
    zipmake_init(&zip, NULL, 0);
    make_stream(&stream, 256);
    add_stream(&zip, "just", &stream, CVX_PART_MAX);
    zipmake_add(&zip, &(struct zipmake_part){.name = "again", .same_as = 1});
    free(stream.data);
    make_stream(&stream, 257);
    add_stream(&zip, "over", &stream, 257 * CVX_MIB);
    free(stream.data);
    zipmake_text(&zip, "last", "x");
    zipmake_finish(&zip, NULL);

    package = open_zip(&zip);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(cvx_package_read(package, i, &part, &err), CVX_OK);
        assert_int_equal(part.len, CVX_PART_MAX);
        cvx_part_done(&part);
    }
    expect_read_fails(
        package, "last", CVX_ELIMIT,
        "part last makes 536870913 bytes inflated in total, the limit is 536870912");
    cvx_package_close(package);

    package = open_zip(&zip);
    expect_read_fails(package, "over", CVX_ELIMIT,
                      "part over inflates to more than the limit of 268435456 bytes (its "
                      "header says 269484032)");
    cvx_package_close(package);
    zipmake_done(&zip);
}

/* The account of inflated memory is even again after all of the above: the whole of it can
 * be had at once. */
static void test_account_is_even(void **state)
{
    (void)state;
    alarm(20); /* an account that is not even would make it wait for ever */
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX), 0);
    cvx_mem_release(CVX_INFLATED_MAX);
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_memory_limit),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_file),
        cmocka_unit_test(test_file_changes),
        cmocka_unit_test(test_hidden_records),
        cmocka_unit_test(test_end_record_variants),
        cmocka_unit_test(test_empty_archive),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_many_entries),
        cmocka_unit_test(test_damaged_parts),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_directory_damage),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_size_limits),
        cmocka_unit_test(test_account_is_even),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
