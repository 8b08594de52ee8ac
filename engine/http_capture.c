/* Owns the record of an exchange. See http_capture.h.
 *
 * libcurl hands out request headers in pieces of its own choosing, so they are joined and
 * told line by line; bodies are taken whole from the request and from the decoded reply,
 * never from its callbacks. Nothing reaches the log but through http_redact.c. */
#include "http_capture.h"

#include <string.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

struct cvx_http_capture {
    const struct cvx_http_redact *redact;
    const struct cvx_http_request *request;
    struct cvx_log *log;
    struct cvx_buf out;         /* request headers that no line end was seen for */
    bool body_told;             /* the request's */
    bool secret_out, secret_in; /* the last header line was a sensitive one */
};

/* A record: two texts, the second without its secrets already. */
static void tell(struct cvx_http_capture *c, enum cvx_level level, const char *before,
                 struct cvx_buf *text)
{
    if (cvx_buf_check(text, NULL) != CVX_OK)
        c->log->lost = true;
    else
        cvx_log_add(c->log, level, "%s%s", before, text->data ? text->data : "");
    cvx_buf_done(text);
}

static const char *method_of(const struct cvx_http_request *request)
{
    return request->body ? "POST" : "GET";
}

static void put_url(const struct cvx_http_capture *c, struct cvx_buf *text)
{
    const char *url = c->request->url ? c->request->url : "(no URL)";
    size_t len = strcspn(url, "#"); /* a fragment is not sent */

    cvx_http_redact_text(c->redact, url, len, len, text);
}

static void tell_request(struct cvx_http_capture *c)
{
    struct cvx_buf text = CVX_BUF_INIT;

    put_url(c, &text);
    if (c->request->body)
        cvx_buf_printf(&text, " (%zu bytes)", c->request->body->len);
    tell(c, CVX_LEVEL_INFO, c->request->body ? "POST " : "GET ", &text);
}

struct cvx_http_capture *cvx_http_capture_new(const struct cvx_http_redact *redact,
                                              const struct cvx_http_request *request)
{
    struct cvx_http_capture *c;

    if (!cvx_log_wants(request->log, CVX_LEVEL_INFO))
        return NULL;
    c = cvx_zalloc(sizeof(*c));
    if (!c) {
        request->log->lost = true;
        return NULL;
    }
    c->redact = redact;
    c->request = request;
    c->log = request->log;
    tell_request(c);
    return c;
}

void cvx_http_capture_free(struct cvx_http_capture *capture)
{
    if (!capture)
        return;
    cvx_buf_done(&capture->out);
    cvx_free(capture);
}

bool cvx_http_capture_wants_all(const struct cvx_http_capture *capture)
{
    return cvx_log_wants(capture->log, CVX_LEVEL_DEBUG);
}

/* A body's beginning. A secret that begins before the cut is found whole. */
static void tell_body(struct cvx_http_capture *c, const char *what,
                      const struct cvx_buf *body)
{
    struct cvx_buf text = CVX_BUF_INIT;
    const char *data = body->data ? body->data : "";
    size_t stop = cvx_text_cut(data, body->len, CVX_HTTP_CAPTURE_BODY);

    cvx_buf_printf(&text, "%s body, %zu bytes: ", what, body->len);
    cvx_http_redact_text(c->redact, data, body->len, stop, &text);
    if (stop < body->len)
        cvx_buf_puts(&text, "...");
    tell(c, CVX_LEVEL_DEBUG, "", &text);
}

/* A line of a header block; one that begins with a blank continues the one before. */
static void tell_header(struct cvx_http_capture *c, const char *mark, bool *secret,
                        const char *line, size_t len)
{
    struct cvx_buf text = CVX_BUF_INIT;
    const char *colon;

    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (len == 0)
        return;
    if (line[0] == ' ' || line[0] == '\t') {
        if (*secret)
            cvx_buf_puts(&text, " [redacted]");
        else
            cvx_http_redact_line(c->redact, line, len, &text);
    } else {
        colon = memchr(line, ':', len);
        *secret = colon && cvx_http_redact_sensitive(line, (size_t)(colon - line));
        cvx_http_redact_line(c->redact, line, len, &text);
    }
    tell(c, CVX_LEVEL_DEBUG, mark, &text);
}

