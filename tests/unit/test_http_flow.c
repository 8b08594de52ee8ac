/* Requests among others: the hidden second send, many at once, sends and cancels from
 * callbacks, cancels in every phase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <http_probe.h>
#include <raw_server.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void serve_hello(struct raw_connection *c)
{
    while (raw_request(c))
        raw_answer(c, "hello");
}

static void serve_text_stall(struct raw_connection *c)
{
    if (raw_request(c) && raw_say(c, c->server->arg))
        raw_stall(c);
}

static void serve_silence(struct raw_connection *c)
{
    raw_stall(c);
}

/* One request to a server with this script. */
static void exchange(struct http_probe *p, struct http_bench *b, struct raw_server *s,
                     const char *path)
{
    http_probe_init(p, b, s->port, path);
    http_probe_run(p);
}

/* ---- the hidden second send ---- */

/* The first request of the first connection is answered; the next is read, and then the
 * connection ends. */
static void serve_once(struct raw_connection *c)
{
    if (!raw_request(c) || !raw_answer(c, "hello"))
        return;
    if (c->nth > 0)
        serve_hello(c);
    else if (raw_request(c) && c->server->arg)
        raw_reset(c);
}

static void test_hidden_resend(void **state)
{
    struct cvx_buf body = CVX_BUF_INIT;

    (void)state;
    cvx_buf_puts(&body, "pay once");
    for (int reset = 0; reset < 2; reset++) {
        struct http_bench b;
        struct http_probe p;
        struct raw_server s;

        raw_start(&s, serve_once, reset ? &s : NULL, NULL);
        http_bench_make(&b, NULL);
        exchange(&p, &b, &s, "/");
        http_probe_assert(&p, CVX_HTTP_OK);
        http_probe_done(&p);

        http_probe_init(&p, &b, s.port, "/");
        p.request.body = &body;
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_SEND);
        http_probe_says(&p, "closed before the answer");
        assert_true(p.reply.resend);
        assert_true(p.sent);
        assert_int_equal(p.reply.answer.attempts, 1);
        assert_int_equal(p.reply.received, 0);
        http_probe_done(&p);

        /* It came once; whoever retries does so by a request of its own. */
        assert_int_equal(atomic_load(&s.requests), 2);
        exchange(&p, &b, &s, "/");
        http_probe_assert(&p, CVX_HTTP_OK);
        assert_int_equal(atomic_load(&s.requests), 3);
        http_probe_done(&p);
        http_bench_done(&b);
        raw_stop(&s);
    }
    cvx_buf_done(&body);
}

/* ---- many ---- */

#define MANY 200

static void serve_gathered(struct raw_connection *c)
{
    while (raw_request(c)) {
        raw_gather(c, MANY);
        raw_answer(c, "hello");
    }
}

static void test_many_at_once(void **state)
{
    struct http_probe *probes = calloc(MANY, sizeof(*probes));
    struct http_bench b;
    struct raw_server s;

    (void)state;
    assert_non_null(probes);
    raw_start(&s, serve_gathered, NULL, NULL);
    http_bench_make(&b, NULL);
    /* The first answer comes when all have asked; the second wave finds all connections. */
    for (int wave = 0; wave < 2; wave++) {
        for (size_t i = 0; i < MANY; i++) {
            http_probe_init(&probes[i], &b, s.port, "/");
            http_probe_send(&probes[i]);
        }
        assert_int_equal(cvx_http_in_flight(b.http), MANY);
        http_bench_wait(&b);
        for (size_t i = 0; i < MANY; i++) {
            http_probe_assert(&probes[i], CVX_HTTP_OK);
            assert_int_equal(probes[i].reply.reused, wave == 1);
            http_probe_done(&probes[i]);
        }
        assert_int_equal(raw_connections(&s), MANY);
        assert_int_equal(cvx_http_connections(b.http), MANY);
    }
    http_bench_done(&b);
    raw_stop(&s);
    free(probes);
}

/* Requests are sent from on_done, over and over. */
static void then_again(struct http_probe *p)
{
    http_probe_assert(p, CVX_HTTP_OK);
    if (p->order % 100 == 0)
        return;
    struct http_bench *b = p->bench;
    unsigned order = p->order;
    char url[512];

    http_probe_done(p);
    snprintf(url, sizeof(url), "%s", p->url);
    http_probe_init(p, b, 0, url);
    p->order = order;
    p->then = then_again;
    http_probe_send(p);
}

static void test_send_from_on_done(void **state)
{
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_hello, NULL, NULL);
    http_bench_make(&b, NULL);
    http_probe_init(&p, &b, s.port, "/");
    p.then = then_again;
    http_probe_run(&p);
    assert_int_equal(raw_connections(&s), 1);
    http_probe_done(&p);
    http_bench_done(&b);
    raw_stop(&s);
}

