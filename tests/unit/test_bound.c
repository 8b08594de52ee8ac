/* The lower bound on the wall time, against cases worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "bound.h"

struct bound_case {
    const char *binding;
    struct bound_times {
        double path, in_flight, cpu, requests, tokens;
    } times;
    struct cvx_bound_input in;
};

static const struct bound_case k_cases[] = {
    /* one file: its own path is all there is */
    {"critical path",
     {2.3, 2.3, 0.15, 2.2, 2.2},
     {.files = 1,
      .in_flight = 10,
      .cpu_threads = 2,
      .cpu_total_s = 0.3,
      .path_max_s = 2.3,
      .path_total_s = 23,
      .first_cpu_min_s = 0.1,
      .last_min_s = 2.1,
      .calls = 1,
      .tokens = 500,
      .rpm = 60,
      .tpm = 60000,
      .bucket_requests = 1,
      .bucket_tokens = 1000}},
    /* 200 calls of 0.2 s, 20 at a time: 10 rounds */
    {"in flight",
     {0.2, 2, 0, 0, 0},
     {.files = 200,
      .in_flight = 20,
      .cpu_threads = 2,
      .path_max_s = 0.2,
      .path_total_s = 40,
      .last_min_s = 0.2,
      .calls = 200,
      .tokens = 1000}},
    {"CPU",
     {0.4, 1, 7.5, 0, 0},
     {.files = 100,
      .in_flight = 30,
      .cpu_threads = 4,
      .cpu_total_s = 30,
      .path_max_s = 0.4,
      .path_total_s = 30}},
    /* 1,500 calls at 6,000 a minute, a second's worth at once: 1,400 / 100 a second */
    {"requests",
     {0.2, 0.2, 0, 14.2, 0},
     {.files = 1500,
      .in_flight = 1500,
      .cpu_threads = 2,
      .path_max_s = 0.2,
      .path_total_s = 300,
      .last_min_s = 0.2,
      .calls = 1500,
      .rpm = 6000,
      .bucket_requests = 100}},
    /* 160 calls at 120 a minute, a minute's worth at once: 40 / 2 a second */
    {"requests",
     {0.5, 0.5, 0, 20.6, 0},
     {.files = 160,
      .in_flight = 160,
      .cpu_threads = 2,
      .path_max_s = 0.5,
      .path_total_s = 80,
      .first_cpu_min_s = 0.1,
      .last_min_s = 0.5,
      .calls = 160,
      .rpm = 120,
      .bucket_requests = 120}},
    /* 300 calls of 2,100 tokens at 200,000 a minute, a full bucket at the start */
    {"tokens",
     {12, 45, 0, 3, 132},
     {.files = 300,
      .in_flight = 50,
      .cpu_threads = 2,
      .path_max_s = 12,
      .path_total_s = 2250,
      .last_min_s = 3,
      .calls = 300,
      .tokens = 630000,
      .rpm = 500,
      .tpm = 200000,
      .bucket_requests = 500,
      .bucket_tokens = 200000}},
    /* no call was made: no quota counts, whatever is known of it */
    {"critical path",
     {1, 0.5, 0.25, 0, 0},
     {.files = 2,
      .in_flight = 4,
      .cpu_threads = 4,
      .cpu_total_s = 1,
      .path_max_s = 1,
      .path_total_s = 2,
      .first_cpu_min_s = 5,
      .last_min_s = 5,
      .rpm = 60,
      .tpm = 60}},
    /* nothing at all */
    {"critical path", {.path = 0}, {.files = 0}},
};

static void near(double is, double wanted)
{
    if (!(fabs(is - wanted) < 1e-9))
        fail_msg("%.12g, not %.12g", is, wanted);
}

static void test_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_cases) / sizeof(k_cases[0]); i++) {
        const struct bound_times *times = &k_cases[i].times;
        struct cvx_bound bound;

        cvx_bound_compute(&k_cases[i].in, &bound);
        near(bound.path_s, times->path);
        near(bound.in_flight_s, times->in_flight);
        near(bound.cpu_s, times->cpu);
        near(bound.requests_s, times->requests);
        near(bound.tokens_s, times->tokens);
        assert_string_equal(bound.binding, k_cases[i].binding);
        near(bound.bound_s, fmax(fmax(times->path, times->in_flight),
                                 fmax(times->cpu, fmax(times->requests, times->tokens))));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
