/* Owns the use of libzip: one archive opened, its names indexed once, its parts inflated and
 * judged chunk by chunk by what really comes out of them. */
#include "docx/package.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "docx/archive.h"
#include "docx/eocd.h"
#include "docx/names.h"
#include "docx/ole.h"
#include "docx/view.h"
#include "docx/ziplib.h"

/* A part is judged after every so many bytes... */
#define CHUNK ((size_t)1 * CVX_MIB)
/* ...and a size that a header only claims is not allocated beyond this at once. */
#define FIRST_STEP ((size_t)4 * CVX_MIB)

#define ZLIB_MEM_ERROR (-4) /* zlib.h is not ours to include for this one number */

#define NAME_SHOWN ((size_t)120) /* bytes of a part's name in messages */

struct cvx_package {
    struct cvx_archive archive;
    struct cvx_view view;
    zip_t *zip;
    struct cvx_names names;
    size_t inflated; /* bytes of all parts read so far, failed ones included */
    uint64_t packed; /* bytes of all entries read without inflating them */
};

/* Errors of libzip in our words. */

/* CVX_ENOMEM or CVX_EIO with err filled when that is what it was, else 0. */
static int lib_trouble(const struct cvx_view *view, const zip_error_t *error,
                       struct cvx_err *err)
{
    int code = zip_error_code_zip(error);

    if (view->err.rc) {
        if (err)
            *err = view->err;
        return (int)view->err.rc;
    }
    if (code == ZIP_ER_MEMORY ||
        (code == ZIP_ER_ZLIB && zip_error_code_system(error) == ZLIB_MEM_ERROR))
        return cvx_fail(err, CVX_ENOMEM, "out of memory in libzip");
    if (code == ZIP_ER_READ)
        return cvx_fail(err, CVX_EIO, "cannot read the file");
    return CVX_OK;
}

static int part_fail(struct cvx_err *err, enum cvx_rc rc, const char *name,
                     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* "part NAME WHAT": the name may be anything, and what happened matters more. */
static int part_fail(struct cvx_err *err, enum cvx_rc rc, const char *name,
                     const char *fmt, ...)
{
    struct cvx_buf shown = CVX_BUF_INIT;
    char what[200];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    cvx_text_printable(&shown, name, strnlen(name, NAME_SHOWN));
    if (shown.failed)
        cvx_buf_clear(&shown);
    cvx_fail(err, rc, "part %.*s %s",
             (int)cvx_text_cut(shown.data, shown.len, NAME_SHOWN),
             shown.data ? shown.data : "", what);
    cvx_buf_done(&shown);
    return (int)rc;
}

static int part_encrypted(struct cvx_err *err, const char *name)
{
    part_fail(err, CVX_EFORMAT, name, "needs a password");
    cvx_wrap(err, "encrypted");
    return CVX_EFORMAT;
}

static int part_lib_fail(const struct cvx_package *package, const struct cvx_name *entry,
                         zip_error_t *error, struct cvx_err *err)
{
    int rc = lib_trouble(&package->view, error, err);

    if (rc)
        return rc;
    switch (zip_error_code_zip(error)) {
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_ENCRNOTSUPP:
        return part_encrypted(err, entry->text);
    case ZIP_ER_EOF:
    case ZIP_ER_INVAL:
    case ZIP_ER_NOZIP:
    case ZIP_ER_SEEK:
        return part_fail(err, CVX_EFORMAT, entry->text,
                         "is damaged: its data is not where the directory says");
    case ZIP_ER_INCONS:
        return part_fail(err, CVX_EFORMAT, entry->text,
                         "is damaged: its size is not what the directory says");
    case ZIP_ER_COMPRESSED_DATA:
    case ZIP_ER_ZLIB:
        return part_fail(err, CVX_EFORMAT, entry->text,
                         "is damaged: its compressed data is broken");
    case ZIP_ER_CRC:
        return part_fail(err, CVX_EFORMAT, entry->text,
                         "is damaged: its checksum is wrong");
    default:
        return part_fail(err, CVX_EFORMAT, entry->text, "is damaged: %s",
                         zip_error_strerror(error));
    }
}

/* Opening. */

static int open_zip(struct cvx_package *package, struct cvx_err *err)
{
    zip_error_t error;
    int rc = CVX_OK;

    zip_error_init(&error);
    package->zip = cvx_ziplib_open(&package->view, &error);
    if (!package->zip) {
        rc = lib_trouble(&package->view, &error, err);
        if (!rc) {
            cvx_fail(err, CVX_EFORMAT, "its directory is damaged (%s)",
                     zip_error_strerror(&error));
            cvx_wrap(err, "not a zip archive");
            rc = CVX_EFORMAT;
        }
    }
    zip_error_fini(&error);
    return rc;
}

/* Takes over what `archive` owns, also when it fails. */
static int package_new(struct cvx_archive *archive, struct cvx_package **ret,
                       struct cvx_err *err)
{
    struct cvx_package *package = cvx_zalloc(sizeof(*package));
    struct cvx_eocd eocd;
    int rc;

    if (!package) {
        cvx_archive_done(archive);
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a package");
    }
    package->archive = *archive;
    rc = cvx_ole_refuse(&package->archive, err);
    if (!rc)
        rc = cvx_eocd_read(&package->archive, &eocd, err);
    if (!rc) {
        cvx_view_init(&package->view, &package->archive, &eocd);
        rc = open_zip(package, err);
    }
    if (!rc)
        rc = cvx_names_read(package->zip, &package->names, err);
    if (rc) {
        cvx_package_close(package);
        return rc;
    }
    *ret = package;
    return CVX_OK;
}

int cvx_package_open(const char *path, struct cvx_package **ret, struct cvx_err *err)
{
    struct cvx_archive archive;
    int rc = cvx_archive_open(path, &archive, err);

    return rc ? rc : package_new(&archive, ret, err);
}

int cvx_package_open_memory(const void *data, size_t len, struct cvx_package **ret,
                            struct cvx_err *err)
{
    struct cvx_archive archive;

    if (len > CVX_PACKAGE_MAX)
        return cvx_fail(err, CVX_ELIMIT, "the file has %zu bytes, the limit is %zu", len,
                        CVX_PACKAGE_MAX);
    cvx_archive_borrow(data, len, &archive);
    return package_new(&archive, ret, err);
}

void cvx_package_close(struct cvx_package *package)
{
    if (!package)
        return;
    if (package->zip)
        zip_discard(package->zip);
    cvx_archive_done(&package->archive);
    cvx_names_done(&package->names);
    cvx_free(package);
}

size_t cvx_package_count(const struct cvx_package *package)
{
    return package->names.count;
}

const char *cvx_package_name(const struct cvx_package *package, size_t i)
{
    return package->names.items[i].text;
}

long cvx_package_find(const struct cvx_package *package, const char *name)
{
    return cvx_names_find(&package->names, name);
}

int cvx_package_warn_duplicates(const struct cvx_package *package,
                                struct cvx_issues *issues)
{
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < package->names.count; i++)
        if (package->names.items[i].repeated)
            rc = cvx_issues_add(issues, CVX_SEVERITY_WARNING,
                                "duplicate part: %s (the last one counts)",
                                package->names.items[i].text);
    return rc;
}

