/* What is put right in the tree of a rendered body: table grids that no longer fit their
 * rows, the ids of drawings (40-render.md, section 3, steps 5 and 6), and comments that are
 * none as they stand. Linear.
 *
 * Thread: the tree's. */
#ifndef CVX_RENDER_TABLES_H
#define CVX_RENDER_TABLES_H

#include <stddef.h>

#include <libxml/tree.h>

#include <cvextract/err.h>

/* The number that the first drawing gets. */
#define CVX_TABLES_FIRST_ID ((size_t)1001)

/* CVX_EFORMAT for a table without a grid, or a width or span that is missing or no number
 * where one is needed, or for a namespace that cannot be written; CVX_ELIMIT for elements nested too deep; CVX_ENOMEM. */
int cvx_tables_fix(xmlNodePtr root, struct cvx_err *err);

#endif
