/* Bytes of a text whose encoding nobody knows for sure, into UTF-8. Pure. Thread: any. */
#ifndef CVX_INPUT_ENCODING_H
#define CVX_INPUT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Whether the bytes begin with a byte order mark of UTF-16. */
bool cvx_encoding_is_utf16(const char *data, size_t len);
/* Whether iconv knows an encoding of that name. */
bool cvx_encoding_is_known(const char *name);

/* Appends the text as UTF-8, without its byte order mark: as it stands when it is UTF-8 (or
 * says so by its mark: broken bytes then become U+FFFD); else from UTF-16 when it has that
 * mark; else from `charset`, which its carrier named (NULL = nothing); else from Windows-1252.
 * Bytes that stand for nothing are passed over. *ret_name, when not NULL, gets a static or
 * borrowed name of what it was. CVX_EFORMAT: a charset that iconv does not know; CVX_ENOMEM,
 * CVX_ELIMIT as the buffer latched. */
int cvx_encoding_decode(const char *data, size_t len, const char *charset,
                        struct cvx_buf *buf, const char **ret_name, struct cvx_err *err);

/* How many of the characters of a UTF-8 text a text would not hold: controls other than tab,
 * line breaks, form feed and escape. */
size_t cvx_encoding_controls(const char *text, size_t len);
/* Appends a UTF-8 text without control characters; CRLF, CR, VT, FF, NEL, LINE SEPARATOR and
 * PARAGRAPH SEPARATOR become LF; U+FEFF is dropped. */
void cvx_encoding_tidy(const char *text, size_t len, struct cvx_buf *buf);

#endif
