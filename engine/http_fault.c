/* Owns the sense made of libcurl's results: which fault, in which words. Thread: the loop.
 *
 * What a code means depends on how far the transfer had come: the same "could not receive"
 * is no connection, a connection that closed before the answer, or a cut answer. */
#include "http_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct where {
    char text[320]; /* "host:port" */
};

/* Host and port of where the transfer is now: all that may be said of a URL. */
static void where_of(const struct cvx_http_transfer *t, struct where *ret)
{
    char *url = NULL, *host = NULL, *port = NULL;
    CURLU *parts = curl_url();

    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    if (!url || !url[0]) /* not started */
        url = (char *)(uintptr_t)t->request->url;
    if (parts && url && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
        snprintf(ret->text, sizeof(ret->text), "%.300s:%s", host, port);
    else
        snprintf(ret->text, sizeof(ret->text), "the server");
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
}

static enum cvx_http_fault fault_of_tls_or_setup(CURLcode code)
{
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return CVX_HTTP_TLS;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return CVX_HTTP_RESOLVE;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return CVX_HTTP_URL;
    case CURLE_TOO_MANY_REDIRECTS:
        return CVX_HTTP_REDIRECT;
    case CURLE_FILESIZE_EXCEEDED:
        return CVX_HTTP_TOO_BIG;
    default:
        return CVX_HTTP_INTERNAL;
    }
}

/* Nothing was sent on this hop. */
static enum cvx_http_fault fault_unsent(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    /* A handshake that broke off: a reset, mostly. What is refused has codes of its own. */
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
    case CURLE_HTTP2:
        return CVX_HTTP_CONNECT;
    default:
        return fault_of_tls_or_setup(code);
    }
}

static enum cvx_http_fault fault_sent(const struct cvx_http_transfer *t, CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return CVX_HTTP_TIMEOUT;
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
        return CVX_HTTP_SEND;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_COULDNT_CONNECT: /* the connection died, and libcurl tried another */
    case CURLE_PROXY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
        return t->reply.received > 0 ? CVX_HTTP_TRUNCATED : CVX_HTTP_SEND;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:          /* ours are known by their flags */
    case CURLE_UNSUPPORTED_PROTOCOL: /* what came is no HTTP */
        return CVX_HTTP_TRUNCATED;
    default:
        return fault_of_tls_or_setup(code);
    }
}

/* A redirect was followed to where nothing was sent. */
static bool stuck_in_redirect(const struct cvx_http_transfer *t)
{
    long redirects = 0;

    curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_COUNT, &redirects);
    return redirects > 0 && t->sends <= (unsigned long)redirects;
}

/* A header line over libcurl's own limit (100 KiB) looks to it like memory running out. */
static bool line_too_long(const struct cvx_http_transfer *t, CURLcode code)
{
    return code == CURLE_OUT_OF_MEMORY && t->sends > 0 && !t->head_ended;
}

static enum cvx_http_fault fault_of_code(const struct cvx_http_transfer *t, CURLcode code)
{
    const struct cvx_buf *body = &t->reply.answer.body;
    bool unsent = t->sends == 0 || stuck_in_redirect(t);
    enum cvx_http_fault fault;

    if (code == CURLE_OK)
        return CVX_HTTP_OK;
    if (t->reply.resend)
        return CVX_HTTP_SEND;
    if (t->forbidden)
        return CVX_HTTP_REDIRECT;
    if (t->head_over || line_too_long(t, code) || body->over)
        return CVX_HTTP_TOO_BIG;
    if (t->head.failed || body->failed)
        return CVX_HTTP_INTERNAL;
    fault = unsent ? fault_unsent(code) : fault_sent(t, code);
    return fault == CVX_HTTP_URL && t->sends > 0 ? CVX_HTTP_REDIRECT : fault;
}

/* Why there is no connection. */
static void tell_connect(struct cvx_http_transfer *t, CURLcode code, const char *where)
{
    struct cvx_err *err = &t->reply.err;
    long system = 0;

    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &system);
    if (code == CURLE_OPERATION_TIMEDOUT)
        cvx_fail(err, CVX_EIO, "no connection to %s in time", where);
    else if (code == CURLE_COULDNT_CONNECT && system == ECONNREFUSED)
        cvx_fail(err, CVX_EIO, "connection refused by %s", where);
    else if (code == CURLE_COULDNT_CONNECT && system != 0)
        cvx_fail_errno(err, (int)system, "cannot connect to %s", where);
    else
        cvx_fail(err, CVX_EIO, "cannot connect to %s: %s", where, t->detail);
}

static void tell_timeout(struct cvx_http_transfer *t, const char *where)
{
    double seconds = (double)t->request->timeout_ns / (double)CVX_NS_PER_S;

    if (t->reply.received == 0)
        cvx_fail(&t->reply.err, CVX_EIO, "no answer from %s within %g s", where, seconds);
    else
        cvx_fail(&t->reply.err, CVX_EIO,
                 "the answer of %s was not complete within %g s (%zu bytes came)", where,
                 seconds, t->reply.received);
}

