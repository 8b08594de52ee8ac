/* The CPU pool: runs blocking or computing work off the loop and hands it back.
 *
 * Thread: the loop only, unless a callback says otherwise. A job belongs to exactly one
 * place at a time, LOOP -> QUEUED -> WORKER -> POSTED -> LOOP, and its holder alone may
 * touch it; each hop asserts the place before. Jobs start in the order of submission, but
 * urgent ones before all others: what goes on with a file that was begun comes before
 * beginning another, so that few documents are in memory however many files are admitted. */
#ifndef CVX_POOL_H
#define CVX_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/err.h>

#include "loop.h"

struct cvx_pool;

enum cvx_job_at { CVX_JOB_LOOP, CVX_JOB_QUEUED, CVX_JOB_WORKER, CVX_JOB_POSTED };

/* Embed in what the work is about. */
struct cvx_job {
    struct cvx_job *next, *prev;
    /* On a worker: may touch this job's owner alone. */
    void (*run)(struct cvx_job *job);
    /* On the loop, once, after run() or instead of it (canceled); the job is the caller's
     * again and may be freed. */
    void (*done)(struct cvx_job *job);
    enum cvx_job_at at;
    bool urgent;       /* set by the owner before it submits */
    bool canceled;     /* run() was not called */
    int64_t queued_ns; /* the pool's */
    int64_t cpu_ns;    /* what run() took of its worker, and the way to it; for done() */
};

/* Starts the threads. Fewer than asked for is no failure as long as there is one; see
 * cvx_pool_threads(). CVX_EIO, CVX_ENOMEM. */
int cvx_pool_new(struct cvx_loop *loop, unsigned threads, struct cvx_pool **ret,
                 struct cvx_err *err);
unsigned cvx_pool_threads(const struct cvx_pool *pool);

/* The pool holds the job until done(). Never blocks, never fails, never calls done(). */
void cvx_pool_submit(struct cvx_pool *pool, struct cvx_job *job);
/* A job that no worker has taken yet comes back through done() without having run; any
 * other is left alone. */
void cvx_pool_cancel(struct cvx_pool *pool, struct cvx_job *job);
/* Called on the loop each time finished jobs have been handed back: the queue is shorter
 * then, whatever they were about. */
void cvx_pool_on_batch(struct cvx_pool *pool, void (*on_batch)(void *arg), void *arg);
/* Jobs that wait for a worker. */
size_t cvx_pool_queued(struct cvx_pool *pool);

/* How long jobs have waited for a worker, all together, ns. */
int64_t cvx_pool_waited(struct cvx_pool *pool);

/* Waits for the workers. No job may be queued, running or posted. NULL is fine. */
void cvx_pool_free(struct cvx_pool *pool);

#ifdef CVX_FAULTS
/* Creating the nth thread from now on, and all later ones, fails; -1 = none. */
void cvx_pool_fail_at(int nth);
#endif

#endif
