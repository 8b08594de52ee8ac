/* The pool: every job comes back once, cancel, order, a batch per wake-up, few threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

enum { JOBS = 400 };

struct bench {
    struct cvx_loop *loop;
    struct cvx_pool *pool;
    size_t done, canceled, ran_total, expect;
    size_t order[JOBS];
    pthread_mutex_t gate; /* held by the test to keep a worker busy */
    atomic_int running;
};

struct work {
    struct cvx_job job; /* first */
    struct bench *bench;
    size_t number, again;
    int ran;
};

static void bench_make(struct bench *b, unsigned threads)
{
    struct cvx_err err;

    memset(b, 0, sizeof(*b));
    pthread_mutex_init(&b->gate, NULL);
    assert_int_equal(cvx_loop_new(true, &b->loop, &err), CVX_OK);
    assert_int_equal(cvx_pool_new(b->loop, threads, &b->pool, &err), CVX_OK);
}

static void bench_remove(struct bench *b)
{
    cvx_pool_free(b->pool);
    cvx_loop_free(b->loop);
    pthread_mutex_destroy(&b->gate);
}

static void work_run(struct cvx_job *job)
{
    ((struct work *)job)->ran++;
}

static void gated_run(struct cvx_job *job)
{
    struct bench *b = ((struct work *)job)->bench;

    atomic_store(&b->running, 1);
    pthread_mutex_lock(&b->gate);
    pthread_mutex_unlock(&b->gate);
    ((struct work *)job)->ran++;
}

static void work_done(struct cvx_job *job)
{
    struct work *w = (struct work *)job;
    struct bench *b = w->bench;

    assert_int_equal(job->at, CVX_JOB_LOOP);
    if (w->again) {
        w->again--;
        cvx_pool_submit(b->pool, job); /* from inside done(): allowed */
        return;
    }
    if (b->done < JOBS)
        b->order[b->done] = w->number;
    b->done++;
    b->canceled += job->canceled;
    b->ran_total += (size_t)w->ran;
    if (b->done == b->expect)
        cvx_loop_break(b->loop);
}

static void test_all_come_back_once(void **state)
{
    static struct work works[JOBS];
    struct bench b;

    (void)state;
    bench_make(&b, 4);
    assert_int_equal(cvx_pool_threads(b.pool), 4);
    memset(works, 0, sizeof(works));
    b.expect = JOBS;
    for (size_t i = 0; i < JOBS; i++) {
        works[i] = (struct work){.job = {.run = work_run, .done = work_done},
                                 .bench = &b,
                                 .number = i,
                                 .again = i % 3};
        cvx_pool_submit(b.pool, &works[i].job);
    }
    cvx_loop_run(b.loop);
    assert_int_equal(b.done, JOBS);
    assert_int_equal(b.canceled, 0);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(works[i].ran, 1 + (int)(i % 3));
    assert_int_equal(cvx_pool_queued(b.pool), 0);
    bench_remove(&b);
}

static void test_one_thread_keeps_the_order(void **state)
{
    static struct work works[JOBS];
    struct bench b;

    (void)state;
    bench_make(&b, 1);
    b.expect = JOBS;
    for (size_t i = 0; i < JOBS; i++) {
        works[i] = (struct work){
            .job = {.run = work_run, .done = work_done}, .bench = &b, .number = i};
        cvx_pool_submit(b.pool, &works[i].job);
    }
    cvx_loop_run(b.loop);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(b.order[i], i);
    bench_remove(&b);
}

static void test_urgent_goes_first(void **state)
{
    static const size_t expect[] = {0, 2, 4, 1, 3, 5};
    struct work works[6];
    struct bench b;

    (void)state;
    bench_make(&b, 1);
    b.expect = 6;
    pthread_mutex_lock(&b.gate);
    for (size_t i = 0; i < 6; i++) {
        works[i] = (struct work){.job = {.run = i ? work_run : gated_run,
                                         .done = work_done,
                                         .urgent = i && i % 2 == 0},
                                 .bench = &b,
                                 .number = i};
        cvx_pool_submit(b.pool, &works[i].job);
        while (i == 0 && !atomic_load(&b.running)) /* bounded by the test's own timeout */
            ;
    }
    pthread_mutex_unlock(&b.gate);
    cvx_loop_run(b.loop);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(b.order[i], expect[i]);
    bench_remove(&b);
}

static void test_cancel(void **state)
{
    struct work works[5];
    struct bench b;

    (void)state;
    bench_make(&b, 1);
    b.expect = 5;
    pthread_mutex_lock(&b.gate);
    for (size_t i = 0; i < 5; i++) {
        works[i] =
            (struct work){.job = {.run = i ? work_run : gated_run, .done = work_done},
                          .bench = &b,
                          .number = i};
        cvx_pool_submit(b.pool, &works[i].job);
    }
    while (!atomic_load(&b.running)) /* bounded by the test's own timeout */
        ;
    assert_int_equal(cvx_pool_queued(b.pool), 4);
    cvx_pool_cancel(b.pool, &works[0].job); /* runs already: left alone */
    cvx_pool_cancel(b.pool, &works[2].job);
    cvx_pool_cancel(b.pool, &works[2].job); /* twice is once */
    cvx_pool_cancel(b.pool, &works[4].job);
    assert_int_equal(cvx_pool_queued(b.pool), 2);
    pthread_mutex_unlock(&b.gate);
    cvx_loop_run(b.loop);
    assert_int_equal(b.canceled, 2);
    assert_int_equal(works[0].ran, 1);
    assert_int_equal(works[1].ran, 1);
    assert_int_equal(works[2].ran, 0);
    assert_int_equal(works[3].ran, 1);
    assert_int_equal(works[4].ran, 0);
    cvx_pool_cancel(b.pool, &works[1].job); /* back on the loop: no effect */
    bench_remove(&b);
}

#ifdef CVX_FAULTS
static void test_few_threads(void **state)
{
    struct cvx_loop *loop = NULL;
    struct cvx_pool *pool = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_loop_new(true, &loop, &err), CVX_OK);
    cvx_pool_fail_at(2);
    assert_int_equal(cvx_pool_new(loop, 8, &pool, &err), CVX_OK);
    assert_int_equal(cvx_pool_threads(pool), 2);
    cvx_pool_free(pool);
    cvx_pool_fail_at(0);
    pool = NULL;
    assert_int_equal(cvx_pool_new(loop, 8, &pool, &err), CVX_EIO);
    assert_null(pool);
    assert_non_null(strstr(cvx_err_root(&err), "cannot start a CPU thread"));
    cvx_pool_fail_at(-1);
    cvx_loop_free(loop);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_come_back_once),
        cmocka_unit_test(test_one_thread_keeps_the_order),
        cmocka_unit_test(test_urgent_goes_first),
        cmocka_unit_test(test_cancel),
#ifdef CVX_FAULTS
        cmocka_unit_test(test_few_threads),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
