/* A model's answer as a CV document of our form: what a default extraction would hold, where
 * the answer holds it. Pure. Thread: the answer's owner. */
#ifndef CVX_EXTRACT_ANSWER_CV_H
#define CVX_EXTRACT_ANSWER_CV_H

#include <json-c/json.h>

#include <cvextract/cv.h>
#include <cvextract/err.h>

#include "verify/schema.h"

/* The answer fits the schema; it stays the caller's. Of the result: keys in the schema's
 * order, all of them (what is missing is "", [], or null where that is allowed, also for an
 * empty list); texts cleaned; items without any text left out. CVX_EFORMAT when nothing in it
 * has any text; CVX_ENOMEM. */
int cvx_answer_cv(const struct cvx_schema *schema, struct json_object *answer,
                  struct cvx_cv **ret, struct cvx_err *err);

#endif
