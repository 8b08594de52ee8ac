/* Whole documents, for the soak: the first text of a request is the path of a template, the
 * second the data; the answer is the rendered package. */
#include <cvextract/mem.h>

#include "probe.h"
#include "render/template.h"

static int answer(const char *path, size_t len, const struct cvx_cv *data,
                  struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_template *template = NULL;
    int rc = cvx_template_load(path, &template, err);

    (void)len;
    if (!rc)
        rc = cvx_template_render(template, data, out, err);
    cvx_template_free(template);
    return rc;
}

int main(void)
{
    return probe_serve(answer);
}
