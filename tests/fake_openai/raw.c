/* Playing scripts on connections. */
#include "raw.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include <cvextract/mem.h>

#include "util.h"

enum { FILLER = 65536 };

struct fake_raw {
    struct fake_raws *raws;
    struct fake_raw *next, **link;
    struct bufferevent *bev;
    struct evhttp_connection *evcon; /* NULL: the bufferevent is ours */
    struct fake_script script;
    size_t at; /* bytes handed over */
    struct event *timer;
    bool ending;
};

static void raw_free(struct fake_raw *r)
{
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    event_free(r->timer);
    cvx_buf_done(&r->script.bytes);
    if (r->evcon)
        evhttp_connection_free(r->evcon);
    else
        bufferevent_free(r->bev);
    cvx_free(r);
}

/* A reset on the spot: on Linux, dissolving the association sends RST. */
static void raw_reset(struct fake_raw *r)
{
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    (void)connect(bufferevent_getfd(r->bev), &nowhere, sizeof nowhere);
}

static void timer_in(struct fake_raw *r, double seconds)
{
    struct timeval tv = {(time_t)seconds,
                         (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)};

    event_add(r->timer, &tv);
}

static void raw_finish(struct fake_raw *r)
{
    r->ending = true;
    if (r->script.end == FAKE_RAW_RESET)
        raw_reset(r);
    if (r->script.end == FAKE_RAW_HOLD)
        timer_in(r, r->script.hold_s);
    else
        raw_free(r);
}

static void write_some(struct fake_raw *r, size_t n)
{
    size_t left = r->script.bytes.len - r->at;

    n = n < left ? n : left;
    if (n == 0)
        return;
    bufferevent_write(r->bev, r->script.bytes.data + r->at, n);
    r->at += n;
}

static bool write_filler(struct fake_raw *r)
{
    char blanks[FILLER];
    size_t n = r->script.filler < FILLER ? r->script.filler : FILLER;

    if (n == 0)
        return false;
    memset(blanks, ' ', n);
    r->script.filler -= n;
    bufferevent_write(r->bev, blanks, n);
    return true;
}

/* All that was handed over is on its way. */
static void on_drained(struct bufferevent *bev, void *arg)
{
    struct fake_raw *r = arg;

    (void)bev;
    if (r->ending || evtimer_pending(r->timer, NULL))
        return;
    if (r->at < r->script.bytes.len) {
        timer_in(r, r->script.gap_ms / 1e3);
        return;
    }
    if (!write_filler(r))
        raw_finish(r);
}

static void on_gone(struct bufferevent *bev, short what, void *arg)
{
    struct fake_raw *r = arg;

    (void)bev;
    /* A TLS handshake that ends well is an event too. */
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
        raw_free(r);
}

/* What the other side still says does not matter. */
static void on_read(struct bufferevent *bev, void *arg)
{
    struct evbuffer *in = bufferevent_get_input(bev);

    (void)arg;
    evbuffer_drain(in, evbuffer_get_length(in));
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct fake_raw *r = arg;

    (void)fd;
    (void)what;
    if (r->ending) {
        raw_free(r);
        return;
    }
    if (r->at == 0 && r->script.fast > 0)
        write_some(r, r->script.fast);
    else
        write_some(r, r->script.step ? r->script.step : r->script.bytes.len);
    if (evbuffer_get_length(bufferevent_get_output(r->bev)) == 0)
        on_drained(r->bev, r);
}

static void raw_start(struct fake_raws *raws, struct bufferevent *bev,
                      struct evhttp_connection *evcon, struct fake_script *script)
{
    struct fake_raw *r = fake_zalloc(sizeof *r);

    *r = (struct fake_raw){.raws = raws, .bev = bev, .evcon = evcon, .script = *script};
    script->bytes = CVX_BUF_INIT;
    r->next = raws->first;
    r->link = &raws->first;
    if (r->next)
        r->next->link = &r->next;
    raws->first = r;
    r->timer = evtimer_new(raws->base, on_timer, r);
    if (!r->timer)
        fake_die("out of memory");
    bufferevent_setcb(bev, on_read, on_drained, on_gone, r);
    bufferevent_setwatermark(bev, EV_READ | EV_WRITE, 0, 0);
    bufferevent_set_timeouts(bev, NULL, NULL);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
    /* Not from inside evhttp's own callback: what is done here may free its connection. */
    timer_in(r, 0);
}

void fake_raws_take(struct fake_raws *raws, struct evhttp_connection *evcon,
                    struct fake_script *script)
{
    raw_start(raws, evhttp_connection_get_bufferevent(evcon), evcon, script);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd,
                      struct sockaddr *peer, int len, void *arg)
{
    struct fake_raws *raws = arg;
    struct bufferevent *bev =
        bufferevent_socket_new(raws->base, fd, BEV_OPT_CLOSE_ON_FREE);
    struct cvx_buf none = CVX_BUF_INIT, body = CVX_BUF_INIT;
    struct fake_script script;

    (void)listener;
    (void)peer;
    (void)len;
    if (!bev)
        fake_die("out of memory");
    cvx_buf_puts(&body, "{\"error\":{\"message\":\"raw\",\"type\":null}}");
    fake_script_make(&raws->fault, 200, &none, &body, &script);
    cvx_buf_done(&body);
    cvx_buf_done(&none);
    raw_start(raws, bev, NULL, &script);
}

unsigned fake_raws_listen(struct fake_raws *raws, const struct fake_fault *fault)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    raws->fault = *fault;
    raws->listener = evconnlistener_new_bind(raws->base, on_accept, raws,
                                             LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE,
                                             1024, (struct sockaddr *)&at, sizeof at);
    if (!raws->listener)
        fake_die("cannot listen on 127.0.0.1");
    getsockname(evconnlistener_get_fd(raws->listener), (struct sockaddr *)&at, &len);
    return ntohs(at.sin_port);
}

void fake_raws_done(struct fake_raws *raws)
{
    while (raws->first)
        raw_free(raws->first);
    if (raws->listener)
        evconnlistener_free(raws->listener);
    raws->listener = NULL;
}
