/* From elements to paragraphs: what a part's elements, in document order, make of its
 * text.
 *
 * Knows nothing of XML parsers: wordml.c (and a test, with a tree) tells it what opens,
 * what closes and what text comes between. The first failure latches: it fills *err, sets
 * rc, and nothing later has an effect. Thread: the holder. */
#ifndef CVX_DOCX_WORDWALK_H
#define CVX_DOCX_WORDWALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/err.h>
#include <cvextract/limits.h>

#include "docx/paragraphs.h"

/* What an element means. Those before TEXT count in the Word namespaces only. */
enum cvx_element {
    CVX_ELEMENT_PARAGRAPH,  /* w:p */
    CVX_ELEMENT_BODY,       /* w:body */
    CVX_ELEMENT_TEXTBOX,    /* w:txbxContent */
    CVX_ELEMENT_PROPERTIES, /* w:pPr */
    CVX_ELEMENT_STYLE,      /* w:pStyle */
    CVX_ELEMENT_NUMBERING,  /* w:numPr */
    CVX_ELEMENT_ROW,        /* w:tr */
    CVX_ELEMENT_CELL,       /* w:tc */
    CVX_ELEMENT_MOVED,      /* w:moveFrom: its text comes again where it was moved to */
    CVX_ELEMENT_TEXT,       /* t */
    CVX_ELEMENT_NEWLINE,    /* br, cr */
    CVX_ELEMENT_TAB,        /* tab */
    CVX_ELEMENT_HYPHEN,     /* noBreakHyphen, softHyphen */
    CVX_ELEMENT_CHOICES,    /* AlternateContent */
    CVX_ELEMENT_CHOICE,     /* Choice, Fallback */
    CVX_ELEMENT_OTHER
};

struct cvx_wordwalk {
    struct cvx_paragraphs out;
    size_t depth;                          /* open elements ... */
    unsigned char kind[CVX_XML_DEPTH_MAX]; /* ... and what they are */
    size_t n_open;                         /* open paragraphs ... */
    uint32_t open[CVX_XML_DEPTH_MAX];      /* ... and their places in out.items */
    size_t bodies, textboxes;              /* how many of them are open */
    size_t settled;                        /* text up to here is known to be sound */
    /* The caller's: as a person reads it. Of alternatives the first that has text counts,
     * moved text where it is now, and paragraphs know their rows and cells. */
    bool once;
    size_t muted, cells; /* open elements whose text is passed over; w:tc */
    bool row, cell;      /* the next paragraph with text begins one */
    uint32_t choices[CVX_XML_DEPTH_MAX]; /* where the text of CHOICES begins */
    bool broken; /* the caller's: text may hold bytes that are no UTF-8 */
    int rc;      /* CVX_OK until the first failure */
    struct cvx_err *err;
};

/* A state of a walk to which it can return as long as what was open then stays open. */
struct cvx_wordwalk_mark {
    size_t depth, n_open, bodies, textboxes, muted, cells;
    bool row, cell;
    size_t text, styles, count, total;
    unsigned char kind;             /* of the innermost element */
    struct cvx_paragraph innermost; /* of the open paragraphs */
};

void cvx_wordwalk_init(struct cvx_wordwalk *walk, struct cvx_err *err);
/* Releases what has not been taken out of walk->out. */
void cvx_wordwalk_done(struct cvx_wordwalk *walk);

void cvx_wordwalk_open(struct cvx_wordwalk *walk, enum cvx_element element);
/* The value of the w:pStyle that was opened last. */
void cvx_wordwalk_style(struct cvx_wordwalk *walk, const char *value, size_t len);
/* Character data of the innermost element. */
void cvx_wordwalk_text(struct cvx_wordwalk *walk, const char *text, size_t len);
/* Closes elements until `depth` of them are open. */
void cvx_wordwalk_close_to(struct cvx_wordwalk *walk, size_t depth);

void cvx_wordwalk_get_mark(const struct cvx_wordwalk *walk,
                           struct cvx_wordwalk_mark *ret);
void cvx_wordwalk_return_to(struct cvx_wordwalk *walk,
                            const struct cvx_wordwalk_mark *mark);

#endif
