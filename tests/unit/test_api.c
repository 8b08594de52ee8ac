/* The API side as a whole: stops, drains, caps, pages, what it counts and what it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

#include <lane_cases.h>
#include <order.h>

static struct world *opened(struct world *w)
{
    struct cvx_err err;

    assert_int_equal(world_open(w, &err), CVX_OK);
    return w;
}

static void assert_ended(struct world *w, const struct world_call *c,
                         enum cvx_verdict verdict, enum cvx_rc rc)
{
    assert_int_equal(world_verdict(w, c), verdict);
    assert_int_equal(c->call.err.rc, rc);
}

/* ---- the stop ---- */

/* The first such answer ends what waits; what was sent may finish; nothing more is sent. */
static void test_stop(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum cvx_rc rc;
    } cases[] = {{401, "wrong key", CVX_EDENIED}, {429, "no quota", CVX_EQUOTA}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = fast();
        struct world_call *a, *b, *c, *queued, *backoff, *late;
        const struct cvx_err *stopped;

        w->options.concurrency = 3;
        opened(w);
        a = world_ask(w, 0, "a");
        b = world_ask(w, 1, "b");
        backoff = world_ask(w, 2, "backoff");
        reply(w, "backoff", 500, "");
        c = world_ask(w, 3, "c");
        queued = world_ask(w, 4, "queued");
        assert_int_equal(world_in_flight(w), 3);
        assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_OK);
        reply(w, "a", cases[i].status, cases[i].body);
        assert_ended(w, a, CVX_VERDICT_STOP, cases[i].rc);
        assert_ended(w, queued, CVX_VERDICT_STOP, cases[i].rc);
        assert_ended(w, backoff, CVX_VERDICT_STOP, cases[i].rc);
        stopped = cvx_api_stopped(w->api);
        assert_int_equal(stopped->rc, cases[i].rc);
        assert_string_equal(cvx_err_root(&queued->call.err), cvx_err_root(stopped));

        late = world_ask(w, 5, "late");
        assert_ended(w, late, CVX_VERDICT_STOP, cases[i].rc);
        reply(w, "b", 200, "ok");
        assert_ended(w, b, CVX_VERDICT_ACCEPTED, CVX_OK);
        reply(w, "c", 500, ""); /* no further try */
        assert_ended(w, c, CVX_VERDICT_STOP, cases[i].rc);
        assert_int_equal(w->n_sent, 4);
        world_done(w);
    }
}

/* A certificate, a URL: at once, whatever the attempts. */
static void test_stop_at_faults(void **state)
{
    static const enum cvx_http_fault faults[] = {CVX_HTTP_TLS, CVX_HTTP_URL};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world *w = opened(fast());
        struct world_call *a = world_ask(w, 0, "a");

        world_fault(w, "a", faults[i]);
        assert_ended(w, a, CVX_VERDICT_STOP, CVX_EDENIED);
        assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_EDENIED);
        assert_int_equal(world_sends(w, "a"), 1);
        world_done(w);
    }
}

/* The first call uses up its attempts, and no call ever got an answer. */
static void test_no_server(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b;

    (void)state;
    w->options.retries = 2;
    w->no_connection = true;
    opened(w);
    a = world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    for (int i = 0; i < 8 && !a->done; i++) {
        if (world_is_sent(w, "a"))
            world_fault(w, "a", CVX_HTTP_CONNECT);
        else if (world_is_sent(w, "b"))
            world_fault(w, "b", CVX_HTTP_CONNECT);
        world_wait(w, 1.6);
    }
    assert_ended(w, a, CVX_VERDICT_STOP, CVX_EIO);
    assert_ended(w, b, CVX_VERDICT_STOP, CVX_EIO);
    assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_EIO);
    assert_int_equal(world_in_flight(w), 0);
    world_done(w);
}

/* The same by time, and not when an answer of any kind has come. */
static void test_no_server_by_deadline(void **state)
{
    struct world *w = fast();
    struct world_call *a;

    (void)state;
    w->options.deadline_s = 5;
    opened(w);
    a = world_ask(w, 0, "a");
    world_wait(w, 6);
    assert_ended(w, a, CVX_VERDICT_STOP, CVX_EIO);
    world_done(w);

    w = fast();
    w->options.retries = 0;
    opened(w);
    world_ask(w, 0, "b");
    reply(w, "b", 422, "");
    a = world_ask(w, 0, "a");
    world_fault(w, "a", CVX_HTTP_CONNECT);
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EIO);
    assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_OK);
    world_done(w);
}

