/* Stages of an embedding program. */
#include "plugin.h"

#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

int plugin_produced;
int plugin_prepare_rc;

static int read_text(struct cvx_task *task, struct cvx_buf *text)
{
    FILE *file = fopen(task->file->path, "rb");
    char chunk[512];
    size_t n;

    if (!file)
        return cvx_fail(&task->err, CVX_EIO, "cannot read it");
    while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
        cvx_buf_put(text, chunk, n);
    fclose(file);
    return cvx_buf_check(text, &task->err);
}

/* {"text": "..."}; the tests' texts need no escapes. */
static int make_document(struct cvx_task *task, const char *text)
{
    struct cvx_buf json = CVX_BUF_INIT;
    int rc;

    cvx_buf_printf(&json, "{\"text\": \"%s\"}", text);
    rc = cvx_buf_check(&json, &task->err);
    if (!rc)
        rc = cvx_cv_parse(json.data, json.len, &task->output, &task->err);
    cvx_buf_done(&json);
    return rc;
}

static int extract_run(struct cvx_task *task)
{
    struct cvx_buf text = CVX_BUF_INIT;
    bool careful = task->stage == &plugin_careful;
    int rc = read_text(task, &text);

    if (!rc) {
        cvx_log_add(&task->log, CVX_LEVEL_INFO, "tag %s one", task->file->rel);
        cvx_log_add(&task->log, CVX_LEVEL_DEBUG, "tag %s two", task->file->rel);
        if (!careful && strncmp(text.data, "fail", 4) == 0)
            rc = cvx_fail(&task->err, CVX_EFORMAT, "the text says so");
        else
            rc = make_document(task, careful ? "careful" : text.data);
    }
    cvx_buf_done(&text);
    return rc;
}

static int verify_run(struct cvx_task *task)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = cvx_cv_print(task->input, &text, &task->err);

    if (!rc && strstr(text.data, "reject"))
        rc = cvx_issues_add(&task->issues, CVX_SEVERITY_ERROR, "rejected");
    if (!rc && strstr(text.data, "warn"))
        rc = cvx_issues_add(&task->issues, CVX_SEVERITY_WARNING, "warned");
    cvx_buf_done(&text);
    return rc;
}

struct adjust_data {
    struct cvx_call call;
};

static void adjust_drop(struct cvx_task *task)
{
    cvx_free(task->data);
    task->data = NULL;
}

static struct cvx_next adjust_call(struct cvx_task *task)
{
    struct adjust_data *data = cvx_zalloc(sizeof(*data));

    if (!data)
        return cvx_next_done(cvx_fail(&task->err, CVX_ENOMEM, "no memory for a call"));
    task->data = data;
    return cvx_next_call(&data->call);
}

static struct cvx_next produce(struct cvx_task *task)
{
    if (task->turn == 0) {
        struct cvx_next next = adjust_call(task);

        plugin_produced++;
        if (next.call)
            next.call->model = "shared";
        return next;
    }
    if (!task->rc)
        cvx_buf_puts(&task->bytes, "profile");
    return cvx_next_done(task->rc);
}

static int adjust_job(struct cvx_task *task)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc;

    cvx_log_add(&task->log, CVX_LEVEL_INFO, "tag %s three", task->file->rel);
    cvx_buf_printf(&text, "%s with %s", cvx_task_param(task, "word"),
                   (const char *)task->state);
    rc = cvx_buf_check(&text, &task->err);
    if (!rc)
        rc = make_document(task, text.data);
    cvx_buf_done(&text);
    return rc;
}

static struct cvx_next adjust_step(struct cvx_task *task)
{
    if (task->rc)
        return cvx_next_done(task->rc);
    switch (task->turn) {
    case 0:
        return cvx_next_shared(cvx_task_param(task, "word"), produce);
    case 1:
        return adjust_call(task);
    case 2:
        return cvx_next_job(adjust_job);
    default:
        return cvx_next_done(CVX_OK);
    }
}

static int prepare_job(struct cvx_task *task)
{
    if (plugin_prepare_rc)
        return cvx_fail(&task->err, (enum cvx_rc)plugin_prepare_rc, "prepare says no");
    task->made_state = cvx_strdup("state");
    return task->made_state ? CVX_OK : cvx_fail(&task->err, CVX_ENOMEM, "no memory");
}

static struct cvx_next adjust_prepare(struct cvx_task *task)
{
    if (task->turn == 0)
        return cvx_next_job(prepare_job);
    return cvx_next_done(task->rc);
}

static int render_run(struct cvx_task *task)
{
    cvx_buf_puts(&task->bytes, "rendered ");
    return cvx_cv_print(task->input, &task->bytes, &task->err);
}

static const struct cvx_stage_key adjust_keys[] = {
    {"word", CVX_KEY_REQUIRED, "WORD", "what to say"},
    {NULL, 0, NULL, NULL},
};

static const struct cvx_stage_key render_keys[] = {
    {"template", CVX_KEY_REQUIRED | CVX_KEY_FILE, "FILE", "the template"},
    {NULL, 0, NULL, NULL},
};

const struct cvx_stage plugin_extractor = {.contract = CVX_STAGE_CONTRACT,
                                           .kind = CVX_EXTRACTOR,
                                           .name = "plug-extractor",
                                           .summary = "text as it is",
                                           .folder = "structured_data",
                                           .suffix = ".json",
                                           .pattern = "*.txt",
                                           .run = extract_run};

const struct cvx_stage plugin_careful = {.contract = CVX_STAGE_CONTRACT,
                                         .kind = CVX_EXTRACTOR,
                                         .name = "plug-careful",
                                         .summary = "takes everything",
                                         .folder = "structured_data",
                                         .suffix = ".json",
                                         .pattern = "*.txt",
                                         .run = extract_run};

const struct cvx_stage plugin_adjuster = {.contract = CVX_STAGE_CONTRACT,
                                          .kind = CVX_ADJUSTER,
                                          .flags = CVX_STAGE_API,
                                          .name = "plug-adjuster",
                                          .summary = "says a word",
                                          .folder = "adjusted_structured_data",
                                          .suffix = ".json",
                                          .keys = adjust_keys,
                                          .step = adjust_step,
                                          .prepare = adjust_prepare,
                                          .close = cvx_free,
                                          .drop = adjust_drop};

const struct cvx_stage plugin_renderer = {.contract = CVX_STAGE_CONTRACT,
                                          .kind = CVX_RENDERER,
                                          .name = "plug-renderer",
                                          .summary = "JSON again",
                                          .folder = "documents",
                                          .suffix = "_NEW.txt",
                                          .keys = render_keys,
                                          .run = render_run};

const struct cvx_stage plugin_verifier = {.contract = CVX_STAGE_CONTRACT,
                                          .kind = CVX_VERIFIER,
                                          .name = "plug-verifier",
                                          .summary = "looks for two words",
                                          .default_after = CVX_AFTER(CVX_EXTRACTOR),
                                          .run = verify_run};

struct cvx_registry *plugin_registry(void)
{
    static const struct cvx_stage *const stages[] = {&plugin_extractor, &plugin_careful,
                                                     &plugin_adjuster, &plugin_renderer,
                                                     &plugin_verifier};
    struct cvx_registry *registry = cvx_registry_new();
    struct cvx_err err;

    for (size_t i = 0; registry && i < sizeof(stages) / sizeof(stages[0]); i++) {
        if (cvx_registry_add(registry, stages[i], &err)) {
            cvx_registry_free(registry);
            return NULL;
        }
    }
    return registry;
}
