/* docx-renderer: the data of a file through the run's Word template. The template is loaded
 * and checked once, before any file is touched; what is wrong with it is a fault of the
 * configuration. All workers read it; each file has a rendering of its own. */
#include <cvextract/stage.h>

#include "render/template.h"
#include "stages.h"

static int load(struct cvx_task *task)
{
    const char *path = cvx_task_param(task, "template");
    struct cvx_template *made = NULL;
    int rc = cvx_template_load(path, &made, &task->err);

    task->made_state = made;
    if (!rc)
        return CVX_OK;
    cvx_wrap(&task->err, "template %s", path);
    /* Short memory is nobody's setting; all else is. */
    if (task->err.rc != CVX_ENOMEM)
        task->err.rc = CVX_EUSAGE;
    return task->err.rc;
}

static struct cvx_next prepare(struct cvx_task *task)
{
    return task->turn == 0 ? cvx_next_job(load) : cvx_next_done(task->rc);
}

static void drop_template(void *made)
{
    cvx_template_free(made);
}

static int run(struct cvx_task *task)
{
    return cvx_template_render(task->state, task->input, &task->bytes, &task->err);
}

static const struct cvx_stage_key k_keys[] = {
    {"template", CVX_KEY_REQUIRED | CVX_KEY_FILE, "FILE.docx",
     "the Word document to fill in; its tags are those of Jinja2, as in docxtpl"},
    {NULL, 0, NULL, NULL},
};

const struct cvx_stage cvx_docx_renderer = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_RENDERER,
    .name = "docx-renderer",
    .folder = "documents",
    .suffix = "_NEW.docx",
    .summary = "Fills in a Word template (DOCX with Jinja2 tags)",
    .keys = k_keys,
    .run = run,
    .prepare = prepare,
    .close = drop_template,
};
