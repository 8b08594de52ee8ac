/* roundtrip-verifier: reads the rendered document back as the default extractor would, keeps
 * what it read, and holds it against what was rendered. */
#include <cvextract/buf.h>
#include <cvextract/output.h>
#include <cvextract/stage.h>

#include "extract/default_docx.h"
#include "stages.h"
#include "verify/differences.h"
#include "json/cv_json.h"

/* What the extractor has to warn of is not this verifier's affair. */
static int read_back(struct cvx_task *task, struct cvx_cv **ret)
{
    struct cvx_issues ignored = {0};
    int rc = cvx_default_docx_read(task->state, task->document, &task->log, &ignored, ret,
                                   &task->err);

    cvx_issues_done(&ignored);
    return rc;
}

/* A fault of the document, not of the machine, is what was looked for. */
static int tell_unreadable(struct cvx_task *task)
{
    if (task->err.rc != CVX_EFORMAT && task->err.rc != CVX_ELIMIT &&
        task->err.rc != CVX_EIO)
        return task->err.rc;
    if (cvx_issues_add(&task->issues, CVX_SEVERITY_ERROR, "re-extraction failed: %s",
                       cvx_err_top(&task->err)))
        return cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a verdict");
    cvx_err_init(&task->err);
    return CVX_OK;
}

static int keep(struct cvx_task *task, const struct cvx_cv *back)
{
    struct cvx_buf path = CVX_BUF_INIT, json = CVX_BUF_INIT;
    int rc;

    cvx_output_place(task->target, task->stage, task->file->rel, &path);
    rc = cvx_buf_check(&path, &task->err);
    if (!rc)
        rc = cvx_cv_print(back, &json, &task->err);
    if (!rc)
        rc = cvx_output_write(path.data, json.data, json.len, &task->err);
    cvx_buf_done(&json);
    cvx_buf_done(&path);
    return rc;
}

static int run(struct cvx_task *task)
{
    struct cvx_cv *back = NULL;
    int rc;

    if (read_back(task, &back))
        return tell_unreadable(task);
    rc = keep(task, back);
    if (!rc)
        rc = cvx_differences_find(cvx_cv_root(task->input), cvx_cv_root(back),
                                  &task->issues, &task->err);
    cvx_cv_free(back);
    return rc;
}

static void close_tools(void *made)
{
    cvx_default_docx_free(made);
}

static struct cvx_next prepare(struct cvx_task *task)
{
    struct cvx_default_docx *tools = NULL;
    int rc = cvx_default_docx_new(&tools, &task->err);

    task->made_state = tools;
    return cvx_next_done(rc);
}

const struct cvx_stage cvx_roundtrip_verifier = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_VERIFIER,
    .flags = CVX_STAGE_NOT_ADJUSTED | CVX_STAGE_RENDERED,
    .default_after = CVX_AFTER(CVX_RENDERER),
    .name = "roundtrip-verifier",
    .folder = "verification_structured_data",
    .suffix = "_NEW.json",
    .summary = "Extracts a rendered document again and compares it with its data",
    .run = run,
    .prepare = prepare,
    .close = close_tools,
};
