/* Owns the layout of the archives that tests make. */
#include "zipmake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

static void put_le(struct cvx_buf *buf, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        cvx_buf_putc(buf, (char)(value >> (8 * i)));
}

static void put_zeros(struct cvx_buf *buf, size_t n)
{
    while (n-- > 0)
        cvx_buf_putc(buf, '\0');
}

void zipmake_init(struct zipmake *zip, const void *prefix, size_t prefix_len)
{
    *zip = (struct zipmake){.base = prefix_len};
    cvx_buf_put(&zip->bytes, prefix, prefix_len);
}

static size_t put_deflated(struct cvx_buf *buf, const void *data, size_t len, int level)
{
    z_stream z = {.next_in = (void *)(uintptr_t)data, .avail_in = (uInt)len};
    size_t n = 0;

    if (deflateInit2(&z, level ? level : 6, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        abort();

    size_t most = deflateBound(&z, (uLong)len);
    char *room = cvx_buf_room(buf, most);

    if (!room)
        abort();
    z.next_out = (unsigned char *)room;
    z.avail_out = (uInt)most;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    n = most - z.avail_out;
    deflateEnd(&z);
    buf->len += n;
    cvx_buf_trim(buf, buf->len);
    return n;
}

static const char *name_of(const struct zipmake_part *part, size_t *ret_len)
{
    *ret_len = part->name_len ? part->name_len : strlen(part->name);
    return part->name;
}

/* Fields that local header and directory entry share. */
static void put_common(struct cvx_buf *buf, const struct zipmake_part *part,
                       const struct zipmake_placed *placed, size_t extra_len)
{
    size_t name_len;

    name_of(part, &name_len);
    put_le(buf, part->zip64 ? 45 : 20, 2);
    put_le(buf, part->flags, 2);
    put_le(buf, placed->method, 2);
    put_le(buf, 0, 2);
    put_le(buf, 0x5821, 2); /* 1 January 2024 */
    put_le(buf, placed->crc, 4);
    put_le(buf, part->zip64 ? 0xffffffff : placed->packed, 4);
    put_le(buf, part->zip64 ? 0xffffffff : placed->size, 4);
    put_le(buf, name_len, 2);
    put_le(buf, extra_len, 2);
}

static void put_local(struct cvx_buf *buf, const struct zipmake_part *part,
                      const struct zipmake_placed *placed)
{
    size_t name_len;
    const char *name = name_of(part, &name_len);

    cvx_buf_put(buf, "PK\3\4", 4);
    put_common(buf, part, placed, part->zip64 ? 20 : 0);
    cvx_buf_put(buf, name, name_len);
    if (part->zip64) {
        put_le(buf, 1, 2);
        put_le(buf, 16, 2);
        put_le(buf, placed->size, 8);
        put_le(buf, placed->packed, 8);
    }
}

static void put_entry(struct cvx_buf *buf, const struct zipmake_part *part,
                      const struct zipmake_placed *placed)
{
    size_t name_len, wide = part->zip64 ? 28 : 0;
    const char *name = name_of(part, &name_len);

    cvx_buf_put(buf, "PK\1\2", 4);
    put_le(buf, 45, 2);
    put_common(buf, part, placed, wide + part->extra_len);
    put_le(buf, part->comment_len, 2);
    put_le(buf, 0, 2);
    put_le(buf, 0, 2);
    put_le(buf, 0, 4);
    put_le(buf, part->zip64 ? 0xffffffff : placed->at, 4);
    cvx_buf_put(buf, name, name_len);
    if (part->zip64) {
        put_le(buf, 1, 2);
        put_le(buf, 24, 2);
        put_le(buf, placed->size, 8);
        put_le(buf, placed->packed, 8);
        put_le(buf, placed->at, 8);
    }
    cvx_buf_put(buf, part->extra, part->extra_len);
    cvx_buf_put(buf, part->comment, part->comment_len);
}

static struct zipmake_placed *place_new(struct zipmake *zip)
{
    if (zip->count == zip->cap) {
        zip->cap = zip->cap ? 2 * zip->cap : 16;
        zip->placed = realloc(zip->placed, zip->cap * sizeof(*zip->placed));
        if (!zip->placed)
            abort();
    }
    return &zip->placed[zip->count++];
}

static void apply_lies(const struct zipmake_part *part, struct zipmake_placed *placed)
{
    if (part->lies & ZIPMAKE_SIZE)
        placed->size = part->says_size;
    if (part->lies & ZIPMAKE_PACKED)
        placed->packed = part->says_packed;
    if (part->lies & ZIPMAKE_CRC)
        placed->crc = part->says_crc;
    if (part->lies & ZIPMAKE_METHOD)
        placed->method = part->says_method;
    if (part->lies & ZIPMAKE_OFFSET)
        placed->at = part->says_offset;
}

static void add_data(struct zipmake *zip, const struct zipmake_part *part,
                     struct zipmake_placed *placed)
{
    struct cvx_buf packed = CVX_BUF_INIT;

    if (part->deflate)
        put_deflated(&packed, part->data, part->len, part->level);
    else
        cvx_buf_put(&packed, part->data, part->len);
    *placed = (struct zipmake_placed){
        .at = zip->bytes.len - zip->base,
        .size = part->len,
        .packed = packed.len,
        .crc = (uint32_t)crc32(0, part->data, (uInt)part->len),
        .method = part->deflate || part->raw_deflated ? 8 : 0,
    };
    apply_lies(part, placed);
    put_local(&zip->bytes, part, placed);
    cvx_buf_put(&zip->bytes, packed.data, packed.len);
    cvx_buf_done(&packed);
}

void zipmake_add(struct zipmake *zip, const struct zipmake_part *part)
{
    struct zipmake_placed *placed = place_new(zip);

    if (part->same_as) {
        *placed = zip->placed[part->same_as - 1];
        apply_lies(part, placed);
    } else {
        add_data(zip, part, placed);
    }
    put_entry(&zip->dir, part, placed);
}

void zipmake_text(struct zipmake *zip, const char *name, const char *text)
{
    const struct zipmake_part part = {
        .name = name, .data = text, .len = strlen(text), .deflate = true};

    zipmake_add(zip, &part);
}

static void put_end64(struct zipmake *zip, const struct zipmake_end *end,
                      uint64_t entries, uint64_t size, uint64_t at)
{
    struct cvx_buf *buf = &zip->bytes;
    uint64_t here = buf->len - zip->base;

    if (!end->lost64) {
        cvx_buf_put(buf, "PK\6\6", 4);
        put_le(buf, 44, 8);
        put_le(buf, 45, 2);
        put_le(buf, 45, 2);
        put_le(buf, end->disk, 4);
        put_le(buf, end->dir_disk, 4);
        put_le(buf, entries, 8);
        put_le(buf, entries, 8);
        put_le(buf, size, 8);
        put_le(buf, at, 8);
    }
    cvx_buf_put(buf, "PK\6\7", 4);
    put_le(buf, 0, 4);
    put_le(buf, end->lost64 ? 3 : here, 8);
    put_le(buf, end->disks64 ? end->disks64 : 1, 4);
}

void zipmake_finish(struct zipmake *zip, const struct zipmake_end *end)
{
    static const struct zipmake_end honest;
    struct cvx_buf *buf = &zip->bytes;
    uint64_t entries = zip->count, size = zip->dir.len, at = buf->len - zip->base;

    if (!end)
        end = &honest;
    if (end->lies & ZIPMAKE_ENTRIES)
        entries = end->says_entries;
    if (end->lies & ZIPMAKE_DIR_SIZE)
        size = end->says_dir_size;
    if (end->lies & ZIPMAKE_DIR_AT)
        at = end->says_dir_at;
    cvx_buf_put(buf, zip->dir.data, zip->dir.len);
    put_zeros(buf, end->gap);
    if (end->zip64)
        put_end64(zip, end, entries, size, at);
    cvx_buf_put(buf, "PK\5\6", 4);
    put_le(buf, end->disk, 2);
    put_le(buf, end->dir_disk, 2);
    put_le(buf, end->zip64 ? 0xffff : entries, 2);
    put_le(buf, end->zip64 ? 0xffff : entries, 2);
    put_le(buf, end->zip64 ? 0xffffffff : size, 4);
    put_le(buf, end->zip64 ? 0xffffffff : at, 4);
    put_le(buf, end->comment_len, 2);
    cvx_buf_put(buf, end->comment, end->comment_len);
}

void zipmake_done(struct zipmake *zip)
{
    cvx_buf_done(&zip->bytes);
    cvx_buf_done(&zip->dir);
    free(zip->placed);
    *zip = (struct zipmake){0};
}

bool zipmake_save(const struct zipmake *zip, const char *path)
{
    FILE *file = fopen(path, "wb");

    if (!file)
        return false;

    bool ok = fwrite(zip->bytes.data, 1, zip->bytes.len, file) == zip->bytes.len;

    return fclose(file) == 0 && ok;
}
