/* A json-c tree as text, in the one form that this program writes: 10-cli.md, "Outputs".
 * Thread: the owner of the tree. */
#ifndef CVX_JSON_WRITER_H
#define CVX_JSON_WRITER_H

#include <json-c/json.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Appends the text of root (NULL = null), without a newline at the end. CVX_ENOMEM;
 * CVX_ELIMIT: the buffer's limit, or deeper than CVX_JSON_DEPTH_MAX; CVX_EINTERNAL: a number
 * that is not finite. The buffer then holds a beginning of the text. */
int cvx_writer_print(struct json_object *root, struct cvx_buf *buf, struct cvx_err *err);

/* Appends one string with its quotes. */
void cvx_writer_string(const char *text, size_t len, struct cvx_buf *buf);

#endif
