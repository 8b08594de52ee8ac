/* Writes zip archives by hand, honest ones and such as no zip library would write.
 *
 * Every field of a part and of the end that is left zero is honest. Memory trouble latches
 * in `bytes` (cvx_buf_check()); tests build their archives before they make memory fail. */
#ifndef CVX_ZIPMAKE_H
#define CVX_ZIPMAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>

enum zipmake_lie {
    ZIPMAKE_SIZE = 1u << 0,    /* says_size is what the headers say */
    ZIPMAKE_PACKED = 1u << 1,  /* says_packed */
    ZIPMAKE_CRC = 1u << 2,     /* says_crc */
    ZIPMAKE_METHOD = 1u << 3,  /* says_method */
    ZIPMAKE_OFFSET = 1u << 4,  /* says_offset, of the local header */
    ZIPMAKE_ENTRIES = 1u << 5, /* end: says_entries */
    ZIPMAKE_DIR_SIZE = 1u << 6,
    ZIPMAKE_DIR_AT = 1u << 7
};

struct zipmake_part {
    const char *name;
    size_t name_len; /* 0: as strlen() says */
    const void *data;
    size_t len;
    bool deflate;
    int level;         /* of deflate, 0 = 6 */
    bool raw_deflated; /* data is a deflate stream already; len is its length */
    unsigned flags;    /* general purpose bits: 1 = encrypted */
    size_t same_as;    /* n: shares the local header and data of the nth part, from 1 */
    bool zip64;        /* sizes and offset in an extra field */
    const void *extra; /* of the directory entry */
    size_t extra_len;
    const char *comment;
    size_t comment_len;
    unsigned lies; /* enum zipmake_lie */
    uint64_t says_size, says_packed, says_offset;
    uint32_t says_crc;
    unsigned says_method;
};

struct zipmake_end {
    const void *comment;
    size_t comment_len;
    unsigned disk, dir_disk;
    size_t gap;       /* bytes between the directory and the records */
    bool zip64;       /* ZIP64 record and locator, plain record saturated */
    uint32_t disks64; /* the locator's count of disks, 0 = one */
    bool lost64;      /* the locator points elsewhere, nothing is there */
    unsigned lies;
    uint64_t says_entries, says_dir_size, says_dir_at;
};

struct zipmake_placed {
    uint64_t at, size, packed;
    uint32_t crc;
    unsigned method;
};

struct zipmake {
    struct cvx_buf bytes;
    struct cvx_buf dir;
    uint64_t base; /* offsets count from here */
    struct zipmake_placed *placed;
    size_t count, cap;
};

/* Begins behind `prefix_len` bytes of junk. */
void zipmake_init(struct zipmake *zip, const void *prefix, size_t prefix_len);
void zipmake_add(struct zipmake *zip, const struct zipmake_part *part);
/* A deflated part of text. */
void zipmake_text(struct zipmake *zip, const char *name, const char *text);
/* Writes directory and end record; NULL = honest. */
void zipmake_finish(struct zipmake *zip, const struct zipmake_end *end);
void zipmake_done(struct zipmake *zip);

/* Writes the bytes to a file; false when that failed. */
bool zipmake_save(const struct zipmake *zip, const char *path);

#endif
