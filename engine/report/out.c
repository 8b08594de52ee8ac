/* Owns how a block reaches a descriptor, and a report its file: whole, in one write where the
 * system lets it. */
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store.h"

/* More than this is given back after a write: one file's long log is no reason to keep its
 * memory for the whole run. */
#define KEEP_MAX ((size_t)64 * 1024)

static void out_fault(struct cvx_out *out, int errnum)
{
    if (!out->fault)
        out->fault = errnum;
}

/* Until the descriptor takes bytes again; 0 or an errno. An error of the descriptor itself
 * shows in the next write. */
static int wait_writable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLOUT};

    if (poll(&wait, 1, -1) < 0 && errno != EINTR)
        return errno;
    return 0;
}

/* 0 or an errno. */
static int write_all(int fd, const char *data, size_t len)
{
    int errnum = 0;

    while (len > 0 && !errnum) {
        ssize_t n = write(fd, data, len);

        if (n > 0) {
            data += n;
            len -= (size_t)n;
        } else if (n == 0) {
            errnum = EIO;
        } else if (errno == EAGAIN) {
            errnum = wait_writable(fd);
        } else if (errno != EINTR) {
            errnum = errno;
        }
    }
    return errnum;
}

void cvx_out_log_begin(struct cvx_out *out)
{
    out->block.max = CVX_OUT_LOG_MAX;
}

int cvx_out_log_end(struct cvx_out *out, struct cvx_err *err)
{
    int rc = cvx_buf_check(&out->block, err);

    out->block.max = 0;
    if (!rc)
        return CVX_OK;
    if (rc == CVX_ENOMEM)
        out_fault(out, ENOMEM);
    /* Its memory stays: what the block got so far is room for the result line. */
    cvx_buf_clear(&out->block);
    return rc;
}

void cvx_out_flush(struct cvx_out *out)
{
    struct cvx_buf *block = &out->block;

    if (block->failed) {
        out_fault(out, ENOMEM);
    } else if (!out->dead && block->len > 0) {
        int errnum = write_all(out->fd, block->data, block->len);

        if (errnum) {
            out->dead = true;
            out_fault(out, errnum);
        }
    }
    if (block->cap > KEEP_MAX)
        cvx_buf_done(block);
    else
        cvx_buf_clear(block);
}

void cvx_out_done(struct cvx_out *out)
{
    cvx_buf_done(&out->block);
}

/* ---- reports that are written once, at the end ---- */

/* Whether `path` is a stream rather than a file: a pipe, a terminal, or a name such as
 * /dev/stderr, behind which there may be a regular file that is not ours to replace. */
static bool is_stream(const char *path)
{
    struct stat st;

    if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0)
        return true;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int cvx_out_write_whole(const char *path, const struct cvx_buf *text, struct cvx_err *err)
{
    const char *data = text->data ? text->data : "";
    int fd, errnum;

    if (!is_stream(path))
        return cvx_store_write(path, data, text->len, err);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return cvx_fail_errno(err, errno, "cannot open %s", path);
    errnum = write_all(fd, data, text->len);
    if (close(fd) != 0 && !errnum)
        errnum = errno;
    return errnum ? cvx_fail_errno(err, errnum, "cannot write %s", path) : CVX_OK;
}

int cvx_out_write_fd(int fd, const struct cvx_buf *text, struct cvx_err *err)
{
    int errnum = write_all(fd, text->data, text->len);

    return errnum ? cvx_fail_errno(err, errnum, "cannot write to standard output")
                  : CVX_OK;
}
