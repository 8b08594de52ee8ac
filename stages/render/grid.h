/* The grid of one table: what its rows need of it, and its columns made to fit.
 * Thread: the tree's. */
#ifndef CVX_RENDER_GRID_H
#define CVX_RENDER_GRID_H

#include <stddef.h>

#include <libxml/tree.h>

#include <cvextract/err.h>

struct cvx_grid_need {
    size_t cells; /* in the row that has the most */
    double span;  /* columns in the widest row */
};

/* Counts a row in. CVX_EFORMAT when a cell's span is no integer. */
int cvx_grid_need_row(struct cvx_grid_need *need, xmlNodePtr row, struct cvx_err *err);
void cvx_grid_need_merge(struct cvx_grid_need *need, const struct cvx_grid_need *other);
/* CVX_EFORMAT without a grid, or for a width that is missing or no number; CVX_ENOMEM. */
int cvx_grid_fix(xmlNodePtr table, const struct cvx_grid_need *need, struct cvx_err *err);

#endif
