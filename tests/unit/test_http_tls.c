/* HTTP over TLS with an authority of the test's own: accepted, refused, not serialised. */
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
#include <scratch.h>
#include <tls_make.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct scratch k_scratch;
static struct tls_authority k_authority;
static char k_ca[512], k_no_ca[512], k_bad_ca[512];

static void serve_hello(struct raw_connection *c)
{
    while (raw_request(c))
        raw_answer(c, "hello");
}

static void url_make(struct http_probe *p, const char *host, unsigned port)
{
    snprintf(p->url, sizeof(p->url), "https://%s:%u/", host, port);
}

static void test_certificates(void **state)
{
    static const struct {
        bool ours; /* signed by the authority, else by itself */
        const char *names, *ca, *host;
        enum cvx_http_fault fault;
        const char *says;
    } cases[] = {
        {true, "IP:127.0.0.1", k_ca, "127.0.0.1", CVX_HTTP_OK, NULL},
        {true, "DNS:localhost", k_ca, "localhost", CVX_HTTP_OK, NULL},
        {true, "DNS:localhost", k_ca, "127.0.0.1", CVX_HTTP_TLS, "TLS with 127.0.0.1:"},
        {true, "DNS:other.example", k_ca, "localhost", CVX_HTTP_TLS,
         "no alternative certificate"},
        {true, "IP:127.0.0.1", NULL, "127.0.0.1", CVX_HTTP_TLS, "certificate"},
        {false, "IP:127.0.0.1", k_ca, "127.0.0.1", CVX_HTTP_TLS, "self-signed"},
        {false, "IP:127.0.0.1", NULL, "127.0.0.1", CVX_HTTP_TLS, "self-signed"},
        {true, "IP:127.0.0.1", k_no_ca, "127.0.0.1", CVX_HTTP_TLS, "TLS with"},
        {true, "IP:127.0.0.1", k_bad_ca, "127.0.0.1", CVX_HTTP_TLS, "TLS with"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct cvx_http_options options = {.ca_file = cases[i].ca};
        SSL_CTX *tls =
            tls_server_make(cases[i].ours ? &k_authority : NULL, cases[i].names);
        struct http_bench b;
        struct http_probe p;
        struct raw_server s;

        raw_start(&s, serve_hello, NULL, tls);
        http_bench_make(&b, &options);
        http_probe_init(&p, &b, s.port, "/");
        url_make(&p, cases[i].host, s.port);
        http_probe_run(&p);
        http_probe_assert(&p, cases[i].fault);
        if (cases[i].says) {
            http_probe_says(&p, cases[i].says);
            assert_int_equal(p.reply.err.rc, CVX_EDENIED);
            assert_false(p.sent);
            assert_int_equal(atomic_load(&s.requests), 0);
        }
        http_probe_done(&p);
        http_bench_done(&b);
        raw_stop(&s);
        SSL_CTX_free(tls);
    }
}

/* No TLS at the other end: no answer was refused, so it may be tried again. */
static void serve_plain(struct raw_connection *c)
{
    if (raw_say(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
        raw_stall(c);
}

static void serve_nothing(struct raw_connection *c)
{
    (void)c;
}

static void test_broken_handshake(void **state)
{
    static void (*const serves[])(struct raw_connection *) = {serve_plain, serve_nothing};

    (void)state;
    for (size_t i = 0; i < COUNT(serves); i++) {
        struct http_bench b;
        struct http_probe p;
        struct raw_server s;

        raw_start(&s, serves[i], NULL, NULL);
        http_bench_make(&b, NULL);
        http_probe_init(&p, &b, s.port, "/");
        url_make(&p, "127.0.0.1", s.port);
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_CONNECT);
        http_probe_says(&p, "cannot connect to 127.0.0.1:");
        http_probe_done(&p);
        http_bench_done(&b);
        raw_stop(&s);
    }
}

#define BURST 30

static void serve_gathered(struct raw_connection *c)
{
    while (raw_request(c)) {
        raw_gather(c, BURST);
        raw_answer(c, "hello");
        if (c->server->arg)
            return;
    }
}

/* A cold burst to a server that speaks HTTP/1.1 only, with and without keep-alive: all are
 * under way at once (none is answered before all have asked), in the second wave too. */
static void test_burst(void **state)
{
    const struct cvx_http_options options = {.ca_file = k_ca};
    SSL_CTX *tls = tls_server_make(&k_authority, "IP:127.0.0.1");
    struct http_probe *probes = calloc(BURST, sizeof(*probes));

    (void)state;
    assert_non_null(probes);
    for (int closing = 0; closing < 2; closing++) {
        struct http_bench b;
        struct raw_server s;

        raw_start(&s, serve_gathered, closing ? &s : NULL, tls);
        http_bench_make(&b, &options);
        for (int wave = 0; wave < 2; wave++) {
            pthread_mutex_lock(&s.mu);
            s.gathered = 0;
            pthread_mutex_unlock(&s.mu);
            for (size_t i = 0; i < BURST; i++) {
                http_probe_init(&probes[i], &b, s.port, "/");
                url_make(&probes[i], "127.0.0.1", s.port);
                http_probe_send(&probes[i]);
            }
            http_bench_wait(&b);
            for (size_t i = 0; i < BURST; i++) {
                http_probe_assert(&probes[i], CVX_HTTP_OK);
                http_probe_done(&probes[i]);
            }
            /* Else the next wave may still take one that is about to be closed. */
            assert_true(!closing || raw_all_closed(&s));
        }
        assert_int_equal(raw_connections(&s), closing ? 2 * BURST : BURST);
        http_bench_done(&b);
        raw_stop(&s);
    }
    free(probes);
    SSL_CTX_free(tls);
}

static void serve_silence(struct raw_connection *c)
{
    raw_stall(c);
}

/* Nobody knows yet what this server speaks, and its first connection does not come up: the
 * others wait for it, are given up, run out of time, take their turn. */
static void test_waiting(void **state)
{
    static const struct {
        int64_t timeout_ms, connect_ms;
        bool cancel;
        enum cvx_http_fault fault;
    } cases[] = {
        {20000, 200, false, CVX_HTTP_CONNECT}, /* the one that connects */
        {20000, 200, true, CVX_HTTP_CANCELED},
        {50, 20000, false, CVX_HTTP_CONNECT},
        {20000, 100, false, CVX_HTTP_CONNECT}, /* goes second */
    };
    struct http_probe p[COUNT(cases)];
    struct http_bench b;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_silence, NULL, NULL);
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        http_probe_init(&p[i], &b, s.port, "/");
        url_make(&p[i], "127.0.0.1", s.port);
        p[i].request.timeout_ns = cases[i].timeout_ms * CVX_NS_PER_MS;
        p[i].request.connect_timeout_ns = cases[i].connect_ms * CVX_NS_PER_MS;
        http_probe_send(&p[i]);
    }
    for (size_t i = 0; i < COUNT(cases); i++)
        if (cases[i].cancel)
            cvx_http_cancel(b.http, &p[i].request);
    http_bench_wait(&b);
    for (size_t i = 0; i < COUNT(cases); i++) {
        http_probe_assert(&p[i], cases[i].fault);
        http_probe_says(&p[i], "127.0.0.1:");
        assert_false(p[i].sent);
        http_probe_done(&p[i]);
    }
    assert_true(p[1].order < p[2].order && p[2].order < p[0].order);
    assert_true(p[0].order < p[3].order);
    assert_int_equal(raw_connections(&s), 2);
    http_bench_done(&b);
    raw_stop(&s);
}

