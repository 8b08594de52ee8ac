/* The CPU pool. See pool.h for who may touch a job when.
 *
 * Lists under one mutex: `todo` and `urgent` are filled by the loop and emptied by workers,
 * `posted` the other way round. The loop is woken through an eventfd, and only when `posted` was
 * empty: it takes the whole list at once, so one wake-up serves a batch. No callback runs
 * with the mutex held. */
#include "pool.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cvextract/mem.h>

struct job_list {
    struct cvx_job *head, *tail;
};

struct cvx_pool {
    struct cvx_loop *loop;
    struct cvx_watch *watch;
    int wake_fd; /* the only thing shared with libevent */
    size_t held; /* jobs between submit and done; the loop's */
    void (*on_batch)(void *arg);
    void *on_batch_arg;
    pthread_t *threads;
    unsigned n_threads;
    bool mu_ready, more_ready;

    /* Guarded by mu. */
    pthread_mutex_t mu;
    pthread_cond_t more; /* there is a job, or stop is set */
    struct job_list urgent, todo, posted;
    size_t queued; /* length of urgent and todo together */
    int64_t waited_ns;
    unsigned idle;  /* workers that wait for `more` and were not told of a job yet */
    unsigned woken; /* told, but not there yet: no second call for them */
    bool stop;
};

#ifdef CVX_FAULTS
static int g_fail_at = -1;

void cvx_pool_fail_at(int nth)
{
    g_fail_at = nth;
}

static bool thread_must_fail(void)
{
    if (g_fail_at > 0)
        g_fail_at--;
    else if (g_fail_at == 0)
        return true;
    return false;
}
#else
static bool thread_must_fail(void)
{
    return false;
}
#endif

static void list_put(struct job_list *list, struct cvx_job *job)
{
    job->next = NULL;
    job->prev = list->tail;
    if (list->tail)
        list->tail->next = job;
    else
        list->head = job;
    list->tail = job;
}

static void list_remove(struct job_list *list, struct cvx_job *job)
{
    if (job->prev)
        job->prev->next = job->next;
    else
        list->head = job->next;
    if (job->next)
        job->next->prev = job->prev;
    else
        list->tail = job->prev;
    job->next = job->prev = NULL;
}

/* With mu held. */
static struct job_list *list_of(struct cvx_pool *pool, const struct cvx_job *job)
{
    return job->urgent ? &pool->urgent : &pool->todo;
}

/* With mu held. */
static struct cvx_job *pool_take(struct cvx_pool *pool)
{
    struct cvx_job *job = pool->urgent.head ? pool->urgent.head : pool->todo.head;

    if (!job)
        return NULL;
    list_remove(list_of(pool, job), job);
    pool->queued--;
    pool->waited_ns += cvx_loop_now(pool->loop) - job->queued_ns;
    assert(job->at == CVX_JOB_QUEUED);
    job->at = CVX_JOB_WORKER;
    return job;
}

/* With mu held. True when the loop is to be woken: it takes all that is posted at once. */
static bool pool_post(struct cvx_pool *pool, struct cvx_job *job)
{
    bool first = pool->posted.head == NULL;

    job->at = CVX_JOB_POSTED;
    list_put(&pool->posted, job);
    return first;
}

/* Without mu: who is woken wants it at once. A full eventfd counter cannot happen: the loop
 * reads it to zero. */
