/* Owns one transfer's libcurl handle: how it is fitted out, and what libcurl asks of it
 * while it runs (may this address be connected to, may this be sent). Thread: the loop. */
#include "http_private.h"

#include <assert.h>
#include <strings.h>
#include <sys/socket.h>

#include <cvextract/mem.h>
#include <cvextract/version.h>

#define KEEPALIVE_S 30L
/* A request is sent within the first writes or not at all; the default of 64 KiB would be
 * held by every transfer while it waits for its answer. */
#define UPLOAD_BUFFER 16384L
/* libcurl's own timeout is the second net: our timer is the exact one. */
#define BACKSTOP_MS 1000

struct cvx_http_transfer *cvx_http_transfer_new(struct cvx_http *http,
                                                void (*on_deadline)(void *arg))
{
    struct cvx_http_transfer *t = cvx_zalloc(sizeof(*t));

    if (!t)
        return NULL;
    t->http = http;
    t->easy = cvx_http_call_fails() ? NULL : curl_easy_init();
    if (!t->easy || cvx_timer_new(http->loop, on_deadline, t, &t->deadline,
                                  &t->reply.err) != CVX_OK) {
        cvx_http_transfer_free(t);
        return NULL;
    }
    return t;
}

void cvx_http_transfer_free(struct cvx_http_transfer *t)
{
    if (!t)
        return;
    cvx_timer_free(t->deadline);
    if (t->easy)
        curl_easy_cleanup(t->easy);
    cvx_http_capture_free(t->capture);
    cvx_buf_done(&t->head);
    cvx_free(t->lines);
    cvx_free(t);
}

void cvx_http_transfer_reset(struct cvx_http_transfer *t)
{
    curl_easy_reset(t->easy);
    cvx_http_capture_free(t->capture);
    t->capture = NULL;
    t->request = NULL;
    t->head.failed = t->head.over = false;
    cvx_buf_clear(&t->head);
    t->head_bytes = 0;
    t->sends = 0;
    t->state = CVX_HTTP_IDLE;
    t->opening = t->opened = false;
    t->head_over = t->head_ended = t->forbidden = t->doomed = false;
    t->detail[0] = '\0';
    t->reply = (struct cvx_http_reply){0};
}

/* ---- what libcurl asks ---- */

static const char *current_url(const struct cvx_http_transfer *t)
{
    char *url = NULL;

    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    return url ? url : "";
}

/* Whether this address, or behind a proxy this URL, is one that may be off limits. */
static bool is_private(const struct cvx_http_transfer *t, bool address_private)
{
    const char *url = current_url(t);
    bool tls = strncasecmp(url, "https:", 6) == 0;

    if (tls ? t->http->proxy_https : t->http->proxy_http)
        return cvx_http_address_url_private(url);
    return address_private;
}

/* From a public address no redirect may lead to a private one. */
static bool is_forbidden(const struct cvx_http_transfer *t, bool address_private)
{
    if (!t->request->forbid_private && (t->sends == 0 || t->reply.from_private))
        return false;
    return is_private(t, address_private);
}

static curl_socket_t on_open(void *arg, curlsocktype purpose,
                             struct curl_sockaddr *address)
{
    struct cvx_http_transfer *t = arg;

