/* The lane: order in line, who goes when, identical calls, kept answers, step-downs, cancel.
 * On a fake clock, with a scripted wire (lane_world.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <lane_cases.h>

/* ---- who goes when ---- */

static void test_one_call(void **state)
{
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    assert_string_equal(world_on_wire(w, "a")->body, "a generation 0 mode 0");
    assert_string_equal(world_on_wire(w, "a")->url,
                        "http://127.0.0.1:9/v1/chat/completions");
    world_wait(w, 0.25);
    assert_false(a->done);
    reply(w, "a", 200, "ok");
    assert_accepted(w, a);
    assert_int_equal(a->call.reply.attempts, 1);
    assert_int_equal(a->call.latency_ns, 250000000);
    assert_int_equal(a->call.usage.in, 100);
    assert_int_equal(world_counts(w).tokens_out, 50);
    assert_int_equal(world_counts(w).bytes, 0);
    world_done(w);
}

/* Whatever the order in which they came: by the place of their files. */
static void test_order_in_line(void **state)
{
    static const char *const names[] = {"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7"};
    static const size_t came[] = {5, 2, 7, 0, 3, 6, 1, 4};
    struct world *w = fast();
    struct cvx_err err;

    (void)state;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 9, "out");
    for (size_t i = 0; i < 8; i++)
        world_ask(w, came[i], names[came[i]]);
    reply(w, "out", 200, "ok");
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(world_in_flight(w), 1);
        reply(w, names[i], 200, "ok");
    }
    assert_int_equal(w->n_done, 9);
    world_done(w);
}

/* After a retry it goes ahead of later files, not of earlier ones. */
static void test_place_after_retry(void **state)
{
    struct world *w = fast();
    struct cvx_err err;

    (void)state;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 3, "third");
    world_ask(w, 5, "fifth");
    world_ask(w, 7, "seventh");
    reply(w, "third", 500, "");
    assert_true(world_is_sent(w, "fifth"));
    world_ask(w, 1, "first");
    world_wait(w, 1); /* third is ready again */
    reply(w, "fifth", 200, "ok");
    assert_true(world_is_sent(w, "first"));
    reply(w, "first", 200, "ok");
    assert_true(world_is_sent(w, "third"));
    reply(w, "third", 200, "ok");
    reply(w, "seventh", 200, "ok");
    assert_int_equal(world_counts(w).retries_status, 1);
    world_done(w);
}

/* A shared result has no file: it goes before all. */
static void test_shared_goes_first(void **state)
{
    struct world *w = fast();
    struct cvx_err err;

    (void)state;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "out");
    world_ask(w, 0, "file");
    world_ask(w, WORLD_SHARED, "shared");
    reply(w, "out", 200, "ok");
    assert_true(world_is_sent(w, "shared"));
    reply(w, "shared", 200, "ok");
    reply(w, "file", 200, "ok");
    world_done(w);
}

static void test_alone_until_connected(void **state)
{
    struct world *w = open_fast();

    (void)state;
    w->no_connection = true;
    world_ask(w, 0, "a");
    world_ask(w, 1, "b");
    world_ask(w, 2, "c");
    assert_int_equal(world_in_flight(w), 1);
    world_fault(w, "a", CVX_HTTP_CONNECT); /* the next one tries, alone too */
    assert_int_equal(world_in_flight(w), 1);
    assert_true(world_is_sent(w, "b"));
    w->no_connection = false;
    world_settle(w);
    assert_int_equal(world_in_flight(w), 2);
    world_wait(w, 1);
    assert_int_equal(world_in_flight(w), 3);
    reply(w, "a", 200, "ok");
    reply(w, "b", 200, "ok");
    reply(w, "c", 200, "ok");
    assert_int_equal(world_counts(w).retries_connect, 1);
    assert_int_equal(world_counts(w).repeated, 0); /* nothing had been sent */
    world_done(w);
}

