/* The inside of a file's machine, shared by file_fsm.c (the table and the moves), file_io.c
 * (its own jobs), file_attempt.c (lists of extractors) and file_report.c (what it says).
 * Nobody else includes this. */
#ifndef CVX_FILE_PRIVATE_H
#define CVX_FILE_PRIVATE_H

#include "file_fsm.h"

/* How a file got where it is, told when an internal error ends it. */
#define FILE_HISTORY 8

/* What one attempt at a step left: kept for the first one of a list of extractors, whose
 * errors are reported when no other does better. */
struct attempt {
    struct cvx_column column;
    struct cvx_issues issues;
    struct cvx_err err; /* rc 0 unless a fault, not a verdict, ended it */
    struct cvx_cv *cv;
};

/* Writing an output: a job of the machine's own, unless the task before it did it in its own
 * hop to a worker. */
struct file_job {
    struct cvx_job job;
    int rc;    /* with the file's err */
    bool done; /* by the task: rc tells how */
};

struct cvx_file {
    struct cvx_file *next, *prev; /* in the run's list */
    struct cvx_file_env *env;
    struct cvx_file_info info;
    char *path, *rel, *fault;

    int state;                  /* enum file_state of file_fsm.c */
    size_t step, try, verifier; /* where in the plan */
    struct cvx_task_ctl ctl;    /* the stage at work */
    struct file_job io;
    bool canceled;

    /* In line for what a later step will ask for, as long as this file may come to it. */
    struct cvx_shared_wait ahead;

    struct cvx_cv *cv;     /* the document so far */
    struct cvx_buf bytes;  /* the rendered file until it is stored */
    struct cvx_buf output; /* path of what the present step stores */

    struct cvx_column *columns;
    struct cvx_issues step_issues; /* of the present step */
    struct cvx_issues issues;      /* of the last step that has any, before this one */
    struct attempt *first;         /* NULL unless an extractor of a list has failed */
    bool warned, step_failed;
    struct cvx_err err;
    struct cvx_log log;

    struct cvx_file_cost cost;
    struct cvx_estimate estimate; /* of the step of a dry run */
    int64_t started_ns;
    struct cvx_deferred end;
    unsigned char history[FILE_HISTORY];
    unsigned n_history;
};

/* file_attempt.c. Sets a failed attempt aside so that the next extractor of the list can be
 * tried; without memory for it the last one will be reported in its place. */
void cvx_file_attempt_keep(struct cvx_file *f);
/* All have failed: what the first one said is the file's result. */
void cvx_file_attempt_restore(struct cvx_file *f);
void cvx_file_attempt_free(struct attempt *attempt);

/* file_fsm.c: whatever the file waited for has come to pass. */
void cvx_file_resume(struct cvx_file *f);

/* file_io.c */
/* On a worker, a task's lead: reads the input of a run that begins with JSON. */
int cvx_file_load(struct cvx_task_ctl *ctl);
/* On a worker, a task's tail: writes the output when the task, the last before STORE, lets
 * it pass; f->io tells how. Never fails the task. */
int cvx_file_store_at_once(struct cvx_task_ctl *ctl);
/* Starts a job that writes the output; its outcome is in f->io when the file is resumed. */
void cvx_file_store(struct cvx_file *f);
/* The path of what the present step stores, into f->output. CVX_ENOMEM into f->err. */
int cvx_file_name_output(struct cvx_file *f);

/* file_ahead.c */
/* A task's on_call: asks for the first shared result that a later step foresees. */
void cvx_file_ask_ahead(struct cvx_task_ctl *ctl);
/* The file will not come to it any more, or has it. */
void cvx_file_ahead_done(struct cvx_file *f);

/* file_cost.c */
void cvx_file_add_cost(struct cvx_file *f);
/* A dry run, and the present stage is one to be asked only. */
bool cvx_file_estimates(const struct cvx_file *f);
struct cvx_next cvx_file_estimate_step(struct cvx_task *task);
void cvx_file_add_estimate(struct cvx_file *f);

/* file_report.c */
void cvx_file_log(struct cvx_file *f, enum cvx_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Moves the records of a task into the file's log. */
void cvx_file_take_log(struct cvx_file *f, struct cvx_log *log);
void cvx_file_log_issues(struct cvx_file *f, const struct cvx_issues *issues);
void cvx_file_log_stage(struct cvx_file *f);
/* The FILE_DONE event. */
void cvx_file_report(struct cvx_file *f, enum cvx_outcome outcome);

const struct cvx_plan_step *cvx_file_step(const struct cvx_file *f);

/* The letter of the file's line that the present step has a part in. */
static inline struct cvx_column *cvx_file_column(struct cvx_file *f)
{
    return &f->columns[cvx_file_step(f)->column];
}

#endif