/* What is in the cache needs no API. */
static void test_cached_after_the_stop(void **state)
{
    struct world *w = fast();

    (void)state;
    world_open_cached(w);
    world_ask(w, 0, "kept");
    reply(w, "kept", 200, "ok");
    world_ask(w, 1, "a");
    reply(w, "a", 401, "wrong key");
    assert_ended(w, world_ask(w, 2, "kept"), CVX_VERDICT_ACCEPTED, CVX_OK);
    world_done(w);
}

/* ---- the drain ---- */

static void test_drain(void **state)
{
    struct world *w = fast();
    struct world_call *sent, *lost, *limited, *queued, *backoff, *opening, *page,
        *judging;

    (void)state;
    w->options.concurrency = 4;
    opened(w);
    sent = world_ask(w, 0, "sent");
    lost = world_ask(w, 1, "lost");
    limited = world_ask(w, 2, "limited");
    backoff = world_ask(w, 3, "backoff");
    reply(w, "backoff", 500, "");
    judging = world_ask(w, 3, "judging");
    world_ask(w, 4, "next"); /* takes the place of the one that is judged */
    queued = world_ask(w, 5, "queued");
    page = world_fetch(w, "http://site/");
    world_fault(w, "http://site/", CVX_HTTP_CONNECT);
    fake_pool_hold(w->pool, true);
    opening = world_ask(w, 6, "opening");
    reply(w, "judging", 200, "ok");
    cvx_api_drain(w->api);
    world_settle(w);
    assert_ended(w, queued, CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, backoff, CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, page, CVX_VERDICT_FAILED, CVX_ECANCELED);
    fake_pool_hold(w->pool, false);
    assert_ended(w, opening, CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, judging, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_false(sent->done || lost->done || limited->done);
    assert_int_equal(world_in_flight(w), 4);
    reply(w, "next", 200, "ok");
    reply(w, "sent", 200, "ok");
    world_fault(w, "lost", CVX_HTTP_SEND);
    reply(w, "limited", 429, "");
    assert_ended(w, sent, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_ended(w, lost, CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, limited, CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, world_ask(w, 7, "late"), CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_ended(w, world_fetch(w, "http://late/"), CVX_VERDICT_FAILED, CVX_ECANCELED);
    assert_int_equal(world_counts(w).failed, 0);
    world_done(w);
}

/* ---- caps ---- */

/* 300 bytes and at most 200 tokens out are reserved at 100 + 200, and 150 are used. */
static void test_max_tokens_total(void **state)
{
    struct world *w = fast();
    struct world_call *a, *b, *c, *d;

    (void)state;
    w->options.max_tokens_total = 650;
    opened(w);
    a = world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    c = world_ask(w, 2, "c"); /* beside what is set aside for the others it has no room */
    assert_int_equal(world_in_flight(w), 2);
    reply(w, "a", 200, "ok");
    assert_int_equal(world_in_flight(w), 1); /* 150 + 300 + 300 */
    reply(w, "b", 200, "ok");
    assert_true(world_is_sent(w, "c")); /* 300 + 300 */
    d = world_ask(w, 3, "d");
    assert_false(d->done);
    reply(w, "c", 200, "ok"); /* 450 + 300: never */
    assert_ended(w, c, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_ended(w, d, CVX_VERDICT_STOP, CVX_EQUOTA);
    assert_non_null(strstr(cvx_err_top(&d->call.err), "max-tokens-total=650"));
    assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_EQUOTA);
    assert_true(a->done && b->done);
    world_done(w);
}

/* Prompt 100 tokens at 10, answer 200 at 100 a million: 0.021 reserved, 0.006 used. */
static void test_max_cost(void **state)
{
    struct world *w = fast();
    struct world_call *b, *c;

    (void)state;
    w->options.price_in = 10;
    w->options.price_out = 100;
    w->options.max_cost = 0.03;
    opened(w);
    world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    assert_int_equal(world_in_flight(w), 1); /* 0.042 */
    reply(w, "a", 200, "ok");
    assert_true(world_is_sent(w, "b"));
    assert_true(world_counts(w).cost > 0.00599 && world_counts(w).cost < 0.00601);
    c = world_ask(w, 2, "c");
    assert_int_equal(world_in_flight(w), 1);
    reply(w, "b", 200, "ok"); /* 0.012 + 0.021 */
    assert_ended(w, b, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_ended(w, c, CVX_VERDICT_STOP, CVX_EQUOTA);
    assert_non_null(strstr(cvx_err_top(&c->call.err), "max-cost=0.03"));
    world_done(w);
}

/* The caps are the run's: another lane's verdict makes room. */
static void test_caps_over_lanes(void **state)
{
    struct world *w = fast();

    (void)state;
    w->options.max_tokens_total = 500;
    opened(w);
    world_ask_as(w, 0, "a", "small", 0);
    world_ask_as(w, 1, "b", "large", 0);
    assert_int_equal(world_in_flight(w), 1);
    reply(w, "a", 200, "ok");
    assert_true(world_is_sent(w, "b"));
    reply(w, "b", 200, "ok");
    world_done(w);
}

/* ---- counting ---- */

static void test_usage_estimates(void **state)
{
    struct world *w = opened(fast());

    (void)state;
    world_ask(w, 0, "a");
    reply(w, "a", 200, "silent");
    assert_int_equal(world_counts(w).usage_estimated, 1);
    assert_int_equal(world_counts(w).tokens_in, 80);
    world_ask(w, 0, "b");
    reply(w, "b", 200, "ok");
    assert_int_equal(world_counts(w).usage_estimated, 1);
    assert_int_equal(world_counts(w).tokens_in, 180);
    world_done(w);
}

static void test_latencies(void **state)
{
    struct world *w = opened(fast());
    struct cvx_api_counts c;

    (void)state;
    for (int i = 1; i <= 10; i++) {
        world_ask(w, 0, "a");
        world_wait(w, i);
        reply(w, "a", 200, "ok");
    }
    c = world_counts(w);
    assert_true(c.latency_p50_s > 4.9 && c.latency_p50_s < 6.1);
    assert_true(c.latency_p99_s > 9.9 && c.latency_p99_s < 10.1);
    assert_int_equal(c.calls, 10);
    world_done(w);
}

/* Sending again and again, and being told to wait, is no progress. */
static void test_progress(void **state)
{
    struct world *w = opened(fast());
    int64_t at;

    (void)state;
    world_wait(w, 3);
    world_ask(w, 0, "a");
    at = cvx_loop_now(w->loop);
    assert_true(cvx_api_progress(w->api) == at);
    for (int i = 0; i < 3; i++) {
        world_reply(w, "a", i ? 429 : 500, "retry-after: 5", "");
        world_wait(w, 5.2);
    }
    assert_true(cvx_api_progress(w->api) == at);
    reply(w, "a", 200, "ok");
    assert_true(cvx_api_progress(w->api) == cvx_loop_now(w->loop));
    world_done(w);
}

/* ---- what is shown ---- */

static void test_no_key_is_shown(void **state)
{
    struct world *w = opened(fast());
    struct world_call *a = world_ask(w, 0, "a");
    char text[2048], body[1024];

    (void)state;
    snprintf(body, sizeof(body), "Incorrect API key provided: %s", WORLD_SECRET);
    reply(w, "a", 401, body);
    assert_ended(w, a, CVX_VERDICT_STOP, CVX_EDENIED);
    cvx_err_text(&a->call.err, text, sizeof(text));
    assert_non_null(strstr(text, "Incorrect API key provided: "));
    assert_null(strstr(text, WORLD_SECRET));
    assert_null(
        strstr(cvx_err_text(cvx_api_stopped(w->api), text, sizeof(text)), WORLD_SECRET));
    world_done(w);

    /* Nor the beginning of one that a message is cut in. */
    w = opened(fast());
    a = world_ask(w, 0, "a");
    memset(body, 'x', sizeof(body));
    memcpy(body + CVX_ERR_TEXT - 20, WORLD_SECRET, sizeof(WORLD_SECRET));
    reply(w, "a", 422, body);
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EIO);
    assert_null(strstr(cvx_err_text(&a->call.err, text, sizeof(text)), "sk-o"));
    world_done(w);

    w = opened(fast());
    a = world_ask(w, 0, "a");
    reply(w, "a", 200, "bad, and " WORLD_SECRET);
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EFORMAT);
    assert_null(strstr(cvx_err_text(&a->call.err, text, sizeof(text)), WORLD_SECRET));
    world_done(w);
}

/* ---- pages ---- */

static void test_pages(void **state)
{
    struct world *w = opened(fast());
    struct world_call *a = world_fetch(w, "http://site/");
    const struct cvx_http_request *r = world_on_wire(w, "http://site/")->request;

    (void)state;
    assert_null(r->body);
    assert_int_equal(r->redirects, 5);
    assert_false(r->forbid_private);
    assert_true(r->timeout_ns == 10 * CVX_NS_PER_S);
    for (const char *const *h = r->headers; *h; h++)
        assert_null(strstr(*h, WORLD_SECRET));
    world_fault(w, "http://site/", CVX_HTTP_CONNECT);
    world_wait(w, 1);
    reply(w, "http://site/", 503, "");
    world_wait(w, 2);
    reply(w, "http://site/", 200, "<p>hello");
    assert_ended(w, a, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_string_equal(a->call.reply.body.data, "<p>hello");
    assert_int_equal(a->call.reply.attempts, 3);

    a = world_fetch(w, "http://gone/?token=" WORLD_SECRET);
    reply(w, "http://gone/?token=" WORLD_SECRET, 404, "");
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EIO);
    assert_null(strstr(cvx_err_top(&a->call.err), WORLD_SECRET));

    a = world_fetch(w, "http://down/");
    for (int i = 0; i < 3; i++) {
        world_fault(w, "http://down/", CVX_HTTP_TIMEOUT);
        world_wait(w, 3);
    }
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EIO);
    a = world_fetch(w, "https://self-signed/");
    world_fault(w, "https://self-signed/", CVX_HTTP_TLS);
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_EIO);

    /* They are no calls, and stop nothing. */
    assert_int_equal(world_counts(w).attempts, 0);
    assert_int_equal(world_counts(w).calls, 0);
    assert_int_equal(cvx_api_stopped(w->api)->rc, CVX_OK);
    world_done(w);
}

