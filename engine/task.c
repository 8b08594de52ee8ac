/* One stage at work. The table says what may follow what; task_enter() is the only writer of
 * the state.
 *
 *     IDLE ─▶ STEP ─▶ JOB | CALL | SHARED ─▶ STEP ─▶ … ─▶ ENDED
 *
 * Completions only store their outcome and go back to STEP. Retries are no business of this
 * file: they are states of the call. */
#include "task.h"

#include <assert.h>
#include <string.h>

#define TO(state) (1u << CVX_TASK_##state)

/*    state   may go to */
#define TASK_STATES(X)                                                                   \
    X(IDLE, TO(STEP))                                                                    \
    X(STEP, TO(JOB) | TO(CALL) | TO(SHARED) | TO(ENDED))                                 \
    X(JOB, TO(STEP) | TO(ENDED))                                                         \
    X(CALL, TO(STEP) | TO(ENDED))                                                        \
    X(SHARED, TO(STEP) | TO(ENDED))                                                      \
    X(ENDED, 0u)

static const struct {
    const char *name;
    unsigned next;
} k_state[] = {
#define X(name, next) {#name, next},
    TASK_STATES(X)
#undef X
};

const char *cvx_task_state_name(enum cvx_task_state state)
{
    return k_state[state].name;
}

bool cvx_task_may(enum cvx_task_state from, enum cvx_task_state to)
{
    return (k_state[from].next & (1u << to)) != 0;
}

static void task_enter(struct cvx_task_ctl *ctl, enum cvx_task_state to)
{
    assert(cvx_task_may(ctl->state, to));
    ctl->state = to;
}

/* For stages whose whole work is one job. */
static struct cvx_next step_run(struct cvx_task *task)
{
    if (task->turn == 0)
        return cvx_next_job(task->stage->run);
    return cvx_next_done(task->rc);
}

void cvx_task_init(struct cvx_task_ctl *ctl, struct cvx_task_env *env,
                   const struct cvx_plan_stage *planned)
{
    memset(ctl, 0, sizeof(*ctl));
    ctl->env = env;
    ctl->task.stage = planned->stage;
    ctl->task.params = planned->params;
    ctl->task.n_params = planned->n_params;
    ctl->task.state = planned->state;
    ctl->task.api = env->api;
    ctl->task.target = env->target;
    cvx_log_init(&ctl->task.log, env->log_level);
}

static void task_end(struct cvx_task_ctl *ctl, int rc)
{
    task_enter(ctl, CVX_TASK_ENDED);
    ctl->task.rc = rc;
    if (rc && ctl->task.err.rc != (enum cvx_rc)rc)
        cvx_fail(&ctl->task.err, (enum cvx_rc)rc, "%s",
                 rc == CVX_ECANCELED ? "canceled" : "stage failed and did not say why");
    if (ctl->starting)
        cvx_loop_defer(ctl->env->loop, &ctl->end);
    else
        ctl->on_end(ctl);
}

static void task_tell_end(struct cvx_deferred *end)
{
    struct cvx_task_ctl *ctl =
        (struct cvx_task_ctl *)((char *)end - offsetof(struct cvx_task_ctl, end));

    ctl->starting = false;
    ctl->on_end(ctl);
}

static void task_job_run(struct cvx_job *job)
{
    struct cvx_task_ctl *ctl =
        (struct cvx_task_ctl *)((char *)job - offsetof(struct cvx_task_ctl, job));

    int rc = CVX_OK;

    if (ctl->lead) {
        rc = ctl->lead(ctl);
        ctl->lead_failed = rc != CVX_OK;
        ctl->lead = NULL;
    }
    if (!rc && ctl->job_fn)
        rc = ctl->job_fn(&ctl->task);
    if (!rc && ctl->tail && ctl->task.stage->run)
        rc = ctl->tail(ctl);
    ctl->task.rc = rc;
}

static void task_step(struct cvx_task_ctl *ctl);
static void task_wait(struct cvx_task_ctl *ctl, const struct cvx_next *next);

static void task_resume(struct cvx_task_ctl *ctl)
{
    if (ctl->task.rc == CVX_OK)
        cvx_err_init(&ctl->task.err);
    if (ctl->cancel)
        task_end(ctl, CVX_ECANCELED);
    else
        task_step(ctl);
}

static void task_job_done(struct cvx_job *job)
{
    struct cvx_task_ctl *ctl =
        (struct cvx_task_ctl *)((char *)job - offsetof(struct cvx_task_ctl, job));
    bool held = ctl->held;

    *(ctl->calls ? &ctl->cpu_after_ns : &ctl->cpu_before_ns) += job->cpu_ns;
    ctl->held = false;
    if (ctl->cancel || !(ctl->lead_failed || held)) {
        task_resume(ctl);
    } else if (ctl->lead_failed) {
        task_end(ctl, ctl->task.rc);
    } else {
        task_enter(ctl, CVX_TASK_STEP);
        task_wait(ctl, &ctl->next);
    }
}

