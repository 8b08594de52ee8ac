/* The gates of a lane: the first call alone, pauses, 429 in every form, settlement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "limiter.h"

static const int64_t k_s = 1000000000, k_ms = 1000000;
static const struct cvx_limiter_need k_need = {.prompt_bytes = 3000, .max_output = 4096};
static const struct cvx_rate k_untold = {-1, -1, -1};

static struct cvx_limiter *make(double rpm, double tpm)
{
    const struct cvx_limiter_options options = {
        .rpm = rpm, .tpm = tpm, .burst_s = 1, .output_cap = 2048};
    struct cvx_limiter *limiter = cvx_limiter_new(&options, 0);

    assert_non_null(limiter);
    return limiter;
}

static struct cvx_rates told(int status)
{
    return (struct cvx_rates){.status = status,
                              .requests = k_untold,
                              .tokens = k_untold,
                              .retry_after_s = -1,
                              .should_retry = -1};
}

static struct cvx_limiter_view look(const struct cvx_limiter *limiter, int64_t now)
{
    struct cvx_limiter_view view;

    cvx_limiter_look(limiter, now, &view);
    return view;
}

static struct cvx_limiter_ticket take(struct cvx_limiter *limiter, int64_t now)
{
    struct cvx_limiter_ticket ticket;

    cvx_limiter_take(limiter, &k_need, cvx_limiter_estimate(limiter, &k_need), now,
                     &ticket);
    return ticket;
}

static unsigned drain(struct cvx_limiter *limiter, int64_t now)
{
    unsigned n = 0;
    double tokens = cvx_limiter_estimate(limiter, &k_need);

    for (; n < 10000 && cvx_limiter_wait(limiter, tokens, now) == 0; n++)
        take(limiter, now);
    return n;
}

static void close_to(double is, double wanted, double by)
{
    if (!(fabs(is - wanted) <= by))
        fail_msg("%.9g, not %.9g", is, wanted);
}

/* ---- the first call alone ---- */

static void test_alone_until_told(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);

    (void)state;
    assert_int_equal(cvx_limiter_wait(limiter, 1000, 0), 0);

    struct cvx_limiter_ticket ticket = take(limiter, 0);

    assert_int_equal(cvx_limiter_wait(limiter, 1000, 0), INT64_MAX);
    assert_int_equal(cvx_limiter_wait(limiter, 1000, 3600 * k_s), INT64_MAX);
    rates.requests = (struct cvx_rate){6000, 99, 0.01};
    cvx_limiter_learn(limiter, &ticket, &rates, 50 * k_ms);
    assert_in_range(drain(limiter, 50 * k_ms), 85, 90);
    close_to(look(limiter, 50 * k_ms).rpm, 6000, 1e-6);
    cvx_limiter_free(limiter);
}

/* A good answer without a word of limits: there are none. */
static void test_none_announced(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);

    (void)state;

    struct cvx_limiter_ticket ticket = take(limiter, 0);

    cvx_limiter_learn(limiter, &ticket, &rates, k_s);
    assert_int_equal(drain(limiter, k_s), 10000);
    close_to(look(limiter, k_s).rpm, 0, 0);
    cvx_limiter_free(limiter);
}

/* An error, or no answer at all, proves little: another goes alone, a few times. */
static void test_errors_prove_little(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(502);

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct cvx_limiter_ticket ticket = take(limiter, i * k_s);

        cvx_limiter_learn(limiter, &ticket, NULL, i * k_s + k_ms);
        cvx_limiter_settle(limiter, &ticket, NULL, i * k_s + k_ms);
        assert_int_equal(cvx_limiter_wait(limiter, 1000, i * k_s + k_ms), 0);
    }
    for (int i = 20; i < 23; i++) {
        struct cvx_limiter_ticket ticket = take(limiter, i * k_s);

        assert_int_equal(cvx_limiter_wait(limiter, 1000, i * k_s), INT64_MAX);
        cvx_limiter_learn(limiter, &ticket, &rates, i * k_s + k_ms);
        cvx_limiter_settle(limiter, &ticket, NULL, i * k_s + k_ms);
    }
    assert_true(drain(limiter, 30 * k_s) > 100);
    cvx_limiter_free(limiter);
}

