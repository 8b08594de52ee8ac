/* One stage at work: drives a step function through the things it waits for.
 *
 * The stage sees `struct cvx_task` (stage.h); this is the engine's side of it. A task is
 * used for a file's step, for a stage's prepare and for the making of a shared result, so
 * that all three are asynchronous in the same way. Thread: the loop. */
#ifndef CVX_TASK_H
#define CVX_TASK_H

#include <stdbool.h>

#include <cvextract/call.h>
#include <cvextract/stage.h>

#include "loop.h"
#include "plan.h"
#include "pool.h"
#include "shared.h"

/* Who sends API calls. The run has one when a stage of its plan makes calls. */
struct cvx_caller {
    /* Takes the call until its on_done, which is never called from inside. */
    void (*send)(struct cvx_caller *caller, struct cvx_call *call);
    /* The call ends soon, through on_done, with verdict FAILED and CVX_ECANCELED, unless its
     * answer was faster. */
    void (*cancel)(struct cvx_caller *caller, struct cvx_call *call);
};

/* What tasks run on; one per run. */
struct cvx_task_env {
    struct cvx_loop *loop;
    struct cvx_pool *pool;
    struct cvx_shared *shared;
    struct cvx_caller *caller;      /* NULL = no stage of this run makes calls */
    enum cvx_level log_level;       /* lowest that some reporter wants */
    const struct cvx_api_info *api; /* what stages may know of it; NULL likewise */
    const char *target;
    size_t calls_in_flight;
    bool draining; /* a stop was asked for: no call is sent any more */
};

enum cvx_task_state {
    CVX_TASK_IDLE,
    CVX_TASK_STEP,
    CVX_TASK_JOB,
    CVX_TASK_CALL,
    CVX_TASK_SHARED,
    CVX_TASK_ENDED
};

struct cvx_task_ctl;
/* Work of the engine's in a task's hop to a worker. Returns 0, or a code with task.err. */
typedef int cvx_task_work(struct cvx_task_ctl *ctl);

struct cvx_task_ctl {
    struct cvx_task task; /* first: a task is its ctl */
    struct cvx_task_env *env;
    enum cvx_task_state state;
    cvx_step_fn *step;
    cvx_job_fn *job_fn;
    /* Set before the start, NULL = none. `lead` comes before the task's first job, in the
     * same hop (before anything else it waits for, in a hop of its own): it makes the
     * input. When it fails the task ends with its code, and lead_failed is set. `tail` comes
     * after the one job of a stage that has run(), in the same hop, when that succeeded. */
    cvx_task_work *lead, *tail;
    void (*on_call)(struct cvx_task_ctl *ctl); /* before its first call, on the loop */
    bool lead_failed;
    bool held; /* what step said waits in `next` for the lead */
    struct cvx_next next;
    struct cvx_job job;
    struct cvx_call *call;
    struct cvx_shared_wait wait;
    /* What it has cost so far: CPU before its first call, after, waits for answers. */
    int64_t cpu_before_ns, cpu_after_ns, latency_ns, last_latency_ns;
    unsigned calls;
    struct cvx_deferred end; /* an end found inside start() or cancel() is told later */
    bool starting, cancel;
    /* The task has ended: task.rc and task.err say how, products are there to take. Never
     * called from inside start() or cancel(). May free what the ctl is part of. */
    void (*on_end)(struct cvx_task_ctl *ctl);
};

/* Makes ctl a task of this stage; the fields that say what it works on (file, input ...) are
 * then the caller's to set before the start. */
void cvx_task_init(struct cvx_task_ctl *ctl, struct cvx_task_env *env,
                   const struct cvx_plan_stage *planned);
/* Runs `step` (NULL: the stage's own) until it says DONE. */
void cvx_task_start(struct cvx_task_ctl *ctl, cvx_step_fn *step);
/* Ends it as soon as may be with CVX_ECANCELED: from every waiting state at once, from a job
 * that runs already when that is back. Fine at any time, also twice. */
void cvx_task_cancel(struct cvx_task_ctl *ctl);
/* Releases what the task still holds. It must be idle or have ended. */
void cvx_task_done(struct cvx_task_ctl *ctl);

const char *cvx_task_state_name(enum cvx_task_state state);
/* Whether the table has this edge (for the test of the README's diagram). */
bool cvx_task_may(enum cvx_task_state from, enum cvx_task_state to);

#endif
