/* HTML as Python's library and markupsafe see it: references to characters, and tags.
 * Used by the filters striptags and by the methods of safe strings. Pure; failure: the
 * buffer latches. Thread: any. */
#ifndef CVX_JINJA_HTMLTEXT_H
#define CVX_JINJA_HTMLTEXT_H

#include <stddef.h>

#include <cvextract/buf.h>

/* html.unescape: appends the text (valid UTF-8) with its references decoded: all names of
 * HTML 5, those known without their semicolon included, and numbers. */
void cvx_htmltext_unescape(struct cvx_buf *out, const char *text, size_t len);

/* Markup.striptags: comments, then tags are taken out, blanks collapse to one space and
 * vanish at the ends, and what remains is unescaped. Appended. */
void cvx_htmltext_striptags(struct cvx_buf *out, const char *text, size_t len);

#endif