/* A ticket that is only settled (its call was canceled) does not block the lane. */
static void test_canceled_probe(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);

    (void)state;

    struct cvx_limiter_ticket ticket = take(limiter, 0);

    cvx_limiter_settle(limiter, &ticket, NULL, k_ms);
    assert_int_equal(cvx_limiter_wait(limiter, 1000, k_ms), 0);
    cvx_limiter_free(limiter);
}

/* With one limit given there is no need to go alone. */
static void test_given(void **state)
{
    struct cvx_limiter *limiter = make(6000, 0);

    (void)state;
    assert_int_equal(drain(limiter, 0), 90);
    cvx_limiter_free(limiter);
    limiter = make(0, 600000); /* 10,000 a second; a call is 3,048 */
    assert_int_equal(drain(limiter, 0), 2);
    cvx_limiter_free(limiter);
}

/* ---- out of order ---- */

static void test_older_replies_are_ignored(void **state)
{
    struct cvx_limiter *limiter = make(6000, 0);
    struct cvx_rates old = told(200), new = told(200);
    struct cvx_limiter_ticket first = take(limiter, 0), second = take(limiter, k_s);

    (void)state;
    new.requests = (struct cvx_rate){6000, 50, -1};
    old.requests = (struct cvx_rate){6000, 3, -1};
    cvx_limiter_learn(limiter, &second, &new, k_s);
    close_to(look(limiter, k_s).requests, 50, 1);
    cvx_limiter_learn(limiter, &first, &old, k_s);
    close_to(look(limiter, k_s).requests, 50, 1);
    cvx_limiter_free(limiter);
}

/* ---- 429 ---- */

static const struct {
    double hint_s;
    double pause_s; /* at 6,000 a minute given */
} k_hints[] = {
    {-1, 1 / 97.0}, {0, 1 / 97.0}, {0.25, 0.25},   {0.001, 0.001},
    {20, 20},       {89, 89},      {86400, 86400},
};

static void test_pause(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_hints) / sizeof(k_hints[0]); i++) {
        struct cvx_limiter *limiter = make(6000, 0);
        struct cvx_limiter_ticket ticket = take(limiter, 0);
        struct cvx_rates rates = told(429);

        rates.retry_after_s = k_hints[i].hint_s;

        int64_t wait = cvx_limiter_limited(limiter, &ticket, &rates, k_s);
        int64_t until = k_s + wait;

        close_to((double)wait / 1e9, k_hints[i].pause_s, 1e-6);
        assert_true((double)wait >= k_hints[i].hint_s * 1e9);
        assert_int_equal(look(limiter, k_s).paused_ns, wait);
        assert_true(cvx_limiter_wait(limiter, 0, until - 1) >= 1);
        assert_true(cvx_limiter_wait(limiter, 0, until) <= 11 * k_ms);
        assert_int_equal(look(limiter, until).paused_ns, 0);
        cvx_limiter_free(limiter);
    }
}

/* The latest instant counts, whoever named it. */
static void test_latest_pause(void **state)
{
    struct cvx_limiter *limiter = make(6000, 0);

    (void)state;
    cvx_limiter_pause(limiter, 5 * k_s);
    cvx_limiter_pause(limiter, 3 * k_s);
    assert_int_equal(cvx_limiter_wait(limiter, 0, k_s), 4 * k_s);
    cvx_limiter_pause(limiter, 9 * k_s);
    assert_int_equal(cvx_limiter_wait(limiter, 0, k_s), 8 * k_s);
    assert_int_equal(cvx_limiter_wait(limiter, 0, 9 * k_s), 0);
    cvx_limiter_free(limiter);
}

/* Refused in spite of room: the window is shorter. Burst of one call, 0.97 of the limit; the
 * other refusals of the same burst change nothing; refused again: slower still. */
