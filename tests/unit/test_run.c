/* A run from options to result, with stages of an embedding program and a scripted caller:
 * what is written, what is told, in which order, and how it stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/run.h>

#include "caller.h"
#include "plugin.h"
#include "report/reporters.h"
#include "run_private.h"
#include "scratch.h"
#include "store.h"

enum { FILES = 60 };

/* Listens to everything and keeps what the tests ask about. */
struct listener {
    struct cvx_reporter reporter; /* first */
    struct cvx_run *run;
    size_t started, done, not_done, steps, max_in_flight;
    size_t stop_after, stops; /* cvx_run_stop() so often after so many files are done */
    char last_issues[256];
    char columns[64];
    struct cvx_totals totals;
    int exit_status;
    bool stopped, fault;
};

static void listen(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    static const char marks[] = "-+?!";
    struct listener *l = (struct listener *)reporter;
    size_t in_flight;

    if (event->type == CVX_EVENT_FILE_STARTED) {
        l->started++;
    } else if (event->type == CVX_EVENT_STEP_DONE) {
        l->steps++;
    } else if (event->type == CVX_EVENT_FILE_NOT_DONE) {
        l->not_done++;
    } else if (event->type == CVX_EVENT_FILE_DONE) {
        l->done++;
        snprintf(l->last_issues, sizeof(l->last_issues), "%s", event->u.file_done.issues);
        l->columns[0] = '\0';
        for (size_t i = 0; i < event->u.file_done.n_columns; i++) {
            const struct cvx_column *c = &event->u.file_done.columns[i];
            size_t len = strlen(l->columns);

            snprintf(l->columns + len, sizeof(l->columns) - len, "%c%c%c ",
                     cvx_stage_kind_letter(c->kind), marks[c->work], marks[c->verify]);
        }
        if (l->done == l->stop_after)
            for (size_t i = 0; i < l->stops; i++)
                cvx_run_stop(l->run);
    } else if (event->type == CVX_EVENT_RUN_DONE) {
        l->totals = *event->totals;
        l->exit_status = event->u.run_done.exit_status;
        l->stopped = event->u.run_done.stopped;
        l->fault = event->u.run_done.err != NULL;
    }
    in_flight = event->totals->in_flight;
    if (in_flight > l->max_in_flight)
        l->max_in_flight = in_flight;
}

struct setting {
    struct scratch scratch;
    char source[300], target[300], template[300];
    struct cvx_registry *registry;
    struct cvx_run_options options;
    struct cvx_step_options steps[4];
    const char *names[4];
    struct cvx_param word, template_param;
    struct test_caller caller;
    struct listener listener;
    struct cvx_run *run;
    struct cvx_run_result result;
    struct cvx_err err;
    unsigned hold;
    int out_fd; /* a console writes there when >= 0 */
};

static struct cvx_loop *setting_loop(void *arg)
{
    return cvx_run_loop(((struct setting *)arg)->run);
}

static void setting_make(struct setting *s)
{
    memset(s, 0, sizeof(*s));
    scratch_make(&s->scratch);
    scratch_path(&s->scratch, "in", s->source, sizeof(s->source));
    scratch_path(&s->scratch, "out", s->target, sizeof(s->target));
    scratch_write(&s->scratch, "template", "t", 1);
    scratch_path(&s->scratch, "template", s->template, sizeof(s->template));
    s->registry = plugin_registry();
    assert_non_null(s->registry);
    s->names[0] = "plug-extractor";
    s->names[1] = "plug-careful";
    s->steps[0] =
        (struct cvx_step_options){.kind = CVX_EXTRACTOR, .names = s->names, .n_names = 1};
    s->options = (struct cvx_run_options){.source = s->source,
                                          .parallel = true,
                                          .file_type = "*.txt",
                                          .n = 8,
                                          .target = s->target,
                                          .steps = s->steps,
                                          .n_steps = 1,
                                          .cpu_threads = 2,
                                          .grace_s = 30};
    s->word = (struct cvx_param){"word", "hello"};
    s->template_param = (struct cvx_param){"template", s->template};
    plugin_produced = 0;
    plugin_prepare_rc = 0;
    s->out_fd = -1;
}