static void test_pages_kept(void **state)
{
    struct world *w = fast();
    struct world_call *a;

    (void)state;
    world_open_cached(w);
    world_fetch(w, "http://site/");
    reply(w, "http://site/", 200, "<p>hello");
    world_again(w); /* a run of its own looks again */
    world_fetch(w, "http://site/");
    reply(w, "http://site/", 200, "<p>hello");
    w->env.cache.pages = true;
    world_again(w);
    a = world_fetch(w, "http://site/");
    assert_ended(w, a, CVX_VERDICT_ACCEPTED, CVX_OK);
    assert_int_equal(w->n_sent, 0);
    world_done(w);
}

/* ---- where and as whom ---- */

static void test_address_and_headers(void **state)
{
    static const struct {
        enum cvx_api_dialect dialect;
        const char *base, *url, *auth;
    } cases[] = {
        {CVX_API_OPENAI, NULL, "https://api.openai.com/v1/chat/completions",
         "Authorization: Bearer " WORLD_SECRET},
        {CVX_API_OPENAI, "http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions",
         "Authorization: Bearer " WORLD_SECRET},
        {CVX_API_AZURE_V1, "https://x.example/openai/v1",
         "https://x.example/openai/v1/chat/completions", "api-key: " WORLD_SECRET},
        {CVX_API_AZURE_CLASSIC, "https://x.example",
         "https://x.example/openai/deployments/my%20model/chat/completions"
         "?api-version=2025-01-01",
         "api-key: " WORLD_SECRET}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = fast();
        const struct world_sent *s;
        bool auth = false, organization = false, project = false;

        w->options.dialect = cases[i].dialect;
        w->options.base_url = cases[i].base;
        w->options.api_version = "2025-01-01";
        w->options.organization = "org-1";
        w->options.project = i == 0 ? "proj-1" : "";
        opened(w);
        world_ask_as(w, 0, "a", "my model", 0);
        s = world_on_wire(w, "a");
        assert_string_equal(s->url, cases[i].url);
        assert_int_equal(s->request->redirects, 0);
        for (const char *const *h = s->request->headers; *h; h++) {
            auth |= strcmp(*h, cases[i].auth) == 0;
            organization |= strcmp(*h, "OpenAI-Organization: org-1") == 0;
            project |= strncmp(*h, "OpenAI-Project", 14) == 0;
        }
        assert_true(auth && organization);
        assert_int_equal(project, i == 0);
        reply(w, "a", 200, "ok");
        world_done(w);
    }
}

