/* The text of a web page, for a model to read: HTML by input/html.h, or plain text
 * (30-openai.md, "Adjusters"). Whatever the page holds, time and memory are linear in its
 * size. Pure. Thread: any.
 *
 * Left out: scripts, styles, what is hidden, form controls; and navigation, unless almost
 * nothing remains without it. A line of text for each block, cleaned; first the title and the
 * page's description of itself. */
#ifndef CVX_ADJUST_PAGE_TEXT_H
#define CVX_ADJUST_PAGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* A page with fewer characters of text is taken for one that only a browser can show. */
#define CVX_PAGE_TEXT_MIN ((size_t)200)

/* Pages of the same site that tell more: one of each kind. */
enum cvx_page_link {
    CVX_PAGE_ABOUT,
    CVX_PAGE_PRODUCTS,
    CVX_PAGE_CAREERS,
    CVX_PAGE_LINKS
};

/* Borrowed. */
struct cvx_page_source {
    const char *data;
    size_t len;
    const char *content_type; /* the header's value; NULL = none */
    const char *url;          /* where it came from in the end */
    size_t max_chars;         /* of text; the rest is left out */
};

struct cvx_page_text {
    struct cvx_buf text; /* UTF-8, lines ended by LF */
    size_t chars;        /* characters of it that are the page's own text, no title */
    char *links[CVX_PAGE_LINKS]; /* whole addresses, NULL = none found */
};

/* CVX_EFORMAT: neither HTML nor text. CVX_ENOMEM. To be released with _done(). */
int cvx_page_text_read(const struct cvx_page_source *source, struct cvx_page_text *ret,
                       struct cvx_err *err);
void cvx_page_text_done(struct cvx_page_text *page);

/* CVX_EFORMAT, naming JavaScript as the likely cause, when there is too little of it. */
int cvx_page_text_check(const struct cvx_page_text *page, struct cvx_err *err);

#endif
