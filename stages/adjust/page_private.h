/* Shared by the files that read a page. Thread: the reading's. */
#ifndef CVX_ADJUST_PAGE_PRIVATE_H
#define CVX_ADJUST_PAGE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "adjust/page_text.h"
#include "text/clean.h"

/* page_charset.c */

/* Appends the charset= of a Content-Type, as libxml2 and iconv know it; nothing when there
 * is none that they know. */
void cvx_page_charset_of(const char *content_type, struct cvx_buf *buf);

/* page_html.c: fills text, chars and links. */
int cvx_page_html_read(const struct cvx_page_source *source, const char *charset,
                       bool with_nav, struct cvx_page_text *ret, struct cvx_err *err);

/* page_links.c */

/* Keeps the link in `links` when it is one of a kind that is not there yet, within the
 * site of `page`. `base` is what it is relative to; `words` is the text that it shows.
 * CVX_ENOMEM. */
int cvx_page_links_offer(char *links[CVX_PAGE_LINKS], const char *page, const char *base,
                         const char *href, struct cvx_span words);

#endif
