/* Adjusting through an API, measured as an embedding program sees it: through
 * cvextract/run.h alone. The inputs are JSON CVs, the stage is openai-job-specific.
 *
 *     bench_adjust [-c] [-k] [-a CA] [-n IN_FLIGHT] [-t THREADS] [-r RPM] [-m TPM]
 *                  [-w WHAT] URL FOLDER TARGET
 *
 * -c: with the response cache; -k: files that fail are counted, not a failure. One line of
 * JSON: what it cost, the run's own figures, and outcomes. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <cvextract/err.h>
#include <cvextract/event.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

#include "meter.h"

#define IN_FLIGHT_MAX 100000u
#define THREADS_MAX 256u
#define RATE_MAX 1000000000u

struct bench {
    struct cvx_reporter reporter; /* first */
    const char *what;
    bool keep;
    unsigned told;
    struct cvx_figures figures;
    struct cvx_run_result result;
    struct cvx_meter meter;
};

static const char k_posting[] =
    "Senior data engineer for a logistics company. You will build streaming pipelines, "
    "own a warehouse of delivery data, and guide three colleagues. We work with Python, "
    "SQL, Kafka and Kubernetes, on Linux, in two offices and from home. Wanted: some "
    "years "
    "of experience with data platforms, a liking for tests and short feedback, and clear "
    "writing. Good to have: knowledge of transport, retail or energy, Rust or Go.";

static void tell_failure(struct bench *bench, const struct cvx_event *event)
{
    char text[1024] = "";

    if (event->u.file_done.outcome == CVX_OUTCOME_FULL || bench->keep ||
        bench->told++ >= 5)
        return;
    if (event->u.file_done.err)
        cvx_err_text(event->u.file_done.err, text, sizeof(text));
    fprintf(stderr, "bench_adjust: '%s' is not full: %s %s\n", event->file->rel,
            event->u.file_done.issues, text);
}

static void on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    struct bench *bench = (struct bench *)reporter;
    char text[1024];

    if (event->type == CVX_EVENT_FILE_DONE) {
        tell_failure(bench, event);
        return;
    }
    if (event->u.run_done.figures)
        bench->figures = *event->u.run_done.figures;
    if (event->u.run_done.api_stopped && !bench->keep)
        fprintf(stderr, "bench_adjust: %s\n",
                cvx_err_text(event->u.run_done.api_stopped, text, sizeof(text)));
}

/* From the making of everything to its end. */
static int measure(struct bench *bench, const struct cvx_run_options *options,
                   struct cvx_err *err)
{
    struct cvx_run *run = NULL;

    cvx_meter_start(&bench->meter);
    struct cvx_registry *registry = cvx_registry_builtin(err);
    int rc = registry ? cvx_run_new(registry, options, &run, err) : CVX_ENOMEM;
    if (!rc)
        rc = cvx_run_add_reporter(run, &bench->reporter);
    if (!rc)
        rc = cvx_run_go(run, &bench->result, err);
    cvx_run_free(run);
    cvx_registry_free(registry);
    cvx_meter_stop(&bench->meter);
    return rc;
}

