/* Results shared by the whole run: single-flight (30-openai.md, "What must never happen").
 *
 * The first task that asks for a key starts a task that makes it; all others wait for that
 * one. A result, also a failure, is kept until the run ends. Making it is given up when
 * nobody waits any more. Thread: the loop. */
#ifndef CVX_SHARED_H
#define CVX_SHARED_H

#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/stage.h>

#include "loop.h"

struct cvx_shared;
struct cvx_shared_entry;
struct cvx_task_env;

/* One asker's place in line. Embedded in its task. */
struct cvx_shared_wait {
    struct cvx_shared_wait *next, *prev;
    struct cvx_shared_entry *entry; /* NULL = not waiting */
    struct cvx_deferred wake;
    /* The asker's log: the first one woken gets what the maker had to say. */
    struct cvx_log *log;
    /* The result is there (or failed): never called from inside ask(). `result` stays valid
     * until the run ends. */
    void (*on_ready)(struct cvx_shared_wait *wait, const struct cvx_shared_result *result,
                     const struct cvx_err *err);
};

int cvx_shared_new(struct cvx_task_env *env, struct cvx_shared **ret,
                   struct cvx_err *err);
/* Nothing may be in the making (cvx_shared_busy() is 0). NULL is fine. */
void cvx_shared_free(struct cvx_shared *shared);

/* Puts `wait` in line for stage:key. `asker` lends the maker its stage, parameters and
 * state. CVX_ENOMEM: not in line. */
int cvx_shared_ask(struct cvx_shared *shared, struct cvx_shared_wait *wait,
                   const struct cvx_task *asker, const char *key, cvx_step_fn *produce,
                   struct cvx_err *err);
/* Steps out of line; on_ready is not called any more. */
void cvx_shared_leave(struct cvx_shared *shared, struct cvx_shared_wait *wait);

/* Results in the making. */
size_t cvx_shared_busy(const struct cvx_shared *shared);
/* Called on the loop whenever cvx_shared_busy() falls to 0. */
void cvx_shared_on_idle(struct cvx_shared *shared, void (*on_idle)(void *arg), void *arg);

#endif
