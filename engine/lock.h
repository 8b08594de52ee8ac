/* The lock on a target folder: a batch holds it alone, single-file runs share it
 * (10-cli.md, "Chains and verifiers"). A file lock of the kernel's on <target>/.cvextract/lock:
 * it ends with the process, however that dies. Thread: any, one at a time: a worker takes it
 * before the first file, the loop gives it back. */
#ifndef CVX_LOCK_H
#define CVX_LOCK_H

#include <stdbool.h>

#include <cvextract/err.h>

struct cvx_lock;

/* Makes the target and its .cvextract folder (0700) where missing. CVX_EBUSY names the
 * holder's pid, one of them where several share. CVX_EIO: the target is no folder, or may not
 * be written to; CVX_ENOSPC: full or read-only; CVX_ENOMEM. *ret_unclean tells that a holder,
 * alone or sharing, did not reach cvx_lock_release(): its temporary files may lie about. It
 * is set for an exclusive lock; always false for a shared one. */
int cvx_lock_acquire(const char *target, bool exclusive, struct cvx_lock **ret,
                     bool *ret_unclean, struct cvx_err *err);
/* NULL is fine. */
void cvx_lock_release(struct cvx_lock *lock);

#endif