static void test_no_key(void **state)
{
    struct world *w = fast();

    (void)state;
    w->options.key = NULL;
    opened(w);
    world_ask(w, 0, "a");
    for (const char *const *h = world_on_wire(w, "a")->request->headers; *h; h++)
        assert_null(strstr(*h, "Authorization"));
    reply(w, "a", 200, "ok");
    world_done(w);
}

/* A lane for each model: what one learns is not the other's. */
static void test_lanes(void **state)
{
    struct world *w = opened(fast());

    (void)state;
    world_ask_as(w, 0, "a", "one", 0);
    reply(w, "a", 400, "adapt");
    world_ask_as(w, 1, "b", "two", 0);
    assert_string_equal(world_on_wire(w, "b")->body, "b generation 0 mode 0");
    world_reply(w, "b", 429, "retry-after: 60", "");
    world_ask_as(w, 2, "c", "one", 0);
    assert_string_equal(world_on_wire(w, "c")->body, "c generation 1 mode 1");
    assert_true(cvx_api_has_room(w->api));
    reply(w, "a", 200, "ok");
    reply(w, "c", 200, "ok");
    world_wait(w, 61);
    reply(w, "b", 200, "ok");
    world_done(w);
}

/* ---- without memory ---- */

#ifdef CVX_FAULTS
/* No order can be made for them: told all the same, later, and a cancel meanwhile is fine. */
static void test_stillborn(void **state)
{
    struct world *w = opened(fast());
    struct cvx_caller *caller = cvx_api_caller(w->api);
    struct world_call *a, *b;

    (void)state;
    world_ask(w, 0, "first");
    reply(w, "first", 200, "ok");
    a = world_ask(w, 0, "a");
    b = world_ask(w, 1, "b");
    reply(w, "a", 200, "ok");
    reply(w, "b", 200, "ok");
    w->n_done = 0;
    a->done = b->done = false;
    cvx_call_done(&a->call);
    cvx_call_done(&b->call);
    cvx_mem_fail_at(0);
    caller->send(caller, &a->call);
    cvx_mem_fail_at(0);
    caller->send(caller, &b->call);
    cvx_mem_fail_at(-1);
    assert_false(a->done || b->done);
    caller->cancel(caller, &a->call);
    caller->cancel(caller, &b->call);
    assert_ended(w, a, CVX_VERDICT_FAILED, CVX_ENOMEM);
    assert_ended(w, b, CVX_VERDICT_FAILED, CVX_ENOMEM);
    assert_int_equal(w->n_sent, 3);
    world_done(w);
}
#endif

