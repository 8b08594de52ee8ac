/* The log of one file: records in order, bounded, printed as one block when it ends.
 *
 * A worker writes into the log of its task, the loop moves it into the file's. At most
 * CVX_LOG_MAX bytes are kept (the records' own size counted): when more come, the oldest
 * half stays, the newest stay, the middle is dropped and a record says how much. A text
 * over 64 KiB is cut with a note. Thread: the holder. */
#ifndef CVEXTRACT_LOG_H
#define CVEXTRACT_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CVX_LOG_MAX ((size_t)256 * 1024)

enum cvx_level {
    CVX_LEVEL_DEBUG,
    CVX_LEVEL_INFO,
    CVX_LEVEL_WARNING,
    CVX_LEVEL_ERROR,
    CVX_LEVEL_NONE /* as a threshold: nothing is kept */
};

struct cvx_log_record {
    struct cvx_log_record *next;
    int64_t wall_ms; /* Unix time, for people; never used to measure */
    enum cvx_level level;
    size_t len;
    char text[]; /* UTF-8 or raw bytes, NUL-terminated; escaped only when shown */
};

struct cvx_log {
    enum cvx_level threshold; /* records below it are not even formatted */
    bool lost;                /* memory ran out for at least one record */
    size_t bytes, head_bytes;
    size_t dropped, dropped_records; /* bytes of text, records */
    struct cvx_log_record *first, *last;
    struct cvx_log_record *head_last; /* end of the part that is never dropped */
    /* The WARNING that says how much was dropped, NULL while nothing was. A record like the
     * others, in its place behind head_last and always up to date: readers need not care. */
    struct cvx_log_record *marker;
};

void cvx_log_init(struct cvx_log *log, enum cvx_level threshold);
void cvx_log_done(struct cvx_log *log);
/* Whether a record of this level would be kept. */
bool cvx_log_wants(const struct cvx_log *log, enum cvx_level level);
void cvx_log_add(struct cvx_log *log, enum cvx_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void cvx_log_addv(struct cvx_log *log, enum cvx_level level, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));
/* Moves all records of `from` to the end of `log`, whose bounds hold; `from` is empty
 * afterwards and keeps its threshold. Cannot fail. */
void cvx_log_move(struct cvx_log *log, struct cvx_log *from);
/* Static text: "DEBUG", "INFO", "WARNING", "ERROR". */
const char *cvx_level_name(enum cvx_level level);

#endif
