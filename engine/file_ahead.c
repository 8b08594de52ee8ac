/* What a later step will need of the whole run (a company's profile) is asked for while an
 * earlier one waits for its own answer: the file stands in line for it from then on, so that
 * it is made beside, and given up when no file may come to need it (30-openai.md, "What must
 * never happen"). Thread: the loop. */
#include "file_private.h"

/* The step itself asks again, and finds it there. */
static void ahead_ready(struct cvx_shared_wait *wait,
                        const struct cvx_shared_result *result, const struct cvx_err *err)
{
    (void)wait;
    (void)result;
    (void)err;
}

/* True when the stage foresees something: then it was asked for. */
static bool ask_for(struct cvx_file *f, const struct cvx_plan_stage *planned)
{
    struct cvx_task asker = {.stage = planned->stage,
                             .params = planned->params,
                             .n_params = planned->n_params,
                             .state = planned->state};
    cvx_step_fn *produce = NULL;
    const char *key =
        planned->stage->foresee ? planned->stage->foresee(&asker, &produce) : NULL;

    if (!key)
        return false;
    f->ahead.on_ready = ahead_ready;
    f->ahead.log = &f->log;
    /* Without memory for a place in line it is asked for later. */
    (void)cvx_shared_ask(f->env->tasks->shared, &f->ahead, &asker, key, produce, NULL);
    return true;
}

void cvx_file_ask_ahead(struct cvx_task_ctl *ctl)
{
    struct cvx_file *f =
        (struct cvx_file *)((char *)ctl - offsetof(struct cvx_file, ctl));
    const struct cvx_plan *plan = f->env->plan;

    if (f->ahead.entry)
        return;
    for (size_t i = f->step + 1; i < plan->n_steps; i++)
        if (ask_for(f, &plan->steps[i].tries[0]))
            return;
}

void cvx_file_ahead_done(struct cvx_file *f)
{
    cvx_shared_leave(f->env->tasks->shared, &f->ahead);
}