static void test_shorter_window(void **state)
{
    struct cvx_limiter *limiter = make(6000, 0);
    struct cvx_limiter_ticket tickets[50];
    struct cvx_rates rates = told(429);
    int64_t now = 10 * k_ms;

    (void)state;
    rates.retry_after_s = 1;
    for (int i = 0; i < 50; i++)
        tickets[i] = take(limiter, 0);
    for (int i = 0; i < 50; i++)
        cvx_limiter_limited(limiter, &tickets[i], &rates, now);

    struct cvx_limiter_view view = look(limiter, now);

    assert_true(view.single_burst);
    close_to(view.pace, 0.97, 1e-9);
    assert_int_equal(view.episodes, 1);
    assert_int_equal(view.limited, 50);
    now += k_s;
    assert_in_range(drain(limiter, now), 1, 3);
    tickets[0] = take(limiter, now);
    cvx_limiter_limited(limiter, &tickets[0], &rates, now + k_ms);
    view = look(limiter, now);
    close_to(view.pace, 0.97 * 0.8, 1e-9);
    assert_int_equal(view.episodes, 2);
    cvx_limiter_free(limiter);
}

/* A long bucket that says it is empty explains itself, once. */
static void test_explained(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);
    struct cvx_limiter_ticket ticket = take(limiter, 0);

    (void)state;
    rates.requests = (struct cvx_rate){600, 300, 30}; /* others took the half */
    cvx_limiter_learn(limiter, &ticket, &rates, k_ms);
    ticket = take(limiter, k_s);
    rates = told(429);
    rates.requests = (struct cvx_rate){600, 0, 60};
    cvx_limiter_limited(limiter, &ticket, &rates, 2 * k_s);
    assert_false(look(limiter, 2 * k_s).single_burst);
    close_to(look(limiter, 2 * k_s).requests, 0, 1e-9);
    ticket = take(limiter, 9 * k_s);
    cvx_limiter_limited(limiter, &ticket, &rates, 9 * k_s);
    assert_true(look(limiter, 9 * k_s).single_burst);
    cvx_limiter_free(limiter);
}

/* What ran out is slowed, the other goes on as before. */
static void test_what_is_spent(void **state)
{
    static const enum cvx_rates_spent spent[] = {CVX_RATES_REQUESTS, CVX_RATES_TOKENS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct cvx_limiter *limiter = make(600, 6e6);
        struct cvx_limiter_ticket ticket = take(limiter, 0);
        struct cvx_rates rates = told(429);

        rates.spent = spent[i];
        cvx_limiter_limited(limiter, &ticket, &rates, k_ms);

        struct cvx_limiter_view view = look(limiter, k_ms);

        assert_int_equal(view.requests < 1, i == 0);
        assert_int_equal(view.tokens < 1, i == 1);
        cvx_limiter_free(limiter);
    }
}

/* A server that tells its limit only when it refuses: one episode, then its pace. */
static void test_learnt_from_a_429(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_limiter_ticket ticket = take(limiter, 0), burst[200];
    struct cvx_rates rates = told(200);

    (void)state;
    cvx_limiter_learn(limiter, &ticket, &rates, k_ms);
    for (int i = 0; i < 200; i++)
        burst[i] = take(limiter, k_s);
    rates = told(429);
    rates.requests.limit = 6000; /* from the text */
    rates.spent = CVX_RATES_REQUESTS;
    rates.retry_after_s = 1;
    for (int i = 100; i < 200; i++)
        cvx_limiter_limited(limiter, &burst[i], &rates, k_s + i * k_ms / 10);

    struct cvx_limiter_view view = look(limiter, 3 * k_s);

    close_to(view.rpm, 6000, 1e-6);
    close_to(view.pace, 1, 1e-9);
    assert_false(view.single_burst);
    assert_int_equal(view.episodes, 1);
    assert_in_range(drain(limiter, 3 * k_s), 80, 90);
    cvx_limiter_free(limiter);
}

/* Nothing is known and nothing told: the guess grows while no answer comes, and is small
 * again after one. */
static void test_blind_pauses(void **state)
{
    static const double pauses_s[] = {1, 2, 4, 8, 16, 20, 20};
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates refused = told(429), good = told(200);
    int64_t now = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
        struct cvx_limiter_ticket ticket = take(limiter, now);
        int64_t wait = cvx_limiter_limited(limiter, &ticket, &refused, now + k_ms);

        close_to((double)wait / 1e9, pauses_s[i], 1e-6);
        now += k_ms + wait;
    }

    struct cvx_limiter_ticket ticket = take(limiter, now);

    cvx_limiter_learn(limiter, &ticket, &good, now + k_ms);
    ticket = take(limiter, now + 2 * k_ms);
    close_to((double)cvx_limiter_limited(limiter, &ticket, &refused, now + 3 * k_ms) /
                 1e9,
             1, 1e-6);
    cvx_limiter_free(limiter);
}

