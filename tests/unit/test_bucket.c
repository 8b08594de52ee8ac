/* One bucket: burst, spacing, the server's view, the length of its window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "bucket.h"

static const int64_t k_s = 1000000000, k_ms = 1000000;

/* How many of `amount` go at once at `now`. */
static unsigned drain(struct cvx_bucket *bucket, double amount, int64_t now)
{
    unsigned n = 0;

    for (; n < 100000 && cvx_bucket_wait(bucket, amount, now) == 0; n++)
        cvx_bucket_take(bucket, amount, now);
    return n;
}

static void close_to(double is, double wanted, double by)
{
    if (!(fabs(is - wanted) <= by))
        fail_msg("%.9g, not %.9g", is, wanted);
}

/* Burst and margin: a tenth of a second of quota always stays. */
static void test_burst(void **state)
{
    static const struct {
        double per_minute, burst_s;
        unsigned at_once;
        double per_s;
    } cases
        [] =
            {
                {6000, 1, 90, 100}, {6000, 2, 190, 100}, {6000, 0.1, 5, 100},
                {600, 1, 9, 10},    {120, 1, 1, 2},      {120, 60, 119, 2},
                {60, 1, 1, 0.98}, /* no room for a margin */
                {30, 1, 1, 0.49},   {3, 1, 1, 0.049},
            };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_bucket bucket;

        cvx_bucket_init(&bucket, cases[i].per_minute, cases[i].burst_s, 1, 5 * k_s);
        assert_int_equal(drain(&bucket, 1, 5 * k_s), cases[i].at_once);
        close_to(cvx_bucket_rate(&bucket), cases[i].per_s, 1e-9);
    }
}

/* Beyond the burst calls are evenly spread: never early, and no ns later than needed. */
static void test_spacing(void **state)
{
    static const double rates[] = {6000, 601, 77, 1e6, 0.7};

    (void)state;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        struct cvx_bucket bucket;
        int64_t now = 17, start = 0;

        cvx_bucket_init(&bucket, rates[i], 1, 1, now);
        drain(&bucket, 1, now);
        start = now;
        for (int k = 0; k < 1000; k++) {
            int64_t wait = cvx_bucket_wait(&bucket, 1, now);

            assert_true(wait > 0);
            assert_true(cvx_bucket_wait(&bucket, 1, now + wait - wait / 50) > 0);
            now += wait;
            assert_int_equal(cvx_bucket_wait(&bucket, 1, now), 0);
            cvx_bucket_take(&bucket, 1, now);
        }

        double expected = 999 / cvx_bucket_rate(&bucket);

        assert_true((double)(now - start) / 1e9 >= expected * (1 - 1e-6));
        assert_true((double)(now - start) / 1e9 <=
                    (expected + 2 / cvx_bucket_rate(&bucket)));
    }
}

static void test_unknown_is_free(void **state)
{
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 0, 1, 1, 0);
    assert_int_equal(drain(&bucket, 1, 0), 100000);
    assert_int_equal(cvx_bucket_limit(&bucket), 0);
}

/* A clock that stands still or steps back refills nothing. */
static void test_clock(void **state)
{
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 6000, 1, 1, k_s);
    drain(&bucket, 1, k_s);
    assert_int_equal(drain(&bucket, 1, k_s), 0);
    assert_int_equal(drain(&bucket, 1, 0), 0);
    assert_int_equal(drain(&bucket, 1, k_s + 10 * k_ms), 1);
    /* nor does an age without calls fill it beyond its size */
    assert_int_equal(drain(&bucket, 1, INT64_MAX / 2), 90);
}

/* Tokens: a call above the burst goes at once when all is full, the next when all of it is
 * refilled: level is debt, not credit. */
static void test_large_calls(void **state)
{
    struct cvx_bucket bucket;
    int64_t now = 0;

    (void)state;
    cvx_bucket_init(&bucket, 60000, 1, 0, 0); /* 1,000 a second */
    assert_int_equal(cvx_bucket_wait(&bucket, 2000, 0), CVX_BUCKET_JITTER_NS * 0);
    cvx_bucket_take(&bucket, 2000, 0);
    for (int i = 0; i < 20; i++) {
        int64_t wait = cvx_bucket_wait(&bucket, 2000, now);

        now += wait;
        cvx_bucket_take(&bucket, 2000, now);
    }
    close_to((double)now / 1e9, 40, 0.2);
}

