/* Memory runs out at every point of an adjustment: pages read, profiles made and kept,
 * requests described, answers restored and checked. Each time it ends with CVX_ENOMEM,
 * leaves no document, and nothing leaks. The stages run without an engine. */
#include <torture.h>

#include <string.h>

#include <json-c/json.h>

#include "adjust/invariants.h"
#include "adjust/page_text.h"
#include "adjust/profile.h"
#include "adjust/protect.h"
#include "adjust_cv.h"
#include "contracts/embedded.h"
#include "scratch.h"
#include "stages.h"
#include "json/reader.h"

#define CV_TEXT ADJUST_CV("Ana Ruiz, ana@example.org, 12 years with Kafka and Go.")
#define PROFILE "{\"name\":\"Acme\",\"domains\":[\"logistics\"]}"
#define WORDS                                                                            \
    "Acme moves parcels for shops in eleven countries and has done so for thirty "       \
    "years. "                                                                            \
    "Its own vans carry them to every door, and its own software finds the way there. "  \
    "Streams of events tell everybody at every moment where a parcel is. "
#define PAGE                                                                             \
    "<title>Acme</title><meta name=description content='Parcels'><nav><a href=/about>A"  \
    "</a><a href=/jobs>Jobs</a></nav><p>" WORDS

static struct scratch g_scratch;
static struct cvx_openai_schema *g_research;

static struct json_object *parse(const char *text)
{
    struct json_object *root = NULL;
    struct cvx_err err;

    assert_int_equal(cvx_reader_parse(text, strlen(text), &root, &err), CVX_OK);
    return root;
}

/* ---- the pure parts; trees are made undisturbed ---- */

static struct json_object *g_was, *g_is;
static struct cvx_patterns *g_patterns;

static int invariants_body(void)
{
    struct cvx_issues violations = {0};
    struct cvx_err err;
    int rc = cvx_invariants_check(CVX_INVARIANTS_TAILORED | CVX_INVARIANTS_TRANSLATED,
                                  g_patterns, g_was, g_is, &violations, &err);

    cvx_issues_done(&violations);
    return rc;
}

static int protect_body(void)
{
    struct cvx_protect *protect = NULL;
    struct json_object *ret = NULL;
    struct cvx_issues violations = {0};
    struct cvx_err err;
    int rc = cvx_protect_new(g_was, &protect, &err);

    if (!rc)
        rc = cvx_protect_restore(protect, g_is, &ret, &violations, &err);
    assert_int_equal(ret != NULL, rc == CVX_OK);
    cvx_issues_done(&violations);
    json_object_put(ret);
    cvx_protect_free(protect);
    return rc;
}

static int page_body(const char *type, const char *data)
{
    struct cvx_page_source source = {.data = data,
                                     .len = strlen(data),
                                     .content_type = type,
                                     .url = "https://acme.example/",
                                     .max_chars = 1000};
    struct cvx_page_text page = {0};
    struct cvx_err err;
    int rc = cvx_page_text_read(&source, &page, &err);

    assert_true(rc == CVX_OK || page.text.data == NULL);
    cvx_page_text_done(&page);
    return rc;
}

static int html_body(void)
{
    return page_body("text/html; charset=utf-8", PAGE);
}

/* Read twice: there is too little of it but for its <nav>. */
static int nav_body(void)
{
    return page_body(NULL, "<nav>" WORDS "</nav><base href=/x><p>few");
}

static int plain_body(void)
{
    return page_body("text/plain; charset=iso-8859-15", "gr\xf6\xdf\n\nis \xa4");
}

static int profile_body(void)
{
    struct cvx_buf path = CVX_BUF_INIT, ret = CVX_BUF_INIT;
    struct cvx_err why, err;
    bool found = false;

    cvx_profile_path(g_scratch.root, "https://kept.example/", &path);
    int rc = cvx_buf_check(&path, &err);

    if (!rc)
        rc = cvx_profile_read(g_research, path.data, &ret, &found, &why, &err);
    if (!rc)
        assert_true(found);
    cvx_buf_done(&path);
    cvx_buf_done(&ret);
    return rc;
}

static void test_pure(void **state)
{
    static int (*const bodies[])(void) = {invariants_body, protect_body, html_body,
                                          nav_body,        plain_body,   profile_body};
    struct cvx_err err;
    struct cvx_buf path = CVX_BUF_INIT;

    (void)state;
    cvx_mem_fail_at(-1);
    g_was = parse(CV_TEXT);
    g_is = parse(ADJUST_CV("\u27e6T1\u27e7 and \u27e6T99\u27e7 for 77 years"));
    assert_int_equal(cvx_patterns_new(&g_patterns, &err), CVX_OK);
    cvx_profile_path(g_scratch.root, "https://kept.example/", &path);
    scratch_write(&g_scratch, path.data + strlen(g_scratch.root) + 1, PROFILE,
                  strlen(PROFILE));
    cvx_buf_done(&path);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        torture(bodies[i]);
    cvx_patterns_free(g_patterns);
    json_object_put(g_was);
    json_object_put(g_is);
}

/* ---- a stage from its first step to its end, without an engine ---- */

static void answer(const struct cvx_call *call, const char *request,
                   struct cvx_reply *reply)
{
    if (call->kind == CVX_CALL_FETCH)
        model_page(reply, "text/html", PAGE);
    else if (strstr(request, "\"company_profile\""))
        model_says(reply, PROFILE);
    else
        adjust_answer(reply, adjust_sent(request, 2));
}

