/* The texts that reporters share: result line, header, summary, prefixed lines, causes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <report/reporters.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void assert_text(struct cvx_buf *buf, const char *want)
{
    assert_int_equal(cvx_buf_check(buf, NULL), CVX_OK);
    assert_non_null(buf->data);
    assert_string_equal(buf->data, want);
    cvx_buf_done(buf);
}

static const struct cvx_column k_full[] = {
    {CVX_EXTRACTOR, CVX_MARK_OK, CVX_MARK_OK},
    {CVX_ADJUSTER, CVX_MARK_OK, CVX_MARK_OK},
    {CVX_RENDERER, CVX_MARK_OK, CVX_MARK_NONE},
};
static const struct cvx_column k_partial[] = {
    {CVX_EXTRACTOR, CVX_MARK_OK, CVX_MARK_WARN},
    {CVX_RENDERER, CVX_MARK_OK, CVX_MARK_OK},
};
static const struct cvx_column k_failed[] = {
    {CVX_EXTRACTOR, CVX_MARK_FAIL, CVX_MARK_NONE},
    {CVX_RENDERER, CVX_MARK_NONE, CVX_MARK_NONE},
};
static const struct cvx_column k_warned[] = {
    {CVX_EXTRACTOR, CVX_MARK_WARN, CVX_MARK_FAIL},
    {CVX_ADJUSTER, CVX_MARK_WARN, CVX_MARK_OK},
};

static const struct line_case {
    struct cvx_totals totals;
    enum cvx_outcome outcome;
    const struct cvx_column *columns;
    size_t n_columns;
    const char *rel, *issues;
    const char *counted, *plain, *words;
} k_lines[] = {
    {{.total = 20, .full = 1},
     CVX_OUTCOME_FULL,
     k_full,
     3,
     "team/engineer1.docx",
     "",
     "✅ [ 1/20 |   5%] E:🟢·✅·A:✅·✅·R:✅·➖ team/engineer1.docx",
     "✅ E:🟢·✅·A:✅·✅·R:✅·➖ team/engineer1.docx",
     "ok [ 1/20 |   5%] E:ok/ok,A:ok/ok,R:ok/- team/engineer1.docx"},
    {{.total = 20, .full = 1, .partial = 1},
     CVX_OUTCOME_PARTIAL,
     k_partial,
     2,
     "engineer2.docx",
     "warnings: missing sidebar: tools",
     "⚠️ [ 2/20 |  10%] E:🟢·❎·R:✅·✅ engineer2.docx | warnings: missing "
     "sidebar: "
     "tools",
     "⚠️ E:🟢·❎·R:✅·✅ engineer2.docx | warnings: missing sidebar: tools",
     "warn [ 2/20 |  10%] E:ok/warn,R:ok/ok engineer2.docx | warnings: missing sidebar: "
     "tools"},
    {{.total = 20, .full = 1, .partial = 1, .failed = 1},
     CVX_OUTCOME_FAILED,
     k_failed,
     2,
     "broken.docx",
     "errors: extract: not a zip archive",
     "❌ [ 3/20 |  15%] E:❌·➖·R:➖·➖ broken.docx | errors: extract: not a zip archive",
     "❌ E:❌·➖·R:➖·➖ broken.docx | errors: extract: not a zip archive",
     "FAIL [ 3/20 |  15%] E:FAIL/-,R:-/- broken.docx | errors: extract: not a zip "
     "archive"},
    /* All marks; the width of the counter; a percentage that would round up. */
    {{.total = 1000, .full = 998, .failed = 1, .not_done = 1},
     CVX_OUTCOME_FAILED,
     k_warned,
     2,
     "a\n\x1b[31m\xFF.docx",
     "",
     "❌ [ 999/1000 |  99%] E:❎·❌·A:❎·✅ a\\n\\x1b[31m\\xff.docx",
     "❌ E:❎·❌·A:❎·✅ a\\n\\x1b[31m\\xff.docx",
     "FAIL [ 999/1000 |  99%] E:warn/FAIL,A:warn/ok a\\n\\x1b[31m\\xff.docx"},
    {{.total = 1, .full = 1},
     CVX_OUTCOME_FULL,
     k_full,
     1,
     "Lebenslauf Jörg Müller.docx",
     "",
     "✅ [1/1 | 100%] E:🟢·✅ Lebenslauf Jörg Müller.docx",
     "✅ E:🟢·✅ Lebenslauf Jörg Müller.docx",
     "ok [1/1 | 100%] E:ok/ok Lebenslauf Jörg Müller.docx"},
};

