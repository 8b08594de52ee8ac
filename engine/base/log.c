/* Owns the bounded list of log records of one file.
 *
 *     head (at most half of the bytes, never dropped) | marker | newest records
 *
 * The marker is there once something was dropped and stands where it was. It is the first
 * dropped record written over, so that dropping needs no memory and cannot fail. */
#include <cvextract/log.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

#define HEAD_MAX (CVX_LOG_MAX / 2)
#define RECORD_MAX ((size_t)64 * 1024) /* text of one record, the note included */
#define NOTE_ROOM ((size_t)64)         /* for the note behind a text that was cut */
#define MARKER_ROOM ((size_t)96) /* least text room: each record may become a marker */

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t record_size(size_t len)
{
    size_t room = len + 1 > MARKER_ROOM ? len + 1 : MARKER_ROOM;

    return sizeof(struct cvx_log_record) + room;
}

/* Cut to RECORD_MAX with a note; `whole` is the length the text had. */
static void record_cut(struct cvx_log_record *record, size_t whole)
{
    size_t keep = cvx_text_cut(record->text, record->len, RECORD_MAX - NOTE_ROOM);
    int n =
        snprintf(record->text + keep, NOTE_ROOM, "... (cut; %zu bytes in all)", whole);

    record->len = keep + (size_t)n;
}

static struct cvx_log_record *record_new(enum cvx_level level, const char *fmt,
                                         va_list ap)
    __attribute__((format(printf, 2, 0)));

static struct cvx_log_record *record_new(enum cvx_level level, const char *fmt,
                                         va_list ap)
{
    va_list again;

    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        return NULL;

    size_t whole = (size_t)n, len = whole < RECORD_MAX ? whole : RECORD_MAX;
    struct cvx_log_record *record = cvx_alloc(record_size(len));

    if (!record)
        return NULL;
    record->next = NULL;
    record->wall_ms = wall_ms();
    record->level = level;
    record->len = len;
    vsnprintf(record->text, len + 1, fmt, ap);
    if (whole > RECORD_MAX)
        record_cut(record, whole);
    return record;
}

/* The record after which dropping begins. */
static struct cvx_log_record *log_fixed_end(const struct cvx_log *log)
{
    return log->marker ? log->marker : log->head_last;
}

static void marker_write(const struct cvx_log *log)
{
    struct cvx_log_record *marker = log->marker;
    int n = snprintf(marker->text, MARKER_ROOM,
                     "%zu log record%s (%zu bytes) dropped here", log->dropped_records,
                     log->dropped_records == 1 ? "" : "s", log->dropped);

    assert(n > 0 && (size_t)n < MARKER_ROOM);
    marker->len = (size_t)n;
    marker->level = CVX_LEVEL_WARNING; /* told wherever logs are shown at all */
}

/* Makes the marker of the first record behind the head. */
static void marker_make(struct cvx_log *log, struct cvx_log_record *record)
{
    /* Gives back the room of a long text; a refusal costs that room only. */
    bool last = log->last == record;
    struct cvx_log_record *small = cvx_realloc_array(record, 1, record_size(0));

    log->marker = small ? small : record;
    log->head_last->next = log->marker;
    if (last)
        log->last = log->marker;
    log->bytes += record_size(0);
}

/* Drops the oldest record that may be dropped. */
static void log_drop(struct cvx_log *log)
{
    struct cvx_log_record *before = log_fixed_end(log), *record = before->next;

    assert(record); /* only called when more than the fixed part is kept */
    log->dropped += record->len;
    log->dropped_records++;
    log->bytes -= record_size(record->len);
    if (!log->marker) {
        marker_make(log, record);
    } else {
        log->marker->wall_ms = record->wall_ms;
        before->next = record->next;
        if (log->last == record)
            log->last = before;
        cvx_free(record);
    }
    marker_write(log);
}

static void log_link(struct cvx_log *log, struct cvx_log_record *record)
{
    record->next = NULL;
    if (log->last)
        log->last->next = record;
    else
        log->first = record;
    log->last = record;
}

static void log_append(struct cvx_log *log, struct cvx_log_record *record)
{
    size_t size = record_size(record->len);
    bool head = log->last == log->head_last && log->head_bytes + size <= HEAD_MAX;

    log_link(log, record);
    log->bytes += size;
    if (head) {
        log->head_last = record;
        log->head_bytes += size;
    }
    /* A record is smaller than the half behind the head: the newest always stays. */
    while (log->bytes > CVX_LOG_MAX)
        log_drop(log);
}

/* Takes over the marker of a log that is being moved to the end of this one. There is one
 * place where records are missing, so everything behind our head up to here goes too. */
static void log_append_marker(struct cvx_log *log, struct cvx_log_record *record,
                              const struct cvx_log *from)
{
    while (log_fixed_end(log) != log->last)
        log_drop(log);
    log->dropped += from->dropped;
    log->dropped_records += from->dropped_records;
    if (log->marker) {
        log->marker->wall_ms = record->wall_ms;
        cvx_free(record);
    } else {
        log_link(log, record);
        log->marker = record;
        log->bytes += record_size(0);
    }
    marker_write(log);
}

void cvx_log_init(struct cvx_log *log, enum cvx_level threshold)
{
    *log = (struct cvx_log){.threshold = threshold};
}

void cvx_log_done(struct cvx_log *log)
{
    if (!log)
        return;
    for (struct cvx_log_record *record = log->first, *next; record; record = next) {
        next = record->next;
        cvx_free(record);
    }
    cvx_log_init(log, log->threshold);
}

bool cvx_log_wants(const struct cvx_log *log, enum cvx_level level)
{
    return level >= log->threshold && level < CVX_LEVEL_NONE;
}

void cvx_log_add(struct cvx_log *log, enum cvx_level level, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    cvx_log_addv(log, level, fmt, ap);
    va_end(ap);
}

void cvx_log_addv(struct cvx_log *log, enum cvx_level level, const char *fmt, va_list ap)
{
    if (!cvx_log_wants(log, level))
        return;

    struct cvx_log_record *record = record_new(level, fmt, ap);

    if (record)
        log_append(log, record);
    else
        log->lost = true;
}

void cvx_log_move(struct cvx_log *log, struct cvx_log *from)
{
    enum cvx_level threshold = log->threshold;
    bool lost = log->lost || from->lost;

    if (!log->first) {
        *log = *from;
    } else {
        for (struct cvx_log_record *record = from->first, *next; record; record = next) {
            next = record->next;
            if (record == from->marker)
                log_append_marker(log, record, from);
            else
                log_append(log, record);
        }
    }
    log->threshold = threshold;
    log->lost = lost;
    cvx_log_init(from, from->threshold);
}

const char *cvx_level_name(enum cvx_level level)
{
    switch (level) {
    case CVX_LEVEL_DEBUG:
        return "DEBUG";
    case CVX_LEVEL_INFO:
        return "INFO";
    case CVX_LEVEL_WARNING:
        return "WARNING";
    case CVX_LEVEL_ERROR:
        return "ERROR";
    case CVX_LEVEL_NONE:
        break;
    }
    return "NONE";
}