static void setting_adjust(struct setting *s, size_t times)
{
    for (size_t i = 0; i < times; i++)
        s->steps[s->options.n_steps++] = (struct cvx_step_options){
            .kind = CVX_ADJUSTER,
            .names = (s->names[2] = "plug-adjuster", &s->names[2]),
            .n_names = 1,
            .params = &s->word,
            .n_params = 1};
}

static void setting_render(struct setting *s)
{
    s->steps[s->options.n_steps++] = (struct cvx_step_options){
        .kind = CVX_RENDERER, .params = &s->template_param, .n_params = 1};
}

static void setting_file(struct setting *s, const char *rel, const char *text)
{
    char path[300];

    snprintf(path, sizeof(path), "in/%s", rel);
    scratch_write(&s->scratch, path, text, strlen(text));
}

static void setting_files(struct setting *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char rel[64];

        snprintf(rel, sizeof(rel), "%zu/f%03zu.txt", i % 3, i);
        setting_file(s, rel, "hello");
    }
}

static int setting_go(struct setting *s)
{
    struct cvx_console *console = NULL;
    int rc = cvx_run_new(s->registry, &s->options, &s->run, &s->err);

    if (rc)
        return rc;
    s->listener.reporter.mask = ~0u & ~CVX_EVENT_BIT(CVX_EVENT_TICK);
    s->listener.reporter.log_level = CVX_LEVEL_NONE;
    s->listener.reporter.on_event = listen;
    s->listener.run = s->run;
    test_caller_init(&s->caller, setting_loop, s);
    s->caller.hold = s->hold;
    s->caller.expected = FILES;
    cvx_run_set_caller(s->run, &s->caller.caller);
    assert_int_equal(cvx_run_add_reporter(s->run, &s->listener.reporter), CVX_OK);
    if (s->out_fd >= 0) {
        const struct cvx_console_options options = {
            .out = s->out_fd, .err_fd = 2, .level = CVX_LEVEL_DEBUG, .causes = true};

        console = cvx_console_new(&options);
        assert_non_null(console);
        assert_int_equal(cvx_run_add_reporter(s->run, cvx_console_reporter(console)),
                         CVX_OK);
    }
    rc = cvx_run_go(s->run, &s->result, &s->err);
    cvx_run_free(s->run);
    cvx_console_free(console);
    return rc;
}

static void setting_done(struct setting *s)
{
    cvx_registry_free(s->registry);
    scratch_remove(&s->scratch);
}

static void expect_file(struct setting *s, const char *rel, const char *text)
{
    char path[300];
    char *data;

    snprintf(path, sizeof(path), "out/%s", rel);
    data = scratch_read(&s->scratch, path, NULL);
    if (!text) {
        assert_null(data);
        return;
    }
    assert_non_null(data);
    assert_string_equal(data, text);
    free(data);
}

static void test_whole_pipeline(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, FILES);
    setting_adjust(&s, 2);
    setting_render(&s);
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.full, FILES);
    assert_int_equal(s.result.exit_status, 0);
    assert_false(s.result.stopped);
    assert_int_equal(s.listener.started, FILES);
    assert_int_equal(s.listener.done, FILES);
    assert_int_equal(s.listener.steps, 4 * FILES);
    assert_string_equal(s.listener.columns, "E++ A+- R+- ");
    assert_int_equal(s.listener.max_in_flight, 8);
    /* Two adjusters of one stage and one key: one shared result, a call for each file. */
    assert_int_equal(plugin_produced, 1);
    assert_int_equal(s.caller.sent, 2 * FILES + 1);
    expect_file(&s, "structured_data/1/f001.json", "{\n  \"text\": \"hello\"\n}");
    expect_file(&s, "adjusted_structured_data/1/f001.json",
                "{\n  \"text\": \"hello with state\"\n}");
    expect_file(&s, "documents/1/f001_NEW.txt",
                "rendered {\n  \"text\": \"hello with state\"\n}");
    setting_done(&s);
}

