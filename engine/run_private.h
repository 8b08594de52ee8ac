/* The inside of a run, shared by run.c (its phases) and admit.c (its files). */
#ifndef CVX_RUN_PRIVATE_H
#define CVX_RUN_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <cvextract/run.h>

#include "api.h"
#include "bound.h"
#include "events.h"
#include "file_fsm.h"
#include "lock.h"
#include "loop.h"
#include "plan.h"
#include "pool.h"
#include "scan.h"
#include "shared.h"
#include "task.h"

struct cvx_run {
    struct cvx_plan *plan;
    struct cvx_events events;
    struct cvx_task_env tasks;
    struct cvx_file_env files;

    struct cvx_loop *loop;
    struct cvx_pool *pool;
    struct cvx_shared *shared;
    struct cvx_timer *tick, *grace;
    struct cvx_watch *stop_watch;
    /* Both written by cvx_run_stop(), from anywhere: the flag counts at once, the descriptor
     * wakes the loop. */
    atomic_bool stop_asked;
    int stop_fd;
    unsigned stops; /* how many of them the loop has seen */

    /* What happens before the first file. */
    struct cvx_task_ctl prepare;
    size_t preparing; /* index of the plan's stage */
    struct cvx_job setup;
    struct cvx_lock *lock;
    struct cvx_scan scan;

    /* The API side, when a stage of the plan makes calls. */
    struct cvx_api *api;
    struct cvx_api_info api_info;
    struct cvx_buf cache_folder;
    struct cvx_timer *stall;
    struct cvx_bound_input bound;
    int64_t last_end_ns, last_begin_ns; /* of files */
    struct cvx_estimate estimate;       /* of a dry run */

    /* Files. */
    struct cvx_file_list in_flight;
    size_t next;  /* of the scan's entries, the one to admit */
    size_t limit; /* most files in flight */
    struct cvx_deferred admit;
    bool stopping; /* nothing is admitted any more */
    bool ending;
    struct cvx_err fault; /* a run-level fault met on the way */

    /* Why the run never came to its files. */
    int rc;
    struct cvx_err err;
};

/* run_api.c: makes the API side when the plan calls and nobody else sends. */
int cvx_run_api_open(struct cvx_run *run, struct cvx_err *err);
void cvx_run_api_close(struct cvx_run *run);
/* A stop was asked for. */
void cvx_run_api_drain(struct cvx_run *run);
/* What a file has cost joins the sums of the bound. */
void cvx_run_api_add(struct cvx_run *run, const struct cvx_file_cost *cost);
/* Figures of the run so far; false = it does not use the API. */
bool cvx_run_api_figures(struct cvx_run *run, struct cvx_figures *ret);
void cvx_run_api_totals(struct cvx_run *run, struct cvx_totals *totals);
/* NULL, or why the API side stopped. */
const struct cvx_err *cvx_run_api_stopped(const struct cvx_run *run);

/* admit.c: from the first file to the last. Calls cvx_run_finish() once none is left. */
void cvx_run_files(struct cvx_run *run);
/* Cancels every file in flight. */
void cvx_run_cancel_files(struct cvx_run *run);
/* Looks whether the run is over, now that something ended or stopped. */
void cvx_run_look(struct cvx_run *run);
/* FILE_NOT_DONE for every input that was never admitted. */
void cvx_run_tell_rest(struct cvx_run *run);

/* Who sends the API calls of this run; borrowed. Before cvx_run_go(). */
void cvx_run_set_caller(struct cvx_run *run, struct cvx_caller *caller);
/* NULL outside of cvx_run_go(). */
struct cvx_loop *cvx_run_loop(struct cvx_run *run);

/* run.c: ends the loop. */
void cvx_run_finish(struct cvx_run *run);

#endif
