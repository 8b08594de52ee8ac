/* At the limit and never over it: the lane's pure parts against scripted servers on a fake
 * clock, many seeds each. Efficiency is the analytic bound over the time it took. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gate_sim.h>

enum { SEEDS = 25 };

struct sim_case {
    const char *name;
    struct gate_case c;
    double efficiency;        /* at least, of every seed */
    size_t limited, episodes; /* at most */
};

/* A network and timers as on a busy machine, 20 ms and 3 ms. */
#define BUSY .network_s = 0.02, .late_s = 0.003, .verdict_s = 0.003
#define QUICK BUSY, .latency_s = 0.2, .spread = 0.2
#define SLOW BUSY, .latency_s = 2, .spread = 0.5
#define TOKENS .bytes = 4000, .out = 700, .max_output = 4096
#define ALL(n) .concurrency = (n), .full = true

static bool check_seed(const struct sim_case *c, uint64_t seed)
{
    struct gate_result r;

    if (!gate_sim_run(&c->c, seed, &r))
        fail_msg("%s, seed %u: no end after %.0f s", c->name, (unsigned)seed, r.wall_s);
    if (r.answered != c->c.load.calls || r.failed)
        fail_msg("%s, seed %u: %zu answered, %zu failed", c->name, (unsigned)seed,
                 r.answered, r.failed);
    if (r.limited > c->limited || r.episodes > c->episodes)
        fail_msg("%s, seed %u: %zu times 429 in %zu episodes", c->name, (unsigned)seed,
                 r.limited, r.episodes);

    double bound = c->c.server.fixed ? r.fixed_bound_s : r.bound_s;

    if (bound < c->efficiency * r.wall_s)
        fail_msg("%s, seed %u: %.2f s, the bound is %.2f s (%.3f)", c->name,
                 (unsigned)seed, r.wall_s, bound, bound / r.wall_s);
    if (r.early_s > 0)
        fail_msg("%s, seed %u: sent %.6f s before it was told", c->name, (unsigned)seed,
                 r.early_s);
    return r.in_flight <= c->c.client.concurrency;
}

static void check(const struct sim_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            assert_true(check_seed(&cases[i], seed));
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof((cases)[0]))

/* ---- announced or given: no 429 at all ---- */

static void test_announced_requests(void **state)
{
    static const struct sim_case cases[] = {
        {"6,000 a minute, a bucket of a second",
         {{.rpm = 6000, .bucket_s = 1}, {ALL(1500)}, {QUICK, .calls = 1500}},
         0.97,
         0,
         0},
        {"the same, fast answers",
         {{.rpm = 6000, .bucket_s = 1},
          {ALL(1500)},
          {BUSY, .latency_s = 0.02, .spread = 1, .calls = 1500}},
         0.97,
         0,
         0},
        {"the same, given too",
         {{.rpm = 6000, .bucket_s = 1}, {.rpm = 6000, ALL(1500)}, {QUICK, .calls = 1500}},
         0.97,
         0,
         0},
        {"the same, twice as much given",
         {{.rpm = 6000, .bucket_s = 2},
          {.rpm = 12000, ALL(1500)},
          {QUICK, .calls = 1500}},
         0.88,
         200,
         1},
        {"the same, uneven network and late timers",
         {{.rpm = 6000, .bucket_s = 1},
          {ALL(1500)},
          {.latency_s = 0.1, .network_s = 0.09, .late_s = 0.03, .calls = 1500}},
         0.96,
         0,
         0},
        {"120 a minute, a bucket of a minute",
         {{.rpm = 120, .bucket_s = 60}, {ALL(160)}, {QUICK, .calls = 160}},
         0.97,
         0,
         0},
        {"the same, resets in whole seconds",
         {{.rpm = 120, .bucket_s = 60, .announce = GATE_COARSE},
          {ALL(160)},
          {QUICK, .calls = 160}},
         0.97,
         0,
         0},
        {"the same, no resets",
         {{.rpm = 120, .bucket_s = 60, .announce = GATE_PLAIN},
          {ALL(160)},
          {QUICK, .calls = 160}},
         0.97,
         0,
         0},
        {"the same, told at the answer",
         {{.rpm = 120, .bucket_s = 60, .late_view = true},
          {ALL(160)},
          {QUICK, .calls = 160}},
         0.97,
         0,
         0},
        {"the same, few in flight at first",
         {{.rpm = 120, .bucket_s = 60}, {.concurrency = 160}, {QUICK, .calls = 160}},
         0.97,
         0,
         0},
        {"three a minute",
         {{.rpm = 3, .bucket_s = 60}, {ALL(10)}, {QUICK, .calls = 10}},
         0.97,
         0,
         0},
        {"windows of ten seconds, announced as such",
         {{.rpm = 120, .bucket_s = 10, .announce = GATE_BUCKET},
          {ALL(160)},
          {QUICK, .calls = 400}},
         0.97,
         0,
         0},
        {"the limit is never reached",
         {{.rpm = 60000, .bucket_s = 60}, {ALL(50)}, {QUICK, .calls = 1000}},
         0.85,
         0,
         0},
    };

    (void)state;
    CHECK(cases);
}

