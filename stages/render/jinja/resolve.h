/* The second half of compiling: names get their slots, filters and tests their functions,
 * constants their values, and what jinja2 refuses at compile time is refused.
 *
 * Thread: the parser's. */
#ifndef CVX_JINJA_RESOLVE_H
#define CVX_JINJA_RESOLVE_H

#include "render/jinja/ast.h"

/* Completes a parsed tree; rt's heap is the tree's. CVX_EFORMAT with *ret_at, the offset of
 * the tag at fault; CVX_ENOMEM, CVX_ELIMIT. */
int cvx_resolve_tree(struct cvx_tree *tree, struct cvx_rt *rt, struct cvx_heap *scratch,
                     uint32_t *ret_at);

#endif