static void tell_redirect(struct cvx_http_transfer *t, CURLcode code, const char *where)
{
    struct cvx_err *err = &t->reply.err;

    if (t->forbidden)
        cvx_fail(err, CVX_EIO, "%s has a private or special address: not fetched", where);
    else if (code == CURLE_TOO_MANY_REDIRECTS)
        cvx_fail(err, CVX_EIO, "more than %u redirects, the last from %s",
                 t->request->redirects, where);
    else
        cvx_fail(err, CVX_EIO, "redirected to what is no http or https URL");
}

static void tell_too_big(struct cvx_http_transfer *t, CURLcode code, const char *where)
{
    if (line_too_long(t, code))
        cvx_fail(&t->reply.err, CVX_ELIMIT, "a line of the headers of %s is too long",
                 where);
    else if (t->head_over)
        cvx_fail(&t->reply.err, CVX_ELIMIT, "the headers of %s are over %zu bytes", where,
                 CVX_HTTP_HEAD_MAX);
    else
        cvx_fail(&t->reply.err, CVX_ELIMIT, "the answer of %s is over %zu bytes", where,
                 t->request->max_body);
}

static void tell_internal(struct cvx_http_transfer *t, CURLcode code)
{
    if (code == CURLE_OUT_OF_MEMORY || t->head.failed || t->reply.answer.body.failed)
        cvx_http_fault_memory(&t->reply);
    else
        cvx_fail(&t->reply.err, CVX_EINTERNAL, "libcurl: %s", curl_easy_strerror(code));
}

static void tell(struct cvx_http_transfer *t, CURLcode code, const char *where)
{
    struct cvx_err *err = &t->reply.err;

    switch (t->reply.fault) {
    case CVX_HTTP_OK:
        break;
    case CVX_HTTP_CANCELED:
        cvx_fail(err, CVX_ECANCELED, "the request to %s was given up", where);
        break;
    case CVX_HTTP_CONNECT:
        tell_connect(t, code, where);
        break;
    case CVX_HTTP_RESOLVE:
        cvx_fail(err, CVX_EIO, "no address found for %s%s",
                 code == CURLE_COULDNT_RESOLVE_PROXY ? "the proxy to " : "", where);
        break;
    case CVX_HTTP_TLS:
        cvx_fail(err, CVX_EDENIED, "TLS with %s refused: %s", where, t->detail);
        break;
    case CVX_HTTP_URL:
        cvx_fail(err, CVX_EDENIED, "not an http or https URL");
        break;
    case CVX_HTTP_TIMEOUT:
        tell_timeout(t, where);
        break;
    case CVX_HTTP_SEND:
        cvx_fail(err, CVX_EIO, "the connection to %s was closed before the answer",
                 where);
        break;
    case CVX_HTTP_TRUNCATED:
        cvx_fail(err, CVX_EIO, "the answer of %s is cut or garbled: %s", where,
                 t->detail);
        break;
    case CVX_HTTP_TOO_BIG:
        tell_too_big(t, code, where);
        break;
    case CVX_HTTP_REDIRECT:
        tell_redirect(t, code, where);
        break;
    case CVX_HTTP_INTERNAL:
        tell_internal(t, code);
        break;
    }
}

void cvx_http_fault_memory(struct cvx_http_reply *reply)
{
    reply->fault = CVX_HTTP_INTERNAL;
    cvx_fail(&reply->err, CVX_ENOMEM, "no memory for an HTTP exchange");
}

void cvx_http_fault_judge(struct cvx_http_transfer *t, enum cvx_http_end end,
                          CURLcode code)
{
    struct where where;

    /* A connection that closes among the headers is an answer to libcurl, an empty one. */
    if (end == CVX_HTTP_END_LIBCURL && code == CURLE_OK && !t->head_ended)
        code = CURLE_PARTIAL_FILE;
    if (end == CVX_HTTP_END_LIBCURL && code == CURLE_OK) {
        t->reply.fault = CVX_HTTP_OK;
        return;
    }
    if (end == CVX_HTTP_END_DOOM) { /* told already */
        t->reply.fault = CVX_HTTP_INTERNAL;
        return;
    }
    where_of(t, &where);
    if (end == CVX_HTTP_END_DEADLINE)
        code = CURLE_OPERATION_TIMEDOUT;
    if (!t->detail[0])
        snprintf(t->detail, sizeof(t->detail), "%s", curl_easy_strerror(code));
    t->reply.fault =
        end == CVX_HTTP_END_CANCEL ? CVX_HTTP_CANCELED : fault_of_code(t, code);
    tell(t, code, where.text);
}

const char *cvx_http_fault_name(enum cvx_http_fault fault)
{
    static const char *const names[] = {
        [CVX_HTTP_OK] = "ok",
        [CVX_HTTP_CANCELED] = "canceled",
        [CVX_HTTP_CONNECT] = "connect",
        [CVX_HTTP_RESOLVE] = "resolve",
        [CVX_HTTP_TLS] = "tls",
        [CVX_HTTP_URL] = "url",
        [CVX_HTTP_TIMEOUT] = "timeout",
        [CVX_HTTP_SEND] = "send",
        [CVX_HTTP_TRUNCATED] = "cut",
        [CVX_HTTP_TOO_BIG] = "size",
        [CVX_HTTP_REDIRECT] = "redirect",
        [CVX_HTTP_INTERNAL] = "internal",
    };

    return (size_t)fault < sizeof(names) / sizeof(names[0]) ? names[fault] : "unknown";
}
