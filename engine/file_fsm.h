/* One file's life: the state machine that takes it from admission to its line of output.
 *
 * Read file_fsm.c for the table. Thread: the loop. */
#ifndef CVX_FILE_FSM_H
#define CVX_FILE_FSM_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/event.h>

#include "events.h"
#include "plan.h"
#include "task.h"

struct cvx_file;

/* How a file left the machine. */
enum cvx_file_end { CVX_FILE_DONE, CVX_FILE_FAILED, CVX_FILE_CANCELED };

/* What a file has cost: CPU of its jobs, waits for answers. */
struct cvx_file_cost {
    int64_t cpu_ns, cpu_before_ns; /* all; before the first call */
    int64_t latency_ns, last_ns;   /* all answers; the last one and the CPU after it */
    size_t calls;
};

/* What all files of a run share. */
struct cvx_file_env {
    struct cvx_task_env *tasks;
    struct cvx_plan *plan;
    struct cvx_events *events;
    /* The file has ended and its event was sent; the callee frees it. Never called from
     * inside cvx_file_start() or cvx_file_cancel(). */
    void (*on_end)(void *arg, struct cvx_file *file, enum cvx_file_end end);
    /* A fault of the whole run was met (the target is full); err is borrowed. */
    void (*on_fault)(void *arg, const struct cvx_err *err);
    /* Before the file's event: counts it, so that the event shows it counted. */
    void (*on_count)(void *arg, enum cvx_outcome outcome);
    /* A dry run: what one input would ask for. NULL otherwise. */
    struct cvx_estimate *estimate;
    void *arg;
};

/* `rel` and `path` are borrowed and copied; `fault` (may be NULL) is why the file cannot be
 * processed at all. NULL when memory is short. */
struct cvx_file *cvx_file_new(struct cvx_file_env *env, size_t index, const char *path,
                              const char *rel, const char *fault);
void cvx_file_start(struct cvx_file *file);
/* The file ends as soon as may be, without a line of its own. */
void cvx_file_cancel(struct cvx_file *file);
/* It must have ended, or never started. */
void cvx_file_free(struct cvx_file *file);

const struct cvx_file_info *cvx_file_info(const struct cvx_file *file);
const struct cvx_file_cost *cvx_file_cost(const struct cvx_file *file);

/* The list that the run keeps its files in. */
struct cvx_file_list {
    struct cvx_file *head;
};
void cvx_file_list_add(struct cvx_file_list *list, struct cvx_file *file);
void cvx_file_list_remove(struct cvx_file_list *list, struct cvx_file *file);
struct cvx_file *cvx_file_list_next(const struct cvx_file *file);

/* The table, for the test of the README's diagram. */
size_t cvx_file_states(void);
const char *cvx_file_state_name(size_t state);
bool cvx_file_may(size_t from, size_t to);

#endif
