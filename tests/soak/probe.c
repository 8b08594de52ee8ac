/* Owns the wire between the soak and its probes: see probe.h. */
#include "probe.h"

#include <stdio.h>

#include <cvextract/cv.h>
#include <cvextract/mem.h>

enum { REQUEST_MAX = 64 << 20, TEXT_MAX = 2048 };

struct request {
    char *first, *second;
    size_t n_first, n_second;
};

/* A text of `size` bytes from standard input, NULL when there are not as many. */
static char *take(size_t size)
{
    char *text = cvx_alloc(size + 1);

    if (text && fread(text, 1, size, stdin) == size) {
        text[size] = '\0';
        return text;
    }
    cvx_free(text);
    return NULL;
}

/* 1: a request; 0: the end of input; -1: nonsense. */
static int next(struct request *ret)
{
    char line[64];

    if (!fgets(line, sizeof(line), stdin))
        return 0;
    if (sscanf(line, "%zu %zu", &ret->n_first, &ret->n_second) != 2 ||
        ret->n_first > REQUEST_MAX || ret->n_second > REQUEST_MAX)
        return -1;
    ret->first = take(ret->n_first);
    ret->second = take(ret->n_second);
    return ret->first && ret->second ? 1 : -1;
}

static int work(probe_fn *answer, const struct request *request, struct cvx_buf *out,
                struct cvx_err *err)
{
    struct cvx_cv *data = NULL;
    int rc = cvx_cv_parse(request->second, request->n_second, &data, err);

    if (!rc)
        rc = answer(request->first, request->n_first, data, out, err);
    cvx_cv_free(data);
    return rc;
}

static void reply(int rc, struct cvx_buf *out, const struct cvx_err *err)
{
    char text[TEXT_MAX];

    if (rc) {
        cvx_buf_clear(out);
        cvx_buf_puts(out, cvx_err_text(err, text, sizeof(text)));
    }
    fprintf(stdout, "%d %zu\n", rc, out->len);
    fwrite(out->data ? out->data : "", 1, out->len, stdout);
    fflush(stdout);
}

int probe_serve(probe_fn *answer)
{
    for (;;) {
        struct request request = {0};
        struct cvx_buf out = CVX_BUF_INIT;
        struct cvx_err err;
        int more = next(&request);

        cvx_err_init(&err);
        if (more > 0)
            reply(work(answer, &request, &out, &err), &out, &err);
        cvx_buf_done(&out);
        cvx_free(request.first);
        cvx_free(request.second);
        if (more <= 0)
            return more ? 1 : 0;
    }
}