/* ---- settlement ---- */

/* 60,000 tokens a minute given, 3,048 reserved. */
/* "Retry-After: 0" is believed each time: the wait of a guess that proved too short doubles,
 * that of a word of the server's does not. */
static void test_zero_hint(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates now_please = told(429), silent = told(429);
    int64_t now = 0, wait = 0;

    (void)state;
    now_please.retry_after_s = 0;
    for (int i = 0; i < 8; i++) {
        struct cvx_limiter_ticket ticket = take(limiter, now);

        wait = cvx_limiter_limited(limiter, &ticket, &now_please, now + k_ms);
        assert_true(wait > 0 && wait <= k_s);
        now += k_ms + wait;
    }

    struct cvx_limiter_ticket ticket = take(limiter, now);

    assert_true(cvx_limiter_limited(limiter, &ticket, &silent, now + k_ms) > 2 * wait);
    cvx_limiter_free(limiter);
}

static void test_settle(void **state)
{
    static const struct {
        struct cvx_usage usage;
        bool failed;
        double back;
    } cases[] = {
        {{.in = 1000, .out = 48}, false, 2000},
        {{.in = 1000, .out = 2048}, false, 0},
        {{.in = 3000, .out = 2048}, false, -2000},
        {{.in = 10, .out = 10, .estimated = true}, false, 0},
        {{0}, true, 3048},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_limiter *limiter = make(0, 600000);
        struct cvx_limiter_ticket ticket = take(limiter, 0), other = take(limiter, 0);
        double before = look(limiter, 0).tokens;

        close_to(ticket.tokens, 3048, 1e-6);
        cvx_limiter_settle(limiter, &ticket, cases[i].failed ? NULL : &cases[i].usage, 0);
        close_to(look(limiter, 0).tokens - before, cases[i].back, 1e-6);
        (void)other;
        cvx_limiter_free(limiter);
    }
}

/* A request is never given back: servers count failed ones. */
static void test_requests_stay_spent(void **state)
{
    struct cvx_limiter *limiter = make(600, 0);
    struct cvx_limiter_ticket ticket = take(limiter, 0);
    double before = look(limiter, 0).requests;

    (void)state;
    cvx_limiter_learn(limiter, &ticket, NULL, 0);
    cvx_limiter_settle(limiter, &ticket, NULL, 0);
    close_to(look(limiter, 0).requests, before, 1e-9);
    cvx_limiter_free(limiter);
}

/* The server's view already knows what a call really took: nothing comes back twice. */
static void test_no_double_refund(void **state)
{
    struct cvx_usage usage = {.in = 1000, .out = 500};
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);
    struct cvx_limiter_ticket ticket = take(limiter, 0);

    (void)state;
    rates.tokens = (struct cvx_rate){200000, 198500, 0.45};
    cvx_limiter_learn(limiter, &ticket, &rates, 100 * k_ms);
    close_to(look(limiter, 100 * k_ms).tokens, 198500, 1);
    cvx_limiter_settle(limiter, &ticket, &usage, 100 * k_ms);
    close_to(look(limiter, 100 * k_ms).tokens, 198500, 1);
    assert_false(look(limiter, 0).charges_estimate);
    close_to(look(limiter, 0).bytes_to_tokens, 1.0 / 3, 1e-9);
    cvx_limiter_free(limiter);
}

/* The first call cost prompt and cap: then that is what every call costs, for good. */
static void test_charged_estimates(void **state)
{
    struct cvx_usage usage = {.in = 1000, .out = 500};
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);
    struct cvx_limiter_ticket ticket = take(limiter, 0);

    (void)state;
    rates.tokens = (struct cvx_rate){200000, 200000 - 5096, 1.529};
    cvx_limiter_learn(limiter, &ticket, &rates, 100 * k_ms);
    assert_true(look(limiter, 0).charges_estimate); /* before the verdict */
    cvx_limiter_settle(limiter, &ticket, &usage, 110 * k_ms);
    assert_true(look(limiter, 0).charges_estimate);
    close_to(cvx_limiter_estimate(limiter, &k_need), 5096, 1);

    struct cvx_limiter_ticket next = take(limiter, 200 * k_ms);
    double before = look(limiter, 200 * k_ms).tokens;

    cvx_limiter_settle(limiter, &next, &usage, 200 * k_ms);
    close_to(look(limiter, 200 * k_ms).tokens, before, 1e-6);
    cvx_limiter_free(limiter);
}

