/* The log file: its lines, its blocks, where it is, what happens when it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cvextract/mem.h>
#include <report.h>
#include <report/reporters.h>
#include <scratch.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define STAMP "2026-01-31 12:00:00.123"

struct desk {
    struct scratch scratch;
    struct cvx_logfile *logfile;
    struct fake_run run;
};

static void desk_open(struct desk *d, const char *rel)
{
    char path[512];
    struct cvx_err err;

    scratch_make(&d->scratch);
    scratch_path(&d->scratch, rel, path, sizeof(path));
    assert_int_equal(cvx_logfile_new(path, &d->logfile, &err), CVX_OK);
    d->run.reporter = cvx_logfile_reporter(d->logfile);
    assert_int_equal(d->run.reporter->log_level, CVX_LEVEL_DEBUG);
}

/* The stamp of each line has its form; its time gives way to "T" for the comparison. */
static void assert_logged(struct desk *d, const char *rel, const char *want)
{
    char *text = scratch_read(&d->scratch, rel, NULL), *to = text;

    assert_non_null(text);
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        for (size_t i = 0; i < strlen(STAMP); i++) {
            if (isdigit((unsigned char)STAMP[i]))
                assert_true(isdigit((unsigned char)line[i]));
            else
                assert_int_equal(line[i], STAMP[i]);
        }
        line += strlen(STAMP);
        *to++ = 'T';
        memmove(to, line, (size_t)(end + 1 - line));
        to += end + 1 - line;
    }
    *to = '\0';
    assert_string_equal(text, want);
    free(text);
}

static void desk_close(struct desk *d)
{
    assert_int_equal(cvx_logfile_fault(d->logfile), 0);
    cvx_logfile_free(d->logfile);
    scratch_remove(&d->scratch);
}

static void log_fill(struct cvx_log *log)
{
    cvx_log_init(log, CVX_LEVEL_DEBUG);
    cvx_log_add(log, CVX_LEVEL_DEBUG, "reading");
    cvx_log_add(log, CVX_LEVEL_INFO, "two\nlines\x1b");
    cvx_log_add(log, CVX_LEVEL_ERROR, "no space");
}

static void err_fill(struct cvx_err *err)
{
    cvx_err_init(err);
    cvx_err_fail(err, CVX_ENOSPC, "engine/store.c", 120, "no space");
    cvx_err_wrap(err, "engine/file.c", 31, "cannot write a.json");
}

static void test_batch(void **state)
{
    struct desk d = {0};
    struct cvx_log log;
    struct cvx_err err;
    struct fake_file full = {.rel = "team/a.docx"};
    struct fake_file partial = {
        .rel = "b\n.docx", .outcome = CVX_OUTCOME_PARTIAL, .issues = "warnings: odd"};
    struct fake_file failed = {.rel = "c.docx",
                               .outcome = CVX_OUTCOME_FAILED,
                               .issues = "errors: extract: no space"};

    (void)state;
    desk_open(&d, "new/folders/run.log");
    log_fill(&log);
    err_fill(&err);
    failed.log = partial.log = &log;
    failed.err = &err;
    fake_started(&d.run, true, 20);
    fake_log(&d.run, "team/a.docx", &log);
    fake_done(&d.run, &full);
    fake_tick(&d.run, 1);
    fake_done(&d.run, &partial);
    fake_log(&d.run, NULL, &log);
    fake_done(&d.run, &failed);
    fake_not_done(&d.run, 3, "d.docx");
    fake_ended(&d.run, &err);
    assert_logged(
        &d, "new/folders/run.log",
        "T | INFO | - | Processing 20 files matching '*.docx' with 10 parallel workers\n"
        "T | INFO | team/a.docx | ✅ [ 1/20 |   5%] E:🟢·✅ team/a.docx\n"
        "T | DEBUG | b\\n.docx | reading\n"
        "T | INFO | b\\n.docx | two\n"
        "T | INFO | b\\n.docx | lines\\x1b\n"
        "T | ERROR | b\\n.docx | no space\n"
        "T | WARNING | b\\n.docx | ⚠️ [ 2/20 |  10%] E:🟢·❎ b\\n.docx | "
        "warnings: odd\n"
        "T | DEBUG | - | reading\n"
        "T | INFO | - | two\n"
        "T | INFO | - | lines\\x1b\n"
        "T | ERROR | - | no space\n"
        "T | DEBUG | c.docx | reading\n"
        "T | INFO | c.docx | two\n"
        "T | INFO | c.docx | lines\\x1b\n"
        "T | ERROR | c.docx | no space\n"
        "T | DEBUG | c.docx | failed: cannot write a.json (engine/file.c:31)\n"
        "T | DEBUG | c.docx |   caused by: no space (engine/store.c:120)\n"
        "T | ERROR | c.docx | ❌ [ 3/20 |  15%] E:❌·➖ c.docx | errors: extract: no "
        "space\n"
        "T | WARNING | d.docx | not done: the run was stopped first\n"
        "T | ERROR | - | Stopped: cannot write a.json: no space\n"
        "T | DEBUG | - | failed: cannot write a.json (engine/file.c:31)\n"
        "T | DEBUG | - |   caused by: no space (engine/store.c:120)\n"
        "T | INFO | - | Completed: 2/20 files succeeded (1 full, 1 partial), 1 failed, 1 "
        "not done\n");
    cvx_log_done(&log);
    desk_close(&d);
}

