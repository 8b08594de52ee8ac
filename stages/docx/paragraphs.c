/* The memory of a list of paragraphs. */
#include "docx/paragraphs.h"

#include <cvextract/mem.h>

void cvx_paragraphs_done(struct cvx_paragraphs *paragraphs)
{
    cvx_buf_done(&paragraphs->text);
    cvx_buf_done(&paragraphs->styles);
    cvx_free(paragraphs->items);
    *paragraphs = (struct cvx_paragraphs){0};
}
