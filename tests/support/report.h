/* Events made by hand, for the tests of the reporters. Thread: the test's. */
#ifndef CVX_TEST_REPORT_H
#define CVX_TEST_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/event.h>

/* A run of which a test tells what it likes; `totals` is shared by its events. */
struct fake_run {
    struct cvx_reporter *reporter;
    struct cvx_totals totals;
};

/* What a file's end says; zero is a full success of an extraction without a word. */
struct fake_file {
    const char *rel, *path; /* path NULL: as rel */
    size_t index;
    enum cvx_outcome outcome;
    const char *issues; /* NULL: none */
    const struct cvx_log *log;
    const struct cvx_err *err;
};

/* Hands the event over if the reporter subscribed to it, as the engine does. */
static inline void fake_emit(struct fake_run *run, struct cvx_event *event)
{
    event->totals = &run->totals;
    if (run->reporter->mask & CVX_EVENT_BIT(event->type))
        run->reporter->on_event(run->reporter, event);
}

static inline void fake_started(struct fake_run *run, bool parallel, size_t total)
{
    struct cvx_event event = {.type = CVX_EVENT_RUN_STARTED};

    run->totals = (struct cvx_totals){.total = total};
    event.u.run_started.parallel = parallel;
    event.u.run_started.workers = parallel ? 10 : 1;
    event.u.run_started.pattern = "*.docx";
    fake_emit(run, &event);
}

/* A record of a file, or of the run when file is NULL. */
static inline void fake_log(struct fake_run *run, const char *rel,
                            const struct cvx_log *log)
{
    struct cvx_file_info info = {.path = rel, .rel = rel};
    struct cvx_event event = {.type = CVX_EVENT_LOG, .file = rel ? &info : NULL};

    for (event.u.log = log->first; event.u.log; event.u.log = event.u.log->next)
        fake_emit(run, &event);
}

static inline void fake_done(struct fake_run *run, const struct fake_file *file)
{
    static const struct cvx_column columns[] = {
        [CVX_OUTCOME_FULL] = {CVX_EXTRACTOR, CVX_MARK_OK, CVX_MARK_OK},
        [CVX_OUTCOME_PARTIAL] = {CVX_EXTRACTOR, CVX_MARK_OK, CVX_MARK_WARN},
        [CVX_OUTCOME_FAILED] = {CVX_EXTRACTOR, CVX_MARK_FAIL, CVX_MARK_NONE},
    };
    const struct cvx_log none = {.threshold = CVX_LEVEL_NONE};
    struct cvx_file_info info = {.index = file->index,
                                 .rel = file->rel,
                                 .path = file->path ? file->path : file->rel};
    struct cvx_event event = {.type = CVX_EVENT_FILE_DONE, .file = &info};

    run->totals.full += file->outcome == CVX_OUTCOME_FULL;
    run->totals.partial += file->outcome == CVX_OUTCOME_PARTIAL;
    run->totals.failed += file->outcome == CVX_OUTCOME_FAILED;
    event.u.file_done.outcome = file->outcome;
    event.u.file_done.columns = &columns[file->outcome];
    event.u.file_done.n_columns = 1;
    event.u.file_done.issues = file->issues ? file->issues : "";
    event.u.file_done.log = file->log ? file->log : &none;
    event.u.file_done.err = file->err;
    fake_emit(run, &event);
}

static inline void fake_not_done(struct fake_run *run, size_t index, const char *rel)
{
    struct cvx_file_info info = {.index = index, .path = rel, .rel = rel};
    struct cvx_event event = {.type = CVX_EVENT_FILE_NOT_DONE, .file = &info};

    run->totals.not_done++;
    fake_emit(run, &event);
}

static inline void fake_tick(struct fake_run *run, int64_t seconds)
{
    struct cvx_event event = {.type = CVX_EVENT_TICK,
                              .mono_ns = seconds * INT64_C(1000000000)};

    fake_emit(run, &event);
}

static inline void fake_ended(struct fake_run *run, const struct cvx_err *err)
{
    struct cvx_event event = {.type = CVX_EVENT_RUN_DONE};

    event.u.run_done.err = err;
    fake_emit(run, &event);
}

/* The end of a run that used the API; each may be NULL. */
static inline void fake_ended_api(struct fake_run *run, const struct cvx_err *stopped,
                                  const struct cvx_figures *figures,
                                  const struct cvx_estimate *estimate)
{
    struct cvx_event event = {.type = CVX_EVENT_RUN_DONE,
                              .mono_ns = INT64_C(12250000000)};

    event.u.run_done.api_stopped = stopped;
    event.u.run_done.figures = figures;
    event.u.run_done.estimate = estimate;
    fake_emit(run, &event);
}

#endif
