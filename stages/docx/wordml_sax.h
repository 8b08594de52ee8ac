/* Inside wordml.c: the state of reading one part, and the SAX handlers that work on it.
 * Thread: the call's own; all of it lives on its stack. */
#ifndef CVX_DOCX_WORDML_SAX_H
#define CVX_DOCX_WORDML_SAX_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/parser.h>

#include "docx/wordwalk.h"

/* Names of elements that mean something, and of them those that always do: the others come
 * behind and are looked for when the walk reads each text once. */
#define CVX_WORDML_SAX_NAMES 18
#define CVX_WORDML_SAX_NAMES_ALWAYS 12

/* libxml2 nests entities this deep at most and counts two for each. */
#define CVX_WORDML_SAX_LEVELS (1024 / 2 + 2)

struct cvx_wordml_sax {
    struct cvx_wordwalk walk;
    xmlParserCtxtPtr outer; /* the part's; each entity's content has one of its own */
    const char *data;
    size_t len;

    /* The parser's own copies of the names: equal names are equal pointers. */
    const xmlChar *name[CVX_WORDML_SAX_NAMES], *val, *transitional, *strict;

    size_t budget, spent, work, references; /* entities */
    int ns_base[CVX_WORDML_SAX_LEVELS];     /* where an entity's namespaces begin */
    struct cvx_wordwalk_mark mark;          /* before the entity now expanded ... */
    bool marked;                            /* ... if there is one */
    xmlEntity nothing;                      /* stands for an entity that is not read; */
    xmlChar empty[1];                       /* its content, which libxml2 may write to */

    bool rooted;    /* a root element was seen */
    bool no_memory; /* the parser ran out of memory, or of names */
};

/* Starts to read a part of 1 to CVX_PART_MAX bytes. */
void cvx_wordml_sax_init(struct cvx_wordml_sax *sax, const char *data, size_t len,
                         struct cvx_err *err);
/* Makes ctxt, just created for the part, report to sax. */
void cvx_wordml_sax_attach(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt);

#endif
