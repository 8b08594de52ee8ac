/* A stage run in the test's own process and thread, without an engine: prepare once, run
 * for each file, close. For stages whose whole work is one job. */
#ifndef CVX_TESTS_STAGE_RUN_H
#define CVX_TESTS_STAGE_RUN_H

#include <cvextract/stage.h>

/* 0, or what prepare answered (task->err). *ret_state for close. */
static inline int stage_prepare(const struct cvx_stage *stage, void **ret_state,
                                struct cvx_err *err)
{
    struct cvx_task task = {.stage = stage};
    *ret_state = NULL;
    if (!stage->prepare)
        return CVX_OK;
    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    struct cvx_next next = stage->prepare(&task);
    *ret_state = task.made_state;
    *err = task.err;
    cvx_log_done(&task.log);
    return next.rc;
}

static inline void stage_close(const struct cvx_stage *stage, void *state)
{
    if (stage->close)
        stage->close(state);
}

/* Runs the job over a task that the caller then takes apart with stage_task_done(). */
static inline int stage_run(const struct cvx_stage *stage, void *state,
                            const struct cvx_file_info *file, struct cvx_cv *input,
                            enum cvx_level level, struct cvx_task *ret)
{
    *ret =
        (struct cvx_task){.stage = stage, .state = state, .file = file, .input = input};
    cvx_err_init(&ret->err);
    cvx_log_init(&ret->log, level);
    return stage->run(ret);
}

static inline void stage_task_done(struct cvx_task *task)
{
    cvx_cv_free(task->output);
    cvx_issues_done(&task->issues);
    cvx_buf_done(&task->bytes);
    cvx_log_done(&task->log);
}

#endif
