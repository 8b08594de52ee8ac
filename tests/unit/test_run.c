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

#include <cvextract/mem.h>
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
    size_t started, done, not_done, steps, max_in_flight, run_records;
    size_t stop_after, stops; /* cvx_run_stop() so often after so many files are done */
    char last_issues[256], last_cause[128];
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
    } else if (event->type == CVX_EVENT_LOG) {
        l->run_records += event->file == NULL;
    } else if (event->type == CVX_EVENT_FILE_DONE) {
        l->done++;
        snprintf(l->last_issues, sizeof(l->last_issues), "%s", event->u.file_done.issues);
        snprintf(l->last_cause, sizeof(l->last_cause), "%s",
                 event->u.file_done.err ? cvx_err_root(event->u.file_done.err) : "");
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
    bool quiet; /* adding the listener may fail */
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
    s->listener.reporter.log_level = CVX_LEVEL_NONE;
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
    s->listener.reporter.on_event = listen;
    s->listener.run = s->run;
    test_caller_init(&s->caller, setting_loop, s);
    s->caller.hold = s->hold;
    s->caller.expected = FILES;
    cvx_run_set_caller(s->run, &s->caller.caller);
    rc = cvx_run_add_reporter(s->run, &s->listener.reporter);
    if (rc && s->quiet) {
        cvx_run_free(s->run);
        return rc;
    }
    assert_int_equal(rc, CVX_OK);
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
    assert_true(s.listener.max_in_flight <= 8);
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

    return f ? (int)strtol(f + 2, NULL, 10) : -1;
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
    assert_true(s.listener.done >= 10 && s.listener.done < 10 + 4);
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
    /* The inputs are not even known then. */
    assert_int_equal(cvx_run_go(run, &s.result, &s.err), CVX_ECANCELED);
    assert_int_equal(access(s.target, F_OK), -1);
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

/* ---- stages of this file's own: one that only waits for an answer, one that warns ---- */

static void asking_drop(struct cvx_task *task)
{
    cvx_free(task->data);
    task->data = NULL;
}

static struct cvx_next asking_step(struct cvx_task *task)
{
    if (task->rc)
        return cvx_next_done(task->rc);
    switch (task->turn) {
    case 0:
        task->data = cvx_zalloc(sizeof(struct cvx_call));
        return task->data ? cvx_next_job(plugin_extractor.run)
                          : cvx_next_done(CVX_ENOMEM);
    case 1:
        return cvx_next_call(task->data);
    default:
        return cvx_next_done(CVX_OK);
    }
}

static const struct cvx_stage k_asking = {.contract = CVX_STAGE_CONTRACT,
                                          .kind = CVX_EXTRACTOR,
                                          .flags = CVX_STAGE_API,
                                          .name = "asking",
                                          .summary = "has a server look at the text",
                                          .folder = "structured_data",
                                          .suffix = ".json",
                                          .step = asking_step,
                                          .drop = asking_drop};

/* With n=auto a file that waits for an answer keeps nobody out: its CPU work is done. */
static void test_auto_admits_while_calls_wait(void **state)
{
    static struct setting s;

    (void)state;
    setting_make(&s);
    setting_files(&s, FILES);
    assert_int_equal(cvx_registry_add(s.registry, &k_asking, &s.err), CVX_OK);
    s.names[0] = "asking";
    s.options.n = 0;
    s.hold = FILES; /* no answer before all have asked */
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.caller.max_waiting, FILES);
    assert_int_equal(s.result.totals.full, FILES);
    setting_done(&s);
}

static int broken_verify(struct cvx_task *task)
{
    return cvx_fail(&task->err, CVX_EIO, "the rules are out of reach");
}

/* A verifier that breaks down: the document is stored for the eye, the cause is told. */
static void test_broken_verifier(void **state)
{
    static struct setting s;
    static const char *const verifiers[] = {"broken"};
    struct cvx_stage stage = plugin_verifier;

    (void)state;
    stage.name = "broken";
    stage.default_after = 0;
    stage.run = broken_verify;
    setting_make(&s);
    setting_file(&s, "x.txt", "hello");
    assert_int_equal(cvx_registry_add(s.registry, &stage, &s.err), CVX_OK);
    s.steps[0].verifiers = verifiers;
    s.steps[0].n_verifiers = 1;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_string_equal(s.listener.columns, "E+! ");
    assert_string_equal(s.listener.last_issues,
                        "errors: verify: the rules are out of reach");
    assert_string_equal(s.listener.last_cause, "the rules are out of reach");
    expect_file(&s, "structured_data/x.json", "{\n  \"text\": \"hello\"\n}");
    setting_done(&s);
}

static struct cvx_run *g_prepared_run; /* asked to stop while its prepare is at work */
static int g_states_made, g_states_closed;

static int stopped_prepare_job(struct cvx_task *task)
{
    cvx_log_add(&task->log, CVX_LEVEL_INFO, "preparing");
    if (g_prepared_run)
        cvx_run_stop(g_prepared_run);
    task->made_state = &g_states_made;
    g_states_made++;
    return CVX_OK;
}

