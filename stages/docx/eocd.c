/* Owns the choice of the end record and the count of what it names (APPNOTE 4.3.12 to
 * 4.3.16). Zip readers differ where several records compete, and an archive may be made so
 * that they do: here the choice is made once, and libzip is shown only what was chosen. */
#include "docx/eocd.h"

#include <inttypes.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#define COMMENT_MAX 65535
#define LOCATOR_SIZE 20
#define RECORD64_SIZE 56
#define DIR_ENTRY_SIZE 46

static const unsigned char sig_local[4] = {'P', 'K', 3, 4};
static const unsigned char sig_entry[4] = {'P', 'K', 1, 2};
static const unsigned char sig_signature[4] = {'P', 'K', 5, 5};
static const unsigned char sig_end[4] = {'P', 'K', 5, 6};
static const unsigned char sig_end64[4] = {'P', 'K', 6, 6};
static const unsigned char sig_locator[4] = {'P', 'K', 6, 7};

/* What an end record says. */
struct record {
    uint32_t disk, dir_disk, disks;
    uint64_t entries_here, entries;
    uint64_t size, offset; /* of the directory */
    uint64_t at; /* where the records begin: nothing of the directory is behind */
};

static bool sig_is(const unsigned char *p, const unsigned char sig[4])
{
    return memcmp(p, sig, 4) == 0;
}

/* False as well when the place lies outside. */
static bool sig_at(const struct cvx_archive *archive, uint64_t at,
                   const unsigned char sig[4])
{
    unsigned char bytes[4];

    if (archive->size < 4 || at > archive->size - 4)
        return false;
    return cvx_archive_copy(archive, at, bytes, 4, NULL) == CVX_OK && sig_is(bytes, sig);
}

static int not_zip(struct cvx_err *err)
{
    cvx_wrap(err, "not a zip archive");
    return CVX_EFORMAT;
}

static void record_parse(const unsigned char *p, uint64_t at, struct record *ret)
{
    *ret = (struct record){
        .disk = cvx_archive_le16(p + 4),
        .dir_disk = cvx_archive_le16(p + 6),
        .disks = 1,
        .entries_here = cvx_archive_le16(p + 8),
        .entries = cvx_archive_le16(p + 10),
        .size = cvx_archive_le32(p + 12),
        .offset = cvx_archive_le32(p + 16),
        .at = at,
    };
}

static void record_parse64(const unsigned char *p, uint64_t at, uint32_t disks,
                           struct record *ret)
{
    *ret = (struct record){
        .disk = cvx_archive_le32(p + 16),
        .dir_disk = cvx_archive_le32(p + 20),
        .disks = disks,
        .entries_here = cvx_archive_le64(p + 24),
        .entries = cvx_archive_le64(p + 32),
        .size = cvx_archive_le64(p + 40),
        .offset = cvx_archive_le64(p + 48),
        .at = at,
    };
}

static bool record_saturated(const struct record *record)
{
    return record->entries == 0xffff || record->size == 0xffffffff ||
           record->offset == 0xffffffff;
}

/* When a ZIP64 record belongs to this one, it counts in its place. The locator tells where
 * it is, but not when bytes were put before the archive: then it stands just before. */
static int record_widen(const struct cvx_archive *archive, struct record *record,
                        struct cvx_err *err)
{
    unsigned char locator[LOCATOR_SIZE], wide[RECORD64_SIZE];
    uint64_t locator_at = record->at - LOCATOR_SIZE;

    if (record->at < LOCATOR_SIZE || !sig_at(archive, locator_at, sig_locator))
        return CVX_OK;

    int rc = cvx_archive_copy(archive, locator_at, locator, LOCATOR_SIZE, err);
    uint64_t at = rc ? 0 : cvx_archive_le64(locator + 8);

    if (rc)
        return rc;
    if (!sig_at(archive, at, sig_end64) && locator_at >= RECORD64_SIZE)
        at = locator_at - RECORD64_SIZE;
    if (!sig_at(archive, at, sig_end64) || locator_at < RECORD64_SIZE ||
        at > locator_at - RECORD64_SIZE) {
        if (!record_saturated(record))
            return CVX_OK;
        cvx_fail(err, CVX_EFORMAT, "its ZIP64 end record is missing");
        return not_zip(err);
    }
    rc = cvx_archive_copy(archive, at, wide, RECORD64_SIZE, err);
    if (!rc)
        record_parse64(wide, at, cvx_archive_le32(locator + 16), record);
    return rc;
}

