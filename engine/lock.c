/* Owns the lock file of a target: who holds it, and whether all who held it ended well.
 *
 * An exclusive holder writes its pid into the file and empties it at the end. A sharer has a
 * mark beside it, "share-<pid>", which it takes away at the end. Whoever gets the lock alone
 * and finds either knows that a holder died; it leaves them until it ends well itself.
 * Thread: any, one at a time. */
#include "lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "store.h"

#define FOLDER ".cvextract"
#define MARK "share-"
#define MARK_TRIES 100

struct cvx_lock {
    int fd, folder;
    bool exclusive;
    char mark[64]; /* a sharer's; "" = none */
};

/* Bytes of the target's path to show, before a '/'. */
static int shown_len(const char *target)
{
    size_t len = strlen(target);

    while (len > 0 && target[len - 1] == '/')
        len--;
    return len < INT_MAX ? (int)len : INT_MAX;
}

static int fail_target(const char *target, int errnum, const char *what,
                       struct cvx_err *err)
{
    return cvx_fail_errno(err, errnum, "%s %.*s/", what, shown_len(target), target);
}

/* Opens the target, making it where missing. */
static int target_open(const char *target, int *ret, struct cvx_err *err)
{
    struct stat st;
    int fd, rc;

    if (stat(target, &st) == 0 && !S_ISDIR(st.st_mode))
        return cvx_fail(err, CVX_EIO, "target is not a folder: %s", target);
    rc = cvx_store_make_dirs(target, err);
    if (rc) {
        cvx_wrap(err, "target %.*s/", shown_len(target), target);
        return rc;
    }
    fd = open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_target(target, errno, "cannot use the target", err);
    if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        rc = fail_target(target, errno, "cannot write to the target", err);
        close(fd);
        return rc;
    }
    *ret = fd;
    return CVX_OK;
}

/* Opens the folder and the lock file in it; a link in place of either is refused. */
static int files_open(struct cvx_lock *lock, const char *target, struct cvx_err *err)
{
    int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int dir = -1, rc = target_open(target, &dir, err);
    struct stat st;

    if (rc)
        return rc;
    if (mkdirat(dir, FOLDER, 0700) == 0 || errno == EEXIST)
        lock->folder = openat(dir, FOLDER, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (lock->folder >= 0)
        lock->fd = openat(lock->folder, "lock", flags, 0600);
    if (lock->fd < 0)
        rc = fail_target(target, errno, "cannot open the lock of", err);
    else if (fstat(lock->fd, &st) != 0 || !S_ISREG(st.st_mode))
        rc = cvx_fail(err, CVX_EIO, "%.*s/%s/lock is not a regular file",
                      shown_len(target), target, FOLDER);
    close(dir);
    return rc;
}

static void files_close(struct cvx_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    if (lock->folder >= 0)
        close(lock->folder);
}

/* Looks through the sharers' marks, and takes them away if told to. Returns the pid in one
 * of them, 0 = there is none. */
static long marks_look(const struct cvx_lock *lock, bool take_away)
{
    int fd = openat(lock->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    long pid = 0;

    if (!stream) {
        if (fd >= 0)
            close(fd);
        return 0;
    }
    for (entry = readdir(stream); entry; entry = readdir(stream)) {
        if (strncmp(entry->d_name, MARK, sizeof(MARK) - 1) != 0)
            continue;
        pid = strtol(entry->d_name + sizeof(MARK) - 1, NULL, 10);
        if (take_away)
            (void)unlinkat(lock->folder, entry->d_name, 0);
    }
    closedir(stream);
    return pid;
}

/* The pid in the lock file; 0 = none. */
static long pid_written(int fd)
{
    char text[32];
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

    if (n <= 0)
        return 0;
    text[n] = '\0';
    return strtol(text, NULL, 10);
}

/* Besides the lock that counts, each holder has a record lock on the file, only because the
 * system names the holders of those: what is written may name one that died. */
static void pid_announce(int fd, bool exclusive)
{
    struct flock record = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};

    (void)fcntl(fd, F_SETLK, &record);
}

static int fail_busy(const char *target, const struct cvx_lock *lock, struct cvx_err *err)
{
    struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int len = shown_len(target);
    long pid = 0;

    if (fcntl(lock->fd, F_GETLK, &record) == 0 && record.l_type != F_UNLCK)
        pid = (long)record.l_pid;
    if (pid <= 0) /* held within this process, or across machines */
        pid = pid_written(lock->fd);
    if (pid <= 0)
        pid = marks_look(lock, false);
    if (pid <= 0)
        return cvx_fail(err, CVX_EBUSY, "another run holds %.*s/", len, target);
    return cvx_fail(err, CVX_EBUSY, "another run (pid %ld) holds %.*s/", pid, len,
                    target);
}

/* 0 or an errno. */
static int kernel_lock(int fd, int how)
{
    int rc;

    do
        rc = flock(fd, how | LOCK_NB);
    while (rc != 0 && errno == EINTR);
    return rc == 0 ? 0 : errno;
}

/* 0 or an errno. Written over what a dead holder left, never emptied first: a failure must
 * not make that one's end look clean. */
static int pid_write(const struct cvx_lock *lock)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "%-10ld\n", (long)getpid());
    ssize_t n = pwrite(lock->fd, text, (size_t)len, 0);

    if (n < 0)
        return errno;
    return n == len ? 0 : ENOSPC;
}

