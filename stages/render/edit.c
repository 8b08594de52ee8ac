/* Owns the bookkeeping of passes over a text: a list of places where copying jumped, and
 * the chaining of one pass's list behind those before it, linear in both. */
#include "render/edit.h"

#include <stdint.h>
#include <string.h>

static size_t point_count(const struct cvx_buf *points)
{
    return points->len / sizeof(struct cvx_edit_point);
}

static const struct cvx_edit_point *point_at(const struct cvx_buf *points, size_t i)
{
    return (const struct cvx_edit_point *)(const void *)points->data + i;
}

/* Of two points at one place the later one counts: the run of the first is empty. */
static void point_add(struct cvx_buf *points, size_t at, size_t from)
{
    struct cvx_edit_point point = {at, from};
    size_t n = point_count(points);

    if (n > 0) {
        const struct cvx_edit_point *last = point_at(points, n - 1);

        if (last->at == at)
            cvx_buf_trim(points, points->len - sizeof(point));
        else if (at - last->at == from - last->from)
            return;
    }
    cvx_buf_put(points, &point, sizeof(point));
}

/* How many points lie at or before byte `at`. */
static size_t points_until(const struct cvx_buf *points, size_t at)
{
    size_t low = 0, high = point_count(points);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (point_at(points, middle)->at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where byte `at` came from, `n` being points_until(at). */
static size_t origin(const struct cvx_buf *points, size_t n, size_t at)
{
    struct cvx_edit_point point = {0, 0};
    size_t from;

    if (n > 0)
        point = *point_at(points, n - 1);
    from = point.from + (at - point.at);
    /* What was inserted is longer than what it stands for. */
    if (n < point_count(points) && point_at(points, n)->from < from)
        from = point_at(points, n)->from;
    return from;
}

void cvx_edit_keep(struct cvx_edit *edit, size_t upto)
{
    if (upto <= edit->done)
        return;
    point_add(&edit->points, edit->out.len, edit->done);
    cvx_buf_put(&edit->out, edit->in.p + edit->done, upto - edit->done);
    edit->done = upto;
}

void cvx_edit_drop(struct cvx_edit *edit, size_t upto)
{
    if (upto <= edit->done)
        return;
    edit->done = upto;
    edit->changed = true;
}

void cvx_edit_put_bytes(struct cvx_edit *edit, const char *text, size_t len)
{
    point_add(&edit->points, edit->out.len, edit->done);
    cvx_buf_put(&edit->out, text, len);
    edit->changed = true;
}

void cvx_edit_put(struct cvx_edit *edit, const char *text)
{
    cvx_edit_put_bytes(edit, text, strlen(text));
}

void cvx_edit_splice(struct cvx_edit *edit, const struct cvx_edit_text *part, size_t upto)
{
    size_t at = edit->out.len, n = point_count(&part->points);

    if (part->fault)
        cvx_edit_fault(edit, part->fault, edit->done + part->fault_at);
    if (part->text.failed)
        edit->out.failed = true;
    point_add(&edit->points, at, edit->done);
    for (size_t i = 0; i < n; i++) {
        const struct cvx_edit_point *point = point_at(&part->points, i);

        point_add(&edit->points, at + point->at, edit->done + point->from);
    }
    cvx_buf_put(&edit->out, part->text.data, part->text.len);
    edit->done = upto;
    edit->changed = true;
}

void cvx_edit_fault(struct cvx_edit *edit, const char *text, size_t at)
{
    if (edit->fault)
        return;
    edit->fault = text;
    edit->fault_at = at;
    edit->changed = true;
}

void cvx_edit_text_init(struct cvx_edit_text *text, struct cvx_span first)
{
    *text = (struct cvx_edit_text){0};
    cvx_buf_put(&text->text, first.p, first.len);
}

void cvx_edit_text_done(struct cvx_edit_text *text)
{
    cvx_buf_done(&text->text);
    cvx_buf_done(&text->points);
}

struct cvx_span cvx_edit_text_span(const struct cvx_edit_text *text)
{
    return (struct cvx_span){text->text.data, text->text.len};
}

/* The points of `second`, whose text was made from that of `first`, in terms of what first
 * was made from. */
static void chain(const struct cvx_buf *first, const struct cvx_buf *second,
                  struct cvx_buf *ret)
{
    size_t n_first = point_count(first), n_second = point_count(second);

    for (size_t i = 0; i < n_second; i++) {
        struct cvx_edit_point point = *point_at(second, i);
        size_t n = points_until(first, point.from);
        size_t end = SIZE_MAX;

        point_add(ret, point.at, origin(first, n, point.from));
        if (i + 1 < n_second)
            end = point.from + (point_at(second, i + 1)->at - point.at);
        /* An inserted run stands for nothing but its place. */
        if (i + 1 < n_second && point_at(second, i + 1)->from < end)
            end = point_at(second, i + 1)->from;
        for (; n < n_first && point_at(first, n)->at < end; n++)
            point_add(ret, point.at + (point_at(first, n)->at - point.from),
                      point_at(first, n)->from);
    }
}

/* Takes the pass's result; what it failed of latches in the text. */
static void take(struct cvx_edit_text *text, struct cvx_edit *edit)
{
    struct cvx_buf points = CVX_BUF_INIT;

    cvx_edit_keep(edit, edit->in.len);
    /* Bounds what was put in at the end. */
    point_add(&edit->points, edit->out.len, edit->in.len);
    if (edit->fault) {
        text->fault = edit->fault;
        text->fault_at = cvx_edit_origin(text, edit->fault_at);
    }
    chain(&text->points, &edit->points, &points);
    if (edit->out.failed || edit->points.failed || points.failed) {
        text->text.failed = true;
        cvx_buf_done(&points);
        return;
    }
    cvx_buf_put(&edit->out, "", 0); /* data even when nothing is left */
    text->text.failed = edit->out.failed;
    struct cvx_buf old = text->text;
    text->text = edit->out;
    edit->out = old;
    cvx_buf_done(&text->points);
    text->points = points;
}

void cvx_edit_run(struct cvx_edit_text *text, cvx_edit_pass *pass, const void *arg)
{
    struct cvx_edit edit = {.in = cvx_edit_text_span(text)};

    if (text->text.failed || text->fault)
        return;
    pass(&edit, arg);
    if (edit.changed)
        take(text, &edit);
    else if (edit.out.failed || edit.points.failed)
        text->text.failed = true;
    cvx_buf_done(&edit.out);
    cvx_buf_done(&edit.points);
}

size_t cvx_edit_origin(const struct cvx_edit_text *text, size_t at)
{
    return origin(&text->points, points_until(&text->points, at), at);
}
