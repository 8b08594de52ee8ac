/* Owns libcurl's multi handle on the loop: its sockets, its one timer, how transfers end and
 * how that is delivered. See http.h for the rules, http_private.h for the other files.
 *
 * libcurl's callbacks only touch events. Ends are read after every curl_multi_socket_action,
 * copied, their handles removed; on_done comes from a deferred call, when libcurl is off the
 * stack and requests may be started and given up at will. Thread: the loop. */
#include "http_private.h"

#include <assert.h>
#include <stddef.h>

#include <cvextract/mem.h>

#define CACHE_FIRST 64L /* connections kept; grows with the requests in flight */

/* ---- transfers ---- */

static void list_add(struct cvx_http_transfer **list, struct cvx_http_transfer *t)
{
    t->prev = NULL;
    t->next = *list;
    if (*list)
        (*list)->prev = t;
    *list = t;
}

static void list_remove(struct cvx_http_transfer **list, struct cvx_http_transfer *t)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        *list = t->next;
    if (t->next)
        t->next->prev = t->prev;
    t->next = t->prev = NULL;
}

/* Takes a transfer off libcurl, or out of its queue, and has its end delivered. */
static void transfer_end(struct cvx_http_transfer *t, enum cvx_http_end end,
                         CURLcode code)
{
    struct cvx_http *http = t->http;

    cvx_http_reply_take(t, end, code);
    if (t->state == CVX_HTTP_RUNNING) {
        curl_multi_remove_handle(http->multi, t->easy);
        list_remove(&http->running, t);
    } else {
        assert(t->state == CVX_HTTP_WAITING);
        cvx_http_origin_unwait(t);
    }
    t->state = CVX_HTTP_ENDED;
    cvx_http_origin_leave(t);
    cvx_timer_stop(t->deadline);
    if (end == CVX_HTTP_END_CANCEL)
        cvx_loop_undefer(http->loop, &t->sent);
    cvx_loop_defer(http->loop, &t->request->deferred);
}

static void on_deadline(void *arg)
{
    transfer_end(arg, CVX_HTTP_END_DEADLINE, CURLE_OPERATION_TIMEDOUT);
}

static void on_sent(struct cvx_deferred *deferred)
{
    struct cvx_http_transfer *t =
        (struct cvx_http_transfer *)((char *)deferred -
                                     offsetof(struct cvx_http_transfer, sent));

    t->request->on_sent(t->request);
}

static struct cvx_http_transfer *transfer_take(struct cvx_http *http)
{
    struct cvx_http_transfer *t = http->idle;

    if (t) {
        list_remove(&http->idle, t);
        return t;
    }
    t = cvx_http_transfer_new(http, on_deadline);
    if (t)
        t->sent.call = on_sent;
    return t;
}

/* ---- the multi handle ---- */

/* A socket could not be watched: its transfer would never end. Returning an error from the
 * callback instead would end all of them. */
static void doom(struct cvx_http *http, CURL *easy, const struct cvx_err *err)
{
    for (struct cvx_http_transfer *t = http->running; t; t = t->next) {
        if (t->easy != easy || t->doomed)
            continue;
        t->doomed = http->doomed = true;
        t->reply.err = *err;
    }
}

static void end_doomed(struct cvx_http *http)
{
    struct cvx_http_transfer *t = http->running, *next;

    http->doomed = false;
    for (; t; t = next) {
        next = t->next;
        if (t->doomed)
            transfer_end(t, CVX_HTTP_END_DOOM, CURLE_OUT_OF_MEMORY);
    }
}

/* After such an error no transfer can be relied upon until all have been taken off. */
static void end_all(struct cvx_http *http, CURLMcode code)
{
    struct cvx_http_transfer *t = http->running, *next;

    for (; t; t = next) {
        next = t->next;
        cvx_fail(&t->reply.err, code == CURLM_OUT_OF_MEMORY ? CVX_ENOMEM : CVX_EINTERNAL,
                 "libcurl: %s", curl_multi_strerror(code));
        transfer_end(t, CVX_HTTP_END_DOOM, CURLE_OUT_OF_MEMORY);
    }
}

static void drain(struct cvx_http *http)
{
    struct CURLMsg *message;
    int left;

    for (;;) {
        char *t = NULL;

        message = curl_multi_info_read(http->multi, &left);
        if (!message)
            break;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result; /* the message dies with the removal */

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
        transfer_end((struct cvx_http_transfer *)(void *)t, CVX_HTTP_END_LIBCURL, code);
    }
    if (http->doomed)
        end_doomed(http);
}