static int record_check_disks(const struct record *record, struct cvx_err *err)
{
    if (record->disk == 0 && record->dir_disk == 0 && record->disks <= 1 &&
        record->entries_here == record->entries)
        return CVX_OK;
    return cvx_fail(err, CVX_EFORMAT,
                    "the zip archive is split over several disks (this one is %" PRIu32
                    ", the directory begins on %" PRIu32 ")",
                    record->disk, record->dir_disk);
}

/* Finds the directory: right before the records wherever its offset says it is (the
 * difference is what was put before the archive), else where the offset says. */
static int record_locate(const struct cvx_archive *archive, const struct record *record,
                         struct cvx_eocd *ret, struct cvx_err *err)
{
    uint64_t size = record->size, offset = record->offset;

    if (size == 0 && record->entries == 0)
        return CVX_OK;
    if (size > record->at || offset > record->at - size) {
        cvx_fail(err, CVX_EFORMAT,
                 "its directory (%" PRIu64 " bytes at %" PRIu64
                 ") lies outside the file of %" PRIu64 " bytes",
                 size, offset, archive->size);
        return not_zip(err);
    }
    ret->dir = offset;
    ret->dir_size = size;
    ret->base = record->at - size - offset;
    if (sig_at(archive, ret->base + offset, sig_entry))
        return CVX_OK;
    ret->base = 0;
    if (sig_at(archive, offset, sig_entry))
        return CVX_OK;
    cvx_fail(err, CVX_EFORMAT, "its directory is not where the end record says");
    return not_zip(err);
}

static int check_limits(const struct record *record, struct cvx_err *err)
{
    if (record->entries > CVX_PACKAGE_ENTRIES_MAX)
        return cvx_fail(err, CVX_ELIMIT,
                        "the package has %" PRIu64 " entries, the limit is %zu",
                        record->entries, CVX_PACKAGE_ENTRIES_MAX);
    if (record->size > CVX_PACKAGE_DIR_MAX)
        return cvx_fail(err, CVX_ELIMIT,
                        "the package's directory has %" PRIu64 " bytes, the limit is %zu",
                        record->size, CVX_PACKAGE_DIR_MAX);
    return CVX_OK;
}

/* Length of the directory entry at p, 0 when there is no whole one. */
static size_t entry_len(const unsigned char *p, size_t left)
{
    if (left < DIR_ENTRY_SIZE || !sig_is(p, sig_entry))
        return 0;

    size_t len = DIR_ENTRY_SIZE + (size_t)cvx_archive_le16(p + 28) +
                 cvx_archive_le16(p + 30) + cvx_archive_le16(p + 32);

    return len <= left ? len : 0;
}

/* Counts the entries that are there: the record's count is not to be trusted, and libzip
 * would allocate for as many as it finds. */
static int dir_count(const unsigned char *dir, struct cvx_eocd *ret, struct cvx_err *err)
{
    size_t size = (size_t)ret->dir_size, at = 0;

    ret->entries = 0;
    while (at < size) {
        size_t len = entry_len(dir + at, size - at);

        if (len == 0 && size - at >= 4 && sig_is(dir + at, sig_signature))
            break;
        if (len == 0) {
            cvx_fail(err, CVX_EFORMAT, "its directory is damaged at entry %zu",
                     ret->entries + 1);
            return not_zip(err);
        }
        if (++ret->entries > CVX_PACKAGE_ENTRIES_MAX)
            return cvx_fail(err, CVX_ELIMIT,
                            "the package has %zu entries or more, the limit is %zu",
                            ret->entries, CVX_PACKAGE_ENTRIES_MAX);
        at += len;
    }
    ret->dir_size = at;
    return CVX_OK;
}

static int dir_walk(const struct cvx_archive *archive, struct cvx_eocd *ret,
                    struct cvx_err *err)
{
    const unsigned char *dir = NULL;
    void *scratch = NULL;
    int rc = cvx_archive_map(archive, ret->base + ret->dir, (size_t)ret->dir_size, &dir,
                             &scratch, err);

    if (!rc)
        rc = dir_count(dir, ret, err);
    cvx_free(scratch);
    return rc;
}

/* Judges the bytes at p as an end record. A failure that is not *ret_final says only that
 * they are none: another may be. */