static void test_given_and_silent(void **state)
{
    static const struct sim_case cases[] = {
        {"6,000, a bucket of a second",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_SILENT},
          {.rpm = 6000, ALL(1500)},
          {QUICK, .calls = 1500}},
         0.97,
         0,
         0},
        {"600, unknown figures",
         {{.rpm = 600, .bucket_s = 1, .announce = GATE_UNKNOWN},
          {.rpm = 600, ALL(100)},
          {QUICK, .calls = 600}},
         0.97,
         0,
         0},
        {"60, a bucket of one call",
         {{.rpm = 60, .bucket_s = 1, .announce = GATE_SILENT},
          {.rpm = 60, ALL(60)},
          {.latency_s = 0.2, .network_s = 0.015, .late_s = 0.003, .calls = 60}},
         0.97,
         0,
         0},
        {"200,000 tokens",
         {{.tpm = 200000, .bucket_s = 60, .announce = GATE_SILENT},
          {.tpm = 200000, ALL(200)},
          {SLOW, TOKENS, .calls = 1000}},
         0.97,
         0,
         0},
        {"200,000 tokens and a minute's burst",
         {{.tpm = 200000, .bucket_s = 60, .announce = GATE_SILENT},
          {.tpm = 200000, .burst_s = 60, ALL(200)},
          {SLOW, TOKENS, .calls = 1000}},
         0.97,
         0,
         0},
    };

    (void)state;
    CHECK(cases);
}

static void test_announced_tokens(void **state)
{
    static const struct sim_case cases[] = {
        {"real usage is charged",
         {{.tpm = 200000, .bucket_s = 60}, {ALL(200)}, {SLOW, TOKENS, .calls = 1000}},
         0.97,
         0,
         0},
        {"both limits",
         {{.rpm = 150, .tpm = 200000, .bucket_s = 60},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 600}},
         0.97,
         0,
         0},
        {"told at the answer",
         {{.tpm = 200000, .bucket_s = 60, .late_view = true},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 1000}},
         0.97,
         0,
         0},
        {"dense text: twice the tokens that a byte was thought to be",
         {{.tpm = 200000, .bucket_s = 60},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 600, .per_byte = 0.6}},
         0.97,
         0,
         0},
        {"a bucket of ten seconds",
         {{.tpm = 200000, .bucket_s = 10}, {ALL(200)}, {SLOW, TOKENS, .calls = 600}},
         0.97,
         0,
         0},
        {"estimates are charged",
         {{.tpm = 200000, .bucket_s = 60, .estimates = true},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 600}},
         0.97,
         0,
         0},
        {"estimates are charged, the limit is given",
         {{.tpm = 200000, .bucket_s = 60, .estimates = true},
          {.tpm = 200000, ALL(200)},
          {SLOW, TOKENS, .calls = 600}},
         0.95,
         10,
         2},
        {"calls larger than the bucket",
         {{.tpm = 60000, .bucket_s = 10},
          {ALL(50)},
          {SLOW, TOKENS, .calls = 200, .huge = 15000}},
         0.97,
         0,
         0},
        {"headers are missing every other time",
         {{.rpm = 6000, .tpm = 2000000, .bucket_s = 60, .odd = 0.5},
          {ALL(500)},
          {BUSY, .latency_s = 1, .spread = 0.9, TOKENS, .calls = 3000}},
         0.90,
         0,
         0},
    };

    (void)state;
    CHECK(cases);
}

