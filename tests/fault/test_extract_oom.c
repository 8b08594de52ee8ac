/* Memory runs out at every point of an extraction: preparing, reading parts, both
 * layouts, building the document. Each time the file fails with CVX_ENOMEM and nothing
 * leaks. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include "docx/wordml.h"
#include "extract/layout.h"
#include "extract/span_set.h"
#include "scratch.h"
#include "stage_run.h"
#include "stages.h"
#include "zipmake.h"

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define LINE(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define BULLET(text)                                                                     \
    "<w:p><w:pPr><w:pStyle w:val='List'/></w:pPr><w:t>" text "</w:t></w:p>"

static const char k_document[] =
    "<!DOCTYPE d [<!ENTITY e 'x'><!ENTITY bad '<t>y</t><t>'>]>"
    "<w:d xmlns:w='" W "'><w:body>" LINE("Overview") LINE("Gr\u00fc\u00dfe &e;")
        LINE("Professional Experience") LINE("2019 - 2020") LINE("Environment: a, b")
            BULLET("c") BULLET("d") LINE("It is.")
                LINE("Short") "&bad;" LINE("z") "</w:body></w:d>";

/* Bytes that are no UTF-8: the text is made sound. */
static const char k_broken[] = "<w:d xmlns:w='" W "'><w:p><w:t>a\xe9z</w:t><w:t>b</w:t>";

static const char k_header[] = "<w:d xmlns:w='" W "'>" LINE("Cook") LINE("Ana Maria Ruiz")
    LINE("Tools") LINE("pan, pot | tongue\u2022spoon") LINE("Academ\u0131c background")
        LINE("school") "</w:d>";

static struct scratch g_scratch;
static struct cvx_file_info g_file;

static int read_body(void)
{
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_err err;
    int rc = cvx_wordml_read(k_document, sizeof(k_document) - 1, &paragraphs, &err);

    assert_true(rc == CVX_OK || paragraphs.items == NULL);
    cvx_paragraphs_done(&paragraphs);
    return rc;
}

static int broken_body(void)
{
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_err err;
    int rc = cvx_wordml_read(k_broken, sizeof(k_broken) - 1, &paragraphs, &err);

    cvx_paragraphs_done(&paragraphs);
    return rc;
}

/* More paragraphs and lines than fit without growing. */
static int grow_body(void)
{
    struct cvx_buf part = CVX_BUF_INIT;
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_layout_header *header = NULL;
    struct cvx_err err;

    cvx_buf_puts(&part, "<w:d xmlns:w='" W "'>");
    for (int i = 0; i < 150; i++)
        cvx_buf_printf(&part, LINE("%d"), i);
    int rc = cvx_buf_check(&part, &err);
    if (!rc)
        rc = cvx_wordml_read(part.data, part.len, &paragraphs, &err);
    if (!rc)
        rc = cvx_layout_header_new(1, &header, &err);
    if (!rc)
        rc = cvx_layout_header_add(header, &paragraphs, &err);
    cvx_layout_header_free(header);
    cvx_paragraphs_done(&paragraphs);
    cvx_buf_done(&part);
    return rc;
}

static void *g_state;

static int prepare_body(void)
{
    struct cvx_err err;
    void *made = NULL;
    int rc = stage_prepare(&cvx_default_docx_cv_extractor, &made, &err);

    assert_true((made != NULL) == (rc == CVX_OK));
    stage_close(&cvx_default_docx_cv_extractor, made);
    return rc;
}

static int run_body(void)
{
    struct cvx_task task;
    int rc = stage_run(&cvx_default_docx_cv_extractor, g_state, &g_file, NULL,
                       CVX_LEVEL_NONE, &task);

    assert_true((task.output != NULL) == (rc == CVX_OK));
    assert_int_equal(rc, task.err.rc);
    stage_task_done(&task);
    return rc;
}

static void test_read(void **state)
{
    (void)state;
    torture(read_body);
    torture(broken_body);
}

static void test_grow(void **state)
{
    (void)state;
    torture(grow_body);
}

/* The patterns do without machine code where memory for it is short: no failure. */
static void test_prepare(void **state)
{
    (void)state;
    cvx_mem_fail_at(-1);
    assert_int_equal(prepare_body(), CVX_OK);
    long n = cvx_mem_count();
    long failed = 0;
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = prepare_body();
        cvx_mem_fail_at(-1);
        assert_true(rc == CVX_OK || rc == CVX_ENOMEM);
        failed += rc == CVX_ENOMEM;
    }
    assert_true(failed > 0);
}

static void test_run(void **state)
{
    struct cvx_err err;
    (void)state;

    assert_int_equal(stage_prepare(&cvx_default_docx_cv_extractor, &g_state, &err),
                     CVX_OK);
    torture(run_body);
    stage_close(&cvx_default_docx_cv_extractor, g_state);
}

static int set_up(void **state)
{
    static char path[512];
    struct zipmake zip;
    (void)state;

    scratch_make(&g_scratch);
    g_file.path = scratch_path(&g_scratch, "x.docx", path, sizeof(path));
    g_file.rel = "x.docx";
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", "<old/>");
    zipmake_text(&zip, "word/document.xml", k_document);
    zipmake_text(&zip, "word/header1.xml", k_header);
    zipmake_text(&zip, "word/header2.xml", "");
    zipmake_finish(&zip, NULL);
    bool saved = zipmake_save(&zip, path);
    zipmake_done(&zip);
    return saved ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_prepare),
        cmocka_unit_test(test_run),
    };
    cvx_wordml_init();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
