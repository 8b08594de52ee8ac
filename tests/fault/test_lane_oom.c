/* Memory runs out at every point of the API side: each call ends all the same, says so, and
 * nothing is left behind. */
#include <torture.h>

#include <string.h>

#include <lane_world.h>

static struct world g_w;

/* Ends what is still on the wire or waits, whatever came of it. */
static int finish(struct world *w)
{
    int rc = CVX_OK;

    cvx_api_drain(w->api);
    world_settle(w);
    for (size_t i = 0; i < w->n_calls; i++) {
        if (!w->calls[i].done)
            world_cancel(w, &w->calls[i]);
        assert_true(w->calls[i].done);
        if (w->calls[i].call.err.rc == CVX_ENOMEM)
            rc = CVX_ENOMEM;
    }
    assert_int_equal(world_counts(w).bytes, 0);
    return rc;
}

static int close_with(struct world *w, int rc)
{
    world_done(w);
    return rc;
}

static void reply_if_sent(struct world *w, const char *text, int status, const char *body)
{
    if (world_is_sent(w, text))
        world_reply(w, text, status, "x-request-id: 1", body);
}

/* Retried, limited, stepped down, joined, repaired, refused, canceled. */
static int body(void)
{
    struct world *w = &g_w;
    struct cvx_err err;
    int rc;

    world_init(w);
    scratch_make(&w->scratch);
    scratch_path(&w->scratch, ".cvextract", w->folder, sizeof(w->folder));
    w->options.rpm = 600000;
    w->env.cache.folder = w->folder;
    rc = world_open(w, &err);
    if (rc)
        return close_with(w, (int)err.rc == rc ? rc : CVX_EINTERNAL);
    world_ask(w, 0, "a");
    world_ask(w, 1, "a");
    world_ask(w, 2, "b");
    world_ask(w, 3, "c");
    world_ask_as(w, 4, "d", "another", 0);
    reply_if_sent(w, "a", 500, "no");
    reply_if_sent(w, "b", 400, "adapt");
    reply_if_sent(w, "c", 429, "slow");
    world_wait(w, 3);
    reply_if_sent(w, "a", 200, "ok");
    reply_if_sent(w, "b", 200, "repair");
    reply_if_sent(w, "c", 200, "bad");
    reply_if_sent(w, "d", 422, "no " WORLD_SECRET);
    world_fetch(w, "http://site/");
    reply_if_sent(w, "http://site/", 200, "<p>");
    return close_with(w, finish(w));
}

/* As torture(), but for what may be lost without a word: a sample of the latencies, the
 * comparison of two failures, the words of one. */
static void test_lane(void **state)
{
    long n, told = 0;

    (void)state;
    cvx_mem_fail_at(-1);
    assert_int_equal(body(), CVX_OK);
    n = cvx_mem_count();
    for (long i = 0; i < n; i++) {
        int rc;

        cvx_mem_fail_at(i);
        rc = body();
        cvx_mem_fail_at(-1);
        if (rc != CVX_OK && rc != CVX_ENOMEM)
            fail_msg("allocation %ld of %ld failed, the answer was %d", i, n, rc);
        told += rc == CVX_ENOMEM;
    }
    assert_true(n > 60);
    assert_true(told > n * 3 / 4);
    assert_int_equal(body(), CVX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lane)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
