/* The reporters: each consumes events (event.h) and nothing else, on the loop's thread.
 * Ownership: who makes one frees it, after the run. */
#ifndef CVX_REPORTERS_H
#define CVX_REPORTERS_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/event.h>

/* console.c: the header, one line per completed file (with its block of log lines when
 * verbose), the summary, on fd `out`; the live status line on fd `err_fd` when `progress`.
 * A batch prints a file's log as one block with its line, and records of the run (which
 * belong to no file) as they come; a single file's records are all printed as they come,
 * without header and summary. A run-level fault is told as "Stopped: ..." at the end.
 * Neither descriptor is closed; they may be non-blocking. */
struct cvx_console_options {
    int out, err_fd;
    enum cvx_level level; /* NONE = minimal, INFO = verbose, DEBUG = debug */
    bool causes;          /* errors with their chain and source location (debug) */
    bool ascii;           /* icons as words */
    bool progress;        /* the caller saw a terminal and no --no-progress */
    bool
        color; /* the live line is dimmed; without `progress` no escape is ever written */
};
struct cvx_console;
/* The options are copied. NULL when memory is short. */
struct cvx_console *cvx_console_new(const struct cvx_console_options *options);
struct cvx_reporter *cvx_console_reporter(struct cvx_console *console);
/* errno of the first write that failed (EPIPE when stdout was closed; nothing is written
 * after it), ENOMEM when a block or line could not be built (later ones are written),
 * 0 = none. */
int cvx_console_fault(const struct cvx_console *console);
void cvx_console_free(struct cvx_console *console);

/* logfile.c: everything at full detail, appended to a file; a file's log and its result line
 * are one write. Lines: "2026-01-31 12:00:00.123 | INFO | team/engineer1.docx | message",
 * local time, "-" for what belongs to the run. */
struct cvx_logfile;
/* Opens (parents made; a new file gets 0600 less the umask, since logs name people).
 * CVX_EIO, CVX_ENOSPC, CVX_ENOMEM. */
int cvx_logfile_new(const char *path, struct cvx_logfile **ret, struct cvx_err *err);
struct cvx_reporter *cvx_logfile_reporter(struct cvx_logfile *logfile);
/* As cvx_console_fault(); after RUN_DONE the close is part of it. */
int cvx_logfile_fault(const struct cvx_logfile *logfile);
void cvx_logfile_free(struct cvx_logfile *logfile);

/* failed.c: collects the paths of failed and unfinished inputs for --log-failed. */
struct cvx_failed;
/* NULL when memory is short. */
struct cvx_failed *cvx_failed_new(void);
struct cvx_reporter *cvx_failed_reporter(struct cvx_failed *failed);
/* Writes the list (in input order, atomically) to path; an empty list gives an empty file.
 * CVX_EIO, CVX_ENOSPC; CVX_ENOMEM, also when memory had run out for one of the paths: the
 * others are written then, and the text tells how many are missing. */
int cvx_failed_write(struct cvx_failed *failed, const char *path, struct cvx_err *err);
void cvx_failed_free(struct cvx_failed *failed);

/* summary.c: the totals, counters, bounds and waits of a run, for --summary-json. */
struct cvx_summary;
/* NULL when memory is short. */
struct cvx_summary *cvx_summary_new(void);
struct cvx_reporter *cvx_summary_reporter(struct cvx_summary *summary);
/* Writes one JSON object to path (a file is replaced whole; "-" = standard output); nothing
 * when the run broke off before its files. `exit_status` is the program's, signals included.
 * A part that the run had no use for is null: "api" without calls, "estimate" without
 * --dry-run. CVX_EIO, CVX_ENOSPC, CVX_ENOMEM. */
int cvx_summary_write(const struct cvx_summary *summary, int exit_status,
                      const char *path, struct cvx_err *err);
void cvx_summary_free(struct cvx_summary *summary);

/* line.c: texts shared by the reporters. None of them but the last three ends in a newline;
 * what comes from outside (names, messages) is made printable.
 *
 * The result line of a FILE_DONE event (10-cli.md, "What the console shows"); `counter` adds
 * "[ 1/20 |   5%]". With `ascii` everything but names and messages is ASCII: icons are words,
 * '/' stands between work and verification, ',' between columns:
 *     warn [ 2/20 |  10%] E:ok/warn,R:ok/- engineer2.docx | warnings: ... */
void cvx_line_print(const struct cvx_event *event, bool counter, bool ascii,
                    struct cvx_buf *buf);
/* "Processing 20 files matching '*.docx' with 10 parallel workers", of RUN_STARTED. "files"
 * and "workers" stay plural for scripts; so they do in the summary. */
void cvx_line_header(const struct cvx_event *event, struct cvx_buf *buf);
/* "Completed: 19/20 files succeeded (18 full, 1 partial), 1 failed[, 4 not done]". */
void cvx_line_summary(const struct cvx_event *event, struct cvx_buf *buf);
/* "Stopped: " and the fault of the run. */
void cvx_line_stopped(const struct cvx_err *err, struct cvx_buf *buf);
/* "Stopped calling the API: " and why. */
void cvx_line_api_stopped(const struct cvx_err *err, struct cvx_buf *buf);
/* "Dry run: 12 files would make 13 calls, about 40000 tokens in and 9000 out (assumed: ...)" */
void cvx_line_estimate(const struct cvx_event *event, struct cvx_buf *buf);
/* A text of any number of lines, each of them behind `prefix`. */
void cvx_line_text(const char *text, size_t len, const char *prefix, struct cvx_buf *buf);
/* One line per frame of the chain with its source location, outermost first:
 *     <prefix>failed: cannot write team/a.json (engine/file_io.c:31)
 *     <prefix>  caused by: No space left on device (engine/store.c:120) */
void cvx_line_causes(const struct cvx_err *err, const char *prefix, struct cvx_buf *buf);
/* Figures of a run that made calls, a line each behind `prefix`; parts that are nothing are
 * left out: the bound when nobody answered, the second line without tokens, the third when
 * the run was within 3 % of the bound:
 *     API: 200 calls (3 from the cache), 204 sends, 1 limited; bound 12.0 s (requests), took
 *         12.2 s: 0.98 of the best possible
 *     Tokens: 81234 in (2048 from the provider's cache), 9120 out; cost 1.2300
 *     Waits, summed over calls: quota 3.1 s, backoff 0.400 s, CPU 0.000 s; 429 answers: 1; after
 *         the last file began: 1.2 s
 * "calls" and "sends" stay plural for scripts. */
void cvx_line_api(const struct cvx_figures *figures, const char *prefix,
                  struct cvx_buf *buf);

/* status.c: the text of the live line of a TICK event, at most `columns` wide, no newline,
 * ASCII; a part that would not fit whole is left out. */
void cvx_status_print(const struct cvx_event *tick, int columns, struct cvx_buf *buf);

#endif
