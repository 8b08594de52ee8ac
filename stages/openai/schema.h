/* A JSON Schema of ours turned into what a server takes, and the reverse for its answers.
 * Rules: 30-openai.md ("A strict schema is derived so"), 31-openai-wire.md §2.4. Pure.
 *
 * The text is read once, in a stage's prepare; what comes of it never changes and holds no
 * json-c object, so that all workers may use it at once. */
#ifndef CVX_OPENAI_SCHEMA_H
#define CVX_OPENAI_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>

struct json_object;
struct cvx_openai_schema;

/* Reads a schema of contracts/. CVX_EFORMAT: it uses what our own check does not know, or
 * what cannot be told to a server (open-ended keys). The caller frees it. */
int cvx_openai_schema_new(const char *text, size_t len, struct cvx_openai_schema **ret,
                          struct cvx_err *err);
void cvx_openai_schema_free(struct cvx_openai_schema *schema);

/* As JSON text without white space, NUL-terminated, borrowed from schema. Strict: every
 * property required, optional ones as anyOf [X, null], no keyword outside of the strict
 * subset. Plain: the same without the first two, for servers that take no strict schema and
 * for prompts. */
const char *cvx_openai_schema_strict(const struct cvx_openai_schema *schema);
const char *cvx_openai_schema_plain(const struct cvx_openai_schema *schema);

/* Removes, in place, nulls of properties that our schema does not require and that may not
 * be null in it. */
void cvx_openai_schema_relax(const struct cvx_openai_schema *schema,
                             struct json_object *answer);
/* Checks a document against our schema, whatever the server promised: one error per
 * violation, with its path ("experiences[0].bullets must be an array"). One rule is left
 * out, minLength: an empty string is how a model says that the document does not tell, and
 * to ask again would be to ask for an invention; the verifier has that rule. CVX_OK
 * whatever was found; CVX_ENOMEM. */
int cvx_openai_schema_check(const struct cvx_openai_schema *schema,
                            struct json_object *answer, struct cvx_issues *violations,
                            struct cvx_err *err);

/* The derivation alone, appended to buf. CVX_EFORMAT names the place. */
int cvx_openai_schema_derive(const char *text, size_t len, bool strict,
                             struct cvx_buf *buf, struct cvx_err *err);

#endif
