/* What a file costs, step by step, and what it would cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "file_private.h"

/* One stage's work, as its task counted it. */
struct work {
    int64_t before, after, latency, last_latency;
    unsigned calls;
};

static void test_costs_add_up(void **state)
{
    static const struct {
        struct work steps[4];
        size_t n;
        struct cvx_file_cost cost;
    } cases[] = {
        {{{.before = 5}}, 1, {.cpu_ns = 5, .cpu_before_ns = 5, .last_ns = 5}},
        /* extract, adjust with a call, render */
        {{{.before = 5}, {2, 3, 100, 100, 1}, {.before = 7}},
         3,
         {.cpu_ns = 17,
          .cpu_before_ns = 7,
          .latency_ns = 100,
          .last_ns = 110,
          .calls = 1}},
        /* a repair turn: the last answer alone is what ends the file */
        {{{2, 3, 150, 50, 2}},
         1,
         {.cpu_ns = 5, .cpu_before_ns = 2, .latency_ns = 150, .last_ns = 53, .calls = 2}},
        /* two that call: what the second does first is not before the first call */
        {{{2, 3, 100, 100, 1}, {4, 5, 60, 60, 1}, {.before = 1}},
         3,
         {.cpu_ns = 15,
          .cpu_before_ns = 2,
          .latency_ns = 160,
          .last_ns = 66,
          .calls = 2}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_file f = {0};

        for (size_t k = 0; k < cases[i].n; k++) {
            const struct work *w = &cases[i].steps[k];

            f.ctl.cpu_before_ns = w->before;
            f.ctl.cpu_after_ns = w->after;
            f.ctl.latency_ns = w->latency;
            f.ctl.last_latency_ns = w->last_latency;
            f.ctl.calls = w->calls;
            cvx_file_add_cost(&f);
        }
        assert_int_equal(f.cost.cpu_ns, cases[i].cost.cpu_ns);
        assert_int_equal(f.cost.cpu_before_ns, cases[i].cost.cpu_before_ns);
        assert_int_equal(f.cost.latency_ns, cases[i].cost.latency_ns);
        assert_int_equal(f.cost.last_ns, cases[i].cost.last_ns);
        assert_int_equal(f.cost.calls, cases[i].cost.calls);
    }
}

/* ---- a dry run ---- */

static int estimate(struct cvx_task *task, struct cvx_estimate *ret)
{
    (void)task;
    *ret = (struct cvx_estimate){2, 300, 100, 1, 1000};
    return CVX_OK;
}

static int estimate_fails(struct cvx_task *task, struct cvx_estimate *ret)
{
    (void)ret;
    return cvx_fail(&task->err, CVX_EFORMAT, "no");
}

struct dry {
    struct cvx_stage stage;
    struct cvx_plan_stage try;
    struct cvx_plan_step step;
    struct cvx_plan plan;
    struct cvx_estimate sum;
    struct cvx_file_env env;
    struct cvx_file file;
};

static void dry_init(struct dry *d, enum cvx_stage_kind kind, unsigned flags)
{
    memset(d, 0, sizeof(*d));
    d->stage = (struct cvx_stage){.kind = kind, .flags = flags, .estimate = estimate};
    d->try.stage = &d->stage;
    d->step = (struct cvx_plan_step){.kind = kind, .tries = &d->try, .n_tries = 1};
    d->plan = (struct cvx_plan){.steps = &d->step, .n_steps = 1};
    d->env = (struct cvx_file_env){.plan = &d->plan, .estimate = &d->sum};
    d->file.env = &d->env;
    d->file.ctl.task.stage = &d->stage;
}

/* A dry run extracts what it can without the API; all else is asked only. */
static void test_who_is_asked_only(void **state)
{
    static const struct {
        enum cvx_stage_kind kind;
        unsigned flags;
        bool asked;
    } cases[] = {{CVX_EXTRACTOR, 0, false},
                 {CVX_EXTRACTOR, CVX_STAGE_API, true},
                 {CVX_ADJUSTER, CVX_STAGE_API, true},
                 {CVX_ADJUSTER, 0, true},
                 {CVX_RENDERER, 0, true}};
    struct dry d;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        dry_init(&d, cases[i].kind, cases[i].flags);
        assert_int_equal(cvx_file_estimates(&d.file), cases[i].asked);
        d.env.estimate = NULL; /* not a dry run */
        assert_false(cvx_file_estimates(&d.file));
    }
}

static void test_asking(void **state)
{
    struct dry d;
    struct cvx_next next;

    (void)state;
    dry_init(&d, CVX_ADJUSTER, CVX_STAGE_API);
    next = cvx_file_estimate_step(&d.file.ctl.task);
    assert_int_equal(next.wait, CVX_WAIT_JOB);
    assert_int_equal(next.job(&d.file.ctl.task), CVX_OK);
    assert_int_equal(d.file.estimate.calls, 2);
    d.stage.estimate = estimate_fails;
    assert_int_equal(next.job(&d.file.ctl.task), CVX_EFORMAT);
    assert_int_equal(d.file.estimate.calls, 0);
    d.stage.estimate = NULL; /* costs nothing */
    assert_int_equal(next.job(&d.file.ctl.task), CVX_OK);
    assert_int_equal(d.file.estimate.calls, 0);
    d.file.ctl.task.turn = 1;
    d.file.ctl.task.rc = CVX_EFORMAT;
    next = cvx_file_estimate_step(&d.file.ctl.task);
    assert_int_equal(next.wait, CVX_WAIT_NONE);
    assert_int_equal(next.rc, CVX_EFORMAT);
}

static void test_estimates_add_up(void **state)
{
    struct dry d;

    (void)state;
    dry_init(&d, CVX_EXTRACTOR, CVX_STAGE_API);
    estimate(&d.file.ctl.task, &d.file.estimate);
    cvx_file_add_estimate(&d.file);
    cvx_file_add_estimate(&d.file);
    assert_int_equal(d.sum.calls, 4);
    assert_int_equal(d.sum.tokens_in, 600);
    assert_int_equal(d.sum.tokens_out, 200);
    assert_int_equal(d.sum.shared_calls, 1); /* once, however many files */
    assert_int_equal(d.sum.shared_tokens, 1000);
    assert_non_null(d.file.cv); /* later steps are asked about an empty CV */
    assert_int_equal(d.file.err.rc, CVX_OK);
    cvx_cv_free(d.file.cv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_costs_add_up),
        cmocka_unit_test(test_who_is_asked_only),
        cmocka_unit_test(test_asking),
        cmocka_unit_test(test_estimates_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