static void pool_wake(struct cvx_pool *pool)
{
    const uint64_t one = 1;

    while (write(pool->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static void *pool_worker(void *arg)
{
    struct cvx_pool *pool = arg;
    int64_t before = cvx_loop_cpu_now();

    pthread_mutex_lock(&pool->mu);
    for (;;) {
        struct cvx_job *job = pool_take(pool);

        if (!job && pool->stop)
            break;
        if (!job) {
            pool->idle++;
            pthread_cond_wait(&pool->more, &pool->mu);
            /* Whoever gets here first takes the call: it need not be the one it woke. */
            if (pool->woken > 0)
                pool->woken--;
            else
                pool->idle--;
            continue;
        }
        pthread_mutex_unlock(&pool->mu);

        job->run(job);
        /* One reading a job, since it is a system call: a job's account begins where the
         * one before it ended. */
        int64_t now = cvx_loop_cpu_now();
        job->cpu_ns = now - before;
        before = now;

        pthread_mutex_lock(&pool->mu);
        assert(job->at == CVX_JOB_WORKER);
        if (pool_post(pool, job)) {
            pthread_mutex_unlock(&pool->mu);
            pool_wake(pool);
            pthread_mutex_lock(&pool->mu);
        }
    }
    pthread_mutex_unlock(&pool->mu);
    return NULL;
}

static void pool_collect(void *arg)
{
    struct cvx_pool *pool = arg;
    struct cvx_job *job, *next;
    uint64_t count;

    while (read(pool->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&pool->mu);
    job = pool->posted.head;
    pool->posted = (struct job_list){0};
    pthread_mutex_unlock(&pool->mu);

    /* Unlocked: done() may submit again, and may free the job. */
    for (; job; job = next) {
        next = job->next;
        assert(job->at == CVX_JOB_POSTED);
        job->at = CVX_JOB_LOOP;
        job->next = job->prev = NULL;
        pool->held--;
        job->done(job);
    }
    if (pool->on_batch)
        pool->on_batch(pool->on_batch_arg);
}

static int pool_start(struct cvx_pool *pool, unsigned threads, struct cvx_err *err)
{
    int e = 0;

    pool->threads = cvx_alloc_array(threads, sizeof(*pool->threads));
    if (!pool->threads)
        return cvx_fail(err, CVX_ENOMEM, "no memory for %u threads", threads);
    while (pool->n_threads < threads) {
        e = thread_must_fail() ? EAGAIN
                               : pthread_create(&pool->threads[pool->n_threads], NULL,
                                                pool_worker, pool);
        if (e)
            break;
        pool->n_threads++;
    }
    if (pool->n_threads == 0)
        return cvx_fail_errno(err, e, "cannot start a CPU thread");
    return CVX_OK;
}

int cvx_pool_new(struct cvx_loop *loop, unsigned threads, struct cvx_pool **ret,
                 struct cvx_err *err)
{
    struct cvx_pool *pool = cvx_zalloc(sizeof(*pool));
    int rc;

    if (!pool)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the CPU pool");
    pool->loop = loop;
    pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->wake_fd < 0) {
        rc = cvx_fail_errno(err, errno, "cannot make an eventfd");
        goto out;
    }
    pool->mu_ready = pthread_mutex_init(&pool->mu, NULL) == 0;
    pool->more_ready = pthread_cond_init(&pool->more, NULL) == 0;
    if (!pool->mu_ready || !pool->more_ready) {
        rc = cvx_fail(err, CVX_ENOMEM, "no memory for the CPU pool's lock");
        goto out;
    }
    rc = cvx_watch_new(loop, pool->wake_fd, pool_collect, pool, &pool->watch, err);
    if (rc)
        goto out;
    rc = pool_start(pool, threads, err);
    if (rc)
        goto out;
    *ret = pool;
    pool = NULL;
out:
    cvx_pool_free(pool);
    return rc;
}

unsigned cvx_pool_threads(const struct cvx_pool *pool)
{
    return pool->n_threads;
}

void cvx_pool_submit(struct cvx_pool *pool, struct cvx_job *job)
{
    assert(job->at == CVX_JOB_LOOP);
    job->canceled = false;
    job->cpu_ns = 0;
    pool->held++;
    pthread_mutex_lock(&pool->mu);
    job->at = CVX_JOB_QUEUED;
    job->queued_ns = cvx_loop_now(pool->loop);
    list_put(list_of(pool, job), job);
    pool->queued++;
    bool wake = pool->idle > 0;
    if (wake) {
        pool->idle--;
        pool->woken++;
    }
    pthread_mutex_unlock(&pool->mu);
    if (wake)
        pthread_cond_signal(&pool->more);
}

void cvx_pool_cancel(struct cvx_pool *pool, struct cvx_job *job)
{
    bool wake = false;

    pthread_mutex_lock(&pool->mu);
    if (job->at == CVX_JOB_QUEUED) {
        list_remove(list_of(pool, job), job);
        pool->queued--;
        job->canceled = true;
        wake = pool_post(pool, job);
    }
    pthread_mutex_unlock(&pool->mu);
    if (wake)
        pool_wake(pool);
}

void cvx_pool_on_batch(struct cvx_pool *pool, void (*on_batch)(void *arg), void *arg)
{
    pool->on_batch = on_batch;
    pool->on_batch_arg = arg;
}

size_t cvx_pool_queued(struct cvx_pool *pool)
{
    size_t n;

    pthread_mutex_lock(&pool->mu);
    n = pool->queued;
    pthread_mutex_unlock(&pool->mu);
    return n;
}

int64_t cvx_pool_waited(struct cvx_pool *pool)
{
    int64_t ns;

    pthread_mutex_lock(&pool->mu);
    ns = pool->waited_ns;
    pthread_mutex_unlock(&pool->mu);
    return ns;
}

void cvx_pool_free(struct cvx_pool *pool)
{
    if (!pool)
        return;
    assert(pool->held == 0);
    if (pool->n_threads) {
        pthread_mutex_lock(&pool->mu);
        pool->stop = true;
        pthread_cond_broadcast(&pool->more);
        pthread_mutex_unlock(&pool->mu);
        for (unsigned i = 0; i < pool->n_threads; i++)
            pthread_join(pool->threads[i], NULL);
    }
    cvx_watch_free(pool->watch);
    if (pool->wake_fd >= 0)
        close(pool->wake_fd);
    if (pool->more_ready)
        pthread_cond_destroy(&pool->more);
    if (pool->mu_ready)
        pthread_mutex_destroy(&pool->mu);
    cvx_free(pool->threads);
    cvx_free(pool);
}