static int report(const struct bench *bench, const struct cvx_run_options *options)
{
    const struct cvx_totals *totals = &bench->result.totals;
    const struct cvx_figures *figures = &bench->figures;
    const struct cvx_api_counts *counts = &figures->counts;
    char more[1024];

    snprintf(more, sizeof(more),
             "\"in_flight\":%u,\"full\":%zu,\"partial\":%zu,\"failed\":%zu,"
             "\"calls\":%zu,\"answered\":%zu,\"attempts\":%zu,\"limited\":%zu,"
             "\"episodes\":%zu,\"repeated\":%zu,\"tokens_in\":%zu,\"tokens_out\":%zu,"
             "\"p50_s\":%.4f,\"p99_s\":%.4f,\"quota_wait_s\":%.2f,\"backoff_s\":%.2f,"
             "\"bound_s\":%.4f,\"binding\":\"%s\",\"run_s\":%.4f,\"ratio\":%.4f,"
             "\"bucket_requests\":%.1f,\"bucket_tokens\":%.1f,\"tail_s\":%.3f",
             options->n, totals->full, totals->partial, totals->failed, counts->calls,
             counts->answered, counts->attempts, counts->limited, counts->episodes,
             counts->repeated, counts->tokens_in, counts->tokens_out,
             counts->latency_p50_s, counts->latency_p99_s, counts->quota_wait_s,
             counts->backoff_s, figures->bound.bound_s,
             figures->bound.binding ? figures->bound.binding : "", figures->wall_s,
             figures->ratio, counts->bucket_requests, counts->bucket_tokens,
             figures->tail_s);
    cvx_meter_print(&bench->meter, bench->what, totals->total, options->cpu_threads,
                    more);
    if (bench->keep || (totals->full == totals->total && totals->total > 0))
        return 0;
    fprintf(stderr, "bench_adjust: %zu of %zu files came out full, exit status %d\n",
            totals->full, totals->total, bench->result.exit_status);
    return 1;
}

static int adjust(struct bench *bench, struct cvx_run_options *options)
{
    const char *name = "openai-job-specific";
    const struct cvx_param param = {"job-description", k_posting};
    const struct cvx_step_options step = {.kind = CVX_ADJUSTER,
                                          .names = &name,
                                          .n_names = 1,
                                          .params = &param,
                                          .n_params = 1};
    struct cvx_err err;
    char text[1024];

    options->steps = &step;
    options->n_steps = 1;
    cvx_err_init(&err);
    if (measure(bench, options, &err)) {
        fprintf(stderr, "bench_adjust: %s\n", cvx_err_text(&err, text, sizeof(text)));
        return 1;
    }
    return report(bench, options);
}

static bool take_option(int option, struct bench *bench, struct cvx_run_options *options,
                        struct cvx_api_options *api)
{
    if (option == 'c')
        api->cache = true;
    else if (option == 'k')
        bench->keep = true;
    else if (option == 'a')
        api->ca_file = optarg;
    else if (option == 'n')
        options->n = cvx_meter_number(optarg, IN_FLIGHT_MAX);
    else if (option == 't')
        options->cpu_threads = cvx_meter_number(optarg, THREADS_MAX);
    else if (option == 'r')
        api->rpm = cvx_meter_number(optarg, RATE_MAX);
    else if (option == 'm')
        api->tpm = cvx_meter_number(optarg, RATE_MAX);
    else if (option == 'w')
        bench->what = optarg;
    else
        return false;
    return true;
}

static int usage(void)
{
    fputs("usage: bench_adjust [-c] [-k] [-a CA] [-n IN_FLIGHT] [-t THREADS] [-r RPM]\n"
          "                    [-m TPM] [-w WHAT] URL FOLDER TARGET\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct bench bench = {.reporter = {.mask = CVX_EVENT_BIT(CVX_EVENT_FILE_DONE) |
                                               CVX_EVENT_BIT(CVX_EVENT_RUN_DONE),
                                       .log_level = CVX_LEVEL_NONE,
                                       .on_event = on_event},
                          .what = "adjust"};
    struct cvx_api_options api = cvx_api_defaults();
    struct cvx_run_options options = {.parallel = true,
                                      .n = 200,
                                      .cpu_threads = 2,
                                      .api = &api,
                                      .grace_s = 5,
                                      .fail_on = CVX_FAIL_ON_ANY};
    int option;

    api.key = "sk-bench";
    api.cache = false;
    api.n_given = true;
    while ((option = getopt(argc, argv, "cka:n:t:r:m:w:")) != -1)
        if (!take_option(option, &bench, &options, &api))
            return usage();
    if (options.n == 0 || options.cpu_threads == 0 || argc - optind != 3)
        return usage();
    api.base_url = argv[optind];
    options.source = argv[optind + 1];
    options.target = argv[optind + 2];
    cvx_process_tune(); /* as the program does */
    signal(SIGPIPE, SIG_IGN);
    return adjust(&bench, &options);
}