/* ---- the server's view ---- */

static struct cvx_bucket_sent alone(int64_t at, double own, double sum)
{
    return (struct cvx_bucket_sent){
        .at = at, .own = own, .before = sum - own, .until = sum, .now = sum};
}

static struct cvx_rate told(double limit, double remaining, double reset_s)
{
    return (struct cvx_rate){limit, remaining, reset_s};
}

/* The first reply tells of a full minute: all of it may go. */
static void test_announced_bucket(void **state)
{
    struct cvx_rate rate = told(120, 119, 0.5);
    struct cvx_bucket_sent sent = alone(0, 1, 1);
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 0, 1, 1, 0);
    cvx_bucket_take(&bucket, 1, 0);
    assert_true(cvx_bucket_observe(&bucket, &rate, &sent, 200 * k_ms));
    close_to(cvx_bucket_limit(&bucket), 2, 1e-9);
    assert_int_equal(drain(&bucket, 1, 200 * k_ms), 118);
    close_to(bucket.largest, 120, 1e-9);
    /* and then evenly */
    close_to((double)cvx_bucket_wait(&bucket, 1, 200 * k_ms) / 1e9, 0.1, 1e-6);
}

/* A minute's limit with a bucket of a second: only what is really left. */
static void test_honest_small_bucket(void **state)
{
    struct cvx_rate rate = told(6000, 99, 0.01);
    struct cvx_bucket_sent sent = alone(0, 1, 1);
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 0, 5, 1, 0); /* the user would allow five seconds */
    cvx_bucket_take(&bucket, 1, 0);
    cvx_bucket_observe(&bucket, &rate, &sent, 50 * k_ms);
    close_to(cvx_bucket_limit(&bucket), 100, 1e-9);
    assert_in_range(drain(&bucket, 1, 50 * k_ms), 85, 90);
}

/* What was sent about the same time or later is taken off before the level is raised. */
static void test_raise_counts_what_is_out(void **state)
{
    struct cvx_rate rate = told(6000, 4000, 20);
    struct cvx_bucket_sent sent = {
        .at = 0, .own = 1, .before = 0, .until = 50, .now = 150};
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 0, 1, 1, 0);
    for (int i = 0; i < 150; i++)
        cvx_bucket_take(&bucket, 1, 0);
    cvx_bucket_observe(&bucket, &rate, &sent, k_s);
    close_to(cvx_bucket_level(&bucket, k_s), 4000 - 149, 1e-6);
}

/* The user's own limit is the lower: a fuller bucket of the server's is none of ours. */
static void test_users_limit_holds(void **state)
{
    struct cvx_rate rate = told(6000, 5999, 0.01);
    struct cvx_bucket_sent sent = alone(0, 1, 1);
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 60, 1, 1, 0);
    cvx_bucket_take(&bucket, 1, 0);
    cvx_bucket_observe(&bucket, &rate, &sent, 10 * k_ms);
    close_to(cvx_bucket_limit(&bucket), 1, 1e-9);
    assert_int_equal(drain(&bucket, 1, 10 * k_ms), 0);
    /* equal limits: it is */
    cvx_bucket_init(&bucket, 6000, 1, 1, 0);
    cvx_bucket_take(&bucket, 1, 0);
    cvx_bucket_observe(&bucket, &rate, &sent, 10 * k_ms);
    assert_true(drain(&bucket, 1, 10 * k_ms) > 5900);
}

/* An announced limit whose window is only assumed does not overrule the user's word; one that
 * is proven does. */
static void test_users_limit_and_windows(void **state)
{
    struct cvx_rate near_full = told(20, 19, 0.5), low = told(60, 20, 40);
    struct cvx_bucket_sent sent = alone(0, 1, 1);
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 120, 1, 1, 0);
    cvx_bucket_observe(&bucket, &near_full, &sent, 10 * k_ms);
    close_to(cvx_bucket_limit(&bucket), 2, 1e-9);
    cvx_bucket_observe(&bucket, &low, &sent, 20 * k_ms);
    close_to(cvx_bucket_limit(&bucket), 1, 1e-9);
}