/* ---- not known at first: one episode ---- */

static void test_unknown_at_first(void **state)
{
    static const struct sim_case cases[] = {
        {"requests, told on refusals",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_ON_429},
          {ALL(200)},
          {QUICK, .calls = 1500}},
         0.95,
         200,
         1},
        {"requests, told in the text of refusals",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_TEXT},
          {ALL(200)},
          {QUICK, .calls = 1500}},
         0.95,
         200,
         1},
        {"requests, a bucket of a minute, told in the text",
         {{.rpm = 120, .bucket_s = 60, .announce = GATE_TEXT, .hint = GATE_HINT_MS},
          {ALL(200)},
          {QUICK, .calls = 300}},
         0.95,
         200,
         1},
        {"tokens, told on refusals",
         {{.tpm = 200000, .bucket_s = 60, .announce = GATE_ON_429},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 600}},
         0.95,
         200,
         1},
        {"tokens, told in the text",
         {{.tpm = 200000, .bucket_s = 60, .announce = GATE_TEXT},
          {ALL(200)},
          {SLOW, TOKENS, .calls = 600}},
         0.95,
         200,
         1},
    };

    (void)state;
    CHECK(cases);
}

/* Windows that begin anew every second, whatever is said of a minute. */
static void test_fixed_windows(void **state)
{
    static const struct sim_case cases[] = {
        {"announced",
         {{.rpm = 6000, .bucket_s = 1, .fixed = true},
          {ALL(3000)},
          {QUICK, .calls = 3000}},
         0.90,
         60,
         1},
        {"given",
         {{.rpm = 6000, .bucket_s = 1, .fixed = true, .announce = GATE_SILENT},
          {.rpm = 6000, ALL(3000)},
          {QUICK, .calls = 3000}},
         0.90,
         60,
         1},
        {"given, the server names its windows",
         {{.rpm = 6000, .bucket_s = 1, .fixed = true, .announce = GATE_BUCKET},
          {.rpm = 6000, ALL(3000)},
          {QUICK, .calls = 3000}},
         0.90,
         60,
         1},
        {"announced as if they were a minute",
         {{.rpm = 6000, .bucket_s = 1, .fixed = true, .announce = GATE_MINUTE},
          {ALL(500)},
          {QUICK, .calls = 3000}},
         0.90,
         500,
         1},
        {"a continuous bucket of a second, announced as a minute's",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_MINUTE},
          {ALL(500)},
          {QUICK, .calls = 3000}},
         0.90,
         500,
         1},
        {"windows of a minute",
         {{.rpm = 120, .bucket_s = 60, .fixed = true}, {ALL(160)}, {QUICK, .calls = 400}},
         0.85,
         10,
         2},
    };

    (void)state;
    CHECK(cases);
}

/* Nothing is ever told: concurrency alone finds its way, and every call is answered. */
static void test_never_told(void **state)
{
    static const struct sim_case cases[] = {
        {"whole seconds",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_SILENT},
          {ALL(200)},
          {QUICK, .calls = 1500}},
         0.80,
         400,
         20},
        {"milliseconds",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_SILENT, .hint = GATE_HINT_MS},
          {ALL(200)},
          {QUICK, .calls = 1500}},
         0.80,
         400,
         100},
        {"zero",
         {{.rpm = 6000, .bucket_s = 1, .announce = GATE_SILENT, .hint = GATE_HINT_ZERO},
          {ALL(200)},
          {QUICK, .calls = 1500}},
         0.55,
         400,
         20},
        {"no hint",
         {{.rpm = 120, .bucket_s = 60, .announce = GATE_SILENT, .hint = GATE_HINT_NONE},
          {ALL(200)},
          {QUICK, .calls = 300}},
         0.80,
         800,
         150},
    };

    (void)state;
    CHECK(cases);
}

/* ---- trouble ---- */

