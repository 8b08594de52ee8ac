/* The paragraphs of one part, as text and marks.
 *
 * All text of a part is one run of bytes in document order; a paragraph is a span of it,
 * and the span of a paragraph with others nested in it covers theirs: nothing is copied
 * twice, however deep text boxes are nested. Thread: the holder. Ownership: the holder,
 * who calls cvx_paragraphs_done(). */
#ifndef CVX_DOCX_PARAGRAPHS_H
#define CVX_DOCX_PARAGRAPHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>

#include "text/clean.h"

/* A part can hold ten million of these: kept to 16 bytes. */
struct cvx_paragraph {
    uint32_t begin, end; /* span of the raw text: not normalised, not stripped */
    uint32_t style;      /* place of its style among the styles, 0 = none */
    bool styled : 1;     /* has a w:pStyle, be it an empty one */
    bool numbered : 1;   /* a w:pPr/w:numPr anywhere below it */
    bool in_body : 1;    /* below a w:body */
    bool in_textbox : 1; /* below a w:txbxContent */
    /* Of cvx_wordml_read_once() alone. */
    bool in_cell : 1; /* below a w:tc */
    bool row : 1;     /* the first with text since a w:tr began, and in it */
    bool cell : 1;    /* likewise of a w:tc */
};

struct cvx_paragraphs {
    struct cvx_buf text;         /* raw text of the whole part, well-formed UTF-8 */
    struct cvx_buf styles;       /* NUL-terminated texts */
    struct cvx_paragraph *items; /* in the order in which they begin; none is empty */
    size_t count, cap;
    size_t total; /* bytes of all spans: text of nested paragraphs counts again */
};

/* The raw text of one of the paragraphs. */
static inline struct cvx_span cvx_paragraphs_text(const struct cvx_paragraphs *paragraphs,
                                                  const struct cvx_paragraph *paragraph)
{
    return (struct cvx_span){paragraphs->text.data + paragraph->begin,
                             paragraph->end - paragraph->begin};
}

/* The name of its style, "" when it has none. Bytes: not UTF-8 where the part is broken.
 */
static inline const char *cvx_paragraphs_style(const struct cvx_paragraphs *paragraphs,
                                               const struct cvx_paragraph *paragraph)
{
    return paragraph->style ? paragraphs->styles.data + paragraph->style : "";
}

void cvx_paragraphs_done(struct cvx_paragraphs *paragraphs);

#endif
