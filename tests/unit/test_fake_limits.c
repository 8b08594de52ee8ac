/* The stand-in server's buckets and what it announces, on a clock of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rate_limits.h"

enum { SECOND = 1000000 };

static void test_bucket(void **state)
{
    struct fake_bucket b;
    int64_t now = 5 * SECOND;

    (void)state;
    /* 120 a minute, two seconds' worth: holds 4, refilled at 2 a second. */
    fake_bucket_init(&b, FAKE_LIMIT_BUCKET, 120, 2, now);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fake_bucket_wait(&b, 1, now), 0);
        fake_bucket_take(&b, 1, now);
    }
    assert_int_equal(fake_bucket_wait(&b, 1, now), SECOND / 2);
    assert_int_equal(fake_bucket_wait(&b, 1, now + SECOND / 4), SECOND / 4);
    assert_int_equal(fake_bucket_wait(&b, 1, now + SECOND / 2), 0);
    assert_int_equal(fake_bucket_full_in(&b, now + SECOND), SECOND);
    assert_true(fake_bucket_level(&b, now + 60 * SECOND) == 4);
}

static void test_larger_than_bucket(void **state)
{
    struct fake_bucket b;

    (void)state;
    fake_bucket_init(&b, FAKE_LIMIT_BUCKET, 600, 1, 0);
    fake_bucket_take(&b, 1, 0);
    assert_int_equal(fake_bucket_wait(&b, 50, 0), SECOND / 10);
    assert_int_equal(fake_bucket_wait(&b, 50, SECOND / 10), 0);
    fake_bucket_take(&b, 50, SECOND / 10);
    /* 40 below zero: four seconds to nothing, one tenth more to one. */
    assert_int_equal(fake_bucket_wait(&b, 1, SECOND / 10), 4 * SECOND + SECOND / 10);
}

static void test_window(void **state)
{
    struct fake_bucket b;

    (void)state;
    fake_bucket_init(&b, FAKE_LIMIT_WINDOW, 120, 1, 0);
    fake_bucket_take(&b, 2, SECOND / 2);
    assert_int_equal(fake_bucket_wait(&b, 1, SECOND / 2), SECOND / 2);
    assert_int_equal(fake_bucket_wait(&b, 1, SECOND - 1), 1);
    assert_int_equal(fake_bucket_wait(&b, 2, SECOND), 0);
    fake_bucket_take(&b, 2, SECOND);
    assert_int_equal(fake_bucket_wait(&b, 1, SECOND), SECOND);
    assert_true(fake_bucket_level(&b, 9 * SECOND) == 2);
}

