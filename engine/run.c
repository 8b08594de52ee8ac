/* A run: its phases, its stop, its result.
 *
 *     prepare every stage ─▶ set up (source, target, lock) ─▶ files (admit.c) ─▶ end
 *
 * What is wrong with the configuration shows in the first phase, before anything is written;
 * what is wrong with source or target in the second, before any file is touched. */
#include "run_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "store.h"

#define TICK_NS (200 * CVX_NS_PER_MS)

/* ---- making and freeing ---- */

int cvx_run_new(const struct cvx_registry *registry,
                const struct cvx_run_options *options, struct cvx_run **ret,
                struct cvx_err *err)
{
    struct cvx_run *run = cvx_zalloc(sizeof(*run));
    int rc;

    if (!run)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a run");
    cvx_events_init(&run->events);
    run->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (run->stop_fd < 0)
        rc = cvx_fail_errno(err, errno, "cannot make an eventfd");
    else
        rc = cvx_plan_new(registry, options, &run->plan, err);
    if (rc) {
        cvx_run_free(run);
        return rc;
    }
    *ret = run;
    return CVX_OK;
}

int cvx_run_add_reporter(struct cvx_run *run, struct cvx_reporter *reporter)
{
    return cvx_events_add(&run->events, reporter);
}

void cvx_run_free(struct cvx_run *run)
{
    if (!run)
        return;
    cvx_events_done(&run->events);
    cvx_plan_free(run->plan);
    if (run->stop_fd >= 0)
        close(run->stop_fd);
    cvx_free(run);
}

void cvx_run_stop(struct cvx_run *run)
{
    /* A lock-free store and one system call: safe in a signal handler. The handler's errno is
     * its caller's. */
    const uint64_t one = 1;
    int keep = errno;
    ssize_t n;

    atomic_store(&run->stop_asked, true);
    n = write(run->stop_fd, &one, sizeof(one));
    (void)n;
    errno = keep;
}

void cvx_run_set_caller(struct cvx_run *run, struct cvx_caller *caller)
{
    run->tasks.caller = caller;
}

struct cvx_loop *cvx_run_loop(struct cvx_run *run)
{
    return run->loop;
}

/* ---- stop ---- */

static void run_cancel(struct cvx_run *run)
{
    cvx_task_cancel(&run->prepare);
    cvx_run_cancel_files(run);
}

static void on_grace_over(void *arg)
{
    run_cancel(arg);
}

static void on_stop(void *arg)
{
    struct cvx_run *run = arg;
    uint64_t count = 0;

    if (read(run->stop_fd, &count, sizeof(count)) != (ssize_t)sizeof(count))
        return;
    if (run->stops == 0) {
        run->stopping = true;
        run->tasks.draining = true;
        cvx_run_api_drain(run);
        cvx_timer_start(run->grace, (int64_t)run->plan->grace_s * CVX_NS_PER_S);
        cvx_task_cancel(&run->prepare);
    }
    run->stops += (unsigned)count;
    if (run->stops > 1)
        run_cancel(run);
    if (run->admit.call)
        cvx_loop_defer(run->loop, &run->admit);
}

/* ---- the loop and what hangs on it ---- */

/* A worker holds few descriptors at a time; with a low limit fewer workers run. */
static unsigned budget_threads(unsigned wanted)
{
    const rlim_t own = 24, each = 4;
    struct rlimit limit;
    rlim_t fit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return wanted;
    fit = limit.rlim_cur > own + each ? (limit.rlim_cur - own) / each : 1;
    return wanted < fit ? wanted : (unsigned)fit;
}

static unsigned count_threads(const struct cvx_plan *plan)
{
    cpu_set_t mine;

    if (plan->cpu_threads)
        return budget_threads(plan->cpu_threads);
    /* The CPUs that this process may use, which need not be all there are. */
    if (sched_getaffinity(0, sizeof(mine), &mine) == 0)
        return budget_threads((unsigned)CPU_COUNT(&mine));
    return budget_threads(1);
}

static void on_tick(void *arg)
{
    struct cvx_run *run = arg;
    struct cvx_event event = {.type = CVX_EVENT_TICK};

    run->events.totals.jobs_queued = cvx_pool_queued(run->pool);
    cvx_run_api_totals(run, &run->events.totals);
    cvx_events_emit(&run->events, &event);
    cvx_timer_start(run->tick, TICK_NS);
}

static void on_shared_idle(void *arg)
{
    cvx_run_look(arg);
}

static int run_open(struct cvx_run *run, struct cvx_err *err)
{
    int rc = cvx_loop_new(run->plan->calls, &run->loop, err);

    if (!rc)
        rc = cvx_timer_new(run->loop, on_tick, run, &run->tick, err);
    if (!rc)
        rc = cvx_timer_new(run->loop, on_grace_over, run, &run->grace, err);
    if (!rc)
        rc = cvx_watch_new(run->loop, run->stop_fd, on_stop, run, &run->stop_watch, err);
    if (!rc)
        rc = cvx_pool_new(run->loop, count_threads(run->plan), &run->pool, err);
    if (rc)
        return rc;
    run->tasks.loop = run->loop;
    run->tasks.pool = run->pool;
    run->tasks.log_level = run->events.log_level;
    rc = cvx_shared_new(&run->tasks, &run->shared, err);
    if (rc)
        return rc;
    run->tasks.shared = run->shared;
    cvx_shared_on_idle(run->shared, on_shared_idle, run);
    run->events.loop = run->loop;
    run->events.started_ns = cvx_loop_now(run->loop);
    return CVX_OK;
}

