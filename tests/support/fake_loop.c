/* A loop and a pool without a system below them. */
#include "fake_loop.h"

#include <assert.h>
#include <stddef.h>

#include <cvextract/mem.h>

struct cvx_timer {
    struct cvx_timer *next;
    struct cvx_loop *loop;
    void (*on_fire)(void *arg);
    void *arg;
    bool set;
    int64_t due;
    uint64_t seq;
};

struct cvx_loop {
    int64_t now;
    uint64_t seq;
    struct cvx_deferred *head, *tail;
    struct cvx_timer *timers;
    struct cvx_pool *pool;
};

struct cvx_pool {
    struct cvx_loop *loop;
    struct cvx_job *head, *tail;
    size_t queued;
    bool hold;
};

/* ---- the loop ---- */

int cvx_loop_new(bool precise, struct cvx_loop **ret, struct cvx_err *err)
{
    struct cvx_loop *loop = cvx_zalloc(sizeof(*loop));

    (void)precise;
    if (!loop)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the event loop");
    loop->now = 1000 * CVX_NS_PER_S;
    *ret = loop;
    return CVX_OK;
}

void cvx_loop_free(struct cvx_loop *loop)
{
    if (!loop)
        return;
    assert(!loop->head && !loop->timers);
    cvx_free(loop);
}

int64_t cvx_loop_now(const struct cvx_loop *loop)
{
    return loop->now;
}

int64_t cvx_loop_cpu_now(void)
{
    return 0;
}

void cvx_loop_defer(struct cvx_loop *loop, struct cvx_deferred *deferred)
{
    if (deferred->queued)
        return;
    deferred->queued = true;
    deferred->next = NULL;
    deferred->prev = loop->tail;
    if (loop->tail)
        loop->tail->next = deferred;
    else
        loop->head = deferred;
    loop->tail = deferred;
}

void cvx_loop_undefer(struct cvx_loop *loop, struct cvx_deferred *deferred)
{
    if (!deferred->queued)
        return;
    if (deferred->prev)
        deferred->prev->next = deferred->next;
    else
        loop->head = deferred->next;
    if (deferred->next)
        deferred->next->prev = deferred->prev;
    else
        loop->tail = deferred->prev;
    deferred->queued = false;
}

/* The next one; while held, the next that was canceled. */
static struct cvx_job *take_job(struct cvx_pool *pool)
{
    struct cvx_job **at = &pool->head, *last = NULL, *job;

    while (*at && pool->hold && !(*at)->canceled) {
        last = *at;
        at = &(*at)->next;
    }
    job = *at;
    if (!job)
        return NULL;
    *at = job->next;
    if (pool->tail == job)
        pool->tail = last;
    pool->queued--;
    return job;
}

static bool run_job(struct cvx_pool *pool)
{
    struct cvx_job *job = pool ? take_job(pool) : NULL;

    if (!job)
        return false;
    job->at = CVX_JOB_WORKER;
    if (!job->canceled)
        job->run(job);
    job->at = CVX_JOB_LOOP;
    job->done(job);
    return true;
}

void fake_loop_settle(struct cvx_loop *loop)
{
    do {
        while (loop->head) {
            struct cvx_deferred *d = loop->head;

            cvx_loop_undefer(loop, d);
            d->call(d);
        }
    } while (run_job(loop->pool));
}

static struct cvx_timer *earliest(const struct cvx_loop *loop)
{
    struct cvx_timer *first = NULL;

    for (struct cvx_timer *t = loop->timers; t; t = t->next)
        if (t->set && (!first || t->due < first->due ||
                       (t->due == first->due && t->seq < first->seq)))
            first = t;
    return first;
}

static void fire(struct cvx_loop *loop, struct cvx_timer *timer)
{
    if (timer->due > loop->now)
        loop->now = timer->due;
    timer->set = false;
    timer->on_fire(timer->arg);
    fake_loop_settle(loop);
}