/* Limits unknown: one call finds out whether they are told. */
static void test_unknown_limits(void **state)
{
    struct world *w = &g_w;
    struct cvx_err err;

    (void)state;
    world_init(w);
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "a");
    world_ask(w, 1, "b");
    world_ask(w, 2, "c");
    assert_int_equal(world_in_flight(w), 1);
    world_reply(w, "a", 200,
                "x-ratelimit-limit-requests: 60\nx-ratelimit-remaining-requests: 1\n"
                "x-ratelimit-reset-requests: 59s",
                "ok");
    assert_true(world_in_flight(w) <= 1); /* one is left, and one a second comes in */
    world_wait(w, 2.5);
    assert_int_equal(world_in_flight(w), 2);
    reply(w, "b", 200, "ok");
    reply(w, "c", 200, "ok");
    assert_true(world_counts(w).rpm > 59);
    world_done(w);
}

static void test_quota_wait(void **state)
{
    struct world *w = &g_w;
    struct cvx_err err;

    (void)state;
    world_init(w);
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "ok");
    world_ask(w, 1, "ok 1");
    world_ask(w, 2, "ok 2");
    world_wait(w, 5);
    reply(w, "ok", 200, "ok");
    assert_int_equal(world_in_flight(w), 1);
    world_wait(w, 5);
    reply(w, "ok 1", 200, "ok");
    reply(w, "ok 2", 200, "ok");
    assert_true(world_counts(w).quota_wait_s < 0.001);
    world_done(w);

    /* One call a minute: the second waits for it, beside the first, which needs no quota. */
    world_init(w);
    w->options.rpm = 1;
    w->options.burst_s = 0;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "ok");
    world_ask(w, 1, "ok 1");
    reply(w, "ok", 200, "ok");
    assert_false(world_is_sent(w, "ok 1"));
    world_wait(w, 70);
    assert_true(world_is_sent(w, "ok 1"));
    reply(w, "ok 1", 200, "ok");
    assert_true(world_counts(w).quota_wait_s > 50);
    assert_true(world_counts(w).quota_wait_s < 71);
    world_done(w);
}

/* ---- identical requests ---- */

/* Waiting for a place is not waiting for quota. */
static void test_identical_share(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b, *c;

    (void)state;
    world_open_cached(w);
    a = world_ask(w, 0, "same");
    b = world_ask(w, 1, "same");
    c = world_ask(w, 2, "other");
    assert_int_equal(world_in_flight(w), 2);
    reply(w, "same", 200, "ok");
    assert_accepted(w, a);
    assert_accepted(w, b);
    assert_string_equal(b->call.reply.body.data, "ok");
    assert_int_equal(b->call.reply.attempts, 0);
    assert_int_equal(b->judged, 1);
    reply(w, "other", 200, "ok");
    assert_accepted(w, c);
    assert_int_equal(world_counts(w).joined, 1);
    assert_int_equal(world_counts(w).cached, 0);
    assert_int_equal(world_counts(w).answered, 2);
    assert_int_equal(world_counts(w).tokens_in, 200);
    world_done(w);
}

static void test_identical_share_failure(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b;

    (void)state;
    world_open_cached(w);
    a = world_ask(w, 0, "same");
    b = world_ask(w, 1, "same");
    reply(w, "same", 422, "no");
    assert_failed(w, a, CVX_EIO, "HTTP 422");
    assert_failed(w, b, CVX_EIO, "HTTP 422");
    assert_int_equal(world_sends(w, "same"), 1);

    /* A failure of the answer is shared too, and not asked for again by those in line. */
    a = world_ask(w, 2, "worse");
    b = world_ask(w, 3, "worse");
    reply(w, "worse", 200, "bad");
    assert_failed(w, a, CVX_EFORMAT, "bad");
    assert_failed(w, b, CVX_EFORMAT, "bad");
    world_done(w);
}

