/* The end record of a zip archive (EOCD, with its ZIP64 form) and the directory it names,
 * read by us before libzip sees a byte: what is too large is refused while it is still cheap.
 *
 * Thread: any (pure, apart from reads of the archive). */
#ifndef CVX_DOCX_EOCD_H
#define CVX_DOCX_EOCD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "docx/archive.h"

#define CVX_EOCD_SIZE 22
/* libzip looks for end records in the last 64 KiB and a little; this is somewhat more. */
#define CVX_EOCD_WINDOW ((uint64_t)68 * 1024)

struct cvx_eocd {
    uint64_t base; /* bytes before the archive proper: all its offsets count from here */
    uint64_t dir;  /* where the directory begins, counted from base */
    uint64_t dir_size; /* of its entries, counted by walking over them */
    size_t entries;    /* likewise */
    /* No other end record begins in the CVX_EOCD_WINDOW bytes before the directory's end,
     * nor does a ZIP64 locator stand there. */
    bool lone;
};

/* Finds the last usable end record, a comment behind it and other bytes before the first
 * entry allowed, as Python's zipfile does. CVX_EFORMAT: "not a zip archive" with the reason,
 * or split over several disks. CVX_ELIMIT: too many entries, too large a directory. CVX_EIO,
 * CVX_ENOMEM. */
int cvx_eocd_read(const struct cvx_archive *archive, struct cvx_eocd *ret,
                  struct cvx_err *err);

/* Writes the plain end record (no disks, no ZIP64, no comment) that says the same. */
void cvx_eocd_write(const struct cvx_eocd *eocd, unsigned char ret[CVX_EOCD_SIZE]);

#endif
