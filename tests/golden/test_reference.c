/* The reference cases (DOCX in, JSON and verdict out), when they lie beside the checkout:
 * every cvs/<set>/X.docx with an X.json must give exactly that JSON, and the verdict that
 * status.tsv says; where the reference system failed ours must not. Extractor and
 * verifiers run in this process. Exit status 77, and a line saying so, when there are no
 * cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/buf.h>
#include <cvextract/cv.h>

#include "stage_run.h"
#include "stages.h"

#define SKIPPED 77
#define CASES_MAX 4096

static char g_root[400];
static void *g_extractor, *g_schema;

struct reference_case {
    char docx[1100];
    char json[1100];
    char name[300];
    char status[800]; /* what status.tsv says, "" without it */
    bool has_json;
};

static bool file_read(const char *path, struct cvx_buf *ret)
{
    char chunk[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    for (size_t n = fread(chunk, 1, sizeof(chunk), f); n > 0;
         n = fread(chunk, 1, sizeof(chunk), f))
        cvx_buf_put(ret, chunk, n);
    fclose(f);
    return true;
}

/* "E:<icon>·<icon>" and the issues, as a file's line shows them. */
static void status_line(const char *extracted, const char *verified, const char *name,
                        const struct cvx_issues *issues, struct cvx_buf *ret)
{
    cvx_buf_printf(ret, "E:%s·%s %s", extracted, verified, name);
    if (issues->count) {
        cvx_buf_puts(ret, " | ");
        cvx_issues_print(issues, ret);
    }
}

static void verify(const struct cvx_stage *stage, void *state, struct cvx_cv *cv,
                   struct cvx_issues *issues)
{
    struct cvx_task task;
    assert_int_equal(stage_run(stage, state, NULL, cv, CVX_LEVEL_NONE, &task), CVX_OK);
    assert_int_equal(cvx_issues_move(issues, &task.issues), CVX_OK);
    stage_task_done(&task);
}

static bool same_json(const struct reference_case *c, const struct cvx_cv *cv)
{
    struct cvx_buf got = CVX_BUF_INIT, want = CVX_BUF_INIT;
    struct cvx_err err;
    assert_int_equal(cvx_cv_print(cv, &got, &err), CVX_OK);
    assert_true(file_read(c->json, &want));
    bool same = got.len == want.len && memcmp(got.data, want.data, got.len) == 0;
    if (!same)
        print_error("%s: the JSON differs\n--- expected\n%s\n--- got\n%s\n", c->docx,
                    want.data, got.data);
    cvx_buf_done(&got);
    cvx_buf_done(&want);
    return same;
}

static bool same_status(const struct reference_case *c, const struct cvx_task *extracted)
{
    struct cvx_issues issues = {0};
    struct cvx_buf line = CVX_BUF_INIT;
    verify(&cvx_cv_schema_verifier, g_schema, extracted->output, &issues);
    if (issues.errors == 0)
        verify(&cvx_default_extract_verifier, NULL, extracted->output, &issues);
    status_line(extracted->issues.count ? "❎" : "🟢",
                issues.errors  ? "❌"
                : issues.count ? "❎"
                               : "✅",
                c->name, &issues, &line);
    bool same = c->status[0] == '\0' || strcmp(line.data, c->status) == 0;
    if (!same)
        print_error("%s: the status differs\n expected %s\n got      %s\n", c->docx,
                    c->status, line.data);
    cvx_issues_done(&issues);
    cvx_buf_done(&line);
    return same;
}

static bool case_holds(const struct reference_case *c)
{
    const struct cvx_file_info file = {.path = c->docx, .rel = c->name};
    struct cvx_task task;
    int rc = stage_run(&cvx_default_docx_cv_extractor, g_extractor, &file, NULL,
                       CVX_LEVEL_NONE, &task);
    bool holds = rc == CVX_OK && task.output;
    if (!holds)
        print_error("%s: %s\n", c->docx, cvx_err_root(&task.err));
    if (holds && c->has_json)
        holds = same_json(c, task.output) && same_status(c, &task);
    stage_task_done(&task);
    return holds;
}

/* The line of status.tsv for the file: its name, a tab, the status. */
static void find_status(const char *tsv, struct reference_case *c)
{
    size_t len = strlen(c->name);
    for (const char *line = tsv; line && *line;) {
        const char *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line);
        if (n > len && memcmp(line, c->name, len) == 0 && line[len] == '\t')
            (void)snprintf(c->status, sizeof(c->status), "%.*s", (int)(n - len - 1),
                           line + len + 1);
        line = end ? end + 1 : NULL;
    }
}

/* Every .docx of one set; templates (no JSON, no status) are no cases. Counts the failed.
 */
static size_t run_set(const char *set, size_t *ret_cases)
{
    char path[800];
    struct cvx_buf tsv = CVX_BUF_INIT;
    size_t failed = 0;
    (void)snprintf(path, sizeof(path), "%s/cvs/%s/status.tsv", g_root, set);
    (void)file_read(path, &tsv);
    (void)snprintf(path, sizeof(path), "%s/cvs/%s", g_root, set);
    struct dirent **list = NULL;
    int n = scandir(path, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        static struct reference_case c;
        size_t len = strlen(list[i]->d_name);
        memset(&c, 0, sizeof(c));
        if (len > 5 && len < sizeof(c.name) &&
            strcmp(list[i]->d_name + len - 5, ".docx") == 0) {
            memcpy(c.name, list[i]->d_name, len + 1);
            (void)snprintf(c.docx, sizeof(c.docx), "%s/%s", path, c.name);
            (void)snprintf(c.json, sizeof(c.json), "%s/%.*s.json", path, (int)(len - 5),
                           c.name);
            c.has_json = access(c.json, R_OK) == 0;
            find_status(tsv.data, &c);
            if (c.has_json || c.status[0]) {
                ++*ret_cases;
                failed += !case_holds(&c);
            }
        }
        free(list[i]);
    }
    free(list);
    cvx_buf_done(&tsv);
    return failed;
}

static void test_cases(void **state)
{
    (void)state;
    char path[600];
    size_t cases = 0, failed = 0;
    (void)snprintf(path, sizeof(path), "%s/cvs", g_root);
    struct dirent **list = NULL;
    int n = scandir(path, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (list[i]->d_name[0] != '.')
            failed += run_set(list[i]->d_name, &cases);
        free(list[i]);
    }
    free(list);
    print_message("%zu reference cases, %zu failed\n", cases, failed);
    assert_true(cases > 0);
    assert_int_equal(failed, 0);
}

static int set_up(void **state)
{
    (void)state;
    struct cvx_err err;
    if (stage_prepare(&cvx_default_docx_cv_extractor, &g_extractor, &err))
        return -1;
    return stage_prepare(&cvx_cv_schema_verifier, &g_schema, &err);
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(&cvx_default_docx_cv_extractor, g_extractor);
    stage_close(&cvx_cv_schema_verifier, g_schema);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    const char *root = argc > 1 ? argv[1] : getenv("CVX_REFERENCE_DIR");
    char cvs[600];

    (void)snprintf(g_root, sizeof(g_root), "%s",
                   root ? root : CVX_SOURCE_DIR "/../shared/data");
    (void)snprintf(cvs, sizeof(cvs), "%s/cvs", g_root);
    if (access(cvs, R_OK) != 0) {
        print_message("SKIP: no reference cases at %s\n", cvs);
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
