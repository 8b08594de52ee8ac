/* Owns the pipeline that a line asks for: sources, and the order of steps. */
#include "cli_steps.h"

#include <string.h>
#include <sys/stat.h>

#include <cvextract/mem.h>

#define FILES_MAX 1000000u

/* ---- where the input comes from ---- */

static int read_parallel(const struct cvx_cli_build *build, bool rerun,
                         struct cvx_run_options *run, struct cvx_err *err)
{
    struct cvx_cli_step step = {.given =
                                    cvx_cli_words_find(build->line, CVX_CLI_PARALLEL, 0)};
    const char *n;
    int rc;

    if (!step.given)
        return CVX_OK;
    rc = cvx_cli_step_words(build, &step, err);
    if (rc != CVX_OK)
        return rc;
    run->parallel = true;
    run->source = cvx_cli_step_own(&step, "source");
    run->file_type = cvx_cli_step_own(&step, "file-type");
    if (!run->source && !rerun)
        return cvx_cli_usage(err, "--parallel needs source=DIR (or --rerun-failed)");
    n = cvx_cli_step_own(&step, "n");
    if (n && strcmp(n, "auto") != 0 && !cvx_cli_words_number(n, 1, FILES_MAX, &run->n))
        return cvx_cli_usage(err,
                             "n= of --parallel is a whole number from 1 to %u, or auto; "
                             "not '%.60s'",
                             FILES_MAX, n);
    return CVX_OK;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* source= of --extract, data= of the others; `first`: nothing comes before this step. */
static int read_source(const struct cvx_cli_step *step, bool first,
                       struct cvx_run_options *run, struct cvx_err *err)
{
    const char *key = step->options.kind == CVX_EXTRACTOR ? "source" : "data";
    const char *flag = step->given->flag->name;
    const char *path = cvx_cli_step_own(step, key);

    if (!first)
        return path ? cvx_cli_usage(err, "%s= of --%s is for the first stage only", key,
                                    flag)
                    : CVX_OK;
    if (run->parallel)
        return path ? cvx_cli_usage(err,
                                    "%s= of --%s and --parallel exclude each other: the "
                                    "folder is --parallel source=DIR",
                                    key, flag)
                    : CVX_OK;
    if (!path)
        return cvx_cli_usage(err, "--%s needs %s=FILE (or --parallel source=DIR)", flag,
                             key);
    run->source = path;
    run->parallel = is_folder(path);
    return CVX_OK;
}

/* ---- the pipeline ---- */

static size_t count_steps(const struct cvx_cli_line *line)
{
    size_t n = 0;

    for (size_t i = 0; i < line->n; i++)
        n += line->given[i].flag->kind >= 0 ? 1 : 0;
    return n;
}

static int add_step(const struct cvx_cli_build *build, const struct cvx_cli_given *given,
                    struct cvx_step_options *steps, struct cvx_run_options *run,
                    struct cvx_err *err)
{
    struct cvx_cli_step step = {.given = given};
    int rc;

    step.options.kind = (enum cvx_stage_kind)given->flag->kind;
    rc = cvx_cli_step_read(build, &step, err);
    if (rc == CVX_OK)
        rc = read_source(&step, run->n_steps == 0, run, err);
    if (rc != CVX_OK)
        return rc;
    steps[run->n_steps++] = step.options;
    return CVX_OK;
}

/* The chain has one outcome, so only its end may say where that goes. */
static int check_outputs(const struct cvx_run_options *run, struct cvx_err *err)
{
    for (size_t i = 0; i + 1 < run->n_steps; i++) {
        if (run->steps[i].kind == CVX_ADJUSTER &&
            run->steps[i + 1].kind == CVX_ADJUSTER && run->steps[i].output)
            return cvx_cli_usage(err, "output= is for the last --adjust only");
    }
    return CVX_OK;
}

/* In the order in which they run, however the line has them. */
static int read_steps(const struct cvx_cli_build *build, size_t count,
                      struct cvx_run_options *run, struct cvx_err *err)
{
    static const enum cvx_cli_flag_id order[] = {CVX_CLI_EXTRACT, CVX_CLI_ADJUST,
                                                 CVX_CLI_RENDER};
    struct cvx_step_options *steps =
        cvx_cli_step_block(build->memory, count, sizeof(*steps));
    const struct cvx_cli_given *given;

    if (!steps)
        return cvx_fail(err, CVX_ENOMEM, "out of memory");
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        for (size_t nth = 0;; nth++) {
            given = cvx_cli_words_find(build->line, order[i], nth);
            if (!given)
                break;
            int rc = add_step(build, given, steps, run, err);
            if (rc != CVX_OK)
                return rc;
        }
    }
    run->steps = steps;
    return check_outputs(run, err);
}

static int read_all(const struct cvx_cli_build *build, size_t count, bool rerun,
                    struct cvx_run_options *run, struct cvx_err *err)
{
    int rc = read_parallel(build, rerun, run, err);

    if (rc == CVX_OK && count == 0)
        rc = cvx_cli_usage(err, "nothing to do: no stage is given; see --help");
    if (rc == CVX_OK)
        rc = read_steps(build, count, run, err);
    if (rc == CVX_OK && rerun && !run->parallel)
        rc = cvx_cli_usage(err, "--rerun-failed is for a batch: give --parallel too");
    return rc;
}

int cvx_cli_steps_build(const struct cvx_cli_line *line,
                        const struct cvx_registry *registry, bool rerun,
                        struct cvx_run_options *run, struct cvx_cli_memory **ret_memory,
                        struct cvx_err *err)
{
    size_t count = count_steps(line);
    /* Beside those of the steps: the steps themselves, the words of --parallel. */
    size_t blocks = 2 + count * CVX_CLI_STEP_BLOCKS;
    struct cvx_run_options made = *run;
    struct cvx_cli_memory *memory;

    memory = cvx_alloc(sizeof(*memory) + blocks * sizeof(memory->blocks[0]));
    if (!memory)
        return cvx_fail(err, CVX_ENOMEM, "out of memory");
    memory->n = 0;
    int rc = read_all(&(struct cvx_cli_build){line, registry, memory}, count, rerun,
                      &made, err);
    if (rc != CVX_OK) {
        cvx_cli_steps_done(memory);
        return rc;
    }
    *run = made;
    *ret_memory = memory;
    return CVX_OK;
}

static bool stage_calls(const struct cvx_stage *stage)
{
    return stage && (stage->flags & CVX_STAGE_API);
}

static bool any_calls(const struct cvx_registry *registry, enum cvx_stage_kind kind,
                      const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (stage_calls(cvx_registry_find(registry, kind, names[i])))
            return true;
    return false;
}

bool cvx_cli_steps_call(const struct cvx_registry *registry,
                        const struct cvx_run_options *run)
{
    for (size_t i = 0; i < run->n_steps; i++) {
        const struct cvx_step_options *step = &run->steps[i];

        if (any_calls(registry, step->kind, step->names, step->n_names) ||
            any_calls(registry, CVX_VERIFIER, step->verifiers, step->n_verifiers))
            return true;
        if (step->n_names == 0 && stage_calls(cvx_registry_at(registry, step->kind, 0)))
            return true;
    }
    return false;
}

void cvx_cli_steps_done(struct cvx_cli_memory *memory)
{
    if (!memory)
        return;
    for (size_t i = 0; i < memory->n; i++)
        cvx_free(memory->blocks[i]);
    cvx_free(memory);
}