static void test_single(void **state)
{
    struct desk d = {0};
    struct cvx_log log;
    struct fake_file full = {.rel = "a.docx", .log = &log};

    (void)state;
    desk_open(&d, "run.log");
    log_fill(&log);
    log.lost = true;
    fake_started(&d.run, false, 1);
    fake_log(&d.run, "a.docx", &log);
    fake_done(&d.run, &full);
    fake_ended(&d.run, NULL);
    assert_logged(&d, "run.log",
                  "T | DEBUG | a.docx | reading\n"
                  "T | INFO | a.docx | two\n"
                  "T | INFO | a.docx | lines\\x1b\n"
                  "T | ERROR | a.docx | no space\n"
                  "T | WARNING | a.docx | memory ran out, a part of this file's log is "
                  "missing\n"
                  "T | INFO | a.docx | ✅ E:🟢·✅ a.docx\n");
    cvx_log_done(&log);
    desk_close(&d);
}

/* What the API side came to, of a single file as well. */
static void test_api(void **state)
{
    const struct cvx_figures figures = {.counts = {.calls = 2,
                                                   .answered = 2,
                                                   .attempts = 3,
                                                   .tokens_in = 5,
                                                   .tokens_out = 6},
                                        .bound = {.bound_s = 1, .binding = "CPU"},
                                        .wall_s = 2,
                                        .ratio = 0.5};
    const struct cvx_estimate estimate = {.calls = 2, .tokens_in = 30, .tokens_out = 20};
    struct desk d = {0};
    struct cvx_err err;

    (void)state;
    desk_open(&d, "run.log");
    err_fill(&err);
    fake_started(&d.run, false, 1);
    fake_ended_api(&d.run, &err, &figures, &estimate);
    assert_logged(
        &d, "run.log",
        "T | ERROR | - | Stopped calling the API: cannot write a.json\n"
        "T | DEBUG | - | failed: cannot write a.json (engine/file.c:31)\n"
        "T | DEBUG | - |   caused by: no space (engine/store.c:120)\n"
        "T | INFO | - | API: 2 calls, 3 sends; bound 1.0 s (CPU), took 2.0 s: "
        "0.50 of the best possible\n"
        "T | INFO | - | Tokens: 5 in, 6 out\n"
        "T | INFO | - | Waits, summed over calls: quota 0.000 s, backoff 0.000 "
        "s, CPU 0.000 s; 429 answers: 0; after the last file began: 0.000 s\n"
        "T | INFO | - | Dry run: 1 files would make 2 calls, about 30 tokens in "
        "and 20 out (assumed: 3 bytes a token, answers as long as what they "
        "answer, no answer kept from before, no retry); nothing was sent or "
        "written\n");
    desk_close(&d);
}

/* A record's own time, in local time (main() sets a zone 5:30 east). */
static void test_time(void **state)
{
    static const struct {
        int64_t ms;
        const char *want;
    } cases[] = {
        {INT64_C(1769841000123), "2026-01-31 12:00:00.123"},
        {0, "1970-01-01 05:30:00.000"},
        {INT64_C(1769841000007), "2026-01-31 12:00:00.007"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk d = {0};
        struct cvx_log log;
        char *text;

        desk_open(&d, "run.log");
        cvx_log_init(&log, CVX_LEVEL_DEBUG);
        cvx_log_add(&log, CVX_LEVEL_INFO, "now");
        log.first->wall_ms = cases[i].ms;
        fake_log(&d.run, NULL, &log);
        text = scratch_read(&d.scratch, "run.log", NULL);
        assert_non_null(text);
        assert_memory_equal(text, cases[i].want, strlen(cases[i].want));
        assert_string_equal(text + strlen(cases[i].want), " | INFO | - | now\n");
        free(text);
        cvx_log_done(&log);
        desk_close(&d);
    }
}

/* Lines of our own making bear the time at which they are written. */
static void test_now(void **state)
{
    struct desk d = {0};
    time_t before = time(NULL), after;
    struct tm tm = {0};
    char *text;

    (void)state;
    desk_open(&d, "run.log");
    fake_started(&d.run, true, 1);
    after = time(NULL);
    text = scratch_read(&d.scratch, "run.log", NULL);
    assert_non_null(text);
    assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &tm));
    assert_in_range(mktime(&tm), before, after);
    free(text);
    desk_close(&d);
}

