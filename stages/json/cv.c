/* struct cvx_cv: the opaque name over a json-c tree. See cv.h and cv_json.h. */
#include "json/cv_json.h"

#include <cvextract/mem.h>

#include "json/jsonc.h"
#include "json/reader.h"
#include "json/writer.h"

struct cvx_cv {
    struct json_object *root; /* NULL = a JSON null */
};

struct json_object *cvx_cv_root(const struct cvx_cv *cv)
{
    return cv->root;
}

int cvx_cv_from_root(struct json_object *root, struct cvx_cv **ret, struct cvx_err *err)
{
    struct cvx_cv *cv = cvx_alloc(sizeof(*cv));
    if (!cv) {
        json_object_put(root);
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a document");
    }
    cv->root = root;
    *ret = cv;
    return CVX_OK;
}

int cvx_cv_parse(const char *data, size_t len, struct cvx_cv **ret, struct cvx_err *err)
{
    struct json_object *root = NULL;
    int rc = cvx_reader_parse(data, len, &root, err);
    return rc ? rc : cvx_cv_from_root(root, ret, err);
}

int cvx_cv_parse_python(const char *data, size_t len, struct cvx_cv **ret,
                        struct cvx_err *err)
{
    struct json_object *root = NULL;
    int rc = cvx_reader_parse_python(data, len, &root, err);
    return rc ? rc : cvx_cv_from_root(root, ret, err);
}

int cvx_cv_print(const struct cvx_cv *cv, struct cvx_buf *buf, struct cvx_err *err)
{
    return cvx_writer_print(cv->root, buf, err);
}

int cvx_cv_copy(const struct cvx_cv *cv, struct cvx_cv **ret, struct cvx_err *err)
{
    struct json_object *root = NULL;
    /* json-c refuses to copy a null, which is no object of its own. */
    if (cv->root &&
        (cvx_jsonc_refused() || json_object_deep_copy(cv->root, &root, NULL) != 0))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a copy of a document");
    return cvx_cv_from_root(root, ret, err);
}

void cvx_cv_free(struct cvx_cv *cv)
{
    if (!cv)
        return;
    json_object_put(cv->root);
    cvx_free(cv);
}
