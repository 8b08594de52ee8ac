/* The contract between a stage and the engine: what a stage implements, what it may use.
 *
 * A stage is a descriptor (constant, shared by all files) with a step function. For each
 * file the engine makes a task and calls step(task); the stage answers with the next thing
 * to wait for: a job on a worker, an API call, a result shared by the whole run, or nothing
 * more. When that has come to pass the engine calls step(task) again, with task->turn one
 * higher and the outcome in task->rc and task->err. A stage never blocks on the loop, never
 * calls back into the file, never starts a thread.
 *
 *     step() ──▶ JOB(fn)          fn(task) on a worker; may touch this task alone
 *            ──▶ CALL(call)       the lane sends, retries, judges
 *            ──▶ SHARED(key, fn)  asked for once per run, however many files want it
 *            ──▶ DONE(rc)         the task's products are the engine's
 *
 * Threads: step, prepare, produce and drop run on the loop and must be quick; a job runs on
 * a worker while nothing else touches the task. The task's fields belong to whoever holds
 * it at that moment. `state` is read by many workers at once: it must not change once
 * prepare is done, and holds no json-c object. */
#ifndef CVEXTRACT_STAGE_H
#define CVEXTRACT_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/api.h>
#include <cvextract/buf.h>
#include <cvextract/call.h>
#include <cvextract/cv.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>
#include <cvextract/log.h>

/* Grows when this header changes in a way that a compiled stage would notice;
 * cvx_registry_add() refuses any other. */
#define CVX_STAGE_CONTRACT 2u

enum cvx_stage_kind {
    CVX_EXTRACTOR, /* file -> document */
    CVX_ADJUSTER,  /* document -> document */
    CVX_RENDERER,  /* document -> bytes of a file */
    CVX_VERIFIER,  /* document (and rendered file) -> issues */
    CVX_STAGE_KINDS
};

/* Bit for a kind, for `default_after`. */
#define CVX_AFTER(kind) (1u << (kind))

enum cvx_stage_flag {
    CVX_STAGE_API = 1u << 0,          /* returns calls: the run needs a lane and a key */
    CVX_STAGE_NOT_ADJUSTED = 1u << 1, /* verifier: by default only when no adjuster ran */
    CVX_STAGE_RENDERED =
        1u << 2 /* verifier: reads the file made, so after a renderer only */
};

/* A key=value (or a bare flag) that the user may give. value NULL = given bare. */
struct cvx_param {
    const char *key, *value;
};

enum cvx_key_flag {
    CVX_KEY_REQUIRED = 1u << 0,
    CVX_KEY_BARE = 1u << 1, /* a flag without a value */
    CVX_KEY_FILE = 1u << 2  /* names a file that must be there before work starts */
};

struct cvx_stage_key {
    const char *key;
    unsigned flags;
    const char *value; /* what --help shows for the value: "URL", "FILE.docx" */
    const char *help;  /* one line */
};

/* The input that a task works for. Constant while the task lives. */
struct cvx_file_info {
    size_t index;     /* place in the sorted list, from 0 */
    const char *path; /* as it can be opened; bytes */
    const char *rel;  /* relative to the source, what reports show; bytes */
};

struct cvx_task;
struct cvx_next;

typedef struct cvx_next cvx_step_fn(struct cvx_task *task);
/* Work on a worker. Its result and task->err are what step() finds when resumed. */
typedef int cvx_job_fn(struct cvx_task *task);

enum cvx_wait { CVX_WAIT_JOB, CVX_WAIT_CALL, CVX_WAIT_SHARED, CVX_WAIT_NONE };

struct cvx_next {
    enum cvx_wait wait;
    int rc;                /* NONE: how the task ended */
    cvx_job_fn *job;       /* JOB */
    struct cvx_call *call; /* CALL; owned by the task (in task->data) */
    const char *key;       /* SHARED: names the result within this stage; copied */
    cvx_step_fn *produce;  /* SHARED: makes it, in a task of its own, if nobody has yet */
};

static inline struct cvx_next cvx_next_job(cvx_job_fn *job)
{
    return (struct cvx_next){.wait = CVX_WAIT_JOB, .job = job};
}

static inline struct cvx_next cvx_next_call(struct cvx_call *call)
{
    return (struct cvx_next){.wait = CVX_WAIT_CALL, .call = call};
}

