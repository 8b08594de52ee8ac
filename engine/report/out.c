/* Owns how a block reaches a descriptor: whole, in one write where the system lets it. */
#include "out.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

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
