/* Requests of a test on a loop of its own: sent, waited for, looked at. Thread: the test's. */
#ifndef TEST_HTTP_PROBE_H
#define TEST_HTTP_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "http.h"

struct http_bench {
    struct cvx_loop *loop;
    struct cvx_http *http;
    struct cvx_timer *patience; /* a test that hangs fails instead */
    size_t open;                /* requests not answered yet */
    bool late;
};

struct http_probe {
    struct cvx_http_request request; /* first */
    struct cvx_http_reply reply;
    struct http_bench *bench;
    char url[512];
    bool sent, done;
    unsigned order;                         /* when it was done, counted from 1 */
    void (*then)(struct http_probe *probe); /* from on_done */
    void (*when_sent)(struct http_probe *probe);
};

/* Asserts. options may be NULL. */
void http_bench_make(struct http_bench *b, const struct cvx_http_options *options);
void http_bench_done(struct http_bench *b);

/* A GET of http://127.0.0.1:port/path (or of `path` when it holds "://"), 20 s and 1 MiB. */
void http_probe_init(struct http_probe *p, struct http_bench *b, unsigned port,
                     const char *path);
void http_probe_send(struct http_probe *p);
/* Runs the loop until no request is open. */
void http_bench_wait(struct http_bench *b);
/* Both. */
void http_probe_run(struct http_probe *p);
/* Fails with what came instead. */
void http_probe_assert(const struct http_probe *p, enum cvx_http_fault fault);
/* The message's root holds this. */
void http_probe_says(const struct http_probe *p, const char *want);
void http_probe_done(struct http_probe *p);

#endif