static void test_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_lines); i++) {
        const struct line_case *c = &k_lines[i];
        struct cvx_file_info file = {.path = "unused", .rel = c->rel};
        struct cvx_event event = {
            .type = CVX_EVENT_FILE_DONE, .file = &file, .totals = &c->totals};
        struct cvx_buf buf = CVX_BUF_INIT;

        event.u.file_done.outcome = c->outcome;
        event.u.file_done.columns = c->columns;
        event.u.file_done.n_columns = c->n_columns;
        event.u.file_done.issues = c->issues;
        cvx_line_print(&event, true, false, &buf);
        assert_text(&buf, c->counted);
        cvx_line_print(&event, false, false, &buf);
        assert_text(&buf, c->plain);
        cvx_line_print(&event, true, true, &buf);
        assert_text(&buf, c->words);
    }
}

static void test_header(void **state)
{
    static const struct {
        size_t total, workers;
        bool workers_auto;
        const char *pattern, *want;
    } cases[] = {
        {20, 10, false, "*.docx",
         "Processing 20 files matching '*.docx' with 10 parallel workers"},
        {1, 1, false, "*.json",
         "Processing 1 files matching '*.json' with 1 parallel workers"},
        {20, 1000, true, "a\x1b*",
         "Processing 20 files matching 'a\\x1b*' with up to 1000 parallel workers"},
        {20, 10, false, NULL, "Processing 20 files with 10 parallel workers"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_totals totals = {.total = cases[i].total};
        struct cvx_event event = {.type = CVX_EVENT_RUN_STARTED, .totals = &totals};
        struct cvx_buf buf = CVX_BUF_INIT;

        event.u.run_started.workers = cases[i].workers;
        event.u.run_started.workers_auto = cases[i].workers_auto;
        event.u.run_started.pattern = cases[i].pattern;
        cvx_line_header(&event, &buf);
        assert_text(&buf, cases[i].want);
    }
}

static void test_summary(void **state)
{
    static const struct {
        struct cvx_totals totals;
        const char *want;
    } cases[] = {
        {{.total = 20, .full = 18, .partial = 1, .failed = 1},
         "Completed: 19/20 files succeeded (18 full, 1 partial), 1 failed"},
        {{.total = 10, .full = 5, .failed = 1, .not_done = 4},
         "Completed: 5/10 files succeeded (5 full, 0 partial), 1 failed, 4 not done"},
        {{.total = 0}, "Completed: 0/0 files succeeded (0 full, 0 partial), 0 failed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_event event = {.type = CVX_EVENT_RUN_DONE, .totals = &cases[i].totals};
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_line_summary(&event, &buf);
        assert_text(&buf, cases[i].want);
    }
}

static void test_prefixed(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "INFO: \n"},
        {"\n", "INFO: \n"},
        {"one", "INFO: one\n"},
        {"one\n", "INFO: one\n"},
        {"one\ntwo", "INFO: one\nINFO: two\n"},
        {"one\r\ntwo\r\n", "INFO: one\nINFO: two\n"},
        {"one\n\ntwo", "INFO: one\nINFO: \nINFO: two\n"},
        {"a\rb\tc\x1b[0m\xE2\x80\xAE\xC0", "INFO: a\\rb\\tc\\x1b[0m\\u202e\\xc0\n"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        cvx_line_text(cases[i].text, strlen(cases[i].text), "INFO: ", &buf);
        assert_text(&buf, cases[i].want);
    }
    /* Not a byte beyond the given length is read. */
    cvx_line_text("one\ntwo", 5, "", &buf);
    assert_text(&buf, "one\nt\n");
    cvx_line_text(NULL, 0, "-", &buf);
    assert_text(&buf, "-\n");
}

static void test_causes(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    cvx_err_fail(&err, CVX_EIO, "engine/store.c", 120, "No space\nleft");
    cvx_line_causes(&err, "DEBUG: ", &buf);
    assert_text(&buf, "DEBUG: failed: No space\\nleft (engine/store.c:120)\n");
    cvx_err_wrap(&err, "engine/file.c", 31, "cannot write %s", "a.json");
    cvx_err_wrap(&err, "engine/file.c", 7, "%s", "");
    cvx_line_causes(&err, "DEBUG: ", &buf);
    assert_text(&buf, "DEBUG: failed:  (engine/file.c:7)\n"
                      "DEBUG:   caused by: cannot write a.json (engine/file.c:31)\n"
                      "DEBUG:   caused by: No space\\nleft (engine/store.c:120)\n");
    cvx_line_stopped(&err, &buf);
    assert_text(&buf, "Stopped: cannot write a.json: No space\\nleft");
}

static const struct {
    struct cvx_figures figures;
    const char *want;
} k_figures[] = {
    {{.counts =
          {.calls = 200, .cached = 3, .answered = 197, .attempts = 204, .limited = 1},
      .bound = {.bound_s = 12.04, .binding = "requests"},
      .wall_s = 12.25,
      .ratio = 0.983},
     "> API: 200 calls (3 from the cache), 204 sends, 1 limited; bound 12.0 s "
     "(requests), "
     "took 12.2 s: 0.98 of the best possible\n"},
    /* everything there is to say */
    {{.counts = {.calls = 20,
                 .cached = 3,
                 .joined = 2,
                 .answered = 14,
                 .failed = 1,
                 .attempts = 17,
                 .repeated = 2,
                 .limited = 4,
                 .tokens_in = 81234,
                 .tokens_cached = 2048,
                 .tokens_out = 9120,
                 .usage_estimated = 5,
                 .cost = 1.2,
                 .quota_wait_s = 3.14,
                 .backoff_s = 0.4},
      .bound = {.bound_s = 0.2, .binding = "critical path"},
      .wall_s = 0.5125,
      .ratio = 0.39,
      .cpu_queue_s = 0.0123,
      .tail_s = 120},
     "> API: 20 calls (3 from the cache, 2 shared), 1 failed, 17 sends, 2 repeated, 4 "
     "limited; bound 0.200 s (critical path), took 0.512 s: 0.39 of the best possible\n"
     "> Tokens: 81234 in (2048 from the provider's cache), 9120 out (estimated for 5 "
     "answers); cost 1.2000\n"
     "> Waits, summed over calls: quota 3.1 s, backoff 0.400 s, CPU 0.012 s; 429 "
     "answers: "
     "4; after the last file began: 120.0 s\n"},
    /* shared alone; just good enough */
    {{.counts = {.calls = 2, .joined = 1, .answered = 1, .attempts = 1, .tokens_out = 1},
      .bound = {.bound_s = 97, .binding = "CPU"},
      .wall_s = 100,
      .ratio = 0.97},
     "> API: 2 calls (1 shared), 1 sends; bound 97.0 s (CPU), took 100.0 s: 0.97 of the "
     "best possible\n> Tokens: 0 in, 1 out\n"},
    /* nobody answered: nothing to measure */
    {{.counts = {.calls = 5, .failed = 5, .attempts = 1},
      .bound = {.bound_s = 1, .binding = "CPU"},
      .wall_s = 9,
      .ratio = 0.1},
     "> API: 5 calls, 5 failed, 1 sends\n"},
    {{.counts = {.calls = 5, .cached = 5},
      .bound = {.bound_s = 1, .binding = "CPU"},
      .wall_s = 9,
      .ratio = 0.1},
     "> API: 5 calls (5 from the cache), 0 sends\n"},
    {{.counts = {.calls = 1, .answered = 1, .attempts = 1}, .wall_s = 9},
     "> API: 1 calls, 1 sends\n"},
};

static void test_api(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(k_figures); i++) {
        cvx_line_api(&k_figures[i].figures, "> ", &buf);
        assert_text(&buf, k_figures[i].want);
    }
}

