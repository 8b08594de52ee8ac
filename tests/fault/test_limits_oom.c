/* The one allocation of the lane's pure parts: it fails, is told, and leaves nothing. All
 * that follows needs no memory. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/call.h>

#include "limiter.h"

static const struct cvx_limiter_options k_options = {
    .rpm = 600, .tpm = 60000, .burst_s = 1, .output_cap = 2048};

static int new_body(void)
{
    struct cvx_limiter *limiter = cvx_limiter_new(&k_options, 0);
    int rc = limiter ? CVX_OK : CVX_ENOMEM;

    cvx_limiter_free(limiter);
    return rc;
}

static void test_new(void **state)
{
    (void)state;
    torture(new_body);
}

/* A whole life of a call, with no memory to be had. */
static void use(struct cvx_limiter *limiter, struct cvx_reply *reply, int64_t now)
{
    struct cvx_limiter_need need = {.prompt_bytes = 300, .max_output = 100};
    struct cvx_usage usage = {.in = 100, .out = 50};
    struct cvx_limiter_ticket ticket;
    struct cvx_limiter_view view;
    struct cvx_rates rates;
    double tokens = cvx_limiter_estimate(limiter, &need);

    assert_true(cvx_limiter_wait(limiter, tokens, now) >= 0);
    cvx_limiter_take(limiter, &need, tokens, now, &ticket);
    cvx_rates_read(reply, 0, &rates);
    if (reply->status == 429) {
        assert_true(cvx_limiter_limited(limiter, &ticket, &rates, now) > 0);
    } else {
        cvx_limiter_learn(limiter, &ticket, &rates, now);
        cvx_limiter_settle(limiter, &ticket, &usage, now);
    }
    cvx_limiter_look(limiter, now, &view);
    assert_true(view.rpm > 0);
}

static void test_use_needs_no_memory(void **state)
{
    struct cvx_header headers[] = {{"x-ratelimit-limit-requests", "600"},
                                   {"x-ratelimit-remaining-requests", "500"},
                                   {"x-ratelimit-reset-requests", "10s"},
                                   {"retry-after", "2"}};
    struct cvx_limiter *limiter = cvx_limiter_new(&k_options, 0);
    char body[] = "on requests per min (RPM): Limit 600. Please try again in 2s.";
    struct cvx_reply reply = {
        .headers = headers, .n_headers = 4, .body = {.data = body, .len = strlen(body)}};

    (void)state;
    assert_non_null(limiter);
    cvx_mem_fail_at(0);
    for (int i = 0; i < 1000; i++) {
        reply.status = i % 7 == 6 ? 429 : 200;
        use(limiter, &reply, i * INT64_C(100000000));
    }
    assert_int_equal(cvx_mem_count(), 0);
    cvx_mem_fail_at(-1);
    cvx_limiter_free(limiter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_use_needs_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