/* When the first one is canceled the others still want it. */
static void test_identical_survive_cancel(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b, *c;

    (void)state;
    world_open_cached(w);
    a = world_ask(w, 0, "same");
    b = world_ask(w, 1, "same");
    c = world_ask(w, 2, "same");
    world_cancel(w, a);
    assert_failed(w, a, CVX_ECANCELED, "canceled");
    assert_int_equal(world_in_flight(w), 1);
    reply(w, "same", 200, "ok");
    assert_accepted(w, b);
    assert_accepted(w, c);
    assert_int_equal(world_sends(w, "same"), 2);

    /* One that waits for another is canceled at once. */
    a = world_ask(w, 0, "more");
    b = world_ask(w, 1, "more");
    world_cancel(w, b);
    assert_failed(w, b, CVX_ECANCELED, "canceled");
    assert_false(a->done);
    reply(w, "more", 200, "ok");
    assert_accepted(w, a);
    world_done(w);
}

static void test_identical_without_cache(void **state)
{
    struct world *w = open_fast();

    (void)state;
    world_ask(w, 0, "same");
    world_ask(w, 1, "same");
    assert_int_equal(world_in_flight(w), 2);
    reply(w, "same", 200, "ok");
    reply(w, "same", 200, "ok");
    assert_int_equal(world_counts(w).joined, 0);
    world_done(w);
}

/* ---- the cache ---- */

static void test_cache_hit(void **state)
{
    struct world *w = fast();
    struct world_call *a;

    (void)state;
    world_open_cached(w);
    world_ask(w, 0, "a");
    reply(w, "a", 200, "ok");
    world_again(w);
    a = world_ask(w, 0, "a");
    assert_accepted(w, a);
    assert_int_equal(w->n_sent, 0);
    assert_int_equal(a->judged, 1);
    assert_int_equal(world_counts(w).cached, 1);
    assert_int_equal(world_counts(w).tokens_in, 0);

    /* Another server's answers are not this one's. */
    w->options.base_url = "http://127.0.0.1:8/v1";
    world_again(w);
    a = world_ask(w, 0, "a");
    assert_int_equal(w->n_sent, 1);
    reply(w, "a", 200, "ok");
    assert_accepted(w, a);
    world_done(w);
}

/* Rejected: what the judge found to lead nowhere, and what led to it. */
static void test_cache_rejects(void **state)
{
    struct world *w = fast();
    struct world_call *a;

    (void)state;
    world_open_cached(w);
    world_ask(w, 0, "chat");
    reply(w, "chat", 200, "repair");
    assert_int_equal(world_verdict(w, &w->calls[0]), CVX_VERDICT_REPAIR);
    world_ask_as(w, 0, "chat-again", "model", 1);
    reply(w, "chat-again", 200, "bad");
    assert_failed(w, &w->calls[1], CVX_EFORMAT, "bad");

    world_again(w); /* a later attempt asks anew */
    world_ask(w, 0, "chat");
    assert_int_equal(w->n_sent, 1);
    reply(w, "chat", 503, "");
    world_cancel(w, &w->calls[0]);

    w->env.cache.resume = true; /* one that continues does not */
    world_again(w);
    a = world_ask(w, 0, "chat");
    assert_int_equal(w->n_sent, 0);
    assert_int_equal(world_verdict(w, a), CVX_VERDICT_REPAIR);
    a = world_ask(w, 0, "chat-again");
    assert_failed(w, a, CVX_EFORMAT, "bad");
    assert_int_equal(w->n_sent, 0);
    world_done(w);
}

/* A repair that fails on the way leaves the first answer as it is: it was paid for. */
static void test_cache_keeps_what_was_only_interrupted(void **state)
{
    struct world *w = fast();

    (void)state;
    world_open_cached(w);
    world_ask(w, 0, "chat");
    reply(w, "chat", 200, "repair");
    world_ask_as(w, 0, "chat-again", "model", 1);
    reply(w, "chat-again", 422, "");
    world_again(w);
    assert_int_equal(world_verdict(w, world_ask(w, 0, "chat")), CVX_VERDICT_REPAIR);
    assert_int_equal(w->n_sent, 0);
    world_done(w);
}

