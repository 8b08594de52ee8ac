/* A fault told in words that the author of a template can find again: the part, and what
 * Word shows of the paragraph. Thread: any; pure. */
#ifndef CVX_RENDER_PLACE_H
#define CVX_RENDER_PLACE_H

#include <stddef.h>

#include <cvextract/err.h>

#include "text/clean.h"

/* Replaces the chain in err by one frame of the same code: PART, paragraph "TEXT": CAUSE.
 * `xml` is the part's text, `at` a place in it. Faults of memory stay as they are. Returns
 * the code. */
int cvx_place_paragraph(struct cvx_err *err, const char *part, struct cvx_span xml,
                        size_t at);
/* PART, PROPERTY "TEXT": CAUSE. */
int cvx_place_property(struct cvx_err *err, const char *part, const char *property,
                       struct cvx_span text);
/* PART: CAUSE. */
int cvx_place_part(struct cvx_err *err, const char *part);

#endif
