/* JSON text into a json-c tree, strictly. Contract: cvx_cv_parse() of cv.h; what becomes of
 * numbers: number.h and jsonc.h. Thread: any; the tree is the caller's. */
#ifndef CVX_JSON_READER_H
#define CVX_JSON_READER_H

#include <stddef.h>

#include <json-c/json.h>

#include <cvextract/err.h>

/* *ret is NULL for a JSON null. CVX_EFORMAT, CVX_ELIMIT, CVX_ENOMEM. */
int cvx_reader_parse(const char *data, size_t len, struct json_object **ret,
                     struct cvx_err *err);
/* The same, and what cvx_cv_parse_python() takes beyond it. */
int cvx_reader_parse_python(const char *data, size_t len, struct json_object **ret,
                            struct cvx_err *err);

#endif