static void test_trouble(void **state)
{
    static const struct sim_case cases[] = {
        {"one in twenty fails",
         {{.rpm = 6000, .bucket_s = 1, .fault = 0.05},
          {ALL(500)},
          {QUICK, .calls = 6000}},
         0.90,
         0,
         0},
        {"the last one is in backoff",
         {{.rpm = 6000, .bucket_s = 1, .fault_last = 4},
          {ALL(500)},
          {QUICK, .calls = 300}},
         0.05,
         0,
         0},
        {"half of the quota is used by others",
         {{.rpm = 6000, .bucket_s = 2, .share = 0.5}, {ALL(500)}, {QUICK, .calls = 3000}},
         0.95,
         0,
         0},
        {"refusals count",
         {{.rpm = 6000, .bucket_s = 1, .count_refused = true, .announce = GATE_ON_429},
          {ALL(500)},
          {QUICK, .calls = 3000}},
         0.75,
         600,
         3},
        {"a refusal every second that has nothing to do with the limits",
         {{.rpm = 6000,
           .bucket_s = 1,
           .refuse_every_s = 1,
           .hint = GATE_HINT_FIXED,
           .hint_s = 0.03},
          {ALL(500)},
          {QUICK, .calls = 6000}},
         0.85,
         80,
         80},
        {"no limits",
         {{.announce = GATE_SILENT, .bucket_s = 1}, {ALL(20)}, {QUICK, .calls = 2000}},
         0.90,
         0,
         0},
        {"an announced ramp to ten times the quota",
         {{.rpm = 6000, .bucket_s = 1, .ramp_from = 0.1, .ramp_s = 60},
          {ALL(500)},
          {QUICK, .calls = 6000}},
         0.65,
         0,
         0}, /* the bound knows of no ramp: 0.68 is all there is */
        {"a ramp that nobody announces",
         {{.rpm = 6000,
           .bucket_s = 1,
           .ramp_from = 0.1,
           .ramp_s = 60,
           .announce = GATE_SILENT},
          {.rpm = 6000, ALL(500)},
          {QUICK, .calls = 6000}},
         0.25,
         200,
         40},
    };

    (void)state;
    CHECK(cases);
}

/* A refusal every two seconds of work, each asking for 89 s: every one is obeyed, and
 * concurrency is neither cut by the waiting nor kept from growing again. */
static void test_long_hints_do_not_freeze(void **state)
{
    static const struct sim_case cases[] = {
        {"89 s every 2 s",
         {{.refuse_every_s = 2,
           .announce = GATE_SILENT,
           .hint = GATE_HINT_FIXED,
           .hint_s = 89,
           .bucket_s = 1},
          {ALL(20)},
          {BUSY, .latency_s = 0.5, .spread = 0.5, .calls = 400}},
         0,
         40,
         40},
    };
    struct gate_result r;

    (void)state;
    CHECK(cases);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        assert_true(gate_sim_run(&cases[0].c, seed, &r));
        assert_true(r.limit >= 3);
        assert_true(r.wall_s < (double)(r.episodes + 1) * 95);
    }
}

/* Whether the server charges its estimate is found out. */
static void test_finds_out_what_is_charged(void **state)
{
    struct gate_case c = {
        {.tpm = 200000, .bucket_s = 60}, {ALL(200)}, {SLOW, TOKENS, .calls = 300}};
    struct gate_result r;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        c.server.estimates = false;
        assert_true(gate_sim_run(&c, seed, &r));
        assert_false(r.charges_estimate);
        c.server.estimates = true;
        assert_true(gate_sim_run(&c, seed, &r));
        assert_true(r.charges_estimate);
    }
}

/* The same seed gives the same run. */
static void test_deterministic(void **state)
{
    const struct gate_case c = {{.rpm = 600, .tpm = 90000, .bucket_s = 1, .fault = 0.1},
                                {ALL(50)},
                                {SLOW, TOKENS, .calls = 100}};
    struct gate_result a, b;

    (void)state;
    assert_true(gate_sim_run(&c, 3, &a));
    assert_true(gate_sim_run(&c, 3, &b));
    assert_true(a.wall_s == b.wall_s);
    assert_int_equal(a.attempts, b.attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_announced_requests),
        cmocka_unit_test(test_given_and_silent),
        cmocka_unit_test(test_announced_tokens),
        cmocka_unit_test(test_unknown_at_first),
        cmocka_unit_test(test_fixed_windows),
        cmocka_unit_test(test_never_told),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_long_hints_do_not_freeze),
        cmocka_unit_test(test_finds_out_what_is_charged),
        cmocka_unit_test(test_deterministic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