static void run_close(struct cvx_run *run)
{
    struct cvx_plan_stage *planned;

    for (size_t i = 0; (planned = cvx_plan_stage_at(run->plan, i)) != NULL; i++) {
        if (planned->prepared && planned->stage->close)
            planned->stage->close(planned->state);
        planned->prepared = false;
    }
    cvx_shared_free(run->shared);
    cvx_run_api_close(run);
    cvx_pool_free(run->pool);
    cvx_watch_free(run->stop_watch);
    cvx_timer_free(run->grace);
    cvx_timer_free(run->tick);
    cvx_loop_free(run->loop);
    cvx_scan_done(&run->scan);
    cvx_lock_release(run->lock);
}

/* ---- second phase: source, target, lock ---- */

static int scan_one(struct cvx_run *run, const struct cvx_scan_request *request)
{
    const char *path = run->plan->source;
    struct stat st;

    if (lstat(path, &st) != 0)
        return cvx_fail_errno(&run->err, errno, "cannot find the source %s", path);
    return cvx_scan_list(request, &path, 1, &run->scan, &run->err);
}

/* A pattern of the user's is matched as written, the usual ones in any case. */
static const char *scan_pattern(const struct cvx_plan *plan)
{
    const char *pattern = cvx_plan_pattern(plan);

    if (plan->file_type)
        return plan->file_type;
    if (plan->loads)
        return "*.[jJ][sS][oO][nN]";
    return strcmp(pattern, "*.docx") == 0 ? NULL : pattern;
}

static int run_scan(struct cvx_run *run)
{
    struct cvx_plan *plan = run->plan;
    struct cvx_scan_request request = {.root = plan->parallel ? plan->source : NULL,
                                       .pattern = scan_pattern(plan),
                                       .shown = cvx_plan_pattern(plan),
                                       .target = plan->target,
                                       .suffixes = plan->suffixes,
                                       .n_suffixes = plan->n_suffixes,
                                       .stop = &run->stop_asked,
                                       .skip = plan->folders,
                                       .n_skip = plan->n_folders,
                                       .output_folder_len =
                                           cvx_plan_longest_folder(plan)};

    if (plan->inputs_given)
        return cvx_scan_list(&request, (const char *const *)plan->inputs, plan->n_inputs,
                             &run->scan, &run->err);
    if (!plan->parallel)
        return scan_one(run, &request);
    return cvx_scan_tree(&request, &run->scan, &run->err);
}

/* Where outputs go is made and tried now: a folder that refuses shows before any work is
 * done, or paid for. */
static int make_folders(struct cvx_run *run)
{
    const struct cvx_plan *plan = run->plan;
    int rc = CVX_OK;

    for (size_t i = 0; i < plan->n_folders && !rc; i++) {
        rc = cvx_store_make_dirs(plan->folders[i], &run->err);
        if (!rc && faccessat(AT_FDCWD, plan->folders[i], W_OK | X_OK, AT_EACCESS) != 0)
            rc = cvx_fail_errno(&run->err, errno, "cannot write into %s",
                                plan->folders[i]);
    }
    return rc;
}

static void setup_run(struct cvx_job *job)
{
    struct cvx_run *run =
        (struct cvx_run *)((char *)job - offsetof(struct cvx_run, setup));
    bool unclean = false;

    run->rc = run_scan(run);
    if (run->plan->dry_run)
        return;
    if (!run->rc)
        run->rc = cvx_lock_acquire(run->plan->target, run->plan->parallel, &run->lock,
                                   &unclean, &run->err);
    if (!run->rc)
        run->rc = make_folders(run);
    if (!run->rc && unclean)
        cvx_store_sweep(run->plan->target);
}

static void setup_done(struct cvx_job *job)
{
    struct cvx_run *run =
        (struct cvx_run *)((char *)job - offsetof(struct cvx_run, setup));
    struct cvx_event event = {.type = CVX_EVENT_RUN_STARTED};
    struct cvx_plan *plan = run->plan;

    if (run->rc) {
        cvx_run_finish(run);
        return;
    }
    run->limit = plan->n ? plan->n : CVX_FILES_IN_FLIGHT_AUTO_MAX;
    if (!plan->parallel)
        run->limit = 1;
    run->events.totals.total = run->scan.count;
    event.u.run_started.parallel = plan->parallel;
    event.u.run_started.workers = run->limit;
    event.u.run_started.workers_auto = plan->n == 0;
    event.u.run_started.pattern = plan->inputs_given ? NULL : cvx_plan_pattern(plan);
    cvx_events_emit(&run->events, &event);
    if (cvx_events_want(&run->events, CVX_EVENT_TICK))
        on_tick(run); /* at once: a short run is seen too */
    cvx_run_files(run);
}