static void test_admit(void **state)
{
    struct fake_limits l = {0};
    int64_t wait = 0;

    (void)state;
    fake_bucket_init(&l.requests, FAKE_LIMIT_BUCKET, 60, 2, 0);
    fake_bucket_init(&l.tokens, FAKE_LIMIT_BUCKET, 6000, 60, 0);
    assert_int_equal(fake_limits_admit(&l, 6001, 0, &wait), FAKE_TOO_LARGE);
    assert_int_equal(fake_limits_admit(&l, 5000, 0, &wait), FAKE_FREE);
    assert_int_equal(fake_limits_admit(&l, 2000, 0, &wait), FAKE_LIMITED_TOKENS);
    assert_int_equal(wait, 10 * SECOND);
    assert_int_equal(fake_limits_admit(&l, 1, 0, &wait), FAKE_FREE);
    assert_int_equal(fake_limits_admit(&l, 1, 0, &wait), FAKE_LIMITED_REQUESTS);
    assert_int_equal(wait, SECOND);
    /* No limit at all. */
    fake_bucket_init(&l.requests, FAKE_LIMIT_BUCKET, 0, 60, 0);
    fake_bucket_init(&l.tokens, FAKE_LIMIT_BUCKET, 0, 60, 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(fake_limits_admit(&l, 1e6, 0, &wait), FAKE_FREE);
}

static void test_refused_counts(void **state)
{
    struct fake_limits l = {.count_refused = true};
    int64_t wait;

    (void)state;
    fake_bucket_init(&l.requests, FAKE_LIMIT_BUCKET, 60, 2, 0);
    fake_bucket_init(&l.tokens, FAKE_LIMIT_BUCKET, 60, 60, 0);
    assert_int_equal(fake_limits_admit(&l, 60, 0, &wait), FAKE_FREE);
    assert_int_equal(fake_limits_admit(&l, 60, 0, &wait), FAKE_LIMITED_TOKENS);
    assert_int_equal(fake_limits_admit(&l, 60, 0, &wait), FAKE_LIMITED_REQUESTS);
}

static void test_durations(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } k_cases[] = {
        {0, "0ms"},
        {12000, "12ms"},
        {1, "1ms"},
        {SECOND, "1s"},
        {1500000, "1.5s"},
        {360 * (int64_t)SECOND, "6m0s"},
        {692334000, "11m32.334s"},
        {3600 * (int64_t)SECOND, "1h0m0s"},
        {8640 * (int64_t)SECOND, "2h24m0s"},
        {20001000, "20.001s"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++) {
        struct cvx_buf text = CVX_BUF_INIT;

        fake_go_duration(k_cases[i].us, &text);
        assert_string_equal(text.data, k_cases[i].text);
        cvx_buf_done(&text);
    }
}

static void check_head(enum fake_announce announce, enum fake_rate_headers headers,
                       const char *expected)
{
    struct fake_limits l = {.announce = announce, .headers = headers};
    struct cvx_buf head = CVX_BUF_INIT;

    /* 600 a minute, one second's worth: 10 at once, one of them taken. */
    fake_bucket_init(&l.requests, FAKE_LIMIT_BUCKET, 600, 1, 0);
    fake_bucket_init(&l.tokens, FAKE_LIMIT_BUCKET, 0, 1, 0);
    fake_bucket_take(&l.requests, 1, 0);
    fake_limits_head(&l, 0, &head);
    assert_string_equal(head.data ? head.data : "", expected);
    cvx_buf_done(&head);
}

static void test_headers(void **state)
{
    (void)state;
    check_head(FAKE_ANNOUNCE_HONEST, FAKE_RATES_OPENAI,
               "x-ratelimit-limit-requests: 600\r\nx-ratelimit-remaining-requests: 9\r\n"
               "x-ratelimit-reset-requests: 100ms\r\n");
    check_head(
        FAKE_ANNOUNCE_MINUTE, FAKE_RATES_OPENAI,
        "x-ratelimit-limit-requests: 600\r\nx-ratelimit-remaining-requests: 599\r\n"
        "x-ratelimit-reset-requests: 100ms\r\n");
    check_head(FAKE_ANNOUNCE_BUCKET, FAKE_RATES_AZURE,
               "x-ratelimit-limit-requests: 10\r\nx-ratelimit-remaining-requests: 9\r\n"
               "x-ratelimit-reset-requests: 1\r\n");
    check_head(FAKE_ANNOUNCE_HONEST, FAKE_RATES_NONE, "");
    check_head(FAKE_ANNOUNCE_HONEST, FAKE_RATES_NEGATIVE,
               "x-ratelimit-limit-requests: -1\r\nx-ratelimit-remaining-requests: -1\r\n"
               "x-ratelimit-reset-requests: 0\r\nx-ratelimit-limit-tokens: -1\r\n"
               "x-ratelimit-remaining-tokens: -1\r\nx-ratelimit-reset-tokens: 0\r\n");
}

static void test_retry_after(void **state)
{
    static const struct {
        enum fake_retry_form form;
        const char *text;
    } k_cases[] = {
        {FAKE_RETRY_NONE, ""},
        {FAKE_RETRY_SECONDS, "retry-after: 2\r\n"},
        {FAKE_RETRY_FRACTION, "retry-after: 1.250\r\n"},
        {FAKE_RETRY_MS, "retry-after-ms: 1250\r\n"},
        {FAKE_RETRY_BOTH, "retry-after: 2\r\nretry-after-ms: 1250\r\n"},
        {FAKE_RETRY_DATE, "retry-after: Thu, 01 Jan 1970 00:00:03 GMT\r\n"},
        {FAKE_RETRY_LITERAL, "retry-after: soon\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++) {
        struct cvx_buf head = CVX_BUF_INIT;

        fake_retry_head(k_cases[i].form, "soon", 1250000, 1000000, &head);
        assert_string_equal(head.data ? head.data : "", k_cases[i].text);
        cvx_buf_done(&head);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket),         cmocka_unit_test(test_larger_than_bucket),
        cmocka_unit_test(test_window),         cmocka_unit_test(test_admit),
        cmocka_unit_test(test_refused_counts), cmocka_unit_test(test_durations),
        cmocka_unit_test(test_headers),        cmocka_unit_test(test_retry_after),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
