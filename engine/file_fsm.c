/* One file's life. Start reading at the table.
 *
 * A step starts one thing - a stage's task, or a job of our own - and the file waits; the
 * completion stores its outcome and resumes the file, whose `after` function says where it
 * goes next. file_enter() is the only writer of the state: it asserts the edge, tells the
 * reporters, runs the entry function; a loop, never recursion. Waiting inside a stage (for
 * a job, a call, a shared result) is the task's affair (task.c); cancel is legal in every
 * state that waits. */
#include "file_private.h"

#include <assert.h>

#define STAY (-1)
#define TO(state) (1u << FILE_##state)
#define OUT (TO(FAILED) | TO(CANCELLED))

/*    state           on entry        on completion    may go to */
#define FILE_STATES(X)                                                                   \
    X(NEW, NULL, NULL, TO(EXTRACT) | TO(ADJUST) | TO(RENDER) | OUT)                      \
    X(EXTRACT, start_stage, after_stage,                                                 \
      TO(EXTRACT) | TO(VERIFY_EXTRACT) | TO(STORE) | OUT)                                \
    X(VERIFY_EXTRACT, start_verifier, after_verifier,                                    \
      TO(VERIFY_EXTRACT) | TO(EXTRACT) | TO(STORE) | OUT)                                \
    X(ADJUST, start_stage, after_stage,                                                  \
      TO(ADJUST) | TO(VERIFY_ADJUST) | TO(STORE) | OUT)                                  \
    X(VERIFY_ADJUST, start_verifier, after_verifier,                                     \
      TO(VERIFY_ADJUST) | TO(ADJUST) | TO(STORE) | OUT)                                  \
    X(RENDER, start_stage, after_stage, TO(STORE) | OUT)                                 \
    X(STORE, start_store, after_store,                                                   \
      TO(ADJUST) | TO(RENDER) | TO(VERIFY_RENDER) | TO(DONE) | OUT)                      \
    X(VERIFY_RENDER, start_verifier, after_verifier, TO(VERIFY_RENDER) | TO(DONE) | OUT) \
    X(DONE, finish, NULL, 0u)                                                            \
    X(FAILED, finish, NULL, 0u)                                                          \
    X(CANCELLED, finish, NULL, 0u)

enum file_state {
#define X(name, enter, after, next) FILE_##name,
    FILE_STATES(X)
#undef X
        FILE_COUNT
};

static int start_stage(struct cvx_file *f);
static int after_stage(struct cvx_file *f);
static int start_verifier(struct cvx_file *f);
static int after_verifier(struct cvx_file *f);
static int start_store(struct cvx_file *f);
static int after_store(struct cvx_file *f);
static int finish(struct cvx_file *f);

static const struct {
    const char *name;
    int (*enter)(struct cvx_file *f); /* the next state, or STAY to wait */
    int (*after)(struct cvx_file *f);
    unsigned next;
} k_state[] = {
#define X(name, enter, after, next) {#name, enter, after, next},
    FILE_STATES(X)
#undef X
};

/* The only writer of f->state. After a terminal state was entered f waits for its deferred
 * end and is not touched any more. */
static void file_enter(struct cvx_file *f, int to)
{
    while (to != STAY) {
        struct cvx_event event = {.type = CVX_EVENT_STATE, .file = &f->info};

        /* An output that a worker had written by then is one: the file ends by it. */
        if (f->canceled && k_state[to].after && !f->io.done)
            to = FILE_CANCELLED;
        assert(to >= 0 && to < FILE_COUNT && (k_state[f->state].next & (1u << to)));
        event.u.state.from = k_state[f->state].name;
        event.u.state.to = k_state[to].name;
        f->history[f->n_history++ % FILE_HISTORY] = (unsigned char)to;
        f->state = to;
        cvx_events_emit(f->env->events, &event);
        to = k_state[to].enter(f);
    }
}

/* Whatever the file waited for has come to pass. */
void cvx_file_resume(struct cvx_file *f)
{
    file_enter(f, k_state[f->state].after(f));
}

const struct cvx_plan_step *cvx_file_step(const struct cvx_file *f)
{
    return &f->env->plan->steps[f->step];
}

static const char *kind_verb(enum cvx_stage_kind kind)
{
    static const char *const verbs[] = {"extract", "adjust", "render", "verify"};

    return verbs[kind];
}

