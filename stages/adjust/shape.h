/* A model's answer brought into the form of our outputs: keys in the schema's order, and
 * nothing that differs from the input merely in how it says "none". Pure. Thread: the trees'
 * owner. */
#ifndef CVX_ADJUST_SHAPE_H
#define CVX_ADJUST_SHAPE_H

#include <json-c/json.h>

#include <cvextract/err.h>

#include "verify/schema.h"

/* Both trees fit the schema. The result shares values with `answer`, never with `input`: an
 * empty list or null of the input that the answer left out or wrote as the other of the two
 * is as it was there; an empty one that the input does not have is gone. The caller puts it.
 * CVX_ENOMEM. */
int cvx_shape_like(const struct cvx_schema *schema, struct json_object *input,
                   struct json_object *answer, struct json_object **ret,
                   struct cvx_err *err);

/* A copy that shares nothing; NULL stays NULL. CVX_ENOMEM. */
int cvx_shape_copy(struct json_object *value, struct json_object **ret,
                   struct cvx_err *err);

#endif
