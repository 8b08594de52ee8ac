/* Owns the log file: everything that a run says, at full detail, one block per file.
 * Thread: the loop. */
#include "reporters.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "../store.h"
#include "out.h"

struct cvx_logfile {
    struct cvx_reporter reporter; /* first */
    struct cvx_out out;
    struct cvx_buf prefix; /* of the line or record that is being written */
    bool parallel;
};

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void time_put(struct cvx_buf *buf, int64_t ms)
{
    struct tm tm = {.tm_year = 70, .tm_mday = 1};
    time_t seconds = (time_t)(ms / 1000);

    localtime_r(&seconds, &tm);
    cvx_buf_printf(buf, "%04d-%02d-%02d %02d:%02d:%02d.%03d", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                   (int)(ms % 1000));
}

/* "2026-01-31 12:00:00.123 | INFO | team/engineer1.docx | ", valid until the next one. */
static const char *prefix_make(struct cvx_logfile *logfile, int64_t ms,
                               enum cvx_level level, const struct cvx_file_info *file)
{
    struct cvx_buf *prefix = &logfile->prefix;
    const char *name = file ? file->rel : "-";

    cvx_buf_clear(prefix);
    time_put(prefix, ms);
    cvx_buf_printf(prefix, " | %s | ", cvx_level_name(level));
    cvx_text_printable(prefix, name, strlen(name));
    cvx_buf_puts(prefix, " | ");
    /* A line without its prefix must not get out. */
    if (prefix->failed)
        logfile->out.block.failed = true;
    return prefix->data && !prefix->failed ? prefix->data : "";
}

/* Begins a line of our own making; line_end() ends it. */
static struct cvx_buf *line_begin(struct cvx_logfile *logfile, enum cvx_level level,
                                  const struct cvx_file_info *file)
{
    cvx_buf_puts(&logfile->out.block, prefix_make(logfile, wall_ms(), level, file));
    return &logfile->out.block;
}

static void line_end(struct cvx_logfile *logfile)
{
    cvx_buf_putc(&logfile->out.block, '\n');
}

static void record_put(struct cvx_logfile *logfile, const struct cvx_log_record *record,
                       const struct cvx_file_info *file)
{
    const char *prefix = prefix_make(logfile, record->wall_ms, record->level, file);

    cvx_line_text(record->text, record->len, prefix, &logfile->out.block);
}

static void causes_put(struct cvx_logfile *logfile, const struct cvx_err *err,
                       const struct cvx_file_info *file)
{
    if (err)
        cvx_line_causes(err, prefix_make(logfile, wall_ms(), CVX_LEVEL_DEBUG, file),
                        &logfile->out.block);
}

static void on_run_started(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    logfile->parallel = event->u.run_started.parallel;
    if (!logfile->parallel)
        return;
    cvx_line_header(event, line_begin(logfile, CVX_LEVEL_INFO, NULL));
    line_end(logfile);
    cvx_out_flush(&logfile->out);
}

/* Records of the run alone: a file's come with its end. */
static void on_log(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    if (event->file)
        return;
    record_put(logfile, event->u.log, NULL);
    cvx_out_flush(&logfile->out);
}

static void log_put(struct cvx_logfile *logfile, const struct cvx_log *log,
                    const struct cvx_file_info *file)
{
    for (const struct cvx_log_record *r = log->first; r; r = r->next)
        record_put(logfile, r, file);
    if (!log->lost)
        return;
    cvx_buf_puts(line_begin(logfile, CVX_LEVEL_WARNING, file),
                 "memory ran out, a part of this file's log is missing");
    line_end(logfile);
}

static void on_file_done(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    static const enum cvx_level level[] = {
        [CVX_OUTCOME_FULL] = CVX_LEVEL_INFO,
        [CVX_OUTCOME_PARTIAL] = CVX_LEVEL_WARNING,
        [CVX_OUTCOME_FAILED] = CVX_LEVEL_ERROR,
    };
    struct cvx_out *out = &logfile->out;
    struct cvx_err err;

    cvx_out_log_begin(out);
    log_put(logfile, event->u.file_done.log, event->file);
    causes_put(logfile, event->u.file_done.err, event->file);
    if (cvx_out_log_end(out, &err))
        cvx_buf_printf(line_begin(logfile, CVX_LEVEL_WARNING, event->file),
                       "log left out: %s\n", cvx_err_root(&err));
    cvx_line_print(event, logfile->parallel, false,
                   line_begin(logfile, level[event->u.file_done.outcome], event->file));
    line_end(logfile);
    cvx_out_flush(out);
}

static void on_file_not_done(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    cvx_buf_puts(line_begin(logfile, CVX_LEVEL_WARNING, event->file),
                 "not done: the run was stopped first");
    line_end(logfile);
    cvx_out_flush(&logfile->out);
}

