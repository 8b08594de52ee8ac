/* A stage at work: every kind of wait, retries it does not see, cancel from every waiting
 * state, results shared by many, the table of states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

#include "caller.h"
#include "task.h"

enum { TASKS = 50 };

struct world {
    struct cvx_loop *loop;
    struct cvx_task_env env;
    struct test_caller caller;
    struct cvx_task_ctl tasks[TASKS];
    size_t ended, expect;
    int rc[TASKS];
    char result[TASKS][64];
    bool cancel_rest; /* the first that ends cancels all others */
    cvx_task_work *lead, *tail;
};

/* What a script stage's task carries from step to step. */
struct script_data {
    struct cvx_call call;
    char made[64];
};

static size_t g_produced; /* how often the shared result was made; loop thread only */
static size_t g_dropped;
static unsigned g_fail_first; /* the maker fails its first so many times */

static struct cvx_loop *world_loop(void *arg)
{
    return ((struct world *)arg)->loop;
}

static void script_drop(struct cvx_task *task)
{
    g_dropped++;
    cvx_free(task->data);
    task->data = NULL;
}

static int job_make(struct cvx_task *task)
{
    struct script_data *data = task->data;

    snprintf(data->made, sizeof(data->made), "%s",
             task->shared.data ? task->shared.data : "job");
    return CVX_OK;
}

static int job_fail(struct cvx_task *task)
{
    return cvx_fail(&task->err, CVX_EFORMAT, "the job failed");
}

static int job_fine(struct cvx_task *task)
{
    (void)task;
    return CVX_OK;
}

static struct cvx_next step_job(struct cvx_task *task)
{
    if (task->turn == 0) {
        task->data = cvx_zalloc(sizeof(struct script_data));
        return cvx_next_job(job_make);
    }
    return cvx_next_done(task->rc);
}

static struct cvx_next step_call(struct cvx_task *task)
{
    struct script_data *data = task->data;

    if (task->turn == 0) {
        task->data = cvx_zalloc(sizeof(struct script_data));
        return cvx_next_job(job_make);
    }
    if (task->turn == 1)
        return cvx_next_call(&data->call);
    if (task->rc == CVX_OK)
        snprintf(data->made, sizeof(data->made), "answer after %u",
                 data->call.reply.attempts);
    return cvx_next_done(task->rc);
}

static struct cvx_next step_done_at_once(struct cvx_task *task)
{
    (void)task;
    return cvx_next_done(CVX_OK);
}

static struct cvx_next step_fail_at_once(struct cvx_task *task)
{
    return cvx_next_done(cvx_fail(&task->err, CVX_EUSAGE, "at once"));
}

/* The shared result: a call, then bytes. */
static struct cvx_next produce(struct cvx_task *task)
{
    struct script_data *data = task->data;

    if (task->turn == 0) {
        task->data = data = cvx_zalloc(sizeof(struct script_data));
        g_produced++;
        cvx_log_add(&task->log, CVX_LEVEL_INFO, "making %s", task->key);
        return cvx_next_call(&data->call);
    }
    if (task->rc)
        return cvx_next_done(task->rc);
    if (g_fail_first)
        return cvx_next_done(cvx_fail(&task->err, CVX_EFORMAT, "no profile"));
    cvx_buf_printf(&task->bytes, "profile of %s", task->key);
    return cvx_next_done(CVX_OK);
}

static struct cvx_next step_shared(struct cvx_task *task)
{
    if (task->turn == 0)
        return cvx_next_shared("acme", produce);
    if (task->rc)
        return cvx_next_done(task->rc);
    if (task->turn == 1) {
        task->data = cvx_zalloc(sizeof(struct script_data));
        return cvx_next_job(job_make);
    }
    return cvx_next_done(task->rc);
}

#define SCRIPT(id, how)                                                                  \
    static const struct cvx_stage id = {.contract = CVX_STAGE_CONTRACT,                  \
                                        .kind = CVX_ADJUSTER,                            \
                                        .name = #id,                                     \
                                        .summary = "a script",                           \
                                        .drop = script_drop,                             \
                                        how}
SCRIPT(k_job, .step = step_job);
SCRIPT(k_call, .step = step_call);
SCRIPT(k_shared, .step = step_shared);
SCRIPT(k_at_once, .step = step_done_at_once);
SCRIPT(k_fail_at_once, .step = step_fail_at_once);
SCRIPT(k_run, .run = job_fail);
SCRIPT(k_fine, .run = job_fine);