static int candidate(const struct cvx_archive *archive, const unsigned char *p,
                     uint64_t at, struct cvx_eocd *ret, bool *ret_final,
                     struct cvx_err *err)
{
    struct record record;
    int rc;

    *ret = (struct cvx_eocd){0};
    record_parse(p, at, &record);
    rc = record_widen(archive, &record, err);
    if (!rc)
        rc = record_check_disks(&record, err);
    if (!rc)
        rc = record_locate(archive, &record, ret, err);
    *ret_final = rc != CVX_EFORMAT;
    if (rc)
        return rc;
    /* It names a directory. Whatever is wrong with that, an earlier record would only be
     * some other archive's. */
    rc = check_limits(&record, err);
    if (!rc)
        rc = dir_walk(archive, ret, err);
    return rc;
}

static int fail_none(const struct cvx_archive *archive, struct cvx_err *err)
{
    if (sig_at(archive, 0, sig_local))
        cvx_fail(err, CVX_EFORMAT, "its end is missing");
    else
        cvx_fail(err, CVX_EFORMAT, "it has no end record");
    return not_zip(err);
}

/* Tries the end records from the last to the first. When all fail, the last one's reason is
 * told. */
static int search(const struct cvx_archive *archive, const unsigned char *tail,
                  size_t len, struct cvx_eocd *ret, struct cvx_err *err)
{
    struct cvx_err why;
    int first = CVX_OK;

    for (size_t n = CVX_EOCD_SIZE; n <= len; n++) {
        const unsigned char *p = tail + len - n;
        bool final = false;

        if (*p != 'P' || !sig_is(p, sig_end))
            continue;
        cvx_err_init(&why);

        int rc = candidate(archive, p, archive->size - n, ret, &final, &why);

        if (rc && (final || !first) && err)
            *err = why;
        if (final)
            return rc;
        first = rc;
    }
    return first ? first : fail_none(archive, err);
}

/* Looks for what libzip might take for another end record. */
static int look_around(const struct cvx_archive *archive, struct cvx_eocd *eocd,
                       struct cvx_err *err)
{
    const unsigned char *tail = NULL;
    void *scratch = NULL;
    uint64_t body = eocd->dir + eocd->dir_size;
    size_t len = (size_t)(body < CVX_EOCD_WINDOW ? body : CVX_EOCD_WINDOW);
    int rc = cvx_archive_map(archive, eocd->base + body - len, len, &tail, &scratch, err);

    if (rc)
        return rc;
    eocd->lone = len < LOCATOR_SIZE || !sig_is(tail + len - LOCATOR_SIZE, sig_locator);
    for (const unsigned char *p = tail, *end = tail + len; eocd->lone && p; p++) {
        p = memchr(p, 'P', (size_t)(end - p));
        if (!p)
            break;
        eocd->lone = end - p < 4 || !sig_is(p, sig_end);
    }
    cvx_free(scratch);
    return CVX_OK;
}

int cvx_eocd_read(const struct cvx_archive *archive, struct cvx_eocd *ret,
                  struct cvx_err *err)
{
    const uint64_t most = CVX_EOCD_SIZE + COMMENT_MAX;
    size_t len = (size_t)(archive->size < most ? archive->size : most);
    const unsigned char *tail = NULL;
    void *scratch = NULL;
    struct cvx_eocd eocd = {0};

    if (archive->size == 0) {
        cvx_fail(err, CVX_EFORMAT, "the file is empty");
        return not_zip(err);
    }

    int rc = cvx_archive_map(archive, archive->size - len, len, &tail, &scratch, err);

    if (!rc)
        rc = search(archive, tail, len, &eocd, err);
    cvx_free(scratch);
    if (!rc)
        rc = look_around(archive, &eocd, err);
    if (!rc)
        *ret = eocd;
    return rc;
}

static void put_le(unsigned char *p, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

void cvx_eocd_write(const struct cvx_eocd *eocd, unsigned char ret[CVX_EOCD_SIZE])
{
    memset(ret, 0, CVX_EOCD_SIZE);
    memcpy(ret, sig_end, 4);
    put_le(ret + 8, eocd->entries, 2);
    put_le(ret + 10, eocd->entries, 2);
    put_le(ret + 12, eocd->dir_size, 4);
    put_le(ret + 16, eocd->dir, 4);
}
