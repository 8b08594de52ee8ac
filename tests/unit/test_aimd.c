/* Concurrency: rounds, saturation, one cut per episode, what the first cut leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aimd.h"

static const int64_t k_ms = 1000000;

/* Sends `count` calls at `sent` and ends them all at `now`. */
static void cycle(struct cvx_aimd *aimd, unsigned count, enum cvx_aimd_end how,
                  int64_t sent, int64_t now)
{
    for (unsigned i = 0; i < count; i++)
        cvx_aimd_start(aimd);
    for (unsigned i = 0; i < count; i++)
        cvx_aimd_end(aimd, how, sent, now);
}

/* As many calls as may go, `rounds` times over, each of 100 ms; returns the time then. */
static int64_t saturate(struct cvx_aimd *aimd, unsigned rounds, int64_t now)
{
    for (unsigned i = 0; i < rounds; i++, now += 100 * k_ms)
        cycle(aimd, aimd->limit, CVX_AIMD_GOOD, now, now + 100 * k_ms);
    return now;
}

static void test_start(void **state)
{
    static const struct {
        unsigned max;
        bool full;
        unsigned limit;
    } cases[] = {{1000, true, 1000}, {1000, false, 20}, {7, false, 7}, {7, true, 7},
                 {20, false, 20},    {0, true, 1},      {0, false, 1}, {1, true, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_aimd aimd;

        cvx_aimd_init(&aimd, cases[i].max, cases[i].full);
        assert_int_equal(aimd.limit, cases[i].limit);
        for (unsigned k = 0; k < cases[i].limit; k++) {
            assert_true(cvx_aimd_room(&aimd));
            cvx_aimd_start(&aimd);
        }
        assert_false(cvx_aimd_room(&aimd));
        cvx_aimd_end(&aimd, CVX_AIMD_NEUTRAL, 0, 1);
        assert_true(cvx_aimd_room(&aimd));
        assert_int_equal(cvx_aimd_timeout_scale(&aimd), 1);
    }
}

static void test_doubles_per_clean_round(void **state)
{
    static const unsigned limits[] = {40, 80, 160, 300, 300};
    struct cvx_aimd aimd;
    int64_t now = 0;

    (void)state;
    cvx_aimd_init(&aimd, 300, false);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        now = saturate(&aimd, 1, now);
        assert_int_equal(aimd.limit, limits[i]);
    }
}

/* A round is at least four good ends, whatever the limit. */
static void test_small_round(void **state)
{
    struct cvx_aimd aimd;

    (void)state;
    cvx_aimd_init(&aimd, 100, false);
    aimd.limit = 1;
    cycle(&aimd, 1, CVX_AIMD_GOOD, 0,
          1); /* ends the round of 20 begun by init: 19 left */
    for (unsigned i = 0; i < 19; i++)
        cycle(&aimd, 1, CVX_AIMD_GOOD, 0, 1);
    assert_int_equal(aimd.limit, 2);
    for (unsigned i = 0; i < 3; i++)
        cycle(&aimd, 2 - i % 2, CVX_AIMD_GOOD, 0, 1);
    assert_int_equal(aimd.limit, 4); /* 2 + 1 + 2 ends are more than four */
}

/* Calls that never fill the limit say nothing of a larger one. */
static void test_saturation(void **state)
{
    static const struct {
        unsigned at_once;
        bool grows;
    } cases[] = {{15, false}, {16, true}, {20, true}, {1, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_aimd aimd;

        cvx_aimd_init(&aimd, 1000, false);
        for (unsigned ends = 0; ends < 100; ends += cases[i].at_once)
            cycle(&aimd, cases[i].at_once, CVX_AIMD_GOOD, 0, k_ms);
        assert_int_equal(aimd.limit > 20, cases[i].grows);
    }
}

/* Trouble stops the growth of its round, and of no other. */
static void test_trouble(void **state)
{
    struct cvx_aimd aimd;
    int64_t now;

    (void)state;
    cvx_aimd_init(&aimd, 1000, false);
    cycle(&aimd, 1, CVX_AIMD_TROUBLE, 0, 1);
    now = saturate(&aimd, 1, 1);
    assert_int_equal(aimd.limit, 20);
    assert_true(aimd.starting);
    saturate(&aimd, 1, now);
    assert_int_equal(aimd.limit, 40);
}

/* What says nothing of load neither fills a round nor spoils it. */
static void test_neutral(void **state)
{
    struct cvx_aimd aimd;

    (void)state;
    cvx_aimd_init(&aimd, 1000, false);
    for (int i = 0; i < 10; i++)
        cycle(&aimd, 20, CVX_AIMD_NEUTRAL, 0, 1);
    assert_int_equal(aimd.limit, 20);
    saturate(&aimd, 1, 1);
    assert_int_equal(aimd.limit, 40);
}

/* Of a burst of 200 half is refused: the other half was completing. */
static void test_first_cut_of_a_burst(void **state)
{
    struct cvx_aimd aimd;

    (void)state;
    cvx_aimd_init(&aimd, 200, true);
    for (int i = 0; i < 200; i++)
        cvx_aimd_start(&aimd);
    cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, 0, 5 * k_ms);
    assert_int_equal(aimd.limit, 199);
    assert_false(aimd.starting);
    for (int i = 1; i < 100; i++)
        cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, 0, 6 * k_ms);
    assert_int_equal(aimd.limit, 100);
    for (int i = 0; i < 100; i++) /* of before the cut: no growth */
        cvx_aimd_end(&aimd, CVX_AIMD_GOOD, 0, 200 * k_ms);
    assert_int_equal(aimd.limit, 100);
    assert_int_equal(aimd.cuts, 1);
}

