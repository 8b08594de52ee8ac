/* What is set aside for a call: bytes to tokens, answers, servers that charge an estimate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "reserve.h"

static void close_to(double is, double wanted)
{
    if (!(fabs(is - wanted) <= 1e-6 * fmax(1, fabs(wanted))))
        fail_msg("%.9g, not %.9g", is, wanted);
}

static struct cvx_usage used(size_t in, size_t out)
{
    return (struct cvx_usage){.in = in, .out = out};
}

static void test_before_anything_is_known(void **state)
{
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    close_to(cvx_reserve_estimate(&reserve, 3000, 0, 16384), 1000 + 2048);
    close_to(cvx_reserve_estimate(&reserve, 3000, 4000, 16384), 5000 + 2048);
    close_to(cvx_reserve_estimate(&reserve, 3000, 0, 500), 1000 + 500);
    close_to(cvx_reserve_estimate(&reserve, 3000, 0, 0), 1000 + 2048);
}

static void test_bytes(void **state)
{
    static const struct {
        size_t bytes, fixed, in;
        double per_byte;
    } cases[] = {
        {4000, 0, 1000, 0.25}, {4000, 0, 100, 0.125}, {4000, 0, 9000, 1},
        {0, 0, 1000, 1.0 / 3}, {4000, 0, 0, 1.0 / 3}, {4000, 2000, 1000, 1.0 / 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_reserve reserve;
        struct cvx_usage usage = used(cases[i].in, 10);

        cvx_reserve_init(&reserve, 2048);
        cvx_reserve_used(&reserve, cases[i].bytes, cases[i].fixed, 4096, &usage);
        close_to(reserve.per_byte, cases[i].per_byte);
    }
}

/* A mean at first, a moving one later. */
static void test_bytes_move(void **state)
{
    struct cvx_usage low = used(500, 10), high = used(1000, 10);
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    for (int i = 0; i < 10; i++)
        cvx_reserve_used(&reserve, 2000, 0, 4096, i % 2 ? &high : &low);
    close_to(reserve.per_byte, 0.375);
    for (int i = 0; i < 200; i++)
        cvx_reserve_used(&reserve, 2000, 0, 4096, &high);
    assert_true(fabs(reserve.per_byte - 0.5) < 0.001);
}

static void test_estimated_usage_teaches_nothing(void **state)
{
    struct cvx_usage usage = {.in = 100, .out = 7, .estimated = true};
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    for (int i = 0; i < 100; i++)
        cvx_reserve_used(&reserve, 100, 0, 4096, &usage);
    close_to(reserve.per_byte, 1.0 / 3);
    close_to(cvx_reserve_output(&reserve), 2048);
}

/* The cap until 30 answers are known (or a longer one), then 95 of 100, of the last 256. */
static void test_outputs(void **state)
{
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    for (size_t i = 1; i <= 29; i++) {
        struct cvx_usage usage = used(100, i);

        cvx_reserve_used(&reserve, 400, 0, 0, &usage);
        close_to(cvx_reserve_output(&reserve), 2048);
    }

    struct cvx_usage usage = used(100, 30);

    cvx_reserve_used(&reserve, 400, 0, 0, &usage);
    close_to(cvx_reserve_output(&reserve), 29);
    close_to(cvx_reserve_estimate(&reserve, 400, 0, 0), 100 + 29);
    close_to(cvx_reserve_estimate(&reserve, 400, 0, 11), 100 + 11);

    cvx_reserve_init(&reserve, 2048);
    usage = used(100, 5000);
    cvx_reserve_used(&reserve, 400, 0, 0, &usage);
    close_to(cvx_reserve_output(&reserve), 5000);
}

