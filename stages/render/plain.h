/* Whether a rendered body is already what parsing, fixing and writing it would make of it:
 * then its text is used as it is, and no tree is built. Thread: any; pure. */
#ifndef CVX_RENDER_PLAIN_H
#define CVX_RENDER_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

/* The number of a drawing: a run of the text, to be replaced. */
struct cvx_plain_id {
    size_t at, len;
};

/* True for XML without a fault, no table of which needs another grid. What cannot be told
 * simply is not plain. Appends the drawings' numbers to `ids` (struct cvx_plain_id), in
 * their order. CVX_ENOMEM. */
int cvx_plain_is(struct cvx_span xml, bool *ret, struct cvx_buf *ids,
                 struct cvx_err *err);

#endif
