/* The system calls of the store; each behaves as the one that it is named after, unless
 * cvx_store_fail_at() (store.h) chose it to fail. Thread: any. */
#ifndef CVX_STORE_SYS_H
#define CVX_STORE_SYS_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

int cvx_store_sys_open(const char *path, int flags, mode_t mode);
ssize_t cvx_store_sys_write(int fd, const char *data, size_t len);
ssize_t cvx_store_sys_read(int fd, char *data, size_t len);
int cvx_store_sys_fchmod(int fd, mode_t mode);
/* The descriptor is closed even where the call is made to fail. */
int cvx_store_sys_close(int fd);
int cvx_store_sys_rename(const char *from, const char *to);
int cvx_store_sys_mkdir(const char *path);
int cvx_store_sys_stat(const char *path, struct stat *st);
int cvx_store_sys_fstat(int fd, struct stat *st);
ssize_t cvx_store_sys_getrandom(void *data, size_t len);

#endif