/* ---- the end of attempts and steps ---- */

static void mark_worst(enum cvx_mark *mark, enum cvx_mark other)
{
    if (other > *mark)
        *mark = other;
}

/* A fault (not a verdict) ended what the file was at: it becomes the step's error. */
static void step_fault(struct cvx_file *f, const char *what, const struct cvx_err *err)
{
    f->step_failed = true;
    if (err != &f->err)
        f->err = *err;
    cvx_file_log(f, CVX_LEVEL_ERROR, "%s: %s", what, cvx_err_top(err));
    /* Without memory for the text the line is short, but the file still fails. */
    cvx_issues_add(&f->step_issues, CVX_SEVERITY_ERROR, "%s: %s", what, cvx_err_top(err));
    if (err->rc == CVX_ENOSPC)
        f->env->on_fault(f->env->arg, err);
}

static void step_begin(struct cvx_file *f, size_t step)
{
    f->step = step;
    f->try = 0;
    f->step_failed = false;
}

/* The issues shown are those of the last step that has any. */
static void step_end(struct cvx_file *f)
{
    struct cvx_event event = {.type = CVX_EVENT_STEP_DONE, .file = &f->info};

    if (f->step_issues.count) {
        f->warned = true;
        cvx_issues_done(&f->issues);
        f->issues = f->step_issues;
        f->step_issues = (struct cvx_issues){0};
    }
    event.u.step_done.stage = cvx_file_step(f)->tries[f->try].stage->name;
    event.u.step_done.column = *cvx_file_column(f);
    cvx_events_emit(f->env->events, &event);
}

static int state_of(enum cvx_stage_kind kind)
{
    return kind == CVX_EXTRACTOR  ? FILE_EXTRACT
           : kind == CVX_ADJUSTER ? FILE_ADJUST
                                  : FILE_RENDER;
}

/* The step is complete: to the next one, or to the end. */
static int next_step(struct cvx_file *f)
{
    bool failed = f->step_failed;

    step_end(f);
    if (failed)
        return FILE_FAILED;
    if (f->step + 1 == f->env->plan->n_steps)
        return FILE_DONE;
    step_begin(f, f->step + 1);
    return state_of(cvx_file_step(f)->kind);
}

/* The attempt has failed, by a fault or by its verification. A document that does not pass
 * is stored for the eye all the same when it was extracted, never when it was adjusted. */
static int attempt_failed(struct cvx_file *f)
{
    const struct cvx_plan_step *step = cvx_file_step(f);

    f->step_failed = true;
    if (f->try + 1 < step->n_tries) {
        cvx_file_log(f, CVX_LEVEL_INFO, "%s failed, trying %s",
                     step->tries[f->try].stage->name,
                     step->tries[f->try + 1].stage->name);
        cvx_file_attempt_keep(f);
        f->try++;
        return state_of(step->kind);
    }
    cvx_file_attempt_restore(f);
    if (step->kind == CVX_EXTRACTOR && f->cv)
        return FILE_STORE;
    return next_step(f);
}

static int attempt_passed(struct cvx_file *f)
{
    cvx_file_attempt_free(f->first);
    f->first = NULL;
    return cvx_file_step(f)->stores ? FILE_STORE : next_step(f);
}

/* ---- tasks: a stage or a verifier at work ---- */

/* How the task ended. One that was canceled while it wrote its step's output has passed. */
static int task_outcome(const struct cvx_file *f)
{
    int rc = f->ctl.task.rc;

    return rc == CVX_ECANCELED && f->io.done ? CVX_OK : rc;
}

/* What the task had to say joins the step's issues. */
static int take_issues(struct cvx_file *f, struct cvx_task *task)
{
    int rc = cvx_issues_move(&f->step_issues, &task->issues);

    return rc ? cvx_fail(&task->err, CVX_ENOMEM, "no memory for what %s found",
                         task->stage->name)
              : CVX_OK;
}

static void file_task_ended(struct cvx_task_ctl *ctl)
{
    struct cvx_file *f =
        (struct cvx_file *)((char *)ctl - offsetof(struct cvx_file, ctl));

    cvx_file_add_cost(f);
    cvx_file_take_log(f, &ctl->task.log);
    cvx_file_resume(f);
}

