/* The look through one frame that fills its scope: what it loads and sets, without the
 * frames within it (see scope.h).
 *
 * Thread: the parser's. Each returns false when memory is out. */
#ifndef CVX_JINJA_NOTES_H
#define CVX_JINJA_NOTES_H

#include "render/jinja/scope.h"

struct cvx_notes {
    struct cvx_scope_heap *heap;
    struct cvx_scope *scope;
};

bool cvx_notes_body(struct cvx_notes *notes, const struct cvx_body *body);
bool cvx_notes_expr(struct cvx_notes *notes, struct cvx_expr *expr); /* NULL allowed */
/* A target whose names belong to the frame alone. */
bool cvx_notes_params(struct cvx_notes *notes, const struct cvx_target *target);

#endif
