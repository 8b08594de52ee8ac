/* Single-flight results. A run has few of them (a profile per company), so a list does.
 *
 * An entry is made by the first asker and lives until the run ends. Its maker is an ordinary
 * task; when that ends, everybody in line is woken by a deferred call, so that one waiter's
 * next step cannot disturb the walk over the others. */
#include "shared.h"

#include <assert.h>
#include <string.h>

#include <cvextract/mem.h>

#include "task.h"

struct cvx_shared_entry {
    struct cvx_shared_entry *next;
    struct cvx_shared *shared;
    struct cvx_plan_stage planned; /* what the first asker lent */
    char *key;
    cvx_step_fn *produce;
    struct cvx_task_ctl maker;
    bool making, ready;
    struct cvx_shared_wait *head, *tail; /* in line */
    struct cvx_buf bytes;
    struct cvx_log log; /* the maker's, until somebody takes it */
    struct cvx_err err;
};

struct cvx_shared {
    struct cvx_task_env *env;
    struct cvx_shared_entry *entries;
    size_t busy;
    void (*on_idle)(void *arg);
    void *on_idle_arg;
};

int cvx_shared_new(struct cvx_task_env *env, struct cvx_shared **ret, struct cvx_err *err)
{
    struct cvx_shared *shared = cvx_zalloc(sizeof(*shared));

    if (!shared)
        return cvx_fail(err, CVX_ENOMEM, "no memory for shared results");
    shared->env = env;
    *ret = shared;
    return CVX_OK;
}

static void entry_free(struct cvx_shared_entry *entry)
{
    if (!entry)
        return;
    cvx_buf_done(&entry->bytes);
    cvx_log_done(&entry->log);
    cvx_free(entry->key);
    cvx_free(entry);
}

void cvx_shared_free(struct cvx_shared *shared)
{
    if (!shared)
        return;
    assert(shared->busy == 0);
    while (shared->entries) {
        struct cvx_shared_entry *entry = shared->entries;

        shared->entries = entry->next;
        entry_free(entry);
    }
    cvx_free(shared);
}

static void line_unlink(struct cvx_shared_wait *wait)
{
    struct cvx_shared_entry *entry = wait->entry;

    if (wait->prev)
        wait->prev->next = wait->next;
    else
        entry->head = wait->next;
    if (wait->next)
        wait->next->prev = wait->prev;
    else
        entry->tail = wait->prev;
    wait->next = wait->prev = NULL;
    wait->entry = NULL;
}

static void line_join(struct cvx_shared_entry *entry, struct cvx_shared_wait *wait)
{
    wait->entry = entry;
    wait->next = NULL;
    wait->prev = entry->tail;
    if (entry->tail)
        entry->tail->next = wait;
    else
        entry->head = wait;
    entry->tail = wait;
}

static void wait_wake(struct cvx_deferred *wake)
{
    struct cvx_shared_wait *wait =
        (struct cvx_shared_wait *)((char *)wake - offsetof(struct cvx_shared_wait, wake));
    struct cvx_shared_entry *entry = wait->entry;
    struct cvx_shared_result result = {.data = entry->bytes.data,
                                       .len = entry->bytes.len};

    line_unlink(wait);
    cvx_log_move(wait->log, &entry->log);
    wait->on_ready(wait, &result, &entry->err);
}

static void maker_ended(struct cvx_task_ctl *maker);

static void entry_make(struct cvx_shared_entry *entry)
{
    entry->making = true;
    entry->shared->busy++;
    cvx_task_init(&entry->maker, entry->shared->env, &entry->planned);
    entry->maker.task.key = entry->key;
    entry->maker.on_end = maker_ended;
    cvx_task_start(&entry->maker, entry->produce);
}

static void entry_take(struct cvx_shared_entry *entry)
{
    struct cvx_task *task = &entry->maker.task;

    cvx_err_init(&entry->err);
    if (task->rc)
        entry->err = task->err;
    cvx_buf_done(&entry->bytes);
    entry->bytes = task->bytes;
    task->bytes = CVX_BUF_INIT;
    cvx_log_move(&entry->log, &task->log);
    cvx_task_done(&entry->maker);
}

/* A maker that was given up leaves no result: whoever asks next, or came into line while it
 * was being given up, has it made anew. */
static void maker_ended(struct cvx_task_ctl *maker)
{
    struct cvx_shared_entry *entry =
        (struct cvx_shared_entry *)((char *)maker -
                                    offsetof(struct cvx_shared_entry, maker));
    struct cvx_shared *shared = entry->shared;

    entry_take(entry);
    entry->making = false;
    shared->busy--;
    entry->ready = entry->err.rc != CVX_ECANCELED;
    if (!entry->ready && entry->head && !shared->env->draining) {
        entry_make(entry);
        return;
    }
    for (struct cvx_shared_wait *w = entry->head; w; w = w->next) {
        w->wake.call = wait_wake;
        cvx_loop_defer(shared->env->loop, &w->wake);
    }
    if (shared->busy == 0 && shared->on_idle)
        shared->on_idle(shared->on_idle_arg);
}

static struct cvx_shared_entry *entry_find(const struct cvx_shared *shared,
                                           const struct cvx_stage *stage, const char *key)
{
    struct cvx_shared_entry *entry = shared->entries;

    while (entry && (entry->planned.stage != stage || strcmp(entry->key, key) != 0))
        entry = entry->next;
    return entry;
}

static struct cvx_shared_entry *entry_new(struct cvx_shared *shared,
                                          const struct cvx_task *asker, const char *key)
{
    struct cvx_shared_entry *entry = cvx_zalloc(sizeof(*entry));

    if (entry)
        entry->key = cvx_strdup(key);
    if (!entry || !entry->key) {
        entry_free(entry);
        return NULL;
    }
    entry->shared = shared;
    cvx_log_init(&entry->log, shared->env->log_level);
    entry->planned = (struct cvx_plan_stage){.stage = asker->stage,
                                             .params = asker->params,
                                             .n_params = asker->n_params,
                                             .state = asker->state};
    entry->next = shared->entries;
    shared->entries = entry;
    return entry;
}

int cvx_shared_ask(struct cvx_shared *shared, struct cvx_shared_wait *wait,
                   const struct cvx_task *asker, const char *key, cvx_step_fn *produce,
                   struct cvx_err *err)
{
    struct cvx_shared_entry *entry = entry_find(shared, asker->stage, key);

    assert(!wait->entry);
    if (!entry)
        entry = entry_new(shared, asker, key);
    if (!entry)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the shared result '%s'", key);
    line_join(entry, wait);
    if (entry->ready) {
        wait->wake.call = wait_wake;
        cvx_loop_defer(shared->env->loop, &wait->wake);
    } else if (!entry->making) {
        entry->produce = produce;
        entry_make(entry);
    }
    return CVX_OK;
}

void cvx_shared_leave(struct cvx_shared *shared, struct cvx_shared_wait *wait)
{
    struct cvx_shared_entry *entry = wait->entry;

    if (!entry)
        return;
    cvx_loop_undefer(shared->env->loop, &wait->wake);
    line_unlink(wait);
    if (!entry->head && entry->making)
        cvx_task_cancel(&entry->maker);
}

size_t cvx_shared_busy(const struct cvx_shared *shared)
{
    return shared->busy;
}

void cvx_shared_on_idle(struct cvx_shared *shared, void (*on_idle)(void *arg), void *arg)
{
    shared->on_idle = on_idle;
    shared->on_idle_arg = arg;
}
