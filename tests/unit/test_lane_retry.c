/* The lane: what becomes of an answer that is none: 429, transient faults, deadlines. On a fake
 * clock, with a scripted wire (lane_world.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <lane_cases.h>

/* ---- 429 ---- */

static void test_limited(void **state)
{
    struct world *w = fast();
    struct cvx_err err;
    struct world_call *a, *b;
    double at;

    (void)state;
    w->options.retries = 0; /* it is no attempt */
    assert_int_equal(world_open(w, &err), CVX_OK);
    a = world_ask(w, 0, "a");
    at = world_now(w);
    world_reply(w, "a", 429, "retry-after: 7", "");
    b = world_ask(w, 1, "b"); /* the others wait too */
    assert_int_equal(world_in_flight(w), 0);
    world_wait(w, 6.9);
    assert_int_equal(world_in_flight(w), 0);
    world_wait(w, 0.2);
    assert_int_equal(world_in_flight(w), 2);
    assert_true((double)world_on_wire(w, "a")->at / 1e9 >= at + 7);
    world_reply(w, "a", 429, "retry-after-ms: 500", "");
    world_wait(w, 0.6);
    reply(w, "a", 200, "ok");
    reply(w, "b", 200, "ok");
    assert_accepted(w, a);
    assert_accepted(w, b);
    assert_int_equal(a->call.reply.attempts, 3);
    assert_int_equal(world_counts(w).limited, 2);
    assert_int_equal(world_counts(w).retries_status, 0);
    world_done(w);
}

static void test_max_wait(void **state)
{
    static const struct {
        double max_wait_s;
        const char *hint;
        bool fails;
    } cases[] = {{120, "retry-after: 119", false},
                 {120, "retry-after: 121", true},
                 {5, "retry-after: 6", true},
                 {5, "retry-after: 4", false},
                 {0, "retry-after: 1", true}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = fast();
        struct world_call *a, *b;
        struct cvx_err err;

        w->options.max_wait_s = cases[i].max_wait_s;
        assert_int_equal(world_open(w, &err), CVX_OK);
        a = world_ask(w, 0, "a");
        world_reply(w, "a", 429, cases[i].hint, "slow");
        b = world_ask(w, 1, "b");
        assert_int_equal(a->done, cases[i].fails);
        assert_int_equal(b->done, cases[i].fails);
        if (cases[i].fails) {
            assert_failed(w, a, CVX_EIO, "max-wait=");
            assert_failed(w, b, CVX_EIO, "max-wait=");
        } else {
            world_wait(w, 120);
            reply(w, "a", 200, "ok");
            reply(w, "b", 200, "ok");
        }
        world_done(w);
    }
}

/* ---- retries ---- */

static void test_what_is_retried(void **state)
{
    static const struct {
        int status;
        const char *headers;
        bool again;
    } cases[] = {{408, "", true},
                 {409, "", false}, /* the test's classify() says so: the stage's word */
                 {500, "", true},
                 {502, "", true},
                 {503, "", true},
                 {504, "", true},
                 {520, "", true},
                 {530, "", true},
                 {501, "", false},
                 {505, "", false},
                 {531, "", false},
                 {400, "", false},
                 {422, "", false},
                 {500, "x-should-retry: false", false},
                 {429, "x-should-retry: false", false},
                 {400, "x-should-retry: true", true}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = open_fast();
        struct world_call *a = world_ask(w, 0, "a");

        world_reply(w, "a", cases[i].status, cases[i].headers, "no");
        if (a->done == cases[i].again)
            fail_msg("status %d %s", cases[i].status, cases[i].headers);
        if (cases[i].again) {
            world_wait(w, 1);
            reply(w, "a", 200, "ok");
            assert_accepted(w, a);
            assert_int_equal(world_counts(w).retries_status, 1);
            assert_int_equal(world_counts(w).repeated, 0);
        }
        world_done(w);
    }
}