static void test_answer_that_cannot_be_kept(void **state)
{
    struct world *w = fast();
    struct world_call *a;
    struct cvx_err err;

    (void)state;
    scratch_make(&w->scratch);
    scratch_write(&w->scratch, "file", "x", 1);
    scratch_path(&w->scratch, "file/.cvextract", w->folder, sizeof(w->folder));
    w->env.cache.folder = w->folder;
    assert_int_equal(world_open(w, &err), CVX_OK);
    a = world_ask(w, 0, "a");
    reply(w, "a", 200, "ok");
    assert_failed(w, a, CVX_EIO, "cannot make");
    assert_int_equal(a->judged, 0);
    /* It was paid for all the same. */
    assert_true(world_counts(w).tokens_in > 0);
    assert_int_equal(world_counts(w).usage_estimated, 1);
    world_done(w);
}

/* ---- the server's profile ---- */

static void test_step_down(void **state)
{
    struct world *w = open_fast();
    struct world_call *a, *b, *c;

    (void)state;
    a = world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    reply(w, "a", 400, "adapt");
    assert_string_equal(world_on_wire(w, "a")->body, "a generation 1 mode 1");
    /* Of the older generation: sent again under the present one, no further step. */
    reply(w, "b", 400, "adapt");
    assert_string_equal(world_on_wire(w, "b")->body, "b generation 1 mode 1");
    c = world_ask(w, 2, "c"); /* for the rest of the run */
    assert_string_equal(world_on_wire(w, "c")->body, "c generation 1 mode 1");
    reply(w, "a", 400, "adapt");
    assert_string_equal(world_on_wire(w, "a")->body, "a generation 2 mode 2");
    reply(w, "a", 200, "ok");
    reply(w, "b", 200, "ok");
    reply(w, "c", 200, "ok");
    assert_accepted(w, a);
    assert_accepted(w, b);
    assert_accepted(w, c);
    assert_int_equal(a->call.reply.attempts, 3);
    assert_int_equal(world_counts(w).retries_status, 0);
    world_done(w);
}

/* What waits in line is built anew before it is sent. */
static void test_rebuilt_in_line(void **state)
{
    struct world *w = fast();
    struct cvx_err err;
    struct world_call *b;

    (void)state;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);
    world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    assert_int_equal(b->built, 1);
    reply(w, "a", 400, "adapt");
    reply(w, "a", 200, "ok");
    assert_int_equal(b->built, 2);
    assert_string_equal(world_on_wire(w, "b")->body, "b generation 1 mode 1");
    reply(w, "b", 200, "ok");
    assert_int_equal(world_counts(w).bytes, 0);
    world_done(w);
}

/* The last step down leads nowhere: a failure, no circle. */
static void test_steps_end(void **state)
{
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    for (int i = 0; i < 4; i++)
        reply(w, "a", 400, "adapt");
    assert_failed(w, a, CVX_EIO, "HTTP 400");
    assert_int_equal(w->n_sent, 4);
    world_done(w);
}

/* ---- cancel ---- */

