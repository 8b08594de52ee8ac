/* The three ways in which text is tidied (20-extraction.md, "Text of a paragraph").
 * Input is well-formed UTF-8 and does not lie in the buffer that is appended to; what
 * the buffer held before is not touched. Pure, linear. Thread: any. Failure: the
 * buffer latches (buf.h). */
#ifndef CVX_TEXT_CLEAN_H
#define CVX_TEXT_CLEAN_H

#include <stddef.h>

#include <cvextract/buf.h>

/* A borrowed run of bytes. */
struct cvx_span {
    const char *p;
    size_t len;
};

/* Without Unicode white space at both ends. */
struct cvx_span cvx_clean_strip(struct cvx_span text);
/* Appends the normalised text: U+00A0 -> space, U+00AD -> '-', CRLF and CR -> LF,
 * characters that XML 1.0 forbids dropped (in this order: U+000B and its like leave no
 * blank), stripped at both ends. Blanks at the end count against the buffer's limit
 * until they are cut. */
void cvx_clean_normalise(struct cvx_buf *buf, struct cvx_span text);
/* Appends the cleaned text: normalised, each run of white space one space, stripped. */
void cvx_clean(struct cvx_buf *buf, struct cvx_span text);
/* Appends the comparable text: cleaned, lower-cased, each character that is neither a
 * word character nor white space replaced by a space, cleaned again. */
void cvx_clean_comparable(struct cvx_buf *buf, struct cvx_span text);

#endif
