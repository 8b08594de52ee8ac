/* Literals of the language: the text of a token to its value, as Python reads it.
 *
 * Thread: the parser's. Values lie in rt's heap. */
#ifndef CVX_JINJA_LITERAL_H
#define CVX_JINJA_LITERAL_H

#include "render/jinja/value.h"

/* What stands between the quotes, escapes decoded, is appended to out. CVX_EFORMAT for an
 * escape that Python refuses and for a lone surrogate, which no document can hold. */
int cvx_literal_text(struct cvx_rt *rt, const char *text, size_t len,
                     struct cvx_buf *out);
/* 1_000, 0x1f ... and 1.5e3. */
int cvx_literal_int(struct cvx_rt *rt, const char *text, size_t len,
                    struct cvx_value *ret);
int cvx_literal_float(struct cvx_rt *rt, const char *text, size_t len,
                      struct cvx_value *ret);

#endif
