/* The cleaning pass: the XML text of a part, as Word wrote it, to the source that the
 * template language reads (40-render.md, section 2). Linear in the text, whatever it holds.
 *
 * Works on the text with the prefix "w:", by places and not by structure, as the rules are
 * stated. Thread: any; the text is the holder's. */
#ifndef CVX_RENDER_TAGS_H
#define CVX_RENDER_TAGS_H

#include <cvextract/err.h>

#include "render/edit.h"

/* All 13 steps in order, and a line feed before every paragraph, which mending takes out
 * again. Memory latches in the text; a fault of the template's is left in text->fault. */
void cvx_tags_clean(struct cvx_edit_text *text);

#endif
