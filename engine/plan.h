/* The plan of a run: options checked against the registry and copied, ready to execute.
 *
 * Frozen once made, except for what each stage's prepare leaves (before the first file).
 * Thread: the loop; workers read. */
#ifndef CVX_PLAN_H
#define CVX_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

/* A stage with the parameters it was given. */
struct cvx_plan_stage {
    const struct cvx_stage *stage;
    const struct cvx_param *params;
    size_t n_params;
    const char *folder; /* of a verifier that keeps something: where; else NULL */
    void *state;        /* what prepare left */
    bool prepared;
};

struct cvx_plan_step {
    enum cvx_stage_kind kind;
    struct cvx_plan_stage *tries; /* in order, until one succeeds; one for most steps */
    size_t n_tries;
    struct cvx_plan_stage *verifiers; /* in order; none = not verified */
    size_t n_verifiers;
    bool stores;        /* its document (or file) is written */
    const char *folder; /* absolute or as given: where outputs go; a file when `single` */
    bool single;        /* `folder` is the output file itself */
    const char *suffix; /* after the stem: ".json", "_NEW.docx" */
    size_t column;      /* of the file's line; a chain of adjusters shares one */
};

struct cvx_plan {
    char *source; /* NULL only for a given list without one */
    bool parallel;
    unsigned n; /* 0 = auto */
    char *file_type;
    char **inputs;
    size_t n_inputs;
    bool inputs_given;
    char *target;
    struct cvx_plan_step *steps;
    size_t n_steps;
    enum cvx_stage_kind *columns; /* kinds of the columns of a line */
    size_t n_columns;
    const char **folders; /* that outputs are laid out below; not scanned for inputs */
    size_t n_folders;
    const char **suffixes; /* of outputs that are laid out so, each distinct one once */
    size_t n_suffixes;
    bool loads;                 /* no extractor: the input is JSON, read first */
    bool calls;                 /* some stage makes API calls */
    struct cvx_api_options api; /* of a plan that calls */
    bool has_api, debug_external, dry_run;
    enum cvx_fail_on fail_on;
    unsigned cpu_threads, grace_s;
    struct cvx_plan_memory *memory; /* all strings and arrays above */
};

/* CVX_EUSAGE in one line; CVX_ENOMEM. */
int cvx_plan_new(const struct cvx_registry *registry,
                 const struct cvx_run_options *options, struct cvx_plan **ret,
                 struct cvx_err *err);
void cvx_plan_free(struct cvx_plan *plan);

/* The i-th stage of the plan over all steps, tries before verifiers; NULL past the end. */
struct cvx_plan_stage *cvx_plan_stage_at(struct cvx_plan *plan, size_t i);

/* Appends where the step writes the output for an input with this relative path. */
void cvx_plan_output(const struct cvx_plan_step *step, const char *rel,
                     struct cvx_buf *buf);

/* Bytes of the longest folder that outputs are laid out below, 0 = none is. */
size_t cvx_plan_longest_folder(const struct cvx_plan *plan);
/* The pattern that file names must match, for people: the default spelled out. */
const char *cvx_plan_pattern(const struct cvx_plan *plan);

#endif