/* ---- cancel ---- */

enum phase {
    AT_ONCE,    /* before the loop turned */
    CONNECTING, /* the server has the connection */
    RESOLVING,
    SENT,   /* from on_sent */
    ASKED,  /* the server has the request */
    IN_BODY /* a part of the answer is here */
};

struct canceler {
    struct http_probe *probe;
    struct raw_server *server;
    enum phase phase;
    struct cvx_timer *timer;
    unsigned turns;
};

static void cancel(struct http_probe *p)
{
    cvx_http_cancel(p->bench->http, &p->request);
    assert_false(p->done);                        /* never from inside the call */
    cvx_http_cancel(p->bench->http, &p->request); /* twice is once */
}

/* Looks until the phase is reached. */
static void on_look(void *arg)
{
    struct canceler *c = arg;
    bool there = true;

    if (c->phase == CONNECTING)
        there = raw_connections(c->server) > 0;
    else if (c->phase == ASKED || c->phase == IN_BODY)
        there = atomic_load(&c->server->requests) > 0;
    /* The bytes come right behind the request: a few turns of the loop take them in. */
    if (there && c->phase == IN_BODY && c->turns++ < 20)
        there = false;
    if (there)
        cancel(c->probe);
    else
        cvx_timer_start(c->timer, CVX_NS_PER_MS);
}

static void test_cancel(void **state)
{
    static const struct {
        enum phase phase;
        const char *url; /* format */
        void (*serve)(struct raw_connection *c);
        const char *text;
    } cases[] = {
        {AT_ONCE, "http://127.0.0.1:%u/", serve_hello, NULL},
        {CONNECTING, "https://127.0.0.1:%u/", serve_silence, NULL},
        {RESOLVING, "http://name.invalid:%u/", serve_hello, NULL},
        {SENT, "http://127.0.0.1:%u/", serve_hello, NULL},
        {ASKED, "http://127.0.0.1:%u/", serve_text_stall, ""},
        {IN_BODY, "http://127.0.0.1:%u/", serve_text_stall,
         "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"},
    };
    struct http_bench b;
    struct http_probe p;
    struct cvx_err err;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct raw_server s;
        struct canceler c = {.probe = &p, .server = &s, .phase = cases[i].phase};

        raw_start(&s, cases[i].serve, (void *)(uintptr_t)cases[i].text, NULL);
        assert_int_equal(cvx_timer_new(b.loop, on_look, &c, &c.timer, &err), CVX_OK);
        http_probe_init(&p, &b, s.port, "/");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(p.url, sizeof(p.url), cases[i].url, s.port);
#pragma GCC diagnostic pop
        if (cases[i].phase == SENT)
            p.when_sent = cancel;
        http_probe_send(&p);
        if (cases[i].phase == AT_ONCE || cases[i].phase == RESOLVING)
            cancel(&p);
        else if (cases[i].phase != SENT)
            cvx_timer_start(c.timer, 0);
        http_bench_wait(&b);
        http_probe_assert(&p, CVX_HTTP_CANCELED);
        assert_int_equal(p.reply.err.rc, CVX_ECANCELED);
        assert_int_equal(p.sent, cases[i].phase >= SENT);
        assert_int_equal(p.reply.received > 0, cases[i].phase == IN_BODY);
        http_probe_done(&p);
        cvx_timer_free(c.timer);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

static struct http_probe *g_other;

static void then_cancel_other(struct http_probe *p)
{
    (void)p;
    if (!g_other->done)
        cancel(g_other);
}

/* From another's on_done, while the end may be on its way: it ends once, in either way. */
static void test_cancel_each_other(void **state)
{
    struct http_bench b;
    struct http_probe p[2];
    struct raw_server s;
    size_t canceled = 0;

    (void)state;
    raw_start(&s, serve_hello, NULL, NULL);
    http_bench_make(&b, NULL);
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < 2; i++) {
            http_probe_init(&p[i], &b, s.port, "/");
            p[i].then = i == 0 ? then_cancel_other : NULL;
            g_other = &p[1];
            http_probe_send(&p[i]);
        }
        http_bench_wait(&b);
        http_probe_assert(&p[0], CVX_HTTP_OK);
        assert_true(p[1].reply.fault == CVX_HTTP_OK ||
                    p[1].reply.fault == CVX_HTTP_CANCELED);
        canceled += p[1].reply.fault == CVX_HTTP_CANCELED;
        http_probe_done(&p[0]);
        http_probe_done(&p[1]);
    }
    assert_true(canceled <= 50);
    http_bench_done(&b);
    raw_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_resend),     cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_send_from_on_done), cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_each_other),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
