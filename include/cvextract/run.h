/* The public API: options -> run -> result. What the program does, an embedding program can.
 *
 *     registry = cvx_registry_builtin(&err);
 *     run = cvx_run_new(registry, &options, &err);   checks and copies the options
 *     cvx_run_add_reporter(run, &my_reporter);
 *     rc = cvx_run_go(run, &result, &err);           returns when the last file ended
 *     cvx_run_free(run);
 *
 * The library installs no signal handler, writes to no standard stream, calls no exit, and
 * keeps nothing between runs: several may follow each other in one process. SIGPIPE is the
 * caller's affair. Thread: one thread makes, runs and frees; cvx_run_stop() is the one call
 * allowed from any thread and from a signal handler. */
#ifndef CVEXTRACT_RUN_H
#define CVEXTRACT_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/api.h>
#include <cvextract/err.h>
#include <cvextract/event.h>
#include <cvextract/registry.h>
#include <cvextract/stage.h>

/* One step of the pipeline, as asked for. */
struct cvx_step_options {
    enum cvx_stage_kind kind; /* CVX_EXTRACTOR, CVX_ADJUSTER or CVX_RENDERER */
    const char *const
        *names; /* tried in order; none = the registry's first of the kind */
    size_t n_names;
    const struct cvx_param *params; /* the stage's own keys */
    size_t n_params;
    const char *const *verifiers; /* none = the defaults */
    size_t n_verifiers;
    bool skip_verify;
    const char
        *output; /* file, or folder in a batch; relative = below target; NULL = default */
};

enum cvx_fail_on { CVX_FAIL_ON_ALL, CVX_FAIL_ON_ANY, CVX_FAIL_ON_NEVER };

struct cvx_run_options {
    const char *source;    /* a folder in a batch, else one file; bytes */
    bool parallel;         /* a batch */
    unsigned n;            /* most files in flight, 0 = auto */
    const char *file_type; /* glob; NULL = the default of the first step */
    const char *const
        *inputs; /* batch: these paths instead of a scan; source may be NULL */
    size_t n_inputs;
    bool inputs_given;                    /* `inputs` counts, even when it is empty */
    const char *target;                   /* created when missing */
    const struct cvx_step_options *steps; /* extract?, adjust*, render?; at least one */
    size_t n_steps;
    bool skip_all_verify;
    enum cvx_fail_on fail_on;
    unsigned cpu_threads;              /* 0 = one per CPU */
    const struct cvx_api_options *api; /* NULL = no stage may make calls */
    bool debug_external; /* HTTP exchanges go into the logs of their files */
    bool dry_run;        /* extract, estimate the calls; send nothing, write nothing */
    unsigned grace_s;    /* how long sent calls may finish after a stop */
};

struct cvx_run_result {
    struct cvx_totals totals;
    int exit_status; /* 10-cli.md, "Exit status", signals aside: 0, 1, 2, 4 or 5 */
    bool stopped;
};

struct cvx_run;

/* Checks the options against the registry (names, keys, required values, order of steps,
 * files that must exist) and copies them. CVX_EUSAGE with one clear line; nothing has been
 * written then. The registry is borrowed for the run's life. */
int cvx_run_new(const struct cvx_registry *registry,
                const struct cvx_run_options *options, struct cvx_run **ret,
                struct cvx_err *err);

/* Borrowed until cvx_run_free(). Before cvx_run_go() only. */
int cvx_run_add_reporter(struct cvx_run *run, struct cvx_reporter *reporter);

/* Runs to the end on the calling thread. CVX_OK: files were processed (or the run was
 * stopped), see ret. Otherwise nothing was: CVX_EUSAGE (a stage's prepare), CVX_EIO
 * (source, target), CVX_EBUSY, CVX_ENOMEM, CVX_ECANCELED (stopped before the inputs
 * were known) ...; a run-level fault on the way (target full)
 * is CVX_OK with exit_status 1 and the fault in the RUN_DONE event. Once per run. */
int cvx_run_go(struct cvx_run *run, struct cvx_run_result *ret, struct cvx_err *err);

/* Asks the run to end. First call: no further file is admitted, no further call is sent,
 * what is under way may finish within the grace time. Second call: now. Async-signal-safe;
 * harmless before and after cvx_run_go(). */
void cvx_run_stop(struct cvx_run *run);

void cvx_run_free(struct cvx_run *run);

/* Settings of the whole process that make runs faster; the program makes them, an embedding
 * program may, before its first thread: the time zone is named when it is not (the C library
 * would look at /etc/localtime for every entry of every package), and malloc keeps buffers
 * of a file's size instead of giving them back to the system after each. */
void cvx_process_tune(void);

#endif
