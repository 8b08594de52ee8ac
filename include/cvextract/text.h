/* Bytes made fit for people: display of untrusted names and texts, UTF-8 checks, and the
 * quoted form that --log-failed writes and --rerun-failed reads. Thread: any (pure). */
#ifndef CVEXTRACT_TEXT_H
#define CVEXTRACT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

/* Length in bytes (1-4) of the well-formed UTF-8 character at p, 0 when the bytes there are
 * none (Unicode's table 3-7: no surrogates, nothing overlong, nothing over U+10FFFF). */
size_t cvx_text_utf8_len(const char *p, size_t len);
bool cvx_text_is_utf8(const char *p, size_t len);
/* How many of the len bytes at p to keep, at most max, so that no character is split. */
size_t cvx_text_cut(const char *p, size_t len, size_t max);

/* Appends p with everything escaped that could act on a terminal or break a line: C0 and C1
 * controls, DEL, U+2028/2029, bidirectional controls and invalid bytes become \n, \t, \x1b,
 * \u202e ...; a backslash stays as it is. */
void cvx_text_printable(struct cvx_buf *buf, const char *p, size_t len);

/* Appends p as a C string in double quotes (every byte that is not printable ASCII or
 * well-formed printable UTF-8 as a three-digit octal escape), readable by cvx_text_unquote. */
void cvx_text_quote(struct cvx_buf *buf, const char *p, size_t len);
/* Reads a C string literal with the usual escapes (simple ones, octal, \x); appends its bytes.
 * CVX_EFORMAT when p is not exactly one well-formed literal, or holds a NUL. */
int cvx_text_unquote(struct cvx_buf *buf, const char *p, size_t len, struct cvx_err *err);

#endif
