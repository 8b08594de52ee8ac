/* One request from its arrival to its answer: which connection it came on, waiting for its
 * latency, sending, handing the connection over to a transport fault. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#include <cvextract/mem.h>

#include "server_private.h"
#include "util.h"

/* ---- connections -------------------------------------------------------------------------- */

static void on_conn_closed(struct evhttp_connection *evcon, void *arg)
{
    struct fake_server *s = arg;
    evutil_socket_t fd = bufferevent_getfd(evhttp_connection_get_bufferevent(evcon));

    if (fd >= 0 && (size_t)fd < s->n_conns)
        s->conns[fd].evcon = NULL;
}

static struct fake_conn *conn_of(struct fake_server *s, struct evhttp_connection *evcon)
{
    evutil_socket_t fd = bufferevent_getfd(evhttp_connection_get_bufferevent(evcon));
    size_t at = fd >= 0 ? (size_t)fd : 0;
    int one = 1;

    if (at >= s->n_conns) {
        size_t n = at + 256;

        s->conns = fake_grow(s->conns, n, sizeof *s->conns);
        memset(s->conns + s->n_conns, 0, (n - s->n_conns) * sizeof *s->conns);
        s->n_conns = n;
    }
    struct fake_conn *conn = &s->conns[at];
    if (conn->evcon != evcon) {
        *conn = (struct fake_conn){.evcon = evcon, .id = ++s->journal.connections};
        evhttp_connection_set_closecb(evcon, on_conn_closed, s);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    conn->nth++;
    return conn;
}

/* ---- exchanges ------------------------------------------------------------------------------ */

struct fake_exchange *fake_exchange_new(struct fake_server *s, struct evhttp_request *req)
{
    struct fake_exchange *x = fake_zalloc(sizeof *x);
    struct evhttp_connection *evcon = evhttp_request_get_connection(req);
    struct fake_conn *conn = conn_of(s, evcon);

    x->server = s;
    x->req = req;
    x->call.now_us = s->last_us = fake_now_us();
    x->call.entry.at_us = x->call.now_us;
    x->call.entry.conn = conn->id;
    x->call.entry.nth = conn->nth;
    x->call.entry.path = evhttp_request_get_uri(req);
    x->call.entry.method =
        evhttp_request_get_command(req) == EVHTTP_REQ_POST ? "POST" : "GET";
    return x;
}

static void exchange_log(struct fake_exchange *x)
{
    struct fake_entry *e = &x->call.entry;

    e->done_us = fake_now_us();
    if (x->call.fault.kind != FAKE_FAULT_NONE)
        e->fault = x->call.fault.name;
    if (x->counted)
        fake_journal_write(&x->server->journal, e);
}

static void exchange_free(struct fake_exchange *x)
{
    if (x->link) {
        *x->link = x->next;
        if (x->next)
            x->next->link = x->link;
    }
    if (x->timer)
        event_free(x->timer);
    fake_reply_done(&x->call.reply);
    cvx_free(x);
}

/* The lines of a head into evhttp's list. */
static void head_apply(const struct cvx_buf *head, struct evkeyvalq *out)
{
    char *p = head->data;

    while (p && *p) {
        char *end = strstr(p, "\r\n"), *colon = strchr(p, ':');

        *end = '\0';
        *colon = '\0';
        evhttp_add_header(out, p, colon + 1 + strspn(colon + 1, " "));
        p = end + 2;
    }
}

static void reply_send(struct fake_exchange *x)
{
    struct fake_reply *reply = &x->call.reply;
    struct evkeyvalq *out = evhttp_request_get_output_headers(x->req);

    head_apply(&reply->head, out);
    if (reply->close || x->server->options->close_each)
        evhttp_add_header(out, "Connection", "close");
    if (reply->body.len > 0)
        evbuffer_add(evhttp_request_get_output_buffer(x->req), reply->body.data,
                     reply->body.len);
    evhttp_send_reply(x->req, reply->status, NULL, NULL);
}

/* Whether the fault is one of bytes, here and now. */
static bool is_raw(const struct fake_exchange *x)
{
    const struct fake_fault *f = &x->call.fault;

    if (f->klass != FAKE_CLASS_TRANSPORT || f->kind == FAKE_FAULT_CLOSE)
        return false;
    return f->kind != FAKE_FAULT_DROP_REUSED || x->call.entry.nth > 1;
}

static void raw_send(struct fake_exchange *x, struct evhttp_connection *evcon)
{
    const struct fake_fault *f = &x->call.fault;
    struct fake_script script;
    bool silent = f->kind == FAKE_FAULT_DROP || f->kind == FAKE_FAULT_DROP_REUSED ||
                  f->kind == FAKE_FAULT_RESET || f->kind == FAKE_FAULT_HANG ||
                  f->kind == FAKE_FAULT_GARBAGE;

    fake_script_make(f, x->call.reply.status, &x->call.reply.head, &x->call.reply.body,
                     &script);
    x->call.entry.status = silent ? 0 : x->call.reply.status;
    fake_raws_take(&x->server->raws, evcon, &script);
}

static void exchange_finish(struct fake_exchange *x)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(x->req);
    bool raw = is_raw(x);

    x->call.reply.close |= x->call.fault.kind == FAKE_FAULT_CLOSE;
    if (x->call.fault.kind == FAKE_FAULT_DROP_REUSED && !raw)
        x->call.fault = (struct fake_fault){0};
    x->call.entry.status = evcon ? x->call.reply.status : 0;
    if (raw && evcon)
        raw_send(x, evcon);
    exchange_log(x);
    if (!evcon)
        evhttp_request_free(x->req); /* the client left meanwhile */
    else if (!raw)
        reply_send(x);
    exchange_free(x);
}

static void on_due(evutil_socket_t fd, short what, void *arg);

static void exchange_wait(struct fake_exchange *x, int64_t us)
{
    struct timeval tv = {us / 1000000, us % 1000000};

    if (!x->timer)
        x->timer = evtimer_new(x->server->base, on_due, x);
    if (!x->timer)
        fake_die("out of memory");
    event_base_update_cache_time(x->server->base);
    event_add(x->timer, &tv);
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
    struct fake_exchange *x = arg;
    int64_t left = x->due_us - fake_now_us();

    (void)fd;
    (void)what;
    if (left > 0)
        exchange_wait(x, left);
    else
        exchange_finish(x);
}

void fake_exchange_end(struct fake_exchange *x)
{
    struct fake_server *s = x->server;

    if (x->call.latency_us <= 0 || x->call.reply.status != 200) {
        exchange_finish(x);
        return;
    }
    x->due_us = x->call.now_us + x->call.latency_us;
    x->next = s->first;
    x->link = &s->first;
    if (x->next)
        x->next->link = &x->next;
    s->first = x;
    exchange_wait(x, x->call.latency_us);
}

void fake_exchange_abandon(struct fake_exchange *x)
{
    x->call.entry.fault = "open";
    exchange_log(x);
    if (!evhttp_request_get_connection(x->req))
        evhttp_request_free(x->req);
    exchange_free(x);
}
