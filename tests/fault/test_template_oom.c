/* Memory runs out, or libzip fails, at every point of loading and of rendering a template:
 * each is told, nothing leaks, and no half a document comes out. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/cv.h>

#include "docx/ziplib.h"
#include "render/template.h"
#include "template_zip.h"

static struct scratch g_scratch;
static char g_path[512];
static struct cvx_template *g_template;
static struct cvx_cv *g_cv;

static const struct template_zip g_zip = {
    .body = TZ_P("{%p for x in l %}") TZ_P("{{ x }} {{ v }}")
        TZ_P("{%p endfor %}") "<w:tbl><w:tblGrid><w:gridCol "
                              "w:w=\"9\"/></w:tblGrid><w:tr><w:tc><w:tcPr/>" TZ_P(
                                  "{% colspan 2 %}") "</w:tc><w:tc/></w:tr></"
                                                     "w:tbl><wp:docPr/>",
    .header = TZ_P("{{ v }}"),
    .footnotes = "<w:footnote>" TZ_P("{{ v }}") "</w:footnote>",
    .core = "<dc:title>{{ v }}</dc:title>",
};

static int load_body(void)
{
    struct cvx_template *made = NULL;
    struct cvx_err err;
    int rc;

    cvx_err_init(&err);
    rc = cvx_template_load(g_path, &made, &err);
    assert_int_equal(made != NULL, rc == CVX_OK);
    assert_int_equal(err.rc, rc);
    cvx_template_free(made);
    return rc;
}

static int render_body(void)
{
    struct cvx_buf docx = CVX_BUF_INIT;
    struct cvx_err err;
    int rc;

    cvx_err_init(&err);
    rc = cvx_template_render(g_template, g_cv, &docx, &err);
    assert_int_equal(docx.len > 0, rc == CVX_OK);
    assert_int_equal(err.rc, rc);
    cvx_buf_done(&docx);
    return rc;
}

static void test_load(void **state)
{
    (void)state;
    template_zip_write(&g_zip, &g_scratch, g_path, sizeof(g_path));
    torture(load_body);
}

/* A package without core properties gets them. */
static void test_load_no_core(void **state)
{
    struct template_zip zip = g_zip;

    (void)state;
    zip.no_core = true;
    template_zip_write(&zip, &g_scratch, g_path, sizeof(g_path));
    torture(load_body);
}

static void test_libzip(void **state)
{
    (void)state;
    template_zip_write(&g_zip, &g_scratch, g_path, sizeof(g_path));
    cvx_ziplib_fail_at(-1);
    assert_int_equal(load_body(), CVX_OK);
    for (long i = 0, n = cvx_ziplib_count(); i < n; i++) {
        cvx_ziplib_fail_at(i);
        assert_int_not_equal(load_body(), CVX_OK);
    }
    cvx_ziplib_fail_at(-1);
}

static void test_render(void **state)
{
    static const char json[] = "{\"v\": \"a\\nb\\tc\", \"l\": [1, \"<\", 2]}";
    struct cvx_err err;

    (void)state;
    template_zip_write(&g_zip, &g_scratch, g_path, sizeof(g_path));
    cvx_mem_fail_at(-1);
    assert_int_equal(cvx_template_load(g_path, &g_template, &err), CVX_OK);
    assert_int_equal(cvx_cv_parse(json, sizeof(json) - 1, &g_cv, &err), CVX_OK);
    torture(render_body);
    cvx_cv_free(g_cv);
    cvx_template_free(g_template);
}

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_load_no_core),
        cmocka_unit_test(test_libzip),
        cmocka_unit_test(test_render),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
