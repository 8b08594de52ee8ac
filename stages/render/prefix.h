/* Namespace declarations of a part: the prefix "w" that the rules of templates count on, and
 * those that a body need not repeat. Thread: the tree's. */
#ifndef CVX_RENDER_PREFIX_H
#define CVX_RENDER_PREFIX_H

#include <stdbool.h>

#include <libxml/tree.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Whether a node is an element of WordprocessingML (Transitional) with this name. */
bool cvx_prefix_is_word(xmlNodePtr node, const char *name);

/* Checks all declarations (cvx_prefix_check()) and gives WordprocessingML the prefix w where
 * the part calls it otherwise. CVX_EFORMAT when that cannot be done simply, CVX_ENOMEM. */
int cvx_prefix_make_w(xmlDocPtr doc, struct cvx_err *err);

/* Whether what an element declares can be written by libxml2, which escapes nothing in
 * namespace names. CVX_EFORMAT. */
int cvx_prefix_check(xmlNodePtr node, struct cvx_err *err);

/* Appends what an element declares, for cvx_prefix_hide(). */
void cvx_prefix_list(struct cvx_buf *list, xmlNodePtr node);
/* Takes those declarations from the element that are in the list, so that it can be written
 * into an element that has them. They still serve the tree until cvx_prefix_show(). */
xmlNsPtr cvx_prefix_hide(xmlNodePtr node, const struct cvx_buf *list);
void cvx_prefix_show(xmlNodePtr node, xmlNsPtr hidden);

#endif
