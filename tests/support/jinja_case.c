/* Rendering of one template for tests. See jinja_case.h. */
#include "jinja_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <cvextract/cv.h>

#include "render/jinja/jinja.h"

static const char k_document[] =
    "{\"s\": \"it's <b>Ünï</b>\", \"i\": 7, \"f\": 2.5, \"n\": null, \"t\": true, \"e\": "
    "\"\","
    " \"l\": [3, 1, 2], \"w\": [\"b\", \"A\", \"c\", \"a\"], \"d\": {\"b\": 1, \"A\": "
    "null},"
    " \"p\": [{\"n\": \"bob\", \"a\": 3, \"x\": {\"y\": \"Q\"}}, {\"n\": \"Al\", \"a\": "
    "1}, {\"n\": \"cy\", \"a\": 3, \"x\": {\"y\": \"p\"}}]}"
    "";

int jinja_case_render(const char *source, struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_cv *document = NULL;
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_session *session = NULL;
    int rc = cvx_cv_parse(k_document, sizeof(k_document) - 1, &document, err);
    if (!rc)
        rc = cvx_jinja_open(document, &session, err);
    if (!rc)
        rc = cvx_jinja_parse(source, strlen(source), &jinja, NULL, err);
    if (!rc)
        rc = cvx_jinja_render(jinja, session, out, NULL, err);
    cvx_jinja_free(jinja);
    cvx_jinja_close(session);
    cvx_cv_free(document);
    return rc;
}

static void run_case(const struct jinja_case *row)
{
    struct cvx_buf out = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = jinja_case_render(row->source, &out, &err);
    if (rc && (row->text || rc != CVX_EFORMAT))
        fail_msg("%s: %d, %s", row->source, rc, cvx_err_root(&err));
    if (!rc && !row->text)
        fail_msg("%s: gave \"%s\"", row->source, out.data ? out.data : "");
    if (!rc && strcmp(out.data ? out.data : "", row->text) != 0)
        fail_msg("%s: gave \"%s\", not \"%s\"", row->source, out.data ? out.data : "",
                 row->text);
    cvx_buf_done(&out);
}

void jinja_cases_run(const struct jinja_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        run_case(&cases[i]);
}
