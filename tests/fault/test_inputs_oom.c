/* Memory runs out at every point of reading an input, of preparing the extractor that asks a
 * model, of its request and of what it makes of an answer: each time CVX_ENOMEM, nothing
 * leaks, no document comes of it. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "adjust/page_text.h"
#include "contracts/embedded.h"
#include "docx/wordml.h"
#include "extract/answer_cv.h"
#include "input/pdf.h"
#include "input/text_input.h"
#include "scratch.h"
#include "stage_run.h"
#include "stages.h"
#include "zipmake.h"

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define T(text) "<w:r><w:t>" text "</w:t></w:r>"
#define P(inner) "<w:p>" inner "</w:p>"
#define LINE(text) P(T(text))
#define BODY(inner) "<w:x xmlns:w='" W "'><w:body>" inner "</w:body></w:x>"
#define ITEM "<w:pPr><w:numPr/></w:pPr>"
#define BRANCH(name, inner)                                                              \
    "<" name "><w:txbxContent>" inner "</w:txbxContent></" name ">"
#define CHOICES(inner) "<AlternateContent>" inner "</AlternateContent>"
#define CELL(inner) "<w:tc>" inner "</w:tc>"
#define TABLE(inner) "<w:tbl><w:tr>" inner "</w:tr></w:tbl>"

static const char k_document[] =
    BODY(P(ITEM T("Ana Maria Ruiz") CHOICES(BRANCH("Choice", LINE("A cook of many years"))
                                                BRANCH("Fallback", LINE("A cook"))))
             TABLE(CELL(LINE("2009")) CELL(LINE("in many kitchens"))));
static const char k_header[] = "<w:x xmlns:w='" W "'>" LINE("Cook") "</w:x>";

static const char k_html[] = "<base href=http://b/><title>Ana</title><h1>Ana Maria "
                             "Ruiz</h1><ul><li>A cook of many "
                             "years</ul><pre>in many\nkitchens</pre><a href=x>more</a>";

static struct scratch g_scratch;
static char g_docx[512], g_html[512], g_text[512], g_pdf[512];
static void *g_state;
static struct cvx_schema *g_order;

static void save_docx(void)
{
    struct zipmake zip;
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", k_document);
    zipmake_text(&zip, "word/header1.xml", k_header);
    zipmake_text(&zip, "word/header2.xml", k_header);
    zipmake_text(&zip, "word/footer1.xml", "");
    zipmake_finish(&zip, NULL);
    assert_true(zipmake_save(&zip, g_docx));
    zipmake_done(&zip);
}

static int set_up(void **state)
{
    static const char text[] =
        "Ana Maria Ruiz\xe9\nA cook of many years in many kitchens";
    struct cvx_err err;
    (void)state;
    cvx_mem_fail_at(-1);
    cvx_wordml_init();
    scratch_make(&g_scratch);
    scratch_path(&g_scratch, "x.docx", g_docx, sizeof(g_docx));
    scratch_path(&g_scratch, "x.html", g_html, sizeof(g_html));
    scratch_path(&g_scratch, "x.txt", g_text, sizeof(g_text));
    scratch_path(&g_scratch, "x.pdf", g_pdf, sizeof(g_pdf));
    save_docx();
    scratch_write(&g_scratch, "x.html", k_html, sizeof(k_html) - 1);
    scratch_write(&g_scratch, "x.txt", text, sizeof(text) - 1);
    scratch_write(&g_scratch, "x.pdf", "%PDF-1.4 /Type/Page", 19);
    if (stage_prepare(&cvx_openai_extractor, &g_state, &err))
        return -1;
    return cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len, &g_order,
                            &err);
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(&cvx_openai_extractor, g_state);
    cvx_schema_free(g_order);
    scratch_remove(&g_scratch);
    return 0;
}

/* ---- readers ---- */

static int read_input(const char *path)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_issues warnings = {0};
    struct cvx_err err;
    int rc =
        cvx_text_input_read(path, cvx_text_input_kind_of(path), &text, &warnings, &err);
    cvx_buf_done(&text);
    cvx_issues_done(&warnings);
    return rc;
}

