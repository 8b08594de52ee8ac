/* Checks a document against the structure of a schema and words what is wrong with it
 * (20-extraction.md, "Verifiers"): what cv-schema-verifier does, for whoever else must know
 * whether a document fits. Thread: the document's owner. */
#ifndef CVX_VERIFY_CV_SCHEMA_H
#define CVX_VERIFY_CV_SCHEMA_H

#include <stdbool.h>

#include <json-c/json.h>

#include <cvextract/err.h>
#include <cvextract/issues.h>

#include "verify/schema.h"

/* Adds an error for everything in root that the schema does not allow: fields missing at
 * the root, then what is wrong within each, in the schema's order, then unknown fields, the
 * root's first. CVX_OK whatever was found; CVX_ENOMEM. */
int cvx_cv_schema_check(const struct cvx_schema *schema, struct json_object *root,
                        struct cvx_issues *issues, struct cvx_err *err);

/* Whether it would add none. */
bool cvx_cv_schema_fits(const struct cvx_schema *schema, struct json_object *root);

#endif
