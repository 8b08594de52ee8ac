/* openai-job-specific: the CV tailored to a job posting, which is a page (fetched once per
 * run) or a text that the user gives. */
#include <string.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "adjust/adjust.h"
#include "adjust/invariants.h"
#include "adjust/page.h"
#include "adjust/url.h"
#include "contracts/embedded.h"
#include "stages.h"

#define URL_KEY "job-url"
#define TEXT_KEY "job-description"
/* Bytes of a posting, as long as it is not there. */
#define POSTING_GUESS ((size_t)6000)

/* ---- the posting, once per run ---- */

enum at { AT_FETCH, AT_TEXT };

struct fetching {
    struct cvx_adjust_data head; /* first */
    enum at at;
    struct cvx_call call;
};

static void fetching_done(struct cvx_adjust_data *head)
{
    struct fetching *f = (struct fetching *)head;

    cvx_call_done(&f->call);
    cvx_free(f);
}

static int take_text(struct cvx_task *task)
{
    const struct fetching *f = task->data;
    struct cvx_page_text page = {0};
    int rc = cvx_page_take(&f->call, CVX_PAGE_CHARS_MAX, &page, &task->err);

    if (rc)
        return rc;
    task->bytes = page.text;
    page.text = CVX_BUF_INIT;
    cvx_log_add(&task->log, CVX_LEVEL_INFO, "job posting: %zu characters of text",
                page.chars);
    cvx_page_text_done(&page);
    return CVX_OK;
}

static struct cvx_next begin(struct cvx_task *task)
{
    struct fetching *f = cvx_zalloc(sizeof(*f));

    if (!f)
        return cvx_next_done(
            cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a job posting"));
    f->head.done = fetching_done;
    task->data = f;
    cvx_page_call(&f->call, cvx_task_param(task, URL_KEY), false);
    return cvx_next_call(&f->call);
}

static struct cvx_next produce(struct cvx_task *task)
{
    struct fetching *f = task->data;
    struct cvx_buf url = CVX_BUF_INIT;

    if (!f)
        return begin(task);
    if (!task->rc && f->at == AT_FETCH) {
        f->at = AT_TEXT;
        return cvx_next_job(take_text);
    }
    if (task->rc && task->rc != CVX_ECANCELED) {
        cvx_url_show(cvx_task_param(task, URL_KEY), &url);
        cvx_wrap(&task->err, "job posting %.200s: %s", url.failed ? "" : url.data,
                 cvx_err_top(&task->err));
        cvx_buf_done(&url);
    }
    return cvx_next_done(task->rc);
}

/* ---- the adjuster ---- */

static int context(struct cvx_task *task, struct cvx_chat *chat)
{
    const char *given = cvx_task_param(task, TEXT_KEY);

    cvx_chat_quote(cvx_chat_say(chat, "user"), "the job posting",
                   given ? given : task->shared.data,
                   given ? strlen(given) : task->shared.len);
    return CVX_OK;
}

static size_t context_bytes(const struct cvx_task *task)
{
    const char *given = cvx_task_param(task, TEXT_KEY);

    return given ? strlen(given) : POSTING_GUESS;
}

static const struct cvx_adjuster k_adjuster = {
    .prompt = cvx_embedded_job_tailor,
    .checks = CVX_INVARIANTS_TAILORED,
    .context = context,
    .context_bytes = context_bytes,
    .produce = produce,
};

static int check_description(const struct cvx_task *task, struct cvx_err *err)
{
    const char *text = NULL;
    size_t chars = 0;
    int rc = cvx_adjust_value(task, TEXT_KEY, &text, err);

    if (rc)
        return rc;
    if (!cvx_text_is_utf8(text, strlen(text)))
        return cvx_fail(err, CVX_EUSAGE, TEXT_KEY "= is not UTF-8");
    for (const char *p = text; *p; p++)
        chars += ((unsigned char)*p & 0xC0) != 0x80;
    if (chars > CVX_PAGE_CHARS_MAX)
        return cvx_fail(err, CVX_EUSAGE,
                        TEXT_KEY "= has %zu characters, the limit is %zu", chars,
                        CVX_PAGE_CHARS_MAX);
    return CVX_OK;
}

/* The address of the posting, NULL when its text is given. */
static int check_keys(const struct cvx_task *task, const char **ret, struct cvx_err *err)
{
    bool url = cvx_adjust_is_given(task, URL_KEY);
    bool text = cvx_adjust_is_given(task, TEXT_KEY);
    int rc;

    if (url == text)
        return cvx_fail(err, CVX_EUSAGE, "needs " URL_KEY "= or " TEXT_KEY "=, %s",
                        url ? "not both" : "and has neither");
    *ret = NULL;
    if (text)
        return check_description(task, err);
    rc = cvx_adjust_value(task, URL_KEY, ret, err);
    return rc ? rc : cvx_url_check(URL_KEY, *ret, err);
}

static struct cvx_next prepare(struct cvx_task *task)
{
    struct cvx_adjust_state *state = NULL;
    const char *url = NULL;
    int rc = check_keys(task, &url, &task->err);

    if (!rc)
        rc = cvx_adjust_state_new(task, &k_adjuster, url, &state, &task->err);
    if (!rc)
        task->made_state = state;
    return cvx_next_done(rc);
}

static const struct cvx_stage_key k_keys[] = {
    {URL_KEY, 0, "URL", "page of the job posting; this or " TEXT_KEY "="},
    {TEXT_KEY, 0, "TEXT", "text of the job posting"},
    CVX_ADJUST_KEYS,
    {NULL, 0, NULL, NULL},
};

const struct cvx_stage cvx_openai_job_specific = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_ADJUSTER,
    .flags = CVX_STAGE_API,
    .name = "openai-job-specific",
    .summary = "Brings out what in the CV answers a job posting",
    .folder = "adjusted_structured_data",
    .suffix = ".json",
    .keys = k_keys,
    .step = cvx_adjust_step,
    .foresee = cvx_adjust_foresee,
    .prepare = prepare,
    .close = cvx_adjust_close,
    .estimate = cvx_adjust_estimate,
    .drop = cvx_adjust_drop,
};
