/* One descriptor that a reporter writes whole blocks to: each in one piece, none after the
 * first failed write. Thread: the reporter's (the loop). */
#ifndef CVX_OUT_H
#define CVX_OUT_H

#include <stdbool.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Most bytes of a file's log as it is shown: its 256 KiB four times over (escapes), and
 * prefixes. */
#define CVX_OUT_LOG_MAX ((size_t)4 * 1024 * 1024)

struct cvx_out {
    int fd;
    int fault;            /* errno of what failed first, 0 = nothing did */
    bool dead;            /* a write failed: blocks are dropped from then on */
    struct cvx_buf block; /* filled by the reporter */
};

/* Begins a part of the block that may be left out: the log of a file. */
void cvx_out_log_begin(struct cvx_out *out);
/* Ends it. CVX_ELIMIT, CVX_ENOMEM (a fault as well): the block is empty again, and a line of
 * the reporter's takes the place of the log. */
int cvx_out_log_end(struct cvx_out *out, struct cvx_err *err);

/* Writes the block, waiting while a non-blocking descriptor takes nothing, and empties it.
 * A block that lacked memory is dropped and a fault. */
void cvx_out_flush(struct cvx_out *out);
/* Releases the block. The descriptor is the reporter's affair. */
void cvx_out_done(struct cvx_out *out);

/* A report written once: a file is replaced whole (store.h), a stream is added to (a pipe, a
 * terminal, a name below /dev). CVX_ENOSPC, CVX_EIO, CVX_ENOMEM. */
int cvx_out_write_whole(const char *path, const struct cvx_buf *text,
                        struct cvx_err *err);
/* The same to standard output. */
int cvx_out_write_fd(int fd, const struct cvx_buf *text, struct cvx_err *err);

#endif
