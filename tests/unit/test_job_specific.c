/* openai-job-specific: where the posting comes from, how often, and what is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "adjust_cv.h"
#include "contracts/embedded.h"
#include "model.h"
#include "stages.h"

#define URL "https://acme.example/jobs/7?token=abc"
#define CV_TEXT ADJUST_CV(ADJUST_OVERVIEW)
#define POSTING                                                                          \
    "Data engineer wanted. You know Kafka and Postgres, you have led a team, and you "   \
    "like "                                                                              \
    "parcels. We offer a place to sit, tea, and a view over the yard where the vans "    \
    "stand. "                                                                            \
    "Rust and Oracle are a plus. Write to us by the end of the month."

typedef void change_fn(struct json_object *cv);

struct script {
    const char *page; /* NULL = HTTP 404 */
    change_fn *change;
};

static void answer(struct model_world *w, const struct cvx_call *call,
                   const char *request, struct cvx_reply *reply)
{
    const struct script *script = w->arg;

    if (call->kind == CVX_CALL_FETCH) {
        reply->status = 404;
        if (script->page)
            model_page(reply, "text/html; charset=utf-8", script->page);
        return;
    }
    struct json_object *cv = adjust_sent(request, 2);

    if (script->change)
        script->change(cv);
    adjust_answer(reply, cv);
}

static struct json_object *experience(struct json_object *cv, size_t i)
{
    return json_object_array_get_idx(json_object_object_get(cv, "experiences"), i);
}

static void set(struct json_object *object, const char *key, const char *text)
{
    json_object_object_add(object, key, json_object_new_string(text));
}

/* Reordered and reworded, nothing added. */
static void good(struct json_object *cv)
{
    struct json_object *tools = adjust_in(cv, "sidebar", "tools");

    json_object_array_put_idx(tools, 0, json_object_new_string("Postgres"));
    json_object_array_put_idx(tools, 1, json_object_new_string("Kafka"));
    set(cv, "overview", "Kafka and Go for 12 years.");
}

static void tool_of_posting(struct json_object *cv)
{
    json_object_array_add(adjust_in(cv, "sidebar", "tools"),
                          json_object_new_string("Rust"));
}

static void environment(struct json_object *cv)
{
    json_object_array_add(json_object_object_get(experience(cv, 0), "environment"),
                          json_object_new_string("Oracle"));
}

static void number(struct json_object *cv)
{
    set(experience(cv, 0), "description", "Led 5 teams.");
}

static void title(struct json_object *cv)
{
    set(json_object_object_get(cv, "identity"), "title", "Data engineer for parcels");
}

static void employer_gone(struct json_object *cv)
{
    json_object_array_del_idx(json_object_object_get(cv, "experiences"), 1, 1);
}

static void swapped(struct json_object *cv)
{
    struct json_object *list = json_object_object_get(cv, "experiences");
    struct json_object *first = json_object_get(json_object_array_get_idx(list, 0));

    json_object_array_put_idx(list, 0,
                              json_object_get(json_object_array_get_idx(list, 1)));
    json_object_array_put_idx(list, 1, first);
}

static void dates(struct json_object *cv)
{
    set(experience(cv, 1), "heading", "2015 \u2013 2018 | Bolt");
}

#define TWICE "openai-job-specific: the model's answer is not acceptable, twice: "

static void test_invented(void **state)
{
    static const struct {
        change_fn *change;
        const char *err; /* "" = accepted */
    } cases[] = {
        {NULL, ""},
        {good, ""},
        {tool_of_posting,
         TWICE "sidebar.tools[2] 'Rust' is not in the CV that was given"},
        {environment,
         TWICE "experiences[0].environment[2] 'Oracle' is not in the CV that was given"},
        {number, TWICE
         "experiences[0].description has the number 5, which the CV that was given has "
         "not"},
        {title, TWICE "identity.title must not change"},
        {employer_gone,
         TWICE "experiences must be 2 as before, in the same order, not 1"},
        {swapped,
         TWICE "experiences[0] has the heading of experiences[1]: their order must "
               "not change, experiences[1] has the heading of"},
        {dates, TWICE
         "experiences[1].heading must keep its date range '2015 - 2018' as written"},
    };
    static const struct cvx_param params[] = {{"job-description", POSTING}};
    static struct model_world w;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct script script = {NULL, cases[i].change};
        bool good_one = cases[i].err[0] == '\0';

        model_world_make(&w, "/nowhere", answer);
        w.arg = &script;
        assert_int_equal(
            model_world_run(&w, &cvx_openai_job_specific, params, 1, CV_TEXT, 1), CVX_OK);
        if (strncmp(w.results[0].err, cases[i].err, strlen(cases[i].err)) != 0 ||
            (w.results[0].rc == CVX_OK) != good_one)
            fail_msg("wanted: %s\nfound: %s", cases[i].err, w.results[0].err);
        assert_int_equal(w.results[0].output != NULL, good_one);
        assert_int_equal(w.chats, good_one ? 1 : 2);
        assert_int_equal(w.fetches, 0);
        model_world_done(&w);
    }
}