static void test_api_stopped(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;

    (void)state;
    cvx_fail(&err, CVX_EDENIED, "the key is refused: \x1b[31mno");
    cvx_line_api_stopped(&err, &buf);
    assert_text(&buf, "Stopped calling the API: the key is refused: \\x1b[31mno");
}

static void test_estimate(void **state)
{
    const struct cvx_totals totals = {.total = 12, .full = 12};
    const struct cvx_estimate estimate = {.calls = 12,
                                          .tokens_in = 30000,
                                          .tokens_out = 9000,
                                          .shared_calls = 1,
                                          .shared_tokens = 1500};
    struct cvx_event event = {.type = CVX_EVENT_RUN_DONE, .totals = &totals};
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    event.u.run_done.estimate = &estimate;
    cvx_line_estimate(&event, &buf);
    assert_text(
        &buf, "Dry run: 12 files would make 13 calls, about 31500 tokens in and 9000 out "
              "(assumed: 3 bytes a token, answers as long as what they answer, no answer "
              "kept from before, no retry); nothing was sent or written");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result),      cmocka_unit_test(test_header),
        cmocka_unit_test(test_summary),     cmocka_unit_test(test_prefixed),
        cmocka_unit_test(test_causes),      cmocka_unit_test(test_api),
        cmocka_unit_test(test_api_stopped), cmocka_unit_test(test_estimate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
