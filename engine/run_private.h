/* The inside of a run, shared by run.c (its phases) and admit.c (its files). */
#ifndef CVX_RUN_PRIVATE_H
#define CVX_RUN_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <cvextract/run.h>

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