/* 0 or an errno. The pid alone need not be new: a dead holder may have had it. */
static int mark_make(struct cvx_lock *lock)
{
    for (int i = 0; i < MARK_TRIES; i++) {
        snprintf(lock->mark, sizeof(lock->mark), MARK "%ld-%d", (long)getpid(), i);
        int fd = openat(lock->folder, lock->mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        0600);

        if (fd >= 0) {
            close(fd);
            return 0;
        }
        if (errno != EEXIST)
            break;
    }
    lock->mark[0] = '\0';
    return errno;
}

/* Whether a holder before this one died. */
static bool is_unclean(const struct cvx_lock *lock)
{
    struct stat st;

    return fstat(lock->fd, &st) != 0 || st.st_size > 0 || marks_look(lock, false) != 0;
}

static int lock_take(struct cvx_lock *lock, const char *target, bool *ret_unclean,
                     struct cvx_err *err)
{
    int errnum = kernel_lock(lock->fd, lock->exclusive ? LOCK_EX : LOCK_SH);

    if (errnum == EWOULDBLOCK)
        return fail_busy(target, lock, err);
    if (errnum != 0)
        return fail_target(target, errnum, "cannot lock", err);

    bool unclean = lock->exclusive && is_unclean(lock);

    errnum = lock->exclusive ? pid_write(lock) : mark_make(lock);
    if (errnum != 0)
        return fail_target(target, errnum, "cannot write the lock of", err);
    pid_announce(lock->fd, lock->exclusive);
    *ret_unclean = unclean;
    return CVX_OK;
}

int cvx_lock_acquire(const char *target, bool exclusive, struct cvx_lock **ret,
                     bool *ret_unclean, struct cvx_err *err)
{
    struct cvx_lock *lock = cvx_zalloc(sizeof(*lock));
    int rc;

    if (!lock)
        return cvx_fail(err, CVX_ENOMEM, "out of memory while locking the target");
    lock->fd = lock->folder = -1;
    lock->exclusive = exclusive;
    rc = files_open(lock, target, err);
    if (!rc)
        rc = lock_take(lock, target, ret_unclean, err);
    if (rc) {
        files_close(lock);
        cvx_free(lock);
        return rc;
    }
    *ret = lock;
    return CVX_OK;
}

void cvx_lock_release(struct cvx_lock *lock)
{
    if (!lock)
        return;
    if (lock->mark[0] != '\0')
        (void)unlinkat(lock->folder, lock->mark, 0);
    if (lock->exclusive) {
        (void)marks_look(lock, true);
        /* Where this fails, the next holder sweeps for nothing. */
        if (ftruncate(lock->fd, 0) != 0)
            errno = 0;
    }
    /* Said aloud, since a child of an embedding program may hold a copy of the descriptor. */
    flock(lock->fd, LOCK_UN);
    files_close(lock);
    cvx_free(lock);
}