static void test_delays(void **state)
{
    static const double at_least[] = {0.37, 0.75, 1.5, 3, 6, 10, 10};
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        double at = world_now(w);

        reply(w, "a", 500, "no");
        assert_false(world_is_sent(w, "a"));
        world_wait(w, 21);
        assert_true((double)world_on_wire(w, "a")->at / 1e9 - at >= at_least[i]);
        assert_true((double)world_on_wire(w, "a")->at / 1e9 - at < at_least[i] + 0.1);
    }
    reply(w, "a", 500, "no");
    assert_failed(w, a, CVX_EIO, "given up after 8 attempts");
    assert_int_equal(world_counts(w).retries_status, 7);
    assert_int_equal(world_counts(w).failed, 1);
    world_done(w);
}

static void test_hints_of_transient_errors(void **state)
{
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    world_reply(w, "a", 500, "retry-after: 30", "");
    world_wait(w, 29.9);
    assert_false(world_is_sent(w, "a"));
    world_wait(w, 0.2);
    world_reply(w, "a", 500, "retry-after: 121", "");
    assert_failed(w, a, CVX_EIO, "asks to wait 121 s");
    /* A 503's hint is for all. */
    world_ask(w, 0, "b");
    world_reply(w, "b", 503, "retry-after: 10", "");
    world_ask(w, 1, "c");
    assert_int_equal(world_in_flight(w), 0);
    world_wait(w, 10.1);
    assert_int_equal(world_in_flight(w), 2);
    reply(w, "b", 200, "ok");
    reply(w, "c", 200, "ok");
    world_done(w);
}

static void test_faults(void **state)
{
    static const struct {
        enum cvx_http_fault fault;
        size_t received;
        bool again;
        size_t connect, timeout, truncated, repeated, resends;
    } cases[] = {{CVX_HTTP_CONNECT, 0, true, 1, 0, 0, 0, 0},
                 {CVX_HTTP_RESOLVE, 0, true, 1, 0, 0, 0, 0},
                 {CVX_HTTP_TIMEOUT, 0, true, 0, 1, 0, 1, 0},
                 {CVX_HTTP_TIMEOUT, 9, true, 0, 1, 0, 1, 0},
                 {CVX_HTTP_SEND, 0, true, 0, 0, 1, 1, 0},
                 {CVX_HTTP_SEND, 1, true, 0, 0, 1, 1, 1}, /* a hidden resend, stopped */
                 {CVX_HTTP_TRUNCATED, 9, true, 0, 0, 1, 1, 0},
                 {CVX_HTTP_TOO_BIG, 9, false, 0, 0, 0, 0, 0},
                 {CVX_HTTP_INTERNAL, 0, false, 0, 0, 0, 0, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = open_fast();
        struct world_call *a;
        struct cvx_api_counts c;

        world_ask(w, 0, "before");
        reply(w, "before", 200, "ok");
        a = world_ask(w, 0, "a");
        world_fault_after(w, "a", cases[i].fault, cases[i].received);
        assert_int_equal(a->done, !cases[i].again);
        world_wait(w, 1);
        if (cases[i].again)
            reply(w, "a", 200, "ok");
        c = world_counts(w);
        assert_int_equal(c.retries_connect, cases[i].connect);
        assert_int_equal(c.retries_timeout, cases[i].timeout);
        assert_int_equal(c.retries_truncated, cases[i].truncated);
        assert_int_equal(c.repeated, cases[i].repeated);
        assert_int_equal(c.resends, cases[i].resends);
        assert_int_equal(c.attempts, 2 + cases[i].again);
        world_done(w);
    }
}

/* The same failure again and again while others succeed: that call is the trouble. */
static void test_poison(void **state)
{
    struct world *w = fast();
    struct cvx_err err;
    struct world_call *a;

    (void)state;
    w->options.retries = 50;
    assert_int_equal(world_open(w, &err), CVX_OK);
    a = world_ask(w, 0, "a");
    for (int i = 0; i < 3; i++) {
        char body[64];

        snprintf(body, sizeof(body), "broken, request req_%d at 12:0%d", i, i);
        world_reply(w, "a", 500, "retry-after: 15", body);
        assert_false(a->done); /* nothing has succeeded, or it is too soon */
        world_ask(w, 1, i == 2 ? "b" : "c");
        if (i == 2)
            reply(w, "b", 200, "ok");
        else
            reply(w, "c", 422, "");
        world_wait(w, 15.1);
    }
    world_reply(w, "a", 500, "retry-after: 15", "broken, request req_9 at 13:00");
    assert_failed(w, a, CVX_EIO, "given up after 4 attempts");

    /* Another failure in between begins anew. */
    a = world_ask(w, 0, "d");
    for (int i = 0; i < 8; i++) {
        world_reply(w, "d", 500, "retry-after: 15", i % 2 ? "odd" : "even");
        assert_false(a->done);
        world_ask(w, 1, "e");
        reply(w, "e", 200, "ok");
        world_wait(w, 15.1);
    }
    reply(w, "d", 200, "ok");
    world_done(w);
}

/* ---- the deadline ---- */

static struct world *open_deadline(double seconds)
{
    struct cvx_err err;
    struct world *w = fast();

    w->options.deadline_s = seconds;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "before");
    reply(w, "before", 200, "ok");
    return w;
}

