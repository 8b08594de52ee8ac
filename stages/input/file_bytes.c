/* Owns how an input that is no package is read: as docx/archive.c reads files, all of it. */
#include "input/file_bytes.h"

#include <cvextract/mem.h>

int cvx_file_bytes_read(const char *path, size_t max, struct cvx_file_bytes *ret,
                        struct cvx_err *err)
{
    struct cvx_file_bytes bytes = {.file = {.fd = -1}};
    const unsigned char *data = NULL;
    int rc = cvx_archive_open(path, &bytes.file, err);

    if (rc)
        return rc;
    if (bytes.file.size > max)
        rc = cvx_fail(err, CVX_ELIMIT, "the file has %llu bytes, the limit is %zu",
                      (unsigned long long)bytes.file.size, max);
    bytes.len = rc ? 0 : (size_t)bytes.file.size;
    if (!rc)
        rc = cvx_archive_map(&bytes.file, 0, bytes.len, &data, &bytes.scratch, err);
    if (rc) {
        cvx_file_bytes_done(&bytes);
        return rc;
    }
    bytes.data = (const char *)data;
    *ret = bytes;
    return CVX_OK;
}

void cvx_file_bytes_done(struct cvx_file_bytes *bytes)
{
    if (!bytes)
        return;
    cvx_archive_done(&bytes->file);
    cvx_free(bytes->scratch);
    *bytes = (struct cvx_file_bytes){.file = {.fd = -1}};
}
