/* Owns the records of a zip archive as they are written, and zlib's compressor. libzip
 * cannot take an entry over without its directory of extra fields and times. */
#include "docx/zipwrite.h"

#include <stdbool.h>
#include <string.h>

#include <zlib.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#define VERSION 20         /* needed to extract: folders, deflate */
#define DATE (1u << 5 | 1) /* 1980-01-01 */
#define UTF8_NAME (1u << 11)
#define METHOD_DEFLATE 8
#define LEVEL 6

static unsigned char *le16(unsigned char *p, unsigned value)
{
    p[0] = (unsigned char)(value & 0xff);
    p[1] = (unsigned char)(value >> 8 & 0xff);
    return p + 2;
}

static unsigned char *le32(unsigned char *p, uint32_t value)
{
    return le16(le16(p, value & 0xffff), value >> 16);
}

static bool is_ascii(const char *name)
{
    while (*name && (unsigned char)*name < 0x80)
        name++;
    return *name == '\0';
}

/* What local record and directory have in common, from the version to the name's length. */
static unsigned char *common(unsigned char *p, const char *name,
                             const struct cvx_packed *packed)
{
    size_t len = strlen(name);
    bool plain = is_ascii(name) || !cvx_text_is_utf8(name, len);

    p = le16(p, VERSION);
    p = le16(p, plain ? 0 : UTF8_NAME);
    p = le16(p, packed->method);
    p = le16(p, 0);
    p = le16(p, DATE);
    p = le32(p, packed->crc);
    p = le32(p, (uint32_t)packed->data.len);
    p = le32(p, packed->len);
    return le16(p, (unsigned)len);
}

void cvx_zipwrite_begin(struct cvx_zipwrite *zip, struct cvx_buf *out)
{
    *zip = (struct cvx_zipwrite){.out = out};
}

void cvx_zipwrite_add(struct cvx_zipwrite *zip, const char *name,
                      const struct cvx_packed *packed)
{
    unsigned char record[46], *p;
    size_t at = zip->out->len;

    p = le32(record, 0x04034b50);
    p = common(p, name, packed);
    p = le16(p, 0);
    cvx_buf_put(zip->out, record, (size_t)(p - record));
    cvx_buf_puts(zip->out, name);
    cvx_buf_put(zip->out, packed->data.data, packed->data.len);

    p = le32(record, 0x02014b50);
    p = le16(p, VERSION);
    p = common(p, name, packed);
    memset(p, 0, 12); /* extra, comment, disk, attributes within, without */
    p = le32(p + 12, (uint32_t)at);
    cvx_buf_put(&zip->directory, record, (size_t)(p - record));
    cvx_buf_puts(&zip->directory, name);
    zip->count++;
}

int cvx_zipwrite_finish(struct cvx_zipwrite *zip, struct cvx_err *err)
{
    unsigned char record[22], *p;
    size_t at = zip->out->len;
    int rc = cvx_buf_check(&zip->directory, err);

    if (rc)
        return rc;
    cvx_buf_put(zip->out, zip->directory.data, zip->directory.len);
    p = le32(record, 0x06054b50);
    p = le32(p, 0); /* disks */
    p = le16(p, (unsigned)zip->count);
    p = le16(p, (unsigned)zip->count);
    p = le32(p, (uint32_t)zip->directory.len);
    p = le32(p, (uint32_t)at);
    p = le16(p, 0);
    cvx_buf_put(zip->out, record, (size_t)(p - record));
    if (zip->out->len > CVX_PACKAGE_MAX)
        return cvx_fail(err, CVX_ELIMIT, "the document has %zu bytes, the limit is %zu",
                        zip->out->len, CVX_PACKAGE_MAX);
    return cvx_buf_check(zip->out, err);
}

void cvx_zipwrite_done(struct cvx_zipwrite *zip)
{
    if (zip)
        cvx_buf_done(&zip->directory);
}

/* Most parts are small: their compressor has a small window, and is reset at a tenth of the
 * cost. */
#define SMALL ((size_t)8 * CVX_KIB)
#define SMALL_BITS 13
#define SMALL_MEMORY 6

struct cvx_deflater {
    struct stream {
        z_stream z;
        bool open;
    } small, large;
};

static void *on_alloc(void *user, unsigned count, unsigned size)
{
    (void)user;
    return cvx_alloc_array(count, size);
}

static void on_free(void *user, void *p)
{
    (void)user;
    cvx_free(p);
}

static int open_stream(struct stream *stream, bool small, struct cvx_err *err)
{
    if (stream->open) {
        (void)deflateReset(&stream->z);
        return CVX_OK;
    }
    stream->z.zalloc = on_alloc;
    stream->z.zfree = on_free;
    /* A negative size of the window: no header of zlib's around the data. */
    if (deflateInit2(&stream->z, LEVEL, Z_DEFLATED, small ? -SMALL_BITS : -MAX_WBITS,
                     small ? SMALL_MEMORY : MAX_MEM_LEVEL - 1,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the compressor");
    stream->open = true;
    return CVX_OK;
}

int cvx_deflater_new(struct cvx_deflater **ret, struct cvx_err *err)
{
    struct cvx_deflater *deflater = cvx_zalloc(sizeof(*deflater));

    if (!deflater)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the compressor");
    *ret = deflater;
    return CVX_OK;
}

void cvx_deflater_free(struct cvx_deflater *deflater)
{
    if (!deflater)
        return;
    if (deflater->small.open)
        (void)deflateEnd(&deflater->small.z);
    if (deflater->large.open)
        (void)deflateEnd(&deflater->large.z);
    cvx_free(deflater);
}

int cvx_deflater_pack(struct cvx_deflater *deflater, const void *data, size_t len,
                      struct cvx_packed *ret, struct cvx_err *err)
{
    struct cvx_packed packed = {.method = METHOD_DEFLATE, .len = (uint32_t)len};
    struct stream *stream = len <= SMALL ? &deflater->small : &deflater->large;
    z_stream *z = &stream->z;
    size_t room;
    char *to;
    int rc;

    if (len > CVX_PART_MAX)
        return cvx_fail(err, CVX_ELIMIT, "a part of %zu bytes, the limit is %zu", len,
                        CVX_PART_MAX);
    rc = open_stream(stream, len <= SMALL, err);
    if (rc)
        return rc;
    room = deflateBound(z, len);
    to = cvx_buf_room(&packed.data, room);
    if (!to)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for %zu compressed bytes", room);
    packed.crc = (uint32_t)crc32(crc32(0, NULL, 0), data, (uInt)len);
    z->next_in = (Bytef *)(uintptr_t)data;
    z->avail_in = (uInt)len;
    z->next_out = (Bytef *)to;
    z->avail_out = (uInt)room;
    if (deflate(z, Z_FINISH) != Z_STREAM_END) {
        cvx_buf_done(&packed.data);
        return cvx_fail(err, CVX_EINTERNAL, "the compressor did not come to an end");
    }
    cvx_buf_trim(&packed.data, room - z->avail_out);
    *ret = packed;
    return CVX_OK;
}
