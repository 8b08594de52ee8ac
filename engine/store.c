/* Owns how a file comes to be whole or not at all, and how it is read whole.
 * Thread: any. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_sys.h"
#include "walk.h"

#define TMP_DIGITS 16
#define TMP_NAME_LEN                                                                     \
    (sizeof(CVX_STORE_TMP_PREFIX) - 1 + TMP_DIGITS + sizeof(CVX_STORE_TMP_SUFFIX) - 1)
/* Names already taken, folders that vanish between two calls: more often than this is no
 * accident. */
#define TRIES 8

static pthread_once_t g_umask_once = PTHREAD_ONCE_INIT;
static mode_t g_umask;

/* From /proc, since umask() can be read only by changing it, which other threads' new files
 * would feel. */
static bool umask_from_proc(mode_t *ret)
{
    char text[1024];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    const char *at;

    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    at = strstr(text, "\nUmask:");
    if (!at)
        return false;
    *ret = (mode_t)strtoul(at + sizeof("\nUmask:") - 1, NULL, 8) & 0777;
    return true;
}

static void umask_find(void)
{
    if (umask_from_proc(&g_umask))
        return;
    g_umask = umask(077);
    umask(g_umask);
}

static mode_t final_mode(void)
{
    pthread_once(&g_umask_once, umask_find);
    return 0666 & ~g_umask;
}

/* Bytes of the path up to its last component, the '/' included. */
static size_t folder_len(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash + 1 - path) : 0;
}

/* 0 or an errno. */
static int tmp_name(const char *path, char tmp[PATH_MAX])
{
    size_t len = folder_len(path);
    uint64_t number;
    ssize_t n;

    if (len + TMP_NAME_LEN >= PATH_MAX)
        return ENAMETOOLONG;
    do
        n = cvx_store_sys_getrandom(&number, sizeof(number));
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof(number))
        return n < 0 ? errno : EIO;
    memcpy(tmp, path, len);
    snprintf(tmp + len, TMP_NAME_LEN + 1, "%s%0*llx%s", CVX_STORE_TMP_PREFIX, TMP_DIGITS,
             (unsigned long long)number, CVX_STORE_TMP_SUFFIX);
    return 0;
}

static int parents_make(const char *path, struct cvx_err *err)
{
    char folder[PATH_MAX];
    size_t len = folder_len(path);

    if (len == 0)
        return cvx_fail_errno(err, ENOENT, "cannot write %s", path);
    if (len >= sizeof(folder))
        return cvx_fail_errno(err, ENAMETOOLONG, "cannot write %s", path);
    memcpy(folder, path, len);
    folder[len] = '\0';
    return cvx_store_make_dirs(folder, err);
}

/* Opens a new temporary file beside path. Folders are made only when they turn out to be
 * missing: most are there. */