static void act(struct cvx_http *http, curl_socket_t fd, int events)
{
    int running;
    CURLMcode code = cvx_http_call_fails()
                         ? CURLM_INTERNAL_ERROR
                         : curl_multi_socket_action(http->multi, fd, events, &running);

    if (code != CURLM_OK)
        end_all(http, code);
    drain(http);
}

static void on_ready(void *arg, int fd, unsigned what)
{
    act(arg, fd,
        (what & CVX_IO_READ ? CURL_CSELECT_IN : 0) |
            (what & CVX_IO_WRITE ? CURL_CSELECT_OUT : 0));
}

static int watch(struct cvx_http *http, curl_socket_t fd, int what, struct cvx_io *io,
                 struct cvx_err *err)
{
    unsigned want = (what & CURL_POLL_IN ? CVX_IO_READ : 0) |
                    (what & CURL_POLL_OUT ? CVX_IO_WRITE : 0);
    int rc;

    if (io)
        return cvx_io_want(io, want, err);
    rc = cvx_io_new(http->loop, fd, on_ready, http, &io, err);
    if (rc)
        return rc;
    rc = cvx_io_want(io, want, err);
    if (rc == CVX_OK &&
        (cvx_http_call_fails() || curl_multi_assign(http->multi, fd, io) != CURLM_OK))
        rc = cvx_fail(err, CVX_EINTERNAL, "libcurl does not know its socket");
    if (rc)
        cvx_io_free(io);
    return rc;
}

/* May come at any time, also from the removal of a handle and the end of all. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket)
{
    struct cvx_http *http = arg;
    struct cvx_err err;

    if (what == CURL_POLL_REMOVE)
        cvx_io_free(socket);
    else if (watch(http, fd, what, socket, &err) != CVX_OK)
        doom(http, easy, &err);
    return 0;
}

static int on_timer_wish(CURLM *multi, long ms, void *arg)
{
    struct cvx_http *http = arg;

    (void)multi;
    http->timer_armed = ms >= 0;
    if (ms < 0)
        cvx_timer_stop(http->timer);
    else
        cvx_timer_start(http->timer, ms * CVX_NS_PER_MS);
    return 0;
}

static void on_timer(void *arg)
{
    struct cvx_http *http = arg;
    long ms = -1;

    http->timer_armed = false;
    act(http, CURL_SOCKET_TIMEOUT, 0);
    /* Some versions forget to ask again after a call that came a little early. */
    if (!http->timer_armed && curl_multi_timeout(http->multi, &ms) == CURLM_OK && ms >= 0)
        on_timer_wish(http->multi, ms, http);
}

/* ---- requests ---- */

static struct cvx_http_request *request_of(struct cvx_deferred *deferred)
{
    return (struct cvx_http_request *)((char *)deferred -
                                       offsetof(struct cvx_http_request, deferred));
}

/* There was no memory for a transfer. */
static void deliver_refusal(struct cvx_deferred *deferred)
{
    struct cvx_http_request *request = request_of(deferred);
    struct cvx_http *http = request->transfer;
    struct cvx_http_reply reply = {0};

    http->in_flight--;
    request->transfer = NULL;
    cvx_http_fault_memory(&reply);
    reply.done_ns = cvx_loop_now(http->loop);
    request->on_done(request, &reply);
}

static void deliver(struct cvx_deferred *deferred)
{
    struct cvx_http_request *request = request_of(deferred);
    struct cvx_http_transfer *t = request->transfer;
    struct cvx_http *http = t->http;
    struct cvx_http_reply reply = t->reply;

    assert(!t->sent.queued);
    http->in_flight--;
    request->transfer = NULL;
    cvx_http_transfer_reset(t);
    list_add(&http->idle, t);
    request->on_done(request, &reply);
}

/* Every connection in use may be kept: libcurl closes what is over this figure. */
static void cache_grow(struct cvx_http *http)
{
    while ((size_t)http->cache_size < http->in_flight)
        http->cache_size *= 2;
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, http->cache_size);
}

static int transfer_start(struct cvx_http *http, struct cvx_http_transfer *t,
                          struct cvx_err *err)
{
    CURLMcode code = cvx_http_call_fails() ? CURLM_OUT_OF_MEMORY
                                           : curl_multi_add_handle(http->multi, t->easy);

    if (code != CURLM_OK)
        return cvx_fail(err, CVX_ENOMEM, "libcurl: %s", curl_multi_strerror(code));
    t->state = CVX_HTTP_RUNNING;
    list_add(&http->running, t);
    cvx_http_origin_start(t);
    return CVX_OK;
}

