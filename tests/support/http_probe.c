/* Owns the waiting for requests of a test. See http_probe.h. */
#include "http_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void on_patience(void *arg)
{
    struct http_bench *b = arg;

    b->late = true;
    cvx_loop_break(b->loop);
}

void http_bench_make(struct http_bench *b, const struct cvx_http_options *options)
{
    struct cvx_err err;

    memset(b, 0, sizeof(*b));
    assert_int_equal(cvx_http_global(&err), CVX_OK);
    assert_int_equal(cvx_loop_new(true, &b->loop, &err), CVX_OK);
    assert_int_equal(cvx_timer_new(b->loop, on_patience, b, &b->patience, &err), CVX_OK);
    assert_int_equal(cvx_http_new(b->loop,
                                  options ? options : &(struct cvx_http_options){0},
                                  &b->http, &err),
                     CVX_OK);
}

void http_bench_done(struct http_bench *b)
{
    cvx_http_free(b->http);
    cvx_timer_free(b->patience);
    cvx_loop_free(b->loop);
}

static void on_sent(struct cvx_http_request *request)
{
    struct http_probe *p = (struct http_probe *)request;

    assert_false(p->sent);
    assert_false(p->done);
    p->sent = true;
    if (p->when_sent)
        p->when_sent(p);
}

static void on_done(struct cvx_http_request *request, struct cvx_http_reply *reply)
{
    struct http_probe *p = (struct http_probe *)request;
    struct http_bench *b = p->bench;
    static unsigned order;

    assert_false(p->done);
    p->done = true;
    p->order = ++order;
    p->reply = *reply;
    b->open--;
    if (p->then)
        p->then(p);
    if (b->open == 0)
        cvx_loop_break(b->loop);
}

void http_probe_init(struct http_probe *p, struct http_bench *b, unsigned port,
                     const char *path)
{
    memset(p, 0, sizeof(*p));
    p->bench = b;
    if (strstr(path, "://"))
        snprintf(p->url, sizeof(p->url), "%s", path);
    else
        snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%u%s", port, path);
    p->request.url = p->url;
    p->request.timeout_ns = 20 * CVX_NS_PER_S;
    p->request.connect_timeout_ns = 10 * CVX_NS_PER_S;
    p->request.max_body = (size_t)1 << 20;
    p->request.on_sent = on_sent;
    p->request.on_done = on_done;
}

void http_probe_send(struct http_probe *p)
{
    p->bench->open++;
    cvx_http_send(p->bench->http, &p->request);
    assert_false(p->done); /* never from inside the call */
}

void http_bench_wait(struct http_bench *b)
{
    if (b->open == 0)
        return;
    cvx_timer_start(b->patience, 60 * CVX_NS_PER_S);
    cvx_loop_run(b->loop);
    cvx_timer_stop(b->patience);
    if (b->late)
        fail_msg("%zu requests were never answered", b->open);
}

void http_probe_run(struct http_probe *p)
{
    http_probe_send(p);
    http_bench_wait(p->bench);
    assert_true(p->done);
}

void http_probe_assert(const struct http_probe *p, enum cvx_http_fault fault)
{
    char text[1024];

    if (p->reply.fault != fault)
        fail_msg("%s: '%s' where '%s' was due: %s", p->url,
                 cvx_http_fault_name(p->reply.fault), cvx_http_fault_name(fault),
                 p->reply.fault ? cvx_err_text(&p->reply.err, text, sizeof(text)) : "");
}

void http_probe_says(const struct http_probe *p, const char *want)
{
    if (!strstr(cvx_err_root(&p->reply.err), want))
        fail_msg("'%s' lacks '%s'", cvx_err_root(&p->reply.err), want);
}

void http_probe_done(struct http_probe *p)
{
    cvx_http_reply_done(&p->reply);
}
