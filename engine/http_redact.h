/* Secrets taken out of texts that are going to be shown: the key by its own bytes, values
 * of sensitive names, credentials in URLs. Pure. Thread: any (frozen once made). */
#ifndef CVX_HTTP_REDACT_H
#define CVX_HTTP_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_http_redact;

/* The secret is copied; NULL or "" = none, the other rules hold all the same. */
int cvx_http_redact_new(const char *secret, struct cvx_http_redact **ret,
                        struct cvx_err *err);
void cvx_http_redact_free(struct cvx_http_redact *redact);

/* Appends text[0, stop) without secrets. `len` is the whole length (>= stop): what begins
 * before `stop` is found also when it ends behind it. Found are: the secret as it is,
 * percent-encoded, JSON-escaped or within base64 (any alignment, both alphabets); user and
 * password of URLs; values of sensitive names in query parts. NUL bytes become "\0". */
void cvx_http_redact_text(const struct cvx_http_redact *redact, const char *text,
                          size_t len, size_t stop, struct cvx_buf *ret);

/* As redact_text for one line that is, or holds somewhere, "name: value": from the first
 * sensitive name on the rest is gone. */
void cvx_http_redact_line(const struct cvx_http_redact *redact, const char *line,
                          size_t len, struct cvx_buf *ret);

/* Whether values of this header or query parameter are secrets: Authorization, Cookie,
 * api-key, ..._token, signature ... */
bool cvx_http_redact_sensitive(const char *name, size_t len);

#endif
