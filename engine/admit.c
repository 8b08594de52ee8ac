/* Admission: at most `limit` files between NEW and the end, in sorted order, and the count
 * of how they ended (DESIGN, "Admission and fairness").
 *
 * A file is admitted while fewer than two jobs per thread wait for the pool: more would only
 * stand in line there, and cost memory; files that wait for something else make room for
 * others. n is the ceiling; with n=auto it is CVX_FILES_IN_FLIGHT_AUTO_MAX, and no lane may
 * have more calls waiting than it may send. Beside files whose calls wait out a failure up to
 * a quarter more are admitted: those use nothing of the server meanwhile, and the lane never
 * sends more than n. */
#include "run_private.h"

static size_t ceiling(const struct cvx_run *run)
{
    size_t idle = run->api ? cvx_api_backing_off(run->api) : 0;

    return run->limit + (idle < run->limit / 4 ? idle : run->limit / 4);
}

static bool room_for_one_more(struct cvx_run *run)
{
    if (run->stopping || atomic_load(&run->stop_asked) || run->next == run->scan.count ||
        run->events.totals.in_flight >= ceiling(run))
        return false;
    if (run->plan->n == 0 && run->api && !cvx_api_has_room(run->api))
        return false;
    return cvx_pool_queued(run->pool) < 2 * (size_t)cvx_pool_threads(run->pool);
}

static void on_fault(void *arg, const struct cvx_err *err)
{
    struct cvx_run *run = arg;

    if (run->fault.rc == CVX_OK)
        run->fault = *err;
    run->stopping = true;
}

static void admit_one(struct cvx_run *run)
{
    size_t i = run->next++;
    struct cvx_buf path = CVX_BUF_INIT;
    struct cvx_err err;
    struct cvx_file *file = NULL;

    if (cvx_scan_path(&run->scan, i, &path, &err) == CVX_OK)
        file = cvx_file_new(&run->files, i, path.data, run->scan.items[i].rel,
                            run->scan.items[i].fault);
    cvx_buf_done(&path);
    if (!file) {
        run->next--;
        cvx_fail(&err, CVX_ENOMEM, "no memory to admit another file");
        on_fault(run, &err);
        return;
    }
    cvx_file_list_add(&run->in_flight, file);
    run->events.totals.in_flight++;
    run->last_begin_ns = cvx_loop_now(run->loop);
    cvx_file_start(file);
}

static void admit(struct cvx_deferred *deferred)
{
    struct cvx_run *run =
        (struct cvx_run *)((char *)deferred - offsetof(struct cvx_run, admit));

    while (room_for_one_more(run))
        admit_one(run);
    cvx_run_look(run);
}

static void on_count(void *arg, enum cvx_outcome outcome)
{
    struct cvx_totals *totals = &((struct cvx_run *)arg)->events.totals;

    totals->in_flight--;
    if (outcome == CVX_OUTCOME_FULL)
        totals->full++;
    else if (outcome == CVX_OUTCOME_PARTIAL)
        totals->partial++;
    else
        totals->failed++;
}

static void tell_not_done(struct cvx_run *run, const struct cvx_file_info *info)
{
    struct cvx_event event = {.type = CVX_EVENT_FILE_NOT_DONE, .file = info};

    run->events.totals.not_done++;
    cvx_events_emit(&run->events, &event);
}

static void on_end(void *arg, struct cvx_file *file, enum cvx_file_end end)
{
    struct cvx_run *run = arg;

    if (end == CVX_FILE_CANCELED) {
        run->events.totals.in_flight--;
        tell_not_done(run, cvx_file_info(file));
    }
    if (end != CVX_FILE_CANCELED)
        cvx_run_api_add(run, cvx_file_cost(file));
    cvx_file_list_remove(&run->in_flight, file);
    cvx_file_free(file);
    cvx_loop_defer(run->loop, &run->admit);
}

/* Jobs are back, so fewer wait. A file may have gone on to wait for an answer without any
 * move of its own: its state is no sign of room. */
static void on_batch(void *arg)
{
    struct cvx_run *run = arg;

    if (!run->ending)
        cvx_loop_defer(run->loop, &run->admit);
}

void cvx_run_files(struct cvx_run *run)
{
    run->files =
        (struct cvx_file_env){.tasks = &run->tasks,
                              .plan = run->plan,
                              .events = &run->events,
                              .on_end = on_end,
                              .on_fault = on_fault,
                              .on_count = on_count,
                              .estimate = run->plan->dry_run ? &run->estimate : NULL,
                              .arg = run};
    run->admit.call = admit;
    cvx_pool_on_batch(run->pool, on_batch, run);
    cvx_loop_defer(run->loop, &run->admit);
}

void cvx_run_cancel_files(struct cvx_run *run)
{
    /* Their ends come by deferred calls: the list stays as it is meanwhile. */
    for (struct cvx_file *f = run->in_flight.head; f; f = cvx_file_list_next(f))
        cvx_file_cancel(f);
}

void cvx_run_look(struct cvx_run *run)
{
    bool files_began = run->admit.call != NULL;

    if (!files_began || run->in_flight.head || cvx_shared_busy(run->shared))
        return;
    if (run->stopping || run->next == run->scan.count)
        cvx_run_finish(run);
}

void cvx_run_tell_rest(struct cvx_run *run)
{
    struct cvx_buf path = CVX_BUF_INIT;

    for (size_t i = run->next; i < run->scan.count; i++) {
        struct cvx_file_info info = {.index = i, .rel = run->scan.items[i].rel};
        struct cvx_err err;

        cvx_buf_clear(&path);
        info.path =
            cvx_scan_path(&run->scan, i, &path, &err) == CVX_OK ? path.data : info.rel;
        tell_not_done(run, &info);
    }
    cvx_buf_done(&path);
}