static int docx_body(void)
{
    return read_input(g_docx);
}

static int html_body(void)
{
    return read_input(g_html);
}

static int text_body(void)
{
    return read_input(g_text);
}

static int pdf_body(void)
{
    struct cvx_buf url = CVX_BUF_INIT;
    struct cvx_err err;
    size_t pages;
    int rc = cvx_pdf_read(g_pdf, &url, &pages, &err);
    cvx_buf_done(&url);
    return rc;
}

static int page_body(void)
{
    struct cvx_page_source source = {.data = k_html,
                                     .len = sizeof(k_html) - 1,
                                     .content_type = "text/html; charset=utf-8",
                                     .url = "http://b/about",
                                     .max_chars = 1000};
    struct cvx_page_text page = {0};
    struct cvx_err err;
    int rc = cvx_page_text_read(&source, &page, &err);
    cvx_page_text_done(&page);
    return rc;
}

static void test_readers(void **state)
{
    (void)state;
    torture(docx_body);
    torture(html_body);
    torture(text_body);
    torture(pdf_body);
    torture(page_body);
}

/* ---- the stage ---- */

static int prepare_body(void)
{
    void *made = NULL;
    struct cvx_err err;
    int rc = stage_prepare(&cvx_openai_extractor, &made, &err);
    if (rc)
        assert_null(made);
    stage_close(&cvx_openai_extractor, made);
    return rc;
}

static int request(const char *path)
{
    struct cvx_file_info file = {.path = path, .rel = "x"};
    struct cvx_task task = {
        .stage = &cvx_openai_extractor, .state = g_state, .file = &file};
    struct cvx_profile profile = {0};
    struct cvx_buf body = CVX_BUF_INIT;
    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    struct cvx_next next = cvx_openai_extractor.step(&task);
    int rc = next.rc;
    if (next.wait == CVX_WAIT_JOB) {
        rc = task.rc = next.job(&task);
        next = cvx_openai_extractor.step(&task);
        assert_int_equal(next.wait, rc ? CVX_WAIT_NONE : CVX_WAIT_CALL);
        if (!rc)
            rc = next.call->build(next.call, &profile, &body, &task.err);
    }
    cvx_buf_done(&body);
    cvx_openai_extractor.drop(&task);
    stage_task_done(&task);
    return rc;
}

static int text_request_body(void)
{
    return request(g_text);
}

static int pdf_request_body(void)
{
    return request(g_pdf);
}

static int estimate_body(void)
{
    struct cvx_file_info file = {.path = g_docx, .rel = "x"};
    struct cvx_task task = {
        .stage = &cvx_openai_extractor, .state = g_state, .file = &file};
    struct cvx_estimate estimate = {0};
    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    int rc = cvx_openai_extractor.estimate(&task, &estimate);
    stage_task_done(&task);
    return rc;
}

static int answer_body(void)
{
    static const char text[] =
        "{\"identity\":{\"title\":\"Cook\",\"full_name\":\"Ana\",\"first_name\":\"\","
        "\"last_name\":\"\"},\"sidebar\":{\"tools\":[\"pan\",\"\"]},\"overview\":\"\","
        "\"experiences\":[{\"heading\":\"2009\",\"description\":\"\",\"bullets\":[],"
        "\"environment\":[\"pot\"]}]}";
    struct json_object *answer = json_tokener_parse(text); /* json-c's own memory */
    struct cvx_cv *cv = NULL;
    struct cvx_err err;
    int rc = cvx_answer_cv(g_order, answer, &cv, &err);
    if (rc)
        assert_null(cv);
    json_object_put(answer);
    cvx_cv_free(cv);
    return rc;
}

static void test_stage(void **state)
{
    (void)state;
    torture(prepare_body);
    torture(text_request_body);
    torture(pdf_request_body);
    torture(estimate_body);
    torture(answer_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers),
        cmocka_unit_test(test_stage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
