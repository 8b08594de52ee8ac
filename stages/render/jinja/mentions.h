/* Which special names (loop, caller, varargs ...) a body mentions, as jinja2 looks for them.
 *
 * Thread: the parser's. Pure. */
#ifndef CVX_JINJA_MENTIONS_H
#define CVX_JINJA_MENTIONS_H

#include "render/jinja/ast.h"

#define CVX_MENTIONS_MAX 3

struct cvx_mentions {
    uint32_t names[CVX_MENTIONS_MAX]; /* UINT32_MAX: the template has no such name */
    bool set[CVX_MENTIONS_MAX]; /* set before it was loaded: not looked for any more */
    bool found[CVX_MENTIONS_MAX];
    uint32_t n;
};

/* Marks in `found` the names that the body loads before it sets them; blocks within are not
 * looked into. */
void cvx_mentions_find(const struct cvx_body *body, struct cvx_mentions *m);

/* Whether a scoped block lies anywhere within. */
bool cvx_mentions_scoped_block(const struct cvx_for *loop);
/* Whether a 'for' or 'set' anywhere in the loop, its own target too, assigns the name. */
bool cvx_mentions_assigned(const struct cvx_for *loop, uint32_t name);

#endif
