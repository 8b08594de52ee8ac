/* HTML into text, by libxml2's HTML parser: for pages of the web and for CVs alike.
 * Whatever the document holds, time and memory are linear in its size. Pure. Thread: any.
 *
 * Left out: scripts, styles, what is hidden, form controls, comments; and navigation, where
 * that is wanted. A line of text for each block, cleaned; <pre> keeps its lines. */
#ifndef CVX_INPUT_HTML_H
#define CVX_INPUT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

/* Open elements; what is nested deeper ends the reading. */
#define CVX_HTML_DEPTH_MAX 512u

/* A link as it stands there, and the words that it shows, cut. `base` is the document's own
 * <base>, "" = none. CVX_OK, or CVX_ENOMEM. */
typedef int cvx_html_link_fn(void *user, const char *base, const char *href,
                             struct cvx_span words);

/* Borrowed. */
struct cvx_html_source {
    const char *data;
    size_t len;
    const char *charset; /* what its carrier said, as iconv knows it; NULL = nothing */
    bool with_nav;       /* the text of <nav> too */
    bool marks;          /* items of lists begin with "- " */
    size_t max_chars;    /* of text; the rest is left out */
    cvx_html_link_fn *on_link; /* NULL = nobody asks for links */
    void *user;                /* of on_link */
};

struct cvx_html_text {
    struct cvx_buf text; /* UTF-8, lines ended by LF; first title and description */
    size_t chars;        /* characters of it that are the document's own text, no title */
    bool cut; /* there was more text than max_chars, or a line of it too long */
    bool
        ended; /* elements too deep or with too many attributes: what follows was not read */
};

/* A document without any tags is its text. CVX_ENOMEM. */
int cvx_html_read(const struct cvx_html_source *source, struct cvx_html_text *ret,
                  struct cvx_err *err);

#endif
