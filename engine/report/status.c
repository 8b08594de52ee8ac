/* Owns the text of the live line: counters, rates of calls, elapsed time, how long it may
 * still take. */
#include "reporters.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)
#define TIME_ROOM 48
#define FIGURE_ROOM 16

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

/* "elapsed 1:02:03" */
static void time_text(char ret[TIME_ROOM], const char *name, int64_t seconds)
{
    long long hours = seconds / 3600;
    int minutes = (int)(seconds / 60 % 60), rest = (int)(seconds % 60);

    if (hours > 0)
        (void)snprintf(ret, TIME_ROOM, "%s %lld:%02d:%02d", name, hours, minutes, rest);
    else
        (void)snprintf(ret, TIME_ROOM, "%s %d:%02d", name, minutes, rest);
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

/* Short enough for a line that has much to say: 950, 12k, 3400k, 12M. */
static void figure_text(char ret[FIGURE_ROOM], double figure)
{
    static const char *const units[] = {"", "k", "M", "G"};
    size_t unit = 0;

    for (; figure >= 9999.5 && unit < 3; unit++)
        figure /= 1000;
    if (!(figure < 9999.5)) /* beyond any limit, or no number */
        figure = 9999;
    (void)snprintf(ret, FIGURE_ROOM, "%.0f%s", figure, units[unit]);
}

/* "rpm 480/500"; the limit is left out while it is not known. */
static void rate_put(const struct line *line, const char *name, double now, double limit)
{
    char used[FIGURE_ROOM], most[FIGURE_ROOM];

    if (now <= 0 && limit <= 0)
        return;
    figure_text(used, now);
    figure_text(most, limit);
    part_put(line, "%s %s%s%s", name, used, limit > 0 ? "/" : "", limit > 0 ? most : "");
}

static void api_put(const struct line *line, const struct cvx_totals *t)
{
    if (t->calls_queued > 0)
        part_put(line, "%zu calls, %zu waiting", t->calls_in_flight, t->calls_queued);
    else if (t->calls_in_flight > 0)
        part_put(line, "%zu calls", t->calls_in_flight);
    rate_put(line, "rpm", t->rpm_now, t->rpm);
    rate_put(line, "tpm", t->tpm_now, t->tpm);
    if (t->retries > 0)
        part_put(line, "%zu retries", t->retries);
}

void cvx_status_print(const struct cvx_event *tick, int columns, struct cvx_buf *buf)
{
    const struct cvx_totals *t = tick->totals;
    const struct line line = {buf, buf->len, columns > 0 ? (size_t)columns : 0};
    size_t done = t->full + t->partial + t->failed, times;
    int64_t left = seconds_left(t, done, tick->mono_ns);
    char elapsed[TIME_ROOM], eta[TIME_ROOM] = "";
    struct line api = line;

    time_text(elapsed, "elapsed", tick->mono_ns / NS_PER_S);
    if (left >= 0)
        time_text(eta, "ETA", left);
    /* On a narrow line the times are worth more than the rates. */
    times = strlen(" | ") + strlen(elapsed);
    times += eta[0] ? strlen(" | ") + strlen(eta) : 0;
    api.width = line.width > times ? line.width - times : 0;
    part_put(&line, "%zu/%zu done", done, t->total);
    part_put(&line, "%zu failed", t->failed);
    part_put(&line, "%zu in flight", t->in_flight);
    api_put(&api, t);
    part_put(&line, "%s", elapsed);
    if (eta[0])
        part_put(&line, "%s", eta);
}
