/* The bytes of an input file, whole and within a limit. Thread: a worker. */
#ifndef CVX_INPUT_FILE_BYTES_H
#define CVX_INPUT_FILE_BYTES_H

#include <stddef.h>

#include <cvextract/err.h>

#include "docx/archive.h"

/* Released by cvx_file_bytes_done(), also as it is after a failure. */
struct cvx_file_bytes {
    struct cvx_archive file;
    void *scratch;
    const char *data; /* never NULL after success */
    size_t len;
};

/* Reads a regular file, never waiting for one that is none. CVX_ELIMIT over `max` bytes;
 * CVX_EIO, CVX_EFORMAT, CVX_ENOMEM as cvx_archive_open(). */
int cvx_file_bytes_read(const char *path, size_t max, struct cvx_file_bytes *ret,
                        struct cvx_err *err);
void cvx_file_bytes_done(struct cvx_file_bytes *bytes);

#endif
