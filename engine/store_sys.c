/* Owns the seam between the store and the system: in CVX_FAULTS builds each call can be made
 * to fail. Thread: any. */
#include "store_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "store.h"

#ifdef CVX_FAULTS
#include <stdatomic.h>

static atomic_long g_calls;
static atomic_long g_fail_at = -1;
static atomic_int g_errnum;

void cvx_store_fail_at(long nth, int errnum)
{
    atomic_store(&g_fail_at, -1);
    atomic_store(&g_calls, 0);
    atomic_store(&g_errnum, errnum);
    atomic_store(&g_fail_at, nth);
}

long cvx_store_calls(void)
{
    return atomic_load(&g_calls);
}

/* Whether this call is the chosen one; errno is then how it fails, 0 = it falls short. */
static bool call_chosen(void)
{
    if (atomic_fetch_add(&g_calls, 1) != atomic_load(&g_fail_at))
        return false;
    errno = atomic_load(&g_errnum);
    return true;
}
#else
static bool call_chosen(void)
{
    return false;
}
#endif

static bool fault_due(void)
{
    return call_chosen() && errno != 0;
}

int cvx_store_sys_open(const char *path, int flags, mode_t mode)
{
    if (fault_due())
        return -1;
    return open(path, flags, mode);
}

ssize_t cvx_store_sys_write(int fd, const char *data, size_t len)
{
    if (call_chosen()) {
        if (errno != 0)
            return -1;
        len = (len + 1) / 2;
    }
    return write(fd, data, len);
}

ssize_t cvx_store_sys_read(int fd, char *data, size_t len)
{
    if (call_chosen()) {
        if (errno != 0)
            return -1;
        len = (len + 1) / 2;
    }
    return read(fd, data, len);
}

int cvx_store_sys_fchmod(int fd, mode_t mode)
{
    return fault_due() ? -1 : fchmod(fd, mode);
}

int cvx_store_sys_close(int fd)
{
    bool fault = fault_due();
    int errnum = errno, rc = close(fd);

    if (!fault)
        return rc;
    errno = errnum;
    return -1;
}

int cvx_store_sys_rename(const char *from, const char *to)
{
    return fault_due() ? -1 : rename(from, to);
}

int cvx_store_sys_mkdir(const char *path)
{
    return fault_due() ? -1 : mkdir(path, 0777);
}

int cvx_store_sys_stat(const char *path, struct stat *st)
{
    return fault_due() ? -1 : stat(path, st);
}

int cvx_store_sys_fstat(int fd, struct stat *st)
{
    return fault_due() ? -1 : fstat(fd, st);
}

ssize_t cvx_store_sys_getrandom(void *data, size_t len)
{
    return fault_due() ? -1 : getrandom(data, len, 0);
}
