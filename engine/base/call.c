/* Owns what is common to replies of calls: finding a header, releasing the memory. Thread:
 * the holder. */
#include <cvextract/call.h>

#include <strings.h>

#include <cvextract/mem.h>

const char *cvx_reply_header(const struct cvx_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->n_headers; i++)
        if (strcasecmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    return NULL;
}

void cvx_reply_done(struct cvx_reply *reply)
{
    if (!reply)
        return;
    cvx_free(reply->headers); /* array and texts are one block */
    cvx_free(reply->url);
    cvx_buf_done(&reply->body);
    *reply = (struct cvx_reply){0};
}

void cvx_call_done(struct cvx_call *call)
{
    if (!call)
        return;
    cvx_reply_done(&call->reply);
    call->verdict = CVX_VERDICT_NONE;
    call->usage = (struct cvx_usage){0};
    cvx_err_init(&call->err);
}
