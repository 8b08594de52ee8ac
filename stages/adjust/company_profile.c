/* The making of a company's profile. See company_profile.h. */
#include "adjust/company_profile.h"

#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>
#include <cvextract/output.h>

#include "adjust/page.h"
#include "adjust/profile.h"
#include "adjust/url.h"
#include "contracts/embedded.h"
#include "json/writer.h"

/* Tokens of a profile, generously. */
#define ANSWER_TOKENS ((size_t)4096)

enum at { AT_READ, AT_FETCH, AT_TEXT, AT_CHAT, AT_STORE };

struct making {
    struct cvx_adjust_data head; /* first */
    enum at at;
    const char *url;      /* the user's own */
    struct cvx_buf path;  /* of the file */
    struct cvx_call call; /* of the page at hand */
    size_t page;          /* 0 = the user's own, else a linked one */
    bool from_private;    /* so may the linked ones be, where the user's own is */
    struct cvx_buf texts[1 + CVX_PAGE_LINKS];
    char *links[CVX_PAGE_LINKS];
    struct cvx_chat chat;
    struct cvx_buf profile;
};

static void making_done(struct cvx_adjust_data *head)
{
    struct making *m = (struct making *)head;

    cvx_buf_done(&m->path);
    cvx_call_done(&m->call);
    for (size_t i = 0; i < 1 + CVX_PAGE_LINKS; i++)
        cvx_buf_done(&m->texts[i]);
    for (size_t i = 0; i < CVX_PAGE_LINKS; i++)
        cvx_free(m->links[i]);
    cvx_chat_done(&m->chat);
    cvx_buf_done(&m->profile);
    cvx_free(m);
}

/* ---- jobs ---- */

static int read_file(struct cvx_task *task)
{
    const struct cvx_adjust_state *state = task->state;
    struct making *m = task->data;
    struct cvx_err why;
    bool found = false;

    cvx_err_init(&why);
    cvx_profile_path(task->target, m->url, &m->path);
    int rc = cvx_buf_check(&m->path, &task->err);

    if (!rc)
        rc = cvx_profile_read(state->research, m->path.data, &task->bytes, &found, &why,
                              &task->err);
    if (!rc && found)
        cvx_log_add(&task->log, CVX_LEVEL_INFO,
                    "company profile: %s, from an earlier run", m->path.data);
    else if (!rc && why.depth > 0)
        cvx_log_add(&task->log, CVX_LEVEL_WARNING,
                    "company profile %s cannot be used and is made anew: %s",
                    m->path.data, cvx_err_top(&why));
    return rc;
}

static int take_text(struct cvx_task *task)
{
    struct making *m = task->data;
    struct cvx_page_text page = {0};
    int rc = cvx_page_take(&m->call,
                           m->page == 0 ? CVX_PAGE_CHARS_MAX : CVX_COMPANY_LINKED_CHARS,
                           &page, &task->err);

    cvx_call_done(&m->call);
    if (rc)
        return rc;
    m->texts[m->page] = page.text;
    page.text = CVX_BUF_INIT;
    for (size_t i = 0; m->page == 0 && i < CVX_PAGE_LINKS; i++) {
        m->links[i] = page.links[i];
        page.links[i] = NULL;
    }
    cvx_page_text_done(&page);
    return CVX_OK;
}

static int check(struct cvx_task *task, struct json_object *answer,
                 struct cvx_issues *violations)
{
    struct making *m = task->data;
    int rc = cvx_profile_check(answer, violations, &task->err);

    if (rc || violations->errors > 0)
        return rc;
    cvx_buf_clear(&m->profile);
    rc = cvx_writer_print(answer, &m->profile, &task->err);
    if (!rc && m->profile.len > CVX_PROFILE_MAX)
        rc = cvx_fail(&task->err, CVX_ELIMIT,
                      "the company profile has %zu bytes, the limit is %zu",
                      m->profile.len, CVX_PROFILE_MAX);
    return rc;
}

/* The addresses of linked pages are left out: they are the site's words, not ours. */
static int describe(struct cvx_task *task)
{
    const struct cvx_adjust_state *state = task->state;
    struct making *m = task->data;
    struct cvx_buf *buf;

    m->chat.schema = state->research;
    m->chat.schema_name = "company_profile";
    m->chat.check = check;
    m->chat.max_output = ANSWER_TOKENS;
    cvx_buf_puts(cvx_chat_say(&m->chat, "system"), cvx_embedded_company_profile);
    buf = cvx_chat_say(&m->chat, "user");
    cvx_buf_puts(buf, "The company's site: ");
    cvx_url_show(m->url, buf);
    cvx_buf_putc(buf, '\n');
    for (size_t i = 0; i < 1 + CVX_PAGE_LINKS; i++) {
        if (m->texts[i].len > 0)
            cvx_chat_quote(buf,
                           i == 0 ? "the text of the page at this address"
                                  : "the text of another page of the site",
                           m->texts[i].data, m->texts[i].len);
        cvx_buf_done(&m->texts[i]);
    }
    return CVX_OK;
}

/* The profile has been paid for: that it cannot be kept for later runs does not end this
 * one. */