/* Some file systems tell only at the close that they could not keep what was written. */
static void logfile_close(struct cvx_logfile *logfile)
{
    struct cvx_out *out = &logfile->out;

    if (out->fd >= 0 && close(out->fd) != 0 && errno != EINTR && !out->fault)
        out->fault = errno;
    out->fd = -1;
    out->dead = true;
}

/* What the API side came to, of a single file too: a log is read later. */
static void api_put(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    const struct cvx_err *stopped = event->u.run_done.api_stopped;
    const struct cvx_figures *figures = event->u.run_done.figures;

    if (stopped) {
        cvx_line_api_stopped(stopped, line_begin(logfile, CVX_LEVEL_ERROR, NULL));
        line_end(logfile);
        causes_put(logfile, stopped, NULL);
    }
    if (figures)
        cvx_line_api(figures, prefix_make(logfile, wall_ms(), CVX_LEVEL_INFO, NULL),
                     &logfile->out.block);
}

static void on_run_done(struct cvx_logfile *logfile, const struct cvx_event *event)
{
    const struct cvx_err *err = event->u.run_done.err;

    if (err) {
        cvx_line_stopped(err, line_begin(logfile, CVX_LEVEL_ERROR, NULL));
        line_end(logfile);
        causes_put(logfile, err, NULL);
    }
    if (logfile->parallel) {
        cvx_line_summary(event, line_begin(logfile, CVX_LEVEL_INFO, NULL));
        line_end(logfile);
    }
    api_put(logfile, event);
    if (event->u.run_done.estimate) {
        cvx_line_estimate(event, line_begin(logfile, CVX_LEVEL_INFO, NULL));
        line_end(logfile);
    }
    cvx_out_flush(&logfile->out);
    logfile_close(logfile);
}

static void logfile_on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    struct cvx_logfile *logfile = (struct cvx_logfile *)reporter;

    switch (event->type) {
    case CVX_EVENT_RUN_STARTED:
        on_run_started(logfile, event);
        break;
    case CVX_EVENT_LOG:
        on_log(logfile, event);
        break;
    case CVX_EVENT_FILE_DONE:
        on_file_done(logfile, event);
        break;
    case CVX_EVENT_FILE_NOT_DONE:
        on_file_not_done(logfile, event);
        break;
    case CVX_EVENT_RUN_DONE:
        on_run_done(logfile, event);
        break;
    case CVX_EVENT_FILE_STARTED:
    case CVX_EVENT_STATE:
    case CVX_EVENT_STEP_DONE:
    case CVX_EVENT_TICK:
        break;
    }
}

static int parents_make(const char *path, struct cvx_err *err)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];

    if (!slash || slash == path)
        return CVX_OK;

    size_t len = (size_t)(slash - path);

    if (len >= sizeof(folder))
        return cvx_fail_errno(err, ENAMETOOLONG, "%s", path);
    memcpy(folder, path, len);
    folder[len] = '\0';
    return cvx_store_make_dirs(folder, err);
}

int cvx_logfile_new(const char *path, struct cvx_logfile **ret, struct cvx_err *err)
{
    struct cvx_logfile *logfile = cvx_zalloc(sizeof(*logfile));
    int rc;

    if (!logfile)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the log file %s", path);
    logfile->out.fd = -1;
    rc = !*path || path[strlen(path) - 1] == '/'
             ? cvx_fail(err, CVX_EIO, "%s: a folder, not a file", path)
             : parents_make(path, err);
    if (!rc) {
        logfile->out.fd =
            open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
        if (logfile->out.fd < 0)
            rc = cvx_fail_errno(err, errno, "%s", path);
    }
    if (rc) {
        cvx_logfile_free(logfile);
        return cvx_wrap(err, "cannot open the log file");
    }
    logfile->reporter.mask =
        CVX_EVENT_BIT(CVX_EVENT_RUN_STARTED) | CVX_EVENT_BIT(CVX_EVENT_LOG) |
        CVX_EVENT_BIT(CVX_EVENT_FILE_DONE) | CVX_EVENT_BIT(CVX_EVENT_FILE_NOT_DONE) |
        CVX_EVENT_BIT(CVX_EVENT_RUN_DONE);
    logfile->reporter.log_level = CVX_LEVEL_DEBUG;
    logfile->reporter.on_event = logfile_on_event;
    *ret = logfile;
    return CVX_OK;
}

struct cvx_reporter *cvx_logfile_reporter(struct cvx_logfile *logfile)
{
    return &logfile->reporter;
}

int cvx_logfile_fault(const struct cvx_logfile *logfile)
{
    return logfile->out.fault;
}

void cvx_logfile_free(struct cvx_logfile *logfile)
{
    if (!logfile)
        return;
    logfile_close(logfile);
    cvx_out_done(&logfile->out);
    cvx_buf_done(&logfile->prefix);
    cvx_free(logfile);
}