/* What makes two failures the same; each ends, whatever digits the body holds. */
static void test_fingerprint(void **state)
{
    static const struct {
        int status;
        const char *a, *b;
        bool same;
    } cases[] = {
        {502, "502 Bad Gateway", "502 Bad Gateway", true},
        {500, "request req_12ab failed", "request req_9f failed", true},
        {500, "at 12:00:01.5 it broke", "at 13:59:59.9 it broke", true},
        {500, "the model broke", "the disk broke", false},
        {500, "1", "22", true},
        {500, "", "x", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_reply a = {.status = cases[i].status}, b = a;
        struct cvx_err err;

        cvx_err_init(&err);
        cvx_buf_puts(&a.body, cases[i].a);
        cvx_buf_puts(&b.body, cases[i].b);

        struct cvx_hash x = cvx_api_fingerprint(&a, &err);
        struct cvx_hash y = cvx_api_fingerprint(&b, &err);

        assert_int_equal(memcmp(&x, &y, sizeof(x)) == 0, cases[i].same);
        b.status = 599;
        y = cvx_api_fingerprint(&b, &err);
        assert_memory_not_equal(&x, &y, sizeof(x));
        cvx_reply_done(&a);
        cvx_reply_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_stop_at_faults),
        cmocka_unit_test(test_no_server),
        cmocka_unit_test(test_no_server_by_deadline),
        cmocka_unit_test(test_cached_after_the_stop),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_max_tokens_total),
        cmocka_unit_test(test_max_cost),
        cmocka_unit_test(test_caps_over_lanes),
        cmocka_unit_test(test_usage_estimates),
        cmocka_unit_test(test_latencies),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_no_key_is_shown),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_pages_kept),
        cmocka_unit_test(test_address_and_headers),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_lanes),
#ifdef CVX_FAULTS
        cmocka_unit_test(test_stillborn),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
