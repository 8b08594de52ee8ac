/* default-extract-verifier: what counts as incomplete, and in which words and order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/cv.h>

#include "stages.h"

#define IDENTITY                                                                         \
    "\"identity\":{\"title\":\"Baker\",\"full_name\":\"Ana Ruiz\","                      \
    "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"}"
#define SIDEBAR                                                                          \
    "\"sidebar\":{\"languages\":[\"C\"],\"tools\":[\"oven\"],\"industries\":[\"food\"]," \
    "\"spoken_languages\":[\"Spanish\"],\"academic_background\":[\"school\"]}"
#define JOB "{\"heading\":\"h\",\"description\":\"d\",\"bullets\":[\"b\"]}"
#define JOBS "\"experiences\":[" JOB "]"
#define CV_WITH_JOBS(jobs) "{" IDENTITY "," SIDEBAR ",\"experiences\":[" jobs "]}"
#define CV_WITH_SIDEBAR(sidebar) "{" IDENTITY ",\"sidebar\":" sidebar "," JOBS "}"
#define CV_WITH_IDENTITY(identity) "{\"identity\":" identity "," SIDEBAR "," JOBS "}"
#define NO_DETAILS "no bullets or environment in any experience"

static const struct {
    const char *text, *says;
} k_verdicts[] = {
    {CV_WITH_JOBS(JOB), ""},
    /* nothing at all, and values that are no documents */
    {"{}", "errors: identity, sidebar, experiences_empty | warnings: " NO_DETAILS},
    {"[1]", "errors: identity, sidebar, experiences_empty | warnings: " NO_DETAILS},
    {"null", "errors: identity, sidebar, experiences_empty | warnings: " NO_DETAILS},
    {"{\"identity\":\"x\",\"sidebar\":[\"x\"],\"experiences\":\"x\"}",
     "errors: identity, sidebar, experiences_empty | warnings: " NO_DETAILS},
    /* identity: all four, filled; blanks are not empty */
    {CV_WITH_IDENTITY("null"), "errors: identity"},
    {CV_WITH_IDENTITY("{\"title\":\"t\",\"full_name\":\"f\",\"first_name\":\"f\"}"),
     "errors: identity"},
    {CV_WITH_IDENTITY("{\"title\":\"\",\"full_name\":\"f\",\"first_name\":\"f\","
                      "\"last_name\":\"l\"}"),
     "errors: identity"},
    {CV_WITH_IDENTITY("{\"title\":\"t\",\"full_name\":\"f\",\"first_name\":\"f\","
                      "\"last_name\":null}"),
     "errors: identity"},
    {CV_WITH_IDENTITY("{\"title\":\" \",\"full_name\":7,\"first_name\":true,"
                      "\"last_name\":123456789012345678901234567890}"),
     ""},
    {CV_WITH_IDENTITY("{\"title\":\"t\",\"full_name\":0,\"first_name\":\"f\","
                      "\"last_name\":\"l\"}"),
     "errors: identity"},
    /* sidebar */
    {CV_WITH_SIDEBAR("{}"), "errors: sidebar"},
    {CV_WITH_SIDEBAR(
         "{\"languages\":[],\"tools\":[],\"industries\":[],\"skills\":[\"s\"],"
         "\"spoken_languages\":[],\"academic_background\":[]}"),
     "errors: sidebar"},
    {CV_WITH_SIDEBAR("{\"languages\":[],\"tools\":[],\"industries\":[],"
                     "\"spoken_languages\":null}"),
     "warnings: missing sidebar: languages, tools, industries, spoken_languages, "
     "academic_background"},
    {CV_WITH_SIDEBAR("{\"skills\":[\"s\"]}"),
     "warnings: missing sidebar: languages, tools, industries, spoken_languages, "
     "academic_background"},
    {CV_WITH_SIDEBAR("{\"academic_background\":[\"a\"],\"spoken_languages\":[],"
                     "\"industries\":[\"i\"],\"tools\":[],\"languages\":[\"l\"]}"),
     "warnings: missing sidebar: tools, spoken_languages"},
    /* experiences */
    {CV_WITH_JOBS(""), "errors: experiences_empty | warnings: " NO_DETAILS},
    {CV_WITH_JOBS("{\"heading\":\"h\",\"description\":\"d\",\"bullets\":[],"
                  "\"environment\":null}"),
     "warnings: " NO_DETAILS},
    {CV_WITH_JOBS("{\"heading\":\"h\",\"description\":\"d\",\"environment\":[\"e\"]},"
                  "{\"heading\":\"h\",\"description\":\"d\"}"),
     ""},
    {CV_WITH_JOBS(JOB ",{\"heading\":\"h\",\"description\":\" \\u00a0\\u2003\\u001f\"}"),
     "warnings: incomplete: missing description"},
    {CV_WITH_JOBS(JOB ",{\"heading\":null,\"description\":\"d\"}"),
     "warnings: incomplete: missing heading"},
    {CV_WITH_JOBS(JOB ",{\"heading\":\"\",\"description\":\"d\"},"
                      "{\"heading\":\"h\",\"description\":\"\"},{\"heading\":\"\\t\"}"),
     "warnings: incomplete: missing description; missing heading"},
    {CV_WITH_JOBS("1"),
     "warnings: " NO_DETAILS ", incomplete: missing description; missing heading"},
    /* an environment of a wrong type, told once; what is in it counts as details */
    {CV_WITH_JOBS("{\"heading\":\"h\",\"description\":\"d\",\"environment\":\"C, make\"},"
                  "{\"heading\":\"h\",\"description\":\"d\",\"environment\":{}}"),
     "warnings: invalid environment format"},
    {CV_WITH_JOBS("{\"heading\":\"h\",\"description\":\"\",\"environment\":0.0}"),
     "warnings: " NO_DETAILS ", incomplete: missing description, invalid environment "
     "format"},
    /* all together, in order */
    {"{\"sidebar\":{\"tools\":[\"t\"]},\"experiences\":[{\"environment\":false}]}",
     "errors: identity | warnings: missing sidebar: languages, industries, "
     "spoken_languages, academic_background, " NO_DETAILS
     ", incomplete: missing description; missing heading, invalid environment "
     "format"},
};

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_verdicts) / sizeof(k_verdicts[0]); i++) {
        struct cvx_task task = {0};
        struct cvx_buf says = CVX_BUF_INIT;
        struct cvx_err err;
        if (cvx_cv_parse(k_verdicts[i].text, strlen(k_verdicts[i].text), &task.input,
                         &err))
            fail_msg("%s: %s", k_verdicts[i].text, cvx_err_root(&err));
        assert_int_equal(cvx_default_extract_verifier.run(&task), CVX_OK);
        cvx_issues_print(&task.issues, &says);
        assert_string_equal(says.data ? says.data : "", k_verdicts[i].says);
        cvx_buf_done(&says);
        cvx_issues_done(&task.issues);
        cvx_cv_free(task.input);
    }
}

static void test_descriptor(void **state)
{
    const struct cvx_stage *stage = &cvx_default_extract_verifier;
    (void)state;
    assert_int_equal(stage->contract, CVX_STAGE_CONTRACT);
    assert_int_equal(stage->kind, CVX_VERIFIER);
    assert_string_equal(stage->name, "default-extract-verifier");
    assert_int_equal(stage->default_after, CVX_AFTER(CVX_EXTRACTOR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