/* Reading a part. */

struct reading {
    struct cvx_package *package;
    const struct cvx_name *entry;
    zip_file_t *file;
    uint64_t declared; /* its size, as the directory says */
    uint64_t packed;   /* compressed, likewise, but never more than the archive has */
    uint64_t mark;     /* of view.delivered, when its data began */
    char *data;
    size_t len;
    size_t cap; /* of data, without the NUL */
    size_t
        most; /* that cap need ever be: one byte over what is right shows what is not */
};

static int judge_ratio(const struct reading *r, uint64_t compressed, struct cvx_err *err)
{
    if (r->len <= CVX_PART_RATIO_FROM || r->len <= compressed * CVX_PART_RATIO_MAX)
        return CVX_OK;
    return part_fail(err, CVX_ELIMIT, r->entry->text,
                     "inflates from %" PRIu64 " bytes to %zu or more, the limit is %zu:1",
                     compressed, r->len, CVX_PART_RATIO_MAX);
}

/* Whether what has come so far may be. */
static int judge(const struct reading *r, struct cvx_err *err)
{
    const char *name = r->entry->text;

    if (r->len > CVX_PART_MAX)
        return part_fail(err, CVX_ELIMIT, name,
                         "inflates to more than the limit of %zu "
                         "bytes (its header says %" PRIu64 ")",
                         CVX_PART_MAX, r->declared);
    if (r->package->inflated > CVX_PARTS_MAX)
        return part_fail(err, CVX_ELIMIT, name,
                         "makes %zu bytes inflated in total, the limit is %zu",
                         r->package->inflated, CVX_PARTS_MAX);
    if (r->len > r->declared)
        return part_fail(err, CVX_EFORMAT, name,
                         "is damaged: it is larger than its header says (%" PRIu64
                         " bytes)",
                         r->declared);
    /* No more than that can be read for it, so the ratio can only become worse. */
    return judge_ratio(r, r->packed, err);
}

static int grow(struct reading *r, struct cvx_err *err)
{
    size_t cap = r->cap > 0 ? 2 * r->cap : FIRST_STEP;
    char *data;

    if (cap > r->most)
        cap = r->most;
    data = cvx_realloc_array(r->data, cap + 1, 1);
    if (!data) {
        part_fail(err, CVX_ENOMEM, r->entry->text, "needs %zu bytes: out of memory", cap);
        return CVX_ENOMEM;
    }
    r->data = data;
    r->cap = cap;
    return CVX_OK;
}

