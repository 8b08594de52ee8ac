/* Text that is collected line by line: cleaned, and at most so many characters of it.
 * Thread: the holder. */
#ifndef CVX_INPUT_COLLECT_H
#define CVX_INPUT_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

/* Bytes of one line before it is cleaned, where blanks may be many. */
#define CVX_COLLECT_LINE_MAX ((size_t)1024 * 1024)

struct cvx_collect {
    struct cvx_buf line;  /* the open line, not cleaned yet; released by the holder */
    struct cvx_buf *text; /* what the lines go to, each ended by LF; borrowed */
    size_t max_chars;     /* of all lines */
    size_t chars;         /* of all lines so far */
    size_t own_chars;     /* of those that count as the document's own */
    bool cut;             /* something was left out because there was too much of it */
};

/* Adds to the open line; bytes that are no UTF-8 are dropped when it ends. */
void cvx_collect_add(struct cvx_collect *collect, const char *p, size_t len);
/* Ends the line, if there is anything in it. `own`: it counts as the document's own text.
 * `mark` is put before what is left of it, NULL = nothing; it counts nowhere. */
void cvx_collect_end(struct cvx_collect *collect, bool own, const char *mark);
/* Whether memory ran out for any of it. */
bool cvx_collect_failed(const struct cvx_collect *collect);

#endif
