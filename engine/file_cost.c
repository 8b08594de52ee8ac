/* What a file costs, and, in a dry run, what it would cost: a stage that calls or writes is
 * asked for its estimate in place of its work. */
#include "file_private.h"

void cvx_file_add_cost(struct cvx_file *f)
{
    const struct cvx_task_ctl *ctl = &f->ctl;
    struct cvx_file_cost *c = &f->cost;

    c->cpu_ns += ctl->cpu_before_ns + ctl->cpu_after_ns;
    if (c->calls == 0)
        c->cpu_before_ns += ctl->cpu_before_ns;
    if (ctl->calls)
        c->last_ns = ctl->last_latency_ns + ctl->cpu_after_ns;
    else
        c->last_ns += ctl->cpu_before_ns;
    c->calls += ctl->calls;
    c->latency_ns += ctl->latency_ns;
}

/* A dry run asks a stage that calls, or writes, what it would do. */
static int estimate_job(struct cvx_task *task)
{
    struct cvx_task_ctl *ctl = (struct cvx_task_ctl *)task;
    struct cvx_file *f =
        (struct cvx_file *)((char *)ctl - offsetof(struct cvx_file, ctl));

    f->estimate = (struct cvx_estimate){0};
    return task->stage->estimate ? task->stage->estimate(task, &f->estimate) : CVX_OK;
}

struct cvx_next cvx_file_estimate_step(struct cvx_task *task)
{
    return task->turn == 0 ? cvx_next_job(estimate_job) : cvx_next_done(task->rc);
}

bool cvx_file_estimates(const struct cvx_file *f)
{
    const struct cvx_stage *stage = cvx_file_step(f)->tries[f->try].stage;

    return f->env->estimate &&
           (stage->kind != CVX_EXTRACTOR || (stage->flags & CVX_STAGE_API));
}

/* The sums of the run; what is shared by all files counts once. */
void cvx_file_add_estimate(struct cvx_file *f)
{
    struct cvx_estimate *sum = f->env->estimate;
    const struct cvx_estimate *e = &f->estimate;

    sum->calls += e->calls;
    sum->tokens_in += e->tokens_in;
    sum->tokens_out += e->tokens_out;
    if (e->shared_calls > sum->shared_calls)
        sum->shared_calls = e->shared_calls;
    if (e->shared_tokens > sum->shared_tokens)
        sum->shared_tokens = e->shared_tokens;
    /* What the API would extract is not known: later steps are asked about an empty CV. */
    if (!f->cv && cvx_cv_parse("{}", 2, &f->cv, &f->err) == CVX_OK)
        cvx_err_init(&f->err);
}
