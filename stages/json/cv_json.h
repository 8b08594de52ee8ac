/* The inside of struct cvx_cv, for stages only: a json-c tree behind an opaque name.
 * How it is made, and how it holds integers beyond 64 bits: jsonc.h.
 * Ownership and thread: as cv.h. */
#ifndef CVX_JSON_CV_JSON_H
#define CVX_JSON_CV_JSON_H

#include <json-c/json.h>

#include <cvextract/cv.h>

/* The root, borrowed. */
struct json_object *cvx_cv_root(const struct cvx_cv *cv);
/* Takes over one reference to root, also on failure (CVX_ENOMEM). */
int cvx_cv_from_root(struct json_object *root, struct cvx_cv **ret, struct cvx_err *err);

#endif