static int store_file(struct cvx_task *task)
{
    struct making *m = task->data;
    struct cvx_err why;

    if (cvx_output_write(m->path.data, m->profile.data, m->profile.len, &why))
        cvx_log_add(&task->log, CVX_LEVEL_WARNING, "company profile not kept: %s",
                    cvx_err_top(&why));
    else
        cvx_log_add(&task->log, CVX_LEVEL_INFO, "company profile: %s, made now",
                    m->path.data);
    task->bytes = m->profile;
    m->profile = CVX_BUF_INIT;
    return CVX_OK;
}

/* ---- steps ---- */

static struct cvx_next fail_page(struct cvx_task *task, const struct making *m)
{
    struct cvx_buf url = CVX_BUF_INIT;

    cvx_url_show(m->url, &url);
    cvx_wrap(&task->err, "company page %.200s: %s", url.failed ? "" : url.data,
             cvx_err_top(&task->err));
    cvx_buf_done(&url);
    return cvx_next_done(task->rc);
}

static struct cvx_next chat_next(struct cvx_task *task, struct making *m)
{
    int rc = CVX_OK;
    struct cvx_next next = cvx_chat_next(&m->chat, task, describe, &rc);

    if (!m->chat.ended)
        return next;
    if (rc) {
        cvx_wrap(&task->err, "company research: %s", cvx_err_top(&task->err));
        return cvx_next_done(rc);
    }
    m->at = AT_STORE;
    return cvx_next_job(store_file);
}

/* The next page that there is, else the chat. */
static struct cvx_next next_page(struct cvx_task *task, struct making *m)
{
    while (m->page < CVX_PAGE_LINKS) {
        m->page++;
        if (!m->links[m->page - 1])
            continue;
        cvx_page_call(&m->call, m->links[m->page - 1], !m->from_private);
        m->at = AT_FETCH;
        return cvx_next_call(&m->call);
    }
    m->at = AT_CHAT;
    return chat_next(task, m);
}

static struct cvx_next after_read(struct cvx_task *task, struct making *m)
{
    if (task->rc || task->bytes.len > 0)
        return cvx_next_done(task->rc);
    cvx_page_call(&m->call, m->url, false);
    m->at = AT_FETCH;
    return cvx_next_call(&m->call);
}

/* After a fetch, and after the text was taken out of it. */
static struct cvx_next after_page(struct cvx_task *task, struct making *m)
{
    if (task->rc == CVX_ECANCELED || task->rc == CVX_ENOMEM)
        return cvx_next_done(task->rc);
    if (task->rc && m->page == 0)
        return fail_page(task, m);
    if (task->rc)
        cvx_log_add(&task->log, CVX_LEVEL_INFO, "linked page passed over: %s",
                    cvx_err_top(&task->err));
    if (!task->rc && m->at == AT_FETCH) {
        if (m->page == 0)
            m->from_private = m->call.reply.from_private;
        m->at = AT_TEXT;
        return cvx_next_job(take_text);
    }
    return next_page(task, m);
}

static struct cvx_next begin(struct cvx_task *task, const char *url)
{
    struct making *m = cvx_zalloc(sizeof(*m));

    if (!m)
        return cvx_next_done(
            cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a company profile"));
    m->head.done = making_done;
    m->url = url;
    cvx_chat_init(&m->chat);
    task->data = m;
    return cvx_next_job(read_file);
}

struct cvx_next cvx_company_profile_step(struct cvx_task *task, const char *url)
{
    struct making *m = task->data;

    if (!m)
        return begin(task, url);
    switch (m->at) {
    case AT_READ:
        return after_read(task, m);
    case AT_FETCH:
    case AT_TEXT:
        return after_page(task, m);
    case AT_CHAT:
        return chat_next(task, m);
    case AT_STORE:
        break;
    }
    return cvx_next_done(task->rc);
}

/* ---- estimates ---- */

bool cvx_company_profile_known(const struct cvx_task *task, const char *url,
                               size_t *ret_bytes)
{
    const struct cvx_adjust_state *state = task->state;
    struct cvx_buf path = CVX_BUF_INIT, profile = CVX_BUF_INIT;
    struct cvx_err why, err;
    bool found = false;

    if (task->target)
        cvx_profile_path(task->target, url, &path);
    if (path.len > 0 && !path.failed &&
        cvx_profile_read(state->research, path.data, &profile, &found, &why, &err))
        found = false;
    *ret_bytes = profile.len;
    cvx_buf_done(&path);
    cvx_buf_done(&profile);
    return found;
}

/* As many pages as there may be, each as long as it may be. */
size_t cvx_company_profile_tokens(const struct cvx_adjust_state *state)
{
    size_t bytes = cvx_embedded_company_profile_len +
                   strlen(cvx_openai_schema_strict(state->research)) +
                   CVX_PAGE_CHARS_MAX + CVX_PAGE_LINKS * CVX_COMPANY_LINKED_CHARS;

    return cvx_adjust_tokens(bytes) + cvx_adjust_tokens(CVX_COMPANY_PROFILE_GUESS);
}
