/* Memory runs out at every point of a reporter: it is told, nothing leaks, and what comes
 * afterwards is reported as ever. */
#include <torture.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <report.h>
#include <report/reporters.h>
#include <scratch.h>

/* Made before memory fails. */
static struct cvx_log k_log;
static const struct cvx_figures k_figures = {
    .counts = {.calls = 2, .cached = 1, .answered = 1, .attempts = 3, .tokens_in = 5},
    .bound = {.bound_s = 1, .binding = "CPU"},
    .wall_s = 2,
    .ratio = 0.5};
static const struct cvx_estimate k_estimate = {.calls = 2};
static struct scratch k_scratch;
static char k_path[512];

static void run_play(struct fake_run *run)
{
    struct fake_file file = {.rel = "team/a.docx", .log = &k_log};
    struct cvx_err err;

    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "no luck");
    fake_started(run, true, 3);
    fake_done(run, &file);
    fake_tick(run, 1);
    fake_log(run, NULL, &k_log);
    file.outcome = CVX_OUTCOME_FAILED;
    file.err = &err;
    fake_done(run, &file);
    fake_not_done(run, 2, "last.docx");
    fake_ended(run, &err);
    fake_ended_api(run, &err, &k_figures, &k_estimate);
}

static int console_body(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC), fault;
    struct fake_run run = {0};
    struct cvx_console *console =
        cvx_console_new(&(struct cvx_console_options){.out = fd,
                                                      .err_fd = fd,
                                                      .level = CVX_LEVEL_DEBUG,
                                                      .causes = true,
                                                      .progress = true,
                                                      .color = true});

    if (!console) {
        close(fd);
        return CVX_ENOMEM;
    }
    run.reporter = cvx_console_reporter(console);
    run_play(&run);
    fault = cvx_console_fault(console);
    assert_true(fault == 0 || fault == ENOMEM);
    cvx_console_free(console);
    close(fd);
    return fault ? CVX_ENOMEM : CVX_OK;
}

static int logfile_body(void)
{
    struct cvx_logfile *logfile = NULL;
    struct fake_run run = {0};
    struct cvx_err err;
    int rc = cvx_logfile_new(k_path, &logfile, &err), fault;

    if (rc)
        return rc;
    run.reporter = cvx_logfile_reporter(logfile);
    run_play(&run);
    fault = cvx_logfile_fault(logfile);
    assert_true(fault == 0 || fault == ENOMEM);
    cvx_logfile_free(logfile);
    return fault ? CVX_ENOMEM : CVX_OK;
}

static int failed_body(void)
{
    struct cvx_failed *failed = cvx_failed_new();
    struct fake_run run = {0};
    struct cvx_err err;
    int rc;

    if (!failed)
        return CVX_ENOMEM;
    run.reporter = cvx_failed_reporter(failed);
    for (size_t i = 0; i < 40; i++)
        fake_not_done(&run, i, "folder/a name of some length.docx");
    rc = cvx_failed_write(failed, k_path, &err);
    if (rc)
        assert_int_equal(err.rc, rc);
    cvx_failed_free(failed);
    return rc;
}

static int summary_body(void)
{
    struct cvx_summary *summary = cvx_summary_new();
    struct fake_run run = {0};
    struct cvx_err err;
    int rc;

    if (!summary)
        return CVX_ENOMEM;
    run.reporter = cvx_summary_reporter(summary);
    run_play(&run);
    rc = cvx_summary_write(summary, 0, k_path, &err);
    if (rc)
        assert_int_equal(err.rc, rc);
    cvx_summary_free(summary);
    return rc;
}

static int line_body(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    int rc;

    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "no luck");
    for (int i = 0; i < 8; i++) {
        cvx_line_text("some\nlines\n", 11, "prefix: ", &buf);
        cvx_line_causes(&err, "prefix: ", &buf);
        cvx_line_stopped(&err, &buf);
        cvx_line_api_stopped(&err, &buf);
        cvx_line_api(&k_figures, "prefix: ", &buf);
    }
    rc = cvx_buf_check(&buf, &err);
    cvx_buf_done(&buf);
    return rc;
}

static void test_console(void **state)
{
    (void)state;
    torture(console_body);
}

static void test_logfile(void **state)
{
    (void)state;
    torture(logfile_body);
}

