/* Extraction, measured as an embedding program sees it: through cvextract/run.h alone.
 *
 *     bench_extract [-n IN_FLIGHT] [-t THREADS] FOLDER TARGET
 *
 * Fails when a single file did not come out full. */
#include <stdio.h>
#include <unistd.h>

#include <cvextract/err.h>
#include <cvextract/event.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

#include "meter.h"

#define IN_FLIGHT_MAX 100000u
#define THREADS_MAX 256u

static void on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    (void)reporter;
    if (event->u.file_done.outcome == CVX_OUTCOME_FULL)
        return;
    char text[1024] = "";
    if (event->u.file_done.err)
        cvx_err_text(event->u.file_done.err, text, sizeof(text));
    fprintf(stderr, "bench_extract: '%s' is not full: %s %s\n", event->file->rel,
            event->u.file_done.issues, text);
}

static int run_it(struct cvx_registry *registry, const struct cvx_run_options *options,
                  struct cvx_run_result *ret, struct cvx_err *err)
{
    struct cvx_reporter reporter = {.mask = CVX_EVENT_BIT(CVX_EVENT_FILE_DONE),
                                    .log_level = CVX_LEVEL_NONE,
                                    .on_event = on_event};
    struct cvx_run *run = NULL;

    int rc = cvx_run_new(registry, options, &run, err);
    if (!rc)
        rc = cvx_run_add_reporter(run, &reporter);
    if (!rc)
        rc = cvx_run_go(run, ret, err);
    cvx_run_free(run);
    return rc;
}

/* The run from its making to its end; *meter is what that cost. */
static int measure(const struct cvx_run_options *options, struct cvx_meter *meter,
                   struct cvx_run_result *ret, struct cvx_err *err)
{
    cvx_meter_start(meter);
    struct cvx_registry *registry = cvx_registry_builtin(err);
    int rc = registry ? run_it(registry, options, ret, err) : CVX_ENOMEM;
    cvx_registry_free(registry);
    cvx_meter_stop(meter);
    return rc;
}

static int report(const struct cvx_meter *meter, const struct cvx_run_options *options,
                  const struct cvx_run_result *result)
{
    const struct cvx_totals *totals = &result->totals;
    char more[160];

    snprintf(more, sizeof(more),
             "\"in_flight\":%u,\"full\":%zu,\"partial\":%zu,\"failed\":%zu", options->n,
             totals->full, totals->partial, totals->failed);
    cvx_meter_print(meter, "extract", totals->total, options->cpu_threads, more);
    if (totals->full == totals->total && totals->total > 0 && result->exit_status == 0)
        return 0;
    fprintf(stderr, "bench_extract: %zu of %zu files came out full, exit status %d\n",
            totals->full, totals->total, result->exit_status);
    return 1;
}

static int extract(const struct cvx_run_options *options)
{
    struct cvx_run_result result = {0};
    struct cvx_meter meter;
    struct cvx_err err;
    char text[1024];

    cvx_err_init(&err);
    if (measure(options, &meter, &result, &err)) {
        fprintf(stderr, "bench_extract: %s\n", cvx_err_text(&err, text, sizeof(text)));
        return 1;
    }
    return report(&meter, options, &result);
}

static int usage(void)
{
    fputs("usage: bench_extract [-n IN_FLIGHT] [-t THREADS] FOLDER TARGET\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const struct cvx_step_options step = {.kind = CVX_EXTRACTOR};
    struct cvx_run_options options = {.parallel = true,
                                      .n = 100,
                                      .cpu_threads = 1,
                                      .steps = &step,
                                      .n_steps = 1,
                                      .fail_on = CVX_FAIL_ON_ANY};
    int option;

    while ((option = getopt(argc, argv, "n:t:")) != -1) {
        if (option == 'n')
            options.n = cvx_meter_number(optarg, IN_FLIGHT_MAX);
        else if (option == 't')
            options.cpu_threads = cvx_meter_number(optarg, THREADS_MAX);
        else
            return usage();
    }
    if (options.n == 0 || options.cpu_threads == 0 || argc - optind != 2)
        return usage();
    options.source = argv[optind];
    options.target = argv[optind + 1];
    cvx_process_tune(); /* as the program does */
    return extract(&options);
}