/* As the lane would, but at once. */
static int call_go(struct cvx_task *task, struct cvx_call *call)
{
    struct cvx_profile profile = {0};
    struct cvx_buf request = CVX_BUF_INIT;
    int rc = CVX_OK;

    call->task = task;
    cvx_err_init(&call->err);
    if (call->build)
        rc = call->build(call, &profile, &request, &call->err);
    if (!rc)
        answer(call, request.len ? request.data : "", &call->reply);
    cvx_buf_done(&request);
    if (!rc)
        rc = cvx_buf_check(&call->reply.body, &call->err);
    if (!rc && call->kind == CVX_CALL_FETCH && !call->reply.headers)
        rc = cvx_fail(&call->err, CVX_ENOMEM, "no memory for headers");
    if (!rc) {
        call->verdict = call->judge(task, call, &call->usage, &call->err);
        rc = call->verdict == CVX_VERDICT_ACCEPTED ? CVX_OK : (int)call->err.rc;
    }
    task->err = call->err;
    return rc;
}

static int task_go(struct cvx_task *task, cvx_step_fn *step);

static int shared_go(struct cvx_task *task, const struct cvx_next *next,
                     struct cvx_buf *ret)
{
    struct cvx_task maker = {.stage = task->stage,
                             .params = task->params,
                             .n_params = task->n_params,
                             .state = task->state,
                             .target = task->target,
                             .key = next->key};
    int rc;

    cvx_log_init(&maker.log, CVX_LEVEL_NONE);
    rc = task_go(&maker, next->produce);
    task->err = maker.err;
    *ret = maker.bytes;
    task->shared = (struct cvx_shared_result){ret->data, ret->len};
    task->stage->drop(&maker);
    return rc;
}

static int task_go(struct cvx_task *task, cvx_step_fn *step)
{
    struct cvx_buf shared = CVX_BUF_INIT;

    for (;; task->turn++) {
        struct cvx_next next = step(task);

        if (next.wait == CVX_WAIT_NONE) {
            cvx_buf_done(&shared);
            return next.rc;
        }
        if (next.wait == CVX_WAIT_JOB)
            task->rc = next.job(task);
        else if (next.wait == CVX_WAIT_CALL)
            task->rc = call_go(task, next.call);
        else
            task->rc = shared_go(task, &next, &shared);
    }
}

static struct cvx_task g_task; /* stage, parameters, state */

static int stage_body(void)
{
    struct cvx_task task = g_task;
    int rc;

    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    rc = cvx_cv_parse(CV_TEXT, strlen(CV_TEXT), &task.input, &task.err);
    if (!rc)
        rc = task_go(&task, task.stage->step);
    assert_int_equal(task.output != NULL, rc == CVX_OK);
    assert_true(rc == CVX_OK || task.err.rc == (enum cvx_rc)rc);
    task.stage->drop(&task);
    cvx_cv_free(task.input);
    cvx_cv_free(task.output);
    cvx_issues_done(&task.issues);
    /* The next one makes the profile anew. */
    scratch_remove(&g_scratch);
    scratch_make(&g_scratch);
    return rc;
}

static int prepare_body(void)
{
    struct cvx_task task = {
        .stage = g_task.stage, .params = g_task.params, .n_params = g_task.n_params};
    int rc;

    cvx_err_init(&task.err);
    rc = task.stage->prepare(&task).rc;
    assert_int_equal(task.made_state != NULL, rc == CVX_OK);
    task.stage->close(task.made_state);
    return rc;
}

/* The patterns do without machine code where memory for it is short: no failure. */
static void prepare_torture(void)
{
    long failed = 0, n;

    cvx_mem_fail_at(-1);
    assert_int_equal(prepare_body(), CVX_OK);
    n = cvx_mem_count();
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = prepare_body();

        cvx_mem_fail_at(-1);
        assert_true(rc == CVX_OK || rc == CVX_ENOMEM);
        failed += rc == CVX_ENOMEM;
    }
    assert_true(failed > 0);
}

static void test_stages(void **state)
{
    static const struct {
        const struct cvx_stage *stage;
        struct cvx_param params[2];
    } cases[] = {
        {&cvx_openai_translate, {{"language", "de"}, {"on-error", "keep"}}},
        {&cvx_openai_job_specific,
         {{"job-url", "https://acme.example/"}, {"on-error", "fail"}}},
        {&cvx_openai_company_research,
         {{"customer-url", "https://acme.example/"}, {"on-error", "fail"}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_err err;

        g_task = (struct cvx_task){.stage = cases[i].stage,
                                   .params = cases[i].params,
                                   .n_params = 2,
                                   .target = g_scratch.root};
        prepare_torture();
        cvx_err_init(&err);
        assert_int_equal(cases[i].stage->prepare(&g_task).rc, CVX_OK);
        g_task.state = g_task.made_state;
        g_task.made_state = NULL;
        torture(stage_body);
        cases[i].stage->close(g_task.state);
    }
}

static int set_up(void **state)
{
    struct cvx_err err;

    (void)state;
    scratch_make(&g_scratch);
    return cvx_openai_schema_new(cvx_embedded_research_schema,
                                 cvx_embedded_research_schema_len, &g_research, &err);
}

static int tear_down(void **state)
{
    (void)state;
    cvx_openai_schema_free(g_research);
    scratch_remove(&g_scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pure),
        cmocka_unit_test(test_stages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
