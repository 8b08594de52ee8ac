/* Owns the text of the live line: counters, elapsed time, how long it may still take. */
#include "reporters.h"

#include <stdarg.h>
#include <stdint.h>

#define NS_PER_S INT64_C(1000000000)

/* The line while it is put together. */
struct line {
    struct cvx_buf *buf;
    size_t start, width;
};

/* Adds a part if the whole of it fits: half a number would be a wrong one. */
static void part_put(const struct line *line, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void part_put(const struct line *line, const char *fmt, ...)
{
    struct cvx_buf *buf = line->buf;
    size_t before = buf->len;
    va_list ap;

    if (before > line->start)
        cvx_buf_puts(buf, " | ");
    va_start(ap, fmt);
    cvx_buf_vprintf(buf, fmt, ap);
    va_end(ap);
    if (buf->failed || buf->len - line->start > line->width)
        cvx_buf_trim(buf, before);
}

static void time_put(const struct line *line, const char *name, int64_t seconds)
{
    int hours = (int)(seconds / 3600), minutes = (int)(seconds / 60 % 60);

    if (hours > 0)
        part_put(line, "%s %d:%02d:%02d", name, hours, minutes, (int)(seconds % 60));
    else
        part_put(line, "%s %d:%02d", name, minutes, (int)(seconds % 60));
}

/* Seconds still to go, if the rest takes as long per file as those that are done; -1 while
 * that says nothing. */
static int64_t seconds_left(const struct cvx_totals *t, size_t done, int64_t elapsed_ns)
{
    double left;

    if (done == 0 || elapsed_ns <= 0 || t->total <= done)
        return -1;
    left = (double)elapsed_ns * (double)(t->total - done) / (double)done;
    /* Beyond a thousand days it is no forecast, and might not fit. */
    if (left > 1000.0 * 86400.0 * (double)NS_PER_S)
        return -1;
    return ((int64_t)left + NS_PER_S - 1) / NS_PER_S;
}

void cvx_status_print(const struct cvx_event *tick, int columns, struct cvx_buf *buf)
{
    const struct cvx_totals *t = tick->totals;
    const struct line line = {buf, buf->len, columns > 0 ? (size_t)columns : 0};
    size_t done = t->full + t->partial + t->failed;
    int64_t left = seconds_left(t, done, tick->mono_ns);

    part_put(&line, "%zu/%zu done", done, t->total);
    part_put(&line, "%zu failed", t->failed);
    part_put(&line, "%zu in flight", t->in_flight);
    if (t->calls_in_flight > 0)
        part_put(&line, "%zu calls", t->calls_in_flight);
    time_put(&line, "elapsed", tick->mono_ns / NS_PER_S);
    if (left >= 0)
        time_put(&line, "ETA", left);
}