/* Whether a task that is about to start is the last one before its step's output is written,
 * if it lets it pass. */
static bool stores_next(const struct cvx_file *f)
{
    const struct cvx_plan_step *step = cvx_file_step(f);

    if (f->env->estimate || f->state == FILE_VERIFY_RENDER)
        return false;
    if (f->state == FILE_RENDER)
        return true;
    return step->stores && f->state != FILE_EXTRACT && f->state != FILE_ADJUST &&
           f->verifier + 1 == step->n_verifiers;
}

static void file_task_start(struct cvx_file *f, const struct cvx_plan_stage *planned,
                            cvx_step_fn *step)
{
    cvx_task_init(&f->ctl, f->env->tasks, planned);
    f->io.done = false;
    f->ctl.on_end = file_task_ended;
    f->ctl.job.urgent = f->cv != NULL;
    f->ctl.task.file = &f->info;
    f->ctl.task.input = f->cv;
    f->ctl.task.document = f->state == FILE_VERIFY_RENDER ? f->output.data : NULL;
    f->ctl.on_call = cvx_file_ask_ahead;
    if (f->env->plan->loads && !f->cv)
        f->ctl.lead = cvx_file_load;
    if (stores_next(f) && cvx_file_name_output(f) == CVX_OK)
        f->ctl.tail = cvx_file_store_at_once;
    cvx_task_start(&f->ctl, step);
}

static int start_stage(struct cvx_file *f)
{
    cvx_file_log_stage(f);
    file_task_start(f, &cvx_file_step(f)->tries[f->try],
                    cvx_file_estimates(f) ? cvx_file_estimate_step : NULL);
    return STAY;
}

static int after_stage(struct cvx_file *f)
{
    const struct cvx_plan_step *step = cvx_file_step(f);
    struct cvx_task *task = &f->ctl.task;
    enum cvx_mark mark = task->issues.count ? CVX_MARK_WARN : CVX_MARK_OK;
    int rc = task_outcome(f), to;

    if (!rc && cvx_file_estimates(f)) {
        cvx_file_add_estimate(f);
        cvx_task_done(&f->ctl);
        return FILE_STORE;
    }
    if (!rc && step->kind != CVX_RENDERER && !task->output)
        rc =
            cvx_fail(&task->err, CVX_EINTERNAL, "%s made no document", task->stage->name);
    if (!rc)
        rc = take_issues(f, task);
    if (rc == CVX_ECANCELED) {
        to = FILE_CANCELLED;
    } else if (rc) {
        mark_worst(&cvx_file_column(f)->work, CVX_MARK_FAIL);
        step_fault(f, f->ctl.lead_failed ? "load" : kind_verb(step->kind), &task->err);
        to = attempt_failed(f);
    } else {
        mark_worst(&cvx_file_column(f)->work, mark);
        cvx_file_log_issues(f, &f->step_issues);
        if (step->kind == CVX_RENDERER) {
            f->bytes = task->bytes;
            task->bytes = CVX_BUF_INIT;
        } else {
            cvx_cv_free(f->cv);
            f->cv = task->output;
            task->output = NULL;
        }
        f->verifier = 0;
        to = !step->n_verifiers || step->kind == CVX_RENDERER ? attempt_passed(f)
             : step->kind == CVX_EXTRACTOR                    ? FILE_VERIFY_EXTRACT
                                                              : FILE_VERIFY_ADJUST;
    }
    cvx_task_done(&f->ctl);
    return to;
}

static int start_verifier(struct cvx_file *f)
{
    file_task_start(f, &cvx_file_step(f)->verifiers[f->verifier], NULL);
    return STAY;
}

/* What one verifier found joins the step's issues; true when it lets the document pass. */
static bool verifier_verdict(struct cvx_file *f)
{
    struct cvx_task *task = &f->ctl.task;
    size_t errors = task->issues.errors, all = task->issues.count;
    enum cvx_mark mark = errors ? CVX_MARK_FAIL : all ? CVX_MARK_WARN : CVX_MARK_OK;
    int rc = task_outcome(f);

    if (!rc) {
        cvx_file_log(f, CVX_LEVEL_INFO, "%s: %zu errors, %zu warnings", task->stage->name,
                     errors, all - errors);
        cvx_file_log_issues(f, &task->issues);
        rc = take_issues(f, task);
    }
    if (rc) {
        mark = CVX_MARK_FAIL;
        step_fault(f, "verify", &task->err);
    }
    mark_worst(&cvx_file_column(f)->verify, mark);
    return mark != CVX_MARK_FAIL;
}

