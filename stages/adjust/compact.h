/* A document as a model gets it: JSON without white space, which would cost tokens. Thread:
 * the tree's owner. */
#ifndef CVX_ADJUST_COMPACT_H
#define CVX_ADJUST_COMPACT_H

#include <json-c/json.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Appends the text; the tree is as deep as a schema of ours. CVX_ENOMEM, CVX_ELIMIT as the
 * buffer latched. json-c's own printer would keep its text in the tree for as long as that
 * lives. */
int cvx_compact_print(struct json_object *value, struct cvx_buf *buf,
                      struct cvx_err *err);

#endif
