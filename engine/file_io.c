/* A file's own jobs on the pool: reading and parsing a JSON input, printing a document and
 * writing an output. The stages' jobs are task.c's. */
#include "file_private.h"

#include <cvextract/limits.h>

#include "store.h"

static struct cvx_file *file_of_job(struct cvx_job *job)
{
    struct file_job *io =
        (struct file_job *)((char *)job - offsetof(struct file_job, job));

    return (struct cvx_file *)((char *)io - offsetof(struct cvx_file, io));
}

static void file_job_done(struct cvx_job *job)
{
    struct cvx_file *f = file_of_job(job);

    if (job->canceled)
        f->io.rc = cvx_fail(&f->err, CVX_ECANCELED, "canceled");
    f->cost.cpu_ns += f->io.cpu_ns;
    f->cost.last_ns += f->io.cpu_ns;
    cvx_file_resume(f);
}

static void file_job_start(struct cvx_file *f, void (*run)(struct cvx_job *job))
{
    /* f->err stays: a document whose verification broke down is stored all the same, and
     * why is still to be told. */
    f->io.rc = CVX_OK;
    f->io.job.urgent = f->cv != NULL;
    f->io.job.run = run;
    f->io.job.done = file_job_done;
    cvx_pool_submit(f->env->tasks->pool, &f->io.job);
}

static void load_run(struct cvx_job *job)
{
    struct cvx_file *f = file_of_job(job);
    struct cvx_buf bytes = CVX_BUF_INIT;
    int64_t began = cvx_loop_cpu_now();

    f->io.rc = cvx_store_read(f->info.path, CVX_JSON_MAX, &bytes, &f->err);
    if (!f->io.rc)
        f->io.rc = cvx_cv_parse(bytes.data, bytes.len, &f->cv, &f->err);
    cvx_buf_done(&bytes);
    f->io.cpu_ns = cvx_loop_cpu_now() - began;
}

static void store_run(struct cvx_job *job)
{
    struct cvx_file *f = file_of_job(job);
    struct cvx_buf printed = CVX_BUF_INIT, *out = &f->bytes;
    int64_t began = cvx_loop_cpu_now();

    if (cvx_file_step(f)->kind != CVX_RENDERER) {
        f->io.rc = cvx_cv_print(f->cv, &printed, &f->err);
        out = &printed;
    }
    if (!f->io.rc)
        f->io.rc = cvx_store_write(f->output.data, out->data, out->len, &f->err);
    cvx_buf_done(&printed);
    /* Nothing will read it any more: released where it was made, not on the loop. */
    if (f->step + 1 == f->env->plan->n_steps &&
        (cvx_file_step(f)->kind != CVX_RENDERER || !cvx_file_step(f)->n_verifiers)) {
        cvx_cv_free(f->cv);
        f->cv = NULL;
    }
    f->io.cpu_ns = cvx_loop_cpu_now() - began;
}

void cvx_file_load(struct cvx_file *f)
{
    file_job_start(f, load_run);
}

void cvx_file_store(struct cvx_file *f)
{
    file_job_start(f, store_run);
}