static void world_make(struct world *w)
{
    struct cvx_err err;

    memset(w, 0, sizeof(*w));
    g_produced = g_dropped = 0;
    g_fail_first = 0;
    assert_int_equal(cvx_loop_new(true, &w->loop, &err), CVX_OK);
    test_caller_init(&w->caller, world_loop, w);
    w->env.loop = w->loop;
    w->env.log_level = CVX_LEVEL_INFO;
    w->env.caller = &w->caller.caller;
    assert_int_equal(cvx_pool_new(w->loop, 2, &w->env.pool, &err), CVX_OK);
    assert_int_equal(cvx_shared_new(&w->env, &w->env.shared, &err), CVX_OK);
}

static void world_look(struct world *w)
{
    if (w->ended == w->expect && cvx_shared_busy(w->env.shared) == 0)
        cvx_loop_break(w->loop);
}

static void world_idle(void *arg)
{
    world_look(arg);
}

static struct world *g_world; /* of the test that runs */

static void task_ended(struct cvx_task_ctl *ctl)
{
    struct world *w = g_world;
    size_t i = (size_t)(ctl - w->tasks);
    const struct script_data *data = ctl->task.data;

    assert_int_equal(ctl->state, CVX_TASK_ENDED);
    w->rc[i] = ctl->task.rc;
    if (ctl->task.rc)
        assert_int_equal(ctl->task.err.rc, ctl->task.rc);
    snprintf(w->result[i], sizeof(w->result[i]), "%s",
             ctl->task.rc ? cvx_err_root(&ctl->task.err)
             : data       ? data->made
                          : "");
    if (w->cancel_rest)
        for (size_t k = 0; k < TASKS; k++)
            cvx_task_cancel(&w->tasks[k]);
    w->ended++;
    world_look(w);
}

/* Runs `count` tasks of one stage to their ends. */
static void world_run(struct world *w, const struct cvx_stage *stage, size_t count)
{
    const struct cvx_plan_stage planned = {.stage = stage};

    g_world = w;
    w->expect = count;
    cvx_shared_on_idle(w->env.shared, world_idle, w);
    for (size_t i = 0; i < count; i++) {
        cvx_task_init(&w->tasks[i], &w->env, &planned);
        w->tasks[i].on_end = task_ended;
        w->tasks[i].lead = w->lead;
        w->tasks[i].tail = w->tail;
        cvx_task_start(&w->tasks[i], NULL);
        assert_int_equal(w->ended, 0); /* nothing ends from inside the start */
    }
    cvx_loop_run(w->loop);
    assert_int_equal(w->ended, count);
}

static void world_done(struct world *w)
{
    for (size_t i = 0; i < TASKS; i++)
        cvx_task_done(&w->tasks[i]);
    cvx_shared_free(w->env.shared);
    cvx_pool_free(w->env.pool);
    cvx_loop_free(w->loop);
}