static int inflate_all(struct reading *r, struct cvx_err *err)
{
    zip_int64_t n;
    int rc;

    do {
        rc = r->len == r->cap ? grow(r, err) : CVX_OK;
        if (rc)
            return rc;
        n = cvx_ziplib_fread(r->file, r->data + r->len,
                             r->cap - r->len < CHUNK ? r->cap - r->len : CHUNK);
        if (n < 0)
            return part_lib_fail(r->package, r->entry, zip_file_get_error(r->file), err);
        r->len += (size_t)n;
        r->package->inflated += (size_t)n;
        rc = judge(r, err);
    } while (!rc && n > 0);
    if (!rc)
        rc = judge_ratio(r, r->package->view.delivered - r->mark, err);
    if (!rc && r->len < r->declared)
        rc = part_fail(err, CVX_EFORMAT, r->entry->text,
                       "is damaged: it ends after %zu of %" PRIu64 " bytes", r->len,
                       r->declared);
    if (!rc)
        r->data[r->len] = '\0';
    return rc;
}

static int open_part(struct reading *r, struct cvx_err *err)
{
    struct cvx_package *package = r->package;
    zip_error_t *error = zip_get_error(package->zip);
    zip_stat_t st;

    if (cvx_ziplib_stat(package->zip, r->entry->index, &st))
        return part_lib_fail(package, r->entry, error, err);
    if (st.encryption_method != ZIP_EM_NONE)
        return part_encrypted(err, r->entry->text);
    r->declared = st.size;
    r->packed =
        st.comp_size < package->archive.size ? st.comp_size : package->archive.size;
    r->most = (st.size < CVX_PART_MAX ? (size_t)st.size : CVX_PART_MAX) + 1;
    r->file = cvx_ziplib_fopen(package->zip, r->entry->index);
    r->mark = package->view.delivered;
    if (r->file)
        return CVX_OK;
    if (zip_error_code_zip(error) == ZIP_ER_COMPNOTSUPP)
        return part_fail(err, CVX_EFORMAT, r->entry->text,
                         "is compressed by method %u, which is not supported",
                         (unsigned)st.comp_method);
    return part_lib_fail(package, r->entry, error, err);
}

int cvx_package_read(struct cvx_package *package, size_t i, struct cvx_part *ret,
                     struct cvx_err *err)
{
    struct reading r = {.package = package, .entry = &package->names.items[i]};
    size_t reserved = 0;
    int rc = open_part(&r, err);

    if (rc)
        return rc;
    if (cvx_mem_reserve(r.most)) {
        rc = part_fail(err, CVX_ENOMEM, r.entry->text, "needs %zu bytes: out of memory",
                       r.most);
        goto out;
    }
    reserved = r.most;
    rc = inflate_all(&r, err);
    if (rc)
        goto out;
    *ret = (struct cvx_part){.data = r.data, .len = r.len, .reserved = reserved};
    r.data = NULL;
    reserved = 0;
out:
    zip_fclose(r.file);
    cvx_free(r.data);
    if (reserved > 0)
        cvx_mem_release(reserved);
    return rc;
}

void cvx_part_done(struct cvx_part *part)
{
    if (!part)
        return;
    cvx_free(part->data);
    if (part->reserved > 0)
        cvx_mem_release(part->reserved);
    *part = (struct cvx_part){0};
}

/* Reading an entry as it is. */

static int read_packed(struct reading *r, struct cvx_buf *to, struct cvx_err *err)
{
    zip_int64_t n;

    while (to->len < r->packed) {
        char *room = cvx_buf_room(to, (size_t)r->packed - to->len);

        if (!room)
            return cvx_buf_check(to, err);
        n = cvx_ziplib_fread(r->file, room, (size_t)r->packed - to->len);
        if (n < 0)
            return part_lib_fail(r->package, r->entry, zip_file_get_error(r->file), err);
        if (n == 0)
            return part_fail(err, CVX_EFORMAT, r->entry->text,
                             "is damaged: it is cut off");
        to->len += (size_t)n;
    }
    cvx_buf_put(to, "", 0);
    return cvx_buf_check(to, err);
}

int cvx_package_read_packed(struct cvx_package *package, size_t i, struct cvx_packed *ret,
                            struct cvx_err *err)
{
    struct reading r = {.package = package, .entry = &package->names.items[i]};
    struct cvx_packed packed = {0};
    zip_error_t *error = zip_get_error(package->zip);
    zip_stat_t st;
    int rc;

    if (cvx_ziplib_stat(package->zip, r.entry->index, &st))
        return part_lib_fail(package, r.entry, error, err);
    if (st.size > CVX_PART_MAX || st.comp_size > package->archive.size - package->packed)
        return part_fail(err, CVX_EFORMAT, r.entry->text,
                         "is damaged: it overlaps with others");
    package->packed += st.comp_size;
    r.packed = st.comp_size;
    r.file = cvx_ziplib_fopen_packed(package->zip, r.entry->index);
    if (!r.file)
        return part_lib_fail(package, r.entry, error, err);
    packed.method = st.comp_method;
    packed.crc = st.crc;
    packed.len = (uint32_t)st.size;
    rc = read_packed(&r, &packed.data, err);
    zip_fclose(r.file);
    if (rc) {
        cvx_packed_done(&packed);
        return rc;
    }
    *ret = packed;
    return CVX_OK;
}