static void test_file(void **state)
{
    struct desk d = {0};
    struct fake_file full = {.rel = "a.docx"};
    char path[512];
    struct stat st;
    struct cvx_err err;

    (void)state;
    umask(022);
    desk_open(&d, "a/run.log");
    scratch_path(&d.scratch, "a/run.log", path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    fake_done(&d.run, &full);
    cvx_logfile_free(d.logfile);

    /* A second run appends, to whatever the file became meanwhile. */
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(cvx_logfile_new(path, &d.logfile, &err), CVX_OK);
    d.run = (struct fake_run){.reporter = cvx_logfile_reporter(d.logfile)};
    scratch_write(&d.scratch, "a/run.log", STAMP " between\n", strlen(STAMP) + 9);
    fake_started(&d.run, false, 1);
    fake_done(&d.run, &full);
    assert_logged(&d, "a/run.log",
                  "T between\nT | INFO | a.docx | ✅ E:🟢·✅ a.docx\n");
    desk_close(&d);
}

static void test_open_fails(void **state)
{
    static const struct {
        const char *rel, *says;
    } cases[] = {
        {"folder", "Is a directory"},
        {"file/run.log", "Not a directory"},
        {"file/below/run.log", "Not a directory"},
    };
    struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", "", 0);
    scratch_write(&scratch, "folder/file", "", 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_logfile *logfile = NULL;
        char path[512], text[1024];
        struct cvx_err err;

        scratch_path(&scratch, cases[i].rel, path, sizeof(path));
        assert_int_equal(cvx_logfile_new(path, &logfile, &err), CVX_EIO);
        assert_null(logfile);
        cvx_err_text(&err, text, sizeof(text));
        assert_non_null(strstr(text, "cannot open the log file: "));
        assert_non_null(strstr(text, cases[i].says));
    }
    scratch_remove(&scratch);
    cvx_logfile_free(NULL);
}

static void test_fault(void **state)
{
    struct cvx_logfile *logfile = NULL;
    struct fake_run run = {0};
    struct fake_file full = {.rel = "a.docx"};
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_logfile_new("/dev/full", &logfile, &err), CVX_OK);
    run.reporter = cvx_logfile_reporter(logfile);
    fake_started(&run, false, 1);
    assert_int_equal(cvx_logfile_fault(logfile), 0);
    fake_done(&run, &full);
    assert_int_equal(cvx_logfile_fault(logfile), ENOSPC);
    fake_ended(&run, NULL);
    assert_int_equal(cvx_logfile_fault(logfile), ENOSPC);
    cvx_logfile_free(logfile);
}

/* A log of empty lines under a long name would need a gigabyte of prefixes. */
static void test_huge(void **state)
{
    struct desk d = {0};
    struct cvx_log log;
    char rel[2001], *lines = cvx_zalloc(60001), *text;
    struct fake_file full = {.rel = rel, .log = &log};
    size_t len = 0;

    (void)state;
    assert_non_null(lines);
    memset(rel, 'r', sizeof(rel) - 1);
    rel[sizeof(rel) - 1] = '\0';
    memset(lines, '\n', 60000);
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    cvx_log_add(&log, CVX_LEVEL_INFO, "%s", lines);
    desk_open(&d, "run.log");
    fake_started(&d.run, false, 1);
    fake_done(&d.run, &full);
    fake_ended(&d.run, NULL);
    text = scratch_read(&d.scratch, "run.log", &len);
    assert_non_null(text);
    assert_in_range(len, 1, 10000);
    assert_non_null(strstr(text, " | log left out: text longer than the limit"));
    assert_non_null(strstr(text, " | ✅ E:🟢·✅ rrr"));
    free(text);
    cvx_free(lines);
    cvx_log_done(&log);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch),      cmocka_unit_test(test_single),
        cmocka_unit_test(test_api),        cmocka_unit_test(test_time),
        cmocka_unit_test(test_now),        cmocka_unit_test(test_file),
        cmocka_unit_test(test_open_fails), cmocka_unit_test(test_fault),
        cmocka_unit_test(test_huge),
    };

    setenv("TZ", "XST-5:30", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
