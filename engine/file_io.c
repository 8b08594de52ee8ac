/* A file's own work on a worker: reading and parsing a JSON input, printing a document and
 * writing an output. Most of it rides in a task's hop (task.h), since a hop costs more than
 * the work of a small file. */
#include "file_private.h"

#include <cvextract/limits.h>

#include "store.h"

static struct cvx_file *file_of_ctl(struct cvx_task_ctl *ctl)
{
    return (struct cvx_file *)((char *)ctl - offsetof(struct cvx_file, ctl));
}

static struct cvx_file *file_of_job(struct cvx_job *job)
{
    struct file_job *io =
        (struct file_job *)((char *)job - offsetof(struct file_job, job));

    return (struct cvx_file *)((char *)io - offsetof(struct cvx_file, io));
}

/* ---- in a task's hop ---- */

int cvx_file_load(struct cvx_task_ctl *ctl)
{
    struct cvx_file *f = file_of_ctl(ctl);
    struct cvx_buf bytes = CVX_BUF_INIT;
    /* What is rendered at once is not written as JSON again. */
    bool shown = cvx_file_step(f)->kind == CVX_RENDERER;
    int rc = cvx_store_read(f->info.path, CVX_JSON_MAX, &bytes, &ctl->task.err);

    if (!rc)
        rc = (shown ? cvx_cv_parse_python : cvx_cv_parse)(bytes.data, bytes.len, &f->cv,
                                                          &ctl->task.err);
    cvx_buf_done(&bytes);
    ctl->task.input = f->cv;
    return rc;
}

/* Writes the document, or what a renderer made of it. */
static int store(struct cvx_file *f, const struct cvx_buf *rendered)
{
    struct cvx_buf printed = CVX_BUF_INIT;
    const struct cvx_buf *out = rendered;
    int rc = CVX_OK;

    if (cvx_file_step(f)->kind != CVX_RENDERER) {
        rc = cvx_cv_print(f->cv, &printed, &f->err);
        out = &printed;
    }
    if (!rc)
        rc = cvx_store_write(f->output.data, out->data, out->len, &f->err);
    cvx_buf_done(&printed);
    return rc;
}

int cvx_file_store_at_once(struct cvx_task_ctl *ctl)
{
    struct cvx_file *f = file_of_ctl(ctl);
    bool renders = cvx_file_step(f)->kind == CVX_RENDERER;

    if (ctl->task.issues.errors > 0)
        return CVX_OK;
    f->io.rc = store(f, &ctl->task.bytes);
    f->io.done = true;
    /* Nothing will read it any more: released where it was made, not on the loop. */
    if (f->step + 1 == f->env->plan->n_steps &&
        (!renders || cvx_file_step(f)->n_verifiers == 0)) {
        cvx_cv_free(f->cv);
        f->cv = ctl->task.input = NULL;
    }
    return CVX_OK;
}

/* ---- a job of its own ---- */

static void store_run(struct cvx_job *job)
{
    struct cvx_file *f = file_of_job(job);

    f->io.rc = store(f, &f->bytes);
}

static void store_done(struct cvx_job *job)
{
    struct cvx_file *f = file_of_job(job);

    if (job->canceled)
        f->io.rc = cvx_fail(&f->err, CVX_ECANCELED, "canceled");
    f->cost.cpu_ns += job->cpu_ns;
    f->cost.last_ns += job->cpu_ns;
    cvx_file_resume(f);
}

void cvx_file_store(struct cvx_file *f)
{
    /* f->err stays: a document whose verification broke down is stored all the same, and
     * why is still to be told. */
    f->io.rc = CVX_OK;
    f->io.job.urgent = true;
    f->io.job.run = store_run;
    f->io.job.done = store_done;
    cvx_pool_submit(f->env->tasks->pool, &f->io.job);
}

int cvx_file_name_output(struct cvx_file *f)
{
    cvx_buf_clear(&f->output);
    cvx_plan_output(cvx_file_step(f), f->info.rel, &f->output);
    return cvx_buf_check(&f->output, &f->err);
}
