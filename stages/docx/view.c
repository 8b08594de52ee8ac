/* Owns the libzip source: the only way by which libzip gets bytes. */
#include "docx/view.h"

#include <errno.h>
#include <string.h>

void cvx_view_init(struct cvx_view *view, const struct cvx_archive *archive,
                   const struct cvx_eocd *eocd)
{
    view->archive = archive;
    view->base = eocd->base;
    view->body = eocd->dir + eocd->dir_size;
    /* The gap pushes whatever else looks like an end record out of libzip's sight. Without
     * need it would make libzip read the directory in small pieces. */
    view->gap = eocd->lone ? 0 : CVX_EOCD_WINDOW;
    cvx_eocd_write(eocd, view->end);
    view->at = view->delivered = 0;
    zip_error_init(&view->error);
    cvx_err_init(&view->err);
}

static uint64_t view_size(const struct cvx_view *view)
{
    return view->body + view->gap + CVX_EOCD_SIZE;
}

/* Reads within one of the three regions; the caller asks again for more. */
static zip_int64_t view_read(struct cvx_view *view, void *to, uint64_t len)
{
    uint64_t at = view->at, end_at = view->body + view->gap;
    uint64_t region = at < view->body ? view->body
                      : at < end_at   ? end_at
                                      : view_size(view);
    size_t n = (size_t)(len < region - at ? len : region - at);

    if (at >= end_at)
        memcpy(to, view->end + (at - end_at), n);
    else if (at >= view->body)
        memset(to, 0, n);
    else if (cvx_archive_copy(view->archive, view->base + at, to, n, &view->err)) {
        zip_error_set(&view->error, ZIP_ER_READ, EIO);
        return -1;
    }
    view->at += n;
    view->delivered += n;
    return (zip_int64_t)n;
}

static zip_int64_t view_seek(struct cvx_view *view, void *data, uint64_t len)
{
    zip_int64_t at = zip_source_seek_compute_offset(view->at, view_size(view), data, len,
                                                    &view->error);

    if (at < 0)
        return -1;
    view->at = (uint64_t)at;
    return 0;
}

static zip_int64_t view_stat(struct cvx_view *view, void *data, uint64_t len)
{
    zip_stat_t *st = ZIP_SOURCE_GET_ARGS(zip_stat_t, data, len, &view->error);

    if (!st)
        return -1;
    zip_stat_init(st);
    st->valid = ZIP_STAT_SIZE;
    st->size = view_size(view);
    return (zip_int64_t)sizeof(*st);
}

static zip_int64_t view_command(void *user, void *data, zip_uint64_t len,
                                zip_source_cmd_t command)
{
    struct cvx_view *view = user;

    switch (command) {
    case ZIP_SOURCE_OPEN:
        view->at = 0;
        return 0;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: /* the view is its holder's */
        return 0;
    case ZIP_SOURCE_READ:
        return view_read(view, data, len);
    case ZIP_SOURCE_SEEK:
        return view_seek(view, data, len);
    case ZIP_SOURCE_TELL:
        return (zip_int64_t)view->at;
    case ZIP_SOURCE_STAT:
        return view_stat(view, data, len);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&view->error, data, len);
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    default:
        zip_error_set(&view->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

zip_source_t *cvx_view_source(struct cvx_view *view, zip_error_t *error)
{
    return zip_source_function_create(view_command, view, error);
}