static void run_set_up(struct cvx_run *run)
{
    run->setup.run = setup_run;
    run->setup.done = setup_done;
    cvx_pool_submit(run->pool, &run->setup);
}

/* ---- first phase: each stage's prepare, one after the other ---- */

static void prepare_next(struct cvx_run *run);

/* What a prepare has to say is about the run, not about a file. */
static void prepare_tell(struct cvx_run *run, const struct cvx_log *log)
{
    for (const struct cvx_log_record *r = log->first; r; r = r->next) {
        struct cvx_event event = {.type = CVX_EVENT_LOG};

        event.u.log = r;
        cvx_events_emit(&run->events, &event);
    }
}

static void prepare_ended(struct cvx_task_ctl *ctl)
{
    struct cvx_run *run =
        (struct cvx_run *)((char *)ctl - offsetof(struct cvx_run, prepare));
    struct cvx_plan_stage *planned = cvx_plan_stage_at(run->plan, run->preparing);

    prepare_tell(run, &ctl->task.log);
    run->rc = ctl->task.rc;
    if (run->rc) {
        run->err = ctl->task.err;
        /* Stopped, or failed after it had made it: no task will ever see it. */
        if (ctl->task.made_state && planned->stage->close)
            planned->stage->close(ctl->task.made_state);
        cvx_wrap(&run->err, "%s '%s'", cvx_stage_kind_name(planned->stage->kind),
                 planned->stage->name);
    } else {
        planned->state = ctl->task.made_state;
        planned->prepared = true;
    }
    cvx_task_done(ctl);
    run->preparing++;
    if (run->rc)
        cvx_run_finish(run);
    else
        prepare_next(run);
}

static void prepare_next(struct cvx_run *run)
{
    struct cvx_plan_stage *planned = cvx_plan_stage_at(run->plan, run->preparing);

    while (planned && !planned->stage->prepare)
        planned = cvx_plan_stage_at(run->plan, ++run->preparing);
    if (!planned) {
        run_set_up(run);
        return;
    }
    cvx_task_init(&run->prepare, &run->tasks, planned);
    run->prepare.on_end = prepare_ended;
    cvx_task_start(&run->prepare, planned->stage->prepare);
}

/* ---- the end ---- */

static int fail_on_status(const struct cvx_run *run)
{
    const struct cvx_totals *t = &run->events.totals;

    switch (run->plan->fail_on) {
    case CVX_FAIL_ON_ANY:
        return t->failed > 0;
    case CVX_FAIL_ON_ALL:
        return t->failed > 0 && t->full + t->partial == 0;
    case CVX_FAIL_ON_NEVER:
        break;
    }
    return 0;
}

/* The API side's stop comes before all else (10-cli.md, "Exit status"). */
static int run_status(const struct cvx_run *run)
{
    const struct cvx_err *stopped = cvx_run_api_stopped(run);

    if (stopped && stopped->rc == CVX_EDENIED)
        return 5;
    if (stopped && stopped->rc == CVX_EQUOTA)
        return 4;
    if (stopped || run->fault.rc)
        return 1;
    return fail_on_status(run);
}

void cvx_run_finish(struct cvx_run *run)
{
    struct cvx_event event = {.type = CVX_EVENT_RUN_DONE};
    struct cvx_figures figures;

    if (run->ending)
        return;
    run->ending = true;
    cvx_timer_stop(run->tick);
    cvx_timer_stop(run->grace);
    if (run->admit.call)
        cvx_loop_undefer(run->loop, &run->admit);
    cvx_loop_break(run->loop);
    if (run->rc)
        return;
    cvx_run_tell_rest(run);
    event.u.run_done.exit_status = run_status(run);
    event.u.run_done.stopped = run->stopping;
    event.u.run_done.err = run->fault.rc ? &run->fault : NULL;
    event.u.run_done.api_stopped = cvx_run_api_stopped(run);
    event.u.run_done.figures = cvx_run_api_figures(run, &figures) ? &figures : NULL;
    event.u.run_done.estimate = run->plan->dry_run ? &run->estimate : NULL;
    cvx_events_emit(&run->events, &event);
}

int cvx_run_go(struct cvx_run *run, struct cvx_run_result *ret, struct cvx_err *err)
{
    int rc;

    if (run->plan->calls && !run->tasks.caller && !run->plan->has_api)
        return cvx_fail(err, CVX_EUSAGE,
                        "a stage of this run makes API calls, but no server was given");
    rc = run_open(run, err);
    if (!rc)
        rc = cvx_run_api_open(run, err);
    if (!rc) {
        prepare_next(run);
        cvx_loop_run(run->loop);
        rc = run->rc;
        if (rc)
            *err = run->err;
        else
            *ret = (struct cvx_run_result){
                .totals = run->events.totals,
                .exit_status = run_status(run),
                .stopped = run->stopping,
            };
    }
    run_close(run);
    return rc;
}
