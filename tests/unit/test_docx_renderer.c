/* docx-renderer as a stage: a template loaded in prepare, documents of it; what is wrong with
 * a template is the configuration's fault, what is wrong with data is the file's. What a
 * template means is tested in test_template.c and test_jinja.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "docx/package.h"
#include "scratch.h"
#include "stages.h"

#define TEMPLATE CVX_SOURCE_DIR "/examples/templates/plain.docx"

/* Drives prepare as the engine does: its job runs between two steps. */
static int prepare(const char *path, void **ret_state, struct cvx_err *err)
{
    const struct cvx_param param = {"template", path};
    struct cvx_task task = {.stage = &cvx_docx_renderer, .params = &param, .n_params = 1};
    struct cvx_next next;

    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    next = cvx_docx_renderer.prepare(&task);
    while (next.wait == CVX_WAIT_JOB) {
        task.rc = next.job(&task);
        task.turn++;
        next = cvx_docx_renderer.prepare(&task);
    }
    *ret_state = task.made_state;
    *err = task.err;
    cvx_log_done(&task.log);
    return next.rc;
}

/* Renders the JSON; the bytes are the caller's. */
static int render(void *state, const char *json, struct cvx_buf *ret, struct cvx_err *err)
{
    struct cvx_task task = {.stage = &cvx_docx_renderer, .state = state};
    int rc;

    cvx_err_init(&task.err);
    cvx_log_init(&task.log, CVX_LEVEL_NONE);
    assert_int_equal(cvx_cv_parse(json, strlen(json), &task.input, err), CVX_OK);
    rc = cvx_docx_renderer.run(&task);
    *ret = task.bytes;
    *err = task.err;
    cvx_cv_free(task.input);
    cvx_issues_done(&task.issues);
    cvx_log_done(&task.log);
    return rc;
}

static void test_renders(void **state)
{
    static const char json[] =
        "{\"identity\":{\"title\":\"Baker\",\"full_name\":\"Ana Ruiz\",\"first_name\":"
        "\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{},\"overview\":\"R&D <b>\","
        "\"experiences\":[]}";
    struct cvx_buf first, second;
    struct cvx_package *package = NULL;
    struct cvx_err err;
    void *made;

    (void)state;
    assert_int_equal(prepare(TEMPLATE, &made, &err), CVX_OK);
    assert_int_equal(render(made, json, &first, &err), CVX_OK);
    assert_int_equal(render(made, json, &second, &err), CVX_OK);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    assert_int_equal(cvx_package_open_memory(first.data, first.len, &package, &err),
                     CVX_OK);
    assert_true(cvx_package_find(package, "word/document.xml") >= 0);
    cvx_package_close(package);
    cvx_buf_done(&first);
    cvx_buf_done(&second);
    cvx_docx_renderer.close(made);
}

/* Data of a wrong kind fails its own file, and the next one is rendered all the same. */
static void test_bad_data(void **state)
{
    struct cvx_buf bytes;
    struct cvx_err err;
    void *made;

    (void)state;
    assert_int_equal(prepare(TEMPLATE, &made, &err), CVX_OK);
    assert_int_equal(render(made, "[1]", &bytes, &err), CVX_EFORMAT);
    cvx_buf_done(&bytes);
    assert_int_equal(render(made, "{\"experiences\":5}", &bytes, &err), CVX_EFORMAT);
    assert_int_equal(bytes.len, 0);
    cvx_buf_done(&bytes);
    assert_int_equal(render(made, "{}", &bytes, &err), CVX_OK);
    assert_true(bytes.len > 0);
    cvx_buf_done(&bytes);
    cvx_docx_renderer.close(made);
}

static void test_bad_templates(void **state)
{
    struct scratch scratch;
    struct cvx_err err;
    char path[400], text[2000];
    void *made;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "text.docx", "text", 4);
    static const char *const names[] = {"text.docx", "missing.docx", "fifo.docx", "."};

    scratch_path(&scratch, "fifo.docx", path, sizeof(path));
    assert_int_equal(mkfifo(path, 0600), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        scratch_path(&scratch, names[i], path, sizeof(path));
        assert_int_equal(prepare(path, &made, &err), CVX_EUSAGE);
        assert_int_equal(err.rc, CVX_EUSAGE);
        assert_null(made);
        cvx_err_text(&err, text, sizeof(text));
        assert_non_null(strstr(text, path));
    }
    scratch_remove(&scratch);
    cvx_docx_renderer.close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renders),
        cmocka_unit_test(test_bad_data),
        cmocka_unit_test(test_bad_templates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
