/* What libzip is shown of an archive: the bytes up to the directory's end, then one end
 * record of our making, so that it finds the directory that we chose and checked, and no
 * other (see eocd.c).
 *
 * Thread: that of the libzip archive. Ownership: the struct must outlive the source made
 * from it and borrows the archive. */
#ifndef CVX_DOCX_VIEW_H
#define CVX_DOCX_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include <zip.h>

#include "docx/archive.h"
#include "docx/eocd.h"

struct cvx_view {
    const struct cvx_archive *archive;
    uint64_t base; /* where the view begins in the archive */
    uint64_t body; /* how many bytes of the archive it shows */
    uint64_t gap;  /* zeros between them and the end record */
    unsigned char end[CVX_EOCD_SIZE];
    uint64_t at;        /* where libzip reads next */
    uint64_t delivered; /* bytes it has read so far, all in all */
    zip_error_t error;  /* for libzip */
    struct cvx_err err; /* for us: why a read failed; err.rc is 0 while none has */
};

void cvx_view_init(struct cvx_view *view, const struct cvx_archive *archive,
                   const struct cvx_eocd *eocd);

/* A seekable source for zip_open_from_source(). NULL with *error set. */
zip_source_t *cvx_view_source(struct cvx_view *view, zip_error_t *error);

#endif