/* It could not even be started: t->reply.err says why. */
static void transfer_refuse(struct cvx_http *http, struct cvx_http_transfer *t)
{
    t->state = CVX_HTTP_ENDED;
    t->reply.fault = CVX_HTTP_INTERNAL;
    t->reply.done_ns = cvx_loop_now(http->loop);
    if (t->capture)
        cvx_http_capture_end(t->capture, &t->reply);
    cvx_http_origin_leave(t);
    cvx_timer_stop(t->deadline);
    cvx_loop_defer(http->loop, &t->request->deferred);
}

/* Those that wait start in their order, as far as there is room. */
static void release(struct cvx_deferred *deferred)
{
    struct cvx_http *http =
        (struct cvx_http *)((char *)deferred - offsetof(struct cvx_http, release));

    for (size_t i = 0; i < CVX_HTTP_ORIGINS; i++) {
        struct cvx_http_origin *origin = &http->origins[i];

        while (origin->first && cvx_http_origin_has_room(origin)) {
            struct cvx_http_transfer *t = origin->first;

            cvx_http_origin_unwait(t);
            if (transfer_start(http, t, &t->reply.err) != CVX_OK)
                transfer_refuse(http, t);
        }
    }
}

void cvx_http_send(struct cvx_http *http, struct cvx_http_request *request)
{
    struct cvx_http_transfer *t = transfer_take(http);

    http->in_flight++;
    request->deferred = (struct cvx_deferred){.call = t ? deliver : deliver_refusal};
    request->transfer = t ? (void *)t : (void *)http;
    if (!t) {
        cvx_loop_defer(http->loop, &request->deferred);
        return;
    }
    if (http->in_flight > (size_t)http->cache_size)
        cache_grow(http);
    if (cvx_http_transfer_setup(t, request, &t->reply.err) != CVX_OK) {
        transfer_refuse(http, t);
        return;
    }
    cvx_timer_start(t->deadline, request->timeout_ns);
    cvx_http_origin_join(t);
    if (t->origin && (t->origin->first || !cvx_http_origin_has_room(t->origin))) {
        t->state = CVX_HTTP_WAITING;
        cvx_http_origin_wait(t);
    } else if (transfer_start(http, t, &t->reply.err) != CVX_OK) {
        transfer_refuse(http, t);
    }
}

void cvx_http_cancel(struct cvx_http *http, struct cvx_http_request *request)
{
    struct cvx_http_transfer *t = request->transfer;

    /* With its end on the way the answer was faster. */
    if (!request->deferred.queued && t)
        transfer_end(t, CVX_HTTP_END_CANCEL, CURLE_OK);
    (void)http;
}

/* ---- the client ---- */

static int multi_make(struct cvx_http *http, struct cvx_err *err)
{
    http->multi = cvx_http_call_fails() ? NULL : curl_multi_init();
    if (!http->multi)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the HTTP client");
    http->cache_size = CACHE_FIRST;
    /* None of these allocates. */
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, http->cache_size);
    return CVX_OK;
}

int cvx_http_new(struct cvx_loop *loop, const struct cvx_http_options *options,
                 struct cvx_http **ret, struct cvx_err *err)
{
    struct cvx_http *http = cvx_zalloc(sizeof(*http));
    int rc;

    if (!http)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the HTTP client");
    http->loop = loop;
    http->release.call = release;
    rc = cvx_http_settings_take(http, options, err);
    if (rc == CVX_OK)
        rc = cvx_timer_new(loop, on_timer, http, &http->timer, err);
    if (rc == CVX_OK)
        rc = multi_make(http, err);
    if (rc == CVX_OK)
        *ret = http;
    else
        cvx_http_free(http);
    return rc;
}

void cvx_http_free(struct cvx_http *http)
{
    if (!http)
        return;
    assert(!http->running && http->in_flight == 0);
    cvx_loop_undefer(http->loop, &http->release);
    while (http->idle) {
        struct cvx_http_transfer *t = http->idle;

        list_remove(&http->idle, t);
        cvx_http_transfer_free(t);
    }
    /* It may still ask for sockets and the timer. */
    if (http->multi)
        curl_multi_cleanup(http->multi);
    cvx_timer_free(http->timer);
    cvx_http_settings_done(http);
    cvx_free(http);
}

void cvx_http_redact(const struct cvx_http *http, const char *text, size_t len,
                     struct cvx_buf *ret)
{
    cvx_http_redact_text(http->redact, text, len, len, ret);
}

size_t cvx_http_in_flight(const struct cvx_http *http)
{
    return http->in_flight;
}

size_t cvx_http_connections(const struct cvx_http *http)
{
    return http->connections;
}
