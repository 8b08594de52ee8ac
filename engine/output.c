/* The store as stages see it. Thread: any. */
#include <cvextract/output.h>

#include <errno.h>
#include <sys/stat.h>

#include <cvextract/stage.h>

#include "scan.h"
#include "store.h"
#include "store_sys.h"

int cvx_output_write(const char *path, const void *data, size_t len, struct cvx_err *err)
{
    return cvx_store_write(path, data, len, err);
}

void cvx_output_place(const char *target, const struct cvx_stage *stage, const char *rel,
                      struct cvx_buf *ret)
{
    cvx_buf_printf(ret, "%s/%s/", target, stage->folder);
    cvx_buf_put(ret, rel, cvx_scan_stem_len(rel));
    cvx_buf_puts(ret, stage->suffix);
}

int cvx_output_read(const char *path, size_t max, struct cvx_buf *ret, bool *ret_found,
                    struct cvx_err *err)
{
    struct stat st;
    int rc;

    if (cvx_store_sys_stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *ret_found = false;
        return CVX_OK;
    }
    rc = cvx_store_read(path, max, ret, err);
    if (!rc)
        *ret_found = true;
    return rc;
}