/* More servers at once than are remembered: the rest do not wait, all are answered. */
static void test_many_servers(void **state)
{
    enum { SERVERS = 20, EACH = 3 };
    const struct cvx_http_options options = {.ca_file = k_ca};
    SSL_CTX *tls = tls_server_make(&k_authority, "IP:127.0.0.1");
    struct raw_server *servers = calloc(SERVERS, sizeof(*servers));
    struct http_probe *probes = calloc((size_t)SERVERS * EACH, sizeof(*probes));
    struct http_bench b;

    (void)state;
    assert_non_null(servers);
    assert_non_null(probes);
    http_bench_make(&b, &options);
    for (size_t i = 0; i < SERVERS; i++)
        raw_start(&servers[i], serve_hello, NULL, tls);
    for (int wave = 0; wave < 2; wave++) {
        for (size_t i = 0; i < (size_t)SERVERS * EACH; i++) {
            http_probe_init(&probes[i], &b, 0, "/");
            url_make(&probes[i], "127.0.0.1", servers[i % SERVERS].port);
            http_probe_send(&probes[i]);
        }
        http_bench_wait(&b);
        for (size_t i = 0; i < (size_t)SERVERS * EACH; i++) {
            http_probe_assert(&probes[i], CVX_HTTP_OK);
            http_probe_done(&probes[i]);
        }
    }
    http_bench_done(&b);
    for (size_t i = 0; i < SERVERS; i++)
        raw_stop(&servers[i]);
    free(probes);
    free(servers);
    SSL_CTX_free(tls);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(&k_scratch);
    scratch_path(&k_scratch, "ca.pem", k_ca, sizeof(k_ca));
    scratch_path(&k_scratch, "none.pem", k_no_ca, sizeof(k_no_ca));
    scratch_path(&k_scratch, "bad.pem", k_bad_ca, sizeof(k_bad_ca));
    scratch_write(&k_scratch, "bad.pem", "not a certificate\n", 18);
    tls_authority_make(&k_authority);
    tls_authority_write(&k_authority, k_ca);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tls_authority_done(&k_authority);
    scratch_remove(&k_scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificates), cmocka_unit_test(test_broken_handshake),
        cmocka_unit_test(test_burst),        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_many_servers),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, setup, teardown);
}
