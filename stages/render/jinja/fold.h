/* Constants: what has one value without any document is computed once, while compiling.
 * jinja2 does the same, and where that shows we follow it: texts joined by '~' are not
 * safe, and a slice that cannot be is undefined instead of a fault.
 *
 * Thread: the parser's. */
#ifndef CVX_JINJA_FOLD_H
#define CVX_JINJA_FOLD_H

#include "render/jinja/ast.h"

struct cvx_fold {
    struct cvx_rt *rt; /* its heap is the tree's */
    bool autoescape;   /* what the tag around says */
    bool dynamic;      /* it cannot be said now: filters and tests are not constant */
};

/* Each gives CVX_OK also when nothing was done; else memory is out.
 *
 * Sets expr->constant from its parts, and makes a CONST of it where the value can be
 * kept. */
int cvx_fold_expr(const struct cvx_fold *fold, struct cvx_expr *expr);
/* The text that printing a constant gives; *ret_done false: not known now. */
int cvx_fold_print(const struct cvx_fold *fold, const struct cvx_expr *expr,
                   struct cvx_value *ret, bool *ret_done);
/* Whether a constant is true; *ret_known false: not known now. */
int cvx_fold_truth(const struct cvx_fold *fold, const struct cvx_expr *expr, bool *ret,
                   bool *ret_known);

#endif
