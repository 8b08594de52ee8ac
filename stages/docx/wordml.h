/* WordprocessingML walked by SAX events: a part's bytes in, its paragraphs out.
 *
 * Reads as 20-extraction.md, "Reading the package" and "Text of a paragraph" say: what a
 * recovering parse of libxml2 2.9 into a tree would keep, without the tree. Of a part
 * that is not what its encoding says, bytes that are no UTF-8 count as Latin-1, as
 * libxml2 takes them. Thread: any, one walk at a time per thread; nothing is shared. */
#ifndef CVX_DOCX_WORDML_H
#define CVX_DOCX_WORDML_H

#include <stddef.h>

#include <cvextract/err.h>

#include "docx/paragraphs.h"

/* Prepares libxml2; call once, before the first walk on another thread. */
void cvx_wordml_init(void);

/* CVX_EFORMAT "not readable XML" when recovery keeps no root element; CVX_ELIMIT naming a
 * limit of limits.h; CVX_ENOMEM. On failure *ret is untouched. */
int cvx_wordml_read(const char *data, size_t len, struct cvx_paragraphs *ret,
                    struct cvx_err *err);

/* The same as a person reads it, each text once: of an AlternateContent the first branch
 * that has text, of text that was moved the place where it is now. Tells rows and cells. */
int cvx_wordml_read_once(const char *data, size_t len, struct cvx_paragraphs *ret,
                         struct cvx_err *err);

#endif