static void test_cancel_everywhere(void **state)
{
    struct world *w = fast();
    struct world_call *a;
    struct cvx_err err;

    (void)state;
    w->options.concurrency = 1;
    assert_int_equal(world_open(w, &err), CVX_OK);

    fake_pool_hold(w->pool, true); /* OPENING */
    a = world_ask(w, 0, "opening");
    world_cancel(w, a);
    assert_failed(w, a, CVX_ECANCELED, "canceled");
    fake_pool_hold(w->pool, false);

    world_ask(w, 0, "out");
    a = world_ask(w, 1, "queued");
    world_cancel(w, a);
    world_cancel(w, a); /* twice is fine */
    assert_failed(w, a, CVX_ECANCELED, "canceled");

    world_cancel(w, &w->calls[1]); /* SENT */
    assert_failed(w, &w->calls[1], CVX_ECANCELED, "canceled");
    assert_int_equal(world_in_flight(w), 0);

    a = world_ask(w, 0, "backoff");
    reply(w, "backoff", 500, "");
    world_cancel(w, a);
    assert_failed(w, a, CVX_ECANCELED, "canceled");

    a = world_ask(w, 0, "rebuilding");
    fake_pool_hold(w->pool, true);
    reply(w, "rebuilding", 400, "adapt");
    world_cancel(w, a);
    assert_failed(w, a, CVX_ECANCELED, "canceled");
    fake_pool_hold(w->pool, false);

    /* JUDGING: the answer was faster; it is stored and told. */
    a = world_ask(w, 0, "judging");
    fake_pool_hold(w->pool, true);
    reply(w, "judging", 200, "ok");
    world_cancel(w, a);
    assert_false(a->done);
    fake_pool_hold(w->pool, false);
    assert_accepted(w, a);

    assert_int_equal(world_counts(w).bytes, 0);
    assert_int_equal(world_counts(w).in_flight, 0);
    assert_int_equal(world_counts(w).failed, 0);
    world_done(w);
}

static void test_cancel_loses_against_an_answer(void **state)
{
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");
    struct cvx_caller *caller = cvx_api_caller(w->api);

    (void)state;
    caller->cancel(caller, &a->call);
    reply(w, "a", 200, "ok");
    assert_accepted(w, a);
    world_done(w);
}

/* ---- memory held ---- */

static void test_bytes(void **state)
{
    struct world *w = open_fast();

    (void)state;
    world_ask(w, 0, "a");
    assert_int_equal(world_counts(w).bytes, strlen("a generation 0 mode 0"));
    fake_pool_hold(w->pool, true);
    reply(w, "a", 200, "ok and so on");
    /* The answer is there, the request is not needed any more. */
    assert_int_equal(world_counts(w).bytes, strlen("ok and so on"));
    fake_pool_hold(w->pool, false);
    world_settle(w);
    assert_int_equal(world_counts(w).bytes, 0);
    world_done(w);
}

static void test_large_refusal_is_cut(void **state)
{
    static char body[200000];
    struct world *w = open_fast();
    struct world_call *a = world_ask(w, 0, "a");

    (void)state;
    memset(body, 'x', sizeof(body) - 1);
    reply(w, "a", 422, body); /* the world's classify asserts the size */
    assert_failed(w, a, CVX_EIO, "HTTP 422");
    world_done(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_call),
        cmocka_unit_test(test_order_in_line),
        cmocka_unit_test(test_place_after_retry),
        cmocka_unit_test(test_shared_goes_first),
        cmocka_unit_test(test_alone_until_connected),
        cmocka_unit_test(test_unknown_limits),
        cmocka_unit_test(test_quota_wait),
        cmocka_unit_test(test_identical_share),
        cmocka_unit_test(test_identical_share_failure),
        cmocka_unit_test(test_identical_survive_cancel),
        cmocka_unit_test(test_identical_without_cache),
        cmocka_unit_test(test_cache_hit),
        cmocka_unit_test(test_cache_rejects),
        cmocka_unit_test(test_cache_keeps_what_was_only_interrupted),
        cmocka_unit_test(test_answer_that_cannot_be_kept),
        cmocka_unit_test(test_step_down),
        cmocka_unit_test(test_rebuilt_in_line),
        cmocka_unit_test(test_steps_end),
        cmocka_unit_test(test_cancel_everywhere),
        cmocka_unit_test(test_cancel_loses_against_an_answer),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_large_refusal_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
