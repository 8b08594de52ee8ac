/* A file as an object: made, canceled, freed, listed. What it does is file_fsm.c. */
#include "file_private.h"

#include <cvextract/mem.h>

struct cvx_file *cvx_file_new(struct cvx_file_env *env, size_t index, const char *path,
                              const char *rel, const char *fault)
{
    struct cvx_file *f = cvx_zalloc(sizeof(*f));

    if (!f)
        return NULL;
    f->env = env;
    cvx_log_init(&f->log, env->events->log_level);
    f->path = cvx_strdup(path);
    f->rel = cvx_strdup(rel);
    f->fault = fault ? cvx_strdup(fault) : NULL;
    f->columns = cvx_alloc_array(env->plan->n_columns, sizeof(*f->columns));
    if (!f->path || !f->rel || (fault && !f->fault) || !f->columns) {
        cvx_file_free(f);
        return NULL;
    }
    for (size_t i = 0; i < env->plan->n_columns; i++)
        f->columns[i] = (struct cvx_column){.kind = env->plan->columns[i]};
    f->info = (struct cvx_file_info){.index = index, .path = f->path, .rel = f->rel};
    return f;
}

void cvx_file_cancel(struct cvx_file *f)
{
    if (f->canceled)
        return;
    f->canceled = true;
    cvx_task_cancel(&f->ctl);
    cvx_pool_cancel(f->env->tasks->pool, &f->io.job);
}

void cvx_file_free(struct cvx_file *f)
{
    if (!f)
        return;
    cvx_task_done(&f->ctl);
    cvx_file_attempt_free(f->first);
    cvx_issues_done(&f->step_issues);
    cvx_issues_done(&f->issues);
    cvx_buf_done(&f->bytes);
    cvx_buf_done(&f->output);
    cvx_cv_free(f->cv);
    cvx_log_done(&f->log);
    cvx_free(f->columns);
    cvx_free(f->path);
    cvx_free(f->rel);
    cvx_free(f->fault);
    cvx_free(f);
}

const struct cvx_file_cost *cvx_file_cost(const struct cvx_file *f)
{
    return &f->cost;
}

const struct cvx_file_info *cvx_file_info(const struct cvx_file *f)
{
    return &f->info;
}

void cvx_file_list_add(struct cvx_file_list *list, struct cvx_file *f)
{
    f->prev = NULL;
    f->next = list->head;
    if (f->next)
        f->next->prev = f;
    list->head = f;
}

void cvx_file_list_remove(struct cvx_file_list *list, struct cvx_file *f)
{
    if (f->prev)
        f->prev->next = f->next;
    else
        list->head = f->next;
    if (f->next)
        f->next->prev = f->prev;
    f->next = f->prev = NULL;
}

struct cvx_file *cvx_file_list_next(const struct cvx_file *f)
{
    return f->next;
}
