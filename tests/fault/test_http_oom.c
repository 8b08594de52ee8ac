/* Memory runs out, and library calls fail, at every point of an exchange: it ends all the
 * same, says so, leaks nothing, and the client goes on working. */
#include <torture.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <http_probe.h>
#include <raw_server.h>

static struct raw_server k_server;

static void serve(struct raw_connection *c)
{
    while (raw_request(c))
        raw_answer(c, "hello");
}

struct world {
    struct cvx_loop *loop;
    struct cvx_http *http;
    struct cvx_http_reply reply;
    struct cvx_log log;
    bool logged;
};

static void on_done(struct cvx_http_request *request, struct cvx_http_reply *reply)
{
    struct world *w = request->arg;

    w->reply = *reply;
    cvx_loop_break(w->loop);
}

static int exchange(struct world *w)
{
    const char *const headers[] = {"Authorization: Bearer sesame", NULL};
    struct cvx_buf body = {.data = (char[]){"post"}, .len = 4};
    char url[64];
    struct cvx_http_request request = {
        .url = url,
        .headers = headers,
        .body = &body,
        .timeout_ns = 20 * CVX_NS_PER_S,
        .connect_timeout_ns = 10 * CVX_NS_PER_S,
        .max_body = 4096,
        .log = w->logged ? &w->log : NULL,
        .arg = w,
        .on_done = on_done,
    };
    int rc;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", k_server.port);
    cvx_http_send(w->http, &request);
    cvx_loop_run(w->loop);
    assert_int_equal(cvx_http_in_flight(w->http), 0);
    rc = w->reply.fault == CVX_HTTP_OK ? CVX_OK : (int)w->reply.err.rc;
    if (w->reply.fault != CVX_HTTP_OK)
        assert_int_equal(w->reply.fault, CVX_HTTP_INTERNAL);
    else
        assert_string_equal(w->reply.answer.body.data, "hello");
    cvx_http_reply_done(&w->reply);
    if (rc == CVX_OK && w->log.lost)
        rc = CVX_ENOMEM;
    return rc;
}

static int world_body(bool logged)
{
    struct cvx_http_options options = {
        .ca_file = "ca.pem", .ca_path = "certs", .secret = "sesame"};
    struct world w = {.logged = logged};
    struct cvx_err err;
    int rc = cvx_loop_new(true, &w.loop, &err);

    cvx_log_init(&w.log, CVX_LEVEL_DEBUG);
    if (rc == CVX_OK)
        rc = cvx_http_new(w.loop, &options, &w.http, &err);
    /* The second goes over what the first has left. */
    for (int i = 0; rc == CVX_OK && i < 2; i++)
        rc = exchange(&w);
    cvx_http_free(w.http);
    cvx_loop_free(w.loop);
    cvx_log_done(&w.log);
    return rc;
}

static int plain_body(void)
{
    return world_body(false);
}

static int logged_body(void)
{
    return world_body(true);
}

/* As torture(), but not every run allocates as often: an answer may be there before its
 * socket is watched, a latency may have one digit more. */
static void torture_about(int (*body)(void))
{
    long n, hits = 0;

    cvx_mem_fail_at(-1);
    assert_int_equal(body(), CVX_OK);
    n = cvx_mem_count();
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = body();
        bool due = cvx_mem_count() > i;

        cvx_mem_fail_at(-1);
        if (rc != (due ? CVX_ENOMEM : CVX_OK))
            fail_msg("allocation %ld of %ld failed, the answer was %d", i, n, rc);
        hits += due;
    }
    assert_true(hits > 15);
    assert_int_equal(body(), CVX_OK);
}

static void test_memory(void **state)
{
    (void)state;
    torture_about(plain_body);
}

static void test_memory_of_the_record(void **state)
{
    (void)state;
    torture_about(logged_body);
}

/* After whatever failed the same client serves the next request. */
static void test_goes_on(void **state)
{
    struct world w = {0};
    struct cvx_err err;
    long n;

    (void)state;
    assert_int_equal(cvx_loop_new(true, &w.loop, &err), CVX_OK);
    assert_int_equal(cvx_http_new(w.loop, &(struct cvx_http_options){0}, &w.http, &err),
                     CVX_OK);
    cvx_mem_fail_at(-1);
    assert_int_equal(exchange(&w), CVX_OK);
    n = cvx_mem_count();
    assert_true(n > 0);
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        (void)exchange(&w);
        cvx_mem_fail_at(-1);
        assert_int_equal(exchange(&w), CVX_OK);
    }
    cvx_http_free(w.http);
    cvx_loop_free(w.loop);
}

/* Each library call that can fail does. */
static void test_library(void **state)
{
    size_t denied = 0;

    (void)state;
    cvx_http_fail_at(-1);
    assert_int_equal(plain_body(), CVX_OK);

    long n = cvx_http_call_count();

    assert_true(n > 60);
    /* The number of calls on sockets differs from run to run. */
    for (long i = 0; i < n; i++) {
        cvx_http_fail_at(i);
        int rc = plain_body();
        bool due = cvx_http_call_count() > i;

        cvx_http_fail_at(-1);
        if (due && rc != CVX_ENOMEM && rc != CVX_EINTERNAL)
            fail_msg("call %ld of %ld failed, the answer was %d", i, n, rc);
        denied += due;
    }
    assert_true(denied > 60);
    assert_int_equal(plain_body(), CVX_OK);
}

/* Several under way when libcurl gives up: each is told. */
static void test_all_end(void **state)
{
    struct http_bench b;
    struct http_probe p[5];

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < 5; i++) {
        http_probe_init(&p[i], &b, k_server.port, "/");
        http_probe_send(&p[i]);
    }
    cvx_http_fail_at(0); /* the call that would start them */
    http_bench_wait(&b);
    cvx_http_fail_at(-1);
    for (size_t i = 0; i < 5; i++) {
        http_probe_assert(&p[i], CVX_HTTP_INTERNAL);
        assert_int_equal(p[i].reply.err.rc, CVX_EINTERNAL);
        http_probe_done(&p[i]);
    }
    http_probe_init(&p[0], &b, k_server.port, "/");
    http_probe_run(&p[0]);
    http_probe_assert(&p[0], CVX_HTTP_OK);
    http_probe_done(&p[0]);
    http_bench_done(&b);
}

static int setup(void **state)
{
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_http_global(&err), CVX_OK);
    raw_start(&k_server, serve, NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    raw_stop(&k_server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),  cmocka_unit_test(test_memory_of_the_record),
        cmocka_unit_test(test_goes_on), cmocka_unit_test(test_library),
        cmocka_unit_test(test_all_end),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, setup, teardown);
}
