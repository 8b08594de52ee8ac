/* Owns growth of byte runs: doubling, the limit, the NUL behind the last byte, the latch. */
#include <cvextract/buf.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

#define FIRST_CAP ((size_t)64)

/* Room for `need` bytes, NUL included, doubled so that n appends cost O(n). */
static bool buf_grow(struct cvx_buf *buf, size_t need)
{
    size_t cap = buf->cap <= PTRDIFF_MAX / 2 ? buf->cap * 2 : need;

    if (cap < FIRST_CAP)
        cap = FIRST_CAP;
    if (buf->max != 0 && cap > buf->max)
        cap = buf->max + (buf->max < SIZE_MAX);
    if (cap < need)
        cap = need;

    char *data = cvx_realloc_array(buf->data, cap, 1);

    if (!data)
        return false;
    buf->data = data;
    buf->cap = cap;
    return true;
}

char *cvx_buf_room(struct cvx_buf *buf, size_t extra)
{
    if (buf->failed)
        return NULL;
    /* One over max by the caller's own writing counts as full, not as free room. */
    if (buf->max != 0 && (buf->len > buf->max || extra > buf->max - buf->len)) {
        buf->failed = buf->over = true;
        return NULL;
    }
    if (extra >= SIZE_MAX - buf->len) {
        buf->failed = true;
        return NULL;
    }
    if (buf->len + extra >= buf->cap && !buf_grow(buf, buf->len + extra + 1)) {
        buf->failed = true;
        return NULL;
    }
    return buf->data + buf->len;
}

void cvx_buf_put(struct cvx_buf *buf, const void *data, size_t len)
{
    char *room = cvx_buf_room(buf, len);

    if (!room)
        return;
    if (len > 0) /* data may be NULL then */
        memcpy(room, data, len);
    room[len] = '\0';
    buf->len += len;
}

void cvx_buf_puts(struct cvx_buf *buf, const char *text)
{
    cvx_buf_put(buf, text, strlen(text));
}

void cvx_buf_putc(struct cvx_buf *buf, char c)
{
    char *room = cvx_buf_room(buf, 1);

    if (!room)
        return;
    room[0] = c;
    room[1] = '\0';
    buf->len++;
}

void cvx_buf_vprintf(struct cvx_buf *buf, const char *fmt, va_list ap)
{
    va_list again;

    if (buf->failed)
        return;
    va_copy(again, ap);

    int n = vsnprintf(NULL, 0, fmt, ap);
    char *room = n < 0 ? NULL : cvx_buf_room(buf, (size_t)n);

    if (room) {
        vsnprintf(room, (size_t)n + 1, fmt, again);
        buf->len += (size_t)n;
    }
    buf->failed = buf->failed || n < 0;
    va_end(again);
}

void cvx_buf_printf(struct cvx_buf *buf, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    cvx_buf_vprintf(buf, fmt, ap);
    va_end(ap);
}

void cvx_buf_trim(struct cvx_buf *buf, size_t len)
{
    if (!buf->data) {
        assert(len == 0);
        return;
    }
    assert(len < buf->cap);
    buf->len = len;
    buf->data[len] = '\0';
}

void cvx_buf_clear(struct cvx_buf *buf)
{
    buf->failed = buf->over = false;
    cvx_buf_trim(buf, 0);
}

void cvx_buf_done(struct cvx_buf *buf)
{
    if (!buf)
        return;
    cvx_free(buf->data);
    *buf = (struct cvx_buf){.max = buf->max};
}

int cvx_buf_check(const struct cvx_buf *buf, struct cvx_err *err)
{
    if (!buf->failed)
        return CVX_OK;
    if (buf->over)
        return cvx_fail(err, CVX_ELIMIT, "text longer than the limit of %zu bytes",
                        buf->max);
    return cvx_fail(err, CVX_ENOMEM, "out of memory for text of %zu bytes or more",
                    buf->len);
}
