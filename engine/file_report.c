/* What a file says: its log, record by record and as a block, and its final event. */
#include "file_private.h"

#include <stdarg.h>

static void file_tell(struct cvx_file *f, const struct cvx_log *log)
{
    if (!cvx_events_want(f->env->events, CVX_EVENT_LOG))
        return;
    for (const struct cvx_log_record *r = log->first; r; r = r->next) {
        struct cvx_event event = {.type = CVX_EVENT_LOG, .file = &f->info};

        event.u.log = r;
        cvx_events_emit(f->env->events, &event);
    }
}

/* Records reach the reporters one by one as they come, and again as a block at the end. */
void cvx_file_log(struct cvx_file *f, enum cvx_level level, const char *fmt, ...)
{
    struct cvx_log one;
    va_list ap;

    if (!cvx_log_wants(&f->log, level))
        return;
    cvx_log_init(&one, f->log.threshold);
    va_start(ap, fmt);
    cvx_log_addv(&one, level, fmt, ap);
    va_end(ap);
    file_tell(f, &one);
    cvx_log_move(&f->log, &one);
    cvx_log_done(&one);
}

void cvx_file_take_log(struct cvx_file *f, struct cvx_log *log)
{
    file_tell(f, log);
    cvx_log_move(&f->log, log);
}

void cvx_file_log_issues(struct cvx_file *f, const struct cvx_issues *issues)
{
    for (size_t i = 0; i < issues->count; i++)
        cvx_file_log(f,
                     issues->items[i].severity == CVX_SEVERITY_ERROR ? CVX_LEVEL_ERROR
                                                                     : CVX_LEVEL_WARNING,
                     "%s", issues->items[i].text);
}

void cvx_file_log_stage(struct cvx_file *f)
{
    const struct cvx_plan *plan = f->env->plan;
    const struct cvx_plan_step *step = cvx_file_step(f);
    const char *name = step->tries[f->try].stage->name;
    size_t chain = 0, place = 0;

    if (step->kind == CVX_EXTRACTOR) {
        cvx_file_log(f, CVX_LEVEL_INFO, "extracting with %s", name);
        return;
    }
    if (step->kind == CVX_RENDERER) {
        cvx_file_log(f, CVX_LEVEL_INFO, "rendering with %s", name);
        return;
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].kind != CVX_ADJUSTER)
            continue;
        chain++;
        if (i == f->step)
            place = chain;
    }
    cvx_file_log(f, CVX_LEVEL_INFO, "applying adjuster %zu/%zu: %s", place, chain, name);
}

static void log_history(struct cvx_file *f)
{
    unsigned from = f->n_history > FILE_HISTORY ? f->n_history - FILE_HISTORY : 0;

    for (unsigned i = from; i < f->n_history; i++)
        cvx_file_log(f, CVX_LEVEL_ERROR, "state %u: %s", i,
                     cvx_file_state_name(f->history[i % FILE_HISTORY]));
}

void cvx_file_report(struct cvx_file *f, enum cvx_outcome outcome)
{
    struct cvx_event event = {.type = CVX_EVENT_FILE_DONE, .file = &f->info};
    struct cvx_buf issues = CVX_BUF_INIT;

    if (f->err.rc == CVX_EINTERNAL)
        log_history(f);
    f->env->on_count(f->env->arg, outcome);
    if (!cvx_events_want(f->env->events, CVX_EVENT_FILE_DONE))
        return;
    cvx_issues_print(&f->issues, &issues);
    event.u.file_done.outcome = outcome;
    event.u.file_done.columns = f->columns;
    event.u.file_done.n_columns = f->env->plan->n_columns;
    event.u.file_done.issues = issues.data ? issues.data : "";
    event.u.file_done.log = &f->log;
    event.u.file_done.err = f->err.rc ? &f->err : NULL;
    event.u.file_done.took_ns = cvx_loop_now(f->env->tasks->loop) - f->started_ns;
    cvx_events_emit(f->env->events, &event);
    cvx_buf_done(&issues);
}