static int tmp_open(const char *path, char tmp[PATH_MAX], int *ret, struct cvx_err *err)
{
    int errnum = 0;

    for (int i = 0; i < TRIES; i++) {
        errnum = tmp_name(path, tmp);
        if (errnum != 0)
            break;
        int fd = cvx_store_sys_open(
            tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

        if (fd >= 0) {
            *ret = fd;
            return CVX_OK;
        }
        errnum = errno;
        if (errnum != EEXIST && errnum != ENOENT && errnum != EINTR)
            break;
        int rc = errnum == ENOENT ? parents_make(path, err) : CVX_OK;

        if (rc)
            return rc;
    }
    return cvx_fail_errno(err, errnum, "cannot write %s", path);
}

/* 0 or an errno. */
static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = cvx_store_sys_write(fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Fills, closes and renames; 0 or an errno. fd is closed in any case. */
static int tmp_finish(int fd, const char *tmp, const char *path, mode_t mode,
                      const char *data, size_t len)
{
    int errnum = write_all(fd, data, len);

    if (errnum == 0 && cvx_store_sys_fchmod(fd, mode) != 0)
        errnum = errno;
    /* On Linux the descriptor is gone also after EINTR, and nothing more can be learnt. */
    if (cvx_store_sys_close(fd) != 0 && errno != EINTR && errnum == 0)
        errnum = errno;
    if (errnum == 0 && cvx_store_sys_rename(tmp, path) != 0)
        errnum = errno;
    return errnum;
}

/* A device, FIFO or socket must not be replaced by a file, which renaming would do: think of
 * /dev/null and root. That it cannot be looked at is no hindrance. */
static bool is_special(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int store_write(const char *path, mode_t mode, const void *data, size_t len,
                       struct cvx_err *err)
{
    char tmp[PATH_MAX];
    int fd = -1, rc;

    if (is_special(path))
        return cvx_fail(err, CVX_EIO, "cannot write %s: not a regular file", path);
    rc = tmp_open(path, tmp, &fd, err);
    if (rc)
        return rc;
    int errnum = tmp_finish(fd, tmp, path, mode, data, len);

    if (errnum == 0)
        return CVX_OK;
    unlink(tmp);
    return cvx_fail_errno(err, errnum, "cannot write %s", path);
}

int cvx_store_write(const char *path, const void *data, size_t len, struct cvx_err *err)
{
    return store_write(path, final_mode(), data, len, err);
}

int cvx_store_write_private(const char *path, const void *data, size_t len,
                            struct cvx_err *err)
{
    return store_write(path, 0600, data, len, err);
}

/* Makes one folder; 0 (also when it is there) or an errno. */
static int folder_make(const char *path)
{
    struct stat st;
    int errnum;

    if (cvx_store_sys_mkdir(path) == 0)
        return 0;
    errnum = errno;
    /* On a read-only file system, or where one may look but not write, mkdir() need not say
     * that the folder exists. */
    if (errnum != EEXIST && errnum != EROFS && errnum != EACCES && errnum != EPERM)
        return errnum;
    if (cvx_store_sys_stat(path, &st) != 0)
        return errnum == EEXIST ? errno : errnum;
    if (S_ISDIR(st.st_mode))
        return 0;
    return errnum == EEXIST ? ENOTDIR : errnum;
}

/* The end of the component before `end`, its slashes left out; 0 = there is none. */
static size_t component_before(const char *path, size_t end)
{
    while (end > 0 && path[end - 1] != '/')
        end--;
    while (end > 0 && path[end - 1] == '/')
        end--;
    return end;
}

static size_t component_after(const char *path, size_t end, size_t len)
{
    while (end < len && path[end] == '/')
        end++;
    while (end < len && path[end] != '/')
        end++;
    return end;
}

/* folder_make() on the first `end` bytes of path. */
static int prefix_make(char *path, size_t end)
{
    char c = path[end];

    path[end] = '\0';
    int errnum = folder_make(path);

    path[end] = c;
    return errnum;
}

int cvx_store_make_dirs(const char *path, struct cvx_err *err)
{
    char copy[PATH_MAX];
    size_t len = strlen(path), end;
    int errnum;

    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len == 0 || len >= sizeof(copy))
        return cvx_fail_errno(err, len ? ENAMETOOLONG : ENOENT,
                              "cannot make the folder %s", path);
    memcpy(copy, path, len);
    copy[len] = '\0';

    /* Up to the first folder whose parent is there, then down again. */
    end = len;
    errnum = prefix_make(copy, end);
    while (errnum == ENOENT && component_before(copy, end) > 0) {
        end = component_before(copy, end);
        errnum = prefix_make(copy, end);
    }
    while (errnum == 0 && end < len) {
        end = component_after(copy, end, len);
        errnum = prefix_make(copy, end);
    }
    if (errnum == 0)
        return CVX_OK;
    copy[end] = '\0';
    return cvx_fail_errno(err, errnum, "cannot make the folder %s", copy);
}

static int fail_kind(const char *path, mode_t mode, struct cvx_err *err)
{
    return cvx_fail(err, CVX_EIO, "cannot read %s: %s", path,
                    S_ISDIR(mode) ? "Is a directory" : "not a regular file");
}

/* Opens a regular file. The name is looked at first, since the mere opening of a device may
 * do something; what was opened is looked at again, since the name may have changed hands. */
static int regular_open(const char *path, size_t max, int *ret, size_t *ret_size,
                        struct cvx_err *err)
{
    struct stat st;
    int fd;

    if (cvx_store_sys_stat(path, &st) != 0)
        return cvx_fail_errno(err, errno, "cannot read %s", path);
    if (!S_ISREG(st.st_mode))
        return fail_kind(path, st.st_mode, err);
    if ((uintmax_t)st.st_size > max)
        return cvx_fail(err, CVX_ELIMIT, "%s: %jd bytes, limit %zu", path,
                        (intmax_t)st.st_size, max);
    fd = cvx_store_sys_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0);
    if (fd < 0)
        return cvx_fail_errno(err, errno, "cannot read %s", path);

    int rc = CVX_OK;

    if (cvx_store_sys_fstat(fd, &st) != 0)
        rc = cvx_fail_errno(err, errno, "cannot read %s", path);
    else if (!S_ISREG(st.st_mode))
        rc = fail_kind(path, st.st_mode, err);
    if (rc) {
        close(fd);
        return rc;
    }
    *ret = fd;
    *ret_size = (uintmax_t)st.st_size <= max ? (size_t)st.st_size : 0;
    return CVX_OK;
}

/* To the end of the file, which may have grown since it was looked at. */
static int read_all(int fd, const char *path, size_t max, struct cvx_buf *buf,
                    struct cvx_err *err)
{
    for (;;) {
        char *room = cvx_buf_room(buf, 1);

        if (!room)
            return cvx_buf_check(buf, err);
        ssize_t n = cvx_store_sys_read(fd, room, buf->cap - buf->len - 1);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cvx_fail_errno(err, errno, "cannot read %s", path);
        cvx_buf_trim(buf, buf->len + (size_t)n);
        if (n == 0)
            return CVX_OK;
        if (buf->len > max)
            return cvx_fail(err, CVX_ELIMIT, "%s: %zu bytes or more, limit %zu", path,
                            buf->len, max);
    }
}

int cvx_store_read(const char *path, size_t max, struct cvx_buf *ret, struct cvx_err *err)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    size_t size = 0;
    int fd = -1, rc = regular_open(path, max, &fd, &size, err);

    if (rc)
        return rc;
    /* One allocation and two reads for a file that keeps still. */
    cvx_buf_room(&buf, size + 1);
    rc = read_all(fd, path, max, &buf, err);
    close(fd);
    if (rc)
        cvx_buf_done(&buf);
    else
        *ret = buf;
    return rc;
}

static bool is_tmp_name(const char *name)
{
    size_t prefix = sizeof(CVX_STORE_TMP_PREFIX) - 1;

    return strlen(name) == TMP_NAME_LEN &&
           memcmp(name, CVX_STORE_TMP_PREFIX, prefix) == 0 &&
           strspn(name + prefix, "0123456789abcdef") == TMP_DIGITS &&
           strcmp(name + prefix + TMP_DIGITS, CVX_STORE_TMP_SUFFIX) == 0;
}

static int sweep_entry(void *user, const struct cvx_walk_entry *entry,
                       struct cvx_err *err)
{
    size_t *count = user;

    (void)err;
    if (entry->look.kind == S_IFREG && is_tmp_name(entry->name) &&
        unlinkat(entry->dir, entry->name, 0) == 0)
        (*count)++;
    return CVX_OK;
}

size_t cvx_store_sweep(const char *root)
{
    size_t count = 0;
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY);
    struct cvx_walk_request walk = {.root = fd, .on_entry = sweep_entry, .user = &count};

    if (fd < 0)
        return 0;
    /* What cannot be swept for want of memory stays for the next run. */
    (void)cvx_walk_tree(&walk, NULL);
    close(fd);
    return count;
}