static void test_json_in(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    s.options.n_steps = 0;
    s.options.file_type = NULL;
    setting_adjust(&s, 1);
    setting_file(&s, "a.json", "{\"text\": 1}");
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.full, 1);
    expect_file(&s, "adjusted_structured_data/a.json",
                "{\n  \"text\": \"hello with state\"\n}");
    setting_done(&s);

    setting_make(&s);
    s.options.n_steps = 0;
    s.options.file_type = NULL;
    setting_adjust(&s, 1);
    setting_file(&s, "b.JSON", "{\"text\": oops}");
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.failed, 1);
    assert_string_equal(s.listener.columns, "A!- ");
    assert_non_null(strstr(s.listener.last_issues, "errors: load: "));
    expect_file(&s, "adjusted_structured_data/b.json", NULL);
    setting_done(&s);
}

static void test_verdicts(void **state)
{
    static const struct {
        const char *text, *names[2];
        size_t n_names;
        bool skip;
        const char *columns, *issues, *stored;
    } cases[] = {
        {"ok", {"plug-extractor"}, 1, false, "E++ ", "", "ok"},
        {"warn", {"plug-extractor"}, 1, false, "E+? ", "warnings: warned", "warn"},
        {"warn", {"plug-extractor"}, 1, true, "E+- ", "", "warn"},
        {"reject", {"plug-extractor"}, 1, false, "E+! ", "errors: rejected", "reject"},
        {"warn reject",
         {"plug-extractor"},
         1,
         false,
         "E+! ",
         "errors: rejected | warnings: warned",
         "warn reject"},
        {"fail",
         {"plug-extractor"},
         1,
         false,
         "E!- ",
         "errors: extract: the text says so",
         NULL},
        /* a list: the first that passes counts, and only it is seen */
        {"fail", {"plug-extractor", "plug-careful"}, 2, false, "E++ ", "", "careful"},
        {"reject", {"plug-extractor", "plug-careful"}, 2, false, "E++ ", "", "careful"},
        {"ok", {"plug-extractor", "plug-careful"}, 2, false, "E++ ", "", "ok"},
        /* all fail: what the first said; the document of the first that has one */
        {"fail",
         {"plug-extractor", "plug-extractor"},
         2,
         false,
         "E!- ",
         "errors: extract: the text says so",
         NULL},
        {"reject",
         {"plug-extractor", "plug-extractor"},
         2,
         false,
         "E+! ",
         "errors: rejected",
         "reject"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static struct setting s;
        char stored[128];

        setting_make(&s);
        setting_file(&s, "x.txt", cases[i].text);
        s.names[0] = cases[i].names[0];
        s.names[1] = cases[i].names[1];
        s.steps[0].n_names = cases[i].n_names;
        s.steps[0].skip_verify = cases[i].skip;
        assert_int_equal(setting_go(&s), CVX_OK);
        assert_string_equal(s.listener.columns, cases[i].columns);
        assert_string_equal(s.listener.last_issues, cases[i].issues);
        snprintf(stored, sizeof(stored), "{\n  \"text\": \"%s\"\n}",
                 cases[i].stored ? cases[i].stored : "");
        expect_file(&s, "structured_data/x.json", cases[i].stored ? stored : NULL);
        setting_done(&s);
    }
}

static void test_rejected_goes_no_further(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_file(&s, "x.txt", "reject");
    setting_adjust(&s, 1);
    setting_render(&s);
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_string_equal(s.listener.columns, "E+! A-- R-- ");
    assert_int_equal(s.caller.sent, 0);
    setting_done(&s);
}

static void test_exit_status(void **state)
{
    static const struct {
        enum cvx_fail_on fail_on;
        bool good, bad;
        int status;
    } cases[] = {
        {CVX_FAIL_ON_ALL, true, true, 0},  {CVX_FAIL_ON_ALL, false, true, 1},
        {CVX_FAIL_ON_ALL, true, false, 0}, {CVX_FAIL_ON_ANY, true, true, 1},
        {CVX_FAIL_ON_ANY, true, false, 0}, {CVX_FAIL_ON_NEVER, false, true, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static struct setting s;

        setting_make(&s);
        s.options.fail_on = cases[i].fail_on;
        if (cases[i].good)
            setting_file(&s, "good.txt", "ok");
        if (cases[i].bad)
            setting_file(&s, "bad.txt", "fail");
        assert_int_equal(setting_go(&s), CVX_OK);
        assert_int_equal(s.result.exit_status, cases[i].status);
        assert_int_equal(s.listener.exit_status, cases[i].status);
        setting_done(&s);
    }
}

/* Which file a line of debug output belongs to: the tag it carries, or the path at the end
 * of a result line. */
static int line_owner(const char *line)
{
    const char *f = strstr(line, "/f");

    return f ? atoi(f + 2) : -1;
}

static void check_blocks(char *text, size_t files)
{
    bool closed[FILES] = {false};
    size_t tagged = 0, results = 0;
    int present = -1;

    for (char *line = strtok_r(text, "\n", &text); line;
         line = strtok_r(NULL, "\n", &text)) {
        int owner = line_owner(line);

        if (owner < 0)
            continue;
        assert_true(owner < (int)files);
        assert_false(closed[owner]); /* nothing of a file after its result line */
        assert_true(present == -1 || present == owner);
        present = owner;
        tagged += strstr(line, "DEBUG: tag") || strstr(line, "INFO: tag");
        if (strstr(line, "E:")) {
            closed[owner] = true;
            present = -1;
            results++;
        }
    }
    assert_int_equal(results, files);
    assert_int_equal(tagged, 3 * files);
}

static void test_blocks_stay_together(void **state)
{
    static const unsigned widths[] = {1, 7, FILES};

    (void)state;
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        static struct setting s;
        char path[300];
        char *text;

        setting_make(&s);
        setting_files(&s, FILES);
        setting_adjust(&s, 1);
        s.options.n = widths[i];
        s.hold = widths[i]; /* all wait for their call, then end in shuffled order */
        scratch_path(&s.scratch, "console", path, sizeof(path));
        s.out_fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        assert_true(s.out_fd >= 0);
        assert_int_equal(setting_go(&s), CVX_OK);
        close(s.out_fd);
        assert_int_equal(s.result.totals.full, FILES);
        assert_true(s.listener.max_in_flight <= widths[i]);
        if (widths[i] == FILES)
            assert_true(s.caller.max_waiting == FILES);
        text = scratch_read(&s.scratch, "console", NULL);
        assert_non_null(text);
        check_blocks(text, FILES);
        free(text);
        setting_done(&s);
    }
}

static void test_stop_drains(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, FILES);
    s.options.n = 4;
    s.listener.stop_after = 10;
    s.listener.stops = 1;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_true(s.result.stopped && s.listener.stopped);
    /* What was in flight finished, nothing more was begun. */
    assert_true(s.listener.done >= 10 && s.listener.done <= 10 + 4);
    assert_int_equal(s.listener.done, s.listener.started);
    assert_int_equal(s.listener.not_done, FILES - s.listener.done);
    assert_int_equal(s.result.totals.not_done, s.listener.not_done);
    assert_int_equal(s.result.totals.full, s.listener.done);
    setting_done(&s);
}