/* The repair turn names what was wrong, and what comes of it is taken. */
static void answer_repair(struct model_world *w, const struct cvx_call *call,
                          const char *request, struct cvx_reply *reply)
{
    struct json_object *cv = adjust_sent(request, 2);

    (void)w;
    (void)call;
    if (adjust_messages(request) == 3)
        tool_of_posting(cv);
    adjust_answer(reply, cv);
}

static void test_repair(void **state)
{
    static const struct cvx_param params[] = {{"job-description", POSTING}};
    static struct model_world w;
    struct json_object *root = NULL;

    (void)state;
    model_world_make(&w, "/nowhere", answer_repair);
    assert_int_equal(model_world_run(&w, &cvx_openai_job_specific, params, 1, CV_TEXT, 1),
                     CVX_OK);
    assert_int_equal(w.results[0].rc, CVX_OK);
    assert_int_equal(w.chats, 2);
    assert_int_equal(adjust_messages(w.last_request.data), 5);
    assert_non_null(strstr(adjust_message(w.last_request.data, 4, &root),
                           "- sidebar.tools[2] 'Rust' is not in the CV that was given"));
    json_object_put(root);
    model_world_done(&w);
}

/* A page is fetched once for all files; its failure is everybody's. */
static void test_page(void **state)
{
#define AT "openai-job-specific: job posting https://acme.example/jobs/7: "
    static const struct {
        const char *page;
        int rc;
        const char *err;
    } cases[] = {
        {"<title>Job</title><script>x</script><p>" POSTING, CVX_OK, ""},
        {NULL, CVX_EIO, AT "HTTP status 404"},
        {"<p>Enable it.", CVX_EFORMAT,
         AT "only 10 characters of text, under 200: it is probably made by JavaScript, "
            "which "
            "is not run"},
    };
    static const struct cvx_param params[] = {{"job-url", URL}};
    static struct model_world w;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct script script = {cases[i].page, NULL};
        struct json_object *root = NULL;

        model_world_make(&w, "/nowhere", answer);
        w.arg = &script;
        assert_int_equal(model_world_run(&w, &cvx_openai_job_specific, params, 1, CV_TEXT,
                                         MODEL_TASKS),
                         CVX_OK);
        for (size_t k = 0; k < MODEL_TASKS; k++) {
            assert_int_equal(w.results[k].rc, cases[i].rc);
            assert_string_equal(w.results[k].err, cases[i].err);
        }
        assert_int_equal(w.fetches, 1);
        assert_string_equal(w.urls[0], URL);
        assert_int_equal(w.chats, cases[i].rc ? 0 : MODEL_TASKS);
        if (!cases[i].rc) {
            const char *text = adjust_message(w.last_request.data, 1, &root);

            assert_non_null(strstr(text, "the job posting"));
            assert_non_null(strstr(text, ">>\nJob\nData engineer wanted."));
            json_object_put(root);
        }
        model_world_done(&w);
    }
}

static void test_keys(void **state)
{
    static const struct {
        struct cvx_param params[2];
        size_t n;
        const char *err;
    } cases[] = {
        {{{0}}, 0, "needs job-url= or job-description=, and has neither"},
        {{{"job-url", URL}, {"job-description", "x"}}, 2, "not both"},
        {{{"job-url", ""}, {"job-description", "x"}}, 2, "not both"},
        {{{"job-url", ""}}, 1, "job-url= needs a value"},
        {{{"job-url", NULL}}, 1, "job-url= needs a value"},
        {{{"job-url", "acme"}}, 1, "job-url= must be"},
        {{{"job-description", ""}}, 1, "job-description= needs a value"},
        {{{"job-description", " \n"}}, 1, "job-description= needs a value"},
        {{{"job-description", "\xff"}}, 1, "job-description= is not UTF-8"},
        {{{"job-description", "x"}, {"on-error", ""}}, 2, "on-error="},
    };
    static struct model_world w;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        model_world_make(&w, "/nowhere", answer);
        assert_int_equal(model_world_run(&w, &cvx_openai_job_specific, cases[i].params,
                                         cases[i].n, CV_TEXT, 0),
                         CVX_EUSAGE);
        if (!strstr(w.results[0].err, cases[i].err))
            fail_msg("wanted: %s\nfound: %s", cases[i].err, w.results[0].err);
        model_world_done(&w);
    }
}

static void test_long_description(void **state)
{
    static struct model_world w;
    struct script script = {NULL, NULL};
    struct cvx_buf text = CVX_BUF_INIT;

    (void)state;
    for (int i = 0; i < 20000; i++)
        cvx_buf_puts(&text, "\u00f6");
    for (int over = 0; over < 2; over++) {
        struct cvx_param param = {"job-description", text.data};

        model_world_make(&w, "/nowhere", answer);
        w.arg = &script;
        assert_int_equal(
            model_world_run(&w, &cvx_openai_job_specific, &param, 1, CV_TEXT, 1),
            over ? CVX_EUSAGE : CVX_OK);
        if (over)
            assert_string_equal(
                w.results[0].err,
                "job-description= has 20001 characters, the limit is 20000");
        model_world_done(&w);
        cvx_buf_putc(&text, 'x');
    }
    cvx_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invented),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_long_description),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