static void test_ways_to_end(void **state)
{
    static const struct {
        const struct cvx_stage *stage;
        int rc;
        const char *result;
    } cases[] = {
        {&k_job, CVX_OK, "job"},
        {&k_call, CVX_OK, "answer after 1"},
        {&k_shared, CVX_OK, "profile of acme"},
        {&k_at_once, CVX_OK, ""},
        {&k_fail_at_once, CVX_EUSAGE, "at once"},
        {&k_run, CVX_EFORMAT, "the job failed"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static struct world w;

        world_make(&w);
        world_run(&w, cases[i].stage, TASKS);
        for (size_t k = 0; k < TASKS; k++) {
            assert_int_equal(w.rc[k], cases[i].rc);
            assert_string_equal(w.result[k], cases[i].result);
        }
        world_done(&w);
    }
}

/* What the engine does in a task's hop: how often, and what the task had done by then. */
static atomic_size_t g_leads, g_tails, g_early;

static int lead_fine(struct cvx_task_ctl *ctl)
{
    /* Nothing may be asked of others before the input is there. */
    g_early += ctl->call != NULL || ctl->task.shared.data != NULL;
    g_leads++;
    return CVX_OK;
}

static int lead_fails(struct cvx_task_ctl *ctl)
{
    g_leads++;
    return cvx_fail(&ctl->task.err, CVX_EFORMAT, "no input");
}

static int tail_counts(struct cvx_task_ctl *ctl)
{
    g_early += ctl->lead != NULL;
    g_tails++;
    return CVX_OK;
}

static void test_lead_and_tail(void **state)
{
    static const struct {
        const struct cvx_stage *stage;
        cvx_task_work *lead;
        int rc;
        const char *result;
        bool tail;         /* it is run: a stage of one job, which succeeded */
        size_t sent, made; /* calls, shared results, of all tasks together */
    } cases[] = {
        {&k_job, lead_fine, CVX_OK, "job", false, 0, 0},
        {&k_fine, lead_fine, CVX_OK, "", true, 0, 0},
        {&k_run, lead_fine, CVX_EFORMAT, "the job failed", false, 0, 0},
        {&k_call, lead_fine, CVX_OK, "answer after 1", false, TASKS, 0},
        {&k_shared, lead_fine, CVX_OK, "profile of acme", false, 1, 1},
        {&k_at_once, lead_fine, CVX_OK, "", false, 0, 0},
        {&k_fail_at_once, lead_fine, CVX_EUSAGE, "at once", false, 0, 0},
        {&k_job, lead_fails, CVX_EFORMAT, "no input", false, 0, 0},
        {&k_fine, lead_fails, CVX_EFORMAT, "no input", false, 0, 0},
        {&k_call, lead_fails, CVX_EFORMAT, "no input", false, 0, 0},
        {&k_shared, lead_fails, CVX_EFORMAT, "no input", false, 0, 0},
        {&k_at_once, lead_fails, CVX_EFORMAT, "no input", false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static struct world w;

        world_make(&w);
        g_leads = g_tails = g_early = 0;
        w.lead = cases[i].lead;
        w.tail = tail_counts;
        world_run(&w, cases[i].stage, TASKS);
        for (size_t k = 0; k < TASKS; k++) {
            assert_int_equal(w.rc[k], cases[i].rc);
            assert_string_equal(w.result[k], cases[i].result);
            assert_int_equal(w.tasks[k].lead_failed, cases[i].lead == lead_fails);
        }
        assert_int_equal(g_leads, TASKS);
        assert_int_equal(g_early, 0);
        assert_int_equal(g_tails, cases[i].tail ? TASKS : 0);
        assert_int_equal(w.caller.sent, cases[i].sent);
        assert_int_equal(g_produced, cases[i].made);
        world_done(&w);
    }
}

/* Canceled while the input is read: nothing is asked for. */
static void test_cancel_during_lead(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    w.lead = lead_fine;
    w.cancel_rest = true;
    world_run(&w, &k_call, TASKS);
    for (size_t k = 0; k < TASKS; k++)
        assert_true(w.rc[k] == CVX_OK || w.rc[k] == CVX_ECANCELED);
    assert_int_equal(w.env.calls_in_flight, 0);
    world_done(&w);
}

static void test_retry_is_the_calls_affair(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    w.caller.retries_each = 3;
    world_run(&w, &k_call, 5);
    for (size_t k = 0; k < 5; k++)
        assert_string_equal(w.result[k], "answer after 4");
    assert_int_equal(w.caller.sent, 5); /* the stage asked once each */
    assert_int_equal(w.caller.retried, 15);
    assert_int_equal(w.env.calls_in_flight, 0);
    world_done(&w);
}

static void test_a_failed_call(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    w.caller.verdict = CVX_VERDICT_FAILED;
    world_run(&w, &k_call, 3);
    assert_int_equal(w.rc[0], CVX_EIO);
    assert_string_equal(w.result[0], "the server said no");
    world_done(&w);
}

static void test_shared_is_made_once(void **state)
{
    static struct world w;
    size_t told = 0;

    (void)state;
    world_make(&w);
    w.caller.retries_each = 2; /* also when its call has to be repeated */
    world_run(&w, &k_shared, TASKS);
    assert_int_equal(g_produced, 1);
    assert_int_equal(w.caller.sent, 1);
    for (size_t i = 0; i < TASKS; i++)
        told += w.tasks[i].task.log.first != NULL;
    assert_int_equal(told, 1); /* the maker's log is in one block, not in fifty */
    world_done(&w);
    assert_int_equal(g_dropped, TASKS + 1); /* the askers and the maker */
}

static void test_shared_failure_is_remembered(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    g_fail_first = 1;
    world_run(&w, &k_shared, TASKS);
    assert_int_equal(g_produced, 1);
    for (size_t i = 0; i < TASKS; i++)
        assert_string_equal(w.result[i], "no profile");
    world_done(&w);
}

static void test_draining_sends_nothing(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    w.env.draining = true;
    world_run(&w, &k_call, TASKS);
    assert_int_equal(w.caller.sent, 0);
    for (size_t i = 0; i < TASKS; i++)
        assert_int_equal(w.rc[i], CVX_ECANCELED);
    world_done(&w);
    world_make(&w);
    w.env.draining = true;
    world_run(&w, &k_shared, TASKS);
    assert_int_equal(w.caller.sent, 0);
    assert_int_equal(w.rc[TASKS - 1], CVX_ECANCELED);
    world_done(&w);
}

/* A stage that asks for calls and did not say so: its own fault, no crash. */
static void test_nobody_to_call(void **state)
{
    static struct world w;

    (void)state;
    world_make(&w);
    w.env.caller = NULL;
    world_run(&w, &k_call, 2);
    assert_int_equal(w.rc[0], CVX_EINTERNAL);
    assert_int_equal(w.env.calls_in_flight, 0);
    world_done(&w);
}

/* The first end cancels all others, whatever they wait for: each ends once, none is lost. */
static void test_cancel_while_waiting(void **state)
{
    static const struct cvx_stage *const stages[] = {&k_job, &k_call, &k_shared};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        static struct world w;
        size_t canceled = 0;

        world_make(&w);
        w.cancel_rest = true;
        world_run(&w, stages[i], TASKS);
        for (size_t k = 0; k < TASKS; k++)
            canceled += w.rc[k] == CVX_ECANCELED;
        assert_true(canceled > 0 && canceled < TASKS);
        assert_int_equal(w.env.calls_in_flight, 0);
        world_done(&w);
    }
}

/* Everybody steps out of line: the making is given up; whoever asks then gets a new one. */
static void test_shared_given_up_and_asked_again(void **state)
{
    static struct world w;
    const struct cvx_plan_stage planned = {.stage = &k_shared};

    (void)state;
    world_make(&w);
    g_world = &w;
    w.expect = 4;
    cvx_shared_on_idle(w.env.shared, world_idle, &w);
    for (size_t i = 0; i < 4; i++) {
        cvx_task_init(&w.tasks[i], &w.env, &planned);
        w.tasks[i].on_end = task_ended;
        if (i == 3) /* the first three leave, then one more comes */
            for (size_t k = 0; k < 3; k++)
                cvx_task_cancel(&w.tasks[k]);
        cvx_task_start(&w.tasks[i], NULL);
    }
    cvx_loop_run(w.loop);
    assert_int_equal(w.caller.canceled, 1);
    assert_int_equal(g_produced, 2);
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(w.rc[k], CVX_ECANCELED);
    assert_string_equal(w.result[3], "profile of acme");
    world_done(&w);
}

static void test_table(void **state)
{
    (void)state;
    for (int to = CVX_TASK_IDLE; to <= CVX_TASK_ENDED; to++) {
        assert_false(cvx_task_may(CVX_TASK_ENDED, (enum cvx_task_state)to));
        assert_false(cvx_task_may((enum cvx_task_state)to, CVX_TASK_IDLE));
    }
    /* From every waiting state a cancel can end the task. */
    for (int from = CVX_TASK_STEP; from <= CVX_TASK_SHARED; from++)
        assert_true(cvx_task_may((enum cvx_task_state)from, CVX_TASK_ENDED));
    assert_string_equal(cvx_task_state_name(CVX_TASK_SHARED), "SHARED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways_to_end),
        cmocka_unit_test(test_lead_and_tail),
        cmocka_unit_test(test_cancel_during_lead),
        cmocka_unit_test(test_retry_is_the_calls_affair),
        cmocka_unit_test(test_a_failed_call),
        cmocka_unit_test(test_nobody_to_call),
        cmocka_unit_test(test_shared_is_made_once),
        cmocka_unit_test(test_shared_failure_is_remembered),
        cmocka_unit_test(test_draining_sends_nothing),
        cmocka_unit_test(test_cancel_while_waiting),
        cmocka_unit_test(test_shared_given_up_and_asked_again),
        cmocka_unit_test(test_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