static int after_verifier(struct cvx_file *f)
{
    const struct cvx_plan_step *step = cvx_file_step(f);
    bool passed;
    int to;

    if (task_outcome(f) == CVX_ECANCELED) {
        cvx_task_done(&f->ctl);
        return FILE_CANCELLED;
    }
    passed = verifier_verdict(f);
    if (passed && ++f->verifier < step->n_verifiers)
        to = f->state;
    else if (f->state == FILE_VERIFY_RENDER) {
        f->step_failed = !passed;
        to = next_step(f);
    } else
        to = passed ? attempt_passed(f) : attempt_failed(f);
    cvx_task_done(&f->ctl);
    return to;
}

/* ---- an output written ---- */

static int start_store(struct cvx_file *f)
{
    if (f->env->estimate) /* a dry run writes nothing */
        return next_step(f);
    if (!f->io.done)
        f->io.rc = cvx_file_name_output(f);
    if (f->io.done || f->io.rc)
        return after_store(f);
    cvx_file_store(f);
    return STAY;
}

static int after_store(struct cvx_file *f)
{
    const struct cvx_plan_step *step = cvx_file_step(f);

    f->io.done = false;
    if (f->io.rc == CVX_ECANCELED)
        return FILE_CANCELLED;
    cvx_buf_done(&f->bytes);
    if (f->io.rc) {
        mark_worst(&cvx_file_column(f)->work, CVX_MARK_FAIL);
        step_fault(f, kind_verb(step->kind), &f->err);
        return next_step(f);
    }
    cvx_file_log(f, CVX_LEVEL_INFO, "wrote %s", f->output.data);
    if (step->kind == CVX_RENDERER && step->n_verifiers) {
        f->verifier = 0;
        return FILE_VERIFY_RENDER;
    }
    return next_step(f);
}

/* ---- the end ---- */

static void file_end(struct cvx_deferred *end)
{
    struct cvx_file *f =
        (struct cvx_file *)((char *)end - offsetof(struct cvx_file, end));
    enum cvx_file_end how = f->state == FILE_DONE     ? CVX_FILE_DONE
                            : f->state == FILE_FAILED ? CVX_FILE_FAILED
                                                      : CVX_FILE_CANCELED;

    if (how != CVX_FILE_CANCELED)
        cvx_file_report(f, how == CVX_FILE_FAILED ? CVX_OUTCOME_FAILED
                           : f->warned            ? CVX_OUTCOME_PARTIAL
                                                  : CVX_OUTCOME_FULL);
    f->env->on_end(f->env->arg, f, how);
}

static int finish(struct cvx_file *f)
{
    cvx_file_ahead_done(f);
    f->end.call = file_end;
    cvx_loop_defer(f->env->tasks->loop, &f->end);
    return STAY;
}

/* ---- from outside ---- */

void cvx_file_start(struct cvx_file *f)
{
    struct cvx_event event = {.type = CVX_EVENT_FILE_STARTED, .file = &f->info};

    f->started_ns = cvx_loop_now(f->env->tasks->loop);
    cvx_events_emit(f->env->events, &event);
    step_begin(f, 0);
    if (f->fault) {
        struct cvx_err err;

        cvx_fail(&err, CVX_EIO, "%s", f->fault);
        mark_worst(&cvx_file_column(f)->work, CVX_MARK_FAIL);
        step_fault(f, kind_verb(cvx_file_step(f)->kind), &err);
        file_enter(f, next_step(f));
    } else {
        file_enter(f, state_of(cvx_file_step(f)->kind));
    }
}

size_t cvx_file_states(void)
{
    return FILE_COUNT;
}

const char *cvx_file_state_name(size_t state)
{
    return state < FILE_COUNT ? k_state[state].name : "?";
}

bool cvx_file_may(size_t from, size_t to)
{
    return from < FILE_COUNT && to < FILE_COUNT && (k_state[from].next & (1u << to)) != 0;
}
