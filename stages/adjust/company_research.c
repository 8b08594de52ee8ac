/* openai-company-research: a profile of the company, made once per run, and the CV tailored
 * to it. The making: company_profile.c; the rest: adjust.c. */
#include "adjust/adjust.h"
#include "adjust/company_profile.h"
#include "adjust/invariants.h"
#include "adjust/url.h"
#include "contracts/embedded.h"
#include "stages.h"

#define URL_KEY "customer-url"

static int context(struct cvx_task *task, struct cvx_chat *chat)
{
    struct cvx_buf *buf = cvx_chat_say(chat, "user");

    cvx_chat_quote(buf, "the company's profile, as JSON", task->shared.data,
                   task->shared.len);
    return CVX_OK;
}

static size_t context_bytes(const struct cvx_task *task)
{
    size_t bytes = 0;

    /* One that cannot be read will be made anew. */
    if (cvx_company_profile_known(task, cvx_task_param(task, URL_KEY), &bytes))
        return bytes;
    return CVX_COMPANY_PROFILE_GUESS;
}

static struct cvx_next produce(struct cvx_task *task)
{
    return cvx_company_profile_step(task, cvx_task_param(task, URL_KEY));
}

static const struct cvx_adjuster k_adjuster = {
    .prompt = cvx_embedded_company_tailor,
    .checks = CVX_INVARIANTS_TAILORED,
    .context = context,
    .context_bytes = context_bytes,
    .produce = produce,
};

static int make_state(const struct cvx_task *task, struct cvx_adjust_state **ret,
                      struct cvx_err *err)
{
    struct cvx_buf key = CVX_BUF_INIT;
    const char *url = NULL;
    int rc = cvx_adjust_value(task, URL_KEY, &url, err);

    if (!rc)
        rc = cvx_url_check(URL_KEY, url, err);
    if (!rc) {
        cvx_url_lower(url, &key);
        rc = cvx_buf_check(&key, err);
    }
    if (!rc)
        rc = cvx_adjust_state_new(task, &k_adjuster, key.data, ret, err);
    cvx_buf_done(&key);
    return rc;
}

static struct cvx_next prepare(struct cvx_task *task)
{
    struct cvx_adjust_state *state = NULL;
    int rc = make_state(task, &state, &task->err);

    if (!rc)
        rc = cvx_openai_schema_new(cvx_embedded_research_schema,
                                   cvx_embedded_research_schema_len, &state->research,
                                   &task->err);
    if (rc)
        cvx_adjust_close(state);
    else
        task->made_state = state;
    return cvx_next_done(rc);
}

static int estimate(struct cvx_task *task, struct cvx_estimate *ret)
{
    const struct cvx_adjust_state *state = task->state;
    size_t bytes = 0;

    if (!cvx_company_profile_known(task, cvx_task_param(task, URL_KEY), &bytes)) {
        ret->shared_calls = 1;
        ret->shared_tokens = cvx_company_profile_tokens(state);
    }
    return cvx_adjust_estimate(task, ret);
}

static const struct cvx_stage_key k_keys[] = {
    {URL_KEY, CVX_KEY_REQUIRED, "URL", "the company's web site"},
    CVX_ADJUST_KEYS,
    {NULL, 0, NULL, NULL},
};

const struct cvx_stage cvx_openai_company_research = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_ADJUSTER,
    .flags = CVX_STAGE_API,
    .name = "openai-company-research",
    .summary = "Tailors the CV to a company, from what the company's web site says",
    .folder = "adjusted_structured_data",
    .suffix = ".json",
    .keys = k_keys,
    .step = cvx_adjust_step,
    .foresee = cvx_adjust_foresee,
    .prepare = prepare,
    .close = cvx_adjust_close,
    .estimate = estimate,
    .drop = cvx_adjust_drop,
};