/* Later on: what was answered at a time, by rate and latency. 50 a second of 0.4 s = 20. */
static void test_first_cut_of_a_stream(void **state)
{
    struct cvx_aimd aimd;
    int64_t now = 0;

    (void)state;
    cvx_aimd_init(&aimd, 100, true);
    for (int i = 0; i < 150; i++, now += 20 * k_ms)
        cycle(&aimd, 1, CVX_AIMD_GOOD, now - 400 * k_ms, now);
    cycle(&aimd, 1, CVX_AIMD_OVERLOAD, now - k_ms, now);
    assert_in_range(aimd.limit, 19, 21);

    /* Long ago is not "was completing": what is in flight may be. */
    cvx_aimd_init(&aimd, 100, true);
    cycle(&aimd, 5, CVX_AIMD_GOOD, 0, k_ms);
    for (int i = 0; i < 100; i++)
        cvx_aimd_start(&aimd);
    cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, 9999 * k_ms, 10000 * k_ms);
    assert_int_equal(aimd.limit, 99);
}

/* An episode cuts once: by a fifth, however many refusals come of it, and whatever the server
 * asks to wait; the next one, of calls sent since, cuts again. */
static void test_one_cut_per_episode(void **state)
{
    static const unsigned limits[] = {64, 51, 40, 32, 25, 20, 16, 12, 9,
                                      7,  5,  4,  3,  2,  1,  1,  1};
    struct cvx_aimd aimd;
    int64_t now = 1000 * k_ms;

    (void)state;
    cvx_aimd_init(&aimd, 80, true);
    for (int i = 0; i < 80; i++)
        cvx_aimd_start(&aimd);
    cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, 0, now);
    for (int i = 1; i < 16; i++)
        cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, 0, now);
    for (int i = 16; i < 80; i++)
        cvx_aimd_end(&aimd, CVX_AIMD_NEUTRAL, 0, now);
    for (size_t k = 0; k < sizeof(limits) / sizeof(limits[0]); k++, now += 2000 * k_ms) {
        assert_int_equal(aimd.limit, limits[k]);
        assert_int_equal(aimd.cuts, k + 1);
        cycle(&aimd, 40, CVX_AIMD_OVERLOAD, now + k_ms, now + 2 * k_ms);
    }
}

/* After the first trouble: 5 %, at least one, per round. */
static void test_additive_growth(void **state)
{
    struct cvx_aimd aimd;
    int64_t now = 0;

    (void)state;
    cvx_aimd_init(&aimd, 1000, true);
    cycle(&aimd, 1000, CVX_AIMD_NEUTRAL, 0, 0);
    for (int i = 0; i < 1000; i++)
        cvx_aimd_start(&aimd);
    for (int i = 0; i < 1000; i++)
        cvx_aimd_end(&aimd, i >= 200 ? CVX_AIMD_NEUTRAL : CVX_AIMD_OVERLOAD, 0, k_ms);
    assert_int_equal(aimd.limit, 800);
    now = saturate(&aimd, 1, 2 * k_ms);
    assert_int_equal(aimd.limit, 840);
    now = saturate(&aimd, 1, now);
    assert_int_equal(aimd.limit, 882);
    now = saturate(&aimd, 20, now);
    assert_int_equal(aimd.limit, 1000);
    for (int i = 0; i < 20; i++, now += 1000 * k_ms)
        cycle(&aimd, 10, CVX_AIMD_OVERLOAD, now, now + k_ms);
    assert_in_range(aimd.limit, 5, 20);

    unsigned before = aimd.limit;

    saturate(&aimd, 1, now);
    assert_int_equal(aimd.limit, before + 1);
}

/* One in twenty refused, whatever the limit: the first one costs what it refused, the others
 * nothing more; they stop growth as other trouble does. */
