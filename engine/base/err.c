/* Owns the chain of causes: how a frame is written, cut and told. Allocates nothing, so it
 * works when memory is exhausted. */
#include <cvextract/err.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/text.h>

#define ELLIPSIS "..."
#define ELLIPSIS_LEN (sizeof(ELLIPSIS) - 1)

/* Makes text (a buffer of `size` bytes holding `len`) show that it was cut, behind a whole
 * character. A buffer too small for that stays as it is. */
static size_t text_cut(char *text, size_t len, size_t size)
{
    if (size <= ELLIPSIS_LEN)
        return len;
    len = cvx_text_cut(text, len, size - 1 - ELLIPSIS_LEN);
    memcpy(text + len, ELLIPSIS, ELLIPSIS_LEN + 1);
    return len + ELLIPSIS_LEN;
}

static size_t text_format(char text[CVX_ERR_TEXT], const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static size_t text_format(char text[CVX_ERR_TEXT], const char *fmt, va_list ap)
{
    int n = vsnprintf(text, CVX_ERR_TEXT, fmt, ap);

    if (n < 0) /* the format itself still says more than nothing */
        n = snprintf(text, CVX_ERR_TEXT, "%s", fmt);
    if (n >= CVX_ERR_TEXT)
        return text_cut(text, CVX_ERR_TEXT - 1, CVX_ERR_TEXT);
    return (size_t)n;
}

/* The text was formatted beside the chain, since an argument may point into it. */
static void frame_put(struct cvx_err *err, const char *file, int line, const char *text,
                      size_t len)
{
    if (err->depth < CVX_ERR_DEPTH)
        err->depth++;

    struct cvx_err_frame *frame = &err->frame[err->depth - 1];

    frame->file = file;
    frame->line = line;
    memcpy(frame->text, text, len);
    frame->text[len] = '\0';
}

/* A failure must not read as success, whatever code its author passed. */
static enum cvx_rc rc_of_failure(enum cvx_rc rc)
{
    return (int)rc < 0 ? rc : CVX_EINTERNAL;
}

static enum cvx_rc rc_of_errno(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return CVX_ENOSPC;
    case ENOMEM:
        return CVX_ENOMEM;
    default:
        return CVX_EIO;
    }
}

void cvx_err_init(struct cvx_err *err)
{
    err->rc = CVX_OK;
    err->depth = 0;
}

int cvx_err_fail(struct cvx_err *err, enum cvx_rc rc, const char *file, int line,
                 const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;

    rc = rc_of_failure(rc);
    if (!err)
        return (int)rc;
    va_start(ap, fmt);
    size_t len = text_format(text, fmt, ap);
    va_end(ap);
    err->rc = rc;
    err->depth = 0;
    frame_put(err, file, line, text, len);
    return (int)rc;
}

int cvx_err_wrap(struct cvx_err *err, const char *file, int line, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;

    if (!err)
        return CVX_EINTERNAL;
    va_start(ap, fmt);
    size_t len = text_format(text, fmt, ap);
    va_end(ap);
    err->rc = rc_of_failure(err->rc);
    frame_put(err, file, line, text, len);
    return (int)err->rc;
}

int cvx_err_fail_errno(struct cvx_err *err, int errnum, const char *file, int line,
                       const char *fmt, ...)
{
    enum cvx_rc rc = rc_of_errno(errnum);
    char text[CVX_ERR_TEXT], room[96];
    va_list ap;

    if (!err)
        return (int)rc;
    va_start(ap, fmt);
    size_t len = text_format(text, fmt, ap);
    va_end(ap);

    /* The reason matters more than the end of a long path: the path gives way. */
    const char *reason = strerror_r(errnum, room, sizeof(room));
    size_t reason_len = strnlen(reason, sizeof(room));

    if (len + 2 + reason_len >= CVX_ERR_TEXT)
        len = text_cut(text, len, CVX_ERR_TEXT - 2 - reason_len);
    memcpy(text + len, ": ", 2);
    memcpy(text + len + 2, reason, reason_len);
    err->rc = rc;
    err->depth = 0;
    frame_put(err, file, line, text, len + 2 + reason_len);
    return (int)rc;
}

/* Appends to ret as far as it goes; false when something did not fit. */
static bool text_append(char *ret, size_t size, size_t *len, const char *text)
{
    size_t want = strlen(text);
    size_t take = cvx_text_cut(text, want, size - 1 - *len);

    memcpy(ret + *len, text, take);
    *len += take;
    ret[*len] = '\0';
    return take == want;
}

char *cvx_err_text(const struct cvx_err *err, char *ret, size_t size)
{
    const char *above = NULL; /* the frame told last */
    bool fits = true;
    size_t len = 0;

    if (size == 0)
        return ret;
    ret[0] = '\0';
    for (int i = err ? err->depth - 1 : -1; fits && i >= 0; i--) {
        const char *text = err->frame[i].text;

        if (text[0] == '\0' || (above && strcmp(above, text) == 0))
            continue;
        if (above)
            fits = text_append(ret, size, &len, ": ");
        fits = fits && text_append(ret, size, &len, text);
        above = text;
    }
    if (!fits)
        text_cut(ret, len, size);
    return ret;
}

const char *cvx_err_top(const struct cvx_err *err)
{
    return err->depth > 0 ? err->frame[err->depth - 1].text : "";
}

const char *cvx_err_root(const struct cvx_err *err)
{
    return err && err->depth > 0 ? err->frame[0].text : "";
}

const char *cvx_rc_name(enum cvx_rc rc)
{
    switch (rc) {
    case CVX_OK:
        return "ok";
    case CVX_ENOMEM:
        return "memory";
    case CVX_EIO:
        return "io";
    case CVX_EFORMAT:
        return "format";
    case CVX_ELIMIT:
        return "limit";
    case CVX_EUSAGE:
        return "usage";
    case CVX_ECANCELED:
        return "canceled";
    case CVX_EREJECTED:
        return "rejected";
    case CVX_ENOSPC:
        return "no space";
    case CVX_EBUSY:
        return "busy";
    case CVX_EQUOTA:
        return "quota";
    case CVX_EDENIED:
        return "denied";
    case CVX_EINTERNAL:
        return "internal";
    }
    return "unknown";
}
