/* Any bytes as an expression of a template, and as a whole template, over a fixed document:
 * parsed and rendered twice. Both times the same must come out, and it must be text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/cv.h>
#include <cvextract/text.h>

#include "render/jinja/jinja.h"

enum { INPUT_MAX = 1 << 16 };

static const char k_document[] =
    "{\"s\":\"it's <b>\\u00dcn\\u00ef</b>\",\"i\":7,\"j\":-3,\"f\":2.5,\"n\":null,"
    "\"t\":true,\"e\":\"\",\"l\":[3,1,2],\"w\":[\"b\",\"A\",\"c\"],"
    "\"d\":{\"b\":1,\"A\":null,\"a\":[1]},\"g\":{\"items\":5,\"x\":{\"y\":[10]}},"
    "\"p\":[{\"n\":\"bob\",\"a\":3,\"t\":[1]},{\"n\":\"Al\",\"a\":1}],"
    "\"big\":10000000000000000000000000,\"u\":\"a\\nb\\tc\\u0007\\u2028\\ud83d\\ude00\"}";

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void check_rc(int rc, const struct cvx_err *err)
{
    check(rc == CVX_OK || rc == CVX_EFORMAT || rc == CVX_ELIMIT || rc == CVX_ENOMEM);
    if (rc != CVX_OK)
        check(err->rc == rc && err->depth > 0 && err->frame[0].text[0] != '\0');
}

static int render(const struct cvx_jinja *jinja, const struct cvx_cv *document,
                  struct cvx_buf *out)
{
    struct cvx_jinja_session *session = NULL;
    struct cvx_jinja_place place = {0};
    struct cvx_err err;

    cvx_err_init(&err);
    check(cvx_jinja_open(document, &session, &err) == CVX_OK);
    int rc = cvx_jinja_render(jinja, session, out, &place, &err);
    check_rc(rc, &err);
    cvx_jinja_close(session);
    return rc;
}

static void render_twice(const struct cvx_jinja *jinja, const struct cvx_cv *document)
{
    struct cvx_buf first = CVX_BUF_INIT, again = CVX_BUF_INIT;
    int rc = render(jinja, document, &first);

    check(render(jinja, document, &again) == rc);
    if (rc == CVX_OK) {
        check(first.len == again.len);
        check(first.len == 0 || memcmp(first.data, again.data, first.len) == 0);
        check(first.len == 0 || cvx_text_is_utf8(first.data, first.len));
    }
    cvx_buf_done(&first);
    cvx_buf_done(&again);
}

static void try_template(const char *source, size_t len)
{
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_place place = {0};
    struct cvx_cv *document = NULL;
    struct cvx_err err;

    cvx_err_init(&err);
    check(cvx_cv_parse(k_document, sizeof(k_document) - 1, &document, &err) == CVX_OK);
    int rc = cvx_jinja_parse(source, len, &jinja, &place, &err);
    check_rc(rc, &err);
    if (rc == CVX_OK)
        render_twice(jinja, document);
    else
        check(jinja == NULL && (rc != CVX_EFORMAT || place.offset <= len));
    cvx_jinja_free(jinja);
    cvx_cv_free(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_buf text = CVX_BUF_INIT;

    if (size > INPUT_MAX || (size > 0 && !cvx_text_is_utf8((const char *)data, size)))
        return 0; /* parts are XML: never anything but UTF-8 */
    try_template((const char *)data, size);
    cvx_buf_puts(&text, "{{ ");
    cvx_buf_put(&text, data, size);
    cvx_buf_puts(&text, " }}");
    check(!text.failed);
    try_template(text.data, text.len);
    cvx_buf_done(&text);
    return 0;
}
