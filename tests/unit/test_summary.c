/* --summary-json: what stands in it, where it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <report.h>
#include <report/reporters.h>
#include <scratch.h>

struct desk {
    struct scratch scratch;
    struct cvx_summary *summary;
    struct fake_run run;
    char path[512];
    struct cvx_err err;
};

static void desk_open(struct desk *d)
{
    scratch_make(&d->scratch);
    scratch_path(&d->scratch, "new/summary.json", d->path, sizeof(d->path));
    d->summary = cvx_summary_new();
    assert_non_null(d->summary);
    d->run.reporter = cvx_summary_reporter(d->summary);
    assert_int_equal(d->run.reporter->mask, CVX_EVENT_BIT(CVX_EVENT_RUN_DONE));
    assert_int_equal(d->run.reporter->log_level, CVX_LEVEL_NONE);
    fake_started(&d->run, true, 10);
}

static void desk_close(struct desk *d)
{
    cvx_summary_free(d->summary);
    cvx_summary_free(NULL);
    scratch_remove(&d->scratch);
}

static void assert_written(struct desk *d, int status, const char *want)
{
    char *text;

    assert_int_equal(cvx_summary_write(d->summary, status, d->path, &d->err), CVX_OK);
    text = scratch_read(&d->scratch, "new/summary.json", NULL);
    assert_non_null(text);
    assert_string_equal(text, want);
    free(text);
}

#define FILES(full, partial, failed, not_done)                                           \
    "  \"files\": {\n"                                                                   \
    "    \"total\": 10,\n"                                                               \
    "    \"full\": " full ",\n"                                                          \
    "    \"partial\": " partial ",\n"                                                    \
    "    \"failed\": " failed ",\n"                                                      \
    "    \"not_done\": " not_done "\n"                                                   \
    "  },\n"

static void test_plain(void **state)
{
    struct desk d = {0};

    (void)state;
    desk_open(&d);
    d.run.totals.full = 10;
    fake_ended(&d.run, NULL);
    assert_written(
        &d, 0,
        "{\n"
        "  \"exit_status\": 0,\n"
        "  \"stopped\": false,\n"
        "  \"fault\": null,\n"
        "  \"api_stopped\": null,\n"
        "  \"wall_s\": 0.0,\n" FILES("10", "0", "0", "0") "  \"api\": null,\n"
                                                          "  \"estimate\": null\n"
                                                          "}\n");
    desk_close(&d);
}

/* An interrupted run, and one with a fault: what the events told is kept beyond them. */
static void test_faults(void **state)
{
    struct cvx_event event = {.type = CVX_EVENT_RUN_DONE, .mono_ns = 1500000000};
    struct cvx_err fault, stop;
    struct desk d = {0};

    (void)state;
    desk_open(&d);
    cvx_fail(&fault, CVX_ENOSPC, "no space for \"a\nb\"");
    cvx_wrap(&fault, "cannot write");
    cvx_fail(&stop, CVX_EQUOTA, "quota exhausted");
    event.u.run_done.stopped = true;
    event.u.run_done.err = &fault;
    event.u.run_done.api_stopped = &stop;
    d.run.totals.failed = 1;
    d.run.totals.not_done = 9;
    fake_emit(&d.run, &event);
    memset(&fault, 0, sizeof(fault));
    memset(&stop, 0, sizeof(stop));
    assert_written(
        &d, 130,
        "{\n"
        "  \"exit_status\": 130,\n"
        "  \"stopped\": true,\n"
        "  \"fault\": {\n"
        "    \"kind\": \"no space\",\n"
        "    \"text\": \"cannot write: no space for \\\"a\\\\nb\\\"\"\n"
        "  },\n"
        "  \"api_stopped\": {\n"
        "    \"kind\": \"quota\",\n"
        "    \"text\": \"quota exhausted\"\n"
        "  },\n"
        "  \"wall_s\": 1.5,\n" FILES("0", "0", "1", "9") "  \"api\": null,\n"
                                                         "  \"estimate\": null\n"
                                                         "}\n");
    desk_close(&d);
}

static const struct cvx_figures k_figures = {.counts = {.calls = 200,
                                                        .cached = 3,
                                                        .joined = 2,
                                                        .answered = 194,
                                                        .failed = 1,
                                                        .attempts = 210,
                                                        .repeated = 4,
                                                        .resends = 5,
                                                        .limited = 6,
                                                        .episodes = 7,
                                                        .retries_connect = 8,
                                                        .retries_timeout = 9,
                                                        .retries_status = 10,
                                                        .retries_truncated = 11,
                                                        .tokens_in = 12000,
                                                        .tokens_out = 13,
                                                        .tokens_cached = 14,
                                                        .usage_estimated = 15,
                                                        .cost = 1.25,
                                                        .latency_p50_s = 0.2,
                                                        .latency_p90_s = 0.25,
                                                        .latency_p99_s = 0.5,
                                                        .quota_wait_s = 3,
                                                        .backoff_s = 2.5,
                                                        .rpm = 480,
                                                        .tpm = 200000,
                                                        .bucket_requests = 8,
                                                        .bucket_tokens = 3333.25},
                                             .bound = {.path_s = 1,
                                                       .in_flight_s = 2,
                                                       .cpu_s = 3,
                                                       .requests_s = 12,
                                                       .tokens_s = 5,
                                                       .bound_s = 12,
                                                       .binding = "requests"},
                                             .wall_s = 12.25,
                                             .ratio = 0.979592,
                                             .cpu_s = 0.75,
                                             .cpu_queue_s = 0.125,
                                             .tail_s = 0.0625};

