/* Everything that happens in a run, as data. Reporters consume events and nothing else.
 *
 * A reporter subscribes by mask; an event that nobody wants is not built. Thread: the loop.
 * All pointers in an event are borrowed and valid during the call only. A reporter must not
 * block for long and must not call into the run, cvx_run_stop() excepted. */
#ifndef CVEXTRACT_EVENT_H
#define CVEXTRACT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/err.h>
#include <cvextract/figures.h>
#include <cvextract/issues.h>
#include <cvextract/log.h>
#include <cvextract/stage.h>

enum cvx_event_type {
    CVX_EVENT_RUN_STARTED,   /* the inputs are known; nothing is admitted yet */
    CVX_EVENT_FILE_STARTED,  /* admitted */
    CVX_EVENT_STATE,         /* a file went from one state to another */
    CVX_EVENT_STEP_DONE,     /* a step of a file ended, its verification included */
    CVX_EVENT_LOG,           /* one record of a file, or of the run (file NULL) */
    CVX_EVENT_FILE_DONE,     /* exactly once per completed file */
    CVX_EVENT_FILE_NOT_DONE, /* a stop came first; others may still be done after it */
    CVX_EVENT_TICK,          /* a few times a second while the run lasts */
    CVX_EVENT_RUN_DONE
};

#define CVX_EVENT_BIT(type) (1u << (type))

/* How a step and its verification ended, for icons. */
enum cvx_mark {
    CVX_MARK_NONE, /* not run */
    CVX_MARK_OK,
    CVX_MARK_WARN,
    CVX_MARK_FAIL
};

/* One letter of a file's line: a chain of adjusters is one column with its worst mark. */
struct cvx_column {
    enum cvx_stage_kind kind;
    enum cvx_mark work, verify;
};

enum cvx_outcome { CVX_OUTCOME_FULL, CVX_OUTCOME_PARTIAL, CVX_OUTCOME_FAILED };

/* Counters of the run so far. */
struct cvx_totals {
    size_t total, full, partial, failed, not_done;
    size_t in_flight;   /* admitted and not ended */
    size_t jobs_queued; /* waiting for a CPU thread */
    size_t calls_in_flight;
    /* Of the API side so far, for the live line; 0 without one. */
    size_t calls_queued, retries, limited;
    double rpm, tpm, rpm_now,
        tpm_now; /* limits in force (0 = unknown) and used, a minute */
};

struct cvx_event {
    enum cvx_event_type type;
    int64_t mono_ns;                  /* since the run began, monotonic */
    const struct cvx_file_info *file; /* NULL for events of the run */
    const struct cvx_totals *totals;  /* always there */
    union {
        struct {
            bool parallel;       /* a batch; else one file */
            size_t workers;      /* most files in flight */
            bool workers_auto;   /* n=auto: `workers` is the upper end */
            const char *pattern; /* what file names had to match; NULL for a given list */
        } run_started;
        struct {
            const char *from, *to;
        } state;
        struct {
            const char *stage; /* its name */
            struct cvx_column column;
        } step_done;
        const struct cvx_log_record *log;
        struct {
            enum cvx_outcome outcome;
            const struct cvx_column *columns;
            size_t n_columns;
            /* Issues of the last step that has any, already joined: "errors: ... |
             * warnings: ...", printable, "" when there are none. */
            const char *issues;
            const struct cvx_log *log; /* the whole block */
            const struct cvx_err
                *err; /* chain of causes, NULL unless a fault failed it */
            int64_t took_ns;
        } file_done;
        struct {
            int exit_status; /* as the run sees it, signals aside */
            bool stopped;    /* cvx_run_stop() or a run-level fault ended it early */
            const struct cvx_err *err;           /* the run-level fault, or NULL */
            const struct cvx_err *api_stopped;   /* why the API side stopped, or NULL */
            const struct cvx_figures *figures;   /* of a run that used the API, or NULL */
            const struct cvx_estimate *estimate; /* of a dry run, or NULL */
        } run_done;
    } u;
};

struct cvx_reporter {
    unsigned mask; /* CVX_EVENT_BIT()s */
    enum cvx_level
        log_level; /* lowest level it wants in logs; CVX_LEVEL_NONE = no logs */
    void (*on_event)(struct cvx_reporter *reporter, const struct cvx_event *event);
};

#endif