    (void)purpose;
    if (is_forbidden(t, cvx_http_address_private(&address->addr))) {
        t->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    cvx_http_origin_on_open(t);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Once per send. libcurl sends again on its own when a connection that it reused turns out
 * dead; whoever retries must also count, so that second send does not happen. The address
 * is judged here too: a connection may have been opened by a request that was free to. */
static int on_send(void *arg, char *address, char *local, int port, int local_port)
{
    struct cvx_http_transfer *t = arg;
    bool address_private = cvx_http_address_text_private(address);
    long redirects = 0;

    (void)local;
    (void)port;
    (void)local_port;
    curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_COUNT, &redirects);
    if (t->sends > (unsigned long)redirects) {
        t->reply.resend = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (is_forbidden(t, address_private)) {
        t->forbidden = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (t->sends == 0)
        cvx_http_origin_on_send(t);
    if (t->sends++ == 0) {
        t->reply.from_private = is_private(t, address_private);
        t->reply.sent_ns = cvx_loop_now(t->http->loop);
        if (t->request->on_sent)
            cvx_loop_defer(t->http->loop, &t->sent);
    }
    return CURL_PREREQFUNC_OK;
}

/* ---- options ---- */

/* Options are set one after the other; the first refusal latches. */
struct setup {
    CURL *easy;
    CURLcode code;
};

static void set_long(struct setup *s, CURLoption option, long value)
{
    if (s->code == CURLE_OK)
        s->code = cvx_http_call_fails() ? CURLE_OUT_OF_MEMORY
                                        : curl_easy_setopt(s->easy, option, value);
}

static void set_size(struct setup *s, CURLoption option, size_t value)
{
    curl_off_t size = value > INT64_MAX ? INT64_MAX : (curl_off_t)value;

    if (s->code == CURLE_OK)
        s->code = cvx_http_call_fails() ? CURLE_OUT_OF_MEMORY
                                        : curl_easy_setopt(s->easy, option, size);
}

/* Texts, which libcurl copies, and things it borrows. */
static void set_pointer(struct setup *s, CURLoption option, const void *value)
{
    if (s->code == CURLE_OK)
        s->code = cvx_http_call_fails() ? CURLE_OUT_OF_MEMORY
                                        : curl_easy_setopt(s->easy, option, value);
}

/* Milliseconds rounded up, at least 1: 0 would mean libcurl's default. */
static long ms_of(int64_t ns)
{
    return ns <= 0 ? 1 : (long)((ns - 1) / CVX_NS_PER_MS + 1);
}

static void set_common(struct setup *s, const struct cvx_http *http)
{
    set_long(s, CURLOPT_NOSIGNAL, 1);
    set_long(s, CURLOPT_QUICK_EXIT, 1); /* removal does not wait for a name lookup */
    set_pointer(s, CURLOPT_PROTOCOLS_STR, "http,https");
    set_pointer(s, CURLOPT_ACCEPT_ENCODING, "");
    set_pointer(s, CURLOPT_USERAGENT, "cvextract/" CVX_VERSION);
    set_long(s, CURLOPT_TCP_KEEPALIVE, 1);
    set_long(s, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_S);
    set_long(s, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_S);
    set_long(s, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
    set_long(s, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
    set_pointer(s, CURLOPT_NOPROXY, http->no_proxy);
    if (http->ca_file)
        set_pointer(s, CURLOPT_CAINFO, http->ca_file);
    if (http->ca_path)
        set_pointer(s, CURLOPT_CAPATH, http->ca_path);
    set_long(s, CURLOPT_SSL_VERIFYPEER, 1);
    set_long(s, CURLOPT_SSL_VERIFYHOST, 2);
}

static void set_callbacks(struct setup *s, struct cvx_http_transfer *t)
{
    set_pointer(s, CURLOPT_PRIVATE, t);
    set_pointer(s, CURLOPT_ERRORBUFFER, t->detail);
    set_pointer(s, CURLOPT_HEADERDATA, t);
    set_pointer(s, CURLOPT_WRITEDATA, t);
    set_pointer(s, CURLOPT_PREREQDATA, t);
    set_pointer(s, CURLOPT_OPENSOCKETDATA, t);
    if (s->code != CURLE_OK)
        return;
    /* Functions do not go through void *. None of these can fail: nothing is copied. */
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, cvx_http_reply_on_header);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, cvx_http_reply_on_body);
    curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    if (t->capture && cvx_http_capture_wants_all(t->capture)) {
        curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, cvx_http_capture_on_debug);
        curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t->capture);
        curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
    }
}

/* libcurl tries HTTP/2 with TLS servers only, by this. */
static void set_version(struct setup *s, const struct cvx_http *http)
{
    set_long(s, CURLOPT_HTTP_VERSION,
             http->http11 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS);
}

/* Borrowed from the request: libcurl only reads its lists, so ours is an array. */
static int set_headers(struct setup *s, struct cvx_http_transfer *t, struct cvx_err *err)
{
    static char no_expect[] =
        "Expect:"; /* it would cost a second where it is not known */
    size_t n = 0;

    while (t->request->headers && t->request->headers[n])
        n++;
    if (n + 1 > t->lines_cap) {
        void *lines = cvx_realloc_array(t->lines, n + 1, sizeof(*t->lines));

        if (!lines)
            return cvx_fail(err, CVX_ENOMEM, "no memory for a request");
        t->lines = lines;
        t->lines_cap = n + 1;
    }
    for (size_t i = 0; i < n; i++)
        t->lines[i] = (struct curl_slist){(char *)(uintptr_t)t->request->headers[i],
                                          &t->lines[i + 1]};
    t->lines[n] = (struct curl_slist){no_expect, NULL};
    set_pointer(s, CURLOPT_HTTPHEADER, t->lines);
    return CVX_OK;
}

static void set_request(struct setup *s, struct cvx_http_transfer *t)
{
    const struct cvx_http_request *request = t->request;

    set_pointer(s, CURLOPT_URL, request->url ? request->url : "");
    set_long(s, CURLOPT_TIMEOUT_MS, ms_of(request->timeout_ns) + BACKSTOP_MS);
    set_long(s, CURLOPT_CONNECTTIMEOUT_MS, ms_of(request->connect_timeout_ns));
    set_size(s, CURLOPT_MAXFILESIZE_LARGE, request->max_body);
    if (request->body) {
        set_size(s, CURLOPT_POSTFIELDSIZE_LARGE, request->body->len);
        set_pointer(s, CURLOPT_POSTFIELDS,
                    request->body->data ? request->body->data : "");
    }
    if (request->redirects > 0) {
        set_long(s, CURLOPT_FOLLOWLOCATION, 1);
        set_long(s, CURLOPT_MAXREDIRS, (long)request->redirects);
        set_pointer(s, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    }
    /* A bypass of the proxy would lead to addresses that nobody judges. */
    if (request->forbid_private && (t->http->proxy_http || t->http->proxy_https))
        set_pointer(s, CURLOPT_NOPROXY, "");
}

int cvx_http_transfer_setup(struct cvx_http_transfer *t, struct cvx_http_request *request,
                            struct cvx_err *err)
{
    struct setup s = {.easy = t->easy};
    int rc;

    assert(request->timeout_ns > 0 && request->connect_timeout_ns > 0);
    assert(request->max_body > 0);
    t->request = request;
    t->head.max = CVX_HTTP_HEAD_MAX;
    t->reply.answer.body.max = request->max_body;
    if (request->log)
        t->capture = cvx_http_capture_new(t->http->redact, request);
    set_common(&s, t->http);
    set_callbacks(&s, t);
    set_version(&s, t->http);
    rc = set_headers(&s, t, err);
    if (rc)
        return rc;
    set_request(&s, t);
    if (s.code == CURLE_OUT_OF_MEMORY)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a request");
    if (s.code != CURLE_OK)
        return cvx_fail(err, CVX_EINTERNAL, "libcurl: %s", curl_easy_strerror(s.code));
    return CVX_OK;
}
