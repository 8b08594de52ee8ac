/* Rendering, measured as an embedding program sees it: through cvextract/run.h alone.
 *
 *     bench_render [-v] [-n IN_FLIGHT] [-t THREADS] [-w WHAT] TEMPLATE FOLDER TARGET
 *
 * FOLDER holds JSON CVs. -v: every document is also read back and compared, as the program
 * does by itself. Fails when a single document did not come out full. */
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
    char text[1024] = "";

    (void)reporter;
    if (event->u.file_done.outcome == CVX_OUTCOME_FULL)
        return;
    if (event->u.file_done.err)
        cvx_err_text(event->u.file_done.err, text, sizeof(text));
    fprintf(stderr, "bench_render: '%s' is not full: %s %s\n", event->file->rel,
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
                  const char *what, const struct cvx_run_result *result)
{
    const struct cvx_totals *totals = &result->totals;
    char more[160];

    snprintf(more, sizeof(more),
             "\"in_flight\":%u,\"full\":%zu,\"partial\":%zu,\"failed\":%zu", options->n,
             totals->full, totals->partial, totals->failed);
    cvx_meter_print(meter, what, totals->total, options->cpu_threads, more);
    if (totals->full == totals->total && totals->total > 0 && result->exit_status == 0)
        return 0;
    fprintf(stderr, "bench_render: %zu of %zu documents came out full, exit status %d\n",
            totals->full, totals->total, result->exit_status);
    return 1;
}

static int render(const struct cvx_run_options *options, const char *what)
{
    struct cvx_run_result result = {0};
    struct cvx_meter meter;
    struct cvx_err err;
    char text[1024];

    cvx_err_init(&err);
    if (measure(options, &meter, &result, &err)) {
        fprintf(stderr, "bench_render: %s\n", cvx_err_text(&err, text, sizeof(text)));
        return 1;
    }
    return report(&meter, options, what, &result);
}

static int usage(void)
{
    fputs("usage: bench_render [-v] [-n IN_FLIGHT] [-t THREADS] [-w WHAT]\n"
          "                    TEMPLATE FOLDER TARGET\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct cvx_param param = {"template", NULL};
    struct cvx_step_options step = {
        .kind = CVX_RENDERER, .params = &param, .n_params = 1, .skip_verify = true};
    struct cvx_run_options options = {.parallel = true,
                                      .n = 8,
                                      .cpu_threads = 1,
                                      .steps = &step,
                                      .n_steps = 1,
                                      .fail_on = CVX_FAIL_ON_ANY};
    const char *what = "render";
    int option;

    while ((option = getopt(argc, argv, "vn:t:w:")) != -1) {
        if (option == 'v')
            step.skip_verify = false;
        else if (option == 'n')
            options.n = cvx_meter_number(optarg, IN_FLIGHT_MAX);
        else if (option == 't')
            options.cpu_threads = cvx_meter_number(optarg, THREADS_MAX);
        else if (option == 'w')
            what = optarg;
        else
            return usage();
    }
    if (options.n == 0 || options.cpu_threads == 0 || argc - optind != 3)
        return usage();
    param.value = argv[optind];
    options.source = argv[optind + 1];
    options.target = argv[optind + 2];
    cvx_process_tune(); /* as the program does */
    return render(&options, what);
}