static struct cvx_next stopped_prepare(struct cvx_task *task)
{
    return task->turn == 0 ? cvx_next_job(stopped_prepare_job) : cvx_next_done(task->rc);
}

static void count_close(void *state)
{
    assert_ptr_equal(state, &g_states_made);
    g_states_closed++;
}

static struct cvx_stage prepared_stage(void)
{
    struct cvx_stage stage = plugin_extractor;

    stage.name = "prepared";
    stage.prepare = stopped_prepare;
    stage.close = count_close;
    g_states_made = g_states_closed = 0;
    return stage;
}

/* What a prepare says is a record of the run; stopped in the middle, what it made is closed
 * all the same. */
static void test_prepare(void **state)
{
    static struct setting s;
    const struct cvx_stage stage = prepared_stage();

    (void)state;
    setting_make(&s);
    setting_files(&s, 2);
    assert_int_equal(cvx_registry_add(s.registry, &stage, &s.err), CVX_OK);
    s.names[0] = "prepared";
    assert_int_equal(cvx_run_new(s.registry, &s.options, &s.run, &s.err), CVX_OK);
    g_prepared_run = s.run;
    assert_int_equal(cvx_run_go(s.run, &s.result, &s.err), CVX_ECANCELED);
    g_prepared_run = NULL;
    cvx_run_free(s.run);
    assert_int_equal(g_states_made, 1);
    assert_int_equal(g_states_closed, 1);
    assert_int_equal(access(s.target, F_OK), -1);

    s.listener.reporter.log_level = CVX_LEVEL_INFO;
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.listener.run_records, 1);
    assert_int_equal(g_states_closed, 2);
    setting_done(&s);
}

/* An output never takes the place of the input, and a single one is a file. */
static void test_outputs_refused(void **state)
{
    static struct setting s;
    char input[400], folder[400], same[400];

    (void)state;
    setting_make(&s);
    setting_file(&s, "x.txt", "hello");
    scratch_path(&s.scratch, "in/x.txt", input, sizeof(input));
    scratch_path(&s.scratch, "in/", folder, sizeof(folder));
    scratch_path(&s.scratch, "in/../in/./x.txt", same, sizeof(same));
    s.options.source = input;
    s.options.parallel = false;
    const char *const outputs[] = {input, same, folder, s.source, "new/", "/dev/null"};

    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
        s.steps[0].output = outputs[i];
        assert_int_equal(setting_go(&s), CVX_EUSAGE);
        assert_int_equal(access(s.target, F_OK), -1);
    }
    s.steps[0].output = NULL;
    s.options.n_steps = 0;
    s.options.source = s.source;
    s.options.parallel = true;
    s.options.file_type = NULL;
    setting_adjust(&s, 1);
    setting_file(&s, "y.json", "{\"text\": 1}");
    s.steps[0].output = folder;
    assert_int_equal(setting_go(&s), CVX_EUSAGE);
    s.steps[0].output = s.target; /* elsewhere is fine */
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_int_equal(s.result.totals.full, 1);
    setting_done(&s);
}

#ifdef CVX_FAULTS
static int warning_run(struct cvx_task *task)
{
    int rc = plugin_extractor.run(task);

    if (!rc && cvx_issues_add(&task->issues, CVX_SEVERITY_WARNING, "watch out"))
        rc = cvx_fail(&task->err, CVX_ENOMEM, "no memory for the warning");
    return rc;
}

/* Whatever allocation fails: a file that fails for it says why. */
static void test_no_failure_without_a_reason(void **state)
{
    static struct setting s;
    struct cvx_stage stage = plugin_extractor;
    long count;

    (void)state;
    stage.name = "warning";
    stage.run = warning_run;
    setting_make(&s);
    setting_file(&s, "x.txt", "hello");
    assert_int_equal(cvx_registry_add(s.registry, &stage, &s.err), CVX_OK);
    s.names[0] = "warning";
    s.options.cpu_threads = 1;
    cvx_mem_fail_at(-1);
    assert_int_equal(setting_go(&s), CVX_OK);
    assert_string_equal(s.listener.last_issues, "warnings: watch out");
    count = cvx_mem_count();
    for (long i = 0; i < count; i++) {
        memset(&s.listener, 0, sizeof(s.listener));
        cvx_mem_fail_at(i);
        s.quiet = true; /* the listener itself may find no room */
        (void)setting_go(&s);
        assert_string_not_equal(s.listener.last_issues, "errors: extract: ");
    }
    cvx_mem_fail_at(-1);
    setting_done(&s);
}
#endif

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
        cmocka_unit_test(test_no_failure_without_a_reason),
#endif
        cmocka_unit_test(test_auto_admits_while_calls_wait),
        cmocka_unit_test(test_broken_verifier),
        cmocka_unit_test(test_prepare),
        cmocka_unit_test(test_outputs_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