static void test_deadline(void **state)
{
    struct world *w = open_deadline(10);
    struct world_call *sent = world_ask(w, 0, "sent"),
                      *queued = world_ask(w, 1, "queued");
    struct world_call *backoff;

    (void)state;
    world_wait(w, 9.9);
    assert_false(sent->done || queued->done);
    world_wait(w, 0.2);
    assert_failed(w, sent, CVX_EIO, "no answer within deadline=10 s, 1 attempts");
    assert_failed(w, queued, CVX_EIO, "no answer within deadline=10 s, 0 attempts");
    assert_int_equal(world_in_flight(w), 0);

    backoff = world_ask(w, 0, "backoff");
    world_reply(w, "backoff", 500, "retry-after: 60", "broken");
    world_wait(w, 9.9);
    assert_false(backoff->done);
    world_wait(w, 0.2);
    assert_failed(w, backoff, CVX_EIO, "1 attempts: HTTP 500: broken");
    world_done(w);
}

/* In the jobs before it is in line: seen when they are back. */
static void test_deadline_while_opening(void **state)
{
    struct world *w = open_deadline(10);
    struct world_call *a;

    (void)state;
    fake_pool_hold(w->pool, true);
    a = world_ask(w, 0, "a");
    world_wait(w, 11);
    assert_false(a->done);
    fake_pool_hold(w->pool, false);
    world_settle(w);
    assert_failed(w, a, CVX_EIO, "deadline=10 s, 0 attempts");
    assert_false(world_is_sent(w, "a"));
    world_done(w);
}

static void test_deadline_of_one_that_joined(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b;

    (void)state;
    w->options.deadline_s = 10;
    world_open_cached(w);
    world_ask(w, 0, "before");
    reply(w, "before", 200, "ok");
    a = world_ask(w, 0, "same");
    world_wait(w, 4);
    b = world_ask(w, 1, "same");
    world_wait(w, 6.1);
    assert_failed(w, a, CVX_EIO, "deadline");
    assert_failed(w, b, CVX_EIO, "deadline");
    assert_int_equal(world_in_flight(w), 0);
    world_done(w);
}

static void test_no_deadline(void **state)
{
    struct world *w = open_deadline(0);
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    world_wait(w, 5000);
    reply(w, "a", 200, "ok");
    assert_accepted(w, a);
    world_done(w);
}

/* The time of an attempt, doubled when nothing comes twice in a row. */
static void test_timeouts_grow(void **state)
{
    struct world *w = open_fast();

    (void)state;
    world_ask(w, 0, "a");
    assert_true(world_on_wire(w, "a")->request->timeout_ns == 120 * CVX_NS_PER_S);
    for (int i = 0; i < 2; i++) {
        world_fault(w, "a", CVX_HTTP_TIMEOUT);
        world_wait(w, 3);
    }
    assert_true(world_on_wire(w, "a")->request->timeout_ns == 240 * CVX_NS_PER_S);
    reply(w, "a", 200, "ok");
    world_done(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limited),
        cmocka_unit_test(test_max_wait),
        cmocka_unit_test(test_what_is_retried),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_hints_of_transient_errors),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_poison),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_deadline_while_opening),
        cmocka_unit_test(test_deadline_of_one_that_joined),
        cmocka_unit_test(test_no_deadline),
        cmocka_unit_test(test_timeouts_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
