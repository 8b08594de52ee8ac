/* A growing run of bytes, always followed by a NUL that is not counted.
 *
 * Appends latch: the first one that fails (memory, or the buffer's limit) sets `failed`,
 * and later ones do nothing, so a writer checks once at its end. Ownership: the struct's
 * holder; cvx_buf_done() releases the bytes. Thread: the holder. */
#ifndef CVEXTRACT_BUF_H
#define CVEXTRACT_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>

struct cvx_buf {
    char *data; /* NULL while empty and never written */
    size_t len;
    size_t cap;
    size_t max; /* most bytes it may hold, 0 = no limit */
    bool failed;
    bool over; /* failed because of max; else because of memory */
};

#define CVX_BUF_INIT ((struct cvx_buf){0})

/* What is appended must not lie within the buffer itself. A put of nothing makes data "". */
void cvx_buf_put(struct cvx_buf *buf, const void *data, size_t len);
void cvx_buf_puts(struct cvx_buf *buf, const char *text);
void cvx_buf_putc(struct cvx_buf *buf, char c);
void cvx_buf_printf(struct cvx_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void cvx_buf_vprintf(struct cvx_buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Makes room for `extra` more bytes and returns where they start, NULL on failure. The
 * caller adds what it wrote to len and keeps the NUL by cvx_buf_trim() or another put. */
char *cvx_buf_room(struct cvx_buf *buf, size_t extra);
/* Cuts to len bytes (len <= buf->len after the caller's own writes) and sets the NUL. */
void cvx_buf_trim(struct cvx_buf *buf, size_t len);
/* Empties the buffer and keeps its memory; clears `failed`. */
void cvx_buf_clear(struct cvx_buf *buf);
/* Releases the bytes; the buffer is as new and keeps its limit. NULL allowed. */
void cvx_buf_done(struct cvx_buf *buf);

/* CVX_OK, CVX_ENOMEM or CVX_ELIMIT as latched. */
int cvx_buf_check(const struct cvx_buf *buf, struct cvx_err *err);

#endif
