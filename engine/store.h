/* Atomic outputs: at no instant does a path hold half a file (10-cli.md, "Outputs").
 *
 * Blocking: runs in jobs on workers. Thread: any; no state but the process's umask, read
 * once, at the first write. */
#ifndef CVX_STORE_H
#define CVX_STORE_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Around 16 digits of the set 0-9a-f. */
#define CVX_STORE_TMP_PREFIX ".cvx-"
#define CVX_STORE_TMP_SUFFIX ".tmp"

/* Writes data to `path`: missing parents are made, a temporary file in the same folder is
 * filled (O_EXCL, 0600, then 0666 less the umask), closed with every error checked, and
 * renamed over path. A link at path is replaced, not followed; a device, FIFO or socket is
 * refused. On any failure the temporary file is gone and path is as before.
 * CVX_ENOSPC (full, quota, read-only), CVX_EIO, CVX_ENOMEM. */
int cvx_store_write(const char *path, const void *data, size_t len, struct cvx_err *err);

/* The same with mode 0600: answers, which are personal data. */
int cvx_store_write_private(const char *path, const void *data, size_t len,
                            struct cvx_err *err);

/* mkdir -p. */
int cvx_store_make_dirs(const char *path, struct cvx_err *err);

/* Reads a regular file whole, at most max bytes (CVX_ELIMIT beyond). Never waits on a FIFO,
 * never opens a device. On success *ret holds the bytes alone, with a NUL behind them; it
 * was empty before (or released by the caller). */
int cvx_store_read(const char *path, size_t max, struct cvx_buf *ret,
                   struct cvx_err *err);

/* Removes temporary files that a killed run left anywhere below `root` (not following
 * links). Only for the holder of the exclusive lock. Returns how many. */
size_t cvx_store_sweep(const char *root);

#ifdef CVX_FAULTS
/* The nth system call of the store (open, write, fchmod, close, rename, mkdir, stat, read,
 * getrandom; 0 = the next) fails with this errno, once; nth -1 = none. Counts restart.
 * A write may also be made to come back short: errnum 0. */
void cvx_store_fail_at(long nth, int errnum);
long cvx_store_calls(void);
#endif

#endif
