/* XML to a tree and back by libxml2, in the two ways in which templates need it: strictly,
 * without the white space between elements, and recovering whatever can be read.
 *
 * Thread: any; nothing is shared. Nothing outside the text is ever read. */
#ifndef CVX_DOCX_XMLTREE_H
#define CVX_DOCX_XMLTREE_H

#include <stddef.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Well-formed or an error; blank text between elements is dropped, CDATA becomes text,
 * entities stay references. The caller frees *ret with xmlFreeDoc(). CVX_EFORMAT with
 * libxml2's own words, also for elements nested deeper than it allows (256), CVX_ENOMEM. */
int cvx_xmltree_strict(const char *data, size_t len, xmlDocPtr *ret, struct cvx_err *err);
/* What recovery keeps, blanks included. CVX_EFORMAT when that is no element at all. */
int cvx_xmltree_recover(const char *data, size_t len, xmlDocPtr *ret,
                        struct cvx_err *err);

/* Whether a text is well-formed, without a tree: as cvx_xmltree_strict() judges. `sax`, which
 * may be NULL, gets the events; its handlers find `user` by cvx_xmltree_user(). CVX_EFORMAT,
 * CVX_ENOMEM. */
int cvx_xmltree_check(const char *data, size_t len, const xmlSAXHandler *sax, void *user,
                      struct cvx_err *err);
/* `ctx` is what libxml2 hands to a SAX handler. */
void *cvx_xmltree_user(void *ctx);

/* Appends the text of a node as lxml writes it: UTF-8, no declaration, nothing behind the
 * node. Latches. */
void cvx_xmltree_put(struct cvx_buf *out, xmlDocPtr doc, xmlNodePtr node);
/* The same with the namespaces of the elements around it declared on it. CVX_ENOMEM. */
int cvx_xmltree_put_alone(struct cvx_buf *out, xmlNodePtr node, struct cvx_err *err);
/* The declaration that begins every part, with its line feed. */
void cvx_xmltree_put_declaration(struct cvx_buf *out);

#endif