/* Against a plain percentile over a window of the last samples. */
static void test_outputs_window(void **state)
{
    double all[1000], window[256];
    struct cvx_reserve reserve;
    unsigned random = 7;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    for (size_t i = 0; i < 1000; i++) {
        random = random * 1664525u + 1013904223u;

        struct cvx_usage usage = used(100, (random >> 16) % 50 * (1 + i / 100));
        size_t n = i + 1 < 256 ? i + 1 : 256, rank = (size_t)ceil(0.95 * (double)n);

        all[i] = (double)usage.out;
        cvx_reserve_used(&reserve, 400, 0, 0, &usage);
        for (size_t k = 0; k < n; k++) {
            size_t at = k;

            for (; at > 0 && window[at - 1] > all[i + 1 - n + k]; at--)
                window[at] = window[at - 1];
            window[at] = all[i + 1 - n + k];
        }
        if (n >= 30)
            close_to(cvx_reserve_output(&reserve), window[rank - 1]);
    }
}

/* ---- charged estimates ---- */

static const struct cvx_reserve_basis k_basis = {4000, 4096};

/* One call made alone: 4,000 bytes and at most 4,096 out; it really used 1,000 + 700. */
static void test_alone_call(void **state)
{
    static const struct {
        double charged;
        bool estimate;
        double reserved; /* for the next one */
    } cases[] = {
        {1700, false, 1000 + 2048},                     /* what it used */
        {1701, false, 1000 + 2048}, {5096, true, 5096}, /* prompt and cap */
        {2600, true, 2600},                             /* some guess of its own */
        {90000, false, 3048},                           /* others share the limit */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_usage usage = used(1000, 700);
        struct cvx_reserve reserve;

        cvx_reserve_init(&reserve, 2048);
        cvx_reserve_charged(&reserve, cases[i].charged, k_basis, 1, true);
        cvx_reserve_used(&reserve, 4000, 0, 4096, &usage);
        assert_int_equal(reserve.charges_estimate, cases[i].estimate);
        close_to(cvx_reserve_estimate(&reserve, 4000, 0, 4096), cases[i].reserved);
    }
}

/* A call that cost more than was set aside is suspect at once, until usage clears it. */
static void test_suspect(void **state)
{
    struct cvx_usage usage = used(2400, 700);
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    cvx_reserve_suspect(&reserve, 3381, 3381, k_basis, true);
    assert_false(reserve.charges_estimate);
    cvx_reserve_suspect(&reserve, 5096, 3381, k_basis, true);
    assert_true(reserve.charges_estimate);
    close_to(cvx_reserve_estimate(&reserve, 4000, 0, 4096), 5096);
    close_to(cvx_reserve_estimate(&reserve, 400, 0, 4096),
             4196); /* the answer is fixed */
    /* dense text: it was real usage after all */
    cvx_reserve_charged(&reserve, 3100, k_basis, 1, true);
    cvx_reserve_used(&reserve, 4000, 0, 4096, &usage);
    assert_false(reserve.charges_estimate);
    cvx_reserve_suspect(&reserve, 5096, 3381, k_basis,
                        true); /* usage is known: no more */
    assert_false(reserve.charges_estimate);
}

/* In a stream a verdict takes a number of calls, and can be turned. */
static void test_stream(void **state)
{
    struct cvx_usage usage = used(1000, 700);
    struct cvx_reserve reserve;

    (void)state;
    cvx_reserve_init(&reserve, 2048);
    for (int i = 0; i < 15; i++) {
        cvx_reserve_charged(&reserve, 5096, k_basis, 1, false);
        cvx_reserve_used(&reserve, 4000, 0, 4096, &usage);
        assert_false(reserve.charges_estimate);
    }
    cvx_reserve_charged(&reserve, 5096, k_basis, 1, false);
    assert_true(reserve.charges_estimate);
    for (int i = 0; i < 500; i++)
        cvx_reserve_charged(&reserve, 1700, k_basis, 1, false);
    assert_false(reserve.charges_estimate);
    /* lower than usage (cached input is free, say) is no estimate either */
    for (int i = 0; i < 500; i++)
        cvx_reserve_charged(&reserve, 900, k_basis, 1, false);
    assert_false(reserve.charges_estimate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_anything_is_known),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_bytes_move),
        cmocka_unit_test(test_estimated_usage_teaches_nothing),
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_outputs_window),
        cmocka_unit_test(test_alone_call),
        cmocka_unit_test(test_suspect),
        cmocka_unit_test(test_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
