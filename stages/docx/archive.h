/* The bytes of one archive: whole in memory when they are few, else read where they lie by
 * the descriptor that was opened first, so that all of them come from one and the same file.
 *
 * Thread: one at a time. Ownership: the struct's holder; cvx_archive_done() releases. */
#ifndef CVX_DOCX_ARCHIVE_H
#define CVX_DOCX_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include <cvextract/err.h>

struct cvx_archive {
    const unsigned char *data; /* all bytes; NULL when they stay on disk */
    unsigned char *owned;      /* data, when done() has to free it */
    int fd;                    /* open while data is NULL, else -1 */
    uint64_t size;
};

/* Opens a regular file without ever waiting for it and reads it at once when it has at most
 * 4 MiB. CVX_EIO (also when it changes meanwhile), CVX_EFORMAT "not a regular file",
 * CVX_ELIMIT over CVX_PACKAGE_MAX, CVX_ENOMEM. */
int cvx_archive_open(const char *path, struct cvx_archive *ret, struct cvx_err *err);

/* Takes bytes that stay the caller's and must outlive the archive. */
void cvx_archive_borrow(const void *data, size_t len, struct cvx_archive *ret);

void cvx_archive_done(struct cvx_archive *archive);

/* Copies the len bytes at `at`, which the caller knows to lie within size. CVX_EIO. */
int cvx_archive_copy(const struct cvx_archive *archive, uint64_t at, void *to, size_t len,
                     struct cvx_err *err);

/* Gives a pointer to the len bytes at `at` (within size). *ret_scratch is NULL when they
 * were in memory anyway, else what the caller must cvx_free() after use. CVX_EIO,
 * CVX_ENOMEM. */
int cvx_archive_map(const struct cvx_archive *archive, uint64_t at, size_t len,
                    const unsigned char **ret, void **ret_scratch, struct cvx_err *err);

/* Numbers as archives store them: little endian, at any address. */
static inline unsigned cvx_archive_le16(const unsigned char *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static inline uint32_t cvx_archive_le32(const unsigned char *p)
{
    return (uint32_t)cvx_archive_le16(p) | (uint32_t)cvx_archive_le16(p + 2) << 16;
}

static inline uint64_t cvx_archive_le64(const unsigned char *p)
{
    return (uint64_t)cvx_archive_le32(p) | (uint64_t)cvx_archive_le32(p + 4) << 32;
}

#endif
