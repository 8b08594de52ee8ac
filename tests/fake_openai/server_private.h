/* What server.c and exchange.c share: the server's state, and the life of one request. */
#ifndef FAKE_SERVER_PRIVATE_H
#define FAKE_SERVER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk.h"
#include "raw.h"
#include "server.h"

struct event;
struct evhttp;
struct evhttp_request;
struct evconnlistener;

/* A connection, found by its descriptor. */
struct fake_conn {
    struct evhttp_connection *evcon;
    long id, nth;
};

struct fake_server {
    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *listener;
    const struct fake_options *options;
    struct ssl_ctx_st *tls;
    struct fake_desk desk;
    struct fake_journal journal;
    struct fake_raws raws;
    struct fake_conn *conns;
    size_t n_conns;
    struct fake_exchange *first; /* waiting for their time */
    unsigned port, raw_port;
    int64_t last_us;
    long serial;
};

/* A request whose answer is being made or waits. */
struct fake_exchange {
    struct fake_server *server;
    struct fake_exchange *next, **link;
    struct evhttp_request *req;
    struct event *timer;
    int64_t due_us;
    bool counted;
    struct fake_call call;
};

/* For a request that has just come; ends with fake_exchange_end() or _abandon(). */
struct fake_exchange *fake_exchange_new(struct fake_server *server,
                                        struct evhttp_request *req);
/* The answer is ready: errors are told at once, others after their latency. */
void fake_exchange_end(struct fake_exchange *x);
/* The server ends before the answer was due. */
void fake_exchange_abandon(struct fake_exchange *x);

#endif