static const char k_api[] = "  \"api\": {\n"
                            "    \"calls\": {\n"
                            "      \"asked\": 200,\n"
                            "      \"from_cache\": 3,\n"
                            "      \"joined\": 2,\n"
                            "      \"answered\": 194,\n"
                            "      \"failed\": 1\n"
                            "    },\n"
                            "    \"sends\": {\n"
                            "      \"all\": 210,\n"
                            "      \"repeated\": 4,\n"
                            "      \"hidden_resends\": 5,\n"
                            "      \"limited\": 6,\n"
                            "      \"limited_episodes\": 7\n"
                            "    },\n"
                            "    \"retries\": {\n"
                            "      \"connect\": 8,\n"
                            "      \"timeout\": 9,\n"
                            "      \"status\": 10,\n"
                            "      \"truncated\": 11\n"
                            "    },\n"
                            "    \"tokens\": {\n"
                            "      \"in\": 12000,\n"
                            "      \"out\": 13,\n"
                            "      \"in_cached_by_server\": 14,\n"
                            "      \"answers_without_usage\": 15\n"
                            "    },\n"
                            "    \"cost\": 1.25,\n"
                            "    \"latency_s\": {\n"
                            "      \"p50\": 0.2,\n"
                            "      \"p90\": 0.25,\n"
                            "      \"p99\": 0.5\n"
                            "    },\n"
                            "    \"limits\": {\n"
                            "      \"requests_per_minute\": 480.0,\n"
                            "      \"tokens_per_minute\": 200000.0,\n"
                            "      \"requests_at_once\": 8.0,\n"
                            "      \"tokens_at_once\": 3333.25\n"
                            "    },\n"
                            "    \"waits_s\": {\n"
                            "      \"quota\": 3.0,\n"
                            "      \"backoff\": 2.5,\n"
                            "      \"cpu_queue\": 0.125,\n"
                            "      \"tail\": 0.0625\n"
                            "    },\n"
                            "    \"cpu_s\": 0.75,\n"
                            "    \"bounds_s\": {\n"
                            "      \"critical_path\": 1.0,\n"
                            "      \"in_flight\": 2.0,\n"
                            "      \"cpu\": 3.0,\n"
                            "      \"requests\": 12.0,\n"
                            "      \"tokens\": 5.0,\n"
                            "      \"largest\": 12.0\n"
                            "    },\n"
                            "    \"binding\": \"requests\",\n"
                            "    \"wall_s\": 12.25,\n"
                            "    \"ratio\": 0.979592\n"
                            "  },\n"
                            "  \"estimate\": {\n"
                            "    \"calls\": 1,\n"
                            "    \"tokens_in\": 2,\n"
                            "    \"tokens_out\": 3,\n"
                            "    \"shared_calls\": 4,\n"
                            "    \"shared_tokens\": 5\n"
                            "  }\n"
                            "}\n";

/* Every counter has its own figure, so that none can stand in another's place. */
static void test_api(void **state)
{
    const struct cvx_estimate estimate = {1, 2, 3, 4, 5};
    struct desk d = {0};
    char *text;

    (void)state;
    desk_open(&d);
    fake_ended_api(&d.run, NULL, &k_figures, &estimate);
    assert_int_equal(cvx_summary_write(d.summary, 0, d.path, &d.err), CVX_OK);
    text = scratch_read(&d.scratch, "new/summary.json", NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "  \"wall_s\": 12.25,\n  \"files\": {\n"));
    char *api = strstr(text, "  \"api\": {\n");
    assert_non_null(api);
    assert_string_equal(api, k_api);
    free(text);
    desk_close(&d);
}

/* A run that broke off told nothing: no file. */
static void test_nothing(void **state)
{
    struct desk d = {0};

    (void)state;
    desk_open(&d);
    assert_int_equal(cvx_summary_write(d.summary, 1, d.path, &d.err), CVX_OK);
    assert_int_equal(access(d.path, F_OK), -1);
    desk_close(&d);
}

static void test_refused(void **state)
{
    char text[1024];
    struct desk d = {0};

    (void)state;
    desk_open(&d);
    fake_ended(&d.run, NULL);
    scratch_write(&d.scratch, "file", "x", 1);
    scratch_path(&d.scratch, "file/below.json", d.path, sizeof(d.path));
    assert_int_equal(cvx_summary_write(d.summary, 0, d.path, &d.err), CVX_EIO);
    cvx_err_text(&d.err, text, sizeof(text));
    assert_int_equal(strncmp(text, "cannot write the summary: ", 26), 0);
    assert_int_equal(cvx_summary_write(d.summary, 0, "/dev/full", &d.err), CVX_ENOSPC);
    desk_close(&d);
}

/* "-" is standard output, which is borrowed for the purpose. */
static void test_stdout(void **state)
{
    struct desk d = {0};
    int keep = dup(STDOUT_FILENO), to[2];
    char text[64] = "";
    ssize_t n;
    int rc;

    (void)state;
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    desk_open(&d);
    fake_ended(&d.run, NULL);
    assert_int_equal(dup2(to[1], STDOUT_FILENO), STDOUT_FILENO);
    rc = cvx_summary_write(d.summary, 3, "-", &d.err);
    n = read(to[0], text, sizeof(text) - 1);
    dup2(keep, STDOUT_FILENO);
    close(keep);
    close(to[0]);
    close(to[1]);
    assert_int_equal(rc, CVX_OK);
    assert_true(n > 0);
    assert_int_equal(strncmp(text, "{\n  \"exit_status\": 3,\n", 22), 0);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),   cmocka_unit_test(test_faults),
        cmocka_unit_test(test_api),     cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_stdout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
