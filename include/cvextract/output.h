/* Files that stages keep for later runs: whole or not at all, like every output
 * (10-cli.md, "Outputs").
 *
 * Blocking: in jobs on workers only. Thread: any. A stage writes below task->target and
 * nowhere else. */
#ifndef CVEXTRACT_OUTPUT_H
#define CVEXTRACT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Missing parents are made, a temporary file is filled and renamed over path; on failure
 * path is as before. CVX_ENOSPC (full, quota, read-only), CVX_EIO, CVX_ENOMEM. */
int cvx_output_write(const char *path, const void *data, size_t len, struct cvx_err *err);

struct cvx_stage;

/* Appends where the stage keeps what it made of the input with this relative path:
 * target/folder/<rel without its extension><suffix>. */
void cvx_output_place(const char *target, const struct cvx_stage *stage, const char *rel,
                      struct cvx_buf *ret);

/* Reads a regular file of at most max bytes; never waits on a FIFO, never opens a device.
 * CVX_OK with *ret_found false, and ret untouched, when nothing has that name. Otherwise
 * ret, which was empty, holds the bytes alone. CVX_EIO, CVX_ELIMIT, CVX_ENOMEM. */
int cvx_output_read(const char *path, size_t max, struct cvx_buf *ret, bool *ret_found,
                    struct cvx_err *err);

#endif