static void test_scattered_refusals(void **state)
{
    struct cvx_aimd aimd;
    int64_t now = 0;
    unsigned least = 200;

    (void)state;
    cvx_aimd_init(&aimd, 200, true);
    for (int round = 0; round < 200; round++, now += 100 * k_ms) {
        unsigned count = aimd.limit;

        for (unsigned i = 0; i < count; i++)
            cvx_aimd_start(&aimd);
        for (unsigned i = 0; i < count; i++)
            cvx_aimd_end(&aimd, i % 20 == 7 ? CVX_AIMD_OVERLOAD : CVX_AIMD_GOOD, now,
                         now + 100 * k_ms);
        least = aimd.limit < least ? aimd.limit : least;
    }
    assert_in_range(least, 180, 195);
    assert_int_equal(aimd.cuts, 1);
    assert_true(aimd.scattered);

    /* Until they are many. */
    cycle(&aimd, aimd.limit, CVX_AIMD_OVERLOAD, now, now + k_ms);
    assert_int_equal(aimd.cuts, 2);
    assert_false(aimd.scattered);
    assert_in_range(aimd.limit, 144, 156);
}

/* A server that takes 100 at a time: each time the limit has grown back to what was refused
 * one refusal is enough. */
static void test_cuts_where_it_was_refused(void **state)
{
    struct cvx_aimd aimd;
    int64_t now = 0;
    unsigned most = 0;

    (void)state;
    cvx_aimd_init(&aimd, 150, true);
    for (int round = 0; round < 300; round++, now += 100 * k_ms) {
        unsigned count = aimd.limit;

        for (unsigned i = 0; i < count; i++)
            cvx_aimd_start(&aimd);
        for (unsigned i = 100; i < count; i++)
            cvx_aimd_end(&aimd, CVX_AIMD_OVERLOAD, now, now + k_ms);
        for (unsigned i = 0; i < count && i < 100; i++)
            cvx_aimd_end(&aimd, CVX_AIMD_GOOD, now, now + 100 * k_ms);
        assert_in_range(aimd.limit, 80, 106);
        most = aimd.limit > most ? aimd.limit : most;
    }
    assert_true(most > 100);
    assert_true(aimd.cuts > 10);
}

static void test_timeouts(void **state)
{
    struct cvx_aimd aimd;

    (void)state;
    cvx_aimd_init(&aimd, 100, true);
    cycle(&aimd, 1, CVX_AIMD_TIMEOUT, 0, k_ms);
    assert_int_equal(cvx_aimd_timeout_scale(&aimd), 1);
    assert_int_equal(aimd.cuts, 1); /* an overload */
    cycle(&aimd, 1, CVX_AIMD_GOOD, 2 * k_ms, 3 * k_ms);
    cycle(&aimd, 1, CVX_AIMD_TIMEOUT, 4 * k_ms, 5 * k_ms);
    assert_int_equal(cvx_aimd_timeout_scale(&aimd), 1); /* not in a row */
    cycle(&aimd, 1, CVX_AIMD_TROUBLE, 4 * k_ms, 5 * k_ms);
    cycle(&aimd, 1, CVX_AIMD_TIMEOUT, 4 * k_ms, 5 * k_ms);
    assert_int_equal(cvx_aimd_timeout_scale(&aimd), 2);
    for (int i = 0; i < 12; i++)
        cycle(&aimd, 1, CVX_AIMD_TIMEOUT, 4 * k_ms, 5 * k_ms);
    assert_int_equal(cvx_aimd_timeout_scale(&aimd), 4);
    cycle(&aimd, 1, CVX_AIMD_GOOD, 6 * k_ms, 7 * k_ms);
    assert_int_equal(cvx_aimd_timeout_scale(&aimd), 4);
}

/* Any order of ends keeps 1 <= limit <= max. */
static void test_bounds(void **state)
{
    struct cvx_aimd aimd;
    unsigned random = 12345;
    int64_t now = 0;

    (void)state;
    cvx_aimd_init(&aimd, 50, false);
    for (int i = 0; i < 200000; i++) {
        random = random * 1664525u + 1013904223u;
        now += random >> 12;
        if (cvx_aimd_room(&aimd) && (random >> 28) < 9)
            cvx_aimd_start(&aimd);
        else if (aimd.in_flight > 0)
            cvx_aimd_end(
                &aimd,
                (enum cvx_aimd_end)((random >> 20) % 97 % 5 * ((random >> 8) % 7 == 0)),
                now - (random >> 8), now);
        assert_in_range(aimd.limit, 1, 50);
        assert_true(aimd.round_left > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_doubles_per_clean_round),
        cmocka_unit_test(test_small_round),
        cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_first_cut_of_a_burst),
        cmocka_unit_test(test_first_cut_of_a_stream),
        cmocka_unit_test(test_one_cut_per_episode),
        cmocka_unit_test(test_additive_growth),
        cmocka_unit_test(test_scattered_refusals),
        cmocka_unit_test(test_cuts_where_it_was_refused),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