static void test_stop_now(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_file(&s, "a/fail.txt", "fail");
    setting_files(&s, 20);
    setting_adjust(&s, 1);
    s.options.n = FILES;
    s.hold = FILES; /* no call is answered while others may still come */
    s.listener.stop_after = 1;
    s.listener.stops = 2;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_true(s.result.stopped);
    assert_int_equal(s.listener.started, 21);
    assert_int_equal(s.listener.done + s.listener.not_done, 21);
    assert_true(s.listener.not_done > 0);
    setting_done(&s);
}

static void test_stop_before_the_start(void **state)
{
    static struct setting s;
    struct cvx_run *run = NULL;

    (void)state;
    setting_make(&s);
    setting_files(&s, 5);
    assert_int_equal(cvx_run_new(s.registry, &s.options, &run, &s.err), CVX_OK);
    cvx_run_stop(run);
    assert_int_equal(cvx_run_go(run, &s.result, &s.err), CVX_OK);
    assert_true(s.result.stopped);
    assert_int_equal(s.result.totals.full + s.result.totals.not_done, 5);
    cvx_run_stop(run);
    cvx_run_free(run);
    setting_done(&s);
}

static void test_configuration_faults(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, 1);
    setting_adjust(&s, 1);
    plugin_prepare_rc = CVX_EUSAGE;
    assert_int_equal(setting_go(&s), CVX_EUSAGE);
    assert_string_equal(cvx_err_root(&s.err), "prepare says no");
    assert_int_equal(access(s.target, F_OK), -1); /* nothing was written */
    setting_done(&s);

    setting_make(&s);
    setting_adjust(&s, 1);
    s.word.key = "wrod";
    assert_int_equal(setting_go(&s), CVX_EUSAGE);
    assert_string_equal(cvx_err_root(&s.err),
                        "adjuster 'plug-adjuster' has no key 'wrod'");
    s.steps[1].n_params = 0;
    assert_int_equal(setting_go(&s), CVX_EUSAGE);
    assert_string_equal(cvx_err_root(&s.err), "adjuster 'plug-adjuster' needs word=");
    setting_done(&s);

    setting_make(&s);
    setting_render(&s);
    unlink(s.template);
    assert_int_equal(setting_go(&s), CVX_EUSAGE);
    assert_non_null(strstr(cvx_err_root(&s.err), "No such file or directory"));
    setting_done(&s);
}

