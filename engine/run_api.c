/* The API side as part of a run: made when the plan calls, watched for standing still, and
 * its figures held against the bound. */
#include "run_private.h"

#include <string.h>

#include <cvextract/limits.h>

static double seconds(int64_t ns)
{
    return (double)ns / (double)CVX_NS_PER_S;
}

/* ---- stall= ---- */

static void on_stall_look(void *arg)
{
    struct cvx_run *run = arg;
    double limit = run->plan->api.stall_s;
    int64_t last = cvx_api_progress(run->api);
    struct cvx_err err;

    if (run->last_end_ns > last)
        last = run->last_end_ns;
    if (seconds(cvx_loop_now(run->loop) - last) < limit) {
        cvx_timer_start(run->stall, CVX_NS_PER_S);
        return;
    }
    cvx_fail(&err, CVX_EIO, "no progress for stall=%.0f s", limit);
    run->files.on_fault(run, &err);
    cvx_run_cancel_files(run);
}

/* ---- open and close ---- */

static int open_cache(struct cvx_run *run, struct cvx_api_env *env, struct cvx_err *err)
{
    if (!run->plan->api.cache || run->plan->dry_run)
        return CVX_OK;
    cvx_buf_printf(&run->cache_folder, "%s/.cvextract", run->plan->target);
    env->cache.folder = run->cache_folder.data;
    env->cache.pages = run->plan->inputs_given;
    return cvx_buf_check(&run->cache_folder, err);
}

int cvx_run_api_open(struct cvx_run *run, struct cvx_err *err)
{
    struct cvx_plan *plan = run->plan;
    struct cvx_api_env env = {.loop = run->loop,
                              .pool = run->pool,
                              .options = &plan->api,
                              .files_in_flight =
                                  plan->n ? plan->n : CVX_FILES_IN_FLIGHT_AUTO_MAX,
                              .debug_external = plan->debug_external && plan->parallel};
    int rc = CVX_OK;

    run->api_info = (struct cvx_api_info){.model = plan->api.model,
                                          .has_temperature = plan->api.has_temperature,
                                          .temperature = plan->api.temperature,
                                          .max_tokens = plan->api.max_tokens};
    run->tasks.target = plan->target;
    run->tasks.api = plan->has_api ? &run->api_info : NULL;
    if (!plan->calls || run->tasks.caller || plan->dry_run)
        return CVX_OK;
    rc = open_cache(run, &env, err);
    if (!rc)
        rc = cvx_api_new(&env, &run->api, err);
    if (!rc && plan->api.stall_s > 0)
        rc = cvx_timer_new(run->loop, on_stall_look, run, &run->stall, err);
    if (rc)
        return rc;
    run->tasks.caller = cvx_api_caller(run->api);
    if (run->stall)
        cvx_timer_start(run->stall, CVX_NS_PER_S);
    return CVX_OK;
}

void cvx_run_api_close(struct cvx_run *run)
{
    cvx_timer_free(run->stall);
    cvx_api_free(run->api);
    cvx_buf_done(&run->cache_folder);
}

void cvx_run_api_drain(struct cvx_run *run)
{
    if (run->api)
        cvx_api_drain(run->api);
}

const struct cvx_err *cvx_run_api_stopped(const struct cvx_run *run)
{
    if (!run->api || cvx_api_stopped(run->api)->rc == CVX_OK)
        return NULL;
    return cvx_api_stopped(run->api);
}

/* ---- figures ---- */

static void least(double *least_so_far, double value)
{
    if (*least_so_far == 0 || value < *least_so_far)
        *least_so_far = value;
}

void cvx_run_api_add(struct cvx_run *run, const struct cvx_file_cost *cost)
{
    struct cvx_bound_input *b = &run->bound;
    double path = seconds(cost->cpu_ns + cost->latency_ns);

    run->last_end_ns = cvx_loop_now(run->loop);
    b->files++;
    b->cpu_total_s += seconds(cost->cpu_ns);
    b->path_total_s += path;
    if (path > b->path_max_s)
        b->path_max_s = path;
    if (cost->calls) {
        least(&b->first_cpu_min_s, seconds(cost->cpu_before_ns));
        least(&b->last_min_s, seconds(cost->last_ns));
    }
}

bool cvx_run_api_figures(struct cvx_run *run, struct cvx_figures *ret)
{
    struct cvx_bound_input in = run->bound;

    if (!run->api)
        return false;
    memset(ret, 0, sizeof(*ret));
    cvx_api_count(run->api, &ret->counts);
    in.in_flight = run->limit;
    in.cpu_threads = cvx_pool_threads(run->pool);
    in.calls = ret->counts.answered;
    in.tokens = (double)(ret->counts.tokens_in + ret->counts.tokens_out);
    in.rpm = ret->counts.rpm;
    in.tpm = ret->counts.tpm;
    in.bucket_requests = ret->counts.bucket_requests;
    in.bucket_tokens = ret->counts.bucket_tokens;
    cvx_bound_compute(&in, &ret->bound);
    ret->cpu_s = in.cpu_total_s;
    ret->cpu_queue_s = seconds(cvx_pool_waited(run->pool));
    ret->tail_s = seconds(cvx_loop_now(run->loop) - run->last_begin_ns);
    ret->wall_s = seconds(cvx_loop_now(run->loop) - run->events.started_ns);
    ret->ratio = ret->wall_s > 0 ? ret->bound.bound_s / ret->wall_s : 0;
    return true;
}

void cvx_run_api_totals(struct cvx_run *run, struct cvx_totals *totals)
{
    struct cvx_api_counts c;

    totals->calls_in_flight = run->tasks.calls_in_flight;
    if (!run->api)
        return;
    cvx_api_count(run->api, &c);
    totals->calls_in_flight = c.in_flight;
    totals->calls_queued = c.queued;
    totals->retries = c.attempts > c.answered ? c.attempts - c.answered : 0;
    totals->limited = c.limited;
    totals->rpm = c.rpm;
    totals->tpm = c.tpm;
    totals->rpm_now = c.rpm_now;
    totals->tpm_now = c.tpm_now;
}
