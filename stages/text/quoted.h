/* Text between quotes, as Python's repr writes a str. Pure. Thread: any. */
#ifndef CVX_TEXT_QUOTED_H
#define CVX_TEXT_QUOTED_H

#include <stddef.h>

#include <cvextract/buf.h>

/* Appends p (well-formed UTF-8, not in buf) in single quotes, or in double ones when it holds
 * single ones alone; the quote itself, backslashes and what is not printable (Unicode 14)
 * escaped: \\ \' \n \r \t \x07 \u200b \U000e0001. Failure: buf latches. */
void cvx_quoted_put(struct cvx_buf *buf, const char *p, size_t len);

#endif