static void test_source_faults(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s); /* no folder "in" */
    assert_int_equal(setting_go(&s), CVX_EIO);
    assert_int_equal(access(s.target, F_OK), -1);
    s.options.parallel = false;
    assert_int_equal(setting_go(&s), CVX_EIO);
    assert_int_equal(access(s.target, F_OK), -1);
    setting_done(&s);
}

static void test_single_file(void **state)
{
    static struct setting s;
    char path[400];

    (void)state;
    setting_make(&s);
    setting_file(&s, "deep/down/x.txt", "hello");
    scratch_path(&s.scratch, "in/deep/down/x.txt", path, sizeof(path));
    s.options.source = path;
    s.options.parallel = false;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.full, 1);
    expect_file(&s, "structured_data/x.json", "{\n  \"text\": \"hello\"\n}");
    s.steps[0].output = "mine/y.json";
    assert_int_equal(setting_go(&s), CVX_OK);
    expect_file(&s, "mine/y.json", "{\n  \"text\": \"hello\"\n}");
    setting_done(&s);
}

static void test_given_list(void **state)
{
    static struct setting s;
    char a[400], b[400];
    const char *paths[] = {a, b, a};

    (void)state;
    setting_make(&s);
    setting_file(&s, "t/a.txt", "hello");
    setting_file(&s, "t/z.txt", "hello");
    scratch_path(&s.scratch, "in/t/a.txt", a, sizeof(a));
    scratch_path(&s.scratch, "in/t/gone.txt", b, sizeof(b));
    s.options.inputs = paths;
    s.options.n_inputs = 3;
    s.options.inputs_given = true;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.total, 2);
    assert_int_equal(s.result.totals.full, 1);
    assert_int_equal(s.result.totals.failed, 1);
    expect_file(&s, "structured_data/t/a.json", "{\n  \"text\": \"hello\"\n}");
    s.options.n_inputs = 0;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.total, 0);
    assert_int_equal(s.result.exit_status, 0);
    setting_done(&s);
}

#ifdef CVX_FAULTS
static void test_full_disk(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, FILES);
    s.options.n = 2;
    cvx_store_fail_at(40, 28 /* ENOSPC */);
    assert_int_equal(setting_go(&s), CVX_OK);
    cvx_store_fail_at(-1, 0);
    assert_int_equal(s.result.exit_status, 1);
    assert_true(s.listener.fault);
    assert_int_equal(s.result.totals.failed, 1);
    assert_true(s.result.totals.not_done > 0);
    assert_int_equal(s.result.totals.full + 1 + s.result.totals.not_done, FILES);
    setting_done(&s);
}
#endif

static void test_auto(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, FILES);
    s.options.n = 0;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.full, FILES);
    assert_true(s.listener.max_in_flight <= FILES);
    setting_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_pipeline),
        cmocka_unit_test(test_json_in),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_rejected_goes_no_further),
        cmocka_unit_test(test_exit_status),
        cmocka_unit_test(test_blocks_stay_together),
        cmocka_unit_test(test_stop_drains),
        cmocka_unit_test(test_stop_now),
        cmocka_unit_test(test_stop_before_the_start),
        cmocka_unit_test(test_configuration_faults),
        cmocka_unit_test(test_source_faults),
        cmocka_unit_test(test_single_file),
        cmocka_unit_test(test_given_list),
#ifdef CVX_FAULTS
        cmocka_unit_test(test_full_disk),
#endif
        cmocka_unit_test(test_auto),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