/* A failed call that cost tokens: failures are counted, and not given back. */
static void test_failures_counted(void **state)
{
    static const double left[] = {150000, 146952};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct cvx_usage usage = {.in = 1000, .out = 2048};
        struct cvx_limiter *limiter = make(0, 200000);
        struct cvx_rates rates = told(200);
        struct cvx_limiter_ticket first = take(limiter, 0), second = take(limiter, 0);

        rates.tokens = (struct cvx_rate){200000, 196952, 0.9144};
        cvx_limiter_learn(limiter, &first, &rates, k_ms);
        rates.tokens = (struct cvx_rate){200000, 150000, 15};
        cvx_limiter_learn(limiter, &second, &rates, k_ms);
        cvx_limiter_settle(limiter, &first, &usage, k_ms);
        cvx_limiter_settle(limiter, &second, &usage, k_ms);
        for (int k = 0; k < 9; k++) { /* calls apart from each other can be told apart */
            second = take(limiter, 100 * k_ms * (k + 2));
            rates.tokens.remaining = 150000 + 333 * (k + 2);
            cvx_limiter_learn(limiter, &second, &rates, 100 * k_ms * (k + 2));
            cvx_limiter_settle(limiter, &second, &usage, 100 * k_ms * (k + 2));
        }

        struct cvx_limiter_ticket failed = take(limiter, 2 * k_s);

        rates = told(500);
        rates.tokens = (struct cvx_rate){200000, floor(left[i] + 6666), 3};
        cvx_limiter_learn(limiter, &failed, &rates, 2 * k_s);

        double before = look(limiter, 2 * k_s).tokens;

        failed.order += 7; /* as if the server's view had not covered it */
        failed.requests_sum += 7;
        cvx_limiter_settle(limiter, &failed, NULL, 2 * k_s);
        assert_int_equal(look(limiter, 2 * k_s).tokens > before + 1, i == 0);
        cvx_limiter_free(limiter);
    }
}

/* A call larger than any bucket goes when that is full, and leaves a debt. */
static void test_oversize(void **state)
{
    struct cvx_limiter *limiter = make(0, 0);
    struct cvx_rates rates = told(200);
    struct cvx_limiter_ticket ticket = take(limiter, 0);

    (void)state;
    rates.tokens = (struct cvx_rate){60000, 6952, 3.048}; /* holds 10,000 */
    cvx_limiter_learn(limiter, &ticket, &rates, k_ms);

    int64_t wait = cvx_limiter_wait(limiter, 15000, k_ms);

    close_to((double)wait / 1e9, 3.148, 0.01); /* full, and surely so */
    cvx_limiter_take(limiter, &k_need, 15000, k_ms + wait, &ticket);
    close_to(look(limiter, k_ms + wait).tokens, -5000, 20);
    close_to((double)cvx_limiter_wait(limiter, 1000, k_ms + wait) / 1e9, 6.1, 0.05);
    cvx_limiter_free(limiter);
}

static void test_free_null(void **state)
{
    (void)state;
    cvx_limiter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone_until_told),
        cmocka_unit_test(test_none_announced),
        cmocka_unit_test(test_errors_prove_little),
        cmocka_unit_test(test_canceled_probe),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_older_replies_are_ignored),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_latest_pause),
        cmocka_unit_test(test_shorter_window),
        cmocka_unit_test(test_explained),
        cmocka_unit_test(test_what_is_spent),
        cmocka_unit_test(test_learnt_from_a_429),
        cmocka_unit_test(test_blind_pauses),
        cmocka_unit_test(test_zero_hint),
        cmocka_unit_test(test_settle),
        cmocka_unit_test(test_requests_stay_spent),
        cmocka_unit_test(test_no_double_refund),
        cmocka_unit_test(test_charged_estimates),
        cmocka_unit_test(test_failures_counted),
        cmocka_unit_test(test_oversize),
        cmocka_unit_test(test_free_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
