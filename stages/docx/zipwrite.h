/* Writes a zip archive into memory: entries compressed here, or taken over as another
 * archive has them. The same entries make the same bytes: no clock, no extra fields.
 *
 * Thread: the holder. Ownership: cvx_zipwrite_done() releases. Failures latch in the
 * buffers and are told by cvx_zipwrite_finish(). */
#ifndef CVX_DOCX_ZIPWRITE_H
#define CVX_DOCX_ZIPWRITE_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "docx/packed.h"

struct cvx_zipwrite {
    struct cvx_buf *out;
    struct cvx_buf directory;
    size_t count;
};

/* Appends an archive to *out, which must be empty. */
void cvx_zipwrite_begin(struct cvx_zipwrite *zip, struct cvx_buf *out);
void cvx_zipwrite_add(struct cvx_zipwrite *zip, const char *name,
                      const struct cvx_packed *packed);
/* CVX_ENOMEM, CVX_ELIMIT. */
int cvx_zipwrite_finish(struct cvx_zipwrite *zip, struct cvx_err *err);
void cvx_zipwrite_done(struct cvx_zipwrite *zip);

/* A compressor that is set up once and used for many entries. */
struct cvx_deflater;
int cvx_deflater_new(struct cvx_deflater **ret, struct cvx_err *err);
void cvx_deflater_free(struct cvx_deflater *deflater);
/* CVX_ENOMEM; CVX_ELIMIT over CVX_PART_MAX. */
int cvx_deflater_pack(struct cvx_deflater *deflater, const void *data, size_t len,
                      struct cvx_packed *ret, struct cvx_err *err);

#endif