static inline struct cvx_next cvx_next_shared(const char *key, cvx_step_fn *produce)
{
    return (struct cvx_next){.wait = CVX_WAIT_SHARED, .key = key, .produce = produce};
}

static inline struct cvx_next cvx_next_done(int rc)
{
    return (struct cvx_next){.wait = CVX_WAIT_NONE, .rc = rc};
}

/* Frozen bytes of a shared result; valid until the task that waited for it ends. */
struct cvx_shared_result {
    const char *data;
    size_t len;
};

struct cvx_task {
    /* Set by the engine, constant for the stage. */
    const struct cvx_stage *stage;
    const struct cvx_param *params;
    size_t n_params;
    const struct cvx_file_info *file; /* NULL in prepare and produce */
    void *state;                      /* what prepare left, NULL without one */
    /* The document so far, borrowed; NULL for extractors. Not there yet when step is called
     * for the first time: what is read from a file is read with the first job. */
    struct cvx_cv *input;
    const char *document;           /* verifier after render: path of the file made */
    const char *key;                /* produce: the shared result's key */
    const struct cvx_api_info *api; /* settings of the API side; NULL without one */
    const char *target;             /* the run's target folder */
    unsigned turn;                  /* how often step was called before */

    /* The outcome of what was waited for: 0, or an enum cvx_rc with err filled. */
    int rc;
    struct cvx_err err;
    struct cvx_shared_result shared;

    /* The stage's own; released by its drop(). */
    void *data;
    /* Of a driver that the stage lets step for it (stages/openai/chat.h), else NULL. */
    void *driver;

    /* Products, taken by the engine at DONE. */
    void *made_state;         /* prepare: the state of the run */
    struct cvx_cv *output;    /* extractor, adjuster: the new document */
    struct cvx_buf bytes;     /* renderer: the file; produce: the shared result */
    struct cvx_issues issues; /* verifier: its verdict; others: warnings of their own */
    struct cvx_log log;       /* write with cvx_log_add(&task->log, ...) */
};

/* What a stage expects to ask for one input (--dry-run). */
struct cvx_estimate {
    size_t calls, tokens_in, tokens_out;
    size_t shared_calls, shared_tokens; /* once per run, however many files */
};

struct cvx_stage {
    unsigned contract; /* CVX_STAGE_CONTRACT */
    enum cvx_stage_kind kind;
    unsigned flags;         /* enum cvx_stage_flag */
    unsigned default_after; /* verifier: CVX_AFTER(kinds) it runs after unasked */
    const char *name;       /* what name= and verifier= take */
    const char *folder;     /* below the target: "structured_data"; verifiers: NULL, or */
    const char *suffix;     /* where they keep something; after the stem: ".json" */
    const char *pattern;    /* extractor: default file-type, "*.docx" */
    const char *summary;    /* one line for --list */
    const struct cvx_stage_key *keys; /* ends with a NULL key; NULL = none */

    /* The whole work is one job: step may be NULL, the engine runs this on a worker and is
     * done. Most stages that only compute need nothing else. */
    cvx_job_fn *run;
    /* Otherwise: see the top of this file. */
    cvx_step_fn *step;
    /* Once a run, before the first file: parse the template, derive the schema. CVX_EUSAGE
     * is a fault of the configuration (exit 2). Leaves its product in task->made_state. */
    cvx_step_fn *prepare;
    /* Releases what prepare left in made_state; on the loop, after the last task, or at once
     * when prepare itself failed or was stopped. */
    void (*close)(void *state);
    /* The key of the shared result that every file's task will ask for, and its maker; NULL =
     * none in this run. The engine asks for it when an earlier step makes its first call, so
     * that it is made meanwhile. On the loop; task: stage, parameters and state alone. */
    const char *(*foresee)(const struct cvx_task *task, cvx_step_fn **ret_produce);
    /* On a worker, instead of the work, for --dry-run: adds to *ret what one input will ask
     * for. NULL = no API calls. The input is task->input, or task->file for extractors. */
    int (*estimate)(struct cvx_task *task, struct cvx_estimate *ret);
    /* Releases task->data; on the loop, whatever way the task ended. */
    void (*drop)(struct cvx_task *task);
};

/* The value of a parameter, NULL when it was not given (or given bare). */
const char *cvx_task_param(const struct cvx_task *task, const char *key);

#endif
