/* Owns how a page is asked for and judged. See page.h. */
#include "adjust/page.h"

#include <string.h>

/* Every whole answer is taken; whether it can be used is found out by a job of the stage,
 * since a page that was fetched well may still say nothing. */
static enum cvx_verdict accept(struct cvx_task *task, struct cvx_call *call,
                               struct cvx_usage *ret_usage, struct cvx_err *err)
{
    (void)task;
    (void)call;
    (void)err;
    *ret_usage = (struct cvx_usage){0};
    return CVX_VERDICT_ACCEPTED;
}

void cvx_page_call(struct cvx_call *call, const char *url, bool linked)
{
    cvx_call_done(call);
    *call = (struct cvx_call){
        .kind = CVX_CALL_FETCH,
        .url = url,
        .linked = linked,
        .key = cvx_hash_of(url, strlen(url)),
        .judge = accept,
    };
}

int cvx_page_take(const struct cvx_call *call, size_t max_chars,
                  struct cvx_page_text *ret, struct cvx_err *err)
{
    const struct cvx_reply *reply = &call->reply;
    struct cvx_page_source source = {
        .data = reply->body.len ? reply->body.data : "",
        .len = reply->body.len,
        .content_type = cvx_reply_header(reply, "Content-Type"),
        .url = reply->url ? reply->url : call->url,
        .max_chars = max_chars,
    };
    struct cvx_page_text page = {0};
    int rc = cvx_page_text_read(&source, &page, err);

    if (!rc)
        rc = cvx_page_text_check(&page, err);
    if (rc)
        cvx_page_text_done(&page);
    else
        *ret = page;
    return rc;
}