/* The lower counts; but a reply from long ago says nothing of what was refilled since. */
static void test_lowered(void **state)
{
    static const struct {
        double remaining;
        int64_t sent, now;
        double after; /* sent since */
        double level;
    } cases[] = {
        {0, 0, 0, 0, 0},    {30, 0, 0, 0, 30},  {89.5, 0, 0, 0, 90}, {30, 0, 1, 0, 80},
        {30, 0, 1, 60, 30}, {30, 0, 1, 20, 60}, {200, 0, 0, 0, 90},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_rate rate = told(6000, cases[i].remaining, -1);
        struct cvx_bucket_sent sent = alone(cases[i].sent * k_s, 1, 1);
        struct cvx_bucket bucket;

        cvx_bucket_init(&bucket, 6000, 1, 1, 0);
        bucket.at = cases[i].now * k_s / 2;
        cvx_bucket_take(&bucket, 10, cases[i].now * k_s / 2);
        bucket.at = cases[i].now * k_s;
        sent.now += cases[i].after;
        sent.before = -1000; /* never raised here */
        cvx_bucket_observe(&bucket, &rate, &sent, cases[i].now * k_s / 2);
        if (cases[i].now == 0)
            close_to(cvx_bucket_level(&bucket, 0), cases[i].level, 1e-9);
        else /* half a second of refill counts */
            close_to(cvx_bucket_level(&bucket, cases[i].now * k_s / 2),
                     fmin(90, cases[i].remaining + fmax(0, 50 - cases[i].after)), 1e-9);
    }
}

/* Nothing left may mean a debt: it never raises. */
static void test_zero_does_not_raise(void **state)
{
    struct cvx_rate rate = told(60000, 0, 30);
    struct cvx_bucket_sent sent = alone(0, 15000, 15000);
    struct cvx_bucket bucket;

    (void)state;
    cvx_bucket_init(&bucket, 60000, 1, 0, 0);
    cvx_bucket_take(&bucket, 500, 0);
    cvx_bucket_take(&bucket, 15000, 0);
    cvx_bucket_observe(&bucket, &rate, &sent, 0);
    assert_true(cvx_bucket_level(&bucket, 0) < -400);
}

/* ---- slower ---- */

static void test_slow_and_recover(void **state)
{
    struct cvx_bucket bucket;
    int64_t now = 0;

    (void)state;
    cvx_bucket_init(&bucket, 600, 1, 1, 0);
    cvx_bucket_slow(&bucket, now);
    close_to(cvx_bucket_rate(&bucket), 9.7, 1e-9);
    assert_int_equal(drain(&bucket, 1, now), 1);
    assert_int_equal(drain(&bucket, 1, now + 3600 * k_s), 1);
    now += 3600 * k_s;
    cvx_bucket_slow(&bucket, now);
    close_to(cvx_bucket_rate(&bucket), 9.7 * 0.8, 1e-9);
    cvx_bucket_recover(&bucket, now + 9 * k_s);
    close_to(cvx_bucket_rate(&bucket), 9.7 * 0.8, 1e-9);
    for (int i = 0; i < 10; i++)
        cvx_bucket_recover(&bucket, now += 10 * k_s);
    close_to(cvx_bucket_rate(&bucket), 9.7, 1e-9); /* and no further */
    for (int i = 0; i < 100; i++)
        cvx_bucket_slow(&bucket, now);
    assert_true(cvx_bucket_rate(&bucket) >= 0.4); /* never to a stop */
}

/* A late timer costs no quota even then. */
static void test_single_late_timer(void **state)
{
    struct cvx_bucket bucket;
    int64_t now = 0;
    unsigned sent = 0;

    (void)state;
    cvx_bucket_init(&bucket, 6000, 1, 1, 0);
    cvx_bucket_slow(&bucket, 0);
    while (now < 100 * k_s) {
        sent += drain(&bucket, 1, now);
        now += cvx_bucket_wait(&bucket, 1, now) + 8 * k_ms;
    }
    assert_in_range(sent, 9600, 9703);
}

/* ---- windows ---- */

struct pair {
    double remaining, reset_s;
};