static void test_failed(void **state)
{
    (void)state;
    torture(failed_body);
}

static void test_summary(void **state)
{
    (void)state;
    torture(summary_body);
}

static void test_line(void **state)
{
    (void)state;
    torture(line_body);
}

/* A log that no memory is left for gives way to a line that says so; the result line and
 * all that follows come as ever. */
static void test_line_stays(void **state)
{
    static const char *const gives_way[] = {
        "WARNING: log left out: ",
        "✅ [1/3 |  33%] E:🟢·✅ team/a.docx\n",
        "❌ [2/3 |  66%] E:❌·➖ team/a.docx\n",
        "Completed: 1/3 files succeeded (1 full, 0 partial), 1 failed, 1 not done\n",
    };
    size_t hits = 0;

    (void)state;
    for (long nth = 0; nth < 12; nth++) {
        int fd = open(k_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), fault;
        struct fake_run run = {0};
        char text[65536];
        ssize_t len;
        struct cvx_console *console = cvx_console_new(&(struct cvx_console_options){
            .out = fd, .err_fd = -1, .level = CVX_LEVEL_DEBUG});

        assert_non_null(console);
        run.reporter = cvx_console_reporter(console);
        cvx_mem_fail_at(nth);
        run_play(&run);
        cvx_mem_fail_at(-1);
        fault = cvx_console_fault(console);
        cvx_console_free(console);
        len = pread(fd, text, sizeof(text) - 1, 0);
        close(fd);
        assert_true(len > 0);
        text[len] = '\0';
        if (strstr(text, gives_way[0])) {
            hits++;
            assert_int_equal(fault, ENOMEM);
            for (size_t i = 1; i < 4; i++)
                assert_non_null(strstr(text, gives_way[i]));
        }
    }
    assert_true(hits > 1);
}

/* Of two faults the first is told. */
static void test_first_fault(void **state)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct fake_run run = {0};
    struct cvx_console *console = cvx_console_new(
        &(struct cvx_console_options){.out = fd, .err_fd = -1, .level = CVX_LEVEL_NONE});

    (void)state;
    assert_non_null(console);
    run.reporter = cvx_console_reporter(console);
    cvx_mem_fail_at(0);
    fake_started(&run, true, 1);
    cvx_mem_fail_at(-1);
    assert_int_equal(cvx_console_fault(console), ENOMEM);
    fake_done(&run, &(struct fake_file){.rel = "a.docx"});
    assert_int_equal(cvx_console_fault(console), ENOMEM);
    cvx_console_free(console);
    close(fd);
}

/* What could not be remembered is counted, the others are written. */
static void test_some_missing(void **state)
{
    struct cvx_failed *failed = cvx_failed_new();
    struct fake_run run = {0};
    struct cvx_err err;
    char *text;

    (void)state;
    assert_non_null(failed);
    run.reporter = cvx_failed_reporter(failed);
    fake_not_done(&run, 0, "a");
    cvx_mem_fail_at(0);
    fake_not_done(&run, 1, "b");
    cvx_mem_fail_at(-1);
    fake_not_done(&run, 2, "c");
    assert_int_equal(cvx_failed_write(failed, k_path, &err), CVX_ENOMEM);
    assert_non_null(strstr(cvx_err_root(&err), "1 of 3 paths are missing"));
    cvx_failed_free(failed);
    text = scratch_read(&k_scratch, "report", NULL);
    assert_non_null(text);
    assert_string_equal(text, "a\nc\n");
    free(text);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(&k_scratch);
    scratch_path(&k_scratch, "report", k_path, sizeof(k_path));
    cvx_log_init(&k_log, CVX_LEVEL_DEBUG);
    cvx_log_add(&k_log, CVX_LEVEL_INFO, "a first record");
    cvx_log_add(&k_log, CVX_LEVEL_WARNING, "%0300d\nwith a second line", 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cvx_log_done(&k_log);
    scratch_remove(&k_scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_console),     cmocka_unit_test(test_logfile),
        cmocka_unit_test(test_failed),      cmocka_unit_test(test_line),
        cmocka_unit_test(test_summary),     cmocka_unit_test(test_line_stays),
        cmocka_unit_test(test_first_fault), cmocka_unit_test(test_some_missing),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
