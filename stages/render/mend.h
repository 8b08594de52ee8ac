/* What becomes of a rendered part's text before it is XML again: the escapes of template
 * delimiters, and the characters that stand for line, page and paragraph breaks and tabs
 * (40-render.md, section 3, steps 1 to 3). Linear, but for what the text itself asks to be
 * repeated: a paragraph's properties for every paragraph that a value makes.
 *
 * Thread: any; the buffer is the holder's. */
#ifndef CVX_RENDER_MEND_H
#define CVX_RENDER_MEND_H

#include <cvextract/buf.h>

/* Changes the text in place; memory and the buffer's own limit latch in it. */
void cvx_mend_text(struct cvx_buf *text);

#endif