static void feed(struct cvx_window *window, double limit, const struct pair *pairs,
                 size_t n)
{
    *window = (struct cvx_window){.anchor_reset_s = -1};
    for (size_t i = 0; i < n; i++) {
        struct cvx_rate rate = {limit, pairs[i].remaining, pairs[i].reset_s};

        cvx_window_observe(window, &rate);
    }
}

/* A bucket of `capacity` refilled at `per_s`, seen at falling levels. */
static void feed_line(struct cvx_window *window, double limit, double capacity,
                      double per_s, double grain_s)
{
    struct pair pairs[30];

    for (int i = 0; i < 30; i++) {
        double level = capacity * (1 - (i + 1) / 31.0);

        pairs[i].remaining = floor(level);
        pairs[i].reset_s = ceil((capacity - level) / per_s / grain_s) * grain_s;
    }
    feed(window, limit, pairs, 30);
}

static void test_windows(void **state)
{
    static const struct {
        double limit, capacity, per_s, grain_s;
        double from, to;
        bool confirmed;
    } cases[] = {
        {5000, 5000, 5000 / 60.0, 0.001, 83.3, 83.4, true}, /* OpenAI */
        {160000, 160000, 160000 / 60.0, 0.001, 2666, 2667, true},
        {6000, 100, 100, 0.001, 99.9, 100.1, true}, /* a second's bucket, honestly told */
        {200, 200, 20, 0.001, 18, 20, true},        /* a window of ten seconds */
        {1000, 1000, 100, 1, 80, 100, true},        /* the same, in whole seconds */
        {14400, 14400, 1 / 6.0, 0.001, 0.15, 0.17, true}, /* a limit per day */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_window window;

        feed_line(&window, cases[i].limit, cases[i].capacity, cases[i].per_s,
                  cases[i].grain_s);
        if (!(window.rate >= cases[i].from && window.rate <= cases[i].to))
            fail_msg("case %zu: %.6g a second", i, window.rate);
        assert_int_equal(window.confirmed, cases[i].confirmed);
    }
}

/* Whatever does not fit a bucket leaves the assumption of a minute alone. */
static void test_no_window(void **state)
{
    struct pair fixed[60], constant[60], garbage[60];
    struct cvx_window window;
    unsigned random = 1;

    (void)state;
    for (int i = 0; i < 60; i++) {
        /* fixed windows of a second: both fall, then both jump back */
        fixed[i] = (struct pair){99 - i % 20 * 4.0, 1 - i % 20 * 0.05};
        constant[i] = (struct pair){5000 - i * 50.0, 1};
        random = random * 1664525u + 1013904223u;
        garbage[i] = (struct pair){random % 6000, (random >> 13) % 1000 / 100.0};
    }
    feed(&window, 6000, fixed, 60);
    close_to(window.rate, 100, 1e-9);
    feed(&window, 6000, constant, 60);
    close_to(window.rate, 100, 1e-9);
    assert_false(window.confirmed);
    feed(&window, 6000, garbage, 60);
    close_to(window.rate, 100, 1e-9);
}

/* A new limit is a new window; incomplete headers change nothing. */
static void test_window_changes(void **state)
{
    static const struct pair partial[] = {{-1, 5}, {50, -1}, {-1, -1}};
    struct cvx_rate other = {12000, 11000, 5};
    struct cvx_window window;

    (void)state;
    feed_line(&window, 200, 200, 20, 0.001);
    cvx_window_observe(&window, &other);
    close_to(window.rate, 200, 1e-9);
    feed(&window, 600, partial, 3);
    close_to(window.rate, 10, 1e-9);
    assert_false(window.confirmed);
    feed(&window, -1, partial, 3);
    close_to(window.rate, 0, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_burst),
        cmocka_unit_test(test_spacing),
        cmocka_unit_test(test_unknown_is_free),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_large_calls),
        cmocka_unit_test(test_announced_bucket),
        cmocka_unit_test(test_honest_small_bucket),
        cmocka_unit_test(test_raise_counts_what_is_out),
        cmocka_unit_test(test_users_limit_holds),
        cmocka_unit_test(test_users_limit_and_windows),
        cmocka_unit_test(test_lowered),
        cmocka_unit_test(test_zero_does_not_raise),
        cmocka_unit_test(test_slow_and_recover),
        cmocka_unit_test(test_single_late_timer),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_no_window),
        cmocka_unit_test(test_window_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