void fake_loop_advance(struct cvx_loop *loop, int64_t ns)
{
    int64_t until = loop->now + ns;

    fake_loop_settle(loop);
    for (struct cvx_timer *t = earliest(loop); t && t->due <= until; t = earliest(loop))
        fire(loop, t);
    loop->now = until;
}

bool fake_loop_step(struct cvx_loop *loop)
{
    struct cvx_timer *timer;

    fake_loop_settle(loop);
    timer = earliest(loop);
    if (timer)
        fire(loop, timer);
    return timer != NULL;
}

/* ---- timers ---- */

int cvx_timer_new(struct cvx_loop *loop, void (*on_fire)(void *arg), void *arg,
                  struct cvx_timer **ret, struct cvx_err *err)
{
    struct cvx_timer *timer = cvx_zalloc(sizeof(*timer));

    if (!timer)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a timer");
    timer->loop = loop;
    timer->on_fire = on_fire;
    timer->arg = arg;
    timer->next = loop->timers;
    loop->timers = timer;
    *ret = timer;
    return CVX_OK;
}

void cvx_timer_start(struct cvx_timer *timer, int64_t delay_ns)
{
    timer->set = true;
    timer->due = timer->loop->now + (delay_ns > 0 ? delay_ns : 0);
    timer->seq = timer->loop->seq++;
}

void cvx_timer_stop(struct cvx_timer *timer)
{
    timer->set = false;
}

void cvx_timer_free(struct cvx_timer *timer)
{
    struct cvx_timer **at;

    if (!timer)
        return;
    at = &timer->loop->timers;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    cvx_free(timer);
}

/* ---- descriptors: HTTP asks for them only when it sends, and it never does ---- */

int cvx_io_new(struct cvx_loop *loop, int fd,
               void (*on_ready)(void *arg, int fd, unsigned what), void *arg,
               struct cvx_io **ret, struct cvx_err *err)
{
    (void)loop;
    (void)fd;
    (void)on_ready;
    (void)arg;
    (void)ret;
    return cvx_fail(err, CVX_EINTERNAL, "nothing is watched here");
}

int cvx_io_want(struct cvx_io *io, unsigned what, struct cvx_err *err)
{
    (void)io;
    (void)what;
    return cvx_fail(err, CVX_EINTERNAL, "nothing is watched here");
}

void cvx_io_free(struct cvx_io *io)
{
    (void)io;
}

/* ---- the pool ---- */

int cvx_pool_new(struct cvx_loop *loop, unsigned threads, struct cvx_pool **ret,
                 struct cvx_err *err)
{
    struct cvx_pool *pool = cvx_zalloc(sizeof(*pool));

    (void)threads;
    if (!pool)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the pool");
    pool->loop = loop;
    loop->pool = pool;
    *ret = pool;
    return CVX_OK;
}

void cvx_pool_submit(struct cvx_pool *pool, struct cvx_job *job)
{
    assert(job->at == CVX_JOB_LOOP);
    job->at = CVX_JOB_QUEUED;
    job->canceled = false;
    job->next = job->prev = NULL;
    if (pool->tail)
        pool->tail->next = job;
    else
        pool->head = job;
    pool->tail = job;
    pool->queued++;
}

/* A job canceled in the queue stays in it, and comes back without having run. */
void cvx_pool_cancel(struct cvx_pool *pool, struct cvx_job *job)
{
    (void)pool;
    if (job->at == CVX_JOB_QUEUED)
        job->canceled = true;
}

void fake_pool_hold(struct cvx_pool *pool, bool hold)
{
    pool->hold = hold;
}

size_t cvx_pool_queued(struct cvx_pool *pool)
{
    return pool->queued;
}

void cvx_pool_free(struct cvx_pool *pool)
{
    if (!pool)
        return;
    assert(!pool->head);
    pool->loop->pool = NULL;
    cvx_free(pool);
}