static void task_call_done(struct cvx_call *call)
{
    struct cvx_task_ctl *ctl = (struct cvx_task_ctl *)call->task;
    bool answered = call->verdict == CVX_VERDICT_ACCEPTED ||
                    call->verdict == CVX_VERDICT_REPAIR ||
                    call->verdict == CVX_VERDICT_LONGER;

    ctl->env->calls_in_flight--;
    ctl->calls++;
    ctl->latency_ns += call->latency_ns;
    ctl->last_latency_ns = call->latency_ns;
    ctl->cpu_after_ns += call->cpu_ns;
    call->latency_ns = call->cpu_ns = 0;
    ctl->call = NULL;
    ctl->task.rc = answered ? CVX_OK : (int)call->err.rc;
    ctl->task.err = call->err;
    task_resume(ctl);
}

static void task_shared_ready(struct cvx_shared_wait *wait,
                              const struct cvx_shared_result *result,
                              const struct cvx_err *err)
{
    struct cvx_task_ctl *ctl =
        (struct cvx_task_ctl *)((char *)wait - offsetof(struct cvx_task_ctl, wait));

    ctl->task.rc = (int)err->rc;
    ctl->task.err = *err;
    ctl->task.shared = *result;
    task_resume(ctl);
}

static void wait_for_job(struct cvx_task_ctl *ctl, cvx_job_fn *fn)
{
    task_enter(ctl, CVX_TASK_JOB);
    ctl->job_fn = fn;
    ctl->job.run = task_job_run;
    ctl->job.done = task_job_done;
    cvx_pool_submit(ctl->env->pool, &ctl->job);
}

static void wait_for_call(struct cvx_task_ctl *ctl, struct cvx_call *call)
{
    if (ctl->env->draining) {
        task_end(ctl, CVX_ECANCELED);
        return;
    }
    if (!ctl->env->caller) {
        task_end(ctl, cvx_fail(&ctl->task.err, CVX_EINTERNAL,
                               "%s makes a call, but is not marked as a stage that does",
                               ctl->task.stage->name));
        return;
    }
    if (ctl->on_call && ctl->calls == 0)
        ctl->on_call(ctl);
    task_enter(ctl, CVX_TASK_CALL);
    ctl->call = call;
    call->task = &ctl->task;
    call->on_done = task_call_done;
    ctl->env->calls_in_flight++;
    ctl->env->caller->send(ctl->env->caller, call);
}

static void wait_for_shared(struct cvx_task_ctl *ctl, const struct cvx_next *next)
{
    int rc;

    ctl->wait.on_ready = task_shared_ready;
    ctl->wait.log = &ctl->task.log;
    rc = cvx_shared_ask(ctl->env->shared, &ctl->wait, &ctl->task, next->key,
                        next->produce, &ctl->task.err);
    if (rc)
        task_end(ctl, rc);
    else
        task_enter(ctl, CVX_TASK_SHARED);
}

static void task_step(struct cvx_task_ctl *ctl)
{
    task_enter(ctl, CVX_TASK_STEP);
    ctl->next = ctl->step(&ctl->task);
    ctl->task.turn++;
    ctl->task.rc = CVX_OK;
    /* A job takes the lead along; anything else is asked for when the input is known to be
     * there, above all what costs money. */
    ctl->held = ctl->lead && ctl->next.wait != CVX_WAIT_JOB;
    if (ctl->held)
        wait_for_job(ctl, NULL);
    else
        task_wait(ctl, &ctl->next);
}

static void task_wait(struct cvx_task_ctl *ctl, const struct cvx_next *next)
{
    switch (next->wait) {
    case CVX_WAIT_JOB:
        wait_for_job(ctl, next->job);
        break;
    case CVX_WAIT_CALL:
        wait_for_call(ctl, next->call);
        break;
    case CVX_WAIT_SHARED:
        wait_for_shared(ctl, next);
        break;
    case CVX_WAIT_NONE:
        task_end(ctl, next->rc);
        break;
    }
}

void cvx_task_start(struct cvx_task_ctl *ctl, cvx_step_fn *step)
{
    assert(ctl->state == CVX_TASK_IDLE);
    if (!step)
        step = ctl->task.stage->run ? step_run : ctl->task.stage->step;
    ctl->step = step;
    ctl->end.call = task_tell_end;
    ctl->starting = true;
    task_step(ctl);
    if (ctl->state != CVX_TASK_ENDED)
        ctl->starting = false;
}

void cvx_task_cancel(struct cvx_task_ctl *ctl)
{
    if (ctl->cancel || ctl->state == CVX_TASK_IDLE || ctl->state == CVX_TASK_ENDED)
        return;
    ctl->cancel = true;
    if (ctl->state == CVX_TASK_JOB) {
        cvx_pool_cancel(ctl->env->pool, &ctl->job);
    } else if (ctl->state == CVX_TASK_CALL) {
        ctl->env->caller->cancel(ctl->env->caller, ctl->call);
    } else if (ctl->state == CVX_TASK_SHARED) {
        cvx_shared_leave(ctl->env->shared, &ctl->wait);
        ctl->starting = true;
        task_end(ctl, CVX_ECANCELED);
    }
}

void cvx_task_done(struct cvx_task_ctl *ctl)
{
    struct cvx_task *task = &ctl->task;

    if (!ctl->env)
        return;
    assert(ctl->state == CVX_TASK_IDLE || ctl->state == CVX_TASK_ENDED);
    cvx_loop_undefer(ctl->env->loop, &ctl->end);
    if (task->stage->drop && task->data)
        task->stage->drop(task);
    cvx_cv_free(task->output);
    cvx_buf_done(&task->bytes);
    cvx_issues_done(&task->issues);
    cvx_log_done(&task->log);
    ctl->env = NULL;
}
