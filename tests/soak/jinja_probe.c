/* The template language alone, for the soak: the first text of a request is a template, the
 * second its context; the answer is the rendered text. */
#include <cvextract/mem.h>

#include "probe.h"
#include "render/jinja/jinja.h"

static int render(const struct cvx_jinja *jinja, const struct cvx_cv *data,
                  struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_jinja_session *session = NULL;
    struct cvx_jinja_place place;
    int rc = cvx_jinja_open(data, &session, err);

    if (!rc)
        rc = cvx_jinja_render(jinja, session, out, &place, err);
    cvx_jinja_close(session);
    return rc;
}

static int answer(const char *text, size_t len, const struct cvx_cv *data,
                  struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_jinja *jinja = NULL;
    struct cvx_jinja_place place;
    int rc = cvx_jinja_parse(text, len, &jinja, &place, err);

    if (!rc)
        rc = render(jinja, data, out, err);
    cvx_jinja_free(jinja);
    return rc;
}

int main(void)
{
    return probe_serve(answer);
}
