/* The stand-in server's faults: their words, when they strike, latencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"

static void test_words(void **state)
{
    static const char *const k_bad[] = {"",      "nonsense", "42:0.1",     "600:0.1",
                                        "429:2", "429:-1",   "cut:first0", "cut:everyx",
                                        "cut:~", "429=3:0.1"};
    struct fake_rules rules = {.seed = 1};
    struct fake_fault f;

    (void)state;
    for (size_t i = 0; i < sizeof k_bad / sizeof *k_bad; i++) {
        if (fake_rules_add(&rules, k_bad[i]))
            fail_msg("'%s' was taken", k_bad[i]);
    }
    assert_int_equal(rules.count, 0);
    assert_true(fake_fault_parse("cut=100", &f));
    assert_int_equal(f.kind, FAKE_FAULT_CUT);
    assert_int_equal(f.klass, FAKE_CLASS_TRANSPORT);
    assert_int_equal(f.arg, 100);
    assert_true(fake_fault_parse("unsupported=store", &f));
    assert_string_equal(f.text, "store");
    assert_false(f.has_arg);
    assert_true(fake_fault_parse("503", &f));
    assert_int_equal(f.kind, FAKE_FAULT_STATUS);
    assert_int_equal(f.arg, 503);
}

/* Which of ten requests a rule strikes, as a row of marks. Bodies repeat after `period`. */
static void check_when(const char *spec, const char *job, int period,
                       const char *expected)
{
    struct fake_rules rules = {.seed = 1};
    char row[11] = "..........";

    assert_true(fake_rules_add(&rules, spec));
    for (int i = 0; i < 10; i++) {
        struct fake_occasion o = {.job = job,
                                  .body = i == 4 ? "has the word in it" : "has not",
                                  .len = i == 4 ? 18 : 7,
                                  .print = (uint64_t)(i % period),
                                  .times = i / period + 1};

        if (fake_rules_choose(&rules, &o).kind != FAKE_FAULT_NONE)
            row[i] = '#';
    }
    assert_string_equal(row, expected);
}

static void test_when(void **state)
{
    (void)state;
    check_when("429:first3", "extract", 10, "###.......");
    check_when("429:after8", "extract", 10, "........##");
    check_when("429:at2", "extract", 10, ".#........");
    check_when("429:every4", "extract", 10, "...#...#..");
    check_when("429:once", "extract", 5, "#####.....");
    check_when("429:once2", "extract", 3, "######....");
    check_when("429:all", "extract", 10, "##########");
    check_when("429", "extract", 10, "##########");
    check_when("429:1", "extract", 10, "##########");
    check_when("429:0", "extract", 10, "..........");
    check_when("429:~the word", "extract", 10, "....#.....");
    check_when("429:all@adjust", "extract", 10, "..........");
    check_when("429:first1@extract", "extract", 10, "#.........");
    /* Pages only when they are meant. */
    check_when("429:all", "page", 10, "..........");
    check_when("429:at1@page", "page", 10, "#.........");
}

static void test_shares(void **state)
{
    struct fake_rules rules = {.seed = 9};
    long hits[3] = {0}, same = 0;
    enum { N = 20000 };

    (void)state;
    assert_true(fake_rules_add(&rules, "429:0.05"));
    assert_true(fake_rules_add(&rules, "reset:0.10"));
    for (int i = 0; i < N; i++) {
        struct fake_occasion o = {
            .job = "extract", .body = "", .print = (uint64_t)i * 7919, .times = 1};
        enum fake_fault_kind kind = fake_rules_choose(&rules, &o).kind;

        hits[kind == FAKE_FAULT_STATUS ? 1 : kind == FAKE_FAULT_RESET ? 2 : 0]++;
        same += fake_rules_choose(&rules, &o).kind == kind;
    }
    assert_int_equal(same, N); /* by body and count, not by order */
    assert_true(labs(hits[1] - N / 20) < N / 200);
    assert_true(labs(hits[2] - N / 10) < N / 200);
}

static void test_latency(void **state)
{
    struct fake_latency l;
    uint64_t seed = 3;
    long below = 0;

    (void)state;
    assert_false(fake_latency_parse("soon", &l));
    assert_false(fake_latency_parse("uniform:300-100", &l));
    assert_false(fake_latency_parse("200ms", &l));
    assert_true(fake_latency_parse("200", &l));
    assert_int_equal(fake_latency_draw(&l, &seed), 200000);
    assert_true(fake_latency_parse("uniform:100-300", &l));
    for (int i = 0; i < 1000; i++) {
        int64_t us = fake_latency_draw(&l, &seed);

        assert_true(us >= 100000 && us < 300000);
        below += us < 200000;
    }
    assert_true(below > 400 && below < 600);
    assert_true(fake_latency_parse("lognormal:200:0.5", &l));
    below = 0;
    for (int i = 0; i < 1000; i++)
        below += fake_latency_draw(&l, &seed) < 200000;
    assert_true(below > 400 && below < 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_latency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
