/* A DOCX package: a zip archive opened for reading, its parts found and inflated within the
 * limits of limits.h (50-quality.md, "Limits on input").
 *
 * Thread: one thread at a time, a worker. Ownership: the opener closes. Entry names are
 * never used as paths. Of duplicate names the last entry counts. */
#ifndef CVX_DOCX_PACKAGE_H
#define CVX_DOCX_PACKAGE_H

#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/issues.h>

#include "docx/packed.h"

struct cvx_package;

/* Opens a regular file (never a FIFO or device: it is opened without waiting and checked).
 * CVX_EFORMAT with the fatal texts of 20-extraction.md ("not a zip archive", "an old .doc
 * file (OLE), not .docx", "encrypted" ...), CVX_ELIMIT, CVX_EIO, CVX_ENOMEM. */
int cvx_package_open(const char *path, struct cvx_package **ret, struct cvx_err *err);
/* The same for bytes in memory, which stay the caller's and must outlive the package. */
int cvx_package_open_memory(const void *data, size_t len, struct cvx_package **ret,
                            struct cvx_err *err);
void cvx_package_close(struct cvx_package *package);

/* The entries that count, in the order of the archive: of each name the last one. Names are
 * as stored (bytes; libzip turns a NUL into a space), borrowed from the package. */
size_t cvx_package_count(const struct cvx_package *package);
const char *cvx_package_name(const struct cvx_package *package, size_t i);
/* Index of the entry with this exact name, -1 when there is none. */
long cvx_package_find(const struct cvx_package *package, const char *name);
/* One warning per name that occurs more than once, naming the part. */
int cvx_package_warn_duplicates(const struct cvx_package *package,
                                struct cvx_issues *issues);

/* One part, inflated whole. */
struct cvx_part {
    char *data; /* followed by a NUL that is not counted */
    size_t len;
    size_t reserved; /* what it holds of the account of cvx_mem_reserve() */
};

/* Inflates entry i. At most one part per thread may be held at a time (cvx_mem_reserve()).
 * Judged by the bytes really read and inflated: CVX_ELIMIT; CVX_EFORMAT when the data is
 * damaged, encrypted or compressed by an unknown method. */
int cvx_package_read(struct cvx_package *package, size_t i, struct cvx_part *ret,
                     struct cvx_err *err);
void cvx_part_done(struct cvx_part *part);

/* Entry i as the archive has it, not inflated and not judged: read it before, which does
 * both. All that is read so may not be more than the archive has: entries that overlap are
 * CVX_EFORMAT. CVX_EIO, CVX_ENOMEM. */
int cvx_package_read_packed(struct cvx_package *package, size_t i, struct cvx_packed *ret,
                            struct cvx_err *err);

#endif