/* What has come of the request's header block, line by line; `all` also without an end. */
static void tell_out(struct cvx_http_capture *c, bool all)
{
    size_t done = 0;

    if (c->out.failed) {
        c->log->lost = true;
        cvx_buf_clear(&c->out);
        return;
    }
    while (done < c->out.len) {
        const char *line = c->out.data + done;
        const char *end = memchr(line, '\n', c->out.len - done);

        if (!end && !all)
            break;
        size_t len = end ? (size_t)(end - line) + 1 : c->out.len - done;

        tell_header(c, "> ", &c->secret_out, line, len);
        done += len;
    }
    if (done > 0) {
        memmove(c->out.data, c->out.data + done, c->out.len - done);
        cvx_buf_trim(&c->out, c->out.len - done);
    }
}

static void tell_request_body(struct cvx_http_capture *c)
{
    if (c->body_told || !c->request->body)
        return;
    c->body_told = true;
    tell_body(c, "request", c->request->body);
}

/* libcurl's own words; it ends them with a line end. */
static void tell_text(struct cvx_http_capture *c, const char *p, size_t len)
{
    while (len > 0) {
        struct cvx_buf text = CVX_BUF_INIT;
        const char *end = memchr(p, '\n', len);
        size_t n = end ? (size_t)(end - p) : len;

        cvx_http_redact_line(c->redact, p, n, &text);
        if (n > 0)
            tell(c, CVX_LEVEL_DEBUG, "* ", &text);
        n += end != NULL;
        p += n;
        len -= n;
    }
}

int cvx_http_capture_on_debug(CURL *easy, curl_infotype type, char *data, size_t size,
                              void *arg)
{
    struct cvx_http_capture *c = arg;

    (void)easy;
    if (type == CURLINFO_TEXT) {
        tell_text(c, data, size);
    } else if (type == CURLINFO_HEADER_OUT) {
        cvx_buf_put(&c->out, data, size);
        tell_out(c, false);
    } else if (type == CURLINFO_DATA_OUT) {
        tell_request_body(c);
    }
    return 0;
}

void cvx_http_capture_header(struct cvx_http_capture *capture, const char *line,
                             size_t len)
{
    if (!cvx_http_capture_wants_all(capture))
        return;
    tell_out(capture, true);
    tell_header(capture, "< ", &capture->secret_in, line, len);
}

static void put_header(const struct cvx_http_capture *c, const struct cvx_reply *answer,
                       const char *name, const char *label, struct cvx_buf *text)
{
    const char *value = cvx_reply_header(answer, name);

    if (!value)
        return;
    cvx_buf_puts(text, label);
    cvx_http_redact_text(c->redact, value, strlen(value), strlen(value), text);
}

static void put_end(struct cvx_http_capture *c, const struct cvx_http_reply *reply,
                    struct cvx_buf *text)
{
    char words[1024];

    if (reply->fault == CVX_HTTP_OK) {
        cvx_buf_printf(text, " -> %d", reply->answer.status);
    } else {
        cvx_err_text(&reply->err, words, sizeof(words));
        cvx_buf_printf(text, " -> no answer (%s): ", cvx_http_fault_name(reply->fault));
        cvx_http_redact_line(c->redact, words, strlen(words), text);
    }
    if (reply->sent_ns != 0)
        cvx_buf_printf(text, ", %lld ms",
                       (long long)((reply->done_ns - reply->sent_ns) / CVX_NS_PER_MS));
    if (reply->version != 0)
        cvx_buf_printf(text, ", HTTP/%d.%d", reply->version / 10, reply->version % 10);
    if (reply->sent_ns != 0)
        cvx_buf_puts(text, reply->reused ? ", connection reused" : ", new connection");
    cvx_buf_printf(text, ", %zu bytes came", reply->received);
    put_header(c, &reply->answer, "x-request-id", ", request id ", text);
    if (reply->resend)
        cvx_buf_puts(text, ", a hidden second send was stopped");
}

void cvx_http_capture_end(struct cvx_http_capture *capture,
                          const struct cvx_http_reply *reply)
{
    struct cvx_buf text = CVX_BUF_INIT;

    if (cvx_http_capture_wants_all(capture)) {
        tell_out(capture, true);
        if (reply->sent_ns != 0)
            tell_request_body(capture);
        if (reply->answer.body.len > 0)
            tell_body(capture, "response", &reply->answer.body);
    }
    cvx_buf_printf(&text, "%s ", method_of(capture->request));
    put_url(capture, &text);
    put_end(capture, reply, &text);
    tell(capture, CVX_LEVEL_INFO, "", &text);
}
